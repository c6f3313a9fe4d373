/*!
What a run that was killed left in the staging folder, put right by the next one.

A kill can come between any two steps. Until a staged release is renamed nothing is visible of it,
and it is removed. Where a revision was being swapped with the visible release, the swap is finished, so that
no revision that was ever visible is lost.
*/

use std::fs;
use std::io;
use std::path::Path;

use super::files::sync;
use super::layout::LockedOutput;
use super::manifest::Manifest;
use super::publish::{STAGING, move_latest};
use super::verify::verify;
use crate::calendar::Corte;

/// Removes or finishes what is in the staging folder, and points `latest` to the newest release.
/// Gives a line for each thing that was done.
///
/// # Errors
/// A folder cannot be read, moved or removed.
pub fn recover(output: &LockedOutput) -> io::Result<Vec<String>> {
    let mut done = Vec::new();
    let staging = output.private.path(STAGING);
    let entries = match fs::read_dir(&staging) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(done),
        entries => entries?.collect::<io::Result<Vec<_>>>()?,
    };
    for entry in entries {
        let (name, path) = (entry.file_name().to_string_lossy().into_owned(), entry.path());
        let corte = name.parse::<Corte>().ok();
        let kept = corte.map(|corte| finish(output, corte, &path)).transpose()?.flatten();
        done.push(kept.unwrap_or_else(|| format!("removed the unfinished release {name}")));
        if path.is_dir() {
            fs::remove_dir_all(&path)?;
        } else if path.exists() {
            fs::remove_file(&path)?;
        }
    }
    if !done.is_empty() {
        for folder in output.visible_folders() {
            sync(&folder)?;
        }
        move_latest(output)?;
    }
    Ok(done)
}

/// Finishes the swap that was going on with the staged folder of a corte, if there was one.
fn finish(output: &LockedOutput, corte: Corte, staged: &Path) -> io::Result<Option<String>> {
    let Ok(manifest) = Manifest::read(staged) else { return Ok(None) };
    let visible = output.release(corte);
    match output.manifest(corte) {
        // The folders were exchanged, and what was visible before is the staged one.
        Some(newer) if manifest.revision < newer.revision => {
            let superseded = output.superseded(corte, manifest.revision);
            if superseded.exists() || !verify(staged).is_empty() {
                return Ok(None);
            }
            fs::rename(staged, superseded)?;
            Ok(Some(format!("moved revision {} of {corte} to superseded", manifest.revision)))
        }
        // Without an exchange the old one goes first, and only once the new one is whole.
        None if manifest.revision > 1 && !visible.exists() && verify(staged).is_empty() => {
            fs::rename(staged, visible)?;
            Ok(Some(format!("published revision {} of {corte}, which was ready", manifest.revision)))
        }
        _ => Ok(None),
    }
}
