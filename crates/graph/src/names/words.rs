//! The words of a question, each with the words of the index that it may mean.

use super::near::{edited, sounding};
use super::rank::{NameMatch, Rank};
use super::{Names, list};
use jaal_csr::Bitmap;
use jaal_model::names::edit::one_edit;
use jaal_model::names::sound::{ALIKE, alikeness};
use rustc_hash::FxHashMap;
use std::ops::Range;

/// A word of the question.
pub(super) struct Word<'a> {
    text: &'a str,
    is_last: bool,
    is_only: bool,
    /// The word itself in the index.
    same: Option<u32>,
    /// Words that begin with it: those of the last word, or of an initial.
    begun: Range<usize>,
    /// The word of the index that is its initial.
    initial: Option<u32>,
    /// Other words that it may mean, by [`Word::look_near`].
    near: Vec<(u32, Rank)>,
    near_texts: FxHashMap<&'a str, Rank>,
}

impl<'a> Word<'a> {
    /// Looks up a word, the `at`th of `count`.
    pub(super) fn look(index: &Names<'a>, text: &'a str, at: usize, count: usize) -> Self {
        let is_last = at + 1 == count;
        let is_only = count == 1;
        let is_begun = is_last || is_initial(text);
        let begun = if is_begun { index.words.prefix(text) } else { 0..0 };
        let first = text.chars().next().map(String::from).unwrap_or_default();
        let initial = (!is_only && first.len() < text.len()).then(|| index.words.code(&first)).flatten();
        let same = index.words.code(text).map(|code| code as u32);
        let initial = initial.map(|code| code as u32);
        Self {
            text,
            is_last,
            is_only,
            same,
            begun,
            initial,
            near: Vec::new(),
            near_texts: FxHashMap::default(),
        }
    }

    /// Looks up the words one edit away and those of the same sound, once.
    ///
    /// # Complexity
    /// A few look-ups, and a comparison with each word that has a neighbour in common.
    pub(super) fn look_near(&mut self, index: &Names<'a>) {
        let words = |hashes: &mut dyn Iterator<Item = u32>| -> Vec<u32> {
            let mut words: Vec<u32> = hashes.flat_map(|hash| index.words_near(hash)).copied().collect();
            words.sort_unstable();
            words.dedup();
            words.retain(|word| Some(*word) != self.same);
            words
        };
        let text = |word: u32| index.words.get(word as usize);
        let mut near: Vec<(u32, Rank)> = words(&mut edited(self.text))
            .into_iter()
            .filter(|word| one_edit(self.text, text(*word)))
            .map(|word| (word, Rank::by(NameMatch::Typo, 1)))
            .collect();
        let edits = near.len();
        for word in words(&mut sounding(self.text)) {
            let alike = alikeness(self.text, text(word));
            if alike >= ALIKE && near[..edits].binary_search_by_key(&word, |(word, _)| *word).is_err() {
                near.push((word, Rank::by(NameMatch::Sound, ((1.0 - alike) * 100.0).round() as u16)));
            }
        }
        self.near_texts = near.iter().map(|(word, rank)| (text(*word), *rank)).collect();
        self.near = near;
    }

    /// Whether the index has words that it is the initial of, or that are its initial.
    pub(super) fn has_initials(&self) -> bool {
        self.initial.is_some() || self.is_initial_alone()
    }

    /// How a word of a name fits.
    pub(super) fn fit(&self, own: &str) -> Option<Rank> {
        let by = |how, off| Some(Rank::by(how, off));
        if own == self.text {
            return by(NameMatch::Order, 0);
        }
        if self.is_last && own.starts_with(self.text) {
            return by(NameMatch::Prefix, 0);
        }
        let is_initial_of =
            |one: &str, other: &str| is_initial(one) && other.starts_with(one) && !self.is_only;
        if is_initial_of(self.text, own) || is_initial_of(own, self.text) {
            return by(NameMatch::Initials, 1);
        }
        self.near_texts.get(own).copied()
    }

    /// The names with the word itself.
    pub(super) fn names(&self, index: &Names<'a>) -> Bitmap {
        let mut names = Bitmap::new(index.texts.len());
        self.same.into_iter().for_each(|word| insert(&mut names, index.names_with(word)));
        names
    }

    /// Adds the names with a word that this one may mean in one way.
    pub(super) fn add_names(&self, index: &Names<'a>, way: NameMatch, names: &mut Bitmap) {
        match way {
            NameMatch::Prefix if self.is_last => insert(names, range(index, self.begun.clone())),
            NameMatch::Initials => {
                self.initial.into_iter().for_each(|word| insert(names, index.names_with(word)));
                if self.is_initial_alone() {
                    insert(names, range(index, self.begun.clone()));
                }
            }
            _ => self.near(way).for_each(|(word, _)| insert(names, index.names_with(word))),
        }
    }

    /// Other words of the index that it may mean by this, see [`Word::look_near`].
    pub(super) fn near(&self, how: NameMatch) -> impl Iterator<Item = (u32, Rank)> {
        self.near.iter().copied().filter(move |(_, rank)| rank.how == how)
    }

    fn is_initial_alone(&self) -> bool {
        is_initial(self.text) && !self.is_only
    }
}

fn insert(set: &mut Bitmap, numbers: &[u32]) {
    for number in numbers {
        set.insert(*number as usize);
    }
}

/// The names of a range of words, which stand side by side.
fn range<'a>(index: &Names<'a>, words: Range<usize>) -> &'a [u32] {
    match (index.word_offsets.get(words.start), index.word_offsets.get(words.end)) {
        (Some(start), Some(end)) => list(&[*start, *end], index.with_words, 0),
        _ => &[],
    }
}

/// Whether a word is a single letter.
fn is_initial(word: &str) -> bool {
    let mut letters = word.chars();
    letters.next().is_some_and(char::is_alphabetic) && letters.next().is_none()
}
