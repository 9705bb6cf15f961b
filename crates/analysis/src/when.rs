//! Times of links and entities: which property tells when something happened, and how a day is written.

use jaal_model::Value;
use jaal_model::value::time::SECONDS_PER_DAY;
use jaal_model::value::Date;

/// Properties that say when an event happened, in the order in which they are asked.
pub(crate) const EVENT_PROPERTIES: [&str; 2] = ["at", "date"];

/// When something happened, in seconds since 1970 of the clock that was read there. Questions name days, and a row
/// that says 00:30 on the fifth belongs to the fifth whatever the zone; a date counts from its first second.
pub(crate) fn seconds(value: &Value) -> Option<i64> {
    match value {
        Value::Date(date) => date.days().checked_mul(SECONDS_PER_DAY),
        Value::LocalDateTime(time) => Some(time.seconds),
        Value::DateTime(time) => Some(time.local().seconds),
        _ => None,
    }
}

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
        assert_eq!(day_of_seconds(seconds(&date).unwrap()), day(&date).unwrap());
        let evening = DateTime { seconds: 86_400 - 3_600, nanos: 0, offset_s: 5 * 3_600, zone: None };
        assert_eq!(seconds(&Value::DateTime(evening.clone())), Some(86_400 + 4 * 3_600));
        assert_eq!(day(&Value::DateTime(evening)), Some(1));
        assert_eq!(day(&Value::LocalDateTime(LocalDateTime { seconds: -1, nanos: 0 })), Some(-1));
        assert_eq!(day(&Value::from("2025-10-04")), None);
    }
}
