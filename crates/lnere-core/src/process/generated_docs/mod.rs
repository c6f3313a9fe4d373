/*!
Generates docs/process-file.md and docs/process-file.schema.json from the structs that read the
process file: every key of it and of the files that it names. `cargo xtask docs` writes both again.

A key without a comment, an example or a default fails a test here. The tests also check that the
program accepts the examples, and that an explicit default changes nothing.
*/

mod field_order;
mod file_schema;
mod reference_page;
mod schema_examples;
mod value_schemas;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use self::file_schema::{FileSchema, Table};
use self::reference_page::PagePart;
use self::schema_examples::{DefaultKeys, example_document};
use super::accepted_exports::{AcceptedExports, RawAcceptedExports};
use super::postal_tariff::{RawTariff, Tariff};
use super::raw_process::RawProcess;
use super::validate::{self, PERMITTED_YEARS};
use super::{Process, ProcessError};
use crate::catalog::Catalogs;

pub(super) use self::value_schemas::{Currency, Day, LineOrAuto, Share};

fn repository_root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Compares a page with the committed file, or writes it.
fn assert_up_to_date(page: &str, text: &str) {
    let path = repository_root().join("docs").join(page);
    if std::env::var_os("LNERE_UPDATE_DOCS").is_some() {
        fs::write(&path, text).unwrap();
    }
    let committed = fs::read_to_string(&path).unwrap_or_default();
    let mut lines = (1..).zip(committed.lines().zip(text.lines()));
    let first = lines.find(|(_, (committed, generated))| committed != generated);
    assert!(committed == text, "docs/{page} differs from what the code says: run `cargo xtask docs`; {first:#?}");
}

/// The process file, and the files that only it names.
fn documented_files() -> [FileSchema; 3] {
    [
        FileSchema::for_type::<RawProcess>(),
        FileSchema::for_type::<RawTariff>(),
        FileSchema::for_type::<RawAcceptedExports>(),
    ]
}

fn reference_text() -> String {
    let [process, tariff, accepted] = documented_files();
    let introduction = format!(
        "# Process file: every key\n\n{}\n\n\
         - A table is a section, `[limits]`, or a value in braces: `limits = {{ records = 5_000_000 }}`.\n\
         - An entry of a list of tables is a section in double brackets, or a value in braces.\n\
         - A date has no quotes: `2020-09-01`. Years are {} to {}.\n\
         - A key that is not on this page ends the command with exit code 2. So does any other mistake.\n  \
           The message names the file and the line.\n\n{}\n",
        reference_page::wrapped_with_links(
            "For the engineer who writes a process file. [configuration.md](configuration.md) describes the tasks. \
             `cargo xtask docs` writes this page from the code that reads the file. A process file is TOML:"
        ),
        PERMITTED_YEARS.start(),
        PERMITTED_YEARS.end(),
        reference_page::wrapped_with_links(
            "[process-file.schema.json](process-file.schema.json) has the same for editors with a TOML language \
             server, such as [Taplo](https://taplo.tamasfe.dev). The first line of the process files in `pipelines` \
             names it. The editor then completes keys, shows their meanings and marks mistakes."
        ),
    );
    let parts = [
        PagePart { title: None, introduction: "The keys before the first section.", schema: &process },
        PagePart {
            title: Some("Tariff"),
            introduction: "The file that `[postal] tariff` names: the cost of one postal package, by country.",
            schema: &tariff,
        },
        PagePart {
            title: Some("Accepted exports"),
            introduction: "The file that `[thresholds] accepted` names. `lnere accept` writes it.",
            schema: &accepted,
        },
    ];
    reference_page::render_reference(&introduction, &parts)
}

#[test]
fn the_page_of_the_process_file_is_up_to_date() {
    assert_up_to_date("process-file.md", &reference_text());
}

#[test]
fn the_schema_of_the_process_file_is_up_to_date() {
    let [process, ..] = documented_files();
    assert_up_to_date("process-file.schema.json", &format!("{:#}\n", process.for_editors()));
}

#[test]
fn every_key_has_a_meaning_and_an_example_and_is_required_or_has_a_default() {
    fn collect_problems(table: &Table, path: &str, problems: &mut Vec<String>) {
        for key in &table.keys {
            let path = format!("{path}{}", key.name);
            if key.meaning.is_empty() {
                problems.push(format!("{path} has no comment"));
            }
            if key.nested_table().is_none() && key.example.is_none() {
                problems.push(format!("{path} has no example"));
            }
            let has_default = key.default.is_some() || key.if_absent.is_some() || key.is_optional_table();
            if key.is_required == has_default {
                problems.push(format!("{path} has a default and is required, or neither"));
            }
            if let Some(table) = key.nested_table() {
                collect_problems(table, &format!("{path}."), problems);
            }
        }
    }
    let mut problems = Vec::new();
    for file in documented_files() {
        collect_problems(&file.table, "", &mut problems);
    }
    assert!(problems.is_empty(), "{problems:#?}");
}

#[test]
fn links_of_the_page_lead_to_its_sections() {
    let text = reference_text();
    let anchors = reference_page::heading_anchors(&text);
    let different: BTreeSet<&String> = anchors.iter().collect();
    assert_eq!(different.len(), anchors.len(), "two sections have one anchor: {anchors:#?}");
    for target in text.split("](#").skip(1).filter_map(|rest| rest.split(')').next()) {
        assert!(anchors.iter().any(|anchor| anchor == target), "no section has the anchor {target}");
    }
}

/// Pairs of sets of exclusive keys. One document leaves out the first set, another document the
/// second.
const EXCLUSIVE_KEYS: [&[&str]; 2] = [
    &["dimensions.ages", "audiences.publico.merge.rest", "projection.reference.curve"],
    &[
        "dimensions.categories",
        "audiences.publico.merge.of",
        "projection.reference.process",
        "projection.reference.inputs",
    ],
];

/// The process of a document as text, without its line numbers.
fn process_debug_text(document: &toml::Table) -> String {
    let process = format!("{:#?}", read_document(document).unwrap_or_else(|error| panic!("{error}\n{document}")));
    process.lines().filter(|line| !line.trim_start().starts_with("line:")).collect::<Vec<_>>().join("\n")
}

/// Reads a document like a file in `pipelines`.
fn read_document(document: &toml::Table) -> Result<Process, ProcessError> {
    let text = toml::to_string(document).unwrap();
    validate::validate_process(&repository_root().join("pipelines/example.toml"), &text).map(|(process, _)| process)
}

/// A document of examples, whose process opens after the curve of the reference ended.
fn example_process_file(defaults: DefaultKeys, absent: &[&str]) -> toml::Table {
    let [file, ..] = documented_files();
    let mut document = example_document(&file.table, defaults, absent);
    if !absent.contains(&"projection.reference.curve") {
        let later = "election_day = 2024-06-02\nregistration = { opens = 2023-09-01, closes = 2024-02-25 }";
        document.extend(later.parse::<toml::Table>().unwrap());
    }
    document
}

#[test]
fn the_program_reads_the_examples() {
    for absent in EXCLUSIVE_KEYS {
        process_debug_text(&example_process_file(DefaultKeys::Examples, absent));
    }

    let [_, tariff, accepted] = documented_files();
    let folder = tempfile::tempdir().unwrap();
    let mut document = schema_examples::example_document(&tariff.table, DefaultKeys::Examples, &[]);
    let others = schema_examples::example_document(&tariff.table, DefaultKeys::Examples, &["rate.countries"]);
    document["rate"].as_array_mut().unwrap().extend(others["rate"].as_array().unwrap().clone());
    let path = folder.path().join("tarifa.toml");
    fs::write(&path, toml::to_string(&document).unwrap()).unwrap();
    let catalogs = Catalogs::load(&repository_root().join("pipelines/catalogos")).unwrap();
    Tariff::load(&path, &catalogs).unwrap();

    let document = schema_examples::example_document(&accepted.table, DefaultKeys::Examples, &[]);
    AcceptedExports::parse(&path, &toml::to_string(&document).unwrap()).unwrap();
}

#[test]
fn a_default_that_is_written_down_changes_nothing() {
    for absent in EXCLUSIVE_KEYS {
        let written = process_debug_text(&example_process_file(DefaultKeys::Written, absent));
        assert_eq!(written, process_debug_text(&example_process_file(DefaultKeys::Absent, absent)));
        assert_ne!(written, process_debug_text(&example_process_file(DefaultKeys::Examples, absent)));
    }
}

#[test]
fn a_required_key_is_missed() {
    fn collect_required_paths(table: &Table, path: &str, paths: &mut Vec<String>) {
        for key in &table.keys {
            let path = format!("{path}{}", key.name);
            // The example of a whole table has the keys of the table.
            if let (Some(table), None) = (key.nested_table(), &key.example) {
                collect_required_paths(table, &format!("{path}."), paths);
            }
            paths.extend(Some(path).filter(|_| key.is_required));
        }
    }
    let [file, ..] = documented_files();
    let mut paths = Vec::new();
    collect_required_paths(&file.table, "", &mut paths);
    for path in &paths {
        let has = |absent: &&[&str]| absent.iter().all(|one| path != one && !path.starts_with(&format!("{one}.")));
        let absent = EXCLUSIVE_KEYS.into_iter().find(has).unwrap();
        let without = [absent, &[path.as_str()]].concat();
        assert!(
            read_document(&example_process_file(DefaultKeys::Examples, &without)).is_err(),
            "without {path} the file is read"
        );
    }
}
