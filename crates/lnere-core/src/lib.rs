/*!
What all crates of the program share: calendar, catalogues, process file, texts, numbers and checksums.
*/

pub mod calendar;
pub mod catalog;
pub mod characters;
pub mod checksum;
pub mod csv_writer;
pub mod fold;
pub mod freshness;
pub mod lines;
pub mod markup;
pub mod message;
pub mod notice;
pub mod numbers;
pub mod process;
pub mod random;
pub mod toml_file;

/// The bytes of files by their paths.
pub type Files = Vec<(String, Vec<u8>)>;
