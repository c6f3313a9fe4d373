/*!
Maintains the link `latest` to the release of the newest corte.
*/

use std::fmt;
use std::fs;
use std::io;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use super::file_writing::{remove_if_exists, sync_path};
use super::output_folder::LockedOutput;
use lnere_core::terminal_text::escaped_name;
use lnere_messages::message;

/// The link `latest` does not lead to the newest release. That release is visible nevertheless.
#[derive(Debug, thiserror::Error)]
pub struct LatestLinkError {
    /// The link.
    pub link: PathBuf,
    /// The newest release; `None` if it is unknown.
    pub newest_release: Option<PathBuf>,
    /// The target of the link; `None` if the link does not exist or is not a link.
    pub link_target: Option<PathBuf>,
    link_exists: bool,
    reason: io::Error,
}

impl fmt::Display for LatestLinkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (link, reason) = (escaped_name(&self.link), &self.reason);
        let Some(newest_release) = &self.newest_release else {
            return f.write_str(&message!("L405-releases-unknown", link, reason));
        };
        let release = escaped_name(newest_release);
        f.write_str(&match &self.link_target {
            Some(target) if newest_release.ends_with(target) => {
                message!("L405-latest-may-be-lost", release, link, reason)
            }
            Some(target) => {
                message!("L405-latest-leads-elsewhere", release, link, target = escaped_name(target), reason)
            }
            None if self.link_exists => message!("L404-latest-is-no-link", release, link, reason),
            None => message!("L405-latest-missing", release, link, reason),
        })
    }
}

impl LockedOutput {
    /// Points `latest` to the release of the newest corte.
    ///
    /// # Errors
    /// The link has another target, or does not exist.
    pub fn update_latest_link(&self) -> Result<(), LatestLinkError> {
        let latest = self.latest_link();
        let newest = self.published_cortes().map(|mut cortes| cortes.pop());
        let newest_release = newest.as_ref().ok().copied().flatten().map(|corte| self.release_path(corte));
        let moved = newest.and_then(|newest| match newest {
            None => Ok(()),
            Some(newest) => self.point_link(&latest, &Path::new("releases").join(newest.to_string())),
        });
        moved.map_err(|reason| LatestLinkError {
            link_target: fs::read_link(&latest).ok(),
            link_exists: fs::symlink_metadata(&latest).is_ok(),
            link: latest,
            newest_release,
            reason,
        })
    }

    fn point_link(&self, latest: &Path, target: &Path) -> io::Result<()> {
        if fs::read_link(latest).is_ok_and(|current| current == target) {
            return Ok(());
        }
        let new = self.private_folder.entry_path("latest.new");
        remove_if_exists(&new)?;
        symlink(target, &new)?;
        fs::rename(&new, latest)?;
        sync_path(self.root())
    }
}
