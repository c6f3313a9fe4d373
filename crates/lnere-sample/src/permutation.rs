/*!
Shuffles whose places can be computed separately.
*/

use lnere_core::random::RandomKey;

/// A shuffle of `0..n` whose places can be computed separately.
///
/// A generalised Feistel network of four rounds over `a · b ≥ n` with cycle walking (Black and
/// Rogaway, "Ciphers with Arbitrary Finite Domains", CT-RSA 2002). A shuffled list of ten million
/// labels for each column would need too much memory.
#[derive(Clone, Copy, Debug)]
pub(super) struct Permutation {
    size: u64,
    left_size: u64,
    right_size: u64,
    random_key: RandomKey,
}

impl Permutation {
    pub(super) fn new(n: u64, key: RandomKey) -> Self {
        let a = n.isqrt().max(1);
        Self { size: n, left_size: a, right_size: n.div_ceil(a).max(1), random_key: key }
    }

    /// The image of `x`; `x` must be below `n`.
    pub(super) fn image_of(&self, mut x: u64) -> u64 {
        loop {
            x = self.apply_rounds(x);
            if x < self.size {
                return x;
            }
        }
    }

    fn apply_rounds(&self, x: u64) -> u64 {
        let (mut left, mut right) = (x % self.left_size, x / self.left_size);
        for round in 0..4 {
            let modulus = if round % 2 == 0 { self.left_size } else { self.right_size };
            let sum = left + self.random_key.number_below(right << 2 | round, modulus);
            (left, right) = (right, if sum >= modulus { sum - modulus } else { sum });
        }
        self.left_size * right + left
    }
}

/// A permutation that keeps a share of the places and shuffles the rest.
///
/// Two label lists that use it keep their exact counts and correlate as the share states. With 0
/// they are independent; with 1 the first labels of one go to the first labels of the other.
#[derive(Clone, Copy, Debug)]
pub(super) struct PartialPermutation {
    fixed_per_block: u64,
    rest_permutation: Permutation,
}

impl PartialPermutation {
    const BLOCK_SIZE: u64 = 64;

    pub(super) fn new(n: u64, share: f64, key: RandomKey) -> Self {
        let keep = (share.clamp(0.0, 1.0) * Self::BLOCK_SIZE as f64) as u64;
        let tail = (n % Self::BLOCK_SIZE).saturating_sub(keep);
        let shuffled = n / Self::BLOCK_SIZE * (Self::BLOCK_SIZE - keep) + tail;
        Self { fixed_per_block: keep, rest_permutation: Permutation::new(shuffled, key) }
    }

    pub(super) fn image_of(&self, x: u64) -> u64 {
        let Some(offset) = (x % Self::BLOCK_SIZE).checked_sub(self.fixed_per_block) else { return x };
        let width = Self::BLOCK_SIZE - self.fixed_per_block;
        let y = self.rest_permutation.image_of(x / Self::BLOCK_SIZE * width + offset);
        y / width * Self::BLOCK_SIZE + self.fixed_per_block + y % width
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_permutation(n: u64, at: impl Fn(u64) -> u64) -> bool {
        let mut images: Vec<_> = (0..n).map(at).collect();
        images.sort_unstable();
        images.into_iter().eq(0..n)
    }

    #[test]
    fn shuffles_stay_what_they_were_in_the_first_version() {
        let permutation = Permutation::new(1000, RandomKey::new(1));
        assert_eq!([0, 1, 2, 3].map(|x| permutation.image_of(x)), [467, 476, 995, 221]);
        let partial = PartialPermutation::new(1000, 0.25, RandomKey::new(1));
        assert_eq!([15, 16, 17, 18].map(|x| partial.image_of(x)), [15, 729, 809, 886]);
    }

    #[test]
    fn permutations_and_ties_hit_every_place_once() {
        for n in [1, 2, 3, 5, 63, 64, 65, 100, 1000, 5491] {
            let key = RandomKey::new(n);
            assert!(is_permutation(n, |x| Permutation::new(n, key).image_of(x)), "permutation of {n}");
            for share in [0.0, 0.3, 0.9, 1.0] {
                let partial = PartialPermutation::new(n, share, key);
                assert!(is_permutation(n, |x| partial.image_of(x)), "tie of {n} at {share}");
            }
        }
    }
}
