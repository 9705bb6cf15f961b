//! Vehicle registration plates: letters and digits in upper case. Formats differ by province and year, so
//! nothing more is asked of them.

use super::clean::squeezed;
use super::{Flag, Normalised};

pub(super) fn plate(raw: &str) -> Option<Normalised> {
    let value = squeezed(raw)?;
    let has_both = value.chars().any(char::is_numeric) && value.chars().any(char::is_alphabetic);
    Some(if value.chars().count() > 12 {
        Normalised::flagged("plate", value, Flag::WrongLength)
    } else if has_both {
        Normalised::plain("plate", value)
    } else {
        Normalised::flagged("plate", value, Flag::Unverified)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rules_of_the_table() {
        for (text, value, flags) in [
            ("lea-12-1234", "LEA121234", &[][..]),
            ("LEA 12 ۱۲۳۴", "LEA121234", &[]),
            ("粤B·12345", "粤B12345", &[]),
            ("1234", "1234", &[Flag::Unverified]),
            ("see the note on page 4", "SEETHENOTEONPAGE4", &[Flag::WrongLength]),
        ] {
            let found = plate(text).unwrap();
            assert_eq!((found.value.as_str(), &found.flags[..]), (value, flags), "{text}");
        }
        assert_eq!(plate("--"), None);
    }
}
