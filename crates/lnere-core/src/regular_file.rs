/*!
Reads files that must be regular ones: configuration, ledgers and exports.

An open of a named pipe waits for a writer, and a read of a device may never end. A command of a
timer would then hang without a message. All reads of a path that a user can name go through this
module.
*/

use std::fs::{File, OpenOptions};
use std::io::{self, Read as _};
use std::os::unix::fs::{FileTypeExt as _, OpenOptionsExt as _};
use std::path::Path;

use rustix::fs::OFlags;

use lnere_messages::message;

/// Opens a regular file for reading, or follows a link to one.
///
/// # Errors
/// The file cannot be opened. Of the kind `InvalidInput`: it is a pipe, a socket or a device. Of
/// the kind `IsADirectory`: it is a folder.
pub fn open(path: &Path) -> io::Result<File> {
    open_with(path, OpenOptions::new().read(true))
}

/// Opens a regular file with these options, which may create it. An existing pipe, socket, device
/// or folder is refused without waiting.
///
/// # Errors
/// As [`open`].
pub fn open_with(path: &Path, options: &OpenOptions) -> io::Result<File> {
    // An open of a device may have an effect, so the type is checked before. It is checked again
    // afterwards, because the entry may have been replaced.
    if let Ok(metadata) = std::fs::metadata(path) {
        require_regular(&metadata)?;
    }
    let flags = i32::try_from((OFlags::NONBLOCK | OFlags::NOCTTY).bits()).unwrap_or_default();
    let file = options.clone().custom_flags(flags).open(path)?;
    require_regular(&file.metadata()?)?;
    Ok(file)
}

/// Reads a regular file.
///
/// # Errors
/// As [`open`], or the file cannot be read.
pub fn read(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    open(path)?.read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Reads a regular file that is UTF-8.
///
/// # Errors
/// As [`read`], or the file is not UTF-8.
pub fn read_to_string(path: &Path) -> io::Result<String> {
    let mut text = String::new();
    open(path)?.read_to_string(&mut text)?;
    Ok(text)
}

fn require_regular(metadata: &std::fs::Metadata) -> io::Result<()> {
    let kind = metadata.file_type();
    let found = match () {
        () if kind.is_file() => return Ok(()),
        () if kind.is_dir() => return Err(rustix::io::Errno::ISDIR.into()),
        () if kind.is_fifo() => message!("core-named-pipe"),
        () if kind.is_socket() => message!("core-socket"),
        () => message!("core-device"),
    };
    Err(io::Error::new(io::ErrorKind::InvalidInput, found))
}

#[cfg(test)]
mod tests {
    use std::os::unix::net::UnixListener;

    use rustix::fs::{CWD, FileType, Mode, mknodat};

    use super::*;

    #[test]
    fn only_regular_files_are_opened_and_nothing_waits() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        std::fs::write(path("file"), "text").unwrap();
        std::os::unix::fs::symlink("file", path("link")).unwrap();
        assert_eq!(read(&path("file")).unwrap(), b"text");
        assert_eq!(read_to_string(&path("link")).unwrap(), "text");
        assert_eq!(read(&path("none")).unwrap_err().kind(), io::ErrorKind::NotFound);
        assert_eq!(read(folder.path()).unwrap_err().kind(), io::ErrorKind::IsADirectory);

        mknodat(CWD, path("pipe"), FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).unwrap();
        let _listener = UnixListener::bind(path("socket")).unwrap();
        for (name, found) in [("pipe", "a named pipe"), ("socket", "a socket")] {
            let error = read(&path(name)).unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::InvalidInput);
            assert_eq!(error.to_string(), format!("it is {found}, not a file"));
        }
        assert_eq!(read(Path::new("/dev/zero")).unwrap_err().to_string(), "it is a device, not a file");
        let options = OpenOptions::new().write(true).create(true).clone();
        assert_eq!(open_with(&path("pipe"), &options).unwrap_err().kind(), io::ErrorKind::InvalidInput);
        assert!(open_with(&path("new"), &options).unwrap().metadata().unwrap().is_file());
    }
}
