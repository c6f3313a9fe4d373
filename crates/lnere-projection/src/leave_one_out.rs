/*!
Evaluates the methods by leave-one-out: each reference is projected from the others at the same
distance to its close. The errors give the weights of the combined methods and the widths of the
intervals.
*/

use rayon::prelude::*;

use super::curve_panel::{ObservedCurve, ProcessCurves};
use super::development_pattern::ReferencePatterns;
use super::interval_width::{LogError, WidthModel};
use super::method_weights::Losses;
use super::prior_totals::PriorTotals;
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
    reference_panels: Vec<ProcessCurves>,
    patterns: ReferencePatterns,
    settings: &'a Settings,
    /// Whether the projected process has prior totals, which some methods need.
    has_prior: bool,
}

/// The fit of the references for one distance to the close.
pub(super) struct HorizonModel {
    pub parameters: FittedParameters,
    national_chooser: MethodChooser,
    entity_chooser: MethodChooser,
    national_width: WidthModel,
    entity_width: WidthModel,
    cell_width: WidthModel,
}

/// A forced method, or the combination with its weights.
#[derive(Clone, Debug)]
struct MethodChooser {
    forced_method: Option<Method>,
    losses: Losses,
}

/// The errors at one distance, with one choice of method.
pub(super) struct DistanceErrors {
    national_chooser: MethodChooser,
    entity_chooser: MethodChooser,
    national_errors: Vec<LogError>,
    entity_errors: Vec<LogError>,
    cell_errors: Vec<LogError>,
}

/// One reference, projected from the others at one distance.
struct ReferenceReplay {
    remainders_by_method: Vec<(Method, f64)>,
    true_remainder: f64,
    final_total: f64,
    reference_index: usize,
    parameters: FittedParameters,
    prior: Option<PriorTotals>,
}

/// One entity of a replay.
struct EntityReplay {
    remainders_by_method: Vec<(Method, f64)>,
    true_remainder: f64,
    final_total: f64,
    /// The projected share of the remainder of the entity and the outcome, by cell.
    cell_outcomes: Vec<(f64, f64)>,
}

/// The distances whose errors a projection `horizon` days before the close needs: its own, last,
/// and shorter ones.
pub(super) fn error_distances(horizon: usize) -> Vec<usize> {
    ERROR_DISTANCES.into_iter().filter(|distance| *distance < horizon).chain([horizon]).collect()
}

impl MethodChooser {
    /// Chooses a remainder and its method: the forced method if available, then the combination,
    /// then the first method.
    fn choose_remainder(&self, rests: &[(Method, f64)]) -> (Method, f64) {
        let forced = self.forced_method.and_then(|method| rests.iter().find(|(one, _)| *one == method));
        let combined =
            || self.losses.combine_remainders(&combinable_remainders(rests)).map(|rest| (Method::Combination, rest));
        forced.copied().or_else(combined).or_else(|| rests.first().copied()).unwrap_or((Method::Naive, 0.0))
    }

    /// The same choice without the losses of some projections.
    fn without_losses(&self, some: &Losses) -> Self {
        Self { forced_method: self.forced_method, losses: self.losses.without(some) }
    }
}

impl<'a> LeaveOneOut<'a> {
    pub fn new(references: &[Reference], settings: &'a Settings, has_prior: bool) -> Result<Self, ProjectionError> {
        if references.len() < 2 {
            return Err(ProjectionError::TooFewReferences(references.len()));
        }
        let panels = references.iter().map(ProcessCurves::from_reference).collect::<Result<Vec<_>, _>>()?;
        Ok(Self { reference_panels: panels, patterns: ReferencePatterns::new(references), settings, has_prior })
    }

    /// Fits the references for `horizon`, once for each of `forced_methods`. The errors are those
    /// of [`error_distances`], in that order.
    pub fn fit_horizon_models(
        &self,
        horizon: usize,
        method_count: usize,
        errors: &[&Vec<DistanceErrors>],
    ) -> Vec<HorizonModel> {
        let fit = FittedParameters::new(self.patterns.over_all_references(), horizon, self.reference_panels.iter());
        (0..method_count)
            .filter_map(|method_index| {
                self.fit_horizon_model(&fit, &errors.iter().map(|at| &at[method_index]).collect::<Vec<_>>())
            })
            .collect()
    }

    /// Fits the widths from the errors of one entry, nearest distance first.
    fn fit_horizon_model(&self, fit: &FittedParameters, errors: &[&DistanceErrors]) -> Option<HorizonModel> {
        let references = self.reference_panels.len();
        let own = self.settings.prior_entity_share_log_sd;
        let spread = |of: fn(&DistanceErrors) -> &Vec<LogError>, clusters, floor| {
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
            national_chooser: last.national_chooser.clone(),
            entity_chooser: last.entity_chooser.clone(),
            national_width: spread(|errors| &errors.national_errors, Some(references), 0.5),
            entity_width: spread(|errors| &errors.entity_errors, None, own),
            cell_width: spread(|errors| &errors.cell_errors, None, own),
        })
    }

    /// Computes the errors at a distance for each entry of `forced_methods`. An entry forces a
    /// method; `None` combines the methods. All entries share the replays.
    pub fn errors_at_distance(&self, distance: usize, forced_methods: &[Option<Method>]) -> Vec<DistanceErrors> {
        let replays: Vec<ReferenceReplay> = (0..self.reference_panels.len())
            .into_par_iter()
            .filter_map(|place| self.replay_reference(place, distance, forced_methods))
            .collect();
        forced_methods.iter().map(|forced_method| self.errors_with_method(&replays, *forced_method)).collect()
    }

    /// Learns the weights from all replays. The errors of a replay use weights that its own
    /// reference did not influence.
    fn errors_with_method(&self, replays: &[ReferenceReplay], forced: Option<Method>) -> DistanceErrors {
        let own: Vec<Losses> = replays
            .iter()
            .map(|replay| {
                Losses::from_projections([(
                    &replay.remainders_by_method[..],
                    replay.true_remainder,
                    replay.final_total,
                )])
            })
            .collect();
        let nation = MethodChooser { forced_method: forced, losses: Losses::sum(&own) };
        let chosen = |(replay, own): (&ReferenceReplay, &Losses)| {
            nation.without_losses(own).choose_remainder(&replay.remainders_by_method).1
        };
        let rests: Vec<f64> = replays.iter().zip(&own).map(chosen).collect();

        // Entities are projected from the projection of the nation, as in a real projection.
        let locals: Vec<Vec<EntityReplay>> =
            replays.par_iter().zip(&rests).map(|(replay, rest)| self.replay_entities(replay, *rest)).collect();
        let own: Vec<Losses> = locals
            .iter()
            .map(|locals| {
                Losses::from_projections(
                    locals.iter().map(|one| (&one.remainders_by_method[..], one.true_remainder, one.final_total)),
                )
            })
            .collect();
        let local = MethodChooser {
            forced_method: forced.filter(|method| ENTITY_METHODS.contains(method)),
            losses: Losses::sum(&own),
        };

        let of_nation =
            replays.iter().zip(&rests).map(|(replay, rest)| LogError::new(*rest, replay.true_remainder)).collect();
        let mut found = DistanceErrors {
            national_chooser: nation,
            entity_chooser: local,
            national_errors: of_nation,
            entity_errors: Vec::new(),
            cell_errors: Vec::new(),
        };
        for ((locals, own), rest) in locals.iter().zip(&own).zip(&rests) {
            let chooser = found.entity_chooser.without_losses(own);
            let parts = locals.iter().map(|one| chooser.choose_remainder(&one.remainders_by_method).1).collect();
            for (one, part) in locals.iter().zip(scaled_to_sum(parts, *rest)) {
                found.entity_errors.push(LogError::new(part, one.true_remainder));
                found
                    .cell_errors
                    .extend(one.cell_outcomes.iter().map(|(share, truth)| LogError::new(part * share, *truth)));
            }
        }
        found
    }

    fn replay_reference(
        &self,
        place: usize,
        distance: usize,
        forced_methods: &[Option<Method>],
    ) -> Option<ReferenceReplay> {
        let own = &self.reference_panels[place];
        let curve = ObservedCurve::up_to_days_before_close(&own.national_curve, distance);
        if curve.current_count() <= 0.0 {
            return None;
        }
        let others =
            || self.reference_panels.iter().enumerate().filter(|(other, _)| *other != place).map(|(_, panel)| panel);
        let fit = FittedParameters::new(self.patterns.without_reference(place), distance, others());
        let prior =
            if self.has_prior { PriorTotals::from_other_references(self.settings, own, others()) } else { None };
        let remainders = national_remainders_by_method(&fit, &curve, prior.as_ref(), forced_methods);
        let total = own.national_curve.last().copied().unwrap_or(0.0);
        Some(ReferenceReplay {
            remainders_by_method: remainders,
            true_remainder: total - curve.current_count(),
            final_total: total,
            reference_index: place,
            parameters: fit,
            prior,
        })
    }

    fn replay_entities(&self, replay: &ReferenceReplay, rest: f64) -> Vec<EntityReplay> {
        let panel = &self.reference_panels[replay.reference_index];
        let known = ObservedCurves::from_panel(panel, replay.parameters.days_to_close, replay.parameters.days_to_close);
        let by_entity = entity_remainders_by_method(&replay.parameters, &known, rest, replay.prior.as_ref());
        let modality_of = panel.modality_of_cell();
        let alike = vec![1.0 / panel.modalities.len().max(1) as f64; panel.modalities.len()];
        by_entity
            .into_iter()
            .enumerate()
            .map(|(entity, remainders)| {
                let cells: Vec<usize> = panel.cells_of_entity(entity).collect();
                let mix = known.cell_weights(&cells, &modality_of, &alike);
                let sum = mix.iter().sum::<f64>().max(1e-9);
                let total = |whole: &Vec<f64>| whole.last().copied().unwrap_or(0.0);
                let came = |whole: &Vec<f64>| {
                    total(whole)
                        - ObservedCurve::up_to_days_before_close(whole, replay.parameters.days_to_close).current_count()
                };
                EntityReplay {
                    remainders_by_method: remainders,
                    true_remainder: came(&panel.entity_curves[entity]),
                    final_total: total(&panel.entity_curves[entity]),
                    cell_outcomes: cells
                        .iter()
                        .zip(&mix)
                        .map(|(cell, part)| (part / sum, came(&panel.cell_curves[*cell])))
                        .collect(),
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
        prior: Option<&PriorTotals>,
    ) -> (Method, f64, Vec<(Method, f64)>) {
        let rests = national_remainders_by_method(
            &self.parameters,
            &known.nation,
            prior,
            &[self.national_chooser.forced_method],
        );
        let (method, rest) = self.national_chooser.choose_remainder(&rests);
        let combined = method == Method::Combination;
        let methods = combinable_remainders(&rests).into_iter().map(|(method, _)| method).filter(|_| combined);
        (method, rest, self.national_chooser.losses.method_weights(methods))
    }

    /// The remainder of each entity and its method, given the remainder of the nation.
    pub fn entity_remainders(
        &self,
        known: &ObservedCurves,
        rest: f64,
        prior: Option<&PriorTotals>,
    ) -> Vec<(Method, f64)> {
        entity_remainders_by_method(&self.parameters, known, rest, prior)
            .iter()
            .map(|rests| self.entity_chooser.choose_remainder(rests))
            .collect()
    }

    /// Half-widths of `log (R + 1)` of the nation, at 50 and 90 %.
    pub fn national_half_widths(&self, rest: f64) -> [f64; 2] {
        self.national_width.half_widths(rest)
    }

    /// Half-widths of `log (R + 1)` of an entity, at 50 and 90 %.
    pub fn entity_half_widths(&self, rest: f64) -> [f64; 2] {
        self.entity_width.half_widths(rest)
    }

    /// Half-widths of `log (R + 1)` of a cell, at 50 and 90 %.
    pub fn cell_half_widths(&self, rest: f64) -> [f64; 2] {
        self.cell_width.half_widths(rest)
    }
}

/// The remainder of the nation by each available method, including forced methods.
fn national_remainders_by_method(
    fit: &FittedParameters,
    curve: &ObservedCurve,
    prior: Option<&PriorTotals>,
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
fn entity_remainders_by_method(
    fit: &FittedParameters,
    known: &ObservedCurves,
    rest: f64,
    prior: Option<&PriorTotals>,
) -> Vec<Vec<(Method, f64)>> {
    let mut by_entity = vec![Vec::new(); known.entities.len()];
    for method in ENTITY_METHODS {
        let Some(rests) = fit.entity_remainders(method, known, rest, prior) else { continue };
        for (own, rest) in by_entity.iter_mut().zip(scaled_to_sum(rests, rest)) {
            own.push((method, rest));
        }
    }
    by_entity
}

/// The methods that may be combined.
fn combinable_remainders(rests: &[(Method, f64)]) -> Vec<(Method, f64)> {
    rests.iter().filter(|(method, _)| COMBINED_METHODS.contains(method)).copied().collect()
}

/// Scales the parts so that they add up to the whole.
pub(super) fn scaled_to_sum(parts: Vec<f64>, whole: f64) -> Vec<f64> {
    let sum: f64 = parts.iter().sum();
    if sum <= 0.0 {
        let count = parts.len().max(1) as f64;
        return vec![whole / count; parts.len()];
    }
    parts.into_iter().map(|part| part * whole / sum).collect()
}
