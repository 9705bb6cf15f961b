//! Cleaning shared by the schemes: digits out of decorated text, trimmed forms of what fails, and the marks of
//! spreadsheets and forms (`=""..""`, `.0`, `E+11`, `****`, `N/A`).

use super::{Flag, Normalised};
use unicode_normalization::{UnicodeNormalization, is_nfkc_quick};

/// The longest run of digits that any scheme knows, with room to see that a text is too long.
const MAX_DIGITS: usize = 24;

/// Up to 24 digits read out of a text, without allocation.
pub(super) struct Digits {
    buffer: [u8; MAX_DIGITS],
    len: usize,
    /// Whether a plus sign stood before the first digit.
    pub(super) plus: bool,
}

impl Digits {
    /// The digits of a text that consists of digits and separators; `None` when it has any other character,
    /// more than 24 digits, or a plus sign anywhere but in front.
    pub(super) fn read(text: &str) -> Option<Self> {
        let mut digits = Self { buffer: [0; MAX_DIGITS], len: 0, plus: false };
        for c in without_float_tail(text).chars() {
            if let Some(digit) = ascii_digit(c) {
                *digits.buffer.get_mut(digits.len)? = digit;
                digits.len += 1;
            } else if c == '+' && digits.len == 0 && !digits.plus {
                digits.plus = true;
            } else if !is_separator(c) {
                return None;
            }
        }
        Some(digits)
    }

    /// The same, for schemes that know no plus sign.
    pub(super) fn read_unsigned(text: &str) -> Option<Self> {
        Self::read(text).filter(|digits| !digits.plus)
    }

    pub(super) fn as_str(&self) -> &str {
        // Only ASCII digits were ever put there.
        std::str::from_utf8(self.buffer.get(..self.len).unwrap_or(&[])).unwrap_or("")
    }

    pub(super) fn len(&self) -> usize {
        self.len
    }
}

/// Whether all characters are the same digit; such numbers fill in for unknown ones.
pub(super) fn is_repeated(digits: &str) -> bool {
    digits.bytes().next().is_some_and(|first| digits.bytes().all(|b| b == first))
}

/// Whether all characters are zeros.
pub(super) fn is_zero(digits: &str) -> bool {
    digits.bytes().all(|b| b == b'0')
}

/// The ASCII digit that a character stands for: ASCII, Arabic-Indic, Extended Arabic-Indic or full width.
fn ascii_digit(c: char) -> Option<u8> {
    let value = match c {
        '0'..='9' => return Some(c as u8),
        '\u{660}'..='\u{669}' => c as u32 - 0x660,
        '\u{6F0}'..='\u{6F9}' => c as u32 - 0x6F0,
        '\u{FF10}'..='\u{FF19}' => c as u32 - 0xFF10,
        _ => return None,
    };
    Some(b'0' + value as u8)
}

/// What may stand between digits and means nothing; quotes and `=` come from spreadsheets that were told to keep
/// a number as text.
fn is_separator(c: char) -> bool {
    matches!(
        c,
        ' ' | '-' | '.' | '(' | ')' | '\'' | '"' | '=' | '`' | '_' | ',' | '\u{2010}'
            ..='\u{2015}' | '\u{2018}' | '\u{2019}' | '\u{2212}'
    ) || c.is_whitespace()
        || is_invisible(c)
}

/// Characters without any look: controls, zero-width characters, marks of writing direction.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{AD}' | '\u{61C}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}')
        || (c.is_control() && !c.is_whitespace())
}

/// The text without the `.0` of a spreadsheet that took a number for a measurement.
fn without_float_tail(text: &str) -> &str {
    let trimmed = text.trim();
    let Some((head, tail)) = trimmed.rsplit_once('.') else {
        return trimmed;
    };
    let is_zero = |c| ascii_digit(c) == Some(b'0');
    let tail_is_zero = !tail.is_empty() && tail.chars().count() <= 2 && tail.chars().all(is_zero);
    let head_is_number = head.chars().nth(4).is_some() && head.chars().all(|c| ascii_digit(c).is_some());
    if tail_is_zero && head_is_number { head } else { trimmed }
}

/// A text in trimmed form: compatibility forms unified (NFKC), digits in ASCII, invisible characters dropped,
/// white space collapsed.
///
/// # Complexity
/// Linear in the text.
pub fn tidy(text: &str) -> String {
    let mut tidied = String::with_capacity(text.len());
    if text.is_ascii() {
        collapse(text.chars(), &mut tidied);
    } else {
        let visible = text.chars().filter(|c| !is_invisible(*c));
        if is_nfkc_quick(visible.clone()) == unicode_normalization::IsNormalized::Yes {
            collapse(visible, &mut tidied);
        } else {
            collapse(visible.nfkc(), &mut tidied);
        }
    }
    tidied
}

fn collapse(chars: impl Iterator<Item = char>, tidied: &mut String) {
    let mut gap = false;
    for c in chars {
        if c.is_whitespace() {
            gap = true;
        } else if !is_invisible(c) {
            if gap && !tidied.is_empty() {
                tidied.push(' ');
            }
            gap = false;
            tidied.push(ascii_digit(c).map_or(c, char::from));
        }
    }
}

/// The trimmed form of a text that has a letter or digit in it.
pub(super) fn usable(raw: &str) -> Option<String> {
    Some(tidy(raw)).filter(|text| text.chars().any(char::is_alphanumeric))
}

/// The trimmed form in upper case.
pub(super) fn usable_upper(raw: &str) -> Option<String> {
    let text = usable(raw)?;
    // Upper case may leave a decomposed form behind, so it is unified again.
    Some(if text.is_ascii() { text.to_ascii_uppercase() } else { tidy(&text.to_uppercase()) })
}

/// Letters and digits of a text, in upper case and nothing else; `None` when there are none.
pub(super) fn squeezed(raw: &str) -> Option<String> {
    let text = usable_upper(raw)?;
    let squeezed: String = text.chars().filter(|c| c.is_alphanumeric()).collect();
    // What a separator kept apart may compose now.
    Some(if squeezed.is_ascii() { squeezed } else { tidy(&squeezed) })
}

/// A text that its scheme's rule does not take, kept in trimmed form. The flag is the one that fits best:
/// spreadsheet damage and masks are told from `otherwise`.
pub(super) fn kept(scheme: &'static str, raw: &str, otherwise: Flag) -> Option<Normalised> {
    let value = usable(raw)?;
    let only_digits = || value.chars().all(|c| ascii_digit(c).is_some() || is_separator(c));
    let flag = match damage(&value) {
        Some(flag) => flag,
        // Digits that are no number of the scheme are too many.
        None if otherwise == Flag::BadCharacter && only_digits() => Flag::WrongLength,
        None => otherwise,
    };
    Some(Normalised::flagged(scheme, value, flag))
}

/// What befell a text, if that can be seen.
pub(super) fn damage(text: &str) -> Option<Flag> {
    if is_scientific(text) { Some(Flag::Damaged) } else { is_masked(text).then_some(Flag::Truncated) }
}

/// Whether stars or a run of at least three X stand for characters; separators do not end the run.
fn is_masked(text: &str) -> bool {
    let mut run = 0;
    text.chars().any(|c| {
        run = match c {
            'x' | 'X' => run + 1,
            _ if c.is_alphanumeric() => 0,
            _ => run,
        };
        c == '*' || run == 3
    })
}

/// Whether a text is a number with an exponent, such as `3.00123E+11`.
fn is_scientific(text: &str) -> bool {
    let Some((mantissa, exponent)) = text.split_once(['E', 'e']) else {
        return false;
    };
    let exponent = exponent.strip_prefix('+').unwrap_or(exponent);
    let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    // Decimal commas come from spreadsheets set to another language.
    let (whole, fraction) = mantissa.split_once(['.', ',']).unwrap_or((mantissa, "0"));
    whole.len() == 1 && all_digits(whole) && all_digits(fraction) && all_digits(exponent)
}

/// What forms hold where nothing is known, without punctuation and in upper case.
const PLACEHOLDERS: &[&str] = &[
    "NA",
    "NULL",
    "NONE",
    "NIL",
    "NAN",
    "UNKNOWN",
    "NOTAVAILABLE",
    "NOTAPPLICABLE",
    "NOTKNOWN",
    "NOTFOUND",
    "NOTPROVIDED",
    "ANONYMOUS",
    "WITHHELD",
    "PRIVATENUMBER",
];

/// Flags a value that stands for no value.
pub(super) fn mark_placeholder(mut found: Normalised) -> Normalised {
    let may_be = found.value.len() <= 16
        && found.value.bytes().next().is_some_and(|b| b.is_ascii_alphabetic() || b == b'#' || b == b'<');
    if may_be && !found.flags.contains(&Flag::Junk) {
        let letters = || found.value.bytes().filter(u8::is_ascii_alphanumeric);
        let matches = |word: &&str| letters().map(|b| b.to_ascii_uppercase()).eq(word.bytes());
        if PLACEHOLDERS.iter().any(matches) {
            found.flags.push(Flag::Junk);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_come_out_of_decorated_text() {
        for (text, digits) in [
            ("35202-1234567-1", "3520212345671"),
            (" ٣٥٢٠٢ ۱۲۳۴۵۶۷ １ ", "3520212345671"),
            ("=\"03001234567\"", "03001234567"),
            ("923001234567.0", "923001234567"),
            ("\u{202A}0300\u{2011}1234567\u{202C}", "03001234567"),
            ("12.0", "120"),
            ("۱۲۳۴۵.۰", "12345"),
        ] {
            assert_eq!(Digits::read(text).unwrap().as_str(), digits, "{text}");
        }
        for text in ["12a", "1+2", "++1", "1/2", "1234567890123456789012345"] {
            assert!(Digits::read(text).is_none(), "{text}");
        }
        assert!(Digits::read_unsigned("+92").is_none());
    }

    #[test]
    fn damage_is_recognised() {
        for (text, flag) in [
            ("3.00123E+11", Some(Flag::Damaged)),
            ("3,5e12", Some(Flag::Damaged)),
            ("9E+11", Some(Flag::Damaged)),
            ("****1234", Some(Flag::Truncated)),
            ("xxxx1234", Some(Flag::Truncated)),
            ("0300-XX-X4567", Some(Flag::Truncated)),
            ("12E3", None),
            ("E12", None),
        ] {
            assert_eq!(damage(text), flag, "{text}");
        }
    }

    #[test]
    fn tidying_collapses_and_unifies() {
        assert_eq!(tidy("  a\u{A0}\t b\u{200F} "), "a b");
        assert_eq!(tidy("ＨＢＬ ٣"), "HBL 3");
        assert_eq!(tidy("\u{200B}\n"), "");
        assert_eq!(usable("-- ?"), None);
    }
}
