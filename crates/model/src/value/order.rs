//! Equality, total order and hash of values.
//!
//! These are the *storage* relations: every value equals itself (NaN included), an integer never equals a float,
//! and the types follow one another in openCypher's order. Cypher's own `=` and `<`, which know null and compare
//! numbers across types, live with the expressions.

use super::{DateTime, Duration, Point, Time, Value};
use std::cmp::Ordering;
use std::hash::{Hash, Hasher};

impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}
impl Eq for Value {}

impl PartialOrd for Value {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Value {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Map(a), Self::Map(b)) => a.cmp(b),
            (Self::List(a), Self::List(b)) => a.cmp(b),
            (Self::Point(a), Self::Point(b)) => point_key(a).cmp(&point_key(b)),
            (Self::DateTime(a), Self::DateTime(b)) => instant_key(a).cmp(&instant_key(b)),
            (Self::LocalDateTime(a), Self::LocalDateTime(b)) => a.cmp(b),
            (Self::Date(a), Self::Date(b)) => a.cmp(b),
            (Self::Time(a), Self::Time(b)) => time_key(*a).cmp(&time_key(*b)),
            (Self::LocalTime(a), Self::LocalTime(b)) => a.cmp(b),
            (Self::Duration(a), Self::Duration(b)) => duration_key(*a).cmp(&duration_key(*b)),
            (Self::Str(a), Self::Str(b)) => a.cmp(b),
            (Self::Bool(a), Self::Bool(b)) => a.cmp(b),
            (Self::Int(a), Self::Int(b)) => a.cmp(b),
            (Self::Float(a), Self::Float(b)) => float_key(*a).cmp(&float_key(*b)),
            _ => self.value_type().cmp(&other.value_type()),
        }
    }
}

impl Hash for Value {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.value_type().hash(state);
        match self {
            Self::Null => {}
            Self::Bool(v) => v.hash(state),
            Self::Int(v) => v.hash(state),
            Self::Float(v) => float_key(*v).hash(state),
            Self::Str(v) => v.hash(state),
            Self::List(v) => v.hash(state),
            Self::Map(v) => v.hash(state),
            Self::Date(v) => v.hash(state),
            Self::LocalTime(v) => v.hash(state),
            Self::Time(v) => time_key(*v).hash(state),
            Self::LocalDateTime(v) => v.hash(state),
            Self::DateTime(v) => instant_key(v).hash(state),
            Self::Duration(v) => duration_key(*v).hash(state),
            Self::Point(v) => point_key(v).hash(state),
        }
    }
}

/// A number that orders floats totally, with one NaN after all numbers and -0 equal to 0.
fn float_key(value: f64) -> i64 {
    let value = if value.is_nan() {
        f64::NAN
    } else if value == 0.0 {
        0.0
    } else {
        value
    };
    let bits = value.to_bits() as i64;
    bits ^ (((bits >> 63) as u64) >> 1) as i64
}

fn instant_key(v: &DateTime) -> (i64, u32, i32, Option<&str>) {
    (v.seconds, v.nanos, v.offset_s, v.zone.as_deref())
}

/// Times of day order by the instant of a common day, then by offset.
fn time_key(v: Time) -> (i128, i32) {
    let offset = i128::from(v.offset_s) * i128::from(super::time::NANOS_PER_SECOND);
    (i128::from(v.local.0) - offset, v.offset_s)
}

/// Durations order by their average length (a month of 30.436875 days, as openCypher does), then part by part.
fn duration_key(v: Duration) -> (i128, i64, i64, i64, i32) {
    let month_seconds = 2_629_746;
    let seconds = i128::from(v.months) * month_seconds + i128::from(v.days) * 86_400 + i128::from(v.seconds);
    (seconds * 1_000_000_000 + i128::from(v.nanos), v.months, v.days, v.seconds, v.nanos)
}

fn point_key(v: &Point) -> (u32, i64, i64, Option<i64>) {
    (v.srid, float_key(v.x), float_key(v.y), v.z.map(float_key))
}
