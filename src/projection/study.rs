/*!
Leave-one-out: each reference is projected from the others at the same distance to its close. From
the errors come the choice of the method and the width of the intervals.
*/

use rayon::prelude::*;

use super::baseline;
use super::estimate::{Fit, Known};
use super::panel::{Course, Panel};
use super::pattern::Patterns;
use super::prior::Prior;
use super::spread::{Error, Spread};
use super::{Method, ProjectionError, Reference, Settings};

/// Candidates for the nation, the simplest first: of equal ones the first is taken.
pub(super) const NATIONAL: [Method; 4] =
    [Method::ChainLadder, Method::RecentLadder, Method::ShapeRegression, Method::BornhuetterFerguson];
/// Candidates for an entity.
pub(super) const LOCAL: [Method; 5] = [
    Method::ChainLadder,
    Method::RecentLadder,
    Method::ShapeRegression,
    Method::Credibility,
    Method::BornhuetterFerguson,
];
/// Baselines are candidates too.
pub(super) const BASELINES: [Method; 3] = [Method::DampedHolt, Method::Drift, Method::Naive];

/// Entities are compared with entities of references of which about as much is still to come.
const CLASSES: [f64; 2] = [40.0, 400.0];

/// Data are thin while less than this share of the total is expected to have come.
const THIN: f64 = 0.25;

/// Distances at which errors are taken besides the corte's own.
const GRID: [usize; 9] = [1, 3, 7, 14, 28, 42, 63, 91, 133];

/// Origins are taken this many days before and after the corte's distance as well.
const NEIGHBOURS: usize = 3;

/// The references, ready to be learnt from.
pub(super) struct Lab<'a> {
    panels: Vec<Panel>,
    patterns: Patterns,
    settings: &'a Settings,
    /// Whether the projected process has prior totals, so that methods that need them can be chosen.
    with_prior: bool,
}

/// What the references say for one distance to the close.
pub(super) struct Study {
    pub fit: Fit,
    pub national: Method,
    /// By class of size.
    local: Vec<Method>,
    nation: Spread,
    entity: Spread,
    cell: Spread,
}

/// Errors at one distance by one way of choosing.
struct Errors {
    national: Method,
    local: Vec<Method>,
    nation: Vec<Error>,
    entity: Vec<Error>,
    cell: Vec<Error>,
}

/// One reference projected from the others at one distance, by all candidates.
struct Replay {
    nation: Vec<(Method, f64)>,
    truth: f64,
    reference: usize,
    distance: usize,
    fit: Fit,
    prior: Option<Prior>,
}

impl<'a> Lab<'a> {
    pub fn new(references: &[Reference], settings: &'a Settings, with_prior: bool) -> Result<Self, ProjectionError> {
        if references.len() < 2 {
            return Err(ProjectionError::TooFewReferences(references.len()));
        }
        let panels = references.iter().map(Panel::of_reference).collect::<Result<Vec<_>, _>>()?;
        Ok(Self { panels, patterns: Patterns::new(references), settings, with_prior })
    }

    /// Learns from all references for the distance `horizon`.
    pub fn fit(&self, horizon: usize) -> Fit {
        Fit::new(self.patterns.all(), horizon, self.panels.iter())
    }

    /// For each way (`None`: methods are chosen at `horizon`; else the one that is forced), errors at
    /// `horizon` and at all shorter distances. Replays are made once for all ways.
    pub fn studies(&self, horizon: usize, ways: &[Option<Method>]) -> Vec<Study> {
        let mut grid: Vec<usize> = GRID.into_iter().filter(|distance| *distance < horizon).collect();
        grid.push(horizon);
        let errors: Vec<Vec<Errors>> =
            grid.par_iter().map(|distance| self.errors(*distance, ways, *distance == horizon)).collect();
        let fit = self.fit(horizon);
        (0..ways.len()).map(|way| self.study(&fit, &errors.iter().map(|at| &at[way]).collect::<Vec<_>>())).collect()
    }

    /// From the errors of one way, nearest distance first.
    fn study(&self, fit: &Fit, errors: &[&Errors]) -> Study {
        let references = self.panels.len();
        let own = self.settings.prior_entity_log_sd;
        let spread = |of: fn(&Errors) -> &Vec<Error>, clusters, floor| {
            Spread::widening(&errors.iter().map(|at| &of(at)[..]).collect::<Vec<_>>(), clusters, floor)
        };
        // The nation's errors are one for each reference and origin, so references are what is counted; those of
        // entities and cells are pooled.
        let nation = spread(|errors| &errors.nation, Some(references), 0.5);
        let entity = spread(|errors| &errors.entity, None, own);
        let cell = spread(|errors| &errors.cell, None, own);
        let last = errors.last();
        Study {
            fit: fit.clone(),
            national: last.map_or(Method::ChainLadder, |errors| errors.national),
            local: last.map_or_else(Vec::new, |errors| errors.local.clone()),
            nation,
            entity,
            cell,
        }
    }

    fn errors(&self, distance: usize, ways: &[Option<Method>], own: bool) -> Vec<Errors> {
        let mut origins = vec![distance];
        if own && distance > 2 * NEIGHBOURS {
            origins.extend([distance - NEIGHBOURS, distance + NEIGHBOURS]);
        }
        let pairs: Vec<(usize, usize)> =
            (0..self.panels.len()).flat_map(|place| origins.iter().map(move |origin| (place, *origin))).collect();
        let mut replays: Vec<Replay> =
            pairs.par_iter().filter_map(|(reference, distance)| self.replay(*reference, *distance)).collect();
        let mut scores: Vec<(Method, f64)> = NATIONAL
            .into_iter()
            .filter(|method| self.thin(distance) || *method != Method::BornhuetterFerguson)
            .filter_map(|method| {
                mean_score(replays.iter().map(|one| one.error_of(method))).map(|score| (method, score))
            })
            .collect();
        // A baseline is fitted at the corte's own distance alone: fits take long.
        if own && ways.contains(&None) {
            scores.extend(self.baselines(distance));
        }
        let best = scores
            .iter()
            .fold((Method::ChainLadder, f64::INFINITY), |best, one| if one.1 < best.1 { *one } else { best });
        ways.iter()
            .map(|way| {
                let forced = way.filter(|method| own || !BASELINES.contains(method));
                let known = |method: &Method| NATIONAL.contains(method) || BASELINES.contains(method);
                let national = forced.filter(known).unwrap_or(best.0);
                if BASELINES.contains(&national) {
                    replays.par_iter_mut().for_each(|replay| self.add_baseline(replay, national));
                }
                self.errors_by(&replays, national, forced)
            })
            .collect()
    }

    /// Whether so little has come that a process's own course may be set aside for earlier totals. Replays know
    /// earlier totals that are right on average; those of a real process may be wrong by a factor, as 2017–18 shows,
    /// so a replay alone would trust them for too long.
    fn thin(&self, distance: usize) -> bool {
        self.patterns.all().at(distance) < THIN
    }

    fn errors_by(&self, replays: &[Replay], national: Method, forced: Option<Method>) -> Errors {
        // Entities are projected on top of the nation's projection, as they will be.
        let replayed: Vec<Vec<LocalReplay>> =
            replays.par_iter().map(|replay| self.replay_entities(replay, national)).collect();
        let with_prior = self.with_prior && replays.first().is_some_and(|one| self.thin(one.distance));
        let local = Self::choose_local(&replayed, forced, with_prior);
        let mut found = Errors { national, local, nation: Vec::new(), entity: Vec::new(), cell: Vec::new() };
        for (replay, locals) in replays.iter().zip(&replayed) {
            if let Some((_, rest)) = replay.nation.iter().find(|(method, _)| *method == national) {
                found.nation.push(Error::new(*rest, replay.truth));
            }
            for (one, class) in classes_of(locals) {
                let Some(rest) = one.rest_by(found.local[class]) else { continue };
                found.entity.push(Error::new(rest, one.truth));
                found.cell.extend(one.cells.iter().map(|(share, truth)| Error::new(rest * share, *truth)));
            }
        }
        found
    }

    fn replay(&self, place: usize, distance: usize) -> Option<Replay> {
        let own = &self.panels[place];
        let course = Course::of(&own.nation, distance);
        if course.count() <= 0.0 {
            return None;
        }
        let others = || self.panels.iter().enumerate().filter(|(other, _)| *other != place).map(|(_, panel)| panel);
        let fit = Fit::new(self.patterns.without(place), distance, others());
        let prior = if self.with_prior { Prior::of_others(self.settings, own, others()) } else { None };
        let nation = NATIONAL
            .into_iter()
            .filter_map(|method| fit.nation(method, &course, prior.as_ref()).map(|rest| (method, rest)))
            .collect();
        let truth = own.nation.last().copied().unwrap_or(0.0) - course.count();
        Some(Replay { nation, truth, reference: place, distance, fit, prior })
    }

    fn add_baseline(&self, replay: &mut Replay, method: Method) {
        let course = Course::of(&self.panels[replay.reference].nation, replay.distance);
        if let Some(found) = baseline::forecast(method, &course) {
            replay.nation.push((method, found.point - course.count()));
        }
    }

    fn replay_entities(&self, replay: &Replay, national: Method) -> Vec<LocalReplay> {
        let panel = &self.panels[replay.reference];
        let Some((_, rest)) = replay.nation.iter().find(|(method, _)| *method == national) else { return Vec::new() };
        let known = Known::cut(panel, replay.distance, replay.distance);
        let by_method: Vec<(Method, Vec<f64>)> = LOCAL
            .into_iter()
            .filter_map(|method| {
                let rests = replay.fit.entities(method, &known, *rest, replay.prior.as_ref())?;
                Some((method, scaled_to(rests, *rest)))
            })
            .collect();
        let modality_of = panel.modality_of();
        let alike = vec![1.0 / panel.modalities.len().max(1) as f64; panel.modalities.len()];
        (0..panel.entities.len())
            .map(|entity| {
                let rests = by_method.iter().map(|(method, rests)| (*method, rests[entity])).collect();
                let cells: Vec<usize> = panel.cells_of(entity).collect();
                let mix = replay.fit.mix(&known, &cells, &modality_of, &alike);
                let sum = mix.iter().sum::<f64>().max(1e-9);
                let came = |whole: &Vec<f64>| {
                    whole.last().copied().unwrap_or(0.0) - Course::of(whole, replay.distance).count()
                };
                LocalReplay {
                    rests,
                    truth: came(&panel.by_entity[entity]),
                    cells: cells.iter().zip(&mix).map(|(cell, part)| (part / sum, came(&panel.cells[*cell]))).collect(),
                }
            })
            .collect()
    }

    /// Mean absolute error of the baselines on the references' nations. They need no other reference.
    fn baselines(&self, distance: usize) -> Vec<(Method, f64)> {
        let score = |method: Method| {
            let errors: Vec<Option<f64>> = self
                .panels
                .par_iter()
                .map(|panel| {
                    let course = Course::of(&panel.nation, distance);
                    let found = baseline::forecast(method, &course)?;
                    let truth = panel.nation.last()? - course.count();
                    Some(Error::new(found.point - course.count(), truth).log.abs())
                })
                .collect();
            mean_score(errors.into_iter()).map(|score| (method, score))
        };
        BASELINES.into_iter().filter_map(score).collect()
    }

    /// The best method of each class of size, by mean absolute error.
    fn choose_local(replayed: &[Vec<LocalReplay>], forced: Option<Method>, with_prior: bool) -> Vec<Method> {
        let classes = CLASSES.len() + 1;
        if let Some(method) = forced.filter(|method| LOCAL.contains(method)) {
            return vec![method; classes];
        }
        (0..classes)
            .map(|class| {
                let mut best = (Method::Credibility, f64::INFINITY);
                for method in LOCAL.into_iter().filter(|method| with_prior || *method != Method::BornhuetterFerguson) {
                    let errors = replayed.iter().flat_map(|locals| classes_of(locals)).filter(|(_, c)| *c == class);
                    let score = mean_score(
                        errors.map(|(one, _)| one.rest_by(method).map(|rest| Error::new(rest, one.truth).log.abs())),
                    );
                    if let Some(score) = score.filter(|score| *score < best.1) {
                        best = (method, score);
                    }
                }
                best.0
            })
            .collect()
    }
}

/// One entity of a replay.
struct LocalReplay {
    rests: Vec<(Method, f64)>,
    truth: f64,
    /// Share of the entity's remainder and what came, by cell.
    cells: Vec<(f64, f64)>,
}

impl LocalReplay {
    fn rest_by(&self, method: Method) -> Option<f64> {
        self.rests.iter().find(|(one, _)| *one == method).map(|(_, rest)| *rest)
    }
}

impl Replay {
    fn error_of(&self, method: Method) -> Option<f64> {
        let rest = self.nation.iter().find(|(one, _)| *one == method)?.1;
        Some(Error::new(rest, self.truth).log.abs())
    }
}

impl Study {
    /// The method for an entity of which `rest` is expected by the chain ladder.
    pub fn local(&self, rest: f64) -> Method {
        self.local.get(class_of(rest)).copied().unwrap_or(Method::Credibility)
    }

    /// Half-widths of `log (R + 1)`, at 50 and 90 %, of the nation.
    pub fn of_nation(&self, rest: f64) -> [f64; 2] {
        self.nation.half_widths(rest)
    }

    /// Half-widths of an entity: never less than the nation's, whose error it shares.
    pub fn of_entity(&self, rest: f64) -> [f64; 2] {
        self.entity.half_widths(rest)
    }

    /// Half-widths of a cell.
    pub fn of_cell(&self, rest: f64) -> [f64; 2] {
        self.cell.half_widths(rest)
    }
}

fn mean_score(errors: impl Iterator<Item = Option<f64>>) -> Option<f64> {
    let (sum, count) = errors.flatten().fold((0.0, 0.0), |(sum, count), error| (sum + error, count + 1.0));
    (count > 0.0).then(|| sum / count)
}

fn class_of(rest: f64) -> usize {
    CLASSES.iter().filter(|edge| rest >= **edge).count()
}

fn classes_of(locals: &[LocalReplay]) -> impl Iterator<Item = (&LocalReplay, usize)> {
    locals.iter().map(|one| (one, class_of(one.rest_by(Method::ChainLadder).unwrap_or(0.0))))
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
