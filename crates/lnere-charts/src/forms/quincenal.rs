/*!
Draws a stacked column for each quincena, with its total above it and the cumulative count below it.
*/

use chrono::{Datelike, NaiveDate};
use plotters::style::RGBColor;

use super::super::canvas::{Anchor, Canvas, Rect};
use super::super::data::{self, ScopedRows};
use super::super::definition::Quincenal;
use super::super::frame::ChartContent;
use super::super::palette::{Color, GRID, NEUTRAL, WHITE, text_on};
use super::super::text::{AXIS, LABEL, TICK, TOTAL, TextStyle, VALUE};
use super::super::{ChartContext, ChartError};
use super::plot_panel::{HEAD, PlotPanel, ticks_width};
use lnere_core::numbers;
use lnere_tables::dictionary::is_unidentified;

const COLUMNS: i32 = 520;
/// The height of one line of the legend.
const LEGEND_LINE: i32 = 40;
const SWATCH: i32 = 24;
/// The distances from the base line down to the days, the years, the axis name and the cumulative
/// counts.
const DAY: i32 = 34;
const YEAR: i32 = 62;
const BY_THEN: i32 = 108;
const NAME: i32 = 158;
const FOOT: i32 = 176;

/// A category of the stack.
struct Layer {
    label: String,
    color: RGBColor,
    /// The cumulative count of the category by the last quincena.
    by_now: i64,
}

/// One quincena's counts.
struct Period {
    corte: NaiveDate,
    /// One for each layer.
    new: Vec<i64>,
    by_then: i64,
}

/// The picture.
pub(super) struct QuincenalChart<'d> {
    form: &'d Quincenal,
    layers: Vec<Layer>,
    periods: Vec<Period>,
}

impl<'d> QuincenalChart<'d> {
    pub(super) fn new(form: &'d Quincenal, rows: &ScopedRows<'_>, context: &ChartContext) -> Result<Self, ChartError> {
        let sums = rows.by_day_and_code(
            &form.corte_column,
            &form.stack_column,
            &[&form.measure.column, &form.cumulative.column],
        )?;
        let codes = data::in_catalogue_order(
            &form.stack_column,
            sums.values().flat_map(|of_day| of_day.keys().copied()),
            context,
        );
        let layers = codes
            .iter()
            .enumerate()
            .map(|(index, code)| Layer {
                label: context.label(&form.stack_column, code),
                color: if is_unidentified(&form.stack_column, code) {
                    NEUTRAL
                } else {
                    Color::of_category(&form.colors, index).rgb()
                },
                by_now: sums.values().next_back().and_then(|of_day| of_day.get(code)).map_or(0, |sums| sums[1]),
            })
            .collect();
        let periods = sums
            .iter()
            .map(|(corte, of_day)| Period {
                corte: *corte,
                new: codes.iter().map(|code| of_day.get(code).map_or(0, |sums| sums[0])).collect(),
                by_then: of_day.values().map(|sums| sums[1]).sum(),
            })
            .collect();
        Ok(Self { form, layers, periods })
    }

    fn by_now(&self) -> i64 {
        self.periods.last().map_or(0, |period| period.by_then)
    }

    fn legend_height(&self) -> i32 {
        i32::try_from(self.layers.len()).map_or(0, |lines| lines * LEGEND_LINE) + 16
    }

    /// Draws the layers from the top of the stack down, so that their order also identifies them.
    fn draw_legend(&self, canvas: &Canvas<'_>, area: Rect) -> Result<(), ChartError> {
        let mut top = area.top;
        for layer in self.layers.iter().rev() {
            let swatch = Rect { left: area.left, top, right: area.left + SWATCH, bottom: top + SWATCH };
            canvas.rect(swatch, layer.color)?;
            let share = super::count_and_share(layer.by_now, self.by_now());
            let label = format!("{}: {share}", layer.label);
            canvas.text_middle(&label, (swatch.right + 12, top + SWATCH / 2), Anchor::Start, LABEL)?;
            top += LEGEND_LINE;
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
        period: &Period,
    ) -> Result<(), ChartError> {
        let mut below = 0;
        let mut bottom = panel.rect.bottom;
        // All columns show the values of their layers if they are high enough; otherwise no column
        // does.
        let largest = self.periods.iter().flat_map(|period| &period.new).copied().max().unwrap_or(0);
        let wide_enough = VALUE.width(&numbers::integer(largest)) + 8 <= width;
        for (layer, count) in self.layers.iter().zip(&period.new).filter(|(_, count)| **count > 0) {
            below += count;
            let top = panel.column_top(below).min(bottom);
            let segment = Rect { left, top, right: left + width, bottom };
            canvas.rect(segment, layer.color)?;
            if bottom < panel.rect.bottom {
                canvas.line((left, bottom), (left + width, bottom), WHITE)?;
            }
            let text = numbers::integer(*count);
            if wide_enough && segment.height() > VALUE.line_height() + 4 {
                let style = TextStyle { color: text_on(layer.color), ..VALUE };
                let middle = (left + width / 2, top.midpoint(bottom));
                canvas.text_middle(&text, middle, Anchor::Middle, style)?;
            }
            bottom = top;
        }
        Ok(())
    }
}

impl ChartContent for QuincenalChart<'_> {
    fn is_empty(&self) -> bool {
        self.by_now() == 0
    }

    fn height(&self) -> i32 {
        self.legend_height() + HEAD + COLUMNS + FOOT
    }

    fn draw(&self, canvas: &Canvas<'_>, area: Rect) -> Result<(), ChartError> {
        self.draw_legend(canvas, area)?;
        let largest = self.periods.iter().map(|period| period.new.iter().sum()).max().unwrap_or(0);
        let left = area.left + ticks_width(largest, COLUMNS).max(AXIS.width(&self.form.cumulative.label) + 24);
        let top = area.top + self.legend_height() + HEAD;
        let rect = Rect { left, top, right: area.right, bottom: top + COLUMNS };
        let panel = PlotPanel::draw(canvas, rect, largest, area.left, &self.form.measure.label)?;

        let count = i32::try_from(self.periods.len().max(1)).unwrap_or(i32::MAX);
        let slot = rect.width() / count;
        let width = (slot * 3 / 4).clamp(1, 130);
        let widest = TOTAL.width(&numbers::integer(self.by_now())).max(TICK.width("30 sep")) + 12;
        // If the columns are too narrow for their numbers, only every second or third shows one.
        // The last column always does.
        let every = usize::try_from((widest + slot.max(1) - 1) / slot.max(1)).unwrap_or(1);

        canvas.line((area.left, rect.bottom + 78), (area.right, rect.bottom + 78), GRID)?;
        canvas.draw_text(&self.form.cumulative.label, (area.left, rect.bottom + BY_THEN), Anchor::Start, AXIS)?;
        let mut year = None;
        for (index, period) in self.periods.iter().enumerate() {
            let middle = rect.left + slot * i32::try_from(index).unwrap_or(0) + slot / 2;
            self.draw_column(canvas, &panel, middle - width / 2, width, period)?;
            if !(self.periods.len() - 1 - index).is_multiple_of(every) {
                continue;
            }
            let total: i64 = period.new.iter().sum();
            let above = panel.column_top(total) - 10;
            canvas.text_on_white(&numbers::integer(total), (middle, above), Anchor::Middle, TOTAL)?;
            let day = numbers::short_date(period.corte);
            canvas.draw_text(&day, (middle, rect.bottom + DAY), Anchor::Middle, TICK)?;
            if year != Some(period.corte.year()) {
                year = Some(period.corte.year());
                canvas.draw_text(
                    &period.corte.year().to_string(),
                    (middle, rect.bottom + YEAR),
                    Anchor::Middle,
                    TICK,
                )?;
            }
            let by_then = numbers::integer(period.by_then);
            canvas.draw_text(&by_then, (middle, rect.bottom + BY_THEN), Anchor::Middle, VALUE)?;
        }
        let middle = rect.left + rect.width() / 2;
        canvas.draw_text(&self.form.axis, (middle, rect.bottom + NAME), Anchor::Middle, AXIS)
    }

    fn describe(&self) -> String {
        let layers: Vec<String> = self
            .layers
            .iter()
            .map(|layer| format!("{}: {}", layer.label, super::count_and_share(layer.by_now, self.by_now())))
            .collect();
        let periods: Vec<String> = self
            .periods
            .iter()
            .map(|period| {
                let total = numbers::integer(period.new.iter().sum());
                format!("{}: {total}", numbers::short_date_with_year(period.corte))
            })
            .collect();
        format!(
            "Columnas apiladas por quincena. {}: {}. {}: {}. {}.",
            self.form.cumulative.label,
            numbers::integer(self.by_now()),
            self.form.measure.label,
            periods.join("; "),
            layers.join("; ")
        )
    }
}
