/*!
Draws a line for each category over whole numbers that fall from left to right, such as days to a
close.
*/

use std::collections::BTreeMap;

use super::super::ChartError;
use super::super::canvas::{Canvas, Point, Rect, TextAnchor};
use super::super::chart_frame::ChartContent;
use super::super::chart_values::ScopedRows;
use super::super::definition::{LinesForm, NamedLine};
use super::super::palette::{BASE_LINE_COLOR, GRID_LINE_COLOR};
use super::super::text_style::{AXIS_STYLE, LABEL_STYLE, TICK_STYLE};
use super::day_axis::{FOOT_HEIGHT, SIDE_MARGIN};
use super::plot_panel::{HEAD_HEIGHT, PlotPanel, tick_labels_width};
use lnere_core::mexican_formats::integer;

const PANEL_HEIGHT: i32 = 560;
const LEGEND_LINE_HEIGHT: i32 = 38;
const SWATCH_WIDTH: i32 = 52;

struct CategoryLine<'d> {
    definition: &'d NamedLine,
    values: BTreeMap<i64, f64>,
}

/// The picture.
pub(super) struct LineChart<'d> {
    form: &'d LinesForm,
    lines: Vec<CategoryLine<'d>>,
}

impl<'d> LineChart<'d> {
    pub(super) fn new(form: &'d LinesForm, rows: &ScopedRows<'_>) -> Result<Self, ChartError> {
        let mut sums = rows.sums_by_code_and_number(&form.category_column, &form.along_column, &form.measure.column)?;
        let line = |definition: &'d NamedLine| {
            Some(CategoryLine { definition, values: sums.remove(definition.code.as_str())? })
        };
        Ok(Self { form, lines: form.named_lines.iter().filter_map(line).collect() })
    }

    fn axis_numbers(&self) -> impl Iterator<Item = i64> {
        let all = self.lines.iter().flat_map(|line| line.values.keys().copied());
        all.collect::<std::collections::BTreeSet<_>>().into_iter().rev()
    }

    fn largest_value(&self) -> i64 {
        let all = self.lines.iter().flat_map(|line| line.values.values());
        all.fold(0.0, |largest: f64, value| largest.max(*value)).ceil() as i64
    }

    fn legend_height(&self) -> i32 {
        i32::try_from(self.lines.len()).map_or(0, |lines| lines * LEGEND_LINE_HEIGHT) + 16
    }

    /// The label of a line, with its mean for a quick comparison.
    fn legend_label(line: &CategoryLine) -> String {
        let mean = line.values.values().sum::<f64>() / line.values.len().max(1) as f64;
        format!("{} (promedio: {})", line.definition.label, integer(mean.round() as i64))
    }
}

impl ChartContent for LineChart<'_> {
    fn is_empty(&self) -> bool {
        self.lines.is_empty()
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
        let panel = PlotPanel::draw(canvas, rect, largest, area.left, &self.form.measure.label)?;
        // Draw from the last line of the file to the first, so that no other line covers the first.
        for line in self.lines.iter().rev() {
            let points: Vec<Point> =
                line.values.iter().rev().map(|(at, value)| (x(*at), panel.y_of_count(value.round() as i64))).collect();
            for point in &points {
                canvas.draw_dot(*point, line.definition.color.rgb())?;
            }
            canvas.draw_path(points, line.definition.color.rgb(), 4)?;
        }
        Ok(())
    }

    fn text_alternative(&self) -> String {
        let lines: Vec<String> = self.lines.iter().map(Self::legend_label).collect();
        format!("{}: {}.", self.form.measure.label, lines.join("; "))
    }
}
