/*!
Disclosure control: what of the tables the public may see without anyone being found.

The way of a public release: `tables` makes the exact tables coarser, [`protect`] decides which counts are hidden,
seen together with all that was ever published, and `tables` writes the others. [`attack`] does what an attacker
would: it takes everything that is public and looks how far each hidden count can still be told.
*/

mod attack;
mod grain;
mod proofs;
mod prover;
mod statement;
mod structure;
mod suppress;
mod tables;
mod witness;

pub use attack::{Leak, LeakKind, attack};
pub use grain::{Counts, Grain, NATION_TABLE, TableGrain};
pub use statement::{CellId, Snapshot, Statement};
pub use suppress::{Unprotectable, protect};
pub use tables::{Exact, PublicTables, can_be_public, grain, public_tables};

/// Why the public tables of a corte cannot be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DisclosureError {
    /// A table that they are made from is not there, or has other columns.
    #[error("the public tables need the table `{table}`, which is not there or has other columns")]
    Missing {
        /// Its name.
        table: String,
    },
    /// Nothing would protect a cell.
    #[error(transparent)]
    Unprotectable(#[from] Unprotectable),
    /// What was to be published gives something away: a bug of this program, found before anything is visible.
    #[error("the public tables would give something away: {0}")]
    Leak(Leak),
}

#[cfg(test)]
mod tests;
