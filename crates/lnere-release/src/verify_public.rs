/*!
Verifies the public part of a release: its files, its tables, and what they disclose.
*/

use lnere_core::column_names;
use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::DirEntryExt;
use std::path::{Path, PathBuf};

use super::output_folder::Output;
use super::publication_series::chain_problems;
use super::publications::{PublicManifest, Publication, PublicationError, PublicationRecord};
use super::release_folder::ReleaseFolder;
use super::verify::{
    ExpectedMetadata, Finding, IntegrityCheck, MAX_READ_ATTEMPTS, Verification, check_integrity, count_difference,
    error_with_causes, is_release_fault, new_finding, read_described_tables,
};
use super::{MANIFEST_FILE, table_path};
use lnere_core::calendar::Corte;
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
    let named = |name: &String| manifest.tables.iter().any(|record| table_path(&record.name) == *name);
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
    }
    verification.findings.extend(disregarded_publications(
        folder,
        ledger.as_deref().unwrap_or_default(),
        &publications,
    ));
    audit_publications(publications, &output.stored_proofs(), &mut verification);
    verification
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
