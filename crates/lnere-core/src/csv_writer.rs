/*!
Writes every CSV file that leaves the program. The `csv` crate formats the files by RFC 4180. This
module adds an apostrophe to text that a spreadsheet would read as a formula. The dashboard's
downloads follow the same rule (`tablero/js/download.js`).
*/

use std::borrow::Cow;
use std::fmt::Write as _;

use chrono::NaiveDate;
use csv::{Terminator, Writer, WriterBuilder};

use crate::invisible_characters::is_invisible;

/// Excel reads a CSV as Windows-1252 unless it begins with this mark.
const BOM: &str = "\u{feff}";

/// The variant of CSV that the reader of the file needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CsvVariant {
    /// For spreadsheets: a byte order mark, and lines that end with CR LF.
    Spreadsheet,
    /// For programs: no byte order mark, and lines that end with LF.
    Plain,
}

/// The content of a cell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum CsvCell<'a> {
    /// Text of any origin, which is made harmless.
    Text(&'a str),
    /// A whole number without thousands separators.
    Whole(i64),
    /// A number with a decimal point; infinity and NaN give an empty cell.
    Real(f64),
    /// A day, `2020-10-15`.
    Day(NaiveDate),
    /// `true` or `false`.
    Flag(bool),
    /// An empty cell, such as a suppressed count.
    Empty,
}

/// A CSV file under construction.
pub struct CsvWriter {
    writer: Writer<Vec<u8>>,
    /// The text of the present cell if the caller passes no text. Cells share this memory.
    buffer: String,
}

impl CsvWriter {
    /// Begins a file with its header.
    ///
    /// # Errors
    /// Data cannot cause an error, because the file is written to memory.
    pub fn new<'a>(form: CsvVariant, header: impl IntoIterator<Item = &'a str>) -> Result<Self, csv::Error> {
        let (start, terminator) = match form {
            CsvVariant::Spreadsheet => (BOM, Terminator::CRLF),
            CsvVariant::Plain => ("", Terminator::Any(b'\n')),
        };
        let writer = WriterBuilder::new().terminator(terminator).flexible(true).from_writer(start.as_bytes().to_vec());
        let mut file = Self { writer, buffer: String::new() };
        file.write_record(header.into_iter().map(CsvCell::Text))?;
        Ok(file)
    }

    /// Writes a record.
    ///
    /// # Errors
    /// Data cannot cause an error.
    pub fn write_record<'a>(&mut self, cells: impl IntoIterator<Item = CsvCell<'a>>) -> Result<(), csv::Error> {
        for cell in cells {
            self.buffer.clear();
            let buffer = &mut self.buffer;
            // Writing to a string does not fail.
            let _ = match cell {
                CsvCell::Text(text) => {
                    self.writer.write_field(neutralize_formulas(text).as_bytes())?;
                    continue;
                }
                CsvCell::Whole(value) => write!(buffer, "{value}"),
                // A spreadsheet would read `inf` and `NaN` as text, so these cells stay empty.
                // Adding zero removes the sign of a negative zero.
                CsvCell::Real(value) if value.is_finite() => write!(buffer, "{}", value + 0.0),
                CsvCell::Real(_) | CsvCell::Empty => Ok(()),
                CsvCell::Day(day) => write!(buffer, "{}", day.format("%Y-%m-%d")),
                CsvCell::Flag(value) => write!(buffer, "{value}"),
            };
            self.writer.write_field(self.buffer.as_bytes())?;
        }
        self.writer.write_record(None::<&[u8]>)
    }

    /// The bytes of the file.
    ///
    /// # Errors
    /// Data cannot cause an error.
    pub fn finish(self) -> Result<Vec<u8>, csv::Error> {
        self.writer.into_inner().map_err(|error| error.into_error().into())
    }
}

/// Whether a spreadsheet could read a cell that begins with this text as a formula. The first
/// visible character is then `=`, `+`, `-` or `@`, in ASCII or in a wide or small East Asian form.
/// A leading tab or line end counts too, because some programs begin another cell after it.
pub fn could_become_formula(text: &str) -> bool {
    text.starts_with(['\t', '\r', '\n']) || text.trim_start_matches(is_blank_or_invisible).starts_with(is_operator)
}

/// Puts an apostrophe before each text that could become a formula: at the beginning, and where
/// another delimiter setting would end a cell.
fn neutralize_formulas(text: &str) -> Cow<'_, str> {
    let mut safe = String::with_capacity(text.len() + 1);
    if could_become_formula(text) {
        safe.push('\'');
    }
    let mut begins_cell = false;
    for character in text.chars() {
        if begins_cell && is_operator(character) {
            safe.push('\'');
        }
        begins_cell = match character {
            ',' | ';' | '|' | '\t' | '\r' | '\n' => true,
            '"' => begins_cell,
            _ => begins_cell && is_blank_or_invisible(character),
        };
        safe.push(character);
    }
    if safe.len() == text.len() { Cow::Borrowed(text) } else { Cow::Owned(safe) }
}

fn is_operator(character: char) -> bool {
    matches!(character, '=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠' | '﹦' | '﹢' | '﹣' | '﹫' | '\u{2212}')
}

/// Whether a character is blank or invisible.
fn is_blank_or_invisible(character: char) -> bool {
    character.is_whitespace() || is_invisible(character)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn csv_text(form: CsvVariant, cells: &[CsvCell]) -> String {
        let mut file = CsvWriter::new(form, ["columna"]).unwrap();
        for cell in cells {
            file.write_record([*cell]).unwrap();
        }
        String::from_utf8(file.finish().unwrap()).unwrap()
    }

    fn text_cell(text: &str) -> String {
        let whole = csv_text(CsvVariant::Plain, &[CsvCell::Text(text)]);
        whole.strip_prefix("columna\n").unwrap().strip_suffix('\n').unwrap().to_owned()
    }

    #[test]
    fn numbers_and_days_are_plain_and_negative_ones_stay_numbers() {
        let day = NaiveDate::from_ymd_opt(2020, 10, 15).unwrap();
        let cells = [
            CsvCell::Whole(-5),
            CsvCell::Whole(1_234_567),
            CsvCell::Real(-0.5),
            CsvCell::Real(-0.0),
            CsvCell::Real(1e15),
            CsvCell::Day(day),
            CsvCell::Flag(true),
        ];
        assert_eq!(
            csv_text(CsvVariant::Spreadsheet, &cells),
            "\u{feff}columna\r\n-5\r\n1234567\r\n-0.5\r\n0\r\n1000000000000000\r\n2020-10-15\r\ntrue\r\n"
        );
    }

    #[test]
    fn what_is_hidden_or_no_number_is_an_empty_cell() {
        let mut file = CsvWriter::new(CsvVariant::Plain, ["a", "b", "c"]).unwrap();
        file.write_record([CsvCell::Empty, CsvCell::Real(f64::NAN), CsvCell::Real(f64::INFINITY)]).unwrap();
        assert_eq!(file.finish().unwrap(), b"a,b,c\n,,\n");
    }

    #[test]
    fn cells_and_headers_are_quoted_where_they_must_be() {
        for (cell, expected) in [
            ("Washington, D.C.", "\"Washington, D.C.\""),
            ("a \"b\"", "\"a \"\"b\"\"\""),
            ("dos\r\nlíneas", "\"dos\r\nlíneas\""),
            ("", "\"\""),
        ] {
            assert_eq!(text_cell(cell), expected);
        }
        let file = CsvWriter::new(CsvVariant::Plain, ["uno, dos", "=1+1"]).unwrap();
        assert_eq!(file.finish().unwrap(), b"\"uno, dos\",'=1+1\n");
    }

    #[test]
    fn text_that_could_become_a_formula_is_made_harmless() {
        for (cell, expected) in [
            ("=1+1", "'=1+1"),
            ("+1", "'+1"),
            ("-1", "'-1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\ta", "'\ta"),
            ("\ra", "\"'\ra\""),
            ("\na", "\"'\na\""),
            ("  =1", "'  =1"),
            ("\u{a0}=1", "'\u{a0}=1"),
            ("\u{200b}\u{feff}=1", "'\u{200b}\u{feff}=1"),
            ("\u{202e}=1", "'\u{202e}=1"),
            ("\u{0}=1", "'\u{0}=1"),
            ("＝1", "'＝1"),
            ("＠a", "'＠a"),
            ("\u{2212}1", "'\u{2212}1"),
            ("a;=1", "a;'=1"),
            ("a,\"=1", "\"a,\"\"'=1\""),
            ("a\t +1", "a\t '+1"),
            ("a\r\n@b", "\"a\r\n'@b\""),
        ] {
            assert_eq!(text_cell(cell), expected, "{cell:?}");
        }
    }

    #[test]
    fn other_text_is_left_as_it_is() {
        for cell in ["a=b", "a-b", "no_identificada", "solicitudes_20201015.csv.gz", "1-2", "'a", "Côte d’Ivoire", "08"]
        {
            assert_eq!(text_cell(cell), cell);
        }
    }

    #[test]
    fn what_is_written_is_read_back() {
        let texts = ["a,b", "c\"d", "e\r\nf", "", " g ", "h"];
        let mut file = CsvWriter::new(CsvVariant::Spreadsheet, ["texto", "cuenta"]).unwrap();
        for (text, count) in texts.into_iter().zip(-3..) {
            file.write_record([CsvCell::Text(text), CsvCell::Whole(count)]).unwrap();
        }
        let bytes = file.finish().unwrap();
        let mut reader = csv::Reader::from_reader(&bytes[BOM.len()..]);
        let read: Vec<(String, i64)> = reader.deserialize().map(Result::unwrap).collect();
        assert_eq!(read, texts.map(str::to_owned).into_iter().zip(-3..).collect::<Vec<_>>());
    }
}
