/*!
Computes the statuses of the applications: at the previous corte and at this one, those that are
accepted, refused or undecided, and what they make of the list.
*/

use std::collections::BTreeMap;

use lnere_core::column_names;
use lnere_core::mexican_formats::long_date;
use lnere_core::process::Dimension;
use lnere_tables::{ColumnError, TableKey, TableRows, TableSource};
use serde::Serialize;

use chrono::NaiveDate;

use super::TextList;
use super::formatting::{ReportTable, count_text, share_of_cases_text, signed_count_text, whole_share_text};
use crate::PackageData;
use crate::subject_rows;

/// The statuses of the subject.
#[derive(Debug, Serialize)]
pub(super) struct StatusSection {
    /// The previous corte; `None` if nothing was registered up to it.
    pub previous: Option<String>,
    /// Columns: status, at the previous corte, change, at this corte, share.
    pub grid: ReportTable,
    /// The statuses without any application at either corte.
    pub unused: TextList,
    /// The decisions; `None` if the process file does not say which statuses are final.
    pub decided: Option<Decisions>,
}

/// The applications with and without a decision.
#[derive(Debug, Serialize)]
pub(super) struct Decisions {
    pub accepted: DecisionCount,
    pub refused: DecisionCount,
    pub undecided: DecisionCount,
}

/// The applications with one kind of decision.
#[derive(Debug, Serialize)]
pub(super) struct DecisionCount {
    pub now: String,
    pub change: String,
    /// The share of all applications without decimals; `None` for too few of them.
    pub share: Option<String>,
    pub any: bool,
}

/// What decides whether an application is on the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DecisionKind {
    Accepted,
    Refused,
    Undecided,
}

/// The decision that a status stands for; `None` if the process file does not say which are final.
pub(super) fn decision_of_status(contents: &PackageData, code: &str) -> Option<DecisionKind> {
    let plan = contents.process.projection.as_ref()?;
    let list = contents.process.categories(Dimension::ESTATUS);
    let is_in = |statuses: &[u8]| statuses.iter().any(|status| list.code(*status) == code);
    Some(if is_in(&plan.accepted_statuses) {
        DecisionKind::Accepted
    } else if is_in(&plan.refused_statuses) {
        DecisionKind::Refused
    } else {
        DecisionKind::Undecided
    })
}

/// The statuses of the subject; `None` if the release has no table of them or no application.
pub(super) fn status_section(contents: &PackageData) -> Result<Option<StatusSection>, ColumnError> {
    let keys = [TableKey::Entidad, TableKey::Category(Dimension::ESTATUS)];
    let Some(rows) = subject_rows::rows_of_roll_up(contents, TableSource::StatusChanges, &keys)? else {
        return Ok(None);
    };
    let measures = [column_names::ANTERIOR, column_names::ACTUAL];
    let groups = subject_rows::sums_by_category(&rows, contents, Dimension::ESTATUS, &measures)?;
    let statuses: Vec<StatusCounts> = groups
        .iter()
        .map(|group| StatusCounts {
            label: contents.label_of_category_code(Dimension::ESTATUS, &group.key[0]),
            decision: decision_of_status(contents, &group.key[0]),
            before: group.sums[0],
            now: group.sums[1],
        })
        .collect();
    let previous = rows.values::<NaiveDate>(column_names::CORTE_ANTERIOR)?.first().copied();
    Ok(StatusSection::new(&statuses, previous))
}

/// The counts of one status.
struct StatusCounts {
    label: String,
    decision: Option<DecisionKind>,
    before: i64,
    now: i64,
}

impl StatusSection {
    fn new(statuses: &[StatusCounts], previous: Option<NaiveDate>) -> Option<Self> {
        let sum = |of: fn(&StatusCounts) -> i64| statuses.iter().map(of).sum::<i64>();
        let (before, now) = (sum(|status| status.before), sum(|status| status.now));
        if now == 0 {
            return None;
        }
        let row = |label: &str, before: i64, of: i64| {
            vec![
                label.to_owned(),
                count_text(before),
                signed_count_text(of - before),
                count_text(of),
                share_of_cases_text(of, now),
            ]
        };
        let used = || statuses.iter().filter(|status| status.before + status.now > 0);
        Some(Self {
            previous: previous.filter(|_| before > 0).map(long_date),
            decided: Decisions::new(statuses, now),
            unused: statuses
                .iter()
                .filter(|status| status.before + status.now == 0)
                .map(|status| status.label.clone())
                .collect(),
            grid: ReportTable {
                rows: used().map(|status| row(&status.label, status.before, status.now)).collect(),
                totals: vec![row("Total", before, now)],
                subject_row: None,
            },
        })
    }
}

impl Decisions {
    /// `None` if no status has a decision.
    fn new(statuses: &[StatusCounts], all: i64) -> Option<Self> {
        statuses.first()?.decision?;
        let count = |kind: DecisionKind| {
            let of_kind = || statuses.iter().filter(move |status| status.decision == Some(kind));
            let (before, now) =
                (of_kind().map(|status| status.before).sum::<i64>(), of_kind().map(|status| status.now).sum::<i64>());
            DecisionCount {
                now: count_text(now),
                change: signed_count_text(now - before),
                share: whole_share_text(now, all),
                any: now > 0,
            }
        };
        Some(Self {
            accepted: count(DecisionKind::Accepted),
            refused: count(DecisionKind::Refused),
            undecided: count(DecisionKind::Undecided),
        })
    }
}

/// The accepted and the undecided applications of each modality of an entity, or of each entity of
/// the nation, by name.
pub(super) fn decisions_by_part(contents: &PackageData) -> Result<BTreeMap<String, [i64; 2]>, ColumnError> {
    let is_nation = contents.subject.entity_code().is_none();
    let table = if is_nation { "lnere_por_estatus" } else { "lnere_cubo" };
    let Some(rows) = subject_rows::rows_of_subject(contents, table)? else { return Ok(BTreeMap::new()) };
    let part_column = if is_nation { column_names::ENTIDAD } else { column_names::MODALIDAD };
    count_decisions(contents, &rows, part_column, |part| {
        if is_nation { part.to_owned() } else { contents.label_of_category_code(Dimension::MODALIDAD, part) }
    })
}

fn count_decisions(
    contents: &PackageData,
    rows: &TableRows,
    part_column: &str,
    name: impl Fn(&str) -> String,
) -> Result<BTreeMap<String, [i64; 2]>, ColumnError> {
    let keys = [part_column, Dimension::ESTATUS.column_name()];
    let mut parts: BTreeMap<String, [i64; 2]> = BTreeMap::new();
    for group in rows.sums_by(&keys, &[column_names::SOLICITUDES_ACUMULADAS])? {
        let counts = parts.entry(name(&group.key[0])).or_default();
        match decision_of_status(contents, &group.key[1]) {
            Some(DecisionKind::Accepted) => counts[0] += group.sums[0],
            Some(DecisionKind::Undecided) => counts[1] += group.sums[0],
            Some(DecisionKind::Refused) | None => {}
        }
    }
    Ok(parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(label: &str, decision: DecisionKind, before: i64, now: i64) -> StatusCounts {
        StatusCounts { label: label.to_owned(), decision: Some(decision), before, now }
    }

    #[test]
    fn a_status_has_its_number_at_both_cortes() {
        let statuses = [
            status("Recibida", DecisionKind::Undecided, 35, 0),
            status("Procedente", DecisionKind::Accepted, 314, 461),
            status("Improcedente", DecisionKind::Refused, 8, 9),
            status("Subsanada", DecisionKind::Undecided, 0, 0),
            status("En análisis", DecisionKind::Undecided, 102, 200),
        ];
        let section = StatusSection::new(&statuses, NaiveDate::from_ymd_opt(2021, 2, 28)).unwrap();
        assert_eq!(section.previous.as_deref(), Some("28 de febrero de 2021"));
        assert_eq!(section.grid.rows[0], ["Recibida", "35", "−35", "0", "0.00\u{a0}%"]);
        assert_eq!(section.grid.rows[1], ["Procedente", "314", "+147", "461", "68.81\u{a0}%"]);
        assert_eq!(section.grid.totals, [["Total", "459", "+211", "670", "100.00\u{a0}%"]]);
        assert_eq!(section.unused, ["Subsanada"]);
        let decided = section.decided.unwrap();
        assert_eq!((decided.accepted.now.as_str(), decided.accepted.share.as_deref()), ("461", Some("69\u{a0}%")));
        assert_eq!((decided.undecided.now.as_str(), decided.undecided.change.as_str()), ("200", "+63"));
    }

    #[test]
    fn without_a_previous_corte_nothing_has_changed() {
        let statuses = [status("Procedente", DecisionKind::Accepted, 0, 2)];
        let section = StatusSection::new(&statuses, NaiveDate::from_ymd_opt(2020, 8, 31)).unwrap();
        assert!(section.previous.is_none());
        assert_eq!(section.grid.rows[0][4], "—", "two applications have no share");
    }
}
