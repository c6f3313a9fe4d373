//! Tests of runs with limited memory, file sizes or stdout, and of the JSON result of a run however
//! it ended.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

use std::fs;
use std::io::{Cursor, Write};
use std::path::Path;
use std::process::{Command, Output, Stdio};

use crate::common::{self, APPLICATION_HEADER, Bench, GOOD_APPLICATION, GOOD_CREDENTIAL, csv};
use lnere_release::verify;
use serde_json::Value;

/// Runs a command of the bench in a shell with a limit.
fn run_limited(bench: &Bench, limit: &str, name: &str, args: &[&str]) -> Output {
    let mut shell = Command::new("sh");
    shell.args(["-c", &format!("ulimit {limit} && exec \"$@\""), "sh"]).arg(assert_cmd::cargo::cargo_bin!("lnere"));
    shell.arg(name).arg("--process").arg(bench.process_file()).arg("--inputs").arg(bench.inputs());
    shell.arg("--output").arg(bench.out()).args(args).env("NO_COLOR", "1").env_remove("RUST_BACKTRACE");
    shell.output().unwrap()
}

fn stderr_text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Runs a command of a bench with a stdout that is always full.
fn run_with_full_stdout(bench: &Bench, name: &str, args: &[&str]) -> Output {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("lnere"));
    command.arg(name).arg("--process").arg(bench.process_file()).arg("--inputs").arg(bench.inputs());
    command.arg("--output").arg(bench.out()).args(args);
    let device = fs::File::options().write(true).open("/dev/full").unwrap();
    command.stdout(device).stderr(Stdio::piped()).output().unwrap()
}

fn applications(count: usize) -> String {
    let rows: Vec<String> = (0..count).map(|n| GOOD_APPLICATION.replace("A1", &format!("F{n}"))).collect();
    csv(APPLICATION_HEADER, &rows.iter().map(String::as_str).collect::<Vec<_>>())
}

#[test]
fn a_full_stdout_does_not_look_like_a_failed_run() {
    let bench = Bench::good().without_projection();
    let corte = ["--only", "tablas", "--corte", "2020-09-30"];
    for format in ["text", "json"] {
        let ended = run_with_full_stdout(&bench, "run", &[&corte[..], &["--format", format]].concat());
        assert_eq!(ended.status.code(), Some(1), "{}", stderr_text(&ended));
        let expected = "error: everything that was to be published is published; only its result could not be printed on \
                        stdout [L901]: No space left on device";
        assert!(stderr_text(&ended).starts_with(expected), "{}", stderr_text(&ended));
    }
    assert_eq!(verify(&bench.release()).findings, []);
    let record = newest_run_record(&bench);
    assert_eq!((&record["exit"], &record["error"]), (&0.into(), &Value::Null), "the run itself ended well");

    // The exit code of the outcome has priority, and the print failure is reported.
    let late = run_with_full_stdout(&bench, "status", &["--today", "2021-06-01"]);
    assert_eq!(late.status.code(), Some(6), "{}", stderr_text(&late));
    assert!(
        stderr_text(&late)
            .contains("the command did its work and changed nothing; only its result could not be printed")
    );
    let plan = run_with_full_stdout(&bench, "plan", &corte);
    assert!(plan.status.code() == Some(1) && stderr_text(&plan).contains("changed nothing"), "{}", stderr_text(&plan));
    let check = run_with_full_stdout(&bench, "check", &[]);
    assert!(
        check.status.code() == Some(1) && stderr_text(&check).contains("the exports are checked"),
        "{}",
        stderr_text(&check)
    );
    let refused = bench.file("solicitudes_20200930.csv", "x");
    let ended = run_with_full_stdout(&refused, "run", &[&corte[..], &["--format", "json"]].concat());
    assert_eq!(ended.status.code(), Some(3));
    let said = stderr_text(&ended);
    assert!(said.contains("exports refused") && said.contains("the run has ended and published nothing;"), "{said}");
}

#[test]
fn a_limit_on_the_size_of_files_is_a_write_that_fails() {
    let bench = Bench::good().without_projection();
    // In blocks of 512 bytes: enough for the lock and the record, but not for a workbook or a
    // chart.
    let ended = run_limited(&bench, "-f 16", "run", &["--only", "graficas", "--corte", "2020-09-30"]);
    assert_eq!(ended.status.code(), Some(1), "{:?} {}", ended.status, stderr_text(&ended));
    assert!(stderr_text(&ended).contains("File too large"), "{}", stderr_text(&ended));
    assert!(!bench.release().exists());
    let ended = run_limited(&bench, "-f unlimited", "run", &["--only", "graficas", "--corte", "2020-09-30"]);
    assert_eq!(ended.status.code(), Some(0), "{}", stderr_text(&ended));
}

#[test]
fn an_export_that_exceeds_the_memory_is_counted_from_spill_files() {
    let bench = Bench::new().without_projection().file("solicitudes_20200930.csv", applications(260_000));
    let bench = bench.credentials(&[GOOD_CREDENTIAL]);
    let run = ["--only", "tablas", "--corte", "2020-09-30", "--jobs", "2"];
    let lock = bench.out().join("private/spill.lock");
    let ended = run_limited(&bench, "-v unlimited", "run", &run);
    assert_eq!(ended.status.code(), Some(0), "{:?} {}", ended.status, stderr_text(&ended));
    assert!(!lock.exists(), "everything fits");
    let tables = common::files_below(&bench.release().join("tablas"));
    fs::remove_dir_all(bench.out()).unwrap();
    let ended = run_limited(&bench, "-v 400000", "run", &run);
    assert_eq!(ended.status.code(), Some(0), "{:?} {}", ended.status, stderr_text(&ended));
    assert!(lock.exists() && !bench.out().join("private/spill").exists());
    assert_eq!(common::files_below(&bench.release().join("tablas")), tables);
}

/// Repeated frames of 64 MiB of empty lines: a small file that expands to gigabytes.
#[test]
fn gigabytes_of_empty_lines_are_refused_at_once() {
    let lines = vec![b'\n'; 64 << 20];
    let head = applications(3);
    let latin: Vec<u8> = head.chars().map(|character| u8::try_from(u32::from(character)).unwrap()).collect();
    let blank_cells = b",,,,,,,,,\r\n".repeat(6 << 20);
    let of = |pack: &dyn Fn(&[u8]) -> Vec<u8>, head: &[u8], rest: &[u8]| {
        [pack(head), pack(rest).repeat((4_usize << 30) / rest.len())].concat()
    };
    let zip = |bytes: Vec<u8>| {
        let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
        let options = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
        archive.start_file("solicitudes.csv.zst", options).unwrap();
        archive.write_all(&bytes).unwrap();
        archive.finish().unwrap().into_inner()
    };
    let zst = |bytes: &[u8]| zstd::encode_all(bytes, 3).unwrap();
    let gz = |bytes: &[u8]| {
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        packed.write_all(bytes).unwrap();
        packed.finish().unwrap()
    };
    let refused = |name: &str, bytes: Vec<u8>| {
        let bench = Bench::new().without_projection().file(name, bytes).credentials(&[GOOD_CREDENTIAL]);
        // Seconds of CPU time: reading everything would take half a minute or more.
        let ended = run_limited(&bench, "-t 15", "run", &["--only", "tablas", "--corte", "2020-09-30"]);
        assert_eq!(ended.status.code(), Some(3), "{name}: {:?} {}", ended.status, stderr_text(&ended));
        assert!(stderr_text(&ended).contains("has over 64 MiB of empty lines"), "{}", stderr_text(&ended));
    };
    refused("solicitudes_20200930.csv.zst", of(&zst, head.as_bytes(), &lines));
    refused("solicitudes_20200930.csv.gz", of(&gz, head.as_bytes(), &lines));
    refused("solicitudes_20200930.zip", zip(of(&zst, head.as_bytes(), &lines)));
    refused("solicitudes_20200930.csv.zst", of(&zst, head.as_bytes(), &blank_cells));
    // Not UTF-8, so that the whole file would be scanned for its encoding.
    refused("solicitudes_20200930.csv.zst", of(&zst, &latin, &lines));
}

/// With any amount of memory, a run ends with an exit code and a message, and not by a signal.
#[test]
fn a_failed_allocation_ends_with_a_message_and_its_exit_code() {
    let bench = Bench::new().without_projection().file("solicitudes_20200930.csv", applications(150_000));
    let bench = bench.credentials(&[GOOD_CREDENTIAL]);
    let run = ["--only", "tablas", "--corte", "2020-09-30", "--jobs", "1"];
    let starts = |kib: usize| {
        let command = format!("ulimit -v {kib} && exec \"$0\" --version");
        let program = assert_cmd::cargo::cargo_bin!("lnere");
        Command::new("sh").arg("-c").arg(command).arg(program).output().unwrap().status.success()
    };
    let least = (100_000..600_000).step_by(10_000).find(|kib| starts(*kib)).expect("it starts with 600 MB");
    let mut failed = 0;
    for kib in (least..least + 160_000).step_by(20_000) {
        let ended = run_limited(&bench, &format!("-v {kib}"), "run", &run);
        let said = stderr_text(&ended);
        match ended.status.code() {
            Some(0) => {}
            Some(1) => {
                failed += 1;
                assert!(!said.is_empty(), "{kib} KiB");
            }
            other => panic!("{kib} KiB: {other:?} {said}"),
        }
    }
    assert!(failed > 0, "with {least} KiB the program starts, and has no room for its exports");
}

/// The record of the newest run.
fn newest_run_record(bench: &Bench) -> Value {
    let folder = bench.out().join("private/corridas");
    let names = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    serde_json::from_slice(&fs::read(names.max().unwrap()).unwrap()).unwrap()
}

/// Runs with JSON output; returns its code and the JSON.
fn json(bench: &Bench, args: &[&str]) -> (i32, Value) {
    let output = bench.command("run", &["--format", "json"]).args(args).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let json: Value =
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}{}", stderr_text(&output)));
    for key in ["process", "vintage", "cortes", "warnings", "refused", "exit", "error"] {
        assert!(json.get(key).is_some(), "{key} is missing in {text}");
    }
    let code = output.status.code().unwrap();
    assert_eq!(json["exit"], code);
    assert_eq!(json["error"].is_null(), code == 0, "{text}");
    (code, json)
}

#[test]
fn every_outcome_of_a_run_has_json_and_a_result_in_its_record() {
    let bench = Bench::good().without_projection();
    let corte = ["--only", "tablas", "--corte", "2020-09-30"];
    let outcome = |json: &Value| json["cortes"][0]["outcome"].clone();

    let (code, published) = json(&bench, &corte);
    assert!(code == 0 && outcome(&published) == "published");
    assert_eq!(newest_run_record(&bench)["result"], published);
    assert_eq!(outcome(&json(&bench, &corte).1), "unchanged");
    bench.age_exports();
    let due = ["--only", "tablas", "--due", "--today", "2020-10-01"];
    assert_eq!(outcome(&json(&bench, &due).1), "published", "the corte before");
    let (code, nothing_due) = json(&bench, &due);
    assert_eq!((code, nothing_due["cortes"].as_array().unwrap().len()), (0, 0));
    assert_eq!(newest_run_record(&bench)["result"], nothing_due);

    // Command lines that the parser or the program refuses leave no record.
    let before = fs::read_dir(bench.out().join("private/corridas")).unwrap().count();
    let (code, wrong) = json(&bench, &["--corte", "2020-09-29"]);
    assert!(code == 2 && wrong["error"]["message"].as_str().unwrap().contains("not the end of a quincena"), "{wrong}");
    assert_eq!(json(&bench, &["--corte", "2031-09-30"]).0, 2);
    let (code, other) = json(&Bench::good().with_process("/nowhere.toml"), &[]);
    assert!(code == 2 && other["error"]["message"].as_str().unwrap().contains("/nowhere.toml"));
    assert_eq!(fs::read_dir(bench.out().join("private/corridas")).unwrap().count(), before);

    // The corte is not covered.
    let (code, _) = json(&bench, &["--only", "tablas", "--corte", "2020-10-15"]);
    assert_eq!(code, 3);
    assert_eq!(newest_run_record(&bench)["result"]["exit"], 3);

    // Refused by the contract, and for a missing source.
    let bench = bench.file("solicitudes_20200930.csv", "x");
    let (code, refused) = json(&bench, &corte);
    assert!(code == 3 && refused["refused"].as_array().unwrap().len() == 1);
    assert_eq!(newest_run_record(&bench)["result"], refused);
    let bench = Bench::new().without_projection().applications(&[GOOD_APPLICATION]);
    let (code, missing) = json(&bench, &corte);
    assert!(code == 3 && missing["error"]["message"].as_str().unwrap().contains("credenciales"));
    let record = newest_run_record(&bench);
    assert_eq!((&record["exit"], &record["result"]["error"]), (&3.into(), &missing["error"]));

    // Held by another run.
    let bench = Bench::good().without_projection();
    fs::create_dir_all(bench.out().join("private")).unwrap();
    let lock = fs::File::create(bench.out().join("private/lock")).unwrap();
    lock.lock().unwrap();
    let (code, held) = json(&bench, &corte);
    assert!(code == 4 && held["error"]["message"].as_str().unwrap().contains("another run holds"));
}

#[test]
fn other_commands_have_json_too_where_they_fail() {
    let bench = Bench::good().with_process("/nowhere.toml");
    for (name, code) in [("plan", 2), ("check", 2), ("status", 2), ("tablero", 2)] {
        let output = bench.command(name, &["--format", "json"]).output().unwrap();
        let json: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert!(json["exit"] == code && json["error"]["message"].as_str().unwrap().contains("/nowhere.toml"), "{name}");
    }
    let output =
        common::lnere().args(["verify", "2020-09-15", "--format", "json"]).current_dir(Path::new("/")).output();
    let json: Value = serde_json::from_slice(&output.unwrap().stdout).unwrap();
    assert_eq!(json["exit"], 2);
}
