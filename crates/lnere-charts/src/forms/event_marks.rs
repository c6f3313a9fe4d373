/*!
Marks the events of a process on a curve: the opening, deadlines, an announced extension, the close.
*/

use chrono::NaiveDate;

use super::super::ChartError;
use super::super::canvas::{Canvas, Rect, TextAnchor};
use super::super::palette::{BASE_LINE_COLOR, MUTED_TEXT_COLOR};
use super::super::text_style::{TICK_STYLE, TextStyle};
use lnere_core::mexican_formats::short_date;

/// The space between a line and its label.
const LABEL_GAP: i32 = 10;
const LABEL_STYLE: TextStyle = TextStyle { color: MUTED_TEXT_COLOR, ..TICK_STYLE };

/// A day with a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChartEvent {
    /// The day.
    pub day: NaiveDate,
    /// The name in Spanish: `Cierra el registro`.
    pub label: String,
}

/// Draws a line through the panel at each event, with its label at the top. The labels stand in rows
/// from the top down, as a curve of cumulative counts leaves that place free. `x` gives the position
/// of a day; an event without a position is left out.
pub(super) fn draw(
    canvas: &Canvas<'_>,
    panel: Rect,
    events: &[ChartEvent],
    x_of_day: impl Fn(NaiveDate) -> Option<i32>,
) -> Result<(), ChartError> {
    let mut top = panel.top;
    for event in events {
        let Some(x) = x_of_day(event.day) else { continue };
        canvas.draw_line((x, panel.top), (x, panel.bottom), BASE_LINE_COLOR)?;
        let text = event.label_with_day();
        let has_place_at_left = x - LABEL_GAP - LABEL_STYLE.width(&text) >= panel.left;
        let (x, anchor) =
            if has_place_at_left { (x - LABEL_GAP, TextAnchor::End) } else { (x + LABEL_GAP, TextAnchor::Start) };
        canvas.draw_text_on_white(&text, (x, top + LABEL_STYLE.size), anchor, LABEL_STYLE)?;
        top += LABEL_STYLE.line_height();
    }
    Ok(())
}

/// The events within some days as a sentence for readers who do not see the picture; empty if there
/// is none.
pub(super) fn sentence(events: &[ChartEvent], first: NaiveDate, last: NaiveDate) -> String {
    let within = events.iter().filter(|event| (first..=last).contains(&event.day));
    let texts: Vec<String> = within.map(ChartEvent::label_with_day).collect();
    if texts.is_empty() { String::new() } else { format!(" Días señalados: {}.", texts.join("; ")) }
}

impl ChartEvent {
    fn label_with_day(&self) -> String {
        format!("{} ({})", self.label, short_date(self.day))
    }
}
