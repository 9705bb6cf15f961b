//! Values as text and as JSON: ISO 8601 for everything temporal, plain text for the rest.
//!
//! [`Display`] and [`Serialize`] are for people and for answers; they do not say which type a text
//! had. [`TaggedValue`] and [`TaggedValueBuf`] are the exact JSON form for dumps. What is printed for a temporal
//! value, its `parse` function in this module's `parse` part reads back.

mod parse;
mod tagged;

pub use tagged::{TaggedValue, TaggedValueBuf};

use super::{Date, DateTime, Duration, LocalDateTime, LocalTime, Point, Time, Value};
use serde::{Serialize, Serializer, ser::SerializeMap};
use std::fmt::{self, Display, Formatter};

/// Dates further from 1970 than this many days are printed as if they were this far: beyond it calendar
/// arithmetic leaves 64 bits.
const MAX_PRINTED_DAYS: i64 = i64::MAX / 2;

impl Display for Value {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Bool(v) => v.fmt(f),
            Self::Int(v) => v.fmt(f),
            Self::Float(v) => float_text(*v, f),
            Self::Str(v) => v.fmt(f),
            Self::List(values) => {
                f.write_str("[")?;
                for (i, value) in values.iter().enumerate() {
                    write!(f, "{}{value}", if i == 0 { "" } else { ", " })?;
                }
                f.write_str("]")
            }
            Self::Map(entries) => {
                f.write_str("{")?;
                for (i, (name, value)) in entries.iter().enumerate() {
                    write!(f, "{}{name}: {value}", if i == 0 { "" } else { ", " })?;
                }
                f.write_str("}")
            }
            Self::Date(v) => v.fmt(f),
            Self::LocalTime(v) => v.fmt(f),
            Self::Time(v) => v.fmt(f),
            Self::LocalDateTime(v) => v.fmt(f),
            Self::DateTime(v) => v.fmt(f),
            Self::Duration(v) => v.fmt(f),
            Self::Point(v) => v.fmt(f),
        }
    }
}

/// The shortest text that reads back as the same float, always with a point, an exponent or a word in it.
fn float_text(value: f64, f: &mut Formatter<'_>) -> fmt::Result {
    match non_finite(value) {
        Some(word) => f.write_str(word),
        None => write!(f, "{value:?}"),
    }
}

/// The word for a float that JSON has no number for.
fn non_finite(value: f64) -> Option<&'static str> {
    if value.is_nan() {
        Some("NaN")
    } else if value.is_infinite() {
        Some(if value > 0.0 { "Infinity" } else { "-Infinity" })
    } else {
        None
    }
}

/// `2025-10-04`; years outside 0000 to 9999 carry a sign, as ISO 8601 asks.
impl Display for Date {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let days = self.days().clamp(-MAX_PRINTED_DAYS, MAX_PRINTED_DAYS);
        let (year, month, day) = Self::from_days(days).ymd();
        match year {
            0..=9_999 => write!(f, "{year:04}-{month:02}-{day:02}"),
            _ => write!(f, "{year:+05}-{month:02}-{day:02}"),
        }
    }
}

/// `13:05:00`, with a fraction of 3, 6 or 9 digits when there is one.
impl Display for LocalTime {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let (hour, minute, second, nano) = self.hms_nano();
        write!(f, "{hour:02}:{minute:02}:{second:02}")?;
        fraction(nano, f)
    }
}

fn fraction(nano: u32, f: &mut Formatter<'_>) -> fmt::Result {
    if nano == 0 {
        Ok(())
    } else if nano.is_multiple_of(1_000_000) {
        write!(f, ".{:03}", nano / 1_000_000)
    } else if nano.is_multiple_of(1_000) {
        write!(f, ".{:06}", nano / 1_000)
    } else {
        write!(f, ".{nano:09}")
    }
}

/// `Z`, `+05:00`, or `+05:00:30` for the odd offset with seconds.
fn offset_text(offset_s: i32, f: &mut Formatter<'_>) -> fmt::Result {
    if offset_s == 0 {
        return f.write_str("Z");
    }
    let sign = if offset_s < 0 { '-' } else { '+' };
    let size = offset_s.unsigned_abs();
    write!(f, "{sign}{:02}:{:02}", size / 3_600, size / 60 % 60)?;
    if size.is_multiple_of(60) { Ok(()) } else { write!(f, ":{:02}", size % 60) }
}

/// `13:05:00+05:00`.
impl Display for Time {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.local.fmt(f)?;
        offset_text(self.offset_s, f)
    }
}

/// `2025-10-04T13:05:00`.
impl Display for LocalDateTime {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}T{}", self.date(), self.time())
    }
}

/// `2025-10-04T13:05:00+05:00[Asia/Karachi]`, the zone only where it is known.
impl Display for DateTime {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let seconds = self.seconds.saturating_add(i64::from(self.offset_s));
        LocalDateTime { seconds, nanos: self.nanos }.fmt(f)?;
        offset_text(self.offset_s, f)?;
        match &self.zone {
            Some(zone) => write!(f, "[{zone}]"),
            None => Ok(()),
        }
    }
}

/// `P1Y2M3DT4H5M6.5S`: years out of months, hours and minutes out of seconds, days alone; `PT0S` for nothing.
impl Display for Duration {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("P")?;
        let part = |f: &mut Formatter<'_>, amount: i64, unit: char| {
            if amount == 0 { Ok(()) } else { write!(f, "{amount}{unit}") }
        };
        part(f, self.months / 12, 'Y')?;
        part(f, self.months % 12, 'M')?;
        part(f, self.days, 'D')?;
        if self.seconds == 0 && self.nanos == 0 {
            let nothing = self.months == 0 && self.days == 0;
            return f.write_str(if nothing { "T0S" } else { "" });
        }
        // Nanoseconds are kept positive; text puts the fraction on the same side as the seconds.
        let borrow = self.seconds < 0 && self.nanos > 0;
        let seconds = self.seconds + i64::from(borrow);
        let nanos = if borrow { 1_000_000_000_i64 - i64::from(self.nanos) } else { i64::from(self.nanos) };
        f.write_str("T")?;
        part(f, seconds / 3_600, 'H')?;
        part(f, seconds / 60 % 60, 'M')?;
        if seconds % 60 == 0 && nanos == 0 {
            return Ok(());
        }
        let sign = if borrow || seconds < 0 { "-" } else { "" };
        write!(f, "{sign}{}", (seconds % 60).unsigned_abs())?;
        fraction(nanos.unsigned_abs() as u32, f)?;
        f.write_str("S")
    }
}

/// `point({srid: 4326, x: 73.0, y: 33.6})`.
impl Display for Point {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "point({{srid: {}, x: ", self.srid)?;
        float_text(self.x, f)?;
        f.write_str(", y: ")?;
        float_text(self.y, f)?;
        if let Some(z) = self.z {
            f.write_str(", z: ")?;
            float_text(z, f)?;
        }
        f.write_str("})")
    }
}

/// A float as a JSON number, or as a word where JSON has none.
struct FloatJson(f64);

impl Serialize for FloatJson {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match non_finite(self.0) {
            Some(word) => serializer.serialize_str(word),
            None => serializer.serialize_f64(self.0),
        }
    }
}

/// Plain JSON: temporal values as their text, NaN and the infinities as words, a point as an object.
impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(v) => serializer.serialize_bool(*v),
            Self::Int(v) => serializer.serialize_i64(*v),
            Self::Float(v) => FloatJson(*v).serialize(serializer),
            Self::Str(v) => serializer.serialize_str(v),
            Self::List(values) => serializer.collect_seq(values),
            Self::Map(entries) => serializer.collect_map(entries),
            Self::Date(v) => serializer.collect_str(v),
            Self::LocalTime(v) => serializer.collect_str(v),
            Self::Time(v) => serializer.collect_str(v),
            Self::LocalDateTime(v) => serializer.collect_str(v),
            Self::DateTime(v) => serializer.collect_str(v),
            Self::Duration(v) => serializer.collect_str(v),
            Self::Point(v) => {
                let mut map = serializer.serialize_map(Some(3 + usize::from(v.z.is_some())))?;
                map.serialize_entry("srid", &v.srid)?;
                map.serialize_entry("x", &FloatJson(v.x))?;
                map.serialize_entry("y", &FloatJson(v.y))?;
                if let Some(z) = v.z {
                    map.serialize_entry("z", &FloatJson(z))?;
                }
                map.end()
            }
        }
    }
}
