/*!
Generates dates of birth for a dimension that counts by ages.
*/

use chrono::NaiveDate;

use lnere_core::calendar::day_number;
use lnere_core::process::AgeBands;
use lnere_core::random::RandomKey;

/// The number of days over which the births of the open last band spread: about 20 years.
const OPEN_BAND_DAYS: i32 = 20 * 365;

/// The range of birth days for persons who are too young, in days after the last accepted birthday.
const TOO_YOUNG_DAYS: u64 = 2 * 365;

/// The dates of birth of one column; each is a function of the seed and the row.
pub(super) struct BirthGenerator {
    age_bands: AgeBands,
    /// The opening of registration; nobody who applies is born later.
    opening_day: i32,
    /// The date that systems write for an unknown date of birth.
    placeholder_birth: i32,
    random_key: RandomKey,
}

impl BirthGenerator {
    pub(super) fn new(bands: &AgeBands, opens: NaiveDate, key: RandomKey) -> Self {
        let written = day_number(NaiveDate::from_ymd_opt(1900, 1, 1).unwrap_or_default());
        Self {
            placeholder_birth: written.min(bands.latest_implausible_birth()),
            opening_day: day_number(opens),
            age_bands: bands.clone(),
            random_key: key,
        }
    }

    /// The day of birth (days since 1970) of the person of a row, within an age band.
    pub(super) fn birth_in_band(&self, index: u64, band: u16) -> i32 {
        let (first, last) = birth_day_bounds(&self.age_bands, band);
        let last = last.min(self.opening_day).max(first);
        last - self.draw_offset(2 * index, u64::from(first.abs_diff(last)) + 1)
    }

    /// A date of birth without an age: an empty one, that of a person who is too young, or the
    /// placeholder.
    pub(super) fn birth_without_age(&self, index: u64) -> Option<i32> {
        let (_, youngest) = birth_day_bounds(&self.age_bands, 0);
        let young = youngest + 1 + self.draw_offset(2 * index, TOO_YOUNG_DAYS);
        match self.random_key.number_below(2 * index + 1, 4) {
            0 => Some(self.placeholder_birth),
            1 if young < self.opening_day => Some(young),
            _ => None,
        }
    }

    fn draw_offset(&self, draw: u64, bound: u64) -> i32 {
        i32::try_from(self.random_key.number_below(draw, bound)).unwrap_or(0)
    }
}

/// The weight of a band: the sum of the weights of its years of age, which are largest at 35.
pub(super) fn band_weight(bands: &AgeBands, band: u16) -> u64 {
    let (first, last) = birth_day_bounds(bands, band);
    let birthdays = (first..=last).rev().step_by(365);
    let weight = |birth: i32| {
        let age = (bands.reference_day() - birth) / 365;
        u64::try_from(100 - 2 * (age - 35).abs()).unwrap_or(0).max(1)
    };
    birthdays.map(weight).sum()
}

/// The first and the last day of birth of a band.
fn birth_day_bounds(bands: &AgeBands, band: u16) -> (i32, i32) {
    let births = bands.birth_days_of_band(band.into());
    let (first, last) = (*births.start(), *births.end());
    let has_no_end = first == bands.latest_implausible_birth() + 1;
    (if has_no_end { first.max(last - OPEN_BAND_DAYS) } else { first }, last)
}

#[cfg(test)]
mod tests {
    use super::*;
    use lnere_core::calendar::parse_iso_day;

    fn example_bands() -> AgeBands {
        AgeBands::for_reference_day(parse_iso_day("2021-06-06").expect("a date"), &[18, 25, 65])
    }

    #[test]
    fn a_date_of_birth_is_of_its_band() {
        let births =
            BirthGenerator::new(&example_bands(), parse_iso_day("2020-09-01").expect("a date"), RandomKey::new(1));
        for index in 0..10_000 {
            for band in 0..3 {
                assert_eq!(example_bands().band_of_birth(births.birth_in_band(index, band)), u8::try_from(band).ok());
            }
            assert_eq!(births.birth_without_age(index).and_then(|birth| example_bands().band_of_birth(birth)), None);
        }
    }

    #[test]
    fn bands_of_many_years_weigh_more_and_old_ages_less() {
        let weights = [0, 1, 2].map(|band| band_weight(&example_bands(), band));
        assert!(weights[1] > 4 * weights[0] && weights[0] > weights[2], "{weights:?}");
    }
}
