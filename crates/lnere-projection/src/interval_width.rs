/*!
Computes the widths of prediction intervals: conformal quantiles of errors, with count noise.
*/

use super::quantile_functions::{empirical_quantile, normal_quantile};

/// The error of one projection, `log (R + 1) − log (R̂ + 1)`, with the projected remainder.
#[derive(Clone, Copy, Debug)]
pub(super) struct LogError {
    pub projected_remainder: f64,
    pub log_difference: f64,
}

impl LogError {
    pub fn new(remainder: f64, truth: f64) -> Self {
        Self {
            projected_remainder: remainder,
            log_difference: ((truth.max(0.0) + 1.0) / (remainder.max(0.0) + 1.0)).ln(),
        }
    }
}

/// `q · √(a + φ/(R̂ + 1))`: half the width of an interval for `log (R + 1)`.
///
/// `a` is the variance of the relative error at large counts, and `φ` the noise of counts, about 1
/// for Poisson. `q` is the quantile of the absolute normalised errors, pooled over entities. This
/// is split conformal prediction with normalised scores (Papadopoulos, Proedrou, Vovk and Gammerman
/// 2002; Lei et al. 2018, JASA 113).
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct WidthModel {
    relative_variance: f64,
    count_noise: f64,
    error_quantiles: [f64; 2],
}

/// The number of bins by size, in which variances are compared.
const VARIANCE_BINS: usize = 8;

impl WidthModel {
    /// Estimates the widths from the errors at all distances up to the required one, which is the
    /// last. `a` and `φ` are those of the last distance. Each `q` is the largest of all distances,
    /// so intervals never narrow with the distance. Without errors (references that give only the
    /// nation), the width is that of a normal with variance `floor²` and `φ = 3`.
    ///
    /// The correction for a finite sample is `⌈(n + 1) c⌉/n`. `n` is `clusters` if given, because
    /// errors of one reference are not independent. Otherwise it is the number of errors.
    pub fn from_errors_by_distance(distances: &[&[LogError]], clusters: Option<usize>, floor: f64) -> Self {
        let Some(last) = distances.last().filter(|last| !last.is_empty()) else {
            let quantiles = [normal_quantile(0.75), normal_quantile(0.95)];
            return Self { relative_variance: floor * floor, count_noise: 3.0, error_quantiles: quantiles };
        };
        let (relative_variance, noise) = fit_variances(last);
        let mut spread = Self { relative_variance, count_noise: noise, error_quantiles: [0.0; 2] };
        for errors in distances.iter().filter(|errors| !errors.is_empty()) {
            let mut scores: Vec<f64> = errors
                .iter()
                .map(|one| one.log_difference.abs() / spread.log_deviation(one.projected_remainder))
                .collect();
            scores.sort_by(f64::total_cmp);
            for (quantile, coverage) in spread.error_quantiles.iter_mut().zip([0.5, 0.9]) {
                let n = clusters.unwrap_or(scores.len()).max(1) as f64;
                let corrected = (((n + 1.0) * coverage).ceil() / n).min(1.0);
                *quantile = quantile.max(empirical_quantile(&scores, corrected).unwrap_or(0.0));
            }
        }
        spread
    }

    fn log_deviation(&self, rest: f64) -> f64 {
        (self.relative_variance + self.count_noise / (rest.max(0.0) + 1.0)).sqrt().max(1e-6)
    }

    /// The half-widths at 50 and 90 %.
    pub fn half_widths(&self, rest: f64) -> [f64; 2] {
        self.error_quantiles.map(|quantile| quantile * self.log_deviation(rest))
    }
}

/// Estimates `a` and `φ` by least squares of the variance in bins of size on `1/(R̂ + 1)`; neither
/// is negative. The variance of a bin is that of a normal with the same median absolute error, so
/// that a few large errors do not decide.
fn fit_variances(errors: &[LogError]) -> (f64, f64) {
    let mut sorted = errors.to_vec();
    sorted.sort_by(|a, b| a.projected_remainder.total_cmp(&b.projected_remainder));
    let size = sorted.len().div_ceil(VARIANCE_BINS).max(1);
    let to_deviation = 1.0 / normal_quantile(0.75);
    let points: Vec<(f64, f64)> = sorted
        .chunks(size)
        .map(|bin| {
            let mut logs: Vec<f64> = bin.iter().map(|one| one.log_difference.abs()).collect();
            logs.sort_by(f64::total_cmp);
            let inverse = bin.iter().map(|one| 1.0 / (one.projected_remainder + 1.0)).sum::<f64>() / bin.len() as f64;
            (inverse, (logs[logs.len() / 2] * to_deviation).powi(2))
        })
        .collect();
    let n = points.len() as f64;
    let mean_x = points.iter().map(|(x, _)| x).sum::<f64>() / n;
    let mean_y = points.iter().map(|(_, y)| y).sum::<f64>() / n;
    let sxx: f64 = points.iter().map(|(x, _)| (x - mean_x).powi(2)).sum();
    let sxy: f64 = points.iter().map(|(x, y)| (x - mean_x) * (y - mean_y)).sum();
    let noise = if sxx > 1e-12 { (sxy / sxx).clamp(0.0, 20.0) } else { 1.0 };
    let level = (mean_y - noise * mean_x).max(mean_y * 0.05).max(1e-8);
    (level, noise)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_never_narrow_with_the_distance_and_widen_for_small_counts() {
        let at = |size: f64| -> Vec<LogError> {
            let error = |place: i32| {
                let remainder = f64::from(place % 20 * 50);
                let sign = if place % 2 == 0 { 1.0 } else { -1.0 };
                let log = sign * f64::from(place % 7) / 7.0 * (size + 1.0 / (remainder + 1.0)).sqrt();
                LogError { projected_remainder: remainder, log_difference: log }
            };
            (0..400).map(error).collect()
        };
        let (near, far) = (at(0.01), at(0.2));
        let widths = |distances: &[&[LogError]], rest| {
            WidthModel::from_errors_by_distance(distances, Some(40), 0.3).half_widths(rest)
        };
        assert!(widths(&[&near, &far], 500.0)[1] >= widths(&[&near], 500.0)[1]);
        assert!(widths(&[&far, &near], 500.0)[1] >= widths(&[&near], 500.0)[1]);
        assert!(widths(&[&near], 2.0)[1] > widths(&[&near], 500.0)[1]);
        assert!(widths(&[], 500.0)[1] > 0.4);
    }
}
