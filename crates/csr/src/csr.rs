//! A plain graph in compressed sparse rows: for each node a sorted slice of neighbours, and a weight an arc.
//!
//! An undirected graph holds each link as two arcs, a self-link as one. Parallel links were folded when it was
//! built. Weights are fixed point, so that their sums do not depend on the order in which they are taken.

use std::ops::{ControlFlow, Range};

use crate::{Adjacency, Direction, Rows, Run};

/// A plain graph: nodes `0..node_count`, arcs sorted by (source, target), at most one arc for a pair.
///
/// As an [`Adjacency`] it has one link type, and the row of a link is the position of its arc. An undirected graph
/// gives the same run for every direction, so a link has a row at each of its ends and a self-link is met once. A
/// directed one knows only what leads out (`In` is empty); [`Digraph`](crate::Digraph) knows both ways.
///
/// Memory: 8 bytes a node, 4 bytes an arc, and 8 more an arc unless all weights are [`Csr::UNIT`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Csr {
    offsets: Vec<u64>,
    targets: Vec<u32>,
    weights: Vec<u64>,
    undirected: bool,
}

impl Csr {
    /// The weight 1 in fixed point: 20 bits stand behind the point.
    pub const UNIT: u64 = 1 << 20;

    /// Puts parts together that the builder or a transposition has made. `weights` is dropped if all are units.
    pub(crate) fn from_parts(
        offsets: Vec<u64>,
        targets: Vec<u32>,
        mut weights: Vec<u64>,
        undirected: bool,
    ) -> Self {
        debug_assert_eq!(offsets.last().copied(), Some(targets.len() as u64));
        debug_assert!(weights.is_empty() || weights.len() == targets.len());
        if weights.iter().all(|&weight| weight == Self::UNIT) {
            weights = Vec::new();
        }
        Self { offsets, targets, weights, undirected }
    }

    /// The number of nodes.
    pub fn node_count(&self) -> u32 {
        (self.offsets.len() - 1) as u32
    }

    /// The number of arcs: each undirected link counts twice, an undirected self-link once.
    pub fn arc_count(&self) -> u64 {
        self.targets.len() as u64
    }

    /// Whether each arc has its opposite.
    pub fn is_undirected(&self) -> bool {
        self.undirected
    }

    /// Whether all weights are [`Csr::UNIT`].
    pub fn is_unweighted(&self) -> bool {
        self.weights.is_empty()
    }

    /// The positions of a node's arcs; empty for a node that is not in the graph.
    #[inline]
    pub fn arcs(&self, node: u32) -> Range<usize> {
        match (self.offsets.get(node as usize), self.offsets.get(node as usize + 1)) {
            (Some(&start), Some(&end)) => start as usize..end as usize,
            _ => 0..0,
        }
    }

    /// The neighbours of a node, ascending, each once.
    #[inline]
    pub fn neighbours(&self, node: u32) -> &[u32] {
        &self.targets[self.arcs(node)]
    }

    /// The weights in step with [`neighbours`](Self::neighbours), or `None` if all weights are [`Csr::UNIT`].
    pub fn weights(&self, node: u32) -> Option<&[u64]> {
        if self.weights.is_empty() { None } else { Some(&self.weights[self.arcs(node)]) }
    }

    /// The neighbours of a node with the weights of the arcs to them.
    pub fn weighted_neighbours(&self, node: u32) -> impl Iterator<Item = (u32, u64)> + '_ {
        self.arcs(node).map(|arc| (self.targets[arc], self.weight(arc)))
    }

    /// The weight of the arc at a position of [`arcs`](Self::arcs).
    #[inline]
    pub fn weight(&self, arc: usize) -> u64 {
        if self.weights.is_empty() { Self::UNIT } else { self.weights[arc] }
    }

    /// The number of arcs out of a node.
    #[inline]
    pub fn degree(&self, node: u32) -> u64 {
        self.arcs(node).len() as u64
    }

    /// The weight of all arcs out of a node. A self-link counts once, as it is stored.
    ///
    /// # Complexity
    /// O(degree) unless all weights are units.
    pub fn strength(&self, node: u32) -> u128 {
        match self.weights(node) {
            None => u128::from(self.degree(node)) * u128::from(Self::UNIT),
            Some(weights) => weights.iter().map(|&weight| u128::from(weight)).sum(),
        }
    }

    /// The row offsets, `node_count + 1` of them.
    pub fn offsets(&self) -> &[u64] {
        &self.offsets
    }

    /// The targets of all arcs, by source and then ascending.
    pub fn targets(&self) -> &[u32] {
        &self.targets
    }

    /// The graph with every arc turned round. An undirected graph is its own transpose and is copied.
    ///
    /// # Complexity
    /// O(n + m).
    #[must_use]
    pub fn transpose(&self) -> Self {
        self.transpose_with_rows().0
    }

    /// The transpose, and for each of its arcs the position the arc has here.
    pub(crate) fn transpose_with_rows(&self) -> (Self, Vec<u32>) {
        let node_count = self.node_count();
        let offsets = count_offsets(node_count, self.targets.iter().copied());
        let mut cursor = offsets.clone();
        let mut targets = vec![0; self.targets.len()];
        let mut rows = vec![0; self.targets.len()];
        for node in 0..node_count {
            for arc in self.arcs(node) {
                let slot = &mut cursor[self.targets[arc] as usize];
                targets[*slot as usize] = node;
                rows[*slot as usize] = arc as u32;
                *slot += 1;
            }
        }
        let weights = if self.weights.is_empty() {
            Vec::new()
        } else {
            rows.iter().map(|&row| self.weights[row as usize]).collect()
        };
        (Self::from_parts(offsets, targets, weights, self.undirected), rows)
    }
}

/// Row offsets for rows that get one entry for each key: the first half of a counting sort.
pub(crate) fn count_offsets(node_count: u32, keys: impl Iterator<Item = u32>) -> Vec<u64> {
    let mut offsets = vec![0; node_count as usize + 1];
    for key in keys {
        offsets[key as usize + 1] += 1;
    }
    let mut sum = 0;
    for offset in &mut offsets {
        sum += *offset;
        *offset = sum;
    }
    offsets
}

impl Adjacency for Csr {
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
        if direction == Direction::In && !self.undirected {
            return ControlFlow::Continue(());
        }
        let arcs = self.arcs(node);
        if arcs.is_empty() {
            return ControlFlow::Continue(());
        }
        visit(Run {
            link_type: 0,
            out: direction != Direction::In,
            neighbours: &self.targets[arcs.clone()],
            rows: Rows::From(arcs.start as u32),
        })
    }

    fn degree(&self, node: u32, direction: Direction) -> u64 {
        if direction == Direction::In && !self.undirected { 0 } else { Self::degree(self, node) }
    }
}
