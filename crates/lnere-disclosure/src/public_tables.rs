/*!
Builds the public tables from the exact ones.
*/

use lnere_core::column_names;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::NaiveDate;

use super::grain::{
    ALL_CODES, ExactCounts, Grain, NATION_TABLE, NATIONAL_COUNT_COLUMN, OFFICE_COLUMN, PROTECTED_COLUMN, TableGrain,
    national_sums,
};
use super::insiders::{Insiders, MAX_INSIDERS};
use super::published_counts::{CellId, CellStatement, ENTITY_COLUMN, Snapshot};
use super::{DisclosureError, Proofs, SuppressionSettings, audit, protect};
use lnere_core::catalog::{Catalogs, EntityId, OfficeId};
use lnere_core::mexican_formats::hundredths_of_percent;
use lnere_core::process::{Process, PublicAudience, UNIDENTIFIED_CODE};
use lnere_tables::{Column, Table, TableDefinition, TableSource};

/// The suffix of columns of cumulative counts; no other counts are public.
const CUMULATIVE_SUFFIX: &str = "_acumuladas";

/// The tables of a corte that the public may see.
pub struct PublicTables {
    /// The granularity of the public tables.
    pub grain: Grain,
    /// The settings of suppression.
    pub suppression_settings: SuppressionSettings,
    /// The alternatives that prove every count suppressed so far safe.
    pub proofs: Proofs,
    /// The tables, each with its key columns.
    pub tables: Vec<(Table, Vec<String>)>,
    /// The published count of each cell; `None` if it is suppressed.
    pub published_counts: HashMap<CellId, Option<i64>>,
}

/// The grain of a plan.
#[must_use]
pub fn grain_of_plan(plan: &PublicAudience, definitions: &[TableDefinition]) -> Grain {
    let tables = plan.public_tables.iter().filter_map(|table| {
        let definition = definitions.iter().find(|definition| definition.name == table.name)?;
        let keys = definition.key_columns().into_iter().filter(|key| *key != column_names::CORTE);
        let keys =
            keys.filter(|key| table.kept_key_columns.as_ref().is_none_or(|by| by.iter().any(|kept| kept == key)));
        let measures = definition.measures().iter().filter(|measure| measure.ends_with(CUMULATIVE_SUFFIX));
        let grain = TableGrain {
            keys: keys.map(str::to_owned).collect(),
            measures: measures.map(|measure| (*measure).to_owned()).collect(),
        };
        Some((table.name.clone(), grain))
    });
    let groups = plan.merges_by_column.iter().map(|(column, merge)| {
        let groups = merge.groups.iter().map(|group| (group.code.clone(), group.member_codes.clone()));
        ((*column).to_owned(), groups.collect())
    });
    Grain { tables: tables.collect(), groups: groups.collect() }
}

/// The insiders of a plan: the body of each entity of the process. Its packages hold its own rows
/// and the shared tables.
#[must_use]
pub fn insiders_of_plan(process: &Process, plan: &PublicAudience, definitions: &[TableDefinition]) -> Insiders {
    if !plan.protects_against_insiders {
        return Insiders::default();
    }
    let shared = definitions.iter().filter(|definition| definition.is_shared_with_all && can_be_public(definition));
    let shared = shared.map(|definition| {
        let keys = definition.key_columns().into_iter().filter(|key| *key != column_names::CORTE);
        let measures = definition.measures().iter().filter(|measure| measure.ends_with(CUMULATIVE_SUFFIX));
        let grain = TableGrain {
            keys: keys.map(str::to_owned).collect(),
            measures: measures.map(|measure| (*measure).to_owned()).collect(),
        };
        (definition.name.clone(), grain)
    });
    let entities = process.entities.iter().copied().take(MAX_INSIDERS).map(EntityId::code);
    Insiders { entities: entities.collect(), shared: shared.collect() }
}

/// Whether a table can be made public: it must have cumulative counts by code.
#[must_use]
pub fn can_be_public(definition: &TableDefinition) -> bool {
    matches!(definition.source, TableSource::Applications | TableSource::Credentials)
}

/// The input of the public tables.
pub struct PublicTableInputs<'a> {
    /// The process.
    pub process: &'a Process,
    /// The plan of what the public may see.
    pub plan: &'a PublicAudience,
    /// The catalogues of the process.
    pub catalogs: &'a Catalogs,
    /// The definitions of the tables of the process.
    pub definitions: &'a [TableDefinition],
    /// The exact tables of the corte.
    pub exact_tables: &'a [Table],
}

/// Makes the public tables of a corte. `history` is everything that was ever public, and `proofs`
/// may prove counts safe.
///
/// # Errors
/// An exact table is missing, or earlier publications disclose a count that no suppression
/// protects.
pub fn build_public_tables(
    inputs: &PublicTableInputs,
    corte: NaiveDate,
    revision: u32,
    history: &[Snapshot],
    proofs: &Proofs,
) -> Result<PublicTables, DisclosureError> {
    let grain = grain_of_plan(inputs.plan, inputs.definitions);
    let mut counts = ExactCounts::new();
    let mut rows: BTreeMap<&str, Vec<Vec<String>>> = BTreeMap::new();
    for (name, of) in &grain.tables {
        let counted = grain.exact_table_counts(name, inputs.exact_tables)?;
        let keys = inputs.code_combinations(name, of, &grain, counted.keys());
        for key in &keys {
            let none = vec![0; of.measures.len()];
            counts.extend(grain.cells_of_row(name, key).zip(counted.get(key).unwrap_or(&none).iter().copied()));
        }
        rows.insert(name, keys);
    }
    let sums = national_sums(&counts);
    counts.extend(sums);

    let statements =
        counts.into_iter().map(|(cell, count)| CellStatement { cell, exact_count: Some(count), suppressed: false });
    let insiders = insiders_of_plan(inputs.process, inputs.plan, inputs.definitions);
    let entity_parts = grain.entity_parts(inputs.exact_tables, &insiders)?;
    let publication_order = history.len();
    let mut snapshot = Snapshot { corte, revision, publication_order, statements: statements.collect(), entity_parts };
    let PublicAudience { minimum_shown_count: minimum, min_total_for_detail, .. } = *inputs.plan;
    let protection = SuppressionSettings { minimum, min_total_for_detail, insiders };
    let protected = protect(&snapshot, history, &protection, proofs)?;
    snapshot
        .statements
        .iter_mut()
        .zip(protected.suppressed)
        .for_each(|(statement, is_suppressed)| statement.suppressed = is_suppressed);
    // The audit starts from the public statements, and checks each proof in whole numbers before it
    // counts.
    let mut all = history.to_vec();
    all.push(snapshot.clone());
    if let Some(leak) = audit(&all, minimum, &protection.insiders, &protected.proofs).into_iter().next() {
        return Err(DisclosureError::Leak(leak));
    }

    let cells: HashMap<CellId, Option<i64>> = snapshot
        .statements
        .into_iter()
        .map(|statement| (statement.cell, statement.exact_count.filter(|_| !statement.suppressed)))
        .collect();
    let mut tables: Vec<(Table, Vec<String>)> = rows
        .into_iter()
        .map(|(name, keys)| inputs.build_suppressed_table(name, &grain, &keys, corte, &cells))
        .collect();
    tables.push(build_nation_table(&grain, inputs.definitions, corte, &cells));
    tables.sort_by(|(a, _), (b, _)| a.name.cmp(&b.name));
    Ok(PublicTables {
        grain,
        suppression_settings: protection,
        proofs: protected.proofs,
        tables,
        published_counts: cells,
    })
}

impl PublicTableInputs<'_> {
    /// The rows of a table: each combination of codes, whatever its counts. The presence of a row
    /// therefore discloses nothing.
    fn code_combinations<'k>(
        &self,
        name: &str,
        of: &TableGrain,
        grain: &Grain,
        counted: impl Iterator<Item = &'k Vec<String>> + Clone,
    ) -> Vec<Vec<String>> {
        let origin = self.definitions.iter().find(|definition| definition.name == name).map(|table| table.source);
        if of.keys.iter().any(|key| key == OFFICE_COLUMN) {
            let entities = if of.keys.iter().any(|key| key == ENTITY_COLUMN) {
                self.listed_codes(ENTITY_COLUMN, origin)
            } else {
                vec![String::new()]
            };
            let offices = || self.catalogs.offices.identified_ids().chain([OfficeId::UNKNOWN]);
            let rows =
                entities.iter().flat_map(|entity| offices().map(|id| self.office_key_codes(id, entity, &of.keys)));
            return rows.chain(counted.cloned()).collect::<BTreeSet<_>>().into_iter().collect();
        }
        let mut rows = vec![Vec::new()];
        for (place, key) in of.keys.iter().enumerate() {
            let listed =
                self.listed_codes(key, origin).into_iter().map(|code| grain.public_code(key, &code).to_owned());
            let codes: BTreeSet<String> = listed.chain(counted.clone().map(|row| row[place].clone())).collect();
            let longer = |row: &Vec<String>| {
                codes.iter().map(|code| row.iter().chain([code]).cloned().collect()).collect::<Vec<Vec<String>>>()
            };
            rows = rows.iter().flat_map(longer).collect();
        }
        rows
    }

    /// The codes of an office and an entity, by column.
    fn office_key_codes(&self, id: OfficeId, entity: &str, keys: &[String]) -> Vec<String> {
        let office = self.catalogs.offices.get(id);
        let code = |key: &String| match key.as_str() {
            ENTITY_COLUMN => entity.to_owned(),
            column_names::CVE_PAIS => self.catalogs.countries.get(office.country).code.clone(),
            column_names::TIPO_REPRESENTACION => office.kind_code().to_owned(),
            _ => office.code.clone(),
        };
        keys.iter().map(code).collect()
    }

    /// The codes that the list of a column has.
    fn listed_codes(&self, key: &str, origin: Option<TableSource>) -> Vec<String> {
        if let Some(dimension) = self.process.dimension_of_column(key) {
            let listed = self.process.categories(dimension).categories().iter();
            // The unidentified category always has rows; a row that existed only with counts would
            // disclose them.
            return listed.map(|category| category.code.clone()).chain([UNIDENTIFIED_CODE.to_owned()]).collect();
        }
        match key {
            ENTITY_COLUMN if origin == Some(TableSource::Applications) => {
                self.process.entities.iter().copied().map(EntityId::code).collect()
            }
            ENTITY_COLUMN => self.catalogs.entities.ids().map(EntityId::code).collect(),
            _ => {
                let merge = self.plan.merges_by_column.get(key);
                let alone = merge.and_then(|merge| merge.unmerged_countries.clone()).unwrap_or_default();
                let groups = merge.into_iter().flat_map(|merge| merge.groups.iter().map(|group| group.code.clone()));
                alone.into_iter().chain(groups).collect()
            }
        }
    }

    /// A table without its suppressed counts, and its key columns.
    fn build_suppressed_table(
        &self,
        name: &str,
        grain: &Grain,
        keys: &[Vec<String>],
        corte: NaiveDate,
        cells: &HashMap<CellId, Option<i64>>,
    ) -> (Table, Vec<String>) {
        let none = TableGrain { keys: Vec::new(), measures: Vec::new() };
        let of = grain.tables.get(name).unwrap_or(&none);
        let definition = self.definitions.iter().find(|definition| definition.name == name);
        let public_count = |row: &[String], measure: usize| {
            let cell = grain.cells_of_row(name, row).nth(measure);
            cell.and_then(|cell| cells.get(&cell).copied()).flatten()
        };
        let has_suppressed =
            |row: &Vec<String>| (0..of.measures.len()).any(|measure| public_count(row, measure).is_none());
        let mut columns = vec![(column_names::CORTE.to_owned(), Column::Date(vec![corte; keys.len()]))];
        let table_keys = definition.into_iter().flat_map(|definition| definition.keys.iter());
        for column in table_keys.flat_map(|key| key.columns()) {
            let texts = match of.keys.iter().position(|key| key == column) {
                Some(place) => keys.iter().map(|row| row[place].clone()).collect(),
                None => match self.names_of_codes(column, of, keys) {
                    Some(texts) => texts,
                    None => continue,
                },
            };
            columns.push(((*column).to_owned(), Column::Text(texts)));
        }
        for (place, measure) in of.measures.iter().enumerate() {
            columns
                .push((measure.clone(), Column::MaybeInt(keys.iter().map(|row| public_count(row, place)).collect())));
        }
        if definition.is_some_and(|definition| definition.has_share) {
            let share = |row: &Vec<String>| {
                let measure = of.measures.first()?;
                let entity = row.get(of.keys.iter().position(|key| key == ENTITY_COLUMN)?)?;
                let total = cells.get(&CellId::new(measure, [(ENTITY_COLUMN, entity.as_str())])).copied().flatten()?;
                Some(hundredths_of_percent(public_count(row, 0)?, total) as f64 / 100.0)
            };
            columns.push((column_names::PORCENTAJE.to_owned(), Column::MaybeReal(keys.iter().map(share).collect())));
        }
        columns.push((PROTECTED_COLUMN.to_owned(), Column::Bool(keys.iter().map(has_suppressed).collect())));
        let key = std::iter::once(column_names::CORTE.to_owned()).chain(of.keys.iter().cloned()).collect();
        (Table { name: name.to_owned(), columns }, key)
    }

    /// The names of the codes; `None` if the column of codes is left out.
    fn names_of_codes(&self, column: &str, of: &TableGrain, keys: &[Vec<String>]) -> Option<Vec<String>> {
        let place = |code: &str| of.keys.iter().position(|key| key == code);
        let name = |row: &Vec<String>| -> Option<String> {
            match column {
                column_names::ENTIDAD => {
                    let entity = self.catalogs.entities.by_code(&row[place(ENTITY_COLUMN)?])?;
                    Some(self.catalogs.entities.name(entity).to_owned())
                }
                column_names::PAIS => {
                    let code = &row[place(column_names::CVE_PAIS)?];
                    let group = self
                        .plan
                        .merges_by_column
                        .get(column_names::CVE_PAIS)?
                        .groups
                        .iter()
                        .find(|group| group.code == *code);
                    let country =
                        || Some(self.catalogs.countries.get(self.catalogs.countries.find(code)?).name.clone());
                    group.map(|group| group.label.clone()).or_else(country)
                }
                _ => {
                    let id = self.catalogs.offices.find(&row[place(OFFICE_COLUMN)?])?;
                    Some(self.catalogs.offices.get(id).name.clone())
                }
            }
        };
        let is_there = match column {
            column_names::ENTIDAD => place(ENTITY_COLUMN).is_some(),
            column_names::PAIS => place(column_names::CVE_PAIS).is_some(),
            _ => place(OFFICE_COLUMN).is_some(),
        };
        // The label of an unidentified value; it is feminine for an office.
        let unknown = if column == column_names::REPRESENTACION { "No identificada" } else { "No identificado" };
        is_there.then(|| keys.iter().map(|row| name(row).unwrap_or_else(|| unknown.to_owned())).collect())
    }
}

/// The table of national sums, which readers cannot add up themselves if a part is suppressed. The
/// definitions give the order of its columns of codes.
fn build_nation_table(
    grain: &Grain,
    definitions: &[TableDefinition],
    corte: NaiveDate,
    cells: &HashMap<CellId, Option<i64>>,
) -> (Table, Vec<String>) {
    let is_by_entity = |of: &TableGrain| of.keys.iter().any(|key| key == ENTITY_COLUMN);
    let dimension_columns = grain.dimension_columns(&column_order(definitions), is_by_entity);
    let mut rows: Vec<(&str, Vec<&str>, &str, Option<i64>)> = Vec::new();
    for (name, of) in grain.tables.iter().filter(|(_, of)| is_by_entity(of)) {
        let dimensions = of.keys.iter().filter(|key| *key != ENTITY_COLUMN).cloned().collect();
        for (cell, count) in cells.iter().filter(|(cell, _)| cell.dimensions() == dimensions) {
            if of.measures.contains(&cell.measure) {
                let code = |column| cell.codes.get(column).map_or(ALL_CODES, String::as_str);
                rows.push((name, dimension_columns.iter().map(code).collect(), &cell.measure, *count));
            }
        }
    }
    rows.sort_unstable();
    let codes = dimension_columns.iter().enumerate().map(|(place, column)| {
        (column.as_str(), Column::Text(rows.iter().map(|row| row.1[place].to_owned()).collect()))
    });
    let before = [
        (column_names::CORTE, Column::Date(vec![corte; rows.len()])),
        (column_names::TABLA, Column::Text(rows.iter().map(|row| row.0.to_owned()).collect())),
    ];
    let after = [
        (column_names::MEDIDA, Column::Text(rows.iter().map(|row| row.2.to_owned()).collect())),
        (NATIONAL_COUNT_COLUMN, Column::MaybeInt(rows.iter().map(|row| row.3).collect())),
        (PROTECTED_COLUMN, Column::Bool(rows.iter().map(|row| row.3.is_none()).collect())),
    ];
    let columns = before.into_iter().chain(codes).chain(after);
    let columns = columns.map(|(name, column)| (name.to_owned(), column)).collect();
    let key = [column_names::CORTE, column_names::TABLA].map(str::to_owned).into_iter().chain(dimension_columns);
    let key = key.chain([column_names::MEDIDA.to_owned()]).collect();
    (Table { name: NATION_TABLE.to_owned(), columns }, key)
}

/// The key columns of all tables, in the order in which the definitions name them.
#[must_use]
pub fn column_order(definitions: &[TableDefinition]) -> Vec<&str> {
    definitions.iter().flat_map(TableDefinition::key_columns).collect()
}
