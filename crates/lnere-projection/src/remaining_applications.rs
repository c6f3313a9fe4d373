/*!
Estimates the remaining applications by each method. All amounts are applications: `C` is the count
at the corte and `R` the remainder. `p` is the share of the final total in the pattern at the corte.
*/

use super::Method;
use super::baseline;
use super::curve_panel::{ObservedCurve, ProcessCurves};
use super::development_pattern::DevelopmentPattern;
use super::prior_totals::PriorTotals;
use super::ridge::{FEATURE_COUNT, Ridge, dot_product};

/// Windows of the shape regression in days: whole weeks, so that weekdays do not matter.
const SHAPE_WINDOWS_DAYS: [usize; FEATURE_COUNT - 1] = [7, 21, 56];

/// The expected applications in a window at which its feature gets half of its weight.
const HALF_WEIGHT_COUNT: f64 = 20.0;

/// The weight of the national mix of modalities in the mix of an entity, as a number of recent
/// applications.
const NATIONAL_MIX_WEIGHT: f64 = 30.0;

/// The parameters learnt from a set of references for one horizon.
#[derive(Clone, Debug)]
pub(super) struct FittedParameters {
    pub pattern: DevelopmentPattern,
    pub days_to_close: usize,
    national_coefficients: [f64; FEATURE_COUNT],
    entity_coefficients: [f64; FEATURE_COUNT],
    /// Residual variance of the nation's shape regression.
    pub residual_log_variance: f64,
}

impl FittedParameters {
    /// Learns from the given references. The pattern must come from the same references.
    pub fn new<'a>(
        pattern: DevelopmentPattern,
        horizon: usize,
        references: impl Iterator<Item = &'a ProcessCurves>,
    ) -> Self {
        let (mut nation, mut entity) = (Ridge::default(), Ridge::default());
        let mut rows = Vec::new();
        for panel in references {
            let curve = ObservedCurve::up_to_days_before_close(&panel.national_curve, horizon);
            let total = panel.national_curve.last().copied().unwrap_or(0.0);
            if curve.current_count() <= 0.0 || total <= 0.0 {
                continue;
            }
            let ladder = chain_ladder_remainder(&pattern, &curve);
            let rest = total - curve.current_count();
            let growth = rest / curve.current_count();
            let shared = shape_features(&pattern, &curve);
            nation.add_row(&shared, log_ratio(rest, ladder), 1.0);
            rows.push((shared, log_ratio(rest, ladder)));
            for whole in &panel.entity_curves {
                let own = ObservedCurve::up_to_days_before_close(whole, horizon);
                let rest = whole.last().copied().unwrap_or(0.0) - own.current_count();
                let expected = (own.current_count() + 0.5) * growth;
                // A log ratio of small counts is mostly noise, so its weight is the inverse of its
                // variance.
                let weight = expected / (expected + HALF_WEIGHT_COUNT);
                let features = relative_shape_features(&pattern, &own, &shared);
                entity.add_row(&features, log_ratio(rest, expected), weight);
            }
        }
        let nation = nation.solve();
        let squares: f64 = rows.iter().map(|(features, log)| (log - dot_product(&nation, features)).powi(2)).sum();
        let degrees = (rows.len() as f64 - FEATURE_COUNT as f64).max(1.0);
        let log_variance = if rows.is_empty() { 1.0 } else { (squares / degrees).max(1e-4) };
        Self {
            pattern,
            days_to_close: horizon,
            national_coefficients: nation,
            entity_coefficients: entity.solve(),
            residual_log_variance: log_variance,
        }
    }

    /// The share of the final total that remains.
    pub fn remaining_share(&self) -> f64 {
        1.0 - self.pattern.share_at(self.days_to_close)
    }

    /// The remainder `R` of the nation.
    ///
    /// - Chain ladder: `C (1 − p) / p`.
    /// - Recent ladder: `λ (1 − p)`, see [`DevelopmentPattern::total_from_recent_days`].
    /// - Shape regression: `log (R + 1) = log (C (1 − p)/p + 1) + β₀ + Σₖ βₖ fₖ`. `fₖ` is the log
    ///   ratio of the last 7, 21 and 56 days to their expectation in the pattern. With `β = 0` this
    ///   is the chain ladder.
    /// - Bornhuetter and Ferguson 1972 ("The actuary and IBNR", PCAS 59): `s M (1 − p)`, see
    ///   [`PriorTotals`].
    /// - Drift: `C h/d`, with `d` days since the opening: a random walk with drift that starts at
    ///   zero. The baseline of the same name is fitted differently, see [`baseline`].
    pub fn national_remainder(
        &self,
        method: Method,
        curve: &ObservedCurve,
        prior: Option<&PriorTotals>,
    ) -> Option<f64> {
        let rest = match method {
            Method::ChainLadder => chain_ladder_remainder(&self.pattern, curve),
            Method::RecentLadder => self.pattern.total_from_recent_days(curve) * self.remaining_share(),
            Method::ShapeRegression => {
                let ladder = chain_ladder_remainder(&self.pattern, curve);
                (ladder + 1.0)
                    * dot_product(&self.national_coefficients, &shape_features(&self.pattern, curve))
                        .clamp(-3.0, 3.0)
                        .exp()
                    - 1.0
            }
            Method::BornhuetterFerguson => {
                let prior = prior?;
                prior.posterior_scale(curve, self) * prior.unscaled_national_mean() * self.remaining_share()
            }
            Method::Drift => curve.current_count() * self.days_to_close as f64 / curve.cumulative.len().max(1) as f64,
            Method::DampedHolt | Method::Naive => {
                baseline::forecast(method, curve)?.point_forecast - curve.current_count()
            }
            _ => return None,
        };
        rest.is_finite().then_some(rest.max(0.0))
    }

    /// The remainder `R` of each entity, given the remainder of the nation.
    ///
    /// With `g = R/C` of the nation:
    ///
    /// - Chain ladder: `Cₑ (1 − p)/p`; recent ladder: `λₑ (1 − p)`; Bornhuetter–Ferguson:
    ///   `s Mₑ (1 − p)`.
    /// - Credibility: `Cₑ* g (1 + Zₑ (Xₑ − 1))`. `Xₑ` is the recent level of the entity divided by
    ///   its chain ladder, relative to the same ratio of the nation. `Zₑ = nₑ/(nₑ + k)`, with `nₑ`
    ///   recent applications and `k` the ratio of the variances within and between entities.
    ///   Source: Bühlmann and Straub 1970 ("Glaubwürdigkeit für Schadensätze", Mitteilungen VSVM
    ///   70), estimated as in Bühlmann and Gisler 2005, sec. 4.8. With earlier totals,
    ///   `Cₑ*/p = (Cₑ + a)/(p + a/(s Mₑ))`, the mean of a gamma with shape `a = 1/sd²` after a Poisson count.
    ///   Without them, `Cₑ* = Cₑ + ½`.
    /// - Shape regression: `(Cₑ + ½) g exp(β₀ + Σₖ βₖ wₑₖ (fₑₖ − fₖ))`. `wₑₖ` is `n/(n + 20)` for
    ///   `n` expected applications.
    pub fn entity_remainders(
        &self,
        method: Method,
        panel: &ObservedCurves,
        rest: f64,
        prior: Option<&PriorTotals>,
    ) -> Option<Vec<f64>> {
        let count = panel.nation.current_count();
        let growth =
            if count > 0.0 { rest / count } else { self.remaining_share() / self.pattern.share_at(self.days_to_close) };
        let scale = || prior.map(|prior| prior.posterior_scale(&panel.nation, self));
        let rests: Vec<f64> = match method {
            Method::ChainLadder => {
                panel.entities.iter().map(|one| chain_ladder_remainder(&self.pattern, one)).collect()
            }
            Method::RecentLadder => {
                let (share, open) = (self.pattern.recent_weighted_share(&panel.nation), self.remaining_share());
                panel.recent_of_entities.iter().map(|recent| recent / share * open).collect()
            }
            Method::BornhuetterFerguson => {
                let scale = scale()? * self.remaining_share();
                prior?.entity_means.iter().map(|mean| scale * mean).collect()
            }
            Method::ShapeRegression => {
                let shared = shape_features(&self.pattern, &panel.nation);
                let relative = |one: &ObservedCurve| {
                    let features = relative_shape_features(&self.pattern, one, &shared);
                    (one.current_count() + 0.5)
                        * growth
                        * dot_product(&self.entity_coefficients, &features).clamp(-3.0, 3.0).exp()
                };
                panel.entities.iter().map(relative).collect()
            }
            Method::Credibility => self.credibility_remainders(panel, growth, prior.zip(scale())),
            _ => return None,
        };
        rests.iter().all(|rest| rest.is_finite()).then_some(rests)
    }

    fn credibility_remainders(
        &self,
        panel: &ObservedCurves,
        growth: f64,
        prior: Option<(&PriorTotals, f64)>,
    ) -> Vec<f64> {
        let reached = self.pattern.share_at(self.days_to_close);
        let share_of_days = self.pattern.recent_weighted_share(&panel.nation);
        let level =
            |one: &ObservedCurve, recent: f64| recent / share_of_days / (one.current_count() / reached).max(1e-9);
        let national = level(&panel.nation, panel.recent_of_nation);
        let relative = |(one, recent): (&ObservedCurve, &f64)| {
            if one.current_count() > 0.0 && national > 0.0 {
                (level(one, *recent) / national, *recent)
            } else {
                (1.0, 0.0)
            }
        };
        let ratios: Vec<(f64, f64)> = panel.entities.iter().zip(&panel.recent_of_entities).map(relative).collect();
        let k = credibility_constant(&ratios);
        let rest = |(place, one): (usize, &ObservedCurve)| {
            let (ratio, recent) = ratios[place];
            let credibility = recent / (recent + k);
            let exposed = match prior {
                Some((prior, scale)) if scale * prior.entity_means[place] > 0.0 => {
                    let shape = 1.0 / prior.entity_log_sd.max(0.05).powi(2);
                    reached * (one.current_count() + shape) / (reached + shape / (scale * prior.entity_means[place]))
                }
                _ => one.current_count() + 0.5,
            };
            exposed * growth * (1.0 + credibility * (ratio - 1.0)).max(0.02)
        };
        panel.entities.iter().enumerate().map(rest).collect()
    }
}

/// All curves of a process at a corte.
pub(super) struct ObservedCurves<'a> {
    pub nation: ObservedCurve<'a>,
    pub entities: Vec<ObservedCurve<'a>>,
    /// Recent applications of the nation, each entity and each cell, see
    /// [`ObservedCurve::recent_weighted_applications`].
    recent_of_nation: f64,
    recent_of_entities: Vec<f64>,
    recent_of_cells: Vec<f64>,
}

impl<'a> ObservedCurves<'a> {
    /// The first days of a panel, up to `horizon` days before the end of its data.
    pub fn from_panel(panel: &'a ProcessCurves, drop: usize, horizon: usize) -> Self {
        let curve = |whole: &'a Vec<f64>| ObservedCurve {
            days_to_close: horizon,
            ..ObservedCurve::up_to_days_before_close(whole, drop)
        };
        let nation = curve(&panel.national_curve);
        let entities: Vec<ObservedCurve> = panel.entity_curves.iter().map(curve).collect();
        Self {
            recent_of_nation: nation.recent_weighted_applications(),
            recent_of_entities: entities.iter().map(ObservedCurve::recent_weighted_applications).collect(),
            recent_of_cells: panel
                .cell_curves
                .iter()
                .map(|whole| curve(whole).recent_weighted_applications())
                .collect(),
            nation,
            entities,
        }
    }

    /// The weights that allocate the remainder of an entity to its cells. They are recent
    /// applications of each modality (half-life 14 days) plus [`NATIONAL_MIX_WEIGHT`] of the
    /// national mix. This is the mean of a Dirichlet after a multinomial count. Before the first
    /// application, the weights are the given shares.
    pub fn cell_weights(&self, cells: &[usize], modality_of: &[usize], fallback: &[f64]) -> Vec<f64> {
        let mut national = vec![0.0; fallback.len()];
        for (cell, modality) in modality_of.iter().enumerate() {
            national[*modality] += self.recent_of_cells[cell];
        }
        let share = |modality: usize| {
            let weight = 5.0;
            (national[modality] + weight * fallback[modality]) / (self.recent_of_nation + weight)
        };
        cells.iter().map(|cell| self.recent_of_cells[*cell] + NATIONAL_MIX_WEIGHT * share(modality_of[*cell])).collect()
    }
}

fn chain_ladder_remainder(pattern: &DevelopmentPattern, curve: &ObservedCurve) -> f64 {
    let reached = pattern.share_at(curve.days_to_close);
    curve.current_count() * (1.0 - reached) / reached
}

fn log_ratio(rest: f64, expected: f64) -> f64 {
    ((rest + 1.0) / (expected + 1.0)).ln()
}

/// `1` and `fₖ = log ((xₖ + 1)/(C (p(h) − p(h + k))/p(h) + 1))`, kept within ±1.5. A feature is 0
/// if its window is longer than the curve.
fn shape_features(pattern: &DevelopmentPattern, curve: &ObservedCurve) -> [f64; FEATURE_COUNT] {
    let mut features = [1.0; FEATURE_COUNT];
    for (feature, days) in features[1..].iter_mut().zip(SHAPE_WINDOWS_DAYS) {
        let expected = expected_in_window(pattern, curve, days);
        *feature = expected
            .map_or(0.0, |expected| log_ratio(curve.applications_in_last_days(days), expected).clamp(-1.5, 1.5));
    }
    features
}

fn relative_shape_features(
    pattern: &DevelopmentPattern,
    own: &ObservedCurve,
    shared: &[f64; FEATURE_COUNT],
) -> [f64; FEATURE_COUNT] {
    let mut features = shape_features(pattern, own);
    for (k, days) in SHAPE_WINDOWS_DAYS.into_iter().enumerate() {
        let expected = expected_in_window(pattern, own, days).unwrap_or(0.0);
        features[k + 1] = (features[k + 1] - shared[k + 1]) * expected / (expected + HALF_WEIGHT_COUNT);
    }
    features
}

fn expected_in_window(pattern: &DevelopmentPattern, curve: &ObservedCurve, days: usize) -> Option<f64> {
    let share = pattern.share_in_window(curve.days_to_close, days) / pattern.share_at(curve.days_to_close);
    (curve.cumulative.len() > days).then_some(curve.current_count() * share)
}

/// `k = φ/τ²` of Bühlmann and Straub for ratios with their exposures. `φ` is the variance of a
/// ratio at exposure 1, taken as 2, because daily counts vary about twice as much as Poisson. `τ²`
/// comes from the excess of `Σ nₑ (Xₑ − 1)²` over `φ E`. Without an excess, the nation has the full
/// weight.
fn credibility_constant(ratios: &[(f64, f64)]) -> f64 {
    const WITHIN_VARIANCE: f64 = 2.0;
    let exposure: f64 = ratios.iter().map(|(_, n)| n).sum();
    let squares: f64 = ratios.iter().map(|(ratio, n)| n * (ratio - 1.0).powi(2)).sum();
    let between = (squares - WITHIN_VARIANCE * ratios.len() as f64) / exposure.max(1e-9);
    if between > 1e-6 { WITHIN_VARIANCE / between } else { 1e9 }
}
