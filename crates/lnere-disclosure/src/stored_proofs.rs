/*!
Stores proofs that suppressed counts are safe: alternatives with the names of their cells.

A proof counts only after a check in whole numbers against everything public. A wrong or altered
proof can therefore cost time, but it cannot weaken the protection.
*/

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::{Deserialize, Serialize};

use super::alternative_search::CellDifferences;
use super::cell_relations::CellRelations;
use super::published_counts::{CellId, Snapshot};

/// Proofs by measure.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proofs(BTreeMap<String, MeasureProofs>);

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct MeasureProofs {
    cells: Vec<ProofCellId>,
    /// Indices into `cells` and differences from the true counts.
    alternatives: Vec<CellDifferences>,
}

/// A cell of one public release.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
struct ProofCellId {
    corte: String,
    revision: u32,
    codes: BTreeMap<String, String>,
}

impl Proofs {
    pub(super) fn from_measures(measures: impl IntoIterator<Item = (String, MeasureProofs)>) -> Self {
        Self(measures.into_iter().collect())
    }

    pub(super) fn proofs_of_measure(&self, measure: &str) -> Option<&MeasureProofs> {
        self.0.get(measure)
    }
}

impl MeasureProofs {
    /// Converts alternatives of a structure to the names of its cells.
    pub fn from_alternatives(
        structure: &CellRelations,
        snapshots: &[Snapshot],
        alternatives: impl Iterator<Item = CellDifferences>,
    ) -> Self {
        let alternatives: BTreeSet<CellDifferences> = alternatives.collect();
        let cells: BTreeSet<usize> = alternatives.iter().flatten().map(|(cell, _)| *cell).collect();
        let places: HashMap<usize, usize> = cells.iter().enumerate().map(|(place, cell)| (*cell, place)).collect();
        let name = |cell: &usize| {
            let cell = &structure.cells[*cell];
            let Snapshot { corte, revision, .. } = snapshots[cell.release_index];
            ProofCellId { corte: corte.to_string(), revision, codes: cell.id.codes.clone() }
        };
        let place = |(cell, by): &(usize, i64)| Some((*places.get(cell)?, *by));
        Self {
            cells: cells.iter().map(name).collect(),
            alternatives: alternatives.iter().map(|moves| moves.iter().filter_map(place).collect()).collect(),
        }
    }

    /// Converts the alternatives to the cells of a structure. Alternatives with a cell that the
    /// structure lacks are left out.
    pub fn to_alternatives(&self, structure: &CellRelations, snapshots: &[Snapshot]) -> Vec<CellDifferences> {
        let mut places: HashMap<(String, u32, &BTreeMap<String, String>), usize> = HashMap::new();
        for (index, cell) in structure.cells.iter().enumerate() {
            let Snapshot { corte, revision, .. } = snapshots[cell.release_index];
            let CellId { codes, .. } = cell.id;
            places.insert((corte.to_string(), revision, codes), index);
        }
        let place = |cell: &ProofCellId| places.get(&(cell.corte.clone(), cell.revision, &cell.codes)).copied();
        let cells: Vec<Option<usize>> = self.cells.iter().map(place).collect();
        let moves = |moves: &CellDifferences| {
            let moves = moves.iter().map(|(cell, by)| Some((cells.get(*cell).copied()??, *by)));
            let mut moves = moves.collect::<Option<CellDifferences>>()?;
            moves.sort_unstable();
            moves.dedup_by_key(|(cell, _)| *cell);
            Some(moves)
        };
        self.alternatives.iter().filter_map(moves).collect()
    }
}
