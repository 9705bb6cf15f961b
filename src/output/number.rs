//! Numbers for people: thousands apart, amounts of money, sizes of files.

/// A whole number with its thousands apart: `1,234,567`.
pub(crate) fn grouped(number: impl Into<i128>) -> String {
    let number = number.into();
    let digits = number.unsigned_abs().to_string();
    let mut text = String::with_capacity(digits.len() * 4 / 3 + 1);
    if number < 0 {
        text.push('-');
    }
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A number with its noun, which is given in the singular: `1 link`, `3 links`, `2 entities`.
pub(crate) fn counted(number: u64, noun: &str) -> String {
    match noun.strip_suffix('y') {
        _ if number == 1 => format!("1 {noun}"),
        Some(stem) => format!("{} {stem}ies", grouped(number)),
        None => format!("{} {noun}s", grouped(number)),
    }
}

/// An amount of whole rupees.
pub(crate) fn rupees(amount: i64) -> String {
    format!("Rs {}", grouped(amount))
}

/// A size in the unit that leaves at most three digits before the point.
pub(crate) fn bytes(size: u64) -> String {
    const UNITS: [&str; 5] = ["bytes", "kB", "MB", "GB", "TB"];
    let mut value = size as f64;
    let mut unit = 0;
    while value >= 999.5 && unit + 1 < UNITS.len() {
        value /= 1000.0;
        unit += 1;
    }
    if unit == 0 { format!("{size} {}", UNITS[0]) } else { format!("{value:.1} {}", UNITS[unit]) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_stand_apart_and_come_back() {
        let cases = [
            (0, "0"),
            (999, "999"),
            (1_000, "1,000"),
            (-1_234_567, "-1,234,567"),
            (62_270_000, "62,270,000"),
        ];
        for (number, text) in cases {
            assert_eq!(grouped(number), text);
        }
        for number in (-5_000_000_i64..5_000_000).step_by(7_919).chain([i64::MIN, i64::MAX]) {
            assert_eq!(grouped(number).replace(',', ""), number.to_string());
        }
        assert_eq!(counted(1, "link"), "1 link");
        assert_eq!(counted(0, "link"), "0 links");
        assert_eq!(counted(1_200, "entity"), "1,200 entities");
        assert_eq!(rupees(62_270_000), "Rs 62,270,000");
    }

    #[test]
    fn sizes_have_a_unit() {
        let cases = [
            (0, "0 bytes"),
            (999, "999 bytes"),
            (1_000, "1.0 kB"),
            (8_400_000, "8.4 MB"),
            (u64::MAX, "18446744.1 TB"),
        ];
        for (size, text) in cases {
            assert_eq!(bytes(size), text);
        }
    }
}
