/*!
Computes round ticks for an axis of counts or of days.
*/

use chrono::{Datelike, NaiveDate};

/// The ticks of an axis of counts, from zero to a value not below the largest count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct CountAxis {
    step: i64,
    last_tick: i64,
}

impl CountAxis {
    /// An axis for values up to `largest`. It has at most `intervals` steps, each 1, 2 or 5 times a
    /// power of ten.
    pub(super) fn new(largest: i64, intervals: i64) -> Self {
        let largest = largest.max(1);
        let intervals = intervals.max(1);
        let mut power: i64 = 1;
        loop {
            for factor in [1, 2, 5] {
                let step = power.saturating_mul(factor);
                if step.saturating_mul(intervals) >= largest {
                    let last_tick = ((largest - 1) / step + 1).saturating_mul(step);
                    return Self { step, last_tick };
                }
            }
            power = power.saturating_mul(10);
        }
    }

    /// The marked counts, zero first.
    pub(super) fn ticks(&self) -> impl Iterator<Item = i64> {
        (0..=self.last_tick / self.step).map(|index| index * self.step)
    }

    /// The distance of a value from zero, on an axis of `length` pixels.
    pub(super) fn pixels_from_start(&self, value: i64, length: i32) -> i32 {
        let pixels = i128::from(value.clamp(0, self.last_tick)) * i128::from(length) / i128::from(self.last_tick);
        i32::try_from(pixels).unwrap_or(length)
    }
}

/// The ticks between two days: the finest of some round steps that gives at most `most` ticks.
pub(super) fn day_ticks(first: NaiveDate, last: NaiveDate, max_ticks: usize) -> Vec<NaiveDate> {
    const DAY_STEPS: [fn(NaiveDate) -> bool; 7] = [
        |_| true,
        |day| day.day() % 5 == 1 && day.day() < 30,
        |day| day.day() == 1 || day.day() == 16,
        |day| day.day() == 1,
        |day| day.day() == 1 && day.month0().is_multiple_of(3),
        |day| day.ordinal() == 1,
        |day| day.ordinal() == 1 && day.year() % 10 == 0,
    ];
    DAY_STEPS
        .iter()
        .map(|choice| first.iter_days().take_while(|day| *day <= last).filter(|day| choice(*day)).collect::<Vec<_>>())
        .find(|days| days.len() <= max_ticks)
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ticks_up_to(largest: i64) -> Vec<i64> {
        CountAxis::new(largest, 6).ticks().collect()
    }

    #[test]
    fn steps_are_round_and_whole() {
        assert_eq!(ticks_up_to(0), [0, 1]);
        assert_eq!(ticks_up_to(1), [0, 1]);
        assert_eq!(ticks_up_to(7), [0, 2, 4, 6, 8]);
        assert_eq!(ticks_up_to(159), [0, 50, 100, 150, 200]);
        assert_eq!(ticks_up_to(33_698), [0, 10_000, 20_000, 30_000, 40_000]);
        assert_eq!(ticks_up_to(226_661), [0, 50_000, 100_000, 150_000, 200_000, 250_000]);
        assert_eq!(ticks_up_to(5_000_000).last(), Some(&5_000_000));
        assert!(ticks_up_to(i64::MAX).len() <= 8);
    }

    #[test]
    fn positions_are_in_proportion() {
        let axis = CountAxis::new(200, 4);
        assert_eq!(axis.pixels_from_start(0, 1000), 0);
        assert_eq!(axis.pixels_from_start(50, 1000), 250);
        assert_eq!(axis.pixels_from_start(200, 1000), 1000);
    }

    #[test]
    fn days_are_round() {
        let day = |month, day| NaiveDate::from_ymd_opt(2020, month, day).unwrap();
        assert_eq!(day_ticks(day(9, 1), day(9, 3), 12), [day(9, 1), day(9, 2), day(9, 3)]);
        assert_eq!(day_ticks(day(9, 1), day(10, 15), 4), [day(9, 1), day(9, 16), day(10, 1)]);
        assert_eq!(day_ticks(day(9, 1), day(12, 31), 5), [day(9, 1), day(10, 1), day(11, 1), day(12, 1)]);
    }
}
