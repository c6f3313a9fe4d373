/*!
Dates in cells.
*/

use chrono::{DateTime, Datelike, NaiveDate};
use lnere_core::process::DateFormat;

use crate::harness::harness;
use crate::reference_csv_reader;

/// Checks the cells of one column, one per line. Blanks around a cell are removed, as in the
/// readers.
pub fn cells(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let cells: Vec<&str> = text.split('\n').map(str::trim).collect();
    let bytes: Vec<&[u8]> = cells.iter().map(|cell| cell.as_bytes()).collect();
    let formats = formats(&["YYYY-MM-DD", "DD/MM/YYYY"]);
    let read = harness().dates(&formats, &bytes);
    for (cell, moment) in cells.iter().zip(&read) {
        let expected = reference_csv_reader::date(cell);
        assert_eq!(moment.is_some(), expected.is_some(), "{cell:?} {expected:?}");
        if let (Some(moment), Some(expected)) = (moment, expected) {
            check(cell, *moment, &expected);
        }
    }
    // The cache between cells changes no result.
    for (cell, moment) in bytes.iter().zip(&read) {
        assert_eq!(harness().dates(&formats, &[cell]), [*moment]);
    }
    other_formats(&bytes);
}

fn check(cell: &str, moment: (i32, i64), expected: &reference_csv_reader::Written) {
    let (day, at) = moment;
    let reference_csv_reader::Written { year, month, day: day_of_month, second, offset } = expected;
    let written = NaiveDate::from_epoch_days(day).expect("a day of the calendar");
    if let Some(offset) = offset {
        let utc = i64::from(epoch_day(*year, *month, *day_of_month)) * 86_400 + second - offset;
        assert_eq!(at, utc, "{cell}");
    } else {
        let fields = (i64::from(written.year()), i64::from(written.month()), i64::from(written.day()));
        assert_eq!(fields, (*year, *month, *day_of_month), "{cell}");
    }
    // The same instant in UTC must be the same moment. Before 1970 the clock was changed near
    // midnight, so those years are left out.
    let utc = DateTime::from_timestamp(at, 0).expect("an instant");
    if (1970..=9999).contains(&utc.year()) {
        let again = utc.format("%Y-%m-%dT%H:%M:%SZ").to_string();
        let read = harness().dates(&formats(&["YYYY-MM-DD"]), &[again.as_bytes()]);
        assert_eq!(read, [Some(moment)], "{cell} is {again}");
    }
}

fn epoch_day(year: i64, month: i64, day: i64) -> i32 {
    // Days from civil, by Howard Hinnant.
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = of_era * 365 + of_era / 4 - of_era / 100 + of_year;
    i32::try_from(era * 146_097 + day_of_era - 719_468).expect("four digits of years fit")
}

/// Checks forms that a process file may declare. A day that is read is written back as the same
/// text.
fn other_formats(cells: &[&[u8]]) {
    for pattern in ["YYYYMMDD", "MM/DD/YYYY", "DD-MM-YYYY", "YYYY.MM.DD"] {
        let format = formats(&[pattern]);
        for (cell, moment) in cells.iter().zip(harness().dates(&format, cells)) {
            let Some((day, _)) = moment else { continue };
            let written = format[0].format_day(NaiveDate::from_epoch_days(day).expect("a day of the calendar"));
            assert_eq!(written.as_bytes(), &cell[..pattern.len()]);
        }
    }
}

fn formats(patterns: &[&str]) -> Vec<DateFormat> {
    patterns.iter().map(|pattern| pattern.parse().expect("a form of a date")).collect()
}
