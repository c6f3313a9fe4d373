/*!
Draws one bar of 100 % for each of several tables. Marks on the bars of an entity show the national
shares.
*/

use std::collections::BTreeMap;

use super::super::canvas::{Canvas, Rect, TextAnchor};
use super::super::chart_frame::{CHART_WIDTH, ChartContent, MARGIN};
use super::super::chart_values::ScopedRows;
use super::super::definition::{ShareBar, SharesForm};
use super::super::palette::{TEXT_COLOR, WHITE};
use super::super::text_style::{LABEL_STYLE, TOTAL_STYLE, VALUE_STYLE};
use super::super::{ChartContext, ChartError, Scope};
use super::share_bar::{self, PlacedSegment, Segment};
use lnere_core::mexican_formats::{self, hundredths_of_percent};
use lnere_core::process::lowercase_first_letter;
use lnere_statements::{MIN_SHARE_BASE, Statistics};
use lnere_tables::Table;

const BAR_HEIGHT: i32 = 76;
/// The height of the line below a bar for the segments without space for their texts.
const OUTSIDE_HEIGHT: i32 = 40;
const BAR_GAP: i32 = 34;
/// The height of the line that explains the marks.
const LEGEND_HEIGHT: i32 = 56;
/// The width in pixels above which the name of a bar is broken into lines.
const MAX_NAME_WIDTH: i32 = 300;
const NAME_GAP: i32 = 20;
/// How far a mark reaches beyond its bar, and half of its width.
const MARK_REACH: i32 = 9;
const MARK_HALF_WIDTH: i32 = 3;
/// The part of a bar at its ends that has no marks.
const EDGE_WIDTH: i32 = 14;
const SWATCH_SIZE: i32 = 24;
const SWATCH_GAP: i32 = 10;
/// The space between two texts below a bar.
const OUTSIDE_GAP: i32 = 28;

/// The most bars whose largest category a title names.
const MAX_PROFILE_BARS: usize = 4;
/// The least difference from the nation that a title states, in hundredths of a percent.
const MIN_DIFFERENCE_HUNDREDTHS: i64 = 300;

/// The picture.
pub(super) struct ShareChart<'d> {
    form: &'d SharesForm,
    rows: Vec<ShareRow>,
    total: i64,
    has_marks: bool,
}

/// One bar.
struct ShareRow {
    name: String,
    segments: Vec<Segment>,
    /// The national count of each segment.
    national_counts: Vec<i64>,
}

/// A share of a category, in the own bar and in that of all entities: each a part and its whole.
struct DifferingShare<'c> {
    label: &'c str,
    own: (i64, i64),
    national: (i64, i64),
}

impl DifferingShare<'_> {
    /// By how many hundredths of a percent the own share is larger.
    fn difference(&self) -> i64 {
        let hundredths = |(part, whole)| i64::try_from(hundredths_of_percent(part, whole)).unwrap_or(0);
        hundredths(self.own) - hundredths(self.national)
    }
}

impl<'d> ShareChart<'d> {
    /// `table` gives the table with a name.
    pub(super) fn new<'t>(
        form: &'d SharesForm,
        table: impl Fn(&str) -> Result<&'t Table, ChartError>,
        scope: &Scope,
        context: &ChartContext,
    ) -> Result<Self, ChartError> {
        let mut rows = Vec::with_capacity(form.bars.len());
        for bar in &form.bars {
            let table = table(&bar.table_name)?;
            let sums = |scope: &Scope| {
                ScopedRows::select(table, scope)?.sums_by_code(&bar.category_column, &form.measure.column)
            };
            let row = ShareRow::new(bar, &sums(scope)?, &sums(&Scope::Nation)?, context);
            if bar.most.is_none_or(|most| row.segments.len() <= most) {
                rows.push(row);
            }
        }
        let total = rows.iter().map(ShareRow::total).max().unwrap_or(0);
        Ok(Self { form, rows, total, has_marks: matches!(scope, Scope::Entity { .. }) })
    }

    fn names_width(&self) -> i32 {
        let lines: Vec<String> = self.rows.iter().flat_map(|row| TOTAL_STYLE.wrap(&row.name, MAX_NAME_WIDTH)).collect();
        TOTAL_STYLE.max_width(lines.iter().map(String::as_str))
    }

    fn bar_width(&self) -> i32 {
        CHART_WIDTH - 2 * MARGIN - self.names_width() - NAME_GAP
    }

    /// The height of each bar with the lines below it.
    fn row_heights(&self) -> impl Iterator<Item = i32> {
        let width = self.bar_width();
        self.rows.iter().map(move |row| {
            let lines = i32::try_from(row.outside_lines(&row.placed(width), width).len()).unwrap_or(0);
            BAR_HEIGHT + lines * OUTSIDE_HEIGHT + BAR_GAP
        })
    }

    fn legend_height(&self) -> i32 {
        if self.has_marks { LEGEND_HEIGHT } else { 0 }
    }

    fn draw_row(&self, canvas: &Canvas<'_>, row: &ShareRow, bar: Rect) -> Result<(), ChartError> {
        let lines = TOTAL_STYLE.wrap(&row.name, MAX_NAME_WIDTH);
        let mut middle = bar.top + bar.height() / 2;
        middle -= (i32::try_from(lines.len()).unwrap_or(1) - 1) * TOTAL_STYLE.line_height() / 2;
        for line in &lines {
            canvas.draw_text_centered_on(line, (bar.left - NAME_GAP, middle), TextAnchor::End, TOTAL_STYLE)?;
            middle += TOTAL_STYLE.line_height();
        }
        let placed = row.placed(bar.width());
        share_bar::draw_segments(canvas, bar, &placed)?;
        if self.has_marks {
            let national_total: i64 = row.national_counts.iter().sum();
            let mut before = 0;
            for count in row.national_counts.iter().take(row.segments.len().saturating_sub(1)) {
                before += count;
                let x = bar.left + share_bar::offset(before, national_total, bar.width());
                // A mark at the edge of the bar would say nothing that can be seen.
                if *count > 0 && (bar.left + EDGE_WIDTH..bar.right - EDGE_WIDTH).contains(&x) {
                    draw_mark(canvas, x, bar)?;
                }
            }
        }
        let mut middle = bar.bottom + MARK_REACH + OUTSIDE_HEIGHT / 2;
        for line in row.outside_lines(&placed, bar.width()) {
            let mut end = bar.right;
            for (segment, text) in line.into_iter().rev() {
                canvas.draw_text_centered_on(&text, (end, middle), TextAnchor::End, VALUE_STYLE)?;
                let right = end - VALUE_STYLE.width(&text) - SWATCH_GAP;
                let top = middle - SWATCH_SIZE / 2;
                let swatch = Rect { left: right - SWATCH_SIZE, top, right, bottom: top + SWATCH_SIZE };
                canvas.fill_rect(swatch, segment.color)?;
                end = swatch.left - OUTSIDE_GAP;
            }
            middle += OUTSIDE_HEIGHT;
        }
        Ok(())
    }
}

fn segment_text(segment: &Segment, total: i64) -> String {
    format!("{} {}", segment.label, share_bar::share_text(segment.count, total))
}

fn draw_mark(canvas: &Canvas<'_>, x: i32, bar: Rect) -> Result<(), ChartError> {
    let mark = |half_width: i32| Rect {
        left: x - half_width,
        top: bar.top - MARK_REACH,
        right: x + half_width,
        bottom: bar.bottom + MARK_REACH,
    };
    canvas.fill_rect(mark(MARK_HALF_WIDTH + 2), WHITE)?;
    canvas.fill_rect(mark(MARK_HALF_WIDTH), TEXT_COLOR)
}

impl ShareRow {
    fn new(
        bar: &ShareBar,
        counts: &BTreeMap<&str, i64>,
        national: &BTreeMap<&str, i64>,
        context: &ChartContext,
    ) -> Self {
        // A category that only other entities have is a segment of no width here.
        let all: BTreeMap<&str, i64> =
            national.keys().map(|code| (*code, counts.get(code).copied().unwrap_or(0))).collect();
        let counts_of = |counts| share_bar::segments_of(&bar.category_column, counts, &bar.colors, context);
        Self {
            name: bar.label.clone(),
            national_counts: counts_of(national).iter().map(|segment| segment.count).collect(),
            segments: counts_of(&all),
        }
    }

    fn total(&self) -> i64 {
        self.segments.iter().map(|segment| segment.count).sum()
    }

    /// The largest identified category with its share, if one is larger than all others and the bar
    /// has enough cases.
    fn largest_text(&self) -> Option<String> {
        let largest = self.segments.iter().max_by_key(|segment| segment.count)?;
        let is_sole = self.segments.iter().filter(|segment| segment.count == largest.count).count() == 1;
        let has_share = self.total() >= MIN_SHARE_BASE && !largest.is_residual && is_sole;
        has_share.then(|| lowercase_first_letter(&segment_text(largest, self.total())))
    }

    /// The shares of the identified categories in bars of enough cases.
    fn shares(&self) -> impl Iterator<Item = DifferingShare<'_>> {
        let (total, national_total) = (self.total(), self.national_counts.iter().sum::<i64>());
        let segments = self.segments.iter().zip(&self.national_counts).filter(|(segment, _)| !segment.is_residual);
        segments
            .map(move |(segment, national)| DifferingShare {
                label: &segment.label,
                own: (segment.count, total),
                national: (*national, national_total),
            })
            .filter(|share| share.own.1 >= MIN_SHARE_BASE && share.national.1 >= MIN_SHARE_BASE)
    }

    /// The segments in a bar of some width, with their texts in one or two lines.
    fn placed(&self, bar_width: i32) -> Vec<PlacedSegment<'_>> {
        share_bar::place_segments(&self.segments, (bar_width, BAR_HEIGHT), |segment, total| {
            let text = segment_text(segment, total);
            let two_lines = VALUE_STYLE.wrap(&text, VALUE_STYLE.width(&text) * 3 / 5);
            vec![vec![text], vec![segment.label.clone(), share_bar::share_text(segment.count, total)], two_lines]
        })
    }

    /// The texts that stand below the bar, in lines no wider than the bar.
    fn outside_lines<'s>(&self, placed: &[PlacedSegment<'s>], bar_width: i32) -> Vec<Vec<(&'s Segment, String)>> {
        let (mut lines, mut used): (Vec<Vec<(&Segment, String)>>, i32) = (Vec::new(), 0);
        for PlacedSegment { segment, .. } in placed.iter().filter(|placed| placed.lacks_text()) {
            let text = segment_text(segment, self.total());
            let width = VALUE_STYLE.width(&text) + SWATCH_GAP + SWATCH_SIZE + OUTSIDE_GAP;
            if lines.is_empty() || used + width > bar_width {
                lines.push(Vec::new());
                used = 0;
            }
            used += width;
            if let Some(line) = lines.last_mut() {
                line.push((segment, text));
            }
        }
        lines
    }
}

impl ChartContent for ShareChart<'_> {
    fn is_empty(&self) -> bool {
        self.total == 0
    }

    fn height(&self) -> i32 {
        self.legend_height() + self.row_heights().sum::<i32>()
    }

    fn case_count(&self) -> Option<i64> {
        Some(self.total)
    }

    fn draw(&self, canvas: &Canvas<'_>, area: Rect) -> Result<(), ChartError> {
        let left = area.left + self.names_width() + NAME_GAP;
        if self.has_marks {
            let swatch = Rect { left, top: area.top + 6, right: left, bottom: area.top + 30 };
            draw_mark(canvas, left + MARK_HALF_WIDTH, swatch)?;
            let text = (left + 24, area.top + 18);
            canvas.draw_text_centered_on(&self.form.national_mark, text, TextAnchor::Start, LABEL_STYLE)?;
        }
        let mut top = area.top + self.legend_height() + MARK_REACH;
        for (row, height) in self.rows.iter().zip(self.row_heights()) {
            self.draw_row(canvas, row, Rect { left, top, right: area.right, bottom: top + BAR_HEIGHT })?;
            top += height;
        }
        Ok(())
    }

    fn statistics(&self) -> Statistics {
        let mut statistics = Statistics::default();
        let tops: Vec<String> = self.rows.iter().take(MAX_PROFILE_BARS).filter_map(ShareRow::largest_text).collect();
        if !tops.is_empty() {
            statistics.set_text("profile", tops.join(", "));
        }
        let differing = self.rows.iter().flat_map(ShareRow::shares).max_by_key(DifferingShare::difference);
        let differing = differing.filter(|share| self.has_marks && share.difference() >= MIN_DIFFERENCE_HUNDREDTHS);
        if let Some(DifferingShare { label, own: (part, whole), national }) = differing {
            statistics.set_text("distinct", label);
            statistics.set_share("distinct_share", part, whole);
            statistics.set_share("distinct_share_of_all", national.0, national.1);
        }
        statistics
    }

    fn text_alternative(&self) -> String {
        let row = |row: &ShareRow| {
            let national_total: i64 = row.national_counts.iter().sum();
            let segments = row.segments.iter().zip(&row.national_counts).map(|(segment, national)| {
                let own = super::count_and_share(segment.count, row.total());
                if self.has_marks {
                    let national = mexican_formats::percentage(*national, national_total);
                    format!("{} {own}, nacional {national}", segment.label)
                } else {
                    format!("{} {own}", segment.label)
                }
            });
            format!("{}: {}", row.name, segments.collect::<Vec<_>>().join("; "))
        };
        let rows: Vec<String> = self.rows.iter().map(row).collect();
        let total = mexican_formats::integer(self.total);
        format!("Barras de 100 %. {}: {total} en total. {}.", self.form.measure.label, rows.join(". "))
    }
}
