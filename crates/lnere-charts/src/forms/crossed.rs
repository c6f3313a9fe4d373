/*!
Draws a bar of 100 % for each category, split by a second category, with its total at its end.
*/

use std::collections::BTreeMap;

use super::super::canvas::{Canvas, Rect, TextAnchor};
use super::super::chart_frame::ChartContent;
use super::super::chart_values::{BarSet, ScopedRows, extreme_shares};
use super::super::definition::CrossedForm;
use super::super::text_style::{AXIS_STYLE, LABEL_STYLE, VALUE_STYLE};
use super::super::{ChartContext, ChartError};
use super::share_bar::{self, Segment};
use lnere_core::mexican_formats;
use lnere_statements::{MIN_SHARE_BASE, Statistics};

/// The height of a row in a chart of many rows and of few rows, and of the space between two bars.
const ROW_HEIGHT: i32 = 54;
const ROW_HEIGHT_OF_FEW_BARS: i32 = 88;
const BAR_GAP: i32 = 12;
/// The largest number of bars that counts as few.
const MAX_FEW_BARS: usize = 4;
/// The width in pixels above which a name is broken into lines.
const MAX_NAME_WIDTH: i32 = 430;
const GAP: i32 = 20;
const LEGEND_LINE_HEIGHT: i32 = 44;
const SWATCH_SIZE: i32 = 24;
const HEAD_HEIGHT: i32 = 46;

/// The picture.
pub(super) struct CrossedChart<'d> {
    form: &'d CrossedForm,
    bar_set: BarSet,
    name_lines: Vec<Vec<String>>,
    /// The segments of each bar, zero included: each bar has the same ones.
    bar_segments: Vec<Vec<Segment>>,
}

impl<'d> CrossedChart<'d> {
    pub(super) fn new(
        form: &'d CrossedForm,
        rows: &ScopedRows<'_>,
        context: &ChartContext,
    ) -> Result<Self, ChartError> {
        let mut bar_set = rows.bars(&form.category, &[&form.measure.column], context, None)?;
        // A bar of nothing has no shares.
        bar_set.bars.retain(|bar| bar.measure_counts.iter().any(|count| *count != Some(0)));
        let by_key = rows.sums_by_key_and_code(&form.category.key_columns, &form.split_column, &form.measure.column)?;
        let is_shown = |key: &[&str]| bar_set.bars.iter().any(|bar| bar.key == key);
        let mut whole: BTreeMap<&str, i64> = BTreeMap::new();
        let mut rest: BTreeMap<&str, i64> = BTreeMap::new();
        for (key, counts) in &by_key {
            for (code, count) in counts {
                *whole.entry(*code).or_default() += count;
                if !is_shown(key) {
                    *rest.entry(*code).or_default() += count;
                }
            }
        }
        let segments = |counts: &BTreeMap<&str, i64>| {
            let all = whole.keys().map(|code| (*code, counts.get(code).copied().unwrap_or(0))).collect();
            share_bar::segments_of(&form.split_column, &all, &form.colors, context)
        };
        let of_bar = |key: &[String]| {
            let key: Vec<&str> = key.iter().map(String::as_str).collect();
            segments(by_key.get(&key).unwrap_or(&rest))
        };
        let bar_segments = bar_set.bars.iter().map(|bar| of_bar(&bar.key)).collect();
        let name_lines = bar_set.bars.iter().map(|bar| LABEL_STYLE.wrap(&bar.label, MAX_NAME_WIDTH)).collect();
        Ok(Self { form, bar_set, name_lines, bar_segments })
    }

    fn total(&self) -> i64 {
        self.bar_set.measure_totals.first().copied().flatten().unwrap_or(0)
    }

    fn row_heights(&self) -> impl Iterator<Item = i32> {
        let least = if self.bar_set.bars.len() <= MAX_FEW_BARS { ROW_HEIGHT_OF_FEW_BARS } else { ROW_HEIGHT };
        let lines = |lines: &Vec<String>| i32::try_from(lines.len()).unwrap_or(1);
        self.name_lines.iter().map(move |name| least.max(lines(name) * LABEL_STYLE.line_height() + BAR_GAP))
    }

    /// The lines of the legend: the segments that fit beside each other.
    fn legend_lines(&self) -> Vec<Vec<&Segment>> {
        let width = super::super::chart_frame::CHART_WIDTH - 2 * super::super::chart_frame::MARGIN;
        let (mut lines, mut left): (Vec<Vec<&Segment>>, i32) = (vec![Vec::new()], 0);
        for segment in self.bar_segments.first().into_iter().flatten() {
            let needed = legend_entry_width(segment);
            if left > 0 && left + needed > width {
                lines.push(Vec::new());
                left = 0;
            }
            left += needed;
            if let Some(line) = lines.last_mut() {
                line.push(segment);
            }
        }
        lines
    }

    fn legend_height(&self) -> i32 {
        i32::try_from(self.legend_lines().len()).unwrap_or(1) * LEGEND_LINE_HEIGHT + 8
    }
}

fn legend_entry_width(segment: &Segment) -> i32 {
    SWATCH_SIZE + 12 + LABEL_STYLE.width(&segment.label) + 40
}

impl ChartContent for CrossedChart<'_> {
    fn is_empty(&self) -> bool {
        self.total() == 0
    }

    fn height(&self) -> i32 {
        self.legend_height() + HEAD_HEIGHT + self.row_heights().sum::<i32>()
    }

    fn case_count(&self) -> Option<i64> {
        Some(self.total())
    }

    fn draw(&self, canvas: &Canvas<'_>, area: Rect) -> Result<(), ChartError> {
        let mut middle = area.top + SWATCH_SIZE / 2;
        for line in self.legend_lines() {
            let mut left = area.left;
            for segment in line {
                let top = middle - SWATCH_SIZE / 2;
                let swatch = Rect { left, top, right: left + SWATCH_SIZE, bottom: top + SWATCH_SIZE };
                canvas.fill_rect(swatch, segment.color)?;
                let place = (swatch.right + 12, middle);
                canvas.draw_text_centered_on(&segment.label, place, TextAnchor::Start, LABEL_STYLE)?;
                left += legend_entry_width(segment);
            }
            middle += LEGEND_LINE_HEIGHT;
        }
        let category_axis = &self.form.category.axis_title;
        let names = LABEL_STYLE
            .max_width(self.name_lines.iter().flatten().map(String::as_str))
            .max(AXIS_STYLE.width(category_axis));
        let totals: Vec<String> =
            self.bar_set.bars.iter().map(|bar| self.bar_set.count_text(bar.measure_counts[0])).collect();
        let totals_width =
            VALUE_STYLE.max_width(totals.iter().map(String::as_str)).max(AXIS_STYLE.width(&self.form.measure.label));
        let (left, right) = (area.left + names + GAP, area.right - totals_width - GAP);
        let mut top = area.top + self.legend_height();
        let head = top + AXIS_STYLE.size;
        canvas.draw_text(category_axis, (left - GAP, head), TextAnchor::End, AXIS_STYLE)?;
        canvas.draw_text(&self.form.measure.label, (area.right, head), TextAnchor::End, AXIS_STYLE)?;
        top += HEAD_HEIGHT;
        for (((lines, segments), total), height) in
            self.name_lines.iter().zip(&self.bar_segments).zip(&totals).zip(self.row_heights())
        {
            let middle = top + height / 2;
            let mut line_middle =
                middle - (i32::try_from(lines.len()).unwrap_or(1) - 1) * LABEL_STYLE.line_height() / 2;
            for line in lines {
                canvas.draw_text_centered_on(line, (left - GAP, line_middle), TextAnchor::End, LABEL_STYLE)?;
                line_middle += LABEL_STYLE.line_height();
            }
            let bar = Rect { left, top: top + BAR_GAP / 2, right, bottom: top + height - BAR_GAP / 2 };
            let text = |segment: &Segment, total: i64| vec![vec![share_bar::share_text(segment.count, total)]];
            share_bar::draw_segments(
                canvas,
                bar,
                &share_bar::place_segments(segments, (bar.width(), bar.height()), text),
            )?;
            canvas.draw_text_centered_on(total, (area.right, middle), TextAnchor::End, VALUE_STYLE)?;
            top += height;
        }
        Ok(())
    }

    fn statistics(&self) -> Statistics {
        let sums: Vec<i64> = (0..self.bar_segments.first().map_or(0, Vec::len))
            .map(|place| self.bar_segments.iter().map(|segments| segments[place].count).sum())
            .collect();
        let largest = (0..sums.len()).max_by_key(|place| sums[*place]);
        let is_sole = |place: &usize| sums.iter().filter(|sum| **sum == sums[*place]).count() == 1;
        let Some(place) = largest.filter(is_sole) else { return Statistics::default() };
        let segment = &self.bar_segments[0][place];
        if segment.is_residual {
            return Statistics::default();
        }
        // A bar of few cases has no percentage to compare.
        let bars = self.bar_set.bars.iter().zip(&self.bar_segments).filter(|(bar, _)| !bar.is_residual);
        let shares = bars.filter_map(|(bar, segments)| {
            let total: i64 = segments.iter().map(|segment| segment.count).sum();
            (total >= MIN_SHARE_BASE).then_some((bar.label.as_str(), segments[place].count, total))
        });
        let mut statistics = extreme_shares(shares);
        statistics.set_text("split", segment.label.as_str());
        statistics
    }

    fn text_alternative(&self) -> String {
        let bar = |(bar, segments): (&super::super::chart_values::Bar, &Vec<Segment>)| {
            let total: i64 = segments.iter().map(|segment| segment.count).sum();
            let parts = segments
                .iter()
                .map(|segment| format!("{} {}", segment.label, super::count_and_share(segment.count, total)));
            format!("{}: {}, de {}", bar.label, parts.collect::<Vec<_>>().join(", "), mexican_formats::integer(total))
        };
        let bars: Vec<String> = self.bar_set.bars.iter().zip(&self.bar_segments).map(bar).collect();
        let total = mexican_formats::integer(self.total());
        format!("Barras de 100 %. {}: {total} en total. {}.", self.form.measure.label, bars.join("; "))
    }
}
