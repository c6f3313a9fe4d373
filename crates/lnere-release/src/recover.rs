/*!
Completes or removes what a killed run left in the staging folder.

A kill can occur between any two steps. A staged release that was not renamed is not visible, and it
is removed. An interrupted swap with the visible release is completed, so that no revision that was
ever visible is lost. A release that cannot be read is therefore never treated as unfinished.
*/

use std::fs;
use std::io;
use std::path::Path;

use super::dashboard_folder::{recover_staging, remove_stale_staging};
use super::file_writing::{remove_entry, sync_path};
use super::manifest::Manifest;
use super::output_folder::LockedOutput;
use super::publish::STAGING_FOLDER;
use super::release_folder::ReleaseFolder;
use super::verify::verify;
use super::{CHECKSUMS_FILE_NAME, MANIFEST_FILE};
use lnere_core::calendar::Corte;
use lnere_core::checksum::sha256;
use lnere_dashboard::DASHBOARD_FOLDER;
use lnere_messages::message;

/// Removes or completes what is in the staging folder, and points `latest` to the newest release.
/// Returns a line for each action.
///
/// # Errors
/// A folder cannot be read, moved or removed.
pub fn recover_interrupted_publication(output: &LockedOutput) -> io::Result<Vec<String>> {
    let mut actions = Vec::new();
    let staging = output.private_folder.entry_path(STAGING_FOLDER);
    let entries = match fs::read_dir(&staging) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
        entries => entries?.collect::<io::Result<Vec<_>>>()?,
    };
    for entry in entries {
        let (name, path) = (entry.file_name().to_string_lossy().into_owned(), entry.path());
        let is_folder = entry.file_type()?.is_dir();
        let corte = name.parse::<Corte>().ok().filter(|_| is_folder);
        if let Some(finished) = corte.map(|corte| finish_swap(output, corte, &path)).transpose()?.flatten() {
            actions.push(finished);
            continue;
        }
        if is_folder && name == DASHBOARD_FOLDER {
            // On a file system without an exchange of folders, the old dashboard may be here and
            // not in its place.
            recover_staging(&output.root().join(DASHBOARD_FOLDER), &path)?;
            fs::remove_dir_all(&path)?;
            actions.push(message!("release-removed-dashboard"));
            continue;
        }
        actions.push(message!("release-removed-release", name));
        remove_entry(&entry)?;
    }
    remove_stale_staging(&output.root().join(DASHBOARD_FOLDER))?;
    if !actions.is_empty() {
        for folder in output.release_folders() {
            sync_path(&folder)?;
        }
    }
    // A kill after a first publication leaves nothing in the staging folder. A failure here does
    // not prevent publication: the following run tries again and reports it.
    let _ = output.update_latest_link();
    Ok(actions)
}

/// Completes an interrupted swap with the staged folder of a corte, if there was one. Both folders
/// were verified before the swap.
fn finish_swap(output: &LockedOutput, corte: Corte, staged: &Path) -> io::Result<Option<String>> {
    let manifest = match Manifest::read(staged) {
        // A staged folder without a complete manifest was still being written.
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::InvalidData) => return Ok(None),
        manifest => manifest?,
    };
    let visible = output.release_path(corte);
    if visible.try_exists()? {
        let visible_manifest = match Manifest::read(&visible) {
            // The visible release was damaged later. The staged one is its predecessor, unless it
            // was staged to replace the damaged one.
            Err(error) if matches!(error.kind(), io::ErrorKind::InvalidData | io::ErrorKind::NotFound) => {
                let sums = ReleaseFolder::open(&visible).and_then(|visible| visible.read(CHECKSUMS_FILE_NAME));
                let sums = sha256(&sums.unwrap_or_default());
                let is_successor = manifest.replaces.as_ref().is_some_and(|replaced| replaced.sha256sums == sums);
                let superseded = output.superseded_path(corte, manifest.revision);
                if is_successor || superseded.try_exists()? || !verify(staged).is_sound() {
                    return Ok(Some(message!("release-left-staged", corte)));
                }
                fs::rename(staged, superseded)?;
                return Ok(Some(message!("release-recovered-superseded", revision = manifest.revision, corte)));
            }
            Err(error) => {
                return Err(io::Error::other(format!(
                    "{}: {error}",
                    lnere_core::terminal_text::escaped_name(&visible.join(MANIFEST_FILE))
                )));
            }
            Ok(manifest) => manifest,
        };
        let superseded = output.superseded_path(corte, manifest.revision);
        if manifest.revision >= visible_manifest.revision || superseded.try_exists()? {
            return Ok(None);
        }
        // The folders were exchanged: the staged folder is the previous visible release.
        fs::rename(staged, superseded)?;
        return Ok(Some(message!("release-recovered-superseded", revision = manifest.revision, corte)));
    }
    // Without an exchange, the old release was moved to superseded first, and its place is empty.
    let Some(replaced) = &manifest.replaces else { return Ok(None) };
    if !output.superseded_path(corte, replaced.revision).try_exists()? {
        return Ok(None);
    }
    fs::rename(staged, visible)?;
    Ok(Some(message!("release-recovered-published", revision = manifest.revision, corte)))
}
