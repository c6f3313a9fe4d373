/*!
Projects processes with known outcomes at fixed distances to their close, beside the rivals of the
projection.
*/

use chrono::{Days, NaiveDate};
use lnere_core::catalog::EntityId;
use lnere_projection::{
    ObservedProcess, ProjectedNumber, Quantiles, Reference, Series, Settings, Universe, observed_at, project,
};
use rayon::prelude::*;

use crate::baseline::{Baseline, ObservedCurve, forecast};
use crate::generated_processes::{ProcessOutline, Scenario, generate_process};
use crate::real_courses::{REAL_COURSES, RealCourse};

/// The distances to the close of the evaluation, in days.
pub const DISTANCES: [usize; 8] = [90, 60, 45, 38, 30, 21, 14, 7];

/// Applications accepted in 2017-18 (INE, bulletin 246) and received in 2020-21, by entity.
pub const ELEVEN_ENTITIES: [(u8, i64, i64); 11] = [
    (3, 220, 159),
    (6, 1_168, 719),
    (8, 5_036, 2_080),
    (9, 28_616, 12_660),
    (12, 9_379, 2_802),
    (14, 16_453, 5_534),
    (16, 14_242, 4_169),
    (18, 2_087, 1_038),
    (22, 2_419, 1_038),
    (24, 5_148, 1_767),
    (32, 5_046, 1_732),
];

/// What a number is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// All entities together.
    Nation,
    /// One entity.
    Entity,
    /// One modality of one entity.
    Cell,
}

/// The forecasts that the projection is compared with, of the nation.
#[derive(Clone, Copy, Debug, Default)]
pub struct Rivals {
    /// Random walk with drift.
    pub drift: f64,
    /// Damped Holt.
    pub damped_holt: f64,
    /// The count divided by the share of the newest reference.
    pub last_share: f64,
    /// The count divided by the mean share of all references.
    pub chain_ladder: f64,
}

/// One projected number with its outcome.
#[derive(Clone, Copy, Debug)]
pub struct Outcome {
    /// What it is of.
    pub scope: Scope,
    /// The projection.
    pub expected: Quantiles,
    /// The applications at the close.
    pub outcome: i64,
    /// The rivals of the nation's number; zeros elsewhere.
    pub rivals: Rivals,
}

impl Outcome {
    /// The error of a forecast as a share of the outcome.
    #[must_use]
    pub fn error_of(&self, forecast: f64) -> f64 {
        forecast / self.outcome.max(1) as f64 - 1.0
    }

    /// The error of the median as a share of the outcome.
    #[must_use]
    pub fn error(&self) -> f64 {
        self.error_of(self.expected.median as f64)
    }

    /// The width of the 90 % interval as a share of the outcome.
    #[must_use]
    pub fn width(&self) -> f64 {
        (self.expected.upper_90 - self.expected.lower_90) as f64 / self.outcome.max(1) as f64
    }
}

/// The mean of a value; 0 of nothing.
#[must_use]
pub fn mean<'a>(outcomes: impl IntoIterator<Item = &'a Outcome>, value: impl Fn(&Outcome) -> f64) -> f64 {
    let (sum, count) = outcomes.into_iter().fold((0.0, 0.0), |(sum, count), one| (sum + value(one), count + 1.0));
    if count > 0.0 { sum / count } else { 0.0 }
}

/// 1 for `true`.
#[must_use]
pub fn share_of(is_so: bool) -> f64 {
    f64::from(u8::from(is_so))
}

/// Projects a finished process so many days before its close. `None` if it had not opened.
#[must_use]
pub fn outcomes_at(
    finished: &ObservedProcess,
    references: &[Reference],
    settings: &Settings,
    distance: usize,
) -> Option<Vec<Outcome>> {
    let corte = finished.closes.checked_sub_days(Days::new(distance as u64)).filter(|day| *day >= finished.opens)?;
    let known = observed_at(finished, corte);
    let projection = project(&known, references, settings).ok()?;
    let count = |process: &ObservedProcess, entity: Option<EntityId>, modality: Option<u8>| -> i64 {
        let is_part =
            |one: &&Series| entity.is_none_or(|id| id == one.entity) && modality.is_none_or(|m| m == one.modality);
        process.series.iter().filter(is_part).filter_map(|one| one.cumulative.last()).sum()
    };
    let rivals = rivals_of(&known, references, (known.closes - corte).num_days());
    let numbers =
        [(Scope::Nation, &projection.nation), (Scope::Entity, &projection.entities), (Scope::Cell, &projection.cells)];
    let is_counted = |one: &&ProjectedNumber| one.universe == Universe::Solicitudes;
    let rows = numbers.into_iter().flat_map(|(scope, numbers)| {
        numbers.iter().filter(is_counted).map(move |one| Outcome {
            scope,
            expected: one.quantiles,
            outcome: count(finished, one.entity, one.modality),
            rivals: if scope == Scope::Nation { rivals } else { Rivals::default() },
        })
    });
    Some(rows.collect())
}

fn rivals_of(known: &ObservedProcess, references: &[Reference], distance: i64) -> Rivals {
    let days = known.series.first().map_or(0, |one| one.cumulative.len());
    let nation: Vec<f64> =
        (0..days).map(|day| known.series.iter().map(|one| one.cumulative[day]).sum::<i64>() as f64).collect();
    let distance = usize::try_from(distance).unwrap_or(0);
    let curve = ObservedCurve { cumulative: &nation, days_to_close: distance };
    let count = nation.last().copied().unwrap_or(0.0);
    let baseline = |method| forecast(method, &curve).map_or(count, |found| found.point_forecast);
    let shares: Vec<f64> = references
        .iter()
        .filter_map(|one| one.share_by_horizon.get(distance).filter(|share| **share > 0.0))
        .copied()
        .collect();
    let by_share = |share: Option<f64>| share.map_or(count, |share| count / share);
    let mean_share = shares.iter().sum::<f64>() / shares.len().max(1) as f64;
    Rivals {
        drift: baseline(Baseline::Drift),
        damped_holt: baseline(Baseline::DampedHolt),
        last_share: by_share(shares.last().copied()),
        chain_ladder: by_share((mean_share > 0.0).then_some(mean_share)),
    }
}

/// A real course as a process of one entity and one modality.
#[must_use]
pub fn process_of_course(course: &RealCourse) -> Option<ObservedProcess> {
    let (opens, closes) = course.window()?;
    let series = vec![Series { entity: EntityId::new(9)?, modality: 0, cumulative: course.counts_by_day() }];
    Some(finished_process(course.name, opens, closes, series))
}

/// The Mexican courses other than this one, as references.
#[must_use]
pub fn references_of_others(course: &RealCourse) -> Vec<Reference> {
    let others = REAL_COURSES.iter().filter(|other| other.is_mexican && other.name != course.name);
    others.map(RealCourse::reference).collect()
}

fn finished_process(name: &str, opens: NaiveDate, closes: NaiveDate, series: Vec<Series>) -> ObservedProcess {
    ObservedProcess {
        name: name.to_owned(),
        opens,
        closes,
        corte: closes,
        series,
        decided: Vec::new(),
        credentials: Vec::new(),
        earlier_closes: Vec::new(),
    }
}

/// The window and the entities of 2020-21, with two modalities.
#[must_use]
pub fn outline_of_2021(total: fn(&(u8, i64, i64)) -> i64) -> Option<ProcessOutline> {
    let entities = ELEVEN_ENTITIES.iter().map(|one| Some((EntityId::new(one.0)?, total(one) as f64)));
    Some(ProcessOutline {
        opens: NaiveDate::from_ymd_opt(2020, 9, 1)?,
        closes: NaiveDate::from_ymd_opt(2021, 3, 10)?,
        median_applications: entities.collect::<Option<_>>()?,
        modality_shares: vec![(0, 0.4), (1, 0.6)],
    })
}

/// The settings of `pipelines/pel_2020_2021.toml`: the totals of 2017-18 as they are.
#[must_use]
pub fn settings_of_2021() -> Settings {
    let totals = ELEVEN_ENTITIES.iter().filter_map(|one| Some((EntityId::new(one.0)?, one.1)));
    Settings { prior_totals: totals.collect(), ..Settings::default() }
}

/// Outcomes of generated processes of a shape, with the references of `pel_2020_2021`.
#[must_use]
pub fn outcomes_of_shape(
    shape: Scenario,
    seeds: std::ops::RangeInclusive<u64>,
    settings: &Settings,
    distance: usize,
) -> Vec<Outcome> {
    let Some(outline) = outline_of_2021(|one| one.2) else { return Vec::new() };
    let references = [REAL_COURSES[0].reference()];
    let of_seed = |seed: u64| {
        let finished = generate_process(shape, seed, &outline);
        outcomes_at(&finished, &references, settings, distance).unwrap_or_default()
    };
    seeds.into_par_iter().flat_map_iter(of_seed).collect()
}

/// Outcomes of the members of a narrowed family, with the references of `pel_2020_2021`.
#[must_use]
pub fn outcomes_of_family(seed: u64, members: usize, settings: &Settings, distance: usize) -> Vec<Outcome> {
    let Some(outline) = outline_of_2021(|one| one.2) else { return Vec::new() };
    let references = [REAL_COURSES[0].reference()];
    let of_member = |member: Reference| {
        let finished = finished_process(&member.name, outline.opens, outline.closes, member.series);
        outcomes_at(&finished, &references, settings, distance).unwrap_or_default()
    };
    let family = crate::generated_processes::generate_family(seed, members, &outline);
    family.into_par_iter().flat_map_iter(of_member).collect()
}
