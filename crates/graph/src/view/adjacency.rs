//! Adjacency of a view: neighbours straight from the mapped segment.

use super::View;
use crate::segment::{InGroup, OutGroup};
use jaal_csr::{Adjacency, Direction, LinkHandle, Rows, Run};
use jaal_model::NodeIdx;
use std::ops::{ControlFlow, Range};

impl Adjacency for View {
    fn node_count(&self) -> u32 {
        self.catalog().nodes
    }

    fn link_type_count(&self) -> u16 {
        self.catalog().link_types.len() as u16
    }

    fn runs(
        &self,
        node: u32,
        direction: Direction,
        visit: &mut dyn FnMut(Run<'_>) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let Some((_, set)) = self.catalog().label_set_of(node) else { return ControlFlow::Continue(()) };
        let at = (node - set.first) as usize;
        if direction != Direction::In {
            for group in &set.out {
                if let Some(run) = self.out_run(group, at) {
                    visit(run)?;
                }
            }
        }
        if direction != Direction::Out {
            for group in &set.into {
                if let Some(run) = self.in_run(group, at) {
                    visit(run)?;
                }
            }
        }
        ControlFlow::Continue(())
    }

    fn degree(&self, node: u32, direction: Direction) -> u64 {
        let Some((_, set)) = self.catalog().label_set_of(node) else { return 0 };
        let at = (node - set.first) as usize;
        let count = |section| self.range(section, at).map_or(0, |range| range.len() as u64);
        let out: u64 =
            if direction == Direction::In { 0 } else { set.out.iter().map(|g| count(g.offsets)).sum() };
        let into: u64 =
            if direction == Direction::Out { 0 } else { set.into.iter().map(|g| count(g.offsets)).sum() };
        out + into
    }
}

impl View {
    /// Where a link starts and ends. `O(log n)` in the entities of its start's label set.
    pub fn ends(&self, link: LinkHandle) -> (NodeIdx, NodeIdx) {
        let none = NodeIdx(u32::MAX);
        let Some(link_type) = self.catalog().link_types.get(usize::from(link.link_type)) else {
            return (none, none);
        };
        let targets: &[u32] = self.segment.slice(link_type.targets);
        let target = targets.get(link.row as usize).map_or(none, |node| NodeIdx(*node));
        (self.source(link).unwrap_or(none), target)
    }

    fn source(&self, link: LinkHandle) -> Option<NodeIdx> {
        for set in &self.catalog().label_sets {
            let Some(group) = set.out.iter().find(|group| group.link_type == link.link_type) else {
                continue;
            };
            let offsets: &[u32] = self.segment.slice(group.offsets);
            let end = group.first_row + offsets.last().copied().unwrap_or(0);
            if (group.first_row..end).contains(&link.row) {
                let local = link.row - group.first_row;
                let at = offsets.partition_point(|offset| *offset <= local);
                return Some(NodeIdx(set.first + at as u32 - 1));
            }
        }
        None
    }

    fn out_run(&self, group: &OutGroup, at: usize) -> Option<Run<'_>> {
        let range = self.range(group.offsets, at)?;
        let first = group.first_row as usize + range.start;
        let targets: &[u32] = self.segment.slice(group.targets);
        let neighbours = targets.get(first..first + range.len())?;
        let rows = Rows::From(first as u32);
        (!neighbours.is_empty()).then_some(Run { link_type: group.link_type, out: true, neighbours, rows })
    }

    fn in_run(&self, group: &InGroup, at: usize) -> Option<Run<'_>> {
        let range = self.range(group.offsets, at)?;
        let neighbours = self.segment.slice::<u32>(group.sources).get(range.clone())?;
        let rows = Rows::List(self.segment.slice::<u32>(group.rows).get(range)?);
        (!neighbours.is_empty()).then_some(Run { link_type: group.link_type, out: false, neighbours, rows })
    }

    fn range(&self, offsets: u32, at: usize) -> Option<Range<usize>> {
        let offsets: &[u32] = self.segment.slice(offsets);
        match offsets.get(at..at + 2) {
            Some([start, end]) if start <= end => Some(*start as usize..*end as usize),
            _ => None,
        }
    }
}
