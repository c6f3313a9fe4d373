/*!
Converts typed cells of Parquet and workbooks (numbers and dates) to the text that a CSV would hold.
*/

use super::export_warning::ExportWarning;
use lnere_core::process::{DateFormat, ExportContract, SourceColumn};

/// The largest whole number up to which a 64-bit float is exact.
pub(super) const MAX_EXACT_F64: f64 = 9_007_199_254_740_992.0;

/// The date formats for typed dates: those that the process file declares for text, and ISO 8601,
/// in which this program writes typed dates.
pub(super) fn date_formats<C>(contract: &ExportContract<C>) -> Vec<DateFormat> {
    let mut formats = contract.date_formats.clone();
    if !formats.iter().any(DateFormat::is_iso) {
        formats.extend("YYYY-MM-DD".parse::<DateFormat>());
    }
    formats
}

/// A number as text, without an exponent. A whole number becomes all its digits without a point.
pub(super) fn number(value: f64) -> String {
    if value == 0.0 {
        "0".to_owned()
    } else if value.fract() == 0.0 {
        format!("{value:.0}")
    } else {
        value.to_string()
    }
}

/// A decimal number without a fraction that is zero.
pub(super) fn without_zero_fraction(text: &str) -> &str {
    match text.split_once('.') {
        Some((whole, fraction)) if fraction.bytes().all(|digit| digit == b'0') => {
            if whole == "-0" {
                "0"
            } else {
                whole
            }
        }
        _ => text,
    }
}

/// Counts the numbers that lost digits before they were read, by the place of their column.
#[derive(Clone, Debug, Default)]
pub(super) struct RoundedCounts(Vec<u64>);

impl RoundedCounts {
    pub fn add(&mut self, column: usize, cells: u64) {
        if cells > 0 {
            self.0.resize(self.0.len().max(column + 1), 0);
            self.0[column] += cells;
        }
    }

    pub fn merge(&mut self, other: &Self) {
        other.0.iter().enumerate().for_each(|(column, cells)| self.add(column, *cells));
    }

    /// Adds a warning for each column with such numbers.
    pub fn warn<C: SourceColumn>(&self, contract: &ExportContract<C>, warnings: &mut Vec<ExportWarning>) {
        for (column, cells) in contract.columns.all().iter().zip(&self.0).filter(|(_, cells)| **cells > 0) {
            let column = contract.columns.first_header(*column).to_owned();
            warnings.push(ExportWarning::RoundedNumbers { column, cells: *cells });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_have_all_their_digits_and_no_exponent() {
        for (value, text) in [
            (8.0, "8"),
            (-0.0, "0"),
            (8.5, "8.5"),
            (-3.0, "-3"),
            (1e15, "1000000000000000"),
            (1_152_921_504_606_846_976.0, "1152921504606846976"),
            (1e21, "1000000000000000000000"),
            (0.000_000_1, "0.0000001"),
        ] {
            assert_eq!(number(value), text);
        }
    }

    #[test]
    fn a_fraction_of_zeros_is_no_fraction() {
        for (text, without) in [("8.000", "8"), ("-0.00", "0"), ("8.010", "8.010"), ("8", "8"), ("800", "800")] {
            assert_eq!(without_zero_fraction(text), without);
        }
    }
}
