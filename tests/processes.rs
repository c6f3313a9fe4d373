//! The process file is configuration: another process runs without a change of code, and a mistake
//! in a file is named with its line and what would be accepted.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::needless_pass_by_value, missing_docs)]

mod common;

use std::fs;
use std::path::Path;

use common::{Bench, lnere};

fn pipelines(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("pipelines").join(name)
}

#[test]
fn a_second_process_runs_on_its_own_exports() {
    let bench = Bench::new().process(pipelines("pef_2023_2024.toml")).corte("2024-02-29");
    let mut sample = lnere();
    sample.args(["sample", "--applications", "5000", "--credentials", "2000"]).arg("--process");
    sample.arg(pipelines("pef_2023_2024.toml")).arg(bench.inputs()).assert().code(0);
    let newest =
        fs::read_dir(bench.inputs()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).max();
    let day = newest.unwrap().split(['_', '.']).nth(1).unwrap().to_owned();
    assert!(day.as_str() >= "20240225", "{day}");

    let output = bench.command("run", &["--format", "json"]).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let result: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(result["process"], "pef_2023_2024");
    assert_eq!(result["cortes"][0]["applications"], 5000);

    let release = bench.out().join("latest/tablas");
    let table =
        |name: &str| lnere::tables::read(name, fs::read(release.join(format!("{name}.parquet"))).unwrap()).unwrap();
    assert_eq!(table("lnere_por_entidad").rows(), 32);
    let modality = table("lnere_por_modalidad");
    let in_person: i64 = modality
        .text("modalidad")
        .unwrap()
        .iter()
        .zip(modality.int("solicitudes_acumuladas").unwrap())
        .filter(|(code, _)| *code == "PRESENCIAL")
        .map(|(_, count)| count)
        .sum();
    assert!(in_person > 0);
    assert!(table("lnere_por_sexo").text("sexo").unwrap().iter().any(|code| code == "X"));
}

/// A process file with one text replaced is refused, and the message says this.
#[track_caller]
fn mistake(from: &str, to: &str, line_text: &str, message: &str) {
    let bench = Bench::good().process_with(from, to);
    let text = fs::read_to_string(bench.path("process.toml")).unwrap();
    let line = 1 + text.lines().position(|line| line.contains(line_text)).expect("the line is there");
    let output = bench.command("plan", &[]).output().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{stderr}");
    assert!(stderr.contains(&format!("process.toml:{line}: ")), "line {line}: {stderr}");
    assert!(stderr.contains(message), "{stderr}");
}

#[test]
fn mistakes_are_named_with_their_line_and_what_is_accepted() {
    mistake("title =", "titel =", "titel =", "unknown field `titel`, expected one of `id`, `title`");
    mistake(
        "closes = 2021-03-10",
        "closes = 2020-03-10",
        "closes =",
        "registration closes on 2020-03-10, before it opens",
    );
    mistake("election_day = 2021-06-06", "election_day = \"pronto\"", "election_day", "invalid");
    mistake(
        "\"24\", \"32\"]",
        "\"24\", \"33\"]",
        "\"33\"",
        "`33` is no entity; expected two digits from \"01\" to \"32\"",
    );
    mistake("\"24\", \"32\"]", "\"24\", \"24\"]", "\"24\", \"24\"", "entity `24` is there twice");
    mistake(
        "max_rejected = 0.01",
        "max_rejected = 1",
        "max_rejected",
        "a share with a point, from 0.0 to 1.0; 0.01 is 1 %",
    );
    mistake("max_rejected = 0.01", "max_rejected = 1.5", "max_rejected", "from 0.0 to 1.0; 0.01 is 1 %");
    mistake(
        "parts = [\"tablas\"",
        "parts = [\"tabla\"",
        "parts",
        "unknown variant `tabla`, expected `tablas` or `graficas`",
    );
    mistake("code = \"POSTAL\"", "code = \"postal\"", "\"postal\"", "must be upper snake_case");
    mistake("\"INTERNET\"", "\"postal\"", "\"postal\"", "stands for both `POSTAL` and `ELECTRONICA`");
    mistake(
        "encoding = \"auto\"",
        "encoding = \"latin1\"",
        "latin1",
        "expected one of `auto`, `utf-8`, `windows-1252`",
    );
    mistake("\"DD/MM/YYYY\"", "\"D/M/YY\"", "D/M/YY", "expected `YYYY-MM-DD`, `DD/MM/YYYY`");
    mistake(
        "pais = \"PAIS\"",
        "paiz = \"PAIS\"",
        "paiz",
        "unknown column `paiz`, expected one of: folio, fecha_solicitud",
    );
    mistake(
        "# tables = [\"lnere_por_entidad\"]",
        "tables = [\"lnere_por_estado\"]",
        "lnere_por_estado",
        "expected some of: lnere_cubo",
    );
    mistake("# charts = [\"avance_diario\"]", "charts = [\"avance\"]", "\"avance\"", "expected some of: avance_diario");
    mistake("id = \"pel_2020_2021\"", "id = \"PEL 2020\"", "PEL 2020", "must be lower snake_case");
}

#[test]
fn a_table_is_a_change_of_a_toml_file() {
    let bench = Bench::good();
    let tables = fs::read_to_string(pipelines("tablas.toml")).unwrap();
    let new = "\n[[table]]\nname = \"lnere_por_sexo_modalidad\"\nfrom = \"applications\"\nby = [\"entidad\", \"sexo\", \"modalidad\"]\nrows = \"all\"\nshare = true\nes = \"Solicitudes por entidad, sexo y modalidad\"\nen = \"Applications by entity, sex and modality\"\n";
    fs::write(bench.path("tablas.toml"), tables.clone() + new).unwrap();
    let own = format!("tables = \"{}\"", bench.path("tablas.toml").display());
    let bench = bench.process_with("tables = \"tablas.toml\"", &own);
    let rows = bench.run().published().rows(
        "lnere_por_sexo_modalidad",
        &["sexo", "modalidad", "solicitudes_acumuladas", "porcentaje"],
        "1 ",
    );
    assert_eq!(rows, "M POSTAL 1 100.00");

    fs::write(bench.path("tablas.toml"), tables + &new.replace("\"sexo\"", "\"fecha\"")).unwrap();
    let output = bench.command("plan", &[]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("cannot be rolled up by Fecha"));
}

#[test]
fn tables_and_charts_to_publish_are_chosen_in_the_process_file() {
    let bench = Bench::good().process_with(
        "# tables = [\"lnere_por_entidad\"]",
        "tables = [\"lnere_por_entidad\", \"calidad\"]\ncharts = [\"avance_diario\"] #",
    );
    bench.run_with(&[]).published();
    let names = |folder: &str| fs::read_dir(bench.release().join(folder)).unwrap().count();
    assert_eq!((names("tablas"), names("graficas/nacional")), (2, 2));
    lnere().arg("verify").arg(bench.release()).assert().code(0);
}
