/*!
Defines the granularity of public counts: tables, key columns and merged codes.
*/

use lnere_core::column_names;
use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::DisclosureError;
use super::insiders::Insiders;
use super::published_counts::{CellId, CellStatement, ENTITY_COLUMN, EntityParts};
use lnere_tables::{ColumnError, Table};

/// The table of national sums; its rows name cells of the other tables.
pub const NATION_TABLE: &str = "totales_nacionales";
/// The text in a column of codes by which the count of a row is not broken down.
pub const ALL_CODES: &str = "TODOS";
/// The column of counts of [`NATION_TABLE`].
pub const NATIONAL_COUNT_COLUMN: &str = "nacional";
/// The column that states for each row whether it suppresses a count.
pub(super) const PROTECTED_COLUMN: &str = column_names::PROTEGIDA;

/// The column of the office.
pub(super) const OFFICE_COLUMN: &str = column_names::CVE_REPRESENTACION;

/// The grain of a public release; its manifest carries it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grain {
    /// The tables, by name.
    pub tables: BTreeMap<String, TableGrain>,
    /// By column, the codes that replace several codes, and the codes that they replace.
    pub groups: BTreeMap<String, BTreeMap<String, Vec<String>>>,
}

/// The key columns and the counts of a public table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableGrain {
    /// The columns of codes that identify its rows, without the corte.
    pub keys: Vec<String>,
    /// Its counts.
    pub measures: Vec<String>,
}

/// Exact counts at a grain.
pub type ExactCounts = BTreeMap<CellId, i64>;

impl Grain {
    /// The public code of a code.
    #[must_use]
    pub fn public_code<'a>(&'a self, column: &str, code: &'a str) -> &'a str {
        let groups = self.groups.get(column);
        let mut groups = groups.into_iter().flatten();
        groups.find(|(_, of)| of.iter().any(|one| one == code)).map_or(code, |(group, _)| group)
    }

    /// The columns of codes of some of its tables without the entity, in the order in which `order`
    /// names them. Columns that it does not name follow.
    #[must_use]
    pub fn dimension_columns(&self, order: &[&str], is_included: impl Fn(&TableGrain) -> bool) -> Vec<String> {
        let used = self.tables.values().filter(|of| is_included(of)).flat_map(|of| &of.keys);
        let used: BTreeSet<&str> = used.map(String::as_str).filter(|key| *key != ENTITY_COLUMN).collect();
        let mut columns: Vec<String> = Vec::new();
        for column in order.iter().copied().chain(used.iter().copied()) {
            if used.contains(column) && columns.iter().all(|other| other != column) {
                columns.push(column.to_owned());
            }
        }
        columns
    }

    /// Finds two tables that share sums by some keys, while no table and no sum of the nation shows
    /// these sums. Such tables would have an unchecked relation.
    #[must_use]
    pub fn find_missing_margin(&self) -> Option<(String, String, String)> {
        let mut kinds: Vec<(&str, &str, BTreeSet<&str>)> = Vec::new();
        for (name, of) in &self.tables {
            let keys: BTreeSet<&str> = of.keys.iter().map(String::as_str).collect();
            let measure = of.measures.first().map_or("", String::as_str);
            if keys.contains(ENTITY_COLUMN) {
                kinds.push((name, measure, keys.iter().copied().filter(|key| *key != ENTITY_COLUMN).collect()));
            }
            kinds.push((name, measure, keys));
        }
        let pairs = kinds.iter().flat_map(|one| kinds.iter().map(move |other| (one, other)));
        let mut missing = pairs.filter(|(one, other)| one.1 == other.1 && !one.2.is_empty() && !other.2.is_empty());
        missing.find_map(|(one, other)| {
            let common: BTreeSet<&str> = one.2.intersection(&other.2).copied().collect();
            // Without common keys, the shared sum is the total.
            let is_shown = common.is_empty() || kinds.iter().any(|kind| kind.1 == one.1 && kind.2 == common);
            let by = common.into_iter().collect::<Vec<_>>().join(", ");
            (!is_shown).then(|| (one.0.to_owned(), other.0.to_owned(), by))
        })
    }

    /// The exact counts of one of its tables.
    ///
    /// # Errors
    /// The exact table is missing, or lacks a column.
    pub fn exact_table_counts(
        &self,
        name: &str,
        exact: &[Table],
    ) -> Result<BTreeMap<Vec<String>, Vec<i64>>, DisclosureError> {
        let missing = || DisclosureError::MissingTable { table: name.to_owned() };
        let grain = self.tables.get(name).ok_or_else(missing)?;
        let table = exact.iter().find(|table| table.name == name).ok_or_else(missing)?;
        let keys: Vec<&[String]> = grain.keys.iter().map(|key| table.values(key)).collect::<Result<_, _>>()?;
        let counts: Vec<&[i64]> = grain.measures.iter().map(|name| table.values(name)).collect::<Result<_, _>>()?;
        let is_by_office = grain.keys.iter().any(|key| key == OFFICE_COLUMN);
        let mut rolled: BTreeMap<Vec<String>, Vec<i64>> = BTreeMap::new();
        for row in 0..table.row_count() {
            let code = |(column, codes): (&String, &&[String])| {
                // The country of an office is its location. It does not identify a person, and it
                // is never merged.
                let code = if is_by_office { &codes[row] } else { self.public_code(column, &codes[row]) };
                code.to_owned()
            };
            let codes = grain.keys.iter().zip(&keys).map(code);
            let sums = rolled.entry(codes.collect()).or_insert_with(|| vec![0; counts.len()]);
            sums.iter_mut().zip(&counts).for_each(|(sum, counts)| *sum += counts[row]);
        }
        Ok(rolled)
    }

    /// The cells of a row of one of its tables, one for each measure.
    pub fn cells_of_row<'a>(&self, name: &str, row: &'a [String]) -> impl Iterator<Item = CellId> + use<'a> {
        let grain = self.tables.get(name).cloned();
        grain.into_iter().flat_map(move |grain| {
            let TableGrain { keys, measures } = grain;
            measures.into_iter().map(move |measure| {
                CellId::new(&measure, keys.iter().map(String::as_str).zip(row.iter().map(String::as_str)))
            })
        })
    }

    /// All cells with their exact counts, including the national sums.
    ///
    /// # Errors
    /// An exact table is missing, or lacks a column.
    pub fn exact_counts(&self, exact: &[Table]) -> Result<ExactCounts, DisclosureError> {
        let mut all = ExactCounts::new();
        for name in self.tables.keys() {
            for (row, counts) in self.exact_table_counts(name, exact)? {
                all.extend(self.cells_of_row(name, &row).zip(counts));
            }
        }
        let sums = national_sums(&all);
        all.extend(sums);
        Ok(all)
    }

    /// For cells that are not by entity, the part that the rows of each single entity count. An
    /// insider knows this part of a table without entities from its own rows of a finer table.
    ///
    /// # Errors
    /// A table has a key or a measure of another type.
    pub fn entity_parts(&self, exact: &[Table], insiders: &Insiders) -> Result<EntityParts, ColumnError> {
        let mut parts: BTreeMap<(CellId, &str), i64> = BTreeMap::new();
        for grain in self.tables.values().filter(|grain| !grain.keys.iter().any(|key| key == ENTITY_COLUMN)) {
            let is_by_keys = |table: &&Table| grain.keys.iter().all(|key| table.has_column(key));
            for table in exact.iter().filter(|table| table.has_column(ENTITY_COLUMN)).filter(is_by_keys) {
                let entities = table.values::<String>(ENTITY_COLUMN)?;
                let keys: Vec<&[String]> = grain.keys.iter().map(|key| table.values(key)).collect::<Result<_, _>>()?;
                for measure in grain.measures.iter().filter(|measure| table.has_column(measure)) {
                    let counts = table.values::<i64>(measure)?;
                    let mut own: BTreeMap<(CellId, &str), i64> = BTreeMap::new();
                    for row in (0..table.row_count()).filter(|row| counts[*row] > 0) {
                        if let Some(entity) = insiders.entities.iter().find(|entity| **entity == entities[row]) {
                            let codes =
                                grain.keys.iter().zip(&keys).map(|(key, codes)| (key.as_str(), codes[row].as_str()));
                            *own.entry((CellId::new(measure, codes), entity)).or_default() += counts[row];
                        }
                    }
                    for (key, count) in own {
                        let part = parts.entry(key).or_default();
                        *part = count.max(*part);
                    }
                }
            }
        }
        let mut own = EntityParts::new();
        for ((cell, entity), count) in parts {
            own.entry(cell).or_default().push((entity.to_owned(), count));
        }
        Ok(own)
    }

    /// The statements of the public tables of a release, with exact counts if `exact` has them.
    ///
    /// # Errors
    /// A table does not match the grain.
    pub fn statements(
        &self,
        public: &[Table],
        exact: Option<&ExactCounts>,
    ) -> Result<Vec<CellStatement>, DisclosureError> {
        let mut public_counts: BTreeMap<CellId, Option<i64>> = BTreeMap::new();
        for table in public {
            let missing = || DisclosureError::MissingTable { table: table.name.clone() };
            if table.name == NATION_TABLE {
                let measures = table.values::<String>(column_names::MEDIDA)?;
                let counts = table.values::<Option<i64>>(NATIONAL_COUNT_COLUMN)?;
                let codes = self.codes_of_national_sums(table)?;
                for ((codes, measure), count) in codes.into_iter().zip(measures).zip(counts) {
                    public_counts.insert(CellId { measure: measure.clone(), codes }, *count);
                }
                continue;
            }
            let grain = self.tables.get(&table.name).ok_or_else(missing)?;
            let keys: Vec<&[String]> = grain.keys.iter().map(|key| table.values(key)).collect::<Result<_, _>>()?;
            let counts: Vec<&[Option<i64>]> =
                grain.measures.iter().map(|name| table.values(name)).collect::<Result<_, _>>()?;
            for row in 0..table.row_count() {
                let row_keys: Vec<String> = keys.iter().map(|codes| codes[row].clone()).collect();
                public_counts
                    .extend(self.cells_of_row(&table.name, &row_keys).zip(counts.iter().map(|counts| counts[row])));
            }
        }
        let statement = |(cell, count): (CellId, Option<i64>)| {
            let known = exact.map(|exact| exact.get(&cell).copied().unwrap_or(0));
            CellStatement { exact_count: count.or(known), suppressed: count.is_none(), cell }
        };
        Ok(public_counts.into_iter().map(statement).collect())
    }

    /// The codes of each row of [`NATION_TABLE`].
    fn codes_of_national_sums(&self, table: &Table) -> Result<Vec<BTreeMap<String, String>>, DisclosureError> {
        let missing = || DisclosureError::MissingTable { table: table.name.clone() };
        if table.has_column(column_names::CLAVE) {
            // Releases of earlier versions have the codes of a row as a JSON object.
            let keys = table.values::<String>(column_names::CLAVE)?.iter();
            return keys.map(|key| serde_json::from_str(key).map_err(|_| missing())).collect();
        }
        let tables = table.values::<String>(column_names::TABLA)?;
        let codes_of_row = |row: usize| {
            let of = self.tables.get(&tables[row]).ok_or_else(missing)?;
            let keys = of.keys.iter().filter(|key| *key != ENTITY_COLUMN);
            keys.map(|key| Ok((key.clone(), table.values::<String>(key)?[row].clone()))).collect()
        };
        (0..table.row_count()).map(codes_of_row).collect()
    }
}

/// The national sums of the tables that are by entity.
pub(super) fn national_sums(counts: &ExactCounts) -> ExactCounts {
    let mut nation = ExactCounts::new();
    for (cell, count) in counts.iter().filter(|(cell, _)| cell.codes.contains_key(ENTITY_COLUMN)) {
        let mut dimensions = cell.dimensions();
        dimensions.remove(ENTITY_COLUMN);
        *nation.entry(cell.rolled_up_to(&dimensions)).or_default() += count;
    }
    nation
}
