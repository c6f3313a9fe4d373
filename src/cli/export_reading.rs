/*!
Reads the exports, locks the output, removes the remains of earlier runs, and writes the quarantine.
*/

use std::hash::{BuildHasher, RandomState};
use std::path::PathBuf;
use std::time::SystemTime;

use anyhow::Context as _;
use rustix::fs::Mode;

use super::available_memory;
use super::failure::{Exit, Failure, OrExit};
use super::loaded_process::{LoadedProcess, set_aside_export_message};
use super::published_exports;
use super::terminal::Terminal;
use crate::run_plan::Exports;
use lnere_core::csv_writer::{CsvCell, CsvVariant, CsvWriter};
use lnere_core::process::Process;
use lnere_core::terminal_text::escaped_name;
use lnere_ingest::{ExportFault, FileReport, Ingested, Inventory, ReadOptions};
use lnere_messages::message;
use lnere_release::{LockError, LockedOutput, Output, PrivateFolder};

const QUARANTINE_FOLDER: &str = "cuarentena";

/// The file of labels that no catalogue contains; they are text of exports.
pub(super) const UNKNOWN_LABELS_FILE: &str = "etiquetas_desconocidas.csv";

/// The folder of the records of runs.
pub(super) const RUN_RECORDS_FOLDER: &str = "corridas";

/// The folder of coded records that exceed the memory. Reading creates and removes it.
const SPILL_FOLDER: &str = "private/spill";

/// Creates folders with their final mode: a kill between creation and a later change of mode would
/// leave a folder that nobody else can read. Existing folders keep their mode.
pub(super) fn set_umask() {
    rustix::process::umask(Mode::WGRP | Mode::WOTH);
}

/// Locks the output for this process, and removes the spill files that a killed process left.
pub(super) fn lock_output(output: &Output) -> Result<LockedOutput, Failure> {
    set_umask();
    let locked = output.lock().map_err(|error| match error {
        LockError::Held { .. } => Failure::new(Exit::LockHeld, error),
        LockError::Io { .. } | LockError::ForeignOwner(_) => Failure::new(Exit::Unexpected, error),
    })?;
    lnere_ingest::remove_spill_remains(&output.root().join(SPILL_FOLDER)).or_exit(Exit::Unexpected)?;
    Ok(locked)
}

/// The folder of spill files. A dashboard outside of an output has none, because another program
/// may own the folders beside it.
pub(super) fn spill_folder(output: &Output) -> Option<PathBuf> {
    let is_output = output.root().join("private/lock").is_file();
    is_output.then(|| output.root().join(SPILL_FOLDER))
}

/// The quarantine of an export of this name.
pub(super) fn quarantine_path(output: &Output, export_name: &str) -> PathBuf {
    output.root().join("private").join(QUARANTINE_FOLDER).join(quarantine_file_name(export_name))
}

fn quarantine_file_name(export_name: &str) -> String {
    format!("{export_name}.csv")
}

/// Reads the exports that `select_exports` selects. A file that is still being written is left for
/// the next run, and `select_exports` selects again without it. `read_all` reads the records of
/// every export and collects unknown labels. Otherwise a visible release may state the counts of
/// older exports.
pub(super) fn read_exports<T>(
    loaded_process: &LoadedProcess,
    output: &Output,
    inventory: &mut Inventory,
    terminal: &Terminal,
    read_all: bool,
    select_exports: impl Fn(&Inventory) -> Result<T, Failure>,
    exports_of: impl Fn(&T) -> &Exports,
) -> Result<(T, Ingested), Failure> {
    let options = ReadOptions {
        process: &loaded_process.process,
        catalogs: &loaded_process.catalogs,
        approvals: published_exports::export_approvals(loaded_process, output, read_all)?,
        collect_labels: read_all,
        seed: random_folio_hash_key(),
        memory: available_memory::available_memory(loaded_process.process.limits.max_memory_bytes),
        spill_folder: spill_folder(output),
    };
    loop {
        let chosen = select_exports(inventory)?;
        let Exports { solicitudes, credenciales } = exports_of(&chosen);
        terminal.begin_stage(message!("stage-reading-exports"), solicitudes.len() + credenciales.len());
        let ingested = lnere_ingest::read(&options, [solicitudes, credenciales], terminal).or_exit(Exit::Unexpected)?;
        let changing = ingested.refused().filter(|(_, fault)| matches!(fault, ExportFault::StillChanging));
        let changing: Vec<String> = changing.map(|(file, _)| file.name.clone()).collect();
        if changing.is_empty() {
            return Ok((chosen, ingested));
        }
        for name in &changing {
            terminal.print_warning(set_aside_export_message(name));
        }
        inventory.set_aside(|file| changing.contains(&file.name));
    }
}

/// A random, secret key for folio hashes.
pub(super) fn random_folio_hash_key() -> u64 {
    RandomState::new().hash_one(0)
}

/// Writes the positions of rejected records to `out/private/cuarentena`, one file for each export
/// with rejections. Each line has file, line, column and rule, and no cell.
pub(super) fn write_quarantine(
    process: &Process,
    reports: &[FileReport],
    private: &PrivateFolder,
) -> Result<(), Failure> {
    let write = || -> std::io::Result<()> {
        let folder = private.open_folder(QUARANTINE_FOLDER)?;
        for report in reports {
            // The quarantine of the run that read it is still right.
            if report.is_from_release {
                continue;
            }
            let name = quarantine_file_name(&report.file.name);
            if report.rejections.is_empty() {
                // The result of an earlier run for this file is obsolete.
                folder.remove_file(&name)?;
                continue;
            }
            let mut csv = CsvWriter::new(CsvVariant::Plain, ["archivo", "linea", "columna", "regla"])?;
            for rejection in &report.rejections {
                let column = rejection.column.map(|index| report.column_header(process, index)).unwrap_or_default();
                let line = CsvCell::Whole(i64::try_from(rejection.line).unwrap_or(i64::MAX));
                let rule = CsvCell::Text(rejection.rule.code());
                csv.write_record([CsvCell::Text(&report.file.name), line, CsvCell::Text(&column), rule])?;
            }
            folder.write(&name, &csv.finish()?)?;
        }
        Ok(())
    };
    write()
        .with_context(|| message!("commands-cannot-write", path = escaped_name(&private.entry_path(QUARANTINE_FOLDER))))
        .or_exit(Exit::Unexpected)
}

/// Removes private files that are older than the process file permits, and the remains of killed
/// runs. The quarantine of an existing export is kept.
pub(super) fn prune_private_files(
    process: &Process,
    inventory: &Inventory,
    private: &PrivateFolder,
) -> Result<(), Failure> {
    let now = SystemTime::now();
    let schedule = &process.schedule;
    let is_gone = |name: &str| !inventory.files.iter().any(|file| name == quarantine_file_name(&file.name));
    let prune = || -> std::io::Result<()> {
        private.open_folder(QUARANTINE_FOLDER)?.remove_old_files(now, schedule.quarantine_retention, is_gone)?;
        private.open_folder(RUN_RECORDS_FOLDER)?.remove_old_files(now, schedule.run_record_retention, |_| true)?;
        private.remove_old_files(now, schedule.quarantine_retention, |name| name == UNKNOWN_LABELS_FILE)
    };
    prune()
        .with_context(|| message!("commands-cannot-clear", folder = escaped_name(&private.entry_path(""))))
        .or_exit(Exit::Unexpected)
}
