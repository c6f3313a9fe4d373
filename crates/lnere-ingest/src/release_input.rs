/*!
Defines the record of an export in a manifest.
*/

use serde::{Deserialize, Serialize};

use lnere_core::calendar::parse_iso_day;
use lnere_core::process::Source;

use crate::{FileReport, PublishedExport};

/// One export from which a release was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReleaseInput {
    /// `solicitudes` or `credenciales`.
    pub source: String,
    /// File name without folders.
    pub name: String,
    /// The day that the export covers.
    pub date: String,
    /// The checksum of the file on the disk.
    pub sha256: String,
    /// Size of the file.
    pub bytes: u64,
    /// The number of records.
    pub read: u64,
    /// The number of accepted records.
    pub accepted: u64,
    /// The number of rejected records.
    pub rejected: u64,
}

impl ReleaseInput {
    /// Takes the record from a report.
    #[must_use]
    pub fn from_report(report: &FileReport) -> Self {
        Self {
            source: report.file.source.to_string(),
            name: report.file.name.clone(),
            date: report.file.date.to_string(),
            sha256: report.sha256.clone(),
            bytes: report.bytes,
            read: report.records_read,
            accepted: report.accepted(),
            rejected: report.counts.rejected(),
        }
    }

    /// The recorded export; `None` if this program did not write the manifest.
    #[must_use]
    pub fn to_published_export(self) -> Option<PublishedExport> {
        let source = Source::ALL.into_iter().find(|source| source.name() == self.source)?;
        let date = parse_iso_day(&self.date)?;
        Some(PublishedExport { source, date, name: self.name, sha256: self.sha256, statement: None })
    }
}
