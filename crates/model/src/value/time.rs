//! Temporal values as plain numbers: dates as days, times as nanoseconds, instants as seconds since 1970.
//! Calendar arithmetic uses the proleptic Gregorian calendar (Howard Hinnant, *chrono-Compatible Low-Level Date
//! Algorithms*, 2013: the formulas for days from civil and civil from days).

use serde::{Deserialize, Serialize};

/// Nanoseconds in a second.
pub const NANOS_PER_SECOND: u64 = 1_000_000_000;
/// Seconds in a day.
pub const SECONDS_PER_DAY: i64 = 86_400;

/// Years further from 0 than this have days that leave 64 bits.
const MAX_YEAR: u64 = 25_000_000_000_000_000;

/// A calendar date: days since 1970-01-01.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Date(i64);

/// A time of day without zone: nanoseconds since midnight, below 86,400,000,000,000.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct LocalTime(pub u64);

/// A time of day with its offset from UTC.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
pub struct Time {
    /// Local time of day.
    pub local: LocalTime,
    /// Offset east of UTC, in seconds.
    pub offset_s: i32,
}

/// A date and time of day without zone.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
pub struct LocalDateTime {
    /// Seconds since 1970-01-01T00:00 of the local clock.
    pub seconds: i64,
    /// Nanoseconds within the second.
    pub nanos: u32,
}

/// An instant, with the offset and zone it was given in.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
pub struct DateTime {
    /// Seconds since 1970-01-01T00:00Z.
    pub seconds: i64,
    /// Nanoseconds within the second.
    pub nanos: u32,
    /// Offset east of UTC that the clock showed, in seconds.
    pub offset_s: i32,
    /// The zone's IANA name, where it was given.
    pub zone: Option<String>,
}

/// A duration in openCypher's four parts, which do not convert into one another.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
pub struct Duration {
    /// Months.
    pub months: i64,
    /// Days.
    pub days: i64,
    /// Seconds.
    pub seconds: i64,
    /// Nanoseconds, same sign as the whole or not: `0..1_000_000_000` after normalisation.
    pub nanos: i32,
}

impl Date {
    /// The date that many days after 1970-01-01.
    pub fn from_days(days: i64) -> Self {
        Self(days)
    }

    /// Days since 1970-01-01.
    pub fn days(self) -> i64 {
        self.0
    }

    /// The date of a year, month (1 to 12) and day of the month; `None` when there is no such day.
    pub fn from_ymd(year: i64, month: u32, day: u32) -> Option<Self> {
        if !(1..=12).contains(&month) || day == 0 || day > days_in_month(year, month) {
            return None;
        }
        if year.unsigned_abs() > MAX_YEAR {
            return None;
        }
        let y = if month <= 2 { year - 1 } else { year };
        let era = y.div_euclid(400);
        let year_of_era = y.rem_euclid(400);
        let shifted_month = i64::from((month + 9) % 12);
        let day_of_year = (153 * shifted_month + 2) / 5 + i64::from(day) - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        Some(Self(era * 146_097 + day_of_era - 719_468))
    }

    /// Year, month (1 to 12) and day of the month.
    pub fn ymd(self) -> (i64, u32, u32) {
        // Only damaged data holds a day so far off that the sum would leave 64 bits.
        let z = self.0.saturating_add(719_468);
        let era = z.div_euclid(146_097);
        let day_of_era = z.rem_euclid(146_097);
        let year_of_era =
            (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted_month = (5 * day_of_year + 2) / 153;
        let day = (day_of_year - (153 * shifted_month + 2) / 5 + 1) as u32;
        let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 } as u32;
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        (year, month, day)
    }
}

/// The last second of a day, both counted from 1970-01-01: what a question as of a day means is the whole of it.
pub fn last_second_of_day(day: i64) -> i64 {
    day.saturating_mul(SECONDS_PER_DAY).saturating_add(SECONDS_PER_DAY - 1)
}

/// The number of days of a month (1 to 12) in a year.
pub fn days_in_month(year: i64, month: u32) -> u32 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

impl LocalTime {
    /// A time of day; `None` when a part is out of range.
    pub fn from_hms_nano(hour: u32, minute: u32, second: u32, nano: u32) -> Option<Self> {
        (hour < 24 && minute < 60 && second < 60 && u64::from(nano) < NANOS_PER_SECOND).then(|| {
            let seconds = u64::from(hour) * 3_600 + u64::from(minute) * 60 + u64::from(second);
            Self(seconds * NANOS_PER_SECOND + u64::from(nano))
        })
    }

    /// Hour, minute, second and nanosecond.
    pub fn hms_nano(self) -> (u32, u32, u32, u32) {
        let seconds = self.0 / NANOS_PER_SECOND;
        let nano = (self.0 % NANOS_PER_SECOND) as u32;
        ((seconds / 3_600) as u32, (seconds / 60 % 60) as u32, (seconds % 60) as u32, nano)
    }
}

impl LocalDateTime {
    /// From a date and a time of day; a date beyond the reach of 64-bit seconds gives the furthest there is.
    pub fn new(date: Date, time: LocalTime) -> Self {
        let midnight = date.days().saturating_mul(SECONDS_PER_DAY);
        Self {
            seconds: midnight.saturating_add((time.0 / NANOS_PER_SECOND) as i64),
            nanos: (time.0 % NANOS_PER_SECOND) as u32,
        }
    }

    /// The date part.
    pub fn date(self) -> Date {
        Date(self.seconds.div_euclid(SECONDS_PER_DAY))
    }

    /// The time of day.
    pub fn time(self) -> LocalTime {
        let second_of_day = self.seconds.rem_euclid(SECONDS_PER_DAY) as u64;
        LocalTime(second_of_day * NANOS_PER_SECOND + u64::from(self.nanos))
    }
}

impl DateTime {
    /// What the clock there showed.
    pub fn local(&self) -> LocalDateTime {
        LocalDateTime { seconds: self.seconds.saturating_add(i64::from(self.offset_s)), nanos: self.nanos }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn civil_days_round_trip_and_agree_with_a_second_calendar() {
        for days in (-800_000..800_000).step_by(37) {
            let date = Date::from_days(days);
            let (y, m, d) = date.ymd();
            assert_eq!(Date::from_ymd(y, m, d), Some(date));
            let other = jiff::civil::date(1970, 1, 1)
                .checked_add(jiff::Span::new().days(days))
                .map(|o| (i64::from(o.year()), o.month() as u32, o.day() as u32));
            if let Ok(other) = other {
                assert_eq!(other, (y, m, d));
            }
        }
        for days in [i64::MIN, i64::MAX] {
            assert!(Date::from_days(days).ymd().0.unsigned_abs() > MAX_YEAR);
        }
        assert_eq!(Date::from_ymd(i64::MAX, 1, 1), None);
        assert_eq!(Date::from_ymd(2023, 2, 29), None);
        assert_eq!(Date::from_ymd(1970, 1, 1), Some(Date::from_days(0)));
    }
}
