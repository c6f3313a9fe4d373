/*!
Files and folders written with the mode that they must have, whatever the umask is.
*/

use std::fs::{self, DirBuilder, File, OpenOptions, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

/// Mode of what a release shows.
const PUBLIC_FILE: u32 = 0o644;
const PUBLIC_FOLDER: u32 = 0o755;
/// Mode of what lies in `out/private`.
const PRIVATE_FILE: u32 = 0o600;
const PRIVATE_FOLDER: u32 = 0o700;

/// Creates a folder that others may read, with its parents.
pub(super) fn public_folder(path: &Path) -> io::Result<()> {
    folder(path, PUBLIC_FOLDER)
}

fn folder(path: &Path, mode: u32) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(mode).create(path)?;
    fs::set_permissions(path, Permissions::from_mode(mode))
}

/// Writes a file of a release; its folder is created where it is missing.
pub(super) fn public_file(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if let Some(parent) = path.parent().filter(|parent| !parent.is_dir()) {
        public_folder(parent)?;
    }
    write(path, bytes, PUBLIC_FILE)
}

fn write(path: &Path, bytes: &[u8], mode: u32) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(mode).open(path)?;
    file.set_permissions(Permissions::from_mode(mode))?;
    file.write_all(bytes)
}

/// Opens a file that is not there yet, for generated exports.
///
/// # Errors
/// The file is there, or its folder cannot be written.
pub fn write_new(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).open(path)
}

/// `out/private`, readable by its owner alone.
#[derive(Clone, Debug)]
pub struct PrivateFolder(PathBuf);

impl PrivateFolder {
    /// Opens it, and creates it where it is missing.
    ///
    /// # Errors
    /// It cannot be created or its mode not set.
    pub fn open(path: PathBuf) -> io::Result<Self> {
        folder(&path, PRIVATE_FOLDER)?;
        Ok(Self(path))
    }

    /// The path of something in it.
    #[must_use]
    pub fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// A folder in it.
    ///
    /// # Errors
    /// It cannot be created.
    pub fn folder(&self, name: &str) -> io::Result<Self> {
        Self::open(self.0.join(name))
    }

    /// Writes a file in it, by way of a new name, so that a reader sees the old or the new one.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn write(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let (new, path) = (self.0.join(format!("{name}.new")), self.0.join(name));
        write(&new, bytes, PRIVATE_FILE)?;
        fs::rename(new, path)
    }

    /// Removes a file in it, where there is one.
    ///
    /// # Errors
    /// It cannot be removed.
    pub fn remove(&self, name: &str) -> io::Result<()> {
        match fs::remove_file(self.0.join(name)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// Opens a file in it to be locked, and creates it where it is missing.
    ///
    /// # Errors
    /// It cannot be opened.
    pub fn open_file(&self, name: &str) -> io::Result<File> {
        let options = OpenOptions::new().read(true).write(true).create(true).mode(PRIVATE_FILE).clone();
        options.open(self.0.join(name))
    }
}
