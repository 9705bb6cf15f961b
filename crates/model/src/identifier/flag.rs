//! Flags: what is odd about an identifier that was kept all the same.

use std::fmt;

/// Something odd about an identifier.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Flag {
    /// Its check digits do not fit the rest.
    BadChecksum,
    /// The check digit is 0 although another one fits: many switches write 0 there. The rest counts.
    CheckDigitZero,
    /// A filler: zeros, one digit repeated, `N/A` and the like.
    Junk,
    /// No province has this first digit.
    UnknownProvince,
    /// The eleven-digit number of before 2001.
    OldFormat,
    /// A spreadsheet turned it into a rounded number (`3.00123E+11`); the lost digits cannot be had back.
    Damaged,
    /// Part of it is masked (`****1234`).
    Truncated,
    /// It has too many or too few characters.
    WrongLength,
    /// It has characters that the scheme does not know.
    BadCharacter,
    /// No international number can be made of it.
    NotE164,
    /// Its issuing country is missing or unknown.
    UnknownCountry,
    /// Nothing in it can be checked, or its country code is a guess.
    Unverified,
}

impl Flag {
    /// All flags.
    pub const ALL: [Self; 12] = [
        Self::BadChecksum,
        Self::CheckDigitZero,
        Self::Junk,
        Self::UnknownProvince,
        Self::OldFormat,
        Self::Damaged,
        Self::Truncated,
        Self::WrongLength,
        Self::BadCharacter,
        Self::NotE164,
        Self::UnknownCountry,
        Self::Unverified,
    ];

    /// A short stable code, for example `bad_checksum`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::BadChecksum => "bad_checksum",
            Self::CheckDigitZero => "check_digit_zero",
            Self::Junk => "junk",
            Self::UnknownProvince => "unknown_province",
            Self::OldFormat => "old_format",
            Self::Damaged => "damaged",
            Self::Truncated => "truncated",
            Self::WrongLength => "wrong_length",
            Self::BadCharacter => "bad_character",
            Self::NotE164 => "not_e164",
            Self::UnknownCountry => "unknown_country",
            Self::Unverified => "unverified",
        }
    }

    /// Whether it says that the identifier itself is wrong or does not single out one bearer, so that nothing
    /// may be concluded from two records sharing it.
    pub fn is_wrong(self) -> bool {
        match self {
            Self::CheckDigitZero | Self::OldFormat | Self::Unverified => false,
            Self::BadChecksum
            | Self::Junk
            | Self::UnknownProvince
            | Self::Damaged
            | Self::Truncated
            | Self::WrongLength
            | Self::BadCharacter
            | Self::NotE164
            | Self::UnknownCountry => true,
        }
    }
}

impl fmt::Display for Flag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_distinct_names() {
        for (i, flag) in Flag::ALL.iter().enumerate() {
            assert!(crate::is_scheme_name(flag.as_str()));
            assert!(Flag::ALL[..i].iter().all(|other| other.as_str() != flag.as_str()));
        }
    }
}
