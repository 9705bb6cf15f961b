//! A bitmap over the nodes of a segment, in chunks that versions share.

use std::sync::Arc;

/// Words in a chunk.
const WORDS: usize = 64;
/// Bits in a chunk.
const BITS: u32 = (WORDS as u32) * 64;

/// Nodes of the segment that the delta has something of. Cloning copies one pointer for every 4,096 nodes.
#[derive(Clone, Default, Debug)]
pub(crate) struct Touched {
    chunks: Vec<Option<Arc<[u64; WORDS]>>>,
}

impl Touched {
    pub(crate) fn new(nodes: u32) -> Self {
        Self { chunks: vec![None; nodes.div_ceil(BITS) as usize] }
    }

    /// Whether a place is touched; no place after the segment's is.
    #[inline]
    pub(crate) fn has(&self, place: u32) -> bool {
        match self.chunks.get((place / BITS) as usize) {
            Some(Some(chunk)) => chunk[(place % BITS / 64) as usize] & (1 << (place % 64)) != 0,
            _ => false,
        }
    }

    /// Marks a place of the segment; others are left alone.
    pub(crate) fn mark(&mut self, place: u32) {
        if let Some(chunk) = self.chunks.get_mut((place / BITS) as usize) {
            let words = Arc::make_mut(chunk.get_or_insert_with(|| Arc::new([0; WORDS])));
            words[(place % BITS / 64) as usize] |= 1 << (place % 64);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_do_not_see_each_other() {
        let mut one = Touched::new(10_000);
        for place in [0, 63, 64, 4_095, 4_096, 9_999, 20_000] {
            one.mark(place);
        }
        let mut two = one.clone();
        two.mark(5_000);
        let marked = |t: &Touched| (0..20_001).filter(|place| t.has(*place)).collect::<Vec<_>>();
        assert_eq!(marked(&one), [0, 63, 64, 4_095, 4_096, 9_999]);
        assert_eq!(marked(&two), [0, 63, 64, 4_095, 4_096, 5_000, 9_999]);
    }
}
