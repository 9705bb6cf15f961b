//! Long records in pieces that fill their pages.
//!
//! The key-value store gives a value that is longer than a page the next power of two of pages: of records of any
//! length a quarter of the file would be such slack. The packed bytes of a long record are therefore cut into pieces
//! of a power of two of pages, the largest first, less what the store needs of a page; only the last is shorter. The
//! first lies in the record's own table, the others in the table `piece`.

use crate::codec;
use crate::tables::{PieceKey, Tag};
use redb::{ReadableTable, StorageError};
use std::borrow::Cow;

/// The store's page, in bytes.
const PAGE: usize = 4_096;
/// What the store needs of a page for itself, the key, and the value's end: 4 + 4 + 21 bytes, rounded up.
const OVERHEAD: usize = 40;
/// The largest piece has 2 to this power of pages.
const MAX_ORDER: u32 = 6;

/// Cuts packed bytes into pieces.
pub(crate) fn cut(packed: &[u8]) -> Vec<&[u8]> {
    let mut pieces = Vec::new();
    let mut rest = packed;
    while rest.len() > PAGE - OVERHEAD {
        let fits = |order: &u32| (PAGE << order) - OVERHEAD <= rest.len();
        let order = (0..=MAX_ORDER).rev().find(fits).unwrap_or(0);
        let (piece, more) = rest.split_at((PAGE << order) - OVERHEAD);
        pieces.push(piece);
        rest = more;
    }
    if !rest.is_empty() || pieces.is_empty() {
        pieces.push(rest);
    }
    pieces
}

/// The key of a piece of a record, from 1.
pub(crate) fn key(tag: Tag, record: (u64, u64), piece: u32) -> PieceKey {
    (tag.byte(), record.0, record.1, piece)
}

/// The packed bytes of a record whose first piece is given. Pieces that are missing or too many show in their length.
pub(crate) fn whole<'a>(
    pieces: &impl ReadableTable<PieceKey, &'static [u8]>,
    tag: Tag,
    record: (u64, u64),
    first: &'a [u8],
) -> Result<Cow<'a, [u8]>, StorageError> {
    if !tag.is_split() || codec::packed_len(first).is_none_or(|length| length <= first.len()) {
        return Ok(Cow::Borrowed(first));
    }
    let mut packed = first.to_vec();
    for row in pieces.range(key(tag, record, 1)..=key(tag, record, u32::MAX))? {
        packed.extend_from_slice(row?.1.value());
    }
    Ok(Cow::Owned(packed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_fill_their_pages_and_make_the_whole() {
        let bytes: Vec<u8> = (0..1_000_000_u32).map(|n| n as u8).collect();
        for length in [0, 1, 4_000, 4_056, 4_057, 8_152, 8_153, 61_440, 100_000, 262_104, 999_999] {
            let pieces = cut(&bytes[..length]);
            assert_eq!(pieces.concat(), bytes[..length], "{length}");
            let (last, full) = pieces.split_last().unwrap();
            assert!(last.len() <= PAGE - OVERHEAD || (last.len() + OVERHEAD).is_power_of_two(), "{length}");
            assert!(full.iter().all(|piece| (piece.len() + OVERHEAD).is_power_of_two()), "{length}");
            assert!(pieces.windows(2).all(|pair| pair[0].len() >= pair[1].len()), "{length}");
        }
    }
}
