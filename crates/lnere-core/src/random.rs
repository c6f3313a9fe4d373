/*!
Generates random numbers that depend only on the seed and a position.

The same seed must always give the same bytes, on every machine and with every version of every
crate. Therefore the generator is implemented here: the finaliser of `SplitMix64` (Steele, Lea and
Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014) applied to a counter. A draw
is a function of a key and an index. It has no state, so any row can be made separately.
*/

const GOLDEN_GAMMA: u64 = 0x9E37_79B9_7F4A_7C15;

fn mix_bits(x: u64) -> u64 {
    let x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    x ^ (x >> 31)
}

/// A source of draws; each purpose takes its own child.
#[derive(Clone, Copy, Debug)]
pub struct RandomKey(u64);

impl RandomKey {
    /// The source of a seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(mix_bits(seed.wrapping_add(GOLDEN_GAMMA)))
    }

    /// The source for one purpose.
    #[must_use]
    pub fn child(self, purpose: u64) -> Self {
        Self(mix_bits(self.0 ^ mix_bits(purpose.wrapping_add(GOLDEN_GAMMA))))
    }

    /// 64 random bits for an index: the output of `SplitMix64` at that position.
    #[must_use]
    pub fn draw(self, index: u64) -> u64 {
        mix_bits(self.0.wrapping_add(index.wrapping_add(1).wrapping_mul(GOLDEN_GAMMA)))
    }

    /// A number below `bound`.
    #[must_use]
    pub fn number_below(self, index: u64, bound: u64) -> u64 {
        scale_bits_below(self.draw(index), bound)
    }

    /// A number in [0, 1). Use it only for weights; it is made by exact operations.
    #[must_use]
    pub fn unit_interval(self, index: u64) -> f64 {
        (self.draw(index) >> 11) as f64 / (1u64 << 53) as f64
    }
}

/// Maps 64 random bits to a number below `bound`.
#[must_use]
pub fn scale_bits_below(bits: u64, bound: u64) -> u64 {
    ((u128::from(bits) * u128::from(bound)) >> 64) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_are_those_of_splitmix64() {
        // The first outputs of the reference implementation for the seed 1234567.
        let key = RandomKey(1_234_567);
        assert_eq!(key.draw(0), 6_457_827_717_110_365_317);
        assert_eq!(key.draw(1), 3_203_168_211_198_807_973);
    }
}
