/*!
Which cells are hidden: those with a small count, and as little else as keeps them from being worked out.

The smallest set is a hard problem; this is the heuristic of least-cost flows, for any tables that are linked. For a
cell that is not safe yet the least loss is sought with which it could be different while all public numbers stay as
they are: what moves then is hidden too. In the end what turns out not to be needed is shown again, so that each
hidden cell of the release is there for a reason.
*/

use std::cmp::Reverse;
use std::collections::BTreeSet;

use rayon::prelude::*;

use super::proofs::Proofs;
use super::prover::{Among, Moves, Prover};
use super::statement::{Snapshot, Statement};
use super::structure::{Cell, Rank, Structure, Time};
use super::witness::{Goal, Witness};

/// A cell that cannot be protected whatever is hidden.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{cell} cannot be protected, whatever else is hidden: what was published before gives it away")]
pub struct Unprotectable {
    /// The cell, without its count.
    pub cell: String,
}

/// Which cells of a release to hide, in the order of its statements. What `history` says is public already. All exact
/// counts must be known.
///
/// # Errors
/// A cell that earlier releases give away.
pub fn protect(snapshot: &Snapshot, history: &[Snapshot], minimum: i64) -> Result<Vec<bool>, Unprotectable> {
    // Counts of different measures never add up.
    let measures: BTreeSet<&str> = snapshot.statements.iter().map(|said| said.cell.measure.as_str()).collect();
    let measures: Vec<&str> = measures.into_iter().collect();
    let protected = measures.par_iter().map(|measure| {
        let history: Vec<Snapshot> = history.iter().map(|earlier| earlier.of_measure(measure)).collect();
        suppress(&snapshot.of_measure(measure), history, minimum)
    });
    let mut hidden: Vec<_> = protected.collect::<Result<Vec<_>, _>>()?.into_iter().map(Vec::into_iter).collect();
    let of = |said: &Statement| {
        let place = measures.binary_search(&said.cell.measure.as_str()).ok()?;
        hidden.get_mut(place)?.next()
    };
    Ok(snapshot.statements.iter().map(of).map(|is_hidden| is_hidden.unwrap_or(true)).collect())
}

fn suppress(snapshot: &Snapshot, history: Vec<Snapshot>, minimum: i64) -> Result<Vec<bool>, Unprotectable> {
    let current = history.len();
    let mut snapshots = history;
    snapshots.push(snapshot.clone());
    let structure = Structure::new(&snapshots, Time::Known);
    let cells = &structure.cells;
    let values: Vec<i64> = cells.iter().map(|cell| cell.exact.unwrap_or(0)).collect();
    let is_hidden = |(cell, value): (&Cell, &i64)| {
        if cell.snapshot == current { (1..minimum).contains(value) } else { cell.hidden }
    };
    let hidden = cells.iter().zip(&values).map(is_hidden).collect();
    let proofs = Proofs::new(cells.len());
    let persons = structure.persons(&values);
    let useless = vec![false; cells.len()];
    let mut prover =
        Prover { structure: &structure, current: Some(current), minimum, values, persons, hidden, useless, proofs };
    prover.hide()?;
    prover.show_again();
    let made = cells.iter().zip(prover.hidden).filter(|(cell, _)| cell.snapshot == current);
    Ok(made.map(|(_, hidden)| hidden).collect())
}

/// How many cells near one are tried before all are.
const NEAR: usize = 100;

const RANKS: [Rank; 4] = [Rank::Part, Rank::Nation, Rank::Entity, Rank::Grand];

impl Prover<'_> {
    /// Hides until every hidden cell is safe.
    fn hide(&mut self) -> Result<(), Unprotectable> {
        loop {
            let mut is_settled = true;
            for cell in 0..self.hidden.len() {
                if self.hidden[cell] && !self.prove_wide(cell) {
                    is_settled = false;
                    match self.widen(cell) {
                        Err(_) if self.is_extra(cell) => self.reveal(cell),
                        widened => widened?,
                    }
                }
            }
            for other in 0..self.hidden.len() {
                while let Some(single) = self.teller_of(other) {
                    if !self.prove_guarded(single, other) {
                        is_settled = false;
                        self.guard(single, other)?;
                    }
                }
            }
            if is_settled {
                return Ok(());
            }
        }
    }

    /// Whether a cell of the release that is made is hidden for others alone.
    fn is_extra(&self, cell: usize) -> bool {
        self.hidden[cell] && Some(self.structure.cells[cell].snapshot) == self.current && !self.is_primary(cell)
    }

    /// Shows a cell that can hide nothing: what was public before leaves it too few numbers.
    fn reveal(&mut self, cell: usize) {
        self.hidden[cell] = false;
        self.useless[cell] = true;
        self.proofs.withdraw(cell);
    }

    /// Makes a cell safe, at the least loss that is found.
    fn widen(&mut self, cell: usize) -> Result<(), Unprotectable> {
        for up_to in RANKS {
            for among in [Among::Few { identities: self.few(cell, Some(up_to), NEAR), release: None }, Among::All] {
                let moves = Moves { among, up_to: Some(up_to), known: None };
                let (low, high) = self.proofs.span(cell);
                let mut best: Option<(f64, Vec<Witness>)> = None;
                // All above the lowest that is known to be possible, all below the highest, or some of both.
                for up in (0..=self.minimum).rev() {
                    let goals = [up, up - self.minimum].into_iter().filter(|by| !(low..=high).contains(by));
                    let found: Option<Vec<_>> = goals.map(|by| self.find(Goal::Exactly { cell, by }, &moves)).collect();
                    best = self.cheaper(best, found);
                }
                if let Some((_, found)) = best {
                    self.hide_for(found);
                    return Ok(());
                }
            }
        }
        Err(self.unprotectable(cell))
    }

    fn unprotectable(&self, cell: usize) -> Unprotectable {
        Unprotectable { cell: self.structure.cells[cell].id.to_string() }
    }

    fn cheaper(&self, best: Option<(f64, Vec<Witness>)>, found: Option<Vec<Witness>>) -> Option<(f64, Vec<Witness>)> {
        let Some(found) = found else { return best };
        let mut cells: Vec<usize> = found.iter().flat_map(|witness| witness.0.iter().map(|(cell, _)| *cell)).collect();
        cells.sort_unstable();
        cells.dedup();
        let loss: f64 = cells.into_iter().filter(|cell| !self.hidden[*cell]).map(|cell| self.loss(cell)).sum();
        match best {
            Some((least, _)) if least <= loss => best,
            _ => Some((loss, found)),
        }
    }

    fn hide_for(&mut self, found: Vec<Witness>) {
        for witness in found {
            witness.0.iter().for_each(|(cell, _)| self.hidden[*cell] = true);
            self.proofs.keep(witness);
        }
    }

    /// Sees to it that whoever is alone in a cell cannot work out another small one.
    fn guard(&mut self, single: usize, other: usize) -> Result<(), Unprotectable> {
        for up_to in RANKS {
            let moves = Moves { among: Among::All, up_to: Some(up_to), known: Some(single) };
            let mut best = None;
            for by in [1, -1] {
                let found = self.find(Goal::Exactly { cell: other, by }, &moves).map(|witness| vec![witness]);
                best = self.cheaper(best, found);
            }
            if let Some((_, found)) = best {
                self.hide_for(found);
                return Ok(());
            }
        }
        Err(self.unprotectable(other))
    }

    /// Shows again what need not be hidden, the largest counts first.
    fn show_again(&mut self) {
        let mut extra: Vec<usize> = (0..self.hidden.len()).filter(|cell| self.is_extra(*cell)).collect();
        extra.sort_by_key(|cell| (Reverse(self.structure.ranks[*cell]), Reverse(self.values[*cell]), *cell));
        for cell in extra {
            self.hidden[cell] = false;
            let withdrawn = self.proofs.withdraw(cell);
            if !self.is_safe_without(&withdrawn) {
                self.hidden[cell] = true;
                self.proofs.restore(&withdrawn);
            }
        }
    }

    /// Whether all cells are safe without some witnesses.
    fn is_safe_without(&mut self, withdrawn: &[usize]) -> bool {
        let touched: Vec<usize> =
            self.proofs.cells_of(withdrawn).into_iter().filter(|cell| self.hidden[*cell]).collect();
        if !touched.iter().all(|cell| self.prove_wide(*cell)) {
            return false;
        }
        for other in touched {
            while let Some(single) = self.teller_of(other) {
                if !self.prove_guarded(single, other) {
                    return false;
                }
            }
        }
        true
    }
}
