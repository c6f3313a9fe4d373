/*!
Proposes the pattern of file names from the name of one export.
*/

use chrono::{Datelike, NaiveDate};

use lnere_core::process::{FilePattern, Source, split_export_extension};
use lnere_ingest::Inventory;

/// The forms of a day in a name, the likelier first.
const DAY_FIELDS: [&str; 10] = [
    "YYYY-MM-DD",
    "YYYY_MM_DD",
    "YYYY.MM.DD",
    "YYYYMMDD",
    "DD-MM-YYYY",
    "DD_MM_YYYY",
    "DD.MM.YYYY",
    "DDMMYYYY",
    "YY-MM-DD",
    "YYMMDD",
];

/// The years that the day of an export may have.
const YEARS: std::ops::RangeInclusive<i32> = 2000..=2099;

/// The names of the exports of a source.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct FileNames {
    /// `None` for the default names.
    pub pattern: Option<String>,
    /// The day that the export covers.
    pub day: NaiveDate,
}

/// The names of exports like this one; `None` if the name has no day.
pub(super) fn propose_file_names(source: Source, name: &str) -> Option<FileNames> {
    if let Some(day) = Inventory::day_of_default_name(source, name) {
        return Some(FileNames { pattern: None, day });
    }
    for field in DAY_FIELDS {
        for (start, _) in name.char_indices() {
            let end = start + field.len();
            let Some(after) = name.get(end..) else { break };
            let before = &name[..start];
            let is_digit = |c: char| c.is_ascii_digit();
            // A time of day may follow without a separator.
            let time = after.chars().take_while(char::is_ascii_digit).count();
            if before.ends_with(is_digit) || !(time == 0 || (field == "YYYYMMDD" && matches!(time, 4 | 6))) {
                continue;
            }
            let exact = |before: &str, after: &str| format!("{before}{{{field}}}{after}");
            let Some(day) = day_by_pattern(&exact(before, after), name) else { continue };
            // Other numbers, such as a version, may change from one export to the next.
            let general = exact(&numbers_as_stars(before), &numbers_as_stars_in_stem(after));
            let pattern = if day_by_pattern(&general, name) == Some(day) { general } else { exact(before, after) };
            return Some(FileNames { pattern: Some(pattern), day });
        }
    }
    None
}

/// Whether a pattern matches a name.
pub(super) fn matches_pattern(pattern: &str, name: &str) -> bool {
    pattern.parse::<FilePattern>().is_ok_and(|pattern| pattern.match_name(name).is_some())
}

fn day_by_pattern(pattern: &str, name: &str) -> Option<NaiveDate> {
    let found = pattern.parse::<FilePattern>().ok()?.match_name(name)?;
    found.day.ok().filter(|day| YEARS.contains(&day.year()))
}

/// A text in which each run of digits is a star.
fn numbers_as_stars(text: &str) -> String {
    let mut general = String::with_capacity(text.len());
    for c in text.chars() {
        if !c.is_ascii_digit() {
            general.push(c);
        } else if !general.ends_with('*') {
            general.push('*');
        }
    }
    general
}

fn numbers_as_stars_in_stem(text: &str) -> String {
    match split_export_extension(text) {
        Some((stem, _)) => format!("{}{}", numbers_as_stars(stem), &text[stem.len()..]),
        None => numbers_as_stars(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_is_found_in_names_of_any_form() {
        for (name, pattern, day) in [
            ("solicitudes_20210315.csv.gz", None, "2021-03-15"),
            ("SIILNERE_NAL_20201015_V2.txt", Some("SIILNERE_NAL_{YYYYMMDD}_V*.txt"), "2020-10-15"),
            ("Lista 15-10-2020.xlsx", Some("Lista {DD-MM-YYYY}.xlsx"), "2020-10-15"),
            ("LN20201015235959.csv", Some("LN{YYYYMMDD}*.csv"), "2020-10-15"),
            ("cpve_15102020.txt", Some("cpve_{DDMMYYYY}.txt"), "2020-10-15"),
            ("2020-10-15 registros.csv.zst", Some("{YYYY-MM-DD} registros.csv.zst"), "2020-10-15"),
        ] {
            let found = propose_file_names(Source::Solicitudes, name).unwrap();
            assert_eq!((found.pattern.as_deref(), found.day.to_string().as_str()), (pattern, day), "{name}");
        }
        for name in ["lista.csv", "lista_1234.csv", "lista_99999999.csv"] {
            assert_eq!(propose_file_names(Source::Solicitudes, name), None, "{name}");
        }
    }
}
