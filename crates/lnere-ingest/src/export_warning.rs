/*!
Warnings about an export that is still accepted. No message holds a cell of a record.
*/

use std::fmt;

use lnere_core::process::Source;
use lnere_core::terminal_text::escaped_name;

/// A warning for the operator about an export that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExportWarning {
    /// Its name states another format than its bytes; it was read according to its bytes.
    OtherFormat {
        /// The format that its name states.
        named: &'static str,
        /// The format of its content.
        found: &'static str,
    },
    /// It is compressed in several parts, and no control file states the number of records. If it
    /// was cut between two parts, it looks complete.
    SeveralParts {
        /// `gzip` or `Zstandard`.
        compression: &'static str,
        /// The number of parts that were read.
        parts: u64,
        /// The expected name of a control file.
        control: String,
    },
    /// The workbook has several sheets, and the process file names none.
    OtherSheets {
        /// The sheet that was read.
        read: String,
        /// The names of all sheets.
        sheets: Vec<String>,
        /// The source whose section may name a sheet.
        section: Source,
    },
    /// The last record of a text export is incomplete and has no line end, and no control file
    /// states the number of records.
    LastRecordCut {
        /// The line on which the record begins, from 1.
        line: u64,
        /// The expected name of a control file.
        control: String,
    },
    /// A folder of Parquet files may lack one of them.
    FolderParts {
        /// The number of parts that were read.
        parts: usize,
        /// The numbers missing from the names of the parts.
        missing: Vec<u64>,
        /// The expected name of a control file.
        control: String,
    },
    /// A column of a workbook holds formulas without stored results.
    FormulasWithoutResult {
        /// The name of the column in the process file.
        column: String,
        /// The number of cells.
        cells: u64,
    },
    /// A column holds numbers so large that their last digits were rounded before they were read.
    RoundedNumbers {
        /// The name of the column in the process file.
        column: String,
        /// The number of cells.
        cells: u64,
    },
}

/// The most missing part numbers in a message, in addition to the first.
const MAX_MISSING_NUMBERS: usize = 9;

impl ExportWarning {
    /// The code of the warning in JSON.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::OtherFormat { .. } => "other_format",
            Self::SeveralParts { .. } => "several_parts",
            Self::OtherSheets { .. } => "other_sheets",
            Self::LastRecordCut { .. } => "last_record_cut",
            Self::FolderParts { .. } => "folder_parts",
            Self::FormulasWithoutResult { .. } => "formulas_without_result",
            Self::RoundedNumbers { .. } => "rounded_numbers",
        }
    }
}

impl fmt::Display for ExportWarning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OtherFormat { named, found } => {
                write!(f, "its name says {named}, but it is {found} and was read as that; rename it")
            }
            Self::SeveralParts { compression, parts, control } => write!(
                f,
                "consists of {parts} {compression} parts, and would look whole if later parts were missing; a control \
                 file {} with `rows = N` would tell",
                escaped_name(control)
            ),
            Self::OtherSheets { read, sheets, section } => write!(
                f,
                "has {} sheets ({}); `{read}` was read. To read another, set `sheet` in [exports.{section}]",
                sheets.len(),
                sheets.join(", ")
            ),
            Self::LastRecordCut { line, control } => write!(
                f,
                "line {line}: the last record is not whole and has no line end, so the file is probably cut off here; copy \
                 it again, or ask the system for it again. A control file {} with `rows = N` would tell",
                escaped_name(control)
            ),
            Self::FolderParts { parts, missing, control } => {
                write!(f, "is a folder of {parts} parts")?;
                if let [first, others @ ..] = missing.as_slice() {
                    write!(f, ", whose numbers pass over {first}")?;
                    others.iter().take(MAX_MISSING_NUMBERS).try_for_each(|number| write!(f, ", {number}"))?;
                    if others.len() > MAX_MISSING_NUMBERS {
                        write!(f, " and {} more", others.len() - MAX_MISSING_NUMBERS)?;
                    }
                    f.write_str(": if a part is missing, copy the folder again")?;
                } else {
                    f.write_str(" without `_SUCCESS`, and would look whole if one were missing")?;
                }
                write!(f, "; a control file {} with `rows = N` would tell", escaped_name(control))
            }
            Self::FormulasWithoutResult { column, cells } => write!(
                f,
                "column {column}: {cells} {} without a stored result, so {} cannot be known, and the records are rejected; \
                 open and save the workbook in Excel or LibreOffice, or export CSV",
                if *cells == 1 { "cell holds a formula" } else { "cells hold formulas" },
                if *cells == 1 { "its value" } else { "their values" }
            ),
            Self::RoundedNumbers { column, cells } => write!(
                f,
                "column {column}: {cells} {} more digits than a number holds, so the last ones were rounded; export the \
                 column as text",
                if *cells == 1 { "number has" } else { "numbers have" }
            ),
        }
    }
}
