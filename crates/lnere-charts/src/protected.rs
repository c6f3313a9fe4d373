/*!
Charts with suppressed counts, so that no count identifies a person.

Nothing is drawn, ordered or added up here that is not in the protected tables: a hidden count has no length and no
place, a sum of which one part is hidden is hidden too, and what all rows add up to is given and never summed.
*/

use std::collections::{BTreeMap, BTreeSet};

/// What a chart says of hidden numbers, and what the rows of its scope add up to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SuppressionDisplay {
    /// What stands in the place of a hidden number: `protegido`. It must name no bound, since large numbers are hidden
    /// too where small ones could be worked out from them.
    pub suppressed_label: String,
    /// The footnote of a chart with a suppressed count, which explains its label.
    pub note: String,
    /// By the column of a measure, what all rows of the scope add up to as it is published; `None`, or no entry,
    /// where that is hidden too.
    pub totals: BTreeMap<String, Option<i64>>,
    /// The codes of countries that were merged, which stand after those that have a name.
    pub merged: BTreeSet<String>,
}

impl SuppressionDisplay {
    /// What all rows of the scope add up to, where that is published.
    pub(super) fn total(&self, measure: &str) -> Option<i64> {
        self.totals.get(measure).copied().flatten()
    }
}

/// A column of counts.
#[derive(Clone, Copy)]
pub(super) enum CountColumn<'t> {
    Exact(&'t [i64]),
    Protected(&'t [Option<i64>]),
}

impl CountColumn<'_> {
    /// The count of a row; `None` where it is hidden.
    pub(super) fn count_at(self, row: usize) -> Option<i64> {
        match self {
            Self::Exact(counts) => Some(counts[row]),
            Self::Protected(counts) => counts[row],
        }
    }
}

/// Adds counts to sums. A suppressed count makes its sum suppressed.
pub(super) fn add(sums: &mut [Option<i64>], counts: impl IntoIterator<Item = Option<i64>>) {
    for (sum, count) in sums.iter_mut().zip(counts) {
        *sum = sum.zip(count).map(|(sum, count)| sum + count);
    }
}

/// Whether counts of which some may be hidden can be the parts of a total, as far as that is known.
pub(super) fn adds_up(parts: impl IntoIterator<Item = Option<i64>>, total: Option<i64>) -> bool {
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
        add(&mut sums, [Some(2), None, Some(2)]);
        assert_eq!(sums, [Some(3), None, None]);
    }

    #[test]
    fn a_total_is_what_its_parts_can_be() {
        assert!(adds_up([Some(4), Some(5)], Some(9)) && !adds_up([Some(4), Some(5)], Some(10)));
        assert!(adds_up([Some(4), None], Some(9)) && !adds_up([Some(4), None], Some(3)));
        assert!(adds_up([Some(4), None], None));
    }
}
