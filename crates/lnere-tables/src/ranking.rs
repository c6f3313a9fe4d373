/*!
The order of categories, and which of them are shown one by one. Charts, reports, workbooks and the
dashboard all follow it, so that the same categories stand in the same order everywhere.

Categories come in the order of their codes and are sorted stably: that order decides between equal
counts.
*/

use std::ops::Range;

/// The kind of a category; later kinds stand lower.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CategoryKind {
    /// One category.
    Named,
    /// Several that disclosure control merged.
    Merged,
    /// What no category of the list stands for.
    Unidentified,
}

/// The place of a category; the smallest is first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rank {
    kind: CategoryKind,
    is_suppressed: bool,
    place: i64,
}

impl Rank {
    /// The largest count first; categories with a suppressed count (`None`) come after the others of
    /// their kind.
    #[must_use]
    pub fn by_count(kind: CategoryKind, count: Option<i64>) -> Self {
        Self { kind, is_suppressed: count.is_none(), place: count.map_or(0, |count| -count) }
    }

    /// By the place in a list.
    #[must_use]
    pub fn by_place(kind: CategoryKind, place: usize) -> Self {
        Self { kind, is_suppressed: false, place: i64::try_from(place).unwrap_or(i64::MAX) }
    }
}

/// Which of `named` ranked categories are shown together as the rest, where `limit` may be shown one
/// by one. `None` where all are shown: a rest of one would take the place of the category that it hides.
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
