//! `verify` finds what was done to a release by someone who also mended its checksums.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

mod common;

use std::fs;
use std::path::{Path, PathBuf};

use common::{Bench, GOOD_CREDENTIAL, GOOD_REQUEST};
use lnere::release::verify;
use lnere::tables::{self, Column, Metadata, Table};
use sha2::{Digest, Sha256};

/// A release whose checksums are made again after it was tampered with.
struct Tampered {
    bench: Bench,
}

impl Tampered {
    fn new() -> Self {
        let bench = Bench::new()
            .requests(&[
                GOOD_REQUEST,
                &GOOD_REQUEST.replace("A1", "A2"),
                &GOOD_REQUEST.replace("A1", "A3").replace(",08,", ",09,"),
            ])
            .credentials(&[GOOD_CREDENTIAL]);
        bench.run().published();
        assert_eq!(verify(&bench.release()), []);
        Self { bench }
    }

    fn file(&self, name: &str) -> PathBuf {
        self.bench.release().join(name)
    }

    /// Changes a text of a file, which must be there.
    fn text(self, name: &str, from: &str, to: &str) -> Self {
        let text = fs::read_to_string(self.file(name)).unwrap();
        assert!(text.contains(from), "{name} has {from}");
        fs::write(self.file(name), text.replacen(from, to, 1)).unwrap();
        self
    }

    /// Changes a table, written with the metadata that `metadata` makes of what they should be.
    fn table(self, name: &str, change: impl Fn(&mut Table), metadata: impl Fn(&mut Metadata)) -> Self {
        let path = self.file(&format!("tablas/{name}.parquet"));
        let mut table = tables::read(name, fs::read(&path).unwrap()).unwrap();
        change(&mut table);
        let mut pairs =
            Metadata::new("pel_2020_2021", "2020-09-30".parse().unwrap(), Some("DATOS SINTÉTICOS DE MUESTRA"));
        metadata(&mut pairs);
        fs::write(path, tables::write(&table, &pairs).unwrap()).unwrap();
        self
    }

    /// What `verify` says once the checksums are those of the files again.
    #[track_caller]
    fn yields(self, expected: &str) {
        let release = self.bench.release();
        let mut sums = String::new();
        let mut names = Vec::new();
        list(&release, &release, &mut names);
        names.sort();
        for name in names.iter().filter(|name| *name != "SHA256SUMS") {
            let sum: String = Sha256::digest(fs::read(release.join(name)).unwrap())
                .iter()
                .map(|byte| format!("{byte:02x}"))
                .collect();
            sums.push_str(&format!("{sum}  {name}\n"));
        }
        fs::write(release.join("SHA256SUMS"), sums).unwrap();
        let found: Vec<String> = verify(&release).iter().map(ToString::to_string).collect();
        assert!(found.iter().any(|finding| finding.contains(expected)), "{expected} not in {found:#?}");
    }
}

fn list(root: &Path, folder: &Path, names: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            list(root, &path, names);
        } else {
            names.push(path.strip_prefix(root).unwrap().to_str().unwrap().to_owned());
        }
    }
}

fn counts<'a>(table: &'a mut Table, measure: &str) -> &'a mut Vec<i64> {
    match table.columns.iter_mut().find(|(name, _)| name == measure) {
        Some((_, Column::Int(values))) => values,
        _ => panic!("{measure} is a count"),
    }
}

fn nothing<T>(_: &mut T) {}

#[test]
fn a_count_that_changed_no_longer_adds_up() {
    let one_more = |table: &mut Table| counts(table, "solicitudes_acumuladas")[0] += 1;
    Tampered::new().table("lnere_por_sexo", one_more, nothing).yields("lnere_por_sexo");
}

#[test]
fn counts_that_moved_from_one_entity_to_another_are_found() {
    let moved = |table: &mut Table| counts(table, "solicitudes_acumuladas").swap(2, 3);
    Tampered::new().table("lnere_por_entidad", moved, nothing).yields("by entity they differ");
}

#[test]
fn all_tables_that_changed_alike_no_longer_add_up_to_the_totals_of_the_manifest() {
    Tampered::new()
        .text("manifest.json", "\"solicitudes_acumuladas\": 3", "\"solicitudes_acumuladas\": 4")
        .yields("solicitudes_acumuladas adds up to 3, all records to 4");
}

#[test]
fn another_process_or_corte_in_the_metadata() {
    let other = |metadata: &mut Metadata| metadata.process = "otro".to_owned();
    Tampered::new().table("calidad", nothing, other).yields("its metadata are not those of the data dictionary");
    let other = |metadata: &mut Metadata| metadata.corte = "2020-10-15".to_owned();
    Tampered::new().table("calidad", nothing, other).yields("its metadata are not those of the data dictionary");
}

#[test]
fn columns_that_are_not_those_of_the_dictionary() {
    let renamed = |table: &mut Table| table.columns[1].0 = "estado".to_owned();
    Tampered::new().table("lnere_por_entidad", renamed, nothing).yields("column `estado`");
    let less = |table: &mut Table| {
        table.columns.pop();
    };
    Tampered::new().table("lnere_por_entidad", less, nothing).yields("its columns are not those of the manifest");
    let text = |table: &mut Table| {
        let rows = table.rows();
        table.columns[3].1 = Column::Text(vec!["1".to_owned(); rows]);
    };
    Tampered::new().table("lnere_por_entidad", text, nothing).yields("column `solicitudes_quincena`");
}

/// What may be hidden is not added up, so that an exact table must not be able to hide anything.
#[test]
fn an_exact_table_that_can_hide_numbers() {
    let hiding = |table: &mut Table| {
        let counts = table.int("solicitudes_quincena").unwrap().iter().map(|count| Some(count + 1)).collect();
        table.columns[3].1 = Column::MaybeInt(counts);
    };
    Tampered::new()
        .table("lnere_por_entidad", hiding, nothing)
        .yields("its column solicitudes_quincena can hide numbers");
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
    Tampered::new().table("lnere_por_entidad", swapped, nothing).yields("its rows are not sorted by their keys");
}

#[test]
fn a_data_package_that_says_something_else() {
    Tampered::new()
        .text("datapackage.json", "\"type\": \"integer\"", "\"type\": \"number\"")
        .yields("datapackage.json: does not describe the table");
    Tampered::new()
        .text("datapackage.json", "Name of the state", "Name of the town")
        .yields("datapackage.json: does not describe the table");
}

#[test]
fn a_table_that_is_no_parquet_or_not_there() {
    let tampered = Tampered::new();
    fs::write(tampered.file("tablas/calidad.parquet"), "PAR1").unwrap();
    tampered.yields("tablas/calidad.parquet");
    let tampered = Tampered::new();
    fs::remove_file(tampered.file("tablas/calidad.parquet")).unwrap();
    tampered.yields("tablas/calidad.parquet: No such file");
}

#[test]
fn a_table_or_a_chart_that_the_manifest_does_not_name() {
    let tampered = Tampered::new();
    fs::copy(tampered.file("tablas/calidad.parquet"), tampered.file("tablas/otra.parquet")).unwrap();
    tampered.yields("tablas/otra.parquet: is no table of the manifest");
    Tampered::new()
        .text("manifest.json", "\"charts\": 0", "\"charts\": 1")
        .yields("0 charts as svg, the manifest says 1");
}

#[test]
fn a_link_in_the_place_of_a_file() {
    let tampered = Tampered::new();
    let file = tampered.file("datapackage.json");
    fs::rename(&file, tampered.bench.path("elsewhere.json")).unwrap();
    std::os::unix::fs::symlink(tampered.bench.path("elsewhere.json"), file).unwrap();
    tampered.yields("datapackage.json: is a link or a device");
}

#[test]
fn a_release_verifies_wherever_it_was_copied_to() {
    let bench = Bench::good();
    bench.run().published();
    let copy = bench.path("una copia con ñ");
    assert!(std::process::Command::new("cp").arg("-r").arg(bench.release()).arg(&copy).status().unwrap().success());
    assert_eq!(verify(&copy), []);
    let manifest = fs::read_to_string(copy.join("manifest.json")).unwrap();
    for at in (0..manifest.len()).step_by(211) {
        let mut bytes = manifest.clone().into_bytes();
        bytes[at] ^= 1;
        fs::write(copy.join("manifest.json"), bytes).unwrap();
        assert_ne!(verify(&copy), [], "byte {at} of the manifest");
    }
}
