/*!
Writes `datapackage.json`: a Frictionless Data Package that describes every table, column, type and
meaning.
*/

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use super::manifest::{Manifest, TableRecord};
use super::publications::PublicManifest;
use super::verify::{Finding, finding};
use super::{DATA_PACKAGE, table_file};
use lnere_core::process_notice::sentence;
use lnere_tables::dictionary::{ColumnMeaning, ColumnType, Dictionary};
use lnere_tables::{Column, Table, TableDefinition};

/// The bytes of the descriptor.
pub(super) fn descriptor(manifest: &Manifest, definitions: &[TableDefinition], dictionary: &Dictionary) -> Vec<u8> {
    let resources: Vec<Value> = manifest
        .tables
        .iter()
        .filter_map(|record| definitions.iter().find(|definition| definition.name == record.name))
        .map(|definition| resource(definition, dictionary))
        .collect();
    let package = json!({
        "profile": "data-package",
        "name": format!("lnere-{}-{}", manifest.process.replace('_', "-"), manifest.corte),
        "title": format!("LNERE, {}, corte {}", manifest.title, manifest.corte),
        "version": manifest.revision.to_string(),
        "resources": resources,
    });
    written(package, manifest.notice.as_deref())
}

/// The bytes of a descriptor. It states the notice in a property and in the description, which data
/// catalogues show.
fn written(mut package: Value, notice: Option<&str>) -> Vec<u8> {
    if let Some(notice) = notice {
        package["notice"] = json!(notice);
        package["description"] = json!(sentence(notice));
    }
    let mut bytes = serde_json::to_vec_pretty(&package).unwrap_or_default();
    bytes.push(b'\n');
    bytes
}

/// The finding if a descriptor lacks the notice, or has a notice without need.
pub(super) fn misses(descriptor: &Value, notice: Option<&str>) -> Option<Finding> {
    // An unreadable descriptor has its own findings.
    let is_other = descriptor.is_object() && descriptor["notice"].as_str() != notice;
    is_other.then(|| finding(DATA_PACKAGE, "has another notice than the manifest"))
}

/// The bytes of the descriptor of the public tables; `titles` are the titles of the tables in
/// Spanish and in English.
#[must_use]
pub fn public_descriptor<'t>(
    manifest: &PublicManifest,
    tables: &[(Table, Vec<String>)],
    dictionary: &Dictionary,
    titles: impl Fn(&str) -> (&'t str, &'t str),
) -> Vec<u8> {
    let resource = |(table, key): &(Table, Vec<String>)| {
        let (es, en) = titles(&table.name);
        json!({
            "name": table.name,
            "path": table_file(&table.name),
            "format": "parquet",
            "mediatype": "application/vnd.apache.parquet",
            "title": es,
            "description": es,
            "description_en": en,
            "schema": schema(table, key, dictionary),
        })
    };
    let package = json!({
        "profile": "data-package",
        "name": format!("lnere-publico-{}-{}", manifest.process.replace('_', "-"), manifest.corte),
        "title": format!("LNERE, {}, corte {}, cifras para el público", manifest.title, manifest.corte),
        "version": manifest.revision.to_string(),
        "resources": tables.iter().map(resource).collect::<Vec<Value>>(),
    });
    written(package, manifest.notice.as_deref())
}

/// The meaning of a column, in Spanish and in English, as its table states it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(super) struct Meaning {
    pub es: String,
    pub en: String,
}

/// Compares the description of a table in a descriptor with the table itself. It does not use the
/// dictionary of this program, because another version may have written the table. Additional
/// properties of a column are ignored.
pub(super) fn describes(
    descriptor: &Value,
    table: &Table,
    record: &TableRecord,
    meanings: &BTreeMap<String, Meaning>,
) -> bool {
    let resources = descriptor["resources"].as_array().map(Vec::as_slice).unwrap_or_default();
    let mut named = resources.iter().filter(|resource| resource["name"] == table.name.as_str());
    let (Some(resource), None) = (named.next(), named.next()) else { return false };
    let fields = resource["schema"]["fields"].as_array().map(Vec::as_slice).unwrap_or_default();
    let is_said = |(said, (name, column)): (&Value, &(String, Column))| {
        let Some(Meaning { es, en }) = meanings.get(name) else { return false };
        let expected = field(name, column.kind(), es, en, column.is_suppressible());
        ["name", "type", "description", "description_en"].iter().all(|key| said[key] == expected[key])
            && said["constraints"]["required"] == expected["constraints"]["required"]
    };
    resource["path"] == table_file(&table.name)
        && resource["schema"]["primaryKey"] == json!(record.key)
        && fields.len() == table.columns.len()
        && fields.iter().zip(&table.columns).all(is_said)
}

/// The description of the columns of a table, some of which may suppress counts.
fn schema(table: &Table, key: &[String], dictionary: &Dictionary) -> Value {
    let columns = table.columns.iter();
    let fields =
        columns.filter_map(|(name, column)| Some(described_field(dictionary.meaning(name)?, column.is_suppressible())));
    json!({ "fields": fields.collect::<Vec<_>>(), "primaryKey": key })
}

fn described_field(column: &ColumnMeaning, can_hide: bool) -> Value {
    field(column.name, column.kind, &column.es, &column.en, can_hide)
}

/// A column that cannot suppress a value requires all values.
fn field(name: &str, kind: ColumnType, es: &str, en: &str, can_hide: bool) -> Value {
    let mut field = json!({
        "name": name,
        "type": kind.frictionless(),
        "description": es,
        "description_en": en,
    });
    if !can_hide {
        field["constraints"] = json!({ "required": true });
    }
    field
}

fn resource(definition: &TableDefinition, dictionary: &Dictionary) -> Value {
    let fields: Vec<Value> = definition.meanings(dictionary).map(|column| described_field(column, false)).collect();
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_can_be_hidden_may_be_missing() {
        let columns = [
            ("sexo", Column::Text(vec!["H".to_owned()])),
            ("solicitudes_acumuladas", Column::MaybeInt(vec![Some(5)])),
            ("protegida", Column::Bool(vec![false])),
        ];
        let columns = columns.map(|(name, column)| (name.to_owned(), column)).into();
        let table = Table { name: "lnere_por_sexo".to_owned(), columns };
        let schema = schema(&table, &["sexo".to_owned()], &Dictionary::default());
        let said = schema["fields"].as_array().unwrap().iter().map(|field| (&field["type"], &field["constraints"]));
        let required = json!({ "required": true });
        let expected =
            [(&json!("string"), &required), (&json!("integer"), &Value::Null), (&json!("boolean"), &required)];
        assert_eq!(said.collect::<Vec<_>>(), expected);
        assert_eq!(schema["primaryKey"], json!(["sexo"]));
    }

    #[test]
    fn a_notice_is_a_property_and_in_the_description_and_nothing_without_one() {
        let package = |notice| -> Value { serde_json::from_slice(&written(json!({ "name": "a" }), notice)).unwrap() };
        let notice = Some("DATOS SINTÉTICOS DE MUESTRA");
        assert_eq!(
            package(notice),
            json!({ "name": "a", "notice": notice, "description": "DATOS SINTÉTICOS DE MUESTRA." })
        );
        assert_eq!(package(None), json!({ "name": "a" }));
        assert!(misses(&package(notice), notice).is_none() && misses(&package(None), None).is_none());
        assert!(misses(&package(None), notice).is_some() && misses(&package(notice), None).is_some());
        assert!(misses(&package(notice), Some("OTRO AVISO")).is_some());
    }
}
