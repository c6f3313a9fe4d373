//! Tests of the unattended run: `run --due` and `status` (docs/contract.md §1), day by day.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

use std::fs;
use std::io::{Read, Write};
use std::path::Path;

use crate::common::{self, Bench, GOOD_APPLICATION, GOOD_CREDENTIAL, assert_snapshot, collect_json_result};
use expect_test::expect;
use serde_json::Value;

fn application_rows(count: usize) -> Vec<String> {
    (0..count).map(|n| GOOD_APPLICATION.replace("A1", &format!("A{n}"))).collect()
}

/// The exports of a corte with `count` applications.
fn export(bench: Bench, day: &str, count: usize) -> Bench {
    let rows = application_rows(count);
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    bench.without_comparisons().applications_on(day, &rows).credentials_on(day, &[GOOD_CREDENTIAL])
}

fn visible_cortes(bench: &Bench) -> Vec<String> {
    let Ok(entries) = fs::read_dir(bench.out().join("releases")) else { return Vec::new() };
    let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// `status` as JSON, and its exit code.
fn status(bench: &Bench, today: &str) -> (Value, Option<i32>) {
    bench.age_exports();
    let output = bench.command("status", &["--today", today, "--format", "json"]).output().unwrap();
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    collect_json_result("status", &output.stdout);
    (serde_json::from_slice(&output.stdout).unwrap(), output.status.code())
}

#[test]
fn a_corte_is_published_once_it_has_ended_and_is_covered() {
    let bench = export(Bench::new(), "20200915", 1);
    assert!(bench.run_due("2020-09-15", &[]).assert_published().stdout().contains("nothing is due"));
    assert_eq!(visible_cortes(&bench), [""; 0], "the 15th is not over");
    bench.run_due("2020-09-16", &[]).assert_published();
    assert_eq!(visible_cortes(&bench), ["2020-09-15"]);
    let waiting = bench.run_due("2020-10-01", &[]).assert_published();
    assert!(
        waiting.stdout().contains("waiting for solicitudes and credenciales to cover 2020-09-30\n"),
        "{}",
        waiting.stdout()
    );
}

#[test]
fn missed_runs_are_caught_up_oldest_first() {
    let bench = export(Bench::new(), "20201031", 1);
    let ran = bench.run_due("2020-11-02", &["--format", "json"]).assert_published();
    let result: Value = serde_json::from_str(&ran.stdout()).unwrap();
    let cortes: Vec<_> = result["cortes"].as_array().unwrap().iter().map(|line| line["corte"].clone()).collect();
    assert_eq!(cortes, ["2020-09-15", "2020-09-30", "2020-10-15", "2020-10-31"]);
    assert!(result["cortes"].as_array().unwrap().iter().all(|line| line["outcome"] == "published"));
}

#[test]
fn before_the_process_begins_there_is_nothing_to_do() {
    let bench = Bench::new();
    assert!(bench.run_due("2020-08-01", &[]).assert_published().stdout().contains("nothing is due"));
    assert_eq!(bench.run_due("2020-09-20", &[]).code(), Some(3), "a corte has ended and no export is there");
}

#[test]
fn what_newer_exports_would_change_is_reported_and_left() {
    let bench = export(Bench::new().without_projection(), "20200930", 2);
    bench.run_due("2020-10-01", &[]).assert_published();
    let bench = export(bench, "20201015", 3);
    bench.age_exports();
    assert_snapshot(
        &bench,
        bench.command("run", &["--due", "--only", "tablas", "--today", "2020-10-16"]),
        &expect![[r#"
            exit 0
            --- stdout
            Procesos Electorales Locales 2020-2021

            corte 2020-09-15   would change, revision 1 stays as it is; cause: exports (credenciales_20201015.csv, solicitudes_20201015.csv)
              34 cells of 15 tables differ
              solicitudes_acumuladas           2 ->         3
              solicitudes_quincena             2 ->         3
                to do: `lnere run --corte 2020-09-15` publishes the revision; with `--keep --reason "…"` the release stays as it is

            corte 2020-09-30   would change, revision 1 stays as it is; cause: exports (credenciales_20201015.csv, solicitudes_20201015.csv)
              43 cells of 15 tables differ
              solicitudes_acumuladas           2 ->         3
                to do: `lnere run --corte 2020-09-30` publishes the revision; with `--keep --reason "…"` the release stays as it is

            corte 2020-10-15   published
              applications           3  (0 in the quincena)
              credentials            1  applied for since 2020-09-01
              tables 36, charts 0, packages 0: DIR/out/releases/2020-10-15

            7 records read in 4 exports, 0 rejected
            look at DIR/out/latest/tablas
            --- stderr
        "#]],
    );
    assert_eq!((bench.revision("2020-09-15"), bench.revision("2020-10-15")), (Some(1), Some(1)));

    let (status, code) = status(&bench, "2020-10-16");
    assert_eq!(code, Some(0));
    assert_eq!(status["would_change"][0]["corte"], "2020-09-15");
    assert_eq!(status["would_change"][0]["totals"]["solicitudes_acumuladas"]["after"], 3);

    // The next run reports it again without reading an export.
    let again = bench.run_due("2020-10-16", &[]).assert_published().stdout();
    assert!(again.contains("would change, revision 1 stays") && !again.contains("records read"), "{again}");
    // A person decides.
    bench.command("run", &["--corte", "2020-09-15", "--only", "tablas"]).assert().code(0);
    assert_eq!(bench.revision("2020-09-15"), Some(2));
    let after = bench.run_due("2020-10-16", &[]).assert_published().stdout();
    assert!(!after.contains("corte 2020-09-15") && after.contains("corte 2020-09-30"), "{after}");
}

/// A pending revision that somebody decides to leave, until its difference is another one.
#[test]
fn a_kept_revision_is_no_longer_pending_until_it_would_change_otherwise() {
    let bench = export(Bench::new().without_projection(), "20200915", 2);
    bench.run_due("2020-09-16", &[]).assert_published();
    let keep = |bench: &Bench, args: &[&str]| {
        let output =
            bench.command("run", &["--corte", "2020-09-15", "--today", "2020-10-01", "--keep"]).args(args).output();
        let output = output.unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
    };
    let reason = ["--reason", "Bajas por duplicidad"];
    let bench = export(bench, "20200930", 3);
    bench.age_exports();
    let (code, _, said) = keep(&bench, &reason);
    assert!(code == 2 && said.contains("run `lnere run --due` first"), "nobody has looked yet: {said}");
    let pending = bench.run_due("2020-10-01", &[]).assert_published().stdout();
    assert!(pending.contains("with `--keep --reason \"…\"` the release stays as it is"), "{pending}");
    assert_eq!(keep(&bench, &[]).0, 2, "a reason is needed");
    for beside in [&["--due"][..], &["--from", "2020-09-15", "--to", "2020-09-30"]] {
        let mut command = bench.command("run", &["--keep", "--reason", "x", "--today", "2020-10-01"]);
        assert_eq!(command.args(beside).output().unwrap().status.code(), Some(2), "{beside:?}");
    }
    assert_eq!(bench.revision("2020-09-15"), Some(1), "a decision publishes nothing");
    let (code, said, _) = keep(&bench, &reason);
    assert!(code == 0 && said.contains("revision 1 of 2020-09-15 stays as it is, although 34 cells"), "{code} {said}");

    let known = status(&bench, "2020-10-01").0;
    assert_eq!(
        (&known["would_change"], &known["kept"][0]["corte"]),
        (&serde_json::json!([]), &Value::from("2020-09-15"))
    );
    assert_eq!(known["kept"][0]["reason"], "Bajas por duplicidad");
    let text = bench.command("status", &["--today", "2020-10-01"]).output().unwrap().stdout;
    let text = String::from_utf8(text).unwrap();
    assert!(
        text.contains("kept as they are, although they would change\n  2020-09-15  revision 1, decided "),
        "{text}"
    );
    let again = bench.run_due("2020-10-01", &["--format", "json"]).assert_published().stdout();
    let again: Value = serde_json::from_str(&again).unwrap();
    assert_eq!((&again["cortes"][0]["outcome"], &again["read"]), (&Value::from("kept"), &Value::Null));
    assert!(!bench.run_due("2020-10-01", &[]).assert_published().stdout().contains("would change"));
    // A newer export with the same counts of that corte changes nothing about the decision.
    let bench = export(bench, "20201015", 3);
    assert!(!bench.run_due("2020-10-16", &[]).assert_published().stdout().contains("corte 2020-09-15"));
    // Neither does a run that may revise by itself.
    let bench = bench.with_edit("revisions = \"report\"", "revisions = \"auto\"");
    // Without the decisions it must not revise.
    let ledger = bench.out().join("private/revisiones_conservadas.jsonl");
    let decisions = fs::read_to_string(&ledger).unwrap();
    fs::write(&ledger, format!("{decisions}damaged\n")).unwrap();
    let refused = bench.run_due("2020-10-16", &[]);
    assert!(refused.code() == Some(1) && refused.stderr().contains("[L047]"), "{}", refused.stderr());
    assert_eq!(bench.revision("2020-09-15"), Some(1));
    fs::write(&ledger, decisions).unwrap();
    bench.run_due("2020-10-16", &[]).assert_published();
    assert_eq!(bench.revision("2020-09-15"), Some(1));
    let bench = bench.with_edit("revisions = \"auto\"", "revisions = \"report\"");
    // Another difference is pending again.
    let bench = export(bench, "20201031", 4);
    let said = bench.run_due("2020-11-01", &[]).assert_published().stdout();
    assert!(said.contains("corte 2020-09-15   would change, revision 1 stays"), "{said}");
    let (known, _) = status(&bench, "2020-11-01");
    assert_eq!(
        (&known["would_change"][0]["corte"], &known["kept"]),
        (&Value::from("2020-09-15"), &serde_json::json!([]))
    );
    // A person may publish all the same.
    bench.command("run", &["--corte", "2020-09-15", "--only", "tablas"]).assert().code(0);
    let ledger = fs::read_to_string(bench.out().join("private/revisiones_conservadas.jsonl")).unwrap();
    assert_eq!(ledger.lines().count(), 1, "{ledger}");
}

/// The counts of a corte depend on exports, configuration and program; the reader learns which of
/// them changed.
#[test]
fn a_pending_revision_says_what_changed() {
    let causes = |bench: &Bench, today: &str| {
        bench.run_due(today, &[]).assert_published();
        let (status, _) = status(bench, today);
        status["would_change"][0]["causes"].clone()
    };
    let bench = export(Bench::new().without_projection(), "20200915", 2);
    bench.run_due("2020-09-16", &[]).assert_published();
    // The window of registration begins later, so that no application counts.
    let bench = bench.with_edit("opens = 2020-09-01", "opens = 2020-09-11");
    let expected = serde_json::json!({ "exports": [], "configuration": ["process.toml"], "program": null });
    assert_eq!(causes(&bench, "2020-09-16"), expected);
    // Another program of the same version left its release behind.
    let bench = bench.with_edit("opens = 2020-09-11", "opens = 2020-09-01");
    let bench = export(bench, "20200930", 3);
    let text = bench.run_due("2020-10-01", &[]).assert_published().stdout();
    assert!(text.contains("cause: exports (credenciales_20200930.csv, solicitudes_20200930.csv)\n"), "{text}");
    let manifest = bench.out().join("releases/2020-09-15/manifest.json");
    let sums = bench.out().join("releases/2020-09-15/SHA256SUMS");
    let (old, changed) = (fs::read(&manifest).unwrap(), fs::read_to_string(&manifest).unwrap());
    let version = format!("\"version\": \"{}\"", env!("CARGO_PKG_VERSION"));
    assert!(changed.contains(&version));
    let changed = changed.replace(&version, "\"version\": \"0.0.9\"");
    let sum = |bytes: &[u8]| common::delivery::sha256_hex(bytes);
    fs::write(&sums, fs::read_to_string(&sums).unwrap().replace(&sum(&old), &sum(changed.as_bytes()))).unwrap();
    fs::write(&manifest, changed).unwrap();
    let bench = export(bench, "20201015", 3);
    let text = bench.run_due("2020-10-16", &[]).assert_published().stdout();
    let program = format!("program (0.0.9, now {})", env!("CARGO_PKG_VERSION"));
    assert!(text.contains("possible causes: exports (") && text.contains(&program), "{text}");
}

#[test]
fn with_revisions_auto_they_are_revised() {
    let bench = Bench::new().with_process_edit("revisions = \"report\"", "revisions = \"auto\"");
    let bench = export(bench, "20200930", 2);
    bench.run_due("2020-10-01", &[]).assert_published();
    let bench = export(bench, "20201015", 3);
    let ran = bench.run_due("2020-10-16", &[]).assert_published();
    assert!(ran.stdout().contains("corte 2020-09-30   published as revision 2"), "{}", ran.stdout());
    assert_eq!(
        ["2020-09-15", "2020-09-30", "2020-10-15"].map(|corte| bench.revision(corte)),
        [Some(2), Some(2), Some(1)]
    );
    assert!(!bench.run_due("2020-10-16", &[]).assert_published().stdout().contains("records read"), "nothing new");
}

#[test]
fn a_run_that_has_nothing_to_do_reads_nothing() {
    let bench = export(Bench::new(), "20200930", 2);
    assert!(bench.run_due("2020-10-01", &[]).assert_published().stdout().contains("records read"));
    assert!(!bench.run_due("2020-10-01", &[]).assert_published().stdout().contains("records read"));
    // An export with another time is read again.
    let file = fs::File::options().write(true).open(bench.inputs().join("solicitudes_20200930.csv")).unwrap();
    file.set_modified(std::time::SystemTime::now() - std::time::Duration::from_hours(2)).unwrap();
    assert!(bench.run_due("2020-10-01", &[]).assert_published().stdout().contains("records read"));
}

#[test]
fn a_control_file_that_comes_later_is_read() {
    let bench = export(Bench::new(), "20200930", 2);
    bench.run_due("2020-10-01", &[]).assert_published();
    assert!(!bench.run_due("2020-10-01", &[]).assert_published().stdout().contains("records read"), "nothing is new");
    let bench = bench.file("solicitudes_20200930.csv.control", "rows = 3\n");
    let ran = bench.run_due("2020-10-01", &[]);
    assert_eq!(ran.code(), Some(3));
    assert!(ran.stderr().contains("control: has 2 records, its control file says 3"), "{}", ran.stderr());
    let bench = bench.file("solicitudes_20200930.csv.control", "rows = 2\n");
    assert!(bench.run_due("2020-10-01", &[]).assert_published().stdout().contains("records read"));
    assert!(!bench.run_due("2020-10-01", &[]).assert_published().stdout().contains("records read"), "nothing is new");
}

#[test]
fn exports_that_an_earlier_run_has_seen_and_that_are_gone_are_waited_for() {
    let bench = export(export(Bench::new(), "20200930", 2), "20201015", 2);
    bench.run_due("2020-10-16", &[]).assert_published();
    fs::remove_file(bench.inputs().join("solicitudes_20201015.csv")).unwrap();
    fs::remove_file(bench.inputs().join("credenciales_20201015.csv")).unwrap();
    let said = bench.run_due("2020-10-16", &[]).assert_published().stdout();
    assert_eq!(bench.revision("2020-09-30"), Some(1));
    let gone =
        "solicitudes_20201015.csv is gone; the releases of 2020-09-15, 2020-09-30 and 2020-10-15 were made from it";
    assert!(said.contains(gone), "{said}");
    let (known, code) = status(&bench, "2020-10-16");
    let cortes = serde_json::json!(["2020-09-15", "2020-09-30", "2020-10-15"]);
    assert_eq!((code, &known["gone"][1]["file"]), (Some(0), &Value::from("solicitudes_20201015.csv")));
    assert_eq!(known["gone"][1]["cortes"], cortes);
    let json: Value = serde_json::from_str(&bench.run_due("2020-10-16", &["--format", "json"]).stdout()).unwrap();
    assert_eq!(json["gone"], known["gone"]);
    // The warnings contain it too, but only in JSON: the text reports it once.
    assert_eq!(said.matches("solicitudes_20201015.csv").count(), 1, "{said}");
    let gone_of = |json: &Value| {
        let warnings = json["warnings"].as_array().unwrap().iter();
        let gone = warnings.filter(|warning| warning["rule"] == "export_gone");
        gone.map(|warning| warning["export"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let both = ["credenciales_20201015.csv", "solicitudes_20201015.csv"];
    assert_eq!((gone_of(&json), gone_of(&known)), (both.map(str::to_owned).to_vec(), both.map(str::to_owned).to_vec()));
    let text = bench.command("status", &["--today", "2020-10-16"]).output().unwrap().stdout;
    assert!(String::from_utf8(text).unwrap().contains(gone));
    // An export in another format exists, and so does one that is still being copied.
    let bench = bench.file("solicitudes_20201015.csv.part", "half").credentials_on("20201015", &[GOOD_CREDENTIAL]);
    assert_eq!(status(&bench, "2020-10-16").0["gone"], Value::Array(Vec::new()));
    // A run that reads the exports of earlier releases reports it too.
    let bench = export(Bench::new(), "20200930", 2);
    bench.run_due("2020-10-01", &[]).assert_published();
    let bench = export(bench, "20201015", 2);
    bench.run_due("2020-10-16", &[]).assert_published();
    for name in both {
        fs::remove_file(bench.inputs().join(name)).unwrap();
    }
    let ran = bench.run_due("2020-10-16", &["--format", "json"]).assert_published();
    let json: Value = serde_json::from_str(&ran.stdout()).unwrap();
    assert_eq!((gone_of(&json), json["read"].as_u64()), (both.map(str::to_owned).to_vec(), Some(3)), "{json}");
}

#[test]
fn the_source_that_a_corte_waits_for_is_named() {
    let bench = export(Bench::new(), "20201015", 1).applications_on("20201031", &[GOOD_APPLICATION]);
    let said = bench.run_due("2020-11-16", &[]).assert_published().stdout();
    assert!(said.contains("waiting for credenciales to cover 2020-10-31; solicitudes covers it\n"), "{said}");
    assert!(said.contains("waiting for solicitudes and credenciales to cover 2020-11-15\n"), "{said}");
    let json: Value = serde_json::from_str(&bench.run_due("2020-11-16", &["--format", "json"]).stdout()).unwrap();
    assert_eq!(json["waiting"], serde_json::json!(["2020-10-31", "2020-11-15"]));
    assert_eq!(json["waiting_for"][0], serde_json::json!({ "corte": "2020-10-31", "sources": ["credenciales"] }));

    let (known, _) = status(&bench, "2020-11-16");
    assert_eq!(known["due"][0]["waiting_for"], serde_json::json!(["credenciales"]));
    assert_eq!(known["due"][1]["waiting_for"], serde_json::json!(["solicitudes", "credenciales"]));
    let text = bench.command("status", &["--today", "2020-11-16"]).output().unwrap().stdout;
    let text = String::from_utf8(text).unwrap();
    assert!(
        text.contains("2020-10-31  ended 16 days ago, waiting for credenciales to cover it; solicitudes covers it")
    );
    let plan = bench.command("plan", &["--due", "--today", "2020-11-16"]).output().unwrap().stdout;
    let plan = String::from_utf8(plan).unwrap();
    assert!(plan.contains("2020-10-31  not: waiting for credenciales to cover it; solicitudes covers it"), "{plan}");
}

/// The first command of the README, on a process that is over.
#[test]
fn of_a_process_that_is_over_the_newest_corte_suffices() {
    let bench = export(Bench::new(), "20201015", 1);
    let (first, code) = status(&bench, "2026-01-01");
    assert_eq!((code, first["due"].as_array().unwrap().len()), (Some(6), 18), "nothing was published yet");
    bench.command("run", &["--only", "tablas"]).assert().code(0);
    assert_eq!(visible_cortes(&bench), ["2020-10-15"]);
    let (known, code) = status(&bench, "2026-01-01");
    assert_eq!((code, &known["late"], &known["due"]), (Some(0), &Value::Bool(false), &Value::Array(Vec::new())));
    assert_eq!((&known["over"], known["backfill"].as_array().unwrap().len()), (&Value::Bool(true), 17));
    let text = bench.command("status", &["--today", "2026-01-01"]).output().unwrap().stdout;
    let text = String::from_utf8(text).unwrap();
    let rest =
        "  nothing\n  17 cortes from 2020-09-15 to 2021-05-31 without a release: not late, since the process is over\n";
    assert!(text.contains(rest) && !text.contains("LATE"), "{text}");
    // While the process ran, each of the missing cortes was late.
    let (running, code) = status(&bench, "2020-10-25");
    assert_eq!((code, running["due"].as_array().unwrap().len()), (Some(6), 2));
}

#[test]
fn a_process_that_begins_in_the_middle_publishes_from_there_and_misses_nothing_before() {
    let bench = export(Bench::new(), "20201031", 1);
    let bench = bench.with_process_edit("revisions = \"report\"", "from = 2020-10-31\nrevisions = \"report\"");
    assert_eq!(status(&bench, "2020-10-31").1, Some(0), "nothing is due before it has ended");
    let (late, code) = status(&bench, "2020-11-06");
    assert_eq!((code, &late["due"][0]["corte"]), (Some(6), &Value::from("2020-10-31")));
    bench.run_due("2020-11-06", &[]).assert_published();
    assert_eq!(visible_cortes(&bench), ["2020-10-31"]);
    assert_eq!(status(&bench, "2020-11-06").1, Some(0));
    // A person may request any other corte.
    bench.command("run", &["--corte", "2020-09-15", "--only", "tablas"]).assert().code(0);

    let bench = bench.with_edit("from = 2020-10-31", "from = 2021-06-01");
    let output = bench.command("status", &[]).output().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{stderr}");
    assert!(stderr.contains("schedule.from: no corte ends from 2021-06-01 to election day, 2021-06-06"), "{stderr}");
}

/// A bench whose projection learns from the exports of another process, in the folder `antes`.
fn with_a_reference() -> Bench {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR"));
    let pipelines = repository.join("pipelines");
    let bench = Bench::new().with_process(pipelines.join("pef_2023_2024.toml"));
    let folder = bench.path("antes");
    fs::create_dir(&folder).unwrap();
    let by_exports =
        format!("process = \"{}\"\ninputs = \"{}\"", pipelines.join("pel_2020_2021.toml").display(), folder.display());
    let bench = bench.with_process_edit("curve = \"proyeccion/curva_2020_2021.csv\"", &by_exports);
    let sample = repository.join("sample_data/pel_2020_2021/solicitudes_20210315.csv.gz");
    fs::copy(sample, folder.join(REFERENCE_EXPORT)).unwrap();
    let mut sample = common::lnere();
    sample.args(["sample", "--applications", "500", "--credentials", "50", "--cortes", "1", "--process"]);
    sample.arg(pipelines.join("pef_2023_2024.toml")).arg(bench.inputs()).assert().code(0);
    bench
}

const REFERENCE_EXPORT: &str = "solicitudes_20210315.csv.gz";

#[test]
fn changed_exports_of_a_reference_process_are_looked_at_again() {
    let bench = with_a_reference();
    let reference = bench.path("antes").join(REFERENCE_EXPORT);
    let written = |hours: u64| {
        let file = fs::File::options().write(true).open(&reference).unwrap();
        file.set_modified(std::time::SystemTime::now() - std::time::Duration::from_hours(hours)).unwrap();
    };
    written(1);
    let mut names: Vec<_> = fs::read_dir(bench.inputs()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    let newest = names.pop().unwrap().into_string().unwrap();
    let day = chrono::NaiveDate::parse_from_str(newest.split(['_', '.']).nth(1).unwrap(), "%Y%m%d").unwrap();
    let today = day.succ_opt().unwrap().to_string();

    assert!(bench.run_due(&today, &[]).assert_published().stdout().contains("records read"));
    assert!(!bench.run_due(&today, &[]).assert_published().stdout().contains("records read"), "nothing is new");
    assert_eq!(status(&bench, &today).0["would_change"], Value::Array(Vec::new()));

    // A corrected export has fewer applications in the last weeks.
    let mut rows = String::new();
    flate2::read::GzDecoder::new(fs::File::open(&reference).unwrap()).read_to_string(&mut rows).unwrap();
    let kept: Vec<&str> = rows.lines().filter(|row| !row.contains("2021-03-0")).collect();
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(kept.join("\n").as_bytes()).unwrap();
    fs::write(&reference, packed.finish().unwrap()).unwrap();
    let waiting = bench.run_due(&today, &[]).assert_published().stdout();
    assert!(waiting.contains(&format!("nothing is read while {REFERENCE_EXPORT} is still being copied")), "{waiting}");
    written(2);
    assert_eq!(status(&bench, &today).0["would_change"], Value::Null, "nobody looked yet");
    let looked = bench.run_due(&today, &[]).assert_published().stdout();
    assert!(looked.contains("would change, revision 1 stays") && looked.contains("records read"), "{looked}");
    let change = &status(&bench, &today).0["would_change"][0];
    assert!(change["cells"]["proyeccion_lnere"].as_u64().unwrap() > 0, "{change}");
    assert_eq!(change["cells"]["lnere_por_entidad"], Value::Null, "no count changed: {change}");
}

#[test]
fn a_corte_that_cannot_be_published_does_not_stop_the_others_and_is_tried_again() {
    let bench = export(Bench::new(), "20201015", 2);
    fs::create_dir_all(bench.out().join("releases/2020-09-30")).unwrap();
    let ran = bench.run_due("2020-10-16", &[]);
    assert_eq!(ran.code(), Some(1));
    assert!(ran.stderr().contains("error: corte 2020-09-30: the release"), "{}", ran.stderr());
    assert!(ran.stderr().contains("is damaged (SHA256SUMS: No such file"), "{}", ran.stderr());
    assert_eq!(visible_cortes(&bench).len(), 3);
    fs::remove_dir(bench.out().join("releases/2020-09-30")).unwrap();
    bench.run_due("2020-10-16", &[]).assert_published();
    assert_eq!(bench.revision("2020-09-30"), Some(1));
}

#[test]
fn status_says_what_there_is_what_is_due_and_what_is_late() {
    let bench = export(Bench::new(), "20200930", 2);
    bench.run_due("2020-10-01", &[]).assert_published();
    bench.age_exports();
    let mut expected = bench.command("status", &["--today", "2020-10-25"]);
    expected.env("TZ", "UTC");
    let output = expected.output().unwrap();
    assert_eq!(output.status.code(), Some(6));
    let text = String::from_utf8(output.stdout).unwrap();
    let (text, last_run) = text.split_once("\nlast run\n").unwrap();
    assert!(last_run.ends_with(" -06:00, exit 0\n"), "times are those of Mexico City: {last_run}");
    expect![[r#"
        Procesos Electorales Locales 2020-2021, 2020-10-25

        releases
          2020-09-30  revision 1  exports up to 2020-09-30          2 applications
          2020-09-15  revision 1  exports up to 2020-09-30          2 applications

        newest exports
          solicitudes   solicitudes_20200930.csv           24 days behind   LATE
            to do: ask whoever delivers solicitudes for a newer export
          credenciales  credenciales_20200930.csv          24 days behind   LATE
            to do: ask whoever delivers credenciales for a newer export

        due
          2020-10-15  ended 10 days ago, waiting for solicitudes and credenciales to cover it   LATE
            to do: ask for the export of solicitudes and credenciales of 2020-10-15 or later
    "#]]
    .assert_eq(text);
}

/// A share that is not mounted is what a monitor must hear of, together with all else.
#[test]
fn status_without_the_inputs_says_what_the_output_knows() {
    let bench = export(Bench::new(), "20200930", 2);
    bench.run_due("2020-10-01", &[]).assert_published();
    fs::rename(bench.inputs(), bench.path("unmounted")).unwrap();
    let run = |args: &[&str]| {
        let output = bench.command("status", &["--today", "2020-10-01"]).args(args).output().unwrap();
        assert_eq!((output.status.code(), output.stderr), (Some(6), Vec::new()));
        String::from_utf8(output.stdout).unwrap()
    };
    let json: Value = serde_json::from_str(&run(&["--format", "json"])).unwrap();
    assert!(json["inputs_error"].as_str().unwrap().contains("cannot list the inputs folder"), "{json}");
    assert_eq!(
        (&json["exit"], &json["late"], &json["releases"][0]["corte"]),
        (&6.into(), &false.into(), &"2020-09-30".into())
    );
    assert_eq!((&json["last_run"]["exit"], &json["would_change"]), (&0.into(), &Value::Null));
    assert_eq!((&json["gone"], &json["exports"]), (&serde_json::json!([]), &serde_json::json!([])), "not known");
    let text = run(&[]);
    assert!(text.contains("\nthe inputs cannot be read: cannot list the inputs folder"), "{text}");
    assert!(text.contains("2020-09-30  revision 1") && text.contains("\nnewest exports\n  not known\n"), "{text}");
    fs::rename(bench.path("unmounted"), bench.inputs()).unwrap();
    assert_eq!(status(&bench, "2020-10-01").1, Some(0));
}

/// Each item that needs somebody is followed by the next command or action.
#[test]
fn status_says_the_way_out_of_each_item() {
    let bench = export(export(Bench::new().without_projection(), "20200915", 3), "20200930", 3);
    bench.run_due("2020-10-01", &[]).assert_published();
    fs::remove_file(bench.inputs().join("credenciales_20200930.csv")).unwrap();
    let bench = bench.file("solicitudes_20201231.csv", "");
    assert_eq!(bench.run_due("2020-10-16", &[]).code(), Some(3));
    let output = bench.command("status", &["--today", "2020-10-18"]).output().unwrap().stdout;
    let text = String::from_utf8(output).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let way_out = |item: &str, way_out: &str| {
        let line = lines.iter().position(|line| line.contains(item)).unwrap_or_else(|| panic!("{item}: {text}"));
        let next = lines[line + 1..].iter().find(|line| line.starts_with("    to do: ")).copied().unwrap_or_default();
        assert!(next.contains(way_out), "{item}: {next}\n{text}");
    };
    way_out("  credenciales  credenciales_20200915.csv", "ask whoever delivers credenciales");
    way_out("solicitudes_20201231.csv: covers a day after today", "`lnere check` says more");
    way_out("credenciales_20200930.csv is gone", "`lnere run --corte 2020-09-30 --force` publishes without it");
    way_out("2020-10-15  ended", "ask for the export of solicitudes and credenciales of 2020-10-15 or later");
    way_out(", exit 3: ", "`lnere check` says what is wrong");

    let bench = export(Bench::new().without_projection(), "20200915", 3);
    bench.run_due("2020-09-16", &[]).assert_published();
    let bench = export(bench, "20200915", 2);
    bench.run_due("2020-09-17", &[]).assert_published();
    let output = bench.command("status", &["--today", "2020-09-17"]).output().unwrap().stdout;
    let text = String::from_utf8(output).unwrap();
    assert!(
        text.contains("    to do: copy the earlier file back; if it was corrected, `lnere run --corte 2020-09-15`"),
        "{text}"
    );
    assert_eq!(text.matches("replaced since the release").count(), 1, "said once: {text}");
}

#[test]
fn status_ends_with_6_only_where_something_is_late() {
    let bench = export(Bench::new(), "20200930", 2);
    bench.run_due("2020-10-01", &[]).assert_published();
    let lateness = |today: &str| {
        let (status, code) = status(&bench, today);
        let sources = status["exports"][0]["lateness"].as_str().unwrap().to_owned();
        let due = status["due"][0]["lateness"].as_str().unwrap_or("none").to_owned();
        (code.unwrap(), sources, due)
    };
    let expected = |code: i32, source: &str, due: &str| (code, source.to_owned(), due.to_owned());
    assert_eq!(lateness("2020-10-01"), expected(0, "ok", "none"));
    assert_eq!(lateness("2020-10-16"), expected(0, "ok", "ok"));
    assert_eq!(lateness("2020-10-18"), expected(0, "ok", "warn"));
    assert_eq!(lateness("2020-10-20"), expected(6, "warn", "late"));
    assert_eq!(lateness("2020-10-22"), expected(6, "late", "late"));
}

#[test]
fn status_of_nothing_and_of_a_refused_run() {
    let bench = Bench::new();
    let (empty, code) = status(&bench, "2020-08-01");
    assert_eq!((code, &empty["releases"], &empty["last_run"]), (Some(0), &Value::Array(Vec::new()), &Value::Null));
    assert!(!bench.out().exists(), "status writes nothing");

    let bench = export(bench, "20200930", 1).file("solicitudes_20201015.csv", "");
    assert_eq!(bench.run_due("2020-10-16", &[]).code(), Some(3));
    let (refused, _) = status(&bench, "2020-10-16");
    assert_eq!(refused["last_run"]["exit"], 3);
    assert!(refused["last_run"]["error"]["message"].as_str().unwrap().contains("solicitudes_20201015.csv: is empty"));
}

/// Three exports; only the oldest has the status of its day.
fn with_history() -> Bench {
    let decided = GOOD_APPLICATION.replace("RECIBIDA,2020-09-10", "PROCEDENTE,2020-10-12");
    let bench = export(Bench::new(), "20200930", 1).credentials_on("20201015", &[GOOD_CREDENTIAL]);
    let refused = GOOD_APPLICATION.replace("RECIBIDA,2020-09-10", "IMPROCEDENTE,2020-10-28");
    let bench = bench.applications_on("20201015", &[&decided]).applications_on("20201031", &[&refused]);
    bench.credentials_on("20201031", &[GOOD_CREDENTIAL])
}

/// Makes an export look as if it were still being copied.
fn touch(bench: &Bench, name: &str) {
    let file = fs::File::options().write(true).open(bench.inputs().join(name)).unwrap();
    file.set_modified(std::time::SystemTime::now()).unwrap();
}

#[test]
fn an_older_export_that_is_copied_again_is_waited_for_with_everything() {
    let bench = with_history().with_process_edit("revisions = \"report\"", "revisions = \"auto\"");
    bench.run_due("2020-11-01", &[]).assert_published();
    assert_eq!(bench.revision("2020-10-15"), Some(1));
    let due = |bench: &Bench| {
        let output = bench.command("run", &["--due", "--only", "tablas", "--today", "2020-11-01"]).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    touch(&bench, "solicitudes_20201015.csv");
    let said = due(&bench);
    assert!(said.contains("nothing is read while solicitudes_20201015.csv is still being copied"), "{said}");
    let part = bench.inputs().join("solicitudes_20201015.csv.part");
    fs::rename(bench.inputs().join("solicitudes_20201015.csv"), &part).unwrap();
    assert!(due(&bench).contains("solicitudes_20201015.csv.part is still being copied"));
    // A run by a person may not replace the releases of that export either.
    let output = bench.command("run", &["--corte", "2020-10-15", "--only", "tablas"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(bench.revision("2020-10-15"), Some(1));
    assert_eq!(fs::read_dir(bench.out().join("superseded")).unwrap().count(), 0);
    // An earlier partial copy beside the complete file has no effect.
    fs::copy(&part, bench.inputs().join("solicitudes_20201015.csv")).unwrap();
    assert!(bench.run_due("2020-11-01", &[]).assert_published().stdout().contains("nothing is due"));
}

#[test]
fn nothing_is_published_first_while_an_older_export_is_copied_again() {
    let bench = with_history();
    bench.age_exports();
    touch(&bench, "solicitudes_20200930.csv");
    let output = bench.command("run", &["--due", "--today", "2020-11-01"]).output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(visible_cortes(&bench), [""; 0]);
}

#[test]
fn a_copy_that_was_given_up_stops_nothing() {
    let bench = export(Bench::new(), "20201015", 1).file("solicitudes_20200930.csv.part", "half");
    let ran = bench.run_due("2020-10-16", &[]).assert_published();
    assert!(ran.stdout().contains("nothing is read while solicitudes_20200930.csv.part"), "{}", ran.stdout());
    let part = fs::File::options().write(true).open(bench.inputs().join("solicitudes_20200930.csv.part")).unwrap();
    part.set_modified(std::time::SystemTime::now() - std::time::Duration::from_hours(25)).unwrap();
    let ran = bench.run_due("2020-10-16", &[]).assert_published();
    assert!(ran.stderr().contains("left for the next run: solicitudes_20200930.csv.part"), "{}", ran.stderr());
    assert_eq!(visible_cortes(&bench).len(), 3);
}

#[test]
fn a_newest_export_that_is_copied_again_takes_nothing_back() {
    let bench = export(export(Bench::new(), "20200930", 2), "20201015", 3);
    let bench = bench.with_process_edit("revisions = \"report\"", "revisions = \"auto\"");
    bench.run_due("2020-10-16", &[]).assert_published();
    touch(&bench, "solicitudes_20201015.csv");
    let output = bench.command("run", &["--due", "--only", "tablas", "--today", "2020-10-16"]).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    // The export of the other source on that day does not hide the missing one.
    fs::remove_file(bench.inputs().join("solicitudes_20201015.csv")).unwrap();
    let output = bench.command("run", &["--corte", "2020-09-30", "--only", "tablas"]).output().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{stderr}");
    assert!(stderr.contains("was made from solicitudes_20201015.csv, which is not among the exports"), "{stderr}");
    assert_eq!(["2020-09-15", "2020-09-30"].map(|corte| bench.revision(corte)), [Some(1), Some(1)]);
}

#[test]
fn status_names_exports_that_will_be_refused_and_a_run_that_did_not_end() {
    let bench = export(export(Bench::new(), "20200930", 1), "20201231", 1);
    let (known, _) = status(&bench, "2020-10-01");
    assert_eq!(known["refused"][0]["file"], "solicitudes_20201231.csv");
    let runs = bench.out().join("private/corridas");
    fs::create_dir_all(&runs).unwrap();
    let record = "{\"started\": \"2020-10-01T00:00:00.000Z\", \"ended\": null}";
    fs::write(runs.join("20201001T000000000Z_1.json"), record).unwrap();
    let output = bench.command("status", &["--today", "2020-10-01"]).output().unwrap();
    assert!(String::from_utf8_lossy(&output.stdout).contains("did not end: it is at work or was killed"));
}

/// A user who may read the published files, but not `out/private`, still sees what is due and late.
#[test]
#[ignore = "needs root: runs as another user"]
fn a_folder_of_another_user_is_no_matter_to_status() {
    use std::os::unix::process::CommandExt;
    let bench = export(Bench::new(), "20200930", 2);
    bench.run_due("2020-10-01", &[]).assert_published();
    let program = bench.readable_by_any_user();
    fs::remove_file(bench.inputs().join("credenciales_20200930.csv")).unwrap();
    let known = |uid: u32| {
        let mut command = std::process::Command::new(&program);
        command.args(["status", "--today", "2020-10-20", "--format", "json", "--process"]).arg(bench.process_file());
        command.arg("--inputs").arg(bench.inputs()).arg("--output").arg(bench.out()).uid(uid).gid(uid);
        command.current_dir(bench.path(""));
        let output = command.output().unwrap();
        assert_eq!(output.status.code(), Some(6), "{}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice::<Value>(&output.stdout).unwrap()
    };
    let (owner, other) = (known(0), known(65534));
    for key in ["releases", "exports", "due", "gone", "late", "backfill"] {
        assert_eq!(owner[key], other[key], "{key}");
    }
    assert_eq!(owner["gone"][0]["file"], "credenciales_20200930.csv");
    assert!(owner["last_run"]["exit"] == 0 && other["last_run"].is_null());
}

#[test]
fn a_replaced_export_is_said_until_somebody_decides() {
    let bench = export(Bench::new().without_projection(), "20200915", 3);
    bench.run_due("2020-09-16", &[]).assert_published();
    let bench = export(bench, "20200915", 2);
    let expected = "solicitudes_20200915.csv: replaced since the release of 2020-09-15 was made from it: 3 records accepted \
                    then, 2 now";
    for _ in 0..2 {
        let said = bench.run_due("2020-09-17", &[]).assert_published().stdout();
        assert!(said.contains(expected), "{said}");
        let (status, _) = status(&bench, "2020-09-17");
        let warnings = status["warnings"].as_array().unwrap();
        let replaced = warnings.iter().filter(|warning| warning["rule"] == "export_replaced").count();
        assert_eq!(replaced, 1, "{warnings:?}");
    }
    bench.with_corte("2020-09-15").run().assert_published();
}

#[test]
fn a_revision_of_an_unattended_run_says_what_was_replaced() {
    let bench = export(Bench::new().without_projection(), "20200915", 3);
    let bench = bench.with_edit("revisions = \"report\"", "revisions = \"auto\"");
    bench.run_due("2020-09-16", &[]).assert_published();
    let bench = export(bench, "20200915", 2);
    let said = bench.run_due("2020-09-17", &[]).assert_published().stdout();
    assert_eq!(bench.revision("2020-09-15"), Some(2));
    assert!(said.contains("3 records accepted then, 2 now"), "{said}");
    let said = bench.run_due("2020-09-18", &[]).assert_published().stdout();
    assert!(!said.contains("replaced since"), "{said}");
}
