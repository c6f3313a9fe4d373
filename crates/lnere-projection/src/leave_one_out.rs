/*!
Evaluates the methods by leave-one-out: each reference is projected from the others at the same
distance to its close. The errors give the weights of the combined methods and the widths of the
intervals.
*/

use rayon::prelude::*;

use super::combine::Losses;
use super::development_pattern::ReferencePatterns;
use super::interval_width::{LogError, WidthModel};
use super::panel::{CurvePanel, ObservedCurve};
use super::prior::Prior;
use super::remaining_applications::{FittedParameters, ObservedCurves};
use super::{Method, ProjectionError, Reference, Settings};

/// Methods for the nation that learn from references.
pub(super) const NATIONAL_METHODS: [Method; 4] =
    [Method::ChainLadder, Method::RecentLadder, Method::ShapeRegression, Method::BornhuetterFerguson];

/// Methods for an entity.
pub(super) const ENTITY_METHODS: [Method; 5] = [
    Method::ChainLadder,
    Method::RecentLadder,
    Method::ShapeRegression,
    Method::Credibility,
    Method::BornhuetterFerguson,
];

/// The methods that are combined if available. The chain ladder is absent: the recent ladder and
/// the shape regression extend it, and a third similar method would outvote the others.
const COMBINED_METHODS: [Method; 5] =
    [Method::RecentLadder, Method::ShapeRegression, Method::Credibility, Method::BornhuetterFerguson, Method::Drift];

/// Distances at which errors are computed, in addition to the distance of the corte.
const ERROR_DISTANCES: [usize; 9] = [1, 3, 7, 14, 28, 42, 63, 91, 133];

/// Leave-one-out evaluation of the references.
pub(super) struct LeaveOneOut<'a> {
    panels: Vec<CurvePanel>,
    patterns: ReferencePatterns,
    settings: &'a Settings,
    /// Whether the projected process has prior totals, which some methods need.
    has_prior: bool,
}

/// The fit of the references for one distance to the close.
pub(super) struct HorizonModel {
    pub parameters: FittedParameters,
    nation: Chooser,
    local: Chooser,
    national_width: WidthModel,
    entity_width: WidthModel,
    cell_width: WidthModel,
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
    of_entities: Vec<LogError>,
    of_cells: Vec<LogError>,
}

/// One reference, projected from the others at one distance.
struct ReferenceReplay {
    remainders: Vec<(Method, f64)>,
    truth: f64,
    total: f64,
    reference: usize,
    fit: FittedParameters,
    prior: Option<Prior>,
}

/// One entity of a replay.
struct LocalReplay {
    remainders: Vec<(Method, f64)>,
    truth: f64,
    total: f64,
    /// The projected share of the remainder of the entity and the outcome, by cell.
    cells: Vec<(f64, f64)>,
}

/// The distances whose errors a projection `horizon` days before the close needs: its own, last,
/// and shorter ones.
pub(super) fn distances(horizon: usize) -> Vec<usize> {
    ERROR_DISTANCES.into_iter().filter(|distance| *distance < horizon).chain([horizon]).collect()
}

impl Chooser {
    /// Chooses a remainder and its method: the forced method if available, then the combination,
    /// then the first method.
    fn choose(&self, rests: &[(Method, f64)]) -> (Method, f64) {
        let forced = self.forced.and_then(|method| rests.iter().find(|(one, _)| *one == method));
        let combined = || self.losses.combine(&combinable(rests)).map(|rest| (Method::Combination, rest));
        forced.copied().or_else(combined).or_else(|| rests.first().copied()).unwrap_or((Method::Naive, 0.0))
    }

    /// The same choice without the losses of some projections.
    fn without(&self, some: &Losses) -> Self {
        Self { forced: self.forced, losses: self.losses.without(some) }
    }
}

impl<'a> LeaveOneOut<'a> {
    pub fn new(references: &[Reference], settings: &'a Settings, has_prior: bool) -> Result<Self, ProjectionError> {
        if references.len() < 2 {
            return Err(ProjectionError::TooFewReferences(references.len()));
        }
        let panels = references.iter().map(CurvePanel::of_reference).collect::<Result<Vec<_>, _>>()?;
        Ok(Self { panels, patterns: ReferencePatterns::new(references), settings, has_prior })
    }

    /// Fits the references for `horizon`, once for each of `forced_methods`. The errors are those
    /// of [`distances`], in that order.
    pub fn horizon_models(&self, horizon: usize, method_count: usize, errors: &[&Vec<Errors>]) -> Vec<HorizonModel> {
        let fit = FittedParameters::new(self.patterns.over_all_references(), horizon, self.panels.iter());
        (0..method_count)
            .filter_map(|method_index| {
                self.horizon_model(&fit, &errors.iter().map(|at| &at[method_index]).collect::<Vec<_>>())
            })
            .collect()
    }

    /// Fits the widths from the errors of one entry, nearest distance first.
    fn horizon_model(&self, fit: &FittedParameters, errors: &[&Errors]) -> Option<HorizonModel> {
        let references = self.panels.len();
        let own = self.settings.prior_entity_share_log_sd;
        let spread = |of: fn(&Errors) -> &Vec<LogError>, clusters, floor| {
            WidthModel::from_errors_by_distance(
                &errors.iter().map(|at| &of(at)[..]).collect::<Vec<_>>(),
                clusters,
                floor,
            )
        };
        let last = errors.last()?;
        // The nation has one error for each reference, so the references are counted. The errors of
        // entities and cells are pooled.
        Some(HorizonModel {
            parameters: fit.clone(),
            nation: last.nation.clone(),
            local: last.local.clone(),
            national_width: spread(|errors| &errors.of_nation, Some(references), 0.5),
            entity_width: spread(|errors| &errors.of_entities, None, own),
            cell_width: spread(|errors| &errors.of_cells, None, own),
        })
    }

    /// Computes the errors at a distance for each entry of `forced_methods`. An entry forces a
    /// method; `None` combines the methods. All entries share the replays.
    pub fn errors(&self, distance: usize, forced_methods: &[Option<Method>]) -> Vec<Errors> {
        let replays: Vec<ReferenceReplay> = (0..self.panels.len())
            .into_par_iter()
            .filter_map(|place| self.replay(place, distance, forced_methods))
            .collect();
        forced_methods.iter().map(|forced_method| self.errors_by(&replays, *forced_method)).collect()
    }

    /// Learns the weights from all replays. The errors of a replay use weights that its own
    /// reference did not influence.
    fn errors_by(&self, replays: &[ReferenceReplay], forced: Option<Method>) -> Errors {
        let own: Vec<Losses> = replays
            .iter()
            .map(|replay| Losses::from_projections([(&replay.remainders[..], replay.truth, replay.total)]))
            .collect();
        let nation = Chooser { forced, losses: Losses::sum(&own) };
        let chosen = |(replay, own): (&ReferenceReplay, &Losses)| nation.without(own).choose(&replay.remainders).1;
        let rests: Vec<f64> = replays.iter().zip(&own).map(chosen).collect();

        // Entities are projected from the projection of the nation, as in a real projection.
        let locals: Vec<Vec<LocalReplay>> =
            replays.par_iter().zip(&rests).map(|(replay, rest)| self.replay_entities(replay, *rest)).collect();
        let own: Vec<Losses> = locals
            .iter()
            .map(|locals| {
                Losses::from_projections(locals.iter().map(|one| (&one.remainders[..], one.truth, one.total)))
            })
            .collect();
        let local =
            Chooser { forced: forced.filter(|method| ENTITY_METHODS.contains(method)), losses: Losses::sum(&own) };

        let of_nation = replays.iter().zip(&rests).map(|(replay, rest)| LogError::new(*rest, replay.truth)).collect();
        let mut found = Errors { nation, local, of_nation, of_entities: Vec::new(), of_cells: Vec::new() };
        for ((locals, own), rest) in locals.iter().zip(&own).zip(&rests) {
            let chooser = found.local.without(own);
            let parts = locals.iter().map(|one| chooser.choose(&one.remainders).1).collect();
            for (one, part) in locals.iter().zip(scaled_to(parts, *rest)) {
                found.of_entities.push(LogError::new(part, one.truth));
                found.of_cells.extend(one.cells.iter().map(|(share, truth)| LogError::new(part * share, *truth)));
            }
        }
        found
    }

    fn replay(&self, place: usize, distance: usize, forced_methods: &[Option<Method>]) -> Option<ReferenceReplay> {
        let own = &self.panels[place];
        let curve = ObservedCurve::up_to_horizon(&own.nation, distance);
        if curve.count() <= 0.0 {
            return None;
        }
        let others = || self.panels.iter().enumerate().filter(|(other, _)| *other != place).map(|(_, panel)| panel);
        let fit = FittedParameters::new(self.patterns.without(place), distance, others());
        let prior = if self.has_prior { Prior::of_others(self.settings, own, others()) } else { None };
        let remainders = national_remainders(&fit, &curve, prior.as_ref(), forced_methods);
        let total = own.nation.last().copied().unwrap_or(0.0);
        Some(ReferenceReplay { remainders, truth: total - curve.count(), total, reference: place, fit, prior })
    }

    fn replay_entities(&self, replay: &ReferenceReplay, rest: f64) -> Vec<LocalReplay> {
        let panel = &self.panels[replay.reference];
        let known = ObservedCurves::from_panel(panel, replay.fit.horizon, replay.fit.horizon);
        let by_entity = remainders_by_entity(&replay.fit, &known, rest, replay.prior.as_ref());
        let modality_of = panel.modality_of();
        let alike = vec![1.0 / panel.modalities.len().max(1) as f64; panel.modalities.len()];
        by_entity
            .into_iter()
            .enumerate()
            .map(|(entity, remainders)| {
                let cells: Vec<usize> = panel.cells_of(entity).collect();
                let mix = known.cell_weights(&cells, &modality_of, &alike);
                let sum = mix.iter().sum::<f64>().max(1e-9);
                let total = |whole: &Vec<f64>| whole.last().copied().unwrap_or(0.0);
                let came =
                    |whole: &Vec<f64>| total(whole) - ObservedCurve::up_to_horizon(whole, replay.fit.horizon).count();
                LocalReplay {
                    remainders,
                    truth: came(&panel.by_entity[entity]),
                    total: total(&panel.by_entity[entity]),
                    cells: cells.iter().zip(&mix).map(|(cell, part)| (part / sum, came(&panel.cells[*cell]))).collect(),
                }
            })
            .collect()
    }
}

impl HorizonModel {
    /// The remainder of the nation and its method, with the weights of the combined methods.
    pub fn national_remainder(
        &self,
        known: &ObservedCurves,
        prior: Option<&Prior>,
    ) -> (Method, f64, Vec<(Method, f64)>) {
        let rests = national_remainders(&self.parameters, &known.nation, prior, &[self.nation.forced]);
        let (method, rest) = self.nation.choose(&rests);
        let combined = method == Method::Combination;
        let methods = combinable(&rests).into_iter().map(|(method, _)| method).filter(|_| combined);
        (method, rest, self.nation.losses.weights(methods))
    }

    /// The remainder of each entity and its method, given the remainder of the nation.
    pub fn entity_remainders(&self, known: &ObservedCurves, rest: f64, prior: Option<&Prior>) -> Vec<(Method, f64)> {
        remainders_by_entity(&self.parameters, known, rest, prior)
            .iter()
            .map(|rests| self.local.choose(rests))
            .collect()
    }

    /// Half-widths of `log (R + 1)` of the nation, at 50 and 90 %.
    pub fn national_half_widths(&self, rest: f64) -> [f64; 2] {
        self.national_width.half_widths(rest)
    }

    /// Half-widths of `log (R + 1)` of an entity, at 50 and 90 %.
    pub fn width_of_entity(&self, rest: f64) -> [f64; 2] {
        self.entity_width.half_widths(rest)
    }

    /// Half-widths of `log (R + 1)` of a cell, at 50 and 90 %.
    pub fn width_of_cell(&self, rest: f64) -> [f64; 2] {
        self.cell_width.half_widths(rest)
    }
}

/// The remainder of the nation by each available method, including forced methods.
fn national_remainders(
    fit: &FittedParameters,
    curve: &ObservedCurve,
    prior: Option<&Prior>,
    forced_methods: &[Option<Method>],
) -> Vec<(Method, f64)> {
    let mut methods: Vec<Method> =
        NATIONAL_METHODS.into_iter().chain([Method::Drift]).chain(forced_methods.iter().flatten().copied()).collect();
    methods.sort_unstable();
    methods.dedup();
    methods.into_iter().filter_map(|method| Some((method, fit.national_remainder(method, curve, prior)?))).collect()
}

/// The remainder of each entity by each available method; the remainders add up to that of the
/// nation.
fn remainders_by_entity(
    fit: &FittedParameters,
    known: &ObservedCurves,
    rest: f64,
    prior: Option<&Prior>,
) -> Vec<Vec<(Method, f64)>> {
    let mut by_entity = vec![Vec::new(); known.entities.len()];
    for method in ENTITY_METHODS {
        let Some(rests) = fit.entity_remainders(method, known, rest, prior) else { continue };
        for (own, rest) in by_entity.iter_mut().zip(scaled_to(rests, rest)) {
            own.push((method, rest));
        }
    }
    by_entity
}

/// The methods that may be combined.
fn combinable(rests: &[(Method, f64)]) -> Vec<(Method, f64)> {
    rests.iter().filter(|(method, _)| COMBINED_METHODS.contains(method)).copied().collect()
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
