pub mod calendar;
pub mod catalog;
pub mod count;
pub mod facts;
pub mod fold;
pub mod ingest;
pub mod process;
pub mod tables;
