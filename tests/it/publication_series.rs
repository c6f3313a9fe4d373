//! Tests of the series of public releases: it has a name, it begins with a person's reason, and
//! each release names its predecessor.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

use std::fs;
use std::path::{Path, PathBuf};

use crate::common::{self, Bench, GOOD_APPLICATION, GOOD_CREDENTIAL};
use lnere_core::checksum::sha256;
use lnere_release::{PublicManifest, PublicationRecord, verify};
use serde_json::{Value, json};

const NOTICE_LINE: &str = "notice = \"DATOS SINTÉTICOS DE MUESTRA\"\n";
const CORTES: [&str; 3] = ["2020-10-15", "2020-10-31", "2020-11-15"];
const REASON: &str = "Primera publicación del proceso";

/// Exports that cover three public cortes, for a process without a projection whose counts are
/// labelled synthetic.
fn synthetic() -> Bench {
    let request =
        |folio: usize| GOOD_APPLICATION.replace("A1", &format!("A{folio}")).replace("2020-09-10", "2020-10-10");
    let requests: Vec<String> = (0..12).map(request).collect();
    let requests: Vec<&str> = requests.iter().map(String::as_str).collect();
    let bench = Bench::new().without_projection().with_corte(CORTES[0]);
    bench.applications_on("20201115", &requests).credentials_on("20201115", &[GOOD_CREDENTIAL])
}

/// The same exports with real counts.
fn bench_with_real_counts() -> Bench {
    synthetic().with_edit(NOTICE_LINE, "")
}

/// Runs a corte with only its public part.
fn run(bench: &Bench, corte: &str, args: &[&str]) -> (i32, String) {
    let mut command = bench.command("run", &["--only", "publico", "--corte", corte]);
    let output = command.args(args).output().unwrap();
    (output.status.code().unwrap(), String::from_utf8_lossy(&output.stderr).into_owned())
}

#[track_caller]
fn assert_publishes(bench: &Bench, corte: &str, args: &[&str]) {
    let (code, said) = run(bench, corte, args);
    assert_eq!(code, 0, "{said}");
}

#[track_caller]
fn assert_refuses(bench: &Bench, corte: &str, args: &[&str], message: &str) {
    let (code, said) = run(bench, corte, args);
    assert!(code == 2 && said.contains(message), "{code} {said}");
}

fn public(bench: &Bench, corte: &str) -> PathBuf {
    bench.out().join("releases").join(corte).join("publico")
}

fn manifest(bench: &Bench, corte: &str) -> Value {
    serde_json::from_slice(&fs::read(public(bench, corte).join("manifest.json")).unwrap()).unwrap()
}

fn record(bench: &Bench, corte: &str) -> Value {
    let sums = fs::read(public(bench, corte).join("SHA256SUMS")).unwrap();
    json!({ "corte": corte, "revision": manifest(bench, corte)["revision"], "sha256sums": sha256(&sums) })
}

fn findings(bench: &Bench, corte: &str) -> Vec<String> {
    verify(&bench.out().join("releases").join(corte)).findings.iter().map(ToString::to_string).collect()
}

fn ledger(bench: &Bench) -> PathBuf {
    bench.out().join("private/publicado.jsonl")
}

#[test]
fn real_counts_begin_a_series_with_a_reason_and_each_release_names_the_one_before() {
    let bench = bench_with_real_counts();
    let planned = bench.command("plan", &["--corte", CORTES[0]]).output().unwrap();
    let planned = String::from_utf8_lossy(&planned.stdout).into_owned();
    assert!(planned.contains("`run` begins the series `pel_2020_2021` with --new-series REASON alone"), "{planned}");
    assert_refuses(&bench, CORTES[0], &[], "nobody has said that the series `pel_2020_2021` begins here");
    assert!(!bench.release().exists() && fs::read_to_string(ledger(&bench)).unwrap().is_empty());

    assert_publishes(&bench, CORTES[0], &["--new-series", REASON]);
    let start = json!({ "corte": CORTES[0], "revision": 1, "reason": REASON });
    let first = manifest(&bench, CORTES[0]);
    assert_eq!((&first["series"], &first["series_start"]), (&json!("pel_2020_2021"), &start));
    assert_eq!(first["previous"], Value::Null);

    // A backfill and a revision follow the publications that existed when they were made, whatever
    // their corte.
    assert_publishes(&bench, CORTES[2], &[]);
    assert_publishes(&bench, CORTES[1], &[]);
    assert_eq!(manifest(&bench, CORTES[2])["previous"], record(&bench, CORTES[0]));
    assert_eq!(manifest(&bench, CORTES[1])["previous"], record(&bench, CORTES[2]));
    for corte in CORTES {
        assert_eq!(manifest(&bench, corte)["series_start"], start);
        assert_eq!(findings(&bench, corte), Vec::<String>::new(), "{corte}");
    }
    assert_refuses(
        &bench,
        CORTES[1],
        &["--new-series", REASON],
        "which began with 2020-10-15, revision 1; leave the option out",
    );
}

#[test]
fn several_cortes_begin_it_once() {
    let bench = bench_with_real_counts();
    let range = ["--from", CORTES[0], "--to", CORTES[2], "--only", "publico", "--new-series", REASON];
    let ran = bench.command("run", &range).output().unwrap();
    assert_eq!(ran.status.code(), Some(0), "{}", String::from_utf8_lossy(&ran.stderr));
    for corte in CORTES {
        assert_eq!(manifest(&bench, corte)["series_start"]["corte"], CORTES[0]);
    }
}

#[test]
fn a_second_output_of_a_process_is_refused() {
    let bench = bench_with_real_counts();
    assert_publishes(&bench, CORTES[0], &["--new-series", REASON]);
    let out = bench.path("second");
    let mut command = common::lnere();
    command.arg("run").arg("--process").arg(bench.process_file()).arg("--inputs").arg(bench.inputs());
    command.arg("--output").arg(&out).args(["--corte", CORTES[0], "--only", "publico"]);
    let ran = command.output().unwrap();
    let said = String::from_utf8_lossy(&ran.stderr);
    assert_eq!(ran.status.code(), Some(2), "{said}");
    assert!(said.contains("the output has no public release") && said.contains("--new-series \"REASON\""), "{said}");
    assert!(!out.join("releases").join(CORTES[0]).exists());
    // The other parts can be published.
    let ran = common::lnere()
        .args(["run", "--only", "tablas", "--corte", CORTES[0], "--process"])
        .arg(bench.process_file())
        .arg("--inputs")
        .arg(bench.inputs())
        .arg("--output")
        .arg(&out)
        .output()
        .unwrap();
    assert_eq!(ran.status.code(), Some(0), "{}", String::from_utf8_lossy(&ran.stderr));
}

#[test]
fn synthetic_counts_need_no_reason_and_real_ones_do_not_continue_them() {
    let bench = synthetic();
    assert_publishes(&bench, CORTES[0], &[]);
    let start = json!({
        "corte": CORTES[0], "revision": 1, "reason": null, "begun_under": "DATOS SINTÉTICOS DE MUESTRA"
    });
    assert_eq!(manifest(&bench, CORTES[0])["series_start"], start);
    let bench = bench.with_edit(NOTICE_LINE, "");
    assert_refuses(&bench, CORTES[1], &[], "what the output has made public are not real counts");
    assert_publishes(&bench, CORTES[1], &["--new-series", REASON]);
    let anew = manifest(&bench, CORTES[1]);
    assert_eq!(anew["series_start"], json!({ "corte": CORTES[1], "revision": 1, "reason": REASON }));
    assert_eq!(anew["previous"], record(&bench, CORTES[0]));
    assert_publishes(&bench, CORTES[2], &[]);
    assert_eq!(findings(&bench, CORTES[2]), Vec::<String>::new());
}

#[test]
fn a_lost_ledger_is_made_again_in_the_order_in_which_releases_became_public() {
    let bench = bench_with_real_counts();
    assert_publishes(&bench, CORTES[0], &["--new-series", REASON]);
    assert_publishes(&bench, CORTES[2], &[]);
    let before = fs::read_to_string(ledger(&bench)).unwrap();
    fs::remove_file(ledger(&bench)).unwrap();
    // It does not count as an output without public releases.
    assert_publishes(&bench, CORTES[1], &[]);
    let after = fs::read_to_string(ledger(&bench)).unwrap();
    assert!(after.starts_with(&before) && after.lines().count() == 3, "{after}");
    assert_eq!(manifest(&bench, CORTES[1])["previous"], record(&bench, CORTES[2]));
    // By corte the backfill would precede the first publication.
    fs::remove_file(ledger(&bench)).unwrap();
    assert_eq!(run(&bench, CORTES[0], &["--new-series", REASON]).0, 2);
    assert_eq!(fs::read_to_string(ledger(&bench)).unwrap(), after);
}

#[test]
fn another_series_in_the_same_output_is_refused() {
    let bench = bench_with_real_counts();
    assert_publishes(&bench, CORTES[0], &["--new-series", REASON]);
    let bench = bench.with_edit("series = \"pel_2020_2021\"", "series = \"otra\"");
    let message =
        "audiences.publico.series is `otra`, and the public release of 2020-10-15, revision 1, is of the series";
    assert_refuses(&bench, CORTES[1], &[], message);
    assert!(!bench.out().join("releases").join(CORTES[1]).exists());
}

#[test]
fn a_broken_chain_is_found() {
    let bench = bench_with_real_counts();
    assert_publishes(&bench, CORTES[0], &["--new-series", REASON]);
    assert_publishes(&bench, CORTES[1], &[]);
    assert_publishes(&bench, CORTES[2], &[]);
    let middle = bench.out().join("releases").join(CORTES[1]);
    fs::rename(&middle, bench.path("away")).unwrap();
    // With the ledger, and without it.
    assert!(findings(&bench, CORTES[2]).iter().any(|found| found.contains("is in the ledger")));
    let text = fs::read_to_string(ledger(&bench)).unwrap();
    fs::remove_file(ledger(&bench)).unwrap();
    let broken = "the public release of 2020-11-15, revision 1, was made public after the public release of 2020-10-31";
    assert!(
        findings(&bench, CORTES[2]).iter().any(|found| found.contains(broken)),
        "{:?}",
        findings(&bench, CORTES[2])
    );
    let verified = common::lnere().args(["verify", "latest", "--output"]).arg(bench.out()).output().unwrap();
    assert_eq!(verified.status.code(), Some(5));
    assert_eq!(findings(&bench, CORTES[0]), Vec::<String>::new(), "what came before is sound");

    // A publication that a person recorded as lost is not a break, and does not stop the next one.
    let lost: Vec<String> = text
        .lines()
        .map(|line| line.replace("{\"corte\":\"2020-10-31\"", "{\"lost\":\"disco dañado\",\"corte\":\"2020-10-31\""))
        .collect();
    fs::write(ledger(&bench), lost.join("\n") + "\n").unwrap();
    assert_eq!(findings(&bench, CORTES[2]), Vec::<String>::new());
    let ran = bench.command("run", &["--only", "publico", "--corte", "2020-09-30"]).output().unwrap();
    assert_eq!(ran.status.code(), Some(0), "{}", String::from_utf8_lossy(&ran.stderr));
}

/// A release of another output, placed beside those of this one.
#[test]
fn a_release_that_does_not_continue_the_others_is_found() {
    let (bench, other) = (bench_with_real_counts(), bench_with_real_counts());
    assert_publishes(&bench, CORTES[0], &["--new-series", REASON]);
    assert_publishes(&other, CORTES[1], &["--new-series", REASON]);
    let to = bench.out().join("releases").join(CORTES[1]);
    fs::rename(other.out().join("releases").join(CORTES[1]), &to).unwrap();
    let both = "both name nothing before them";
    for corte in [CORTES[0], CORTES[1]] {
        assert!(findings(&bench, corte).iter().any(|found| found.contains(both)), "{:?}", findings(&bench, corte));
    }
    // Alone it is sound.
    let alone = bench.path("alone");
    fs::rename(to, &alone).unwrap();
    assert_eq!(verify(&alone).findings, []);
}

#[test]
fn the_reason_is_repeated_and_one_that_was_changed_is_found() {
    let bench = bench_with_real_counts();
    assert_publishes(&bench, CORTES[0], &["--new-series", REASON]);
    assert_publishes(&bench, CORTES[1], &[]);
    let path = public(&bench, CORTES[1]).join("manifest.json");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replace(REASON, "Otra")).unwrap();
    for folder in [public(&bench, CORTES[1]), bench.out().join("releases").join(CORTES[1])] {
        correct_checksums(&folder);
    }
    fs::remove_file(ledger(&bench)).unwrap();
    let found = findings(&bench, CORTES[1]);
    assert!(
        found.iter().any(|found| found.contains("says of the beginning of the series something else")),
        "{found:?}"
    );
}

fn correct_checksums(folder: &Path) {
    let sums = fs::read_to_string(folder.join("SHA256SUMS")).unwrap();
    let sum = |name: &str| format!("{}  {name}\n", sha256(&fs::read(folder.join(name)).unwrap()));
    let sums: String = sums.lines().map(|line| sum(line.split_once("  ").unwrap().1)).collect();
    fs::write(folder.join("SHA256SUMS"), sums).unwrap();
}

/// A publication of a version without series: its manifest lacks the three keys.
#[test]
fn an_output_of_an_earlier_version_goes_on() {
    let bench = bench_with_real_counts();
    assert_publishes(&bench, CORTES[0], &["--new-series", REASON]);
    let path = public(&bench, CORTES[0]).join("manifest.json");
    let mut old = manifest(&bench, CORTES[0]);
    for key in ["series", "series_start", "previous"] {
        old.as_object_mut().unwrap().remove(key);
    }
    fs::write(&path, serde_json::to_vec_pretty(&old).unwrap()).unwrap();
    correct_checksums(&public(&bench, CORTES[0]));
    correct_checksums(&bench.release());
    fs::remove_file(ledger(&bench)).unwrap();

    assert_publishes(&bench, CORTES[1], &[]);
    let next = manifest(&bench, CORTES[1]);
    assert_eq!(next["series_start"], json!({ "corte": CORTES[0], "revision": 1, "reason": null }));
    let previous: PublicationRecord = serde_json::from_value(next["previous"].clone()).unwrap();
    assert_eq!(json!(previous), record(&bench, CORTES[0]));
    assert!(PublicManifest::read(&public(&bench, CORTES[0])).unwrap().series_link.series.is_none());
    for corte in [CORTES[0], CORTES[1]] {
        assert_eq!(findings(&bench, corte), Vec::<String>::new());
    }
}

#[test]
fn the_series_has_a_name_and_the_option_a_reason() {
    let refused = |bench: Bench, args: &[&str], message: &str| assert_refuses(&bench, CORTES[0], args, message);
    let shipped = "series = \"pel_2020_2021\"";
    refused(bench_with_real_counts().with_edit(shipped, "# none"), &[], "process.toml:");
    refused(bench_with_real_counts().with_edit(shipped, "# none"), &[], "audiences.publico needs `series`");
    refused(
        bench_with_real_counts().with_edit(shipped, "series = \"Año 2020\""),
        &[],
        "series `Año 2020` must be lower snake_case",
    );
    refused(bench_with_real_counts(), &["--new-series", "  "], "it is empty; say why the series begins here");
    refused(bench_with_real_counts(), &["--new-series", "a\u{7}b"], "cannot be printed");
    let bench = bench_with_real_counts();
    let ran = bench.command("run", &["--only", "tablas", "--new-series", REASON]).output().unwrap();
    assert_eq!(ran.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&ran.stderr).contains("nothing is made public"));
}

/// The first command of the README must work for every user.
#[test]
fn the_shipped_process_files_name_a_series_and_call_their_counts_synthetic() {
    for name in ["pel_2020_2021", "pef_2023_2024"] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("pipelines").join(format!("{name}.toml"));
        let (process, _) = lnere_core::process::Process::load(&path).unwrap();
        assert_eq!(process.public.unwrap().series_name, name);
        assert!(process.notice.is_some());
    }
}

/// One release that is gone is a finding of the others; without any, the ledger alone knows of it.
#[test]
fn an_output_that_lost_public_releases_is_unsound_whatever_else_is_there() {
    let bench = synthetic();
    assert_publishes(&bench, CORTES[0], &[]);
    fs::remove_dir_all(bench.out().join("releases").join(CORTES[0])).unwrap();
    let releases_check = || {
        let output = bench.command("doctor", &["--format", "json"]).output().unwrap();
        let doctor: Value = serde_json::from_slice(&output.stdout).unwrap();
        doctor["checks"].as_array().unwrap().iter().find(|check| check["id"] == "releases").unwrap().clone()
    };
    let assert_lost = || {
        let mut verify = common::lnere();
        let output =
            verify.args(["verify", "--all", "--format", "json", "--output"]).arg(bench.out()).output().unwrap();
        let json: Value = serde_json::from_slice(&output.stdout).unwrap();
        let said = json["error"]["message"].as_str().unwrap_or_default();
        assert!(output.status.code() == Some(5) && json["exit"] == 5 && said.contains(CORTES[0]), "{json}");
        let check = releases_check();
        assert!(check["state"] == "problem" && check["message"].as_str().unwrap().contains(CORTES[0]), "{check}");
    };
    assert_lost();
    fs::remove_dir_all(bench.out().join("releases")).unwrap();
    assert_lost();

    // A release without a public part does not compare the ledger with the output.
    let output = bench.command("run", &["--only", "tablas", "--corte", CORTES[1]]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_lost();
}
