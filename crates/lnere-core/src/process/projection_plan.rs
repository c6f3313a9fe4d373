/*!
Reads the section `[projection]` of a process file: the references and the prior assumptions.
*/

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use lnere_messages::message;
#[cfg(test)]
use schemars::JsonSchema;
use serde::Deserialize;
use toml::Spanned;

#[cfg(test)]
use super::generated_docs::Share;
use super::projection_csv_files::{read_curve, read_totals_by_entity};
use super::validate::{PERMITTED_SHARES, ProcessFile};
use super::{CategoryList, ProcessError};
use crate::catalog::{Catalogs, EntityId};
use crate::text_folding;

/// The projection plan.
#[derive(Clone, Debug)]
pub struct ProjectionPlan {
    /// The indices of the statuses that put an application on the list.
    pub accepted_statuses: Vec<u8>,
    /// The indices of the statuses that refuse an application.
    pub refused_statuses: Vec<u8>,
    /// The assumption about the share that is accepted.
    pub acceptance: Acceptance,
    /// The totals of an earlier process.
    pub earlier_totals: Option<EarlierTotals>,
    /// Applications expected per credential, used without earlier totals; `None` if there is no
    /// assumption.
    pub applications_per_credential: Option<ApplicationsPerCredential>,
    /// The expected share of each modality before there are data; if empty, all modalities have the
    /// same share.
    pub modality_shares: Vec<(u8, f64)>,
    /// Earlier processes with known curves, also those that the projection does not use.
    pub references: Vec<ReferencePlan>,
    /// How much processes differ from each other.
    pub spread: SpreadPlan,
    /// The files that were read for the projection.
    pub input_files: Vec<PathBuf>,
}

impl ProjectionPlan {
    /// The references that the projection uses.
    pub fn used_references(&self) -> impl Iterator<Item = &ReferencePlan> {
        self.references.iter().filter(|reference| reference.is_used_for_projection)
    }
}

/// The assumption about the accepted share. It counts as `weight` decided applications.
#[derive(Clone, Copy, Debug, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Acceptance {
    /// The share of decided applications that is accepted.
    #[cfg_attr(test, schemars(with = "Share", extend("examples" = [0.95])))]
    #[serde(rename = "share")]
    pub accepted_share: f64,
    /// The weight of this assumption, as a number of decided applications.
    #[cfg_attr(test, schemars(
        range(min = *PERMITTED_WEIGHTS.start(), max = *PERMITTED_WEIGHTS.end()), extend("examples" = [20.0])
    ))]
    pub weight: f64,
    /// Standard deviation between the accepted share of late decisions and that of early ones.
    #[cfg_attr(test, schemars(range(min = *PERMITTED_DRIFTS.start(), max = *PERMITTED_DRIFTS.end()), extend("examples" = [0.02])))]
    #[serde(rename = "drift")]
    pub drift_sd: f64,
}

/// The permitted weights of an assumption about the accepted share.
const PERMITTED_WEIGHTS: RangeInclusive<f64> = 0.1..=1_000_000.0;

/// The permitted standard deviations of the accepted share between early and late decisions.
const PERMITTED_DRIFTS: RangeInclusive<f64> = 0.0..=0.5;

/// The permitted factors for earlier totals.
const PERMITTED_SCALES: RangeInclusive<f64> = 0.01..=100.0;

/// The permitted standard deviations of a logarithm; 3 is a factor of 20 in either direction.
const PERMITTED_LOG_DEVIATIONS: RangeInclusive<f64> = 0.01..=3.0;

/// The permitted applications per credential.
const PERMITTED_APPLICATIONS_PER_CREDENTIAL: RangeInclusive<f64> = 0.001..=100.0;

/// The expectation while the process has no applications of its own.
#[derive(Clone, Copy, Debug, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ApplicationsPerCredential {
    /// Applications per credential.
    #[cfg_attr(test, schemars(
        range(min = *PERMITTED_APPLICATIONS_PER_CREDENTIAL.start(), max = *PERMITTED_APPLICATIONS_PER_CREDENTIAL.end()), extend("examples" = [0.6])
    ))]
    pub applications: f64,
    /// Standard deviation of the logarithm of `applications`.
    #[cfg_attr(test, schemars(range(min = *PERMITTED_LOG_DEVIATIONS.start(), max = *PERMITTED_LOG_DEVIATIONS.end()), extend("examples" = [0.5])))]
    pub log_sd: f64,
}

/// The totals by entity of an earlier process.
#[derive(Clone, Debug)]
pub struct EarlierTotals {
    /// The id of the process.
    pub process_id: String,
    /// What the totals count, in Spanish.
    pub counted_universe: String,
    /// Whether the totals count accepted applications alone, so that this process is compared by its
    /// accepted applications.
    pub counts_accepted_only: bool,
    /// The printed name of the process.
    pub title: String,
    /// The publication with the totals.
    pub cited_publication: String,
    /// Applications by entity.
    pub totals: Vec<(EntityId, i64)>,
    /// The factor for the totals while the process has no data.
    pub scale: f64,
    /// The standard deviation of the logarithm of `scale`.
    pub scale_log_sd: f64,
    /// The standard deviation of the logarithm of an entity's share between two processes.
    pub entity_log_sd: f64,
}

/// An earlier process with a known curve.
#[derive(Clone, Debug)]
pub struct ReferencePlan {
    /// The id of the process.
    pub process_id: String,
    /// The printed name of the process.
    pub title: String,
    /// The publication with the curve.
    pub cited_publication: String,
    /// What its curve counts, in Spanish.
    pub counted_universe: String,
    /// Whether its curve counts accepted applications alone.
    pub counts_accepted_only: bool,
    /// Whether the projection uses it; `comparativo` always has it.
    pub is_used_for_projection: bool,
    /// The source of the curve.
    pub curve_source: CurveSource,
}

/// The source of the curve of an earlier process.
#[derive(Clone, Debug)]
pub enum CurveSource {
    /// Published points: days with cumulative applications, from the opening to the close.
    Points(Vec<(NaiveDate, i64)>),
    /// The exports of another process file.
    Exports {
        /// The process file.
        process_path: PathBuf,
        /// The folder; `None` for the folder that the process file names.
        exports_dir: Option<PathBuf>,
    },
}

/// How much the courses of processes differ. `L` is the logarithm of the applications that are still
/// to come, divided by those that have come.
#[derive(Clone, Debug)]
#[cfg_attr(test, derive(serde::Serialize))]
pub struct SpreadPlan {
    /// The standard deviation of `L` between processes at the same distance to the close.
    pub deviation: f64,
    /// The weight of the assumptions, as a number of processes.
    pub weight: f64,
    /// The standard deviation of `L` between the entities of one process.
    #[cfg_attr(test, serde(rename = "entities"))]
    pub entity_deviation: f64,
    /// The assumptions under which an interval holds, in Spanish, without a final period.
    pub assumptions: String,
    /// What the numbers come from.
    #[cfg_attr(test, serde(rename = "source"))]
    pub cited_source: String,
}

impl Default for SpreadPlan {
    /// The deviations of docs/evaluation.md.
    fn default() -> Self {
        Self {
            deviation: 0.27,
            weight: 4.0,
            entity_deviation: 0.13,
            assumptions: DEFAULT_ASSUMPTIONS.to_owned(),
            cited_source: "2017-18, 2020-21, 2023-24: docs/evaluation.md".to_owned(),
        }
    }
}

/// The assumptions of an interval unless the process file has others.
const DEFAULT_ASSUMPTIONS: &str = "registro por Internet y por teléfono, con un plazo de cinco a siete meses y sin \
                                   ampliación";

/// The permitted weights of the assumptions about the spread, in processes.
const PERMITTED_SPREAD_WEIGHTS: RangeInclusive<f64> = 1.0..=100.0;

/// How many applications there will be at the close, and how many of them will be on the list.
/// docs/projection.md describes the method.
#[derive(Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct RawProjection {
    /// Statuses that put an application on the list.
    #[cfg_attr(test, schemars(
        with = "Vec<String>",
        length(min = 1),
        extend("x-accepts" = "codes of `categories.estatus`", "examples" = [["PROCEDENTE"]])
    ))]
    #[serde(rename = "accepted")]
    accepted_statuses: Spanned<Vec<String>>,
    /// Statuses that keep an application off the list. All others are still undecided.
    #[cfg_attr(test, schemars(
        with = "Vec<String>",
        extend("x-accepts" = "codes of `categories.estatus`", "examples" = [["IMPROCEDENTE"]])
    ))]
    #[serde(rename = "refused")]
    refused_statuses: Spanned<Vec<String>>,
    /// Share of applications that will be accepted, until the analysis of the process shows it.
    #[cfg_attr(test, schemars(with = "Acceptance"))]
    acceptance: Spanned<Acceptance>,
    /// Applications to expect per credential applied for, where `earlier` is absent.
    #[cfg_attr(test, schemars(
        with = "Option<ApplicationsPerCredential>", extend("x-if-absent" = "credentials say nothing about applications")
    ))]
    #[serde(rename = "per_credential")]
    applications_per_credential: Option<Spanned<ApplicationsPerCredential>>,
    /// Share of each modality that is expected before there are data. The shares add up to 1.
    #[cfg_attr(test, schemars(
        with = "Option<BTreeMap<String, Share>>",
        extend(
            "x-accepts" = "codes of `categories.modalidad`",
            "x-if-absent" = "all modalities alike",
            "examples" = [{"POSTAL": 0.4, "ELECTRONICA": 0.6}]
        )
    ))]
    #[serde(rename = "modalities")]
    modality_shares: Option<Spanned<BTreeMap<String, f64>>>,
    /// Totals by entity of an earlier process.
    #[cfg_attr(test, schemars(with = "Option<RawEarlierTotals>", extend("x-if-absent" = "no earlier totals")))]
    #[serde(rename = "earlier")]
    earlier_totals: Option<Spanned<RawEarlierTotals>>,
    /// Earlier processes with a known course.
    #[cfg_attr(test, schemars(with = "Vec<RawReferencePlan>", extend("x-if-absent" = "no references")))]
    #[serde(default, rename = "reference")]
    references: Vec<Spanned<RawReferencePlan>>,
    /// How much the courses of processes differ, and the weight of this assumption.
    #[cfg_attr(test, schemars(with = "Option<RawSpread>", extend("default" = SpreadPlan::default())))]
    spread: Option<Spanned<RawSpread>>,
    /// Obsolete: older process files set the number of generated processes here.
    #[cfg_attr(test, schemars(skip))]
    #[serde(default, rename = "generated")]
    _generated: Option<serde::de::IgnoredAny>,
}

/// `L` is the logarithm of the applications that are still to come, divided by those that have come.
#[derive(Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields)]
struct RawSpread {
    /// Standard deviation of `L` between processes at the same distance to the close.
    #[cfg_attr(test, schemars(range(min = *PERMITTED_LOG_DEVIATIONS.start(), max = *PERMITTED_LOG_DEVIATIONS.end()), extend("examples" = [0.27])))]
    deviation: f64,
    /// Weight of `deviation` and of the assumed course, as a number of processes.
    #[cfg_attr(test, schemars(range(min = *PERMITTED_SPREAD_WEIGHTS.start(), max = *PERMITTED_SPREAD_WEIGHTS.end()), extend("examples" = [4.0])))]
    weight: f64,
    /// Standard deviation of `L` between the entities of one process.
    #[cfg_attr(test, schemars(range(min = *PERMITTED_LOG_DEVIATIONS.start(), max = *PERMITTED_LOG_DEVIATIONS.end()), extend("examples" = [0.13])))]
    #[serde(rename = "entities")]
    entity_deviation: f64,
    /// Assumptions under which an interval holds, in Spanish, without a final period. Report and texts
    /// print them.
    #[cfg_attr(test, schemars(extend("default" = DEFAULT_ASSUMPTIONS, "examples" = [DEFAULT_ASSUMPTIONS])))]
    #[serde(default = "default_assumptions")]
    assumptions: String,
    /// What the numbers come from.
    #[cfg_attr(test, schemars(extend("examples" = ["2017-18, 2020-21, 2023-24: docs/evaluation.md"])))]
    #[serde(rename = "source")]
    cited_source: String,
}

/// All that is known before the opening, with the credentials.
#[derive(Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields)]
struct RawEarlierTotals {
    /// Short name of the earlier process, for tables. `reference` may have the same one.
    #[cfg_attr(test, schemars(
        with = "Option<String>",
        extend(
            "x-accepts" = "lower snake_case without accents",
            "x-if-absent" = "`title` in that form",
            "examples" = ["pef_2017_2018"]
        )
    ))]
    #[serde(rename = "name")]
    process_id: Option<Spanned<String>>,
    /// What the totals count, in Spanish. Applications received and accepted are not to be mixed.
    #[cfg_attr(test, schemars(extend("default" = DEFAULT_UNIVERSE, "examples" = ["solicitudes procedentes"])))]
    #[serde(default = "default_universe", rename = "counts")]
    counted_universe: String,
    /// Whether these are accepted applications alone. This process is then compared by its accepted
    /// applications.
    #[cfg_attr(test, schemars(extend("examples" = [true])))]
    #[serde(default, rename = "accepted_only")]
    counts_accepted_only: bool,
    /// Name of the earlier process in Spanish.
    #[cfg_attr(test, schemars(extend("examples" = ["Proceso Electoral 2017-2018"])))]
    title: String,
    /// Publication with the totals.
    #[cfg_attr(test, schemars(extend("examples" = ["INE, Central Electoral, boletín 246"])))]
    #[serde(rename = "source")]
    cited_publication: String,
    /// CSV of the totals by entity, relative to the folder of the process file.
    #[cfg_attr(test, schemars(extend("examples" = ["proyeccion/solicitudes_2017_2018.csv"])))]
    #[serde(rename = "totals")]
    totals_file: String,
    /// Factor for the totals while the process has no data of its own.
    #[cfg_attr(test, schemars(range(min = *PERMITTED_SCALES.start(), max = *PERMITTED_SCALES.end()), extend("examples" = [1.0])))]
    scale: f64,
    /// Standard deviation of the logarithm of `scale`. With 1.0, a factor of 2.7 either way is one
    /// standard deviation.
    #[cfg_attr(test, schemars(range(min = *PERMITTED_LOG_DEVIATIONS.start(), max = *PERMITTED_LOG_DEVIATIONS.end()), extend("examples" = [1.0])))]
    scale_log_sd: f64,
    /// Standard deviation of the logarithm of an entity's share between two processes.
    #[cfg_attr(test, schemars(range(min = *PERMITTED_LOG_DEVIATIONS.start(), max = *PERMITTED_LOG_DEVIATIONS.end()), extend("examples" = [0.3])))]
    entity_log_sd: f64,
}

/// A reference has either `curve` or `process`. Its registration closed before this process opens.
#[derive(Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields)]
struct RawReferencePlan {
    /// Short name of the earlier process, each once. It is not the process itself.
    #[cfg_attr(test, schemars(extend("examples" = ["pef_2017_2018"])))]
    #[serde(rename = "name")]
    process_id: String,
    /// Name of the earlier process in Spanish.
    #[cfg_attr(test, schemars(extend("examples" = ["Proceso Electoral 2017-2018"])))]
    title: String,
    /// Publication with the course.
    #[cfg_attr(test, schemars(extend("examples" = ["INE, Central Electoral, boletín 246"])))]
    #[serde(rename = "source")]
    cited_publication: String,
    /// What the course counts, in Spanish. Applications received and accepted are not to be mixed.
    #[cfg_attr(test, schemars(extend("default" = DEFAULT_UNIVERSE, "examples" = ["solicitudes recibidas"])))]
    #[serde(default = "default_universe", rename = "counts")]
    counted_universe: String,
    /// Whether these are accepted applications alone. This process is then compared by its accepted
    /// applications.
    #[cfg_attr(test, schemars(extend("examples" = [true])))]
    #[serde(default, rename = "accepted_only")]
    counts_accepted_only: bool,
    /// Whether the projection uses the course. If not, only table `comparativo` has it.
    #[cfg_attr(test, schemars(extend("examples" = [false])))]
    #[serde(default = "default_used_for_projection", rename = "used_for_projection")]
    is_used_for_projection: bool,
    /// CSV of days with cumulative applications, the opening first and the close last. Between two
    /// days the count is linear in the logarithm of the days to the close plus 7.
    #[cfg_attr(test, schemars(extend(
        "x-if-absent" = "`process` gives the course", "examples" = ["proyeccion/curva_2020_2021.csv"]
    )))]
    #[serde(rename = "curve")]
    curve_file: Option<String>,
    /// Process file of the earlier process; its exports give the course.
    #[cfg_attr(test, schemars(extend("x-if-absent" = "`curve` gives the course", "examples" = ["pel_2020_2021.toml"])))]
    #[serde(rename = "process")]
    process_path: Option<String>,
    /// Folder of the exports of `process`.
    #[cfg_attr(test, schemars(extend(
        "x-if-absent" = "the folder that `process` names", "examples" = ["../sample_data/pel_2020_2021"]
    )))]
    #[serde(rename = "inputs")]
    exports_dir: Option<String>,
}

/// What a count of an earlier process means unless the process file says otherwise.
const DEFAULT_UNIVERSE: &str = "solicitudes";

fn default_universe() -> String {
    DEFAULT_UNIVERSE.to_owned()
}

fn default_assumptions() -> String {
    DEFAULT_ASSUMPTIONS.to_owned()
}

fn default_used_for_projection() -> bool {
    true
}

/// Reads the section `[projection]` of a process with this id and opening day.
pub(super) fn validate_projection(
    process_file: &ProcessFile,
    process_folder: &Path,
    raw_projection: RawProjection,
    id_and_opening: (&str, NaiveDate),
    modalities_and_statuses: (&CategoryList, &CategoryList),
    catalogs: &Catalogs,
) -> Result<ProjectionPlan, ProcessError> {
    let ((id, opens), (modalities, statuses)) = (id_and_opening, modalities_and_statuses);
    let mut files = Vec::new();
    let places = |names: &Spanned<Vec<String>>| -> Result<Vec<u8>, ProcessError> {
        let place = |name: &String| {
            category_index(statuses, name)
                .ok_or_else(|| unknown_category_error(process_file, names, "status", name, statuses))
        };
        names.get_ref().iter().map(place).collect()
    };
    let (accepted, refused) = (places(&raw_projection.accepted_statuses)?, places(&raw_projection.refused_statuses)?);
    if accepted.is_empty() || accepted.iter().any(|status| refused.contains(status)) {
        return Err(process_file.mistake_at(&raw_projection.accepted_statuses, message!("L141-accepted-statuses")));
    }
    let acceptance = *raw_projection.acceptance.get_ref();
    let Acceptance { accepted_share: share, weight, drift_sd: drift } = &acceptance;
    if !PERMITTED_SHARES.contains(share) || !PERMITTED_WEIGHTS.contains(weight) || !PERMITTED_DRIFTS.contains(drift) {
        return Err(process_file.mistake_at(&raw_projection.acceptance, message!("L114-acceptance")));
    }

    let mut shares = Vec::new();
    if let Some(raw) = &raw_projection.modality_shares {
        for (name, share) in raw.get_ref() {
            let place = category_index(modalities, name)
                .ok_or_else(|| unknown_category_error(process_file, raw, "modality", name, modalities))?;
            if !PERMITTED_SHARES.contains(share) {
                return Err(process_file.mistake_at(raw, message!("L115-modality-share", share)));
            }
            shares.push((place, *share));
        }
        let sum: f64 = shares.iter().map(|(_, share)| share).sum();
        if (sum - 1.0).abs() > 1e-6 {
            return Err(process_file.mistake_at(raw, message!("L142-modality-sum", sum)));
        }
    }

    let earlier = raw_projection
        .earlier_totals
        .map(|raw| validate_earlier_totals(process_file, process_folder, id, raw, catalogs, &mut files))
        .transpose()?;
    let mut references: Vec<ReferencePlan> = Vec::new();
    for raw in raw_projection.references {
        let taken = references.iter().any(|other| other.process_id == raw.get_ref().process_id);
        if taken || raw.get_ref().process_id == id {
            let message = message!("L143-reference-twice", name = raw.get_ref().process_id);
            return Err(process_file.mistake_at(&raw, message));
        }
        references.push(validate_reference(process_file, process_folder, raw, opens, &mut files)?);
    }
    let per_credential = raw_projection
        .applications_per_credential
        .map(|raw| validate_applications_per_credential(process_file, &raw))
        .transpose()?;
    let spread = raw_projection.spread.map(|raw| validate_spread(process_file, raw)).transpose()?;
    Ok(ProjectionPlan {
        accepted_statuses: accepted,
        refused_statuses: refused,
        acceptance,
        earlier_totals: earlier,
        applications_per_credential: per_credential,
        modality_shares: shares,
        references,
        spread: spread.unwrap_or_default(),
        input_files: files,
    })
}

fn validate_spread(process_file: &ProcessFile, raw: Spanned<RawSpread>) -> Result<SpreadPlan, ProcessError> {
    let RawSpread { deviation, weight, entity_deviation, .. } = raw.get_ref();
    if !PERMITTED_LOG_DEVIATIONS.contains(deviation)
        || !PERMITTED_SPREAD_WEIGHTS.contains(weight)
        || !PERMITTED_LOG_DEVIATIONS.contains(entity_deviation)
    {
        return Err(process_file.mistake_at(&raw, message!("L114-spread")));
    }
    let RawSpread { deviation, weight, entity_deviation, assumptions, cited_source } = raw.into_inner();
    Ok(SpreadPlan { deviation, weight, entity_deviation, assumptions, cited_source })
}

fn validate_applications_per_credential(
    process_file: &ProcessFile,
    raw_ratio: &Spanned<ApplicationsPerCredential>,
) -> Result<ApplicationsPerCredential, ProcessError> {
    let ApplicationsPerCredential { applications, log_sd } = *raw_ratio.get_ref();
    if !PERMITTED_APPLICATIONS_PER_CREDENTIAL.contains(&applications) || !PERMITTED_LOG_DEVIATIONS.contains(&log_sd) {
        return Err(process_file.mistake_at(raw_ratio, message!("L114-per-credential")));
    }
    Ok(*raw_ratio.get_ref())
}

fn validate_earlier_totals(
    process_file: &ProcessFile,
    process_folder: &Path,
    id: &str,
    raw_totals: Spanned<RawEarlierTotals>,
    catalogs: &Catalogs,
    input_files: &mut Vec<PathBuf>,
) -> Result<EarlierTotals, ProcessError> {
    let RawEarlierTotals { scale, scale_log_sd, entity_log_sd, .. } = *raw_totals.get_ref();
    if !PERMITTED_SCALES.contains(&scale)
        || !PERMITTED_LOG_DEVIATIONS.contains(&scale_log_sd)
        || !PERMITTED_LOG_DEVIATIONS.contains(&entity_log_sd)
    {
        return Err(process_file.mistake_at(&raw_totals, message!("L114-earlier-totals")));
    }
    let raw = raw_totals.into_inner();
    let process_id = match &raw.process_id {
        None => text_folding::slug(&raw.title),
        Some(name) if text_folding::slug(name.get_ref()) == *name.get_ref() && name.get_ref() != id => {
            name.get_ref().clone()
        }
        Some(name) => {
            return Err(process_file.mistake_at(name, message!("L143-earlier-name", name = name.get_ref())));
        }
    };
    let path = process_folder.join(raw.totals_file);
    let totals = read_totals_by_entity(&path, catalogs)?;
    input_files.push(path);
    Ok(EarlierTotals {
        process_id,
        counted_universe: raw.counted_universe,
        counts_accepted_only: raw.counts_accepted_only,
        title: raw.title,
        cited_publication: raw.cited_publication,
        totals,
        scale: raw.scale,
        scale_log_sd: raw.scale_log_sd,
        entity_log_sd: raw.entity_log_sd,
    })
}

fn validate_reference(
    process_file: &ProcessFile,
    process_folder: &Path,
    raw_reference: Spanned<RawReferencePlan>,
    process_opens: NaiveDate,
    input_files: &mut Vec<PathBuf>,
) -> Result<ReferencePlan, ProcessError> {
    let one = raw_reference.get_ref();
    let curve_source = match (&one.curve_file, &one.process_path, &one.exports_dir) {
        (Some(path), None, None) => {
            let path = process_folder.join(path);
            let points = read_curve(&path)?;
            if points.last().is_some_and(|(closes, _)| *closes >= process_opens) {
                let message = message!("L143-reference-not-earlier", name = one.process_id, opens = process_opens);
                return Err(process_file.mistake_at(&raw_reference, message));
            }
            input_files.push(path);
            CurveSource::Points(points)
        }
        (None, Some(path), inputs) => {
            let process = process_folder.join(path);
            input_files.push(process.clone());
            CurveSource::Exports {
                process_path: process,
                exports_dir: inputs.as_ref().map(|inputs| process_folder.join(inputs)),
            }
        }
        _ => return Err(process_file.mistake_at(&raw_reference, message!("L143-reference-source"))),
    };
    let raw = raw_reference.into_inner();
    Ok(ReferencePlan {
        process_id: raw.process_id,
        title: raw.title,
        cited_publication: raw.cited_publication,
        counted_universe: raw.counted_universe,
        counts_accepted_only: raw.counts_accepted_only,
        is_used_for_projection: raw.is_used_for_projection,
        curve_source,
    })
}

/// The index of a modality by its code.
pub(super) fn modality_index(
    process_file: &ProcessFile,
    name: &Spanned<String>,
    modalities: &CategoryList,
) -> Result<u8, ProcessError> {
    category_index(modalities, name.get_ref())
        .ok_or_else(|| unknown_category_error(process_file, name, "modality", name.get_ref(), modalities))
}

fn category_index(list: &CategoryList, name: &str) -> Option<u8> {
    let place = list.categories().iter().position(|category| category.code == name)?;
    u8::try_from(place).ok()
}

fn unknown_category_error<T>(
    process_file: &ProcessFile,
    position: &Spanned<T>,
    category_kind: &str,
    name: &str,
    category_list: &CategoryList,
) -> ProcessError {
    let codes: Vec<_> = category_list.categories().iter().map(|category| category.code.as_str()).collect();
    let message = message!("L140-unknown-category", name, kind = category_kind, accepted = codes.join(", "));
    process_file.mistake_at(position, message)
}
