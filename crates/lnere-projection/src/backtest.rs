/*!
Backtest: replays each corte of a finished process and scores it against the outcome.
*/

use chrono::NaiveDate;
use rayon::prelude::*;

use super::curve_panel::ProcessCurves;
use super::project::project;
use super::score::{mean_absolute_scaled_error, weighted_interval_score};
use super::{ObservedProcess, Quantiles, Reference, Settings, Universe};
use lnere_core::catalog::EntityId;

/// One projection of a replay with its outcome and its scores.
#[derive(Clone, Debug, PartialEq)]
pub struct Evaluation {
    /// The corte that was projected.
    pub corte: NaiveDate,
    /// Days from the corte to the close that was in force at the corte.
    pub horizon_days: i64,
    /// The entity; `None` for the nation.
    pub entity: Option<EntityId>,
    /// What was expected at the close.
    pub expected: Quantiles,
    /// The applications at the close.
    pub outcome: i64,
    /// Absolute scaled error of the median; 0 if the observed curve did not change yet.
    pub mase: f64,
    /// Weighted interval score, in applications.
    pub wis: f64,
}

impl Evaluation {
    /// The error of the median as a percentage of the outcome, positive if it was too high; `None`
    /// if there was no application.
    #[must_use]
    pub fn error_percentage(&self) -> Option<f64> {
        (self.outcome > 0).then(|| (self.expected.median - self.outcome) as f64 / self.outcome as f64 * 100.0)
    }
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

/// Replays each corte of a finished process (each day of `cortes` from the opening to the day
/// before the close) against its outcome. Rows are ordered by corte, the nation first. A corte
/// without a possible projection has no row. Before an extension was announced, a replay assumes
/// the close of that time.
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

/// Does the same for replays that differ in more than their corte.
#[must_use]
pub fn backtest_replays(replays: &[Replay], settings: &Settings) -> Vec<Evaluation> {
    replays.par_iter().filter_map(|replay| evaluate(replay, settings)).flatten().collect()
}

/// `None` if the process is not finished, or if the corte is not between its opening and its close.
fn evaluate(replay: &Replay, settings: &Settings) -> Option<Vec<Evaluation>> {
    let finished =
        ProcessCurves::from_observed(replay.finished_process).ok().filter(|whole| whole.days_to_close() == 0)?;
    let known = observed_at(replay.finished_process, replay.corte);
    let panel = ProcessCurves::from_observed(&known).ok()?;
    if panel.days_to_close() == 0 || panel.national_curve.is_empty() {
        return None;
    }
    let projection = project(&known, replay.references, settings).ok()?;
    let outcomes = std::iter::once(&finished.national_curve).chain(&finished.entity_curves);
    let curves = std::iter::once(&panel.national_curve).chain(&panel.entity_curves);
    let numbers = projection.nation.iter().chain(&projection.entities);
    let numbers = numbers.filter(|one| one.universe == Universe::Solicitudes);
    let rows = numbers.zip(curves).zip(outcomes).map(|((number, curve), end)| {
        let outcome = end.last().map_or(0, |count| count.round() as i64);
        let pair = (outcome as f64, number.quantiles.median as f64);
        Evaluation {
            corte: replay.corte,
            horizon_days: (known.closes - replay.corte).num_days(),
            entity: number.entity,
            expected: number.quantiles,
            outcome,
            mase: mean_absolute_scaled_error(curve, &[pair]).unwrap_or(0.0),
            wis: weighted_interval_score(&number.quantiles, outcome),
        }
    });
    Some(rows.collect())
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
