/*!
Verifies a release independently: checksums, files, schemas, metadata, totals.
*/

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fmt;
use std::io;
use std::path::Path;

use rustix::fs::FileType;
use serde_json::Value;

use super::datapackage::{self, StatedMeaning};
use super::manifest::{Manifest, TableRecord, unreadable_content_error};
use super::publications::{PUBLIC_FOLDER, PublicManifest};
use super::release_folder::{FolderListing, ReleaseFolder, not_regular_error};
use super::verify_dashboard::{dashboard_findings, page_findings};
use super::verify_public::{disclosure_findings, public_findings};
use super::{CHECKSUMS_FILE_NAME, DATA_PACKAGE_FILE, MANIFEST_FILE, table_path};
use lnere_core::calendar::Corte;
use lnere_core::process::ReleasePart;
use lnere_core::terminal_text::escaped_name;
use lnere_messages::{count, message};
use lnere_tables::dictionary::{Dictionary, OPTIONAL_COLUMNS, SCHEMA_VERSION};
use lnere_tables::{Imbalance, Table};

/// The number of attempts to read files that are replaced during reading.
pub(super) const MAX_READ_ATTEMPTS: u32 = 5;

/// A finding and the file that it concerns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The file, by its path in the release.
    pub file: String,
    /// The message.
    pub problem: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", escaped_name(&self.file), self.problem)
    }
}

pub(super) fn new_finding(file: impl Into<String>, problem: impl fmt::Display) -> Finding {
    Finding { file: file.into(), problem: problem.to_string() }
}

/// The result of verifying a release.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verification {
    /// Contradictions between the release and its own statements.
    pub findings: Vec<Finding>,
    /// The checks that could not run, for example on an unreadable file. They do not invalidate the
    /// release.
    pub unrun_checks: Vec<Finding>,
    /// Differences from what this program would write, which mean that another version wrote the
    /// release.
    pub version_notes: Vec<Finding>,
}

impl Verification {
    /// Whether all checks ran and found nothing.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.findings.is_empty() && self.unrun_checks.is_empty()
    }

    /// The same findings for a folder within a release.
    pub(super) fn with_folder_prefix(mut self, folder: &str) -> Self {
        for found in [&mut self.findings, &mut self.unrun_checks, &mut self.version_notes].into_iter().flatten() {
            found.file = format!("{folder}/{}", found.file);
        }
        self
    }

    pub(super) fn extend(&mut self, other: Self) {
        self.findings.extend(other.findings);
        self.unrun_checks.extend(other.unrun_checks);
        self.version_notes.extend(other.version_notes);
    }

    pub(super) fn add_finding(&mut self, file: impl Into<String>, problem: impl fmt::Display) {
        self.findings.push(new_finding(file, problem));
    }

    /// Adds a note on a difference from what this program would write, once.
    pub(super) fn add_note(&mut self, file: impl Into<String>, problem: impl fmt::Display) {
        let note = new_finding(file, problem);
        if !self.version_notes.contains(&note) {
            self.version_notes.push(note);
        }
    }

    /// Adds the reason why a file could not be read, once: a finding, or a check that could not
    /// run.
    pub(super) fn add_read_failure(&mut self, file: impl Into<String>, error: &io::Error) {
        let failed = new_finding(file, read_failure_in_words(error));
        let found = if is_release_fault(error) { &mut self.findings } else { &mut self.unrun_checks };
        if !found.contains(&failed) {
            found.push(failed);
        }
    }
}

/// Whether an error is evidence against the release. Other errors, such as a missing permission or
/// a failing disk, are not.
pub(super) fn is_release_fault(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory | io::ErrorKind::InvalidData)
}

/// An error of a file of a release, with a code. An error of this crate has one already.
fn read_failure_in_words(error: &io::Error) -> String {
    match error.kind() {
        _ if error.raw_os_error().is_none() => error.to_string(),
        io::ErrorKind::NotFound => message!("L441-not-found", error),
        _ => message!("L448-unreadable", error),
    }
}

/// An error and its causes on one line.
pub(super) fn error_with_causes(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(&format!(": {error}"));
        cause = error.source();
    }
    text
}

/// Verifies a release or its public part: its own statements, and that publications disclose
/// nothing.
#[must_use]
pub fn verify(release: &Path) -> Verification {
    for _ in 0..MAX_READ_ATTEMPTS {
        let folder = match ReleaseFolder::open(release) {
            Ok(folder) => folder,
            Err(error) => {
                let mut verification = Verification::default();
                verification.add_read_failure(MANIFEST_FILE, &error);
                return verification;
            }
        };
        let verification = folder.verify();
        // The findings concern the opened folder. If the path leads to another folder by now, the
        // verification runs again.
        if verification.is_sound() || folder.is_at(release) {
            return verification;
        }
    }
    let problem = message!("L446-replaced-each-time", attempts = MAX_READ_ATTEMPTS);
    Verification { unrun_checks: vec![new_finding(MANIFEST_FILE, problem)], ..Verification::default() }
}

impl ReleaseFolder {
    /// Verifies an open release.
    #[must_use]
    pub fn verify(&self) -> Verification {
        if PublicManifest::from_folder(self).is_ok() {
            let whole = self.open_parent().ok().filter(|whole| Manifest::from_folder(whole).is_ok());
            let exact = whole.map(|whole| verify_and_read_tables(&whole).1);
            let mut verification = public_findings(self, exact.as_deref());
            verification.extend(disclosure_findings(self));
            return verification;
        }
        let mut verification = verify_and_read_tables(self).0;
        if let Ok(public) = self.open_folder(PUBLIC_FOLDER) {
            verification.extend(disclosure_findings(&public).with_folder_prefix(PUBLIC_FOLDER));
        }
        verification
    }
}

/// The findings about a release, and its readable tables.
pub(super) fn verify_and_read_tables(release: &ReleaseFolder) -> (Verification, Vec<Table>) {
    let IntegrityCheck { mut verification, listing } = check_integrity(release);
    let mut tables = Vec::new();
    match Manifest::from_folder(release) {
        Err(error) => verification.add_read_failure(MANIFEST_FILE, &error),
        Ok(manifest) => check_contents(release, &manifest, &listing, &mut tables, &mut verification),
    }
    (verification, tables)
}

/// The comparison of the files of a release with their checksums.
#[derive(Default)]
pub(super) struct IntegrityCheck {
    /// Files that differ, are missing or are additional, and files that could not be read.
    pub verification: Verification,
    /// The files on disk.
    pub listing: FolderListing,
}

/// Compares every file of a release with `SHA256SUMS`.
pub(super) fn check_integrity(release: &ReleaseFolder) -> IntegrityCheck {
    let listing = release.list_entries();
    let mut verification = Verification::default();
    for (folder, error) in &listing.unreadable_folders {
        verification.add_read_failure(folder, error);
    }
    for (name, kind) in &listing.entries {
        if !matches!(kind, FileType::RegularFile | FileType::Directory) {
            verification.add_read_failure(name, &not_regular_error(*kind));
        }
    }
    match release.read(CHECKSUMS_FILE_NAME).map(String::from_utf8) {
        Err(error) => verification.add_read_failure(CHECKSUMS_FILE_NAME, &error),
        Ok(Err(error)) => {
            verification.add_finding(CHECKSUMS_FILE_NAME, message!("L443-checksums-not-text", error));
        }
        Ok(Ok(sums)) => check_checksums(release, &sums, &listing, &mut verification),
    }
    IntegrityCheck { verification, listing }
}

fn check_checksums(release: &ReleaseFolder, text: &str, listing: &FolderListing, verification: &mut Verification) {
    let mut expected = BTreeMap::new();
    for line in text.lines() {
        match line.split_once("  ") {
            Some((sum, name)) => {
                expected.insert(name.to_owned(), sum.to_owned());
            }
            None => verification.add_finding(CHECKSUMS_FILE_NAME, message!("L443-checksum-line")),
        }
    }
    let canonical = expected.iter().fold(String::new(), |text, (name, sum)| text + sum + "  " + name + "\n");
    if canonical != text {
        verification.add_finding(CHECKSUMS_FILE_NAME, message!("L443-checksums-not-canonical"));
    }
    for (name, kind) in &listing.entries {
        match expected.remove(name) {
            None if name == CHECKSUMS_FILE_NAME => {}
            None => verification.add_finding(name, message!("L442-not-published")),
            Some(_) if *kind != FileType::RegularFile => {}
            Some(sum) => match release.sha256(name) {
                Err(error) => verification.add_read_failure(name, &error),
                Ok(found) if found != sum => verification.add_finding(name, message!("L440-changed")),
                Ok(_) => {}
            },
        }
    }
    for name in expected.keys().filter(|name| listing.is_complete_for(name)) {
        verification.add_finding(name, message!("L441-missing"));
    }
}

/// The metadata that the tables of a manifest, public or not, must carry.
pub(super) struct ExpectedMetadata<'a> {
    pub process: &'a str,
    pub corte: &'a str,
    pub notice: Option<&'a str>,
    pub version: &'a str,
    pub schema: &'a str,
    /// The columns that the process file declared.
    pub dimensions: &'a [String],
}

/// Reads the tables that the manifest names, and checks their sums.
fn check_contents(
    release: &ReleaseFolder,
    manifest: &Manifest,
    listing: &FolderListing,
    read: &mut Vec<Table>,
    verification: &mut Verification,
) {
    let Ok(corte) = manifest.corte.parse::<Corte>() else {
        return verification.add_finding(MANIFEST_FILE, message!("L447-corte-no-quincena-end"));
    };
    let expected_metadata = ExpectedMetadata {
        process: &manifest.process,
        corte: &manifest.corte,
        notice: manifest.notice.as_deref(),
        version: &manifest.version,
        schema: &manifest.schema,
        dimensions: &manifest.dimensions,
    };
    for table in read_described_tables(release, &manifest.tables, &expected_metadata, verification) {
        // A column with suppressible counts has no sums to check below.
        let is_optional = |name: &str| OPTIONAL_COLUMNS.contains(&name);
        let hiding = table.columns.iter().find(|(name, column)| column.is_suppressible() && !is_optional(name));
        if let Some((name, _)) = hiding {
            verification.add_finding(table_path(&table.name), message!("L450-can-hide", column = name));
        }
        read.push(table);
    }
    verification.findings.extend(manifest_mismatches(listing, manifest));
    if manifest.has_part(ReleasePart::Publico) {
        match release.open_folder(PUBLIC_FOLDER) {
            Err(error) => verification.add_read_failure(PUBLIC_FOLDER, &error),
            Ok(public) => {
                let exact = (read.len() == manifest.tables.len()).then_some(&**read);
                verification.extend(public_part_findings(&public, manifest, exact).with_folder_prefix(PUBLIC_FOLDER));
            }
        }
    } else if release.contains(PUBLIC_FOLDER) {
        verification.add_finding(PUBLIC_FOLDER, message!("L451-no-part"));
    }
    let mut dashboard = dashboard_findings(release, manifest, read);
    let pages = page_findings(release, manifest, read);
    dashboard.verification.extend(pages.verification);
    dashboard.count_findings.extend(pages.count_findings);
    let imbalances = lnere_tables::imbalances(read, corte)
        .into_iter()
        .chain(lnere_tables::differences_from_totals(read, &manifest.totals));
    for imbalance in imbalances {
        let finding = new_finding("tablas", &imbalance);
        // Tables of another version may have other columns; this is not a contradiction.
        let is_noted = matches!(imbalance, Imbalance::Column(_)) && manifest.version != env!("CARGO_PKG_VERSION");
        let list = if is_noted { &mut verification.version_notes } else { &mut dashboard.count_findings };
        if !list.contains(&finding) {
            list.push(finding);
        }
    }
    verification.extend(dashboard.verification);
    // These sums depend on the names and meanings of columns, which another schema version may have
    // changed.
    let sum_findings =
        if is_current_schema(&manifest.schema) { &mut verification.findings } else { &mut verification.version_notes };
    sum_findings.extend(dashboard.count_findings);
}

/// The findings about the public part of a release, which must belong to that release.
fn public_part_findings(public: &ReleaseFolder, manifest: &Manifest, exact: Option<&[Table]>) -> Verification {
    let mut verification = public_findings(public, exact);
    let is_same = |public: &PublicManifest| {
        (&public.process, &public.corte, public.revision) == (&manifest.process, &manifest.corte, manifest.revision)
            && public.notice == manifest.notice
    };
    if PublicManifest::from_folder(public).is_ok_and(|public| !is_same(&public)) {
        verification.add_finding(MANIFEST_FILE, message!("L452-other-release"));
    }
    verification
}

/// Whether a schema version has the columns of this program.
pub(super) fn is_current_schema(schema: &str) -> bool {
    schema == SCHEMA_VERSION
}

/// Reads the tables of a folder, and compares each with its record, the descriptor and its own
/// metadata. Differences from the data dictionary of this program are noted. Unreadable tables are
/// left out.
pub(super) fn read_described_tables(
    folder: &ReleaseFolder,
    records: &[TableRecord],
    expected_metadata: &ExpectedMetadata,
    verification: &mut Verification,
) -> Vec<Table> {
    if !is_current_schema(expected_metadata.schema) {
        let schema = escaped_name(expected_metadata.schema);
        let problem = message!("L455-other-schema", schema, own_schema = SCHEMA_VERSION);
        verification.add_note(MANIFEST_FILE, problem);
    }
    let package = match folder.read(DATA_PACKAGE_FILE) {
        Err(error) => {
            verification.add_read_failure(DATA_PACKAGE_FILE, &error);
            None
        }
        Ok(bytes) => match serde_json::from_slice(&bytes) {
            Err(error) => {
                verification.add_finding(DATA_PACKAGE_FILE, unreadable_content_error(error));
                None
            }
            Ok(package) => Some(package),
        },
    };
    verification
        .findings
        .extend(package.as_ref().and_then(|package| datapackage::notice_finding(package, expected_metadata.notice)));
    let tables = records.iter().filter_map(|record| {
        let file = table_path(&record.name);
        let bytes = folder.read(&file).map_err(|error| verification.add_read_failure(&file, &error)).ok()?;
        let read = || Ok((lnere_tables::read_metadata(bytes.clone())?, lnere_tables::read(&record.name, bytes)?));
        let (pairs, table) =
            read().map_err(|error: lnere_tables::ParquetError| verification.add_finding(&file, error)).ok()?;
        table_findings(&table, record, &file, &pairs, expected_metadata, verification);
        let is_described =
            |package: &Value| datapackage::is_table_described(package, &table, record, &stated_meanings(&pairs));
        if package.as_ref().is_some_and(|package| !is_described(package)) {
            verification.add_finding(DATA_PACKAGE_FILE, message!("L450-table-undescribed", table = record.name));
        }
        Some(table)
    });
    tables.collect()
}

/// The meanings of its columns that a table states.
fn stated_meanings(pairs: &[(String, String)]) -> BTreeMap<String, StatedMeaning> {
    let columns = pairs.iter().find(|(key, _)| key == "lnere.columns").map(|(_, value)| value.as_str());
    serde_json::from_str(columns.unwrap_or_default()).unwrap_or_default()
}

/// Compares the table of a file with its record and its own metadata.
pub(super) fn table_findings(
    table: &Table,
    record: &TableRecord,
    file: &str,
    pairs: &[(String, String)],
    expected_metadata: &ExpectedMetadata,
    verification: &mut Verification,
) {
    let names = || table.columns.iter().map(|(name, _)| name);
    if !names().eq(&record.columns) {
        verification.add_finding(file, message!("L450-columns-differ"));
    }
    if table.row_count() != record.rows {
        let (rows, expected) = (count(table.row_count()), count(record.rows));
        verification.add_finding(file, message!("L450-rows-differ", rows, expected));
    }
    let stated: BTreeMap<&str, &str> = pairs.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
    let expected = [
        ("lnere.process", Some(expected_metadata.process)),
        ("lnere.corte", Some(expected_metadata.corte)),
        ("lnere.version", Some(expected_metadata.version)),
        ("lnere.schema", Some(expected_metadata.schema)),
        ("lnere.notice", expected_metadata.notice),
    ];
    for (key, _) in expected.iter().filter(|(key, value)| stated.get(key).copied() != *value) {
        verification.add_finding(file, message!("L450-metadata-differ", key));
    }
    if stated.len() != pairs.len() {
        verification.add_finding(file, message!("L450-metadata-twice"));
    }
    let meanings = stated_meanings(pairs);
    if !names().collect::<BTreeSet<_>>().into_iter().eq(meanings.keys()) {
        verification.add_finding(file, message!("L450-columns-undescribed"));
    }
    if !is_sorted(table, &record.key) {
        verification.add_finding(file, message!("L450-unsorted"));
    }
    let dictionary = Dictionary::default();
    // Only the process file states the meaning of a declared dimension.
    let columns = table.columns.iter().filter(|(name, _)| !expected_metadata.dimensions.contains(name));
    for (name, column) in columns {
        let problem = match (dictionary.meaning(name), meanings.get(name)) {
            (None, _) => message!("L455-unknown-column", column = escaped_name(name)),
            (Some(known), _) if known.column_type != column.column_type() => {
                message!("L455-other-type", column = name)
            }
            (Some(known), Some(stated)) if (&*known.es, &*known.en) != (&*stated.es, &*stated.en) => {
                message!("L455-other-words", column = name)
            }
            _ => continue,
        };
        verification.add_note(DATA_PACKAGE_FILE, problem);
    }
}

/// Tables that the manifest does not name, and missing charts and packages that it counts.
fn manifest_mismatches(listing: &FolderListing, manifest: &Manifest) -> Vec<Finding> {
    let named: BTreeSet<String> = manifest.tables.iter().map(|record| table_path(&record.name)).collect();
    let tables = listing.entries.keys().filter(|name| name.starts_with("tablas/") && !named.contains(*name));
    let mut findings: Vec<Finding> = tables.map(|name| new_finding(name, message!("L451-no-table"))).collect();
    let expected = [
        ("graficas", "svg", manifest.chart_count),
        ("graficas", "png", manifest.chart_count),
        ("paquetes", "zip", manifest.package_count),
        ("paquetes", "xlsx", manifest.package_count),
        ("paquetes", "pdf", manifest.reports),
        ("paquetes", "html", manifest.dashboard_pages),
    ];
    for (folder, ending, expected) in expected {
        let has_ending =
            |name: &&String| name.starts_with(&format!("{folder}/")) && name.ends_with(&format!(".{ending}"));
        let found_count = listing.entries.keys().filter(has_ending).count();
        if found_count != expected && listing.is_folder_complete(folder) {
            findings.push(new_finding(folder, count_difference(ending, found_count, expected)));
        }
    }
    findings
}

/// Another number of files with an ending than the manifest says.
pub(super) fn count_difference(ending: &str, found: usize, expected: usize) -> String {
    let (found, expected) = (count(found), count(expected));
    match ending {
        "zip" => message!("L451-packages-differ", found, ending, expected),
        "xlsx" => message!("L451-workbooks-differ", found, ending, expected),
        "pdf" => message!("L451-reports-differ", found, ending, expected),
        "html" => message!("L451-dashboard-pages-differ", found, ending, expected),
        _ => message!("L451-charts-differ", found, ending, expected),
    }
}

fn is_sorted(table: &Table, key: &[String]) -> bool {
    use lnere_tables::Column;
    let columns: Vec<&Column> = key.iter().filter_map(|name| table.column(name)).collect();
    let compare = |a: usize, b: usize| {
        let orders = columns.iter().map(|column| match column {
            Column::Int(values) => values[a].cmp(&values[b]),
            Column::Text(values) => values[a].as_bytes().cmp(values[b].as_bytes()),
            Column::Date(values) => values[a].cmp(&values[b]),
            Column::Real(values) => values[a].total_cmp(&values[b]),
            Column::Bool(values) => values[a].cmp(&values[b]),
            // A suppressible column cannot be part of a key; another finding reports such a key.
            Column::MaybeInt(_) | Column::MaybeReal(_) => std::cmp::Ordering::Equal,
        });
        orders.fold(std::cmp::Ordering::Equal, std::cmp::Ordering::then)
    };
    columns.len() == key.len() && (1..table.row_count()).all(|row| compare(row - 1, row).is_lt())
}
