//! Which nodes a search may go on from: what the filter admits and is no hub, and a record of what was turned down.
//!
//! A hub is a node with many *neighbours*. Many links alone make none: a phone that called one number three hundred
//! times connects nobody with anybody else, and is just the kind of node that a path should go through.

use std::ops::ControlFlow;

use jaal_csr::{Adjacency, Direction, Meter, Stopped};

use super::filters::NodeTest;

/// How many hubs an answer names at most.
pub const HUBS_NAMED: usize = 16;

/// How many other nodes a node is linked with, by links of any type either way.
///
/// # Complexity
/// O(degree), and a merge of the node's runs.
pub fn neighbour_count<G: Adjacency + ?Sized>(graph: &G, node: u32) -> u64 {
    let mut others = Vec::new();
    gather(graph, node, u64::MAX, &mut others);
    others.len() as u64
}

/// Whether a node is linked with more than `cap` other nodes, by links of any type either way.
///
/// # Complexity
/// That of the degree where it does not exceed `cap`; else O(degree), but a run with more than `cap` neighbours is
/// left there.
pub fn is_hub<G: Adjacency + ?Sized>(graph: &G, node: u32, cap: u64) -> bool {
    graph.degree(node, Direction::Both) > cap && gather(graph, node, cap, &mut Vec::new()).over
}

/// What gathering the neighbours of a node came to.
struct Gathered {
    /// There are more than the cap. The list has then only some of them.
    over: bool,
    /// The links looked at.
    looked_at: u64,
}

/// Lists the other nodes that a node is linked with, ascending, each once, unless they are more than `cap`.
fn gather<G: Adjacency + ?Sized>(graph: &G, node: u32, cap: u64, others: &mut Vec<u32>) -> Gathered {
    others.clear();
    let mut looked_at = 0;
    let end = graph.runs(node, Direction::Both, &mut |run| {
        let (start, mut last) = (others.len(), node);
        for &other in run.neighbours {
            looked_at += 1;
            // Runs are sorted, so parallel links follow each other.
            if other == node || other == last {
                continue;
            }
            last = other;
            others.push(other);
            if (others.len() - start) as u64 > cap {
                return ControlFlow::Break(());
            }
        }
        ControlFlow::Continue(())
    });
    if end.is_break() {
        return Gathered { over: true, looked_at };
    }
    merge(others);
    Gathered { over: others.len() as u64 > cap, looked_at }
}

/// Sorts what is a few ascending lists one after the other, and drops repeats.
#[allow(
    clippy::stable_sort_primitive,
    reason = "the stable sort merges ascending stretches, the other does not"
)]
fn merge(others: &mut Vec<u32>) {
    others.sort();
    others.dedup();
}

/// Decides which reached nodes are expanded, and keeps what it turned down for the answer.
pub(super) struct Gate<'a, G: ?Sized> {
    graph: &'a G,
    node_ok: NodeTest<'a>,
    hub_cap: Option<u64>,
    /// Hubs met, with their degrees.
    hubs: Vec<(u32, u64)>,
    refused: u64,
    others: Vec<u32>,
}

/// What the gate says of a node.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Verdict {
    /// It may be expanded, which means looking at so many links.
    Open(u64),
    /// It has too many neighbours to go on from.
    Hub,
    /// The filter does not admit it.
    Refused,
}

impl<'a, G: Adjacency + ?Sized> Gate<'a, G> {
    pub(super) fn new(graph: &'a G, node_ok: NodeTest<'a>, hub_cap: Option<u64>) -> Self {
        Self { graph, node_ok, hub_cap, hubs: Vec::new(), refused: 0, others: Vec::new() }
    }

    /// Judges a node that was reached, and counts it if `first` time. Links looked at to tell a hub are charged.
    pub(super) fn judge(
        &mut self,
        node: u32,
        direction: Direction,
        first: bool,
        meter: &mut Meter,
    ) -> Result<Verdict, Stopped> {
        if !(self.node_ok)(node) {
            self.refused += u64::from(first);
            return Ok(Verdict::Refused);
        }
        // Being a hub is a property of the entity, so all its links count, whatever the search may use.
        if let Some(cap) = self.hub_cap {
            let degree = self.graph.degree(node, Direction::Both);
            if degree > cap {
                let gathered = gather(self.graph, node, cap, &mut self.others);
                meter.spend(gathered.looked_at)?;
                if gathered.over {
                    if first {
                        self.hubs.push((node, degree));
                    }
                    return Ok(Verdict::Hub);
                }
            }
            if direction == Direction::Both {
                return Ok(Verdict::Open(degree));
            }
        }
        Ok(Verdict::Open(self.graph.degree(node, direction)))
    }

    /// The hubs met with the number of their neighbours, highest first, at most [`HUBS_NAMED`], and the number of
    /// nodes refused.
    ///
    /// # Complexity
    /// The links of the hubs whose degree exceeds the lowest number given: no node has more neighbours than links, so
    /// the others need no counting.
    pub(super) fn turned_down(mut self) -> (Vec<(u32, u64)>, u64) {
        self.hubs.sort_unstable_by(most_first);
        let mut named: Vec<(u32, u64)> = Vec::with_capacity(HUBS_NAMED + 1);
        for (node, degree) in self.hubs {
            if named.len() == HUBS_NAMED && named.last().is_some_and(|least| least.1 > degree) {
                break;
            }
            gather(self.graph, node, u64::MAX, &mut self.others);
            let hub = (node, self.others.len() as u64);
            let at = named.partition_point(|other| most_first(other, &hub).is_lt());
            named.insert(at, hub);
            named.truncate(HUBS_NAMED);
        }
        (named, self.refused)
    }
}

/// The order of hubs: by count, then by node.
fn most_first(a: &(u32, u64), b: &(u32, u64)) -> std::cmp::Ordering {
    b.1.cmp(&a.1).then(a.0.cmp(&b.0))
}

#[cfg(test)]
mod tests {
    use jaal_csr::{Budget, TypedGraph};

    use super::*;

    /// Node 0 is linked thrice with 1 by two types, once with 2, and with itself.
    fn parallel() -> TypedGraph {
        TypedGraph::new(4, &[(0, 1, 0), (0, 1, 0), (1, 0, 1), (2, 0, 1), (0, 0, 0)]).unwrap()
    }

    #[test]
    fn only_other_nodes_count_and_each_once() {
        let graph = parallel();
        assert_eq!((0..4).map(|node| neighbour_count(&graph, node)).collect::<Vec<_>>(), [2, 1, 1, 0]);
        assert!(is_hub(&graph, 0, 1) && !is_hub(&graph, 0, 2));
        assert!(is_hub(&graph, 1, 0) && !is_hub(&graph, 3, 0));
    }

    #[test]
    fn the_hubs_named_are_those_with_the_most_neighbours() {
        // Hub h has h % 7 + 2 neighbours, and all the more links the fewer neighbours it has.
        let (hubs, spokes) = (40u32, 10u32);
        let mut links = Vec::new();
        for hub in 0..hubs {
            for spoke in 0..hub % 7 + 2 {
                (0..10 - hub % 7).for_each(|_| links.push((hub, hubs + spoke, 0)));
            }
        }
        let graph = TypedGraph::new(hubs + spokes, &links).unwrap();
        let mut gate = Gate::new(&graph, &|_| true, Some(1));
        let mut meter = Budget::unlimited().meter();
        for hub in 0..hubs {
            assert_eq!(gate.judge(hub, Direction::Both, true, &mut meter), Ok(Verdict::Hub));
        }
        let mut expected: Vec<(u32, u64)> = (0..hubs).map(|hub| (hub, u64::from(hub % 7 + 2))).collect();
        expected.sort_by_key(|&(hub, count)| (std::cmp::Reverse(count), hub));
        expected.truncate(HUBS_NAMED);
        assert_eq!(gate.turned_down(), (expected, 0));
    }
}
