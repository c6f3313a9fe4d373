/*!
The plausibility rules, which can refuse an export as a whole although each of its records is valid.

A rule compares an export with fixed context and with the previous export: the newest older accepted
export of the same source. An export with a visible release is not checked again. If an older export
was replaced or arrived late, it is compared with the next newer export that was published. An
operator can accept an export by name although a rule refuses it.
*/

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::FileReport;
use super::accepted_statistics::FolioComparison;
use super::export_fault::ExportFault;
use super::inventory::ExportFile;
use super::record_rules::RuleCounts;
use lnere_core::calendar::end_of_day;
use lnere_core::catalog::{Catalogs, EntityId};
use lnere_core::mexican_formats::decimal;
use lnere_core::process::{
    AcceptedExport, AcceptedExports, CategorySource, PlausibilityRule, Process, Source, SourceColumn,
};
use lnere_core::terminal_text::{escaped_name, format_count};
use lnere_messages::{Language, count, message};

/// The fewest rejected records for a refusal by `max_rejected`.
const MIN_REJECTED_FOR_REFUSAL: u64 = 5;

/// The fewest unidentified records of a column for a refusal by `max_unidentified`.
const MIN_UNIDENTIFIED_FOR_REFUSAL: u64 = 20;

/// The fewest lost records of an entity for a refusal by `max_shrink`.
const MIN_LOST_BY_ENTITY_FOR_REFUSAL: u64 = 10;

/// The fewest changed folios for a refusal by `max_changed`.
const MIN_CHANGED_FOR_REFUSAL: u64 = 20;

/// The smallest number of earlier accepted records for which `max_growth` applies.
const MIN_EARLIER_RECORDS_FOR_GROWTH: u64 = 5_000;

/// The fewest days between two exports for a refusal by `stale`; fewer days cause a warning.
const MIN_STALE_DAYS_FOR_REFUSAL: i64 = 7;

/// The record counts at which spreadsheets cut a table: 2¹⁶ and 2²⁰ rows, with and without a
/// header.
const SPREADSHEET_LIMITS: [u64; 4] = [65_535, 65_536, 1_048_575, 1_048_576];

/// An export with a visible release.
#[derive(Clone, Debug)]
pub struct PublishedExport {
    /// The source.
    pub source: Source,
    /// The day that the export covers.
    pub date: NaiveDate,
    /// File name without folders.
    pub name: String,
    /// SHA-256 of the file, in hexadecimal digits.
    pub sha256: String,
    /// What the release states of it; `None` if it must be read to know.
    pub statement: Option<ReleaseStatement>,
}

/// What a release states of an export that it was made from. The release is of the same version of
/// the program and the same configuration, so that a reading would find the same.
#[derive(Clone, Debug, Default)]
pub struct ReleaseStatement {
    /// The number of records.
    pub records_read: u64,
    /// Records by rule.
    pub rule_counts: RuleCounts,
    /// The findings of the plausibility rules that the manifest lists.
    pub findings: Vec<PlausibilityFinding>,
    /// The names of all exports of its source in that release, oldest first.
    pub export_names: Arc<[String]>,
}

impl ReleaseStatement {
    /// Whether the exports of a run begin with those of the release, so that each has the same
    /// older ones beside it.
    fn is_of_same_series(&self, exports: &[ExportFile]) -> bool {
        let names = exports.iter().map(|export| &export.name);
        self.export_names.len() <= exports.len() && names.take(self.export_names.len()).eq(self.export_names.iter())
    }
}

impl PublishedExport {
    fn is_of(&self, file: &ExportFile) -> bool {
        (self.source, self.date) == (file.source, file.date)
    }
}

/// Exports that no rule refuses: published exports, and exports that an operator accepted by name.
#[derive(Clone, Debug, Default)]
pub struct Approvals {
    /// The published exports by SHA-256.
    published: HashMap<String, Vec<PublishedExport>>,
    accepted: AcceptedExports,
}

impl Approvals {
    /// Builds the approvals from the published exports and from those that operators accepted by
    /// name.
    #[must_use]
    pub fn new(published: Vec<PublishedExport>, accepted: AcceptedExports) -> Self {
        let mut by_sha256: HashMap<String, Vec<PublishedExport>> = HashMap::new();
        for export in published {
            by_sha256.entry(export.sha256.clone()).or_default().push(export);
        }
        Self { published: by_sha256, accepted }
    }

    /// Whether a visible release was made from an export. The same bytes under another day are
    /// another export.
    pub(super) fn is_published(&self, report: &FileReport) -> bool {
        self.with_bytes_of(report).any(|published| published.date == report.file.date)
    }

    /// Whether a release states the counts of an export with this name, source and day, whatever
    /// its bytes. `exports` are those of the source, oldest first.
    pub(super) fn may_state(&self, file: &ExportFile, exports: &[ExportFile]) -> bool {
        let mut published = self.published.values().flatten().filter(|one| one.name == file.name && one.is_of(file));
        published.any(|one| one.statement.as_ref().is_some_and(|statement| statement.is_of_same_series(exports)))
    }

    /// What a release states of an export with these bytes.
    pub(super) fn statement_of(&self, file: &ExportFile, sha256: &str) -> Option<&ReleaseStatement> {
        let same_bytes = self.published.get(sha256)?.iter();
        same_bytes.filter(|published| published.is_of(file)).find_map(|published| published.statement.as_ref())
    }

    /// The published exports of a source that have the same bytes.
    fn with_bytes_of<'a>(&'a self, report: &'a FileReport) -> impl Iterator<Item = &'a PublishedExport> {
        let same_bytes = self.published.get(&report.sha256).into_iter().flatten();
        same_bytes.filter(|published| published.source == report.file.source)
    }
}

/// The consequence of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The export is refused.
    Refused,
    /// A rule would refuse the export, but an operator accepted it.
    Accepted,
    /// A rule would refuse the export, but a visible release was made from it.
    Published,
    /// The export counts, but a person should look at it.
    Warning,
}

/// The kind of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FindingKind {
    /// The export has exactly as many records as a spreadsheet can hold.
    SpreadsheetLimit,
    /// A rule that can refuse an export.
    #[serde(untagged)]
    Rule(PlausibilityRule),
}

impl FindingKind {
    /// The code in JSON, manifests and the table `calidad`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Rule(rule) => rule.code(),
            Self::SpreadsheetLimit => "spreadsheet_limit",
        }
    }
}

/// A sentence of a finding. Files contain it in English, whatever the language of the process, so
/// that the bytes of a release do not depend on the user.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct FindingDetail {
    english: String,
    /// The sentence in the language of the process; `None` if it was read from a file.
    in_language_of_process: Option<String>,
}

impl FindingDetail {
    fn format(sentence: impl Fn() -> String) -> Self {
        let english = Language::English.within(&sentence);
        let is_english = Language::of_process() == Language::English;
        let in_language_of_process = Some(if is_english { english.clone() } else { sentence() });
        Self { english, in_language_of_process }
    }

    /// The sentence for a message; `None` if a file has it only in another language.
    fn in_message(&self) -> Option<&str> {
        let is_english = Language::of_process() == Language::English;
        if is_english { Some(&self.english) } else { self.in_language_of_process.as_deref() }
    }
}

impl PartialEq for FindingDetail {
    fn eq(&self, other: &Self) -> bool {
        self.english == other.english
    }
}

impl From<String> for FindingDetail {
    fn from(english: String) -> Self {
        Self { english, in_language_of_process: None }
    }
}

impl From<FindingDetail> for String {
    fn from(detail: FindingDetail) -> Self {
        detail.english
    }
}

/// A finding of a plausibility rule with its numbers. It contains no cell.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlausibilityFinding {
    /// The file, without folders.
    pub export: String,
    /// The rule, or the kind of warning.
    pub rule: FindingKind,
    /// Its consequence.
    pub verdict: Verdict,
    /// The header of the column at fault.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// The code and name of the entity at fault: `24 San Luis Potosí`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entity: Option<String>,
    /// The records that break the rule. For `max_shrink` and `max_growth` it is the number of
    /// accepted records, for `min_kept` the number of kept folios.
    pub records: u64,
    /// The records with which they are compared.
    #[serde(rename = "of")]
    pub compared_with: u64,
    /// The value that is compared with the limit: a share, or for `max_growth` a factor. `null` if
    /// the rule has no limit.
    pub share: Option<f64>,
    /// The limit of the process file.
    pub limit: Option<f64>,
    /// The same share in the previous export, if it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub share_before: Option<f64>,
    /// The previous export of the comparison.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// The newer export of the comparison, which was released before this export arrived.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    /// Further results of the rule, such as the most frequent reasons of rejected records.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<FindingDetail>,
    /// The reason why an operator accepted the export.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accepted: Option<AcceptedExport>,
}

impl PlausibilityFinding {
    fn new(report: &FileReport, rule: FindingKind, records: u64, of: u64) -> Self {
        Self {
            export: report.file.name.clone(),
            rule,
            verdict: Verdict::Warning,
            column: None,
            entity: None,
            records,
            compared_with: of,
            share: None,
            limit: None,
            share_before: None,
            before: None,
            after: None,
            detail: None,
            accepted: None,
        }
    }

    fn of_rule(report: &FileReport, rule: PlausibilityRule, records: u64, of: u64) -> Self {
        Self::new(report, FindingKind::Rule(rule), records, of)
    }

    fn with_previous_export(mut self, before: &FileReport) -> Self {
        self.before = Some(before.file.name.clone());
        self
    }

    /// The same difference as a finding on the older of the two exports.
    fn attributed_to(self, older: &FileReport) -> Self {
        Self { export: older.file.name.clone(), before: None, after: Some(self.export), ..self }
    }

    fn with_measure(mut self, share: f64, limit: f64) -> Self {
        (self.share, self.limit) = (Some(share), Some(limit));
        self
    }

    fn into_refused(mut self) -> Self {
        self.verdict = Verdict::Refused;
        self
    }

    /// The number of affected records or folios, for example lost, gained, rejected or changed
    /// ones.
    #[must_use]
    pub fn affected(&self) -> u64 {
        use PlausibilityRule::{MaxGrowth, MaxShrink, MinKept};
        match self.rule {
            FindingKind::Rule(MaxShrink | MinKept) => self.compared_with.saturating_sub(self.records),
            FindingKind::Rule(MaxGrowth) => self.records.saturating_sub(self.compared_with),
            _ => self.records,
        }
    }

    /// For a warning above the limit: the number of records from which the rule refuses.
    #[must_use]
    pub fn refusal_threshold(&self) -> Option<u64> {
        let FindingKind::Rule(rule) = self.rule else { return None };
        let least = match rule {
            PlausibilityRule::MaxRejected => MIN_REJECTED_FOR_REFUSAL,
            PlausibilityRule::MaxUnidentified => MIN_UNIDENTIFIED_FOR_REFUSAL,
            PlausibilityRule::MaxShrink => MIN_LOST_BY_ENTITY_FOR_REFUSAL,
            PlausibilityRule::MaxChanged => MIN_CHANGED_FOR_REFUSAL,
            _ => return None,
        };
        (self.verdict == Verdict::Warning && self.share > self.limit).then_some(least)
    }

    /// The numbers as one sentence, with the detail and without the consequence.
    #[must_use]
    pub fn numbers(&self) -> String {
        let detail = self.detail.as_ref().and_then(FindingDetail::in_message);
        match (self.rule, detail) {
            (FindingKind::Rule(PlausibilityRule::MaxRejected), Some(detail)) => format!("{}: {detail}", self.summary()),
            (FindingKind::Rule(PlausibilityRule::Swallowed | PlausibilityRule::Control), Some(detail)) => {
                detail.to_owned()
            }
            _ => self.summary(),
        }
    }

    /// The numbers as one sentence, which releases also contain in Spanish. It has no capital letter
    /// at the start and no full stop at the end.
    #[must_use]
    pub fn summary(&self) -> String {
        let FindingKind::Rule(rule) = self.rule else {
            return message!("ingest-spreadsheet-limit", records = count(self.records));
        };
        let (records, total) = (count(self.records), count(self.compared_with));
        let (share, limit) = (percent_text(self.share), percent_text(self.limit));
        let other = self.before.as_deref().or(self.after.as_deref());
        let other = other.map_or_else(|| message!("ingest-earlier-export"), |name| escaped_name(name).to_string());
        let earlier = self.share_before.map(|share| percent_text(Some(share)));
        let column = self.column.as_deref().unwrap_or_default();
        match (rule, &self.entity, earlier) {
            (PlausibilityRule::MaxRejected, _, None) => message!("ingest-max-rejected", records, total, share, limit),
            (PlausibilityRule::MaxRejected, _, Some(earlier)) => {
                message!("ingest-max-rejected-with-earlier", records, total, share, limit, before = other, earlier)
            }
            (PlausibilityRule::MaxUnidentified, _, None) => {
                message!("ingest-max-unidentified", column, records, total, share, limit)
            }
            (PlausibilityRule::MaxUnidentified, _, Some(earlier)) => message!(
                "ingest-max-unidentified-with-earlier",
                column,
                records,
                total,
                share,
                limit,
                before = other,
                earlier
            ),
            (PlausibilityRule::MaxShrink, None, _) if self.after.is_some() => {
                message!("ingest-max-shrink-newer", records, total, newer = other, share, limit)
            }
            (PlausibilityRule::MaxShrink, Some(entity), _) if self.after.is_some() => {
                message!("ingest-max-shrink-newer-of-entity", entity, records, total, newer = other, share, limit)
            }
            (PlausibilityRule::MaxShrink, None, _) => {
                message!("ingest-max-shrink", records, total, before = other, share, limit)
            }
            (PlausibilityRule::MaxShrink, Some(entity), _) => {
                message!("ingest-max-shrink-of-entity", entity, records, total, before = other, share, limit)
            }
            (PlausibilityRule::MinKept, ..) if self.after.is_some() => {
                message!("ingest-min-kept-newer", records, total, newer = other, share, limit)
            }
            (PlausibilityRule::MinKept, ..) => {
                message!("ingest-min-kept", records, total, before = other, share, limit)
            }
            (PlausibilityRule::MaxChanged, ..) => {
                message!("ingest-max-changed", records, total, other, columns = column, share, limit)
            }
            (PlausibilityRule::MaxGrowth, ..) => {
                let (times, limit) = (factor_text(self.share), factor_text(self.limit));
                message!("ingest-max-growth", records, total, before = other, times, limit)
            }
            (PlausibilityRule::SameFile, ..) => message!("ingest-same-file", other),
            (PlausibilityRule::Stale, ..) => message!("ingest-stale", before = other),
            (PlausibilityRule::Swallowed, ..) => message!("ingest-swallowed-records"),
            (PlausibilityRule::Control, ..) => message!("ingest-control-differs"),
        }
    }

    /// The finding with its consequence.
    fn text(&self) -> String {
        let finding = format!("{}: {}", self.rule.code(), self.numbers());
        match (self.verdict, self.rule) {
            (Verdict::Refused, FindingKind::Rule(_)) if let Some(newer) = &self.after => {
                message!("L240-newer-was-released", finding, newer = escaped_name(newer))
            }
            (Verdict::Refused, FindingKind::Rule(rule)) => self.text_of_refusal(rule, &finding),
            (Verdict::Accepted, _) => {
                let reason = self.accepted.as_ref().map_or("", |accepted| accepted.reason.as_str());
                message!("L241-accepted", finding, reason)
            }
            (Verdict::Published, _) => message!("L241-published", finding),
            (Verdict::Warning, FindingKind::Rule(rule)) if let Some(least) = self.refusal_threshold() => {
                message!("L242-over-limit-with-few-records", finding, rule, records = count(least))
            }
            (Verdict::Warning, FindingKind::Rule(rule)) if self.limit.is_some() => {
                message!("L242-half-of-limit", finding, rule)
            }
            (Verdict::Warning, FindingKind::Rule(_)) => message!("L237-stale-for-days", finding),
            (Verdict::Warning | Verdict::Refused, FindingKind::SpreadsheetLimit) => {
                message!("L243-spreadsheet-limit", finding)
            }
        }
    }

    /// A finding that refuses its export, with the advice apart from accepting it.
    fn text_of_refusal(&self, rule: PlausibilityRule, finding: &str) -> String {
        match rule {
            PlausibilityRule::MaxRejected => message!("L230-max-rejected", finding),
            PlausibilityRule::MaxUnidentified => match self.detail.as_ref().and_then(FindingDetail::in_message) {
                Some(explanation) => message!("L231-max-unidentified-explained", finding, explanation),
                None => message!("L231-max-unidentified", finding),
            },
            PlausibilityRule::MaxShrink => message!("L232-max-shrink", finding),
            PlausibilityRule::MinKept => message!("L233-min-kept", finding),
            PlausibilityRule::MaxChanged => message!("L234-max-changed", finding),
            PlausibilityRule::MaxGrowth => message!("L235-max-growth", finding),
            PlausibilityRule::SameFile => message!("L236-same-file", finding),
            PlausibilityRule::Stale => message!("L237-stale", finding),
            // The detail contains the advice.
            PlausibilityRule::Swallowed => message!("L238-swallowed", finding),
            PlausibilityRule::Control => message!("L239-control", finding),
        }
    }
}

impl fmt::Display for PlausibilityFinding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text())
    }
}

fn percent_text(share: Option<f64>) -> String {
    share.map_or_else(String::new, |share| format!("{} %", two_decimals(share * 100.0)))
}

fn factor_text(factor: Option<f64>) -> String {
    factor.map_or_else(String::new, two_decimals)
}

fn two_decimals(number: f64) -> String {
    decimal((number * 100.0).round() as i64, 100)
}

/// Checks the exports of both sources, oldest first; a refused export gets a fault.
pub(super) fn check_plausibility(
    process: &Process,
    catalogs: &Catalogs,
    approvals: &Approvals,
    files: &mut [FileReport],
    comparisons: &HashMap<(String, String), FolioComparison>,
) {
    for source in Source::ALL {
        let mut before: Option<usize> = None;
        for index in 0..files.len() {
            if files[index].file.source != source || files[index].fault.is_some() {
                continue;
            }
            let check = ExportCheck { process, catalogs, approvals, files, index, before, comparisons };
            let mut findings = check.published_findings().unwrap_or_else(|| check.findings());
            findings.extend(check.check_against_published());
            let report = &mut files[index];
            let is_published = approvals.is_published(report);
            for finding in &mut findings {
                let FindingKind::Rule(rule) = finding.rule else { continue };
                if finding.verdict != Verdict::Refused {
                    continue;
                }
                if let Some(entry) = approvals.accepted.find(&finding.export, &report.sha256, rule) {
                    finding.verdict = Verdict::Accepted;
                    finding.accepted = Some(entry.clone());
                } else if is_published && rule != PlausibilityRule::Control {
                    // A control file is not part of the published bytes.
                    finding.verdict = Verdict::Published;
                }
            }
            let refusals: Vec<PlausibilityFinding> =
                findings.iter().filter(|finding| finding.verdict == Verdict::Refused).cloned().collect();
            report.findings = findings;
            if refusals.is_empty() {
                before = Some(index);
            } else {
                report.fault = Some(ExportFault::Implausible { findings: refusals });
            }
        }
    }
}

/// The check of one export.
struct ExportCheck<'a> {
    process: &'a Process,
    catalogs: &'a Catalogs,
    approvals: &'a Approvals,
    files: &'a [FileReport],
    index: usize,
    /// The previous export: the newest older accepted export of the same source.
    before: Option<usize>,
    comparisons: &'a HashMap<(String, String), FolioComparison>,
}

impl ExportCheck<'_> {
    fn report(&self) -> &FileReport {
        &self.files[self.index]
    }

    fn previous_report(&self) -> Option<&FileReport> {
        self.before.map(|index| &self.files[index])
    }

    /// The findings that the release states, if this export or the previous one was not read. A
    /// published export is not judged by its folios or against a newer one. Its control file is
    /// checked again.
    fn published_findings(&self) -> Option<Vec<PlausibilityFinding>> {
        let report = self.report();
        let previous_was_read = self.previous_report().is_none_or(|before| !before.is_from_release);
        if previous_was_read && !report.is_from_release {
            return None;
        }
        let statement = self.approvals.statement_of(&report.file, &report.sha256)?;
        let not_stated =
            [PlausibilityRule::MinKept, PlausibilityRule::MaxChanged, PlausibilityRule::Control].map(FindingKind::Rule);
        let mut findings = statement.findings.clone();
        findings.retain(|finding| !not_stated.contains(&finding.rule) && finding.after.is_none());
        self.check_control_file(&mut findings);
        Some(findings)
    }

    /// All findings in the order of the rules.
    fn findings(&self) -> Vec<PlausibilityFinding> {
        let mut findings = Vec::new();
        self.check_rejected(&mut findings);
        self.check_unidentified(&mut findings);
        if let Some(before) = self.previous_report() {
            self.check_shrink(before, &mut findings);
            self.check_folios(before, &mut findings);
            self.check_growth(before, &mut findings);
        }
        self.check_same_file(&mut findings);
        self.check_stale(&mut findings);
        self.check_swallowed(&mut findings);
        self.check_control_file(&mut findings);
        if SPREADSHEET_LIMITS.contains(&self.report().records_read) {
            let report = self.report();
            findings.push(PlausibilityFinding::new(
                report,
                FindingKind::SpreadsheetLimit,
                report.records_read,
                report.records_read,
            ));
        }
        findings
    }

    /// Refuses this export by comparison with the next newer one, if that one was released and this
    /// one was not. The newer one is not validated again, and one of the two is wrong.
    fn check_against_published(&self) -> Vec<PlausibilityFinding> {
        let (report, approvals) = (self.report(), self.approvals);
        let is_next = |other: &FileReport| other.file.source == report.file.source && other.fault.is_none();
        let newer = (self.index + 1..self.files.len()).find(|index| is_next(&self.files[*index]));
        let newer =
            newer.filter(|index| !approvals.is_published(report) && approvals.is_published(&self.files[*index]));
        let Some(index) = newer else { return Vec::new() };
        let mut findings = Vec::new();
        let pair = ExportCheck { index, before: Some(self.index), ..*self };
        pair.check_shrink(report, &mut findings);
        pair.check_folios(report, &mut findings);
        findings.retain(|finding| finding.verdict == Verdict::Refused);
        // An operator who accepted the newer export also accepted this difference.
        let charged = findings.into_iter().map(|finding| {
            let FindingKind::Rule(rule) = finding.rule else { return finding };
            let entry = approvals.accepted.find(&finding.export, &self.files[index].sha256, rule).cloned();
            let verdict = if entry.is_some() { Verdict::Accepted } else { finding.verdict };
            PlausibilityFinding { verdict, accepted: entry, ..finding.attributed_to(report) }
        });
        charged.collect()
    }

    fn check_rejected(&self, findings: &mut Vec<PlausibilityFinding>) {
        let report = self.report();
        let (rejected, limit) = (report.counts.rejected(), self.process.thresholds.max_rejected);
        let share = |report: &FileReport| share_of_total(report.counts.rejected(), report.records_read);
        // An export without any accepted record would be published as zeros.
        let enough = if report.accepted() == 0 { 0 } else { MIN_REJECTED_FOR_REFUSAL };
        let finding =
            PlausibilityFinding::of_rule(report, PlausibilityRule::MaxRejected, rejected, report.records_read);
        let finding = self.with_share_before(finding.with_measure(share(report), limit), share);
        if let Some(mut finding) = warn_if_few_records(refuse_or_warn_on_share(finding), rejected, enough) {
            finding.detail = Some(FindingDetail::format(|| report.explanation(self.process)));
            findings.push(finding);
        }
    }

    fn check_unidentified(&self, findings: &mut Vec<PlausibilityFinding>) {
        let report = self.report();
        let limit = self.process.thresholds.max_unidentified;
        for (column, records) in report.accepted_statistics.unidentified() {
            let share = |report: &FileReport| {
                share_of_total(report.accepted_statistics.unidentified_in(column), report.accepted())
            };
            let finding =
                PlausibilityFinding::of_rule(report, PlausibilityRule::MaxUnidentified, records, report.accepted());
            let mut finding = self.with_share_before(finding.with_measure(share(report), limit), share);
            finding.column = Some(report.column_header(self.process, column));
            finding.detail = self.unidentified_detail(column, records);
            findings.extend(warn_if_few_records(
                refuse_or_warn_on_share(finding),
                records,
                MIN_UNIDENTIFIED_FOR_REFUSAL,
            ));
        }
    }

    /// What the unidentified cells of a column contain, if most of them have it in common.
    fn unidentified_detail(&self, column: u8, records: u64) -> Option<FindingDetail> {
        let (diagnosis, source) = (&self.report().diagnosis, self.report().file.source);
        let births = |column, records| {
            let unreadable = diagnosis.explain_unreadable_births(column, records, source);
            unreadable.unwrap_or_else(|| message!("ingest-ages-out-of-bands"))
        };
        let sentence = || {
            let missing = diagnosis.explain_missing_values(column, records, source);
            missing.or_else(|| self.holds_births(column).then(|| births(column, records)))
        };
        sentence().map(|_| FindingDetail::format(|| sentence().unwrap_or_default()))
    }

    /// Whether a column holds dates of birth, whose labels `check` does not list.
    fn holds_births(&self, column: u8) -> bool {
        let of_source = self.report().file.source == Source::Solicitudes;
        let mut declared = self.process.declared_dimensions().iter();
        let definition = declared.find(|one| of_source && one.source_column.index() == usize::from(column));
        definition.is_some_and(|one| matches!(one.category_source, CategorySource::Ages(_)))
    }

    fn check_shrink(&self, before: &FileReport, findings: &mut Vec<PlausibilityFinding>) {
        let report = self.report();
        let limit = self.process.thresholds.max_shrink;
        let lost = |now: u64, then: u64| share_of_total(then.saturating_sub(now), then);
        let finding = |now: u64, then: u64| {
            let finding = PlausibilityFinding::of_rule(report, PlausibilityRule::MaxShrink, now, then);
            finding.with_previous_export(before).with_measure(lost(now, then), limit)
        };
        let (now, then) = (report.accepted(), before.accepted());
        findings.extend(refuse_or_warn_on_share(finding(now, then)));
        for entity in (1..=EntityId::COUNT).filter_map(EntityId::new) {
            let (now, then) =
                (report.accepted_statistics.of_entity(entity), before.accepted_statistics.of_entity(entity));
            let name = format!("{} {}", entity.code(), self.catalogs.entities.name(entity));
            let finding = PlausibilityFinding { entity: Some(name), ..finding(now, then) };
            findings.extend(warn_if_few_records(
                refuse_or_warn_on_share(finding),
                then.saturating_sub(now),
                MIN_LOST_BY_ENTITY_FOR_REFUSAL,
            ));
        }
    }

    /// Applies the rules on kept folios. The comparison exists only if both neighbours could be
    /// read.
    fn check_folios(&self, before: &FileReport, findings: &mut Vec<PlausibilityFinding>) {
        let report = self.report();
        let pair = (report.file.name.clone(), before.file.name.clone());
        let Some(comparison) = self.comparisons.get(&pair) else { return };
        let thresholds = &self.process.thresholds;

        let (kept, then) = (comparison.kept_folios, before.accepted());
        let finding =
            PlausibilityFinding::of_rule(report, PlausibilityRule::MinKept, kept, then).with_previous_export(before);
        let finding = finding.with_measure(share_of_total(kept, then), thresholds.min_kept);
        let (missing, allowed) = (1.0 - share_of_total(kept, then), 1.0 - thresholds.min_kept);
        if then > 0 && kept < then {
            findings.extend(refuse_or_warn_on_measure(finding, missing, allowed));
        }

        let changed = comparison.changed_folios;
        let mut finding = PlausibilityFinding::of_rule(report, PlausibilityRule::MaxChanged, changed, kept);
        finding.column = Some(self.changed_columns(comparison));
        let finding =
            finding.with_previous_export(before).with_measure(share_of_total(changed, kept), thresholds.max_changed);
        findings.extend(warn_if_few_records(refuse_or_warn_on_share(finding), changed, MIN_CHANGED_FOR_REFUSAL));
    }

    /// The changed columns with their counts: `SEXO (400)`.
    fn changed_columns(&self, comparison: &FolioComparison) -> String {
        let report = self.report();
        let attributes = report.attributes(self.process);
        let columns = attributes.iter().zip(comparison.changed_by_attribute);
        let columns = columns.filter(|(_, changed)| *changed > 0);
        let columns = columns
            .map(|(attribute, changed)| (u8::try_from(attribute.column).unwrap_or(u8::MAX), changed))
            .map(|(column, changed)| {
                format!("{} ({})", report.column_header(self.process, column), format_count(changed))
            });
        columns.collect::<Vec<_>>().join(", ")
    }

    fn check_growth(&self, before: &FileReport, findings: &mut Vec<PlausibilityFinding>) {
        let report = self.report();
        let (now, then) = (report.accepted(), before.accepted());
        if then >= MIN_EARLIER_RECORDS_FOR_GROWTH {
            let (factor, limit) = (share_of_total(now, then), self.process.thresholds.max_growth);
            let finding = PlausibilityFinding::of_rule(report, PlausibilityRule::MaxGrowth, now, then);
            let finding = finding.with_previous_export(before).with_measure(factor, limit);
            // Half of a limit of 2 is no growth, so each export would warn. Below a limit of 4 the
            // square root is larger than half.
            findings.extend(refuse_or_warn_from(finding, factor, limit, (limit / 2.0).max(limit.sqrt())));
        }
    }

    fn check_same_file(&self, findings: &mut Vec<PlausibilityFinding>) {
        let report = self.report();
        if !self.process.thresholds.refuses_same_file || report.content.is_none() {
            return;
        }
        let earlier = |file: &ExportFile| file.source == report.file.source && file.date < report.file.date;
        let here = self.files.iter().rfind(|other| earlier(&other.file) && other.content == report.content);
        // A published export may have been renamed since, and may be of a later day.
        let published = self.approvals.with_bytes_of(report).find(|published| published.date != report.file.date);
        // If this export was replaced or arrived late, published newer exports count too.
        let is_newer = |other: &FileReport| {
            other.file.source == report.file.source
                && other.file.date > report.file.date
                && other.content == report.content
                && self.approvals.is_published(other)
        };
        let newer = self.files.iter().find(|other| is_newer(other) && !self.approvals.is_published(report));
        let other = here.or(newer).map(|other| &other.file.name).or_else(|| published.map(|published| &published.name));
        if let Some(other) = other {
            let finding = PlausibilityFinding::of_rule(
                report,
                PlausibilityRule::SameFile,
                report.records_read,
                report.records_read,
            );
            findings.push(PlausibilityFinding { before: Some(other.clone()), ..finding.into_refused() });
        }
    }

    fn check_stale(&self, findings: &mut Vec<PlausibilityFinding>) {
        let report = self.report();
        let Some(before) = self.previous_report().filter(|_| self.process.thresholds.refuses_stale) else { return };
        let is_stale =
            report.accepted_statistics.latest_instant().is_some_and(|latest| latest < end_of_day(before.file.date));
        if is_stale {
            let finding =
                PlausibilityFinding::of_rule(report, PlausibilityRule::Stale, report.accepted(), before.accepted());
            let finding = finding.with_previous_export(before);
            let days = (report.file.date - before.file.date).num_days();
            findings.push(if days >= MIN_STALE_DAYS_FOR_REFUSAL { finding.into_refused() } else { finding });
        }
    }

    fn check_swallowed(&self, findings: &mut Vec<PlausibilityFinding>) {
        let report = self.report();
        if let Some(swallowed) = report.swallowed.filter(|_| self.process.thresholds.refuses_swallowed) {
            let rule = PlausibilityRule::Swallowed;
            let finding = PlausibilityFinding::of_rule(report, rule, swallowed.records, report.records_read);
            let section = report.file.source;
            let detail = FindingDetail::format(|| message!("ingest-swallowed-advice", swallowed, section));
            findings.push(PlausibilityFinding { detail: Some(detail), ..finding.into_refused() });
        }
    }

    fn check_control_file(&self, findings: &mut Vec<PlausibilityFinding>) {
        let report = self.report();
        if let Some(disagreement) = report.control_disagreement {
            let finding = PlausibilityFinding::of_rule(
                report,
                PlausibilityRule::Control,
                report.records_read,
                report.records_read,
            );
            findings.push(PlausibilityFinding {
                detail: Some(FindingDetail::format(|| disagreement.to_string())),
                ..finding.into_refused()
            });
        }
    }

    fn with_share_before(
        &self,
        finding: PlausibilityFinding,
        share: impl Fn(&FileReport) -> f64,
    ) -> PlausibilityFinding {
        match self.previous_report() {
            None => finding,
            Some(before) => {
                PlausibilityFinding { share_before: Some(share(before)), ..finding.with_previous_export(before) }
            }
        }
    }
}

/// The finding if its share exceeds its limit or reaches half of it; otherwise `None`.
fn refuse_or_warn_on_share(finding: PlausibilityFinding) -> Option<PlausibilityFinding> {
    let (share, limit) = (finding.share?, finding.limit?);
    refuse_or_warn_on_measure(finding, share, limit)
}

/// A finding that affects fewer records than the minimum for a refusal only warns. It must exceed
/// its limit and reach half of that minimum: one unidentified record of twelve gives no warning.
fn warn_if_few_records(finding: Option<PlausibilityFinding>, records: u64, least: u64) -> Option<PlausibilityFinding> {
    let is_few = records < least;
    let refused = |finding: &PlausibilityFinding| finding.verdict == Verdict::Refused;
    let verdict = if is_few { Verdict::Warning } else { Verdict::Refused };
    match finding {
        Some(finding) if refused(&finding) => {
            Some(PlausibilityFinding { verdict, ..finding }).filter(|_| 2 * records >= least)
        }
        finding => finding.filter(|_| !is_few),
    }
}

/// The finding if its measure exceeds `allowed` or reaches half of it; otherwise `None`.
fn refuse_or_warn_on_measure(finding: PlausibilityFinding, measure: f64, allowed: f64) -> Option<PlausibilityFinding> {
    refuse_or_warn_from(finding, measure, allowed, allowed / 2.0)
}

/// The finding if its measure exceeds `allowed` or reaches `half`, from which the rule warns;
/// otherwise `None`.
fn refuse_or_warn_from(
    finding: PlausibilityFinding,
    measure: f64,
    allowed: f64,
    half: f64,
) -> Option<PlausibilityFinding> {
    /// The difference of two shares has a rounding error.
    const ROUNDING: f64 = 1e-12;
    if measure > allowed {
        Some(finding.into_refused())
    } else if measure > 0.0 && measure >= half - ROUNDING {
        Some(finding)
    } else {
        None
    }
}

fn share_of_total(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finding(rule: PlausibilityRule, detail: Option<FindingDetail>) -> PlausibilityFinding {
        PlausibilityFinding {
            export: "solicitudes_20201015.csv".to_owned(),
            rule: FindingKind::Rule(rule),
            verdict: Verdict::Warning,
            column: None,
            entity: None,
            records: 1_204,
            compared_with: 50_000,
            share: Some(0.02408),
            limit: Some(0.03),
            share_before: Some(0.001),
            before: Some("solicitudes_20200930.csv".to_owned()),
            after: None,
            detail,
            accepted: None,
        }
    }

    #[test]
    fn the_detail_is_in_english_in_a_file_and_in_the_language_of_the_process_in_a_message() {
        let detail = || {
            FindingDetail::format(|| message!("ingest-rule-in-column", rule = "folio_vacio", column = "F", records = 3))
        };
        let in_file = "\"folio_vacio in F: 3\"";
        let of_spanish = Language::Spanish.within(detail);
        assert_eq!(toml::Value::try_from(&of_spanish).expect("a text").to_string(), in_file);
        assert_eq!(of_spanish, detail());

        let read = FindingDetail::from("folio_vacio in F: 3".to_owned());
        let numbers = |detail: FindingDetail| finding(PlausibilityRule::MaxRejected, Some(detail)).numbers();
        let english = "1,204 of 50,000 records rejected (2.41 %, limit 3.00 %; in solicitudes_20200930.csv 0.10 %)";
        assert_eq!(numbers(read.clone()), format!("{english}: folio_vacio in F: 3"));
        let spanish =
            "se rechazaron 1,204 de 50,000 registros (2.41 %; límite, 3.00 %; en solicitudes_20200930.csv, 0.10 %)";
        Language::Spanish.within(|| {
            assert_eq!(numbers(of_spanish), format!("{spanish}: folio_vacio en F: 3"));
            assert_eq!(numbers(read), spanish);
        });
    }

    #[test]
    fn a_detail_that_is_the_whole_sentence_has_a_summary_in_the_other_language() {
        let finding = finding(PlausibilityRule::Control, Some(FindingDetail::from("has 1 record".to_owned())));
        assert_eq!(finding.numbers(), "has 1 record");
        let spanish = Language::Spanish.within(|| finding.numbers());
        assert_eq!(spanish, "no coincide con su archivo de control");
    }
}
