/*!
Makes integers that add up: medians by largest remainder, and bounds of a whole within the bounds of
its parts.
*/

use super::Quantiles;

/// Apportions `whole` in proportion to `weights`, in whole numbers (Hamilton's method). Each part
/// gets its integer part, and the largest remainders get one more each. Of equal remainders the
/// first wins. If all weights are zero, the parts are equal.
#[must_use]
pub fn apportion(whole: i64, weights: &[f64]) -> Vec<i64> {
    let usable = |weight: f64| if weight.is_finite() { weight.max(0.0) } else { 0.0 };
    let sum: f64 = weights.iter().map(|weight| usable(*weight)).sum();
    let exact = |weight: f64| {
        let share = if sum > 0.0 { usable(weight) / sum } else { 1.0 / weights.len() as f64 };
        whole as f64 * share
    };
    let exact: Vec<f64> = weights.iter().map(|weight| exact(*weight)).collect();
    let mut parts: Vec<i64> = exact.iter().map(|part| part.floor() as i64).collect();
    let mut order: Vec<usize> = (0..parts.len()).collect();
    order.sort_by(|a, b| (exact[*b] - exact[*b].floor()).total_cmp(&(exact[*a] - exact[*a].floor())).then(a.cmp(b)));
    let mut left = whole - parts.iter().sum::<i64>();
    for place in order.iter().cycle().take(order.len() * 2) {
        if left <= 0 {
            break;
        }
        parts[*place] += 1;
        left -= 1;
    }
    parts
}

/// Limits the interval of a total to the sums of the bounds of its parts. The medians add up, so
/// the interval of the total is then at most as wide as those of its parts together.
#[must_use]
pub fn limit_whole_to_parts(whole: Quantiles, parts: &[Quantiles]) -> Quantiles {
    let sum = |of: fn(&Quantiles) -> i64| parts.iter().map(of).sum::<i64>();
    Quantiles {
        lower_90: whole.lower_90.max(sum(|part| part.lower_90)),
        lower_50: whole.lower_50.max(sum(|part| part.lower_50)),
        median: whole.median,
        upper_50: whole.upper_50.min(sum(|part| part.upper_50)),
        upper_90: whole.upper_90.min(sum(|part| part.upper_90)),
    }
    .sorted_around_median()
}

impl Quantiles {
    /// The quantiles of a known number, which are all equal.
    #[must_use]
    pub fn from_exact_count(count: i64) -> Self {
        Self { lower_90: count, lower_50: count, median: count, upper_50: count, upper_90: count }
    }

    /// Whether an outcome lies inside the 50 % interval, bounds included.
    #[must_use]
    pub fn is_inside_50(&self, outcome: i64) -> bool {
        (self.lower_50..=self.upper_50).contains(&outcome)
    }

    /// Whether an outcome lies inside the 90 % interval, bounds included.
    #[must_use]
    pub fn is_inside_90(&self, outcome: i64) -> bool {
        (self.lower_90..=self.upper_90).contains(&outcome)
    }

    /// The same median, with the bounds sorted around it.
    #[must_use]
    pub(super) fn sorted_around_median(self) -> Self {
        let lower_50 = self.lower_50.min(self.median);
        let upper_50 = self.upper_50.max(self.median);
        Self {
            lower_90: self.lower_90.min(lower_50),
            lower_50,
            median: self.median,
            upper_50,
            upper_90: self.upper_90.max(upper_50),
        }
    }

    /// The five numbers in increasing order.
    #[must_use]
    pub fn to_array(&self) -> [i64; 5] {
        [self.lower_90, self.lower_50, self.median, self.upper_50, self.upper_90]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_add_up_to_the_whole() {
        assert_eq!(apportion(10, &[1.0, 1.0, 1.0]), [4, 3, 3]);
        assert_eq!(apportion(7, &[0.0, 0.0]), [4, 3]);
        assert_eq!(apportion(0, &[2.0, 5.0]), [0, 0]);
        assert_eq!(apportion(3, &[f64::NAN, 1.0]), [0, 3]);
        assert_eq!(apportion(5, &[]), Vec::<i64>::new());
    }

    #[test]
    fn a_whole_is_no_wider_than_its_parts() {
        let part = Quantiles { lower_90: 8, lower_50: 9, median: 10, upper_50: 11, upper_90: 12 };
        let whole = Quantiles { lower_90: 2, lower_50: 19, median: 20, upper_50: 30, upper_90: 40 };
        assert_eq!(limit_whole_to_parts(whole, &[part, part]).to_array(), [16, 19, 20, 22, 24]);
    }
}
