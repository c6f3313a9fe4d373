//! Tests of older exports of `credenciales` whose counts a visible release states: their records
//! are not read again, and a release is the same as if they were.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use crate::common::{self, Bench};
use serde_json::Value;

/// The exports of a generated season, and the cortes that they cover.
const CORTES: [&str; 4] = ["2021-01-31", "2021-02-15", "2021-02-28", "2021-03-15"];

/// A bench with the first exports of a season of four; the others wait in `later`.
fn season(count: usize) -> Bench {
    let bench = Bench::new().with_corte(CORTES[count - 1]).without_projection();
    let mut sample = common::lnere();
    sample.arg("sample").arg(bench.path("later")).arg("--process").arg(bench.process_file());
    sample.args(["--shape", "sucia", "--applications", "4000", "--credentials", "4000"]);
    assert!(sample.output().unwrap().status.success());
    for corte in &CORTES[..count] {
        deliver(&bench, corte);
    }
    bench
}

/// Moves the exports of a day to the inputs.
fn deliver(bench: &Bench, corte: &str) {
    for source in ["solicitudes", "credenciales"] {
        let name = format!("{source}_{}.csv", corte.replace('-', ""));
        fs::rename(bench.path("later").join(&name), bench.inputs().join(name)).unwrap();
    }
}

fn publish(bench: &Bench, corte: &str) -> Value {
    let run = bench.command("run", &["--corte", corte, "--only", "tablas", "--format", "json"]).output().unwrap();
    assert_eq!(run.status.code(), Some(0), "{}", String::from_utf8_lossy(&run.stderr));
    serde_json::from_slice(&run.stdout).unwrap()
}

fn release(bench: &Bench, corte: &str) -> BTreeMap<String, Vec<u8>> {
    common::files_below(&bench.out().join("releases").join(corte))
}

/// The quarantine of the oldest export, which only a run that reads the export writes.
fn quarantine(bench: &Bench) -> PathBuf {
    bench.out().join("private/cuarentena/credenciales_20210131.csv.csv")
}

/// Publishes a corte, and returns whether the records of the oldest export were read.
fn publish_and_watch(bench: &Bench, corte: &str) -> bool {
    let long_ago = SystemTime::UNIX_EPOCH + Duration::from_hours(24);
    fs::File::options().write(true).open(quarantine(bench)).unwrap().set_modified(long_ago).unwrap();
    publish(bench, corte);
    fs::metadata(quarantine(bench)).unwrap().modified().unwrap() != long_ago
}

/// Makes the releases useless for stating counts: as if another version had made them.
fn forget_counts(bench: &Bench) {
    for folder in fs::read_dir(bench.out().join("releases")).unwrap() {
        let path = folder.unwrap().path().join("manifest.json");
        let text = fs::read_to_string(&path).unwrap();
        let version = format!("\"version\": \"{}\"", env!("CARGO_PKG_VERSION"));
        fs::write(&path, text.replace(&version, "\"version\": \"0.0.1\"")).unwrap();
    }
}

#[test]
fn a_release_is_the_same_whether_older_exports_are_read_or_stated() {
    let publish_all = |forget: bool| {
        let bench = season(1);
        publish(&bench, CORTES[0]);
        for corte in &CORTES[1..] {
            deliver(&bench, corte);
            if forget {
                forget_counts(&bench);
            }
            let was_read = publish_and_watch(&bench, corte);
            assert_eq!(was_read, *corte < CORTES[2] || forget, "{corte}");
        }
        bench
    };
    let (stated, read) = (publish_all(false), publish_all(true));
    let newest = CORTES[3];
    assert!(release(&stated, newest) == release(&read, newest), "the releases differ");
}

#[test]
fn a_changed_or_replaced_older_export_is_read() {
    let bench = season(4);
    let before = CORTES.map(|corte| publish(&bench, corte)["read"].as_u64().unwrap());
    // One more record: the file is not the one that the release states.
    let path = bench.inputs().join("credenciales_20210131.csv");
    let text = fs::read_to_string(&path).unwrap();
    let last = text.lines().last().unwrap();
    let (folio, rest) = last.split_once(',').unwrap();
    fs::write(&path, format!("{text}{}X\",{rest}\r\n", folio.trim_end_matches('"'))).unwrap();
    assert_eq!(publish(&bench, CORTES[3])["read"], before[3] + 1);
}

#[test]
fn a_damaged_table_of_quality_states_nothing() {
    let bench = season(3);
    for corte in &CORTES[..3] {
        publish(&bench, corte);
    }
    let table = bench.out().join("releases").join(CORTES[2]).join("tablas/calidad.parquet");
    let older = bench.out().join("releases").join(CORTES[0]).join("tablas/calidad.parquet");
    // Another table of the same form, which has no row of the newer exports.
    fs::copy(&older, &table).unwrap();
    deliver(&bench, CORTES[3]);
    publish(&bench, CORTES[3]);
    let fresh = season(4);
    publish(&fresh, CORTES[3]);
    let quality = "tablas/calidad.parquet";
    assert!(release(&bench, CORTES[3])[quality] == release(&fresh, CORTES[3])[quality]);
}

#[test]
fn an_export_is_read_if_its_quarantine_differs() {
    let bench = season(3);
    for corte in &CORTES[..3] {
        publish(&bench, corte);
    }
    deliver(&bench, CORTES[3]);
    assert!(!publish_and_watch(&bench, CORTES[3]), "the release states it");
    let text = fs::read_to_string(quarantine(&bench)).unwrap();
    let shorter: Vec<&str> = text.lines().take(2).collect();
    fs::write(quarantine(&bench), shorter.join("\n") + "\n").unwrap();
    assert!(publish_and_watch(&bench, CORTES[3]), "the quarantine is of another reading");
    assert_eq!(fs::read_to_string(quarantine(&bench)).unwrap(), text);
    assert!(!publish_and_watch(&bench, CORTES[3]));
}
