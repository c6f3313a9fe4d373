/*!
Writes `datapackage.json`: a Frictionless Data Package that describes every table, column, type and
meaning.
*/

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use super::manifest::{Manifest, TableRecord};
use super::publications::PublicManifest;
use super::verify::{Finding, new_finding};
use super::{DATA_PACKAGE_FILE, table_path};
use lnere_core::product_notice::notice_sentence;
use lnere_messages::message;
use lnere_tables::dictionary::{ColumnMeaning, ColumnType, Dictionary, OPTIONAL_COLUMNS};
use lnere_tables::{Column, Table, TableDefinition};

/// The bytes of the descriptor.
pub(super) fn release_descriptor(
    manifest: &Manifest,
    definitions: &[TableDefinition],
    dictionary: &Dictionary,
) -> Vec<u8> {
    let resources: Vec<Value> = manifest
        .tables
        .iter()
        .filter_map(|record| definitions.iter().find(|definition| definition.name == record.name))
        .map(|definition| table_resource(definition, dictionary))
        .collect();
    let package = json!({
        "profile": "data-package",
        "name": format!("lnere-{}-{}", manifest.process.replace('_', "-"), manifest.corte),
        "title": format!("LNERE, {}, corte {}", manifest.title, manifest.corte),
        "version": manifest.revision.to_string(),
        "resources": resources,
    });
    descriptor_bytes(package, manifest.notice.as_deref())
}

/// The bytes of a descriptor. It states the notice in a property and in the description, which data
/// catalogues show.
fn descriptor_bytes(mut package: Value, notice: Option<&str>) -> Vec<u8> {
    if let Some(notice) = notice {
        package["notice"] = json!(notice);
        package["description"] = json!(notice_sentence(notice));
    }
    let mut bytes = serde_json::to_vec_pretty(&package).unwrap_or_default();
    bytes.push(b'\n');
    bytes
}

/// The finding if the notice of a descriptor differs from that of the manifest.
pub(super) fn notice_finding(descriptor: &Value, notice: Option<&str>) -> Option<Finding> {
    // An unreadable descriptor has its own findings.
    let has_other_notice = descriptor.is_object() && descriptor["notice"].as_str() != notice;
    has_other_notice.then(|| new_finding(DATA_PACKAGE_FILE, message!("L452-other-notice")))
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
            "path": table_path(&table.name),
            "format": "parquet",
            "mediatype": "application/vnd.apache.parquet",
            "title": es,
            "description": es,
            "description_en": en,
            "schema": table_schema(table, key, dictionary),
        })
    };
    let package = json!({
        "profile": "data-package",
        "name": format!("lnere-publico-{}-{}", manifest.process.replace('_', "-"), manifest.corte),
        "title": format!("LNERE, {}, corte {}, cifras para el público", manifest.title, manifest.corte),
        "version": manifest.revision.to_string(),
        "resources": tables.iter().map(resource).collect::<Vec<Value>>(),
    });
    descriptor_bytes(package, manifest.notice.as_deref())
}

/// The meaning of a column, in Spanish and in English, as its table states it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(super) struct StatedMeaning {
    pub es: String,
    pub en: String,
}

/// Compares the description of a table in a descriptor with the table itself. It does not use the
/// dictionary of this program, because another version may have written the table. Additional
/// properties of a column are ignored.
pub(super) fn is_table_described(
    descriptor: &Value,
    table: &Table,
    record: &TableRecord,
    meanings: &BTreeMap<String, StatedMeaning>,
) -> bool {
    let resources = descriptor["resources"].as_array().map(Vec::as_slice).unwrap_or_default();
    let mut matching = resources.iter().filter(|resource| resource["name"] == table.name.as_str());
    let (Some(resource), None) = (matching.next(), matching.next()) else { return false };
    let fields = resource["schema"]["fields"].as_array().map(Vec::as_slice).unwrap_or_default();
    let is_described = |(stated, (name, column)): (&Value, &(String, Column))| {
        let Some(StatedMeaning { es, en }) = meanings.get(name) else { return false };
        let expected = field_descriptor(name, column.column_type(), es, en, column.is_suppressible());
        ["name", "type", "description", "description_en"].iter().all(|key| stated[key] == expected[key])
            && stated["constraints"]["required"] == expected["constraints"]["required"]
    };
    resource["path"] == table_path(&table.name)
        && resource["schema"]["primaryKey"] == json!(record.key)
        && fields.len() == table.columns.len()
        && fields.iter().zip(&table.columns).all(is_described)
}

/// The description of the columns of a table, some of which may suppress counts.
fn table_schema(table: &Table, key: &[String], dictionary: &Dictionary) -> Value {
    let columns = table.columns.iter();
    let fields = columns
        .filter_map(|(name, column)| Some(field_of_meaning(dictionary.meaning(name)?, column.is_suppressible())));
    json!({ "fields": fields.collect::<Vec<_>>(), "primaryKey": key })
}

fn field_of_meaning(column: &ColumnMeaning, is_suppressible: bool) -> Value {
    field_descriptor(column.name, column.column_type, &column.es, &column.en, is_suppressible)
}

/// Describes a column. It is `required` unless it may hold suppressed values.
fn field_descriptor(name: &str, kind: ColumnType, es: &str, en: &str, is_suppressible: bool) -> Value {
    let mut field = json!({
        "name": name,
        "type": kind.frictionless_name(),
        "description": es,
        "description_en": en,
    });
    if !is_suppressible {
        field["constraints"] = json!({ "required": true });
    }
    field
}

fn table_resource(definition: &TableDefinition, dictionary: &Dictionary) -> Value {
    let fields: Vec<Value> = definition
        .column_meanings(dictionary)
        .map(|column| field_of_meaning(column, OPTIONAL_COLUMNS.contains(&column.name)))
        .collect();
    json!({
        "name": definition.name,
        "path": table_path(&definition.name),
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
        let schema = table_schema(&table, &["sexo".to_owned()], &Dictionary::default());
        let said = schema["fields"].as_array().unwrap().iter().map(|field| (&field["type"], &field["constraints"]));
        let required = json!({ "required": true });
        let expected =
            [(&json!("string"), &required), (&json!("integer"), &Value::Null), (&json!("boolean"), &required)];
        assert_eq!(said.collect::<Vec<_>>(), expected);
        assert_eq!(schema["primaryKey"], json!(["sexo"]));
    }

    #[test]
    fn a_notice_is_a_property_and_in_the_description_and_nothing_without_one() {
        let package =
            |notice| -> Value { serde_json::from_slice(&descriptor_bytes(json!({ "name": "a" }), notice)).unwrap() };
        let notice = Some("DATOS SINTÉTICOS DE MUESTRA");
        assert_eq!(
            package(notice),
            json!({ "name": "a", "notice": notice, "description": "DATOS SINTÉTICOS DE MUESTRA." })
        );
        assert_eq!(package(None), json!({ "name": "a" }));
        assert!(notice_finding(&package(notice), notice).is_none() && notice_finding(&package(None), None).is_none());
        assert!(notice_finding(&package(None), notice).is_some() && notice_finding(&package(notice), None).is_some());
        assert!(notice_finding(&package(notice), Some("OTRO AVISO")).is_some());
    }
}
