/*!
`lnere` counts the list of Mexican voters abroad (LNERE) from the exports of two systems, and
publishes a release per corte: Parquet tables, charts. ARCHITECTURE.md is the map of this crate.
*/

pub mod cli;
pub mod pipeline;
pub mod run_plan;
