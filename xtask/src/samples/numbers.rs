//! Invented identifiers that pass the public check rules but lie in blocks that no issuer is known to use.
//!
//! Each function is a bijection from a serial to an identifier, so that two serials never share one:
//! - CNIC: division digit 9, which no province has; the last digit tells the sex.
//! - MSISDN: subscriber parts that begin with 0 under one prefix an operator.
//! - IMEI: type allocation codes that begin `001`, the block of test handsets.
//! - IMSI: network code 99 of country 410, unassigned.
//! - IBAN: bank codes `SYNA`, `SYNB`, `SYNC`; check digits by ISO 13616 (mod 97).

use super::world::{Bank, Operator, Sex};

/// Five-digit heads of CNICs, by home region.
pub(super) const CNIC_HEADS: [&str; 5] = ["39901", "49902", "69903", "39904", "19905"];

/// A CNIC of 13 digits.
pub(super) fn cnic(serial: u64, region: usize, sex: Sex) -> String {
    let family = (serial * 7_654_321 + 1_234_567) % 10_000_000;
    let last = match sex {
        Sex::Male => 1 + 2 * (serial % 5),
        Sex::Female => 2 * (serial % 5),
    };
    format!("{}{family:07}{last}", CNIC_HEADS[region % CNIC_HEADS.len()])
}

/// `39901-1234567-1` of `3990112345671`.
pub(super) fn dashed_cnic(cnic: &str) -> String {
    match (cnic.get(..5), cnic.get(5..12), cnic.get(12..)) {
        (Some(head), Some(family), Some(last)) => format!("{head}-{family}-{last}"),
        _ => cnic.to_owned(),
    }
}

/// A passport number.
pub(super) fn passport(serial: u64) -> String {
    format!("ZX{:07}", (serial * 7_654_321 + 7_654_321) % 10_000_000)
}

/// A number of twelve digits in the form `923080123456`.
pub(super) fn msisdn(serial: u64, operator: Operator) -> String {
    let prefix = match operator {
        Operator::Alpha => "308",
        Operator::Beta => "348",
    };
    // 999,983 is prime, so the product runs through all rests; 1 is added so that nobody has 000000.
    format!("92{prefix}0{:06}", (serial * 654_321 + 123_456) % 999_983 + 1)
}

/// An IMSI of 15 digits.
pub(super) fn imsi(serial: u64) -> String {
    format!("41099{:010}", (serial * 7_654_321 + 99) % 10_000_000_000)
}

/// An IMEI of 15 digits with its check digit.
pub(super) fn imei(serial: u64) -> String {
    let body = format!("0019990{}{:06}", serial % 8, (serial * 654_321 + 42) % 1_000_000);
    let check = luhn_digit(&body);
    format!("{body}{check}")
}

/// The Luhn check digit of a text of digits.
fn luhn_digit(body: &str) -> u32 {
    let sum: u32 = body
        .bytes()
        .rev()
        .enumerate()
        .map(|(place, digit)| {
            let doubled = u32::from(digit - b'0') * if place % 2 == 0 { 2 } else { 1 };
            doubled / 10 + doubled % 10
        })
        .sum();
    (10 - sum % 10) % 10
}

/// An IBAN of 24 characters.
pub(super) fn iban(serial: u64, bank: Bank) -> String {
    let tail = format!("{}{:016}", bank.code(), (serial * 7_654_321 + 11) % 10_000_000_000);
    let check = 98 - mod_97(&format!("{tail}PK00"));
    format!("PK{check:02}{tail}")
}

/// The remainder by 97 of a text in which letters stand for 10 to 35.
pub(super) fn mod_97(text: &str) -> u64 {
    text.chars().filter_map(|c| c.to_digit(36)).fold(0, |rest, digit| {
        let shift = if digit < 10 { 10 } else { 100 };
        (rest * shift + u64::from(digit)) % 97
    })
}

/// A company number of seven digits.
pub(super) fn company(serial: u64) -> String {
    format!("0{:06}", (serial * 654_321 + 900_001) % 1_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn checks_hold_and_serials_never_collide() {
        let mut seen = BTreeSet::new();
        for serial in 0..5000 {
            let account = iban(serial, Bank::B);
            let turned = format!("{}{}", &account[4..], &account[..4]);
            assert_eq!((account.len(), mod_97(&turned)), (24, 1));
            let handset = imei(serial);
            assert_eq!(handset.len(), 15);
            assert_eq!(luhn_digit(&handset[..14]).to_string(), handset[14..]);
            let number = msisdn(serial, Operator::Alpha);
            assert_eq!(number.len(), 12);
            let card = cnic(serial, 2, Sex::Female);
            assert_eq!(card.len(), 13);
            for text in [account, handset, number, card, passport(serial), imsi(serial), company(serial)] {
                assert!(seen.insert(text));
            }
        }
    }

    #[test]
    fn the_check_rules_agree_with_known_numbers() {
        // The example IBAN of the registry's page for Pakistan, and the IMEI of the Luhn example of 3GPP
        // 23.003 B.
        assert_eq!(mod_97("SCBL0000001123456702PK36"), 1);
        assert_eq!(luhn_digit("49015420323751"), 8);
        assert_eq!(dashed_cnic("3990112345671"), "39901-1234567-1");
    }
}
