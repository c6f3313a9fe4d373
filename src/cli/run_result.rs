/*!
Reports the result of a run by corte, as text and as JSON.
*/

use lnere_core::column_names;
use std::fmt::Write as _;

use serde_json::{Value, json};

use super::failure::{Exit, Failure};
use super::json_result::insert_outcome;
use super::pending_revisions::{PendingRevision, WaitingStatus};
use super::refusals_and_warnings::{
    EXPORT_GONE_CODE, RefusedExport, RunWarning, refused_exports_failure, warnings_json, write_warnings,
};
use super::status_text::write_advice;
use crate::run_plan::RunPlan;
use lnere_core::calendar::Corte;
use lnere_core::mexican_formats::integer;
use lnere_core::process::{Process, ReleasePart};
use lnere_core::terminal_text::{escaped_name, path_text};
use lnere_ingest::{FileReport, Ingested};
use lnere_messages::{count, message};
use lnere_release::{LatestLinkError, Manifest, Output, ProjectionRecord, PublishOutcome, PublishedRelease};

/// The result of one corte.
pub(super) struct CorteResult {
    corte: Corte,
    outcome: CorteOutcome,
}

enum CorteOutcome {
    /// The corte has a release; the text is an error after it became visible.
    Release(PublishedRelease, Box<Manifest>, Option<String>),
    /// Newer exports would change its release.
    WouldChange(PendingRevision),
    Failed(Exit, String),
}

impl CorteResult {
    pub fn from_release(corte: Corte, published: PublishedRelease, manifest: Manifest) -> Self {
        Self { corte, outcome: CorteOutcome::Release(published, Box::new(manifest), None) }
    }

    /// Adds an error that occurred after publication.
    pub fn with_later_error(mut self, error: Option<anyhow::Error>) -> Self {
        if let (CorteOutcome::Release(published, _, trouble), Some(error)) = (&mut self.outcome, error) {
            let (revision, path) = (published.revision, escaped_name(&published.path));
            *trouble = Some(message!("run-visible-but", revision, path, error = format!("{error:#}")));
        }
        self
    }

    pub fn would_change(corte: Corte, pending: PendingRevision) -> Self {
        Self { corte, outcome: CorteOutcome::WouldChange(pending) }
    }

    pub fn failed(corte: Corte, exit: Exit, message: String) -> Self {
        Self { corte, outcome: CorteOutcome::Failed(exit, message) }
    }

    pub fn combined_failure(&self) -> Option<(Exit, &str)> {
        match &self.outcome {
            CorteOutcome::Failed(exit, message) => Some((*exit, message)),
            CorteOutcome::Release(_, _, Some(trouble)) => Some((Exit::Unexpected, trouble)),
            _ => None,
        }
    }

    pub fn pending_revision(&self) -> Option<&PendingRevision> {
        match &self.outcome {
            CorteOutcome::WouldChange(pending) => Some(pending),
            _ => None,
        }
    }

    pub fn corte(&self) -> Corte {
        self.corte
    }

    pub fn has_release(&self) -> bool {
        matches!(self.outcome, CorteOutcome::Release(..))
    }

    pub fn is_unchanged(&self) -> bool {
        matches!(&self.outcome, CorteOutcome::Release(published, ..) if published.outcome == PublishOutcome::Unchanged)
    }
}

/// The numbers of records that were read.
struct RecordCounts {
    export_count: usize,
    read: u64,
    accepted: u64,
    rejected: u64,
}

/// The result of a run.
pub(super) struct RunResult {
    process: String,
    process_title: String,
    vintage: String,
    /// The numbers of records; `None` if nothing new was read.
    record_counts: Option<RecordCounts>,
    corte_results: Vec<CorteResult>,
    /// The refused exports, which prevent publication.
    refused_exports: Vec<RefusedExport>,
    /// Warnings for the operator that do not refuse the exports.
    warnings: Vec<RunWarning>,
    /// What an unattended run waits for.
    waiting: Option<WaitingStatus>,
    /// The error if `latest` does not lead to the newest release.
    latest_link_error: Option<LatestLinkError>,
}

impl RunResult {
    pub fn new(process: &Process, plan: &RunPlan, ingested: &Ingested, results: Vec<CorteResult>) -> Self {
        let sum = |of: fn(&FileReport) -> u64| ingested.files.iter().map(of).sum::<u64>();
        let records = RecordCounts {
            export_count: ingested.files.len(),
            read: sum(|report| report.records_read),
            accepted: sum(FileReport::accepted),
            rejected: sum(|report| report.counts.rejected()),
        };
        Self {
            record_counts: Some(records),
            corte_results: results,
            refused_exports: RefusedExport::from_ingested(ingested),
            warnings: RunWarning::from_ingested(ingested),
            ..Self::without_new_exports(process, plan)
        }
    }

    /// Adds warnings.
    pub fn with_warnings(mut self, warnings: impl IntoIterator<Item = RunWarning>) -> Self {
        self.warnings.extend(warnings);
        self
    }

    /// The result of a run for which nothing is due, and whose exports an earlier run has assessed.
    pub fn without_new_exports(process: &Process, plan: &RunPlan) -> Self {
        Self {
            process: process.id.clone(),
            process_title: process.title.clone(),
            vintage: plan.vintage.to_string(),
            record_counts: None,
            corte_results: Vec::new(),
            refused_exports: Vec::new(),
            warnings: Vec::new(),
            waiting: None,
            latest_link_error: None,
        }
    }

    /// Adds the error that kept `latest` from leading to the newest release.
    pub fn with_latest_link_error(self, error: Option<LatestLinkError>) -> Self {
        Self { latest_link_error: error, ..self }
    }

    /// Adds what an unattended run waits for.
    pub fn with_waiting(self, plan: &RunPlan, output: &Output) -> Self {
        Self {
            waiting: Some(WaitingStatus::from_plan(plan, output)),
            ..self.with_warnings(RunWarning::for_gone_exports(&plan.gone_exports))
        }
    }

    /// Adds the known changes of cortes that were not counted again.
    pub fn with_pending_revisions(mut self, pending: impl IntoIterator<Item = PendingRevision>) -> Self {
        let line = |pending: PendingRevision| Some(CorteResult::would_change(pending.corte.parse().ok()?, pending));
        self.corte_results.extend(pending.into_iter().filter_map(line));
        self
    }

    /// Whether exports are refused, which prevents publication.
    pub fn is_refused(&self) -> bool {
        !self.refused_exports.is_empty()
    }

    /// The failure of the run: refused exports, or the highest exit code of its cortes.
    pub fn failure(&self) -> Option<Failure> {
        let failures = self.corte_results.iter().filter_map(|line| Some((line.corte, line.combined_failure()?)));
        let failures =
            failures.map(|(corte, (exit, message))| (exit, message!("run-corte-failed", corte, error = message)));
        let refused =
            refused_exports_failure(&message!("L010-exports-refused-nothing-published"), &self.refused_exports);
        let refused = refused.map(|failure| {
            (failure.exit, failure.unprinted_error.map(|error| format!("{error:#}")).unwrap_or_default())
        });
        let latest = self.latest_link_error.as_ref().map(|error| (Exit::Unexpected, error.to_string()));
        let (exits, messages): (Vec<_>, Vec<_>) = refused.into_iter().chain(failures).chain(latest).unzip();
        Some(Failure::with_message(exits.into_iter().max()?, messages.join("\n")))
    }

    /// The part of the work that stays done if the result cannot be printed.
    pub fn completion_note(&self) -> String {
        let published =
            self.corte_results.iter().filter(|line| matches!(line.outcome, CorteOutcome::Release(..))).count();
        match published {
            0 => message!("run-done-nothing"),
            all if all == self.corte_results.len() => message!("run-done-all"),
            _ => message!("run-done-part"),
        }
    }

    /// The JSON of a run that failed before its cortes, with the same keys as a complete run.
    pub fn failure_json(process: Option<&str>, failure: &Failure) -> Value {
        let mut json = json!({
            "process": process,
            "vintage": null,
            "cortes": [],
            "warnings": [],
            "refused": [],
        });
        insert_outcome(&mut json, Some(failure));
        json
    }

    pub fn render_text(&self, process: &Process, output: &Output) -> String {
        let mut text = format!("{}\n", self.process_title);
        let is_due = self.waiting.is_some();
        for line in self.corte_results.iter().filter(|line| !(is_due && line.is_unchanged())) {
            match &line.outcome {
                CorteOutcome::Release(published, manifest, _) => {
                    write_release_text(&mut text, process, line.corte, published, manifest);
                }
                // Somebody has decided, and `status` says so.
                CorteOutcome::WouldChange(pending) if pending.kept.is_some() => {}
                CorteOutcome::WouldChange(pending) => write_pending_revision(&mut text, pending),
                // The reason is an error, which goes to stderr.
                CorteOutcome::Failed(..) => {
                    let _ = writeln!(text, "\n{}", message!("run-corte-not-published", corte = line.corte));
                }
            }
        }
        if let Some(waiting) = &self.waiting {
            write_due_run_text(&mut text, &self.corte_results, waiting);
        }
        // An unattended run already reports missing exports among those it waits for.
        let is_said = |warning: &&RunWarning| is_due && warning.code == EXPORT_GONE_CODE;
        write_warnings(&mut text, self.warnings.iter().filter(|warning| !is_said(warning)));
        let Some(records) = &self.record_counts else { return text };
        let RecordCounts { export_count: exports, read, rejected, .. } = *records;
        let line = message!("run-records", read = count(read), exports = count(exports), rejected = count(rejected));
        let _ = writeln!(text, "\n{line}");
        if rejected > 0 {
            let folder = output.root().join("private/cuarentena");
            let _ = writeln!(text, "{}", message!("check-quarantine", path = escaped_name(&folder)));
        }
        let is_new_release =
            |line: &CorteResult| matches!(line.outcome, CorteOutcome::Release(..)) && !line.is_unchanged();
        if !self.corte_results.iter().any(is_new_release) {
            return text;
        }
        // If the link was not moved, it leads to an older release.
        let newest = self
            .latest_link_error
            .as_ref()
            .and_then(|error| error.newest_release.clone())
            .unwrap_or_else(|| output.latest_link());
        let folders = ["paquetes/nacional", "graficas/nacional", "tablas"].map(|folder| newest.join(folder));
        if let Some(folder) = folders.into_iter().find(|folder| folder.is_dir()) {
            let _ = writeln!(text, "{}", message!("run-look-at", folder = escaped_name(&folder)));
        }
        text
    }

    pub fn json(&self) -> Value {
        let cortes: Vec<Value> = self.corte_results.iter().map(corte_json).collect();
        let mut json = json!({ "process": self.process, "vintage": self.vintage, "cortes": cortes });
        if let Some(RecordCounts { export_count: exports, read, accepted, rejected }) = self.record_counts {
            json["exports"] = exports.into();
            json["read"] = read.into();
            json["accepted"] = accepted.into();
            json["rejected"] = rejected.into();
        }
        json["warnings"] = warnings_json(&self.warnings);
        if let Some(error) = &self.latest_link_error {
            json["latest"] = latest_link_error_json(error);
        }
        json["refused"] = self.refused_exports.iter().map(RefusedExport::json).collect();
        insert_outcome(&mut json, self.failure().as_ref());
        if let Some(waiting) = &self.waiting {
            waiting.insert_into_json(&mut json);
        }
        json
    }
}

/// The total of a measure in a release.
fn measure_total(manifest: &Manifest, measure: &str) -> i64 {
    manifest.totals.get(measure).copied().unwrap_or_default()
}

fn write_release_text(
    text: &mut String,
    process: &Process,
    corte: Corte,
    published_release: &PublishedRelease,
    manifest: &Manifest,
) {
    let heading = match published_release.outcome {
        PublishOutcome::Published => message!("run-corte-published", corte),
        PublishOutcome::Revised => message!("run-corte-revised", corte, revision = published_release.revision),
        PublishOutcome::Unchanged => message!("run-corte-unchanged", corte),
    };
    let _ = writeln!(text, "\n{heading}");
    let mut write_total = |label: String, total: i64, note: String| {
        let _ = writeln!(text, "  {label:<12}   {:>9}  {note}", integer(total));
    };
    let total = |measure| measure_total(manifest, measure);
    if corte.day() >= process.opens {
        let applications = integer(total(column_names::SOLICITUDES_QUINCENA));
        let note = message!("run-in-quincena", applications);
        write_total(message!("run-applications"), total(column_names::SOLICITUDES_ACUMULADAS), note);
        let note = message!("run-applied-for-since", day = process.credentials_counted_from);
        write_total(message!("run-credentials"), total(column_names::TRAMITADAS_ACUMULADAS), note);
    }
    if let Some(ProjectionRecord { closes, applications, lnere, .. }) = &manifest.projection {
        for (label, of) in [(message!("run-at-close"), applications), (message!("run-on-list"), lnere)] {
            let [lower, _, median, _, upper] = *of;
            let (lower, upper) = (integer(lower), integer(upper));
            write_total(label, median, message!("run-projected", closes, lower, upper));
        }
    }
    if !published_release.outdated_parts.is_empty() {
        let (parts, revision) = (published_release.outdated_parts.join(", "), published_release.revision + 1);
        let _ = writeln!(text, "  {}", message!("run-outdated", parts, corte, revision));
    }
    if published_release.outcome != PublishOutcome::Unchanged {
        let Manifest { tables, chart_count: charts, package_count: packages, .. } = manifest;
        let contents = message!("run-contents", tables = tables.len(), charts, packages);
        let others = [ReleasePart::Publico, ReleasePart::Tablero].into_iter().filter(|part| manifest.has_part(*part));
        let others: String = others.map(|part| format!(", {}", part.name())).collect();
        let path = escaped_name(&published_release.path);
        let _ = writeln!(text, "  {contents}{others}: {path}");
    }
}

/// The advice on a pending revision.
fn pending_revision_advice(corte: &str) -> String {
    message!("run-pending-to-do", corte)
}

/// The message about a published corte whose counts would differ now.
pub(super) fn write_pending_revision(text: &mut String, pending: &PendingRevision) {
    let PendingRevision { corte, revision, totals, causes, .. } = pending;
    let heading = message!("run-corte-would-change", corte, revision, causes = causes.text());
    let _ = writeln!(text, "\n{heading}");
    let _ = writeln!(text, "  {}", pending.size_text());
    for (measure, (before, after)) in totals {
        let _ = writeln!(text, "  {measure:<24} {:>9} -> {:>9}", integer(*before), integer(*after));
    }
    write_advice(text, pending_revision_advice(corte));
}

fn write_due_run_text(text: &mut String, results: &[CorteResult], waiting: &WaitingStatus) {
    let WaitingStatus { waiting_cortes: cortes, arriving_exports: exports, .. } = waiting;
    waiting.append_text(text);
    let is_new_release = |line: &CorteResult| matches!(line.outcome, CorteOutcome::Release(..)) && !line.is_unchanged();
    if cortes.is_empty()
        && exports.is_empty()
        && !results.iter().any(|line| is_new_release(line) || line.combined_failure().is_some())
    {
        let _ = writeln!(text, "\n{}", message!("run-nothing-due"));
    }
}

fn release_json(corte: &str, published: &PublishedRelease, manifest: &Manifest) -> Value {
    json!({
        "corte": corte,
        "outcome": format!("{:?}", published.outcome).to_lowercase(),
        "revision": published.revision,
        "outdated": published.outdated_parts,
        "path": path_text(&published.path),
        "applications": measure_total(manifest, column_names::SOLICITUDES_ACUMULADAS),
        "applications_in_quincena": measure_total(manifest, column_names::SOLICITUDES_QUINCENA),
        "credentials_applied_for": measure_total(manifest, column_names::TRAMITADAS_ACUMULADAS),
        "tables": manifest.tables.len(),
        "charts": manifest.chart_count,
        "packages": manifest.package_count,
        "public": manifest.has_part(ReleasePart::Publico),
        "projection": manifest.projection,
    })
}

/// The JSON of a link that does not lead to the newest release.
fn latest_link_error_json(error: &LatestLinkError) -> Value {
    let LatestLinkError { link: latest, newest_release, link_target: target, .. } = error;
    json!({
        "path": path_text(latest),
        "release": newest_release.as_ref().map(path_text),
        "leads_to": target.as_ref().map(path_text),
        "problem": error.to_string(),
    })
}

fn corte_json(line: &CorteResult) -> Value {
    let corte = line.corte.to_string();
    match &line.outcome {
        CorteOutcome::Release(published, manifest, trouble) => {
            let mut json = release_json(&corte, published, manifest);
            if let Some(trouble) = trouble {
                json["trouble"] = trouble.as_str().into();
            }
            json
        }
        CorteOutcome::WouldChange(pending) => json!({
            "corte": corte,
            "outcome": if pending.kept.is_some() { "kept" } else { "would_change" },
            "revision": pending.revision,
            "causes": pending.causes.json(),
            "cells": pending.cells,
            "totals": changed_totals_json(pending),
            "kept": pending.kept,
        }),
        CorteOutcome::Failed(exit, message) => {
            json!({ "corte": corte, "outcome": "failed", "exit": *exit as u8, "message": message })
        }
    }
}

/// The totals that would change, by measure.
pub(super) fn changed_totals_json(pending: &PendingRevision) -> Value {
    let totals = pending.totals.iter();
    totals.map(|(measure, (before, after))| (measure.clone(), json!({ "before": before, "after": after }))).collect()
}
