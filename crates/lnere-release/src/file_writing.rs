/*!
Writes files and folders with fixed modes, independent of the umask.
*/

use std::fs::{self, DirBuilder, DirEntry, File, OpenOptions, Permissions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use lnere_messages::message;
use rayon::prelude::*;
use rustix::fs::{CWD, RenameFlags, renameat_with};

use lnere_core::regular_file;

/// The mode of files in a release.
const PUBLIC_FILE_MODE: u32 = 0o644;
const PUBLIC_FOLDER_MODE: u32 = 0o755;
/// The mode of files in `out/private`.
const PRIVATE_FILE_MODE: u32 = 0o600;
const PRIVATE_FOLDER_MODE: u32 = 0o700;

/// The suffix of a file name until the file is complete.
const UNFINISHED_SUFFIX: &str = ".new";

/// Creates a folder that others may read, and its parents. An existing folder keeps its mode.
pub(super) fn create_public_folder(path: &Path) -> io::Result<()> {
    if path.as_os_str().is_empty() || path.is_dir() {
        return Ok(());
    }
    if let Some(parent) = path.parent() {
        create_public_folder(parent)?;
    }
    create_folder_with_mode(path, PUBLIC_FOLDER_MODE)
}

fn create_folder_with_mode(path: &Path, mode: u32) -> io::Result<()> {
    match DirBuilder::new().mode(mode).create(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && path.is_dir() => {}
        created => created?,
    }
    fs::set_permissions(path, Permissions::from_mode(mode))
}

/// Writes a file of a release, and creates its folder if it does not exist.
pub(super) fn write_public_file(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if let Some(parent) = path.parent() {
        create_public_folder(parent)?;
    }
    write_with_mode(path, bytes, PUBLIC_FILE_MODE)
}

fn write_with_mode(path: &Path, bytes: &[u8], mode: u32) -> io::Result<()> {
    let options = OpenOptions::new().write(true).create(true).truncate(true).mode(mode).clone();
    let mut file = regular_file::open_with(path, &options)?;
    file.set_permissions(Permissions::from_mode(mode))?;
    file.write_all(bytes)
}

/// Creates a new file for generated exports.
///
/// # Errors
/// The file exists, or its folder cannot be written.
pub fn create_new_file(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).open(path)
}

/// Replaces a file in one step, and keeps its mode.
///
/// # Errors
/// The file cannot be written; then it is unchanged.
pub fn replace_file(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mode = fs::metadata(path).map_or(PUBLIC_FILE_MODE, |metadata| metadata.permissions().mode() & 0o7777);
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let new = path.with_file_name(format!("{name}{UNFINISHED_SUFFIX}"));
    write_with_mode(&new, bytes, mode)?;
    sync_path(&new)?;
    fs::rename(new, path)?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    sync_path(folder.unwrap_or(Path::new(".")))
}

/// Writes a folder and everything below it to the disk.
///
/// It syncs file by file, because `syncfs` would wait for all other writes to the same file system.
pub(super) fn sync_tree(folder: &Path) -> io::Result<()> {
    let entries = fs::read_dir(folder)?.collect::<io::Result<Vec<_>>>()?;
    entries.par_iter().try_for_each(|entry| {
        if entry.file_type()?.is_dir() { sync_tree(&entry.path()) } else { sync_path(&entry.path()) }
    })?;
    sync_path(folder)
}

/// Writes a file, or the names in a folder, to the disk.
pub(super) fn sync_path(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}

/// Removes a file if it exists.
pub(super) fn remove_if_exists(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Removes an entry of a folder: a file, or a folder with its content.
pub(super) fn remove_entry(entry: &DirEntry) -> io::Result<()> {
    if entry.file_type()?.is_dir() { fs::remove_dir_all(entry.path()) } else { fs::remove_file(entry.path()) }
}

/// Replaces the visible folder with a staged folder. The visible one moves to `replaced`.
///
/// `renameat2` exchanges both folders in one step, so no reader sees an intermediate state. A file
/// system without this call (some network shares) gets two renames. Between them the path does not
/// exist for an instant. After a kill, the next command completes the remaining step. If the second
/// rename fails, the first is undone. If that fails too, the next command completes it.
pub(super) fn swap_folders(staged: &Path, visible: &Path, replaced: &Path) -> io::Result<()> {
    if replaced.exists() {
        return Err(io::Error::new(
            io::ErrorKind::AlreadyExists,
            message!("L406-superseded-exists", path = lnere_core::terminal_text::escaped_name(replaced)),
        ));
    }
    let exchange = || renameat_with(CWD, staged, CWD, visible, RenameFlags::EXCHANGE);
    match exchange() {
        Ok(()) => fs::rename(staged, replaced).inspect_err(|_| {
            let _ = exchange();
        }),
        Err(rustix::io::Errno::INVAL | rustix::io::Errno::NOSYS | rustix::io::Errno::OPNOTSUPP) => {
            fs::rename(visible, replaced)?;
            fs::rename(staged, visible).inspect_err(|_| {
                let _ = fs::rename(replaced, visible);
            })
        }
        Err(error) => Err(error.into()),
    }
}

/// Tries whether a file system exchanges two folders in one step, as a revision needs. It makes a
/// folder with two empty folders in `folder`, exchanges the two, and removes all three.
///
/// # Errors
/// The folders cannot be made, renamed or removed, or a folder of the same name exists.
pub fn can_exchange_folders(folder: &Path) -> io::Result<bool> {
    let probe = folder.join(format!(".doctor-{}", std::process::id()));
    let paths = [probe.join("1"), probe.join("2")];
    // A folder that exists belongs to another process, on another machine perhaps.
    fs::create_dir(&probe)?;
    let make = || {
        fs::set_permissions(&probe, Permissions::from_mode(PRIVATE_FOLDER_MODE))?;
        paths.iter().try_for_each(|path| create_folder_with_mode(path, PRIVATE_FOLDER_MODE))
    };
    let exchanged = make().and_then(|()| match renameat_with(CWD, &paths[0], CWD, &paths[1], RenameFlags::EXCHANGE) {
        Ok(()) => Ok(true),
        Err(rustix::io::Errno::INVAL | rustix::io::Errno::NOSYS | rustix::io::Errno::OPNOTSUPP) => Ok(false),
        Err(error) => Err(error.into()),
    });
    match fs::remove_dir_all(&probe) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => exchanged.and(Err(error)),
        _ => exchanged,
    }
}

/// The folder `out/private`, which only its owner can read.
#[derive(Clone, Debug)]
pub struct PrivateFolder(PathBuf);

impl PrivateFolder {
    /// Opens the folder, and creates it if it does not exist.
    ///
    /// # Errors
    /// It cannot be created, or its mode cannot be set.
    pub fn open(path: PathBuf) -> io::Result<Self> {
        create_folder_with_mode(&path, PRIVATE_FOLDER_MODE)?;
        Ok(Self(path))
    }

    /// An existing folder, for reading.
    #[must_use]
    pub fn open_existing(path: PathBuf) -> Option<Self> {
        path.is_dir().then_some(Self(path))
    }

    /// The path of an entry.
    #[must_use]
    pub fn entry_path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// Reads a file in it, which must be a regular one.
    ///
    /// # Errors
    /// The file does not exist, is not a regular one, or cannot be read.
    pub fn read(&self, name: &str) -> io::Result<Vec<u8>> {
        regular_file::read(&self.0.join(name))
    }

    /// Opens a folder in it, and creates it if it does not exist.
    ///
    /// # Errors
    /// The folder cannot be created.
    pub fn open_folder(&self, name: &str) -> io::Result<Self> {
        Self::open(self.0.join(name))
    }

    /// Writes a file under a temporary name and renames it, so that a reader sees the old or the
    /// new file.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn write(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let (new, path) = (self.0.join(format!("{name}{UNFINISHED_SUFFIX}")), self.0.join(name));
        write_with_mode(&new, bytes, PRIVATE_FILE_MODE)?;
        fs::rename(new, path)
    }

    /// Appends a line to a file, and returns when it is on the disk. Removes an incomplete line
    /// that a killed run left.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn append_line(&self, name: &str, line: &str) -> io::Result<()> {
        let mut file = self.open_or_create_file(name)?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        let complete_length = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1) as u64;
        file.set_len(complete_length)?;
        file.seek(SeekFrom::Start(complete_length))?;
        file.write_all(format!("{line}\n").as_bytes())?;
        file.sync_all()?;
        // A new file survives a crash only if its folder is on the disk.
        sync_path(&self.0)
    }

    /// Removes a file if it exists.
    ///
    /// # Errors
    /// The file cannot be removed.
    pub fn remove_file(&self, name: &str) -> io::Result<()> {
        remove_if_exists(&self.0.join(name))
    }

    /// Removes the files that `is_prunable` selects and that were last written more than `age` ago.
    /// Also removes all unfinished files of a killed run.
    ///
    /// # Errors
    /// The folder cannot be listed, or a file cannot be removed.
    pub fn remove_old_files(
        &self,
        now: SystemTime,
        age: Duration,
        is_prunable: impl Fn(&str) -> bool,
    ) -> io::Result<()> {
        for entry in fs::read_dir(&self.0)? {
            let entry = entry?;
            let metadata = entry.metadata()?;
            let old = metadata.modified().is_ok_and(|modified| now.duration_since(modified).is_ok_and(|old| old > age));
            let name = entry.file_name().to_string_lossy().into_owned();
            if !metadata.is_dir() && (old && is_prunable(&name) || name.ends_with(UNFINISHED_SUFFIX)) {
                remove_if_exists(&entry.path())?;
            }
        }
        Ok(())
    }

    /// Opens a file for locking, and creates it if it does not exist.
    ///
    /// # Errors
    /// The file cannot be opened.
    pub fn open_or_create_file(&self, name: &str) -> io::Result<File> {
        let options = OpenOptions::new().read(true).write(true).create(true).mode(PRIVATE_FILE_MODE).clone();
        let file = regular_file::open_with(&self.0.join(name), &options)?;
        file.set_permissions(Permissions::from_mode(PRIVATE_FILE_MODE))?;
        Ok(file)
    }
}
