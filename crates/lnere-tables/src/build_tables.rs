/*!
Builds the published tables from cubes. Each table is rolled up with polars from the smallest table
that contains it. Then combinations with count zero are added, and the rows are sorted and named.
*/

use lnere_core::column_names;
use polars::prelude::{
    BooleanChunked, DataFrame, DataType, GroupsIndicator, NewChunkedArray, PolarsError, PolarsResult,
    SortMultipleOptions,
};

use super::code_ranks::CodeRanks;
use super::definition::{RowCoverage, TableDefinition, TableKey, TableSource};
use super::dictionary::OPTIONAL_COLUMNS;
use super::source_frames::{TableInputs, frame_from_columns, int_column, rank_column};
use super::table::{Column, Table};
use lnere_core::calendar::{Corte, day_from_number};
use lnere_core::mexican_formats;
use lnere_core::process::Process;
use lnere_messages::message;

/// An error while a table is built; data never cause it.
#[derive(Debug, thiserror::Error)]
#[error("{}", message!("L302-table-not-built", table))]
pub struct BuildError {
    table: String,
    source: PolarsError,
}

/// The keys by which the frame of applications is sorted.
fn cube_keys(process: &Process) -> Vec<TableKey> {
    let categories = process.dimensions().iter().map(|definition| TableKey::Category(definition.dimension));
    [TableKey::Entidad, TableKey::Pais].into_iter().chain(categories).collect()
}

/// Builds all tables of a corte, in the order of their definitions.
///
/// # Errors
/// Data cannot cause an error.
pub fn build(definitions: &[TableDefinition], inputs: &TableInputs) -> Result<Vec<Table>, BuildError> {
    let code_ranks = CodeRanks::new(inputs.process, inputs.catalogs);
    // The tables from which others can be rolled up, by their source and their keys.
    let mut parents: Vec<(TableSource, Vec<TableKey>, DataFrame)> = Vec::new();
    let mut order: Vec<&TableDefinition> = definitions.iter().collect();
    order.sort_by_key(|definition| std::cmp::Reverse(definition.keys.len()));

    let mut tables = Vec::with_capacity(order.len());
    for definition in order {
        let in_context = |source| BuildError { table: definition.name.clone(), source };
        let parent = parents
            .iter()
            .filter(|(origin, by, _)| {
                *origin == definition.source && definition.keys.iter().all(|key| by.contains(key))
            })
            .filter(|_| definition.source.adds_up())
            .min_by_key(|(_, _, frame)| frame.height());
        let parent = match parent {
            Some((_, _, frame)) => frame.clone(),
            None => inputs.source_frame(definition, &code_ranks).map_err(in_context)?,
        };
        let rolled = roll_up(definition, inputs.process, parent).map_err(in_context)?;
        if definition.source != TableSource::Days {
            parents.push((definition.source, definition.keys.clone(), rolled.clone()));
        }
        tables.push(cover_and_sort(definition, inputs, &code_ranks, rolled).map_err(in_context)?);
    }
    let place = |table: &Table| definitions.iter().position(|definition| definition.name == table.name);
    tables.sort_by_key(place);
    Ok(tables)
}

/// The columns of a frame that identify the values of a key; ranks use the name of the code column.
fn frame_columns_of_key(key: TableKey) -> Vec<&'static str> {
    match key {
        TableKey::Entidad => vec![column_names::CVE_ENTIDAD],
        TableKey::Pais => vec![column_names::CVE_PAIS],
        TableKey::Representacion => vec![column_names::CVE_REPRESENTACION],
        _ => key.columns(),
    }
}

/// The key columns of a definition's frame.
fn key_columns(definition: &TableDefinition) -> Vec<&'static str> {
    definition.keys.iter().flat_map(|key| frame_columns_of_key(*key)).collect()
}

fn roll_up(definition: &TableDefinition, process: &Process, parent: DataFrame) -> PolarsResult<DataFrame> {
    if is_finest(definition, process) {
        return Ok(parent);
    }
    if definition.source == TableSource::Days && definition.keys.contains(&TableKey::Quincena) {
        return sum_quincenas(definition, &parent);
    }
    sum_measures(&key_columns(definition), definition.measures(), &parent)
}

/// The rows of each group with equal keys, and the frame of these keys.
fn group_rows(keys: &[&str], frame: &DataFrame) -> PolarsResult<(Vec<polars::prelude::Column>, Vec<Vec<usize>>)> {
    if keys.is_empty() {
        return Ok((Vec::new(), vec![(0..frame.height()).collect()]));
    }
    let grouped = frame.group_by(keys.iter().copied())?;
    let rows = grouped.get_groups().iter().map(|group| match group {
        GroupsIndicator::Idx((_, rows)) => rows.iter().map(|row| *row as usize).collect(),
        GroupsIndicator::Slice([first, length]) => (first as usize..(first + length) as usize).collect(),
    });
    let rows = rows.collect();
    Ok((grouped.keys(), rows))
}

/// The sums of measures over the rows with equal keys.
fn sum_measures(keys: &[&str], measures: &[&str], parent: &DataFrame) -> PolarsResult<DataFrame> {
    let (mut columns, groups) = group_rows(keys, parent)?;
    for measure in measures {
        let values = int_values(parent, measure)?;
        let sum = |rows: &Vec<usize>| rows.iter().map(|row| values[*row]).sum();
        columns.push(int_column(measure, groups.iter().map(sum).collect()));
    }
    frame_from_columns(columns)
}

/// Rolls up days to quincenas: the sum of the days, and the total on the last day.
fn sum_quincenas(definition: &TableDefinition, days: &DataFrame) -> PolarsResult<DataFrame> {
    let (mut columns, groups) = group_rows(&key_columns(definition), days)?;
    let (day, count) = (int_values(days, column_names::FECHA)?, int_values(days, column_names::SOLICITUDES)?);
    let so_far = int_values(days, column_names::SOLICITUDES_ACUMULADAS)?;
    let sum = |rows: &Vec<usize>| rows.iter().map(|row| count[*row]).sum();
    let at_the_end = |rows: &Vec<usize>| {
        let last = rows.iter().map(|row| day[*row]).max();
        rows.iter().filter(|row| Some(day[**row]) == last).map(|row| so_far[*row]).sum()
    };
    columns.push(int_column(column_names::SOLICITUDES_QUINCENA, groups.iter().map(sum).collect()));
    columns.push(int_column(column_names::SOLICITUDES_ACUMULADAS, groups.iter().map(at_the_end).collect()));
    frame_from_columns(columns)
}

/// Whether a table has a row for each cell of its cube, so that no roll-up is needed.
fn is_finest(definition: &TableDefinition, process: &Process) -> bool {
    match definition.source {
        TableSource::Applications => definition.keys.len() == cube_keys(process).len(),
        TableSource::Days => definition.keys.len() == 3 && definition.keys.contains(&TableKey::Fecha),
        TableSource::StatusSeries => definition.keys.len() == 3,
        TableSource::Credentials | TableSource::DeliveryTimes | TableSource::StatusChanges | TableSource::Quality => {
            definition.keys.len() == 2
        }
        TableSource::Revisions | TableSource::Cohorts => true,
        given => given.has_given_keys(),
    }
}

fn cover_and_sort(
    definition: &TableDefinition,
    inputs: &TableInputs,
    code_ranks: &CodeRanks,
    rolled: DataFrame,
) -> PolarsResult<Table> {
    let frame = match definition.coverage {
        RowCoverage::Counted => keep_counted_rows(definition, &rolled)?,
        RowCoverage::All if matches!(definition.source, TableSource::Days | TableSource::StatusSeries) => rolled,
        RowCoverage::All => fill_absent_keys_with_zeros(definition, inputs, code_ranks, &rolled)?,
    };
    let keys = key_columns(definition);
    // The frame of `lnere_cubo` is already sorted by its keys.
    let is_sorted = keys.is_empty()
        || definition.source == TableSource::Applications && definition.keys == cube_keys(inputs.process);
    let frame = if is_sorted { frame } else { frame.sort(keys, SortMultipleOptions::default())? };
    decode_table(definition, inputs.corte, code_ranks, &frame)
}

/// Whether each row of a frame has a count above zero; `None` if rows with count zero are
/// published.
fn has_counts_by_row(definition: &TableDefinition, frame: &DataFrame) -> PolarsResult<Option<Vec<bool>>> {
    let totals = match definition.source {
        TableSource::Applications | TableSource::Days => vec![column_names::SOLICITUDES_ACUMULADAS],
        TableSource::StatusChanges => vec![column_names::ANTERIOR, column_names::ACTUAL],
        TableSource::StatusSeries => vec![column_names::SOLICITUDES],
        TableSource::Credentials => super::dictionary::CREDENTIAL_MEASURES.iter().skip(1).step_by(2).copied().collect(),
        _ => return Ok(None),
    };
    let mut counts = vec![false; frame.height()];
    for name in totals {
        for (counts, total) in counts.iter_mut().zip(int_values(frame, name)?) {
            *counts |= total > 0;
        }
    }
    Ok(Some(counts))
}

/// Keeps the rows with a count above zero.
fn keep_counted_rows(definition: &TableDefinition, frame: &DataFrame) -> PolarsResult<DataFrame> {
    match has_counts_by_row(definition, frame)? {
        Some(counts) => keep_rows(frame, &counts),
        None => Ok(frame.clone()),
    }
}

/// Completes a frame with each combination of the key lists, including zeros. Unidentified values
/// stay only if they have a count.
fn fill_absent_keys_with_zeros(
    definition: &TableDefinition,
    inputs: &TableInputs,
    code_ranks: &CodeRanks,
    rolled: &DataFrame,
) -> PolarsResult<DataFrame> {
    let lists: Vec<Vec<u32>> =
        definition.keys.iter().map(|key| listed_ranks(*key, definition.source, inputs, code_ranks)).collect();
    if lists.is_empty() {
        return Ok(rolled.clone());
    }
    let keys = key_columns(definition);
    let rows: usize = lists.iter().map(Vec::len).product();
    let mut grid = Vec::new();
    let mut repeats = rows;
    for (name, list) in keys.iter().zip(&lists) {
        repeats /= list.len().max(1);
        let values = list.iter().flat_map(|rank| std::iter::repeat_n(*rank, repeats)).cycle().take(rows);
        grid.push(rank_column(name, values.collect()));
    }
    grid.extend(definition.measures().iter().map(|name| int_column(name, vec![0; rows])));
    let names = || keys.iter().chain(definition.measures()).copied();
    let all = frame_from_columns(grid)?.vstack(&rolled.select(names())?)?;
    let all = sum_measures(&keys, definition.measures(), &all)?;

    let mut keep = vec![true; all.height()];
    let mut is_unidentified = vec![false; all.height()];
    for (key, (name, list)) in definition.keys.iter().zip(keys.iter().zip(&lists)) {
        let unidentified = key.dimension().and_then(|dimension| code_ranks.category_ranks(dimension).last());
        for (row, rank) in rank_values(&all, name)?.iter().enumerate() {
            keep[row] &= list.contains(rank);
            is_unidentified[row] |= Some(rank) == unidentified;
        }
    }
    let counts = has_counts_by_row(definition, &all)?;
    for row in 0..keep.len() {
        keep[row] |= is_unidentified[row] && counts.as_ref().is_none_or(|counts| counts[row]);
    }
    keep_rows(&all, &keep)
}

/// Keeps the rows that are marked.
fn keep_rows(frame: &DataFrame, keep: &[bool]) -> PolarsResult<DataFrame> {
    frame.filter(&BooleanChunked::from_slice("".into(), keep))
}

/// The ranks that a key can have, except the unidentified one.
fn listed_ranks(key: TableKey, from: TableSource, inputs: &TableInputs, code_ranks: &CodeRanks) -> Vec<u32> {
    let rank = |entity| CodeRanks::entity_rank(Some(entity));
    match (key, key.dimension()) {
        (_, Some(dimension)) => {
            let ranks = code_ranks.category_ranks(dimension);
            ranks[..ranks.len().saturating_sub(1)].to_vec()
        }
        (TableKey::Entidad, _) if matches!(from, TableSource::Applications | TableSource::StatusChanges) => {
            inputs.process.entities.iter().copied().map(rank).collect()
        }
        (TableKey::Entidad, _) => inputs.catalogs.entities.ids().map(rank).collect(),
        _ => Vec::new(),
    }
}

/// The columns of a frame in the order of the definition. Ranks become codes and names, and the
/// corte and the share are added.
fn decode_table(
    definition: &TableDefinition,
    corte: Corte,
    code_ranks: &CodeRanks,
    frame: &DataFrame,
) -> PolarsResult<Table> {
    let rows = frame.height();
    let mut decoded = Vec::new();
    for (key, name) in definition.keys.iter().map(|key| (*key, frame_columns_of_key(*key)[0])) {
        if *frame.column(name)?.dtype() == DataType::UInt32 {
            decoded.extend(code_ranks.decode(key, &rank_values(frame, name)?).into_iter().flatten());
        }
    }
    // A column of the frame that the definition does not name would be dropped silently. The
    // quincena of a day is only needed to roll up days.
    let names = definition.columns();
    let is_named = |name: &str| names.contains(&name) || name == column_names::QUINCENA;
    if let Some(column) = frame.get_column_names().into_iter().find(|name| !is_named(name)) {
        let message = format!("the table {} has a column {column} that TableDefinition does not name", definition.name);
        return Err(PolarsError::SchemaMismatch(message.into()));
    }
    let mut columns: Vec<(String, Column)> = Vec::new();
    for name in names {
        if let Some(place) = decoded.iter().position(|(other, _)| *other == name) {
            columns.push((name.to_owned(), decoded.swap_remove(place).1));
            continue;
        }
        let values = match name {
            column_names::CORTE => Column::Date(vec![corte.day(); rows]),
            column_names::CORTE_ANTERIOR => Column::Date(vec![corte.day_of_corte_before(); rows]),
            name if OPTIONAL_COLUMNS.contains(&name) => match frame.column(name)?.dtype() {
                DataType::Float64 => Column::MaybeReal(frame.column(name)?.f64()?.iter().collect()),
                _ => Column::MaybeInt(frame.column(name)?.i64()?.iter().collect()),
            },
            column_names::PORCENTAJE => percentage_column(&columns),
            column_names::FECHA
            | column_names::QUINCENA
            | column_names::FECHA_OBJETIVO
            | column_names::CORTE_EVALUADO
            | column_names::FECHA_FUENTE
            | column_names::FECHA_EXPORTACION => {
                let day = |number: i64| day_from_number(i32::try_from(number).unwrap_or(i32::MAX));
                Column::Date(int_values(frame, name)?.into_iter().map(day).collect())
            }
            _ => match frame.column(name)?.dtype() {
                DataType::Int64 => Column::Int(int_values(frame, name)?),
                DataType::Float64 => Column::Real(real_values(frame, name)?),
                DataType::Boolean => {
                    let values = frame.column(name)?.bool()?.iter();
                    Column::Bool(values.map(Option::unwrap_or_default).collect())
                }
                _ => Column::Text(text_values(frame, name)?),
            },
        };
        columns.push((name.to_owned(), values));
    }
    Ok(Table { name: definition.name.clone(), columns })
}

/// The share of each row in the total of its entity, from the preceding columns.
fn percentage_column(columns: &[(String, Column)]) -> Column {
    let column = |name| columns.iter().find(|(other, _)| other == name).map(|(_, column)| column);
    match (column(column_names::CVE_ENTIDAD), column(column_names::SOLICITUDES_ACUMULADAS)) {
        (Some(Column::Text(entities)), Some(Column::Int(counts))) => {
            Column::Real(percentages_within_entity(entities, counts))
        }
        _ => Column::Real(Vec::new()),
    }
}

fn int_values(frame: &DataFrame, name: &str) -> PolarsResult<Vec<i64>> {
    Ok(frame.column(name)?.i64()?.iter().map(Option::unwrap_or_default).collect())
}

fn rank_values(frame: &DataFrame, name: &str) -> PolarsResult<Vec<u32>> {
    Ok(frame.column(name)?.u32()?.iter().map(Option::unwrap_or_default).collect())
}

fn real_values(frame: &DataFrame, name: &str) -> PolarsResult<Vec<f64>> {
    Ok(frame.column(name)?.f64()?.iter().map(Option::unwrap_or_default).collect())
}

fn text_values(frame: &DataFrame, name: &str) -> PolarsResult<Vec<String>> {
    Ok(frame.column(name)?.str()?.iter().map(|text| text.unwrap_or_default().to_owned()).collect())
}

/// The share of each count in the total of its entity, 0–100 with two decimals. The rows of an
/// entity are adjacent.
fn percentages_within_entity(entities: &[String], counts: &[i64]) -> Vec<f64> {
    let mut shares = Vec::with_capacity(counts.len());
    for group in entities.chunk_by(|a, b| a == b) {
        let counts = &counts[shares.len()..shares.len() + group.len()];
        let total = counts.iter().sum();
        shares.extend(counts.iter().map(|count| percentage(*count, total)));
    }
    shares
}

/// `part` of `total` in per cent, rounded half up to two decimals with integers; 0.0 if the total
/// is 0.
fn percentage(part: i64, total: i64) -> f64 {
    mexican_formats::hundredths_of_percent(part, total) as f64 / 100.0
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
