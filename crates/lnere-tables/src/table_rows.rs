/*!
Rows of a published table: selects, groups and adds them up for charts, reports, workbooks and
messages.
*/

use std::collections::BTreeMap;

use chrono::NaiveDate;
use lnere_core::column_names;

use super::dictionary::is_unidentified;
use super::ranking::{self, CategoryKind, Rank};
use super::table::{ColumnError, ColumnValue, Table};

/// A table and some of its rows.
#[derive(Clone, Debug)]
pub struct TableRows<'t> {
    /// The whole table.
    pub table: &'t Table,
    /// The indices of the rows, in the order of the table.
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

impl<'t> TableRows<'t> {
    /// All rows of a table.
    #[must_use]
    pub fn all(table: &'t Table) -> Self {
        Self { table, indices: (0..table.row_count()).collect() }
    }

    /// The rows of an entity by its code, or all rows for the nation (`None`).
    ///
    /// # Errors
    /// The table has no column of entities.
    pub fn of_entity(table: &'t Table, code: Option<&str>) -> Result<Self, ColumnError> {
        let all = Self::all(table);
        match code {
            None => Ok(all),
            Some(code) => all.with_value(column_names::CVE_ENTIDAD, code),
        }
    }

    /// The rows with a value in a text column.
    ///
    /// # Errors
    /// The table has no such column.
    pub fn with_value(self, column: &str, wanted: &str) -> Result<Self, ColumnError> {
        let values = self.table.values::<String>(column)?;
        Ok(Self { indices: self.indices.into_iter().filter(|row| values[*row] == wanted).collect(), ..self })
    }

    /// Whether there is no row.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.indices.is_empty()
    }

    /// The values of a column.
    ///
    /// # Errors
    /// The table has no such column, or it has another type.
    pub fn values<T: ColumnValue + Clone>(&self, name: &str) -> Result<Vec<T>, ColumnError> {
        let values = self.table.values::<T>(name)?;
        Ok(self.indices.iter().map(|row| values[*row].clone()).collect())
    }

    /// The values of a column of decimals, in hundredths. Each double is the nearest to a decimal
    /// with two places.
    ///
    /// # Errors
    /// See [`Self::values`].
    pub fn values_in_hundredths(&self, name: &str) -> Result<Vec<i64>, ColumnError> {
        Ok(self.values::<f64>(name)?.into_iter().map(|value| (value * 100.0).round() as i64).collect())
    }

    /// The sums of measures, in the requested order.
    ///
    /// # Errors
    /// See [`Self::values`].
    pub fn sums(&self, measures: &[&str]) -> Result<Vec<i64>, ColumnError> {
        let sum = |measure: &&str| {
            let values = self.table.values::<i64>(measure)?;
            Ok(self.indices.iter().map(|row| values[*row]).sum())
        };
        measures.iter().map(sum).collect()
    }

    /// The rows of each key, in the order of the keys; the rows keep their order.
    pub fn groups<K: Ord>(&self, key: impl Fn(usize) -> K) -> BTreeMap<K, Self> {
        let mut groups = BTreeMap::new();
        for &row in &self.indices {
            let group = groups.entry(key(row)).or_insert_with(|| Self { table: self.table, indices: Vec::new() });
            group.indices.push(row);
        }
        groups
    }

    /// The sums of measures for each day.
    ///
    /// # Errors
    /// See [`Self::values`].
    pub fn sums_by_day(&self, day: &str, measures: &[&str]) -> Result<BTreeMap<NaiveDate, Vec<i64>>, ColumnError> {
        let days = self.table.values::<NaiveDate>(day)?;
        self.groups(|row| days[row]).into_iter().map(|(day, rows)| Ok((day, rows.sums(measures)?))).collect()
    }

    /// The sums of measures for each combination of some columns, in the order of these.
    ///
    /// # Errors
    /// See [`Self::values`].
    pub fn sums_by(&self, keys: &[&str], measures: &[&str]) -> Result<Vec<GroupSums>, ColumnError> {
        let texts: Vec<Vec<String>> = keys.iter().map(|key| self.table.key_texts(key)).collect::<Result<_, _>>()?;
        let groups = self.groups(|row| texts.iter().map(|texts| texts[row].as_str()).collect::<Vec<_>>());
        let sums = |(key, rows): (Vec<&str>, Self)| {
            Ok(GroupSums {
                is_identified: !keys.iter().zip(&key).any(|(column, code)| is_unidentified(column, code)),
                key: key.into_iter().map(str::to_owned).collect(),
                first_row: rows.indices[0],
                sums: rows.sums(measures)?,
            })
        };
        groups.into_iter().map(sums).collect()
    }
}

/// The sums of all groups together.
#[must_use]
pub fn total_sums(groups: &[GroupSums]) -> Vec<i64> {
    let width = groups.first().map_or(0, |group| group.sums.len());
    (0..width).map(|place| groups.iter().map(|group| group.sums[place]).sum()).collect()
}

/// Orders groups: the largest first by a measure, and the unidentified one last. Equal groups keep
/// their order, which is that of their codes, as in charts.
pub fn sort_by_rank(groups: &mut [GroupSums], measure: usize) {
    let kind =
        |group: &GroupSums| if group.is_identified { CategoryKind::Individual } else { CategoryKind::Unidentified };
    groups.sort_by_key(|group| Rank::from_count(kind(group), Some(group.sums[measure])));
}

/// Merges the identified groups past a limit into one group, which takes their place and has no
/// key. The groups must be ranked. Returns the number of merged groups; `None` if all are shown.
pub fn merge_smallest_into_rest(groups: &mut Vec<GroupSums>, limit: usize) -> Option<usize> {
    let identified = groups.iter().take_while(|group| group.is_identified).count();
    let rest: Vec<GroupSums> = groups.drain(ranking::rest_range(identified, limit)?).collect();
    let first_row = rest.first()?.first_row;
    groups.insert(limit, GroupSums { key: Vec::new(), first_row, sums: total_sums(&rest), is_identified: false });
    Some(rest.len())
}

#[cfg(test)]
mod tests {
    use super::super::table::Column;
    use super::*;

    #[test]
    fn groups_add_up_and_a_rest_takes_the_place_of_the_smallest() {
        let text = |values: [&str; 6]| Column::Text(values.map(str::to_owned).to_vec());
        let table = Table {
            name: "lnere_por_pais".to_owned(),
            columns: vec![
                ("cve_entidad".to_owned(), text(["01", "01", "01", "01", "02", "02"])),
                ("cve_pais".to_owned(), text(["CAN", "DEU", "USA", "XXX", "CAN", "FRA"])),
                ("solicitudes_acumuladas".to_owned(), Column::Int(vec![1, 2, 2, 9, 3, 1])),
            ],
        };
        let rows = TableRows::of_entity(&table, None).unwrap();
        let mut groups = rows.sums_by(&["cve_pais"], &["solicitudes_acumuladas"]).unwrap();
        assert_eq!(total_sums(&groups), rows.sums(&["solicitudes_acumuladas"]).unwrap());
        sort_by_rank(&mut groups, 0);
        let codes: Vec<&str> = groups.iter().map(|group| group.key[0].as_str()).collect();
        assert_eq!(codes, ["CAN", "DEU", "USA", "FRA", "XXX"], "equal counts by their codes");
        assert_eq!(merge_smallest_into_rest(&mut groups, 3), None, "a rest of one is not made");
        assert_eq!(merge_smallest_into_rest(&mut groups, 2), Some(2));
        assert_eq!(groups.iter().map(|group| group.sums[0]).collect::<Vec<_>>(), [4, 2, 3, 9]);

        let own = TableRows::of_entity(&table, Some("02")).unwrap();
        assert_eq!(own.sums(&["solicitudes_acumuladas"]), Ok(vec![4]));
        assert!(own.with_value("cve_pais", "USA").unwrap().is_empty());
        assert!(TableRows::all(&table).sums(&["anterior"]).is_err(), "a missing column is an error");
    }
}
