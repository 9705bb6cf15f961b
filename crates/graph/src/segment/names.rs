//! The name index in a segment.

use super::dictionary::DictionaryRef;
use super::format::{SectionId, tag};
use super::map::{SectionRef, Segment};
use super::sections::Sections;
use crate::names::{NameTable, Names};

/// Where the parts of [`Names`] are.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NamesRef {
    names: DictionaryRef,
    bearer_offsets: SectionRef,
    bearers: SectionRef,
    words: DictionaryRef,
    word_offsets: SectionRef,
    word_names: SectionRef,
    near_hashes: SectionRef,
    near_words: SectionRef,
}

impl NamesRef {
    /// Writes an index.
    pub(crate) fn write(sections: &mut Sections, table: &NameTable) {
        let one = SectionId::one;
        table.words.write(sections, one(tag::WORD_ENDS), one(tag::WORD_BYTES));
        table.names.write(sections, one(tag::NAME_ENDS), one(tag::NAME_BYTES));
        for (tag, numbers) in [
            (tag::WORD_OFFSETS, &table.word_offsets),
            (tag::WORD_NAMES, &table.word_names),
            (tag::NAME_OFFSETS, &table.bearer_offsets),
            (tag::NAME_NODES, &table.bearers),
            (tag::NEAR_HASHES, &table.near_hashes),
            (tag::NEAR_WORDS, &table.near_words),
        ] {
            sections.add(one(tag), numbers);
        }
    }

    /// Finds the index in a segment.
    pub(crate) fn find(find: &dyn Fn(SectionId) -> Option<SectionRef>) -> Option<Self> {
        let one = SectionId::one;
        Some(Self {
            names: DictionaryRef::find(find, one(tag::NAME_ENDS), one(tag::NAME_BYTES))?,
            bearer_offsets: find(one(tag::NAME_OFFSETS))?,
            bearers: find(one(tag::NAME_NODES))?,
            words: DictionaryRef::find(find, one(tag::WORD_ENDS), one(tag::WORD_BYTES))?,
            word_offsets: find(one(tag::WORD_OFFSETS))?,
            word_names: find(one(tag::WORD_NAMES))?,
            near_hashes: find(one(tag::NEAR_HASHES))?,
            near_words: find(one(tag::NEAR_WORDS))?,
        })
    }

    /// The index to read.
    pub(crate) fn read(self, segment: &Segment) -> Names<'_> {
        Names {
            texts: self.names.texts(segment),
            bearer_offsets: segment.slice(self.bearer_offsets),
            bearers: segment.slice(self.bearers),
            words: self.words.texts(segment),
            word_offsets: segment.slice(self.word_offsets),
            with_words: segment.slice(self.word_names),
            near_hashes: segment.slice(self.near_hashes),
            near_words: segment.slice(self.near_words),
        }
    }
}
