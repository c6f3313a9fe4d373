/*!
Reads exports into coded facts. Only this crate reads the rows of persons.

Validation never fails on data. A file is either read, with read = accepted + rejected, or refused
as a whole with a reason. The caller decides whether a run continues.
*/

mod accepted_rows;
mod accepted_statistics;
mod application_validation;
pub mod coded_records;
mod content_hash;
mod control_file;
mod credential_validation;
mod csv;
mod dates;
mod decompress;
mod export_fault;
pub mod export_survey;
mod export_warning;
mod file_bytes;
mod file_kind;
#[cfg(fuzzing)]
pub mod fuzzing;
mod inventory;
mod label_cache;
mod memory_budget;
mod message_text;
mod open;
mod parquet;
mod parquet_folder;
mod parquet_page_checks;
mod parquet_to_text;
mod peek_reader;
mod plausibility;
mod record_rules;
mod record_validation;
mod rejection_diagnosis;
mod release_input;
mod spill;
mod status_history;
mod typed_cell_text;
mod xlsx;
mod zip;

use std::collections::HashMap;
use std::io::{self, Read};
use std::path::PathBuf;
use std::sync::Arc;

use crate::coded_records::{ApplicationShard, Applications, Credential, Facts, Sharded, SpillError};
use lnere_core::calendar::{MexicoCityClock, day_number};
use lnere_core::catalog::Catalogs;
use lnere_core::process::{AcceptedExport, Process, Source};
use lnere_core::regular_file;

pub use accepted_statistics::AcceptedStatistics;
pub use control_file::ControlDisagreement;
pub use export_fault::{ExportFault, SwallowedRecords};
pub use export_warning::ExportWarning;
pub use file_kind::UnsupportedFormat;
pub use inventory::{ArrivingExport, ExportFile, ExportFormat, FileStamp, Inventory, UnreadFile};
pub use label_cache::UnknownLabels;
pub use memory_budget::AvailableMemory;
pub use parquet_folder::FolderPart;
pub use plausibility::{
    Approvals, FindingDetail, FindingKind, PlausibilityFinding, PublishedExport, ReleaseStatement, Verdict,
};
pub use record_rules::{RecordRule, Rejection, RuleCounts, RuleSeverity};
pub use rejection_diagnosis::Diagnosis;
pub use release_input::ReleaseInput;
pub use spill::remove_spill_remains;

use accepted_rows::{DeduplicatedShard, FileRows, ShardContext};
use accepted_statistics::{FolioComparison, FolioTable};
use application_validation::ApplicationValidator;
use content_hash::{ContentHash, ContentReader};
use control_file::ControlFile;
use credential_validation::CredentialValidator;
use csv::BlockPool;
use memory_budget::{KEPT_BYTES, MemoryBudget, MemoryCharge};
use open::{HashingReader, LimitedReader, Opened, OpeningNotes};
use record_validation::{AcceptedRow, ComparedColumn, FileContext, FolioSeed, SHARDS, SourceContract};
use spill::{SpillFolder, SpillRecord, Stored};
use status_history::StatusHistory;

/// The result of reading one export.
#[derive(Debug)]
pub struct FileReport {
    /// The export.
    pub file: ExportFile,
    /// The SHA-256 in hexadecimal digits; empty if the export could not be read to its end. For a
    /// folder, the SHA-256 of the output of `sha256sum` for its parts in the order of their names.
    pub sha256: String,
    /// The size in bytes; for a folder, the size of its parts.
    pub bytes: u64,
    /// The number of records.
    pub records_read: u64,
    /// Records by rule.
    pub counts: RuleCounts,
    /// Counts over the accepted records.
    pub accepted_statistics: AcceptedStatistics,
    /// The records rejected, by line.
    pub rejections: Vec<Rejection>,
    /// Unknown labels, if the options request them.
    pub labels: UnknownLabels,
    /// The findings of the plausibility rules, in the order of the rules.
    pub findings: Vec<PlausibilityFinding>,
    /// The common causes of the rejected records.
    pub diagnosis: Diagnosis,
    /// Records that contain record-like lines. Text exports only.
    pub swallowed: Option<SwallowedRecords>,
    /// How the export disagrees with its control file.
    pub control_disagreement: Option<ControlDisagreement>,
    /// Warnings for the operator.
    pub warnings: Vec<ExportWarning>,
    /// The fault for which the export is refused.
    pub fault: Option<ExportFault>,
    /// Whether its records were not read, because a visible release states their counts.
    pub is_from_release: bool,
    /// The hash that identifies its content; `None` if it could not be read.
    content: Option<ContentHash>,
}

impl FileReport {
    /// A report without any record.
    fn new(file: &ExportFile) -> Self {
        Self {
            file: file.clone(),
            sha256: String::new(),
            bytes: 0,
            records_read: 0,
            counts: RuleCounts::default(),
            accepted_statistics: AcceptedStatistics::default(),
            rejections: Vec::new(),
            labels: UnknownLabels::default(),
            findings: Vec::new(),
            diagnosis: Diagnosis::default(),
            swallowed: None,
            control_disagreement: None,
            warnings: Vec::new(),
            fault: None,
            is_from_release: false,
            content: None,
        }
    }

    /// The number of accepted records.
    #[must_use]
    pub fn accepted(&self) -> u64 {
        self.records_read - self.counts.rejected()
    }

    /// The columns that are compared with the previous export.
    fn attributes(&self, process: &Process) -> Vec<ComparedColumn> {
        match self.file.source {
            Source::Solicitudes => ApplicationValidator::<0>::compared_columns(process),
            Source::Credenciales => CredentialValidator::compared_columns(process),
        }
    }

    /// The most frequent reasons of rejected records, and the advice of each.
    #[must_use]
    pub fn explanation(&self, process: &Process) -> String {
        let column = |index| self.column_header(process, index);
        self.diagnosis.explain(&self.rejections, self.records_read, self.file.source, column)
    }

    /// The columns of the contract by their headers in the file, for the quarantine.
    #[must_use]
    pub fn column_header(&self, process: &Process, index: u8) -> String {
        fn name<C: SourceContract>(process: &Process, index: u8) -> String {
            let columns = &C::export(process).columns;
            columns
                .all()
                .get(usize::from(index))
                .map_or_else(String::new, |column| columns.first_header(*column).to_owned())
        }
        match self.file.source {
            Source::Solicitudes => name::<ApplicationValidator<0>>(process, index),
            Source::Credenciales => name::<CredentialValidator>(process, index),
        }
    }
}

/// The result of reading all exports.
#[derive(Debug)]
pub struct Ingested {
    /// One report for each export, by source and date.
    pub files: Vec<FileReport>,
    /// The data to count: the newest export of each source, with the statuses of the older ones.
    pub facts: Facts,
}

impl Ingested {
    /// The exports that are refused, with their reasons.
    pub fn refused(&self) -> impl Iterator<Item = (&ExportFile, &ExportFault)> {
        self.files.iter().filter_map(|report| Some((&report.file, report.fault.as_ref()?)))
    }

    /// The acceptances of exports that a plausibility rule would otherwise refuse, each once.
    #[must_use]
    pub fn acceptances(&self) -> Vec<AcceptedExport> {
        let mut entries: Vec<AcceptedExport> = Vec::new();
        for entry in self.findings(Verdict::Accepted).filter_map(|finding| finding.accepted.as_ref()) {
            if !entries.contains(entry) {
                entries.push(entry.clone());
            }
        }
        entries
    }

    /// The findings of the plausibility rules with a verdict, by export.
    pub fn findings(&self, verdict: Verdict) -> impl Iterator<Item = &PlausibilityFinding> {
        self.files.iter().flat_map(|report| &report.findings).filter(move |finding| finding.verdict == verdict)
    }
}

/// Receives progress events while exports are read.
pub trait ReadProgress: Sync {
    /// Called after each file.
    fn file_read(&self, report: &FileReport);
}

/// The options of reading exports.
pub struct ReadOptions<'a> {
    /// The process.
    pub process: &'a Process,
    /// Its catalogues.
    pub catalogs: &'a Catalogs,
    /// Exports that no rule refuses: published ones, and those that an operator accepted by name.
    pub approvals: Approvals,
    /// Whether unknown labels are collected.
    pub collect_labels: bool,
    /// The key of the folio hashes; it does not affect the results.
    pub seed: u64,
    /// The available memory; `None` means no limit.
    pub memory: Option<AvailableMemory>,
    /// The folder for coded data that exceed the memory. It is created if needed, and removed with
    /// the facts. `None` refuses an export that exceeds the memory.
    pub spill_folder: Option<PathBuf>,
}

impl<'a> ReadOptions<'a> {
    /// Options without approvals, labels, a secret key, a memory limit or a spill folder.
    #[must_use]
    pub fn new(process: &'a Process, catalogs: &'a Catalogs) -> Self {
        Self {
            process,
            catalogs,
            approvals: Approvals::default(),
            collect_labels: false,
            seed: 0,
            memory: None,
            spill_folder: None,
        }
    }
}

/// Reads and checks all exports of both sources, `solicitudes` and `credenciales`, each oldest
/// first.
///
/// # Errors
/// The spill folder cannot be used. A fault of an export is in its report.
pub fn read(
    options: &ReadOptions,
    exports: [&[ExportFile]; 2],
    progress: &dyn ReadProgress,
) -> Result<Ingested, SpillError> {
    let ReadOptions { process, catalogs, approvals, collect_labels, seed, memory, spill_folder } = options;
    let clock = MexicoCityClock::for_years_around(process.opens);
    let (collect_labels, seed) = (*collect_labels, FolioSeed(*seed));
    let memory = MemoryBudget::new(memory.clone(), spill_folder.is_some());
    let context = IngestContext {
        process,
        catalogs,
        approvals,
        clock: &clock,
        collect_labels,
        seed,
        memory,
        spill_folder: spill_folder.clone().map(SpillFolder::in_parent).transpose()?.map(Arc::new),
        blocks: BlockPool::default(),
        progress,
    };
    let [solicitudes, credenciales] = exports;
    let read_applications = || {
        if process.needs_second_word() {
            let (reports, shards) = context.read_applications::<1>(solicitudes);
            (reports, Applications::Wide(shards))
        } else {
            let (reports, shards) = context.read_applications::<0>(solicitudes);
            (reports, Applications::Narrow(shards))
        }
    };
    let ((mut applications, shards), (credential_reports, credentials)) =
        rayon::join(read_applications, || context.read_credentials(credenciales));
    applications.extend(credential_reports);
    let mut files = applications.reports;
    plausibility::check_plausibility(process, catalogs, approvals, &mut files, &applications.comparisons);
    Ok(Ingested { files, facts: Facts { applications: shards, credentials } })
}

/// The age in exports from which a visible release may state the counts of an export of
/// `credenciales`. The newest one is counted, and the next one is compared with it.
const FIRST_AGE_FROM_RELEASE: usize = 2;

/// The attributes of the rows of a source that persist between exports.
type Attributes<C> = <<C as SourceContract>::Row as AcceptedRow>::Attributes;

/// The context that the reading of every export needs.
struct IngestContext<'a> {
    process: &'a Process,
    catalogs: &'a Catalogs,
    approvals: &'a Approvals,
    clock: &'a MexicoCityClock,
    collect_labels: bool,
    seed: FolioSeed,
    memory: Arc<MemoryBudget>,
    spill_folder: Option<Arc<SpillFolder>>,
    blocks: BlockPool,
    progress: &'a dyn ReadProgress,
}

/// The reports of a source, and the comparisons of neighbouring exports by newer and older name.
#[derive(Default)]
struct SourceReports {
    reports: Vec<FileReport>,
    comparisons: HashMap<(String, String), FolioComparison>,
}

impl SourceReports {
    fn extend(&mut self, other: Self) {
        self.reports.extend(other.reports);
        self.comparisons.extend(other.comparisons);
    }

    /// Adds the comparison of a newer export with an older one, shard by shard.
    fn compare(&mut self, newer: &str, older: &str, shards: impl Iterator<Item = FolioComparison>) {
        let mut sum = FolioComparison::default();
        shards.for_each(|shard| sum.merge(&shard));
        self.comparisons.insert((newer.to_owned(), older.to_owned()), sum);
    }
}

/// The export with which the next older one is compared.
struct NewerExport<'a, A> {
    /// The file; `None` if no export could be read yet.
    file: Option<&'a ExportFile>,
    /// The folios by shard; `None` if no comparison needs them, or if the history has them.
    folios: Option<Vec<Stored<FolioTable<A>>>>,
    /// Whether the history of the newest export holds the folios.
    is_newest: bool,
}

impl<A> NewerExport<'_, A> {
    /// No export yet.
    fn none() -> Self {
        Self { file: None, folios: None, is_newest: false }
    }

    /// Compares the rows of a shard of an older export; `None` if the folios are not here.
    fn compare<R: AcceptedRow<Attributes = A>>(
        &self,
        shard: usize,
        older: &DeduplicatedShard<R>,
        attributes: &[ComparedColumn],
    ) -> Result<Option<FolioComparison>, SpillError>
    where
        A: SpillRecord + Copy,
    {
        self.folios.as_ref().map(|folios| Ok(folios[shard].load()?.compare(older, attributes))).transpose()
    }

    /// Whether the export must be read again for a comparison with an older one.
    fn must_be_read_again(&self) -> bool {
        self.file.is_some() && self.folios.is_none() && !self.is_newest
    }
}

impl IngestContext<'_> {
    fn read_applications<const EXTRA_WORDS: usize>(
        &self,
        files: &[ExportFile],
    ) -> (SourceReports, Sharded<ApplicationShard<EXTRA_WORDS>>) {
        let Some((newest, older)) = files.split_last() else { return <_>::default() };
        let remember = !older.is_empty();
        let attributes = ApplicationValidator::<EXTRA_WORDS>::compared_columns(self.process);
        let (report, shards, newest_charge) = self
            .read_file_with_progress::<ApplicationValidator<EXTRA_WORDS>, _>(newest, |context, rows, _| {
                Ok(status_history::Shard::new(context, rows, remember)?)
            });
        // The memory of the newest export stays charged to the end. Of the others, only the last
        // one read stays charged.
        let mut charges = vec![newest_charge];
        let mut newer =
            NewerExport { file: shards.is_some().then_some(newest), folios: None, is_newest: shards.is_some() };
        let at_once = self.memory.shards_at_once(report.accepted(), KEPT_BYTES);
        let history = StatusHistory::from_newest_export(shards.unwrap_or_default(), at_once);
        let mut found = SourceReports { reports: vec![report], ..SourceReports::default() };
        // Newer exports come first, so that a status that two exports recorded is kept once.
        for (file, (place, rank)) in older.iter().rev().zip((0..older.len()).rev().zip((0..u16::MAX).rev())) {
            let (report, shards, charge) =
                self.read_file_with_progress::<ApplicationValidator<EXTRA_WORDS>, _>(file, |context, rows, report| {
                    let with_newest = history.add(context.shard, rows, rank, &attributes)?;
                    let with_newer = newer.compare(context.shard, rows, &attributes)?;
                    let is_needed = place > 0 || newer.must_be_read_again();
                    let folios = if is_needed { self.folios(context, report, rows)? } else { None };
                    Ok((with_newer.unwrap_or(with_newest), folios))
                });
            found.reports.push(report);
            // An unreadable export is not compared with others.
            let Some(shards) = shards else { continue };
            let (mut comparisons, mut folios) = (Vec::new(), Vec::new());
            for (comparison, table) in shards {
                comparisons.push(comparison);
                folios.extend(table);
            }
            let folios = (!folios.is_empty()).then_some(folios);
            self.compare::<ApplicationValidator<EXTRA_WORDS>>(&mut found, &newer, file, comparisons, folios.as_deref());
            newer = NewerExport { file: Some(file), folios, is_newest: false };
            charges.truncate(1);
            charges.push(charge);
        }
        found.reports.reverse();
        (found, history.finish())
    }

    fn read_credentials(&self, files: &[ExportFile]) -> (SourceReports, Sharded<Vec<Credential>>) {
        let mut found = SourceReports::default();
        let mut facts = Vec::new();
        let mut at_once = SHARDS;
        let attributes = CredentialValidator::compared_columns(self.process);
        let mut newer = NewerExport::none();
        let mut charges = Vec::new();
        for (file, age) in files.iter().rev().zip(0..) {
            let (is_newest, is_oldest) = (age == 0, age + 1 == files.len());
            if age >= FIRST_AGE_FROM_RELEASE
                && found.reports.last().is_some_and(|newer| self.is_stated_by_release(newer))
                && let Some(report) = self.report_from_release(file, files)
            {
                self.progress.file_read(&report);
                found.reports.push(report);
                newer = NewerExport { file: Some(file), folios: None, is_newest: false };
                continue;
            }
            let (report, shards, charge) =
                self.read_file_with_progress::<CredentialValidator, _>(file, |context, rows, report| {
                    let credentials = || rows.iter().map(credential_validation::CredentialRow::fact).collect();
                    let credentials =
                        is_newest.then(|| Stored::new(credentials(), context.spill_folder)).transpose()?;
                    let comparison = newer.compare(context.shard, rows, &attributes)?;
                    let is_needed = !is_oldest || newer.must_be_read_again();
                    let folios = if is_needed { self.folios(context, report, rows)? } else { None };
                    Ok((credentials, comparison, folios))
                });
            if is_newest {
                at_once = self.memory.shards_at_once(report.accepted(), KEPT_BYTES);
            }
            found.reports.push(report);
            let Some(shards) = shards else { continue };
            let (mut comparisons, mut folios) = (Vec::new(), Vec::new());
            for (credentials, comparison, table) in shards {
                facts.extend(credentials);
                comparisons.extend(comparison);
                folios.extend(table);
            }
            let folios = (!folios.is_empty()).then_some(folios);
            self.compare::<CredentialValidator>(&mut found, &newer, file, comparisons, folios.as_deref());
            // The facts of the newest export stay to the end.
            charges.truncate(1);
            charges.push(charge);
            newer = NewerExport { file: Some(file), folios, is_newest: false };
        }
        found.reports.reverse();
        (found, Sharded::new(facts, at_once))
    }

    /// Whether a visible release was made from an export and states its counts.
    fn is_stated_by_release(&self, report: &FileReport) -> bool {
        report.fault.is_none() && self.approvals.statement_of(&report.file, &report.sha256).is_some()
    }

    /// The report of an export whose bytes are those of a visible release, which states its counts.
    /// `None` if it must be read, also to find its fault.
    fn report_from_release(&self, file: &ExportFile, exports: &[ExportFile]) -> Option<FileReport> {
        if !self.approvals.may_state(file, exports) {
            return None;
        }
        let control = ControlFile::for_export(file).ok()?;
        if control.is_none() && self.process.credenciales_contract.requires_control_file {
            return None;
        }
        let mut report = FileReport { is_from_release: true, ..FileReport::new(file) };
        identify(file, self.process, &mut report).ok()?;
        let statement = self.approvals.statement_of(file, &report.sha256)?;
        (report.records_read, report.counts) = (statement.records_read, statement.rule_counts);
        report.control_disagreement =
            control.and_then(|control| control.disagreement(report.records_read, &report.sha256));
        file.is_as_listed().then_some(report)
    }

    /// Keeps the differences between an export and the next newer one. The newer one is read again
    /// if its folios are gone: it was published before, and this export was replaced or arrived
    /// late.
    fn compare<C: SourceContract>(
        &self,
        found: &mut SourceReports,
        newer: &NewerExport<Attributes<C>>,
        older: &ExportFile,
        shards: Vec<FolioComparison>,
        folios: Option<&[Stored<FolioTable<Attributes<C>>>]>,
    ) {
        let Some(file) = newer.file else { return };
        if !newer.must_be_read_again() {
            found.compare(&file.name, &older.name, shards.into_iter());
        } else if let Some(folios) = folios {
            let attributes = C::compared_columns(self.process);
            let (report, shards, _) = self.read_file::<C, _>(file, |context, rows, _| {
                Ok(folios[context.shard].load()?.compare(rows, &attributes))
            });
            if let Some(shards) = shards {
                found.compare(&file.name, &older.name, shards.into_iter());
            }
            if let Some(before) = found.reports.iter_mut().find(|before| before.file.name == file.name) {
                // The comparison needs the statistics too, which a release does not state.
                if before.is_from_release || report.fault.is_some() {
                    *before = report;
                }
            }
        }
    }

    /// The folios of a shard, if the previous export still has to be compared with this one.
    fn folios<R: AcceptedRow>(
        &self,
        context: &ShardContext,
        report: &FileReport,
        rows: &DeduplicatedShard<R>,
    ) -> Result<Option<Stored<FolioTable<R::Attributes>>>, SpillError> {
        let is_needed = !self.approvals.is_published(report);
        is_needed.then(|| Stored::new(FolioTable::of_attributes(rows), context.spill_folder)).transpose()
    }

    /// Calls [`Self::read_file`] and reports the progress.
    fn read_file_with_progress<C: SourceContract, T: Send>(
        &self,
        file: &ExportFile,
        keep: impl Fn(&ShardContext, &DeduplicatedShard<C::Row>, &FileReport) -> Result<T, ExportFault> + Sync,
    ) -> (FileReport, Option<Vec<T>>, MemoryCharge) {
        let read = self.read_file::<C, _>(file, keep);
        self.progress.file_read(&read.0);
        read
    }

    /// Reads one file. `keep` receives the deduplicated rows of each shard and the report so far.
    /// The returned charge covers the data that `keep` stores.
    fn read_file<C: SourceContract, T: Send>(
        &self,
        file: &ExportFile,
        keep: impl Fn(&ShardContext, &DeduplicatedShard<C::Row>, &FileReport) -> Result<T, ExportFault> + Sync,
    ) -> (FileReport, Option<Vec<T>>, MemoryCharge) {
        let context = FileContext {
            process: self.process,
            catalogs: self.catalogs,
            clock: self.clock,
            export_day: day_number(file.date),
            registration_days: (day_number(self.process.opens), day_number(self.process.closes.min(file.date))),
            collect_labels: self.collect_labels,
            seed: self.seed,
            memory: &self.memory,
            spill_folder: self.spill_folder.as_ref(),
            blocks: &self.blocks,
        };
        let mut charge = MemoryCharge::default();
        let mut report = FileReport::new(file);
        let read = read_rows::<C>(file, &context, &mut report).map_err(|fault| {
            // A file that is still being copied looks damaged, too short or unlike its control
            // file.
            if file.is_as_listed() { fault } else { ExportFault::StillChanging }
        });
        let read = read.and_then(|mut rows| {
            let kept = rows.deduplicate(&context, |shard, kept| keep(shard, kept, &report))?;
            Ok((rows, kept))
        });
        let kept = match read {
            Err(fault) => {
                report.fault = Some(fault);
                None
            }
            Ok((mut rows, kept)) => {
                charge = std::mem::take(&mut rows.charge);
                charge.shrink_to_kept(rows.records_read);
                report.records_read = rows.records_read;
                report.counts = rows.counts;
                report.accepted_statistics = rows.accepted_statistics;
                report.rejections = rows.rejections;
                report.labels = rows.record_findings.labels;
                report.diagnosis = rows.record_findings.diagnosis;
                report.swallowed = rows.swallowed;
                Some(kept)
            }
        };
        (report, kept, charge)
    }
}

fn read_rows<C: SourceContract>(
    file: &ExportFile,
    context: &FileContext,
    report: &mut FileReport,
) -> Result<FileRows<C::Row>, ExportFault> {
    let control = ControlFile::for_export(file)?;
    if control.is_none() && C::export(context.process).requires_control_file {
        return Err(ExportFault::ControlMissing { expected: ControlFile::name(&file.name), section: file.source });
    }
    let mut notes = OpeningNotes::default();
    let read = read_by_format::<C>(file, context, &mut notes, report);
    if control.is_none() {
        let cut = read.as_ref().ok().and_then(|rows| rows.cut_record_line);
        let cut = cut.map(|line| ExportWarning::LastRecordCut { line, control: ControlFile::name(&file.name) });
        notes.warnings.extend(cut);
        notes.warnings.extend(parquet_folder::missing_parts_warning(file));
    }
    report.warnings = notes.finish(file, control.is_some());
    let rows = read?;
    if let Some(control) = control {
        report.control_disagreement = control.disagreement(rows.records_read, &report.sha256);
    }
    if !file.is_as_listed() {
        return Err(ExportFault::StillChanging);
    }
    Ok(rows)
}

/// Reads a file according to its kind, and computes its checksum.
fn read_by_format<C: SourceContract>(
    file: &ExportFile,
    context: &FileContext,
    notes: &mut OpeningNotes,
    report: &mut FileReport,
) -> Result<FileRows<C::Row>, ExportFault> {
    if file.format == ExportFormat::ParquetFolder {
        let rows = parquet::read_parts::<C>(&file.parts, file.source, context, &mut notes.warnings)?;
        identify_folder(file, report)?;
        return Ok(rows);
    }
    read_and_identify(file, context.process, notes, report, |opened, notes| {
        Ok(match opened {
            Opened::Parquet(store) => (parquet::read::<C>(store, file.source, context, &mut notes.warnings)?, None),
            Opened::Workbook(store) => (xlsx::read::<C>(&store, file.source, context, &mut notes.warnings)?, None),
            Opened::Text(text) => {
                let (rows, hash) = read_text(text, context.process, |bytes| {
                    csv::read::<C>(bytes, || open::reopen_text(file, context.process), context)
                })?;
                (rows, Some(hash))
            }
        })
    })
}

/// Computes the checksum, the size and the content hash of an export without reading its records.
fn identify(file: &ExportFile, process: &Process, report: &mut FileReport) -> Result<(), ExportFault> {
    if file.format == ExportFormat::ParquetFolder {
        return identify_folder(file, report);
    }
    read_and_identify(file, process, &mut OpeningNotes::default(), report, |opened, _| {
        let Opened::Text(text) = opened else { return Ok(((), None)) };
        let (_, hash) = read_text(text, process, |bytes| Ok(io::copy(bytes, &mut io::sink())?))?;
        Ok(((), Some(hash)))
    })
}

/// Opens a file for `read`, and notes its checksum, its size and its content hash. `read` returns
/// the hash of a text.
fn read_and_identify<T>(
    file: &ExportFile,
    process: &Process,
    notes: &mut OpeningNotes,
    report: &mut FileReport,
    read: impl FnOnce(Opened, &mut OpeningNotes) -> Result<(T, Option<ContentHash>), ExportFault>,
) -> Result<T, ExportFault> {
    let mut hashing = HashingReader::new(regular_file::open(&file.path)?);
    let opened = open::open(file, &mut hashing, process, notes)?;
    let (value, text_hash) = read(opened, notes)?;
    (report.sha256, report.bytes) = hashing.finish()?;
    report.content = Some(text_hash.unwrap_or_else(|| ContentHash::of_file(&report.sha256, report.bytes)));
    Ok(value)
}

/// Passes the bytes of a text to `read` within the limit of the process, and returns their hash.
fn read_text<'a, T>(
    text: Box<dyn Read + Send + 'a>,
    process: &Process,
    read: impl FnOnce(&mut ContentReader<LimitedReader<Box<dyn Read + Send + 'a>>>) -> Result<T, ExportFault>,
) -> Result<(T, ContentHash), ExportFault> {
    let mut bytes = ContentReader::new(LimitedReader::new(text, process.limits.max_uncompressed_bytes));
    let value = read(&mut bytes);
    if bytes.get_ref().exceeded() {
        return Err(open::too_large(process));
    }
    Ok((value?, bytes.content()))
}

/// Notes the checksum, the size and the content hash of a folder.
fn identify_folder(file: &ExportFile, report: &mut FileReport) -> Result<(), ExportFault> {
    (report.sha256, report.bytes) = parquet_folder::checksum(&file.parts)?;
    report.content = Some(ContentHash::of_file(&report.sha256, report.bytes));
    Ok(())
}
