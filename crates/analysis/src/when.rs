//! Days: of a value, of an instant, and how they are written.

use jaal_model::Value;
use jaal_model::value::Date;
use jaal_model::value::time::SECONDS_PER_DAY;

/// The calendar day of a date, date-time or local date-time, as the clock there showed it; days since 1970-01-01.
pub(crate) fn day(value: &Value) -> Option<i64> {
    match value {
        Value::Date(date) => Some(date.days()),
        Value::LocalDateTime(time) => Some(time.date().days()),
        Value::DateTime(time) => Some(time.local().date().days()),
        _ => None,
    }
}

/// The day of an instant, UTC.
pub(crate) fn day_of_seconds(seconds: i64) -> i64 {
    seconds.div_euclid(SECONDS_PER_DAY)
}

/// A day as `2025-10-04`.
pub(crate) fn iso_day(days: i64) -> String {
    let (year, month, day) = Date::from_days(days).ymd();
    format!("{year:04}-{month:02}-{day:02}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use jaal_model::value::{DateTime, LocalDateTime};

    #[test]
    fn days_and_seconds_agree() {
        let date = Value::Date(Date::from_ymd(2025, 10, 4).unwrap());
        assert_eq!(iso_day(day(&date).unwrap()), "2025-10-04");
        assert_eq!(day_of_seconds(date.clock_seconds().unwrap()), day(&date).unwrap());
        let evening = DateTime { seconds: 86_400 - 3_600, nanos: 0, offset_s: 5 * 3_600, zone: None };
        assert_eq!(Value::DateTime(evening.clone()).clock_seconds(), Some(86_400 + 4 * 3_600));
        assert_eq!(day(&Value::DateTime(evening)), Some(1));
        assert_eq!(day(&Value::LocalDateTime(LocalDateTime { seconds: -1, nanos: 0 })), Some(-1));
        assert_eq!(day(&Value::from("2025-10-04")), None);
    }
}
