//! Neighbours of words: what words one edit apart, or of the same sound, have in common.

use jaal_model::names::edit::deletions;
use jaal_model::names::sound::skeletons;
use xxhash_rust::xxh3::xxh3_64;

/// The most bytes of a word that has neighbours: longer ones are no names, and cost the square of their length.
const LONGEST: usize = 128;

/// Hashes of what a word has in common with those one edit apart from it.
pub(crate) fn edited(word: &str) -> impl Iterator<Item = u32> {
    let left = if word.len() > LONGEST { Vec::new() } else { deletions(word) };
    left.into_iter().map(|left| hash(b'd', &left))
}

/// Hashes of what a word has in common with those that sound like it.
pub(crate) fn sounding(word: &str) -> impl Iterator<Item = u32> {
    let sounds = if word.len() > LONGEST { Vec::new() } else { skeletons(word) };
    sounds.into_iter().map(|skeleton| hash(b's', &skeleton))
}

/// The hashes by which a word is found that is not written quite so. Words that share one need not be alike: who
/// finds one compares them.
pub(crate) fn neighbours(word: &str) -> impl Iterator<Item = u32> {
    edited(word).chain(sounding(word))
}

/// The low half of XXH3 of the kind of neighbour and its text.
fn hash(kind: u8, text: &str) -> u32 {
    let mut bytes = Vec::with_capacity(text.len() + 1);
    bytes.push(kind);
    bytes.extend(text.as_bytes());
    xxh3_64(&bytes) as u32
}
