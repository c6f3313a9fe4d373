/*!
The text of `lnere status`. Each item that needs an action is followed by a line that says which.
*/

use std::fmt::Write as _;

use serde_json::Value;

use super::failure::Exit;
use super::kept_revisions::KeptRevision;
use super::pending_revisions::{ReplacedExport, gone_export_message, waiting_cortes_message};
use super::refusals_and_warnings::{EXPORT_GONE_CODE, EXPORT_REPLACED_CODE, RunWarning};
use super::run_result::write_pending_revision;
use super::status::{Status, WaitingCorte};
use crate::run_plan::GoneExport;
use lnere_core::column_names;
use lnere_core::due_cortes::{DelaySeverity, DueCorte, SourceAge};
use lnere_core::mexican_formats::integer;
use lnere_core::mexico_city_time::recorded_time;
use lnere_core::terminal_text::{count_with_noun, escape_control_sequences, escaped_name, join_with_and};
use lnere_ingest::ArrivingExport;

/// The most releases in the text; the JSON has all of them.
const MAX_SHOWN_RELEASES: usize = 5;

/// Adds the next command or action for an item, on one indented line.
pub(super) fn write_way_out(text: &mut String, way_out: impl AsRef<str>) {
    let _ = writeln!(text, "    to do: {}", way_out.as_ref());
}

impl Status {
    pub fn render_text(&self) -> String {
        let mut text = format!("{}, {}\n", self.process_title, self.today);
        if let Some(error) = &self.inputs_error {
            let _ = writeln!(text, "\nthe inputs cannot be read: {}", escape_control_sequences(error));
            write_way_out(
                &mut text,
                "mount the folder, or correct its permissions; what depends on exports is not known until then",
            );
        }
        self.write_releases(&mut text);
        if let Some(deliveries) = &self.deliveries {
            deliveries.append_text(&mut text);
        }
        self.write_exports(&mut text);
        self.write_due_cortes(&mut text);
        match &self.pending_changes {
            None if self.inputs_error.is_some() => {}
            None => text.push_str("\nwhat would change in published cortes is not known; `lnere run --due` looks\n"),
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
        text.push_str("\nreleases\n");
        for (corte, manifest) in self.releases.iter().take(MAX_SHOWN_RELEASES) {
            let _ = match manifest {
                None => writeln!(text, "  {corte}  its manifest cannot be read; run `lnere verify {corte}`"),
                Some(manifest) => writeln!(
                    text,
                    "  {corte}  revision {}  exports up to {}  {:>9} applications",
                    manifest.revision,
                    manifest.vintage,
                    integer(manifest.totals.get(column_names::SOLICITUDES_ACUMULADAS).copied().unwrap_or_default())
                ),
            };
        }
        match self.releases.len() {
            0 => text.push_str("  none\n"),
            all if all > MAX_SHOWN_RELEASES => {
                let _ = writeln!(text, "  and {} older", all - MAX_SHOWN_RELEASES);
            }
            _ => {}
        }
    }

    fn write_exports(&self, text: &mut String) {
        text.push_str("\nnewest exports\n");
        if self.inputs_error.is_some() {
            text.push_str("  not known\n");
        }
        for (SourceAge { source, days_behind, delay_severity }, name) in &self.source_ages {
            let name = escaped_name(name.as_deref().unwrap_or("none"));
            let _ = writeln!(
                text,
                "  {source:<13} {name:<34} {}{}",
                days_behind_text(*days_behind),
                lateness_text(*delay_severity)
            );
            if *delay_severity != DelaySeverity::Ok {
                write_way_out(text, format!("ask whoever delivers {source} for a newer export"));
            }
        }
        for ArrivingExport { name, .. } in &self.inventory.arriving {
            let _ = writeln!(text, "  {} is still being copied, or was written to a moment ago", escaped_name(name));
        }
        for (name, reason) in &self.refused_exports {
            let _ = writeln!(text, "  {}: {reason}. A run will be refused", escaped_name(name));
            write_way_out(text, "correct the file or its name, or take it out of the folder; `lnere check` says more");
        }
        for gone in &self.gone_exports {
            let GoneExport { cortes, .. } = gone;
            let _ = writeln!(text, "  {}", gone_export_message(gone));
            let newest = cortes.last().map(ToString::to_string).unwrap_or_default();
            write_way_out(
                text,
                format!(
                    "copy it back to the folder of the exports; if it is gone for good, `lnere run --corte {newest} \
                     --force` publishes without it"
                ),
            );
        }
        for replaced in &self.replaced_exports {
            let ReplacedExport { name, cortes, .. } = replaced;
            for warning in RunWarning::for_replaced_exports(std::slice::from_ref(replaced)) {
                let _ = writeln!(text, "  {}: {}", escaped_name(name), warning.message);
            }
            let newest = cortes.last().cloned().unwrap_or_default();
            write_way_out(
                text,
                format!(
                    "copy the earlier file back; if it was corrected, `lnere run --corte {newest}` publishes from it"
                ),
            );
        }
    }

    fn write_due_cortes(&self, text: &mut String) {
        text.push_str("\ndue\n");
        for WaitingCorte { due, waiting_for } in &self.due_cortes {
            let DueCorte { unpublished_corte: corte, days_since_end, delay_severity } = due;
            let (why, way_out) = match waiting_for.as_deref() {
                None => {
                    ("not published".to_owned(), "make the inputs readable; `lnere run --due` publishes it".to_owned())
                }
                Some([]) => (
                    "covered by the exports, not published".to_owned(),
                    "`lnere run --due` publishes it, or says why not".to_owned(),
                ),
                Some(lacking) => (
                    waiting_cortes_message(lacking, "it"),
                    format!("ask for the export of {} of {corte} or later", join_with_and(lacking)),
                ),
            };
            let _ = writeln!(
                text,
                "  {corte}  ended {} ago, {why}{}",
                count_with_noun(*days_since_end, "day"),
                lateness_text(*delay_severity)
            );
            write_way_out(text, way_out);
        }
        if self.due_cortes.is_empty() {
            text.push_str("  nothing\n");
        }
        if let (Some(first), Some(last)) = (self.cortes_to_backfill.first(), self.cortes_to_backfill.last()) {
            let why =
                if self.is_process_over { "the process is over" } else { "the last corte of the process is published" };
            let _ = writeln!(
                text,
                "  {} from {first} to {last} without a release: not late, since {why}",
                count_with_noun(self.cortes_to_backfill.len(), "corte")
            );
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
            text.push_str("\nwarnings\n");
        }
        for (export, message) in newest {
            let _ = writeln!(text, "  {}: {}", escaped_name(export), escape_control_sequences(message));
        }
        if !older.is_empty() {
            let older = count_with_noun(older.len(), "warning");
            let _ = writeln!(text, "  {older} of other exports; `--format json` has them");
        }
    }
}

fn write_last_run(text: &mut String, run: &Value) {
    text.push_str("\nlast run\n");
    let Some(ended) = run["ended"].as_str() else {
        let started = recorded_time(run["started"].as_str().unwrap_or_default());
        let _ = writeln!(text, "  started {started} and did not end: it is at work or was killed");
        write_way_out(text, "if it is not at work, look at the journal; the next `lnere run --due` cleans up");
        return;
    };
    let error =
        run["error"].as_str().map_or_else(String::new, |error| format!(": {}", escape_control_sequences(error)));
    let _ = writeln!(text, "  ended {}, exit {}{error}", recorded_time(ended), run["exit"]);
    let is = |exit: Exit| run["exit"] == exit as u8;
    if is(Exit::ExportsRefused) {
        write_way_out(
            text,
            "`lnere check` says what is wrong; ask for the export again, or accept it with `lnere accept` if it is right",
        );
    } else if is(Exit::Usage) {
        write_way_out(text, "correct what the error names; `lnere plan --due` tries it without publishing");
    } else if run["exit"] != 0 {
        write_way_out(text, "remove the cause that the error names; `lnere run --due` then does the rest");
    }
}

/// The cortes that somebody decided to leave as they are.
fn write_kept_revisions<'a>(text: &mut String, kept: impl Iterator<Item = &'a KeptRevision>) {
    let lines: String = kept
        .map(|KeptRevision { at, by, corte, revision, reason, .. }| {
            let (at, by) = (recorded_time(at), escaped_name(by));
            format!("  {corte}  revision {revision}, decided {at} by {by}: {}\n", escape_control_sequences(reason))
        })
        .collect();
    if !lines.is_empty() {
        let _ = write!(text, "\nkept as they are, although they would change\n{lines}");
    }
}

fn days_behind_text(days: i64) -> String {
    if days == 0 { "up to date".to_owned() } else { format!("{} behind", count_with_noun(days, "day")) }
}

fn lateness_text(lateness: DelaySeverity) -> &'static str {
    match lateness {
        DelaySeverity::Ok => "",
        DelaySeverity::Warn => "   warning",
        DelaySeverity::Late => "   LATE",
    }
}
