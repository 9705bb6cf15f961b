//! A counter-based random source: the n-th number of a named stream depends on the name and n alone.
//!
//! The mixing function is the finaliser of SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom
//! number generators, OOPSLA 2014, doi:10.1145/2660193.2660195). Each room of the generator has its own
//! stream, so a change in one room leaves the numbers of the others as they were.

/// Step of the counter: 2^64 divided by the golden ratio, odd.
const GAMMA: u64 = 0x9e37_79b9_7f4a_7c15;

/// A stream of numbers.
pub(super) struct Rng {
    key: u64,
    counter: u64,
}

impl Rng {
    /// The stream of a name. The key is the FNV-1a digest of the name.
    pub(super) fn of(stream: &str) -> Self {
        let key = stream
            .bytes()
            .fold(0xcbf2_9ce4_8422_2325, |h: u64, b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3));
        Self { key, counter: 0 }
    }

    /// The next number.
    pub(super) fn next(&mut self) -> u64 {
        self.counter += 1;
        let mut z = self.key.wrapping_add(self.counter.wrapping_mul(GAMMA));
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number in `0..n`, or 0 when `n` is 0. The bias of the multiply-and-shift is below 2^-40 for the
    /// sizes used here.
    pub(super) fn below(&mut self, n: usize) -> usize {
        ((u128::from(self.next()) * n as u128) >> 64) as usize
    }

    /// A number in `low..=high`.
    pub(super) fn between(&mut self, low: i64, high: i64) -> i64 {
        low + self.below((high - low + 1).max(1) as usize) as i64
    }

    /// True in `percent` of 100 draws.
    pub(super) fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// One of the items. The slice must not be empty.
    pub(super) fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
    }
}

#[cfg(test)]
mod tests {
    use super::Rng;

    #[test]
    fn a_stream_repeats_and_differs_from_another() {
        let take = |name| {
            let mut rng = Rng::of(name);
            (0..8).map(|_| rng.next()).collect::<Vec<_>>()
        };
        assert_eq!(take("calls"), take("calls"));
        assert_ne!(take("calls"), take("banks"));
    }

    #[test]
    fn draws_stay_in_range_and_reach_both_ends() {
        let mut rng = Rng::of("range");
        let drawn: Vec<i64> = (0..1000).map(|_| rng.between(-2, 2)).collect();
        assert_eq!((drawn.iter().min(), drawn.iter().max()), (Some(&-2), Some(&2)));
        assert_eq!(rng.below(0), 0);
    }
}
