/*!
`datapackage.json`: a Frictionless Data Package that names every table, column, type and meaning.
*/

use serde_json::{Value, json};

use super::manifest::{Manifest, TableRecord};
use super::table_file;
use crate::tables::dictionary::{self, ColumnMeaning};
use crate::tables::{Table, TableDefinition};

/// The bytes of the descriptor.
pub(super) fn descriptor(manifest: &Manifest, definitions: &[TableDefinition]) -> Vec<u8> {
    let resources: Vec<Value> = manifest
        .tables
        .iter()
        .filter_map(|record| definitions.iter().find(|definition| definition.name == record.name))
        .map(resource)
        .collect();
    let package = json!({
        "profile": "data-package",
        "name": format!("lnere-{}-{}", manifest.process.replace('_', "-"), manifest.corte),
        "title": format!("LNERE, {}, corte {}", manifest.title, manifest.corte),
        "version": manifest.revision.to_string(),
        "resources": resources,
    });
    let mut bytes = serde_json::to_vec_pretty(&package).unwrap_or_default();
    bytes.push(b'\n');
    bytes
}

/// Whether a descriptor says of a table what the table and the data dictionary say.
pub(super) fn describes(descriptor: &Value, table: &Table, record: &TableRecord) -> bool {
    let resources = descriptor["resources"].as_array().map(Vec::as_slice).unwrap_or_default();
    let mut named = resources.iter().filter(|resource| resource["name"] == table.name.as_str());
    let (Some(resource), None) = (named.next(), named.next()) else { return false };
    let columns = table.columns.iter().filter_map(|(name, _)| dictionary::meaning(name));
    resource["schema"] == json!({ "fields": columns.map(field).collect::<Vec<_>>(), "primaryKey": record.key })
        && resource["path"] == table_file(&table.name)
}

fn field(column: &ColumnMeaning) -> Value {
    json!({
        "name": column.name,
        "type": column.kind.frictionless(),
        "description": column.es,
        "description_en": column.en,
        "constraints": { "required": true },
    })
}

fn resource(definition: &TableDefinition) -> Value {
    let fields: Vec<Value> = definition.meanings().map(field).collect();
    json!({
        "name": definition.name,
        "path": table_file(&definition.name),
        "format": "parquet",
        "mediatype": "application/vnd.apache.parquet",
        "title": definition.es,
        "description": definition.es,
        "description_en": definition.en,
        "schema": { "fields": fields, "primaryKey": definition.key_columns() },
    })
}
