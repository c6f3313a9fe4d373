/*!
Draws the axis of days below the panels of a chart.
*/

use chrono::{Datelike, NaiveDate};

use super::super::ChartError;
use super::super::canvas::{Canvas, Rect, TextAnchor};
use super::super::palette::{BASE_LINE_COLOR, GRID_LINE_COLOR};
use super::super::text_style::{AXIS_STYLE, TICK_STYLE};
use super::super::ticks;
use lnere_core::mexican_formats;

/// The height of the ticks and of the axis' name, below the panels.
pub(super) const FOOT_HEIGHT: i32 = 92;
/// The space at each side of the days, for half of a day's label.
pub(super) const SIDE_MARGIN: i32 = 64;

/// The days whose labels have room. The first day of a year has a wide label, with the year. Unless
/// two of them are neighbours, a wide label has narrow ones beside it.
fn ticks_that_fit((first, last): (NaiveDate, NaiveDate), width: i32) -> Vec<NaiveDate> {
    let (wide, narrow) = (TICK_STYLE.width("30 sep 2020") + 20, TICK_STYLE.width("30 sep") + 20);
    let ticks_apart = |distance: i32| {
        let most = usize::try_from(width / distance).unwrap_or(1);
        ticks::day_ticks(first, last, most.max(1))
    };
    let ticks = ticks_apart(wide.midpoint(narrow));
    let has_year: Vec<bool> =
        (0..ticks.len()).map(|index| index == 0 || ticks[index - 1].year() != ticks[index].year()).collect();
    if has_year.windows(2).any(|pair| pair == [true, true]) { ticks_apart(wide) } else { ticks }
}

/// Draws the ticks of the days between two days, with lines through all panels. It draws the name
/// of the axis below the last panel. `x` gives the position of a day; a day without a position is
/// omitted.
pub(super) fn draw(
    canvas: &Canvas<'_>,
    panels: &[Rect],
    (first, last): (NaiveDate, NaiveDate),
    x_of_day: impl Fn(NaiveDate) -> Option<i32>,
    axis_title: &str,
) -> Result<(), ChartError> {
    let Some(lowest) = panels.last() else { return Ok(()) };
    let mut year = None;
    for tick in ticks_that_fit((first, last), lowest.width()) {
        let Some(x) = x_of_day(tick) else { continue };
        for panel in panels {
            canvas.draw_line((x, panel.top), (x, panel.bottom), GRID_LINE_COLOR)?;
        }
        canvas.draw_line((x, lowest.bottom), (x, lowest.bottom + 8), BASE_LINE_COLOR)?;
        let text = if year == Some(tick.year()) {
            mexican_formats::short_date(tick)
        } else {
            mexican_formats::short_date_with_year(tick)
        };
        year = Some(tick.year());
        canvas.draw_text(&text, (x, lowest.bottom + 34), TextAnchor::Middle, TICK_STYLE)?;
    }
    let middle = lowest.left + lowest.width() / 2;
    canvas.draw_text(axis_title, (middle, lowest.bottom + 74), TextAnchor::Middle, AXIS_STYLE)
}
