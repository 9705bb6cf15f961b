//! Folding: counts add up, budgets hold, highlighted nodes stay.
#![allow(clippy::unwrap_used, reason = "a test that cannot set itself up should stop")]

mod common;

use common::{blank, link, node, star};
use jaal_export::{FoldOptions, fold, fold_counted};
use jaal_model::answer::{Chart, Emphasis};
use proptest::prelude::*;
use std::collections::BTreeSet;

fn charts() -> impl Strategy<Value = Chart> {
    let nodes = proptest::collection::vec((0_usize..3, any::<bool>(), 0_u64..9), 1..60);
    let links = proptest::collection::vec((0_usize..70, 0_usize..70, 0_usize..2, 1_u64..5), 0..90);
    (nodes, links).prop_map(|(nodes, links)| {
        let mut chart = blank("random");
        for (at, (kind, strong, degree)) in nodes.into_iter().enumerate() {
            let mut node = node(at as u64, ["Phone", "Person", ""][kind], &format!("n{at}"));
            node.emphasis = if strong && at % 7 == 0 { Emphasis::Strong } else { Emphasis::Plain };
            node.degree = degree;
            chart.nodes.push(node);
        }
        // Some ends are beyond the nodes on purpose.
        chart.links = links
            .into_iter()
            .map(|(from, to, kind, count)| link(from, to, ["CALLED", "PAID"][kind], count))
            .collect();
        chart
    })
}

proptest! {
    #[test]
    fn shown_folded_and_left_out_add_up(chart in charts(), budget in 0_usize..70) {
        let strong = chart.nodes.iter().filter(|node| node.emphasis == Emphasis::Strong).count();
        let done = fold_counted(&chart, &FoldOptions { node_budget: budget });
        prop_assert_eq!(done.shown + done.folded + done.left_out, chart.nodes.len());
        prop_assert_eq!(done.shown + done.bundles, done.chart.nodes.len());
        prop_assert!(done.chart.nodes.len() <= budget.max(strong));
        let kept = done.chart.nodes.iter().filter(|node| node.emphasis == Emphasis::Strong).count();
        prop_assert_eq!(kept, strong, "highlighted nodes stay");
        prop_assert!(done.chart.links.iter().all(|l| l.from.max(l.to) < done.chart.nodes.len()));
        let ids: BTreeSet<_> = done.chart.nodes.iter().map(|node| node.entity.id).collect();
        prop_assert_eq!(ids.len(), done.chart.nodes.len(), "no entity stands twice");
        if done.left_out == 0 {
            let sum = |chart: &Chart| chart.links.iter().map(|link| link.count).sum::<u64>();
            let sound: u64 = chart
                .links
                .iter()
                .filter(|l| l.from.max(l.to) < chart.nodes.len())
                .map(|l| l.count)
                .sum();
            prop_assert_eq!(sum(&done.chart), sound, "folding loses no link");
        }
        prop_assert_eq!(fold(&chart, &FoldOptions { node_budget: budget }), done.chart);
    }
}

#[test]
fn a_star_folds_by_kind_and_direction() {
    let done = fold_counted(&star(), &FoldOptions { node_budget: 10 });
    assert_eq!((done.left_out, done.shown + done.folded), (0, 41));
    let labels: Vec<&str> = done.chart.nodes.iter().map(|node| node.entity.label.as_str()).collect();
    assert!(labels.contains(&"+14 Phone"), "{labels:?}");
    let bundle = labels.iter().position(|label| *label == "+14 Phone").unwrap();
    let line = done.chart.links.iter().find(|link| link.to == bundle).unwrap();
    let wanted: u64 = (1..=40).filter(|n| n % 3 != 0 && n % 4 < 2).sum();
    assert_eq!((line.from, line.count, line.first.as_deref()), (0, wanted, Some("2025-09-01")));
    assert!(done.chart.notes.iter().any(|note| note.contains("are folded into")), "{:?}", done.chart.notes);
}

#[test]
fn within_the_budget_nothing_changes() {
    assert_eq!(fold(&star(), &FoldOptions::default()), star());
}
