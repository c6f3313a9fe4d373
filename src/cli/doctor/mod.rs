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
use lnere_core::terminal_text::{count_with_noun, escaped_name, singular_or_plural};
use lnere_messages::message;
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
        for (_, message, way_out) in self.findings {
            messages.push(message);
            // Several findings may have the same way out.
            if !advice.contains(&way_out) {
                advice.push(way_out);
            }
        }
        let more = if more == 0 { String::new() } else { format!("; and {more} more") };
        Check { id, state, message: format!("{}{more}", messages.join("; ")), advice: Some(advice.join("; ")) }
    }
}

/// An error and its causes on one line.
fn error_text(error: impl Into<anyhow::Error>) -> String {
    format!("{:#}", error.into())
}

pub(super) fn doctor(args: &DoctorArgs, terminal: &Terminal) -> Result<(), Failure> {
    let checks = all_checks(args, terminal);
    let count = |state| checks.iter().filter(|check| check.state == state).count();
    let (problems, warnings) = (count(CheckState::Problem), count(CheckState::Warning));
    let outcome = if problems == 0 {
        Ok(())
    } else {
        Err(Failure::already_printed(Exit::NeedsAction, message!("L040-problems")))
    };
    let text = match args.releases.format.format {
        OutputFormat::Text => {
            let mut text = checks_text(&checks);
            let _ = writeln!(
                text,
                "\n{}: {} ok, {}, {}, {} skipped",
                count_with_noun(checks.len(), "check"),
                count(CheckState::Ok),
                count_with_noun(warnings, "warning"),
                count_with_noun(problems, "problem"),
                count(CheckState::Skipped)
            );
            text
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
    let width = checks.iter().map(|check| check.id.len()).max().unwrap_or_default();
    let mut text = String::new();
    for Check { id, state, message, advice } in checks {
        let state = match state {
            CheckState::Ok => "ok",
            CheckState::Skipped => "skipped",
            CheckState::Warning => "warning",
            CheckState::Problem => "PROBLEM",
        };
        let _ = writeln!(text, "{state:<7}  {id:<width$}  {}", single_line(message));
        if let Some(advice) = advice {
            let _ = writeln!(text, "{:width$}  to do: {}", "", single_line(advice), width = width + 9);
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
const PRIVATE_IS_CLOSED: &str = "this user may not enter the folder: see output-folder";

const NO_PROCESS: &str = "it needs a process file without mistakes";

/// The process file, its catalogues, and the definitions of tables, charts and report.
fn configuration_checks(path: Result<PathBuf, Failure>, output: &Output) -> (Vec<Check>, Option<LoadedProcess>) {
    const IDS: [&str; 3] = ["process-file", "catalogs", "definitions"];
    let advice = "correct what the message names; `lnere plan` reads it again";
    let unread_checks = |message: String, advice: &str| {
        let skipped = |id| Check::skipped(id, NO_PROCESS);
        vec![Check::problem(IDS[0], message, advice), skipped(IDS[1]), skipped(IDS[2])]
    };
    let name_it = "name the file with --process, or in LNERE_PROCESS";
    let path = match path {
        Ok(path) => path,
        Err(failure) => return (unread_checks(failure.unprinted_message().unwrap_or_default(), name_it), None),
    };
    let name = escaped_name(&path);
    let (process, catalogs) = match Process::load(&path) {
        Ok(loaded) => loaded,
        Err(ProcessError::Catalog(error)) => {
            let checks = [
                Check::skipped(IDS[0], format!("{name}: its catalogues come first")),
                Check::problem(IDS[1], error_text(error), advice),
                Check::skipped(IDS[2], NO_PROCESS),
            ];
            return (checks.into(), None);
        }
        Err(error) => {
            let advice = match &error {
                // A file that the process file names has another way out.
                ProcessError::Read { path: unread, source } if *unread == path => match source.kind() {
                    io::ErrorKind::PermissionDenied => "let this user read it, for example by its group: mode 0640",
                    _ => name_it,
                },
                _ => advice,
            };
            return (unread_checks(error_text(error), advice), None);
        }
    };
    let mut checks = vec![
        Check::ok(IDS[0], format!("{name}: {}", process.title)),
        Check::ok(IDS[1], format!("{} without a mistake", count_with_noun(catalogs.files.len(), "file"))),
    ];
    let loaded_process = match LoadedProcess::with_definitions(&path, process, catalogs) {
        Ok(loaded_process) => loaded_process,
        Err(failure) => {
            checks.push(Check::problem(IDS[2], failure.unprinted_message().unwrap_or_default(), advice));
            return (checks, None);
        }
    };
    if let Err(message) = check_report_template(&loaded_process, output) {
        checks.push(Check::problem(IDS[2], message, advice));
        return (checks, Some(loaded_process));
    }
    let report = if loaded_process.report_template.is_some() { " and a report" } else { ", no report" };
    let message = format!(
        "{}, {}{report}",
        count_with_noun(loaded_process.published_table_names.len(), "table"),
        count_with_noun(loaded_process.published_chart_names.len(), "chart")
    );
    checks.push(Check::ok(IDS[2], message));
    (checks, Some(loaded_process))
}

/// Typesets the report of the nation with the counts of the newest release. Without one, only what
/// Typst cannot parse is found.
fn check_report_template(loaded_process: &LoadedProcess, output: &Output) -> Result<(), String> {
    let LoadedProcess { process, catalogs, table_definitions, chart_definitions, .. } = loaded_process;
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
        corte,
        revision: manifest.revision,
        vintage,
        input_records: &manifest.inputs,
        findings: &manifest.findings,
        tables: &tables,
        chart_files: &read_charts().unwrap_or_default(),
        text_files: &[],
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
        return Check::skipped(ID, "not verified, because of --no-verify");
    }
    let releases = match verify_visible_releases(output, terminal) {
        Ok(releases) => releases,
        Err(error) => {
            let message = format!("cannot read the releases in {}: {error}", escaped_name(output.root()));
            return Check::problem(ID, message, "let this user read the folder");
        }
    };
    let outcome = |release: &VerifiedRelease| format!("{}: {}", release.corte, release.outcome_text());
    let [unsound, untried] = unsound_and_untried(&releases);
    let mut found = CheckFindings::default();
    if let Some(first) = unsound.first() {
        let message = format!(
            "{} of {} {} not sound; {}",
            unsound.len(),
            releases.len(),
            singular_or_plural(unsound.len(), "is", "are"),
            outcome(first)
        );
        let advice = if output.recorded_publications().is_err() {
            "restore private/publicado.jsonl first: see `ledger`".to_owned()
        } else {
            format!("`lnere verify {}` lists all findings; restore the release from a backup", first.corte)
        };
        found.add_problem(message, advice);
    }
    if let Some(first) = untried.first().filter(|_| unsound.is_empty()) {
        let message = format!("{} could not be verified whole; {}", untried.len(), outcome(first));
        found.add_warning(message, "verify as the user of the service");
    }
    // An unsound release already says what the ledger says of it.
    if unsound.is_empty()
        && let Err(failure) = check_public_releases_exist(output, &releases)
        && failure.exit == Exit::ReleaseUnsound
    {
        found.add_problem(failure.message(), "restore the release from a backup");
    }
    let sound = match releases.len() {
        0 => "none yet".to_owned(),
        count => format!("{count} verified, all sound"),
    };
    found.into_check(ID, sound)
}
