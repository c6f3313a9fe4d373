/*!
Verifies the public part of a release: its files, its tables, and what they disclose.
*/

use lnere_core::column_names;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::os::unix::fs::DirEntryExt;
use std::path::{Path, PathBuf};

use super::data_catalogue::{CATALOGUE_FILE, stated_files};
use super::manifest::{TableRecord, unreadable_content_error};
use super::output_folder::Output;
use super::public_series_file::{
    PublicCorte, SERIES_CSV_FILE, SERIES_PARQUET_FILE, SERIES_TABLE, SeriesCell, SeriesFileRecord, stated_cells,
};
use super::publication_series::chain_problems;
use super::publications::{PublicManifest, Publication, PublicationError, PublicationRecord};
use super::release_folder::{FolderListing, ReleaseFolder};
use super::verify::{
    ExpectedMetadata, Finding, IntegrityCheck, MAX_READ_ATTEMPTS, Verification, check_integrity, count_difference,
    error_with_causes, is_release_fault, new_finding, read_described_tables, table_findings,
};
use super::{MANIFEST_FILE, PUBLIC_PAGE_FILE, PUBLIC_README_FILE, csv_table_path, table_path};
use lnere_core::calendar::Corte;
use lnere_core::checksum::sha256;
use lnere_disclosure::{CellId, ExactCounts, Insiders, Proofs, audit};
use lnere_messages::message;
use lnere_tables::{Column, Table};

/// The findings about a public folder, apart from disclosures. `exact` are the exact tables, if
/// they are available.
pub(super) fn public_findings(folder: &ReleaseFolder, exact: Option<&[Table]>) -> Verification {
    let IntegrityCheck { mut verification, listing } = check_integrity(folder);
    let manifest = match PublicManifest::from_folder(folder) {
        Err(error) => {
            verification.add_read_failure(MANIFEST_FILE, &error);
            return verification;
        }
        Ok(manifest) => manifest,
    };
    if manifest.corte.parse::<Corte>().is_err() {
        verification.add_finding(MANIFEST_FILE, message!("L447-corte-no-quincena-end"));
        return verification;
    }
    let origin = ExpectedMetadata {
        process: &manifest.process,
        corte: &manifest.corte,
        notice: manifest.notice.as_deref(),
        version: &manifest.version,
        schema: &manifest.schema,
        dimensions: &manifest.dimensions,
    };
    let public = read_described_tables(folder, &manifest.tables, &origin, &mut verification);
    for table in &public {
        let file = table_path(&table.name);
        verification.findings.extend(protection_flag_problems(table).map(|problem| new_finding(&file, problem)));
    }
    let has_csv = manifest.series_file.is_some();
    let named = |name: &String| {
        let is_of = |record: &TableRecord| {
            table_path(&record.name) == *name || (has_csv && csv_table_path(&record.name) == *name)
        };
        manifest.tables.iter().any(is_of)
    };
    if let Some(record) = &manifest.series_file {
        for table in &public {
            check_csv(folder, &csv_table_path(&table.name), table, &manifest.version, &mut verification);
        }
        check_series_file(folder, record, &manifest, &origin, &public, &mut verification);
        check_texts(folder, &manifest, &listing, &mut verification);
    }
    let strays = listing.entries.keys().filter(|name| name.starts_with("tablas/") && !named(name));
    verification.findings.extend(strays.map(|name| new_finding(name, message!("L451-no-table"))));
    for ending in [".svg", ".png"] {
        let is_one = |name: &&String| name.starts_with("graficas/") && name.ends_with(ending);
        let found_count = listing.entries.keys().filter(is_one).count();
        if found_count != manifest.chart_count && listing.is_folder_complete("graficas") {
            let problem = count_difference(ending, found_count, manifest.chart_count);
            verification.add_finding("graficas", problem);
        }
    }
    // An unreadable table neither suppresses nor shows a count.
    let exact = exact.filter(|_| public.len() == manifest.tables.len()).map(|exact| manifest.grain.exact_counts(exact));
    match exact {
        Some(Err(error)) => verification.add_finding(MANIFEST_FILE, error),
        Some(Ok(counts)) => verification.findings.extend(inexact_counts(&manifest, &public, &counts)),
        None => {}
    }
    verification
}

/// Compares a CSV file with its table. Another version of the program may write other CSV.
fn check_csv(folder: &ReleaseFolder, file: &str, table: &Table, version: &str, verification: &mut Verification) {
    let bytes = match folder.read(file) {
        Err(error) => return verification.add_read_failure(file, &error),
        Ok(bytes) => bytes,
    };
    match lnere_tables::spreadsheet_csv(table) {
        Err(error) => verification.add_finding(file, error),
        Ok(expected) if expected == bytes => {}
        Ok(_) if version == env!("CARGO_PKG_VERSION") => {
            verification.add_finding(file, message!("L458-csv-differs"));
        }
        Ok(_) => verification.add_note(file, message!("L458-csv-differs")),
    }
}

/// Reads the file of all public cortes.
fn read_series_table(folder: &ReleaseFolder) -> io::Result<Table> {
    lnere_tables::read(SERIES_TABLE, folder.read(SERIES_PARQUET_FILE)?).map_err(unreadable_content_error)
}

/// Compares the file of all public cortes with its record, and the rows of its own corte with the
/// public tables.
fn check_series_file(
    folder: &ReleaseFolder,
    record: &SeriesFileRecord,
    manifest: &PublicManifest,
    origin: &ExpectedMetadata,
    public: &[Table],
    verification: &mut Verification,
) {
    let read = || -> io::Result<_> {
        let pairs = lnere_tables::read_metadata(folder.read(SERIES_PARQUET_FILE)?).map_err(unreadable_content_error)?;
        Ok((read_series_table(folder)?, pairs))
    };
    let (table, pairs) = match read() {
        Err(error) => return verification.add_read_failure(SERIES_PARQUET_FILE, &error),
        Ok(read) => read,
    };
    table_findings(&table, &record.table, SERIES_PARQUET_FILE, &pairs, origin, verification);
    let flags = protection_flag_problems(&table).map(|problem| new_finding(SERIES_PARQUET_FILE, problem));
    verification.findings.extend(flags);
    check_csv(folder, SERIES_CSV_FILE, &table, &manifest.version, verification);
    let stated = match stated_cells(&table, &manifest.grain) {
        Err(error) => return verification.add_finding(SERIES_PARQUET_FILE, error),
        Ok(stated) => stated,
    };
    for (cell, count) in &stated {
        let Some((corte, revision, _, cell)) = cell else {
            verification.add_finding(SERIES_PARQUET_FILE, message!("L458-series-row"));
            continue;
        };
        if record.cortes.get(&corte.to_string()) != Some(revision) {
            verification.add_finding(SERIES_PARQUET_FILE, message!("L458-series-corte", corte, revision));
        }
        if count.is_some_and(|count| count != 0 && count < manifest.minimum) {
            let problem = message!("L458-series-small", cell, corte);
            verification.add_finding(SERIES_PARQUET_FILE, problem);
        }
    }
    // The counts of an unreadable table are unknown, and other tables may repeat them.
    if public.len() != manifest.tables.len() {
        return;
    }
    let (Ok(corte), Ok(statements)) = (manifest.corte.parse::<Corte>(), manifest.grain.statements(public, None)) else {
        return;
    };
    let own = PublicCorte {
        corte: corte.day(),
        revision: manifest.revision,
        grain: manifest.grain.clone(),
        published_counts: statements
            .into_iter()
            .map(|said| (said.cell, said.exact_count.filter(|_| !said.suppressed)))
            .collect(),
    };
    verification.findings.extend(series_differences(&stated, &own));
}

/// Finds counts of a corte that the file of all public cortes states otherwise than the publication.
fn series_differences(stated: &[(Option<SeriesCell>, Option<i64>)], publication: &PublicCorte) -> Vec<Finding> {
    let own = |cell: &SeriesCell| (cell.0, cell.1) == (publication.corte, publication.revision);
    let stated: BTreeMap<SeriesCell, Option<i64>> = stated
        .iter()
        .filter_map(|(cell, count)| Some((cell.as_ref().filter(|cell| own(cell))?.clone(), *count)))
        .collect();
    let expected: BTreeMap<SeriesCell, Option<i64>> = publication.expected_cells().collect();
    let cells: BTreeSet<&SeriesCell> = stated.keys().chain(expected.keys()).collect();
    let differing = cells.into_iter().filter(|cell| stated.get(*cell) != expected.get(*cell));
    let finding = |(corte, revision, _, cell): &SeriesCell| {
        new_finding(SERIES_PARQUET_FILE, message!("L458-series-differs", cell, corte, revision))
    };
    differing.map(finding).collect()
}

/// Compares the data catalogue with the files, and looks for the notice in the texts.
fn check_texts(
    folder: &ReleaseFolder,
    manifest: &PublicManifest,
    listing: &FolderListing,
    verification: &mut Verification,
) {
    for name in [PUBLIC_PAGE_FILE, PUBLIC_README_FILE, CATALOGUE_FILE] {
        let text = match folder.read(name) {
            Err(error) => {
                verification.add_read_failure(name, &error);
                continue;
            }
            Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
        };
        if manifest.notice.as_ref().is_some_and(|notice| !text.contains(&escaped_for(name, notice))) {
            verification.add_finding(name, message!("L452-other-notice"));
        }
        if name != CATALOGUE_FILE {
            continue;
        }
        let stated = match serde_json::from_str(&text) {
            Err(error) => {
                verification.add_finding(name, unreadable_content_error(error));
                continue;
            }
            Ok(catalogue) => stated_files(&catalogue),
        };
        let data = |name: &&String| {
            Path::new(name).extension().is_some_and(|extension| extension == "parquet" || extension == "csv")
        };
        let files: BTreeSet<&String> = listing.entries.keys().filter(data).chain(stated.keys()).collect();
        for file in files {
            let actual = match folder.read(file) {
                // The comparison with `SHA256SUMS` reports a file that cannot be read.
                Err(_) if listing.entries.contains_key(file) => continue,
                actual => actual.ok().map(|bytes| (bytes.len().to_string(), sha256(&bytes))),
            };
            if actual.as_ref() != stated.get(file) {
                verification.add_finding(name, message!("L458-catalogue-differs", file));
            }
        }
    }
}

/// A text as a file of this name writes it.
fn escaped_for(file: &str, text: &str) -> String {
    match file {
        PUBLIC_PAGE_FILE => html_escaped(text),
        CATALOGUE_FILE => serde_json::Value::from(text).to_string().trim_matches('"').to_owned(),
        _ => text.to_owned(),
    }
}

/// A text as content or as an attribute of HTML.
#[must_use]
pub fn html_escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// Finds tables that suppress counts without the flag, or have the flag without a suppressed count.
fn protection_flag_problems(table: &Table) -> impl Iterator<Item = String> {
    let counts: Vec<&Vec<Option<i64>>> =
        table.columns.iter().filter_map(|(_, column)| suppressible_counts(column)).collect();
    let is_hidden = |row: usize| counts.iter().any(|counts| counts[row].is_none());
    let unflagged = match table.values::<bool>(column_names::PROTEGIDA) {
        // A table without rows suppresses no count.
        Err(error) => (table.row_count() > 0).then(|| error.to_string()),
        Ok(flags) => {
            let is_flagged = (0..table.row_count()).all(|row| flags[row] == is_hidden(row));
            (!is_flagged).then(|| message!("L457-wrong-flag"))
        }
    };
    let shares = table.column(column_names::PORCENTAJE);
    let has_share = |row: usize| matches!(shares, Some(Column::MaybeReal(shares)) if shares[row].is_some());
    let gives_share = (0..table.row_count()).any(|row| is_hidden(row) && has_share(row));
    let problems = [unflagged, gives_share.then(|| message!("L457-share-of-hidden-count"))];
    problems.into_iter().flatten()
}

fn suppressible_counts(column: &Column) -> Option<&Vec<Option<i64>>> {
    if let Column::MaybeInt(counts) = column { Some(counts) } else { None }
}

/// Finds shown counts that differ from the exact ones.
fn inexact_counts(manifest: &PublicManifest, public: &[Table], counts: &ExactCounts) -> Vec<Finding> {
    let statements = match manifest.grain.statements(public, None) {
        Err(error) => return vec![new_finding(MANIFEST_FILE, error)],
        Ok(statements) => statements,
    };
    let wrong_statements = statements.iter().filter(|statement| {
        let exact = counts.get(&statement.cell).copied().unwrap_or(0);
        statement.exact_count.is_some_and(|shown| shown != exact)
    });
    let mut findings: Vec<Finding> = wrong_statements
        .map(|statement| new_finding("tablas", message!("L456-count-not-exact", cell = statement.cell)))
        .collect();
    let stated_cells: BTreeSet<&CellId> = statements.iter().map(|statement| &statement.cell).collect();
    let missing = counts.iter().filter(|(cell, count)| **count > 0 && !stated_cells.contains(cell));
    findings.extend(missing.map(|(cell, _)| new_finding("tablas", message!("L456-count-missing", cell))));
    findings
}

/// Finds what a public folder discloses, together with all other publications of its output.
pub(super) fn disclosure_findings(folder: &ReleaseFolder) -> Verification {
    // The canonical path decides whether the folder lies in an output; a link or a relative path
    // does not show it.
    let path = fs::canonicalize(folder.path()).unwrap_or_else(|_| folder.path().to_owned());
    let releases_folder = path
        .parent()
        .and_then(Path::parent)
        .filter(|parent| parent.ends_with("releases") || parent.ends_with("superseded"));
    let Some(output) = releases_folder.and_then(Path::parent).map(Output::new) else {
        // A copied release outside an output is checked alone.
        let own = || Publication::from_folder(folder, None);
        let whole = folder.open_parent().ok().and_then(|release| Publication::read(&release).ok());
        let mut verification = Verification::default();
        match whole.map_or_else(own, Ok) {
            Err(error) => add_publication_error(&error, &mut verification),
            Ok(own) => audit_publications(vec![own], &Proofs::default(), &mut verification),
        }
        return verification;
    };
    for _ in 0..MAX_READ_ATTEMPTS {
        let before = PublicationState::from_output(&output);
        let verification = disclosure_findings_in_output(folder, &output);
        // A revision that is published meanwhile moves releases between the folders.
        if verification.findings.is_empty() || before == PublicationState::from_output(&output) {
            return verification;
        }
    }
    let problem = message!("L446-publications-changed-each-time", attempts = MAX_READ_ATTEMPTS);
    Verification { unrun_checks: vec![new_finding(MANIFEST_FILE, problem)], ..Verification::default() }
}

/// The publications of an output, by its release folders and its ledger.
#[derive(PartialEq, Eq)]
struct PublicationState {
    release_inodes: Vec<(PathBuf, u64)>,
    ledger: Option<Vec<PublicationRecord>>,
}

impl PublicationState {
    fn from_output(output: &Output) -> Self {
        let entries = output.release_folders().into_iter().flat_map(fs::read_dir).flatten().flatten();
        let mut folders: Vec<_> = entries.map(|entry| (entry.path(), entry.ino())).collect();
        folders.sort();
        Self { release_inodes: folders, ledger: output.recorded_publications().ok() }
    }
}

fn disclosure_findings_in_output(folder: &ReleaseFolder, output: &Output) -> Verification {
    let mut verification = Verification::default();
    let publications = match output.publications_on_disk() {
        Err(error) => {
            add_publication_error(&error, &mut verification);
            return verification;
        }
        Ok(publications) => publications,
    };
    let ledger = match output.recorded_publications() {
        Err(error) => {
            add_publication_error(&error, &mut verification);
            None
        }
        Ok(ledger) => Some(ledger),
    };
    if let Some(ledger) = &ledger
        && let Err(error) = output.check_all_recorded_exist(ledger, &publications)
    {
        add_publication_error(&error, &mut verification);
    }
    if let Ok(own) = Publication::from_folder(folder, None) {
        let lost = output.lost_publications().unwrap_or_default();
        let problems = chain_problems(&own.record, &publications, &lost);
        verification.findings.extend(problems.into_iter().map(|problem| new_finding(MANIFEST_FILE, problem)));
        verification.findings.extend(series_findings(folder, &own.manifest, &publications));
    }
    verification.findings.extend(disregarded_publications(
        folder,
        ledger.as_deref().unwrap_or_default(),
        &publications,
    ));
    audit_publications(publications, &output.stored_proofs(), &mut verification);
    verification
}

/// Compares the file of all public cortes with the publications that it names. `public_findings`
/// reports a file that cannot be read.
fn series_findings(folder: &ReleaseFolder, own: &PublicManifest, publications: &[Publication]) -> Vec<Finding> {
    let Some(record) = &own.series_file else { return Vec::new() };
    let stated = read_series_table(folder).ok().and_then(|table| stated_cells(&table, &own.grain).ok());
    let Some(stated) = stated else { return Vec::new() };
    let named =
        |publication: &&Publication| record.cortes.get(&publication.record.corte) == Some(&publication.record.revision);
    let named = publications.iter().filter(named);
    named.flat_map(|publication| series_differences(&stated, &PublicCorte::from_publication(publication))).collect()
}

/// Audits all public releases together.
fn audit_publications(publications: Vec<Publication>, proofs: &Proofs, verification: &mut Verification) {
    let minimum = publications.iter().map(|publication| publication.manifest.minimum).max().unwrap_or(1);
    // All publications of a series assume the same insiders.
    let insiders = publications.first().map_or_else(Insiders::default, |one| one.manifest.insiders.clone());
    let snapshots: Vec<_> = publications.into_iter().map(|publication| publication.snapshot).collect();
    verification
        .findings
        .extend(audit(&snapshots, minimum, &insiders, proofs).into_iter().map(|leak| new_finding("tablas", leak)));
}

/// Adds the reason why publications cannot be determined: a finding, or a check that could not run.
fn add_publication_error(error: &PublicationError, verification: &mut Verification) {
    let is_untried = matches!(error, PublicationError::Io { source, .. } if !is_release_fault(source));
    if is_untried {
        let problem = message!("release-public-not-compared", error = error_with_causes(error));
        verification.unrun_checks.push(new_finding(MANIFEST_FILE, problem));
    } else {
        verification.add_finding(MANIFEST_FILE, error_with_causes(error));
    }
}

/// Earlier publications that a public folder did not take into account. Without a ledger, only
/// earlier revisions of its own corte are known to be older.
fn disregarded_publications(
    folder: &ReleaseFolder,
    ledger: &[PublicationRecord],
    publications: &[Publication],
) -> Vec<Finding> {
    let Ok(own) = Publication::from_folder(folder, None) else { return Vec::new() };
    let before: Vec<PublicationRecord> = if let Some(place) = ledger.iter().position(|record| *record == own.record) {
        ledger[..place].to_vec()
    } else {
        let records = publications.iter().map(|publication| publication.record.clone());
        records.filter(|record| record.corte == own.record.corte && record.revision < own.record.revision).collect()
    };
    let missing = before.iter().filter(|record| !own.manifest.earlier.contains(record));
    let problem = |PublicationRecord { corte, revision, .. }: &PublicationRecord| {
        message!("L426-earlier-disregarded", corte, revision)
    };
    missing.map(|record| new_finding(MANIFEST_FILE, problem(record))).collect()
}
