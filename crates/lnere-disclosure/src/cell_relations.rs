/*!
Relations between public counts: sums, and counts that cannot fall between cortes.
*/

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;

use super::published_counts::{CellDimensions, CellId, ENTITY_COLUMN, Snapshot};

/// Cells of several public releases, and what everybody knows about them.
pub(super) struct CellRelations<'s> {
    pub cells: Vec<ReleaseCell<'s>>,
    pub sums: Vec<CellSum>,
    /// Pairs of cells; the first count is not larger than the second.
    pub monotone_pairs: Vec<(usize, usize)>,
    /// For each cell, the indices of the sums that contain it.
    pub sums_of: Vec<Vec<usize>>,
    /// For each cell, the indices of the monotone pairs that contain it.
    pub monotone_pairs_of: Vec<Vec<usize>>,
    /// For each cell, the value of its publication.
    pub cell_levels: Vec<CellLevel>,
}

/// The value that is lost if a cell is suppressed, in increasing order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum CellLevel {
    /// A part of an entity, an office, or another number that is not the sum of others.
    Part,
    /// The nation's sum of a category.
    Nation,
    /// An entity's total.
    Entity,
    /// The total of all.
    GrandTotal,
}

/// Whether observers are assumed to know that cumulative counts never fall.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Monotonicity {
    Known,
    Ignored,
}

/// A cell of one release.
pub(super) struct ReleaseCell<'s> {
    pub id: &'s CellId,
    /// An index that is equal for the same cell in all releases.
    pub identity: usize,
    /// The index of the release.
    pub release_index: usize,
    pub exact_count: Option<i64>,
    pub suppressed: bool,
}

/// A cell that is the sum of others.
pub(super) struct CellSum {
    pub total: usize,
    pub parts: Vec<usize>,
}

impl CellSum {
    /// The cells of the sum with their signs.
    pub fn terms(&self) -> impl Iterator<Item = (usize, i64)> {
        std::iter::once((self.total, 1)).chain(self.parts.iter().map(|part| (*part, -1)))
    }
}

impl<'s> CellRelations<'s> {
    pub fn new(snapshots: &'s [Snapshot], monotonicity: Monotonicity) -> Self {
        let mut structure = Self {
            cells: Vec::new(),
            sums: Vec::new(),
            monotone_pairs: Vec::new(),
            sums_of: Vec::new(),
            monotone_pairs_of: Vec::new(),
            cell_levels: Vec::new(),
        };
        for (place, snapshot) in snapshots.iter().enumerate() {
            structure.add_release(place, snapshot);
        }
        let mut identities: HashMap<&CellId, usize> = HashMap::new();
        for cell in &mut structure.cells {
            let next = identities.len();
            cell.identity = *identities.entry(cell.id).or_insert(next);
        }
        if monotonicity == Monotonicity::Known {
            structure.relate_across_releases(snapshots, identities.len());
        }
        structure.sums_of = vec![Vec::new(); structure.cells.len()];
        for (index, sum) in structure.sums.iter().enumerate() {
            sum.terms().for_each(|(cell, _)| structure.sums_of[cell].push(index));
        }
        structure.monotone_pairs_of = vec![Vec::new(); structure.cells.len()];
        for (index, (low, high)) in structure.monotone_pairs.iter().enumerate() {
            structure.monotone_pairs_of[*low].push(index);
            structure.monotone_pairs_of[*high].push(index);
        }
        structure.cell_levels = (0..structure.cells.len()).map(|cell| structure.level_of_cell(cell)).collect();
        structure
    }

    fn level_of_cell(&self, cell: usize) -> CellLevel {
        let id = self.cells[cell].id;
        let is_total = self.sums_of[cell].iter().any(|sum| self.sums[*sum].total == cell);
        match (id.codes.contains_key(ENTITY_COLUMN), id.codes.len()) {
            _ if !is_total => CellLevel::Part,
            (_, 0) => CellLevel::GrandTotal,
            (true, 1) => CellLevel::Entity,
            (true, _) => CellLevel::Part,
            (false, _) => CellLevel::Nation,
        }
    }

    /// The connected groups of the cells for which `is_in` holds. Each such cell is in exactly one
    /// group.
    pub fn connected_groups(&self, is_in: impl Fn(usize) -> bool) -> Vec<Vec<usize>> {
        let mut seen = vec![false; self.cells.len()];
        let mut groups = Vec::new();
        for first in 0..self.cells.len() {
            if seen[first] || !is_in(first) {
                continue;
            }
            seen[first] = true;
            groups.push(self.connected_cells(first, |cell| is_in(cell) && !std::mem::replace(&mut seen[cell], true)));
        }
        groups
    }

    /// The cells connected to a cell, including the cell. `enters` decides whether a neighbour
    /// belongs to them. It is called each time a neighbour is met, and must return true at most
    /// once for each cell.
    pub fn connected_cells(&self, cell: usize, mut enters: impl FnMut(usize) -> bool) -> Vec<usize> {
        let mut found = vec![cell];
        let mut next = 0;
        while let Some(&at) = found.get(next) {
            next += 1;
            found.extend(self.neighbours(at).filter(|other| enters(*other)));
        }
        found.sort_unstable();
        found
    }

    /// The cells that share a sum or a monotone pair with a cell.
    pub fn neighbours(&self, cell: usize) -> impl Iterator<Item = usize> {
        let sums = self.sums_of[cell].iter().flat_map(|sum| self.sums[*sum].terms()).map(|(cell, _)| cell);
        let orders = self.monotone_pairs_of[cell].iter().flat_map(|order| {
            let (low, high) = self.monotone_pairs[*order];
            [low, high]
        });
        sums.chain(orders)
    }

    /// Adds the cells of a release and the sums among them.
    fn add_release(&mut self, place: usize, snapshot: &'s Snapshot) {
        let first = self.cells.len();
        let cell = |statement: &'s super::CellStatement| {
            let super::CellStatement { cell, exact_count, suppressed: is_suppressed } = statement;
            ReleaseCell {
                id: cell,
                identity: 0,
                release_index: place,
                exact_count: *exact_count,
                suppressed: *is_suppressed,
            }
        };
        self.cells.extend(snapshot.statements.iter().map(cell));
        let places: HashMap<&CellId, usize> =
            self.cells[first..].iter().enumerate().map(|(index, cell)| (cell.id, first + index)).collect();

        let mut kinds: BTreeMap<(&str, CellDimensions), Vec<usize>> = BTreeMap::new();
        for index in first..self.cells.len() {
            let id = self.cells[index].id;
            kinds.entry((&id.measure, id.dimensions())).or_default().push(index);
        }
        for ((measure, dimensions), cells) in &kinds {
            let is_smaller = |other: &&CellDimensions| dimensions.is_superset(other) && dimensions != *other;
            let smaller: Vec<&CellDimensions> =
                kinds.keys().filter(|(of, _)| of == measure).map(|(_, other)| other).filter(is_smaller).collect();
            let is_nearest =
                |one: &&&CellDimensions| !smaller.iter().any(|other| other != *one && other.is_superset(one));
            for nearest in smaller.iter().filter(is_nearest) {
                let mut sums: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
                for cell in cells {
                    if let Some(total) = places.get(&self.cells[*cell].id.rolled_up_to(nearest)) {
                        sums.entry(*total).or_default().push(*cell);
                    }
                }
                self.sums.extend(sums.into_iter().map(|(total, parts)| CellSum { total, parts }));
            }
        }
    }

    /// Relates the same cell of different releases. A cumulative count does not fall at a later
    /// corte, and an unchanged count is equal in a revision. If a correction lowered a count, the
    /// relation goes to the next count that is not lower.
    fn relate_across_releases(&mut self, snapshots: &[Snapshot], identities: usize) {
        let mut of: Vec<Vec<usize>> = vec![Vec::new(); identities];
        for (index, cell) in self.cells.iter().enumerate() {
            of[cell.identity].push(index);
        }
        let when = |cell: &ReleaseCell| (snapshots[cell.release_index].corte, snapshots[cell.release_index].revision);
        for mut cells in of {
            cells.sort_by_key(|cell| when(&self.cells[*cell]));
            for (place, &before) in cells.iter().enumerate() {
                let corte = when(&self.cells[before]).0;
                let mut reached: Option<NaiveDate> = None;
                let mut is_same_found = false;
                for &after in &cells[place + 1..] {
                    let exact = (self.cells[before].exact_count, self.cells[after].exact_count);
                    let day = when(&self.cells[after]).0;
                    if day == corte {
                        // The public does not know which cells a revision left unchanged, but can
                        // mostly guess them.
                        let is_same = matches!(exact, (Some(before), Some(after)) if before == after);
                        if is_same && !is_same_found {
                            self.sums.push(CellSum { total: before, parts: vec![after] });
                            is_same_found = true;
                        }
                    } else if reached.is_some_and(|reached| reached != day) || !self.cells[before].id.is_cumulative() {
                        // Later releases are related through the ones that were reached.
                        break;
                    } else if !matches!(exact, (Some(before), Some(after)) if before > after) {
                        self.monotone_pairs.push((before, after));
                        reached = Some(day);
                    }
                }
            }
        }
    }

    /// For each cell that counts one person, the first cell that counts the same person. For other
    /// cells, the cell itself. The result is meaningful only if `values` are the exact counts.
    pub fn person_representatives(&self, values: &[i64]) -> Vec<usize> {
        let is_one = |cell: usize| values[cell] == 1;
        let parts = self.sums.iter().flat_map(|sum| sum.parts.iter().map(|part| (sum.total, *part)));
        let mut same: Vec<Vec<usize>> = vec![Vec::new(); self.cells.len()];
        for (one, other) in
            parts.chain(self.monotone_pairs.iter().copied()).filter(|(one, other)| is_one(*one) && is_one(*other))
        {
            same[one].push(other);
            same[other].push(one);
        }
        let mut persons: Vec<usize> = (0..self.cells.len()).collect();
        let mut seen = vec![false; self.cells.len()];
        for first in 0..self.cells.len() {
            let mut next = vec![first];
            while let Some(cell) = next.pop() {
                if !std::mem::replace(&mut seen[cell], true) {
                    persons[cell] = persons[first];
                    next.extend(&same[cell]);
                }
            }
        }
        persons
    }
}
