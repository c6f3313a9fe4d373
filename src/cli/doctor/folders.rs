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

use super::{Check, CheckFindings, NO_PROCESS};
use crate::cli::loaded_process::LoadedProcess;
use crate::cli::target_folder::check_output_place;
use crate::run_plan::{self, PlanError, SourceCoverage};
use lnere_core::calendar::Corte;
use lnere_core::due_cortes::{DelaySeverity, FreshnessCheck};
use lnere_core::process::Source;
use lnere_core::regular_file;
use lnere_core::terminal_text::{count_with_noun, escaped_name};
use lnere_ingest::{ExportFile, Inventory};
use lnere_release::{Output, user_name};

/// What a user needs to make files in a folder.
pub(super) const WRITABLE_FOLDER: Access = Access::WRITE_OK.union(Access::EXEC_OK);

/// Whether the folder of the exports can be listed; returns what is in it.
pub(super) fn inputs_check(
    loaded_process: Option<&LoadedProcess>,
    inputs: Option<&Path>,
) -> (Check, Option<Inventory>) {
    const ID: &str = "inputs-folder";
    let Some(inputs) = inputs else { return (Check::skipped(ID, NO_PROCESS), None) };
    let name = escaped_name(inputs);
    if let Err(error) = fs::read_dir(inputs) {
        let advice = match error.kind() {
            io::ErrorKind::PermissionDenied => "let this user read it, for example by its group: mode 2750",
            _ => "make or mount the folder, or name another with --inputs or in LNERE_INPUTS",
        };
        return (Check::problem(ID, format!("cannot list {name}: {error}"), advice), None);
    }
    let Some(loaded_process) = loaded_process else {
        return (Check::ok(ID, format!("{name} can be listed")), None);
    };
    match loaded_process.list_exports(Some(inputs)) {
        Err(failure) => {
            let message = failure.unprinted_message().unwrap_or_default();
            (Check::problem(ID, message, "let this user read the folder and what is in it"), None)
        }
        Ok(inventory) => {
            let message = format!("{name}: {}", count_with_noun(inventory.files.len(), "export"));
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
        return Check::skipped(ID, "it needs the process file and the inputs folder");
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
        let name = newest.map_or_else(|| "none".to_owned(), |file| escaped_name(&file.name).to_string());
        let days = match age.days_behind {
            0 => "up to date".to_owned(),
            days => format!("{} behind", count_with_noun(days, "day")),
        };
        let message = format!("{source}: {name}, {days}");
        let is_late = |check: &FreshnessCheck| {
            check.source_age(source, newest.map(|file| file.date)).delay_severity != DelaySeverity::Ok
        };
        // A process that is over needs no newer export, only the release of its newest corte.
        let advice = match covered {
            Some(corte) if newest.is_some() && !is_late(&expected_after_run) => {
                format!("publish what the exports cover: `lnere run --corte {corte}`")
            }
            _ => "ask for the newest export of this source".to_owned(),
        };
        match age.delay_severity {
            DelaySeverity::Late => found.add_problem(message, advice),
            DelaySeverity::Warn => found.add_warning(message, advice),
            DelaySeverity::Ok if newest.is_none() => found.add_warning(message, advice),
            DelaySeverity::Ok => newest_exports.push(message),
        }
    }
    if let Err(PlanError::Refused { refused_exports }) = run_plan::all_exports(process, inventory, None, today) {
        for (name, reason) in refused_exports {
            let advice = "correct the name, or take the file out of the folder; `lnere check` has the reasons";
            found.add_problem(format!("{}: {reason}", escaped_name(&name)), advice);
        }
    }
    for unread in &inventory.unread_files {
        found.add_warning(format!("not read: {}", escaped_name(&unread.name)), unread.advice.clone());
    }
    for file in &inventory.files {
        if let Some((path, error)) = unreadable_part(file) {
            let advice = "let this user read it, for example by the group of the folder: mode 0640";
            found.add_problem(format!("{} cannot be read: {error}", escaped_name(&path)), advice);
        }
    }
    let arriving = match inventory.arriving.len() {
        0 => String::new(),
        count => format!("; {} being copied", count_with_noun(count, "export")),
    };
    found.into_check(ID, format!("{}{arriving}", newest_exports.join("; ")))
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
        let advice = "name another folder with --output or in LNERE_OUTPUT";
        return Check::problem(ID, failure.message(), advice);
    }
    let metadata = match fs::metadata(root) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let parent = existing_ancestor(root);
            let parent_name = escaped_name(&parent);
            return match access(&parent, WRITABLE_FOLDER) {
                Ok(()) => Check::ok(ID, format!("{name} is not there yet; the first run makes it")),
                Err(error) => Check::problem(
                    ID,
                    format!("{name} is not there, and {parent_name} cannot be written: {}", io::Error::from(error)),
                    "make the folder for this user, or name another with --output or in LNERE_OUTPUT",
                ),
            };
        }
        Err(error) => return Check::problem(ID, format!("{name}: {error}"), "let this user read the folder"),
        Ok(metadata) if !metadata.is_dir() => {
            return Check::problem(
                ID,
                format!("{name} is no folder"),
                "name a folder with --output or in LNERE_OUTPUT",
            );
        }
        Ok(metadata) => metadata,
    };
    let mut found = CheckFindings::default();
    let own_folders = [&output.release_folders()[..], &[root.join("private")]].concat();
    let own_folders: Vec<&PathBuf> = own_folders.iter().filter(|folder| folder.is_dir()).collect();
    if let Some(foreign) = output.find_foreign_owner() {
        let owner = user_name(metadata.uid());
        let advice = if geteuid().as_raw() == metadata.uid() {
            "do what the message says".to_owned()
        } else {
            format!("if {owner} publishes, `runuser -u {owner} -- lnere doctor`; else do what the message says")
        };
        found.add_problem(foreign.to_string(), advice);
    } else {
        let mut folders = own_folders.iter().map(|folder| folder.as_path()).chain([root]);
        let refused = |folder| access(folder, WRITABLE_FOLDER).err().map(|error| (folder, io::Error::from(error)));
        // One names the cause: the others have the same.
        if let Some((folder, error)) = folders.find_map(refused) {
            let message = format!("{} cannot be written: {error}", escaped_name(folder));
            found.add_problem(message, "let its owner write it, and mount the disk for writing");
        }
    }
    if geteuid().is_root() && metadata.uid() != 0 {
        let owner = user_name(metadata.uid());
        let message = format!("root runs this, but {name} belongs to {owner}: permissions were not tried");
        found.add_warning(message, format!("`runuser -u {owner} -- lnere doctor`"));
    }
    // A release moves between these folders in one step, which requires the same file system.
    let is_elsewhere = |folder: &Path| fs::metadata(folder).is_ok_and(|other| other.dev() != metadata.dev());
    for folder in own_folders.iter().filter(|folder| is_elsewhere(folder)) {
        let message = format!("{} is not on the disk of {name}", escaped_name(folder.as_path()));
        found.add_problem(message, "put both on one disk");
    }
    match output.published_cortes() {
        Err(error) => found.add_problem(format!("cannot list the releases: {error}"), "let this user read the folder"),
        Ok(cortes) => {
            let latest = fs::canonicalize(output.latest_link()).ok();
            if let Some(newest) = cortes.last()
                && latest != fs::canonicalize(output.release_path(*newest)).ok()
            {
                let advice = "move anything else that has this name out of the folder; the next run makes the link";
                found.add_problem(format!("latest does not lead to the release of {newest}"), advice);
            }
            if let Some(failure) = loaded_process.and_then(|one| one.refuse_output_of_other_process(output).err()) {
                let advice = "name the output of this process, or the process of this output";
                found.add_problem(failure.unprinted_message().unwrap_or_default(), advice);
            }
            return found.into_check(ID, format!("{name}: {}", count_with_noun(cortes.len(), "release")));
        }
    }
    found.into_check(ID, String::new())
}

/// The path itself, or the nearest folder above it that is there.
pub(super) fn existing_ancestor(path: &Path) -> PathBuf {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    absolute.ancestors().find(|part| part.exists()).unwrap_or(Path::new("/")).to_owned()
}
