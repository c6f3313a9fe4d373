/*!
Validates the process file, and reports each mistake with its line.
*/

use std::collections::HashMap;
use std::ops::RangeInclusive;
use std::path::Path;

use chrono::{Datelike, NaiveDate};
use toml::Spanned;
use toml::value::Datetime;

use super::dashboard::dashboard_plan;
use super::dimensions;
use super::exports::export_contract;
use super::plausibility_thresholds::thresholds;
use super::projection::{extensions, postal, projection, validate_internet_modality};
use super::public_plan::validate_public_plan;
use super::raw::{RawCategory, RawProcess};
use super::schedule::schedule;
use super::{Category, CategoryList, Dimension, NameWithLine, Process, ProcessError, ReleasePart, UNIDENTIFIED};
use crate::catalog::{Catalogs, EntityId};
use crate::line_numbers::line_of;
use crate::text_folding;

/// The most categories of a list; a fact packs each category into four bits.
pub(super) const MAX_CATEGORIES: usize = 14;

/// The most characters of a notice.
pub(super) const MAX_NOTICE: usize = 120;

/// The default limit of an export in MiB after decompression.
pub(super) const DEFAULT_UNCOMPRESSED_MIB: u64 = 16_384;

/// The default limit of records of an export. At 50 to 80 bytes each they fit in the 2 GiB of the
/// units in `deploy/`.
pub(super) const DEFAULT_MAX_RECORDS: u64 = 20_000_000;

/// The permitted limits: rows are counted in 32 bits.
pub(super) const PERMITTED_LIMITS: RangeInclusive<u64> = 1..=2_000_000_000;

/// The permitted years: instants of accepted records are stored as seconds since 1970 in 32 bits.
pub(super) const PERMITTED_YEARS: RangeInclusive<i32> = 1971..=2099;

/// The permitted shares.
pub(super) const PERMITTED_SHARES: RangeInclusive<f64> = 0.0..=1.0;

pub(super) fn validate_process(path: &Path, text: &str) -> Result<(Process, Catalogs), ProcessError> {
    let raw: RawProcess = ProcessError::parse(path, text)?;
    let file = ProcessFile::new(path, text);
    let folder = path.parent().unwrap_or(Path::new(""));

    let opens = file.day(&raw.registration.opens)?;
    let closes = file.day(&raw.registration.closes)?;
    let election_day = file.day(&raw.election_day)?;
    if closes < opens {
        return Err(file.mistake_at(
            &raw.registration.closes,
            format!("registration closes on {closes}, before it opens on {opens}"),
        ));
    }
    if election_day < closes {
        let message = format!("election_day {election_day} is before registration closes on {closes}");
        return Err(file.mistake_at(&raw.election_day, message));
    }
    let id = raw.id.get_ref();
    if id.is_empty() || text_folding::slug(id) != *id {
        let message = format!("id `{id}` must be lower snake_case without accents, like `pel_2020_2021`");
        return Err(file.mistake_at(&raw.id, message));
    }

    let catalogs = Catalogs::load(&folder.join(&raw.paths.catalogs))?;
    let categories = [
        categories(&file, "categories.sexo", &raw.categories.sexo, MAX_CATEGORIES)?,
        categories(&file, "categories.modalidad", &raw.categories.modalidad, MAX_CATEGORIES)?,
        categories(&file, "categories.tipo_credencial", &raw.categories.tipo_credencial, MAX_CATEGORIES)?,
        categories(&file, "categories.medio", &raw.categories.medio, MAX_CATEGORIES)?,
        categories(&file, "categories.estatus", &raw.categories.estatus, MAX_CATEGORIES)?,
    ];
    let declared = dimensions::validate_declared_dimensions(&file, raw.dimensions, election_day)?;
    let mut dimensions = dimensions::built_in(categories);
    dimensions.extend(declared.iter().map(|declared| declared.definition.clone()));
    let modalities = &dimensions[Dimension::MODALIDAD.index()].categories;
    let statuses = &dimensions[Dimension::ESTATUS.index()].categories;
    let needs_projection = raw.postal.as_ref().map(Spanned::span).or(raw.electronic.as_ref().map(Spanned::span));
    if let (Some(span), None) = (needs_projection, &raw.projection) {
        let message = "[postal] and [electronic] plan for a projection: they need a section [projection]";
        return Err(ProcessError::mistake_at(path, text, span.start, message));
    }
    let lists = (modalities, statuses);
    let mut plan =
        raw.projection.map(|raw| projection(&file, folder, raw, (id, opens), lists, &catalogs)).transpose()?;
    let postal = raw.postal.map(|raw| postal(&file, folder, raw.get_ref(), modalities, &catalogs)).transpose()?;
    if let (Some(plan), Some((_, tariff))) = (&mut plan, &postal) {
        plan.files.push(tariff.clone());
    }
    let postal = postal.map(|(postal, _)| postal);
    let public = match raw.audiences {
        Some(raw) => validate_public_plan(&file, raw, opens, &dimensions, &catalogs)?,
        None => None,
    };
    if let (None, true) = (&public, raw.publish.parts.contains(&ReleasePart::Publico)) {
        let message = "publish.parts names `publico`: it needs a section [audiences.publico]";
        return Err(ProcessError::mistake_at(path, text, 0, message));
    }
    let dashboard = dashboard_plan(&file, raw.tablero, public.as_ref(), &raw.publish.parts)?;
    let process = Process {
        public,
        dashboard,
        extensions: extensions(&file, &raw.registration.extended, opens, closes)?,
        internet_modality: raw
            .electronic
            .map(|raw| validate_internet_modality(&file, raw.get_ref(), modalities))
            .transpose()?,
        projection: plan,
        postal,
        entities: entities(&file, &raw.entities, &catalogs)?,
        credentials_from: file.day(&raw.credentials.counts_from)?,
        thresholds: thresholds(&file, folder, &raw.thresholds)?,
        max_uncompressed: file.limit(
            raw.limits.uncompressed_mib.as_ref(),
            "limits.uncompressed_mib",
            DEFAULT_UNCOMPRESSED_MIB,
        )? << 20,
        max_records: file.limit(raw.limits.records.as_ref(), "limits.records", DEFAULT_MAX_RECORDS)?,
        max_memory: match &raw.limits.memory_mib {
            Some(limit) => Some(file.limit(Some(limit), "limits.memory_mib", 0)? << 20),
            None => None,
        },
        schedule: schedule(&file, election_day, &raw.schedule, &raw.freshness, &raw.retention)?,
        parts: raw.publish.parts,
        tables: raw.publish.tables.map(|names| file.names_with_lines(names)),
        charts: raw.publish.charts.map(|names| file.names_with_lines(names)),
        exports_dir: folder.join(raw.paths.inputs),
        tables_file: folder.join(raw.paths.tables),
        charts_dir: folder.join(raw.paths.charts),
        report_dir: raw.paths.report.map(|report| folder.join(report)),
        shapes_dir: folder.join(raw.paths.shapes),
        solicitudes: export_contract(&file, raw.exports.solicitudes, &declared)?,
        credenciales: export_contract(&file, raw.exports.credenciales, &[])?,
        dimensions,
        id: raw.id.into_inner(),
        title: raw.title,
        source_note: raw.source_note,
        notice: raw.notice.map(|notice| file.notice(&notice)).transpose()?,
        opens,
        closes,
        election_day,
    };
    Ok((process, catalogs))
}

/// A process file, which gives the positions of its mistakes.
pub(super) struct ProcessFile<'a> {
    pub path: &'a Path,
    pub text: &'a str,
}

impl<'a> ProcessFile<'a> {
    pub fn new(path: &'a Path, text: &'a str) -> Self {
        Self { path, text }
    }

    pub fn mistake_at<T>(&self, value: &Spanned<T>, message: impl Into<String>) -> ProcessError {
        ProcessError::mistake_at(self.path, self.text, value.span().start, message)
    }

    fn names_with_lines(&self, names: Vec<Spanned<String>>) -> Vec<NameWithLine> {
        names.into_iter().map(|name| NameWithLine { line: self.line(&name), name: name.into_inner() }).collect()
    }

    pub fn line<T>(&self, value: &Spanned<T>) -> usize {
        line_of(self.text, value.span().start)
    }

    pub fn day(&self, value: &Spanned<Datetime>) -> Result<NaiveDate, ProcessError> {
        let datetime = value.get_ref();
        let day = match (datetime.date, datetime.time) {
            (Some(date), None) => NaiveDate::from_ymd_opt(date.year.into(), date.month.into(), date.day.into()),
            _ => None,
        };
        day.filter(|day| PERMITTED_YEARS.contains(&day.year())).ok_or_else(|| {
            let (first, last) = (PERMITTED_YEARS.start(), PERMITTED_YEARS.end());
            let message = format!("`{datetime}` is not a date; expected one like 2020-09-01, from {first} to {last}");
            self.mistake_at(value, message)
        })
    }

    /// The notice on every product. Its length is limited because it is in the page header of Excel
    /// sheets.
    fn notice(&self, value: &Spanned<String>) -> Result<String, ProcessError> {
        let notice = value.get_ref().trim();
        match notice.chars().count() {
            0 => Err(self.mistake_at(value, "notice is empty; remove the key where nothing is to be said")),
            1..=MAX_NOTICE => Ok(notice.to_owned()),
            length => Err(self.mistake_at(
                value,
                format!("notice has {length} characters; it is printed on every page and sheet: at most {MAX_NOTICE}"),
            )),
        }
    }

    /// A limit on the size of an export.
    fn limit(&self, value: Option<&Spanned<i64>>, name: &str, default: u64) -> Result<u64, ProcessError> {
        let Some(value) = value else { return Ok(default) };
        let limit = u64::try_from(*value.get_ref()).ok().filter(|limit| PERMITTED_LIMITS.contains(limit));
        limit.ok_or_else(|| {
            let message =
                format!("{name} is a whole number from {} to {}", PERMITTED_LIMITS.start(), PERMITTED_LIMITS.end());
            self.mistake_at(value, message)
        })
    }

    /// A share, written with its decimal point: `1` may be meant as one per cent, and would disable
    /// the threshold.
    pub fn share(&self, value: Option<&Spanned<toml::Value>>, name: &str, default: f64) -> Result<f64, ProcessError> {
        let Some(value) = value else { return Ok(default) };
        let share = value.get_ref().as_float().filter(|share| PERMITTED_SHARES.contains(share));
        share.ok_or_else(|| {
            self.mistake_at(value, format!("{name} is a share with a point, from 0.0 to 1.0; 0.01 is 1 %"))
        })
    }
}

fn entities(file: &ProcessFile, codes: &[Spanned<String>], catalogs: &Catalogs) -> Result<Vec<EntityId>, ProcessError> {
    let mut entities = Vec::with_capacity(codes.len());
    for code in codes {
        let entity = catalogs.entities.by_code(code.get_ref()).ok_or_else(|| {
            file.mistake_at(
                code,
                format!("`{}` is no entity; expected two digits from \"01\" to \"32\"", code.get_ref()),
            )
        })?;
        if entities.contains(&entity) {
            return Err(file.mistake_at(code, format!("entity `{}` is there twice", code.get_ref())));
        }
        entities.push(entity);
    }
    if entities.is_empty() {
        let message = "entities is empty; a process has at least one".to_owned();
        return Err(ProcessError::mistake_at(file.path, file.text, 0, message));
    }
    entities.sort_unstable();
    Ok(entities)
}

/// Reads a list of at most `most` categories; `name` is its place in the process file.
pub(super) fn categories(
    file: &ProcessFile,
    name: &str,
    raw: &Spanned<Vec<Spanned<RawCategory>>>,
    most: usize,
) -> Result<CategoryList, ProcessError> {
    let list = raw.get_ref();
    if list.is_empty() || list.len() > most {
        return Err(file.mistake_at(raw, format!("{name} has {} values; expected 1 to {most}", list.len())));
    }
    let mut owners: HashMap<String, &str> = HashMap::new();
    for category in list {
        let RawCategory { code, aliases, .. } = category.get_ref();
        let well_formed = code.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_');
        if code.is_empty() || !well_formed || code == UNIDENTIFIED {
            let message = format!(
                "code `{code}` of {name} must be upper snake_case without accents, like `POSTAL`, and not {UNIDENTIFIED}"
            );
            return Err(file.mistake_at(category, message));
        }
        for text in std::iter::once(code).chain(aliases) {
            let folded = text_folding::fold_label(text);
            if folded.is_empty() {
                return Err(file.mistake_at(category, format!("an alias of `{code}` in {name} has no letter or digit")));
            }
            if let Some(owner) = owners.insert(folded, code)
                && owner != code
            {
                let message = format!("`{text}` stands for both `{owner}` and `{code}` in {name}");
                return Err(file.mistake_at(category, message));
            }
        }
        if owners.get(&text_folding::fold_label(code)).is_some_and(|owner| owner != code) || is_repeated(list, code) {
            return Err(file.mistake_at(category, format!("code `{code}` is twice in {name}")));
        }
    }
    let categories = list
        .iter()
        .map(|category| {
            let RawCategory { code, label, aliases } = category.get_ref();
            Category { code: code.clone(), label: label.clone(), aliases: aliases.clone() }
        })
        .collect();
    Ok(CategoryList { categories })
}

fn is_repeated(list: &[Spanned<RawCategory>], code: &str) -> bool {
    list.iter().filter(|category| category.get_ref().code == code).count() > 1
}
