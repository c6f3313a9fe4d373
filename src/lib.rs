pub mod calendar;
pub mod catalog;
pub mod facts;
pub mod fold;
pub mod ingest;
pub mod process;
