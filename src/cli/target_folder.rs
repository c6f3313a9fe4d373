/*!
Refuses a folder that a command cannot or must not write to, before any work.
*/

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use super::failure::{Exit, Failure, OrExit};
use lnere_core::terminal_text::escaped_name;
use lnere_release::{Output, resolve_path};

fn usage_error(message: String) -> Failure {
    Failure::with_message(Exit::Usage, message)
}

/// Refuses a path that cannot be a folder, because it or a part of it is a file.
pub(super) fn check_can_be_folder(path: &Path) -> Result<(), Failure> {
    for part in path.ancestors().filter(|part| !part.as_os_str().is_empty()) {
        match fs::metadata(part) {
            Ok(metadata) if metadata.is_dir() => return Ok(()),
            Ok(_) => return Err(usage_error(format!("{} is a file; name a folder", escaped_name(part)))),
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
                if part.is_symlink() {
                    return Err(usage_error(format!("{} is a link that leads nowhere", escaped_name(part))));
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
        let message =
            format!("the output {name} lies in the release {}; name another with --output", escaped_name(release));
        return Err(usage_error(message));
    }
    if let Some(other) = resolved.ancestors().skip(1).find(|folder| lnere_release::is_output_folder(folder)) {
        let message = format!(
            "the output {name} lies in another output, {}, in which nothing else may lie; name another with --output",
            escaped_name(other)
        );
        return Err(usage_error(message));
    }
    check_apart_from_inputs("output", output.root(), inputs)
}

/// Refuses a folder to write to that lies in the folder of the exports, or the other way round.
pub(super) fn check_apart_from_inputs(what: &str, folder: &Path, inputs: &Path) -> Result<(), Failure> {
    let (resolved, resolved_inputs) = (resolve(folder)?, resolve(inputs)?);
    let (folder, inputs) = (escaped_name(folder), escaped_name(inputs));
    let place = if resolved == resolved_inputs {
        "is"
    } else if resolved.starts_with(&resolved_inputs) {
        "lies in"
    } else if resolved_inputs.starts_with(&resolved) {
        "contains"
    } else {
        return Ok(());
    };
    Err(usage_error(format!("the {what} {folder} {place} the folder of the exports, {inputs}; keep the two apart")))
}

fn resolve(path: &Path) -> Result<PathBuf, Failure> {
    resolve_path(path).with_context(|| format!("cannot read {}", escaped_name(path))).or_exit(Exit::Unexpected)
}
