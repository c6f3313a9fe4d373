//! All integration tests in one binary, because linking polars and Typst takes most of their build
//! time.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stderr, missing_docs)]

mod arrivals;
mod built_in_configuration;
mod catalogs;
mod commands;
mod common;
mod corte_projection;
mod crash;
mod csv_dialects;
mod dates;
mod declared_dimensions;
mod deliver;
mod deploy;
mod docs_and_names;
mod doctor;
mod export_formats;
mod faults;
mod generated_docs;
mod hostile_smtp;
mod real_world_exports;
mod resource_limits;

mod independent_readers;
mod notice_and_printable_texts;
mod packages;
mod plausibility;
mod polluted_exports;
mod privacy;
mod process_files;
mod projection;
mod projection_evaluation;
mod projection_support;
mod properties;
mod public;
mod publication_series;
mod published_counts;
mod revisions;
mod rules;
mod season;
mod spanish_accents;
mod spill;
mod tablero;
mod tables;
mod unattended_runs;
mod verify;
