//! Wallet addresses of Bitcoin (base58check and bech32), Ethereum (EIP-55) and TRON (base58check). Addresses of
//! other chains are kept as they are, unverified.
//!
//! Sources: BIP-13, BIP-173 and BIP-350 for Bitcoin, EIP-55 for the case of Ethereum's hexadecimal digits, the
//! TRON protocol's account section for the version byte 0x41.

use super::clean::{damage, usable};
use super::{Flag, Normalised};
use sha3::{Digest, Keccak256};

const SCHEME: &str = "wallet";

pub(super) fn wallet(raw: &str) -> Option<Normalised> {
    let text = usable(raw)?;
    let bare = without_uri(&text);
    let lower = bare.to_ascii_lowercase();
    if let Some(hex) = lower.strip_prefix("0x").filter(|hex| hex.bytes().all(|b| b.is_ascii_hexdigit())) {
        let flag = if hex.len() == 40 { ethereum_flag(bare) } else { Some(Flag::WrongLength) };
        return Some(Normalised { scheme: SCHEME, value: lower, flags: flag.into_iter().collect() });
    }
    if lower.starts_with("bc1") && lower.bytes().all(|b| b.is_ascii_alphanumeric()) {
        let sound = lower.len() <= 90 && bech32::segwit::decode(bare).is_ok();
        let flag = (!sound).then_some(Flag::BadChecksum);
        return Some(Normalised { scheme: SCHEME, value: lower, flags: flag.into_iter().collect() });
    }
    if let Some(version) = base58_version(bare) {
        let sound = bs58::decode(bare).with_check(Some(version)).into_vec().is_ok_and(|v| v.len() == 21);
        let flag = (!sound).then_some(Flag::BadChecksum);
        return Some(Normalised {
            scheme: SCHEME,
            value: bare.to_owned(),
            flags: flag.into_iter().collect(),
        });
    }
    let plain = bare.len() >= 20 && bare.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_:".contains(&b));
    let flag = damage(bare).unwrap_or(if plain { Flag::Unverified } else { Flag::BadCharacter });
    Some(Normalised::flagged(SCHEME, if plain { bare.to_owned() } else { text }, flag))
}

/// The address out of a payment link such as `bitcoin:1A1z...?amount=1`.
fn without_uri(text: &str) -> &str {
    let Some((name, rest)) = text.split_once(':') else {
        return text;
    };
    let known = ["bitcoin", "ethereum", "tron"].iter().any(|chain| name.eq_ignore_ascii_case(chain));
    let address = rest.split(['?', '@']).next().unwrap_or(rest);
    let usable = !address.is_empty() && address.bytes().all(|b| b.is_ascii_alphanumeric());
    if known && usable { address } else { text }
}

/// The version byte that the address begins with, by its first letter; `None` when it is no such address.
fn base58_version(text: &str) -> Option<u8> {
    let letters = (25..=35).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() && !b"0OIl".contains(&b));
    match text.as_bytes().first()? {
        b'1' if letters => Some(0x00),
        b'3' if letters => Some(0x05),
        b'T' if letters => Some(0x41),
        _ => None,
    }
}

/// Mixed case is a checksum: a letter is upper case where the hash of the lower-case digits has a high nibble.
fn ethereum_flag(address: &str) -> Option<Flag> {
    let hex = address.get(2..)?;
    let has_upper = hex.bytes().any(|b| b.is_ascii_uppercase());
    let has_lower = hex.bytes().any(|b| b.is_ascii_lowercase());
    if !(has_upper && has_lower) {
        return Some(Flag::Unverified);
    }
    let hash = Keccak256::digest(hex.to_ascii_lowercase());
    let nibbles = hash.iter().flat_map(|byte| [byte >> 4, byte & 0xf]);
    let fits = hex
        .bytes()
        .zip(nibbles)
        .all(|(b, nibble)| !b.is_ascii_alphabetic() || b.is_ascii_uppercase() == (nibble >= 8));
    (!fits).then_some(Flag::BadChecksum)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rules_of_the_table() {
        let eth = "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed";
        for (text, value, flags) in [
            // The genesis block's address; the examples of BIP-173, BIP-350 and EIP-55; TRON's USDT contract.
            ("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", &[][..]),
            (
                "bitcoin:1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa?amount=1",
                "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa",
                &[],
            ),
            (
                "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb",
                "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb",
                &[Flag::BadChecksum],
            ),
            ("BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", &[]),
            (
                "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0",
                "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0",
                &[],
            ),
            (
                "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5",
                "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5",
                &[Flag::BadChecksum],
            ),
            ("TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t", "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t", &[]),
            (
                "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6u",
                "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6u",
                &[Flag::BadChecksum],
            ),
            ("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", eth, &[]),
            ("0x5AAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", eth, &[Flag::BadChecksum]),
            (eth, eth, &[Flag::Unverified]),
            ("0x5aaeb6", "0x5aaeb6", &[Flag::WrongLength]),
            ("rEb8TK3gBgk5auZkwc6sHnwrGVJH8DuaLh", "rEb8TK3gBgk5auZkwc6sHnwrGVJH8DuaLh", &[Flag::Unverified]),
            ("ask him", "ask him", &[Flag::BadCharacter]),
        ] {
            let found = wallet(text).unwrap();
            assert_eq!((found.value.as_str(), &found.flags[..]), (value, flags), "{text}");
        }
    }
}
