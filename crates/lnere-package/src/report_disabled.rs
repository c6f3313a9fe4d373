/*!
In the place of `report` where the program is built without the feature `reports`: there is no template, and no
report is set.
*/

use std::path::Path;

use super::PackageContents;

/// The report template, which cannot exist without the feature `reports`.
#[derive(Debug)]
pub enum ReportTemplate {}

/// Why there is none.
#[derive(Debug, thiserror::Error)]
#[error("this program sets no reports; build it with the feature `reports`")]
pub struct TemplateError;

/// An error that cannot occur without a template.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {}

impl ReportError {
    /// Never called.
    #[must_use]
    pub fn is_usage(&self) -> bool {
        match *self {}
    }
}

impl ReportTemplate {
    /// Reads nothing.
    ///
    /// # Errors
    /// Always.
    pub fn load(_: &Path) -> Result<Self, TemplateError> {
        Err(TemplateError)
    }

    /// No files.
    pub fn files(&self) -> impl Iterator<Item = &Path> {
        std::iter::empty()
    }
}

pub(super) fn pdfs(
    template: &ReportTemplate,
    _: &[PackageContents],
    _: &(dyn Fn() + Sync),
) -> Result<Vec<Vec<u8>>, ReportError> {
    match *template {}
}
