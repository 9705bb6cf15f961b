//! Which nodes a search may go on from: what the filter admits and is no hub, and a record of what was turned down.

use jaal_csr::{Adjacency, Direction};

use super::filters::NodeTest;

/// How many hubs an answer names at most.
pub const HUBS_NAMED: usize = 16;

/// Decides which reached nodes are expanded, and keeps what it turned down for the answer.
pub(super) struct Gate<'a, G: ?Sized> {
    graph: &'a G,
    node_ok: NodeTest<'a>,
    hub_cap: Option<u64>,
    hubs: Vec<(u32, u64)>,
    refused: u64,
}

/// What the gate says of a node.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Verdict {
    /// It may be expanded, which means looking at so many links.
    Open(u64),
    /// It has too many links to go on from.
    Hub,
    /// The filter does not admit it.
    Refused,
}

impl<'a, G: Adjacency + ?Sized> Gate<'a, G> {
    pub(super) fn new(graph: &'a G, node_ok: NodeTest<'a>, hub_cap: Option<u64>) -> Self {
        Self { graph, node_ok, hub_cap, hubs: Vec::new(), refused: 0 }
    }

    /// Judges a node that was reached, and counts it if `first` time.
    pub(super) fn judge(&mut self, node: u32, direction: Direction, first: bool) -> Verdict {
        if !(self.node_ok)(node) {
            self.refused += u64::from(first);
            return Verdict::Refused;
        }
        // Being a hub is a property of the entity, so all its links count, whatever the search may use.
        if let Some(cap) = self.hub_cap {
            let degree = self.graph.degree(node, Direction::Both);
            if degree > cap {
                if first {
                    self.hubs.push((node, degree));
                }
                return Verdict::Hub;
            }
            if direction == Direction::Both {
                return Verdict::Open(degree);
            }
        }
        Verdict::Open(self.graph.degree(node, direction))
    }

    /// The hubs met, highest degree first, at most [`HUBS_NAMED`], and the number of nodes refused.
    pub(super) fn turned_down(mut self) -> (Vec<(u32, u64)>, u64) {
        self.hubs.sort_unstable_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
        self.hubs.truncate(HUBS_NAMED);
        (self.hubs, self.refused)
    }
}
