//! Whole commands: what they print, and how they end (SPEC §1).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::needless_pass_by_value, missing_docs)]

mod common;

use std::fs;

use common::{Bench, lnere, snapshot};
use expect_test::expect;

#[test]
fn run_publishes_and_a_rerun_changes_nothing() {
    let bench = Bench::good();
    snapshot(
        &bench,
        bench.command("run", &[]),
        &expect![[r#"
            exit 0
            --- stdout
            Procesos Electorales Locales 2020-2021

            corte 2020-09-30   published
              applications           1  (0 in the quincena)
              credentials            1  applied for since 2020-09-01
              at the close          22  projected to 2021-03-10; 90 %: 3 to 125
              on the list           22  projected to 2021-03-10; 90 %: 2 to 125
              tables 25, charts 122, packages 12, tablero: DIR/out/releases/2020-09-30

            2 records read in 2 exports, 0 rejected
            look at DIR/out/latest/paquetes/nacional
            --- stderr
        "#]],
    );
    snapshot(
        &bench,
        bench.command("run", &[]),
        &expect![[r#"
            exit 0
            --- stdout
            Procesos Electorales Locales 2020-2021

            corte 2020-09-30   unchanged, nothing published
              applications           1  (0 in the quincena)
              credentials            1  applied for since 2020-09-01
              at the close          22  projected to 2021-03-10; 90 %: 3 to 125
              on the list           22  projected to 2021-03-10; 90 %: 2 to 125

            2 records read in 2 exports, 0 rejected
            look at DIR/out/latest/paquetes/nacional
            --- stderr
        "#]],
    );
    snapshot(
        &bench,
        bench.command("run", &["--format", "json"]),
        &expect![[r#"
            exit 0
            --- stdout
            {
              "accepted": 2,
              "cortes": [
                {
                  "applications": 1,
                  "applications_in_quincena": 0,
                  "charts": 122,
                  "corte": "2020-09-30",
                  "credentials_applied_for": 1,
                  "outcome": "unchanged",
                  "packages": 12,
                  "path": "DIR/out/releases/2020-09-30",
                  "projection": {
                    "applications": [
                      3,
                      9,
                      22,
                      53,
                      125
                    ],
                    "closes": "2021-03-10",
                    "earlier": {
                      "source": "INE, Central Electoral, boletín 246",
                      "title": "Proceso Electoral 2017-2018"
                    },
                    "errors_from": "referencias",
                    "generated": 60,
                    "lnere": [
                      2,
                      8,
                      22,
                      53,
                      125
                    ],
                    "method": "combinacion",
                    "references": [],
                    "weights": {
                      "bornhuetter_ferguson": 157,
                      "chain_ladder_reciente": 288,
                      "deriva": 370,
                      "regresion_de_forma": 185
                    }
                  },
                  "public": false,
                  "revision": 1,
                  "tables": 25
                }
              ],
              "exports": 2,
              "process": "pel_2020_2021",
              "read": 2,
              "rejected": 0,
              "vintage": "2020-09-30"
            }
            --- stderr
        "#]],
    );
}

#[test]
fn changed_counts_are_a_revision_and_the_old_one_is_kept() {
    let bench = Bench::good();
    bench.run().published();
    let bench = bench.requests(&[common::GOOD_REQUEST, &common::GOOD_REQUEST.replace("A1", "A2")]);
    let ran = bench.run().published();
    assert!(ran.stdout().contains("published as revision 2"), "{}", ran.stdout());
    for release in ["releases/2020-09-30", "superseded/2020-09-30.r1", "latest"] {
        lnere().arg("verify").arg(bench.out().join(release)).assert().code(0);
    }
}

#[test]
fn plan_says_what_and_why_and_writes_nothing() {
    let bench = Bench::good().requests_on("20200915", &[common::GOOD_REQUEST]);
    snapshot(
        &bench,
        bench.command("plan", &[]),
        &expect![[r#"
            exit 0
            --- stdout
            Procesos Electorales Locales 2020-2021

            reads
              solicitudes_20200915.csv           older: the statuses of its day, and the checks
              solicitudes_20200930.csv           the newest: what is counted comes from it
              credenciales_20200930.csv          the newest: what is counted comes from it

            publishes tablas, graficas, paquetes, publico, tablero in DIR/out
              2020-09-30  first release of this corte
            --- stderr
        "#]],
    );
    assert!(!bench.out().exists());
}

#[test]
fn check_prints_the_reasons_and_publishes_nothing() {
    let narnia: Vec<String> =
        (0..12).map(|n| format!("N{n},2020-09-10,08,Narnia,M,POSTAL,CPVE,SRVE,RECIBIDA,")).collect();
    let mut rows: Vec<&str> = narnia.iter().map(String::as_str).collect();
    rows.push(",2020-09-10,08,Canadá,M,POSTAL,CPVE,SRVE,RECIBIDA,");
    let bench = Bench::good().requests(&rows);
    snapshot(
        &bench,
        bench.command("check", &[]),
        &expect![[r"
        exit 3
        --- stdout
        solicitudes_20200930.csv           refused            13 read          12 accepted         1 rejected
            error  folio_vacio                            1  sin folio
            aviso  pais_no_identificado                  12  el país no está en el catálogo; se cuenta como XXX, No identificado
        credenciales_20200930.csv          accepted            1 read           1 accepted         0 rejected

        rejected records by file and line: DIR/out/private/cuarentena
        1 labels that no catalogue knows, 10 times or more: DIR/out/private/etiquetas_desconocidas.csv
        --- stderr
        error: exports refused:
          DIR/in/solicitudes_20200930.csv: 1 of 13 records rejected (7.69 %), more than max_rejected allows (1.00 %); `lnere check` lists them
    "]],
    );
    let labels = fs::read_to_string(bench.out().join("private/etiquetas_desconocidas.csv")).unwrap();
    assert_eq!(labels, "fuente,columna,etiqueta,registros\nsolicitudes,PAIS,Narnia,12\n");
    assert!(!bench.out().join("releases").exists());
}

#[test]
fn what_is_private_is_private() {
    use std::os::unix::fs::PermissionsExt;
    let bench = Bench::good();
    bench.run().published();
    let mode = |name: &str| fs::metadata(bench.out().join(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode("private"), 0o700);
    assert_eq!(mode("private/lock"), 0o600);
    assert_eq!(mode("releases/2020-09-30/manifest.json"), 0o644);
    let mut names: Vec<_> = fs::read_dir(bench.out()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names, ["latest", "private", "releases", "superseded"]);
}

#[test]
fn wrong_command_lines() {
    let bench = Bench::good();
    snapshot(
        &bench,
        bench.command("run", &["--corte", "2020-09-20"]),
        &expect![[r"
        exit 2
        --- stdout
        --- stderr
        error: invalid value '2020-09-20' for '--corte <DATE>': 2020-09-20 is not the end of a quincena; the nearest cortes are 2020-09-15 and 2020-09-30

        For more information, try '--help'.
    "]],
    );
    snapshot(
        &bench,
        bench.command("run", &["--corte", "2021-06-15"]),
        &expect![[r"
        exit 2
        --- stdout
        --- stderr
        error: the corte 2021-06-15 is outside the process pel_2020_2021, whose cortes run from 2020-03-15 to 2021-05-31
    "]],
    );
    snapshot(
        &bench,
        bench.command("run", &["--corte", "2020-02-29"]),
        &expect![[r#"
            exit 2
            --- stdout
            --- stderr
            error: the corte 2020-02-29 is outside the process pel_2020_2021, whose cortes run from 2020-03-15 to 2021-05-31
        "#]],
    );
    snapshot(
        &bench,
        bench.command("run", &["--from", "2020-09-30", "--to", "2020-09-15"]),
        &expect![[r"
        exit 2
        --- stdout
        --- stderr
        error: --from 2020-09-30 is after --to 2020-09-15
    "]],
    );
    bench.command("run", &["--only", "mapas"]).assert().code(2);
    bench.command("run", &["--jobs", "0"]).assert().code(2);
}

#[test]
fn a_corte_that_is_not_covered_does_not_stop_the_others() {
    let bench = Bench::good();
    snapshot(
        &bench,
        bench.command("run", &["--from", "2020-09-15", "--to", "2020-10-15", "--only", "tablas"]),
        &expect![[r#"
            exit 3
            --- stdout
            Procesos Electorales Locales 2020-2021

            corte 2020-09-15   published
              applications           1  (1 in the quincena)
              credentials            1  applied for since 2020-09-01
              at the close          43  projected to 2021-03-10; 90 %: 8 to 221
              on the list           42  projected to 2021-03-10; 90 %: 7 to 216
              tables 25, charts 0, packages 0: DIR/out/releases/2020-09-15

            corte 2020-09-30   published
              applications           1  (0 in the quincena)
              credentials            1  applied for since 2020-09-01
              at the close          22  projected to 2021-03-10; 90 %: 3 to 125
              on the list           22  projected to 2021-03-10; 90 %: 2 to 125
              tables 25, charts 0, packages 0: DIR/out/releases/2020-09-30

            corte 2020-10-15   not published

            2 records read in 2 exports, 0 rejected
            look at DIR/out/latest/tablas
            --- stderr
            error: corte 2020-10-15: not covered: what is there, solicitudes_20200930.csv and credenciales_20200930.csv, is known up to 2020-09-30
        "#]],
    );
    assert_eq!(fs::read_link(bench.out().join("latest")).unwrap().to_str(), Some("releases/2020-09-30"));
}

#[test]
fn a_backfill_never_moves_latest_back() {
    let bench = Bench::good();
    bench.run().published();
    bench.command("run", &["--corte", "2020-09-15", "--only", "tablas"]).assert().code(0);
    assert_eq!(fs::read_link(bench.out().join("latest")).unwrap().to_str(), Some("releases/2020-09-30"));
}

#[test]
fn an_older_vintage_needs_force() {
    let bench = Bench::good().requests_on("20201015", &[common::GOOD_REQUEST]);
    bench.run().published();
    snapshot(
        &bench,
        bench.command("run", &["--corte", "2020-09-30", "--vintage", "2020-09-30"]),
        &expect![[r#"
            exit 2
            --- stdout
            --- stderr
            error: the release of 2020-09-30 was made from solicitudes_20201015.csv, which is not among the exports to read (vintage 2020-09-30); --force publishes without it
        "#]],
    );
    bench.command("run", &["--corte", "2020-09-30", "--vintage", "2020-09-30", "--force", "-q"]).assert().code(0);
}

#[test]
fn an_output_of_another_process_is_refused() {
    let bench = Bench::good();
    bench.run().published();
    let bench = bench.process_with("id = \"pel_2020_2021\"", "id = \"otro\"");
    snapshot(
        &bench,
        bench.command("run", &[]),
        &expect![[r"
        exit 2
        --- stdout
        --- stderr
        error: the output DIR/out belongs to the process pel_2020_2021, not to otro; name another with --output
    "]],
    );
}

#[test]
fn a_second_run_ends_at_once() {
    let bench = Bench::good();
    let output = lnere::release::Output::new(&bench.out());
    let held = output.lock().unwrap();
    let ended = bench.command("run", &[]).output().unwrap();
    assert_eq!(ended.status.code(), Some(4));
    assert!(String::from_utf8_lossy(&ended.stderr).contains(&format!("process {}", std::process::id())));
    drop(held);
    bench.command("run", &["-q"]).assert().code(0);
}

#[test]
fn inputs_that_cannot_be_read() {
    let bench = Bench::new().credentials(&[common::GOOD_CREDENTIAL]);
    snapshot(
        &bench,
        bench.command("run", &[]),
        &expect![[r"
        exit 3
        --- stdout
        --- stderr
        error: no export of solicitudes in the inputs folder; expected a file like solicitudes_20200901.csv.gz
    "]],
    );
    let bench = Bench::good().file("solicitudes_20200930.csv.gz", b"");
    snapshot(
        &bench,
        bench.command("run", &[]),
        &expect![[r"
        exit 3
        --- stdout
        --- stderr
        error: exports cannot be read:
          solicitudes_20200930.csv: another export of the same source covers the same day; keep one of them
          solicitudes_20200930.csv.gz: another export of the same source covers the same day; keep one of them
    "]],
    );
    let bench = Bench::good().requests_on("20990101", &[common::GOOD_REQUEST]);
    bench.command("run", &[]).assert().code(3);
    let bench = Bench::good();
    fs::create_dir(bench.inputs().join("solicitudes_20201015.csv")).unwrap();
    bench.command("run", &[]).assert().code(3);
    let bench = Bench::good();
    fs::remove_dir_all(bench.inputs()).unwrap();
    bench.command("run", &[]).assert().code(3);
}

#[test]
fn verify_finds_any_change() {
    let bench = Bench::good();
    bench.run().published();
    let release = bench.release();
    let verify = || lnere().arg("verify").arg(&release).output().unwrap().status.code();
    assert_eq!(verify(), Some(0));
    for name in ["manifest.json", "datapackage.json", "tablas/calidad.parquet", "SHA256SUMS"] {
        let path = release.join(name);
        let bytes = fs::read(&path).unwrap();
        for at in [0, bytes.len() / 2, bytes.len() - 2] {
            let mut changed = bytes.clone();
            changed[at] ^= 1;
            fs::write(&path, changed).unwrap();
            assert_eq!(verify(), Some(5), "{name} byte {at}");
        }
        fs::remove_file(&path).unwrap();
        assert_eq!(verify(), Some(5), "{name} missing");
        fs::write(&path, bytes).unwrap();
    }
    let sums = fs::read_to_string(release.join("SHA256SUMS")).unwrap();
    fs::write(release.join("SHA256SUMS"), sums.trim_end()).unwrap();
    assert_eq!(verify(), Some(5), "the last line end");
    fs::write(release.join("SHA256SUMS"), &sums).unwrap();
    fs::create_dir(release.join("vacia")).unwrap();
    assert_eq!(verify(), Some(5), "a folder too many");
    fs::remove_dir(release.join("vacia")).unwrap();
    fs::write(release.join("tablas/otra.parquet"), "").unwrap();
    assert_eq!(verify(), Some(5), "a file too many");
    fs::remove_file(release.join("tablas/otra.parquet")).unwrap();
    lnere().args(["verify", "2020-09-30", "--output"]).arg(bench.out()).assert().code(0);
    lnere().args(["verify", "2020-10-15", "--output"]).arg(bench.out()).assert().code(2);
}

#[test]
fn a_damaged_release_is_not_replaced() {
    let bench = Bench::good();
    bench.run().published();
    fs::write(bench.release().join("manifest.json"), "{").unwrap();
    let output = bench.command("run", &[]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(
        String::from_utf8_lossy(&output.stderr)
            .contains("is damaged (manifest.json: has changed since it was published)")
    );
}

#[test]
fn an_output_that_cannot_be_written_ends_before_the_long_work() {
    let bench = Bench::good();
    fs::write(bench.out(), "a file").unwrap();
    snapshot(
        &bench,
        bench.command("run", &[]),
        &expect![[r#"
            exit 1
            --- stdout
            --- stderr
            error: cannot read the releases in DIR/out: Not a directory (os error 20)
        "#]],
    );
}

#[test]
fn a_file_that_looks_like_an_export_and_is_not_read_is_named() {
    let bench = Bench::good().file("solicitudes_20201015.CSV", "x");
    let output = bench.command("plan", &[]).output().unwrap();
    assert!(String::from_utf8_lossy(&output.stderr).contains("not read: solicitudes_20201015.CSV"));
}

#[test]
fn the_quarantine_of_a_mended_export_goes() {
    let bench = Bench::good();
    let bad = bench.requests(&[",,,,,,,,,"]);
    bad.command("run", &[]).assert().code(3);
    let quarantine = bad.out().join("private/cuarentena/solicitudes_20200930.csv.csv");
    assert!(quarantine.exists());
    let mended = bad.requests(&[common::GOOD_REQUEST]);
    mended.run().published();
    assert!(!quarantine.exists());
    assert_eq!(
        fs::read_dir(mended.out().join("private/corridas")).unwrap().count(),
        2,
        "a refused run is recorded too"
    );
}

#[test]
fn schema_is_the_dictionary() {
    let bench = Bench::new();
    let mut command = lnere();
    command.current_dir(env!("CARGO_MANIFEST_DIR")).args(["schema", "lnere_por_sexo"]);
    snapshot(
        &bench,
        command,
        &expect![[r"
        exit 0
        --- stdout
        ## lnere_por_sexo

        Solicitudes por entidad y sexo.  
        Applications by entity and sex.

        | columna / column | tipo / type | clave / key | significado | meaning |
        |---|---|---|---|---|
        | corte | Date32 | ✓ | Fecha de corte: se cuenta hasta este día, inclusive | Corte: counted up to this day, inclusive |
        | cve_entidad | Utf8 | ✓ | Clave de la entidad federativa, dos dígitos | Code of the state, two digits |
        | entidad | Utf8 |  | Nombre de la entidad federativa | Name of the state |
        | sexo | Utf8 | ✓ | Sexo, código de la lista del proceso | Sex, a code of the process's list |
        | solicitudes_quincena | Int64 |  | Solicitudes registradas en la quincena | Applications registered in the quincena |
        | solicitudes_acumuladas | Int64 |  | Solicitudes registradas desde el inicio hasta la fecha, inclusive | Applications registered from the start to the date, inclusive |
        | porcentaje | Float64 |  | Porcentaje de las solicitudes acumuladas de la entidad, de 0 a 100, dos decimales | Share of the state's cumulative applications, 0 to 100, two decimals |
        --- stderr
    "]],
    );
    let json = lnere().current_dir(env!("CARGO_MANIFEST_DIR")).args(["schema", "--format", "json"]).output().unwrap();
    let json: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!(json["tables"].as_array().unwrap().len(), 25);
    lnere().current_dir(env!("CARGO_MANIFEST_DIR")).args(["schema", "otra"]).assert().code(2);
}

#[test]
fn help_version_and_completions() {
    for args in
        [["--help"].as_slice(), &["--version"], &["run", "--help"], &["completions", "bash"], &["completions", "zsh"]]
    {
        let output = lnere().args(args).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{args:?}");
        assert!(!output.stdout.is_empty(), "{args:?}");
    }
    assert_eq!(lnere().output().unwrap().status.code(), Some(2));
}
