/*!
The layout that all horizontal bar charts share: names, an axis of counts, and space for values.
*/

use super::super::ChartError;
use super::super::canvas::{Canvas, Rect, TextAnchor};
use super::super::chart_values::Bar;
use super::super::palette::{BASE_LINE_COLOR, GRID_LINE_COLOR};
use super::super::text_style::{AXIS_STYLE, LABEL_STYLE, SUPPRESSED_LABEL_STYLE, TICK_STYLE, VALUE_STYLE};
use super::super::ticks::CountAxis;
use lnere_core::mexican_formats;

/// The width in pixels above which a name is broken into lines.
const MAX_NAME_WIDTH: i32 = 640;
/// The space between a name, its bar and its value.
const NAME_GAP: i32 = 16;
/// The height of the category axis' name, above the bars.
const HEAD_HEIGHT: i32 = 46;
/// The height of the ticks and of the value axis' name, below the bars.
const FOOT_HEIGHT: i32 = 88;

/// Names to the left, and rows of one or more bars.
pub(super) struct BarLayout {
    /// The lines of each row's name.
    name_lines: Vec<Vec<String>>,
    /// The height of each row.
    row_heights: Vec<i32>,
    /// The space for the widest value, to the right of the longest bar.
    values_width: i32,
    largest_count: i64,
}

/// The position of the bars of a row.
#[derive(Clone, Copy)]
pub(super) struct BarRow {
    pub top: i32,
    pub bottom: i32,
}

/// The drawn axis, on which bars are placed.
pub(super) struct BarPlot {
    pub rows: Vec<BarRow>,
    pub left: i32,
    width: i32,
    count_axis: CountAxis,
}

impl BarLayout {
    /// A layout in which each row is at least `row_height` high. `values` are the texts at the ends
    /// of the bars.
    pub(super) fn new<'a>(bars: &[Bar], row_height: i32, values: impl IntoIterator<Item = &'a str>) -> Self {
        let name_lines: Vec<Vec<String>> =
            bars.iter().map(|bar| LABEL_STYLE.wrap(&bar.label, MAX_NAME_WIDTH)).collect();
        let lines_of = |lines: &[String]| i32::try_from(lines.len()).unwrap_or(1);
        let row_heights =
            name_lines.iter().map(|lines| row_height.max(lines_of(lines) * LABEL_STYLE.line_height() + 12)).collect();
        let largest_count = bars.iter().flat_map(|bar| &bar.measure_counts).copied().flatten().max().unwrap_or(0);
        Self { name_lines, row_heights, values_width: VALUE_STYLE.max_width(values), largest_count }
    }

    pub(super) fn height(&self) -> i32 {
        HEAD_HEIGHT + self.row_heights.iter().sum::<i32>() + FOOT_HEIGHT
    }

    /// Draws everything but the bars.
    pub(super) fn draw(
        &self,
        canvas: &Canvas<'_>,
        area: Rect,
        category_axis: &str,
        value_axis: &str,
    ) -> Result<BarPlot, ChartError> {
        let names = LABEL_STYLE
            .max_width(self.name_lines.iter().flatten().map(String::as_str))
            .max(AXIS_STYLE.width(category_axis));
        let left = area.left + names + NAME_GAP;
        let width = area.right - left - NAME_GAP - self.values_width;
        let top = area.top + HEAD_HEIGHT;
        let bottom = area.bottom - FOOT_HEIGHT;

        let ticks_that_fit = i64::from(width / (TICK_STYLE.width(&mexican_formats::integer(self.largest_count)) + 56));
        let axis = CountAxis::new(self.largest_count, ticks_that_fit.clamp(1, 6));
        // If all counts are suppressed, bar lengths have no meaning.
        let is_measured = self.largest_count > 0;
        for tick in axis.ticks().take(if is_measured { usize::MAX } else { 0 }) {
            let x = left + axis.pixels_from_start(tick, width);
            let color = if tick == 0 { BASE_LINE_COLOR } else { GRID_LINE_COLOR };
            canvas.draw_line((x, top), (x, bottom), color)?;
            canvas.draw_text(&mexican_formats::integer(tick), (x, bottom + 32), TextAnchor::Middle, TICK_STYLE)?;
        }
        canvas.draw_text(category_axis, (left - NAME_GAP, area.top + AXIS_STYLE.size), TextAnchor::End, AXIS_STYLE)?;
        if is_measured {
            let middle = (left + width / 2).min(area.right - AXIS_STYLE.width(value_axis) / 2);
            canvas.draw_text(value_axis, (middle, bottom + 72), TextAnchor::Middle, AXIS_STYLE)?;
        } else {
            canvas.draw_line((left, top), (left, bottom), BASE_LINE_COLOR)?;
            let start = left.min(area.right - AXIS_STYLE.width(value_axis));
            canvas.draw_text(value_axis, (start, bottom + 36), TextAnchor::Start, AXIS_STYLE)?;
        }

        let mut rows = Vec::with_capacity(self.name_lines.len());
        let mut row_top = top;
        for (lines, height) in self.name_lines.iter().zip(&self.row_heights) {
            let row = BarRow { top: row_top, bottom: row_top + height };
            let mut middle = row_top + height / 2;
            middle -= (i32::try_from(lines.len()).unwrap_or(1) - 1) * LABEL_STYLE.line_height() / 2;
            for line in lines {
                canvas.draw_text_centered_on(line, (left - NAME_GAP, middle), TextAnchor::End, LABEL_STYLE)?;
                middle += LABEL_STYLE.line_height();
            }
            rows.push(row);
            row_top = row.bottom;
        }
        Ok(BarPlot { rows, left, width, count_axis: axis })
    }
}

impl BarPlot {
    /// Draws one bar with its value at its end. For a suppressed count it draws only the text.
    pub(super) fn draw_bar(
        &self,
        canvas: &Canvas<'_>,
        (top, bottom): (i32, i32),
        count: Option<i64>,
        value_text: &str,
        color: plotters::style::RGBColor,
    ) -> Result<(), ChartError> {
        let mut end = self.left + self.count_axis.pixels_from_start(count.unwrap_or(0), self.width);
        if count.is_some_and(|count| count > 0) {
            // A count of 1 must be visible even beside millions.
            end = end.max(self.left + 3);
            canvas.fill_rect(Rect { left: self.left, top, right: end, bottom }, color)?;
        }
        let style = if count.is_some() { VALUE_STYLE } else { SUPPRESSED_LABEL_STYLE };
        let base_line = top.midpoint(bottom) + style.middle_to_base_line();
        canvas.draw_text_on_white(value_text, (end + NAME_GAP - 4, base_line), TextAnchor::Start, style)
    }
}
