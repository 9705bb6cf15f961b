//! Paths and neighbourhoods the plain way: every walk is tried. For tests on small graphs.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use jaal_csr::{Adjacency, Direction};

use super::Filters;

/// The neighbours of a node by the links that may be used, each once, ascending.
fn steps<G: Adjacency + ?Sized>(graph: &G, filters: &Filters<'_>, node: u32) -> BTreeSet<u32> {
    let mut others = BTreeSet::new();
    let _ = graph.runs(node, filters.direction, &mut |run| {
        for (index, &other) in run.neighbours.iter().enumerate() {
            let typed = filters.link_types.is_none_or(|types| types.get(usize::from(run.link_type)));
            if typed && filters.link_ok.is_none_or(|ok| ok(run.link(index))) {
                others.insert(other);
            }
        }
        ControlFlow::Continue(())
    });
    others
}

fn may_be_interior<G: Adjacency + ?Sized>(
    graph: &G,
    filters: &Filters<'_>,
    hub_cap: Option<u64>,
    node: u32,
) -> bool {
    (filters.node_ok)(node) && hub_cap.is_none_or(|cap| others(graph, node).len() as u64 <= cap)
}

/// The other nodes that a node is linked with, either way.
pub fn others<G: Adjacency + ?Sized>(graph: &G, node: u32) -> BTreeSet<u32> {
    let everything = Filters { direction: Direction::Both, ..Filters::default() };
    let mut others = steps(graph, &everything, node);
    others.remove(&node);
    others
}

/// All shortest paths in lexicographic order, or none within so many hops.
///
/// # Complexity
/// Exponential: all walks of each length are tried in turn.
pub fn shortest<G: Adjacency + ?Sized>(
    graph: &G,
    from: u32,
    to: u32,
    max_hops: u32,
    hub_cap: Option<u64>,
    filters: &Filters<'_>,
) -> Option<Vec<Vec<u32>>> {
    let longest = max_hops.min(graph.node_count());
    (0..=longest).find_map(|length| {
        let mut found = Vec::new();
        let mut path = vec![from];
        walks(
            to,
            length,
            &mut path,
            &mut found,
            &|node| may_be_interior(graph, filters, hub_cap, node).then(|| steps(graph, filters, node)),
            &steps(graph, filters, from),
        );
        if found.is_empty() { None } else { Some(found) }
    })
}

/// Extends a walk by all nodes of `next`, in order, until it has its length.
fn walks(
    to: u32,
    left: u32,
    path: &mut Vec<u32>,
    found: &mut Vec<Vec<u32>>,
    expand: &dyn Fn(u32) -> Option<BTreeSet<u32>>,
    next: &BTreeSet<u32>,
) {
    if left == 0 {
        if path.last() == Some(&to) {
            found.push(path.clone());
        }
        return;
    }
    for &node in next {
        path.push(node);
        if left == 1 {
            walks(to, 0, path, found, expand, next);
        } else if let Some(next) = expand(node) {
            walks(to, left - 1, path, found, expand, &next);
        }
        path.pop();
    }
}

/// The nodes at each distance up to so many hops, by looking at every node again for each level.
pub fn levels<G: Adjacency + ?Sized>(
    graph: &G,
    from: u32,
    max_hops: u32,
    hub_cap: Option<u64>,
    filters: &Filters<'_>,
) -> Vec<Vec<u32>> {
    let mut levels = vec![BTreeSet::from([from])];
    for _ in 0..max_hops {
        let mut next = BTreeSet::new();
        for &node in levels.last().into_iter().flatten() {
            if node == from || may_be_interior(graph, filters, hub_cap, node) {
                next.extend(steps(graph, filters, node));
            }
        }
        next.retain(|&node| (filters.node_ok)(node) && levels.iter().all(|level| !level.contains(&node)));
        if next.is_empty() {
            break;
        }
        levels.push(next);
    }
    levels.into_iter().map(|level| level.into_iter().collect()).collect()
}
