/*!
Defines the faults for which an export is refused as a whole. No message contains a cell of a
record.
*/

use std::fmt;
use std::io;
use std::path::PathBuf;

use super::file_kind::UnsupportedFormat;
use super::inventory::ExportFormat;
use super::message_text::toml_name;
use super::plausibility::PlausibilityFinding;
use super::spill::SpillError;
use lnere_core::process::Source;
use lnere_core::terminal_text::escaped_name;
use lnere_messages::{count, join_with_and, message};

/// A fault of an export.
#[derive(Debug, thiserror::Error)]
pub enum ExportFault {
    /// The export cannot be opened or read, or its compression is damaged.
    #[error("{}", message!("L200-cut-or-damaged", error = _0))]
    CutOrDamaged(io::Error),
    /// The user lacks the permission to open or read it.
    #[error("{}", message!("L201-permission-denied", error = _0))]
    PermissionDenied(io::Error),
    /// Its packed content cannot be written to a temporary file.
    #[error("{}", message!("L202-no-temporary-space", folder = escaped_name(folder), error))]
    NoSpace {
        /// The folder of temporary files.
        folder: PathBuf,
        /// The error of the system.
        error: io::Error,
    },
    /// Its coded records exceed the memory budget, and cannot be kept on the disk either.
    #[error("{}", message!("ingest-does-not-fit-in-memory", error = _0))]
    Spill(#[from] SpillError),
    /// The memory does not suffice to read it.
    #[error("{}", message!("L205-out-of-memory"))]
    OutOfMemory,
    /// It was modified while it was read.
    #[error("{}", message!("L206-still-changing"))]
    StillChanging,
    /// It exceeds the limit of bytes after decompression.
    #[error("{}", message!("L207-too-large", limit_mib))]
    TooLarge {
        /// The limit in MiB.
        limit_mib: u64,
    },
    /// It has more records than the limit.
    #[error("{}", message!("L207-too-many-records", limit))]
    TooManyRecords {
        /// The limit.
        limit: u64,
    },
    /// It has more records than fit in memory.
    #[error("{}", message!("L205-too-many-for-memory", fit = count(*fit), available_mib = count(*available_mib), set_by))]
    TooManyForMemory {
        /// The number of its records that fit.
        fit: u64,
        /// The available memory in MiB.
        available_mib: u64,
        /// The setting that causes the limit.
        set_by: String,
    },
    /// It exceeds the limit of bytes of empty lines.
    #[error("{}", message!("L207-too-many-blank-lines", limit_mib))]
    TooManyBlankLines {
        /// The limit in MiB.
        limit_mib: u64,
    },
    /// It has no bytes, or only blanks.
    #[error("{}", message!("L208-empty"))]
    Empty,
    /// It has a header but no record.
    #[error("{}", message!("L208-no-records"))]
    NoRecords,
    /// UTF-16 without a byte-order mark.
    #[error("{}", message!("L209-utf16-unmarked", section))]
    Utf16Unmarked {
        /// The source whose section is to be edited.
        section: Source,
    },
    /// UTF-32, by its byte-order mark.
    #[error("{}", message!("L209-utf32"))]
    Utf32,
    /// The header lacks columns of the contract.
    #[error("{}", columns_missing(*.line, columns, *found, names.as_deref(), &header_keys(*section, entries, declared)))]
    ColumnsMissing {
        /// The line of the header, from 1, of a text export.
        line: Option<u64>,
        /// The names of the missing columns in the process file.
        columns: Vec<String>,
        /// The number of columns in the header.
        found: usize,
        /// The names in the header; `None` if the line may be a record.
        names: Option<String>,
        /// Proposed entries for the process file: `cve_entidad = "ID_ENTIDAD"`, with a guessed name
        /// or `…`.
        entries: Vec<String>,
        /// Proposed entries for the columns of declared dimensions: `header = "SEDE_CONSULAR" of
        /// sede`.
        declared: Vec<String>,
        /// The source whose section is to be edited.
        section: Source,
    },
    /// The header contains a column of the contract more than once.
    #[error("{}", column_twice(*.line, column, dimension.as_deref(), *section))]
    ColumnTwice {
        /// The line of the header, from 1, of a text export.
        line: Option<u64>,
        /// The name of the column in the process file.
        column: String,
        /// The declared dimension whose column it is.
        dimension: Option<String>,
        /// The source whose section is to be edited.
        section: Source,
    },
    /// It has more columns than any export.
    #[error("{}", message!("L212-too-many-columns", line, columns))]
    TooManyColumns {
        /// The line of the header, from 1.
        line: u64,
        /// The number of columns.
        columns: usize,
    },
    /// The process file expects the header on a line that does not exist.
    #[error("{}", message!("L212-no-header-line", line, section))]
    NoHeaderLine {
        /// The line, from 1.
        line: u32,
        /// The source whose section is to be edited.
        section: Source,
    },
    /// The header has the columns, but between unsupported delimiters.
    #[error("{}", message!("L213-delimiter", line, delimiter, section))]
    Delimiter {
        /// The line of the header, from 1.
        line: u64,
        /// The delimiter as it is written in TOML.
        delimiter: String,
        /// The source whose section is to be edited.
        section: Source,
    },
    /// The columns have a fixed width, padded with blanks.
    #[error("{}", message!("L213-fixed-width", line))]
    FixedWidth {
        /// The line of the header, from 1.
        line: u64,
    },
    /// The lines end in a carriage return alone.
    #[error("{}", message!("L213-carriage-returns"))]
    CarriageReturns,
    /// A quote is never closed.
    #[error("{}", message!("L203-unclosed-quote", line, section))]
    UnclosedQuote {
        /// The line of the quote, from 1.
        line: u64,
        /// The source whose section may be edited.
        section: Source,
    },
    /// A record exceeds 1 MiB or 1,000 lines.
    #[error("{}", message!("L203-record-too-long", line, section))]
    RecordTooLong {
        /// The line on which the record begins, from 1.
        line: u64,
        /// The source whose section may be edited.
        section: Source,
    },
    /// The Parquet file cannot be read.
    #[error("{}", message!("L200-unreadable-parquet", error = _0))]
    Parquet(String),
    /// A Parquet column has a type that is not text, number or date.
    #[error("{}", message!("L214-column-type", column, kind))]
    ColumnType {
        /// The name of the column in the process file.
        column: String,
        /// The Arrow type.
        kind: String,
    },
    /// The control file cannot be read, or is not TOML with `rows` and `sha256`.
    #[error("{}", message!("L215-control-unreadable", reason = _0))]
    Control(String),
    /// Plausibility rules refuse the export.
    #[error("{}", findings.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n    "))]
    Implausible {
        /// The findings of the plausibility rules.
        findings: Vec<PlausibilityFinding>,
    },
    /// A quoted header cell spans lines, and lines inside it look like records.
    #[error("{}", message!("L203-header-holds-records", swallowed, section))]
    Swallowed {
        /// The records in question.
        swallowed: SwallowedRecords,
        /// The source whose section may be edited.
        section: Source,
    },
    /// The file is not of a kind that exports have.
    #[error("{0}")]
    UnsupportedFormat(UnsupportedFormat),
    /// The file is neither text nor the format that its name states.
    #[error("{}", message!("L200-unrecognised", named = named.description()))]
    Unrecognised {
        /// The format that the name states.
        named: ExportFormat,
    },
    /// The packed file contains another packed file.
    #[error("{}", message!("L216-nested", inner, outer))]
    Nested {
        /// The outer packing.
        outer: &'static str,
        /// The kind of the inner file.
        inner: &'static str,
    },
    /// The ZIP cannot be read.
    #[error("{}", message!("L200-unreadable-zip", error = _0))]
    Zip(String),
    /// The ZIP does not contain exactly one file.
    #[error("{}", zip_entries(*files, names))]
    ZipEntries {
        /// The number of files in the ZIP.
        files: usize,
        /// The names of the first files.
        names: Vec<String>,
    },
    /// The ZIP has a password.
    #[error("{}", message!("L216-zip-password"))]
    ZipPassword,
    /// The ZIP uses an unsupported compression method.
    #[error("{}", message!("L216-zip-method", method))]
    ZipMethod {
        /// The method.
        method: String,
    },
    /// A Zstandard window takes too much memory.
    #[error("{}", message!("L216-zstd-window", window_mib, limit_mib))]
    ZstdWindow {
        /// The window in MiB.
        window_mib: u64,
        /// The limit of its use, in MiB.
        limit_mib: u64,
    },
    /// The Excel workbook cannot be read.
    #[error("{}", message!("L200-unreadable-workbook", error = _0))]
    Workbook(String),
    /// A part of a workbook other than a sheet exceeds the memory limit.
    #[error("{}", message!("L207-workbook-part", part, limit_mib))]
    WorkbookPart {
        /// The name of the part.
        part: String,
        /// The limit in MiB.
        limit_mib: u64,
    },
    /// The columns are on another sheet than the one read.
    #[error("{}", message!("L218-sheet-elsewhere", read, found, value = toml_name(found), section))]
    SheetElsewhere {
        /// The sheet that was read.
        read: String,
        /// The first sheet that has the columns.
        found: String,
        /// The source whose section is to be edited.
        section: Source,
    },
    /// The process file states UTF-16, but the bytes are single-byte text.
    #[error("{}", message!("L209-no-utf16", section))]
    NoUtf16 {
        /// The source whose section is to be edited.
        section: Source,
    },
    /// The workbook lacks the sheet that the process file names.
    #[error("{}", message!("L218-sheet-missing", sheet, section, sheets = sheets.join(", ")))]
    SheetMissing {
        /// The sheet that the process file names.
        sheet: String,
        /// The source whose section is to be edited.
        section: Source,
        /// The existing sheets.
        sheets: Vec<String>,
    },
    /// A timestamp column does not state its time zone.
    #[error("{}", message!("L214-int96", column, section))]
    Int96 {
        /// The name of the column in the process file.
        column: String,
        /// The source whose section is to be edited.
        section: Source,
    },
    /// The Parquet file uses an unsupported compression.
    #[error("{}", message!("L216-parquet-codec", codec))]
    Codec {
        /// The compression.
        codec: String,
    },
    /// A folder is no export in parts, for this reason.
    #[error("{0}")]
    Folder(String),
    /// A file in a folder of Parquet files has a fault.
    #[error("{}: {fault}", escaped_name(part))]
    Part {
        /// The name of the file.
        part: String,
        /// The fault of that file.
        fault: Box<Self>,
    },
    /// A required control file is missing.
    #[error("{}", message!("L215-control-missing", section, expected = escaped_name(expected)))]
    ControlMissing {
        /// The name of the control file.
        expected: String,
        /// The source whose section is to be edited.
        section: Source,
    },
}

/// The place of column names in the process file, and the entries to write there. Built-in columns
/// have a section, and a declared dimension has its own key.
fn header_keys(section: Source, entries: &[String], declared: &[String]) -> String {
    let built_in =
        (!entries.is_empty()).then(|| format!("[exports.{section}.columns] {}", first_entries_text(entries)));
    let declared = (!declared.is_empty()).then(|| format!("[[dimensions]] {}", first_entries_text(declared)));
    built_in.into_iter().chain(declared).collect::<Vec<_>>().join("; ")
}

fn columns_missing(line: Option<u64>, columns: &[String], found: usize, names: Option<&str>, entries: &str) -> String {
    let (count, columns) = (count(columns.len()), columns.join(", "));
    let text = match names {
        Some(names) => message!("L210-columns-missing", count, columns, found, names, entries),
        // The presumed header may be a record, whose cells must not be shown.
        None => message!("L210-columns-missing-not-shown", count, columns, found, entries),
    };
    on_line(line, text)
}

fn column_twice(line: Option<u64>, column: &str, dimension: Option<&str>, section: Source) -> String {
    let text = match dimension {
        Some(dimension) => message!("L211-dimension-column-twice", column, dimension),
        None => message!("L211-column-twice", column, section),
    };
    on_line(line, text)
}

/// A message about the header of a text export, with its line.
fn on_line(line: Option<u64>, text: String) -> String {
    match line {
        Some(line) => message!("ingest-on-line", line, text),
        None => text,
    }
}

fn zip_entries(files: usize, names: &[String]) -> String {
    if files == 0 {
        return message!("L216-zip-without-file");
    }
    let names = with_count_of_others(names.join(", "), files.saturating_sub(names.len()));
    message!("L216-zip-of-files", files = count(files), names)
}

/// The first names of a list, and the number of the others.
pub(super) fn with_count_of_others(names: String, more: usize) -> String {
    if more == 0 { names } else { message!("ingest-names-and-more", names, more = count(more)) }
}

impl ExportFault {
    /// The same fault with its line of the header, from 1.
    pub(super) fn on_line(mut self, number: u64) -> Self {
        if let Self::ColumnsMissing { line, .. } | Self::ColumnTwice { line, .. } = &mut self {
            *line = Some(number);
        }
        self
    }
}

/// Records of a text export that span lines, which look like separate records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SwallowedRecords {
    /// The line on which the first such record begins, from 1.
    pub line: u64,
    /// The line on which the first such record ends.
    pub last_line: u64,
    /// The number of record-like lines inside the first such record.
    pub record_like_lines: u32,
    /// The number of such records in the file.
    pub records: u64,
}

impl fmt::Display for SwallowedRecords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { line, last_line, record_like_lines, records } = self;
        let swallowed = message!("ingest-swallowed", line, last_line, between = count(*record_like_lines));
        f.write_str(&match records.saturating_sub(1) {
            0 => swallowed,
            more => message!("ingest-swallowed-elsewhere", swallowed, more = count(more)),
        })
    }
}

/// The first of the entries for the process file.
fn first_entries_text(entries: &[String]) -> String {
    const MOST: usize = 4;
    if entries.len() > MOST {
        message!("ingest-and-so-on", entries = entries[..MOST].join(", "))
    } else {
        join_with_and(entries)
    }
}

impl From<io::Error> for ExportFault {
    fn from(error: io::Error) -> Self {
        // An I/O error may contain an export fault.
        let error = match error.downcast::<Self>() {
            Ok(fault) => return fault,
            Err(error) => error,
        };
        match error.kind() {
            io::ErrorKind::PermissionDenied => Self::PermissionDenied(error),
            io::ErrorKind::OutOfMemory => Self::OutOfMemory,
            _ => Self::CutOrDamaged(error),
        }
    }
}

impl ExportFault {
    /// Whether the machine causes the fault and not the export.
    #[must_use]
    pub fn is_caused_by_machine(&self) -> bool {
        matches!(self, Self::PermissionDenied(_) | Self::NoSpace { .. } | Self::Spill(_) | Self::OutOfMemory)
    }

    /// The findings of the plausibility rules that refuse the export.
    #[must_use]
    pub fn findings(&self) -> &[PlausibilityFinding] {
        match self {
            Self::Implausible { findings } => findings,
            _ => &[],
        }
    }
}
