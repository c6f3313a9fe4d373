/*!
Backtest: replays each corte of a finished process and scores it against the outcome.
*/

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use chrono::NaiveDate;
use rayon::prelude::*;

use super::baseline::{self, Baseline};
use super::curve_panel::{ObservedCurve, ProcessCurves};
use super::leave_one_out::NATIONAL_METHODS;
use super::project::project_processes;
use super::score::{mean_absolute_scaled_error, weighted_interval_score};
use super::{Method, ObservedProcess, Projection, ProjectionError, Quantiles, Reference, Settings, Universe};
use lnere_core::catalog::EntityId;

/// The baselines that every method must beat.
const BASELINES: [Method; 3] = [Method::DampedHolt, Method::Drift, Method::Naive];

/// The scores of a method against the outcome.
#[derive(Clone, Debug, PartialEq)]
pub struct Evaluation {
    /// The method, or [`Method::Chosen`].
    pub method: Method,
    /// Days from the corte to the close that was in force at the corte.
    pub horizon_days: i64,
    /// The entity; `None` for the nation.
    pub entity: Option<EntityId>,
    /// Mean absolute scaled error of the median; 0 if the observed curve did not change yet.
    pub mase: f64,
    /// Weighted interval score, in applications.
    pub wis: f64,
    /// Share of outcomes inside the 50 % interval, bounds included.
    pub coverage_50: f64,
    /// Share of outcomes inside the 90 % interval, bounds included.
    pub coverage_90: f64,
    /// The number of outcomes.
    pub outcome_count: i64,
}

/// Replays each corte of a finished process (each day of `cortes` from the opening to the day
/// before the close) against its outcome. Methods: the combination, each method forced, and the
/// baselines with the intervals of their library. Rows are ordered by corte, then by method, the
/// nation first. A corte without a possible projection has no row. Before an extension was
/// announced, a replay assumes the close of that time.
#[must_use]
pub fn backtest(
    finished: &ObservedProcess,
    references: &[Reference],
    settings: &Settings,
    cortes: &[NaiveDate],
) -> Vec<Evaluation> {
    let replays: Vec<Replay> =
        cortes.iter().map(|corte| Replay { finished_process: finished, references, corte: *corte }).collect();
    backtest_replays(&replays, settings)
}

/// One corte of a finished process that is projected again.
#[derive(Clone, Copy, Debug)]
pub struct Replay<'a> {
    /// The whole process, with what was known besides its applications.
    pub finished_process: &'a ObservedProcess,
    /// The references of the replay.
    pub references: &'a [Reference],
    /// The corte.
    pub corte: NaiveDate,
}

/// Does the same for replays that differ in more than their corte. Replays that share their
/// references (the same slice) share the work of learning from them.
#[must_use]
pub fn backtest_replays(replays: &[Replay], settings: &Settings) -> Vec<Evaluation> {
    let started: Vec<PreparedReplay> = replays.par_iter().filter_map(PreparedReplay::new).collect();
    let mut forced_methods = vec![settings.forced_method];
    forced_methods.extend(NATIONAL_METHODS.into_iter().chain([Method::Credibility]).map(Some));
    let processes: Vec<(&ObservedProcess, &[Reference])> =
        started.iter().map(|one| (&one.known_process, one.replay.references)).collect();
    let projections = project_processes(&processes, settings, &forced_methods);
    let rows = |(one, projections): (&PreparedReplay, &Result<Vec<Projection>, ProjectionError>)| {
        one.evaluations(&forced_methods, projections.as_deref().unwrap_or_default())
    };
    started.par_iter().zip(&projections).map(rows).flatten().collect()
}

/// A replay with what was known at its corte.
struct PreparedReplay<'a> {
    replay: &'a Replay<'a>,
    final_panel: ProcessCurves,
    known_process: ObservedProcess,
    known_panel: ProcessCurves,
}

/// Pools the evaluations of one method, distance and entity: weighted means, and the number of
/// outcomes. An extension can put a process at the same distance from its close twice.
#[must_use]
pub fn pool_evaluations(evaluations: Vec<Evaluation>) -> Vec<Evaluation> {
    let mut pooled: BTreeMap<(Method, i64, Option<EntityId>), Evaluation> = BTreeMap::new();
    for one in evaluations {
        match pooled.entry((one.method, one.horizon_days, one.entity)) {
            Entry::Vacant(entry) => {
                entry.insert(one);
            }
            Entry::Occupied(mut entry) => {
                let sum = entry.get_mut();
                let (before, n) = (sum.outcome_count as f64, (sum.outcome_count + one.outcome_count) as f64);
                let mean = |a: f64, b: f64| (a * before + b * one.outcome_count as f64) / n;
                sum.mase = mean(sum.mase, one.mase);
                sum.wis = mean(sum.wis, one.wis);
                sum.coverage_50 = mean(sum.coverage_50, one.coverage_50);
                sum.coverage_90 = mean(sum.coverage_90, one.coverage_90);
                sum.outcome_count += one.outcome_count;
            }
        }
    }
    pooled.into_values().collect()
}

/// The process as it was known at the end of a day.
#[must_use]
pub fn observed_at(finished: &ObservedProcess, corte: NaiveDate) -> ObservedProcess {
    let days = usize::try_from((corte - finished.opens).num_days() + 1).unwrap_or(0);
    let mut known = finished.clone();
    known.corte = corte;
    known.series.iter_mut().for_each(|one| one.cumulative.truncate(days));
    known.decided.clear();
    let earlier =
        finished.earlier_closes.iter().filter(|one| corte < one.superseded_on).min_by_key(|one| one.superseded_on);
    if let Some(earlier) = earlier {
        known.closes = earlier.closes;
    }
    known
}

impl<'a> PreparedReplay<'a> {
    /// `None` if the process is not finished, or if the corte is not between its opening and its
    /// close.
    fn new(replay: &'a Replay<'a>) -> Option<Self> {
        let final_panel =
            ProcessCurves::from_observed(replay.finished_process).ok().filter(|whole| whole.days_to_close() == 0)?;
        let known_process = observed_at(replay.finished_process, replay.corte);
        let panel = ProcessCurves::from_observed(&known_process).ok()?;
        let is_open = panel.days_to_close() > 0 && !panel.national_curve.is_empty();
        is_open.then_some(Self { replay, final_panel, known_process, known_panel: panel })
    }

    /// The scores of all ways and baselines.
    fn evaluations(&self, forced_methods: &[Option<Method>], projections: &[Projection]) -> Vec<Evaluation> {
        let Self { replay, final_panel, known_process, known_panel: panel } = self;
        let known_close = known_process.closes;
        let outcome = |curve: &Vec<f64>| curve.last().map_or(0, |count| count.round() as i64);
        let row = |method, entity, quantiles: &Quantiles, known: &[f64], outcome: i64| {
            let inside = |lower, upper| if (lower..=upper).contains(&outcome) { 1.0 } else { 0.0 };
            let pair = (outcome as f64, quantiles.median as f64);
            Evaluation {
                method,
                horizon_days: (known_close - replay.corte).num_days(),
                entity,
                mase: mean_absolute_scaled_error(known, &[pair]).unwrap_or(0.0),
                wis: weighted_interval_score(quantiles, outcome),
                coverage_50: inside(quantiles.lower_50, quantiles.upper_50),
                coverage_90: inside(quantiles.lower_90, quantiles.upper_90),
                outcome_count: 1,
            }
        };

        let mut rows = Vec::new();
        for (place, (forced_method, projection)) in forced_methods.iter().zip(projections).enumerate() {
            let name =
                forced_method.filter(|_| place > 0 && *forced_method != forced_methods[0]).unwrap_or(Method::Chosen);
            let counted = |universe| universe == Universe::Solicitudes;
            for nation in projection.nation.iter().filter(|one| counted(one.universe)) {
                // A method that is not available here must not get the score of its substitute.
                if forced_method.is_none_or(|method| method == nation.method) {
                    rows.push(row(
                        name,
                        None,
                        &nation.quantiles,
                        &panel.national_curve,
                        outcome(&final_panel.national_curve),
                    ));
                }
            }
            let entities = projection.entities.iter().filter(|one| counted(one.universe));
            for ((one, curve), end) in entities.zip(&panel.entity_curves).zip(&final_panel.entity_curves) {
                if forced_method.is_none_or(|method| method == one.method) {
                    rows.push(row(name, one.entity, &one.quantiles, curve, outcome(end)));
                }
            }
        }
        for method in BASELINES {
            let units = std::iter::once((None, &panel.national_curve, &final_panel.national_curve)).chain(
                panel
                    .entities
                    .iter()
                    .zip(&panel.entity_curves)
                    .zip(&final_panel.entity_curves)
                    .map(|((e, known), end)| (Some(*e), known, end)),
            );
            for (entity, curve, end) in units {
                let known = ObservedCurve { cumulative: curve, days_to_close: panel.days_to_close() };
                if let Some(found) = baseline::forecast(method, &known) {
                    rows.push(row(
                        method,
                        entity,
                        &baseline_quantiles(&found, known.current_count()),
                        curve,
                        outcome(end),
                    ));
                }
            }
        }
        rows
    }
}

/// The interval of the library, without values below the count.
fn baseline_quantiles(found: &Baseline, count: f64) -> Quantiles {
    let at = |value: f64| value.max(count).min(1e15);
    Quantiles {
        lower_90: at(found.point_forecast - found.half_width_90).floor() as i64,
        lower_50: at(found.point_forecast - found.half_width_50).floor() as i64,
        median: at(found.point_forecast).round() as i64,
        upper_50: at(found.point_forecast + found.half_width_50).ceil() as i64,
        upper_90: at(found.point_forecast + found.half_width_90).ceil() as i64,
    }
    .sorted_around_median()
}
