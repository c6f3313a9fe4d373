/*!
Formats the numbers and rows of the report.
*/

use lnere_core::mexican_formats;
use lnere_statements::MIN_SHARE_BASE;
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
    if total == 0 {
        NO_SHARE_TEXT.to_owned()
    } else {
        mexican_formats::with_no_break_spaces(&mexican_formats::percentage(part, total))
    }
}

/// `66.96 %` in a table of cases; a dash for too few cases.
pub(super) fn share_of_cases_text(part: i64, cases: i64) -> String {
    if cases < MIN_SHARE_BASE { NO_SHARE_TEXT.to_owned() } else { share_text(part, cases) }
}

/// `67 %` in a sentence, rounded half up; `None` for too few cases.
pub(super) fn whole_share_text(part: i64, cases: i64) -> Option<String> {
    (cases >= MIN_SHARE_BASE).then(|| format!("{}\u{a0}%", mexican_formats::rounded_percent(part, cases)))
}

/// `2,640.00`: hundredths as a decimal number.
pub(super) fn two_decimals(hundredths: i64) -> String {
    mexican_formats::decimal(hundredths, 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_divided_by_zero() {
        assert_eq!(share_text(5, 0), "—");
        assert_eq!(whole_share_text(0, 0), None);
    }

    #[test]
    fn few_cases_have_no_share() {
        assert_eq!(share_of_cases_text(28, 29), "—");
        assert_eq!(whole_share_text(28, 29), None);
        assert_eq!(share_of_cases_text(29, 30), "96.67\u{a0}%");
        assert_eq!(whole_share_text(29, 30).as_deref(), Some("97\u{a0}%"));
        assert_eq!(whole_share_text(1, 200).as_deref(), Some("1\u{a0}%"), "half up");
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
        assert_eq!(share_text(22_564, 33_698), "66.96\u{a0}%");
    }
}
