/*!
Draws a row for each category with a dot for each measure. The counts are in columns beside the dots,
whose heads are the legend.
*/

use super::super::canvas::{Canvas, Rect, TextAnchor};
use super::super::chart_frame::ChartContent;
use super::super::chart_values::{Bar, BarSet, ScopedRows};
use super::super::definition::DotsForm;
use super::super::palette::{BASE_LINE_COLOR, GRID_LINE_COLOR};
use super::super::text_style::{
    AXIS_STYLE, LABEL_STYLE, SUPPRESSED_LABEL_STYLE, TICK_STYLE, TOTAL_STYLE, TextStyle, VALUE_STYLE,
};
use super::super::ticks::CountAxis;
use super::super::{ChartContext, ChartError, SuppressionDisplay};
use lnere_core::mexican_formats;
use lnere_statements::Statistics;

/// The height of a row with a name of one line, and the space that its other lines add to.
const ROW_HEIGHT: i32 = 42;
const LINE_PADDING: i32 = 8;
/// The width in pixels above which a name is broken into lines.
const MAX_NAME_WIDTH: i32 = 500;
const GAP: i32 = 20;
/// The height of the heads of the columns and of the row of totals.
const HEAD_HEIGHT: i32 = 82;
/// The height of the ticks and of the axis' name.
const FOOT_HEIGHT: i32 = 92;
/// The radius of the dots of the first measure, and how much smaller the dots of each further one
/// are, so that equal counts do not hide each other.
const LARGEST_DOT_TENTHS: i32 = 125;
const DOT_STEP_TENTHS: i32 = 35;
const SMALLEST_DOT_TENTHS: i32 = 50;
/// The space of the dot before the head of a column.
const DOT_SPACE: i32 = 36;

/// A dot plot, ready to be drawn.
pub(super) struct DotPlot<'d> {
    form: &'d DotsForm,
    bar_set: BarSet,
    /// The lines of each row's name.
    name_lines: Vec<Vec<String>>,
    largest_count: i64,
}

impl<'d> DotPlot<'d> {
    pub(super) fn new(
        form: &'d DotsForm,
        rows: &ScopedRows<'_>,
        context: &ChartContext,
        protection: Option<&SuppressionDisplay>,
    ) -> Result<Self, ChartError> {
        let columns: Vec<&str> = form.measures.iter().map(|measure| measure.column.as_str()).collect();
        let bar_set = rows.bars(&form.category, &columns, context, protection)?;
        let name_lines = bar_set.bars.iter().map(|bar| LABEL_STYLE.wrap(&bar.label, MAX_NAME_WIDTH)).collect();
        let largest_count = bar_set.bars.iter().filter(|bar| has_dots(bar)).flat_map(|bar| &bar.measure_counts);
        let largest_count = largest_count.copied().flatten().max().unwrap_or(0);
        Ok(Self { form, bar_set, name_lines, largest_count })
    }

    fn row_heights(&self) -> impl Iterator<Item = i32> {
        let height = |lines: &Vec<String>| {
            let lines = i32::try_from(lines.len()).unwrap_or(1);
            ROW_HEIGHT.max(lines * LABEL_STYLE.line_height() + LINE_PADDING)
        };
        self.name_lines.iter().map(height)
    }

    /// The width of the column of counts of each measure.
    fn column_widths(&self) -> Vec<i32> {
        let width = |(place, total): (usize, &Option<i64>)| {
            let counts = self.bar_set.bars.iter().map(|bar| self.bar_set.count_text(bar.measure_counts[place]));
            let counts: Vec<String> = counts.collect();
            let head = DOT_SPACE + AXIS_STYLE.width(&self.form.measures[place].label);
            let total = TOTAL_STYLE.width(&self.bar_set.count_text(*total));
            VALUE_STYLE.max_width(counts.iter().map(String::as_str)).max(head).max(total)
        };
        self.bar_set.measure_totals.iter().enumerate().map(width).collect()
    }

    /// Draws the heads of the columns, which say the measure of each colour, and the totals.
    fn draw_heads(&self, canvas: &Canvas<'_>, column_ends: &[i32], top: i32) -> Result<(), ChartError> {
        let heads = self.form.measures.iter().zip(&self.bar_set.measure_totals).zip(column_ends).zip(dot_radii());
        for (((measure, total), &end), radius) in heads {
            let middle = top + AXIS_STYLE.size / 2;
            canvas.draw_text_centered_on(&measure.label, (end, middle), TextAnchor::End, AXIS_STYLE)?;
            let dot = (end - AXIS_STYLE.width(&measure.label) - DOT_SPACE / 2, middle);
            canvas.draw_dot_of_radius(dot, radius, measure.color.rgb())?;
            let total = self.bar_set.count_text(*total);
            canvas.draw_text_centered_on(
                &total,
                (end, middle + TOTAL_STYLE.line_height()),
                TextAnchor::End,
                TOTAL_STYLE,
            )?;
        }
        Ok(())
    }
}

/// The radii of the dots of the measures, in tenths of a pixel.
fn dot_radii() -> impl Iterator<Item = i32> {
    (0..).map(|index: i32| (LARGEST_DOT_TENTHS - index * DOT_STEP_TENTHS).max(SMALLEST_DOT_TENTHS))
}

/// Whether a row has dots. A remainder has none: its sum of many would set the scale, and readers
/// would compare it with single ones.
fn has_dots(bar: &Bar) -> bool {
    !bar.is_residual
}

impl ChartContent for DotPlot<'_> {
    fn is_empty(&self) -> bool {
        self.bar_set.bars.is_empty() || self.bar_set.measure_totals.iter().all(|total| *total == Some(0))
    }

    fn height(&self) -> i32 {
        HEAD_HEIGHT + self.row_heights().sum::<i32>() + FOOT_HEIGHT
    }

    fn case_count(&self) -> Option<i64> {
        self.bar_set.measure_totals.iter().copied().collect::<Option<Vec<i64>>>()?.into_iter().max()
    }

    fn draw(&self, canvas: &Canvas<'_>, area: Rect) -> Result<(), ChartError> {
        let mut column_ends = Vec::new();
        let mut end = area.right;
        for width in self.column_widths().iter().rev() {
            column_ends.insert(0, end);
            end -= width + 2 * GAP;
        }
        let names = LABEL_STYLE
            .max_width(self.name_lines.iter().flatten().map(String::as_str))
            .max(AXIS_STYLE.width(&self.form.category.axis_title));
        let left = area.left + names + GAP;
        let width = end + GAP - left - GAP;
        let (top, bottom) = (area.top + HEAD_HEIGHT, area.bottom - FOOT_HEIGHT);

        canvas.draw_text(
            &self.form.category.axis_title,
            (left - GAP, area.top + AXIS_STYLE.size),
            TextAnchor::End,
            AXIS_STYLE,
        )?;
        canvas.draw_text_centered_on(
            "Total",
            (left - GAP, area.top + AXIS_STYLE.size / 2 + TOTAL_STYLE.line_height()),
            TextAnchor::End,
            TOTAL_STYLE,
        )?;
        self.draw_heads(canvas, &column_ends, area.top)?;

        let ticks_that_fit = i64::from(width / (TICK_STYLE.width(&mexican_formats::integer(self.largest_count)) + 56));
        let axis = CountAxis::new(self.largest_count, ticks_that_fit.clamp(1, 6));
        // If no row has a dot, positions have no meaning.
        for tick in axis.ticks().take(if self.largest_count > 0 { usize::MAX } else { 0 }) {
            let x = left + axis.pixels_from_start(tick, width);
            let color = if tick == 0 { BASE_LINE_COLOR } else { GRID_LINE_COLOR };
            canvas.draw_line((x, top), (x, bottom), color)?;
            canvas.draw_text(&mexican_formats::integer(tick), (x, bottom + 36), TextAnchor::Middle, TICK_STYLE)?;
        }
        if self.largest_count > 0 {
            let middle = (left + width / 2).max(area.left + AXIS_STYLE.width(&self.form.axis_title) / 2);
            canvas.draw_text(&self.form.axis_title, (middle, bottom + 76), TextAnchor::Middle, AXIS_STYLE)?;
        }

        let mut row_top = top;
        for ((bar, lines), height) in self.bar_set.bars.iter().zip(&self.name_lines).zip(self.row_heights()) {
            canvas.draw_line((area.left, row_top), (area.right, row_top), GRID_LINE_COLOR)?;
            let middle = row_top + height / 2;
            let mut line_middle =
                middle - (i32::try_from(lines.len()).unwrap_or(1) - 1) * LABEL_STYLE.line_height() / 2;
            for line in lines {
                canvas.draw_text_centered_on(line, (left - GAP, line_middle), TextAnchor::End, LABEL_STYLE)?;
                line_middle += LABEL_STYLE.line_height();
            }
            let x = |count: i64| left + axis.pixels_from_start(count, width);
            let shown = bar.measure_counts.iter().copied().flatten();
            if has_dots(bar)
                && let (Some(least), Some(most)) = (shown.clone().min(), shown.max())
            {
                canvas.draw_path(vec![(x(least), middle), (x(most), middle)], BASE_LINE_COLOR, 3)?;
                for ((count, measure), radius) in bar.measure_counts.iter().zip(&self.form.measures).zip(dot_radii()) {
                    let Some(count) = count else { continue };
                    canvas.draw_dot_of_radius((x(*count), middle), radius, measure.color.rgb())?;
                }
            }
            for (count, end) in bar.measure_counts.iter().zip(&column_ends) {
                let style: TextStyle = if count.is_some() { VALUE_STYLE } else { SUPPRESSED_LABEL_STYLE };
                canvas.draw_text_centered_on(
                    &self.bar_set.count_text(*count),
                    (*end, middle),
                    TextAnchor::End,
                    style,
                )?;
            }
            row_top += height;
        }
        canvas.draw_line((area.left, row_top), (area.right, row_top), GRID_LINE_COLOR)
    }

    fn has_suppressed(&self) -> bool {
        self.bar_set.has_suppressed()
    }

    fn statistics(&self) -> Statistics {
        self.bar_set.statistics()
    }

    fn text_alternative(&self) -> String {
        let values = |counts: &[Option<i64>]| {
            let pairs = self.form.measures.iter().zip(counts);
            pairs.map(|(m, n)| format!("{} {}", m.label, self.bar_set.count_text(*n))).collect::<Vec<_>>().join(", ")
        };
        let bars: Vec<String> =
            self.bar_set.bars.iter().map(|bar| format!("{}: {}", bar.label, values(&bar.measure_counts))).collect();
        format!("Gráfica de puntos. Total: {}. {}.", values(&self.bar_set.measure_totals), bars.join("; "))
    }
}
