/*!
Cubes to published tables, their dictionary, and the proof that they add up.
*/

mod balance;
mod build;
mod changes;
mod coherence;
mod definition;
pub mod dictionary;
mod frames;
mod parquet;
mod projected;
mod table;

pub use balance::{Imbalance, cube_totals, differences_from_totals, imbalances};
pub use build::{BuildError, build};
pub use changes::{CellChange, cell_changes, revisions};
pub use definition::{RowCoverage, TableDefinition, TableKey, TableSource};
pub use frames::TableInputs;
pub use parquet::{Metadata, ParquetError, metadata_of, read, write};
pub use table::{Column, Table};
