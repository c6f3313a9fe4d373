/*!
Library of `lnere`, which counts the list of Mexican voters abroad (LNERE) from the exports of two
systems. It publishes a release per corte with Parquet tables and charts. ARCHITECTURE.md describes
the crate.
*/

pub mod built_in_configuration;
pub mod cli;
pub mod pipeline;
pub mod run_plan;
pub mod unfinished_paths;
