/*!
Reads the projection sections of a process file: the references, the prior assumptions, and the
postal plan.
*/

use std::collections::BTreeMap;
use std::ops::{Range, RangeInclusive};
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
#[cfg(test)]
use schemars::JsonSchema;
use serde::Deserialize;
use toml::Spanned;
use toml::value::Datetime;

use super::curve_files::{curve, totals};
#[cfg(test)]
use super::generated_docs::{Day, Share};
use super::tariff::Tariff;
use super::validate::{PERMITTED_SHARES, ProcessFile};
use super::{CategoryList, Process, ProcessError};
use crate::catalog::{Catalogs, EntityId};

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
    /// Earlier processes with known curves.
    pub references: Vec<ReferencePlan>,
    /// The settings of generated processes.
    pub generated: GeneratedPlan,
    /// The files that were read for the projection.
    pub files: Vec<PathBuf>,
}

/// The assumption about the accepted share. It counts as `weight` decided applications.
#[derive(Clone, Copy, Debug, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Acceptance {
    /// The share of decided applications that is accepted.
    #[cfg_attr(test, schemars(with = "Share", extend("examples" = [0.95])))]
    pub share: f64,
    /// The weight of this assumption, as a number of decided applications.
    #[cfg_attr(test, schemars(
        range(min = *PERMITTED_WEIGHTS.start(), max = *PERMITTED_WEIGHTS.end()), extend("examples" = [20.0])
    ))]
    pub weight: f64,
    /// Standard deviation between the accepted share of late decisions and that of early ones.
    #[cfg_attr(test, schemars(range(min = *PERMITTED_DRIFTS.start(), max = *PERMITTED_DRIFTS.end()), extend("examples" = [0.02])))]
    pub drift: f64,
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

/// The permitted probabilities that a print run suffices.
const PERMITTED_SERVICE_LEVELS: Range<f64> = 0.5..1.0;

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
    /// The printed name of the process.
    pub title: String,
    /// The publication with the totals.
    pub publication: String,
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
    pub name: String,
    /// The printed name of the process.
    pub title: String,
    /// The publication with the curve.
    pub publication: String,
    /// The source of the curve.
    pub curve: CurveSource,
}

/// The source of the curve of an earlier process.
#[derive(Clone, Debug)]
pub enum CurveSource {
    /// Published points: days with cumulative applications, from the opening to the close.
    Points(Vec<(NaiveDate, i64)>),
    /// The exports of another process file.
    Exports {
        /// The process file.
        process: PathBuf,
        /// The folder; `None` for the folder that the process file names.
        inputs: Option<PathBuf>,
    },
}

/// The settings of processes that are generated if too few real ones exist.
#[derive(Clone, Copy, Debug)]
#[cfg_attr(test, derive(serde::Serialize))]
pub struct GeneratedPlan {
    /// The number of generated processes.
    pub members: usize,
    /// The seed of their random numbers.
    pub seed: u64,
}

/// The settings of the postal vote.
#[derive(Clone, Debug)]
pub struct PostalPlan {
    /// The index of the postal modality.
    pub modality: u8,
    /// The probability, 0–1, that the print run of an entity suffices.
    pub service_level: f64,
    /// The cost of a package.
    pub tariff: Tariff,
}

/// A close of registration that was in force until a later one was announced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeadlineExtension {
    /// The day on which the later close was announced.
    pub announced: NaiveDate,
    /// The last day of registration that was known before.
    pub previous_close: NaiveDate,
}

/// Write one entry for each extension, and the new close in `closes`. Projections and the replay of
/// earlier cortes then use the close that was known at each day.
#[derive(Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct RawExtension {
    /// Day on which the later close was announced. It is at the latest the day after `closed`.
    #[cfg_attr(test, schemars(with = "Day", extend("examples" = ["2021-02-05"])))]
    announced: Spanned<Datetime>,
    /// Last day of registration as it was known before.
    #[cfg_attr(test, schemars(with = "Day", extend("examples" = ["2021-02-10"])))]
    closed: Spanned<Datetime>,
}

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
    accepted: Spanned<Vec<String>>,
    /// Statuses that keep an application off the list. All others are still undecided.
    #[cfg_attr(test, schemars(
        with = "Vec<String>",
        extend("x-accepts" = "codes of `categories.estatus`", "examples" = [["IMPROCEDENTE"]])
    ))]
    refused: Spanned<Vec<String>>,
    /// Share of applications that will be accepted, until the analysis of the process shows it.
    #[cfg_attr(test, schemars(with = "Acceptance"))]
    acceptance: Spanned<Acceptance>,
    /// Applications to expect per credential applied for, where `earlier` is absent.
    #[cfg_attr(test, schemars(
        with = "Option<ApplicationsPerCredential>", extend("x-if-absent" = "credentials say nothing about applications")
    ))]
    per_credential: Option<Spanned<ApplicationsPerCredential>>,
    /// Share of each modality that is expected before there are data. The shares add up to 1.
    #[cfg_attr(test, schemars(
        with = "Option<BTreeMap<String, Share>>",
        extend(
            "x-accepts" = "codes of `categories.modalidad`",
            "x-if-absent" = "all modalities alike",
            "examples" = [{"POSTAL": 0.4, "ELECTRONICA": 0.6}]
        )
    ))]
    modalities: Option<Spanned<BTreeMap<String, f64>>>,
    /// Totals by entity of an earlier process.
    #[cfg_attr(test, schemars(with = "Option<RawEarlier>", extend("x-if-absent" = "no earlier totals")))]
    earlier: Option<Spanned<RawEarlier>>,
    /// Earlier processes with a known course.
    #[cfg_attr(test, schemars(with = "Vec<RawReference>", extend("x-if-absent" = "no references")))]
    #[serde(default)]
    reference: Vec<Spanned<RawReference>>,
    /// Generated processes, for the errors that few real ones cannot show.
    #[cfg_attr(test, schemars(with = "Option<RawGenerated>", extend("default" = DEFAULT_GENERATED)))]
    generated: Option<Spanned<RawGenerated>>,
}

/// All that is known before the opening, with the credentials.
#[derive(Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields)]
struct RawEarlier {
    /// Name of the earlier process in Spanish.
    #[cfg_attr(test, schemars(extend("examples" = ["Proceso Electoral 2017-2018"])))]
    title: String,
    /// Publication with the totals.
    #[cfg_attr(test, schemars(extend("examples" = ["INE, Central Electoral, boletín 246"])))]
    source: String,
    /// CSV of the totals by entity, relative to the folder of the process file.
    #[cfg_attr(test, schemars(extend("examples" = ["proyeccion/solicitudes_2017_2018.csv"])))]
    totals: String,
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
struct RawReference {
    /// Short name of the earlier process, each once. It is not the process itself.
    #[cfg_attr(test, schemars(extend("examples" = ["pef_2017_2018"])))]
    name: String,
    /// Name of the earlier process in Spanish.
    #[cfg_attr(test, schemars(extend("examples" = ["Proceso Electoral 2017-2018"])))]
    title: String,
    /// Publication with the course.
    #[cfg_attr(test, schemars(extend("examples" = ["INE, Central Electoral, boletín 246"])))]
    source: String,
    /// CSV of days with cumulative applications, the opening first and the close last.
    #[cfg_attr(test, schemars(extend(
        "x-if-absent" = "`process` gives the course", "examples" = ["proyeccion/curva_2020_2021.csv"]
    )))]
    curve: Option<String>,
    /// Process file of the earlier process; its exports give the course.
    #[cfg_attr(test, schemars(extend("x-if-absent" = "`curve` gives the course", "examples" = ["pel_2020_2021.toml"])))]
    process: Option<String>,
    /// Folder of the exports of `process`.
    #[cfg_attr(test, schemars(extend(
        "x-if-absent" = "the folder that `process` names", "examples" = ["../sample_data/pel_2020_2021"]
    )))]
    inputs: Option<String>,
}

#[derive(Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields)]
struct RawGenerated {
    /// Number of generated processes.
    #[cfg_attr(test, schemars(range(min = *PERMITTED_GENERATED_PROCESSES.start(), max = *PERMITTED_GENERATED_PROCESSES.end()), extend("examples" = [100])))]
    members: usize,
    /// Seed of their random numbers.
    #[cfg_attr(test, schemars(extend("examples" = [2025])))]
    seed: u64,
}

/// The postal packages (PEP) to print and post.
#[derive(Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct RawPostal {
    /// The modality of the postal vote.
    #[cfg_attr(test, schemars(
        with = "String", extend("x-accepts" = "a code of `categories.modalidad`", "examples" = ["POSTAL"])
    ))]
    modality: Spanned<String>,
    /// The chance with which the print run of an entity is enough.
    #[cfg_attr(test, schemars(
        with = "f64",
        extend(
            "minimum" = PERMITTED_SERVICE_LEVELS.start, "exclusiveMaximum" = PERMITTED_SERVICE_LEVELS.end, "examples" = [0.95]
        )
    ))]
    service_level: Spanned<f64>,
    /// File with the cost of a package, relative to the folder of the process file.
    #[cfg_attr(test, schemars(extend("examples" = ["proyeccion/tarifa_pep.toml"])))]
    tariff: String,
}

/// The voters of the Internet voting system (SIVEI).
#[derive(Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct RawElectronic {
    /// The modality of the vote by Internet.
    #[cfg_attr(test, schemars(
        with = "String", extend("x-accepts" = "a code of `categories.modalidad`", "examples" = ["ELECTRONICA"])
    ))]
    modality: Spanned<String>,
}

/// The permitted numbers of generated processes: errors need at least a few, and each one costs
/// time.
const PERMITTED_GENERATED_PROCESSES: RangeInclusive<usize> = 20..=500;

/// The default number and seed.
const DEFAULT_GENERATED: GeneratedPlan = GeneratedPlan { members: 60, seed: 1 };

pub(super) fn extensions(
    file: &ProcessFile,
    raw: &[RawExtension],
    opens: NaiveDate,
    closes: NaiveDate,
) -> Result<Vec<DeadlineExtension>, ProcessError> {
    let mut extensions: Vec<DeadlineExtension> = Vec::new();
    for one in raw {
        let extension =
            DeadlineExtension { announced: file.day(&one.announced)?, previous_close: file.day(&one.closed)? };
        let after = extensions.last().map_or(opens, |before| before.announced);
        if extension.announced <= after || extension.announced > extension.previous_close.succ_opt().unwrap_or(closes) {
            let message = "registration.extended: each was announced after the one above it (the first after the \
                           opening), and at the latest on the day after the close that it put off";
            return Err(file.mistake_at(&one.announced, message));
        }
        if extension.previous_close >= closes
            || extensions.last().is_some_and(|before| extension.previous_close <= before.previous_close)
        {
            let message = "registration.extended: each close is later than the one above it and earlier than `closes`";
            return Err(file.mistake_at(&one.closed, message));
        }
        extensions.push(extension);
    }
    Ok(extensions)
}

/// Reads the section `[projection]` of a process with this id and opening day.
pub(super) fn projection(
    file: &ProcessFile,
    folder: &Path,
    raw: RawProjection,
    id_and_opening: (&str, NaiveDate),
    categories: (&CategoryList, &CategoryList),
    catalogs: &Catalogs,
) -> Result<ProjectionPlan, ProcessError> {
    let ((id, opens), (modalities, statuses)) = (id_and_opening, categories);
    let mut files = Vec::new();
    let places = |names: &Spanned<Vec<String>>| -> Result<Vec<u8>, ProcessError> {
        let place = |name: &String| {
            category_index(statuses, name).ok_or_else(|| unknown_category_error(file, names, "status", name, statuses))
        };
        names.get_ref().iter().map(place).collect()
    };
    let (accepted, refused) = (places(&raw.accepted)?, places(&raw.refused)?);
    if accepted.is_empty() || accepted.iter().any(|status| refused.contains(status)) {
        let message = "projection.accepted names one status at least, and none that `refused` names";
        return Err(file.mistake_at(&raw.accepted, message));
    }
    let acceptance = *raw.acceptance.get_ref();
    let Acceptance { share, weight, drift } = &acceptance;
    if !PERMITTED_SHARES.contains(share) || !PERMITTED_WEIGHTS.contains(weight) || !PERMITTED_DRIFTS.contains(drift) {
        let message =
            "projection.acceptance: share is from 0.0 to 1.0, weight from 0.1 to 1000000, drift from 0.0 to 0.5";
        return Err(file.mistake_at(&raw.acceptance, message));
    }

    let mut shares = Vec::new();
    if let Some(raw) = &raw.modalities {
        for (name, share) in raw.get_ref() {
            let place = category_index(modalities, name)
                .ok_or_else(|| unknown_category_error(file, raw, "modality", name, modalities))?;
            if !PERMITTED_SHARES.contains(share) {
                return Err(file.mistake_at(raw, format!("projection.modalities: {share} is no share from 0.0 to 1.0")));
            }
            shares.push((place, *share));
        }
        let sum: f64 = shares.iter().map(|(_, share)| share).sum();
        if (sum - 1.0).abs() > 1e-6 {
            return Err(file.mistake_at(raw, format!("projection.modalities add up to {sum}, not to 1")));
        }
    }

    let earlier =
        raw.earlier.map(|raw| validate_earlier_totals(file, folder, raw, catalogs, &mut files)).transpose()?;
    let mut references: Vec<ReferencePlan> = Vec::new();
    for raw in raw.reference {
        let taken = references.iter().any(|other| other.name == raw.get_ref().name);
        if taken || raw.get_ref().name == id {
            let message = format!(
                "projection.reference `{}` is there twice, or is the process itself, which cannot be its own reference",
                raw.get_ref().name
            );
            return Err(file.mistake_at(&raw, message));
        }
        references.push(reference(file, folder, raw, opens, &mut files)?);
    }
    let per_credential = raw.per_credential.map(|raw| per_credential(file, &raw)).transpose()?;
    let generated = match raw.generated {
        None => DEFAULT_GENERATED,
        Some(raw) if PERMITTED_GENERATED_PROCESSES.contains(&raw.get_ref().members) => {
            GeneratedPlan { members: raw.get_ref().members, seed: raw.get_ref().seed }
        }
        Some(raw) => {
            let message = format!(
                "projection.generated: members is a number from {} to {}",
                PERMITTED_GENERATED_PROCESSES.start(),
                PERMITTED_GENERATED_PROCESSES.end()
            );
            return Err(file.mistake_at(&raw, message));
        }
    };
    Ok(ProjectionPlan {
        accepted_statuses: accepted,
        refused_statuses: refused,
        acceptance,
        earlier_totals: earlier,
        applications_per_credential: per_credential,
        modality_shares: shares,
        references,
        generated,
        files,
    })
}

fn per_credential(
    file: &ProcessFile,
    raw: &Spanned<ApplicationsPerCredential>,
) -> Result<ApplicationsPerCredential, ProcessError> {
    let ApplicationsPerCredential { applications, log_sd } = *raw.get_ref();
    if !PERMITTED_APPLICATIONS_PER_CREDENTIAL.contains(&applications) || !PERMITTED_LOG_DEVIATIONS.contains(&log_sd) {
        let message =
            "projection.per_credential: applications is a number from 0.001 to 100.0, log_sd from 0.01 to 3.0";
        return Err(file.mistake_at(raw, message));
    }
    Ok(*raw.get_ref())
}

fn validate_earlier_totals(
    file: &ProcessFile,
    folder: &Path,
    raw: Spanned<RawEarlier>,
    catalogs: &Catalogs,
    files: &mut Vec<PathBuf>,
) -> Result<EarlierTotals, ProcessError> {
    let RawEarlier { scale, scale_log_sd, entity_log_sd, .. } = *raw.get_ref();
    if !PERMITTED_SCALES.contains(&scale)
        || !PERMITTED_LOG_DEVIATIONS.contains(&scale_log_sd)
        || !PERMITTED_LOG_DEVIATIONS.contains(&entity_log_sd)
    {
        let message =
            "projection.earlier: scale is a number from 0.01 to 100.0, scale_log_sd and entity_log_sd from 0.01 to 3.0";
        return Err(file.mistake_at(&raw, message));
    }
    let raw = raw.into_inner();
    let path = folder.join(raw.totals);
    let totals = totals(&path, catalogs)?;
    files.push(path);
    Ok(EarlierTotals {
        title: raw.title,
        publication: raw.source,
        totals,
        scale: raw.scale,
        scale_log_sd: raw.scale_log_sd,
        entity_log_sd: raw.entity_log_sd,
    })
}

fn reference(
    file: &ProcessFile,
    folder: &Path,
    raw: Spanned<RawReference>,
    opens: NaiveDate,
    files: &mut Vec<PathBuf>,
) -> Result<ReferencePlan, ProcessError> {
    let wrong = || {
        let message = "projection.reference has either `curve`, a CSV of published points, or `process`, another \
                       process file, with `inputs` where its exports lie elsewhere";
        file.mistake_at(&raw, message)
    };
    let one = raw.get_ref();
    let curve_source = match (&one.curve, &one.process, &one.inputs) {
        (Some(path), None, None) => {
            let path = folder.join(path);
            let points = curve(&path)?;
            if points.last().is_some_and(|(closes, _)| *closes >= opens) {
                let message = format!(
                    "the curve of the reference `{}` ends on or after {opens}, when this process opens: it is no earlier one",
                    one.name
                );
                return Err(file.mistake_at(&raw, message));
            }
            files.push(path);
            CurveSource::Points(points)
        }
        (None, Some(path), inputs) => {
            let process = folder.join(path);
            files.push(process.clone());
            CurveSource::Exports { process, inputs: inputs.as_ref().map(|inputs| folder.join(inputs)) }
        }
        _ => return Err(wrong()),
    };
    let RawReference { name, title, source, .. } = raw.into_inner();
    Ok(ReferencePlan { name, title, publication: source, curve: curve_source })
}

/// Reads the section `[postal]`. The second result is the file of the tariff.
pub(super) fn postal(
    file: &ProcessFile,
    folder: &Path,
    raw: &RawPostal,
    modalities: &CategoryList,
    catalogs: &Catalogs,
) -> Result<(PostalPlan, PathBuf), ProcessError> {
    let level = *raw.service_level.get_ref();
    if !PERMITTED_SERVICE_LEVELS.contains(&level) {
        let message = "postal.service_level is the chance that a print run is enough, from 0.5 to below 1.0";
        return Err(file.mistake_at(&raw.service_level, message));
    }
    let path = folder.join(&raw.tariff);
    let plan = PostalPlan {
        modality: modality(file, &raw.modality, modalities)?,
        service_level: level,
        tariff: Tariff::load(&path, catalogs)?,
    };
    Ok((plan, path))
}

/// Reads the section `[electronic]`, which names a modality.
pub(super) fn validate_internet_modality(
    file: &ProcessFile,
    raw: &RawElectronic,
    modalities: &CategoryList,
) -> Result<u8, ProcessError> {
    modality(file, &raw.modality, modalities)
}

fn modality(file: &ProcessFile, name: &Spanned<String>, modalities: &CategoryList) -> Result<u8, ProcessError> {
    category_index(modalities, name.get_ref())
        .ok_or_else(|| unknown_category_error(file, name, "modality", name.get_ref(), modalities))
}

fn category_index(list: &CategoryList, name: &str) -> Option<u8> {
    let place = list.categories().iter().position(|category| category.code == name)?;
    u8::try_from(place).ok()
}

fn unknown_category_error<T>(
    file: &ProcessFile,
    at: &Spanned<T>,
    what: &str,
    name: &str,
    list: &CategoryList,
) -> ProcessError {
    let codes: Vec<_> = list.categories().iter().map(|category| category.code.as_str()).collect();
    file.mistake_at(at, format!("`{name}` is no {what} of this process; expected some of: {}", codes.join(", ")))
}

impl Process {
    /// The last day of registration that was known at the end of a day.
    #[must_use]
    pub fn closes_as_known(&self, day: NaiveDate) -> NaiveDate {
        let earlier = self.extensions.iter().find(|extension| day < extension.announced);
        earlier.map_or(self.closes, |extension| extension.previous_close)
    }
}
