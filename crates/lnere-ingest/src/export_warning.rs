/*!
Warnings about an export that is still accepted. No message holds a cell of a record.
*/

use std::fmt;

use super::export_fault::with_count_of_others;
use super::inventory::ExportFormat;
use lnere_core::process::Source;
use lnere_core::terminal_text::escaped_name;
use lnere_messages::{count, message};

/// A warning for the operator about an export that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExportWarning {
    /// Its name states another format than its bytes; it was read according to its bytes.
    OtherFormat {
        /// The format that its name states.
        named: ExportFormat,
        /// The format of its content.
        found: ExportFormat,
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

/// The most missing part numbers in a message.
const MAX_MISSING_NUMBERS: usize = 10;

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
        f.write_str(&match self {
            Self::OtherFormat { named, found } => {
                message!("L220-other-format", named = named.description(), found = found.description())
            }
            Self::SeveralParts { compression, parts, control } => {
                message!("L221-several-parts", parts = count(*parts), compression, control = escaped_name(control))
            }
            Self::OtherSheets { read, sheets, section } => {
                message!("L218-other-sheets", count = count(sheets.len()), sheets = sheets.join(", "), read, section)
            }
            Self::LastRecordCut { line, control } => {
                message!("L221-last-record-cut", line, control = escaped_name(control))
            }
            Self::FolderParts { parts, missing, control } => {
                let (parts, control) = (count(*parts), escaped_name(control));
                if missing.is_empty() {
                    message!("L221-folder-not-marked-complete", parts, control)
                } else {
                    let numbers = missing_numbers_text(missing);
                    message!("L221-part-numbers-missing", parts, numbers, control)
                }
            }
            Self::FormulasWithoutResult { column, cells } => {
                message!("L222-formulas-without-result", column, cells = count(*cells))
            }
            Self::RoundedNumbers { column, cells } => {
                message!("L223-rounded-numbers", column, cells = count(*cells))
            }
        })
    }
}

fn missing_numbers_text(missing: &[u64]) -> String {
    let shown: Vec<String> = missing.iter().take(MAX_MISSING_NUMBERS).map(u64::to_string).collect();
    with_count_of_others(shown.join(", "), missing.len() - shown.len())
}
