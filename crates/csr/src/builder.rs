//! Builds a [`Csr`] from links in any order: two counting sorts, then parallel links are folded.

use crate::Csr;
use crate::csr::count_offsets;

/// Why a graph could not be built.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum CsrError {
    /// A link names a node beyond the last one.
    #[error("node {node} is not among the {node_count} nodes of the graph (they are numbered from 0)")]
    NodeOutOfRange {
        /// The node named.
        node: u32,
        /// The number of nodes announced.
        node_count: u32,
    },
    /// There are more arcs than a 32-bit row can number.
    #[error("{arcs} arcs are more than a graph can hold ({limit})")]
    TooManyArcs {
        /// The arcs wanted, an undirected link counted twice.
        arcs: u64,
        /// The largest number possible.
        limit: u64,
    },
}

/// Collects links for a [`Csr`]. Directed unless told otherwise.
#[derive(Clone, Debug)]
pub struct CsrBuilder {
    node_count: u32,
    undirected: bool,
    links: Vec<(u32, u32)>,
    /// In step with `links`, or empty while all weights are units.
    weights: Vec<u64>,
}

impl CsrBuilder {
    /// Starts a graph with nodes `0..node_count` and no links.
    pub fn new(node_count: u32) -> Self {
        Self { node_count, undirected: false, links: Vec::new(), weights: Vec::new() }
    }

    /// Keeps each link as one arc.
    #[must_use]
    pub fn directed(mut self) -> Self {
        self.undirected = false;
        self
    }

    /// Keeps each link as an arc each way, a self-link as one arc.
    #[must_use]
    pub fn undirected(mut self) -> Self {
        self.undirected = true;
        self
    }

    /// Makes room for so many more links.
    #[must_use]
    pub fn with_capacity(mut self, links: usize) -> Self {
        self.links.reserve(links);
        self
    }

    /// Adds a link of weight 1.
    pub fn push(&mut self, from: u32, to: u32) {
        self.push_weighted(from, to, Csr::UNIT);
    }

    /// Adds a link with a weight in units of 1 / [`Csr::UNIT`].
    pub fn push_weighted(&mut self, from: u32, to: u32, weight: u64) {
        if weight != Csr::UNIT && self.weights.is_empty() {
            self.weights.resize(self.links.len(), Csr::UNIT);
            self.links.push((from, to));
            self.weights.push(weight);
            return;
        }
        let weighted = !self.weights.is_empty();
        self.links.push((from, to));
        if weighted {
            self.weights.push(weight);
        }
    }

    /// Adds many weighted links.
    #[must_use]
    pub fn from_arcs(mut self, arcs: Vec<(u32, u32, u64)>) -> Self {
        self.links.reserve(arcs.len());
        for (from, to, weight) in arcs {
            self.push_weighted(from, to, weight);
        }
        self
    }

    /// Builds the graph. Parallel links become one whose weight is their sum; a sum beyond `u64` stays at its
    /// largest value.
    ///
    /// # Errors
    /// [`CsrError::NodeOutOfRange`] for a link to a node that was not announced, [`CsrError::TooManyArcs`] beyond
    /// 2^32 - 1 arcs.
    ///
    /// # Complexity
    /// O(n + m) time; 8 bytes a node and 8 (weighted 24) bytes an arc beside the links and the result.
    pub fn build(self) -> Result<Csr, CsrError> {
        self.check()?;
        let Self { node_count, undirected, links, weights } = self;
        let by_target = scatter(node_count, arcs_turned(&links, &weights, undirected), !weights.is_empty());
        drop((links, weights));
        let sorted = {
            let turned = by_target.arcs().map(|(target, source, weight)| (source, target, weight));
            scatter(node_count, turned, !by_target.weights.is_empty())
        };
        Ok(fold(sorted, undirected))
    }

    fn check(&self) -> Result<(), CsrError> {
        let outside = |&&(from, to): &&(u32, u32)| from.max(to) >= self.node_count;
        if let Some(&(from, to)) = self.links.iter().find(outside) {
            return Err(CsrError::NodeOutOfRange { node: from.max(to), node_count: self.node_count });
        }
        let arcs = self.links.len() as u64 * (1 + u64::from(self.undirected));
        let limit = u64::from(u32::MAX);
        if arcs > limit { Err(CsrError::TooManyArcs { arcs, limit }) } else { Ok(()) }
    }
}

/// Rows that are grouped by node but may hold a neighbour several times.
struct Grouped {
    offsets: Vec<u64>,
    others: Vec<u32>,
    weights: Vec<u64>,
}

impl Grouped {
    fn weight(&self, arc: usize) -> u64 {
        if self.weights.is_empty() { Csr::UNIT } else { self.weights[arc] }
    }

    fn arcs(&self) -> impl Iterator<Item = (u32, u32, u64)> + Clone + '_ {
        self.offsets.windows(2).zip(0..).flat_map(move |(row, node)| {
            (row[0] as usize..row[1] as usize).map(move |arc| (node, self.others[arc], self.weight(arc)))
        })
    }
}

/// The arcs of the links as (target, source, weight): sorting them by target first lets the second sort, which is
/// stable, leave each row ascending.
fn arcs_turned<'a>(
    links: &'a [(u32, u32)],
    weights: &'a [u64],
    undirected: bool,
) -> impl Iterator<Item = (u32, u32, u64)> + Clone + 'a {
    links.iter().enumerate().flat_map(move |(index, &(from, to))| {
        let weight = weights.get(index).copied().unwrap_or(Csr::UNIT);
        let back = undirected && from != to;
        std::iter::once((to, from, weight)).chain(back.then_some((from, to, weight)))
    })
}

/// One stable counting sort of (key, other, weight) by key.
fn scatter(node_count: u32, arcs: impl Iterator<Item = (u32, u32, u64)> + Clone, weighted: bool) -> Grouped {
    let offsets = count_offsets(node_count, arcs.clone().map(|(key, ..)| key));
    let total = offsets.last().map_or(0, |&total| total as usize);
    let mut cursor = offsets.clone();
    let mut others = vec![0; total];
    let mut weights = if weighted { vec![0; total] } else { Vec::new() };
    for (key, other, weight) in arcs {
        let slot = cursor[key as usize] as usize;
        others[slot] = other;
        if weighted {
            weights[slot] = weight;
        }
        cursor[key as usize] += 1;
    }
    Grouped { offsets, others, weights }
}

/// Folds equal neighbours, which are next to each other, into one arc.
fn fold(sorted: Grouped, undirected: bool) -> Csr {
    let parallel = sorted.offsets.windows(2).any(|row| {
        let row = &sorted.others[row[0] as usize..row[1] as usize];
        row.windows(2).any(|pair| pair[0] == pair[1])
    });
    if !parallel {
        return Csr::from_parts(sorted.offsets, sorted.others, sorted.weights, undirected);
    }
    let mut offsets = Vec::with_capacity(sorted.offsets.len());
    let mut targets: Vec<u32> = Vec::with_capacity(sorted.others.len());
    let mut weights: Vec<u64> = Vec::with_capacity(sorted.others.len());
    offsets.push(0);
    for row in sorted.offsets.windows(2) {
        let start = targets.len();
        for arc in row[0] as usize..row[1] as usize {
            let weight = sorted.weight(arc);
            match weights.last_mut() {
                Some(sum) if targets.len() > start && targets.last() == Some(&sorted.others[arc]) => {
                    *sum = sum.saturating_add(weight);
                }
                _ => {
                    targets.push(sorted.others[arc]);
                    weights.push(weight);
                }
            }
        }
        offsets.push(targets.len() as u64);
    }
    Csr::from_parts(offsets, targets, weights, undirected)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    fn twin(node_count: u32, links: &[(u32, u32, u64)], undirected: bool) -> Vec<Vec<(u32, u64)>> {
        let mut arcs: BTreeMap<(u32, u32), u64> = BTreeMap::new();
        for &(from, to, weight) in links {
            *arcs.entry((from, to)).or_default() += weight;
            if undirected && from != to {
                *arcs.entry((to, from)).or_default() += weight;
            }
        }
        let mut rows = vec![Vec::new(); node_count as usize];
        for ((from, to), weight) in arcs {
            rows[from as usize].push((to, weight));
        }
        rows
    }

    fn rows(graph: &Csr) -> Vec<Vec<(u32, u64)>> {
        (0..graph.node_count()).map(|node| graph.weighted_neighbours(node).collect()).collect()
    }

    fn links() -> impl Strategy<Value = (u32, Vec<(u32, u32, u64)>)> {
        (1u32..12).prop_flat_map(|n| {
            let weight = prop_oneof![3 => Just(Csr::UNIT), 1 => 0..3 * Csr::UNIT];
            (Just(n), proptest::collection::vec((0..n, 0..n, weight), 0..40))
        })
    }

    proptest! {
        #[test]
        fn rows_are_those_of_a_sorted_map((n, links) in links(), undirected in any::<bool>()) {
            let builder = CsrBuilder::new(n);
            let builder = if undirected { builder.undirected() } else { builder.directed() };
            let graph = builder.from_arcs(links.clone()).build().unwrap();
            let expected = twin(n, &links, undirected);
            prop_assert_eq!(graph.arc_count() as usize, expected.iter().map(Vec::len).sum::<usize>());
            prop_assert_eq!(rows(&graph), expected);
            for node in 0..n {
                let sum: u128 = graph.weighted_neighbours(node).map(|(_, w)| u128::from(w)).sum();
                prop_assert_eq!(graph.strength(node), sum);
            }
        }

        #[test]
        fn turning_twice_changes_nothing((n, links) in links()) {
            let graph = CsrBuilder::new(n).from_arcs(links.clone()).build().unwrap();
            let turned: Vec<_> = links.iter().map(|&(from, to, weight)| (to, from, weight)).collect();
            prop_assert_eq!(rows(&graph.transpose()), twin(n, &turned, false));
            prop_assert_eq!(graph.transpose().transpose(), graph);
        }
    }

    #[test]
    fn units_need_no_weights_until_links_fold() {
        let mut builder = CsrBuilder::new(3).undirected();
        builder.push(0, 1);
        builder.push(1, 2);
        builder.push(2, 2);
        let graph = builder.clone().build().unwrap();
        assert!(graph.is_unweighted());
        assert_eq!((graph.arc_count(), graph.neighbours(2)), (5, &[1, 2][..]));
        builder.push(1, 0);
        let graph = builder.build().unwrap();
        assert_eq!(graph.weights(0), Some(&[2 * Csr::UNIT][..]));
    }

    #[test]
    fn what_is_not_there_is_empty_or_refused() {
        let graph = CsrBuilder::new(0).build().unwrap();
        assert_eq!((graph.node_count(), graph.degree(7), graph.neighbours(u32::MAX)), (0, 0, &[][..]));
        let mut builder = CsrBuilder::new(2);
        builder.push(0, 2);
        assert_eq!(builder.build(), Err(CsrError::NodeOutOfRange { node: 2, node_count: 2 }));
    }

    #[test]
    fn sums_stay_at_the_largest_value() {
        let arcs = vec![(0, 1, u64::MAX), (0, 1, 5)];
        let graph = CsrBuilder::new(2).from_arcs(arcs).build().unwrap();
        assert_eq!(graph.weights(0), Some(&[u64::MAX][..]));
    }
}
