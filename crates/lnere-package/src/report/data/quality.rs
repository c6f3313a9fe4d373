/*!
Computes the quality section: the records that were read and rejected by rule, and the changes of a
revision.
*/

use lnere_core::column_names;
use serde::Serialize;
use serde_json::{Map, Value};

use super::formatting::{ReportTable, count_text, share_text, signed_count_text};
use crate::finding_text::capitalize;
use crate::subject_rows;
use crate::{PackageData, finding_in_spanish};
use lnere_core::process::Source;
use lnere_core::terminal_text::escaped_name;
use lnere_ingest::{RecordRule, RuleSeverity};
use lnere_tables::ColumnError;

/// The quality of the exports.
#[derive(Debug, Serialize)]
pub(super) struct QualitySection {
    /// The newest export of each source, from which the counts come.
    pub newest: Vec<NewestExport>,
    /// Every file that was read. Columns: file, read, accepted, rejected, share rejected.
    pub files: ReportTable,
    /// The findings of plausibility rules that do not refuse the exports. Columns: file, sentence.
    pub warnings: ReportTable,
}

/// An export and the findings on its records.
#[derive(Debug, Serialize)]
pub(super) struct NewestExport {
    pub source: &'static str,
    pub file: String,
    pub read: String,
    pub accepted: String,
    pub rejected: String,
    pub share: String,
    /// The rejected records, and the accepted records with a note. Columns: rule in words, records.
    pub errors: ReportTable,
    pub notes: ReportTable,
}

/// The number of records of a file for a rule or a total.
struct RuleCount {
    source: String,
    file_name: String,
    rule: String,
    records: i64,
}

/// The quality rows of the release.
pub(super) fn quality_section(contents: &PackageData) -> Result<Option<QualitySection>, ColumnError> {
    let Some(rows) = subject_rows::all_rows_of(contents, "calidad") else { return Ok(None) };
    let (source, file) = (rows.values::<String>(column_names::FUENTE)?, rows.values::<String>(column_names::ARCHIVO)?);
    let (rule, records) = (rows.values::<String>(column_names::REGLA)?, rows.values::<i64>(column_names::FILAS)?);
    let counts: Vec<RuleCount> = (0..records.len())
        .map(|row| RuleCount {
            source: source[row].clone(),
            file_name: file[row].clone(),
            rule: rule[row].clone(),
            records: records[row],
        })
        .collect();
    let mut files: Vec<(&str, &str)> = counts.iter().map(|one| (one.source.as_str(), one.file_name.as_str())).collect();
    // The names of exports need not sort by day.
    let inventory_position = |file: &str| contents.input_records.iter().position(|input| input.name == file);
    files.sort_unstable_by_key(|(source, file)| {
        (Source::ALL.iter().rposition(|one| one.name() == *source), inventory_position(file), *file)
    });
    files.dedup();
    let records_of = |file: &str, rule: &str| {
        counts.iter().filter(|one| one.file_name == file && one.rule == rule).map(|one| one.records).sum::<i64>()
    };
    let row = |file: &str| {
        let (read, rejected) = (records_of(file, "leidas"), records_of(file, "rechazadas"));
        vec![
            file.to_owned(),
            count_text(read),
            count_text(records_of(file, "aceptadas")),
            count_text(rejected),
            share_text(rejected, read),
        ]
    };
    let newest = Source::ALL.iter().filter_map(|source| {
        let (_, file) = files.iter().rfind(|(of, _)| *of == source.name())?;
        let [file, read, accepted, rejected, share] = <[String; 5]>::try_from(row(file)).ok()?;
        let rules = |level: RuleSeverity| {
            let found = RecordRule::ALL.into_iter().filter(|rule| rule.severity() == level);
            let found = found.map(|rule| (rule, records_of(&file, rule.code()))).filter(|(_, records)| *records > 0);
            found.map(|(rule, records)| vec![capitalize(rule.meaning()), count_text(records)]).collect()
        };
        let grid = |rows: Vec<Vec<String>>| ReportTable { rows, ..ReportTable::default() };
        Some(NewestExport {
            source: source.name(),
            errors: grid(rules(RuleSeverity::Error)),
            notes: grid(rules(RuleSeverity::Aviso)),
            file,
            read,
            accepted,
            rejected,
            share,
        })
    });
    let newest: Vec<NewestExport> = newest.collect();
    let rows = files.iter().map(|(_, file)| row(file)).collect();
    let warnings = contents
        .findings
        .iter()
        .map(|finding| vec![escaped_name(&finding.export).to_string(), finding_in_spanish(finding)])
        .collect();
    let grid = |rows| ReportTable { rows, ..ReportTable::default() };
    Ok(Some(QualitySection { newest, files: grid(rows), warnings: grid(warnings) }))
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
            capitalize(&measure[row].replace('_', " ")),
            count_text(before[row]),
            count_text(now[row]),
            signed_count_text(now[row] - before[row]),
        ]);
    }
    Ok((!rows.is_empty()).then_some(ReportTable { rows, ..ReportTable::default() }))
}
