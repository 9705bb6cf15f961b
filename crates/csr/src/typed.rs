//! A small typed multigraph in memory: every feature of [`Adjacency`], for tests and for graphs that no view holds.

use std::ops::ControlFlow;

use crate::csr::count_offsets;
use crate::{Adjacency, CsrError, Direction, LinkHandle, Rows, Run};

/// A multigraph with typed, directed links. Parallel links and self-links are kept; the row of a link is its
/// position among the links of its type in the order given.
///
/// Memory: 16 bytes a node and type, 16 bytes a link.
#[derive(Clone, Debug)]
pub struct TypedGraph {
    node_count: u32,
    types: Vec<TypedLinks>,
}

#[derive(Clone, Debug)]
struct TypedLinks {
    out: Side,
    inn: Side,
}

#[derive(Clone, Debug)]
struct Side {
    offsets: Vec<u64>,
    neighbours: Vec<u32>,
    rows: Vec<u32>,
}

impl TypedGraph {
    /// Builds the graph from links (from, to, type). There are as many types as the largest one named needs.
    ///
    /// # Errors
    /// [`CsrError::NodeOutOfRange`] for a link to a node not among `0..node_count`.
    ///
    /// # Complexity
    /// O(types · n + m log m).
    pub fn new(node_count: u32, links: &[(u32, u32, u16)]) -> Result<Self, CsrError> {
        if let Some(&(from, to, _)) = links.iter().find(|link| link.0.max(link.1) >= node_count) {
            return Err(CsrError::NodeOutOfRange { node: from.max(to), node_count });
        }
        let mut by_type: Vec<Vec<(u32, u32)>> = Vec::new();
        for &(from, to, link_type) in links {
            if by_type.len() <= usize::from(link_type) {
                by_type.resize(usize::from(link_type) + 1, Vec::new());
            }
            by_type[usize::from(link_type)].push((from, to));
        }
        let types = by_type
            .iter()
            .map(|links| TypedLinks {
                out: Side::new(node_count, links.iter().copied()),
                inn: Side::new(node_count, links.iter().map(|&(from, to)| (to, from))),
            })
            .collect();
        Ok(Self { node_count, types })
    }

    /// The ends of a link, from and to, if it exists.
    ///
    /// # Complexity
    /// O(links of the type): for tests.
    pub fn ends(&self, link: LinkHandle) -> Option<(u32, u32)> {
        let out = &self.types.get(usize::from(link.link_type))?.out;
        let at = out.rows.iter().position(|&row| row == link.row)?;
        let from = out.offsets.partition_point(|&start| start <= at as u64) - 1;
        Some((from as u32, out.neighbours[at]))
    }
}

impl Side {
    fn new(node_count: u32, links: impl Iterator<Item = (u32, u32)>) -> Self {
        let mut arcs: Vec<(u32, u32, u32)> =
            links.zip(0..).map(|((node, other), row)| (node, other, row)).collect();
        arcs.sort_unstable();
        Self {
            offsets: count_offsets(node_count, arcs.iter().map(|arc| arc.0)),
            neighbours: arcs.iter().map(|arc| arc.1).collect(),
            rows: arcs.iter().map(|arc| arc.2).collect(),
        }
    }

    fn run(&self, node: u32, link_type: u16, out: bool) -> Option<Run<'_>> {
        let start = *self.offsets.get(node as usize)? as usize;
        let end = *self.offsets.get(node as usize + 1)? as usize;
        let rows = Rows::List(&self.rows[start..end]);
        (start < end).then(|| Run { link_type, out, neighbours: &self.neighbours[start..end], rows })
    }
}

impl Adjacency for TypedGraph {
    fn node_count(&self) -> u32 {
        self.node_count
    }

    fn link_type_count(&self) -> u16 {
        self.types.len() as u16
    }

    fn runs(
        &self,
        node: u32,
        direction: Direction,
        visit: &mut dyn FnMut(Run<'_>) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        for out in [true, false] {
            if direction == (if out { Direction::In } else { Direction::Out }) {
                continue;
            }
            for (links, link_type) in self.types.iter().zip(0..) {
                let side = if out { &links.out } else { &links.inn };
                if let Some(run) = side.run(node, link_type, out) {
                    visit(run)?;
                }
            }
        }
        ControlFlow::Continue(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_link_is_met_from_both_ends(links in proptest::collection::vec((0u32..6, 0u32..6, 0u16..3), 0..30)) {
            let graph = TypedGraph::new(6, &links).unwrap();
            let mut out = Vec::new();
            let mut inn = Vec::new();
            for node in 0..6 {
                let _ = graph.runs(node, Direction::Both, &mut |run| {
                    for (index, &other) in run.neighbours.iter().enumerate() {
                        let link = run.link(index);
                        let ends = if run.out { (node, other) } else { (other, node) };
                        assert_eq!(graph.ends(link), Some(ends));
                        (if run.out { &mut out } else { &mut inn }).push((ends.0, ends.1, link.link_type));
                    }
                    ControlFlow::Continue(())
                });
            }
            let mut links = links;
            for list in [&mut links, &mut out, &mut inn] {
                list.sort_unstable();
            }
            prop_assert_eq!(&links, &out);
            prop_assert_eq!(&links, &inn);
        }
    }
}
