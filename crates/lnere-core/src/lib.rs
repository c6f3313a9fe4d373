/*!
Provides what all crates of the program share: calendar, catalogues, process file, texts, numbers
and checksums.
*/

pub mod calendar;
pub mod catalog;
pub mod characters;
pub mod checksum;
pub mod columns;
pub mod csv_writer;
pub mod display;
pub mod freshness;
pub mod lines;
pub mod notice;
pub mod numbers;
pub mod printable_toml;
pub mod process;
pub mod random;
pub mod text_folding;
pub mod xml_escape;

/// The bytes of files by their paths.
pub type Files = Vec<(String, Vec<u8>)>;
