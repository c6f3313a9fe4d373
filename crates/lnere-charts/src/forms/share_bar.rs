/*!
A bar of 100 %: its segments, their texts and their colours. Two forms draw such bars.
*/

use std::collections::BTreeMap;

use plotters::style::RGBColor;

use super::super::canvas::{Canvas, Rect, TextAnchor};
use super::super::palette::{Color, RESIDUAL_COLOR, WHITE, text_color_on};
use super::super::text_style::{TextStyle, VALUE_STYLE};
use super::super::{ChartContext, ChartError, chart_values};
use lnere_core::mexican_formats;
use lnere_statements::MIN_SHARE_BASE;
use lnere_tables::dictionary::is_unidentified;

/// The free space at each side of a text in its segment.
const TEXT_PADDING: i32 = 8;
const MIN_SEGMENT_WIDTH: i32 = 3;

/// A part of a bar.
pub(super) struct Segment {
    pub label: String,
    pub color: RGBColor,
    pub count: i64,
    /// Whether this is the unidentified category.
    pub is_residual: bool,
}

/// The segments of a bar, in the order of the process file.
pub(super) fn segments_of(
    category_column: &str,
    counts: &BTreeMap<&str, i64>,
    colors: &[Color],
    context: &ChartContext,
) -> Vec<Segment> {
    let codes = chart_values::codes_in_catalogue_order(category_column, counts.keys().copied(), context);
    let segment = |(index, code): (usize, &str)| Segment {
        label: context.category_label(category_column, code),
        color: if is_unidentified(category_column, code) {
            RESIDUAL_COLOR
        } else {
            Color::of_category(colors, index).rgb()
        },
        count: counts[code],
        is_residual: is_unidentified(category_column, code),
    };
    codes.into_iter().enumerate().map(segment).collect()
}

/// A share in whole percent, or the count where the base is too small for a percentage.
pub(super) fn share_text(count: i64, total: i64) -> String {
    if total < MIN_SHARE_BASE {
        mexican_formats::integer(count)
    } else {
        mexican_formats::whole_percentage(count, total)
    }
}

/// The horizontal distance of a part of a total from the start of a bar of some width.
pub(super) fn offset(part: i64, total: i64, width: i32) -> i32 {
    let pixels = i128::from(part) * i128::from(width) / i128::from(total.max(1));
    i32::try_from(pixels).unwrap_or(width)
}

/// A segment of a bar of some size, and the text that fits into it.
pub(super) struct PlacedSegment<'s> {
    pub segment: &'s Segment,
    /// The distances of its edges from the start of the bar.
    left: i32,
    right: i32,
    /// The lines of its text; `None` if no text fits.
    lines: Option<Vec<String>>,
}

impl PlacedSegment<'_> {
    /// Whether the text has to stand outside of the bar.
    pub(super) fn lacks_text(&self) -> bool {
        self.lines.is_none()
    }
}

/// Places the segments with a count in a bar. The text of a segment is the first of `texts` whose
/// lines fit.
pub(super) fn place_segments<'s>(
    segments: &'s [Segment],
    (width, height): (i32, i32),
    texts: impl Fn(&Segment, i64) -> Vec<Vec<String>>,
) -> Vec<PlacedSegment<'s>> {
    let total: i64 = segments.iter().map(|segment| segment.count).sum();
    let mut before = 0;
    let place = |segment: &'s Segment| {
        let left = offset(before, total, width);
        before += segment.count;
        // A count of 1 must be visible even beside millions.
        let left = left.min(width - MIN_SEGMENT_WIDTH);
        let right = offset(before, total, width).max(left + MIN_SEGMENT_WIDTH);
        let fits = |lines: &Vec<String>| {
            VALUE_STYLE.max_width(lines.iter().map(String::as_str)) + 2 * TEXT_PADDING <= right - left
                && lines_height(lines, VALUE_STYLE) <= height
        };
        PlacedSegment { segment, left, right, lines: texts(segment, total).into_iter().find(fits) }
    };
    segments.iter().filter(|segment| segment.count > 0).map(place).collect()
}

/// Draws placed segments into their bar.
pub(super) fn draw_segments(canvas: &Canvas<'_>, bar: Rect, segments: &[PlacedSegment<'_>]) -> Result<(), ChartError> {
    for PlacedSegment { segment, left, right, lines } in segments {
        let (left, right) = (bar.left + left, bar.left + right);
        canvas.fill_rect(Rect { left, right, ..bar }, segment.color)?;
        if left > bar.left {
            canvas.draw_line((left, bar.top), (left, bar.bottom), WHITE)?;
        }
        let style = TextStyle { color: text_color_on(segment.color), ..VALUE_STYLE };
        let lines = lines.as_deref().unwrap_or_default();
        let mut middle = bar.top + bar.height() / 2 - lines_height(lines, style) / 2 + style.line_height() / 2;
        for line in lines {
            canvas.draw_text_centered_on(line, (left.midpoint(right), middle), TextAnchor::Middle, style)?;
            middle += style.line_height();
        }
    }
    Ok(())
}

fn lines_height(lines: &[String], style: TextStyle) -> i32 {
    i32::try_from(lines.len()).unwrap_or(0) * style.line_height()
}
