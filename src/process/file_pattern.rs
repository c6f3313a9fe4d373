/*!
Names of export files: `SIILNERE_*_{YYYYMMDD}_*.txt`.
*/

use std::str::FromStr;

/// A pattern of file names: one date field, `*` for anything, all else as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilePattern {
    text: String,
}

impl FilePattern {
    /// The pattern as the process file writes it.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }
}

impl FromStr for FilePattern {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Ok(Self { text: text.to_owned() })
    }
}
