/*!
`lnere doctor`: examines an installation before it is needed. Each check has a stable id, a state
and a message (docs/contract.md §1.6). It changes nothing but for
a folder with two empty ones in it, which it makes and removes.
*/

mod deliveries;
mod disk;
mod folders;
mod host;
mod modes;

use std::fmt::Write as _;
use std::io;
use std::path::PathBuf;

use serde::Serialize;
use serde_json::json;

use super::args::{DoctorArgs, OutputFormat};
use super::failure::{Exit, Failure, finish_command};
use super::json_result::json_text;
use super::loaded_process::LoadedProcess;
use super::terminal::{Terminal, nothing_changed_note, print};
use super::verify::{VerifiedRelease, check_public_releases_exist, unsound_and_untried, verify_visible_releases};
use lnere_core::NamedFiles;
use lnere_core::calendar::parse_iso_day;
use lnere_core::process::{Process, ProcessError};
use lnere_core::terminal_text::escaped_name;
use lnere_messages::{count, message};
use lnere_package::{PackageError, PackageInputs, check_report};
use lnere_release::{Output, ReleaseFolder, ReleaseTables};

/// The most findings in the message of a check.
const MAX_SHOWN_FINDINGS: usize = 3;

/// The state of a check. A check is as bad as its worst finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
enum CheckState {
    Ok,
    /// The check could not be made, because something that it needs is absent.
    Skipped,
    Warning,
    /// A command would fail, or publish or disclose what it must not.
    Problem,
}

impl CheckState {
    const ALL: [Self; 4] = [Self::Ok, Self::Skipped, Self::Warning, Self::Problem];

    fn text(self) -> String {
        match self {
            Self::Ok => message!("doctor-state-ok"),
            Self::Skipped => message!("doctor-state-skipped"),
            Self::Warning => message!("doctor-state-warning"),
            Self::Problem => message!("doctor-state-problem"),
        }
    }
}

/// The result of a check.
#[derive(Debug, Serialize)]
struct Check {
    id: &'static str,
    state: CheckState,
    /// What was found.
    message: String,
    /// What to do.
    advice: Option<String>,
}

impl Check {
    fn ok(id: &'static str, message: impl Into<String>) -> Self {
        Self { id, state: CheckState::Ok, message: message.into(), advice: None }
    }

    fn skipped(id: &'static str, message: impl Into<String>) -> Self {
        Self { id, state: CheckState::Skipped, message: message.into(), advice: None }
    }

    fn warning(id: &'static str, message: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { id, state: CheckState::Warning, message: message.into(), advice: Some(advice.into()) }
    }

    fn problem(id: &'static str, message: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { id, state: CheckState::Problem, message: message.into(), advice: Some(advice.into()) }
    }
}

/// The findings of a check that looks at several things.
#[derive(Default)]
struct CheckFindings {
    /// State, message and advice of each.
    findings: Vec<(CheckState, String, String)>,
}

impl CheckFindings {
    fn add_warning(&mut self, message: impl Into<String>, advice: impl Into<String>) {
        self.findings.push((CheckState::Warning, message.into(), advice.into()));
    }

    fn add_problem(&mut self, message: impl Into<String>, advice: impl Into<String>) {
        self.findings.push((CheckState::Problem, message.into(), advice.into()));
    }

    /// One check: the worst findings with their advice, or the message of a check without any.
    fn into_check(mut self, id: &'static str, ok_message: impl Into<String>) -> Check {
        let Some(state) = self.findings.iter().map(|(state, ..)| *state).max() else {
            return Check::ok(id, ok_message);
        };
        self.findings.sort_by_key(|(state, ..)| std::cmp::Reverse(*state));
        let more = self.findings.len().saturating_sub(MAX_SHOWN_FINDINGS);
        self.findings.truncate(MAX_SHOWN_FINDINGS);
        let (mut messages, mut advice): (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());
        for (_, message, action) in self.findings {
            messages.push(message);
            // Several findings may have the same advice.
            if !advice.contains(&action) {
                advice.push(action);
            }
        }
        let mut message = messages.join("; ");
        if more > 0 {
            message = message!("doctor-findings-and-more", findings = message, more = count(more));
        }
        Check { id, state, message, advice: Some(advice.join("; ")) }
    }
}

/// An error and its causes on one line.
fn error_text(error: impl Into<anyhow::Error>) -> String {
    format!("{:#}", error.into())
}

pub(super) fn doctor(args: &DoctorArgs, terminal: &Terminal) -> Result<(), Failure> {
    let checks = all_checks(args, terminal);
    let in_state = |state| checks.iter().filter(|check| check.state == state).count();
    let (problems, warnings) = (in_state(CheckState::Problem), in_state(CheckState::Warning));
    let outcome = if problems == 0 {
        Ok(())
    } else {
        Err(Failure::already_printed(Exit::NeedsAction, message!("L066-problems")))
    };
    let text = match args.releases.format.format {
        OutputFormat::Text => {
            let summary = message!(
                "doctor-summary",
                checks = count(checks.len()),
                ok = count(in_state(CheckState::Ok)),
                warnings = count(warnings),
                problems = count(problems),
                skipped = count(in_state(CheckState::Skipped))
            );
            format!("{}\n{summary}\n", checks_text(&checks))
        }
        OutputFormat::Json => {
            let json = json!({
                "checks": checks,
                "problems": problems,
                "warnings": warnings,
            });
            json_text(json, &outcome)
        }
    };
    finish_command(print(&text, &nothing_changed_note()), outcome)
}

/// A line for each check, and below it what to do.
fn checks_text(checks: &[Check]) -> String {
    let id_width = checks.iter().map(|check| check.id.len()).max().unwrap_or_default();
    let state_widths = CheckState::ALL.map(|state| state.text().chars().count());
    let state_width = state_widths.into_iter().max().unwrap_or_default();
    let mut text = String::new();
    for Check { id, state, message, advice } in checks {
        let state = state.text();
        let _ = writeln!(text, "{state:<state_width$}  {id:<id_width$}  {}", single_line(message));
        if let Some(advice) = advice {
            let advice = message!("commands-to-do", action = single_line(advice));
            let _ = writeln!(text, "{:width$}  {advice}", "", width = state_width + 2 + id_width);
        }
    }
    text
}

/// Some messages of mistakes in TOML have several lines.
fn single_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// All checks. One that needs what an earlier one found broken is skipped.
fn all_checks(args: &DoctorArgs, terminal: &Terminal) -> Vec<Check> {
    let today = args.releases.today.today();
    let output = Output::new(&args.releases.output);
    let process_path = args.releases.exports.process.path().ok();
    let (mut checks, loaded_process) = configuration_checks(args.releases.exports.process.path(), &output);
    let loaded_process = loaded_process.as_ref();
    let inputs = args.releases.exports.inputs.as_deref();
    let inputs = inputs.or_else(|| loaded_process.map(|loaded| loaded.process.exports_dir.as_path()));

    let (check, inventory) = folders::inputs_check(loaded_process, inputs);
    checks.push(check);
    checks.push(folders::exports_check(loaded_process, inventory.as_ref(), &output, today));
    checks.push(folders::output_check(loaded_process, inputs, &output));
    checks.push(modes::modes_check(loaded_process, process_path.as_deref(), inputs, inventory.as_ref(), &output));
    checks.push(disk::disk_check(inventory.as_ref(), &output));
    checks.push(disk::exchange_check(&output));

    checks.push(host::units_check(args.recipients.is_some()));
    checks.push(host::clock_check(inventory.as_ref(), &output, today));

    checks.extend(deliveries::delivery_checks(args.recipients.as_deref(), loaded_process, &output));
    checks.push(releases_check(args, &output, terminal));
    checks
}

/// `output-folder` is a problem then, and says whose the folder is.
fn private_is_closed() -> String {
    message!("doctor-private-is-closed")
}

fn needs_process() -> String {
    message!("doctor-needs-process")
}

/// The process file, its catalogues, and the definitions of tables, charts and report.
fn configuration_checks(path: Result<PathBuf, Failure>, output: &Output) -> (Vec<Check>, Option<LoadedProcess>) {
    const IDS: [&str; 3] = ["process-file", "catalogs", "definitions"];
    let advice = || message!("doctor-correct-process");
    let unread_checks = |message: String, advice: String| {
        let skipped = |id| Check::skipped(id, needs_process());
        vec![Check::problem(IDS[0], message, advice), skipped(IDS[1]), skipped(IDS[2])]
    };
    let name_it = || message!("doctor-name-process");
    let path = match path {
        Ok(path) => path,
        Err(failure) => return (unread_checks(failure.unprinted_message().unwrap_or_default(), name_it()), None),
    };
    let name = escaped_name(&path);
    let (process, catalogs) = match Process::load(&path) {
        Ok(loaded) => loaded,
        Err(ProcessError::Catalog(error)) => {
            let checks = [
                Check::skipped(IDS[0], message!("doctor-catalogs-first", file = name)),
                Check::problem(IDS[1], error_text(error), advice()),
                Check::skipped(IDS[2], needs_process()),
            ];
            return (checks.into(), None);
        }
        Err(error) => {
            let advice = match &error {
                // A file that the process file names needs another advice.
                ProcessError::Read { path: unread, source } if *unread == path => match source.kind() {
                    io::ErrorKind::PermissionDenied => message!("doctor-let-read-process"),
                    _ => name_it(),
                },
                _ => advice(),
            };
            return (unread_checks(error_text(error), advice), None);
        }
    };
    let mut checks = vec![
        Check::ok(IDS[0], format!("{name}: {}", process.title)),
        Check::ok(IDS[1], message!("doctor-catalogs", files = count(catalogs.files.len()))),
    ];
    let loaded_process = match LoadedProcess::with_definitions(&path, process, catalogs) {
        Ok(loaded_process) => loaded_process,
        Err(failure) => {
            checks.push(Check::problem(IDS[2], failure.unprinted_message().unwrap_or_default(), advice()));
            return (checks, None);
        }
    };
    if let Err(message) = check_report_template(&loaded_process, output) {
        checks.push(Check::problem(IDS[2], message, advice()));
        return (checks, Some(loaded_process));
    }
    let tables = count(loaded_process.published_table_names.len());
    let charts = count(loaded_process.published_chart_names.len());
    let message = if loaded_process.report_template.is_some() {
        message!("doctor-definitions-with-report", tables, charts)
    } else {
        message!("doctor-definitions-without-report", tables, charts)
    };
    checks.push(Check::ok(IDS[2], message));
    (checks, Some(loaded_process))
}

/// Typesets the report of the nation with the counts of the newest release. Without one, only what
/// Typst cannot parse is found.
fn check_report_template(loaded_process: &LoadedProcess, output: &Output) -> Result<(), String> {
    let LoadedProcess { process, catalogs, table_definitions, chart_definitions, statement_file, .. } = loaded_process;
    let Some(template) = &loaded_process.report_template else { return Ok(()) };
    template.check_syntax().map_err(error_text)?;
    let newest = output.published_cortes().ok().and_then(|cortes| cortes.last().copied());
    let Some(corte) = newest else { return Ok(()) };
    let folder = output.release_path(corte);
    // `releases` reports a release that cannot be read.
    let Ok(ReleaseTables { manifest, tables }) = ReleaseTables::read(&folder) else { return Ok(()) };
    let Some(vintage) = parse_iso_day(&manifest.vintage).filter(|_| manifest.process == process.id) else {
        return Ok(());
    };
    let read_charts = || -> io::Result<NamedFiles> {
        let release = ReleaseFolder::open(&folder)?;
        let paths = release.names_in_folder("graficas/nacional")?.into_iter();
        paths
            .map(|name| format!("graficas/nacional/{name}"))
            .map(|path| Ok((path.clone(), release.read(&path)?)))
            .collect()
    };
    let inputs = PackageInputs {
        process,
        catalogs,
        table_definitions,
        chart_definitions,
        statement_file,
        corte,
        revision: manifest.revision,
        vintage,
        input_records: &manifest.inputs,
        findings: &manifest.findings,
        tables: &tables,
        chart_files: &read_charts().unwrap_or_default(),
        text_files: &[],
        dashboard: None,
    };
    match check_report(&inputs, template) {
        // Tables of an earlier version may lack what the report needs today.
        Err(error @ PackageError::Report(_)) if error.is_usage_error() => Err(error_text(error)),
        _ => Ok(()),
    }
}

fn releases_check(args: &DoctorArgs, output: &Output, terminal: &Terminal) -> Check {
    const ID: &str = "releases";
    if args.no_verify {
        return Check::skipped(ID, message!("doctor-not-verified"));
    }
    let releases = match verify_visible_releases(output, terminal) {
        Ok(releases) => releases,
        Err(error) => {
            let message = message!("L790-releases-unreadable", folder = escaped_name(output.root()), error);
            return Check::problem(ID, message, message!("doctor-let-read-folder"));
        }
    };
    let outcome = |release: &VerifiedRelease| format!("{}: {}", release.corte, release.outcome_text());
    let [unsound, untried] = unsound_and_untried(&releases);
    let mut found = CheckFindings::default();
    if let Some(first) = unsound.first() {
        let message = message!(
            "doctor-releases-unsound",
            unsound = count(unsound.len()),
            releases = count(releases.len()),
            first = outcome(first)
        );
        let advice = if output.recorded_publications().is_err() {
            message!("doctor-restore-publications-first")
        } else {
            message!("doctor-restore-unsound-release", corte = first.corte)
        };
        found.add_problem(message, advice);
    }
    if let Some(first) = untried.first().filter(|_| unsound.is_empty()) {
        let message = message!("doctor-releases-untried", untried = count(untried.len()), first = outcome(first));
        found.add_warning(message, message!("doctor-verify-as-service"));
    }
    // An unsound release already says what the ledger says of it.
    if unsound.is_empty()
        && let Err(failure) = check_public_releases_exist(output, &releases)
        && failure.exit == Exit::ReleaseUnsound
    {
        found.add_problem(failure.message(), message!("doctor-restore-release"));
    }
    let sound = match releases.len() {
        0 => message!("doctor-no-release"),
        releases => message!("doctor-releases-sound", releases = count(releases)),
    };
    found.into_check(ID, sound)
}
