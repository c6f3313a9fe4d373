/*!
Stores the alternatives that were found, and the feasibility intervals that they prove by cell and
observer.
*/

use super::alternative::Alternative;
use super::insiders::{Observers, single_observers};

/// The lowest and the highest difference from the true count that is proved possible.
type Interval = (i64, i64);

pub(super) struct Intervals {
    alternatives: Vec<Alternative>,
    /// Whether an alternative changes only suppressed cells.
    valid: Vec<bool>,
    /// For each cell, the alternatives in which it differs.
    alternatives_of: Vec<Vec<usize>>,
    /// For each cell and observer, the interval over the valid alternatives.
    bounds: Vec<Interval>,
    observers: usize,
}

impl Intervals {
    pub fn new(cells: usize, everybody: Observers) -> Self {
        let observers = everybody.count_ones() as usize;
        Self {
            alternatives: Vec::new(),
            valid: Vec::new(),
            alternatives_of: vec![Vec::new(); cells],
            bounds: vec![(0, 0); cells * observers],
            observers,
        }
    }

    /// Stores an alternative. An alternative that widens no interval is stored only if it is
    /// `required`.
    pub fn keep(&mut self, alternative: Alternative, required: bool) {
        if !required && !self.is_new(&alternative) {
            return;
        }
        for &(cell, by) in &alternative.differences {
            self.alternatives_of[cell].push(self.alternatives.len());
            self.widen(cell, by, alternative.possible_for);
        }
        self.alternatives.push(alternative);
        self.valid.push(true);
    }

    fn is_new(&self, alternative: &Alternative) -> bool {
        alternative.differences.iter().any(|&(cell, by)| {
            single_observers(alternative.possible_for).any(|observer| {
                let (low, high) = self.interval(cell, observer);
                by < low || by > high
            })
        })
    }

    fn widen(&mut self, cell: usize, by: i64, observers: Observers) {
        for observer in single_observers(observers) {
            let interval = &mut self.bounds[cell * self.observers + observer.trailing_zeros() as usize];
            *interval = (interval.0.min(by), interval.1.max(by));
        }
    }

    /// The interval of a cell for one observer.
    pub fn interval(&self, cell: usize, observer: Observers) -> Interval {
        self.bounds[cell * self.observers + observer.trailing_zeros() as usize]
    }

    /// The other cells that differ in every alternative in which this cell differs. The
    /// alternatives do not protect this cell from an observer who knows one of the others.
    pub fn cells_always_changed_with(&self, cell: usize) -> Vec<usize> {
        let mut alternatives = self.alternatives_of[cell]
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
            self.alternatives_of[cell].iter().copied().filter(|index| self.valid[*index]).collect();
        self.set_validity(&withdrawn, false);
        withdrawn
    }

    pub fn revalidate(&mut self, withdrawn: &[usize]) {
        self.set_validity(withdrawn, true);
    }

    /// The cells that differ in at least one of the given alternatives.
    pub fn cells_of(&self, alternatives: &[usize]) -> Vec<usize> {
        let mut cells: Vec<usize> = alternatives
            .iter()
            .flat_map(|index| self.alternatives[*index].differences.iter().map(|(cell, _)| *cell))
            .collect();
        cells.sort_unstable();
        cells.dedup();
        cells
    }

    /// The valid alternatives.
    pub fn into_valid(self) -> Vec<Alternative> {
        self.alternatives.into_iter().zip(self.valid).filter_map(|(one, valid)| valid.then_some(one)).collect()
    }

    fn set_validity(&mut self, alternatives: &[usize], valid: bool) {
        for index in alternatives {
            self.valid[*index] = valid;
        }
        for cell in self.cells_of(alternatives) {
            let first = cell * self.observers;
            self.bounds[first..first + self.observers].fill((0, 0));
            for place in 0..self.alternatives_of[cell].len() {
                let index = self.alternatives_of[cell][place];
                if self.valid[index] {
                    let (by, open_to) =
                        (self.alternatives[index].difference_at(cell), self.alternatives[index].possible_for);
                    self.widen(cell, by, open_to);
                }
            }
        }
    }
}
