/*!
Formats numbers and dates as in Mexico: `12,345`, `66.96 %`, `15 de octubre de 2020`.
*/

use chrono::{Datelike, NaiveDate};

const MONTHS: [&str; 12] = [
    "enero",
    "febrero",
    "marzo",
    "abril",
    "mayo",
    "junio",
    "julio",
    "agosto",
    "septiembre",
    "octubre",
    "noviembre",
    "diciembre",
];

/// A whole number with thousands separators: `12,345`.
#[must_use]
pub fn integer(value: i64) -> String {
    lnere_messages::with_thousands_separators(value)
}

/// Hundredths, or another `unit` that is a power of ten, as a decimal number: `1,234.50`.
#[must_use]
pub fn decimal(value: i64, unit: i64) -> String {
    let digits = unit.ilog10() as usize;
    let sign = if value < 0 { "-" } else { "" };
    let (whole, part) = (value.abs() / unit, value.abs() % unit);
    format!("{sign}{}.{part:0digits$}", integer(whole))
}

/// The share of `part` in `total` with two decimals, rounded half up: `66.96 %`. A total of zero
/// gives `0.00 %`.
#[must_use]
pub fn percentage(part: i64, total: i64) -> String {
    let hundredths = hundredths_of_percent(part, total);
    format!("{}.{:02} %", hundredths / 100, hundredths % 100)
}

/// The share of `part` in `total` in hundredths of a percent, rounded half up without floats; 0 if
/// the total is 0.
#[must_use]
pub fn hundredths_of_percent(part: i64, total: i64) -> i128 {
    rounded_parts(part, total, 10_000)
}

/// The share of `part` in `total` in whole per cent, rounded half up; 0 if the total is 0. It is
/// rounded once: rounding to hundredths first would turn 83.497 % into 84 %.
#[must_use]
pub fn rounded_percent(part: i64, total: i64) -> i128 {
    rounded_parts(part, total, 100)
}

/// The share of `part` in `total` in parts of which the total has `parts`, rounded half up.
fn rounded_parts(part: i64, total: i64, parts: i128) -> i128 {
    if part <= 0 || total <= 0 {
        return 0;
    }
    let (part, total) = (i128::from(part), i128::from(total));
    (part * 2 * parts + total) / (2 * total)
}

/// A text with its first letter in upper case.
#[must_use]
pub fn capitalized(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect()
}

/// A text that stays on one line, as a number and its per cent sign must.
#[must_use]
pub fn with_no_break_spaces(text: &str) -> String {
    text.replace(' ', "\u{a0}")
}

/// The share of `part` in `total` without decimals, rounded half up: `54 %`. A share above zero is
/// never printed as `0 %`, and one below the total never as `100 %`.
#[must_use]
pub fn whole_percentage(part: i64, total: i64) -> String {
    match rounded_percent(part, total) {
        0 if part > 0 => "menos de 1 %".to_owned(),
        100 if part < total => "más de 99 %".to_owned(),
        percent => format!("{percent} %"),
    }
}

/// [`whole_percentage`] with its article: `el 28 %`, `menos del 1 %`, `más del 99 %`.
#[must_use]
pub fn whole_percentage_with_article(part: i64, total: i64) -> String {
    let percentage = whole_percentage(part, total);
    match percentage.split_once(" de ") {
        Some((comparison, bound)) => format!("{comparison} del {bound}"),
        None => format!("el {percentage}"),
    }
}

/// A difference with its sign, the minus as printed: `+447`, `−3`, `0`.
#[must_use]
pub fn signed_integer(value: i64) -> String {
    if value > 0 { format!("+{}", integer(value)) } else { integer(value).replace('-', "−") }
}

/// A day of a year that is known: `15 de octubre`.
#[must_use]
pub fn day_and_month(day: NaiveDate) -> String {
    format!("{} de {}", day.day(), MONTHS[day.month0() as usize])
}

/// A full date: `15 de octubre de 2020`.
#[must_use]
pub fn long_date(day: NaiveDate) -> String {
    format!("{} de {} de {}", day.day(), MONTHS[day.month0() as usize], day.year())
}

/// A day for an axis: `15 oct`.
#[must_use]
pub fn short_date(day: NaiveDate) -> String {
    format!("{} {}", day.day(), &MONTHS[day.month0() as usize][..3])
}

/// A day for an axis that needs the year: `15 oct 2020`.
#[must_use]
pub fn short_date_with_year(day: NaiveDate) -> String {
    format!("{} {}", short_date(day), day.year())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_percentage_is_rounded_once() {
        assert_eq!(whole_percentage(116_896, 140_000), "83 %");
        assert_eq!(whole_percentage(1, 1_000), "menos de 1 %");
        assert_eq!(whole_percentage(999, 1_000), "más de 99 %");
        assert_eq!(whole_percentage(0, 30), "0 %");
        assert_eq!(
            [(1, 200), (1, 201), (1, 0), (450, 100)].map(|(part, total)| rounded_percent(part, total)),
            [1, 0, 0, 450]
        );
    }

    fn ymd(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).unwrap()
    }

    #[test]
    fn integers_have_commas() {
        let written: Vec<String> = [0, 1, 999, 1_000, 12_345, 5_012_345, -1_234].map(integer).into();
        assert_eq!(written, ["0", "1", "999", "1,000", "12,345", "5,012,345", "-1,234"]);
    }

    #[test]
    fn decimals_keep_their_zeros() {
        assert_eq!(
            [0, 5, 31_050, 123_456_700, -7].map(|cents| decimal(cents, 100)),
            ["0.00", "0.05", "310.50", "1,234,567.00", "-0.07"]
        );
    }

    #[test]
    fn percentages_are_rounded_half_up() {
        assert_eq!(percentage(22_564, 33_698), "66.96 %");
        assert_eq!(percentage(1, 3), "33.33 %");
        assert_eq!(percentage(1, 20_000), "0.01 %");
        assert_eq!(percentage(1, 20_001), "0.00 %");
        assert_eq!(percentage(7, 7), "100.00 %");
        assert_eq!(percentage(0, 0), "0.00 %");
    }

    #[test]
    fn dates_are_spanish() {
        assert_eq!(long_date(ymd(2020, 10, 15)), "15 de octubre de 2020");
        assert_eq!(short_date(ymd(2020, 9, 1)), "1 sep");
        assert_eq!(short_date_with_year(ymd(2021, 1, 31)), "31 ene 2021");
    }
}
