//! Rankings the plain way: sequential iterations that push mass along the arcs. For tests.

use std::ops::ControlFlow;

use jaal_csr::{Adjacency, Csr, Direction};

/// For each node where a walker goes from it, and with what probability.
pub type Transitions = Vec<Vec<(u32, f64)>>;

/// The transitions of a plain graph; a node without arcs (or without weight on them) has none.
pub fn transitions(graph: &Csr, weighted: bool) -> Transitions {
    (0..graph.node_count())
        .map(|node| {
            let arcs: Vec<(u32, f64)> = graph
                .weighted_neighbours(node)
                .map(|(other, weight)| (other, if weighted { weight as f64 } else { 1.0 }))
                .collect();
            let sum: f64 = arcs.iter().map(|arc| arc.1).sum();
            if sum == 0.0 { Vec::new() } else { arcs.iter().map(|arc| (arc.0, arc.1 / sum)).collect() }
        })
        .collect()
}

/// The transitions of any graph followed both ways among the admitted nodes.
pub fn transitions_on(graph: &impl Adjacency, node_ok: impl Fn(u32) -> bool) -> Transitions {
    (0..graph.node_count())
        .map(|node| {
            let mut others = Vec::new();
            let _ = graph.runs(node, Direction::Both, &mut |run| {
                others.extend(run.neighbours.iter().copied().filter(|&other| node_ok(other)));
                ControlFlow::Continue(())
            });
            others.iter().map(|&other| (other, 1.0 / others.len() as f64)).collect()
        })
        .collect()
}

/// PageRank by so many rounds of pushing.
pub fn pagerank(transitions: &Transitions, damping: f64, rounds: u32) -> Vec<f64> {
    let n = transitions.len() as f64;
    let mut scores = vec![1.0 / n; transitions.len()];
    for _ in 0..rounds {
        let mut next = vec![(1.0 - damping) / n; transitions.len()];
        for (score, arcs) in scores.iter().zip(transitions) {
            if arcs.is_empty() {
                for other in &mut next {
                    *other += damping * score / n;
                }
            }
            for &(other, share) in arcs {
                next[other as usize] += damping * score * share;
            }
        }
        scores = next;
    }
    scores
}

/// Personalised PageRank by power iteration until the L1 change is below 1e-13: a walker restarts at the seeds with
/// probability `alpha` a step, and stays where nothing leads on.
pub fn ppr(transitions: &Transitions, seeds: &[(u32, f64)], alpha: f64) -> Vec<f64> {
    let total: f64 = seeds.iter().map(|seed| seed.1).sum();
    let mut restart = vec![0.0; transitions.len()];
    for &(node, weight) in seeds {
        restart[node as usize] += weight / total;
    }
    let mut scores = restart.clone();
    loop {
        let mut next: Vec<f64> = restart.iter().map(|mass| alpha * mass).collect();
        for (node, arcs) in transitions.iter().enumerate() {
            if arcs.is_empty() {
                next[node] += (1.0 - alpha) * scores[node];
            }
            for &(other, share) in arcs {
                next[other as usize] += (1.0 - alpha) * scores[node] * share;
            }
        }
        let change: f64 = scores.iter().zip(&next).map(|(old, new)| (old - new).abs()).sum();
        scores = next;
        if change < 1e-13 {
            return scores;
        }
    }
}
