//! The text of a cell: what stands in the row's text, and is read by the types of specifications.
//!
//! | cell | text |
//! |---|---|
//! | text | as it is |
//! | number | digits, without exponent while it has at most 15 digits; rounded to the 15 that spreadsheets keep |
//! | longer number | with exponent, `8.99201E+18`: its last digits are lost, and it is no identifier any more |
//! | date, time, both | `2025-10-04`, `13:05:22`, `2025-10-04 13:05:22`: the forms that no order of dates reads otherwise |
//! | length of time | `27:05:00` |
//! | truth value | `true`, `false` |
//! | error | its word, such as `#N/A` |

use calamine::{DataRef, ExcelDateTime};
use std::borrow::Cow;
use std::fmt::Write;

/// The largest whole number that a spreadsheet keeps to the last digit has 15.
const EXACT: f64 = 1e15;

/// The text of a cell; empty where it holds nothing.
pub(super) fn text<'a>(cell: &'a DataRef<'_>) -> Cow<'a, str> {
    match cell {
        DataRef::Empty => Cow::Borrowed(""),
        DataRef::String(text) => Cow::Borrowed(text),
        DataRef::SharedString(text) => Cow::Borrowed(text),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => Cow::Borrowed(text),
        DataRef::Int(number) => Cow::Owned(number.to_string()),
        DataRef::Float(number) => Cow::Owned(self::number(*number)),
        DataRef::Bool(truth) => Cow::Borrowed(if *truth { "true" } else { "false" }),
        DataRef::DateTime(at) => Cow::Owned(time(at)),
        DataRef::Error(error) => Cow::Owned(error.to_string()),
    }
}

fn number(number: f64) -> String {
    if number.fract() == 0.0 && number.abs() < EXACT {
        return format!("{}", number as i64);
    }
    // 0.1 + 0.2 is kept as 0.30000000000000004 and shown as 0.3.
    let shown: f64 = format!("{number:.14e}").parse().unwrap_or(number);
    if shown.abs() < EXACT {
        return shown.to_string();
    }
    format!("{shown:E}").replacen('E', "E+", 1)
}

fn time(at: &ExcelDateTime) -> String {
    let mut out = String::new();
    // Writing to a text does not fail.
    let _ = if at.is_duration() {
        let seconds = (at.as_f64() * 86_400.0).round();
        let sign = if seconds < 0.0 { "-" } else { "" };
        let seconds = seconds.abs() as u64;
        write!(out, "{sign}{}:{:02}:{:02}", seconds / 3_600, seconds / 60 % 60, seconds % 60)
    } else {
        let (year, month, day, hour, minute, second, milli) = at.to_ymd_hms_milli();
        let has_day = !(0.0..1.0).contains(&at.as_f64());
        let has_clock = !has_day || (hour, minute, second, milli) != (0, 0, 0, 0);
        let day = if has_day { format!("{year:04}-{month:02}-{day:02}") } else { String::new() };
        let fraction = if milli == 0 { String::new() } else { format!(".{milli:03}") };
        let between = if has_day && has_clock { " " } else { "" };
        let clock =
            if has_clock { format!("{hour:02}:{minute:02}:{second:02}{fraction}") } else { String::new() };
        write!(out, "{day}{between}{clock}")
    };
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use calamine::ExcelDateTimeType;

    #[test]
    fn numbers_stand_as_the_sheet_shows_them() {
        for (given, want) in [
            (3_520_212_345_671.0, "3520212345671"),
            (-250.0, "-250"),
            (0.1 + 0.2, "0.3"),
            (1234.5, "1234.5"),
            (999_999_999_999_999.0, "999999999999999"),
            (8.992_010_000_001_2e18, "8.9920100000012E+18"),
            (1e20, "1E+20"),
            (0.000_000_1, "0.0000001"),
        ] {
            assert_eq!(number(given), want);
        }
    }

    #[test]
    fn dates_and_times_are_told_apart() {
        let at = |serial, kind| time(&ExcelDateTime::new(serial, kind, false));
        assert_eq!(at(45_934.0, ExcelDateTimeType::DateTime), "2025-10-04");
        assert_eq!(at(45_934.5, ExcelDateTimeType::DateTime), "2025-10-04 12:00:00");
        assert_eq!(at(0.25, ExcelDateTimeType::DateTime), "06:00:00");
        assert_eq!(at(0.0, ExcelDateTimeType::DateTime), "00:00:00");
        assert_eq!(at(27.0 / 24.0, ExcelDateTimeType::TimeDelta), "27:00:00");
    }
}
