/*!
Draws the fan chart: counts up to the corte and prediction intervals from the corte to the close.
*/

use std::collections::BTreeMap;

use chrono::NaiveDate;
use plotters::style::RGBColor;

use super::super::canvas::{Canvas, Point, Rect, TextAnchor};
use super::super::chart_frame::{CHART_WIDTH, ChartContent, MARGIN};
use super::super::chart_values::ScopedRows;
use super::super::definition::{FanForm, ReferenceLines};
use super::super::palette::{BASE_LINE_COLOR, Color, MUTED_TEXT_COLOR, tint};
use super::super::text_style::{LABEL_STYLE, TICK_STYLE, TOTAL_STYLE, TextStyle, VALUE_STYLE};
use super::super::{ChartContext, ChartError};
use super::day_axis::{self, FOOT_HEIGHT, SIDE_MARGIN};
use super::event_marks::{self, ChartEvent};
use super::plot_panel::{HEAD_HEIGHT, PlotPanel, axis_for_height, tick_labels_width};
use lnere_core::mexican_formats::{integer, long_date, short_date_with_year};

const PANEL_HEIGHT: i32 = 600;
const LEGEND_LINE_HEIGHT: i32 = 38;
const SWATCH_SIZE: i32 = 26;
/// The least space to the right of the close, for the texts at it.
const MIN_VALUES_WIDTH: i32 = 140;
/// The space between the close and the texts at it, and after their widest.
const VALUE_GAP: i32 = 14;
/// The width of the mark of a text beside what it names.
const MARK_WIDTH: i32 = 22;
/// The width of the bar at the close, which is drawn if no band leads up to the close.
const CLOSE_BAR_WIDTH: i32 = 36;
/// The least distance between the base lines of two texts at the close. A text that would be farther
/// than this from what it names does not say what that is, so a legend does.
const MIN_VALUE_DISTANCE: i32 = 28;
/// The part of a goal that the axis shows above it, so that its line is no edge of the panel.
const SPACE_ABOVE_GOAL: i64 = 12;

/// The prediction for one day.
#[derive(Clone, Copy)]
struct ProjectedDay {
    date: NaiveDate,
    median: i64,
    inner_bounds: [i64; 2],
    outer_bounds: [i64; 2],
}

/// The curve of an earlier process at the same distance to its close, scaled to the present count.
struct ReferenceLine {
    label: String,
    color: RGBColor,
    counts_by_day: Vec<(NaiveDate, i64)>,
}

/// The picture.
pub(super) struct FanChart<'d> {
    form: &'d FanForm,
    opening_day: NaiveDate,
    corte: NaiveDate,
    history: Vec<(NaiveDate, i64)>,
    projected_days: Vec<ProjectedDay>,
    reference_lines: Vec<ReferenceLine>,
    /// The marked days before the close.
    events: Vec<ChartEvent>,
    /// The number of applications that the working group wants to reach.
    goal: Option<i64>,
    close_labels: CloseLabels,
}

/// The texts to the right of the close, the highest first.
#[derive(Default)]
struct CloseLabels {
    labels: Vec<CloseLabel>,
    /// Whether the texts name the median and the bands, so that a legend need not.
    name_bands: bool,
}

/// A text to the right of the close.
#[derive(Clone)]
struct CloseLabel {
    count: i64,
    text: String,
    style: TextStyle,
    /// The colour and the height of the mark before the text.
    mark: Option<(RGBColor, i32)>,
    /// The height of the middle of the text above the foot of the panel, in pixels.
    height: i32,
}

/// The meaning of a line of the legend.
struct LegendEntry {
    color: RGBColor,
    /// The height in pixels; a band is as high as its swatch.
    height: i32,
    label: String,
    kind: LegendKind,
}

/// What a line of the legend is about.
enum LegendKind {
    History,
    Prediction,
    Reference,
}

impl CloseLabel {
    /// The width of the mark and of the text.
    fn width(&self) -> i32 {
        self.style.width(&self.text) + if self.mark.is_some() { MARK_WIDTH + VALUE_GAP / 2 } else { 0 }
    }
}

impl<'d> FanChart<'d> {
    pub(super) fn new(
        form: &'d FanForm,
        fan: &ScopedRows<'_>,
        history: &ScopedRows<'_>,
        references: &ScopedRows<'_>,
        context: &ChartContext,
        goal: Option<i64>,
    ) -> Result<Self, ChartError> {
        let columns = [
            form.median.column.as_str(),
            &form.inner.lower_column,
            &form.inner.upper_column,
            &form.outer.lower_column,
            &form.outer.upper_column,
        ];
        let days = fan.sums_by_day(&form.day_column, &columns)?;
        let projected_days: Vec<ProjectedDay> = days
            .into_iter()
            .map(|(date, of)| ProjectedDay {
                date,
                median: of[0],
                inner_bounds: [of[1], of[2]],
                outer_bounds: [of[3], of[4]],
            })
            .collect();
        let history: Vec<(NaiveDate, i64)> = history
            .sums_by_day(&form.day_column, &[&form.history.column])?
            .into_iter()
            .map(|(date, sums)| (date, sums[0]))
            .take_while(|(date, _)| projected_days.last().is_none_or(|close| *date <= close.date))
            .collect();
        let close = projected_days.last().map(|day| day.date);
        let events = context.events.iter().filter(|event| close.is_none_or(|close| event.day < close));
        let mut chart = Self {
            events: events.cloned().collect(),
            goal,
            form,
            opening_day: context.opening_day,
            corte: context.corte,
            history,
            projected_days,
            reference_lines: Vec::new(),
            close_labels: CloseLabels::default(),
        };
        chart.reference_lines = chart.scaled_reference_lines(references)?;
        chart.close_labels = chart.choose_close_labels();
        Ok(chart)
    }

    /// The curves of earlier processes, scaled so that they pass through the present count.
    fn scaled_reference_lines(&self, references: &ScopedRows<'_>) -> Result<Vec<ReferenceLine>, ChartError> {
        let ReferenceLines { name_column, percentage_column: column, label_suffix: label, .. } = &self.form.references;
        let Some(((corte, count), _)) = self.history.last().zip(self.projected_days.get(1)) else {
            return Ok(Vec::new());
        };
        let percentages_by_name = references.values_by_name_and_day(name_column, &self.form.day_column, column)?;
        let reference_line = |(place, (name, days)): (usize, (&str, BTreeMap<NaiveDate, f64>))| {
            let reached_at_corte = days.get(corte).copied().filter(|now| *now > 0.0)?;
            let scaled = days
                .into_iter()
                .map(|(day, reached)| (day, (*count as f64 * reached / reached_at_corte).round() as i64));
            let color = Color::of_category(&self.form.references.colors, place).rgb();
            Some(ReferenceLine { label: format!("{name} {label}"), color, counts_by_day: scaled.collect() })
        };
        Ok(percentages_by_name.into_iter().enumerate().filter_map(reference_line).collect())
    }

    fn close_prediction(&self) -> Option<&ProjectedDay> {
        self.projected_days.last()
    }

    /// Whether the interval at the close has a width above zero.
    fn has_interval(&self) -> bool {
        self.close_prediction().is_some_and(|close| close.outer_bounds[0] < close.outer_bounds[1])
    }

    /// The largest count on the axis. The curve of an earlier process that ends far higher is cut
    /// off.
    fn axis_maximum(&self) -> i64 {
        let close = self.close_prediction().map_or(0, |close| close.outer_bounds[1]);
        let highest_own_count = self.history.last().map_or(0, |(_, count)| *count).max(close);
        let ends =
            self.reference_lines.iter().filter_map(|reference_line| Some(reference_line.counts_by_day.last()?.1));
        ends.filter(|end| *end <= highest_own_count + highest_own_count / 4).fold(highest_own_count, i64::max)
    }

    /// The largest count that the axis must show.
    fn largest_shown(&self) -> i64 {
        self.axis_maximum().max(self.goal.map_or(0, |goal| goal.saturating_add(goal / SPACE_ABOVE_GOAL + 1)))
    }

    /// Texts that name the median and the bands, if each has a place beside what it names, or else
    /// numbers alone.
    fn choose_close_labels(&self) -> CloseLabels {
        let Some(close) = self.close_prediction() else { return CloseLabels::default() };
        let (form, color) = (self.form, self.form.median.color.rgb());
        let goal = self.goal.map(|goal| CloseLabel {
            count: goal,
            text: with_count(&form.goal.direct_label, goal),
            style: VALUE_STYLE,
            mark: Some((form.goal.color.rgb(), 4)),
            height: 0,
        });
        let number = |count: i64, style| CloseLabel { count, text: integer(count), style, mark: None, height: 0 };
        let mut numbers = vec![number(close.median, TOTAL_STYLE)];
        if self.has_interval() {
            let median = CloseLabel {
                text: with_count(&form.median.direct_label, close.median),
                mark: Some((color, 4)),
                ..number(close.median, TOTAL_STYLE)
            };
            let bands =
                [(&form.inner, close.inner_bounds, half_tint(color)), (&form.outer, close.outer_bounds, tint(color))];
            let bounds = bands.into_iter().flat_map(|(band, bounds, color)| {
                bounds.into_iter().zip(&band.direct_labels).map(move |(bound, text)| CloseLabel {
                    text: with_count(text, bound),
                    mark: Some((color, SWATCH_SIZE * 2 / 3)),
                    ..number(bound, VALUE_STYLE)
                })
            });
            let labels = self.keep_apart(bounds.chain([median]).chain(goal.clone()).collect());
            let is_beside =
                |label: &CloseLabel| (self.height_of(label.count) - label.height).abs() <= MIN_VALUE_DISTANCE;
            if labels.iter().all(is_beside) {
                return CloseLabels { labels, name_bands: true };
            }
            numbers.extend(close.outer_bounds.map(|bound| number(bound, VALUE_STYLE)));
        }
        numbers.extend(goal);
        CloseLabels { labels: self.keep_apart(numbers), name_bands: false }
    }

    /// The height of a count above the foot of the panel, in pixels.
    fn height_of(&self, count: i64) -> i32 {
        axis_for_height(self.largest_shown(), PANEL_HEIGHT).pixels_from_start(count, PANEL_HEIGHT)
    }

    /// Sorts texts from the top down and moves those apart that are close together. If some were
    /// pushed below the panel, the others move up.
    fn keep_apart(&self, mut labels: Vec<CloseLabel>) -> Vec<CloseLabel> {
        labels.sort_by_key(|label| std::cmp::Reverse(label.count));
        let mut above = i32::MAX / 2;
        for label in &mut labels {
            label.height = self.height_of(label.count).min(above - MIN_VALUE_DISTANCE);
            above = label.height;
        }
        let mut below = -MIN_VALUE_DISTANCE;
        for label in labels.iter_mut().rev() {
            label.height = label.height.max(below + MIN_VALUE_DISTANCE);
            below = label.height;
        }
        labels
    }

    /// The space to the right of the close.
    fn values_width(&self) -> i32 {
        let widths = self.close_labels.labels.iter().map(CloseLabel::width);
        widths.max().map_or(0, |width| width + 2 * VALUE_GAP).max(MIN_VALUES_WIDTH)
    }

    /// The first and the last day of the axis.
    fn days(&self) -> (NaiveDate, NaiveDate) {
        let ends =
            self.close_prediction().map(|close| close.date).into_iter().chain(self.history.last().map(|day| day.0));
        let last = ends.max().unwrap_or(self.corte);
        (self.opening_day.min(last), last)
    }

    /// The left and the right edge of the panel.
    fn panel_sides(&self) -> (i32, i32) {
        let left = MARGIN + tick_labels_width(self.largest_shown(), PANEL_HEIGHT).max(SIDE_MARGIN);
        (left, CHART_WIDTH - MARGIN - self.values_width())
    }

    /// The horizontal position of a day.
    fn x_of_day(&self, day: NaiveDate) -> i32 {
        let ((left, right), (first, last)) = (self.panel_sides(), self.days());
        let span = (last - first).num_days().max(1);
        let ahead = (day - first).num_days().clamp(0, span);
        left + i32::try_from(ahead * i64::from(right - left) / span).unwrap_or(0)
    }

    /// The text beside the last count of the history, if nothing else needs its place. A curve of
    /// cumulative counts has free space above and to the left of its end.
    fn count_label(&self) -> Option<String> {
        let (day, count) = self.history.last()?;
        let text = with_count(&self.form.history.direct_label, *count).replace("{day}", &short_date_with_year(*day));
        let left = self.x_of_day(*day) - VALUE_GAP - VALUE_STYLE.width(&text);
        let events = i32::try_from(self.events.len()).map_or(0, |events| events * TICK_STYLE.line_height());
        let top = PANEL_HEIGHT - self.height_of(*count) - VALUE_GAP - VALUE_STYLE.line_height();
        let has_place = self.reference_lines.is_empty() && left >= self.panel_sides().0 + VALUE_GAP && top >= events;
        has_place.then_some(text)
    }

    /// The legend of what no text names in its place.
    fn shown_legend_entries(&self) -> Vec<LegendEntry> {
        let names_count = self.count_label().is_some();
        let is_named = |entry: &LegendEntry| match entry.kind {
            LegendKind::History => names_count,
            LegendKind::Prediction => self.close_labels.name_bands,
            LegendKind::Reference => false,
        };
        self.legend_entries().into_iter().filter(|entry| !is_named(entry)).collect()
    }

    fn legend_entries(&self) -> Vec<LegendEntry> {
        let form = self.form;
        let color = form.median.color.rgb();
        let mut entries = Vec::new();
        if let Some((day, count)) = self.history.last() {
            let label = format!("{}: {} al {}", form.history.label, integer(*count), short_date_with_year(*day));
            entries.push(LegendEntry { color: form.history.color.rgb(), height: 6, label, kind: LegendKind::History });
        }
        if let Some(close) = self.close_prediction().filter(|_| self.has_interval()) {
            let band = |label: &str, of: [i64; 2]| format!("{label}: de {} a {}", integer(of[0]), integer(of[1]));
            let label = format!("{}: {}", form.median.label, integer(close.median));
            entries.push(LegendEntry { color, height: 6, label, kind: LegendKind::Prediction });
            entries.push(LegendEntry {
                color: half_tint(color),
                height: SWATCH_SIZE,
                label: band(&form.inner.label, close.inner_bounds),
                kind: LegendKind::Prediction,
            });
            entries.push(LegendEntry {
                color: tint(color),
                height: SWATCH_SIZE,
                label: band(&form.outer.label, close.outer_bounds),
                kind: LegendKind::Prediction,
            });
        }
        let largest = self.axis_maximum();
        for reference_line in &self.reference_lines {
            let is_cut = reference_line.counts_by_day.iter().any(|(_, count)| *count > largest);
            let label = if is_cut {
                format!("{} (rebasa la escala)", reference_line.label)
            } else {
                reference_line.label.clone()
            };
            entries.push(LegendEntry { color: reference_line.color, height: 4, label, kind: LegendKind::Reference });
        }
        entries
    }

    fn legend_height(&self) -> i32 {
        i32::try_from(self.shown_legend_entries().len()).map_or(0, |lines| lines * LEGEND_LINE_HEIGHT) + 16
    }

    fn draw_legend(&self, canvas: &Canvas<'_>, area: Rect) -> Result<(), ChartError> {
        for (line, entry) in (0..).zip(self.shown_legend_entries()) {
            let middle = area.top + line * LEGEND_LINE_HEIGHT + SWATCH_SIZE / 2;
            let (top, bottom) = (middle - entry.height / 2, middle + (entry.height + 1) / 2);
            canvas.fill_rect(Rect { left: area.left, top, right: area.left + SWATCH_SIZE * 2, bottom }, entry.color)?;
            canvas.draw_text_centered_on(
                &entry.label,
                (area.left + SWATCH_SIZE * 2 + 14, middle),
                TextAnchor::Start,
                LABEL_STYLE,
            )?;
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
        let bands = [(true, tint(color)), (false, half_tint(color))];
        let bounds = |day: &ProjectedDay, is_outer| if is_outer { day.outer_bounds } else { day.inner_bounds };
        if let [only] = &self.projected_days[..] {
            let right = x(only.date);
            for (is_outer, color) in bands {
                let [lower, upper] = bounds(only, is_outer);
                canvas.fill_rect(
                    Rect {
                        left: right - CLOSE_BAR_WIDTH,
                        top: panel.y_of_count(upper),
                        right,
                        bottom: panel.y_of_count(lower),
                    },
                    color,
                )?;
            }
            let y = panel.y_of_count(only.median);
            return canvas.draw_path(vec![(right - CLOSE_BAR_WIDTH, y), (right, y)], color, 4);
        }
        for (is_outer, color) in bands {
            let edge = |bound: usize| {
                self.projected_days.iter().map(move |day| (x(day.date), panel.y_of_count(bounds(day, is_outer)[bound])))
            };
            canvas.fill_polygon(edge(1).chain(edge(0).rev()).collect(), color)?;
        }
        canvas.draw_path(
            self.projected_days.iter().map(|day| (x(day.date), panel.y_of_count(day.median))).collect(),
            color,
            4,
        )
    }

    fn draw_references(
        &self,
        canvas: &Canvas<'_>,
        panel: &PlotPanel,
        x: &impl Fn(NaiveDate) -> i32,
    ) -> Result<(), ChartError> {
        let largest = self.axis_maximum();
        for reference_line in &self.reference_lines {
            let visible = reference_line.counts_by_day.iter().take_while(|(_, count)| *count <= largest);
            let line: Vec<Point> = visible.map(|(day, count)| (x(*day), panel.y_of_count(*count))).collect();
            canvas.draw_path(line, reference_line.color, 2)?;
        }
        Ok(())
    }

    fn draw_goal(&self, canvas: &Canvas<'_>, panel: &PlotPanel) -> Result<(), ChartError> {
        let Some(goal) = self.goal else { return Ok(()) };
        let (rect, y) = (panel.rect, panel.y_of_count(goal));
        canvas.draw_path(vec![(rect.left, y), (rect.right, y)], self.form.goal.color.rgb(), 4)
    }

    /// Draws the corte, the close and the texts at them.
    fn draw_close_and_values(&self, canvas: &Canvas<'_>, panel: &PlotPanel) -> Result<(), ChartError> {
        let Some(close) = self.close_prediction() else { return Ok(()) };
        let (right, rect) = (self.x_of_day(close.date), panel.rect);
        canvas.draw_line((right, rect.top), (right, rect.bottom), MUTED_TEXT_COLOR)?;
        let deadline = format!("{}: {}", self.form.deadline_label, short_date_with_year(close.date));
        canvas.draw_text(&deadline, (rect.right + self.values_width(), rect.top - 14), TextAnchor::End, VALUE_STYLE)?;
        if let Some((day, count)) = self.history.last() {
            let dot = (self.x_of_day(*day), panel.y_of_count(*count));
            if let Some(text) = self.count_label() {
                let at = (dot.0 - VALUE_GAP, dot.1 - VALUE_GAP);
                canvas.draw_text_on_white(&text, at, TextAnchor::End, VALUE_STYLE)?;
            }
            canvas.draw_dot(dot, self.form.history.color.rgb())?;
        }
        for label in &self.close_labels.labels {
            let (mut left, y) = (right + VALUE_GAP, rect.bottom - label.height);
            if let Some((color, height)) = label.mark {
                let top = y - height / 2;
                canvas.fill_rect(Rect { left, top, right: left + MARK_WIDTH, bottom: top + height }, color)?;
                left += MARK_WIDTH + VALUE_GAP / 2;
            }
            canvas.draw_text_centered_on(&label.text, (left, y), TextAnchor::Start, label.style)?;
        }
        Ok(())
    }
}

/// A text of the chart file with its count.
fn with_count(text: &str, count: i64) -> String {
    text.replace("{n}", &integer(count))
}

impl ChartContent for FanChart<'_> {
    fn is_empty(&self) -> bool {
        self.axis_maximum() == 0
    }

    fn height(&self) -> i32 {
        self.legend_height() + HEAD_HEIGHT + PANEL_HEIGHT + FOOT_HEIGHT
    }

    fn draw(&self, canvas: &Canvas<'_>, area: Rect) -> Result<(), ChartError> {
        self.draw_legend(canvas, area)?;
        let largest = self.largest_shown();
        let (left, right) = self.panel_sides();
        let top = area.top + self.legend_height() + HEAD_HEIGHT;
        let rect = Rect { left, top, right, bottom: top + PANEL_HEIGHT };
        let (first, last) = self.days();
        let x = |day: NaiveDate| self.x_of_day(day);
        let within = |day: NaiveDate| (first..=last).contains(&day).then(|| x(day));
        day_axis::draw(canvas, &[rect], (first, last), within, &self.form.axis_title)?;
        let panel = PlotPanel::draw(canvas, rect, largest, area.left, &self.form.history.label)?;
        event_marks::draw(canvas, rect, &self.events, within)?;
        if self.has_interval() {
            self.draw_bands(canvas, &panel, &x)?;
        }
        self.draw_goal(canvas, &panel)?;
        self.draw_references(canvas, &panel, &x)?;
        canvas.draw_line((rect.left, rect.bottom), (rect.right, rect.bottom), BASE_LINE_COLOR)?;
        let line = self.history.iter().map(|(day, count)| (x(*day), panel.y_of_count(*count))).collect();
        canvas.draw_path(line, self.form.history.color.rgb(), 5)?;
        self.draw_close_and_values(canvas, &panel)
    }

    fn text_alternative(&self) -> String {
        let Some(close) = self.close_prediction() else { return String::new() };
        let entries: Vec<String> = self.legend_entries().into_iter().map(|entry| entry.label).collect();
        let goal =
            self.goal.map(|goal| format!(" {}.", with_count(&self.form.goal.direct_label, goal))).unwrap_or_default();
        let events = event_marks::sentence(&self.events, self.opening_day, close.date);
        format!("{}: {}. {}.{goal}{events}", self.form.deadline_label, long_date(close.date), entries.join("; "))
    }
}

/// A colour half-way between a colour and its tint.
fn half_tint(color: RGBColor) -> RGBColor {
    let light = tint(color);
    RGBColor(color.0.midpoint(light.0), color.1.midpoint(light.1), color.2.midpoint(light.2))
}
