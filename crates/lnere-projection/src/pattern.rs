/*!
The development pattern: which share of the final total has been reached, by days to the close.
*/

use super::Reference;
use super::panel::ObservedCurve;

/// Below this share nothing is divided by it.
const LEAST: f64 = 1e-4;

/// Half-life of the recent ladder in days: two quincenas count a half and a quarter.
const HALF_LIFE: f64 = 14.0;

/// `p(h)`: the share of the final total that has been reached `h` days before the close.
///
/// The chain ladder's factor to the ultimate is `1/p(h)`. With complete origins the product of the
/// volume-weighted factors `Σ Cᵢ,ₖ₊₁ / Σ Cᵢ,ₖ` telescopes, so `p(h) = Σᵢ Uᵢ pᵢ(h) / Σᵢ Uᵢ`.
#[derive(Clone, Debug)]
pub(super) struct Pattern {
    reached: Vec<f64>,
}

/// The sums of which the patterns with and without one reference are made.
#[derive(Clone, Debug)]
pub(super) struct Patterns {
    weighted: Vec<Vec<f64>>,
    weights: Vec<f64>,
    sum: Vec<f64>,
}

impl Patterns {
    /// Weights are volumes. The volumes of generated references mean nothing, so these references
    /// have equal weights. Together they weigh as much as one real reference: they fill gaps and do
    /// not outvote it.
    pub fn new(references: &[Reference]) -> Self {
        let real: Vec<f64> = references.iter().filter(|one| !one.generated).map(|one| one.total as f64).collect();
        let volume = if real.is_empty() { 1.0 } else { real.iter().sum::<f64>() / real.len() as f64 };
        let each = volume / (references.len() - real.len()).max(1) as f64;
        let weight = |one: &Reference| if one.generated { each } else { one.total as f64 };
        let weights: Vec<f64> = references.iter().map(weight).collect();
        let days = references.iter().map(|one| one.reached.len()).max().unwrap_or(0);
        let row = |(one, weight): (&Reference, &f64)| {
            (0..days).map(|day| weight * one.reached.get(day).copied().unwrap_or(0.0)).collect()
        };
        let weighted: Vec<Vec<f64>> = references.iter().zip(&weights).map(row).collect();
        let sum = (0..days).map(|day| weighted.iter().map(|row| row[day]).sum()).collect();
        Self { weighted, weights, sum }
    }

    /// The pattern of all.
    pub fn over_all_references(&self) -> Pattern {
        self.scaled(self.sum.clone(), self.weights.iter().sum())
    }

    /// The pattern of all but one.
    pub fn without(&self, place: usize) -> Pattern {
        let rest = self.weights.iter().sum::<f64>() - self.weights[place];
        let sums = self.sum.iter().zip(&self.weighted[place]).map(|(sum, own)| sum - own).collect();
        self.scaled(sums, rest)
    }

    fn scaled(&self, sums: Vec<f64>, weight: f64) -> Pattern {
        if weight <= f64::EPSILON * self.weights.iter().sum::<f64>() {
            return Pattern { reached: vec![1.0] };
        }
        Pattern { reached: sums.into_iter().map(|sum| (sum / weight).clamp(0.0, 1.0)).collect() }
    }
}

impl Pattern {
    /// `p(h)`, never quite 0.
    pub fn share_at(&self, horizon: usize) -> f64 {
        self.raw(horizon).max(LEAST)
    }

    fn raw(&self, horizon: usize) -> f64 {
        self.reached.get(horizon).copied().unwrap_or(0.0)
    }

    /// The share that comes within `days` days up to `horizon` days before the close.
    pub fn window(&self, horizon: usize, days: usize) -> f64 {
        (self.raw(horizon) - self.raw(horizon + days)).max(0.0)
    }

    /// Of what comes after `horizon`, the share that has come `left` days before the close.
    pub fn progress(&self, horizon: usize, left: usize) -> f64 {
        let open = 1.0 - self.raw(horizon);
        if left == 0 || open <= 0.0 {
            return if left == 0 { 1.0 } else { 0.0 };
        }
        ((self.raw(left) - self.raw(horizon)) / open).clamp(0.0, 1.0)
    }

    /// The total that the last weeks point to: `Σₐ wₐ xₐ / Σₐ wₐ qₐ` with `xₐ` the applications and `qₐ`
    /// the pattern's share of the day `a` days before the corte, `wₐ = 2^(−a/H)`. With `H → ∞` it is
    /// the chain ladder's `C/p`. The generalised Cape Cod of Gluck 1997 ("Balancing development and
    /// trend in loss reserve analysis", PCAS 84) on days.
    pub fn recent_level(&self, course: &ObservedCurve) -> f64 {
        course.recent() / self.recent_share(course)
    }

    /// `Σₐ wₐ qₐ` of [`Self::recent_level`]: the same for all courses of one horizon and as many days.
    pub fn recent_share(&self, course: &ObservedCurve) -> f64 {
        let decay = recent_decay();
        let (mut weight, mut shares) = (1.0, 0.0);
        let days = course.cumulative.len();
        for age in 0..days {
            // The first day takes what the pattern has before the opening.
            let share =
                if age + 1 == days { self.raw(course.horizon + age) } else { self.window(course.horizon + age, 1) };
            shares += weight * share;
            weight *= decay;
        }
        shares.max(LEAST)
    }
}

/// By how much a day weighs less than the day after it.
pub(super) fn recent_decay() -> f64 {
    (-std::f64::consts::LN_2 / HALF_LIFE).exp()
}
