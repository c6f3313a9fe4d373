/*!
Loads what several commands need: the process, its tables and charts, and the existing exports.
*/

use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use anyhow::Context as _;
use chrono::NaiveDate;

use super::args::{RunArgs, TodayArg};
use super::failure::{Exit, Failure, OrExit};
use super::pending_revisions::find_gone_exports;
use super::reference_curves;
use super::terminal::Terminal;
use crate::run_plan::{self, Exports, PlanError, RequestedCortes, RunPlan, RunRequest};
use lnere_charts::ChartDefinition;
use lnere_core::calendar::Corte;
use lnere_core::catalog::Catalogs;
use lnere_core::column_names;
use lnere_core::process::{AcceptedExports, NameWithLine, Process, PublicAudience};
use lnere_core::terminal_text::escaped_name;
use lnere_disclosure::{can_be_public, grain_of_plan};
use lnere_ingest::{ExportFile, Inventory, ReleaseInput, UnreadFile};
use lnere_messages::message;
use lnere_package::ReportTemplate;
use lnere_release::{ConfigRecord, Manifest, Output};
use lnere_statements::StatementFile;
use lnere_tables::{TableDefinition, TableKey};

/// The time after which a run no longer waits for an export whose copy has stopped.
const COPY_ABANDONED_AFTER: Duration = Duration::from_hours(24);

/// A process with all files that it names.
pub(super) struct LoadedProcess {
    pub process: Process,
    pub catalogs: Catalogs,
    /// All tables; charts may use tables that are not published.
    pub table_definitions: Vec<TableDefinition>,
    /// The names of the published tables.
    pub published_table_names: Vec<String>,
    /// All charts; the limits of their categories also hold where a chart is not published.
    pub chart_definitions: Vec<ChartDefinition>,
    /// The names of the charts to publish.
    pub published_chart_names: Vec<String>,
    /// The files of all charts.
    pub chart_files: Vec<PathBuf>,
    /// The sentences that products state; none if the process file names no file of them.
    pub statement_file: StatementFile,
    /// The report template, if the program makes reports and the process file names one.
    pub report_template: Option<ReportTemplate>,
    /// The exports that an operator accepted although a plausibility rule refuses them.
    pub accepted_exports: AcceptedExports,
    /// All configuration files.
    pub configuration_files: Vec<PathBuf>,
}

impl LoadedProcess {
    pub fn load(path: &Path) -> Result<Self, Failure> {
        let (process, catalogs) = Process::load(path).or_exit(Exit::Usage)?;
        Self::with_definitions(path, process, catalogs)
    }

    /// Loads what a process file that was read already names: tables, charts, report template and
    /// accepted exports.
    pub fn with_definitions(path: &Path, process: Process, catalogs: Catalogs) -> Result<Self, Failure> {
        let all = TableDefinition::load(&process.tables_file, &process).or_exit(Exit::Usage)?;
        let names: Vec<_> = all.iter().map(|table| table.name.clone()).collect();
        check_listed_names(path, "tables", process.selected_tables.as_deref(), &names)?;
        let wanted = |name: &str, list: &Option<Vec<NameWithLine>>| {
            list.as_ref().is_none_or(|list| list.iter().any(|listed| listed.name == name))
        };
        let published: Vec<String> = names.into_iter().filter(|name| wanted(name, &process.selected_tables)).collect();

        check_public_tables(path, process.public.as_ref(), &all)?;

        let charts = ChartDefinition::load_folder(&process.charts_dir, &process)
            .with_context(|| message!("commands-charts-unreadable", folder = escaped_name(&process.charts_dir)))
            .or_exit(Exit::Usage)?;
        let names: Vec<_> = charts.iter().map(|(_, chart)| chart.name().to_owned()).collect();
        check_listed_names(path, "charts", process.selected_charts.as_deref(), &names)?;
        let published_charts: Vec<String> =
            names.into_iter().filter(|name| wanted(name, &process.selected_charts)).collect();
        check_chart_tables(&charts, &published_charts, &all)?;

        let statement_file = process.statements_file.as_deref().map(StatementFile::load);
        let statement_file = statement_file.transpose().or_exit(Exit::Usage)?.unwrap_or_default();

        let folder = process.report_template_dir.as_deref().filter(|_| cfg!(feature = "reports"));
        let report_template = folder.map(ReportTemplate::load).transpose().or_exit(Exit::Usage)?;

        let accepted_exports = AcceptedExports::load(&process.thresholds.accepted_exports_file).or_exit(Exit::Usage)?;

        let mut configuration_files = vec![path.to_owned()];
        configuration_files.extend(accepted_exports.file().map(Path::to_owned));
        configuration_files.extend(catalogs.files.iter().cloned());
        configuration_files.push(process.tables_file.clone());
        configuration_files.extend(process.projection.iter().flat_map(|plan| plan.input_files.iter().cloned()));
        configuration_files.extend(process.denominators.iter().map(|denominator| denominator.path.clone()));
        let mut chart_files: Vec<PathBuf> = charts.iter().map(|(path, _)| path.clone()).collect();
        chart_files.dedup();
        configuration_files.extend(chart_files.iter().cloned());
        configuration_files.extend(statement_file.path().map(Path::to_owned));
        configuration_files.extend(report_template.iter().flat_map(ReportTemplate::template_paths).map(Path::to_owned));
        let chart_definitions: Vec<ChartDefinition> = charts.into_iter().map(|(_, chart)| chart).collect();
        Ok(Self {
            process,
            catalogs,
            table_definitions: all,
            published_table_names: published,
            chart_definitions,
            published_chart_names: published_charts,
            chart_files,
            statement_file,
            report_template,
            accepted_exports,
            configuration_files,
        })
    }

    /// The definitions of the charts to publish.
    pub fn charts_to_publish(&self) -> Vec<&ChartDefinition> {
        let is_published =
            |chart: &&ChartDefinition| self.published_chart_names.iter().any(|name| name == chart.name());
        self.chart_definitions.iter().filter(is_published).collect()
    }

    /// The checksums of all configuration files.
    pub fn configuration_records(&self) -> Result<Vec<ConfigRecord>, Failure> {
        let record = |path: &PathBuf| {
            ConfigRecord::from_file(path).with_context(|| message!("commands-cannot-read", path = escaped_name(path)))
        };
        self.configuration_files.iter().map(record).collect::<Result<_, _>>().or_exit(Exit::Unexpected)
    }

    /// Lists the inputs folder, and reports the names that are not read.
    pub fn list_and_report_exports(&self, inputs: Option<&Path>, terminal: &Terminal) -> Result<Inventory, Failure> {
        let inventory = self.list_exports(inputs)?;
        for UnreadFile { name, advice } in &inventory.unread_files {
            terminal.print_warning(message!("commands-file-not-read", name = escaped_name(name), advice));
        }
        Ok(inventory)
    }

    /// The folder of the exports: the one of the command line, else that of the process file.
    pub fn inputs_folder<'a>(&'a self, inputs: Option<&'a Path>) -> &'a Path {
        inputs.unwrap_or(&self.process.exports_dir)
    }

    /// Lists the inputs folder.
    pub fn list_exports(&self, inputs: Option<&Path>) -> Result<Inventory, Failure> {
        let folder = self.inputs_folder(inputs);
        Inventory::list_folder(folder, &self.process).map_err(|error| {
            let denied = error.kind() == io::ErrorKind::PermissionDenied;
            let exit = if denied { Exit::Unexpected } else { Exit::ExportsRefused };
            let context = message!("L011-inputs-unreadable", folder = escaped_name(folder));
            Failure::new(exit, anyhow::Error::from(error).context(context))
        })
    }

    /// The exports that a run may read. An unattended run leaves recently written ones, because an
    /// interrupted copy looks like a complete file.
    pub fn list_exports_for_run(
        &self,
        inputs: Option<&Path>,
        unattended: bool,
        terminal: &Terminal,
    ) -> Result<Inventory, Failure> {
        let mut inventory = self.list_and_report_exports(inputs, terminal)?;
        if unattended {
            self.set_aside_recently_written(&mut inventory);
        }
        for left in &inventory.arriving {
            terminal.print_warning(set_aside_export_message(&left.name));
        }
        Ok(inventory)
    }

    /// Sets aside the exports that were written within the quiet period of the process file.
    pub fn set_aside_recently_written(&self, inventory: &mut Inventory) {
        inventory.set_aside(|file| self.was_written_recently(file));
    }

    fn was_written_recently(&self, file: &ExportFile) -> bool {
        let now = SystemTime::now();
        // A clock that is ahead may date a file slightly in the future; a distant time has no
        // meaning.
        let distance = |modified| now.duration_since(modified).unwrap_or_else(|ahead| ahead.duration());
        file.stamp.modified.is_some_and(|modified| distance(modified) < self.process.schedule.quiet_period)
    }

    /// Plans a run with these arguments for the existing exports and releases.
    pub fn plan_run(&self, args: &RunArgs, inventory: &Inventory, output: &Output) -> Result<RunPlan, Failure> {
        let cortes = match (args.corte, args.from, args.to) {
            (Some(corte), ..) => RequestedCortes::One(corte),
            (None, Some(from), Some(to)) => RequestedCortes::Range(from, to),
            _ if args.due => return self.plan_due_cortes(args.vintage, args.today.today(), inventory, output),
            _ => RequestedCortes::Newest,
        };
        let request =
            RunRequest { cortes, vintage_limit: args.vintage, today: args.today.today(), abandoned_since: None };
        let plan = run_plan::plan(&self.process, inventory, &request).map_err(plan_failure)?;
        if !args.force {
            Self::refuse_older_exports(&plan, output)?;
        }
        Ok(plan)
    }

    /// Plans an unattended run. It waits for missing exports that an earlier run has seen, and does
    /// not fail.
    pub fn plan_due_cortes(
        &self,
        vintage: Option<NaiveDate>,
        today: NaiveDate,
        inventory: &Inventory,
        output: &Output,
    ) -> Result<RunPlan, Failure> {
        let abandoned = SystemTime::now().checked_sub(COPY_ABANDONED_AFTER);
        let request =
            RunRequest { cortes: RequestedCortes::Due, vintage_limit: vintage, today, abandoned_since: abandoned };
        let mut plan = run_plan::plan(&self.process, inventory, &request).map_err(plan_failure)?;
        let exports = &plan.exports;
        plan.cortes.retain(|corte| {
            output.visible_manifest(*corte).is_none_or(|visible| newest_absent_input(&visible, exports).is_none())
        });
        let unreadable = || message!("commands-releases-unreadable", folder = escaped_name(output.root()));
        plan.gone_exports = find_gone_exports(inventory, output).with_context(unreadable).or_exit(Exit::Unexpected)?;
        plan.reference_exports = reference_curves::reference_exports(self);
        let unsettled = plan.reference_exports.iter().filter_map(|one| one.export.as_ref());
        let unsettled: Vec<_> =
            unsettled.filter(|export| self.was_written_recently(export)).map(|one| one.name.clone()).collect();
        plan.await_exports(unsettled);
        Ok(plan)
    }

    /// All existing exports.
    pub fn all_exports(&self, today: &TodayArg, inventory: &Inventory) -> Result<Exports, Failure> {
        run_plan::all_exports(&self.process, inventory, None, today.today()).map_err(plan_failure)
    }

    /// Refuses an output folder of another process.
    pub fn refuse_output_of_other_process(&self, output: &Output) -> Result<(), Failure> {
        let unreadable = || message!("commands-releases-unreadable", folder = escaped_name(output.root()));
        let cortes = output.published_cortes().with_context(unreadable).or_exit(Exit::Unexpected)?;
        let mut manifests = cortes.into_iter().filter_map(|corte| output.visible_manifest(corte));
        let Some(other) = manifests.find(|manifest| manifest.process != self.process.id) else { return Ok(()) };
        let message = message!(
            "L012-output-of-other-process",
            folder = escaped_name(output.root()),
            owner = other.process,
            process = self.process.id
        );
        Err(Failure::usage(message))
    }

    /// Refuses to replace a release if one of its exports is missing, because its counts would
    /// become older.
    fn refuse_older_exports(plan: &RunPlan, output: &Output) -> Result<(), Failure> {
        let visible = |corte: &Corte| Some((*corte, output.visible_manifest(*corte)?));
        for (corte, manifest) in plan.cortes.iter().filter_map(visible) {
            if let Some(input) = newest_absent_input(&manifest, &plan.exports) {
                let export = escaped_name(&input.name);
                let message = message!("L013-older-exports", corte, export, vintage = plan.vintage);
                return Err(Failure::usage(message));
            }
        }
        Ok(())
    }
}

/// The newest export of a release that is missing from these exports. An export of the same day and
/// source in another format counts as present.
fn newest_absent_input<'a>(manifest: &'a Manifest, exports: &Exports) -> Option<&'a ReleaseInput> {
    let is_there = |input: &ReleaseInput| {
        exports.iter().any(|file| file.source.name() == input.source && file.date.to_string() == input.date)
    };
    manifest.inputs.iter().filter(|input| !is_there(input)).max_by_key(|input| &input.date)
}

/// The message on an export that the run sets aside.
pub(super) fn set_aside_export_message(name: &str) -> String {
    message!("L014-export-still-arriving", name = escaped_name(name))
}

/// Refuses a process file that lists an unknown name.
fn check_listed_names(
    path: &Path,
    list_name: &str,
    listed_names: Option<&[NameWithLine]>,
    known_names: &[String],
) -> Result<(), Failure> {
    let Some(NameWithLine { name, line }) =
        listed_names.unwrap_or_default().iter().find(|listed| !known_names.contains(&listed.name))
    else {
        return Ok(());
    };
    let (path, names) = (escaped_name(path), known_names.join(", "));
    let message = message!("L015-unknown-name-in-list", path, line, list = list_name, name, names);
    Err(Failure::usage(message))
}

/// Refuses a published chart that reads an unknown table, or shows an entity the rows of all entities
/// in a table that is not shared.
fn check_chart_tables(
    charts: &[(PathBuf, ChartDefinition)],
    published_chart_names: &[String],
    definitions: &[TableDefinition],
) -> Result<(), Failure> {
    for (path, chart) in
        charts.iter().filter(|(_, chart)| published_chart_names.iter().any(|name| name == chart.name()))
    {
        let is_known = |name: &&str| definitions.iter().any(|definition| definition.name == *name);
        let is_shared = |name: &&str| definitions.iter().any(|table| table.name == *name && table.is_shared_with_all);
        let unknown = chart.table_names().find(|name| !is_known(name));
        let not_shared = chart.table_to_share().filter(|name| !is_shared(name));
        let Some(table) = unknown.or(not_shared) else { continue };
        let text = lnere_core::regular_file::read_to_string(path).unwrap_or_default();
        let line = text.lines().position(|line| line.contains(&format!("\"{table}\"")));
        let place = line.map_or_else(String::new, |line| format!(":{}", line + 1));
        let file = format!("{}{place}", escaped_name(path));
        let message = if unknown.is_some() {
            let names: Vec<&str> = definitions.iter().map(|definition| definition.name.as_str()).collect();
            message!("L015-unknown-table-of-chart", file, chart = chart.name(), table, names = names.join(", "))
        } else {
            message!("L015-chart-of-table-not-shared", file, chart = chart.name(), table)
        };
        return Err(Failure::usage(message));
    }
    Ok(())
}

/// Checks the public tables of the process file: they must have cumulative counts, and their keys
/// must be key columns of the exact tables.
fn check_public_tables(path: &Path, plan: Option<&PublicAudience>, tables: &[TableDefinition]) -> Result<(), Failure> {
    for table in plan.into_iter().flat_map(|plan| &plan.public_tables) {
        let definition = tables.iter().find(|definition| definition.name == table.name);
        let definition = definition.filter(|definition| can_be_public(definition));
        let problem = match definition {
            None => {
                let names = tables.iter().filter(|table| can_be_public(table));
                let names: Vec<&str> = names.map(|table| table.name.as_str()).collect();
                Some(message!("L016-table-not-public", table = table.name, names = names.join(", ")))
            }
            Some(definition) => {
                let keys = definition.key_columns();
                let by_country = definition.keys.contains(&TableKey::Pais)
                    && table
                        .kept_key_columns
                        .as_ref()
                        .is_none_or(|by| by.iter().any(|column| column == column_names::CVE_PAIS));
                let is_whole = plan
                    .and_then(|plan| plan.merges_by_column.get(column_names::CVE_PAIS))
                    .is_some_and(|merge| merge.unmerged_countries.is_some());
                if by_country && !is_whole {
                    return Err(public_table_failure(
                        path,
                        table.line,
                        &message!("L016-countries-not-whole", table = table.name),
                    ));
                }
                let unknown_key =
                    table.kept_key_columns.iter().flatten().find(|by| *by == "corte" || !keys.contains(&by.as_str()));
                unknown_key.map(|by| {
                    message!("L016-table-not-by-key", table = table.name, key = by, keys = keys[1..].join(", "))
                })
            }
        };
        if let Some(problem) = problem {
            return Err(public_table_failure(path, table.line, &problem));
        }
    }
    let Some(plan) = plan else { return Ok(()) };
    let line = plan.public_tables.first().map_or(1, |table| table.line);
    match grain_of_plan(plan, tables).find_missing_margin() {
        None => Ok(()),
        Some((one, other, margin)) => {
            Err(public_table_failure(path, line, &message!("L016-missing-margin", one, other, margin)))
        }
    }
}

/// The failure of a process file whose public tables are wrong.
fn public_table_failure(path: &Path, line: usize, problem: &str) -> Failure {
    let message = format!("{}:{line}: audiences.publico.tables: {problem}", escaped_name(path));
    Failure::usage(message)
}

pub(super) fn plan_failure(error: PlanError) -> Failure {
    let exit = if error.is_usage_error() { Exit::Usage } else { Exit::ExportsRefused };
    Failure::new(exit, error)
}

/// Sets the number of threads; the thread pool starts at its first use.
pub(super) fn set_thread_count(jobs: Option<u16>) -> Result<(), Failure> {
    let threads = jobs.map_or(0, usize::from);
    rayon::ThreadPoolBuilder::new().num_threads(threads).build_global().or_exit(Exit::Unexpected)
}
