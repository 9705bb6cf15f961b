//! The name index: folded tokens of everything that a source calls an entity, each with the entities that bear it.

use super::nodes::Nodes;
use super::{Fed, entity_kinds};
use crate::GraphError;
use crate::error::narrow;
use crate::segment::{SectionId, SegmentWriter, StringTable, tag};
use crate::view::NAME_PROPERTIES;
use jaal_model::Value;
use jaal_model::claim::{Column, ColumnData};
use jaal_model::names;
use rayon::prelude::*;
use rustc_hash::FxHashMap;

/// Writes the index.
pub(crate) fn write(writer: &mut SegmentWriter, fed: &[Fed], nodes: &Nodes) -> Result<(), GraphError> {
    // Every claimed name counts, not only the preferred one, so that an alias finds its bearer.
    let per_table: Vec<Vec<(String, u32)>> = fed.par_iter().map(|fed| table_tokens(fed, nodes)).collect();
    let mut number: FxHashMap<&str, u32> = FxHashMap::default();
    let mut pairs: Vec<(u32, u32)> = Vec::new();
    for (token, node) in per_table.iter().flatten() {
        let next = number.len() as u32;
        pairs.push((*number.entry(token).or_insert(next), *node));
    }
    let mut tokens: Vec<(&str, u32)> = number.into_iter().collect();
    tokens.par_sort_unstable();
    let mut rank = vec![0_u32; tokens.len()];
    tokens.iter().enumerate().for_each(|(at, (_, old))| rank[*old as usize] = at as u32);
    pairs.par_iter_mut().for_each(|(token, _)| *token = rank[*token as usize]);
    pairs.par_sort_unstable();
    pairs.dedup();
    narrow("names of entities", pairs.len() as u64)?;
    let table = StringTable::collect(tokens.iter().map(|(token, _)| *token))?;
    table.write(writer, SectionId::one(tag::TOKEN_ENDS), SectionId::one(tag::TOKEN_BYTES))?;
    let mut offsets = vec![0_u32; tokens.len() + 1];
    for (token, _) in &pairs {
        offsets[*token as usize + 1] += 1;
    }
    for at in 1..offsets.len() {
        offsets[at] += offsets[at - 1];
    }
    writer.add(SectionId::one(tag::TOKEN_OFFSETS), &offsets)?;
    let bearers: Vec<u32> = pairs.iter().map(|(_, node)| *node).collect();
    writer.add(SectionId::one(tag::TOKEN_NODES), &bearers)
}

fn table_tokens(fed: &Fed, nodes: &Nodes) -> Vec<(String, u32)> {
    let mut out = Vec::new();
    each_name(fed, &mut |subject, text| {
        let node = nodes.of(subject);
        out.extend(names::tokens(text).into_iter().map(|token| (token, node)));
    });
    out
}

/// Calls `visit` with the subject and each text that a table's claims name it by.
pub(crate) fn each_name(fed: &Fed, visit: &mut dyn FnMut(u64, &str)) {
    if entity_kinds(&fed.table).is_none() {
        return;
    }
    let shape = &fed.table.shape;
    for (name, column) in shape.properties.iter().zip(&fed.table.columns) {
        if NAME_PROPERTIES.contains(&name.as_str()) {
            for (row, subject) in fed.table.subject.iter().enumerate() {
                each_text(column, row, &mut |text| visit(*subject, text));
            }
        }
    }
}

/// The texts of a value: itself, or the texts of a list.
fn each_text(column: &Column, row: usize, visit: &mut dyn FnMut(&str)) {
    if !column.is_valid(row) {
        return;
    }
    if let ColumnData::Str(texts) = column.data() {
        return visit(texts.get(row));
    }
    match column.value(row) {
        Value::Str(text) => visit(&text),
        Value::List(values) => values.iter().filter_map(Value::as_str).for_each(visit),
        _ => {}
    }
}
