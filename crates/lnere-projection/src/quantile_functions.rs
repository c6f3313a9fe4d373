/*!
Quantiles of the normal, of Student's t, of Poisson counts and of a sample, to the precision that intervals need.
*/

/// Quantile of the standard normal (Wichura 1988, "Algorithm AS 241", PPND7; error below 1e-7).
#[must_use]
pub fn normal_quantile(p: f64) -> f64 {
    let q = p - 0.5;
    if q.abs() <= 0.425 {
        let r = 0.180_625 - q * q;
        let above = ((59.109_374_72 * r + 159.291_132_02) * r + 50.434_271_938) * r + 3.387_132_717_9;
        let below = ((67.187_563_6 * r + 78.757_757_664) * r + 17.895_169_469) * r + 1.0;
        return q * above / below;
    }
    let tail = if q < 0.0 { p } else { 1.0 - p }.max(f64::MIN_POSITIVE);
    let r = (-tail.ln()).sqrt();
    let value = if r <= 5.0 {
        let r = r - 1.6;
        (((0.170_238_21 * r + 1.306_728_48) * r + 2.756_815_39) * r + 1.423_437_27)
            / ((0.120_211_32 * r + 0.737_001_64) * r + 1.0)
    } else {
        let r = r - 5.0;
        (((0.017_337_203 * r + 0.428_682_94) * r + 3.081_226_38) * r + 6.657_905_11)
            / ((0.012_258_202 * r + 0.241_978_94) * r + 1.0)
    };
    value.copysign(q)
}

/// Quantile of Student's t: Hill 1970 ("Algorithm 396") by way of the expansion of Cornish and
/// Fisher (Abramowitz and Stegun 26.7.5), exact for one and two degrees of freedom; otherwise within 1 % for
/// the quantiles used here.
#[must_use]
pub fn student_quantile(p: f64, degrees: f64) -> f64 {
    if degrees < 1.5 {
        return (std::f64::consts::PI * (p - 0.5)).tan();
    }
    if degrees < 2.5 {
        let a = 4.0 * p * (1.0 - p);
        return 2.0 * (p - 0.5) * (2.0 / a).sqrt();
    }
    let z = normal_quantile(p);
    let (z2, n) = (z * z, degrees);
    let g1 = (z2 + 1.0) * z / 4.0;
    let g2 = ((5.0 * z2 + 16.0) * z2 + 3.0) * z / 96.0;
    let g3 = (((3.0 * z2 + 19.0) * z2 + 17.0) * z2 - 15.0) * z / 384.0;
    z + g1 / n + g2 / (n * n) + g3 / (n * n * n)
}

/// Quantile of a Poisson count: the smallest that is not exceeded with probability `p`. From a mean of 400 on, the
/// normal's, rounded up.
#[must_use]
pub fn poisson_quantile(p: f64, mean: f64) -> i64 {
    if mean.is_nan() || mean <= 0.0 {
        return 0;
    }
    if mean >= 400.0 {
        return (mean + normal_quantile(p) * mean.sqrt()).ceil().max(0.0) as i64;
    }
    let (mut count, mut probability) = (0.0, (-mean).exp());
    let mut sum = probability;
    while sum < p && count < 2_000.0 {
        count += 1.0;
        probability *= mean / count;
        sum += probability;
    }
    count as i64
}

/// The smallest of the sorted values that at least the share `p` of them does not exceed.
#[must_use]
pub fn quantile_of(sorted: &[f64], p: f64) -> Option<f64> {
    let rank = (sorted.len() as f64 * p - 1e-9).ceil() as usize;
    sorted.get(rank.clamp(1, sorted.len().max(1)) - 1).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_those_of_the_tables() {
        let close = |a: f64, b: f64, e: f64| assert!((a - b).abs() < e, "{a} {b}");
        close(normal_quantile(0.95), 1.644_854, 1e-6);
        close(normal_quantile(0.25), -0.674_490, 1e-6);
        close(normal_quantile(0.001), -3.090_232, 1e-6);
        close(student_quantile(0.95, 1.0), 6.313_752, 1e-5);
        close(student_quantile(0.95, 2.0), 2.919_986, 1e-5);
        close(student_quantile(0.95, 3.0), 2.353_363, 0.01);
        close(student_quantile(0.75, 5.0), 0.726_687, 0.001);
        let counts = [0.0, 0.03, 0.5, 5.0, 20.0].map(|mean| [0.05, 0.95].map(|p| poisson_quantile(p, mean)));
        assert_eq!(counts, [[0, 0], [0, 0], [0, 2], [2, 9], [13, 28]]);
        assert_eq!(poisson_quantile(0.95, 400.0), 433);
        assert_eq!(quantile_of(&[1.0, 2.0, 3.0], 0.5), Some(2.0));
        assert_eq!(quantile_of(&[1.0, 2.0, 3.0], 1.0), Some(3.0));
        assert_eq!(quantile_of(&[], 0.9), None);
    }
}
