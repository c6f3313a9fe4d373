/*!
Prints lines and a progress bar on stderr, and results on stdout.
*/

use std::io::{self, IsTerminal, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use lnere_core::numbers;
use lnere_core::terminal_text::{plain, shown};
use lnere_ingest::{FileReport, ReadProgress};

/// The verbosity of stderr.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Verbosity {
    Quiet,
    Normal,
    Verbose,
    Debug,
}

/// The stderr side of a command.
pub(super) struct Terminal {
    verbosity: Verbosity,
    bar: ProgressBar,
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
        let bar = ProgressBar::with_draw_target(Some(0), target);
        if let Ok(style) = ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len}") {
            bar.set_style(style);
        }
        Self { verbosity, bar, started: Instant::now() }
    }

    /// Begins a stage with a number of steps.
    pub fn stage(&self, message: &'static str, steps: usize) {
        self.bar.reset();
        self.bar.set_length(steps as u64);
        self.bar.set_message(message);
    }

    /// Ends a step.
    pub fn step(&self) {
        self.bar.inc(1);
    }

    /// Sets the number of completed steps of the stage.
    pub fn set_progress(&self, steps: usize) {
        self.bar.set_position(steps as u64);
    }

    /// Ends the progress bar.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }

    /// Prints a line if the verbosity is at least `from`.
    pub fn print_line(&self, from: Verbosity, line: impl AsRef<str>) {
        if self.verbosity >= from {
            let took = (self.verbosity == Verbosity::Debug).then(|| seconds(self.started.elapsed()));
            // A closed stderr does not stop the command.
            let mut line = format!("{}{}\n", took.unwrap_or_default(), plain(line.as_ref()));
            self.bar.suspend(|| {
                let _ = io::stderr().write_all(line.as_bytes());
            });
            line.clear();
        }
    }
}

fn seconds(time: Duration) -> String {
    format!("[{:7.3} s] ", time.as_secs_f64())
}

impl ReadProgress for Terminal {
    fn file_read(&self, report: &FileReport) {
        self.step();
        let FileReport { file, read, .. } = report;
        self.print_line(
            Verbosity::Verbose,
            format!(
                "{}: {} read, {} accepted, {} rejected",
                shown(&file.name),
                count(*read),
                count(report.accepted()),
                count(report.counts.rejected())
            ),
        );
    }
}

/// Whether a result went to stdout.
static PRINTED: AtomicBool = AtomicBool::new(false);

/// Whether this process has printed a result, or tried to.
pub(super) fn has_printed() -> bool {
    PRINTED.load(Ordering::Relaxed)
}

/// The first line of the error when a command that changes nothing cannot print.
pub(super) const PRINT_FAILED_NOTHING_CHANGED: &str = "the command did its work and changed nothing";

/// Writes a result to stdout, as text or JSON, without terminal control sequences. If stdout fails,
/// the error first states what the command completed: a full disk behind stdout is not a failed
/// run.
pub(super) fn print(text: &str, done: &str) -> anyhow::Result<()> {
    let printed = print_raw(&plain(text));
    printed.with_context(|| format!("{done}; only its result could not be printed on stdout"))
}

/// Writes to stdout without changes; a closed reader is not a failure.
pub(super) fn print_raw(text: &str) -> io::Result<()> {
    PRINTED.store(true, Ordering::Relaxed);
    let mut stdout = io::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        result => result,
    }
}

/// A count with commas: `12,345`.
pub(super) fn count(number: u64) -> String {
    numbers::integer(i64::try_from(number).unwrap_or(i64::MAX))
}
