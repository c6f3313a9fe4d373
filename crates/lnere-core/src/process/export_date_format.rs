/*!
Parses and writes days in the formats that a process file may declare: `YYYY-MM-DD`, `DD/MM/YYYY`,
`DD-MON-RR` and similar.
*/

use std::str::FromStr;

use chrono::{Datelike, NaiveDate};
use lnere_messages::message;

/// The first three letters of each month's name, in Spanish and in English.
const MONTHS: [[&[u8; 3]; 2]; 12] = [
    [b"ene", b"jan"],
    [b"feb", b"feb"],
    [b"mar", b"mar"],
    [b"abr", b"apr"],
    [b"may", b"may"],
    [b"jun", b"jun"],
    [b"jul", b"jul"],
    [b"ago", b"aug"],
    [b"sep", b"sep"],
    [b"oct", b"oct"],
    [b"nov", b"nov"],
    [b"dic", b"dec"],
];

/// The last two-digit year that means 20xx; larger numbers mean 19xx.
const LAST_SHORT_YEAR_AFTER_2000: u32 = 68;

/// A date format: year, month and day in some order, with separators.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DateFormat {
    fields: Vec<DateField>,
    /// The positions of the digits, if every field is a number of fixed width.
    fixed_positions: Option<FixedPositions>,
}

/// A piece of a format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum DateField {
    /// `YYYY`.
    Year,
    /// `YY` or `RR`.
    ShortYear,
    /// `MM`, with two digits.
    Month,
    /// `M`, with one or two digits.
    MonthUnpadded,
    /// `MON`.
    MonthName,
    /// `DD`, with two digits.
    Day,
    /// `D`, with one or two digits.
    DayUnpadded,
    /// A byte that is neither a letter nor a digit.
    Separator(u8),
}

/// The format as bytes, and the positions of its numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
struct FixedPositions {
    byte_pattern: Vec<u8>,
    year_offset: usize,
    month_offset: usize,
    day_offset: usize,
}

/// The year, month and day in a cell, before the check against the calendar.
pub type UncheckedDate = (i32, u32, u32);

impl DateFormat {
    /// The number of bytes of a day, if it is equal for all days.
    #[must_use]
    pub fn fixed_width(&self) -> Option<usize> {
        self.fixed_positions.as_ref().map(|fixed| fixed.byte_pattern.len())
    }

    /// Whether the year has two digits.
    #[must_use]
    pub fn has_short_year(&self) -> bool {
        self.fields.contains(&DateField::ShortYear)
    }

    /// Whether it is the ISO 8601 day, the only one that a time zone may follow.
    #[must_use]
    pub fn is_iso(&self) -> bool {
        use DateField::{Day, Month, Separator, Year};
        self.fields == [Year, Separator(b'-'), Month, Separator(b'-'), Day]
    }

    /// The day at the start of a cell, and the rest of the cell.
    #[must_use]
    pub fn parse_prefix<'c>(&self, cell: &'c [u8]) -> Option<(UncheckedDate, &'c [u8])> {
        match &self.fixed_positions {
            Some(fixed) => fixed.parse_prefix(cell),
            None => self.parse_field_by_field(cell),
        }
    }

    /// A day that another format reads as a different day: `DD/MM/YYYY` and `MM/DD/YYYY` both read
    /// `03/04/2005`.
    #[must_use]
    pub fn find_conflicting_text(&self, other: &Self) -> Option<String> {
        // Year, month and day are different numbers that could be exchanged.
        let days = [(2003, 4, 5), (2005, 11, 12), (2011, 3, 10)];
        let days = days.into_iter().filter_map(|(year, month, day)| NaiveDate::from_ymd_opt(year, month, day));
        let written = days.flat_map(|day| [self.format_day(day), other.format_day(day)]);
        written.into_iter().find(|text| {
            let whole = |format: &Self| {
                format.parse_prefix(text.as_bytes()).filter(|(_, rest)| rest.is_empty()).map(|(day, _)| day)
            };
            matches!((whole(self), whole(other)), (Some(one), Some(two)) if one != two)
        })
    }

    fn parse_field_by_field<'c>(&self, cell: &'c [u8]) -> Option<(UncheckedDate, &'c [u8])> {
        let (mut year, mut month, mut day) = (0, 0, 0);
        let mut rest = cell;
        for (index, field) in self.fields.iter().enumerate() {
            match field {
                DateField::Year => (year, rest) = parse_digits(rest, 4, 4)?,
                DateField::ShortYear => {
                    (year, rest) = parse_digits(rest, 2, 2)?;
                    year = expand_short_year(year);
                }
                DateField::Month => (month, rest) = parse_digits(rest, 2, 2)?,
                DateField::MonthUnpadded => (month, rest) = parse_digits(rest, 1, 2)?,
                DateField::MonthName => {
                    let stop_follows = self.fields.get(index + 1) == Some(&DateField::Separator(b'.'));
                    (month, rest) = parse_month_name(rest, stop_follows)?;
                }
                DateField::Day => (day, rest) = parse_digits(rest, 2, 2)?,
                DateField::DayUnpadded => (day, rest) = parse_digits(rest, 1, 2)?,
                // Some systems pad with blanks: `Oct  5 2020`.
                DateField::Separator(b' ') => rest = rest.strip_prefix(b" ")?.trim_ascii_start(),
                DateField::Separator(byte) => rest = rest.strip_prefix(&[*byte])?,
            }
        }
        Some(((year.cast_signed(), month, day), rest))
    }

    /// Writes a day in this format, with the month in Spanish.
    #[must_use]
    pub fn format_day(&self, day: NaiveDate) -> String {
        let year = day.year().clamp(0, 9999);
        let month_name = || String::from_utf8_lossy(MONTHS[day.month0() as usize % 12][0]).to_uppercase();
        let text = |field: &DateField| match field {
            DateField::Year => format!("{year:04}"),
            DateField::ShortYear => format!("{:02}", year % 100),
            DateField::Month => format!("{:02}", day.month()),
            DateField::MonthUnpadded => day.month().to_string(),
            DateField::MonthName => month_name(),
            DateField::Day => format!("{:02}", day.day()),
            DateField::DayUnpadded => day.day().to_string(),
            DateField::Separator(byte) => char::from(*byte).to_string(),
        };
        self.fields.iter().map(text).collect()
    }
}

/// The full year of a two-digit year.
pub(super) fn expand_short_year(short: u32) -> u32 {
    short + if short <= LAST_SHORT_YEAR_AFTER_2000 { 2000 } else { 1900 }
}

impl FixedPositions {
    /// The fixed positions of `fields`, if each field is a number of fixed width.
    fn new(fields: &[DateField]) -> Option<Self> {
        let (mut year, mut month, mut day) = (None, None, None);
        let mut pattern = Vec::new();
        for field in fields {
            let (place, letters): (_, &[u8]) = match field {
                DateField::Year => (&mut year, b"YYYY"),
                DateField::Month => (&mut month, b"MM"),
                DateField::Day => (&mut day, b"DD"),
                DateField::ShortYear
                | DateField::MonthUnpadded
                | DateField::MonthName
                | DateField::DayUnpadded
                | DateField::Separator(b' ') => return None,
                DateField::Separator(byte) => {
                    pattern.push(*byte);
                    continue;
                }
            };
            *place = Some(pattern.len());
            pattern.extend_from_slice(letters);
        }
        Some(Self { byte_pattern: pattern, year_offset: year?, month_offset: month?, day_offset: day? })
    }

    fn parse_prefix<'c>(&self, cell: &'c [u8]) -> Option<(UncheckedDate, &'c [u8])> {
        let (day, rest) = cell.split_at_checked(self.byte_pattern.len())?;
        let fits = self.byte_pattern.iter().zip(day).all(|(expected, byte)| match expected {
            b'Y' | b'M' | b'D' => byte.is_ascii_digit(),
            separator => separator == byte,
        });
        let digits =
            |at: usize, width: usize| day[at..at + width].iter().fold(0, |n, byte| n * 10 + u32::from(byte & 15));
        fits.then(|| {
            (
                (digits(self.year_offset, 4).cast_signed(), digits(self.month_offset, 2), digits(self.day_offset, 2)),
                rest,
            )
        })
    }
}

/// The number of `least` to `most` digits at the start of a text, and the rest.
fn parse_digits(text: &[u8], least: usize, most: usize) -> Option<(u32, &[u8])> {
    let length = text.iter().take(most).take_while(|byte| byte.is_ascii_digit()).count();
    let (digits, rest) = text.split_at(length);
    (length >= least).then(|| (digits.iter().fold(0, |n, byte| n * 10 + u32::from(byte & 15)), rest))
}

/// The month name at the start of a text, and the rest. Case does not matter, and a full stop may
/// follow. If the format has a full stop next, the name leaves one of two.
fn parse_month_name(text: &[u8], stop_follows: bool) -> Option<(u32, &[u8])> {
    let (letters, mut rest) = text.split_first_chunk::<3>()?;
    let letters = letters.map(|byte| byte.to_ascii_lowercase());
    let month = MONTHS.iter().position(|names| names.iter().any(|name| **name == letters))?;
    if letters == *b"sep"
        && let [b't' | b'T', after @ ..] = rest
    {
        rest = after;
    }
    match rest {
        [b'.', b'.', ..] => rest = &rest[1..],
        [b'.', ..] if !stop_follows => rest = &rest[1..],
        _ => {}
    }
    u32::try_from(month + 1).ok().map(|month| (month, rest))
}

/// The fields as letters; a longer field precedes the fields with which it begins.
const FIELD_TOKENS: [(&str, DateField); 9] = [
    ("YYYY", DateField::Year),
    ("YY", DateField::ShortYear),
    ("RR", DateField::ShortYear),
    ("MON", DateField::MonthName),
    ("MM", DateField::Month),
    ("M", DateField::MonthUnpadded),
    ("DD", DateField::Day),
    ("D", DateField::DayUnpadded),
    ("H", DateField::Separator(b'H')),
];

impl DateField {
    fn is_year(self) -> bool {
        matches!(self, Self::Year | Self::ShortYear)
    }

    fn is_month(self) -> bool {
        matches!(self, Self::Month | Self::MonthUnpadded | Self::MonthName)
    }

    fn is_day(self) -> bool {
        matches!(self, Self::Day | Self::DayUnpadded)
    }

    /// Whether the field consists of digits.
    fn is_number(self) -> bool {
        !matches!(self, Self::MonthName | Self::Separator(_))
    }

    /// Whether the width of the field varies.
    fn is_unpadded(self) -> bool {
        matches!(self, Self::MonthUnpadded | Self::DayUnpadded)
    }
}

impl FromStr for DateFormat {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let fields =
            parse_pattern(text).map_err(|reason| message!("L128-no-date-form", text = text.escape_debug(), reason))?;
        Ok(Self { fixed_positions: FixedPositions::new(&fields), fields })
    }
}

/// The fields of a format, or its mistake.
fn parse_pattern(text: &str) -> Result<Vec<DateField>, String> {
    let upper = text.to_ascii_uppercase();
    let mut rest = upper.as_str();
    let mut fields = Vec::new();
    while let Some(first) = rest.chars().next() {
        let known = FIELD_TOKENS.iter().find(|(letters, _)| rest.starts_with(letters));
        let (field, length) = match known {
            Some((_, DateField::Separator(_))) => {
                return Err(message!("core-date-form-time"));
            }
            Some((letters, field)) => (*field, letters.len()),
            None if first.is_ascii() && !first.is_ascii_alphanumeric() && !first.is_ascii_control() => {
                (DateField::Separator(first as u8), 1)
            }
            None => return Err(message!("core-date-form-letter", letter = first.escape_debug())),
        };
        fields.push(field);
        rest = &rest[length..];
    }
    let once = |field: &str, is: fn(DateField) -> bool| match fields.iter().filter(|one| is(**one)).count() {
        0 => Err(message!("core-date-form-without-field", field)),
        1 => Ok(()),
        _ => Err(message!("core-date-form-repeated-field", field)),
    };
    once("year", DateField::is_year)?;
    once("month", DateField::is_month)?;
    once("day", DateField::is_day)?;
    let ambiguous = |pair: &[DateField]| {
        let [left, right] = pair else { return false };
        left.is_number() && right.is_number() && (left.is_unpadded() || right.is_unpadded())
    };
    if fields.windows(2).any(ambiguous) {
        return Err(message!("core-date-form-digits"));
    }
    Ok(fields)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse_with_format(format: &str, cell: &str) -> Option<(UncheckedDate, String)> {
        let format: DateFormat = format.parse().expect("a form");
        let (day, rest) = format.parse_prefix(cell.as_bytes())?;
        Some((day, String::from_utf8_lossy(rest).into_owned()))
    }

    #[test]
    fn each_form_reads_its_days() {
        let day = (2020, 10, 5);
        for (format, cells) in [
            ("YYYY-MM-DD", &["2020-10-05"][..]),
            ("dd/mm/yyyy", &["05/10/2020"]),
            ("D/M/YYYY", &["5/10/2020", "05/10/2020"]),
            ("YYYYMMDD", &["20201005"]),
            ("YYMMDD", &["201005"]),
            ("DD.MM.YY", &["05.10.20"]),
            ("DD-MON-RR", &["05-OCT-20", "05-oct-20", "05-Oct.-20"]),
            ("DD.MON.YYYY", &["05.OCT.2020", "05.oct..2020"]),
            ("DDMONYYYY", &["05OCT2020"]),
            ("DMONYYYY", &["5OCT2020", "05OCT2020"]),
            ("MON D, YYYY", &["Oct 5, 2020", "oct. 05, 2020"]),
            ("MON D YYYY", &["Oct  5 2020", "Oct 05 2020"]),
            ("DD MM YYYY", &["05 10 2020"]),
            ("YYYY/M/D", &["2020/10/5", "2020/10/05"]),
        ] {
            for cell in cells {
                assert_eq!(parse_with_format(format, cell), Some((day, String::new())), "{format} {cell}");
                let later = format!("{cell} 13:45");
                assert_eq!(parse_with_format(format, &later), Some((day, " 13:45".to_owned())), "{format} {later}");
            }
        }
    }

    #[test]
    fn months_have_spanish_and_english_names() {
        let spanish = ["ENE", "FEB", "MAR", "ABR", "MAY", "JUN", "JUL", "AGO", "SEP", "OCT", "NOV", "DIC"];
        let english = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sept", "oct", "nov", "dec"];
        for names in [spanish, english] {
            for (month, name) in (1..).zip(names) {
                let expected = Some(((2020, month, 5), String::new()));
                assert_eq!(parse_with_format("DD-MON-YYYY", &format!("05-{name}-2020")), expected, "{name}");
            }
        }
        assert_eq!(parse_with_format("DD-MON-YYYY", "05-OKT-2020"), None);
        assert_eq!(parse_with_format("DD-MON-YYYY", "05-octubre-2020"), None);
    }

    #[test]
    fn two_digits_are_a_year_from_1969_to_2068() {
        let year = |text: &str| parse_with_format("YY-MM-DD", text).map(|((year, ..), _)| year);
        assert_eq!(["00-01-01", "68-01-01", "69-01-01", "99-01-01"].map(year), [2000, 2068, 1969, 1999].map(Some));
    }

    #[test]
    fn what_a_form_does_not_read() {
        for (format, cell) in [
            ("YYYY-MM-DD", "2020-1-05"),
            ("YYYY-MM-DD", "20-10-05"),
            ("DD/MM/YYYY", "5/10/2020"),
            ("D/M/YYYY", "005/10/2020"),
            ("D/M/YYYY", "/10/2020"),
            ("DD-MON-RR", "05-10-20"),
            ("YYYYMMDD", "2020100"),
        ] {
            assert_eq!(parse_with_format(format, cell), None, "{format} {cell}");
        }
    }

    #[test]
    fn a_day_that_is_written_is_read_again() {
        let day = NaiveDate::from_ymd_opt(2021, 1, 9).expect("a day");
        for format in ["YYYY-MM-DD", "D/M/YY", "DD-MON-RR", "DDMONYYYY", "MON.D.YYYY"] {
            let format: DateFormat = format.parse().expect("a form");
            let cell = format.format_day(day);
            assert_eq!(format.parse_prefix(cell.as_bytes()), Some(((2021, 1, 9), &b""[..])), "{cell}");
        }
    }

    #[test]
    fn forms_that_contradict_each_other_are_found() {
        let between = |one: &str, other: &str| {
            let parse = |text: &str| text.parse::<DateFormat>().expect("a form");
            let (one, other) = (parse(one), parse(other));
            assert_eq!(one.find_conflicting_text(&other).is_some(), other.find_conflicting_text(&one).is_some());
            one.find_conflicting_text(&other)
        };
        assert_eq!(between("DD/MM/YYYY", "MM/DD/YYYY").as_deref(), Some("05/04/2003"));
        for (one, other) in [("D/M/YYYY", "MM/DD/YYYY"), ("YYMMDD", "DDMMYY"), ("DD-MM-YY", "YY-MM-DD")] {
            assert!(between(one, other).is_some(), "{one} {other}");
        }
        for (one, other) in [
            ("YYYY-MM-DD", "DD/MM/YYYY"),
            ("DD/MM/YYYY", "D/M/YYYY"),
            ("DD/MM/YY", "DD/MM/YYYY"),
            ("DD-MON-YYYY", "DD-MM-YYYY"),
            ("YYYYMMDD", "YYMMDD"),
            ("DD/MM/YYYY", "DD/MM/YYYY"),
        ] {
            assert_eq!(between(one, other), None, "{one} {other}");
        }
    }

    #[test]
    fn mistakes_say_what_is_wrong() {
        for (format, reason) in [
            ("DD/MM", "it has no year"),
            ("DD/MM/YY/YYYY", "it has more than one year"),
            ("DMYYYY", "they need a separator"),
            ("YYYYMD", "they need a separator"),
            ("YYYY-MM-DD HH:mm:ss", "a time of day after the day is read without being declared"),
            ("DD de MON de YYYY", "`E` has no meaning"),
            ("DD/MMM/YYYY", "it has more than one month"),
            ("YYYY年MM-DD", "`年` has no meaning"),
        ] {
            let message = format.parse::<DateFormat>().expect_err("no form");
            assert!(message.contains(reason), "{format}: {message}");
            assert!(message.contains("expected `YYYY-MM-DD`, `DD/MM/YYYY`"), "{message}");
        }
    }
}
