/*!
Replaces the daily dashboard folder atomically: visitors see the old one or the new one.
*/

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs::{self, File, Permissions, TryLockError};
use std::io;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};

use super::file_writing::{create_public_folder, remove_entry, swap_folders, sync_path, sync_tree, write_public_file};
use super::foreign_owner::ForeignOwnerError;
use super::output_folder::{LockError, LockedOutput, Output};
use super::publish::STAGING_FOLDER;
use super::release_folder::ReleaseFolder;
use super::verify::{IntegrityCheck, check_integrity};
use super::{CHECKSUMS_FILE_NAME, MANIFEST_FILE};
use lnere_core::NamedFiles;
use lnere_core::checksum::parse_sha256sums;
use lnere_core::terminal_text;
use lnere_dashboard::{DASHBOARD_FOLDER, DashboardSummary};
use lnere_messages::message;

/// The name of the new folder before it is moved into place.
const NEW_FOLDER: &str = "nuevo";

/// The name of the old folder before it is removed.
const OLD_FOLDER: &str = "anterior";

/// The dashboard cannot be written to its folder.
#[derive(Debug, thiserror::Error)]
pub enum DashboardFolderError {
    /// Another run holds the output, or files belong to another user.
    #[error(transparent)]
    OutputLocked(#[from] LockError),
    /// Another process is writing the dashboard.
    #[error("{}", message!("L401-dashboard-held", path = terminal_text::escaped_name(path)))]
    DashboardLocked {
        /// The folder.
        path: PathBuf,
    },
    /// The existing files are not a dashboard, and would be lost.
    #[error("{}", message!("L410-no-dashboard", path = terminal_text::escaped_name(path), problem))]
    NotADashboard {
        /// The folder.
        path: PathBuf,
        /// The problem.
        problem: String,
    },
    /// A dashboard is not permitted at this path.
    #[error("{message}")]
    ForbiddenPath {
        /// The message, which names the folder and its place.
        message: String,
    },
    /// The folder holds the dashboard of another process.
    #[error(
        "{}",
        message!("L412-dashboard-of-other-process", path = terminal_text::escaped_name(path), process = other_process)
    )]
    OtherProcess {
        /// The folder.
        path: PathBuf,
        /// The id of the other process.
        other_process: String,
    },
    /// Reading or writing failed.
    #[error("{}", message!("L400-cannot-read-or-write", path = terminal_text::escaped_name(path)))]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// The error of the system.
        source: io::Error,
    },
}

/// The result of replacing a dashboard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DashboardReplacement {
    /// The existing dashboard is equal.
    Unchanged,
    /// The dashboard is in its place.
    Replaced,
    /// The dashboard is in its place, but its folder could not get the group of the previous one.
    ReplacedWithOtherGroup,
}

fn io_error_at(path: &Path) -> impl FnOnce(io::Error) -> DashboardFolderError {
    let path = path.to_owned();
    move |source| DashboardFolderError::Io { path, source }
}

/// The folder of a dashboard, locked by this process until it is dropped.
#[derive(Debug)]
pub struct DashboardFolder {
    path: PathBuf,
    /// The folder in which the new dashboard is assembled, on the same file system.
    staging: PathBuf,
    /// The existing dashboard, if any.
    existing_summary: Option<DashboardSummary>,
    _lock: DashboardLock,
}

/// The lock that keeps other processes from writing the dashboard.
#[derive(Debug)]
enum DashboardLock {
    /// The lock of the output folder that contains the dashboard.
    Output { _locked: LockedOutput },
    /// The lock of the staging folder beside the dashboard.
    Staging { _folder: File },
}

impl DashboardFolder {
    /// Locks the folder of a dashboard, given as a path from [`resolve_path`]. If the path is the
    /// `tablero` of an output folder, it locks that output, and stages files in its private folder.
    /// Otherwise it stages files in a temporary folder beside the path, whose name begins with a
    /// dot.
    ///
    /// # Errors
    /// The path is inside an output folder or a release, or another process writes there. The
    /// existing files are not a dashboard of this electoral process, or include other files.
    pub fn lock(path: &Path, process: &str) -> Result<Self, DashboardFolderError> {
        let path = path.to_owned();
        let output = output_containing(&path)?;
        let parent = parent_of(&path);
        let (staging, hold) = if let Some(output) = output {
            let locked = Output::new(&output).lock()?;
            let staging = locked
                .private_folder
                .open_folder(STAGING_FOLDER)
                .map_err(io_error_at(&locked.private_folder.entry_path(STAGING_FOLDER)))?
                .entry_path(DASHBOARD_FOLDER);
            create_public_folder(&staging).map_err(io_error_at(&staging))?;
            remove_stale_staging(&path).map_err(io_error_at(&path))?;
            (staging, DashboardLock::Output { _locked: locked })
        } else {
            create_public_folder(parent).map_err(io_error_at(parent))?;
            let staging = staging_beside(&path);
            let folder = try_lock_folder(&staging).map_err(io_error_at(&staging))?;
            (
                staging,
                DashboardLock::Staging {
                    _folder: folder.ok_or_else(|| DashboardFolderError::DashboardLocked { path: path.clone() })?,
                },
            )
        };
        let mut dashboard = Self { path, staging, existing_summary: None, _lock: hold };
        if let Some(foreign) = ForeignOwnerError::find_at(&dashboard.path, &dashboard.path) {
            return Err(DashboardFolderError::OutputLocked(foreign.into()));
        }
        // The files of a killed run are not visible, except between two renames; then they are put
        // back.
        recover_staging(&dashboard.path, &dashboard.staging).map_err(io_error_at(&dashboard.staging))?;
        match read_existing_summary(&dashboard.path)? {
            Some(DashboardSummary { proceso: other, .. }) if other != process => {
                Err(DashboardFolderError::OtherProcess { path: dashboard.path.clone(), other_process: other })
            }
            shown => {
                dashboard.existing_summary = shown;
                Ok(dashboard)
            }
        }
    }

    /// The metadata of the existing dashboard.
    #[must_use]
    pub fn existing_summary(&self) -> Option<&DashboardSummary> {
        self.existing_summary.as_ref()
    }

    /// Replaces the existing dashboard, and keeps its permissions and its group. An equal dashboard
    /// is not written, so that browsers need not load it again.
    ///
    /// # Errors
    /// Writing failed; the existing dashboard is unchanged.
    pub fn replace(&self, files: &NamedFiles) -> Result<DashboardReplacement, DashboardFolderError> {
        let is_same =
            |old: &ReleaseFolder| files.iter().all(|(name, bytes)| old.read(name).is_ok_and(|old| old == *bytes));
        if ReleaseFolder::open(&self.path).is_ok_and(|old| is_same(&old)) {
            return Ok(DashboardReplacement::Unchanged);
        }
        let mut replacement = DashboardReplacement::Replaced;
        let new = self.staging.join(NEW_FOLDER);
        for (name, bytes) in files {
            let file = new.join(name);
            write_public_file(&file, bytes).map_err(io_error_at(&file))?;
        }
        if let Ok(old) = fs::metadata(&self.path) {
            let group = fs::metadata(&new).map_err(io_error_at(&new))?.gid();
            if old.gid() != group && chown(&new, None, Some(old.gid())).is_err() {
                replacement = DashboardReplacement::ReplacedWithOtherGroup;
            }
            // A service may not set the higher bits, such as the bit that passes on the group of a
            // folder.
            let mode = old.permissions().mode() & 0o777;
            fs::set_permissions(&new, Permissions::from_mode(mode)).map_err(io_error_at(&new))?;
        }
        sync_tree(&new).map_err(io_error_at(&new))?;
        let moved = if self.path.try_exists().map_err(io_error_at(&self.path))? {
            swap_folders(&new, &self.path, &self.staging.join(OLD_FOLDER))
        } else {
            fs::rename(&new, &self.path)
        };
        moved.map_err(io_error_at(&self.path))?;
        let parent = parent_of(&self.path);
        sync_path(parent).map_err(io_error_at(parent))?;
        Ok(replacement)
    }
}

impl Drop for DashboardFolder {
    /// Removes the old dashboard, or the unfinished new one. If this fails, the next run removes
    /// it.
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.staging);
    }
}

/// An absolute path without links and `..`; parts that do not exist stay as written.
///
/// # Errors
/// A folder of the path cannot be read.
pub fn resolve_path(path: &Path) -> io::Result<PathBuf> {
    let path = std::path::absolute(path)?;
    match (fs::canonicalize(&path), path.parent(), path.file_name()) {
        (Err(error), Some(parent), Some(name)) if error.kind() == io::ErrorKind::NotFound && !path.is_symlink() => {
            Ok(resolve_path(parent)?.join(name))
        }
        // The path ends with `..`. What does not exist is no link, so the folder above it counts.
        (Err(error), Some(parent), None) if error.kind() == io::ErrorKind::NotFound => {
            let mut above = resolve_path(parent)?;
            above.pop();
            Ok(above)
        }
        (resolved, ..) => resolved,
    }
}

/// Whether a folder has the files of a release.
#[must_use]
pub fn is_release_folder(folder: &Path) -> bool {
    folder.join(MANIFEST_FILE).is_file() && folder.join(CHECKSUMS_FILE_NAME).is_file()
}

/// Whether a folder is an output in which a command has worked.
#[must_use]
pub fn is_output_folder(folder: &Path) -> bool {
    folder.join("private").join("lock").is_file()
}

fn parent_of(path: &Path) -> &Path {
    path.parent().unwrap_or(path)
}

/// The output folder whose daily dashboard has this path; `None` if the path is outside every
/// output.
fn output_containing(path: &Path) -> Result<Option<PathBuf>, DashboardFolderError> {
    let forbidden = |message: String| Err(DashboardFolderError::ForbiddenPath { message });
    let name = terminal_text::escaped_name(path);
    if std::env::current_dir().is_ok_and(|current| current == path) {
        return forbidden(message!("L411-dashboard-in-current-folder", path = name));
    }
    if path.ancestors().skip(1).any(is_release_folder) {
        return forbidden(message!("L411-dashboard-in-release", path = name));
    }
    let output = path.ancestors().find(|folder| is_output_folder(folder));
    match output {
        Some(output) if output.join(DASHBOARD_FOLDER) != path => forbidden(message!(
            "L411-dashboard-in-output",
            path = name,
            output = terminal_text::escaped_name(output),
            dashboard = DASHBOARD_FOLDER,
        )),
        output => Ok(output.map(Path::to_owned)),
    }
}

/// The dashboard in a folder; `None` if the folder is missing or empty.
fn read_existing_summary(path: &Path) -> Result<Option<DashboardSummary>, DashboardFolderError> {
    let foreign = |problem: String| DashboardFolderError::NotADashboard { path: path.to_owned(), problem };
    let folder = match ReleaseFolder::open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => {
            return Err(foreign(message!("release-no-folder")));
        }
        folder => folder.map_err(io_error_at(path))?,
    };
    if fs::read_dir(path).map_err(io_error_at(path))?.next().is_none() {
        return Ok(None);
    }
    let read = |name: &str| match folder.read(name) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            Err(foreign(message!("release-dashboard-lacks", file = name)))
        }
        Err(error) if error.kind() == io::ErrorKind::InvalidData => Err(foreign(format!("{name} {error}"))),
        read => read.map_err(io_error_at(path)),
    };
    let data_file = lnere_dashboard::DASHBOARD_DATA_FILE;
    let summary = DashboardSummary::read(&read(data_file)?)
        .ok_or_else(|| foreign(message!("release-dashboard-otherwise", file = data_file)))?;
    let sums = read(CHECKSUMS_FILE_NAME)?;
    let sums = String::from_utf8_lossy(&sums);
    let listed_names: BTreeSet<&str> = parse_sha256sums(&sums).map(|(_, name)| name).collect();
    let IntegrityCheck { listing, .. } = check_integrity(&folder);
    // Files of other origin would be lost, for example a file that requires a password.
    match listing.entries.keys().find(|name| *name != CHECKSUMS_FILE_NAME && !listed_names.contains(name.as_str())) {
        Some(stray) => Err(foreign(message!("release-dashboard-has-more", file = stray))),
        None => Ok(Some(summary)),
    }
}

/// The staging folder of a dashboard outside an output folder.
fn staging_beside(dashboard: &Path) -> PathBuf {
    let name = dashboard.file_name().unwrap_or(OsStr::new(DASHBOARD_FOLDER)).to_string_lossy();
    parent_of(dashboard).join(format!(".{name}.lnere"))
}

/// Removes the staging folder beside a dashboard that a killed run left before the folder became an
/// output.
pub(super) fn remove_stale_staging(dashboard: &Path) -> io::Result<()> {
    let staging = staging_beside(dashboard);
    if !staging.is_dir() {
        return Ok(());
    }
    // If another process holds it, that process removes it.
    let Some(_held) = try_lock_folder(&staging)? else { return Ok(()) };
    recover_staging(dashboard, &staging)?;
    fs::remove_dir_all(&staging)
}

/// Locks a folder, and creates it if it does not exist; `None` if another process holds it.
fn try_lock_folder(path: &Path) -> io::Result<Option<File>> {
    loop {
        create_public_folder(path)?;
        let folder = match File::open(path) {
            // The previous holder has just removed it.
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            folder => folder?,
        };
        match folder.try_lock() {
            Err(TryLockError::WouldBlock) => return Ok(None),
            Err(TryLockError::Error(error)) => return Err(error),
            Ok(()) => {}
        }
        // The locked folder may have been removed and replaced.
        let is_same = |there: fs::Metadata| {
            folder.metadata().is_ok_and(|own| (own.dev(), own.ino()) == (there.dev(), there.ino()))
        };
        if fs::metadata(path).is_ok_and(is_same) {
            return Ok(Some(folder));
        }
    }
}

/// Empties the staging folder of a dashboard. If a killed run left no dashboard in place, the
/// previous one is put back first.
pub(super) fn recover_staging(dashboard: &Path, staging: &Path) -> io::Result<()> {
    let old = staging.join(OLD_FOLDER);
    if old.is_dir() && !dashboard.try_exists()? {
        fs::rename(&old, dashboard)?;
    }
    for entry in fs::read_dir(staging)? {
        remove_entry(&entry?)?;
    }
    Ok(())
}
