/*!
Defines public statements: cells by measure and codes, and what one release says about them.
*/

use lnere_core::column_names;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use chrono::NaiveDate;

use lnere_messages::message;

/// The column of the entity.
pub(super) const ENTITY_COLUMN: &str = column_names::CVE_ENTIDAD;
/// The column of the status, the one attribute of an application that changes.
const STATUS_COLUMN: &str = column_names::ESTATUS;

/// One number that could be published: a measure at some codes. National sums have no entity code.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CellId {
    /// The column of counts.
    pub measure: String,
    /// Codes by column.
    pub codes: BTreeMap<String, String>,
}

/// The public statement on a cell, and its true count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CellStatement {
    /// The cell.
    pub cell: CellId,
    /// The exact count; `None` if only public data are known.
    pub exact_count: Option<i64>,
    /// Whether the count is suppressed.
    pub suppressed: bool,
}

/// All statements of one public release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// The corte of the release.
    pub corte: NaiveDate,
    /// Its revision.
    pub revision: u32,
    /// The number of releases that were public before it.
    pub publication_order: usize,
    /// The cells. A cell that is not listed counts 0, and everybody knows this.
    pub statements: Vec<CellStatement>,
    /// For cells without an entity, the part that the rows of each entity count.
    pub entity_parts: EntityParts,
}

/// By cell, the entities and the part that their rows count.
pub type EntityParts = BTreeMap<CellId, Vec<(String, i64)>>;

/// The columns that distinguish cells of one kind.
pub type CellDimensions = BTreeSet<String>;

impl Snapshot {
    pub(super) fn of_measure(&self, measure: &str) -> Self {
        let of = self.statements.iter().filter(|statement| statement.cell.measure == measure);
        let own = self.entity_parts.iter().filter(|(cell, _)| cell.measure == measure);
        let entity_parts = own.map(|(cell, parts)| (cell.clone(), parts.clone())).collect();
        Self { statements: of.cloned().collect(), entity_parts, ..*self }
    }
}

impl CellId {
    /// The cell of a measure at some codes.
    pub fn new<'a>(measure: &str, codes: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let codes = codes.into_iter().map(|(column, code)| (column.to_owned(), code.to_owned()));
        Self { measure: measure.to_owned(), codes: codes.collect() }
    }

    /// The columns of its codes.
    #[must_use]
    pub fn dimensions(&self) -> CellDimensions {
        self.codes.keys().cloned().collect()
    }

    /// The cell with these fewer dimensions to which this cell adds.
    pub(super) fn rolled_up_to(&self, dimensions: &CellDimensions) -> Self {
        let codes = self.codes.iter().filter(|(column, _)| dimensions.contains(*column));
        Self { measure: self.measure.clone(), codes: codes.map(|(a, b)| (a.clone(), b.clone())).collect() }
    }

    /// Whether the cell is the total of an entity.
    pub(super) fn is_total_of_entity(&self) -> bool {
        self.codes.len() == 1 && self.codes.contains_key(ENTITY_COLUMN)
    }

    /// Whether the count never falls from one corte to the next while no record is corrected.
    pub(super) fn is_cumulative(&self) -> bool {
        !self.codes.contains_key(STATUS_COLUMN)
    }
}

impl fmt::Display for CellId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { measure, codes } = self;
        if codes.is_empty() {
            return f.write_str(measure);
        }
        let codes: Vec<String> = codes.iter().map(|(column, code)| format!("{column} {code}")).collect();
        f.write_str(&message!("publication-cell", measure, codes = codes.join(", ")))
    }
}
