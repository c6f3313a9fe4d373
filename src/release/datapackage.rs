/*!
`datapackage.json`: a Frictionless Data Package that names every table, column, type and meaning.
*/

use serde_json::{Value, json};

use super::manifest::Manifest;
use crate::tables::TableDefinition;

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

fn resource(definition: &TableDefinition) -> Value {
    let fields: Vec<Value> = definition
        .meanings()
        .map(|column| {
            json!({
                "name": column.name,
                "type": column.kind.frictionless(),
                "description": column.es,
                "description_en": column.en,
                "constraints": { "required": true },
            })
        })
        .collect();
    json!({
        "name": definition.name,
        "path": format!("tablas/{}.parquet", definition.name),
        "format": "parquet",
        "mediatype": "application/vnd.apache.parquet",
        "title": definition.es,
        "description": definition.es,
        "description_en": definition.en,
        "schema": { "fields": fields, "primaryKey": definition.key_columns() },
    })
}
