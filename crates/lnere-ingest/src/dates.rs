/*!
Reads the dates of exports: a day in a format of the process, with or without a time and a time
zone.
*/

use chrono::{Datelike, NaiveDate};

use lnere_core::calendar::{Instant, MexicoCityClock, day_from_number, day_number};
use lnere_core::process::DateFormat;

/// A date of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Moment {
    /// The day in Mexico City, as days since 1970.
    pub day: i32,
    /// The instant.
    pub instant: Instant,
}

/// The reason why a text is not a date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum DateFault {
    /// It matches none of the declared formats.
    NoDeclaredFormat,
    /// The text has a declared format, but the day does not exist.
    DayDoesNotExist,
    /// The text begins with a day, but an invalid time follows.
    InvalidTime,
}

/// The number of remembered days; a power of two, well above the days of a process.
const REMEMBERED_DAYS: usize = if cfg!(fuzzing) { 1 << 3 } else { 1 << 12 };

/// The usual width of a day in bytes.
const USUAL_WIDTH: usize = 10;

/// A day that was read before, by its text.
#[derive(Clone, Copy)]
struct RememberedDay {
    text: [u8; USUAL_WIDTH],
    iso: bool,
    day: i32,
}

/// Reads the dates of one source.
///
/// The formats are tried in order. The first one that gives an existing day decides.
pub(super) struct DateReader<'a> {
    formats: &'a [DateFormat],
    clock: &'a MexicoCityClock,
    /// The number of formats at the start of the list that have the usual width. Their result
    /// depends only on the first ten bytes of a cell.
    usual_width_formats: usize,
    /// The days that these formats have read; an export has few different days.
    remembered_days: Vec<Option<RememberedDay>>,
}

impl<'a> DateReader<'a> {
    pub fn new(formats: &'a [DateFormat], clock: &'a MexicoCityClock) -> Self {
        let usual_width_formats = formats.iter().take_while(|format| format.fixed_width() == Some(USUAL_WIDTH)).count();
        Self {
            formats,
            clock,
            usual_width_formats,
            remembered_days: if usual_width_formats > 0 { vec![None; REMEMBERED_DAYS] } else { Vec::new() },
        }
    }

    /// The moment in a cell without blanks; `None` if the cell has none.
    #[inline]
    pub fn read(&mut self, cell: &[u8]) -> Option<Moment> {
        let (day, iso, rest) = self.parse_day(cell)?;
        let (second, offset) = time(rest, iso)?;
        Some(match offset {
            None => Moment { day, instant: self.clock.instant(day, second) },
            Some(offset) => {
                let instant = i64::from(day) * 86_400 + i64::from(second) - i64::from(offset);
                Moment { day: self.clock.day_of_instant(instant), instant }
            }
        })
    }

    /// The Mexico City day of a birth in a cell without blanks, as days since 1970. A two-digit
    /// year belongs to the previous century if the day would lie after `latest_day`. The reader
    /// does not remember births, because they would displace the days of the process.
    #[inline]
    pub fn read_birth(&self, cell: &[u8], latest_day: i32) -> Option<i32> {
        let (format, (day, iso, rest)) = self.parse_day_uncached(cell)?;
        let day = match time(rest, iso)? {
            (_, None) => day,
            (second, Some(offset)) => {
                self.clock.day_of_instant(i64::from(day) * 86_400 + i64::from(second) - i64::from(offset))
            }
        };
        if day > latest_day && self.formats.get(format).is_some_and(DateFormat::has_short_year) {
            let written = day_from_number(day);
            return written.with_year(written.year() - 100).map(day_number);
        }
        Some(day)
    }

    /// The reason why a cell without blanks is not a date.
    pub fn date_fault(&self, cell: &[u8]) -> DateFault {
        if self.parse_day_uncached(cell).is_some() {
            return DateFault::InvalidTime;
        }
        let ends = |rest: &[u8]| rest.first().is_none_or(|byte| !byte.is_ascii_alphanumeric());
        let has_shape = self.formats.iter().any(|format| format.parse_prefix(cell).is_some_and(|(_, rest)| ends(rest)));
        if has_shape { DateFault::DayDoesNotExist } else { DateFault::NoDeclaredFormat }
    }

    /// The day at the start of a cell, whether its format is ISO 8601, and the rest of the cell.
    #[inline]
    fn parse_day<'c>(&mut self, cell: &'c [u8]) -> Option<(i32, bool, &'c [u8])> {
        let Some((text, rest)) = cell.split_first_chunk::<USUAL_WIDTH>().filter(|_| !self.remembered_days.is_empty())
        else {
            return self.parse_day_uncached(cell).map(|(_, day)| day);
        };
        let place = cache_slot(text);
        // Each text has two places, so that two days do not displace each other.
        for place in [place, place ^ 1] {
            if let Some(known) = &self.remembered_days[place]
                && known.text == *text
            {
                return Some((known.day, known.iso, rest));
            }
        }
        self.parse_and_remember_day(cell, text, place)
    }

    /// Reads a day and remembers it.
    #[cold]
    fn parse_and_remember_day<'c>(
        &mut self,
        cell: &'c [u8],
        text: &[u8; USUAL_WIDTH],
        place: usize,
    ) -> Option<(i32, bool, &'c [u8])> {
        let (format, (day, iso, rest)) = self.parse_day_uncached(cell)?;
        if format < self.usual_width_formats {
            let place = if self.remembered_days[place].is_none() { place } else { place ^ 1 };
            self.remembered_days[place] = Some(RememberedDay { text: *text, iso, day });
        }
        Some((day, iso, rest))
    }

    /// The day in the first format that matches, and the number of this format.
    fn parse_day_uncached<'c>(&self, cell: &'c [u8]) -> Option<(usize, DayRead<'c>)> {
        self.formats.iter().enumerate().find_map(|(index, format)| {
            let ((year, month, day), rest) = format.parse_prefix(cell)?;
            // A letter or a digit must not follow the day, except the `T` before a time. So
            // `05/10/2020` is not the year 20.
            let ends = rest.first().is_none_or(|byte| !byte.is_ascii_alphanumeric() || matches!(byte, b'T' | b't'));
            let day = day_number(ends.then(|| NaiveDate::from_ymd_opt(year, month, day)).flatten()?);
            Some((index, (day, format.is_iso(), rest)))
        })
    }
}

/// A day as days since 1970, whether its format is ISO 8601, and the rest of the cell.
type DayRead<'c> = (i32, bool, &'c [u8]);

/// The slot of a remembered text. All ten bytes count: days of a month differ in the first bytes
/// (day first) or in the last (year first).
#[inline]
fn cache_slot(text: &[u8; USUAL_WIDTH]) -> usize {
    let mut padded = [0; 16];
    padded[..USUAL_WIDTH].copy_from_slice(text);
    let both = u128::from_le_bytes(padded);
    let (first, last) = (both as u64, (both >> 64) as u64);
    let mixed = first.wrapping_add(last.wrapping_mul(0xd6e8_feb8_6659_fd93)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (mixed >> (64 - REMEMBERED_DAYS.trailing_zeros())) as usize
}

/// Reads the rest after the day: nothing, a time, or after an ISO day a time with an offset.
/// Returns the second of the day and the offset in seconds east of UTC.
#[inline]
fn time(rest: &[u8], iso: bool) -> Option<(u32, Option<i32>)> {
    if rest.is_empty() {
        return Some((0, None));
    }
    // The format of nearly every export.
    if let [b' ', h1, h2, b':', m1, m2, b':', s1, s2] = *rest {
        let number = |tens: u8, ones: u8| u32::from(tens.wrapping_sub(b'0')) * 10 + u32::from(ones.wrapping_sub(b'0'));
        let (hour, minute, second) = (number(h1, h2), number(m1, m2), number(s1, s2));
        // An unpadded hour after two blanks also takes nine bytes.
        if [h1, h2, m1, m2, s1, s2].iter().all(u8::is_ascii_digit) {
            let valid = hour <= 23 && minute <= 59 && second <= 59;
            return valid.then_some((hour * 3600 + minute * 60 + second, None));
        }
    }
    parse_general_time(rest, iso)
}

/// Reads a time after blanks, a comma and blanks, or a `T`. Examples: `1:45`, `13:45:09.250`,
/// `01:45 p. m.`, `01.45.09.000000 PM` (Oracle), `T134509` (ISO).
fn parse_general_time(rest: &[u8], iso: bool) -> Option<(u32, Option<i32>)> {
    let (is_after_t, rest) = match rest {
        [b'T' | b't', rest @ ..] => (true, rest),
        [b',', rest @ ..] => (false, Some(without_blanks(rest)).filter(|after| after.len() < rest.len())?),
        _ => (false, Some(without_blanks(rest)).filter(|after| after.len() < rest.len())?),
    };
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let is_basic = is_after_t && matches!(digits, 4 | 6);
    let (hour, minute, second, rest) = if is_basic { basic_time(rest)? } else { separated_time(rest)? };
    let (hour, offset) = match if iso { without_blanks(rest) } else { rest } {
        [] => (hour, None),
        [b'Z' | b'z'] | b"UTC" | b"GMT" if iso => (hour, Some(0)),
        [sign @ (b'+' | b'-'), digits @ ..] if iso => {
            (hour, Some(offset(digits)? * if *sign == b'-' { -1 } else { 1 }))
        }
        _ => (hour_of_half(hour, half_of_the_day(rest)?)?, None),
    };
    (hour <= 23).then_some((hour * 3600 + minute * 60 + second, offset))
}

/// Reads the basic form of ISO 8601: `1345`, `134509`, `134509.250`.
fn basic_time(rest: &[u8]) -> Option<(u32, u32, u32, &[u8])> {
    let (hour, rest) = two_digits(rest, 23)?;
    let (minute, rest) = two_digits(rest, 59)?;
    if !rest.first().is_some_and(u8::is_ascii_digit) {
        return Some((hour, minute, 0, rest));
    }
    let (second, rest) = two_digits(rest, 59)?;
    Some((hour, minute, second, without_fraction(rest)?))
}

/// Reads `1:45`, `13:45:09` or `13.45.09`, with or without a fraction.
fn separated_time(rest: &[u8]) -> Option<(u32, u32, u32, &[u8])> {
    let (hour, rest) = hour(rest)?;
    let (separator, rest) = rest.split_first().filter(|(byte, _)| matches!(byte, b':' | b'.'))?;
    let (minute, rest) = two_digits(rest, 59)?;
    match rest.split_first() {
        Some((byte, rest)) if byte == separator => {
            let (second, rest) = two_digits(rest, 59)?;
            Some((hour, minute, second, without_fraction(rest)?))
        }
        // `13.45` may be a number.
        _ if *separator == b'.' => None,
        _ => Some((hour, minute, 0, rest)),
    }
}

/// Reads an hour of one or two digits without checking its range.
fn hour(text: &[u8]) -> Option<(u32, &[u8])> {
    if let Some(two) = two_digits(text, 99) {
        return Some(two);
    }
    let (digit, rest) = text.split_first().filter(|(byte, _)| byte.is_ascii_digit())?;
    Some((u32::from(digit - b'0'), rest))
}

/// The first or the second half of a day.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Half {
    Morning,
    Afternoon,
}

/// The hour of the day, from 0; `12 a. m.` is 0 and `12 p. m.` is 12. `0 a. m.` and `13 p. m.` are
/// invalid.
fn hour_of_half(hour: u32, half: Half) -> Option<u32> {
    let of_half = (1..=12).contains(&hour).then_some(hour % 12)?;
    Some(if half == Half::Afternoon { of_half + 12 } else { of_half })
}

/// Reads `a. m.`, `p.m.`, `AM`, `pm` and similar forms at the end of the text.
fn half_of_the_day(rest: &[u8]) -> Option<Half> {
    let stop = |rest: &'_ [u8]| rest.len() - rest.strip_prefix(b".").unwrap_or(rest).len();
    let rest = without_blanks(rest);
    let (letter, rest) = rest.split_first()?;
    let half = match letter {
        b'a' | b'A' => Half::Morning,
        b'p' | b'P' => Half::Afternoon,
        _ => return None,
    };
    let rest = without_blanks(&rest[stop(rest)..]);
    let (letter, rest) = rest.split_first()?;
    let ends = matches!(letter, b'm' | b'M') && rest.len() == stop(rest);
    ends.then_some(half)
}

/// A text without leading blanks. Spanish times may have a wide or narrow non-breaking space before
/// `p. m.`. In Windows-1252 it is the byte 0xa0, which never begins a UTF-8 character.
fn without_blanks(mut text: &[u8]) -> &[u8] {
    loop {
        text = match text {
            [b' ' | b'\t' | 0xa0, rest @ ..] | [0xc2, 0xa0, rest @ ..] | [0xe2, 0x80, 0xaf, rest @ ..] => rest,
            _ => return text,
        };
    }
}

/// Reads an offset `05:00`, `0500` or `05`, in seconds.
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

/// Removes a fraction of a second, `.` or `,` and digits. Counts need at most seconds.
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
    use lnere_core::calendar::parse_iso_day;

    fn formats(patterns: &[&str]) -> Vec<DateFormat> {
        patterns.iter().map(|pattern| pattern.parse().expect("a form")).collect()
    }

    fn clock() -> MexicoCityClock {
        MexicoCityClock::for_years_around(parse_iso_day("2020-09-01").expect("a day"))
    }

    fn read_as(patterns: &[&str], cell: &[u8]) -> Option<String> {
        let (clock, formats) = (clock(), formats(patterns));
        let moment = DateReader::new(&formats, &clock).read(cell)?;
        let utc = chrono::DateTime::from_timestamp(moment.instant, 0)?;
        Some(format!("{} {}", day_from_number(moment.day), utc.format("%Y-%m-%dT%H:%M:%SZ")))
    }

    fn read(cell: &str) -> Option<String> {
        read_as(&["YYYY-MM-DD", "DD/MM/YYYY"], cell.as_bytes())
    }

    #[test]
    fn births_are_long_before_the_process() {
        let (clock, latest_day) = (clock(), day_number(parse_iso_day("2021-06-06").expect("a day")));
        for (pattern, cell, expected) in [
            ("YYYY-MM-DD", "1985-03-07", Some("1985-03-07")),
            ("YYYY-MM-DD", "1985-03-07 00:00:00", Some("1985-03-07")),
            ("YYYY-MM-DD", "1998-07-07T05:00:00Z", Some("1998-07-07")),
            ("YYYY-MM-DD", "1985-03-07T06:00:00Z", Some("1985-03-07")),
            ("YYYY-MM-DD", "2045-03-07", Some("2045-03-07")),
            ("DD-MON-RR", "07-MAR-50", Some("1950-03-07")),
            ("DD-MON-RR", "07-MAR-85", Some("1985-03-07")),
            ("DD-MON-RR", "06-JUN-21", Some("2021-06-06")),
            ("DD-MON-RR", "07-JUN-21", Some("1921-06-07")),
            ("DD/MM/YY", "29/02/24 00:00", Some("1924-02-29")),
            ("DD/MM/YYYY", "31/02/1985", None),
            ("DD/MM/YYYY", "SIN DATO", None),
            ("DD/MM/YYYY", "", None),
        ] {
            let formats = formats(&[pattern]);
            let birth = DateReader::new(&formats, &clock).read_birth(cell.as_bytes(), latest_day);
            assert_eq!(birth.map(|day| day_from_number(day).to_string()).as_deref(), expected, "{pattern} {cell}");
        }
    }

    #[test]
    fn each_form_of_the_contract() {
        for (cell, expected) in [
            ("2020-10-05", "2020-10-05 2020-10-05T05:00:00Z"),
            ("05/10/2020", "2020-10-05 2020-10-05T05:00:00Z"),
            ("2020-10-05 13:45", "2020-10-05 2020-10-05T18:45:00Z"),
            ("2020-10-05 1:45", "2020-10-05 2020-10-05T06:45:00Z"),
            ("05/10/2020 13:45:09", "2020-10-05 2020-10-05T18:45:09Z"),
            ("05/10/2020 0:00", "2020-10-05 2020-10-05T05:00:00Z"),
            ("05/10/2020  13:45", "2020-10-05 2020-10-05T18:45:00Z"),
            ("05/10/2020T13:45", "2020-10-05 2020-10-05T18:45:00Z"),
            ("2020-10-06T04:45Z", "2020-10-05 2020-10-06T04:45:00Z"),
            ("2020-10-05T1:45", "2020-10-05 2020-10-05T06:45:00Z"),
            ("2020-10-06T0445Z", "2020-10-05 2020-10-06T04:45:00Z"),
            ("2020-10-06T044500Z", "2020-10-05 2020-10-06T04:45:00Z"),
            ("2020-10-05T234500.250-0500", "2020-10-05 2020-10-06T04:45:00Z"),
            ("2020-12-05T13:45:09", "2020-12-05 2020-12-05T19:45:09Z"),
            ("2020-10-05 13:45:00.0000000", "2020-10-05 2020-10-05T18:45:00Z"),
            ("05/10/2020 13:45:09,250", "2020-10-05 2020-10-05T18:45:09Z"),
            ("2020-10-05T13:45:09.123-0500", "2020-10-05 2020-10-05T18:45:09Z"),
            ("2020-10-05T23:45:00-05:00", "2020-10-05 2020-10-06T04:45:00Z"),
            ("2020-10-06T04:45:00Z", "2020-10-05 2020-10-06T04:45:00Z"),
            ("2020-10-06T04:45:00.250+0000", "2020-10-05 2020-10-06T04:45:00Z"),
            ("2020-10-06 04:45+00", "2020-10-05 2020-10-06T04:45:00Z"),
            ("2020-10-06 04:45:00 +00:00", "2020-10-05 2020-10-06T04:45:00Z"),
            ("2020-10-05 23:45:00.0000000 -05:00", "2020-10-05 2020-10-06T04:45:00Z"),
            ("2020-10-05 23:45:00 -0500", "2020-10-05 2020-10-06T04:45:00Z"),
            ("2020-10-06 04:45:00 UTC", "2020-10-05 2020-10-06T04:45:00Z"),
            ("2020-10-06 04:45:00 Z", "2020-10-05 2020-10-06T04:45:00Z"),
            ("05/10/2020, 13:45:09", "2020-10-05 2020-10-05T18:45:09Z"),
            ("05/10/2020, 01:45:09 p. m.", "2020-10-05 2020-10-05T18:45:09Z"),
            ("2020-10-05T134509", "2020-10-05 2020-10-05T18:45:09Z"),
            ("2020-02-29", "2020-02-29 2020-02-29T06:00:00Z"),
        ] {
            assert_eq!(read(cell).as_deref(), Some(expected), "{cell}");
        }
    }

    #[test]
    fn both_halves_of_the_day() {
        let time = |text: &[u8]| read_as(&["DD/MM/YYYY"], &[b"05/10/2020 ", text].concat());
        let at = |utc: &str| Some(format!("2020-10-05 2020-10-{utc}:09Z"));
        for half in ["p. m.", "p.m.", "p.m", "P. M.", "PM", "pm", "pm.", "p m", "p.\u{a0}m.", "\u{202f}p. m."] {
            assert_eq!(time(format!("01:45:09 {half}").as_bytes()), at("05T18:45"), "{half}");
            assert_eq!(time(format!("12:45:09{half}").as_bytes()), at("05T17:45"), "{half}");
        }
        for half in ["a. m.", "a.m.", "AM", "am"] {
            assert_eq!(time(format!("1:45:09 {half}").as_bytes()), at("05T06:45"), "{half}");
            assert_eq!(time(format!("12:45:09 {half}").as_bytes()), at("05T05:45"), "{half}");
            assert_eq!(time(format!("11:45:09 {half}").as_bytes()), at("05T16:45"), "{half}");
        }
        assert_eq!(time(b"01:45:09\xa0p.\xa0m."), at("05T18:45"), "Windows-1252");
        assert_eq!(time(b"01:45:09.250 PM"), at("05T18:45"));
        for none in
            ["13:45 PM", "0:45 AM", "00:45 p. m.", "1 PM", "1:45 P", "1:45 M", "1:45 pm x", "1:45 xm", "24:00 AM"]
        {
            assert_eq!(time(none.as_bytes()), None, "{none}");
        }
    }

    #[test]
    fn forms_that_a_process_file_declares() {
        let oracle = ["DD-MON-RR"];
        for (formats, cell, expected) in [
            (&oracle[..], "05-OCT-20", "2020-10-05T05:00:00Z"),
            (&oracle, "05-OCT-20 01.45.09.000000000 PM", "2020-10-05T18:45:09Z"),
            (&oracle, "05-oct-20 13.45.09", "2020-10-05T18:45:09Z"),
            (&oracle, "05-oct-20 13.45.09,5", "2020-10-05T18:45:09Z"),
            (&["D/M/YYYY"], "5/10/2020 1:45:09 p. m.", "2020-10-05T18:45:09Z"),
            (&["YYYYMMDD"], "20201005 13:45", "2020-10-05T18:45:00Z"),
            (&["YYYYMMDD"], "20201005T13:45", "2020-10-05T18:45:00Z"),
            (&["YYYYMMDD"], "20201005T134509", "2020-10-05T18:45:09Z"),
            (&["YYYYMMDD"], "20201005T1345", "2020-10-05T18:45:00Z"),
            (&["DD/MM/YY", "DD/MM/YYYY"], "05/10/2020", "2020-10-05T05:00:00Z"),
            (&["DD/MM/YY", "DD/MM/YYYY"], "05/10/20 13:45", "2020-10-05T18:45:00Z"),
            (&["DD/MM/YYYY", "DD-MON-RR"], "05-OCT-20 13:45", "2020-10-05T18:45:00Z"),
            (&["MM/DD/YYYY", "DD/MM/YYYY"], "25/10/2020", "2020-10-25T05:00:00Z"),
        ] {
            let read = read_as(formats, cell.as_bytes());
            assert_eq!(read.as_deref().map(|text| &text[11..]), Some(expected), "{cell}");
        }
        for cell in ["05-OCT-20 13.45", "05-OCT-2020", "05-OCT-20Z", "05-OCT-20 01.45.09 PM x"] {
            assert_eq!(read_as(&oracle, cell.as_bytes()), None, "{cell}");
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
            "10/25/2020",
            "2020-10-05T",
            "2020-10-05 ",
            "2020-10-05 24:00",
            "2020-10-05 13:60",
            "2020-10-05 1",
            "2020-10-05 1:4",
            "2020-10-05 001:45",
            "2020-10-05 13.45",
            "2020-10-05 13:45.09",
            "05/10/2020 13:45Z",
            "05/10/2020 13:45 -05:00",
            "05/10/2020,13:45",
            "05/10/2020, ",
            "2020-10-05T2460",
            "2020-10-05T13450",
            "2020-10-05T13x5",
            "2020-10-05 13:45 UTC+1",
            "2020-10-05 13:45 -",
            "2020-10-05x",
            "2020-10-0513:45",
            "2020-10-05 13:45:00 CST",
            "20201005",
            "2020-10-05T13:45:00+5",
            "2020-10-05T01:45 PM-05:00",
            "2020-10-05Z",
            "2020-10-05 13:45:00.",
            "2020-10-05 13:45.5",
        ] {
            assert_eq!(read(cell), None, "{cell}");
        }
    }

    #[test]
    fn why_a_text_is_no_date() {
        let (clock, formats) = (clock(), formats(&["YYYY-MM-DD", "DD/MM/YYYY"]));
        let reader = DateReader::new(&formats, &clock);
        for (cell, trouble) in [
            ("10/25/2020", DateFault::DayDoesNotExist),
            ("2021-02-29 13:45", DateFault::DayDoesNotExist),
            ("05-OCT-20", DateFault::NoDeclaredFormat),
            ("05/10/20", DateFault::NoDeclaredFormat),
            ("05/10/2020 13:45 -05:00", DateFault::InvalidTime),
            ("2020-10-05 mediodía", DateFault::InvalidTime),
        ] {
            assert_eq!(reader.date_fault(cell.as_bytes()), trouble, "{cell}");
        }
    }

    #[test]
    fn the_days_of_a_year_are_remembered_together() {
        let (clock, formats) = (clock(), formats(&["YYYY-MM-DD", "DD/MM/YYYY"]));
        let first = day_number(parse_iso_day("2019-06-01").expect("a day"));
        for format in &formats {
            let mut reader = DateReader::new(&formats, &clock);
            let cells: Vec<String> = (first..first + 366).map(|day| format.format_day(day_from_number(day))).collect();
            for cell in &cells {
                assert!(reader.read(cell.as_bytes()).is_some());
            }
            let kept = reader.remembered_days.iter().flatten().count();
            // A third day in the same pair of places displaces another; this must stay rare.
            assert!(kept >= 360, "{kept} of 366 are remembered");
        }
    }

    #[test]
    fn what_is_remembered_changes_nothing() {
        let (clock, formats) = (clock(), formats(&["YYYY-MM-DD", "DD/MM/YYYY", "DD/MM/YY", "D-MON-YYYY"]));
        let mut reader = DateReader::new(&formats, &clock);
        let cells = [
            "05/10/2020",
            "05/10/20 13:45",
            "05/10/20 14:45",
            "5-OCT-2020",
            "15-OCT-2020",
            "15-OCT-2021",
            "5-OCT-2020 1:00",
        ];
        for cell in cells.iter().chain(&cells) {
            let alone = DateReader::new(&formats, &clock).read(cell.as_bytes());
            assert!(alone.is_some(), "{cell}");
            assert_eq!(reader.read(cell.as_bytes()), alone, "{cell}");
        }
    }
}
