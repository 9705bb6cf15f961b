//! Who is close to these few nodes? Personalised PageRank: where a walker is found who starts at the seeds, follows
//! links either way, and goes back to the seeds with probability α at each step.
//!
//! Scores are at least 0 and add up to at most 1. They are lower bounds: the true score of a node is higher by less
//! than ε times the sum of all degrees, and far less in practice. Mass divides by degree, so a hub passes on little
//! to each neighbour and is itself expanded only when ε times its degree has gathered there; the work is bounded by
//! 1 / (α ε) links whatever the size of the graph. Where nothing leads on, the walker stays.
//!
//! Source: R. Andersen, F. Chung, K. Lang, *Local Graph Partitioning using PageRank Vectors*, FOCS 2006, DOI
//! 10.1109/FOCS.2006.44. Deviations: the walk is not lazy; nodes are pushed in the order in which they passed the
//! threshold (first in, first out), which makes the result the same in every run; on a weighted graph mass divides
//! by weight, while the threshold counts links, so that the bound on work holds for every weighting.
//!
//! | paper | here |
//! |---|---|
//! | α | `alpha` |
//! | ε | `epsilon` |
//! | p(u), r(u) | `Slot::score`, `Slot::residual` |

use std::collections::VecDeque;
use std::ops::ControlFlow;

use jaal_csr::{Adjacency, Budget, Csr, Direction, Meter};
use rustc_hash::FxHashMap;

use crate::AlgoError;

/// How far a walker goes, and how exact the scores are.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct PprConfig {
    /// The probability of going back to the seeds at each step, in `(0, 1]`. At .15 a walk is 5.7 links on average.
    pub alpha: f64,
    /// A node is expanded while the mass waiting there is at least this times its degree; above 0.
    pub epsilon: f64,
}

impl Default for PprConfig {
    fn default() -> Self {
        Self { alpha: 0.15, epsilon: 1e-6 }
    }
}

/// Scores nodes by their closeness to the seeds on a plain undirected graph. Seeds are (node, weight); weights are
/// scaled to add up to 1. The result is sorted by descending score, then by node.
///
/// # Errors
/// [`AlgoError::Setting`] for an α, ε or seed weight outside its range, [`AlgoError::NodeOutOfRange`] for a seed not
/// in the graph, [`AlgoError::Directed`], [`AlgoError::Stopped`] when the budget is used up.
///
/// # Complexity
/// O(1 / (α ε)) time and memory.
pub fn ppr_push(
    graph: &Csr,
    seeds: &[(u32, f64)],
    config: &PprConfig,
    budget: &Budget,
) -> Result<Vec<(u32, f64)>, AlgoError> {
    if !graph.is_undirected() {
        return Err(AlgoError::Directed { algorithm: "personalised pagerank" });
    }
    push(&Plain(graph), graph.node_count(), seeds, config, budget)
}

/// Scores nodes as [`ppr_push`] does, on any graph, following links both ways and each parallel link for itself (a
/// self-link is met from both its ends). The walker goes only to nodes that `node_ok` admits, and chooses among
/// those; seeds need not be admitted.
///
/// # Errors
/// As [`ppr_push`], without `Directed`.
///
/// # Complexity
/// O(1 / (α ε)) time and memory.
pub fn ppr_push_on(
    graph: &impl Adjacency,
    seeds: &[(u32, f64)],
    config: &PprConfig,
    node_ok: &(dyn Fn(u32) -> bool + Sync),
    budget: &Budget,
) -> Result<Vec<(u32, f64)>, AlgoError> {
    push(&Any { graph, node_ok }, graph.node_count(), seeds, config, budget)
}

/// A graph as the walker sees it.
trait Walk {
    /// How many links must be looked at to leave a node.
    fn degree(&self, node: u32) -> u64;

    /// Where the walker goes from a node, with probabilities that add up to 1; empty if it stays.
    fn steps(&self, node: u32, into: &mut Vec<(u32, f64)>);
}

struct Plain<'a>(&'a Csr);

impl Walk for Plain<'_> {
    fn degree(&self, node: u32) -> u64 {
        self.0.degree(node)
    }

    fn steps(&self, node: u32, into: &mut Vec<(u32, f64)>) {
        let strength = self.0.strength(node);
        if strength > 0 {
            let share = |(other, weight)| (other, weight as f64 / strength as f64);
            into.extend(self.0.weighted_neighbours(node).map(share));
        }
    }
}

struct Any<'a, G> {
    graph: &'a G,
    node_ok: &'a (dyn Fn(u32) -> bool + Sync),
}

impl<G: Adjacency> Walk for Any<'_, G> {
    fn degree(&self, node: u32) -> u64 {
        self.graph.degree(node, Direction::Both)
    }

    fn steps(&self, node: u32, into: &mut Vec<(u32, f64)>) {
        let _ = self.graph.runs(node, Direction::Both, &mut |run| {
            let admitted = run.neighbours.iter().filter(|&&other| (self.node_ok)(other));
            into.extend(admitted.map(|&other| (other, 1.0)));
            ControlFlow::Continue(())
        });
        let share = 1.0 / into.len() as f64;
        for step in into {
            step.1 = share;
        }
    }
}

/// What is known of a node that mass has reached.
struct Slot {
    node: u32,
    degree: u64,
    score: f64,
    residual: f64,
    queued: bool,
}

/// The nodes that mass has reached, and those that wait to be pushed. Slots are in order of discovery, so nothing
/// depends on the order of the map.
struct Mass {
    slots: Vec<Slot>,
    slot_of: FxHashMap<u32, usize>,
    waiting: VecDeque<usize>,
    epsilon: f64,
}

impl Mass {
    fn add(&mut self, walk: &impl Walk, node: u32, amount: f64) {
        let index = *self.slot_of.entry(node).or_insert_with(|| {
            let degree = walk.degree(node);
            self.slots.push(Slot { node, degree, score: 0.0, residual: 0.0, queued: false });
            self.slots.len() - 1
        });
        let slot = &mut self.slots[index];
        slot.residual += amount;
        // A node without links counts as one link, else the least mass would push it for ever.
        if !slot.queued && slot.residual >= self.epsilon * slot.degree.max(1) as f64 {
            slot.queued = true;
            self.waiting.push_back(index);
        }
    }
}

fn push(
    walk: &impl Walk,
    node_count: u32,
    seeds: &[(u32, f64)],
    config: &PprConfig,
    budget: &Budget,
) -> Result<Vec<(u32, f64)>, AlgoError> {
    let total = check(node_count, seeds, config)?;
    let mut meter: Meter = budget.meter();
    let mut mass = Mass {
        slots: Vec::new(),
        slot_of: FxHashMap::default(),
        waiting: VecDeque::new(),
        epsilon: config.epsilon,
    };
    for &(node, weight) in seeds.iter().filter(|seed| seed.1 > 0.0) {
        mass.add(walk, node, weight / total);
    }
    let mut steps = Vec::new();
    while let Some(index) = mass.waiting.pop_front() {
        let slot = &mut mass.slots[index];
        slot.queued = false;
        let amount = std::mem::take(&mut slot.residual);
        meter.spend(slot.degree.max(1))?;
        steps.clear();
        walk.steps(slot.node, &mut steps);
        if steps.is_empty() {
            slot.score += amount;
            continue;
        }
        slot.score += config.alpha * amount;
        for &(other, share) in &steps {
            mass.add(walk, other, (1.0 - config.alpha) * amount * share);
        }
    }
    let mut scores: Vec<(u32, f64)> =
        mass.slots.iter().filter(|slot| slot.score > 0.0).map(|slot| (slot.node, slot.score)).collect();
    scores.sort_unstable_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    Ok(scores)
}

/// Checks what was asked, and adds up the weights of the seeds.
fn check(node_count: u32, seeds: &[(u32, f64)], config: &PprConfig) -> Result<f64, AlgoError> {
    let PprConfig { alpha, epsilon } = *config;
    if !(alpha > 0.0 && alpha <= 1.0) {
        return Err(AlgoError::Setting { name: "alpha", value: alpha, expected: "above 0 and at most 1" });
    }
    if !(epsilon > 0.0 && epsilon.is_finite()) {
        return Err(AlgoError::Setting { name: "epsilon", value: epsilon, expected: "above 0 and finite" });
    }
    let mut total = 0.0;
    for &(node, weight) in seeds {
        if node >= node_count {
            return Err(AlgoError::NodeOutOfRange { node, node_count });
        }
        total += weight;
        if !(weight >= 0.0 && f64::is_finite(total)) {
            let expected = "at least 0 and finite, also in sum";
            return Err(AlgoError::Setting { name: "seed weight", value: weight, expected });
        }
    }
    Ok(total)
}

#[cfg(test)]
mod tests {
    use jaal_csr::{CsrBuilder, TypedGraph};
    use proptest::prelude::*;

    use super::super::reference;
    use super::*;

    const FINE: PprConfig = PprConfig { alpha: 0.2, epsilon: 1e-10 };

    /// The L1 distance to the twin. What still waits is below ε times the degree at each node, so the tolerance is
    /// ε times the sum of degrees, and rounding.
    fn distance(found: &[(u32, f64)], twin: &[f64]) -> f64 {
        let mut scores = vec![0.0; twin.len()];
        for &(node, score) in found {
            scores[node as usize] = score;
        }
        scores.iter().zip(twin).map(|(a, b)| (a - b).abs()).sum()
    }

    proptest! {
        #[test]
        fn same_as_power_iteration(
            arcs in proptest::collection::vec((0u32..15, 0u32..15, 0u64..5), 0..40),
            seeds in proptest::collection::vec((0u32..15, 0.1f64..2.0), 1..4),
        ) {
            let graph = CsrBuilder::new(15).undirected().from_arcs(arcs).build().unwrap();
            let found = ppr_push(&graph, &seeds, &FINE, &Budget::unlimited()).unwrap();
            let twin = reference::ppr(&reference::transitions(&graph, true), &seeds, FINE.alpha);
            prop_assert!(distance(&found, &twin) < 1e-10 * (graph.arc_count() + 15) as f64 + 1e-11);
            prop_assert!(found.is_sorted_by(|a, b| (b.1, a.0) < (a.1, b.0)));
        }

        #[test]
        fn on_any_graph_too(
            links in proptest::collection::vec((0u32..12, 0u32..12, 0u16..2), 0..40),
            refused in 0u32..12,
            seed in 0u32..12,
        ) {
            let graph = TypedGraph::new(12, &links).unwrap();
            let seeds = [(seed, 1.0)];
            let node_ok = |node| node != refused;
            let found = ppr_push_on(&graph, &seeds, &FINE, &node_ok, &Budget::unlimited()).unwrap();
            let twin = reference::ppr(&reference::transitions_on(&graph, node_ok), &seeds, FINE.alpha);
            prop_assert!(distance(&found, &twin) < 1e-10 * (2 * links.len() + 12) as f64 + 1e-11);
        }
    }

    #[test]
    fn a_hub_is_not_worth_expanding_until_enough_has_gathered() {
        // 0 is linked to 1, and 1 to a thousand others.
        let mut builder = CsrBuilder::new(1002).undirected();
        (0..1002).filter(|&node| node != 1).for_each(|node| builder.push(1, node));
        let graph = builder.build().unwrap();
        let coarse = PprConfig { alpha: 0.15, epsilon: 1e-3 };
        let found = ppr_push(&graph, &[(0, 1.0)], &coarse, &Budget::unlimited()).unwrap();
        assert_eq!(found, [(0, 0.15)]);
    }

    #[test]
    fn what_is_out_of_range_is_refused() {
        let graph = CsrBuilder::new(2).undirected().build().unwrap();
        let run = |seeds: &[(u32, f64)], config| ppr_push(&graph, seeds, &config, &Budget::unlimited());
        assert_eq!(run(&[], FINE), Ok(vec![]));
        assert_eq!(run(&[(1, 0.0)], FINE), Ok(vec![]));
        assert_eq!(run(&[(1, 3.0)], FINE), Ok(vec![(1, 1.0)]));
        assert_eq!(run(&[(2, 1.0)], FINE), Err(AlgoError::NodeOutOfRange { node: 2, node_count: 2 }));
        assert!(run(&[(0, f64::NAN)], FINE).is_err() && run(&[(0, -1.0)], FINE).is_err());
        assert!(run(&[(0, 1.0)], PprConfig { alpha: 0.0, ..FINE }).is_err());
        assert!(run(&[(0, 1.0)], PprConfig { epsilon: 0.0, ..FINE }).is_err());
    }
}
