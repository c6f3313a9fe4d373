/*!
Runs the readers on bytes in memory for the fuzz targets; fuzz/rustc sets `--cfg fuzzing`.
*/

use std::io::{Cursor, Read};
use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use chrono::NaiveDate;

use super::accepted_rows::FileRows;
use super::application_validation::ApplicationValidator;
use super::credential_validation::CredentialValidator;
use super::csv::{self, BlockPool};
use super::dates::DateReader;
use super::file_bytes::FileBytes;
use super::memory_budget::MemoryBudget;
use super::record_validation::{AcceptedRow, FileContext, FolioSeed};
use super::{ExportFault, Rejection, RuleCounts, SwallowedRecords, parquet};
use lnere_core::calendar::{Instant, MexicoCityClock, day_number};
use lnere_core::catalog::Catalogs;
use lnere_core::process::{DateFormat, Process, ProcessError, Source};

/// A process and the day of all exports.
pub struct FuzzHarness {
    /// The process.
    pub process: Process,
    catalogs: Catalogs,
    clock: MexicoCityClock,
    day: NaiveDate,
    memory: Arc<MemoryBudget>,
    blocks: BlockPool,
}

/// The results for the bytes of an export.
#[derive(Debug, PartialEq, Eq)]
pub struct FuzzResult {
    /// The number of records.
    pub read: u64,
    /// Records by rule.
    pub counts: RuleCounts,
    /// The records rejected, by line.
    pub rejections: Vec<Rejection>,
    /// The number of rows in the facts.
    pub kept: u64,
    /// Records that contain lines which look like records.
    pub swallowed: Option<SwallowedRecords>,
}

impl FuzzHarness {
    /// Reads a process file.
    ///
    /// # Errors
    /// See [`Process::load`].
    pub fn load(process: &Path, day: NaiveDate) -> Result<Self, ProcessError> {
        let (process, catalogs) = Process::load(process)?;
        let clock = MexicoCityClock::for_years_around(process.opens);
        Ok(Self { process, catalogs, clock, day, memory: MemoryBudget::new(None, false), blocks: BlockPool::default() })
    }

    /// Reads a CSV export.
    ///
    /// # Errors
    /// The fault for which the export is refused.
    pub fn csv(&self, source: Source, bytes: &[u8]) -> Result<FuzzResult, ExportFault> {
        let reopen = || Ok(Box::new(Cursor::new(bytes.to_vec())) as Box<dyn Read>);
        let context = self.context();
        match source {
            Source::Solicitudes => Ok(found(csv::read::<ApplicationValidator<0>>(bytes, reopen, &context)?, &context)),
            Source::Credenciales => Ok(found(csv::read::<CredentialValidator>(bytes, reopen, &context)?, &context)),
        }
    }

    /// Reads a Parquet export.
    ///
    /// # Errors
    /// The fault for which the export is refused.
    pub fn parquet(&self, source: Source, bytes: &[u8]) -> Result<FuzzResult, ExportFault> {
        let store = FileBytes::Memory(Bytes::copy_from_slice(bytes));
        let context = self.context();
        let mut warnings = Vec::new();
        Ok(match source {
            Source::Solicitudes => {
                found(parquet::read::<ApplicationValidator<0>>(store, source, &context, &mut warnings)?, &context)
            }
            Source::Credenciales => {
                found(parquet::read::<CredentialValidator>(store, source, &context, &mut warnings)?, &context)
            }
        })
    }

    /// The Mexico City day and the instant of each cell. One reader with its memory reads all
    /// cells.
    #[must_use]
    pub fn dates(&self, formats: &[DateFormat], cells: &[&[u8]]) -> Vec<Option<(i32, Instant)>> {
        let mut reader = DateReader::new(formats, &self.clock);
        cells.iter().map(|cell| reader.read(cell).map(|moment| (moment.day, moment.instant))).collect()
    }

    fn context(&self) -> FileContext<'_> {
        FileContext {
            process: &self.process,
            catalogs: &self.catalogs,
            clock: &self.clock,
            export_day: day_number(self.day),
            registration_days: (day_number(self.process.opens), day_number(self.process.closes.min(self.day))),
            collect_labels: true,
            seed: FolioSeed(0),
            memory: &self.memory,
            spill_folder: None,
            blocks: &self.blocks,
        }
    }
}

fn found<R: AcceptedRow>(mut rows: FileRows<R>, context: &FileContext) -> FuzzResult {
    let kept =
        rows.deduplicate(context, |_, kept| Ok(kept.iter().count() as u64)).unwrap_or_default().into_iter().sum();
    FuzzResult {
        read: rows.records_read,
        counts: rows.counts,
        rejections: rows.rejections,
        kept,
        swallowed: rows.swallowed,
    }
}
