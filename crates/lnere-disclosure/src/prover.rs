/*!
Proves that suppressed cells could have other counts, for every observer and for the only person of
another cell. `suppress` suppresses more cells if a proof is missing; `audit` reports it.
*/

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicU64, Ordering};

use chrono::NaiveDate;
use rayon::prelude::*;

use super::alternative::{Alternative, CellDifferences, CellState, FeasibilityProblem, SearchGoal, SolverGaveUp, find};
use super::insiders::{Insiders, OUTSIDER, Observers, each};
use super::intervals::Intervals;
use super::statement::{ENTITY, Snapshot};
use super::structure::{CellLevel, Structure, StructureCell};

/// Cells, their suppression, and the alternatives that were found.
pub(super) struct Prover<'s> {
    pub structure: &'s Structure<'s>,
    /// The index of the release in which more cells can be suppressed.
    pub current: Option<usize>,
    pub minimum: i64,
    pub values: Vec<i64>,
    /// For each cell that counts one person, a cell that represents this person.
    pub persons: Vec<usize>,
    pub suppressed: Vec<bool>,
    /// Whether to publish a complementary suppression that cannot be made safe.
    pub may_reveal: bool,
    /// Cells whose feasibility interval is too narrow for a complementary suppression.
    pub not_suppressible: Vec<bool>,
    /// The cells of entities that are too small for detail.
    pub withheld: Vec<bool>,
    pub intervals: Intervals,
    everybody: Observers,
    /// For each cell, the insiders who know it.
    insiders_who_know: Vec<Observers>,
    /// For some cells without an entity, the part that the rows of each insider count.
    insider_parts: HashMap<usize, Vec<(Observers, i64)>>,
    /// For each cell, the widest interval that insiders can have, whatever this release suppresses.
    max_spread: Vec<i64>,
    /// For some cells and insiders, the same bound as a linear program computed it.
    reach_for: HashMap<(usize, Observers), i64>,
    /// The corte of each release.
    pub cortes: Vec<NaiveDate>,
    /// For each release, the number of releases that were public before it.
    orders: Vec<usize>,
    /// The cell by identity and release.
    by_identity: HashMap<(usize, usize), usize>,
    /// The number of variables in all linear programs so far.
    variables_solved: AtomicU64,
}

/// The cells that may change in an alternative.
#[derive(Clone)]
pub(super) enum SearchScope {
    /// The cells of one release.
    Release(usize),
    /// The cells of some identities, in one release or at all cortes.
    Few {
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
    Near,
    /// All cells.
    Whole,
}

/// The number of identities in a small search.
const FEW: usize = 16;

/// The number of identities in a search at all cortes.
const MORE: usize = 40;

/// The number of cells in a batch. It does not depend on the number of threads, because the result
/// must not.
const BATCH: usize = 32;

/// The cells that may change in an alternative.
pub(super) struct Movable {
    pub among: SearchScope,
    /// Published cells up to this level may change at a cost.
    pub up_to: Option<CellLevel>,
    /// A cell that stays fixed.
    pub known: Option<usize>,
    /// A position in the order of publication; this release and later ones count as suppressed.
    pub unpublished_from: Option<usize>,
    pub against: AssumedKnowledge,
}

impl Movable {
    /// Allows the suppressed cells of a scope to change.
    pub fn hidden(among: SearchScope, against: AssumedKnowledge) -> Self {
        Self { among, up_to: None, known: None, unpublished_from: None, against }
    }
}

impl<'s> Prover<'s> {
    pub fn new(
        structure: &'s Structure<'s>,
        snapshots: &[Snapshot],
        insiders: &Insiders,
        minimum: i64,
        values: Vec<i64>,
        hidden: Vec<bool>,
    ) -> Self {
        let cells = structure.cells.len();
        let mut own: HashMap<usize, Vec<(Observers, i64)>> = HashMap::new();
        for (index, cell) in structure.cells.iter().enumerate() {
            let parts = snapshots[cell.snapshot].own.get(cell.id).into_iter().flatten();
            let parts: Vec<_> = parts.map(|(entity, count)| (insiders.bit(entity), *count)).collect();
            if !parts.is_empty() {
                own.insert(index, parts);
            }
        }
        Self {
            structure,
            max_spread: reach_for_insiders(structure, snapshots, insiders, &values, &hidden),
            reach_for: HashMap::new(),
            variables_solved: AtomicU64::new(0),
            by_identity: structure
                .cells
                .iter()
                .enumerate()
                .map(|(index, cell)| ((cell.identity, cell.snapshot), index))
                .collect(),
            cortes: snapshots.iter().map(|snapshot| snapshot.corte).collect(),
            orders: snapshots.iter().map(|snapshot| snapshot.order).collect(),
            current: None,
            minimum,
            persons: structure.persons(&values),
            values,
            suppressed: hidden,
            may_reveal: true,
            not_suppressible: vec![false; cells],
            withheld: vec![false; cells],
            intervals: Intervals::new(cells, insiders.everybody()),
            everybody: insiders.everybody(),
            insiders_who_know: structure.cells.iter().map(|cell| insiders.who_know(cell.id)).collect(),
            insider_parts: own,
        }
    }

    pub fn is_primary(&self, cell: usize) -> bool {
        (1..self.minimum).contains(&self.values[cell])
    }

    pub fn is_single(&self, cell: usize) -> bool {
        self.suppressed[cell] && self.values[cell] == 1
    }

    fn freedom(&self, cell: usize, movable: &Movable) -> CellState {
        let of = &self.structure.cells[cell];
        let is_out = match &movable.among {
            SearchScope::Release(release) => of.snapshot != *release,
            SearchScope::Few { identities, release } => {
                release.is_some_and(|release| of.snapshot != release) || identities.binary_search(&of.identity).is_err()
            }
            SearchScope::All => false,
        };
        let is_known = match movable.against {
            AssumedKnowledge::Common(observers) => {
                observers != 0 && self.insiders_who_know[cell] & observers == observers
            }
            AssumedKnowledge::Any(observers) => self.insiders_who_know[cell] & observers != 0,
        };
        if is_known || is_out || movable.known == Some(cell) {
            return CellState::Fixed;
        }
        let rank = self.structure.levels[cell];
        let is_unpublished = movable.unpublished_from.is_some_and(|from| self.orders[of.snapshot] >= from);
        if self.suppressed[cell] || is_unpublished {
            CellState::Free
        } else if Some(of.snapshot) == self.current
            && !self.not_suppressible[cell]
            && movable.up_to.is_some_and(|most| rank <= most)
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
    fn floor(&self, cell: usize, against: AssumedKnowledge) -> i64 {
        let AssumedKnowledge::Any(observers) = against else { return 0 };
        let parts = self.insider_parts.get(&cell).into_iter().flatten();
        parts.filter(|(one, _)| observers & one != 0).map(|(_, part)| *part).max().unwrap_or(0)
    }

    /// How much the earlier of two cells may rise above the rise of the later one. The counts may
    /// not fall with time, nor may the remainders without the part of an insider.
    fn slack(&self, low: usize, high: usize, against: AssumedKnowledge) -> i64 {
        let own = match against {
            AssumedKnowledge::Any(observers) if self.insider_parts.contains_key(&high) => {
                let parts = self.insider_parts.get(&high).into_iter().flatten().filter(|(one, _)| observers & one != 0);
                parts.map(|(one, part)| part - self.own_part(low, *one)).max().unwrap_or(0)
            }
            _ => 0,
        };
        self.values[high] - self.values[low] - own.max(0)
    }

    /// The cost of suppressing a cell, which grows with its count. The levels make totals more
    /// expensive than their parts.
    pub fn suppression_cost(&self, cell: usize) -> f64 {
        let itself = match self.structure.levels[cell] {
            CellLevel::Part => 2.0,
            CellLevel::Nation => 1e3,
            CellLevel::Entity => 1e5,
            CellLevel::Grand => 1e6,
        };
        itself + self.values[cell] as f64
    }

    /// Finds an alternative. A failure of the solver also returns `None`.
    pub fn find(&self, goal: SearchGoal, movable: &Movable) -> Option<Alternative> {
        self.solve(goal, movable).ok().flatten()
    }

    fn solve(&self, goal: SearchGoal, movable: &Movable) -> Result<Option<Alternative>, SolverGaveUp> {
        let freedom = |cell| self.freedom(cell, movable);
        let floor = |cell| self.floor(cell, movable.against);
        let slack = |low, high| self.slack(low, high, movable.against);
        let (structure, values) = (self.structure, &self.values);
        let question = FeasibilityProblem {
            structure,
            values,
            cell_state: &freedom,
            floor: &floor,
            slack: &slack,
            variables_solved: &self.variables_solved,
        };
        Ok(find(&question, goal)?.map(|moves| self.alternative(moves)))
    }

    /// The number of variables in all linear programs so far; it does not depend on the number of
    /// threads.
    pub fn variables_solved(&self) -> u64 {
        self.variables_solved.load(Ordering::Relaxed)
    }

    /// Makes an alternative and determines the observers for whom it is possible.
    pub fn alternative(&self, moves: CellDifferences) -> Alternative {
        let by = |cell: usize| moves.binary_search_by_key(&cell, |(other, _)| *other).map_or(0, |place| moves[place].1);
        let mut open_to = self.everybody;
        for &(cell, rise) in &moves {
            open_to &= !self.insiders_who_know[cell];
            for (insider, part) in self.insider_parts.get(&cell).into_iter().flatten() {
                if self.values[cell] + rise < *part {
                    open_to &= !insider;
                }
            }
            for (low, high) in self.structure.orders_of[cell].iter().map(|order| self.structure.monotone_pairs[*order])
            {
                for (insider, _) in self.insider_parts.get(&high).into_iter().flatten() {
                    if by(low) - by(high) > self.slack(low, high, AssumedKnowledge::Any(*insider)) {
                        open_to &= !insider;
                    }
                }
            }
        }
        Alternative { differences: moves, open_to }
    }

    /// Stores differences if they change only suppressed cells and agree with everything public.
    /// Returns whether it stored them.
    pub fn add_if_consistent(&mut self, moves: CellDifferences) -> bool {
        let is_possible = moves.iter().all(|(cell, _)| self.suppressed[*cell])
            && super::alternative::is_consistent(self.structure, &self.values, &moves);
        if is_possible {
            let alternative = self.alternative(moves);
            self.intervals.keep(alternative, true);
        }
        is_possible
    }

    /// The same cell in another release.
    pub fn same_cell(&self, cell: usize, release: usize) -> Option<usize> {
        self.by_identity.get(&(self.structure.cells[cell].identity, release)).copied()
    }

    /// The alternative with the opposite differences, if it also agrees with everything public.
    fn mirrored(&self, alternative: &Alternative) -> Option<Alternative> {
        let moves: CellDifferences = alternative.differences.iter().map(|(cell, by)| (*cell, -by)).collect();
        let is_possible = super::alternative::is_consistent(self.structure, &self.values, &moves);
        is_possible.then(|| self.alternative(moves))
    }

    /// The scopes of a search, from small to large. The steps are: a few neighbours of the cell,
    /// the same neighbours at all cortes, its whole release, more neighbours at all cortes, all
    /// cells. A small program is solved fast and usually suffices.
    fn around(&self, cell: usize, effort: SearchEffort) -> Vec<SearchScope> {
        let release = self.structure.cells[cell].snapshot;
        let common = AssumedKnowledge::Common(self.insiders_in_doubt(cell));
        let few = self.nearest_movable(cell, None, FEW, common);
        let more = self.nearest_movable(cell, None, MORE, common);
        let mut around = vec![
            SearchScope::Few { identities: few.clone(), release: Some(release) },
            SearchScope::Few { identities: few, release: None },
            SearchScope::Release(release),
            SearchScope::Few { identities: more, release: None },
        ];
        if effort == SearchEffort::Whole {
            around.push(SearchScope::All);
        }
        around
    }

    fn insiders_in_doubt(&self, cell: usize) -> Observers {
        self.everybody & !OUTSIDER & !self.insiders_who_know[cell]
    }

    /// The identities of at most `most` cells of the same release that may change and share sums
    /// with the cell. The nearest come first. At equal distance suppressed cells precede others:
    /// first the largest suppressed counts, then the lowest costs.
    pub fn nearest_movable(
        &self,
        cell: usize,
        up_to: Option<CellLevel>,
        most: usize,
        against: AssumedKnowledge,
    ) -> Vec<usize> {
        let release = self.structure.cells[cell].snapshot;
        let movable = Movable { up_to, ..Movable::hidden(SearchScope::Release(release), against) };
        let mut near = vec![cell];
        let mut seen = HashSet::from([cell]);
        let mut done = 0;
        while done < near.len() && near.len() < most {
            let layer = near[done..].iter().flat_map(|at| self.structure.beside(*at));
            let can_move = |other: &usize| self.freedom(*other, &movable) != CellState::Fixed;
            let mut next: Vec<usize> = layer.filter(|other| seen.insert(*other)).filter(can_move).collect();
            let value = |cell: usize| {
                if self.suppressed[cell] { -self.values[cell] } else { self.suppression_cost(cell) as i64 }
            };
            next.sort_by_key(|other| (!self.suppressed[*other], value(*other), *other));
            done = near.len();
            near.extend(next);
        }
        near.truncate(most);
        let mut identities: Vec<usize> = near.into_iter().map(|cell| self.structure.cells[cell].identity).collect();
        identities.sort_unstable();
        identities
    }

    /// The observers for whom too few values of a cell are proved possible.
    pub fn narrow_for(&self, cell: usize) -> Observers {
        let observers = each(self.everybody & !self.insiders_who_know[cell]);
        observers.filter(|one| self.width(cell, *one) < self.required(cell, *one)).sum()
    }

    /// The required distance between the lowest and the highest feasible value of a cell for an
    /// observer. For the outsider it is the minimum. For an insider it is smaller if shared totals
    /// and earlier releases leave less.
    pub fn required(&self, cell: usize, observer: Observers) -> i64 {
        if observer == OUTSIDER {
            return self.minimum;
        }
        let reach = self.reach_for.get(&(cell, observer)).copied().unwrap_or(i64::MAX);
        self.minimum.min(self.max_spread[cell]).min(reach)
    }

    /// Limits the required distance to what an insider could not exclude before this release. It
    /// computes the distance as if this release and later ones were not public. Returns whether the
    /// limit is lower than the requirement. If the solver gives up, there is no limit.
    pub fn limit_to_reach(&mut self, cell: usize, insider: Observers) -> bool {
        if self.reach_for.contains_key(&(cell, insider)) {
            return false;
        }
        let required = self.required(cell, insider);
        let unpublished_from = Some(self.orders[self.structure.cells[cell].snapshot]);
        let movable = Movable { unpublished_from, ..Movable::hidden(SearchScope::All, AssumedKnowledge::Any(insider)) };
        let farthest = |sign| {
            let found = self.solve(SearchGoal::Most { cell, sign, limit: required }, &movable);
            found.map(|found| found.map_or(0, |alternative| alternative.difference_at(cell).abs()))
        };
        let (Ok(up), Ok(down)) = (farthest(1), farthest(-1)) else { return false };
        self.reach_for.insert((cell, insider), up + down);
        up + down < required
    }

    fn width(&self, cell: usize, observer: Observers) -> i64 {
        let (low, high) = self.intervals.interval(cell, observer);
        high - low
    }

    /// Looks for alternatives that prove a cell safe with the present suppressions. Returns the
    /// observers for whom it is not safe.
    pub fn prove_wide(&mut self, cell: usize, effort: SearchEffort) -> Observers {
        let found = self.search(cell, effort);
        for alternative in found {
            self.intervals.keep(alternative, false);
        }
        self.narrow_for(cell)
    }

    /// Looks in parallel for alternatives that prove these cells safe, and keeps them.
    pub fn search_all(&mut self, cells: &[usize], effort: SearchEffort) {
        for batch in cells.chunks(BATCH) {
            let found: Vec<Vec<Alternative>> =
                batch.par_iter().with_max_len(1).map(|cell| self.search(*cell, effort)).collect();
            found.into_iter().flatten().for_each(|alternative| self.intervals.keep(alternative, false));
        }
    }

    /// The alternatives found so far that help to prove a cell safe.
    fn search(&self, cell: usize, effort: SearchEffort) -> Vec<Alternative> {
        let mut doubt = IntervalSearch::new(self, cell);
        if doubt.narrow() == 0 {
            return Vec::new();
        }
        let around = self.around(cell, effort);
        let last = around.len() - 1;
        for (place, among) in around.into_iter().enumerate() {
            let insiders = doubt.narrow() & !OUTSIDER;
            if insiders.count_ones() > 1 && !self.reduce(&mut doubt, &among, AssumedKnowledge::Common(insiders)) {
                // If a cell cannot change given the common knowledge, it cannot change given more
                // knowledge.
                continue;
            }
            if doubt.narrow().count_ones() > 1 {
                let narrow = doubt.narrow();
                self.reduce(&mut doubt, &among, AssumedKnowledge::Any(narrow));
            }
            for observer in each(doubt.narrow()) {
                self.reduce(&mut doubt, &among, AssumedKnowledge::Any(observer));
                if place == last && doubt.narrow() & observer != 0 {
                    return doubt.found;
                }
            }
            if doubt.narrow() == 0 {
                break;
            }
        }
        doubt.found
    }

    /// Looks for an alternative upwards and one downwards. Returns whether it found any.
    fn reduce(&self, doubt: &mut IntervalSearch, among: &SearchScope, against: AssumedKnowledge) -> bool {
        let mut is_found = false;
        let (AssumedKnowledge::Common(observers) | AssumedKnowledge::Any(observers)) = against;
        for sign in [1, -1] {
            let Some(limit) = doubt.missing(observers, sign) else { break };
            let movable = Movable::hidden(among.clone(), against);
            if let Some(found) = self.find(SearchGoal::Most { cell: doubt.cell, sign, limit }, &movable) {
                is_found = true;
                let mirrored = self.mirrored(&found);
                doubt.take(found);
                if let Some(mirrored) = mirrored {
                    doubt.take(mirrored);
                }
            }
        }
        is_found
    }

    /// A cell whose only person might derive another small count, because the cell differs in every
    /// alternative of that count.
    pub fn single_that_discloses(&self, other: usize) -> Option<usize> {
        let is_small = self.suppressed[other] && self.is_primary(other);
        let always = if is_small { self.intervals.always_with(other) } else { Vec::new() };
        always.into_iter().find(|single| self.would_disclose_to_single(*single, other))
    }

    /// Whether the only respondent of one cell could learn a small count about other people.
    pub fn would_disclose_to_single(&self, single: usize, other: usize) -> bool {
        self.is_single(single) && self.is_primary(other) && self.persons[single] != self.persons[other]
    }

    /// Looks for an alternative in which `other` differs while `single` stays. Returns whether one
    /// exists.
    pub fn prove_guarded(&mut self, single: usize, other: usize, effort: SearchEffort) -> bool {
        let against = AssumedKnowledge::Common(self.insiders_in_doubt(other));
        for among in self.around(other, effort) {
            for sign in [1, -1] {
                let movable = Movable { known: Some(single), ..Movable::hidden(among.clone(), against) };
                if let Some(found) = self.find(SearchGoal::Most { cell: other, sign, limit: 1 }, &movable) {
                    self.intervals.keep(found, true);
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
fn reach_for_insiders(
    structure: &Structure,
    snapshots: &[Snapshot],
    insiders: &Insiders,
    values: &[i64],
    hidden: &[bool],
) -> Vec<i64> {
    let cells = &structure.cells;
    let mut by_corte: Vec<usize> = (0..cells.len()).collect();
    by_corte.sort_by_key(|cell| snapshots[cells[*cell].snapshot].corte);
    // The lower bounds that earlier cortes disclose.
    let mut shown_before = vec![0; cells.len()];
    for cell in by_corte {
        for (low, high) in structure.orders_of[cell].iter().map(|order| structure.monotone_pairs[*order]) {
            let order = |cell: usize| snapshots[cells[cell].snapshot].order;
            if high == cell && order(low) < order(high) {
                let known = if hidden[low] { shown_before[low] } else { values[low] };
                shown_before[cell] = known.max(shown_before[cell]);
            }
        }
    }
    let is_total = |cell: &StructureCell| cell.id.codes.keys().all(|column| column == ENTITY);
    let row = |cell: &StructureCell| {
        let entity = cell.id.codes.get(ENTITY).cloned();
        (!is_total(cell)).then(|| (cell.snapshot, entity, cell.id.dimensions()))
    };
    let totals = cells.iter().zip(values).filter(|(cell, _)| is_total(cell) && insiders.is_shared(cell.id));
    let totals: HashMap<(usize, Option<String>), i64> =
        totals.map(|(cell, value)| ((cell.snapshot, cell.id.codes.get(ENTITY).cloned()), *value)).collect();
    let mut shown: HashMap<_, i64> = HashMap::new();
    for (cell, before) in cells.iter().zip(&shown_before) {
        if let Some(row) = row(cell) {
            *shown.entry(row).or_default() += before;
        }
    }
    let reach = |cell: &StructureCell| {
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
    found: Vec<Alternative>,
}

/// The differences from the true count that are possible for one observer, and their required
/// distance.
struct ObserverInterval {
    observer: Observers,
    low: i64,
    high: i64,
    required: i64,
}

impl ObserverInterval {
    fn is_narrow(&self) -> bool {
        self.high - self.low < self.required
    }
}

impl IntervalSearch {
    fn new(prover: &Prover, cell: usize) -> Self {
        let observers = each(prover.everybody & !prover.insiders_who_know[cell]);
        let intervals = observers.map(|observer| {
            let (low, high) = prover.intervals.interval(cell, observer);
            ObserverInterval { observer, low, high, required: prover.required(cell, observer) }
        });
        Self { cell, intervals: intervals.collect(), found: Vec::new() }
    }

    fn narrow(&self) -> Observers {
        self.intervals.iter().filter(|interval| interval.is_narrow()).map(|interval| interval.observer).sum()
    }

    /// How far a cell must move in a direction for the observers whose interval is too narrow.
    /// `None` if the interval is wide enough for all of them.
    fn missing(&self, observers: Observers, sign: i64) -> Option<i64> {
        let narrow = self.intervals.iter().filter(|one| one.observer & observers != 0 && one.is_narrow());
        narrow.map(|one| if sign > 0 { one.low + one.required } else { one.required - one.high }).max()
    }

    fn take(&mut self, alternative: Alternative) {
        let by = alternative.difference_at(self.cell);
        for interval in self.intervals.iter_mut().filter(|one| alternative.open_to & one.observer != 0) {
            (interval.low, interval.high) = (interval.low.min(by), interval.high.max(by));
        }
        self.found.push(alternative);
    }
}
