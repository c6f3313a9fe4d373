/*!
Plans the moment and the labels of each row, so that the rows add up exactly to published totals.
The plan scales the published points to whole numbers of rows by segment, day and label.

A segment runs from the day after one point to the next point. Each column has an exact count of
each label in a segment, and a permutation assigns the labels to the positions of the segment. So
every point has exact totals for any number of rows, and a row follows from its index alone.
*/

use std::collections::HashMap;

use chrono::{Datelike, NaiveDate};

use super::apportion::{apportion, apportion_capped};
use super::permutation::{PartialPermutation, Permutation};
use super::vocabulary::LabelColumn;
use lnere_core::calendar::{day_from_number, day_number};
use lnere_core::process::MAX_DECLARED_DIMENSIONS;
use lnere_core::random::RandomKey;

/// The most columns that one plan can allocate.
pub(super) const MAX_ALLOCATED_COLUMNS: usize = LabelColumn::APPLICATION_COLUMNS.len() + MAX_DECLARED_DIMENSIONS;

/// The distribution of rows over time.
#[derive(Clone, Debug)]
pub(super) struct Curve {
    pub first_day: NaiveDate,
    /// The points in the order of their days; there is at least one.
    pub points: Vec<CurvePoint>,
    /// The weights of Monday to Sunday.
    pub weekday_weights: [f64; 7],
    /// The maximum random deviation of the weight of a day, 0–1.
    pub max_noise: f64,
    /// Additional factors of single days.
    pub day_factors: HashMap<NaiveDate, f64>,
}

/// The number of rows by the end of a day, in the scale of the shape.
#[derive(Clone, Debug)]
pub(super) struct CurvePoint {
    pub day: NaiveDate,
    pub cumulative_rows: u64,
    /// The rate on the last day of the segment, relative to its first day.
    pub growth_to_last_day: f64,
    /// An additional factor of the last day.
    pub last_day_factor: f64,
    /// For each axis, the count of each label. The counts of one axis add up to `total`.
    pub label_counts: Vec<Vec<u64>>,
}

/// A column whose labels the plan allocates.
#[derive(Clone, Debug)]
pub(super) struct AllocatedColumn {
    /// Every label once. Correlated columns pair their labels in this order.
    pub ordered_labels: Vec<u16>,
    /// The earlier axis with which this column correlates, and the strength, 0–1.
    pub parent_and_strength: Option<(usize, f64)>,
}

/// The moment at which a row arrives, and its labels.
#[derive(Clone, Copy, Debug)]
pub(super) struct RowArrival {
    /// Days since 1970.
    pub day: i32,
    /// Seconds since midnight of that day.
    pub second: u32,
    /// The label of each axis.
    pub labels: [u16; MAX_ALLOCATED_COLUMNS],
}

/// The plan for a number of rows.
#[derive(Debug)]
pub(super) struct ArrivalPlan {
    curve_segments: Vec<CurveSegment>,
    arrival_days: Vec<ArrivalDay>,
    total_rows: u64,
    random_key: RandomKey,
}

#[derive(Debug)]
struct CurveSegment {
    first_index: u64,
    label_allocations: Vec<LabelAllocation>,
}

/// A day and its first row.
#[derive(Debug)]
struct ArrivalDay {
    day: i32,
    segment: usize,
    first_index: u64,
}

#[derive(Debug)]
struct LabelAllocation {
    label_order: LabelOrder,
    /// For each label in `labels`, the position after its last one.
    label_ends: Vec<u64>,
    /// The labels that occur, in the order of their positions.
    labels: Vec<u16>,
}

#[derive(Debug)]
enum LabelOrder {
    Shuffled(Permutation),
    Correlated { parent: usize, correlation: PartialPermutation },
}

impl ArrivalPlan {
    /// Scales a curve to `total` rows.
    pub(super) fn new(curve: &Curve, axes: &[AllocatedColumn], total: u64, key: RandomKey) -> Self {
        let scale = curve.points.last().map_or(1, |point| point.cumulative_rows.max(1));
        let rows_by_point: Vec<u64> =
            curve.points.iter().map(|point| scale_rounded(point.cumulative_rows, total, scale)).collect();
        let counts = scaled_counts(curve, axes.len(), &rows_by_point);

        let mut plan =
            Self { curve_segments: Vec::new(), arrival_days: Vec::new(), total_rows: total, random_key: key };
        let (mut first_day, mut first_index) = (day_number(curve.first_day), 0);
        for (number, point) in curve.points.iter().enumerate() {
            let rows = rows_by_point[number] - first_index;
            let key = key.child(number as u64);
            let allocations = axes.iter().enumerate().map(|(axis, shape)| {
                let before = number.checked_sub(1).map(|before| counts[before][axis].as_slice());
                LabelAllocation::new(shape, &counts[number][axis], before.unwrap_or(&[]), rows, key.child(axis as u64))
            });
            plan.curve_segments.push(CurveSegment { first_index, label_allocations: allocations.collect() });
            let last_day = day_number(point.day);
            let weights: Vec<u64> = (first_day..=last_day)
                .map(|day| curve.day_weight(point, day_from_number(day), first_day, last_day, plan.random_key))
                .collect();
            for (day, rows) in (first_day..).zip(apportion(rows, &weights)) {
                plan.arrival_days.push(ArrivalDay { day, segment: number, first_index });
                first_index += rows;
            }
            first_day = last_day + 1;
        }
        plan
    }

    /// The number of rows by the end of a day; rows are in the order of their days.
    pub(super) fn rows_until(&self, day: NaiveDate) -> u64 {
        let day = day_number(day);
        let later = self.arrival_days.partition_point(|slot| slot.day <= day);
        self.arrival_days.get(later).map_or(self.total_rows, |slot| slot.first_index)
    }

    /// The arrival of the row with this index, which must be below the total.
    pub(super) fn arrival(&self, index: u64) -> RowArrival {
        let number = self.arrival_days.partition_point(|slot| slot.first_index <= index).saturating_sub(1);
        let slot = &self.arrival_days[number];
        let end = self.arrival_days.get(number + 1).map_or(self.total_rows, |next| next.first_index);
        let segment = &self.curve_segments[slot.segment];
        let mut labels = [0; MAX_ALLOCATED_COLUMNS];
        let mut positions = [0; MAX_ALLOCATED_COLUMNS];
        for (axis, allocation) in segment.label_allocations.iter().enumerate() {
            positions[axis] = match &allocation.label_order {
                LabelOrder::Shuffled(permutation) => permutation.image_of(index - segment.first_index),
                LabelOrder::Correlated { parent, correlation } => correlation.image_of(positions[*parent]),
            };
            labels[axis] = allocation.label_at(positions[axis]);
        }
        RowArrival { day: slot.day, second: self.arrival_second(index, slot.first_index, end), labels }
    }

    /// The rows of a day are spread in order from 7:00 to 23:00.
    fn arrival_second(&self, index: u64, first: u64, end: u64) -> u32 {
        const START_SECOND: u64 = 7 * 3600;
        const DAY_SPAN_SECONDS: u64 = 16 * 3600;
        let jitter = self.random_key.number_below(index, DAY_SPAN_SECONDS);
        (START_SECOND + ((index - first) * DAY_SPAN_SECONDS + jitter) / (end - first).max(1)) as u32
    }
}

/// `count · total / scale`, half up.
fn scale_rounded(count: u64, total: u64, scale: u64) -> u64 {
    let (count, total, scale) = (u128::from(count), u128::from(total), u128::from(scale));
    ((count * total + scale / 2) / scale) as u64
}

/// The counts of each point and axis for the wanted number of rows. The last point is computed
/// first; an earlier point never has more of a label than the next.
fn scaled_counts(curve: &Curve, axes: usize, until: &[u64]) -> Vec<Vec<Vec<u64>>> {
    let mut counts: Vec<Vec<Vec<u64>>> = vec![Vec::new(); until.len()];
    for number in (0..until.len()).rev() {
        counts[number] = (0..axes)
            .map(|axis| {
                let weights = &curve.points[number].label_counts[axis];
                match counts.get(number + 1) {
                    Some(next) => apportion_capped(until[number], weights, &next[axis]),
                    None => apportion(until[number], weights),
                }
            })
            .collect();
    }
    counts
}

impl Curve {
    /// The weight of a day, computed only with sums, products and quotients. These give the same
    /// bits on every machine; powers and exponentials do not.
    fn day_weight(&self, point: &CurvePoint, day: NaiveDate, first: i32, last: i32, key: RandomKey) -> u64 {
        const WEIGHT_SCALE: f64 = (1u64 << 24) as f64;
        let number = day_number(day);
        let along = f64::from(number - first + 1) / f64::from(last - first + 1);
        let growth = 1.0 + (point.growth_to_last_day - 1.0) * along * along;
        let weekday = self.weekday_weights[day.weekday().num_days_from_monday() as usize];
        let noise = 1.0 + self.max_noise * (2.0 * key.unit_interval(u64::from(number.cast_unsigned())) - 1.0);
        let peak = match last - number {
            0 => point.last_day_factor,
            1 => f64::midpoint(1.0, point.last_day_factor),
            _ => 1.0,
        };
        let single = self.day_factors.get(&day).copied().unwrap_or(1.0);
        (growth * weekday * noise * peak * single * WEIGHT_SCALE) as u64
    }
}

impl LabelAllocation {
    fn new(axis: &AllocatedColumn, until: &[u64], before: &[u64], rows: u64, key: RandomKey) -> Self {
        let label_order = match axis.parent_and_strength {
            None => LabelOrder::Shuffled(Permutation::new(rows, key)),
            Some((parent, share)) => {
                LabelOrder::Correlated { parent, correlation: PartialPermutation::new(rows, share, key) }
            }
        };
        let (mut ends, mut labels, mut end) = (Vec::new(), Vec::new(), 0);
        for label in &axis.ordered_labels {
            let place = usize::from(*label);
            let count = until[place] - before.get(place).copied().unwrap_or(0);
            if count > 0 {
                end += count;
                ends.push(end);
                labels.push(*label);
            }
        }
        Self { label_order, label_ends: ends, labels }
    }

    fn label_at(&self, position: u64) -> u16 {
        let place = self.label_ends.partition_point(|end| *end <= position);
        self.labels.get(place).copied().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lnere_core::calendar::parse_iso_day;

    fn example_curve() -> Curve {
        let day = |text| parse_iso_day(text).expect("a date");
        let point = |text, total, counts| CurvePoint {
            day: day(text),
            cumulative_rows: total,
            growth_to_last_day: 3.0,
            last_day_factor: 2.0,
            label_counts: counts,
        };
        Curve {
            first_day: day("2020-09-01"),
            points: vec![
                point("2020-09-01", 10, vec![vec![7, 3], vec![4, 3, 3]]),
                point("2020-10-10", 100, vec![vec![55, 45], vec![80, 15, 5]]),
            ],
            weekday_weights: [1.0; 7],
            max_noise: 0.2,
            day_factors: HashMap::new(),
        }
    }

    fn example_columns() -> [AllocatedColumn; 2] {
        [
            AllocatedColumn { ordered_labels: vec![0, 1], parent_and_strength: None },
            AllocatedColumn { ordered_labels: vec![2, 0, 1], parent_and_strength: Some((0, 0.5)) },
        ]
    }

    fn tally(plan: &ArrivalPlan, rows: u64, axis: usize, label: u16) -> usize {
        (0..rows).filter(|index| plan.arrival(*index).labels[axis] == label).count()
    }

    #[test]
    fn every_point_has_its_counts() {
        let plan = ArrivalPlan::new(&example_curve(), &example_columns(), 100, RandomKey::new(1));
        let first = plan.rows_until(example_curve().first_day);
        assert_eq!(first, 10);
        assert_eq!([0, 1].map(|label| tally(&plan, first, 0, label)), [7, 3]);
        assert_eq!([0, 1, 2].map(|label| tally(&plan, first, 1, label)), [4, 3, 3]);
        assert_eq!([0, 1].map(|label| tally(&plan, 100, 0, label)), [55, 45]);
        assert_eq!([0, 1, 2].map(|label| tally(&plan, 100, 1, label)), [80, 15, 5]);
    }

    #[test]
    fn any_number_of_rows_works_and_days_go_forward() {
        for total in [1, 3, 10, 1000, 54_321] {
            let plan = ArrivalPlan::new(&example_curve(), &example_columns(), total, RandomKey::new(7));
            let last = example_curve().points.last().expect("two points").day;
            assert_eq!(plan.rows_until(last), total);
            let moments: Vec<_> = (0..total).map(|index| plan.arrival(index)).map(|p| (p.day, p.second)).collect();
            assert!(moments.is_sorted());
        }
    }
}
