/*!
Disclosure control: which counts may be published without identifying a person.

The steps of a public release: [`build_public_tables`] makes the exact tables coarser. [`protect`] decides
which counts are suppressed, given everything that was ever published. [`build_public_tables`] then writes
the other counts. [`audit()`] acts as an attacker. It computes the feasibility interval of each
suppressed count, from everything public and the knowledge of an insider.
*/

mod alternative_search;
mod audit;
mod cell_relations;
mod grain;
mod insiders;
mod proved_intervals;
mod prover;
mod public_tables;
mod published_counts;
mod stored_proofs;
mod suppress;

pub use audit::{DisclosureKind, Leak, audit};
pub use grain::{ALL_CODES, ExactCounts, Grain, NATION_TABLE, NATIONAL_COUNT_COLUMN, TableGrain};
pub use insiders::{Insiders, MAX_INSIDERS};
pub use public_tables::{
    PublicTableInputs, PublicTables, build_public_tables, can_be_public, column_order, grain_of_plan, insiders_of_plan,
};
pub use published_counts::{CellDimensions, CellId, CellStatement, EntityParts, Snapshot};
pub use stored_proofs::Proofs;
pub use suppress::{SuppressionResult, SuppressionSettings, Unprotectable, protect};

use lnere_messages::message;
use lnere_tables::ColumnError;

/// The public tables of a corte cannot be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DisclosureError {
    /// A required table is missing, or has unexpected keys.
    #[error("{}", message!("L330-public-table-missing", table))]
    MissingTable {
        /// Its name.
        table: String,
    },
    /// A required table lacks a column.
    #[error(transparent)]
    Column(#[from] ColumnError),
    /// No suppression protects a cell.
    #[error(transparent)]
    Unprotectable(#[from] Unprotectable),
    /// The tables would disclose a count: a bug of this program, found before anything is public.
    #[error("{}", message!("L331-would-leak", leak = _0))]
    Leak(Leak),
}

#[cfg(test)]
mod tests;
