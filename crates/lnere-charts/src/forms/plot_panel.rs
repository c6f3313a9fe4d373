/*!
Draws the panel, the grid and the ticks of charts with a vertical axis of counts.
*/

use super::super::ChartError;
use super::super::canvas::{Anchor, Canvas, Rect};
use super::super::palette::{BASE, GRID};
use super::super::text::{AXIS, TICK};
use super::super::ticks::CountAxis;
use lnere_core::numbers;

/// The space above a panel for the name of its axis and for values above its top.
pub(super) const HEAD: i32 = 76;
/// The space between the numbers of the ticks and the panel.
const GAP: i32 = 14;
/// The least height of a step of the axis.
const STEP: i32 = 56;

/// A panel and the axis on its left edge.
pub(super) struct PlotPanel {
    pub rect: Rect,
    axis: CountAxis,
}

/// The axis for counts up to `largest` on a panel of the given height in pixels.
fn axis(largest: i64, height: i32) -> CountAxis {
    CountAxis::new(largest, i64::from((height / STEP).clamp(2, 6)))
}

/// The space to the left of a panel for the numbers of its ticks.
pub(super) fn ticks_width(largest: i64, height: i32) -> i32 {
    axis(largest, height).ticks().map(|tick| TICK.width(&numbers::integer(tick))).max().unwrap_or(0) + GAP
}

impl PlotPanel {
    /// Draws the grid, the numbers and the name of the axis, which stands above the panel from
    /// `left` on.
    pub(super) fn draw(
        canvas: &Canvas<'_>,
        rect: Rect,
        largest: i64,
        left: i32,
        name: &str,
    ) -> Result<Self, ChartError> {
        let panel = Self { rect, axis: axis(largest, rect.height()) };
        canvas.draw_text(name, (left, rect.top - HEAD + AXIS.size), Anchor::Start, AXIS)?;
        for tick in panel.axis.ticks() {
            let y = panel.y(tick);
            let color = if tick == 0 { BASE } else { GRID };
            canvas.line((rect.left, y), (rect.right, y), color)?;
            canvas.text_middle(&numbers::integer(tick), (rect.left - GAP, y), Anchor::End, TICK)?;
        }
        Ok(panel)
    }

    /// The vertical position of a count.
    pub(super) fn y(&self, count: i64) -> i32 {
        self.rect.bottom - self.axis.position(count, self.rect.height())
    }

    /// The top of a column; a column whose count is not 0 stays visible.
    pub(super) fn column_top(&self, count: i64) -> i32 {
        if count > 0 { self.y(count).min(self.rect.bottom - 2) } else { self.rect.bottom }
    }
}
