//! Tests of polluted exports: files as hostile or careless systems write them, each with its
//! outcome by docs/contract.md §2. The expectations in `tests/pollution/cases.toml` were written
//! before the program was run on the files.
//!
//! A `[[case]]` has these keys:
//!
//! - `file`, and the `source` as which it is run, beside a good export of the other source;
//! - `why`, the rule that decides;
//! - `control`, the text of a control file beside it;
//! - `unpacked`: the case also runs as the plain text of its `.csv.zst`, which is too large for the
//!   repository;
//! - `meant`: the process file declares that record-like lines inside quotes are intended;
//! - either `refused`, the message of a run that ends with code 3;
//! - or `read`, `accepted` and `rules`, the counts in `calidad`. In addition, `cubo` may give the
//!   whole table `lnere_cubo` (`08 CAN M POSTAL CPVE SRVE RECIBIDA 1`, with the cumulative count
//!   last). `credenciales` may give the entities with trámites (`08 1 1 0`: applied for, delivered,
//!   confirmed, cumulative). `quarantine` may give the rejected records (`3,FOLIO,folio_vacio`:
//!   line, column, rule). The order of rows does not matter.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::needless_pass_by_value, missing_docs)]

use std::any::Any;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::thread;

use crate::common::{Bench, CompletedRun, GOOD_APPLICATION, GOOD_CREDENTIAL};
use serde::Deserialize;

const NOTICE_RULES: [&str; 3] = ["pais_no_identificado", "representacion_no_identificada", "categoria_no_identificada"];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Cases {
    case: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    file: String,
    source: String,
    why: String,
    #[serde(default)]
    unpacked: bool,
    #[serde(default)]
    meant: bool,
    control: Option<String>,
    refused: Option<String>,
    read: Option<u64>,
    accepted: Option<u64>,
    rules: Option<BTreeMap<String, u64>>,
    cubo: Option<Vec<String>>,
    credenciales: Option<Vec<String>>,
    quarantine: Option<Vec<String>>,
}

/// The differences from the expectations, in words.
#[derive(Default)]
struct Differences(Vec<String>);

impl Differences {
    fn compare(&mut self, what: &str, mut expected: Vec<String>, mut found: Vec<String>) {
        expected.sort();
        found.sort();
        if expected != found {
            self.0.push(format!("{what}\n      expected {expected:?}\n      found    {found:?}"));
        }
    }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pollution")
}

fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::to_owned).collect()
}

fn panic_message(panic: Box<dyn Any + Send>) -> String {
    panic.downcast::<String>().map_or_else(|_| "a panic without words".to_owned(), |text| *text)
}

fn check(case: &Case) -> Vec<String> {
    let (_, extension) = case.file.split_once('.').unwrap();
    let bytes = fs::read(folder().join(&case.file)).unwrap();
    let plain = case.unpacked.then(|| zstd::decode_all(bytes.as_slice()).unwrap());
    let mut differences = run(case, extension, bytes);
    if let Some(plain) = plain {
        differences.extend(run(case, "csv", plain).into_iter().map(|text| format!("unpacked: {text}")));
    }
    differences
}

fn run(case: &Case, extension: &str, bytes: Vec<u8>) -> Vec<String> {
    let name = format!("{}_20200930.{extension}", case.source);
    let bench = match case.source.as_str() {
        "solicitudes" => Bench::new().credentials(&[GOOD_CREDENTIAL]),
        "credenciales" => Bench::new().applications(&[GOOD_APPLICATION]),
        other => return vec![format!("`{other}` is no source")],
    };
    let bench = bench.file(&name, bytes);
    let bench = match &case.control {
        Some(text) => bench.file(&format!("{name}.control"), text),
        None => bench,
    };
    let bench = bench.with_process_edit("max_rejected = 0.01", "max_rejected = 1.0");
    let bench = if case.meant { bench.with_edit("swallowed = true", "swallowed = false") } else { bench };
    let ran = bench.run();
    let mut differences = Differences::default();
    if ran.stderr().contains("a bug at") {
        differences.0.push(format!("it panicked: {}", ran.stderr()));
    }
    let ended = catch_unwind(AssertUnwindSafe(|| match &case.refused {
        Some(message) => ran.assert_refused(3, message),
        None => ran.assert_published(),
    }));
    match ended {
        Ok(ran) if case.refused.is_none() => compare_counts(case, &name, &ran, &mut differences),
        Ok(_) => {}
        Err(panic) => differences.0.push(panic_message(panic)),
    }
    differences.0
}

fn compare_counts(case: &Case, name: &str, ran: &CompletedRun<'_>, differences: &mut Differences) {
    let totals = lines(&ran.rows_text("calidad", &["archivo", "nivel", "regla", "filas"], &format!("{name} total ")));
    let total = |rule: &str| -> u64 {
        let row = totals.iter().find_map(|row| row.strip_prefix(&format!("{name} total {rule} ")));
        row.expect("a total of each kind").parse().unwrap()
    };
    let (read, accepted) = (case.read.unwrap(), case.accepted.unwrap());
    let counted = |numbers: [u64; 3]| vec![format!("{numbers:?}")];
    let found = [total("leidas"), total("aceptadas"), total("rechazadas")];
    differences.compare("read, accepted, rejected", counted([read, accepted, read - accepted]), counted(found));
    if found[0] != found[1] + found[2] {
        differences.0.push(format!("read is not accepted + rejected: {found:?}"));
    }

    let level = |rule: &str| if NOTICE_RULES.contains(&rule) { "aviso" } else { "error" };
    let rules = case.rules.iter().flatten().map(|(rule, count)| format!("{} {rule} {count}", level(rule))).collect();
    differences.compare("rules", rules, lines(&ran.rules(&case.source)));
    if let Some(expected) = &case.cubo {
        let columns =
            ["cve_entidad", "cve_pais", "sexo", "modalidad", "tipo_credencial", "medio", "estatus"].into_iter();
        let columns: Vec<&str> = columns.chain(["solicitudes_acumuladas"]).collect();
        differences.compare("cubo", expected.clone(), lines(&ran.rows_text("lnere_cubo", &columns, "")));
    }
    if let Some(expected) = &case.credenciales {
        let columns = ["cve_entidad", "tramitadas_acumuladas", "entregadas_acumuladas", "confirmadas_acumuladas"];
        let mut found = lines(&ran.rows_text("credenciales_por_entidad", &columns, ""));
        found.retain(|row| !row.ends_with(" 0 0 0"));
        differences.compare("credenciales", expected.clone(), found);
    }
    if let Some(expected) = &case.quarantine {
        let found = ran.quarantine(name);
        let found = found.lines().skip(1).map(|row| row.strip_prefix(&format!("{name},")).unwrap_or(row).to_owned());
        differences.compare("quarantine", expected.clone(), found.collect());
    }
}

fn cases() -> Vec<Case> {
    let text = fs::read_to_string(folder().join("cases.toml")).unwrap();
    toml::from_str::<Cases>(&text).unwrap().case
}

#[test]
fn each_case_has_its_file_and_each_file_its_case() {
    let cases = cases();
    assert!(cases.len() >= 80, "{} cases", cases.len());
    let named: BTreeSet<String> = cases.iter().map(|case| case.file.clone()).collect();
    assert_eq!(named.len(), cases.len(), "no file is named twice");
    let files = fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let files: BTreeSet<String> = files.filter(|name| name != "cases.toml" && name != ".gitattributes").collect();
    assert_eq!(files, named);
    for case in cases {
        let counted = [case.read.is_some(), case.accepted.is_some(), case.rules.is_some()];
        assert_eq!(counted, [case.refused.is_none(); 3], "{} is either refused or counted", case.file);
    }
}

#[test]
fn polluted_exports_come_out_as_the_specification_says() {
    let cases = cases();
    let next = Mutex::new(cases.iter());
    let take = || next.lock().unwrap().next();
    let wrong = Mutex::new(BTreeMap::new());
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some(case) = take() {
                    let differences = catch_unwind(|| check(case)).unwrap_or_else(|panic| vec![panic_message(panic)]);
                    if !differences.is_empty() {
                        let text = format!("{}: {}\n   {}", case.file, case.why, differences.join("\n   "));
                        wrong.lock().unwrap().insert(case.file.clone(), text);
                    }
                }
            });
        }
    });
    let wrong: Vec<String> = wrong.into_inner().unwrap().into_values().collect();
    assert!(wrong.is_empty(), "{} of {} cases differ:\n\n{}", wrong.len(), cases.len(), wrong.join("\n\n"));
}
