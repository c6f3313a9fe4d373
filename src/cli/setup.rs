/*!
What several commands begin with: the process, its tables and charts, the exports that are there.
*/

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use chrono::{NaiveDate, Utc};
use chrono_tz::America::Mexico_City;

use super::args::RunArgs;
use super::failure::{Exit, Failure, OrExit};
use super::terminal::{Terminal, Verbosity};
use crate::catalog::Catalogs;
use crate::charts::ChartDefinition;
use crate::ingest::{FileReport, Inventory};
use crate::plan::{self, Cortes, Plan, PlanError, Request};
use crate::process::{Listed, Process};
use crate::release::{ConfigRecord, PrivateFolder};
use crate::tables::TableDefinition;

/// A process with all that its file names.
pub(super) struct Setup {
    pub process: Process,
    pub catalogs: Catalogs,
    /// All tables; charts may be drawn from some that are not published.
    pub tables: Vec<TableDefinition>,
    /// The names of those that are.
    pub published: Vec<String>,
    pub charts: Vec<ChartDefinition>,
    /// The files behind all of these.
    pub files: Vec<PathBuf>,
}

impl Setup {
    pub fn load(path: &Path) -> Result<Self, Failure> {
        let (process, catalogs) = Process::load(path).or_exit(Exit::Usage)?;
        let all = TableDefinition::load(&process.tables_file).or_exit(Exit::Usage)?;
        let names: Vec<_> = all.iter().map(|table| table.name.clone()).collect();
        known(path, "tables", process.tables.as_deref(), &names)?;
        let wanted = |name: &str, list: &Option<Vec<Listed>>| {
            list.as_ref().is_none_or(|list| list.iter().any(|listed| listed.name == name))
        };
        let published = names.into_iter().filter(|name| wanted(name, &process.tables)).collect();

        let charts = charts(&process.charts_dir)?;
        let names: Vec<_> = charts.iter().map(|(_, chart)| chart.name().to_owned()).collect();
        known(path, "charts", process.charts.as_deref(), &names)?;
        let charts: Vec<_> = charts.into_iter().filter(|(_, chart)| wanted(chart.name(), &process.charts)).collect();

        let mut files = vec![path.to_owned()];
        files.extend(catalogs.files.iter().cloned());
        files.push(process.tables_file.clone());
        files.extend(charts.iter().map(|(path, _)| path.clone()));
        let charts = charts.into_iter().map(|(_, chart)| chart).collect();
        Ok(Self { process, catalogs, tables: all, published, charts, files })
    }

    /// The checksums of the files behind it.
    pub fn configuration(&self) -> Result<Vec<ConfigRecord>, Failure> {
        let record = |path: &PathBuf| ConfigRecord::of(path).with_context(|| format!("cannot read {}", path.display()));
        self.files.iter().map(record).collect::<Result<_, _>>().or_exit(Exit::Unexpected)
    }

    pub fn inventory(&self, inputs: Option<&Path>, terminal: &Terminal) -> Result<Inventory, Failure> {
        let folder = inputs.unwrap_or(&self.process.inputs);
        let inventory = Inventory::of(folder)
            .with_context(|| format!("cannot list the inputs folder {}", folder.display()))
            .or_exit(Exit::Refused)?;
        for name in &inventory.ignored {
            terminal.say(
                Verbosity::Normal,
                format!("not read: {name}; an export ends in .csv, .csv.gz, .csv.zst or .parquet"),
            );
        }
        Ok(inventory)
    }

    pub fn plan(&self, args: &RunArgs, terminal: &Terminal) -> Result<Plan, Failure> {
        let inventory = self.inventory(args.inputs.as_deref(), terminal)?;
        let cortes = match (args.corte, args.from, args.to) {
            (Some(corte), ..) => Cortes::One(corte),
            (None, Some(from), Some(to)) => Cortes::Range(from, to),
            _ => Cortes::Newest,
        };
        let request = Request { cortes, vintage: args.vintage, today: today() };
        plan::plan(&self.process, &inventory, &request).map_err(plan_failure)
    }
}

/// The chart definitions of a folder, by name.
fn charts(folder: &Path) -> Result<Vec<(PathBuf, ChartDefinition)>, Failure> {
    let list = || -> anyhow::Result<Vec<(PathBuf, ChartDefinition)>> {
        let mut paths =
            std::fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<std::io::Result<Vec<_>>>()?;
        paths.retain(|path| path.extension().is_some_and(|extension| extension == "toml"));
        paths.sort();
        let parse = |path: PathBuf| {
            let name = path.file_stem().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            let text = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
            let chart = ChartDefinition::parse(&name, &text)?;
            Ok((path, chart))
        };
        paths.into_iter().map(parse).collect()
    };
    list().with_context(|| format!("cannot read the charts of {}", folder.display())).or_exit(Exit::Usage)
}

/// The names that a process file lists must be there.
fn known(path: &Path, what: &str, listed: Option<&[Listed]>, names: &[String]) -> Result<(), Failure> {
    let Some(Listed { name, line }) = listed.unwrap_or_default().iter().find(|listed| !names.contains(&listed.name))
    else {
        return Ok(());
    };
    let (path, names) = (path.display(), names.join(", "));
    let message = format!("{path}:{line}: publish.{what} names `{name}`, expected some of: {names}");
    Err(Failure::message(Exit::Usage, message))
}

pub(super) fn plan_failure(error: PlanError) -> Failure {
    let exit = if error.is_usage() { Exit::Usage } else { Exit::Refused };
    Failure::new(exit, error)
}

/// Today in Mexico City: the one place where the clock decides what is read.
pub(super) fn today() -> NaiveDate {
    Utc::now().with_timezone(&Mexico_City).date_naive()
}

/// Sets the number of threads; the pool is made on first use.
pub(super) fn threads(jobs: Option<u16>) -> Result<(), Failure> {
    let threads = jobs.map_or(0, usize::from);
    rayon::ThreadPoolBuilder::new().num_threads(threads).build_global().or_exit(Exit::Unexpected)
}

/// Writes where each rejected record is to `out/private/cuarentena`, a file for each export that
/// has any: file, line, column and rule, and no cell.
pub(super) fn quarantine(process: &Process, reports: &[FileReport], private: &PrivateFolder) -> Result<(), Failure> {
    let write = || -> std::io::Result<()> {
        let folder = private.folder("cuarentena")?;
        for report in reports {
            let name = format!("{}.csv", report.file.name);
            if report.rejections.is_empty() {
                // What an earlier run said of the file does not hold any more.
                folder.remove(&name)?;
                continue;
            }
            let mut csv = String::from("archivo,linea,columna,regla\n");
            for rejection in &report.rejections {
                let column = rejection.column.map(|index| report.column(process, index)).unwrap_or_default();
                let (file, line, rule) = (&report.file.name, rejection.line, rejection.rule.code());
                // Writing to a string cannot fail.
                let _ = writeln!(csv, "{file},{line},{column},{rule}");
            }
            folder.write(&name, csv.as_bytes())?;
        }
        Ok(())
    };
    write().with_context(|| format!("cannot write {}", private.path("cuarentena").display())).or_exit(Exit::Unexpected)
}
