/*!
Audits public tables: the feasibility interval of each suppressed count for each observer, given
everything public.
*/

use std::collections::BTreeSet;
use std::fmt;

use chrono::NaiveDate;
use microlp::{ComparisonOp, OptimizationDirection, Problem, SolveOptions};
use rayon::prelude::*;

use super::alternative_search::MAX_SOLVER_NODES;
use super::cell_relations::{CellRelations, Monotonicity};
use super::insiders::{Insiders, OUTSIDER, single_observers};
use super::prover::{Prover, SearchEffort};
use super::published_counts::{CellId, Snapshot};
use super::stored_proofs::{MeasureProofs, Proofs};
use lnere_messages::message;

/// A disclosure by public tables.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Leak {
    /// The corte of the release.
    pub corte: NaiveDate,
    /// The revision of the release.
    pub revision: u32,
    /// The cell, without its count.
    pub cell: CellId,
    /// How the count is disclosed.
    pub kind: DisclosureKind,
    /// The entity whose electoral body can derive the count; `None`: everybody can.
    pub insider: Option<String>,
}

/// How a count is disclosed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DisclosureKind {
    /// A small count is not suppressed.
    SmallCountShown,
    /// The count is suppressed, but its feasibility interval has too few values.
    NarrowInterval {
        /// The number of values in the feasibility interval.
        feasible_values: i64,
    },
    /// The count is suppressed, but the only person in another cell can derive it.
    KnownToOnePerson,
    /// The public numbers contradict each other.
    Contradiction,
}

impl fmt::Display for Leak {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { corte, revision, cell, kind, insider } = self;
        let insider = insider.as_deref().unwrap_or("nobody");
        f.write_str(&match kind {
            DisclosureKind::SmallCountShown => {
                message!("L334-small-count-shown", corte, revision, cell, insider)
            }
            DisclosureKind::NarrowInterval { feasible_values: 1 } => {
                message!("L334-count-derivable", corte, revision, cell, insider)
            }
            DisclosureKind::NarrowInterval { feasible_values } => {
                message!("L334-narrow-interval", corte, revision, cell, values = feasible_values, insider)
            }
            DisclosureKind::KnownToOnePerson => {
                message!("L334-known-to-one-person", corte, revision, cell, insider)
            }
            DisclosureKind::Contradiction => message!("L335-contradiction", corte, revision, cell, insider),
        })
    }
}

/// Audits what all releases disclose together, to an outsider and to each insider. Known exact
/// counts of suppressed cells tell which cells hold one person and what insiders know. They also
/// tell where corrected records broke the order in time. Without them the audit considers the
/// outsider alone. `proofs` are alternatives that may prove cells safe; the audit checks each one.
#[must_use]
pub fn audit(snapshots: &[Snapshot], minimum: i64, insiders: &Insiders, proofs: &Proofs) -> Vec<Leak> {
    let statements = snapshots.iter().flat_map(|snapshot| &snapshot.statements);
    let measures: BTreeSet<&str> = statements.map(|statement| statement.cell.measure.as_str()).collect();
    let measures: Vec<&str> = measures.into_iter().collect();
    let leaks = measures.par_iter().with_max_len(1).flat_map_iter(|measure| {
        let of: Vec<Snapshot> = snapshots.iter().map(|snapshot| snapshot.of_measure(measure)).collect();
        let is_known =
            of.iter().flat_map(|snapshot| &snapshot.statements).all(|statement| statement.exact_count.is_some());
        let outsider = Insiders::default();
        let insiders = if is_known { insiders } else { &outsider };
        audit_measure(&of, minimum, insiders, proofs.proofs_of_measure(measure), Monotonicity::Known)
            .or_else(|contradictions| {
                // With exact counts, the order in time already leaves out downward corrections.
                // Without them, such a correction contradicts the order, so the audit runs again
                // without it.
                if is_known {
                    Err(contradictions)
                } else {
                    audit_measure(&of, minimum, insiders, None, Monotonicity::Ignored)
                }
            })
            .unwrap_or_else(|contradictions| contradictions)
    });
    let mut leaks: Vec<Leak> = leaks.collect();
    leaks.sort();
    leaks
}

/// The disclosures of one measure. It is an error if no tables agree with the public numbers.
fn audit_measure(
    snapshots: &[Snapshot],
    minimum: i64,
    insiders: &Insiders,
    proofs: Option<&MeasureProofs>,
    monotonicity: Monotonicity,
) -> Result<Vec<Leak>, Vec<Leak>> {
    let structure = CellRelations::new(snapshots, monotonicity);
    let leak = |cell: usize, kind, insider: Option<&str>| {
        let Snapshot { corte, revision, .. } = snapshots[structure.cells[cell].release_index];
        let insider = insider.map(str::to_owned);
        Leak { corte, revision, cell: structure.cells[cell].id.clone(), kind, insider }
    };
    let cells = &structure.cells;
    let is_suppressed: Vec<bool> = cells.iter().map(|cell| cell.suppressed).collect();
    let groups = structure.connected_groups(|cell| is_suppressed[cell]);
    let mut values: Vec<i64> = cells.iter().map(|cell| cell.exact_count.unwrap_or(0)).collect();
    let mut contradictions = Vec::new();
    for group in &groups {
        if group.iter().all(|cell| cells[*cell].exact_count.is_some()) {
            continue;
        }
        match find_feasible_counts(&structure, group) {
            Some(fitting) => group.iter().zip(fitting).for_each(|(cell, value)| values[*cell] = value),
            None => contradictions.extend(group.first().map(|cell| leak(*cell, DisclosureKind::Contradiction, None))),
        }
    }
    contradictions
        .extend(contradicting_cells(&structure, &values).map(|cell| leak(cell, DisclosureKind::Contradiction, None)));
    if !contradictions.is_empty() {
        return Err(contradictions);
    }

    let shown = (0..cells.len()).filter(|cell| !is_suppressed[*cell] && (1..minimum).contains(&values[*cell]));
    let mut leaks: Vec<Leak> = shown.map(|cell| leak(cell, DisclosureKind::SmallCountShown, None)).collect();
    let mut prover = Prover::new(&structure, snapshots, insiders, minimum, values, is_suppressed);
    for moves in proofs.map(|proofs| proofs.to_alternatives(&structure, snapshots)).unwrap_or_default() {
        prover.store_if_consistent(moves);
    }
    let targets: Vec<usize> = (0..cells.len()).filter(|cell| prover.suppressed[*cell]).collect();
    prover.search_cells_in_parallel(&targets, SearchEffort::AllCells);
    for cell in targets {
        let insiders_narrow: Vec<_> =
            single_observers(prover.observers_with_narrow_interval(cell) & !OUTSIDER).collect();
        for insider in insiders_narrow {
            prover.limit_required_width(cell, insider);
        }
        let narrow = prover.observers_with_narrow_interval(cell);
        // An insider knows everything that an outsider knows.
        let worst = if narrow & OUTSIDER != 0 { OUTSIDER } else { narrow };
        for observer in single_observers(worst) {
            let (low, high) = prover.intervals.interval(cell, observer);
            leaks.push(leak(
                cell,
                DisclosureKind::NarrowInterval { feasible_values: high - low + 1 },
                insiders.first_insider_entity(observer),
            ));
        }
    }
    for other in (0..cells.len()).filter(|cell| cells[*cell].exact_count.is_some()) {
        while let Some(single) =
            prover.single_that_could_derive(other).filter(|single| cells[*single].exact_count.is_some())
        {
            if !prover.prove_safe_from_single(single, other, SearchEffort::AllCells) {
                leaks.push(leak(other, DisclosureKind::KnownToOnePerson, None));
                break;
            }
        }
    }
    Ok(leaks)
}

/// Whole numbers for the suppressed cells of a group that agree with everything public; `None` if
/// none are found.
fn find_feasible_counts(structure: &CellRelations, group: &[usize]) -> Option<Vec<i64>> {
    [false, true].into_iter().find_map(|whole| {
        let mut problem = Problem::new(OptimizationDirection::Minimize);
        let variables: Vec<_> = group
            .iter()
            .map(|_| {
                if whole {
                    problem.add_integer_var(0.0, (0, i32::MAX))
                } else {
                    problem.add_var(0.0, (0.0, f64::INFINITY))
                }
            })
            .collect();
        let variable = |cell: usize| group.binary_search(&cell).ok().map(|place| variables[place]);
        let shown = |cell: usize| structure.cells[cell].exact_count.unwrap_or(0);
        let mut sums: Vec<usize> = group.iter().flat_map(|cell| structure.sums_of[*cell].iter().copied()).collect();
        sums.sort_unstable();
        sums.dedup();
        for sum in sums {
            let (mut terms, mut known) = (Vec::new(), 0);
            for (cell, sign) in structure.sums[sum].terms() {
                match variable(cell) {
                    Some(variable) => terms.push((variable, sign as f64)),
                    None => known += sign * shown(cell),
                }
            }
            problem.add_constraint(terms, ComparisonOp::Eq, -known as f64);
        }
        let mut orders: Vec<usize> =
            group.iter().flat_map(|cell| structure.monotone_pairs_of[*cell].iter().copied()).collect();
        orders.sort_unstable();
        orders.dedup();
        for order in orders {
            let (low, high) = structure.monotone_pairs[order];
            match (variable(low), variable(high)) {
                (Some(a), Some(b)) => problem.add_constraint([(a, 1.0), (b, -1.0)], ComparisonOp::Le, 0.0),
                (Some(a), None) => problem.add_constraint([(a, 1.0)], ComparisonOp::Le, shown(high) as f64),
                (None, Some(b)) => problem.add_constraint([(b, 1.0)], ComparisonOp::Ge, shown(low) as f64),
                (None, None) => {}
            }
        }
        let mut options = SolveOptions::default();
        options.node_limit = Some(MAX_SOLVER_NODES);
        let solution = problem.solve_with(options).ok()?.into_solution().ok()?;
        let values = variables.iter().map(|variable| solution.var_value(*variable));
        let is_whole = values.clone().all(|value| (value - value.round()).abs() < 1e-4);
        is_whole.then(|| values.map(|value| value.round() as i64).collect())
    })
}

/// The cells whose sum does not add up, or whose cumulative count fell.
fn contradicting_cells<'s>(structure: &'s CellRelations, values: &'s [i64]) -> impl Iterator<Item = usize> + 's {
    let adds_up =
        |terms: &mut dyn Iterator<Item = (usize, i64)>| terms.map(|(cell, sign)| sign * values[cell]).sum::<i64>() == 0;
    let sums = structure.sums.iter().filter(move |sum| !adds_up(&mut sum.terms())).map(|sum| sum.total);
    let orders =
        structure.monotone_pairs.iter().filter(|(low, high)| values[*low] > values[*high]).map(|(low, _)| *low);
    sums.chain(orders)
}
