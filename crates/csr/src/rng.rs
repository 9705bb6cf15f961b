//! Random numbers without state: a number is a function of (seed, node, round), so any thread may draw any of them
//! in any order and the result is the same.
//!
//! Sources: the mixing function is the finaliser of SplitMix64 (G. Steele, D. Lea, C. Flood, *Fast splittable
//! pseudorandom number generators*, OOPSLA 2014, DOI 10.1145/2660193.2660195); drawing from a counter instead of a
//! state follows J. Salmon et al., *Parallel random numbers: as easy as 1, 2, 3*, SC 2011, DOI
//! 10.1145/2063384.2063405. Good for shuffling and breaking ties; not for secrets.

/// 2^64 divided by the golden ratio, the increment of SplitMix64.
const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

/// Random numbers keyed by a seed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CounterRng {
    key: u64,
}

impl CounterRng {
    /// The numbers of a seed.
    pub fn new(seed: u64) -> Self {
        Self { key: mix(seed.wrapping_add(GOLDEN)) }
    }

    /// The 64 random bits of a node in a round.
    #[inline]
    pub fn bits(self, node: u64, round: u64) -> u64 {
        let round = mix(self.key ^ mix(round.wrapping_add(GOLDEN)));
        mix(round.wrapping_add(node.wrapping_mul(GOLDEN)))
    }

    /// A number in `0..bound`, 0 if the bound is 0. The bias is below bound / 2^64.
    #[inline]
    pub fn below(self, bound: u64, node: u64, round: u64) -> u64 {
        ((u128::from(self.bits(node, round)) * u128::from(bound)) >> 64) as u64
    }

    /// A number in `[0, 1)` with 53 random bits.
    pub fn unit(self, node: u64, round: u64) -> f64 {
        (self.bits(node, round) >> 11) as f64 / (1u64 << 53) as f64
    }

    /// The numbers `0..count` in random order (Fisher and Yates).
    ///
    /// # Complexity
    /// O(count).
    pub fn shuffled(self, count: u32, round: u64) -> Vec<u32> {
        let mut order: Vec<u32> = (0..count).collect();
        for last in (1..count as usize).rev() {
            order.swap(last, self.below(last as u64 + 1, last as u64, round) as usize);
        }
        order
    }
}

/// The finaliser of SplitMix64: every input bit changes every output bit with probability near one half.
#[inline]
fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_finaliser_is_that_of_splitmix() {
        // The first output of SplitMix64 seeded with 0 is the finaliser of one increment.
        assert_eq!(mix(GOLDEN), 0xe220_a839_7b1d_cdaf);
    }

    #[test]
    fn a_shuffle_is_a_permutation_and_depends_on_seed_and_round() {
        let rng = CounterRng::new(1);
        let mut order = rng.shuffled(1000, 0);
        assert_ne!(order, rng.shuffled(1000, 1));
        assert_ne!(order, CounterRng::new(2).shuffled(1000, 0));
        assert_eq!(order, rng.shuffled(1000, 0));
        order.sort_unstable();
        assert!(order.into_iter().eq(0..1000));
    }

    #[test]
    fn numbers_spread_evenly() {
        let rng = CounterRng::new(9);
        let mut bins = [0u32; 16];
        for node in 0..16_000 {
            bins[rng.below(16, node, 3) as usize] += 1;
            assert!((0.0..1.0).contains(&rng.unit(node, 3)));
        }
        // 1,000 expected, standard deviation 31; six of them allow no false alarm.
        assert!(bins.iter().all(|&count| count.abs_diff(1000) < 186), "{bins:?}");
        assert_eq!(rng.below(0, 1, 1), 0);
    }
}
