/*!
Computes the development pattern: the share of the final total by days to the close.
*/

use super::Reference;
use super::curve_panel::ObservedCurve;

/// The smallest share that is used as a divisor.
const MIN_DIVISOR_SHARE: f64 = 1e-4;

/// The half-life of the recent ladder in days: after one quincena the weight is about a half, after
/// two about a quarter.
const RECENT_HALF_LIFE_DAYS: f64 = 14.0;

/// `p(h)`: the share of the final total `h` days before the close.
///
/// The chain ladder's factor to the ultimate is `1/p(h)`. With complete origins the product of the
/// volume-weighted factors `Σ Cᵢ,ₖ₊₁ / Σ Cᵢ,ₖ` telescopes, so `p(h) = Σᵢ Uᵢ pᵢ(h) / Σᵢ Uᵢ`.
#[derive(Clone, Debug)]
pub(super) struct DevelopmentPattern {
    share_by_horizon: Vec<f64>,
}

/// The sums that give the patterns with and without one reference.
#[derive(Clone, Debug)]
pub(super) struct ReferencePatterns {
    weighted_curves: Vec<Vec<f64>>,
    reference_weights: Vec<f64>,
    weighted_sum: Vec<f64>,
}

impl ReferencePatterns {
    /// Weights are volumes. The volumes of generated references have no meaning, so these
    /// references have equal weights. Together they have the weight of one real reference: they
    /// fill gaps and do not outvote it.
    pub fn new(references: &[Reference]) -> Self {
        let real: Vec<f64> = references.iter().filter(|one| !one.generated).map(|one| one.total as f64).collect();
        let volume = if real.is_empty() { 1.0 } else { real.iter().sum::<f64>() / real.len() as f64 };
        let each = volume / (references.len() - real.len()).max(1) as f64;
        let weight = |one: &Reference| if one.generated { each } else { one.total as f64 };
        let weights: Vec<f64> = references.iter().map(weight).collect();
        let days = references.iter().map(|one| one.share_by_horizon.len()).max().unwrap_or(0);
        let row = |(one, weight): (&Reference, &f64)| {
            (0..days).map(|day| weight * one.share_by_horizon.get(day).copied().unwrap_or(0.0)).collect()
        };
        let weighted: Vec<Vec<f64>> = references.iter().zip(&weights).map(row).collect();
        let sum = (0..days).map(|day| weighted.iter().map(|row| row[day]).sum()).collect();
        Self { weighted_curves: weighted, reference_weights: weights, weighted_sum: sum }
    }

    /// The pattern of all references.
    pub fn over_all_references(&self) -> DevelopmentPattern {
        self.pattern_from_sums(self.weighted_sum.clone(), self.reference_weights.iter().sum())
    }

    /// The pattern of all references except one.
    pub fn without_reference(&self, place: usize) -> DevelopmentPattern {
        let rest = self.reference_weights.iter().sum::<f64>() - self.reference_weights[place];
        let sums = self.weighted_sum.iter().zip(&self.weighted_curves[place]).map(|(sum, own)| sum - own).collect();
        self.pattern_from_sums(sums, rest)
    }

    fn pattern_from_sums(&self, sums: Vec<f64>, weight: f64) -> DevelopmentPattern {
        if weight <= f64::EPSILON * self.reference_weights.iter().sum::<f64>() {
            return DevelopmentPattern { share_by_horizon: vec![1.0] };
        }
        DevelopmentPattern { share_by_horizon: sums.into_iter().map(|sum| (sum / weight).clamp(0.0, 1.0)).collect() }
    }
}

impl DevelopmentPattern {
    /// `p(h)`, limited to a small positive minimum.
    pub fn share_at(&self, horizon: usize) -> f64 {
        self.unclamped_share(horizon).max(MIN_DIVISOR_SHARE)
    }

    fn unclamped_share(&self, horizon: usize) -> f64 {
        self.share_by_horizon.get(horizon).copied().unwrap_or(0.0)
    }

    /// The share of the final total that arrives in the `days` days that end `horizon` days before
    /// the close.
    pub fn share_in_window(&self, horizon: usize, days: usize) -> f64 {
        (self.unclamped_share(horizon) - self.unclamped_share(horizon + days)).max(0.0)
    }

    /// The share of the applications after `horizon` that has arrived `left` days before the close.
    pub fn remainder_progress(&self, horizon: usize, left: usize) -> f64 {
        let open = 1.0 - self.unclamped_share(horizon);
        if left == 0 || open <= 0.0 {
            return if left == 0 { 1.0 } else { 0.0 };
        }
        ((self.unclamped_share(left) - self.unclamped_share(horizon)) / open).clamp(0.0, 1.0)
    }

    /// The total that the last weeks indicate: `Σₐ wₐ xₐ / Σₐ wₐ qₐ`. `xₐ` are the applications and
    /// `qₐ` the share in the pattern of the day `a` days before the corte, and `wₐ = 2^(−a/H)`.
    /// With `H → ∞` it is the chain ladder's `C/p`. This is the generalised Cape Cod of Gluck 1997
    /// ("Balancing development and trend in loss reserve analysis", PCAS 84) on days.
    pub fn total_from_recent_days(&self, curve: &ObservedCurve) -> f64 {
        curve.recent_weighted_applications() / self.recent_weighted_share(curve)
    }

    /// `Σₐ wₐ qₐ` of [`Self::total_from_recent_days`]; equal for all curves of the same horizon and
    /// length.
    pub fn recent_weighted_share(&self, curve: &ObservedCurve) -> f64 {
        let decay = daily_decay();
        let (mut weight, mut shares) = (1.0, 0.0);
        let days = curve.cumulative.len();
        for age in 0..days {
            // The first day includes the share of the pattern before the opening.
            let share = if age + 1 == days {
                self.unclamped_share(curve.days_to_close + age)
            } else {
                self.share_in_window(curve.days_to_close + age, 1)
            };
            shares += weight * share;
            weight *= decay;
        }
        shares.max(MIN_DIVISOR_SHARE)
    }
}

/// The ratio of the weight of a day to the weight of the next day.
pub(super) fn daily_decay() -> f64 {
    (-std::f64::consts::LN_2 / RECENT_HALF_LIFE_DAYS).exp()
}
