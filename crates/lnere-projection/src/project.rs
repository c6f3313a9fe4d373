/*!
Projects a process at a corte: integers that are coherent over nation, entities and modalities.
*/

use chrono::{Days, NaiveDate};

use super::acceptance::estimate_acceptance;
use super::adding_up::{apportion, limit_whole_to_parts};
use super::curve_panel::{ProcessCurves, applications_in_last_days};
use super::joint_draws::{JointDraws, QUANTILE_LEVELS, RemainderModel, quantiles_around, quantiles_through};
use super::prior_totals::PriorTotals;
use super::registration_course::RegistrationCourse;
use super::{
    DecidedCounts, ErrorSource, Fan, Method, ObservedProcess, ProjectedNumber, Projection, ProjectionError,
    QuantileRow, Quantiles, Reference, ReferenceProblem, Settings, Universe,
};

/// The days of the recent pace of registration: whole weeks, so that weekdays do not matter.
const RECENT_DAYS: usize = 14;

/// The recent applications at which the pace gets half of its weight.
const HALF_WEIGHT_COUNT: f64 = 20.0;

/// The variance of a day's applications is this multiple of their mean.
const COUNT_DISPERSION: f64 = 2.0;

/// The variance of `L` in the first days of registration, which say little, and the days in which
/// it halves.
const LAUNCH_VARIANCE: f64 = 0.5;
const LAUNCH_HALF_LIFE_DAYS: f64 = 14.0;

/// The standard deviation of the logarithm of a modality's share between the applications that have
/// come and those to come.
const MODALITY_DEVIATION: f64 = 0.2;

/// The weight of the national mix of modalities in the mix of an entity, as a number of recent
/// applications.
const NATIONAL_MIX_WEIGHT: f64 = 30.0;

/// The half-life in days of the applications that give the mix of modalities.
const MIX_HALF_LIFE_DAYS: f64 = 14.0;

/// Projects a process from the data that are known at its corte.
///
/// docs/projection.md has the formulae. Medians are the central remainder, apportioned to entities
/// and cells so that they add up. Bounds are quantiles of joint draws.
///
/// # Errors
/// The input contradicts itself, or nothing is known before the opening; see [`ProjectionError`].
pub fn project(
    observed: &ObservedProcess,
    references: &[Reference],
    settings: &Settings,
) -> Result<Projection, ProjectionError> {
    if let Some(own) = references.iter().find(|one| one.name == observed.name) {
        return Err(ProjectionError::OwnReference(own.name.clone()));
    }
    check_references(references)?;
    let panel = ProcessCurves::from_observed(observed)?;
    let prior = PriorTotals::from_settings(settings, observed, &panel);
    let horizon = panel.days_to_close();
    if horizon == 0 {
        let draws = JointDraws::of_counts(&panel);
        let close = AtClose::new(&panel, Method::Counted, &vec![0; panel.cell_curves.len()], draws);
        return Ok(assemble_projection(observed, &panel, settings, close, Vec::new(), ErrorSource::None));
    }
    if panel.national_curve.is_empty() {
        let prior = prior.ok_or(ProjectionError::NoPrior)?;
        let model = model_before_opening(&panel, &prior, settings);
        let close = AtClose::from_model(&panel, Method::PriorTotals, &model);
        return Ok(assemble_projection(observed, &panel, settings, close, Vec::new(), ErrorSource::Settings));
    }
    let course = RegistrationCourse::new(references, horizon, panel.last_day, &settings.spread);
    let model = model_during_registration(&panel, &course, prior.as_ref(), settings);
    let close = AtClose::from_model(&panel, Method::RemainingRatio, &model);
    let fans = build_fans(observed, &panel, &course, &close);
    let source = ErrorSource::References { count: references.len() };
    Ok(assemble_projection(observed, &panel, settings, close, fans, source))
}

/// Refuses references that are no courses, and duplicate ones: copies agree by construction, which
/// would make the projection look certain.
fn check_references(references: &[Reference]) -> Result<(), ProjectionError> {
    for (place, one) in references.iter().enumerate() {
        let shares = &one.share_by_horizon;
        let problem = if one.total <= 0 {
            ReferenceProblem::NoApplications
        } else if shares.first().is_none_or(|share| (share - 1.0).abs() > 1e-6) {
            ReferenceProblem::BeginsNotWithOne
        } else if shares.iter().any(|share| !(0.0..=1.000_001).contains(share)) {
            ReferenceProblem::OutOfRange
        } else if shares.windows(2).any(|pair| pair[1] > pair[0] + 1e-9) {
            ReferenceProblem::Falls
        } else if references[..place].iter().any(|other| other.share_by_horizon == *shares) {
            ReferenceProblem::Copy
        } else {
            continue;
        };
        return Err(ProjectionError::BadReference { name: one.name.clone(), problem });
    }
    Ok(())
}

/// The numbers of one universe at the close, in the order of the panel.
struct AtClose {
    method: Method,
    nation: Quantiles,
    entities: Vec<Quantiles>,
    cells: Vec<Quantiles>,
    national_levels: Vec<i64>,
    entity_levels: Vec<Vec<i64>>,
    draws: JointDraws,
}

impl AtClose {
    /// The applications: `exp` of the location is the median of the nation's remainder.
    fn from_model(panel: &ProcessCurves, method: Method, model: &RemainderModel) -> Self {
        let rest = model.log_location.exp().min(1e12).round() as i64;
        let weights: Vec<f64> = model.entity_weights.iter().map(|(weight, _)| *weight).collect();
        let mut rests = vec![0; panel.cell_curves.len()];
        for (entity, part) in apportion(rest, &weights).into_iter().enumerate() {
            let cells: Vec<usize> = panel.cells_of_entity(entity).collect();
            let mix: Vec<f64> = cells.iter().map(|cell| model.cell_weights[*cell].0).collect();
            for (cell, part) in cells.into_iter().zip(apportion(part, &mix)) {
                rests[cell] = part;
            }
        }
        Self::new(panel, method, &rests, JointDraws::of_applications(panel, model))
    }

    /// The applications, from the median remainder of each cell and the draws.
    fn new(panel: &ProcessCurves, method: Method, rests: &[i64], draws: JointDraws) -> Self {
        let medians: Vec<i64> =
            rests.iter().zip(&panel.cell_curves).map(|(rest, curve)| last_count(curve) + rest).collect();
        Self::from_medians(panel, method, &medians, draws)
    }

    /// The bounds of the draws around medians that add up. A whole is no wider than its parts: with
    /// few applications, the rounding of the medians can make it so.
    fn from_medians(panel: &ProcessCurves, method: Method, medians: &[i64], draws: JointDraws) -> Self {
        let cells: Vec<Quantiles> =
            medians.iter().zip(&draws.cells).map(|(median, draws)| quantiles_around(*median, draws).0).collect();
        let sum = |entity: usize| panel.cells_of_entity(entity).map(|cell| medians[cell]).sum::<i64>();
        let mut entities = Vec::new();
        let mut entity_levels = Vec::new();
        for (entity, draws) in draws.entities.iter().enumerate() {
            let (own, levels) = quantiles_around(sum(entity), draws);
            let parts: Vec<Quantiles> = panel.cells_of_entity(entity).map(|cell| cells[cell]).collect();
            let own = limit_whole_to_parts(own, &parts);
            entity_levels.push(quantiles_through(&own, levels));
            entities.push(own);
        }
        let (nation, levels) = quantiles_around(medians.iter().sum(), &draws.nation);
        let nation = limit_whole_to_parts(nation, &entities);
        let national_levels = quantiles_through(&nation, levels);
        Self { method, nation, entities, cells, national_levels, entity_levels, draws }
    }
}

fn last_count(curve: &[f64]) -> i64 {
    curve.last().map_or(0, |count| count.round() as i64)
}

/// Shares of the modalities before there are data, in the order of the panel.
fn prior_modality_shares(panel: &ProcessCurves, settings: &Settings) -> Vec<f64> {
    let given =
        |modality: &u8| settings.prior_modality_shares.iter().find(|(one, _)| one == modality).map(|(_, share)| *share);
    let shares = panel.modalities.iter().map(|modality| {
        if settings.prior_modality_shares.is_empty() { 1.0 } else { given(modality).unwrap_or(0.0).max(0.0) }
    });
    let shares: Vec<f64> = shares.collect();
    let sum: f64 = shares.iter().sum();
    let alike = 1.0 / shares.len().max(1) as f64;
    shares.into_iter().map(|share| if sum > 0.0 { share / sum } else { alike }).collect()
}

/// `s₀ Mₑ`, with the log standard deviations of the settings.
fn model_before_opening(panel: &ProcessCurves, prior: &PriorTotals, settings: &Settings) -> RemainderModel {
    let mix = prior_modality_shares(panel, settings);
    let modality_of = panel.modality_of_cell();
    RemainderModel {
        log_location: (prior.scale * prior.unscaled_national_mean()).ln(),
        log_scale: prior.scale_log_sd,
        degrees_of_freedom: f64::INFINITY,
        entity_weights: prior.entity_means.iter().map(|mean| (mean.max(1e-9), prior.entity_log_sd)).collect(),
        cell_weights: modality_of.iter().map(|modality| (mix[*modality].max(1e-9), prior.entity_log_sd)).collect(),
    }
}

/// The distribution of the remainder `R` with `C` applications `h` days before the close:
///
/// `log R₁ = log (C + ½) + L̂(h) + 0.3 Z log (x/x̂)`, where `x/x̂` compares the applications of the
/// last 14 days with the course, and `Z = n/(n + 20)` with `n` of them. Its variance is
/// `s² + ½ · 2^(−d/14) + 2/(C + ½)` on day `d`. Earlier totals give `log R₀ = log (s M (1 − p))`
/// with the variance `max(sd², (log R₁ − log R₀)²)`: totals that contradict the process count less
/// (Bornhuetter and Ferguson 1972, "The actuary and IBNR", PCAS 59). The two are weighted by
/// precision.
fn model_during_registration(
    panel: &ProcessCurves,
    course: &RegistrationCourse,
    prior: Option<&PriorTotals>,
    settings: &Settings,
) -> RemainderModel {
    let horizon = panel.days_to_close();
    let days = panel.national_curve.len();
    let count = panel.national_curve.last().copied().unwrap_or(0.0);
    let share = course.share_at(horizon);
    let pace = settings.spread.pace_weight * pace_against_course(panel, course);
    let own = (count + 0.5).ln() + course.log_odds_at(horizon) + pace;
    let launch = LAUNCH_VARIANCE * 0.5_f64.powf(days as f64 / LAUNCH_HALF_LIFE_DAYS);
    let own_variance = course.deviation.powi(2) + launch + COUNT_DISPERSION / (count + 0.5);
    let (location, variance) = match prior {
        None => (own, own_variance),
        Some(prior) => {
            let earlier = (prior.scale * prior.unscaled_national_mean() * (1.0 - share)).ln();
            let earlier_variance = prior.scale_log_sd.powi(2).max((own - earlier).powi(2));
            let (own_precision, precision) = (1.0 / own_variance, 1.0 / earlier_variance);
            let sum = own_precision + precision;
            ((own * own_precision + earlier * precision) / sum, 1.0 / sum)
        }
    };
    let expected_total = location.exp() + count;
    RemainderModel {
        log_location: location,
        log_scale: variance.sqrt(),
        degrees_of_freedom: course.degrees_of_freedom,
        entity_weights: entity_weights(panel, share, prior, expected_total, settings),
        cell_weights: cell_weights(panel, settings),
    }
}

/// `Z log (x/x̂)` of the nation, kept within ±1.5; 0 in the first two weeks.
fn pace_against_course(panel: &ProcessCurves, course: &RegistrationCourse) -> f64 {
    let (curve, horizon) = (&panel.national_curve, panel.days_to_close());
    let count = curve.last().copied().unwrap_or(0.0);
    if curve.len() <= RECENT_DAYS || count <= 0.0 {
        return 0.0;
    }
    let recent = applications_in_last_days(curve, RECENT_DAYS);
    let share = course.share_at(horizon);
    let expected = count * (share - course.share_at(horizon + RECENT_DAYS)) / share;
    let credibility = recent / (recent + HALF_WEIGHT_COUNT);
    credibility * ((recent + 0.5) / (expected + 0.5)).ln().clamp(-1.5, 1.5)
}

/// The expected remainder of each entity as a weight, and the deviation of its logarithm.
///
/// The total of an entity is the mean of a gamma after a Poisson count, `(Cₑ + a)/(p + a/Tₑ)`, with
/// the total `Tₑ` that its earlier share gives and `a = 1/sd²`. Without earlier totals it is
/// `(Cₑ + ½)/p`. Its recent pace, relative to that of the nation, moves it by the credibility of
/// Bühlmann and Straub 1970 ("Glaubwürdigkeit für Schadensätze", Mitteilungen VSVM 70).
fn entity_weights(
    panel: &ProcessCurves,
    share: f64,
    prior: Option<&PriorTotals>,
    expected_total: f64,
    settings: &Settings,
) -> Vec<(f64, f64)> {
    let count = panel.national_curve.last().copied().unwrap_or(0.0);
    let recent = applications_in_last_days(&panel.national_curve, RECENT_DAYS);
    let ratio = |curve: &Vec<f64>| {
        let own = curve.last().copied().unwrap_or(0.0);
        let expected = own * recent / count.max(1e-9);
        if own > 0.0 && expected > 0.0 {
            (applications_in_last_days(curve, RECENT_DAYS) / expected, expected)
        } else {
            (1.0, 0.0)
        }
    };
    let ratios: Vec<(f64, f64)> = panel.entity_curves.iter().map(ratio).collect();
    let constant = credibility_constant(&ratios);
    let weight = |(place, curve): (usize, &Vec<f64>)| {
        let own = curve.last().copied().unwrap_or(0.0);
        let earlier = prior.and_then(|prior| {
            let mean = prior.entity_means[place] / prior.unscaled_national_mean();
            let prior_count = 1.0 / prior.entity_log_sd.max(0.05).powi(2);
            (mean > 0.0).then_some((mean * expected_total, prior_count))
        });
        let (total, prior_count) = match earlier {
            Some((mean, count)) => ((own + count) / (share + count / mean), count),
            None => ((own + 0.5) / share, 0.5),
        };
        let (ratio, exposure) = ratios[place];
        let credibility = exposure / (exposure + constant);
        let pace = (1.0 + credibility * (ratio - 1.0)).max(0.02);
        let variance = settings.spread.entity_deviation.powi(2) + 1.0 / (own + prior_count);
        (total * (1.0 - share) * pace, variance.sqrt())
    };
    panel.entity_curves.iter().enumerate().map(weight).collect()
}

/// `k = φ/τ²` of Bühlmann and Straub for ratios with their exposures. `φ` is the variance of a ratio
/// at exposure 1. `τ²` comes from the excess of `Σ nₑ (Xₑ − 1)²` over `φ E`. Without an excess, the
/// nation has the full weight.
fn credibility_constant(ratios: &[(f64, f64)]) -> f64 {
    let exposure: f64 = ratios.iter().map(|(_, n)| n).sum();
    let squares: f64 = ratios.iter().map(|(ratio, n)| n * (ratio - 1.0).powi(2)).sum();
    let between = (squares - COUNT_DISPERSION * ratios.len() as f64) / exposure.max(1e-9);
    if between > 1e-6 { COUNT_DISPERSION / between } else { 1e9 }
}

/// The weight of each cell in the remainder of its entity: recent applications of the modality plus
/// [`NATIONAL_MIX_WEIGHT`] of the national mix, which is the mean of a Dirichlet after a multinomial
/// count. Before the first application the national mix is that of the settings.
fn cell_weights(panel: &ProcessCurves, settings: &Settings) -> Vec<(f64, f64)> {
    let recent: Vec<f64> = panel.cell_curves.iter().map(|curve| recent_weighted_applications(curve)).collect();
    let modality_of = panel.modality_of_cell();
    let fallback = prior_modality_shares(panel, settings);
    let mut national = vec![0.0; fallback.len()];
    for (cell, modality) in modality_of.iter().enumerate() {
        national[*modality] += recent[cell];
    }
    let sum: f64 = national.iter().sum();
    let share = |modality: usize| (national[modality] + 5.0 * fallback[modality]) / (sum + 5.0);
    let weight = |(cell, modality): (usize, &usize)| {
        let weight = (recent[cell] + NATIONAL_MIX_WEIGHT * share(*modality)).max(1e-9);
        (weight, (MODALITY_DEVIATION.powi(2) + 1.0 / (weight + 1.0)).sqrt())
    };
    modality_of.iter().enumerate().map(weight).collect()
}

/// The applications of each day, halved for every [`MIX_HALF_LIFE_DAYS`] of age.
fn recent_weighted_applications(curve: &[f64]) -> f64 {
    let mut before = 0.0;
    let mut sum = 0.0;
    let decay = 0.5_f64.powf(1.0 / MIX_HALF_LIFE_DAYS);
    for count in curve {
        sum = sum * decay + count - before;
        before = *count;
    }
    sum
}

/// Quantiles on each day to the close: the remainder at the close times the progress of the course
/// on that day. Days are therefore fully dependent: a fan is one level, not a band of paths.
fn build_fans(
    observed: &ObservedProcess,
    panel: &ProcessCurves,
    course: &RegistrationCourse,
    parts: &AtClose,
) -> Vec<Fan> {
    let horizon = panel.days_to_close();
    let fan = |entity, count: i64, close: &Quantiles| {
        let day = |ahead: usize| {
            let progress = if ahead == 0 { 0.0 } else { course.remainder_progress(horizon, horizon - ahead) };
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
    applications: AtClose,
    fans: Vec<Fan>,
    error_source: ErrorSource,
) -> Projection {
    let lists = lists_at_close(observed, panel, settings, &applications);
    let mut projection =
        Projection { cells: vec![], entities: vec![], nation: vec![], quantiles: vec![], fans, error_source };
    for (universe, close) in [(Universe::Solicitudes, applications), (Universe::Lnere, lists)] {
        let method = close.method;
        for ((entity, modality), quantiles) in panel.entity_and_modality_by_cell.iter().zip(close.cells) {
            let (entity, modality) = (Some(*entity), Some(*modality));
            projection.cells.push(ProjectedNumber { universe, entity, modality, method, quantiles });
        }
        for (entity, quantiles) in panel.entities.iter().zip(close.entities) {
            let number = ProjectedNumber { universe, entity: Some(*entity), modality: None, method, quantiles };
            projection.entities.push(number);
        }
        let quantiles = close.nation;
        projection.nation.push(ProjectedNumber { universe, entity: None, modality: None, method, quantiles });
        let scopes = std::iter::once(None).chain(panel.entities.iter().copied().map(Some));
        for (entity, levels) in scopes.zip(std::iter::once(close.national_levels).chain(close.entity_levels)) {
            let rows = QUANTILE_LEVELS.iter().zip(levels);
            projection.quantiles.extend(rows.map(|(level, value)| QuantileRow {
                universe,
                entity,
                level: *level,
                value,
            }));
        }
    }
    projection
}

/// The LNERE: `A + θ (N − D)` of each cell, with `A` accepted and `D` decided applications. The
/// medians of cells are rounded so that those of an entity add up to its own, rounded once.
fn lists_at_close(
    observed: &ObservedProcess,
    panel: &ProcessCurves,
    settings: &Settings,
    applications: &AtClose,
) -> AtClose {
    let decided = decided_counts_by_cell(observed, panel);
    let by_entity: Vec<DecidedCounts> = (0..panel.entities.len())
        .map(|entity| {
            panel.cells_of_entity(entity).map(|cell| decided[cell]).fold(DecidedCounts::default(), |sum, one| {
                DecidedCounts { accepted: sum.accepted + one.accepted, refused: sum.refused + one.refused }
            })
        })
        .collect();
    let registered: Vec<i64> = panel.entity_curves.iter().map(|curve| last_count(curve)).collect();
    let estimates = estimate_acceptance(&by_entity, &registered, settings);
    let mut medians = vec![0; decided.len()];
    for (entity, estimate) in estimates.iter().enumerate() {
        let cells: Vec<usize> = panel.cells_of_entity(entity).collect();
        let open: Vec<i64> = cells
            .iter()
            .map(|cell| (applications.cells[*cell].median - decided[*cell].accepted - decided[*cell].refused).max(0))
            .collect();
        let expected: Vec<f64> = open.iter().map(|open| estimate.expected_accepted_share * *open as f64).collect();
        let whole = expected.iter().sum::<f64>().round() as i64;
        for ((cell, open), part) in cells.into_iter().zip(&open).zip(apportion(whole, &expected)) {
            medians[cell] = decided[cell].accepted + part.min(*open);
        }
    }
    let draws = JointDraws::of_lists(panel, &applications.draws, &decided, &estimates, settings.acceptance_drift);
    AtClose::from_medians(panel, applications.method, &medians, draws)
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
