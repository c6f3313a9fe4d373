/*!
What was typed, what it means, and how it ends: the exit codes of SPEC §1.
*/

mod accept;
mod args;
mod backtest;
mod check;
mod deliver;
mod deliveries;
mod diff;
mod due;
mod failure;
mod findings;
mod panic;
mod plan;
mod reading;
mod references;
mod result;
mod run;
mod sample;
mod schema;
mod setup;
mod status;
mod tablero;
mod terminal;
mod verify;

use std::process::ExitCode;

use clap::{CommandFactory, Parser};

use args::{Cli, Command};
use failure::{Exit, Failure, OrExit};
use terminal::{Terminal, Verbosity};

/// Runs the command line of this process.
#[must_use]
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let terminal = Terminal::new(cli.verbose, cli.quiet);
    match panic::caught(|| execute(&cli.command, &terminal)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure { exit, error }) => {
            if let Some(error) = error {
                terminal.say(Verbosity::Quiet, format!("error: {error:#}"));
            }
            exit.into()
        }
    }
}

fn execute(command: &Command, terminal: &Terminal) -> Result<(), Failure> {
    match command {
        Command::Run(args) => run::run(args, terminal),
        Command::Plan(args) => plan::plan(args, terminal),
        Command::Check(args) => check::check(args, terminal),
        Command::Accept(args) => accept::accept(args, terminal),
        Command::Status(args) => status::status(args),
        Command::Verify(args) => verify::verify(args),
        Command::Diff(args) => diff::diff(args),
        Command::Tablero(args) => tablero::tablero(args, terminal),
        Command::Deliver(args) => deliver::deliver(args, terminal),
        Command::Backtest(args) => backtest::backtest(args, terminal),
        Command::Schema(args) => schema::schema(args),
        Command::Sample(args) => sample::sample(args, terminal),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(*shell, &mut Cli::command(), "lnere", &mut script);
            terminal::print_raw(&String::from_utf8_lossy(&script)).or_exit(Exit::Unexpected)
        }
    }
}
