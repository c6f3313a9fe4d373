/*!
Computes the progress of registration: each quincena so far, and each day of the last one, by
modality.
*/

use lnere_core::column_names;
use serde::Serialize;

use super::formatting::{ReportTable, count_text, share_text};
use super::{TextList, printed_day};
use crate::PackageData;
use crate::subject_rows;
use lnere_core::calendar::parse_iso_day;
use lnere_core::process::Dimension;
use lnere_tables::ColumnError;
use lnere_tables::TableRows;

/// The progress of the applications.
#[derive(Debug, Serialize)]
pub(super) struct ProgressSection {
    /// The printed modalities, in the order of the columns.
    pub modalities: TextList,
    /// Columns: quincena, each modality, all, cumulative.
    pub quincenas: Option<ReportTable>,
    /// The days of the last quincena. Columns: day, each modality, all, cumulative.
    pub days: Option<ReportTable>,
    /// The comparison of this quincena with the previous one.
    pub pace: Option<QuincenaComparison>,
}

/// The applications of this quincena and of the previous one.
#[derive(Debug, Serialize)]
pub(super) struct QuincenaComparison {
    pub now: String,
    pub before: String,
    /// The difference in per cent of the previous quincena; `None` if that is zero.
    pub apart: Option<String>,
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
    let of_quincena = |day: &str| parse_iso_day(day).is_some_and(|day| day >= first);
    Ok(Some(ProgressSection {
        modalities: codes.iter().map(|code| contents.label_of_category_code(Dimension::MODALIDAD, code)).collect(),
        pace: by_quincena.as_ref().and_then(ProgressRows::quincena_comparison),
        quincenas: by_quincena.map(|progress_rows| progress_rows.report_table(|_| true)),
        days: by_day.map(|progress_rows| progress_rows.report_table(of_quincena)).filter(|grid| !grid.rows.is_empty()),
    }))
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

    fn quincena_comparison(&self) -> Option<QuincenaComparison> {
        let [.., (_, before, _), (_, now, _)] = self.date_rows.as_slice() else { return None };
        let (before, now) = (before.iter().sum::<i64>(), now.iter().sum::<i64>());
        Some(QuincenaComparison {
            now: count_text(now),
            before: count_text(before),
            apart: (before > 0).then(|| share_text((now - before).abs(), before)),
            direction: match now.cmp(&before) {
                std::cmp::Ordering::Greater => "más",
                std::cmp::Ordering::Less => "menos",
                std::cmp::Ordering::Equal => "igual",
            },
        })
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
