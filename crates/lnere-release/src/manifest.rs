/*!
What a release was made of and what is in it.
*/

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::MANIFEST;
use super::folder::ReleaseFolder;
use lnere_core::checksum::sha256;
use lnere_core::process::{AcceptedExport, ReleasePart};
use lnere_ingest::{InputRecord, PlausibilityFinding};

/// One table of a release.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableRecord {
    /// Its name.
    pub name: String,
    /// How many rows it has.
    pub rows: usize,
    /// Its columns, in order.
    pub columns: Vec<String>,
    /// The columns that tell its rows apart.
    pub key: Vec<String>,
    /// Whether each OPL sees it whole.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub shared: bool,
}

/// A file that was read and is no export, by its checksum.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConfigRecord {
    /// File name without folders.
    pub name: String,
    /// Checksum.
    pub sha256: String,
}

impl ConfigRecord {
    /// The record of a file.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn from_file(path: &Path) -> io::Result<Self> {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        Ok(Self { name, sha256: sha256(&fs::read(path)?) })
    }
}

/// The release that another one replaced.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Replaced {
    /// Its revision.
    pub revision: u32,
    /// Checksum of its `SHA256SUMS`, and so of every file in it.
    pub sha256sums: String,
}

/// An earlier process that a projection learns from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReferenceRecord {
    /// Its name in print.
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
    /// The list, likewise.
    pub lnere: [i64; 5],
    /// How the nation's applications were projected.
    pub method: String,
    /// Weights of the methods that it combines, in thousandths; empty where it is one method alone.
    #[serde(default)]
    pub weights: BTreeMap<String, i64>,
    /// The source of the intervals. `mack`: standard errors over three or more real processes.
    /// `referencias`: errors on references, generated ones included. `supuestos`: assumptions of
    /// the process file, before the opening. `ninguno`: everything is counted.
    pub errors_from: String,
    /// The references that took place.
    pub references: Vec<ReferenceRecord>,
    /// The earlier process whose totals by entity were used.
    #[serde(default)]
    pub earlier: Option<ReferenceRecord>,
    /// From how many generated ones the intervals were learnt; 0 where they come from elsewhere.
    pub generated: usize,
}

/// `manifest.json`. It holds nothing of when or where the program ran.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// The process's id.
    pub process: String,
    /// The process's name.
    pub title: String,
    /// The notice about the counts, for example that they are synthetic.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notice: Option<String>,
    /// The corte.
    pub corte: String,
    /// 1 for the first publication of the corte, then one more for each that replaces it.
    pub revision: u32,
    /// The release that it replaced; `null` in the first of a corte.
    #[serde(default)]
    pub replaces: Option<Replaced>,
    /// Date of the newest export that was read.
    pub vintage: String,
    /// Version of the program.
    pub version: String,
    /// Version of the tables' columns.
    pub schema: String,
    /// The parts published.
    pub parts: Vec<String>,
    /// The exports, by source and date.
    pub inputs: Vec<InputRecord>,
    /// The exports that an operator accepted although a plausibility rule refuses them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub accepted: Vec<AcceptedExport>,
    /// What the plausibility rules found in the exports: warnings, and refusals that an operator set aside.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<PlausibilityFinding>,
    /// The process file and all files that it names.
    pub configuration: Vec<ConfigRecord>,
    /// The columns of the dimensions that the process file declares.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub dimensions: Vec<String>,
    /// The tables.
    pub tables: Vec<TableRecord>,
    /// How many charts, each as SVG and as PNG.
    #[serde(rename = "charts")]
    pub chart_count: usize,
    /// How many recipients have a package.
    #[serde(default)]
    #[serde(rename = "packages")]
    pub package_count: usize,
    /// How many of the packages have a report in them.
    #[serde(default)]
    pub reports: usize,
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

impl Manifest {
    /// Reads the manifest of a release.
    ///
    /// # Errors
    /// It is missing, or no manifest.
    pub fn read(release: &Path) -> io::Result<Self> {
        Self::from_folder(&ReleaseFolder::open(release)?)
    }

    /// The manifest of a release that is open.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub fn from_folder(release: &ReleaseFolder) -> io::Result<Self> {
        let bytes = release.read(MANIFEST)?;
        serde_json::from_slice(&bytes).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
    }

    /// Whether a part is published.
    #[must_use]
    pub fn has_part(&self, part: ReleasePart) -> bool {
        self.parts.iter().any(|name| name == part.name())
    }

    /// Whether it has a part that another one has not.
    pub(super) fn has_more_than(&self, other: &Self) -> bool {
        self.parts.iter().any(|part| !other.parts.contains(part)) || (self.reports > 0 && other.reports == 0)
    }

    /// Its bytes.
    pub(super) fn to_json(&self) -> Vec<u8> {
        let mut json = serde_json::to_vec_pretty(self).unwrap_or_default();
        json.push(b'\n');
        json
    }
}
