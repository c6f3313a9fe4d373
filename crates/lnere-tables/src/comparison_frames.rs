/*!
Converts what the counts are compared with to polars frames: earlier processes, goals, and rates by
the numbers of other sources.
*/

use std::collections::BTreeMap;

use lnere_core::calendar::{Corte, day_number};
use lnere_core::catalog::EntityId;
use lnere_core::column_names;
use lnere_core::mexican_formats::hundredths_of_percent;
use lnere_core::process::{Denominator, DenominatorPlace, DenominatorValue};
use lnere_projection::corte_projection::CountBeforeClose;
use polars::prelude::{DataFrame, NamedFrom, PolarsResult, Series};

use super::code_ranks::{ALL_ENTITIES_NAME, CodeRanks};
use super::source_frames::{TableInputs, frame_from_columns, int_column, rank_column, real_column, text_column};

/// What the counts of this process are.
const REGISTERED: &str = "solicitudes registradas";

/// What is counted at an office.
const APPLIED_FOR: &str = "credenciales tramitadas";

/// A row of the comparison.
struct ComparisonRow<'a> {
    /// `None` for all entities together.
    entity: Option<EntityId>,
    process: &'a str,
    days_to_close: i64,
    count: CountBeforeClose,
    /// Those of the count that are accepted; `None` if they are not known.
    accepted: Option<i64>,
    /// Applications at the close; `None` if registration has not closed.
    at_close: Option<i64>,
    title: &'a str,
    counted: &'a str,
    source: &'a str,
}

/// This process at each corte so far, and earlier processes at the same days to their close.
pub(super) fn comparison(inputs: &TableInputs) -> PolarsResult<DataFrame> {
    let process = inputs.process;
    let closes = process.close_known_on(inputs.corte.day());
    // After the close nothing is registered any more, so all those cortes have one row.
    let cortes: BTreeMap<i64, Corte> = Corte::range(process.opens, inputs.corte.day())
        .map(|corte| ((closes - corte.day()).num_days().max(0), corte))
        .collect();
    let mut rows = own_rows(inputs, &cortes, inputs.corte.day() >= closes);
    let mut days: Vec<i64> = cortes.into_keys().chain([0]).collect();
    days.sort_unstable();
    days.dedup();
    rows.extend(earlier_rows(inputs, &days));

    let text = |of: fn(&ComparisonRow) -> String| rows.iter().map(of).collect::<Vec<String>>();
    let shares = rows.iter().map(|row| {
        let at_close = row.at_close.filter(|at_close| *at_close > 0)?;
        Some(hundredths_of_percent(row.count.count, at_close) as f64 / 100.0)
    });
    frame_from_columns(vec![
        rank_column(column_names::CVE_ENTIDAD, rows.iter().map(|row| CodeRanks::entity_rank(row.entity)).collect()),
        text_column(column_names::PROCESO, text(|row| row.process.to_owned())),
        int_column(column_names::DIAS_AL_CIERRE, rows.iter().map(|row| row.days_to_close).collect()),
        int_column(column_names::SOLICITUDES_ACUMULADAS, rows.iter().map(|row| row.count.count).collect()),
        Series::new(column_names::PORCENTAJE_DEL_CIERRE.into(), shares.collect::<Vec<Option<f64>>>()).into(),
        Series::new(
            column_names::INTERPOLADA.into(),
            rows.iter().map(|row| row.count.is_interpolated).collect::<Vec<bool>>(),
        )
        .into(),
        Series::new(
            column_names::LISTA_ACUMULADA.into(),
            rows.iter().map(|row| row.accepted).collect::<Vec<Option<i64>>>(),
        )
        .into(),
        text_column(column_names::TITULO, text(|row| row.title.to_owned())),
        text_column(column_names::QUE_CUENTA, text(|row| row.counted.to_owned())),
        text_column(column_names::FUENTE, text(|row| row.source.to_owned())),
    ])
}

/// The applications of this process at cortes, by their days to the close.
fn own_rows<'a>(inputs: &TableInputs<'a>, cortes: &BTreeMap<i64, Corte>, is_closed: bool) -> Vec<ComparisonRow<'a>> {
    let process = inputs.process;
    // The applications of each day; `None` for all entities together.
    let mut by_day: BTreeMap<Option<EntityId>, BTreeMap<i32, i64>> = BTreeMap::new();
    for ((day, entity, _), count) in &inputs.cube.applications_by_day {
        for entity in [Some(*entity), None] {
            *by_day.entry(entity).or_default().entry(*day).or_default() += count;
        }
    }
    let mut rows = Vec::new();
    for entity in process.entities.iter().copied().map(Some).chain([None]) {
        let count_up_to = |corte: Corte| -> i64 {
            let days = by_day.get(&entity).into_iter().flat_map(|days| days.range(..=day_number(corte.day())));
            days.map(|(_, count)| count).sum()
        };
        let at_close = is_closed.then(|| count_up_to(inputs.corte));
        let accepted_at = |corte: Corte| -> Option<i64> {
            let accepted = &process.projection.as_ref()?.accepted_statuses;
            let entities = entity.as_ref().map_or(process.entities.as_slice(), std::slice::from_ref);
            let keys = entities.iter().flat_map(|of| accepted.iter().map(move |status| (corte, *of, *status)));
            Some(keys.filter_map(|key| inputs.cube.statuses_by_quincena.get(&key)).sum())
        };
        for (days_to_close, corte) in cortes {
            rows.push(ComparisonRow {
                entity,
                process: &process.id,
                days_to_close: *days_to_close,
                count: CountBeforeClose { count: count_up_to(*corte), is_interpolated: false },
                accepted: accepted_at(*corte),
                at_close,
                title: &process.title,
                counted: REGISTERED,
                source: &process.source_note,
            });
        }
    }
    rows
}

/// The counts of earlier processes so many days before their close, where they are known.
fn earlier_rows<'a>(inputs: &TableInputs<'a>, days: &[i64]) -> Vec<ComparisonRow<'a>> {
    let mut rows = Vec::new();
    let curves = inputs.projection.iter().flat_map(|projected| projected.earlier_curves.iter());
    for curve in curves {
        let of_entities = inputs.process.entities.iter().map(|entity| (Some(*entity), curve.counts_of_entity(*entity)));
        for (entity, counts) in of_entities.chain([(None, Some(curve.counts.clone()))]) {
            let counts = counts.unwrap_or_default();
            let known = days.iter().filter_map(|day| Some((*day, *counts.get(usize::try_from(*day).ok()?)?)));
            rows.extend(known.map(|(days_to_close, count)| ComparisonRow {
                entity,
                process: &curve.reference.name,
                days_to_close,
                count,
                accepted: curve.counts_accepted_only.then_some(count.count),
                at_close: counts.first().map(|close| close.count),
                title: &curve.title,
                counted: &curve.counted_universe,
                source: &curve.cited_publication,
            }));
        }
    }
    let plan = inputs.projection.and(inputs.process.projection.as_ref());
    for earlier in plan.into_iter().flat_map(|plan| &plan.earlier_totals) {
        for (entity, total) in &earlier.totals {
            // A course by entity has its own total.
            let is_known = rows.iter().any(|row| row.entity == Some(*entity) && row.process == earlier.process_id);
            if is_known || !inputs.process.entities.contains(entity) {
                continue;
            }
            rows.push(ComparisonRow {
                entity: Some(*entity),
                process: &earlier.process_id,
                days_to_close: 0,
                count: CountBeforeClose { count: *total, is_interpolated: false },
                accepted: earlier.counts_accepted_only.then_some(*total),
                at_close: Some(*total),
                title: &earlier.title,
                counted: &earlier.counted_universe,
                source: &earlier.cited_publication,
            });
        }
    }
    rows
}

/// The goals of the process file.
pub(super) fn goals(inputs: &TableInputs) -> PolarsResult<DataFrame> {
    let goals = inputs.process.goals.iter();
    let rows: Vec<_> = goals
        .flat_map(|goals| {
            let total = goals.total.map(|total| (None, total));
            let by_entity = goals.by_entity.iter().map(|(entity, goal)| (Some(*entity), *goal));
            total.into_iter().chain(by_entity).map(move |(entity, goal)| (entity, goal, goals))
        })
        .collect();
    frame_from_columns(vec![
        rank_column(column_names::CVE_ENTIDAD, rows.iter().map(|row| CodeRanks::entity_rank(row.0)).collect()),
        int_column(column_names::META, rows.iter().map(|row| row.1).collect()),
        text_column(column_names::TITULO, rows.iter().map(|row| row.2.title.clone()).collect()),
        text_column(column_names::FUENTE, rows.iter().map(|row| row.2.cited_document.clone()).collect()),
    ])
}

/// Counts of this process divided by the numbers of other sources.
pub(super) fn rates(inputs: &TableInputs) -> PolarsResult<DataFrame> {
    let rows: Vec<(&Denominator, &DenominatorValue, i64)> = inputs
        .process
        .denominators
        .iter()
        .flat_map(|one| one.values.iter().map(move |value| (one, value, numerator(inputs, value))))
        .collect();
    let text = |of: &dyn Fn(&Denominator, &DenominatorValue) -> String| {
        rows.iter().map(|(denominator, value, _)| of(denominator, value)).collect::<Vec<String>>()
    };
    let (entities, countries) = (&inputs.catalogs.entities, &inputs.catalogs.countries);
    let offices = &inputs.catalogs.offices;
    let code = |value: &DenominatorValue| match value.place {
        DenominatorPlace::Everywhere => format!("{:02}", CodeRanks::entity_rank(value.entity)),
        DenominatorPlace::Country(id) => countries.get(id).code.clone(),
        DenominatorPlace::Office(id) => offices.get(id).code.clone(),
    };
    let name = |value: &DenominatorValue| match value.place {
        DenominatorPlace::Everywhere => {
            value.entity.map_or(ALL_ENTITIES_NAME, |entity| entities.name(entity)).to_owned()
        }
        DenominatorPlace::Country(id) => countries.get(id).name.clone(),
        DenominatorPlace::Office(id) => offices.get(id).name.clone(),
    };
    let counted = |value: &DenominatorValue| match value.place {
        DenominatorPlace::Office(_) => APPLIED_FOR.to_owned(),
        _ => REGISTERED.to_owned(),
    };
    let rate = |(denominator, value, count): &(&Denominator, &DenominatorValue, i64)| {
        rate_in_hundredths(*count, value.value, denominator.base) as f64 / 100.0
    };
    frame_from_columns(vec![
        rank_column(column_names::CVE_ENTIDAD, rows.iter().map(|row| CodeRanks::entity_rank(row.1.entity)).collect()),
        text_column(column_names::DENOMINADOR, text(&|denominator, _| denominator.name.clone())),
        text_column(column_names::CLAVE, text(&|_, value| code(value))),
        text_column(column_names::CONCEPTO, text(&|denominator, _| denominator.title.clone())),
        text_column(column_names::UNIDAD, text(&|denominator, _| denominator.unit.clone())),
        text_column(column_names::AMBITO, text(&|denominator, _| denominator.key.name().to_owned())),
        text_column(column_names::NOMBRE, text(&|_, value| name(value))),
        text_column(column_names::QUE_CUENTA, text(&|_, value| counted(value))),
        int_column(column_names::NUMERADOR, rows.iter().map(|row| row.2).collect()),
        int_column(column_names::VALOR, rows.iter().map(|row| row.1.value).collect()),
        int_column(column_names::POR, rows.iter().map(|row| row.0.base).collect()),
        real_column(column_names::TASA, rows.iter().map(rate).collect()),
        text_column(column_names::FUENTE, text(&|denominator, _| denominator.cited_publication.clone())),
        int_column(column_names::FECHA_FUENTE, rows.iter().map(|row| i64::from(day_number(row.0.date))).collect()),
    ])
}

/// The count of this process that a number of a source divides: applications, and at an office the
/// credentials applied for.
fn numerator(inputs: &TableInputs, value: &DenominatorValue) -> i64 {
    let is_of_entity = |entity: EntityId| match value.entity {
        Some(wanted) => wanted == entity,
        None => inputs.process.entities.contains(&entity),
    };
    match value.place {
        DenominatorPlace::Office(office) => {
            let cells = inputs.cube.credentials.iter();
            cells
                .filter(|((entity, of), _)| *of == office && is_of_entity(*entity))
                .map(|(_, [applied, ..])| applied.acumulada)
                .sum()
        }
        DenominatorPlace::Country(country) => {
            let cells = inputs.cube.applications.iter();
            let here = cells.filter(|(key, _)| key.country() == country && key.entity().is_some_and(is_of_entity));
            here.map(|(_, tally)| tally.acumulada).sum()
        }
        DenominatorPlace::Everywhere => {
            let cells = inputs.cube.applications_by_day.iter();
            cells.filter(|((_, entity, _), _)| is_of_entity(*entity)).map(|(_, count)| count).sum()
        }
    }
}

/// `count` divided by `value`, times `base`, in hundredths; rounded half up without floats.
fn rate_in_hundredths(count: i64, value: i64, base: i64) -> i128 {
    let (count, value, base) = (i128::from(count), i128::from(value), i128::from(base));
    (count * base * 200 + value) / (2 * value)
}

#[cfg(test)]
mod tests {
    use super::rate_in_hundredths;

    #[test]
    fn rates_round_half_up_in_integers() {
        assert_eq!(rate_in_hundredths(2_080, 33_451, 1_000), 6_218, "62.18 for each thousand");
        assert_eq!(rate_in_hundredths(0, 33_451, 1_000), 0);
        assert_eq!(rate_in_hundredths(1, 200_000, 1_000), 1, "half a hundredth rounds up");
        assert_eq!(rate_in_hundredths(i64::MAX, 1, 1_000_000), i128::from(i64::MAX) * 100_000_000);
    }
}
