//! Numbers that order as texts do, so that sorting millions of texts compares numbers that lie side by side and
//! looks at a text itself only where two begin alike.

use std::cmp::Ordering;

/// The first sixteen bytes of a text as a number: where two texts have different ones, they order as the texts do.
pub fn beginning(text: &[u8]) -> u128 {
    let len = text.len().min(16);
    let mut bytes = [0; 16];
    bytes[..len].copy_from_slice(&text[..len]);
    u128::from_be_bytes(bytes)
}

/// The last sixteen bytes of a text read backwards: where two texts have different ones, they order as the texts
/// read backwards do.
pub fn ending(text: &[u8]) -> u128 {
    let len = text.len().min(16);
    let mut bytes = [0; 16];
    bytes[16 - len..].copy_from_slice(&text[text.len() - len..]);
    u128::from_le_bytes(bytes)
}

/// The order of two texts read backwards, byte by byte.
pub fn backwards(a: &[u8], b: &[u8]) -> Ordering {
    a.iter().rev().cmp(b.iter().rev())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn orders_as_texts_do(a in "[a\\x00bé]{0,18}", b in "[a\\x00bé]{0,18}") {
            let (a, b) = (a.as_bytes(), b.as_bytes());
            let order = beginning(a).cmp(&beginning(b));
            prop_assert!(order == a.cmp(b) || order.is_eq());
            let turned = |text: &[u8]| text.iter().rev().copied().collect::<Vec<u8>>();
            let order = ending(a).cmp(&ending(b));
            prop_assert!(order == turned(a).cmp(&turned(b)) || order.is_eq());
            prop_assert_eq!(backwards(a, b), turned(a).cmp(&turned(b)));
        }
    }
}
