/*!
Reads the file of the sentences that belong to a whole product, which `paths.statements` of the
process file names.
*/

use std::path::{Path, PathBuf};

use lnere_core::process::ProcessError;
use serde::Deserialize;

use crate::statement::StatementList;
use crate::statistics::Statistics;

/// The sentences of report, workbook, dashboard, public page and messages.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatementFile {
    /// How the subject is doing, in one sentence.
    headline: StatementList,
    /// What changed most since the previous corte.
    what_changed: StatementList,
    /// How the subject compares with its goal or with the last process.
    #[serde(default)]
    how_it_compares: StatementList,
    /// What waits for citizens.
    what_waits: StatementList,
    /// What comes next, with its dates.
    what_is_next: StatementList,
    #[serde(skip)]
    path: Option<PathBuf>,
}

/// The file of sentences cannot be used.
pub type StatementFileError = ProcessError;

impl StatementFile {
    /// Reads a file.
    ///
    /// # Errors
    /// The file cannot be read or has a mistake, reported with its line.
    pub fn load(path: &Path) -> Result<Self, StatementFileError> {
        let text = lnere_core::process::read_text_file(path)?;
        let file: Self = ProcessError::parse(path, &text)?;
        Ok(Self { path: Some(path.to_owned()), ..file })
    }

    /// The file that it was read from.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// The sentence that says how the subject is doing.
    #[must_use]
    pub fn headline(&self, statistics: &Statistics) -> Option<String> {
        self.headline.choose(statistics)
    }

    /// The main points: what changed most, how it compares, what waits for citizens, and what comes
    /// next. A point without anything to say is left out.
    #[must_use]
    pub fn main_points(&self, statistics: &Statistics) -> Vec<String> {
        let lists = [&self.what_changed, &self.how_it_compares, &self.what_waits, &self.what_is_next];
        lists.into_iter().filter_map(|list| list.choose(statistics)).collect()
    }
}
