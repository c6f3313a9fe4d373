/*!
Copies a package into a recipient's folder, which may be a network share. The copy appears there
complete, and it never replaces another file.
*/

use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;

use rustix::fs::{CWD, RenameFlags, renameat_with};
use rustix::io::Errno;

use super::external_text::sanitize_external_text;
use super::mail_server::{DeliveryFailure, RefusalScope};
use lnere_core::checksum::sha256;
use lnere_messages::message;

/// The suffix of the name of an incomplete copy.
const UNFINISHED_SUFFIX: &str = ".parcial";

/// Copies a package and the files beside it into a folder: the notice in words, and the dashboard.
/// Returns the result in words.
///
/// The folder is never created. If a share is not mounted, a new folder would be filled on this
/// machine.
pub(super) fn deliver_to_folder(
    folder: &Path,
    package: (&str, &[u8]),
    companions: &[(&str, &[u8])],
) -> Result<String, DeliveryFailure> {
    if !folder.is_dir() {
        let message = message!("L520-no-folder", folder = lnere_core::terminal_text::escaped_name(folder));
        return Err(DeliveryFailure { scope: RefusalScope::MessageTemporary, message });
    }
    // They are copied first, so that a copied package is never without them. An existing file is
    // kept, because only the package matters.
    for companion in companions {
        match copy_unless_same(folder, *companion) {
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(refusal_of_error(folder, companion.0, &error)),
        }
    }
    match copy_unless_same(folder, package) {
        Ok(true) => Ok(message!("delivery-copied", file = package.0)),
        Ok(false) => Ok(message!("delivery-already-there", file = package.0)),
        Err(error) => Err(refusal_of_error(folder, package.0, &error)),
    }
}

fn refusal_of_error(folder: &Path, name: &str, error: &io::Error) -> DeliveryFailure {
    let path = folder.join(name);
    let path = sanitize_external_text(&lnere_core::terminal_text::escaped_name(&path).to_string());
    let message = match error.kind() {
        io::ErrorKind::AlreadyExists => message!("L521-other-content", path),
        _ => message!("L522-folder-unusable", path, error = sanitize_external_text(&error.to_string())),
    };
    let scope = match error.kind() {
        io::ErrorKind::AlreadyExists | io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            RefusalScope::MessagePermanent
        }
        _ => RefusalScope::MessageTemporary,
    };
    DeliveryFailure { scope, message }
}

/// Copies a file into a folder; `false` if it already exists.
fn copy_unless_same(folder: &Path, (name, bytes): (&str, &[u8])) -> io::Result<bool> {
    let path = folder.join(name);
    // Only a regular file is read: a pipe would block the reader, and a device may have no end.
    match fs::symlink_metadata(&path) {
        Ok(metadata) if metadata.is_file() && metadata.len() == bytes.len() as u64 && fs::read(&path)? == bytes => {
            // An earlier run may have been killed before the file was on the disk.
            File::open(&path)?.sync_all()?;
            sync_folder(folder)?;
            return Ok(false);
        }
        Ok(_) => return Err(io::ErrorKind::AlreadyExists.into()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    let temporary = folder.join(format!(".{name}{UNFINISHED_SUFFIX}"));
    let copied = write_checked(&temporary, bytes).and_then(|()| rename_without_replacing(&temporary, &path));
    if copied.is_err() {
        let _ = fs::remove_file(&temporary);
    }
    copied?;
    sync_folder(folder)?;
    Ok(true)
}

fn write_checked(new: &Path, bytes: &[u8]) -> io::Result<()> {
    // A file with this name is the incomplete copy of a killed run. A link is not followed.
    match fs::remove_file(new) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o644).open(new)?;
    // The recipient must be able to read the file whatever the umask is. A share may have its own
    // modes.
    let _ = file.set_permissions(Permissions::from_mode(0o644));
    file.write_all(bytes)?;
    file.sync_all()?;
    drop(file);
    if sha256(&fs::read(new)?) == sha256(bytes) {
        return Ok(());
    }
    Err(io::Error::new(io::ErrorKind::InvalidData, message!("delivery-read-back-differs")))
}

/// Renames a file unless the new name exists. A share without this operation gets a link. A share
/// without links gets a plain rename after a check, while only this process writes.
fn rename_without_replacing(new: &Path, path: &Path) -> io::Result<()> {
    match renameat_with(CWD, new, CWD, path, RenameFlags::NOREPLACE) {
        Err(Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP) => {}
        renamed => return renamed.map_err(Into::into),
    }
    match fs::hard_link(new, path) {
        Ok(()) => return fs::remove_file(new),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Err(error),
        Err(_) => {}
    }
    if path.try_exists()? {
        return Err(io::ErrorKind::AlreadyExists.into());
    }
    fs::rename(new, path)
}

/// Writes the names in a folder to the disk. Some shares do not support this.
fn sync_folder(folder: &Path) -> io::Result<()> {
    match File::open(folder)?.sync_all() {
        Err(error) if matches!(error.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported) => Ok(()),
        synced => synced,
    }
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;

    fn file_names_in(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> =
            fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_package_is_there_once_and_never_in_the_place_of_another() {
        let folder = TempDir::new().unwrap();
        let path = folder.path();
        let (package, companions) =
            (("p.zip", b"one".as_slice()), [("p.txt", b"words".as_slice()), ("p.html", b"page")]);
        // A killed run left this file.
        fs::write(path.join(".p.zip.parcial"), "half").unwrap();
        assert_eq!(deliver_to_folder(path, package, &companions).unwrap(), "copied as p.zip");
        assert_eq!(file_names_in(path), ["p.html", "p.txt", "p.zip"]);
        assert_eq!(
            deliver_to_folder(path, package, &companions).unwrap(),
            "p.zip was there already, with the same content"
        );

        let other = deliver_to_folder(path, ("p.zip", b"two"), &[("p.txt", b"others")]).unwrap_err();
        assert_eq!(other.scope, RefusalScope::MessagePermanent, "{other:?}");
        assert_eq!(fs::read(path.join("p.zip")).unwrap(), b"one");
        assert_eq!(fs::read(path.join("p.txt")).unwrap(), b"words");
        assert_eq!(file_names_in(path), ["p.html", "p.txt", "p.zip"]);
    }

    #[test]
    fn a_share_that_is_not_mounted_is_waited_for() {
        let folder = TempDir::new().unwrap();
        let missing = folder.path().join("share");
        let refusal = deliver_to_folder(&missing, ("p.zip", b"one"), &[("p.txt", b"words")]).unwrap_err();
        assert_eq!(refusal.scope, RefusalScope::MessageTemporary);
        assert!(!missing.exists(), "it is not made here");
    }
}
