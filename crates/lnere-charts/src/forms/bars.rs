/*!
Draws a horizontal bar for each category, with its count and its share at its end. A second panel
shows the bars without the categories that make all others look equal.
*/

use super::super::canvas::{Canvas, Rect};
use super::super::chart_frame::ChartContent;
use super::super::chart_values::{Bar, BarSet, ScopedRows};
use super::super::definition::{BarsForm, BarsWithout};
use super::super::palette::RESIDUAL_COLOR;
use super::super::{ChartContext, ChartError, SuppressionDisplay};
use super::bar_layout::{BarLayout, BarPanel};
use lnere_core::mexican_formats;
use lnere_statements::Statistics;

/// The height of a row in a chart of many rows and of few rows.
const ROW_HEIGHT: i32 = 50;
const ROW_HEIGHT_OF_FEW_BARS: i32 = 84;
/// The largest number of bars that counts as few.
const MAX_FEW_BARS: usize = 4;
/// The fewest bars that a panel without the largest ones compares.
const MIN_BARS_WITHOUT: usize = 3;

/// A horizontal bar chart, ready to be drawn.
pub(super) struct BarChart<'d> {
    form: &'d BarsForm,
    bar_set: BarSet,
    measure_total: Option<i64>,
    /// The text at the end of each bar.
    value_texts: Vec<String>,
    rest: Option<RestPanel<'d>>,
    /// The bar of the own entity among those of all.
    highlighted_bar: Option<usize>,
    layout: BarLayout,
}

/// The panel without the largest categories.
struct RestPanel<'d> {
    definition: &'d BarsWithout,
    total: i64,
    /// The text at the end of each bar; `None` for a category that is left out.
    value_texts: Vec<Option<String>>,
}

impl<'d> BarChart<'d> {
    /// `highlighted_code` is the code of the own entity if the bars are those of all entities.
    pub(super) fn new(
        form: &'d BarsForm,
        rows: &ScopedRows<'_>,
        highlighted_code: Option<&str>,
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
        let rest = form.without.as_ref().and_then(|without| RestPanel::new(without, form, &bar_set, total?));
        let row_height = if bar_set.bars.len() <= MAX_FEW_BARS { ROW_HEIGHT_OF_FEW_BARS } else { ROW_HEIGHT };
        let texts = value_texts.iter().map(String::as_str);
        let mut panels = vec![BarPanel::new("Total", &form.measure.label, bar_counts(&bar_set), texts)];
        if let Some(rest) = &rest {
            let counts = bar_counts(&bar_set).zip(&rest.value_texts).filter(|(_, text)| text.is_some());
            let counts: Vec<Option<i64>> = counts.map(|(count, _)| count).collect();
            let heading = format!("{}: {}", rest.definition.label, mexican_formats::integer(rest.total));
            let texts = rest.value_texts.iter().flatten().map(String::as_str);
            panels[0].heading = format!("Total: {}", bar_set.count_text(total));
            panels.push(BarPanel::new(&heading, &form.measure.label, counts, texts));
        }
        let layout = BarLayout::new(bar_set.bars.iter().map(|bar| bar.label.as_str()), row_height, panels);
        let is_highlighted =
            |bar: &Bar| highlighted_code.is_some_and(|code| bar.key.first().is_some_and(|key| key == code));
        let highlighted_bar = bar_set.bars.iter().position(is_highlighted);
        Ok(Self { form, bar_set, measure_total: total, value_texts, rest, highlighted_bar, layout })
    }
}

impl<'d> RestPanel<'d> {
    /// The panel, if the categories that it leaves out hold over half of the total. It has no panel
    /// if a count of theirs is suppressed, or if few bars remain.
    fn new(definition: &'d BarsWithout, form: &BarsForm, bar_set: &BarSet, total: i64) -> Option<Self> {
        let is_left_out = |bar: &Bar| bar.key.first().is_some_and(|code| definition.codes.contains(code));
        let left_out = bar_set.bars.iter().filter(|bar| is_left_out(bar)).flat_map(|bar| &bar.measure_counts);
        let left_out: i64 = left_out.copied().sum::<Option<i64>>()?;
        let kept = bar_set.bars.iter().filter(|bar| !is_left_out(bar)).count();
        let rest = total - left_out;
        if left_out * 2 <= total || rest <= 0 || kept < MIN_BARS_WITHOUT {
            return None;
        }
        let text = |bar: &Bar| {
            let count = bar.measure_counts.first().copied().flatten();
            let share = count.filter(|_| form.shows_percentage).map(|count| super::count_and_share(count, rest));
            (!is_left_out(bar)).then(|| share.unwrap_or_else(|| bar_set.count_text(count)))
        };
        Some(Self { definition, total: rest, value_texts: bar_set.bars.iter().map(text).collect() })
    }
}

impl ChartContent for BarChart<'_> {
    fn is_empty(&self) -> bool {
        self.measure_total == Some(0) || self.bar_set.bars.is_empty()
    }

    fn height(&self) -> i32 {
        self.layout.height()
    }

    fn case_count(&self) -> Option<i64> {
        self.measure_total
    }

    fn draw(&self, canvas: &Canvas<'_>, area: Rect) -> Result<(), ChartError> {
        let (rows, plots) = self.layout.draw(canvas, area, &self.form.category.axis_title, self.highlighted_bar)?;
        let rest_texts = self.rest.iter().map(|rest| rest.value_texts.clone());
        let panels = std::iter::once(self.value_texts.iter().cloned().map(Some).collect()).chain(rest_texts);
        for (plot, texts) in plots.iter().zip(panels) {
            let bars = self.bar_set.bars.iter().zip(bar_counts(&self.bar_set)).zip(texts);
            for (index, (row, ((bar, count), text))) in rows.iter().zip(bars).enumerate() {
                let Some(text) = text else { continue };
                let inset = (row.bottom - row.top) / 7;
                let is_other = self.highlighted_bar.is_some_and(|highlighted| highlighted != index);
                let color = if bar.is_residual || is_other { RESIDUAL_COLOR } else { self.form.measure.color.rgb() };
                let is_bold = self.highlighted_bar == Some(index);
                plot.draw_bar(canvas, (row.top + inset, row.bottom - inset), count, &text, color, is_bold)?;
            }
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
        let rest = self.rest.as_ref().map_or_else(String::new, |rest| {
            let bars = self.bar_set.bars.iter().zip(&rest.value_texts);
            let bars = bars.filter_map(|(bar, text)| Some(format!("{}: {}", bar.label, text.as_ref()?)));
            let total = mexican_formats::integer(rest.total);
            format!(" {}: {total}. {}.", rest.definition.label, bars.collect::<Vec<_>>().join("; "))
        });
        format!("Barras horizontales. {}: {total}. {}.{rest}", self.form.measure.label, bars.join("; "))
    }
}

fn bar_counts(set: &BarSet) -> impl Iterator<Item = Option<i64>> {
    set.bars.iter().flat_map(|bar| bar.measure_counts.iter().copied())
}
