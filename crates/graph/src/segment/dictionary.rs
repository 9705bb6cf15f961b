//! Sorted texts: dictionaries of string columns, key values, name tokens. Codes order like the texts, so a prefix
//! is a range.

use super::format::SectionId;
use super::map::{SectionRef, Segment};
use super::write::SegmentWriter;
use crate::GraphError;
use std::ops::Range;

/// Texts one after the other in memory, while a segment is made.
#[derive(Default)]
pub(crate) struct StringTable {
    pub(crate) ends: Vec<u32>,
    pub(crate) bytes: Vec<u8>,
}

impl StringTable {
    /// Collects texts.
    ///
    /// # Errors
    /// [`GraphError::TooLarge`] when they hold more than four gigabytes.
    pub(crate) fn collect<'a>(texts: impl Iterator<Item = &'a str>) -> Result<Self, GraphError> {
        let mut table = Self::default();
        for text in texts {
            table.bytes.extend(text.as_bytes());
            table
                .ends
                .push(crate::error::narrow("bytes of text in one dictionary", table.bytes.len() as u64)?);
        }
        Ok(table)
    }

    pub(crate) fn write(
        &self,
        writer: &mut SegmentWriter,
        ends: SectionId,
        bytes: SectionId,
    ) -> Result<(), GraphError> {
        writer.add(ends, &self.ends)?;
        writer.add(bytes, &self.bytes)
    }
}

/// Sorted texts in a segment.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DictionaryRef {
    ends: SectionRef,
    bytes: SectionRef,
}

impl DictionaryRef {
    pub(crate) fn find(
        find: &dyn Fn(SectionId) -> Option<SectionRef>,
        ends: SectionId,
        bytes: SectionId,
    ) -> Option<Self> {
        Some(Self { ends: find(ends)?, bytes: find(bytes)? })
    }

    pub(crate) fn len(self, segment: &Segment) -> usize {
        segment.slice::<u32>(self.ends).len()
    }

    fn raw(self, segment: &Segment, code: usize) -> &[u8] {
        let ends: &[u32] = segment.slice(self.ends);
        let start = if code == 0 { 0 } else { ends.get(code - 1).copied().unwrap_or(0) };
        let end = ends.get(code).copied().unwrap_or(start);
        segment.bytes(self.bytes).get(start as usize..end as usize).unwrap_or(&[])
    }

    /// The text of a code.
    pub(crate) fn get(self, segment: &Segment, code: usize) -> &str {
        std::str::from_utf8(self.raw(segment, code)).unwrap_or("")
    }

    /// The code of a text. `O(log n)`.
    pub(crate) fn code(self, segment: &Segment, text: &str) -> Option<usize> {
        let at = self.lower_bound(segment, text.as_bytes());
        (at < self.len(segment) && self.raw(segment, at) == text.as_bytes()).then_some(at)
    }

    /// The codes of all texts that begin so. `O(log n)`.
    pub(crate) fn prefix(self, segment: &Segment, prefix: &str) -> Range<usize> {
        let start = self.lower_bound(segment, prefix.as_bytes());
        let len = self.len(segment);
        let (mut low, mut high) = (start, len);
        while low < high {
            let middle = low.midpoint(high);
            if self.raw(segment, middle).starts_with(prefix.as_bytes()) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        start..low
    }

    fn lower_bound(self, segment: &Segment, text: &[u8]) -> usize {
        let (mut low, mut high) = (0, self.len(segment));
        while low < high {
            let middle = low.midpoint(high);
            if self.raw(segment, middle) < text {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }
}
