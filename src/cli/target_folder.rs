/*!
Refuses a folder that a command cannot or must not write to, before any work.
*/

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use super::failure::{Exit, Failure, OrExit};
use lnere_core::terminal_text::escaped_name;
use lnere_messages::message;
use lnere_release::{Output, resolve_path};

/// Refuses a path that cannot be a folder, because it or a part of it is a file.
pub(super) fn check_can_be_folder(path: &Path) -> Result<(), Failure> {
    for part in path.ancestors().filter(|part| !part.as_os_str().is_empty()) {
        match fs::metadata(part) {
            Ok(metadata) if metadata.is_dir() => return Ok(()),
            Ok(_) => return Err(Failure::usage(message!("L085-is-file", path = escaped_name(part)))),
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
                if part.is_symlink() {
                    return Err(Failure::usage(message!("L085-broken-link", path = escaped_name(part))));
                }
            }
            // The write reports it.
            Err(_) => return Ok(()),
        }
    }
    Ok(())
}

/// Refuses an output folder that is a file, lies in another output or in a release, or lies in the
/// folder of the exports or above it.
///
/// A release contains nothing but its files, and whoever brings or reads exports must not reach
/// releases.
pub(super) fn check_output_place(output: &Output, inputs: &Path) -> Result<(), Failure> {
    check_can_be_folder(output.root())?;
    let name = escaped_name(output.root());
    let resolved = resolve(output.root())?;
    if let Some(release) = resolved.ancestors().find(|folder| lnere_release::is_release_folder(folder)) {
        return Err(Failure::usage(message!("L086-output-in-release", output = name, release = escaped_name(release))));
    }
    if let Some(other) = resolved.ancestors().skip(1).find(|folder| lnere_release::is_output_folder(folder)) {
        return Err(Failure::usage(message!("L086-output-in-output", output = name, other = escaped_name(other))));
    }
    check_apart_from_inputs("output", output.root(), inputs)
}

/// Refuses a folder to write to that lies in the folder of the exports, or the other way round.
/// `what` is `output` or `dashboard`.
pub(super) fn check_apart_from_inputs(what: &str, folder: &Path, inputs: &Path) -> Result<(), Failure> {
    let (resolved, resolved_inputs) = (resolve(folder)?, resolve(inputs)?);
    let (folder, inputs) = (escaped_name(folder), escaped_name(inputs));
    let message = if resolved == resolved_inputs {
        message!("L087-folder-is-inputs", what, folder, inputs)
    } else if resolved.starts_with(&resolved_inputs) {
        message!("L087-folder-in-inputs", what, folder, inputs)
    } else if resolved_inputs.starts_with(&resolved) {
        message!("L087-folder-contains-inputs", what, folder, inputs)
    } else {
        return Ok(());
    };
    Err(Failure::usage(message))
}

fn resolve(path: &Path) -> Result<PathBuf, Failure> {
    resolve_path(path)
        .with_context(|| message!("commands-cannot-read", path = escaped_name(path)))
        .or_exit(Exit::Unexpected)
}
