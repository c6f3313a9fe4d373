/*!
Draws the registration curve: the cumulative count by day, and below it the new count of each day.
*/

use chrono::{Datelike, NaiveDate};

use super::super::canvas::{Canvas, Point, Rect, TextAnchor};
use super::super::chart_frame::ChartContent;
use super::super::chart_values::ScopedRows;
use super::super::definition::DailyForm;
use super::super::palette::{BASE_LINE_COLOR, tint};
use super::super::text_style::{TOTAL_STYLE, VALUE_STYLE};
use super::super::{ChartContext, ChartError};
use super::day_axis::{self, FOOT_HEIGHT, SIDE_MARGIN};
use super::event_marks::{self, ChartEvent};
use super::plot_panel::{HEAD_HEIGHT, PlotPanel, tick_labels_width};
use lnere_core::mexican_formats;

const CURVE_HEIGHT: i32 = 460;
const COLUMNS_HEIGHT: i32 = 190;
/// The space between the panels, in addition to the space above each panel.
const PANEL_GAP: i32 = 32;

/// One day's counts.
struct DailyCount {
    date: NaiveDate,
    cumulative: i64,
    new_count: i64,
}

/// The picture.
pub(super) struct DailyChart<'d> {
    form: &'d DailyForm,
    daily_counts: Vec<DailyCount>,
    events: &'d [ChartEvent],
}

impl<'d> DailyChart<'d> {
    pub(super) fn new(
        form: &'d DailyForm,
        rows: &ScopedRows<'_>,
        context: &'d ChartContext,
    ) -> Result<Self, ChartError> {
        let sums = rows.sums_by_day(&form.day_column, &[&form.cumulative_measure.column, &form.per_day.column])?;
        let days =
            sums.into_iter().map(|(date, sums)| DailyCount { date, cumulative: sums[0], new_count: sums[1] }).collect();
        Ok(Self { form, daily_counts: days, events: &context.events })
    }

    /// The index of the day with the largest new count; of equal days, the first.
    fn busiest_day_index(&self) -> Option<usize> {
        (0..self.daily_counts.len()).max_by_key(|&index| (self.daily_counts[index].new_count, std::cmp::Reverse(index)))
    }

    /// The busiest day in print, or the number of days if several are equally busy.
    fn busiest_day_text(&self, busiest: &DailyCount) -> String {
        match self.daily_counts.iter().filter(|day| day.new_count == busiest.new_count).count() {
            1 => mexican_formats::short_date_with_year(busiest.date),
            count => format!("{count} días"),
        }
    }

    /// Draws the cumulative count as a line and an area, with its value at the end of each
    /// quincena.
    fn draw_curve(&self, canvas: &Canvas<'_>, panel: &PlotPanel, x: impl Fn(usize) -> i32) -> Result<(), ChartError> {
        let color = self.form.cumulative_measure.color.rgb();
        let line: Vec<Point> = self
            .daily_counts
            .iter()
            .enumerate()
            .map(|(index, day)| (x(index), panel.y_of_count(day.cumulative)))
            .collect();
        if let ([first, ..], [.., last]) = (line.as_slice(), line.as_slice()) {
            let mut area = line.clone();
            area.extend([(last.0, panel.rect.bottom), (first.0, panel.rect.bottom)]);
            canvas.fill_polygon(area, tint(color))?;
        }
        canvas.draw_line(
            (panel.rect.left, panel.rect.bottom),
            (panel.rect.right, panel.rect.bottom),
            BASE_LINE_COLOR,
        )?;
        canvas.draw_path(line.clone(), color, 4)?;

        // Label from the last day backwards, so that the newest labels fit first.
        let last = self.daily_counts.len().saturating_sub(1);
        let mut free_until = panel.rect.right + SIDE_MARGIN;
        for (index, day) in self.daily_counts.iter().enumerate().rev() {
            if day.cumulative == 0 || (index != last && !is_quincena_end(day.date)) {
                continue;
            }
            let style = if index == last { TOTAL_STYLE } else { VALUE_STYLE };
            let text = mexican_formats::integer(day.cumulative);
            let right = line[index].0 + 8;
            let left = right - style.width(&text);
            if right > free_until || left < panel.rect.left {
                continue;
            }
            canvas.draw_dot(line[index], color)?;
            canvas.draw_text_on_white(&text, (right, line[index].1 - 16), TextAnchor::End, style)?;
            free_until = left - 12;
        }
        Ok(())
    }

    /// Draws a column for each day, with the value of the largest column.
    fn draw_columns(&self, canvas: &Canvas<'_>, panel: &PlotPanel, x: impl Fn(usize) -> i32) -> Result<(), ChartError> {
        let slot = panel.rect.width() / i32::try_from(self.daily_counts.len().max(1)).unwrap_or(i32::MAX);
        let width = (slot * 4 / 5).clamp(1, 120);
        for (index, day) in self.daily_counts.iter().enumerate().filter(|(_, day)| day.new_count > 0) {
            let left = x(index) - width / 2;
            let column =
                Rect { left, top: panel.column_top(day.new_count), right: left + width, bottom: panel.rect.bottom };
            canvas.fill_rect(column, self.form.per_day.color.rgb())?;
        }
        if let Some(index) = self.busiest_day_index() {
            let day = &self.daily_counts[index];
            let text = format!("Máximo: {} ({})", mexican_formats::integer(day.new_count), self.busiest_day_text(day));
            let half = VALUE_STYLE.width(&text) / 2;
            let middle = x(index).clamp(panel.rect.left + half, panel.rect.right + SIDE_MARGIN - half);
            canvas.draw_text_on_white(
                &text,
                (middle, panel.column_top(day.new_count) - 10),
                TextAnchor::Middle,
                VALUE_STYLE,
            )?;
        }
        Ok(())
    }
}

impl ChartContent for DailyChart<'_> {
    fn is_empty(&self) -> bool {
        self.daily_counts.iter().all(|day| day.cumulative == 0)
    }

    fn case_count(&self) -> Option<i64> {
        self.daily_counts.last().map(|day| day.cumulative)
    }

    fn height(&self) -> i32 {
        HEAD_HEIGHT + CURVE_HEIGHT + PANEL_GAP + HEAD_HEIGHT + COLUMNS_HEIGHT + FOOT_HEIGHT
    }

    fn draw(&self, canvas: &Canvas<'_>, area: Rect) -> Result<(), ChartError> {
        let max_cumulative = self.daily_counts.iter().map(|day| day.cumulative).max().unwrap_or(0);
        let most_new = self.daily_counts.iter().map(|day| day.new_count).max().unwrap_or(0);
        let left = area.left
            + tick_labels_width(max_cumulative, CURVE_HEIGHT)
                .max(tick_labels_width(most_new, COLUMNS_HEIGHT))
                .max(SIDE_MARGIN);
        let right = area.right - SIDE_MARGIN;
        let top = area.top + HEAD_HEIGHT;
        let upper = Rect { left, top, right, bottom: top + CURVE_HEIGHT };
        let top = upper.bottom + PANEL_GAP + HEAD_HEIGHT;
        let lower = Rect { left, top, right, bottom: top + COLUMNS_HEIGHT };

        let count = i64::try_from(self.daily_counts.len().max(1)).unwrap_or(i64::MAX);
        // The middle of a day's share of the width.
        let x = |index: usize| {
            let index = i64::try_from(index).unwrap_or(i64::MAX);
            left + i32::try_from((2 * index + 1) * i64::from(right - left) / (2 * count)).unwrap_or(0)
        };
        if let (Some(first), Some(last)) = (self.daily_counts.first(), self.daily_counts.last()) {
            let place = |day: NaiveDate| self.daily_counts.binary_search_by_key(&day, |day| day.date).ok().map(x);
            day_axis::draw(canvas, &[upper, lower], (first.date, last.date), place, &self.form.axis_title)?;
        }
        let panel = PlotPanel::draw(canvas, upper, max_cumulative, area.left, &self.form.cumulative_measure.label)?;
        let place = |day: NaiveDate| self.daily_counts.binary_search_by_key(&day, |day| day.date).ok().map(x);
        event_marks::draw(canvas, upper, self.events, place)?;
        self.draw_curve(canvas, &panel, x)?;
        let panel = PlotPanel::draw(canvas, lower, most_new, area.left, &self.form.per_day.label)?;
        self.draw_columns(canvas, &panel, x)
    }

    fn text_alternative(&self) -> String {
        let (Some(first), Some(last), Some(busiest)) =
            (self.daily_counts.first(), self.daily_counts.last(), self.busiest_day_index())
        else {
            return String::new();
        };
        let cortes: Vec<String> = self
            .daily_counts
            .iter()
            .filter(|day| is_quincena_end(day.date))
            .map(|day| {
                format!(
                    "{}: {}",
                    mexican_formats::short_date_with_year(day.date),
                    mexican_formats::integer(day.cumulative)
                )
            })
            .collect();
        format!(
            "Curva del {} al {}, con columnas por día. {} al último día: {}. Máximo en un día: {} ({}). \
             Al final de cada quincena: {}.{}",
            mexican_formats::long_date(first.date),
            mexican_formats::long_date(last.date),
            self.form.cumulative_measure.label,
            mexican_formats::integer(last.cumulative),
            mexican_formats::integer(self.daily_counts[busiest].new_count),
            self.busiest_day_text(&self.daily_counts[busiest]),
            cortes.join("; "),
            event_marks::sentence(self.events, first.date, last.date)
        )
    }
}

fn is_quincena_end(day: NaiveDate) -> bool {
    day.day() == 15 || day.succ_opt().is_none_or(|next| next.day() == 1)
}
