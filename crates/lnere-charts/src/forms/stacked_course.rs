/*!
Draws a stacked column for each corte. Final statuses are at the base line, and those that wait for a
decision are above them. The last column names its layers.
*/

use chrono::{Datelike, NaiveDate};
use plotters::style::RGBColor;

use super::super::canvas::{Canvas, Rect, TextAnchor};
use super::super::chart_frame::ChartContent;
use super::super::chart_values::{self, ScopedRows};
use super::super::definition::StackedCourseForm;
use super::super::palette::{BASE_LINE_COLOR, Color, RESIDUAL_COLOR, WHITE};
use super::super::text_style::{AXIS_STYLE, LABEL_STYLE, TICK_STYLE, TOTAL_STYLE};
use super::super::{ChartContext, ChartError};
use super::plot_panel::{HEAD_HEIGHT, PlotPanel, tick_labels_width};
use lnere_core::mexican_formats::{integer, short_date, short_date_with_year};
use lnere_tables::dictionary::is_unidentified;

const COLUMNS_HEIGHT: i32 = 640;
/// The distances from the base line down to the days, the years and the axis name.
const DAY_OFFSET: i32 = 38;
const YEAR_OFFSET: i32 = 70;
const AXIS_NAME_OFFSET: i32 = 116;
const FOOT_HEIGHT: i32 = 132;
/// The space between the last column and the names of its layers, which holds their lines.
const LABEL_GAP: i32 = 36;
/// The distance between two names.
const LABEL_STEP: i32 = 36;
/// The number of widest columns that the panel has space for at least.
const MIN_SLOTS: i32 = 3;
/// The widest column.
const MAX_COLUMN_WIDTH: i32 = 130;

/// A status, from the base line up.
struct Layer {
    label: String,
    color: RGBColor,
}

/// The counts of a corte, one for each layer.
struct CorteColumn {
    corte: NaiveDate,
    counts: Vec<i64>,
}

impl CorteColumn {
    fn total(&self) -> i64 {
        self.counts.iter().sum()
    }
}

/// The picture.
pub(super) struct StackedCourse<'d> {
    form: &'d StackedCourseForm,
    layers: Vec<Layer>,
    columns: Vec<CorteColumn>,
}

impl<'d> StackedCourse<'d> {
    pub(super) fn new(
        form: &'d StackedCourseForm,
        rows: &ScopedRows<'_>,
        context: &ChartContext,
    ) -> Result<Self, ChartError> {
        let sums = rows.sums_by_day_and_code(&form.corte_column, &form.stack_column, &[&form.measure.column])?;
        let codes = chart_values::codes_in_catalogue_order(
            &form.stack_column,
            sums.values().flat_map(|of_day| of_day.keys().copied()),
            context,
        );
        let is_listed = |list: &[String], code: &str| list.iter().any(|listed| listed == code);
        let (accepted, others): (Vec<&str>, Vec<&str>) =
            codes.into_iter().partition(|code| is_listed(&context.accepted_statuses, code));
        let (refused, undecided): (Vec<&str>, Vec<&str>) =
            others.into_iter().partition(|code| is_listed(&context.refused_statuses, code));
        let undecided = undecided.iter().enumerate().map(|(index, code)| {
            let is_residual = is_unidentified(&form.stack_column, code);
            let color = Color::of_category(&form.undecided_colors, index).rgb();
            (*code, if is_residual { RESIDUAL_COLOR } else { color })
        });
        // The first status of the analysis is at the top.
        let undecided: Vec<(&str, RGBColor)> = undecided.collect();
        let colored: Vec<(&str, RGBColor)> = accepted
            .into_iter()
            .map(|code| (code, form.accepted_color.rgb()))
            .chain(refused.into_iter().map(|code| (code, form.refused_color.rgb())))
            .chain(undecided.into_iter().rev())
            .collect();
        let count_of = |of_day: &std::collections::HashMap<&str, Vec<i64>>, code: &str| {
            of_day.get(code).and_then(|sums| sums.first()).copied().unwrap_or(0)
        };
        let columns = sums
            .iter()
            .map(|(corte, of_day)| CorteColumn {
                corte: *corte,
                counts: colored.iter().map(|(code, _)| count_of(of_day, code)).collect(),
            })
            .collect();
        let layers = colored
            .iter()
            .map(|(code, color)| Layer { label: context.category_label(&form.stack_column, code), color: *color })
            .collect();
        Ok(Self { form, layers, columns })
    }

    fn latest(&self) -> Option<&CorteColumn> {
        self.columns.last()
    }

    /// The names of the layers of the last column, with their counts.
    fn layer_labels(&self) -> Vec<String> {
        let counts = self.latest().map_or(&[][..], |column| column.counts.as_slice());
        let labels = self.layers.iter().zip(counts);
        labels.map(|(layer, count)| format!("{} {}", layer.label, integer(*count))).collect()
    }

    /// Draws the names of the layers beside the last column, each with a line to its layer.
    fn draw_labels(&self, canvas: &Canvas<'_>, panel: &PlotPanel, right: i32) -> Result<(), ChartError> {
        let Some(latest) = self.latest() else { return Ok(()) };
        let labels = self.layer_labels();
        let mut below = 0;
        let mut anchors = Vec::new();
        for (label, count) in labels.iter().zip(&latest.counts) {
            if *count > 0 {
                let middle = panel.y_of_count(below).midpoint(panel.y_of_count(below + count));
                anchors.push((label, middle));
            }
            below += count;
        }
        let wanted: Vec<i32> = anchors.iter().map(|(_, middle)| *middle).collect();
        let places = spread_upwards(&wanted, LABEL_STEP, panel.rect.bottom - LABEL_STEP / 2);
        for ((label, middle), place) in anchors.into_iter().zip(places) {
            let line = vec![(right + 4, middle), (right + LABEL_GAP / 2, place), (right + LABEL_GAP - 6, place)];
            canvas.draw_path(line, BASE_LINE_COLOR, 2)?;
            canvas.draw_text_centered_on(label, (right + LABEL_GAP, place), TextAnchor::Start, LABEL_STYLE)?;
        }
        Ok(())
    }
}

/// Places as near as possible to the wanted ones, which rise, at least `step` apart. None is below
/// `lowest`. Vertical positions rise as their numbers fall.
fn spread_upwards(wanted: &[i32], step: i32, lowest: i32) -> Vec<i32> {
    // Neighbours that are too near form a group, which lies around the mean of its places.
    let mut groups: Vec<(i64, i32)> = Vec::new();
    let start = |(sum, count): (i64, i32)| {
        let mean = i32::try_from(sum / i64::from(count)).unwrap_or(0);
        (mean + step * (count - 1) / 2).min(lowest)
    };
    for place in wanted {
        let mut group = (i64::from(*place), 1);
        while let Some(previous) = groups.last().copied() {
            let top_of_previous = start(previous) - step * (previous.1 - 1);
            if top_of_previous - step >= start(group) {
                break;
            }
            groups.pop();
            group = (previous.0 + group.0, previous.1 + group.1);
        }
        groups.push(group);
    }
    groups.into_iter().flat_map(|group| (0..group.1).map(move |index| start(group) - step * index)).collect()
}

impl ChartContent for StackedCourse<'_> {
    fn is_empty(&self) -> bool {
        self.latest().is_none_or(|column| column.total() == 0)
    }

    fn height(&self) -> i32 {
        HEAD_HEIGHT + COLUMNS_HEIGHT + FOOT_HEIGHT
    }

    fn case_count(&self) -> Option<i64> {
        self.latest().map(CorteColumn::total)
    }

    fn draw(&self, canvas: &Canvas<'_>, area: Rect) -> Result<(), ChartError> {
        let largest = self.columns.iter().map(CorteColumn::total).max().unwrap_or(0);
        let left = area.left + tick_labels_width(largest, COLUMNS_HEIGHT);
        let labels_width = LABEL_STYLE.max_width(self.layer_labels().iter().map(String::as_str));
        let top = area.top + HEAD_HEIGHT;
        let count = i32::try_from(self.columns.len().max(1)).unwrap_or(i32::MAX);
        // Few columns are beside each other, and not spread over the whole width.
        let panel_width = count.max(MIN_SLOTS).saturating_mul(MAX_COLUMN_WIDTH * 4 / 3);
        let right = (area.right - labels_width - LABEL_GAP).min(left.saturating_add(panel_width));
        let rect = Rect { left, top, right, bottom: top + COLUMNS_HEIGHT };
        let panel = PlotPanel::draw(canvas, rect, largest, area.left, &self.form.measure.label)?;

        let slot = rect.width() / count;
        let width = (slot * 3 / 4).clamp(1, MAX_COLUMN_WIDTH);
        let widest = TOTAL_STYLE.width(&integer(largest)).max(TICK_STYLE.width("30 sep")) + 12;
        // If the columns are too narrow for their texts, only every second or third has them. The
        // last column always does.
        let label_interval = usize::try_from((widest + slot.max(1) - 1) / slot.max(1)).unwrap_or(1);
        let mut year = None;
        let mut right = rect.right;
        for (index, column) in self.columns.iter().enumerate() {
            // The last column touches the right edge, beside the names of its layers.
            let end = rect.right - slot * (count - 1 - i32::try_from(index).unwrap_or(0));
            let middle = end - width / 2;
            right = middle + width / 2;
            let (mut below, mut bottom) = (0, rect.bottom);
            for (layer, count) in self.layers.iter().zip(&column.counts).filter(|(_, count)| **count > 0) {
                below += count;
                let top = panel.column_top(below).min(bottom);
                canvas.fill_rect(Rect { left: middle - width / 2, top, right, bottom }, layer.color)?;
                if bottom < rect.bottom && bottom - top > 3 {
                    canvas.draw_line((middle - width / 2, bottom), (right, bottom), WHITE)?;
                }
                bottom = top;
            }
            if !(self.columns.len() - 1 - index).is_multiple_of(label_interval) {
                continue;
            }
            let above = panel.column_top(column.total()) - 10;
            canvas.draw_text_on_white(&integer(column.total()), (middle, above), TextAnchor::Middle, TOTAL_STYLE)?;
            let day = short_date(column.corte);
            canvas.draw_text(&day, (middle, rect.bottom + DAY_OFFSET), TextAnchor::Middle, TICK_STYLE)?;
            if year != Some(column.corte.year()) {
                year = Some(column.corte.year());
                let place = (middle, rect.bottom + YEAR_OFFSET);
                canvas.draw_text(&column.corte.year().to_string(), place, TextAnchor::Middle, TICK_STYLE)?;
            }
        }
        self.draw_labels(canvas, &panel, right)?;
        let middle = rect.left + rect.width() / 2;
        let place = (middle, rect.bottom + AXIS_NAME_OFFSET);
        canvas.draw_text(&self.form.axis_title, place, TextAnchor::Middle, AXIS_STYLE)
    }

    fn text_alternative(&self) -> String {
        let column = |column: &CorteColumn| {
            let layers = self.layers.iter().zip(&column.counts);
            let layers: Vec<String> =
                layers.map(|(layer, count)| format!("{} {}", layer.label, integer(*count))).collect();
            let total = integer(column.total());
            format!("{}: {total} ({})", short_date_with_year(column.corte), layers.join(", "))
        };
        let columns: Vec<String> = self.columns.iter().map(column).collect();
        format!("Columnas apiladas por corte. {}: {}.", self.form.measure.label, columns.join("; "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_apart_and_near_their_layers() {
        assert_eq!(spread_upwards(&[500, 300, 100], 36, 600), [500, 300, 100], "far apart, they stay");
        assert_eq!(spread_upwards(&[500, 490, 100], 36, 600), [513, 477, 100]);
        assert_eq!(spread_upwards(&[599, 598, 597], 36, 600), [600, 564, 528], "none is below the base line");
    }
}
