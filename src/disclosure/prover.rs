/*!
What can be proved of hidden cells: that each could be other than it is, also for those who are counted in another.
`suppress` hides more where that cannot be proved, `attack` says so.
*/

use std::collections::HashSet;

use super::proofs::Proofs;
use super::structure::{Rank, Structure};
use super::witness::{Freedom, Goal, Question, Witness, witness};

/// Cells, what is hidden of them, and the proofs that were found.
pub(super) struct Prover<'s> {
    pub structure: &'s Structure<'s>,
    /// The place of the release of which more can be hidden.
    pub current: Option<usize>,
    pub minimum: i64,
    pub values: Vec<i64>,
    /// For each cell of one person, a cell that stands for them.
    pub persons: Vec<usize>,
    pub hidden: Vec<bool>,
    /// The cells of which hiding would hide nothing.
    pub useless: Vec<bool>,
    pub proofs: Proofs,
}

/// Of which cells those come that may move in a witness.
#[derive(Clone)]
pub(super) enum Among {
    /// Those of one release.
    Release(usize),
    /// Those of some identities, of one release or at all cortes.
    Few {
        identities: Vec<usize>,
        release: Option<usize>,
    },
    All,
}

/// How many are a few.
const FEW: usize = 16;

/// What may move in a witness.
pub(super) struct Moves {
    pub among: Among,
    /// Cells that are public now, up to this rank, at a loss.
    pub up_to: Option<Rank>,
    /// A cell that is known all the same.
    pub known: Option<usize>,
}

impl Prover<'_> {
    pub fn is_primary(&self, cell: usize) -> bool {
        (1..self.minimum).contains(&self.values[cell])
    }

    pub fn is_single(&self, cell: usize) -> bool {
        self.hidden[cell] && self.values[cell] == 1
    }

    fn freedom(&self, cell: usize, moves: &Moves) -> Freedom {
        let of = &self.structure.cells[cell];
        let is_out = match &moves.among {
            Among::Release(release) => of.snapshot != *release,
            Among::Few { identities, release } => {
                release.is_some_and(|release| of.snapshot != release) || identities.binary_search(&of.identity).is_err()
            }
            Among::All => false,
        };
        if moves.known == Some(cell) || is_out {
            return Freedom::Fixed;
        }
        let rank = self.structure.ranks[cell];
        if self.hidden[cell] {
            Freedom::Free
        } else if Some(of.snapshot) == self.current
            && !self.useless[cell]
            && moves.up_to.is_some_and(|most| rank <= most)
        {
            Freedom::At(self.loss(cell))
        } else {
            Freedom::Fixed
        }
    }

    /// What is lost with a cell: itself, and the more the more it counts. No number of parts is worth a total.
    pub fn loss(&self, cell: usize) -> f64 {
        let itself = match self.structure.ranks[cell] {
            Rank::Part => 2.0,
            Rank::Nation => 1e3,
            Rank::Entity => 1e5,
            Rank::Grand => 1e6,
        };
        itself + self.values[cell] as f64
    }

    pub fn find(&self, goal: Goal, moves: &Moves) -> Option<Witness> {
        let freedom = |cell| self.freedom(cell, moves);
        witness(&Question { structure: self.structure, values: &self.values, freedom: &freedom }, goal)
    }

    /// First a few cells beside a cell, then all of its release, then the few at all cortes, at last all: a small
    /// program is solved at once, and mostly says enough.
    fn around(&self, cell: usize) -> [Among; 4] {
        let release = self.structure.cells[cell].snapshot;
        let few = self.few(cell, None, FEW);
        [
            Among::Few { identities: few.clone(), release: Some(release) },
            Among::Release(release),
            Among::Few { identities: few, release: None },
            Among::All,
        ]
    }

    /// The identities of the cells of its release that may move and are nearest to a cell by sums that they share; of
    /// those as near as each other hidden ones first, by the counts that they have to give, then what is lost least.
    pub fn few(&self, cell: usize, up_to: Option<Rank>, most: usize) -> Vec<usize> {
        let release = self.structure.cells[cell].snapshot;
        let moves = Moves { among: Among::Release(release), up_to, known: None };
        let mut near = vec![cell];
        let mut seen = HashSet::from([cell]);
        let mut done = 0;
        while done < near.len() && near.len() < most {
            let layer = near[done..].iter().flat_map(|at| self.structure.beside(*at));
            let can_move = |other: &usize| self.freedom(*other, &moves) != Freedom::Fixed;
            let mut next: Vec<usize> = layer.filter(|other| seen.insert(*other)).filter(can_move).collect();
            let value = |cell: usize| if self.hidden[cell] { -self.values[cell] } else { self.loss(cell) as i64 };
            next.sort_by_key(|other| (!self.hidden[*other], value(*other), *other));
            done = near.len();
            near.extend(next);
        }
        near.truncate(most);
        let mut identities: Vec<usize> = near.into_iter().map(|cell| self.structure.cells[cell].identity).collect();
        identities.sort_unstable();
        identities
    }

    pub fn is_wide(&self, cell: usize) -> bool {
        let (low, high) = self.proofs.span(cell);
        high - low >= self.minimum
    }

    /// Looks for what shows that a cell is safe with what is hidden now. Whether it is.
    pub fn prove_wide(&mut self, cell: usize) -> bool {
        for among in self.around(cell) {
            for sign in [1, -1] {
                if self.is_wide(cell) {
                    return true;
                }
                let (low, high) = self.proofs.span(cell);
                let limit = if sign > 0 { low + self.minimum } else { self.minimum - high };
                let moves = Moves { among: among.clone(), up_to: None, known: None };
                if let Some(found) = self.find(Goal::Most { cell, sign, limit }, &moves) {
                    self.proofs.keep(found);
                }
            }
        }
        self.is_wide(cell)
    }

    /// A cell whose one person might work out another small one, as far as is proved: one that differs in every witness
    /// of it.
    pub fn teller_of(&self, other: usize) -> Option<usize> {
        let is_small = self.hidden[other] && self.is_primary(other);
        let always = if is_small { self.proofs.always_with(other) } else { Vec::new() };
        always.into_iter().find(|single| self.is_news(*single, other))
    }

    /// Whether a cell would tell the one person who is counted in another something: a small one, in which they are
    /// not alone themselves.
    pub fn is_news(&self, single: usize, other: usize) -> bool {
        self.is_single(single) && self.is_primary(other) && self.persons[single] != self.persons[other]
    }

    /// Looks for what shows that a cell could be different while another stays. Whether there is.
    pub fn prove_guarded(&mut self, single: usize, other: usize) -> bool {
        for among in self.around(other) {
            for sign in [1, -1] {
                let moves = Moves { among: among.clone(), up_to: None, known: Some(single) };
                if let Some(found) = self.find(Goal::Most { cell: other, sign, limit: 1 }, &moves) {
                    self.proofs.keep(found);
                    return true;
                }
            }
        }
        false
    }
}
