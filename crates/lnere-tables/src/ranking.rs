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
    Named,
    /// A group that disclosure control merged.
    Merged,
    /// The unidentified category.
    Unidentified,
}

/// The rank of a category; the smallest is first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rank {
    kind: CategoryKind,
    is_suppressed: bool,
    place: i64,
}

impl Rank {
    /// Ranks the largest count first. Categories with a suppressed count (`None`) follow the others
    /// of their kind.
    #[must_use]
    pub fn by_count(kind: CategoryKind, count: Option<i64>) -> Self {
        Self { kind, is_suppressed: count.is_none(), place: count.map_or(0, |count| -count) }
    }

    /// Ranks by the position in a list.
    #[must_use]
    pub fn by_place(kind: CategoryKind, place: usize) -> Self {
        Self { kind, is_suppressed: false, place: i64::try_from(place).unwrap_or(i64::MAX) }
    }
}

/// The indices of the ranked categories that form the remainder, of `named` categories with at most
/// `limit` shown individually. `None` if all are shown, because a remainder of one category would
/// save no space.
#[must_use]
pub fn rest(named: usize, limit: usize) -> Option<Range<usize>> {
    (named > limit.saturating_add(1)).then_some(limit..named)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_come_first_and_the_unidentified_last() {
        let named = |count| Rank::by_count(CategoryKind::Named, count);
        let ranks = [
            named(Some(9)),
            named(Some(0)),
            named(None),
            Rank::by_count(CategoryKind::Merged, Some(50)),
            Rank::by_count(CategoryKind::Unidentified, Some(99)),
        ];
        assert!(ranks.is_sorted());
        assert!(Rank::by_place(CategoryKind::Named, 3) < Rank::by_place(CategoryKind::Named, usize::MAX));
    }

    #[test]
    fn a_rest_is_of_two_categories_at_least() {
        assert_eq!([15, 16, 17].map(|named| rest(named, 15)), [None, None, Some(15..17)]);
        assert_eq!(rest(3, usize::MAX), None);
    }
}
