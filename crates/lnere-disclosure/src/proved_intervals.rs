/*!
Stores the alternatives that were found, and the feasibility intervals that they prove by cell and
observer.
*/

use super::alternative_search::Alternative;
use super::insiders::{Observers, single_observers};

/// The lowest and the highest difference from the true count that is proved possible.
type DifferenceInterval = (i64, i64);

pub(super) struct ProvedIntervals {
    alternatives: Vec<Alternative>,
    /// Whether an alternative changes only suppressed cells.
    valid: Vec<bool>,
    /// For each cell, the alternatives in which it differs.
    alternatives_by_cell: Vec<Vec<usize>>,
    /// For each cell and observer, the interval over the valid alternatives.
    by_cell_and_observer: Vec<DifferenceInterval>,
    observer_count: usize,
}

impl ProvedIntervals {
    pub fn new(cells: usize, everybody: Observers) -> Self {
        let observers = everybody.count_ones() as usize;
        Self {
            alternatives: Vec::new(),
            valid: Vec::new(),
            alternatives_by_cell: vec![Vec::new(); cells],
            by_cell_and_observer: vec![(0, 0); cells * observers],
            observer_count: observers,
        }
    }

    /// Stores an alternative. An alternative that widens no interval is stored only if it is
    /// `required`.
    pub fn store_alternative(&mut self, alternative: Alternative, required: bool) {
        if !required && !self.can_widen_interval(&alternative) {
            return;
        }
        for &(cell, by) in &alternative.differences {
            self.alternatives_by_cell[cell].push(self.alternatives.len());
            self.widen_interval(cell, by, alternative.possible_for);
        }
        self.alternatives.push(alternative);
        self.valid.push(true);
    }

    fn can_widen_interval(&self, alternative: &Alternative) -> bool {
        alternative.differences.iter().any(|&(cell, by)| {
            single_observers(alternative.possible_for).any(|observer| {
                let (low, high) = self.interval(cell, observer);
                by < low || by > high
            })
        })
    }

    fn widen_interval(&mut self, cell: usize, by: i64, observers: Observers) {
        for observer in single_observers(observers) {
            let interval =
                &mut self.by_cell_and_observer[cell * self.observer_count + observer.trailing_zeros() as usize];
            *interval = (interval.0.min(by), interval.1.max(by));
        }
    }

    /// The interval of a cell for one observer.
    pub fn interval(&self, cell: usize, observer: Observers) -> DifferenceInterval {
        self.by_cell_and_observer[cell * self.observer_count + observer.trailing_zeros() as usize]
    }

    /// The other cells that differ in every alternative in which this cell differs. The
    /// alternatives do not protect this cell from an observer who knows one of the others.
    pub fn cells_always_changed_with(&self, cell: usize) -> Vec<usize> {
        let mut alternatives = self.alternatives_by_cell[cell]
            .iter()
            .filter(|index| self.valid[**index])
            .map(|index| &self.alternatives[*index]);
        let Some(first) = alternatives.next() else { return Vec::new() };
        let mut always: Vec<usize> =
            first.differences.iter().map(|(other, _)| *other).filter(|other| *other != cell).collect();
        for alternative in alternatives {
            if always.is_empty() {
                break;
            }
            always.retain(|other| alternative.difference_at(*other) != 0);
        }
        always
    }

    /// Invalidates all alternatives in which a cell differs; returns them for `restore`.
    pub fn invalidate_with_cell(&mut self, cell: usize) -> Vec<usize> {
        let withdrawn: Vec<usize> =
            self.alternatives_by_cell[cell].iter().copied().filter(|index| self.valid[*index]).collect();
        self.set_validity(&withdrawn, false);
        withdrawn
    }

    pub fn revalidate(&mut self, withdrawn: &[usize]) {
        self.set_validity(withdrawn, true);
    }

    /// The cells that differ in at least one of the given alternatives.
    pub fn cells_changed_by(&self, alternatives: &[usize]) -> Vec<usize> {
        let mut cells: Vec<usize> = alternatives
            .iter()
            .flat_map(|index| self.alternatives[*index].differences.iter().map(|(cell, _)| *cell))
            .collect();
        cells.sort_unstable();
        cells.dedup();
        cells
    }

    /// The valid alternatives.
    pub fn into_valid_alternatives(self) -> Vec<Alternative> {
        self.alternatives.into_iter().zip(self.valid).filter_map(|(one, valid)| valid.then_some(one)).collect()
    }

    fn set_validity(&mut self, alternatives: &[usize], valid: bool) {
        for index in alternatives {
            self.valid[*index] = valid;
        }
        for cell in self.cells_changed_by(alternatives) {
            let first = cell * self.observer_count;
            self.by_cell_and_observer[first..first + self.observer_count].fill((0, 0));
            for place in 0..self.alternatives_by_cell[cell].len() {
                let index = self.alternatives_by_cell[cell][place];
                if self.valid[index] {
                    let (by, open_to) =
                        (self.alternatives[index].difference_at(cell), self.alternatives[index].possible_for);
                    self.widen_interval(cell, by, open_to);
                }
            }
        }
    }
}
