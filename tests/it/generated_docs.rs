//! Tests of the generated pages of docs/. Each test compares a page with the committed file; `cargo
//! xtask docs` writes the pages again. The test of the process file page is in `lnere-core`, which
//! alone has access to its keys.

use std::fmt::Write as _;
use std::fs;
use std::io::Read as _;
use std::path::Path;

use flate2::read::GzDecoder;
use lnere_core::mexican_formats::integer;
use lnere_messages::Explanation;
use lnere_tables::Column;
use serde_json::Value;
use tempfile::TempDir;

use crate::common::lnere;

/// A corte of the sample with rows in most tables.
const CORTE: &str = "2021-01-31";

/// A corte after registration closed, at which the projection is evaluated.
const CORTE_AFTER_CLOSE: &str = "2021-03-15";

/// A process with a reference, one of its cortes, and the days of its newest exports.
const PROCESS_WITH_REFERENCE: (&str, &str) = ("pipelines/pef_2023_2024.toml", "2024-01-31");
const DAY_BEFORE_NEWEST: &str = "2024-02-15";
const NEWEST: &str = "solicitudes_20240229.csv";

fn assert_up_to_date(page: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs").join(page);
    if std::env::var_os("LNERE_UPDATE_DOCS").is_some() {
        fs::write(&path, text).unwrap();
    }
    let committed = fs::read_to_string(&path).unwrap_or_default();
    let mut lines = (1..).zip(committed.lines().zip(text.lines()));
    let first = lines.find(|(_, (committed, generated))| committed != generated);
    assert!(committed == text, "docs/{page} differs from what the program says: run `cargo xtask docs`; {first:#?}");
}

/// The subjects of the codes, by their first digit.
const MESSAGE_SUBJECTS: [(char, &str); 9] = [
    ('0', "Comandos"),
    ('1', "Archivo del proceso y catálogos"),
    ('2', "Exportaciones"),
    ('3', "Tablas, gráficas, proyección y parte pública"),
    ('4', "Publicaciones"),
    ('5', "Entrega de paquetes"),
    ('7', "Revisión de la instalación"),
    ('8', "Propuesta de configuración y datos de muestra"),
    ('9', "Fallas inesperadas"),
];

#[test]
fn messages() {
    let mut page = "# Mensajes\n\n\
        Cada error y cada advertencia del programa termina con un código entre corchetes, que es el mismo\n\
        en español y en inglés. Busque aquí el código. Lo que va entre llaves, como `{path}`, cambia en\n\
        cada caso.\n\
        `cargo xtask docs` escribe esta página a partir de los catálogos de mensajes.\n"
        .to_owned();
    let explanations = lnere_messages::explanations();
    for (digit, subject) in MESSAGE_SUBJECTS {
        let of_subject = explanations.iter().filter(|one| one.code[1..].starts_with(digit));
        let _ = write!(page, "\n## {subject}\n\n| código | mensaje | causa | qué hacer |\n|---|---|---|---|\n");
        for Explanation { code, messages, cause, action } in of_subject {
            let cell = |text: &str| text.replace('|', "\\|").split_whitespace().collect::<Vec<_>>().join(" ");
            let messages: Vec<String> = messages.iter().map(|message| format!("«{}»", cell(message))).collect();
            let _ = writeln!(page, "| {code} | {} | {} | {} |", messages.join("<br>"), cell(cause), cell(action));
        }
    }
    let listed = explanations.iter().filter(|one| page.contains(&format!("\n| {} |", one.code))).count();
    assert_eq!(listed, explanations.len(), "a code begins with a digit that has no subject");
    assert_up_to_date("messages.es.md", &page);
}

#[test]
fn tables() {
    let output = TempDir::new().unwrap();
    let (sample, other) = (output.path().join("sample"), output.path().join("other"));
    for corte in [CORTE, CORTE_AFTER_CLOSE] {
        run(&["run", "--corte", corte, "--only", "tablas", "--output"], &[&sample]);
    }
    let (process, corte) = PROCESS_WITH_REFERENCE;
    let exports = output.path().join("exports");
    run(&["sample", "--process", process, "--applications", "2000", "--credentials", "1000"], &[&exports]);
    let refer = ["run", "--process", process, "--corte", corte, "--only", "tablas"];
    let folders = [&exports, Path::new("--output"), &other];
    run(&[&refer[..], &["--vintage", DAY_BEFORE_NEWEST, "--inputs"]].concat(), &folders);
    // The second revision lists in `revisiones` what the newest export no longer has.
    withdraw_some(&exports);
    run(&[&refer[..], &["--inputs"]].concat(), &folders);
    let folder = |output: &Path, corte: &str| output.join("releases").join(corte).join("tablas");
    let releases = [
        (folder(&sample, CORTE), String::new()),
        (folder(&sample, CORTE_AFTER_CLOSE), format!(" The example is of the corte {CORTE_AFTER_CLOSE}.")),
        (folder(&other, corte), format!(" The example is of [{process}](../{process}), corte {corte}.")),
    ];
    let schema = run(&["schema", "--format", "json"], &[]);
    let schema: Value = serde_json::from_slice(&schema).unwrap();

    let mut page = format!(
        "# Tables\n\nEvery table of a release, every column, and the first row of the synthetic sample at the\n\
         corte {CORTE}. `cargo xtask docs` writes this page from the dictionary of the program, which\n\
         `lnere schema` prints in Spanish too.\n\n\
         - Int64, Float64, Utf8 and Date32 are types of Arrow.\n\
         - The unit is that of the numbers of a column. Where `universo` is `lnere`, applications are those\n  \
           on the list.\n\
         - The key columns identify a row.\n\
         - Each `[[dimensions]]` of a process file adds its column to `lnere_cubo`, and a table\n  \
           `lnere_por_…` like `lnere_por_sexo`.\n"
    );
    for table in schema["tables"].as_array().unwrap() {
        let name = table["name"].as_str().unwrap();
        let read = |folder: &Path| {
            let bytes = fs::read(folder.join(format!("{name}.parquet"))).unwrap();
            lnere_tables::read(name, bytes).unwrap()
        };
        let count = integer(i64::try_from(read(&releases[0].0).row_count()).unwrap());
        let examples = releases.iter().map(|(folder, note)| (read(folder), note));
        // The sample has no goals, because no document with them is public.
        let no_example = " The process file of the sample has no section for it.".to_owned();
        let without_rows = (read(&releases[0].0), &no_example);
        let found = examples.into_iter().find(|(rows, _)| rows.row_count() > 0);
        assert!(found.is_some() || name == "metas", "{name} has rows in a release");
        let (rows, note) = found.unwrap_or(without_rows);
        let title = table["en"].as_str().unwrap();
        let _ =
            write!(page, "\n## {name}\n\n{}\nRows in the sample: {count}.{note}\n\n", wrapped(&format!("{title}.")));
        page.push_str("| column | type | unit | key | meaning | example |\n|---|---|---|---|---|---|\n");
        for column in table["columns"].as_array().unwrap() {
            let text = |field: &str| column[field].as_str().unwrap_or_default();
            let values = rows.columns.iter().find(|(name, _)| name == text("name"));
            let example = values.map_or(String::new(), |(_, values)| first_value(values));
            let key = if column["key"] == true { "yes" } else { "" };
            let [name, kind, unit, meaning] = ["name", "type", "unit", "en"].map(text);
            let _ = writeln!(page, "| `{name}` | {kind} | {unit} | {key} | {meaning} | {example} |");
        }
    }
    assert_up_to_date("tables.md", &page);
}

/// A text in lines of at most 100 characters.
fn wrapped(text: &str) -> String {
    let (mut lines, mut width) = (String::new(), 0);
    for word in text.split(' ') {
        let length = word.chars().count();
        if width > 0 && width + 1 + length > 100 {
            lines.push('\n');
            width = 0;
        } else if width > 0 {
            lines.push(' ');
            width += 1;
        }
        lines.push_str(word);
        width += length;
    }
    lines
}

/// Takes some applications out of the newest export.
fn withdraw_some(exports: &Path) {
    let (path, mut rows) = (exports.join(NEWEST), String::new());
    let compressed = exports.join(format!("{NEWEST}.gz"));
    GzDecoder::new(fs::File::open(&compressed).unwrap()).read_to_string(&mut rows).unwrap();
    let kept = rows.split_inclusive('\n').enumerate().filter(|(line, _)| !(1..=10).contains(line));
    fs::write(path, kept.map(|(_, row)| row).collect::<String>()).unwrap();
    fs::remove_file(compressed).unwrap();
}

/// Runs a command from the repository's root; what it printed.
fn run(words: &[&str], paths: &[&Path]) -> Vec<u8> {
    let command = lnere().current_dir(env!("CARGO_MANIFEST_DIR")).args(words).args(paths).assert().success();
    command.get_output().stdout.clone()
}

fn first_value(column: &Column) -> String {
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
