/*!
Draws that only generated processes need; each draw is a function of a key and an index.
*/

use lnere_core::random::RandomKey;
use lnere_projection::random_variates::normal;

/// Uniform between `from` and `to`.
pub(crate) fn uniform(key: RandomKey, index: u64, from: f64, to: f64) -> f64 {
    from + (to - from) * key.unit_interval(index)
}

/// `exp(deviation · Z)`, with median 1.
pub(crate) fn log_normal(key: RandomKey, index: u64, deviation: f64) -> f64 {
    (deviation * normal(key, index)).exp()
}

/// A path that returns to 0. Each step keeps the share `keep` of the previous one, and the path has
/// the given deviation.
pub(crate) fn autoregressive_path(key: RandomKey, steps: usize, keep: f64, deviation: f64) -> Vec<f64> {
    let innovation = deviation * (1.0 - keep * keep).sqrt();
    let start = deviation * normal(key, 0);
    std::iter::successors(Some((0_u64, start)), |(step, value)| {
        Some((step + 1, keep * value + innovation * normal(key, step + 1)))
    })
    .map(|(_, value)| value)
    .take(steps)
    .collect()
}
