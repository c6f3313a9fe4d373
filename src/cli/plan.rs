/*!
`lnere plan`: prints what `run` would read and publish, and the reasons.
*/

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::args::{OutputFormat, RunArgs};
use super::failure::{Exit, Failure, finish_command};
use super::json_result::json_text;
use super::loaded_process::LoadedProcess;
use super::pending_revisions::{gone_exports_json, waiting_corte_message, write_gone_exports_text};
use super::run::requested_parts;
use super::target_folder::check_output_place;
use super::terminal::{Terminal, nothing_changed_note, print};
use crate::run_plan::RunPlan;
use lnere_core::calendar::Corte;
use lnere_core::process::{ReleasePart, RevisionPolicy, Source};
use lnere_core::terminal_text::escaped_name;
use lnere_ingest::{ExportFile, Inventory};
use lnere_messages::{join_with_and, message};
use lnere_release::Output;

pub(super) fn plan(args: &RunArgs, terminal: &Terminal) -> Result<(), Failure> {
    let loaded_process = LoadedProcess::load(&args.exports.process.path()?)?;
    let parts = requested_parts(&loaded_process, args)?;
    let inventory = loaded_process.list_exports_for_run(args.exports.inputs.as_deref(), args.due, terminal)?;
    let output = Output::new(&args.output);
    check_output_place(&output, loaded_process.inputs_folder(args.exports.inputs.as_deref()))?;
    loaded_process.refuse_output_of_other_process(&output)?;
    let plan = loaded_process.plan_run(args, &inventory, &output)?;
    let planned = PlanReport {
        loaded_process: &loaded_process,
        plan: &plan,
        output: &output,
        parts,
        is_due_run: args.due,
        has_new_series_reason: args.new_series.is_some(),
    };
    // With `--due`, a corte that is not covered yet is not a failure.
    let outcome = if args.due || plan.uncovered_cortes.is_empty() {
        Ok(())
    } else {
        Err(Failure::already_printed(Exit::ExportsRefused, message!("L068-not-covered")))
    };
    let text = match args.format.format {
        OutputFormat::Text => planned.render_text(),
        OutputFormat::Json => json_text(planned.json(&inventory), &outcome),
    };
    finish_command(print(&text, &nothing_changed_note()), outcome)
}

struct PlanReport<'a> {
    loaded_process: &'a LoadedProcess,
    plan: &'a RunPlan,
    output: &'a Output,
    parts: Vec<ReleasePart>,
    is_due_run: bool,
    has_new_series_reason: bool,
}

impl PlanReport<'_> {
    fn render_text(&self) -> String {
        let Self { loaded_process: setup, plan, output, .. } = self;
        let mut text = format!("{}\n\n{}\n", setup.process.title, message!("plan-reads"));
        for files in [&plan.exports.solicitudes, &plan.exports.credenciales] {
            let last = files.len().saturating_sub(1);
            for (index, file) in files.iter().enumerate() {
                let why = match (index == last, file.source) {
                    (true, _) => message!("plan-newest-export"),
                    (false, Source::Solicitudes) => message!("plan-older-applications"),
                    (false, Source::Credenciales) => message!("plan-older-credentials"),
                };
                let _ = writeln!(text, "  {:<34} {why}", escaped_name(&file.name));
            }
        }
        let parts = self.part_names().join(", ");
        let _ = writeln!(text, "\n{}", message!("plan-publishes", parts, folder = escaped_name(output.root())));
        for corte in &plan.cortes {
            let _ = writeln!(text, "  {corte}  {}", self.publication_reason(*corte));
        }
        if let Some(series) = self.unbegun_series() {
            let _ = writeln!(text, "  {}", message!("plan-unbegun-series", series));
        }
        for corte in &plan.uncovered_cortes {
            let lacking = plan.coverage.sources_not_covering(*corte);
            let why = match plan.awaited_exports.as_slice() {
                [] => waiting_corte_message(&lacking),
                awaited => {
                    let awaited: Vec<_> = awaited.iter().map(escaped_name).collect();
                    message!("plan-awaited", exports = join_with_and(&awaited))
                }
            };
            let _ = writeln!(text, "  {corte}  {}", message!("plan-not-published", why));
        }
        if !plan.gone_exports.is_empty() {
            text.push('\n');
            write_gone_exports_text(&mut text, &plan.gone_exports);
        }
        text
    }

    fn json(&self, inventory: &Inventory) -> Value {
        let Self { loaded_process: setup, plan, .. } = self;
        let names = |files: &[ExportFile]| files.iter().map(|file| file.name.clone()).collect::<Vec<_>>();
        let cortes: Vec<_> = plan
            .cortes
            .iter()
            .map(|corte| json!({ "corte": corte.to_string(), "why": self.publication_reason(*corte) }))
            .collect();
        json!({
            "process": setup.process.id,
            "vintage": plan.vintage.to_string(),
            "covered_to": plan.covered_to.map(|day| day.to_string()),
            "solicitudes": names(&plan.exports.solicitudes),
            "credenciales": names(&plan.exports.credenciales),
            "left": inventory.arriving.iter().map(|left| left.name.clone()).collect::<Vec<_>>(),
            "parts": self.part_names(),
            "cortes": cortes,
            "uncovered": plan.uncovered_cortes.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "awaited": plan.awaited_exports,
            "unbegun_series": self.unbegun_series(),
            "gone": gone_exports_json(&plan.gone_exports),
        })
    }

    /// The series that `run` would refuse to begin without a reason.
    fn unbegun_series(&self) -> Option<&str> {
        let process = &self.loaded_process.process;
        let plan = process
            .public
            .as_ref()
            .filter(|_| self.parts.contains(&ReleasePart::Publico) && process.notice.is_none())?;
        let is_public = |corte: &Corte| corte.day() >= plan.first_corte;
        // `run` reports an unreadable ledger.
        let is_empty = self.output.recorded_publications().is_ok_and(|ledger| ledger.is_empty())
            && self.output.newest_public_folder().is_ok_and(|public| public.is_none());
        (is_empty && !self.has_new_series_reason && self.plan.cortes.iter().any(is_public)).then_some(&plan.series_name)
    }

    fn part_names(&self) -> Vec<&'static str> {
        self.parts.iter().map(|part| part.name()).collect()
    }

    fn publication_reason(&self, corte: Corte) -> String {
        let visible = self.output.visible_manifest(corte).map(|manifest| manifest.revision);
        match (visible, self.is_due_run, self.loaded_process.process.schedule.revision_policy) {
            (None, ..) => message!("plan-first-release"),
            (Some(revision), true, RevisionPolicy::Report) => {
                message!("plan-revision-stays", revision)
            }
            (Some(revision), ..) => message!("plan-revision-may-be-replaced", revision),
        }
    }
}
