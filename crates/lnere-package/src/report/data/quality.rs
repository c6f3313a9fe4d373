/*!
Computes the quality section: the exports that the counts come from, their records read and rejected
by rule, and the changes of a revision.
*/

use std::collections::BTreeMap;

use chrono::NaiveDate;
use lnere_core::column_names;
use lnere_core::mexican_formats::{capitalized, long_date, short_date_with_year};
use serde::Serialize;
use serde_json::{Map, Value};

use super::formatting::{ReportTable, count_text, share_text, signed_count_text};
use crate::subject_rows;
use crate::{PackageData, finding_in_spanish};
use lnere_core::process::Source;
use lnere_core::terminal_text::escaped_name;
use lnere_ingest::{PlausibilityFinding, RecordRule, RuleSeverity, Verdict};
use lnere_tables::ColumnError;

/// The quality of the exports.
#[derive(Debug, Serialize)]
pub(super) struct QualitySection {
    /// The export of each source that the counts come from.
    pub sources: Vec<SourceExport>,
    /// The other exports, by day. Columns: day, then for each source: read, rejected.
    pub others: ReportTable,
    /// Whether one of `others` is later than the corte.
    pub has_later: bool,
    /// The findings of plausibility rules on the exports of `sources`, and those on other exports
    /// that an operator accepted. Columns: file, sentence.
    pub warnings: ReportTable,
    /// The number of all other findings; `None` if there is none.
    pub other_warnings: Option<String>,
}

/// An export that counts come from, and the findings on its records.
#[derive(Debug, Serialize)]
pub(super) struct SourceExport {
    pub source: &'static str,
    pub file: String,
    /// The day that it covers.
    pub day: String,
    /// Whether that day is later than the corte: its totals are not those of the corte.
    pub is_later: bool,
    pub read: String,
    pub accepted: String,
    pub rejected: String,
    pub share: String,
    /// The rejected records, and the accepted records with a note. Columns: rule in words, records.
    pub errors: ReportTable,
    pub notes: ReportTable,
}

/// The day of an export that counts come from.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(super) struct ExportDay {
    pub source: &'static str,
    pub day: String,
}

/// An export with the number of its records for each rule or total.
struct ExportCounts {
    source: Source,
    file_name: String,
    day: NaiveDate,
    is_source: bool,
    counts: BTreeMap<String, i64>,
}

impl ExportCounts {
    fn records(&self, rule: &str) -> i64 {
        self.counts.get(rule).copied().unwrap_or(0)
    }
}

/// The exports in the quality rows of the release, by source and day.
fn export_counts(contents: &PackageData) -> Result<Vec<ExportCounts>, ColumnError> {
    let Some(rows) = subject_rows::all_rows_of(contents, "calidad") else { return Ok(Vec::new()) };
    let (source, file) = (rows.values::<String>(column_names::FUENTE)?, rows.values::<String>(column_names::ARCHIVO)?);
    let (rule, records) = (rows.values::<String>(column_names::REGLA)?, rows.values::<i64>(column_names::FILAS)?);
    let day = rows.values::<NaiveDate>(column_names::FECHA_EXPORTACION)?;
    let is_source = rows.values::<bool>(column_names::ES_FUENTE)?;
    let mut exports: BTreeMap<(&str, NaiveDate, &str), ExportCounts> = BTreeMap::new();
    for row in 0..records.len() {
        let Some(known) = Source::ALL.into_iter().find(|one| one.name() == source[row]) else { continue };
        let export = exports.entry((&source[row], day[row], &file[row])).or_insert_with(|| ExportCounts {
            source: known,
            file_name: file[row].clone(),
            day: day[row],
            is_source: is_source[row],
            counts: BTreeMap::new(),
        });
        *export.counts.entry(rule[row].clone()).or_default() += records[row];
    }
    Ok(exports.into_values().collect())
}

/// The days of the exports that the counts come from, in the order of the sources.
pub(super) fn source_export_days(contents: &PackageData) -> Result<Vec<ExportDay>, ColumnError> {
    let exports = export_counts(contents)?;
    let of_source = |source: &Source| exports.iter().find(|export| export.is_source && export.source == *source);
    let day = |export: &ExportCounts| ExportDay { source: export.source.name(), day: long_date(export.day) };
    Ok(Source::ALL.iter().filter_map(of_source).map(day).collect())
}

/// The quality rows of the release.
pub(super) fn quality_section(contents: &PackageData) -> Result<Option<QualitySection>, ColumnError> {
    let exports = export_counts(contents)?;
    if exports.is_empty() {
        return Ok(None);
    }
    let corte = contents.corte.day();
    let grid = |rows: Vec<Vec<String>>| ReportTable { rows, ..ReportTable::default() };
    let source_export = |export: &ExportCounts| {
        let rules = |level: RuleSeverity| {
            let found = RecordRule::ALL.into_iter().filter(|rule| rule.severity() == level);
            let found = found.map(|rule| (rule, export.records(rule.code()))).filter(|(_, records)| *records > 0);
            found.map(|(rule, records)| vec![capitalized(rule.meaning()), count_text(records)]).collect()
        };
        let (read, rejected) = (export.records("leidas"), export.records("rechazadas"));
        SourceExport {
            source: export.source.name(),
            file: export.file_name.clone(),
            day: long_date(export.day),
            is_later: export.day > corte,
            read: count_text(read),
            accepted: count_text(export.records("aceptadas")),
            rejected: count_text(rejected),
            share: share_text(rejected, read),
            errors: grid(rules(RuleSeverity::Error)),
            notes: grid(rules(RuleSeverity::Aviso)),
        }
    };
    let of_source = |source: &Source| exports.iter().find(|export| export.is_source && export.source == *source);
    let sources: Vec<SourceExport> = Source::ALL.iter().filter_map(of_source).map(source_export).collect();
    let others: Vec<&ExportCounts> = exports.iter().filter(|export| !export.is_source).collect();
    let finding_row =
        |finding: &PlausibilityFinding| vec![escaped_name(&finding.export).to_string(), finding_in_spanish(finding)];
    let is_shown = |finding: &&PlausibilityFinding| {
        finding.verdict == Verdict::Accepted || sources.iter().any(|source| source.file == finding.export)
    };
    let warnings: Vec<Vec<String>> = contents.findings.iter().filter(is_shown).map(finding_row).collect();
    let other_warnings = contents.findings.len() - warnings.len();
    Ok(Some(QualitySection {
        has_later: others.iter().any(|export| export.day > corte),
        others: grid(other_export_rows(&others, corte)),
        warnings: grid(warnings),
        other_warnings: (other_warnings > 0).then(|| count_text(i64::try_from(other_warnings).unwrap_or(i64::MAX))),
        sources,
    }))
}

/// The records read and rejected of the exports of each day. The records of an export later than
/// the corte are not said: they would be read as those of the corte.
fn other_export_rows(exports: &[&ExportCounts], corte: NaiveDate) -> Vec<Vec<String>> {
    let mut days: Vec<NaiveDate> = exports.iter().map(|export| export.day).collect();
    days.sort_unstable();
    days.dedup();
    let cells = |day: NaiveDate, source: Source| -> [String; 2] {
        let of_day = || exports.iter().filter(move |export| export.day == day && export.source == source);
        if of_day().next().is_none() {
            return ["—".to_owned(), "—".to_owned()];
        }
        let sum = |rule: &str| count_text(of_day().map(|export| export.records(rule)).sum());
        let read = if day > corte { "—".to_owned() } else { sum("leidas") };
        [read, sum("rechazadas")]
    };
    let row = |day: NaiveDate| {
        let cells = Source::ALL.into_iter().flat_map(|source| cells(day, source));
        std::iter::once(short_date_with_year(day)).chain(cells).collect()
    };
    days.into_iter().map(row).collect()
}

/// The changes of the revision for the subject. Columns: table, row, measure, before, now,
/// difference.
pub(super) fn revision_table(contents: &PackageData) -> Result<Option<ReportTable>, ColumnError> {
    let Some(changes) = subject_rows::all_rows_of(contents, "revisiones") else { return Ok(None) };
    let (table, key) = (changes.values::<String>(column_names::TABLA)?, changes.values::<String>(column_names::CLAVE)?);
    let measure = changes.values::<String>(column_names::MEDIDA)?;
    let (before, now) = (changes.values::<i64>(column_names::ANTERIOR)?, changes.values::<i64>(column_names::ACTUAL)?);
    let mut rows = Vec::new();
    for row in 0..table.len() {
        let Ok(key) = serde_json::from_str::<Map<String, Value>>(&key[row]) else { return Ok(None) };
        let key_text = |name: &str| key.get(name).and_then(Value::as_str);
        if contents
            .subject
            .entity_code()
            .is_some_and(|code| key_text(column_names::CVE_ENTIDAD).is_some_and(|other| other != code))
        {
            continue;
        }
        let dimensions = contents.process.dimensions().iter().map(|definition| definition.dimension);
        let categories =
            dimensions.filter_map(|one| Some(contents.label_of_category_code(one, key_text(one.column_name())?)));
        let entity = key_text(column_names::CVE_ENTIDAD).map(|code| contents.entity_name(code));
        let label: Vec<String> = entity.into_iter().chain(categories).collect();
        let defined = contents.table_definitions.iter().find(|definition| definition.name == table[row]);
        rows.push(vec![
            defined.map_or_else(|| table[row].clone(), |definition| definition.es.clone()),
            label.join(", "),
            capitalized(&measure[row].replace('_', " ")),
            count_text(before[row]),
            count_text(now[row]),
            signed_count_text(now[row] - before[row]),
        ]);
    }
    Ok((!rows.is_empty()).then_some(ReportTable { rows, ..ReportTable::default() }))
}
