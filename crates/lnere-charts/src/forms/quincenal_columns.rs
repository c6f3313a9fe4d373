/*!
Draws a stacked column for each quincena, with its total above it and the cumulative count below it.
*/

use chrono::{Datelike, NaiveDate};
use plotters::style::RGBColor;

use super::super::canvas::{Canvas, Rect, TextAnchor};
use super::super::chart_frame::ChartContent;
use super::super::chart_values::{self, ScopedRows};
use super::super::definition::QuincenalForm;
use super::super::palette::{Color, GRID_LINE_COLOR, RESIDUAL_COLOR, WHITE, text_color_on};
use super::super::text_style::{AXIS_STYLE, LABEL_STYLE, TICK_STYLE, TOTAL_STYLE, TextStyle, VALUE_STYLE};
use super::super::{ChartContext, ChartError};
use super::plot_panel::{HEAD_HEIGHT, PlotPanel, tick_labels_width};
use lnere_core::mexican_formats;
use lnere_tables::dictionary::is_unidentified;

const COLUMNS_HEIGHT: i32 = 520;
/// The height of one line of the legend.
const LEGEND_LINE_HEIGHT: i32 = 40;
const SWATCH_SIZE: i32 = 24;
/// The distances from the base line down to the days, the years, the axis name and the cumulative
/// counts.
const DAY_OFFSET: i32 = 34;
const YEAR_OFFSET: i32 = 62;
const CUMULATIVE_OFFSET: i32 = 108;
const AXIS_NAME_OFFSET: i32 = 158;
const FOOT_HEIGHT: i32 = 176;

/// A category of the stack.
struct StackLayer {
    label: String,
    color: RGBColor,
    /// The cumulative count of the category by the last quincena.
    latest_cumulative: i64,
}

/// One quincena's counts.
struct QuincenaColumn {
    corte: NaiveDate,
    /// One for each layer.
    new_counts: Vec<i64>,
    cumulative: i64,
}

/// The picture.
pub(super) struct QuincenalChart<'d> {
    form: &'d QuincenalForm,
    layers: Vec<StackLayer>,
    quincena_columns: Vec<QuincenaColumn>,
}

impl<'d> QuincenalChart<'d> {
    pub(super) fn new(
        form: &'d QuincenalForm,
        rows: &ScopedRows<'_>,
        context: &ChartContext,
    ) -> Result<Self, ChartError> {
        let sums = rows.sums_by_day_and_code(
            &form.corte_column,
            &form.stack_column,
            &[&form.measure.column, &form.cumulative_measure.column],
        )?;
        let codes = chart_values::codes_in_catalogue_order(
            &form.stack_column,
            sums.values().flat_map(|of_day| of_day.keys().copied()),
            context,
        );
        let layers = codes
            .iter()
            .enumerate()
            .map(|(index, code)| StackLayer {
                label: context.category_label(&form.stack_column, code),
                color: if is_unidentified(&form.stack_column, code) {
                    RESIDUAL_COLOR
                } else {
                    Color::of_category(&form.colors, index).rgb()
                },
                latest_cumulative: sums
                    .values()
                    .next_back()
                    .and_then(|of_day| of_day.get(code))
                    .map_or(0, |sums| sums[1]),
            })
            .collect();
        let periods = sums
            .iter()
            .map(|(corte, of_day)| QuincenaColumn {
                corte: *corte,
                new_counts: codes.iter().map(|code| of_day.get(code).map_or(0, |sums| sums[0])).collect(),
                cumulative: of_day.values().map(|sums| sums[1]).sum(),
            })
            .collect();
        Ok(Self { form, layers, quincena_columns: periods })
    }

    fn latest_cumulative(&self) -> i64 {
        self.quincena_columns.last().map_or(0, |period| period.cumulative)
    }

    fn legend_height(&self) -> i32 {
        i32::try_from(self.layers.len()).map_or(0, |lines| lines * LEGEND_LINE_HEIGHT) + 16
    }

    /// Draws the layers from the top of the stack down, so that their order also identifies them.
    fn draw_legend(&self, canvas: &Canvas<'_>, area: Rect) -> Result<(), ChartError> {
        let mut top = area.top;
        for layer in self.layers.iter().rev() {
            let swatch = Rect { left: area.left, top, right: area.left + SWATCH_SIZE, bottom: top + SWATCH_SIZE };
            canvas.fill_rect(swatch, layer.color)?;
            let share = super::count_and_share(layer.latest_cumulative, self.latest_cumulative());
            let label = format!("{}: {share}", layer.label);
            canvas.draw_text_centered_on(
                &label,
                (swatch.right + 12, top + SWATCH_SIZE / 2),
                TextAnchor::Start,
                LABEL_STYLE,
            )?;
            top += LEGEND_LINE_HEIGHT;
        }
        Ok(())
    }

    /// Draws one column upward from the base line, with its values if they fit.
    fn draw_column(
        &self,
        canvas: &Canvas<'_>,
        panel: &PlotPanel,
        left: i32,
        width: i32,
        period: &QuincenaColumn,
    ) -> Result<(), ChartError> {
        let mut count_below = 0;
        let mut bottom = panel.rect.bottom;
        // All columns show the values of their layers if they are high enough; otherwise no column
        // does.
        let largest = self.quincena_columns.iter().flat_map(|period| &period.new_counts).copied().max().unwrap_or(0);
        let wide_enough = VALUE_STYLE.width(&mexican_formats::integer(largest)) + 8 <= width;
        for (layer, count) in self.layers.iter().zip(&period.new_counts).filter(|(_, count)| **count > 0) {
            count_below += count;
            let top = panel.column_top(count_below).min(bottom);
            let layer_rect = Rect { left, top, right: left + width, bottom };
            canvas.fill_rect(layer_rect, layer.color)?;
            if bottom < panel.rect.bottom {
                canvas.draw_line((left, bottom), (left + width, bottom), WHITE)?;
            }
            let text = mexican_formats::integer(*count);
            if wide_enough && layer_rect.height() > VALUE_STYLE.line_height() + 4 {
                let style = TextStyle { color: text_color_on(layer.color), ..VALUE_STYLE };
                let middle = (left + width / 2, top.midpoint(bottom));
                canvas.draw_text_centered_on(&text, middle, TextAnchor::Middle, style)?;
            }
            bottom = top;
        }
        Ok(())
    }
}

impl ChartContent for QuincenalChart<'_> {
    fn is_empty(&self) -> bool {
        self.latest_cumulative() == 0
    }

    fn case_count(&self) -> Option<i64> {
        Some(self.latest_cumulative())
    }

    fn height(&self) -> i32 {
        self.legend_height() + HEAD_HEIGHT + COLUMNS_HEIGHT + FOOT_HEIGHT
    }

    fn draw(&self, canvas: &Canvas<'_>, area: Rect) -> Result<(), ChartError> {
        self.draw_legend(canvas, area)?;
        let largest = self.quincena_columns.iter().map(|period| period.new_counts.iter().sum()).max().unwrap_or(0);
        let left = area.left
            + tick_labels_width(largest, COLUMNS_HEIGHT)
                .max(AXIS_STYLE.width(&self.form.cumulative_measure.label) + 24);
        let top = area.top + self.legend_height() + HEAD_HEIGHT;
        let rect = Rect { left, top, right: area.right, bottom: top + COLUMNS_HEIGHT };
        let panel = PlotPanel::draw(canvas, rect, largest, area.left, &self.form.measure.label)?;

        let count = i32::try_from(self.quincena_columns.len().max(1)).unwrap_or(i32::MAX);
        let slot = rect.width() / count;
        let width = (slot * 3 / 4).clamp(1, 130);
        let widest =
            TOTAL_STYLE.width(&mexican_formats::integer(self.latest_cumulative())).max(TICK_STYLE.width("30 sep")) + 12;
        // If the columns are too narrow for their numbers, only every second or third shows one.
        // The last column always does.
        let label_interval = usize::try_from((widest + slot.max(1) - 1) / slot.max(1)).unwrap_or(1);

        canvas.draw_line((area.left, rect.bottom + 78), (area.right, rect.bottom + 78), GRID_LINE_COLOR)?;
        canvas.draw_text(
            &self.form.cumulative_measure.label,
            (area.left, rect.bottom + CUMULATIVE_OFFSET),
            TextAnchor::Start,
            AXIS_STYLE,
        )?;
        let mut year = None;
        for (index, period) in self.quincena_columns.iter().enumerate() {
            let middle = rect.left + slot * i32::try_from(index).unwrap_or(0) + slot / 2;
            self.draw_column(canvas, &panel, middle - width / 2, width, period)?;
            if !(self.quincena_columns.len() - 1 - index).is_multiple_of(label_interval) {
                continue;
            }
            let total: i64 = period.new_counts.iter().sum();
            let above = panel.column_top(total) - 10;
            canvas.draw_text_on_white(
                &mexican_formats::integer(total),
                (middle, above),
                TextAnchor::Middle,
                TOTAL_STYLE,
            )?;
            let day = mexican_formats::short_date(period.corte);
            canvas.draw_text(&day, (middle, rect.bottom + DAY_OFFSET), TextAnchor::Middle, TICK_STYLE)?;
            if year != Some(period.corte.year()) {
                year = Some(period.corte.year());
                canvas.draw_text(
                    &period.corte.year().to_string(),
                    (middle, rect.bottom + YEAR_OFFSET),
                    TextAnchor::Middle,
                    TICK_STYLE,
                )?;
            }
            let by_then = mexican_formats::integer(period.cumulative);
            canvas.draw_text(&by_then, (middle, rect.bottom + CUMULATIVE_OFFSET), TextAnchor::Middle, VALUE_STYLE)?;
        }
        let middle = rect.left + rect.width() / 2;
        canvas.draw_text(
            &self.form.axis_title,
            (middle, rect.bottom + AXIS_NAME_OFFSET),
            TextAnchor::Middle,
            AXIS_STYLE,
        )
    }

    fn text_alternative(&self) -> String {
        let layers: Vec<String> = self
            .layers
            .iter()
            .map(|layer| {
                format!(
                    "{}: {}",
                    layer.label,
                    super::count_and_share(layer.latest_cumulative, self.latest_cumulative())
                )
            })
            .collect();
        let periods: Vec<String> = self
            .quincena_columns
            .iter()
            .map(|period| {
                let total = mexican_formats::integer(period.new_counts.iter().sum());
                format!("{}: {total}", mexican_formats::short_date_with_year(period.corte))
            })
            .collect();
        format!(
            "Columnas apiladas por quincena. {}: {}. {}: {}. {}.",
            self.form.cumulative_measure.label,
            mexican_formats::integer(self.latest_cumulative()),
            self.form.measure.label,
            periods.join("; "),
            layers.join("; ")
        )
    }
}
