//! Numbers of Pakistani taxpayers (NTN) and companies (SECP registration). Neither has a published check that
//! could be relied on, so their rules only warn.

use super::clean::{Digits, is_zero, kept, squeezed};
use super::{Flag, Normalised, cnic};

/// Characters of a tax number without its check digit, and digits of a registration number.
const LEN: usize = 7;

/// Seven characters, of which the first may be a letter; an eighth is a check digit, which is left out of the
/// normal form because many records lack it. An individual's tax number is the CNIC, and becomes one.
pub(super) fn ntn(raw: &str) -> Option<Normalised> {
    if let Some(card) = cnic::cnic(raw).filter(|card| cnic::is_valid_cnic(&card.value)) {
        return Some(card);
    }
    let text = squeezed(raw)?;
    let rest_is_digits = text.bytes().skip(1).all(|b| b.is_ascii_digit());
    let first_fits = text.bytes().next().is_some_and(|b| b.is_ascii_alphanumeric());
    if !rest_is_digits || !first_fits || super::clean::damage(&super::tidy(raw)).is_some() {
        return kept("ntn", raw, Flag::BadCharacter);
    }
    Some(match (text.len(), text.get(..LEN)) {
        _ if is_zero(&text) => Normalised::flagged("ntn", text, Flag::Junk),
        (7, _) => Normalised::plain("ntn", text),
        (8, Some(number)) => Normalised::flagged("ntn", number.to_owned(), Flag::Unverified),
        _ => Normalised::flagged("ntn", text, Flag::WrongLength),
    })
}

/// Up to seven digits, with the leading zeros that spreadsheets take away put back.
pub(super) fn secp(raw: &str) -> Option<Normalised> {
    let Some(digits) = Digits::read_unsigned(raw) else {
        return kept("secp", raw, Flag::BadCharacter);
    };
    let value = digits.as_str();
    if value.is_empty() {
        return None;
    }
    Some(if value.len() > LEN {
        let flag = if is_zero(value) { Flag::Junk } else { Flag::WrongLength };
        Normalised::flagged("secp", value.to_owned(), flag)
    } else if is_zero(value) {
        Normalised::flagged("secp", "0".repeat(LEN), Flag::Junk)
    } else {
        Normalised::plain("secp", format!("{value:0>LEN$}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rules_of_the_table() {
        for (text, scheme, value, flags) in [
            ("1234567", "ntn", "1234567", &[][..]),
            ("1234567-8", "ntn", "1234567", &[Flag::Unverified]),
            ("A123456-7", "ntn", "A123456", &[Flag::Unverified]),
            ("35202-1234567-1", "cnic", "3520212345671", &[]),
            ("123456", "ntn", "123456", &[Flag::WrongLength]),
            ("0000000", "ntn", "0000000", &[Flag::Junk]),
            ("1.2E+6", "ntn", "1.2E+6", &[Flag::Damaged]),
            ("tax free", "ntn", "tax free", &[Flag::BadCharacter]),
        ] {
            let found = ntn(text).unwrap();
            assert_eq!(
                (found.scheme, found.value.as_str(), &found.flags[..]),
                (scheme, value, flags),
                "{text}"
            );
        }
        for (text, value, flags) in [
            ("0012345", "0012345", &[][..]),
            ("12345", "0012345", &[]),
            ("٠٠١٢٣٤٥", "0012345", &[]),
            ("12345678", "12345678", &[Flag::WrongLength]),
            ("0", "0000000", &[Flag::Junk]),
            ("K-12345", "K-12345", &[Flag::BadCharacter]),
        ] {
            let found = secp(text).unwrap();
            assert_eq!((found.value.as_str(), &found.flags[..]), (value, flags), "{text}");
        }
    }
}
