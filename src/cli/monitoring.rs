/*!
What a command does for monitors after it has ended, however it ended: it writes metrics, and tells
a command of new warnings. Neither changes its exit code.
*/

use std::path::PathBuf;

use chrono::{NaiveDate, Utc};

use super::args::{Command, ExportsArgs, MonitorArgs};
use super::failure::{Exit, Failure};
use super::loaded_process::LoadedProcess;
use super::metrics::{MetricsInput, metrics_file, metrics_text, write_metrics};
use super::status::Status;
use super::terminal::Terminal;
use super::warning_hook::{add_failed_run, notify_if_changed, warnings_of_failure, warnings_of_status};
use lnere_core::terminal_text::escaped_name;
use lnere_messages::message;
use lnere_release::Output;

/// What the monitored commands have in common.
struct Monitored<'a> {
    name: &'static str,
    /// `None` if the command does not know the process file.
    exports: Option<ExportsArgs>,
    output: Output,
    today: NaiveDate,
    metrics: Option<PathBuf>,
    on_warning: Option<&'a str>,
}

impl<'a> Monitored<'a> {
    fn from_command(command: &'a Command) -> Option<Self> {
        let of = |name, exports: &ExportsArgs, output: &PathBuf, today, monitor: &'a MonitorArgs| Self {
            name,
            exports: Some(exports.clone()),
            output: Output::new(output),
            today,
            metrics: monitor.metrics.metrics.clone(),
            on_warning: monitor.on_warning.as_deref(),
        };
        match command {
            // A decision is no run.
            Command::Run(args) if !args.keep => {
                let run = &args.run;
                Some(of("run", &run.exports, &run.output, run.today.today(), &args.monitor))
            }
            Command::Status(args) => {
                let releases = &args.releases;
                Some(of("status", &releases.exports, &releases.output, releases.today.today(), &args.monitor))
            }
            Command::Deliver(args) => Some(Self {
                name: "deliver",
                exports: ExportsArgs::from_environment(),
                output: Output::new(&args.output),
                today: super::args::TodayArg::default().today(),
                metrics: args.metrics.metrics.clone(),
                on_warning: None,
            }),
            _ => None,
        }
    }
}

/// Writes the metrics and reports the warnings of a command that has ended with this outcome.
pub(super) fn after_command(command: &Command, outcome: &Result<(), Failure>, terminal: &Terminal) {
    let Some(monitored) = Monitored::from_command(command) else { return };
    if monitored.metrics.is_none() && monitored.on_warning.is_none() {
        return;
    }
    let Monitored { name, exports, output, today, metrics, on_warning } = monitored;
    let status = exports.map(|exports| {
        let loaded_process = exports.process.path().and_then(|path| LoadedProcess::load(&path));
        loaded_process.and_then(|loaded_process| Status::collect(&loaded_process, &exports, &output, today))
    });
    let known_status = status.as_ref().and_then(|status| status.as_ref().ok());
    if let Some(path) = metrics {
        let path = metrics_file(&path, name);
        let input = MetricsInput {
            command: name,
            exit: outcome.as_ref().map_or_else(|failure| failure.exit as u8, |()| 0),
            ended: Utc::now(),
            today,
            output: &output,
            status: known_status,
        };
        if let Err(error) = write_metrics(&path, &metrics_text(&input)) {
            terminal.print_warning(message!("L061-metrics-not-written", path = escaped_name(&path), error));
        }
    }
    if let Some(hook) = on_warning {
        // If another run is at work, that run tells.
        let is_locked = outcome.as_ref().is_err_and(|failure| failure.exit == Exit::LockHeld);
        let Some(status) = status.as_ref().filter(|_| !is_locked) else { return };
        let mut set = match status {
            Ok(status) => warnings_of_status(status),
            Err(failure) => warnings_of_failure(failure),
        };
        if let (Command::Run(_), Err(failure)) = (command, outcome) {
            add_failed_run(&mut set.0, failure);
        }
        let process = known_status.map(|status| status.process_id.as_str());
        if let Err(error) = notify_if_changed(hook, name, process, &output, set) {
            terminal.print_warning(message!("L062-warning-command-failed", error));
        }
    }
}
