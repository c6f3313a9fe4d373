/*!
The rows of a table that are the subject's, summed by some of its columns.
*/

use lnere_core::columns;
use std::collections::BTreeMap;

use crate::PackageContents;
use lnere_tables::{Column, Table};

/// A table, and which of its rows count.
pub(super) struct SubjectRowsView<'a> {
    table: &'a Table,
    rows: Vec<usize>,
}

/// The sums of the rows that agree in some columns.
pub(super) struct GroupSums {
    /// What they agree in, in the order asked for; a day as `2020-10-15`.
    pub key: Vec<String>,
    /// The sums of the measures, in the order asked for.
    pub sums: Vec<i64>,
}

impl<'a> SubjectRowsView<'a> {
    /// The subject's own rows: those of its entity, or all for the nation. `None` where the table is not there or has
    /// no such row.
    pub fn own(contents: &'a PackageContents, name: &str) -> Option<Self> {
        let view = Self::whole(contents, name)?;
        let view = match (contents.subject.code(), view.table.text_values(columns::CVE_ENTIDAD)) {
            (Some(code), Some(codes)) => view.only(|row| codes[row] == code),
            _ => view,
        };
        (!view.rows.is_empty()).then_some(view)
    }

    /// All rows, where there is one.
    pub fn whole(contents: &'a PackageContents, name: &str) -> Option<Self> {
        let table = contents.table(name)?;
        let view = Self { table, rows: (0..table.rows()).collect() };
        (!view.rows.is_empty()).then_some(view)
    }

    /// The rows for which a text column holds one of some values.
    pub fn with(self, column: &str, wanted: &[&str]) -> Option<Self> {
        let values = self.table.text_values(column)?;
        let view = self.only(|row| wanted.contains(&values[row].as_str()));
        (!view.rows.is_empty()).then_some(view)
    }

    fn only(self, keep: impl Fn(usize) -> bool) -> Self {
        Self { rows: self.rows.into_iter().filter(|row| keep(*row)).collect(), ..self }
    }

    /// The sum of a measure.
    pub fn sum(&self, measure: &str) -> Option<i64> {
        let values = self.table.int(measure)?;
        Some(self.rows.iter().map(|row| values[*row]).sum())
    }

    /// The values of a column of whole numbers.
    pub fn ints(&self, name: &str) -> Option<Vec<i64>> {
        let values = self.table.int(name)?;
        Some(self.rows.iter().map(|row| values[*row]).collect())
    }

    /// The values of a column of decimals, in hundredths: the double that is nearest to a decimal of two places.
    pub fn hundredths(&self, name: &str) -> Option<Vec<i64>> {
        let values = self.table.real(name)?;
        Some(self.rows.iter().map(|row| (values[*row] * 100.0).round() as i64).collect())
    }

    /// The values of a column as text; a day as `2020-10-15`.
    pub fn texts(&self, name: &str) -> Option<Vec<String>> {
        Some(match self.table.column(name)? {
            Column::Text(values) => self.rows.iter().map(|row| values[*row].clone()).collect(),
            Column::Date(values) => self.rows.iter().map(|row| values[*row].to_string()).collect(),
            Column::Int(values) => self.rows.iter().map(|row| values[*row].to_string()).collect(),
            Column::Real(_) | Column::MaybeInt(_) | Column::MaybeReal(_) | Column::Bool(_) => return None,
        })
    }

    /// Sums of measures for each combination of some columns, in the order of these.
    pub fn grouped(&self, keys: &[&str], measures: &[&str]) -> Option<Vec<GroupSums>> {
        let keys: Vec<Vec<String>> = keys.iter().map(|key| self.texts(key)).collect::<Option<_>>()?;
        let measures: Vec<Vec<i64>> = measures.iter().map(|measure| self.ints(measure)).collect::<Option<_>>()?;
        let mut groups: BTreeMap<Vec<String>, Vec<i64>> = BTreeMap::new();
        for row in 0..self.rows.len() {
            let key = keys.iter().map(|column| column[row].clone()).collect();
            let sums = groups.entry(key).or_insert_with(|| vec![0; measures.len()]);
            for (sum, values) in sums.iter_mut().zip(&measures) {
                *sum += values[row];
            }
        }
        Some(groups.into_iter().map(|(key, sums)| GroupSums { key, sums }).collect())
    }
}

/// The sums of all groups together.
pub(super) fn total(groups: &[GroupSums]) -> Vec<i64> {
    let width = groups.first().map_or(0, |group| group.sums.len());
    (0..width).map(|place| groups.iter().map(|group| group.sums[place]).sum()).collect()
}

/// The largest first by a measure, and what is not named last; equal ones stay as they are, in the order of the table, as
/// in a chart of it.
pub(super) fn by_size(groups: &mut [GroupSums], measure: usize, is_named: impl Fn(&GroupSums) -> bool) {
    groups.sort_by_key(|group| (!is_named(group), std::cmp::Reverse(group.sums[measure])));
}
