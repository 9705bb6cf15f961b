//! Bank accounts: IBANs (ISO 13616) and account numbers without bank.
//!
//! A Pakistani IBAN has 24 characters: `PK`, two check digits, four letters for the bank, sixteen letters or
//! digits for the account. An account number without bank is a scheme of its own, because two banks may use the
//! same one.

use super::clean::{damage, is_zero, squeezed, usable};
use super::{Flag, Normalised};
use iban::{Iban, IbanLike, ParseIbanError};

/// Shortest and longest IBAN there is (Norway; the limit of the standard).
const IBAN_LENS: std::ops::RangeInclusive<usize> = 15..=34;

/// An IBAN; digits alone are an account number, since every IBAN begins with a country's letters.
pub(super) fn iban(raw: &str) -> Option<Normalised> {
    let text = usable(raw)?;
    let value = squeezed_iban(&text)?;
    let wrong = check(&value);
    if let Some(flag) = damage(&text).filter(|_| wrong.is_some()) {
        return Some(Normalised::flagged("iban", text, flag));
    }
    if value.bytes().all(|b| b.is_ascii_digit()) {
        return bare_number(&text, value);
    }
    Some(match wrong {
        None => Normalised::plain("iban", value),
        Some(flag) => Normalised::flagged("iban", value, flag),
    })
}

/// An account number; a sound IBAN in its place is taken for what it is.
pub(super) fn account(raw: &str) -> Option<Normalised> {
    let text = usable(raw)?;
    let value = squeezed_iban(&text)?;
    if check(&value).is_none() {
        return Some(Normalised::plain("iban", value));
    }
    bare_number(&text, squeezed(&text)?)
}

fn bare_number(text: &str, value: String) -> Option<Normalised> {
    // `1E5` may well be an account, `3.00123E+11` is not.
    if let Some(flag) = damage(text).filter(|flag| *flag == Flag::Truncated || text.contains(['.', '+', ',']))
    {
        return Some(Normalised::flagged("account", text.to_owned(), flag));
    }
    let value = without_float_tail(text, value);
    let strange = text.chars().any(|c| !c.is_ascii_alphanumeric() && !" -./_'\"=:".contains(c));
    Some(if is_zero(&value) {
        Normalised::flagged("account", value, Flag::Junk)
    } else if strange {
        Normalised::flagged("account", usable(text)?, Flag::BadCharacter)
    } else {
        Normalised::plain("account", value)
    })
}

/// Takes the `.0` of a spreadsheet off an account number.
fn without_float_tail(text: &str, value: String) -> String {
    match text.strip_suffix(".0") {
        Some(head) if head.len() > 4 && head.bytes().all(|b| b.is_ascii_digit()) => head.to_owned(),
        _ => value,
    }
}

fn squeezed_iban(text: &str) -> Option<String> {
    let value = squeezed(text)?;
    let rest = value.trim_start_matches("IBAN");
    Some(if rest.is_empty() || rest.len() == value.len() { value } else { rest.to_owned() })
}

/// What is wrong with an IBAN in upper case without separators, if anything.
fn check(value: &str) -> Option<Flag> {
    if !value.is_ascii() {
        return Some(Flag::BadCharacter);
    }
    let begins = value.bytes().take(2).all(|b| b.is_ascii_uppercase())
        && value.bytes().skip(2).take(2).all(|b| b.is_ascii_digit());
    if !begins {
        return Some(Flag::BadCharacter);
    }
    if !IBAN_LENS.contains(&value.len()) || (value.starts_with("PK") && value.len() != 24) {
        return Some(Flag::WrongLength);
    }
    match value.parse::<Iban>() {
        Ok(parsed) => (parsed.electronic_str() != value).then_some(Flag::BadCharacter),
        Err(ParseIbanError::InvalidBaseIban { .. }) => Some(Flag::BadChecksum),
        Err(ParseIbanError::InvalidBban(_)) => Some(Flag::WrongLength),
        // The crate's registry lacks Pakistan (seen in version 5.0.1); the checksum holds here.
        Err(ParseIbanError::UnknownCountry(_)) if value.starts_with("PK") => {
            (!has_bank_letters(value)).then_some(Flag::BadCharacter)
        }
        Err(ParseIbanError::UnknownCountry(_)) => Some(Flag::UnknownCountry),
    }
}

/// The Pakistani structure after country and check digits, `4!a16!c` in the notation of the standard; length and
/// alphabet have been looked at.
fn has_bank_letters(value: &str) -> bool {
    value.bytes().skip(4).take(4).all(|b| b.is_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rules_of_the_table() {
        for (text, scheme, value, flags) in [
            ("PK36 SCBL 0000 0011 2345 6702", "iban", "PK36SCBL0000001123456702", &[][..]),
            ("pk36-scbl-0000001123456702", "iban", "PK36SCBL0000001123456702", &[]),
            ("IBAN: PK36SCBL0000001123456702", "iban", "PK36SCBL0000001123456702", &[]),
            ("PK37SCBL0000001123456702", "iban", "PK37SCBL0000001123456702", &[Flag::BadChecksum]),
            ("PK36SCBL000000112345670", "iban", "PK36SCBL000000112345670", &[Flag::WrongLength]),
            // Sound by modulo 97, but with a digit among the bank's letters.
            ("PK25 1CBL 0000 0011 2345 6702", "iban", "PK251CBL0000001123456702", &[Flag::BadCharacter]),
            ("GB29 NWBK 6016 1331 9268 19", "iban", "GB29NWBK60161331926819", &[]),
            ("0123-4567890", "account", "01234567890", &[]),
            ("PK36SCBL****6702", "iban", "PK36SCBL****6702", &[Flag::Truncated]),
            ("branch", "iban", "BRANCH", &[Flag::BadCharacter]),
        ] {
            let found = iban(text).unwrap();
            assert_eq!(
                (found.scheme, found.value.as_str(), &found.flags[..]),
                (scheme, value, flags),
                "{text}"
            );
        }
        for (text, scheme, value, flags) in [
            ("0123-4567890", "account", "01234567890", &[][..]),
            ("٠١٢٣٤٥٦٧٨٩٠", "account", "01234567890", &[]),
            ("1234567890.0", "account", "1234567890", &[]),
            ("ab 12", "account", "AB12", &[]),
            ("PK36SCBL0000001123456702", "iban", "PK36SCBL0000001123456702", &[]),
            ("PK37SCBL0000001123456702", "account", "PK37SCBL0000001123456702", &[]),
            ("0000000", "account", "0000000", &[Flag::Junk]),
            ("1.23457E+13", "account", "1.23457E+13", &[Flag::Damaged]),
            ("****6702", "account", "****6702", &[Flag::Truncated]),
            ("12 & 13", "account", "12 & 13", &[Flag::BadCharacter]),
        ] {
            let found = account(text).unwrap();
            assert_eq!(
                (found.scheme, found.value.as_str(), &found.flags[..]),
                (scheme, value, flags),
                "{text}"
            );
        }
        assert_eq!(iban("-"), None);
    }
}
