/*!
Writes native Excel charts over cell ranges; a chart follows changes of its cells.
*/

use rust_xlsxwriter::{
    Chart, ChartAxis, ChartAxisCrossing, ChartAxisTickType, ChartDataLabel, ChartFont, ChartFormat,
    ChartLegendPosition, ChartLine, ChartLineDashType, ChartPoint, ChartSolidFill, ChartType, Color,
};

use super::style::{self, color, data_color};
use lnere_charts::palette::{self, Color as DataColor};

/// The width of a chart, in pixels.
pub(super) const WIDTH: u32 = 500;
/// The height of a row, in pixels.
pub(super) const ROW: u32 = 20;

/// The cells that hold the numbers of a chart.
#[derive(Clone, Debug)]
pub(super) struct Area {
    pub sheet: String,
    pub first_row: u32,
    pub last_row: u32,
    /// The column with the labels of the axis.
    pub labels: u16,
}

/// One series of bars, or one line.
#[derive(Clone, Copy, Debug)]
pub(super) struct ExcelSeries {
    pub column: u16,
    pub name: &'static str,
    pub color: DataColor,
    pub dashed: bool,
}

/// The kind of an Excel chart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ExcelChartKind {
    /// Horizontal bars, the first one at the top.
    Bars,
    /// Columns, and the cumulative count as a line on its own axis. The line is the second of two
    /// series.
    Progress,
    /// Lines along days.
    Lines,
}

/// A chart before its cell range is known.
#[derive(Clone, Debug)]
pub(super) struct ExcelChart {
    pub form: ExcelChartKind,
    pub title: String,
    /// The labels along the axis.
    pub along: String,
    pub measure: &'static str,
    pub series: Vec<ExcelSeries>,
    /// For each bar, whether it is a remainder.
    pub residual: Vec<bool>,
    /// The largest value on each axis of counts.
    pub largest: Vec<i64>,
    /// The height of the chart in rows.
    pub rows: u32,
}

impl ExcelChart {
    /// The number of rows for a number of bars.
    pub fn rows_of_bars(bars: usize, series: usize) -> u32 {
        let each = if series == 1 { 26 } else { 34 };
        let legend = if series == 1 { 0 } else { 26 };
        (110 + legend + bars as u32 * each).div_ceil(ROW).max(10)
    }

    /// The chart over an area.
    pub fn chart(&self, area: &Area) -> Chart {
        let mut chart = match self.form {
            ExcelChartKind::Bars => self.bars(area),
            ExcelChartKind::Progress => self.progress(area),
            ExcelChartKind::Lines => self.lines(area),
        };
        chart.title().set_name(&self.title).set_font(font(11, palette::INK).set_bold()).set_overlay(false);
        chart.set_width(WIDTH).set_height(self.rows * ROW).set_alt_text(self.alternative());
        chart.chart_area().set_format(ChartFormat::new().set_border(&line(color(palette::GRID), 0.75)));
        if self.series.len() == 1 {
            chart.legend().set_hidden();
        } else {
            chart.legend().set_position(ChartLegendPosition::Bottom).set_font(&font(9, palette::MUTED));
        }
        chart
    }

    /// The alternative text of the chart.
    fn alternative(&self) -> String {
        let series: Vec<&str> = self.series.iter().map(|series| series.name).collect();
        let title = self.title.replace('\n', " · ");
        let text = format!("{title}. {} por {}: {}.", self.measure, self.along.to_lowercase(), series.join(", "));
        text.chars().take(255).collect()
    }

    fn bars(&self, area: &Area) -> Chart {
        let mut chart = Chart::new(ChartType::Bar);
        for series in &self.series {
            let added = chart.add_series();
            added.set_name(series.name).set_categories(&area.range(area.labels)).set_values(&area.range(series.column));
            added.set_format(&mut fill(data_color(series.color)));
            added.set_gap(if self.series.len() == 1 { 55 } else { 60 }).set_overlap(0);
            if self.series.len() == 1 {
                added.set_data_label(
                    ChartDataLabel::new().show_value().set_num_format(style::WHOLE).set_font(&font(9, palette::INK)),
                );
                let of = |residual: bool| if residual { color(palette::NEUTRAL) } else { data_color(series.color) };
                let points: Vec<ChartPoint> = self
                    .residual
                    .iter()
                    .map(|&residual| ChartPoint::new().set_format(&mut fill(of(residual))))
                    .collect();
                added.set_points(&points);
            }
        }
        // The horizontal axis has the numbers. The first category is at the top, and the numbers
        // are at the bottom.
        chart.y_axis().set_name(&self.along).set_reverse().set_crossing(ChartAxisCrossing::Max);
        chart.y_axis().set_major_tick_type(ChartAxisTickType::None).set_font(&font(9, palette::INK));
        chart.y_axis().set_name_font(&axis_name()).set_format(&mut line(color(palette::BASE), 0.75));
        self.numbers(chart.x_axis(), 0);
        chart.x_axis().set_name(self.measure);
        chart
    }

    fn progress(&self, area: &Area) -> Chart {
        let mut chart = Chart::new(ChartType::Column);
        let mut cumulative = Chart::new(ChartType::Line);
        for (index, series) in self.series.iter().enumerate() {
            let added = if index == 0 { chart.add_series() } else { cumulative.add_series() };
            added.set_name(series.name).set_categories(&area.range(area.labels)).set_values(&area.range(series.column));
            if index == 0 {
                added.set_format(&mut fill(data_color(series.color))).set_gap(40);
            } else {
                added.set_format(&mut line(data_color(series.color), 2.25)).set_secondary_axis(true);
            }
        }
        if self.series.len() > 1 {
            chart.combine(&cumulative);
            self.numbers(chart.y2_axis(), 1);
            chart.y2_axis().set_name("Solicitudes acumuladas (número)").set_major_gridlines(false);
        }
        self.days(&mut chart, "dd/mm/yy");
        self.numbers(chart.y_axis(), 0);
        chart.y_axis().set_name(self.measure);
        chart
    }

    fn lines(&self, area: &Area) -> Chart {
        let mut chart = Chart::new(ChartType::Line);
        for series in &self.series {
            let mut format = line(data_color(series.color), if series.dashed { 1.5 } else { 2.25 });
            if series.dashed {
                format.set_dash_type(ChartLineDashType::Dash);
            }
            let added = chart.add_series();
            added.set_name(series.name).set_categories(&area.range(area.labels)).set_values(&area.range(series.column));
            added.set_format(&mut format);
        }
        self.days(&mut chart, "dd/mm");
        let days = area.last_row - area.first_row + 1;
        let interval = u16::try_from(days.div_ceil(14)).unwrap_or(u16::MAX);
        chart.x_axis().set_label_interval(interval).set_tick_interval(interval);
        self.numbers(chart.y_axis(), 0);
        chart.y_axis().set_name(self.measure);
        chart
    }

    fn days(&self, chart: &mut Chart, num_format: &str) {
        let axis = chart.x_axis();
        axis.set_name(&self.along).set_name_font(&axis_name()).set_text_axis(true).set_num_format(num_format);
        axis.set_font(font(8, palette::INK).set_rotation(-45)).set_format(&mut line(color(palette::BASE), 0.75));
    }

    /// Configures the axis of a series of counts: it starts at zero and has few steps in whole
    /// numbers.
    fn numbers(&self, axis: &mut ChartAxis, series: usize) {
        axis.set_name_font(&axis_name()).set_font(&font(9, palette::MUTED)).set_num_format(style::WHOLE);
        axis.set_major_gridlines(true).set_major_gridlines_line(&line(color(palette::GRID), 0.75));
        axis.set_min(0).set_format(ChartFormat::new().set_no_line());
        axis.set_major_unit(step(self.largest.get(series).copied().unwrap_or(0)) as f64);
    }
}

impl Area {
    fn range(&self, column: u16) -> rust_xlsxwriter::ChartRange {
        rust_xlsxwriter::ChartRange::new_from_range(&self.sheet, self.first_row, column, self.last_row, column)
    }
}

/// The step of an axis up to `largest`: 1, 2 or 5 times a power of ten, with at most six steps.
fn step(largest: i64) -> i64 {
    let mut power = 1;
    loop {
        if let Some(step) = [1, 2, 5].map(|digit| digit * power).into_iter().find(|step| largest / step < 6) {
            return step;
        }
        power *= 10;
    }
}

fn font(size: u8, of: plotters::style::RGBColor) -> ChartFont {
    let mut font = ChartFont::new();
    font.set_size(size).set_color(color(of));
    font
}

fn axis_name() -> ChartFont {
    let mut font = font(9, palette::MUTED);
    font.unset_bold();
    font
}

fn line(color: Color, width: f64) -> ChartLine {
    let mut line = ChartLine::new();
    line.set_color(color).set_width(width);
    line
}

fn fill(color: Color) -> ChartSolidFill {
    let mut fill = ChartSolidFill::new();
    fill.set_color(color);
    fill
}

#[cfg(test)]
mod tests {
    use super::step;

    #[test]
    fn an_axis_has_few_steps_of_whole_numbers() {
        assert_eq!([0, 1, 5, 6, 17, 99, 600, 33_698].map(step), [1, 1, 1, 2, 5, 20, 200, 10_000]);
        assert!(step(i64::MAX) > 0);
    }
}
