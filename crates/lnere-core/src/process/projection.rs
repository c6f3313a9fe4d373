/*!
What a process file says of the projection: which earlier processes it learns from, what is believed before
there are data, and what the postal vote costs.
*/

use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use serde::Deserialize;
use toml::Spanned;
use toml::value::Datetime;

use super::curve_files::{curve, totals};
use super::tariff::Tariff;
use super::validate::ProcessFile;
use super::{CategoryList, Process, ProcessError};
use crate::catalog::{Catalogs, EntityId};

/// How the list is projected.
#[derive(Clone, Debug)]
pub struct ProjectionPlan {
    /// The statuses of an application that is on the list, by their places.
    pub accepted: Vec<u8>,
    /// The statuses of one that is refused.
    pub refused: Vec<u8>,
    /// The assumption about the share that is accepted.
    pub acceptance: Acceptance,
    /// Totals of an earlier process.
    pub earlier: Option<EarlierTotals>,
    /// Applications expected per credential, used without earlier totals; `None`: no assumption.
    pub per_credential: Option<PerCredential>,
    /// The share of each modality that is expected before there are data; empty: all alike.
    pub modalities: Vec<(u8, f64)>,
    /// Earlier processes whose course is known.
    pub references: Vec<ReferencePlan>,
    /// Generated processes.
    pub generated: GeneratedPlan,
    /// The files that were read for it.
    pub files: Vec<PathBuf>,
}

/// The assumption about the accepted share, before and beside the process's own analysis.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Acceptance {
    /// The share, 0–1.
    pub share: f64,
    /// The weight of this assumption, as a number of decided applications.
    pub weight: f64,
    /// Standard deviation between the accepted share of late decisions and that of early ones.
    pub drift: f64,
}

/// How many applications to expect per credential applied for.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PerCredential {
    /// Applications per credential.
    pub applications: f64,
    /// Standard deviation of the logarithm of `applications`.
    pub log_sd: f64,
}

/// Totals by entity of an earlier process.
#[derive(Clone, Debug)]
pub struct EarlierTotals {
    /// Its name in print.
    pub title: String,
    /// The publication with the totals.
    pub publication: String,
    /// Applications by entity.
    pub totals: Vec<(EntityId, i64)>,
    /// The factor for the totals while the process has no data of its own.
    pub scale: f64,
    /// Standard deviation of the logarithm of `scale`.
    pub scale_log_sd: f64,
    /// How far an entity's share moves between two processes (standard deviation of its logarithm).
    pub entity_log_sd: f64,
}

/// An earlier process whose course is known.
#[derive(Clone, Debug)]
pub struct ReferencePlan {
    /// Its id.
    pub name: String,
    /// Its name in print.
    pub title: String,
    /// The publication with the curve.
    pub publication: String,
    /// The source of the curve.
    pub curve: CurveSource,
}

/// The source of the curve of an earlier process.
#[derive(Clone, Debug)]
pub enum CurveSource {
    /// Published points: days with cumulative applications, the opening first and the close last.
    Points(Vec<(NaiveDate, i64)>),
    /// The exports of another process file.
    Exports {
        /// The process file.
        process: PathBuf,
        /// The folder; `None`: the one that the process file names.
        inputs: Option<PathBuf>,
    },
}

/// Processes that are generated where too few have taken place.
#[derive(Clone, Copy, Debug)]
pub struct GeneratedPlan {
    /// The number of generated processes.
    pub members: usize,
    /// The seed of their random numbers.
    pub seed: u64,
}

/// The settings of the postal vote.
#[derive(Clone, Debug)]
pub struct PostalPlan {
    /// The postal modality, by its place.
    pub modality: u8,
    /// The chance, 0–1, with which an entity's print run is enough.
    pub service_level: f64,
    /// The cost of a package.
    pub tariff: Tariff,
}

/// A close of registration that was in force until a later one was announced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeadlineExtension {
    /// The day on which the later close was announced.
    pub announced: NaiveDate,
    /// The last day of registration as it was known before.
    pub closed: NaiveDate,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawExtension {
    announced: Spanned<Datetime>,
    closed: Spanned<Datetime>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawProjection {
    accepted: Spanned<Vec<String>>,
    refused: Spanned<Vec<String>>,
    acceptance: Spanned<Acceptance>,
    per_credential: Option<Spanned<PerCredential>>,
    modalities: Option<Spanned<std::collections::BTreeMap<String, f64>>>,
    earlier: Option<Spanned<RawEarlier>>,
    #[serde(default)]
    reference: Vec<Spanned<RawReference>>,
    generated: Option<Spanned<RawGenerated>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawEarlier {
    title: String,
    source: String,
    totals: String,
    scale: f64,
    scale_log_sd: f64,
    entity_log_sd: f64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawReference {
    name: String,
    title: String,
    source: String,
    curve: Option<String>,
    process: Option<String>,
    inputs: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawGenerated {
    members: usize,
    seed: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawPostal {
    modality: Spanned<String>,
    service_level: Spanned<f64>,
    tariff: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawElectronic {
    modality: Spanned<String>,
}

/// The least and the most generated processes: errors are learnt from a few at least, and each costs time.
const MEMBERS: std::ops::RangeInclusive<usize> = 20..=500;

/// The default if the process file gives no number.
const DEFAULT_GENERATED: GeneratedPlan = GeneratedPlan { members: 60, seed: 1 };

pub(super) fn extensions(
    file: &ProcessFile,
    raw: &[RawExtension],
    opens: NaiveDate,
    closes: NaiveDate,
) -> Result<Vec<DeadlineExtension>, ProcessError> {
    let mut extensions: Vec<DeadlineExtension> = Vec::new();
    for one in raw {
        let extension = DeadlineExtension { announced: file.day(&one.announced)?, closed: file.day(&one.closed)? };
        let after = extensions.last().map_or(opens, |before| before.announced);
        if extension.announced <= after || extension.announced > extension.closed.succ_opt().unwrap_or(closes) {
            let message = "registration.extended: each was announced after the one above it (the first after the \
                           opening), and at the latest on the day after the close that it put off";
            return Err(file.mistake_at(&one.announced, message));
        }
        if extension.closed >= closes || extensions.last().is_some_and(|before| extension.closed <= before.closed) {
            let message = "registration.extended: each close is later than the one above it and earlier than `closes`";
            return Err(file.mistake_at(&one.closed, message));
        }
        extensions.push(extension);
    }
    Ok(extensions)
}

/// The section `[projection]` of the process of an id and an opening day.
pub(super) fn projection(
    file: &ProcessFile,
    folder: &Path,
    raw: RawProjection,
    known: (&str, NaiveDate),
    categories: (&CategoryList, &CategoryList),
    catalogs: &Catalogs,
) -> Result<ProjectionPlan, ProcessError> {
    let ((id, opens), (modalities, statuses)) = (known, categories);
    let mut files = Vec::new();
    let places = |names: &Spanned<Vec<String>>| -> Result<Vec<u8>, ProcessError> {
        let place = |name: &String| code(statuses, name).ok_or_else(|| unknown(file, names, "status", name, statuses));
        names.get_ref().iter().map(place).collect()
    };
    let (accepted, refused) = (places(&raw.accepted)?, places(&raw.refused)?);
    if accepted.is_empty() || accepted.iter().any(|status| refused.contains(status)) {
        let message = "projection.accepted names one status at least, and none that `refused` names";
        return Err(file.mistake_at(&raw.accepted, message));
    }
    let acceptance = *raw.acceptance.get_ref();
    let drift = (0.0..=0.5).contains(&acceptance.drift);
    if !(0.0..=1.0).contains(&acceptance.share) || !(0.1..=1e6).contains(&acceptance.weight) || !drift {
        let message =
            "projection.acceptance: share is from 0.0 to 1.0, weight from 0.1 to 1000000, drift from 0.0 to 0.5";
        return Err(file.mistake_at(&raw.acceptance, message));
    }

    let mut shares = Vec::new();
    if let Some(raw) = &raw.modalities {
        for (name, share) in raw.get_ref() {
            let place = code(modalities, name).ok_or_else(|| unknown(file, raw, "modality", name, modalities))?;
            if !(0.0..=1.0).contains(share) {
                return Err(file.mistake_at(raw, format!("projection.modalities: {share} is no share from 0.0 to 1.0")));
            }
            shares.push((place, *share));
        }
        let sum: f64 = shares.iter().map(|(_, share)| share).sum();
        if (sum - 1.0).abs() > 1e-6 {
            return Err(file.mistake_at(raw, format!("projection.modalities add up to {sum}, not to 1")));
        }
    }

    let earlier = raw.earlier.map(|raw| earlier(file, folder, raw, catalogs, &mut files)).transpose()?;
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
        Some(raw) if MEMBERS.contains(&raw.get_ref().members) => {
            GeneratedPlan { members: raw.get_ref().members, seed: raw.get_ref().seed }
        }
        Some(raw) => {
            let message =
                format!("projection.generated: members is a number from {} to {}", MEMBERS.start(), MEMBERS.end());
            return Err(file.mistake_at(&raw, message));
        }
    };
    Ok(ProjectionPlan {
        accepted,
        refused,
        acceptance,
        earlier,
        per_credential,
        modalities: shares,
        references,
        generated,
        files,
    })
}

fn per_credential(file: &ProcessFile, raw: &Spanned<PerCredential>) -> Result<PerCredential, ProcessError> {
    let PerCredential { applications, log_sd } = *raw.get_ref();
    if !(0.001..=100.0).contains(&applications) || !is_deviation(log_sd) {
        let message =
            "projection.per_credential: applications is a number from 0.001 to 100.0, log_sd from 0.01 to 3.0";
        return Err(file.mistake_at(raw, message));
    }
    Ok(*raw.get_ref())
}

/// Whether a standard deviation of a logarithm is one that can be meant: 3 is a factor of 20 either way.
fn is_deviation(value: f64) -> bool {
    (0.01..=3.0).contains(&value)
}

fn earlier(
    file: &ProcessFile,
    folder: &Path,
    raw: Spanned<RawEarlier>,
    catalogs: &Catalogs,
    files: &mut Vec<PathBuf>,
) -> Result<EarlierTotals, ProcessError> {
    let RawEarlier { scale, scale_log_sd, entity_log_sd, .. } = *raw.get_ref();
    if !(0.01..=100.0).contains(&scale) || !is_deviation(scale_log_sd) || !is_deviation(entity_log_sd) {
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
    let course = match (&one.curve, &one.process, &one.inputs) {
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
    Ok(ReferencePlan { name, title, publication: source, curve: course })
}

/// The section `[postal]`; the tariff's file is the second.
pub(super) fn postal(
    file: &ProcessFile,
    folder: &Path,
    raw: &RawPostal,
    modalities: &CategoryList,
    catalogs: &Catalogs,
) -> Result<(PostalPlan, PathBuf), ProcessError> {
    let level = *raw.service_level.get_ref();
    if !(0.5..1.0).contains(&level) {
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

/// The section `[electronic]`: its modality.
pub(super) fn electronic(
    file: &ProcessFile,
    raw: &RawElectronic,
    modalities: &CategoryList,
) -> Result<u8, ProcessError> {
    modality(file, &raw.modality, modalities)
}

fn modality(file: &ProcessFile, name: &Spanned<String>, modalities: &CategoryList) -> Result<u8, ProcessError> {
    code(modalities, name.get_ref()).ok_or_else(|| unknown(file, name, "modality", name.get_ref(), modalities))
}

fn code(list: &CategoryList, name: &str) -> Option<u8> {
    let place = list.categories().iter().position(|category| category.code == name)?;
    u8::try_from(place).ok()
}

fn unknown<T>(file: &ProcessFile, at: &Spanned<T>, what: &str, name: &str, list: &CategoryList) -> ProcessError {
    let codes: Vec<_> = list.categories().iter().map(|category| category.code.as_str()).collect();
    file.mistake_at(at, format!("`{name}` is no {what} of this process; expected some of: {}", codes.join(", ")))
}

impl Process {
    /// The last day of registration as it was known at the end of a day.
    #[must_use]
    pub fn closes_as_known(&self, day: NaiveDate) -> NaiveDate {
        let earlier = self.extensions.iter().find(|extension| day < extension.announced);
        earlier.map_or(self.closes, |extension| extension.closed)
    }
}
