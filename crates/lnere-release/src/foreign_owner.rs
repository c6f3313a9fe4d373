/*!
Finds files in the output that another user owns, before work begins. The error names the command
that changes the owner.
*/

use std::fmt;
use std::fs::{self, Metadata};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use rustix::fs::{Access, access};
use rustix::process::{getegid, geteuid};

use lnere_core::terminal_text::{escaped_name, shell_quoted};
use lnere_messages::message;

/// Folders of `out/private` whose files are only replaced or removed. Write access to the folder
/// suffices for this.
const REPLACEABLE_FOLDERS: [&str; 3] = ["corridas", "cuarentena", "borradores"];

/// A path that another user owns and that this user cannot write.
#[derive(Debug, thiserror::Error)]
pub struct ForeignOwnerError {
    path: PathBuf,
    owner_id: u32,
    own_user_and_group: (u32, u32),
    /// The path for the `chown` command.
    chown_path: PathBuf,
}

impl fmt::Display for ForeignOwnerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (user, group) =
            (name_of_id("/etc/passwd", self.own_user_and_group.0), name_of_id("/etc/group", self.own_user_and_group.1));
        let (path, folder) = (escaped_name(&self.path), shell_quoted(&self.chown_path));
        let owner_and_group = format!("{user}:{group}");
        // Running as root is not recommended, because it creates such files.
        f.write_str(&if self.owner_id == 0 {
            message!("L402-owned-by-root", path, user, owner_and_group, folder)
        } else {
            let owner = name_of_id("/etc/passwd", self.owner_id);
            message!("L402-owned-by-other", path, owner, user, owner_and_group, folder)
        })
    }
}

impl ForeignOwnerError {
    /// Checks whether another user owns the path and this user cannot write it. `root` is the
    /// folder for the `chown` command.
    pub(super) fn find_at(path: &Path, root: &Path) -> Option<Self> {
        let metadata = fs::symlink_metadata(path).ok()?;
        if is_writable(path, &metadata) { None } else { Self::if_owned_by_other(path, &metadata, root) }
    }

    /// The same check for a path for which the system denied permission.
    pub(super) fn from_permission_error(error: &io::Error, path: &Path, root: &Path) -> Option<Self> {
        let metadata = fs::symlink_metadata(path).ok().filter(|_| error.kind() == io::ErrorKind::PermissionDenied)?;
        Self::if_owned_by_other(path, &metadata, root)
    }

    fn if_owned_by_other(path: &Path, metadata: &Metadata, root: &Path) -> Option<Self> {
        let user_and_group = (geteuid().as_raw(), getegid().as_raw());
        let chown_path = std::path::absolute(root).unwrap_or_else(|_| root.to_owned());
        (metadata.uid() != user_and_group.0).then(|| Self {
            path: path.to_owned(),
            owner_id: metadata.uid(),
            own_user_and_group: user_and_group,
            chown_path,
        })
    }
}

/// Finds a path in `private` that this user needs but cannot write. If `private` does not exist,
/// checks the output folder.
pub(super) fn find_foreign_in_private(root: &Path) -> Option<ForeignOwnerError> {
    if geteuid().is_root() {
        return None;
    }
    let private = root.join("private");
    let missing = !private.exists();
    ForeignOwnerError::find_at(root, root).filter(|_| missing).or_else(|| find_foreign_below(&private, root))
}

/// Finds such a path among the output, its release folders and the releases, which a revision
/// moves.
pub(super) fn find_foreign_in_releases(folders: &[PathBuf], root: &Path) -> Option<ForeignOwnerError> {
    if geteuid().is_root() {
        return None;
    }
    ForeignOwnerError::find_at(root, root).or_else(|| {
        folders.iter().find_map(|folder| {
            ForeignOwnerError::find_at(folder, root)
                .or_else(|| sorted_children(folder).find_map(|path| ForeignOwnerError::find_at(&path, root)))
        })
    })
}

fn find_foreign_below(path: &Path, root: &Path) -> Option<ForeignOwnerError> {
    ForeignOwnerError::find_at(path, root).or_else(|| {
        let is_replaced =
            path.file_name().is_some_and(|name| REPLACEABLE_FOLDERS.iter().any(|replaced| name == *replaced));
        let is_folder = path.is_dir() && !path.is_symlink();
        sorted_children(path).filter(|_| is_folder && !is_replaced).find_map(|child| find_foreign_below(&child, root))
    })
}

fn sorted_children(folder: &Path) -> impl Iterator<Item = PathBuf> + use<> {
    let mut paths: Vec<PathBuf> =
        fs::read_dir(folder).into_iter().flatten().filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.sort();
    paths.into_iter()
}

fn is_writable(path: &Path, metadata: &Metadata) -> bool {
    let needed = if metadata.is_dir() { Access::WRITE_OK | Access::EXEC_OK } else { Access::WRITE_OK };
    metadata.is_symlink() || access(path, needed).is_ok()
}

/// The name of a user by its number; a number without a name is returned itself.
#[must_use]
pub fn user_name(id: u32) -> String {
    name_of_id("/etc/passwd", id)
}

/// The name of a user or group by its number, from a file in the format of `/etc/passwd`. A number
/// without a name is returned itself.
fn name_of_id(file: &str, id: u32) -> String {
    let text = fs::read_to_string(file).unwrap_or_default();
    let named = text.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next()?;
        (fields.nth(1)? == id.to_string()).then(|| name.to_owned())
    });
    named.unwrap_or_else(|| id.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_names_user_group_and_folder() {
        let foreign = |owner: u32, root: &str| ForeignOwnerError {
            path: PathBuf::from("/srv/lnere/out/private/lock"),
            owner_id: owner,
            own_user_and_group: (4_000_000_000, 4_000_000_001),
            chown_path: PathBuf::from(root),
        };
        assert_eq!(
            foreign(0, "/srv/lnere/out").to_string(),
            "/srv/lnere/out/private/lock belongs to root, and 4000000000, who runs this, cannot write it: as root run \
             `chown -R 4000000000:4000000001 /srv/lnere/out`, and then this again [L402]"
        );
        let other = foreign(4_000_000_002, "/srv/a b's").to_string();
        assert!(other.contains(": run this as 4000000002, or as root run `chown -R "), "{other}");
        assert!(other.contains(" '/srv/a b'\\''s'`"), "{other}");
    }

    #[test]
    fn what_this_user_owns_is_nobody_elses() {
        let folder = tempfile::TempDir::new().expect("a folder");
        fs::create_dir_all(folder.path().join("private/corridas")).expect("folders");
        assert!(find_foreign_in_private(folder.path()).is_none());
        assert!(find_foreign_in_releases(&[folder.path().to_owned()], folder.path()).is_none());
        let denied = io::Error::from(io::ErrorKind::PermissionDenied);
        assert!(
            ForeignOwnerError::from_permission_error(&denied, folder.path(), folder.path()).is_none(),
            "it is this user's own"
        );
    }
}
