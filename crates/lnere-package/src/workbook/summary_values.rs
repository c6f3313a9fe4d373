/*!
Computes the numbers of the summary from the tables, in whole numbers.

A table is found by its source and its keys, because its name is configurable.
*/

use lnere_charts::CategoryLimit;
use lnere_core::column_names;
use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::PackageData;
use crate::subject_rows;
use lnere_core::mexican_formats::hundredths_of_percent;
use lnere_core::process::Dimension;
use lnere_statements::MIN_SHARE_BASE;
use lnere_tables::dictionary::{APPLICATION_MEASURES, CREDENTIAL_MEASURES};
use lnere_tables::{ColumnError, TableKey, TableSource, ranking};
use lnere_tables::{GroupSums, TableRows, merge_smallest_into_rest, sort_by_rank};

/// One line of a block: a category, or the merged remainder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct BreakdownLine {
    pub label: String,
    /// One value for each measure.
    pub measure_values: Vec<i64>,
    /// Whether the line is the remainder or the unidentified category.
    pub is_residual: bool,
}

impl BreakdownLine {
    fn new(label: String, group: GroupSums) -> Self {
        Self { label, measure_values: group.sums, is_residual: !group.is_identified }
    }
}

/// The categories of a dimension with their labels, in the order of its list. Above the limit the
/// largest are shown, and the others form one line.
pub(super) fn category_lines(
    contents: &PackageData,
    dimension_rows: &TableRows,
    dimension: Dimension,
    (measures, ordering_measure_index): (&[&str], usize),
    limit: Option<&CategoryLimit>,
) -> Result<Vec<BreakdownLine>, ColumnError> {
    let mut groups = subject_rows::sums_by_category(dimension_rows, contents, dimension, measures)?;
    let identified = groups.iter().filter(|group| group.is_identified).count();
    let exceeded_limit = limit.filter(|limit| ranking::rest_range(identified, limit.max_bars()).is_some());
    let rest = exceeded_limit.and_then(|limit| {
        sort_by_rank(&mut groups, ordering_measure_index);
        Some(limit.rest_label(merge_smallest_into_rest(&mut groups, limit.max_bars())?))
    });
    let line = |group: GroupSums| {
        let label = match (group.key.first(), &rest) {
            (Some(code), _) => contents.label_of_category_code(dimension, code),
            (None, rest) => rest.clone().unwrap_or_default(),
        };
        BreakdownLine::new(label, group)
    };
    Ok(groups.into_iter().map(line).collect())
}

/// The definition of the lines and of their order.
pub(super) struct Ranking {
    /// The columns that identify a line.
    pub key_columns: &'static [&'static str],
    /// The column of labels.
    pub label_column: &'static str,
    /// The column that distinguishes equal labels.
    pub distinguishing_column: Option<&'static str>,
    pub measures: &'static [&'static str],
    /// The index of the measure that sorts the lines.
    pub ordering_measure_index: usize,
}

/// The largest lines by a measure; those past the limit form one line. Unidentified values come
/// last.
pub(super) fn largest_lines(
    table_rows: &TableRows,
    ranking: &Ranking,
    limit: Option<&CategoryLimit>,
) -> Result<Vec<BreakdownLine>, ColumnError> {
    let names = table_rows.table.values::<String>(ranking.label_column)?;
    let kinds = ranking.distinguishing_column.map(|name| table_rows.table.values::<String>(name)).transpose()?;
    let mut groups = table_rows.sums_by(ranking.key_columns, ranking.measures)?;
    let mut namesakes: BTreeMap<&String, usize> = BTreeMap::new();
    for group in &groups {
        *namesakes.entry(&names[group.first_row]).or_default() += 1;
    }
    sort_by_rank(&mut groups, ranking.ordering_measure_index);
    let merged = limit.and_then(|limit| Some((limit, merge_smallest_into_rest(&mut groups, limit.max_bars())?)));
    let lines = groups.into_iter().enumerate().map(|(place, group)| {
        let name = &names[group.first_row];
        let label = match (merged, kinds) {
            (Some((limit, count)), _) if place == limit.max_bars() => limit.rest_label(count),
            (_, Some(kinds)) if namesakes[name] > 1 => format!("{name} ({})", kinds[group.first_row]),
            _ => name.clone(),
        };
        BreakdownLine::new(label, group)
    });
    Ok(lines.collect())
}

/// Applications in the quincena and up to the corte.
pub(super) fn application_totals(contents: &PackageData) -> Result<Option<(i64, i64)>, ColumnError> {
    let all = contents.table_definitions.iter().filter(|table| table.source == TableSource::Applications);
    let mut by: Vec<&[TableKey]> =
        all.map(|table| &table.keys[..]).filter(|by| by.first() == Some(&TableKey::Entidad)).collect();
    by.sort_by_key(|by| by.len());
    let Some(rows) = first_roll_up(contents, TableSource::Applications, by)? else { return Ok(None) };
    let sums = rows.sums(&APPLICATION_MEASURES)?;
    Ok(Some((sums[0], sums[1])))
}

/// The applications of each quincena: in the quincena, and cumulative.
pub(super) fn counts_by_quincena(contents: &PackageData) -> Result<Option<BTreeMap<NaiveDate, Vec<i64>>>, ColumnError> {
    let rows = rows_of_quincenas(contents)?;
    rows.map(|rows| rows.sums_by_day(column_names::QUINCENA, &APPLICATION_MEASURES)).transpose()
}

/// The rows of the subject by quincena.
pub(super) fn rows_of_quincenas<'a>(contents: &PackageData<'a>) -> Result<Option<TableRows<'a>>, ColumnError> {
    let is_by = |by: &[TableKey]| by.contains(&TableKey::Quincena) && by.contains(&TableKey::Entidad);
    let by = contents.table_definitions.iter().filter(|table| table.source == TableSource::Days && is_by(&table.keys));
    first_roll_up(contents, TableSource::Days, by.map(|table| &table.keys[..]))
}

/// The rows of the first roll-up that the package has.
fn first_roll_up<'a, 'b>(
    contents: &PackageData<'a>,
    from: TableSource,
    by: impl IntoIterator<Item = &'b [TableKey]>,
) -> Result<Option<TableRows<'a>>, ColumnError> {
    by.into_iter().find_map(|by| subject_rows::rows_of_roll_up(contents, from, by).transpose()).transpose()
}

/// Credentials: for each measure, the count in the quincena and the count up to the corte.
pub(super) fn credential_totals(contents: &PackageData) -> Result<Option<Vec<(i64, i64)>>, ColumnError> {
    let rows = subject_rows::rows_of_roll_up(contents, TableSource::Credentials, &[TableKey::Entidad])?;
    let sums = rows.map(|rows| rows.sums(&CREDENTIAL_MEASURES)).transpose()?;
    Ok(sums.map(|sums| sums.chunks(2).map(|pair| (pair[0], pair[1])).collect()))
}

/// The universe of the list in the tables of the projection.
pub(super) const LIST_UNIVERSE: &str = "lnere";

/// The keys of the projection table of the subject.
pub(super) fn projection_keys(contents: &PackageData) -> &'static [TableKey] {
    match contents.subject.entity_code() {
        Some(_) => &[TableKey::Entidad, TableKey::Universo],
        None => &[TableKey::Universo],
    }
}

/// The postal packages that the vote needs. Medians and print runs add up over countries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct PostalNeeds {
    pub packages: i64,
    pub print_run: i64,
}

/// The postal packages, if the process has a postal plan.
pub(super) fn postal_needs(contents: &PackageData) -> Result<Option<PostalNeeds>, ColumnError> {
    let sums =
        needs_by_country(contents, TableSource::Packages, &[column_names::PAQUETES_MEDIANA, column_names::TIRAJE])?;
    Ok(sums.map(|sums| PostalNeeds { packages: sums[0], print_run: sums[1] }))
}

/// The voters by Internet, if the process has a plan for them.
pub(super) fn internet_voters(contents: &PackageData) -> Result<Option<i64>, ColumnError> {
    let sums = needs_by_country(contents, TableSource::Electors, &[column_names::ELECTORES_MEDIANA])?;
    Ok(sums.map(|sums| sums[0]))
}

fn needs_by_country(
    contents: &PackageData,
    from: TableSource,
    measures: &[&str],
) -> Result<Option<Vec<i64>>, ColumnError> {
    let rows = subject_rows::rows_of_roll_up(contents, from, &[TableKey::Entidad, TableKey::Pais])?;
    rows.map(|rows| rows.sums(measures)).transpose()
}

/// The fraction of a whole that is large enough for percentages.
pub(super) fn shown_fraction(part: i64, whole: i64) -> Option<f64> {
    if whole < MIN_SHARE_BASE { None } else { rounded_fraction(part, whole) }
}

/// A part of a whole as a fraction with four decimals, rounded half up; `None` if the whole is
/// zero.
fn rounded_fraction(part: i64, whole: i64) -> Option<f64> {
    if whole <= 0 {
        return None;
    }
    let hundredths = hundredths_of_percent(part.saturating_abs(), whole) as f64;
    Some(if part < 0 { -hundredths } else { hundredths } / 10_000.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use lnere_tables::{Column, Table};

    const BY_OFFICE: Ranking = Ranking {
        key_columns: &["tipo_representacion", "cve_representacion"],
        label_column: "representacion",
        distinguishing_column: Some("tipo_representacion"),
        measures: &["cuenta"],
        ordering_measure_index: 0,
    };

    fn largest_by_office(rows: &[(&str, &str, i64)]) -> Vec<(String, i64, bool)> {
        let text = |of: fn(&(&str, &str, i64)) -> String| Column::Text(rows.iter().map(of).collect());
        let table = Table {
            name: "prueba".to_owned(),
            columns: vec![
                ("tipo_representacion".to_owned(), text(|row| row.0.to_owned())),
                ("cve_representacion".to_owned(), text(|row| row.1.to_lowercase())),
                ("representacion".to_owned(), text(|row| row.1.to_owned())),
                ("cuenta".to_owned(), Column::Int(rows.iter().map(|row| row.2).collect())),
            ],
        };
        let limit: CategoryLimit = serde_json::from_str(r#"{ "bars": 2, "rest": "Otras ({n})" }"#).unwrap();
        let lines = super::largest_lines(&TableRows::all(&table), &BY_OFFICE, Some(&limit)).unwrap().into_iter();
        lines.map(|line| (line.label, line.measure_values[0], line.is_residual)).collect()
    }

    fn expected_line(label: &str, count: i64, residual: bool) -> (String, i64, bool) {
        (label.to_owned(), count, residual)
    }

    #[test]
    fn the_largest_come_first_and_the_others_as_one() {
        let rows = [
            ("no_identificada", "No identificada", 90),
            ("consulado", "Dallas", 5),
            ("consulado", "Denver", 1),
            ("consulado", "Chicago", 7),
            ("consulado", "Dallas", 4),
            ("consulado", "Tucson", 2),
        ];
        let expected = [
            expected_line("Dallas", 9, false),
            expected_line("Chicago", 7, false),
            expected_line("Otras (2)", 3, true),
            expected_line("No identificada", 90, true),
        ];
        assert_eq!(largest_by_office(&rows), expected);
    }

    #[test]
    fn a_rest_of_one_is_shown_and_namesakes_are_told_apart() {
        let rows = [("consulado", "Washington", 5), ("embajada", "Washington", 1), ("consulado", "Dallas", 3)];
        let expected = [
            expected_line("Washington (consulado)", 5, false),
            expected_line("Dallas", 3, false),
            expected_line("Washington (embajada)", 1, false),
        ];
        assert_eq!(largest_by_office(&rows), expected);
    }

    #[test]
    fn shares_are_rounded_half_up_and_keep_their_sign() {
        assert_eq!(rounded_fraction(1, 3), Some(0.3333));
        assert_eq!(rounded_fraction(-2, 3), Some(-0.6667));
        assert_eq!(rounded_fraction(3, 2), Some(1.5));
        assert_eq!(rounded_fraction(5, 0), None);
        assert_eq!([29, 30].map(|whole| shown_fraction(15, whole)), [None, Some(0.5)]);
    }
}
