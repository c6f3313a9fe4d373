/*!
`lnere tablero`: makes the dashboard of the newest exports at any date, or for the audience
`publico` that of the newest release.
*/

use std::fmt::Write as _;
use std::path::Path;

use anyhow::Context as _;
use chrono::NaiveDate;
use serde_json::json;

use super::args::{DashboardArgs, OutputFormat};
use super::export_reading::{read_exports, set_umask};
use super::failure::{Exit, Failure, OrExit, finish_command};
use super::json_result::json_text;
use super::loaded_process::{LoadedProcess, plan_failure, set_thread_count};
use super::reference_curves;
use super::refusals_and_warnings::{RefusedExport, refused_exports_failure};
use super::target_folder::{check_apart_from_inputs, check_can_be_folder};
use super::terminal::{Terminal, count_text, print};
use crate::pipeline;
use crate::run_plan::{self, Exports, PlanError};
use lnere_core::NamedFiles;
use lnere_core::calendar::Corte;
use lnere_core::process::Audience;
use lnere_core::terminal_text::{escaped_name, path_text};
use lnere_ingest::Inventory;
use lnere_messages::{count, message};
use lnere_release::{DashboardFolder, DashboardFolderError, DashboardReplacement, LockError, Output, resolve_path};

pub(super) fn tablero(args: &DashboardArgs, terminal: &Terminal) -> Result<(), Failure> {
    set_thread_count(args.jobs)?;
    let loaded_process = LoadedProcess::load(&args.exports.process.path()?)?;
    set_umask();
    let requested = args.dashboard_folder();
    check_can_be_folder(&requested)?;
    check_apart_from_inputs("dashboard", &requested, loaded_process.inputs_folder(args.exports.inputs.as_deref()))?;
    // A link is resolved before the owner of the folder is checked.
    let resolved_path = resolve_path(&requested)
        .with_context(|| message!("commands-cannot-read", path = escaped_name(&requested)))
        .or_exit(Exit::Unexpected)?;
    let folder = resolved_path.parent().unwrap_or(&resolved_path);
    loaded_process.refuse_output_of_other_process(&Output::new(folder))?;
    let lock_folder =
        || DashboardFolder::lock(&resolved_path, &loaded_process.process.id).map_err(dashboard_folder_failure);
    let audience = loaded_process.process.dashboard.audience;
    // The checks that do not need the folder come before it is locked.
    let (dashboard_folder, made) = match audience {
        Audience::Opl => {
            refuse_unused_option(args.releases.is_some(), || message!("L030-releases-without-effect"))?;
            let inventory = loaded_process.list_exports_for_run(args.exports.inputs.as_deref(), args.due, terminal)?;
            match select_exports(&loaded_process, args, &inventory) {
                // The first exports, or all of them, are still being copied.
                Err(PlanError::SourceMissing { .. }) if args.due && !inventory.arriving.is_empty() => return Ok(()),
                chosen => chosen.map_err(plan_failure)?,
            };
            (lock_folder()?, dashboard_from_exports(&loaded_process, args, &Output::new(folder), terminal, inventory)?)
        }
        Audience::Publico => {
            refuse_unused_option(args.vintage.is_some(), || message!("L030-vintage-without-effect"))?;
            let releases = Output::new(args.releases.as_deref().unwrap_or(folder));
            let made = dashboard_from_release(&loaded_process, &releases)?;
            (lock_folder()?, made)
        }
    };
    let path = escaped_name(&requested);
    match dashboard_folder.existing_summary().filter(|_| !args.force) {
        Some(existing) if existing.audiencia != audience.name() && audience == Audience::Opl => {
            let message = message!("L031-public-dashboard-there", path, audience = existing.audiencia);
            return Err(Failure::usage(message));
        }
        // A dashboard for another audience is always replaced.
        Some(existing) if existing.audiencia == audience.name() && made.last_day < existing.hasta => {
            let (existing, new) = (existing.hasta, made.last_day);
            if !args.due {
                let message = message!("L032-newer-dashboard-there", path, existing, new);
                return Err(Failure::usage(message));
            }
            terminal.print_warning(message!("dashboard-newer-stays", path, existing, new));
            return Ok(());
        }
        _ => {}
    }
    let replacement = dashboard_folder.replace(&made.files).map_err(dashboard_folder_failure)?;
    drop(dashboard_folder);
    if replacement == DashboardReplacement::ReplacedWithOtherGroup {
        terminal.print_warning(message!("L033-dashboard-group-lost", path));
    }
    let text = result_text(&loaded_process, args.format.format, &requested, &made, replacement);
    finish_command(print(&text, &message!("dashboard-done")), Ok(()))
}

/// Refuses an option that has no effect for an audience.
fn refuse_unused_option(is_given: bool, message: impl Fn() -> String) -> Result<(), Failure> {
    if is_given { Err(Failure::usage(message())) } else { Ok(()) }
}

/// The closing message.
fn result_text(
    loaded_process: &LoadedProcess,
    format: OutputFormat,
    folder: &Path,
    new_dashboard: &NewDashboard,
    replacement: DashboardReplacement,
) -> String {
    let NewDashboard { files, last_day, application_count: applications } = new_dashboard;
    let audience = loaded_process.process.dashboard.audience.name();
    let is_unchanged = replacement == DashboardReplacement::Unchanged;
    let bytes: usize = files.iter().map(|(_, bytes)| bytes.len()).sum();
    match format {
        OutputFormat::Json => {
            let result = json!({
                "process": loaded_process.process.id,
                "audience": audience,
                "until": last_day.to_string(),
                "applications": applications,
                "path": path_text(folder),
                "replaced": !is_unchanged,
                "files": files.len(),
                "bytes": bytes,
            });
            json_text(result, &Ok(()))
        }
        OutputFormat::Text => {
            let title = &loaded_process.process.title;
            let mut text = if is_unchanged {
                format!("{title}\n\n{}\n", message!("dashboard-unchanged", last_day, audience))
            } else {
                format!("{title}\n\n{}\n", message!("dashboard-written", last_day, audience))
            };
            if let Some(total) = applications {
                let total = format!("{:>9}", count_text(*total));
                let _ = writeln!(text, "  {}", message!("dashboard-applications", total));
            }
            let size = format!("{:.1}", bytes as f64 / 1e6);
            let _ = writeln!(text, "  {}", message!("dashboard-size", files = count(files.len()), size));
            let _ = writeln!(text, "{}", message!("dashboard-open", path = escaped_name(&folder.join("index.html"))));
            text
        }
    }
}

/// A dashboard that is not in its place yet.
struct NewDashboard {
    files: NamedFiles,
    /// The last counted day.
    last_day: NaiveDate,
    /// The number of counted applications; `None` if it shows published tables.
    application_count: Option<u64>,
}

/// The existing exports up to the vintage.
fn select_exports(
    loaded_process: &LoadedProcess,
    args: &DashboardArgs,
    inventory: &Inventory,
) -> Result<Exports, PlanError> {
    run_plan::all_exports(&loaded_process.process, inventory, args.vintage, args.today.today())
}

fn dashboard_from_exports(
    loaded_process: &LoadedProcess,
    args: &DashboardArgs,
    output: &Output,
    terminal: &Terminal,
    mut inventory: Inventory,
) -> Result<NewDashboard, Failure> {
    let choose = |inventory: &Inventory| select_exports(loaded_process, args, inventory).map_err(plan_failure);
    let (exports, ingested) =
        read_exports(loaded_process, output, &mut inventory, terminal, false, choose, |exports| exports)?;
    terminal.finish_progress();
    let refused = RefusedExport::from_ingested(&ingested);
    if let Some(failure) = refused_exports_failure(&message!("L010-exports-refused-dashboard-kept"), &refused) {
        return Err(failure);
    }
    // After this day one of the two sources has no data, and the page would show zeros.
    let newest = [&exports.solicitudes, &exports.credenciales].map(|files| files.last().map(|file| file.date));
    let last_day = newest.into_iter().flatten().min().unwrap_or(loaded_process.process.opens);
    let LoadedProcess { process, catalogs, .. } = loaded_process;
    let corte_data = match Corte::range(process.opens, last_day.min(process.election_day)).last() {
        // Before the first corte there is no table, and the page shows counts alone.
        None => None,
        Some(corte) => {
            let (projection_inputs, _) = reference_curves::projection_inputs(loaded_process, output, terminal)?;
            let made = pipeline::corte_data_for_dashboard(
                process,
                catalogs,
                &loaded_process.table_definitions,
                projection_inputs.as_ref(),
                &ingested,
                corte,
            );
            Some(made.or_exit(Exit::Unexpected)?)
        }
    };
    let data = lnere_dashboard::exact_data(
        process,
        catalogs,
        &loaded_process.chart_definitions,
        &ingested.facts,
        last_day,
        corte_data,
    )
    .or_exit(Exit::Unexpected)?;
    let applications = data.solicitudes.as_ref().map(|cube| cube.total);
    Ok(NewDashboard { files: lnere_dashboard::dashboard_files(&data), last_day, application_count: applications })
}

fn dashboard_from_release(loaded_process: &LoadedProcess, releases: &Output) -> Result<NewDashboard, Failure> {
    loaded_process.refuse_output_of_other_process(releases)?;
    let newest = releases.newest_public_folder().context(message!("dashboard-kept")).or_exit(Exit::Unexpected)?;
    let (Some(newest), Some(plan)) = (newest, &loaded_process.process.public) else {
        let message = message!("L034-nothing-public", folder = escaped_name(releases.root()));
        return Err(Failure::usage(message));
    };
    // The labels of the page come from the process file, which must match that of the counts.
    pipeline::check_same_settings(&loaded_process.process, plan, &loaded_process.table_definitions, &newest.manifest)
        .or_exit(Exit::Usage)?;
    let last_day = newest.corte.day();
    let data = lnere_dashboard::public_data(
        &loaded_process.process,
        plan,
        &loaded_process.catalogs,
        &loaded_process.chart_definitions,
        &newest.tables,
        last_day,
    );
    Ok(NewDashboard { files: lnere_dashboard::dashboard_files(&data), last_day, application_count: None })
}

fn dashboard_folder_failure(error: DashboardFolderError) -> Failure {
    let exit = match &error {
        DashboardFolderError::OutputLocked(LockError::Held { .. }) | DashboardFolderError::DashboardLocked { .. } => {
            Exit::LockHeld
        }
        DashboardFolderError::NotADashboard { .. }
        | DashboardFolderError::ForbiddenPath { .. }
        | DashboardFolderError::OtherProcess { .. } => Exit::Usage,
        DashboardFolderError::OutputLocked(LockError::Io { .. } | LockError::ForeignOwner(_))
        | DashboardFolderError::Io { .. } => Exit::Unexpected,
    };
    Failure::new(exit, error)
}
