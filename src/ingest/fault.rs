/*!
Why an export is refused whole. No message holds a cell of a record.
*/

use std::fmt;
use std::io;

use crate::process::Source;

/// What makes one export unreadable.
#[derive(Debug, thiserror::Error)]
pub enum ExportFault {
    /// It cannot be opened or read, or its compression is damaged.
    #[error("cannot be read to its end: {0}; copy it again")]
    Io(io::Error),
    /// The system does not let it be opened or read.
    #[error("cannot be opened: {0}; let the user that runs lnere read it")]
    Unreadable(io::Error),
    /// It was written to while it was read.
    #[error("is still being written to; it is left for the next run")]
    StillChanging,
    /// More bytes than an export may have once it is decompressed.
    #[error(
        "has over {limit_mib} MiB once it is decompressed, more than limits.uncompressed_mib allows; is it an export?"
    )]
    TooLarge {
        /// The limit in MiB.
        limit_mib: u64,
    },
    /// More records than an export may have.
    #[error("has over {limit} records, more than limits.records allows; is it an export?")]
    TooManyRecords {
        /// The limit.
        limit: u64,
    },
    /// No byte, or blanks alone.
    #[error("is empty; ask the system for a full export")]
    Empty,
    /// A header and nothing else.
    #[error("has a header and no record; ask the system for a full export")]
    NoRecords,
    /// UTF-16 without a byte-order mark.
    #[error(
        "looks like UTF-16 without a byte-order mark; set `encoding = \"utf-16\"` in [exports.{section}] of the process file"
    )]
    Utf16Unmarked {
        /// The source, whose section is to be edited.
        section: Source,
    },
    /// UTF-32, by its byte-order mark.
    #[error("is UTF-32; export it as UTF-8, UTF-16 or Windows-1252")]
    Utf32,
    /// Columns of the contract are not in the header.
    #[error(
        "{}column{} {} not found among its {found}{}; {}if the system renamed {}, write in the process file: \
         [exports.{section}.columns] {}",
        at(*.line),
        if columns.len() == 1 { "" } else { "s" },
        columns.join(", "),
        names.as_ref().map_or_else(String::new, |names| format!(": {names}")),
        if names.is_none() { NO_HEADER } else { "" },
        if columns.len() == 1 { "it" } else { "them" },
        listed(entries),
    )]
    ColumnsMissing {
        /// The line of the header, from 1, of a text export.
        line: Option<u64>,
        /// Their names in the process file.
        columns: Vec<String>,
        /// How many columns the header has.
        found: usize,
        /// Their names; `None` where the line may be a record.
        names: Option<String>,
        /// What to write in the process file: `cve_entidad = "ID_ENTIDAD"`, the name being a guess or `…`.
        entries: Vec<String>,
        /// The source, whose section is to be edited.
        section: Source,
    },
    /// A column of the contract is in the header more than once.
    #[error(
        "{}column {column} is there twice; which one counts cannot be told. Where they have different names, keep one \
         of them in [exports.{section}.columns] of the process file",
        at(*.line)
    )]
    ColumnTwice {
        /// The line of the header, from 1, of a text export.
        line: Option<u64>,
        /// Its name in the process file.
        column: String,
        /// The source, whose section is to be edited.
        section: Source,
    },
    /// More columns than any export has.
    #[error("line {line}: {columns} columns; this is not an export of the contract")]
    TooManyColumns {
        /// The line of the header, from 1.
        line: u64,
        /// How many.
        columns: usize,
    },
    /// The process file says that the header is on a line that the file has not.
    #[error("has no line {line}, on which `header_line` of [exports.{section}] in the process file expects the header")]
    NoHeaderLine {
        /// The line, from 1.
        line: u32,
        /// The source, whose section is to be edited.
        section: Source,
    },
    /// The columns are there, between delimiters that are not tried.
    #[error(
        "line {line}: its columns are separated by `{delimiter}`; set `delimiter = \"{delimiter}\"` in \
         [exports.{section}] of the process file"
    )]
    Delimiter {
        /// The line of the header, from 1.
        line: u64,
        /// The delimiter as it is written in TOML.
        delimiter: String,
        /// The source, whose section is to be edited.
        section: Source,
    },
    /// Lines end in a carriage return alone.
    #[error("the lines of this file end in CR alone (old Mac); save it with LF or CRLF")]
    CarriageReturns,
    /// A quote is opened and never closed.
    #[error(
        "line {line}: a quote is opened and never closed; mend the export or export it again, or set `quotes = false` \
         in [exports.{section}] of the process file if the export quotes nothing"
    )]
    UnclosedQuote {
        /// Line on which the quote is, from 1.
        line: u64,
        /// The source, whose section may be edited.
        section: Source,
    },
    /// A record over 1 MiB or 1,000 lines.
    #[error(
        "line {line}: a record of over 1 MiB or 1,000 lines begins here; a quote is probably not closed: mend the \
         export, or set `quotes = false` in [exports.{section}] of the process file if the export quotes nothing"
    )]
    RecordTooLong {
        /// Line on which it begins, from 1.
        line: u64,
        /// The source, whose section may be edited.
        section: Source,
    },
    /// A Parquet file that cannot be read.
    #[error("is no readable Parquet file: {0}")]
    Parquet(String),
    /// A Parquet column of a type that is no text, number or date.
    #[error("column {column} has the type {kind}; expected text, a number, a date or a timestamp")]
    ColumnType {
        /// Its name in the process file.
        column: String,
        /// The Arrow type.
        kind: String,
    },
    /// The control file cannot be read or is no TOML with `rows` and `sha256`.
    #[error("control file: {0}")]
    Control(String),
    /// The control file counts other records.
    #[error("has {read} records, its control file says {expected}; copy it again or ask for both again")]
    ControlRows {
        /// Records read.
        read: u64,
        /// Records that the control file names.
        expected: u64,
    },
    /// The control file has another checksum.
    #[error("its SHA-256 is not the one of its control file; copy it again or ask for both again")]
    ControlChecksum,
    /// Too many records were rejected.
    #[error(
        "{rejected} of {read} records rejected ({:.2} %), more than max_rejected allows ({:.2} %): {why}; `lnere check` \
         lists them",
        *.rejected as f64 / (*.read).max(1) as f64 * 100.0,
        .allowed * 100.0
    )]
    TooManyRejected {
        /// Records rejected.
        rejected: u64,
        /// Records read.
        read: u64,
        /// The threshold, 0–1.
        allowed: f64,
        /// The commonest rules with their columns, and what to do: [`Diagnosis::explain`](super::Diagnosis::explain).
        why: String,
    },
    /// Fewer accepted records than in the export before.
    #[error(
        "{accepted} records accepted, {before} in the export before it: more of them gone than max_shrink allows ({:.2} %)",
        .allowed * 100.0
    )]
    Shrunk {
        /// Records accepted.
        accepted: u64,
        /// Records accepted in the export before.
        before: u64,
        /// The threshold, 0–1.
        allowed: f64,
    },
    /// A quoted cell spans line ends, and lines inside it look like records.
    #[error(
        "{swallowed}; mend the export, or set `quotes = false` in [exports.{section}] of the process file if the export \
         quotes nothing, or `swallowed = false` in [thresholds] if the cells are meant"
    )]
    Swallowed {
        /// The first such record, and how many there are.
        swallowed: Swallowed,
        /// The source, whose section may be edited.
        section: Source,
    },
}

impl ExportFault {
    /// The same with the line of the header that it is about, from 1.
    pub(super) fn on_line(mut self, number: u64) -> Self {
        if let Self::ColumnsMissing { line, .. } | Self::ColumnTwice { line, .. } = &mut self {
            *line = Some(number);
        }
        self
    }
}

/// Records of a text export that span lines which look like records of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Swallowed {
    /// The line on which the first of them begins, from 1.
    pub line: u64,
    /// The line on which it ends.
    pub until: u64,
    /// How many lines between look like records.
    pub between: u32,
    /// How many such records the file has.
    pub records: u64,
}

impl fmt::Display for Swallowed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { line, until, between, records } = self;
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

/// Said where the line that is taken for the header may be a record, whose cells are not shown.
const NO_HEADER: &str =
    "its cells are not shown because they may be a record's; if the header is on another line, set `header_line`; ";

/// The first of what is to be written in the process file.
fn listed(entries: &[String]) -> String {
    const MOST: usize = 4;
    let first = entries.iter().take(MOST).map(String::as_str).collect::<Vec<_>>().join(" and ");
    if entries.len() > MOST { format!("{first} and so on") } else { first }
}

/// The beginning of a message about the header of a text export.
fn at(line: Option<u64>) -> String {
    line.map_or_else(String::new, |line| format!("line {line}: "))
}

impl From<io::Error> for ExportFault {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::PermissionDenied { Self::Unreadable(error) } else { Self::Io(error) }
    }
}
