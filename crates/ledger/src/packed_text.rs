//! A text in sixteen bytes: itself when it is short, else a digest of it.

use rustc_hash::FxHasher;
use std::hash::Hasher;

/// Texts of up to so many bytes are held whole.
const WHOLE: usize = 15;

/// In the last byte: the rest is a digest.
const DIGEST: u8 = u8::MAX;

/// A text in sixteen bytes: the bytes of a short one with its length at the end, a digest of a long one. Texts that
/// are equal are packed equally; those that are packed equally are equal where [`PackedText::is_whole`].
#[derive(Clone, Copy, Default, Debug, PartialEq, Eq)]
pub(crate) struct PackedText(pub(crate) u128);

impl PackedText {
    pub(crate) fn of(text: &str) -> Self {
        let text = text.as_bytes();
        let mut bytes = [0; 16];
        if text.len() <= WHOLE {
            bytes[..text.len()].copy_from_slice(text);
            bytes[WHOLE] = text.len() as u8;
        } else {
            let mut hasher = FxHasher::default();
            hasher.write(text);
            bytes[..8].copy_from_slice(&hasher.finish().to_le_bytes());
            bytes[8..12].copy_from_slice(&(text.len() as u32).to_le_bytes());
            bytes[WHOLE] = DIGEST;
        }
        Self(u128::from_le_bytes(bytes))
    }

    /// Whether the text itself is here.
    pub(crate) fn is_whole(self) -> bool {
        (self.0 >> 120) as u8 != DIGEST
    }

    /// A hash of the text and the number of a scheme.
    pub(crate) fn hash(self, scheme: u32) -> u64 {
        // Two odd constants from the digits of pi; each product is folded upon itself, so that the low bits, which
        // choose a cell, depend on all of the text.
        const A: u64 = 0x243f_6a88_85a3_08d3;
        const B: u64 = 0x1319_8a2e_0370_7345;
        let fold = |a: u64, b: u64| {
            let product = u128::from(a) * u128::from(b);
            product as u64 ^ (product >> 64) as u64
        };
        let (low, high) = (self.0 as u64, (self.0 >> 64) as u64);
        fold(fold(low ^ A, high ^ B) ^ u64::from(scheme), A)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn packs_short_texts_whole(a in "[a\\x00é]{0,12}", b in "[a\\x00é]{0,12}") {
            let (x, y) = (PackedText::of(&a), PackedText::of(&b));
            prop_assert_eq!(x.is_whole(), a.len() <= WHOLE);
            prop_assert!(a != b || x == y);
            if x.is_whole() {
                prop_assert_eq!(x == y, a == b);
            }
        }
    }
}
