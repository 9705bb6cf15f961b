//! Parallel steps whose result does not depend on the number of threads: work is cut into fixed blocks, and partial
//! sums are added up in block order.

use std::ops::Range;

use rayon::prelude::*;

/// Nodes in a block. Large enough to hide the cost of a task, small enough to share out skewed degrees.
pub const BLOCK: usize = 4096;

/// The blocks of `0..len`, in order, for a parallel step.
pub fn blocks(len: usize) -> impl IndexedParallelIterator<Item = Range<usize>> {
    (0..len.div_ceil(BLOCK)).into_par_iter().map(move |block| block * BLOCK..len.min((block + 1) * BLOCK))
}

/// Adds up a number that each block of `0..len` gives, always in the same order, so that rounding is the same at
/// any thread count.
///
/// # Complexity
/// The work of `part` over all blocks, shared by the threads, and 8 bytes a block.
pub fn sum_blocks(len: usize, part: impl Fn(Range<usize>) -> f64 + Sync + Send) -> f64 {
    let parts: Vec<f64> = blocks(len).map(part).collect();
    parts.iter().sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_the_same_bits_at_any_thread_count() {
        let values: Vec<f64> = (0..50_000).map(|i| 1.0 / (1.0 + f64::from(i))).collect();
        let sum = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| sum_blocks(values.len(), |block| values[block].iter().sum()))
        };
        let one = sum(1);
        assert!((one - values.iter().sum::<f64>()).abs() < 1e-9);
        assert_eq!([sum(2).to_bits(), sum(7).to_bits()], [one.to_bits(); 2]);
    }

    #[test]
    fn blocks_cover_everything_once() {
        for len in [0, 1, BLOCK, BLOCK + 1, 3 * BLOCK - 1] {
            let met: Vec<usize> = blocks(len).flat_map_iter(|block| block).collect();
            assert!(met.into_iter().eq(0..len));
        }
    }
}
