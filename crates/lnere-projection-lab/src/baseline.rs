/*!
Forecasts with the baselines that every method must beat: damped Holt, drift and naive. They are
fitted to the cumulative counts.

Formulae: Hyndman, Koehler, Ord and Snyder 2008, "Forecasting with Exponential Smoothing", ch. 2 and 6;
Hyndman and Athanasopoulos 2021, "Forecasting: Principles and Practice", 3rd edition, §5.2, §5.5, §8.2.
*/

use lnere_projection::quantile_functions::normal_quantile;

/// The cumulative counts of a unit by day, up to the corte.
#[derive(Clone, Copy, Debug)]
pub struct ObservedCurve<'a> {
    /// The counts.
    pub cumulative: &'a [f64],
    /// Days from the corte to the close.
    pub days_to_close: usize,
}

impl ObservedCurve<'_> {
    fn current_count(&self) -> f64 {
        self.cumulative.last().copied().unwrap_or(0.0)
    }
}

/// A forecast from the counts of the process alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Baseline {
    /// Damped Holt on the cumulative counts, ETS(A,Ad,N).
    DampedHolt,
    /// Random walk with drift on the cumulative counts.
    Drift,
    /// No further applications.
    Naive,
}

/// The fewest days for a fit of damped Holt, which has five parameters.
const MIN_HOLT_DAYS: usize = 9;

/// A forecast of the count at the close, with the half-widths of its own 50 % and 90 % intervals.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BaselineForecast {
    /// The expected count at the close.
    pub point_forecast: f64,
    /// Half of the width of the 50 % interval.
    pub half_width_50: f64,
    /// Half of the width of the 90 % interval.
    pub half_width_90: f64,
}

impl BaselineForecast {
    /// A forecast with normal errors; it is never below the present count.
    fn new(point: f64, deviation: f64, curve: &ObservedCurve) -> Option<Self> {
        if !point.is_finite() || !deviation.is_finite() {
            return None;
        }
        let half = |p| normal_quantile(p) * deviation;
        Some(Self {
            point_forecast: point.max(curve.current_count()),
            half_width_50: half(0.75),
            half_width_90: half(0.95),
        })
    }
}

/// The forecast of a baseline. `None` at the close, and for fewer days than the
/// baseline needs: two, or nine for damped Holt.
#[must_use]
pub fn forecast(method: Baseline, curve: &ObservedCurve) -> Option<BaselineForecast> {
    if curve.days_to_close == 0 || curve.cumulative.len() < 2 {
        return None;
    }
    match method {
        Baseline::DampedHolt => damped_holt_forecast(curve),
        Baseline::Drift => drift_forecast(curve),
        Baseline::Naive => naive_forecast(curve),
    }
}

/// The last count, with the errors of a random walk.
fn naive_forecast(curve: &ObservedCurve) -> Option<BaselineForecast> {
    let steps = || curve.cumulative.windows(2).map(|step| step[1] - step[0]);
    let variance = steps().map(|step| step * step).sum::<f64>() / steps().count() as f64;
    BaselineForecast::new(curve.current_count(), (variance * curve.days_to_close as f64).sqrt(), curve)
}

/// The line through the first and the last count, with the errors of a random walk with drift. The
/// variance over `h` days is `σ² h (1 + h/(n-1))`, with `n` days and the variance `σ²` of the
/// steps.
fn drift_forecast(curve: &ObservedCurve) -> Option<BaselineForecast> {
    let steps = || curve.cumulative.windows(2).map(|step| step[1] - step[0]);
    let (count, horizon) = (steps().count() as f64, curve.days_to_close as f64);
    let slope = steps().sum::<f64>() / count;
    let squares = steps().map(|step| (step - slope).powi(2)).sum::<f64>();
    let variance = squares / (count - 1.0).max(1.0) * horizon * (1.0 + horizon / count);
    BaselineForecast::new(curve.current_count() + slope * horizon, variance.sqrt(), curve)
}

/// `ETS(A,Ad,N)` with the parameters of least squares.
fn damped_holt_forecast(curve: &ObservedCurve) -> Option<BaselineForecast> {
    if curve.cumulative.len() < MIN_HOLT_DAYS {
        return None;
    }
    let holt = DampedHolt::fit_least_squares(curve.cumulative);
    let state = holt.smooth_curve(curve.cumulative);
    let degrees = curve.cumulative.len() as f64 - 5.0;
    let (mut damped, mut sum) = (0.0, 1.0);
    for step in 1..=curve.days_to_close {
        damped += holt.damping.powi(i32::try_from(step).ok()?);
        if step < curve.days_to_close {
            sum += (holt.level_smoothing + holt.trend_smoothing * damped).powi(2);
        }
    }
    let variance = state.squared_error_sum / degrees * sum;
    BaselineForecast::new(state.level + damped * state.trend, variance.sqrt(), curve)
}

/// The smoothing parameters `α`, `β` and `φ`.
#[derive(Clone, Copy, Debug)]
struct DampedHolt {
    level_smoothing: f64,
    trend_smoothing: f64,
    damping: f64,
}

/// Level and trend after the last day, and the squared errors of one day ahead.
struct HoltState {
    level: f64,
    trend: f64,
    squared_error_sum: f64,
}

impl DampedHolt {
    /// The least-squares parameters within `0 < α < 1`, `0 < β ≤ α` and `0.8 ≤ φ ≤ 0.98`. A grid is
    /// refined around its best point until a step is below the third decimal.
    fn fit_least_squares(curve: &[f64]) -> Self {
        // Maps the unit cube to φ, α and β/α.
        let holt = |[damping, level, trend]: [f64; 3]| {
            let level_smoothing = 0.001 + 0.998 * level;
            Self {
                level_smoothing,
                trend_smoothing: level_smoothing * (0.001 + 0.999 * trend),
                damping: 0.8 + 0.18 * damping,
            }
        };
        let squares = |point: [f64; 3]| holt(point).smooth_curve(curve).squared_error_sum;
        let mut best = ([0.5; 3], squares([0.5; 3]));
        let improve = |point: [f64; 3], best: &mut ([f64; 3], f64)| {
            let point = point.map(|coordinate| coordinate.clamp(0.0, 1.0));
            let found = squares(point);
            let is_better = found < best.1;
            if is_better {
                *best = (point, found);
            }
            is_better
        };
        for place in 0_u32..4 * 8 * 8 {
            let coordinate = |place: u32, of: u32| f64::from(place % of) / f64::from(of - 1);
            improve([coordinate(place, 4), coordinate(place / 4, 8), coordinate(place / 32, 8)], &mut best);
        }
        let mut step = 1.0 / 14.0;
        while step > 0.001 {
            let mut is_better = false;
            for axis in 0..3 {
                for sign in [-1.0, 1.0] {
                    let mut point = best.0;
                    point[axis] += sign * step;
                    is_better |= improve(point, &mut best);
                }
            }
            if !is_better {
                step /= 2.0;
            }
        }
        holt(best.0)
    }

    /// Follows the curve from its first day; the first trend is the mean of the first four steps.
    fn smooth_curve(self, curve: &[f64]) -> HoltState {
        let first = curve.len().min(5) - 1;
        let trend = (curve[first] - curve[0]) / first as f64;
        let mut state = HoltState { level: curve[0], trend, squared_error_sum: 0.0 };
        for count in &curve[1..] {
            let expected = state.level + self.damping * state.trend;
            let error = count - expected;
            state.level = expected + self.level_smoothing * error;
            state.trend = self.damping * state.trend + self.trend_smoothing * error;
            state.squared_error_sum += error * error;
        }
        state
    }
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
        let course = ObservedCurve { cumulative: &known, days_to_close: 30 };
        let line = known[59] + 30.0 * (known[59] - known[0]) / 59.0;
        assert_eq!(forecast(Baseline::Drift, &course).expect("fits").point_forecast, line);
        assert_eq!(forecast(Baseline::Naive, &course).expect("fits").point_forecast, known[59]);
        assert!(forecast(Baseline::DampedHolt, &course).expect("fits").point_forecast > known[59]);
    }

    /// The forecast continues a curve that follows the recursion of damped Holt. The tolerance is
    /// three per cent, because the first trend is a mean of four steps.
    #[test]
    fn damped_holt_continues_a_damped_trend() {
        let (mut level, mut trend) = (0.0, 50.0);
        let known: Vec<f64> = (0..120)
            .map(|_| {
                trend *= 0.9;
                level += trend;
                level
            })
            .collect();
        let found = forecast(Baseline::DampedHolt, &ObservedCurve { cumulative: &known[..30], days_to_close: 90 })
            .expect("fits");
        assert!((found.point_forecast / known[119] - 1.0).abs() < 0.03, "{} {}", found.point_forecast, known[119]);
    }

    #[test]
    fn intervals_widen_with_their_probability() {
        let known: Vec<f64> = (0..90).map(|day| f64::from(day * day) / 9.0 + f64::from(day % 7)).collect();
        for method in [Baseline::DampedHolt, Baseline::Drift, Baseline::Naive] {
            let found = forecast(method, &ObservedCurve { cumulative: &known, days_to_close: 42 }).expect("fits");
            assert!(found.half_width_90 > found.half_width_50 && found.half_width_50 > 0.0, "{found:?}");
        }
    }

    #[test]
    fn what_cannot_be_fitted_is_left_out() {
        let flat = vec![0.0; 40];
        for known in [&flat[..3], &flat[..0]] {
            assert_eq!(forecast(Baseline::DampedHolt, &ObservedCurve { cumulative: known, days_to_close: 10 }), None);
        }
        let _ = forecast(Baseline::DampedHolt, &ObservedCurve { cumulative: &flat, days_to_close: 10 });
    }
}
