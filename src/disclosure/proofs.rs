/*!
The witnesses that were found, and what they prove of each cell.
*/

use super::witness::Witness;

pub(super) struct Proofs {
    witnesses: Vec<Witness>,
    /// Whether a witness moves only what is hidden.
    valid: Vec<bool>,
    /// For each cell, the witnesses in which it differs.
    of: Vec<Vec<usize>>,
    /// For each cell, its lowest and its highest difference over the valid ones.
    spans: Vec<(i64, i64)>,
}

impl Proofs {
    pub fn new(cells: usize) -> Self {
        Self { witnesses: Vec::new(), valid: Vec::new(), of: vec![Vec::new(); cells], spans: vec![(0, 0); cells] }
    }

    pub fn keep(&mut self, witness: Witness) {
        for (cell, by) in &witness.0 {
            self.of[*cell].push(self.witnesses.len());
            let span = &mut self.spans[*cell];
            *span = (span.0.min(*by), span.1.max(*by));
        }
        self.witnesses.push(witness);
        self.valid.push(true);
    }

    /// The lowest and the highest difference of a cell that is proved to be possible.
    pub fn span(&self, cell: usize) -> (i64, i64) {
        self.spans[cell]
    }

    /// The cells that differ in every witness in which a cell does, itself left out: whoever knows another one is not
    /// known to know anything of it.
    pub fn always_with(&self, cell: usize) -> Vec<usize> {
        let mut witnesses =
            self.of[cell].iter().filter(|index| self.valid[**index]).map(|index| &self.witnesses[*index]);
        let Some(first) = witnesses.next() else { return Vec::new() };
        let mut always: Vec<usize> = first.0.iter().map(|(other, _)| *other).filter(|other| *other != cell).collect();
        for witness in witnesses {
            always.retain(|other| witness.of(*other) != 0);
        }
        always
    }

    /// Takes the witnesses back in which a cell differs; they are given to undo it.
    pub fn withdraw(&mut self, cell: usize) -> Vec<usize> {
        let withdrawn: Vec<usize> = self.of[cell].iter().copied().filter(|index| self.valid[*index]).collect();
        self.set(&withdrawn, false);
        withdrawn
    }

    pub fn restore(&mut self, withdrawn: &[usize]) {
        self.set(withdrawn, true);
    }

    /// The cells in which any of some witnesses differs.
    pub fn cells_of(&self, witnesses: &[usize]) -> Vec<usize> {
        let mut cells: Vec<usize> =
            witnesses.iter().flat_map(|index| self.witnesses[*index].0.iter().map(|(cell, _)| *cell)).collect();
        cells.sort_unstable();
        cells.dedup();
        cells
    }

    fn set(&mut self, witnesses: &[usize], valid: bool) {
        for witness in witnesses {
            self.valid[*witness] = valid;
        }
        for cell in self.cells_of(witnesses) {
            let valid = self.of[cell].iter().filter(|index| self.valid[**index]);
            let differences = valid.map(|index| self.witnesses[*index].of(cell));
            self.spans[cell] = differences.fold((0, 0), |(low, high), by| (low.min(by), high.max(by)));
        }
    }
}
