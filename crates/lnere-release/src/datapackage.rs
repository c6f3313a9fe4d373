/*!
Writes `datapackage.json`: a Frictionless Data Package that describes every table, column, type and
meaning.
*/

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Deserialize;
use serde_json::{Value, json};

use super::manifest::{Manifest, TableRecord};
use super::publications::PublicManifest;
use super::verify::{Finding, new_finding};
use super::{DATA_PACKAGE_FILE, table_path};
use lnere_core::calendar::start_of_day_rfc3339;
use lnere_core::process::{Licence, NamedParty, Process, PublicationMetadata};
use lnere_core::product_notice::notice_sentence;
use lnere_messages::message;
use lnere_tables::dictionary::{ColumnMeaning, ColumnType, Dictionary, OPTIONAL_COLUMNS};
use lnere_tables::{Column, Table, TableDefinition};

/// The media type of a Parquet file.
pub(super) const PARQUET_MEDIA_TYPE: &str = "application/vnd.apache.parquet";

/// The media type of a CSV file.
pub(super) const CSV_MEDIA_TYPE: &str = "text/csv";

/// What a descriptor says beside the tables: who publishes, from what, and of which days.
#[derive(Clone, Debug)]
pub struct PublicationContext {
    /// Who publishes.
    pub metadata: PublicationMetadata,
    /// Where the counts come from, in Spanish.
    pub source_note: String,
    /// The first day of registration.
    pub opens: NaiveDate,
    /// The corte.
    pub corte: NaiveDate,
    /// The day that the newest export covers. Descriptors are dated by it, because no clock may
    /// change their bytes.
    pub vintage: NaiveDate,
}

impl PublicationContext {
    /// The context of a corte.
    #[must_use]
    pub fn new(process: &Process, corte: NaiveDate, vintage: NaiveDate) -> Self {
        Self {
            metadata: process.publication_metadata.clone(),
            source_note: process.source_note.clone(),
            opens: process.opens,
            corte,
            vintage,
        }
    }

    /// Adds publisher, contact, sources and dates to a package.
    fn add_to(&self, package: &mut Value) {
        let PublicationMetadata { publisher, contact, homepage, keywords, .. } = &self.metadata;
        package["created"] = json!(start_of_day_rfc3339(self.vintage));
        package["temporal"] = json!({ "start": self.opens.to_string(), "end": self.corte.to_string() });
        package["sources"] = json!([{ "title": self.source_note }]);
        let contributor = |party: &NamedParty, role: &str| {
            let mut contributor = json!({ "title": party.name, "role": role });
            for (key, value) in [("path", &party.url), ("email", &party.email)] {
                if let Some(value) = value {
                    contributor[key] = json!(value);
                }
            }
            contributor
        };
        let contributors: Vec<Value> = [(publisher, "publisher"), (contact, "contact")]
            .into_iter()
            .filter_map(|(party, role)| Some(contributor(party.as_ref()?, role)))
            .collect();
        if !contributors.is_empty() {
            package["contributors"] = json!(contributors);
        }
        if let Some(homepage) = homepage {
            package["homepage"] = json!(homepage);
        }
        if !keywords.is_empty() {
            package["keywords"] = json!(keywords);
        }
    }
}

/// The bytes of the descriptor. It names no licence, because the exact tables are not public.
pub(super) fn release_descriptor(
    manifest: &Manifest,
    context: &PublicationContext,
    definitions: &[TableDefinition],
    dictionary: &Dictionary,
) -> Vec<u8> {
    let resources: Vec<Value> = manifest
        .tables
        .iter()
        .filter_map(|record| definitions.iter().find(|definition| definition.name == record.name))
        .map(|definition| table_resource(definition, dictionary))
        .collect();
    let mut package = json!({
        "profile": "data-package",
        "name": format!("lnere-{}-{}", manifest.process.replace('_', "-"), manifest.corte),
        "title": format!("LNERE, {}, corte {}", manifest.title, manifest.corte),
        "version": manifest.revision.to_string(),
        "resources": resources,
    });
    context.add_to(&mut package);
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

/// A public table with what describes it.
#[derive(Clone, Copy)]
pub struct DescribedTable<'a> {
    /// The table.
    pub table: &'a Table,
    /// The key columns.
    pub key: &'a [String],
    /// The path of its Parquet file.
    pub parquet_path: &'a str,
    /// The path of its CSV file.
    pub csv_path: &'a str,
    /// The title in Spanish.
    pub title_es: &'a str,
    /// The title in English.
    pub title_en: &'a str,
}

/// The bytes of the descriptor of the public tables. Each has a resource for Parquet and one for
/// CSV.
#[must_use]
pub fn public_descriptor(
    manifest: &PublicManifest,
    context: &PublicationContext,
    tables: &[DescribedTable],
    dictionary: &Dictionary,
) -> Vec<u8> {
    let resources = |described: &DescribedTable| {
        let DescribedTable { table, key, parquet_path, csv_path, title_es, title_en } = *described;
        let schema = table_schema(table, key, dictionary);
        let parquet = json!({
            "name": table.name,
            "path": parquet_path,
            "format": "parquet",
            "mediatype": PARQUET_MEDIA_TYPE,
            "title": title_es,
            "description": title_es,
            "description_en": title_en,
            "schema": schema,
        });
        let csv = json!({
            "name": format!("{}_csv", table.name),
            "path": csv_path,
            "format": "csv",
            "mediatype": CSV_MEDIA_TYPE,
            "encoding": "utf-8",
            "dialect": { "delimiter": ",", "lineTerminator": "\r\n", "doubleQuote": true, "header": true },
            "title": format!("{title_es} (CSV)"),
            "description": format!("{title_es}. Una celda vacía es una cifra protegida."),
            "description_en": format!("{title_en}. An empty cell is a protected figure."),
            "schema": schema,
        });
        [parquet, csv]
    };
    let mut package = json!({
        "profile": "data-package",
        "name": format!("lnere-publico-{}-{}", manifest.process.replace('_', "-"), manifest.corte),
        "title": format!("LNERE, {}, corte {}, cifras para el público", manifest.title, manifest.corte),
        "version": manifest.revision.to_string(),
        "resources": tables.iter().flat_map(resources).collect::<Vec<Value>>(),
    });
    context.add_to(&mut package);
    if let Some(Licence { name, url }) = &context.metadata.licence {
        // The standard permits only these characters in the short name of a licence.
        let short = name.split_whitespace().collect::<Vec<_>>().join("-");
        let is_permitted = |c: char| c.is_ascii_alphanumeric() || "-._".contains(c);
        let mut licence = json!({ "path": url, "title": name });
        if short.chars().all(is_permitted) {
            licence["name"] = json!(short);
        }
        package["licenses"] = json!([licence]);
    }
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
        "mediatype": PARQUET_MEDIA_TYPE,
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
