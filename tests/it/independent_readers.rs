//! Tests with independent readers: DuckDB and pyarrow open every published table of the sample
//! data. They check the names, types and metadata of the dictionary, recount the exports with their
//! own code, and prove the sentences of charts and packages. `tests/run` creates the virtual
//! environment for these tests and sets `LNERE_PYTHON`.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

use std::path::Path;
use std::process::Command;

use crate::common::Bench;

fn python(script: &str, args: &[&Path]) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let python =
        std::env::var("LNERE_PYTHON").expect("LNERE_PYTHON names a Python with duckdb and pyarrow; tests/run sets it");
    let output =
        Command::new(python).arg(root.join("tests").join(script)).args(args).current_dir(root).output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(output.status.success(), "{}{}", text(&output.stdout), text(&output.stderr));
}

#[test]
#[ignore = "needs DuckDB and pyarrow: tests/run starts them"]
fn the_committed_sample_adds_up_to_the_published_figures() {
    python("check_sample.py", &[]);
}

#[test]
#[ignore = "needs DuckDB and pyarrow: tests/run starts them"]
fn duckdb_and_pyarrow_read_the_sample_s_releases() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let dir = tempfile::TempDir::new().unwrap();
    let run = Command::new(env!("CARGO_BIN_EXE_lnere"))
        .current_dir(root)
        .args(["run", "-q", "--only", "tablas", "--from", "2020-09-15", "--to", "2021-03-15", "--output"])
        .arg(dir.path())
        .status()
        .unwrap();
    assert!(run.success());
    python("check_release.py", &[dir.path()]);
}

#[test]
#[ignore = "needs DuckDB, pyarrow and polars: tests/run starts them"]
fn parquet_of_pyarrow_duckdb_and_polars_is_read_like_the_csv() {
    python("check_parquet_export_codecs.py", &[Path::new(env!("CARGO_BIN_EXE_lnere"))]);
}

#[test]
#[ignore = "needs DuckDB, pyarrow, pandas and polars: tests/run starts them"]
fn columns_of_any_type_that_pyarrow_pandas_polars_and_duckdb_write_are_counted_like_the_csv() {
    python("check_parquet_export_types.py", &[Path::new(env!("CARGO_BIN_EXE_lnere"))]);
}

/// Publishes each corte, and proves with DuckDB that the sentences of charts, packages and messages
/// are true of the tables. The script also plants mistakes in them and finds each.
fn the_sentences_are_true(process: &Path, inputs: &Path, parts: &str, cortes: &[&str]) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let out = tempfile::TempDir::new().unwrap();
    for &corte in cortes {
        let run = Command::new(env!("CARGO_BIN_EXE_lnere"))
            .current_dir(root)
            .args(["run", "-q", "--corte", corte, "--only", parts])
            .arg("--process")
            .arg(process)
            .arg("--inputs")
            .arg(inputs)
            .arg("--output")
            .arg(out.path())
            .status()
            .unwrap();
        assert!(run.success(), "{corte}");
        if parts.contains("paquetes") {
            let messages = Command::new(env!("CARGO_BIN_EXE_lnere"))
                .current_dir(root)
                .args(["deliver", "--dry-run", "--recipients", "deploy/destinatarios.ejemplo.toml", "--output"])
                .arg(out.path())
                .arg(corte)
                .output()
                .unwrap();
            assert!(messages.status.success(), "{}", String::from_utf8_lossy(&messages.stderr));
        }
    }
    python("check_sentences.py", &[Path::new("--selftest"), out.path(), process]);
}

/// Writes a sample of this many applications and trámites.
fn write_sample(process: &Path, count: &str, folder: &Path) {
    let sample = Command::new(env!("CARGO_BIN_EXE_lnere"))
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")))
        .args(["sample", "-q", "--applications", count, "--credentials", count])
        .arg("--process")
        .arg(process)
        .arg(folder)
        .status()
        .unwrap();
    assert!(sample.success());
}

#[test]
#[ignore = "needs DuckDB: tests/run starts it"]
fn the_sentences_of_the_sample_s_releases_are_true_of_the_tables() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (process, inputs) = (root.join("pipelines/pel_2020_2021.toml"), root.join("sample_data/pel_2020_2021"));
    let cortes = ["2020-09-15", "2020-12-15", "2021-02-28", "2021-03-15"];
    the_sentences_are_true(&process, &inputs, "graficas,paquetes,publico", &cortes);
}

/// Entities have from 0 to 23 applications.
#[test]
#[ignore = "needs DuckDB: tests/run starts it"]
fn the_sentences_about_few_applications_are_true_of_the_tables() {
    let process = Path::new(env!("CARGO_MANIFEST_DIR")).join("pipelines/pel_2020_2021.toml");
    let inputs = tempfile::TempDir::new().unwrap();
    write_sample(&process, "60", inputs.path());
    the_sentences_are_true(&process, inputs.path(), "graficas,paquetes", &["2020-09-15", "2021-02-28", "2021-03-15"]);
}

/// Of the goals at the close, Chihuahua has not reached its own, Colima has exceeded it, and Jalisco
/// has met it.
#[test]
#[ignore = "needs DuckDB: tests/run starts it"]
fn the_sentences_about_goals_are_true_of_the_tables() {
    let goals = "[goals]\ntitle = \"Meta\"\nsource = \"Minuta\"\ntotal = 20_000\n\
                 applications = { 06 = 710, 08 = 5_000, 14 = 5_534 }\n\n[categories]";
    let bench = Bench::new().with_process_edit("[categories]", goals);
    let inputs = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample_data/pel_2020_2021");
    the_sentences_are_true(bench.process_file(), &inputs, "graficas,paquetes", &["2021-02-28", "2021-03-15"]);
}

/// In this sample two of 32 entities have the same number of applications, and none has more.
#[test]
#[ignore = "needs DuckDB: tests/run starts it"]
fn the_sentences_about_entities_of_the_same_size_are_true_of_the_tables() {
    let process = Path::new(env!("CARGO_MANIFEST_DIR")).join("pipelines/pef_2023_2024.toml");
    let inputs = tempfile::TempDir::new().unwrap();
    write_sample(&process, "9000", inputs.path());
    the_sentences_are_true(&process, inputs.path(), "graficas", &["2023-11-30"]);
}
