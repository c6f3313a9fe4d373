/*!
The only room that ever sees a person's row: exports in, coded facts and rejections out.

Validation never fails on data. A file either is read, and then read = accepted + rejected, or is
refused whole with a reason; whether a run goes on is for the caller to say.
*/

mod coder;
mod contract;
mod control;
mod credenciales;
mod csv;
mod dates;
mod fault;
mod folder;
#[cfg(fuzzing)]
pub mod fuzzing;
mod history;
mod inventory;
mod kind;
mod lookahead;
mod members;
mod open;
mod pages;
mod parquet;
mod rows;
mod rules;
mod solicitudes;
mod store;
mod typed;
mod warning;
mod xlsx;
mod zip;

use std::fs::File;

use crate::calendar::{MexicoCity, day_number};
use crate::catalog::Catalogs;
use crate::facts::{Credential, Facts};
use crate::process::{Process, Source};

pub use coder::UnknownLabels;
pub use fault::ExportFault;
pub use folder::Part;
pub use inventory::{Arriving, ExportFile, Format, Inventory, Stamp, Unread};
pub use kind::Foreign;
pub use rules::{Level, Rejection, Rule, RuleCounts};
pub use warning::ExportWarning;

use contract::{Contract, Limits};
use control::Control;
use credenciales::Credentials;
use history::History;
use open::{Hashing, Limited, Notes, Opened};
use rows::{FileRows, Kept};
use solicitudes::Requests;

/// What was found in one export.
#[derive(Debug)]
pub struct FileReport {
    /// The export.
    pub file: ExportFile,
    /// Its SHA-256, in hexadecimal digits; empty where it could not be read to its end. Of a folder, the SHA-256 of
    /// what `sha256sum` prints of its parts in the order of their names.
    pub sha256: String,
    /// Its size in bytes; of a folder, that of its parts.
    pub bytes: u64,
    /// Records.
    pub read: u64,
    /// Records by rule.
    pub counts: RuleCounts,
    /// The records rejected, by line.
    pub rejections: Vec<Rejection>,
    /// Labels that nothing knows, where they were asked for.
    pub labels: UnknownLabels,
    /// What an operator should know of it, though it was read.
    pub warnings: Vec<ExportWarning>,
    /// Why it is refused whole.
    pub fault: Option<ExportFault>,
}

impl FileReport {
    /// Records that count.
    #[must_use]
    pub fn accepted(&self) -> u64 {
        self.read - self.counts.rejected()
    }

    /// The columns of the file's contract by their headers, for the quarantine.
    #[must_use]
    pub fn column(&self, process: &Process, index: u8) -> String {
        fn name<C: Contract>(process: &Process, index: u8) -> String {
            use crate::process::SourceColumn;
            let column = C::Column::ALL.get(usize::from(index));
            column.map_or_else(String::new, |column| C::export(process).columns.header(*column).to_owned())
        }
        match self.file.source {
            Source::Solicitudes => name::<Requests>(process, index),
            Source::Credenciales => name::<Credentials>(process, index),
        }
    }
}

/// All that was read.
#[derive(Debug)]
pub struct Ingested {
    /// One report for each export, by source and date.
    pub files: Vec<FileReport>,
    /// What is counted; of the newest export of each source, with the statuses of the older ones.
    pub facts: Facts,
}

impl Ingested {
    /// The exports that are refused, with their reasons.
    pub fn refused(&self) -> impl Iterator<Item = (&ExportFile, &ExportFault)> {
        self.files.iter().filter_map(|report| Some((&report.file, report.fault.as_ref()?)))
    }
}

/// What the reading is told while it goes on: a file was read.
pub trait Progress: Sync {
    /// Called after each file.
    fn file_read(&self, report: &FileReport);
}

/// Reads all exports of both sources, `solicitudes` and `credenciales` oldest first.
pub fn read(
    process: &Process,
    catalogs: &Catalogs,
    solicitudes: &[ExportFile],
    credenciales: &[ExportFile],
    collect_labels: bool,
    progress: &dyn Progress,
) -> Ingested {
    let clock = MexicoCity::around(process.opens);
    let room = Room { process, catalogs, clock: &clock, collect_labels, progress };
    let ((mut files, applications), (more, credentials)) =
        rayon::join(|| room.applications(solicitudes), || room.credentials(credenciales));
    files.extend(more);
    let mut ingested = Ingested { files, facts: Facts { applications, credentials } };
    thresholds(process, &mut ingested.files);
    ingested
}

struct Room<'a> {
    process: &'a Process,
    catalogs: &'a Catalogs,
    clock: &'a MexicoCity,
    collect_labels: bool,
    progress: &'a dyn Progress,
}

impl Room<'_> {
    fn applications(&self, files: &[ExportFile]) -> (Vec<FileReport>, Vec<crate::facts::ApplicationShard>) {
        let Some((newest, older)) = files.split_last() else { return (Vec::new(), Vec::new()) };
        let remember = !older.is_empty();
        let (report, shards) = self.file::<Requests, _>(newest, |_, rows| history::Shard::new(rows, remember));
        let mut history = History::new(shards.unwrap_or_default());
        let mut reports = vec![report];
        // Newer ones first, so that a status that two exports saw is kept once.
        for (file, rank) in older.iter().rev().zip((0..u16::MAX).rev()) {
            let (report, seen) = self.file::<Requests, _>(file, |shard, rows| history.news(shard, rows, rank));
            history.add(seen.unwrap_or_default());
            reports.push(report);
        }
        reports.reverse();
        (reports, history.finish())
    }

    fn credentials(&self, files: &[ExportFile]) -> (Vec<FileReport>, Vec<Credential>) {
        let Some((newest, older)) = files.split_last() else { return (Vec::new(), Vec::new()) };
        let mut reports: Vec<_> = older.iter().map(|file| self.file::<Credentials, _>(file, |_, _| ()).0).collect();
        let facts =
            |_, rows: &Kept<credenciales::CredentialRow>| rows.iter().map(credenciales::CredentialRow::fact).collect();
        let (report, shards) = self.file::<Credentials, Vec<Credential>>(newest, facts);
        reports.push(report);
        (reports, shards.unwrap_or_default().concat())
    }

    /// Reads one file; `keep` is given the rows of each shard, duplicates removed.
    fn file<C: Contract, T: Send>(
        &self,
        file: &ExportFile,
        keep: impl Fn(usize, &Kept<C::Row>) -> T + Sync,
    ) -> (FileReport, Option<Vec<T>>) {
        let limits = Limits {
            process: self.process,
            catalogs: self.catalogs,
            clock: self.clock,
            export_day: day_number(file.date),
            window: (day_number(self.process.opens), day_number(self.process.closes.min(file.date))),
            collect_labels: self.collect_labels,
        };
        let mut report = FileReport {
            file: file.clone(),
            sha256: String::new(),
            bytes: 0,
            read: 0,
            counts: RuleCounts::default(),
            rejections: Vec::new(),
            labels: UnknownLabels::default(),
            warnings: Vec::new(),
            fault: None,
        };
        let kept = match rows::<C>(file, &limits, &mut report) {
            Err(fault) => {
                // A file that is being copied looks damaged, short or unlike its control file.
                report.fault = Some(if file.is_as_listed() { fault } else { ExportFault::StillChanging });
                None
            }
            Ok(mut rows) => {
                let kept = rows.settle(&limits, keep);
                report.read = rows.read;
                report.counts = rows.counts;
                report.rejections = rows.rejections;
                report.labels = rows.labels;
                Some(kept)
            }
        };
        self.progress.file_read(&report);
        (report, kept)
    }
}

fn rows<C: Contract>(
    file: &ExportFile,
    limits: &Limits,
    report: &mut FileReport,
) -> Result<FileRows<C::Row>, ExportFault> {
    let control = Control::of(file)?;
    if control.is_none() && C::export(limits.process).require_control {
        return Err(ExportFault::ControlMissing { expected: Control::name(&file.name), section: section(file.source) });
    }
    let mut notes = Notes::default();
    let read = opened::<C>(file, limits, &mut notes, report);
    report.warnings = notes.finish(file, control.is_some());
    let rows = read?;
    if let Some(control) = control {
        control.compare(rows.read, &report.sha256)?;
    }
    if !file.is_as_listed() {
        return Err(ExportFault::StillChanging);
    }
    Ok(rows)
}

/// Reads a file as what it is, and takes its checksum.
fn opened<C: Contract>(
    file: &ExportFile,
    limits: &Limits,
    notes: &mut Notes,
    report: &mut FileReport,
) -> Result<FileRows<C::Row>, ExportFault> {
    if file.format == Format::ParquetFolder {
        let rows = parquet::read_parts::<C>(&file.parts, file.source, limits, &mut notes.warnings)?;
        (report.sha256, report.bytes) = folder::checksum(&file.parts)?;
        return Ok(rows);
    }
    let mut hashing = Hashing::new(File::open(&file.path)?);
    let rows = match open::open(file, &mut hashing, limits.process, notes)? {
        Opened::Parquet(store) => parquet::read::<C>(store, file.source, limits, &mut notes.warnings)?,
        Opened::Workbook(store) => xlsx::read::<C>(&store, file.source, limits, &mut notes.warnings)?,
        Opened::Text(text) => {
            let mut bytes = Limited::new(text, limits.process.max_uncompressed);
            let read = csv::read::<C>(&mut bytes, || open::reopened(file, limits.process), limits);
            if bytes.exceeded() {
                return Err(open::too_large(limits.process));
            }
            read?
        }
    };
    (report.sha256, report.bytes) = hashing.finish()?;
    Ok(rows)
}

/// The section of the process file on the exports of a source.
fn section(source: Source) -> String {
    format!("exports.{source}")
}

/// Refuses the files over `max_rejected` or `max_shrink`; `files` are in the order of their dates.
fn thresholds(process: &Process, files: &mut [FileReport]) {
    let mut before: Option<(Source, u64)> = None;
    for report in files.iter_mut().filter(|report| report.fault.is_none()) {
        let (read, rejected, accepted) = (report.read, report.counts.rejected(), report.accepted());
        let allowed = process.thresholds.max_rejected;
        if rejected as f64 > allowed * read as f64 {
            report.fault = Some(ExportFault::TooManyRejected { rejected, read, allowed });
        }
        if let Some((source, before)) = before
            && source == report.file.source
            && report.fault.is_none()
        {
            let allowed = process.thresholds.max_shrink;
            if (before.saturating_sub(accepted)) as f64 > allowed * before as f64 {
                report.fault = Some(ExportFault::Shrunk { accepted, before, allowed });
            }
        }
        before = Some((report.file.source, accepted));
    }
}
