/*!
Prints lines and a progress bar on stderr, and results on stdout.
*/

use std::io::{self, IsTerminal, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use lnere_core::mexican_formats;
use lnere_core::terminal_text::{escape_control_sequences, escaped_name};
use lnere_ingest::{FileReport, ReadProgress};
use lnere_messages::message;

/// The verbosity of stderr.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Verbosity {
    Quiet,
    Normal,
    Verbose,
    Debug,
}

/// The priority of a line in the journal, with the number of syslog.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Priority {
    Error = 3,
    Warning = 4,
    Info = 6,
}

/// The variable in which systemd names the device and the inode of the stream to the journal.
const JOURNAL_STREAM_VARIABLE: &str = "JOURNAL_STREAM";

/// Whether stderr is the stream to the journal, as systemd.exec(5) says to find out. A child may
/// inherit the variable with another stderr, so device and inode must be the same.
fn is_stderr_journal() -> bool {
    let Ok(variable) = std::env::var(JOURNAL_STREAM_VARIABLE) else { return false };
    let Ok(stat) = rustix::fs::fstat(io::stderr()) else { return false };
    variable == format!("{}:{}", stat.st_dev, stat.st_ino)
}

/// The stderr side of a command.
pub(super) struct Terminal {
    is_journal: bool,
    verbosity: Verbosity,
    progress_bar: ProgressBar,
    started: Instant,
}

impl Terminal {
    pub fn new(verbose: u8, quiet: bool) -> Self {
        let verbosity = match (quiet, verbose) {
            (true, _) => Verbosity::Quiet,
            (false, 0) => Verbosity::Normal,
            (false, 1) => Verbosity::Verbose,
            (false, _) => Verbosity::Debug,
        };
        let drawn = verbosity > Verbosity::Quiet && io::stderr().is_terminal();
        let target = if drawn { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let progress_bar = ProgressBar::with_draw_target(Some(0), target);
        if let Ok(style) = ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len}") {
            progress_bar.set_style(style);
        }
        Self { is_journal: is_stderr_journal(), verbosity, progress_bar, started: Instant::now() }
    }

    pub fn is_journal(&self) -> bool {
        self.is_journal
    }

    /// Begins a stage with a number of steps.
    pub fn begin_stage(&self, message: String, steps: usize) {
        self.progress_bar.reset();
        self.progress_bar.set_length(steps as u64);
        self.progress_bar.set_message(message);
    }

    /// Ends a step.
    pub fn end_step(&self) {
        self.progress_bar.inc(1);
    }

    /// Sets the number of completed steps of the stage.
    pub fn set_progress(&self, steps: usize) {
        self.progress_bar.set_position(steps as u64);
    }

    /// Ends the progress bar.
    pub fn finish_progress(&self) {
        self.progress_bar.finish_and_clear();
    }

    /// Prints a line if the verbosity is at least `from`.
    pub fn print_line(&self, from: Verbosity, line: impl AsRef<str>) {
        self.print_with_priority(from, Priority::Info, line.as_ref());
    }

    /// Prints a line about something that an operator may have to look at, unless quiet.
    pub fn print_warning(&self, line: impl AsRef<str>) {
        self.print_with_priority(Verbosity::Normal, Priority::Warning, line.as_ref());
    }

    /// Prints the error that ends a command.
    pub fn print_error(&self, line: impl AsRef<str>) {
        self.print_with_priority(Verbosity::Quiet, Priority::Error, line.as_ref());
    }

    fn print_with_priority(&self, from: Verbosity, priority: Priority, text: &str) {
        if self.verbosity >= from {
            let took = (self.verbosity == Verbosity::Debug).then(|| elapsed_text(self.started.elapsed()));
            // A closed stderr does not stop the command.
            let mut line = format!("{}{}\n", took.unwrap_or_default(), escape_control_sequences(text));
            if self.is_journal {
                // The journal takes each line as an entry of its own.
                line = line.lines().map(|line| format!("<{}>{line}\n", priority as u8)).collect();
            }
            self.progress_bar.suspend(|| {
                let _ = io::stderr().write_all(line.as_bytes());
            });
        }
    }
}

fn elapsed_text(time: Duration) -> String {
    format!("[{:7.3} s] ", time.as_secs_f64())
}

impl ReadProgress for Terminal {
    fn file_read(&self, report: &FileReport) {
        self.end_step();
        let FileReport { file, records_read, .. } = report;
        self.print_line(
            Verbosity::Verbose,
            message!(
                "commands-export-read",
                name = escaped_name(&file.name),
                read = count_text(*records_read),
                accepted = count_text(report.accepted()),
                rejected = count_text(report.counts.rejected())
            ),
        );
    }
}

/// Whether a result went to stdout.
static HAS_PRINTED: AtomicBool = AtomicBool::new(false);

/// Whether this process has printed a result, or tried to.
pub(super) fn has_printed() -> bool {
    HAS_PRINTED.load(Ordering::Relaxed)
}

/// The first line of the error when a command that changes nothing cannot print.
pub(super) fn nothing_changed_note() -> String {
    message!("commands-nothing-changed")
}

/// Writes a result to stdout, as text or JSON, without terminal control sequences. If stdout fails,
/// the error first states what the command completed: a full disk behind stdout is not a failed
/// run.
pub(super) fn print(text: &str, completion_note: &str) -> anyhow::Result<()> {
    let printed = print_unescaped(&escape_control_sequences(text));
    printed.with_context(|| message!("L901-result-not-printed", completed = completion_note))
}

/// Writes to stdout without changes; a closed reader is not a failure.
pub(super) fn print_unescaped(text: &str) -> io::Result<()> {
    HAS_PRINTED.store(true, Ordering::Relaxed);
    let mut stdout = io::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        result => result,
    }
}

/// A count with commas: `12,345`.
pub(super) fn count_text(number: u64) -> String {
    mexican_formats::integer(i64::try_from(number).unwrap_or(i64::MAX))
}
