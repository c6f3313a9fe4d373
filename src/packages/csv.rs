/*!
Tables as CSV for spreadsheets: UTF-8 with BOM, CRLF, quoted as RFC 4180 asks, and no text that a
spreadsheet would take for a formula.

Written by hand, and not by the `csv` crate, whose writer can fail: here nothing can.
*/

use std::borrow::Cow;
use std::fmt::Write as _;

use crate::tables::{Column, Table};

/// Excel takes a CSV for Windows-1252 unless it begins with this.
const BOM: &str = "\u{feff}";

/// A table as CSV for Excel: UTF-8 with BOM, CRLF, quoted as RFC 4180 asks, text that could become a formula
/// made harmless by an apostrophe before it. Numbers are plain (`-1234.5`), days are `2020-10-15`.
#[must_use]
pub fn csv(table: &Table) -> Vec<u8> {
    let mut text = String::from(BOM);
    for (index, (name, _)) in table.columns.iter().enumerate() {
        separate(&mut text, index);
        push_text(&mut text, name);
    }
    text.push_str("\r\n");
    for row in 0..table.rows() {
        for (index, (_, column)) in table.columns.iter().enumerate() {
            separate(&mut text, index);
            push_cell(&mut text, column, row);
        }
        text.push_str("\r\n");
    }
    text.into_bytes()
}

fn separate(text: &mut String, index: usize) {
    if index > 0 {
        text.push(',');
    }
}

fn push_cell(text: &mut String, column: &Column, row: usize) {
    // Writing to a string cannot fail.
    let _ = match column {
        Column::Int(values) => write!(text, "{}", values[row]),
        // A number that is none is an empty cell: the words for it are text to a spreadsheet. Zero added takes the
        // sign from a negative zero.
        Column::Real(values) if !values[row].is_finite() => Ok(()),
        Column::Real(values) => write!(text, "{}", values[row] + 0.0),
        Column::Date(values) => write!(text, "{}", values[row].format("%Y-%m-%d")),
        Column::Text(values) => {
            push_text(text, &values[row]);
            Ok(())
        }
        Column::MaybeInt(values) => values[row].map_or(Ok(()), |value| write!(text, "{value}")),
        Column::MaybeReal(values) => {
            values[row].filter(|value| value.is_finite()).map_or(Ok(()), |value| write!(text, "{}", value + 0.0))
        }
        Column::Bool(values) => write!(text, "{}", values[row]),
    };
}

/// A cell of text. More is quoted than has to be: what another program could take for a delimiter, and blanks that it
/// could trim. An empty cell is quoted too, since a line with nothing on it is no record.
fn push_text(text: &mut String, cell: &str) {
    let cell = harmless(cell);
    let is_plain = !cell.is_empty()
        && !cell.contains([',', ';', '|', '\t', '\r', '\n', '"'])
        && !cell.starts_with(char::is_whitespace)
        && !cell.ends_with(char::is_whitespace);
    if is_plain {
        text.push_str(&cell);
    } else {
        text.push('"');
        text.push_str(&cell.replace('"', "\"\""));
        text.push('"');
    }
}

/// Whether a spreadsheet could take a cell that begins with this text for a formula: what it shows first is `=`, `+`,
/// `-` or `@`, in ASCII or as wide or small as East Asian editions accept it, or the text begins with a tab or a
/// line end, after which some programs begin another cell.
pub(super) fn could_become_formula(text: &str) -> bool {
    text.starts_with(['\t', '\r', '\n']) || text.trim_start_matches(is_unseen).starts_with(is_operator)
}

/// The text with an apostrophe before all that could become a formula: at its beginning, and after what a program
/// that was told of another delimiter would take for the end of a cell.
fn harmless(text: &str) -> Cow<'_, str> {
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
            _ => begins_cell && is_unseen(character),
        };
        safe.push(character);
    }
    if safe.len() == text.len() { Cow::Borrowed(text) } else { Cow::Owned(safe) }
}

fn is_operator(character: char) -> bool {
    matches!(character, '=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠' | '﹦' | '﹢' | '﹣' | '﹫' | '\u{2212}')
}

/// Blanks, and what is not seen at all: control characters, marks of width zero, marks of direction.
fn is_unseen(character: char) -> bool {
    let is_format = matches!(
        character,
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}'
    );
    is_format || character.is_whitespace() || character.is_control()
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::*;

    fn written(column: Column) -> String {
        let table = Table { name: "prueba".to_owned(), columns: vec![("columna".to_owned(), column)] };
        let text = String::from_utf8(csv(&table)).expect("UTF-8");
        text.strip_prefix("\u{feff}columna\r\n").expect("BOM and header").to_owned()
    }

    fn texts(values: &[&str]) -> String {
        written(Column::Text(values.iter().map(|&value| value.to_owned()).collect()))
    }

    #[test]
    fn numbers_and_days_are_plain() {
        assert_eq!(written(Column::Int(vec![0, -5, 1_234_567])), "0\r\n-5\r\n1234567\r\n");
        assert_eq!(written(Column::MaybeInt(vec![Some(0), None, Some(12)])), "0\r\n\r\n12\r\n");
        assert_eq!(written(Column::MaybeReal(vec![Some(0.5), None, Some(f64::NAN)])), "0.5\r\n\r\n\r\n");
        assert_eq!(written(Column::Bool(vec![true, false])), "true\r\nfalse\r\n");
        assert_eq!(
            written(Column::Real(vec![0.0, -0.0, 66.96, 1e15, f64::NAN, -0.5])),
            "0\r\n0\r\n66.96\r\n1000000000000000\r\n\r\n-0.5\r\n"
        );
        let day = NaiveDate::from_ymd_opt(2020, 10, 15).expect("a day");
        assert_eq!(written(Column::Date(vec![day])), "2020-10-15\r\n");
    }

    #[test]
    fn cells_are_quoted_where_they_must_be() {
        assert_eq!(
            texts(&["Canadá", "Washington, D.C.", "dos\r\nlíneas", "a \"b\"", " a", "a;b", "08", ""]),
            "Canadá\r\n\"Washington, D.C.\"\r\n\"dos\r\nlíneas\"\r\n\"a \"\"b\"\"\"\r\n\" a\"\r\n\"a;b\"\r\n08\r\n\"\"\r\n"
        );
    }

    #[test]
    fn text_that_could_become_a_formula_is_made_harmless() {
        let cases = [
            ("=1+1", "'=1+1"),
            ("+1", "'+1"),
            ("-1", "'-1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\ta", "\"'\ta\""),
            ("\ra", "\"'\ra\""),
            ("\na", "\"'\na\""),
            ("  =1", "'  =1"),
            ("\u{a0}=1", "'\u{a0}=1"),
            ("\u{200b}\u{feff}=1", "'\u{200b}\u{feff}=1"),
            ("\u{0}=1", "'\u{0}=1"),
            ("＝1", "'＝1"),
            ("＠a", "'＠a"),
            ("\u{2212}1", "'\u{2212}1"),
            ("a;=1", "\"a;'=1\""),
            ("a,\"=1", "\"a,\"\"'=1\""),
            ("a\t +1", "\"a\t '+1\""),
            ("a\r\n@b", "\"a\r\n'@b\""),
        ];
        for (text, expected) in cases {
            assert_eq!(texts(&[text]), format!("{expected}\r\n"), "{text:?}");
        }
    }

    #[test]
    fn other_text_is_left_as_it_is() {
        let plain = ["a=b", "a-b", "no_identificada", "solicitudes_20201015.csv.gz", "1-2", "'a", "Côte d’Ivoire", "ñ"];
        for text in plain {
            assert_eq!(texts(&[text]), format!("{text}\r\n"));
        }
        assert_eq!(
            texts(&[r#"{"cve_entidad":"08","estatus":"RECIBIDA"}"#]),
            "\"{\"\"cve_entidad\"\":\"\"08\"\",\"\"estatus\"\":\"\"RECIBIDA\"\"}\"\r\n"
        );
    }

    #[test]
    fn what_is_written_is_read_back() {
        let values: Vec<String> = ["a,b", "c\"d", "e\r\nf", "", " g ", "h"].map(str::to_owned).into();
        let table = Table {
            name: "prueba".to_owned(),
            columns: vec![
                ("texto".to_owned(), Column::Text(values.clone())),
                ("cuenta".to_owned(), Column::Int((-3..3).collect())),
            ],
        };
        let bytes = csv(&table);
        let mut reader = ::csv::Reader::from_reader(&bytes[BOM.len()..]);
        let read: Vec<(String, i64)> = reader.deserialize().map(|row| row.expect("a record")).collect();
        assert_eq!(read, values.into_iter().zip(-3..3).collect::<Vec<_>>());
    }
}
