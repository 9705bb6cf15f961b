//! Claim lists: which claims a node or link stands on. Nearly all have exactly one, so the first is an array and
//! the rest hangs beside it sparsely.

use super::format::SectionId;
use super::map::{SectionRef, Segment};
use super::sections::Sections;

/// `first`: u32 a row. `rows`: sorted rows that have more; `rest`: u32 pairs (row, claim), sorted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ListRef {
    first: SectionRef,
    rest: SectionRef,
}

impl ListRef {
    /// Writes lists given as pairs (row, claim) sorted by row, then claim; every row from 0 to `rows` must occur.
    pub(crate) fn write(
        sections: &mut Sections,
        id: impl Fn(u32) -> SectionId,
        rows: u32,
        pairs: impl Iterator<Item = (u32, u32)>,
    ) {
        let mut first: Vec<u32> = Vec::with_capacity(rows as usize);
        let mut rest: Vec<[u32; 2]> = Vec::new();
        for (row, claim) in pairs {
            if row as usize == first.len() {
                first.push(claim);
            } else {
                rest.push([row, claim]);
            }
        }
        debug_assert_eq!(first.len(), rows as usize, "every row stands on a claim");
        sections.add(id(0), &first);
        sections.add(id(1), &rest);
    }

    /// Finds lists in a segment.
    pub(crate) fn find(
        find: &dyn Fn(SectionId) -> Option<SectionRef>,
        id: impl Fn(u32) -> SectionId,
    ) -> Option<Self> {
        Some(Self { first: find(id(0))?, rest: find(id(1))? })
    }

    /// The first claim of a row: the earliest.
    pub(crate) fn first(self, segment: &Segment, row: u32) -> Option<u32> {
        segment.slice::<u32>(self.first).get(row as usize).copied()
    }

    /// All claims of a row, ascending.
    pub(crate) fn all(self, segment: &Segment, row: u32) -> Vec<u32> {
        let rest: &[[u32; 2]] = segment.slice(self.rest);
        let start = rest.partition_point(|pair| pair[0] < row);
        let more = rest[start..].iter().take_while(|pair| pair[0] == row).map(|pair| pair[1]);
        self.first(segment, row).into_iter().chain(more).collect()
    }

    /// The number of claims of a row.
    pub(crate) fn count(self, segment: &Segment, row: u32) -> u64 {
        let rest: &[[u32; 2]] = segment.slice(self.rest);
        let start = rest.partition_point(|pair| pair[0] < row);
        1 + rest[start..].iter().take_while(|pair| pair[0] == row).count() as u64
    }
}
