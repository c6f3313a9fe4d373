/*!
Builds published tables from cubes, defines their dictionary, and checks that they add up.
*/

mod build_tables;
mod cell_changes;
mod code_ranks;
mod comparison_frames;
mod csv;
mod definition;
pub mod dictionary;
mod parquet;
mod projection_coherence;
mod projection_frames;
pub mod ranking;
pub mod sheet_names;
mod source_frames;
mod table;
mod table_rows;
mod totals_check;

pub use self::csv::spreadsheet_csv;
pub use build_tables::{BuildError, build};
pub use cell_changes::{CellChange, cell_changes, revisions_table};
pub use definition::{RowCoverage, TableDefinition, TableKey, TableSource};
pub use parquet::{Metadata, ParquetError, read, read_metadata, write};
pub use source_frames::TableInputs;
pub use table::{Column, ColumnError, ColumnValue, Table};
pub use table_rows::{GroupSums, TableRows, merge_smallest_into_rest, sort_by_rank, total_sums};
pub use totals_check::{Imbalance, cube_totals, differences_from_totals, imbalances};
