/*!
Draws a bar for each entity: its count so far as a percentage of its last count in an earlier process.
*/

use std::collections::BTreeMap;

use super::super::canvas::{Canvas, Rect};
use super::super::chart_frame::ChartContent;
use super::super::chart_values::extreme_shares;
use super::super::definition::ProgressForm;
use super::super::palette::RESIDUAL_COLOR;
use super::super::{ChartContext, ChartError};
use super::bar_layout::{BarLayout, BarPanel};
use lnere_core::mexican_formats::{decimal, hundredths_of_percent, integer, percentage, rounded_percent};
use lnere_statements::{MIN_SHARE_BASE, Statistics, last_earlier_process};
use lnere_tables::Table;

const ROW_HEIGHT: i32 = 54;
/// The largest percentage, in hundredths, below which the texts have decimals: whole percents would
/// be the same for all.
const MAX_WITH_DECIMALS: i64 = 1_000;

/// The picture.
pub(super) struct ProgressChart<'d> {
    form: &'d ProgressForm,
    /// The largest percentage first.
    entities: Vec<EntityProgress>,
    /// The text at the end of each bar.
    texts: Vec<String>,
    /// The bar of the own entity.
    highlighted_bar: Option<usize>,
    /// What the counts of both processes are.
    note: String,
    layout: BarLayout,
}

/// An entity with its counts.
struct EntityProgress {
    code: String,
    name: String,
    count: i64,
    earlier_count: i64,
}

impl EntityProgress {
    /// The count so far in hundredths of a percent of the earlier one; `None` if the earlier one is
    /// too small for a percentage.
    fn hundredths(&self) -> Option<i64> {
        (self.earlier_count >= MIN_SHARE_BASE)
            .then(|| i64::try_from(hundredths_of_percent(self.count, self.earlier_count)).unwrap_or(i64::MAX))
    }

    /// `15 % (778 de 5,036)`, with decimals if all percentages are small.
    fn text(&self, has_decimals: bool) -> String {
        let (count, earlier) = (integer(self.count), integer(self.earlier_count));
        if self.hundredths().is_none() {
            return format!("{count} de {earlier}");
        }
        let share = if has_decimals {
            percentage(self.count, self.earlier_count)
        } else {
            format!("{} %", rounded_percent(self.count, self.earlier_count))
        };
        format!("{share} ({count} de {earlier})")
    }
}

/// The rows of a process: by entity, the fewest days to the close and its row.
type LatestRows<'t> = BTreeMap<&'t str, (i64, usize)>;

impl<'d> ProgressChart<'d> {
    pub(super) fn new(
        form: &'d ProgressForm,
        table: &Table,
        highlighted_code: Option<&str>,
        context: &ChartContext,
    ) -> Result<Self, ChartError> {
        let entity_column = form.category.key_columns.first().map_or("", String::as_str);
        let codes = table.values::<String>(entity_column)?;
        let names = table.values::<String>(form.category.label_column.as_deref().unwrap_or(entity_column))?;
        let processes = table.values::<String>(&form.process_column)?;
        let days = table.values::<i64>(&form.days_column)?;
        let counts = table.values::<i64>(&form.measure.column)?;
        let accepted = table.values::<Option<i64>>(&form.accepted_column)?;

        let mut latest: BTreeMap<&str, LatestRows<'_>> = BTreeMap::new();
        for row in 0..table.row_count() {
            let of_entity = latest.entry(processes[row].as_str()).or_default().entry(codes[row].as_str());
            let best = of_entity.or_insert((days[row], row));
            if days[row] < best.0 {
                *best = (days[row], row);
            }
        }
        let own = latest.remove(context.process_id.as_str()).unwrap_or_default();
        // Only entities: all of an earlier process together are other entities than those of this one.
        let entities: Vec<(&str, usize)> = own
            .iter()
            .filter(|(code, _)| context.entity_codes.iter().any(|listed| listed == *code))
            .map(|(code, (_, row))| (*code, *row))
            .collect();
        let final_row = |rows: &LatestRows<'_>, code: &str| {
            rows.get(code).filter(|(days, row)| *days == 0 && counts[*row] > 0).map(|(_, row)| *row)
        };
        let own_codes: Vec<&str> = entities.iter().map(|(code, _)| *code).collect();
        let earlier = last_earlier_process(table, &context.process_id, &own_codes)?;
        let earlier = earlier.and_then(|process| latest.get(process.as_str()));
        let compared: Vec<(usize, usize)> =
            entities.iter().filter_map(|(code, row)| Some((*row, final_row(earlier?, code)?))).collect();

        let mut bars: Vec<EntityProgress> = compared
            .iter()
            .map(|&(row, earlier_row)| EntityProgress {
                code: codes[row].clone(),
                name: names[row].clone(),
                // Accepted applications are compared with accepted ones.
                count: accepted[earlier_row].map_or(counts[row], |_| accepted[row].unwrap_or(0)),
                earlier_count: counts[earlier_row],
            })
            .collect();
        // Those without a percentage come last.
        bars.sort_by_key(|bar| std::cmp::Reverse(bar.hundredths()));
        let titles = table.values::<String>(&form.title_column)?;
        let counted = table.values::<String>(&form.counted_column)?;
        let sources = table.values::<String>(&form.source_column)?;
        let note = compared.first().map_or_else(String::new, |&(row, earlier_row)| {
            format!(
                "{}: {} al cierre ({}). {}: {}.",
                titles[earlier_row],
                counted[earlier_row],
                sources[earlier_row].trim_end_matches('.'),
                titles[row],
                counted[if accepted[earlier_row].is_some() { earlier_row } else { row }]
            )
        });
        let has_decimals = bars.iter().filter_map(EntityProgress::hundredths).all(|share| share < MAX_WITH_DECIMALS);
        let texts: Vec<String> = bars.iter().map(|bar| bar.text(has_decimals)).collect();
        let values = bars.iter().map(EntityProgress::hundredths);
        let mut panel = BarPanel::new("", &form.axis_title, values, texts.iter().map(String::as_str));
        panel.tick_text = percent_tick;
        let layout = BarLayout::new(bars.iter().map(|bar| bar.name.as_str()), ROW_HEIGHT, vec![panel]);
        let highlighted_bar = highlighted_code.and_then(|code| bars.iter().position(|bar| bar.code == code));
        Ok(Self { form, entities: bars, texts, highlighted_bar, note, layout })
    }
}

/// Hundredths of a percent as the text of a tick: `5 %`, `0.50 %`.
fn percent_tick(hundredths: i64) -> String {
    if hundredths % 100 == 0 {
        format!("{} %", integer(hundredths / 100))
    } else {
        format!("{} %", decimal(hundredths, 100))
    }
}

impl ChartContent for ProgressChart<'_> {
    fn is_empty(&self) -> bool {
        self.entities.iter().all(|entity| entity.count == 0)
    }

    fn height(&self) -> i32 {
        self.layout.height()
    }

    fn own_note(&self) -> Option<String> {
        (!self.note.is_empty()).then(|| self.note.clone())
    }

    fn draw(&self, canvas: &Canvas<'_>, area: Rect) -> Result<(), ChartError> {
        let (rows, plots) = self.layout.draw(canvas, area, &self.form.category.axis_title, self.highlighted_bar)?;
        for plot in &plots {
            let bars = self.entities.iter().zip(&self.texts);
            for (index, (row, (entity, text))) in rows.iter().zip(bars).enumerate() {
                let inset = (row.bottom - row.top) / 7;
                let is_other = self.highlighted_bar.is_some_and(|highlighted| highlighted != index);
                let color = if is_other { RESIDUAL_COLOR } else { self.form.measure.color.rgb() };
                let is_bold = self.highlighted_bar == Some(index);
                let edges = (row.top + inset, row.bottom - inset);
                plot.draw_bar(canvas, edges, entity.hundredths(), text, color, is_bold)?;
            }
        }
        Ok(())
    }

    fn statistics(&self) -> Statistics {
        let shares = self.entities.iter().map(|one| (one.name.as_str(), one.count, one.earlier_count));
        extreme_shares(shares)
    }

    fn text_alternative(&self) -> String {
        let entities = self.entities.iter().zip(&self.texts);
        let entities: Vec<String> = entities.map(|(entity, text)| format!("{}: {text}", entity.name)).collect();
        format!("Barras horizontales. {}: {}.", self.form.axis_title, entities.join("; "))
    }
}
