//! Damage and habits of real files: many spellings of one number, cut handset numbers, spreadsheet accidents.

use super::numbers::dashed_cnic;
use super::rng::Rng;

/// A number of twelve digits in one of the spellings found in call records.
pub(super) fn spell_msisdn(rng: &mut Rng, digits: &str) -> String {
    let local = digits.strip_prefix("92").unwrap_or(digits);
    match rng.below(10) {
        0..=5 => digits.to_owned(),
        6 => format!("0{local}"),
        7 => local.to_owned(),
        8 => format!("+{digits}"),
        _ => format!("0092{local}"),
    }
}

/// `0308-0123456` of `923080123456`.
pub(super) fn dashed_msisdn(digits: &str) -> String {
    let local = digits.strip_prefix("92").unwrap_or(digits);
    let (prefix, rest) = local.split_at(local.len().min(3));
    format!("0{prefix}-{rest}")
}

/// What a spreadsheet makes of a number: `9.23081E+11`. Nothing can repair it.
pub(super) fn spreadsheet_accident(digits: &str) -> String {
    let (head, tail) = digits.split_at(1);
    format!("{head}.{}E+11", tail.get(..5).unwrap_or(tail))
}

/// A handset number as networks record it: whole, without its check digit, with 0 in its place, or nothing.
pub(super) fn spell_imei(rng: &mut Rng, imei: &str) -> String {
    let body = imei.get(..14).unwrap_or(imei);
    match rng.below(20) {
        0..=7 => imei.to_owned(),
        8..=12 => format!("{body}0"),
        13 => body.to_owned(),
        14 => "000000000000000".to_owned(),
        _ => String::new(),
    }
}

/// A CNIC with dashes, or bare.
pub(super) fn spell_cnic(rng: &mut Rng, cnic: &str) -> String {
    if rng.chance(70) { dashed_cnic(cnic) } else { cnic.to_owned() }
}

/// Another clerk's spelling of a name.
pub(super) fn spell_name(rng: &mut Rng, name: &str) -> String {
    match rng.below(8) {
        0 => name.to_uppercase(),
        1 => name.replace("Muhammad", "Mohammad"),
        2 => name.replace("Ahmed", "Ahmad").replace("Chaudhry", "Chaudhary"),
        3 => format!("{name} "),
        _ => name.to_owned(),
    }
}

/// `Rs 1,250,000`.
pub(super) fn rupees(amount: i64) -> String {
    format!("Rs {}", grouped(amount))
}

/// `1,250,000`.
pub(super) fn grouped(amount: i64) -> String {
    let digits = amount.abs().to_string();
    let mut text = String::from(if amount < 0 { "-" } else { "" });
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings() {
        assert_eq!(dashed_msisdn("923080123456"), "0308-0123456");
        assert_eq!(spreadsheet_accident("923080123456"), "9.23080E+11");
        assert_eq!(rupees(1_250_000), "Rs 1,250,000");
        assert_eq!(grouped(-999), "-999");
        assert_eq!(grouped(62_270_000), "62,270,000");
    }
}
