/*!
The baselines that every method must beat, fitted by `augurs-ets` on the cumulative counts.
*/

use augurs_core::{Fit, Predict};
use augurs_ets::AutoETS;

use super::Method;
use super::panel::ObservedCurve;
use super::quantile_functions::normal_quantile;

/// A forecast of the count at the close, with the half-widths of its own 50 % and 90 % intervals.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Baseline {
    pub point: f64,
    pub half_50: f64,
    pub half_90: f64,
}

/// `None` where the library cannot fit the course (it needs nine days or more).
///
/// Damped Holt is `ETS(A,Ad,N)` with all parameters by maximum likelihood; drift is `ETS(A,A,N)` with
/// `α = 0.9999` and `β = 0.0001`, which is the random walk with drift (Hyndman, Koehler, Ord and Snyder 2008,
/// "Forecasting with Exponential Smoothing", ch. 2 and 6); both with the library's intervals. Naive is
/// the last value, with the interval of a random walk.
pub(super) fn forecast(method: Method, course: &ObservedCurve) -> Option<Baseline> {
    if course.horizon == 0 {
        return None;
    }
    let search = match method {
        Method::DampedHolt => AutoETS::new(1, "AAN").ok()?.damped(true).ok()?,
        Method::Drift => AutoETS::new(1, "AAN").ok()?.damped(false).ok()?.alpha(0.9999).beta(0.0001),
        Method::Naive => return naive(course),
        _ => return None,
    };
    let fitted = search.fit(course.cumulative).ok()?;
    let forecast = fitted.predict(course.horizon, 0.9).ok()?;
    let point = forecast.point.last().copied().filter(|point| point.is_finite())?;
    let upper = forecast.intervals.and_then(|intervals| intervals.upper.last().copied());
    let half_90 = upper.map_or(0.0, |upper| upper - point);
    let half_90 = if half_90.is_finite() { half_90.max(0.0) } else { 0.0 };
    let half_50 = half_90 * normal_quantile(0.75) / normal_quantile(0.95);
    Some(Baseline { point: point.max(course.count()), half_50, half_90 })
}

fn naive(course: &ObservedCurve) -> Option<Baseline> {
    let (days, sum) = course
        .cumulative
        .windows(2)
        .fold((0.0, 0.0), |(days, sum), step| (days + 1.0, sum + (step[1] - step[0]).powi(2)));
    if days == 0.0 {
        return None;
    }
    let deviation = (sum / days * course.horizon as f64).sqrt();
    let half = |p| normal_quantile(p) * deviation;
    Some(Baseline { point: course.count(), half_50: half(0.75), half_90: half(0.95) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drift_is_the_line_from_the_first_to_the_last_point() {
        let known: Vec<f64> = (0..60)
            .scan(0.0, |sum, day| {
                *sum += 3.0 + f64::from(day * 7 % 5);
                Some(*sum)
            })
            .collect();
        let course = ObservedCurve { cumulative: &known, horizon: 30 };
        let line = known[59] + 30.0 * (known[59] - known[0]) / 59.0;
        let found = forecast(Method::Drift, &course).expect("fits");
        assert!((found.point / line - 1.0).abs() < 0.01, "{} {line}", found.point);
        assert_eq!(forecast(Method::Naive, &course).expect("fits").point, known[59]);
        assert!(forecast(Method::DampedHolt, &course).expect("fits").point > known[59]);
    }

    /// The library draws random paths for some models; it must not for these.
    #[test]
    fn the_same_course_gives_the_same_interval() {
        let known: Vec<f64> = (0..90).map(|day| f64::from(day * day) / 9.0 + f64::from(day % 7)).collect();
        for method in [Method::DampedHolt, Method::Drift] {
            let course = ObservedCurve { cumulative: &known, horizon: 42 };
            let found = forecast(method, &course).expect("fits");
            assert_eq!(Some(found), forecast(method, &course));
            assert!(found.half_90 > found.half_50 && found.half_50 > 0.0, "{found:?}");
        }
    }

    #[test]
    fn what_cannot_be_fitted_is_left_out() {
        let flat = vec![0.0; 40];
        for known in [&flat[..3], &flat[..0]] {
            assert_eq!(forecast(Method::DampedHolt, &ObservedCurve { cumulative: known, horizon: 10 }), None);
        }
        let _ = forecast(Method::DampedHolt, &ObservedCurve { cumulative: &flat, horizon: 10 });
    }
}
