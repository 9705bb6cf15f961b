//! The path searches against twins that try every walk, on random typed multigraphs under every constraint.
#![allow(clippy::unwrap_used, reason = "a test that cannot set itself up should stop")]

use jaal_algo::paths::{
    Filters, HUBS_NAMED, NeighbourhoodLimits, Outcome, PathLimits, Want, Workspace, bfs_levels, is_hub,
    neighbour_count, reference, shortest,
};
use jaal_csr::{Adjacency, Bitmap, Budget, Direction, LinkHandle, TypedGraph};
use proptest::prelude::*;

/// A graph, two nodes, and constraints on the paths between them.
#[derive(Clone, Debug)]
struct Case {
    graph: TypedGraph,
    ends: (u32, u32),
    direction: Direction,
    types: Option<Bitmap>,
    max_hops: u32,
    hub_cap: Option<u64>,
    refused: Vec<u32>,
    /// Links whose row is a multiple of this may not be used.
    dropped: Option<u32>,
    limit: usize,
}

fn case() -> impl Strategy<Value = Case> {
    let graph = (2u32..11).prop_flat_map(|n| {
        // Links come in bundles, so that there are nodes with many links and few neighbours.
        let bundles = proptest::collection::vec(((0..n, 0..n, 0u16..3), 1usize..5), 0..20);
        let links = bundles.prop_map(|bundles| {
            bundles.into_iter().flat_map(|(link, times)| std::iter::repeat_n(link, times)).collect::<Vec<_>>()
        });
        (Just(n), links, 0..n, 0..n, proptest::collection::vec(0..n, 0..3))
    });
    let direction = prop_oneof![Just(Direction::Out), Just(Direction::In), Just(Direction::Both)];
    let types = proptest::option::weighted(0.3, proptest::collection::vec(0usize..3, 1..3));
    let limits = (
        prop_oneof![Just(u32::MAX), 0u32..6],
        proptest::option::weighted(0.3, 1u64..8),
        proptest::option::weighted(0.3, 2u32..4),
        prop_oneof![Just(1000usize), 0usize..4],
    );
    (graph, direction, types, limits).prop_map(
        |((n, links, from, to, refused), direction, types, (max_hops, hub_cap, dropped, limit))| Case {
            graph: TypedGraph::new(n, &links).unwrap(),
            ends: (from, to),
            direction,
            types: types.map(|types| {
                let mut set = Bitmap::new(3);
                for link_type in types {
                    set.insert(link_type);
                }
                set
            }),
            max_hops,
            hub_cap,
            refused,
            dropped,
            limit,
        },
    )
}

impl Case {
    /// Runs `with` under the case's filters.
    fn under<T>(&self, with: impl FnOnce(&Filters<'_>) -> T) -> T {
        let node_ok = |node| !self.refused.contains(&node);
        let link_ok = |link: LinkHandle| self.dropped.is_none_or(|dropped| !link.row.is_multiple_of(dropped));
        with(&Filters {
            direction: self.direction,
            link_types: self.types.as_ref(),
            node_ok: &node_ok,
            link_ok: if self.dropped.is_some() { Some(&link_ok) } else { None },
        })
    }

    /// The hubs of levels with the number of their neighbours; the first node is none.
    fn hubs_among(&self, levels: &[Vec<u32>]) -> Vec<(u32, u64)> {
        let Some(cap) = self.hub_cap else { return Vec::new() };
        let counted = levels[1..].iter().flatten().map(|&node| (node, reference::others(&self.graph, node)));
        let mut hubs: Vec<(u32, u64)> = counted.map(|(node, others)| (node, others.len() as u64)).collect();
        hubs.retain(|hub| hub.1 > cap);
        hubs.sort_by_key(|&(node, count)| (std::cmp::Reverse(count), node));
        assert!(hubs.len() <= HUBS_NAMED, "the graphs are small");
        hubs
    }

    fn run(&self, ends: (u32, u32), want: Want, filters: &Filters<'_>, workspace: &mut Workspace) -> Outcome {
        let limits = PathLimits { max_hops: self.max_hops, hub_cap: self.hub_cap, want };
        shortest(&self.graph, ends.0, ends.1, &limits, filters, workspace, &Budget::unlimited()).unwrap()
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20_000))]

    #[test]
    fn shortest_paths_are_those_of_the_twin(case in case()) {
        case.under(|filters| {
            let (from, to) = case.ends;
            let mut workspace = Workspace::new();
            let found = case.run(case.ends, Want::All { limit: case.limit }, filters, &mut workspace);
            let one = case.run(case.ends, Want::One, filters, &mut workspace);
            let twin = reference::shortest(&case.graph, from, to, case.max_hops, case.hub_cap, filters);
            match (found, twin) {
                (Outcome::Found { length, count, paths, .. }, Some(expected)) => {
                    prop_assert_eq!(length as usize + 1, expected[0].len());
                    prop_assert_eq!(count as usize, expected.len());
                    prop_assert_eq!(&paths[..], &expected[..expected.len().min(case.limit)]);
                    let Outcome::Found { paths, .. } = one else { panic!("one path is not found") };
                    prop_assert_eq!(&paths[..], &expected[..1]);
                }
                (Outcome::None { complete, nodes_refused, hubs_skipped, .. }, None) => {
                    prop_assert!(case.max_hops < 6 || complete);
                    prop_assert!(hubs_skipped.is_sorted_by(|a, b| (b.1, a.0) < (a.1, b.0)));
                    for (node, count) in hubs_skipped {
                        prop_assert_eq!(count, reference::others(&case.graph, node).len() as u64);
                        prop_assert!(case.hub_cap.is_some_and(|cap| count > cap));
                    }
                    let refused: std::collections::BTreeSet<_> = case.refused.iter().collect();
                    prop_assert!(nodes_refused as usize <= refused.len());
                    if complete {
                        let further = reference::shortest(
                            &case.graph, from, to, u32::MAX, case.hub_cap, filters,
                        );
                        prop_assert_eq!(further, None);
                    }
                    prop_assert_eq!(
                        matches!(one, Outcome::None { .. }), true
                    );
                }
                (found, twin) => prop_assert!(false, "{:?} but {:?}", found, twin),
            }
            Ok(())
        })?;
    }

    #[test]
    fn hubs_are_told_by_their_neighbours(case in case()) {
        for node in 0..case.graph.node_count() {
            let others = reference::others(&case.graph, node).len() as u64;
            prop_assert_eq!(neighbour_count(&case.graph, node), others);
            for cap in 0..8 {
                prop_assert_eq!(is_hub(&case.graph, node, cap), others > cap);
            }
        }
    }

    #[test]
    fn either_way_the_length_is_the_same(case in case()) {
        let case = Case { direction: Direction::Both, ..case };
        case.under(|filters| {
            let mut workspace = Workspace::new();
            let mut run = |ends| match case.run(ends, Want::One, filters, &mut workspace) {
                Outcome::Found { length, count, .. } => Some((length, count)),
                Outcome::None { .. } => None,
            };
            prop_assert_eq!(run(case.ends), run((case.ends.1, case.ends.0)));
            Ok(())
        })?;
    }

    #[test]
    fn neighbourhoods_are_those_of_the_twin(case in case()) {
        case.under(|filters| {
            let max_hops = case.max_hops.min(8);
            let mut workspace = Workspace::new();
            let mut run = |max_nodes| {
                let limits = NeighbourhoodLimits { max_hops, hub_cap: case.hub_cap, max_nodes };
                let budget = Budget::unlimited();
                bfs_levels(&case.graph, case.ends.0, &limits, filters, &mut workspace, &budget).unwrap()
            };
            let found = run(None);
            let expected = reference::levels(&case.graph, case.ends.0, max_hops, case.hub_cap, filters);
            prop_assert_eq!(&found.levels, &expected);
            prop_assert!(!found.truncated);
            prop_assert_eq!(&found.hubs_skipped, &case.hubs_among(&expected));
            let cut = run(Some(case.limit.max(1)));
            let whole: Vec<u32> = expected.concat();
            let kept = whole.len().min(case.limit.max(1));
            prop_assert_eq!(cut.levels.concat(), &whole[..kept]);
            prop_assert_eq!(cut.truncated, kept < whole.len());
            Ok(())
        })?;
    }
}
