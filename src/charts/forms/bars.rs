/*!
A horizontal bar for each category, with its count and its share at its end.
*/

use super::super::canvas::{Canvas, Rect};
use super::super::data::{BarSet, Rows};
use super::super::definition::Bars;
use super::super::frame::Picture;
use super::super::palette::NEUTRAL;
use super::super::{ChartError, Context};
use super::horizontal::Layout;
use crate::numbers;

/// The height of a row where there are many, and where there are few.
const ROW: i32 = 50;
const WIDE_ROW: i32 = 84;
/// Up to so many bars are few.
const FEW: usize = 4;

/// The picture.
pub(super) struct Drawing<'d> {
    form: &'d Bars,
    set: BarSet,
    total: i64,
    /// What is written at each bar's end.
    values: Vec<String>,
    layout: Layout,
}

impl<'d> Drawing<'d> {
    pub(super) fn new(form: &'d Bars, rows: &Rows<'_>, context: &Context) -> Result<Self, ChartError> {
        let set = rows.bars(&form.category, &[&form.measure.column], context)?;
        let total = set.totals.iter().sum();
        let values: Vec<String> = counts(&set)
            .map(|count| if form.percentage { super::count_and_share(count, total) } else { numbers::integer(count) })
            .collect();
        let row_height = if set.bars.len() <= FEW { WIDE_ROW } else { ROW };
        let layout = Layout::new(&set.bars, row_height, values.iter().map(String::as_str));
        Ok(Self { form, set, total, values, layout })
    }
}

impl Picture for Drawing<'_> {
    fn is_empty(&self) -> bool {
        self.total == 0
    }

    fn height(&self) -> i32 {
        self.layout.height()
    }

    fn draw(&self, canvas: &Canvas<'_>, area: Rect) -> Result<(), ChartError> {
        let plot = self.layout.draw(canvas, area, &self.form.category.axis, &self.form.measure.label)?;
        for (((row, bar), count), value) in
            plot.rows.iter().zip(&self.set.bars).zip(counts(&self.set)).zip(&self.values)
        {
            let inset = (row.bottom - row.top) / 7;
            let color = if bar.residual { NEUTRAL } else { self.form.measure.color.rgb() };
            plot.bar(canvas, (row.top + inset, row.bottom - inset), count, value, color)?;
        }
        Ok(())
    }

    fn describe(&self) -> String {
        let bars: Vec<String> =
            self.set.bars.iter().zip(&self.values).map(|(bar, value)| format!("{}: {value}", bar.label)).collect();
        format!(
            "Barras horizontales. {}: {} en total. {}.",
            self.form.measure.label,
            numbers::integer(self.total),
            bars.join("; ")
        )
    }
}

fn counts(set: &BarSet) -> impl Iterator<Item = i64> {
    set.bars.iter().flat_map(|bar| bar.values.iter().copied())
}
