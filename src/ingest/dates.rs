/*!
Dates of exports: a day in one of the process's forms, with or without a time and a time zone.
*/

use chrono::NaiveDate;

use crate::calendar::{Instant, MexicoCity, day_number};
use crate::process::DateFormat;

/// A date of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Moment {
    /// Mexico City day, as days since 1970.
    pub day: i32,
    /// When.
    pub at: Instant,
}

/// Reads dates for one source.
pub(super) struct DateReader<'a> {
    formats: &'a [DateFormat],
    clock: &'a MexicoCity,
    /// The days read last, one for each form: neighbouring records are of the same days.
    last: Option<((i32, u32, u32), i32)>,
}

impl<'a> DateReader<'a> {
    pub fn new(formats: &'a [DateFormat], clock: &'a MexicoCity) -> Self {
        Self { formats, clock, last: None }
    }

    /// The moment that a cell, blanks removed, says; `None` where it says none.
    #[inline]
    pub fn read(&mut self, cell: &[u8]) -> Option<Moment> {
        self.formats.iter().find_map(|format| {
            let parts = format.read(cell)?;
            let (second, offset) = time(&cell[format.width()..], format.is_iso())?;
            let day = self.day(parts)?;
            Some(match offset {
                None => Moment { day, at: self.clock.instant(day, second) },
                Some(offset) => {
                    let at = i64::from(day) * 86_400 + i64::from(second) - i64::from(offset);
                    Moment { day: self.clock.day(at), at }
                }
            })
        })
    }

    fn day(&mut self, parts: (i32, u32, u32)) -> Option<i32> {
        if let Some((last, day)) = self.last
            && last == parts
        {
            return Some(day);
        }
        let (year, month, day) = parts;
        let number = day_number(NaiveDate::from_ymd_opt(year, month, day)?);
        self.last = Some((parts, number));
        Some(number)
    }
}

/// What follows the day: nothing, or a time, and after an ISO day perhaps an offset. Gives the
/// second of the day and the offset in seconds east of UTC.
fn time(rest: &[u8], iso: bool) -> Option<(u32, Option<i32>)> {
    if rest.is_empty() {
        return Some((0, None));
    }
    let (separator, rest) = rest.split_first()?;
    let separated = *separator == b' ' || (iso && matches!(separator, b'T' | b't'));
    let (hour, rest) = separated.then(|| two_digits(rest, 23)).flatten()?;
    let (minute, rest) = two_digits(rest.strip_prefix(b":")?, 59)?;
    let (second, rest) = match rest.strip_prefix(b":") {
        None => (0, rest),
        Some(rest) => {
            let (second, rest) = two_digits(rest, 59)?;
            (second, if iso { without_fraction(rest)? } else { rest })
        }
    };
    let offset = match rest {
        [] => None,
        _ if !iso => return None,
        [b'Z' | b'z'] => Some(0),
        [sign @ (b'+' | b'-'), digits @ ..] => Some(offset(digits)? * if *sign == b'-' { -1 } else { 1 }),
        _ => return None,
    };
    Some((hour * 3600 + minute * 60 + second, offset))
}

/// `05:00`, `0500` or `05`, in seconds.
fn offset(digits: &[u8]) -> Option<i32> {
    let (hours, rest) = two_digits(digits, 23)?;
    let minutes = match rest {
        [] => 0,
        _ => match two_digits(rest.strip_prefix(b":").unwrap_or(rest), 59)? {
            (minutes, []) => minutes,
            _ => return None,
        },
    };
    i32::try_from(hours * 3600 + minutes * 60).ok()
}

/// Drops a fraction of a second, `.` or `,` and digits; counts are by second at the finest.
fn without_fraction(rest: &[u8]) -> Option<&[u8]> {
    let Some((b'.' | b',', fraction)) = rest.split_first() else { return Some(rest) };
    let digits = fraction.iter().take_while(|byte| byte.is_ascii_digit()).count();
    (digits > 0).then(|| &fraction[digits..])
}

fn two_digits(text: &[u8], max: u32) -> Option<(u32, &[u8])> {
    let (digits, rest) = text.split_first_chunk::<2>()?;
    let number = digits.iter().all(u8::is_ascii_digit).then(|| {
        let [tens, ones] = digits.map(|byte| u32::from(byte - b'0'));
        tens * 10 + ones
    })?;
    (number <= max).then_some((number, rest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::{day_from_number, parse_iso_day};

    fn read(cell: &str) -> Option<String> {
        let clock = MexicoCity::around(parse_iso_day("2020-09-01")?);
        let formats = ["YYYY-MM-DD", "DD/MM/YYYY"].map(|format| format.parse().expect("a format"));
        let moment = DateReader::new(&formats, &clock).read(cell.as_bytes())?;
        let utc = chrono::DateTime::from_timestamp(moment.at, 0)?;
        Some(format!("{} {}", day_from_number(moment.day), utc.format("%Y-%m-%dT%H:%M:%SZ")))
    }

    #[test]
    fn each_form_of_the_contract() {
        for (cell, expected) in [
            ("2020-10-05", "2020-10-05 2020-10-05T05:00:00Z"),
            ("05/10/2020", "2020-10-05 2020-10-05T05:00:00Z"),
            ("2020-10-05 13:45", "2020-10-05 2020-10-05T18:45:00Z"),
            ("05/10/2020 13:45:09", "2020-10-05 2020-10-05T18:45:09Z"),
            ("2020-12-05T13:45:09", "2020-12-05 2020-12-05T19:45:09Z"),
            ("2020-10-05T23:45:00-05:00", "2020-10-05 2020-10-06T04:45:00Z"),
            ("2020-10-06T04:45:00Z", "2020-10-05 2020-10-06T04:45:00Z"),
            ("2020-10-06T04:45:00.250+0000", "2020-10-05 2020-10-06T04:45:00Z"),
            ("2020-10-06 04:45+00", "2020-10-05 2020-10-06T04:45:00Z"),
            ("2020-02-29", "2020-02-29 2020-02-29T06:00:00Z"),
        ] {
            assert_eq!(read(cell).as_deref(), Some(expected), "{cell}");
        }
    }

    #[test]
    fn what_is_no_date() {
        for cell in [
            "",
            "2020",
            "2020-13-01",
            "2021-02-29",
            "00/00/0000",
            "5/10/2020",
            "2020-10-05T",
            "2020-10-05 24:00",
            "2020-10-05 13:60",
            "2020-10-05 1:45",
            "05/10/2020T13:45",
            "05/10/2020 13:45Z",
            "2020-10-05x",
            "2020-10-05 13:45:00 CST",
            "20201005",
            "2020-10-05T13:45:00+5",
            "2020-10-05Z",
            "2020-10-05 13:45:00.",
        ] {
            assert_eq!(read(cell), None, "{cell}");
        }
    }
}
