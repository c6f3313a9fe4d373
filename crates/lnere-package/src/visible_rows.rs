/*!
Decides which rows of the tables a recipient may see. No other module decides this; report, workbook
and archive use its result.
*/

use lnere_core::columns;
use serde_json::Value;

use super::Subject;
use lnere_tables::{Table, TableDefinition, TableSource};

/// The tables of a subject, in their order.
///
/// The nation sees everything. An entity sees the tables that the working group shares, and its own
/// rows of tables by entity. It does not see sums over all entities, which belong to the nation.
#[must_use]
pub fn visible_tables(tables: &[Table], definitions: &[TableDefinition], subject: &Subject) -> Vec<Table> {
    let Some(code) = subject.code() else { return tables.to_vec() };
    let shared: Vec<&str> = definitions.iter().filter(|table| table.shared).map(|table| table.name.as_str()).collect();
    let of_entity = |table: &Table| {
        let definition = definitions.iter().find(|definition| definition.name == table.name)?;
        if definition.shared {
            return Some(table.clone());
        }
        if definition.from == TableSource::Revisions {
            return Some(revisions(table, &shared, code));
        }
        let entities = table.text_values(columns::CVE_ENTIDAD)?;
        Some(table.filtered(|row| entities[row] == code))
    };
    tables.iter().filter_map(of_entity).collect()
}

/// The changes of shared tables, and those of the entity's own rows.
fn revisions(table: &Table, shared: &[&str], code: &str) -> Table {
    let (Some(tables), Some(keys)) = (table.text_values(columns::TABLA), table.text_values(columns::CLAVE)) else {
        return table.filtered(|_| false);
    };
    table.filtered(|row| {
        // A key is written by this program, and one that says no entity is nobody's.
        let key: Value = serde_json::from_str(&keys[row]).unwrap_or_default();
        shared.contains(&tables[row].as_str()) || key[columns::CVE_ENTIDAD] == code
    })
}
