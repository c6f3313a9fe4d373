/*!
Reads everything that was ever made public: the folders `publico` of all releases, including
replaced ones, and their ledger.

A later release must not disclose what an earlier one suppressed. The program therefore reads all
publications before it publishes a new one. A missing publication in the ledger stops it, because
other people know its content and the program does not.
*/

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::manifest::{Manifest, TableRecord, unreadable_content_error};
use super::output_folder::{LockedOutput, Output};
use super::public_series_file::SeriesFileRecord;
use super::publication_series::{PublicHistory, SeriesLink, chain_problems, in_publication_order};
use super::release_folder::ReleaseFolder;
use super::verify::is_release_fault;
use super::{CHECKSUMS_FILE_NAME, MANIFEST_FILE, table_path};
use lnere_core::calendar::Corte;
use lnere_core::checksum::{self, sha256};
use lnere_disclosure::{ExactCounts, Grain, Insiders, Proofs, Snapshot};
use lnere_messages::message;
use lnere_tables::Table;

/// The public folder of a release.
pub const PUBLIC_FOLDER: &str = "publico";

/// The ledger of public releases in `out/private`.
const PUBLICATION_LEDGER_FILE: &str = "publicado.jsonl";

/// The proofs in `out/private` that publications are safe; without them the program searches again.
const PROOFS_FILE: &str = "pruebas_publicas.json";

/// The identity of a public release, which determines all its bytes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct PublicationRecord {
    /// The corte.
    pub corte: String,
    /// The revision.
    pub revision: u32,
    /// The checksum of its `SHA256SUMS`.
    pub sha256sums: String,
}

/// A line of the ledger.
#[derive(Serialize, Deserialize)]
struct PublicationLedgerEntry {
    #[serde(flatten)]
    record: PublicationRecord,
    /// Why the publication will not come back, if a person recorded it. The program then no longer
    /// requires it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    lost: Option<String>,
}

/// The content of `publico/manifest.json`. Every count in it is also in the public tables.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicManifest {
    /// The audience: `publico`.
    pub audience: String,
    /// The id of the process.
    pub process: String,
    /// The name of the process.
    pub title: String,
    /// The notice about the counts, for example that they are synthetic.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notice: Option<String>,
    /// The corte.
    pub corte: String,
    /// The revision of the release.
    pub revision: u32,
    /// Its place in the series of public releases.
    #[serde(flatten)]
    pub series_link: SeriesLink,
    /// The day that the newest export covers; absent in releases of versions without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vintage: Option<String>,
    /// The version of the program.
    pub version: String,
    /// The version of the table columns.
    pub schema: String,
    /// The columns of the dimensions that the process file declares.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub dimensions: Vec<String>,
    /// The smallest count that may be shown, apart from 0.
    pub minimum: i64,
    /// The smallest total of an entity whose rows by category are shown.
    #[serde(default)]
    pub detail_from: i64,
    /// The insiders against whom the tables are protected; empty in releases of earlier versions.
    #[serde(default)]
    pub insiders: Insiders,
    /// The granularity of the tables.
    #[serde(flatten)]
    pub grain: Grain,
    /// The files of tables.
    #[serde(rename = "files")]
    pub tables: Vec<TableRecord>,
    /// The file of all public cortes; absent in releases of versions without it. Releases that have
    /// it also have each table as CSV, a data catalogue and a page.
    #[serde(default, rename = "serie", skip_serializing_if = "Option::is_none")]
    pub series_file: Option<SeriesFileRecord>,
    /// The number of charts, each as SVG and as PNG.
    #[serde(rename = "charts")]
    pub chart_count: usize,
    /// The number of cells in the tables, including the national sums.
    pub cells: usize,
    /// The number of suppressed cells.
    #[serde(rename = "hidden")]
    pub suppressed_count: usize,
    /// All earlier publications, by corte and revision.
    pub earlier: Vec<PublicationRecord>,
}

impl PublicManifest {
    /// Reads the manifest of a public folder.
    ///
    /// # Errors
    /// The manifest is missing or invalid.
    pub fn read(folder: &Path) -> io::Result<Self> {
        Self::from_folder(&ReleaseFolder::open(folder)?)
    }

    /// Reads the manifest of an open public folder.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub fn from_folder(folder: &ReleaseFolder) -> io::Result<Self> {
        let bytes = folder.read(MANIFEST_FILE)?;
        serde_json::from_slice(&bytes).map_err(unreadable_content_error)
    }

    /// The bytes of the manifest.
    #[must_use]
    pub fn to_json(&self) -> Vec<u8> {
        let mut json = serde_json::to_vec_pretty(self).unwrap_or_default();
        json.push(b'\n');
        json
    }
}

/// A public release on the disk.
pub struct Publication {
    /// The entry of the release in the ledger.
    pub record: PublicationRecord,
    /// The manifest.
    pub manifest: PublicManifest,
    /// The statements, with exact counts if the release still has them.
    pub snapshot: Snapshot,
}

/// The content of a public folder, with each file as it was published.
pub struct PublicFolderContent {
    /// The entry of the release in the ledger.
    pub record: PublicationRecord,
    /// The corte.
    pub corte: Corte,
    /// The manifest.
    pub manifest: PublicManifest,
    /// The protected tables.
    pub tables: Vec<Table>,
}

/// The publications cannot be determined.
#[derive(Debug, thiserror::Error)]
pub enum PublicationError {
    /// Reading or writing failed.
    #[error("{}", message!("L400-cannot-read-or-write", path = lnere_core::terminal_text::escaped_name(path)))]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// The error of the system.
        source: io::Error,
    },
    /// A public folder differs from what was published.
    #[error(
        "{}",
        message!("L424-publication-changed", path = lnere_core::terminal_text::escaped_name(path), problem)
    )]
    Damaged {
        /// Its folder.
        path: PathBuf,
        /// The problem.
        problem: String,
    },
    /// The public releases of an output do not form one series.
    #[error("{}", message!("release-broken-series", problem))]
    BrokenSeries {
        /// The problem with it.
        problem: String,
    },
    /// A public release is missing.
    #[error(
        "{}",
        message!(
            "L423-publication-missing",
            corte = record.corte,
            revision = record.revision,
            ledger = lnere_core::terminal_text::escaped_name(ledger),
        )
    )]
    Missing {
        /// The missing publication.
        record: PublicationRecord,
        /// The ledger.
        ledger: PathBuf,
    },
}

fn io_error_at(path: &Path) -> impl FnOnce(io::Error) -> PublicationError {
    let path = path.to_owned();
    move |source| PublicationError::Io { path, source }
}

impl Publication {
    /// Reads the public folder of a release.
    ///
    /// # Errors
    /// It cannot be read, or differs from what was published.
    pub fn read(release: &ReleaseFolder) -> Result<Self, PublicationError> {
        let exact = Manifest::from_folder(release).ok().map(|manifest| exact_tables(release, &manifest)).transpose()?;
        let folder = release.open_folder(PUBLIC_FOLDER).map_err(io_error_at(&release.path().join(PUBLIC_FOLDER)))?;
        Self::from_folder(&folder, exact.as_deref())
    }

    /// Reads a public folder, with the exact tables if they are available.
    ///
    /// # Errors
    /// It cannot be read, or differs from what was published.
    pub fn from_folder(folder: &ReleaseFolder, exact: Option<&[Table]>) -> Result<Self, PublicationError> {
        let PublicFolderContent { record, corte, manifest, tables } = PublicFolderContent::from_folder(folder)?;
        let counts: Option<ExactCounts> = exact.and_then(|exact| manifest.grain.exact_counts(exact).ok());
        let damaged = |problem| PublicationError::Damaged { path: folder.path().to_owned(), problem };
        let own = exact.map(|exact| manifest.grain.entity_parts(exact, &manifest.insiders)).transpose();
        let entity_parts = own.map_err(|error| damaged(error.to_string()))?.unwrap_or_default();
        let read_statements =
            manifest.grain.statements(&tables, counts.as_ref()).map_err(|error| damaged(error.to_string()))?;
        let snapshot = Snapshot {
            corte: corte.day(),
            revision: manifest.revision,
            publication_order: manifest.earlier.len(),
            statements: read_statements,
            entity_parts,
        };
        Ok(Self { record, manifest, snapshot })
    }
}

impl PublicFolderContent {
    /// Reads a public folder.
    ///
    /// # Errors
    /// It cannot be read, or differs from what was published.
    pub fn read(folder: &Path) -> Result<Self, PublicationError> {
        Self::from_folder(&ReleaseFolder::open(folder).map_err(io_error_at(folder))?)
    }

    /// Reads an open public folder.
    fn from_folder(folder: &ReleaseFolder) -> Result<Self, PublicationError> {
        let damaged = |problem: String| PublicationError::Damaged { path: folder.path().to_owned(), problem };
        let read_file = |name: &str| folder.read(name).map_err(io_error_at(&folder.path().join(name)));
        let sums = read_file(CHECKSUMS_FILE_NAME)?;
        let checksum_text = String::from_utf8_lossy(&sums).into_owned();
        let checksum_by_name: BTreeMap<&str, &str> =
            checksum::parse_sha256sums(&checksum_text).map(|(sum, name)| (name, sum)).collect();
        let read = |name: &str| -> Result<Vec<u8>, PublicationError> {
            let bytes = read_file(name)?;
            let is_listed = checksum_by_name.get(name).is_some_and(|sum| *sum == sha256(&bytes));
            if is_listed { Ok(bytes) } else { Err(damaged(message!("release-file-has-changed", file = name))) }
        };
        let manifest: PublicManifest =
            serde_json::from_slice(&read(MANIFEST_FILE)?).map_err(|error| damaged(error.to_string()))?;
        let corte: Corte = manifest.corte.parse().map_err(|_| damaged(message!("release-corte-no-quincena-end")))?;
        let mut read_tables = Vec::new();
        for record in &manifest.tables {
            let bytes = read(&table_path(&record.name))?;
            read_tables.push(lnere_tables::read(&record.name, bytes).map_err(|error| damaged(error.to_string()))?);
        }
        let record =
            PublicationRecord { corte: manifest.corte.clone(), revision: manifest.revision, sha256sums: sha256(&sums) };
        Ok(Self { record, corte, manifest, tables: read_tables })
    }
}

/// The exact tables of a release.
fn exact_tables(release: &ReleaseFolder, manifest: &Manifest) -> Result<Vec<Table>, PublicationError> {
    let read_file = |name: &str| release.read(name).map_err(io_error_at(&release.path().join(name)));
    let sums = read_file(CHECKSUMS_FILE_NAME)?;
    let sums = String::from_utf8_lossy(&sums);
    let read = |record: &TableRecord| {
        let file = table_path(&record.name);
        let path = release.path().join(&file);
        let bytes = read_file(&file)?;
        if !sums.lines().any(|line| line == format!("{}  {file}", sha256(&bytes))) {
            return Err(PublicationError::Damaged { path, problem: message!("release-has-changed") });
        }
        let damaged =
            |error: lnere_tables::ParquetError| PublicationError::Damaged { path, problem: error.to_string() };
        lnere_tables::read(&record.name, bytes).map_err(damaged)
    };
    manifest.tables.iter().map(read).collect()
}

impl Output {
    /// All existing public releases, including replaced ones, by corte and revision. Each release
    /// in the ledger must exist.
    ///
    /// # Errors
    /// A public release cannot be read, differs from what was published, or is missing.
    pub fn publications(&self) -> Result<Vec<Publication>, PublicationError> {
        let found = self.publications_on_disk()?;
        self.check_all_recorded_exist(&self.recorded_publications()?, &found)?;
        Ok(found)
    }

    /// Refuses a ledger with a public release that was not found.
    ///
    /// # Errors
    /// The first missing release.
    pub(super) fn check_all_recorded_exist(
        &self,
        ledger: &[PublicationRecord],
        found: &[Publication],
    ) -> Result<(), PublicationError> {
        let is_found = |record: &PublicationRecord| found.iter().any(|publication| publication.record == *record);
        match ledger.iter().find(|record| !is_found(record)) {
            Some(record) => {
                Err(PublicationError::Missing { record: record.clone(), ledger: self.publication_ledger_path() })
            }
            None => Ok(()),
        }
    }

    /// All existing public releases, including replaced ones, by corte and revision, independent of
    /// the ledger.
    ///
    /// # Errors
    /// A public release cannot be read, or differs from what was published.
    pub(super) fn publications_on_disk(&self) -> Result<Vec<Publication>, PublicationError> {
        let mut found = Vec::new();
        for folder in self.release_folders() {
            let entries = match fs::read_dir(&folder) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                entries => entries.map_err(io_error_at(&folder))?,
            };
            for entry in entries {
                let path = entry.map_err(io_error_at(&folder))?.path();
                let release = match ReleaseFolder::open(&path) {
                    // An entry beside the releases that is not a release.
                    Err(error) if is_release_fault(&error) => continue,
                    release => release.map_err(io_error_at(&path))?,
                };
                if release.has_folder(PUBLIC_FOLDER) {
                    found.push(Publication::read(&release)?);
                }
            }
        }
        found.sort_by(|a, b| a.record.cmp(&b.record));
        Ok(found)
    }

    /// The stored proofs that publications are safe. Each proof is checked before it counts.
    #[must_use]
    pub fn stored_proofs(&self) -> Proofs {
        let bytes = self.read_private_file(PROOFS_FILE).unwrap_or_default();
        serde_json::from_slice(&bytes).unwrap_or_default()
    }

    /// Reads a file of `out/private` if it is a regular file; a named pipe would block the reader.
    fn read_private_file(&self, name: &str) -> io::Result<Vec<u8>> {
        ReleaseFolder::open(&self.root().join("private"))?.read(name)
    }

    /// The protected tables of the newest public corte; `None` if nothing is public.
    ///
    /// # Errors
    /// They cannot be read, or differ from what was published.
    pub fn newest_public_folder(&self) -> Result<Option<PublicFolderContent>, PublicationError> {
        let cortes = self.published_cortes().map_err(io_error_at(self.root()))?;
        let mut folders = cortes.into_iter().rev().map(|corte| self.release_path(corte).join(PUBLIC_FOLDER));
        folders.find(|folder| folder.is_dir()).map(|folder| PublicFolderContent::read(&folder)).transpose()
    }

    fn publication_ledger_path(&self) -> PathBuf {
        self.root().join("private").join(PUBLICATION_LEDGER_FILE)
    }

    /// The ledger without lost publications, in the order of publication. A last line that a kill
    /// cut short is ignored: its publication lies in the output, and the next run records it.
    ///
    /// # Errors
    /// The ledger cannot be read, or a line is invalid.
    pub fn recorded_publications(&self) -> Result<Vec<PublicationRecord>, PublicationError> {
        let entries = self.ledger_entries()?.into_iter().filter(|entry| entry.lost.is_none());
        Ok(entries.map(|entry| entry.record).collect())
    }

    /// The publications that the ledger records as lost.
    ///
    /// # Errors
    /// As [`Output::recorded_publications`].
    pub fn lost_publications(&self) -> Result<Vec<PublicationRecord>, PublicationError> {
        let entries = self.ledger_entries()?.into_iter().filter(|entry| entry.lost.is_some());
        Ok(entries.map(|entry| entry.record).collect())
    }

    fn ledger_entries(&self) -> Result<Vec<PublicationLedgerEntry>, PublicationError> {
        let path = self.publication_ledger_path();
        let text = match self.read_private_file(PUBLICATION_LEDGER_FILE) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            bytes => bytes
                .and_then(|bytes| String::from_utf8(bytes).map_err(io::Error::other))
                .map_err(io_error_at(&path))?,
        };
        let complete_lines = text.rfind('\n').map_or("", |end| &text[..=end]);
        let parse = |(line, text): (usize, &str)| {
            let damaged = |error: serde_json::Error| PublicationError::Damaged {
                path: path.clone(),
                problem: message!("release-ledger-line", line = line + 1, error),
            };
            serde_json::from_str(text).map_err(damaged)
        };
        complete_lines.lines().enumerate().map(parse).collect()
    }
}

impl LockedOutput {
    /// Stores the proofs that publications are safe.
    ///
    /// # Errors
    /// They cannot be written.
    pub fn store_proofs(&self, proofs: &Proofs) -> Result<(), PublicationError> {
        let path = self.private_folder.entry_path(PROOFS_FILE);
        let bytes = serde_json::to_vec(proofs).map_err(io::Error::from).map_err(io_error_at(&path))?;
        self.private_folder.write(PROOFS_FILE, &bytes).map_err(io_error_at(&path))
    }

    /// Records in the ledger every publication that it lacks: the newest one, or one that a killed
    /// run published and could not record.
    ///
    /// # Errors
    /// As [`Output::publications`]; or the ledger cannot be written.
    pub fn reconcile_publications(&self) -> Result<PublicHistory, PublicationError> {
        let publications = self.publications()?;
        // A lost ledger is rebuilt from the folders, which state their predecessors.
        let lost = self.lost_publications()?;
        let mut problems = publications.iter().flat_map(|one| chain_problems(&one.record, &publications, &lost));
        if let Some(problem) = problems.next() {
            return Err(PublicationError::BrokenSeries { problem });
        }
        // A ledger that cannot be written must be noticed before the next publication.
        self.private_folder
            .open_or_create_file(PUBLICATION_LEDGER_FILE)
            .map_err(io_error_at(&self.publication_ledger_path()))?;
        let mut recorded = self.recorded_publications()?;
        let path = self.publication_ledger_path();
        let unrecorded = publications.iter().filter(|publication| !recorded.contains(&publication.record)).collect();
        for publication in in_publication_order(unrecorded, &recorded) {
            let line =
                serde_json::to_string(&publication.record).map_err(io::Error::from).map_err(io_error_at(&path))?;
            self.private_folder.append_line(PUBLICATION_LEDGER_FILE, &line).map_err(io_error_at(&path))?;
            recorded.push(publication.record.clone());
        }
        Ok(PublicHistory { newest_record: recorded.pop(), publications })
    }
}
