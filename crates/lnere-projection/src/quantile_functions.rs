/*!
Computes quantiles of the normal, of Student's t, of Poisson counts and of a sample.
*/

use statrs::distribution::{ContinuousCDF, DiscreteCDF, Normal, Poisson, StudentsT};

/// Limits a probability to strictly between 0 and 1, because the library refuses other values.
fn clamp_probability(p: f64) -> f64 {
    p.clamp(f64::EPSILON, 1.0 - f64::EPSILON)
}

/// Quantile of the standard normal.
#[must_use]
pub fn normal_quantile(p: f64) -> f64 {
    Normal::standard().inverse_cdf(clamp_probability(p))
}

/// Quantile of Student's t; fewer than one degree of freedom counts as one, and infinitely many give
/// the normal.
#[must_use]
pub fn student_quantile(p: f64, degrees: f64) -> f64 {
    if degrees.is_infinite() {
        return normal_quantile(p);
    }
    let distribution = StudentsT::new(0.0, 1.0, degrees.max(1.0));
    distribution.map_or_else(|_| normal_quantile(p), |distribution| distribution.inverse_cdf(clamp_probability(p)))
}

/// Quantile of a Poisson count: the smallest count that is not exceeded with probability `p`; 0 if
/// the mean is not positive.
#[must_use]
pub fn poisson_quantile(p: f64, mean: f64) -> i64 {
    let count = Poisson::new(mean).map_or(0, |distribution| distribution.inverse_cdf(clamp_probability(p)));
    i64::try_from(count).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn probabilities_and_means_out_of_range_give_numbers() {
        assert!(normal_quantile(0.0) < -8.0 && normal_quantile(1.0) > 8.0);
        assert!(student_quantile(1.0, 0.0).is_finite());
        assert_eq!([poisson_quantile(0.5, -1.0), poisson_quantile(0.5, f64::NAN), poisson_quantile(0.0, 3.0)], [0; 3]);
    }

    #[test]
    fn quantiles_are_those_of_the_tables() {
        let close = |a: f64, b: f64, e: f64| assert!((a - b).abs() < e, "{a} {b}");
        close(normal_quantile(0.95), 1.644_854, 1e-6);
        close(normal_quantile(0.25), -0.674_490, 1e-6);
        close(normal_quantile(0.001), -3.090_232, 1e-6);
        close(student_quantile(0.95, 1.0), 6.313_752, 1e-5);
        close(student_quantile(0.95, 2.0), 2.919_986, 1e-5);
        close(student_quantile(0.95, 3.0), 2.353_363, 1e-5);
        close(student_quantile(0.75, 5.0), 0.726_687, 1e-5);
        let counts = [0.0, 0.03, 0.5, 5.0, 20.0].map(|mean| [0.05, 0.95].map(|p| poisson_quantile(p, mean)));
        assert_eq!(counts, [[0, 0], [0, 0], [0, 2], [2, 9], [13, 28]]);
        assert_eq!(poisson_quantile(0.95, 400.0), 433);
    }
}
