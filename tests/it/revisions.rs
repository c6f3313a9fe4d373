//! Tests of published cortes whose exports change (docs/contract.md §4): revisions, their record of
//! the replaced release, and `diff`.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::common::{self, Bench, GOOD_APPLICATION, GOOD_CREDENTIAL, assert_snapshot, lnere};
use expect_test::expect;
use lnere_release::{Manifest, ReleaseTables, Verification, table_differences, verify};
use rustix::fs::{CWD, RenameFlags, renameat_with};
use sha2::{Digest, Sha256};

const REVISIONS: [&str; 6] = ["corte", "tabla", "clave", "medida", "anterior", "actual"];

/// A corte that was published and revised: one additional application, and one new decision.
fn revised_bench() -> Bench {
    let bench = Bench::good().without_projection();
    bench.run().assert_published();
    let decided = GOOD_APPLICATION.replace("RECIBIDA,2020-09-10", "PROCEDENTE,2020-09-20");
    let bench = bench.applications(&[&decided, &GOOD_APPLICATION.replace("A1", "A2").replace("-10", "-17")]);
    bench.run().assert_published();
    bench
}

fn assert_sound(release: &Path) {
    assert_eq!(verify(release), Verification::default(), "{}", release.display());
}

#[test]
fn a_revision_lists_each_count_that_changed() {
    let bench = revised_bench();
    let ran = bench.run().assert_published();
    expect![[r#"
        2020-09-30 lnere_por_entidad {"cve_entidad":"08"} solicitudes_acumuladas 1 2
        2020-09-30 lnere_por_entidad {"cve_entidad":"08"} solicitudes_quincena 0 1
        2020-09-30 lnere_por_estatus {"cve_entidad":"08","estatus":"PROCEDENTE"} solicitudes_acumuladas 0 1
        2020-09-30 lnere_por_estatus {"cve_entidad":"08","estatus":"RECIBIDA"} solicitudes_quincena 0 1"#]]
    .assert_eq(&ran.rows_text("revisiones", &REVISIONS, ""));
    assert!(ran.stdout().contains("unchanged"), "a rerun of the same exports");
}

#[test]
fn the_first_revision_lists_nothing_and_replaces_nothing() {
    let bench = Bench::good();
    assert_eq!(bench.run().assert_published().rows_text("revisiones", &REVISIONS, ""), "");
    assert_eq!(Manifest::read(&bench.release()).unwrap().replaces, None);
}

#[test]
fn the_manifest_names_what_was_replaced_by_its_checksum() {
    let bench = revised_bench();
    let replaced = Manifest::read(&bench.release()).unwrap().replaces.unwrap();
    let sums = fs::read(bench.out().join("superseded/2020-09-30.r1/SHA256SUMS")).unwrap();
    let sum: String = Sha256::digest(sums).iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!((replaced.revision, replaced.sha256sums), (1, sum));
    assert_sound(&bench.out().join("superseded/2020-09-30.r1"));
    assert_sound(&bench.release());
}

#[test]
fn a_new_export_that_changes_no_table_publishes_nothing() {
    let bench = Bench::good();
    bench.run().assert_published();
    let before = fs::read(bench.release().join("SHA256SUMS")).unwrap();
    let bench = bench
        .without_comparisons()
        .applications_on("20201015", &[GOOD_APPLICATION])
        .credentials_on("20201015", &[GOOD_CREDENTIAL]);
    assert!(bench.run().assert_published().stdout().contains("unchanged, nothing published"));
    assert_eq!(fs::read(bench.release().join("SHA256SUMS")).unwrap(), before);
}

#[test]
fn a_part_that_is_added_is_a_revision_without_changes() {
    let bench = Bench::good();
    bench.run().assert_published();
    let ran = bench.run_with(&["--only", "graficas"]).assert_published();
    assert!(ran.stdout().contains("published as revision 2"), "{}", ran.stdout());
    assert_eq!(ran.rows_text("revisiones", &REVISIONS, ""), "");
}

#[test]
fn diff_prints_what_revisiones_lists_and_the_other_tables_too() {
    let bench = revised_bench();
    let mut command = lnere();
    command.args(["diff", "2020-09-30.r1", "2020-09-30", "--output"]).arg(bench.out());
    assert_snapshot(
        &bench,
        command,
        &expect![[r#"
            exit 5
            --- stdout
            before: pel_2020_2021, corte 2020-09-30, revision 1, exports up to 2020-09-30, lnere 0.1.0
            after:  pel_2020_2021, corte 2020-09-30, revision 2, exports up to 2020-09-30, lnere 0.1.0

            lnere_cubo: 3 cells differ
              {"cve_entidad":"08","cve_pais":"CAN","estatus":"PROCEDENTE","medio":"SRVE","modalidad":"POSTAL","sexo":"M","tipo_credencial":"CPVE"}  solicitudes_quincena  - -> 0
              {"cve_entidad":"08","cve_pais":"CAN","estatus":"PROCEDENTE","medio":"SRVE","modalidad":"POSTAL","sexo":"M","tipo_credencial":"CPVE"}  solicitudes_acumuladas  - -> 1
              {"cve_entidad":"08","cve_pais":"CAN","estatus":"RECIBIDA","medio":"SRVE","modalidad":"POSTAL","sexo":"M","tipo_credencial":"CPVE"}  solicitudes_quincena  0 -> 1

            lnere_por_entidad: 2 cells differ
              {"cve_entidad":"08"}  solicitudes_quincena  0 -> 1
              {"cve_entidad":"08"}  solicitudes_acumuladas  1 -> 2

            lnere_por_pais: 2 cells differ
              {"cve_entidad":"08","cve_pais":"CAN"}  solicitudes_quincena  0 -> 1
              {"cve_entidad":"08","cve_pais":"CAN"}  solicitudes_acumuladas  1 -> 2

            lnere_por_sexo: 2 cells differ
              {"cve_entidad":"08","sexo":"M"}  solicitudes_quincena  0 -> 1
              {"cve_entidad":"08","sexo":"M"}  solicitudes_acumuladas  1 -> 2

            lnere_por_modalidad: 2 cells differ
              {"cve_entidad":"08","modalidad":"POSTAL"}  solicitudes_quincena  0 -> 1
              {"cve_entidad":"08","modalidad":"POSTAL"}  solicitudes_acumuladas  1 -> 2

            lnere_por_tipo_credencial: 2 cells differ
              {"cve_entidad":"08","tipo_credencial":"CPVE"}  solicitudes_quincena  0 -> 1
              {"cve_entidad":"08","tipo_credencial":"CPVE"}  solicitudes_acumuladas  1 -> 2

            lnere_por_medio: 2 cells differ
              {"cve_entidad":"08","medio":"SRVE"}  solicitudes_quincena  0 -> 1
              {"cve_entidad":"08","medio":"SRVE"}  solicitudes_acumuladas  1 -> 2

            lnere_por_estatus: 4 cells differ
              {"cve_entidad":"08","estatus":"PROCEDENTE"}  solicitudes_acumuladas  0 -> 1
              {"cve_entidad":"08","estatus":"PROCEDENTE"}  porcentaje  0.0 -> 50.0
              {"cve_entidad":"08","estatus":"RECIBIDA"}  solicitudes_quincena  0 -> 1
              {"cve_entidad":"08","estatus":"RECIBIDA"}  porcentaje  100.0 -> 50.0

            lnere_estatus_cambios: 2 cells differ
              {"cve_entidad":"08","estatus":"PROCEDENTE"}  actual  0 -> 1
              {"cve_entidad":"08","estatus":"PROCEDENTE"}  cambio  0 -> 1

            lnere_estatus_serie: 1 cell differs
              {"cve_entidad":"08","estatus":"PROCEDENTE","quincena":"2020-09-30"}  solicitudes  0 -> 1

            lnere_sexo_modalidad: 2 cells differ
              {"cve_entidad":"08","modalidad":"POSTAL","sexo":"M"}  solicitudes_quincena  0 -> 1
              {"cve_entidad":"08","modalidad":"POSTAL","sexo":"M"}  solicitudes_acumuladas  1 -> 2

            lnere_pais_modalidad: 2 cells differ
              {"cve_entidad":"08","cve_pais":"CAN","modalidad":"POSTAL"}  solicitudes_quincena  0 -> 1
              {"cve_entidad":"08","cve_pais":"CAN","modalidad":"POSTAL"}  solicitudes_acumuladas  1 -> 2

            lnere_serie: 2 cells differ
              {"cve_entidad":"08","modalidad":"POSTAL","quincena":"2020-09-30"}  solicitudes_quincena  0 -> 1
              {"cve_entidad":"08","modalidad":"POSTAL","quincena":"2020-09-30"}  solicitudes_acumuladas  1 -> 2

            lnere_diario: 15 cells differ
              {"cve_entidad":"08","fecha":"2020-09-17","modalidad":"POSTAL"}  solicitudes  0 -> 1
              {"cve_entidad":"08","fecha":"2020-09-17","modalidad":"POSTAL"}  solicitudes_acumuladas  1 -> 2
              {"cve_entidad":"08","fecha":"2020-09-18","modalidad":"POSTAL"}  solicitudes_acumuladas  1 -> 2
              {"cve_entidad":"08","fecha":"2020-09-19","modalidad":"POSTAL"}  solicitudes_acumuladas  1 -> 2
              {"cve_entidad":"08","fecha":"2020-09-20","modalidad":"POSTAL"}  solicitudes_acumuladas  1 -> 2
              {"cve_entidad":"08","fecha":"2020-09-21","modalidad":"POSTAL"}  solicitudes_acumuladas  1 -> 2
              {"cve_entidad":"08","fecha":"2020-09-22","modalidad":"POSTAL"}  solicitudes_acumuladas  1 -> 2
              {"cve_entidad":"08","fecha":"2020-09-23","modalidad":"POSTAL"}  solicitudes_acumuladas  1 -> 2
              {"cve_entidad":"08","fecha":"2020-09-24","modalidad":"POSTAL"}  solicitudes_acumuladas  1 -> 2
              {"cve_entidad":"08","fecha":"2020-09-25","modalidad":"POSTAL"}  solicitudes_acumuladas  1 -> 2
              {"cve_entidad":"08","fecha":"2020-09-26","modalidad":"POSTAL"}  solicitudes_acumuladas  1 -> 2
              {"cve_entidad":"08","fecha":"2020-09-27","modalidad":"POSTAL"}  solicitudes_acumuladas  1 -> 2
              {"cve_entidad":"08","fecha":"2020-09-28","modalidad":"POSTAL"}  solicitudes_acumuladas  1 -> 2
              {"cve_entidad":"08","fecha":"2020-09-29","modalidad":"POSTAL"}  solicitudes_acumuladas  1 -> 2
              {"cve_entidad":"08","fecha":"2020-09-30","modalidad":"POSTAL"}  solicitudes_acumuladas  1 -> 2

            calidad: 2 cells differ
              {"archivo":"solicitudes_20200930.csv","fuente":"solicitudes","regla":"aceptadas"}  filas  1 -> 2
              {"archivo":"solicitudes_20200930.csv","fuente":"solicitudes","regla":"leidas"}  filas  1 -> 2

            comparativo: 2 cells differ
              {"cve_entidad":"00","dias_al_cierre":161,"proceso":"pel_2020_2021"}  solicitudes_acumuladas  1 -> 2
              {"cve_entidad":"08","dias_al_cierre":161,"proceso":"pel_2020_2021"}  solicitudes_acumuladas  1 -> 2
            --- stderr
        "#]],
    );
    let mut command = lnere();
    command.args(["diff", "2020-09-30.r1", "2020-09-30", "--format", "json", "--output"]).arg(bench.out());
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(5));
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(json["before"]["revision"], 1);
    let tables = json["tables"].as_array().unwrap();
    let of = |name: &str| tables.iter().find(|table| table["tabla"] == name).unwrap()["changes"].as_array().unwrap();
    assert_eq!(of("lnere_por_entidad").len(), 2);
    assert_eq!(of("lnere_por_entidad")[0]["anterior"], 0);
}

#[test]
fn diff_of_a_release_with_itself_and_with_none() {
    let bench = Bench::good();
    bench.run().assert_published();
    let diff = |a: &str, b: &str| {
        let mut command = lnere();
        command.args(["diff", a, b, "--output"]).arg(bench.out());
        command.output().unwrap()
    };
    let same = diff("2020-09-30", "latest");
    assert_eq!(same.status.code(), Some(0));
    assert!(String::from_utf8_lossy(&same.stdout).contains("no difference in any table"));
    assert_eq!(diff("2020-09-30", "2020-10-15").status.code(), Some(2));
    fs::write(bench.release().join("tablas/calidad.parquet"), "x").unwrap();
    assert_eq!(diff("2020-09-30", "latest").status.code(), Some(5));
}

#[test]
fn a_corte_that_fails_does_not_stop_the_others() {
    let bench = Bench::good();
    bench.command("run", &["--corte", "2020-09-15", "--only", "tablas"]).assert().code(0);
    let damaged = bench.out().join("releases/2020-09-15/tablas/calidad.parquet");
    fs::write(&damaged, "x").unwrap();
    let command = bench.command("run", &["--from", "2020-09-15", "--to", "2020-09-30", "--only", "tablas"]);
    assert_snapshot(
        &bench,
        command,
        &expect![[r#"
            exit 1
            --- stdout
            Procesos Electorales Locales 2020-2021

            corte 2020-09-15   not published

            corte 2020-09-30   published
              applications           1  (0 in the quincena)
              credentials            1  applied for since 2020-09-01
              at the close          37  projected to 2021-03-10; 90 %: 4 to 437
              on the list           36  projected to 2021-03-10; 90 %: 4 to 417
              tables 36, charts 0, packages 0: DIR/out/releases/2020-09-30

            2 records read in 2 exports, 0 rejected
            look at DIR/out/latest/tablas
            --- stderr
            error: corte 2020-09-15: the release DIR/out/releases/2020-09-15 is damaged (tablas/calidad.parquet: has changed since it was published [L440]); move it away, and what the exports say is published anew [L430]
        "#]],
    );
    assert_eq!(fs::read(damaged).unwrap(), b"x", "what was found stays as it was");
    assert_sound(&bench.release());
}

#[test]
fn a_release_that_was_moved_away_is_published_anew_after_the_superseded_ones() {
    let bench = revised_bench();
    fs::rename(bench.release(), bench.path("aside")).unwrap();
    bench.run().assert_published();
    assert_eq!(bench.revision("2020-09-30"), Some(2), "revision 1 is in superseded");
    assert_sound(&bench.release());
}

/// A run was killed after the exchange of the two releases, before the old one was moved to
/// superseded.
#[test]
fn a_swap_that_was_interrupted_is_finished() {
    let bench = revised_bench();
    let staged = bench.out().join("private/staging/2020-09-30");
    fs::rename(bench.out().join("superseded/2020-09-30.r1"), &staged).unwrap();
    let ran = bench.run().assert_published();
    assert!(ran.stderr().contains("moved revision 1 of 2020-09-30 to superseded"), "{}", ran.stderr());
    assert_sound(&bench.out().join("superseded/2020-09-30.r1"));
    assert!(!staged.exists());
}

/// The same on a file system without an exchange: the old release is moved, and the new one is not
/// in place yet.
#[test]
fn a_swap_in_two_steps_that_was_interrupted_is_finished() {
    let bench = revised_bench();
    fs::rename(bench.release(), bench.out().join("private/staging/2020-09-30")).unwrap();
    assert!(!bench.out().join("latest/manifest.json").exists());
    let ran = bench.run().assert_published();
    assert!(ran.stderr().contains("published revision 2 of 2020-09-30, which was ready"), "{}", ran.stderr());
    assert_eq!(bench.revision("2020-09-30"), Some(2));
    assert_sound(&bench.out().join("latest"));
}

/// The same, and the visible release was damaged before the next run.
#[test]
fn a_swap_that_was_interrupted_is_finished_beside_a_damaged_release() {
    let bench = revised_bench();
    let old = bench.out().join("superseded/2020-09-30.r1");
    fs::rename(&old, bench.out().join("private/staging/2020-09-30")).unwrap();
    fs::write(bench.release().join("manifest.json"), "{").unwrap();
    assert_eq!(bench.run().code(), Some(1));
    assert_sound(&old);
}

#[test]
fn what_cannot_be_compared_ends_with_the_code_of_its_reason() {
    let bench = revised_bench();
    let diff = |other: &Path| lnere().arg("diff").arg(bench.release()).arg(other).output().unwrap().status.code();
    assert_eq!(diff(&bench.inputs()), Some(2), "no release");
    fs::write(bench.out().join("superseded/2020-09-30.r1/tablas/calidad.parquet"), "x").unwrap();
    assert_eq!(diff(&bench.out().join("superseded/2020-09-30.r1")), Some(5), "damaged");
}

#[test]
fn what_was_left_unfinished_is_removed() {
    let bench = revised_bench();
    let private = bench.out().join("private");
    fs::create_dir_all(private.join("staging/2020-10-15/tablas")).unwrap();
    fs::write(private.join("staging/2020-10-15/tablas/calidad.parquet"), "half").unwrap();
    fs::write(private.join("cuarentena/solicitudes_20200930.csv.csv.new"), "half").unwrap();
    std::os::unix::fs::symlink("releases/2020-10-15", private.join("latest.new")).unwrap();
    bench.run().assert_published();
    assert_eq!(fs::read_dir(private.join("staging")).unwrap().count(), 0);
    assert!(!private.join("latest.new").is_symlink());
    assert!(!private.join("cuarentena/solicitudes_20200930.csv.csv.new").exists());
}

/// Exchanges two revisions repeatedly while another action runs.
fn while_exchanged(one: &Path, other: &Path, each: impl Fn() + Sync) {
    let ends = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let exchanging = scope.spawn(|| {
            while !ends.load(Ordering::Relaxed) {
                renameat_with(CWD, one, CWD, other, RenameFlags::EXCHANGE).unwrap();
            }
        });
        let ended = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| (0..40).for_each(|_| each())));
        ends.store(true, Ordering::Relaxed);
        exchanging.join().unwrap();
        ended.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
    });
}

#[test]
fn a_release_that_is_replaced_while_it_is_read_is_read_whole() {
    let bench = revised_bench();
    let (release, other) = (bench.release(), bench.out().join("superseded/2020-09-30.r1"));
    let contents = [&other, &release].map(|path| ReleaseTables::read(path).unwrap());
    while_exchanged(&release, &other, || {
        assert_eq!(verify(&release), Verification::default());
        let read = ReleaseTables::read(&release).unwrap();
        let revision = read.manifest.revision as usize;
        assert_eq!(table_differences(&contents[revision - 1], &read), [], "revision {revision}");
    });
}

/// A publication is audited together with all earlier ones, which a revision moves to another
/// folder.
#[test]
fn a_public_release_verifies_while_it_is_revised() {
    let bench =
        Bench::good().without_projection().without_comparisons().with_edit("from = 2020-10-15", "from = 2020-09-15");
    let publish = |applications: usize| {
        let rows: Vec<String> =
            (0..applications).map(|n| GOOD_APPLICATION.replacen("A1", &format!("A{n}"), 1)).collect();
        let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
        let path = bench.inputs().join("solicitudes_20200930.csv");
        fs::write(path, common::csv(common::APPLICATION_HEADER, &rows)).unwrap();
        bench.run_with(&["--only", "tablas,publico"]).assert_published();
    };
    publish(1);
    let (ends, release) = (AtomicBool::new(false), bench.release());
    std::thread::scope(|scope| {
        let verifying = scope.spawn(|| {
            let mut all = Vec::new();
            while !ends.load(Ordering::Relaxed) {
                all.push(verify(&release));
            }
            all
        });
        let published = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| (2..7).for_each(publish)));
        ends.store(true, Ordering::Relaxed);
        let all = verifying.join().unwrap();
        published.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        let wrong: Vec<_> = all.iter().filter(|verification| !verification.is_sound()).collect();
        assert!(wrong.is_empty(), "{} of {}: {:#?}", wrong.len(), all.len(), wrong[0]);
    });
    assert_eq!(bench.revision("2020-09-30"), Some(6));
}

/// The release is visible, but the link cannot be made: each run reports this until it is repaired.
#[test]
fn a_latest_that_cannot_be_moved_is_said_until_it_is() {
    let bench = Bench::good().without_projection();
    let latest = bench.out().join("latest");
    fs::create_dir_all(latest.join("mine")).unwrap();
    let command = bench.command("run", &["--corte", "2020-09-30", "--only", "tablas"]);
    assert_snapshot(
        &bench,
        command,
        &expect![[r#"
            exit 1
            --- stdout
            Procesos Electorales Locales 2020-2021

            corte 2020-09-30   published
              applications           1  (0 in the quincena)
              credentials            1  applied for since 2020-09-01
              tables 36, charts 0, packages 0: DIR/out/releases/2020-09-30

            2 records read in 2 exports, 0 rejected
            look at DIR/out/releases/2020-09-30/tablas
            --- stderr
            error: DIR/out/releases/2020-09-30 is visible, but DIR/out/latest is no link and does not lead to it: Is a directory (os error 21). Move it away, and run this again [L404]
        "#]],
    );
    assert_sound(&bench.release());
    let said = "is visible, but";
    let again = bench.run();
    assert_eq!(again.code(), Some(1));
    assert!(again.stdout().contains("unchanged") && again.stderr().contains(said), "{}", again.stderr());
    let due = bench.run_due("2020-10-01", &[]);
    assert!(due.code() == Some(1) && due.stderr().contains(said), "{}", due.stderr());

    let output = bench.command("run", &["--corte", "2020-09-30", "--only", "tablas", "--format", "json"]).output();
    let output = output.unwrap();
    assert_eq!(output.status.code(), Some(1));
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&json["cortes"][0]["outcome"], &json["cortes"][0]["revision"]), (&"unchanged".into(), &1.into()));
    assert_eq!(json["latest"]["path"], latest.to_str().unwrap());
    assert_eq!(json["latest"]["release"], bench.release().to_str().unwrap());
    assert_eq!(json["latest"]["leads_to"], serde_json::Value::Null);
    let runs = bench.out().join("private/corridas");
    let record = common::crash::names(&runs).into_iter().next_back().unwrap();
    let record: serde_json::Value = serde_json::from_slice(&fs::read(runs.join(record)).unwrap()).unwrap();
    assert_eq!((&record["exit"], &record["result"]), (&1.into(), &json));

    fs::rename(&latest, bench.path("aside")).unwrap();
    let mended = bench.run().assert_published();
    assert!(mended.stderr().is_empty(), "{}", mended.stderr());
    assert_eq!(fs::read_link(&latest).unwrap(), Path::new("releases/2020-09-30"));
}

/// A link to an older release stays if the newer one cannot be linked.
#[test]
fn a_latest_that_leads_to_an_older_release_is_named() {
    if !common::crash::can_trace() {
        return;
    }
    let bench = Bench::good().without_projection();
    bench.command("run", &["--corte", "2020-09-15", "--only", "tablas"]).assert().code(0);
    let program = assert_cmd::cargo::cargo_bin!("lnere");
    let mut command = assert_cmd::Command::new("strace");
    command.args(["-f", "-qq", "-o", "/dev/null", "-e", "trace=symlink,symlinkat"]);
    command.args(["-e", "inject=symlink,symlinkat:error=EACCES"]).arg(program).arg("run").env("NO_COLOR", "1");
    command.args(["--corte", "2020-09-30", "--only", "tablas", "--process"]).arg(bench.process_file());
    command.arg("--inputs").arg(bench.inputs()).arg("--output").arg(bench.out());
    let output = command.output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{said}");
    let path = bench.out().display().to_string();
    let expected = format!(
        "{path}/releases/2020-09-30 is visible, but {path}/latest still leads to releases/2020-09-15: Permission denied"
    );
    assert!(said.contains(&expected), "{said}");
    let stdout = String::from_utf8(output.stdout).unwrap();
    assert!(stdout.contains(&format!("look at {path}/releases/2020-09-30/tablas")), "{stdout}");
    bench.run().assert_published();
    assert_eq!(fs::read_link(bench.out().join("latest")).unwrap(), Path::new("releases/2020-09-30"));
}

/// A bench with editable charts and report template.
fn bench_with_editable_charts() -> Bench {
    let bench = Bench::new().without_projection().with_corte("2020-10-15");
    let repository = Path::new(env!("CARGO_MANIFEST_DIR"));
    for (name, from) in [("charts", "charts"), ("reporte", "pipelines/reporte")] {
        let copied = Command::new("cp").arg("-r").arg(repository.join(from)).arg(bench.path(name)).status().unwrap();
        assert!(copied.success());
    }
    let request = |folio: usize| GOOD_APPLICATION.replace("A1", &format!("A{folio}"));
    let requests: Vec<String> = (0..12).map(request).collect();
    let requests: Vec<&str> = requests.iter().map(String::as_str).collect();
    let charts = repository.join("pipelines/../charts");
    let (old, new) = (charts.to_str().unwrap().to_owned(), bench.path("charts"));
    let bench = bench.with_edit(&old, new.to_str().unwrap());
    let (old, new) = (repository.join("pipelines/reporte"), bench.path("reporte"));
    let bench = bench.with_edit(old.to_str().unwrap(), new.to_str().unwrap());
    bench.applications_on("20201015", &requests).credentials_on("20201015", &[GOOD_CREDENTIAL])
}

#[test]
fn mistakes_in_a_chart_name_the_chart() {
    let table = bench_with_editable_charts();
    edit(&table, "charts/por_sexo.toml", "table = \"lnere_por_sexo\"", "table = \"lnere_por_seso\"");
    let output = table.command("plan", &[]).output().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{stderr}");
    assert!(stderr.contains("charts/por_sexo.toml:"), "{stderr}");
    assert!(stderr.contains("chart `por_sexo` reads the table `lnere_por_seso`, expected some of: "), "{stderr}");

    let column = bench_with_editable_charts();
    edit(&column, "charts/por_sexo.toml", "\"solicitudes_acumuladas\"", "\"solicitudes_acum\"");
    let output = column.command("run", &["--only", "graficas"]).output().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{stderr}");
    assert!(stderr.contains("chart `por_sexo`: the table lnere_por_sexo has no column solicitudes_acum"), "{stderr}");
}

/// Replaces a text in a file of the bench.
fn edit(bench: &Bench, name: &str, from: &str, to: &str) {
    let path = bench.path(name);
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains(from), "{name}: {text}");
    fs::write(path, text.replacen(from, to, 1)).unwrap();
}

#[test]
fn another_chart_definition_is_said_and_drawn_by_force() {
    let bench = bench_with_editable_charts();
    assert!(bench.run_with(&[]).assert_published().stdout().contains("published"));
    let unchanged = |args: &[&str]| {
        let said = bench.run_with(args).assert_published().stdout();
        assert!(said.contains("unchanged, nothing published"), "{said}");
        said
    };
    assert!(!unchanged(&[]).contains("today's definitions"));
    assert!(!unchanged(&["--force"]).contains("today's definitions"), "what would be the same is not made again");
    assert_eq!(bench.revision("2020-10-15"), Some(1));

    // A comment does not change the drawing.
    edit(&bench, "charts/por_sexo.toml", "title = ", "# Sexo\ntitle = ");
    assert!(!unchanged(&["--force"]).contains("today's definitions"));
    edit(&bench, "charts/por_sexo.toml", "title = \"", "title = \"Nuevo: ");
    let said = unchanged(&[]);
    let expected = "today's definitions make otherwise: graficas, paquetes, publico; `lnere run --corte 2020-10-15 --force` \
                    publishes them as revision 2";
    assert!(said.contains(expected), "{said}");
    let json = bench.run_with(&["--format", "json"]).stdout();
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["cortes"][0]["outdated"], serde_json::json!(["graficas", "paquetes", "publico"]));
    // A revision with fewer parts would remove the others.
    unchanged(&["--force", "--only", "graficas"]);
    assert_eq!(bench.revision("2020-10-15"), Some(1));

    let ran = bench.run_with(&["--force"]).assert_published();
    assert!(ran.stdout().contains("published as revision 2"), "{}", ran.stdout());
    assert_eq!(ran.rows_text("revisiones", &REVISIONS, ""), "", "no count has changed");
    for folder in ["graficas", "publico/graficas"] {
        let chart = bench.release().join(folder).join("nacional/por_sexo.svg");
        assert!(fs::read_to_string(&chart).unwrap().contains("Nuevo: "), "{}", chart.display());
    }
    assert_sound(&bench.release());
    assert_sound(&bench.out().join("superseded/2020-10-15.r1"));
    assert!(!unchanged(&["--force"]).contains("today's definitions"), "of a revision too");
}

#[test]
fn another_template_is_set_by_force() {
    let bench = bench_with_editable_charts();
    let parts = ["--only", "paquetes"];
    bench.run_with(&parts).assert_published();
    edit(&bench, "reporte/portada.typ", "\n", "\n// Otra portada.\n");
    let said = bench.run_with(&parts).assert_published().stdout();
    assert!(said.contains("today's definitions make otherwise: paquetes;"), "{said}");
    // The comment does not change a page.
    let said = bench.run_with(&[&parts[..], &["--force"]].concat()).assert_published().stdout();
    assert!(said.contains("unchanged") && !said.contains("today's definitions"), "{said}");
    edit(&bench, "reporte/portada.typ", "Voto de las mexicanas", "El voto de las mexicanas");
    let ran = bench.run_with(&[&parts[..], &["--force"]].concat()).assert_published();
    assert!(ran.stdout().contains("published as revision 2"), "{}", ran.stdout());
    assert_sound(&bench.release());
}

/// How a reader pins a release, as in docs/queries.md: an open folder stays the same release.
#[test]
fn a_release_that_is_open_stays_the_one_that_it_was() {
    use std::os::fd::AsRawFd;
    let bench = Bench::good().without_projection();
    bench.run().assert_published();
    let open = fs::File::open(bench.out().join("latest")).unwrap();
    let pinned = format!("/proc/self/fd/{}", open.as_raw_fd());
    let before = fs::read(format!("{pinned}/SHA256SUMS")).unwrap();
    let bench = bench.applications(&[GOOD_APPLICATION, &GOOD_APPLICATION.replace("A1", "A2")]);
    bench.run().assert_published();
    assert_eq!(Manifest::read(&bench.out().join("latest")).unwrap().revision, 2);
    assert_eq!(Manifest::read(Path::new(&pinned)).unwrap().revision, 1);
    assert_eq!(fs::read(format!("{pinned}/SHA256SUMS")).unwrap(), before);
    assert_sound(Path::new(&pinned));
}
