//! Communities the plain way, for tests on small graphs: quality from a dense matrix, the best of all divisions, and
//! a greedy search that tries every move and every merge.

use jaal_csr::Csr;

use super::{LeidenConfig, Objective};

/// A graph as a matrix of weights in units of 1. The diagonal holds twice the self-link.
pub struct Dense {
    weights: Vec<Vec<f64>>,
    sizes: Vec<f64>,
}

impl Dense {
    /// Copies a graph.
    pub fn new(graph: &Csr, node_weights: Option<&[u64]>) -> Self {
        let n = graph.node_count() as usize;
        let mut weights = vec![vec![0.0; n]; n];
        for node in 0..graph.node_count() {
            for (other, weight) in graph.weighted_neighbours(node) {
                let twice = if other == node { 2.0 } else { 1.0 };
                weights[node as usize][other as usize] = twice * weight as f64 / Csr::UNIT as f64;
            }
        }
        let sizes = match node_weights {
            Some(sizes) => sizes.iter().map(|&size| size as f64).collect(),
            None => vec![1.0; n],
        };
        Self { weights, sizes }
    }

    /// The quality of a division as the papers define it: a sum over all pairs of nodes.
    pub fn quality(&self, community: &[u32], objective: Objective, resolution: f64) -> f64 {
        let n = self.weights.len();
        let strength: Vec<f64> = self.weights.iter().map(|row| row.iter().sum()).collect();
        let total: f64 = strength.iter().sum();
        let mut sum = 0.0;
        for i in 0..n {
            for j in (0..n).filter(|&j| community[i] == community[j]) {
                sum += match objective {
                    Objective::Modularity if total == 0.0 => 0.0,
                    Objective::Modularity => {
                        (self.weights[i][j] - resolution * strength[i] * strength[j] / total) / total
                    }
                    Objective::Cpm if i == j => self.weights[i][j] / 2.0,
                    Objective::Cpm => (self.weights[i][j] - resolution * self.sizes[i] * self.sizes[j]) / 2.0,
                };
            }
        }
        sum
    }
}

/// The best quality of all divisions.
///
/// # Complexity
/// As many divisions as the Bell number of n: 4,140 at 8 nodes.
pub fn optimum(graph: &Csr, config: &LeidenConfig) -> f64 {
    let dense = Dense::new(graph, config.node_weights.as_deref());
    let mut community = Vec::new();
    let mut best = f64::NEG_INFINITY;
    divisions(graph.node_count() as usize, 0, &mut community, &mut |community| {
        best = best.max(dense.quality(community, config.objective, config.resolution));
    });
    best
}

/// Extends a division by each community in use and a new one.
fn divisions(left: usize, used: u32, community: &mut Vec<u32>, visit: &mut dyn FnMut(&[u32])) {
    if left == 0 {
        visit(community);
        return;
    }
    for own in 0..=used {
        community.push(own);
        divisions(left - 1, used.max(own + 1), community, visit);
        community.pop();
    }
}

/// A division that no move of one node and no merge of two communities improves, from single nodes by the best
/// change at a time.
///
/// # Complexity
/// O(n^4) a change: for graphs of a few dozen nodes.
pub fn greedy(graph: &Csr, config: &LeidenConfig) -> Vec<u32> {
    let dense = Dense::new(graph, config.node_weights.as_deref());
    let n = graph.node_count();
    let mut community: Vec<u32> = (0..n).collect();
    let mut quality = dense.quality(&community, config.objective, config.resolution);
    loop {
        let moves = (0..n).flat_map(|node| (0..n).map(move |to| (node, to))).map(|(node, to)| {
            let mut changed = community.clone();
            changed[node as usize] = to;
            changed
        });
        let merges = (0..n)
            .flat_map(|a| (0..a).map(move |b| (a, b)))
            .map(|(a, b)| community.iter().map(|&own| if own == a { b } else { own }).collect::<Vec<u32>>());
        let mut best = None;
        for changed in moves.chain(merges) {
            let reached = dense.quality(&changed, config.objective, config.resolution);
            if reached > quality + 1e-12 {
                quality = reached;
                best = Some(changed);
            }
        }
        match best {
            Some(changed) => community = changed,
            None => return community,
        }
    }
}
