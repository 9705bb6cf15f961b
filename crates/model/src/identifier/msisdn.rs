//! Telephone numbers in E.164 form, and what stands in their place in call records: short codes of operators
//! (2 to 6 digits) and the names of senders of bulk messages.
//!
//! Pakistani mobile numbers are 3 and nine more digits after the country code 92 or the trunk prefix 0; they are
//! told by their digits alone. Everything else goes to the [`PhoneCache`](super::PhoneCache).

use super::clean::{Digits, damage, is_zero, kept, usable, usable_upper};
use super::{Context, Country, Flag, Normalised};

const SCHEME: &str = "msisdn";
/// Digits of a short code.
const SHORT_CODE_LENS: std::ops::RangeInclusive<usize> = 2..=6;
/// Digits of a number with its country code, at most (ITU-T E.164).
const MAX_LEN: usize = 15;
/// A text with letters and at least this many digits is a damaged number, not a sender's name.
const NUMBER_DIGITS: usize = 7;

pub(super) fn msisdn(raw: &str, ctx: &mut Context) -> Option<Normalised> {
    match Digits::read(raw) {
        Some(digits) => number(digits.as_str(), digits.plus, ctx),
        None => word(raw, ctx),
    }
}

fn number(dialled: &str, plus: bool, ctx: &mut Context) -> Option<Normalised> {
    if dialled.is_empty() {
        return None;
    }
    if !plus && SHORT_CODE_LENS.contains(&dialled.len()) {
        let flag = is_zero(dialled).then_some(Flag::Junk);
        let flags = flag.into_iter().collect();
        return Some(Normalised { scheme: "shortcode", value: dialled.to_owned(), flags });
    }
    if is_zero(dialled) {
        return Some(Normalised::flagged(SCHEME, dialled.to_owned(), Flag::Junk));
    }
    let international = plus || dialled.starts_with("00");
    let mut digits = dialled;
    while international && let Some(rest) = digits.strip_prefix("00") {
        digits = rest;
    }
    if let Some(subscriber) = pakistani_mobile(digits, international, ctx.country()) {
        let mut value = String::with_capacity(13);
        value.push_str("+92");
        value.push_str(subscriber);
        // 0300 0000000 is what forms hold where a number is compulsory.
        let flag = subscriber.ends_with("0000000").then_some(Flag::Junk);
        return Some(Normalised { scheme: SCHEME, value, flags: flag.into_iter().collect() });
    }
    if !(NUMBER_DIGITS..=MAX_LEN).contains(&digits.len()) {
        let value = if international { format!("+{digits}") } else { digits.to_owned() };
        return Some(Normalised::flagged(SCHEME, value, Flag::WrongLength));
    }
    let country = ctx.country();
    Some(ctx.phones.resolve(country, digits, international))
}

/// The ten digits of a Pakistani mobile number.
fn pakistani_mobile(digits: &str, international: bool, country: Country) -> Option<&str> {
    let national = if international {
        digits.strip_prefix("92")?
    } else if country != Country::PAKISTAN {
        return None;
    } else if digits.len() >= 12 {
        digits.strip_prefix("92")?
    } else {
        digits
    };
    let national = if national.len() == 11 { national.strip_prefix('0')? } else { national };
    (national.len() == 10 && national.starts_with('3')).then_some(national)
}

/// A text with something other than digits in it.
fn word(raw: &str, ctx: &mut Context) -> Option<Normalised> {
    let text = usable(raw)?;
    if let Some((rest, plus)) = decorated(&text)
        && let Some(digits) = Digits::read(rest).filter(|digits| digits.len() >= NUMBER_DIGITS)
    {
        return number(digits.as_str(), plus || digits.plus, ctx);
    }
    let is_name = text.chars().any(char::is_alphabetic)
        && text.bytes().filter(u8::is_ascii_digit).count() < NUMBER_DIGITS
        && damage(&text).is_none();
    if is_name {
        return Some(Normalised::plain("sender", usable_upper(raw)?));
    }
    if text.contains('#') {
        // Service codes such as *100# are no masked numbers.
        return Some(Normalised::flagged(SCHEME, text, Flag::BadCharacter));
    }
    kept(SCHEME, raw, Flag::BadCharacter)
}

/// The number inside a `tel:` link or a messenger's account name, and whether it has its country code.
fn decorated(text: &str) -> Option<(&str, bool)> {
    if let Some((name, rest)) = text.split_once(':')
        && name.eq_ignore_ascii_case("tel")
    {
        return Some((rest, false));
    }
    let (number, server) = text.split_once('@')?;
    let messenger = server.eq_ignore_ascii_case("s.whatsapp.net") || server.eq_ignore_ascii_case("c.us");
    messenger.then_some((number, true))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(country: &str, cases: &[(&str, &str, &str, &[Flag])]) {
        let mut ctx = Context::new(country);
        for (text, scheme, value, flags) in cases {
            let found = msisdn(text, &mut ctx).unwrap();
            assert_eq!(
                (found.scheme, found.value.as_str(), &found.flags[..]),
                (*scheme, *value, *flags),
                "{text}"
            );
        }
    }

    #[test]
    fn pakistani_mobile_numbers_in_every_spelling() {
        let mut ctx = Context::new("PK");
        for text in [
            "03001234567",
            "3001234567",
            "923001234567",
            "+923001234567",
            "+92 300 1234567",
            "+92 (0)300 1234567",
            "00923001234567",
            "0092-300-1234567",
            "0300-1234567",
            "٠٣٠٠١٢٣٤٥٦٧",
            "۰۳۰۰ ۱۲۳۴۵۶۷",
            "923001234567.0",
            "9203001234567",
            "=\"03001234567\"",
            "tel:+92-300-1234567",
            "923001234567@s.whatsapp.net",
            "\u{202A}+92 300 1234567\u{202C}",
        ] {
            let found = msisdn(text, &mut ctx).unwrap();
            assert_eq!(found, Normalised::plain("msisdn", "+923001234567".to_owned()), "{text}");
        }
        assert!(ctx.phones().is_empty());
    }

    #[test]
    fn other_numbers() {
        check(
            "PK",
            &[
                ("042-35761234", "msisdn", "+924235761234", &[]),
                ("+92 42 35761234", "msisdn", "+924235761234", &[]),
                ("+86 138 0013 8000", "msisdn", "+8613800138000", &[]),
                ("0086 138 0013 8000", "msisdn", "+8613800138000", &[]),
                ("8613800138000", "msisdn", "+8613800138000", &[Flag::Unverified]),
                ("971501234567", "msisdn", "+971501234567", &[Flag::Unverified]),
                ("+44 (0)20 7946 0018", "msisdn", "+442079460018", &[]),
                ("300123456", "msisdn", "300123456", &[Flag::NotE164]),
                ("1234567890123456", "msisdn", "1234567890123456", &[Flag::WrongLength]),
                ("+123", "msisdn", "+123", &[Flag::WrongLength]),
                ("5", "msisdn", "5", &[Flag::WrongLength]),
                ("0", "msisdn", "0", &[Flag::Junk]),
                ("00000000000", "msisdn", "00000000000", &[Flag::Junk]),
                ("03000000000", "msisdn", "+923000000000", &[Flag::Junk]),
                ("3.00123E+11", "msisdn", "3.00123E+11", &[Flag::Damaged]),
                ("0300XXXX567", "msisdn", "0300XXXX567", &[Flag::Truncated]),
                ("0300*****67", "msisdn", "0300*****67", &[Flag::Truncated]),
                ("03001234567 / 03011234567", "msisdn", "03001234567 / 03011234567", &[Flag::BadCharacter]),
                ("03001234567 ext 5", "msisdn", "03001234567 ext 5", &[Flag::BadCharacter]),
                ("*100#", "msisdn", "*100#", &[Flag::BadCharacter]),
            ],
        );
        check(
            "AE",
            &[
                ("0501234567", "msisdn", "+971501234567", &[]),
                ("+92 300 1234567", "msisdn", "+923001234567", &[]),
                ("00923001234567", "msisdn", "+923001234567", &[]),
            ],
        );
    }

    #[test]
    fn a_trunk_prefix_is_not_seen_where_there_is_none() {
        let mut ctx = Context::new("PK");
        let free = msisdn("+7 800 555 35 35", &mut ctx).unwrap();
        assert_eq!(free.value, "+78005553535");
        let other = msisdn("+7 800 555 35 36", &mut ctx).unwrap();
        assert_ne!(free.value, other.value);
    }

    #[test]
    fn short_codes_and_senders_are_schemes_of_their_own() {
        check(
            "PK",
            &[
                ("8558", "shortcode", "8558", &[]),
                ("۸۵۵۸", "shortcode", "8558", &[]),
                ("15", "shortcode", "15", &[]),
                ("00", "shortcode", "00", &[Flag::Junk]),
                ("hbl", "sender", "HBL", &[]),
                (" Easy  Paisa ", "sender", "EASY PAISA", &[]),
                ("8558HBL", "sender", "8558HBL", &[]),
                ("حبیب", "sender", "حبیب", &[]),
            ],
        );
        assert_eq!(msisdn(" -- ", &mut Context::default()), None);
    }
}
