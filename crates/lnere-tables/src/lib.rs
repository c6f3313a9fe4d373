/*!
Builds published tables from cubes, defines their dictionary, and checks that they add up.
*/

mod build;
mod cell_changes;
mod definition;
pub mod dictionary;
mod frames;
mod key_ranks;
mod parquet;
mod projection_check;
mod projection_frames;
pub mod ranking;
mod table;
mod table_rows;
mod totals_check;

pub use build::{BuildError, build};
pub use cell_changes::{CellChange, cell_changes, revisions};
pub use definition::{RowCoverage, TableDefinition, TableKey, TableSource};
pub use frames::TableInputs;
pub use parquet::{Metadata, ParquetError, metadata_of, read, write};
pub use table::{Column, ColumnError, ColumnValue, Table};
pub use table_rows::{GroupSums, TableRows, merge_rest, sort_by_rank, total};
pub use totals_check::{Imbalance, cube_totals, differences_from_totals, imbalances};
