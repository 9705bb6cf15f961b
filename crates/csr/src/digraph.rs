//! A directed plain graph that knows both ways: the rows out, the rows in, and which arc is which.

use std::ops::ControlFlow;

use crate::{Adjacency, Csr, Direction, Rows, Run};

/// A directed graph with its transpose.
///
/// As an [`Adjacency`] it has one link type, and the row of a link is the position of its arc in
/// [`out`](Self::out), whichever way the link is met.
///
/// Memory: twice a [`Csr`] and 4 bytes an arc.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Digraph {
    out: Csr,
    inn: Csr,
    /// For each arc of `inn` its position in `out`.
    rows: Vec<u32>,
}

impl Digraph {
    /// Adds the transpose to a graph.
    ///
    /// # Complexity
    /// O(n + m).
    pub fn new(out: Csr) -> Self {
        let (inn, rows) = out.transpose_with_rows();
        Self { out, inn, rows }
    }

    /// The arcs by source.
    pub fn out(&self) -> &Csr {
        &self.out
    }

    /// The arcs by target.
    pub fn inn(&self) -> &Csr {
        &self.inn
    }

    /// The number of nodes.
    pub fn node_count(&self) -> u32 {
        self.out.node_count()
    }
}

impl From<Csr> for Digraph {
    fn from(out: Csr) -> Self {
        Self::new(out)
    }
}

impl Adjacency for Digraph {
    fn node_count(&self) -> u32 {
        Self::node_count(self)
    }

    fn link_type_count(&self) -> u16 {
        1
    }

    fn runs(
        &self,
        node: u32,
        direction: Direction,
        visit: &mut dyn FnMut(Run<'_>) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        if direction != Direction::In && self.out.degree(node) > 0 {
            let rows = Rows::From(self.out.arcs(node).start as u32);
            visit(Run { link_type: 0, out: true, neighbours: self.out.neighbours(node), rows })?;
        }
        if direction != Direction::Out && self.inn.degree(node) > 0 {
            let rows = Rows::List(&self.rows[self.inn.arcs(node)]);
            visit(Run { link_type: 0, out: false, neighbours: self.inn.neighbours(node), rows })?;
        }
        ControlFlow::Continue(())
    }

    fn degree(&self, node: u32, direction: Direction) -> u64 {
        let out = if direction == Direction::In { 0 } else { self.out.degree(node) };
        let inn = if direction == Direction::Out { 0 } else { self.inn.degree(node) };
        out + inn
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{CsrBuilder, LinkHandle};

    fn met(graph: &Digraph, node: u32, direction: Direction) -> Vec<(u32, bool, LinkHandle)> {
        let mut met = Vec::new();
        let _ = graph.runs(node, direction, &mut |run| {
            met.extend(run.neighbours.iter().enumerate().map(|(i, &v)| (v, run.out, run.link(i))));
            ControlFlow::Continue(())
        });
        met
    }

    #[test]
    fn a_link_has_one_row_whichever_way_it_is_met() {
        // 0 -> 1, 2 -> 1, 1 -> 1
        let arcs = vec![(2, 1, 7), (0, 1, 7), (1, 1, 7)];
        let graph = Digraph::new(CsrBuilder::new(3).from_arcs(arcs).build().unwrap());
        let link = |row| LinkHandle { link_type: 0, row };
        assert_eq!(met(&graph, 0, Direction::Both), [(1, true, link(0))]);
        assert_eq!(met(&graph, 1, Direction::Out), [(1, true, link(1))]);
        let into = [(0, false, link(0)), (1, false, link(1)), (2, false, link(2))];
        assert_eq!(met(&graph, 1, Direction::In), into);
        assert_eq!(graph.degree(1, Direction::Both), 4);
    }
}
