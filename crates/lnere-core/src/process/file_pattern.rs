/*!
Parses and matches the patterns of export file names: `SIILNERE_*_{YYYYMMDD}_*.txt`.
*/

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::str::FromStr;

use chrono::{Datelike, NaiveDate};
use lnere_messages::message;
use unicode_normalization::UnicodeNormalization;

use super::export_date_format::expand_short_year;
use super::validate::PERMITTED_YEARS;
use crate::text_folding;

/// The extensions of exports. [`split_export_extension`] tries them in this order.
pub const EXPORT_EXTENSIONS: [&str; 9] =
    ["csv.gz", "txt.gz", "csv.zst", "txt.zst", "csv", "txt", "zip", "xlsx", "parquet"];

/// The fewest common letters or digits for which a name resembles a pattern.
const MIN_COMMON_CHARACTERS: usize = 2;

/// A pattern of file names: one date field, `*` for any text, and literal text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilePattern {
    pattern_text: String,
    pieces_before_date: Vec<PatternPiece>,
    date_parts: Vec<DatePart>,
    pieces_after_date: Vec<PatternPiece>,
    extension: PatternExtension,
}

/// A piece of a pattern other than a date.
#[derive(Clone, Debug, PartialEq, Eq)]
enum PatternPiece {
    Text(String),
    Anything,
}

/// A part of a date field.
#[derive(Clone, Debug, PartialEq, Eq)]
enum DatePart {
    Year4,
    Year2,
    Month,
    Day,
    Separator(char),
}

/// The end of a pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
enum PatternExtension {
    /// One extension of [`EXPORT_EXTENSIONS`], in upper or lower case.
    Fixed(&'static str),
    /// Any extension of [`EXPORT_EXTENSIONS`]: the pattern ends in `.*`.
    Any,
    /// Any extension of [`EXPORT_EXTENSIONS`] or none: the pattern ends in `*`.
    AnyOrNone,
    /// The literal end of the pattern.
    AsWritten,
}

/// A name that matches a pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileNameMatch {
    /// The day that the export covers.
    pub day: Result<NaiveDate, FileDayError>,
    /// The extension of the name if it is one of [`EXPORT_EXTENSIONS`].
    pub extension: Option<&'static str>,
}

/// The reason why a matching name has no day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileDayError {
    /// The digits at the place of the day are not a valid date.
    NotInCalendar,
    /// The pattern finds more than one day in the name.
    SeveralDates,
}

impl FilePattern {
    /// The text of the pattern in the process file.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.pattern_text
    }

    /// Matches a file name; `None` if it does not match.
    #[must_use]
    pub fn match_name(&self, name: &str) -> Option<FileNameMatch> {
        // macOS writes an accent as a separate character.
        let name = to_nfc(name);
        let name = &*name;
        let (stem, extension) = match (&self.extension, split_export_extension(name)) {
            (PatternExtension::Fixed(expected), Some((stem, found))) if *expected == found => (stem, Some(found)),
            (PatternExtension::Fixed(_), _) | (PatternExtension::Any, None) => return None,
            (PatternExtension::Any | PatternExtension::AnyOrNone, Some((stem, found))) => (stem, Some(found)),
            // The name has another extension, such as that of a checksum.
            (PatternExtension::AnyOrNone, None) if count_dots(name) > count_dots(&self.pattern_text) => return None,
            (PatternExtension::AnyOrNone | PatternExtension::AsWritten, _) => (name, None),
        };
        let mut days = BTreeSet::new();
        let mut fits = false;
        for (at, _) in stem.char_indices() {
            let Some((day, rest)) = parse_date(&self.date_parts, &stem[at..]) else { continue };
            if pieces_match(&self.pieces_before_date, &stem[..at]) && pieces_match(&self.pieces_after_date, rest) {
                fits = true;
                days.extend(day);
            }
        }
        let day = match days.len() {
            0 => Err(FileDayError::NotInCalendar),
            1 => days.pop_first().ok_or(FileDayError::NotInCalendar),
            _ => Err(FileDayError::SeveralDates),
        };
        fits.then_some(FileNameMatch { day, extension })
    }

    /// Whether a name would match without regard to case.
    #[must_use]
    pub fn fits_but_for_case(&self, name: &str) -> bool {
        let lower = self.pattern_text.to_lowercase().parse::<Self>();
        self.match_name(name).is_none() && lower.is_ok_and(|pattern| pattern.match_name(&name.to_lowercase()).is_some())
    }

    /// Whether a name that does not match was perhaps meant to: it contains a text of the pattern.
    #[must_use]
    pub fn resembles(&self, name: &str) -> bool {
        let name = text_folding::fold_label(name);
        let mut has_text = false;
        let found = self.pieces_before_date.iter().chain(&self.pieces_after_date).any(|piece| match piece {
            PatternPiece::Anything => false,
            PatternPiece::Text(text) => {
                let text = text_folding::fold_label(text);
                let is_telling = text.len() >= MIN_COMMON_CHARACTERS;
                has_text |= is_telling;
                is_telling && name.contains(&text)
            }
        });
        found || !has_text
    }
}

/// The extension of a name in [`EXPORT_EXTENSIONS`], in upper or lower case, and the rest of the
/// name.
#[must_use]
pub fn split_export_extension(name: &str) -> Option<(&str, &'static str)> {
    EXPORT_EXTENSIONS.into_iter().find_map(|extension| {
        let at = name.len().checked_sub(extension.len())?;
        let is_it = name.get(at..)?.eq_ignore_ascii_case(extension);
        let stem = name.get(..at)?.strip_suffix('.')?;
        is_it.then_some((stem, extension))
    })
}

/// A text in which each letter with its accents is one character if possible (NFC).
fn to_nfc(text: &str) -> Cow<'_, str> {
    if text.is_ascii() { Cow::Borrowed(text) } else { Cow::Owned(text.nfc().collect()) }
}

fn count_dots(name: &str) -> usize {
    name.matches('.').count()
}

/// Reads a date field at the start of a text, and returns the day and the rest of the text. The day
/// is `None` if the digits are not a valid date. The whole result is `None` if the text does not
/// start with such a field.
fn parse_date<'n>(parts: &[DatePart], text: &'n str) -> Option<(Option<NaiveDate>, &'n str)> {
    /// Removes `count` digits from a text.
    fn digits(count: usize, rest: &mut &str) -> Option<u32> {
        let (number, more) = rest.split_at_checked(count)?;
        *rest = more;
        number.bytes().all(|byte| byte.is_ascii_digit()).then(|| number.parse().ok()).flatten()
    }
    let (mut year, mut month, mut day) = (0, 0, 0);
    let mut rest = text;
    for part in parts {
        match part {
            DatePart::Year4 => year = digits(4, &mut rest)?,
            DatePart::Year2 => year = expand_short_year(digits(2, &mut rest)?),
            DatePart::Month => month = digits(2, &mut rest)?,
            DatePart::Day => day = digits(2, &mut rest)?,
            DatePart::Separator(separator) => rest = rest.strip_prefix(*separator)?,
        }
    }
    let day = NaiveDate::from_ymd_opt(year.cast_signed(), month, day);
    Some((day.filter(|day| PERMITTED_YEARS.contains(&day.year())), rest))
}

/// Whether a text matches the pieces from its start to its end.
fn pieces_match(pieces: &[PatternPiece], text: &str) -> bool {
    match pieces {
        [] => text.is_empty(),
        [PatternPiece::Text(expected), rest @ ..] => {
            text.strip_prefix(expected.as_str()).is_some_and(|text| pieces_match(rest, text))
        }
        [PatternPiece::Anything] => true,
        // The first occurrence of the next text leaves the later pieces as much of the name as
        // possible.
        [PatternPiece::Anything, PatternPiece::Text(next), rest @ ..] if !rest.is_empty() => {
            text.find(next.as_str()).is_some_and(|at| pieces_match(rest, &text[at + next.len()..]))
        }
        [PatternPiece::Anything, PatternPiece::Text(last)] => text.ends_with(last.as_str()),
        [PatternPiece::Anything, rest @ ..] => pieces_match(rest, text),
    }
}

impl FromStr for FilePattern {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text.contains(['/', '\\']) || text.chars().any(char::is_control) {
            return Err(message!("L131-folder-in-pattern", pattern = text.escape_debug()));
        }
        let (body, extension) = match (text.strip_suffix(".*"), split_export_extension(text)) {
            (Some(body), _) => (body, PatternExtension::Any),
            (None, Some((body, extension))) => (body, PatternExtension::Fixed(extension)),
            (None, None) if text.ends_with('*') => (text, PatternExtension::AnyOrNone),
            (None, None) => (text, PatternExtension::AsWritten),
        };
        let mut pieces = [Vec::new(), Vec::new()];
        let mut date = None;
        let body = to_nfc(body);
        let mut rest = &*body;
        while let Some(next) = rest.chars().next() {
            let side = &mut pieces[usize::from(date.is_some())];
            match next {
                '{' => {
                    let (field, more) =
                        rest[1..].split_once('}').ok_or_else(|| message!("L131-brace-not-closed", pattern = text))?;
                    if date.is_some() {
                        return Err(message!("L131-two-date-fields", pattern = text));
                    }
                    date = Some(parse_date_parts(field)?);
                    rest = more;
                }
                '}' => return Err(message!("L131-brace-not-opened", pattern = text)),
                '*' => {
                    if side.last() != Some(&PatternPiece::Anything) {
                        side.push(PatternPiece::Anything);
                    }
                    rest = &rest[1..];
                }
                _ => {
                    let end = rest.find(['{', '}', '*']).unwrap_or(rest.len());
                    side.push(PatternPiece::Text(rest[..end].to_owned()));
                    rest = &rest[end..];
                }
            }
        }
        let [pieces_before_date, pieces_after_date] = pieces;
        match date {
            Some(date) => Ok(Self {
                pattern_text: text.to_owned(),
                pieces_before_date,
                date_parts: date,
                pieces_after_date,
                extension,
            }),
            None => Err(message!("L131-no-date-field", pattern = text)),
        }
    }
}

/// The parts of a date field such as `YYYYMMDD`.
fn parse_date_parts(field: &str) -> Result<Vec<DatePart>, String> {
    let mistake = || message!("L131-not-a-date-field", field);
    let upper = field.to_ascii_uppercase();
    let mut parts = Vec::new();
    let mut rest = upper.as_str();
    while let Some(next) = rest.chars().next() {
        let (part, width) = match next {
            'Y' if rest.starts_with("YYYY") => (DatePart::Year4, 4),
            'Y' if rest.starts_with("YY") => (DatePart::Year2, 2),
            'M' if rest.starts_with("MM") => (DatePart::Month, 2),
            'D' if rest.starts_with("DD") => (DatePart::Day, 2),
            other if !other.is_alphanumeric() && other != '*' && other != '{' => {
                (DatePart::Separator(other), other.len_utf8())
            }
            _ => return Err(mistake()),
        };
        parts.push(part);
        rest = &rest[width..];
    }
    let count = |is_it: fn(&DatePart) -> bool| parts.iter().filter(|part| is_it(part)).count();
    let years = count(|part| matches!(part, DatePart::Year4 | DatePart::Year2));
    let months = count(|part| *part == DatePart::Month);
    let days = count(|part| *part == DatePart::Day);
    if (years, months, days) == (1, 1, 1) { Ok(parts) } else { Err(mistake()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse_pattern(text: &str) -> FilePattern {
        text.parse().expect("a pattern")
    }

    /// The result of matching a name: its day, or the reason why it has none.
    fn matched_day(text: &str, name: &str) -> String {
        match parse_pattern(text).match_name(name) {
            None => "does not fit".to_owned(),
            Some(FileNameMatch { day: Ok(day), .. }) => day.to_string(),
            Some(FileNameMatch { day: Err(why), .. }) => format!("{why:?}"),
        }
    }

    #[test]
    fn the_day_stands_in_the_name_in_any_form() {
        for (text, name) in [
            ("SIILNERE_*_{YYYYMMDD}_*.txt", "SIILNERE_NAL_20201015_V2.txt"),
            ("SIILNERE_*_{YYYYMMDD}_*.txt", "SIILNERE_NAL_20201015_V2.TXT"),
            ("SIILNERE_*_{YYYYMMDD}_*.txt", "SIILNERE__20201015_.txt"),
            ("LN {DDMMYYYY}.csv", "LN 15102020.csv"),
            ("LN {YYYY-MM-DD}.csv.gz", "LN 2020-10-15.csv.gz"),
            ("LN {YYYY_MM_DD}.xlsx", "LN 2020_10_15.XLSX"),
            ("LN {DD-MM-YYYY}.zip", "LN 15-10-2020.zip"),
            ("LN {DD.MM.YY}.zip", "LN 15.10.20.zip"),
            ("LN{YYMMDD}.csv", "LN201015.csv"),
            ("LN{mmddyy}.csv", "LN101520.csv"),
            ("{YYYYMMDD}*.*", "20201015235959.parquet"),
            ("*{YYYYMMDD}", "lista20201015"),
            ("reporte.{YYYYMMDD}.dat", "reporte.20201015.dat"),
            ("LN.{YYYYMMDD}*", "LN.20201015"),
            ("LN.{YYYYMMDD}*", "LN.20201015.csv"),
            ("LN_{DD.MM.YY}*", "LN_15.10.20_b"),
            ("*_{YYYYMMDD}_*_*.txt", "a_20201015_b_c_d.txt"),
        ] {
            assert_eq!(matched_day(text, name), "2020-10-15", "{text} {name}");
        }
    }

    #[test]
    fn an_accent_may_be_a_character_of_its_own() {
        let (one, two) = ("Padr\u{f3}n_20201015.csv", "Padro\u{301}n_20201015.csv");
        for text in ["Padr\u{f3}n_{YYYYMMDD}.*", "Padro\u{301}n_{YYYYMMDD}.csv"] {
            assert_eq!(
                (matched_day(text, one), matched_day(text, two)),
                ("2020-10-15".to_owned(), "2020-10-15".to_owned()),
                "{text}"
            );
        }
    }

    #[test]
    fn case_counts_and_is_named() {
        let pattern = parse_pattern("SIILNERE_*_{YYYYMMDD}.csv");
        assert!(pattern.fits_but_for_case("Siilnere_NAL_20201015.CSV"));
        for name in ["SIILNERE_NAL_20201015.CSV", "Siilnere-20201015.csv"] {
            assert!(!pattern.fits_but_for_case(name), "{name}");
        }
    }

    #[test]
    fn a_name_that_does_not_fit_is_none() {
        for (text, name) in [
            ("SIILNERE_*_{YYYYMMDD}_*.txt", "siilnere_NAL_20201015_V2.txt"),
            ("SIILNERE_*_{YYYYMMDD}_*.txt", "SIILNERE_NAL_20201015.txt"),
            ("SIILNERE_*_{YYYYMMDD}_*.txt", "SIILNERE_NAL_20201015_V2.csv"),
            ("SIILNERE_*_{YYYYMMDD}_*.txt", "SIILNERE_NAL_2020101_V2.txt"),
            ("LN_{YYYYMMDD}.*", "LN_20201015.csv.md5"),
            ("LN_{YYYYMMDD}.*", "LN_20201015.csv.part"),
            ("LN_{YYYYMMDD}*", "LN_20201015.csv.md5"),
            ("LN.{YYYYMMDD}*", "LN.20201015.md5"),
            ("LN.{YYYYMMDD}*", "LN.20201015.csv.md5"),
            ("LN_{YYYYMMDD}.csv", "LN_20201015.csv.gz"),
        ] {
            assert_eq!(matched_day(text, name), "does not fit", "{text} {name}");
        }
    }

    #[test]
    fn a_day_must_be_one_and_of_the_calendar() {
        assert_eq!(matched_day("LN_{YYYYMMDD}.csv", "LN_20201399.csv"), "NotInCalendar");
        assert_eq!(matched_day("LN_{YYYYMMDD}.csv", "LN_02020101.csv"), "NotInCalendar");
        assert_eq!(matched_day("*_{YYYYMMDD}_*.csv", "a_20201015_20201031_b.csv"), "SeveralDates");
        assert_eq!(matched_day("*_{YYYYMMDD}_*.csv", "a_20201015_20201015_b.csv"), "2020-10-15");
        assert_eq!(matched_day("*_{YYYYMMDD}_*.csv", "a_20201015_99999999_b.csv"), "2020-10-15");
    }

    #[test]
    fn the_extension_is_known() {
        let extension = |text: &str, name: &str| parse_pattern(text).match_name(name).expect("it fits").extension;
        assert_eq!(extension("LN_{YYYYMMDD}.*", "LN_20201015.TXT.GZ"), Some("txt.gz"));
        assert_eq!(extension("LN_{YYYYMMDD}.*", "LN_20201015.Parquet"), Some("parquet"));
        assert_eq!(extension("LN_{YYYYMMDD}.dat", "LN_20201015.dat"), None);
        assert_eq!(extension("LN_{YYYYMMDD}*", "LN_20201015_b"), None);
        assert_eq!(split_export_extension("csv"), None);
    }

    #[test]
    fn mistakes_are_named() {
        for (text, message) in [
            ("LN.csv", "`LN.csv` has no date field; expected one like {YYYYMMDD}"),
            ("", "`` has no date field"),
            ("{YYYYMMDD}_{YYYYMMDD}.csv", "has two date fields"),
            ("LN_{YYYYMM}.csv", "`{YYYYMM}` is no date field"),
            ("LN_{YYYYMMDDDD}.csv", "`{YYYYMMDDDD}` is no date field"),
            ("LN_{fecha}.csv", "`{fecha}` is no date field"),
            ("LN_{YYYYMMDD.csv", "has a `{` without a `}`"),
            ("LN_YYYYMMDD}.csv", "has a `}` without a `{`"),
            ("in/LN_{YYYYMMDD}.csv", "names files, not folders"),
        ] {
            let error = text.parse::<FilePattern>().expect_err(text);
            assert!(error.contains(message), "{text}: {error}");
        }
    }

    #[test]
    fn a_name_resembles_a_pattern_by_a_text_of_it() {
        let siilnere = parse_pattern("SIILNERE_*_{YYYYMMDD}_*.txt");
        assert!(siilnere.resembles("Siilnere-20201015.txt"));
        assert!(!siilnere.resembles("LEEME.txt"));
        assert!(parse_pattern("{YYYYMMDD}.txt").resembles("LEEME.txt"));
    }
}
