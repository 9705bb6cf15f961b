//! How are two nodes connected? The shortest paths between them, under constraints, by a breadth-first search from
//! both ends.
//!
//! A path is a sequence of nodes; parallel links do not make it another path. Weights do not count. Paths come in
//! lexicographic order of their nodes, which on a view is ledger order; one path is the first of all.
//!
//! Sources: I. Pohl, *Bi-directional Search*, Machine Intelligence 6, 1971; balancing by the links of the frontiers
//! as in M. Borassi, E. Natale, *KADABRA is an ADaptive Algorithm for Betweenness via Random Approximation*, ACM
//! JEA 24, 2019, DOI 10.1145/3284359, who show that |E|^(1/2 + o(1)) links are touched on random graphs like social
//! networks. Deviation: constraints are part of the search, not a filter on its result, so what is found is the
//! shortest path that keeps to them.
//!
//! Why a meeting ends the search at once: a level is always completed and judged before the next. Were a node x of
//! the new level open on the other side at a level before its last, x would have been expanded there, and the node
//! before x on this side would have been met one level earlier.

use jaal_csr::{Adjacency, Budget, Meter};

use super::dag::PathDag;
use super::filters::{Filters, reverse};
use super::hubs::Gate;
use super::search::Side;
use super::workspace::{MAX_LEVEL, Workspace};
use crate::AlgoError;

/// How much of the answer is wanted. Either way the paths are counted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Want {
    /// The first path in lexicographic order.
    One,
    /// All paths, the first so many of them in lexicographic order.
    All {
        /// The largest number of paths given.
        limit: usize,
    },
}

/// What bounds a search for paths. The default is one path without limit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PathLimits {
    /// The longest path considered, in links.
    pub max_hops: u32,
    /// Nodes linked with more than this many others (by links of all types, both ways) are reached, but are never
    /// interior to a path. The two ends are exempt.
    pub hub_cap: Option<u64>,
    /// One path or all.
    pub want: Want,
}

impl Default for PathLimits {
    fn default() -> Self {
        Self { max_hops: u32::MAX, hub_cap: None, want: Want::One }
    }
}

/// What a search for paths came to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// There are paths.
    Found {
        /// Their length in links; 0 from a node to itself.
        length: u32,
        /// How many there are as node sequences; stays at the largest `u64`.
        count: u64,
        /// The first of them in lexicographic order, ends included.
        paths: Vec<Vec<u32>>,
        /// The links looked at.
        searched: u64,
    },
    /// There is no path under the constraints.
    None {
        /// Nodes reached from the first node, itself and hubs included.
        reached_from: u64,
        /// Nodes reached from the last node, itself and hubs included.
        reached_to: u64,
        /// Whether one end's surroundings were searched to their border, so that more hops would not help. If not,
        /// the search ended at `max_hops`.
        complete: bool,
        /// The hubs that were not gone through, with the number of their neighbours, highest first, at most
        /// [`HUBS_NAMED`](super::HUBS_NAMED).
        hubs_skipped: Vec<(u32, u64)>,
        /// Nodes reached that the filter did not admit.
        nodes_refused: u64,
        /// The links looked at.
        searched: u64,
    },
}

/// Finds the shortest paths from one node to another.
///
/// # Errors
/// [`AlgoError::NodeOutOfRange`] for a node not in the graph, [`AlgoError::Stopped`] when the budget is used up.
///
/// # Complexity
/// O(n + m) at worst, about the square root of it on graphs like social networks; memory for the nodes reached. With a
/// hub cap also the links of reached nodes with more links than the cap.
pub fn shortest<G: Adjacency + ?Sized>(
    graph: &G,
    from: u32,
    to: u32,
    limits: &PathLimits,
    filters: &Filters<'_>,
    workspace: &mut Workspace,
    budget: &Budget,
) -> Result<Outcome, AlgoError> {
    let node_count = graph.node_count();
    if let Some(&node) = [from, to].iter().find(|&&node| node >= node_count) {
        return Err(AlgoError::NodeOutOfRange { node, node_count });
    }
    let limit = match limits.want {
        Want::One => 1,
        Want::All { limit } => limit,
    };
    if from == to {
        let paths = if limit == 0 { Vec::new() } else { vec![vec![from]] };
        return Ok(Outcome::Found { length: 0, count: 1, paths, searched: 0 });
    }
    let mut meter = budget.meter();
    let [marks_from, marks_to] = workspace.begin(node_count);
    let mut first = Side::new(graph, from, filters.direction, marks_from);
    let mut last = Side::new(graph, to, reverse(filters.direction), marks_to);
    let mut gate = Gate::new(graph, filters.node_ok, limits.hub_cap);
    let meets = search(graph, limits, filters, [&mut first, &mut last], &mut gate, &mut meter)?;
    if let Some(Meeting { nodes, levels: [level_from, level_to] }) = meets {
        let sides = [(&first, level_from), (&last, level_to)];
        let dag = PathDag::new(graph, filters, sides, nodes, &mut meter)?;
        let (count, paths) = (dag.count(), dag.first(limit));
        return Ok(Outcome::Found { length: level_from + level_to, count, paths, searched: meter.spent() });
    }
    let (hubs_skipped, nodes_refused) = gate.turned_down();
    Ok(Outcome::None {
        reached_from: first.reached,
        reached_to: last.reached,
        complete: first.frontier().is_empty() || last.frontier().is_empty(),
        hubs_skipped,
        nodes_refused,
        searched: meter.spent(),
    })
}

/// Where the two sides met: the nodes, and their levels from either end.
struct Meeting {
    nodes: Vec<u32>,
    levels: [u32; 2],
}

/// Advances the side with the smaller volume until the sides meet, one is exhausted, or the hops are used up.
fn search<G: Adjacency + ?Sized>(
    graph: &G,
    limits: &PathLimits,
    filters: &Filters<'_>,
    [first, last]: [&mut Side<'_>; 2],
    gate: &mut Gate<'_, G>,
    meter: &mut Meter,
) -> Result<Option<Meeting>, AlgoError> {
    let max_hops = limits.max_hops.min(MAX_LEVEL);
    loop {
        let exhausted = first.frontier().is_empty() || last.frontier().is_empty();
        if exhausted || first.level() + last.level() >= max_hops {
            return Ok(None);
        }
        let forward = first.volume() <= last.volume();
        let (near, far) = if forward { (&mut *first, &*last) } else { (&mut *last, &*first) };
        let reached = near.reach(graph, filters, meter)?;
        let nodes: Vec<u32> = reached.iter().copied().filter(|&node| far.marks.is_open(node)).collect();
        if !nodes.is_empty() {
            let met = far.marks.of_level(far.level());
            debug_assert!(nodes.iter().all(|&node| far.marks.is_at(node, met)));
            let (new, old) = (near.level() + 1, far.level());
            return Ok(Some(Meeting { nodes, levels: if forward { [new, old] } else { [old, new] } }));
        }
        near.advance(reached, gate, &far.marks, meter)?;
    }
}

#[cfg(test)]
mod tests {
    use jaal_csr::{CsrBuilder, StopReason};

    use super::*;

    fn run(graph: &impl Adjacency, from: u32, to: u32, limits: PathLimits) -> Outcome {
        let mut workspace = Workspace::new();
        let budget = Budget::unlimited();
        shortest(graph, from, to, &limits, &Filters::default(), &mut workspace, &budget).unwrap()
    }

    /// Two diamonds in a row, and a tail:  0 - {1, 2} - 3 - {4, 5} - 6 - 7
    fn diamonds() -> jaal_csr::Csr {
        let mut builder = CsrBuilder::new(9).undirected();
        for (a, b) in [(0, 2), (0, 1), (1, 3), (2, 3), (3, 5), (3, 4), (4, 6), (5, 6), (6, 7)] {
            builder.push(a, b);
        }
        builder.build().unwrap()
    }

    #[test]
    fn paths_come_in_order_and_are_counted() {
        let all = PathLimits { want: Want::All { limit: 3 }, ..PathLimits::default() };
        let Outcome::Found { length, count, paths, .. } = run(&diamonds(), 0, 6, all) else { panic!() };
        assert_eq!((length, count), (4, 4));
        assert_eq!(paths, [[0, 1, 3, 4, 6], [0, 1, 3, 5, 6], [0, 2, 3, 4, 6]]);
        let Outcome::Found { count, paths, .. } = run(&diamonds(), 0, 6, PathLimits::default()) else {
            panic!()
        };
        assert_eq!((count, paths), (4, vec![vec![0, 1, 3, 4, 6]]));
    }

    #[test]
    fn no_path_says_how_far_was_searched() {
        let Outcome::None { reached_from, reached_to, complete, .. } =
            run(&diamonds(), 8, 0, PathLimits::default())
        else {
            panic!()
        };
        assert_eq!((reached_from, reached_to, complete), (1, 1, true));
        let short = PathLimits { max_hops: 4, ..PathLimits::default() };
        assert!(matches!(run(&diamonds(), 0, 7, short), Outcome::None { complete: false, .. }));
    }

    #[test]
    fn a_hub_is_named_and_not_gone_through() {
        let capped = PathLimits { hub_cap: Some(3), ..PathLimits::default() };
        let Outcome::None { hubs_skipped, complete, .. } = run(&diamonds(), 0, 7, capped) else { panic!() };
        assert_eq!((hubs_skipped, complete), (vec![(3, 4)], true));
        assert!(matches!(run(&diamonds(), 3, 6, capped), Outcome::Found { length: 2, .. }));
    }

    #[test]
    fn parallel_links_make_no_hub() {
        let mut builder = CsrBuilder::new(5).undirected();
        for (a, b, links) in [(0, 1, 300), (1, 2, 300), (2, 3, 1), (2, 4, 1)] {
            (0..links).for_each(|_| builder.push(a, b));
        }
        let graph = builder.build().unwrap();
        let capped = |cap| run(&graph, 0, 3, PathLimits { hub_cap: Some(cap), ..PathLimits::default() });
        assert!(matches!(capped(3), Outcome::Found { length: 3, .. }));
        let Outcome::None { hubs_skipped, .. } = capped(2) else { panic!() };
        assert_eq!(hubs_skipped, [(2, 3)]);
    }

    #[test]
    fn ends_and_budget() {
        let itself = Outcome::Found { length: 0, count: 1, paths: vec![vec![5]], searched: 0 };
        assert_eq!(run(&diamonds(), 5, 5, PathLimits::default()), itself);
        let (limits, filters) = (PathLimits::default(), Filters::default());
        let mut workspace = Workspace::new();
        let mut with = |to, max| {
            let budget = Budget { max_expansions: max, ..Budget::default() };
            shortest(&diamonds(), 0, to, &limits, &filters, &mut workspace, &budget)
        };
        assert_eq!(with(9, None), Err(AlgoError::NodeOutOfRange { node: 9, node_count: 9 }));
        assert_eq!(with(7, Some(4)).unwrap_err().stopped().unwrap().reason, StopReason::Expansions);
        assert!(with(7, Some(40)).is_ok());
    }
}
