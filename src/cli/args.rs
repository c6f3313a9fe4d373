/*!
Defines the command line: commands, options and their help.
*/

use std::env;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use chrono::{NaiveDate, Utc};
use chrono_tz::America::Mexico_City;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

use super::failure::{Exit, Failure, OrExit};
use crate::built_in_configuration::{ProcessFile, SAMPLE_PROCESS_FILE};
use lnere_core::calendar::{Corte, parse_iso_day};
use lnere_core::invisible_characters;
use lnere_core::process::{PlausibilityRule, ReleasePart};
use lnere_dashboard::DASHBOARD_FOLDER;
use lnere_messages::message;

/// The default process file.
const DEFAULT_PROCESS: &str = SAMPLE_PROCESS_FILE;

/// The process file that `init` writes.
const DEFAULT_NEW_PROCESS: &str = "pipelines/mi_proceso.toml";

/// The seed of the committed sample.
const DEFAULT_SEED: u64 = 1;

/// The default output folder.
const DEFAULT_OUTPUT: &str = "out";

/// The environment variable that names the process file.
const PROCESS_VARIABLE: &str = "LNERE_PROCESS";

/// The environment variable that names the folder of the exports.
const INPUTS_VARIABLE: &str = "LNERE_INPUTS";

/// The environment variable that names the output folder.
const OUTPUT_VARIABLE: &str = "LNERE_OUTPUT";

/// The environment variable that names the file or folder of metrics.
const METRICS_VARIABLE: &str = "LNERE_METRICS";

/// The environment variables that stand for options and have a value.
pub(super) fn option_variables_set() -> impl Iterator<Item = &'static str> {
    [PROCESS_VARIABLE, INPUTS_VARIABLE, OUTPUT_VARIABLE, METRICS_VARIABLE].into_iter().filter_map(variable_if_set)
}

const EXIT_CODES_AND_VARIABLES: &str = "\
Exit codes:
  0  done, or nothing to do
  1  unexpected failure: disk full, permission, bug
  2  command line or process file wrong, or the output belongs to another process
  3  exports refused; nothing published
  4  another run holds the output, or another delivery the ledger
  5  verify, deliver: the release is not what it says; diff: there are differences
  6  status: something is late, or the exports cannot be listed; doctor: there is a problem
  7  deliver: some packages were not delivered

Environment:
  LNERE_PROCESS  the process file        where --process is not given
  LNERE_INPUTS   the folder of exports   where --inputs is not given
  LNERE_OUTPUT   the output folder       where --output is not given; the dashboard is its `tablero`
  LNERE_LANG     es or en                where --lang is not given; else the locale decides
  LNERE_METRICS  the file or folder      where --metrics is not given
An empty variable counts as unset.

`lnere run` alone, from the repository's root, publishes the sample data.";

/// Counts the list of Mexican voters abroad (LNERE) and publishes a release per corte.
#[derive(Debug, Parser)]
#[command(version, after_help = EXIT_CODES_AND_VARIABLES, max_term_width = 100)]
pub(super) struct Cli {
    /// Say more on stderr; twice: each file and what it took
    #[arg(short, long, global = true, action = clap::ArgAction::Count, conflicts_with = "quiet")]
    pub verbose: u8,

    /// Say nothing on stderr but errors
    #[arg(short, long, global = true)]
    pub quiet: bool,

    /// Language of results, messages and help [env: LNERE_LANG] [default: that of the locale]
    #[arg(long, global = true, value_name = "LANGUAGE", value_parser = ["es", "en"])]
    pub lang: Option<String>,

    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Read the exports, count, and publish the release of each corte asked for
    Run(PublishArgs),
    /// Say what `run` would read and publish, and why; write nothing
    Plan(RunArgs),
    /// Validate the exports and print the reasons; publish nothing
    Check(CheckArgs),
    /// Accept one export that a plausibility rule refuses, by name and with a reason
    Accept(AcceptArgs),
    /// Say which releases and exports there are, what is due, and what is late
    Status(StatusArgs),
    /// Examine the installation before it is needed: files, folders, disk, units, clock, mail server
    /// and releases; change nothing
    Doctor(DoctorArgs),
    /// Read a release again, or all visible ones: checksums, schemas, totals
    Verify(VerifyArgs),
    /// Say what differs between two releases, table by table
    Diff(DiffArgs),
    /// Make the dashboard of the newest exports, at any date; what is there is replaced in one step
    Tablero(DashboardArgs),
    /// Bring each package of a release to its recipient, by mail or into a folder, once
    Deliver(DeliverArgs),
    /// Replay the projection of each corte of a process that has closed against its outcome, and
    /// publish how it did
    Backtest(ReleasesArgs),
    /// Print the data dictionary, of all tables or of one
    Schema(SchemaArgs),
    /// Write synthetic exports of any size
    Sample(SampleArgs),
    /// Propose a process file from one unknown export of each source, and check the exports with it
    Init(InitArgs),
    /// Publish a release of synthetic data in a new folder, with nothing but this program
    Demo(DemoArgs),
    /// Write the built-in configuration to a folder, for editing
    Config {
        #[command(subcommand)]
        command: ConfigCommand,
    },
    /// Print the completions of a shell
    Completions {
        /// Which shell
        shell: Shell,
    },
    /// Write the manual pages of all commands to a folder
    Man {
        /// Folder for the pages; it is made if it does not exist
        dir: PathBuf,
    },
}

impl Command {
    /// Whether the command must print JSON.
    pub fn is_json(&self) -> bool {
        let format = match self {
            Self::Run(args) => &args.run.format,
            Self::Plan(args) => &args.format,
            Self::Check(args) => &args.format,
            Self::Accept(args) => &args.format,
            Self::Status(args) => &args.releases.format,
            Self::Backtest(args) => &args.format,
            Self::Doctor(args) => &args.releases.format,
            Self::Verify(args) => &args.format,
            Self::Diff(args) => &args.format,
            Self::Tablero(args) => &args.format,
            Self::Deliver(args) => &args.format,
            Self::Schema(args) => return args.format == SchemaFormat::Json,
            Self::Init(args) => &args.format,
            Self::Sample(args) => &args.format,
            Self::Demo(args) => &args.format,
            Self::Config { command: ConfigCommand::Export(args) } => &args.format,
            Self::Completions { .. } | Self::Man { .. } => return false,
        };
        format.format == OutputFormat::Json
    }
}

#[derive(Clone, Debug, Args)]
pub(super) struct ProcessArg {
    /// Process file [env: LNERE_PROCESS] [default: `pipelines/pel_2020_2021.toml`]
    #[arg(long, value_name = "FILE", env = variable_if_set(PROCESS_VARIABLE), hide_env = true)]
    process: Option<PathBuf>,
}

impl ProcessArg {
    /// A process file that the program has written itself.
    pub fn from_path(path: PathBuf) -> Self {
        Self { process: Some(path) }
    }

    /// The path of the process file. A command that reads exports never falls back on the built-in
    /// process: from a wrong folder it would count real exports by the rules of the sample.
    pub fn path(&self) -> Result<PathBuf, Failure> {
        let default = || PathBuf::from(DEFAULT_PROCESS);
        match &self.process {
            Some(path) => Ok(path.clone()),
            None if default().exists() => Ok(default()),
            None => {
                let message = message!("L060-no-process-file", file = DEFAULT_PROCESS, variable = PROCESS_VARIABLE);
                Err(Failure::usage(message))
            }
        }
    }

    /// The process file; without any, the built-in one of the sample. For commands that read no
    /// exports.
    pub fn path_or_built_in(&self) -> Result<ProcessFile, Failure> {
        if self.process.is_some() || Path::new(DEFAULT_PROCESS).exists() {
            return self.path().map(ProcessFile::existing);
        }
        ProcessFile::built_in().with_context(|| message!("L803-temporary-folder")).or_exit(Exit::Unexpected)
    }
}

#[derive(Clone, Debug, Args)]
pub(super) struct ExportsArgs {
    #[command(flatten)]
    pub process: ProcessArg,

    /// Folder of the exports [env: LNERE_INPUTS] [default: the one that the process file names]
    #[arg(long, value_name = "DIR", env = variable_if_set(INPUTS_VARIABLE), hide_env = true)]
    pub inputs: Option<PathBuf>,
}

impl ExportsArgs {
    /// What the environment names, for a command without these options. Without a process file
    /// there, `None`: the default one may be that of another output.
    pub fn from_environment() -> Option<Self> {
        let path = |name| variable_if_set(name).and_then(env::var_os).map(PathBuf::from);
        let process = ProcessArg { process: Some(path(PROCESS_VARIABLE)?) };
        Some(Self { process, inputs: path(INPUTS_VARIABLE) })
    }
}

#[derive(Clone, Debug, Args)]
pub(super) struct MetricsArg {
    /// Write what a monitor watches to this file, in the text format of Prometheus, also after a
    /// failure; a folder gets a file for each command [env: LNERE_METRICS]
    #[arg(long, value_name = "FILE", env = variable_if_set(METRICS_VARIABLE), hide_env = true)]
    pub metrics: Option<PathBuf>,
}

#[derive(Clone, Debug, Args)]
pub(super) struct MonitorArgs {
    #[command(flatten)]
    pub metrics: MetricsArg,

    /// Run this shell command, with JSON on its stdin, when what is late, refused, pending or failed
    /// has changed since it was last told; it has 60 s, and does not change the exit code
    #[arg(long, value_name = "COMMAND")]
    pub on_warning: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct RunArgs {
    #[command(flatten)]
    pub exports: ExportsArgs,

    /// Folder to publish in [env: LNERE_OUTPUT]
    #[arg(long, value_name = "DIR", env = variable_if_set(OUTPUT_VARIABLE), hide_env = true, default_value = DEFAULT_OUTPUT)]
    pub output: PathBuf,

    /// Corte to publish, YYYY-MM-DD [default: the newest that the exports cover whole]
    #[arg(long, value_name = "DATE", conflicts_with_all = ["from", "to"])]
    pub corte: Option<Corte>,

    /// First corte of a range
    #[arg(long, value_name = "DATE", requires = "to")]
    pub from: Option<Corte>,

    /// Last corte of a range
    #[arg(long, value_name = "DATE", requires = "from")]
    pub to: Option<Corte>,

    /// Publish each corte that has ended, is covered by the exports and has no release, oldest
    /// first
    #[arg(long, conflicts_with_all = ["corte", "from", "to"])]
    pub due: bool,

    /// Do not read exports after this day
    #[arg(long, value_name = "DATE", value_parser = parse_day)]
    pub vintage: Option<NaiveDate>,

    /// Publish only these parts; tables are always made [default: those of the process file]
    #[arg(long, value_name = "PARTS", value_delimiter = ',', value_parser = release_part_parser())]
    pub only: Option<Vec<ReleasePart>>,

    /// Threads [default: one for each core]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub jobs: Option<u16>,

    /// Publish from exports older than those of the visible release; and make charts, packages and
    /// dashboard of a published corte again, as a revision, where today's definitions make them
    /// otherwise
    #[arg(long)]
    pub force: bool,

    /// Begin the series of public releases in an output that has none, and why; every public
    /// manifest repeats the reason
    #[arg(long, value_name = "REASON", value_parser = parse_series_reason)]
    pub new_series: Option<String>,

    #[command(flatten)]
    pub today: TodayArg,

    #[command(flatten)]
    pub format: FormatArg,
}

#[derive(Debug, Args)]
pub(super) struct PublishArgs {
    #[command(flatten)]
    pub run: RunArgs,

    /// Publish nothing, and leave the release of --corte as it is although its counts would differ
    /// now. `status` says so, until they differ otherwise
    #[arg(
        long,
        requires_all = ["corte", "reason"],
        conflicts_with_all = ["vintage", "only", "jobs", "force", "new_series"]
    )]
    pub keep: bool,

    /// Why the release stays as it is; the ledger of such decisions repeats it
    #[arg(long, value_name = "TEXT", requires = "keep", value_parser = parse_keep_reason)]
    pub reason: Option<String>,

    #[command(flatten)]
    pub monitor: MonitorArgs,
}

impl RunArgs {
    /// The arguments of a run for the newest corte.
    pub fn for_newest_corte(exports: ExportsArgs, output: PathBuf) -> Self {
        Self {
            exports,
            output,
            today: TodayArg { today: None },
            format: FormatArg { format: OutputFormat::Text },
            corte: None,
            from: None,
            to: None,
            due: false,
            vintage: None,
            only: None,
            jobs: None,
            force: false,
            new_series: None,
        }
    }
}

impl ReleasesArgs {
    /// The arguments of a run for the newest corte, whose release holds the evaluation.
    pub fn as_run_args(&self) -> RunArgs {
        RunArgs {
            today: self.today.clone(),
            format: self.format.clone(),
            ..RunArgs::for_newest_corte(self.exports.clone(), self.output.clone())
        }
    }
}

#[derive(Clone, Debug, Default, Args)]
pub(super) struct TodayArg {
    /// Day to take for today, for drills and tests [default: today in Mexico City]
    #[arg(long, value_name = "DATE", value_parser = parse_day)]
    today: Option<NaiveDate>,
}

impl TodayArg {
    /// Today in Mexico City. Only here does the clock decide what is read and what is due.
    pub fn today(&self) -> NaiveDate {
        self.today.unwrap_or_else(|| Utc::now().with_timezone(&Mexico_City).date_naive())
    }
}

#[derive(Clone, Debug, Args)]
pub(super) struct FormatArg {
    /// How the result is printed
    #[arg(long, value_enum, default_value = "text")]
    pub format: OutputFormat,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum OutputFormat {
    Text,
    Json,
}

#[derive(Debug, Args)]
pub(super) struct CheckArgs {
    #[command(flatten)]
    pub exports: ExportsArgs,

    /// Folder whose `private` gets the quarantine and the unknown labels [env: LNERE_OUTPUT]
    #[arg(long, value_name = "DIR", env = variable_if_set(OUTPUT_VARIABLE), hide_env = true, default_value = DEFAULT_OUTPUT)]
    pub output: PathBuf,

    #[command(flatten)]
    pub today: TodayArg,

    #[command(flatten)]
    pub format: FormatArg,
}

#[derive(Debug, Args)]
pub(super) struct AcceptArgs {
    /// Name of the export in the inputs folder
    pub export: String,

    /// The rule that refuses it
    #[arg(long, value_name = "RULE")]
    pub rule: PlausibilityRule,

    /// Why the export is right; every release that uses it says so
    #[arg(long, value_name = "TEXT")]
    pub reason: String,

    #[command(flatten)]
    pub exports: ExportsArgs,

    /// Folder of the releases; their exports are not judged again [env: LNERE_OUTPUT]
    #[arg(long, value_name = "DIR", env = variable_if_set(OUTPUT_VARIABLE), hide_env = true, default_value = DEFAULT_OUTPUT)]
    pub output: PathBuf,

    #[command(flatten)]
    pub today: TodayArg,

    #[command(flatten)]
    pub format: FormatArg,
}

#[derive(Debug, Args)]
pub(super) struct DashboardArgs {
    #[command(flatten)]
    pub exports: ExportsArgs,

    /// Folder of the dashboard, which any web server or a double click on its index.html shows
    /// [default: `tablero` in the output folder, which is LNERE_OUTPUT or `out`]
    #[arg(long, value_name = "DIR")]
    output: Option<PathBuf>,

    /// Do not read exports after this day
    #[arg(long, value_name = "DATE", value_parser = parse_day)]
    pub vintage: Option<NaiveDate>,

    /// For a timer: leave exports that may still be arriving for the next time, as `run --due`
    /// does, and a dashboard that counts up to a later day as it is
    #[arg(long)]
    pub due: bool,

    /// Replace a dashboard that counts up to a later day, or one for everybody by an exact one
    #[arg(long)]
    pub force: bool,

    /// With the audience `publico`: the output folder of `run` whose newest protected tables are
    /// shown [default: the folder that the dashboard is in]
    #[arg(long, value_name = "DIR")]
    pub releases: Option<PathBuf>,

    /// Threads [default: one for each core]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub jobs: Option<u16>,

    #[command(flatten)]
    pub today: TodayArg,

    #[command(flatten)]
    pub format: FormatArg,
}

impl DashboardArgs {
    /// The folder of the dashboard.
    pub fn dashboard_folder(&self) -> PathBuf {
        let output = || {
            variable_if_set(OUTPUT_VARIABLE).and_then(env::var_os).map_or_else(|| DEFAULT_OUTPUT.into(), PathBuf::from)
        };
        self.output.clone().unwrap_or_else(|| output().join(DASHBOARD_FOLDER))
    }
}

#[derive(Debug, Args)]
pub(super) struct ReleasesArgs {
    #[command(flatten)]
    pub exports: ExportsArgs,

    /// Folder of the releases [env: LNERE_OUTPUT]
    #[arg(long, value_name = "DIR", env = variable_if_set(OUTPUT_VARIABLE), hide_env = true, default_value = DEFAULT_OUTPUT)]
    pub output: PathBuf,

    #[command(flatten)]
    pub today: TodayArg,

    #[command(flatten)]
    pub format: FormatArg,
}

#[derive(Debug, Args)]
pub(super) struct StatusArgs {
    #[command(flatten)]
    pub releases: ReleasesArgs,

    #[command(flatten)]
    pub monitor: MonitorArgs,
}

#[derive(Debug, Args)]
pub(super) struct DoctorArgs {
    #[command(flatten)]
    pub releases: ReleasesArgs,

    /// File of the recipients; without it, mail server and folders of recipients are not examined
    #[arg(long, value_name = "FILE")]
    pub recipients: Option<PathBuf>,

    /// Do not verify the releases, which takes the most time
    #[arg(long)]
    pub no_verify: bool,
}

#[derive(Debug, Args)]
pub(super) struct DiffArgs {
    /// The release before: in the output a corte (2020-10-15), a revision of one that was replaced
    /// (2020-10-15.r1) or `latest`; a folder where the name has a `/`
    pub before: PathBuf,

    /// The release after, named likewise
    pub after: PathBuf,

    /// Output folder in which a release is looked for [env: LNERE_OUTPUT]
    #[arg(long, value_name = "DIR", env = variable_if_set(OUTPUT_VARIABLE), hide_env = true, default_value = DEFAULT_OUTPUT)]
    pub output: PathBuf,

    #[command(flatten)]
    pub format: FormatArg,
}

#[derive(Debug, Args)]
pub(super) struct DeliverArgs {
    /// The release: in the output a corte (2020-10-15) or `latest`; a folder where the name has a
    /// `/` [default: the newest corte's, and those of earlier cortes that were revised after
    /// somebody had them]
    pub release: Option<PathBuf>,

    /// File of the recipients: whom each package is for, and the mail server; the password is in a
    /// file that it names, or in `LNERE_SMTP_PASSWORD`
    #[arg(long, value_name = "FILE")]
    pub recipients: PathBuf,

    /// Deliver only to these: two digits of an entity, or `nacional`
    #[arg(long, value_name = "ENTITIES", value_delimiter = ',')]
    pub only: Option<Vec<String>>,

    /// Approve this release, named as above, before its hold ends (`[delivery] hold_hours` of the
    /// file of the recipients), and send it; the ledger says who approved it
    #[arg(long, value_name = "RELEASE", conflicts_with_all = ["release", "only", "dry_run"])]
    pub approve: Option<PathBuf>,

    /// Write the messages as .eml files to `private/entregas/borradores` of the output; send and
    /// note nothing
    #[arg(long)]
    pub dry_run: bool,

    /// Output folder in which a release is looked for, and whose `private` has the ledger [env:
    /// LNERE_OUTPUT]
    #[arg(long, value_name = "DIR", env = variable_if_set(OUTPUT_VARIABLE), hide_env = true, default_value = DEFAULT_OUTPUT)]
    pub output: PathBuf,

    #[command(flatten)]
    pub metrics: MetricsArg,

    #[command(flatten)]
    pub format: FormatArg,
}

#[derive(Debug, Args)]
pub(super) struct VerifyArgs {
    /// The release: in the output a corte (2020-10-15), a revision of one that was replaced
    /// (2020-10-15.r1) or `latest`; a folder where the name has a `/`
    #[arg(required_unless_present = "all")]
    pub release: Option<PathBuf>,

    /// Verify the visible release of each corte in the output; one line for each
    #[arg(long, conflicts_with = "release")]
    pub all: bool,

    /// Output folder in which a release is looked for [env: LNERE_OUTPUT]
    #[arg(long, value_name = "DIR", env = variable_if_set(OUTPUT_VARIABLE), hide_env = true, default_value = DEFAULT_OUTPUT)]
    pub output: PathBuf,

    #[command(flatten)]
    pub format: FormatArg,
}

#[derive(Debug, Args)]
pub(super) struct SchemaArgs {
    /// Only this table
    pub table: Option<String>,

    #[command(flatten)]
    pub process: ProcessArg,

    /// How it is printed
    #[arg(long, value_enum, default_value = "md")]
    pub format: SchemaFormat,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum SchemaFormat {
    Md,
    Json,
}

#[derive(Debug, Args)]
pub(super) struct SampleArgs {
    /// Folder to write the exports in; files that are there are not replaced
    pub dir: PathBuf,

    #[command(flatten)]
    pub process: ProcessArg,

    /// Shape of the data, a file of the process's folder of shapes
    #[arg(long, value_name = "NAME")]
    pub shape: Option<String>,

    /// Seed of the random numbers; the same seed gives the same bytes
    #[arg(long, value_name = "N", default_value_t = DEFAULT_SEED)]
    pub seed: u64,

    /// Accepted applications at the last export [default: the shape's]
    #[arg(long, value_name = "N")]
    pub applications: Option<u64>,

    /// Accepted trámites at the last export [default: the shape's]
    #[arg(long, value_name = "N")]
    pub credentials: Option<u64>,

    /// Exports of this many cortes only [default: the shape's]
    #[arg(long, value_name = "N")]
    pub cortes: Option<u32>,

    #[command(flatten)]
    pub format: FormatArg,
}

impl SampleArgs {
    /// The arguments of the default sample of a process.
    pub fn for_folder(dir: PathBuf, process: ProcessArg) -> Self {
        Self {
            dir,
            process,
            shape: None,
            seed: DEFAULT_SEED,
            applications: None,
            credentials: None,
            cortes: None,
            format: FormatArg { format: OutputFormat::Text },
        }
    }
}

impl CheckArgs {
    /// The arguments of a check with a process file that the program has written.
    pub fn for_process(process_file: PathBuf, inputs: PathBuf, output: PathBuf, today: TodayArg) -> Self {
        Self {
            exports: ExportsArgs { process: ProcessArg::from_path(process_file), inputs: Some(inputs) },
            output,
            today,
            format: FormatArg { format: OutputFormat::Text },
        }
    }
}

#[derive(Debug, Args)]
pub(super) struct InitArgs {
    /// One export of each source, or of one source alone; in any format and dialect that is read
    #[arg(required = true, num_args = 1..=2, value_name = "EXPORT")]
    pub exports: Vec<PathBuf>,

    /// Process file to write; it must not exist. Catalogues, tables, charts and the report template
    /// are written beside it where they are missing
    #[arg(long, value_name = "FILE", default_value = DEFAULT_NEW_PROCESS)]
    pub into: PathBuf,

    /// Ask nothing: take what is proposed, and mark what is unsure with `# REVISAR:`
    #[arg(long, short)]
    pub yes: bool,

    /// Folder whose `private` gets the quarantine and the unknown labels of the check [env:
    /// LNERE_OUTPUT]
    #[arg(long, value_name = "DIR", env = variable_if_set(OUTPUT_VARIABLE), hide_env = true, default_value = DEFAULT_OUTPUT)]
    pub output: PathBuf,

    #[command(flatten)]
    pub today: TodayArg,

    #[command(flatten)]
    pub format: FormatArg,
}

#[derive(Debug, Args)]
pub(super) struct DemoArgs {
    /// New or empty folder for the demo
    #[arg(default_value = "lnere-demo")]
    pub dir: PathBuf,

    #[command(flatten)]
    pub format: FormatArg,
}

#[derive(Debug, Subcommand)]
pub(super) enum ConfigCommand {
    /// Write process files, catalogues, charts, report template and shapes of samples
    Export(ConfigExportArgs),
}

#[derive(Debug, Args)]
pub(super) struct ConfigExportArgs {
    /// Folder that gets `pipelines` and `charts`; it must have neither
    pub dir: PathBuf,

    #[command(flatten)]
    pub format: FormatArg,
}

/// The name of an environment variable that has a value; an empty variable counts as unset.
fn variable_if_set(name: &'static str) -> Option<&'static str> {
    env::var_os(name).filter(|value| !value.is_empty()).map(|_| name)
}

/// The most characters of the reason for a new series, or for keeping a release.
const MAX_REASON_LENGTH: usize = 300;

fn parse_series_reason(text: &str) -> Result<String, String> {
    parse_reason(text, || message!("args-series-reason-empty"))
}

fn parse_keep_reason(text: &str) -> Result<String, String> {
    parse_reason(text, || message!("args-keep-reason-empty"))
}

fn parse_reason(text: &str, empty_message: impl Fn() -> String) -> Result<String, String> {
    let text = text.trim();
    if let Some(character) = text.chars().find(|character| invisible_characters::is_invisible(*character)) {
        let character = invisible_characters::describe_invisible(character);
        return Err(message!("args-reason-unprintable", character));
    }
    match text.chars().count() {
        0 => Err(empty_message()),
        1..=MAX_REASON_LENGTH => Ok(text.to_owned()),
        length => Err(message!("args-reason-too-long", length, most = MAX_REASON_LENGTH)),
    }
}

/// Parses the name of a part, and lists the names in the help.
fn release_part_parser() -> impl TypedValueParser<Value = ReleasePart> {
    let names = PossibleValuesParser::new(ReleasePart::ALL.map(ReleasePart::name));
    let part = |name: String| ReleasePart::ALL.into_iter().find(|part| part.name() == name);
    names.try_map(move |name| part(name).ok_or_else(|| message!("args-no-part")))
}

fn parse_day(text: &str) -> Result<NaiveDate, String> {
    parse_iso_day(text).ok_or_else(|| message!("L104-no-date", text))
}
