/*!
Why an export is refused whole. No message holds a cell of a record.
*/

use std::io;

use super::plausibility::PlausibilityFinding;

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
    /// UTF-16, by its byte-order mark.
    #[error("is UTF-16; export it as UTF-8 or Windows-1252")]
    Utf16,
    /// Columns of the contract are not in the header.
    #[error(
        "line 1: column{} {} not found among its {found}; if the system renamed it, map the new name in the process file",
        if columns.len() == 1 { "" } else { "s" },
        columns.join(", ")
    )]
    ColumnsMissing {
        /// Their names in the process file.
        columns: Vec<String>,
        /// How many columns the header has.
        found: usize,
    },
    /// A column of the contract is in the header more than once.
    #[error("line 1: column {column} is there twice; which one counts cannot be told")]
    ColumnTwice {
        /// Its name in the process file.
        column: String,
    },
    /// More columns than any export has.
    #[error("line 1: {columns} columns; this is not an export of the contract")]
    TooManyColumns {
        /// How many.
        columns: usize,
    },
    /// A quote is opened and never closed.
    #[error("line {line}: a quote is opened and never closed; mend the export or export it again")]
    UnclosedQuote {
        /// Line on which the quote is, from 1.
        line: u64,
    },
    /// A record over 1 MiB or 1,000 lines.
    #[error("line {line}: a record of over 1 MiB or 1,000 lines begins here; a quote is probably not closed")]
    RecordTooLong {
        /// Line on which it begins, from 1.
        line: u64,
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
    /// Plausibility rules refuse it.
    #[error("{}", findings.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n    "))]
    Implausible {
        /// What they found.
        findings: Vec<PlausibilityFinding>,
    },
}

impl From<io::Error> for ExportFault {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::PermissionDenied { Self::Unreadable(error) } else { Self::Io(error) }
    }
}

impl ExportFault {
    /// What the plausibility rules found, where it is they that refuse the export.
    #[must_use]
    pub fn findings(&self) -> &[PlausibilityFinding] {
        match self {
            Self::Implausible { findings } => findings,
            _ => &[],
        }
    }
}
