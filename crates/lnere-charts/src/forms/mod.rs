/*!
The forms of a chart; each form turns summed counts into a picture.
*/

use super::chart_frame::{ChartContent, ChartFrame};
use super::chart_values::ScopedRows;
use super::definition::{BarsForm, ChartDefinition, ChartFile, ChartForm, EntityRows};
use super::{ChartContext, ChartError, Scope, SuppressionDisplay};
use lnere_core::mexican_formats;
use lnere_statements::Statistics;
use lnere_tables::Table;

mod bar_layout;
mod bars;
mod crossed;
mod daily;
mod day_axis;
mod dot_plot;
pub(super) mod event_marks;
mod fan;
mod label_placement;
mod land;
mod lines;
mod map;
mod map_projection;
mod plot_panel;
mod progress;
mod quincenal_columns;
mod share_bar;
mod shares;
mod stacked_course;

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
    // The own entity among all of them has the rows of the nation.
    let (rows_scope, own_code) = match scope {
        Scope::Entity { code, .. } if source.entities == EntityRows::All => (&Scope::Nation, Some(code.as_str())),
        _ => (scope, None),
    };
    let rows = ScopedRows::select(table(&source.table_name)?, rows_scope)?;
    let chart: Box<dyn ChartContent> = match &file.form {
        ChartForm::Daily(form) => Box::new(daily::DailyChart::new(form, &rows, context)?),
        ChartForm::Quincenal(form) => Box::new(quincenal_columns::QuincenalChart::new(form, &rows, context)?),
        ChartForm::Bars(form) => Box::new(bars::BarChart::new(form, &rows, own_code, context, protection)?),
        ChartForm::Dots(form) => Box::new(dot_plot::DotPlot::new(form, &rows, context, protection)?),
        ChartForm::Fan(form) => {
            let history = ScopedRows::select(table(&form.history.table_name)?, scope)?;
            // Only the curve of the whole nation is known for earlier processes.
            let references = ScopedRows::select(table(&form.references.table_name)?, &Scope::Nation)?;
            Box::new(fan::FanChart::new(form, &rows, &history, &references, context, statistics.count("goal"))?)
        }
        ChartForm::Lines(form) => Box::new(lines::LineChart::new(form, &rows)?),
        ChartForm::Map(form) => Box::new(map::MapChart::new(form, &rows, context)?),
        ChartForm::Shares(form) => Box::new(shares::ShareChart::new(form, table, scope, context)?),
        ChartForm::Crossed(form) => Box::new(crossed::CrossedChart::new(form, &rows, context)?),
        ChartForm::Progress(form) => {
            Box::new(progress::ProgressChart::new(form, table(&source.table_name)?, own_code, context)?)
        }
        ChartForm::StackedCourse(form) => Box::new(stacked_course::StackedCourse::new(form, &rows, context)?),
    };

    let few_text = few_cases_text(file, chart.case_count());
    let notes = file.note.iter().chain(&source.note).map(|note| note.fill_placeholders(scope, context));
    // The notes are on the picture, which a sentence replaces if the cases are few.
    let notes: Vec<String> = notes.chain(chart.own_note()).filter(|_| few_text.is_none()).collect();
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
        .filter(|_| !chart.is_empty() && few_text.is_none())
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
        few_text,
        foot_lines,
    };
    frame.draw(chart.as_ref())
}

/// The sentence that replaces the picture of too few cases.
fn few_cases_text(file: &ChartFile, cases: Option<i64>) -> Option<String> {
    match cases.filter(|cases| (1..file.minimum_cases).contains(cases))? {
        1 => Some(format!("Hay 1 {}: un solo caso no da para una gráfica.", file.case_name.singular)),
        cases => {
            let (cases, name) = (mexican_formats::integer(cases), &file.case_name.plural);
            Some(format!("Hay {cases} {name}: son muy pocos casos para una gráfica."))
        }
    }
}

/// `12,345 (66.96 %)`
fn count_and_share(count: i64, total: i64) -> String {
    format!("{} ({})", mexican_formats::integer(count), mexican_formats::percentage(count, total))
}
