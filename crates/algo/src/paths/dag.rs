//! All shortest paths between two nodes as layers of a small graph: how many there are, and the first of them in
//! lexicographic order.

use jaal_csr::{Adjacency, Meter, Stopped};

use super::filters::{Filters, reverse};
use super::search::Side;

/// The nodes that lie on shortest paths, by their distance from the start, and the pairs of neighbours among them.
pub(super) struct PathDag {
    /// Ascending within a layer.
    layers: Vec<Vec<u32>>,
    /// Pairs (node of layer i, node of layer i + 1), ascending, each once however many links join them.
    pairs: Vec<Vec<(u32, u32)>>,
}

impl PathDag {
    /// Walks back from the nodes where the two sides met. `meets` must all be at the last level of both.
    pub(super) fn new<G: Adjacency + ?Sized>(
        graph: &G,
        filters: &Filters<'_>,
        [from, to]: [(&Side<'_>, u32); 2],
        mut meets: Vec<u32>,
        meter: &mut Meter,
    ) -> Result<Self, Stopped> {
        meets.sort_unstable();
        let (mut layers, mut pairs) = (vec![meets.clone()], Vec::new());
        for level in (1..=from.1).rev() {
            let near = layers.last().map_or(&[][..], Vec::as_slice);
            let found = join(graph, filters, from.0, level, near, meter)?;
            layers.push(firsts(&found));
            pairs.push(found);
        }
        layers.reverse();
        pairs.reverse();
        for level in (1..=to.1).rev() {
            let near = layers.last().map_or(&[][..], Vec::as_slice);
            let found = join(graph, filters, to.0, level, near, meter)?;
            layers.push(firsts(&found));
            let mut turned: Vec<(u32, u32)> = found.iter().map(|&(far, near)| (near, far)).collect();
            turned.sort_unstable();
            pairs.push(turned);
        }
        Ok(Self { layers, pairs })
    }

    /// The number of paths as node sequences; stays at the largest `u64`.
    pub(super) fn count(&self) -> u64 {
        let mut counts = vec![1u64; self.layers.last().map_or(0, Vec::len)];
        for (pairs, window) in self.pairs.iter().zip(self.layers.windows(2)).rev() {
            let mut sums = vec![0u64; window[0].len()];
            for (near, far) in pairs {
                if let (Ok(near), Ok(far)) = (window[0].binary_search(near), window[1].binary_search(far)) {
                    sums[near] = sums[near].saturating_add(counts[far]);
                }
            }
            counts = sums;
        }
        counts.iter().fold(0, |sum, &count| sum.saturating_add(count))
    }

    /// The first `limit` paths in lexicographic order of their nodes.
    ///
    /// # Complexity
    /// O(limit · length · log pairs): every partial path leads to the end, so none is tried in vain.
    pub(super) fn first(&self, limit: usize) -> Vec<Vec<u32>> {
        let mut found = Vec::new();
        let Some(&start) = self.layers.first().and_then(|layer| layer.first()) else { return found };
        let mut path = vec![start];
        let mut cursors = vec![self.first_pair(0, start)];
        while found.len() < limit {
            let depth = path.len() - 1;
            if depth == self.pairs.len() {
                found.push(path.clone());
            } else if let Some(&(near, far)) = self.pairs[depth].get(cursors[depth])
                && near == path[depth]
            {
                cursors[depth] += 1;
                path.push(far);
                cursors.push(self.first_pair(depth + 1, far));
                continue;
            }
            path.pop();
            cursors.pop();
            if path.is_empty() {
                break;
            }
        }
        found
    }

    fn first_pair(&self, depth: usize, node: u32) -> usize {
        self.pairs.get(depth).map_or(0, |pairs| pairs.partition_point(|pair| pair.0 < node))
    }
}

/// The first nodes of sorted pairs, each once.
fn firsts(pairs: &[(u32, u32)]) -> Vec<u32> {
    let mut nodes: Vec<u32> = pairs.iter().map(|pair| pair.0).collect();
    nodes.dedup();
    nodes
}

/// The pairs (open node one level nearer to the side's end, node of `near`) that a link joins. `near` are nodes of
/// `level`, ascending. They are found from whichever layer has fewer links to look at.
fn join<G: Adjacency + ?Sized>(
    graph: &G,
    filters: &Filters<'_>,
    side: &Side<'_>,
    level: u32,
    near: &[u32],
    meter: &mut Meter,
) -> Result<Vec<(u32, u32)>, Stopped> {
    let back = reverse(side.direction);
    let (here, nearer) = (side.marks.of_level(level), side.marks.of_level(level - 1));
    let below = level as usize - 1;
    let mut pairs = Vec::new();
    let volume = near.iter().fold(0u64, |sum, &node| sum.saturating_add(graph.degree(node, back)));
    if volume <= side.volumes[below] {
        for &node in near {
            filters.walk(graph, node, back, meter, |other, step| {
                if side.marks.is_at(other, nearer) && step.allowed() {
                    pairs.push((other, node));
                }
            })?;
        }
    } else {
        for &node in &side.levels[below] {
            filters.walk(graph, node, side.direction, meter, |other, step| {
                if side.marks.is_at(other, here) && near.binary_search(&other).is_ok() && step.allowed() {
                    pairs.push((node, other));
                }
            })?;
        }
    }
    pairs.sort_unstable();
    pairs.dedup();
    Ok(pairs)
}
