//! The name index: which entities bear a name, found by whole words in any order, beginnings, slips and sound.
//!
//! The index knows the distinct *names* that are claimed (folded, each with the entities that bear it) and the
//! distinct *words* of these names (each with the names it is in). Terms lead to words and names:
//!
//! - a name as a whole ([`Class::key`]) to its bearers;
//! - a word, or the beginning of one, to the names with it;
//! - a *neighbour* of a word, by a hash ([`neighbours`]): what is left of it without one letter, so that words one
//!   edit apart meet, and its consonants, so that spellings in two scripts meet.
//!
//! Everything follows from the names of an entity, and these from what is claimed of it ([`claimed_names`]), so a
//! few entities make a small [`NameTable`] of their own and many one in a segment; [`Names`] reads both.

mod build;
mod claimed;
mod find;
mod near;
mod rank;
#[cfg(test)]
mod tests;
mod words;

pub(crate) use build::NameTable;
pub use claimed::NAME_PROPERTIES;
pub(crate) use claimed::{ClaimedText, claimed_names};
pub(crate) use find::{Found, find, merge};
pub(crate) use near::neighbours;
pub use rank::NameMatch;

use crate::segment::Texts;

/// What a name names: its first letter in the index.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) enum Class {
    /// Where an entity is: searched like a name, and ranked after all names.
    Address,
    /// The entity.
    Name,
}

impl Class {
    /// The letter before names of the class.
    const fn letter(self) -> &'static str {
        match self {
            Self::Address => "a",
            Self::Name => "n",
        }
    }

    /// A folded name as the index has it.
    pub(crate) fn key(self, folded: &str) -> String {
        format!("{}{folded}", self.letter())
    }
}

/// A name index to read, in a segment or in memory.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Names<'a> {
    /// Names with the letter of their class in front, sorted.
    pub(crate) texts: Texts<'a>,
    /// For each name and one more: where its bearers begin.
    pub(crate) bearer_offsets: &'a [u32],
    /// Bearers, ascending for each name.
    pub(crate) bearers: &'a [u32],
    /// Words, sorted.
    pub(crate) words: Texts<'a>,
    /// For each word and one more: where its names begin.
    pub(crate) word_offsets: &'a [u32],
    /// Names with a word, ascending for each word.
    pub(crate) with_words: &'a [u32],
    /// Hashes of neighbours of words, ascending.
    pub(crate) near_hashes: &'a [u32],
    /// In step with the hashes, and ascending for each: the word.
    pub(crate) near_words: &'a [u32],
}

impl<'a> Names<'a> {
    /// A name without the letter of its class.
    fn name(&self, name: u32) -> &'a str {
        self.texts.get(name as usize).get(1..).unwrap_or("")
    }

    /// How many words a name has.
    fn word_count(&self, name: u32) -> usize {
        self.texts.raw(name as usize).split(|byte| *byte == b' ').count()
    }

    /// The first name that is no address.
    fn first_name(&self) -> u32 {
        self.texts.lower_bound(Class::Name.letter()) as u32
    }

    /// The entities that bear a name.
    fn bearers_of(&self, name: u32) -> &'a [u32] {
        list(self.bearer_offsets, self.bearers, name)
    }

    /// The names with a word.
    fn names_with(&self, word: u32) -> &'a [u32] {
        list(self.word_offsets, self.with_words, word)
    }

    /// The words with a neighbour.
    fn words_near(&self, hash: u32) -> &'a [u32] {
        let start = self.near_hashes.partition_point(|other| *other < hash);
        let rest = self.near_hashes.get(start..).unwrap_or(&[]);
        let len = rest.iter().take_while(|other| **other == hash).count();
        self.near_words.get(start..start + len).unwrap_or(&[])
    }
}

fn list<'a>(offsets: &[u32], items: &'a [u32], at: u32) -> &'a [u32] {
    let at = at as usize;
    match (offsets.get(at), offsets.get(at + 1)) {
        (Some(start), Some(end)) => items.get(*start as usize..*end as usize).unwrap_or(&[]),
        _ => &[],
    }
}
