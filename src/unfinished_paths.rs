/*!
Removes what a command has made if it fails or is interrupted before its end.

A half-made folder would block the next attempt, because these commands replace nothing that is
there. Ctrl-C ends a process without its destructors. While a command has unfinished paths, a thread
therefore waits for the signal, removes them, and then ends the process by the same signal. A kill
by SIGKILL removes nothing.
*/

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, Once, PoisonError};
use std::thread;
use std::time::Duration;

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

/// The signals by which a user, a terminal or a service manager ends a command.
const ENDING_SIGNALS: [i32; 3] = [SIGHUP, SIGINT, SIGTERM];

/// How often the removal is tried. Other threads may still write below a folder.
const REMOVAL_ATTEMPTS: u32 = 200;

/// The time between two attempts.
const REMOVAL_PAUSE: Duration = Duration::from_millis(5);

/// How a path is removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Removal {
    File,
    /// A folder, if it is empty: others may have put something into it.
    EmptyFolder,
    /// A folder with everything in it.
    Tree,
    /// Everything in a folder that was empty.
    Content,
}

#[derive(Debug)]
struct UnfinishedPath {
    owner: u64,
    path: PathBuf,
    removal: Removal,
}

/// What unfinished commands have made, in that order. Paths are made with this lock, so none is
/// made that is not listed. The thread that removes them keeps the lock until the process ends.
static UNFINISHED: Mutex<Vec<UnfinishedPath>> = Mutex::new(Vec::new());

fn unfinished() -> MutexGuard<'static, Vec<UnfinishedPath>> {
    UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The paths that a command makes. They are removed with this value, unless they are kept.
#[derive(Debug)]
pub struct UnfinishedPaths {
    owner: u64,
}

impl UnfinishedPaths {
    /// Begins without any path.
    #[must_use]
    pub fn begin() -> Self {
        static WATCH: Once = Once::new();
        static NEXT_OWNER: AtomicU64 = AtomicU64::new(0);
        // Without the thread, signals end the process as usual.
        WATCH.call_once(|| drop(watch_signals()));
        Self { owner: NEXT_OWNER.fetch_add(1, Ordering::Relaxed) }
    }

    fn list<T>(&self, path: &Path, removal: Removal, create: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
        let mut unfinished = unfinished();
        let created = create()?;
        // The folder of the process may change, so the path must not depend on it.
        unfinished.push(UnfinishedPath { owner: self.owner, path: std::path::absolute(path)?, removal });
        Ok(created)
    }

    /// Creates a folder with its parents, unless it exists. Of these, only empty ones are removed.
    ///
    /// # Errors
    /// It cannot be created.
    pub fn create_folder(&self, path: &Path) -> io::Result<()> {
        if path.as_os_str().is_empty() || path.is_dir() {
            return Ok(());
        }
        if let Some(parent) = path.parent() {
            self.create_folder(parent)?;
        }
        match self.list(path, Removal::EmptyFolder, || fs::create_dir(path)) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && path.is_dir() => Ok(()),
            made => made,
        }
    }

    /// Creates a new folder, which is removed with everything in it, and its parents.
    ///
    /// # Errors
    /// It exists, or cannot be created.
    pub fn create_tree(&self, path: &Path) -> io::Result<()> {
        if let Some(parent) = path.parent() {
            self.create_folder(parent)?;
        }
        self.list(path, Removal::Tree, || fs::create_dir(path))
    }

    /// Takes a folder that is new or empty. If it was there, it stays without content.
    ///
    /// # Errors
    /// It is not empty, or cannot be read or created.
    pub fn take_empty_folder(&self, path: &Path) -> io::Result<()> {
        if !path.is_dir() {
            return self.create_tree(path);
        }
        self.list(path, Removal::Content, || match fs::read_dir(path)?.next() {
            None => Ok(()),
            Some(_) => Err(io::ErrorKind::DirectoryNotEmpty.into()),
        })
    }

    /// Creates a new file.
    ///
    /// # Errors
    /// It exists, or cannot be created.
    pub fn create_file(&self, path: &Path) -> io::Result<File> {
        self.list(path, Removal::File, || lnere_release::create_new_file(path))
    }

    /// Creates a folder for temporary files.
    ///
    /// # Errors
    /// It cannot be created.
    pub fn create_temporary_folder(&self) -> io::Result<PathBuf> {
        let mut unfinished = unfinished();
        let path = tempfile::tempdir()?.keep();
        unfinished.push(UnfinishedPath { owner: self.owner, path: path.clone(), removal: Removal::Tree });
        Ok(path)
    }

    /// Keeps all paths: the command has ended well.
    pub fn keep(self) {
        unfinished().retain(|one| one.owner != self.owner);
    }
}

impl Drop for UnfinishedPaths {
    fn drop(&mut self) {
        let mut unfinished = unfinished();
        remove_all(unfinished.iter().filter(|one| one.owner == self.owner));
        unfinished.retain(|one| one.owner != self.owner);
    }
}

/// Removes paths, the last one first. What cannot be removed stays.
fn remove_all<'a>(paths: impl DoubleEndedIterator<Item = &'a UnfinishedPath>) {
    for UnfinishedPath { path, removal, .. } in paths.rev() {
        let _ = match removal {
            Removal::File => fs::remove_file(path),
            Removal::EmptyFolder => fs::remove_dir(path),
            Removal::Tree => fs::remove_dir_all(path),
            Removal::Content => fs::read_dir(path).map(|entries| {
                for entry in entries.flatten() {
                    let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
                    let _ = if is_folder { fs::remove_dir_all(entry.path()) } else { fs::remove_file(entry.path()) };
                }
            }),
        };
    }
}

fn is_removed(one: &UnfinishedPath) -> bool {
    match one.removal {
        Removal::Content => fs::read_dir(&one.path).is_ok_and(|mut entries| entries.next().is_none()),
        // A folder that somebody else uses may stay.
        Removal::EmptyFolder => true,
        Removal::File | Removal::Tree => one.path.symlink_metadata().is_err(),
    }
}

/// Starts the thread that removes unfinished paths after a signal.
fn watch_signals() -> io::Result<()> {
    let (mut reader, writer) = UnixStream::pair()?;
    let received = Arc::new(AtomicUsize::new(0));
    let signal = Arc::clone(&received);
    thread::Builder::new().name("signals".to_owned()).spawn(move || {
        if reader.read_exact(&mut [0]).is_ok() {
            end_after_removal(i32::try_from(signal.load(Ordering::SeqCst)).unwrap_or(SIGTERM));
        }
    })?;
    let ignored = ignored_signals();
    // A signal that is ignored, as by `nohup`, stays ignored.
    for signal in ENDING_SIGNALS.into_iter().filter(|signal| ignored >> (signal - 1) & 1 == 0) {
        // The thread reads the number after the byte, so the number comes first.
        signal_hook::flag::register_usize(signal, Arc::clone(&received), usize::try_from(signal).unwrap_or_default())?;
        signal_hook::low_level::pipe::register(signal, writer.try_clone()?)?;
    }
    Ok(())
}

/// The signals that this process ignores; bit 0 is signal 1.
fn ignored_signals() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or_default()
}

/// Removes all unfinished paths, and ends the process by the signal.
fn end_after_removal(signal: i32) -> ! {
    // With this lock, no other thread makes a path, keeps one, or reports a failure of the removal.
    let unfinished = unfinished();
    let mut removed_before = false;
    for _ in 0..REMOVAL_ATTEMPTS {
        remove_all(unfinished.iter());
        let is_removed = unfinished.iter().all(is_removed);
        // A thread may have made something again since.
        if is_removed && removed_before {
            break;
        }
        removed_before = is_removed;
        thread::sleep(REMOVAL_PAUSE);
    }
    let _ = signal_hook::low_level::emulate_default_handler(signal);
    // Not reached, since the default of each of these signals ends the process.
    std::process::exit(128 + signal);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_kept_is_removed_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        let make = || {
            let paths = UnfinishedPaths::begin();
            paths.create_folder(&path("new/below")).unwrap();
            paths.create_tree(&path("tree/of")).unwrap();
            fs::write(path("tree/of/file"), "").unwrap();
            paths.create_file(&path("file")).unwrap();
            paths
        };
        drop(make());
        assert!(fs::read_dir(folder.path()).unwrap().next().is_none());

        let paths = make();
        fs::write(path("new/theirs"), "").unwrap();
        drop(paths);
        assert!(path("new/theirs").is_file() && !path("new/below").exists() && !path("tree").exists());

        make().keep();
        for name in ["new/below", "tree/of/file", "file"] {
            assert!(path(name).exists(), "{name}");
        }
        let paths = UnfinishedPaths::begin();
        assert_eq!(paths.create_file(&path("file")).unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(paths.create_tree(&path("tree")).unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(paths.take_empty_folder(&path("tree")).unwrap_err().kind(), io::ErrorKind::DirectoryNotEmpty);
        fs::create_dir(path("empty")).unwrap();
        paths.take_empty_folder(&path("empty")).unwrap();
        fs::create_dir_all(path("empty/a/b")).unwrap();
        let temporary = paths.create_temporary_folder().unwrap();
        drop(paths);
        assert!(path("file").exists() && path("tree/of/file").exists() && !temporary.exists());
        assert!(fs::read_dir(path("empty")).unwrap().next().is_none());
    }
}
