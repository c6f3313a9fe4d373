/*!
Projects the share of applications that is accepted, and from it the LNERE. Applications and the
LNERE are different universes: this module never changes a count of applications.
*/

use super::quantile_functions::normal_quantile;
use super::{DecidedCounts, Quantiles, Settings};

/// The state of the analysis of the applications of one entity.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct AcceptanceEstimate {
    pub accepted: i64,
    pub decided: i64,
    /// The expected share of the undecided applications that will be accepted.
    expected_accepted_share: f64,
    /// The weight of that share, as a number of applications.
    share_weight: f64,
}

/// Estimates the state of the analysis of each entity, from its decided and its registered
/// applications.
///
/// The share of the nation is the mean of a beta after a binomial count, `θ = (w π + A)/(w + D)`,
/// with `π` and `w` from the settings. The share of an entity is shrunk to it:
/// `θₑ = (K θ + Aₑ)/(K + Dₑ)`. Here `K = θ(1 − θ)/τ² − 1`, kept between 10 and 5,000. `τ²` is the
/// variance between entities by the method of moments,
/// `(Σ Dₑ(Aₑ/Dₑ − θ)² − (E − 1) θ(1 − θ))/(D − Σ Dₑ²/D)` (Kleinman 1973, JASA 68, "Proportions with
/// extraneous variance").
pub(super) fn estimate_acceptance(
    decided: &[DecidedCounts],
    registered: &[i64],
    settings: &Settings,
) -> Vec<AcceptanceEstimate> {
    let bounded: Vec<(i64, i64)> = decided
        .iter()
        .zip(registered)
        .map(|(one, registered)| {
            let accepted = one.accepted.clamp(0, *registered);
            (accepted, one.refused.clamp(0, registered - accepted) + accepted)
        })
        .collect();
    let weight = settings.prior_acceptance_weight.max(0.1);
    let all_accepted: f64 = bounded.iter().map(|(accepted, _)| *accepted as f64).sum();
    let all_decided: f64 = bounded.iter().map(|(_, decided)| *decided as f64).sum();
    let nation = (weight * settings.prior_accepted_share.clamp(0.001, 0.999) + all_accepted) / (weight + all_decided);
    let nation = nation.clamp(0.001, 0.999);

    let binomial = nation * (1.0 - nation);
    let with_any: Vec<(f64, f64)> =
        bounded.iter().filter(|(_, decided)| *decided > 0).map(|(a, d)| (*a as f64, *d as f64)).collect();
    let squares: f64 = with_any.iter().map(|(a, d)| d * (a / d - nation).powi(2)).sum();
    let spread = all_decided - with_any.iter().map(|(_, d)| d * d).sum::<f64>() / all_decided.max(1.0);
    let between = (squares - (with_any.len() as f64 - 1.0).max(0.0) * binomial) / spread.max(1.0);
    let shrinkage_weight = if between > 0.0 { (binomial / between - 1.0).clamp(10.0, 5000.0) } else { 5000.0 };
    let towards = shrinkage_weight.min(weight + all_decided);

    bounded
        .into_iter()
        .map(|(accepted, decided)| AcceptanceEstimate {
            accepted,
            decided,
            expected_accepted_share: (towards * nation + accepted as f64) / (towards + decided as f64),
            share_weight: towards + decided as f64,
        })
        .collect()
}

/// The LNERE of each entity and of the nation, from the applications at the close, for each
/// quantile.
///
/// `L = A + θ (N − D)`. On each side the distance from the median is `√((θ ΔN)² + ((N − D) Δθ)²)`,
/// because the two terms are independent. `Δθ` is normal, cut off at 0 and 1. Its variance is the
/// variance of a beta-binomial share of `n = N − D`, `θ(1 − θ)/(W + 1) · (W + n)/n`, plus the
/// square of the drift in the settings. All entities share this drift.
pub(super) fn list_quantiles(
    entities: &[Quantiles],
    nation: &Quantiles,
    estimates: &[AcceptanceEstimate],
    drift: f64,
) -> (Vec<Quantiles>, Quantiles) {
    let open_of = |quantiles: &Quantiles, one: &AcceptanceEstimate| (quantiles.median - one.decided).max(0) as f64;
    let own_variance = |one: &AcceptanceEstimate, open: f64| {
        let binomial = one.expected_accepted_share * (1.0 - one.expected_accepted_share);
        if open > 0.0 { binomial / (one.share_weight + 1.0) * (one.share_weight + open) / open } else { 0.0 }
    };
    let parts: Vec<Quantiles> = entities
        .iter()
        .zip(estimates)
        .map(|(quantiles, one)| {
            let open = open_of(quantiles, one);
            let deviation = (own_variance(one, open) + drift * drift).sqrt();
            list_from_applications(quantiles, one.accepted, open, one.expected_accepted_share, deviation)
        })
        .collect();

    let open: f64 = entities.iter().zip(estimates).map(|(quantiles, one)| open_of(quantiles, one)).sum();
    let accepted: i64 = estimates.iter().map(|one| one.accepted).sum();
    let median: i64 = parts.iter().map(|part| part.median).sum();
    let share = if open > 0.0 { ((median - accepted) as f64 / open).clamp(0.0, 1.0) } else { 0.0 };
    let variance: f64 = entities
        .iter()
        .zip(estimates)
        .map(|(quantiles, one)| {
            let open = open_of(quantiles, one);
            own_variance(one, open) * open * open
        })
        .sum();
    let deviation = (variance / open.max(1.0).powi(2) + drift * drift).sqrt();
    let whole = Quantiles { median, ..list_from_applications(nation, accepted, open, share, deviation) };
    (parts, limited_to_applications(whole.sorted_around_median(), nation, accepted))
}

fn list_from_applications(applications: &Quantiles, accepted: i64, open: f64, share: f64, deviation: f64) -> Quantiles {
    let median = accepted as f64 + share * open;
    let side = |bound: i64, p: f64| {
        let from_count = share * (bound - applications.median) as f64;
        let from_share = open * ((share + normal_quantile(p) * deviation).clamp(0.0, 1.0) - share);
        from_count.hypot(from_share)
    };
    let quantiles = Quantiles {
        lower_90: (median - side(applications.lower_90, 0.05)).floor() as i64,
        lower_50: (median - side(applications.lower_50, 0.25)).floor() as i64,
        median: median.round() as i64,
        upper_50: (median + side(applications.upper_50, 0.75)).ceil() as i64,
        upper_90: (median + side(applications.upper_90, 0.95)).ceil() as i64,
    };
    limited_to_applications(quantiles.sorted_around_median(), applications, accepted)
}

/// Limits each quantile to the range from the accepted applications to the quantile of the
/// applications.
pub(super) fn limited_to_applications(list: Quantiles, applications: &Quantiles, accepted: i64) -> Quantiles {
    let limit = |of: fn(&Quantiles) -> i64| of(&list).max(accepted).min(of(applications));
    Quantiles {
        lower_90: limit(|q| q.lower_90),
        lower_50: limit(|q| q.lower_50),
        median: limit(|q| q.median),
        upper_50: limit(|q| q.upper_50),
        upper_90: limit(|q| q.upper_90),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decided_counts(accepted: i64, refused: i64) -> DecidedCounts {
        DecidedCounts { accepted, refused }
    }

    #[test]
    fn small_entities_take_the_nations_share() {
        let known = [decided_counts(9_500, 500), decided_counts(0, 2), decided_counts(4_300, 700)];
        let found = estimate_acceptance(&known, &[20_000, 10, 9_000], &Settings::default());
        assert!((found[0].expected_accepted_share - 0.95).abs() < 0.005, "{found:?}");
        assert!(found[1].expected_accepted_share > 0.7 && found[1].expected_accepted_share < 0.95, "{found:?}");
        assert!((found[2].expected_accepted_share - 0.86).abs() < 0.01, "{found:?}");
    }

    /// On the logit scale the drift would be many deviations if the share is near 1.
    #[test]
    fn a_share_near_one_is_not_thought_to_collapse() {
        let known = estimate_acceptance(&[decided_counts(998, 1)], &[1000], &Settings::default());
        let applications =
            Quantiles { lower_90: 9_000, lower_50: 9_500, median: 10_000, upper_50: 11_000, upper_90: 12_000 };
        let (parts, _) = list_quantiles(&[applications], &applications, &known, 0.01);
        assert!(parts[0].lower_90 > 8_700 && parts[0].upper_90 <= 12_000, "{parts:?}");
    }

    #[test]
    fn when_all_is_decided_nothing_is_uncertain() {
        let known = estimate_acceptance(&[decided_counts(96, 4)], &[100], &Settings::default());
        let applications = Quantiles::from_exact_count(100);
        let (parts, nation) = list_quantiles(&[applications], &applications, &known, 0.01);
        assert_eq!((parts[0], nation), (Quantiles::from_exact_count(96), Quantiles::from_exact_count(96)));
    }

    #[test]
    fn after_the_close_only_the_undecided_are_uncertain() {
        let known = estimate_acceptance(&[decided_counts(800, 40)], &[1000], &Settings::default());
        let applications = Quantiles::from_exact_count(1000);
        let (_, nation) = list_quantiles(&[applications], &applications, &known, 0.01);
        assert!(nation.lower_90 < nation.median && nation.median < nation.upper_90, "{nation:?}");
        assert!(nation.lower_90 >= 800 && nation.upper_90 <= 960, "{nation:?}");
    }
}
