//! Tests with independent readers: DuckDB and pyarrow open every published table of the sample
//! data. They check the names, types and metadata of the dictionary, and recount the exports with
//! their own code. `tests/run` creates the virtual environment for these tests and sets
//! `LNERE_PYTHON`.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

use std::path::Path;
use std::process::Command;

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
