/*!
The numbers of the summary, added up from the tables in whole numbers.

A table is found by what it rolls up and by what, since its name is configuration.
*/

use lnere_core::columns;
use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::PackageContents;
use lnere_core::numbers::hundredths_of_percent;
use lnere_core::process::Dimension;
use lnere_tables::dictionary::{CREDENTIAL_MEASURES, is_unidentified};
use lnere_tables::{Table, TableKey, TableSource};

/// The measures of applications.
pub(super) const APPLICATIONS: [&str; 2] = [columns::SOLICITUDES_QUINCENA, columns::SOLICITUDES_ACUMULADAS];

/// The rows of a table that are the subject's.
pub(super) struct SubjectRows<'a> {
    pub table: &'a Table,
    pub indices: Vec<usize>,
}

/// One line of a block: a category, or all that are not shown as one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct BreakdownLine {
    pub label: String,
    /// One for each measure.
    pub values: Vec<i64>,
    /// Whether it is the rest, or what is not identified.
    pub residual: bool,
}

/// Sums of measures by a key of text, each with the first row that it was found on.
type Sums<'a> = BTreeMap<Vec<&'a str>, (usize, Vec<i64>)>;

impl<'a> SubjectRows<'a> {
    /// The rows of the table that rolls up `from` by `by`, if the package has it. The nation gets
    /// all rows, an entity its own.
    pub fn find(contents: &PackageContents<'a>, from: TableSource, by: &[TableKey]) -> Option<Self> {
        let definitions = contents.definitions.iter().filter(|table| table.from == from && table.by == by);
        let is_defined = |table: &&Table| definitions.clone().any(|definition| definition.name == table.name);
        let table = contents.tables.iter().find(is_defined)?;
        let indices = match (contents.subject.code(), table.text_values(columns::CVE_ENTIDAD)) {
            (None, _) => (0..table.rows()).collect(),
            (Some(code), Some(entities)) => (0..table.rows()).filter(|&row| entities[row] == code).collect(),
            (Some(_), None) => return None,
        };
        Some(Self { table, indices })
    }

    /// Sums of measures.
    pub fn sums(&self, measures: &[&str]) -> Option<Vec<i64>> {
        let columns = self.measures(measures)?;
        Some(columns.iter().map(|column| self.indices.iter().map(|&row| column[row]).sum()).collect())
    }

    /// Sums of measures by day.
    pub fn by_day(&self, day: &str, measures: &[&str]) -> Option<BTreeMap<NaiveDate, Vec<i64>>> {
        let (days, columns) = (self.table.date(day)?, self.measures(measures)?);
        let mut sums: BTreeMap<NaiveDate, Vec<i64>> = BTreeMap::new();
        for &row in &self.indices {
            add(sums.entry(days[row]).or_insert_with(|| vec![0; columns.len()]), &columns, row);
        }
        Some(sums)
    }

    fn by_key(&self, key: &[&str], measures: &[&str]) -> Option<Sums<'a>> {
        let keys: Vec<&[String]> = key.iter().map(|name| self.table.text_values(name)).collect::<Option<_>>()?;
        let columns = self.measures(measures)?;
        let mut sums = Sums::new();
        for &row in &self.indices {
            let key = keys.iter().map(|column| column[row].as_str()).collect();
            add(&mut sums.entry(key).or_insert_with(|| (row, vec![0; columns.len()])).1, &columns, row);
        }
        Some(sums)
    }

    fn measures(&self, names: &[&str]) -> Option<Vec<&'a [i64]>> {
        names.iter().map(|name| self.table.int(name)).collect()
    }

    /// The categories of a list, in its order, by their labels.
    pub fn by_category(&self, contents: &PackageContents, dimension: Dimension) -> Option<Vec<BreakdownLine>> {
        let mut sums = self.by_key(&[dimension.column()], &APPLICATIONS)?;
        let categories = contents.process.categories(dimension).categories().iter();
        let mut lines: Vec<BreakdownLine> = categories
            .filter_map(|category| {
                let (_, values) = sums.remove(&vec![category.code.as_str()])?;
                Some(BreakdownLine { label: category.label.clone(), values, residual: false })
            })
            .collect();
        lines.extend(sums.into_iter().map(|(code, (_, values))| {
            let code = code.concat();
            let is_unidentified = is_unidentified(dimension.column(), &code);
            let label = if is_unidentified { "No identificado".to_owned() } else { code };
            BreakdownLine { label, values, residual: true }
        }));
        Some(lines)
    }

    /// The largest by a measure, the others as one line; what is not identified comes last.
    pub fn largest(&self, by: &Ranking) -> Option<Vec<BreakdownLine>> {
        let names = self.table.text_values(by.label_column)?;
        let kinds = by.distinguishing_column.and_then(|name| self.table.text_values(name));
        let sums = self.by_key(by.key_columns, by.measures)?;
        let same = |label: &str| sums.values().filter(|(row, _)| names[*row] == label).count() > 1;
        let mut lines: Vec<BreakdownLine> = sums
            .iter()
            .map(|(key, (row, values))| {
                let name = &names[*row];
                let label = match kinds {
                    Some(kinds) if same(name) => format!("{name} ({})", kinds[*row]),
                    _ => name.clone(),
                };
                let residual = by.key_columns.iter().zip(key).any(|(column, code)| is_unidentified(column, code));
                BreakdownLine { label, values: values.clone(), residual }
            })
            .collect();
        lines.sort_by_key(|line| (line.residual, std::cmp::Reverse(line.values[by.ordering_measure])));
        let identified = lines.iter().take_while(|line| !line.residual).count();
        // A rest of one would take the place of the very line that it hides.
        if identified > by.limit + 1 {
            let rest: Vec<BreakdownLine> = lines.drain(by.limit..identified).collect();
            let values = (0..by.measures.len()).map(|measure| rest.iter().map(|line| line.values[measure]).sum());
            let label = format!("{} ({})", by.rest, rest.len());
            lines.insert(by.limit, BreakdownLine { label, values: values.collect(), residual: true });
        }
        Some(lines)
    }
}

/// How rows are summed into lines, and how the lines are ordered.
pub(super) struct Ranking {
    /// The columns that identify a line.
    pub key_columns: &'static [&'static str],
    /// The column of their names.
    pub label_column: &'static str,
    /// The column that tells two of the same name apart.
    pub distinguishing_column: Option<&'static str>,
    pub measures: &'static [&'static str],
    /// The measure that orders them, by its place.
    pub ordering_measure: usize,
    /// The number of lines that are shown.
    pub limit: usize,
    /// The label of the remainder.
    pub rest: &'static str,
}

fn add(sums: &mut [i64], columns: &[&[i64]], row: usize) {
    for (sum, column) in sums.iter_mut().zip(columns) {
        *sum += column[row];
    }
}

/// Applications in the quincena and up to the corte.
pub(super) fn applications(contents: &PackageContents) -> Option<(i64, i64)> {
    let all = contents.definitions.iter().filter(|table| table.from == TableSource::Applications);
    let mut by: Vec<&[TableKey]> =
        all.map(|table| &table.by[..]).filter(|by| by.first() == Some(&TableKey::Entidad)).collect();
    by.sort_by_key(|by| by.len());
    let rows = by.into_iter().find_map(|by| SubjectRows::find(contents, TableSource::Applications, by))?;
    let sums = rows.sums(&APPLICATIONS)?;
    Some((sums[0], sums[1]))
}

/// The applications of each quincena: in it, and up to its end.
pub(super) fn progress(contents: &PackageContents) -> Option<BTreeMap<NaiveDate, Vec<i64>>> {
    let is_by = |by: &[TableKey]| by.contains(&TableKey::Quincena) && by.contains(&TableKey::Entidad);
    let definitions = contents.definitions.iter().filter(|table| table.from == TableSource::Days && is_by(&table.by));
    let rows = definitions.into_iter().find_map(|table| SubjectRows::find(contents, TableSource::Days, &table.by))?;
    rows.by_day(columns::QUINCENA, &APPLICATIONS)
}

/// Credentials: for each measure, in the quincena and up to the corte.
pub(super) fn credentials(contents: &PackageContents) -> Option<Vec<(i64, i64)>> {
    let sums =
        SubjectRows::find(contents, TableSource::Credentials, &[TableKey::Entidad])?.sums(&CREDENTIAL_MEASURES)?;
    Some(sums.chunks(2).map(|pair| (pair[0], pair[1])).collect())
}

/// A part of a whole as a fraction of one with four decimals, half up; `None` where there is no whole.
pub(super) fn share(part: i64, whole: i64) -> Option<f64> {
    if whole <= 0 {
        return None;
    }
    let hundredths = hundredths_of_percent(part.saturating_abs(), whole) as f64;
    Some(if part < 0 { -hundredths } else { hundredths } / 10_000.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use lnere_tables::Column;

    const BY_OFFICE: Ranking = Ranking {
        key_columns: &["tipo_representacion", "cve_representacion"],
        label_column: "representacion",
        distinguishing_column: Some("tipo_representacion"),
        measures: &["cuenta"],
        ordering_measure: 0,
        limit: 2,
        rest: "Otras",
    };

    fn largest(rows: &[(&str, &str, i64)]) -> Vec<(String, i64, bool)> {
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
        let rows = SubjectRows { table: &table, indices: (0..table.rows()).collect() };
        let lines = rows.largest(&BY_OFFICE).into_iter().flatten();
        lines.map(|line| (line.label, line.values[0], line.residual)).collect()
    }

    fn line(label: &str, count: i64, residual: bool) -> (String, i64, bool) {
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
            line("Dallas", 9, false),
            line("Chicago", 7, false),
            line("Otras (2)", 3, true),
            line("No identificada", 90, true),
        ];
        assert_eq!(largest(&rows), expected);
    }

    #[test]
    fn a_rest_of_one_is_shown_and_namesakes_are_told_apart() {
        let rows = [("consulado", "Washington", 5), ("embajada", "Washington", 1), ("consulado", "Dallas", 3)];
        let expected = [
            line("Washington (consulado)", 5, false),
            line("Dallas", 3, false),
            line("Washington (embajada)", 1, false),
        ];
        assert_eq!(largest(&rows), expected);
    }

    #[test]
    fn shares_are_rounded_half_up_and_keep_their_sign() {
        assert_eq!(share(1, 3), Some(0.3333));
        assert_eq!(share(-2, 3), Some(-0.6667));
        assert_eq!(share(3, 2), Some(1.5));
        assert_eq!(share(5, 0), None);
    }
}
