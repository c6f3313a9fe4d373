//! Tests of runs whose records exceed `limits.memory_mib`: the release is the same, and nothing is
//! left of the spill files.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

use std::collections::BTreeMap;
use std::fs;
use std::process::Command;

use crate::common::{self, Bench};

/// A memory limit that a few thousand records exceed.
const LIMIT: (&str, &str) = ("records = 20_000_000", "records = 20_000_000\nmemory_mib = 2");

/// Four generated exports of each source, with duplicates and rejected records.
fn four_exports(bench: &Bench, applications: &str) {
    let mut sample = common::lnere();
    sample.arg("sample").arg(bench.inputs()).arg("--process").arg(bench.process_file());
    sample.args(["--shape", "sucia", "--applications", applications, "--credentials", "20000"]);
    assert!(sample.output().unwrap().status.success());
}

/// The files of a release but for its manifest, which names the process file by checksum, and the
/// quarantine.
fn published(bench: &Bench) -> BTreeMap<String, Vec<u8>> {
    let mut files = common::files_below(&bench.release());
    files.retain(|name, _| name != "manifest.json" && name != "SHA256SUMS");
    files.extend(common::files_below(&bench.out().join("private/cuarentena")));
    files
}

fn assert_no_remains(bench: &Bench) {
    let private = bench.out().join("private");
    assert!(private.join("spill.lock").exists(), "records were spilled");
    assert!(!private.join("spill").exists());
}

#[test]
fn a_release_does_not_depend_on_the_memory_limit() {
    for bench in [narrow, seven_dimensions] {
        let (memory, spilled) = (bench(), bench().with_edit(LIMIT.0, LIMIT.1));
        let run = |bench: &Bench| {
            four_exports(bench, "40000");
            bench.run_with(&["--only", "tablas,tablero"]).assert_published();
            published(bench)
        };
        let (expected, found) = (run(&memory), run(&spilled));
        assert!(expected.len() > 20, "{:?}", expected.keys());
        assert_eq!(expected.keys().collect::<Vec<_>>(), found.keys().collect::<Vec<_>>());
        for (name, bytes) in &expected {
            assert!(found[name] == *bytes, "{name} differs");
        }
        assert!(!memory.out().join("private/spill.lock").exists(), "everything fits");
        assert_no_remains(&spilled);
    }
}

/// A process whose keys have one word.
fn narrow() -> Bench {
    Bench::new().with_corte("2021-02-15").without_projection()
}

/// A process whose keys have two words.
fn seven_dimensions() -> Bench {
    Bench::new().with_corte("2021-02-15").seven_dimensions()
}

#[test]
fn a_projection_and_a_dashboard_do_not_depend_on_the_memory_limit() {
    let bench = || Bench::new().with_corte("2021-03-15").with_process_edit(LIMIT.0, LIMIT.0);
    let (memory, spilled) = (bench(), bench().with_edit(LIMIT.0, LIMIT.1));
    let run = |bench: &Bench| {
        four_exports(bench, "20000");
        bench.run_with(&["--only", "tablas"]).assert_published();
        assert!(bench.command("tablero", &[]).output().unwrap().status.success());
        let mut files = published(bench);
        files.extend(common::files_below(&bench.out().join("tablero")));
        files
    };
    assert!(run(&memory) == run(&spilled));
    assert_no_remains(&spilled);
}

#[test]
fn a_spill_file_that_cannot_be_written_ends_the_run_and_leaves_nothing() {
    let bench = Bench::new().without_projection().with_edit(LIMIT.0, LIMIT.1).with_corte("2021-02-15");
    four_exports(&bench, "40000");
    let mut shell = Command::new("sh");
    // In blocks of 512 bytes: a shard of the largest export has about 20 kB.
    shell.args(["-c", "ulimit -f 16 && exec \"$@\"", "sh"]).arg(assert_cmd::cargo::cargo_bin!("lnere"));
    shell.arg("run").arg("--process").arg(bench.process_file()).arg("--inputs").arg(bench.inputs());
    shell.arg("--output").arg(bench.out()).args(["--only", "tablas", "--corte", "2021-02-15"]);
    let ended = shell.output().unwrap();
    let message = String::from_utf8_lossy(&ended.stderr).into_owned();
    assert_eq!(ended.status.code(), Some(1), "{message}");
    assert!(
        message.contains("private/spill cannot be written or read: File too large (os error 27); free space there"),
        "{message}"
    );
    assert!(!bench.release().exists());
    assert_no_remains(&bench);
}

/// What a killed process leaves.
fn leave_remains(bench: &Bench) {
    let remains = bench.out().join("private/spill/3");
    fs::create_dir_all(&remains).unwrap();
    fs::write(remains.join("lock"), "").unwrap();
    fs::write(remains.join("17"), "coded records").unwrap();
}

#[test]
fn a_run_removes_the_spill_files_of_a_killed_one() {
    let bench = Bench::good().without_projection();
    leave_remains(&bench);
    bench.run_with(&["--only", "tablas"]).assert_published();
    assert_no_remains(&bench);
    // A run that has nothing to do reads no export.
    leave_remains(&bench);
    let ended = bench.run_due("2020-10-01", &[]);
    assert_eq!(ended.code(), Some(0), "{}", ended.stderr());
    assert_no_remains(&bench);
}

#[test]
fn nothing_else_is_removed() {
    let bench = Bench::good().without_projection();
    let (spill, photos) = (bench.out().join("private/spill"), bench.path("photos"));
    fs::create_dir_all(spill.join("photos")).unwrap();
    fs::write(spill.join("photos/1"), "").unwrap();
    bench.run_with(&["--only", "tablas"]).assert_published();
    assert!(spill.join("photos/1").exists(), "it is no folder of a reading");
    fs::remove_dir_all(&spill).unwrap();
    fs::create_dir_all(photos.join("0")).unwrap();
    fs::write(photos.join("0/lock"), "").unwrap();
    std::os::unix::fs::symlink(&photos, &spill).unwrap();
    let refused = bench.run_with(&["--only", "tablas"]);
    assert_eq!(refused.code(), Some(1));
    assert!(refused.stderr().contains("private/spill cannot be written or read"), "{}", refused.stderr());
    assert!(refused.stderr().contains("remove it"), "{}", refused.stderr());
    assert!(photos.join("0/lock").exists());
}

#[test]
fn many_rejected_records_are_reported_whatever_the_limit() {
    let bench = |limit: &str| {
        let bench = Bench::new().without_projection().with_edit(LIMIT.0, limit).credentials(&[common::GOOD_CREDENTIAL]);
        let row = common::GOOD_APPLICATION.replace("2020-09-10", "hoy");
        let rows: Vec<String> = (0..60_000).map(|n| row.replace("A1", &format!("F{n}"))).collect();
        bench.applications(&rows.iter().map(String::as_str).collect::<Vec<_>>())
    };
    let message = |bench: Bench| {
        let refused = bench.run_with(&["--only", "tablas"]);
        assert_eq!(refused.code(), Some(3));
        refused.stderr().replace(bench.path("").to_str().unwrap(), "")
    };
    let expected = message(bench(LIMIT.0));
    assert!(expected.contains("max_rejected"), "{expected}");
    assert_eq!(message(bench(LIMIT.1)), expected);
}
