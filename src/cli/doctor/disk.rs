/*!
Checks the disk of the output: free space, and the exchange of two folders.
*/

use std::io;
use std::os::unix::fs::MetadataExt;

use rustix::fs::statvfs;

use super::folders::existing_ancestor;
use super::modes::collect_entries;
use super::{Check, CheckFindings, private_is_closed};
use lnere_core::process::Source;
use lnere_core::terminal_text::{escaped_name, format_count};
use lnere_ingest::Inventory;
use lnere_messages::message;
use lnere_release::{Output, can_exchange_folders};

/// The cortes that must fit on the disk.
const CORTES_AHEAD: u64 = 10;

/// The least that is reckoned for a release if there is none to measure. Charts, packages and
/// dashboard take 48 MB in the sample, whatever the counts are.
const LEAST_RELEASE_BYTES: u64 = 64_000_000;

/// Whether the next cortes fit on the disk, by the size of the newest release.
pub(super) fn disk_check(inventory: Option<&Inventory>, output: &Output) -> Check {
    const ID: &str = "free-disk";
    let advice = || message!("doctor-free-space");
    let folder = existing_ancestor(output.root());
    let disk = match statvfs(&folder) {
        Ok(disk) => disk,
        Err(error) => {
            let error = io::Error::from(error);
            let message = message!("L752-disk-not-known", folder = escaped_name(&folder), error);
            return Check::problem(ID, message, message!("doctor-let-read-folder"));
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
        (bytes, message!("doctor-disk-of-release", corte, size = size_text(bytes)))
    } else {
        let files = inventory.map_or(&[][..], |inventory| &inventory.files);
        let newest_export = |source| files.iter().filter(|file| file.source == source).max_by_key(|file| file.date);
        let bytes: u64 = Source::ALL.into_iter().filter_map(newest_export).map(|file| file.stamp.bytes).sum();
        let bytes = bytes.max(LEAST_RELEASE_BYTES);
        let size = size_text(bytes);
        let reason = newest.map_or_else(
            || message!("doctor-disk-of-exports", size),
            |corte| message!("doctor-disk-of-unmeasured-release", corte, size),
        );
        (bytes, reason)
    };
    let (free, needed) = (disk.f_bavail.saturating_mul(disk.f_frsize), release_bytes.saturating_mul(CORTES_AHEAD));
    let (has_enough, folder) = (free >= needed, escaped_name(&folder));
    let (free, needed) = (size_text(free), size_text(needed));
    let mut found = CheckFindings::default();
    if !has_enough {
        let message = message!("L750-disk-too-small", free, folder, cortes = CORTES_AHEAD, needed, reason);
        found.add_problem(message, advice());
    }
    // Some file systems have no fixed number of files, and say 0.
    let needed_files = entries.len() as u64 * CORTES_AHEAD;
    if disk.f_files > 0 && disk.f_favail < needed_files {
        let (files, needed) = (format_count(disk.f_favail), format_count(needed_files));
        found.add_problem(message!("L751-too-few-files", files, cortes = CORTES_AHEAD, needed), advice());
    }
    found.into_check(ID, message!("doctor-disk", free, folder, cortes = CORTES_AHEAD, needed, reason))
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
        Ok(true) => Check::ok(ID, message!("doctor-exchange", folder = name)),
        Ok(false) => {
            Check::warning(ID, message!("L755-no-exchange", folder = name), message!("doctor-prefer-local-disk"))
        }
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => Check::skipped(ID, private_is_closed()),
        Err(error) => Check::problem(
            ID,
            message!("L756-exchange-not-tried", folder = name, error),
            message!("doctor-let-write-folder"),
        ),
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
