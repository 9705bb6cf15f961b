//! Sorted texts: dictionaries of string columns, key values, name tokens. Codes order like the texts, so a prefix
//! is a range.

use super::format::SectionId;
use super::map::{SectionRef, Segment};
use super::sections::Sections;
use crate::GraphError;
use std::ops::Range;

/// Texts one after the other in memory, while a segment is made.
#[derive(Default, Debug)]
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

    /// The texts to read, if they were collected in order.
    pub(crate) fn as_texts(&self) -> Texts<'_> {
        Texts { ends: &self.ends, bytes: &self.bytes }
    }

    pub(crate) fn write(&self, sections: &mut Sections, ends: SectionId, bytes: SectionId) {
        sections.add(ends, &self.ends);
        sections.add(bytes, &self.bytes);
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

    /// The texts.
    pub(crate) fn texts(self, segment: &Segment) -> Texts<'_> {
        Texts { ends: segment.slice(self.ends), bytes: segment.bytes(self.bytes) }
    }

    /// The text of a code.
    pub(crate) fn get(self, segment: &Segment, code: usize) -> &str {
        self.texts(segment).get(code)
    }

    /// The code of a text. `O(log n)`.
    pub(crate) fn code(self, segment: &Segment, text: &str) -> Option<usize> {
        self.texts(segment).code(text)
    }

    /// The codes of all texts that begin so. `O(log n)`.
    pub(crate) fn prefix(self, segment: &Segment, prefix: &str) -> Range<usize> {
        self.texts(segment).prefix(prefix)
    }
}

/// Sorted texts, in a segment or in memory.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Texts<'a> {
    ends: &'a [u32],
    bytes: &'a [u8],
}

impl<'a> Texts<'a> {
    pub(crate) fn len(self) -> usize {
        self.ends.len()
    }

    /// The bytes of a code's text.
    pub(crate) fn raw(self, code: usize) -> &'a [u8] {
        let start = if code == 0 { 0 } else { self.ends.get(code - 1).copied().unwrap_or(0) };
        let end = self.ends.get(code).copied().unwrap_or(start);
        self.bytes.get(start as usize..end as usize).unwrap_or(&[])
    }

    /// The text of a code.
    pub(crate) fn get(self, code: usize) -> &'a str {
        std::str::from_utf8(self.raw(code)).unwrap_or("")
    }

    /// The code of a text. `O(log n)`.
    pub(crate) fn code(self, text: &str) -> Option<usize> {
        let at = self.lower_bound(text);
        (at < self.len() && self.raw(at) == text.as_bytes()).then_some(at)
    }

    /// The codes of all texts that begin so. `O(log n)`.
    pub(crate) fn prefix(self, prefix: &str) -> Range<usize> {
        let start = self.lower_bound(prefix);
        let (mut low, mut high) = (start, self.len());
        while low < high {
            let middle = low.midpoint(high);
            if self.raw(middle).starts_with(prefix.as_bytes()) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        start..low
    }

    /// The first code whose text is not less. `O(log n)`.
    pub(crate) fn lower_bound(self, text: &str) -> usize {
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let middle = low.midpoint(high);
            if self.raw(middle) < text.as_bytes() {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }
}
