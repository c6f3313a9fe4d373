/*!
Projects a process at a corte: integers that are coherent over nation, entities and modalities.
*/

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Days, NaiveDate};
use rayon::prelude::*;

use super::acceptance::{estimate_acceptance, limited_to_applications, list_quantiles};
use super::adding_up::{apportion, limit_whole_to_parts};
use super::curve_panel::ProcessCurves;
use super::development_pattern::DevelopmentPattern;
use super::leave_one_out::{DistanceErrors, HorizonModel, LeaveOneOut, error_distances, scaled_to_sum};
use super::mack_interval;
use super::prior_totals::PriorTotals;
use super::quantile_functions::normal_quantile;
use super::remaining_applications::ObservedCurves;
use super::{
    DecidedCounts, ErrorSource, Fan, Method, ObservedProcess, ProjectedNumber, Projection, ProjectionError, Quantiles,
    Reference, ReferenceProblem, Settings, Universe,
};

/// Projects a process from the data that are known at its corte.
///
/// A combination of methods projects the nation. The errors on the references at the same distance
/// to the close give the weights. Another combination projects the entities; its weights depend on
/// the errors at their size. The entities are scaled to the remainder of the nation, which is
/// top-down by forecast proportions (Athanasopoulos, Ahmed and Hyndman 2009, Int. J. Forecasting
/// 25). Cells follow the recent mix of modalities. Bounds are `(R + 1) exp(±w) − 1` above the
/// registered count.
///
/// # Errors
/// The input contradicts itself, or the references are not sufficient; see [`ProjectionError`].
pub fn project(
    observed: &ObservedProcess,
    references: &[Reference],
    settings: &Settings,
) -> Result<Projection, ProjectionError> {
    let mut projections = project_with_methods(observed, references, settings, &[settings.forced_method])?;
    projections.pop().ok_or(ProjectionError::NoSeries)
}

/// Makes one projection for each entry of `forced_methods`: `None` combines the methods, `Some`
/// forces one.
pub(super) fn project_with_methods(
    observed: &ObservedProcess,
    references: &[Reference],
    settings: &Settings,
    forced_methods: &[Option<Method>],
) -> Result<Vec<Projection>, ProjectionError> {
    project_processes(&[(observed, references)], settings, forced_methods)
        .pop()
        .unwrap_or(Err(ProjectionError::NoSeries))
}

/// Makes the projections of [`project_with_methods`] for several processes. Processes with the same
/// references share their errors: an error depends on the references and the distance alone.
pub(super) fn project_processes(
    processes: &[(&ObservedProcess, &[Reference])],
    settings: &Settings,
    forced_methods: &[Option<Method>],
) -> Vec<Result<Vec<Projection>, ProjectionError>> {
    let tasks: Vec<Result<ProjectionTask, ProjectionError>> =
        processes.iter().map(|(observed, references)| ProjectionTask::new(observed, references, settings)).collect();
    let mut reference_groups: Vec<ReferenceGroup> = Vec::new();
    for task in tasks.iter().flatten().filter(|task| !task.used_reference_indices.is_empty()) {
        let group = match reference_groups.iter_mut().find(|lesson| lesson.is_group_of(task)) {
            Some(group) => group,
            None => reference_groups.push_mut(ReferenceGroup::new(task, settings)),
        };
        group.error_distances.extend(error_distances(task.panel.days_to_close()));
    }
    // All distances of all lessons at once, so that every thread has work to the end.
    let wanted: Vec<(usize, usize)> = (0..)
        .zip(&reference_groups)
        .flat_map(|(place, group)| group.error_distances.iter().map(move |distance| (place, *distance)))
        .collect();
    let errors: BTreeMap<(usize, usize), Vec<DistanceErrors>> = wanted
        .into_par_iter()
        .filter_map(|(place, distance)| {
            let leave_one_out = reference_groups[place].leave_one_out.as_ref().ok()?;
            Some(((place, distance), leave_one_out.errors_at_distance(distance, forced_methods)))
        })
        .collect();
    let finish = |task: Result<ProjectionTask, ProjectionError>| -> Result<Vec<Projection>, ProjectionError> {
        let task = task?;
        let Some(place) = reference_groups.iter().position(|lesson| lesson.is_group_of(&task)) else {
            return Ok(vec![task.project_without_references(settings)?; forced_methods.len()]);
        };
        let leave_one_out = reference_groups[place].leave_one_out.as_ref().map_err(Clone::clone)?;
        let horizon = task.panel.days_to_close();
        let errors: Vec<&Vec<DistanceErrors>> =
            error_distances(horizon).into_iter().filter_map(|distance| errors.get(&(place, distance))).collect();
        Ok(task.project_with_models(
            &reference_groups[place].used_references,
            leave_one_out.fit_horizon_models(horizon, forced_methods.len(), &errors),
            settings,
        ))
    };
    tasks.into_par_iter().map(finish).collect()
}

/// A process to be projected, and the references that it learns from.
struct ProjectionTask<'a> {
    observed: &'a ObservedProcess,
    references: &'a [Reference],
    panel: ProcessCurves,
    prior: Option<PriorTotals>,
    /// The places of the references to learn from; empty if the projection needs none.
    used_reference_indices: Vec<usize>,
}

/// The references of one or more tasks, and the distances at which their errors are needed.
struct ReferenceGroup<'a> {
    all_references: &'a [Reference],
    used_reference_indices: Vec<usize>,
    has_prior: bool,
    used_references: Vec<Reference>,
    leave_one_out: Result<LeaveOneOut<'a>, ProjectionError>,
    error_distances: BTreeSet<usize>,
}

impl<'a> ReferenceGroup<'a> {
    fn new(task: &ProjectionTask<'a>, settings: &'a Settings) -> Self {
        let references: Vec<Reference> =
            task.used_reference_indices.iter().map(|place| task.references[*place].clone()).collect();
        let leave_one_out = refuse_duplicate_curves(&references)
            .and_then(|()| LeaveOneOut::new(&references, settings, task.prior.is_some()));
        Self {
            all_references: task.references,
            used_reference_indices: task.used_reference_indices.clone(),
            has_prior: task.prior.is_some(),
            used_references: references,
            leave_one_out,
            error_distances: BTreeSet::new(),
        }
    }

    fn is_group_of(&self, task: &ProjectionTask) -> bool {
        std::ptr::eq(self.all_references, task.references)
            && self.used_reference_indices == task.used_reference_indices
            && self.has_prior == task.prior.is_some()
    }
}

impl<'a> ProjectionTask<'a> {
    fn new(
        observed: &'a ObservedProcess,
        references: &'a [Reference],
        settings: &Settings,
    ) -> Result<Self, ProjectionError> {
        if let Some(own) = references.iter().find(|one| one.name == observed.name) {
            return Err(ProjectionError::OwnReference(own.name.clone()));
        }
        let panel = ProcessCurves::from_observed(observed)?;
        let prior = PriorTotals::from_settings(settings, observed, &panel);
        let horizon = panel.days_to_close();
        let mut task = Self { observed, references, panel, prior, used_reference_indices: Vec::new() };
        if horizon == 0 || task.panel.national_curve.is_empty() {
            return Ok(task);
        }
        // A curve that begins later has no information at this distance. Three real processes are
        // enough without generated ones.
        let reaches =
            |place: &usize| references[*place].share_by_horizon.get(horizon).is_some_and(|share| *share > 0.0);
        task.used_reference_indices = (0..references.len()).filter(reaches).collect();
        let real: Vec<usize> =
            task.used_reference_indices.iter().copied().filter(|place| !references[*place].generated).collect();
        if real.len() >= 3 {
            task.used_reference_indices = real;
        }
        if task.used_reference_indices.is_empty() { Err(ProjectionError::TooFewReferences(0)) } else { Ok(task) }
    }

    /// The projection after the close, which is the count, or before the opening.
    fn project_without_references(&self, settings: &Settings) -> Result<Projection, ProjectionError> {
        let (parts, source) = if self.panel.days_to_close() == 0 {
            (counted_quantiles(&self.panel), ErrorSource::None)
        } else {
            let prior = self.prior.as_ref().ok_or(ProjectionError::NoPrior)?;
            (quantiles_before_opening(&self.panel, prior, settings), ErrorSource::Settings)
        };
        Ok(assemble_projection(self.observed, &self.panel, settings, &parts, Vec::new(), source))
    }

    fn project_with_models(
        &self,
        used_references: &[Reference],
        horizon_models: Vec<HorizonModel>,
        settings: &Settings,
    ) -> Vec<Projection> {
        let real = used_references.iter().filter(|one| !one.generated).count();
        let count = self.panel.national_curve.last().copied().unwrap_or(0.0);
        let mack = mack_interval::half_widths(used_references, self.panel.days_to_close(), count);
        let source = match mack {
            Some(_) => ErrorSource::Mack { origin_count: real },
            None => ErrorSource::References { real_count: real, generated_count: used_references.len() - real },
        };
        let projected = horizon_models.into_iter().map(|model| {
            let parts = quantiles_during_registration(&self.panel, &model, self.prior.as_ref(), settings, mack);
            let fans = build_fans(self.observed, &self.panel, &model.parameters.pattern, &parts);
            assemble_projection(self.observed, &self.panel, settings, &parts, fans, source)
        });
        projected.collect()
    }
}

/// Refuses duplicate curves: copies predict each other without error, which would make the
/// projection look certain.
fn refuse_duplicate_curves(references: &[Reference]) -> Result<(), ProjectionError> {
    let real: Vec<&Reference> = references.iter().filter(|one| !one.generated).collect();
    let copy = real
        .iter()
        .enumerate()
        .find(|(place, one)| real[..*place].iter().any(|other| other.share_by_horizon == one.share_by_horizon));
    match copy {
        None => Ok(()),
        Some((_, one)) => {
            Err(ProjectionError::BadReference { name: one.name.clone(), problem: ReferenceProblem::Copy })
        }
    }
}

/// Applications at the close of the nation, of each entity and of each cell, in the order of the
/// panel.
struct CloseQuantiles {
    nation: Quantiles,
    national_method: Method,
    /// See [`Projection::method_weights`].
    method_weights: Vec<(Method, i64)>,
    entities: Vec<Quantiles>,
    entity_methods: Vec<Method>,
    cells: Vec<Quantiles>,
}

impl CloseQuantiles {
    /// Builds the quantiles from medians that add up and half-widths of `log (R + 1)`. The
    /// half-width of a part is never below that of its whole.
    fn new(
        panel: &ProcessCurves,
        methods: (Method, Vec<Method>),
        rests: &(i64, Vec<i64>, Vec<i64>),
        widths: &([f64; 2], Vec<[f64; 2]>, Vec<[f64; 2]>),
    ) -> Self {
        let entity_widths: Vec<[f64; 2]> = widths.1.iter().map(|own| wider_half_widths(own, &widths.0)).collect();
        let counts = (
            last_count(&panel.national_curve),
            panel.entity_curves.iter().map(|curve| last_count(curve)).collect::<Vec<_>>(),
        );
        let nation = quantiles_from_half_widths(counts.0, rests.0, widths.0);
        let entities: Vec<Quantiles> = (0..panel.entities.len())
            .map(|entity| {
                let own = quantiles_from_half_widths(counts.1[entity], rests.1[entity], entity_widths[entity]);
                limit_remainder(own, counts.1[entity], &nation, counts.0)
            })
            .collect();
        let cells: Vec<Quantiles> = (0..panel.cell_curves.len())
            .map(|cell| {
                let (entity, count) = (panel.entity_of_cell[cell], last_count(&panel.cell_curves[cell]));
                let own = quantiles_from_half_widths(
                    count,
                    rests.2[cell],
                    wider_half_widths(&widths.2[cell], &entity_widths[entity]),
                );
                limit_remainder(own, count, &entities[entity], counts.1[entity])
            })
            .collect();
        let entities: Vec<Quantiles> = entities
            .into_iter()
            .enumerate()
            .map(|(entity, own)| {
                limit_whole_to_parts(own, &panel.cells_of_entity(entity).map(|cell| cells[cell]).collect::<Vec<_>>())
            })
            .collect();
        let nation = limit_whole_to_parts(nation, &entities);
        Self {
            nation,
            national_method: methods.0,
            method_weights: Vec::new(),
            entities,
            entity_methods: methods.1,
            cells,
        }
    }
}

fn wider_half_widths(own: &[f64; 2], whole: &[f64; 2]) -> [f64; 2] {
    [own[0].max(whole[0]), own[1].max(whole[1])]
}

/// Limits the upper bounds of a part so that its remainder does not exceed the remainder of its
/// whole.
fn limit_remainder(part: Quantiles, count: i64, whole: &Quantiles, whole_count: i64) -> Quantiles {
    let at_most = |own: i64, of_whole: i64| own.min(count + of_whole - whole_count);
    Quantiles {
        upper_50: at_most(part.upper_50, whole.upper_50),
        upper_90: at_most(part.upper_90, whole.upper_90),
        ..part
    }
    .sorted_around_median()
}

fn last_count(curve: &[f64]) -> i64 {
    curve.last().map_or(0, |count| count.round() as i64)
}

/// `C + (R + 1) exp(±w) − 1`, never below `C`, rounded outward to whole applications.
fn quantiles_from_half_widths(count: i64, rest: i64, [half_50, half_90]: [f64; 2]) -> Quantiles {
    let at = |width: f64| ((rest as f64 + 1.0) * width.exp() - 1.0).clamp(0.0, 1e15);
    Quantiles {
        lower_90: count + at(-half_90).floor() as i64,
        lower_50: count + at(-half_50).floor() as i64,
        median: count + rest,
        upper_50: count + at(half_50).ceil() as i64,
        upper_90: count + at(half_90).ceil() as i64,
    }
    .sorted_around_median()
}

fn counted_quantiles(panel: &ProcessCurves) -> CloseQuantiles {
    let exactly =
        |curves: &[Vec<f64>]| curves.iter().map(|curve| Quantiles::from_exact_count(last_count(curve))).collect();
    CloseQuantiles {
        nation: Quantiles::from_exact_count(last_count(&panel.national_curve)),
        national_method: Method::Counted,
        method_weights: Vec::new(),
        entities: exactly(&panel.entity_curves),
        entity_methods: vec![Method::Counted; panel.entities.len()],
        cells: exactly(&panel.cell_curves),
    }
}

/// Shares of the modalities before there are data, in the order of the panel.
fn prior_modality_shares(panel: &ProcessCurves, settings: &Settings) -> Vec<f64> {
    let given =
        |modality: &u8| settings.prior_modality_shares.iter().find(|(one, _)| one == modality).map(|(_, share)| *share);
    let shares = panel.modalities.iter().map(|modality| {
        if settings.prior_modality_shares.is_empty() { 1.0 } else { given(modality).unwrap_or(0.0).max(0.0) }
    });
    scaled_to_sum(shares.collect(), 1.0)
}

/// `s₀ Mₑ`, with the log standard deviations of the settings and Poisson noise. The nation has the
/// deviation of the scale. An entity also has its own deviation, and a cell has twice the own
/// variance of an entity.
fn quantiles_before_opening(panel: &ProcessCurves, prior: &PriorTotals, settings: &Settings) -> CloseQuantiles {
    let rest = (prior.scale * prior.unscaled_national_mean()).round() as i64;
    let by_entity = apportion(rest, &prior.entity_means);
    let mix = prior_modality_shares(panel, settings);
    let modality_of = panel.modality_of_cell();
    let mut by_cell = vec![0; panel.cell_curves.len()];
    for (entity, rest) in by_entity.iter().enumerate() {
        let cells: Vec<usize> = panel.cells_of_entity(entity).collect();
        let weights: Vec<f64> = cells.iter().map(|cell| mix[modality_of[*cell]]).collect();
        for (cell, part) in cells.into_iter().zip(apportion(*rest, &weights)) {
            by_cell[cell] = part;
        }
    }
    let width = |rest: i64, own: f64| {
        let noise = 1.0 / (rest as f64 + 1.0);
        let deviation = (prior.scale_log_sd.powi(2) + own * prior.entity_log_sd.powi(2) + noise).sqrt();
        [0.75, 0.95].map(|p| normal_quantile(p) * deviation)
    };
    let widths = (
        width(rest, 0.0),
        by_entity.iter().map(|rest| width(*rest, 1.0)).collect(),
        by_cell.iter().map(|rest| width(*rest, 2.0)).collect(),
    );
    let methods = (Method::PriorTotals, vec![Method::PriorTotals; panel.entities.len()]);
    CloseQuantiles::new(panel, methods, &(rest, by_entity, by_cell), &widths)
}

fn quantiles_during_registration(
    panel: &ProcessCurves,
    model: &HorizonModel,
    prior: Option<&PriorTotals>,
    settings: &Settings,
    mack: Option<[f64; 2]>,
) -> CloseQuantiles {
    let known = ObservedCurves::from_panel(panel, 0, model.parameters.days_to_close);
    let (national, rest, combined) = model.national_remainder(&known, prior);
    let picked = model.entity_remainders(&known, rest, prior);

    let whole = rest.round() as i64;
    let weights: Vec<f64> = picked.iter().map(|(_, rest)| *rest).collect();
    let by_entity = apportion(whole, &weights);
    let modality_of = panel.modality_of_cell();
    let fallback = prior_modality_shares(panel, settings);
    let mut by_cell = vec![0; panel.cell_curves.len()];
    for (entity, rest) in by_entity.iter().enumerate() {
        let cells: Vec<usize> = panel.cells_of_entity(entity).collect();
        let mix = known.cell_weights(&cells, &modality_of, &fallback);
        for (cell, part) in cells.into_iter().zip(apportion(*rest, &mix)) {
            by_cell[cell] = part;
        }
    }
    let noise = [0.75, 0.95].map(|p| normal_quantile(p) / (rest.max(0.0) + 1.0).sqrt());
    let widths = (
        // A few origins with similar values do not make the remainder certain. The interval is
        // never narrower than the leave-one-out errors or the count noise.
        wider_half_widths(&wider_half_widths(&mack.unwrap_or_default(), &model.national_half_widths(rest)), &noise),
        by_entity.iter().map(|rest| model.entity_half_widths(*rest as f64)).collect(),
        by_cell.iter().map(|rest| model.cell_half_widths(*rest as f64)).collect(),
    );
    let methods = (national, picked.into_iter().map(|(method, _)| method).collect());
    let thousandths = apportion(1000, &combined.iter().map(|(_, weight)| *weight).collect::<Vec<_>>());
    let weights = combined.into_iter().map(|(method, _)| method).zip(thousandths).collect();
    CloseQuantiles {
        method_weights: weights,
        ..CloseQuantiles::new(panel, methods, &(whole, by_entity, by_cell), &widths)
    }
}

/// Quantiles on each day to the close: the remainder at the close times the progress of the pattern
/// on that day. Days are therefore fully dependent: a fan is one level, not a band of paths.
fn build_fans(
    observed: &ObservedProcess,
    panel: &ProcessCurves,
    pattern: &DevelopmentPattern,
    parts: &CloseQuantiles,
) -> Vec<Fan> {
    let horizon = panel.days_to_close();
    let fan = |entity, count: i64, close: &Quantiles| {
        let day = |ahead: usize| {
            let progress = pattern.remainder_progress(horizon, horizon - ahead);
            let at = |bound: i64| count + ((bound - count) as f64 * progress).round() as i64;
            let quantiles = Quantiles {
                lower_90: at(close.lower_90),
                lower_50: at(close.lower_50),
                median: at(close.median),
                upper_50: at(close.upper_50),
                upper_90: at(close.upper_90),
            };
            (day_after(observed.corte, ahead), quantiles)
        };
        Fan { entity, quantiles_by_day: (0..=horizon).map(day).collect() }
    };
    let nation = fan(None, last_count(&panel.national_curve), &parts.nation);
    let entities = panel
        .entities
        .iter()
        .zip(&panel.entity_curves)
        .zip(&parts.entities)
        .map(|((entity, curve), close)| fan(Some(*entity), last_count(curve), close));
    std::iter::once(nation).chain(entities).collect()
}

fn day_after(day: NaiveDate, days: usize) -> NaiveDate {
    day.checked_add_days(Days::new(days as u64)).unwrap_or(day)
}

fn assemble_projection(
    observed: &ObservedProcess,
    panel: &ProcessCurves,
    settings: &Settings,
    parts: &CloseQuantiles,
    fans: Vec<Fan>,
    error_source: ErrorSource,
) -> Projection {
    let decided_cells = decided_counts_by_cell(observed, panel);
    let decided: Vec<DecidedCounts> = (0..panel.entities.len())
        .map(|entity| {
            panel.cells_of_entity(entity).map(|cell| decided_cells[cell]).fold(DecidedCounts::default(), |sum, one| {
                DecidedCounts { accepted: sum.accepted + one.accepted, refused: sum.refused + one.refused }
            })
        })
        .collect();
    let registered: Vec<i64> = panel.entity_curves.iter().map(|curve| last_count(curve)).collect();
    let analyses = estimate_acceptance(&decided, &registered, settings);
    let (lists, whole) = list_quantiles(&parts.entities, &parts.nation, &analyses, settings.acceptance_drift);
    let mut cell_lists = vec![Quantiles::default(); panel.cell_curves.len()];
    let mut entity_lists = Vec::new();
    // First, from the top down, no part exceeds its whole. Then, from the parts up, no whole is
    // wider than its parts.
    for (entity, quantiles) in lists.iter().enumerate() {
        let quantiles = limit_remainder(*quantiles, 0, &whole, 0);
        let cells: Vec<usize> = panel.cells_of_entity(entity).collect();
        let of_cells: Vec<_> = cells.iter().map(|cell| (parts.cells[*cell], decided_cells[*cell])).collect();
        let allocated = allocate_list_to_cells(&quantiles, &parts.entities[entity], &of_cells);
        let allocated: Vec<Quantiles> =
            allocated.into_iter().map(|part| limit_remainder(part, 0, &quantiles, 0)).collect();
        entity_lists.push(limit_whole_to_parts(quantiles, &allocated));
        for (cell, part) in cells.into_iter().zip(allocated) {
            cell_lists[cell] = part;
        }
    }
    let national_list = limit_whole_to_parts(whole, &entity_lists);

    let weights = parts.method_weights.clone();
    let mut projection =
        Projection { cells: vec![], entities: vec![], nation: vec![], fans, error_source, method_weights: weights };
    for (universe, cells, entities, nation) in [
        (Universe::Solicitudes, &parts.cells, &parts.entities, parts.nation),
        (Universe::Lnere, &cell_lists, &entity_lists, national_list),
    ] {
        for (place, (entity, modality)) in panel.entity_and_modality_by_cell.iter().enumerate() {
            let method = parts.entity_methods[panel.entity_of_cell[place]];
            let (entity, modality, quantiles) = (Some(*entity), Some(*modality), cells[place]);
            projection.cells.push(ProjectedNumber { universe, entity, modality, method, quantiles });
        }
        for (place, entity) in panel.entities.iter().enumerate() {
            let (method, quantiles) = (parts.entity_methods[place], entities[place]);
            projection.entities.push(ProjectedNumber {
                universe,
                entity: Some(*entity),
                modality: None,
                method,
                quantiles,
            });
        }
        let method = parts.national_method;
        projection.nation.push(ProjectedNumber { universe, entity: None, modality: None, method, quantiles: nation });
    }
    projection
}

/// The decided applications of each cell, limited to the registered ones.
fn decided_counts_by_cell(observed: &ObservedProcess, panel: &ProcessCurves) -> Vec<DecidedCounts> {
    let of_cell = |(place, (entity, modality)): (usize, &(lnere_core::catalog::EntityId, u8))| {
        let registered = last_count(&panel.cell_curves[place]);
        let found =
            observed.decided.iter().find(|(e, m, _)| (e, m) == (entity, modality)).map(|(.., decided)| *decided);
        let DecidedCounts { accepted, refused } = found.unwrap_or_default();
        let accepted = accepted.clamp(0, registered);
        DecidedCounts { accepted, refused: refused.clamp(0, registered - accepted) }
    };
    panel.entity_and_modality_by_cell.iter().enumerate().map(of_cell).collect()
}

/// Allocates the LNERE of an entity to modalities, for each quantile. A modality gets its accepted
/// applications, and of its open ones the share of the entity.
fn allocate_list_to_cells(list: &Quantiles, whole: &Quantiles, cells: &[(Quantiles, DecidedCounts)]) -> Vec<Quantiles> {
    let count = |one: &DecidedCounts| one.accepted + one.refused;
    let accepted: i64 = cells.iter().map(|(_, one)| one.accepted).sum();
    let decided: i64 = cells.iter().map(|(_, one)| count(one)).sum();
    let open = |of: i64, one: &DecidedCounts| (of - count(one)).max(0);
    let weights: Vec<f64> = cells.iter().map(|(cell, one)| open(cell.median, one) as f64).collect();
    let medians = apportion((list.median - accepted).max(0), &weights);
    let share = |list: i64, whole: i64| {
        if whole > decided { ((list - accepted).max(0) as f64 / (whole - decided) as f64).min(1.0) } else { 0.0 }
    };
    let [l90, l50, _, u50, u90] = list.to_array();
    let [w90, w50, _, v50, v90] = whole.to_array();
    cells
        .iter()
        .zip(medians)
        .map(|((cell, one), median)| {
            let at = |of: i64, share: f64| one.accepted as f64 + open(of, one) as f64 * share;
            let quantiles = Quantiles {
                lower_90: at(cell.lower_90, share(l90, w90)).floor() as i64,
                lower_50: at(cell.lower_50, share(l50, w50)).floor() as i64,
                median: (one.accepted + median).min(cell.median),
                upper_50: at(cell.upper_50, share(u50, v50)).ceil() as i64,
                upper_90: at(cell.upper_90, share(u90, v90)).ceil() as i64,
            };
            limited_to_applications(quantiles.sorted_around_median(), cell, one.accepted)
        })
        .collect()
}
