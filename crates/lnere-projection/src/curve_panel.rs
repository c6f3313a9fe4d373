/*!
Stores curves in arrays: a process by cell, entity and nation, and the observed part of a curve at a
corte.
*/

use std::collections::BTreeMap;

use super::development_pattern::daily_decay;
use super::{ObservedProcess, ProjectionError, Reference, ReferenceProblem, Series, SeriesProblem};
use lnere_core::catalog::EntityId;

/// A process by cell (entity and modality), by entity and as a whole; each is a cumulative curve by
/// day.
#[derive(Clone, Debug)]
pub(super) struct ProcessCurves {
    pub entities: Vec<EntityId>,
    pub modalities: Vec<u8>,
    /// The entity and modality of each cell, sorted by entity and then modality.
    pub entity_and_modality_by_cell: Vec<(EntityId, u8)>,
    /// The index in `entities` of each cell.
    pub entity_of_cell: Vec<usize>,
    pub cell_curves: Vec<Vec<f64>>,
    pub entity_curves: Vec<Vec<f64>>,
    pub national_curve: Vec<f64>,
    /// The number of days of the complete curve, less one.
    pub last_day: usize,
}

/// The cumulative counts of a unit by day, up to the corte, which is `horizon` days before the
/// close.
#[derive(Clone, Copy, Debug)]
pub(super) struct ObservedCurve<'a> {
    pub cumulative: &'a [f64],
    pub days_to_close: usize,
}

impl<'a> ObservedCurve<'a> {
    /// The first days of a complete curve, up to `horizon` days before its end.
    #[inline]
    pub fn up_to_days_before_close(whole: &'a [f64], horizon: usize) -> Self {
        let days = whole.len().saturating_sub(horizon);
        Self { cumulative: &whole[..days], days_to_close: horizon }
    }

    #[inline]
    pub fn current_count(&self) -> f64 {
        self.cumulative.last().copied().unwrap_or(0.0)
    }

    /// Applications of the last `days` days.
    #[inline]
    pub fn applications_in_last_days(&self, days: usize) -> f64 {
        let before = self.cumulative.len().checked_sub(days + 1).map_or(0.0, |place| self.cumulative[place]);
        self.current_count() - before
    }

    /// Recent applications: `Σₐ wₐ xₐ` of
    /// [`total_from_recent_days`](super::development_pattern::DevelopmentPattern::total_from_recent_days).
    #[inline]
    pub fn recent_weighted_applications(&self) -> f64 {
        let decay = daily_decay();
        let (mut weight, mut applications) = (1.0, 0.0);
        for day in (0..self.cumulative.len()).rev() {
            let before = if day == 0 { 0.0 } else { self.cumulative[day - 1] };
            applications += weight * (self.cumulative[day] - before);
            weight *= decay;
        }
        applications
    }
}

impl ProcessCurves {
    /// The projected process up to its corte.
    pub fn from_observed(observed: &ObservedProcess) -> Result<Self, ProjectionError> {
        let length = (observed.closes - observed.opens).num_days();
        let length = usize::try_from(length)
            .map_err(|_| ProjectionError::ClosesBeforeOpening { opens: observed.opens, closes: observed.closes })?;
        let known = (observed.corte - observed.opens).num_days() + 1;
        let known = usize::try_from(known).unwrap_or(0).min(length + 1);
        if observed.series.is_empty() {
            return Err(ProjectionError::NoSeries);
        }
        for one in &observed.series {
            let problem = match &one.cumulative[..] {
                counts if counts.iter().any(|count| *count < 0) => SeriesProblem::Negative,
                counts if counts.windows(2).any(|pair| pair[1] < pair[0]) => SeriesProblem::Falls,
                _ => continue,
            };
            return Err(ProjectionError::BadSeries { entity: one.entity.code(), modality: one.modality, problem });
        }
        Ok(Self::from_series(&observed.series, known, length))
    }

    /// The panel of a reference; without series it contains only the nation.
    pub fn from_reference(reference: &Reference) -> Result<Self, ProjectionError> {
        let bad = |problem| ProjectionError::BadReference { name: reference.name.clone(), problem };
        if reference.total <= 0 {
            return Err(bad(ReferenceProblem::NoApplications));
        }
        let shares = &reference.share_by_horizon;
        if shares.first().is_none_or(|share| (share - 1.0).abs() > 1e-6) {
            return Err(bad(ReferenceProblem::BeginsNotWithOne));
        }
        if shares.iter().any(|share| !(0.0..=1.000_001).contains(share)) {
            return Err(bad(ReferenceProblem::OutOfRange));
        }
        if shares.windows(2).any(|pair| pair[1] > pair[0] + 1e-9) {
            return Err(bad(ReferenceProblem::Falls));
        }
        let mut panel = Self::from_series(&reference.series, longest_series_days(&reference.series), 0);
        if panel.cell_curves.is_empty() {
            panel.national_curve = shares.iter().rev().map(|share| share * reference.total as f64).collect();
        }
        panel.last_day = panel.national_curve.len().saturating_sub(1);
        Ok(panel)
    }

    fn from_series(series: &[Series], days: usize, length: usize) -> Self {
        let mut sums: BTreeMap<(EntityId, u8), Vec<f64>> = BTreeMap::new();
        for one in series {
            let cell = sums.entry((one.entity, one.modality)).or_insert_with(|| vec![0.0; days]);
            for (day, sum) in cell.iter_mut().enumerate() {
                *sum += one.cumulative.get(day).or(one.cumulative.last()).copied().unwrap_or(0) as f64;
            }
        }
        let keys: Vec<(EntityId, u8)> = sums.keys().copied().collect();
        let mut entities: Vec<EntityId> = keys.iter().map(|(entity, _)| *entity).collect();
        entities.dedup();
        let mut modalities: Vec<u8> = keys.iter().map(|(_, modality)| *modality).collect();
        modalities.sort_unstable();
        modalities.dedup();
        let entity_of: Vec<usize> = keys.iter().map(|(entity, _)| entities.partition_point(|e| e < entity)).collect();
        let cells: Vec<Vec<f64>> = sums.into_values().collect();
        let mut by_entity = vec![vec![0.0; days]; entities.len()];
        let mut nation = vec![0.0; days];
        for (cell, entity) in cells.iter().zip(&entity_of) {
            for (day, count) in cell.iter().enumerate() {
                by_entity[*entity][day] += count;
                nation[day] += count;
            }
        }
        Self {
            entities,
            modalities,
            entity_and_modality_by_cell: keys,
            entity_of_cell: entity_of,
            cell_curves: cells,
            entity_curves: by_entity,
            national_curve: nation,
            last_day: length,
        }
    }

    /// Days from the corte to the close.
    pub fn days_to_close(&self) -> usize {
        (self.last_day + 1).saturating_sub(self.national_curve.len())
    }

    /// The index in `modalities` of each cell.
    pub fn modality_of_cell(&self) -> Vec<usize> {
        self.entity_and_modality_by_cell
            .iter()
            .map(|(_, modality)| self.modalities.partition_point(|m| m < modality))
            .collect()
    }

    /// The indices of the cells of an entity.
    pub fn cells_of_entity(&self, entity: usize) -> impl Iterator<Item = usize> + '_ {
        (0..self.cell_curves.len()).filter(move |cell| self.entity_of_cell[*cell] == entity)
    }
}

fn longest_series_days(series: &[Series]) -> usize {
    series.iter().map(|one| one.cumulative.len()).max().unwrap_or(0)
}
