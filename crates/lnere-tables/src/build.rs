/*!
Cubes to published tables: rolled up by polars from the smallest table that holds them, completed
with the combinations that count zero, named and sorted at the end.
*/

use lnere_core::columns;
use polars::prelude::{
    DataFrame, DataType, IntoLazy, JoinArgs, JoinType, LazyFrame, PolarsError, PolarsResult, SortMultipleOptions,
    UnionArgs, col, lit,
};

use super::definition::{RowCoverage, TableDefinition, TableKey, TableSource};
use super::frames::{ORDER, TableInputs, frame, text_column};
use super::table::{Column, Table};
use lnere_core::calendar::{Corte, day_from_number};
use lnere_core::catalog::EntityId;
use lnere_core::numbers;
use lnere_core::process::{Process, UNIDENTIFIED};

/// An error while a table is built; the data never cause it.
#[derive(Debug, thiserror::Error)]
#[error("cannot build the table {table}")]
pub struct BuildError {
    table: String,
    source: PolarsError,
}

/// The columns of frames that only help to build a table: the order of rows, and the quincena of a day.
const UNPUBLISHED: [&str; 2] = [ORDER, columns::QUINCENA];

/// The keys by which the frame of applications is in order.
fn cube_keys(process: &Process) -> Vec<TableKey> {
    let categories = process.dimensions().iter().map(|definition| TableKey::Category(definition.dimension));
    [TableKey::Entidad, TableKey::Pais].into_iter().chain(categories).collect()
}

/// Builds all tables of a corte, in the order of their definitions.
///
/// # Errors
/// None that data can cause.
pub fn build(definitions: &[TableDefinition], inputs: &TableInputs) -> Result<Vec<Table>, BuildError> {
    // The tables that others can be rolled up from, by what they roll up and by what.
    let mut parents: Vec<(TableSource, Vec<TableKey>, DataFrame)> = Vec::new();
    let mut order: Vec<&TableDefinition> = definitions.iter().collect();
    order.sort_by_key(|definition| std::cmp::Reverse(definition.by.len()));

    let mut tables = Vec::with_capacity(order.len());
    for definition in order {
        let in_context = |source| BuildError { table: definition.name.clone(), source };
        let parent = parents
            .iter()
            .filter(|(origin, by, _)| *origin == definition.from && definition.by.iter().all(|key| by.contains(key)))
            .filter(|_| !definition.from.is_projected())
            .min_by_key(|(_, _, frame)| frame.height());
        let parent = match parent {
            Some((_, _, frame)) => frame.clone(),
            None => inputs.frame(definition).map_err(in_context)?,
        };
        let rolled = roll_up(definition, inputs.process, parent).map_err(in_context)?;
        if definition.from != TableSource::Days {
            parents.push((definition.from, definition.by.clone(), rolled.clone()));
        }
        tables.push(finish(definition, inputs, rolled).map_err(in_context)?);
    }
    let place = |table: &Table| definitions.iter().position(|definition| definition.name == table.name);
    tables.sort_by_key(place);
    Ok(tables)
}

/// The code columns that tell rows apart in a frame.
fn codes(key: TableKey) -> Vec<&'static str> {
    match key {
        TableKey::Entidad => vec![columns::CVE_ENTIDAD],
        TableKey::Pais => vec![columns::CVE_PAIS],
        TableKey::Representacion => vec![columns::CVE_REPRESENTACION],
        _ => key.columns(),
    }
}

fn roll_up(definition: &TableDefinition, process: &Process, parent: DataFrame) -> PolarsResult<DataFrame> {
    if is_finest(definition, process) {
        return Ok(parent);
    }
    let by: Vec<_> = definition.by.iter().flat_map(|key| codes(*key)).map(col).collect();
    let measures = definition.measures().iter();
    let sums: Vec<_> = match definition.from {
        TableSource::Days if definition.by.contains(&TableKey::Quincena) => vec![
            col(columns::SOLICITUDES).sum().alias(columns::SOLICITUDES_QUINCENA),
            // The total so far of a quincena is that of its last day.
            col(columns::SOLICITUDES_ACUMULADAS).filter(col(columns::FECHA).eq(col(columns::FECHA).max())).sum(),
        ],
        _ => measures.map(|name| col(*name).sum()).collect(),
    };
    if by.is_empty() {
        return parent.lazy().select(sums).collect();
    }
    parent.lazy().group_by(by).agg(sums).collect()
}

/// Whether a table has a row for each cell of its cube, so that nothing is to be rolled up.
fn is_finest(definition: &TableDefinition, process: &Process) -> bool {
    match definition.from {
        TableSource::Applications => definition.by.len() == cube_keys(process).len(),
        TableSource::Days => definition.by.len() == 3 && definition.by.contains(&TableKey::Fecha),
        TableSource::Credentials | TableSource::DeliveryTimes | TableSource::Quality => definition.by.len() == 2,
        TableSource::Revisions => true,
        projected => projected.is_projected(),
    }
}

fn finish(definition: &TableDefinition, inputs: &TableInputs, rolled: DataFrame) -> PolarsResult<Table> {
    // Only the order of the columns of `lnere_cubo` is the order that the rows were numbered in.
    let in_order = definition.by == cube_keys(inputs.process) && rolled.get_column_index(ORDER).is_some();
    let mut lazy = match definition.rows {
        RowCoverage::Counted => counted(definition, rolled.lazy()),
        RowCoverage::All if definition.from == TableSource::Days => rolled.lazy(),
        RowCoverage::All => complete(definition, inputs, rolled)?,
    };
    let left = || JoinArgs::new(JoinType::Left);
    if definition.by.contains(&TableKey::Entidad) {
        lazy =
            lazy.join(inputs.entity_names()?.lazy(), [col(columns::CVE_ENTIDAD)], [col(columns::CVE_ENTIDAD)], left());
    }
    if definition.by.contains(&TableKey::Pais) {
        lazy = lazy.join(inputs.country_names()?.lazy(), [col(columns::CVE_PAIS)], [col(columns::CVE_PAIS)], left());
    }
    if definition.by.contains(&TableKey::Representacion) {
        let on = [col(columns::CVE_REPRESENTACION)];
        lazy = lazy.join(inputs.office_names()?.lazy(), on.clone(), on, left());
    }
    let mut keys: Vec<_> = definition.key_columns().into_iter().filter(|name| *name != columns::CORTE).collect();
    if in_order {
        keys = vec![ORDER];
    }
    if !keys.is_empty() {
        lazy = lazy.sort(keys, SortMultipleOptions::default());
    }
    table(definition, inputs.corte, &lazy.collect()?)
}

/// Only the rows that count something.
fn counted(definition: &TableDefinition, lazy: LazyFrame) -> LazyFrame {
    match definition.from {
        TableSource::Applications | TableSource::Days => lazy.filter(col(columns::SOLICITUDES_ACUMULADAS).gt(lit(0))),
        TableSource::Credentials => {
            let total = super::dictionary::CREDENTIAL_MEASURES.iter().skip(1).step_by(2);
            match total.map(|name| col(*name)).reduce(|sum, measure| sum + measure) {
                Some(total) => lazy.filter(total.gt(lit(0))),
                None => lazy,
            }
        }
        _ => lazy,
    }
}

/// Each combination of the lists behind the keys, zero included, and further ones that count.
fn complete(definition: &TableDefinition, inputs: &TableInputs, rolled: DataFrame) -> PolarsResult<LazyFrame> {
    let mut grid: Option<LazyFrame> = None;
    for key in &definition.by {
        let codes = list(*key, definition.from, inputs);
        let name = self::codes(*key)[0];
        let column = frame(vec![text_column(name, codes)])?.lazy();
        grid = Some(match grid {
            None => column,
            Some(grid) => grid.cross_join(column, None),
        });
    }
    let Some(grid) = grid else { return Ok(rolled.lazy()) };
    let on: Vec<_> = definition.by.iter().flat_map(|key| self::codes(*key)).map(col).collect();
    let measures = || definition.measures().iter().map(|name| col(*name).fill_null(lit(0)));
    let listed = grid.join(rolled.clone().lazy(), on.clone(), on.clone(), JoinArgs::new(JoinType::Left));
    let columns: Vec<_> = on.iter().cloned().chain(measures()).collect();

    let unidentified = definition.by.iter().filter(|key| key.dimension().is_some());
    let unidentified =
        unidentified.map(|key| col(key.columns()[0]).eq(lit(UNIDENTIFIED))).reduce(polars::prelude::Expr::or);
    match unidentified {
        None => Ok(listed.select(columns)),
        Some(unidentified) => {
            let others = counted(definition, rolled.lazy().filter(unidentified)).select(columns.clone());
            polars::prelude::concat([listed.select(columns), others], UnionArgs::default())
        }
    }
}

/// The codes that a key can have, but for the unidentified one.
fn list(key: TableKey, from: TableSource, inputs: &TableInputs) -> Vec<String> {
    let process = inputs.process;
    match (key, key.dimension()) {
        (_, Some(dimension)) => {
            process.categories(dimension).categories().iter().map(|category| category.code.clone()).collect()
        }
        (TableKey::Entidad, _) if from == TableSource::Applications => {
            process.entities.iter().copied().map(EntityId::code).collect()
        }
        (TableKey::Entidad, _) => inputs.catalogs.entities.ids().map(EntityId::code).collect(),
        _ => Vec::new(),
    }
}

/// The columns of a frame in the order of the definition, with the corte and the share.
fn table(definition: &TableDefinition, corte: Corte, frame: &DataFrame) -> PolarsResult<Table> {
    let rows = frame.height();
    let names = definition.columns();
    // A column that the frame has and the definition does not name would be left out in silence.
    let is_named = |name: &str| names.contains(&name) || UNPUBLISHED.contains(&name);
    let unnamed = frame.get_column_names().into_iter().find(|name| !is_named(name));
    if let Some(column) = unnamed {
        let message = format!("the table {} has a column {column} that TableDefinition does not name", definition.name);
        return Err(PolarsError::SchemaMismatch(message.into()));
    }
    let mut columns = Vec::new();
    for name in names {
        let values = match name {
            columns::CORTE => Column::Date(vec![corte.day(); rows]),
            columns::PORCENTAJE => Column::Real(shares(
                &texts(frame, columns::CVE_ENTIDAD)?,
                &ints(frame, columns::SOLICITUDES_ACUMULADAS)?,
            )),
            columns::FECHA | columns::QUINCENA | columns::FECHA_OBJETIVO => {
                let day = |number: i64| day_from_number(i32::try_from(number).unwrap_or(i32::MAX));
                Column::Date(ints(frame, name)?.into_iter().map(day).collect())
            }
            _ if *frame.column(name)?.dtype() == DataType::Int64 => Column::Int(ints(frame, name)?),
            _ if *frame.column(name)?.dtype() == DataType::Float64 => Column::Real(reals(frame, name)?),
            _ => Column::Text(texts(frame, name)?),
        };
        columns.push((name.to_owned(), values));
    }
    Ok(Table { name: definition.name.clone(), columns })
}

fn ints(frame: &DataFrame, name: &str) -> PolarsResult<Vec<i64>> {
    Ok(frame.column(name)?.i64()?.iter().map(Option::unwrap_or_default).collect())
}

fn reals(frame: &DataFrame, name: &str) -> PolarsResult<Vec<f64>> {
    Ok(frame.column(name)?.f64()?.iter().map(Option::unwrap_or_default).collect())
}

fn texts(frame: &DataFrame, name: &str) -> PolarsResult<Vec<String>> {
    Ok(frame.column(name)?.str()?.iter().map(|text| text.unwrap_or_default().to_owned()).collect())
}

/// The share of each count in its entity's total, 0–100 with two decimals; rows of an entity are
/// neighbours.
fn shares(entities: &[String], counts: &[i64]) -> Vec<f64> {
    let mut shares = Vec::with_capacity(counts.len());
    for group in entities.chunk_by(|a, b| a == b) {
        let counts = &counts[shares.len()..shares.len() + group.len()];
        let total = counts.iter().sum();
        shares.extend(counts.iter().map(|count| percentage(*count, total)));
    }
    shares
}

/// `part` of `total` in per cent, rounded half up to two decimals in integers; 0.0 where the total
/// is 0.
fn percentage(part: i64, total: i64) -> f64 {
    numbers::hundredths_of_percent(part, total) as f64 / 100.0
}

#[cfg(test)]
mod tests {
    use super::percentage;

    #[test]
    fn percentages_round_half_up_in_integers() {
        assert_eq!(percentage(22_564, 33_698), 66.96);
        assert_eq!(percentage(11_134, 33_698), 33.04);
        assert_eq!(percentage(1, 3), 33.33);
        assert_eq!(percentage(2, 3), 66.67);
        assert_eq!(percentage(1, 800), 0.13, "0.125 rounds up");
        assert_eq!(percentage(0, 0), 0.0);
        assert_eq!(percentage(i64::MAX, i64::MAX), 100.0);
    }
}
