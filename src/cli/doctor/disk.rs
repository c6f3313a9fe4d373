/*!
Checks the disk of the output: free space, and the exchange of two folders.
*/

use std::io;
use std::os::unix::fs::MetadataExt;

use rustix::fs::statvfs;

use super::folders::existing_ancestor;
use super::modes::collect_entries;
use super::{Check, CheckFindings, PRIVATE_IS_CLOSED};
use lnere_core::process::Source;
use lnere_core::terminal_text::{escaped_name, format_count};
use lnere_ingest::Inventory;
use lnere_release::{Output, can_exchange_folders};

/// The cortes that must fit on the disk.
const CORTES_AHEAD: u64 = 10;

/// The least that is reckoned for a release if there is none to measure. Charts, packages and
/// dashboard take 48 MB in the sample, whatever the counts are.
const LEAST_RELEASE_BYTES: u64 = 64_000_000;

/// Whether the next cortes fit on the disk, by the size of the newest release.
pub(super) fn disk_check(inventory: Option<&Inventory>, output: &Output) -> Check {
    const ID: &str = "free-disk";
    let advice = "free space, or move the output to a larger disk; delete nothing in the output";
    let folder = existing_ancestor(output.root());
    let disk = match statvfs(&folder) {
        Ok(disk) => disk,
        Err(error) => {
            let message = format!("cannot ask for the disk of {}: {}", escaped_name(&folder), io::Error::from(error));
            return Check::problem(ID, message, "let this user read the folder");
        }
    };
    let newest = output.published_cortes().ok().and_then(|cortes| cortes.last().copied());
    let mut entries = Vec::new();
    let measured = newest.filter(|corte| collect_entries(&output.release_path(*corte), &mut entries).is_ok());
    if measured.is_none() {
        entries.clear();
    }
    let (release_bytes, reason) = if let Some(corte) = measured {
        // A block of a disk holds one file only, so small files take more than their bytes.
        let bytes: u64 = entries.iter().map(|(_, metadata)| metadata.blocks() * 512).sum();
        (bytes, format!("the release of {corte} has {}", size_text(bytes)))
    } else {
        let files = inventory.map_or(&[][..], |inventory| &inventory.files);
        let newest_export = |source| files.iter().filter(|file| file.source == source).max_by_key(|file| file.date);
        let bytes: u64 = Source::ALL.into_iter().filter_map(newest_export).map(|file| file.stamp.bytes).sum();
        let bytes = bytes.max(LEAST_RELEASE_BYTES);
        let cause = newest
            .map_or_else(|| "no release yet".to_owned(), |corte| format!("the release of {corte} cannot be measured"));
        (bytes, format!("{cause}: by the exports, roughly at most {} each", size_text(bytes)))
    };
    let (free, needed) = (disk.f_bavail.saturating_mul(disk.f_frsize), release_bytes.saturating_mul(CORTES_AHEAD));
    let message = format!(
        "{} free in {}; {CORTES_AHEAD} cortes need {} ({reason})",
        size_text(free),
        escaped_name(&folder),
        size_text(needed)
    );
    let mut found = CheckFindings::default();
    if free < needed {
        found.add_problem(message.clone(), advice);
    }
    // Some file systems have no fixed number of files, and say 0.
    let needed_files = entries.len() as u64 * CORTES_AHEAD;
    if disk.f_files > 0 && disk.f_favail < needed_files {
        let message = format!(
            "the disk takes {} more files, and {CORTES_AHEAD} cortes have {}",
            format_count(disk.f_favail),
            format_count(needed_files)
        );
        found.add_problem(message, advice);
    }
    found.into_check(ID, message)
}

/// A size in megabytes, or in gigabytes from one on.
fn size_text(bytes: u64) -> String {
    if bytes < 1_000_000_000 {
        format!("{} MB", bytes.div_ceil(1_000_000))
    } else {
        format!("{:.1} GB", bytes as f64 / 1e9)
    }
}

/// Whether the file system exchanges two folders in one step.
pub(super) fn exchange_check(output: &Output) -> Check {
    const ID: &str = "folder-exchange";
    let private = output.root().join("private");
    let folder = if private.is_dir() { private } else { existing_ancestor(output.root()) };
    let name = escaped_name(&folder);
    match can_exchange_folders(&folder) {
        Ok(true) => Check::ok(ID, format!("{name}: a revision replaces a release in one step")),
        Ok(false) => Check::warning(
            ID,
            format!("{name}: this file system cannot exchange two folders; a release is absent for an instant"),
            "prefer a local disk for the output; readers on this one try again",
        ),
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => Check::skipped(ID, PRIVATE_IS_CLOSED),
        Err(error) => Check::problem(ID, format!("cannot try it in {name}: {error}"), "let this user write the folder"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_rounded_up_and_readable() {
        let sizes = [0, 1, 31_400_000, 999_999_999, 1_000_000_000, 48_150_000_000];
        assert_eq!(sizes.map(size_text), ["0 MB", "1 MB", "32 MB", "1000 MB", "1.0 GB", "48.1 GB"]);
    }
}
