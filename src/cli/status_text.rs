/*!
The text of `lnere status`. Each item that needs an action is followed by a line that says which.
*/

use std::fmt::Write as _;

use serde_json::Value;

use super::failure::Exit;
use super::kept_revisions::KeptRevision;
use super::pending_revisions::{ReplacedExport, gone_export_message, waiting_corte_message};
use super::refusals_and_warnings::{EXPORT_GONE_CODE, EXPORT_REPLACED_CODE, RunWarning};
use super::run_result::write_pending_revision;
use super::status::{Status, WaitingCorte};
use crate::run_plan::GoneExport;
use lnere_core::column_names;
use lnere_core::due_cortes::{DelaySeverity, DueCorte, SourceAge};
use lnere_core::mexican_formats::integer;
use lnere_core::mexico_city_time::recorded_time;
use lnere_core::terminal_text::{escape_control_sequences, escaped_name};
use lnere_ingest::ArrivingExport;
use lnere_messages::{count, join_with_and, message};

/// The most exports in the text that are being copied; the JSON has all of them.
const MAX_SHOWN_ARRIVING: usize = 3;

/// The most releases in the text; the JSON has all of them.
const MAX_SHOWN_RELEASES: usize = 5;

/// Adds the next command or action for an item, on one indented line.
pub(super) fn write_advice(text: &mut String, advice: impl AsRef<str>) {
    let _ = writeln!(text, "    {}", message!("commands-to-do", action = advice.as_ref()));
}

/// Begins a section.
fn write_heading(text: &mut String, heading: &str) {
    let _ = writeln!(text, "\n{heading}");
}

impl Status {
    pub fn render_text(&self) -> String {
        let mut text = format!("{}, {}\n", self.process_title, self.today);
        if let Some(error) = &self.inputs_error {
            let error = escape_control_sequences(error);
            let _ = writeln!(text, "\n{}", message!("status-inputs-unreadable", error));
            write_advice(&mut text, message!("status-inputs-to-do"));
        }
        self.write_releases(&mut text);
        if let Some(deliveries) = &self.deliveries {
            deliveries.append_text(&mut text);
        }
        self.write_exports(&mut text);
        self.write_due_cortes(&mut text);
        match &self.pending_changes {
            None if self.inputs_error.is_some() => {}
            None => {
                let _ = writeln!(text, "\n{}", message!("status-changes-not-known"));
            }
            Some(all) => {
                self.pending_revisions().for_each(|one| write_pending_revision(&mut text, one));
                write_kept_revisions(&mut text, all.iter().filter_map(|one| one.kept.as_ref()));
            }
        }
        if let Some(run) = &self.last_run {
            write_last_run(&mut text, run);
        }
        self.write_warnings(&mut text);
        text
    }

    fn write_releases(&self, text: &mut String) {
        write_heading(text, &message!("status-releases"));
        for (corte, manifest) in self.releases.iter().take(MAX_SHOWN_RELEASES) {
            let what = match manifest {
                None => message!("L064-manifest-unreadable", corte),
                Some(manifest) => {
                    let applications = manifest.totals.get(column_names::SOLICITUDES_ACUMULADAS).copied();
                    message!(
                        "status-release",
                        revision = manifest.revision,
                        vintage = manifest.vintage,
                        applications = format!("{:>9}", integer(applications.unwrap_or_default()))
                    )
                }
            };
            let _ = writeln!(text, "  {corte}  {what}");
        }
        let more = self.releases.len().saturating_sub(MAX_SHOWN_RELEASES);
        if self.releases.is_empty() {
            let _ = writeln!(text, "  {}", message!("status-no-release"));
        } else if more > 0 {
            let _ = writeln!(text, "  {}", message!("status-older-releases", releases = count(more)));
        }
    }

    fn write_exports(&self, text: &mut String) {
        write_heading(text, &message!("status-newest-exports"));
        if self.inputs_error.is_some() {
            let _ = writeln!(text, "  {}", message!("status-exports-not-known"));
        }
        for (SourceAge { source, days_behind, delay_severity }, name) in &self.source_ages {
            let name =
                name.as_ref().map_or_else(|| message!("status-no-export"), |name| escaped_name(name).to_string());
            let _ = writeln!(
                text,
                "  {source:<13} {name:<34} {}{}",
                days_behind_text(*days_behind),
                lateness_text(*delay_severity, || message!("status-source-late"))
            );
            if *delay_severity != DelaySeverity::Ok {
                write_advice(text, message!("status-source-to-do", source));
            }
        }
        let arriving = &self.inventory.arriving;
        let (shown, others) = arriving.split_at(arriving.len().min(MAX_SHOWN_ARRIVING));
        for ArrivingExport { name, .. } in shown {
            let _ = writeln!(text, "  {}", message!("status-export-arriving", name = escaped_name(name)));
        }
        if !others.is_empty() {
            let _ = writeln!(text, "  {}", message!("status-other-exports-arriving", exports = count(others.len())));
        }
        for (name, reason) in &self.refused_exports {
            let _ = writeln!(text, "  {}", message!("status-export-refused", name = escaped_name(name), reason));
            write_advice(text, message!("status-export-refused-to-do"));
        }
        for gone in &self.gone_exports {
            let GoneExport { cortes, .. } = gone;
            let _ = writeln!(text, "  {}", gone_export_message(gone));
            let newest = cortes.last().map(ToString::to_string).unwrap_or_default();
            write_advice(text, message!("status-export-gone-to-do", corte = newest));
        }
        for replaced in &self.replaced_exports {
            let ReplacedExport { name, cortes, .. } = replaced;
            for warning in RunWarning::for_replaced_exports(std::slice::from_ref(replaced)) {
                let _ = writeln!(text, "  {}: {}", escaped_name(name), warning.message);
            }
            let newest = cortes.last().cloned().unwrap_or_default();
            write_advice(text, message!("status-export-replaced-to-do", corte = newest));
        }
    }

    fn write_due_cortes(&self, text: &mut String) {
        write_heading(text, &message!("status-due"));
        for WaitingCorte { due, waiting_for } in &self.due_cortes {
            let DueCorte { unpublished_corte: corte, days_since_end, delay_severity } = due;
            let (why, advice) = match waiting_for.as_deref() {
                None => (message!("status-not-published"), message!("status-not-published-to-do")),
                Some([]) => (message!("status-covered"), message!("status-covered-to-do")),
                Some(lacking) => (
                    waiting_corte_message(lacking),
                    message!("status-waiting-to-do", sources = join_with_and(lacking), corte),
                ),
            };
            let _ = writeln!(
                text,
                "  {}{}",
                message!("status-due-corte", corte, days = count(*days_since_end), why),
                lateness_text(*delay_severity, || message!("status-corte-late"))
            );
            write_advice(text, advice);
        }
        if self.due_cortes.is_empty() {
            let _ = writeln!(text, "  {}", message!("status-nothing-due"));
        }
        if let (Some(first), Some(last)) = (self.cortes_to_backfill.first(), self.cortes_to_backfill.last()) {
            let cortes = count(self.cortes_to_backfill.len());
            let line = if self.is_process_over {
                message!("status-backfill-over", cortes, first, last)
            } else {
                message!("status-backfill-last-published", cortes, first, last)
            };
            let _ = writeln!(text, "  {line}");
        }
    }

    fn write_warnings(&self, text: &mut String) {
        let mut warnings = self.warnings();
        // Missing and replaced exports are already reported above.
        let replaced = |warning: &Value| {
            self.replaced_exports.iter().any(|one| warning["export"] == one.name.as_str())
                && warning["rule"] == EXPORT_REPLACED_CODE
        };
        warnings.retain(|_, warning| warning["rule"] != EXPORT_GONE_CODE && !replaced(warning));
        let is_newest = |export: &str| self.source_ages.iter().any(|(_, newest)| newest.as_deref() == Some(export));
        let (newest, older): (Vec<_>, Vec<_>) = warnings.keys().partition(|(export, _)| is_newest(export));
        if !warnings.is_empty() {
            write_heading(text, &message!("commands-warnings"));
        }
        for (export, message) in newest {
            let _ = writeln!(text, "  {}: {}", escaped_name(export), escape_control_sequences(message));
        }
        if !older.is_empty() {
            let _ = writeln!(text, "  {}", message!("status-other-warnings", warnings = count(older.len())));
        }
    }
}

fn write_last_run(text: &mut String, run: &Value) {
    write_heading(text, &message!("status-last-run"));
    let Some(ended) = run["ended"].as_str() else {
        let started = recorded_time(run["started"].as_str().unwrap_or_default());
        let _ = writeln!(text, "  {}", message!("status-run-unfinished", started));
        write_advice(text, message!("status-run-unfinished-to-do"));
        return;
    };
    let (ended, exit) = (recorded_time(ended), &run["exit"]);
    let line = match run["error"]["message"].as_str() {
        None => message!("status-run-ended", ended, exit),
        Some(error) => {
            message!("status-run-ended-with-error", ended, exit, error = escape_control_sequences(error))
        }
    };
    let _ = writeln!(text, "  {line}");
    let is = |exit: Exit| run["exit"] == exit as u8;
    if is(Exit::ExportsRefused) && run["error"]["code"] == "L053" {
        write_advice(text, message!("status-run-not-covered-to-do"));
    } else if is(Exit::ExportsRefused) {
        write_advice(text, message!("status-run-refused-to-do"));
    } else if is(Exit::Usage) {
        write_advice(text, message!("status-run-usage-to-do"));
    } else if run["exit"] != 0 {
        write_advice(text, message!("status-run-failed-to-do"));
    }
}

/// The cortes that somebody decided to leave as they are.
fn write_kept_revisions<'a>(text: &mut String, kept: impl Iterator<Item = &'a KeptRevision>) {
    let lines: String = kept
        .map(|KeptRevision { at, by, corte, revision, reason, .. }| {
            let (at, by, reason) = (recorded_time(at), escaped_name(by), escape_control_sequences(reason));
            format!("  {}\n", message!("status-kept-corte", corte, revision, at, by, reason))
        })
        .collect();
    if !lines.is_empty() {
        write_heading(text, &message!("status-kept"));
        text.push_str(&lines);
    }
}

fn days_behind_text(days: i64) -> String {
    if days == 0 { message!("status-up-to-date") } else { message!("status-days-behind", days = count(days)) }
}

fn lateness_text(lateness: DelaySeverity, late: impl Fn() -> String) -> String {
    match lateness {
        DelaySeverity::Ok => String::new(),
        DelaySeverity::Warn => format!("   {}", message!("status-warning")),
        DelaySeverity::Late => format!("   {}", late()),
    }
}
