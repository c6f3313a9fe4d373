/*!
Draws from distributions; each draw is a function of a key and an index.
*/

use lnere_core::random::RandomKey;

/// Standard normal (Box and Muller 1958).
#[must_use]
pub fn normal(key: RandomKey, index: u64) -> f64 {
    let radius = (-2.0 * (1.0 - key.unit_interval(2 * index)).ln()).sqrt();
    radius * (std::f64::consts::TAU * key.unit_interval(2 * index + 1)).cos()
}

/// Poisson, by inversion up to a mean of 40, otherwise by the rounded normal.
#[must_use]
pub fn poisson(key: RandomKey, index: u64, mean: f64) -> i64 {
    if mean.is_nan() || mean <= 0.0 {
        return 0;
    }
    if mean > 40.0 {
        return (mean + mean.sqrt() * normal(key, index)).round().max(0.0) as i64;
    }
    let (target, mut count, mut probability) = (key.unit_interval(2 * index), 0, (-mean).exp());
    let mut sum = probability;
    while sum < target && count < 200 {
        count += 1;
        probability *= mean / f64::from(count);
        sum += probability;
    }
    i64::from(count)
}

/// The largest number of trials that are drawn one by one.
const MAX_SINGLE_TRIALS: i64 = 32;

/// Binomial: single trials up to `MAX_SINGLE_TRIALS`, otherwise the rounded normal.
#[must_use]
pub fn binomial(key: RandomKey, index: u64, trials: i64, share: f64) -> i64 {
    if trials <= MAX_SINGLE_TRIALS {
        let key = key.child(index);
        return (0..).zip(0..trials).map(|(trial, _)| i64::from(key.unit_interval(trial) < share)).sum();
    }
    let mean = trials as f64 * share;
    let deviation = (mean * (1.0 - share)).max(0.0).sqrt();
    ((mean + deviation * normal(key, index)).round() as i64).clamp(0, trials)
}
