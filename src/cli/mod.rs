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
mod json_result;
mod kept_revisions;
mod loaded_process;
mod localized_command;
mod manual_pages;
mod metrics;
mod monitoring;
mod panic;
mod parse_error;
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
mod target_folder;
mod terminal;
mod verify;
mod warning_hook;

use std::process::ExitCode;

use clap::FromArgMatches;

use args::{Cli, Command, ConfigCommand};
use failure::{Exit, Failure, OrExit, finish_command};
use lnere_messages::message;
use localized_command::{localized_command, requested_language};
use parse_error::CatalogueFormatter;
use terminal::Terminal;

/// Runs the command line of this process.
#[must_use]
pub fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args_os().collect();
    requested_language(&arguments).use_in_process();
    let parsed =
        localized_command().try_get_matches_from(arguments).and_then(|matches| Cli::from_arg_matches(&matches));
    let cli = match parsed.map_err(clap::error::Error::apply::<CatalogueFormatter>) {
        Ok(cli) => cli,
        Err(error) => return print_parse_error(&error),
    };
    let terminal = Terminal::new(cli.verbose, cli.quiet);
    let outcome = panic::run_command_catching_panics(|| execute(&cli.command, &terminal));
    let outcome = match outcome {
        outcome if cli.command.is_json() && !terminal::has_printed() => {
            let is_run = matches!(cli.command, Command::Run(_));
            finish_command(print_outcome_json(is_run, &outcome), outcome)
        }
        outcome => outcome,
    };
    let monitored = panic::run_step_catching_panics(|| {
        monitoring::after_command(&cli.command, &outcome, &terminal);
        Ok(())
    });
    if let Err(Failure { unprinted_error: Some(bug), .. }) = monitored {
        terminal.print_warning(format!("{bug:#}"));
    }
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure { exit, unprinted_error: error, .. }) => {
            if let Some(error) = error {
                terminal.print_error(message!("command-line-failed", error = format!("{error:#}")));
            }
            exit.into()
        }
    }
}

/// Prints help, the version, or an error of the command line.
fn print_parse_error(error: &clap::error::Error<CatalogueFormatter>) -> ExitCode {
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
    // An argument that is not UTF-8 must not end in a panic.
    let arguments: Vec<_> = std::env::args_os().skip(1).collect();
    let is_json = arguments.iter().any(|word| word == "--format=json")
        || arguments.windows(2).any(|pair| pair[0] == "--format" && pair[1] == "json");
    if is_json {
        let is_run = arguments.iter().any(|word| word == "run");
        // The message is already on stderr.
        let message = error.to_string();
        let message = message.trim_start_matches(&format!("{}: ", message!("command-line-error"))).trim_end();
        let _ = print_outcome_json(is_run, &Err(Failure::usage(message)));
    }
    Exit::Usage.into()
}

/// Prints the JSON of a command that ended without a result, so that a caller always gets JSON.
fn print_outcome_json(is_run: bool, outcome: &Result<(), Failure>) -> anyhow::Result<()> {
    let result = match outcome {
        Err(failure) if is_run => run_result::RunResult::failure_json(None, failure),
        _ => serde_json::json!({}),
    };
    terminal::print(&json_result::json_text(result, outcome), &terminal::nothing_changed_note())
}

fn execute(command: &Command, terminal: &Terminal) -> Result<(), Failure> {
    match command {
        Command::Run(args) if args.keep => match (args.run.corte, &args.reason) {
            (Some(corte), Some(reason)) => kept_revisions::keep_revision(args, corte, reason),
            // The parser drops a requirement of an option that conflicts with another one given.
            _ => Err(Failure::usage(message!("L037-keep-needs-corte-and-reason"))),
        },
        Command::Run(args) => run::run(&args.run, terminal),
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
            clap_complete::generate(*shell, &mut localized_command(), "lnere", &mut script);
            terminal::print_unescaped(&String::from_utf8_lossy(&script)).or_exit(Exit::Unexpected)
        }
        Command::Man { dir } => manual_pages::write_manual_pages(dir),
    }
}
