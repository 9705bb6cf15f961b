//! Exact decimal numbers, for sums that must come out to the last paisa.

use super::number::{NumberStyle, amount_digits};
use std::fmt;

/// A number with a fixed count of digits behind the point.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Decimal {
    /// The number without its point.
    unscaled: i128,
    /// Digits behind the point.
    scale: u32,
}

/// More digits behind the point than any amount has; a longer fraction is no amount.
const MAX_SCALE: u32 = 12;

impl Decimal {
    pub(crate) const ZERO: Self = Self { unscaled: 0, scale: 0 };

    /// Reads an amount as [`super::number::money`] does, without rounding.
    pub(crate) fn parse(text: &str, style: NumberStyle) -> Option<Self> {
        let (negative, digits) = amount_digits(text, style)?;
        let (whole, fraction) = digits.split_once('.').unwrap_or((&digits, ""));
        let fraction = fraction.trim_end_matches('0');
        let scale = u32::try_from(fraction.len()).ok().filter(|scale| *scale <= MAX_SCALE)?;
        let joined = format!("{whole}{fraction}");
        let joined = joined.trim_start_matches('0');
        // 25 digits leave room to bring two numbers to one scale and to add them.
        if joined.len() > 25 || !joined.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let unscaled: i128 = if joined.is_empty() { 0 } else { joined.parse().ok()? };
        Some(Self { unscaled: if negative { -unscaled } else { unscaled }, scale })
    }

    pub(crate) fn plus(self, other: Self) -> Option<Self> {
        let scale = self.scale.max(other.scale);
        let sum = self.at(scale)?.checked_add(other.at(scale)?)?;
        Some(Self { unscaled: sum, scale })
    }

    pub(crate) fn minus(self, other: Self) -> Option<Self> {
        self.plus(Self { unscaled: other.unscaled.checked_neg()?, ..other })
    }

    /// Whether the two are no further apart than `tolerance`.
    pub(crate) fn is_within(self, other: Self, tolerance: Self) -> bool {
        let apart = self.minus(other).map(|d| Self { unscaled: d.unscaled.saturating_abs(), ..d });
        apart.and_then(|apart| tolerance.minus(apart)).is_some_and(|room| room.unscaled >= 0)
    }

    fn at(self, scale: u32) -> Option<i128> {
        self.unscaled.checked_mul(10_i128.checked_pow(scale - self.scale)?)
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.unscaled < 0 { "-" } else { "" };
        let digits = format!("{:0>width$}", self.unscaled.unsigned_abs(), width = self.scale as usize + 1);
        let (whole, fraction) = digits.split_at(digits.len() - self.scale as usize);
        let fraction = fraction.trim_end_matches('0');
        let point = if fraction.is_empty() { "" } else { "." };
        write!(f, "{sign}{whole}{point}{fraction}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn decimal(text: &str) -> Decimal {
        Decimal::parse(text, NumberStyle::default()).unwrap()
    }

    #[test]
    fn sums_are_exact() {
        assert_eq!(decimal("0.1").plus(decimal("0.2")).unwrap().to_string(), "0.3");
        assert_eq!(decimal("Rs. 5,00,000/-").minus(decimal("0.01")).unwrap().to_string(), "499999.99");
        assert_eq!(decimal("(12.50)").to_string(), "-12.5");
        assert_eq!(decimal("0.00").to_string(), "0");
        assert!(decimal("10").is_within(decimal("10.01"), decimal("0.01")));
        assert!(!decimal("10").is_within(decimal("10.011"), decimal("0.01")));
        for bad in ["", "x", "1.2.3", "99999999999999999999999999999999"] {
            assert!(Decimal::parse(bad, NumberStyle::default()).is_none(), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn agrees_with_whole_numbers_of_paisa(a in -1_000_000_000_i64..1_000_000_000, b in -1_000_000_000_i64..1_000_000_000) {
            let text = |paisa: i64| {
                format!("{}{}.{:02}", if paisa < 0 { "-" } else { "" }, paisa.abs() / 100, paisa.abs() % 100)
            };
            let sum = decimal(&text(a)).plus(decimal(&text(b))).unwrap();
            prop_assert!(sum.is_within(decimal(&text(a + b)), Decimal::ZERO));
            prop_assert!(!sum.is_within(decimal(&text(a + b + 1)), Decimal::ZERO));
        }
    }
}
