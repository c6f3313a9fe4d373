/*!
Records what would change in published cortes, and why. `run --due` finds the changes and stores
them in `out/private` until the inputs change, and `status` shows them. Also reports exports that a
corte waits for or that are gone.
*/

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use anyhow::Context as _;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::failure::{Exit, Failure, OrExit};
use super::kept_revisions::{KeptRevision, mark_kept, read_decisions};
use super::loaded_process::LoadedProcess;
use crate::run_plan::{GoneExport, RunPlan, SourceCoverage};
use lnere_core::calendar::Corte;
use lnere_core::checksum::sha256;
use lnere_core::process::Source;
use lnere_core::terminal_text::escaped_name;
use lnere_ingest::{ExportFile, FileReport, FileStamp, Inventory};
use lnere_messages::{count, join_with_and, message};
use lnere_package::ReportTemplate;
use lnere_release::{ConfigRecord, Manifest, Output, PendingRelease, PrivateFolder};
use lnere_tables::CellChange;

const PENDING_CHANGES_FILE: &str = "revisiones_pendientes.json";

/// The changes that a revision of a published corte would make.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct PendingRevision {
    pub corte: String,
    /// The visible revision.
    pub revision: u32,
    /// The number of cells that differ, by table.
    pub cells: BTreeMap<String, usize>,
    /// The totals that differ by measure, before and after.
    pub totals: BTreeMap<String, (i64, i64)>,
    /// The checksum of all cells that differ, before and after. A decision to keep the visible
    /// revision names it.
    pub difference: String,
    /// What changed since the release was made.
    pub causes: ChangeCauses,
    /// The decision to keep the visible revision, if this difference is the one that was decided.
    #[serde(skip)]
    pub kept: Option<KeptRevision>,
}

/// What differs between now and the making of a release. Its counts depend on nothing else.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct ChangeCauses {
    /// The exports that are new, have another content, or are no longer read.
    pub exports: Vec<String>,
    /// The configuration files that are new, changed, or no longer named.
    pub configuration: Vec<String>,
    /// The version of the program then and now, if it changed.
    pub program: Option<(String, String)>,
}

/// The most names in the text of a cause.
const MAX_SHOWN_NAMES: usize = 3;

impl ChangeCauses {
    /// Compares a release with what would replace it.
    fn from_manifests(visible: &Manifest, now: &Manifest, loaded_process: &LoadedProcess) -> Self {
        let is_any_of = |name: &str, files: &[PathBuf]| {
            files.iter().any(|path| path.file_name().is_some_and(|other| other.to_string_lossy() == name))
        };
        // Charts and reports change no table.
        let template = loaded_process.report_template.iter().flat_map(ReportTemplate::template_paths);
        let drawing_files: Vec<PathBuf> =
            loaded_process.chart_files.iter().cloned().chain(template.map(Path::to_owned)).collect();
        let inputs = |manifest: &Manifest| -> BTreeMap<String, String> {
            manifest.inputs.iter().map(|input| (input.name.clone(), input.sha256.clone())).collect()
        };
        let settings = |manifest: &Manifest| -> BTreeMap<String, String> {
            let counting = manifest.configuration.iter().filter(|one| !is_any_of(&one.name, &drawing_files));
            counting.map(|one| (one.name.clone(), one.sha256.clone())).collect()
        };
        let mut exports = names_that_differ(&inputs(visible), &inputs(now));
        let (configuration, references): (Vec<_>, Vec<_>) = names_that_differ(&settings(visible), &settings(now))
            .into_iter()
            // The manifest lists the exports of reference processes among the configuration.
            .partition(|name| {
                is_any_of(name, &loaded_process.configuration_files) || !settings(now).contains_key(name)
            });
        exports.extend(references);
        // With the same exports and configuration, only another build of the program counts
        // otherwise.
        let is_program = visible.version != now.version || exports.is_empty() && configuration.is_empty();
        Self { exports, configuration, program: is_program.then(|| (visible.version.clone(), now.version.clone())) }
    }

    /// The causes on one line.
    pub fn text(&self) -> String {
        let first_names = |names: &[String]| {
            let shown: Vec<String> =
                names.iter().take(MAX_SHOWN_NAMES).map(|name| escaped_name(name).to_string()).collect();
            let (shown, more) = (shown.join(", "), names.len().saturating_sub(MAX_SHOWN_NAMES));
            let all_or_first = if more == 0 { shown } else { message!("revision-names-and-more", names = shown, more) };
            (!names.is_empty()).then_some(all_or_first)
        };
        let program = self.program.as_ref().map(|(before, now)| {
            if before == now {
                message!("revision-other-build", version = now)
            } else {
                message!("revision-other-version", before, now)
            }
        });
        let causes = [
            first_names(&self.exports).map(|names| message!("revision-exports", names)),
            first_names(&self.configuration).map(|names| message!("revision-configuration", names)),
            program,
        ];
        let causes: Vec<String> = causes.into_iter().flatten().collect();
        if causes.len() == 1 {
            message!("revision-cause", cause = causes[0])
        } else {
            message!("revision-causes", causes = causes.join(", "))
        }
    }

    pub fn json(&self) -> Value {
        let program = self.program.as_ref().map(|(before, now)| json!({ "before": before, "now": now }));
        json!({ "exports": self.exports, "configuration": self.configuration, "program": program })
    }
}

/// The names that only one of the two has, or whose checksums differ.
fn names_that_differ(before: &BTreeMap<String, String>, now: &BTreeMap<String, String>) -> Vec<String> {
    let names: BTreeSet<&String> = before.keys().chain(now.keys()).collect();
    names.into_iter().filter(|name| before.get(*name) != now.get(*name)).cloned().collect()
}

/// The changes that the newest exports would make, with a fingerprint of the compared inputs.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct PendingChanges {
    /// A fingerprint of the compared exports, configuration, program and releases.
    pub fingerprint: String,
    pub cortes: Vec<PendingRevision>,
    /// The exports that were replaced since the unchanged releases were made.
    #[serde(default)]
    pub replaced: Vec<ReplacedExport>,
}

/// An export whose file changed after visible releases were made from it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct ReplacedExport {
    /// The present name of the export.
    pub name: String,
    /// The cortes of the releases, oldest first.
    pub cortes: Vec<String>,
    /// Accepted records when the releases were made.
    pub accepted_then: u64,
    /// Accepted records now; `None` if it cannot be read.
    pub accepted_now: Option<u64>,
}

impl ReplacedExport {
    /// Finds replaced exports among those that were read, by their checksums, before anything is
    /// published from them.
    pub fn find_all(reports: &[FileReport], output: &Output) -> io::Result<Vec<Self>> {
        let mut replaced: Vec<Self> = Vec::new();
        for corte in output.published_cortes()? {
            for input in output.visible_manifest(corte).iter().flat_map(|manifest| &manifest.inputs) {
                let is_other = |report: &&FileReport| {
                    let file = &report.file;
                    file.source.name() == input.source
                        && file.date.to_string() == input.date
                        && !report.sha256.is_empty()
                        && report.sha256 != input.sha256
                };
                let Some(report) = reports.iter().find(is_other) else { continue };
                let (name, accepted_then) = (report.file.name.clone(), input.accepted);
                let earlier_entry =
                    replaced.iter_mut().find(|one| one.name == name && one.accepted_then == accepted_then);
                if let Some(known) = earlier_entry {
                    known.cortes.push(corte.to_string());
                } else {
                    let accepted_now = (report.records_read > 0).then(|| report.accepted());
                    replaced.push(Self { name, cortes: vec![corte.to_string()], accepted_then, accepted_now });
                }
            }
        }
        Ok(replaced)
    }

    /// The same export without some of the releases; `None` if no release remains.
    pub fn without_releases(mut self, is_out: impl Fn(&str) -> bool) -> Option<Self> {
        self.cortes.retain(|corte| !is_out(corte));
        (!self.cortes.is_empty()).then_some(self)
    }
}

impl PendingChanges {
    /// The stored changes, if they can be read, with the decisions about them.
    pub fn read(private: &PrivateFolder) -> Option<Self> {
        let bytes = private.read(PENDING_CHANGES_FILE).ok()?;
        let mut known: Self = serde_json::from_slice(&bytes).ok()?;
        // Without the decisions, what was kept is reported again.
        mark_kept(&mut known.cortes, &read_decisions(private).unwrap_or_default());
        Some(known)
    }

    /// The stored changes, if they were found with the present exports, configuration, program and
    /// releases.
    pub fn read_current(
        loaded_process: &LoadedProcess,
        inventory: &Inventory,
        today: NaiveDate,
        output: &Output,
    ) -> Result<Option<Self>, Failure> {
        let configuration = loaded_process.configuration_records()?;
        // Only its owner can read the private folder; other users see none of its content.
        let private = PrivateFolder::open_existing(output.root().join("private"));
        let plan = loaded_process.plan_due_cortes(None, today, inventory, output).ok();
        Ok(private.as_ref().and_then(Self::read).filter(|known| {
            plan.as_ref().is_some_and(|plan| known.fingerprint == input_fingerprint(plan, &configuration, output))
        }))
    }

    pub fn write(&self, private: &PrivateFolder) -> Result<(), Failure> {
        let bytes = format!("{:#}\n", json!(self));
        private
            .write(PENDING_CHANGES_FILE, bytes.as_bytes())
            .with_context(|| {
                message!("commands-cannot-write", path = escaped_name(&private.entry_path(PENDING_CHANGES_FILE)))
            })
            .or_exit(Exit::Unexpected)
    }
}

/// The fingerprint of the inputs of an assessment. Exports and their control files count by name,
/// size and time, so that a run without work need not read them.
pub(super) fn input_fingerprint(plan: &RunPlan, configuration: &[ConfigRecord], output: &Output) -> String {
    let stamp_json = |stamp: FileStamp| {
        let modified = stamp.modified.and_then(|time| time.duration_since(UNIX_EPOCH).ok());
        json!([stamp.bytes, modified.map(|time| time.as_nanos().to_string())])
    };
    let stamp = |file: &ExportFile| json!([file.name, stamp_json(file.stamp), file.control_stamp.map(stamp_json)]);
    let exports = plan.exports.iter().map(stamp);
    let references = plan
        .reference_exports
        .iter()
        .map(|one| json!([one.reference_name, one.export.as_ref().map(stamp), one.catalog_checksums]));
    let releases = output.published_cortes().unwrap_or_default().into_iter().map(|corte| {
        let manifest = output.visible_manifest(corte);
        json!([corte.to_string(), manifest.map(|manifest| manifest.revision)])
    });
    let compared_inputs = json!({
        // Changes stored in an earlier form are found again.
        "form": 2,
        "version": env!("CARGO_PKG_VERSION"),
        "configuration": configuration,
        "cortes": plan.cortes.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "exports": exports.collect::<Vec<_>>(),
        "references": references.collect::<Vec<_>>(),
        "releases": releases.collect::<Vec<_>>(),
    });
    sha256(compared_inputs.to_string().as_bytes())
}

impl PendingRevision {
    /// The summary of the changes that a release would make.
    pub fn from_changes(
        pending: &PendingRelease,
        visible: &Manifest,
        changes: Vec<CellChange>,
        loaded_process: &LoadedProcess,
    ) -> Self {
        let difference = sha256(json!(changes).to_string().as_bytes());
        let mut cells = BTreeMap::new();
        for change in changes {
            *cells.entry(change.tabla).or_default() += 1;
        }
        let totals = pending.manifest.totals.iter().filter_map(|(measure, after)| {
            let before = visible.totals.get(measure)?;
            (before != after).then(|| (measure.clone(), (*before, *after)))
        });
        Self {
            corte: visible.corte.clone(),
            revision: visible.revision,
            cells,
            totals: totals.collect(),
            difference,
            causes: ChangeCauses::from_manifests(visible, &pending.manifest, loaded_process),
            kept: None,
        }
    }

    /// How much differs: `25 cells of 10 tables differ`.
    pub fn size_text(&self) -> String {
        let all: usize = self.cells.values().sum();
        message!("revision-size", cells = count(all), tables = count(self.cells.len()))
    }
}

/// The cortes and exports for which an unattended run waits.
pub(super) struct WaitingStatus {
    /// Cortes that ended, have no release, and are not covered by the exports.
    pub waiting_cortes: Vec<Corte>,
    /// Exports that are still being copied and that the counts need.
    pub arriving_exports: Vec<String>,
    coverage: SourceCoverage,
    gone_exports: Vec<GoneExport>,
}

impl WaitingStatus {
    /// What the plan of an unattended run waits for.
    pub fn from_plan(plan: &RunPlan, output: &Output) -> Self {
        let open = plan.uncovered_cortes.iter().copied().filter(|corte| !output.release_path(*corte).exists());
        let (coverage, gone) = (plan.coverage, plan.gone_exports.clone());
        Self {
            waiting_cortes: open.collect(),
            arriving_exports: plan.awaited_exports.clone(),
            coverage,
            gone_exports: gone,
        }
    }

    /// Adds it to the text of a run.
    pub fn append_text(&self, text: &mut String) {
        if !self.arriving_exports.is_empty() {
            let names: Vec<_> = self.arriving_exports.iter().map(escaped_name).collect();
            let line = message!("run-awaited", exports = join_with_and(&names), number = count(names.len()));
            let _ = writeln!(text, "\n{line}");
        }
        let lacking: Vec<_> =
            self.waiting_cortes.iter().map(|corte| (self.coverage.sources_not_covering(*corte), corte)).collect();
        for group in lacking.chunk_by(|(a, _), (b, _)| a == b).filter(|group| !group[0].0.is_empty()) {
            let cortes: Vec<_> = group.iter().map(|(_, corte)| corte.to_string()).collect();
            let _ = writeln!(text, "\n{}", waiting_cortes_message(&group[0].0, &cortes));
        }
        if !self.gone_exports.is_empty() {
            text.push('\n');
            write_gone_exports_text(text, &self.gone_exports);
        }
    }

    /// Adds it to the JSON of a run.
    pub fn insert_into_json(&self, json: &mut Value) {
        json["waiting"] = self.waiting_cortes.iter().map(ToString::to_string).collect();
        let sources = |corte: &Corte| json!({ "corte": corte.to_string(), "sources": self.coverage.sources_not_covering(*corte) });
        json["waiting_for"] = self.waiting_cortes.iter().map(sources).collect();
        json["awaited"] = self.arriving_exports.clone().into();
        json["gone"] = gone_exports_json(&self.gone_exports);
    }
}

/// The message on the sources for which these cortes wait, and on a source that already covers
/// them.
fn waiting_cortes_message(lacking: &[Source], cortes: &[String]) -> String {
    let (sources, covering) = (join_with_and(lacking), sources_without(lacking));
    let (number, cortes) = (count(cortes.len()), cortes.join(", "));
    match covering {
        None => message!("run-waiting", sources, cortes),
        Some(covering) => message!("run-waiting-covered", sources, cortes, covering, number),
    }
}

/// The message on the sources for which a named corte waits, and on a source that already covers
/// it.
pub(super) fn waiting_corte_message(lacking: &[Source]) -> String {
    let sources = join_with_and(lacking);
    match sources_without(lacking) {
        None => message!("status-waiting", sources),
        Some(covering) => message!("status-waiting-covered", sources, covering),
    }
}

/// The other sources as a list; `None` if there is no other.
fn sources_without(lacking: &[Source]) -> Option<String> {
    let others: Vec<Source> = Source::ALL.into_iter().filter(|source| !lacking.contains(source)).collect();
    (!others.is_empty()).then(|| join_with_and(&others))
}

/// The exports of visible releases that are neither in the inputs folder nor being copied, by name.
pub(super) fn find_gone_exports(inventory: &Inventory, output: &Output) -> io::Result<Vec<GoneExport>> {
    let mut gone: BTreeMap<String, Vec<Corte>> = BTreeMap::new();
    for corte in output.published_cortes()? {
        for input in output.visible_manifest(corte).iter().flat_map(|manifest| &manifest.inputs) {
            // The same source and day may now be in another format.
            let is_same_export = |source: Source, date: Option<NaiveDate>| {
                source.name() == input.source && date.is_some_and(|date| date.to_string() == input.date)
            };
            let is_there = inventory.files.iter().any(|file| is_same_export(file.source, Some(file.date)))
                || inventory.arriving.iter().any(|left| is_same_export(left.source, left.date))
                || inventory.refused.iter().any(|(name, ..)| *name == input.name);
            if !is_there {
                gone.entry(input.name.clone()).or_default().push(corte);
            }
        }
    }
    Ok(gone.into_iter().map(|(name, cortes)| GoneExport { export_name: name, cortes }).collect())
}

/// The message about exports that are gone.
pub(super) fn write_gone_exports_text(text: &mut String, gone: &[GoneExport]) {
    for one in gone {
        let _ = writeln!(text, "  {}", gone_export_message(one));
    }
}

/// The message about an export that is gone.
pub(super) fn gone_export_message(gone: &GoneExport) -> String {
    let GoneExport { export_name: name, cortes } = gone;
    let (number, cortes) = (count(cortes.len()), join_with_and(cortes));
    message!("L035-export-gone", name = escaped_name(name), number, cortes)
}

/// The gone exports as JSON.
pub(super) fn gone_exports_json(gone: &[GoneExport]) -> Value {
    let one = |GoneExport { export_name: name, cortes }: &GoneExport| json!({ "file": name, "cortes": cortes.iter().map(ToString::to_string).collect::<Vec<_>>() });
    gone.iter().map(one).collect()
}
