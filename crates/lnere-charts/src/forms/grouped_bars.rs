/*!
Draws a horizontal bar for each measure of each category, in the order of the legend.
*/

use super::super::canvas::{Canvas, Rect, TextAnchor};
use super::super::chart_frame::ChartContent;
use super::super::chart_values::{BarSet, ScopedRows};
use super::super::definition::GroupedForm;
use super::super::palette::GRID_LINE_COLOR;
use super::super::text_style::LABEL_STYLE;
use super::super::{ChartContext, ChartError, SuppressionDisplay};
use super::bar_layout::BarLayout;
use lnere_statements::Statistics;

/// The height of one bar, and of the gap between two groups.
const BAR_HEIGHT: i32 = 26;
const GROUP_GAP: i32 = 22;
/// The height of the legend.
const LEGEND_HEIGHT: i32 = 56;
const SWATCH_SIZE: i32 = 24;

/// The picture.
pub(super) struct GroupedBarChart<'d> {
    form: &'d GroupedForm,
    bar_set: BarSet,
    layout: BarLayout,
}

impl<'d> GroupedBarChart<'d> {
    pub(super) fn new(
        form: &'d GroupedForm,
        rows: &ScopedRows<'_>,
        context: &ChartContext,
        protection: Option<&SuppressionDisplay>,
    ) -> Result<Self, ChartError> {
        let columns: Vec<&str> = form.measures.iter().map(|measure| measure.column.as_str()).collect();
        let bar_set = rows.bars(&form.category, &columns, context, protection)?;
        let values: Vec<String> =
            bar_set.bars.iter().flat_map(|bar| &bar.measure_counts).map(|count| bar_set.count_text(*count)).collect();
        let group = i32::try_from(columns.len()).map_or(BAR_HEIGHT, |bars| bars * BAR_HEIGHT);
        let layout = BarLayout::new(&bar_set.bars, group + GROUP_GAP, values.iter().map(String::as_str));
        Ok(Self { form, bar_set, layout })
    }

    fn draw_legend(&self, canvas: &Canvas<'_>, area: Rect) -> Result<(), ChartError> {
        let mut left = area.left;
        for (measure, total) in self.form.measures.iter().zip(&self.bar_set.measure_totals) {
            let label = format!("{}: {}", measure.label, self.bar_set.count_text(*total));
            let swatch = Rect { left, top: area.top, right: left + SWATCH_SIZE, bottom: area.top + SWATCH_SIZE };
            canvas.fill_rect(swatch, measure.color.rgb())?;
            canvas.draw_text_centered_on(
                &label,
                (swatch.right + 12, area.top + SWATCH_SIZE / 2),
                TextAnchor::Start,
                LABEL_STYLE,
            )?;
            left = swatch.right + 12 + LABEL_STYLE.width(&label) + 48;
        }
        Ok(())
    }
}

impl ChartContent for GroupedBarChart<'_> {
    fn is_empty(&self) -> bool {
        self.bar_set.bars.is_empty() || self.bar_set.measure_totals.iter().all(|total| *total == Some(0))
    }

    fn height(&self) -> i32 {
        LEGEND_HEIGHT + self.layout.height()
    }

    fn draw(&self, canvas: &Canvas<'_>, area: Rect) -> Result<(), ChartError> {
        self.draw_legend(canvas, area)?;
        let below = Rect { top: area.top + LEGEND_HEIGHT, ..area };
        let plot = self.layout.draw(canvas, below, &self.form.category.axis_title, &self.form.axis_title)?;
        for (index, (row, bar)) in plot.rows.iter().zip(&self.bar_set.bars).enumerate() {
            if index > 0 {
                canvas.draw_line((area.left, row.top), (area.right, row.top), GRID_LINE_COLOR)?;
            }
            let group = i32::try_from(bar.measure_counts.len()).map_or(BAR_HEIGHT, |bars| bars * BAR_HEIGHT);
            let mut top = row.top + (row.bottom - row.top - group) / 2;
            for (count, measure) in bar.measure_counts.iter().zip(&self.form.measures) {
                plot.draw_bar(
                    canvas,
                    (top + 2, top + BAR_HEIGHT - 2),
                    *count,
                    &self.bar_set.count_text(*count),
                    measure.color.rgb(),
                )?;
                top += BAR_HEIGHT;
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
        let values = |counts: &[Option<i64>]| {
            let pairs = self.form.measures.iter().zip(counts);
            pairs.map(|(m, n)| format!("{} {}", m.label, self.bar_set.count_text(*n))).collect::<Vec<_>>().join(", ")
        };
        let bars: Vec<String> =
            self.bar_set.bars.iter().map(|bar| format!("{}: {}", bar.label, values(&bar.measure_counts))).collect();
        format!("Barras horizontales agrupadas. Total: {}. {}.", values(&self.bar_set.measure_totals), bars.join("; "))
    }
}
