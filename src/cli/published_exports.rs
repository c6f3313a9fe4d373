/*!
Finds the exports that visible releases were made from, and what the releases state of them.
*/

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::Arc;

use anyhow::Context as _;

use super::export_reading::quarantine_path;
use super::failure::{Exit, Failure, OrExit};
use super::loaded_process::LoadedProcess;
use lnere_core::checksum;
use lnere_core::column_names;
use lnere_core::process::Source;
use lnere_core::regular_file;
use lnere_core::terminal_text::escaped_name;
use lnere_ingest::{Approvals, PublishedExport, RecordRule, ReleaseInput, ReleaseStatement, RuleCounts, RuleSeverity};
use lnere_messages::message;
use lnere_release::{CHECKSUMS_FILE_NAME, ConfigRecord, MANIFEST_FILE, Manifest, Output, ReleaseFolder, table_path};
use lnere_tables::TableSource;

/// Exports that no rule refuses: those of visible releases, and those accepted by name. `read_all`
/// leaves out what releases state of them, so that every export is read.
pub(super) fn export_approvals(
    loaded_process: &LoadedProcess,
    output: &Output,
    read_all: bool,
) -> Result<Approvals, Failure> {
    let unreadable = || message!("commands-releases-unreadable", folder = escaped_name(output.root()));
    let cortes = output.published_cortes().with_context(unreadable).or_exit(Exit::Unexpected)?;
    let configuration = loaded_process.configuration_records()?;
    let mut published: Vec<PublishedExport> = Vec::new();
    let mut seen = HashSet::new();
    // Of several releases, the newest one states the counts of an export.
    for corte in cortes.into_iter().rev() {
        let Some(manifest) = output.visible_manifest(corte) else { continue };
        if manifest.process != loaded_process.process.id {
            continue;
        }
        let exports = manifest.inputs.iter().cloned().filter_map(ReleaseInput::to_published_export);
        let is_new = |one: &PublishedExport| seen.insert((one.source, one.date, one.name.clone(), one.sha256.clone()));
        let exports: Vec<PublishedExport> = exports.filter(is_new).collect();
        // Most releases have no export that a newer one lacks.
        let statements = if exports.is_empty() || read_all || !is_made_alike(&manifest, &configuration) {
            HashMap::new()
        } else {
            release_statements(loaded_process, output, &output.release_path(corte), &manifest).unwrap_or_default()
        };
        let with_statement =
            |export: PublishedExport| PublishedExport { statement: statements.get(&export.name).cloned(), ..export };
        published.extend(exports.into_iter().map(with_statement));
    }
    Ok(Approvals::new(published, loaded_process.accepted_exports.clone()))
}

/// Whether this version of the program made a release with this configuration, so that a reading of
/// its exports would find the same. The files of references follow those of the process.
fn is_made_alike(manifest: &Manifest, configuration: &[ConfigRecord]) -> bool {
    manifest.version == env!("CARGO_PKG_VERSION") && manifest.configuration.starts_with(configuration)
}

/// What a release states of its exports of `credenciales`, by name. `None` if the manifest or the
/// table of quality is not as it was published, or if the two disagree. An export whose quarantine
/// has other counts is left out.
fn release_statements(
    loaded_process: &LoadedProcess,
    output: &Output,
    release: &Path,
    manifest: &Manifest,
) -> Option<HashMap<String, ReleaseStatement>> {
    let folder = ReleaseFolder::open(release).ok()?;
    let sums = String::from_utf8(folder.read(CHECKSUMS_FILE_NAME).ok()?).ok()?;
    let read = |path: &str| {
        let bytes = folder.read(path).ok()?;
        let sum = checksum::sha256(&bytes);
        checksum::parse_sha256sums(&sums).any(|(stated, name)| name == path && stated == sum).then_some(bytes)
    };
    read(MANIFEST_FILE)?;
    let quality = loaded_process.table_definitions.iter().find(|table| table.source == TableSource::Quality)?;
    let table = lnere_tables::read(&quality.name, read(&table_path(&quality.name))?).ok()?;
    let names = table.values::<String>(column_names::ARCHIVO).ok()?;
    let rules = table.values::<String>(column_names::REGLA).ok()?;
    let records = table.values::<i64>(column_names::FILAS).ok()?;
    let records_of = |input: &ReleaseInput, rule: &str| {
        let mut rows = names.iter().zip(rules).zip(records);
        let found = rows.find(|((name, one), _)| **name == input.name && *one == rule);
        found.map_or(Some(0), |(_, records)| u64::try_from(*records).ok())
    };
    let inputs = || manifest.inputs.iter().filter(|input| input.source == Source::Credenciales.name());
    let export_names: Arc<[String]> = inputs().map(|input| input.name.clone()).collect();
    let mut statements = HashMap::new();
    for input in inputs() {
        let totals = [("leidas", input.read), ("aceptadas", input.accepted), ("rechazadas", input.rejected)];
        if totals.iter().any(|(rule, stated)| records_of(input, rule) != Some(*stated)) {
            return None;
        }
        let mut rule_counts = RuleCounts::default();
        for rule in RecordRule::ALL {
            rule_counts.set(rule, records_of(input, rule.code())?);
        }
        let findings = manifest.findings.iter().filter(|one| one.export == input.name).cloned().collect();
        if rule_counts.rejected() == input.rejected
            && is_quarantine_of(&rule_counts, &quarantine_path(output, &input.name))
        {
            let export_names = export_names.clone();
            let statement = ReleaseStatement { records_read: input.read, rule_counts, findings, export_names };
            statements.insert(input.name.clone(), statement);
        }
    }
    Some(statements)
}

/// Whether a quarantine has these counts of rejected records. An export without any has none.
fn is_quarantine_of(rule_counts: &RuleCounts, quarantine: &Path) -> bool {
    let Ok(text) = regular_file::read_to_string(quarantine) else {
        return rule_counts.rejected() == 0 && !quarantine.exists();
    };
    let mut found = RuleCounts::default();
    for line in text.lines().skip(1) {
        let rule = line.rsplit(',').next().unwrap_or_default();
        let Some(rule) = RecordRule::ALL.into_iter().find(|one| one.code() == rule) else { return false };
        found.add(rule);
    }
    let mut errors = RecordRule::ALL.into_iter().filter(|rule| rule.severity() == RuleSeverity::Error);
    errors.all(|rule| found.get(rule) == rule_counts.get(rule))
}
