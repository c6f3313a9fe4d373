/*!
Disclosure control: which counts may be published without identifying a person.

The way of a public release: `tables` makes the exact tables coarser, [`protect`] decides which counts are hidden,
seen together with all that was ever published, and `tables` writes the others. [`audit`] does what an attacker
would: it takes everything that is public, and what an insider knows beside it, and looks how far each hidden count can
still be told.
*/

mod alternative;
mod audit;
mod grain;
mod insiders;
mod intervals;
mod proofs;
mod prover;
mod statement;
mod structure;
mod suppress;
mod tables;

pub use audit::{DisclosureKind, Leak, audit};
pub use grain::{ExactCounts, Grain, NATION_TABLE, TableGrain};
pub use insiders::{Insiders, MOST_INSIDERS};
pub use proofs::Proofs;
pub use statement::{CellId, OwnParts, Snapshot, Statement};
pub use suppress::{SuppressionResult, SuppressionSettings, Unprotectable, protect};
pub use tables::{PublicTableInputs, PublicTables, can_be_public, grain, insiders, public_tables};

use lnere_tables::ColumnError;

/// Why the public tables of a corte cannot be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DisclosureError {
    /// A table that they are made from is not there, or its keys are not what they should be.
    #[error("the public tables need the table `{table}`, which is not there or has other keys")]
    Missing {
        /// Its name.
        table: String,
    },
    /// A table that they are made from lacks a column.
    #[error(transparent)]
    Column(#[from] ColumnError),
    /// Nothing would protect a cell.
    #[error(transparent)]
    Unprotectable(#[from] Unprotectable),
    /// What was to be published gives something away: a bug of this program, found before anything is visible.
    #[error("the public tables would give something away: {0}")]
    Leak(Leak),
}

#[cfg(test)]
mod tests;
