//! Links: claims of one type are folded by (start identity, end identity, discriminator) and laid out by start and
//! by end.
//!
//! Rows of a type are in the order (start node, end node, earliest claim), so the links that lead out of a node
//! are consecutive rows and need no list of their own.

use super::gather::{self, Choice, Numbers, Standing};
use super::nodes::Nodes;
use super::{Fed, VALID_FROM, VALID_TO};
use crate::GraphError;
use crate::error::narrow;
use crate::segment::{CatalogText, LabelSetText, ListRef, SectionId, Sections, SegmentWriter, tag};
use crate::versions::{self, Version};
use jaal_model::Value;
use jaal_model::claim::{Column, Discrimination, NO_TIME, ShapeClaim};
use rayon::prelude::*;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::ops::Range;

pub(crate) mod times;

/// All claims of one link type: the tables, one after the other, and which table each claim is in.
pub(crate) struct Claims<'a> {
    pub(crate) tables: Vec<&'a Fed>,
    /// Position of each table's first claim.
    starts: Vec<u32>,
    /// The table of each position.
    pub(crate) table: Vec<u32>,
}

/// Links of one type in row order.
pub(crate) struct Folded {
    /// Start and end node of each row.
    pub(crate) ends: Vec<(u32, u32)>,
    /// Positions of the claims behind each row, ascending: `claims[starts[row]..starts[row + 1]]`.
    starts: Vec<u32>,
    claims: Vec<u32>,
}

/// Writes all links.
pub(crate) fn write(
    writer: &mut SegmentWriter,
    fed: &[Fed],
    nodes: &Nodes,
    catalog: &mut CatalogText,
    numbers: &mut Numbers,
) -> Result<(), GraphError> {
    let mut by_type: BTreeMap<&str, Vec<&Fed>> = BTreeMap::new();
    for fed in fed {
        if let ShapeClaim::Link { link_type, .. } = &fed.table.shape.claim {
            by_type.entry(link_type).or_default().push(fed);
        }
    }
    if by_type.len() > usize::from(u16::MAX) {
        let (count, limit) = (by_type.len() as u64, u64::from(u16::MAX));
        return Err(GraphError::TooLarge { what: "link types", count, limit });
    }
    for (link_type, (name, tables)) in by_type.into_iter().enumerate() {
        let claims = Claims::new(tables);
        let folded = fold(&claims, &|identity| nodes.of(identity));
        let rows = narrow("links of one type", folded.ends.len() as u64)?;
        let properties = &catalog.properties;
        let label_sets = &mut catalog.label_sets;
        let (columns, sections) = rayon::join(
            || build_columns(&claims, &folded, properties),
            || {
                let mut sections = Sections::default();
                write_type(&mut sections, link_type as u32, &claims, &folded);
                times::write(&mut sections, link_type as u32, &claims, &folded);
                write_adjacency(&mut sections, link_type as u16, &folded, nodes, label_sets);
                sections
            },
        );
        writer.put(sections)?;
        let mut sections = Sections::default();
        let columns = columns?
            .into_iter()
            .map(|(property, column)| gather::write(&mut sections, property, &column, numbers));
        let columns = columns.collect();
        writer.put(sections)?;
        catalog.links += u64::from(rows);
        catalog.link_types.push((name.to_owned(), rows, columns));
    }
    Ok(())
}

impl<'a> Claims<'a> {
    pub(crate) fn new(tables: Vec<&'a Fed>) -> Self {
        let mut starts = Vec::with_capacity(tables.len());
        let mut table = Vec::new();
        for (at, fed) in tables.iter().enumerate() {
            starts.push(table.len() as u32);
            table.resize(table.len() + fed.table.len(), at as u32);
        }
        Self { tables, starts, table }
    }

    /// The table and row of a position.
    pub(crate) fn locate(&self, position: u32) -> (&'a Fed, usize) {
        let at = self.table[position as usize] as usize;
        (self.tables[at], (position - self.starts[at]) as usize)
    }

    pub(crate) fn validity(&self, position: u32) -> (i64, i64) {
        let (fed, row) = self.locate(position);
        fed.table.validity(row)
    }

    /// The rank of the grade of a claim.
    pub(crate) fn rank(&self, position: u32) -> u8 {
        self.locate(position).0.table.shape.grade.rank()
    }

    /// The order of choice: the best grade, then the one recorded last.
    pub(crate) fn order_of_choice(&self, position: u32) -> (u8, Reverse<u32>) {
        (self.rank(position), Reverse(position))
    }

    pub(crate) fn claim(&self, position: u32) -> u32 {
        let (fed, row) = self.locate(position);
        fed.claim(row)
    }
}

/// What makes claims between the same two nodes one link.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct LinkKey {
    from: u64,
    to: u64,
    discrimination: u8,
    discriminator: u64,
    /// The how-manieth equal row of its delivery this is, from 0; 0 where rows do not tell links apart.
    occurrence: u32,
}

/// Folds the claims of a type into links; `of` gives the node of an identity. Tables must be in ledger order.
pub(crate) fn fold(claims: &Claims<'_>, of: &dyn Fn(u64) -> u32) -> Folded {
    // Positions ascend with claims, because tables come in ledger order.
    let mut order: Vec<(u64, u32)> = Vec::with_capacity(claims.table.len());
    for (at, fed) in claims.tables.iter().enumerate() {
        let start = claims.starts[at];
        let ends = fed.table.subject.iter().zip(&fed.table.object);
        order.extend(
            ends.enumerate().map(|(row, (from, to))| {
                (u64::from(of(*from)) << 32 | u64::from(of(*to)), start + row as u32)
            }),
        );
    }
    order.par_sort_unstable();
    let mut folded = Folded {
        ends: Vec::with_capacity(order.len()),
        starts: Vec::with_capacity(order.len() + 1),
        claims: Vec::with_capacity(order.len()),
    };
    for group in order.chunk_by(|a, b| a.0 == b.0) {
        let ends = ((group[0].0 >> 32) as u32, group[0].0 as u32);
        if let [(_, only)] = group {
            folded.push(ends, &[*only]);
        } else {
            fold_group(claims, ends, group, &mut folded);
        }
    }
    folded.starts.push(folded.claims.len() as u32);
    folded
}

impl Folded {
    fn push(&mut self, ends: (u32, u32), positions: &[u32]) {
        self.ends.push(ends);
        self.starts.push(self.claims.len() as u32);
        self.claims.extend(positions);
    }

    pub(crate) fn claims(&self, row: usize) -> &[u32] {
        &self.claims[self.starts[row] as usize..self.starts[row + 1] as usize]
    }
}

/// Folds the claims between one pair of nodes.
fn fold_group(claims: &Claims<'_>, ends: (u32, u32), group: &[(u64, u32)], folded: &mut Folded) {
    let mut keyed: Vec<(LinkKey, u64, u32)> = group
        .iter()
        .map(|(_, position)| {
            let (fed, row) = claims.locate(*position);
            let discrimination = match &fed.table.shape.claim {
                ShapeClaim::Link { discrimination: Discrimination::Row, .. } => 0,
                ShapeClaim::Link { discrimination: Discrimination::Declared, .. } => 1,
                _ => 2,
            };
            let key = LinkKey {
                from: fed.table.subject[row],
                to: fed.table.object[row],
                discrimination,
                discriminator: fed.table.discriminator[row],
                occurrence: 0,
            };
            (key, fed.delivery, *position)
        })
        .collect();
    keyed.sort_unstable();
    // Equal rows of one delivery are counted, so that the k-th here and the k-th of another delivery meet.
    let mut before: Option<(LinkKey, u64)> = None;
    let mut occurrence = 0;
    for (key, delivery, _) in &mut keyed {
        let plain = *key;
        occurrence = if before == Some((plain, *delivery)) { occurrence + 1 } else { 0 };
        before = Some((plain, *delivery));
        if key.discrimination == 0 {
            key.occurrence = occurrence;
        }
    }
    keyed.sort_unstable_by_key(|(key, _, position)| (*key, *position));
    let mut links: Vec<Vec<u32>> =
        keyed.chunk_by(|a, b| a.0 == b.0).map(|link| link.iter().map(|(_, _, p)| *p).collect()).collect();
    links.sort_unstable_by_key(|positions| positions[0]);
    for positions in &links {
        folded.push(ends, positions);
    }
}

/// Targets, grades and claim lists of a type.
fn write_type(sections: &mut Sections, link_type: u32, claims: &Claims<'_>, folded: &Folded) {
    let targets: Vec<u32> = folded.ends.iter().map(|(_, to)| *to).collect();
    sections.add(SectionId::new(tag::TARGETS, link_type, 0), &targets);
    let rank = |position: &u32| claims.rank(*position);
    let grades: Vec<u8> = (0..folded.ends.len())
        .into_par_iter()
        .map(|row| folded.claims(row).iter().map(rank).min().unwrap_or(u8::MAX))
        .collect();
    sections.add(SectionId::new(tag::LINK_GRADE, link_type, 0), &grades);
    let pairs = (0..folded.ends.len())
        .flat_map(|row| folded.claims(row).iter().map(move |position| (row as u32, claims.claim(*position))));
    let id = |part| SectionId::new(tag::LINK_CLAIMS, link_type, part);
    ListRef::write(sections, id, folded.ends.len() as u32, pairs);
}

/// Out and in offsets of each label set that the type touches.
fn write_adjacency(
    sections: &mut Sections,
    link_type: u16,
    folded: &Folded,
    nodes: &Nodes,
    label_sets: &mut [LabelSetText],
) {
    let ends = &folded.ends;
    for (set, (first, count)) in nodes.ranges().enumerate() {
        let start = ends.partition_point(|(from, _)| *from < first);
        let end = ends.partition_point(|(from, _)| *from < first + count);
        if start == end {
            continue;
        }
        let offsets = offsets(count, ends[start..end].iter().map(|(from, _)| from - first));
        sections.add(SectionId::new(tag::OUT_OFFSETS, set as u32, u32::from(link_type)), &offsets);
        label_sets[set].out.push((link_type, start as u32));
    }
    let by_target = rows_by_target(ends, nodes.preferred.len());
    for (set, (first, count)) in nodes.ranges().enumerate() {
        let target = |row: &u32| ends[*row as usize].1;
        let range: Range<usize> = by_target.partition_point(|row| target(row) < first)
            ..by_target.partition_point(|row| target(row) < first + count);
        if range.is_empty() {
            continue;
        }
        let rows = &by_target[range];
        let offsets = offsets(count, rows.iter().map(|row| target(row) - first));
        let sources: Vec<u32> = rows.iter().map(|row| ends[*row as usize].0).collect();
        let section = |tag| SectionId::new(tag, set as u32, u32::from(link_type));
        sections.add(section(tag::IN_OFFSETS), &offsets);
        sections.add(section(tag::IN_SOURCES), &sources);
        sections.add(section(tag::IN_ROWS), rows);
        label_sets[set].into.push(link_type);
    }
}

/// The rows ordered by the node at their end, then by row: one counting pass, since both are dense numbers.
fn rows_by_target(ends: &[(u32, u32)], nodes: usize) -> Vec<u32> {
    let mut next = vec![0_u32; nodes + 1];
    for (_, to) in ends {
        next[*to as usize + 1] += 1;
    }
    for at in 1..next.len() {
        next[at] += next[at - 1];
    }
    let mut rows = vec![0_u32; ends.len()];
    for (row, (_, to)) in ends.iter().enumerate() {
        let place = &mut next[*to as usize];
        rows[*place as usize] = row as u32;
        *place += 1;
    }
    rows
}

/// Where the links of each of `count` nodes begin, given each link's node in ascending order.
fn offsets(count: u32, owners: impl Iterator<Item = u32>) -> Vec<u32> {
    let mut offsets = vec![0_u32; count as usize + 1];
    owners.for_each(|owner| offsets[owner as usize + 1] += 1);
    for at in 1..offsets.len() {
        offsets[at] += offsets[at - 1];
    }
    offsets
}

/// Property columns of a type, validity included, each with its property.
fn build_columns(
    claims: &Claims<'_>,
    folded: &Folded,
    names: &[String],
) -> Result<Vec<(u32, gather::Built)>, GraphError> {
    let built: Vec<Option<(u32, gather::Built)>> = names
        .par_iter()
        .enumerate()
        .map(|(property, name)| {
            let column = build_column(claims, folded, name)?;
            Ok(column.map(|column| (property as u32, column)))
        })
        .collect::<Result<_, GraphError>>()?;
    Ok(built.into_iter().flatten().collect())
}

fn build_column(
    claims: &Claims<'_>,
    folded: &Folded,
    name: &str,
) -> Result<Option<gather::Built>, GraphError> {
    let validity: Vec<Option<Column>>;
    let is_validity = name == VALID_FROM || name == VALID_TO;
    let columns: Vec<Option<&Column>> = if is_validity {
        validity = claims.tables.iter().map(|fed| validity_column(fed, name == VALID_FROM)).collect();
        validity.iter().map(Option::as_ref).collect()
    } else {
        let column_of =
            |fed: &&Fed| -> Option<usize> { fed.table.shape.properties.iter().position(|p| p == name) };
        claims.tables.iter().map(|fed| column_of(fed).map(|at| &fed.table.columns[at])).collect()
    };
    if columns.iter().all(Option::is_none) {
        return Ok(None);
    }
    let at = |position: u32| -> Choice<'_> {
        let table = claims.table[position as usize] as usize;
        let row = position - claims.starts[table];
        columns[table].filter(|column| column.is_valid(row as usize)).map(|column| (column, row))
    };
    // Both bounds of a validity are one claim's, never one of each.
    let gives = |position: u32| {
        if is_validity { versions::is_dated(claims.validity(position)) } else { at(position).is_some() }
    };
    let chosen = |row: usize| match folded.claims(row) {
        [only] => Some(*only),
        many => {
            let giving = many.iter().copied().filter(|position| gives(*position));
            giving.min_by_key(|position| claims.order_of_choice(*position))
        }
    };
    // A link of one claim holds when its properties do.
    let has_no_times = |fed: &&Fed| fed.table.valid_from.is_empty() && fed.table.valid_to.is_empty();
    let is_timeless = is_validity || claims.tables.iter().all(has_no_times);
    let rows = if is_timeless { 0..0 } else { 0..folded.ends.len() };
    let folded_rows = rows.filter(|row| folded.claims(*row).len() > 1);
    let dated = folded_rows.flat_map(|row| {
        let giving = folded.claims(row).iter().copied().filter(|position| gives(*position));
        let choosable = choosable(claims, giving.collect());
        let is_dated = choosable.first().is_some_and(|first| versions::is_dated(claims.validity(*first)));
        let versions = if is_dated { choosable } else { Vec::new() };
        versions.into_iter().filter_map(move |position| Some((row, version(claims, position, at(position)?))))
    });
    let mut ranks = claims.tables.iter().map(|fed| fed.table.shape.grade.rank());
    let first = ranks.next();
    let uniform = first.filter(|first| ranks.all(|rank| rank == *first));
    let standing = Standing {
        uniform,
        rank: |row| chosen(row).map_or(u8::MAX, |position| claims.rank(position)),
        dated,
    };
    gather::build(folded.ends.len(), |row| chosen(row).and_then(at), standing)
}

/// Of the claims that give a property of one link those that can be chosen at some time, in the order of choice: one,
/// or more where the first holds for a time only.
pub(crate) fn choosable(claims: &Claims<'_>, mut giving: Vec<u32>) -> Vec<u32> {
    giving.sort_by_key(|position| claims.order_of_choice(*position));
    let is_dated = |position: &u32| versions::is_dated(claims.validity(*position));
    versions::keep_choosable(&mut giving, |_| (), is_dated);
    giving
}

/// A value as a claim gives it.
fn version(claims: &Claims<'_>, position: u32, (column, row): (&Column, u32)) -> Version {
    let (rank, valid) = (claims.rank(position), claims.validity(position));
    Version { rank, valid, value: column.value(row as usize) }
}

/// The validity of a table's claims as a column of seconds.
fn validity_column(fed: &Fed, from: bool) -> Option<Column> {
    let times = if from { &fed.table.valid_from } else { &fed.table.valid_to };
    if times.is_empty() {
        return None;
    }
    let mut column = Column::new();
    for time in times {
        column.push(if *time == NO_TIME { Value::Null } else { Value::Int(*time) });
    }
    Some(column)
}
