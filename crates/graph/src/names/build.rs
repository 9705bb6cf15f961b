//! Making a name index in memory, for a segment to be written from or to be read as it is.

use super::{Names, neighbours};
use crate::GraphError;
use crate::error::narrow;
use crate::segment::StringTable;
use rayon::prelude::*;
use rustc_hash::FxHashMap;

/// A name index in memory; the fields are those of [`Names`].
#[derive(Default, Debug)]
pub(crate) struct NameTable {
    pub(crate) names: StringTable,
    pub(crate) bearer_offsets: Vec<u32>,
    pub(crate) bearers: Vec<u32>,
    pub(crate) words: StringTable,
    pub(crate) word_offsets: Vec<u32>,
    pub(crate) word_names: Vec<u32>,
    pub(crate) near_hashes: Vec<u32>,
    pub(crate) near_words: Vec<u32>,
}

impl NameTable {
    /// The index of entities with their names, as [`super::claimed_names`] gives them.
    ///
    /// # Errors
    /// [`GraphError::TooLarge`] when they outgrow an image.
    ///
    /// # Complexity
    /// `O(n log n)` in all names.
    pub(crate) fn of(named: impl IntoIterator<Item = (u32, String)>) -> Result<Self, GraphError> {
        let mut bearers = Pairs::default();
        for (node, name) in named {
            bearers.push(name, node);
        }
        let (names, bearer_offsets, bearers) = bearers.sorted("names of entities")?;
        let mut with_word = Pairs::default();
        for at in 0..names.ends.len() {
            let name = names.as_texts().get(at);
            for word in name.get(1..).unwrap_or("").split(' ') {
                with_word.push_ref(word, at as u32);
            }
        }
        let (words, word_offsets, word_names) = with_word.sorted("words of names")?;
        let texts = words.as_texts();
        let mut near: Vec<(u32, u32)> = (0..words.ends.len() as u32)
            .into_par_iter()
            .flat_map_iter(|word| neighbours(texts.get(word as usize)).map(move |hash| (hash, word)))
            .collect();
        near.par_sort_unstable();
        near.dedup();
        narrow("neighbours of words", near.len() as u64)?;
        let (near_hashes, near_words) = near.into_iter().unzip();
        Ok(Self { names, bearer_offsets, bearers, words, word_offsets, word_names, near_hashes, near_words })
    }

    /// The index to read.
    pub(crate) fn as_names(&self) -> Names<'_> {
        Names {
            texts: self.names.as_texts(),
            bearer_offsets: &self.bearer_offsets,
            bearers: &self.bearers,
            words: self.words.as_texts(),
            word_offsets: &self.word_offsets,
            with_words: &self.word_names,
            near_hashes: &self.near_hashes,
            near_words: &self.near_words,
        }
    }
}

/// Texts, each with numbers.
#[derive(Default)]
struct Pairs {
    number: FxHashMap<String, u32>,
    pairs: Vec<(u32, u32)>,
}

impl Pairs {
    fn push(&mut self, text: String, item: u32) {
        let next = self.number.len() as u32;
        self.pairs.push((*self.number.entry(text).or_insert(next), item));
    }

    fn push_ref(&mut self, text: &str, item: u32) {
        match self.number.get(text) {
            Some(number) => self.pairs.push((*number, item)),
            None => self.push(text.to_owned(), item),
        }
    }

    /// The texts in order; where the numbers of each begin; and the numbers, ascending for each.
    fn sorted(self, what: &'static str) -> Result<(StringTable, Vec<u32>, Vec<u32>), GraphError> {
        let Self { number, mut pairs } = self;
        let mut texts: Vec<(String, u32)> = number.into_iter().collect();
        texts.par_sort_unstable();
        let mut rank = vec![0_u32; texts.len()];
        texts.iter().enumerate().for_each(|(at, (_, old))| rank[*old as usize] = at as u32);
        pairs.par_iter_mut().for_each(|(text, _)| *text = rank[*text as usize]);
        pairs.par_sort_unstable();
        pairs.dedup();
        narrow(what, pairs.len() as u64)?;
        let mut offsets = vec![0_u32; texts.len() + 1];
        for (text, _) in &pairs {
            offsets[*text as usize + 1] += 1;
        }
        for at in 1..offsets.len() {
            offsets[at] += offsets[at - 1];
        }
        let table = StringTable::collect(texts.iter().map(|(text, _)| text.as_str()))?;
        Ok((table, offsets, pairs.into_iter().map(|(_, item)| item).collect()))
    }
}
