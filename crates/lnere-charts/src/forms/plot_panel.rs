/*!
Draws the panel, the grid and the ticks of charts with a vertical axis of counts.
*/

use super::super::ChartError;
use super::super::canvas::{Canvas, Rect, TextAnchor};
use super::super::palette::{BASE_LINE_COLOR, GRID_LINE_COLOR};
use super::super::text_style::{AXIS_STYLE, TICK_STYLE};
use super::super::ticks::CountAxis;
use lnere_core::mexican_formats;

/// The space above a panel for the name of its axis and for values above its top.
pub(super) const HEAD_HEIGHT: i32 = 76;
/// The space between the numbers of the ticks and the panel.
const TICK_GAP: i32 = 14;
/// The least height of a step of the axis.
const MIN_STEP_HEIGHT: i32 = 56;

/// A panel and the axis on its left edge.
pub(super) struct PlotPanel {
    pub rect: Rect,
    count_axis: CountAxis,
}

/// The axis for counts up to `largest` on a panel of the given height in pixels.
pub(super) fn axis_for_height(largest: i64, height: i32) -> CountAxis {
    CountAxis::new(largest, i64::from((height / MIN_STEP_HEIGHT).clamp(2, 6)))
}

/// The space to the left of a panel for the numbers of its ticks.
pub(super) fn tick_labels_width(largest: i64, height: i32) -> i32 {
    axis_for_height(largest, height)
        .ticks()
        .map(|tick| TICK_STYLE.width(&mexican_formats::integer(tick)))
        .max()
        .unwrap_or(0)
        + TICK_GAP
}

impl PlotPanel {
    /// Draws the grid, the numbers and the name of the axis, which stands above the panel from
    /// `left` on.
    pub(super) fn draw(
        canvas: &Canvas<'_>,
        rect: Rect,
        largest_count: i64,
        title_left: i32,
        axis_title: &str,
    ) -> Result<Self, ChartError> {
        let panel = Self { rect, count_axis: axis_for_height(largest_count, rect.height()) };
        canvas.draw_text(
            axis_title,
            (title_left, rect.top - HEAD_HEIGHT + AXIS_STYLE.size),
            TextAnchor::Start,
            AXIS_STYLE,
        )?;
        for tick in panel.count_axis.ticks() {
            let y = panel.y_of_count(tick);
            let color = if tick == 0 { BASE_LINE_COLOR } else { GRID_LINE_COLOR };
            canvas.draw_line((rect.left, y), (rect.right, y), color)?;
            canvas.draw_text_centered_on(
                &mexican_formats::integer(tick),
                (rect.left - TICK_GAP, y),
                TextAnchor::End,
                TICK_STYLE,
            )?;
        }
        Ok(panel)
    }

    /// The vertical position of a count.
    pub(super) fn y_of_count(&self, count: i64) -> i32 {
        self.rect.bottom - self.count_axis.pixels_from_start(count, self.rect.height())
    }

    /// The top of a column; a column whose count is not 0 stays visible.
    pub(super) fn column_top(&self, count: i64) -> i32 {
        if count > 0 { self.y_of_count(count).min(self.rect.bottom - 2) } else { self.rect.bottom }
    }
}
