/*!
Replaces `report` in a program without the feature `reports`: it has no template and makes no
report.
*/

use std::path::Path;

use lnere_messages::message;

use super::PackageData;

/// The report template, which cannot exist without the feature `reports`.
#[derive(Debug)]
pub enum ReportTemplate {}

/// The feature `reports` is absent.
#[derive(Debug, thiserror::Error)]
#[error("{}", message!("L347-reports-not-built"))]
pub struct TemplateError;

/// An error that cannot occur without a template.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {}

impl ReportError {
    /// Never called.
    #[must_use]
    pub fn is_usage_error(&self) -> bool {
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

    /// Never called.
    ///
    /// # Errors
    /// None.
    pub fn check_syntax(&self) -> Result<(), TemplateError> {
        match *self {}
    }

    /// No files.
    pub fn template_paths(&self) -> impl Iterator<Item = &Path> {
        std::iter::empty()
    }
}

pub(super) fn report_pdfs(
    template: &ReportTemplate,
    _: &[PackageData],
    _: &(dyn Fn() + Sync),
) -> Result<Vec<Vec<u8>>, ReportError> {
    match *template {}
}
