/*!
Reports refused exports, and findings for the operator.
*/

use std::fmt::Write as _;
use std::path::PathBuf;

use serde_json::{Value, json};

use super::failure::{Exit, Failure};
use super::pending_revisions::ReplacedExport;
use crate::run_plan::GoneExport;
use lnere_core::process::{PlausibilityRule, Source};
use lnere_core::terminal_text::{escaped_name, shell_quoted};
use lnere_ingest::{FindingKind, Ingested, PlausibilityFinding, Verdict};
use lnere_messages::{count, join_with_and, message};

/// The code of the warning about an export that is gone although a visible release was made from
/// it.
pub(super) const EXPORT_GONE_CODE: &str = "export_gone";

/// The code of the warning about an export that was replaced after a visible release was made from
/// it.
pub(super) const EXPORT_REPLACED_CODE: &str = "export_replaced";

/// A refused export, which prevents publication.
pub(super) struct RefusedExport {
    source: Source,
    /// The path of the export.
    path: PathBuf,
    /// Name without folders.
    file_name: String,
    reason: String,
    /// The findings of the plausibility rules that refuse the export, if any.
    findings: Vec<PlausibilityFinding>,
    /// Whether the system caused the failure, not the export.
    is_system_failure: bool,
}

impl RefusedExport {
    pub fn from_ingested(ingested: &Ingested) -> Vec<Self> {
        let refused = ingested.refused().map(|(file, fault)| Self {
            source: file.source,
            path: file.path.clone(),
            file_name: file.name.clone(),
            reason: fault.to_string(),
            findings: fault.findings().to_vec(),
            is_system_failure: fault.is_caused_by_machine(),
        });
        refused.collect()
    }

    pub fn json(&self) -> Value {
        let Self { source, file_name: export, reason, findings, .. } = self;
        json!({ "source": source, "export": export, "reason": reason, "findings": findings })
    }
}

/// A warning for the operator.
pub(super) struct RunWarning {
    /// The export of the warning.
    pub export_name: String,
    /// The stable code of the warning.
    pub code: &'static str,
    /// The message.
    pub message: String,
    /// Whether it concerns an older export of the source, which provides only statuses.
    pub is_about_older_export: bool,
    /// The finding, if a plausibility rule caused the warning.
    pub finding: Option<PlausibilityFinding>,
}

impl RunWarning {
    /// Findings and warnings about the exports that were read.
    pub fn from_ingested(ingested: &Ingested) -> Vec<Self> {
        // A change of the process file may have made exports implausible that are not checked
        // again.
        let depends_on_process = |finding: &&PlausibilityFinding| {
            let rules = [PlausibilityRule::MaxRejected, PlausibilityRule::MaxUnidentified];
            matches!(finding.rule, FindingKind::Rule(rule) if rules.contains(&rule))
        };
        let published = ingested.findings(Verdict::Published).filter(depends_on_process);
        let findings = ingested.findings(Verdict::Warning).chain(ingested.findings(Verdict::Accepted)).chain(published);
        let of_files = ingested.files.iter().flat_map(|report| {
            report.warnings.iter().map(|warning| Self {
                export_name: report.file.name.clone(),
                code: warning.code(),
                message: warning.to_string(),
                is_about_older_export: false,
                finding: None,
            })
        });
        let newest =
            |source| ingested.files.iter().filter(|one| one.file.source == source).map(|one| one.file.date).max();
        let is_older = |name: &str| {
            let report = ingested.files.iter().find(|report| report.file.name == name);
            report.is_some_and(|report| Some(report.file.date) < newest(report.file.source))
        };
        let mut warnings: Vec<Self> = of_files.chain(findings.map(Self::from_finding)).collect();
        for warning in &mut warnings {
            warning.is_about_older_export = is_older(&warning.export_name);
        }
        warnings
    }

    /// Warnings about exports of visible releases that are missing from the inputs folder.
    pub fn for_gone_exports(gone: &[GoneExport]) -> Vec<Self> {
        let warning = |GoneExport { export_name: name, cortes }: &GoneExport| Self {
            message: message!("L035-released-export-gone", cortes = join_with_and(cortes)),
            export_name: name.clone(),
            code: EXPORT_GONE_CODE,
            is_about_older_export: false,
            finding: None,
        };
        gone.iter().map(warning).collect()
    }

    /// Warnings about exports of visible releases whose files were replaced by others.
    pub fn for_replaced_exports(replaced: &[ReplacedExport]) -> Vec<Self> {
        let warning = |ReplacedExport { name, cortes, accepted_then, accepted_now }: &ReplacedExport| {
            let (number, cortes, then) = (count(cortes.len()), join_with_and(cortes), count(*accepted_then));
            Self {
                message: match accepted_now {
                    Some(now) => message!("L036-export-replaced", number, cortes, then, now = count(*now)),
                    None => message!("L036-export-replaced-unreadable", number, cortes, then),
                },
                export_name: name.clone(),
                code: EXPORT_REPLACED_CODE,
                is_about_older_export: false,
                finding: None,
            }
        };
        replaced.iter().map(warning).collect()
    }

    /// The warning of a plausibility finding.
    pub fn from_finding(finding: &PlausibilityFinding) -> Self {
        Self {
            export_name: finding.export.clone(),
            code: finding.rule.code(),
            message: finding.to_string(),
            is_about_older_export: false,
            finding: Some(finding.clone()),
        }
    }

    pub fn json(&self) -> Value {
        let mut json = self.finding.as_ref().map_or_else(|| json!({}), |finding| json!(finding));
        json["export"] = self.export_name.clone().into();
        json["rule"] = self.code.into();
        json["message"] = self.message.clone().into();
        json
    }
}

/// The warnings as lines of text.
pub(super) fn write_warnings<'w>(text: &mut String, warnings: impl Iterator<Item = &'w RunWarning>) {
    let (older, newest): (Vec<_>, Vec<_>) = warnings.partition(|warning| warning.is_about_older_export);
    if !(older.is_empty() && newest.is_empty()) {
        let _ = writeln!(text, "\n{}", message!("commands-warnings"));
    }
    for RunWarning { export_name: export, message, .. } in newest {
        let _ = writeln!(text, "  {}: {message}", escaped_name(export));
    }
    let older = older.len();
    if older > 0 {
        let _ = writeln!(text, "  {}", message!("run-older-warnings", warnings = count(older)));
    }
}

/// The warnings as JSON.
pub(super) fn warnings_json(warnings: &[RunWarning]) -> Value {
    warnings.iter().map(RunWarning::json).collect()
}

/// The failure of a command with refused exports; `None` if none is refused.
pub(super) fn refused_exports_failure(what: &str, refused: &[RefusedExport]) -> Option<Failure> {
    let is_of_system = refused.iter().any(|refused| refused.is_system_failure);
    let exit = if is_of_system { Exit::Unexpected } else { Exit::ExportsRefused };
    let mut text = what.to_owned();
    for RefusedExport { path, reason, .. } in refused {
        let _ = write!(text, "\n  {}: {reason}", escaped_name(path));
    }
    let findings = refused.iter().flat_map(|refused| &refused.findings);
    let mut accepted: Vec<_> = findings.map(|finding| (&finding.export, finding.rule.code())).collect();
    accepted.dedup();
    for (export, rule) in accepted {
        let (name, word) = (escaped_name(export), shell_quoted(export));
        let _ = write!(text, "\n{}", message!("commands-accept-to-do", name, word, rule));
    }
    (!refused.is_empty()).then(|| Failure::with_message(exit, text))
}
