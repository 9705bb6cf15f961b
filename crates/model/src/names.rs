//! Names of people and companies folded for comparison: what two spellings of one name in two scripts or two
//! typing habits have in common.
//!
//! Folding leaves lower-case ASCII letters, digits and single spaces. It unifies compatibility forms (Unicode
//! NFKD), drops diacritics, takes the Arabic and Urdu code points of one letter for the same (ي ی ى, ك ک, ه ہ ة),
//! writes other scripts in Latin letters, and turns punctuation into spaces. Chinese characters become a word
//! each, as Chinese names are spelt in Latin letters. Urdu is written without short vowels, so محمد folds to
//! `mhmd` and not to `muhammad`: spellings of sound are for whoever compares names, not for folding.

use any_ascii::any_ascii_char;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::canonical_combining_class;

/// The folded form of a text; empty when it has no letter or digit.
///
/// # Complexity
/// Linear in the text; a text in ASCII costs one allocation.
pub fn fold(text: &str) -> String {
    let mut folded = Folded { text: String::with_capacity(text.len()), gap: false };
    if text.is_ascii() {
        for byte in text.bytes() {
            folded.ascii(byte);
        }
    } else {
        for c in text.nfkd().filter(|c| canonical_combining_class(*c) == 0) {
            folded.any(letter_variant(c));
        }
    }
    folded.text
}

/// The words of the folded form, in their order.
///
/// # Complexity
/// Linear in the text.
pub fn tokens(text: &str) -> Vec<String> {
    fold(text).split_ascii_whitespace().map(str::to_owned).collect()
}

/// A folded text under construction.
struct Folded {
    text: String,
    /// Whether the next letter begins a new word.
    gap: bool,
}

impl Folded {
    fn letter(&mut self, byte: u8) {
        if self.gap && !self.text.is_empty() {
            self.text.push(' ');
        }
        self.gap = false;
        self.text.push(char::from(byte.to_ascii_lowercase()));
    }

    fn ascii(&mut self, byte: u8) {
        if byte.is_ascii_alphanumeric() { self.letter(byte) } else { self.gap = true }
    }

    fn any(&mut self, c: char) {
        if let Ok(byte) = u8::try_from(c)
            && byte.is_ascii()
        {
            self.ascii(byte);
        } else if is_invisible(c) {
            // Joiners and marks of direction stand inside words.
        } else if c.is_alphanumeric() {
            self.gap |= is_ideograph(c);
            // Signs in the Latin form (an apostrophe for ayn) do not divide the word.
            any_ascii_char(c).bytes().filter(u8::is_ascii_alphanumeric).for_each(|byte| self.letter(byte));
            self.gap |= is_ideograph(c);
        } else {
            self.gap = true;
        }
    }
}

/// The Urdu form of a letter that Arabic keyboards type with another code point.
fn letter_variant(c: char) -> char {
    match c {
        // Arabic yeh and alef maksura, for farsi yeh.
        '\u{64A}' | '\u{649}' => '\u{6CC}',
        // Arabic kaf, for keheh.
        '\u{643}' => '\u{6A9}',
        // Arabic heh, teh marbuta, heh doachashmee, teh marbuta goal, ae: for heh goal.
        '\u{647}' | '\u{629}' | '\u{6BE}' | '\u{6C3}' | '\u{6D5}' => '\u{6C1}',
        _ => c,
    }
}

/// Characters without look or sound: joiners, marks of direction, the Arabic stretching bar.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{AD}' | '\u{61C}' | '\u{640}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}')
}

fn is_ideograph(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_fold_together() {
        for (text, folded) in [
            ("Muhammad  ALI", "muhammad ali"),
            ("MUHAMMAD-ALI, s/o Khan.", "muhammad ali s o khan"),
            ("Ｍｕｈａｍｍａｄ", "muhammad"),
            ("José Müller", "jose muller"),
            ("Straße", "strasse"),
            ("王伟", "wang wei"),
            ("王 Wei", "wang wei"),
            ("Иван", "ivan"),
            (" ?! ", ""),
            ("", ""),
            ("½ Khan", "1 2 khan"),
        ] {
            assert_eq!(fold(text), folded, "{text}");
        }
    }

    #[test]
    fn arabic_and_urdu_letters_fold_together() {
        for (one, other) in [
            ("علي", "علی"),
            ("كمال", "کمال"),
            ("شاه", "شاہ"),
            ("فاطمة", "فاطمہ"),
            ("مُحَمَّد", "محمد"),
            ("محـمد", "محمد"),
            ("أحمد", "احمد"),
            ("۱۲۳", "123"),
        ] {
            assert_eq!(fold(one), fold(other), "{one} {other}");
            assert!(!fold(one).is_empty());
        }
        assert_ne!(fold("محمد"), fold("محمود"));
    }

    #[test]
    fn tokens_are_the_words() {
        assert_eq!(tokens("Al-Noor (Pvt.) Ltd"), ["al", "noor", "pvt", "ltd"]);
    }
}
