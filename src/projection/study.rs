/*!
Leave-one-out: each reference is projected from the others at the same distance to its close. From
the errors come the weights of the combined methods and the width of the intervals.
*/

use rayon::prelude::*;

use super::combine::Losses;
use super::estimate::{Fit, Known};
use super::panel::{Course, Panel};
use super::pattern::Patterns;
use super::prior::Prior;
use super::spread::{Error, Spread};
use super::{Method, ProjectionError, Reference, Settings};

/// Methods for the nation that learn from references.
pub(super) const NATIONAL: [Method; 4] =
    [Method::ChainLadder, Method::RecentLadder, Method::ShapeRegression, Method::BornhuetterFerguson];

/// What is combined for the nation. The chain ladder is left out: the recent ladder and the shape regression are that
/// ladder and more, and a third of the kind would outvote the other two.
const COMBINED: [Method; 4] =
    [Method::RecentLadder, Method::ShapeRegression, Method::BornhuetterFerguson, Method::Drift];

/// Methods for an entity.
pub(super) const LOCAL: [Method; 5] = [
    Method::ChainLadder,
    Method::RecentLadder,
    Method::ShapeRegression,
    Method::Credibility,
    Method::BornhuetterFerguson,
];

/// Entities are compared with entities of references of which about as much is still to come.
const CLASSES: [f64; 2] = [40.0, 400.0];

/// Distances at which errors are taken besides the corte's own.
const GRID: [usize; 9] = [1, 3, 7, 14, 28, 42, 63, 91, 133];

/// Origins are taken this many days before and after the corte's distance as well.
const NEIGHBOURS: usize = 3;

/// The references, ready to be learnt from.
pub(super) struct Lab<'a> {
    panels: Vec<Panel>,
    patterns: Patterns,
    settings: &'a Settings,
    /// Whether the projected process has prior totals, so that methods that need them can be combined.
    with_prior: bool,
}

/// What the references say for one distance to the close.
pub(super) struct Study {
    pub fit: Fit,
    nation: Chooser,
    /// By class of size.
    local: Vec<Chooser>,
    of_nation: Spread,
    of_entity: Spread,
    of_cell: Spread,
}

/// A method that is forced, or the combination with its weights.
#[derive(Clone, Debug)]
struct Chooser {
    forced: Option<Method>,
    losses: Losses,
}

/// Errors at one distance in one way.
struct Errors {
    nation: Chooser,
    local: Vec<Chooser>,
    of_nation: Vec<Error>,
    of_entity: Vec<Error>,
    of_cell: Vec<Error>,
}

/// One reference projected from the others at one distance.
struct Replay {
    rests: Vec<(Method, f64)>,
    truth: f64,
    total: f64,
    reference: usize,
    distance: usize,
    fit: Fit,
    prior: Option<Prior>,
}

/// One entity of a replay.
struct LocalReplay {
    rests: Vec<(Method, f64)>,
    truth: f64,
    total: f64,
    class: usize,
    /// Share of the entity's remainder and what came, by cell.
    cells: Vec<(f64, f64)>,
}

impl Chooser {
    /// The remainder and the method that it is of. Where that cannot be had, the combination; where there is none,
    /// the first.
    fn choose(&self, rests: &[(Method, f64)]) -> Option<(Method, f64)> {
        let forced = self.forced.and_then(|method| rests.iter().find(|(one, _)| *one == method));
        let combined = || self.losses.combine(rests).map(|rest| (Method::Combination, rest));
        forced.copied().or_else(combined).or_else(|| rests.first().copied())
    }

    /// The same without what some projections taught.
    fn without(&self, some: &Losses) -> Self {
        Self { forced: self.forced, losses: self.losses.without(some) }
    }
}

impl<'a> Lab<'a> {
    pub fn new(references: &[Reference], settings: &'a Settings, with_prior: bool) -> Result<Self, ProjectionError> {
        if references.len() < 2 {
            return Err(ProjectionError::TooFewReferences(references.len()));
        }
        let panels = references.iter().map(Panel::of_reference).collect::<Result<Vec<_>, _>>()?;
        Ok(Self { panels, patterns: Patterns::new(references), settings, with_prior })
    }

    /// For each way (`None`: methods are combined; else the one that is forced), errors at `horizon` and at
    /// shorter distances. Replays are made once for all ways.
    pub fn studies(&self, horizon: usize, ways: &[Option<Method>]) -> Vec<Study> {
        let mut grid: Vec<usize> = GRID.into_iter().filter(|distance| *distance < horizon).collect();
        grid.push(horizon);
        let errors: Vec<Vec<Errors>> =
            grid.par_iter().map(|distance| self.errors(*distance, ways, *distance == horizon)).collect();
        let fit = Fit::new(self.patterns.all(), horizon, self.panels.iter());
        (0..ways.len())
            .filter_map(|way| self.study(&fit, &errors.iter().map(|at| &at[way]).collect::<Vec<_>>()))
            .collect()
    }

    /// From the errors of one way, nearest distance first.
    fn study(&self, fit: &Fit, errors: &[&Errors]) -> Option<Study> {
        let references = self.panels.len();
        let own = self.settings.prior_entity_log_sd;
        let spread = |of: fn(&Errors) -> &Vec<Error>, clusters, floor| {
            Spread::widening(&errors.iter().map(|at| &of(at)[..]).collect::<Vec<_>>(), clusters, floor)
        };
        let last = errors.last()?;
        // The nation's errors are one for each reference and origin, so references are what is counted; those of
        // entities and cells are pooled.
        Some(Study {
            fit: fit.clone(),
            nation: last.nation.clone(),
            local: last.local.clone(),
            of_nation: spread(|errors| &errors.of_nation, Some(references), 0.5),
            of_entity: spread(|errors| &errors.of_entity, None, own),
            of_cell: spread(|errors| &errors.of_cell, None, own),
        })
    }

    fn errors(&self, distance: usize, ways: &[Option<Method>], own: bool) -> Vec<Errors> {
        let mut origins = vec![distance];
        if own && distance > 2 * NEIGHBOURS {
            origins.extend([distance - NEIGHBOURS, distance + NEIGHBOURS]);
        }
        let pairs: Vec<(usize, usize)> =
            (0..self.panels.len()).flat_map(|place| origins.iter().map(move |origin| (place, *origin))).collect();
        let replays: Vec<Replay> =
            pairs.par_iter().filter_map(|(reference, distance)| self.replay(*reference, *distance, ways)).collect();
        ways.iter().map(|way| self.errors_by(&replays, *way)).collect()
    }

    fn errors_by(&self, replays: &[Replay], forced: Option<Method>) -> Errors {
        let combined = |replay: &Replay| -> Vec<(Method, f64)> {
            replay.rests.iter().filter(|(method, _)| COMBINED.contains(method)).copied().collect()
        };
        let (losses, own) =
            learn(replays.iter().map(|one| (one.reference, combined(one), one.truth, one.total)), self.panels.len());
        let nation = Chooser { forced, losses };
        let chosen = |replay: &Replay| nation.without(&own[replay.reference]).choose(&replay.rests);
        let rests: Vec<f64> = replays.iter().map(|replay| chosen(replay).map_or(0.0, |(_, rest)| rest)).collect();

        // Entities are projected on top of the nation's projection, as they will be.
        let locals: Vec<Vec<LocalReplay>> =
            replays.par_iter().zip(&rests).map(|(replay, rest)| self.replay_entities(replay, *rest)).collect();
        let classes: Vec<(Chooser, Vec<Losses>)> = (0..=CLASSES.len())
            .map(|class| {
                let of_class = replays.iter().zip(&locals).flat_map(|(replay, locals)| {
                    let of_class = locals.iter().filter(|one| one.class == class);
                    of_class.map(|one| (replay.reference, one.rests.clone(), one.truth, one.total))
                });
                let (losses, own) = learn(of_class, self.panels.len());
                (Chooser { forced: forced.filter(|method| LOCAL.contains(method)), losses }, own)
            })
            .collect();

        let mut found = Errors {
            of_nation: replays.iter().zip(&rests).map(|(replay, rest)| Error::new(*rest, replay.truth)).collect(),
            of_entity: Vec::new(),
            of_cell: Vec::new(),
            local: Vec::new(),
            nation,
        };
        for ((replay, rest), locals) in replays.iter().zip(&rests).zip(&locals) {
            let parts = locals.iter().map(|one| {
                let (chooser, own) = &classes[one.class];
                chooser.without(&own[replay.reference]).choose(&one.rests).map_or(0.0, |(_, rest)| rest)
            });
            for (one, part) in locals.iter().zip(scaled_to(parts.collect(), *rest)) {
                found.of_entity.push(Error::new(part, one.truth));
                found.of_cell.extend(one.cells.iter().map(|(share, truth)| Error::new(part * share, *truth)));
            }
        }
        found.local = classes.into_iter().map(|(chooser, _)| chooser).collect();
        found
    }

    fn replay(&self, place: usize, distance: usize, ways: &[Option<Method>]) -> Option<Replay> {
        let own = &self.panels[place];
        let course = Course::of(&own.nation, distance);
        if course.count() <= 0.0 {
            return None;
        }
        let others = || self.panels.iter().enumerate().filter(|(other, _)| *other != place).map(|(_, panel)| panel);
        let fit = Fit::new(self.patterns.without(place), distance, others());
        let prior = if self.with_prior { Prior::of_others(self.settings, own, others()) } else { None };
        let rests = nation_rests(&fit, &course, prior.as_ref(), ways);
        let total = own.nation.last().copied().unwrap_or(0.0);
        Some(Replay { rests, truth: total - course.count(), total, reference: place, distance, fit, prior })
    }

    fn replay_entities(&self, replay: &Replay, rest: f64) -> Vec<LocalReplay> {
        let panel = &self.panels[replay.reference];
        let known = Known::cut(panel, replay.distance, replay.distance);
        let by_entity = entity_rests(&replay.fit, &known, rest, replay.prior.as_ref());
        let modality_of = panel.modality_of();
        let alike = vec![1.0 / panel.modalities.len().max(1) as f64; panel.modalities.len()];
        by_entity
            .into_iter()
            .enumerate()
            .map(|(entity, rests)| {
                let cells: Vec<usize> = panel.cells_of(entity).collect();
                let mix = replay.fit.mix(&known, &cells, &modality_of, &alike);
                let sum = mix.iter().sum::<f64>().max(1e-9);
                let total = |whole: &Vec<f64>| whole.last().copied().unwrap_or(0.0);
                let came = |whole: &Vec<f64>| total(whole) - Course::of(whole, replay.distance).count();
                LocalReplay {
                    class: class_of(&rests),
                    rests,
                    truth: came(&panel.by_entity[entity]),
                    total: total(&panel.by_entity[entity]),
                    cells: cells.iter().zip(&mix).map(|(cell, part)| (part / sum, came(&panel.cells[*cell]))).collect(),
                }
            })
            .collect()
    }
}

impl Study {
    /// The nation's remainder and its method.
    pub fn nation(&self, known: &Known, prior: Option<&Prior>) -> (Method, f64) {
        let rests = nation_rests(&self.fit, &known.nation, prior, &[self.nation.forced]);
        self.nation.choose(&rests).unwrap_or((Method::Naive, 0.0))
    }

    /// Each entity's remainder and its method, given the nation's.
    pub fn entities(&self, known: &Known, rest: f64, prior: Option<&Prior>) -> Vec<(Method, f64)> {
        let rests = entity_rests(&self.fit, known, rest, prior);
        let chosen = |rests: &Vec<(Method, f64)>| {
            self.local.get(class_of(rests)).and_then(|chooser| chooser.choose(rests)).unwrap_or((Method::Naive, 0.0))
        };
        rests.iter().map(chosen).collect()
    }

    /// Half-widths of `log (R + 1)`, at 50 and 90 %, of the nation.
    pub fn width_of_nation(&self, rest: f64) -> [f64; 2] {
        self.of_nation.half_widths(rest)
    }

    /// Half-widths of an entity.
    pub fn width_of_entity(&self, rest: f64) -> [f64; 2] {
        self.of_entity.half_widths(rest)
    }

    /// Half-widths of a cell.
    pub fn width_of_cell(&self, rest: f64) -> [f64; 2] {
        self.of_cell.half_widths(rest)
    }
}

/// What projections, each of a reference, teach together, and what each reference's own taught.
fn learn(
    projections: impl Iterator<Item = (usize, Vec<(Method, f64)>, f64, f64)>,
    references: usize,
) -> (Losses, Vec<Losses>) {
    let mut own = vec![Losses::default(); references];
    projections.for_each(|(reference, rests, truth, total)| own[reference].add(&rests, truth, total));
    let mut all = Losses::default();
    for losses in &own {
        all.merge(losses);
    }
    (all, own)
}

/// The nation's remainder by each method that can be had, those that are forced by one of the ways included.
fn nation_rests(fit: &Fit, course: &Course, prior: Option<&Prior>, ways: &[Option<Method>]) -> Vec<(Method, f64)> {
    let mut methods: Vec<Method> = NATIONAL.into_iter().chain(COMBINED).chain(ways.iter().flatten().copied()).collect();
    methods.sort_unstable();
    methods.dedup();
    methods.into_iter().filter_map(|method| Some((method, fit.nation(method, course, prior)?))).collect()
}

/// Each entity's remainder by each method that can be had, adding up to the nation's.
fn entity_rests(fit: &Fit, known: &Known, rest: f64, prior: Option<&Prior>) -> Vec<Vec<(Method, f64)>> {
    let mut by_entity = vec![Vec::new(); known.entities.len()];
    for method in LOCAL {
        let Some(rests) = fit.entities(method, known, rest, prior) else { continue };
        for (own, rest) in by_entity.iter_mut().zip(scaled_to(rests, rest)) {
            own.push((method, rest));
        }
    }
    by_entity
}

/// By what the chain ladder, the first method, expects to come.
fn class_of(rests: &[(Method, f64)]) -> usize {
    let rest = rests.first().map_or(0.0, |(_, rest)| *rest);
    CLASSES.iter().filter(|edge| rest >= **edge).count()
}

/// Parts in proportion, adding up to the whole.
pub(super) fn scaled_to(parts: Vec<f64>, whole: f64) -> Vec<f64> {
    let sum: f64 = parts.iter().sum();
    if sum <= 0.0 {
        let count = parts.len().max(1) as f64;
        return vec![whole / count; parts.len()];
    }
    parts.into_iter().map(|part| part * whole / sum).collect()
}
