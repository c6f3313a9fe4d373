/*!
What a manifest records of an export that was read.
*/

use serde::{Deserialize, Serialize};

use lnere_core::calendar::parse_iso_day;
use lnere_core::process::Source;

use crate::{FileReport, PublishedExport};

/// One export that a release was made of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InputRecord {
    /// `solicitudes` or `credenciales`.
    pub source: String,
    /// File name without folders.
    pub name: String,
    /// The day that it covers.
    pub date: String,
    /// Checksum of the file as it lies on the disk.
    pub sha256: String,
    /// Size of the file.
    pub bytes: u64,
    /// Records in it.
    pub read: u64,
    /// Records that count.
    pub accepted: u64,
    /// Records that do not.
    pub rejected: u64,
}

impl InputRecord {
    /// What a report says of an export.
    #[must_use]
    pub fn from_report(report: &FileReport) -> Self {
        Self {
            source: report.file.source.to_string(),
            name: report.file.name.clone(),
            date: report.file.date.to_string(),
            sha256: report.sha256.clone(),
            bytes: report.bytes,
            read: report.read,
            accepted: report.accepted(),
            rejected: report.counts.rejected(),
        }
    }

    /// The export that it names; `None` where the manifest is not one of this program.
    #[must_use]
    pub fn to_published_export(self) -> Option<PublishedExport> {
        let source = Source::ALL.into_iter().find(|source| source.name() == self.source)?;
        let date = parse_iso_day(&self.date)?;
        Some(PublishedExport { source, date, name: self.name, sha256: self.sha256 })
    }
}
