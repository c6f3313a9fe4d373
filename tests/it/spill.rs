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
    assert!(message.contains("private/spill cannot be written or read: File too large"), "{message}");
    assert!(!bench.release().exists());
    assert_no_remains(&bench);
}

#[test]
fn a_run_removes_the_spill_files_of_a_killed_one() {
    let bench = Bench::good().without_projection();
    let remains = bench.out().join("private/spill/3");
    fs::create_dir_all(&remains).unwrap();
    fs::write(remains.join("lock"), "").unwrap();
    fs::write(remains.join("17"), "coded records").unwrap();
    bench.run_with(&["--only", "tablas"]).assert_published();
    assert_no_remains(&bench);
}
