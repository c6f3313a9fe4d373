/*!
Checks owners and modes: who may read what is private, and who may change what is published.
*/

use std::collections::BTreeSet;
use std::fs::{self, Metadata};
use std::io;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use rustix::process::geteuid;

use super::{Check, CheckFindings};
use crate::cli::loaded_process::LoadedProcess;
use lnere_core::terminal_text::{escaped_name, shell_quoted};
use lnere_dashboard::DASHBOARD_FOLDER;
use lnere_ingest::Inventory;
use lnere_messages::{Count, count, message};
use lnere_release::{Output, user_name};

/// In a folder with this bit, only the owner of an entry may rename or remove it.
const STICKY_BIT: u32 = 0o1000;

/// Whether others can read what is private, or change what is published or configured.
pub(super) fn modes_check(
    loaded_process: Option<&LoadedProcess>,
    process_file: Option<&Path>,
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
    for (folder, forbidden, change) in [
        (&private, 0o077, "go="),
        (&releases, 0o022, "-R go-w"),
        (&superseded, 0o022, "-R go-w"),
        (&dashboard, 0o022, "-R go-w"),
    ] {
        let is_private = folder == &private;
        let mut entries = Vec::new();
        if let Err((path, error)) = collect_entries(folder, &mut entries) {
            let message = message!("L745-not-examined", path = escaped_name(&path), error);
            found.add_warning(message, message!("doctor-run-as-service"));
        }
        let checked = if is_private { entries.get(..1).unwrap_or_default() } else { &entries };
        let open: Vec<_> = checked.iter().filter(|(_, metadata)| mode_of(metadata) & forbidden != 0).collect();
        if let Some((path, metadata)) = open.first() {
            let (path, mode, others) = (escaped_name(path), mode_text(metadata), others(open.len()));
            let message = if is_private {
                message!("L740-private-open", path, mode, others)
            } else {
                message!("L741-published-open", path, mode, others)
            };
            found.add_problem(message, format!("`chmod {change} {}`", shell_quoted(folder.as_path())));
        }
        let foreign: Vec<_> = entries.iter().filter(|(_, metadata)| Some(metadata.uid()) != owner).collect();
        if let (Some((path, metadata)), Some(owner)) = (foreign.first(), owner) {
            let (other, owner) = (user_name(metadata.uid()), user_name(owner));
            let others = others(foreign.len());
            let message = message!("L742-foreign-owner", path = escaped_name(path), other, owner, others);
            found.add_problem(message, message!("doctor-chown", owner, folder = shell_quoted(folder.as_path())));
        }
    }
    if let Ok(metadata) = fs::metadata(output.root())
        && mode_of(&metadata) & 0o022 != 0
    {
        let message = message!("L741-output-open", path = escaped_name(output.root()), mode = mode_text(&metadata));
        found.add_problem(message, format!("`chmod go-w {}`", shell_quoted(output.root())));
    }
    let configuration = configuration_paths(loaded_process, process_file);
    let open_to = |forbidden: u32, path: PathBuf| {
        let metadata = fs::metadata(&path).ok()?;
        (mode_of(&metadata) & forbidden != 0).then_some((path, metadata))
    };
    // Whoever may write a folder further above can put another one in the place of what it holds,
    // unless its sticky bit keeps others from that.
    let above: BTreeSet<PathBuf> = configuration.iter().flat_map(|path| folders_above(path)).collect();
    let named: BTreeSet<PathBuf> = configuration.iter().filter_map(|path| path.canonicalize().ok()).collect();
    let above = above.into_iter().filter(|path| !named.contains(path));
    let above: Vec<_> = above
        .filter_map(|path| open_to(0o002, path))
        .filter(|(_, metadata)| mode_of(metadata) & STICKY_BIT == 0)
        .collect();
    let open = configuration.into_iter().filter_map(|path| open_to(0o022, path));
    let open: Vec<_> = open.chain(above).collect();
    if let Some((path, metadata)) = open.first() {
        let message = message!("L743-configuration-open", path = escaped_name(path), others = others(open.len()));
        let paths: Vec<String> = open.iter().map(|(path, _)| shell_quoted(path)).collect();
        let command = format!("`chmod go-w {}`", paths.join(" "));
        let advice = match other_owner(metadata) {
            None => command,
            Some(owner) => message!("doctor-as-owner", owner, command),
        };
        found.add_problem(message, advice);
    }
    if let Some(inputs) = inputs.filter(|inputs| is_reachable_by_all(inputs)) {
        let files = inventory.map_or(&[][..], |inventory| &inventory.files);
        let is_open = |path: &Path| fs::metadata(path).is_ok_and(|metadata| mode_of(&metadata) & 0o004 != 0);
        let open: Vec<_> = files.iter().filter(|file| is_open(&file.path)).collect();
        if let Some(file) = open.first() {
            let message = message!("L744-exports-open", name = escaped_name(&file.name), others = others(open.len()));
            found.add_warning(message, message!("doctor-close-exports", folder = shell_quoted(inputs)));
        }
    }
    found.into_check("modes", message!("doctor-modes"))
}

/// The configuration files, and the folders that hold them: whoever may write a folder can put
/// another file in the place of one. With a broken process file, only this is known.
fn configuration_paths(loaded_process: Option<&LoadedProcess>, process_file: Option<&Path>) -> BTreeSet<PathBuf> {
    let files = loaded_process.map_or(&[][..], |loaded| &loaded.configuration_files);
    let files: BTreeSet<&Path> = files.iter().map(PathBuf::as_path).chain(process_file).collect();
    let folder_of = |file: &Path| match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
        _ => PathBuf::from("."),
    };
    files.into_iter().flat_map(|file| [file.to_owned(), folder_of(file)]).collect()
}

/// All folders above a path, without links.
fn folders_above(path: &Path) -> Vec<PathBuf> {
    path.canonicalize().map(|path| path.ancestors().skip(1).map(Path::to_owned).collect()).unwrap_or_default()
}

/// The name of the user that may change the mode of a file, if this user may not.
fn other_owner(metadata: &Metadata) -> Option<String> {
    let user = geteuid();
    (!user.is_root() && user.as_raw() != metadata.uid()).then(|| user_name(metadata.uid()))
}

pub(super) fn mode_of(metadata: &Metadata) -> u32 {
    metadata.permissions().mode() & 0o7777
}

fn mode_text(metadata: &Metadata) -> String {
    format!("{:04o}", mode_of(metadata))
}

/// How many paths have the same finding as the one that a message names.
fn others(paths: usize) -> Count {
    count(paths.saturating_sub(1))
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
