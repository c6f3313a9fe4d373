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

/// Days that are remembered; a power of two, well over the days of a process.
const REMEMBERED: usize = if cfg!(fuzzing) { 1 << 3 } else { 1 << 12 };

/// The width of most forms of a day.
const USUAL_WIDTH: usize = 10;

/// A day that was read before, by the text that said it.
#[derive(Clone, Copy)]
struct Known {
    text: [u8; USUAL_WIDTH],
    iso: bool,
    day: i32,
}

/// Reads dates for one source.
///
/// The forms are tried in their order, and the first that gives a day of the calendar is the one.
pub(super) struct DateReader<'a> {
    formats: &'a [DateFormat],
    clock: &'a MexicoCity,
    /// The days read so far, where all forms are of the usual width: an export has few of them.
    known: Vec<Option<Known>>,
}

impl<'a> DateReader<'a> {
    pub fn new(formats: &'a [DateFormat], clock: &'a MexicoCity) -> Self {
        let usual = formats.iter().all(|format| format.width() == USUAL_WIDTH);
        Self { formats, clock, known: if usual { vec![None; REMEMBERED] } else { Vec::new() } }
    }

    /// The moment that a cell, blanks removed, says; `None` where it says none.
    #[inline]
    pub fn read(&mut self, cell: &[u8]) -> Option<Moment> {
        let (day, iso, rest) = self.day(cell)?;
        let (second, offset) = time(rest, iso)?;
        Some(match offset {
            None => Moment { day, at: self.clock.instant(day, second) },
            Some(offset) => {
                let at = i64::from(day) * 86_400 + i64::from(second) - i64::from(offset);
                Moment { day: self.clock.day(at), at }
            }
        })
    }

    /// The day that a cell begins with, whether it is in the form of ISO 8601, and what follows it.
    #[inline]
    fn day<'c>(&mut self, cell: &'c [u8]) -> Option<(i32, bool, &'c [u8])> {
        let Some((text, rest)) = cell.split_first_chunk::<USUAL_WIDTH>().filter(|_| !self.known.is_empty()) else {
            return self.any_day(cell);
        };
        let word = u64::from_le_bytes([text[1], text[3], text[4], text[5], text[6], text[7], text[8], text[9]]);
        let place = (word.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (64 - REMEMBERED.trailing_zeros())) as usize;
        if let Some(known) = &self.known[place]
            && known.text == *text
        {
            return Some((known.day, known.iso, rest));
        }
        let (day, iso, rest) = self.any_day(cell)?;
        self.known[place] = Some(Known { text: *text, iso, day });
        Some((day, iso, rest))
    }

    fn any_day<'c>(&self, cell: &'c [u8]) -> Option<(i32, bool, &'c [u8])> {
        self.formats.iter().find_map(|format| {
            let (year, month, day) = format.read(cell)?;
            let day = day_number(NaiveDate::from_ymd_opt(year, month, day)?);
            Some((day, format.is_iso(), &cell[format.width()..]))
        })
    }
}

/// What follows the day: nothing, or a time, and after an ISO day perhaps an offset. Gives the
/// second of the day and the offset in seconds east of UTC.
fn time(rest: &[u8], iso: bool) -> Option<(u32, Option<i32>)> {
    if rest.is_empty() {
        return Some((0, None));
    }
    // The form that nearly every export has.
    if let [b' ', h1, h2, b':', m1, m2, b':', s1, s2] = *rest {
        let number = |tens: u8, ones: u8| u32::from(tens.wrapping_sub(b'0')) * 10 + u32::from(ones.wrapping_sub(b'0'));
        let digits = [h1, h2, m1, m2, s1, s2].iter().all(u8::is_ascii_digit);
        let (hour, minute, second) = (number(h1, h2), number(m1, m2), number(s1, s2));
        let valid = digits && hour <= 23 && minute <= 59 && second <= 59;
        return valid.then_some((hour * 3600 + minute * 60 + second, None));
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
