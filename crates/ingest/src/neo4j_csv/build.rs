//! Building the chunks of node and relationship files.

use super::header::{FileHeader, FileKind, IdColumn, Property};
use crate::rows::build::{Apart, Fate, flaw, row_text, take_apart, tally};
use crate::rows::fields::Fields;
use crate::rows::form::RowForm;
use crate::rows::{Chunk, Fault, excerpt};
use crate::source::split::{RawChunk, RowSpan};
use jaal_model::claim::{ClaimTable, Discrimination, Shape, ShapeClaim};
use jaal_model::{Grade, Marking, Value};
use rustc_hash::{FxHashMap, FxHashSet};
use xxhash_rust::xxh3::xxh3_128;

/// Digests of the ids that node files define.
#[derive(Default)]
pub(super) struct Ids(FxHashSet<u128>);

impl Ids {
    pub(super) fn extend(&mut self, ids: Vec<u128>) {
        self.0.extend(ids);
    }

    fn has(&self, column: &IdColumn, id: &str, buffer: &mut Vec<u8>) -> bool {
        self.0.contains(&digest(column, id, buffer))
    }
}

fn digest(column: &IdColumn, id: &str, buffer: &mut Vec<u8>) -> u128 {
    buffer.clear();
    buffer.extend(column.scheme.name.as_bytes());
    buffer.push(0);
    buffer.extend(id.as_bytes());
    xxh3_128(buffer)
}

/// Builds a chunk of a node file; also gives the digests of its ids.
///
/// # Complexity
/// O(text).
pub(super) fn nodes(header: &FileHeader, raw: &RawChunk) -> (Chunk, Vec<u128>) {
    let mut ids = Vec::new();
    let FileKind::Nodes { id: id_column, labels } = &header.kind else {
        return (Chunk::default(), ids);
    };
    let mut reader = Reader::new(header);
    let mut buffer = Vec::new();
    let scheme = reader.chunk.keys.scheme(&id_column.scheme);
    let (counts, rejects) = tally(raw, &header.name, |_, span| {
        let row = row_text(raw, span);
        if !reader.read(raw, span)? {
            return Ok(Fate::Skipped);
        }
        let id = reader.fields.get(row, id_column.at).trim();
        if id.is_empty() {
            return Err(Fault::column(":ID", "empty: every node has an id"));
        }
        reader.names.clear();
        for at in labels {
            reader.names.push_str(reader.fields.get(row, *at).trim());
            reader.names.push(';');
        }
        ids.push(digest(id_column, id, &mut buffer));
        let subject = reader.chunk.keys.push(scheme, id);
        let table = reader.table(|names| {
            let mut kinds: Vec<String> =
                names.split(';').map(str::trim).filter(|k| !k.is_empty()).map(str::to_owned).collect();
            kinds.sort();
            kinds.dedup();
            ShapeClaim::Entity { kinds }
        });
        reader.write(table, subject, None, raw.file, span.line, row);
        Ok(Fate::Accepted)
    });
    reader.chunk.bytes_read = raw.bytes_read;
    (Chunk { rejects, counts, ..reader.chunk }.with_tables(reader.tables), ids)
}

/// Builds a chunk of a relationship file. `known` has the ids of all nodes.
///
/// # Complexity
/// O(text).
pub(super) fn links(header: &FileHeader, raw: &RawChunk, known: &Ids) -> Chunk {
    let FileKind::Links { from, to, link_type } = &header.kind else { return Chunk::default() };
    let mut reader = Reader::new(header);
    let mut buffer = Vec::new();
    let schemes = [reader.chunk.keys.scheme(&from.scheme), reader.chunk.keys.scheme(&to.scheme)];
    let (counts, rejects) = tally(raw, &header.name, |_, span| {
        let row = row_text(raw, span);
        if !reader.read(raw, span)? {
            return Ok(Fate::Skipped);
        }
        let ends = [(from, ":START_ID"), (to, ":END_ID")];
        let mut ids = [""; 2];
        for ((column, role), id) in ends.into_iter().zip(&mut ids) {
            *id = reader.fields.get(row, column.at).trim();
            if !known.has(column, id, &mut buffer) {
                return Err(Fault::column(role, format!("no node file defines the id `{}`", excerpt(id))));
            }
        }
        let wanted = reader.fields.get(row, *link_type).trim();
        if wanted.is_empty() {
            return Err(Fault::column(":TYPE", "empty: every relationship has a type"));
        }
        reader.names.clear();
        reader.names.push_str(wanted);
        let subject = reader.chunk.keys.push(schemes[0], ids[0]);
        let object = reader.chunk.keys.push(schemes[1], ids[1]);
        let discriminator = reader.fields.digest(row, &mut buffer);
        let table = reader.table(|names| ShapeClaim::Link {
            link_type: names.to_owned(),
            discrimination: Discrimination::Row,
        });
        reader.write(table, subject, Some((object, discriminator)), raw.file, span.line, row);
        Ok(Fate::Accepted)
    });
    reader.chunk.bytes_read = raw.bytes_read;
    Chunk { rejects, counts, ..reader.chunk }.with_tables(reader.tables)
}

/// What both sorts of files share: a row's fields and values, and tables by labels or type.
struct Reader<'h> {
    header: &'h FileHeader,
    chunk: Chunk,
    tables: Vec<ClaimTable>,
    by_names: FxHashMap<String, usize>,
    fields: Fields,
    values: Vec<Value>,
    /// Labels or type of the row.
    names: String,
}

impl<'h> Reader<'h> {
    fn new(header: &'h FileHeader) -> Self {
        Self {
            header,
            chunk: Chunk::default(),
            tables: Vec::new(),
            by_names: FxHashMap::default(),
            fields: Fields::default(),
            values: Vec::new(),
            names: String::new(),
        }
    }

    /// Takes a row apart and reads its values; `false` for a blank one.
    fn read(&mut self, raw: &RawChunk, span: &RowSpan) -> Result<bool, Fault> {
        flaw(raw, span)?;
        let row = row_text(raw, span);
        match take_apart(
            row,
            span,
            &RowForm::Delimited(self.header.fields),
            self.header.width,
            &mut self.fields,
        ) {
            Apart::Blank => return Ok(false),
            Apart::Ragged(fault) => return Err(fault),
            Apart::Fields => {}
        }
        self.values.clear();
        for property in &self.header.properties {
            let text = self.fields.get(row, property.at);
            self.values.push(value(property, text)?);
        }
        Ok(true)
    }

    /// The table of the row's labels or type.
    fn table(&mut self, claim: impl FnOnce(&str) -> ShapeClaim) -> usize {
        if let Some(at) = self.by_names.get(self.names.as_str()) {
            return *at;
        }
        let shape = Shape {
            claim: claim(&self.names),
            properties: self.header.properties.iter().map(|p| p.name.clone()).collect(),
            grade: Grade::UNGRADED,
            marking: Marking::default(),
        };
        self.tables.push(ClaimTable::new(shape));
        self.by_names.insert(self.names.clone(), self.tables.len() - 1);
        self.tables.len() - 1
    }

    fn write(
        &mut self,
        table: usize,
        subject: u64,
        link: Option<(u64, u64)>,
        file: usize,
        line: u64,
        row: &str,
    ) {
        let record = self.chunk.rows.len() as u64;
        if let Some(table) = self.tables.get_mut(table) {
            table.record.push(record);
            table.subject.push(subject);
            if let Some((object, discriminator)) = link {
                table.object.push(object);
                table.discriminator.push(discriminator);
            }
            for (column, value) in table.columns.iter_mut().zip(self.values.drain(..)) {
                column.push(value);
            }
        }
        self.chunk.rows.file.push(file as u32);
        self.chunk.rows.line.push(line);
        self.chunk.rows.text.push(row);
    }
}

fn value(property: &Property, text: &str) -> Result<Value, Fault> {
    if text.is_empty() {
        return Ok(Value::Null);
    }
    let read = if property.is_list { property.cell_type.list(text) } else { property.cell_type.value(text) };
    read.ok_or_else(|| {
        let list = if property.is_list { "[]" } else { "" };
        let word = property.cell_type.word();
        Fault::column(property.name.clone(), format!("`{}` is not of type {word}{list}", excerpt(text)))
    })
}
