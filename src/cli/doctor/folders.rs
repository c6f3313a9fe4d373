/*!
Checks of folders: the exports, and the output.
*/

use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use rustix::fs::{Access, access};
use rustix::process::geteuid;

use super::{Check, CheckFindings, needs_process};
use crate::cli::loaded_process::LoadedProcess;
use crate::cli::target_folder::check_output_place;
use crate::run_plan::{self, PlanError, SourceCoverage};
use lnere_core::calendar::Corte;
use lnere_core::due_cortes::{DelaySeverity, FreshnessCheck};
use lnere_core::process::Source;
use lnere_core::regular_file;
use lnere_core::terminal_text::escaped_name;
use lnere_ingest::{ExportFile, Inventory};
use lnere_messages::{count, message};
use lnere_release::{Output, user_name};

/// What a user needs to make files in a folder.
pub(super) const WRITABLE_FOLDER: Access = Access::WRITE_OK.union(Access::EXEC_OK);

/// Whether the folder of the exports can be listed; returns what is in it.
pub(super) fn inputs_check(
    loaded_process: Option<&LoadedProcess>,
    inputs: Option<&Path>,
) -> (Check, Option<Inventory>) {
    const ID: &str = "inputs-folder";
    let Some(inputs) = inputs else { return (Check::skipped(ID, needs_process()), None) };
    let name = escaped_name(inputs);
    if let Err(error) = fs::read_dir(inputs) {
        let advice = match error.kind() {
            io::ErrorKind::PermissionDenied => message!("doctor-let-read-inputs"),
            _ => message!("doctor-mount-inputs"),
        };
        return (Check::problem(ID, message!("L710-inputs-unreadable", folder = name, error), advice), None);
    }
    let Some(loaded_process) = loaded_process else {
        return (Check::ok(ID, message!("doctor-inputs-listed", folder = name)), None);
    };
    match loaded_process.list_exports(Some(inputs)) {
        Err(failure) => {
            let message = failure.unprinted_message().unwrap_or_default();
            (Check::problem(ID, message, message!("doctor-let-read-contents")), None)
        }
        Ok(inventory) => {
            let message = message!("doctor-inputs", folder = name, exports = count(inventory.files.len()));
            (Check::ok(ID, message), Some(inventory))
        }
    }
}

/// The newest export of each source, and files that are not read or would be refused.
pub(super) fn exports_check(
    loaded_process: Option<&LoadedProcess>,
    inventory: Option<&Inventory>,
    output: &Output,
    today: NaiveDate,
) -> Check {
    const ID: &str = "exports";
    let (Some(loaded_process), Some(inventory)) = (loaded_process, inventory) else {
        return Check::skipped(ID, message!("doctor-needs-process-and-inputs"));
    };
    let process = &loaded_process.process;
    let published = output.published_cortes().unwrap_or_default();
    let coverage = SourceCoverage::from_newest_exports(process, inventory, Some(today));
    let expected = FreshnessCheck::new(process, &published, coverage.newest_covered_corte(process), today);

    let covered = coverage.newest_covered_corte(process);
    let published_after_run: Vec<Corte> = published.iter().copied().chain(covered).collect();
    let expected_after_run = FreshnessCheck::new(process, &published_after_run, covered, today);

    let mut found = CheckFindings::default();
    let mut newest_exports = Vec::new();
    for source in Source::ALL {
        let exports = inventory.of_source(source, None);
        let newest = exports.into_iter().rfind(|file| file.date <= today);
        let age = expected.source_age(source, newest.map(|file| file.date));
        let export = newest.map_or_else(|| message!("doctor-no-export"), |file| escaped_name(&file.name).to_string());
        let days = count(age.days_behind);
        let message = || message!("L720-export-behind", source, export, days);
        let is_late = |check: &FreshnessCheck| {
            check.source_age(source, newest.map(|file| file.date)).delay_severity != DelaySeverity::Ok
        };
        // A process that is over needs no newer export, only the release of its newest corte.
        let advice = match covered {
            Some(corte) if newest.is_some() && !is_late(&expected_after_run) => {
                message!("doctor-publish-covered", corte)
            }
            _ => message!("doctor-ask-for-export"),
        };
        match age.delay_severity {
            DelaySeverity::Late => found.add_problem(message(), advice),
            DelaySeverity::Warn => found.add_warning(message(), advice),
            DelaySeverity::Ok if newest.is_none() => found.add_warning(message(), advice),
            DelaySeverity::Ok => newest_exports.push(message!("doctor-newest-export", source, export, days)),
        }
    }
    if let Err(PlanError::Refused { refused_exports }) = run_plan::all_exports(process, inventory, None, today) {
        for (name, reason) in refused_exports {
            let message = format!("{}: {reason}", escaped_name(&name));
            found.add_problem(message, message!("doctor-correct-export-name"));
        }
    }
    for unread in &inventory.unread_files {
        let message = message!("L721-file-not-read", name = escaped_name(&unread.name));
        found.add_warning(message, unread.advice.clone());
    }
    for file in &inventory.files {
        if let Some((path, error)) = unreadable_part(file) {
            let message = message!("L722-export-unreadable", path = escaped_name(&path), error);
            found.add_problem(message, message!("doctor-let-read-export"));
        }
    }
    let exports = newest_exports.join("; ");
    let message = match inventory.arriving.len() {
        0 => exports,
        arriving => message!("doctor-exports-arriving", exports, arriving = count(arriving)),
    };
    found.into_check(ID, message)
}

/// A file of an export, or the control file beside it, that this user cannot open.
fn unreadable_part(export: &ExportFile) -> Option<(PathBuf, io::Error)> {
    export.paths_to_read().into_iter().find_map(|path| {
        let error = regular_file::open(&path).err()?;
        // It may be taken away at any time.
        (error.kind() != io::ErrorKind::NotFound).then_some((path, error))
    })
}

/// Whether this user can publish in the output.
pub(super) fn output_check(loaded_process: Option<&LoadedProcess>, inputs: Option<&Path>, output: &Output) -> Check {
    const ID: &str = "output-folder";
    let root = output.root();
    let name = escaped_name(root);
    if let Some(Err(failure)) = inputs.map(|inputs| check_output_place(output, inputs)) {
        return Check::problem(ID, failure.message(), message!("doctor-name-other-output"));
    }
    let metadata = match fs::metadata(root) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let parent = existing_ancestor(root);
            let parent_name = escaped_name(&parent);
            return match access(&parent, WRITABLE_FOLDER) {
                Ok(()) => Check::ok(ID, message!("doctor-output-not-made", folder = name)),
                Err(error) => Check::problem(
                    ID,
                    message!(
                        "L730-output-cannot-be-made",
                        folder = name,
                        parent = parent_name,
                        error = io::Error::from(error)
                    ),
                    message!("doctor-make-output"),
                ),
            };
        }
        Err(error) => {
            let message = message!("L731-output-unreadable", folder = name, error);
            return Check::problem(ID, message, message!("doctor-let-read-folder"));
        }
        Ok(metadata) if !metadata.is_dir() => {
            let message = message!("L732-output-is-file", folder = name);
            return Check::problem(ID, message, message!("doctor-name-output"));
        }
        Ok(metadata) => metadata,
    };
    let mut found = CheckFindings::default();
    let own_folders = [&output.release_folders()[..], &[root.join("private")]].concat();
    let own_folders: Vec<&PathBuf> = own_folders.iter().filter(|folder| folder.is_dir()).collect();
    if let Some(foreign) = output.find_foreign_owner() {
        let owner = user_name(metadata.uid());
        let advice = if geteuid().as_raw() == metadata.uid() {
            message!("doctor-follow-message")
        } else {
            message!("doctor-run-as-owner-or-follow", owner)
        };
        found.add_problem(foreign.to_string(), advice);
    } else {
        let mut folders = own_folders.iter().map(|folder| folder.as_path()).chain([root]);
        let refused = |folder| access(folder, WRITABLE_FOLDER).err().map(|error| (folder, io::Error::from(error)));
        // One names the cause: the others have the same.
        if let Some((folder, error)) = folders.find_map(refused) {
            let message = message!("L733-output-not-writable", folder = escaped_name(folder), error);
            found.add_problem(message, message!("doctor-let-write-output"));
        }
    }
    if geteuid().is_root() && metadata.uid() != 0 {
        let owner = user_name(metadata.uid());
        let message = message!("L734-run-by-root", folder = name, owner);
        found.add_warning(message, format!("`runuser -u {owner} -- lnere doctor`"));
    }
    // A release moves between these folders in one step, which requires the same file system.
    let is_elsewhere = |folder: &Path| fs::metadata(folder).is_ok_and(|other| other.dev() != metadata.dev());
    for folder in own_folders.iter().filter(|folder| is_elsewhere(folder)) {
        let message = message!("L735-other-disk", folder = escaped_name(folder.as_path()), output = name);
        found.add_problem(message, message!("doctor-put-on-one-disk"));
    }
    match output.published_cortes() {
        Err(error) => {
            found.add_problem(message!("L731-releases-not-listed", error), message!("doctor-let-read-folder"));
        }
        Ok(cortes) => {
            let latest = fs::canonicalize(output.latest_link()).ok();
            if let Some(newest) = cortes.last()
                && latest != fs::canonicalize(output.release_path(*newest)).ok()
            {
                let message = message!("L736-latest-leads-elsewhere", corte = newest);
                found.add_problem(message, message!("doctor-move-latest"));
            }
            if let Some(failure) = loaded_process.and_then(|one| one.refuse_output_of_other_process(output).err()) {
                let message = failure.unprinted_message().unwrap_or_default();
                found.add_problem(message, message!("doctor-name-output-of-process"));
            }
            return found.into_check(ID, message!("doctor-output", folder = name, releases = count(cortes.len())));
        }
    }
    found.into_check(ID, String::new())
}

/// The path itself, or the nearest folder above it that is there.
pub(super) fn existing_ancestor(path: &Path) -> PathBuf {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    absolute.ancestors().find(|part| part.exists()).unwrap_or(Path::new("/")).to_owned()
}
