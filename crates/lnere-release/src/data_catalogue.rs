/*!
Writes `catalog.jsonld`: a data catalogue in DCAT, as JSON-LD. Portals of open data read it.

Addresses of files are relative to the catalogue, so that it holds wherever the folder lies.
*/

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Value, json};

use super::datapackage::{CSV_MEDIA_TYPE, PARQUET_MEDIA_TYPE, PublicationContext};
use super::publications::PublicManifest;
use lnere_core::checksum::sha256;
use lnere_core::process::NamedParty;
use lnere_core::product_notice::notice_sentence;

/// The name of the file.
pub const CATALOGUE_FILE: &str = "catalog.jsonld";

/// A table of the catalogue, with its files.
pub struct Dataset<'a> {
    /// The name of the table.
    pub name: &'a str,
    /// The title in Spanish.
    pub title_es: &'a str,
    /// The title in English.
    pub title_en: &'a str,
    /// The files.
    pub files: Vec<DataFile<'a>>,
}

/// A file of a table.
#[derive(Clone, Copy)]
pub struct DataFile<'a> {
    /// The path, relative to the catalogue.
    pub path: &'a str,
    /// The content.
    pub bytes: &'a [u8],
}

/// The bytes of the catalogue.
#[must_use]
pub fn catalogue(manifest: &PublicManifest, context: &PublicationContext, datasets: &[Dataset]) -> Vec<u8> {
    let metadata = &context.metadata;
    let spanish = |text: String| json!({ "@language": "es", "@value": text });
    let date = |day: String| json!({ "@type": "xsd:date", "@value": day });
    let description = |title: &str| {
        let source = notice_sentence(&format!("{title}. {}", context.source_note));
        manifest
            .notice
            .as_deref()
            .map_or_else(|| source.clone(), |notice| format!("{} {source}", notice_sentence(notice)))
    };
    let common = |mut node: Value| {
        if let Some(publisher) = &metadata.publisher {
            node["dct:publisher"] = agent(publisher);
        }
        if let Some(homepage) = &metadata.homepage {
            node["foaf:homepage"] = json!({ "@id": homepage });
        }
        node["dct:issued"] = date(context.vintage.to_string());
        node["dct:modified"] = date(context.vintage.to_string());
        node["dct:language"] = json!({ "@id": SPANISH });
        node
    };
    let dataset = |dataset: &Dataset| {
        let distribution = |file: &DataFile| {
            let is_csv = Path::new(file.path).extension().is_some_and(|extension| extension == "csv");
            let (media_type, format) = if is_csv { (CSV_MEDIA_TYPE, "CSV") } else { (PARQUET_MEDIA_TYPE, "Parquet") };
            let mut node = json!({
                "@id": format!("#{}", file.path),
                "@type": "dcat:Distribution",
                "dct:title": spanish(format!("{} ({format})", dataset.title_es)),
                "dcat:accessURL": { "@id": file.path },
                "dcat:downloadURL": { "@id": file.path },
                "dcat:mediaType": { "@id": format!("https://www.iana.org/assignments/media-types/{media_type}") },
                "dcat:byteSize": { "@type": "xsd:nonNegativeInteger", "@value": file.bytes.len().to_string() },
                "spdx:checksum": {
                    "@type": "spdx:Checksum",
                    "spdx:algorithm": { "@id": "spdx:checksumAlgorithm_sha256" },
                    "spdx:checksumValue": { "@type": "xsd:hexBinary", "@value": sha256(file.bytes) },
                },
            });
            if let Some(licence) = &metadata.licence {
                node["dct:license"] = json!({ "@id": licence.url });
            }
            node
        };
        let mut node = json!({
            "@id": format!("#{}", dataset.name),
            "@type": "dcat:Dataset",
            "dct:identifier": format!("{}-{}-{}", manifest.process, manifest.corte, dataset.name),
            "dct:title": [
                spanish(dataset.title_es.to_owned()),
                { "@language": "en", "@value": dataset.title_en },
            ],
            "dct:description": spanish(description(dataset.title_es)),
            "dct:temporal": {
                "@type": "dct:PeriodOfTime",
                "dcat:startDate": date(context.opens.to_string()),
                "dcat:endDate": date(context.corte.to_string()),
            },
            "owl:versionInfo": manifest.revision.to_string(),
            "dcat:distribution": dataset.files.iter().map(distribution).collect::<Vec<Value>>(),
        });
        if let Some(contact) = &metadata.contact {
            node["dcat:contactPoint"] = contact_point(contact);
        }
        if let Some(licence) = &metadata.licence {
            node["dct:license"] = json!({ "@id": licence.url });
        }
        if !metadata.keywords.is_empty() {
            let keywords = metadata.keywords.iter().map(|word| spanish(word.clone()));
            node["dcat:keyword"] = keywords.collect();
        }
        common(node)
    };
    let title = format!("LNERE, {}, corte {}, cifras para el público", manifest.title, manifest.corte);
    let node = json!({
        "@context": {
            "dcat": "http://www.w3.org/ns/dcat#",
            "dct": "http://purl.org/dc/terms/",
            "foaf": "http://xmlns.com/foaf/0.1/",
            "owl": "http://www.w3.org/2002/07/owl#",
            "spdx": "http://spdx.org/rdf/terms#",
            "vcard": "http://www.w3.org/2006/vcard/ns#",
            "xsd": "http://www.w3.org/2001/XMLSchema#",
        },
        "@id": "#catalogo",
        "@type": "dcat:Catalog",
        "dct:title": spanish(title.clone()),
        "dct:description": spanish(description(&title)),
        "dcat:dataset": datasets.iter().map(dataset).collect::<Vec<Value>>(),
    });
    let mut node = common(node);
    if let Some(licence) = &metadata.licence {
        node["dct:license"] = json!({ "@id": licence.url });
    }
    let mut bytes = serde_json::to_vec_pretty(&node).unwrap_or_default();
    bytes.push(b'\n');
    bytes
}

/// Spanish, as portals of open data name it.
const SPANISH: &str = "http://publications.europa.eu/resource/authority/language/SPA";

fn agent(party: &NamedParty) -> Value {
    let mut node = json!({ "@id": "#editor", "@type": "foaf:Agent", "foaf:name": party.name });
    if let Some(url) = &party.url {
        node["foaf:homepage"] = json!({ "@id": url });
    }
    node
}

fn contact_point(party: &NamedParty) -> Value {
    let mut node = json!({ "@id": "#contacto", "@type": "vcard:Organization", "vcard:fn": party.name });
    if let Some(url) = &party.url {
        node["vcard:hasURL"] = json!({ "@id": url });
    }
    if let Some(email) = &party.email {
        node["vcard:hasEmail"] = json!({ "@id": format!("mailto:{email}") });
    }
    node
}

/// The size and the checksum of each file that a catalogue names.
pub(super) fn stated_files(catalogue: &Value) -> BTreeMap<String, (String, String)> {
    let list = |node: &Value, key: &str| node[key].as_array().cloned().unwrap_or_default();
    let distributions =
        list(catalogue, "dcat:dataset").into_iter().flat_map(|dataset| list(&dataset, "dcat:distribution"));
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    distributions
        .map(|node| {
            let size = text(&node["dcat:byteSize"]["@value"]);
            let checksum = text(&node["spdx:checksum"]["spdx:checksumValue"]["@value"]);
            (text(&node["dcat:downloadURL"]["@id"]), (size, checksum))
        })
        .collect()
}
