//! Which nodes are connected at all? Weakly connected components: each node gets the smallest node of its component.
//!
//! Direction and weight do not count; parallel links and self-links change nothing.
//!
//! Source: M. Sutton, T. Ben-Nun, A. Barak, *Optimizing Parallel Graph Connectivity Computation via Subgraph
//! Sampling* (Afforest), IPDPS 2018, DOI 10.1109/IPDPS.2018.00012. Links are taken into a lock-free union-find where
//! a root is always hung below a smaller one, so that the root a component ends with is its smallest node whatever
//! the order, and the result does not depend on threads. Deviation: none for undirected graphs; for a directed one
//! the skipping of the largest component is left out, since a link is stored at one end only.
//!
//! Cost: O(n + m α(n)) work, 8 bytes a node. On undirected graphs with a giant component most arcs are never read.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering};

use jaal_csr::{Budget, CounterRng, Csr, Meter, Stopped, blocks};
use rayon::prelude::*;

/// Neighbours of each node taken before the largest component is looked for (`neighbor_rounds` of the paper).
const SAMPLED_NEIGHBOURS: usize = 2;
/// Nodes asked which component is the largest (the paper's figure).
const SAMPLED_NODES: u64 = 1024;

/// The components of a graph.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Components {
    /// For each node the smallest node of its component.
    pub label: Vec<u32>,
    /// The number of components.
    pub count: u32,
}

/// Finds the weakly connected components.
///
/// # Errors
/// [`Stopped`] when the budget is used up; all arcs are charged at the start.
///
/// # Complexity
/// O(n + m α(n)) work, shared by the threads of the current pool.
pub fn wcc(graph: &Csr, budget: &Budget) -> Result<Components, Stopped> {
    let node_count = graph.node_count() as usize;
    let mut meter = budget.meter();
    meter.spend(graph.arc_count().saturating_add(node_count as u64))?;
    let parents: Vec<AtomicU32> = (0..graph.node_count()).map(AtomicU32::new).collect();
    if graph.is_undirected() {
        each_node(node_count, &meter, |node| {
            let first = &graph.neighbours(node)[..graph.neighbours(node).len().min(SAMPLED_NEIGHBOURS)];
            for &other in first {
                unite(&parents, node, other);
            }
        })?;
        each_node(node_count, &meter, |node| compress(&parents, node))?;
        let largest = most_frequent(&parents);
        each_node(node_count, &meter, |node| {
            if parents[node as usize].load(Ordering::Relaxed) != largest {
                let rest = graph.neighbours(node).get(SAMPLED_NEIGHBOURS..).unwrap_or(&[]);
                for &other in rest {
                    unite(&parents, node, other);
                }
            }
        })?;
    } else {
        each_node(node_count, &meter, |node| {
            for &other in graph.neighbours(node) {
                unite(&parents, node, other);
            }
        })?;
    }
    each_node(node_count, &meter, |node| compress(&parents, node))?;
    let label: Vec<u32> = parents.into_iter().map(AtomicU32::into_inner).collect();
    let count = label.iter().zip(0..).filter(|&(&label, node)| label == node).count() as u32;
    Ok(Components { label, count })
}

fn each_node(node_count: usize, meter: &Meter, step: impl Fn(u32) + Sync + Send) -> Result<(), Stopped> {
    blocks(node_count).try_for_each(|block| {
        meter.poll()?;
        block.for_each(|node| step(node as u32));
        Ok(())
    })
}

/// The root of a node; halves the way there as it goes. A parent is never larger than its child, so this ends.
fn find(parents: &[AtomicU32], mut node: u32) -> u32 {
    loop {
        let parent = parents[node as usize].load(Ordering::Relaxed);
        let grand = parents[parent as usize].load(Ordering::Relaxed);
        if parent == grand {
            return parent;
        }
        // Losing the race means that another thread has shortened the way already.
        let _ =
            parents[node as usize].compare_exchange_weak(parent, grand, Ordering::Relaxed, Ordering::Relaxed);
        node = grand;
    }
}

fn unite(parents: &[AtomicU32], a: u32, b: u32) {
    let (mut a, mut b) = (find(parents, a), find(parents, b));
    while a != b {
        let (low, high) = (a.min(b), a.max(b));
        // Fails if `high` has stopped being a root meanwhile: then look again from where the two roots were.
        if parents[high as usize].compare_exchange(high, low, Ordering::Relaxed, Ordering::Relaxed).is_ok() {
            return;
        }
        (a, b) = (find(parents, low), find(parents, high));
    }
}

fn compress(parents: &[AtomicU32], node: u32) {
    let root = find(parents, node);
    parents[node as usize].store(root, Ordering::Relaxed);
}

/// The component that most of a sample of nodes are in. Only speed depends on it.
fn most_frequent(parents: &[AtomicU32]) -> u32 {
    let rng = CounterRng::new(0);
    let mut seen: BTreeMap<u32, u32> = BTreeMap::new();
    for draw in 0..SAMPLED_NODES.min(parents.len() as u64) {
        let node = rng.below(parents.len() as u64, draw, 0);
        *seen.entry(parents[node as usize].load(Ordering::Relaxed)).or_default() += 1;
    }
    seen.into_iter().max_by_key(|&(_, count)| count).map_or(0, |(label, _)| label)
}

#[cfg(test)]
mod tests {
    use jaal_csr::{CsrBuilder, StopReason};
    use proptest::prelude::*;

    use super::super::reference;
    use super::*;

    fn graph(node_count: u32, links: &[(u32, u32)], undirected: bool) -> Csr {
        let builder = CsrBuilder::new(node_count);
        let mut builder = if undirected { builder.undirected() } else { builder };
        for &(from, to) in links {
            builder.push(from, to);
        }
        builder.build().unwrap()
    }

    proptest! {
        #[test]
        fn same_as_breadth_first_search(
            links in proptest::collection::vec((0u32..60, 0u32..60), 0..90),
            undirected in any::<bool>(),
        ) {
            let graph = graph(60, &links, undirected);
            let found = wcc(&graph, &Budget::unlimited()).unwrap();
            let mut roots = found.label.clone();
            roots.sort_unstable();
            roots.dedup();
            prop_assert_eq!(found.count as usize, roots.len());
            prop_assert_eq!(found.label, reference::wcc(&graph));
        }
    }

    #[test]
    fn many_threads_on_a_large_graph_agree_with_the_twin() {
        let rng = CounterRng::new(5);
        let links: Vec<(u32, u32)> = (0..30_000)
            .map(|link| (rng.below(40_000, link, 0) as u32, rng.below(40_000, link, 1) as u32))
            .collect();
        for undirected in [true, false] {
            let graph = graph(40_000, &links, undirected);
            let expected = reference::wcc(&graph);
            for threads in [1, 2, 8] {
                let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
                let found = pool.install(|| wcc(&graph, &Budget::unlimited())).unwrap();
                assert_eq!(found.label, expected);
            }
        }
    }

    #[test]
    fn an_empty_graph_has_none_and_a_budget_stops() {
        let none = wcc(&graph(0, &[], true), &Budget::unlimited()).unwrap();
        assert_eq!(none, Components { label: vec![], count: 0 });
        let budget = Budget { max_expansions: Some(3), ..Budget::default() };
        let stopped = wcc(&graph(3, &[(0, 1)], true), &budget).unwrap_err();
        assert_eq!(stopped.reason, StopReason::Expansions);
    }
}
