/*!
Draws a line for each category over whole numbers that fall from left to right, such as days to a
close.
*/

use std::collections::BTreeMap;

use super::super::ChartError;
use super::super::canvas::{Anchor, Canvas, Point, Rect};
use super::super::data::ScopedRows;
use super::super::definition::{Lines, NamedLine};
use super::super::frame::ChartContent;
use super::super::palette::{BASE, GRID};
use super::super::text::{AXIS, LABEL, TICK};
use super::day_axis::{FOOT, SIDE};
use super::plot_panel::{HEAD, PlotPanel, ticks_width};
use lnere_core::numbers::integer;

const PANEL: i32 = 560;
const LEGEND_LINE: i32 = 38;
const SWATCH: i32 = 52;

struct CategoryLine<'d> {
    named: &'d NamedLine,
    values: BTreeMap<i64, f64>,
}

/// The picture.
pub(super) struct LineChart<'d> {
    form: &'d Lines,
    lines: Vec<CategoryLine<'d>>,
}

impl<'d> LineChart<'d> {
    pub(super) fn new(form: &'d Lines, rows: &ScopedRows<'_>) -> Result<Self, ChartError> {
        let mut sums = rows.sums_by_code(&form.category_column, &form.along_column, &form.measure.column)?;
        let line = |named: &'d NamedLine| Some(CategoryLine { named, values: sums.remove(named.code.as_str())? });
        Ok(Self { form, lines: form.named.iter().filter_map(line).collect() })
    }

    fn along(&self) -> impl Iterator<Item = i64> {
        let all = self.lines.iter().flat_map(|line| line.values.keys().copied());
        all.collect::<std::collections::BTreeSet<_>>().into_iter().rev()
    }

    fn largest(&self) -> i64 {
        let all = self.lines.iter().flat_map(|line| line.values.values());
        all.fold(0.0, |largest: f64, value| largest.max(*value)).ceil() as i64
    }

    fn legend_height(&self) -> i32 {
        i32::try_from(self.lines.len()).map_or(0, |lines| lines * LEGEND_LINE) + 16
    }

    /// The label of a line, with its mean for a quick comparison.
    fn label(line: &CategoryLine) -> String {
        let mean = line.values.values().sum::<f64>() / line.values.len().max(1) as f64;
        format!("{} (promedio: {})", line.named.label, integer(mean.round() as i64))
    }
}

impl ChartContent for LineChart<'_> {
    fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    fn height(&self) -> i32 {
        self.legend_height() + HEAD + PANEL + FOOT
    }

    fn draw(&self, canvas: &Canvas<'_>, area: Rect) -> Result<(), ChartError> {
        for (place, line) in (0..).zip(&self.lines) {
            let middle = area.top + place * LEGEND_LINE + 13;
            let swatch = Rect { left: area.left, top: middle - 3, right: area.left + SWATCH, bottom: middle + 3 };
            canvas.rect(swatch, line.named.color.rgb())?;
            canvas.text_middle(&Self::label(line), (swatch.right + 14, middle), Anchor::Start, LABEL)?;
        }
        let largest = self.largest();
        let left = area.left + ticks_width(largest, PANEL).max(SIDE);
        let top = area.top + self.legend_height() + HEAD;
        let rect = Rect { left, top, right: area.right - SIDE, bottom: top + PANEL };
        let along: Vec<i64> = self.along().collect();
        let (first, last) = (along.first().copied().unwrap_or(0), along.last().copied().unwrap_or(0));
        let span = (first - last).max(1);
        let x = |value: i64| left + i32::try_from((first - value) * i64::from(rect.width()) / span).unwrap_or(0);
        for value in &along {
            canvas.line((x(*value), rect.top), (x(*value), rect.bottom), GRID)?;
            canvas.line((x(*value), rect.bottom), (x(*value), rect.bottom + 8), BASE)?;
            canvas.draw_text(&integer(*value), (x(*value), rect.bottom + 34), Anchor::Middle, TICK)?;
        }
        canvas.draw_text(&self.form.axis, (left + rect.width() / 2, rect.bottom + 74), Anchor::Middle, AXIS)?;
        let panel = PlotPanel::draw(canvas, rect, largest, area.left, &self.form.measure.label)?;
        // Draw from the last line of the file to the first, so that no other line covers the first.
        for line in self.lines.iter().rev() {
            let points: Vec<Point> =
                line.values.iter().rev().map(|(at, value)| (x(*at), panel.y(value.round() as i64))).collect();
            for point in &points {
                canvas.dot(*point, line.named.color.rgb())?;
            }
            canvas.path(points, line.named.color.rgb(), 4)?;
        }
        Ok(())
    }

    fn describe(&self) -> String {
        let lines: Vec<String> = self.lines.iter().map(Self::label).collect();
        format!("{}: {}.", self.form.measure.label, lines.join("; "))
    }
}
