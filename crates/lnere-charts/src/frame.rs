/*!
Draws the frame of a chart around its picture: title, subtitle, notice and footer lines.
*/

use super::canvas::{Anchor, Canvas, Rect};
use super::palette::{BASE, Color, tint};
use super::svg_writer::SvgTexts;
use super::text::{FOOT, LABEL, NOTICE, SUBTITLE, TITLE, TextStyle};
use super::{ChartError, text};
use lnere_core::process_notice::sentence;

/// The width of every chart in pixels.
pub(super) const WIDTH: i32 = 1600;
/// The free space at each side of the chart.
pub(super) const MARGIN: i32 = 48;
/// The space between the heading and the picture, and between the picture and the foot.
const GAP: i32 = 28;
/// The width of the coloured bar at the left of a notice, and the free space around its text.
const NOTICE_BAR: i32 = 10;
const NOTICE_PADDING: i32 = 12;
/// The height of the frame of an empty chart.
const EMPTY_HEIGHT: i32 = 420;

/// The content that a form draws between the header and the foot.
pub(super) trait ChartContent {
    /// Whether the chart has no count to draw.
    fn is_empty(&self) -> bool;

    /// The required height in pixels.
    fn height(&self) -> i32;

    /// Draws the content into `area`, which has the required height.
    fn draw(&self, canvas: &Canvas<'_>, area: Rect) -> Result<(), ChartError>;

    /// Whether the chart has a suppressed count.
    fn hides(&self) -> bool {
        false
    }

    /// The counts in words, for readers who do not see the picture.
    fn describe(&self) -> String;
}

/// The texts around a chart.
pub(super) struct ChartFrame {
    /// Distinguishes the ids of this SVG from the ids of other charts on the same page.
    pub id: String,
    pub title: String,
    pub subtitle: String,
    /// The note on the counts below the heading; it stays when the heading is cut off.
    pub notice: Option<String>,
    pub empty: String,
    /// The lines at the foot, each wrapped where it is long.
    pub foot: Vec<String>,
}

impl ChartFrame {
    /// The chart as SVG text.
    pub(super) fn draw(&self, picture: &dyn ChartContent) -> Result<String, ChartError> {
        text::check_fonts()?;
        let inner = WIDTH - 2 * MARGIN;
        let title = TITLE.wrap(&self.title, inner);
        let subtitle = SUBTITLE.wrap(&self.subtitle, inner);
        let foot: Vec<String> = self.foot.iter().flat_map(|line| FOOT.wrap(line, inner)).collect();

        let notice_width = inner - NOTICE_BAR - 2 * NOTICE_PADDING;
        let notice: Vec<String> = self.notice.iter().flat_map(|notice| NOTICE.wrap(notice, notice_width)).collect();

        let heading = MARGIN + block_height(&title, TITLE) + block_height(&subtitle, SUBTITLE) + GAP / 2;
        let band = if notice.is_empty() { 0 } else { block_height(&notice, NOTICE) + 2 * NOTICE_PADDING };
        let below = heading + band;
        let top = below + if notice.is_empty() { GAP / 2 } else { GAP };
        let bottom = top + if picture.is_empty() { EMPTY_HEIGHT } else { picture.height() };
        let height = bottom + GAP + block_height(&foot, FOOT) + MARGIN / 2;

        let counts = if picture.is_empty() { format!("{}.", self.empty) } else { picture.describe() };
        let warning = self.notice.as_deref().map(|notice| sentence(notice) + " ").unwrap_or_default();
        let description = format!("{warning}{}. {counts} {}", self.subtitle, self.foot.join(" "));
        let texts = SvgTexts { id: &self.id, title: &self.title, description: &description, heading };

        let mut svg = String::new();
        let canvas = Canvas::new(&mut svg, (WIDTH, height), &texts)?;
        let below_title = block(&canvas, &title, MARGIN, MARGIN, TITLE)?;
        block(&canvas, &subtitle, MARGIN, below_title, SUBTITLE)?;
        if !notice.is_empty() {
            draw_notice(&canvas, &notice, Rect { left: MARGIN, top: heading, right: WIDTH - MARGIN, bottom: below })?;
        }
        let area = Rect { left: MARGIN, top, right: WIDTH - MARGIN, bottom };
        if picture.is_empty() {
            self.draw_empty(&canvas, area)?;
        } else {
            picture.draw(&canvas, area)?;
        }
        block(&canvas, &foot, MARGIN, bottom + GAP, FOOT)?;
        canvas.finish()?;
        Ok(svg)
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

/// A notice as a band across the chart.
fn draw_notice(canvas: &Canvas<'_>, lines: &[String], band: Rect) -> Result<(), ChartError> {
    let color = Color::Vermilion.rgb();
    canvas.rect(band, tint(color))?;
    canvas.rect(Rect { right: band.left + NOTICE_BAR, ..band }, color)?;
    block(canvas, lines, band.left + NOTICE_BAR + NOTICE_PADDING, band.top + NOTICE_PADDING, NOTICE)?;
    Ok(())
}

/// Writes lines from `top` down and returns the position below the last line.
fn block(canvas: &Canvas<'_>, lines: &[String], left: i32, top: i32, style: TextStyle) -> Result<i32, ChartError> {
    let mut top = top;
    for line in lines {
        canvas.draw_text(line, (left, top + style.size), Anchor::Start, style)?;
        top += style.line_height();
    }
    Ok(top)
}
