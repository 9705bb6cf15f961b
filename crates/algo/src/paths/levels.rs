//! What is around a node? The nodes within so many hops of it, level by level.
//!
//! Parallel links and self-links change nothing. Levels are ascending, so on a view they are in ledger order. Hubs
//! are reached but not gone through, and are named. Plain breadth-first search; no source needed.

use jaal_csr::{Adjacency, Budget};

use super::filters::Filters;
use super::hubs::{Gate, Verdict};
use super::workspace::{MAX_LEVEL, Workspace};
use crate::AlgoError;

/// What bounds a neighbourhood. The default is two hops without other limits.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NeighbourhoodLimits {
    /// How many hops from the node.
    pub max_hops: u32,
    /// Nodes linked with more than this many others (by links of all types, both ways) are given but not gone through.
    /// The node itself is exempt.
    pub hub_cap: Option<u64>,
    /// How many nodes are given at most, the node itself included.
    pub max_nodes: Option<usize>,
}

impl Default for NeighbourhoodLimits {
    fn default() -> Self {
        Self { max_hops: 2, hub_cap: None, max_nodes: None }
    }
}

/// A neighbourhood.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Levels {
    /// The nodes at each distance, ascending; the first level is the node itself, the last is not empty.
    pub levels: Vec<Vec<u32>>,
    /// Whether `max_nodes` cut the last level given, or levels behind it.
    pub truncated: bool,
    /// The hubs that were not gone through, with the number of their neighbours, highest first, at most
    /// [`HUBS_NAMED`](super::HUBS_NAMED).
    pub hubs_skipped: Vec<(u32, u64)>,
    /// Nodes reached that the filter did not admit; they are not given.
    pub nodes_refused: u64,
    /// The links looked at.
    pub searched: u64,
}

/// Finds the nodes around one. Of a level that is cut, the lowest nodes are given.
///
/// # Errors
/// [`AlgoError::NodeOutOfRange`] for a node not in the graph, [`AlgoError::Stopped`] when the budget is used up.
///
/// # Complexity
/// O(links of the nodes gone through + r log r) for r nodes reached. With a hub cap also the links of the nodes with
/// more links than the cap.
pub fn bfs_levels<G: Adjacency + ?Sized>(
    graph: &G,
    from: u32,
    limits: &NeighbourhoodLimits,
    filters: &Filters<'_>,
    workspace: &mut Workspace,
    budget: &Budget,
) -> Result<Levels, AlgoError> {
    let node_count = graph.node_count();
    if from >= node_count {
        return Err(AlgoError::NodeOutOfRange { node: from, node_count });
    }
    let mut meter = budget.meter();
    let [mut marks, _] = workspace.begin(node_count);
    marks.reserve(0);
    let mark = marks.of_level(0);
    marks.mark_new(from, mark);
    let mut gate = Gate::new(graph, filters.node_ok, limits.hub_cap);
    let mut room = limits.max_nodes.unwrap_or(usize::MAX);
    let mut levels = vec![vec![from]];
    let mut truncated = room == 0;
    room = room.saturating_sub(1);
    let mut frontier = vec![from];
    for _ in 0..limits.max_hops.min(MAX_LEVEL) {
        let mut reached = Vec::new();
        for &node in &frontier {
            filters.walk(graph, node, filters.direction, &mut meter, |other, step| {
                if marks.is_new(other) && step.allowed() {
                    marks.mark_new(other, mark);
                    reached.push(other);
                }
            })?;
        }
        reached.sort_unstable();
        frontier.clear();
        let mut given = Vec::with_capacity(reached.len());
        for node in reached {
            match gate.judge(node, filters.direction, true, &mut meter)? {
                Verdict::Open(_) => frontier.push(node),
                Verdict::Hub => {}
                Verdict::Refused => continue,
            }
            given.push(node);
        }
        let mut reached = given;
        truncated |= reached.len() > room;
        reached.truncate(room);
        room -= reached.len();
        if reached.is_empty() {
            break;
        }
        levels.push(reached);
        if truncated {
            break;
        }
    }
    let (hubs_skipped, nodes_refused) = gate.turned_down();
    Ok(Levels { levels, truncated, hubs_skipped, nodes_refused, searched: meter.spent() })
}
