//! Opaque ids: what people see of entities and links. Ledger numbers go through a keyed permutation of 52 bits
//! (exact in a JavaScript number), so that gaps between them tell nothing about what a reader may not see.
//!
//! The permutation is a balanced Feistel network of two 26-bit halves and eight rounds, the round function being
//! keyed BLAKE3 (M. Luby, C. Rackoff, *How to construct pseudorandom permutations from pseudorandom functions*,
//! SIAM J. Comput. 17(2), 1988: four rounds suffice for a strong pseudorandom permutation).

use crate::{AssertionId, IdentityId};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

const HALF_BITS: u32 = 26;
const HALF_MASK: u64 = (1 << HALF_BITS) - 1;
const ROUNDS: u8 = 8;
/// Crockford's base 32: no I, L, O or U.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// 52 bits in base 32.
const DIGITS: usize = 11;

/// The store's secret for opaque ids, kept in `meta` and in dumps.
#[derive(Clone, PartialEq, Eq)]
pub struct OpaqueKey(pub [u8; 32]);

impl fmt::Debug for OpaqueKey {
    /// Says that there is a key, not what it is.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OpaqueKey(..)")
    }
}

impl OpaqueKey {
    /// The id of the entity that an identity stands for.
    pub fn entity(&self, identity: IdentityId) -> EntityId {
        EntityId(self.permute(identity.0, b'E'))
    }

    /// The identity behind an entity's id.
    pub fn identity(&self, id: EntityId) -> IdentityId {
        IdentityId(self.invert(id.0, b'E'))
    }

    /// The id of the link whose earliest visible claim this is.
    pub fn link(&self, claim: AssertionId) -> LinkId {
        LinkId(self.permute(claim.0, b'L'))
    }

    /// The claim behind a link's id.
    pub fn claim(&self, id: LinkId) -> AssertionId {
        AssertionId(self.invert(id.0, b'L'))
    }

    fn round(&self, half: u64, round: u8, domain: u8) -> u64 {
        let mut input = [0; 10];
        input[..8].copy_from_slice(&half.to_le_bytes());
        input[8] = round;
        input[9] = domain;
        let hash = blake3::keyed_hash(&self.0, &input);
        let bytes = hash.as_bytes();
        u64::from(u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]])) & HALF_MASK
    }

    fn permute(&self, number: u64, domain: u8) -> u64 {
        let (mut left, mut right) = (number >> HALF_BITS & HALF_MASK, number & HALF_MASK);
        for round in 0..ROUNDS {
            (left, right) = (right, left ^ self.round(right, round, domain));
        }
        left << HALF_BITS | right
    }

    fn invert(&self, id: u64, domain: u8) -> u64 {
        let (mut left, mut right) = (id >> HALF_BITS & HALF_MASK, id & HALF_MASK);
        for round in (0..ROUNDS).rev() {
            (left, right) = (right ^ self.round(left, round, domain), left);
        }
        left << HALF_BITS | right
    }
}

/// Why a text is not an opaque id.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("`{text}` is not an id: {letter} and {DIGITS} digits of base 32 expected")]
pub struct OpaqueError {
    /// The offending text.
    pub text: String,
    /// The letter that ids of this sort begin with.
    pub letter: char,
}

macro_rules! opaque {
    ($(#[$doc:meta])* $name:ident, $letter:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub struct $name(u64);

        impl $name {
            /// The 52-bit number.
            pub fn number(self) -> u64 {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}{}", $letter, digits(self.0))
            }
        }

        impl FromStr for $name {
            type Err = OpaqueError;
            fn from_str(text: &str) -> Result<Self, OpaqueError> {
                number(text, $letter)
                    .map(Self)
                    .ok_or_else(|| OpaqueError { text: text.to_owned(), letter: $letter })
            }
        }

        impl Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

opaque! {
    /// What people see of an entity, for example `E05K2M9QZX1A`.
    EntityId, 'E'
}
opaque! {
    /// What people see of a link, for example `L7Q0TT3N5B42`.
    LinkId, 'L'
}

fn digits(number: u64) -> String {
    (0..DIGITS).rev().map(|place| ALPHABET[(number >> (5 * place) & 31) as usize] as char).collect()
}

fn number(text: &str, letter: char) -> Option<u64> {
    let mut chars = text.chars();
    if chars.next()?.to_ascii_uppercase() != letter || text.len() != DIGITS + 1 {
        return None;
    }
    let number = chars.try_fold(0_u64, |sum, c| {
        let digit = ALPHABET.iter().position(|a| *a as char == c.to_ascii_uppercase())?;
        Some(sum << 5 | digit as u64)
    })?;
    (number < 1 << (2 * HALF_BITS)).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn the_permutation_inverts_and_never_collides() {
        let key = OpaqueKey([7; 32]);
        let mut seen = BTreeSet::new();
        for n in (0..4_000).chain([(1 << 52) - 1, 1 << 40]) {
            let id = key.entity(IdentityId(n));
            assert_eq!(key.identity(id), IdentityId(n));
            assert_eq!(id.to_string().parse::<EntityId>(), Ok(id));
            assert!(seen.insert(id));
            let link = key.link(AssertionId(n));
            assert_eq!(key.claim(link), AssertionId(n));
            assert_eq!(link.to_string().to_lowercase().parse::<LinkId>(), Ok(link));
        }
    }

    #[test]
    fn other_texts_are_refused() {
        for bad in ["", "E", "E0000000000", "L00000000000", "EU0000000000", "EZZZZZZZZZZZ", "é0000000000"] {
            assert!(bad.parse::<EntityId>().is_err(), "{bad}");
        }
    }
}
