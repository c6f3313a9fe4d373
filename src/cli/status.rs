/*!
`lnere status`: reports the existing releases and exports, what is due, and what is late.
*/

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::Context as _;
use chrono::NaiveDate;
use serde_json::{Value, json};

use super::args::{ExportsArgs, OutputFormat, StatusArgs};
use super::delivery_status::DeliveryStatus;
use super::export_reading::RUN_RECORDS_FOLDER;
use super::failure::{Exit, Failure, OrExit, finish_command};
use super::json_result::json_text;
use super::loaded_process::LoadedProcess;
use super::pending_revisions::{PendingChanges, PendingRevision, ReplacedExport, find_gone_exports, gone_exports_json};
use super::refusals_and_warnings::{EXPORT_GONE_CODE, RunWarning};
use super::run_result::changed_totals_json;
use super::terminal::{nothing_changed_note, print};
use crate::run_plan::{self, GoneExport, PlanError, SourceCoverage};
use lnere_core::calendar::Corte;
use lnere_core::due_cortes::{DelaySeverity, DueCorte, FreshnessCheck, SourceAge};
use lnere_core::process::Source;
use lnere_core::terminal_text::escaped_name;
use lnere_ingest::Inventory;
use lnere_messages::{code_in_text, message};
use lnere_release::{Manifest, Output, PrivateFolder};

pub(super) fn status(args: &StatusArgs) -> Result<(), Failure> {
    let args = &args.releases;
    let loaded_process = LoadedProcess::load(&args.exports.process.path()?)?;
    let output = Output::new(&args.output);
    let status = Status::collect(&loaded_process, &args.exports, &output, args.today.today())?;
    let outcome = if status.needs_action() {
        Err(Failure::already_printed(Exit::NeedsAction, message!("L069-needs-action")))
    } else {
        Ok(())
    };
    let text = match args.format.format {
        OutputFormat::Text => status.render_text(),
        OutputFormat::Json => json_text(status.json(), &outcome),
    };
    finish_command(print(&text, &nothing_changed_note()), outcome)
}

/// What `status` reports.
pub(super) struct Status {
    pub process_id: String,
    pub process_title: String,
    pub today: NaiveDate,
    /// Why the inputs folder cannot be listed. What depends on exports is not known then.
    pub inputs_error: Option<String>,
    /// The releases, newest first, with their manifests if readable.
    pub releases: Vec<(Corte, Option<Manifest>)>,
    /// The sources, with the name of the newest export; empty if the inputs cannot be listed.
    pub source_ages: Vec<(SourceAge, Option<String>)>,
    pub inventory: Inventory,
    /// Exports that would make a run fail, with the reason.
    pub refused_exports: Vec<(String, String)>,
    pub due_cortes: Vec<WaitingCorte>,
    /// Cortes that ended and have no release, but that are not due.
    pub cortes_to_backfill: Vec<Corte>,
    /// Whether nothing is due any more, whatever is missing.
    pub is_process_over: bool,
    /// Exports of releases that are missing now.
    pub gone_exports: Vec<GoneExport>,
    /// Exports that somebody replaced after a release was made from them, as the last unattended
    /// run found.
    pub replaced_exports: Vec<ReplacedExport>,
    /// The pending changes; `None` if nothing was assessed since the last change.
    pub pending_changes: Option<Vec<PendingRevision>>,
    pub last_run: Option<Value>,
    /// The deliveries of the newest corte; `None` if its release has no packages.
    pub deliveries: Option<DeliveryStatus>,
}

/// A due corte, and the sources that it waits for: none for a covered corte, and `None` if the
/// inputs cannot be listed.
pub(super) struct WaitingCorte {
    pub due: DueCorte,
    pub waiting_for: Option<Vec<Source>>,
}

impl Status {
    /// Reads the state of an output. It writes nothing.
    pub fn collect(
        loaded_process: &LoadedProcess,
        exports: &ExportsArgs,
        output: &Output,
        today: NaiveDate,
    ) -> Result<Self, Failure> {
        let process = &loaded_process.process;
        loaded_process.refuse_output_of_other_process(output)?;
        // A share that is not mounted is what a monitor must hear of, together with all else.
        let (mut inventory, inputs_error) = match loaded_process.list_exports(exports.inputs.as_deref()) {
            Ok(inventory) => (inventory, None),
            Err(failure) => (Inventory::default(), Some(failure.unprinted_message().unwrap_or_default())),
        };
        let has_inputs = inputs_error.is_none();
        let newest = |source| inventory.of_source(source, None).into_iter().rfind(|file| file.date <= today).cloned();
        // A recently written export exists, although a run leaves it for a while.
        let sources = Source::ALL.map(|source| (source, newest(source)));
        let coverage = SourceCoverage::from_newest_exports(process, &inventory, Some(today));
        loaded_process.set_aside_recently_written(&mut inventory);
        let unreadable = || message!("commands-releases-unreadable", folder = escaped_name(output.root()));
        let published = output.published_cortes().with_context(unreadable).or_exit(Exit::Unexpected)?;
        let expected = FreshnessCheck::new(process, &published, coverage.newest_covered_corte(process), today);
        let waiting = |due: DueCorte| {
            let waiting_for = has_inputs.then(|| coverage.sources_not_covering(due.unpublished_corte));
            WaitingCorte { due, waiting_for }
        };
        let due_cortes = expected.due_cortes().into_iter().map(waiting).collect();
        let sources = sources.into_iter().filter(|_| has_inputs).map(|(source, file)| {
            let age = expected.source_age(source, file.as_ref().map(|file| file.date));
            (age, file.map(|file| file.name))
        });
        let (source_ages, backfill, is_over) = (sources.collect(), expected.backfill_cortes(), expected.is_over());
        let gone_exports =
            if has_inputs { find_gone_exports(&inventory, output).or_exit(Exit::Unexpected)? } else { Vec::new() };

        let current =
            if has_inputs { PendingChanges::read_current(loaded_process, &inventory, today, output)? } else { None };
        // Only its owner can read the private folder; other users see none of its content.
        let private = PrivateFolder::open_existing(output.root().join("private"));
        let newest_release = published.last().and_then(|corte| output.visible_manifest(*corte));
        Ok(Self {
            process_id: process.id.clone(),
            process_title: process.title.clone(),
            deliveries: newest_release
                .and_then(|manifest| DeliveryStatus::for_release(output, &manifest, private.as_ref())),
            today,
            releases: published.into_iter().rev().map(|corte| (corte, output.visible_manifest(corte))).collect(),
            source_ages,
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
            inputs_error,
        })
    }

    pub fn is_late(&self) -> bool {
        let sources = self.source_ages.iter().map(|(age, _)| age.delay_severity);
        sources
            .chain(self.due_cortes.iter().map(|one| one.due.delay_severity))
            .any(|lateness| lateness == DelaySeverity::Late)
    }

    /// Whether `status` ends with code 6.
    pub fn needs_action(&self) -> bool {
        self.is_late() || self.inputs_error.is_some()
    }

    /// The revisions that wait for a decision.
    pub fn pending_revisions(&self) -> impl Iterator<Item = &PendingRevision> {
        self.pending_changes.iter().flatten().filter(|one| one.kept.is_none())
    }

    /// The warnings of the last run and of the newest release, and those about missing and replaced
    /// exports. The keys are the export and the message. A run without work reads no export, so the
    /// findings of earlier runs come from the release. The last run may have used another language,
    /// so what is known without it is not taken from it.
    pub fn warnings(&self) -> BTreeMap<(String, String), Value> {
        let newest = self.releases.first().and_then(|(_, manifest)| manifest.as_ref());
        let findings = newest.into_iter().flat_map(|manifest| &manifest.findings).map(RunWarning::from_finding);
        let known = findings
            .chain(RunWarning::for_gone_exports(&self.gone_exports))
            .chain(RunWarning::for_replaced_exports(&self.replaced_exports))
            .map(|warning| warning.json());
        let known: Vec<Value> = known.collect();
        let is_known = |warning: &&Value| known.iter().any(|other| is_same_warning(other, warning));
        let of_run = self.last_run.iter().flat_map(|run| run["warnings"].as_array().into_iter().flatten());
        let of_run =
            of_run.filter(|warning| warning["rule"] != EXPORT_GONE_CODE).filter(|warning| !is_known(warning)).cloned();
        let text = |warning: &Value, key: &str| warning[key].as_str().unwrap_or_default().to_owned();
        known
            .iter()
            .cloned()
            .chain(of_run)
            .map(|warning| ((text(&warning, "export"), text(&warning, "message")), warning))
            .collect()
    }

    fn json(&self) -> Value {
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
        let due = self.due_cortes.iter().map(|WaitingCorte { due, waiting_for }| {
            json!({
                "corte": due.unpublished_corte.to_string(),
                "days": due.days_since_end,
                "covered": waiting_for.as_ref().map(Vec::is_empty),
                "waiting_for": waiting_for,
                "lateness": due.delay_severity,
            })
        });
        let pending = |pending: &PendingRevision| {
            let PendingRevision { corte, revision, cells, causes, .. } = pending;
            let (causes, totals) = (causes.json(), changed_totals_json(pending));
            json!({ "corte": corte, "revision": revision, "causes": causes, "cells": cells, "totals": totals })
        };
        let would_change =
            self.pending_changes.is_some().then(|| self.pending_revisions().map(pending).collect::<Vec<_>>());
        let kept: Vec<_> = self.pending_changes.iter().flatten().filter_map(|one| one.kept.as_ref()).collect();
        let refused = self.refused_exports.iter().map(|(name, reason)| json!({ "file": name, "reason": reason }));
        json!({
            "process": self.process_id,
            "today": self.today.to_string(),
            "late": self.is_late(),
            "inputs_error": self.inputs_error,
            "releases": releases.collect::<Vec<_>>(),
            "exports": sources.collect::<Vec<_>>(),
            "arriving": self.inventory.arriving.iter().map(|left| left.name.clone()).collect::<Vec<_>>(),
            "refused": refused.collect::<Vec<_>>(),
            "due": due.collect::<Vec<_>>(),
            "over": self.is_process_over,
            "backfill": self.cortes_to_backfill.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "gone": gone_exports_json(&self.gone_exports),
            "would_change": would_change,
            "kept": kept,
            "last_run": self.last_run,
            "warnings": self.warnings().into_values().collect::<Vec<_>>(),
            "deliveries": self.deliveries.as_ref().map(DeliveryStatus::json),
        })
    }
}

/// Whether two warnings differ at most in their messages.
fn is_same_warning(one: &Value, other: &Value) -> bool {
    let facts = |warning: &Value| {
        let mut facts = warning.clone();
        facts["message"] = Value::Null;
        facts
    };
    facts(one) == facts(other)
}

/// The record of the last run: start, end, exit code, error, and its refusals and warnings.
pub(super) fn read_last_run_record(private: &PrivateFolder) -> Option<Value> {
    let records = fs::read_dir(private.entry_path(RUN_RECORDS_FOLDER)).ok()?;
    let names = records.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let newest = names.filter(|name| Path::new(name).extension().is_some_and(|extension| extension == "json")).max()?;
    let record: Value = serde_json::from_slice(&private.read(&format!("{RUN_RECORDS_FOLDER}/{newest}")).ok()?).ok()?;
    let list = |key: &str| record["result"][key].as_array().cloned().unwrap_or_default();
    let error = match &record["error"] {
        // Earlier versions recorded the message alone.
        Value::String(message) => json!({ "code": code_in_text(message), "message": message }),
        error => error.clone(),
    };
    Some(json!({
        "started": record["started"],
        "ended": record["ended"],
        "exit": record["exit"],
        "error": error,
        "warnings": list("warnings"),
        "refused": list("refused"),
    }))
}
