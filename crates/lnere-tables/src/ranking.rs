/*!
Ranks categories, and decides which of them are shown individually. Charts, reports, workbooks and
the dashboard use it, so that the categories have the same order everywhere.

Categories are given in the order of their codes and sorted stably. This order decides between equal
counts.
*/

use std::ops::Range;

/// The kind of a category; later kinds rank lower.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CategoryKind {
    /// A single category.
    Individual,
    /// A group that disclosure control merged.
    Merged,
    /// The unidentified category.
    Unidentified,
}

/// The rank of a category; the smallest is first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rank {
    category_kind: CategoryKind,
    is_suppressed: bool,
    sort_value: i64,
}

impl Rank {
    /// Ranks the largest count first. Categories with a suppressed count (`None`) follow the others
    /// of their kind.
    #[must_use]
    pub fn from_count(kind: CategoryKind, count: Option<i64>) -> Self {
        Self { category_kind: kind, is_suppressed: count.is_none(), sort_value: count.map_or(0, |count| -count) }
    }

    /// Ranks by the position in a list.
    #[must_use]
    pub fn from_place(kind: CategoryKind, place: usize) -> Self {
        Self { category_kind: kind, is_suppressed: false, sort_value: i64::try_from(place).unwrap_or(i64::MAX) }
    }
}

/// The indices of the ranked categories that form the remainder, of `named` categories with at most
/// `limit` shown individually. `None` if all are shown, because a remainder of one category would
/// save no space.
#[must_use]
pub fn rest_range(individual_count: usize, limit: usize) -> Option<Range<usize>> {
    (individual_count > limit.saturating_add(1)).then_some(limit..individual_count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_come_first_and_the_unidentified_last() {
        let named = |count| Rank::from_count(CategoryKind::Individual, count);
        let ranks = [
            named(Some(9)),
            named(Some(0)),
            named(None),
            Rank::from_count(CategoryKind::Merged, Some(50)),
            Rank::from_count(CategoryKind::Unidentified, Some(99)),
        ];
        assert!(ranks.is_sorted());
        assert!(Rank::from_place(CategoryKind::Individual, 3) < Rank::from_place(CategoryKind::Individual, usize::MAX));
    }

    #[test]
    fn a_rest_is_of_two_categories_at_least() {
        assert_eq!([15, 16, 17].map(|named| rest_range(named, 15)), [None, None, Some(15..17)]);
        assert_eq!(rest_range(3, usize::MAX), None);
    }
}
