/*!
Reads the files of a release through its folder, which is opened once.

All code that reads files of a release uses this module. The open folder guarantees that all files
belong to one release, even if another one replaces it meanwhile. Names are looked up below the
folder. Links are not followed. Only regular files are opened, because reads from a named pipe or a
device may never end.
*/

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read};
use std::os::fd::OwnedFd;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use rustix::fs::{AtFlags, CWD, Dir, FileType, Mode, OFlags, fstat, openat, statat};
use sha2::{Digest, Sha256};

use lnere_core::checksum::hex;
use lnere_messages::message;

/// The maximum size of a file, far above every file of a release. Manifests do not state file
/// sizes.
const MAX_FILE_SIZE: u64 = 1 << 30;

/// The maximum depth of folders, far above that of every release.
const MAX_DEPTH: usize = 32;

/// The folder of a release, or a folder in one.
#[derive(Debug)]
pub struct ReleaseFolder {
    folder: OwnedFd,
    path: PathBuf,
}

/// The content of a folder.
#[derive(Debug, Default)]
pub(super) struct FolderListing {
    /// Each entry that is not a folder, and each empty folder with a final `/`, by its path in the
    /// folder.
    pub entries: BTreeMap<String, FileType>,
    /// The folders that could not be listed, with the reason.
    pub unreadable_folders: Vec<(String, io::Error)>,
}

impl FolderListing {
    /// Whether the listing is complete for this path.
    pub fn is_complete_for(&self, path: &str) -> bool {
        !self.unreadable_folders.iter().any(|(folder, _)| path.starts_with(folder))
    }

    /// Whether everything below a folder is listed.
    pub fn is_folder_complete(&self, folder: &str) -> bool {
        let folder = format!("{folder}/");
        self.is_complete_for(&folder) && !self.unreadable_folders.iter().any(|(other, _)| other.starts_with(&folder))
    }
}

impl ReleaseFolder {
    /// Opens a folder by its path. Links in the path are followed: `latest` is one.
    ///
    /// # Errors
    /// The path does not exist, is not a folder, or may not be read.
    pub fn open(path: &Path) -> io::Result<Self> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        Ok(Self { folder: openat(CWD, path, flags, Mode::empty())?, path: path.to_owned() })
    }

    /// The path by which the folder was opened.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Opens a folder below it.
    ///
    /// # Errors
    /// The folder does not exist, is not a folder, or may not be read.
    pub fn open_folder(&self, name: &str) -> io::Result<Self> {
        let mut names = path_components(name)?;
        let first = names.next().ok_or_else(|| invalid_data(message!("L445-no-folder-name")))?;
        let mut folder = open_subfolder(&self.folder, first)?;
        for name in names {
            folder = open_subfolder(&folder, name)?;
        }
        Ok(Self { folder, path: self.path.join(name) })
    }

    /// The present parent folder.
    pub(super) fn open_parent(&self) -> io::Result<Self> {
        let path = self.path.parent().unwrap_or(Path::new("/")).to_owned();
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        Ok(Self { folder: openat(&self.folder, "..", flags, Mode::empty())?, path })
    }

    /// Whether an entry of this name exists.
    #[must_use]
    pub fn contains(&self, name: &str) -> bool {
        self.file_type(name).is_some()
    }

    /// Whether a folder of this name exists.
    #[must_use]
    pub fn has_folder(&self, name: &str) -> bool {
        self.file_type(name) == Some(FileType::Directory)
    }

    fn file_type(&self, name: &str) -> Option<FileType> {
        let metadata = statat(&self.folder, name, AtFlags::SYMLINK_NOFOLLOW).ok()?;
        Some(FileType::from_raw_mode(metadata.st_mode))
    }

    /// Whether the path still leads to this folder; a revision may have replaced it.
    #[must_use]
    pub fn is_at(&self, path: &Path) -> bool {
        let own = fstat(&self.folder).map(|own| (own.st_dev, own.st_ino));
        fs::metadata(path).is_ok_and(|there| own == Ok((there.dev(), there.ino())))
    }

    /// Reads a file.
    ///
    /// # Errors
    /// Of the kind `InvalidData`: it is not a regular file, is larger than any file of a release,
    /// or grew meanwhile. Of other kinds: it does not exist, or cannot be read.
    pub fn read(&self, name: &str) -> io::Result<Vec<u8>> {
        let (file, size) = self.open_file(name)?;
        let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or(0));
        file.take(size + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > size { Err(invalid_data(message!("L446-grown"))) } else { Ok(bytes) }
    }

    /// The checksum of a file, computed without holding the file in memory.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub fn sha256(&self, name: &str) -> io::Result<String> {
        let (file, size) = self.open_file(name)?;
        let mut file = file.take(size + 1);
        let (mut digest, mut read, mut buffer) = (Sha256::new(), 0, vec![0; 1 << 17]);
        loop {
            match file.read(&mut buffer) {
                Ok(0) => break,
                Ok(count) => {
                    digest.update(&buffer[..count]);
                    read += count as u64;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        if read > size { Err(invalid_data(message!("L446-grown"))) } else { Ok(hex(&digest.finalize())) }
    }

    /// Opens a regular file, and returns its size at that time.
    fn open_file(&self, name: &str) -> io::Result<(File, u64)> {
        let _ = path_components(name)?;
        let (above, last) = name.rsplit_once('/').map_or((None, name), |(above, last)| (Some(above), last));
        let above = above.map(|above| self.open_folder(above)).transpose()?;
        let folder = above.as_ref().map_or(&self.folder, |above| &above.folder);
        // The type is checked before opening, because opening a device may have an effect. It is
        // checked again after opening, because the entry may have been replaced.
        require_regular_file(FileType::from_raw_mode(statat(folder, last, AtFlags::SYMLINK_NOFOLLOW)?.st_mode))?;
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
        let file = match openat(folder, last, flags, Mode::empty()) {
            Err(rustix::io::Errno::LOOP) => return Err(not_regular_error(FileType::Symlink)),
            file => file?,
        };
        let metadata = fstat(&file)?;
        require_regular_file(FileType::from_raw_mode(metadata.st_mode))?;
        match u64::try_from(metadata.st_size) {
            Ok(size) if size <= MAX_FILE_SIZE => Ok((File::from(file), size)),
            _ => Err(invalid_data(message!("L445-too-large", bytes = metadata.st_size))),
        }
    }

    /// The sorted names in a folder below it; empty if the folder does not exist.
    ///
    /// # Errors
    /// The folder cannot be read.
    pub fn names_in_folder(&self, folder: &str) -> io::Result<Vec<String>> {
        let entries = match self.open_folder(folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            folder => folder_entries(&folder?.folder)?,
        };
        let mut names: Vec<String> = entries.into_iter().map(|(name, _)| name).collect();
        names.sort();
        Ok(names)
    }

    /// Lists everything below it.
    pub(super) fn list_entries(&self) -> FolderListing {
        let mut listing = FolderListing::default();
        list_below(&self.folder, "", &mut listing);
        listing
    }
}

/// Lists everything below a folder whose path is `prefix`.
fn list_below(folder: &OwnedFd, prefix: &str, listing: &mut FolderListing) {
    // Each level of the recursion holds a folder open.
    let is_too_deep = prefix.matches('/').count() > MAX_DEPTH;
    let listed = if is_too_deep { Err(invalid_data(message!("L445-too-deep"))) } else { folder_entries(folder) };
    match listed {
        Err(error) => listing.unreadable_folders.push((prefix.to_owned(), error)),
        Ok(entries) if entries.is_empty() => {
            listing.entries.insert(prefix.to_owned(), FileType::Directory);
        }
        Ok(entries) => {
            for (name, kind) in entries {
                let path = format!("{prefix}{name}");
                if kind != FileType::Directory {
                    listing.entries.insert(path, kind);
                    continue;
                }
                let prefix = format!("{path}/");
                match open_subfolder(folder, &name) {
                    Ok(folder) => list_below(&folder, &prefix, listing),
                    Err(error) => listing.unreadable_folders.push((prefix, error)),
                }
            }
        }
    }
}

/// The names in a folder and their types.
fn folder_entries(folder: &OwnedFd) -> io::Result<Vec<(String, FileType)>> {
    let mut entries = Vec::new();
    for entry in Dir::read_from(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        if [&b"."[..], b".."].contains(&name.to_bytes()) {
            continue;
        }
        let kind = match entry.file_type() {
            // Not every file system returns the type here.
            FileType::Unknown => FileType::from_raw_mode(statat(folder, name, AtFlags::SYMLINK_NOFOLLOW)?.st_mode),
            kind => kind,
        };
        entries.push((name.to_string_lossy().into_owned(), kind));
    }
    Ok(entries)
}

/// Opens a folder inside another one; does not follow a link.
fn open_subfolder(folder: &OwnedFd, name: &str) -> io::Result<OwnedFd> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    match openat(folder, name, flags, Mode::empty()) {
        Err(rustix::io::Errno::NOTDIR | rustix::io::Errno::LOOP) => {
            Err(invalid_data(message!("L445-not-in-release-folder")))
        }
        folder => Ok(folder?),
    }
}

/// The components of a path in a release, which must not leave the release.
fn path_components(name: &str) -> io::Result<impl Iterator<Item = &str>> {
    if name.split('/').any(|part| ["", ".", ".."].contains(&part)) {
        return Err(invalid_data(message!("L445-no-file-name")));
    }
    Ok(name.split('/'))
}

fn require_regular_file(kind: FileType) -> io::Result<()> {
    if kind == FileType::RegularFile { Ok(()) } else { Err(not_regular_error(kind)) }
}

/// The error for an entry that is not a regular file.
pub(super) fn not_regular_error(kind: FileType) -> io::Error {
    let kind = match kind {
        FileType::Directory => "folder",
        FileType::Symlink => "link",
        FileType::Fifo => "pipe",
        FileType::Socket => "socket",
        _ => "device",
    };
    invalid_data(message!("L444-no-regular-file", kind))
}

fn invalid_data(problem: String) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, problem)
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;
    use std::os::unix::fs::symlink;
    use std::sync::atomic::{AtomicBool, Ordering};

    use super::*;

    fn opened_release() -> (tempfile::TempDir, ReleaseFolder) {
        let place = tempfile::TempDir::new().unwrap();
        fs::create_dir_all(place.path().join("tablas")).unwrap();
        fs::write(place.path().join("tablas/a.parquet"), "abc").unwrap();
        let folder = ReleaseFolder::open(place.path()).unwrap();
        (place, folder)
    }

    fn read_refusal(folder: &ReleaseFolder, name: &str) -> String {
        let (read, digest) = (folder.read(name).unwrap_err(), folder.sha256(name).unwrap_err());
        assert_eq!((read.kind(), digest.kind()), (io::ErrorKind::InvalidData, io::ErrorKind::InvalidData), "{name}");
        assert_eq!(read.to_string(), digest.to_string());
        read.to_string()
    }

    #[test]
    fn a_file_is_looked_up_in_the_folder_alone() {
        let (place, folder) = opened_release();
        assert_eq!(folder.read("tablas/a.parquet").unwrap(), b"abc");
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(folder.sha256("tablas/a.parquet").unwrap(), abc);
        assert_eq!(folder.read("tablas/b.parquet").unwrap_err().kind(), io::ErrorKind::NotFound);
        for name in ["../x", "tablas/../tablas/a.parquet", "/etc/hostname", "", ".", "tablas//a.parquet", "tablas/"] {
            assert_eq!(read_refusal(&folder, name), "is no name of a file in a release [L445]", "{name}");
        }
        symlink("tablas", place.path().join("enlace")).unwrap();
        assert_eq!(read_refusal(&folder, "enlace/a.parquet"), "is not in a folder of the release [L445]");
        assert_eq!(read_refusal(&folder, "tablas/a.parquet/b"), "is not in a folder of the release [L445]");
        assert!(read_refusal(&folder, "tablas").starts_with("is a folder, "));
        symlink("tablas/a.parquet", place.path().join("a")).unwrap();
        assert!(read_refusal(&folder, "a").starts_with("is a link, "));
    }

    /// Another release now has the name of the opened folder.
    #[test]
    fn what_is_open_stays_what_it_was() {
        let (place, folder) = opened_release();
        let (path, aside) = (place.path().to_owned(), place.path().with_extension("aside"));
        assert!(folder.is_at(&path));
        fs::rename(&path, &aside).unwrap();
        assert!(!folder.is_at(&path), "there is none");
        fs::create_dir(&path).unwrap();
        assert!(!folder.is_at(&path), "it is another one");
        assert_eq!(folder.read("tablas/a.parquet").unwrap(), b"abc");
        fs::remove_dir_all(aside).unwrap();
        assert_eq!(folder.read("tablas/a.parquet").unwrap_err().kind(), io::ErrorKind::NotFound);
    }

    #[test]
    fn a_file_that_is_too_large_or_grows_is_not_read_to_its_end() {
        let (place, folder) = opened_release();
        let file = File::create(place.path().join("grande")).unwrap();
        file.set_len(MAX_FILE_SIZE + 1).unwrap();
        assert_eq!(read_refusal(&folder, "grande"), "has 1073741825 bytes: no file of a release is that large [L445]");
        let mut file = File::create(place.path().join("crece")).unwrap();
        file.write_all(&vec![0; 64 << 20]).unwrap();
        let ends = AtomicBool::new(false);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                while !ends.load(Ordering::Relaxed) {
                    file.write_all(&[0]).unwrap();
                    std::thread::sleep(std::time::Duration::from_millis(1));
                }
            });
            let (digest, read) = (folder.sha256("crece"), folder.read("crece"));
            ends.store(true, Ordering::Relaxed);
            for error in [digest.err(), read.err()] {
                assert_eq!(error.unwrap().to_string(), "has grown while it was read [L446]");
            }
        });
    }
}
