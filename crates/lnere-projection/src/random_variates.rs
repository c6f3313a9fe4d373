/*!
Draws from distributions for generated processes; each draw is a function of a key and an index.
*/

use lnere_core::random::RandomKey;

/// Uniform between `from` and `to`.
pub(super) fn uniform(key: RandomKey, index: u64, from: f64, to: f64) -> f64 {
    from + (to - from) * key.unit_interval(index)
}

/// Standard normal (Box and Muller 1958).
pub(super) fn normal(key: RandomKey, index: u64) -> f64 {
    let radius = (-2.0 * (1.0 - key.unit_interval(2 * index)).ln()).sqrt();
    radius * (std::f64::consts::TAU * key.unit_interval(2 * index + 1)).cos()
}

/// `exp(deviation · Z)`, with median 1.
pub(super) fn log_normal(key: RandomKey, index: u64, deviation: f64) -> f64 {
    (deviation * normal(key, index)).exp()
}

/// Poisson, by inversion up to a mean of 40, otherwise by the rounded normal.
pub(super) fn poisson(key: RandomKey, index: u64, mean: f64) -> i64 {
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

/// A path that returns to 0. Each step keeps the share `keep` of the previous one, and the path has
/// the given deviation.
pub(super) fn autoregressive_path(key: RandomKey, steps: usize, keep: f64, deviation: f64) -> Vec<f64> {
    let innovation = deviation * (1.0 - keep * keep).sqrt();
    let start = deviation * normal(key, 0);
    std::iter::successors(Some((0_u64, start)), |(step, value)| {
        Some((step + 1, keep * value + innovation * normal(key, step + 1)))
    })
    .map(|(_, value)| value)
    .take(steps)
    .collect()
}
