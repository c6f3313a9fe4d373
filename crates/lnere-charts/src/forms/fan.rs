/*!
Draws the fan chart: counts up to the corte and prediction intervals from the corte to the close.
*/

use std::collections::BTreeMap;

use chrono::NaiveDate;
use plotters::style::RGBColor;

use super::super::canvas::{Anchor, Canvas, Point, Rect};
use super::super::data::ScopedRows;
use super::super::definition::{FanForm, ReferenceLines};
use super::super::frame::ChartContent;
use super::super::palette::{BASE, Color, MUTED, tint};
use super::super::text::{LABEL, TOTAL, TextStyle, VALUE};
use super::super::{ChartContext, ChartError};
use super::day_axis::{self, FOOT, SIDE};
use super::plot_panel::{HEAD, PlotPanel, ticks_width};
use lnere_core::numbers::{integer, long_date, short_date_with_year};

const PANEL: i32 = 600;
const LEGEND_LINE: i32 = 38;
const SWATCH: i32 = 26;
/// The space to the right of the close, for the values at it.
const VALUES: i32 = 140;
/// The width of the bar at the close, which is drawn if no band leads up to the close.
const BAR: i32 = 36;
/// The least distance between the base lines of two values at the close.
const APART: i32 = 28;

/// The prediction for one day.
#[derive(Clone, Copy)]
struct ProjectedDay {
    date: NaiveDate,
    median: i64,
    inner: [i64; 2],
    outer: [i64; 2],
}

/// The curve of an earlier process at the same distance to its close, scaled to the present count.
struct ReferenceLine {
    label: String,
    color: RGBColor,
    days: Vec<(NaiveDate, i64)>,
}

/// The picture.
pub(super) struct FanChart<'d> {
    form: &'d FanForm,
    opens: NaiveDate,
    corte: NaiveDate,
    history: Vec<(NaiveDate, i64)>,
    days: Vec<ProjectedDay>,
    reference_lines: Vec<ReferenceLine>,
}

/// The meaning of a line of the legend.
struct LegendEntry {
    color: RGBColor,
    /// The height in pixels; a band is as high as its swatch.
    height: i32,
    label: String,
}

impl<'d> FanChart<'d> {
    pub(super) fn new(
        form: &'d FanForm,
        fan: &ScopedRows<'_>,
        history: &ScopedRows<'_>,
        references: &ScopedRows<'_>,
        context: &ChartContext,
    ) -> Result<Self, ChartError> {
        let columns = [
            form.median.column.as_str(),
            &form.inner.lower_column,
            &form.inner.upper_column,
            &form.outer.lower_column,
            &form.outer.upper_column,
        ];
        let days = fan.by_day(&form.day_column, &columns)?;
        let days: Vec<ProjectedDay> = days
            .into_iter()
            .map(|(date, of)| ProjectedDay { date, median: of[0], inner: [of[1], of[2]], outer: [of[3], of[4]] })
            .collect();
        let history: Vec<(NaiveDate, i64)> = history
            .by_day(&form.day_column, &[&form.history.column])?
            .into_iter()
            .map(|(date, sums)| (date, sums[0]))
            .take_while(|(date, _)| days.last().is_none_or(|close| *date <= close.date))
            .collect();
        let mut drawing =
            Self { form, opens: context.start, corte: context.corte, history, days, reference_lines: Vec::new() };
        drawing.reference_lines = drawing.scaled(references)?;
        Ok(drawing)
    }

    /// The curves of earlier processes, scaled so that they pass through the present count.
    fn scaled(&self, references: &ScopedRows<'_>) -> Result<Vec<ReferenceLine>, ChartError> {
        let ReferenceLines { name_column: name, column, label, .. } = &self.form.references;
        let Some(((corte, count), _)) = self.history.last().zip(self.days.get(1)) else { return Ok(Vec::new()) };
        let courses = references.values_by_name(name, &self.form.day_column, column)?;
        let of = |(place, (name, days)): (usize, (&str, BTreeMap<NaiveDate, f64>))| {
            let now = days.get(corte).copied().filter(|now| *now > 0.0)?;
            let scaled = days.into_iter().map(|(day, reached)| (day, (*count as f64 * reached / now).round() as i64));
            let color = Color::of_category(&self.form.references.colors, place).rgb();
            Some(ReferenceLine { label: format!("{name} {label}"), color, days: scaled.collect() })
        };
        Ok(courses.into_iter().enumerate().filter_map(of).collect())
    }

    fn close(&self) -> Option<&ProjectedDay> {
        self.days.last()
    }

    /// Whether the interval at the close has a width above zero.
    fn is_open(&self) -> bool {
        self.close().is_some_and(|close| close.outer[0] < close.outer[1])
    }

    /// The largest count on the axis. The curve of an earlier process that ends far higher is cut
    /// off.
    fn largest(&self) -> i64 {
        let close = self.close().map_or(0, |close| close.outer[1]);
        let known = self.history.last().map_or(0, |(_, count)| *count).max(close);
        let ends = self.reference_lines.iter().filter_map(|course| Some(course.days.last()?.1));
        ends.filter(|end| *end <= known + known / 4).fold(known, i64::max)
    }

    fn legend(&self) -> Vec<LegendEntry> {
        let form = self.form;
        let color = form.median.color.rgb();
        let mut entries = Vec::new();
        if let Some((day, count)) = self.history.last() {
            let label = format!("{}: {} al {}", form.history.label, integer(*count), short_date_with_year(*day));
            entries.push(LegendEntry { color: form.history.color.rgb(), height: 6, label });
        }
        if let Some(close) = self.close().filter(|_| self.is_open()) {
            let band = |label: &str, of: [i64; 2]| format!("{label}: de {} a {}", integer(of[0]), integer(of[1]));
            let label = format!("{}: {}", form.median.label, integer(close.median));
            entries.push(LegendEntry { color, height: 6, label });
            entries.push(LegendEntry {
                color: mid(color),
                height: SWATCH,
                label: band(&form.inner.label, close.inner),
            });
            entries.push(LegendEntry {
                color: tint(color),
                height: SWATCH,
                label: band(&form.outer.label, close.outer),
            });
        }
        let largest = self.largest();
        for course in &self.reference_lines {
            let is_cut = course.days.iter().any(|(_, count)| *count > largest);
            let label = if is_cut { format!("{} (rebasa la escala)", course.label) } else { course.label.clone() };
            entries.push(LegendEntry { color: course.color, height: 4, label });
        }
        entries
    }

    fn legend_height(&self) -> i32 {
        i32::try_from(self.legend().len()).map_or(0, |lines| lines * LEGEND_LINE) + 16
    }

    fn draw_legend(&self, canvas: &Canvas<'_>, area: Rect) -> Result<(), ChartError> {
        for (line, entry) in (0..).zip(self.legend()) {
            let middle = area.top + line * LEGEND_LINE + SWATCH / 2;
            let (top, bottom) = (middle - entry.height / 2, middle + (entry.height + 1) / 2);
            canvas.rect(Rect { left: area.left, top, right: area.left + SWATCH * 2, bottom }, entry.color)?;
            canvas.text_middle(&entry.label, (area.left + SWATCH * 2 + 14, middle), Anchor::Start, LABEL)?;
        }
        Ok(())
    }

    fn draw_bands(
        &self,
        canvas: &Canvas<'_>,
        panel: &PlotPanel,
        x: &impl Fn(NaiveDate) -> i32,
    ) -> Result<(), ChartError> {
        let color = self.form.median.color.rgb();
        let bands = [(true, tint(color)), (false, mid(color))];
        let bounds = |day: &ProjectedDay, is_outer| if is_outer { day.outer } else { day.inner };
        if let [only] = &self.days[..] {
            let right = x(only.date);
            for (is_outer, color) in bands {
                let [lower, upper] = bounds(only, is_outer);
                canvas.rect(Rect { left: right - BAR, top: panel.y(upper), right, bottom: panel.y(lower) }, color)?;
            }
            let y = panel.y(only.median);
            return canvas.path(vec![(right - BAR, y), (right, y)], color, 4);
        }
        for (is_outer, color) in bands {
            let edge =
                |bound: usize| self.days.iter().map(move |day| (x(day.date), panel.y(bounds(day, is_outer)[bound])));
            canvas.polygon(edge(1).chain(edge(0).rev()).collect(), color)?;
        }
        canvas.path(self.days.iter().map(|day| (x(day.date), panel.y(day.median))).collect(), color, 4)
    }

    fn draw_references(
        &self,
        canvas: &Canvas<'_>,
        panel: &PlotPanel,
        x: &impl Fn(NaiveDate) -> i32,
    ) -> Result<(), ChartError> {
        let largest = self.largest();
        for course in &self.reference_lines {
            let visible = course.days.iter().take_while(|(_, count)| *count <= largest);
            let line: Vec<Point> = visible.map(|(day, count)| (x(*day), panel.y(*count))).collect();
            canvas.path(line, course.color, 2)?;
        }
        Ok(())
    }

    /// Draws the corte, the close and the values at the close. Values that are close together are
    /// moved apart.
    fn draw_marks(
        &self,
        canvas: &Canvas<'_>,
        panel: &PlotPanel,
        x: &impl Fn(NaiveDate) -> i32,
    ) -> Result<(), ChartError> {
        let Some(close) = self.close() else { return Ok(()) };
        let (right, rect) = (x(close.date), panel.rect);
        canvas.line((right, rect.top), (right, rect.bottom), MUTED)?;
        let deadline = format!("{}: {}", self.form.deadline_label, short_date_with_year(close.date));
        canvas.draw_text(&deadline, (rect.right + VALUES, rect.top - 14), Anchor::End, VALUE)?;
        if let Some((day, count)) = self.history.last() {
            canvas.dot((x(*day), panel.y(*count)), self.form.history.color.rgb())?;
        }
        let mut values: Vec<(i64, TextStyle)> = vec![(close.median, TOTAL)];
        if self.is_open() {
            values.extend([close.outer[1], close.outer[0]].map(|value| (value, VALUE)));
            values.sort_by_key(|(value, _)| std::cmp::Reverse(*value));
        }
        let mut above = i32::MIN / 2;
        let places: Vec<i32> = values
            .iter()
            .map(|(value, _)| {
                above = panel.y(*value).max(above + APART);
                above
            })
            .collect();
        // If values were pushed below the panel, the others move up.
        let mut below = rect.bottom + APART;
        for ((value, style), place) in values.iter().zip(places).rev() {
            let y = place.min(below - APART);
            below = y;
            canvas.text_middle(&integer(*value), (right + 14, y), Anchor::Start, *style)?;
        }
        Ok(())
    }
}

impl ChartContent for FanChart<'_> {
    fn is_empty(&self) -> bool {
        self.largest() == 0
    }

    fn height(&self) -> i32 {
        self.legend_height() + HEAD + PANEL + FOOT
    }

    fn draw(&self, canvas: &Canvas<'_>, area: Rect) -> Result<(), ChartError> {
        self.draw_legend(canvas, area)?;
        let largest = self.largest();
        let left = area.left + ticks_width(largest, PANEL).max(SIDE);
        let top = area.top + self.legend_height() + HEAD;
        let rect = Rect { left, top, right: area.right - VALUES, bottom: top + PANEL };
        let last = self.close().map(|close| close.date).into_iter().chain(self.history.last().map(|day| day.0)).max();
        let last = last.unwrap_or(self.corte);
        let first = self.opens.min(last);
        let span = (last - first).num_days().max(1);
        let x = |day: NaiveDate| {
            let ahead = (day - first).num_days().clamp(0, span);
            left + i32::try_from(ahead * i64::from(rect.width()) / span).unwrap_or(0)
        };
        let within = |day: NaiveDate| (first..=last).contains(&day).then(|| x(day));
        day_axis::draw(canvas, &[rect], (first, last), within, &self.form.axis)?;
        let panel = PlotPanel::draw(canvas, rect, largest, area.left, &self.form.history.label)?;
        if self.is_open() {
            self.draw_bands(canvas, &panel, &x)?;
        }
        self.draw_references(canvas, &panel, &x)?;
        canvas.line((rect.left, rect.bottom), (rect.right, rect.bottom), BASE)?;
        let line = self.history.iter().map(|(day, count)| (x(*day), panel.y(*count))).collect();
        canvas.path(line, self.form.history.color.rgb(), 5)?;
        self.draw_marks(canvas, &panel, &x)
    }

    fn describe(&self) -> String {
        let Some(close) = self.close() else { return String::new() };
        let entries: Vec<String> = self.legend().into_iter().map(|entry| entry.label).collect();
        format!("{}: {}. {}.", self.form.deadline_label, long_date(close.date), entries.join("; "))
    }
}

/// A colour half-way between a colour and its tint.
fn mid(color: RGBColor) -> RGBColor {
    let light = tint(color);
    RGBColor(color.0.midpoint(light.0), color.1.midpoint(light.1), color.2.midpoint(light.2))
}
