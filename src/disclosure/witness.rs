/*!
Witnesses: other numbers that agree with all that is public.

A hidden number is safe while nobody can tell the true tables from others that say the same in public. A [`Witness`]
is one such other set of tables, as the differences from the true ones. A linear program finds it, and it counts only
once it was checked in whole numbers: an error of the solver can cost a cell that need not be hidden, never protection.
*/

use std::collections::{HashMap, HashSet};
use std::panic::{AssertUnwindSafe, catch_unwind};

use microlp::{ComparisonOp, OptimizationDirection, Problem, SolveOptions, Variable};

use super::structure::Structure;

/// What a cell may do in a witness.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Freedom {
    /// It is public, or known to who looks.
    Fixed,
    /// It is hidden.
    Free,
    /// It is to be public; were it hidden instead, this much would be lost.
    At(f64),
}

/// What a witness is to show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Goal {
    /// That a cell may be higher (1) or lower (-1), by as much as there is up to a limit.
    Most { cell: usize, sign: i64, limit: i64 },
    /// That a cell may differ by just this much, at the least loss.
    Exactly { cell: usize, by: i64 },
}

/// Differences from the true counts, by cell in their order; none is 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Witness(pub Vec<(usize, i64)>);

impl Witness {
    /// How much a cell differs.
    pub fn of(&self, cell: usize) -> i64 {
        self.0.binary_search_by_key(&cell, |(other, _)| *other).map_or(0, |place| self.0[place].1)
    }
}

/// How many nodes a search for whole numbers may take. Nearly every program has whole solutions at its root.
pub(super) const NODES: u64 = 200;

/// The true tables, and what may be different in others.
pub(super) struct Question<'q> {
    pub structure: &'q Structure<'q>,
    pub values: &'q [i64],
    pub freedom: &'q dyn Fn(usize) -> Freedom,
}

/// Finds a witness, if there is one.
pub(super) fn witness(question: &Question, goal: Goal) -> Option<Witness> {
    let cell = match goal {
        Goal::Most { cell, .. } | Goal::Exactly { cell, .. } => cell,
    };
    let reach = reach(question, cell);
    // The solver is young: where it panics there is no witness, and more is hidden.
    let solve = |whole| catch_unwind(AssertUnwindSafe(|| solve(question, goal, &reach, whole))).unwrap_or(None);
    let found = solve(false)?;
    match found {
        Some(witness) if !meets(&witness, goal) => None,
        Some(witness) if holds(question, &witness) => Some(witness),
        // The program's corner is not in whole numbers.
        _ => solve(true)?.filter(|witness| meets(witness, goal) && holds(question, witness)),
    }
}

/// The cells that can move when one does, by way of cells that may.
fn reach(question: &Question, cell: usize) -> Vec<usize> {
    let mut seen = HashSet::from([cell]);
    question.structure.connected(cell, |other| (question.freedom)(other) != Freedom::Fixed && seen.insert(other))
}

/// A difference as one variable, or, where it is paid for in either direction, as two.
enum Shift {
    One(Variable),
    Two(Variable, Variable),
}

/// Solves the program. `None`: there is no solution; `Some(None)`: one that is not in whole numbers.
#[expect(clippy::option_option, reason = "no solution and no whole one are different answers")]
fn solve(question: &Question, goal: Goal, reach: &[usize], whole: bool) -> Option<Option<Witness>> {
    let Question { structure, values, freedom } = *question;
    let mut problem = Problem::new(OptimizationDirection::Minimize);
    let mut add = |cost: f64, low: Option<i64>, high: Option<i64>| {
        if whole {
            let narrow = |bound: i64| i32::try_from(bound).unwrap_or(if bound < 0 { -WIDE } else { WIDE });
            problem.add_integer_var(cost, (low.map_or(-WIDE, narrow), high.map_or(WIDE, narrow)))
        } else {
            let wide = |bound: i64| bound as f64;
            problem.add_var(cost, (low.map_or(f64::NEG_INFINITY, wide), high.map_or(f64::INFINITY, wide)))
        }
    };
    let mut shifts: HashMap<usize, Shift> = HashMap::with_capacity(reach.len());
    for &cell in reach {
        let (low, high) = room(question, cell);
        let shift = match (goal, freedom(cell)) {
            (Goal::Exactly { cell: target, by }, _) if target == cell => {
                if low.is_some_and(|low| by < low) || high.is_some_and(|high| by > high) {
                    return None;
                }
                Shift::One(add(0.0, Some(by), Some(by)))
            }
            (Goal::Most { cell: target, sign, limit }, _) if target == cell => {
                let (low, high) =
                    if sign > 0 { (Some(0), Some(least(high, limit))) } else { (Some(most(low, -limit)), Some(0)) };
                Shift::One(add(-sign as f64, low, high))
            }
            (_, Freedom::At(cost)) => {
                let up = add(cost, Some(0), high.map(|high| high.max(0)));
                Shift::Two(up, add(cost, Some(0), low.map(|low| (-low).max(0))))
            }
            _ => Shift::One(add(0.0, low, high)),
        };
        shifts.insert(cell, shift);
    }

    let mut sums: Vec<usize> = reach.iter().flat_map(|cell| structure.sums_of[*cell].iter().copied()).collect();
    sums.sort_unstable();
    sums.dedup();
    for sum in sums {
        let terms = structure.sums[sum].terms().filter_map(|(cell, sign)| Some((shifts.get(&cell)?, sign as f64)));
        problem.add_constraint(expression(terms), ComparisonOp::Eq, 0.0);
    }
    let mut orders: Vec<usize> = reach.iter().flat_map(|cell| structure.orders_of[*cell].iter().copied()).collect();
    orders.sort_unstable();
    orders.dedup();
    for order in orders {
        let (low, high) = structure.orders[order];
        if let (Some(below), Some(above)) = (shifts.get(&low), shifts.get(&high)) {
            let slack = values[high] - values[low];
            problem.add_constraint(expression([(below, 1.0), (above, -1.0)]), ComparisonOp::Le, slack as f64);
        }
    }

    let mut options = SolveOptions::default();
    options.node_limit = Some(NODES);
    let solution = problem.solve_with(options).ok()?.into_solution().ok()?;
    let mut differences = Vec::new();
    for &cell in reach {
        let value = match &shifts[&cell] {
            Shift::One(shift) => solution.var_value(*shift),
            Shift::Two(up, down) => solution.var_value(*up) - solution.var_value(*down),
        };
        let rounded = value.round();
        if (value - rounded).abs() > 1e-4 {
            return Some(None);
        }
        if rounded != 0.0 {
            differences.push((cell, rounded as i64));
        }
    }
    Some(Some(Witness(differences)))
}

/// The bound of a variable that has none, where the solver wants whole ones.
const WIDE: i32 = 1_000_000_000;

fn least(bound: Option<i64>, limit: i64) -> i64 {
    bound.map_or(limit, |bound| bound.min(limit))
}

fn most(bound: Option<i64>, limit: i64) -> i64 {
    bound.map_or(limit, |bound| bound.max(limit))
}

fn expression<'v>(terms: impl IntoIterator<Item = (&'v Shift, f64)>) -> Vec<(Variable, f64)> {
    let flat = terms.into_iter().flat_map(|(shift, sign)| match shift {
        Shift::One(shift) => [Some((*shift, sign)), None],
        Shift::Two(up, down) => [Some((*up, sign)), Some((*down, -sign))],
    });
    flat.flatten().collect()
}

/// How far a cell can fall and rise before it is below 0 or meets a neighbour in time that does not move.
fn room(question: &Question, cell: usize) -> (Option<i64>, Option<i64>) {
    let Question { structure, values, freedom } = *question;
    let mut low = -values[cell];
    let mut high: Option<i64> = None;
    for &order in &structure.orders_of[cell] {
        let (below, above) = structure.orders[order];
        if above == cell && freedom(below) == Freedom::Fixed {
            low = low.max(values[below] - values[cell]);
        } else if below == cell && freedom(above) == Freedom::Fixed {
            high = Some(least(high, values[above] - values[cell]));
        }
    }
    (Some(low), high)
}

/// Whether a witness agrees with all that is public.
fn holds(question: &Question, witness: &Witness) -> bool {
    let Question { structure, values, freedom } = *question;
    let at = |cell: usize| values[cell] + witness.of(cell);
    witness.0.iter().all(|&(cell, _)| {
        freedom(cell) != Freedom::Fixed
            && at(cell) >= 0
            && structure.sums_of[cell]
                .iter()
                .all(|sum| structure.sums[*sum].terms().map(|(cell, sign)| sign * witness.of(cell)).sum::<i64>() == 0)
            && structure.orders_of[cell].iter().all(|order| {
                let (low, high) = structure.orders[*order];
                at(low) <= at(high)
            })
    })
}

fn meets(witness: &Witness, goal: Goal) -> bool {
    match goal {
        Goal::Most { cell, sign, .. } => witness.of(cell) * sign > 0,
        Goal::Exactly { cell, by } => witness.of(cell) == by,
    }
}
