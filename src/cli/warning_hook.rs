/*!
`--on-warning COMMAND`: runs a command when the set of warnings has changed since it was last told.
The set is that of `status`: what is late, refused, gone or replaced, what waits for a decision, and
how the last run ended.

The command gets JSON on its stdin, with names and counts and no cell. If it fails, the next run
tells it again.
*/

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Seek, Write};
use std::os::fd::AsFd;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use chrono::{TimeDelta, Utc};
use rustix::fs::{Access, access};
use rustix::process::{Pid, Signal, kill_process_group};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::delivery_status::DeliveryStatus;
use super::failure::Failure;
use super::pending_revisions::gone_export_message;
use super::status::Status;
use lnere_core::due_cortes::DelaySeverity;
use lnere_core::mexico_city_time::{parse_recorded_time, utc_record};
use lnere_delivery::PASSWORD_VARIABLE;
use lnere_messages::{count, message};
use lnere_release::{Output, PrivateFolder};

/// The file of the set that the command was last told, in `out/private`.
const STATE_FILE: &str = "advertencias.json";

/// The version of the JSON.
const JSON_VERSION: u32 = 1;

/// The time that the command has.
const TIMEOUT: Duration = Duration::from_mins(1);

/// The time between two looks at the command.
const POLL_INTERVAL: Duration = Duration::from_millis(20);

/// A run without an end that began longer ago than this was killed.
const LONGEST_RUN: TimeDelta = TimeDelta::hours(1);

/// One warning. Its id stays the same while only numbers of its message change, such as days.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Warning {
    pub id: String,
    pub kind: String,
    pub message: String,
}

/// The warnings by id.
type WarningSet = BTreeMap<String, Warning>;

#[derive(Default, Serialize, Deserialize)]
struct NotifiedSet {
    at: String,
    warnings: Vec<Warning>,
}

/// The kinds of warnings of which a command could not know whether they still hold.
pub(super) enum UnknownKinds {
    /// All but the failure of the command.
    AllOthers,
    /// These.
    These(Vec<&'static str>),
}

impl UnknownKinds {
    fn contains(&self, kind: &str) -> bool {
        match self {
            Self::AllOthers => kind != COMMAND_FAILED,
            Self::These(kinds) => kinds.contains(&kind),
        }
    }
}

const COMMAND_FAILED: &str = "command_failed";
const REVISION_PENDING: &str = "revision_pending";
const RUN_FAILED: &str = "run_failed";

/// The kinds that need the list of exports.
const KINDS_ABOUT_EXPORTS: [&str; 5] =
    ["source_late", "export_refused", "export_gone", "export_warning", REVISION_PENDING];

/// The warning of a command that failed before anything else could be known.
pub(super) fn warnings_of_failure(failure: &Failure) -> (WarningSet, UnknownKinds) {
    let mut set = WarningSet::new();
    add(&mut set, COMMAND_FAILED, &[&(failure.exit as u8).to_string()], failure.message());
    (set, UnknownKinds::AllOthers)
}

/// Adds the failure of this run in place of that of the last recorded one. A run that fails before
/// its record begins is in no status.
pub(super) fn add_failed_run(set: &mut WarningSet, failure: &Failure) {
    set.retain(|_, warning| warning.kind != RUN_FAILED);
    add(set, RUN_FAILED, &[&(failure.exit as u8).to_string()], failure.message());
}

fn add(set: &mut WarningSet, kind: &str, subject: &[&str], message: impl Into<String>) {
    let id = std::iter::once(kind).chain(subject.iter().copied()).collect::<Vec<_>>().join(":");
    set.insert(id.clone(), Warning { id, kind: kind.to_owned(), message: message.into() });
}

/// The warnings of a status.
pub(super) fn warnings_of_status(status: &Status) -> (WarningSet, UnknownKinds) {
    let mut set = WarningSet::new();
    if let Some(error) = &status.inputs_error {
        add(&mut set, "inputs_unreadable", &[], error);
    }
    let severity = |severity: DelaySeverity| match severity {
        DelaySeverity::Ok => None,
        DelaySeverity::Warn => Some("warn"),
        DelaySeverity::Late => Some("late"),
    };
    for (age, _) in &status.source_ages {
        if let Some(severity) = severity(age.delay_severity) {
            let message = message!("hook-source-late", source = age.source, days = count(age.days_behind));
            add(&mut set, "source_late", &[age.source.name(), severity], message);
        }
    }
    for one in &status.due_cortes {
        if let Some(severity) = severity(one.due.delay_severity) {
            let (corte, days) = (one.due.unpublished_corte.to_string(), count(one.due.days_since_end));
            let message = message!("hook-corte-late", corte, days);
            add(&mut set, "corte_late", &[&corte, severity], message);
        }
    }
    for (name, reason) in &status.refused_exports {
        add(&mut set, "export_refused", &[name], format!("{name}: {reason}"));
    }
    for gone in &status.gone_exports {
        add(&mut set, "export_gone", &[&gone.export_name], gone_export_message(gone));
    }
    for pending in status.pending_revisions() {
        let corte = &pending.corte;
        let (causes, size) = (pending.causes.text(), pending.size_text());
        let message = message!("hook-revision-pending", corte, causes, size);
        add(&mut set, REVISION_PENDING, &[corte, &pending.difference], message);
    }
    for warning in status.warnings().into_values() {
        let text = |key: &str| warning[key].as_str().unwrap_or_default().to_owned();
        let (export, rule) = (text("export"), text("rule"));
        if !set.contains_key(&format!("{rule}:{export}")) {
            add(&mut set, "export_warning", &[&export, &rule], format!("{export}: {}", text("message")));
        }
    }
    if let Some(deliveries) = &status.deliveries {
        add_deliveries(&mut set, deliveries);
    }
    if let Some(run) = &status.last_run {
        add_last_run(&mut set, run);
    }
    let unknown = match (&status.inputs_error, &status.pending_changes) {
        (Some(_), _) => KINDS_ABOUT_EXPORTS.to_vec(),
        // The next run looks.
        (None, None) => vec![REVISION_PENDING],
        (None, Some(_)) => Vec::new(),
    };
    (set, UnknownKinds::These(unknown))
}

fn add_deliveries(set: &mut WarningSet, deliveries: &DeliveryStatus) {
    for (corte, end) in &deliveries.held_cortes {
        let message = message!("hook-delivery-held", corte, end = utc_record(*end));
        add(set, "delivery_held", &[&corte.to_string(), &utc_record(*end)], message);
    }
    let (release, failed) = deliveries.failed_packages();
    for slug in failed {
        let message = message!("hook-delivery-failed", recipient = slug, release);
        add(set, "delivery_failed", &[&release, &slug], message);
    }
}

fn add_last_run(set: &mut WarningSet, run: &Value) {
    let text = |key: &str| run[key].as_str().unwrap_or_default();
    if run["ended"].is_null() {
        let started = parse_recorded_time(text("started"));
        if started.is_some_and(|started| Utc::now() - started > LONGEST_RUN) {
            let message = message!("hook-run-unfinished", started = text("started"));
            add(set, "run_unfinished", &[text("started")], message);
        }
        return;
    }
    let refused = run["refused"].as_array().map(Vec::as_slice).unwrap_or_default();
    for one in refused {
        let (export, reason) = (one["export"].as_str().unwrap_or_default(), one["reason"].as_str().unwrap_or_default());
        add(set, "export_refused", &[export], format!("{export}: {reason}"));
    }
    if run["exit"] != 0 {
        let error = run["error"]["message"].as_str().unwrap_or_default();
        add(set, RUN_FAILED, &[&run["exit"].to_string()], error);
    }
}

/// Runs the command if the set is another one than it was last told. An empty set is told after
/// another one, so that the reader learns that all is well again.
pub(super) fn notify_if_changed(
    command: &str,
    caller: &str,
    process: Option<&str>,
    output: &Output,
    (set, unknown): (WarningSet, UnknownKinds),
) -> Result<(), String> {
    let private = output.root().join("private");
    let notified: NotifiedSet = PrivateFolder::open_existing(private)
        .and_then(|private| private.read(STATE_FILE).ok())
        .and_then(|bytes| serde_json::from_slice(&bytes).ok())
        .unwrap_or_default();
    let mut set = set;
    // A warning whose state is not known now is kept.
    for warning in notified.warnings.iter().filter(|warning| unknown.contains(&warning.kind)) {
        set.entry(warning.id.clone()).or_insert_with(|| warning.clone());
    }
    let before: BTreeSet<&String> = notified.warnings.iter().map(|warning| &warning.id).collect();
    let now: BTreeSet<&String> = set.keys().collect();
    if before == now {
        return Ok(());
    }
    let at = utc_record(Utc::now());
    let message = json!({
        "version": JSON_VERSION,
        "at": at,
        "command": caller,
        "process": process,
        "warnings": set.values().collect::<Vec<_>>(),
        "new": now.difference(&before).collect::<Vec<_>>(),
        "ended": before.difference(&now).collect::<Vec<_>>(),
    });
    let cannot_record = |error: String| message!("hook-not-recorded", error);
    // Who cannot record it would tell the same each time.
    let private = output.open_private_folder().map_err(|error| cannot_record(error.to_string()))?;
    access(private.entry_path(""), Access::WRITE_OK).map_err(|error| cannot_record(error.to_string()))?;
    run_command(command, format!("{message:#}\n").as_bytes(), TIMEOUT)?;
    let state = NotifiedSet { at, warnings: set.values().cloned().collect() };
    let written = private.write(STATE_FILE, format!("{:#}\n", json!(state)).as_bytes());
    written.map_err(|error| cannot_record(error.to_string()))
}

/// Runs a shell command with a text on its stdin. Its output goes to stderr, since stdout has the
/// result. It is killed after the timeout, with what it started.
fn run_command(command: &str, input: &[u8], timeout: Duration) -> Result<(), String> {
    let started = || -> io::Result<_> {
        // A file, since a command that does not read its stdin would block a pipe.
        let mut stdin = tempfile::tempfile()?;
        stdin.write_all(input)?;
        stdin.rewind()?;
        Command::new("/bin/sh")
            .args(["-c", command])
            .stdin(Stdio::from(stdin))
            .stdout(Stdio::from(io::stderr().as_fd().try_clone_to_owned()?))
            .env_remove(PASSWORD_VARIABLE)
            .process_group(0)
            .spawn()
    };
    let mut child = started().map_err(|error| message!("hook-not-started", error))?;
    let until = Instant::now() + timeout;
    loop {
        match child.try_wait() {
            Ok(Some(ended)) if ended.success() => return Ok(()),
            Ok(Some(ended)) => {
                return Err(match ended.code() {
                    Some(code) => message!("hook-ended-with", code),
                    None => message!("hook-ended-by-signal", signal = ended.signal().unwrap_or_default()),
                });
            }
            Ok(None) if Instant::now() < until => sleep(POLL_INTERVAL),
            Ok(None) => {
                let _ = kill_process_group(Pid::from_child(&child), Signal::KILL);
                let _ = child.wait();
                return Err(message!("hook-killed", seconds = timeout.as_secs()));
            }
            Err(error) => return Err(error.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_that_does_not_end_is_killed_with_what_it_started() {
        let started = Instant::now();
        let error = run_command("sleep 60 & sleep 60", b"{}", Duration::from_millis(100)).expect_err("it does not end");
        assert!(error.contains("killed") && started.elapsed() < Duration::from_secs(30), "{error}");
    }

    #[test]
    fn a_command_need_not_read_its_input() {
        run_command("true", &vec![b' '; 1 << 20], TIMEOUT).expect("it ends");
        run_command("grep -q '^{}$'", b"{}\n", TIMEOUT).expect("it reads");
        assert!(run_command("exit 3", b"", TIMEOUT).expect_err("it fails").contains('3'));
    }
}
