/*!
Provides what all crates of the program share: calendar, catalogues, process file, texts, numbers
and checksums.
*/

pub mod calendar;
pub mod catalog;
pub mod checksum;
pub mod column_names;
pub mod csv_writer;
pub mod due_cortes;
pub mod invisible_characters;
pub mod line_numbers;
pub mod mexican_formats;
pub mod mexico_city_time;
pub mod printable_toml;
pub mod process;
pub mod product_notice;
pub mod random;
pub mod regular_file;
pub mod terminal_text;
pub mod text_folding;
pub mod xml_escape;

/// The bytes of files by their paths.
pub type NamedFiles = Vec<(String, Vec<u8>)>;
