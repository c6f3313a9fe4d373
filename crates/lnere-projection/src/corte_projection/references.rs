/*!
Builds the references of a projection: published curves and exports of other processes.
*/

use chrono::NaiveDate;

use super::observed_from_counts::series_from_cube;
use crate::Reference;
use crate::Series;
use crate::Settings;
use crate::Spread;
use lnere_core::catalog::EntityId;
use lnere_core::process::{Dimension, Process, ProjectionPlan, ReferencePlan};
use lnere_count::CorteCube;

/// The complete curve of an earlier process.
#[derive(Clone, Debug)]
pub struct ReferenceCurve {
    /// The printed name of the process.
    pub title: String,
    /// What the curve counts, in Spanish.
    pub counted_universe: String,
    /// Whether it counts accepted applications alone.
    pub counts_accepted_only: bool,
    /// The publication with the curve.
    pub cited_publication: String,
    /// Whether the projection uses the curve.
    pub is_used_for_projection: bool,
    /// The curve.
    pub reference: Reference,
    /// The cumulative counts of the whole process by days before the close; index 0 is the close.
    pub counts: Vec<CountBeforeClose>,
}

/// A cumulative count of an earlier process.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CountBeforeClose {
    /// The count, rounded to a whole number.
    pub count: i64,
    /// Whether it was computed from the counts of an earlier and a later day.
    pub is_interpolated: bool,
}

/// The days that are added to the days before the close, so that the close itself has a logarithm.
const DAYS_BEFORE_LOGARITHM: f64 = 7.0;

/// The counts of each day by days before the close, from published points; the first is the opening
/// and the last is the close.
///
/// Between two points the count is linear in the logarithm of the days before the close plus 7.
/// Registration grows faster the nearer the close is. Straight lines would give 2020-21 69 per cent
/// of its total three weeks before the close instead of 55.
fn interpolate_points(points: &[(NaiveDate, i64)]) -> Vec<(f64, bool)> {
    let (Some((opens, _)), Some((closes, _))) = (points.first(), points.last()) else { return Vec::new() };
    let distance = |day: NaiveDate| ((*closes - day).num_days() as f64 + DAYS_BEFORE_LOGARITHM).ln();
    let at = |day: NaiveDate| {
        if let Some((_, count)) = points.iter().find(|(other, _)| *other == day) {
            return Some((*count as f64, false));
        }
        let pair = points.windows(2).find(|pair| day < pair[1].0)?;
        let [start, end] = [pair[0].0, pair[1].0].map(distance);
        let part = (start - distance(day)) / (start - end);
        Some((pair[0].1 as f64 + part * (pair[1].1 - pair[0].1) as f64, true))
    };
    let mut counts: Vec<_> = opens.iter_days().take_while(|day| day <= closes).filter_map(at).collect();
    counts.reverse();
    counts
}

/// The counts of [`ReferenceCurve::from_points`] by days before the close, not rounded.
#[must_use]
pub fn joined_counts(points: &[(NaiveDate, i64)]) -> Vec<f64> {
    interpolate_points(points).into_iter().map(|(count, _)| count).collect()
}

impl ReferenceCurve {
    /// Builds the curve from published points; the first is the opening and the last is the close.
    #[must_use]
    pub fn from_points(plan: &ReferencePlan, points: &[(NaiveDate, i64)]) -> Option<Self> {
        let total = points.last()?.1;
        let counts = interpolate_points(points);
        let shares = counts.iter().map(|(count, _)| (count / total as f64).clamp(0.0, 1.0));
        let reference = Reference {
            name: plan.process_id.clone(),
            share_by_horizon: shares.collect(),
            total,
            entity_totals: Vec::new(),
            series: Vec::new(),
        };
        let rounded = |(count, is_interpolated): &(f64, bool)| CountBeforeClose {
            count: count.round() as i64,
            is_interpolated: *is_interpolated,
        };
        Some(Self::new(plan, reference, counts.iter().map(rounded).collect()))
    }

    fn new(plan: &ReferencePlan, reference: Reference, counts: Vec<CountBeforeClose>) -> Self {
        Self {
            title: plan.title.clone(),
            counted_universe: plan.counted_universe.clone(),
            counts_accepted_only: plan.counts_accepted_only,
            cited_publication: plan.cited_publication.clone(),
            is_used_for_projection: plan.is_used_for_projection,
            reference,
            counts,
        }
    }

    /// The counts of an entity by days before the close; `None` if only those of the whole process
    /// are known, or if the process had no such entity.
    #[must_use]
    pub fn counts_of_entity(&self, entity: EntityId) -> Option<Vec<CountBeforeClose>> {
        let series: Vec<&Series> = self.reference.series.iter().filter(|one| one.entity == entity).collect();
        (!series.is_empty()).then(|| exact_counts(&series))
    }
}

/// The sums of complete series by days before the close.
fn exact_counts(series: &[&Series]) -> Vec<CountBeforeClose> {
    let days = series.iter().map(|one| one.cumulative.len()).max().unwrap_or(0);
    let sum = |day: usize| series.iter().filter_map(|one| one.cumulative.get(day).or(one.cumulative.last())).sum();
    (0..days).rev().map(|day| CountBeforeClose { count: sum(day), is_interpolated: false }).collect()
}

/// The curve of another process from the counts at its close. Its modalities are matched by code. A
/// modality that the projected process lacks counts as unidentified.
#[must_use]
pub fn curve_from_exports(
    plan: &ReferencePlan,
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
    let counts = exact_counts(&series.iter().collect::<Vec<_>>());
    ReferenceCurve::new(plan, Reference::from_series(&plan.process_id, series), counts)
}

/// Converts the assumptions of the process file into projection settings.
pub(super) fn projection_settings(plan: &ProjectionPlan) -> Settings {
    let mut settings = Settings {
        applications_per_credential: plan.applications_per_credential.map(|one| one.applications),
        prior_modality_shares: plan.modality_shares.clone(),
        prior_accepted_share: plan.acceptance.accepted_share,
        prior_acceptance_weight: plan.acceptance.weight,
        acceptance_drift: plan.acceptance.drift_sd,
        spread: Spread {
            deviation: plan.spread.deviation,
            weight: plan.spread.weight,
            entity_deviation: plan.spread.entity_deviation,
            ..Spread::default()
        },
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

#[cfg(test)]
mod tests {
    use super::*;

    fn points<const N: usize>(points: [(&str, i64); N]) -> Vec<(NaiveDate, i64)> {
        points.map(|(day, count)| (day.parse().unwrap(), count)).to_vec()
    }

    /// The shares in per cent, to one decimal, so many days before the close.
    fn shares<const N: usize>(points: &[(NaiveDate, i64)], days: [usize; N]) -> [f64; N] {
        let (counts, total) = (interpolate_points(points), points.last().unwrap().1 as f64);
        days.map(|day| (counts[day].0 / total * 1_000.0).round() / 10.0)
    }

    #[test]
    fn a_curve_goes_through_its_points_and_ends_with_all() {
        let points = points([("2020-09-01", 83), ("2021-01-25", 12_005), ("2021-03-10", 33_698)]);
        let counts = interpolate_points(&points);
        assert_eq!(counts.len(), 191);
        assert_eq!([counts[0], counts[44], counts[190]], [(33_698.0, false), (12_005.0, false), (83.0, false)]);
        assert!(counts.windows(2).all(|pair| pair[1].0 <= pair[0].0));
        assert_eq!(counts.iter().filter(|(_, is_interpolated)| !is_interpolated).count(), 3);
    }

    /// By straight lines these would be 69 and 34.8 per cent.
    #[test]
    fn points_are_joined_in_the_logarithm_of_the_days_to_the_close() {
        let of_2020_21 = [
            ("2020-09-01", 83),
            ("2020-11-27", 5_574),
            ("2020-12-04", 6_889),
            ("2021-01-25", 12_005),
            ("2021-03-10", 33_698),
        ];
        assert_eq!(shares(&points(of_2020_21), [21]), [55.1]);
        let of_2023_24 = [
            ("2023-08-31", 0),
            ("2023-09-03", 1_707),
            ("2023-10-31", 36_810),
            ("2024-01-25", 100_156),
            ("2024-01-31", 109_358),
            ("2024-02-13", 142_568),
            ("2024-02-20", 190_843),
            ("2024-02-23", 201_353),
            ("2024-02-25", 226_661),
        ];
        assert_eq!(shares(&points(of_2023_24), [60]), [30.8]);
    }
}
