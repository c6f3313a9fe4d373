/*!
From bytes to a visible release: staged, read back, and moved into place in one step.
*/

use std::fmt::Write as _;
use std::fs;
use std::io;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use rustix::fs::{CWD, RenameFlags, renameat_with};

use super::datapackage;
use super::files::{public_file, public_folder};
use super::layout::LockedOutput;
use super::manifest::{Manifest, sha256};
use super::verify::{Finding, verify};
use super::{CHECKSUMS, MANIFEST};
use crate::calendar::Corte;
use crate::tables::{self, Table, TableDefinition};

/// Tables whose change alone is no reason for a revision.
const NOT_REVISED: [&str; 1] = ["calidad"];

/// A release that is not published yet: its manifest (the revision is set by [`Pending::publish`])
/// and its files, by their path in it.
pub struct Pending {
    /// The corte.
    pub corte: Corte,
    /// What it is made of.
    pub manifest: Manifest,
    /// Its tables, in memory.
    pub tables: Vec<Table>,
    /// The definitions of its tables.
    pub definitions: Vec<TableDefinition>,
    /// All other files, and the tables as Parquet.
    pub files: Vec<(String, Vec<u8>)>,
}

/// What became of a release.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is the first of its corte.
    Published,
    /// It replaced another.
    Revised,
    /// The visible one says the same.
    Unchanged,
}

/// A visible release.
#[derive(Debug)]
pub struct Published {
    /// What became of it.
    pub outcome: Outcome,
    /// Its revision.
    pub revision: u32,
    /// Its folder.
    pub path: PathBuf,
}

/// Why a release was not published. The visible ones are as they were.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// Writing failed.
    #[error("cannot write {}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The visible release of the corte has no manifest that can be read.
    #[error("the release {} is damaged: its manifest cannot be read; move it away, and what it was is published anew", path.display())]
    Damaged {
        /// Its folder.
        path: PathBuf,
    },
    /// What was read back is not what was to be written.
    #[error("the staged release of {corte} does not verify: {}", findings.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Unsound {
        /// The corte.
        corte: Corte,
        /// What is wrong.
        findings: Vec<Finding>,
    },
}

fn at(path: &Path) -> impl FnOnce(io::Error) -> PublishError {
    let path = path.to_owned();
    move |source| PublishError::Io { path, source }
}

impl Pending {
    /// Publishes it, unless the visible release of its corte has the same tables and parts.
    ///
    /// # Errors
    /// Writing failed, or what was written does not verify; nothing visible has changed then.
    pub fn publish(mut self, output: &LockedOutput) -> Result<Published, PublishError> {
        let path = output.release(self.corte);
        let visible = output.manifest(self.corte);
        if visible.is_none() && path.exists() {
            return Err(PublishError::Damaged { path });
        }
        if let Some(visible) = &visible {
            let more_parts = self.manifest.parts.iter().any(|part| !visible.parts.contains(part));
            if !more_parts && self.has_the_tables_of(&path) {
                move_latest(output)?;
                return Ok(Published { outcome: Outcome::Unchanged, revision: visible.revision, path });
            }
        }
        let replaced = visible.map_or(0, |visible| visible.revision);
        self.manifest.revision = replaced + 1;

        let staged = self.stage(output)?;
        let findings = verify(&staged);
        if !findings.is_empty() {
            return Err(PublishError::Unsound { corte: self.corte, findings });
        }
        sync_tree(&staged).map_err(at(&staged))?;
        if replaced == 0 {
            fs::rename(&staged, &path).map_err(at(&path))?;
        } else {
            let superseded = output.superseded(self.corte, replaced);
            swap(&staged, &path, &superseded).map_err(at(&path))?;
        }
        for folder in ["releases", "superseded"].map(|name| output.root().join(name)) {
            sync(&folder).map_err(at(&folder))?;
        }
        move_latest(output)?;
        let outcome = if replaced == 0 { Outcome::Published } else { Outcome::Revised };
        Ok(Published { outcome, revision: replaced + 1, path })
    }

    fn has_the_tables_of(&self, release: &Path) -> bool {
        let counts = |table: &&Table| !NOT_REVISED.contains(&table.name.as_str());
        self.tables.iter().filter(counts).all(|table| {
            let path = release.join("tablas").join(format!("{}.parquet", table.name));
            let read = fs::read(path).ok().and_then(|bytes| tables::read(&table.name, bytes).ok());
            read.as_ref() == Some(table)
        })
    }

    fn stage(&self, output: &LockedOutput) -> Result<PathBuf, PublishError> {
        let staging = output.private.path("staging");
        let folder = staging.join(self.corte.to_string());
        // What an earlier run left unfinished.
        match fs::remove_dir_all(&staging) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(at(&staging)(error)),
            _ => output.private.folder("staging").map_err(at(&staging))?,
        };
        public_folder(&folder).map_err(at(&folder))?;

        let manifest = (MANIFEST.to_owned(), self.manifest.to_json());
        let package = ("datapackage.json".to_owned(), datapackage::descriptor(&self.manifest, &self.definitions));
        let mut files: Vec<_> = self.files.iter().chain([&manifest, &package]).collect();
        files.sort_by(|a, b| a.0.cmp(&b.0));
        let mut sums = String::new();
        for (name, bytes) in files {
            let path = folder.join(name);
            public_file(&path, bytes).map_err(at(&path))?;
            // Writing to a string cannot fail.
            let _ = writeln!(sums, "{}  {name}", sha256(bytes));
        }
        let path = folder.join(CHECKSUMS);
        public_file(&path, sums.as_bytes()).map_err(at(&path))?;
        Ok(folder)
    }
}

/// Puts the staged release in the place of the visible one, which moves to `superseded`.
///
/// `renameat2` exchanges the two in one step that no reader sees half of. A file system without it
/// (some network shares) gets two renames, between which the corte has no release for an instant.
fn swap(staged: &Path, visible: &Path, superseded: &Path) -> io::Result<()> {
    if superseded.exists() {
        return Err(io::Error::new(io::ErrorKind::AlreadyExists, format!("{} is there already", superseded.display())));
    }
    match renameat_with(CWD, staged, CWD, visible, RenameFlags::EXCHANGE) {
        Ok(()) => fs::rename(staged, superseded),
        Err(rustix::io::Errno::INVAL | rustix::io::Errno::NOSYS | rustix::io::Errno::OPNOTSUPP) => {
            fs::rename(visible, superseded)?;
            fs::rename(staged, visible)
        }
        Err(error) => Err(error.into()),
    }
}

/// Points `latest` to the release of the newest corte.
fn move_latest(output: &LockedOutput) -> Result<(), PublishError> {
    let latest = output.latest();
    let Some(newest) = output.cortes().into_iter().next_back() else { return Ok(()) };
    let target = Path::new("releases").join(newest.to_string());
    if fs::read_link(&latest).is_ok_and(|current| current == target) {
        return Ok(());
    }
    let new = output.private.path("latest.new");
    let link = || -> io::Result<()> {
        if new.is_symlink() {
            fs::remove_file(&new)?;
        }
        symlink(&target, &new)?;
        fs::rename(&new, &latest)
    };
    link().and_then(|()| sync(output.root())).map_err(at(&latest))
}

/// Brings a folder and all that is below it to the disk.
///
/// File by file: `syncfs` would wait for whatever else is being written to the same file system.
fn sync_tree(folder: &Path) -> io::Result<()> {
    let entries = fs::read_dir(folder)?.collect::<io::Result<Vec<_>>>()?;
    entries.par_iter().try_for_each(|entry| {
        if entry.file_type()?.is_dir() { sync_tree(&entry.path()) } else { sync(&entry.path()) }
    })?;
    sync(folder)
}

/// Brings a file, or the names in a folder, to the disk.
fn sync(path: &Path) -> io::Result<()> {
    fs::File::open(path)?.sync_all()
}
