/*!
Draws lines of measures over whole numbers that fall from left to right, such as days to a close.
*/

use std::collections::BTreeMap;

use super::super::ChartError;
use super::super::canvas::{Canvas, Point, Rect, TextAnchor};
use super::super::chart_frame::ChartContent;
use super::super::chart_values::ScopedRows;
use super::super::definition::{LinesForm, MeasureLine};
use super::super::palette::{BASE_LINE_COLOR, GRID_LINE_COLOR};
use super::super::text_style::{AXIS_STYLE, LABEL_STYLE, TICK_STYLE};
use super::day_axis::{FOOT_HEIGHT, SIDE_MARGIN};
use super::plot_panel::{HEAD_HEIGHT, PlotPanel, tick_labels_width};
use lnere_core::mexican_formats::integer;

const PANEL_HEIGHT: i32 = 560;
const LEGEND_LINE_HEIGHT: i32 = 38;
const SWATCH_WIDTH: i32 = 52;

struct ValueLine<'d> {
    definition: &'d MeasureLine,
    values: BTreeMap<i64, i64>,
}

/// The picture.
pub(super) struct LineChart<'d> {
    form: &'d LinesForm,
    lines: Vec<ValueLine<'d>>,
}

impl<'d> LineChart<'d> {
    pub(super) fn new(form: &'d LinesForm, rows: &ScopedRows<'_>) -> Result<Self, ChartError> {
        let line = |definition: &'d MeasureLine| {
            let values = rows.values_by_number(&form.along_column, &definition.column)?;
            Ok(ValueLine { definition, values })
        };
        Ok(Self { form, lines: form.lines.iter().map(line).collect::<Result<_, ChartError>>()? })
    }

    fn axis_numbers(&self) -> impl Iterator<Item = i64> {
        let all = self.lines.iter().flat_map(|line| line.values.keys().copied());
        all.collect::<std::collections::BTreeSet<_>>().into_iter().rev()
    }

    fn largest_value(&self) -> i64 {
        self.lines.iter().flat_map(|line| line.values.values()).copied().max().unwrap_or(0)
    }

    fn legend_height(&self) -> i32 {
        i32::try_from(self.lines.len()).map_or(0, |lines| lines * LEGEND_LINE_HEIGHT) + 16
    }

    /// The label of a line, with its last value.
    fn legend_label(line: &ValueLine) -> String {
        let last = line.values.first_key_value().map_or(0, |(_, value)| *value);
        format!("{} ({})", line.definition.label, integer(last))
    }
}

impl ChartContent for LineChart<'_> {
    fn is_empty(&self) -> bool {
        self.lines.iter().all(|line| line.values.is_empty())
    }

    fn height(&self) -> i32 {
        self.legend_height() + HEAD_HEIGHT + PANEL_HEIGHT + FOOT_HEIGHT
    }

    fn draw(&self, canvas: &Canvas<'_>, area: Rect) -> Result<(), ChartError> {
        for (place, line) in (0..).zip(&self.lines) {
            let middle = area.top + place * LEGEND_LINE_HEIGHT + 13;
            let swatch = Rect { left: area.left, top: middle - 3, right: area.left + SWATCH_WIDTH, bottom: middle + 3 };
            canvas.fill_rect(swatch, line.definition.color.rgb())?;
            canvas.draw_text_centered_on(
                &Self::legend_label(line),
                (swatch.right + 14, middle),
                TextAnchor::Start,
                LABEL_STYLE,
            )?;
        }
        let largest = self.largest_value();
        let left = area.left + tick_labels_width(largest, PANEL_HEIGHT).max(SIDE_MARGIN);
        let top = area.top + self.legend_height() + HEAD_HEIGHT;
        let rect = Rect { left, top, right: area.right - SIDE_MARGIN, bottom: top + PANEL_HEIGHT };
        let along: Vec<i64> = self.axis_numbers().collect();
        let (first, last) = (along.first().copied().unwrap_or(0), along.last().copied().unwrap_or(0));
        let span = (first - last).max(1);
        let x = |value: i64| left + i32::try_from((first - value) * i64::from(rect.width()) / span).unwrap_or(0);
        for value in &along {
            canvas.draw_line((x(*value), rect.top), (x(*value), rect.bottom), GRID_LINE_COLOR)?;
            canvas.draw_line((x(*value), rect.bottom), (x(*value), rect.bottom + 8), BASE_LINE_COLOR)?;
            canvas.draw_text(&integer(*value), (x(*value), rect.bottom + 34), TextAnchor::Middle, TICK_STYLE)?;
        }
        canvas.draw_text(
            &self.form.axis_title,
            (left + rect.width() / 2, rect.bottom + 74),
            TextAnchor::Middle,
            AXIS_STYLE,
        )?;
        let panel = PlotPanel::draw(canvas, rect, largest, area.left, &self.form.label)?;
        // Draw from the last line of the file to the first, so that no other line covers the first.
        for line in self.lines.iter().rev() {
            let points: Vec<Point> =
                line.values.iter().rev().map(|(at, value)| (x(*at), panel.y_of_count(*value))).collect();
            for point in &points {
                canvas.draw_dot(*point, line.definition.color.rgb())?;
            }
            canvas.draw_path(points, line.definition.color.rgb(), 4)?;
        }
        Ok(())
    }

    fn text_alternative(&self) -> String {
        let lines: Vec<String> = self.lines.iter().map(Self::legend_label).collect();
        format!("{}: {}.", self.form.label, lines.join("; "))
    }
}
