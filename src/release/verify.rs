/*!
A release read again with other eyes: checksums, files, schemas, metadata, totals.
*/

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fs;
use std::io;
use std::path::Path;

use super::datapackage;
use super::manifest::{Manifest, TableRecord};
use super::publications::{PUBLIC, PublicManifest};
use super::verify_board::board_findings;
use super::verify_public::{leaks, public_findings};
use super::{CHECKSUMS, DATA_PACKAGE, MANIFEST, table_file};
use crate::calendar::Corte;
use crate::checksum::sha256;
use crate::message::{counted, shown};
use crate::process::Part;
use crate::tables::{self, Metadata, Table};

/// Something about a release that is not as it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The file, by its path in the release.
    pub file: String,
    /// What is wrong with it.
    pub problem: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", shown(&self.file), self.problem)
    }
}

impl Finding {
    /// The same of a folder within a release.
    pub(super) fn within(self, folder: &str) -> Self {
        Self { file: format!("{folder}/{}", self.file), ..self }
    }
}

pub(super) fn finding(file: impl Into<String>, problem: impl fmt::Display) -> Finding {
    Finding { file: file.into(), problem: problem.to_string() }
}

/// Everything that is wrong with a release, or with the public part of one; nothing: it is what it says, and what is
/// public gives nothing away.
#[must_use]
pub fn verify(release: &Path) -> Vec<Finding> {
    // Whether it lies in an output is in its path, which a link or a relative path does not show.
    let release = &fs::canonicalize(release).unwrap_or_else(|_| release.to_owned());
    if PublicManifest::read(release).is_ok() {
        let exact = release.parent().and_then(|whole| Manifest::read(whole).ok().map(|_| read_back(whole).1));
        let mut findings = public_findings(release, exact.as_deref());
        findings.extend(leaks(release));
        return findings;
    }
    let mut findings = read_back(release).0;
    let public = release.join(PUBLIC);
    if public.is_dir() {
        findings.extend(leaks(&public).into_iter().map(|finding| finding.within(PUBLIC)));
    }
    findings
}

/// Everything that is wrong with a release, and its tables as far as they can be read.
pub(super) fn read_back(release: &Path) -> (Vec<Finding>, Vec<Table>) {
    let Integrity { mut findings, files, .. } = integrity(release);
    let mut tables = Vec::new();
    match Manifest::read(release) {
        Err(error) => findings.push(finding(MANIFEST, error)),
        Ok(manifest) => findings.extend(contents(release, &manifest, &files, &mut tables)),
    }
    (findings, tables)
}

/// The files of a release held against their checksums.
#[derive(Default)]
pub(super) struct Integrity {
    /// Every file that is not as it was published, is missing, or is one too many.
    pub findings: Vec<Finding>,
    /// Every file, by its path in the release.
    pub files: BTreeSet<String>,
    /// Why one that is there could not be read; this may pass, and says nothing against the release.
    pub unreadable: Option<io::Error>,
}

impl Integrity {
    fn cannot_read(&mut self, file: &str, error: io::Error) {
        self.findings.push(finding(file, &error));
        if !matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::InvalidData) {
            self.unreadable.get_or_insert(error);
        }
    }
}

/// Holds every file of a release against `SHA256SUMS`.
pub(super) fn integrity(release: &Path) -> Integrity {
    let mut found = Integrity::default();
    let mut files = BTreeSet::new();
    let listed = list(release, "", &mut files, &mut found.findings);
    if let Err(error) = listed.and_then(|()| checksums(release, &files, &mut found)) {
        found.cannot_read(CHECKSUMS, error);
    }
    Integrity { files, ..found }
}

fn checksums(release: &Path, files: &BTreeSet<String>, integrity: &mut Integrity) -> io::Result<()> {
    let text = fs::read_to_string(release.join(CHECKSUMS))?;
    let findings = &mut integrity.findings;
    let mut expected = BTreeMap::new();
    for line in text.lines() {
        match line.split_once("  ") {
            Some((sum, name)) => {
                expected.insert(name.to_owned(), sum.to_owned());
            }
            None => findings.push(finding(CHECKSUMS, "a line is no checksum and name")),
        }
    }
    let canonical = expected.iter().fold(String::new(), |text, (name, sum)| text + sum + "  " + name + "\n");
    if canonical != text {
        findings.push(finding(CHECKSUMS, "is not as it was written: a line end, or the order of its lines"));
    }
    for name in files {
        match expected.remove(name) {
            None if name == CHECKSUMS => {}
            None => integrity.findings.push(finding(name, "is not in SHA256SUMS: it was not published")),
            Some(sum) => match fs::read(release.join(name)) {
                Err(error) => integrity.cannot_read(name, error),
                Ok(bytes) if sha256(&bytes) != sum => {
                    integrity.findings.push(finding(name, "has changed since it was published"));
                }
                Ok(_) => {}
            },
        }
    }
    integrity.findings.extend(expected.keys().map(|name| finding(name, "is missing")));
    Ok(())
}

/// The files below a folder, by their path in the release.
fn list(folder: &Path, prefix: &str, found: &mut BTreeSet<String>, findings: &mut Vec<Finding>) -> io::Result<()> {
    let entries = fs::read_dir(folder)?.collect::<io::Result<Vec<_>>>()?;
    if entries.is_empty() {
        // No release has an empty folder; under its own name it is a file too many.
        found.insert(prefix.to_owned());
    }
    for entry in entries {
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        let kind = entry.file_type()?;
        if kind.is_dir() {
            list(&entry.path(), &format!("{name}/"), found, findings)?;
            continue;
        }
        if !kind.is_file() {
            findings.push(finding(&name, "is a link or a device: a release holds files alone"));
        }
        found.insert(name);
    }
    Ok(())
}

/// Reads the tables that the manifest names, and adds them up.
fn contents(release: &Path, manifest: &Manifest, files: &BTreeSet<String>, read: &mut Vec<Table>) -> Vec<Finding> {
    let Ok(corte) = manifest.corte.parse::<Corte>() else {
        return vec![finding(MANIFEST, "its corte is not the end of a quincena")];
    };
    let metadata = Metadata::new(&manifest.process, corte, manifest.notice.as_deref());
    let mut findings = Vec::new();
    // One that cannot be read describes no table.
    let package = fs::read(release.join(DATA_PACKAGE)).ok();
    let package = package.and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default();
    findings.extend(datapackage::misses(&package, manifest.notice.as_deref()));
    for record in &manifest.tables {
        let file = table_file(&record.name);
        let Some(table) = described(release, record, &metadata, &package, &mut findings) else { continue };
        // A sum of what may be hidden is none, so that such a column would not be added up below.
        if let Some((name, _)) = table.columns.iter().find(|(_, column)| column.can_hide()) {
            findings.push(finding(&file, format!("its column {name} can hide numbers, and this table is exact")));
        }
        read.push(table);
    }
    findings.extend(unnamed(files, manifest));
    let public = release.join(PUBLIC);
    if manifest.has(Part::Publico) {
        findings.extend(public_findings(&public, Some(read)).into_iter().map(|finding| finding.within(PUBLIC)));
        let same = |public: &PublicManifest| {
            (&public.process, &public.corte, public.revision) == (&manifest.process, &manifest.corte, manifest.revision)
                && public.notice == manifest.notice
        };
        if PublicManifest::read(&public).is_ok_and(|public| !same(&public)) {
            findings.push(finding(format!("{PUBLIC}/{MANIFEST}"), "is of another release, or has another notice"));
        }
    } else if public.exists() {
        findings.push(finding(PUBLIC, "is no part of the manifest"));
    }
    findings.extend(board_findings(release, manifest, read));
    let imbalances = tables::imbalances(read, corte).into_iter().chain(tables::against_totals(read, &manifest.totals));
    findings.extend(imbalances.map(|imbalance| finding("tablas", imbalance.message)));
    findings
}

/// Reads a table and holds it against its record, the data dictionary and the descriptor; `None` where it cannot be read.
pub(super) fn described(
    folder: &Path,
    record: &TableRecord,
    metadata: &Metadata,
    package: &serde_json::Value,
    findings: &mut Vec<Finding>,
) -> Option<Table> {
    let file = table_file(&record.name);
    let read = fs::read(folder.join(&file)).map_err(|error| error.to_string()).and_then(|bytes| {
        let pairs = tables::metadata_of(bytes.clone()).map_err(|error| error.to_string())?;
        let table = tables::read(&record.name, bytes).map_err(|error| error.to_string())?;
        Ok((pairs, table))
    });
    let (pairs, table) = match read {
        Err(error) => {
            findings.push(finding(file, error));
            return None;
        }
        Ok(read) => read,
    };
    let columns: Vec<&str> = record.columns.iter().map(String::as_str).collect();
    if table.columns.iter().map(|(name, _)| name.as_str()).ne(columns.iter().copied()) {
        findings.push(finding(&file, "its columns are not those of the manifest"));
    }
    if table.rows() != record.rows {
        findings.push(finding(&file, format!("{}, the manifest says {}", counted(table.rows(), "row"), record.rows)));
    }
    let version = |pairs: &[(String, String)]| -> Vec<(String, String)> {
        pairs.iter().filter(|(key, _)| key != "lnere.version").cloned().collect()
    };
    if version(&pairs) != version(&metadata.pairs(&columns)) {
        findings.push(finding(&file, "its metadata are not those of the data dictionary"));
    }
    if !datapackage::describes(package, &table, record) {
        findings.push(finding(DATA_PACKAGE, format!("does not describe the table {} as it is", record.name)));
    }
    if !is_sorted(&table, &record.key) {
        findings.push(finding(&file, "its rows are not sorted by their keys, or a key is there twice"));
    }
    Some(table)
}

/// Tables that the manifest does not name, and charts and packages that it counts and that are not there.
fn unnamed(files: &BTreeSet<String>, manifest: &Manifest) -> Vec<Finding> {
    let named: BTreeSet<String> = manifest.tables.iter().map(|record| table_file(&record.name)).collect();
    let tables = files.iter().filter(|name| name.starts_with("tablas/") && !named.contains(*name));
    let mut findings: Vec<Finding> = tables.map(|name| finding(name, "is no table of the manifest")).collect();
    let expected = [
        ("graficas", "chart", "svg", manifest.charts),
        ("graficas", "chart", "png", manifest.charts),
        ("paquetes", "package", "zip", manifest.packages),
        ("paquetes", "workbook", "xlsx", manifest.packages),
        ("paquetes", "report", "pdf", manifest.reports),
    ];
    for (folder, what, ending, expected) in expected {
        let is_one = |name: &&String| name.starts_with(&format!("{folder}/")) && name.ends_with(&format!(".{ending}"));
        let there = files.iter().filter(is_one).count();
        if there != expected {
            let there = counted(there, what);
            findings.push(finding(folder, format!("{there} as {ending}, the manifest says {expected}")));
        }
    }
    findings
}

fn is_sorted(table: &Table, key: &[String]) -> bool {
    use crate::tables::Column;
    let columns: Vec<&Column> = key.iter().filter_map(|name| table.column(name)).collect();
    let compare = |a: usize, b: usize| {
        let orders = columns.iter().map(|column| match column {
            Column::Int(values) => values[a].cmp(&values[b]),
            Column::Text(values) => values[a].as_bytes().cmp(values[b].as_bytes()),
            Column::Date(values) => values[a].cmp(&values[b]),
            Column::Real(values) => values[a].total_cmp(&values[b]),
            Column::Bool(values) => values[a].cmp(&values[b]),
            // What can be hidden tells no rows apart: such a key is not sorted, and said so.
            Column::MaybeInt(_) | Column::MaybeReal(_) => std::cmp::Ordering::Equal,
        });
        orders.fold(std::cmp::Ordering::Equal, std::cmp::Ordering::then)
    };
    columns.len() == key.len() && (1..table.rows()).all(|row| compare(row - 1, row).is_lt())
}
