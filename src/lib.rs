pub mod calendar;
pub mod catalog;
pub mod fold;
pub mod process;
