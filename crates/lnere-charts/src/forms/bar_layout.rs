/*!
The layout that all horizontal bar charts share: names, an axis of counts, and space for values.
*/

use super::super::ChartError;
use super::super::canvas::{Canvas, Rect, TextAnchor};
use super::super::palette::{BASE_LINE_COLOR, GRID_LINE_COLOR};
use super::super::text_style::{AXIS_STYLE, LABEL_STYLE, SUPPRESSED_LABEL_STYLE, TICK_STYLE, TOTAL_STYLE, VALUE_STYLE};
use super::super::ticks::CountAxis;
use lnere_core::mexican_formats;

/// The width in pixels above which a name is broken into lines, beside one panel of bars and beside
/// several.
const MAX_NAME_WIDTH: i32 = 640;
const MAX_NAME_WIDTH_BESIDE_PANELS: i32 = 350;
/// The space between a name, its bar and its value.
const NAME_GAP: i32 = 16;
/// The least space between the numbers of two ticks, in one panel and in one of several.
const TICK_SPACE: i32 = 56;
const TICK_SPACE_IN_PANELS: i32 = 20;
/// The space between two panels.
const PANEL_GAP: i32 = 32;
/// The height of the category axis' name, above the bars.
const HEAD_HEIGHT: i32 = 46;
/// The height of the ticks and of the value axis' name, below the bars.
const FOOT_HEIGHT: i32 = 92;

/// Names to the left, and panels of a bar for each name.
pub(super) struct BarLayout {
    /// The lines of each row's name.
    name_lines: Vec<Vec<String>>,
    /// The height of each row.
    row_heights: Vec<i32>,
    panels: Vec<BarPanel>,
}

/// One panel, with an axis of its own.
pub(super) struct BarPanel {
    /// The heading, if there are several panels.
    pub heading: String,
    pub axis_title: String,
    pub largest_count: i64,
    /// The text of a tick.
    pub tick_text: fn(i64) -> String,
    /// The space for the widest value, to the right of the longest bar.
    pub values_width: i32,
}

impl BarPanel {
    /// A panel for some counts and the texts at the ends of their bars.
    pub(super) fn new<'a>(
        heading: &str,
        axis_title: &str,
        counts: impl IntoIterator<Item = Option<i64>>,
        values: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        Self {
            heading: heading.to_owned(),
            axis_title: axis_title.to_owned(),
            largest_count: counts.into_iter().flatten().max().unwrap_or(0),
            tick_text: mexican_formats::integer,
            values_width: TOTAL_STYLE.max_width(values),
        }
    }
}

/// The position of the bars of a row.
#[derive(Clone, Copy)]
pub(super) struct BarRow {
    pub top: i32,
    pub bottom: i32,
}

/// The drawn axis, on which bars are placed.
pub(super) struct BarPlot {
    pub left: i32,
    width: i32,
    count_axis: CountAxis,
}

impl BarLayout {
    /// A layout in which each row is at least `row_height` high.
    pub(super) fn new<'a>(names: impl IntoIterator<Item = &'a str>, row_height: i32, panels: Vec<BarPanel>) -> Self {
        let name_width = if panels.len() > 1 { MAX_NAME_WIDTH_BESIDE_PANELS } else { MAX_NAME_WIDTH };
        let name_lines: Vec<Vec<String>> = names.into_iter().map(|name| LABEL_STYLE.wrap(name, name_width)).collect();
        let lines_of = |lines: &[String]| i32::try_from(lines.len()).unwrap_or(1);
        let row_heights =
            name_lines.iter().map(|lines| row_height.max(lines_of(lines) * LABEL_STYLE.line_height() + 12)).collect();
        Self { name_lines, row_heights, panels }
    }

    /// The height of the headings of panels.
    fn heading_height(&self) -> i32 {
        if self.panels.len() > 1 { TOTAL_STYLE.line_height() } else { 0 }
    }

    pub(super) fn height(&self) -> i32 {
        HEAD_HEIGHT + self.heading_height() + self.row_heights.iter().sum::<i32>() + FOOT_HEIGHT
    }

    /// Draws everything but the bars. `bold_row` is the row whose name is bold.
    pub(super) fn draw(
        &self,
        canvas: &Canvas<'_>,
        area: Rect,
        category_axis: &str,
        bold_row: Option<usize>,
    ) -> Result<(Vec<BarRow>, Vec<BarPlot>), ChartError> {
        let names = TOTAL_STYLE
            .max_width(self.name_lines.iter().flatten().map(String::as_str))
            .max(AXIS_STYLE.width(category_axis));
        let left = area.left + names + NAME_GAP;
        let top = area.top + self.heading_height() + HEAD_HEIGHT;
        let head = (left - NAME_GAP, top - HEAD_HEIGHT + AXIS_STYLE.size);
        canvas.draw_text(category_axis, head, TextAnchor::End, AXIS_STYLE)?;

        let mut rows = Vec::with_capacity(self.name_lines.len());
        let mut row_top = top;
        for (index, (lines, height)) in self.name_lines.iter().zip(&self.row_heights).enumerate() {
            let row = BarRow { top: row_top, bottom: row_top + height };
            let mut middle = row_top + height / 2;
            middle -= (i32::try_from(lines.len()).unwrap_or(1) - 1) * LABEL_STYLE.line_height() / 2;
            let style = if bold_row == Some(index) { TOTAL_STYLE } else { LABEL_STYLE };
            for line in lines {
                canvas.draw_text_centered_on(line, (left - NAME_GAP, middle), TextAnchor::End, style)?;
                middle += LABEL_STYLE.line_height();
            }
            rows.push(row);
            row_top = row.bottom;
        }

        let count = i32::try_from(self.panels.len()).unwrap_or(1).max(1);
        let panel_width = (area.right - left - (count - 1) * PANEL_GAP) / count;
        let mut plots = Vec::with_capacity(self.panels.len());
        let mut panel_left = left;
        for panel in &self.panels {
            if self.panels.len() > 1 {
                let heading = (panel_left, area.top + TOTAL_STYLE.size);
                canvas.draw_text(&panel.heading, heading, TextAnchor::Start, TOTAL_STYLE)?;
            }
            let place =
                Rect { left: panel_left, top, right: panel_left + panel_width, bottom: area.bottom - FOOT_HEIGHT };
            let tick_space = if self.panels.len() > 1 { TICK_SPACE_IN_PANELS } else { TICK_SPACE };
            plots.push(panel.draw(canvas, place, tick_space)?);
            panel_left = place.right + PANEL_GAP;
        }
        Ok((rows, plots))
    }
}

impl BarPanel {
    /// Draws the axis. Values are to the right of the longest bar, up to the right edge of `place`.
    fn draw(&self, canvas: &Canvas<'_>, place: Rect, tick_space: i32) -> Result<BarPlot, ChartError> {
        let Rect { left, top, right, bottom } = place;
        let width = right - left - NAME_GAP - self.values_width;
        let widest_tick = TICK_STYLE.width(&(self.tick_text)(self.largest_count));
        let ticks_that_fit = i64::from(width / (widest_tick + tick_space));
        let axis = CountAxis::new(self.largest_count, ticks_that_fit.clamp(1, 6));
        // If all counts are suppressed, bar lengths have no meaning.
        if self.largest_count > 0 {
            for tick in axis.ticks() {
                let x = left + axis.pixels_from_start(tick, width);
                let color = if tick == 0 { BASE_LINE_COLOR } else { GRID_LINE_COLOR };
                canvas.draw_line((x, top), (x, bottom), color)?;
                canvas.draw_text(&(self.tick_text)(tick), (x, bottom + 34), TextAnchor::Middle, TICK_STYLE)?;
            }
            let middle = (left + width / 2).min(right - AXIS_STYLE.width(&self.axis_title) / 2);
            canvas.draw_text(&self.axis_title, (middle, bottom + 76), TextAnchor::Middle, AXIS_STYLE)?;
        } else {
            canvas.draw_line((left, top), (left, bottom), BASE_LINE_COLOR)?;
            let start = left.min(right - AXIS_STYLE.width(&self.axis_title));
            canvas.draw_text(&self.axis_title, (start, bottom + 36), TextAnchor::Start, AXIS_STYLE)?;
        }
        Ok(BarPlot { left, width, count_axis: axis })
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
        is_bold: bool,
    ) -> Result<(), ChartError> {
        let mut end = self.left + self.count_axis.pixels_from_start(count.unwrap_or(0), self.width);
        if count.is_some_and(|count| count > 0) {
            // A count of 1 must be visible even beside millions.
            end = end.max(self.left + 3);
            canvas.fill_rect(Rect { left: self.left, top, right: end, bottom }, color)?;
        }
        let style = match count {
            Some(_) if is_bold => TOTAL_STYLE,
            Some(_) => VALUE_STYLE,
            None => SUPPRESSED_LABEL_STYLE,
        };
        let base_line = top.midpoint(bottom) + style.middle_to_base_line();
        canvas.draw_text_on_white(value_text, (end + NAME_GAP - 4, base_line), TextAnchor::Start, style)
    }
}
