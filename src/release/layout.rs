/*!
Where things are in the output folder, and who may write in it.
*/

use std::fs::{self, File, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use chrono::{SecondsFormat, Utc};
use rustix::fs::{Access, access};

use super::files::{PrivateFolder, public_folder};
use super::manifest::Manifest;
use crate::calendar::Corte;

/// An output folder, for reading.
#[derive(Clone, Debug)]
pub struct Output {
    root: PathBuf,
}

/// An output folder that this process alone may write in, until it is dropped.
#[derive(Debug)]
pub struct LockedOutput {
    output: Output,
    /// `out/private`.
    pub private: PrivateFolder,
    _lock: File,
}

/// Why an output folder cannot be written in.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// Another run is at work.
    #[error("another run holds {}: {holder}; wait for it to end", root.display())]
    Held {
        /// The output folder.
        root: PathBuf,
        /// Who, as the holder wrote it.
        holder: String,
    },
    /// It cannot be written.
    #[error("cannot write in {}", root.display())]
    Io {
        /// The output folder, or the one in it.
        root: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

impl Output {
    /// The output folder of a path; it need not be there.
    #[must_use]
    pub fn new(root: &Path) -> Self {
        Self { root: root.to_owned() }
    }

    /// The folder itself.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Where the release of a corte is or would be.
    #[must_use]
    pub fn release(&self, corte: Corte) -> PathBuf {
        self.root.join("releases").join(corte.to_string())
    }

    /// The link to the release of the newest corte.
    #[must_use]
    pub fn latest(&self) -> PathBuf {
        self.root.join("latest")
    }

    /// Where a replaced revision goes.
    pub(super) fn superseded(&self, corte: Corte, revision: u32) -> PathBuf {
        self.root.join("superseded").join(format!("{corte}.r{revision}"))
    }

    /// The largest revision of a corte that another one replaced.
    pub(super) fn newest_superseded(&self, corte: Corte) -> io::Result<Option<u32>> {
        let prefix = format!("{corte}.r");
        let names = names(&self.root.join("superseded"))?;
        Ok(names.iter().filter_map(|name| name.strip_prefix(&prefix)?.parse().ok()).max())
    }

    /// The folders that hold releases.
    pub(super) fn visible_folders(&self) -> [PathBuf; 2] {
        ["releases", "superseded"].map(|name| self.root.join(name))
    }

    /// The folder of a release by its name: a path, a corte (`2020-10-15`), a revision of one that was
    /// replaced (`2020-10-15.r1`), or `latest`.
    #[must_use]
    pub fn find(&self, name: &Path) -> Option<PathBuf> {
        let known = self.visible_folders().map(|folder| folder.join(name));
        let known = known.into_iter().filter(|_| !name.as_os_str().is_empty());
        let latest = (name == Path::new("latest")).then(|| self.latest());
        std::iter::once(name.to_owned()).chain(known).chain(latest).find(|path| path.is_dir())
    }

    /// The cortes that have a release, oldest first.
    ///
    /// # Errors
    /// The folder is there and cannot be read; it is not taken for an empty one.
    pub fn cortes(&self) -> io::Result<Vec<Corte>> {
        let names = names(&self.root.join("releases"))?;
        let mut cortes: Vec<Corte> = names.iter().filter_map(|name| name.parse().ok()).collect();
        cortes.sort_unstable();
        Ok(cortes)
    }

    /// The manifest of the visible release of a corte, if there is one that can be read.
    #[must_use]
    pub fn manifest(&self, corte: Corte) -> Option<Manifest> {
        Manifest::read(&self.release(corte)).ok()
    }

    /// `out/private`, created where it is missing.
    ///
    /// # Errors
    /// It cannot be created.
    pub fn private(&self) -> Result<PrivateFolder, LockError> {
        public_folder(&self.root).map_err(|source| LockError::Io { root: self.root.clone(), source })?;
        let failed = |source| LockError::Io { root: self.root.join("private"), source };
        PrivateFolder::open(self.root.join("private")).map_err(failed)
    }

    /// Takes the output for this process alone.
    ///
    /// # Errors
    /// Another run holds it, or it cannot be written.
    pub fn lock(&self) -> Result<LockedOutput, LockError> {
        let private = self.private()?;
        let failed = |source| LockError::Io { root: self.root.join("private"), source };
        let mut lock = private.open_file("lock").map_err(failed)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                lock.read_to_string(&mut holder).map_err(failed)?;
                // A run takes the lock before it writes its name.
                let holder = if holder.ends_with('\n') { holder.trim() } else { "a process that has just begun" };
                return Err(LockError::Held { root: self.root.clone(), holder: holder.to_owned() });
            }
            Err(TryLockError::Error(source)) => return Err(failed(source)),
        }
        // The lock is the kernel's and ends with the process; the text only names the holder.
        let write = |lock: &mut File| -> io::Result<()> {
            lock.set_len(0)?;
            lock.rewind()?;
            let host = rustix::system::uname().nodename().to_string_lossy().into_owned();
            let since = Utc::now().to_rfc3339_opts(SecondsFormat::Secs, true);
            writeln!(lock, "process {} on {host}, since {since}", std::process::id())
        };
        write(&mut lock).map_err(failed)?;
        Ok(LockedOutput { output: self.clone(), private, _lock: lock })
    }
}

/// The names in a folder that are text; none where it is not there.
fn names(folder: &Path) -> io::Result<Vec<String>> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let names = entries.map(|entry| Ok(entry?.file_name().into_string().ok()));
    names.filter_map(io::Result::transpose).collect()
}

impl LockedOutput {
    /// Creates the folders of releases, and asks whether they can be written, before the long work.
    ///
    /// # Errors
    /// One of them cannot be written.
    pub fn prepare(&self) -> Result<(), LockError> {
        let disk = |path: &Path| fs::metadata(path).map(|metadata| metadata.dev());
        let probe = |folder: &Path| -> io::Result<()> {
            public_folder(folder)?;
            access(folder, Access::WRITE_OK | Access::EXEC_OK)?;
            // A release is moved from one to the other in one step, which cannot cross a border of disks.
            if disk(folder)? != disk(&self.private.path(""))? {
                return Err(io::Error::new(io::ErrorKind::CrossesDevices, "it is not on the disk of out/private"));
            }
            Ok(())
        };
        let failed = |root| |source| LockError::Io { root, source };
        self.visible_folders().into_iter().try_for_each(|folder| probe(&folder).map_err(failed(folder)))
    }
}

impl std::ops::Deref for LockedOutput {
    type Target = Output;

    fn deref(&self) -> &Output {
        &self.output
    }
}
