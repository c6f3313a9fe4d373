/*!
Writes the statuses of the applications at each corte so far: a row for each corte and a column for
each status. A chart on the first screen stacks them.
*/

use std::collections::BTreeMap;

use chrono::NaiveDate;
use rust_xlsxwriter::{FormatAlign, Formula, Worksheet, XlsxError};

use super::charts::{CellRange, ExcelChart, ExcelChartKind, ExcelSeries, SeriesColor};
use super::style::{self, Styles};
use super::table_sheet::TOTAL_LABEL;
use crate::subject_rows;
use crate::{PackageData, final_status_codes};
use lnere_charts::ChartSubject;
use lnere_core::column_names;
use lnere_core::mexican_formats::long_date;
use lnere_core::process::Dimension;
use lnere_tables::dictionary::is_unidentified;
use lnere_tables::sheet_names::STATUS_COURSE_SHEET;
use lnere_tables::{ColumnError, TableKey, TableSource};

/// The row of the header; the title and the notice are above it.
const HEADER_ROW: u32 = 3;
/// The width of the column of days and of the columns of numbers, in digits.
const COLUMN_WIDTHS: [f64; 2] = [24.0, 17.0];

/// The course of the statuses of a subject.
#[derive(Debug)]
pub(super) struct StatusCourse {
    statuses: Vec<Status>,
    /// For each corte, the count of each status.
    counts_by_day: BTreeMap<NaiveDate, Vec<i64>>,
    /// What the chart of the release says.
    message: Option<String>,
}

#[derive(Debug)]
struct Status {
    label: String,
    color: SeriesColor,
    /// The place in a stacked column: accepted below, then refused, then those that wait.
    stack_position: usize,
}

impl StatusCourse {
    /// The statuses of the subject at each corte; `None` if the package lacks the table or it is
    /// empty.
    pub fn of_subject(contents: &PackageData) -> Result<Option<Self>, ColumnError> {
        let by = [TableKey::Quincena, TableKey::Entidad, TableKey::Category(Dimension::ESTATUS)];
        let Some(rows) = subject_rows::rows_of_roll_up(contents, TableSource::StatusSeries, &by)? else {
            return Ok(None);
        };
        if rows.is_empty() {
            return Ok(None);
        }
        let measures = [column_names::SOLICITUDES];
        let codes: Vec<String> = subject_rows::sums_by_category(&rows, contents, Dimension::ESTATUS, &measures)?
            .into_iter()
            .filter_map(|group| group.key.into_iter().next())
            .collect();
        let days = rows.table.values::<NaiveDate>(column_names::QUINCENA)?;
        let mut counts_by_day = BTreeMap::new();
        for (day, of_day) in rows.groups(|row| days[row]) {
            let groups = of_day.sums_by(&[column_names::ESTATUS], &measures)?;
            let count = |code: &String| groups.iter().find(|group| group.key[0] == *code).map_or(0, |one| one.sums[0]);
            counts_by_day.insert(day, codes.iter().map(count).collect());
        }
        let message = contents.chart_message(ChartSubject::StatusCourse, rows.table);
        Ok(Some(Self { statuses: statuses(contents, &codes), counts_by_day, message }))
    }

    /// The number of applications at the newest corte.
    pub fn newest_total(&self) -> i64 {
        self.counts_by_day.values().next_back().map_or(0, |counts| counts.iter().sum())
    }

    /// The chart of the statuses, and the cells below it.
    pub fn chart(&self, title: String, width: u32, height_in_rows: u32) -> (ExcelChart, CellRange) {
        let mut series: Vec<(usize, ExcelSeries)> = (1u16..)
            .zip(&self.statuses)
            .map(|(column, status)| {
                let name = status.label.clone();
                let series = ExcelSeries { value_column: column, name, color: status.color, is_dashed: false };
                (status.stack_position, series)
            })
            .collect();
        series.sort_by_key(|(position, _)| *position);
        let totals = self.counts_by_day.values().map(|counts| counts.iter().sum::<i64>());
        let chart = ExcelChart {
            kind: ExcelChartKind::StackedColumns,
            message: self.message.clone(),
            title,
            category_axis_title: "Corte".to_owned(),
            value_axis_title: "Solicitudes al corte (número)",
            series: series.into_iter().map(|(_, series)| series).collect(),
            residual_flags: Vec::new(),
            axis_maxima: vec![totals.max().unwrap_or(0)],
            is_compact: true,
            width,
            height_in_rows,
        };
        let last_row = HEADER_ROW + u32::try_from(self.counts_by_day.len()).unwrap_or(u32::MAX);
        let sheet = STATUS_COURSE_SHEET.to_owned();
        (chart, CellRange { sheet, first_row: HEADER_ROW + 1, last_row, label_column: 0 })
    }

    /// Writes the sheet.
    pub fn write(&self, sheet: &mut Worksheet, contents: &PackageData, styles: &Styles) -> Result<(), XlsxError> {
        let total_column = u16::try_from(self.statuses.len() + 1).unwrap_or(u16::MAX);
        style::set_up_page(sheet, contents);
        sheet.set_print_fit_to_pages(1, 0).set_repeat_rows(HEADER_ROW, HEADER_ROW)?.set_screen_gridlines(false);
        sheet.set_freeze_panes(HEADER_ROW + 1, 1)?;
        let [day_width, count_width] = COLUMN_WIDTHS;
        sheet.set_column_width(0, day_width)?.set_column_range_width(1, total_column, count_width)?;
        sheet.set_row_height_pixels(0, 30)?.set_row_height_pixels(HEADER_ROW, 40)?;
        let title = format!("Estatus de las solicitudes a cada corte · {}", contents.subject.name());
        sheet.write_string_with_format(0, 0, title, &styles.title)?;
        style::write_notice_row(sheet, contents, 1, total_column, styles)?;

        let labels = self.statuses.iter().map(|status| status.label.as_str());
        sheet.write_string_with_format(HEADER_ROW, 0, "Corte", &styles.header)?;
        for (column, label) in (1u16..).zip(labels.chain([TOTAL_LABEL])) {
            sheet.write_string_with_format(HEADER_ROW, column, label, &styles.header_number)?;
        }
        let day_format = styles.value_format(style::LONG_DAY_FORMAT).set_align(FormatAlign::Left);
        let (count, total) = (styles.value_format(style::COUNT_FORMAT), styles.total_format(style::COUNT_FORMAT));
        let mut row = HEADER_ROW;
        for (day, counts) in &self.counts_by_day {
            row += 1;
            match style::excel_serial_number(*day) {
                Some(serial) => sheet.write_number_with_format(row, 0, serial, &day_format)?,
                None => sheet.write_string_with_format(row, 0, long_date(*day), &styles.label)?,
            };
            for (column, value) in (1u16..).zip(counts) {
                sheet.write_number_with_format(row, column, *value as f64, &count)?;
            }
            let range = style::range(row, 1, row, total_column - 1);
            let sum = Formula::new(format!("SUM({range})")).set_result(counts.iter().sum::<i64>().to_string());
            sheet.write_formula_with_format(row, total_column, sum, &total)?;
        }
        let note = "Las cifras de los cortes anteriores se cuentan con los mismos datos que las de este; pueden diferir de \
                    las que entonces se publicaron.";
        sheet.write_string_with_format(row + 2, 0, note, &styles.note.clone().unset_text_wrap())?;
        sheet.set_print_area(0, 0, row + 2, total_column)?;
        Ok(())
    }
}

/// The label, colour and place of each status, as in the chart of the release.
fn statuses(contents: &PackageData, codes: &[String]) -> Vec<Status> {
    let [accepted, refused] = final_status_codes(contents.process);
    let colors = lnere_charts::status_colors(contents.chart_definitions);
    let mut undecided_count = 0;
    let status = |(place, code): (usize, &String)| {
        // Those that wait are stacked with the first status of the analysis at the top.
        let (color, stack_position) = if accepted.contains(code) {
            (SeriesColor::Data(colors.accepted), place)
        } else if refused.contains(code) {
            (SeriesColor::Data(colors.refused), codes.len() + place)
        } else {
            undecided_count += 1;
            let color = if is_unidentified(column_names::ESTATUS, code) {
                SeriesColor::Residual
            } else {
                SeriesColor::Data(colors.undecided(undecided_count - 1))
            };
            (color, 3 * codes.len() - place)
        };
        Status { label: contents.label_of_category_code(Dimension::ESTATUS, code), color, stack_position }
    };
    codes.iter().enumerate().map(status).collect()
}
