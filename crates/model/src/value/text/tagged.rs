//! The exact JSON form of a value, for dumps: what was written reads back as an equal value of the same type.
//!
//! | Value | JSON |
//! |---|---|
//! | null, truth value, integer, text, list | the JSON value of that name |
//! | float | `{"float": "0.1"}`, also `"NaN"`, `"Infinity"`, `"-Infinity"` |
//! | map | `{"map": {...}}` |
//! | temporal | `{"date": "2025-10-04"}`, `localtime`, `time`, `localdatetime`, `datetime`, `duration` |
//! | point | `{"point": {"srid": 4326, "x": "73.0", "y": "33.6"}}` |
//!
//! A temporal value that its ISO text cannot say exactly (a date 10^13 years away, nanoseconds beyond a second)
//! is written as its numbers instead of the text.

use crate::value::{Date, DateTime, Duration, LocalDateTime, LocalTime, Point, Time, Value};
use serde::de::{Error as _, MapAccess, SeqAccess, Unexpected, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::collections::BTreeMap;
use std::fmt::{self, Display};

/// A value to be written in its exact JSON form.
#[derive(Clone, Copy, Debug)]
pub struct TaggedValue<'a>(pub &'a Value);

/// A value read from its exact JSON form; it also writes that form.
#[derive(Clone, PartialEq, Debug)]
pub struct TaggedValueBuf(pub Value);

/// A value's tags, in the order of the table above.
const TAGS: &[&str] =
    &["float", "map", "date", "localtime", "time", "localdatetime", "datetime", "duration", "point"];

/// A float as the shortest text that reads back exactly.
struct FloatText(f64);

impl Display for FloatText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        super::float_text(self.0, f)
    }
}

#[derive(Serialize, Deserialize)]
struct PointParts {
    srid: u32,
    x: String,
    y: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    z: Option<String>,
}

/// A temporal value: its text, or its numbers.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum TextOr<T> {
    Text(String),
    Parts(T),
}

impl<T: Clone + PartialEq + Display> TextOr<T> {
    fn new(value: &T, parse: fn(&str) -> Option<T>) -> Self {
        let text = value.to_string();
        if parse(&text).as_ref() == Some(value) { Self::Text(text) } else { Self::Parts(value.clone()) }
    }

    fn value<E: serde::de::Error>(self, parse: fn(&str) -> Option<T>, what: &'static str) -> Result<T, E> {
        match self {
            Self::Text(text) => parse(&text).ok_or_else(|| E::invalid_value(Unexpected::Str(&text), &what)),
            Self::Parts(value) => Ok(value),
        }
    }
}

impl Serialize for TaggedValueBuf {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        TaggedValue(&self.0).serialize(serializer)
    }
}

impl Serialize for TaggedValue<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Null => serializer.serialize_unit(),
            Value::Bool(v) => serializer.serialize_bool(*v),
            Value::Int(v) => serializer.serialize_i64(*v),
            Value::Str(v) => serializer.serialize_str(v),
            Value::List(values) => serializer.collect_seq(values.iter().map(TaggedValue)),
            Value::Float(v) => tag(serializer, "float", &FloatText(*v).to_string()),
            Value::Map(entries) => {
                let tagged: BTreeMap<&String, _> =
                    entries.iter().map(|(name, value)| (name, TaggedValue(value))).collect();
                tag(serializer, "map", &tagged)
            }
            Value::Date(v) => tag(serializer, "date", &TextOr::new(v, Date::parse_iso)),
            Value::LocalTime(v) => tag(serializer, "localtime", &TextOr::new(v, LocalTime::parse_iso)),
            Value::Time(v) => tag(serializer, "time", &TextOr::new(v, Time::parse_iso)),
            Value::LocalDateTime(v) => {
                tag(serializer, "localdatetime", &TextOr::new(v, LocalDateTime::parse_iso))
            }
            Value::DateTime(v) => tag(serializer, "datetime", &TextOr::new(v, DateTime::parse_iso)),
            Value::Duration(v) => tag(serializer, "duration", &TextOr::new(v, Duration::parse)),
            Value::Point(v) => {
                let text = |number: f64| FloatText(number).to_string();
                let parts = PointParts { srid: v.srid, x: text(v.x), y: text(v.y), z: v.z.map(text) };
                tag(serializer, "point", &parts)
            }
        }
    }
}

fn tag<S: Serializer, T: Serialize>(serializer: S, tag: &str, content: &T) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(Some(1))?;
    map.serialize_entry(tag, content)?;
    map.end()
}

impl<'de> Deserialize<'de> for TaggedValueBuf {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TaggedVisitor).map(Self)
    }
}

struct TaggedVisitor;

impl<'de> Visitor<'de> for TaggedVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "null, a truth value, a 64-bit integer, a text, a list, or an object with one of {TAGS:?}")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, v: bool) -> Result<Value, E> {
        Ok(Value::Bool(v))
    }

    fn visit_i64<E>(self, v: i64) -> Result<Value, E> {
        Ok(Value::Int(v))
    }

    fn visit_u64<E: serde::de::Error>(self, v: u64) -> Result<Value, E> {
        i64::try_from(v).map(Value::Int).map_err(|_| E::invalid_value(Unexpected::Unsigned(v), &self))
    }

    fn visit_str<E>(self, v: &str) -> Result<Value, E> {
        Ok(Value::Str(v.to_owned()))
    }

    fn visit_string<E>(self, v: String) -> Result<Value, E> {
        Ok(Value::Str(v))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        while let Some(TaggedValueBuf(value)) = access.next_element()? {
            values.push(value);
        }
        Ok(Value::List(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let Some(tag) = access.next_key::<String>()? else {
            return Err(A::Error::invalid_length(0, &self));
        };
        let value = content(&tag, &mut access)?;
        match access.next_key::<String>()? {
            Some(other) => Err(A::Error::custom(format_args!("key `{other}` follows the tag `{tag}`"))),
            None => Ok(value),
        }
    }
}

fn content<'de, A: MapAccess<'de>>(tag: &str, access: &mut A) -> Result<Value, A::Error> {
    Ok(match tag {
        "float" => Value::Float(float(&access.next_value::<String>()?)?),
        "map" => {
            let entries: BTreeMap<String, TaggedValueBuf> = access.next_value()?;
            Value::Map(entries.into_iter().map(|(name, value)| (name, value.0)).collect())
        }
        "date" => Value::Date(access.next_value::<TextOr<_>>()?.value(Date::parse_iso, "an ISO date")?),
        "localtime" => Value::LocalTime(
            access.next_value::<TextOr<_>>()?.value(LocalTime::parse_iso, "an ISO time of day")?,
        ),
        "time" => Value::Time(
            access.next_value::<TextOr<_>>()?.value(Time::parse_iso, "an ISO time of day with an offset")?,
        ),
        "localdatetime" => Value::LocalDateTime(
            access.next_value::<TextOr<_>>()?.value(LocalDateTime::parse_iso, "an ISO date and time")?,
        ),
        "datetime" => Value::DateTime(
            access.next_value::<TextOr<_>>()?.value(DateTime::parse_iso, "an ISO instant with an offset")?,
        ),
        "duration" => {
            Value::Duration(access.next_value::<TextOr<_>>()?.value(Duration::parse, "an ISO duration")?)
        }
        "point" => {
            let parts: PointParts = access.next_value()?;
            let z = parts.z.as_deref().map(float).transpose()?;
            Value::Point(Point { srid: parts.srid, x: float(&parts.x)?, y: float(&parts.y)?, z })
        }
        other => return Err(A::Error::unknown_variant(other, TAGS)),
    })
}

fn float<E: serde::de::Error>(text: &str) -> Result<f64, E> {
    text.parse().map_err(|_| E::invalid_value(Unexpected::Str(text), &"a float as text"))
}
