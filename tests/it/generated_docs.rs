//! The pages of docs/ that are generated. Each test compares a page with what is committed;
//! `cargo xtask docs` writes the pages again. The page of the process file is made in `lnere-core`,
//! which alone sees its keys.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use lnere_core::numbers::integer;
use lnere_tables::Column;
use serde_json::Value;
use tempfile::TempDir;

use crate::common::lnere;

/// A corte of the sample at which most tables have rows.
const CORTE: &str = "2021-01-31";

fn is_up_to_date(page: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs").join(page);
    if std::env::var_os("LNERE_UPDATE_DOCS").is_some() {
        fs::write(&path, text).unwrap();
    }
    let committed = fs::read_to_string(&path).unwrap_or_default();
    let mut lines = (1..).zip(committed.lines().zip(text.lines()));
    let first = lines.find(|(_, (committed, generated))| committed != generated);
    assert!(committed == text, "docs/{page} differs from what the program says: run `cargo xtask docs`; {first:#?}");
}

#[test]
fn tables() {
    let root = env!("CARGO_MANIFEST_DIR");
    let output = TempDir::new().unwrap();
    let run = ["run", "--corte", CORTE, "--only", "tablas", "--output"];
    lnere().current_dir(root).args(run).arg(output.path()).assert().success();
    let schema = lnere().current_dir(root).args(["schema", "--format", "json"]).output().unwrap().stdout;
    let schema: Value = serde_json::from_slice(&schema).unwrap();
    let folder = output.path().join("releases").join(CORTE).join("tablas");

    let mut page = format!(
        "# Tables\n\nEvery table of a release, every column, and the first row of the synthetic sample at the corte\n\
         {CORTE}. `cargo xtask docs` writes this page from the dictionary of the program, which\n\
         `lnere schema` prints in Spanish too. Int64, Float64, Utf8 and Date32 are types of Arrow. Counts are\n\
         whole numbers of applications, credentials or records; percentages run from 0 to 100. The key\n\
         columns identify a row.\n"
    );
    for table in schema["tables"].as_array().unwrap() {
        let name = table["name"].as_str().unwrap();
        let bytes = fs::read(folder.join(format!("{name}.parquet"))).unwrap();
        let rows = lnere_tables::read(name, bytes).unwrap();
        let count = integer(i64::try_from(rows.rows()).unwrap());
        let _ = write!(page, "\n## {name}\n\n{}. Rows in the sample: {count}.\n\n", table["en"].as_str().unwrap());
        page.push_str("| column | type | key | meaning | example |\n|---|---|---|---|---|\n");
        for column in table["columns"].as_array().unwrap() {
            let text = |field: &str| column[field].as_str().unwrap();
            let values = rows.columns.iter().find(|(name, _)| name == text("name"));
            let example = values.map_or(String::new(), |(_, values)| first(values));
            let key = if column["key"] == true { "yes" } else { "" };
            let _ = writeln!(page, "| `{}` | {} | {key} | {} | {example} |", text("name"), text("type"), text("en"));
        }
    }
    is_up_to_date("tables.md", &page);
}

fn first(column: &Column) -> String {
    let text = match column {
        Column::Int(values) => values.first().map(ToString::to_string),
        Column::Real(values) => values.first().map(ToString::to_string),
        Column::Text(values) => values.first().cloned(),
        Column::Date(values) => values.first().map(ToString::to_string),
        Column::MaybeInt(values) => values.first().map(|value| value.map_or("null".to_owned(), |one| one.to_string())),
        Column::MaybeReal(values) => values.first().map(|value| value.map_or("null".to_owned(), |one| one.to_string())),
        Column::Bool(values) => values.first().map(ToString::to_string),
    };
    text.map_or(String::new(), |text| text.replace('|', "\\|"))
}
