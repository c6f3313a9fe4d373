/*!
Compares two versions of a table cell by cell.
*/

use lnere_core::column_names;
use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::{Map, Value};

use super::definition::TableDefinition;
use super::table::{Column, Table};
use lnere_core::calendar::Corte;

/// One cell that differs.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CellChange {
    /// The table.
    pub tabla: String,
    /// The key columns of the row and their values, without the corte, as a JSON object.
    pub clave: String,
    /// The column.
    pub medida: String,
    /// The previous value, null if it was suppressed; `None` if the row did not exist.
    pub anterior: Option<Value>,
    /// The present value, null if it is suppressed; `None` if the row no longer exists.
    pub actual: Option<Value>,
}

/// The cells in which two versions of a table differ, by row and column. `key` names the key
/// columns without the corte, so that two cortes can also be compared.
///
/// For a row that only one version has, the numbers are listed but not the names.
#[must_use]
pub fn cell_changes(before: &Table, after: &Table, key: &[String]) -> Vec<CellChange> {
    let key: Vec<&str> = key.iter().map(String::as_str).filter(|name| *name != column_names::CORTE).collect();
    let (old, new) = (row_indices_by_key(before, &key), row_indices_by_key(after, &key));
    let clave: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let compared = |(name, _): &&(String, Column)| name != column_names::CORTE && !key.contains(&name.as_str());
    let mut found = Vec::new();
    for clave in clave {
        let (was, is) = (old.get(clave).copied(), new.get(clave).copied());
        let columns = if is.is_some() { &after.columns } else { &before.columns };
        for (name, column) in columns.iter().filter(compared) {
            let anterior = was.and_then(|row| cell_value(before.column(name)?, row));
            let actual = is.and_then(|row| cell_value(after.column(name)?, row));
            let both = was.is_some() && is.is_some();
            if anterior != actual && (both || is_number(column)) {
                let (tabla, clave, medida) = (after.name.clone(), clave.clone(), name.clone());
                found.push(CellChange { tabla, clave, medida, anterior, actual });
            }
        }
    }
    found
}

/// The table of revisions: each count that differs between the replaced release, `before`, and the
/// new one. An absent row counts 0. Tables that only one release has are omitted, because there is
/// nothing to compare.
#[must_use]
pub fn revisions_table(
    definition: &TableDefinition,
    definitions: &[TableDefinition],
    corte: Corte,
    before: &[Table],
    after: &[Table],
) -> Table {
    let position_of = |tables: &[Table], name: &str| tables.iter().position(|table| table.name == name);
    let mut changed: Vec<(CellChange, i64, i64)> = Vec::new();
    for name in &definition.tables_compared_between_revisions {
        let (Some(old), Some(new)) = (position_of(before, name), position_of(after, name)) else { continue };
        let key = definitions.iter().find(|other| other.name == *name).map(TableDefinition::key_columns);
        let key: Vec<String> = key.unwrap_or_default().into_iter().map(str::to_owned).collect();
        for change in cell_changes(&before[old], &after[new], &key) {
            if matches!(after[new].column(&change.medida), Some(Column::Int(_))) {
                let count = |value: &Option<Value>| value.as_ref().and_then(Value::as_i64).unwrap_or(0);
                let (anterior, actual) = (count(&change.anterior), count(&change.actual));
                if anterior != actual {
                    changed.push((change, anterior, actual));
                }
            }
        }
    }
    changed.sort_by(|(a, ..), (b, ..)| (&a.tabla, &a.clave, &a.medida).cmp(&(&b.tabla, &b.clave, &b.medida)));
    let text =
        |of: fn(&CellChange) -> &String| Column::Text(changed.iter().map(|(change, ..)| of(change).clone()).collect());
    let columns = [
        (column_names::CORTE, Column::Date(vec![corte.day(); changed.len()])),
        (column_names::TABLA, text(|change| &change.tabla)),
        (column_names::CLAVE, text(|change| &change.clave)),
        (column_names::MEDIDA, text(|change| &change.medida)),
        (column_names::ANTERIOR, Column::Int(changed.iter().map(|(_, anterior, _)| *anterior).collect())),
        (column_names::ACTUAL, Column::Int(changed.iter().map(|(.., actual)| *actual).collect())),
    ];
    let columns = columns.map(|(name, column)| (name.to_owned(), column)).into();
    Table { name: definition.name.clone(), columns }
}

/// The index of each row of a table by its key.
fn row_indices_by_key(table: &Table, key: &[&str]) -> BTreeMap<String, usize> {
    let columns: Vec<_> = key.iter().filter_map(|name| Some((*name, table.column(name)?))).collect();
    let clave = |row: usize| {
        let cells = columns.iter().filter_map(|(name, column)| Some(((*name).to_owned(), cell_value(column, row)?)));
        Value::Object(cells.collect::<Map<_, _>>()).to_string()
    };
    (0..table.row_count()).map(|row| (clave(row), row)).collect()
}

fn is_number(column: &Column) -> bool {
    matches!(column, Column::Int(_) | Column::Real(_) | Column::MaybeInt(_) | Column::MaybeReal(_))
}

/// The value of a cell; a suppressed number is null, which differs from a missing row.
fn cell_value(column: &Column, row: usize) -> Option<Value> {
    match column {
        Column::Int(values) => values.get(row).map(|value| Value::from(*value)),
        Column::Real(values) => values.get(row).map(|value| Value::from(*value)),
        Column::Text(values) => values.get(row).map(|value| Value::from(value.as_str())),
        Column::Date(values) => values.get(row).map(|value| Value::from(value.to_string())),
        Column::MaybeInt(values) => values.get(row).map(|value| Value::from(*value)),
        Column::MaybeReal(values) => values.get(row).map(|value| Value::from(*value)),
        Column::Bool(values) => values.get(row).map(|value| Value::from(*value)),
    }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;
    use lnere_core::calendar::parse_iso_day;

    /// A table by entity and status, from rows `entity status name count share`.
    fn table(rows: &[&str]) -> Table {
        let fields: Vec<Vec<&str>> = rows.iter().map(|row| row.split(' ').collect()).collect();
        let text = |place: usize| Column::Text(fields.iter().map(|row| row[place].to_owned()).collect());
        let columns = [
            ("corte", Column::Date(vec![parse_iso_day("2020-09-30").unwrap(); rows.len()])),
            ("cve_entidad", text(0)),
            ("estatus", text(1)),
            ("entidad", text(2)),
            ("solicitudes", Column::Int(fields.iter().map(|row| row[3].parse().unwrap()).collect())),
            ("porcentaje", Column::Real(fields.iter().map(|row| row[4].parse().unwrap()).collect())),
        ];
        let columns = columns.map(|(name, column)| (name.to_owned(), column)).into();
        Table { name: "t".to_owned(), columns }
    }

    fn assert_changes(before: &[&str], after: &[&str], expected: &Expect) {
        let key = ["corte", "cve_entidad", "estatus"].map(str::to_owned);
        let value = |value: Option<Value>| value.map_or_else(|| "-".to_owned(), |value| value.to_string());
        let lines = cell_changes(&table(before), &table(after), &key).into_iter().map(|change| {
            let CellChange { clave, medida, anterior, actual, .. } = change;
            format!("{clave} {medida} {} {}\n", value(anterior), value(actual))
        });
        expected.assert_eq(&lines.collect::<String>());
    }

    #[test]
    fn equal_tables_have_no_changes() {
        assert_changes(&["08 A Chihuahua 5 50"], &["08 A Chihuahua 5 50"], &expect![[""]]);
    }

    #[test]
    fn cells_that_differ_by_row_and_column() {
        assert_changes(
            &["08 A Chihuahua 5 50", "08 B Chihuahua 5 50", "09 A CDMX 1 100"],
            &["08 A Chihuahua 6 54.55", "08 B Chihuahua 5 45.45", "09 A México 1 100"],
            &expect![[r#"
                {"cve_entidad":"08","estatus":"A"} solicitudes 5 6
                {"cve_entidad":"08","estatus":"A"} porcentaje 50.0 54.55
                {"cve_entidad":"08","estatus":"B"} porcentaje 50.0 45.45
                {"cve_entidad":"09","estatus":"A"} entidad "CDMX" "México"
            "#]],
        );
    }

    #[test]
    fn rows_that_come_and_go() {
        assert_changes(
            &["08 A Chihuahua 5 50"],
            &["08 B Chihuahua 0 0"],
            &expect![[r#"
                {"cve_entidad":"08","estatus":"A"} solicitudes 5 -
                {"cve_entidad":"08","estatus":"A"} porcentaje 50.0 -
                {"cve_entidad":"08","estatus":"B"} solicitudes - 0
                {"cve_entidad":"08","estatus":"B"} porcentaje - 0.0
            "#]],
        );
    }
}
