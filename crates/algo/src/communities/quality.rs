//! How good is a division into communities? Modularity and the constant Potts model, computed from nothing but the
//! graph and the division.
//!
//! Links have no direction; of a directed graph the arcs out are taken as half links, so give undirected ones. A
//! self-link counts twice in the strength of its node, and once as a link inside.
//!
//! Sources: M. Newman, M. Girvan, *Finding and evaluating community structure in networks*, Phys. Rev. E 69, 2004,
//! DOI 10.1103/PhysRevE.69.026113; with a resolution: J. Reichardt, S. Bornholdt, Phys. Rev. E 74, 2006, DOI
//! 10.1103/PhysRevE.74.016110; V. Traag, P. Van Dooren, Y. Nesterov, *Narrow scope for resolution-limit-free
//! community detection*, Phys. Rev. E 84, 2011, DOI 10.1103/PhysRevE.84.016114.
//!
//! | paper | here |
//! |---|---|
//! | e_c, 2 e_c | `inside`, which counts every link twice |
//! | K_c | `strength` |
//! | 2m | `total` |
//! | γ | `resolution` |
//! | n_c | `size` |

use jaal_csr::Csr;
use rustc_hash::FxHashMap;

/// What a community adds up to. Sums are exact, so they do not depend on the order of nodes.
#[derive(Clone, Copy, Default)]
struct Sums {
    inside: u128,
    strength: u128,
    size: u128,
    squares: u128,
}

/// Modularity of a division, in `[-1, 1]` at resolution 1: the share of weight inside communities, less the
/// resolution times the share expected by chance. 0 for a graph without weight. A node that `community` has no entry
/// for is left out.
///
/// # Complexity
/// O(n + m).
pub fn modularity(graph: &Csr, community: &[u32], resolution: f64) -> f64 {
    let sums = sums(graph, community, None);
    let total: u128 = sums.iter().map(|sums| sums.strength).sum();
    if total == 0 {
        return 0.0;
    }
    let total = total as f64;
    let part = |sums: &Sums| {
        let share = sums.strength as f64 / total;
        sums.inside as f64 / total - resolution * share * share
    };
    sums.iter().map(part).sum()
}

/// The constant Potts model of a division: the weight inside communities (1 a unit link), less the resolution times
/// the number of pairs inside. With `node_weights` a pair counts the product of its weights.
///
/// # Complexity
/// O(n + m).
pub fn cpm(graph: &Csr, community: &[u32], resolution: f64, node_weights: Option<&[u64]>) -> f64 {
    let part = |sums: &Sums| {
        let pairs = (sums.size * sums.size - sums.squares) as f64 / 2.0;
        sums.inside as f64 / (2 * Csr::UNIT) as f64 - resolution * pairs
    };
    sums(graph, community, node_weights).iter().map(part).sum()
}

/// The sums of each community, in the order in which communities first appear.
fn sums(graph: &Csr, community: &[u32], node_weights: Option<&[u64]>) -> Vec<Sums> {
    let mut index_of: FxHashMap<u32, usize> = FxHashMap::default();
    let mut all: Vec<Sums> = Vec::new();
    for (node, &own) in (0..graph.node_count()).zip(community) {
        let index = *index_of.entry(own).or_insert_with(|| {
            all.push(Sums::default());
            all.len() - 1
        });
        let sums = &mut all[index];
        let size = node_weights.map_or(1, |sizes| sizes.get(node as usize).copied().unwrap_or(1));
        sums.size += u128::from(size);
        sums.squares += u128::from(size) * u128::from(size);
        for (other, weight) in graph.weighted_neighbours(node) {
            let weight = u128::from(weight) * if other == node { 2 } else { 1 };
            sums.strength += weight;
            if community.get(other as usize) == Some(&own) {
                sums.inside += weight;
            }
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use jaal_csr::CsrBuilder;

    use super::*;

    #[test]
    fn two_triangles_and_a_bridge_by_hand() {
        let mut builder = CsrBuilder::new(6).undirected();
        for (a, b) in [(0, 1), (1, 2), (0, 2), (3, 4), (4, 5), (3, 5), (2, 3)] {
            builder.push(a, b);
        }
        let graph = builder.build().unwrap();
        let halves = [7, 7, 7, 9, 9, 9];
        // 6 of 7 links inside, each half has half the strength.
        assert!((modularity(&graph, &halves, 1.0) - (6.0 / 7.0 - 0.5)).abs() < 1e-12);
        assert!((modularity(&graph, &[0; 6], 1.0)).abs() < 1e-12);
        assert!((cpm(&graph, &halves, 0.5, None) - (6.0 - 0.5 * 6.0)).abs() < 1e-12);
        assert!((cpm(&graph, &halves, 0.5, Some(&[2; 6])) - (6.0 - 0.5 * 24.0)).abs() < 1e-12);
        assert_eq!(modularity(&CsrBuilder::new(2).undirected().build().unwrap(), &[0, 1], 1.0), 0.0);
    }

    #[test]
    fn a_self_link_counts_twice_in_strength() {
        let arcs = vec![(0, 0, Csr::UNIT), (0, 1, Csr::UNIT)];
        let graph = CsrBuilder::new(2).undirected().from_arcs(arcs).build().unwrap();
        // Strengths 3 and 1; apart, 2 of 4 half links are inside.
        let expected = 0.5 - (9.0 + 1.0) / 16.0;
        assert!((modularity(&graph, &[0, 1], 1.0) - expected).abs() < 1e-12);
        assert!((cpm(&graph, &[0, 0], 0.0, None) - 2.0).abs() < 1e-12);
    }
}
