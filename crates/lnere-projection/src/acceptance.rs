/*!
Estimates the share of applications that is accepted, of which the LNERE is made.
*/

use super::{DecidedCounts, Settings};

/// The state of the analysis of the applications of one entity.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct AcceptanceEstimate {
    /// The expected share of the undecided applications that will be accepted.
    pub expected_accepted_share: f64,
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
            expected_accepted_share: (towards * nation + accepted as f64) / (towards + decided as f64),
            share_weight: towards + decided as f64,
        })
        .collect()
}

impl AcceptanceEstimate {
    /// The standard deviation of the share of the undecided, that of a beta with its weight.
    pub fn share_deviation(&self) -> f64 {
        (self.expected_accepted_share * (1.0 - self.expected_accepted_share) / (self.share_weight + 1.0)).sqrt()
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
}
