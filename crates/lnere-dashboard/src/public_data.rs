/*!
Builds the dashboard data for the public: the published protected tables and no other count.
*/

use lnere_core::column_names;
use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde_json::{Map, Value, json};

use super::data_file::{Categories, CodeAndName, DashboardData, PublicData, dimension_of_column};
use super::exact_data::UNIDENTIFIED_LABEL;
use lnere_charts::ChartDefinition;
use lnere_core::catalog::Catalogs;
use lnere_core::process::{Audience, CategoryMerge, Dimension, Process, PublicAudience, UNIDENTIFIED_CODE};
use lnere_tables::{Column, Table};

/// Builds the public dashboard of a process from the public part of a release.
#[must_use]
pub fn public_data(
    process: &Process,
    plan: &PublicAudience,
    catalogs: &Catalogs,
    charts: &[ChartDefinition],
    tables: &[Table],
    corte: NaiveDate,
) -> DashboardData {
    let categories =
        Categories::from_dimensions(process, |dimension| categories_in_tables(process, plan, tables, dimension));
    let public = PublicData {
        minimo: plan.minimum_shown_count,
        oculta: plan.suppressed_label.clone(),
        reunidos: Some(
            plan.merges_by_column
                .iter()
                .map(|(column, merge)| (dimension_of_column(column).to_owned(), group_codes(merge)))
                .collect(),
        ),
        tablas: tables.iter().map(|table| (table.name.clone(), table_json(table))).collect(),
    };
    DashboardData {
        publico: Some(public),
        ..DashboardData::new(process, catalogs, charts, Audience::Publico, corte, categories)
    }
}

/// The codes of the groups.
fn group_codes(merge: &CategoryMerge) -> Vec<String> {
    merge.groups.iter().map(|group| group.code.clone()).collect()
}

/// The categories in the tables; a merged group takes the place of its first member.
fn categories_in_tables(
    process: &Process,
    plan: &PublicAudience,
    tables: &[Table],
    dimension: Dimension,
) -> Vec<CodeAndName> {
    let column = dimension.column_name();
    // The national sums have no codes of their own, but a word for what is not broken down.
    let used: BTreeSet<&str> = tables
        .iter()
        .filter(|table| table.has_column(column_names::CVE_ENTIDAD))
        .filter_map(|table| match table.column(column) {
            Some(Column::Text(codes)) => Some(codes),
            _ => None,
        })
        .flatten()
        .map(String::as_str)
        .collect();
    let own = process.categories(dimension).categories().iter();
    let own = own.map(|category| (category.code.as_str(), category.label.as_str()));
    let mut pairs: Vec<CodeAndName> = Vec::new();
    for (code, label) in own.chain([(UNIDENTIFIED_CODE, UNIDENTIFIED_LABEL)]) {
        let group = plan.merges_by_column.get(column).and_then(|merge| merge.group_of_code(code));
        let (code, label) = group.map_or((code, label), |group| (group.code.as_str(), group.label.as_str()));
        if used.contains(code) && pairs.iter().all(|(other, _)| other != code) {
            pairs.push((code.to_owned(), label.to_owned()));
        }
    }
    // A code that the process file does not list is shown as it is, because omitting its row would
    // falsify totals.
    let unnamed: Vec<CodeAndName> = used
        .iter()
        .filter(|code| pairs.iter().all(|(other, _)| other != *code))
        .map(|code| ((*code).to_owned(), (*code).to_owned()))
        .collect();
    pairs.extend(unnamed);
    pairs
}

/// A table without its corte; a suppressed count is `null`.
#[must_use]
pub fn table_json(table: &Table) -> Value {
    let names = table.columns.iter().map(|(name, _)| name.as_str()).filter(|name| *name != column_names::CORTE);
    columns_json(table, &names.collect::<Vec<_>>())
}

/// Some columns of a table; names that the table does not have are left out.
pub(super) fn columns_json(table: &Table, names: &[&str]) -> Value {
    let columns: Vec<(&str, &Column)> = names.iter().filter_map(|name| Some((*name, table.column(name)?))).collect();
    let row = |row: usize| columns.iter().map(|(_, column)| cell_json(column, row)).collect::<Value>();
    let names: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
    let mut json = Map::new();
    json.insert("columnas".to_owned(), json!(names));
    json.insert(column_names::FILAS.to_owned(), (0..table.row_count()).map(row).collect());
    Value::Object(json)
}

fn cell_json(column: &Column, row: usize) -> Value {
    match column {
        Column::Int(values) => json!(values[row]),
        Column::Real(values) => json!(values[row]),
        Column::Text(values) => json!(values[row]),
        Column::Date(values) => json!(values[row].to_string()),
        Column::MaybeInt(values) => json!(values[row]),
        Column::MaybeReal(values) => json!(values[row]),
        Column::Bool(values) => json!(values[row]),
    }
}
