/*!
Checks owners and modes: who may read what is private, and who may change what is published.
*/

use std::fs::{self, Metadata};
use std::io;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use super::{Check, CheckFindings};
use crate::cli::loaded_process::LoadedProcess;
use lnere_core::terminal_text::{escaped_name, format_count, shell_quoted};
use lnere_dashboard::DASHBOARD_FOLDER;
use lnere_ingest::Inventory;
use lnere_release::{Output, user_name};

/// Whether others can read what is private, or change what is published or configured.
pub(super) fn modes_check(
    loaded_process: Option<&LoadedProcess>,
    inputs: Option<&Path>,
    inventory: Option<&Inventory>,
    output: &Output,
) -> Check {
    let mut found = CheckFindings::default();
    let owner = fs::metadata(output.root()).ok().map(|metadata| metadata.uid());
    let [releases, superseded] = output.release_folders();
    let private = output.root().join("private");
    let dashboard = output.root().join(DASHBOARD_FOLDER);
    // Modes and owners below each folder, and the bits that nobody but the owner may have.
    // Of `private` only its own mode counts: nobody else can enter it, and staged releases in it
    // already have the modes of published ones.
    for (folder, forbidden, who, change) in [
        (&private, 0o077, "others than the owner may read or write it", "go="),
        (&releases, 0o022, "others than the owner may change it", "-R go-w"),
        (&superseded, 0o022, "others than the owner may change it", "-R go-w"),
        (&dashboard, 0o022, "others than the owner may change it", "-R go-w"),
    ] {
        let mut entries = Vec::new();
        if let Err((path, error)) = collect_entries(folder, &mut entries) {
            let message = format!("cannot look into {}: {error}", escaped_name(&path));
            found.add_warning(message, "run this as the user of the service");
        }
        let checked = if folder == &private { entries.get(..1).unwrap_or_default() } else { &entries };
        let open: Vec<_> = checked.iter().filter(|(_, metadata)| mode_of(metadata) & forbidden != 0).collect();
        if let Some((path, metadata)) = open.first() {
            let message = format!("{} has the mode {:04o}: {who}", escaped_name(path), mode_of(metadata));
            let message = format!("{message}{}", others_text(open.len()));
            found.add_problem(message, format!("`chmod {change} {}`", shell_quoted(folder.as_path())));
        }
        let foreign: Vec<_> = entries.iter().filter(|(_, metadata)| Some(metadata.uid()) != owner).collect();
        if let (Some((path, metadata)), Some(owner)) = (foreign.first(), owner) {
            let (other, owner) = (user_name(metadata.uid()), user_name(owner));
            let message = format!("{} belongs to {other}, not to {owner}", escaped_name(path));
            let message = format!("{message}{}", others_text(foreign.len()));
            found.add_problem(message, format!("as root, `chown -R {owner} {}`", shell_quoted(folder.as_path())));
        }
    }
    if let Ok(metadata) = fs::metadata(output.root())
        && mode_of(&metadata) & 0o022 != 0
    {
        let message = format!(
            "{} has the mode {:04o}: others than the owner may replace releases",
            escaped_name(output.root()),
            mode_of(&metadata)
        );
        found.add_problem(message, format!("`chmod go-w {}`", shell_quoted(output.root())));
    }
    let configuration = loaded_process.map_or(&[][..], |loaded| &loaded.configuration_files);
    let is_open = |path: &&PathBuf| fs::metadata(path).is_ok_and(|metadata| mode_of(&metadata) & 0o022 != 0);
    if let Some(path) = configuration.iter().find(is_open) {
        let message = format!("others than its owner may change {}, which decides what is counted", escaped_name(path));
        found.add_problem(message, format!("`chmod go-w {}`", shell_quoted(path.as_path())));
    }
    if let Some(inputs) = inputs.filter(|inputs| is_reachable_by_all(inputs)) {
        let files = inventory.map_or(&[][..], |inventory| &inventory.files);
        let is_open = |path: &Path| fs::metadata(path).is_ok_and(|metadata| mode_of(&metadata) & 0o004 != 0);
        let open: Vec<_> = files.iter().filter(|file| is_open(&file.path)).collect();
        if let Some(file) = open.first() {
            let message = format!("every user may read {}{}", escaped_name(&file.name), others_text(open.len()));
            found.add_warning(message, format!("`chmod o= {}`, since exports are personal data", shell_quoted(inputs)));
        }
    }
    found.into_check("modes", "nobody else may read what is private, or change what is published")
}

pub(super) fn mode_of(metadata: &Metadata) -> u32 {
    metadata.permissions().mode() & 0o7777
}

/// How many further paths have the same finding.
fn others_text(count: usize) -> String {
    if count > 1 { format!(" (and {} more)", format_count(count - 1)) } else { String::new() }
}

/// A folder and everything below it. A link has no mode of its own and is left out. A file that is
/// removed meanwhile is left out too.
pub(super) fn collect_entries(path: &Path, entries: &mut Vec<(PathBuf, Metadata)>) -> Result<(), (PathBuf, io::Error)> {
    let failed = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound => Ok(()),
        _ => Err((path.to_owned(), error)),
    };
    let metadata = match fs::symlink_metadata(path) {
        Ok(metadata) if metadata.is_symlink() => return Ok(()),
        Ok(metadata) => metadata,
        Err(error) => return failed(error),
    };
    let is_folder = metadata.is_dir();
    entries.push((path.to_owned(), metadata));
    if !is_folder {
        return Ok(());
    }
    let children = match fs::read_dir(path).and_then(Iterator::collect::<io::Result<Vec<_>>>) {
        Ok(children) => children,
        Err(error) => return failed(error),
    };
    let mut paths: Vec<PathBuf> = children.iter().map(fs::DirEntry::path).collect();
    paths.sort();
    paths.iter().try_for_each(|path| collect_entries(path, entries))
}

/// Whether every user may enter a folder: others may search it and all folders above it.
fn is_reachable_by_all(folder: &Path) -> bool {
    let Ok(folder) = folder.canonicalize() else { return false };
    folder.ancestors().all(|part| fs::metadata(part).is_ok_and(|metadata| mode_of(&metadata) & 0o001 != 0))
}
