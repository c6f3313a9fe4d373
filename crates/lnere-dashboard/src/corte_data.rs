/*!
Selects what the exact dashboard shows of the tables of a corte: the projection, the postal packages
and the quality of the exports.
*/

use std::collections::BTreeMap;

use lnere_core::calendar::Corte;
use lnere_core::column_names;
use lnere_tables::{ColumnError, Table};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::public_data::columns_json;

/// The columns of a projection, from the lowest quantile to the highest.
const QUANTILES: [&str; 5] = [
    column_names::INFERIOR_90,
    column_names::INFERIOR_50,
    column_names::MEDIANA,
    column_names::SUPERIOR_50,
    column_names::SUPERIOR_90,
];

/// The postal packages by entity and country, which the dashboard sums by entity.
const PACKAGE_TABLE: &str = "plan_pep";

/// The records of each export by rule. The dashboard has those of the exports that the counts come
/// from.
const QUALITY_TABLE: &str = "calidad";

/// The other tables, with their columns before the quantiles.
const PROJECTION_TABLES: [(&str, &[&str]); 4] = [
    ("proyeccion_lnere_entidad", &[column_names::CVE_ENTIDAD, column_names::UNIVERSO]),
    ("proyeccion_lnere_nacional", &[column_names::UNIVERSO]),
    ("proyeccion_diaria", &[column_names::CVE_ENTIDAD, column_names::FECHA]),
    ("proyeccion_diaria_nacional", &[column_names::FECHA]),
];

/// What the dashboard shows of the tables of a corte.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CorteData {
    /// The corte.
    pub dia: String,
    /// Some columns and rows of its tables, in the form of [`super::table_json`].
    pub tablas: BTreeMap<String, Value>,
}

impl CorteData {
    /// The names of the tables from which [`CorteData::from_tables`] selects.
    pub fn table_names() -> impl Iterator<Item = &'static str> {
        PROJECTION_TABLES.into_iter().map(|(name, _)| name).chain([PACKAGE_TABLE, QUALITY_TABLE])
    }

    /// Selects from the tables of a corte. Tables that are absent or empty are left out.
    ///
    /// # Errors
    /// A table lacks a column or has it in another type.
    pub fn from_tables(corte: Corte, tables: &[Table]) -> Result<Self, ColumnError> {
        let found = |name: &str| tables.iter().find(|table| table.name == name && table.row_count() > 0);
        let mut selected = BTreeMap::new();
        for (name, keys) in PROJECTION_TABLES {
            let columns: Vec<&str> = keys.iter().copied().chain(QUANTILES).collect();
            selected.extend(found(name).map(|table| (name.to_owned(), columns_json(table, &columns))));
        }
        if let Some(table) = found(PACKAGE_TABLE) {
            selected.insert(PACKAGE_TABLE.to_owned(), packages_by_entity(table)?);
        }
        if let Some(table) = found(QUALITY_TABLE) {
            selected.insert(QUALITY_TABLE.to_owned(), quality_of_sources(table)?);
        }
        Ok(Self { dia: corte.to_string(), tablas: selected })
    }
}

/// The packages of each entity. Bounds of countries do not add up to those of the entity, so the
/// dashboard has the median and the print run alone, as the text of the release has.
fn packages_by_entity(table: &Table) -> Result<Value, ColumnError> {
    let entities = table.key_texts(column_names::CVE_ENTIDAD)?;
    let medians = table.values::<i64>(column_names::PAQUETES_MEDIANA)?;
    let print_runs = table.values::<i64>(column_names::TIRAJE)?;
    let mut sums: BTreeMap<&str, [i64; 2]> = BTreeMap::new();
    for ((entity, median), print_run) in entities.iter().zip(medians).zip(print_runs) {
        let sum = sums.entry(entity).or_default();
        sum[0] += median;
        sum[1] += print_run;
    }
    let rows: Vec<Value> = sums.iter().map(|(entity, [median, run])| json!([entity, median, run])).collect();
    Ok(json!({
        "columnas": [column_names::CVE_ENTIDAD, column_names::PAQUETES_MEDIANA, column_names::TIRAJE],
        "filas": rows,
    }))
}

/// The rows of the exports that the counts come from.
fn quality_of_sources(table: &Table) -> Result<Value, ColumnError> {
    let is_source = table.values::<bool>(column_names::ES_FUENTE)?;
    let columns = [
        column_names::FUENTE,
        column_names::ARCHIVO,
        column_names::FECHA_EXPORTACION,
        column_names::REGLA,
        column_names::NIVEL,
        column_names::FILAS,
    ];
    Ok(columns_json(&table.filter_rows(|row| is_source[row]), &columns))
}
