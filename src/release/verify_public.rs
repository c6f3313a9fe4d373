/*!
The public part of a release read again: its files, what its tables say, and what they give away.
*/

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use super::datapackage;
use super::layout::Output;
use super::publications::{PUBLIC, PublicManifest, PublicRecord, Publication};
use super::verify::{Finding, Integrity, described, finding, integrity};
use super::{DATA_PACKAGE, MANIFEST, table_file};
use crate::calendar::Corte;
use crate::disclosure::{CellId, Counts, Insiders, Proofs, audit};
use crate::message::counted;
use crate::tables::{Column, Metadata, Table};

/// Everything that is wrong with a public folder, but for what it gives away. `exact` are the tables that it was made
/// from, where they are at hand.
pub(super) fn public_findings(folder: &Path, exact: Option<&[Table]>) -> Vec<Finding> {
    let Integrity { mut findings, files, .. } = integrity(folder);
    let manifest = match PublicManifest::read(folder) {
        Err(error) => {
            findings.push(finding(MANIFEST, error));
            return findings;
        }
        Ok(manifest) => manifest,
    };
    let Ok(corte) = manifest.corte.parse::<Corte>() else {
        findings.push(finding(MANIFEST, "its corte is not the end of a quincena"));
        return findings;
    };
    let metadata = Metadata::new(&manifest.process, corte, manifest.notice.as_deref());
    let package = fs::read(folder.join(DATA_PACKAGE)).ok();
    let package = package.and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default();
    findings.extend(datapackage::misses(&package, manifest.notice.as_deref()));
    let mut public = Vec::new();
    for record in &manifest.files {
        match described(folder, record, &metadata, &package, &mut findings) {
            Some(table) => {
                findings.extend(hidden_as_said(&table).map(|problem| finding(table_file(&table.name), problem)));
                public.push(table);
            }
            None => return findings,
        }
    }
    let named = |name: &String| manifest.files.iter().any(|record| table_file(&record.name) == *name);
    let strays = files.iter().filter(|name| name.starts_with("tablas/") && !named(name));
    findings.extend(strays.map(|name| finding(name, "is no table of the manifest")));
    for ending in [".svg", ".png"] {
        let there = files.iter().filter(|name| name.starts_with("graficas/") && name.ends_with(ending)).count();
        if there != manifest.charts {
            let problem = format!("{} as {ending}, the manifest says {}", counted(there, "chart"), manifest.charts);
            findings.push(finding("graficas", problem));
        }
    }
    let exact = exact.map(|exact| manifest.grain.counts(exact));
    match exact {
        Some(Err(error)) => findings.push(finding(MANIFEST, error)),
        Some(Ok(counts)) => findings.extend(inexact(&manifest, &public, &counts)),
        None => {}
    }
    findings
}

/// Where a table hides something and does not say so, or says so and hides nothing.
fn hidden_as_said(table: &Table) -> impl Iterator<Item = String> {
    let counts: Vec<&Vec<Option<i64>>> = table.columns.iter().filter_map(|(_, column)| maybe(column)).collect();
    let is_hidden = |row: usize| counts.iter().any(|counts| counts[row].is_none());
    let said = table.bool("protegida").unwrap_or_default();
    let is_said = said.len() == table.rows() && (0..table.rows()).all(|row| said[row] == is_hidden(row));
    let shares = table.column("porcentaje");
    let has_share = |row: usize| matches!(shares, Some(Column::MaybeReal(shares)) if shares[row].is_some());
    let gives_share = (0..table.rows()).any(|row| is_hidden(row) && has_share(row));
    let problems = [
        (!is_said).then(|| "`protegida` is not true in just those rows that hide a count".to_owned()),
        gives_share.then(|| "gives the percentage of a count that it hides".to_owned()),
    ];
    problems.into_iter().flatten()
}

fn maybe(column: &Column) -> Option<&Vec<Option<i64>>> {
    if let Column::MaybeInt(counts) = column { Some(counts) } else { None }
}

/// What is shown and is not the exact count.
fn inexact(manifest: &PublicManifest, public: &[Table], counts: &Counts) -> Vec<Finding> {
    let said = match manifest.grain.said(public, None) {
        Err(error) => return vec![finding(MANIFEST, error)],
        Ok(said) => said,
    };
    let wrong = said.iter().filter(|said| {
        let exact = counts.get(&said.cell).copied().unwrap_or(0);
        said.exact.is_some_and(|shown| shown != exact)
    });
    let mut findings: Vec<Finding> =
        wrong.map(|said| finding("tablas", format!("{} is not what the exact tables count", said.cell))).collect();
    let there: BTreeSet<&CellId> = said.iter().map(|said| &said.cell).collect();
    let missing = counts.iter().filter(|(cell, count)| **count > 0 && !there.contains(cell));
    findings.extend(missing.map(|(cell, _)| finding("tablas", format!("{cell} has no row"))));
    findings
}

/// What a public folder gives away, taken with all else that is public in its output.
pub(super) fn leaks(folder: &Path) -> Vec<Finding> {
    let release = folder.parent().unwrap_or(Path::new(""));
    let within = release.parent().filter(|parent| parent.ends_with("releases") || parent.ends_with("superseded"));
    let output = within.and_then(Path::parent).map(Output::new);
    let read = match &output {
        // A release that was copied elsewhere is seen alone.
        None => Publication::read(release).or_else(|_| Publication::of(folder, None)).map(|own| vec![own]),
        Some(output) => output.publications(),
    };
    let publications = match read {
        Err(error) => return vec![finding(PUBLIC, error)],
        Ok(publications) => publications,
    };
    let mut findings = Vec::new();
    let proofs = output.as_ref().map_or_else(Proofs::default, Output::proofs);
    if let Some(output) = output {
        findings.extend(forgotten(folder, &output, &publications));
    }
    let minimum = publications.iter().map(|publication| publication.manifest.minimum).max().unwrap_or(1);
    // All publications of a series assume the same insiders.
    let insiders = publications.first().map_or_else(Insiders::default, |one| one.manifest.insiders.clone());
    let snapshots: Vec<_> = publications.into_iter().map(|publication| publication.snapshot).collect();
    findings.extend(audit(&snapshots, minimum, &insiders, &proofs).into_iter().map(|leak| finding("tablas", leak)));
    findings
}

/// What was public before a folder was made and was not taken into account. Where there is no ledger to ask, only
/// earlier revisions of its own corte are known to be older.
fn forgotten(folder: &Path, output: &Output, publications: &[Publication]) -> Vec<Finding> {
    let Ok(own) = Publication::of(folder, None) else { return Vec::new() };
    let ledger = output.ledger().unwrap_or_default();
    let before: Vec<PublicRecord> = if let Some(place) = ledger.iter().position(|record| *record == own.record) {
        ledger[..place].to_vec()
    } else {
        let records = publications.iter().map(|publication| publication.record.clone());
        records.filter(|record| record.corte == own.record.corte && record.revision < own.record.revision).collect()
    };
    let missing = before.iter().filter(|record| !own.manifest.earlier.contains(record));
    let problem = |corte: &str, revision: u32| {
        format!("was made without regard to the public release of {corte}, revision {revision}, which was there before")
    };
    missing.map(|record| finding(MANIFEST, problem(&record.corte, record.revision))).collect()
}
