//! Tests of whole commands: their output and their exit codes (docs/contract.md §1).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::needless_pass_by_value, missing_docs)]

use std::fs;
use std::path::Path;
use std::process::Output;

use crate::common::{self, Bench, OPTION_VARIABLES, assert_snapshot, lnere};
use expect_test::expect;

#[test]
fn run_publishes_and_a_rerun_changes_nothing() {
    let bench = Bench::good();
    assert_snapshot(
        &bench,
        bench.command("run", &[]),
        &expect![[r#"
            exit 0
            --- stdout
            Procesos Electorales Locales 2020-2021

            corte 2020-09-30   published
              applications           1  (0 in the quincena)
              credentials            1  applied for since 2020-09-01
              at the close          37  projected to 2021-03-10; 90 %: 4 to 437
              on the list           36  projected to 2021-03-10; 90 %: 4 to 417
              tables 36, charts 217, packages 12, tablero: DIR/out/releases/2020-09-30

            2 records read in 2 exports, 0 rejected
            look at DIR/out/latest/paquetes/nacional
            --- stderr
        "#]],
    );
    assert_snapshot(
        &bench,
        bench.command("run", &[]),
        &expect![[r#"
            exit 0
            --- stdout
            Procesos Electorales Locales 2020-2021

            corte 2020-09-30   unchanged, nothing published
              applications           1  (0 in the quincena)
              credentials            1  applied for since 2020-09-01
              at the close          37  projected to 2021-03-10; 90 %: 4 to 437
              on the list           36  projected to 2021-03-10; 90 %: 4 to 417

            2 records read in 2 exports, 0 rejected
            --- stderr
        "#]],
    );
}

#[test]
fn a_run_as_json() {
    let bench = Bench::good();
    assert_eq!(bench.command("run", &[]).output().unwrap().status.code(), Some(0));
    assert_snapshot(
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
                  "charts": 217,
                  "corte": "2020-09-30",
                  "credentials_applied_for": 1,
                  "outcome": "unchanged",
                  "outdated": [],
                  "packages": 12,
                  "path": "DIR/out/releases/2020-09-30",
                  "projection": {
                    "applications": [
                      4,
                      15,
                      37,
                      87,
                      437
                    ],
                    "closes": "2021-03-10",
                    "earlier": {
                      "source": "INE, Central Electoral, boletín 246",
                      "title": "Proceso Electoral 2017-2018"
                    },
                    "errors_from": "referencias",
                    "lnere": [
                      4,
                      15,
                      36,
                      83,
                      417
                    ],
                    "method": "razon_por_llegar",
                    "references": [
                      {
                        "source": "Prensa que cita al INE: La Crónica, Novedades de Tabasco, Super Channel 12 y La Jornada, 2018 y 2024",
                        "title": "Proceso Electoral 2017-2018"
                      }
                    ]
                  },
                  "public": false,
                  "revision": 1,
                  "tables": 36
                }
              ],
              "error": null,
              "exit": 0,
              "exports": 2,
              "process": "pel_2020_2021",
              "read": 2,
              "refused": [],
              "rejected": 0,
              "version": 1,
              "vintage": "2020-09-30",
              "warnings": []
            }
            --- stderr
        "#]],
    );
}

#[test]
fn changed_counts_are_a_revision_and_the_old_one_is_kept() {
    let bench = Bench::good();
    bench.run().assert_published();
    let bench = bench.applications(&[common::GOOD_APPLICATION, &common::GOOD_APPLICATION.replace("A1", "A2")]);
    let ran = bench.run().assert_published();
    assert!(ran.stdout().contains("published as revision 2"), "{}", ran.stdout());
    for release in ["releases/2020-09-30", "superseded/2020-09-30.r1", "latest"] {
        lnere().arg("verify").arg(bench.out().join(release)).assert().code(0);
    }
}

#[test]
fn plan_says_what_and_why_and_writes_nothing() {
    let bench = Bench::good().applications_on("20200915", &[common::GOOD_APPLICATION]);
    assert_snapshot(
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
    let bench = Bench::good().applications(&rows);
    assert_snapshot(
        &bench,
        bench.command("check", &[]),
        &expect![[r#"
            exit 0
            --- stdout
            solicitudes_20200930.csv           accepted           13 read          12 accepted         1 rejected
                error  folio_vacio                            1  sin folio
                aviso  pais_no_identificado                  12  el país no está en el catálogo; se cuenta como XXX, No identificado
                max_unidentified: column PAIS: 12 of 12 accepted records are not identified (100.00 %, limit 5.00 %). That is over the limit of max_unidentified, which refuses from 20 records on [L242]
            credenciales_20200930.csv          accepted            1 read           1 accepted         0 rejected

            rejected records by file and line: DIR/out/private/cuarentena
            1 label that no catalogue knows, 10 times or more: DIR/out/private/etiquetas_desconocidas.csv
            --- stderr
        "#]],
    );
    let labels = fs::read_to_string(bench.out().join("private/etiquetas_desconocidas.csv")).unwrap();
    assert_eq!(labels, "fuente,columna,etiqueta,registros\nsolicitudes,PAIS,Narnia,12\n");
    assert!(!bench.out().join("releases").exists());
}

#[test]
fn what_is_private_is_private() {
    use std::os::unix::fs::PermissionsExt;
    let bench = Bench::good();
    bench.run().assert_published();
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
    assert_snapshot(
        &bench,
        bench.command("run", &["--corte", "2020-09-20"]),
        &expect![[r#"
            exit 2
            --- stdout
            --- stderr
            error: invalid value '2020-09-20' for '--corte <DATE>': 2020-09-20 is not the end of a quincena; the nearest cortes are 2020-09-15 and 2020-09-30 [L105]

            For more information, try '--help'.
        "#]],
    );
    assert_snapshot(
        &bench,
        bench.command("run", &["--corte", "2021-06-15"]),
        &expect![[r"
        exit 2
        --- stdout
        --- stderr
        error: the corte 2021-06-15 is outside the process pel_2020_2021, whose cortes run from 2020-03-15 to 2021-05-31 [L360]
    "]],
    );
    assert_snapshot(
        &bench,
        bench.command("run", &["--corte", "2020-02-29"]),
        &expect![[r#"
            exit 2
            --- stdout
            --- stderr
            error: the corte 2020-02-29 is outside the process pel_2020_2021, whose cortes run from 2020-03-15 to 2021-05-31 [L360]
        "#]],
    );
    assert_snapshot(
        &bench,
        bench.command("run", &["--from", "2020-09-30", "--to", "2020-09-15"]),
        &expect![[r"
        exit 2
        --- stdout
        --- stderr
        error: --from 2020-09-30 is after --to 2020-09-15 [L362]
    "]],
    );
    bench.command("run", &["--only", "mapas"]).assert().code(2);
    bench.command("run", &["--jobs", "0"]).assert().code(2);
}

#[test]
fn a_corte_that_is_not_covered_does_not_stop_the_others() {
    let bench = Bench::good();
    assert_snapshot(
        &bench,
        bench.command("run", &["--from", "2020-09-15", "--to", "2020-10-15", "--only", "tablas"]),
        &expect![[r#"
            exit 3
            --- stdout
            Procesos Electorales Locales 2020-2021

            corte 2020-09-15   published
              applications           1  (1 in the quincena)
              credentials            1  applied for since 2020-09-01
              at the close          76  projected to 2021-03-10; 90 %: 6 to 976
              on the list           73  projected to 2021-03-10; 90 %: 6 to 931
              tables 36, charts 0, packages 0: DIR/out/releases/2020-09-15

            corte 2020-09-30   published
              applications           1  (0 in the quincena)
              credentials            1  applied for since 2020-09-01
              at the close          37  projected to 2021-03-10; 90 %: 4 to 437
              on the list           36  projected to 2021-03-10; 90 %: 4 to 417
              tables 36, charts 0, packages 0: DIR/out/releases/2020-09-30

            corte 2020-10-15   not published

            2 records read in 2 exports, 0 rejected
            look at DIR/out/latest/tablas
            --- stderr
            error: corte 2020-10-15: not covered: what is there, solicitudes_20200930.csv and credenciales_20200930.csv, is known up to 2020-09-30 [L053]
        "#]],
    );
    assert_eq!(fs::read_link(bench.out().join("latest")).unwrap().to_str(), Some("releases/2020-09-30"));
}

#[test]
fn a_backfill_never_moves_latest_back() {
    let bench = Bench::good();
    bench.run().assert_published();
    bench.command("run", &["--corte", "2020-09-15", "--only", "tablas"]).assert().code(0);
    assert_eq!(fs::read_link(bench.out().join("latest")).unwrap().to_str(), Some("releases/2020-09-30"));
}

#[test]
fn an_older_vintage_needs_force() {
    let bench = Bench::good().without_comparisons().applications_on("20201015", &[common::GOOD_APPLICATION]);
    bench.run().assert_published();
    assert_snapshot(
        &bench,
        bench.command("run", &["--corte", "2020-09-30", "--vintage", "2020-09-30"]),
        &expect![[r#"
            exit 2
            --- stdout
            --- stderr
            error: the release of 2020-09-30 was made from solicitudes_20201015.csv, which is not among the exports to read (vintage 2020-09-30); --force publishes without it [L013]
        "#]],
    );
    bench.command("run", &["--corte", "2020-09-30", "--vintage", "2020-09-30", "--force", "-q"]).assert().code(0);
}

#[test]
fn an_output_of_another_process_is_refused() {
    let bench = Bench::good();
    bench.run().assert_published();
    let bench = bench.with_process_edit("id = \"pel_2020_2021\"", "id = \"otro\"");
    assert_snapshot(
        &bench,
        bench.command("run", &[]),
        &expect![[r#"
            exit 2
            --- stdout
            --- stderr
            error: the output DIR/out belongs to the process pel_2020_2021, not to otro; name another with --output [L012]
        "#]],
    );
}

#[test]
fn a_second_run_ends_at_once() {
    let bench = Bench::good();
    let output = lnere_release::Output::new(&bench.out());
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
    assert_snapshot(
        &bench,
        bench.command("run", &[]),
        &expect![[r"
        exit 3
        --- stdout
        --- stderr
        error: no export of solicitudes in the inputs folder; expected a file like solicitudes_20200901.csv.gz [L363]
    "]],
    );
    let bench = Bench::good().file("solicitudes_20200930.csv.gz", b"");
    assert_snapshot(
        &bench,
        bench.command("run", &[]),
        &expect![[r"
        exit 3
        --- stdout
        --- stderr
        error: exports cannot be read:
          solicitudes_20200930.csv: another export of the same source covers the same day; keep one of them [L251]
          solicitudes_20200930.csv.gz: another export of the same source covers the same day; keep one of them [L251]
    "]],
    );
    let bench = Bench::good().applications_on("20990101", &[common::GOOD_APPLICATION]);
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
    bench.run().assert_published();
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
    bench.run().assert_published();
    fs::write(bench.release().join("manifest.json"), "{").unwrap();
    let output = bench.command("run", &[]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(
        String::from_utf8_lossy(&output.stderr)
            .contains("is damaged (manifest.json: has changed since it was published [L440])")
    );
}

#[test]
fn an_output_that_cannot_be_written_ends_before_the_long_work() {
    let bench = Bench::good();
    fs::write(bench.out(), "a file").unwrap();
    assert_snapshot(
        &bench,
        bench.command("run", &[]),
        &expect![[r#"
            exit 2
            --- stdout
            --- stderr
            error: DIR/out is a file; name a folder [L085]
        "#]],
    );
}

#[test]
fn a_file_that_looks_like_an_export_and_is_not_read_is_named() {
    let bench = Bench::good().file("solicitudes_20201015.xls", "x");
    let output = bench.command("plan", &[]).output().unwrap();
    assert!(String::from_utf8_lossy(&output.stderr).contains("not read: solicitudes_20201015.xls"));
}

#[test]
fn the_quarantine_of_a_mended_export_goes() {
    let bench = Bench::good();
    let bad = bench.applications(&[",hoy,,,,,,,,"]);
    bad.command("run", &[]).assert().code(3);
    let quarantine = bad.out().join("private/cuarentena/solicitudes_20200930.csv.csv");
    assert!(quarantine.exists());
    let mended = bad.applications(&[common::GOOD_APPLICATION]);
    mended.run().assert_published();
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
    assert_snapshot(
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
        | cve_entidad | Utf8 | ✓ | Clave de la entidad federativa, dos dígitos; 00: todas juntas | Code of the state, two digits; 00: all together |
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
    assert_eq!(json["tables"].as_array().unwrap().len(), 36);
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

/// A command in the folder of the bench, with these values of `LNERE_PROCESS`, `LNERE_INPUTS` and
/// `LNERE_OUTPUT`.
fn with_variables(bench: &Bench, values: [&str; 3], args: &[&str]) -> Output {
    let mut command = lnere();
    command.current_dir(bench.path("")).args(args);
    for (variable, value) in OPTION_VARIABLES.iter().zip(values) {
        command.env(variable, value);
    }
    command.output().unwrap()
}

#[test]
fn the_environment_names_what_the_command_line_does_not() {
    // The inputs folder of the process file does not exist beside this copy.
    let bench = Bench::good().with_process_edit("id = \"pel_2020_2021\"", "id = \"copia\"");
    let code = |args: &[&str]| with_variables(&bench, ["process.toml", "in", "salida"], args).status.code();
    assert_eq!(code(&["run", "--only", "tablas", "--from", "2020-09-15", "--to", "2020-09-30"]), Some(0));
    for args in [
        &["plan"][..],
        &["check"],
        &["status", "--today", "2020-10-01"],
        &["verify", "latest"],
        &["diff", "2020-09-30", "latest"],
        &["tablero"],
        &["schema"],
    ] {
        assert_eq!(code(args), Some(0), "{args:?}");
    }
    for file in ["releases/2020-09-30/manifest.json", "private/etiquetas_desconocidas.csv", "tablero/index.html"] {
        assert!(bench.path("salida").join(file).is_file(), "{file}");
    }
    assert_eq!(code(&["backtest"]), Some(3), "the process is still open");
    assert!(!bench.path("out").exists());

    // The command line has priority.
    assert_eq!(code(&["run", "--only", "tablas", "--output", "otra"]), Some(0));
    assert!(bench.path("otra/releases/2020-09-30").is_dir());
    assert_eq!(code(&["tablero", "--output", "pagina"]), Some(0));
    assert!(bench.path("pagina/index.html").is_file());
    assert_eq!(code(&["plan", "--inputs", "vacia"]), Some(3));
    assert_eq!(code(&["plan", "--process", "otro.toml"]), Some(2));
}

#[test]
fn an_empty_variable_counts_as_unset() {
    let bench = Bench::good().with_process_edit("id = \"pel_2020_2021\"", "id = \"copia\"");
    let ended = with_variables(&bench, ["process.toml", "in", ""], &["run", "--only", "tablas"]);
    assert_eq!(ended.status.code(), Some(0));
    assert!(bench.path("out/releases/2020-09-30").is_dir());
    assert_eq!(with_variables(&bench, ["process.toml", "in", ""], &["tablero"]).status.code(), Some(0));
    assert!(bench.path("out/tablero/index.html").is_file());
    let ended = with_variables(&bench, ["", "in", ""], &["plan"]);
    assert!(String::from_utf8_lossy(&ended.stderr).contains("there is no process file pipelines/pel_2020_2021.toml"));
    let ended = with_variables(&bench, ["process.toml", "", ""], &["plan"]);
    assert!(String::from_utf8_lossy(&ended.stderr).contains("sample_data/pel_2020_2021"));
}

#[test]
fn every_command_that_has_the_options_obeys_the_environment() {
    let bench = Bench::good();
    let recipients = Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy/destinatarios.ejemplo.toml");
    let process = Path::new(env!("CARGO_MANIFEST_DIR")).join("pipelines/pel_2020_2021.toml");
    let process = process.to_str().unwrap();
    let fails = |values: [&str; 3], args: &[&str], code: i32, message: &str| {
        let ended = with_variables(&bench, values, args);
        let stderr = String::from_utf8_lossy(&ended.stderr);
        assert_eq!(ended.status.code(), Some(code), "{args:?}: {stderr}");
        assert!(stderr.contains(message), "{args:?}: {stderr}");
    };
    for command in ["run", "plan", "check", "status", "tablero", "backtest", "schema"] {
        fails(["no.toml", "in", "out"], &[command], 2, "cannot read no.toml");
    }
    let accept = ["accept", "solicitudes_20200930.csv", "--rule", "stale", "--reason", "Oficio 12"];
    fails(["no.toml", "in", "out"], &accept, 2, "cannot read no.toml");
    fails([process, "no_hay", "out"], &accept, 3, "cannot list the inputs folder no_hay");
    fails(["no.toml", "in", "out"], &["sample", "muestra"], 2, "cannot read no.toml");
    for command in ["run", "plan", "check", "tablero", "backtest"] {
        fails([process, "no_hay", "out"], &[command], 3, "cannot list the inputs folder no_hay");
    }
    // `status` says it together with what the output knows.
    let status = with_variables(&bench, [process, "no_hay", "out"], &["status"]);
    let said = String::from_utf8_lossy(&status.stdout);
    assert!(status.status.code() == Some(6) && said.contains("cannot list the inputs folder no_hay"), "{said}");
    fs::write(bench.path("file"), "").unwrap();
    for args in [&["run"][..], &["check"], &["tablero"], &accept] {
        fails([process, "in", "file"], args, 2, "file is a file; name a folder");
    }
    for args in [&["verify", "latest"][..], &["diff", "latest", "latest"]] {
        fails([process, "in", "no_hay"], args, 2, "no release latest in no_hay: there is none");
    }
    let recipients = ["deliver", "--recipients", recipients.to_str().unwrap()];
    fails([process, "in", "no_hay"], &recipients, 2, "there is no release in no_hay");
}

/// Two revisions of 2020-09-30, and a folder with each name in the working folder.
fn two_revisions() -> Bench {
    let bench = Bench::good();
    bench.run().assert_published();
    let bench = bench.applications(&[common::GOOD_APPLICATION, &common::GOOD_APPLICATION.replace("A1", "A2")]);
    bench.run().assert_published();
    for name in ["2020-09-30", "2020-09-30.r1", "2020-10-31", "latest"] {
        fs::create_dir_all(bench.path("aqui").join(name)).unwrap();
    }
    bench
}

#[test]
fn a_release_is_looked_up_in_the_output_and_a_name_with_a_slash_is_a_path() {
    let bench = two_revisions();
    let ended = |args: &[&str]| {
        let output =
            lnere().current_dir(bench.path("aqui")).args(args).arg("--output").arg(bench.out()).output().unwrap();
        let said = [output.stdout, output.stderr].concat();
        (output.status.code().unwrap(), String::from_utf8(said).unwrap())
    };
    for (name, folder) in [
        ("2020-09-30", "releases/2020-09-30"),
        ("2020-09-30.r1", "superseded/2020-09-30.r1"),
        ("2020-09-30.r2", "releases/2020-09-30"),
        ("latest", "latest"),
    ] {
        let sound = format!("{}: sound\n", bench.out().join(folder).display());
        assert_eq!(ended(&["verify", name]), (0, sound), "{name}");
    }
    assert_eq!(ended(&["verify", "./2020-09-30"]).0, 5, "a path is a path");
    assert_eq!(ended(&["diff", "2020-09-30.r2", "latest"]).0, 0);
    assert_eq!(ended(&["diff", "2020-09-30.r1", "2020-09-30"]).0, 5);
    assert_eq!(ended(&["diff", "2020-09-30.r1", "./2020-09-30"]).0, 2);

    let there = "there are: 2020-09-30, 2020-09-30.r1, latest";
    for name in [
        "2020-10-15",
        "2020-10-31",
        "2020-09-30.r3",
        "2020-09-30.r",
        "2020-09-20",
        "releases",
        "private",
        ".",
        "..",
        "",
    ] {
        let recipients = Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy/destinatarios.ejemplo.toml");
        for args in [
            &["verify", name][..],
            &["diff", name, "latest"],
            &["diff", "latest", name],
            &["deliver", name, "--recipients", recipients.to_str().unwrap()],
        ] {
            let (code, said) = ended(args);
            // clap itself refuses an empty name.
            assert!(code == 2 && (name.is_empty() || said.contains(there)), "{args:?}: {code}: {said}");
        }
    }
    let (_, said) = ended(&["verify", "2020-10-31"]);
    assert!(said.contains("A folder is named with a `/`: ./2020-10-31"), "{said}");
    for name in ["./no_hay", "releases/2020-09-30", "../process.toml"] {
        let (code, said) = ended(&["verify", name]);
        assert!(code == 2 && said.contains(&format!("no release {name}: ")), "{said}");
    }
}

#[test]
fn one_finding_is_one_and_its_name_is_escaped() {
    let bench = Bench::good();
    bench.run().assert_published();
    let verify = || lnere().arg("verify").arg(bench.release()).output().unwrap();
    fs::write(bench.release().join(HOSTILE_NAME), "").unwrap();
    let output = verify();
    let (said, found) = (String::from_utf8(output.stderr).unwrap(), String::from_utf8(output.stdout).unwrap());
    assert!(said.ends_with("is not what it says: 1 finding [L080]\n"), "{said}");
    assert_eq!(found, format!("{ESCAPED_NAME}: is not in SHA256SUMS: it was not published [L442]\n"));
    fs::write(bench.release().join("otra"), "").unwrap();
    assert!(String::from_utf8(verify().stderr).unwrap().ends_with("is not what it says: 2 findings [L080]\n"));
}

/// A name that attacks terminals and journals with colours, a line end and reversed letters.
const HOSTILE_NAME: &str = "solicitudes_\u{1b}[31m\nerror: all is well\u{202e}\u{200b}20200930.csv";
const ESCAPED_NAME: &str = "solicitudes_\\u001b[31m\\nerror: all is well\\u202e\\u200b20200930.csv";

#[test]
fn a_name_of_a_file_cannot_write_to_the_terminal() {
    let names =
        [HOSTILE_NAME.to_owned(), HOSTILE_NAME.replace("solicitudes_", "Solicitudes-"), format!("{HOSTILE_NAME}.part")];
    for name in names {
        let bench = Bench::good().file(&name, "x");
        bench.age_exports();
        let escaped = name.replace(HOSTILE_NAME, ESCAPED_NAME).replace(&HOSTILE_NAME[12..], &ESCAPED_NAME[12..]);
        let mut said = String::new();
        for args in [
            &["run", "--only", "tablas", "-vv"][..],
            &["run", "--due", "--only", "tablas", "--today", "2020-10-01"],
            &["plan"],
            &["check"],
            &["tablero"],
            &["status", "--today", "2020-10-01"],
        ] {
            let output = bench.command(args[0], &args[1..]).output().unwrap();
            let text = [output.stdout, output.stderr].concat();
            let text = String::from_utf8(text).unwrap();
            assert!(!text.lines().any(|line| line.starts_with("error: all is well")), "{text}");
            let is_mark = |letter: char| letter != '\n' && letter.is_control() || "\u{202e}\u{200b}".contains(letter);
            assert!(!text.contains(is_mark), "{args:?}: {text:?}");
            said.push_str(&text);
        }
        assert!(said.contains(&escaped), "{escaped} is named: {said}");
        // Machine-readable output has the name unchanged.
        let output = bench.command("status", &["--today", "2020-10-01", "--format", "json"]).output().unwrap();
        let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        let listed = [&json["refused"][0]["file"], &json["arriving"][0]];
        assert!(listed.iter().any(|value| **value == name.as_str()) || name.starts_with('S'), "{json}");
    }
}

#[test]
fn exports_after_today_may_be_left_out_by_vintage() {
    let bench = Bench::good().applications_on("20201015", &[common::GOOD_APPLICATION]);
    let drill = ["--only", "tablas", "--today", "2020-10-01"];
    let refused = bench.command("run", &drill).output().unwrap();
    let said = String::from_utf8(refused.stderr).unwrap();
    assert_eq!(refused.status.code(), Some(3), "{said}");
    assert!(said.contains("solicitudes_20201015.csv: covers a day after today, 2020-10-01"), "{said}");
    assert!(said.contains("`--vintage 2020-10-01`"), "{said}");
    bench.command("run", &[&drill[..], &["--vintage", "2020-10-01"]].concat()).assert().code(0);
}

#[test]
fn where_no_export_is_found_its_name_is_said() {
    let bench = Bench::new().credentials(&[common::GOOD_CREDENTIAL]);
    let pattern = "[exports.solicitudes]\nfiles = \"SIILNERE_*_{YYYYMMDD}.txt\"\n";
    let bench = bench.with_process_edit("[exports.solicitudes]\n", pattern);
    let expected = "expected a name of the form SIILNERE_*_{YYYYMMDD}.txt ([exports.solicitudes] files)";
    bench.run().assert_refused(3, expected);
}
