/*!
Defines the faults for which an export is refused as a whole. No message contains a cell of a
record.
*/

use std::fmt;
use std::io;
use std::path::PathBuf;

use super::file_kind::UnsupportedFormat;
use super::plausibility::PlausibilityFinding;
use super::spill::SpillError;
use lnere_core::mexican_formats::integer;
use lnere_core::process::Source;
use lnere_core::terminal_text::escaped_name;

/// A fault of an export.
#[derive(Debug, thiserror::Error)]
pub enum ExportFault {
    /// The export cannot be opened or read, or its compression is damaged.
    #[error("cannot be read to its end: {0}; copy it again")]
    CutOrDamaged(io::Error),
    /// The user lacks the permission to open or read it.
    #[error("cannot be opened: {0}; let the user that runs lnere read it")]
    PermissionDenied(io::Error),
    /// Its packed content cannot be written to a temporary file.
    #[error(
        "cannot be unpacked in {}: {error}; free space there, or set TMPDIR to another folder",
        escaped_name(folder)
    )]
    NoSpace {
        /// The folder of temporary files.
        folder: PathBuf,
        /// The error of the system.
        error: io::Error,
    },
    /// Its coded records exceed the memory budget, and cannot be kept on the disk either.
    #[error("does not fit in memory, and {0}")]
    Spill(#[from] SpillError),
    /// The memory does not suffice to read it.
    #[error("cannot be read: there is no memory left; give the run more (`MemoryMax=` of its unit)")]
    OutOfMemory,
    /// It was modified while it was read.
    #[error("is still being written to; it is left for the next run")]
    StillChanging,
    /// It exceeds the limit of bytes after decompression.
    #[error(
        "has over {limit_mib} MiB once it is decompressed, more than limits.uncompressed_mib allows; is it an export?"
    )]
    TooLarge {
        /// The limit in MiB.
        limit_mib: u64,
    },
    /// It has more records than the limit.
    #[error("has over {limit} records, more than limits.records allows; is it an export?")]
    TooManyRecords {
        /// The limit.
        limit: u64,
    },
    /// It has more records than fit in memory.
    #[error(
        "has more records than memory has room for: about {} fit beside the other exports in the {} MiB that are \
         available, since {set_by}. Give the run more memory (`limits.memory_mib`, `MemoryMax=` of its unit); where it is no full export, ask \
         the system for one",
        integer(i64::try_from(*fit).unwrap_or(i64::MAX)), integer(i64::try_from(*available_mib).unwrap_or(i64::MAX))
    )]
    TooManyForMemory {
        /// The number of its records that fit.
        fit: u64,
        /// The available memory in MiB.
        available_mib: u64,
        /// The setting that causes the limit.
        set_by: String,
    },
    /// It exceeds the limit of bytes of empty lines.
    #[error("has over {limit_mib} MiB of empty lines; is it an export? Ask the system for a full export")]
    TooManyBlankLines {
        /// The limit in MiB.
        limit_mib: u64,
    },
    /// It has no bytes, or only blanks.
    #[error("is empty; ask the system for a full export")]
    Empty,
    /// It has a header but no record.
    #[error("has a header and no record; ask the system for a full export")]
    NoRecords,
    /// UTF-16 without a byte-order mark.
    #[error(
        "looks like UTF-16 without a byte-order mark; set `encoding = \"utf-16\"` in [exports.{section}] of the process file"
    )]
    Utf16Unmarked {
        /// The source whose section is to be edited.
        section: Source,
    },
    /// UTF-32, by its byte-order mark.
    #[error("is UTF-32; export it as UTF-8, UTF-16 or Windows-1252")]
    Utf32,
    /// The header lacks columns of the contract.
    #[error(
        "{}column{} {} not found among its {found}{}; {}if the system renamed {}, write in the process file: {}",
        line_prefix(*.line),
        if columns.len() == 1 { "" } else { "s" },
        columns.join(", "),
        names.as_ref().map_or_else(String::new, |names| format!(": {names}")),
        if names.is_none() { HEADER_NOT_SHOWN } else { "" },
        if columns.len() == 1 { "it" } else { "them" },
        header_keys(*section, entries, declared),
    )]
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
    #[error(
        "{}column {column} is there twice; which one counts cannot be told. Where they have different names, keep one \
         of them in {} of the process file",
        line_prefix(*.line),
        match dimension {
            Some(dimension) => format!("`header` of `{dimension}` in [[dimensions]]"),
            None => format!("[exports.{section}.columns]"),
        }
    )]
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
    #[error("line {line}: {columns} columns; this is not an export of the contract")]
    TooManyColumns {
        /// The line of the header, from 1.
        line: u64,
        /// The number of columns.
        columns: usize,
    },
    /// The process file expects the header on a line that does not exist.
    #[error("has no line {line}, on which `header_line` of [exports.{section}] in the process file expects the header")]
    NoHeaderLine {
        /// The line, from 1.
        line: u32,
        /// The source whose section is to be edited.
        section: Source,
    },
    /// The header has the columns, but between unsupported delimiters.
    #[error(
        "line {line}: its columns are separated by `{delimiter}`; set `delimiter = \"{delimiter}\"` in \
         [exports.{section}] of the process file"
    )]
    Delimiter {
        /// The line of the header, from 1.
        line: u64,
        /// The delimiter as it is written in TOML.
        delimiter: String,
        /// The source whose section is to be edited.
        section: Source,
    },
    /// The columns have a fixed width, padded with blanks.
    #[error(
        "line {line}: its columns are padded with blanks to a fixed width, and nothing separates them; export it with a \
         delimiter, such as a comma"
    )]
    FixedWidth {
        /// The line of the header, from 1.
        line: u64,
    },
    /// The lines end in a carriage return alone.
    #[error("the lines of this file end in CR alone (old Mac); save it with LF or CRLF")]
    CarriageReturns,
    /// A quote is never closed.
    #[error(
        "line {line}: a quote is opened and never closed; mend the export or export it again, or set `quotes = false` \
         in [exports.{section}] of the process file if the export quotes nothing"
    )]
    UnclosedQuote {
        /// The line of the quote, from 1.
        line: u64,
        /// The source whose section may be edited.
        section: Source,
    },
    /// A record exceeds 1 MiB or 1,000 lines.
    #[error(
        "line {line}: a record of over 1 MiB or 1,000 lines begins here; a quote is probably not closed: mend the \
         export, or set `quotes = false` in [exports.{section}] of the process file if the export quotes nothing"
    )]
    RecordTooLong {
        /// The line on which the record begins, from 1.
        line: u64,
        /// The source whose section may be edited.
        section: Source,
    },
    /// The Parquet file cannot be read.
    #[error("is no readable Parquet file: {0}")]
    Parquet(String),
    /// A Parquet column has a type that is not text, number or date.
    #[error("column {column} has the type {kind}; expected text, a number, a date or a timestamp")]
    ColumnType {
        /// The name of the column in the process file.
        column: String,
        /// The Arrow type.
        kind: String,
    },
    /// The control file cannot be read, or is not TOML with `rows` and `sha256`.
    #[error("control file: {0}")]
    Control(String),
    /// Plausibility rules refuse the export.
    #[error("{}", findings.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n    "))]
    Implausible {
        /// The findings of the plausibility rules.
        findings: Vec<PlausibilityFinding>,
    },
    /// A quoted header cell spans lines, and lines inside it look like records.
    #[error(
        "{swallowed}; mend the export, or set `quotes = false` in [exports.{section}] of the process file if the \
             export quotes nothing"
    )]
    Swallowed {
        /// The records in question.
        swallowed: SwallowedRecords,
        /// The source whose section may be edited.
        section: Source,
    },
    /// The file is not of a kind that exports have.
    #[error("is {0}")]
    UnsupportedFormat(UnsupportedFormat),
    /// The file is neither text nor the format that its name states.
    #[error("is neither text nor {named}, which its name says; copy it again")]
    Unrecognised {
        /// The format that the name states.
        named: &'static str,
    },
    /// The packed file contains another packed file.
    #[error("holds {inner} inside {outer}; unpack it once, so that one packing is left")]
    Nested {
        /// The outer packing.
        outer: &'static str,
        /// The kind of the inner file.
        inner: &'static str,
    },
    /// The ZIP cannot be read.
    #[error("is no readable ZIP: {0}; copy it again")]
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
    #[error("is a ZIP with a password; pack it again without one")]
    ZipPassword,
    /// The ZIP uses an unsupported compression method.
    #[error("is a ZIP compressed with {method}; pack it again with Deflate, the method that every program has")]
    ZipMethod {
        /// The method.
        method: String,
    },
    /// A Zstandard window takes too much memory.
    #[error(
        "its Zstandard window is {window_mib} MiB, and a window may take {limit_mib} MiB of memory; compress it again \
         with `zstd --long=27`, or without `--long`"
    )]
    ZstdWindow {
        /// The window in MiB.
        window_mib: u64,
        /// The limit of its use, in MiB.
        limit_mib: u64,
    },
    /// The Excel workbook cannot be read.
    #[error("is no readable Excel workbook: {0}; save it again as .xlsx, or export it as CSV")]
    Workbook(String),
    /// A part of a workbook other than a sheet exceeds the memory limit.
    #[error("its part {part} takes over {limit_mib} MiB once it is decompressed; export it as CSV")]
    WorkbookPart {
        /// The name of the part.
        part: String,
        /// The limit in MiB.
        limit_mib: u64,
    },
    /// The columns are on another sheet than the one read.
    #[error(
        "its sheet `{read}` holds no header of an export, and `{found}` does: set `sheet = \"{}\"` in \
         [exports.{section}] of the process file",
        crate::message_text::toml_name(found)
    )]
    SheetElsewhere {
        /// The sheet that was read.
        read: String,
        /// The first sheet that has the columns.
        found: String,
        /// The source whose section is to be edited.
        section: Source,
    },
    /// The process file states UTF-16, but the bytes are single-byte text.
    #[error(
        "is no UTF-16, which `encoding` in [exports.{section}] of the process file says; take that line out, or set \
         `encoding = \"utf-8\"` or `\"windows-1252\"`"
    )]
    NoUtf16 {
        /// The source whose section is to be edited.
        section: Source,
    },
    /// The workbook lacks the sheet that the process file names.
    #[error("has no sheet `{sheet}`, which `sheet` in [exports.{section}] of the process file names; it has {}", sheets.join(", "))]
    SheetMissing {
        /// The sheet that the process file names.
        sheet: String,
        /// The source whose section is to be edited.
        section: Source,
        /// The existing sheets.
        sheets: Vec<String>,
    },
    /// A timestamp column does not state its time zone.
    #[error(
        "column {column} is an INT96 timestamp, which says no time zone; say it in the process file: `timestamps = \
         \"local\"` (Mexico City) or `\"utc\"` in [exports.{section}]"
    )]
    Int96 {
        /// The name of the column in the process file.
        column: String,
        /// The source whose section is to be edited.
        section: Source,
    },
    /// The Parquet file uses an unsupported compression.
    #[error("is a Parquet file compressed with {codec}; write it with ZSTD, Snappy, gzip, Brotli or LZ4")]
    Codec {
        /// The compression.
        codec: String,
    },
    /// A file in a folder of Parquet files has a fault.
    #[error("{}: {fault}", escaped_name(part))]
    Part {
        /// The name of the file.
        part: String,
        /// The fault of that file.
        fault: Box<Self>,
    },
    /// A required control file is missing.
    #[error(
        "has no control file, which `require_control` in [exports.{section}] asks for; expected {} beside it",
        escaped_name(expected)
    )]
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

fn zip_entries(files: usize, names: &[String]) -> String {
    let more = files.saturating_sub(names.len());
    let names = names.join(", ");
    match files {
        0 => "is a ZIP without a file; pack the export again".to_owned(),
        _ if more > 0 => format!("is a ZIP of {files} files ({names} and {more} more); pack each export alone"),
        _ => format!("is a ZIP of {files} files ({names}); pack each export alone"),
    }
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
        let Self { line, last_line: until, record_like_lines: between, records } = self;
        write!(f, "a quote opened on line {line} closes on line {until}, and ")?;
        match between {
            0 => f.write_str("both lines look like records")?,
            1 => f.write_str("a line between looks like a record")?,
            _ => write!(f, "{between} lines between look like records")?,
        }
        match records {
            0 | 1 => Ok(()),
            2 => f.write_str(" (so it is in 1 more place)"),
            _ => write!(f, " (so it is in {} more places)", records - 1),
        }
    }
}

/// The message if the presumed header may be a record, whose cells must not be shown.
const HEADER_NOT_SHOWN: &str =
    "its cells are not shown because they may be a record's; if the header is on another line, set `header_line`; ";

/// The first of the entries for the process file.
fn first_entries_text(entries: &[String]) -> String {
    const MOST: usize = 4;
    let first = entries.iter().take(MOST).map(String::as_str).collect::<Vec<_>>().join(" and ");
    if entries.len() > MOST { format!("{first} and so on") } else { first }
}

/// The start of a message about the header of a text export.
fn line_prefix(line: Option<u64>) -> String {
    line.map_or_else(String::new, |line| format!("line {line}: "))
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
