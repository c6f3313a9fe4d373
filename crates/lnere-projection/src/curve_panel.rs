/*!
Stores the curves of a process in arrays: by cell, by entity and as a whole.
*/

use std::collections::BTreeMap;

use super::{ObservedProcess, ProjectionError, Series, SeriesProblem};
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

/// The applications of a cumulative curve in its last `days` days.
pub(super) fn applications_in_last_days(curve: &[f64], days: usize) -> f64 {
    let before = curve.len().checked_sub(days + 1).map_or(0.0, |place| curve[place]);
    curve.last().copied().unwrap_or(0.0) - before
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
