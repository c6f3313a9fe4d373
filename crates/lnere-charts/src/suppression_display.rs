/*!
Handles suppressed counts in charts, so that no chart identifies a person.

Charts draw, order and add up only what the protected tables hold. A suppressed count has no length
and no rank. A sum with a suppressed part is suppressed too. The total of all rows is given and
never summed.
*/

use std::collections::{BTreeMap, BTreeSet};

/// The texts for suppressed counts, and the published totals of the rows of a scope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SuppressionDisplay {
    /// The text that replaces a suppressed count: `protegido`. It must not name a bound. Large
    /// counts are suppressed too, where they would allow readers to derive small ones.
    pub suppressed_label: String,
    /// The footnote of a chart with a suppressed count, which explains its label.
    pub footnote: String,
    /// By the column of a measure, the published total of all rows of the scope. `None` or no
    /// entry: the total is suppressed too.
    pub published_totals: BTreeMap<String, Option<i64>>,
    /// The codes of merged countries, which come after countries with a name.
    pub merged_countries: BTreeSet<String>,
}

impl SuppressionDisplay {
    /// The published total of all rows of the scope, or `None`.
    pub(super) fn published_total(&self, measure: &str) -> Option<i64> {
        self.published_totals.get(measure).copied().flatten()
    }
}

/// A column of counts.
#[derive(Clone, Copy)]
pub(super) enum CountColumn<'t> {
    Exact(&'t [i64]),
    Protected(&'t [Option<i64>]),
}

impl CountColumn<'_> {
    /// The count of a row; `None` if it is suppressed.
    pub(super) fn count_at(self, row: usize) -> Option<i64> {
        match self {
            Self::Exact(counts) => Some(counts[row]),
            Self::Protected(counts) => counts[row],
        }
    }
}

/// Adds counts to sums. A suppressed count makes its sum suppressed.
pub(super) fn add_to_sums(sums: &mut [Option<i64>], counts: impl IntoIterator<Item = Option<i64>>) {
    for (sum, count) in sums.iter_mut().zip(counts) {
        *sum = sum.zip(count).map(|(sum, count)| sum + count);
    }
}

/// Whether the counts can be the parts of a total. A suppressed count can have any value.
pub(super) fn can_add_up(parts: impl IntoIterator<Item = Option<i64>>, total: Option<i64>) -> bool {
    let (mut shown, mut hides) = (0, false);
    for part in parts {
        shown += part.unwrap_or(0);
        hides |= part.is_none();
    }
    total.is_none_or(|total| if hides { shown <= total } else { shown == total })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_hidden_hides_its_sum() {
        let mut sums = [Some(1), Some(1), None];
        add_to_sums(&mut sums, [Some(2), None, Some(2)]);
        assert_eq!(sums, [Some(3), None, None]);
    }

    #[test]
    fn a_total_is_what_its_parts_can_be() {
        assert!(can_add_up([Some(4), Some(5)], Some(9)) && !can_add_up([Some(4), Some(5)], Some(10)));
        assert!(can_add_up([Some(4), None], Some(9)) && !can_add_up([Some(4), None], Some(3)));
        assert!(can_add_up([Some(4), None], None));
    }
}
