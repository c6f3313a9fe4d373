/*!
Refuses a folder that a command cannot or must not write to, before any work.
*/

use std::fs;
use std::io;
use std::path::Path;

use super::failure::{Exit, Failure};
use lnere_core::terminal_text::escaped_name;

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
