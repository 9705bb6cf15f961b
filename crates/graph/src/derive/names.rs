//! The name index: everything that a source calls an entity.

use super::nodes::Nodes;
use super::{Fed, entity_kinds};
use crate::GraphError;
use crate::names::{ClaimedText, NameTable, claimed_names};
use crate::segment::{NamesRef, Sections};
use jaal_model::claim::{Column, ColumnData};
use rayon::prelude::*;

/// The index.
pub(crate) fn build(fed: &[Fed], nodes: &Nodes) -> Result<Sections, GraphError> {
    // Every claimed name counts, not only the preferred one, so that an alias finds its bearer.
    let mut texts: Vec<(u32, ClaimedText)> = fed.par_iter().flat_map(|fed| table_texts(fed, nodes)).collect();
    texts.par_sort_unstable();
    texts.dedup();
    let named: Vec<(u32, String)> = texts
        .par_chunk_by(|a, b| a.0 == b.0)
        .flat_map_iter(|texts| {
            let node = texts[0].0;
            claimed_names(texts.iter().map(|(_, text)| text)).into_iter().map(move |name| (node, name))
        })
        .collect();
    let mut sections = Sections::default();
    NamesRef::write(&mut sections, &NameTable::of(named)?);
    Ok(sections)
}

fn table_texts(fed: &Fed, nodes: &Nodes) -> Vec<(u32, ClaimedText)> {
    let mut out = Vec::new();
    each_name(fed, &mut |subject, text| out.push((nodes.of(subject), text)));
    out
}

/// Calls `visit` with the subject and each text that a table's claims name it by.
pub(crate) fn each_name(fed: &Fed, visit: &mut dyn FnMut(u64, ClaimedText)) {
    if entity_kinds(&fed.table).is_none() {
        return;
    }
    for (property, column) in fed.table.shape.properties.iter().zip(&fed.table.columns) {
        // Nearly all columns are no names, and their texts need not be looked at.
        if ClaimedText::of(property, "x").is_some() {
            for (row, subject) in fed.table.subject.iter().enumerate() {
                each_text(column, row, &mut |text| {
                    if let Some(text) = ClaimedText::of(property, text) {
                        visit(*subject, text);
                    }
                });
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
    column.value(row).texts().for_each(visit);
}
