//! Tests that `verify` finds changes of a release whose checksums were corrected.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::symlink;
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use crate::common::delivery::DeliveryBench;
use crate::common::{self, Bench, GOOD_APPLICATION, GOOD_CREDENTIAL, files_below, lnere};
use arrow_array::{ArrayRef, Date32Array, Int64Array, RecordBatch, StringArray};
use assert_cmd::Command;
use lnere_core::checksum::{sha256, sha256sums_text};
use lnere_release::{Verification, verify};
use lnere_tables::{Column, Metadata, Table};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::arrow::arrow_writer::ArrowWriterOptions;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use rustix::fs::{CWD, FileType, makedev, mknodat};
use serde_json::{Value, json};

/// A release whose checksums are corrected after a change.
struct TamperedRelease {
    bench: Bench,
}

impl TamperedRelease {
    fn new() -> Self {
        let bench = Bench::new()
            .applications(&[
                GOOD_APPLICATION,
                &GOOD_APPLICATION.replace("A1", "A2"),
                &GOOD_APPLICATION.replace("A1", "A3").replace(",08,", ",09,"),
            ])
            .credentials(&[GOOD_CREDENTIAL]);
        bench.run().assert_published();
        assert_eq!(verify(&bench.release()), Verification::default());
        Self { bench }
    }

    fn file(&self, name: &str) -> PathBuf {
        self.bench.release().join(name)
    }

    /// Changes a text of a file, which must exist.
    fn replace_text(self, name: &str, from: &str, to: &str) -> Self {
        let text = fs::read_to_string(self.file(name)).unwrap();
        assert!(text.contains(from), "{name} has {from}");
        fs::write(self.file(name), text.replacen(from, to, 1)).unwrap();
        self
    }

    /// Changes a table, and writes it with the expected metadata as changed by `metadata`.
    fn edit_table(self, name: &str, change: impl Fn(&mut Table), metadata: impl Fn(&mut Metadata)) -> Self {
        let path = self.file(&format!("tablas/{name}.parquet"));
        let mut table = lnere_tables::read(name, fs::read(&path).unwrap()).unwrap();
        change(&mut table);
        let mut pairs =
            Metadata::new("pel_2020_2021", "2020-09-30".parse().unwrap(), Some("DATOS SINTÉTICOS DE MUESTRA"));
        metadata(&mut pairs);
        fs::write(path, lnere_tables::write(&table, &pairs).unwrap()).unwrap();
        self
    }

    /// The output of `verify` after correcting the checksums.
    #[track_caller]
    fn assert_yields(self, expected: &str) {
        let release = self.bench.release();
        correct_checksums(&release);
        let found: Vec<String> = verify(&release).findings.iter().map(ToString::to_string).collect();
        assert!(found.iter().any(|finding| finding.contains(expected)), "{expected} not in {found:#?}");
    }
}

/// Corrects the checksums of a folder.
/// Writes the checksums of changed files again: those of the catalogue, if there is one, and
/// `SHA256SUMS`.
fn correct_checksums(folder: &Path) {
    if folder.join("catalog.jsonld").exists() {
        OtherVersionFolder(folder.to_owned()).json("catalog.jsonld", |catalogue| {
            let datasets = catalogue["dcat:dataset"].as_array_mut().unwrap();
            for node in datasets.iter_mut().flat_map(|set| set["dcat:distribution"].as_array_mut().unwrap()) {
                let bytes = fs::read(folder.join(node["dcat:downloadURL"]["@id"].as_str().unwrap())).unwrap();
                node["dcat:byteSize"]["@value"] = bytes.len().to_string().into();
                node["spdx:checksum"]["spdx:checksumValue"]["@value"] = sha256(&bytes).into();
            }
        });
    }
    let files = files_below(folder).into_iter().filter(|(name, _)| name != "SHA256SUMS").collect::<Vec<_>>();
    fs::write(folder.join("SHA256SUMS"), sha256sums_text(&files)).unwrap();
}

fn counts<'a>(table: &'a mut Table, measure: &str) -> &'a mut Vec<i64> {
    match table.columns.iter_mut().find(|(name, _)| name == measure) {
        Some((_, Column::Int(values))) => values,
        _ => panic!("{measure} is a count"),
    }
}

fn change_nothing<T>(_: &mut T) {}

#[test]
fn a_count_that_changed_no_longer_adds_up() {
    let one_more = |table: &mut Table| counts(table, "solicitudes_acumuladas")[0] += 1;
    TamperedRelease::new().edit_table("lnere_por_sexo", one_more, change_nothing).assert_yields("lnere_por_sexo");
}

#[test]
fn counts_that_moved_from_one_entity_to_another_are_found() {
    let moved = |table: &mut Table| counts(table, "solicitudes_acumuladas").swap(2, 3);
    TamperedRelease::new()
        .edit_table("lnere_por_entidad", moved, change_nothing)
        .assert_yields("by entity they differ");
}

#[test]
fn all_tables_that_changed_alike_no_longer_add_up_to_the_totals_of_the_manifest() {
    TamperedRelease::new()
        .replace_text("manifest.json", "\"solicitudes_acumuladas\": 3", "\"solicitudes_acumuladas\": 4")
        .assert_yields("solicitudes_acumuladas adds up to 3, all records to 4");
}

#[test]
fn another_process_or_corte_in_the_metadata() {
    let other = |metadata: &mut Metadata| metadata.process_id = "otro".to_owned();
    TamperedRelease::new()
        .edit_table("calidad", change_nothing, other)
        .assert_yields("its metadata lnere.process is not that of the manifest");
    let other = |metadata: &mut Metadata| metadata.corte = "2020-10-15".to_owned();
    TamperedRelease::new()
        .edit_table("calidad", change_nothing, other)
        .assert_yields("its metadata lnere.corte is not that of the manifest");
}

#[test]
fn columns_that_are_not_those_of_the_descriptor() {
    let renamed = |table: &mut Table| table.columns[1].0 = "estado".to_owned();
    TamperedRelease::new()
        .edit_table("lnere_por_entidad", renamed, change_nothing)
        .assert_yields("its columns are not those of the manifest");
    TamperedRelease::new()
        .edit_table("lnere_por_entidad", renamed, change_nothing)
        .assert_yields("do not describe its columns");
    let less = |table: &mut Table| {
        table.columns.pop();
    };
    TamperedRelease::new()
        .edit_table("lnere_por_entidad", less, change_nothing)
        .assert_yields("its columns are not those of the manifest");
    let text = |table: &mut Table| {
        let rows = table.row_count();
        table.columns[3].1 = Column::Text(vec!["1".to_owned(); rows]);
    };
    TamperedRelease::new()
        .edit_table("lnere_por_entidad", text, change_nothing)
        .assert_yields("datapackage.json: does not describe the table lnere_por_entidad");
}

/// Suppressible columns are not added up, so an exact table must not have any.
#[test]
fn an_exact_table_that_can_hide_numbers() {
    let hiding = |table: &mut Table| {
        let counts = table.values::<i64>("solicitudes_quincena").unwrap().iter().map(|count| Some(count + 1)).collect();
        table.columns[3].1 = Column::MaybeInt(counts);
    };
    TamperedRelease::new()
        .edit_table("lnere_por_entidad", hiding, change_nothing)
        .assert_yields("its column solicitudes_quincena can hide numbers");
}

#[test]
fn rows_out_of_order_or_there_twice() {
    let swapped = |table: &mut Table| {
        for (_, column) in &mut table.columns {
            match column {
                Column::Int(values) => values.swap(0, 1),
                Column::Text(values) => values.swap(0, 1),
                Column::Real(values) => values.swap(0, 1),
                Column::Date(values) => values.swap(0, 1),
                Column::MaybeInt(_) | Column::MaybeReal(_) | Column::Bool(_) => unreachable!("the table is exact"),
            }
        }
    };
    TamperedRelease::new()
        .edit_table("lnere_por_entidad", swapped, change_nothing)
        .assert_yields("its rows are not sorted by their keys");
}

#[test]
fn a_data_package_that_says_something_else() {
    TamperedRelease::new()
        .replace_text("datapackage.json", "\"type\": \"integer\"", "\"type\": \"number\"")
        .assert_yields("datapackage.json: does not describe the table");
    TamperedRelease::new()
        .replace_text("datapackage.json", "Name of the state", "Name of the town")
        .assert_yields("datapackage.json: does not describe the table");
}

#[test]
fn a_table_that_is_no_parquet_or_not_there() {
    let tampered = TamperedRelease::new();
    fs::write(tampered.file("tablas/calidad.parquet"), "PAR1").unwrap();
    tampered.assert_yields("tablas/calidad.parquet");
    let tampered = TamperedRelease::new();
    fs::remove_file(tampered.file("tablas/calidad.parquet")).unwrap();
    tampered.assert_yields("tablas/calidad.parquet: No such file");
}

#[test]
fn a_table_or_a_chart_that_the_manifest_does_not_name() {
    let tampered = TamperedRelease::new();
    fs::copy(tampered.file("tablas/calidad.parquet"), tampered.file("tablas/otra.parquet")).unwrap();
    tampered.assert_yields("tablas/otra.parquet: is no table of the manifest");
    TamperedRelease::new()
        .replace_text("manifest.json", "\"charts\": 0", "\"charts\": 1")
        .assert_yields("0 charts as svg, the manifest says 1");
}

#[test]
fn a_link_in_the_place_of_a_file() {
    let tampered = TamperedRelease::new();
    let file = tampered.file("datapackage.json");
    fs::rename(&file, tampered.bench.path("elsewhere.json")).unwrap();
    symlink(tampered.bench.path("elsewhere.json"), file).unwrap();
    tampered.assert_yields("datapackage.json: is a link, and a release holds regular files alone");
}

#[test]
fn a_release_verifies_wherever_it_was_copied_to() {
    let bench = Bench::good();
    bench.run().assert_published();
    let copy = bench.path("una copia con ñ");
    assert!(std::process::Command::new("cp").arg("-r").arg(bench.release()).arg(&copy).status().unwrap().success());
    assert_eq!(verify(&copy), Verification::default());
    let manifest = fs::read_to_string(copy.join("manifest.json")).unwrap();
    for at in (0..manifest.len()).step_by(211) {
        let mut bytes = manifest.clone().into_bytes();
        bytes[at] ^= 1;
        fs::write(copy.join("manifest.json"), bytes).unwrap();
        assert_ne!(verify(&copy).findings, [], "byte {at} of the manifest");
    }
}

/// A folder of tables as another version of the program would write it, with its own words, columns
/// and tables.
struct OtherVersionFolder(PathBuf);

type Pairs = BTreeMap<String, String>;

impl OtherVersionFolder {
    fn json(&self, name: &str, edit: impl Fn(&mut Value)) -> &Self {
        let path = self.0.join(name);
        let mut json: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
        edit(&mut json);
        fs::write(path, format!("{json:#}\n")).unwrap();
        self
    }

    /// Changes the metadata of each table.
    fn metadata(&self, edit: impl Fn(&str, &mut Pairs)) -> &Self {
        let folders = ["tablas", "serie"].map(|name| self.0.join(name)).into_iter().filter(|folder| folder.exists());
        for entry in folders.flat_map(|folder| fs::read_dir(folder).unwrap()) {
            let path = entry.unwrap().path();
            if path.extension().is_none_or(|extension| extension != "parquet") {
                continue;
            }
            let bytes = fs::read(&path).unwrap();
            let mut pairs: Pairs = lnere_tables::read_metadata(bytes.clone()).unwrap().into_iter().collect();
            edit(path.file_stem().unwrap().to_str().unwrap(), &mut pairs);
            let reader = ParquetRecordBatchReaderBuilder::try_new(bytes::Bytes::from(bytes)).unwrap();
            let schema = reader.schema().clone();
            let batches: Vec<RecordBatch> = reader.build().unwrap().map(Result::unwrap).collect();
            let batch = in_one_piece(&schema, &batches);
            fs::write(&path, parquet_bytes(&batch, pairs)).unwrap();
        }
        self
    }

    /// Describes a column with other words, in its tables and in the descriptor.
    fn describe_otherwise(&self, column: &str, words: &str) -> &Self {
        self.words_of_tables(column, words).json("datapackage.json", |package| {
            for resource in package["resources"].as_array_mut().unwrap() {
                for field in resource["schema"]["fields"].as_array_mut().unwrap() {
                    if field["name"] == column {
                        field["description"] = words.into();
                    }
                }
            }
        })
    }

    fn words_of_tables(&self, column: &str, words: &str) -> &Self {
        self.metadata(|_, pairs| {
            let mut columns: Value = serde_json::from_str(&pairs["lnere.columns"]).unwrap();
            if columns[column].is_object() {
                columns[column]["es"] = words.into();
            }
            pairs.insert("lnere.columns".to_owned(), columns.to_string());
        })
    }

    /// Sets the schema version of all tables.
    fn schema(&self, version: &str) -> &Self {
        self.metadata(|_, pairs| {
            pairs.insert("lnere.schema".to_owned(), version.to_owned());
        });
        self.json("manifest.json", |manifest| manifest["schema"] = version.into())
    }

    /// Adds an unknown table with an unknown column.
    fn table(&self) -> &Self {
        let pairs =
            lnere_tables::read_metadata(fs::read(self.0.join("tablas/lnere_por_entidad.parquet")).unwrap()).unwrap();
        let mut pairs: Pairs = pairs.into_iter().collect();
        let meaning = |es: &str, en: &str| json!({ "es": es, "en": en });
        let known: Value = serde_json::from_str(&pairs["lnere.columns"]).unwrap();
        let columns = json!({
            "corte": known["corte"],
            "ocupacion": meaning("Ocupación de la persona solicitante", "Occupation of the applicant"),
            "personas": meaning("Personas", "Persons"),
        });
        pairs.insert("lnere.columns".to_owned(), columns.to_string());
        let days = lnere_core::calendar::day_number(lnere_core::calendar::parse_iso_day("2020-09-30").unwrap());
        let column = |name: &str, array: ArrayRef| (name.to_owned(), array, false);
        let batch = RecordBatch::try_from_iter_with_nullable([
            column("corte", Arc::new(Date32Array::from(vec![days, days]))),
            column("ocupacion", Arc::new(StringArray::from(vec!["DOCENTE", "MEDICA"]))),
            column("personas", Arc::new(Int64Array::from(vec![1, 2]))),
        ]);
        fs::write(self.0.join("tablas/lnere_por_ocupacion.parquet"), parquet_bytes(&batch.unwrap(), pairs)).unwrap();
        self.json("manifest.json", |manifest| {
            manifest["tables"].as_array_mut().unwrap().push(json!({
                "name": "lnere_por_ocupacion",
                "rows": 2,
                "columns": ["corte", "ocupacion", "personas"],
                "key": ["ocupacion"],
            }));
        });
        self.json("datapackage.json", |package| {
            let field = |name: &str, kind: &str| {
                let (es, en) = (&columns[name]["es"], &columns[name]["en"]);
                json!({
                    "name": name,
                    "type": kind,
                    "description": es,
                    "description_en": en,
                    "constraints": { "required": true },
                    "unit": "persona",
                })
            };
            package["resources"].as_array_mut().unwrap().push(json!({
                "name": "lnere_por_ocupacion",
                "path": "tablas/lnere_por_ocupacion.parquet",
                "schema": {
                    "fields": [field("corte", "date"), field("ocupacion", "string"), field("personas", "integer")],
                    "primaryKey": ["ocupacion"],
                },
            }));
        })
    }

    /// Removes a column from a table and from all its descriptions.
    fn without(&self, table: &str, column: &str) -> &Self {
        let path = self.0.join(format!("tablas/{table}.parquet"));
        let bytes = fs::read(&path).unwrap();
        let mut pairs: Pairs = lnere_tables::read_metadata(bytes.clone()).unwrap().into_iter().collect();
        let mut meanings: Value = serde_json::from_str(&pairs["lnere.columns"]).unwrap();
        meanings.as_object_mut().unwrap().remove(column);
        pairs.insert("lnere.columns".to_owned(), meanings.to_string());
        let batch = ParquetRecordBatchReaderBuilder::try_new(bytes::Bytes::from(bytes)).unwrap().build().unwrap();
        let mut batch = batch.map(Result::unwrap).next().unwrap();
        batch.remove_column(batch.schema().index_of(column).unwrap());
        fs::write(path, parquet_bytes(&batch, pairs)).unwrap();
        let of_table = |list: &mut Value| {
            let list = list.as_array_mut().unwrap();
            list.iter_mut().position(|one| one["name"] == table).unwrap()
        };
        self.json("manifest.json", |manifest| {
            let place = of_table(&mut manifest["tables"]);
            manifest["tables"][place]["columns"].as_array_mut().unwrap().retain(|name| name != column);
        });
        self.json("datapackage.json", |package| {
            let place = of_table(&mut package["resources"]);
            let fields = &mut package["resources"][place]["schema"]["fields"];
            fields.as_array_mut().unwrap().retain(|field| field["name"] != column);
        })
    }

    /// Sets the program version of all tables.
    fn version(&self, version: &str) -> &Self {
        self.metadata(|_, pairs| {
            pairs.insert("lnere.version".to_owned(), version.to_owned());
        });
        self.json("manifest.json", |manifest| manifest["version"] = version.into())
    }

    /// Adds an unknown column to a known table.
    fn column(&self) -> &Self {
        let path = self.0.join("tablas/lnere_por_entidad.parquet");
        let bytes = fs::read(&path).unwrap();
        let mut pairs: Pairs = lnere_tables::read_metadata(bytes.clone()).unwrap().into_iter().collect();
        let batch = ParquetRecordBatchReaderBuilder::try_new(bytes::Bytes::from(bytes)).unwrap().build().unwrap();
        let batch = batch.map(Result::unwrap).next().unwrap();
        let notes = Arc::new(StringArray::from(vec!["-"; batch.num_rows()])) as ArrayRef;
        let names: Vec<_> = batch.schema().fields().iter().map(|field| field.name().clone()).collect();
        let columns = names.into_iter().zip(batch.columns().iter().cloned()).chain([("nota".to_owned(), notes)]);
        let batch = RecordBatch::try_from_iter_with_nullable(columns.map(|(name, array)| (name, array, false)));
        let mut meanings: Value = serde_json::from_str(&pairs["lnere.columns"]).unwrap();
        meanings["nota"] = json!({ "es": "Nota", "en": "Note" });
        pairs.insert("lnere.columns".to_owned(), meanings.to_string());
        fs::write(path, parquet_bytes(&batch.unwrap(), pairs)).unwrap();
        let place_of = |list: &mut Value| {
            let list = list.as_array_mut().unwrap();
            list.iter_mut().position(|one| one["name"] == "lnere_por_entidad").unwrap()
        };
        self.json("manifest.json", |manifest| {
            let place = place_of(&mut manifest["tables"]);
            manifest["tables"][place]["columns"].as_array_mut().unwrap().push("nota".into());
        });
        self.json("datapackage.json", |package| {
            let place = place_of(&mut package["resources"]);
            package["resources"][place]["schema"]["fields"].as_array_mut().unwrap().push(json!({
                "name": "nota",
                "type": "string",
                "description": "Nota",
                "description_en": "Note",
                "constraints": { "required": true },
            }));
        })
    }
}

/// A table in one piece.
fn in_one_piece(schema: &Arc<arrow_schema::Schema>, batches: &[RecordBatch]) -> RecordBatch {
    assert!(batches.len() <= 1, "a table of a test has few rows");
    batches.first().cloned().unwrap_or_else(|| RecordBatch::new_empty(schema.clone()))
}

fn parquet_bytes(batch: &RecordBatch, pairs: Pairs) -> Vec<u8> {
    let pairs = pairs.into_iter().map(|(key, value)| KeyValue::new(key, value)).collect();
    let properties = WriterProperties::builder().set_key_value_metadata(Some(pairs)).build();
    let options = ArrowWriterOptions::new().with_properties(properties).with_skip_arrow_metadata(true);
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new_with_options(&mut bytes, batch.schema(), options).unwrap();
    writer.write(batch).unwrap();
    writer.close().unwrap();
    bytes
}

fn bench() -> Bench {
    Bench::good().without_projection().with_corte("2020-09-30")
}

/// Files of a program with another dictionary are checked against their own statements, and the
/// differences are noted.
#[test]
fn a_release_of_another_dictionary_schema_and_list_of_tables_is_sound() {
    type Edit = fn(&OtherVersionFolder) -> &OtherVersionFolder;
    let edits: [(Edit, &str); 5] = [
        (|other| other, ""),
        (
            |other| other.describe_otherwise("entidad", "Nombre del estado"),
            "datapackage.json: the column entidad is described in other words than in the data dictionary of this program",
        ),
        (|other| other.schema("0"), "manifest.json: its tables have the schema version 0, and this program writes 2"),
        (
            OtherVersionFolder::table,
            "datapackage.json: the column ocupacion is not in the data dictionary of this program",
        ),
        (OtherVersionFolder::column, "datapackage.json: the column nota is not in the data dictionary of this program"),
    ];
    let bench = bench();
    bench.run().assert_published();
    let made = bench.path("made");
    fs::rename(bench.release(), &made).unwrap();
    let requests = bench.inputs().join("solicitudes_20200930.csv");
    let before = fs::read(&requests).unwrap();
    let more = [GOOD_APPLICATION, &GOOD_APPLICATION.replace("A1", "A2")];
    for (edit, note) in edits {
        let _ = fs::remove_dir_all(bench.out());
        fs::create_dir_all(bench.out().join("releases")).unwrap();
        let copied = std::process::Command::new("cp").arg("-a").arg(&made).arg(bench.release()).status().unwrap();
        assert!(copied.success());
        edit(&OtherVersionFolder(bench.release()));
        correct_checksums(&bench.release());
        let Verification { findings, unrun_checks: unchecked, version_notes: notes } = verify(&bench.release());
        assert!(findings.is_empty() && unchecked.is_empty(), "{note}: {findings:#?}{unchecked:#?}");
        let notes: Vec<_> = notes.iter().map(ToString::to_string).collect();
        assert_eq!(notes.iter().any(|found| found.starts_with(note)), !note.is_empty(), "{note}: {notes:#?}");

        let verified = |format: &str| {
            let mut command = lnere();
            command.args(["verify", "2020-09-30", "--format", format, "--output"]).arg(bench.out());
            let output = command.output().unwrap();
            assert_eq!(output.status.code(), Some(0), "{note}: {}", String::from_utf8_lossy(&output.stderr));
            String::from_utf8(output.stdout).unwrap()
        };
        let text = verified("text");
        assert!(text.contains(": sound\n") && text.contains(&format!("note: {note}")) != note.is_empty(), "{text}");
        let json: Value = serde_json::from_str(&verified("json")).unwrap();
        assert_eq!((&json["sound"], &json["findings"], &json["untried"]), (&true.into(), &json!([]), &json!([])));
        assert_eq!(json["notes"].as_array().unwrap().len(), notes.len());

        // The present program continues from it: the same counts cause no revision.
        let same = lnere().arg("diff").args([&made, &bench.release()]).output().unwrap();
        let has_more = note.contains("ocupacion") || note.contains("nota");
        assert_eq!(same.status.code(), Some(if has_more { 5 } else { 0 }), "{note}");
        let ran = bench.run().assert_published();
        let is_same = !note.contains("nota");
        assert_eq!(ran.stdout().contains("unchanged"), is_same, "{note}: {}", ran.stdout());
        fs::write(&requests, common::csv(common::APPLICATION_HEADER, &more)).unwrap();
        assert!(bench.run().assert_published().stdout().contains("published as revision"), "{note}");
        fs::write(&requests, &before).unwrap();
    }
}

/// Words of a table that its descriptor lacks, or a version that the manifest lacks, are still
/// findings.
#[test]
fn a_release_that_contradicts_itself_is_not_sound_whatever_the_dictionary_says() {
    let bench = bench();
    bench.run().assert_published();
    let other = OtherVersionFolder(bench.release());
    let found = |expected: &str| {
        correct_checksums(&bench.release());
        let found: Vec<String> = verify(&bench.release()).findings.iter().map(ToString::to_string).collect();
        assert!(found.iter().any(|finding| finding.contains(expected)), "{expected}: {found:#?}");
    };
    other.words_of_tables("entidad", "Nombre del estado");
    found("datapackage.json: does not describe the table lnere_por_entidad as it says itself");
    other.describe_otherwise("entidad", "Nombre del estado");
    correct_checksums(&bench.release());
    assert!(verify(&bench.release()).is_sound());
    other.schema("2").json("manifest.json", |manifest| manifest["schema"] = "1".into());
    found("its metadata lnere.schema is not that of the manifest");
    other.schema("2").metadata(|table, pairs| {
        if table == "calidad" {
            pairs.remove("lnere.columns");
        }
    });
    found("tablas/calidad.parquet: its metadata lnere.columns do not describe its columns");
}

#[test]
fn the_public_part_of_another_dictionary_is_sound_and_the_next_one_takes_it_into_account() {
    let bench =
        Bench::good().without_projection().with_corte("2020-09-15").with_edit("from = 2020-10-15", "from = 2020-09-15");
    bench.run_with(&["--only", "tablas,publico"]).assert_published();
    for folder in [bench.release().join("publico"), bench.release()] {
        OtherVersionFolder(folder.clone()).describe_otherwise("entidad", "Nombre del estado").schema("0");
        correct_checksums(&folder);
    }
    // The ledger identifies a public release by its checksums.
    fs::remove_file(bench.out().join("private/publicado.jsonl")).unwrap();
    for folder in [bench.release(), bench.release().join("publico")] {
        let verification = verify(&folder);
        assert!(verification.is_sound() && !verification.version_notes.is_empty(), "{verification:#?}");
    }
    let bench = bench.with_corte("2020-09-30");
    bench.run_with(&["--only", "tablas,publico"]).assert_published();
    assert_eq!(verify(&bench.release()), Verification::default());
}

#[test]
fn packages_of_another_dictionary_are_delivered() {
    let delivery_bench = DeliveryBench::new();
    OtherVersionFolder(delivery_bench.bench.release()).describe_otherwise("entidad", "Nombre del estado").schema("0");
    correct_checksums(&delivery_bench.bench.release());
    let sent = delivery_bench.deliver(&delivery_bench.recipients_without_server(""), &["--dry-run"]);
    assert_eq!(sent.code, 0, "{}{}", sent.stdout, sent.stderr);
}

/// A table without a measure is not silently skipped. Another version may have other columns.
#[test]
fn a_table_that_lacks_a_measure_is_found_and_of_another_version_noted() {
    let bench = bench();
    bench.run().assert_published();
    let other = OtherVersionFolder(bench.release());
    other.without("lnere_por_entidad", "solicitudes_quincena");
    correct_checksums(&bench.release());
    let missing = "tablas: the table lnere_por_entidad has no column solicitudes_quincena of whole numbers [L300]";
    let Verification { findings, .. } = verify(&bench.release());
    assert_eq!(findings.iter().map(ToString::to_string).collect::<Vec<_>>(), [missing]);

    other.version("0.0.1");
    correct_checksums(&bench.release());
    let verification = verify(&bench.release());
    assert!(verification.is_sound(), "{verification:#?}");
    assert!(verification.version_notes.iter().any(|note| note.to_string() == missing), "{verification:#?}");
}

#[test]
fn no_message_is_made_of_a_table_that_lacks_a_figure() {
    let delivery_bench = DeliveryBench::new();
    OtherVersionFolder(delivery_bench.bench.release())
        .without("lnere_por_entidad", "solicitudes_quincena")
        .version("0.0.1");
    correct_checksums(&delivery_bench.bench.release());
    let sent = delivery_bench.deliver(&delivery_bench.recipients_without_server(""), &["--dry-run"]);
    assert_eq!(sent.code, 2, "{}{}", sent.stdout, sent.stderr);
    let missing = "the table lnere_por_entidad has no column solicitudes_quincena of whole numbers";
    assert!(sent.stderr.contains("nothing was sent") && sent.stderr.contains(missing), "{}", sent.stderr);
}

/// Replaces a file with an entry of another kind, and returns its name in findings. Only root can
/// make a device.
fn replace_with_special_file(kind: &str, path: &Path) -> Option<&'static str> {
    let _ = fs::remove_file(path);
    match kind {
        "pipe" => mknodat(CWD, path, FileType::Fifo, 0o644.into(), 0).unwrap(),
        "link" => symlink("/dev/zero", path).unwrap(),
        "socket" => drop(UnixListener::bind(path).unwrap()),
        _ => mknodat(CWD, path, FileType::CharacterDevice, 0o644.into(), makedev(1, 5)).ok()?,
    }
    match kind {
        "pipe" => Some("is a named pipe"),
        "link" => Some("is a link"),
        "socket" => Some("is a socket"),
        _ => Some("is a device"),
    }
}

/// A command with a time limit and at most 3 GB of memory.
fn bounded_command(args: &[&str]) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", "ulimit -v 3000000 && exec \"$@\"", "sh"]).arg(assert_cmd::cargo::cargo_bin!("lnere"));
    command.args(args).env("NO_COLOR", "1").timeout(Duration::from_mins(1));
    command
}

#[test]
fn what_is_no_file_is_found_and_never_read() {
    let bench = Bench::good().without_projection().with_edit("from = 2020-10-15", "from = 2020-09-15");
    bench.run_with(&["--only", "tablas,publico,tablero"]).assert_published();
    for place in [
        "manifest.json",
        "SHA256SUMS",
        "datapackage.json",
        "tablas/calidad.parquet",
        "tablas/otra.parquet",
        "publico/manifest.json",
        "publico/SHA256SUMS",
        "publico/tablas/lnere_por_sexo.parquet",
        "tablero/datos.js",
        "tablero/otra",
    ] {
        for kind in ["pipe", "link", "socket", "device"] {
            let path = bench.release().join(place);
            let aside = bench.path("aside");
            if path.exists() {
                fs::rename(&path, &aside).unwrap();
            }
            // Only the kind of the entry reveals it, because its content is right.
            let Some(called) = replace_with_special_file(kind, &path) else { continue };
            let output =
                bounded_command(&["verify", "2020-09-30", "--output", bench.out().to_str().unwrap()]).output().unwrap();
            let said = String::from_utf8_lossy(&output.stdout).into_owned();
            assert_eq!(output.status.code(), Some(5), "{kind} {place}: {said}{output:?}");
            assert!(said.contains(&format!("{place}: {called}, and a release holds regular files alone")), "{said}");
            fs::remove_file(&path).unwrap();
            if aside.exists() {
                fs::rename(&aside, &path).unwrap();
            }
        }
    }
    assert_eq!(verify(&bench.release()), Verification::default());
}

/// Every command that reads a release ends, and reports what is wrong with it.
#[test]
fn no_command_waits_for_a_pipe_in_a_release() {
    let delivery_bench = DeliveryBench::new();
    let bench = &delivery_bench.bench;
    let copy = bench.path("copy");
    assert!(std::process::Command::new("cp").arg("-a").arg(bench.release()).arg(&copy).status().unwrap().success());
    let (release, copy) = (bench.release(), copy.to_str().unwrap().to_owned());
    let recipients = delivery_bench.folder_recipients(&["08", "09", "nacional"]);
    fs::write(bench.path("folders.toml"), recipients).unwrap();
    let (process, inputs, out) = (bench.process_file().to_owned(), bench.inputs(), bench.out());
    let (process, inputs, out) = (process.to_str().unwrap(), inputs.to_str().unwrap(), out.to_str().unwrap());
    let folders = bench.path("folders.toml");
    let of_exports = ["--process", process, "--inputs", inputs, "--output", out];
    let ended = |args: &[&str], place: &str| {
        let output = bounded_command(args).output().unwrap();
        let said = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
        let code = output.status.code();
        assert!(code.is_some(), "{place}: {args:?} did not end: {said}");
        (code.unwrap(), said)
    };
    for (place, kind) in [
        ("manifest.json", "pipe"),
        ("manifest.json", "link"),
        ("SHA256SUMS", "pipe"),
        ("tablas/lnere_por_entidad.parquet", "pipe"),
        ("tablas/lnere_por_entidad.parquet", "link"),
        ("paquetes/08_chihuahua/paquete_08_chihuahua_2020-09-30.zip", "pipe"),
        ("paquetes/08_chihuahua/paquete_08_chihuahua_2020-09-30.zip", "link"),
    ] {
        let path = release.join(place);
        let aside = bench.path("aside");
        fs::rename(&path, &aside).unwrap();
        replace_with_special_file(kind, &path);
        let run = [&["run", "--corte", "2020-09-30", "--only", "tablas"][..], &of_exports].concat();
        let (code, said) = ended(&run, place);
        assert!(code == 1 && said.contains("is damaged") && said.contains(place), "{place}: {code}: {said}");
        let due = [&["run", "--due", "--today", "2020-10-02", "--only", "tablas"][..], &of_exports].concat();
        ended(&due, place);
        let status = [&["status", "--today", "2020-10-02"][..], &of_exports].concat();
        let (code, said) = ended(&status, place);
        assert!([0, 6].contains(&code), "{place}: {code}: {said}");
        ended(&[&["plan"][..], &of_exports].concat(), place);
        let deliver = ["deliver", "2020-09-30", "--recipients", folders.to_str().unwrap(), "--output", out];
        let (code, said) = ended(&deliver, place);
        assert!(code == 5 && said.contains("nothing was sent"), "{place}: {code}: {said}");
        let (code, said) = ended(&["diff", "2020-09-30", &copy, "--output", out], place);
        let is_read = place == "manifest.json" || place.starts_with("tablas/");
        assert_eq!(code, if is_read { 5 } else { 0 }, "{place}: {said}");
        fs::remove_file(&path).unwrap();
        fs::rename(&aside, &path).unwrap();
    }
    assert!(verify(&release).is_sound());
}
