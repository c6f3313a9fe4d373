/*!
Decides the columns of a table sheet: those of the table, labels beside the codes of categories,
percentages as fractions, and the measures that have a total.

CSV and Parquet have the columns of the table alone.
*/

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::PackageData;
use lnere_core::column_names;
use lnere_core::process::DimensionDefinition;
use lnere_statements::MIN_SHARE_BASE;
use lnere_tables::dictionary::{ColumnMeaning, Dictionary};
use lnere_tables::{Column, Table, TableDefinition, TableKey, TableSource};

/// The end of the header of a column of labels.
const LABEL_SUFFIX: &str = "_etiqueta";
/// The largest number with fifteen digits, which is the precision of a spreadsheet.
pub(super) const MAX_EXACT_NUMBER: u64 = 999_999_999_999_999;

/// A column of a table sheet.
pub(super) struct SheetColumn<'t> {
    /// The header.
    pub header: String,
    /// The column of the table; `None` for a column of labels.
    pub source_name: Option<&'t str>,
    /// The values as the sheet shows them.
    pub values: Cow<'t, Column>,
    /// Whether the values are fractions that are shown as percentages.
    pub is_percentage: bool,
    /// The sum of the values, if they add up.
    pub total: Option<i64>,
    /// The meaning in words.
    pub meaning: Option<String>,
}

/// The columns of the sheet of a table, in order.
pub(super) fn sheet_columns<'t>(contents: &PackageData, table: &'t Table) -> Vec<SheetColumn<'t>> {
    let definition = contents.table_definition(table);
    let is_cube = definition.is_some_and(|definition| is_cube(contents, definition));
    let dictionary = Dictionary::of_process(contents.process);
    let additive = definition.filter(|_| !is_cube).map_or(&[][..], additive_measures);
    let small_bases = definition.and_then(|definition| rows_with_small_base(table, definition));
    let mut columns = Vec::with_capacity(table.columns.len());
    for (name, column) in &table.columns {
        let meaning = dictionary.meaning(name);
        let dimension = contents.process.dimensions().iter().find(|one| one.dimension.column_name() == name);
        let is_percentage = meaning.is_some_and(is_percentage);
        columns.push(SheetColumn {
            header: if is_cube { cube_header(name, dimension) } else { name.clone() },
            source_name: Some(name),
            values: if is_percentage { fractions(column, small_bases.as_deref()) } else { Cow::Borrowed(column) },
            is_percentage,
            total: if additive.contains(&name.as_str()) { exact_sum(column) } else { None },
            meaning: meaning.map(|meaning| sheet_meaning(meaning, is_percentage)),
        });
        if let (Some(definition), Column::Text(codes)) = (dimension, column) {
            let label = |code: &String| contents.label_of_category_code(definition.dimension, code);
            columns.push(SheetColumn {
                header: if is_cube { definition.label.clone() } else { format!("{name}{LABEL_SUFFIX}") },
                source_name: None,
                values: Cow::Owned(Column::Text(codes.iter().map(label).collect())),
                is_percentage: false,
                total: None,
                meaning: Some(format!("{}, en palabras", definition.label)),
            });
        }
    }
    columns
}

/// Whether a table has all breakdowns at once: its sheet is the source of pivot tables.
pub(super) fn is_cube(contents: &PackageData, definition: &TableDefinition) -> bool {
    let dimensions = contents.process.dimensions().iter().map(|one| TableKey::Category(one.dimension));
    definition.source == TableSource::Applications
        && [TableKey::Entidad, TableKey::Pais].into_iter().chain(dimensions).all(|key| definition.keys.contains(&key))
}

/// The header of a column of the cube, which is the name of a field in a pivot table.
fn cube_header(name: &str, dimension: Option<&DimensionDefinition>) -> String {
    if let Some(definition) = dimension {
        return format!("{} (clave)", definition.label);
    }
    let header = match name {
        column_names::CORTE => "Corte",
        column_names::CVE_ENTIDAD => "Entidad (clave)",
        column_names::ENTIDAD => "Entidad",
        column_names::CVE_PAIS => "País (clave)",
        column_names::PAIS => "País de residencia",
        column_names::SOLICITUDES_QUINCENA => "Solicitudes en la quincena",
        column_names::SOLICITUDES_ACUMULADAS => "Solicitudes acumuladas",
        other => other,
    };
    header.to_owned()
}

/// The measures that add up over all rows of a table. Cumulative counts of several days, bounds and
/// percentiles do not.
fn additive_measures(definition: &TableDefinition) -> &'static [&'static str] {
    match definition.source {
        TableSource::Days => &[column_names::SOLICITUDES, column_names::SOLICITUDES_QUINCENA],
        TableSource::Cohorts => {
            &[column_names::TRAMITADAS, column_names::ENTREGADAS, column_names::CONFIRMADAS, column_names::EN_CAMINO]
        }
        TableSource::Packages => &[column_names::PAQUETES_MEDIANA, column_names::TIRAJE],
        TableSource::Electors => &[column_names::ELECTORES_MEDIANA],
        TableSource::Applications
        | TableSource::Credentials
        | TableSource::DeliveryTimes
        | TableSource::StatusChanges => definition.measures(),
        _ => &[],
    }
}

/// The sum of a column, if no value is suppressed and a spreadsheet holds all numbers exactly.
fn exact_sum(column: &Column) -> Option<i64> {
    let Column::Int(values) = column else { return None };
    let total: u128 = values.iter().map(|value| u128::from(value.unsigned_abs())).sum();
    (!values.is_empty() && total <= u128::from(MAX_EXACT_NUMBER)).then(|| values.iter().sum())
}

fn is_percentage(meaning: &ColumnMeaning) -> bool {
    meaning.unit() == Some("per cent")
}

fn sheet_meaning(meaning: &ColumnMeaning, is_percentage: bool) -> String {
    if is_percentage {
        format!("{}. En esta hoja, de 0 a 1 con formato de porcentaje", meaning.es)
    } else {
        meaning.es.clone().into_owned()
    }
}

/// Percentages with two decimals as fractions of one with four; empty in the rows of a small base.
fn fractions(column: &Column, small_bases: Option<&[bool]>) -> Cow<'static, Column> {
    let is_small = |row: usize| small_bases.is_some_and(|rows| rows[row]);
    let fraction = |(row, value): (usize, Option<f64>)| {
        value.filter(|_| !is_small(row)).map(|value| (value * 100.0).round() / 10_000.0)
    };
    let values: Vec<Option<f64>> = match column {
        Column::Real(values) => values.iter().copied().map(Some).enumerate().map(fraction).collect(),
        Column::MaybeReal(values) => values.iter().copied().enumerate().map(fraction).collect(),
        other => return Cow::Owned(other.clone()),
    };
    Cow::Owned(Column::MaybeReal(values))
}

/// For each row of a table with percentages, whether the whole is too small for one; `None` if all
/// wholes are large.
fn rows_with_small_base(table: &Table, definition: &TableDefinition) -> Option<Vec<bool>> {
    let counts = table.values::<i64>(column_names::SOLICITUDES_ACUMULADAS).ok()?;
    if definition.source == TableSource::Comparison {
        // The count at the close may be in no row, but count and percentage give it.
        let Column::MaybeReal(percentages) = table.column(column_names::PORCENTAJE_DEL_CIERRE)? else { return None };
        let is_small = |(count, percentage): (&i64, &Option<f64>)| {
            percentage.is_some_and(|percentage| *count as f64 * 100.0 < MIN_SHARE_BASE as f64 * percentage)
        };
        return Some(counts.iter().zip(percentages).map(is_small).collect());
    }
    let entities = table.values::<String>(column_names::CVE_ENTIDAD).ok().filter(|_| definition.has_share)?;
    let mut totals: BTreeMap<&String, i64> = BTreeMap::new();
    for (entity, count) in entities.iter().zip(counts) {
        *totals.entry(entity).or_default() += count;
    }
    Some(entities.iter().map(|entity| totals[entity] < MIN_SHARE_BASE).collect())
}
