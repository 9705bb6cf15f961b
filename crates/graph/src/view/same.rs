//! Whether two views are the same image: all that they answer is compared, node by node. Numbers of links may differ.

use super::View;
use jaal_csr::{Adjacency, Direction, LinkHandle};
use jaal_model::NodeIdx;
use rayon::prelude::*;
use std::ops::ControlFlow;

impl View {
    /// Whether another view is the same image, however either came to be.
    ///
    /// # Complexity
    /// Reads everything in both, in parallel.
    pub fn same_image(&self, other: &Self) -> bool {
        let outline = |view: &Self| {
            let kinds: Vec<u64> =
                (0..view.kinds().len() as u16).map(|kind| view.count_of_kind(kind)).collect();
            let links: Vec<u32> =
                (0..view.link_types().len() as u16).map(|t| view.link_count_of(t)).collect();
            (view.node_count(), view.digest(), view.marking().clone(), kinds, links)
        };
        outline(self) == outline(other)
            && self.kinds() == other.kinds()
            && self.link_types() == other.link_types()
            && self.property_names().eq(other.property_names())
            && self.schemes().eq(other.schemes())
            && self.conflicts() == other.conflicts()
            && (0..self.node_count()).into_par_iter().all(|node| self.same_node(other, NodeIdx(node)))
    }

    fn same_node(&self, other: &Self, node: NodeIdx) -> bool {
        self.identities(node) == other.identities(node)
            && self.kinds_of(node) == other.kinds_of(node)
            && self.keys(node) == other.keys(node)
            && self.keys(node).iter().all(|key| other.find_key(key) == Some(node))
            && self.node_claims(node) == other.node_claims(node)
            && self.join_claims(node) == other.join_claims(node)
            && self.properties(node) == other.properties(node)
            && self.node_rank(self.place(node)) == other.node_rank(other.place(node))
            && [Direction::Out, Direction::In].into_iter().all(|way| self.same_runs(other, node, way))
    }

    fn same_runs(&self, other: &Self, node: NodeIdx, direction: Direction) -> bool {
        let links = |view: &Self| {
            let mut links: Vec<(LinkHandle, u32)> = Vec::new();
            let _ = view.runs(node.0, direction, &mut |run| {
                links.extend((0..run.neighbours.len()).map(|at| (run.link(at), run.neighbours[at])));
                ControlFlow::Continue(())
            });
            links
        };
        let (mine, theirs) = (links(self), links(other));
        mine.len() == theirs.len()
            && mine.iter().zip(&theirs).all(|((a, x), (b, y))| {
                x == y
                    && a.link_type == b.link_type
                    && self.link_claims(*a) == other.link_claims(*b)
                    // What hangs on the claims alone is compared once, from the link's start.
                    && (direction == Direction::In || self.same_link(*a, other, *b))
            })
    }

    fn same_link(&self, mine: LinkHandle, other: &Self, theirs: LinkHandle) -> bool {
        self.link_grade(mine) == other.link_grade(theirs)
            && self.link_properties(mine) == other.link_properties(theirs)
            && self.link_times(mine) == other.link_times(theirs)
    }
}
