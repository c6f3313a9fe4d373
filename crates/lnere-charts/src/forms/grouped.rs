/*!
Draws a horizontal bar for each measure of each category, in the order of the legend.
*/

use super::super::canvas::{Anchor, Canvas, Rect};
use super::super::data::{BarSet, ScopedRows};
use super::super::definition::Grouped;
use super::super::frame::ChartContent;
use super::super::palette::GRID;
use super::super::text::LABEL;
use super::super::{ChartContext, ChartError, SuppressionDisplay};
use super::bar_layout::BarLayout;

/// The height of one bar, and of the gap between two groups.
const BAR: i32 = 26;
const BETWEEN: i32 = 22;
/// The height of the legend.
const LEGEND: i32 = 56;
const SWATCH: i32 = 24;

/// The picture.
pub(super) struct GroupedBarChart<'d> {
    form: &'d Grouped,
    set: BarSet,
    layout: BarLayout,
}

impl<'d> GroupedBarChart<'d> {
    pub(super) fn new(
        form: &'d Grouped,
        rows: &ScopedRows<'_>,
        context: &ChartContext,
        protection: Option<&SuppressionDisplay>,
    ) -> Result<Self, ChartError> {
        let columns: Vec<&str> = form.measures.iter().map(|measure| measure.column.as_str()).collect();
        let set = rows.bars(&form.category, &columns, context, protection)?;
        let values: Vec<String> =
            set.bars.iter().flat_map(|bar| &bar.values).map(|count| set.written(*count)).collect();
        let group = i32::try_from(columns.len()).map_or(BAR, |bars| bars * BAR);
        let layout = BarLayout::new(&set.bars, group + BETWEEN, values.iter().map(String::as_str));
        Ok(Self { form, set, layout })
    }

    fn legend(&self, canvas: &Canvas<'_>, area: Rect) -> Result<(), ChartError> {
        let mut left = area.left;
        for (measure, total) in self.form.measures.iter().zip(&self.set.measure_totals) {
            let label = format!("{}: {}", measure.label, self.set.written(*total));
            let swatch = Rect { left, top: area.top, right: left + SWATCH, bottom: area.top + SWATCH };
            canvas.rect(swatch, measure.color.rgb())?;
            canvas.text_middle(&label, (swatch.right + 12, area.top + SWATCH / 2), Anchor::Start, LABEL)?;
            left = swatch.right + 12 + LABEL.width(&label) + 48;
        }
        Ok(())
    }
}

impl ChartContent for GroupedBarChart<'_> {
    fn is_empty(&self) -> bool {
        self.set.bars.is_empty() || self.set.measure_totals.iter().all(|total| *total == Some(0))
    }

    fn height(&self) -> i32 {
        LEGEND + self.layout.height()
    }

    fn draw(&self, canvas: &Canvas<'_>, area: Rect) -> Result<(), ChartError> {
        self.legend(canvas, area)?;
        let below = Rect { top: area.top + LEGEND, ..area };
        let plot = self.layout.draw(canvas, below, &self.form.category.axis, &self.form.axis)?;
        for (index, (row, bar)) in plot.rows.iter().zip(&self.set.bars).enumerate() {
            if index > 0 {
                canvas.line((area.left, row.top), (area.right, row.top), GRID)?;
            }
            let group = i32::try_from(bar.values.len()).map_or(BAR, |bars| bars * BAR);
            let mut top = row.top + (row.bottom - row.top - group) / 2;
            for (count, measure) in bar.values.iter().zip(&self.form.measures) {
                plot.bar(canvas, (top + 2, top + BAR - 2), *count, &self.set.written(*count), measure.color.rgb())?;
                top += BAR;
            }
        }
        Ok(())
    }

    fn hides(&self) -> bool {
        self.set.has_suppressed()
    }

    fn describe(&self) -> String {
        let values = |counts: &[Option<i64>]| {
            let pairs = self.form.measures.iter().zip(counts);
            pairs.map(|(m, n)| format!("{} {}", m.label, self.set.written(*n))).collect::<Vec<_>>().join(", ")
        };
        let bars: Vec<String> =
            self.set.bars.iter().map(|bar| format!("{}: {}", bar.label, values(&bar.values))).collect();
        format!("Barras horizontales agrupadas. Total: {}. {}.", values(&self.set.measure_totals), bars.join("; "))
    }
}
