/*!
Combines methods with weights inverse to their mean squared error.
*/

use std::collections::BTreeMap;

use super::Method;

/// Squared errors by method: their sum and their number. An error is `(R̂ − R)/(U + 1)`, a share of
/// the total `U`. On this scale an estimate of twice the remainder costs more than an estimate of
/// half of it, as in applications. A logarithmic scale would cost both the same.
#[derive(Clone, Debug, Default)]
pub(super) struct Losses(BTreeMap<Method, [f64; 2]>);

impl Losses {
    /// The losses of projections; each has its remainders by method, the true remainder and the
    /// total.
    pub fn from_projections<'a>(projections: impl IntoIterator<Item = (&'a [(Method, f64)], f64, f64)>) -> Self {
        let mut losses = Self::default();
        for (rests, truth, total) in projections {
            for (method, rest) in rests {
                losses.add_loss(*method, [((rest - truth) / (total + 1.0)).powi(2), 1.0]);
            }
        }
        losses
    }

    /// The sum of several losses.
    pub fn sum(parts: &[Self]) -> Self {
        let mut sum = Self::default();
        for (method, loss) in parts.iter().flat_map(|part| &part.0) {
            sum.add_loss(*method, *loss);
        }
        sum
    }

    /// The losses without some of the projections that they contain.
    pub fn without(&self, some: &Self) -> Self {
        let mut rest = self.clone();
        for (method, [sum, count]) in &some.0 {
            rest.add_loss(*method, [-sum, -count]);
        }
        rest
    }

    fn add_loss(&mut self, method: Method, loss: [f64; 2]) {
        let own = self.0.entry(method).or_default();
        *own = [own[0] + loss[0], own[1] + loss[1]];
    }

    /// The weight of each method, in proportion to `1/mean e²`. These are the weights of Bates and
    /// Granger 1969 ("The combination of forecasts", Operational Research Quarterly 20) without
    /// correlations, which sixty references cannot estimate. A method without an error has no
    /// weight.
    pub fn method_weights(&self, methods: impl Iterator<Item = Method>) -> Vec<(Method, f64)> {
        let weight = |method: Method| {
            let [sum, count] = *self.0.get(&method)?;
            (count > 0.5).then(|| (method, count / sum.max(1e-9)))
        };
        let weights: Vec<(Method, f64)> = methods.filter_map(weight).collect();
        let sum: f64 = weights.iter().map(|(_, weight)| weight).sum();
        weights.into_iter().map(|(method, weight)| (method, weight / sum)).collect()
    }

    /// `log (R + 1) = Σₘ wₘ log (Rₘ + 1)`; `None` if no method has a weight.
    pub fn combine_remainders(&self, rests: &[(Method, f64)]) -> Option<f64> {
        let weights = self.method_weights(rests.iter().map(|(method, _)| *method));
        let log = |(method, weight): &(Method, f64)| {
            let rest = rests.iter().find(|(one, _)| one == method).map_or(0.0, |(_, rest)| *rest);
            weight * rest.max(0.0).ln_1p()
        };
        (!weights.is_empty()).then(|| weights.iter().map(log).sum::<f64>().exp_m1())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_method_that_errs_twice_as_much_weighs_a_quarter() {
        let losses =
            Losses::from_projections([(&[(Method::RecentLadder, 120.0), (Method::Drift, 140.0)][..], 100.0, 199.0)]);
        let rests = [(Method::RecentLadder, 99.0), (Method::Drift, 9.0)];
        let expected = 10.0_f64.powf((2.0 * 4.0 + 1.0) / 5.0) - 1.0;
        assert!((losses.combine_remainders(&rests).expect("weights") - expected).abs() < 1e-9);
        assert_eq!(losses.combine_remainders(&[(Method::ChainLadder, 5.0)]), None);

        let other =
            Losses::from_projections([(&[(Method::RecentLadder, 50.0), (Method::Drift, 200.0)][..], 100.0, 199.0)]);
        let again = Losses::sum(&[losses, other.clone()]).without(&other).combine_remainders(&rests).expect("weights");
        assert!((again - expected).abs() < 1e-6, "{again}");
    }
}
