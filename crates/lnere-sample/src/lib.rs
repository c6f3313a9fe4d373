/*!
Generates synthetic exports of any size, for samples, tests and benchmarks.

The generator is pure: a shape, a seed and a size give the bytes of CSV files. It uses no clock, and
only the seed provides randomness. Files share no state: application number *i* is a function of the
seed and *i*. The export of a day contains the applications registered until then, each with its
status on that day. Ten million rows are streamed in the memory of a few blocks.

A [`SampleShape`] describes the exports. It comes from a TOML file that is checked against the
process file. Headers, codes and date formats come from the process file itself. Columns of declared
dimensions follow the built-in ones. Their labels are allocated like those of the other columns, and
age bands give dates of birth.
*/

mod applications;
mod apportion;
mod arrival_plan;
mod birth_dates;
mod credentials;
mod csv_dialect;
mod csv_writer;
mod fixed_point_share;
mod permutation;
mod raw_sample_shape;
mod sample_shape;
mod sample_shape_parser;
mod vocabulary;

use std::io::{self, Write};

use chrono::NaiveDate;
use rayon::prelude::*;

use applications::ApplicationRows;
use credentials::CredentialRows;
use csv_dialect::Dialect;
use csv_writer::{CsvWriter, Spellings};
use lnere_core::catalog::Catalogs;
use lnere_core::process::{ColumnMap, DateFormat, Process, Source, SourceColumn};
use lnere_core::random::RandomKey;
use lnere_messages::message;
use vocabulary::{LabelColumn, Vocabulary};

pub use csv_dialect::Compression;
pub use sample_shape::{SampleShape, SampleShapeError};

/// The options of the generator; the shape supplies absent ones.
#[derive(Clone, Debug)]
pub struct SampleRequest {
    /// The shape of the exports.
    pub shape: SampleShape,
    /// The seed; the same seed gives the same bytes.
    pub seed: u64,
    /// Accepted applications at the close of registration; published totals are scaled to this
    /// number.
    pub application_count: Option<u64>,
    /// Accepted trámites at the close.
    pub credential_count: Option<u64>,
    /// The number of exports; only the first ones are written.
    pub export_count: Option<u32>,
}

/// Nothing can be generated.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum SampleError {
    /// A size is zero: an export with a header alone would be refused.
    #[error("{}", message!("L820-size-zero", option = _0))]
    ZeroSize(&'static str),
    /// A size exceeds the limit.
    #[error("{}", message!("L820-size-too-large", option, size, most = MAX_ROWS))]
    TooMany {
        /// The option.
        option: &'static str,
        /// The value of the option.
        size: u64,
    },
}

/// The most accepted rows of one source.
const MAX_ROWS: u64 = 1_000_000_000;

/// The rows that one thread writes at a time.
const ROWS_PER_BLOCK: u64 = 8192;

/// The blocks that are in memory at a time.
const BLOCKS_IN_MEMORY: u64 = 16;

/// One file to write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SampleFile {
    /// The source of the export.
    pub source: Source,
    /// The day that the export covers to its end.
    pub export_day: NaiveDate,
    /// The compression that the caller must apply to the bytes of [`SampleGenerator::write_file`].
    pub compression: Compression,
    /// The name of the file: `solicitudes_20200930.csv.gz`.
    pub name: String,
}

/// Planned exports that are not written yet.
pub struct SampleGenerator {
    shape: SampleShape,
    export_days: Vec<NaiveDate>,
    first_day: NaiveDate,
    sources: [SourceRows; 2],
    spellings: Spellings,
}

struct SourceRows {
    source: Source,
    row_writer: Box<dyn RowWriter>,
    headers: Vec<String>,
    date_formats: Vec<DateFormat>,
    encoding: lnere_core::process::EncodingChoice,
}

/// Rows that can be written separately, each from its index alone.
trait RowWriter: Send + Sync {
    /// The number of rows by the end of a day.
    fn rows_until(&self, day: NaiveDate) -> u64;

    /// Writes the row of an index and the rejected rows that follow it; returns their number.
    fn write_row(&self, index: u64, sheet: &CsvWriter, out: &mut Vec<u8>) -> u64;
}

/// Plans all rows of all exports.
///
/// # Errors
/// A size is zero or too large.
pub fn plan_exports(
    request: SampleRequest,
    process: &Process,
    catalogs: &Catalogs,
) -> Result<SampleGenerator, SampleError> {
    let SampleRequest {
        shape,
        seed,
        application_count: applications,
        credential_count: credentials,
        export_count: cortes,
    } = request;
    let applications = validate_row_count("--applications", applications.unwrap_or(shape.applications.default_rows))?;
    let credentials = validate_row_count("--credentials", credentials.unwrap_or(shape.credentials.default_rows))?;
    let exports = cortes.map_or(usize::MAX, |cortes| cortes as usize);
    if exports == 0 {
        return Err(SampleError::ZeroSize("--cortes"));
    }
    let words = Vocabulary { process, catalogs };
    let key = RandomKey::new(seed);
    let solicitudes = SourceRows {
        source: Source::Solicitudes,
        row_writer: Box::new(ApplicationRows::new(&shape.applications, applications, key.child(1), words)),
        headers: first_headers(&process.solicitudes_contract.columns),
        date_formats: process.solicitudes_contract.date_formats.clone(),
        encoding: process.solicitudes_contract.encoding,
    };
    let credenciales = SourceRows {
        source: Source::Credenciales,
        row_writer: Box::new(CredentialRows::new(&shape.credentials, credentials, key.child(2), words)),
        headers: first_headers(&process.credenciales_contract.columns),
        date_formats: process.credenciales_contract.date_formats.clone(),
        encoding: process.credenciales_contract.encoding,
    };
    let own = |column, label| shape.spellings.get(&(column, label)).cloned().unwrap_or_default();
    let spellings = Spellings::new(words, own);
    Ok(SampleGenerator {
        export_days: shape.export_days.iter().copied().take(exports).collect(),
        first_day: process.opens.min(shape.credentials.curve.first_day),
        sources: [solicitudes, credenciales],
        spellings,
        shape,
    })
}

impl SampleGenerator {
    /// The files, oldest first. A source has no file for a day on which it has no row yet.
    #[must_use]
    pub fn files(&self) -> Vec<SampleFile> {
        let mut files = Vec::new();
        for day in &self.export_days {
            for SourceRows { source, row_writer, .. } in &self.sources {
                if row_writer.rows_until(*day) > 0 {
                    let compression = self.shape.dialect(*source, *day).compression;
                    let name = format!("{source}_{}.{}", day.format("%Y%m%d"), compression.extension());
                    files.push(SampleFile { source: *source, export_day: *day, compression, name });
                }
            }
        }
        files
    }

    /// Writes the uncompressed CSV of a file. Returns the number of records, including rejected
    /// ones, without the header. Blocks of rows are made in parallel and written in order.
    ///
    /// # Errors
    /// `out` fails.
    pub fn write_file(&self, file: &SampleFile, out: &mut dyn Write) -> io::Result<u64> {
        let [solicitudes, credenciales] = &self.sources;
        let source = if file.source == Source::Solicitudes { solicitudes } else { credenciales };
        let dialect: Dialect = self.shape.dialect(file.source, file.export_day).with_forced_encoding(source.encoding);
        let sheet = CsvWriter::new(file.export_day, self.first_day, dialect, &source.date_formats, &self.spellings);

        let mut head = Vec::new();
        sheet.write_header(&source.headers.iter().map(String::as_str).collect::<Vec<_>>(), &mut head);
        out.write_all(&head)?;
        let total = source.row_writer.rows_until(file.export_day);
        let mut records = 0;
        for batch in (0..total).step_by((ROWS_PER_BLOCK * BLOCKS_IN_MEMORY) as usize) {
            let block = |number: u64| {
                let from = (batch + number * ROWS_PER_BLOCK).min(total);
                let mut bytes = Vec::with_capacity((ROWS_PER_BLOCK * 160) as usize);
                let rows = (from..(from + ROWS_PER_BLOCK).min(total))
                    .map(|index| source.row_writer.write_row(index, &sheet, &mut bytes));
                (rows.sum::<u64>(), bytes)
            };
            let blocks: Vec<(u64, Vec<u8>)> = (0..BLOCKS_IN_MEMORY).into_par_iter().map(block).collect();
            for (rows, bytes) in blocks {
                records += rows;
                out.write_all(&bytes)?;
            }
        }
        Ok(records)
    }
}

fn validate_row_count(what: &'static str, size: u64) -> Result<u64, SampleError> {
    match size {
        0 => Err(SampleError::ZeroSize(what)),
        1..=MAX_ROWS => Ok(size),
        _ => Err(SampleError::TooMany { option: what, size }),
    }
}

/// The header names of a source; those of declared dimensions come last.
fn first_headers<C: SourceColumn>(columns: &ColumnMap<C>) -> Vec<String> {
    columns.all().iter().map(|column| columns.first_header(*column).to_owned()).collect()
}

/// Texts that no list of a column contains: an empty text, and others without a meaning.
fn texts_without_label(words: Vocabulary, column: LabelColumn) -> Vec<String> {
    let texts = ["", "NO DISPONIBLE", "?", "0"];
    texts.into_iter().filter(|text| words.find(column, text).is_none()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests;
