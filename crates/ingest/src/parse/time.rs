//! Times of day and instants: clock texts, date-times in a zone, and lengths of time.

use super::date::{DateOrder, date};
use jaal_model::value::{Date, DateTime, LocalDateTime, LocalTime};
use jiff::tz::{AmbiguousOffset, TimeZone};

/// A time of day as written, with the offset from UTC in seconds where it is given.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Clock {
    /// The time of day.
    pub(crate) time: LocalTime,
    /// Offset east of UTC.
    pub(crate) offset_s: Option<i32>,
}

/// Reads `13:05`, `13:05:22.5`, `1:05 pm`, `1305`, `130522`, each with an optional `Z` or `+05:00`.
pub(crate) fn clock(text: &str) -> Option<Clock> {
    let (text, offset_s) = split_offset(text.trim())?;
    let (text, half) = split_half(text);
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let mut parts = [0_u32; 3];
    if whole.contains(':') {
        let mut count = 0;
        for part in whole.split(':') {
            *parts.get_mut(count)? = small(part, 2)?;
            count += 1;
        }
        if count < 2 {
            return None;
        }
    } else if half.is_some() && whole.len() <= 2 {
        parts[0] = small(whole, 2)?;
    } else if matches!(whole.len(), 4 | 6) && whole.bytes().all(|b| b.is_ascii_digit()) {
        for (part, at) in parts.iter_mut().zip((0..whole.len()).step_by(2)) {
            *part = small(whole.get(at..at + 2)?, 2)?;
        }
    } else {
        return None;
    }
    if let Some(afternoon) = half {
        if !(1..=12).contains(&parts[0]) {
            return None;
        }
        parts[0] = parts[0] % 12 + if afternoon { 12 } else { 0 };
    }
    let time = LocalTime::from_hms_nano(parts[0], parts[1], parts[2], nanos(fraction)?)?;
    Some(Clock { time, offset_s })
}

/// Reads a date with a time of day, in whatever forms [`date`] and [`clock`] read.
pub(crate) fn date_clock(text: &str, order: DateOrder) -> Option<(Date, Clock)> {
    let text = text.trim();
    let bytes = text.as_bytes();
    let at = if let Some(colon) = text.find(':') {
        let digits = bytes[..colon].iter().rev().take_while(|b| b.is_ascii_digit()).count();
        colon - digits
    } else if let Some(t) = bytes
        .windows(3)
        .position(|w| w[0].is_ascii_digit() && w[1].eq_ignore_ascii_case(&b't') && w[2].is_ascii_digit())
    {
        t + 2
    } else {
        text.rfind(' ')? + 1
    };
    let (day, time) = text.split_at_checked(at)?;
    let day = day.trim_end_matches([' ', ',', 'T', 't', '-']);
    Some((date(day, order)?, clock(time)?))
}

/// The instant at which clocks of `zone` show the date and time; of two, the earlier; in a gap, as if the
/// clocks had not yet been moved. An offset in the text wins over the zone.
pub(crate) fn instant(day: Date, clock: Clock, zone: &TimeZone) -> Option<DateTime> {
    let local = LocalDateTime::new(day, clock.time);
    let offset_s = match clock.offset_s {
        Some(offset) => offset,
        None => zone_offset(local, zone)?,
    };
    Some(DateTime { seconds: local.seconds - i64::from(offset_s), nanos: local.nanos, offset_s, zone: None })
}

/// The offset of `zone` from UTC in seconds when its clocks show `local`.
pub(crate) fn zone_offset(local: LocalDateTime, zone: &TimeZone) -> Option<i32> {
    if *zone == TimeZone::UTC {
        return Some(0);
    }
    let (year, month, day) = local.date().ymd();
    let (hour, minute, second, nano) = local.time().hms_nano();
    let civil = jiff::civil::DateTime::new(
        i16::try_from(year).ok()?,
        month as i8,
        day as i8,
        hour as i8,
        minute as i8,
        second as i8,
        nano as i32,
    )
    .ok()?;
    let offset = match zone.to_ambiguous_timestamp(civil).offset() {
        AmbiguousOffset::Unambiguous { offset } => offset,
        AmbiguousOffset::Gap { before, .. } | AmbiguousOffset::Fold { before, .. } => before,
    };
    Some(offset.seconds())
}

/// Reads a length of time as whole seconds: `75`, `75.0`, `1:15`, `00:01:15`, `1h 2m 3s`, `75 sec`.
pub(crate) fn seconds(text: &str) -> Option<i64> {
    let text = text.trim();
    if text.contains(':') {
        let mut total = 0_i64;
        let mut count = 0;
        for part in text.split(':') {
            let part = if count > 0 { i64::from(small(part, 2).filter(|p| *p < 60)?) } else { digits(part)? };
            total = total.checked_mul(60)?.checked_add(part)?;
            count += 1;
        }
        return (count <= 3).then_some(total);
    }
    if let Some(number) = digits(text.strip_suffix(".0").unwrap_or(text)) {
        return Some(number);
    }
    let mut total = 0_i64;
    let mut rest = text;
    while !rest.is_empty() {
        let len = rest.bytes().take_while(u8::is_ascii_digit).count();
        let number = digits(rest.get(..len)?)?;
        rest = rest.get(len..)?.trim_start();
        let len = rest.bytes().take_while(u8::is_ascii_alphabetic).count();
        let unit = match rest.get(..len)?.to_ascii_lowercase().as_str() {
            "h" | "hr" | "hrs" | "hour" | "hours" => 3_600,
            "m" | "min" | "mins" | "minute" | "minutes" => 60,
            "s" | "sec" | "secs" | "second" | "seconds" => 1,
            _ => return None,
        };
        total = total.checked_add(number.checked_mul(unit)?)?;
        rest = rest.get(len..)?.trim_start_matches([' ', '.', ',']);
    }
    (!text.is_empty()).then_some(total)
}

fn digits(text: &str) -> Option<i64> {
    let text = text.trim();
    if text.is_empty() || !text.bytes().all(|b| b.is_ascii_digit()) { None } else { text.parse().ok() }
}

fn small(text: &str, max_digits: usize) -> Option<u32> {
    let text = text.trim();
    (text.len() <= max_digits).then(|| digits(text)).flatten().map(|n| n as u32)
}

fn nanos(fraction: &str) -> Option<u32> {
    if !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let mut value = 0;
    for place in 0..9 {
        value = value * 10 + fraction.as_bytes().get(place).map_or(0, |b| u32::from(b - b'0'));
    }
    Some(value)
}

/// Takes `am`, `p.m.` and the like off the end: the rest, and whether it says afternoon.
fn split_half(text: &str) -> (&str, Option<bool>) {
    for (suffix, afternoon) in [("am", false), ("pm", true), ("a.m.", false), ("p.m.", true)] {
        if let Some(at) = text.len().checked_sub(suffix.len())
            && text.get(at..).is_some_and(|tail| tail.eq_ignore_ascii_case(suffix))
        {
            return (text.get(..at).unwrap_or("").trim_end(), Some(afternoon));
        }
    }
    (text, None)
}

/// Takes `Z`, `+05:00`, `+0500` or `-05` off the end; `None` when what stands there is no offset.
fn split_offset(text: &str) -> Option<(&str, Option<i32>)> {
    if let Some(rest) = text.strip_suffix(['Z', 'z']) {
        return Some((rest.trim_end(), Some(0)));
    }
    let Some(at) = text.rfind(['+', '-']) else { return Some((text, None)) };
    let (rest, offset) = text.split_at_checked(at)?;
    let sign = if offset.starts_with('-') { -1 } else { 1 };
    let (hours, minutes) = match offset.get(1..)? {
        o if o.contains(':') => o.split_once(':')?,
        o if o.len() == 4 => o.split_at_checked(2)?,
        o => (o, "0"),
    };
    let (hours, minutes) = (small(hours, 2)? as i32, small(minutes, 2)? as i32);
    (hours <= 18 && minutes < 60).then_some((rest.trim_end(), Some(sign * (hours * 3_600 + minutes * 60))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zone() -> TimeZone {
        TimeZone::get("Asia/Karachi").unwrap()
    }

    #[test]
    fn reads_clocks() {
        let t = |h, m, s, n| LocalTime::from_hms_nano(h, m, s, n).unwrap();
        for (text, time, offset) in [
            ("13:05", t(13, 5, 0, 0), None),
            ("1:05:22 PM", t(13, 5, 22, 0), None),
            ("12:00 am", t(0, 0, 0, 0), None),
            ("12:00 p.m.", t(12, 0, 0, 0), None),
            ("1305", t(13, 5, 0, 0), None),
            ("130522", t(13, 5, 22, 0), None),
            ("13:05:22.25Z", t(13, 5, 22, 250_000_000), Some(0)),
            ("13:05:22+05:00", t(13, 5, 22, 0), Some(18_000)),
            ("13:05-0330", t(13, 5, 0, 0), Some(-12_600)),
            ("7pm", t(19, 0, 0, 0), None),
        ] {
            assert_eq!(clock(text), Some(Clock { time, offset_s: offset }), "{text}");
        }
        for bad in ["", "24:00", "13:60", "1", "13:05 pm", "a:b", "13:05+xx", "13:05:10.x", "é", "12:1:2:3"]
        {
            assert_eq!(clock(bad), None, "{bad}");
        }
    }

    #[test]
    fn finds_date_and_time_in_one_text() {
        let karachi = zone();
        for text in [
            "04/10/2025 13:05:00",
            "2025-10-04T13:05",
            "2025-10-04T08:05:00Z",
            "Oct 4, 2025 1:05 PM",
            "20251004 1305",
            "20251004T130500",
            "4-Oct-25, 13:05",
        ] {
            let (day, time) = date_clock(text, DateOrder::Dmy).unwrap();
            let at = instant(day, time, &karachi).unwrap();
            assert_eq!(at.seconds, 1_759_565_100, "{text}");
        }
        assert_eq!(date_clock("04/10/2025", DateOrder::Dmy), None);
        assert_eq!(date_clock("13:05", DateOrder::Dmy), None);
    }

    #[test]
    fn gaps_and_folds_are_decided() {
        let london = TimeZone::get("Europe/London").unwrap();
        let at = |text: &str| {
            let (day, time) = date_clock(text, DateOrder::Dmy).unwrap();
            instant(day, time, &london).unwrap()
        };
        assert_eq!(at("2025-10-26 01:30").offset_s, 3_600);
        assert_eq!(at("2025-03-30 01:30").offset_s, 0);
        assert_eq!(at("2025-07-01 12:00").offset_s, 3_600);
    }

    #[test]
    fn reads_lengths_of_time() {
        for (text, want) in
            [("75", 75), ("75.0", 75), ("1:15", 75), ("00:01:15", 75), ("1h 2m 3s", 3_723), ("75 sec", 75)]
        {
            assert_eq!(seconds(text), Some(want), "{text}");
        }
        for bad in ["", "x", "1:75", "-5", "1:2:3:4", "5 days", "99999999999999999999"] {
            assert_eq!(seconds(bad), None, "{bad}");
        }
    }
}
