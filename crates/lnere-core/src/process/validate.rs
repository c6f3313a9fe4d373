/*!
Validates the process file, and reports each mistake with its line.
*/

use std::collections::HashMap;
use std::ops::RangeInclusive;
use std::path::Path;

use chrono::{Datelike, NaiveDate};
use lnere_messages::message;
use toml::Spanned;
use toml::value::Datetime;

use super::dashboard_settings::validate_dashboard_settings;
use super::deadline_extensions::validate_extensions;
use super::denominators::validate_denominators;
use super::dimensions;
use super::export_contract::validate_export_contract;
use super::goals::validate_goals;
use super::plausibility_thresholds::validate_thresholds;
use super::postal_plan::{validate_internet_modality, validate_postal};
use super::projection_plan::validate_projection;
use super::public_audience::validate_public_audience;
use super::publication_metadata::validate_publication_metadata;
use super::raw_process::{RawCategories, RawCategory, RawLimits, RawProcess};
use super::unattended_run::validate_schedule;
use super::{
    Category, CategoryList, Dimension, Limits, NameWithLine, Process, ProcessError, ReleasePart, UNIDENTIFIED_CODE,
};
use crate::catalog::{Catalogs, EntityId};
use crate::line_numbers::line_of;
use crate::text_folding;

/// The most categories of a list; a fact packs each category into four bits.
pub(super) const MAX_CATEGORIES: usize = 14;

/// The most characters of a notice.
pub(super) const MAX_NOTICE_CHARACTERS: usize = 120;

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
    let process_file = ProcessFile::new(path, text);
    let folder = path.parent().unwrap_or(Path::new(""));

    let opens = process_file.validate_day(&raw.registration.opens)?;
    let closes = process_file.validate_day(&raw.registration.closes)?;
    let election_day = process_file.validate_day(&raw.election_day)?;
    if closes < opens {
        return Err(
            process_file.mistake_at(&raw.registration.closes, message!("L111-close-before-opening", closes, opens))
        );
    }
    if election_day < closes {
        let message = message!("L111-election-before-close", election_day, closes);
        return Err(process_file.mistake_at(&raw.election_day, message));
    }
    let id = raw.id.get_ref();
    if id.is_empty() || text_folding::slug(id) != *id {
        let message = message!("L113-process-id", id);
        return Err(process_file.mistake_at(&raw.id, message));
    }

    let catalogs = Catalogs::load(&folder.join(&raw.paths.catalogs_dir))?;
    let categories = validate_built_in_categories(&process_file, &raw.categories)?;
    let declared = dimensions::validate_declared_dimensions(&process_file, raw.dimensions, election_day)?;
    let mut dimensions = dimensions::built_in_definitions(categories);
    dimensions.extend(declared.iter().map(|declared| declared.definition.clone()));
    let modalities = &dimensions[Dimension::MODALIDAD.index()].categories;
    let statuses = &dimensions[Dimension::ESTATUS.index()].categories;
    let needs_projection = raw.postal.as_ref().map(Spanned::span).or(raw.electronic.as_ref().map(Spanned::span));
    if let (Some(span), None) = (needs_projection, &raw.projection) {
        let message = message!("L121-plans-need-projection");
        return Err(ProcessError::mistake_at(path, text, span.start, message));
    }
    let lists = (modalities, statuses);
    let mut plan = raw
        .projection
        .map(|raw| validate_projection(&process_file, folder, raw, (id, opens), lists, &catalogs))
        .transpose()?;
    let postal = raw
        .postal
        .map(|raw| validate_postal(&process_file, folder, raw.get_ref(), modalities, &catalogs))
        .transpose()?;
    if let (Some(plan), Some((_, tariff))) = (&mut plan, &postal) {
        plan.input_files.push(tariff.clone());
    }
    let postal = postal.map(|(postal, _)| postal);
    let public = match raw.audiences {
        Some(raw) => validate_public_audience(&process_file, raw, opens, &dimensions, &catalogs)?,
        None => None,
    };
    if let (None, true) = (&public, raw.publish.release_parts.contains(&ReleasePart::Publico)) {
        let message = message!("L121-publico-needs-audience");
        return Err(ProcessError::mistake_at(path, text, 0, message));
    }
    let entities = validate_entities(&process_file, &raw.entities, &catalogs)?;
    let goals = raw.goals.map(|raw| validate_goals(&process_file, raw, &entities, &catalogs)).transpose()?;
    let denominators = validate_denominators(&process_file, folder, raw.denominators, &entities, &catalogs)?;
    let dashboard =
        validate_dashboard_settings(&process_file, raw.tablero, public.as_ref(), &raw.publish.release_parts)?;
    let process = Process {
        public,
        dashboard,
        deadline_extensions: validate_extensions(&process_file, &raw.registration.deadline_extensions, opens, closes)?,
        internet_modality: raw
            .electronic
            .map(|raw| validate_internet_modality(&process_file, raw.get_ref(), modalities))
            .transpose()?,
        projection: plan,
        postal,
        entities,
        goals,
        denominators,
        credentials_counted_from: process_file.validate_day(&raw.credentials.counts_from)?,
        thresholds: validate_thresholds(&process_file, folder, &raw.thresholds)?,
        limits: validate_limits(&process_file, &raw.limits)?,
        schedule: validate_schedule(&process_file, election_day, &raw.schedule, &raw.freshness, &raw.retention)?,
        release_parts: raw.publish.release_parts,
        selected_tables: raw.publish.selected_tables.map(|names| process_file.names_with_lines(names)),
        selected_charts: raw.publish.selected_charts.map(|names| process_file.names_with_lines(names)),
        publication_metadata: validate_publication_metadata(&process_file, raw.publish.metadata.unwrap_or_default())?,
        exports_dir: folder.join(raw.paths.exports_dir),
        tables_file: folder.join(raw.paths.tables_file),
        charts_dir: folder.join(raw.paths.charts_dir),
        statements_file: raw.paths.statements_file.map(|file| folder.join(file)),
        report_template_dir: raw.paths.report_template_dir.map(|report| folder.join(report)),
        sample_shapes_dir: folder.join(raw.paths.sample_shapes_dir),
        solicitudes_contract: validate_export_contract(&process_file, raw.exports.solicitudes, &declared)?,
        credenciales_contract: validate_export_contract(&process_file, raw.exports.credenciales, &[])?,
        dimensions,
        id: raw.id.into_inner(),
        title: raw.title,
        source_note: raw.source_note,
        notice: raw.notice.map(|notice| process_file.validate_notice(&notice)).transpose()?,
        opens,
        closes,
        election_day,
    };
    Ok((process, catalogs))
}

/// The lists of the five dimensions of every process, in their order.
fn validate_built_in_categories(
    process_file: &ProcessFile,
    raw: &RawCategories,
) -> Result<[CategoryList; 5], ProcessError> {
    let categories = |name: &str, list: &Spanned<Vec<Spanned<RawCategory>>>| {
        validate_categories(process_file, name, list, MAX_CATEGORIES)
    };
    Ok([
        categories("categories.sexo", &raw.sexo)?,
        categories("categories.modalidad", &raw.modalidad)?,
        categories("categories.tipo_credencial", &raw.tipo_credencial)?,
        categories("categories.medio", &raw.medio)?,
        categories("categories.estatus", &raw.estatus)?,
    ])
}

fn validate_limits(process_file: &ProcessFile, raw: &RawLimits) -> Result<Limits, ProcessError> {
    let mebibytes = raw.max_uncompressed_mib.as_ref();
    let mebibytes = process_file.validate_limit(mebibytes, "limits.uncompressed_mib", DEFAULT_UNCOMPRESSED_MIB)?;
    let memory = raw.memory_mib.as_ref();
    let memory = memory.map(|limit| process_file.validate_limit(Some(limit), "limits.memory_mib", 0)).transpose()?;
    Ok(Limits {
        max_uncompressed_bytes: mebibytes << 20,
        max_records: process_file.validate_limit(raw.max_records.as_ref(), "limits.records", DEFAULT_MAX_RECORDS)?,
        max_memory_bytes: memory.map(|mebibytes| mebibytes << 20),
    })
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

    pub fn validate_day(&self, value: &Spanned<Datetime>) -> Result<NaiveDate, ProcessError> {
        let datetime = value.get_ref();
        let day = match (datetime.date, datetime.time) {
            (Some(date), None) => NaiveDate::from_ymd_opt(date.year.into(), date.month.into(), date.day.into()),
            _ => None,
        };
        day.filter(|day| PERMITTED_YEARS.contains(&day.year())).ok_or_else(|| {
            let (first, last) = (PERMITTED_YEARS.start(), PERMITTED_YEARS.end());
            let message = message!("L110-not-a-day", value = datetime, first, last);
            self.mistake_at(value, message)
        })
    }

    /// The notice on every product. Its length is limited because it is in the page header of Excel
    /// sheets.
    fn validate_notice(&self, value: &Spanned<String>) -> Result<String, ProcessError> {
        let notice = value.get_ref().trim();
        match notice.chars().count() {
            0 => Err(self.mistake_at(value, message!("L116-notice-empty"))),
            1..=MAX_NOTICE_CHARACTERS => Ok(notice.to_owned()),
            length => {
                Err(self.mistake_at(value, message!("L116-notice-too-long", length, most = MAX_NOTICE_CHARACTERS)))
            }
        }
    }

    /// A limit on the size of an export.
    fn validate_limit(&self, value: Option<&Spanned<i64>>, name: &str, default: u64) -> Result<u64, ProcessError> {
        let Some(value) = value else { return Ok(default) };
        let limit = u64::try_from(*value.get_ref()).ok().filter(|limit| PERMITTED_LIMITS.contains(limit));
        limit.ok_or_else(|| {
            let (first, last) = (PERMITTED_LIMITS.start(), PERMITTED_LIMITS.end());
            self.mistake_at(value, message!("L114-whole-number", name, first, last))
        })
    }

    /// A share, written with its decimal point: `1` may be meant as one per cent, and would disable
    /// the threshold.
    pub fn validate_share(
        &self,
        value: Option<&Spanned<toml::Value>>,
        name: &str,
        default: f64,
    ) -> Result<f64, ProcessError> {
        let Some(value) = value else { return Ok(default) };
        let share = value.get_ref().as_float().filter(|share| PERMITTED_SHARES.contains(share));
        share.ok_or_else(|| self.mistake_at(value, message!("L115-share", name)))
    }
}

fn validate_entities(
    process_file: &ProcessFile,
    codes: &[Spanned<String>],
    catalogs: &Catalogs,
) -> Result<Vec<EntityId>, ProcessError> {
    let mut entities = Vec::with_capacity(codes.len());
    for code in codes {
        let entity = catalogs
            .entities
            .by_code(code.get_ref())
            .ok_or_else(|| process_file.mistake_at(code, message!("L117-no-entity", code = code.get_ref())))?;
        if entities.contains(&entity) {
            return Err(process_file.mistake_at(code, message!("L117-entity-twice", code = code.get_ref())));
        }
        entities.push(entity);
    }
    if entities.is_empty() {
        let message = message!("L117-no-entities");
        return Err(ProcessError::mistake_at(process_file.path, process_file.text, 0, message));
    }
    entities.sort_unstable();
    Ok(entities)
}

/// Reads a list of at most `max_categories` categories; `name` is its place in the process file.
pub(super) fn validate_categories(
    process_file: &ProcessFile,
    list_name: &str,
    raw_categories: &Spanned<Vec<Spanned<RawCategory>>>,
    max_categories: usize,
) -> Result<CategoryList, ProcessError> {
    let list = raw_categories.get_ref();
    if list.is_empty() || list.len() > max_categories {
        return Err(process_file.mistake_at(
            raw_categories,
            message!("L118-number-of-values", list = list_name, values = list.len(), most = max_categories),
        ));
    }
    let mut owners: HashMap<String, &str> = HashMap::new();
    for category in list {
        let RawCategory { code, aliases, .. } = category.get_ref();
        let well_formed = code.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_');
        if code.is_empty() || !well_formed || code == UNIDENTIFIED_CODE {
            let message = message!("L113-category-code", code, list = list_name, unidentified = UNIDENTIFIED_CODE);
            return Err(process_file.mistake_at(category, message));
        }
        for text in std::iter::once(code).chain(aliases) {
            let folded = text_folding::fold_label(text);
            if folded.is_empty() {
                return Err(
                    process_file.mistake_at(category, message!("L120-alias-without-letter", code, list = list_name))
                );
            }
            if let Some(owner) = owners.insert(folded, code)
                && owner != code
            {
                let message = message!("L120-text-of-two-codes", text, owner, code, list = list_name);
                return Err(process_file.mistake_at(category, message));
            }
        }
        if owners.get(&text_folding::fold_label(code)).is_some_and(|owner| owner != code)
            || is_repeated_code(list, code)
        {
            return Err(process_file.mistake_at(category, message!("L120-code-twice", code, list = list_name)));
        }
    }
    let categories = list
        .iter()
        .map(|category| {
            let RawCategory { code, label, aliases, awaits_citizen } = category.get_ref();
            Category {
                code: code.clone(),
                label: label.clone(),
                aliases: aliases.clone(),
                awaits_citizen: *awaits_citizen,
            }
        })
        .collect();
    Ok(CategoryList { categories })
}

fn is_repeated_code(list: &[Spanned<RawCategory>], code: &str) -> bool {
    list.iter().filter(|category| category.get_ref().code == code).count() > 1
}
