/*!
The forms that a chart can have, each of which turns summed counts into a picture.
*/

use super::data::Rows;
use super::definition::{Bars, ChartDefinition, Form};
use super::frame::{Frame, Picture};
use super::{ChartError, Context, Protection, Scope};
use lnere_core::numbers;
use lnere_tables::Table;

mod bars;
mod daily;
mod days;
mod fan;
mod grouped;
mod horizontal;
mod lines;
mod quincenal;
mod vertical;

/// The chart as SVG text.
pub(super) fn svg(
    definition: &ChartDefinition,
    tables: &[Table],
    scope: &Scope,
    context: &Context,
    protection: Option<&Protection>,
) -> Result<String, ChartError> {
    let words = &definition.words;
    let source = definition
        .source(scope)
        .ok_or_else(|| ChartError::Scope { chart: definition.name.clone(), scope: scope.label().to_owned() })?;
    let table = |name: &str| {
        let missing = || ChartError::Table { chart: definition.name.clone(), table: name.to_owned() };
        tables.iter().find(|table| table.name == name).ok_or_else(missing)
    };
    if protection.is_some() && !definition.can_hide() {
        return Err(ChartError::Protected { chart: definition.name.clone() });
    }
    let rows = Rows::of(table(&source.table)?, scope)?;
    let picture: Box<dyn Picture> = match &words.form {
        Form::Daily(form) => Box::new(daily::Drawing::new(form, &rows)?),
        Form::Quincenal(form) => Box::new(quincenal::Drawing::new(form, &rows, context)?),
        Form::Bars(form) => Box::new(bars::Drawing::new(form, &rows, context, protection)?),
        Form::Grouped(form) => Box::new(grouped::Drawing::new(form, &rows, context, protection)?),
        Form::Fan(form) => {
            let history = Rows::of(table(&form.history.table)?, scope)?;
            // Of earlier processes only the nation's course is known.
            let references = Rows::of(table(&form.references.table)?, &Scope::Nation)?;
            Box::new(fan::Drawing::new(form, &rows, &history, &references, context)?)
        }
        Form::Lines(form) => Box::new(lines::Drawing::new(form, &rows)?),
    };

    let notes: Vec<String> = words.note.iter().chain(&source.note).map(|note| note.fill(scope, context)).collect();
    let mut foot = vec![format!("Fuente: {}", context.source)];
    if !notes.is_empty() {
        foot.push(format!("Nota: {}", notes.join(" ")));
    }
    if let Some(protection) = protection.filter(|_| picture.hides()) {
        foot.push(protection.note.clone());
        let is_of = |form: &Bars| form.percentage && protection.total(&form.measure.column).is_none();
        if matches!(&words.form, Form::Bars(form) if is_of(form)) {
            foot.push("No se dan porcentajes: el total también está oculto.".to_owned());
        }
    }
    // No row is not nothing to count where the total is hidden.
    let empty = protection.filter(|_| picture.hides()).map_or(&words.empty, |protection| &protection.note);
    let frame = Frame {
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
