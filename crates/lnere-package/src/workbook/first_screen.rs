/*!
Writes the first screen of the workbook: who and when, the message, the main
points, the key figures, and two charts.
It fits on a screen of 1366 × 768 pixels, and on one printed page.
*/

use rust_xlsxwriter::{Worksheet, XlsxError};

use super::charts::{self, CellRange, ExcelChart};
use super::style::Styles;
use super::summary_layout::{CHART_COLUMN, LAST_PRINTED_COLUMN, VALUE_COLUMN_COUNT};
use super::summary_values;
use crate::{Decisions, ExpectedList, PackageData};
use lnere_core::mexican_formats::{integer, long_date};
use lnere_tables::ColumnError;

/// The heights of rows, in pixels.
const TITLE_HEIGHT: u32 = 28;
const LINE_HEIGHT: u32 = 20;
const HEADLINE_HEIGHT: u32 = 28;
const POINT_LINE_HEIGHT: u32 = 16;
const GAP_HEIGHT: u32 = 4;
const FIGURE_HEIGHTS: [u32; 3] = [18, 28, 18];
/// The height of the charts, in rows.
const CHART_ROWS: u32 = 12;
/// The number of letters of a main point that fit on a line.
const POINT_CHARACTERS_PER_LINE: usize = 180;
/// The widths of the charts, in pixels, which end with the columns below them.
const CHART_WIDTHS: [u32; 2] = [655, 534];
/// The first and last column of each figure.
const FIGURE_COLUMNS: [(u16, u16); 6] = [
    (0, 0),
    (1, 2),
    (3, VALUE_COLUMN_COUNT),
    (CHART_COLUMN, CHART_COLUMN + 2),
    (CHART_COLUMN + 3, CHART_COLUMN + 5),
    (CHART_COLUMN + 6, LAST_PRINTED_COLUMN),
];

/// One key figure.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct KeyFigure {
    pub label: &'static str,
    pub value: i64,
    pub note: String,
}

/// What the first screen says.
#[derive(Debug)]
pub(super) struct FirstScreen {
    /// How the subject is doing, in one sentence.
    headline: Option<String>,
    /// What changed most, how it compares, what waits and what comes next.
    points: Vec<String>,
    /// At most six.
    figures: Vec<KeyFigure>,
}

/// The places on the first screen that are filled when the rest of the sheet is there.
pub(super) struct FirstScreenLayout {
    chart_row: u32,
    /// The first row below the screen.
    pub next_row: u32,
    /// The used height, in standard rows.
    pub height_in_rows: u32,
}

impl FirstScreen {
    /// The texts and figures of a package.
    pub fn of(contents: &PackageData) -> Result<Self, ColumnError> {
        let known = contents.headline_figures()?;
        let is_closed = known.days_left.is_some_and(|days| days <= 0);
        let registered = known.registered.filter(|_| contents.corte.day() >= contents.process.opens);
        let mut figures = Vec::new();
        if let Some(registered) = registered {
            let note = format!("al {}", long_date(contents.corte.day()));
            figures.push(KeyFigure { label: "Solicitudes registradas", value: registered, note });
            figures.extend(known.decisions.iter().flat_map(|of| decision_figures(registered, of, is_closed)));
        }
        figures.extend(known.expected_list.as_ref().map(list_figure));
        if let Some(needs) = summary_values::postal_needs(contents)? {
            let note = format!("tiraje: {}", integer(needs.print_run));
            figures.push(KeyFigure { label: "Paquetes postales esperados", value: needs.packages, note });
        }
        if let Some(value) = summary_values::internet_voters(contents)? {
            figures.push(KeyFigure {
                label: "Votantes por Internet",
                value,
                note: "esperados, por el SIVEI".to_owned(),
            });
        }
        Ok(Self { headline: contents.headline(), points: contents.main_points(), figures })
    }

    /// Writes the texts and figures.
    pub fn write(
        &self,
        sheet: &mut Worksheet,
        contents: &PackageData,
        styles: &Styles,
    ) -> Result<FirstScreenLayout, XlsxError> {
        let PackageData { process, corte, revision, subject, .. } = contents;
        let mut height = 0;
        let mut row = 0;
        let mut next_row = |sheet: &mut Worksheet, pixels: u32| {
            sheet.set_row_height_pixels(row, pixels)?;
            height += pixels;
            row += 1;
            Ok::<_, XlsxError>(row - 1)
        };
        let line = |sheet: &mut Worksheet, row, text: &str, format| {
            sheet.merge_range(row, 0, row, LAST_PRINTED_COLUMN, text, format).map(|_| ())
        };
        let title = next_row(sheet, TITLE_HEIGHT)?;
        line(sheet, title, &format!("{} · Voto desde el extranjero", subject.name()), &styles.band_title)?;
        let lead = format!("{} · Corte al {} · Revisión {revision}", process.title, long_date(corte.day()));
        let lead_row = next_row(sheet, LINE_HEIGHT)?;
        line(sheet, lead_row, &lead, &styles.band)?;
        sheet.set_freeze_panes(lead_row + 1, 0)?;
        if let Some(notice) = &process.notice {
            let notice_row = next_row(sheet, LINE_HEIGHT)?;
            line(sheet, notice_row, notice, &styles.notice)?;
        }
        if let Some(headline) = &self.headline {
            let headline_row = next_row(sheet, HEADLINE_HEIGHT)?;
            line(sheet, headline_row, headline, &styles.headline)?;
        }
        for point in &self.points {
            let text = format!("• {point}");
            let lines = u32::try_from(text.chars().count().div_ceil(POINT_CHARACTERS_PER_LINE)).unwrap_or(1);
            let point_row = next_row(sheet, lines * POINT_LINE_HEIGHT)?;
            line(sheet, point_row, &text, &styles.point)?;
        }

        let rows = FIGURE_HEIGHTS.map(|pixels| next_row(sheet, pixels));
        let [label_row, value_row, note_row] = rows;
        let (label_row, value_row, note_row) = (label_row?, value_row?, note_row?);
        for (figure, (first, last)) in self.figures.iter().zip(FIGURE_COLUMNS) {
            write_across(sheet, (label_row, first, last), figure.label, &styles.figure_label)?;
            write_across(sheet, (note_row, first, last), &figure.note, &styles.figure_note)?;
            write_across(sheet, (value_row, first, last), "", &styles.figure_value)?;
            sheet.write_number_with_format(value_row, first, figure.value as f64, &styles.figure_value)?;
        }
        next_row(sheet, GAP_HEIGHT)?;
        let next_row = row;
        Ok(FirstScreenLayout { chart_row: next_row, next_row, height_in_rows: height.div_ceil(charts::ROW_HEIGHT) })
    }
}

impl FirstScreenLayout {
    /// Keeps the room for the charts.
    pub fn reserve_chart_rows(&mut self) {
        self.next_row += CHART_ROWS + 1;
        self.height_in_rows += CHART_ROWS + 1;
    }

    /// Puts the charts side by side.
    pub fn write_charts(&self, sheet: &mut Worksheet, charts: &[(ExcelChart, CellRange)]) -> Result<(), XlsxError> {
        for ((drawing, area), column) in charts.iter().zip([0, CHART_COLUMN]) {
            sheet.insert_chart(self.chart_row, column, &drawing.to_excel(area))?;
        }
        Ok(())
    }
}

/// The width in pixels and the height in rows of the charts: of the course, and of the statuses.
pub(super) fn chart_sizes() -> [(u32, u32); 2] {
    CHART_WIDTHS.map(|width| (width, CHART_ROWS))
}

/// Writes a text over some cells of a row.
fn write_across(
    sheet: &mut Worksheet,
    (row, first, last): (u32, u16, u16),
    text: &str,
    format: &rust_xlsxwriter::Format,
) -> Result<(), XlsxError> {
    if first == last {
        sheet.write_string_with_format(row, first, text, format)?;
    } else {
        sheet.merge_range(row, first, row, last, text, format)?;
    }
    Ok(())
}

/// Before the close, how many are accepted; after it, how many are decided. Then how many wait.
fn decision_figures(registered: i64, decisions: &Decisions, is_closed: bool) -> [KeyFigure; 2] {
    let Decisions { accepted, undecided } = *decisions;
    let refused = registered - accepted - undecided;
    let first = if is_closed {
        let note = format!("{} aceptadas y {} rechazadas", integer(accepted), integer(refused));
        KeyFigure { label: "Resueltas", value: accepted + refused, note }
    } else {
        let note = format!("{} rechazadas", integer(refused));
        KeyFigure { label: "Aceptadas hasta ahora", value: accepted, note }
    };
    let note = "esperan análisis o subsanación".to_owned();
    [first, KeyFigure { label: "Por resolver", value: undecided, note }]
}

fn list_figure(expected: &ExpectedList) -> KeyFigure {
    let ExpectedList { median, lower_90, upper_90 } = *expected;
    let note = if lower_90 == upper_90 {
        "ya sin incertidumbre".to_owned()
    } else {
        format!("entre {} y {} (90 %)", integer(lower_90), integer(upper_90))
    };
    KeyFigure { label: "Lista Nominal esperada", value: median, note }
}
