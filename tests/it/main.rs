//! All integration tests in one binary, because linking polars and Typst takes most of their build
//! time.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stderr, missing_docs)]

mod arrivals;
mod catalogs;
mod commands;
mod common;
mod corte_projection;
mod crash;
mod dates;
mod declared_dimensions;
mod deliver;
mod deploy;
mod dialects;
mod documents;
mod faults;
mod field;
mod formats;
mod generated_docs;
mod hostile_smtp;
mod resource_limits;

mod packages;
mod plausibility;
mod pollution;
mod privacy;
mod processes;
mod projection;
mod projection_report;
mod projection_support;
mod properties;
mod public;
mod readers;
mod revisions;
mod rules;
mod schedule;
mod season;
mod series;
mod spanish;
mod spill;
mod tablero;
mod tables;
mod texts;
mod verify;
