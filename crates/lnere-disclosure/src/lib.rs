/*!
Disclosure control: which counts may be published without identifying a person.

The steps of a public release: `tables` makes the exact tables coarser. [`protect`] decides which
counts are suppressed, given everything that was ever published. `tables` then writes the other
counts. [`audit`] acts as an attacker. It computes the feasibility interval of each suppressed
count, from everything public and the knowledge of an insider.
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

/// The public tables of a corte cannot be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DisclosureError {
    /// A required table is missing, or has unexpected keys.
    #[error("the public tables need the table `{table}`, which is not there or has other keys")]
    Missing {
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
    #[error("the public tables would give something away: {0}")]
    Leak(Leak),
}

#[cfg(test)]
mod tests;
