/*!
`lnere check`: validates the exports and prints the reasons; publishes nothing.
*/

use std::collections::BTreeMap;
use std::fmt::Write as _;

use anyhow::Context as _;
use serde_json::{Value, json};

use super::args::{CheckArgs, OutputFormat};
use super::export_reading::{UNKNOWN_LABELS_FILE, lock_output, read_exports, write_quarantine};
use super::failure::{Exit, Failure, OrExit, finish_command};
use super::json_result::json_text;
use super::loaded_process::{LoadedProcess, set_thread_count};
use super::refusals_and_warnings::{RefusedExport, refused_exports_failure};
use super::target_folder::check_output_place;
use super::terminal::{Terminal, count_text, print};
use lnere_core::csv_writer::{CsvCell, CsvVariant, CsvWriter};
use lnere_core::process::Source;
use lnere_core::terminal_text::escaped_name;
use lnere_ingest::export_survey::MIN_SHOWN_RECORDS;
use lnere_ingest::{FileReport, Inventory, RecordRule};
use lnere_messages::{count, message};
use lnere_release::Output;

pub(super) fn check(args: &CheckArgs, terminal: &Terminal) -> Result<(), Failure> {
    let CheckResult { text, json, outcome } = check_exports(args, terminal)?;
    let text = match args.format.format {
        OutputFormat::Text => text,
        OutputFormat::Json => json_text(json, &outcome),
    };
    finish_command(print(&text, &message!("check-done")), outcome)
}

/// What a check found, in both formats, and whether exports are refused.
pub(super) struct CheckResult {
    pub text: String,
    pub json: Value,
    pub outcome: Result<(), Failure>,
}

/// Validates the exports, and writes the quarantine and the unknown labels.
pub(super) fn check_exports(args: &CheckArgs, terminal: &Terminal) -> Result<CheckResult, Failure> {
    set_thread_count(None)?;
    let loaded_process = LoadedProcess::load(&args.exports.process.path()?)?;
    let mut inventory = loaded_process.list_and_report_exports(args.exports.inputs.as_deref(), terminal)?;
    loaded_process.all_exports(&args.today, &inventory)?;
    let output = Output::new(&args.output);
    check_output_place(&output, loaded_process.inputs_folder(args.exports.inputs.as_deref()))?;
    let output = lock_output(&output)?;
    let private = &output.private_folder;

    let choose = |inventory: &Inventory| loaded_process.all_exports(&args.today, inventory);
    let (_, ingested) =
        read_exports(&loaded_process, &output, &mut inventory, terminal, true, choose, |exports| exports)?;
    terminal.finish_progress();
    write_quarantine(&loaded_process.process, &ingested.files, private)?;
    let labels = unknown_labels(&loaded_process, &ingested.files);
    let label_count = labels.len();
    let csv = labels_csv(&labels).or_exit(Exit::Unexpected)?;
    private
        .write(UNKNOWN_LABELS_FILE, &csv)
        .with_context(|| {
            message!("commands-cannot-write", path = escaped_name(&private.entry_path(UNKNOWN_LABELS_FILE)))
        })
        .or_exit(Exit::Unexpected)?;

    let mut text = reports_text(&ingested.files);
    if ingested.files.iter().any(|report| !report.rejections.is_empty()) {
        let path = private.entry_path("cuarentena");
        let _ = writeln!(text, "\n{}", message!("check-quarantine", path = escaped_name(&path)));
    }
    if label_count > 0 {
        let path = private.entry_path(UNKNOWN_LABELS_FILE);
        let line = message!(
            "check-unknown-labels",
            labels = count(label_count),
            times = MIN_SHOWN_RECORDS,
            path = escaped_name(&path)
        );
        let _ = writeln!(text, "{line}");
    }
    let refused = RefusedExport::from_ingested(&ingested);
    let refused = refused_exports_failure(&message!("L010-exports-refused"), &refused);
    let json = reports_json(&ingested.files, label_count);
    Ok(CheckResult { text, json, outcome: refused.map_or(Ok(()), Err) })
}

fn reports_text(reports: &[FileReport]) -> String {
    let mut text = String::new();
    for report in reports {
        let verdict = if report.fault.is_some() { message!("check-refused") } else { message!("check-accepted") };
        let counts = message!(
            "check-counts",
            read = format!("{:>11}", count_text(report.records_read)),
            accepted = format!("{:>11}", count_text(report.accepted())),
            rejected = format!("{:>9}", count_text(report.counts.rejected()))
        );
        let _ = writeln!(text, "{:<34} {verdict:<9} {counts}", escaped_name(&report.file.name));
        for rule in RecordRule::ALL.into_iter().filter(|rule| report.counts.get(*rule) > 0) {
            let _ = writeln!(
                text,
                "    {:<6} {:<30} {:>9}  {}",
                rule.severity().code(),
                rule.code(),
                count_text(report.counts.get(rule)),
                rule.meaning()
            );
        }
        for warning in &report.warnings {
            let _ = writeln!(text, "    {warning}");
        }
        for finding in &report.findings {
            let _ = writeln!(text, "    {finding}");
        }
    }
    text
}

fn reports_json(reports: &[FileReport], labels: usize) -> Value {
    let files: Vec<Value> = reports
        .iter()
        .map(|report| {
            let rules = RecordRule::ALL.into_iter().filter(|rule| report.counts.get(*rule) > 0);
            let rules: serde_json::Map<_, _> =
                rules.map(|rule| (rule.code().to_owned(), json!(report.counts.get(rule)))).collect();
            json!({
                "source": report.file.source,
                "file": report.file.name,
                "read": report.records_read,
                "accepted": report.accepted(),
                "rejected": report.counts.rejected(),
                "rules": rules,
                "findings": report.findings,
                "warnings": report.warnings.iter().map(ToString::to_string).collect::<Vec<_>>(),
                "refused": report.fault.as_ref().map(ToString::to_string),
            })
        })
        .collect();
    json!({ "files": files, "unknown_labels": labels })
}

/// Labels by source and column, each with the number of its records.
type LabelCounts<'a> = BTreeMap<(Source, String, &'a str), u64>;

/// The unknown labels of all exports. The count of a label is that of the export in which it is
/// most frequent.
fn unknown_labels<'a>(loaded_process: &LoadedProcess, reports: &'a [FileReport]) -> LabelCounts<'a> {
    let mut max_counts = LabelCounts::new();
    for report in reports {
        for (column, label, occurrences) in report.labels.frequent_labels() {
            let key = (report.file.source, report.column_header(&loaded_process.process, column), label);
            let max_count = max_counts.entry(key).or_default();
            *max_count = (*max_count).max(occurrences);
        }
    }
    max_counts
}

fn labels_csv(labels: &LabelCounts) -> Result<Vec<u8>, csv::Error> {
    let mut file = CsvWriter::new(CsvVariant::Plain, ["fuente", "columna", "etiqueta", "registros"])?;
    for ((source, column, label), occurrences) in labels {
        let occurrences = CsvCell::Whole(i64::try_from(*occurrences).unwrap_or(i64::MAX));
        file.write_record([CsvCell::Text(source.name()), CsvCell::Text(column), CsvCell::Text(label), occurrences])?;
    }
    file.finish()
}
