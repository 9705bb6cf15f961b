//! Gathering the chosen values of one property into a segment column: as typed and as narrow as the values allow.

use crate::GraphError;
use crate::segment::{ColumnMeta, Encoding, SectionId, Sections, StringTable, tag};
use crate::versions::Version;
use jaal_model::Value;
use jaal_model::claim::{Column, ColumnData};
use rayon::prelude::*;
use rustc_hash::FxHashMap;

/// The value chosen for a row: a claim column and a place in it.
pub(crate) type Choice<'a> = Option<(&'a Column, u32)>;

/// The next column number.
#[derive(Default)]
pub(crate) struct Numbers(u32);

impl Numbers {
    pub(crate) fn next(&mut self) -> u32 {
        self.0 += 1;
        self.0 - 1
    }
}

/// A column ready to be written.
pub(crate) struct Built {
    /// The rank of the grade of every value, where they have one.
    grade: Option<u8>,
    /// Else by row.
    grades: Vec<u8>,
    dated: Vec<[i64; 5]>,
    dated_bytes: Vec<u8>,
    encoding: Encoding,
    values: Vec<u8>,
    missing: Vec<u64>,
    ends: Vec<u32>,
    texts: Option<StringTable>,
}

/// The types that have a column encoding of their own.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Bool,
    Int,
    Float,
    Str,
    Date,
    LocalDateTime,
    DateTime(i32),
    Any,
}

/// The rank of a row's value, and where that holds for a time only its versions, in the order of choice.
pub(crate) struct Standing<R, V> {
    /// The rank of all values, where it is known that they have one.
    pub(crate) uniform: Option<u8>,
    pub(crate) rank: R,
    /// Row and version, by row.
    pub(crate) dated: V,
}

/// Builds the column of `rows` choices; `None` when no row has a value.
///
/// # Errors
/// [`GraphError::TooLarge`] when the texts of the column outgrow a dictionary.
pub(crate) fn build<'a>(
    rows: usize,
    choice: impl Fn(usize) -> Choice<'a> + Sync,
    standing: Standing<impl Fn(usize) -> u8, impl Iterator<Item = (usize, Version)>>,
) -> Result<Option<Built>, GraphError> {
    let mut missing = vec![0_u64; rows.div_ceil(64)];
    let mut kind = None;
    let mut some_missing = false;
    for row in 0..rows {
        if let Some((column, at)) = choice(row).filter(|(column, at)| column.is_valid(*at as usize)) {
            kind = Some(merge(kind, kind_of(column.data(), at as usize)));
        } else {
            missing[row / 64] |= 1 << (row % 64);
            some_missing = true;
        }
    }
    let Some(kind) = kind else { return Ok(None) };
    if !some_missing {
        missing.clear();
    }
    let is_missing = |row: usize| missing.get(row / 64).is_some_and(|word| word & (1 << (row % 64)) != 0);
    let valid = |row: usize| if is_missing(row) { None } else { choice(row) };
    let grade = standing.uniform.or_else(|| {
        let mut ranks = (0..rows).filter(|row| !is_missing(*row)).map(&standing.rank);
        let first = ranks.next()?;
        ranks.all(|rank| rank == first).then_some(first)
    });
    let grades = if grade.is_some() { Vec::new() } else { (0..rows).map(&standing.rank).collect() };
    let (mut dated, mut dated_bytes) = (Vec::new(), Vec::new());
    for (row, Version { rank, valid: (from, to), value }) in standing.dated {
        value.to_wire(&mut dated_bytes);
        dated.push([row as i64, from, to, i64::from(rank), dated_bytes.len() as i64]);
    }
    let (encoding, values, ends, texts) = match kind {
        Kind::Float => (Encoding::Float, floats(rows, valid), Vec::new(), None),
        Kind::Any => {
            let (values, ends) = anything(rows, valid)?;
            (Encoding::Any, values, ends, None)
        }
        Kind::Str => {
            let (codes, table) = dictionary(rows, valid)?;
            let (base, width, values) = narrow_numbers(&codes);
            (Encoding::Str { dictionary: 0, base, width }, values, Vec::new(), Some(table))
        }
        _ => {
            let (base, width, values) = narrow_numbers(&whole_numbers(rows, valid));
            let encoding = match kind {
                Kind::Bool => Encoding::Bool { base, width },
                Kind::Date => Encoding::Date { base, width },
                Kind::LocalDateTime => Encoding::LocalDateTime { base, width },
                Kind::DateTime(offset_s) => Encoding::DateTime { offset_s, base, width },
                _ => Encoding::Int { base, width },
            };
            (encoding, values, Vec::new(), None)
        }
    };
    Ok(Some(Built { grade, grades, dated, dated_bytes, encoding, values, missing, ends, texts }))
}

/// Writes a built column under the next number.
pub(crate) fn write(
    sections: &mut Sections,
    property: u32,
    built: &Built,
    numbers: &mut Numbers,
) -> ColumnMeta {
    let number = numbers.next();
    let mut encoding = built.encoding;
    if let Encoding::Str { dictionary, .. } = &mut encoding {
        *dictionary = number;
    }
    if let Some(texts) = &built.texts {
        let section = |tag| SectionId::new(tag, number, 0);
        texts.write(sections, section(tag::DICT_ENDS), section(tag::DICT_BYTES));
    }
    if !built.values.is_empty() {
        sections.add(SectionId::new(tag::COLUMN, number, 0), &built.values);
    }
    if !built.missing.is_empty() {
        sections.add(SectionId::new(tag::COLUMN_MISSING, number, 0), &built.missing);
    }
    if !built.ends.is_empty() {
        sections.add(SectionId::new(tag::COLUMN_ENDS, number, 0), &built.ends);
    }
    let section = |tag| SectionId::new(tag, number, 0);
    if !built.grades.is_empty() {
        sections.add(section(tag::COLUMN_GRADES), &built.grades);
    }
    if !built.dated.is_empty() {
        sections.add(section(tag::COLUMN_DATED), &built.dated);
        sections.add(section(tag::COLUMN_DATED_BYTES), &built.dated_bytes);
    }
    ColumnMeta::new(property, number, encoding, built.grade)
}

fn kind_of(data: &ColumnData, at: usize) -> Kind {
    match data {
        ColumnData::Bool(_) => Kind::Bool,
        ColumnData::Int(_) => Kind::Int,
        ColumnData::Float(_) => Kind::Float,
        ColumnData::Str(_) => Kind::Str,
        ColumnData::Date(_) => Kind::Date,
        ColumnData::LocalDateTime(values) => match values.get(at) {
            Some((_, 0)) => Kind::LocalDateTime,
            _ => Kind::Any,
        },
        ColumnData::DateTime(values) => {
            values.get(at).map_or(Kind::Any, |(_, offset)| Kind::DateTime(*offset))
        }
        ColumnData::Any { .. } => Kind::Any,
    }
}

fn merge(so_far: Option<Kind>, next: Kind) -> Kind {
    match so_far {
        None => next,
        Some(kind) if kind == next => kind,
        Some(_) => Kind::Any,
    }
}

fn floats<'a>(rows: usize, valid: impl Fn(usize) -> Choice<'a>) -> Vec<u8> {
    let value = |row| match valid(row).map(|(column, at)| (column.data(), at as usize)) {
        Some((ColumnData::Float(values), at)) => values.get(at).copied().unwrap_or(0.0),
        _ => 0.0,
    };
    (0..rows).flat_map(|row| value(row).to_bits().to_le_bytes()).collect()
}

/// Whole numbers of a column; rows without a value take the first one there is, so that they widen nothing.
fn whole_numbers<'a>(rows: usize, valid: impl Fn(usize) -> Choice<'a>) -> Vec<i64> {
    let number = |row: usize| {
        let (column, at) = valid(row)?;
        let at = at as usize;
        match column.data() {
            ColumnData::Bool(values) => values.get(at).map(|v| i64::from(*v)),
            ColumnData::Int(values) | ColumnData::Date(values) => values.get(at).copied(),
            ColumnData::LocalDateTime(values) => values.get(at).map(|v| v.0),
            ColumnData::DateTime(values) => values.get(at).map(|v| v.0),
            _ => None,
        }
    };
    let filler = (0..rows).find_map(number).unwrap_or(0);
    (0..rows).map(|row| number(row).unwrap_or(filler)).collect()
}

/// The numbers as offsets from the smallest, in as few bytes as they need.
fn narrow_numbers(numbers: &[i64]) -> (i64, u8, Vec<u8>) {
    let low = numbers.iter().copied().min().unwrap_or(0);
    let high = numbers.iter().copied().max().unwrap_or(0);
    let span = high.wrapping_sub(low).cast_unsigned();
    let offset = |n: &i64| n.wrapping_sub(low).cast_unsigned();
    match span {
        0 => (low, 0, Vec::new()),
        1..=0xff => (low, 1, numbers.iter().map(|n| offset(n) as u8).collect()),
        0x100..=0xffff => (low, 2, numbers.iter().flat_map(|n| (offset(n) as u16).to_le_bytes()).collect()),
        0x1_0000..=0xffff_ffff => {
            (low, 4, numbers.iter().flat_map(|n| (offset(n) as u32).to_le_bytes()).collect())
        }
        _ => (low, 8, numbers.iter().flat_map(|n| offset(n).to_le_bytes()).collect()),
    }
}

fn text_of((column, at): (&Column, u32)) -> &str {
    match column.data() {
        ColumnData::Str(texts) => texts.get(at as usize),
        _ => "",
    }
}

fn dictionary<'a>(
    rows: usize,
    valid: impl Fn(usize) -> Choice<'a>,
) -> Result<(Vec<i64>, StringTable), GraphError> {
    let mut number: FxHashMap<&str, u32> = FxHashMap::default();
    let mut met: Vec<&str> = Vec::new();
    let codes: Vec<Option<u32>> = (0..rows)
        .map(|row| {
            let text = text_of(valid(row)?);
            Some(*number.entry(text).or_insert_with(|| {
                met.push(text);
                met.len() as u32 - 1
            }))
        })
        .collect();
    drop(number);
    let mut order: Vec<u32> = (0..met.len() as u32).collect();
    order.par_sort_unstable_by_key(|at| met[*at as usize]);
    let mut rank = vec![0_i64; met.len()];
    order.iter().enumerate().for_each(|(code, at)| rank[*at as usize] = code as i64);
    let table = StringTable::collect(order.iter().map(|at| met[*at as usize]))?;
    Ok((codes.into_iter().map(|code| code.map_or(0, |at| rank[at as usize])).collect(), table))
}

fn anything<'a>(rows: usize, valid: impl Fn(usize) -> Choice<'a>) -> Result<(Vec<u8>, Vec<u32>), GraphError> {
    let mut values = Vec::new();
    let mut ends = Vec::with_capacity(rows);
    for row in 0..rows {
        let value = valid(row).map_or(Value::Null, |(column, at)| column.value(at as usize));
        if !value.is_null() {
            value.to_wire(&mut values);
        }
        ends.push(crate::error::narrow("bytes of values in one column", values.len() as u64)?);
    }
    Ok((values, ends))
}
