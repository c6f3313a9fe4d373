/*!
Estimates how much of the total is still to come at each distance to the close, from an assumed
course and the courses of earlier processes.
*/

use super::{Reference, Spread};

/// The exponent `γ` of the assumed course. Pure power laws fit the courses of 2017-18, 2020-21 and
/// 2023-24 with exponents from 0.8 to 1.35; this is the middle.
const ASSUMED_EXPONENT: f64 = 1.075;

/// The days that are added to the days before the close in a power law.
const OFFSET_DAYS: f64 = 7.0;

/// The distances at which the spread between courses is measured, in days.
const SPREAD_DISTANCES: [usize; 8] = [7, 14, 21, 30, 38, 45, 60, 90];

/// The smallest share of the total that a course can have before its end.
const MIN_SHARE: f64 = 1e-4;

/// The log odds of what is still to come, `L(h) = log ((1 − p(h))/p(h))`, with the share `p` of the
/// total `h` days before the close.
///
/// `L` has a normal distribution between processes, with a normal-inverse-gamma prior for its mean
/// and variance (Gelman et al. 2013, "Bayesian Data Analysis", 3rd edition, §3.3). The prior counts
/// as `w` processes with the assumed course and the variance `σ²`. After `n` references,
///
/// `L̂ = (w L₀ + Σ Lᵢ)/(w + n)`, `s² = (w σ² + S)/(w + n) · (1 + 1/(w + n))`,
///
/// with `S = Σ (Lᵢ − L̄)² + w n/(w + n) (L̄ − L₀)²`, the mean over [`SPREAD_DISTANCES`]. A new process
/// follows Student's t with location `L̂`, scale `s` and `w + n` degrees of freedom.
#[derive(Clone, Debug)]
pub(super) struct RegistrationCourse {
    /// `L̂` by days before the close. At the close itself nothing is to come, and it is not used.
    log_odds_by_horizon: Vec<f64>,
    /// `s`.
    pub deviation: f64,
    /// `w + n`.
    pub degrees_of_freedom: f64,
}

impl RegistrationCourse {
    /// The course of a process whose registration takes `last_day` days more than one, as it is
    /// estimated `horizon` days before the close. A reference that had no application at this
    /// distance is not used.
    pub fn new(references: &[Reference], horizon: usize, last_day: usize, spread: &Spread) -> Self {
        let has_begun =
            |one: &&Reference| one.share_by_horizon.get(horizon).is_some_and(|share| *share > 0.0) || horizon == 0;
        let courses: Vec<&Reference> = references.iter().filter(has_begun).collect();
        let share = |one: &Reference, distance: usize| one.share_by_horizon.get(distance).copied().unwrap_or(0.0);
        let observed = |distance: usize| courses.iter().map(move |one| log_odds(share(one, distance)));
        let (weight, count) = (spread.weight, courses.len() as f64);
        let location = |distance: usize| {
            let assumed = log_odds(assumed_share(distance, last_day));
            (weight * assumed + observed(distance).sum::<f64>()) / (weight + count)
        };
        let squares = |distance: usize| {
            let assumed = log_odds(assumed_share(distance, last_day));
            let mean = observed(distance).sum::<f64>() / count.max(1.0);
            let between: f64 = observed(distance).map(|one| (one - mean).powi(2)).sum();
            between + weight * count / (weight + count) * (mean - assumed).powi(2)
        };
        let mut distances: Vec<usize> = SPREAD_DISTANCES.into_iter().filter(|distance| *distance <= horizon).collect();
        if distances.is_empty() {
            distances.push(horizon);
        }
        let squares = distances.iter().map(|distance| squares(*distance)).sum::<f64>() / distances.len() as f64;
        let degrees = weight + count;
        let variance = (weight * spread.deviation.powi(2) + squares) / degrees * (1.0 + 1.0 / degrees);
        Self {
            log_odds_by_horizon: (0..=last_day).map(location).collect(),
            deviation: variance.sqrt(),
            degrees_of_freedom: degrees,
        }
    }

    /// `L̂(h)`.
    pub fn log_odds_at(&self, horizon: usize) -> f64 {
        self.log_odds_by_horizon[horizon.min(self.log_odds_by_horizon.len() - 1)]
    }

    /// `p(h) = 1/(1 + exp L̂(h))`.
    pub fn share_at(&self, horizon: usize) -> f64 {
        if horizon == 0 { 1.0 } else { 1.0 / (1.0 + self.log_odds_at(horizon).exp()) }
    }

    /// The share of the applications after `horizon` that has arrived `left` days before the close.
    pub fn remainder_progress(&self, horizon: usize, left: usize) -> f64 {
        let begun = self.share_at(horizon);
        if left == 0 { 1.0 } else { ((self.share_at(left) - begun) / (1.0 - begun)).clamp(0.0, 1.0) }
    }
}

/// `log ((1 − p)/p)`.
fn log_odds(share: f64) -> f64 {
    let share = share.clamp(MIN_SHARE, 1.0 - MIN_SHARE);
    ((1.0 - share) / share).ln()
}

/// The share of the total in the assumed course. The applications of a day `u` days before the close
/// are proportional to `(u + 7)^−γ`, from the opening to the close.
pub(super) fn assumed_share(horizon: usize, last_day: usize) -> f64 {
    let integral = |days: usize| (days as f64 + OFFSET_DAYS).powf(1.0 - ASSUMED_EXPONENT);
    let (close, opening) = (integral(0), integral(last_day + 1));
    1.0 - (integral(horizon) - close) / (opening - close)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reference(share_by_horizon: Vec<f64>) -> Reference {
        let (entity_totals, series) = (Vec::new(), Vec::new());
        Reference { name: "x".to_owned(), share_by_horizon, total: 100, entity_totals, series }
    }

    #[test]
    fn the_assumed_course_lies_among_the_real_ones() {
        let shares = [90, 60, 38, 21, 7].map(|days| (assumed_share(days, 190) * 1_000.0).round() / 1_000.0);
        assert_eq!(shares, [0.193, 0.297, 0.413, 0.555, 0.772]);
        assert_eq!(assumed_share(0, 190), 1.0);
    }

    /// Two numbers by hand: `L₀` = log(0.587/0.413), and a reference with a share of one half, which
    /// has `L` = 0.
    #[test]
    fn a_reference_moves_the_course_by_its_weight() {
        let spread = Spread { deviation: 0.3, weight: 3.0, ..Spread::default() };
        let alone = RegistrationCourse::new(&[], 38, 190, &spread);
        assert!((alone.deviation - 0.3 * (4.0_f64 / 3.0).sqrt()).abs() < 1e-12);
        assert_eq!(alone.degrees_of_freedom, 3.0);
        let half = reference((0..=190).map(|day| if day == 0 { 1.0 } else { 0.5 }).collect());
        let moved = RegistrationCourse::new(&[half], 38, 190, &spread);
        assert!((moved.log_odds_at(38) - 0.75 * alone.log_odds_at(38)).abs() < 1e-12);
        assert_eq!(moved.degrees_of_freedom, 4.0);
    }

    #[test]
    fn a_reference_that_had_not_begun_is_not_used() {
        let short = reference(vec![1.0, 0.5, 0.2]);
        let course = RegistrationCourse::new(&[short], 38, 190, &Spread::default());
        assert_eq!(course.degrees_of_freedom, Spread::default().weight);
    }
}
