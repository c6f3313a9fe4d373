/*!
Proves that suppressed cells could have other counts, for every observer and for the only person of
another cell. `suppress` suppresses more cells if a proof is missing; `audit` reports it.
*/

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicU64, Ordering};

use chrono::NaiveDate;
use rayon::prelude::*;

use super::alternative_search::{
    Alternative, CellDifferences, CellState, FeasibilityProblem, SearchGoal, SolverGaveUp, find_alternative,
};
use super::cell_relations::{CellLevel, CellRelations, ReleaseCell};
use super::insiders::{Insiders, OUTSIDER, Observers, single_observers};
use super::proved_intervals::ProvedIntervals;
use super::published_counts::{ENTITY_COLUMN, Snapshot};

/// Cells, their suppression, and the alternatives that were found.
pub(super) struct Prover<'s> {
    pub relations: &'s CellRelations<'s>,
    /// The index of the release in which more cells can be suppressed.
    pub current_release: Option<usize>,
    pub minimum: i64,
    pub true_or_feasible_counts: Vec<i64>,
    /// For each cell that counts one person, a cell that represents this person.
    pub person_representatives: Vec<usize>,
    pub suppressed: Vec<bool>,
    /// Whether to publish a complementary suppression that cannot be made safe.
    pub may_unsuppress: bool,
    /// Cells whose feasibility interval is too narrow for a complementary suppression.
    pub not_suppressible: Vec<bool>,
    /// The cells of entities that are too small for detail.
    pub withheld_detail: Vec<bool>,
    pub intervals: ProvedIntervals,
    all_observers: Observers,
    /// For each cell, the insiders who know it.
    insiders_who_know: Vec<Observers>,
    /// For some cells without an entity, the part that the rows of each insider count.
    insider_parts: HashMap<usize, Vec<(Observers, i64)>>,
    /// For each cell, the widest interval that insiders can have, whatever this release suppresses.
    max_insider_width: Vec<i64>,
    /// For some cells and insiders, the same bound as a linear program computed it.
    solved_insider_width: HashMap<(usize, Observers), i64>,
    /// The corte of each release.
    pub cortes: Vec<NaiveDate>,
    /// For each release, the number of releases that were public before it.
    publication_orders: Vec<usize>,
    /// The cell by identity and release.
    cell_by_identity_and_release: HashMap<(usize, usize), usize>,
    /// The number of variables in all linear programs so far.
    variables_solved: AtomicU64,
}

/// The cells that may change in an alternative.
#[derive(Clone)]
pub(super) enum SearchScope {
    /// The cells of one release.
    Release(usize),
    /// The cells of some identities, in one release or at all cortes.
    Identities {
        identities: Vec<usize>,
        release: Option<usize>,
    },
    All,
}

/// Whose knowledge an alternative must agree with.
#[derive(Clone, Copy)]
pub(super) enum AssumedKnowledge {
    /// What all of the given observers know; the alternative is open to some of them.
    Common(Observers),
    /// What any of the given observers knows; the alternative is open to all of them.
    Any(Observers),
}

/// How far the search for an alternative goes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum SearchEffort {
    /// A few cells, of the release of the cell and at all cortes. If this fails, it is cheaper to
    /// suppress more cells.
    FewCells,
    /// All cells.
    AllCells,
}

/// The number of identities in a small search.
const SMALL_SCOPE_SIZE: usize = 16;

/// The number of identities in a search at all cortes.
const LARGE_SCOPE_SIZE: usize = 40;

/// The number of cells in a batch. It does not depend on the number of threads, because the result
/// must not.
const SEARCH_BATCH_SIZE: usize = 32;

/// The cells that may change in an alternative.
pub(super) struct MovableCells {
    pub scope: SearchScope,
    /// Published cells up to this level may change at a cost.
    pub max_level: Option<CellLevel>,
    /// A cell that stays fixed.
    pub fixed_cell: Option<usize>,
    /// Every release from this position on, in the order of publication, counts as suppressed.
    pub unpublished_from_order: Option<usize>,
    pub knowledge: AssumedKnowledge,
}

impl MovableCells {
    /// Allows the suppressed cells of a scope to change.
    pub fn suppressed_in(scope: SearchScope, knowledge: AssumedKnowledge) -> Self {
        Self { scope, max_level: None, fixed_cell: None, unpublished_from_order: None, knowledge }
    }
}

impl<'s> Prover<'s> {
    pub fn new(
        structure: &'s CellRelations<'s>,
        snapshots: &[Snapshot],
        insiders: &Insiders,
        minimum: i64,
        values: Vec<i64>,
        is_suppressed: Vec<bool>,
    ) -> Self {
        let cells = structure.cells.len();
        let mut own: HashMap<usize, Vec<(Observers, i64)>> = HashMap::new();
        for (index, cell) in structure.cells.iter().enumerate() {
            let parts = snapshots[cell.release_index].entity_parts.get(cell.id).into_iter().flatten();
            let parts: Vec<_> = parts.map(|(entity, count)| (insiders.bit_of_entity(entity), *count)).collect();
            if !parts.is_empty() {
                own.insert(index, parts);
            }
        }
        Self {
            relations: structure,
            max_insider_width: max_insider_widths(structure, snapshots, insiders, &values, &is_suppressed),
            solved_insider_width: HashMap::new(),
            variables_solved: AtomicU64::new(0),
            cell_by_identity_and_release: structure
                .cells
                .iter()
                .enumerate()
                .map(|(index, cell)| ((cell.identity, cell.release_index), index))
                .collect(),
            cortes: snapshots.iter().map(|snapshot| snapshot.corte).collect(),
            publication_orders: snapshots.iter().map(|snapshot| snapshot.publication_order).collect(),
            current_release: None,
            minimum,
            person_representatives: structure.person_representatives(&values),
            true_or_feasible_counts: values,
            suppressed: is_suppressed,
            may_unsuppress: true,
            not_suppressible: vec![false; cells],
            withheld_detail: vec![false; cells],
            intervals: ProvedIntervals::new(cells, insiders.all_observers()),
            all_observers: insiders.all_observers(),
            insiders_who_know: structure.cells.iter().map(|cell| insiders.insiders_who_know(cell.id)).collect(),
            insider_parts: own,
        }
    }

    pub fn is_primary(&self, cell: usize) -> bool {
        (1..self.minimum).contains(&self.true_or_feasible_counts[cell])
    }

    pub fn is_suppressed_single(&self, cell: usize) -> bool {
        self.suppressed[cell] && self.true_or_feasible_counts[cell] == 1
    }

    fn cell_state(&self, cell: usize, movable: &MovableCells) -> CellState {
        let of = &self.relations.cells[cell];
        let is_out = match &movable.scope {
            SearchScope::Release(release) => of.release_index != *release,
            SearchScope::Identities { identities, release } => {
                release.is_some_and(|release| of.release_index != release)
                    || identities.binary_search(&of.identity).is_err()
            }
            SearchScope::All => false,
        };
        let is_known = match movable.knowledge {
            AssumedKnowledge::Common(observers) => {
                observers != 0 && self.insiders_who_know[cell] & observers == observers
            }
            AssumedKnowledge::Any(observers) => self.insiders_who_know[cell] & observers != 0,
        };
        if is_known || is_out || movable.fixed_cell == Some(cell) {
            return CellState::Fixed;
        }
        let rank = self.relations.cell_levels[cell];
        let is_unpublished =
            movable.unpublished_from_order.is_some_and(|from| self.publication_orders[of.release_index] >= from);
        if self.suppressed[cell] || is_unpublished {
            CellState::Free
        } else if Some(of.release_index) == self.current_release
            && !self.not_suppressible[cell]
            && movable.max_level.is_some_and(|most| rank <= most)
        {
            CellState::PublishedAtCost(self.suppression_cost(cell))
        } else {
            CellState::Fixed
        }
    }

    /// The part of a cell that the rows of an insider count.
    fn own_part(&self, cell: usize, insider: Observers) -> i64 {
        let parts = self.insider_parts.get(&cell).into_iter().flatten();
        parts.filter(|(one, _)| *one == insider).map(|(_, part)| *part).sum()
    }

    /// The lower bound of a cell that the observers know.
    fn known_lower_bound(&self, cell: usize, against: AssumedKnowledge) -> i64 {
        let AssumedKnowledge::Any(observers) = against else { return 0 };
        let parts = self.insider_parts.get(&cell).into_iter().flatten();
        parts.filter(|(one, _)| observers & one != 0).map(|(_, part)| *part).max().unwrap_or(0)
    }

    /// The most by which the rise of the earlier of two cells may exceed the rise of the later one.
    /// Neither the counts nor the remainders without the part of an insider may fall with time.
    fn monotone_slack(&self, low: usize, high: usize, against: AssumedKnowledge) -> i64 {
        let own = match against {
            AssumedKnowledge::Any(observers) if self.insider_parts.contains_key(&high) => {
                let parts = self.insider_parts.get(&high).into_iter().flatten().filter(|(one, _)| observers & one != 0);
                parts.map(|(one, part)| part - self.own_part(low, *one)).max().unwrap_or(0)
            }
            _ => 0,
        };
        self.true_or_feasible_counts[high] - self.true_or_feasible_counts[low] - own.max(0)
    }

    /// The cost of suppressing a cell, which grows with its count. The levels make totals more
    /// expensive than their parts.
    pub fn suppression_cost(&self, cell: usize) -> f64 {
        let itself = match self.relations.cell_levels[cell] {
            CellLevel::Part => 2.0,
            CellLevel::Nation => 1e3,
            CellLevel::Entity => 1e5,
            CellLevel::GrandTotal => 1e6,
        };
        itself + self.true_or_feasible_counts[cell] as f64
    }

    /// Finds an alternative. A failure of the solver also returns `None`.
    pub fn find_alternative(&self, goal: SearchGoal, movable: &MovableCells) -> Option<Alternative> {
        self.solve_for_alternative(goal, movable).ok().flatten()
    }

    fn solve_for_alternative(
        &self,
        goal: SearchGoal,
        movable: &MovableCells,
    ) -> Result<Option<Alternative>, SolverGaveUp> {
        let freedom = |cell| self.cell_state(cell, movable);
        let floor = |cell| self.known_lower_bound(cell, movable.knowledge);
        let slack = |low, high| self.monotone_slack(low, high, movable.knowledge);
        let (structure, values) = (self.relations, &self.true_or_feasible_counts);
        let question = FeasibilityProblem {
            relations: structure,
            true_counts: values,
            cell_state: &freedom,
            lower_bound: &floor,
            monotone_slack: &slack,
            variables_solved: &self.variables_solved,
        };
        Ok(find_alternative(&question, goal)?.map(|moves| self.alternative_from_differences(moves)))
    }

    /// The number of variables in all linear programs so far; it does not depend on the number of
    /// threads.
    pub fn variables_solved(&self) -> u64 {
        self.variables_solved.load(Ordering::Relaxed)
    }

    /// Makes an alternative and determines the observers for whom it is possible.
    pub fn alternative_from_differences(&self, differences: CellDifferences) -> Alternative {
        let by = |cell: usize| {
            differences.binary_search_by_key(&cell, |(other, _)| *other).map_or(0, |place| differences[place].1)
        };
        let mut possible_for = self.all_observers;
        for &(cell, rise) in &differences {
            possible_for &= !self.insiders_who_know[cell];
            for (insider, part) in self.insider_parts.get(&cell).into_iter().flatten() {
                if self.true_or_feasible_counts[cell] + rise < *part {
                    possible_for &= !insider;
                }
            }
            for (low, high) in
                self.relations.monotone_pairs_of[cell].iter().map(|order| self.relations.monotone_pairs[*order])
            {
                for (insider, _) in self.insider_parts.get(&high).into_iter().flatten() {
                    if by(low) - by(high) > self.monotone_slack(low, high, AssumedKnowledge::Any(*insider)) {
                        possible_for &= !insider;
                    }
                }
            }
        }
        Alternative { differences, possible_for }
    }

    /// Stores differences if they change only suppressed cells and agree with everything public.
    /// Returns whether it stored them.
    pub fn store_if_consistent(&mut self, moves: CellDifferences) -> bool {
        let is_possible = moves.iter().all(|(cell, _)| self.suppressed[*cell])
            && super::alternative_search::is_consistent(self.relations, &self.true_or_feasible_counts, &moves);
        if is_possible {
            let alternative = self.alternative_from_differences(moves);
            self.intervals.store_alternative(alternative, true);
        }
        is_possible
    }

    /// The same cell in another release.
    pub fn cell_in_release(&self, cell: usize, release: usize) -> Option<usize> {
        self.cell_by_identity_and_release.get(&(self.relations.cells[cell].identity, release)).copied()
    }

    /// The alternative with the opposite differences, if it also agrees with everything public.
    fn negated_alternative(&self, alternative: &Alternative) -> Option<Alternative> {
        let moves: CellDifferences = alternative.differences.iter().map(|(cell, by)| (*cell, -by)).collect();
        let is_possible =
            super::alternative_search::is_consistent(self.relations, &self.true_or_feasible_counts, &moves);
        is_possible.then(|| self.alternative_from_differences(moves))
    }

    /// The scopes of a search, from small to large. The steps are: a few neighbours of the cell,
    /// the same neighbours at all cortes, its whole release, more neighbours at all cortes, all
    /// cells. A small program is solved fast and usually suffices.
    fn scopes_small_to_large(&self, cell: usize, effort: SearchEffort) -> Vec<SearchScope> {
        let release = self.relations.cells[cell].release_index;
        let common = AssumedKnowledge::Common(self.insiders_not_knowing(cell));
        let few = self.nearest_movable_identities(cell, None, SMALL_SCOPE_SIZE, common);
        let more = self.nearest_movable_identities(cell, None, LARGE_SCOPE_SIZE, common);
        let mut around = vec![
            SearchScope::Identities { identities: few.clone(), release: Some(release) },
            SearchScope::Identities { identities: few, release: None },
            SearchScope::Release(release),
            SearchScope::Identities { identities: more, release: None },
        ];
        if effort == SearchEffort::AllCells {
            around.push(SearchScope::All);
        }
        around
    }

    fn insiders_not_knowing(&self, cell: usize) -> Observers {
        self.all_observers & !OUTSIDER & !self.insiders_who_know[cell]
    }

    /// The identities of at most `most` cells of the same release that may change and share sums
    /// with the cell. The nearest come first. At equal distance suppressed cells precede others:
    /// first the largest suppressed counts, then the lowest costs.
    pub fn nearest_movable_identities(
        &self,
        cell: usize,
        max_level: Option<CellLevel>,
        most: usize,
        against: AssumedKnowledge,
    ) -> Vec<usize> {
        let release = self.relations.cells[cell].release_index;
        let movable = MovableCells { max_level, ..MovableCells::suppressed_in(SearchScope::Release(release), against) };
        let mut near = vec![cell];
        let mut seen = HashSet::from([cell]);
        let mut done = 0;
        while done < near.len() && near.len() < most {
            let layer = near[done..].iter().flat_map(|at| self.relations.neighbours(*at));
            let can_move = |other: &usize| self.cell_state(*other, &movable) != CellState::Fixed;
            let mut next: Vec<usize> = layer.filter(|other| seen.insert(*other)).filter(can_move).collect();
            let value = |cell: usize| {
                if self.suppressed[cell] {
                    -self.true_or_feasible_counts[cell]
                } else {
                    self.suppression_cost(cell) as i64
                }
            };
            next.sort_by_key(|other| (!self.suppressed[*other], value(*other), *other));
            done = near.len();
            near.extend(next);
        }
        near.truncate(most);
        let mut identities: Vec<usize> = near.into_iter().map(|cell| self.relations.cells[cell].identity).collect();
        identities.sort_unstable();
        identities
    }

    /// The observers for whom too few values of a cell are proved possible.
    pub fn observers_with_narrow_interval(&self, cell: usize) -> Observers {
        let observers = single_observers(self.all_observers & !self.insiders_who_know[cell]);
        observers.filter(|one| self.proved_width(cell, *one) < self.required_width(cell, *one)).sum()
    }

    /// The required distance between the lowest and the highest feasible value of a cell for an
    /// observer. For the outsider it is the minimum. For an insider it is smaller if shared totals
    /// and earlier releases leave less.
    pub fn required_width(&self, cell: usize, observer: Observers) -> i64 {
        if observer == OUTSIDER {
            return self.minimum;
        }
        let reach = self.solved_insider_width.get(&(cell, observer)).copied().unwrap_or(i64::MAX);
        self.minimum.min(self.max_insider_width[cell]).min(reach)
    }

    /// Limits the required distance to what an insider could not exclude before this release. It
    /// computes the distance as if this release and later ones were not public. Returns whether the
    /// limit is lower than the requirement. If the solver gives up, there is no limit.
    pub fn limit_required_width(&mut self, cell: usize, insider: Observers) -> bool {
        if self.solved_insider_width.contains_key(&(cell, insider)) {
            return false;
        }
        let required = self.required_width(cell, insider);
        let unpublished_from = Some(self.publication_orders[self.relations.cells[cell].release_index]);
        let movable = MovableCells {
            unpublished_from_order: unpublished_from,
            ..MovableCells::suppressed_in(SearchScope::All, AssumedKnowledge::Any(insider))
        };
        let farthest = |sign| {
            let found =
                self.solve_for_alternative(SearchGoal::LargestDifference { cell, sign, limit: required }, &movable);
            found.map(|found| found.map_or(0, |alternative| alternative.difference_at(cell).abs()))
        };
        let (Ok(up), Ok(down)) = (farthest(1), farthest(-1)) else { return false };
        self.solved_insider_width.insert((cell, insider), up + down);
        up + down < required
    }

    fn proved_width(&self, cell: usize, observer: Observers) -> i64 {
        let (low, high) = self.intervals.interval(cell, observer);
        high - low
    }

    /// Looks for alternatives that prove a cell safe with the present suppressions. Returns the
    /// observers for whom it is not safe.
    pub fn prove_safe(&mut self, cell: usize, effort: SearchEffort) -> Observers {
        let found = self.search_alternatives(cell, effort);
        for alternative in found {
            self.intervals.store_alternative(alternative, false);
        }
        self.observers_with_narrow_interval(cell)
    }

    /// Looks in parallel for alternatives that prove these cells safe, and keeps them.
    pub fn search_cells_in_parallel(&mut self, cells: &[usize], effort: SearchEffort) {
        for batch in cells.chunks(SEARCH_BATCH_SIZE) {
            let found: Vec<Vec<Alternative>> =
                batch.par_iter().with_max_len(1).map(|cell| self.search_alternatives(*cell, effort)).collect();
            found.into_iter().flatten().for_each(|alternative| self.intervals.store_alternative(alternative, false));
        }
    }

    /// The alternatives found so far that help to prove a cell safe.
    fn search_alternatives(&self, cell: usize, effort: SearchEffort) -> Vec<Alternative> {
        let mut search = IntervalSearch::new(self, cell);
        if search.narrow_observers() == 0 {
            return Vec::new();
        }
        let around = self.scopes_small_to_large(cell, effort);
        let last = around.len() - 1;
        for (place, among) in around.into_iter().enumerate() {
            let insiders = search.narrow_observers() & !OUTSIDER;
            if insiders.count_ones() > 1
                && !self.search_both_directions(&mut search, &among, AssumedKnowledge::Common(insiders))
            {
                // If a cell cannot change given the common knowledge, it cannot change given more
                // knowledge.
                continue;
            }
            if search.narrow_observers().count_ones() > 1 {
                let narrow = search.narrow_observers();
                self.search_both_directions(&mut search, &among, AssumedKnowledge::Any(narrow));
            }
            for observer in single_observers(search.narrow_observers()) {
                self.search_both_directions(&mut search, &among, AssumedKnowledge::Any(observer));
                if place == last && search.narrow_observers() & observer != 0 {
                    return search.found_alternatives;
                }
            }
            if search.narrow_observers() == 0 {
                break;
            }
        }
        search.found_alternatives
    }

    /// Looks for an alternative upwards and one downwards. Returns whether it found any.
    fn search_both_directions(
        &self,
        search: &mut IntervalSearch,
        among: &SearchScope,
        against: AssumedKnowledge,
    ) -> bool {
        let mut is_found = false;
        let (AssumedKnowledge::Common(observers) | AssumedKnowledge::Any(observers)) = against;
        for sign in [1, -1] {
            let Some(limit) = search.missing_distance(observers, sign) else { break };
            let movable = MovableCells::suppressed_in(among.clone(), against);
            if let Some(found) =
                self.find_alternative(SearchGoal::LargestDifference { cell: search.cell, sign, limit }, &movable)
            {
                is_found = true;
                let mirrored = self.negated_alternative(&found);
                search.add_alternative(found);
                if let Some(mirrored) = mirrored {
                    search.add_alternative(mirrored);
                }
            }
        }
        is_found
    }

    /// A cell whose only person might derive another small count, because the cell differs in every
    /// alternative of that count.
    pub fn single_that_could_derive(&self, other: usize) -> Option<usize> {
        let is_small = self.suppressed[other] && self.is_primary(other);
        let always = if is_small { self.intervals.cells_always_changed_with(other) } else { Vec::new() };
        always.into_iter().find(|single| self.can_single_derive(*single, other))
    }

    /// Whether the only respondent of one cell could learn a small count about other people.
    pub fn can_single_derive(&self, single: usize, other: usize) -> bool {
        self.is_suppressed_single(single)
            && self.is_primary(other)
            && self.person_representatives[single] != self.person_representatives[other]
    }

    /// Looks for an alternative in which `other` differs while `single` stays. Returns whether one
    /// exists.
    pub fn prove_safe_from_single(&mut self, single: usize, other: usize, effort: SearchEffort) -> bool {
        let against = AssumedKnowledge::Common(self.insiders_not_knowing(other));
        for among in self.scopes_small_to_large(other, effort) {
            for sign in [1, -1] {
                let movable =
                    MovableCells { fixed_cell: Some(single), ..MovableCells::suppressed_in(among.clone(), against) };
                if let Some(found) =
                    self.find_alternative(SearchGoal::LargestDifference { cell: other, sign, limit: 1 }, &movable)
                {
                    self.intervals.store_alternative(found, true);
                    return true;
                }
            }
        }
        false
    }
}

/// For each cell, an upper bound of the width of its interval for insiders. They know the total of
/// its entity and of the nation. Counts of the same row that earlier cortes showed cannot fall, so
/// only the remainder is uncertain.
fn max_insider_widths(
    structure: &CellRelations,
    snapshots: &[Snapshot],
    insiders: &Insiders,
    values: &[i64],
    is_suppressed: &[bool],
) -> Vec<i64> {
    let cells = &structure.cells;
    let mut by_corte: Vec<usize> = (0..cells.len()).collect();
    by_corte.sort_by_key(|cell| snapshots[cells[*cell].release_index].corte);
    // The lower bounds that earlier cortes disclose.
    let mut shown_before = vec![0; cells.len()];
    for cell in by_corte {
        for (low, high) in structure.monotone_pairs_of[cell].iter().map(|order| structure.monotone_pairs[*order]) {
            let order = |cell: usize| snapshots[cells[cell].release_index].publication_order;
            if high == cell && order(low) < order(high) {
                let known = if is_suppressed[low] { shown_before[low] } else { values[low] };
                shown_before[cell] = known.max(shown_before[cell]);
            }
        }
    }
    let is_total = |cell: &ReleaseCell| cell.id.codes.keys().all(|column| column == ENTITY_COLUMN);
    let row = |cell: &ReleaseCell| {
        let entity = cell.id.codes.get(ENTITY_COLUMN).cloned();
        (!is_total(cell)).then(|| (cell.release_index, entity, cell.id.dimensions()))
    };
    let totals = cells.iter().zip(values).filter(|(cell, _)| is_total(cell) && insiders.is_in_shared_table(cell.id));
    let totals: HashMap<(usize, Option<String>), i64> =
        totals.map(|(cell, value)| ((cell.release_index, cell.id.codes.get(ENTITY_COLUMN).cloned()), *value)).collect();
    let mut shown: HashMap<_, i64> = HashMap::new();
    for (cell, before) in cells.iter().zip(&shown_before) {
        if let Some(row) = row(cell) {
            *shown.entry(row).or_default() += before;
        }
    }
    let reach = |cell: &ReleaseCell| {
        let row = row(cell)?;
        let shown = shown.get(&row)?;
        let (snapshot, entity, _) = row;
        Some((totals.get(&(snapshot, entity))? - shown).max(0))
    };
    cells.iter().map(|cell| reach(cell).unwrap_or(i64::MAX)).collect()
}

/// The results of one search for a cell.
struct IntervalSearch {
    cell: usize,
    /// One entry for each observer who does not know the cell.
    intervals: Vec<ObserverInterval>,
    found_alternatives: Vec<Alternative>,
}

/// The differences from the true count that are possible for one observer, and their required
/// distance.
struct ObserverInterval {
    observer: Observers,
    low: i64,
    high: i64,
    required_width: i64,
}

impl ObserverInterval {
    fn is_narrow(&self) -> bool {
        self.high - self.low < self.required_width
    }
}

impl IntervalSearch {
    fn new(prover: &Prover, cell: usize) -> Self {
        let observers = single_observers(prover.all_observers & !prover.insiders_who_know[cell]);
        let intervals = observers.map(|observer| {
            let (low, high) = prover.intervals.interval(cell, observer);
            ObserverInterval { observer, low, high, required_width: prover.required_width(cell, observer) }
        });
        Self { cell, intervals: intervals.collect(), found_alternatives: Vec::new() }
    }

    fn narrow_observers(&self) -> Observers {
        self.intervals.iter().filter(|interval| interval.is_narrow()).map(|interval| interval.observer).sum()
    }

    /// How far a cell must move in a direction for the observers whose interval is too narrow.
    /// `None` if the interval is wide enough for all of them.
    fn missing_distance(&self, observers: Observers, sign: i64) -> Option<i64> {
        let narrow = self.intervals.iter().filter(|one| one.observer & observers != 0 && one.is_narrow());
        narrow.map(|one| if sign > 0 { one.low + one.required_width } else { one.required_width - one.high }).max()
    }

    fn add_alternative(&mut self, alternative: Alternative) {
        let by = alternative.difference_at(self.cell);
        for interval in self.intervals.iter_mut().filter(|one| alternative.possible_for & one.observer != 0) {
            (interval.low, interval.high) = (interval.low.min(by), interval.high.max(by));
        }
        self.found_alternatives.push(alternative);
    }
}
