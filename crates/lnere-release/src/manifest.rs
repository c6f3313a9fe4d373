/*!
Defines `manifest.json`: the inputs and the content of a release.
*/

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::MANIFEST_FILE;
use super::release_folder::ReleaseFolder;
use lnere_core::checksum::sha256;
use lnere_core::process::{AcceptedExport, ReleasePart};
use lnere_core::regular_file;
use lnere_ingest::{PlausibilityFinding, ReleaseInput};
use lnere_messages::message;

/// The error for a file of a release whose content is not valid.
pub(super) fn unreadable_content_error(error: impl fmt::Display) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, message!("L447-unreadable-content", error))
}

/// One table of a release.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableRecord {
    /// The name of the table.
    pub name: String,
    /// The number of rows.
    pub rows: usize,
    /// The columns in order.
    pub columns: Vec<String>,
    /// The key columns, which identify its rows.
    pub key: Vec<String>,
    /// Whether each OPL receives the whole table.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub shared: bool,
}

/// A file other than an export that was read, with its checksum.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConfigRecord {
    /// File name without folders.
    pub name: String,
    /// Checksum.
    pub sha256: String,
}

impl ConfigRecord {
    /// Records a file.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn from_file(path: &Path) -> io::Result<Self> {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        Ok(Self { name, sha256: sha256(&regular_file::read(path)?) })
    }
}

/// The release that another one replaced.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReplacedRelease {
    /// The revision of the replaced release.
    pub revision: u32,
    /// The checksum of its `SHA256SUMS`, which covers every file in it.
    pub sha256sums: String,
}

/// An earlier process that a projection learns from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReferenceRecord {
    /// The printed name of the process.
    pub title: String,
    /// The publication with its figures.
    pub source: String,
}

/// The projection of a release, and its sources.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProjectionRecord {
    /// The close of registration as it was known at the corte.
    pub closes: String,
    /// Applications at the close: 5 %, 25 %, 50 %, 75 % and 95 % quantiles of the nation.
    pub applications: [i64; 5],
    /// The list at the close, with the same quantiles.
    pub lnere: [i64; 5],
    /// The method that projected the applications of the nation.
    pub method: String,
    /// The source of the intervals. `referencias`: the assumed spread between processes, updated by
    /// the references. `supuestos`: assumptions of the process file, before the opening. `ninguno`:
    /// everything is counted.
    pub errors_from: String,
    /// The references that took place.
    pub references: Vec<ReferenceRecord>,
    /// The earlier process whose totals by entity were used.
    #[serde(default)]
    pub earlier: Option<ReferenceRecord>,
}

/// The content of `manifest.json`. It does not state when or where the program ran.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// The id of the process.
    pub process: String,
    /// The name of the process.
    pub title: String,
    /// The notice about the counts, for example that they are synthetic.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notice: Option<String>,
    /// The corte.
    pub corte: String,
    /// The number of the publication of the corte: 1 for the first, and one more for each
    /// replacement.
    pub revision: u32,
    /// The release that this one replaced; `null` in the first of a corte.
    #[serde(default)]
    pub replaces: Option<ReplacedRelease>,
    /// The date of the newest export that was read.
    pub vintage: String,
    /// The version of the program.
    pub version: String,
    /// The version of the table columns.
    pub schema: String,
    /// The published parts.
    pub parts: Vec<String>,
    /// The exports, by source and date.
    pub inputs: Vec<ReleaseInput>,
    /// The exports that an operator accepted although a plausibility rule refuses them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub accepted: Vec<AcceptedExport>,
    /// The findings of the plausibility rules: warnings, and refusals that an operator set aside.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<PlausibilityFinding>,
    /// The process file and all files that it names.
    pub configuration: Vec<ConfigRecord>,
    /// The columns of the dimensions that the process file declares.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub dimensions: Vec<String>,
    /// The statuses that decide an application.
    #[serde(default, skip_serializing_if = "FinalStatuses::is_empty")]
    pub final_statuses: FinalStatuses,
    /// The tables.
    pub tables: Vec<TableRecord>,
    /// The number of charts, each as SVG and as PNG.
    #[serde(rename = "charts")]
    pub chart_count: usize,
    /// The number of recipients with a package.
    #[serde(default, rename = "packages")]
    pub package_count: usize,
    /// The number of packages that contain a report.
    #[serde(default)]
    pub reports: usize,
    /// The number of packages that contain the dashboard as one file.
    #[serde(default)]
    pub dashboard_pages: usize,
    /// The audience of its dashboard, `opl` or `publico`, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dashboard: Option<String>,
    /// The total of each measure over all records, by its column.
    #[serde(default)]
    pub totals: BTreeMap<String, i64>,
    /// The projection, if the process file asks for one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub projection: Option<ProjectionRecord>,
}

/// The codes of the statuses that decide an application.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FinalStatuses {
    /// Those that put it on the list.
    pub accepted: Vec<String>,
    /// Those that refuse it.
    pub refused: Vec<String>,
}

impl FinalStatuses {
    fn is_empty(&self) -> bool {
        self.accepted.is_empty() && self.refused.is_empty()
    }
}

impl Manifest {
    /// Reads the manifest of a release.
    ///
    /// # Errors
    /// The manifest is missing or invalid.
    pub fn read(release: &Path) -> io::Result<Self> {
        Self::from_folder(&ReleaseFolder::open(release)?)
    }

    /// Reads the manifest of an open release.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub fn from_folder(release: &ReleaseFolder) -> io::Result<Self> {
        let bytes = release.read(MANIFEST_FILE)?;
        serde_json::from_slice(&bytes).map_err(unreadable_content_error)
    }

    /// Whether a part is published.
    #[must_use]
    pub fn has_part(&self, part: ReleasePart) -> bool {
        self.parts.iter().any(|name| name == part.name())
    }

    /// Whether it has a part that the other manifest lacks.
    pub(super) fn has_more_parts_than(&self, other: &Self) -> bool {
        self.parts.iter().any(|part| !other.parts.contains(part))
            || (self.reports > 0 && other.reports == 0)
            || (self.dashboard_pages > 0 && other.dashboard_pages == 0)
    }

    /// The bytes of the manifest.
    pub(super) fn to_json(&self) -> Vec<u8> {
        let mut json = serde_json::to_vec_pretty(self).unwrap_or_default();
        json.push(b'\n');
        json
    }
}
