/*!
`lnere accept`: records that an operator accepts an export that a plausibility rule refuses, with
the reason.
*/

use std::io;
use std::path::Path;

use anyhow::Context as _;
use chrono::Utc;
use serde_json::json;

use super::args::{AcceptArgs, OutputFormat};
use super::export_reading::{lock_output, read_exports};
use super::failure::{Exit, Failure, OrExit, finish_command};
use super::json_result::json_text;
use super::loaded_process::{LoadedProcess, set_thread_count};
use super::target_folder::check_output_place;
use super::terminal::{Terminal, print};
use lnere_core::invisible_characters::{self, is_invisible};
use lnere_core::process::{AcceptedExport, AcceptedExports};
use lnere_core::regular_file;
use lnere_core::terminal_text::{escaped_name, path_text};
use lnere_ingest::{FileReport, FindingKind, Inventory, PlausibilityFinding, Verdict};
use lnere_messages::message;
use lnere_release::{Output, replace_file};

pub(super) fn accept(args: &AcceptArgs, terminal: &Terminal) -> Result<(), Failure> {
    set_thread_count(None)?;
    if args.reason.trim().is_empty() {
        return Err(Failure::usage(message!("L070-reason-empty")));
    }
    let loaded_process = LoadedProcess::load(&args.exports.process.path()?)?;
    let mut inventory = loaded_process.list_and_report_exports(args.exports.inputs.as_deref(), terminal)?;
    let names: Vec<&str> = inventory.files.iter().map(|file| file.name.as_str()).collect();
    if !names.contains(&args.export.as_str()) {
        let names: Vec<String> = names.iter().map(|name| escaped_name(name).to_string()).collect();
        return Err(Failure::usage(message!(
            "L071-no-export",
            export = escaped_name(&args.export),
            names = names.join(", ")
        )));
    }
    if let Some(character) = args.export.chars().find(|letter| is_invisible(*letter)) {
        return Err(Failure::usage(message!(
            "L072-export-name-invisible",
            export = escaped_name(&args.export),
            character = invisible_characters::describe_invisible(character)
        )));
    }
    // The lock keeps a run from reading the file of acceptances during its replacement.
    let output = Output::new(&args.output);
    check_output_place(&output, loaded_process.inputs_folder(args.exports.inputs.as_deref()))?;
    let output = lock_output(&output)?;
    let choose = |inventory: &Inventory| loaded_process.all_exports(&args.today, inventory);
    let (_, ingested) =
        read_exports(&loaded_process, &output, &mut inventory, terminal, false, choose, |exports| exports)?;
    terminal.finish_progress();

    let report = ingested.files.iter().find(|report| report.file.name == args.export);
    let report =
        report.ok_or_else(|| Failure::usage(message!("L073-export-not-read", export = escaped_name(&args.export))))?;
    let findings: Vec<&PlausibilityFinding> = refusing_findings(report, args);
    if findings.is_empty() {
        return Err(Failure::usage(nothing_to_accept_text(report, args)));
    }
    let entry = AcceptedExport::new(&args.export, &report.sha256, args.rule, &args.reason, Utc::now());
    let path = &loaded_process.process.thresholds.accepted_exports_file;
    append_acceptance(path, &entry.to_toml())?;

    let text = match args.format.format {
        OutputFormat::Json => {
            let result = json!({ "accepted": entry, "findings": findings, "file": path_text(path) });
            json_text(result, &Ok(()))
        }
        OutputFormat::Text => {
            let numbers: String = findings.iter().map(|finding| format!("  {}\n", finding.numbers())).collect();
            let accepted = message!("accept-accepted", export = escaped_name(&args.export), rule = args.rule);
            format!("{accepted}\n{numbers}{}\n", message!("accept-written", path = escaped_name(path)))
        }
    };
    finish_command(print(&text, &message!("accept-done")), Ok(()))
}

/// The findings of the rule that refuses the export.
fn refusing_findings<'a>(report: &'a FileReport, args: &AcceptArgs) -> Vec<&'a PlausibilityFinding> {
    let is_refusal = |finding: &&PlausibilityFinding| {
        finding.rule == FindingKind::Rule(args.rule) && finding.verdict == Verdict::Refused
    };
    report.findings.iter().filter(is_refusal).collect()
}

fn nothing_to_accept_text(report: &FileReport, args: &AcceptArgs) -> String {
    let (export, rule) = (escaped_name(&args.export), args.rule);
    match &report.fault {
        None => message!("L074-not-refused", rule, export),
        Some(fault) if fault.findings().is_empty() => {
            message!("accept-export-unreadable", export, fault)
        }
        Some(fault) => {
            let mut rules: Vec<&str> = fault.findings().iter().map(|finding| finding.rule.code()).collect();
            rules.dedup();
            message!("L074-refused-by-others", rule, export, rules = rules.join(", "))
        }
    }
}

/// Adds an entry to the file of acceptances. It keeps the other entries, and replaces the file in
/// one step.
fn append_acceptance(path: &Path, entry: &str) -> Result<(), Failure> {
    let cannot_write = || message!("L075-acceptances-not-written", path = escaped_name(path));
    let mut text = match regular_file::read_to_string(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            format!("# {}\n", message!("accept-file-heading"))
        }
        text => text.with_context(cannot_write).or_exit(Exit::Unexpected)?,
    };
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    text.push('\n');
    text.push_str(entry);
    // The next command refuses an invalid file, for example one with a control character in a
    // reason. This command does not write such a file.
    AcceptedExports::parse(path, &text).context(message!("accept-entry-invalid")).or_exit(Exit::Usage)?;
    replace_file(path, text.as_bytes()).with_context(cannot_write).or_exit(Exit::Unexpected)
}
