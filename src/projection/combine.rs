/*!
Combining methods: each weighs as much as it has been right.
*/

use std::collections::BTreeMap;

use super::Method;

/// Sums of squared errors by method, over the same projections. An error is `(R̂ − R)/U`, a share of the total: on
/// this scale, unlike on a logarithmic one, projecting twice too much costs more than half too little, as it does in
/// applications.
#[derive(Clone, Debug, Default)]
pub(super) struct Losses(BTreeMap<Method, f64>);

impl Losses {
    /// Of projections, each with its remainder by method, the true one and the total.
    pub fn of<'a>(projections: impl IntoIterator<Item = (&'a [(Method, f64)], f64, f64)>) -> Self {
        let mut losses = Self::default();
        for (rests, truth, total) in projections {
            for (method, rest) in rests {
                *losses.0.entry(*method).or_default() += ((rest - truth) / (total + 1.0)).powi(2);
            }
        }
        losses
    }

    /// All together.
    pub fn sum(parts: &[Self]) -> Self {
        let mut sum = Self::default();
        for (method, loss) in parts.iter().flat_map(|part| &part.0) {
            *sum.0.entry(*method).or_default() += loss;
        }
        sum
    }

    /// The sums without some of the projections that are in them.
    pub fn without(&self, some: &Self) -> Self {
        Self(self.0.iter().map(|(method, loss)| (*method, loss - some.0.get(method).unwrap_or(&0.0))).collect())
    }

    /// `log (R + 1) = Σₘ wₘ log (Rₘ + 1)` with `wₘ` in proportion to `1/Σ e²`: the weights of Bates and Granger 1969
    /// ("The combination of forecasts", Operational Research Quarterly 20, eq. 5.1) without correlations, which sixty
    /// references cannot tell. `None` where no method has any error to be weighed by.
    pub fn combine(&self, rests: &[(Method, f64)]) -> Option<f64> {
        let (mut sum, mut weights) = (0.0, 0.0);
        for (method, rest) in rests {
            let Some(loss) = self.0.get(method) else { continue };
            let weight = 1.0 / loss.max(1e-9);
            sum += weight * rest.max(0.0).ln_1p();
            weights += weight;
        }
        (weights > 0.0).then(|| (sum / weights).exp_m1())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_method_that_errs_twice_as_much_weighs_a_quarter() {
        let losses = Losses::of([(&[(Method::RecentLadder, 120.0), (Method::Drift, 140.0)][..], 100.0, 199.0)]);
        let rests = [(Method::RecentLadder, 99.0), (Method::Drift, 9.0)];
        let expected = 10.0_f64.powf((2.0 * 4.0 + 1.0) / 5.0) - 1.0;
        assert!((losses.combine(&rests).expect("weights") - expected).abs() < 1e-9);
        assert_eq!(losses.combine(&[(Method::ChainLadder, 5.0)]), None);

        let other = Losses::of([(&[(Method::RecentLadder, 50.0), (Method::Drift, 200.0)][..], 100.0, 199.0)]);
        let again = Losses::sum(&[losses, other.clone()]).without(&other).combine(&rests).expect("weights");
        assert!((again - expected).abs() < 1e-6, "{again}");
    }
}
