/*!
Plans what a run reads and publishes. The functions are pure: the caller passes the inventory and
the date.
*/

use std::time::SystemTime;

use chrono::NaiveDate;

use lnere_core::calendar::Corte;
use lnere_core::process::{Process, Source};
use lnere_core::terminal_text::escaped_name;
use lnere_ingest::{ExportFile, Inventory};
use lnere_messages::{count, message};

/// The requested cortes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequestedCortes {
    /// The newest corte that the exports cover completely.
    Newest,
    /// This corte.
    One(Corte),
    /// All cortes between two, both included.
    Range(Corte, Corte),
    /// All cortes that ended before today.
    Due,
}

/// The options of the run.
#[derive(Clone, Copy, Debug)]
pub struct RunRequest {
    /// The cortes.
    pub cortes: RequestedCortes,
    /// Exports after this day are not read.
    pub vintage_limit: Option<NaiveDate>,
    /// Today in Mexico City.
    pub today: NaiveDate,
    /// For an unattended run, the time since which a copy must have had no writes to be abandoned.
    /// `None`: a person runs the command, and unfinished copies are ignored.
    pub abandoned_since: Option<SystemTime>,
}

/// The exports to read.
#[derive(Clone, Debug, Default)]
pub struct Exports {
    /// The exports of `solicitudes`, oldest first; facts come from the last one.
    pub solicitudes: Vec<ExportFile>,
    /// The exports of `credenciales`, oldest first; facts come from the last one.
    pub credenciales: Vec<ExportFile>,
}

impl Exports {
    /// Iterates over the exports of both sources.
    pub fn iter(&self) -> impl Iterator<Item = &ExportFile> {
        self.solicitudes.iter().chain(&self.credenciales)
    }
}

/// The last day that each source covers.
#[derive(Clone, Copy, Debug)]
pub struct SourceCoverage {
    registration_opens: NaiveDate,
    applications_covered_to: Option<NaiveDate>,
    credentials_covered_to: Option<NaiveDate>,
}

impl SourceCoverage {
    /// The coverage by the exports not after `vintage`.
    #[must_use]
    pub fn from_newest_exports(process: &Process, inventory: &Inventory, vintage: Option<NaiveDate>) -> Self {
        let newest = |source| inventory.of_source(source, vintage).last().map(|file| file.date);
        let (solicitudes, credenciales) = (newest(Source::Solicitudes), newest(Source::Credenciales));
        Self {
            registration_opens: process.opens,
            applications_covered_to: solicitudes,
            credentials_covered_to: credenciales,
        }
    }

    /// The sources for which a corte waits. Before the opening it does not wait for applications.
    #[must_use]
    pub fn sources_not_covering(&self, corte: Corte) -> Vec<Source> {
        let known = |source| match source {
            Source::Solicitudes if corte.day() < self.registration_opens => Some(corte.day()),
            Source::Solicitudes => self.applications_covered_to,
            Source::Credenciales => self.credentials_covered_to,
        };
        let lacks = |source: &Source| known(*source).is_none_or(|day| day < corte.day());
        Source::ALL.into_iter().filter(lacks).collect()
    }

    /// The newest corte of a process that both sources cover.
    #[must_use]
    pub fn newest_covered_corte(&self, process: &Process) -> Option<Corte> {
        process.cortes().into_iter().rfind(|corte| self.sources_not_covering(*corte).is_empty())
    }
}

/// An export of visible releases that is missing from its folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GoneExport {
    /// Its name.
    pub export_name: String,
    /// The cortes of the releases, oldest first.
    pub cortes: Vec<Corte>,
}

/// The export that provides the curve of an earlier process.
#[derive(Clone, Debug)]
pub struct ReferenceExport {
    /// The name of the reference.
    pub reference_name: String,
    /// The export; `None` if there is none that can be read.
    pub export: Option<ExportFile>,
    /// The SHA-256 of the catalogues of that process.
    pub catalog_checksums: Vec<String>,
}

/// The plan of a run.
#[derive(Debug)]
pub struct RunPlan {
    /// The exports to read.
    pub exports: Exports,
    /// Date of the newest export.
    pub vintage: NaiveDate,
    /// The cortes to publish, oldest first.
    pub cortes: Vec<Corte>,
    /// The requested cortes that the exports do not cover.
    pub uncovered_cortes: Vec<Corte>,
    /// The last day that the required sources cover; `None` if no export may be read yet.
    pub covered_to: Option<NaiveDate>,
    /// Exports that are still being copied and that the counts need; nothing is read without them.
    pub awaited_exports: Vec<String>,
    /// The last day that each source covers by complete exports.
    pub coverage: SourceCoverage,
    /// For an unattended run: missing exports of visible releases. Those releases stay.
    pub gone_exports: Vec<GoneExport>,
    /// For an unattended run: the exports that the projection uses.
    pub reference_exports: Vec<ReferenceExport>,
}

impl RunPlan {
    /// Delays reading and publishing until these exports are complete.
    pub fn await_exports(&mut self, names: impl IntoIterator<Item = String>) {
        let before = self.awaited_exports.len();
        self.awaited_exports.extend(names);
        if self.awaited_exports.len() > before {
            self.exports = Exports::default();
            self.covered_to = None;
            self.uncovered_cortes.append(&mut self.cortes);
            self.uncovered_cortes.sort_unstable();
        }
    }
}

/// A plan is not possible.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// The process does not have the corte.
    #[error(
        "{}",
        message!("L360-corte-outside-process", corte, process, first = first_corte, last = last_corte)
    )]
    OutsideProcess {
        /// The requested corte.
        corte: Corte,
        /// The id of the process.
        process: String,
        /// The first corte of the process.
        first_corte: Corte,
        /// The last corte of the process.
        last_corte: Corte,
    },
    /// The corte is before the opening of a process without a projection.
    #[error("{}", message!("L361-corte-before-opening", corte, opens))]
    BeforeOpening {
        /// The requested corte.
        corte: Corte,
        /// The opening day.
        opens: NaiveDate,
    },
    /// The range ends before it begins.
    #[error("{}", message!("L362-range-empty", from, to))]
    EmptyRange {
        /// First corte.
        from: Corte,
        /// Last corte.
        to: Corte,
    },
    /// Some files begin like exports but are not valid.
    #[error(
        "{}",
        message!(
            "publication-exports-refused",
            exports = count(refused_exports.len()),
            list = refused_exports_text(refused_exports)
        )
    )]
    Refused {
        /// Names and reasons.
        refused_exports: Vec<(String, String)>,
    },
    /// A source has no export.
    #[error("{}", source_missing_text(*source_name, *vintage_limit, expected_file_name))]
    SourceMissing {
        /// The source.
        source_name: Source,
        /// The requested vintage.
        vintage_limit: Option<NaiveDate>,
        /// The expected name of the file.
        expected_file_name: String,
    },
    /// The exports end before the first corte.
    #[error("{}", message!("L364-no-corte-covered", day = covered_to, corte = first_corte))]
    NothingCovered {
        /// The last day that both sources cover.
        covered_to: NaiveDate,
        /// The first corte.
        first_corte: Corte,
    },
}

fn refused_exports_text(files: &[(String, String)]) -> String {
    files.iter().map(|(name, reason)| format!("  {}: {reason}", escaped_name(name))).collect::<Vec<_>>().join("\n")
}

/// The expected name of an export of a source, for a message.
#[must_use]
pub fn expected_export_name(process: &Process, source: Source) -> String {
    let files = match source {
        Source::Solicitudes => process.solicitudes_contract.file_pattern.as_ref(),
        Source::Credenciales => process.credenciales_contract.file_pattern.as_ref(),
    };
    if let Some(pattern) = files {
        message!("publication-export-name-of-pattern", pattern = escaped_name(pattern.as_str()), source)
    } else {
        let example = format!("{source}_{}.csv.gz", process.opens.format("%Y%m%d"));
        message!("publication-export-name-like", example)
    }
}

fn source_missing_text(source: Source, vintage_limit: Option<NaiveDate>, expected: &str) -> String {
    match vintage_limit {
        Some(vintage) => message!("L363-source-missing-up-to", source, vintage, expected),
        None => message!("L363-source-missing", source, expected),
    }
}

impl PlanError {
    /// Whether the command line causes the error, and not the exports.
    #[must_use]
    pub fn is_usage_error(&self) -> bool {
        matches!(self, Self::OutsideProcess { .. } | Self::BeforeOpening { .. } | Self::EmptyRange { .. })
    }
}

/// Plans a request for the existing exports.
///
/// # Errors
/// See [`PlanError`].
pub fn plan(process: &Process, inventory: &Inventory, request: &RunRequest) -> Result<RunPlan, PlanError> {
    let asked = requested_cortes(process, request)?;
    let due = request.cortes == RequestedCortes::Due;
    let nothing_due = due && asked.as_ref().is_some_and(Vec::is_empty);
    let awaited =
        request.abandoned_since.into_iter().flat_map(|abandoned| inventory.awaited(request.vintage_limit, abandoned));
    let awaited_exports: Vec<String> = awaited.map(|left| left.name.clone()).collect();
    // Before the opening only the projection is published, and no export of applications exists
    // yet.
    let is_open = |corte: &Corte| corte.day() >= process.opens;
    let needs_applications = asked.as_ref().is_none_or(|asked| asked.is_empty() || asked.iter().any(is_open));
    let sources: &[Source] = if needs_applications { &Source::ALL } else { &[Source::Credenciales] };
    let exports = match select_exports(process, sources, inventory, request.vintage_limit, request.today) {
        // Before the first corte has ended no export is missing, and an arriving one will be
        // complete later.
        Err(PlanError::SourceMissing { source_name, .. })
            if nothing_due || due && inventory.is_arriving(source_name) =>
        {
            Exports::default()
        }
        // The next run reads these exports when their copies are complete.
        exports if !awaited_exports.is_empty() => exports.map(|_| Exports::default())?,
        exports => exports?,
    };
    let newest = |files: &[ExportFile]| files.last().map(|file| file.date);
    let (a, b) = (newest(&exports.solicitudes), newest(&exports.credenciales));
    let covered_to = if needs_applications { a.min(b) } else { b };
    let vintage = a.max(b).unwrap_or(process.earliest_corte_day());

    let covered = |corte: &Corte| {
        let known_to = if is_open(corte) { covered_to } else { b };
        known_to.is_some_and(|day| corte.day() <= day)
    };
    let (cortes, uncovered_cortes) = if let Some(asked) = asked {
        asked.into_iter().partition(covered)
    } else {
        let first = lnere_core::calendar::Quincena::containing(process.opens).corte();
        let newest = process.cortes().into_iter().rfind(covered);
        let nothing = || PlanError::NothingCovered {
            covered_to: covered_to.unwrap_or(process.earliest_corte_day()),
            first_corte: first,
        };
        (vec![newest.ok_or_else(nothing)?], Vec::new())
    };
    let coverage = SourceCoverage::from_newest_exports(process, inventory, request.vintage_limit);
    let (gone_exports, reference_exports) = (Vec::new(), Vec::new());
    Ok(RunPlan {
        exports,
        vintage,
        cortes,
        uncovered_cortes,
        covered_to,
        awaited_exports,
        coverage,
        gone_exports,
        reference_exports,
    })
}

/// The cortes of a request; `None` for the newest one.
fn requested_cortes(process: &Process, request: &RunRequest) -> Result<Option<Vec<Corte>>, PlanError> {
    let (from, to) = match request.cortes {
        RequestedCortes::Newest => return Ok(None),
        RequestedCortes::Due => return Ok(Some(process.ended_cortes(request.today))),
        RequestedCortes::One(corte) => (corte, corte),
        RequestedCortes::Range(from, to) if from > to => return Err(PlanError::EmptyRange { from, to }),
        RequestedCortes::Range(from, to) => (from, to),
    };
    let all: Vec<Corte> = Corte::range(process.earliest_corte_day(), process.election_day).collect();
    if let (Some(first), Some(last)) = (all.first(), all.last())
        && let Some(corte) = [from, to].into_iter().find(|corte| corte < first || corte > last)
    {
        return Err(PlanError::OutsideProcess {
            corte,
            process: process.id.clone(),
            first_corte: *first,
            last_corte: *last,
        });
    }
    if from.day() < process.opens && process.projection.is_none() {
        return Err(PlanError::BeforeOpening { corte: from, opens: process.opens });
    }
    Ok(Some(Corte::range(from.day(), to.day()).collect()))
}

/// The exports of both sources up to `vintage`, oldest first.
///
/// # Errors
/// An export cannot be read, or a source has no export.
pub fn all_exports(
    process: &Process,
    inventory: &Inventory,
    vintage_limit: Option<NaiveDate>,
    today: NaiveDate,
) -> Result<Exports, PlanError> {
    select_exports(process, &Source::ALL, inventory, vintage_limit, today)
}

/// The exports of both sources; each source in `needed` must have at least one.
fn select_exports(
    process: &Process,
    required_sources: &[Source],
    inventory: &Inventory,
    vintage_limit: Option<NaiveDate>,
    today: NaiveDate,
) -> Result<Exports, PlanError> {
    let is_in_vintage = |date: NaiveDate| vintage_limit.is_none_or(|vintage| date <= vintage);
    let mut refused: Vec<(String, String)> = inventory
        .refused
        .iter()
        .filter(|(_, date, _)| date.is_none_or(is_in_vintage))
        .map(|(name, _, reason)| (name.clone(), reason.clone()))
        .collect();
    let future = inventory.files.iter().filter(|file| is_in_vintage(file.date) && file.date > today);
    let reason = || message!("L365-export-of-future-day", today);
    refused.extend(future.map(|file| (file.name.clone(), reason())));
    if !refused.is_empty() {
        return Err(PlanError::Refused { refused_exports: refused });
    }
    let of = |source: Source| -> Result<Vec<ExportFile>, PlanError> {
        let files: Vec<_> = inventory.of_source(source, vintage_limit).into_iter().cloned().collect();
        if files.is_empty() && required_sources.contains(&source) {
            return Err(PlanError::SourceMissing {
                source_name: source,
                vintage_limit,
                expected_file_name: expected_export_name(process, source),
            });
        }
        Ok(files)
    };
    Ok(Exports { solicitudes: of(Source::Solicitudes)?, credenciales: of(Source::Credenciales)? })
}
