//! Passports: `COUNTRY:NUMBER`, with the issuing country's three letters (ISO 3166-1, ICAO Doc 9303). A number
//! alone names nobody, since countries reuse each other's.

use super::clean::{damage, squeezed, tidy};
use super::{Flag, Normalised, alpha3};

const SCHEME: &str = "passport";
/// Characters of a number: nine in the machine-readable zone, a few more on older documents.
const NUMBER_LENS: std::ops::RangeInclusive<usize> = 5..=14;

/// The passport with a number, issued by a country given by its two or three letters; `None` when the number has
/// no letter or digit.
pub fn passport_of(country: &str, number: &str) -> Option<Normalised> {
    let value = squeezed(number)?;
    let country = squeezed(country);
    let flag = match damage(&tidy(number)) {
        None if !NUMBER_LENS.contains(&value.chars().count()) => Some(Flag::WrongLength),
        None if super::clean::is_zero(&value) => Some(Flag::Junk),
        damage => damage,
    };
    let mut flags: Vec<Flag> = flag.into_iter().collect();
    let issuer = country.as_deref().and_then(alpha3);
    if issuer.is_none() {
        flags.push(Flag::UnknownCountry);
    }
    let value = match issuer.or(country.as_deref()) {
        Some(country) => format!("{country}:{value}"),
        None => value,
    };
    Some(Normalised { scheme: SCHEME, value, flags })
}

/// A passport as one text: the country first, then `:` or, after three letters that are a country, any
/// separator; or a number alone, flagged.
pub(super) fn passport(raw: &str) -> Option<Normalised> {
    let text = tidy(raw);
    if let Some((country, number)) = text.split_once(':') {
        return passport_of(country, number).or_else(|| passport_of("", country));
    }
    if let Some((country, number)) = text.split_once([' ', '-', '/'])
        && country.len() == 3
        && alpha3(country).is_some()
        && number.bytes().any(|b| b.is_ascii_digit())
    {
        return passport_of(country, number);
    }
    passport_of("", &text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rules_of_the_table() {
        for (text, value, flags) in [
            ("PAK:AB1234567", "PAK:AB1234567", &[][..]),
            ("pk: ab-1234567", "PAK:AB1234567", &[]),
            ("CHN E12345678", "CHN:E12345678", &[]),
            ("CHN-E12345678", "CHN:E12345678", &[]),
            ("AE 1234567", "AE1234567", &[Flag::UnknownCountry]),
            ("AB1234567", "AB1234567", &[Flag::UnknownCountry]),
            ("China:E12345678", "CHINA:E12345678", &[Flag::UnknownCountry]),
            (":E12345678", "E12345678", &[Flag::UnknownCountry]),
            ("PAK:12", "PAK:12", &[Flag::WrongLength]),
            ("PAK:0000000", "PAK:0000000", &[Flag::Junk]),
            ("PAK:", "PAK", &[Flag::WrongLength, Flag::UnknownCountry]),
        ] {
            let found = passport(text).unwrap();
            assert_eq!((found.value.as_str(), &found.flags[..]), (value, flags), "{text}");
        }
        assert_eq!(passport_of("PAK", "AB 1234567").unwrap().value, "PAK:AB1234567");
        assert_eq!(passport(" : "), None);
    }
}
