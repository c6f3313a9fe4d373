/*!
Draws a horizontal bar for each category, with its count and its share at its end.
*/

use super::super::canvas::{Canvas, Rect};
use super::super::chart_frame::ChartContent;
use super::super::chart_values::{BarSet, ScopedRows};
use super::super::definition::BarsForm;
use super::super::palette::RESIDUAL_COLOR;
use super::super::{ChartContext, ChartError, SuppressionDisplay};
use super::bar_layout::BarLayout;
use lnere_statements::Statistics;

/// The height of a row in a chart of many rows and of few rows.
const ROW_HEIGHT: i32 = 50;
const ROW_HEIGHT_OF_FEW_BARS: i32 = 84;
/// The largest number of bars that counts as few.
const MAX_FEW_BARS: usize = 4;

/// A horizontal bar chart, ready to be drawn.
pub(super) struct BarChart<'d> {
    form: &'d BarsForm,
    bar_set: BarSet,
    measure_total: Option<i64>,
    /// The text at the end of each bar.
    value_texts: Vec<String>,
    layout: BarLayout,
}

impl<'d> BarChart<'d> {
    pub(super) fn new(
        form: &'d BarsForm,
        rows: &ScopedRows<'_>,
        context: &ChartContext,
        protection: Option<&SuppressionDisplay>,
    ) -> Result<Self, ChartError> {
        let bar_set = rows.bars(&form.category, &[&form.measure.column], context, protection)?;
        let total = bar_set.measure_totals.iter().copied().sum();
        let value_texts: Vec<String> = bar_counts(&bar_set)
            .map(|count| match count.zip(total).filter(|_| form.shows_percentage) {
                Some((count, total)) => super::count_and_share(count, total),
                None => bar_set.count_text(count),
            })
            .collect();
        let row_height = if bar_set.bars.len() <= MAX_FEW_BARS { ROW_HEIGHT_OF_FEW_BARS } else { ROW_HEIGHT };
        let layout = BarLayout::new(&bar_set.bars, row_height, value_texts.iter().map(String::as_str));
        Ok(Self { form, bar_set, measure_total: total, value_texts, layout })
    }
}

impl ChartContent for BarChart<'_> {
    fn is_empty(&self) -> bool {
        self.measure_total == Some(0) || self.bar_set.bars.is_empty()
    }

    fn height(&self) -> i32 {
        self.layout.height()
    }

    fn draw(&self, canvas: &Canvas<'_>, area: Rect) -> Result<(), ChartError> {
        let plot = self.layout.draw(canvas, area, &self.form.category.axis_title, &self.form.measure.label)?;
        for (((row, bar), count), value) in
            plot.rows.iter().zip(&self.bar_set.bars).zip(bar_counts(&self.bar_set)).zip(&self.value_texts)
        {
            let inset = (row.bottom - row.top) / 7;
            let color = if bar.is_residual { RESIDUAL_COLOR } else { self.form.measure.color.rgb() };
            plot.draw_bar(canvas, (row.top + inset, row.bottom - inset), count, value, color)?;
        }
        Ok(())
    }

    fn has_suppressed(&self) -> bool {
        self.bar_set.has_suppressed()
    }

    fn statistics(&self) -> Statistics {
        self.bar_set.statistics()
    }

    fn text_alternative(&self) -> String {
        let bars: Vec<String> = self
            .bar_set
            .bars
            .iter()
            .zip(&self.value_texts)
            .map(|(bar, value)| format!("{}: {value}", bar.label))
            .collect();
        let written = self.bar_set.count_text(self.measure_total);
        let total =
            if self.measure_total.is_some() { format!("{written} en total") } else { format!("total {written}") };
        format!("Barras horizontales. {}: {total}. {}.", self.form.measure.label, bars.join("; "))
    }
}

fn bar_counts(set: &BarSet) -> impl Iterator<Item = Option<i64>> {
    set.bars.iter().flat_map(|bar| bar.measure_counts.iter().copied())
}
