/*!
Computes the prior totals of entities from earlier totals and credentials, and their scale.
*/

use super::curve_panel::ProcessCurves;
use super::{ObservedProcess, Settings};

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

    /// `M = Σ Mₑ`.
    pub fn unscaled_national_mean(&self) -> f64 {
        self.entity_means.iter().sum()
    }
}
