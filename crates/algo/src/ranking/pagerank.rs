//! Which nodes would somebody who follows links at random be found at most often? PageRank.
//!
//! Scores are positive and add up to 1. Links are followed along their direction; a self-link keeps mass where it
//! is; folded parallel links count by their weight unless the configuration says otherwise. What reaches a node
//! without links out goes to all nodes alike.
//!
//! Source: L. Page, S. Brin, R. Motwani, T. Winograd, *The PageRank Citation Ranking: Bringing Order to the Web*,
//! Stanford InfoLab 1999-66; dangling mass as in A. Langville, C. Meyer, *Deeper Inside PageRank*, Internet
//! Mathematics 1(3), 2004, DOI 10.1080/15427951.2004.10129091. No deviation.
//!
//! Cost: O(n + m) a round and 32 bytes a node. Each node pulls from its links in, in row order, and sums over nodes
//! are taken in fixed blocks, so that the bits of the result do not depend on threads.
//!
//! | paper | here |
//! |---|---|
//! | c, d | `damping` |
//! | E | uniform, `1 / n` |
//! | δ | `residual` |

use jaal_csr::{BLOCK, Budget, Csr, Digraph, sum_blocks};
use rayon::prelude::*;

use crate::AlgoError;

/// How PageRank is computed.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct PageRankConfig {
    /// The probability of following a link instead of jumping anywhere, in `[0, 1)`; .85 as in the paper.
    pub damping: f64,
    /// Rounds end when scores change by less than this in all (L1 norm). 1e-6 orders all but the tail.
    pub tolerance: f64,
    /// Rounds end at this number at the latest. With damping .85, 100 rounds leave a residual below 1e-7.
    pub max_iterations: u32,
    /// Whether mass divides by the weight of links (`true`) or by their number.
    pub weighted: bool,
}

impl Default for PageRankConfig {
    fn default() -> Self {
        Self { damping: 0.85, tolerance: 1e-6, max_iterations: 100, weighted: true }
    }
}

/// Scores, and how exact they are.
#[derive(Clone, PartialEq, Debug)]
pub struct PageRank {
    /// The score of each node; they add up to 1.
    pub scores: Vec<f64>,
    /// The rounds done.
    pub iterations: u32,
    /// The change in the last round (L1). Converged if below the tolerance asked for.
    pub residual: f64,
}

/// Computes PageRank of a directed graph.
///
/// # Errors
/// [`AlgoError::Setting`] for a damping outside `[0, 1)` or a tolerance that is negative or no number,
/// [`AlgoError::Stopped`] when the budget is used up; a round is charged n + m.
///
/// # Complexity
/// O(n + m) a round, shared by the threads of the current pool.
pub fn pagerank(graph: &Digraph, config: &PageRankConfig, budget: &Budget) -> Result<PageRank, AlgoError> {
    iterate(graph.out(), graph.inn(), config, budget)
}

/// Computes PageRank of an undirected graph, where each link is followed both ways.
///
/// # Errors
/// As [`pagerank`], and [`AlgoError::Directed`] for a directed graph.
///
/// # Complexity
/// O(n + m) a round, shared by the threads of the current pool.
pub fn pagerank_undirected(
    graph: &Csr,
    config: &PageRankConfig,
    budget: &Budget,
) -> Result<PageRank, AlgoError> {
    if !graph.is_undirected() {
        return Err(AlgoError::Directed { algorithm: "pagerank over links without direction" });
    }
    iterate(graph, graph, config, budget)
}

fn check(config: &PageRankConfig) -> Result<(), AlgoError> {
    let PageRankConfig { damping, tolerance, .. } = *config;
    if !(0.0..1.0).contains(&damping) {
        let expected = "at least 0 and below 1";
        return Err(AlgoError::Setting { name: "damping", value: damping, expected });
    }
    if tolerance.is_nan() || tolerance < 0.0 {
        return Err(AlgoError::Setting { name: "tolerance", value: tolerance, expected: "at least 0" });
    }
    Ok(())
}

fn iterate(out: &Csr, inn: &Csr, config: &PageRankConfig, budget: &Budget) -> Result<PageRank, AlgoError> {
    check(config)?;
    let mut meter = budget.meter();
    let len = out.node_count() as usize;
    let n = len as f64;
    let weighted = config.weighted && !out.is_unweighted();
    let strength: Vec<f64> = (0..out.node_count())
        .map(|node| if weighted { out.strength(node) as f64 } else { out.degree(node) as f64 })
        .collect();
    let mut result = PageRank { scores: vec![1.0 / n; len], iterations: 0, residual: 0.0 };
    let mut next = vec![0.0; len];
    let mut shares = vec![0.0; len];
    while len > 0 && result.iterations < config.max_iterations {
        meter.spend(inn.arc_count().saturating_add(len as u64))?;
        let scores = &result.scores;
        shares.par_iter_mut().zip(scores).zip(&strength).for_each(|((share, score), strength)| {
            *share = if *strength > 0.0 { score / strength } else { 0.0 };
        });
        let dangling =
            sum_blocks(len, |block| block.filter(|&v| strength[v] == 0.0).map(|v| scores[v]).sum());
        let everywhere = (1.0 - config.damping + config.damping * dangling) / n;
        next.par_chunks_mut(BLOCK).enumerate().try_for_each(|(block, chunk)| {
            meter.poll()?;
            for (score, node) in chunk.iter_mut().zip((block * BLOCK) as u32..) {
                *score = everywhere + config.damping * pulled(inn, node, &shares, weighted);
            }
            Ok::<(), AlgoError>(())
        })?;
        result.residual = sum_blocks(len, |block| block.map(|v| (next[v] - scores[v]).abs()).sum());
        result.iterations += 1;
        std::mem::swap(&mut result.scores, &mut next);
        if result.residual < config.tolerance {
            break;
        }
    }
    Ok(result)
}

fn pulled(inn: &Csr, node: u32, shares: &[f64], weighted: bool) -> f64 {
    if weighted {
        inn.weighted_neighbours(node).map(|(other, weight)| shares[other as usize] * weight as f64).sum()
    } else {
        inn.neighbours(node).iter().map(|&other| shares[other as usize]).sum()
    }
}

#[cfg(test)]
mod tests {
    use jaal_csr::{CounterRng, CsrBuilder};
    use proptest::prelude::*;

    use super::super::reference;
    use super::*;

    const EXACT: PageRankConfig =
        PageRankConfig { damping: 0.85, tolerance: 1e-13, max_iterations: 400, weighted: true };

    fn run(graph: &Csr, config: &PageRankConfig) -> PageRank {
        pagerank(&Digraph::new(graph.clone()), config, &Budget::unlimited()).unwrap()
    }

    proptest! {
        #[test]
        fn same_as_pushing(
            arcs in proptest::collection::vec((0u32..20, 0u32..20, 0u64..4), 0..60),
            weighted in any::<bool>(),
        ) {
            let graph = CsrBuilder::new(20).from_arcs(arcs).build().unwrap();
            let found = run(&graph, &PageRankConfig { weighted, ..EXACT });
            prop_assert!((found.scores.iter().sum::<f64>() - 1.0).abs() < 1e-9);
            let twin = reference::pagerank(&reference::transitions(&graph, weighted), 0.85, 300);
            for (score, expected) in found.scores.iter().zip(twin) {
                prop_assert!((score - expected).abs() < 1e-10, "{} {}", score, expected);
            }
        }
    }

    #[test]
    fn a_chain_by_hand() {
        // 0 -> 1, damping 1/2: x0 = 1/4 + x1/4 and x0 + x1 = 1, so x0 = 2/5.
        let graph = CsrBuilder::new(2).from_arcs(vec![(0, 1, Csr::UNIT)]).build().unwrap();
        let found = run(&graph, &PageRankConfig { damping: 0.5, ..EXACT });
        assert!((found.scores[0] - 0.4).abs() < 1e-12);
        assert!(found.residual < 1e-13);
    }

    #[test]
    fn the_same_bits_at_any_thread_count() {
        let rng = CounterRng::new(2);
        let mut builder = CsrBuilder::new(20_000).undirected();
        for link in 0..60_000 {
            builder.push(rng.below(20_000, link, 0) as u32, rng.below(2_000, link, 1) as u32);
        }
        let graph = builder.build().unwrap();
        let at = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            let run = || pagerank_undirected(&graph, &PageRankConfig::default(), &Budget::unlimited());
            pool.install(run).unwrap()
        };
        let one = at(1);
        assert_eq!((at(2), at(8)), (one.clone(), one.clone()));
        assert_eq!(one, run(&graph, &PageRankConfig::default()));
    }

    #[test]
    fn what_is_out_of_range_is_refused() {
        let graph = Digraph::new(CsrBuilder::new(0).build().unwrap());
        let with = |damping| PageRankConfig { damping, ..PageRankConfig::default() };
        assert!(pagerank(&graph, &with(0.3), &Budget::unlimited()).unwrap().scores.is_empty());
        let refused = pagerank(&graph, &with(1.0), &Budget::unlimited()).unwrap_err();
        assert_eq!(refused.to_string(), "damping = 1 is not allowed, it must be at least 0 and below 1");
        let directed = CsrBuilder::new(1).build().unwrap();
        assert!(pagerank_undirected(&directed, &with(0.3), &Budget::unlimited()).is_err());
    }
}
