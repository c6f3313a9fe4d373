/*!
Decides which counts of a release to suppress. Primary suppression withholds small counts.
Complementary suppression withholds as few others as possible, so that no observer can derive the
small ones.

To find the smallest set is a hard problem. This is a heuristic of least-cost flows for any linked
tables. For a cell that is not safe yet, it seeks the cheapest alternative in which this cell
differs. All cells that change in the alternative are suppressed too. At the end, suppressions that
are not needed are removed.
*/

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap, HashSet};

use chrono::NaiveDate;
use rayon::prelude::*;

use super::alternative_search::{Alternative, CellDifferences, SearchGoal};
use super::cell_relations::{CellLevel, CellRelations, Monotonicity};
use super::insiders::{Insiders, OUTSIDER, Observers, single_observers};
use super::prover::{AssumedKnowledge, MovableCells, Prover, SearchEffort, SearchScope};
use super::published_counts::{CellStatement, ENTITY_COLUMN, Snapshot};
use super::stored_proofs::{MeasureProofs, Proofs};
use lnere_messages::message;

/// No protection was found.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unprotectable {
    /// A cell cannot be protected.
    #[error("{}", message!("L332-unprotectable", cell))]
    Cell {
        /// The cell, without its count.
        cell: String,
    },
    /// The search exceeded the permitted work.
    #[error("{}", message!("L333-too-much-work", measure))]
    TooMuchWork {
        /// The column of counts.
        measure: String,
    },
}

/// The suppressed cells of a release, and the proof that they suffice.
pub struct SuppressionResult {
    /// For each statement of the release, in their order.
    pub suppressed: Vec<bool>,
    /// The alternatives that prove each suppressed cell of this release and of earlier ones safe.
    pub proofs: Proofs,
}

/// The settings of the protection.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SuppressionSettings {
    /// The smallest count that may be shown, apart from 0.
    pub minimum: i64,
    /// The smallest total of an entity whose detail is shown.
    pub min_total_for_detail: i64,
    /// The observers whose knowledge is assumed.
    pub insiders: Insiders,
}

/// Decides which cells of a release to suppress. `history` is public already, and `earlier` may
/// prove cells safe. All exact counts must be known.
///
/// # Errors
/// Earlier releases disclose a cell, or the search exceeds the permitted work.
pub fn protect(
    snapshot: &Snapshot,
    history: &[Snapshot],
    protection: &SuppressionSettings,
    earlier: &Proofs,
) -> Result<SuppressionResult, Unprotectable> {
    // Sums never combine counts of different measures.
    let measures: BTreeSet<&str> =
        snapshot.statements.iter().map(|statement| statement.cell.measure.as_str()).collect();
    let measures: Vec<&str> = measures.into_iter().collect();
    let protected = measures.par_iter().with_max_len(1).map(|measure| {
        let history: Vec<Snapshot> = history.iter().map(|earlier| earlier.of_measure(measure)).collect();
        suppress_measure(&snapshot.of_measure(measure), history, protection, earlier.proofs_of_measure(measure))
    });
    let protected: Vec<(Vec<bool>, MeasureProofs)> = protected.collect::<Result<_, _>>()?;
    let (is_suppressed, proofs): (Vec<_>, Vec<_>) = protected.into_iter().unzip();
    let mut is_suppressed: Vec<_> = is_suppressed.into_iter().map(Vec::into_iter).collect();
    let of = |statement: &CellStatement| {
        let place = measures.binary_search(&statement.cell.measure.as_str()).ok()?;
        is_suppressed.get_mut(place)?.next()
    };
    let is_suppressed = snapshot.statements.iter().map(of).map(|is_hidden| is_hidden.unwrap_or(true)).collect();
    Ok(SuppressionResult {
        suppressed: is_suppressed,
        proofs: Proofs::from_measures(measures.into_iter().map(str::to_owned).zip(proofs)),
    })
}

fn suppress_measure(
    snapshot: &Snapshot,
    history: Vec<Snapshot>,
    protection: &SuppressionSettings,
    earlier: Option<&MeasureProofs>,
) -> Result<(Vec<bool>, MeasureProofs), Unprotectable> {
    let current_release = history.len();
    let mut snapshots = history;
    snapshots.push(snapshot.clone());
    let structure = CellRelations::new(&snapshots, Monotonicity::Known);
    let cells = &structure.cells;
    let nearest = |is_before: &dyn Fn(NaiveDate) -> bool| {
        let places = (0..current_release).filter(|place| is_before(snapshots[*place].corte));
        places.max_by_key(|place| (snapshots[*place].corte, snapshots[*place].revision))
    };
    let suppressed_identities = |place: Option<usize>| -> HashSet<usize> {
        let hidden = cells.iter().filter(|cell| Some(cell.release_index) == place && cell.suppressed);
        hidden.map(|cell| cell.identity).collect()
    };
    let before = nearest(&|corte| corte < snapshot.corte);
    let search = SuppressionSearch {
        relations: &structure,
        snapshots: &snapshots,
        protection,
        current_release,
        exact_counts: cells.iter().map(|cell| cell.exact_count.unwrap_or(0)).collect(),
        suppressed_at_previous_corte: suppressed_identities(before),
        suppressed_in_previous_revision: suppressed_identities(nearest(&|corte| corte == snapshot.corte)),
        earlier_alternatives: earlier.map(|proofs| proofs.to_alternatives(&structure, &snapshots)).unwrap_or_default(),
    };
    // If a third of the cells was suppressed before, the search for the least suppression would
    // take too much work.
    let cells_before = cells.iter().filter(|cell| Some(cell.release_index) == before).count();
    let is_hard = 3 * search.suppressed_at_previous_corte.len() > cells_before && cells_before > 0;
    let mut first_error = None;
    for strategy in if is_hard { &INITIAL_SUPPRESSIONS[1..] } else { &INITIAL_SUPPRESSIONS[..] } {
        // A cell that is published because an insider almost knows it may be needed to protect
        // others. The second attempt does not publish such cells.
        for may_reveal in [true, false] {
            match search.search_suppressions(*strategy, may_reveal) {
                Ok(prover) => {
                    let made =
                        cells.iter().zip(&prover.suppressed).filter(|(cell, _)| cell.release_index == current_release);
                    let made = made.map(|(_, hidden)| *hidden).collect();
                    let proofs = prover
                        .intervals
                        .into_valid_alternatives()
                        .into_iter()
                        .map(|alternative| alternative.differences);
                    return Ok((made, MeasureProofs::from_alternatives(&structure, &snapshots, proofs)));
                }
                Err(SearchFailure::TooMuchWork) => break,
                Err(SearchFailure::Unprotectable(cell)) => first_error = first_error.or(Some(cell)),
            }
        }
    }
    let measure = snapshot.statements.first().map(|statement| statement.cell.measure.clone()).unwrap_or_default();
    Err(match first_error {
        Some(cell) => Unprotectable::Cell { cell: cells[cell].id.to_string() },
        None => Unprotectable::TooMuchWork { measure },
    })
}

/// The cells to suppress before the search, in addition to small counts and those of the last
/// revision.
#[derive(Clone, Copy, PartialEq, Eq)]
enum InitialSuppression {
    /// Nothing in advance. The result usually has the fewest suppressed cells, but takes the most
    /// work.
    OnlyRequired,
    /// The cells that were suppressed at the previous corte; earlier proofs then still hold.
    AsAtPreviousCorte,
    /// All detail; national sums and totals of entities are suppressed only if necessary.
    AllDetail,
}

/// The strategies in order; each runs if the previous one fails or takes too much work.
const INITIAL_SUPPRESSIONS: [InitialSuppression; 3] =
    [InitialSuppression::OnlyRequired, InitialSuppression::AsAtPreviousCorte, InitialSuppression::AllDetail];

impl InitialSuppression {
    /// The most variables that the linear programs of a search may have together. This is seconds
    /// of work for the first strategy, at most half a minute for the others. It is not a time
    /// limit, so that the result does not depend on the machine.
    fn work_limit(self) -> u64 {
        match self {
            Self::OnlyRequired => 250_000,
            Self::AsAtPreviousCorte | Self::AllDetail => 3_000_000,
        }
    }
}

/// The reason why a search ended without a result.
enum SearchFailure {
    TooMuchWork,
    Unprotectable(usize),
}

/// The search for the cells to suppress in one release.
struct SuppressionSearch<'s> {
    relations: &'s CellRelations<'s>,
    snapshots: &'s [Snapshot],
    protection: &'s SuppressionSettings,
    /// The index of the release.
    current_release: usize,
    exact_counts: Vec<i64>,
    /// The identities of cells suppressed at the previous corte.
    suppressed_at_previous_corte: HashSet<usize>,
    /// The identities of cells suppressed in the previous revision of this corte. They stay
    /// suppressed, because an unchanged count would disclose itself.
    suppressed_in_previous_revision: HashSet<usize>,
    earlier_alternatives: Vec<CellDifferences>,
}

impl<'s> SuppressionSearch<'s> {
    fn search_suppressions(
        &self,
        strategy: InitialSuppression,
        may_unsuppress: bool,
    ) -> Result<Prover<'s>, SearchFailure> {
        let is_suppressed =
            (0..self.relations.cells.len()).map(|cell| self.is_suppressed_initially(cell, strategy)).collect();
        let SuppressionSettings { minimum, min_total_for_detail: detail_from, ref insiders } = *self.protection;
        let values = self.exact_counts.clone();
        let mut prover = Prover::new(self.relations, self.snapshots, insiders, minimum, values, is_suppressed);
        (prover.current_release, prover.may_unsuppress) = (Some(self.current_release), may_unsuppress);
        prover.suppress_small_entities(detail_from);
        self.earlier_alternatives.iter().for_each(|moves| prover.reuse_earlier_alternative(moves));
        prover.publish_unprotectable_detail();
        prover.suppress_until_safe(strategy.work_limit())?;
        prover.remove_redundant_suppressions();
        Ok(prover)
    }

    fn is_suppressed_initially(&self, index: usize, strategy: InitialSuppression) -> bool {
        let cell = &self.relations.cells[index];
        if cell.release_index != self.current_release {
            return cell.suppressed;
        }
        let is_detail = self.relations.cell_levels[index] == CellLevel::Part;
        let is_extra = match strategy {
            InitialSuppression::OnlyRequired => false,
            InitialSuppression::AsAtPreviousCorte => {
                is_detail && self.suppressed_at_previous_corte.contains(&cell.identity)
            }
            InitialSuppression::AllDetail => is_detail,
        };
        let is_small = (1..self.protection.minimum).contains(&self.exact_counts[index]);
        is_extra || is_small || self.suppressed_in_previous_revision.contains(&cell.identity)
    }
}

/// The number of near cells that are tried before all cells.
const MAX_NEARBY_CELLS: usize = 100;

const LEVELS_BY_COST: [CellLevel; 4] = [CellLevel::Part, CellLevel::Nation, CellLevel::Entity, CellLevel::GrandTotal];

/// The result of a step for a cell that is not safe.
enum ProtectionStep {
    /// More cells are suppressed.
    Suppressed,
    /// The knowledge of insiders and earlier publications rule out the required interval.
    Limited,
    /// No further suppression protects the cell.
    Impossible,
}

impl Prover<'_> {
    /// Suppresses all detail of entities whose total is below a limit.
    fn suppress_small_entities(&mut self, detail_from: i64) {
        let cells = &self.relations.cells;
        let totals = cells.iter().zip(&self.true_or_feasible_counts).filter(|(cell, _)| cell.id.is_total_of_entity());
        let totals: HashMap<_, i64> =
            totals.map(|(cell, value)| ((cell.release_index, cell.id.codes.get(ENTITY_COLUMN)), *value)).collect();
        for (index, cell) in
            cells.iter().enumerate().filter(|(_, cell)| Some(cell.release_index) == self.current_release)
        {
            let total = totals.get(&(cell.release_index, cell.id.codes.get(ENTITY_COLUMN)));
            let is_detail = cell.id.codes.contains_key(ENTITY_COLUMN) && !cell.id.is_total_of_entity();
            if is_detail && total.is_some_and(|total| (1..detail_from).contains(total)) {
                self.withheld_detail[index] = true;
                self.suppressed[index] = true;
            }
        }
    }

    /// Publishes withheld detail if suppression does not protect it. For example, everybody knows a
    /// count that is 0 in the whole nation.
    fn publish_unprotectable_detail(&mut self) {
        let optional: Vec<usize> =
            (0..self.suppressed.len()).filter(|cell| self.withheld_detail[*cell] && !self.is_primary(*cell)).collect();
        loop {
            let suppressed: Vec<usize> = optional.iter().copied().filter(|cell| self.suppressed[*cell]).collect();
            self.search_cells_in_parallel(&suppressed, SearchEffort::FewCells);
            let narrow: Vec<usize> =
                suppressed.into_iter().filter(|cell| self.observers_with_narrow_interval(*cell) != 0).collect();
            if narrow.is_empty() {
                return;
            }
            for cell in narrow {
                (self.suppressed[cell], self.withheld_detail[cell]) = (false, false);
                self.intervals.invalidate_with_cell(cell);
            }
        }
    }

    /// Adds complementary suppressions until every suppressed cell is safe.
    fn suppress_until_safe(&mut self, most_work: u64) -> Result<(), SearchFailure> {
        loop {
            let mut are_all_safe = true;
            let suppressed: Vec<usize> = (0..self.suppressed.len()).filter(|cell| self.suppressed[*cell]).collect();
            self.search_cells_in_parallel(&suppressed, SearchEffort::FewCells);
            for cell in 0..self.suppressed.len() {
                while self.suppressed[cell] {
                    let narrow = self.prove_safe(cell, SearchEffort::FewCells);
                    if narrow == 0 {
                        break;
                    }
                    are_all_safe = false;
                    if self.variables_solved() > most_work {
                        return Err(SearchFailure::TooMuchWork);
                    }
                    match self.widen_interval(cell, narrow) {
                        ProtectionStep::Suppressed => {}
                        _ if self.may_unsuppress && self.is_current(cell) && !self.is_primary(cell) => {
                            self.unsuppress(cell);
                        }
                        ProtectionStep::Limited => {}
                        ProtectionStep::Impossible => return Err(SearchFailure::Unprotectable(cell)),
                    }
                }
            }
            for other in 0..self.suppressed.len() {
                while let Some(single) = self.single_that_could_derive(other) {
                    if !self.prove_safe_from_single(single, other, SearchEffort::FewCells) {
                        are_all_safe = false;
                        self.protect_from_single(single, other)?;
                    }
                }
            }
            if are_all_safe {
                return Ok(());
            }
        }
    }

    /// Stores an alternative of an earlier corte, either unchanged or with the same differences at
    /// this corte too.
    fn reuse_earlier_alternative(&mut self, moves: &CellDifferences) {
        if self.store_if_consistent(moves.clone()) {
            return;
        }
        let Some(current) = self.current_release else { return };
        let corte = |cell: usize| self.cortes[self.relations.cells[cell].release_index];
        // A revision repeats the statements of the one before it; a later corte continues from the
        // latest.
        let is_revised = moves.iter().any(|(cell, _)| corte(*cell) == self.cortes[current]);
        let latest = moves.iter().map(|(cell, _)| corte(*cell)).max();
        let latest = if is_revised { Some(self.cortes[current]) } else { latest };
        let again = moves.iter().filter(|(cell, _)| Some(corte(*cell)) == latest);
        let again = again.map(|(cell, by)| Some((self.cell_in_release(*cell, current)?, *by)));
        if let Some(again) = again.collect::<Option<CellDifferences>>() {
            let mut moves: CellDifferences = moves.iter().copied().chain(again).collect();
            moves.sort_unstable();
            moves.dedup_by_key(|(cell, _)| *cell);
            self.store_if_consistent(moves);
        }
    }

    fn is_current(&self, cell: usize) -> bool {
        Some(self.relations.cells[cell].release_index) == self.current_release
    }

    /// Whether a cell of the current release is suppressed only to protect others.
    fn is_complementary(&self, cell: usize) -> bool {
        self.suppressed[cell] && self.is_current(cell) && !self.is_primary(cell) && !self.withheld_detail[cell]
    }

    /// Publishes a cell whose feasibility interval earlier releases make too narrow.
    fn unsuppress(&mut self, cell: usize) {
        self.suppressed[cell] = false;
        self.not_suppressible[cell] = true;
        self.intervals.invalidate_with_cell(cell);
    }

    /// Makes a cell safe for some of the observers for whom it is not safe, at the least cost
    /// found.
    fn widen_interval(&mut self, cell: usize, narrow: Observers) -> ProtectionStep {
        let insiders = narrow & !OUTSIDER;
        let first = single_observers(narrow).next().unwrap_or(OUTSIDER);
        // Suppressions that protect from an observer with little knowledge rarely protect from one
        // with more.
        let mut groups = vec![AssumedKnowledge::Any(narrow), AssumedKnowledge::Any(first)];
        if insiders.count_ones() > 1 {
            groups.insert(0, AssumedKnowledge::Common(insiders));
        }
        for up_to in LEVELS_BY_COST {
            for is_near in [true, false] {
                // Before the search in all cells, two programs for each insider decide whether it
                // can help.
                if !is_near
                    && single_observers(insiders).filter(|insider| self.limit_required_width(cell, *insider)).count()
                        > 0
                {
                    return ProtectionStep::Limited;
                }
                for &against in &groups {
                    let among = if is_near {
                        SearchScope::Identities {
                            identities: self.nearest_movable_identities(cell, Some(up_to), MAX_NEARBY_CELLS, against),
                            release: None,
                        }
                    } else {
                        SearchScope::All
                    };
                    let movable =
                        MovableCells { max_level: Some(up_to), ..MovableCells::suppressed_in(among, against) };
                    if let Some(found) = self.cheapest_widening(cell, narrow, &movable) {
                        self.suppress_changed_cells(found);
                        return ProtectionStep::Suppressed;
                    }
                }
            }
        }
        ProtectionStep::Impossible
    }

    /// The cheapest alternatives that make the interval of a cell wide enough for some observers.
    fn cheapest_widening(&self, cell: usize, narrow: Observers, movable: &MovableCells) -> Option<Vec<Alternative>> {
        let (AssumedKnowledge::Common(observers) | AssumedKnowledge::Any(observers)) = movable.knowledge;
        let intervals = single_observers(narrow & observers).map(|observer| self.intervals.interval(cell, observer));
        let (low, high) = intervals.reduce(|one, other| (one.0.max(other.0), one.1.min(other.1)))?;
        let required =
            single_observers(narrow & observers).map(|observer| self.required_width(cell, observer)).max()?;
        let helps = |found: &Vec<Alternative>| {
            !found.is_empty() && found.iter().fold(narrow & observers, |open, one| open & one.possible_for) != 0
        };
        // The goals lie above the lowest value that is known to be possible, below the highest, or
        // on both sides.
        let goals: Vec<i64> = (-required..=required).filter(|by| !(low..=high).contains(by)).collect();
        let found: Vec<Option<Alternative>> = goals
            .par_iter()
            .with_max_len(1)
            .map(|by| self.find_alternative(SearchGoal::Exactly { cell, by: *by }, movable))
            .collect();
        let found: HashMap<i64, Option<Alternative>> = goals.into_iter().zip(found).collect();
        let mut best: Option<(f64, Vec<Alternative>)> = None;
        for up in (0..=required).rev() {
            let both = [up, up - required].into_iter().filter_map(|by| found.get(&by).cloned());
            best = self.cheaper_alternatives(best, both.collect::<Option<Vec<_>>>().filter(helps));
        }
        best.map(|(_, found)| found)
    }

    fn cheaper_alternatives(
        &self,
        best: Option<(f64, Vec<Alternative>)>,
        found: Option<Vec<Alternative>>,
    ) -> Option<(f64, Vec<Alternative>)> {
        let Some(found) = found else { return best };
        let mut cells: Vec<usize> =
            found.iter().flat_map(|one| one.differences.iter().map(|(cell, _)| *cell)).collect();
        cells.sort_unstable();
        cells.dedup();
        let loss: f64 =
            cells.into_iter().filter(|cell| !self.suppressed[*cell]).map(|cell| self.suppression_cost(cell)).sum();
        match best {
            Some((least, _)) if least <= loss => best,
            _ => Some((loss, found)),
        }
    }

    fn suppress_changed_cells(&mut self, found: Vec<Alternative>) {
        for alternative in found {
            alternative.differences.iter().for_each(|(cell, _)| self.suppressed[*cell] = true);
            self.intervals.store_alternative(alternative, true);
        }
    }

    /// Prevents the only respondent of a cell from deriving another small count.
    fn protect_from_single(&mut self, single: usize, other: usize) -> Result<(), SearchFailure> {
        for up_to in LEVELS_BY_COST {
            for is_near in [true, false] {
                let against = AssumedKnowledge::Any(0);
                let among = if is_near {
                    SearchScope::Identities {
                        identities: self.nearest_movable_identities(other, Some(up_to), MAX_NEARBY_CELLS, against),
                        release: None,
                    }
                } else {
                    SearchScope::All
                };
                let movable = MovableCells {
                    max_level: Some(up_to),
                    fixed_cell: Some(single),
                    ..MovableCells::suppressed_in(among, against)
                };
                let mut best = None;
                for by in [1, -1] {
                    let found = self
                        .find_alternative(SearchGoal::Exactly { cell: other, by }, &movable)
                        .map(|found| vec![found]);
                    best = self.cheaper_alternatives(best, found);
                }
                if let Some((_, found)) = best {
                    self.suppress_changed_cells(found);
                    return Ok(());
                }
            }
        }
        Err(SearchFailure::Unprotectable(other))
    }

    /// Removes redundant suppressions, the largest counts first.
    fn remove_redundant_suppressions(&mut self) {
        let mut extra: Vec<usize> = (0..self.suppressed.len()).filter(|cell| self.is_complementary(*cell)).collect();
        extra.sort_by_key(|cell| {
            (Reverse(self.relations.cell_levels[*cell]), Reverse(self.true_or_feasible_counts[*cell]), *cell)
        });
        for cell in extra {
            self.suppressed[cell] = false;
            let withdrawn = self.intervals.invalidate_with_cell(cell);
            if !self.is_safe_without(&withdrawn) {
                self.suppressed[cell] = true;
                self.intervals.revalidate(&withdrawn);
            }
        }
    }

    /// Whether all cells are safe without some alternatives.
    fn is_safe_without(&mut self, withdrawn: &[usize]) -> bool {
        let touched: Vec<usize> =
            self.intervals.cells_changed_by(withdrawn).into_iter().filter(|cell| self.suppressed[*cell]).collect();
        if !touched.iter().all(|cell| self.prove_safe(*cell, SearchEffort::FewCells) == 0) {
            return false;
        }
        for other in touched {
            while let Some(single) = self.single_that_could_derive(other) {
                if !self.prove_safe_from_single(single, other, SearchEffort::FewCells) {
                    return false;
                }
            }
        }
        true
    }
}
