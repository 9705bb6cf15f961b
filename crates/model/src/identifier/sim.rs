//! Numbers of SIM cards: the subscription (IMSI, ITU-T E.212, 15 digits) and the card itself (ICCID, ITU-T E.118,
//! 19 or 20 digits that begin with 89 and end in a Luhn check digit).

use super::clean::{Digits, is_repeated, kept};
use super::luhn::luhn_holds;
use super::{Flag, Normalised};

const IMSI_LEN: usize = 15;

pub(super) fn imsi(raw: &str) -> Option<Normalised> {
    number("imsi", raw, |digits| (digits.len() != IMSI_LEN).then_some(Flag::WrongLength))
}

pub(super) fn iccid(raw: &str) -> Option<Normalised> {
    // Cards store digits in pairs and fill an odd number up with F.
    let unfilled = raw.trim_end().strip_suffix(['F', 'f']);
    let text = unfilled.filter(|text| Digits::read_unsigned(text).is_some_and(|d| d.len() > 0));
    number("iccid", text.unwrap_or(raw), |digits| {
        if !(19..=20).contains(&digits.len()) {
            Some(Flag::WrongLength)
        } else if !luhn_holds(digits) {
            Some(Flag::BadChecksum)
        } else {
            (!digits.starts_with("89")).then_some(Flag::Unverified)
        }
    })
}

fn number(scheme: &'static str, raw: &str, check: impl Fn(&str) -> Option<Flag>) -> Option<Normalised> {
    let Some(digits) = Digits::read_unsigned(raw) else {
        return kept(scheme, raw, Flag::BadCharacter);
    };
    let value = digits.as_str();
    if value.is_empty() {
        return None;
    }
    let flag = if is_repeated(value) { Some(Flag::Junk) } else { check(value) };
    Some(Normalised { scheme, value: value.to_owned(), flags: flag.into_iter().collect() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subscriptions_have_fifteen_digits() {
        for (text, value, flags) in [
            ("410 01 1234567890", "410011234567890", &[][..]),
            ("٤١٠٠١١٢٣٤٥٦٧٨٩٠", "410011234567890", &[]),
            ("41001123456789", "41001123456789", &[Flag::WrongLength]),
            ("000000000000000", "000000000000000", &[Flag::Junk]),
            ("4.10011E+14", "4.10011E+14", &[Flag::Damaged]),
        ] {
            let found = imsi(text).unwrap();
            assert_eq!((found.value.as_str(), &found.flags[..]), (value, flags), "{text}");
        }
    }

    #[test]
    fn cards_have_a_check_digit() {
        let body = "8992010123456789012";
        let good = format!("{body}{}", super::super::luhn_digit(body));
        assert_eq!(iccid(&good).unwrap(), Normalised::plain("iccid", good.clone()));
        let short = &body[..18];
        let short = format!("{short}{}", super::super::luhn_digit(short));
        assert_eq!(iccid(&format!("{short}F")).unwrap(), Normalised::plain("iccid", short));
        let wrong = format!("{body}{}", (super::super::luhn_digit(body) + 1) % 10);
        assert_eq!(iccid(&wrong).unwrap().flags, [Flag::BadChecksum]);
        assert_eq!(iccid("8992").unwrap().flags, [Flag::WrongLength]);
    }
}
