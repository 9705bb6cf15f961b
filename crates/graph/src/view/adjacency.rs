//! Adjacency of a view: neighbours straight from the mapped segment, with what has changed since put in.
//!
//! A node that nothing has changed gives slices of the segment, translated where nodes were put in or left out
//! (translation keeps their order). The runs of a node that the delta knows of are made for the call.

use super::{LinkAt, View};
use crate::delta::{Delta, LinkPlace};
use crate::segment::{InGroup, LabelSet, OutGroup};
use jaal_csr::{Adjacency, Direction, LinkHandle, Rows, Run};
use jaal_model::NodeIdx;
use std::ops::{ControlFlow, Range};

type Visit<'a> = dyn FnMut(Run<'_>) -> ControlFlow<()> + 'a;

impl Adjacency for View {
    fn node_count(&self) -> u32 {
        self.outline.nodes
    }

    fn link_type_count(&self) -> u16 {
        self.outline.link_types.len() as u16
    }

    fn runs(&self, node: u32, direction: Direction, visit: &mut Visit<'_>) -> ControlFlow<()> {
        let place = self.place(NodeIdx(node));
        let mut passing = |run: Run<'_>| self.pass(run, visit);
        let visit: &mut Visit<'_> = if self.filter().is_open() { visit } else { &mut passing };
        match self.delta() {
            Some(delta) if !delta.is_untouched(place) => self.changed_runs(delta, place, direction, visit),
            _ => self.segment_runs(place, direction, visit),
        }
    }

    fn degree(&self, node: u32, direction: Direction) -> u64 {
        if !self.filter().is_open() {
            let mut degree = 0;
            let _ = self.runs(node, direction, &mut |run| {
                degree += run.neighbours.len() as u64;
                ControlFlow::Continue(())
            });
            return degree;
        }
        let place = self.place(NodeIdx(node));
        let mut degree = self.segment_degree(place, direction);
        if let Some(delta) = self.delta().filter(|delta| !delta.is_untouched(place)) {
            let counts = |out: bool| direction == Direction::Both || (direction == Direction::Out) == out;
            let [out, into] = delta.lost.get(&place).copied().unwrap_or_default();
            degree -= if counts(true) { u64::from(out) } else { 0 };
            degree -= if counts(false) { u64::from(into) } else { 0 };
            degree += delta.added(place).iter().filter(|added| counts(added.out)).count() as u64;
        }
        degree
    }
}

/// The neighbours of a changed node by one type in one direction, to be sorted.
struct Gathered {
    link_type: u16,
    out: bool,
    /// Neighbour, first claim of the link, row.
    links: Vec<(u32, u32, u32)>,
}

impl View {
    /// Where a link starts and ends. `O(log n)` in the entities of its start's label set.
    pub fn ends(&self, link: LinkHandle) -> (NodeIdx, NodeIdx) {
        let none = NodeIdx(u32::MAX);
        let Some((from, to)) = self.end_places(link) else { return (none, none) };
        (self.number(from).unwrap_or(none), self.number(to).unwrap_or(none))
    }

    /// The places of a link's ends.
    pub(crate) fn end_places(&self, link: LinkHandle) -> Option<(u32, u32)> {
        match self.link_at(link) {
            LinkAt::Nowhere => None,
            LinkAt::Delta(record) => Some((record.from, record.to)),
            LinkAt::Segment(link_type) => {
                let targets: &[u32] = self.segment.slice(link_type.targets);
                let own = self.outline.own_type(link.link_type)?;
                Some((self.source(own, link.row)?, *targets.get(link.row as usize)?))
            }
        }
    }

    fn source(&self, link_type: u16, row: u32) -> Option<u32> {
        for set in &self.catalog().label_sets {
            let Some(group) = set.out.iter().find(|group| group.link_type == link_type) else { continue };
            let offsets: &[u32] = self.segment.slice(group.offsets);
            let end = group.first_row + offsets.last().copied().unwrap_or(0);
            if (group.first_row..end).contains(&row) {
                let local = row - group.first_row;
                let at = offsets.partition_point(|offset| *offset <= local);
                return Some(set.first + at as u32 - 1);
            }
        }
        None
    }

    fn segment_set(&self, place: u32) -> Option<(&LabelSet, usize)> {
        let (_, set) = self.catalog().label_set_of(place)?;
        Some((set, (place - set.first) as usize))
    }

    fn segment_degree(&self, place: u32, direction: Direction) -> u64 {
        let Some((set, at)) = self.segment_set(place) else { return 0 };
        let count = |section| self.range(section, at).map_or(0, |range| range.len() as u64);
        let out: u64 =
            if direction == Direction::In { 0 } else { set.out.iter().map(|g| count(g.offsets)).sum() };
        let into: u64 =
            if direction == Direction::Out { 0 } else { set.into.iter().map(|g| count(g.offsets)).sum() };
        out + into
    }

    /// The runs of a node that nothing has changed.
    fn segment_runs(&self, place: u32, direction: Direction, visit: &mut Visit<'_>) -> ControlFlow<()> {
        let mut numbers = Vec::new();
        self.each_segment_run(place, direction, &mut |run| {
            let Some(delta) = self.delta() else { return visit(run) };
            let link_type = self.outline.view_type(run.link_type).unwrap_or(run.link_type);
            if delta.numbering.is_plain() {
                return visit(Run { link_type, ..run });
            }
            numbers.clear();
            // A neighbour that moved to another label set is not where the order has it.
            let mut in_order = true;
            numbers.extend(run.neighbours.iter().map(|place| {
                if let Some(number) = delta.numbering.of_segment_place(*place) {
                    number
                } else {
                    in_order = false;
                    delta.number(*place).unwrap_or(u32::MAX)
                }
            }));
            if in_order {
                return visit(Run { link_type, neighbours: &numbers, ..run });
            }
            let mut links: Vec<(u32, u32, u32)> =
                (0..numbers.len()).map(|at| (numbers[at], at as u32, run.link(at).row)).collect();
            links.sort_unstable();
            let rows: Vec<u32> = links.iter().map(|(_, _, row)| *row).collect();
            let neighbours: Vec<u32> = links.iter().map(|(number, ..)| *number).collect();
            visit(Run { link_type, out: run.out, neighbours: &neighbours, rows: Rows::List(&rows) })
        })
    }

    /// The runs of a node as the segment has them: places and the segment's types.
    pub(crate) fn each_segment_run(
        &self,
        place: u32,
        direction: Direction,
        visit: &mut Visit<'_>,
    ) -> ControlFlow<()> {
        let Some((set, at)) = self.segment_set(place) else { return ControlFlow::Continue(()) };
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

    /// The runs of a node that the delta knows of.
    ///
    /// # Complexity
    /// `O(d log d)` for a node of `d` links.
    fn changed_runs(
        &self,
        delta: &Delta,
        place: u32,
        direction: Direction,
        visit: &mut Visit<'_>,
    ) -> ControlFlow<()> {
        let mut runs = self.gather_segment_runs(delta, place, direction);
        for added in delta.added(place) {
            let wanted = direction == Direction::Both || (direction == Direction::Out) == added.out;
            let (Some(link_type), true) = (self.outline.view_type(added.link_type), wanted) else { continue };
            let number = delta.number(added.other).unwrap_or(u32::MAX);
            let link = (number, added.first, added.row);
            match runs.iter_mut().find(|run| run.link_type == link_type && run.out == added.out) {
                Some(run) => run.links.push(link),
                None => runs.push(Gathered { link_type, out: added.out, links: vec![link] }),
            }
        }
        runs.retain(|run| !run.links.is_empty());
        runs.sort_by_key(|run| (!run.out, run.link_type));
        for Gathered { link_type, out, mut links } in runs {
            links.sort_unstable();
            let neighbours: Vec<u32> = links.iter().map(|(number, ..)| *number).collect();
            let rows: Vec<u32> = links.iter().map(|(_, _, row)| *row).collect();
            visit(Run { link_type, out, neighbours: &neighbours, rows: Rows::List(&rows) })?;
        }
        ControlFlow::Continue(())
    }

    fn gather_segment_runs(&self, delta: &Delta, place: u32, direction: Direction) -> Vec<Gathered> {
        let mut runs = Vec::new();
        // A node of the segment that is left out has no links there any more that anybody may follow.
        let has_lost = delta.lost.contains_key(&place);
        let _ = self.each_segment_run(place, direction, &mut |run| {
            let own = run.link_type;
            let Some(link_type) = self.outline.view_type(own) else { return ControlFlow::Continue(()) };
            let claims = self.catalog().link_types.get(usize::from(own)).map(|t| t.claims);
            let links = (0..run.neighbours.len())
                .map(|at| (run.neighbours[at], run.link(at).row))
                .filter(|(_, row)| !has_lost || !delta.is_dead((own, *row)))
                .map(|(place, row)| {
                    let first = claims.and_then(|claims| claims.first(&self.segment, row));
                    (delta.number(place).unwrap_or(u32::MAX), first.unwrap_or(u32::MAX), row)
                })
                .collect();
            runs.push(Gathered { link_type, out: run.out, links });
            ControlFlow::Continue(())
        });
        runs
    }

    /// The links of one type from one place to another, by their rows, with their first claims.
    ///
    /// # Complexity
    /// A binary search, the links given, and the links that the delta has of the node with fewer of them.
    pub(crate) fn links_between(&self, own_type: u16, from: u32, to: u32) -> Vec<u32> {
        let mut rows = Vec::new();
        let groups = self.segment_set(from).map(|(set, at)| (&set.out, at));
        if let Some((groups, at)) = groups
            && let Some(run) =
                groups.iter().find(|g| g.link_type == own_type).and_then(|g| self.out_run(g, at))
        {
            let start = run.neighbours.partition_point(|place| *place < to);
            let end = run.neighbours.partition_point(|place| *place <= to);
            rows.extend((start..end).map(|index| run.link(index).row));
        }
        if let Some(delta) = self.delta() {
            rows.retain(|row| !delta.is_dead((own_type, *row)));
            let (near, far) = (delta.added(from), delta.added(to));
            let out = near.len() <= far.len();
            let (list, other) = if out { (near, to) } else { (far, from) };
            let is_it =
                |a: &&crate::delta::Added| a.link_type == own_type && a.out == out && a.other == other;
            rows.extend(list.iter().filter(is_it).map(|added| added.row));
        }
        rows
    }

    /// The claims behind a link, by its place.
    pub(crate) fn claims_of_place(&self, (own, row): LinkPlace) -> Vec<u32> {
        match self.catalog().link_types.get(usize::from(own)) {
            Some(link_type) if row < link_type.count => link_type.claims.all(&self.segment, row),
            _ => {
                let record = self.delta().and_then(|delta| delta.links.get(&(own, row)));
                record.map_or_else(Vec::new, |record| record.claims.clone())
            }
        }
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
