//! One property of a claim table: a typed column with a validity bitmap, so that millions of rows need no
//! boxed value.

use crate::value::{Date, DateTime, LocalDateTime, Value, ValueType};
use serde::{Deserialize, Serialize};

/// Texts one after the other: offsets into one buffer.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct StrColumn {
    /// End of each text in `bytes`; the start is the previous end, or 0.
    #[serde(with = "super::packing::lengths")]
    ends: Vec<u32>,
    /// All texts, concatenated.
    bytes: String,
}

impl Default for StrColumn {
    fn default() -> Self {
        Self::new()
    }
}

impl StrColumn {
    /// An empty column.
    pub fn new() -> Self {
        Self { ends: Vec::new(), bytes: String::new() }
    }

    /// Adds a text at the end.
    pub fn push(&mut self, text: &str) {
        self.bytes.push_str(text);
        self.ends.push(self.bytes.len() as u32);
    }

    /// The number of texts.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The text at `index`; empty when out of range (only damaged data can ask for that).
    pub fn get(&self, index: usize) -> &str {
        let start = if index == 0 { 0 } else { self.ends.get(index - 1).copied().unwrap_or(0) };
        let end = self.ends.get(index).copied().unwrap_or(start);
        self.bytes.get(start as usize..end as usize).unwrap_or("")
    }

    /// All texts in order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).map(|i| self.get(i))
    }

    /// Length of the buffer in bytes.
    pub fn byte_len(&self) -> usize {
        self.bytes.len()
    }
}

/// The values of a column, one an element, holding a zero or an empty text where the validity bitmap says that
/// there is none.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum ColumnData {
    /// Truth values.
    Bool(Vec<bool>),
    /// Integers.
    Int(Vec<i64>),
    /// Floats.
    Float(Vec<f64>),
    /// Texts.
    Str(StrColumn),
    /// Dates, as days since 1970-01-01.
    Date(Vec<i64>),
    /// Local date-times, as seconds since 1970-01-01T00:00 of the local clock, and nanoseconds.
    LocalDateTime(Vec<(i64, u32)>),
    /// Instants: seconds since 1970-01-01T00:00Z, and the offset in seconds; whole seconds and no zone name.
    DateTime(#[serde(with = "super::packing::instants")] Vec<(i64, i32)>),
    /// Anything else, or a mix: values in [`crate::value::wire`] form, one after the other.
    Any {
        /// End of each value in `bytes`.
        #[serde(with = "super::packing::lengths")]
        ends: Vec<u32>,
        /// All values, concatenated.
        bytes: Vec<u8>,
    },
}

/// One property of a claim table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Column {
    /// One bit a claim, least significant first: whether it gives the property at all. Empty means that all do.
    missing: Vec<u64>,
    /// The values.
    data: ColumnData,
    /// The number of claims.
    len: u32,
    /// How many of them give the property.
    valid_count: u32,
}

impl Default for Column {
    fn default() -> Self {
        Self::new()
    }
}

impl Column {
    /// An empty column, whose type the first value decides.
    pub fn new() -> Self {
        Self { missing: Vec::new(), data: ColumnData::Int(Vec::new()), len: 0, valid_count: 0 }
    }

    /// The number of claims, those without the property included.
    pub fn len(&self) -> usize {
        self.len as usize
    }

    /// Whether the table has no claim.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The values as they are stored; see [`Column::is_valid`] for which of them count.
    pub fn data(&self) -> &ColumnData {
        &self.data
    }

    /// Whether the claim at `index` gives the property.
    pub fn is_valid(&self, index: usize) -> bool {
        index < self.len() && self.missing.get(index / 64).is_none_or(|word| word & (1 << (index % 64)) == 0)
    }

    /// Whether every claim gives the property.
    pub fn all_valid(&self) -> bool {
        self.valid_count == self.len
    }

    /// The value of the claim at `index`; [`Value::Null`] where it gives none.
    pub fn value(&self, index: usize) -> Value {
        if !self.is_valid(index) {
            return Value::Null;
        }
        match &self.data {
            ColumnData::Bool(values) => values.get(index).map_or(Value::Null, |v| Value::Bool(*v)),
            ColumnData::Int(values) => values.get(index).map_or(Value::Null, |v| Value::Int(*v)),
            ColumnData::Float(values) => values.get(index).map_or(Value::Null, |v| Value::Float(*v)),
            ColumnData::Str(texts) => Value::Str(texts.get(index).to_owned()),
            ColumnData::Date(values) => {
                values.get(index).map_or(Value::Null, |v| Value::Date(Date::from_days(*v)))
            }
            ColumnData::LocalDateTime(values) => values
                .get(index)
                .map_or(Value::Null, |(s, n)| Value::LocalDateTime(LocalDateTime { seconds: *s, nanos: *n })),
            ColumnData::DateTime(values) => values.get(index).map_or(Value::Null, |(s, offset)| {
                Value::DateTime(DateTime { seconds: *s, nanos: 0, offset_s: *offset, zone: None })
            }),
            ColumnData::Any { ends, bytes } => {
                let start = if index == 0 { 0 } else { ends.get(index - 1).copied().unwrap_or(0) };
                let end = ends.get(index).copied().unwrap_or(start);
                bytes
                    .get(start as usize..end as usize)
                    .and_then(|slice| Value::from_wire(slice).ok())
                    .unwrap_or(Value::Null)
            }
        }
    }

    /// Adds a claim's value; [`Value::Null`] means that it gives none. A value of another type than the ones
    /// before turns the column into [`ColumnData::Any`].
    pub fn push(&mut self, value: Value) {
        if value.is_null() {
            self.push_missing();
            return;
        }
        if self.no_value_yet() {
            self.retype(&value);
        }
        match (&mut self.data, value) {
            (ColumnData::Bool(values), Value::Bool(v)) => values.push(v),
            (ColumnData::Int(values), Value::Int(v)) => values.push(v),
            (ColumnData::Float(values), Value::Float(v)) => values.push(v),
            (ColumnData::Str(texts), Value::Str(v)) => texts.push(&v),
            (ColumnData::Date(values), Value::Date(v)) => values.push(v.days()),
            (ColumnData::LocalDateTime(values), Value::LocalDateTime(v)) => {
                values.push((v.seconds, v.nanos));
            }
            (ColumnData::DateTime(values), Value::DateTime(v)) if v.nanos == 0 && v.zone.is_none() => {
                values.push((v.seconds, v.offset_s));
            }
            (ColumnData::Any { ends, bytes }, v) => {
                v.to_wire(bytes);
                ends.push(bytes.len() as u32);
            }
            (_, v) => {
                self.turn_into_any();
                self.push(v);
                return;
            }
        }
        self.mark(true);
    }

    /// The column of some of the claims, in the order given.
    #[must_use]
    pub fn pick(&self, rows: &[usize]) -> Self {
        let mut picked = Self::new();
        for row in rows {
            match &self.data {
                ColumnData::Str(texts) if self.is_valid(*row) => picked.push_str(texts.get(*row)),
                _ => picked.push(self.value(*row)),
            }
        }
        picked
    }

    /// Adds a text without making a [`Value`] first.
    pub fn push_str(&mut self, text: &str) {
        if self.no_value_yet() && !matches!(self.data, ColumnData::Str(_)) {
            self.retype(&Value::Str(String::new()));
        }
        if let ColumnData::Str(texts) = &mut self.data {
            texts.push(text);
            self.mark(true);
        } else {
            self.push(Value::Str(text.to_owned()));
        }
    }

    /// Adds a claim without the property.
    pub fn push_missing(&mut self) {
        match &mut self.data {
            ColumnData::Bool(values) => values.push(false),
            ColumnData::Int(values) => values.push(0),
            ColumnData::Float(values) => values.push(0.0),
            ColumnData::Str(texts) => texts.push(""),
            ColumnData::Date(values) => values.push(0),
            ColumnData::LocalDateTime(values) => values.push((0, 0)),
            ColumnData::DateTime(values) => values.push((0, 0)),
            ColumnData::Any { ends, bytes } => ends.push(bytes.len() as u32),
        }
        self.mark(false);
    }

    /// Whether the stored vectors have the length they say they have; a decoded column is checked with it.
    pub fn is_consistent(&self) -> bool {
        let texts_fit = |ends: &[u32], len: usize| {
            ends.windows(2).all(|w| w[0] <= w[1]) && ends.last().is_none_or(|e| *e as usize == len)
        };
        let len = match &self.data {
            ColumnData::Bool(values) => values.len(),
            ColumnData::Int(values) | ColumnData::Date(values) => values.len(),
            ColumnData::Float(values) => values.len(),
            ColumnData::Str(texts) => {
                if !texts_fit(&texts.ends, texts.bytes.len())
                    || !texts.ends.iter().all(|e| texts.bytes.is_char_boundary(*e as usize))
                {
                    return false;
                }
                texts.len()
            }
            ColumnData::LocalDateTime(values) => values.len(),
            ColumnData::DateTime(values) => values.len(),
            ColumnData::Any { ends, bytes } => {
                if !texts_fit(ends, bytes.len()) {
                    return false;
                }
                ends.len()
            }
        };
        let gaps: u32 = self.missing.iter().map(|word| word.count_ones()).sum();
        len == self.len()
            && self.valid_count.checked_add(gaps) == Some(self.len)
            && (self.missing.is_empty() || self.missing.len() == self.len().div_ceil(64))
    }

    fn no_value_yet(&self) -> bool {
        self.valid_count == 0 && !matches!(self.data, ColumnData::Any { .. })
    }

    fn mark(&mut self, valid: bool) {
        let index = self.len();
        self.len += 1;
        self.valid_count += u32::from(valid);
        if valid && self.missing.is_empty() {
            return;
        }
        self.missing.resize(self.len().div_ceil(64), 0);
        if !valid {
            self.missing[index / 64] |= 1 << (index % 64);
        }
    }

    /// Gives a column that holds no value yet the type of `value`, keeping its missing entries.
    fn retype(&mut self, value: &Value) {
        let n = self.len();
        self.data = match value.value_type() {
            ValueType::Bool => ColumnData::Bool(vec![false; n]),
            ValueType::Int => ColumnData::Int(vec![0; n]),
            ValueType::Float => ColumnData::Float(vec![0.0; n]),
            ValueType::Str => ColumnData::Str(StrColumn { ends: vec![0; n], bytes: String::new() }),
            ValueType::Date => ColumnData::Date(vec![0; n]),
            ValueType::LocalDateTime => ColumnData::LocalDateTime(vec![(0, 0); n]),
            ValueType::DateTime => ColumnData::DateTime(vec![(0, 0); n]),
            _ => ColumnData::Any { ends: vec![0; n], bytes: Vec::new() },
        };
    }

    fn turn_into_any(&mut self) {
        let mut ends = Vec::with_capacity(self.len());
        let mut bytes = Vec::new();
        for index in 0..self.len() {
            if self.is_valid(index) {
                self.value(index).to_wire(&mut bytes);
            }
            ends.push(bytes.len() as u32);
        }
        self.data = ColumnData::Any { ends, bytes };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mixed_column_keeps_every_value() {
        let values = [
            Value::Null,
            Value::Int(4),
            Value::Null,
            Value::Str("x".into()),
            Value::Float(0.5),
            Value::Bool(true),
            Value::Date(Date::from_days(9)),
            Value::Null,
        ];
        let mut column = Column::new();
        for value in &values {
            column.push(value.clone());
        }
        assert!(column.is_consistent());
        for (i, value) in values.iter().enumerate() {
            assert_eq!(&column.value(i), value);
        }
    }

    #[test]
    fn texts_after_missing_ones_stay_texts() {
        let mut column = Column::new();
        column.push_missing();
        column.push_str("a");
        column.push_str("");
        assert!(matches!(column.data(), ColumnData::Str(_)));
        assert_eq!(column.value(0), Value::Null);
        assert_eq!(column.value(1), Value::from("a"));
        assert_eq!(column.value(2), Value::from(""));
    }
}
