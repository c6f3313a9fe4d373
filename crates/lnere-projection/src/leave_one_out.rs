/*!
Evaluates the methods by leave-one-out: each reference is projected from the others at the same
distance to its close. The errors give the weights of the combined methods and the widths of the
intervals.
*/

use rayon::prelude::*;

use super::combine::Losses;
use super::interval_width::{LogError, Spread};
use super::panel::{CurvePanel, ObservedCurve};
use super::pattern::Patterns;
use super::prior::Prior;
use super::remaining_applications::{Fit, ObservedCurves};
use super::{Method, ProjectionError, Reference, Settings};

/// Methods for the nation that learn from references.
pub(super) const NATIONAL: [Method; 4] =
    [Method::ChainLadder, Method::RecentLadder, Method::ShapeRegression, Method::BornhuetterFerguson];

/// Methods for an entity.
pub(super) const LOCAL: [Method; 5] = [
    Method::ChainLadder,
    Method::RecentLadder,
    Method::ShapeRegression,
    Method::Credibility,
    Method::BornhuetterFerguson,
];

/// The methods that are combined if available. The chain ladder is absent: the recent ladder and
/// the shape regression extend it, and a third similar method would outvote the others.
const COMBINED: [Method; 5] =
    [Method::RecentLadder, Method::ShapeRegression, Method::Credibility, Method::BornhuetterFerguson, Method::Drift];

/// Distances at which errors are computed, in addition to the distance of the corte.
const GRID: [usize; 9] = [1, 3, 7, 14, 28, 42, 63, 91, 133];

/// Leave-one-out evaluation of the references.
pub(super) struct LeaveOneOut<'a> {
    panels: Vec<CurvePanel>,
    patterns: Patterns,
    settings: &'a Settings,
    /// Whether the projected process has prior totals, which some methods need.
    with_prior: bool,
}

/// The fit of the references for one distance to the close.
pub(super) struct HorizonFit {
    pub fit: Fit,
    nation: Chooser,
    local: Chooser,
    of_nation: Spread,
    of_entity: Spread,
    of_cell: Spread,
}

/// A forced method, or the combination with its weights.
#[derive(Clone, Debug)]
struct Chooser {
    forced: Option<Method>,
    losses: Losses,
}

/// The errors at one distance, with one choice of method.
pub(super) struct Errors {
    nation: Chooser,
    local: Chooser,
    of_nation: Vec<LogError>,
    of_entity: Vec<LogError>,
    of_cell: Vec<LogError>,
}

/// One reference, projected from the others at one distance.
struct Replay {
    rests: Vec<(Method, f64)>,
    truth: f64,
    total: f64,
    reference: usize,
    fit: Fit,
    prior: Option<Prior>,
}

/// One entity of a replay.
struct LocalReplay {
    rests: Vec<(Method, f64)>,
    truth: f64,
    total: f64,
    /// The projected share of the remainder of the entity and the outcome, by cell.
    cells: Vec<(f64, f64)>,
}

/// The distances whose errors a projection `horizon` days before the close needs: its own, last,
/// and shorter ones.
pub(super) fn distances(horizon: usize) -> Vec<usize> {
    GRID.into_iter().filter(|distance| *distance < horizon).chain([horizon]).collect()
}

impl Chooser {
    /// Chooses a remainder and its method: the forced method if available, then the combination,
    /// then the first method.
    fn choose(&self, rests: &[(Method, f64)]) -> (Method, f64) {
        let forced = self.forced.and_then(|method| rests.iter().find(|(one, _)| *one == method));
        let combined = || self.losses.combine(&usable(rests)).map(|rest| (Method::Combination, rest));
        forced.copied().or_else(combined).or_else(|| rests.first().copied()).unwrap_or((Method::Naive, 0.0))
    }

    /// The same choice without the losses of some projections.
    fn without(&self, some: &Losses) -> Self {
        Self { forced: self.forced, losses: self.losses.without(some) }
    }
}

impl<'a> LeaveOneOut<'a> {
    pub fn new(references: &[Reference], settings: &'a Settings, with_prior: bool) -> Result<Self, ProjectionError> {
        if references.len() < 2 {
            return Err(ProjectionError::TooFewReferences(references.len()));
        }
        let panels = references.iter().map(CurvePanel::of_reference).collect::<Result<Vec<_>, _>>()?;
        Ok(Self { panels, patterns: Patterns::new(references), settings, with_prior })
    }

    /// Fits the references for `horizon`, once for each of `ways`. The errors are those of
    /// [`distances`], in that order.
    pub fn studies(&self, horizon: usize, ways: usize, errors: &[&Vec<Errors>]) -> Vec<HorizonFit> {
        let fit = Fit::new(self.patterns.over_all_references(), horizon, self.panels.iter());
        (0..ways).filter_map(|way| self.study(&fit, &errors.iter().map(|at| &at[way]).collect::<Vec<_>>())).collect()
    }

    /// Fits the widths from the errors of one entry, nearest distance first.
    fn study(&self, fit: &Fit, errors: &[&Errors]) -> Option<HorizonFit> {
        let references = self.panels.len();
        let own = self.settings.prior_entity_log_sd;
        let spread = |of: fn(&Errors) -> &Vec<LogError>, clusters, floor| {
            Spread::widening(&errors.iter().map(|at| &of(at)[..]).collect::<Vec<_>>(), clusters, floor)
        };
        let last = errors.last()?;
        // The nation has one error for each reference, so the references are counted. The errors of
        // entities and cells are pooled.
        Some(HorizonFit {
            fit: fit.clone(),
            nation: last.nation.clone(),
            local: last.local.clone(),
            of_nation: spread(|errors| &errors.of_nation, Some(references), 0.5),
            of_entity: spread(|errors| &errors.of_entity, None, own),
            of_cell: spread(|errors| &errors.of_cell, None, own),
        })
    }

    /// Computes the errors at a distance for each entry of `ways`. An entry forces a method; `None`
    /// combines the methods. All entries share the replays.
    pub fn errors(&self, distance: usize, ways: &[Option<Method>]) -> Vec<Errors> {
        let replays: Vec<Replay> =
            (0..self.panels.len()).into_par_iter().filter_map(|place| self.replay(place, distance, ways)).collect();
        ways.iter().map(|way| self.errors_by(&replays, *way)).collect()
    }

    /// Learns the weights from all replays. The errors of a replay use weights that its own
    /// reference did not influence.
    fn errors_by(&self, replays: &[Replay], forced: Option<Method>) -> Errors {
        let own: Vec<Losses> = replays
            .iter()
            .map(|replay| Losses::from_projections([(&replay.rests[..], replay.truth, replay.total)]))
            .collect();
        let nation = Chooser { forced, losses: Losses::sum(&own) };
        let chosen = |(replay, own): (&Replay, &Losses)| nation.without(own).choose(&replay.rests).1;
        let rests: Vec<f64> = replays.iter().zip(&own).map(chosen).collect();

        // Entities are projected from the projection of the nation, as in a real projection.
        let locals: Vec<Vec<LocalReplay>> =
            replays.par_iter().zip(&rests).map(|(replay, rest)| self.replay_entities(replay, *rest)).collect();
        let own: Vec<Losses> = locals
            .iter()
            .map(|locals| Losses::from_projections(locals.iter().map(|one| (&one.rests[..], one.truth, one.total))))
            .collect();
        let local = Chooser { forced: forced.filter(|method| LOCAL.contains(method)), losses: Losses::sum(&own) };

        let of_nation = replays.iter().zip(&rests).map(|(replay, rest)| LogError::new(*rest, replay.truth)).collect();
        let mut found = Errors { nation, local, of_nation, of_entity: Vec::new(), of_cell: Vec::new() };
        for ((locals, own), rest) in locals.iter().zip(&own).zip(&rests) {
            let chooser = found.local.without(own);
            let parts = locals.iter().map(|one| chooser.choose(&one.rests).1).collect();
            for (one, part) in locals.iter().zip(scaled_to(parts, *rest)) {
                found.of_entity.push(LogError::new(part, one.truth));
                found.of_cell.extend(one.cells.iter().map(|(share, truth)| LogError::new(part * share, *truth)));
            }
        }
        found
    }

    fn replay(&self, place: usize, distance: usize, ways: &[Option<Method>]) -> Option<Replay> {
        let own = &self.panels[place];
        let course = ObservedCurve::up_to_horizon(&own.nation, distance);
        if course.count() <= 0.0 {
            return None;
        }
        let others = || self.panels.iter().enumerate().filter(|(other, _)| *other != place).map(|(_, panel)| panel);
        let fit = Fit::new(self.patterns.without(place), distance, others());
        let prior = if self.with_prior { Prior::of_others(self.settings, own, others()) } else { None };
        let rests = nation_rests(&fit, &course, prior.as_ref(), ways);
        let total = own.nation.last().copied().unwrap_or(0.0);
        Some(Replay { rests, truth: total - course.count(), total, reference: place, fit, prior })
    }

    fn replay_entities(&self, replay: &Replay, rest: f64) -> Vec<LocalReplay> {
        let panel = &self.panels[replay.reference];
        let known = ObservedCurves::cut(panel, replay.fit.horizon, replay.fit.horizon);
        let by_entity = entity_rests(&replay.fit, &known, rest, replay.prior.as_ref());
        let modality_of = panel.modality_of();
        let alike = vec![1.0 / panel.modalities.len().max(1) as f64; panel.modalities.len()];
        by_entity
            .into_iter()
            .enumerate()
            .map(|(entity, rests)| {
                let cells: Vec<usize> = panel.cells_of(entity).collect();
                let mix = known.cell_weights(&cells, &modality_of, &alike);
                let sum = mix.iter().sum::<f64>().max(1e-9);
                let total = |whole: &Vec<f64>| whole.last().copied().unwrap_or(0.0);
                let came =
                    |whole: &Vec<f64>| total(whole) - ObservedCurve::up_to_horizon(whole, replay.fit.horizon).count();
                LocalReplay {
                    rests,
                    truth: came(&panel.by_entity[entity]),
                    total: total(&panel.by_entity[entity]),
                    cells: cells.iter().zip(&mix).map(|(cell, part)| (part / sum, came(&panel.cells[*cell]))).collect(),
                }
            })
            .collect()
    }
}

impl HorizonFit {
    /// The remainder of the nation and its method, with the weights of the combined methods.
    pub fn nation(&self, known: &ObservedCurves, prior: Option<&Prior>) -> (Method, f64, Vec<(Method, f64)>) {
        let rests = nation_rests(&self.fit, &known.nation, prior, &[self.nation.forced]);
        let (method, rest) = self.nation.choose(&rests);
        let combined = method == Method::Combination;
        let methods = usable(&rests).into_iter().map(|(method, _)| method).filter(|_| combined);
        (method, rest, self.nation.losses.weights(methods))
    }

    /// The remainder of each entity and its method, given the remainder of the nation.
    pub fn entities(&self, known: &ObservedCurves, rest: f64, prior: Option<&Prior>) -> Vec<(Method, f64)> {
        entity_rests(&self.fit, known, rest, prior).iter().map(|rests| self.local.choose(rests)).collect()
    }

    /// Half-widths of `log (R + 1)` of the nation, at 50 and 90 %.
    pub fn width_of_nation(&self, rest: f64) -> [f64; 2] {
        self.of_nation.half_widths(rest)
    }

    /// Half-widths of `log (R + 1)` of an entity, at 50 and 90 %.
    pub fn width_of_entity(&self, rest: f64) -> [f64; 2] {
        self.of_entity.half_widths(rest)
    }

    /// Half-widths of `log (R + 1)` of a cell, at 50 and 90 %.
    pub fn width_of_cell(&self, rest: f64) -> [f64; 2] {
        self.of_cell.half_widths(rest)
    }
}

/// The remainder of the nation by each available method, including forced methods.
fn nation_rests(
    fit: &Fit,
    course: &ObservedCurve,
    prior: Option<&Prior>,
    ways: &[Option<Method>],
) -> Vec<(Method, f64)> {
    let mut methods: Vec<Method> =
        NATIONAL.into_iter().chain([Method::Drift]).chain(ways.iter().flatten().copied()).collect();
    methods.sort_unstable();
    methods.dedup();
    methods.into_iter().filter_map(|method| Some((method, fit.nation(method, course, prior)?))).collect()
}

/// The remainder of each entity by each available method; the remainders add up to that of the
/// nation.
fn entity_rests(fit: &Fit, known: &ObservedCurves, rest: f64, prior: Option<&Prior>) -> Vec<Vec<(Method, f64)>> {
    let mut by_entity = vec![Vec::new(); known.entities.len()];
    for method in LOCAL {
        let Some(rests) = fit.entities(method, known, rest, prior) else { continue };
        for (own, rest) in by_entity.iter_mut().zip(scaled_to(rests, rest)) {
            own.push((method, rest));
        }
    }
    by_entity
}

/// The methods that may be combined.
fn usable(rests: &[(Method, f64)]) -> Vec<(Method, f64)> {
    rests.iter().filter(|(method, _)| COMBINED.contains(method)).copied().collect()
}

/// Scales the parts so that they add up to the whole.
pub(super) fn scaled_to(parts: Vec<f64>, whole: f64) -> Vec<f64> {
    let sum: f64 = parts.iter().sum();
    if sum <= 0.0 {
        let count = parts.len().max(1) as f64;
        return vec![whole / count; parts.len()];
    }
    parts.into_iter().map(|part| part * whole / sum).collect()
}
