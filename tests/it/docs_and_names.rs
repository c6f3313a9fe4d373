//! Tests of the documents: links have targets, the first pages are short, and lines of prose are
//! limited. Also tests of the code: no retired word is a name.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The files below a folder of the repository with an extension, without built or installed ones.
fn files(folder: &str, extension: &str) -> Vec<PathBuf> {
    let (mut folders, mut files) = (vec![root().join(folder)], Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
            let (path, name) = (entry.path(), entry.file_name());
            if entry.file_type().unwrap().is_dir() {
                let is_ours = !["target", "node_modules", "out", ".git"].iter().any(|other| name == *other);
                folders.extend(is_ours.then_some(path));
            } else if path.extension().is_some_and(|other| other == extension) {
                files.push(path);
            }
        }
    }
    files.sort();
    assert!(!files.is_empty(), "no .{extension} is there");
    files
}

#[test]
fn links_lead_somewhere() {
    let mut broken = Vec::new();
    for page in files("", "md") {
        let text = fs::read_to_string(&page).unwrap();
        for target in text.split("](").skip(1).filter_map(|rest| rest.split_once(')')).map(|(target, _)| target) {
            let path = target.split('#').next().unwrap_or_default();
            if !path.is_empty() && !path.contains(':') && !page.parent().unwrap().join(path).exists() {
                broken.push(format!("{}: {target}", page.display()));
            }
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
}

#[test]
fn the_first_pages_are_short() {
    for (page, most) in [("README.md", 120), ("README.es.md", 120), ("ARCHITECTURE.md", 150)] {
        let lines = fs::read_to_string(root().join(page)).unwrap().lines().count();
        assert!(lines <= most, "{page} has {lines} lines, at most {most} are read");
    }
}

/// Tables, code, links and quoted outputs may be longer. Generated pages are exempt.
#[test]
fn prose_fits_in_100_characters() {
    let mut long = Vec::new();
    let is_generated = |page: &Path| page.ends_with("docs/evaluation.md");
    for page in files("", "md").into_iter().filter(|page| !is_generated(page)) {
        let (text, mut is_code) = (fs::read_to_string(&page).unwrap(), false);
        for (number, line) in (1..).zip(text.lines()) {
            is_code ^= line.trim_start().starts_with("```");
            let is_prose = !is_code && !line.starts_with(['|', '!']) && !line.starts_with("    ");
            if is_prose && line.chars().count() > 100 && !line.contains("](") {
                long.push(format!("{}:{number}", page.display()));
            }
        }
    }
    assert!(long.is_empty(), "{long:#?}");
}

/// Words of `docs/glossary.md` that are wrong in every name.
const RETIRED_WORDS: [&str; 12] = [
    "basis",
    "board",
    "desk",
    "ingredients",
    "lab",
    "outlook",
    "parcel",
    "press",
    "room",
    "tame",
    "useless",
    "witness",
];

#[test]
fn no_retired_word_names_anything() {
    let keywords = ["fn ", "struct ", "enum ", "trait ", "mod ", "type ", "const ", "static "];
    let mut found = BTreeSet::new();
    let sources = ["src", "crates"].into_iter().flat_map(|folder| files(folder, "rs"));
    for source in sources.filter(|path| !path.to_string_lossy().contains("/tests/")) {
        for line in fs::read_to_string(&source).unwrap().lines().map(str::trim_start) {
            let line = line.split_once("//").map_or(line, |(code, _)| code);
            for name in keywords.iter().filter_map(|keyword| Some(line.split_once(keyword)?.1)) {
                let name: String =
                    name.chars().take_while(|letter| letter.is_alphanumeric() || *letter == '_').collect();
                if words_of_name(&name).iter().any(|word| RETIRED_WORDS.contains(&word.as_str())) {
                    found.insert(format!("{}: {name}", source.display()));
                }
            }
        }
    }
    assert!(found.is_empty(), "docs/glossary.md has the words to use instead: {found:#?}");
}

/// A misspelt constant of `lnere_core::column_names` does not compile, but a misspelt text would be
/// a missing column.
#[test]
fn columns_are_named_by_constants() {
    let names: Vec<String> =
        constants().into_iter().filter(|name| name.contains('_')).map(|name| format!("\"{name}\"")).collect();
    let mut found = Vec::new();
    for source in ["src", "crates"].into_iter().flat_map(|folder| files(folder, "rs")) {
        let path = source.to_string_lossy().into_owned();
        if ["/tests", "test_release.rs", "lnere-core/src/column_names.rs"].iter().any(|part| path.contains(part)) {
            continue;
        }
        let text = fs::read_to_string(&source).unwrap();
        let program = text.split("#[cfg(test)]\nmod").next().unwrap_or_default().lines();
        for (number, line) in (1..).zip(program).filter(|(_, line)| !line.contains("#[") && !line.contains("//")) {
            if names.iter().any(|name| line.contains(name)) {
                found.push(format!("{path}:{number}"));
            }
        }
    }
    assert!(found.is_empty(), "use a constant of lnere_core::column_names: {found:#?}");
}

/// Each column of the dictionary has a constant, and each constant a column.
#[test]
fn the_dictionary_and_the_constants_have_the_same_columns() {
    let tables = fs::read_to_string(root().join("docs/tables.md")).unwrap();
    let rows = tables.lines().filter_map(|line| Some(line.strip_prefix("| `")?.split_once('`')?.0));
    let mut columns: BTreeSet<String> = rows.map(str::to_owned).collect();
    // Only public tables have these columns.
    columns.extend(["cifra", "etiqueta", "protegida", "revision"].map(str::to_owned));
    assert_eq!(columns, constants());
}

/// `cargo test -p` for any crate then requests the same features as the workspace, and does not
/// rebuild dependencies.
#[test]
fn every_crate_shares_the_features_of_all_dependencies() {
    let manifest = |path: &Path| -> toml::Table { fs::read_to_string(path).unwrap().parse().unwrap() };
    let keys = |table: &toml::Value| table.as_table().unwrap().keys().cloned().collect::<BTreeSet<String>>();
    let workspace = manifest(&root().join("Cargo.toml"));
    let mut external = keys(&workspace["workspace"]["dependencies"]);
    external.retain(|name| !name.starts_with("lnere-"));
    assert_eq!(keys(&manifest(&root().join("crates/lnere-workspace-hack/Cargo.toml"))["dependencies"]), external);
    for entry in fs::read_dir(root().join("crates")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() && name.starts_with("lnere-") && name != "lnere-workspace-hack" {
            let manifest = manifest(&path.join("Cargo.toml"));
            assert!(keys(&manifest["dev-dependencies"]).contains("lnere-workspace-hack"), "{name}");
        }
    }
}

/// The values of the constants of `lnere_core::column_names`.
fn constants() -> BTreeSet<String> {
    let source = fs::read_to_string(root().join("crates/lnere-core/src/column_names.rs")).unwrap();
    let lines = source.lines().filter(|line| line.ends_with("\";"));
    lines.filter_map(|line| Some(line.split('"').nth(1)?.to_owned())).collect()
}

/// Splits a name: `DashboardData` and `dashboard_data` become `dashboard`, `data`.
fn words_of_name(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    for letter in name.chars() {
        if letter == '_' || letter.is_uppercase() {
            words.push(String::new());
        }
        if letter != '_' {
            words.last_mut().unwrap().extend(letter.to_lowercase());
        }
    }
    words
}
