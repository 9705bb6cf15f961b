//! Adjacency: what a graph must offer so that algorithms run on it, whether it is a plain CSR made in two lines of
//! a test or a view of a stored graph.

use std::ops::ControlFlow;

/// Which way links are followed.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Direction {
    /// From start to end.
    Out,
    /// From end to start.
    In,
    /// Either way. A self-link is met twice, once from each end.
    Both,
}

/// A link of a graph: its type and its row among the links of that type.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct LinkHandle {
    /// The link's type, dense from 0.
    pub link_type: u16,
    /// The row, dense from 0 within the type.
    pub row: u32,
}

/// The link rows of a [`Run`].
#[derive(Clone, Copy, Debug)]
pub enum Rows<'a> {
    /// Consecutive rows from this one.
    From(u32),
    /// One row a neighbour.
    List(&'a [u32]),
}

/// The neighbours of one node by links of one type in one direction, sorted by neighbour, then by link order.
#[derive(Clone, Copy, Debug)]
pub struct Run<'a> {
    /// The links' type.
    pub link_type: u16,
    /// Whether the links lead out of the node (`true`) or into it.
    pub out: bool,
    /// The nodes at the other end, with a repeat for each parallel link.
    pub neighbours: &'a [u32],
    /// The links' rows, in step with `neighbours`.
    pub rows: Rows<'a>,
}

impl Run<'_> {
    /// The link that leads to `neighbours[index]`.
    pub fn link(&self, index: usize) -> LinkHandle {
        let row = match self.rows {
            Rows::From(first) => first + index as u32,
            Rows::List(rows) => rows[index],
        };
        LinkHandle { link_type: self.link_type, row }
    }
}

/// A graph with dense nodes and typed, directed links.
pub trait Adjacency: Sync {
    /// The number of nodes; they are `0..node_count()`.
    fn node_count(&self) -> u32;

    /// The number of link types; they are `0..link_type_count()`.
    fn link_type_count(&self) -> u16;

    /// Calls `visit` with each non-empty run of a node's neighbours, out before in, types ascending, until it
    /// breaks. Which order nodes have is the graph's own; for a view it is ledger order within a label set.
    fn runs(
        &self,
        node: u32,
        direction: Direction,
        visit: &mut dyn FnMut(Run<'_>) -> ControlFlow<()>,
    ) -> ControlFlow<()>;

    /// The number of links of a node in a direction, parallel links counted each.
    fn degree(&self, node: u32, direction: Direction) -> u64 {
        let mut sum = 0;
        let _ = self.runs(node, direction, &mut |run| {
            sum += run.neighbours.len() as u64;
            ControlFlow::Continue(())
        });
        sum
    }
}
