//! The Luhn check digit (ISO/IEC 7812-1, annex B), which handset and SIM card numbers end in.

/// The check digit for a run of ASCII digits; other characters are skipped.
///
/// # Complexity
/// Linear in the digits.
pub fn luhn_digit(digits: &str) -> u8 {
    // What doubling does to a digit, its own digits added up.
    const DOUBLED: [u8; 10] = [0, 2, 4, 6, 8, 1, 3, 5, 7, 9];
    let mut sum = 0_u32;
    let mut double = true;
    for byte in digits.bytes().rev().filter(u8::is_ascii_digit) {
        let digit = byte - b'0';
        sum += u32::from(if double { DOUBLED[usize::from(digit)] } else { digit });
        double = !double;
    }
    ((10 - sum % 10) % 10) as u8
}

/// Whether the last of some digits is the check digit of the others.
pub(super) fn luhn_holds(digits: &str) -> bool {
    match digits.as_bytes().split_last() {
        Some((last, _)) => last.wrapping_sub(b'0') == luhn_digit(&digits[..digits.len() - 1]),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_numbers_check() {
        // The example of the standard, and the handset number of 3GPP TS 23.003, annex B.
        assert!(luhn_holds("79927398713"));
        assert_eq!(luhn_digit("49015420323751"), 8);
        assert!(!luhn_holds("79927398710"));
        assert!(!luhn_holds(""));
    }
}
