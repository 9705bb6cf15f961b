//! Property columns in a segment: dense, typed, as narrow as their values allow, with a bitmap of the rows that
//! have none.

use super::bytes::{Put, Take};
use super::dictionary::DictionaryRef;
use super::format::{SectionId, tag};
use super::map::{SectionRef, Segment};
use crate::Filter;
use crate::versions::Version;
use jaal_model::Value;
use jaal_model::value::{Date, DateTime, LocalDateTime};
use std::ops::Range;

/// How the values of a column are stored. Whole numbers are offsets from a base in 0, 1, 2, 4 or 8 bytes; a
/// constant takes none.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) enum Encoding {
    /// Truth values, as 0 and 1.
    Bool { base: i64, width: u8 },
    /// Integers.
    Int { base: i64, width: u8 },
    /// Floats, 8 bytes each.
    Float,
    /// Codes of a dictionary.
    Str { dictionary: u32, base: i64, width: u8 },
    /// Dates, in days.
    Date { base: i64, width: u8 },
    /// Local date-times of whole seconds.
    LocalDateTime { base: i64, width: u8 },
    /// Instants of whole seconds that all have the same offset and no zone name.
    DateTime { offset_s: i32, base: i64, width: u8 },
    /// Anything, in wire form.
    Any,
}

/// The grade of a column whose values differ in it.
const MIXED: u32 = 256;

/// A column of a segment.
#[derive(Clone, Debug)]
pub(crate) struct ColumnMeta {
    /// Index of the property's name in the catalog.
    pub(crate) property: u32,
    /// The number of the column, `a` of its sections.
    pub(crate) number: u32,
    pub(crate) encoding: Encoding,
    /// The rank of the grade of every value; [`MIXED`] where they differ.
    grade: u32,
    grades: Option<SectionRef>,
    dated: Option<(SectionRef, SectionRef)>,
    values: Option<SectionRef>,
    missing: Option<SectionRef>,
    ends: Option<SectionRef>,
    dictionary: Option<DictionaryRef>,
}

impl ColumnMeta {
    pub(crate) fn new(property: u32, number: u32, encoding: Encoding, grade: Option<u8>) -> Self {
        Self {
            property,
            number,
            encoding,
            grade: grade.map_or(MIXED, u32::from),
            grades: None,
            dated: None,
            values: None,
            missing: None,
            ends: None,
            dictionary: None,
        }
    }

    pub(crate) fn put(&self, out: &mut Put) {
        out.u32(self.property);
        out.u32(self.number);
        let (kind, extra, base, width) = match self.encoding {
            Encoding::Bool { base, width } => (0, 0, base, width),
            Encoding::Int { base, width } => (1, 0, base, width),
            Encoding::Float => (2, 0, 0, 0),
            Encoding::Str { dictionary, base, width } => (3, dictionary, base, width),
            Encoding::Date { base, width } => (4, 0, base, width),
            Encoding::LocalDateTime { base, width } => (5, 0, base, width),
            Encoding::DateTime { offset_s, base, width } => (6, offset_s.cast_unsigned(), base, width),
            Encoding::Any => (7, 0, 0, 0),
        };
        out.u32(kind);
        out.u32(extra);
        out.i64(base);
        out.u32(u32::from(width));
        out.u32(self.grade);
    }

    pub(crate) fn take(take: &mut Take<'_>, find: &dyn Fn(SectionId) -> Option<SectionRef>) -> Option<Self> {
        let (property, number) = (take.u32()?, take.u32()?);
        let (kind, extra, base, width) = (take.u32()?, take.u32()?, take.i64()?, take.u32()?);
        let width = u8::try_from(width).ok().filter(|w| matches!(w, 0 | 1 | 2 | 4 | 8))?;
        let encoding = match kind {
            0 => Encoding::Bool { base, width },
            1 => Encoding::Int { base, width },
            2 => Encoding::Float,
            3 => Encoding::Str { dictionary: extra, base, width },
            4 => Encoding::Date { base, width },
            5 => Encoding::LocalDateTime { base, width },
            6 => Encoding::DateTime { offset_s: extra.cast_signed(), base, width },
            7 => Encoding::Any,
            _ => return None,
        };
        let grade = take.u32()?;
        let mut column = Self::new(property, number, encoding, u8::try_from(grade).ok());
        let section = |tag| find(SectionId::new(tag, number, 0));
        if grade == MIXED {
            column.grades = Some(section(tag::COLUMN_GRADES)?);
        }
        column.dated = section(tag::COLUMN_DATED).zip(section(tag::COLUMN_DATED_BYTES));
        column.values = find(SectionId::new(tag::COLUMN, number, 0));
        column.missing = find(SectionId::new(tag::COLUMN_MISSING, number, 0));
        column.ends = find(SectionId::new(tag::COLUMN_ENDS, number, 0));
        if let Encoding::Str { dictionary, .. } = encoding {
            column.dictionary = Some(DictionaryRef::find(
                find,
                SectionId::new(tag::DICT_ENDS, dictionary, 0),
                SectionId::new(tag::DICT_BYTES, dictionary, 0),
            )?);
        }
        Some(column)
    }

    /// Whether a row has the property.
    pub(crate) fn is_valid(&self, segment: &Segment, row: u32) -> bool {
        self.missing.is_none_or(|section| {
            let words: &[u64] = segment.slice(section);
            words.get(row as usize / 64).is_some_and(|word| word & (1 << (row % 64)) == 0)
        })
    }

    /// The value of a row; null where it has none.
    pub(crate) fn value(&self, segment: &Segment, row: u32) -> Value {
        if !self.is_valid(segment, row) {
            return Value::Null;
        }
        self.valid_value(segment, row).unwrap_or(Value::Null)
    }

    /// The value of a row under a filter; null where none passes.
    pub(crate) fn value_under(&self, segment: &Segment, row: u32, filter: &Filter) -> Value {
        if filter.is_open() {
            return self.value(segment, row);
        }
        if let Some(versions) = self.versions(segment, row) {
            let chosen = versions.into_iter().find(|version| filter.passes(version.rank, version.valid));
            return chosen.map_or(Value::Null, |version| version.value);
        }
        if filter.passes_grade(self.rank(segment, row)) { self.value(segment, row) } else { Value::Null }
    }

    /// Whether the value of a row is the same under a filter as without.
    pub(crate) fn is_chosen(&self, segment: &Segment, row: u32, filter: &Filter) -> bool {
        filter.is_open()
            || (filter.passes_grade(self.rank(segment, row)) && self.dated_rows(segment, row).is_empty())
    }

    /// The rank of the grade of a row's value.
    pub(crate) fn rank(&self, segment: &Segment, row: u32) -> u8 {
        let by_row = |section| segment.bytes(section).get(row as usize).copied().unwrap_or(u8::MAX);
        self.grades.map_or_else(|| u8::try_from(self.grade).unwrap_or(u8::MAX), by_row)
    }

    /// The values of a row in the order of choice, where the first holds for a time only.
    pub(crate) fn versions(&self, segment: &Segment, row: u32) -> Option<Vec<Version>> {
        let (dated, bytes) = self.dated?;
        let (dated, bytes): (&[[i64; 5]], _) = (segment.slice(dated), segment.bytes(bytes));
        let mut versions = Vec::new();
        for at in self.dated_rows(segment, row) {
            let [_, from, to, rank, end] = *dated.get(at)?;
            let start = at.checked_sub(1).and_then(|before| dated.get(before)).map_or(0, |before| before[4]);
            let range = usize::try_from(start).ok()?..usize::try_from(end).ok()?;
            let value = Value::from_wire(bytes.get(range)?).ok()?;
            versions.push(Version { rank: u8::try_from(rank).ok()?, valid: (from, to), value });
        }
        (!versions.is_empty()).then_some(versions)
    }

    /// Where the values of a row are among the dated ones.
    fn dated_rows(&self, segment: &Segment, row: u32) -> Range<usize> {
        let Some((dated, _)) = self.dated else { return 0..0 };
        let dated: &[[i64; 5]] = segment.slice(dated);
        let row = i64::from(row);
        dated.partition_point(|dated| dated[0] < row)..dated.partition_point(|dated| dated[0] <= row)
    }

    /// The text of a row without copying it, where the column holds texts.
    pub(crate) fn text<'s>(&self, segment: &'s Segment, row: u32) -> Option<&'s str> {
        let Encoding::Str { base, width, .. } = self.encoding else { return None };
        if !self.is_valid(segment, row) {
            return None;
        }
        let code = self.number_at(segment, row, base, width)?;
        Some(self.dictionary?.get(segment, usize::try_from(code).ok()?))
    }

    fn valid_value(&self, segment: &Segment, row: u32) -> Option<Value> {
        let at = |base, width| self.number_at(segment, row, base, width);
        Some(match self.encoding {
            Encoding::Bool { base, width } => Value::Bool(at(base, width)? != 0),
            Encoding::Int { base, width } => Value::Int(at(base, width)?),
            Encoding::Float => Value::Float(*segment.slice::<f64>(self.values?).get(row as usize)?),
            Encoding::Str { .. } => Value::Str(self.text(segment, row)?.to_owned()),
            Encoding::Date { base, width } => Value::Date(Date::from_days(at(base, width)?)),
            Encoding::LocalDateTime { base, width } => {
                Value::LocalDateTime(LocalDateTime { seconds: at(base, width)?, nanos: 0 })
            }
            Encoding::DateTime { offset_s, base, width } => {
                Value::DateTime(DateTime { seconds: at(base, width)?, nanos: 0, offset_s, zone: None })
            }
            Encoding::Any => {
                let ends: &[u32] = segment.slice(self.ends?);
                let start = if row == 0 { 0 } else { *ends.get(row as usize - 1)? };
                let end = *ends.get(row as usize)?;
                let bytes = segment.bytes(self.values?).get(start as usize..end as usize)?;
                Value::from_wire(bytes).ok()?
            }
        })
    }

    /// The whole number of a row, for columns of whole numbers.
    fn number_at(&self, segment: &Segment, row: u32, base: i64, width: u8) -> Option<i64> {
        let row = row as usize;
        let offset = match width {
            0 => return Some(base),
            1 => u64::from(*segment.bytes(self.values?).get(row)?),
            2 => u64::from(*segment.slice::<u16>(self.values?).get(row)?),
            4 => u64::from(*segment.slice::<u32>(self.values?).get(row)?),
            _ => *segment.slice::<u64>(self.values?).get(row)?,
        };
        Some(base.wrapping_add_unsigned(offset))
    }
}
