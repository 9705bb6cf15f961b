//! Typed cells of self-describing files.

use crate::parse::number::{NumberStyle, float, int, truth};
use jaal_model::Value;
use jaal_model::value::{Date, DateTime, Duration, LocalDateTime, LocalTime, Point, Time};

/// The type of a column.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum CellType {
    Int,
    Float,
    Bool,
    Str,
    Date,
    LocalTime,
    Time,
    LocalDateTime,
    DateTime,
    Duration,
    Point,
}

const WORDS: &[(&str, CellType)] = &[
    ("string", CellType::Str),
    ("char", CellType::Str),
    ("int", CellType::Int),
    ("long", CellType::Int),
    ("short", CellType::Int),
    ("byte", CellType::Int),
    ("float", CellType::Float),
    ("double", CellType::Float),
    ("boolean", CellType::Bool),
    ("date", CellType::Date),
    ("localtime", CellType::LocalTime),
    ("time", CellType::Time),
    ("localdatetime", CellType::LocalDateTime),
    ("datetime", CellType::DateTime),
    ("duration", CellType::Duration),
    ("point", CellType::Point),
];

impl CellType {
    /// The type that a header's word stands for.
    pub(super) fn parse(word: &str) -> Option<Self> {
        WORDS.iter().find(|(name, _)| name.eq_ignore_ascii_case(word)).map(|(_, t)| *t)
    }

    /// All words.
    pub(super) fn words() -> impl Iterator<Item = &'static str> {
        WORDS.iter().map(|(name, _)| *name)
    }

    /// The word for messages.
    pub(super) fn word(self) -> &'static str {
        WORDS.iter().find(|(_, t)| *t == self).map_or("string", |(name, _)| name)
    }

    /// Reads a cell that is not empty.
    pub(super) fn value(self, text: &str) -> Option<Value> {
        let trimmed = text.trim();
        let style = NumberStyle::default();
        Some(match self {
            Self::Str => Value::Str(text.to_owned()),
            Self::Int => Value::Int(int(trimmed, style)?),
            Self::Float => match trimmed {
                "NaN" => Value::Float(f64::NAN),
                "Infinity" => Value::Float(f64::INFINITY),
                "-Infinity" => Value::Float(f64::NEG_INFINITY),
                number => Value::Float(float(number, style)?),
            },
            Self::Bool => Value::Bool(truth(trimmed)?),
            Self::Date => Value::Date(Date::parse_iso(trimmed)?),
            Self::LocalTime => Value::LocalTime(LocalTime::parse_iso(trimmed)?),
            Self::Time => Value::Time(Time::parse_iso(trimmed)?),
            Self::LocalDateTime => Value::LocalDateTime(LocalDateTime::parse_iso(trimmed)?),
            Self::DateTime => Value::DateTime(DateTime::parse_iso(trimmed)?),
            Self::Duration => Value::Duration(Duration::parse(trimmed)?),
            Self::Point => Value::Point(point(trimmed)?),
        })
    }

    /// Reads a list with `;` between its elements.
    pub(super) fn list(self, text: &str) -> Option<Value> {
        text.split(';').map(|element| self.value(element)).collect::<Option<_>>().map(Value::List)
    }
}

/// Reads `{latitude:33.7, longitude:73.0}` or `{x:1, y:2, z:3}`, with an optional `crs` or `srid` that agrees.
fn point(text: &str) -> Option<Point> {
    let inner = text.strip_prefix('{')?.strip_suffix('}')?;
    let (mut x, mut y, mut z) = (None, None, None);
    let mut geographic = false;
    for member in inner.split(',') {
        let (name, value) = member.split_once(':')?;
        let value = value.trim().trim_matches(['"', '\'']);
        let number = || float(value, NumberStyle::default());
        match name.trim().trim_matches(['"', '\'']).to_ascii_lowercase().as_str() {
            "x" => x = Some(number()?),
            "y" => y = Some(number()?),
            "z" | "height" => z = Some(number()?),
            "longitude" => (x, geographic) = (Some(number()?), true),
            "latitude" => (y, geographic) = (Some(number()?), true),
            "crs" => geographic |= value.to_ascii_lowercase().starts_with("wgs-84"),
            "srid" => geographic |= value == "4326" || value == "4979",
            _ => return None,
        }
    }
    let srid = match (geographic, z) {
        (true, None) => 4_326,
        (true, Some(_)) => 4_979,
        (false, None) => 7_203,
        (false, Some(_)) => 9_157,
    };
    Some(Point { srid, x: x?, y: y?, z })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_reads_its_own_and_refuses_others() {
        for (word, good) in [
            ("int", "5"),
            ("double", "5.5e3"),
            ("boolean", "true"),
            ("date", "2025-10-04"),
            ("localtime", "13:05:00"),
            ("time", "13:05:00+05:00"),
            ("localdatetime", "2025-10-04T13:05:00"),
            ("datetime", "2025-10-04T13:05:00Z"),
            ("duration", "P1DT2H"),
            ("point", "{latitude:33.7, longitude:73.0}"),
        ] {
            let cell_type = CellType::parse(word).unwrap();
            assert!(cell_type.value(good).is_some(), "{word}");
            assert!(cell_type.value("?").is_none(), "{word}");
        }
        assert_eq!(CellType::Int.list("1;2"), Some(Value::List(vec![Value::Int(1), Value::Int(2)])));
        assert_eq!(CellType::Int.list("1;x"), None);
        assert!(point("{x:1}").is_none());
        assert_eq!(point("{x:1, y:2, z:3}").map(|p| p.srid), Some(9_157));
    }
}
