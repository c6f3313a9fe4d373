/*!
Prints instants for people, as times of Mexico City. Records and JSON keep UTC.
*/

use chrono::{DateTime, SecondsFormat, Utc};
use chrono_tz::America::Mexico_City;

/// An instant with its offset: `2020-10-16 09:22:05 -05:00`. Mexico City had summer time until
/// 2022, so the offset is not always the same.
#[must_use]
pub fn mexico_city_time(instant: DateTime<Utc>) -> String {
    instant.with_timezone(&Mexico_City).format("%Y-%m-%d %H:%M:%S %:z").to_string()
}

/// A recorded time (RFC 3339) for people; a text that is no time stays as it is.
#[must_use]
pub fn recorded_time(text: &str) -> String {
    parse_recorded_time(text).map_or_else(|| text.to_owned(), mexico_city_time)
}

/// The instant of a recorded time (RFC 3339).
#[must_use]
pub fn parse_recorded_time(text: &str) -> Option<DateTime<Utc>> {
    DateTime::parse_from_rfc3339(text).ok().map(|time| time.to_utc())
}

/// An instant for a record: RFC 3339 in UTC, to the second.
#[must_use]
pub fn utc_record(instant: DateTime<Utc>) -> String {
    instant.to_rfc3339_opts(SecondsFormat::Secs, true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_see_times_of_mexico_city_with_their_offset() {
        assert_eq!(recorded_time("2020-10-16T14:22:05.123Z"), "2020-10-16 09:22:05 -05:00", "summer time");
        assert_eq!(recorded_time("2024-06-03T01:00:00Z"), "2024-06-02 19:00:00 -06:00");
        assert_eq!(recorded_time("now"), "now");
        assert_eq!(
            parse_recorded_time("2024-06-03T01:00:00Z").map(utc_record).as_deref(),
            Some("2024-06-03T01:00:00Z")
        );
    }
}
