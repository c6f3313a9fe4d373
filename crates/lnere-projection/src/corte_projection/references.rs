/*!
Builds the references of a projection: published curves, exports of other processes, and generated
processes.
*/

use chrono::NaiveDate;

use super::observed_from_counts::series_from_cube;
use crate::Reference;
use crate::Settings;
use crate::generated_processes::{ProcessOutline, generate_family};
use lnere_core::catalog::EntityId;
use lnere_core::process::{Dimension, Process, ProjectionPlan};
use lnere_count::CorteCube;

/// The complete curve of an earlier process.
#[derive(Clone, Debug)]
pub struct ReferenceCurve {
    /// The printed name of the process.
    pub title: String,
    /// The curve.
    pub reference: Reference,
}

impl ReferenceCurve {
    /// Builds the curve from published points; the first is the opening and the last is the close.
    /// Between two points the logarithm of the cumulative count plus one is linear, because
    /// registration grows in proportion to its count.
    #[must_use]
    pub fn from_points(name: &str, title: &str, points: &[(NaiveDate, i64)]) -> Option<Self> {
        let (opens, closes) = (points.first()?.0, points.last()?.0);
        let total = points.last()?.1;
        let log = |count: i64| (count as f64).ln_1p();
        let at = |day: NaiveDate| {
            let pair = points.windows(2).find(|pair| day <= pair[1].0)?;
            let part = (day - pair[0].0).num_days() as f64 / (pair[1].0 - pair[0].0).num_days() as f64;
            Some((log(pair[0].1) + part * (log(pair[1].1) - log(pair[0].1))).exp_m1() / total as f64)
        };
        let mut reached: Vec<f64> = opens.iter_days().take_while(|day| *day <= closes).filter_map(at).collect();
        reached.reverse();
        // Rounding of the logarithm must not move the close away from 1.
        *reached.first_mut()? = 1.0;
        let reference = Reference {
            name: name.to_owned(),
            generated: false,
            share_by_horizon: reached.into_iter().map(|share| share.clamp(0.0, 1.0)).collect(),
            total,
            entity_totals: Vec::new(),
            series: Vec::new(),
        };
        Some(Self { title: title.to_owned(), reference })
    }
}

/// The curve of another process from the counts at its close. Its modalities are matched by code. A
/// modality that the projected process lacks counts as unidentified.
#[must_use]
pub fn curve_from_exports(
    name: &str,
    title: &str,
    process: &Process,
    other: &Process,
    cube: &CorteCube,
) -> ReferenceCurve {
    let (ours, theirs) = (process.categories(Dimension::MODALIDAD), other.categories(Dimension::MODALIDAD));
    let mut series = series_from_cube(other, cube, other.closes);
    for one in &mut series {
        let code = theirs.code(one.modality);
        let same = ours.categories().iter().position(|category| category.code == code);
        one.modality = same.and_then(|place| u8::try_from(place).ok()).unwrap_or(ours.unidentified_index());
    }
    ReferenceCurve { title: title.to_owned(), reference: Reference::from_series(name, false, series) }
}

/// Converts the assumptions of the process file into projection settings.
pub(super) fn projection_settings(plan: &ProjectionPlan) -> Settings {
    let mut settings = Settings {
        applications_per_credential: plan.applications_per_credential.map(|one| one.applications),
        prior_modality_shares: plan.modality_shares.clone(),
        prior_accepted_share: plan.acceptance.accepted_share,
        prior_acceptance_weight: plan.acceptance.weight,
        acceptance_drift: plan.acceptance.drift_sd,
        ..Settings::default()
    };
    if let Some(one) = &plan.applications_per_credential {
        settings.prior_scale_log_sd = one.log_sd;
    }
    if let Some(earlier) = &plan.earlier_totals {
        settings.prior_totals.clone_from(&earlier.totals);
        settings.prior_scale = earlier.scale;
        settings.prior_scale_log_sd = earlier.scale_log_sd;
        settings.prior_entity_share_log_sd = earlier.entity_log_sd;
    }
    settings
}

/// Generated processes of the same entities and modalities, from the opening to the given close.
pub(super) fn generate_references(
    process: &Process,
    plan: &ProjectionPlan,
    real: &[Reference],
    closes: NaiveDate,
) -> Vec<Reference> {
    /// The assumed applications of an entity without any information.
    const DEFAULT_ENTITY_APPLICATIONS: f64 = 1_000.0;
    let earlier = |entity: EntityId| {
        let in_settings = plan.earlier_totals.iter().flat_map(|earlier| &earlier.totals);
        let in_references = real.iter().flat_map(|reference| &reference.entity_totals);
        in_settings.chain(in_references).find(|(other, _)| *other == entity).map(|(_, total)| *total as f64)
    };
    let modalities = process.categories(Dimension::MODALIDAD).unidentified_index();
    let share = |modality: u8| {
        let known = plan.modality_shares.iter().find(|(other, _)| *other == modality).map(|(_, share)| *share);
        if plan.modality_shares.is_empty() { 1.0 } else { known.unwrap_or(0.0) }
    };
    let outline = ProcessOutline {
        opens: process.opens,
        closes,
        median_applications: process
            .entities
            .iter()
            .map(|entity| (*entity, earlier(*entity).unwrap_or(DEFAULT_ENTITY_APPLICATIONS)))
            .collect(),
        modality_shares: (0..modalities).map(|modality| (modality, share(modality))).collect(),
    };
    generate_family(plan.generated_plan.seed, plan.generated_plan.process_count, &outline)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_curve_goes_through_its_points_and_ends_with_all() {
        let day = |text: &str| text.parse().unwrap();
        let points = [(day("2020-09-01"), 83), (day("2021-01-25"), 12_005), (day("2021-03-10"), 33_698)];
        let reached = ReferenceCurve::from_points("a", "A", &points).unwrap().reference.share_by_horizon;
        assert_eq!(reached.len(), 191);
        assert_eq!(reached[0], 1.0);
        assert!((reached[44] - 12_005.0 / 33_698.0).abs() < 1e-12);
        assert!((reached[190] - 83.0 / 33_698.0).abs() < 1e-12);
        assert!(reached.windows(2).all(|pair| pair[1] <= pair[0]));
    }
}
