//! Temporal values from ISO 8601 text, as openCypher's CSV headers (`:date`, `:datetime`, ...) and dumps carry
//! them: the extended forms, with a `T` or a space between date and time.
//!
//! Every function takes the whole text or nothing. White space around it is not accepted: the readers trim.

use crate::value::time::{NANOS_PER_SECOND, SECONDS_PER_DAY};
use crate::value::{Date, DateTime, Duration, LocalDateTime, LocalTime, Time};

/// Offsets from UTC lie within 18 hours, as in ISO-based calendars elsewhere.
const MAX_OFFSET_S: u32 = 18 * 3_600;
/// Years have at most this many digits, which keeps day numbers within 64 bits.
const MAX_YEAR_DIGITS: usize = 12;

impl Date {
    /// The date that a text such as `2025-10-04` names; years of more than four digits carry a sign. `None`
    /// for anything else.
    pub fn parse_iso(text: &str) -> Option<Self> {
        let (sign, rest) = match text.as_bytes().first()? {
            b'+' => (1, &text[1..]),
            b'-' => (-1, &text[1..]),
            _ => (0, text),
        };
        let (year, rest) = rest.split_once('-')?;
        let (month, day) = rest.split_once('-')?;
        let year_fits = if sign == 0 { year.len() == 4 } else { (4..=MAX_YEAR_DIGITS).contains(&year.len()) };
        if !year_fits {
            return None;
        }
        let year = digits(year)? * if sign < 0 { -1 } else { 1 };
        Self::from_ymd(year, two(month)?, two(day)?)
    }
}

impl LocalTime {
    /// The time of day that a text such as `13:05`, `13:05:00` or `13:05:00.25` names; `None` for anything
    /// else. The fraction has at most nine digits.
    pub fn parse_iso(text: &str) -> Option<Self> {
        let (hour, rest) = text.split_once(':')?;
        let (minute, seconds) = rest.split_once(':').unwrap_or((rest, "00"));
        let (second, nano) = match seconds.split_once(['.', ',']) {
            Some((second, fraction)) => (second, nanos(fraction)?),
            None => (seconds, 0),
        };
        Self::from_hms_nano(two(hour)?, two(minute)?, two(second)?, nano)
    }
}

impl Time {
    /// The time of day that a text such as `13:05:00+05:00` or `13:05Z` names; `None` for anything else, a text
    /// without offset included.
    pub fn parse_iso(text: &str) -> Option<Self> {
        let (local, offset) = split_offset(text)?;
        Some(Self { local: LocalTime::parse_iso(local)?, offset_s: offset_seconds(offset)? })
    }
}

impl LocalDateTime {
    /// The date and time that a text such as `2025-10-04T13:05:00` names; a space may stand for the `T`.
    /// `None` for anything else.
    pub fn parse_iso(text: &str) -> Option<Self> {
        let (date, time) = text.split_once(['T', 't', ' '])?;
        let (date, time) = (Date::parse_iso(date)?, LocalTime::parse_iso(time)?);
        let midnight = date.days().checked_mul(SECONDS_PER_DAY)?;
        midnight.checked_add(SECONDS_PER_DAY)?;
        Some(Self::new(date, time))
    }
}

impl DateTime {
    /// The instant that a text such as `2025-10-04T13:05:00+05:00`, `...Z`, `...+05:00[Asia/Karachi]` or
    /// `...[Asia/Karachi]` names; `None` for anything else.
    ///
    /// A given offset decides the instant, and the zone's name is then kept as it is. A zone without offset is
    /// looked up in the system's time zone database; a time that its clocks skip or repeat is taken by the
    /// offset before the change, as RFC 5545 asks.
    pub fn parse_iso(text: &str) -> Option<Self> {
        let (clock, zone) = match text.strip_suffix(']') {
            Some(head) => head.split_once('[').map(|(clock, zone)| (clock, Some(zone)))?,
            None => (text, None),
        };
        if zone == Some("") {
            return None;
        }
        if let Some((local, offset)) = split_offset(clock) {
            let local = LocalDateTime::parse_iso(local)?;
            let offset_s = offset_seconds(offset)?;
            let seconds = local.seconds.checked_sub(i64::from(offset_s))?;
            return Some(Self { seconds, nanos: local.nanos, offset_s, zone: zone.map(str::to_owned) });
        }
        Self::in_zone(LocalDateTime::parse_iso(clock)?, zone?)
    }

    /// The instant at which clocks of a zone show a local time; `None` where the zone is unknown or the year is
    /// outside -9999 to 9999.
    pub fn in_zone(local: LocalDateTime, zone: &str) -> Option<Self> {
        let rules = jiff::tz::TimeZone::get(zone).ok()?;
        let (year, month, day) = local.date().ymd();
        let (hour, minute, second, nano) = local.time().hms_nano();
        let civil = jiff::civil::DateTime::new(
            i16::try_from(year).ok()?,
            i8::try_from(month).ok()?,
            i8::try_from(day).ok()?,
            i8::try_from(hour).ok()?,
            i8::try_from(minute).ok()?,
            i8::try_from(second).ok()?,
            i32::try_from(nano).ok()?,
        )
        .ok()?;
        let instant = rules.to_ambiguous_timestamp(civil).compatible().ok()?;
        let offset_s = rules.to_offset(instant).seconds();
        // The local clock may have been moved over a gap, so the seconds come from the instant.
        let nanos = instant.subsec_nanosecond().rem_euclid(1_000_000_000);
        let seconds = instant.as_nanosecond().div_euclid(i128::from(NANOS_PER_SECOND));
        Some(Self {
            seconds: i64::try_from(seconds).ok()?,
            nanos: nanos as u32,
            offset_s,
            zone: Some(zone.to_owned()),
        })
    }
}

impl Duration {
    /// The duration that a text such as `P1Y2M3DT4H5M6.5S`, `P2W` or `PT-1.5S` names; `None` for anything else.
    /// Units stand in order, each at most once, each with its own sign; weeks, days, hours, minutes and seconds
    /// may have a fraction.
    pub fn parse(text: &str) -> Option<Self> {
        let (negative, body) = match text.strip_prefix('-') {
            Some(rest) => (true, rest.strip_prefix('P')?),
            None => (false, text.strip_prefix('P')?),
        };
        let (date, time) = body.split_once('T').map_or((body, None), |(date, time)| (date, Some(time)));
        if time == Some("") || (date.is_empty() && time.is_none()) {
            return None;
        }
        let mut sum = DurationSum::default();
        sum.add_parts(date, &DATE_UNITS)?;
        sum.add_parts(time.unwrap_or(""), &TIME_UNITS)?;
        sum.finish(if negative { -1 } else { 1 })
    }
}

/// What one of a unit is: months, days and nanoseconds. Only one of the three is not 0, except that a fraction
/// of a day or a week spills into nanoseconds.
struct Unit {
    letter: char,
    months: i64,
    days: i64,
    nanos: i64,
}

const NANOS: i64 = NANOS_PER_SECOND as i64;
const DATE_UNITS: [Unit; 4] = [
    Unit { letter: 'Y', months: 12, days: 0, nanos: 0 },
    Unit { letter: 'M', months: 1, days: 0, nanos: 0 },
    Unit { letter: 'W', months: 0, days: 7, nanos: 0 },
    Unit { letter: 'D', months: 0, days: 1, nanos: 0 },
];
const TIME_UNITS: [Unit; 3] = [
    Unit { letter: 'H', months: 0, days: 0, nanos: 3_600 * NANOS },
    Unit { letter: 'M', months: 0, days: 0, nanos: 60 * NANOS },
    Unit { letter: 'S', months: 0, days: 0, nanos: NANOS },
];

/// A duration being added up, wide enough that no text of 64-bit numbers overflows it.
#[derive(Default)]
struct DurationSum {
    months: i128,
    days: i128,
    nanos: i128,
}

impl DurationSum {
    fn add_parts(&mut self, mut text: &str, mut units: &[Unit]) -> Option<()> {
        while !text.is_empty() {
            let end = text.find(|c: char| c.is_ascii_alphabetic())?;
            let letter = text[end..].chars().next()?;
            let position = units.iter().position(|unit| unit.letter == letter)?;
            self.add(&text[..end], &units[position])?;
            units = &units[position + 1..];
            text = &text[end + 1..];
        }
        Some(())
    }

    fn add(&mut self, number: &str, unit: &Unit) -> Option<()> {
        let (sign, number) = match number.strip_prefix('-') {
            Some(rest) => (-1_i128, rest),
            None => (1, number.strip_prefix('+').unwrap_or(number)),
        };
        let (whole, fraction) = match number.split_once(['.', ',']) {
            Some((whole, fraction)) => (whole, Some(nanos(fraction)?)),
            None => (number, None),
        };
        if fraction.is_some() && unit.months != 0 {
            return None;
        }
        if whole.is_empty() || whole.len() > 19 || !whole.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let whole = sign * whole.parse::<i128>().ok()?;
        let fraction = sign * i128::from(fraction.unwrap_or(0));
        self.months += whole * i128::from(unit.months);
        self.days += whole * i128::from(unit.days);
        // A billionth of a unit that is so many days or nanoseconds long.
        let day_nanos = i128::from(SECONDS_PER_DAY) * i128::from(unit.days);
        self.nanos += whole * i128::from(unit.nanos)
            + fraction * (day_nanos + i128::from(unit.nanos) / i128::from(NANOS_PER_SECOND));
        Some(())
    }

    fn finish(&self, sign: i128) -> Option<Duration> {
        let nanos = self.nanos * sign;
        let second = i128::from(NANOS_PER_SECOND);
        Some(Duration {
            months: i64::try_from(self.months * sign).ok()?,
            days: i64::try_from(self.days * sign).ok()?,
            seconds: i64::try_from(nanos.div_euclid(second)).ok()?,
            nanos: i32::try_from(nanos.rem_euclid(second)).ok()?,
        })
    }
}

/// A number of plain ASCII digits, at most 18.
fn digits(text: &str) -> Option<i64> {
    (!text.is_empty() && text.len() <= 18 && text.bytes().all(|b| b.is_ascii_digit()))
        .then(|| text.bytes().fold(0, |n, b| n * 10 + i64::from(b - b'0')))
}

fn two(text: &str) -> Option<u32> {
    (text.len() == 2).then(|| digits(text)).flatten().map(|n| n as u32)
}

/// Nanoseconds from the one to nine digits after a decimal sign.
fn nanos(fraction: &str) -> Option<u32> {
    let scale = 10_u32.pow(9_u32.checked_sub(u32::try_from(fraction.len()).ok()?)?);
    digits(fraction).map(|n| n as u32 * scale)
}

/// Splits a text before its offset; a date's own hyphens stand before any colon.
fn split_offset(text: &str) -> Option<(&str, &str)> {
    let time_starts = text.find(':')?;
    let offset_starts = text[time_starts..].find(['Z', 'z', '+', '-'])? + time_starts;
    Some(text.split_at(offset_starts))
}

/// Seconds east of UTC from `Z`, `+05`, `+0500`, `+05:00` or `+05:00:30`.
fn offset_seconds(text: &str) -> Option<i32> {
    if text.eq_ignore_ascii_case("z") {
        return Some(0);
    }
    let (sign, rest) = match text.as_bytes().first()? {
        b'+' => (1, &text[1..]),
        b'-' => (-1, &text[1..]),
        _ => return None,
    };
    let mut parts = rest.split(':');
    let first = parts.next()?;
    let (hours, minutes, seconds) = match first.len() {
        4 if first.is_ascii() => (two(&first[..2])?, two(&first[2..])?, 0),
        _ => {
            let minutes = parts.next().map_or(Some(0), two)?;
            (two(first)?, minutes, parts.next().map_or(Some(0), two)?)
        }
    };
    if parts.next().is_some() || minutes > 59 || seconds > 59 {
        return None;
    }
    let size = hours * 3_600 + minutes * 60 + seconds;
    (size <= MAX_OFFSET_S).then_some(sign * size as i32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Value;

    #[test]
    fn texts_read_back_as_they_print() {
        let dates = ["2025-10-04", "0000-01-01", "-0044-03-15", "+10000-01-01", "+999999999999-12-31"];
        for text in dates {
            assert_eq!(Date::parse_iso(text).unwrap().to_string(), text);
        }
        for text in ["13:05:00", "00:00:00.001", "23:59:59.999999999", "07:00:00.000250"] {
            assert_eq!(LocalTime::parse_iso(text).unwrap().to_string(), text);
        }
        for text in ["13:05:00Z", "13:05:00+05:00", "13:05:00-03:30", "13:05:00+05:00:30"] {
            assert_eq!(Time::parse_iso(text).unwrap().to_string(), text);
        }
        for text in ["2025-10-04T13:05:00", "1947-08-14T00:00:00.500", "-0001-01-01T00:00:00"] {
            assert_eq!(LocalDateTime::parse_iso(text).unwrap().to_string(), text);
        }
        for text in
            ["2025-10-04T13:05:00Z", "2025-10-04T13:05:00+05:00", "2025-10-04T13:05:00+05:00[Asia/Karachi]"]
        {
            assert_eq!(DateTime::parse_iso(text).unwrap().to_string(), text);
        }
        for text in
            ["PT0S", "P1M2DT3S", "P1Y2M3DT4H5M6.500S", "P-1M", "PT-1.500S", "PT-0.001S", "PT-1H-1M-0.250S"]
        {
            assert_eq!(Duration::parse(text).unwrap().to_string(), text);
        }
    }

    #[test]
    fn other_spellings_are_understood() {
        assert_eq!(LocalTime::parse_iso("13:05"), LocalTime::from_hms_nano(13, 5, 0, 0));
        assert_eq!(LocalDateTime::parse_iso("2025-10-04 13:05").unwrap().to_string(), "2025-10-04T13:05:00");
        let plain = DateTime::parse_iso("2025-10-04T13:05:00+05:00").unwrap();
        assert_eq!(DateTime::parse_iso("2025-10-04T13:05+0500").unwrap(), plain);
        assert_eq!(DateTime::parse_iso("2025-10-04T13:05+05").unwrap(), plain);
        assert_eq!(DateTime::parse_iso("2025-10-04T08:05Z").unwrap().seconds, plain.seconds);
        let half_day = Duration { seconds: 43_200, ..Duration::default() };
        assert_eq!(Duration::parse("P0.5D"), Some(half_day));
        assert_eq!(Duration::parse("P2W"), Some(Duration { days: 14, ..Duration::default() }));
        assert_eq!(Duration::parse("-PT12H"), Some(Duration { seconds: -43_200, ..Duration::default() }));
        assert_eq!(Duration::parse("PT1.5H"), Some(Duration { seconds: 5_400, ..Duration::default() }));
    }

    #[test]
    fn a_zone_without_offset_is_looked_up() {
        // The system may have no time zone database; then the zone is unknown, and no wrong instant results.
        if let Some(time) = DateTime::parse_iso("2025-10-04T13:05:00[Asia/Karachi]") {
            assert_eq!(time.to_string(), "2025-10-04T13:05:00+05:00[Asia/Karachi]");
        }
        assert_eq!(DateTime::parse_iso("2025-10-04T13:05:00[No/Such]"), None);
    }

    #[test]
    fn what_is_no_such_text_is_refused() {
        for text in ["", "2025-02-30", "2025-1-1", "12025-01-01", "2025-10-04T", "+-001-01-01", "۲۰۲۵-۰۱-۰۱"]
        {
            assert_eq!(Date::parse_iso(text), None, "{text}");
        }
        for text in ["24:00", "1:00", "12:60", "12:00:60", "12:00:00.", "12:00:00.1234567890"] {
            assert_eq!(LocalTime::parse_iso(text), None, "{text}");
        }
        for text in ["2025-10-04T13:05", "2025-10-04T13:05+19:00", "2025-10-04T13:05Z[]", "x[y", "é:+éé"] {
            assert_eq!(DateTime::parse_iso(text), None, "{text}");
        }
        for text in ["", "P", "PT", "P1", "P1H", "PT1H1H", "P1D2M", "P1.5M", "PT99999999999999999999S", "Pé"]
        {
            assert_eq!(Duration::parse(text), None, "{text}");
        }
        assert_eq!(LocalDateTime::parse_iso("+999999999999-01-01T00:00"), None);
    }

    #[test]
    fn plain_json_speaks_iso() {
        let list = Value::List(vec![
            Value::Int(1),
            Value::Float(f64::NAN),
            Value::Date(Date::from_days(0)),
            Value::Null,
        ]);
        assert_eq!(serde_json::to_string(&list).unwrap(), r#"[1,"NaN","1970-01-01",null]"#);
        assert_eq!(list.to_string(), "[1, NaN, 1970-01-01, null]");
    }
}
