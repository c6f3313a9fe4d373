/*!
Stores shares as whole numbers, so that the same seed marks the same rows on every machine.
*/

/// A share from 0 to 1, stored as a whole number of parts in 2³².
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct FixedPointShare(u64);

impl FixedPointShare {
    /// Values outside 0–1 become the nearer limit.
    pub(super) fn new(share: f64) -> Self {
        Self((share.clamp(0.0, 1.0) * (1u64 << 32) as f64) as u64)
    }

    /// Whether the random bits fall into the share; their lower half remains for other uses.
    pub(super) fn is_selected(self, bits: u64) -> bool {
        (bits >> 32) < self.0
    }

    /// The number of marked rows among the first `rows` rows. It never exceeds their share, so a
    /// threshold just above the share is never exceeded by chance.
    pub(super) fn selected_rows_of(self, rows: u64) -> u64 {
        ((u128::from(rows) * u128::from(self.0)) >> 32) as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marked_rows_never_exceed_their_share() {
        let share = FixedPointShare::new(0.01);
        assert!((1..100_000).all(|rows| share.selected_rows_of(rows) * 100 <= rows));
        assert_eq!(share.selected_rows_of(1_000_000), 9_999);
    }
}
