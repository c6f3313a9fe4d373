/*!
Reads the curves of the earlier processes that a process file refers to, from their points or
exports.
*/

use std::io;
use std::path::Path;

use anyhow::Context as _;

use super::available_memory;
use super::export_reading::{random_folio_hash_key, spill_folder};
use super::failure::{Exit, Failure, OrExit};
use super::loaded_process::LoadedProcess;
use super::terminal::{Terminal, Verbosity};
use crate::run_plan::{ReferenceExport, expected_export_name};
use lnere_core::calendar::Quincena;
use lnere_core::process::{AcceptedExports, CurveSource, Process, ProjectionPlan, ReferencePlan, Source};
use lnere_core::terminal_text::escaped_name;
use lnere_ingest::{Approvals, ExportFile, Inventory, ReadOptions};
use lnere_messages::message;
use lnere_projection::corte_projection::{self, ProjectionInputs, ReferenceCurve};
use lnere_release::{ConfigRecord, Output};

/// The projection plan, if a published table or a chart uses it; otherwise nothing is projected.
fn needed_projection_plan(loaded_process: &LoadedProcess) -> Option<&ProjectionPlan> {
    let is_seen = |name: &str| {
        let published = loaded_process.published_table_names.iter().any(|table| table == name);
        published
            || loaded_process.charts_to_publish().iter().any(|chart| chart.table_names().any(|table| table == name))
    };
    let mut projected = loaded_process.table_definitions.iter().filter(|table| table.source.needs_projection_inputs());
    loaded_process.process.projection.as_ref().filter(|_| projected.any(|table| is_seen(&table.name)))
}

/// The projection inputs for the cortes of a run, and the exports from which they were read.
pub(super) fn projection_inputs(
    loaded_process: &LoadedProcess,
    output: &Output,
    terminal: &Terminal,
) -> Result<(Option<ProjectionInputs>, Vec<ConfigRecord>), Failure> {
    let Some(plan) = needed_projection_plan(loaded_process) else { return Ok((None, Vec::new())) };
    let (mut curves, mut records) = (Vec::new(), Vec::new());
    for reference in &plan.references {
        let curve = match &reference.curve_source {
            CurveSource::Points(points) => ReferenceCurve::from_points(reference, points),
            CurveSource::Exports { process_path: process, exports_dir: inputs } => {
                let (curve, record) =
                    read_reference_curve(loaded_process, reference, process, inputs.as_deref(), output, terminal)?;
                records.push(record);
                Some(curve)
            }
        };
        curves.extend(curve);
    }
    Ok((ProjectionInputs::new(&loaded_process.process, curves), records))
}

/// Lists the exports of earlier processes that [`projection_inputs`] would read. A missing export
/// is not an error here; [`projection_inputs`] reports it.
pub(super) fn reference_exports(loaded_process: &LoadedProcess) -> Vec<ReferenceExport> {
    let references = needed_projection_plan(loaded_process).map(|plan| plan.references.as_slice()).unwrap_or_default();
    let of_exports = references.iter().filter_map(|reference| match &reference.curve_source {
        CurveSource::Points(_) => None,
        CurveSource::Exports { process_path: process, exports_dir: inputs } => {
            Some((&reference.process_id, process, inputs.as_deref()))
        }
    });
    let listed = of_exports.map(|(name, path, inputs)| {
        let process = Process::load(path).ok();
        let export = process.as_ref().and_then(|(other, _)| newest_applications_export(other, inputs).ok().flatten());
        let catalogs = process.iter().flat_map(|(_, catalogs)| &catalogs.files);
        let catalogs = catalogs.filter_map(|path| Some(ConfigRecord::from_file(path).ok()?.sha256)).collect();
        ReferenceExport { reference_name: name.clone(), export, catalog_checksums: catalogs }
    });
    listed.collect()
}

/// The newest applications export of another process.
fn newest_applications_export(other: &Process, inputs: Option<&Path>) -> io::Result<Option<ExportFile>> {
    let inventory = Inventory::list_folder(inputs.unwrap_or(&other.exports_dir), other)?;
    Ok(inventory.of_source(Source::Solicitudes, None).into_iter().next_back().cloned())
}

/// Reads the newest applications export of another process, which must cover its close.
fn read_reference_curve(
    loaded_process: &LoadedProcess,
    reference: &ReferencePlan,
    path: &Path,
    inputs: Option<&Path>,
    output: &Output,
    terminal: &Terminal,
) -> Result<(ReferenceCurve, ConfigRecord), Failure> {
    let refused = |why: String| {
        let reference = &reference.process_id;
        Failure::with_message(Exit::ExportsRefused, message!("commands-reference-fault", reference, fault = why))
    };
    let (other, catalogs) = Process::load(path).or_exit(Exit::Usage)?;
    if other.id == loaded_process.process.id || other.closes >= loaded_process.process.opens {
        let message = message!(
            "L023-reference-not-earlier",
            reference = reference.process_id,
            closes = other.closes,
            opens = loaded_process.process.opens
        );
        return Err(Failure::usage(message));
    }
    let folder = inputs.unwrap_or(&other.exports_dir);
    let file = newest_applications_export(&other, inputs)
        .with_context(|| {
            message!("commands-reference-not-listed", reference = reference.process_id, folder = escaped_name(folder))
        })
        .or_exit(Exit::ExportsRefused)?;
    let Some(file) = file.filter(|file| file.date >= other.closes) else {
        return Err(refused(message!(
            "L024-reference-export-missing",
            folder = escaped_name(folder),
            closes = other.closes,
            expected = expected_export_name(&other, Source::Solicitudes)
        )));
    };
    terminal.print_line(
        Verbosity::Verbose,
        message!("commands-reference-read", reference = reference.process_id, file = escaped_name(&file.path)),
    );
    // The plausibility rules for the reference use the acceptances of its own operators.
    let accepted = AcceptedExports::load(&other.thresholds.accepted_exports_file).or_exit(Exit::Usage)?;
    let approvals = Approvals::new(Vec::new(), accepted);
    let options = ReadOptions {
        approvals,
        seed: random_folio_hash_key(),
        memory: available_memory::available_memory(loaded_process.process.limits.max_memory_bytes),
        spill_folder: spill_folder(output),
        ..ReadOptions::new(&other, &catalogs)
    };
    let ingested =
        lnere_ingest::read(&options, [std::slice::from_ref(&file), &[]], terminal).or_exit(Exit::Unexpected)?;
    if let Some((file, fault)) = ingested.refused().next() {
        let fault_of_file = format!("{}: {fault}", escaped_name(&file.path));
        let message = message!("commands-reference-fault", reference = reference.process_id, fault = fault_of_file);
        let exit = if fault.is_caused_by_machine() { Exit::Unexpected } else { Exit::ExportsRefused };
        return Err(Failure::with_message(exit, message));
    }
    let cube = lnere_count::count(&ingested.facts, &other, Quincena::containing(other.closes).corte());
    let cube = cube.or_exit(Exit::Unexpected)?;
    let curve = corte_projection::curve_from_exports(reference, &loaded_process.process, &other, &cube);
    if curve.reference.total == 0 {
        return Err(refused(message!("L024-reference-empty", file = escaped_name(&file.path))));
    }
    let sha256 = ingested.files.first().map(|report| report.sha256.clone()).unwrap_or_default();
    Ok((curve, ConfigRecord { name: file.name.clone(), sha256 }))
}
