//! One value in a dump: the exact JSON form of a value, except for what that form cannot tell apart.

use jaal_model::Value;
use jaal_model::value::text::{TaggedValue, TaggedValueBuf};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// How deep lists and maps may nest in JSON: readers commonly stop at 128 levels, and a map takes two.
const MAX_DEPTH: usize = 40;

/// A value as a line holds it: JSON as the model writes it; or `{"wire": "<hexadecimal>"}`, its stored form, for a
/// value that nests deeply or has a NaN of unusual bits, all NaNs being one in JSON.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Cell(pub(crate) Value);

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire {
    wire: String,
}

/// The tagged form is tried first: a list of one text would also pass for the other, whose member it would be.
#[derive(Deserialize)]
#[serde(untagged)]
enum Form {
    Tagged(TaggedValueBuf),
    Wire(Wire),
}

impl Serialize for Cell {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if is_unusual(&self.0, 0) {
            let mut bytes = Vec::new();
            self.0.to_wire(&mut bytes);
            Wire { wire: to_hex(&bytes) }.serialize(serializer)
        } else {
            TaggedValue(&self.0).serialize(serializer)
        }
    }
}

impl<'de> Deserialize<'de> for Cell {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Form::deserialize(deserializer)? {
            Form::Tagged(TaggedValueBuf(value)) => Ok(Self(value)),
            Form::Wire(Wire { wire }) => from_hex(&wire)
                .and_then(|bytes| Value::from_wire(&bytes).ok())
                .map(Self)
                .ok_or_else(|| D::Error::custom(format!("`{wire}` is no stored value in hexadecimal"))),
        }
    }
}

fn is_unusual(value: &Value, depth: usize) -> bool {
    let odd = |number: f64| number.is_nan() && number.to_bits() != f64::NAN.to_bits();
    match value {
        Value::Float(number) => odd(*number),
        Value::Point(point) => odd(point.x) || odd(point.y) || point.z.is_some_and(odd),
        Value::List(_) | Value::Map(_) if depth >= MAX_DEPTH => true,
        Value::List(values) => values.iter().any(|value| is_unusual(value, depth + 1)),
        Value::Map(entries) => entries.values().any(|value| is_unusual(value, depth + 1)),
        _ => false,
    }
}

fn to_hex(bytes: &[u8]) -> String {
    let digit = |half: u8| char::from_digit(u32::from(half), 16).unwrap_or('0');
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    if !text.len().is_multiple_of(2) || !text.is_ascii() {
        return None;
    }
    let pairs = text.as_bytes().chunks(2).map(|pair| std::str::from_utf8(pair).ok());
    pairs.map(|pair| u8::from_str_radix(pair?, 16).ok()).collect()
}
