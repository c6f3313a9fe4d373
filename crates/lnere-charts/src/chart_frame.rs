/*!
Draws the frame of a chart around its picture: title, subtitle, notice and footer lines.
*/

use super::canvas::{Canvas, Rect, TextAnchor};
use super::palette::{BASE_LINE_COLOR, Color, tint};
use super::svg_writer::SvgHeader;
use super::text_style::{FOOT_STYLE, LABEL_STYLE, NOTICE_STYLE, SUBTITLE_STYLE, TITLE_STYLE, TextStyle};
use super::{ChartError, text_style};
use lnere_core::product_notice::notice_sentence;
use lnere_statements::Statistics;

/// The width of every chart in pixels.
pub(super) const CHART_WIDTH: i32 = 1600;
/// The free space at each side of the chart.
pub(super) const MARGIN: i32 = 48;
/// The space between the heading and the picture, and between the picture and the foot.
const SECTION_GAP: i32 = 28;
/// The width of the coloured bar at the left of a notice, and the free space around its text.
const NOTICE_BAR_WIDTH: i32 = 10;
const NOTICE_PADDING: i32 = 12;
/// The height of the frame of an empty chart.
const EMPTY_HEIGHT: i32 = 420;
/// The height of the frame of a sentence that replaces a picture of few cases.
const FEW_HEIGHT: i32 = 160;

/// The content that a form draws between the header and the foot.
pub(super) trait ChartContent {
    /// Whether the chart has no count to draw.
    fn is_empty(&self) -> bool;

    /// The required height in pixels.
    fn height(&self) -> i32;

    /// Draws the content into `area`, which has the required height.
    fn draw(&self, canvas: &Canvas<'_>, area: Rect) -> Result<(), ChartError>;

    /// The number of cases that the chart divides; `None` if it divides none or does not know.
    fn case_count(&self) -> Option<i64> {
        None
    }

    /// What the picture leaves out or compares with, for the foot.
    fn own_note(&self) -> Option<String> {
        None
    }

    /// Whether the chart has a suppressed count.
    fn has_suppressed(&self) -> bool {
        false
    }

    /// The statistics of what is drawn, which the title can state.
    fn statistics(&self) -> Statistics {
        Statistics::default()
    }

    /// The counts in words, for readers who do not see the picture.
    fn text_alternative(&self) -> String;
}

/// The texts around a chart.
pub(super) struct ChartFrame {
    /// Distinguishes the ids of this SVG from the ids of other charts on the same page.
    pub id_prefix: String,
    pub title: String,
    pub subtitle: String,
    /// The note on the counts below the heading; it stays when the heading is cut off.
    pub notice: Option<String>,
    pub empty_text: String,
    /// The sentence that replaces a picture of too few cases.
    pub few_text: Option<String>,
    /// The lines at the foot, each wrapped where it is long.
    pub foot_lines: Vec<String>,
}

impl ChartFrame {
    /// The chart as SVG text.
    pub(super) fn draw(&self, content: &dyn ChartContent) -> Result<String, ChartError> {
        text_style::check_fonts()?;
        let inner_width = CHART_WIDTH - 2 * MARGIN;
        let title = TITLE_STYLE.wrap(&self.title, inner_width);
        let subtitle = SUBTITLE_STYLE.wrap(&self.subtitle, inner_width);
        let foot: Vec<String> = self.foot_lines.iter().flat_map(|line| FOOT_STYLE.wrap(line, inner_width)).collect();

        let notice_width = inner_width - NOTICE_BAR_WIDTH - 2 * NOTICE_PADDING;
        let notice: Vec<String> =
            self.notice.iter().flat_map(|notice| NOTICE_STYLE.wrap(notice, notice_width)).collect();

        let heading_bottom =
            MARGIN + lines_height(&title, TITLE_STYLE) + lines_height(&subtitle, SUBTITLE_STYLE) + SECTION_GAP / 2;
        let notice_height =
            if notice.is_empty() { 0 } else { lines_height(&notice, NOTICE_STYLE) + 2 * NOTICE_PADDING };
        let notice_bottom = heading_bottom + notice_height;
        let top = notice_bottom + if notice.is_empty() { SECTION_GAP / 2 } else { SECTION_GAP };
        let replacement = if content.is_empty() { Some(&self.empty_text) } else { self.few_text.as_ref() };
        let bottom = top
            + match replacement {
                Some(_) if content.is_empty() => EMPTY_HEIGHT,
                Some(_) => FEW_HEIGHT,
                None => content.height(),
            };
        let height = bottom + SECTION_GAP + lines_height(&foot, FOOT_STYLE) + MARGIN / 2;

        let counts = match replacement {
            Some(text) => format!("{}.", text.trim_end_matches('.')),
            None => content.text_alternative(),
        };
        let warning = self.notice.as_deref().map(|notice| notice_sentence(notice) + " ").unwrap_or_default();
        let description = format!("{warning}{}. {counts} {}", self.subtitle, self.foot_lines.join(" "));
        let texts = SvgHeader {
            id_prefix: &self.id_prefix,
            title: &self.title,
            description: &description,
            heading_height: heading_bottom,
        };

        let mut svg = String::new();
        let canvas = Canvas::new(&mut svg, (CHART_WIDTH, height), &texts)?;
        let below_title = draw_text_lines(&canvas, &title, MARGIN, MARGIN, TITLE_STYLE)?;
        draw_text_lines(&canvas, &subtitle, MARGIN, below_title, SUBTITLE_STYLE)?;
        if !notice.is_empty() {
            draw_notice(
                &canvas,
                &notice,
                Rect { left: MARGIN, top: heading_bottom, right: CHART_WIDTH - MARGIN, bottom: notice_bottom },
            )?;
        }
        let area = Rect { left: MARGIN, top, right: CHART_WIDTH - MARGIN, bottom };
        match replacement {
            Some(text) => draw_sentence(&canvas, text, area)?,
            None => content.draw(&canvas, area)?,
        }
        draw_text_lines(&canvas, &foot, MARGIN, bottom + SECTION_GAP, FOOT_STYLE)?;
        canvas.finish()?;
        Ok(svg)
    }
}

/// A sentence in a frame, where there is no picture.
fn draw_sentence(canvas: &Canvas<'_>, sentence: &str, area: Rect) -> Result<(), ChartError> {
    let Rect { left, top, right, bottom } = area;
    let border = vec![(left, top), (right, top), (right, bottom), (left, bottom), (left, top)];
    canvas.draw_path(border, BASE_LINE_COLOR, 2)?;
    let middle = (left + area.width() / 2, top + area.height() / 2);
    canvas.draw_text_centered_on(sentence, middle, TextAnchor::Middle, LABEL_STYLE)
}

fn lines_height(lines: &[String], style: TextStyle) -> i32 {
    i32::try_from(lines.len()).map_or(0, |lines| lines * style.line_height())
}

/// A notice as a band across the chart.
fn draw_notice(canvas: &Canvas<'_>, lines: &[String], band: Rect) -> Result<(), ChartError> {
    let color = Color::Vermilion.rgb();
    canvas.fill_rect(band, tint(color))?;
    canvas.fill_rect(Rect { right: band.left + NOTICE_BAR_WIDTH, ..band }, color)?;
    draw_text_lines(
        canvas,
        lines,
        band.left + NOTICE_BAR_WIDTH + NOTICE_PADDING,
        band.top + NOTICE_PADDING,
        NOTICE_STYLE,
    )?;
    Ok(())
}

/// Writes lines from `top` down and returns the position below the last line.
fn draw_text_lines(
    canvas: &Canvas<'_>,
    lines: &[String],
    left: i32,
    top: i32,
    style: TextStyle,
) -> Result<i32, ChartError> {
    let mut top = top;
    for line in lines {
        canvas.draw_text(line, (left, top + style.size), TextAnchor::Start, style)?;
        top += style.line_height();
    }
    Ok(top)
}
