//! Numbers, amounts of money and truth values as agencies write them.

use jaal_model::Value;

/// How a file writes numbers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct NumberStyle {
    /// Removed wherever it stands between digits.
    pub(crate) thousands: Option<char>,
    /// Between the whole and the fraction.
    pub(crate) decimal: char,
}

impl Default for NumberStyle {
    fn default() -> Self {
        Self { thousands: None, decimal: '.' }
    }
}

/// Reads a whole number; a fraction of zeros (`12.00`, as spreadsheets write it) is allowed.
pub(crate) fn int(text: &str, style: NumberStyle) -> Option<i64> {
    if let Ok(number) = text.parse() {
        return Some(number);
    }
    whole(&plain(text, style)?)
}

/// Reads a decimal number, with or without exponent.
pub(crate) fn float(text: &str, style: NumberStyle) -> Option<f64> {
    let text = plain(text, style)?;
    // `parse` also reads words such as "inf" and "nan", which no file means as a number.
    if !text.bytes().all(|b| b.is_ascii_digit() || b"+-.eE".contains(&b)) {
        return None;
    }
    text.parse().ok().filter(|number: &f64| number.is_finite())
}

/// Reads an amount: currency words, spaces, commas and a closing `/-` are dropped, brackets mean minus. Whole
/// amounts are integers, others floats.
pub(crate) fn money(text: &str, style: NumberStyle) -> Option<Value> {
    let (negative, text) = amount_digits(text, style)?;
    if let Some(number) = whole(&text) {
        return Some(Value::Int(if negative { -number } else { number }));
    }
    let number: f64 = text.parse().ok().filter(|n: &f64| n.is_finite())?;
    Some(Value::Float(if negative { -number } else { number }))
}

/// What is left of an amount without currency, separators and sign: digits with at most one point between them; and
/// whether it is below nothing.
pub(super) fn amount_digits(text: &str, style: NumberStyle) -> Option<(bool, String)> {
    let mut text = text.trim();
    let mut negative = false;
    if let Some(inner) = text.strip_prefix('(').and_then(|t| t.strip_suffix(')')) {
        negative = true;
        text = inner.trim();
    }
    text = text.strip_suffix("/-").or_else(|| text.strip_suffix("/=")).unwrap_or(text).trim();
    text = without_currency(text);
    if let Some(rest) = text.strip_prefix('-') {
        negative = !negative;
        text = without_currency(rest.trim());
    }
    let style = NumberStyle {
        thousands: style.thousands.or((style.decimal != ',').then_some(',')),
        decimal: style.decimal,
    };
    let text: String = plain(text, style)?.chars().filter(|c| *c != ' ').collect();
    let first = text.bytes().next()?;
    if !first.is_ascii_digit() && first != b'.' {
        return None;
    }
    let is_plain = text.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    let points = text.bytes().filter(|b| *b == b'.').count();
    (is_plain && points <= 1 && text != ".").then_some((negative, text))
}

/// Reads a truth value.
pub(crate) fn truth(text: &str) -> Option<bool> {
    let any = |words: &[&str]| words.iter().any(|w| w.eq_ignore_ascii_case(text));
    if any(&["true", "t", "yes", "y", "1"]) {
        Some(true)
    } else if any(&["false", "f", "no", "n", "0"]) {
        Some(false)
    } else {
        None
    }
}

fn without_currency(text: &str) -> &str {
    for word in ["PKR", "Rs.", "Rs", "Rupees"] {
        if text.get(..word.len()).is_some_and(|head| head.eq_ignore_ascii_case(word)) {
            return text.get(word.len()..).unwrap_or("").trim_start();
        }
        if let Some(at) = text.len().checked_sub(word.len())
            && text.get(at..).is_some_and(|tail| tail.eq_ignore_ascii_case(word))
        {
            return text.get(..at).unwrap_or("").trim_end();
        }
    }
    text
}

/// The number with its separators as Rust reads them.
fn plain(text: &str, style: NumberStyle) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut seen_decimal = false;
    for c in text.trim().chars() {
        if c == style.decimal {
            seen_decimal = true;
            out.push('.');
        } else if Some(c) == style.thousands {
            if seen_decimal || out.is_empty() {
                return None;
            }
        } else if c == '.' {
            return None;
        } else {
            out.push(c);
        }
    }
    (!out.is_empty()).then_some(out)
}

fn whole(text: &str) -> Option<i64> {
    let (head, fraction) = text.split_once('.').unwrap_or((text, ""));
    if fraction.bytes().all(|b| b == b'0') { head.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COMMA: NumberStyle = NumberStyle { thousands: Some(','), decimal: '.' };
    const GERMAN: NumberStyle = NumberStyle { thousands: Some('.'), decimal: ',' };

    #[test]
    fn whole_numbers() {
        assert_eq!(int("12", NumberStyle::default()), Some(12));
        assert_eq!(int("-12.00", NumberStyle::default()), Some(-12));
        assert_eq!(int("1,234,567", COMMA), Some(1_234_567));
        assert_eq!(int("1.234.567", GERMAN), Some(1_234_567));
        for bad in ["", "1,234", "1.5", "x", "1e3", "99999999999999999999"] {
            assert_eq!(int(bad, NumberStyle::default()), None, "{bad}");
        }
    }

    #[test]
    fn decimal_numbers() {
        assert_eq!(float("1,234.5", COMMA), Some(1_234.5));
        assert_eq!(float("1.234,5", GERMAN), Some(1_234.5));
        assert_eq!(float("-2e3", NumberStyle::default()), Some(-2_000.0));
        for bad in ["", "nan", "inf", "1e999", "1.2.3", "--1"] {
            assert_eq!(float(bad, NumberStyle::default()), None, "{bad}");
        }
    }

    #[test]
    fn amounts() {
        for (text, want) in [
            ("Rs. 5,00,000/-", 500_000),
            ("PKR 1,234.00", 1_234),
            ("1234 Rs", 1_234),
            ("(500)", -500),
            ("-Rs 500", -500),
            ("Rs -500", -500),
            ("0", 0),
        ] {
            assert_eq!(money(text, NumberStyle::default()), Some(Value::Int(want)), "{text}");
        }
        assert_eq!(money("Rs 12.50", NumberStyle::default()), Some(Value::Float(12.5)));
        assert_eq!(money("1.234,50", GERMAN), Some(Value::Float(1_234.5)));
        for bad in ["", "Rs", "five", "12x", "--5", "(", "()", "-"] {
            assert_eq!(money(bad, NumberStyle::default()), None, "{bad}");
        }
    }

    #[test]
    fn truth_values() {
        assert_eq!(truth("Yes"), Some(true));
        assert_eq!(truth("0"), Some(false));
        assert_eq!(truth("maybe"), None);
    }
}
