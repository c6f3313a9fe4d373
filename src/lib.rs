/*!
`lnere` counts the list of Mexican voters abroad (LNERE) from the exports of two systems, and
publishes a release per corte: Parquet tables, charts. ARCHITECTURE.md is the map of this crate.
*/

pub mod board;
pub mod calendar;
pub mod catalog;
mod characters;
pub mod charts;
pub mod checksum;
pub mod cli;
pub mod count;
mod csv_writer;
pub mod delivery;
pub mod disclosure;
pub mod facts;
pub mod fold;
pub mod freshness;
pub mod ingest;
mod lines;
mod markup;
pub mod message;
mod notice;
pub mod numbers;
pub mod outlook;
pub mod packages;
pub mod pipeline;
pub mod plan;
pub mod process;
pub mod projection;
pub mod release;
pub mod sample;
pub mod tables;
mod toml_file;
