/*!
Computes the progress of registration: each quincena so far, and each day of the last one, by
modality.
*/

use std::cmp::Ordering;

use chrono::NaiveDate;
use lnere_core::column_names;
use serde::Serialize;

use super::formatting::{ReportTable, count_text};
use super::{TextList, printed_day};
use crate::PackageData;
use crate::subject_rows;
use lnere_core::calendar::{Quincena, parse_iso_day};
use lnere_core::process::Dimension;
use lnere_statements::MIN_SHARE_BASE;
use lnere_tables::ColumnError;
use lnere_tables::TableRows;

/// The progress of the applications.
#[derive(Debug, Serialize)]
pub(super) struct ProgressSection {
    /// The printed modalities, in the order of the columns.
    pub modalities: TextList,
    /// Columns: quincena, each modality, all, cumulative.
    pub quincenas: Option<ReportTable>,
    /// The open days of the last quincena. Columns: day, each modality, all, cumulative.
    pub days: Option<ReportTable>,
    /// The comparison of this quincena with the previous one.
    pub pace: Option<QuincenaComparison>,
}

/// The applications of this quincena and of the previous one, for each day on which registration
/// was open.
#[derive(Debug, Serialize)]
pub(super) struct QuincenaComparison {
    pub now: String,
    pub before: String,
    /// The open days of this quincena and of the previous one.
    pub days: String,
    pub days_before: String,
    /// The applications for each open day, rounded half up; `None` if they are fewer than one.
    pub per_day: Option<String>,
    pub per_day_before: Option<String>,
    /// The change of the daily rate; `None` if one of the two quincenas has too few applications.
    pub change: Option<RateChange>,
}

/// The change of a daily rate.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(super) struct RateChange {
    /// The difference in per cent of the previous rate, without decimals.
    pub percent: String,
    /// `más`, `menos` or `igual`.
    pub direction: &'static str,
}

/// The progress, if a table of it exists and somebody has applied.
pub(super) fn progress_section(contents: &PackageData) -> Result<Option<ProgressSection>, ColumnError> {
    let serie = subject_rows::rows_of_subject(contents, "lnere_serie")?;
    let daily = subject_rows::rows_of_subject(contents, "lnere_diario")?;
    let Some(rows) = serie.as_ref().or(daily.as_ref()) else { return Ok(None) };
    let modalities = subject_rows::sums_by_category(rows, contents, Dimension::MODALIDAD, &[])?;
    let codes: Vec<String> = modalities.into_iter().flat_map(|group| group.key).collect();

    let by_quincena =
        serie.map(|rows| ProgressRows::new(&rows, column_names::QUINCENA, column_names::SOLICITUDES_QUINCENA, &codes));
    let by_day = daily.map(|rows| ProgressRows::new(&rows, column_names::FECHA, column_names::SOLICITUDES, &codes));
    let (by_quincena, by_day) = (by_quincena.transpose()?, by_day.transpose()?);
    if by_quincena.as_ref().or(by_day.as_ref()).and_then(ProgressRows::last_cumulative).unwrap_or(0) == 0 {
        return Ok(None);
    }
    let first = contents.corte.quincena().first_day();
    let closes = contents.process.close_known_on(contents.corte.day());
    let of_quincena = |day: &str| parse_iso_day(day).is_some_and(|day| day >= first && day <= closes);
    Ok(Some(ProgressSection {
        modalities: codes.iter().map(|code| contents.label_of_category_code(Dimension::MODALIDAD, code)).collect(),
        pace: by_quincena.as_ref().and_then(|rows| rows.quincena_comparison(open_days(contents))),
        quincenas: by_quincena.map(|progress_rows| progress_rows.report_table(|_| true)),
        days: by_day.map(|progress_rows| progress_rows.report_table(of_quincena)).filter(|grid| !grid.rows.is_empty()),
    }))
}

impl QuincenaComparison {
    /// The counts and open days of the previous quincena and of this one. `None` if registration
    /// was not open in both.
    fn new([before, now]: [i64; 2], [days_before, days]: [i64; 2]) -> Option<Self> {
        if days_before <= 0 || days <= 0 {
            return None;
        }
        let per_day = |count: i64, days: i64| (count >= days).then(|| count_text((2 * count + days) / (2 * days)));
        // The rates over a common denominator.
        let (rate_before, rate) = (before * days, now * days_before);
        Some(Self {
            now: count_text(now),
            before: count_text(before),
            days: count_text(days),
            days_before: count_text(days_before),
            per_day: per_day(now, days),
            per_day_before: per_day(before, days_before),
            change: (before.min(now) >= MIN_SHARE_BASE).then(|| {
                let percent = ((rate - rate_before).abs() * 200 + rate_before) / (2 * rate_before);
                RateChange {
                    percent: format!("{}\u{a0}%", count_text(percent)),
                    direction: match (percent, rate.cmp(&rate_before)) {
                        (0, _) | (_, Ordering::Equal) => "igual",
                        (_, Ordering::Greater) => "más",
                        (_, Ordering::Less) => "menos",
                    },
                }
            }),
        })
    }
}

/// The days of the previous quincena and of the quincena of the corte on which registration was
/// open.
fn open_days(contents: &PackageData) -> [i64; 2] {
    let corte = contents.corte.day();
    let first = contents.corte.quincena().first_day();
    let closes = contents.process.close_known_on(corte);
    let days_between = |first: NaiveDate, last: NaiveDate| {
        (last.min(closes) - first.max(contents.process.opens)).num_days().saturating_add(1).max(0)
    };
    let previous = contents.corte.day_of_corte_before();
    [days_between(Quincena::containing(previous).first_day(), previous), days_between(first, corte)]
}

/// Applications by a date and modality.
struct ProgressRows {
    /// Each date, its applications by modality, and the cumulative count.
    date_rows: Vec<(String, Vec<i64>, i64)>,
}

impl ProgressRows {
    fn new(rows: &TableRows, date: &str, measure: &str, codes: &[String]) -> Result<Self, ColumnError> {
        let groups =
            rows.sums_by(&[date, column_names::MODALIDAD], &[measure, column_names::SOLICITUDES_ACUMULADAS])?;
        let mut rows: Vec<(String, Vec<i64>, i64)> = Vec::new();
        for group in &groups {
            if rows.last().is_none_or(|(last, ..)| *last != group.key[0]) {
                rows.push((group.key[0].clone(), vec![0; codes.len()], 0));
            }
            let place = codes.iter().position(|code| *code == group.key[1]);
            if let (Some(place), Some((_, counts, up_to))) = (place, rows.last_mut()) {
                counts[place] += group.sums[0];
                *up_to += group.sums[1];
            }
        }
        Ok(Self { date_rows: rows })
    }

    /// The cumulative count on the last date.
    fn last_cumulative(&self) -> Option<i64> {
        self.date_rows.last().map(|(.., up_to)| *up_to)
    }

    fn quincena_comparison(&self, open_days: [i64; 2]) -> Option<QuincenaComparison> {
        let [.., (_, before, _), (_, now, _)] = self.date_rows.as_slice() else { return None };
        QuincenaComparison::new([before.iter().sum(), now.iter().sum()], open_days)
    }

    fn report_table(&self, keep: impl Fn(&str) -> bool) -> ReportTable {
        let kept: Vec<_> = self.date_rows.iter().filter(|(date, ..)| keep(date)).collect();
        let row = |label: String, counts: &[i64], up_to: String| -> Vec<String> {
            let each = counts.iter().map(|value| count_text(*value));
            std::iter::once(label).chain(each).chain([count_text(counts.iter().sum()), up_to]).collect()
        };
        let width = kept.first().map_or(0, |(_, counts, _)| counts.len());
        let totals: Vec<i64> = (0..width).map(|place| kept.iter().map(|(_, counts, _)| counts[place]).sum()).collect();
        ReportTable {
            rows: kept.iter().map(|(date, counts, up_to)| row(printed_day(date), counts, count_text(*up_to))).collect(),
            totals: vec![row("Total".to_owned(), &totals, String::new())],
            subject_row: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quincena_is_compared_by_its_open_days() {
        let pace = QuincenaComparison::new([438, 679], [13, 10]).unwrap();
        assert_eq!((pace.per_day_before.as_deref(), pace.per_day.as_deref()), (Some("34"), Some("68")));
        assert_eq!(pace.change.unwrap(), RateChange { percent: "102\u{a0}%".to_owned(), direction: "más" });
        let pace = QuincenaComparison::new([438, 337], [13, 10]).unwrap();
        assert_eq!(pace.change.unwrap().direction, "igual", "fewer in fewer days is as many a day");
    }

    #[test]
    fn few_cases_and_closed_quincenas_are_not_compared_in_per_cent() {
        let pace = QuincenaComparison::new([29, 300], [15, 15]).unwrap();
        assert!(pace.change.is_none());
        assert_eq!(QuincenaComparison::new([40, 7], [15, 15]).unwrap().per_day, None, "fewer than one a day");
        assert!(QuincenaComparison::new([679, 0], [10, 0]).is_none());
    }
}
