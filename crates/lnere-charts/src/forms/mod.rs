/*!
The forms of a chart; each form turns summed counts into a picture.
*/

use super::chart_frame::{ChartContent, ChartFrame};
use super::chart_values::ScopedRows;
use super::definition::{BarsForm, ChartDefinition, ChartForm};
use super::{ChartContext, ChartError, Scope, SuppressionDisplay};
use lnere_core::mexican_formats;
use lnere_statements::Statistics;
use lnere_tables::Table;

mod bar_layout;
mod bars;
mod daily;
mod day_axis;
mod fan;
mod grouped_bars;
mod lines;
mod plot_panel;
mod quincenal_columns;

/// The chart as SVG text.
pub(super) fn draw_svg(
    definition: &ChartDefinition,
    tables: &[Table],
    scope: &Scope,
    context: &ChartContext,
    statistics: &Statistics,
    protection: Option<&SuppressionDisplay>,
) -> Result<String, ChartError> {
    let file = &definition.chart_file;
    let source = definition.scope_source(scope).ok_or_else(|| ChartError::ScopeNotDefined {
        chart: definition.name.clone(),
        scope: scope.printed_name().to_owned(),
    })?;
    let table = |name: &str| {
        let missing = || ChartError::MissingTable { chart: definition.name.clone(), table: name.to_owned() };
        tables.iter().find(|table| table.name == name).ok_or_else(missing)
    };
    if protection.is_some() && !definition.supports_suppression() {
        return Err(ChartError::SuppressionUnsupported { chart: definition.name.clone() });
    }
    let rows = ScopedRows::select(table(&source.table_name)?, scope)?;
    let chart: Box<dyn ChartContent> = match &file.form {
        ChartForm::Daily(form) => Box::new(daily::DailyChart::new(form, &rows)?),
        ChartForm::Quincenal(form) => Box::new(quincenal_columns::QuincenalChart::new(form, &rows, context)?),
        ChartForm::Bars(form) => Box::new(bars::BarChart::new(form, &rows, context, protection)?),
        ChartForm::Grouped(form) => Box::new(grouped_bars::GroupedBarChart::new(form, &rows, context, protection)?),
        ChartForm::Fan(form) => {
            let history = ScopedRows::select(table(&form.history.table_name)?, scope)?;
            // Only the curve of the whole nation is known for earlier processes.
            let references = ScopedRows::select(table(&form.references.table_name)?, &Scope::Nation)?;
            Box::new(fan::FanChart::new(form, &rows, &history, &references, context)?)
        }
        ChartForm::Lines(form) => Box::new(lines::LineChart::new(form, &rows)?),
    };

    let notes: Vec<String> =
        file.note.iter().chain(&source.note).map(|note| note.fill_placeholders(scope, context)).collect();
    let mut foot_lines = vec![format!("Fuente: {}", context.source_note)];
    if !notes.is_empty() {
        foot_lines.push(format!("Nota: {}", notes.join(" ")));
    }
    if let Some(protection) = protection.filter(|_| chart.has_suppressed()) {
        foot_lines.push(protection.footnote.clone());
        let lacks_total =
            |form: &BarsForm| form.shows_percentage && protection.published_total(&form.measure.column).is_none();
        if matches!(&file.form, ChartForm::Bars(form) if lacks_total(form)) {
            foot_lines.push("No se dan porcentajes: el total también está oculto.".to_owned());
        }
    }
    // With a suppressed total, a table without rows does not mean a count of 0. The note replaces
    // the text for an empty chart.
    let empty =
        protection.filter(|_| chart.has_suppressed()).map_or(&file.empty_text, |protection| &protection.footnote);
    let topic = file.title.fill_placeholders(scope, context);
    let subtitle = file.subtitle.fill_placeholders(scope, context);
    let headline = Some(statistics.clone().with(&chart.statistics()))
        .filter(|_| !chart.is_empty())
        .and_then(|statistics| file.headlines.choose(&statistics));
    let (title, subtitle) = match headline {
        Some(headline) => (headline, format!("{topic} · {subtitle}")),
        None => (topic, subtitle),
    };
    let frame = ChartFrame {
        id_prefix: format!("{}-{}", definition.name, scope.slug()),
        title,
        subtitle,
        notice: context.notice.clone(),
        empty_text: empty.clone(),
        foot_lines,
    };
    frame.draw(chart.as_ref())
}

/// `12,345 (66.96 %)`
fn count_and_share(count: i64, total: i64) -> String {
    format!("{} ({})", mexican_formats::integer(count), mexican_formats::percentage(count, total))
}
