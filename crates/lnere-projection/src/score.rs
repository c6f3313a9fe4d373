/*!
Scores a projection: interval score, weighted interval score and scaled error.
*/

use super::Quantiles;

/// Interval score of a central `(1 − α)` interval: `(u − l) + 2/α · (l − y)⁺ + 2/α · (y − u)⁺`
/// (Gneiting and Raftery 2007, JASA 102, eq. 43). In the units of `y`; smaller is better.
#[must_use]
pub fn interval_score(lower: f64, upper: f64, alpha: f64, outcome: f64) -> f64 {
    (upper - lower) + 2.0 / alpha * ((lower - outcome).max(0.0) + (outcome - upper).max(0.0))
}

/// Weighted interval score with the median and the 50 % and 90 % intervals:
/// `1/(K + ½) · (½ |y − m| + Σ αₖ/2 · ISₖ)` with `K = 2`, `α = 0.5, 0.1` (Bracher, Ray, Gneiting
/// and Reich 2021, PLOS Comput. Biol. 17, e1008618, eq. 1). In applications.
#[must_use]
pub fn weighted_interval_score(quantiles: &Quantiles, outcome: i64) -> f64 {
    let outcome = outcome as f64;
    let of =
        |lower: i64, upper: i64, alpha: f64| alpha / 2.0 * interval_score(lower as f64, upper as f64, alpha, outcome);
    let median = 0.5 * (outcome - quantiles.median as f64).abs();
    let intervals = of(quantiles.lower_50, quantiles.upper_50, 0.5) + of(quantiles.lower_90, quantiles.upper_90, 0.1);
    (median + intervals) / 2.5
}

/// Mean absolute scaled error: mean `|yₜ − ŷₜ|` over the mean absolute step of the known curve,
/// `1/(n−1) · Σ |yᵢ − yᵢ₋₁|` (Hyndman and Koehler 2006, Int. J. Forecasting 22, sec. 2). No unit.
/// `None` if the curve never changed or has fewer than two points, or without forecasts.
#[must_use]
pub fn mean_absolute_scaled_error(known: &[f64], pairs: &[(f64, f64)]) -> Option<f64> {
    let steps: f64 = known.windows(2).map(|step| (step[1] - step[0]).abs()).sum();
    let scale = steps / known.len().saturating_sub(1).max(1) as f64;
    let error: f64 = pairs.iter().map(|(outcome, forecast)| (outcome - forecast).abs()).sum();
    (scale > 0.0 && !pairs.is_empty()).then(|| error / pairs.len() as f64 / scale)
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXAMPLE_QUANTILES: Quantiles =
        Quantiles { lower_90: 80, lower_50: 95, median: 100, upper_50: 110, upper_90: 130 };

    #[test]
    fn wis_by_hand_on_five_points() {
        // Widths: 15 at 50 %, 50 at 90 %. (½·|y−m| + ¼·IS50 + 1/20·IS90) / 2.5.
        let by_hand = [
            (100, (0.0 + 0.25 * 15.0 + 0.05 * 50.0) / 2.5),
            (110, (5.0 + 0.25 * 15.0 + 0.05 * 50.0) / 2.5),
            (120, (10.0 + 0.25 * (15.0 + 4.0 * 10.0) + 0.05 * 50.0) / 2.5),
            (140, (20.0 + 0.25 * (15.0 + 4.0 * 30.0) + 0.05 * (50.0 + 20.0 * 10.0)) / 2.5),
            (70, (15.0 + 0.25 * (15.0 + 4.0 * 25.0) + 0.05 * (50.0 + 20.0 * 10.0)) / 2.5),
        ];
        let numbers = [2.5, 4.5, 10.5, 26.5, 22.5];
        for ((outcome, hand), number) in by_hand.into_iter().zip(numbers) {
            let wis = weighted_interval_score(&EXAMPLE_QUANTILES, outcome);
            assert!((wis - hand).abs() < 1e-12 && (wis - number).abs() < 1e-12, "{outcome}: {wis}");
        }
    }

    #[test]
    fn mase_by_hand_on_five_points() {
        // Steps 1, 3, 2, 4, mean 2.5; errors 5 and 10, mean 7.5.
        let known = [10.0, 11.0, 14.0, 12.0, 16.0];
        assert_eq!(mean_absolute_scaled_error(&known, &[(20.0, 15.0), (30.0, 40.0)]), Some(3.0));
        assert_eq!(mean_absolute_scaled_error(&known, &[]), None);
        assert_eq!(mean_absolute_scaled_error(&[3.0, 3.0], &[(1.0, 2.0)]), None);
    }
}
