/*!
What is said of an export that is read all the same. No message holds a cell of a record.
*/

use std::fmt;

/// What an operator should know of an export that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExportWarning {
    /// Its name says another format than its bytes; it was read as what it is.
    OtherFormat {
        /// What its name says.
        named: &'static str,
        /// What it is.
        found: &'static str,
    },
    /// It is compressed in several parts, and no control file says how many records there are: cut between two
    /// parts it would look whole.
    SeveralParts {
        /// `gzip` or `Zstandard`.
        compression: &'static str,
        /// How many parts were read.
        parts: u64,
        /// The name that a control file would have.
        control: String,
    },
    /// A workbook has several sheets, and the process file names none.
    OtherSheets {
        /// The sheet that was read.
        read: String,
        /// The names of all sheets.
        sheets: Vec<String>,
        /// The section of the process file that may name one.
        section: String,
    },
    /// A column holds numbers so large that their last digits were rounded before they came here.
    RoundedNumbers {
        /// The column, as the process file names it.
        column: String,
        /// How many cells.
        cells: u64,
    },
}

impl fmt::Display for ExportWarning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OtherFormat { named, found } => {
                write!(f, "is named like {named} and is {found}; it was read as {found}, give it that extension")
            }
            Self::SeveralParts { compression, parts, control } => write!(
                f,
                "consists of {parts} {compression} parts, and would look whole if later parts were missing; a control \
                 file {control} with `rows = N` would tell"
            ),
            Self::OtherSheets { read, sheets, section } => write!(
                f,
                "has {} sheets ({}); `{read}` was read, `sheet` in [{section}] names another",
                sheets.len(),
                sheets.join(", ")
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

/// A name in a message: control characters and marks that change the direction of text are escaped.
pub(super) fn shown(name: &str) -> String {
    name.chars().fold(String::with_capacity(name.len()), |mut text, character| {
        let is_format =
            matches!(character, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}');
        if character.is_control() || is_format || character == '\u{feff}' {
            text.extend(character.escape_unicode());
        } else {
            text.push(character);
        }
        text
    })
}
