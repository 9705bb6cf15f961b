//! The stored form of one value: a tag byte, then the value; integers little-endian, lengths as LEB128. It is
//! our own so that stored values outlive any serialisation library; `docs/format.md` describes it.

use super::{Date, DateTime, Duration, LocalDateTime, LocalTime, Point, Time, Value};
use std::collections::BTreeMap;

/// How deep lists and maps may nest in stored form.
const MAX_DEPTH: usize = 64;

/// Why bytes are not a stored value.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum WireError {
    /// The bytes end inside a value.
    #[error("the stored value ends early")]
    Short,
    /// Bytes are left after the value.
    #[error("{0} bytes follow the stored value")]
    Long(usize),
    /// No value begins with this byte.
    #[error("no value begins with byte {0}")]
    Tag(u8),
    /// A text is not UTF-8.
    #[error("a stored text is not UTF-8")]
    Utf8,
    /// Lists or maps nest too deeply.
    #[error("a stored value nests deeper than {MAX_DEPTH}")]
    Deep,
}

impl Value {
    /// Appends the stored form.
    pub fn to_wire(&self, out: &mut Vec<u8>) {
        match self {
            Self::Null => out.push(0),
            Self::Bool(v) => out.extend([1, u8::from(*v)]),
            Self::Int(v) => tagged(out, 2, &v.to_le_bytes()),
            Self::Float(v) => tagged(out, 3, &v.to_bits().to_le_bytes()),
            Self::Str(v) => {
                out.push(4);
                text(out, v);
            }
            Self::List(values) => {
                out.push(5);
                length(out, values.len());
                for v in values {
                    v.to_wire(out);
                }
            }
            Self::Map(entries) => {
                out.push(6);
                length(out, entries.len());
                for (name, value) in entries {
                    text(out, name);
                    value.to_wire(out);
                }
            }
            Self::Date(v) => tagged(out, 7, &v.days().to_le_bytes()),
            Self::LocalTime(v) => tagged(out, 8, &v.0.to_le_bytes()),
            Self::Time(v) => {
                tagged(out, 9, &v.local.0.to_le_bytes());
                out.extend(v.offset_s.to_le_bytes());
            }
            Self::LocalDateTime(v) => {
                tagged(out, 10, &v.seconds.to_le_bytes());
                out.extend(v.nanos.to_le_bytes());
            }
            Self::DateTime(v) => {
                tagged(out, 11, &v.seconds.to_le_bytes());
                out.extend(v.nanos.to_le_bytes());
                out.extend(v.offset_s.to_le_bytes());
                text(out, v.zone.as_deref().unwrap_or(""));
            }
            Self::Duration(v) => {
                tagged(out, 12, &v.months.to_le_bytes());
                out.extend(v.days.to_le_bytes());
                out.extend(v.seconds.to_le_bytes());
                out.extend(v.nanos.to_le_bytes());
            }
            Self::Point(v) => {
                tagged(out, 13, &v.srid.to_le_bytes());
                out.extend(v.x.to_bits().to_le_bytes());
                out.extend(v.y.to_bits().to_le_bytes());
                out.push(u8::from(v.z.is_some()));
                out.extend(v.z.unwrap_or(0.0).to_bits().to_le_bytes());
            }
        }
    }

    /// Reads the stored form of exactly one value.
    ///
    /// # Errors
    /// [`WireError`] when the bytes are anything else.
    pub fn from_wire(bytes: &[u8]) -> Result<Self, WireError> {
        let mut reader = Reader { bytes };
        let value = reader.value(0)?;
        if reader.bytes.is_empty() { Ok(value) } else { Err(WireError::Long(reader.bytes.len())) }
    }
}

fn tagged(out: &mut Vec<u8>, tag: u8, bytes: &[u8]) {
    out.push(tag);
    out.extend(bytes);
}

fn length(out: &mut Vec<u8>, mut len: usize) {
    while len >= 0x80 {
        out.push((len & 0x7f) as u8 | 0x80);
        len >>= 7;
    }
    out.push(len as u8);
}

fn text(out: &mut Vec<u8>, value: &str) {
    length(out, value.len());
    out.extend(value.as_bytes());
}

struct Reader<'a> {
    bytes: &'a [u8],
}

impl Reader<'_> {
    fn take(&mut self, len: usize) -> Result<&[u8], WireError> {
        let (head, tail) = self.bytes.split_at_checked(len).ok_or(WireError::Short)?;
        self.bytes = tail;
        Ok(head)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], WireError> {
        self.take(N)?.try_into().map_err(|_| WireError::Short)
    }

    fn i64(&mut self) -> Result<i64, WireError> {
        self.array().map(i64::from_le_bytes)
    }

    fn f64(&mut self) -> Result<f64, WireError> {
        self.array().map(|b| f64::from_bits(u64::from_le_bytes(b)))
    }

    fn length(&mut self) -> Result<usize, WireError> {
        let mut len = 0_usize;
        for shift in (0..63).step_by(7) {
            let [byte] = self.array()?;
            len |= usize::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                // A length can never exceed what is left, so a damaged one cannot ask for memory.
                return if len <= self.bytes.len() { Ok(len) } else { Err(WireError::Short) };
            }
        }
        Err(WireError::Short)
    }

    fn text(&mut self) -> Result<String, WireError> {
        let len = self.length()?;
        let bytes = self.take(len)?;
        std::str::from_utf8(bytes).map(str::to_owned).map_err(|_| WireError::Utf8)
    }

    fn value(&mut self, depth: usize) -> Result<Value, WireError> {
        if depth > MAX_DEPTH {
            return Err(WireError::Deep);
        }
        let [tag] = self.array()?;
        Ok(match tag {
            0 => Value::Null,
            1 => Value::Bool(self.array::<1>()? != [0]),
            2 => Value::Int(self.i64()?),
            3 => Value::Float(self.f64()?),
            4 => Value::Str(self.text()?),
            5 => self.list(depth)?,
            6 => self.map(depth)?,
            7 => Value::Date(Date::from_days(self.i64()?)),
            8 => Value::LocalTime(LocalTime(self.array().map(u64::from_le_bytes)?)),
            9 => Value::Time(Time {
                local: LocalTime(self.array().map(u64::from_le_bytes)?),
                offset_s: self.array().map(i32::from_le_bytes)?,
            }),
            10 => Value::LocalDateTime(LocalDateTime {
                seconds: self.i64()?,
                nanos: self.array().map(u32::from_le_bytes)?,
            }),
            11 => self.date_time()?,
            12 => Value::Duration(Duration {
                months: self.i64()?,
                days: self.i64()?,
                seconds: self.i64()?,
                nanos: self.array().map(i32::from_le_bytes)?,
            }),
            13 => self.point()?,
            other => return Err(WireError::Tag(other)),
        })
    }

    fn list(&mut self, depth: usize) -> Result<Value, WireError> {
        let len = self.length()?;
        (0..len).map(|_| self.value(depth + 1)).collect::<Result<_, _>>().map(Value::List)
    }

    fn map(&mut self, depth: usize) -> Result<Value, WireError> {
        let len = self.length()?;
        let mut entries = BTreeMap::new();
        for _ in 0..len {
            let name = self.text()?;
            entries.insert(name, self.value(depth + 1)?);
        }
        Ok(Value::Map(entries))
    }

    fn date_time(&mut self) -> Result<Value, WireError> {
        let seconds = self.i64()?;
        let nanos = self.array().map(u32::from_le_bytes)?;
        let offset_s = self.array().map(i32::from_le_bytes)?;
        let zone = self.text()?;
        let zone = (!zone.is_empty()).then_some(zone);
        Ok(Value::DateTime(DateTime { seconds, nanos, offset_s, zone }))
    }

    fn point(&mut self) -> Result<Value, WireError> {
        let srid = self.array().map(u32::from_le_bytes)?;
        let (x, y) = (self.f64()?, self.f64()?);
        let has_z = self.array::<1>()? != [0];
        let z = self.f64()?;
        Ok(Value::Point(Point { srid, x, y, z: has_z.then_some(z) }))
    }
}
