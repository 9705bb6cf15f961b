//! Properties of entities: for each, the value of the best grade, and among equal grades the one recorded last.

use super::gather::{self, Choice, Numbers, Standing};
use super::nodes::Nodes;
use super::{Fed, entity_kinds};
use crate::GraphError;
use crate::segment::{CatalogText, Sections};
use crate::versions::{self, Version};
use rayon::prelude::*;

/// A claimed value: node, rank of its grade, claim, and where it stands.
#[derive(Clone, Copy)]
pub(crate) struct Claimed {
    pub(crate) node: u32,
    rank: u8,
    claim: u32,
    fed: u32,
    column: u32,
    row: u32,
    /// Whether it holds for a time only.
    is_dated: bool,
}

impl Claimed {
    /// The value with its grade and validity.
    fn version(&self, fed: &[Fed]) -> Version {
        let (table, row) = (&fed[self.fed as usize].table, self.row as usize);
        let value = table.columns[self.column as usize].value(row);
        Version { rank: self.rank, valid: table.validity(row), value }
    }

    /// The values of one property of one node, in the order of choice.
    pub(crate) fn versions(claimed: &[Self], fed: &[Fed]) -> Vec<Version> {
        claimed.iter().map(|claimed| claimed.version(fed)).collect()
    }
}

/// The columns of one property: the number of each label set that has any value, and its column.
pub(crate) type Columns = Vec<(usize, gather::Built)>;

/// The columns of all properties, by property.
pub(crate) fn build(fed: &[Fed], nodes: &Nodes, names: &[String]) -> Result<Vec<Columns>, GraphError> {
    let ranges: Vec<(u32, u32)> = nodes.ranges().collect();
    let column = |name: &String| {
        let best = resolve(fed, &|identity| nodes.of(identity), name);
        columns(fed, &best, &ranges)
    };
    // One at a time on a thread: each may hold as many claims as there are entities.
    names.par_iter().with_max_len(1).map(column).collect()
}

/// Writes the columns of all properties.
pub(crate) fn write(built: Vec<Columns>, catalog: &mut CatalogText, numbers: &mut Numbers) -> Sections {
    let mut sections = Sections::default();
    for (property, columns) in (0..).zip(built) {
        for (set, column) in columns {
            let meta = gather::write(&mut sections, property, &column, numbers);
            catalog.label_sets[set].columns.push(meta);
        }
    }
    sections
}

/// The claims of each node that has the property, ascending by node, in the order of choice: one, or as many as can be
/// chosen at some time.
pub(crate) fn resolve(fed: &[Fed], of: &dyn Fn(u64) -> u32, name: &str) -> Vec<Claimed> {
    let mut claimed = Vec::new();
    for (at, fed) in fed.iter().enumerate().filter(|(_, fed)| entity_kinds(&fed.table).is_some()) {
        let Some(column) = fed.table.shape.properties.iter().position(|p| p == name) else { continue };
        let rank = fed.table.shape.grade.rank();
        for (row, subject) in fed.table.subject.iter().enumerate() {
            if fed.table.columns[column].is_valid(row) {
                claimed.push(Claimed {
                    node: of(*subject),
                    rank,
                    claim: fed.claim(row),
                    fed: at as u32,
                    column: column as u32,
                    row: row as u32,
                    is_dated: versions::is_dated(fed.table.validity(row)),
                });
            }
        }
    }
    claimed.par_sort_unstable_by_key(|c| (c.node, c.rank, std::cmp::Reverse(c.claim)));
    versions::keep_choosable(&mut claimed, |c| c.node, |c| c.is_dated);
    claimed
}

/// The column of each label set that has any value: its number and the column.
fn columns(fed: &[Fed], best: &[Claimed], ranges: &[(u32, u32)]) -> Result<Columns, GraphError> {
    let mut out = Vec::new();
    for (set, (first, count)) in ranges.iter().enumerate() {
        let start = best.partition_point(|c| c.node < *first);
        let end = best.partition_point(|c| c.node < first + count);
        let mine = &best[start..end];
        if mine.is_empty() {
            continue;
        }
        let mut place = vec![u32::MAX; *count as usize];
        // Backwards, so that the first of a node's is what stays.
        mine.iter().enumerate().rev().for_each(|(at, c)| place[(c.node - first) as usize] = at as u32);
        let choice = |row: usize| -> Choice<'_> {
            let claimed = mine.get(place[row] as usize)?;
            Some((&fed[claimed.fed as usize].table.columns[claimed.column as usize], claimed.row))
        };
        let of_node = mine.chunk_by(|a, b| a.node == b.node).filter(|versions| versions[0].is_dated);
        let standing = Standing {
            uniform: mine.iter().all(|c| c.rank == mine[0].rank).then_some(mine[0].rank),
            rank: |row: usize| mine.get(place[row] as usize).map_or(u8::MAX, |claimed| claimed.rank),
            dated: of_node.flatten().map(|c| ((c.node - first) as usize, c.version(fed))),
        };
        if let Some(built) = gather::build(*count as usize, choice, standing)? {
            out.push((set, built));
        }
    }
    Ok(out)
}
