/*!
The forms of a chart; each form turns summed counts into a picture.
*/

use super::data::ScopedRows;
use super::definition::{Bars, ChartDefinition, ChartForm};
use super::frame::{ChartContent, ChartFrame};
use super::{ChartContext, ChartError, Scope, SuppressionDisplay};
use lnere_core::numbers;
use lnere_tables::Table;

mod bar_layout;
mod bars;
mod daily;
mod day_axis;
mod fan;
mod grouped;
mod lines;
mod plot_panel;
mod quincenal;

/// The chart as SVG text.
pub(super) fn svg(
    definition: &ChartDefinition,
    tables: &[Table],
    scope: &Scope,
    context: &ChartContext,
    protection: Option<&SuppressionDisplay>,
) -> Result<String, ChartError> {
    let words = &definition.file;
    let source = definition
        .source(scope)
        .ok_or_else(|| ChartError::Scope { chart: definition.name.clone(), scope: scope.label().to_owned() })?;
    let table = |name: &str| {
        let missing = || ChartError::Table { chart: definition.name.clone(), table: name.to_owned() };
        tables.iter().find(|table| table.name == name).ok_or_else(missing)
    };
    if protection.is_some() && !definition.supports_suppression() {
        return Err(ChartError::Protected { chart: definition.name.clone() });
    }
    let rows = ScopedRows::in_scope(table(&source.table)?, scope)?;
    let picture: Box<dyn ChartContent> = match &words.form {
        ChartForm::Daily(form) => Box::new(daily::DailyChart::new(form, &rows)?),
        ChartForm::Quincenal(form) => Box::new(quincenal::QuincenalChart::new(form, &rows, context)?),
        ChartForm::Bars(form) => Box::new(bars::BarChart::new(form, &rows, context, protection)?),
        ChartForm::Grouped(form) => Box::new(grouped::GroupedBarChart::new(form, &rows, context, protection)?),
        ChartForm::Fan(form) => {
            let history = ScopedRows::in_scope(table(&form.history.table)?, scope)?;
            // Only the curve of the whole nation is known for earlier processes.
            let references = ScopedRows::in_scope(table(&form.references.table)?, &Scope::Nation)?;
            Box::new(fan::FanChart::new(form, &rows, &history, &references, context)?)
        }
        ChartForm::Lines(form) => Box::new(lines::LineChart::new(form, &rows)?),
    };

    let notes: Vec<String> = words.note.iter().chain(&source.note).map(|note| note.fill(scope, context)).collect();
    let mut foot = vec![format!("Fuente: {}", context.source)];
    if !notes.is_empty() {
        foot.push(format!("Nota: {}", notes.join(" ")));
    }
    if let Some(protection) = protection.filter(|_| picture.hides()) {
        foot.push(protection.note.clone());
        let is_of = |form: &Bars| form.percentage && protection.total(&form.measure.column).is_none();
        if matches!(&words.form, ChartForm::Bars(form) if is_of(form)) {
            foot.push("No se dan porcentajes: el total también está oculto.".to_owned());
        }
    }
    // With a suppressed total, a table without rows does not mean a count of 0. The note replaces
    // the text for an empty chart.
    let empty = protection.filter(|_| picture.hides()).map_or(&words.empty_text, |protection| &protection.note);
    let frame = ChartFrame {
        id: format!("{}-{}", definition.name, scope.slug()),
        title: words.title.fill(scope, context),
        subtitle: words.subtitle.fill(scope, context),
        notice: context.notice.clone(),
        empty: empty.clone(),
        foot,
    };
    frame.draw(picture.as_ref())
}

/// `12,345 (66.96 %)`
fn count_and_share(count: i64, total: i64) -> String {
    format!("{} ({})", numbers::integer(count), numbers::percentage(count, total))
}
