//! Handset numbers (IMEI, 3GPP TS 23.003 section 6): eight digits of type allocation code, six of serial number,
//! then a Luhn check digit that handsets do not send and switches often write as 0, or two digits of software
//! version (IMEISV). The first fourteen digits are the handset, and so the normal form.

use super::clean::{Digits, is_repeated, kept};
use super::luhn::{luhn_digit, luhn_holds};
use super::{Flag, Normalised};

const SCHEME: &str = "imei";
/// Digits that name the handset.
const LEN: usize = 14;

pub(super) fn imei(raw: &str) -> Option<Normalised> {
    let Some(digits) = Digits::read_unsigned(raw) else {
        return kept(SCHEME, raw, Flag::BadCharacter);
    };
    let all = digits.as_str();
    if all.is_empty() {
        return None;
    }
    let Some(handset) = all.get(..LEN).filter(|_| all.len() <= LEN + 2) else {
        let flag = if is_repeated(all) { Flag::Junk } else { Flag::WrongLength };
        return Some(Normalised::flagged(SCHEME, all.to_owned(), flag));
    };
    if is_repeated(handset) || "0123456789012345".contains(handset) || "1234567890123456".contains(handset) {
        return Some(Normalised::flagged(SCHEME, handset.to_owned(), Flag::Junk));
    }
    if all.len() == LEN + 1 && !luhn_holds(all) {
        return Some(if all.ends_with('0') {
            debug_assert_ne!(luhn_digit(handset), 0);
            Normalised::flagged(SCHEME, handset.to_owned(), Flag::CheckDigitZero)
        } else {
            // Which digit is wrong is unknown, so the number is not taken for the handset that the rest names.
            Normalised::flagged(SCHEME, all.to_owned(), Flag::BadChecksum)
        });
    }
    Some(Normalised::plain(SCHEME, handset.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rules_of_the_table() {
        for (text, value, flags) in [
            ("490154203237518", "49015420323751", &[][..]),
            ("49-015420-323751-8", "49015420323751", &[]),
            ("49015420323751", "49015420323751", &[]),
            ("4901542032375112", "49015420323751", &[]),
            ("490154203237510", "49015420323751", &[Flag::CheckDigitZero]),
            ("490154203237517", "490154203237517", &[Flag::BadChecksum]),
            ("4901542032375", "4901542032375", &[Flag::WrongLength]),
            ("49015420323751123", "49015420323751123", &[Flag::WrongLength]),
            ("000000000000000", "00000000000000", &[Flag::Junk]),
            ("111111111111111", "11111111111111", &[Flag::Junk]),
            ("123456789012345", "12345678901234", &[Flag::Junk]),
            ("0", "0", &[Flag::Junk]),
            ("4.90154E+14", "4.90154E+14", &[Flag::Damaged]),
            ("not seen", "not seen", &[Flag::BadCharacter]),
        ] {
            let found = imei(text).unwrap();
            assert_eq!((found.value.as_str(), &found.flags[..]), (value, flags), "{text}");
        }
        assert_eq!(imei(""), None);
    }
}
