//! How Latin letters sound in names from South Asia.

use super::sound::{Sounds, fork};

/// The readings of a word of lower-case ASCII letters.
pub(super) fn read(word: &[u8]) -> Vec<Sounds> {
    // The French-looking ending of Haque and Tarique.
    let word = word.strip_suffix(b"ue").filter(|rest| rest.ends_with(b"q")).unwrap_or(word);
    let mut readings = vec![Sounds::default()];
    let mut at = 0;
    while at < word.len() {
        let before = readings.first().is_none_or(Sounds::is_empty);
        at += if is_vowel(word, at) {
            vowels(word, at, &mut readings)
        } else {
            consonant(word, at, before, &mut readings)
        };
    }
    readings
}

/// Whether the letter is heard as a vowel: *w*, *v* and *y* are, except at the beginning of a word before a vowel.
fn is_vowel(word: &[u8], at: usize) -> bool {
    match word[at] {
        b'a' | b'e' | b'i' | b'o' | b'u' => true,
        b'y' => at > 0 || !word.get(1).is_some_and(|next| b"aeiou".contains(next)),
        b'w' | b'v' => at > 0,
        _ => false,
    }
}

/// One vowel; how many letters it takes.
fn vowels(word: &[u8], at: usize, readings: &mut [Sounds]) -> usize {
    let next = word.get(at + 1).copied().unwrap_or(0);
    let opens = word.get(at + 2).is_some_and(|after| b"aeiou".contains(after));
    let (letter, long, taken) = match (word[at], next) {
        (b'a', b'a') => (b'a', true, 2),
        (b'e', b'e' | b'a') | (b'i', b'e') | (b'a' | b'e', b'i') => (b'i', true, 2),
        (b'a' | b'e', b'y') if !opens => (b'i', true, 2),
        (b'o', b'o' | b'u') | (b'a', b'u') => (b'u', true, 2),
        (b'a' | b'o', b'w') if !opens => (b'u', true, 2),
        (b'a', _) => (b'a', false, 1),
        (b'e' | b'i', _) => (b'i', false, 1),
        (b'o' | b'u', _) => (b'u', false, 1),
        (b'y', _) => (b'i', true, 1),
        _ => (b'u', true, 1),
    };
    for reading in readings.iter_mut() {
        reading.vowel(letter, long);
    }
    taken
}

/// One consonant; how many letters it takes.
fn consonant(word: &[u8], at: usize, first: bool, readings: &mut Vec<Sounds>) -> usize {
    let letter = word[at];
    let next = word.get(at + 1).copied().unwrap_or(0);
    if letter == next {
        return 1;
    }
    if letter == b'h' {
        // Breath after a consonant, and the end of Fatimah, are not heard.
        let after_consonant = at > 0 && !is_vowel(word, at - 1);
        if first || !after_consonant && at + 1 < word.len() {
            fork(readings, &[b"h"]);
        }
        return 1;
    }
    if next == b'h' {
        let ways: &[&[u8]] = match letter {
            b'k' => &[b"x"],
            b'c' => &[b"c"],
            // Shah, and Ishaq.
            b's' => &[b"S", b"sh"],
            // Athar, and Uthman.
            b't' => &[b"t", b"s"],
            // Dhillon, and Dhulfiqar.
            b'd' => &[b"d", b"z"],
            b'p' => &[b"f"],
            _ => return single(letter, next, readings),
        };
        fork(readings, ways);
        return 2;
    }
    single(letter, next, readings)
}

fn single(letter: u8, next: u8, readings: &mut Vec<Sounds>) -> usize {
    let sound: &[u8] = match letter {
        b'c' if next == b'k' => return 1,
        b'c' if b"eiy".contains(&next) => b"s",
        b'c' | b'q' => b"k",
        b'x' => b"ks",
        b'v' | b'w' => b"w",
        _ => std::slice::from_ref(&letter),
    };
    fork(readings, &[sound]);
    1
}
