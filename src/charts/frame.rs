/*!
What every chart has around its picture: title, subtitle, and the lines at the foot.
*/

use super::canvas::{Anchor, Canvas, Rect};
use super::palette::BASE;
use super::svg::{self, Words};
use super::text::{FOOT, LABEL, SUBTITLE, TITLE, TextStyle};
use super::{ChartError, text};

/// The width of every chart in pixels.
pub(super) const WIDTH: i32 = 1600;
/// What is left free at its sides.
pub(super) const MARGIN: i32 = 48;
/// Between the heading and the picture, and between the picture and the foot.
const GAP: i32 = 28;
/// The height of the frame that says that there is nothing to count.
const EMPTY_HEIGHT: i32 = 420;

/// What a form draws between the header and the foot.
pub(super) trait Picture {
    /// Whether there is nothing to count.
    fn is_empty(&self) -> bool;

    /// The height that it needs.
    fn height(&self) -> i32;

    /// Draws itself into `area`, which has that height.
    fn draw(&self, canvas: &Canvas<'_>, area: Rect) -> Result<(), ChartError>;

    /// Whether a number of it is hidden.
    fn hides(&self) -> bool {
        false
    }

    /// The counts in words, for those who do not see the picture.
    fn describe(&self) -> String;
}

/// The words around a picture.
pub(super) struct Frame {
    /// Tells the SVG's ids from those of other charts on the same page.
    pub id: String,
    pub title: String,
    pub subtitle: String,
    pub empty: String,
    /// The lines at the foot, each wrapped where it is long.
    pub foot: Vec<String>,
}

impl Frame {
    /// The chart as SVG text.
    pub(super) fn draw(&self, picture: &dyn Picture) -> Result<String, ChartError> {
        text::check_fonts()?;
        let inner = WIDTH - 2 * MARGIN;
        let title = TITLE.wrap(&self.title, inner);
        let subtitle = SUBTITLE.wrap(&self.subtitle, inner);
        let foot: Vec<String> = self.foot.iter().flat_map(|line| FOOT.wrap(line, inner)).collect();

        let top = MARGIN + block_height(&title, TITLE) + block_height(&subtitle, SUBTITLE) + GAP;
        let bottom = top + if picture.is_empty() { EMPTY_HEIGHT } else { picture.height() };
        let height = bottom + GAP + block_height(&foot, FOOT) + MARGIN / 2;

        let mut drawn = String::new();
        {
            let canvas = Canvas::new(&mut drawn, WIDTH, height)?;
            let below_title = block(&canvas, &title, MARGIN, TITLE)?;
            block(&canvas, &subtitle, below_title, SUBTITLE)?;
            let area = Rect { left: MARGIN, top, right: WIDTH - MARGIN, bottom };
            if picture.is_empty() {
                self.draw_empty(&canvas, area)?;
            } else {
                picture.draw(&canvas, area)?;
            }
            block(&canvas, &foot, bottom + GAP, FOOT)?;
        }

        let counts = if picture.is_empty() { format!("{}.", self.empty) } else { picture.describe() };
        let description = format!("{}. {counts} {}", self.subtitle, self.foot.join(" "));
        let heading = top - GAP / 2;
        Ok(svg::finish(&drawn, &Words { id: &self.id, title: &self.title, description: &description, heading }))
    }

    fn draw_empty(&self, canvas: &Canvas<'_>, area: Rect) -> Result<(), ChartError> {
        let Rect { left, top, right, bottom } = area;
        let border = vec![(left, top), (right, top), (right, bottom), (left, bottom), (left, top)];
        canvas.path(border, BASE, 2)?;
        let middle = (left + area.width() / 2, top + area.height() / 2);
        canvas.text_middle(&self.empty, middle, Anchor::Middle, LABEL)
    }
}

fn block_height(lines: &[String], style: TextStyle) -> i32 {
    i32::try_from(lines.len()).map_or(0, |lines| lines * style.line_height())
}

/// Writes lines from `top` down and returns where they end.
fn block(canvas: &Canvas<'_>, lines: &[String], top: i32, style: TextStyle) -> Result<i32, ChartError> {
    let mut top = top;
    for line in lines {
        canvas.text(line, (MARGIN, top + style.size), Anchor::Start, style)?;
        top += style.line_height();
    }
    Ok(top)
}
