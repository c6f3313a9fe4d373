/*!
Formats the numbers and rows of the report.
*/

use lnere_core::mexican_formats;
use serde::ser::SerializeStruct as _;
use serde::{Serialize, Serializer};

/// The text printed in place of a share without a denominator.
pub(super) const NO_SHARE_TEXT: &str = "—";

/// The rows of a printed table, without the head, which the template contains.
#[derive(Debug, Default)]
pub(super) struct ReportTable {
    /// The printed cells.
    pub rows: Vec<Vec<String>>,
    /// The last rows, of totals.
    pub totals: Vec<Vec<String>>,
    /// The index of the row of the subject among other rows.
    pub subject_row: Option<usize>,
}

impl Serialize for ReportTable {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut grid = serializer.serialize_struct("Grid", 4)?;
        grid.serialize_field("rows", &self.rows)?;
        grid.serialize_field("totals", &self.totals)?;
        grid.serialize_field("own", &self.subject_row)?;
        grid.serialize_field("widths", &self.word_widths())?;
        grid.end()
    }
}

impl ReportTable {
    /// The widths of the words in the first cells of each row, in thousandths of the font size. The
    /// template typesets a row faster if it is known to have one line.
    fn word_widths(&self) -> Vec<Vec<i32>> {
        let words =
            |row: &Vec<String>| row.iter().take(2).map(|cell| lnere_charts::width_in_thousandths(cell)).collect();
        self.rows.iter().map(words).collect()
    }
}

/// `12,345`
pub(super) fn count_text(value: i64) -> String {
    if value < 0 {
        format!("−{}", mexican_formats::integer(value.saturating_neg()))
    } else {
        mexican_formats::integer(value)
    }
}

/// Formats each number.
pub(super) fn count_texts(values: &[i64]) -> impl Iterator<Item = String> + '_ {
    values.iter().map(|value| count_text(*value))
}

/// `+12,345`, `−12`, `0`
pub(super) fn signed_count_text(value: i64) -> String {
    if value > 0 { format!("+{}", count_text(value)) } else { count_text(value) }
}

/// `66.96 %`; a dash if the total is zero.
pub(super) fn share_text(part: i64, total: i64) -> String {
    if total == 0 { NO_SHARE_TEXT.to_owned() } else { with_no_break_spaces(&mexican_formats::percentage(part, total)) }
}

/// `+4.56 %`, the relative growth of `from` by `by`; `None` if `from` is zero.
pub(super) fn growth_text(from: i64, by: i64) -> Option<String> {
    if from <= 0 {
        return None;
    }
    let size = with_no_break_spaces(&mexican_formats::percentage(by.saturating_abs(), from));
    Some(match by {
        0 => size,
        1.. => format!("+{size}"),
        _ => format!("−{size}"),
    })
}

/// `2,640.00`: hundredths as a decimal number.
pub(super) fn two_decimals(hundredths: i64) -> String {
    mexican_formats::decimal(hundredths, 100)
}

/// Keeps a number and its per cent sign on one line.
fn with_no_break_spaces(text: &str) -> String {
    text.replace(' ', "\u{a0}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_divided_by_zero() {
        assert_eq!(share_text(5, 0), "—");
        assert_eq!(growth_text(0, 5), None);
        assert_eq!(growth_text(200, 0).as_deref(), Some("0.00\u{a0}%"));
    }

    #[test]
    fn a_row_says_how_wide_its_words_are() {
        let grid =
            ReportTable { rows: vec![vec!["00".to_owned(), String::new(), "7".to_owned()]], ..ReportTable::default() };
        assert_eq!(grid.word_widths(), [[1144, 0]]);
        let written = serde_json::to_value(&grid).unwrap();
        assert_eq!(written["widths"][0][0], 1144);
        assert!(written["own"].is_null());
    }

    #[test]
    fn signs_are_printed_as_signs() {
        assert_eq!([1234, 0, -5].map(signed_count_text), ["+1,234", "0", "−5"]);
        assert_eq!(growth_text(1000, 45).as_deref(), Some("+4.50\u{a0}%"));
        assert_eq!(growth_text(1000, -45).as_deref(), Some("−4.50\u{a0}%"));
        assert_eq!(share_text(22_564, 33_698), "66.96\u{a0}%");
    }
}
