/*!
Knows the paths of the output folder, and locks it against other processes.
*/

use std::fs::{self, File, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use chrono::Utc;
use rustix::fs::{Access, access};

use super::file_writing::{PrivateFolder, create_public_folder};
use super::foreign_owner::{ForeignOwnerError, find_foreign_in_private, find_foreign_in_releases};
use super::manifest::Manifest;
use lnere_core::calendar::Corte;
use lnere_core::mexico_city_time::mexico_city_time;
use lnere_core::terminal_text::escaped_name;
use lnere_messages::message;

/// The name of the link to the release of the newest corte.
const LATEST_LINK: &str = "latest";

/// An output folder, for reading.
#[derive(Clone, Debug)]
pub struct Output {
    root: PathBuf,
}

/// An output folder that this process has locked until it is dropped.
#[derive(Debug)]
pub struct LockedOutput {
    output: Output,
    /// `out/private`.
    pub private_folder: PrivateFolder,
    _lock: File,
}

/// The output folder cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// Another run holds the lock.
    #[error("{}", message!("L401-output-held", path = escaped_name(root), holder))]
    Held {
        /// The output folder.
        root: PathBuf,
        /// The holder as it described itself.
        holder: String,
    },
    /// A file in it belongs to another user.
    #[error(transparent)]
    ForeignOwner(#[from] ForeignOwnerError),
    /// It cannot be written.
    #[error("{}", message!("L400-cannot-write-in", path = escaped_name(root)))]
    Io {
        /// The output folder, or the folder in it that cannot be written.
        root: PathBuf,
        /// The error of the system.
        source: io::Error,
    },
}

impl Output {
    /// The output folder at a path, which need not exist.
    #[must_use]
    pub fn new(root: &Path) -> Self {
        Self { root: root.to_owned() }
    }

    /// The path of the folder.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The path of the release of a corte, whether or not it exists.
    #[must_use]
    pub fn release_path(&self, corte: Corte) -> PathBuf {
        self.root.join("releases").join(corte.to_string())
    }

    /// The link to the release of the newest corte.
    #[must_use]
    pub fn latest_link(&self) -> PathBuf {
        self.root.join(LATEST_LINK)
    }

    /// The path of a superseded revision.
    pub(super) fn superseded_path(&self, corte: Corte, revision: u32) -> PathBuf {
        self.root.join("superseded").join(format!("{corte}.r{revision}"))
    }

    /// The largest replaced revision of a corte.
    pub(super) fn newest_superseded_revision(&self, corte: Corte) -> io::Result<Option<u32>> {
        let prefix = format!("{corte}.r");
        let names = entry_names(&self.root.join("superseded"))?;
        Ok(names.iter().filter_map(|name| name.strip_prefix(&prefix)?.parse().ok()).max())
    }

    /// The folders of the visible and of the superseded releases.
    #[must_use]
    pub fn release_folders(&self) -> [PathBuf; 2] {
        ["releases", "superseded"].map(|name| self.root.join(name))
    }

    /// Finds a release by its name in the output: a corte (`2020-10-15`), a revision
    /// (`2020-10-15.r1`), or `latest`.
    ///
    /// # Errors
    /// The output exists but cannot be read.
    pub fn find_release_path(&self, name: &str) -> io::Result<Option<PathBuf>> {
        let if_folder = |path: PathBuf| match fs::metadata(&path) {
            Ok(metadata) => Ok(metadata.is_dir().then_some(path)),
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => Ok(None),
            Err(error) => Err(error),
        };
        if name == LATEST_LINK {
            return if_folder(self.latest_link());
        }
        if let Ok(corte) = name.parse::<Corte>() {
            return if_folder(self.release_path(corte));
        }
        let revision = name
            .split_once(".r")
            .and_then(|(corte, revision)| Some((corte.parse::<Corte>().ok()?, revision.parse::<u32>().ok()?)));
        let Some((corte, revision)) = revision else { return Ok(None) };
        if let Some(superseded) = if_folder(self.superseded_path(corte, revision))? {
            return Ok(Some(superseded));
        }
        let is_visible = self.visible_manifest(corte).is_some_and(|visible| visible.revision == revision);
        if is_visible { if_folder(self.release_path(corte)) } else { Ok(None) }
    }

    /// The names that [`Self::find_release_path`] accepts: cortes, oldest first, then replaced
    /// revisions, then `latest`.
    ///
    /// # Errors
    /// The output exists but cannot be read.
    pub fn release_names(&self) -> io::Result<Vec<String>> {
        let mut found: Vec<String> = self.published_cortes()?.iter().map(ToString::to_string).collect();
        let mut superseded = entry_names(&self.root.join("superseded"))?;
        superseded.sort();
        found.extend(superseded);
        found.push(LATEST_LINK.to_owned());
        let is_there = |name: &String| self.find_release_path(name).map(|path| path.map(|_| name.clone()));
        found.iter().filter_map(|name| is_there(name).transpose()).collect()
    }

    /// The cortes with a release, oldest first.
    ///
    /// # Errors
    /// The folder exists but cannot be read; it does not count as empty.
    pub fn published_cortes(&self) -> io::Result<Vec<Corte>> {
        let names = entry_names(&self.root.join("releases"))?;
        let mut cortes: Vec<Corte> = names.iter().filter_map(|name| name.parse().ok()).collect();
        cortes.sort_unstable();
        Ok(cortes)
    }

    /// The manifest of the visible release of a corte, if it exists and can be read.
    #[must_use]
    pub fn visible_manifest(&self, corte: Corte) -> Option<Manifest> {
        Manifest::read(&self.release_path(corte)).ok()
    }

    /// A path that a run must write and that belongs to another user.
    #[must_use]
    pub fn find_foreign_owner(&self) -> Option<ForeignOwnerError> {
        find_foreign_in_private(&self.root).or_else(|| find_foreign_in_releases(&self.release_folders(), &self.root))
    }

    /// The folder `out/private`, created if it does not exist.
    ///
    /// # Errors
    /// It cannot be created, or a file in it belongs to another user.
    pub fn open_private_folder(&self) -> Result<PrivateFolder, LockError> {
        if let Some(foreign) = find_foreign_in_private(&self.root) {
            return Err(foreign.into());
        }
        create_public_folder(&self.root).map_err(self.lock_error_at(&self.root))?;
        let private = self.root.join("private");
        PrivateFolder::open(private.clone()).map_err(self.lock_error_at(&private))
    }

    /// Converts an error at a path to a [`LockError`].
    fn lock_error_at<'a>(&'a self, path: &'a Path) -> impl Fn(io::Error) -> LockError + 'a {
        move |source| match ForeignOwnerError::from_permission_error(&source, path, &self.root) {
            Some(foreign) => foreign.into(),
            None => LockError::Io { root: path.to_owned(), source },
        }
    }

    /// Locks the output for this process.
    ///
    /// # Errors
    /// Another run holds it, or it cannot be written.
    pub fn lock(&self) -> Result<LockedOutput, LockError> {
        let private = self.open_private_folder()?;
        let path = private.entry_path("lock");
        let mut lock = private.open_or_create_file("lock").map_err(self.lock_error_at(&path))?;
        let private_path = private.entry_path("");
        let failed = self.lock_error_at(&private_path);
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                lock.read_to_string(&mut holder).map_err(&failed)?;
                return Err(LockError::Held { root: self.root.clone(), holder: holder_in_words(&holder) });
            }
            Err(TryLockError::Error(source)) => return Err(failed(source)),
        }
        // The kernel holds the lock, which ends with the process. The text only names the holder,
        // for `holder_in_words`.
        let write = |lock: &mut File| -> io::Result<()> {
            lock.set_len(0)?;
            lock.rewind()?;
            let host = rustix::system::uname().nodename().to_string_lossy().into_owned();
            // A person reads it in the error of another command.
            let since = mexico_city_time(Utc::now());
            writeln!(lock, "process {} on {host}, since {since}", std::process::id())
        };
        write(&mut lock).map_err(&failed)?;
        Ok(LockedOutput { output: self.clone(), private_folder: private, _lock: lock })
    }
}

/// The holder of a lock, from the text that it wrote to the lock file.
fn holder_in_words(text: &str) -> String {
    // A run locks the file before it writes its name.
    let Some(line) = text.strip_suffix('\n') else { return message!("release-lock-holder-unknown") };
    let parts = || {
        let (process, rest) = line.strip_prefix("process ")?.split_once(" on ")?;
        let (host, since) = rest.split_once(", since ")?;
        Some(message!("release-lock-holder", process, host, since))
    };
    parts().unwrap_or_else(|| line.trim().to_owned())
}

/// The names in a folder that are valid text; empty if the folder does not exist.
fn entry_names(folder: &Path) -> io::Result<Vec<String>> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let names = entries.map(|entry| Ok(entry?.file_name().into_string().ok()));
    names.filter_map(io::Result::transpose).collect()
}

impl LockedOutput {
    /// Creates the folders of releases, and checks before long work that they can be written.
    ///
    /// # Errors
    /// A folder cannot be written.
    pub fn prepare_release_folders(&self) -> Result<(), LockError> {
        let device_of = |path: &Path| fs::metadata(path).map(|metadata| metadata.dev());
        let probe = |folder: &Path| -> io::Result<()> {
            create_public_folder(folder)?;
            access(folder, Access::WRITE_OK | Access::EXEC_OK)?;
            // A release moves between these folders in one step, which requires the same file
            // system.
            if device_of(folder)? != device_of(&self.private_folder.entry_path(""))? {
                return Err(io::Error::new(io::ErrorKind::CrossesDevices, message!("L403-other-disk")));
            }
            Ok(())
        };
        let folders = self.release_folders();
        if let Some(foreign) = find_foreign_in_releases(&folders, self.root()) {
            return Err(foreign.into());
        }
        folders.into_iter().try_for_each(|folder| probe(&folder).map_err(self.lock_error_at(&folder)))
    }
}

impl std::ops::Deref for LockedOutput {
    type Target = Output;

    fn deref(&self) -> &Output {
        &self.output
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_names_its_holder() {
        let holder = "process 7 on servidor, since 2020-10-16T14:07:00Z";
        assert_eq!(holder_in_words(&format!("{holder}\n")), holder);
        assert_eq!(holder_in_words("another form\n"), "another form");
        for unfinished in ["", "process 7 on serv"] {
            assert_eq!(holder_in_words(unfinished), "a process that has just begun");
        }
    }
}
