/*!
Computes the prior totals of entities from earlier totals and credentials, and their scale.
*/

use super::curve_panel::{ObservedCurve, ProcessCurves};
use super::remaining_applications::FittedParameters;
use super::{Method, ObservedProcess, Settings};

/// Unscaled prior totals `Mₑ` by entity, in the order of the panel.
#[derive(Clone, Debug)]
pub(super) struct PriorTotals {
    pub entity_means: Vec<f64>,
    /// The prior mean of the scale, and its log standard deviation.
    pub scale: f64,
    pub scale_log_sd: f64,
    pub entity_log_sd: f64,
}

impl PriorTotals {
    /// Makes the prior from the settings, with the earlier total of each entity. An entity without
    /// an earlier total gets its credentials times the ratio of totals to credentials of the
    /// others. Without credentials it gets the median of the others. Without any earlier total the
    /// ratio comes from the settings.
    pub fn from_settings(settings: &Settings, observed: &ObservedProcess, panel: &ProcessCurves) -> Option<Self> {
        let find = |list: &[(lnere_core::catalog::EntityId, i64)], entity| {
            list.iter().find(|(one, _)| *one == entity).map(|(_, count)| *count as f64)
        };
        let totals: Vec<Option<f64>> =
            panel.entities.iter().map(|entity| find(&settings.prior_totals, *entity)).collect();
        let credentials: Vec<Option<f64>> =
            panel.entities.iter().map(|entity| find(&observed.credentials, *entity)).collect();
        let mut known: Vec<f64> = totals.iter().flatten().copied().collect();
        known.sort_by(f64::total_cmp);
        let (both, issued) = totals.iter().zip(&credentials).fold((0.0, 0.0), |sums, pair| match pair {
            (Some(total), Some(credentials)) => (sums.0 + total, sums.1 + credentials),
            _ => sums,
        });
        let ratio = if issued > 0.0 { both / issued } else { settings.applications_per_credential.unwrap_or(0.0) };
        let median = known.get(known.len() / 2).copied();
        let mean = |(total, credentials): (&Option<f64>, &Option<f64>)| {
            total.or(credentials.map(|count| count * ratio)).or(median).unwrap_or(0.0).max(0.0)
        };
        let means: Vec<f64> = totals.iter().zip(&credentials).map(mean).collect();
        (means.iter().sum::<f64>() > 0.0).then_some(Self {
            entity_means: means,
            scale: settings.prior_scale.max(1e-6),
            scale_log_sd: settings.prior_scale_log_sd.max(0.01),
            entity_log_sd: settings.prior_entity_share_log_sd,
        })
    }

    /// The prior for a reference that is projected from the others: the mean of their totals by
    /// entity.
    pub fn from_other_references<'a>(
        settings: &Settings,
        own: &ProcessCurves,
        others: impl Iterator<Item = &'a ProcessCurves>,
    ) -> Option<Self> {
        let mut sums = vec![0.0; own.entities.len()];
        let mut seen = vec![0.0_f64; own.entities.len()];
        for other in others {
            for (entity, whole) in other.entities.iter().zip(&other.entity_curves) {
                if let Ok(place) = own.entities.binary_search(entity) {
                    sums[place] += whole.last().copied().unwrap_or(0.0);
                    seen[place] += 1.0;
                }
            }
        }
        let means: Vec<f64> = sums.iter().zip(&seen).map(|(sum, seen)| sum / seen.max(1.0)).collect();
        (means.iter().sum::<f64>() > 0.0).then_some(Self {
            entity_means: means,
            scale: 1.0,
            scale_log_sd: settings.prior_scale_log_sd.max(0.01),
            entity_log_sd: settings.prior_entity_share_log_sd,
        })
    }

    /// `M = Σ Mₑ`.
    pub fn unscaled_national_mean(&self) -> f64 {
        self.entity_means.iter().sum()
    }

    /// The scale `s`, learnt from the curve of the nation. It is a mean in logarithms, weighted by
    /// precision, of two scales. `s₀` is the prior scale. `s₁ = R/((1 − p) M)` is the scale at
    /// which the remainder of the prior equals that of the shape regression:
    ///
    /// `log s = (log s₀/v₀ + log s₁/v₁) / (1/v₀ + 1/v₁)`,
    ///
    /// the posterior mean of a normal. `v₁` is the residual variance of the regression over the
    /// references at this distance to the close, plus `1/C` for the count. No unit.
    pub fn posterior_scale(&self, curve: &ObservedCurve, fit: &FittedParameters) -> f64 {
        let before = 1.0 / self.scale_log_sd.powi(2);
        let shown = 1.0 / (fit.residual_log_variance + 1.0 / (curve.current_count() + 0.5));
        let rest = fit.national_remainder(Method::ShapeRegression, curve, None).unwrap_or(0.0);
        let own = (rest + 0.5) / (fit.remaining_share() * self.unscaled_national_mean()).max(1e-9);
        ((before * self.scale.ln() + shown * own.ln()) / (before + shown)).exp()
    }
}
