//! Identifiers as people write them: the normal form with its usual marks put back, for pages and pictures.
//!
//! Data keeps the normal form; only what is read by people is written this way.

use std::borrow::Cow;

/// Digits in each part of a CNIC as it is printed.
const CNIC_PARTS: [usize; 3] = [5, 7, 1];

/// A normal form as people write it: a CNIC of thirteen digits with its dashes, `35202-1234567-1`; anything else
/// stands as it is, telephone numbers and bank accounts too, because their normal form is how they are dialled and
/// typed.
pub fn for_people<'a>(scheme: &str, value: &'a str) -> Cow<'a, str> {
    let [first, second, last] = CNIC_PARTS;
    if scheme == "cnic"
        && value.len() == first + second + last
        && value.bytes().all(|byte| byte.is_ascii_digit())
    {
        let (head, tail) = (&value[..first], &value[first..]);
        return Cow::Owned(format!("{head}-{}-{}", &tail[..second], &tail[second..]));
    }
    Cow::Borrowed(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identifier::{Context, Normaliser};

    #[test]
    fn dashes_go_and_come_back() {
        let written = "35202-1234567-1";
        let normal = Normaliser::Cnic.normalise(written, &mut Context::new("PK")).unwrap();
        assert_eq!(normal.value, "3520212345671");
        assert_eq!(for_people("cnic", &normal.value), written);
    }

    #[test]
    fn what_is_no_whole_cnic_stands_as_it_is() {
        for (scheme, value) in [
            ("cnic", "352021234567é"),
            ("cnic", "35202123456"),
            ("cnic", ""),
            ("msisdn", "+923001234567"),
            ("iban", "PK36SCBL0000001123456702"),
            ("ntn", "3520212345671"),
        ] {
            assert_eq!(for_people(scheme, value), value, "{scheme}");
        }
    }
}
