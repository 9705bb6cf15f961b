//! How the Arabic letters of Urdu sound, in their folded forms.

use super::sound::{Sounds, fork};

/// The readings of a folded word in Arabic letters; letters of other scripts in it have no sound.
pub(super) fn read(word: &str) -> Vec<Sounds> {
    let letters: Vec<char> = word.chars().collect();
    let mut readings = read_letters(&letters);
    // The article is written and often not heard: الدین is uddin, and din.
    if let ['ا', 'ل', rest @ ..] = letters.as_slice()
        && rest.len() >= 2
    {
        readings.extend(read_letters(rest));
    }
    readings
}

fn read_letters(letters: &[char]) -> Vec<Sounds> {
    let mut readings = vec![Sounds::default()];
    for (at, letter) in letters.iter().enumerate() {
        let (first, last) = (at == 0, at + 1 == letters.len());
        let vowel = |readings: &mut Vec<Sounds>, letter: u8, long: bool| {
            for reading in readings.iter_mut() {
                reading.vowel(letter, long);
            }
        };
        match letter {
            'ا' if first => vowel(&mut readings, b'*', false),
            'ا' => vowel(&mut readings, b'a', true),
            'ع' => vowel(&mut readings, b'*', false),
            'و' if !first => vowel(&mut readings, b'u', true),
            'ی' | 'ے' if !first => vowel(&mut readings, b'i', true),
            // The end of Fatima; of Salah nothing is heard in Latin letters.
            'ہ' if last && !first => vowel(&mut readings, b'a', true),
            'ح' if last && !first => {}
            'ہ' if !first && is_aspirated(letters[at - 1]) => breath(&mut readings, letters[at - 1]),
            _ => fork(&mut readings, consonants(*letter)),
        }
    }
    readings
}

/// ہ after a consonant: the breath of بھ, or a sound of its own as in مہر; کھ is written as خ is in Latin letters.
fn breath(readings: &mut Vec<Sounds>, before: char) {
    if before == 'ک' {
        readings.iter_mut().for_each(Sounds::roughen);
    } else {
        fork(readings, &[b"", b"h"]);
    }
}

fn is_aspirated(letter: char) -> bool {
    matches!(
        letter,
        'ب' | 'پ'
            | 'ت'
            | 'ٹ'
            | 'ج'
            | 'چ'
            | 'د'
            | 'ڈ'
            | 'ر'
            | 'ڑ'
            | 'ط'
            | 'ک'
            | 'گ'
            | 'ل'
            | 'م'
            | 'ن'
            | 'ز'
            | 'ظ'
    )
}

fn consonants(letter: char) -> &'static [&'static [u8]] {
    match letter {
        'ب' => &[b"b"],
        'پ' => &[b"p"],
        'ت' | 'ٹ' | 'ط' => &[b"t"],
        'ث' | 'س' | 'ص' => &[b"s"],
        'ج' => &[b"j"],
        'چ' => &[b"c"],
        'ح' | 'ہ' => &[b"h"],
        'خ' => &[b"x"],
        'د' | 'ڈ' => &[b"d"],
        // Ramzan, and Ramadan.
        'ذ' | 'ض' => &[b"z", b"d"],
        'ر' | 'ڑ' => &[b"r"],
        'ز' | 'ظ' | 'ژ' => &[b"z"],
        'ش' => &[b"S"],
        'غ' | 'گ' => &[b"g"],
        'ف' => &[b"f"],
        'ق' | 'ک' => &[b"k"],
        'ل' => &[b"l"],
        'م' => &[b"m"],
        'ن' | 'ں' => &[b"n"],
        'و' => &[b"w"],
        'ی' | 'ے' => &[b"y"],
        _ => &[b""],
    }
}
