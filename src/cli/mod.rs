/*!
Parses the command line, runs the command, and sets the exit code (docs/contract.md §1).
*/

mod accept;
mod args;
mod available_memory;
mod backtest;
mod check;
mod config;
mod deliver;
mod delivery_status;
mod demo;
mod diff;
mod doctor;
mod export_reading;
mod failure;
mod init;
mod kept_revisions;
mod loaded_process;
mod metrics;
mod monitoring;
mod panic;
mod pending_revisions;
mod plan;
mod published_exports;
mod reference_curves;
mod refusals_and_warnings;
mod run;
mod run_result;
mod sample;
mod status;
mod status_text;
mod table_schema;
mod tablero;
mod terminal;
mod verify;
mod warning_hook;

use std::path::Path;
use std::process::ExitCode;

use anyhow::Context as _;
use clap::{CommandFactory, Parser};

use args::{Cli, Command, ConfigCommand};
use failure::{Exit, Failure, OrExit, finish_command};
use lnere_core::terminal_text::escaped_name;
use terminal::Terminal;

/// Runs the command line of this process.
#[must_use]
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return print_parse_error(&error),
    };
    let terminal = Terminal::new(cli.verbose, cli.quiet);
    let outcome = panic::run_command_catching_panics(|| execute(&cli.command, &terminal));
    let outcome = match outcome {
        Err(failure) if cli.command.is_json() && !terminal::has_printed() => {
            let is_run = matches!(cli.command, Command::Run(_));
            finish_command(print_failure_json(is_run, &failure), Err(failure))
        }
        outcome => outcome,
    };
    let monitored = panic::run_step_catching_panics(|| {
        monitoring::after_command(&cli.command, &outcome, &terminal);
        Ok(())
    });
    if let Err(Failure { unprinted_error: Some(bug), .. }) = monitored {
        terminal.print_warning(format!("warning: {bug:#}"));
    }
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure { exit, unprinted_error: error }) => {
            if let Some(error) = error {
                terminal.print_error(format!("error: {error:#}"));
            }
            exit.into()
        }
    }
}

/// Prints help, the version, or an error of the command line.
fn print_parse_error(error: &clap::Error) -> ExitCode {
    let terminal = Terminal::new(0, false);
    // In the journal each line needs its priority, and clap prints none.
    let printed = if error.use_stderr() && terminal.is_journal() {
        terminal.print_error(error.to_string().trim_end());
        Ok(())
    } else {
        error.print()
    };
    if !error.use_stderr() {
        return if printed.is_ok() { ExitCode::SUCCESS } else { Exit::Unexpected.into() };
    }
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let is_json = arguments.iter().any(|word| word == "--format=json")
        || arguments.windows(2).any(|pair| pair[0] == "--format" && pair[1] == "json");
    if is_json {
        let is_run = arguments.iter().any(|word| word == "run");
        // The message is already on stderr.
        let _ = print_failure_json(
            is_run,
            &Failure::with_message(Exit::Usage, error.to_string().trim_start_matches("error: ").trim_end()),
        );
    }
    Exit::Usage.into()
}

/// Prints the JSON of a command that failed before it had a result, so that a caller always gets
/// JSON.
fn print_failure_json(is_run: bool, failure: &Failure) -> anyhow::Result<()> {
    let json = if is_run {
        run_result::RunResult::failure_json(None, failure)
    } else {
        serde_json::json!({ "exit": failure.exit as u8, "error": failure.unprinted_message() })
    };
    terminal::print(&format!("{json:#}\n"), terminal::PRINT_FAILED_NOTHING_CHANGED)
}

fn execute(command: &Command, terminal: &Terminal) -> Result<(), Failure> {
    match command {
        Command::Run(args) => match (args.keep.then_some(()).and(args.run.corte), &args.reason) {
            (Some(corte), Some(reason)) => kept_revisions::keep_revision(args, corte, reason),
            _ => run::run(&args.run, terminal),
        },
        Command::Plan(args) => plan::plan(args, terminal),
        Command::Check(args) => check::check(args, terminal),
        Command::Accept(args) => accept::accept(args, terminal),
        Command::Status(args) => status::status(args),
        Command::Doctor(args) => doctor::doctor(args, terminal),
        Command::Verify(args) => verify::verify(args, terminal),
        Command::Diff(args) => diff::diff(args),
        Command::Tablero(args) => tablero::tablero(args, terminal),
        Command::Deliver(args) => deliver::deliver(args, terminal),
        Command::Backtest(args) => backtest::backtest(args, terminal),
        Command::Schema(args) => table_schema::schema(args),
        Command::Sample(args) => sample::sample(args, terminal),
        Command::Init(args) => init::init(args, terminal),
        Command::Demo(args) => demo::demo(args, terminal),
        Command::Config { command: ConfigCommand::Export(args) } => config::export(args),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(*shell, &mut Cli::command(), "lnere", &mut script);
            terminal::print_unescaped(&String::from_utf8_lossy(&script)).or_exit(Exit::Unexpected)
        }
        Command::Man { dir } => write_manual_pages(dir),
    }
}

/// Writes a manual page for each command. The pages have no date, so the same program writes the
/// same bytes.
fn write_manual_pages(dir: &Path) -> Result<(), Failure> {
    std::fs::create_dir_all(dir)
        .and_then(|()| clap_mangen::generate_to(Cli::command().disable_help_subcommand(true), dir))
        .with_context(|| format!("cannot write the manual pages to {}", escaped_name(dir)))
        .or_exit(Exit::Unexpected)
}
