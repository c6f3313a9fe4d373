/*!
`lnere status`: reports the existing releases and exports, what is due, and what is late.
*/

use lnere_core::column_names;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::Context as _;
use serde_json::{Value, json};

use super::args::{OutputFormat, ReleasesArgs};
use super::delivery_status::DeliveryStatus;
use super::export_reading::RUN_RECORDS_FOLDER;
use super::failure::{Exit, Failure, OrExit, finish_command};
use super::json_result::json_text;
use super::loaded_process::LoadedProcess;
use super::pending_revisions::{
    PendingChanges, PendingRevision, ReplacedExport, find_gone_exports, gone_exports_json, input_fingerprint,
    waiting_cortes_message, write_gone_exports_text,
};
use super::refusals_and_warnings::{EXPORT_GONE_CODE, RunWarning};
use super::run_result::{changed_totals_json, write_pending_revision};
use super::terminal::{PRINT_FAILED_NOTHING_CHANGED, print};
use crate::run_plan::{self, GoneExport, PlanError, SourceCoverage};
use lnere_core::calendar::Corte;
use lnere_core::due_cortes::{DelaySeverity, DueCorte, FreshnessCheck, SourceAge};
use lnere_core::mexican_formats::integer;
use lnere_core::process::Source;
use lnere_core::terminal_text::{count_with_noun, escape_control_sequences, escaped_name};
use lnere_ingest::{ArrivingExport, Inventory};
use lnere_release::{Manifest, Output, PrivateFolder};

/// The most releases in the text; the JSON has all of them.
const MAX_SHOWN_RELEASES: usize = 5;

pub(super) fn status(args: &ReleasesArgs) -> Result<(), Failure> {
    let loaded_process = LoadedProcess::load(&args.exports.process.path()?)?;
    let inventory = loaded_process.list_exports(args.exports.inputs.as_deref())?;
    let output = Output::new(&args.output);
    loaded_process.refuse_output_of_other_process(&output)?;
    let status = Status::collect(&loaded_process, inventory, &output, args)?;
    let late = || Failure::already_printed(Exit::NeedsAction, "something is late");
    let outcome = if status.is_late() { Err(late()) } else { Ok(()) };
    let text = match args.format.format {
        OutputFormat::Text => status.render_text(&loaded_process),
        OutputFormat::Json => json_text(status.json(&loaded_process), &outcome),
    };
    finish_command(print(&text, PRINT_FAILED_NOTHING_CHANGED), outcome)
}

struct Status {
    today: String,
    /// The releases, newest first, with their manifests if readable.
    releases: Vec<(Corte, Option<Manifest>)>,
    /// The sources, with the name of the newest export.
    source_ages: Vec<(SourceAge, Option<String>)>,
    inventory: Inventory,
    /// Exports that would make a run fail, with the reason.
    refused_exports: Vec<(String, String)>,
    /// The due cortes with the sources that they wait for; the list is empty for a covered corte.
    due_cortes: Vec<(DueCorte, Vec<Source>)>,
    /// Cortes that ended and have no release, but that are not due.
    cortes_to_backfill: Vec<Corte>,
    /// Whether nothing is due any more, whatever is missing.
    is_process_over: bool,
    /// Exports of releases that are missing now.
    gone_exports: Vec<GoneExport>,
    /// Exports that somebody replaced after a release was made from them, as the last unattended
    /// run found.
    replaced_exports: Vec<ReplacedExport>,
    /// The pending changes; `None` if nothing was assessed since the last change.
    pending_changes: Option<Vec<PendingRevision>>,
    last_run: Option<Value>,
    /// The deliveries of the newest corte; `None` if its release has no packages.
    deliveries: Option<DeliveryStatus>,
}

impl Status {
    fn collect(
        loaded_process: &LoadedProcess,
        mut inventory: Inventory,
        output: &Output,
        args: &ReleasesArgs,
    ) -> Result<Self, Failure> {
        let (process, today) = (&loaded_process.process, args.today.today());
        let newest = |source| inventory.of_source(source, None).into_iter().rfind(|file| file.date <= today).cloned();
        // A recently written export exists, although a run leaves it for a while.
        let sources = Source::ALL.map(|source| (source, newest(source)));
        let coverage = SourceCoverage::from_newest_exports(process, &inventory, Some(today));
        loaded_process.set_aside_recently_written(&mut inventory);
        let unreadable = || format!("cannot read the releases in {}", escaped_name(output.root()));
        let published = output.published_cortes().with_context(unreadable).or_exit(Exit::Unexpected)?;
        let expected = FreshnessCheck::new(process, &published, coverage.newest_covered_corte(process), today);
        let due =
            expected.due_cortes().into_iter().map(|due| (coverage.sources_not_covering(due.unpublished_corte), due));
        let due_cortes = due.map(|(lacking, due)| (due, lacking)).collect();
        let sources = sources.map(|(source, file)| {
            let age = expected.source_age(source, file.as_ref().map(|file| file.date));
            (age, file.map(|file| file.name))
        });
        let (backfill, is_over) = (expected.backfill_cortes(), expected.is_over());
        let gone_exports = find_gone_exports(&inventory, output).or_exit(Exit::Unexpected)?;

        let plan = loaded_process.plan_due_cortes(None, today, &inventory, output).ok();
        let configuration = loaded_process.configuration_records()?;
        // Only its owner can read the private folder; other users see none of its content.
        let private = PrivateFolder::open_existing(output.root().join("private"));
        let assessment = private.as_ref().and_then(PendingChanges::read);
        let current = assessment.filter(|known| {
            plan.as_ref().is_some_and(|plan| known.fingerprint == input_fingerprint(plan, &configuration, output))
        });
        let newest_release = published.last().and_then(|corte| output.visible_manifest(*corte));
        Ok(Self {
            deliveries: newest_release
                .and_then(|manifest| DeliveryStatus::for_release(output, &manifest, private.as_ref())),
            today: today.to_string(),
            releases: published.into_iter().rev().map(|corte| (corte, output.visible_manifest(corte))).collect(),
            source_ages: sources.into(),
            due_cortes,
            cortes_to_backfill: backfill,
            is_process_over: is_over,
            gone_exports,
            replaced_exports: current.as_ref().map(|known| known.replaced.clone()).unwrap_or_default(),
            pending_changes: current.map(|known| known.cortes),
            last_run: private.as_ref().and_then(read_last_run_record),
            refused_exports: match run_plan::all_exports(process, &inventory, None, today) {
                Err(PlanError::Refused { refused_exports: files }) => files,
                _ => Vec::new(),
            },
            inventory,
        })
    }

    fn is_late(&self) -> bool {
        let sources = self.source_ages.iter().map(|(age, _)| age.delay_severity);
        sources
            .chain(self.due_cortes.iter().map(|(due, _)| due.delay_severity))
            .any(|lateness| lateness == DelaySeverity::Late)
    }

    fn render_text(&self, loaded_process: &LoadedProcess) -> String {
        let mut text = format!("{}, {}\n\nreleases\n", loaded_process.process.title, self.today);
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

        if let Some(deliveries) = &self.deliveries {
            deliveries.append_text(&mut text);
        }

        text.push_str("\nnewest exports\n");
        for (SourceAge { source, days_behind, delay_severity }, name) in &self.source_ages {
            let name = escaped_name(name.as_deref().unwrap_or("none"));
            let _ = writeln!(
                text,
                "  {source:<13} {name:<34} {}{}",
                days_behind_text(*days_behind),
                lateness_text(*delay_severity)
            );
        }
        for ArrivingExport { name, .. } in &self.inventory.arriving {
            let _ = writeln!(text, "  {} is still being copied, or was written to a moment ago", escaped_name(name));
        }
        for (name, reason) in &self.refused_exports {
            let _ = writeln!(text, "  {}: {reason}. A run will be refused", escaped_name(name));
        }
        write_gone_exports_text(&mut text, &self.gone_exports);

        text.push_str("\ndue\n");
        for (DueCorte { unpublished_corte: corte, days_since_end, delay_severity }, lacking) in &self.due_cortes {
            let why = if lacking.is_empty() {
                "covered by the exports, not published".to_owned()
            } else {
                waiting_cortes_message(lacking, "it")
            };
            let _ = writeln!(
                text,
                "  {corte}  ended {} ago, {why}{}",
                count_with_noun(*days_since_end, "day"),
                lateness_text(*delay_severity)
            );
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

        match &self.pending_changes {
            None => text.push_str("\nwhat newer exports would change is not known; `lnere run --due` looks\n"),
            Some(pending) => pending.iter().for_each(|pending| write_pending_revision(&mut text, pending)),
        }
        if let Some(run) = &self.last_run {
            let error = run["error"]
                .as_str()
                .map_or_else(String::new, |error| format!(": {}", escape_control_sequences(error)));
            let started = run["started"].as_str().unwrap_or_default();
            let _ = match run["ended"].as_str() {
                Some(ended) => writeln!(text, "\nlast run\n  ended {ended}, exit {}{error}", run["exit"]),
                None => writeln!(text, "\nlast run\n  started {started} and did not end: it is at work or was killed"),
            };
        }
        let mut warnings = self.warnings();
        // Missing exports are already reported above.
        warnings.retain(|_, warning| warning["rule"] != EXPORT_GONE_CODE);
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
        text
    }

    /// The warnings of the last run and of the newest release, and those about missing and replaced
    /// exports. The keys are the export and the message. A run without work reads no export, so the
    /// findings of earlier runs come from the release.
    fn warnings(&self) -> BTreeMap<(String, String), Value> {
        let newest = self.releases.first().and_then(|(_, manifest)| manifest.as_ref());
        let findings = newest.into_iter().flat_map(|manifest| &manifest.findings).map(RunWarning::from_finding);
        let known = findings
            .chain(RunWarning::for_gone_exports(&self.gone_exports))
            .chain(RunWarning::for_replaced_exports(&self.replaced_exports))
            .map(|warning| warning.json());
        let of_run = self.last_run.iter().flat_map(|run| run["warnings"].as_array().into_iter().flatten());
        let of_run = of_run.filter(|warning| warning["rule"] != EXPORT_GONE_CODE).cloned();
        let text = |warning: &Value, key: &str| warning[key].as_str().unwrap_or_default().to_owned();
        known.chain(of_run).map(|warning| ((text(&warning, "export"), text(&warning, "message")), warning)).collect()
    }

    fn json(&self, loaded_process: &LoadedProcess) -> Value {
        let releases = self.releases.iter().map(|(corte, manifest)| {
            json!({
                "corte": corte.to_string(),
                "revision": manifest.as_ref().map(|manifest| manifest.revision),
                "vintage": manifest.as_ref().map(|manifest| manifest.vintage.clone()),
                "totals": manifest.as_ref().map(|manifest| manifest.totals.clone()),
            })
        });
        let sources = self.source_ages.iter().map(|(SourceAge { source, days_behind, delay_severity }, name)| {
            json!({ "source": source, "newest": name, "days": days_behind, "lateness": delay_severity })
        });
        let due = self.due_cortes.iter().map(
            |(DueCorte { unpublished_corte: corte, days_since_end, delay_severity }, lacking)| {
                json!({
                    "corte": corte.to_string(),
                    "days": days_since_end,
                    "covered": lacking.is_empty(),
                    "waiting_for": lacking,
                    "lateness": delay_severity,
                })
            },
        );
        let pending = |pending: &PendingRevision| {
            let PendingRevision { corte, revision, cells, .. } = pending;
            json!({ "corte": corte, "revision": revision, "cells": cells, "totals": changed_totals_json(pending) })
        };
        let refused = self.refused_exports.iter().map(|(name, reason)| json!({ "file": name, "reason": reason }));
        json!({
            "process": loaded_process.process.id,
            "today": self.today,
            "late": self.is_late(),
            "releases": releases.collect::<Vec<_>>(),
            "exports": sources.collect::<Vec<_>>(),
            "arriving": self.inventory.arriving.iter().map(|left| left.name.clone()).collect::<Vec<_>>(),
            "refused": refused.collect::<Vec<_>>(),
            "due": due.collect::<Vec<_>>(),
            "over": self.is_process_over,
            "backfill": self.cortes_to_backfill.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "gone": gone_exports_json(&self.gone_exports),
            "would_change": self.pending_changes.as_ref().map(|all| all.iter().map(pending).collect::<Vec<_>>()),
            "last_run": self.last_run,
            "warnings": self.warnings().into_values().collect::<Vec<_>>(),
            "deliveries": self.deliveries.as_ref().map(DeliveryStatus::json),
        })
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

/// The record of the last run: start, end, exit code, error, and its refusals and warnings.
fn read_last_run_record(private: &PrivateFolder) -> Option<Value> {
    let records = fs::read_dir(private.entry_path(RUN_RECORDS_FOLDER)).ok()?;
    let names = records.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let newest = names.filter(|name| Path::new(name).extension().is_some_and(|extension| extension == "json")).max()?;
    let record: Value = serde_json::from_slice(&private.read(&format!("{RUN_RECORDS_FOLDER}/{newest}")).ok()?).ok()?;
    let list = |key: &str| record["result"][key].as_array().cloned().unwrap_or_default();
    Some(json!({
        "started": record["started"],
        "ended": record["ended"],
        "exit": record["exit"],
        "error": record["error"],
        "warnings": list("warnings"),
        "refused": list("refused"),
    }))
}
