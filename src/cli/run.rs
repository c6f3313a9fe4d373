/*!
`lnere run`: reads, counts and publishes the exports, and keeps a record of the run.
*/

use anyhow::Context as _;
use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Value, json};

use super::args::{OutputFormat, RunArgs};
use super::export_reading::{RUN_RECORDS_FOLDER, lock_output, prune_private_files, read_exports, write_quarantine};
use super::failure::{Exit, Failure, OrExit, finish_command};
use super::json_result::json_text;
use super::kept_revisions::{mark_kept, read_decisions};
use super::loaded_process::{LoadedProcess, set_thread_count};
use super::panic;
use super::pending_revisions::{self, PendingChanges, PendingRevision, ReplacedExport};
use super::reference_curves;
use super::refusals_and_warnings::RunWarning;
use super::run_result::{CorteResult, RunResult};
use super::target_folder::check_output_place;
use super::terminal::{Terminal, Verbosity, print};
use crate::pipeline::{self, PublicError};
use crate::run_plan::RunPlan;
use lnere_charts::ChartError;
use lnere_core::NamedFiles;
use lnere_core::calendar::Corte;
use lnere_core::process::{Audience, Process, ReleasePart, RevisionPolicy};
use lnere_core::terminal_text::escaped_name;
use lnere_ingest::{ExportFile, Ingested, Inventory};
use lnere_messages::{join_with_and, message};
use lnere_package::PackageError;
use lnere_projection::ProjectionError;
use lnere_release::{
    self, LockedOutput, NextPublication, Output, PendingRelease, PublicHistory, RevisionDifference, SeriesError,
    SeriesLink,
};

pub(super) fn run(args: &RunArgs, terminal: &Terminal) -> Result<(), Failure> {
    set_thread_count(args.jobs)?;
    let CompletedRun { loaded_process: setup, output, result, record_result: record_written } =
        publish_cortes(args, terminal)?;
    let outcome = record_written.and(result.failure().map_or(Ok(()), Err));
    let text = match args.format.format {
        // The reasons of refused exports are errors, which go to stderr.
        OutputFormat::Text if result.is_refused() => String::new(),
        OutputFormat::Text => result.render_text(&setup.process, &output),
        OutputFormat::Json => json_text(result.json(), &outcome),
    };
    finish_command(print(&text, &result.completion_note()), outcome)
}

/// A run that ended with a result, and what it used.
pub(super) struct CompletedRun {
    pub loaded_process: LoadedProcess,
    pub output: LockedOutput,
    pub result: RunResult,
    /// Whether the record of the run could be written.
    pub record_result: Result<(), Failure>,
}

/// Reads the exports, counts them and publishes the planned cortes.
pub(super) fn publish_cortes(args: &RunArgs, terminal: &Terminal) -> Result<CompletedRun, Failure> {
    let started = Utc::now();
    let loaded_process = LoadedProcess::load(&args.exports.process.path()?)?;
    let parts = requested_parts(&loaded_process, args)?;
    let output = Output::new(&args.output);
    let mut inventory = loaded_process.list_exports_for_run(args.exports.inputs.as_deref(), args.due, terminal)?;
    // A run with a wrong command line writes no record. A run that refuses exports writes one, with
    // the reasons.
    check_output_place(&output, loaded_process.inputs_folder(args.exports.inputs.as_deref()))?;
    loaded_process.refuse_output_of_other_process(&output)?;
    let planned = loaded_process.plan_run(args, &inventory, &output);
    let planned = match planned {
        Err(failure) if failure.exit == Exit::Usage => return Err(failure),
        planned => planned,
    };
    let output = lock_output(&output)?;
    output.prepare_release_folders().or_exit(Exit::Unexpected)?;
    for action in lnere_release::recover_interrupted_publication(&output)
        .with_context(|| message!("run-not-recovered"))
        .or_exit(Exit::Unexpected)?
    {
        terminal.print_warning(message!("L055-earlier-run-interrupted", action));
    }
    prune_private_files(&loaded_process.process, &inventory, &output.private_folder)?;
    let record = RunRecord { output: &output, started };
    record.write_start()?;

    let run = RunExecution { loaded_process: &loaded_process, args, parts: &parts, output: &output, terminal };
    // A run that ends with a bug has ended, and its record states this.
    let ran = panic::run_step_catching_panics(|| planned.and_then(|plan| run.execute_plan(&plan, &mut inventory)));
    let ran = ran.map(|result| result.with_latest_link_error(output.update_latest_link().err()));
    terminal.finish_progress();
    let record_written = record.write_end(&loaded_process.process, &ran);
    Ok(CompletedRun { result: ran?, loaded_process, output, record_result: record_written })
}

/// The record of a run in `out/private/corridas`; releases do not mention it. It is written at the
/// start, so that a killed run is recognizable by its missing end.
struct RunRecord<'a> {
    output: &'a LockedOutput,
    started: DateTime<Utc>,
}

impl RunRecord<'_> {
    fn write_start(&self) -> Result<(), Failure> {
        self.write(&self.json())
    }

    fn write_end(&self, process: &Process, ran: &Result<RunResult, Failure>) -> Result<(), Failure> {
        let result = match ran {
            Ok(result) => result.json(),
            Err(failure) => RunResult::failure_json(Some(&process.id), failure),
        };
        let mut record = self.json();
        record["ended"] = timestamp(Utc::now()).into();
        record["exit"] = result["exit"].clone();
        record["error"] = result["error"].clone();
        record["result"] = result;
        self.write(&record)
    }

    fn json(&self) -> Value {
        json!({
            "started": timestamp(self.started),
            "ended": null,
            "process_id": std::process::id(),
            "version": env!("CARGO_PKG_VERSION"),
        })
    }

    fn write(&self, record: &Value) -> Result<(), Failure> {
        let name = format!("{}_{}.json", self.started.format("%Y%m%dT%H%M%S%3fZ"), std::process::id());
        let folder = self.output.private_folder.open_folder(RUN_RECORDS_FOLDER);
        let written = folder.and_then(|folder| folder.write(&name, format!("{record:#}\n").as_bytes()));
        written
            .with_context(|| {
                let path = self.output.private_folder.entry_path(RUN_RECORDS_FOLDER);
                message!("commands-cannot-write", path = escaped_name(&path))
            })
            .or_exit(Exit::Unexpected)
    }
}

fn timestamp(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// The requested parts; tables are always made.
pub(super) fn requested_parts(loaded_process: &LoadedProcess, args: &RunArgs) -> Result<Vec<ReleasePart>, Failure> {
    let process = &loaded_process.process;
    let mut parts = args.only.clone().unwrap_or_else(|| process.release_parts.clone());
    parts.push(ReleasePart::Tablas);
    parts.sort_unstable();
    parts.dedup();
    let refused = |message: String| Err(Failure::usage(message));
    let has = |part| parts.contains(&part);
    if has(ReleasePart::Publico) && process.public.is_none() {
        return refused(message!("L050-publico-without-audience"));
    }
    if args.new_series.is_some() && !has(ReleasePart::Publico) {
        return refused(message!("L051-new-series-without-publico"));
    }
    if has(ReleasePart::Tablero) && !has(ReleasePart::Publico) && process.dashboard.audience == Audience::Publico {
        return refused(message!("L052-dashboard-without-publico"));
    }
    Ok(parts)
}

struct RunExecution<'a> {
    loaded_process: &'a LoadedProcess,
    args: &'a RunArgs,
    parts: &'a [ReleasePart],
    output: &'a LockedOutput,
    terminal: &'a Terminal,
}

impl RunExecution<'_> {
    fn execute_plan(&self, plan: &RunPlan, inventory: &mut Inventory) -> Result<RunResult, Failure> {
        let Self { loaded_process: setup, args, parts, output, terminal } = *self;
        self.check_new_series()?;
        let configuration = setup.configuration_records()?;
        let fingerprint = |plan: &RunPlan| pending_revisions::input_fingerprint(plan, &configuration, output);
        if args.due {
            let known =
                PendingChanges::read(&output.private_folder).filter(|known| known.fingerprint == fingerprint(plan));
            if plan.cortes.is_empty() || known.is_some() {
                let (pending, replaced) = known.map(|known| (known.cortes, known.replaced)).unwrap_or_default();
                let result = RunResult::without_new_exports(&setup.process, plan)
                    .with_waiting(plan, output)
                    .with_pending_revisions(pending);
                return Ok(result.with_warnings(RunWarning::for_replaced_exports(&replaced)));
            }
        }

        let choose = |inventory: &Inventory| setup.plan_run(args, inventory, output);
        let (plan, ingested) =
            read_exports(setup, output, inventory, terminal, args.force, choose, |plan: &RunPlan| &plan.exports)?;
        if args.due && plan.cortes.is_empty() {
            // An export changed while it was read, and the counts need it.
            return Ok(RunResult::without_new_exports(&setup.process, &plan).with_waiting(&plan, output));
        }
        write_quarantine(&setup.process, &ingested.files, &output.private_folder)?;
        let gone = RunWarning::for_gone_exports(
            &pending_revisions::find_gone_exports(inventory, output).or_exit(Exit::Unexpected)?,
        );
        let replaced = ReplacedExport::find_all(&ingested.files, output).or_exit(Exit::Unexpected)?;
        if ingested.refused().next().is_some() {
            let result = RunResult::new(&setup.process, &plan, &ingested, Vec::new());
            return Ok(result.with_warnings(gone).with_warnings(RunWarning::for_replaced_exports(&replaced)));
        }

        let (projection_inputs, references) = reference_curves::projection_inputs(setup, output, terminal)?;
        let configuration: Vec<_> = configuration.iter().cloned().chain(references).collect();

        let published_charts = setup.charts_to_publish();
        let context = pipeline::RunContext {
            process: &setup.process,
            catalogs: &setup.catalogs,
            table_definitions: &setup.table_definitions,
            published_table_names: &setup.published_table_names,
            chart_definitions: &setup.chart_definitions,
            published_charts: &published_charts,
            chart_files: &setup.chart_files,
            configuration_records: &configuration,
            projection_inputs: projection_inputs.as_ref(),
            parts,
            statement_file: &setup.statement_file,
            report_template: setup.report_template.as_ref(),
            vintage: plan.vintage,
        };
        if parts.contains(&ReleasePart::Paquetes) && setup.report_template.is_none() {
            terminal.print_warning(message!("L054-packages-without-report"));
        }
        let documents = if context.report_template.is_some() { 2 } else { 1 };
        let steps = 1 + pipeline::package_subjects(&context).len() * documents;
        terminal.begin_stage(message!("stage-publishing"), plan.cortes.len() * steps);
        let mut results = Vec::new();
        for corte in &plan.cortes {
            results.push(self.publish_corte(&context, &ingested, *corte));
            terminal.set_progress(results.len() * steps);
        }
        // A replaced export needs no warning for releases that this run compared and left
        // unchanged. The next run needs none for releases that this run compared or published.
        let with = |of: fn(&CorteResult) -> bool| {
            let is_out = |corte: &str| results.iter().any(|line| of(line) && line.corte().to_string() == corte);
            let replaced = replaced.iter().cloned().filter_map(|one| one.without_releases(is_out));
            replaced.collect::<Vec<_>>()
        };
        let (replaced, left) =
            (RunWarning::for_replaced_exports(&with(CorteResult::is_unchanged)), with(CorteResult::has_release));
        if args.due {
            // The next run checks failed cortes again.
            if results.iter().all(|line| line.combined_failure().is_none()) {
                let cortes = results.iter().filter_map(|line| line.pending_revision().cloned()).collect();
                PendingChanges { fingerprint: fingerprint(&plan), cortes, replaced: left }
                    .write(&output.private_folder)?;
            }
            return Ok(RunResult::new(&setup.process, &plan, &ingested, results)
                .with_waiting(&plan, output)
                .with_warnings(replaced));
        }
        results.extend(
            plan.uncovered_cortes
                .iter()
                .map(|corte| CorteResult::failed(*corte, Exit::ExportsRefused, uncovered_corte_message(&plan))),
        );
        Ok(RunResult::new(&setup.process, &plan, &ingested, results).with_warnings(gone).with_warnings(replaced))
    }

    /// Publishes a corte. With `--due` it only reports the changes to a published corte, unless
    /// revisions are automatic.
    fn publish_corte(&self, context: &pipeline::RunContext, ingested: &Ingested, corte: Corte) -> CorteResult {
        let Self { loaded_process: setup, args, output, terminal, .. } = *self;
        let build_release = |parts: &[ReleasePart]| {
            let pending = pipeline::build_release(&pipeline::RunContext { parts, ..*context }, ingested, corte);
            terminal.print_line(Verbosity::Debug, message!("run-corte-counted", corte));
            pending
        };
        let publish = || -> anyhow::Result<CorteResult> {
            if args.due && output.release_path(corte).exists() {
                let pending = build_release(&[ReleasePart::Tablas])?;
                match pending.difference_from_visible(output)? {
                    RevisionDifference::Same(published) => {
                        return Ok(CorteResult::from_release(corte, published, pending.manifest));
                    }
                    RevisionDifference::Changed(visible, changes) => {
                        let mut change = [PendingRevision::from_changes(&pending, &visible, changes, setup)];
                        mark_kept(&mut change, &read_decisions(&output.private_folder)?);
                        let [change] = change;
                        if change.kept.is_some() || setup.process.schedule.revision_policy == RevisionPolicy::Report {
                            return Ok(CorteResult::would_change(corte, change));
                        }
                    }
                    RevisionDifference::NoVisibleRelease => {}
                }
            }
            let pending = build_release(context.parts)?;
            let manifest = pending.manifest.clone();
            let is_public = manifest.has_part(ReleasePart::Publico);
            let packages =
                |pending: &PendingRelease| Ok(pipeline::build_packages(context, pending, &|| terminal.end_step())?);
            let public = |pending: &PendingRelease| -> anyhow::Result<_> {
                let Some((history, link)) = is_public.then(|| self.history_and_series_link(pending)).transpose()?
                else {
                    return Ok(NamedFiles::new());
                };
                let (files, proofs) = pipeline::build_public_part(
                    context,
                    pending,
                    &history.publications,
                    link,
                    &output.stored_proofs(),
                )?;
                output.store_proofs(&proofs)?;
                Ok(files)
            };
            let mut published = pending.publish(output, args.force, packages, public)?;
            // The release is visible now, and stays visible if a later step fails.
            let trouble = published.error_after_publication.take().map(anyhow::Error::from);
            let ledger_error = if is_public { output.reconcile_publications().err() } else { None };
            terminal.print_line(Verbosity::Debug, message!("run-corte-on-disk", corte));
            Ok(CorteResult::from_release(corte, published, manifest)
                .with_later_error(trouble.or(ledger_error.map(anyhow::Error::from))))
        };
        publish().unwrap_or_else(|error| {
            // The user can correct these errors in the configuration. For example, the process file
            // gives too little for a projection, or a table definition lacks a column.
            let is_usage = error.is::<ProjectionError>()
                || matches!(error.downcast_ref(), Some(ChartError::Column(_)))
                || error.downcast_ref::<PackageError>().is_some_and(PackageError::is_usage_error)
                || error.downcast_ref::<PublicError>().is_some_and(PublicError::is_usage_error)
                || error.is::<SeriesError>();
            let exit = if is_usage { Exit::Usage } else { Exit::Unexpected };
            CorteResult::failed(corte, exit, format!("{error:#}"))
        })
    }
}

impl RunExecution<'_> {
    /// The publications so far, and the place of a release in its series.
    fn history_and_series_link(&self, pending: &PendingRelease) -> anyhow::Result<(PublicHistory, SeriesLink)> {
        let history = self.output.reconcile_publications()?;
        let process = &self.loaded_process.process;
        let link = history.next_series_link(NextPublication {
            series: process.public.as_ref().map_or("", |plan| &plan.series_name),
            notice: process.notice.as_deref(),
            reason: self.args.new_series.as_deref(),
            corte: &pending.manifest.corte,
            revision: pending.manifest.revision,
        })?;
        Ok((history, link))
    }

    /// Refuses `--new-series` if the series has already begun. Otherwise an option that stays in a
    /// unit file would begin a series in every output.
    fn check_new_series(&self) -> Result<(), Failure> {
        let process = &self.loaded_process.process;
        let Some(plan) = process.public.as_ref().filter(|_| self.args.new_series.is_some()) else { return Ok(()) };
        let history = self.output.reconcile_publications().or_exit(Exit::Unexpected)?;
        history.check_series_not_begun(&plan.series_name, process.notice.as_deref()).or_exit(Exit::Usage)
    }
}

fn uncovered_corte_message(plan: &RunPlan) -> String {
    let newest = |files: &[ExportFile]| files.last().map(|file| file.name.clone());
    let newest: Vec<String> =
        [&plan.exports.solicitudes, &plan.exports.credenciales].into_iter().filter_map(|files| newest(files)).collect();
    let day = plan.covered_to.unwrap_or(plan.vintage);
    message!("L053-corte-not-covered", exports = join_with_and(&newest), day)
}
