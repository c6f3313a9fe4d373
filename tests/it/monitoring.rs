//! Tests of what monitors read: metrics, priorities of the journal, and the command that is told of
//! warnings (docs/contract.md §1.7).
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::Stdio;

use crate::common::{Bench, GOOD_APPLICATION, GOOD_CREDENTIAL};
use serde_json::Value;

/// A published corte, 2020-09-30, whose newest export of applications has a record that is rejected
/// and one whose country is not identified.
fn published_bench() -> Bench {
    let unidentified = GOOD_APPLICATION.replace("A1", "A2").replace("Canadá", "Nowhere");
    let rejected = GOOD_APPLICATION.replace("A1,", ",");
    let bench = Bench::new().without_comparisons();
    let bench = bench.applications(&[GOOD_APPLICATION, &unidentified, &rejected]).credentials(&[GOOD_CREDENTIAL]);
    bench.run_due("2020-10-01", &[]).assert_published();
    bench
}

/// The samples of metrics files, as Prometheus reads them.
fn samples(files: &[PathBuf]) -> Value {
    let python = std::env::var("LNERE_PYTHON").expect("LNERE_PYTHON names a Python with prometheus_client: tests/run");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/check_metrics.py");
    let output = std::process::Command::new(python).arg(script).args(files).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
#[ignore = "needs prometheus_client: tests/run installs it"]
fn prometheus_reads_the_metrics_of_all_commands_together() {
    let bench = published_bench();
    let folder = bench.path("metrics");
    fs::create_dir(&folder).unwrap();
    let metrics = ["--metrics", folder.to_str().unwrap()];
    bench.run_due("2020-10-02", &metrics).assert_published();
    let status = bench.command("status", &["--today", "2020-10-20"]).args(metrics).output().unwrap();
    assert_eq!(status.status.code(), Some(6));
    let recipients = bench.path("recipients.toml");
    fs::write(&recipients, "[[recipient]]\nentity = \"08\"\nfolder = \"/nowhere\"\n").unwrap();
    let mut deliver = crate::common::lnere();
    deliver.arg("deliver").arg("--recipients").arg(&recipients).arg("--output").arg(bench.out()).args(metrics);
    assert_eq!(deliver.output().unwrap().status.code(), Some(2), "the release has no packages");

    let files = ["run", "status", "deliver"].map(|name| folder.join(format!("lnere_{name}.prom")));
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 3, "no temporary file is left");
    for file in &files {
        assert_eq!(fs::metadata(file).unwrap().permissions().mode() & 0o777, 0o644, "the collector is another user");
    }
    let all = samples(&files);
    let value = |name: &str| all[name].as_f64().unwrap_or_else(|| panic!("{name}: {all:#}"));
    // The end of 30 September 2020 in Mexico City, five hours behind UTC.
    assert!((value("lnere_release_corte_timestamp_seconds{command=run}") - 1_601_528_400.0).abs() < 0.5);
    let expected = [
        ("lnere_release_corte_age_seconds{command=status}", 20.0 * 86_400.0),
        ("lnere_export_age_seconds{command=status,source=solicitudes}", 19.0 * 86_400.0),
        ("lnere_release_rejected_records{command=run,source=solicitudes}", 1.0),
        ("lnere_release_rejected_records{command=run,source=credenciales}", 0.0),
        ("lnere_release_unidentified_records{command=run,source=solicitudes}", 1.0),
        ("lnere_undelivered_packages{command=run}", 0.0),
        ("lnere_pending_revisions{command=run}", 0.0),
        ("lnere_late{command=run}", 0.0),
        ("lnere_late{command=status}", 1.0),
        ("lnere_inputs_readable{command=status}", 1.0),
        ("lnere_last_run_exit_code{command=status}", 0.0),
        ("lnere_command_exit_code{command=status}", 6.0),
        ("lnere_command_exit_code{command=deliver}", 2.0),
    ];
    for (name, expected) in expected {
        assert!((value(name) - expected).abs() < 0.5, "{name}: {}, not {expected}", value(name));
    }
    assert!(value("lnere_last_run_end_timestamp_seconds{command=run}") > 1_700_000_000.0);

    // A command that fails writes them too, also one that can read neither process nor exports.
    let broken = bench.path("broken.prom");
    let mut run = crate::common::lnere();
    run.args(["run", "--due", "--process", "/nowhere.toml", "--output"]).arg(bench.out()).arg("--metrics");
    let mut again = bench.command("status", &["--today", "2020-10-02", "--metrics"]);
    assert_eq!(run.arg(&broken).output().unwrap().status.code(), Some(2));
    let all = samples(std::slice::from_ref(&broken));
    let shown = |name: &str| all[name].as_f64();
    assert_eq!(shown("lnere_last_run_exit_code{command=run}"), Some(2.0));
    assert_eq!(
        (shown("lnere_late{command=run}"), shown("lnere_release_revision{command=run}")),
        (Some(1.0), Some(1.0))
    );
    fs::rename(bench.inputs(), bench.path("unmounted")).unwrap();
    assert_eq!(again.arg(&broken).output().unwrap().status.code(), Some(6));
    let all = samples(&[broken]);
    assert_eq!(all["lnere_inputs_readable{command=status}"].as_f64(), Some(0.0));
}

#[test]
fn metrics_that_cannot_be_written_change_no_exit_code() {
    let bench = published_bench();
    let missing = bench.path("missing/lnere.prom");
    let run = bench.run_due("2020-10-02", &["--metrics", missing.to_str().unwrap()]).assert_published();
    assert!(run.stderr().contains("cannot write the metrics"), "{}", run.stderr());
    let no_folder = bench.path("no_folder");
    let run = bench.run_due("2020-10-02", &["--metrics", no_folder.to_str().unwrap()]).assert_published();
    assert!(run.stderr().contains("its name does not end in .prom") && !no_folder.exists(), "{}", run.stderr());
}

/// The lines on stderr have a priority if, and only if, stderr is the stream to the journal.
#[test]
fn the_journal_gets_priorities_and_nobody_else() {
    let bench = Bench::good().file("solicitudes_20201015.csv.part", "half");
    bench.age_exports();
    let stderr = bench.path("journal");
    let said = |stream: Option<&str>| {
        let file = fs::File::create(&stderr).unwrap();
        let metadata = file.metadata().unwrap();
        let own = format!("{}:{}", metadata.dev(), metadata.ino());
        let mut command = std::process::Command::new(assert_cmd::cargo::cargo_bin!("lnere"));
        command.args(["run", "--corte", "2020-10-15", "--only", "tablas", "--process"]).arg(bench.process_file());
        command.arg("--inputs").arg(bench.inputs()).arg("--output").arg(bench.out());
        command.env("JOURNAL_STREAM", stream.unwrap_or(&own)).stdout(Stdio::null()).stderr(file);
        assert_eq!(command.status().unwrap().code(), Some(3), "the corte is not covered");
        fs::read_to_string(&stderr).unwrap()
    };
    let journal = said(None);
    assert!(journal.contains("<4>left for the next run: solicitudes_20201015.csv.part"), "{journal}");
    assert!(journal.contains("<3>error: corte 2020-10-15: not covered"), "{journal}");
    assert!(journal.lines().all(|line| line.starts_with('<')), "{journal}");
    for other in ["1:2", "", "journal"] {
        let file = said(Some(other));
        assert!(file.contains("error: corte 2020-10-15") && !file.contains('<'), "{file}");
    }

    // A wrong command line is an error of several lines.
    let file = fs::File::create(&stderr).unwrap();
    let own = format!("{}:{}", file.metadata().unwrap().dev(), file.metadata().unwrap().ino());
    let mut command = std::process::Command::new(assert_cmd::cargo::cargo_bin!("lnere"));
    let ended = command.args(["run", "--nonsense"]).env("JOURNAL_STREAM", own).stderr(file).status().unwrap();
    let said = fs::read_to_string(&stderr).unwrap();
    assert_eq!(ended.code(), Some(2));
    assert!(said.lines().count() > 2 && said.lines().all(|line| line.starts_with("<3>")), "{said}");
}

/// The command is told once of each change of the set, not at each run.
#[test]
fn a_command_is_told_when_the_warnings_change() {
    let bench = published_bench();
    let told = bench.path("told.json");
    let hook = format!("cat >> {}", told.display());
    let run = |today: &str| bench.run_due(today, &["--on-warning", &hook]).assert_published();
    // What was told since the last look.
    let news = || -> Vec<Value> {
        let text = fs::read_to_string(&told).unwrap_or_default();
        let _ = fs::remove_file(&told);
        serde_json::Deserializer::from_str(&text).into_iter().map(Result::unwrap).collect()
    };
    run("2020-10-02");
    let first = news();
    let kinds: Vec<&str> = first
        .iter()
        .flat_map(|one| one["warnings"].as_array().unwrap())
        .map(|one| one["kind"].as_str().unwrap())
        .collect();
    assert!(kinds.iter().all(|kind| *kind == "export_warning"), "nothing is late: {first:?}");
    for today in ["2020-10-02", "2020-10-03"] {
        run(today);
        assert_eq!(news(), [Value::Null; 0], "{today}");
    }
    run("2020-10-19");
    let late = news();
    assert_eq!(late.len(), 1, "{late:?}");
    let new: Vec<&str> = late[0]["new"].as_array().unwrap().iter().map(|id| id.as_str().unwrap()).collect();
    assert_eq!(new, ["corte_late:2020-10-15:warn", "source_late:credenciales:warn", "source_late:solicitudes:warn"]);
    assert_eq!((&late[0]["command"], &late[0]["version"]), (&Value::from("run"), &Value::from(1)));
    // `status` tells the same set, and says nothing new.
    let status = |command: &str| {
        let output = bench.command("status", &["--today", "2020-10-19", "--on-warning", command]).output().unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    assert_eq!((status(&hook), news().len()), ((Some(0), String::new()), 0));
    // What cannot be known while the exports cannot be listed has not ended.
    fs::rename(bench.inputs(), bench.path("unmounted")).unwrap();
    assert_eq!(status(&hook).0, Some(6));
    let unmounted = news();
    assert_eq!(
        (&unmounted[0]["new"], &unmounted[0]["ended"]),
        (&serde_json::json!(["inputs_unreadable"]), &serde_json::json!([]))
    );
    fs::rename(bench.path("unmounted"), bench.inputs()).unwrap();

    // A command that fails is told again, and changes no exit code.
    for _ in 0..2 {
        let (code, said) = status("exit 7");
        assert!(code == Some(0) && said.contains("--on-warning: it ended with exit status: 7"), "{said}");
    }
    assert_eq!(status(&hook).0, Some(0));
    assert_eq!(news()[0]["ended"], serde_json::json!(["inputs_unreadable"]));

    // A run that fails says why, with its record and without one.
    let failed_run = |args: &[&str]| {
        let ended = bench.command("run", &["--on-warning", &hook]).args(args).output().unwrap();
        let warnings = news().last().unwrap()["warnings"].as_array().unwrap().clone();
        let failed = warnings.into_iter().find(|one| one["kind"] == "run_failed").unwrap();
        (ended.status.code(), failed["message"].as_str().unwrap().to_owned())
    };
    let (code, said) = failed_run(&["--corte", "2020-10-15"]);
    assert!(code == Some(3) && said.contains("[L053]"), "{said}");
    let (code, said) = failed_run(&["--corte", "2029-12-31"]);
    assert!(code == Some(2) && said.contains("[L360]"), "{said}");
    let text = fs::read_to_string(bench.out().join("private/advertencias.json")).unwrap();
    assert!(!text.contains("Nowhere") && !text.contains("A2"), "no cell: {text}");
}
