/*!
Sums the rows of a table for the recipient of a package: groups, ranks, and merges groups past a
limit. The report and the workbook both use it.
*/

use lnere_core::columns;
use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::PackageContents;
use lnere_core::process::Dimension;
use lnere_tables::dictionary::is_unidentified;
use lnere_tables::ranking::{self, CategoryKind, Rank};
use lnere_tables::{ColumnError, ColumnValue, Table, TableKey, TableSource};

/// A table and the indices of its relevant rows.
pub struct SubjectRows<'a> {
    /// The whole table.
    pub table: &'a Table,
    /// The indices of the relevant rows, in the order of the table.
    pub indices: Vec<usize>,
}

/// The sums of the rows with equal values in some columns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupSums {
    /// The common values, in the order of the requested columns; a day as `2020-10-15`.
    pub key: Vec<String>,
    /// The first row of the group, which provides its name.
    pub first_row: usize,
    /// The sums of the measures, in the requested order.
    pub sums: Vec<i64>,
    /// Whether all key values are identified.
    pub is_identified: bool,
}

impl<'a> SubjectRows<'a> {
    #[cfg(feature = "reports")]
    /// The rows of the subject in a table: those of its entity, or all for the nation. `None` if
    /// the package lacks the table or the table has no such row.
    pub fn own(contents: &PackageContents<'a>, name: &str) -> Result<Option<Self>, ColumnError> {
        let rows = contents.table(name).map(|table| Self::of_subject(contents, table)).transpose()?;
        Ok(rows.filter(|rows| !rows.indices.is_empty()))
    }

    #[cfg(feature = "reports")]
    /// All rows of a table; `None` if the package lacks the table or the table has no row.
    pub fn whole(contents: &PackageContents<'a>, name: &str) -> Option<Self> {
        contents.table(name).map(Self::all).filter(|rows| !rows.indices.is_empty())
    }

    /// The rows of the subject in the table that rolls up `from` by `by`, whatever its name. `None`
    /// if the package lacks the table; the rows may be empty.
    pub fn of_roll_up(
        contents: &PackageContents<'a>,
        from: TableSource,
        by: &[TableKey],
    ) -> Result<Option<Self>, ColumnError> {
        let mut definitions = contents.definitions.iter().filter(|table| table.from == from && table.by == by);
        let table = definitions.find_map(|definition| contents.table(&definition.name));
        table.map(|table| Self::of_subject(contents, table)).transpose()
    }

    fn of_subject(contents: &PackageContents, table: &'a Table) -> Result<Self, ColumnError> {
        let all = Self::all(table);
        let Some(code) = contents.subject.code() else { return Ok(all) };
        all.with(columns::CVE_ENTIDAD, code)
    }

    /// All rows of a table.
    pub fn all(table: &'a Table) -> Self {
        Self { table, indices: (0..table.rows()).collect() }
    }

    /// The rows whose text column has a given value.
    pub fn with(self, column: &str, wanted: &str) -> Result<Self, ColumnError> {
        let values = self.table.values::<String>(column)?;
        Ok(Self { indices: self.indices.into_iter().filter(|row| values[*row] == wanted).collect(), ..self })
    }

    /// The values of a column.
    pub fn values<T: ColumnValue + Clone>(&self, name: &str) -> Result<Vec<T>, ColumnError> {
        let values = self.table.values::<T>(name)?;
        Ok(self.indices.iter().map(|row| values[*row].clone()).collect())
    }

    #[cfg(feature = "reports")]
    /// The values of a column of decimals in hundredths, rounded to the nearest.
    pub fn hundredths(&self, name: &str) -> Result<Vec<i64>, ColumnError> {
        Ok(self.values::<f64>(name)?.into_iter().map(|value| (value * 100.0).round() as i64).collect())
    }

    /// The sums of measures.
    pub fn sums(&self, measures: &[&str]) -> Result<Vec<i64>, ColumnError> {
        let sum = |measure: &&str| Ok(self.values::<i64>(measure)?.iter().sum());
        measures.iter().map(sum).collect()
    }

    /// The sums of measures by day, in order.
    pub fn by_day(&self, day: &str, measures: &[&str]) -> Result<BTreeMap<NaiveDate, Vec<i64>>, ColumnError> {
        let days = self.table.values::<NaiveDate>(day)?;
        let groups = self.summed(|row| days[row], measures)?;
        Ok(groups.into_iter().map(|(day, (_, sums))| (day, sums)).collect())
    }

    /// The sums of measures for each combination of key values, in their order.
    pub fn grouped(&self, keys: &[&str], measures: &[&str]) -> Result<Vec<GroupSums>, ColumnError> {
        let texts: Vec<Vec<String>> = keys.iter().map(|key| self.table.texts(key)).collect::<Result<_, _>>()?;
        let groups = self.summed(|row| texts.iter().map(|texts| texts[row].as_str()).collect::<Vec<_>>(), measures)?;
        let group = |(key, (first_row, sums)): (Vec<&str>, _)| GroupSums {
            is_identified: !keys.iter().zip(&key).any(|(column, code)| is_unidentified(column, code)),
            key: key.into_iter().map(str::to_owned).collect(),
            first_row,
            sums,
        };
        Ok(groups.into_iter().map(group).collect())
    }

    /// The sums of measures for each category of a dimension, in the order of its list. Unlisted
    /// codes come last.
    pub fn by_category(
        &self,
        contents: &PackageContents,
        dimension: Dimension,
        measures: &[&str],
    ) -> Result<Vec<GroupSums>, ColumnError> {
        let mut groups = self.grouped(&[dimension.column()], measures)?;
        groups.sort_by_key(|group| contents.category_place(dimension, &group.key[0]));
        Ok(groups)
    }

    /// The first row and the sums of measures for each key.
    fn summed<K: Ord>(
        &self,
        key: impl Fn(usize) -> K,
        measures: &[&str],
    ) -> Result<BTreeMap<K, (usize, Vec<i64>)>, ColumnError> {
        let measures: Vec<&[i64]> = measures.iter().map(|name| self.table.values(name)).collect::<Result<_, _>>()?;
        let mut groups = BTreeMap::new();
        for &row in &self.indices {
            let (_, sums) = groups.entry(key(row)).or_insert_with(|| (row, vec![0; measures.len()]));
            for (sum, values) in sums.iter_mut().zip(&measures) {
                *sum += values[row];
            }
        }
        Ok(groups)
    }
}

/// The sums of all groups together.
pub fn total(groups: &[GroupSums]) -> Vec<i64> {
    let width = groups.first().map_or(0, |group| group.sums.len());
    (0..width).map(|place| groups.iter().map(|group| group.sums[place]).sum()).collect()
}

/// Sorts groups: the largest measure first, and unidentified groups last. Equal groups keep the
/// order of their codes, as in charts.
pub fn rank(groups: &mut [GroupSums], measure: usize) {
    let kind = |group: &GroupSums| if group.is_identified { CategoryKind::Named } else { CategoryKind::Unidentified };
    groups.sort_by_key(|group| Rank::by_count(kind(group), Some(group.sums[measure])));
}

/// Merges the identified ranked groups past a limit into one group without a key. Returns the
/// number of merged groups; `None` if all groups are shown.
pub fn merge_rest(groups: &mut Vec<GroupSums>, limit: usize) -> Option<usize> {
    let identified = groups.iter().take_while(|group| group.is_identified).count();
    let rest: Vec<GroupSums> = groups.drain(ranking::rest(identified, limit)?).collect();
    let first_row = rest.first()?.first_row;
    groups.insert(limit, GroupSums { key: Vec::new(), first_row, sums: total(&rest), is_identified: false });
    Some(rest.len())
}
