/*!
Computes days, quincenas and cortes in Mexico City time. The functions are pure: the caller passes
the current date.
*/

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime, Offset, TimeZone};
use chrono_tz::America::Mexico_City;
use lnere_messages::message;

/// Seconds since 1970-01-01T00:00:00Z.
pub type Instant = i64;

/// Half a calendar month: day 1 to 15, or day 16 to the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Quincena {
    last_day: NaiveDate,
}

impl Quincena {
    /// The quincena that contains `day`.
    #[must_use]
    pub fn containing(day: NaiveDate) -> Self {
        let end = if day.day() <= 15 { day.with_day(15) } else { Some(last_day_of_month(day)) };
        Self { last_day: end.unwrap_or(day) }
    }

    /// The first day: the 1st or the 16th.
    #[must_use]
    pub fn first_day(self) -> NaiveDate {
        let day = if self.last_day.day() == 15 { 1 } else { 16 };
        self.last_day.with_day(day).unwrap_or(self.last_day)
    }

    /// The last day, which is the corte of the quincena.
    #[must_use]
    pub fn corte(self) -> Corte {
        Corte(self.last_day)
    }

    /// The next quincena.
    #[must_use]
    pub fn next(self) -> Self {
        Self::containing(self.last_day.succ_opt().unwrap_or(self.last_day))
    }
}

/// The date up to which a report counts, inclusive. It is always the last day of a quincena.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Corte(NaiveDate);

impl Corte {
    /// The last day of the quincena before.
    #[must_use]
    pub fn day_of_corte_before(self) -> NaiveDate {
        let first_day = self.quincena().first_day();
        first_day.pred_opt().unwrap_or(first_day)
    }

    /// The corte on `day`; `None` if `day` does not end a quincena.
    #[must_use]
    pub fn new(day: NaiveDate) -> Option<Self> {
        (Quincena::containing(day).last_day == day).then_some(Self(day))
    }

    /// The day itself.
    #[must_use]
    pub fn day(self) -> NaiveDate {
        self.0
    }

    /// The quincena that this corte ends.
    #[must_use]
    pub fn quincena(self) -> Quincena {
        Quincena { last_day: self.0 }
    }

    /// All cortes from that of the quincena of `from` to the last one not after `to`.
    pub fn range(from: NaiveDate, to: NaiveDate) -> impl Iterator<Item = Self> {
        let first = Quincena::containing(from);
        std::iter::successors(Some(first), |q| (q.next() > *q).then(|| q.next()))
            .map(Quincena::corte)
            .take_while(move |corte| corte.0 <= to)
    }
}

impl fmt::Display for Corte {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.format("%Y-%m-%d"))
    }
}

/// The quincenas from the opening of registration to a corte, by their place: the first has place 0.
#[derive(Debug)]
pub struct QuincenasSoFar {
    cortes: Vec<Corte>,
    /// The first instant after each quincena.
    ends: Vec<Instant>,
    first_day: i32,
    /// The place of the quincena of each day from the opening on.
    places_of_days: Vec<usize>,
}

impl QuincenasSoFar {
    /// The quincenas from that of the opening to that of the corte; none if the corte is earlier.
    #[must_use]
    pub fn new(opens: NaiveDate, corte: Corte) -> Self {
        let cortes: Vec<Corte> = Corte::range(opens, corte.day()).collect();
        let mut places_of_days = Vec::new();
        for (place, corte) in cortes.iter().enumerate() {
            let days = day_number(corte.day()) - day_number(opens) + 1;
            places_of_days.resize(usize::try_from(days).unwrap_or(0), place);
        }
        let ends = cortes.iter().map(|corte| end_of_day(corte.day())).collect();
        Self { cortes, ends, first_day: day_number(opens), places_of_days }
    }

    /// The cortes of the quincenas, in order.
    #[must_use]
    pub fn cortes(&self) -> &[Corte] {
        &self.cortes
    }

    /// The place of the quincena with this day, in days since 1970; `None` if the day is after the
    /// corte. A day before the opening is in the first quincena.
    #[must_use]
    #[inline]
    pub fn place_of_day(&self, day: i32) -> Option<usize> {
        self.places_of_days.get(usize::try_from(day - self.first_day).unwrap_or(0)).copied()
    }

    /// The place of the first quincena that ends after an instant; the number of quincenas if none
    /// does.
    #[must_use]
    #[inline]
    pub fn place_of_instant(&self, instant: Instant) -> usize {
        self.ends.partition_point(|end| *end <= instant)
    }
}

/// A text is not a corte.
#[derive(Debug, thiserror::Error)]
pub enum CorteError {
    /// The text is not a date of the form `YYYY-MM-DD`.
    #[error("{}", message!("L104-no-date", text = _0))]
    NoDate(String),
    /// The day lies inside a quincena.
    #[error("{}", message!("L105-inside-quincena", day, before = corte_before, after = corte_after))]
    InsideQuincena {
        /// The day given.
        day: NaiveDate,
        /// The last corte before it.
        corte_before: NaiveDate,
        /// The first corte after it.
        corte_after: NaiveDate,
    },
}

impl FromStr for Corte {
    type Err = CorteError;

    fn from_str(text: &str) -> Result<Self, CorteError> {
        let day = parse_iso_day(text).ok_or_else(|| CorteError::NoDate(text.to_owned()))?;
        Self::new(day).ok_or_else(|| {
            let quincena = Quincena::containing(day);
            let before = quincena.first_day().pred_opt().unwrap_or(day);
            CorteError::InsideQuincena { day, corte_before: before, corte_after: quincena.last_day }
        })
    }
}

/// Parses `YYYY-MM-DD` with exactly four, two and two digits.
#[must_use]
pub fn parse_iso_day(text: &str) -> Option<NaiveDate> {
    if text.len() != 10 {
        return None;
    }
    NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()
}

/// The last day of the month of `day`.
fn last_day_of_month(day: NaiveDate) -> NaiveDate {
    let length = u32::from(day.num_days_in_month());
    day.with_day(length).unwrap_or(day)
}

/// The number of days since 1970-01-01.
#[must_use]
pub fn day_number(day: NaiveDate) -> i32 {
    day.to_epoch_days()
}

/// The day that is this many days after 1970-01-01; days beyond the range of chrono become its last
/// day.
#[must_use]
pub fn day_from_number(number: i32) -> NaiveDate {
    NaiveDate::from_epoch_days(number).unwrap_or(NaiveDate::MAX)
}

/// The clock of Mexico City, with the offset of each day in a table.
///
/// The constructor looks up the days between two years in the tz database. Other days, and days on
/// which the clock changes, are looked up when needed.
pub struct MexicoCityClock {
    first_table_day: i32,
    /// The offset of a whole local day, in seconds east of UTC; `None` if the clock changes on that
    /// day.
    local_offsets: Vec<Option<i32>>,
    /// The offsets of whole days of UTC.
    utc_offsets: Vec<UtcDayOffsets>,
}

/// The offsets of a day of UTC, in seconds east of UTC.
#[derive(Clone, Copy)]
struct UtcDayOffsets {
    offset_before: i32,
    /// The second of the day from which `corte_after` applies.
    change_second: i64,
    offset_after: i32,
}

const SECONDS_PER_DAY: i64 = 86_400;

impl MexicoCityClock {
    /// A clock with a table for the years around a process.
    #[must_use]
    pub fn for_years_around(day: NaiveDate) -> Self {
        let first_table_day = day_number(day) - 3 * 366;
        let days = first_table_day..first_table_day + 6 * 366;
        let local_offsets = days
            .clone()
            .map(|number| {
                let day = day_from_number(number);
                let start = offset_of_local(day.and_time(NaiveTime::MIN));
                let end = offset_of_local(day.succ_opt().unwrap_or(day).and_time(NaiveTime::MIN));
                (start == end).then_some(start)
            })
            .collect();
        Self { first_table_day, local_offsets, utc_offsets: days.map(UtcDayOffsets::for_day).collect() }
    }

    /// The instant of a local time: `day` in days since 1970, and `second` of that day on the local
    /// clock. Of a time that occurs twice, the first is meant. A skipped time is read with the
    /// offset before the change.
    #[must_use]
    #[inline]
    pub fn instant(&self, day: i32, second: u32) -> Instant {
        let offset = self.entry_of_day(&self.local_offsets, day.into()).copied().flatten().unwrap_or_else(|| {
            let midnight = day_from_number(day).and_time(NaiveTime::MIN);
            offset_of_local(midnight + chrono::Duration::seconds(i64::from(second)))
        });
        i64::from(day) * SECONDS_PER_DAY + i64::from(second) - i64::from(offset)
    }

    /// The Mexico City day of an instant, as days since 1970.
    #[must_use]
    #[inline]
    pub fn day_of_instant(&self, instant: Instant) -> i32 {
        let offset = match self.entry_of_day(&self.utc_offsets, instant.div_euclid(SECONDS_PER_DAY)) {
            Some(day) if instant.rem_euclid(SECONDS_PER_DAY) < day.change_second => day.offset_before,
            Some(day) => day.offset_after,
            None => offset_of_instant(instant),
        };
        i32::try_from((instant + i64::from(offset)).div_euclid(SECONDS_PER_DAY)).unwrap_or(i32::MAX)
    }

    fn entry_of_day<'a, T>(&self, days: &'a [T], day: i64) -> Option<&'a T> {
        days.get(usize::try_from(day - i64::from(self.first_table_day)).ok()?)
    }
}

impl UtcDayOffsets {
    /// Computes the offsets of a day; the clock changes at most once on a day.
    fn for_day(number: i32) -> Self {
        let start = i64::from(number) * SECONDS_PER_DAY;
        let offset = |second: i64| offset_of_instant(start + second);
        let (offset_before, offset_after) = (offset(0), offset(SECONDS_PER_DAY));
        let (mut same, mut change_second) = (0, SECONDS_PER_DAY);
        while offset_before != offset_after && change_second - same > 1 {
            let middle = i64::midpoint(same, change_second);
            if offset(middle) == offset_before {
                same = middle;
            } else {
                change_second = middle;
            }
        }
        Self { offset_before, change_second, offset_after }
    }
}

fn offset_of_instant(instant: Instant) -> i32 {
    chrono::DateTime::from_timestamp(instant, 0)
        .map_or(0, |utc| Mexico_City.offset_from_utc_datetime(&utc.naive_utc()).fix().local_minus_utc())
}

/// The first instant after `day` in Mexico City.
#[must_use]
pub fn end_of_day(day: NaiveDate) -> Instant {
    let midnight = day.checked_add_days(Days::new(1)).unwrap_or(day).and_time(NaiveTime::MIN);
    midnight.and_utc().timestamp() - i64::from(offset_of_local(midnight))
}

/// The first second of a day in Mexico City, as RFC 3339: `2021-03-15T00:00:00-06:00`.
#[must_use]
pub fn start_of_day_rfc3339(day: NaiveDate) -> String {
    let minutes = offset_of_local(day.and_time(NaiveTime::MIN)) / 60;
    let sign = if minutes < 0 { '-' } else { '+' };
    format!("{day}T00:00:00{sign}{:02}:{:02}", minutes.abs() / 60, minutes.abs() % 60)
}

fn offset_of_local(local: NaiveDateTime) -> i32 {
    use chrono::LocalResult::{Ambiguous, None, Single};
    match Mexico_City.offset_from_local_datetime(&local) {
        Single(offset) | Ambiguous(offset, _) => offset.fix().local_minus_utc(),
        None => {
            let before = local - chrono::Duration::hours(3);
            Mexico_City
                .offset_from_local_datetime(&before)
                .earliest()
                .map_or(-6 * 3600, |offset| offset.fix().local_minus_utc())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse_day(text: &str) -> NaiveDate {
        parse_iso_day(text).expect("a date")
    }

    #[test]
    fn quincenas_end_on_the_15th_and_on_the_last_day() {
        let ends = |text| Quincena::containing(parse_day(text)).corte().to_string();
        assert_eq!(ends("2020-09-01"), "2020-09-15");
        assert_eq!(ends("2020-09-15"), "2020-09-15");
        assert_eq!(ends("2020-09-16"), "2020-09-30");
        assert_eq!(ends("2021-02-16"), "2021-02-28");
        assert_eq!(ends("2024-02-29"), "2024-02-29");
        assert_eq!(Quincena::containing(parse_day("2021-02-20")).first_day(), parse_day("2021-02-16"));
    }

    #[test]
    fn cortes_of_the_process_are_consecutive() {
        let cortes: Vec<_> =
            Corte::range(parse_day("2020-09-01"), parse_day("2020-10-20")).map(|c| c.to_string()).collect();
        assert_eq!(cortes, ["2020-09-15", "2020-09-30", "2020-10-15"]);
    }

    #[test]
    fn a_day_inside_a_quincena_is_no_corte_and_names_its_neighbours() {
        let message = "2020-10-10".parse::<Corte>().expect_err("no corte").to_string();
        assert_eq!(
            message,
            "2020-10-10 is not the end of a quincena; the nearest cortes are 2020-09-30 and 2020-10-15 [L105]"
        );
        assert!("2020-9-15".parse::<Corte>().is_err());
    }

    #[test]
    fn mexico_city_had_daylight_saving_in_2020() {
        let clock = MexicoCityClock::for_years_around(parse_day("2020-09-01"));
        let instant = |d: &str, s| clock.instant(day_number(parse_day(d)), s);
        let utc = |text: &str| chrono::DateTime::parse_from_rfc3339(text).expect("rfc3339").timestamp();
        assert_eq!(instant("2020-10-24", 3600), utc("2020-10-24T01:00:00-05:00"));
        assert_eq!(instant("2020-10-25", 5400), utc("2020-10-25T01:30:00-05:00"), "twice: the first");
        assert_eq!(instant("2020-10-25", 10_800), utc("2020-10-25T03:00:00-06:00"));
        assert_eq!(instant("2021-04-04", 9000), utc("2021-04-04T02:30:00-06:00"), "skipped: the offset before");
        assert_eq!(clock.day_of_instant(utc("2020-10-01T04:59:59Z")), day_number(parse_day("2020-09-30")));
        assert_eq!(clock.day_of_instant(utc("2020-12-01T05:59:59Z")), day_number(parse_day("2020-11-30")));
        assert_eq!(end_of_day(parse_day("2020-10-31")), utc("2020-11-01T00:00:00-06:00"));
    }

    #[test]
    fn the_day_of_an_instant_is_that_of_the_tz_database() {
        let clock = MexicoCityClock::for_years_around(parse_day("2020-09-01"));
        let expected = |instant: Instant| (instant + i64::from(offset_of_instant(instant))).div_euclid(SECONDS_PER_DAY);
        // Around midnight of each day, and to the second around the two changes, inside and outside
        // the table.
        let midnights = (0..8 * 366).map(|n| (i64::from(day_number(parse_day("2016-06-01"))) + n) * SECONDS_PER_DAY);
        let near = midnights.flat_map(|midnight| [-1, 0, 5, 6, 7, 8].map(|hour| midnight + hour * 3600));
        let changes = ["2020-10-25T07:00:00Z", "2021-04-04T08:00:00Z"]
            .map(|text| chrono::DateTime::parse_from_rfc3339(text).expect("rfc3339").timestamp());
        let changes = changes.into_iter().flat_map(|change| change - 3 * 3600..change + 3 * 3600);
        for instant in near.flat_map(|instant| instant - 1..=instant + 1).chain(changes) {
            assert_eq!(i64::from(clock.day_of_instant(instant)), expected(instant), "{instant}");
        }
        assert_eq!(clock.day_of_instant(i64::MAX / 2), i32::MAX);
    }
}
