/*!
Writes native Excel charts over cell ranges; a chart follows changes of its cells.
*/

use rust_xlsxwriter::{
    Chart, ChartAxis, ChartAxisCrossing, ChartAxisTickType, ChartDataLabel, ChartFont, ChartFormat,
    ChartLegendPosition, ChartLine, ChartLineDashType, ChartPoint, ChartSeries, ChartSolidFill, ChartType, Color,
};

use super::style::{self, excel_color, excel_data_color};
use lnere_charts::palette::{self, Color as DataColor};

/// The width of a chart, in pixels.
pub(super) const CHART_WIDTH: u32 = 500;
/// The height of a row, in pixels.
pub(super) const ROW_HEIGHT: u32 = 20;

/// The part of the width of a chart that a line of its title takes at most. Titles are bold, and other
/// programs have other fonts.
const TITLE_WIDTH_PERCENT: u8 = 86;

/// The most rows of a chart, which fit on a printed page.
const MAX_CHART_ROWS: u32 = 38;

/// The cells that hold the numbers of a chart.
#[derive(Clone, Debug)]
pub(super) struct CellRange {
    pub sheet: String,
    pub first_row: u32,
    pub last_row: u32,
    /// The column with the labels of the axis.
    pub label_column: u16,
}

/// The colour of a series.
#[derive(Clone, Copy, Debug)]
pub(super) enum SeriesColor {
    Data(DataColor),
    /// That of what is not identified.
    Residual,
}

impl SeriesColor {
    fn to_excel(self) -> Color {
        match self {
            Self::Data(color) => excel_data_color(color),
            Self::Residual => excel_color(palette::RESIDUAL_COLOR),
        }
    }
}

/// One series of bars, or one line.
#[derive(Clone, Debug)]
pub(super) struct ExcelSeries {
    pub value_column: u16,
    pub name: String,
    pub color: SeriesColor,
    pub is_dashed: bool,
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
    /// Columns of parts, the first one at the bottom.
    StackedColumns,
}

/// A chart before its cell range is known.
#[derive(Clone, Debug)]
pub(super) struct ExcelChart {
    pub kind: ExcelChartKind,
    /// What the chart says; the topic then stands below it.
    pub message: Option<String>,
    pub title: String,
    /// The labels along the axis.
    pub category_axis_title: String,
    pub value_axis_title: &'static str,
    pub series: Vec<ExcelSeries>,
    /// For each bar, whether it is a remainder.
    pub residual_flags: Vec<bool>,
    /// The largest value on each axis of counts.
    pub axis_maxima: Vec<i64>,
    /// Whether the chart is on the first screen: smaller texts, and days without a title.
    pub is_compact: bool,
    /// The width of the chart in pixels.
    pub width: u32,
    /// The height of the chart in rows, without a message. On the first screen it is the height.
    pub height_in_rows: u32,
}

impl ExcelChart {
    /// The number of rows for a number of bars.
    pub fn bar_chart_height(bars: usize, series: usize) -> u32 {
        let each = if series == 1 { 26 } else { 34 };
        let legend = if series == 1 { 0 } else { 26 };
        (110 + legend + bars as u32 * each).div_ceil(ROW_HEIGHT).clamp(10, MAX_CHART_ROWS)
    }

    /// The chart over an area.
    pub fn to_excel(&self, area: &CellRange) -> Chart {
        let mut chart = match self.kind {
            ExcelChartKind::Bars => self.bar_chart(area),
            ExcelChartKind::Progress => self.progress_chart(area),
            ExcelChartKind::Lines => self.line_chart(area),
            ExcelChartKind::StackedColumns => self.stacked_chart(area),
        };
        chart
            .title()
            .set_name(&self.title_lines().join("\n"))
            .set_font(chart_font(self.title_size(), palette::TEXT_COLOR).set_bold())
            .set_overlay(false);
        chart.set_width(self.width).set_height(self.height() * ROW_HEIGHT).set_alt_text(self.alt_text());
        chart
            .chart_area()
            .set_format(ChartFormat::new().set_border(&chart_line(excel_color(palette::GRID_LINE_COLOR), 0.75)));
        if self.series.len() == 1 {
            chart.legend().set_hidden();
        } else {
            // The names of the parts are beside the columns, in the same order.
            let is_stacked = self.kind == ExcelChartKind::StackedColumns;
            chart
                .legend()
                .set_position(if is_stacked { ChartLegendPosition::Right } else { ChartLegendPosition::Bottom })
                .set_font(&chart_font(9, palette::MUTED_TEXT_COLOR));
        }
        chart
    }

    fn title_size(&self) -> u8 {
        if self.is_compact { 9 } else { 11 }
    }

    /// The lines of the message and of the topic.
    fn title_lines(&self) -> Vec<String> {
        let message = self.message.iter().flat_map(|message| self.wrap_title(message));
        message.chain(self.title.lines().map(str::to_owned)).collect()
    }

    /// Breaks a text into lines that the chart has room for.
    fn wrap_title(&self, text: &str) -> Vec<String> {
        let room = self.width as usize * usize::from(TITLE_WIDTH_PERCENT) / 100;
        let is_short = |line: &str| {
            let thousandths = usize::try_from(lnere_charts::width_in_thousandths(line)).unwrap_or(0);
            // A point is 4/3 pixels.
            thousandths * usize::from(self.title_size()) * 4 / 3 <= room * 1000
        };
        let mut lines: Vec<String> = Vec::new();
        for word in text.split(' ') {
            match lines.last_mut().filter(|line| is_short(&format!("{line} {word}"))) {
                Some(line) => {
                    line.push(' ');
                    line.push_str(word);
                }
                None => lines.push(word.to_owned()),
            }
        }
        lines
    }

    /// The height in rows, with room for the message.
    pub fn height(&self) -> u32 {
        let lines =
            self.message.as_ref().filter(|_| !self.is_compact).map_or(0, |message| self.wrap_title(message).len());
        self.height_in_rows + u32::try_from(lines).unwrap_or(0)
    }

    /// The alternative text of the chart. The message is last, as programs allow 255 characters.
    fn alt_text(&self) -> String {
        let series: Vec<&str> = self.series.iter().map(|series| series.name.as_str()).collect();
        let title = self.title.replace('\n', " · ");
        let text = format!(
            "{title}. {} por {}: {}.",
            self.value_axis_title,
            self.category_axis_title.to_lowercase(),
            series.join(", ")
        );
        let text = self.message.as_ref().map_or_else(|| text.clone(), |message| format!("{text} {message}."));
        text.chars().take(255).collect()
    }

    fn bar_chart(&self, area: &CellRange) -> Chart {
        let mut chart = Chart::new(ChartType::Bar);
        for series in &self.series {
            let added = area.add_series(&mut chart, series);
            added.set_format(&mut solid_fill(series.color.to_excel()));
            added.set_gap(if self.series.len() == 1 { 55 } else { 60 }).set_overlap(0);
            if self.series.len() == 1 {
                added.set_data_label(
                    ChartDataLabel::new()
                        .show_value()
                        .set_num_format(style::COUNT_FORMAT)
                        .set_font(&chart_font(9, palette::TEXT_COLOR)),
                );
                let of = |residual: bool| {
                    if residual { excel_color(palette::RESIDUAL_COLOR) } else { series.color.to_excel() }
                };
                let points: Vec<ChartPoint> = self
                    .residual_flags
                    .iter()
                    .map(|&residual| ChartPoint::new().set_format(&mut solid_fill(of(residual))))
                    .collect();
                added.set_points(&points);
            }
        }
        // The horizontal axis has the numbers. The first category is at the top, and the numbers
        // are at the bottom.
        chart.y_axis().set_name(&self.category_axis_title).set_reverse().set_crossing(ChartAxisCrossing::Max);
        chart.y_axis().set_major_tick_type(ChartAxisTickType::None).set_font(&chart_font(9, palette::TEXT_COLOR));
        chart
            .y_axis()
            .set_name_font(&axis_name_font())
            .set_format(&mut chart_line(excel_color(palette::BASE_LINE_COLOR), 0.75));
        self.format_count_axis(chart.x_axis(), 0);
        chart.x_axis().set_name(self.value_axis_title);
        chart
    }

    fn progress_chart(&self, area: &CellRange) -> Chart {
        let mut chart = Chart::new(ChartType::Column);
        let mut cumulative = Chart::new(ChartType::Line);
        for (index, series) in self.series.iter().enumerate() {
            let added = area.add_series(if index == 0 { &mut chart } else { &mut cumulative }, series);
            if index == 0 {
                added.set_format(&mut solid_fill(series.color.to_excel())).set_gap(40);
            } else {
                added.set_format(&mut chart_line(series.color.to_excel(), 2.25)).set_secondary_axis(true);
            }
        }
        if self.series.len() > 1 {
            chart.combine(&cumulative);
            self.format_count_axis(chart.y2_axis(), 1);
            chart.y2_axis().set_name("Solicitudes acumuladas (número)").set_major_gridlines(false);
        }
        self.format_day_axis(&mut chart, "dd/mm/yy");
        self.format_count_axis(chart.y_axis(), 0);
        chart.y_axis().set_name(self.value_axis_title);
        chart
    }

    fn line_chart(&self, area: &CellRange) -> Chart {
        let mut chart = Chart::new(ChartType::Line);
        for series in &self.series {
            let mut format = chart_line(series.color.to_excel(), if series.is_dashed { 1.5 } else { 2.25 });
            if series.is_dashed {
                format.set_dash_type(ChartLineDashType::Dash);
            }
            let added = area.add_series(&mut chart, series);
            added.set_format(&mut format);
        }
        self.format_day_axis(&mut chart, "dd/mm");
        let days = area.last_row - area.first_row + 1;
        let interval = u16::try_from(days.div_ceil(14)).unwrap_or(u16::MAX);
        chart.x_axis().set_label_interval(interval).set_tick_interval(interval);
        self.format_count_axis(chart.y_axis(), 0);
        chart.y_axis().set_name(self.value_axis_title);
        chart
    }

    fn stacked_chart(&self, area: &CellRange) -> Chart {
        let mut chart = Chart::new(ChartType::ColumnStacked);
        for series in &self.series {
            let added = area.add_series(&mut chart, series);
            added.set_format(&mut solid_fill(series.color.to_excel())).set_gap(30);
        }
        self.format_day_axis(&mut chart, "dd/mm/yy");
        self.format_count_axis(chart.y_axis(), 0);
        chart.y_axis().set_name(self.value_axis_title);
        chart
    }

    fn format_day_axis(&self, chart: &mut Chart, num_format: &str) {
        let axis = chart.x_axis();
        let mut font = chart_font(8, palette::TEXT_COLOR);
        if !self.is_compact {
            axis.set_name(&self.category_axis_title).set_name_font(&axis_name_font());
            font.set_rotation(-45);
        }
        axis.set_text_axis(true)
            .set_num_format(if self.is_compact { "dd/mm" } else { num_format })
            .set_font(&font)
            .set_format(&mut chart_line(excel_color(palette::BASE_LINE_COLOR), 0.75));
    }

    /// Configures the axis of a series of counts: it starts at zero and has few steps in whole
    /// numbers.
    fn format_count_axis(&self, axis: &mut ChartAxis, series: usize) {
        axis.set_name_font(&axis_name_font())
            .set_font(&chart_font(9, palette::MUTED_TEXT_COLOR))
            .set_num_format(style::COUNT_FORMAT);
        axis.set_major_gridlines(true)
            .set_major_gridlines_line(&chart_line(excel_color(palette::GRID_LINE_COLOR), 0.75));
        axis.set_min(0).set_format(ChartFormat::new().set_no_line());
        axis.set_major_unit(axis_step(self.axis_maxima.get(series).copied().unwrap_or(0)) as f64);
    }
}

impl CellRange {
    /// Adds a series of this range to a chart.
    fn add_series<'c>(&self, chart: &'c mut Chart, series: &ExcelSeries) -> &'c mut ChartSeries {
        let added = chart.add_series();
        added
            .set_name(&series.name)
            .set_categories(&self.column_range(self.label_column))
            .set_values(&self.column_range(series.value_column));
        added
    }

    fn column_range(&self, column: u16) -> rust_xlsxwriter::ChartRange {
        rust_xlsxwriter::ChartRange::new_from_range(&self.sheet, self.first_row, column, self.last_row, column)
    }
}

/// The step of an axis up to `largest`: 1, 2 or 5 times a power of ten, with at most six steps.
fn axis_step(largest: i64) -> i64 {
    let mut power = 1;
    loop {
        if let Some(step) = [1, 2, 5].map(|digit| digit * power).into_iter().find(|step| largest / step < 6) {
            return step;
        }
        power *= 10;
    }
}

fn chart_font(size: u8, of: plotters::style::RGBColor) -> ChartFont {
    let mut font = ChartFont::new();
    font.set_size(size).set_color(excel_color(of));
    font
}

fn axis_name_font() -> ChartFont {
    let mut font = chart_font(9, palette::MUTED_TEXT_COLOR);
    font.unset_bold();
    font
}

fn chart_line(color: Color, width: f64) -> ChartLine {
    let mut line = ChartLine::new();
    line.set_color(color).set_width(width);
    line
}

fn solid_fill(color: Color) -> ChartSolidFill {
    let mut fill = ChartSolidFill::new();
    fill.set_color(color);
    fill
}

#[cfg(test)]
mod tests {
    use super::axis_step;

    #[test]
    fn an_axis_has_few_steps_of_whole_numbers() {
        assert_eq!([0, 1, 5, 6, 17, 99, 600, 33_698].map(axis_step), [1, 1, 1, 2, 5, 20, 200, 10_000]);
        assert!(axis_step(i64::MAX) > 0);
    }
}
