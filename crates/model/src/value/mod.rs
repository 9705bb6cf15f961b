//! Values: what a property can hold. The types are those of openCypher 9; times are kept as plain numbers so
//! that ordering, hashing and storing need no calendar.

mod order;
pub mod text;
pub mod time;
pub mod wire;

pub use time::{Date, DateTime, Duration, LocalDateTime, LocalTime, Time};

use std::collections::BTreeMap;

/// A property value.
#[derive(Clone, Debug, Default)]
pub enum Value {
    /// No value.
    #[default]
    Null,
    /// True or false.
    Bool(bool),
    /// A 64-bit integer.
    Int(i64),
    /// A 64-bit float; all NaNs are one value here.
    Float(f64),
    /// A text.
    Str(String),
    /// A list.
    List(Vec<Value>),
    /// A map with sorted keys.
    Map(BTreeMap<String, Value>),
    /// A calendar date.
    Date(Date),
    /// A time of day without zone.
    LocalTime(LocalTime),
    /// A time of day with an offset.
    Time(Time),
    /// A date and time of day without zone.
    LocalDateTime(LocalDateTime),
    /// An instant with its offset and, where known, its zone's name.
    DateTime(DateTime),
    /// A duration.
    Duration(Duration),
    /// A point.
    Point(Point),
}

/// A point in one of openCypher's four reference systems.
#[derive(Clone, Copy, Debug)]
pub struct Point {
    /// Spatial reference id: 4326 or 4979 (WGS 84, degrees and metres), 7203 or 9157 (Cartesian).
    pub srid: u32,
    /// Longitude or x.
    pub x: f64,
    /// Latitude or y.
    pub y: f64,
    /// Height or z, in the three-dimensional systems.
    pub z: Option<f64>,
}

/// The type of a value, in the order in which [`Value`]'s total order puts the types.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[repr(u8)]
pub enum ValueType {
    /// [`Value::Map`]
    Map,
    /// [`Value::List`]
    List,
    /// [`Value::Point`]
    Point,
    /// [`Value::DateTime`]
    DateTime,
    /// [`Value::LocalDateTime`]
    LocalDateTime,
    /// [`Value::Date`]
    Date,
    /// [`Value::Time`]
    Time,
    /// [`Value::LocalTime`]
    LocalTime,
    /// [`Value::Duration`]
    Duration,
    /// [`Value::Str`]
    Str,
    /// [`Value::Bool`]
    Bool,
    /// [`Value::Int`]
    Int,
    /// [`Value::Float`]
    Float,
    /// [`Value::Null`]
    Null,
}

impl Value {
    /// The value's type.
    pub fn value_type(&self) -> ValueType {
        match self {
            Self::Null => ValueType::Null,
            Self::Bool(_) => ValueType::Bool,
            Self::Int(_) => ValueType::Int,
            Self::Float(_) => ValueType::Float,
            Self::Str(_) => ValueType::Str,
            Self::List(_) => ValueType::List,
            Self::Map(_) => ValueType::Map,
            Self::Date(_) => ValueType::Date,
            Self::LocalTime(_) => ValueType::LocalTime,
            Self::Time(_) => ValueType::Time,
            Self::LocalDateTime(_) => ValueType::LocalDateTime,
            Self::DateTime(_) => ValueType::DateTime,
            Self::Duration(_) => ValueType::Duration,
            Self::Point(_) => ValueType::Point,
        }
    }

    /// Whether this is [`Value::Null`].
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// The text of a [`Value::Str`].
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::Str(text) => Some(text),
            _ => None,
        }
    }

    /// The texts of a value: itself, or those in a list.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        let list = if let Self::List(values) = self { values.as_slice() } else { &[] };
        self.as_str().into_iter().chain(list.iter().filter_map(Self::as_str))
    }

    /// The number of a [`Value::Int`].
    pub fn as_int(&self) -> Option<i64> {
        match self {
            Self::Int(number) => Some(*number),
            _ => None,
        }
    }

    /// When a date, local date-time or instant was, in seconds since 1970 of the clock that was read there: questions
    /// name days, and a row that says 00:30 on the fifth belongs to the fifth whatever the zone. A date counts from its
    /// first second.
    pub fn clock_seconds(&self) -> Option<i64> {
        match self {
            Self::Date(date) => date.days().checked_mul(time::SECONDS_PER_DAY),
            Self::LocalDateTime(time) => Some(time.seconds),
            Self::DateTime(time) => Some(time.local().seconds),
            _ => None,
        }
    }

    /// The number of a [`Value::Int`] or [`Value::Float`] as a float.
    pub fn as_number(&self) -> Option<f64> {
        match self {
            Self::Int(number) => Some(*number as f64),
            Self::Float(number) => Some(*number),
            _ => None,
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Str(text.to_owned())
    }
}
impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Str(text)
    }
}
impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Int(number)
    }
}
impl From<f64> for Value {
    fn from(number: f64) -> Self {
        Self::Float(number)
    }
}
impl From<bool> for Value {
    fn from(truth: bool) -> Self {
        Self::Bool(truth)
    }
}
