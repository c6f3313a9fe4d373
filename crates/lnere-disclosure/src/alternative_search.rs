/*!
Finds alternatives: other counts that agree with everything public.

A suppressed count is safe while other tables agree with everything public. An [`Alternative`] is
one such set of tables, as differences from the true ones. A linear program finds it; a check in
whole numbers must confirm it. An error of the solver can cause a needless suppression, but never a
disclosure.
*/

use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};

use microlp::{ComparisonOp, OptimizationDirection, Problem, SolveOptions, Variable};

use super::cell_relations::CellRelations;
use super::insiders::Observers;

/// Whether a cell may differ in an alternative.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum CellState {
    /// The count is public, or the observer knows it.
    Fixed,
    /// The count is suppressed.
    Free,
    /// The count is to be published; to suppress it instead has this cost.
    PublishedAtCost(f64),
}

/// The property that an alternative must have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SearchGoal {
    /// A cell is higher (1) or lower (-1) by as much as possible, up to a limit.
    LargestDifference { cell: usize, sign: i64, limit: i64 },
    /// A cell differs by exactly this number, at the least cost.
    Exactly { cell: usize, by: i64 },
}

/// Differences from the true counts, ordered by cell; no difference is 0.
pub(super) type CellDifferences = Vec<(usize, i64)>;

/// Other counts, and the observers for whom they are possible.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Alternative {
    pub differences: CellDifferences,
    /// The observers who know none of the cells that differ.
    pub possible_for: Observers,
}

impl Alternative {
    /// The difference of a cell.
    pub fn difference_at(&self, cell: usize) -> i64 {
        difference_of_cell(&self.differences, cell)
    }
}

/// The most nodes that a search for whole numbers may visit. Nearly every program has a whole
/// solution at its root.
pub(super) const MAX_SOLVER_NODES: u64 = 200;

/// The cost of changing a suppressed cell by one. An alternative with smaller changes is open to
/// more observers.
const SUPPRESSED_CHANGE_COST: f64 = 1e-3;

/// The true tables, and the differences that an alternative may have.
pub(super) struct FeasibilityProblem<'q> {
    pub relations: &'q CellRelations<'q>,
    pub true_counts: &'q [i64],
    pub cell_state: &'q dyn Fn(usize) -> CellState,
    /// The lower bound of a count that the observer knows.
    pub lower_bound: &'q dyn Fn(usize) -> i64,
    /// The most by which the first of two ordered cells may rise above the rise of the second.
    pub monotone_slack: &'q dyn Fn(usize, usize) -> i64,
    /// Counts the variables of linear programs.
    pub variables_solved: &'q AtomicU64,
}

/// The solver found no alternative and could not prove that none exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct SolverGaveUp;

/// Finds the differences of an alternative; `None` if no alternative exists.
///
/// # Errors
/// The solver gave up, or its answer fails the check in whole numbers.
pub(super) fn find_alternative(
    problem: &FeasibilityProblem,
    goal: SearchGoal,
) -> Result<Option<CellDifferences>, SolverGaveUp> {
    let cell = match goal {
        SearchGoal::LargestDifference { cell, .. } | SearchGoal::Exactly { cell, .. } => cell,
    };
    let reach = changeable_connected_cells(problem, cell);
    problem.variables_solved.fetch_add(reach.len() as u64, Ordering::Relaxed);
    // The solver is young and may panic.
    let solve = |whole| {
        catch_unwind(AssertUnwindSafe(|| solve_program(problem, goal, &reach, whole))).unwrap_or(Err(SolverGaveUp))
    };
    match solve(false)? {
        ProgramSolution::Integral(moves) if is_goal_met(&moves, goal) && is_feasible(problem, &moves) => {
            return Ok(Some(moves));
        }
        ProgramSolution::Integral(moves) if !is_goal_met(&moves, goal) => return Ok(None),
        ProgramSolution::Infeasible => return Ok(None),
        // The solution at the corner is not in whole numbers.
        ProgramSolution::Integral(_) | ProgramSolution::Fractional => {}
    }
    match solve(true)? {
        ProgramSolution::Integral(moves) if !is_goal_met(&moves, goal) => Ok(None),
        ProgramSolution::Integral(moves) if is_feasible(problem, &moves) => Ok(Some(moves)),
        ProgramSolution::Infeasible => Ok(None),
        ProgramSolution::Integral(_) | ProgramSolution::Fractional => Err(SolverGaveUp),
    }
}

/// The cells that can change when a cell changes, through cells that may change.
fn changeable_connected_cells(problem: &FeasibilityProblem, cell: usize) -> Vec<usize> {
    let mut seen = HashSet::from([cell]);
    problem
        .relations
        .connected_cells(cell, |other| (problem.cell_state)(other) != CellState::Fixed && seen.insert(other))
}

/// A difference as one variable, or as a rise and a fall, each with its cost.
enum DifferenceVariables {
    Signed(Variable),
    RiseAndFall(Variable, Variable),
}

/// The answer of the solver.
enum ProgramSolution {
    Infeasible,
    Fractional,
    Integral(CellDifferences),
}

fn solve_program(
    problem: &FeasibilityProblem,
    goal: SearchGoal,
    reach: &[usize],
    whole: bool,
) -> Result<ProgramSolution, SolverGaveUp> {
    let FeasibilityProblem { relations: structure, cell_state, .. } = *problem;
    let mut program = Problem::new(OptimizationDirection::Minimize);
    let mut add = |cost: f64, low: i64, high: Option<i64>| {
        if whole {
            let narrow =
                |bound: i64| i32::try_from(bound).unwrap_or(if bound < 0 { -UNBOUNDED_LIMIT } else { UNBOUNDED_LIMIT });
            program.add_integer_var(cost, (narrow(low), high.map_or(UNBOUNDED_LIMIT, narrow)))
        } else {
            program.add_var(cost, (low as f64, high.map_or(f64::INFINITY, |high| high as f64)))
        }
    };
    let mut shifts: Vec<DifferenceVariables> = Vec::with_capacity(reach.len());
    for &cell in reach {
        let (low, high) = difference_bounds(problem, cell);
        let capped = |limit: i64| high.map_or(limit, |high| high.min(limit));
        let shift = match goal {
            SearchGoal::Exactly { cell: target, by } if target == cell => {
                if by < low || high.is_some_and(|high| by > high) {
                    return Ok(ProgramSolution::Infeasible);
                }
                DifferenceVariables::Signed(add(0.0, by, Some(by)))
            }
            SearchGoal::LargestDifference { cell: target, sign, limit } if target == cell => {
                let (low, high) = if sign > 0 { (0, capped(limit).max(0)) } else { (low.max(-limit).min(0), 0) };
                DifferenceVariables::Signed(add(-sign as f64, low, Some(high)))
            }
            _ => {
                let cost =
                    if let CellState::PublishedAtCost(loss) = cell_state(cell) { loss } else { SUPPRESSED_CHANGE_COST };
                let rise = add(cost, 0, high.map(|high| high.max(0)));
                DifferenceVariables::RiseAndFall(rise, add(cost, 0, Some((-low).max(0))))
            }
        };
        shifts.push(shift);
    }
    let shift = |cell: usize| reach.binary_search(&cell).ok().map(|place| &shifts[place]);

    for sum in sorted_unique(reach.iter().flat_map(|cell| structure.sums_of[*cell].iter().copied())) {
        let terms = structure.sums[sum].terms().filter_map(|(cell, sign)| Some((shift(cell)?, sign as f64)));
        program.add_constraint(linear_expression(terms), ComparisonOp::Eq, 0.0);
    }
    for order in sorted_unique(reach.iter().flat_map(|cell| structure.monotone_pairs_of[*cell].iter().copied())) {
        let (low, high) = structure.monotone_pairs[order];
        if let (Some(below), Some(above)) = (shift(low), shift(high)) {
            let slack = (problem.monotone_slack)(low, high);
            program.add_constraint(linear_expression([(below, 1.0), (above, -1.0)]), ComparisonOp::Le, slack as f64);
        }
    }

    let mut options = SolveOptions::default();
    options.node_limit = Some(MAX_SOLVER_NODES);
    let solution = match program.solve_with(options) {
        Ok(stopped) => stopped.into_solution().map_err(|_| SolverGaveUp)?,
        Err(microlp::Error::Infeasible) => return Ok(ProgramSolution::Infeasible),
        Err(_) => return Err(SolverGaveUp),
    };
    let mut moves = CellDifferences::new();
    for (&cell, shift) in reach.iter().zip(&shifts) {
        let value = match shift {
            DifferenceVariables::Signed(shift) => solution.var_value(*shift),
            DifferenceVariables::RiseAndFall(up, down) => solution.var_value(*up) - solution.var_value(*down),
        };
        let rounded = value.round();
        if (value - rounded).abs() > 1e-4 {
            return Ok(ProgramSolution::Fractional);
        }
        if rounded != 0.0 {
            moves.push((cell, rounded as i64));
        }
    }
    Ok(ProgramSolution::Integral(moves))
}

/// The bound of an unbounded variable, because the solver requires bounds for integers.
const UNBOUNDED_LIMIT: i32 = 1_000_000_000;

fn sorted_unique(indices: impl Iterator<Item = usize>) -> Vec<usize> {
    let mut indices: Vec<usize> = indices.collect();
    indices.sort_unstable();
    indices.dedup();
    indices
}

fn linear_expression<'v>(terms: impl IntoIterator<Item = (&'v DifferenceVariables, f64)>) -> Vec<(Variable, f64)> {
    let flat = terms.into_iter().flat_map(|(shift, sign)| match shift {
        DifferenceVariables::Signed(shift) => [Some((*shift, sign)), None],
        DifferenceVariables::RiseAndFall(up, down) => [Some((*up, sign)), Some((*down, -sign))],
    });
    flat.flatten().collect()
}

/// How far a cell can fall and rise. Its lower bound and the fixed cells of neighbouring cortes
/// limit it.
fn difference_bounds(problem: &FeasibilityProblem, cell: usize) -> (i64, Option<i64>) {
    let FeasibilityProblem {
        relations: structure,
        true_counts: values,
        cell_state,
        lower_bound: floor,
        monotone_slack: slack,
        ..
    } = *problem;
    let mut low = floor(cell) - values[cell];
    let mut high: Option<i64> = None;
    for &order in &structure.monotone_pairs_of[cell] {
        let (below, above) = structure.monotone_pairs[order];
        if above == cell && cell_state(below) == CellState::Fixed {
            low = low.max(-slack(below, cell));
        } else if below == cell && cell_state(above) == CellState::Fixed {
            let slack = slack(cell, above);
            high = Some(high.map_or(slack, |high| high.min(slack)));
        }
    }
    (low, high)
}

/// Whether an alternative agrees with everything public and with the knowledge of the observer.
fn is_feasible(problem: &FeasibilityProblem, differences: &CellDifferences) -> bool {
    let FeasibilityProblem { relations: structure, true_counts: values, cell_state, lower_bound: floor, .. } = *problem;
    let may_move = |cell: usize, by: i64| cell_state(cell) != CellState::Fixed && values[cell] + by >= floor(cell);
    differences.iter().all(|&(cell, by)| may_move(cell, by)) && is_consistent(structure, values, differences)
}

/// Whether changed counts are at least 0, add up, and keep the order of cumulative counts.
pub(super) fn is_consistent(structure: &CellRelations, values: &[i64], differences: &CellDifferences) -> bool {
    let at = |cell: usize| values[cell] + difference_of_cell(differences, cell);
    differences.iter().all(|&(cell, by)| {
        values[cell] + by >= 0
            && structure.sums_of[cell].iter().all(|sum| {
                structure.sums[*sum]
                    .terms()
                    .map(|(cell, sign)| sign * difference_of_cell(differences, cell))
                    .sum::<i64>()
                    == 0
            })
            && structure.monotone_pairs_of[cell].iter().all(|order| {
                let (low, high) = structure.monotone_pairs[*order];
                at(low) <= at(high)
            })
    })
}

fn difference_of_cell(differences: &CellDifferences, cell: usize) -> i64 {
    differences.binary_search_by_key(&cell, |(other, _)| *other).map_or(0, |place| differences[place].1)
}

fn is_goal_met(differences: &CellDifferences, goal: SearchGoal) -> bool {
    match goal {
        SearchGoal::LargestDifference { cell, sign, .. } => difference_of_cell(differences, cell) * sign > 0,
        SearchGoal::Exactly { cell, by } => difference_of_cell(differences, cell) == by,
    }
}
