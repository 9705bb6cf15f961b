//! Leiden against the best of all divisions, a greedy twin, and a known graph; and what it guarantees.
#![allow(clippy::unwrap_used, reason = "a test that cannot set itself up should stop")]

use std::collections::BTreeSet;

use jaal_algo::communities::{LeidenConfig, Objective, Partition, cpm, leiden, modularity, reference};
use jaal_csr::{Budget, CounterRng, Csr, CsrBuilder};
use proptest::prelude::*;

/// The friendships of a karate club, nodes from 0. W. Zachary, *An Information Flow Model for Conflict and Fission
/// in Small Groups*, Journal of Anthropological Research 33(4), 1977, DOI 10.1086/jar.33.4.3629752.
const KARATE: [(u32, u32); 78] = [
    (0, 1),
    (0, 2),
    (0, 3),
    (0, 4),
    (0, 5),
    (0, 6),
    (0, 7),
    (0, 8),
    (0, 10),
    (0, 11),
    (0, 12),
    (0, 13),
    (0, 17),
    (0, 19),
    (0, 21),
    (0, 31),
    (1, 2),
    (1, 3),
    (1, 7),
    (1, 13),
    (1, 17),
    (1, 19),
    (1, 21),
    (1, 30),
    (2, 3),
    (2, 7),
    (2, 8),
    (2, 9),
    (2, 13),
    (2, 27),
    (2, 28),
    (2, 32),
    (3, 7),
    (3, 12),
    (3, 13),
    (4, 6),
    (4, 10),
    (5, 6),
    (5, 10),
    (5, 16),
    (6, 16),
    (8, 30),
    (8, 32),
    (8, 33),
    (9, 33),
    (13, 33),
    (14, 32),
    (14, 33),
    (15, 32),
    (15, 33),
    (18, 32),
    (18, 33),
    (19, 33),
    (20, 32),
    (20, 33),
    (22, 32),
    (22, 33),
    (23, 25),
    (23, 27),
    (23, 29),
    (23, 32),
    (23, 33),
    (24, 25),
    (24, 27),
    (24, 31),
    (25, 31),
    (26, 29),
    (26, 33),
    (27, 33),
    (28, 31),
    (28, 33),
    (29, 32),
    (29, 33),
    (30, 32),
    (30, 33),
    (31, 32),
    (31, 33),
    (32, 33),
];

fn graph(node_count: u32, arcs: Vec<(u32, u32, u64)>) -> Csr {
    CsrBuilder::new(node_count).undirected().from_arcs(arcs).build().unwrap()
}

fn karate() -> Csr {
    graph(34, KARATE.iter().map(|&(a, b)| (a, b, Csr::UNIT)).collect())
}

/// A graph of planted groups: each link stays in its group three times out of four.
fn planted(groups: u32, size: u32, links: u64, seed: u64) -> Csr {
    let (rng, n) = (CounterRng::new(seed), groups * size);
    let arcs = (0..links).map(|link| {
        let a = rng.below(u64::from(n), link, 0) as u32;
        let near = a / size * size + rng.below(u64::from(size), link, 1) as u32;
        let far = rng.below(u64::from(n), link, 2) as u32;
        (a, if rng.below(4, link, 3) > 0 { near } else { far }, Csr::UNIT)
    });
    graph(n, arcs.collect())
}

fn run(graph: &Csr, config: &LeidenConfig) -> Partition {
    leiden(graph, config, &Budget::unlimited()).unwrap()
}

fn with(objective: Objective, resolution: f64, seed: u64) -> LeidenConfig {
    LeidenConfig { objective, resolution, seed, iterations: None, ..LeidenConfig::default() }
}

fn quality(graph: &Csr, community: &[u32], config: &LeidenConfig) -> f64 {
    match config.objective {
        Objective::Modularity => modularity(graph, community, config.resolution),
        Objective::Cpm => cpm(graph, community, config.resolution, config.node_weights.as_deref()),
    }
}

/// Whether each community hangs together by links inside it that have weight.
fn connected(graph: &Csr, community: &[u32]) -> bool {
    let mut seen = BTreeSet::new();
    let mut started = BTreeSet::new();
    for start in 0..graph.node_count() {
        if seen.contains(&start) {
            continue;
        }
        if !started.insert(community[start as usize]) {
            return false;
        }
        let mut stack = vec![start];
        while let Some(node) = stack.pop() {
            if seen.insert(node) {
                let inside = |&(other, weight): &(u32, u64)| {
                    weight > 0 && community[other as usize] == community[start as usize]
                };
                stack.extend(graph.weighted_neighbours(node).filter(inside).map(|arc| arc.0));
            }
        }
    }
    true
}

/// The most that moving one node to another community, or out of all, would gain.
fn best_move(graph: &Csr, found: &Partition, config: &LeidenConfig) -> f64 {
    let mut most = f64::NEG_INFINITY;
    for node in 0..graph.node_count() as usize {
        for to in 0..=found.count {
            let mut changed = found.community.clone();
            changed[node] = to;
            most = most.max(quality(graph, &changed, config) - found.quality);
        }
    }
    most
}

fn small() -> impl Strategy<Value = (Csr, LeidenConfig)> {
    let arcs =
        |n: u32| proptest::collection::vec((0..n, 0..n, prop_oneof![3 => Just(1u64), 1 => 0u64..6]), 0..20);
    let config = (any::<bool>(), 0.1f64..2.0, any::<u64>());
    let weights = proptest::option::weighted(0.3, proptest::collection::vec(0u64..4, 8));
    ((1u32..9).prop_flat_map(move |n| (Just(n), arcs(n))), config, weights).prop_map(
        |((n, arcs), (modular, resolution, seed), weights)| {
            let objective = if modular { Objective::Modularity } else { Objective::Cpm };
            let arcs = arcs.into_iter().map(|(a, b, weight)| (a, b, weight * Csr::UNIT)).collect();
            let node_weights = weights.map(|weights| weights[..n as usize].to_vec());
            (graph(n, arcs), LeidenConfig { node_weights, ..with(objective, resolution, seed) })
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn what_is_guaranteed_holds_on_small_graphs((graph, config) in small()) {
        let found = run(&graph, &config);
        prop_assert!(found.stable && connected(&graph, &found.community));
        prop_assert!(best_move(&graph, &found, &config) < 1e-9);
        let dense = reference::Dense::new(&graph, config.node_weights.as_deref());
        let same = dense.quality(&found.community, config.objective, config.resolution);
        prop_assert!((found.quality - same).abs() < 1e-9);
        let best = reference::optimum(&graph, &config);
        prop_assert!(found.quality <= best + 1e-9);
    }
}

#[test]
fn on_small_graphs_the_best_division_is_mostly_found() {
    let rng = CounterRng::new(11);
    for objective in [Objective::Modularity, Objective::Cpm] {
        let [mut one, mut eight, mut twin] = [0; 3];
        for case in 0..400 {
            let n = 4 + rng.below(4, case, 0) as u32;
            let node = |at| rng.below(u64::from(n), case, at) as u32;
            let graph = graph(n, (1..12).map(|at| (node(2 * at), node(2 * at + 1), Csr::UNIT)).collect());
            let best = reference::optimum(&graph, &with(objective, 0.8, 0)) - 1e-9;
            let reached = |seed| run(&graph, &with(objective, 0.8, seed)).quality > best;
            one += u32::from(reached(case));
            eight += u32::from((0..8).any(reached));
            let config = with(objective, 0.8, 0);
            twin += u32::from(quality(&graph, &reference::greedy(&graph, &config), &config) > best);
        }
        // The method promises local optima. Measured: with modularity 385 for one seed, 397 for the best of eight and
        // 392 for the twin; with the constant Potts model 390, 400 and 383. The bounds stand a little below.
        assert!(one >= 380 && eight >= 388, "{one} with one seed, {eight} with eight, {twin} by the twin");
    }
}

#[test]
fn the_karate_club() {
    let graph = karate();
    for seed in 0..20 {
        let found = run(&graph, &with(Objective::Modularity, 1.0, seed));
        // 0.41979 is the largest modularity there is for this graph.
        assert!((0.4188..0.4198).contains(&found.quality), "{}", found.quality);
        assert!(connected(&graph, &found.community));
        assert!(best_move(&graph, &found, &with(Objective::Modularity, 1.0, seed)) < 1e-12);
        let sizes: Vec<usize> =
            (0..found.count).map(|own| found.community.iter().filter(|&&c| c == own).count()).collect();
        assert!(sizes.is_sorted_by(|a, b| a >= b) && sizes.iter().sum::<usize>() == 34);
    }
}

#[test]
fn not_worse_than_the_greedy_twin() {
    for seed in 0..6 {
        let graph = planted(4, 6, 60, seed);
        for config in [with(Objective::Modularity, 1.0, seed), with(Objective::Cpm, 0.2, seed)] {
            let twin = quality(&graph, &reference::greedy(&graph, &config), &config);
            let found = run(&graph, &config).quality;
            // Both stop at local optima; 3 % allows for a lucky twin.
            assert!(found >= 0.97 * twin, "{found} {twin}");
        }
    }
}

#[test]
fn planted_groups_are_found_and_hang_together() {
    let graph = planted(20, 50, 8_000, 3);
    let found = run(&graph, &with(Objective::Modularity, 1.0, 0));
    assert!(found.stable && connected(&graph, &found.community));
    let truth: Vec<u32> = (0..1000).map(|node| node / 50).collect();
    assert!(found.quality >= modularity(&graph, &truth, 1.0) - 1e-12);
}

#[test]
fn cut_short_it_still_hangs_together() {
    let graph = planted(30, 20, 1_200, 8);
    for iterations in [0, 1, 2] {
        for resolution in [0.1, 1.0, 4.0] {
            let config = LeidenConfig { iterations: Some(iterations), resolution, ..LeidenConfig::default() };
            let found = run(&graph, &config);
            assert!(found.iterations <= iterations && connected(&graph, &found.community));
        }
    }
}

#[test]
fn the_same_bytes_at_any_thread_count_and_another_with_another_seed() {
    let graph = planted(40, 25, 4_000, 4);
    let config = with(Objective::Modularity, 1.0, 7);
    let at = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| run(&graph, &config))
    };
    let one = at(1);
    assert_eq!((at(2), at(8)), (one.clone(), one.clone()));
    let others = (0..5).map(|seed| run(&graph, &with(Objective::Modularity, 1.0, seed)).community);
    assert!(others.collect::<BTreeSet<_>>().len() > 1);
}

#[test]
fn renaming_nodes_keeps_the_quality() {
    let graph = planted(20, 30, 3_000, 5);
    let name = CounterRng::new(1).shuffled(600, 0);
    let mut builder = CsrBuilder::new(600).undirected();
    for node in 0..600 {
        for (other, weight) in graph.weighted_neighbours(node).filter(|arc| arc.0 >= node) {
            builder.push_weighted(name[node as usize], name[other as usize], weight);
        }
    }
    let renamed = builder.build().unwrap();
    let (a, b) = (run(&graph, &LeidenConfig::default()), run(&renamed, &LeidenConfig::default()));
    // Another order may end in another local optimum; these are within 1 % of each other.
    assert!((a.quality - b.quality).abs() < 0.01, "{} {}", a.quality, b.quality);
    let back: Vec<u32> = name.iter().map(|&to| b.community[to as usize]).collect();
    assert!((modularity(&graph, &back, 1.0) - b.quality).abs() < 1e-12);
}

#[test]
fn a_budget_stops_it() {
    let budget = Budget { max_expansions: Some(100), ..Budget::default() };
    let stopped = leiden(&karate(), &LeidenConfig::default(), &budget).unwrap_err();
    assert!(stopped.stopped().is_some());
}
