/*!
Computes the rates of the subject: its applications or credentials by the numbers of other sources.
*/

use chrono::NaiveDate;
use lnere_core::column_names;
use lnere_core::mexican_formats::{capitalized, long_date};
use lnere_statements::MIN_SHARE_BASE;
use lnere_tables::ColumnError;
use serde::Serialize;

use super::formatting::{NO_SHARE_TEXT, ReportTable, count_text, two_decimals};
use crate::{PackageData, subject_rows};

/// The rates by the numbers of one source.
#[derive(Debug, Serialize)]
pub(super) struct RateSection {
    /// What is divided: `Solicitudes registradas`.
    pub counted: String,
    /// The unit of the source, and per how many of it the rate is.
    pub unit: String,
    pub base: String,
    /// The publication and the day of its numbers.
    pub source: String,
    pub day: String,
    /// Columns: place, count, number of the source, rate. A count of fewer than 30 has no rate.
    pub grid: ReportTable,
}

/// The rates of an entity, one section for each source that has a number of it. The nation has none:
/// a source of one entity says nothing of the others.
pub(super) fn rate_sections(contents: &PackageData) -> Result<Vec<RateSection>, ColumnError> {
    if contents.subject.entity_code().is_none() {
        return Ok(Vec::new());
    }
    let Some(rows) = subject_rows::rows_of_subject(contents, "tasas")? else { return Ok(Vec::new()) };
    let text = |name: &str| rows.values::<String>(name);
    let (sources, units) = (text(column_names::DENOMINADOR)?, text(column_names::UNIDAD)?);
    let names = text(column_names::NOMBRE)?;
    let (counted, publications) = (text(column_names::QUE_CUENTA)?, text(column_names::FUENTE)?);
    let count = |name: &str| rows.values::<i64>(name);
    let (counts, values, bases) =
        (count(column_names::NUMERADOR)?, count(column_names::VALOR)?, count(column_names::POR)?);
    let rates = rows.values_in_hundredths(column_names::TASA)?;
    let days = rows.values::<NaiveDate>(column_names::FECHA_FUENTE)?;
    let mut sections: Vec<(String, RateSection)> = Vec::new();
    for row in 0..sources.len() {
        if sections.last().is_none_or(|(source, _)| *source != sources[row]) {
            let section = RateSection {
                counted: capitalized(&counted[row]),
                unit: units[row].clone(),
                base: count_text(bases[row]),
                source: publications[row].clone(),
                day: long_date(days[row]),
                grid: ReportTable::default(),
            };
            sections.push((sources[row].clone(), section));
        }
        let rate = if counts[row] < MIN_SHARE_BASE { NO_SHARE_TEXT.to_owned() } else { two_decimals(rates[row]) };
        if let Some((_, section)) = sections.last_mut() {
            section.grid.rows.push(vec![names[row].clone(), count_text(counts[row]), count_text(values[row]), rate]);
        }
    }
    Ok(sections.into_iter().map(|(_, section)| section).collect())
}
