/*!
Randomness that depends on nothing but the seed and a position.

The same seed must give the same bytes for ever, on every machine and with every version of every
crate, so the generator is written out here: the finaliser of `SplitMix64` (Steele, Lea and Flood,
"Fast Splittable Pseudorandom Number Generators", OOPSLA 2014) applied to a counter. A draw is a
function of a key and an index; nothing is remembered, so any row can be made alone.
*/

const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;

fn mix(x: u64) -> u64 {
    let x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    x ^ (x >> 31)
}

/// A source of draws; each purpose takes its own child.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Key(u64);

impl Key {
    pub(crate) fn new(seed: u64) -> Self {
        Self(mix(seed.wrapping_add(GOLDEN)))
    }

    pub(crate) fn child(self, purpose: u64) -> Self {
        Self(mix(self.0 ^ mix(purpose.wrapping_add(GOLDEN))))
    }

    /// 64 random bits for an index: the output of `SplitMix64` at that position.
    pub(crate) fn draw(self, index: u64) -> u64 {
        mix(self.0.wrapping_add(index.wrapping_add(1).wrapping_mul(GOLDEN)))
    }

    /// A number below `bound`.
    pub(super) fn below(self, index: u64, bound: u64) -> u64 {
        scale(self.draw(index), bound)
    }

    /// A number in [0, 1). Only for weights: it is made by exact operations alone.
    pub(crate) fn unit(self, index: u64) -> f64 {
        (self.draw(index) >> 11) as f64 / (1u64 << 53) as f64
    }
}

/// Brings 64 random bits below `bound`.
pub(super) fn scale(bits: u64, bound: u64) -> u64 {
    ((u128::from(bits) * u128::from(bound)) >> 64) as u64
}

/// A share from 0 to 1, kept as a whole number of parts in 2³².
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Share(u64);

impl Share {
    /// Values outside 0–1 become the nearer end.
    pub(super) fn new(share: f64) -> Self {
        Self((share.clamp(0.0, 1.0) * (1u64 << 32) as f64) as u64)
    }

    /// Whether the random bits fall into the share; their lower half is left for other uses.
    pub(super) fn holds(self, bits: u64) -> bool {
        (bits >> 32) < self.0
    }

    /// Of the first `rows` rows, how many are marked: never more than the share of them, whatever
    /// their number, so that a threshold just above it is never passed by chance.
    pub(super) fn marked(self, rows: u64) -> u64 {
        ((u128::from(rows) * u128::from(self.0)) >> 32) as u64
    }
}

/// A shuffle of `0..n` of which each place can be asked for alone.
///
/// A generalised Feistel network of four rounds over `a · b ≥ n` with cycle walking (Black and
/// Rogaway, "Ciphers with Arbitrary Finite Domains", CT-RSA 2002). A shuffled list of ten million
/// labels for each column would cost the memory that this room must not take.
#[derive(Clone, Copy, Debug)]
pub(super) struct Permutation {
    n: u64,
    a: u64,
    b: u64,
    key: Key,
}

impl Permutation {
    pub(super) fn new(n: u64, key: Key) -> Self {
        let a = n.isqrt().max(1);
        Self { n, a, b: n.div_ceil(a).max(1), key }
    }

    /// Where `x` goes; `x` must be below `n`.
    pub(super) fn at(&self, mut x: u64) -> u64 {
        loop {
            x = self.rounds(x);
            if x < self.n {
                return x;
            }
        }
    }

    fn rounds(&self, x: u64) -> u64 {
        let (mut left, mut right) = (x % self.a, x / self.a);
        for round in 0..4 {
            let modulus = if round % 2 == 0 { self.a } else { self.b };
            let sum = left + self.key.below(right << 2 | round, modulus);
            (left, right) = (right, if sum >= modulus { sum - modulus } else { sum });
        }
        self.a * right + left
    }
}

/// A permutation that leaves a share of the places where they are and shuffles the rest.
///
/// Two lists that are dealt out through it keep their exact counts, and go together as far as the
/// share says: 0 is independent, 1 gives the first labels of one to the first labels of the other.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tie {
    keep: u64,
    rest: Permutation,
}

impl Tie {
    const BLOCK: u64 = 64;

    pub(super) fn new(n: u64, share: f64, key: Key) -> Self {
        let keep = (share.clamp(0.0, 1.0) * Self::BLOCK as f64) as u64;
        let tail = (n % Self::BLOCK).saturating_sub(keep);
        let shuffled = n / Self::BLOCK * (Self::BLOCK - keep) + tail;
        Self { keep, rest: Permutation::new(shuffled, key) }
    }

    pub(super) fn at(&self, x: u64) -> u64 {
        let Some(offset) = (x % Self::BLOCK).checked_sub(self.keep) else { return x };
        let width = Self::BLOCK - self.keep;
        let y = self.rest.at(x / Self::BLOCK * width + offset);
        y / width * Self::BLOCK + self.keep + y % width
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
    fn draws_are_those_of_splitmix64() {
        // The first outputs of the reference implementation for the seed 1234567.
        let key = Key(1_234_567);
        assert_eq!(key.draw(0), 6_457_827_717_110_365_317);
        assert_eq!(key.draw(1), 3_203_168_211_198_807_973);
    }

    #[test]
    fn shuffles_stay_what_they_were_in_the_first_version() {
        let permutation = Permutation::new(1000, Key::new(1));
        assert_eq!([0, 1, 2, 3].map(|x| permutation.at(x)), [467, 476, 995, 221]);
        let tie = Tie::new(1000, 0.25, Key::new(1));
        assert_eq!([15, 16, 17, 18].map(|x| tie.at(x)), [15, 729, 809, 886]);
    }

    #[test]
    fn permutations_and_ties_hit_every_place_once() {
        for n in [1, 2, 3, 5, 63, 64, 65, 100, 1000, 5491] {
            let key = Key::new(n);
            assert!(is_permutation(n, |x| Permutation::new(n, key).at(x)), "permutation of {n}");
            for share in [0.0, 0.3, 0.9, 1.0] {
                let tie = Tie::new(n, share, key);
                assert!(is_permutation(n, |x| tie.at(x)), "tie of {n} at {share}");
            }
        }
    }

    #[test]
    fn marked_rows_never_exceed_their_share() {
        let share = Share::new(0.01);
        assert!((1..100_000).all(|rows| share.marked(rows) * 100 <= rows));
        assert_eq!(share.marked(1_000_000), 9_999);
    }
}
