/*!
Selects what the exact dashboard shows of the tables of a corte: the projection, the postal packages
and the quality of the exports.
*/

use std::collections::{BTreeMap, BTreeSet};

use lnere_core::calendar::Corte;
use lnere_core::column_names;
use lnere_core::process::{Dimension, Process};
use lnere_tables::{ColumnError, Table};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::encoded_cube::{CubeEncoder, EncodedCube};
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

/// The tables that compare, with the columns that the dashboard has of them.
const COMPARISON_TABLES: [(&str, &[&str]); 2] = [
    (
        "comparativo",
        &[
            column_names::CVE_ENTIDAD,
            column_names::PROCESO,
            column_names::DIAS_AL_CIERRE,
            column_names::SOLICITUDES_ACUMULADAS,
            column_names::TITULO,
            column_names::QUE_CUENTA,
        ],
    ),
    ("metas", &[column_names::CVE_ENTIDAD, column_names::META, column_names::TITULO]),
];

/// The tables of the projection, with their columns before the quantiles.
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
    /// The statuses at each corte so far; `None` if the process has no such table.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub estatus: Option<StatusSeries>,
}

/// The applications by status at each corte so far.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatusSeries {
    /// The cortes.
    pub cortes: Vec<String>,
    /// The codes of the statuses.
    pub estatus: Vec<String>,
    /// The applications by corte, entity of the process and status.
    pub solicitudes: EncodedCube,
}

impl CorteData {
    /// The statuses at each corte so far, by entity.
    pub const STATUS_TABLE: &str = "lnere_estatus_serie";

    /// The names of the tables from which [`CorteData::from_tables`] selects.
    pub fn table_names() -> impl Iterator<Item = &'static str> {
        let by_columns =
            PROJECTION_TABLES.into_iter().map(|(name, _)| name).chain(COMPARISON_TABLES.map(|(name, _)| name));
        by_columns.chain([PACKAGE_TABLE, QUALITY_TABLE, Self::STATUS_TABLE])
    }

    /// Selects from the tables of a corte of a process. Tables that are absent or empty are left out.
    ///
    /// # Errors
    /// A table lacks a column or has it in another type.
    pub fn from_tables(process: &Process, corte: Corte, tables: &[Table]) -> Result<Self, ColumnError> {
        let entities: Vec<String> = process.entities.iter().map(|entity| entity.code()).collect();
        let statuses = process.categories(Dimension::ESTATUS).categories().iter();
        let statuses: Vec<String> = statuses.map(|category| category.code.clone()).collect();
        Self::from_tables_and_codes(&corte.to_string(), &entities, &statuses, tables)
    }

    /// The same from the codes of the entities and statuses, for whoever has no process file.
    ///
    /// # Errors
    /// A table lacks a column or has it in another type.
    pub fn from_tables_and_codes(
        corte: &str,
        entities: &[String],
        statuses: &[String],
        tables: &[Table],
    ) -> Result<Self, ColumnError> {
        let found = |name: &str| tables.iter().find(|table| table.name == name && table.row_count() > 0);
        let mut selected = BTreeMap::new();
        for (name, keys) in PROJECTION_TABLES {
            let columns: Vec<&str> = keys.iter().copied().chain(QUANTILES).collect();
            selected.extend(found(name).map(|table| (name.to_owned(), columns_json(table, &columns))));
        }
        for (name, columns) in COMPARISON_TABLES {
            selected.extend(found(name).map(|table| (name.to_owned(), columns_json(table, columns))));
        }
        if let Some(table) = found(PACKAGE_TABLE) {
            selected.insert(PACKAGE_TABLE.to_owned(), packages_by_entity(table)?);
        }
        if let Some(table) = found(QUALITY_TABLE) {
            selected.insert(QUALITY_TABLE.to_owned(), quality_of_sources(table)?);
        }
        let series = found(Self::STATUS_TABLE).map(|table| status_series(entities, statuses, table)).transpose()?;
        Ok(Self { dia: corte.to_owned(), tablas: selected, estatus: series })
    }
}

/// The statuses at each corte. A code of the table that is not in `known_statuses`, such as that of
/// what is not identified, comes after these.
fn status_series(
    entity_list: &[String],
    known_statuses: &[String],
    table: &Table,
) -> Result<StatusSeries, ColumnError> {
    let [cortes, entities, statuses] =
        [column_names::QUINCENA, column_names::CVE_ENTIDAD, column_names::ESTATUS].map(|name| table.key_texts(name));
    let (cortes, entities, statuses) = (cortes?, entities?, statuses?);
    let counts = table.values::<i64>(column_names::SOLICITUDES)?;
    let sorted = |texts: &[String]| texts.iter().cloned().collect::<BTreeSet<String>>();
    let corte_list: Vec<String> = sorted(&cortes).into_iter().collect();
    let others = sorted(&statuses).into_iter().filter(|code| !known_statuses.contains(code));
    let status_list: Vec<String> = known_statuses.iter().cloned().chain(others).collect();
    let place = |list: &[String], text: &String| list.iter().position(|one| one == text);
    let mut cube = CubeEncoder::new(&[
        (column_names::CORTE, corte_list.len()),
        (column_names::ENTIDAD, entity_list.len()),
        (column_names::ESTATUS, status_list.len()),
    ]);
    for (row, count) in counts.iter().enumerate() {
        let codes =
            [place(&corte_list, &cortes[row]), place(entity_list, &entities[row]), place(&status_list, &statuses[row])];
        if let ([Some(corte), Some(entity), Some(status)], Ok(count @ 1..)) = (codes, u64::try_from(*count)) {
            cube.add([corte, entity, status], count);
        }
    }
    Ok(StatusSeries { cortes: corte_list, estatus: status_list, solicitudes: cube.encode() })
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
