//! Tests of the dashboard: `lnere tablero`, and the part of a release. `tests/tablero/run` tests
//! the page in a browser.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Output;

use crate::common::{APPLICATION_HEADER, Bench, GOOD_APPLICATION, GOOD_CREDENTIAL, csv, files_below, lnere};
use serde_json::Value;

/// Runs `lnere tablero` on the exports of a bench; `site` is a path in the bench.
fn tablero(bench: &Bench, process: &Path, dashboard_folder: &str, args: &[&str]) -> Output {
    let mut command = lnere();
    command.arg("tablero").arg("--process").arg(process).arg("--output").arg(bench.path(dashboard_folder));
    command.args(args).current_dir(bench.path("")).output().unwrap()
}

/// The same for the process of the repository, or for the bench's copy of it without comparisons of
/// exports.
fn make_exact_dashboard(bench: &Bench, dashboard_folder: &str, args: &[&str]) -> Output {
    let inputs = bench.inputs();
    let own = bench.path("process.toml");
    let is_uncompared = fs::read_to_string(&own).is_ok_and(|text| text.contains("same_file = false"));
    let process = if is_uncompared { own } else { process_file() };
    tablero(bench, &process, dashboard_folder, &[&["--inputs", inputs.to_str().unwrap()], args].concat())
}

fn process_file() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("pipelines/pel_2020_2021.toml")
}

#[track_caller]
fn assert_ended(output: &Output, code: i32, message: &str) {
    let said = [&output.stdout[..], &output.stderr].concat();
    let said = String::from_utf8_lossy(&said);
    assert_eq!(output.status.code(), Some(code), "{said}");
    assert!(said.contains(message), "`{message}` is not in:\n{said}");
}

/// The names in a folder.
fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn dashboard_data(dashboard_folder: &Path) -> Value {
    let text = fs::read_to_string(dashboard_folder.join("datos.js")).unwrap();
    let json = text.strip_prefix("'use strict';\nconst DATOS = ").unwrap().strip_suffix(";\n").unwrap();
    serde_json::from_str(json).unwrap()
}

/// Many rows of all kinds, with a text in each folio that no file may contain.
fn bench_of_many_rows(day: &str, applications: u32) -> Bench {
    let rows: Vec<String> = (0..applications)
        .map(|n| {
            let entity = ["03", "08", "14", "32"][n as usize % 4];
            let country = ["Canadá", "Estados Unidos", "Cánaria Canario", "España"][n as usize % 7 % 4];
            let (sex, modality) = (["M", "H"][n as usize % 3 % 2], ["POSTAL", "ELECTRONICA"][n as usize % 2]);
            let registered = format!("2020-{:02}-{:02}", 9 + n % 2, 1 + n % 15);
            format!("KANARI{n:04},{registered},{entity},{country},{sex},{modality},CPVE,SRVE,RECIBIDA,{registered}")
        })
        .collect();
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    Bench::new().without_comparisons().applications_on(day, &rows).credentials_on(day, &[GOOD_CREDENTIAL])
}

#[test]
fn the_command_makes_a_page_of_the_newest_exports_and_says_so() {
    let bench = Bench::good();
    assert_ended(
        &make_exact_dashboard(&bench, "site", &[]),
        0,
        "dashboard   up to 2020-09-30, audience opl\n  applications           1\n",
    );
    let site = bench.path("site");
    assert_eq!(names(&bench.path("")), ["in", "site"], "nothing else is left");
    let board = dashboard_data(&site);
    assert_eq!(
        (&board["hasta"], &board["solicitudes"]["total"], &board["credenciales"]["acumuladas"]["total"]),
        (&"2020-09-30".into(), &1.into(), &1.into())
    );
    let written = files_below(&site);
    for name in ["index.html", "tablero.css", "icono.svg", "dist/tablero.js", "dist/licencias.txt"] {
        assert!(written.contains_key(name), "{name}");
    }
    assert!(!written.keys().any(|name| [".md", ".ts", ".json"].iter().any(|ending| name.ends_with(ending))));
    let total: usize = written.values().map(Vec::len).sum();
    assert!(total < 1_500_000, "{total} bytes");

    let output = make_exact_dashboard(&bench, "site", &["-q", "--format", "json"]);
    assert_ended(&output, 0, "\"audience\": \"opl\"");
    let result: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(
        (&result["applications"], &result["bytes"], &result["files"]),
        (&1.into(), &total.into(), &written.len().into())
    );
    assert!(output.stderr.is_empty());
}

#[test]
fn the_same_exports_give_the_same_bytes_on_any_number_of_threads() {
    let bench = bench_of_many_rows("20201031", 500);
    assert_ended(&make_exact_dashboard(&bench, "one", &["--jobs", "1"]), 0, "500");
    assert_ended(&make_exact_dashboard(&bench, "two", &["--jobs", "2"]), 0, "500");
    assert_ended(&make_exact_dashboard(&bench, "seven", &["--jobs", "7"]), 0, "500");
    let one = files_below(&bench.path("one"));
    assert!(one == files_below(&bench.path("two")) && one == files_below(&bench.path("seven")));
}

#[test]
fn no_folio_and_no_label_of_an_export_is_in_it() {
    let bench = bench_of_many_rows("20201031", 200);
    assert_ended(&make_exact_dashboard(&bench, "site", &[]), 0, "200");
    for (name, bytes) in files_below(&bench.path("site")) {
        let text = String::from_utf8_lossy(&bytes).to_lowercase();
        assert!(!text.contains("kanari") && !text.contains("canario"), "{name}");
    }
    assert_eq!(dashboard_data(&bench.path("site"))["solicitudes"]["total"], 200);
}

#[test]
fn it_counts_up_to_the_day_that_both_sources_cover() {
    let later = GOOD_APPLICATION.replace("A1,2020-09-10", "A2,2020-10-04").replace("2020-09-10", "2020-10-04");
    let bench = Bench::good().without_comparisons().applications_on("20201006", &[GOOD_APPLICATION, &later]);
    assert_ended(&make_exact_dashboard(&bench, "site", &[]), 0, "up to 2020-09-30");
    assert_eq!(dashboard_data(&bench.path("site"))["solicitudes"]["total"], 1);
    // At any date, not only at a corte.
    let bench = bench.credentials_on("20201005", &[GOOD_CREDENTIAL]);
    assert_ended(&make_exact_dashboard(&bench, "site", &[]), 0, "up to 2020-10-05");
    let board = dashboard_data(&bench.path("site"));
    assert_eq!((&board["solicitudes"]["total"], &board["solicitudes"]["tamanos"][0]), (&2.into(), &35.into()));
    // An older dashboard does not replace a newer one by itself.
    let older = ["--vintage", "2020-09-30"];
    assert_ended(
        &make_exact_dashboard(&bench, "site", &older),
        2,
        "counts up to 2020-10-05, and what there is now only up to 2020-09-30",
    );
    bench.age_exports();
    assert_ended(&make_exact_dashboard(&bench, "site", &[&older[..], &["--due"]].concat()), 0, "it stays as it is");
    assert_eq!(dashboard_data(&bench.path("site"))["hasta"], "2020-10-05");
    assert_ended(&make_exact_dashboard(&bench, "site", &[&older[..], &["--force"]].concat()), 0, "up to 2020-09-30");
    assert_eq!(dashboard_data(&bench.path("site"))["hasta"], "2020-09-30");
    // An exact page does not replace a public one.
    let public = fs::read_to_string(bench.path("site/datos.js")).unwrap().replace("\"opl\"", "\"publico\"");
    fs::write(bench.path("site/datos.js"), public).unwrap();
    assert_ended(
        &make_exact_dashboard(&bench, "site", &[]),
        2,
        "which may be open to everybody, and this one has exact counts",
    );
    assert_ended(&make_exact_dashboard(&bench, "site", &["--force"]), 0, "audience opl");
    let releases = bench.out();
    assert_ended(
        &make_exact_dashboard(&bench, "site", &["--releases", releases.to_str().unwrap()]),
        2,
        "--releases chooses nothing",
    );
}

#[test]
fn a_timer_leaves_what_may_still_be_arriving_and_writes_nothing_anew() {
    let bench = Bench::good();
    assert_ended(
        &make_exact_dashboard(&bench, "site", &["--due"]),
        0,
        "left for the next run: solicitudes_20200930.csv",
    );
    assert!(!bench.path("site").exists());
    bench.age_exports();
    assert_ended(&make_exact_dashboard(&bench, "site", &["--due"]), 0, "up to 2020-09-30");
    let modified = |name: &str| fs::metadata(bench.path("site").join(name)).unwrap().modified().unwrap();
    let before = modified("datos.js");
    assert_ended(&make_exact_dashboard(&bench, "site", &["--due"]), 0, "audience opl, unchanged");
    assert_eq!(modified("datos.js"), before);
    let bench = bench
        .without_comparisons()
        .applications_on("20201015", &[GOOD_APPLICATION])
        .credentials_on("20201015", &[GOOD_CREDENTIAL]);
    assert_ended(
        &make_exact_dashboard(&bench, "site", &["--due"]),
        0,
        "left for the next run: solicitudes_20201015.csv",
    );
    assert_eq!(dashboard_data(&bench.path("site"))["hasta"], "2020-09-30");
    assert_ended(&make_exact_dashboard(&bench, "site", &[]), 0, "up to 2020-10-15");
}

#[test]
fn exports_that_a_run_refuses_leave_the_page_as_it_is() {
    let bench = Bench::good();
    assert_ended(&make_exact_dashboard(&bench, "out/tablero", &[]), 0, "up to 2020-09-30");
    let before = files_below(&bench.path("out/tablero"));
    let bad =
        csv(APPLICATION_HEADER, &[GOOD_APPLICATION, "A2,2020-99-99,08,Canadá,M,POSTAL,CPVE,SRVE,RECIBIDA,2020-09-10"]);
    let bench = bench.file("solicitudes_20201015.csv", bad).credentials_on("20201015", &[GOOD_CREDENTIAL]);
    assert_ended(&make_exact_dashboard(&bench, "out/tablero", &[]), 3, "exports refused, the dashboard is as it was");
    assert!(before == files_below(&bench.path("out/tablero")));
    // An export of a future day, and no export at all.
    assert_ended(
        &make_exact_dashboard(&bench, "out/tablero", &["--today", "2020-10-01"]),
        3,
        "covers a day after today",
    );
    let empty = Bench::new();
    assert_ended(&make_exact_dashboard(&empty, "site", &[]), 3, "no export of solicitudes");
    assert!(!empty.path("site").exists());
}

#[test]
fn what_is_no_dashboard_or_of_another_process_is_not_replaced() {
    let bench = Bench::good();
    fs::create_dir(bench.path("documents")).unwrap();
    fs::write(bench.path("documents/letter.txt"), "dear").unwrap();
    assert_ended(
        &make_exact_dashboard(&bench, "documents", &[]),
        2,
        "is no dashboard of this program alone (it has no datos.js)",
    );
    assert_ended(&make_exact_dashboard(&bench, "documents/letter.txt", &[]), 2, "is a file; name a folder");
    assert_eq!(fs::read_to_string(bench.path("documents/letter.txt")).unwrap(), "dear");
    assert_eq!(names(&bench.path("documents")), ["letter.txt"]);

    assert_ended(&make_exact_dashboard(&bench, "site", &[]), 0, "open");
    // A file that requires a password must not be removed with the old dashboard.
    fs::write(bench.path("site/.htaccess"), "Require valid-user").unwrap();
    assert_ended(&make_exact_dashboard(&bench, "site", &[]), 2, "it has .htaccess too");
    fs::remove_file(bench.path("site/.htaccess")).unwrap();
    let bench = bench.with_process_edit("id = \"pel_2020_2021\"", "id = \"otro_proceso\"");
    let inputs = bench.inputs();
    let other = tablero(&bench, &bench.path("process.toml"), "site", &["--inputs", inputs.to_str().unwrap()]);
    assert_ended(&other, 2, "has the dashboard of the process pel_2020_2021");
    assert_ended(&make_exact_dashboard(&bench, "out/tablero", &[]), 0, "open");
    let mut run = lnere();
    run.args(["run", "-q", "--only", "tablas", "--inputs"]).arg(bench.inputs()).arg("--process").arg(process_file());
    run.arg("--output").arg(bench.out()).assert().code(0);
    fs::remove_dir_all(bench.path("out/tablero")).unwrap();
    let other = tablero(&bench, &bench.path("process.toml"), "out/tablero", &["--inputs", inputs.to_str().unwrap()]);
    assert_ended(&other, 2, "belongs to the process pel_2020_2021");
    fs::remove_dir_all(bench.out()).unwrap();
    // An empty folder is used and keeps its mode, and a link to a folder stays a link.
    fs::create_dir(bench.path("empty")).unwrap();
    fs::set_permissions(bench.path("empty"), fs::Permissions::from_mode(0o750)).unwrap();
    std::os::unix::fs::symlink(bench.path("empty"), bench.path("link")).unwrap();
    assert_ended(&make_exact_dashboard(&bench, "link", &[]), 0, "open");
    assert!(bench.path("link").is_symlink() && bench.path("empty/datos.js").is_file());
    assert_eq!(fs::metadata(bench.path("empty")).unwrap().permissions().mode() & 0o7777, 0o750);
    assert_eq!(names(&bench.path("")), ["documents", "empty", "in", "link", "process.toml", "site"]);
}

#[test]
fn releases_and_what_is_private_are_no_place_for_it() {
    let bench = Bench::good();
    // The folder has the exports too.
    assert_ended(&make_exact_dashboard(&bench, ".", &[]), 2, "contains the folder of the exports");
    bench.run_with(&["--only", "tablero"]).assert_published();
    let release = "out/releases/2020-09-30";
    for place in ["out", release, "out/releases/new", "out/superseded/new", "out/private/tablero"] {
        assert_ended(&make_exact_dashboard(&bench, place, &[]), 2, "whose daily dashboard is");
    }
    assert_ended(
        &make_exact_dashboard(&bench, "out/latest/tablero", &[]),
        2,
        "part of a release, which nothing may change",
    );
    fs::rename(bench.path(release), bench.path("copy")).unwrap();
    for place in ["copy/tablero", "copy/tablas/new/one"] {
        assert_ended(&make_exact_dashboard(&bench, place, &[]), 2, "part of a release, which nothing may change");
    }
    assert_eq!(lnere_release::verify(&bench.path("copy")), lnere_release::Verification::default());
}

#[test]
fn it_waits_for_nobody_and_cleans_what_a_kill_left() {
    let bench = Bench::good();
    // Beside an output with another name.
    assert_ended(&make_exact_dashboard(&bench, "site", &[]), 0, "open");
    let staging = bench.path(".site.lnere");
    fs::create_dir(&staging).unwrap();
    let held = fs::File::open(&staging).unwrap();
    held.lock().unwrap();
    assert_ended(&make_exact_dashboard(&bench, "site", &[]), 4, "another `lnere tablero` is writing");
    drop(held);
    // Between the two renames of a file system without an exchange.
    fs::rename(bench.path("site"), staging.join("anterior")).unwrap();
    fs::create_dir(staging.join("nuevo")).unwrap();
    fs::write(staging.join("nuevo/datos.js"), "half").unwrap();
    let broken = bench.path("none");
    let refused = tablero(&bench, &process_file(), "site", &["--inputs", broken.to_str().unwrap()]);
    assert_ne!(refused.status.code(), Some(0));
    assert_ended(&make_exact_dashboard(&bench, "site", &[]), 0, "open");
    assert_eq!(names(&bench.path("")), ["in", "site"]);

    // In an output folder the lock of its runs applies, and no other files remain. This also holds
    // if a kill happened before the folder was an output.
    fs::create_dir_all(bench.out().join(".tablero.lnere/nuevo")).unwrap();
    bench.run().assert_published();
    assert_eq!(names(&bench.out()), ["latest", "private", "releases", "superseded"]);
    fs::create_dir_all(bench.out().join(".tablero.lnere/nuevo")).unwrap();
    assert_ended(&make_exact_dashboard(&bench, "out/tablero", &[]), 0, "open");
    assert_eq!(names(&bench.out()), ["latest", "private", "releases", "superseded", "tablero"]);
    let lock = fs::File::open(bench.out().join("private/lock")).unwrap();
    lock.lock().unwrap();
    assert_ended(&make_exact_dashboard(&bench, "out/tablero", &[]), 4, "another run holds");
    drop(lock);
    let staging = bench.out().join("private/staging/tablero");
    fs::create_dir_all(&staging).unwrap();
    fs::rename(bench.out().join("tablero"), staging.join("anterior")).unwrap();
    // A run finds the old dashboard of a killed run, and puts it back.
    bench.run().assert_published();
    assert!(bench.out().join("tablero/datos.js").is_file() && !staging.exists());
}

#[test]
fn a_reader_finds_a_whole_page_at_any_moment() {
    let bench = bench_of_many_rows("20201031", 300).applications_on("20201015", &[GOOD_APPLICATION]);
    let bench = bench.credentials_on("20201015", &[GOOD_CREDENTIAL]);
    assert_ended(&make_exact_dashboard(&bench, "site", &[]), 0, "open");
    let site = bench.path("site");
    let done = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for day in ["2020-10-15", "2020-10-31"].into_iter().cycle().take(12) {
                assert_ended(
                    &make_exact_dashboard(&bench, "site", &["--vintage", day, "--force"]),
                    0,
                    &format!("up to {day}, audience opl\n"),
                );
            }
            done.store(true, std::sync::atomic::Ordering::Relaxed);
        });
        while !done.load(std::sync::atomic::Ordering::Relaxed) {
            assert!(fs::metadata(&site).is_ok(), "there is always a folder");
            assert!(fs::metadata(site.join("datos.js")).is_ok(), "and its data are in it");
        }
    });
}

#[test]
fn a_release_has_the_page_of_its_corte_and_verify_reads_it() {
    let bench = bench_of_many_rows("20201031", 120).with_corte("2020-10-15");
    bench.run_with(&["--only", "tablero"]).assert_published();
    let board = dashboard_data(&bench.release().join("tablero"));
    assert_eq!((&board["hasta"], &board["audiencia"]), (&"2020-10-15".into(), &"opl".into()));
    let manifest = lnere_release::Manifest::read(&bench.release()).unwrap();
    assert_eq!(manifest.parts, ["tablas", "tablero"]);
    assert_eq!(board["solicitudes"]["total"], manifest.totals["solicitudes_acumuladas"]);
    assert_eq!(lnere_release::verify(&bench.release()), lnere_release::Verification::default());
    let page = files_below(&bench.release().join("tablero"));
    assert!(page.contains_key("index.html") && page.contains_key("dist/tablero.js"));

    let found = |file: &str| {
        let findings = lnere_release::verify(&bench.release()).findings;
        findings.into_iter().filter(|finding| finding.file == file).map(|finding| finding.problem).collect::<Vec<_>>()
    };
    let path = bench.release().join("tablero/datos.js");
    let right = fs::read_to_string(&path).unwrap();
    fs::write(&path, right.replace("\"hasta\":\"2020-10-15\"", "\"hasta\":\"2020-10-14\"")).unwrap();
    assert!(found("tablero/datos.js").iter().any(|problem| problem.contains("another day")));
    fs::write(&path, right.replace("\"total\":120", "\"total\":121")).unwrap();
    assert!(found("tablero/datos.js").iter().any(|problem| problem.contains("does not add up")));
    for (from, to, problem) in [
        ("\"USA\"", "\"URY\"", "what the table lnere_por_pais counts"),
        ("\"inicio\":\"2020-09-01\"", "\"inicio\":\"2020-09-02\"", "what the table lnere_diario counts"),
        ("\"Jalisco\"", "\"Zacatecas\"", "names otherwise than the table lnere_por_entidad"),
        ("\"formato\":1", "\"formato\":1,\"folios\":[]", "not as this program writes it"),
    ] {
        fs::write(&path, right.replace(from, to)).unwrap();
        assert!(found("tablero/datos.js").iter().any(|found| found.contains(problem)), "{problem}");
    }
    // A dashboard of another version is not read, and this is not damage.
    fs::write(&path, right.replace("\"formato\":1", "\"formato\":2,\"folios\":[]")).unwrap();
    assert_eq!(found("tablero/datos.js").len(), 2, "the checksums");
    let notes = lnere_release::verify(&bench.release()).version_notes;
    assert!(
        notes.len() == 1 && notes[0].problem.starts_with("is in a form that this program does not read"),
        "{notes:?}"
    );
    fs::write(&path, &right).unwrap();
    fs::write(bench.release().join("tablero/dist/more.js"), "").unwrap();
    assert_eq!(found("tablero/dist/more.js").len(), 2, "the release and the dashboard name their files");
    fs::remove_file(bench.release().join("tablero/dist/more.js")).unwrap();
    assert_eq!(lnere_release::verify(&bench.release()), lnere_release::Verification::default());
    let path = bench.release().join("manifest.json");
    let right = fs::read_to_string(&path).unwrap();
    fs::write(&path, right.replace("\"tablero\"", "\"graficas\"")).unwrap();
    assert_eq!(found("tablero"), ["is no part of the manifest [L451]"]);
}

#[test]
fn the_dashboard_of_everybody_shows_the_protected_tables_and_no_more() {
    let bench = bench_of_many_rows("20201031", 400)
        .with_corte("2020-10-15")
        .with_process_edit("audience = \"opl\" ", "audience = \"publico\" ");
    let process = bench.path("process.toml");
    bench.run_with(&["--only", "tablero"]).assert_refused(2, "--only must name `publico`");
    let out = bench.out();
    let releases = ["--releases", out.to_str().unwrap()];
    assert_ended(&tablero(&bench, &process, "site", &releases), 2, "nothing is public in");

    bench.run_with(&["--only", "publico,tablero"]).assert_published();
    assert_eq!(lnere_release::verify(&bench.release()), lnere_release::Verification::default());
    let board = dashboard_data(&bench.release().join("tablero"));
    assert_eq!((&board["audiencia"], &board["publico"]["minimo"]), (&"publico".into(), &3.into()));
    for exact in ["paises", "solicitudes", "credenciales"] {
        assert!(board.get(exact).is_none(), "{exact}");
    }
    let shown = board["publico"]["tablas"].as_object().unwrap();
    let mut hidden = 0;
    let folder = bench.release().join("publico/tablas");
    let files: Vec<PathBuf> = names(&folder).iter().map(|name| folder.join(name)).collect();
    let (parquet, csv): (Vec<_>, Vec<_>) =
        files.into_iter().partition(|path| path.extension().is_some_and(|ending| ending == "parquet"));
    assert_eq!((parquet.len(), csv.len()), (shown.len(), shown.len()));
    for path in parquet {
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let table = lnere_tables::read(&name, fs::read(&path).unwrap()).unwrap();
        let rows = shown[&name]["filas"].as_array().unwrap();
        assert_eq!(rows.len(), table.row_count(), "{name}");
        hidden += rows.iter().filter(|row| row.as_array().unwrap().contains(&Value::Null)).count();
    }
    assert!(hidden > 0, "some counts are hidden");

    assert_ended(&tablero(&bench, &process, "site", &releases), 0, "up to 2020-10-15, audience publico");
    assert!(files_below(&bench.path("site")) == files_below(&bench.release().join("tablero")));
    // As the unit of deploy/ calls it: beside the releases, with a folder of exports that it does
    // not read.
    assert_ended(
        &tablero(&bench, &process, "out/tablero", &["--inputs", "none"]),
        0,
        "up to 2020-10-15, audience publico",
    );
    assert!(files_below(&out.join("tablero")) == files_below(&bench.release().join("tablero")));
    let vintage = [&releases[..], &["--vintage", "2020-10-15"]].concat();
    assert_ended(&tablero(&bench, &process, "site", &vintage), 2, "reads no export");
}

#[test]
fn a_release_of_another_audience_is_replaced() {
    let bench = bench_of_many_rows("20201031", 400)
        .with_corte("2020-10-15")
        .with_process_edit("audience = \"opl\" ", "audience = \"opl\"  ");
    bench.run_with(&["--only", "publico,tablero"]).assert_published();
    let audience = || dashboard_data(&bench.release().join("tablero"))["audiencia"].clone();
    assert_eq!(audience(), "opl");
    let text = fs::read_to_string(bench.path("process.toml")).unwrap();
    fs::write(bench.path("process.toml"), text.replace("audience = \"opl\"  ", "audience = \"publico\" ")).unwrap();
    bench.run_with(&["--only", "publico,tablero"]).assert_published();
    assert_eq!((audience(), bench.revision("2020-10-15")), ("publico".into(), Some(2)));
    assert_eq!(lnere_release::verify(&bench.release()), lnere_release::Verification::default());
    // Publications must agree with the present process file, or the dashboard does not show them
    // with its labels.
    let merged = text.replace("audience = \"opl\"  ", "audience = \"publico\" ").replace("minimum = 3", "minimum = 4");
    fs::write(bench.path("process.toml"), merged).unwrap();
    assert_ended(&tablero(&bench, &bench.path("process.toml"), "out/tablero", &[]), 2, "minimum is not as it was");
    fs::write(bench.release().join("publico/tablas/lnere_por_sexo.parquet"), "half").unwrap();
    fs::write(bench.path("process.toml"), text.replace("audience = \"opl\"  ", "audience = \"publico\" ")).unwrap();
    assert_ended(&tablero(&bench, &bench.path("process.toml"), "out/tablero", &[]), 1, "the dashboard is as it was");
}

#[test]
fn an_exact_page_does_not_stay_where_nothing_is_public_yet() {
    let bench = bench_of_many_rows("20201031", 400)
        .with_corte("2020-09-30")
        .with_process_edit("audience = \"opl\" ", "audience = \"opl\"  ");
    bench.run_with(&["--only", "publico,tablero"]).assert_published();
    assert!(bench.release().join("tablero").is_dir());
    let text = fs::read_to_string(bench.path("process.toml")).unwrap();
    fs::write(bench.path("process.toml"), text.replace("audience = \"opl\"  ", "audience = \"publico\" ")).unwrap();
    bench.run_with(&["--only", "publico,tablero"]).assert_published();
    assert!(!bench.release().join("tablero").exists());
    assert_eq!(bench.revision("2020-09-30"), Some(2));
    assert_eq!(lnere_release::verify(&bench.release()), lnere_release::Verification::default());
    bench.run_with(&["--only", "publico,tablero"]).assert_published();
    assert_eq!(bench.revision("2020-09-30"), Some(2), "nothing more is to be done");
}
