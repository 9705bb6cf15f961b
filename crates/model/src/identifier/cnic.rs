//! Pakistani identity card numbers: CNIC, NICOP and SNIC.
//!
//! Thirteen digits, printed 5-7-1: the first is the province (1 to 8; 8 is Azad Kashmir), the last tells men
//! (odd) from women (even, 0 included). There is no check digit. Eleven digits are a card of before 2001, which
//! its bearer's CNIC does not contain.

use super::clean::{Digits, is_repeated, is_zero, kept};
use super::{Flag, Normalised};

const SCHEME: &str = "cnic";
/// Digits of a CNIC.
const LEN: usize = 13;
/// Digits of a card of before 2001.
const OLD_LEN: usize = 11;

pub(super) fn cnic(raw: &str) -> Option<Normalised> {
    let Some(digits) = Digits::read_unsigned(raw) else {
        return kept(SCHEME, raw, Flag::BadCharacter);
    };
    let value = digits.as_str();
    if value.is_empty() {
        return None;
    }
    let flag = if is_zero(value) || (value.len() == LEN && is_repeated(value)) {
        Some(Flag::Junk)
    } else if value.len() == LEN {
        (!has_province(value)).then_some(Flag::UnknownProvince)
    } else if value.len() == OLD_LEN {
        Some(Flag::OldFormat)
    } else {
        Some(Flag::WrongLength)
    };
    Some(Normalised { scheme: SCHEME, value: value.to_owned(), flags: flag.into_iter().collect() })
}

fn has_province(value: &str) -> bool {
    value.bytes().next().is_some_and(|b| (b'1'..=b'8').contains(&b))
}

/// Whether a normal form is a sound CNIC of thirteen digits: of two entities that bear different ones, it is
/// certain that they are different people.
pub fn is_valid_cnic(value: &str) -> bool {
    value.len() == LEN
        && value.bytes().all(|b| b.is_ascii_digit())
        && has_province(value)
        && !is_repeated(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rules_of_the_table() {
        for (text, value, flags) in [
            ("35202-1234567-1", "3520212345671", &[][..]),
            ("35202 1234567 1", "3520212345671", &[]),
            ("35202.1234567.1", "3520212345671", &[]),
            ("٣٥٢٠٢-١٢٣٤٥٦٧-١", "3520212345671", &[]),
            ("۳۵۲۰۲-۱۲۳۴۵۶۷-۱", "3520212345671", &[]),
            ("3520212345671.0", "3520212345671", &[]),
            ("82203-1234567-0", "8220312345670", &[]),
            ("95202-1234567-1", "9520212345671", &[Flag::UnknownProvince]),
            ("05202-1234567-1", "0520212345671", &[Flag::UnknownProvince]),
            ("101-85-123456", "10185123456", &[Flag::OldFormat]),
            ("35202-123456-1", "352021234561", &[Flag::WrongLength]),
            ("0000000000000", "0000000000000", &[Flag::Junk]),
            ("11111-1111111-1", "1111111111111", &[Flag::Junk]),
            ("0", "0", &[Flag::Junk]),
            ("3.52021E+12", "3.52021E+12", &[Flag::Damaged]),
            ("35202-*******-1", "35202-*******-1", &[Flag::Truncated]),
            (" applied  for ", "applied for", &[Flag::BadCharacter]),
        ] {
            let found = cnic(text).unwrap();
            assert_eq!((found.value.as_str(), &found.flags[..]), (value, flags), "{text}");
            let sound = found.is_valid() && found.value.len() == 13;
            assert_eq!(is_valid_cnic(&found.value), sound, "{text}");
        }
        assert_eq!(cnic(" - "), None);
    }
}
