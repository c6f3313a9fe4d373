/*!
Compares two releases table by table.
*/

use std::io;
use std::path::{Path, PathBuf};

use super::manifest::{Manifest, TableRecord};
use super::release_folder::ReleaseFolder;
use super::table_path;
use super::verify::is_release_fault;
use lnere_messages::message;
use lnere_tables::{CellChange, ParquetError, Table, TableKey};

/// The tables of a release.
pub struct ReleaseTables {
    /// The metadata of the release.
    pub manifest: Manifest,
    /// The tables.
    pub tables: Vec<Table>,
}

/// The release cannot be compared.
#[derive(Debug, thiserror::Error)]
pub enum CompareError {
    /// The folder has no manifest.
    #[error("{}", message!("L435-no-release", path = lnere_core::terminal_text::escaped_name(path)))]
    NoRelease {
        /// The folder.
        path: PathBuf,
    },
    /// A file of the release cannot be read.
    #[error("{}", message!("L400-cannot-read", path = lnere_core::terminal_text::escaped_name(path)))]
    Io {
        /// The file.
        path: PathBuf,
        /// The error of the system.
        source: io::Error,
    },
    /// A table is not a Parquet file of a release.
    #[error("{}", message!("L436-no-published-table", path = lnere_core::terminal_text::escaped_name(path)))]
    Table {
        /// The file.
        path: PathBuf,
        /// The error of the Parquet reader.
        source: ParquetError,
    },
}

/// The difference of one table between two releases.
#[derive(Debug, PartialEq)]
pub enum TableDifference {
    /// Only one of the releases has the table.
    OnlyInOne {
        /// The table.
        table: String,
        /// Whether the earlier release has it.
        is_in_earlier: bool,
    },
    /// Both releases have the table, with different cells.
    ChangedCells {
        /// The table.
        table: String,
        /// The cells that differ.
        cells: Vec<CellChange>,
    },
}

impl CompareError {
    /// Whether the release is damaged; otherwise it is missing or cannot be read.
    #[must_use]
    pub fn is_release_damaged(&self) -> bool {
        match self {
            Self::NoRelease { .. } => false,
            Self::Io { source, .. } => is_release_fault(source),
            Self::Table { .. } => true,
        }
    }
}

impl ReleaseTables {
    /// Reads the manifest and the tables of a release.
    ///
    /// # Errors
    /// A file of the release cannot be read.
    pub fn read(release: &Path) -> Result<Self, CompareError> {
        let failed = |path: &Path| {
            let path = path.to_owned();
            move |source| CompareError::Io { path, source }
        };
        // All files come from the opened release, even if another one replaces it meanwhile.
        let folder = ReleaseFolder::open(release);
        let manifest = folder.and_then(|folder| Ok((Manifest::from_folder(&folder)?, folder)));
        let (manifest, folder) = manifest.map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => CompareError::NoRelease { path: release.to_owned() },
            _ => failed(&release.join(super::MANIFEST_FILE))(error),
        })?;
        let table = |record: &TableRecord| {
            let file = table_path(&record.name);
            let path = release.join(&file);
            let bytes = folder.read(&file).map_err(failed(&path))?;
            lnere_tables::read(&record.name, bytes).map_err(|source| CompareError::Table { path, source })
        };
        let tables = manifest.tables.iter().map(table).collect::<Result<_, _>>()?;
        Ok(Self { manifest, tables })
    }

    fn table_and_record(&self, name: &str) -> Option<(&Table, &TableRecord)> {
        let table = self.tables.iter().find(|table| table.name == name)?;
        Some((table, self.manifest.tables.iter().find(|record| record.name == name)?))
    }
}

/// The tables that differ, in the order of the later release. Tables of revisions are left out,
/// because they describe their own release and its predecessor.
#[must_use]
pub fn table_differences(before: &ReleaseTables, after: &ReleaseTables) -> Vec<TableDifference> {
    let mut found = Vec::new();
    for table in &after.tables {
        let (name, Some((_, record))) = (&table.name, after.table_and_record(&table.name)) else { continue };
        if is_revision_table(record) {
            continue;
        }
        match before.table_and_record(name) {
            None => found.push(TableDifference::OnlyInOne { table: name.clone(), is_in_earlier: false }),
            Some((older, _)) => {
                let changes = lnere_tables::cell_changes(older, table, &record.key);
                if !changes.is_empty() {
                    found.push(TableDifference::ChangedCells { table: name.clone(), cells: changes });
                }
            }
        }
    }
    let removed = before.manifest.tables.iter().filter(|record| after.table_and_record(&record.name).is_none());
    let gone = removed.filter(|record| !is_revision_table(record));
    found.extend(gone.map(|record| TableDifference::OnlyInOne { table: record.name.clone(), is_in_earlier: true }));
    found
}

fn is_revision_table(record: &TableRecord) -> bool {
    TableKey::Medida.columns().iter().all(|column| record.key.iter().any(|name| name == column))
}
