//! Names of people and companies folded for comparison: what two spellings of one name in two typing habits have in
//! common.
//!
//! Folding leaves lower-case ASCII letters, Arabic letters, digits and single spaces. It unifies compatibility forms
//! (Unicode NFKD), drops diacritics and hamza, takes the Arabic and Urdu code points of one letter for the same (ي ی
//! ى, ك ک, ه ہ ة), writes scripts other than these two in Latin letters, and turns punctuation into spaces. Chinese
//! characters become a word each, as Chinese names are spelt in Latin letters. Words that are written as one or two
//! (Abdulrehman, عبدالرحمان) become two. Urdu stays Urdu, since it is written without short vowels: that محمد and
//! Muhammad are one name is for [`sound`], and that Muhammad and Muhamad may be for [`edit`].

pub mod edit;
mod latin;
pub mod sound;
mod urdu;

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
    divide(folded.text)
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
        } else if is_arabic_letter(c) {
            if self.gap && !self.text.is_empty() {
                self.text.push(' ');
            }
            self.gap = false;
            self.text.push(c);
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

/// How names begin whose parts are written as one word or as two.
const BEGINNINGS: &[&str] = &["abdul", "abdur", "abdus", "abduz", "abdun", "abdut", "عبدال"];
/// How they end, each with its own parts.
const ENDINGS: &[(&str, &str)] = &[
    ("uddin", "ud din"),
    ("uddeen", "ud din"),
    ("ullah", "ullah"),
    ("ulhaq", "ul haq"),
    ("urrehman", "ur rehman"),
    ("urrahman", "ur rahman"),
    ("اللہ", "اللہ"),
    ("الدین", "الدین"),
];

/// The text with words such as Abdulrehman and Saifuddin in two and three.
fn divide(text: String) -> String {
    if !text.split(' ').any(|word| beginning(word).is_some() || ending(word).is_some()) {
        return text;
    }
    let mut parts: Vec<&str> = Vec::new();
    for mut word in text.split(' ') {
        while let Some((part, rest)) = beginning(word) {
            parts.push(part);
            word = rest;
        }
        match ending(word) {
            Some((rest, ending)) => parts.extend([rest, ending]),
            None => parts.push(word),
        }
    }
    // What is left may end as a name does once more.
    divide(parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" "))
}

/// A beginning that is a word of its own, and what follows; Abdullah is one word.
fn beginning(word: &str) -> Option<(&'static str, &str)> {
    BEGINNINGS.iter().find_map(|part| {
        let rest = word.strip_prefix(part)?;
        let least = if part.is_ascii() { 4 } else { 3 };
        let is_one = rest.starts_with("lah") || rest.starts_with("لہ");
        (rest.chars().count() >= least && !is_one).then_some((*part, rest))
    })
}

/// What comes before an ending, and the ending.
fn ending(word: &str) -> Option<(&str, &'static str)> {
    ENDINGS.iter().find_map(|(ending, parts)| {
        let rest = word.strip_suffix(ending)?;
        if rest.is_empty() {
            return (ending != parts).then_some(("", *parts));
        }
        let is_one = rest == "abd" || rest == "عبد";
        (rest.chars().count() >= 3 && !is_one).then_some((rest, *parts))
    })
}

/// Letters that stay: those of Arabic, Urdu and their neighbours, in their folded forms.
fn is_arabic_letter(c: char) -> bool {
    matches!(c, '\u{620}'..='\u{64A}' | '\u{66E}'..='\u{6D5}' | '\u{6EE}'..='\u{6EF}' | '\u{6FA}'..='\u{6FF}' | '\u{750}'..='\u{77F}')
        && c.is_alphabetic()
}

/// Characters without look or sound: joiners, marks of direction, the Arabic stretching bar, hamza.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{AD}' | '\u{621}' | '\u{61C}' | '\u{640}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}')
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
            ("Abdul-Rehman", "abdul rehman"),
            ("Abdulrehman", "abdul rehman"),
            ("Abdullah", "abdullah"),
            ("Saifuddin", "saif ud din"),
            ("Saif Uddin", "saif ud din"),
            ("Sanaullah Khan", "sana ullah khan"),
            ("سیف الدین", "سیف الدین"),
            ("ثناءاللہ", "ثنا اللہ"),
            ("عبدالرحمان", "عبدال رحمان"),
            ("عبداللہ", "عبداللہ"),
            ("محمد علي", "محمد علی"),
            ("رضاء", "رضا"),
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
