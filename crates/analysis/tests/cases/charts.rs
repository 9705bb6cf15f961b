//! Charts of answers: nothing is lost in folding, and what an exhibit needs is there.

use crate::common::{Case, CaseBuilder, on};
use jaal_algo::paths::Workspace;
use jaal_analysis::around::{AroundQuestion, around};
use jaal_analysis::chart::{around_chart, list_chart, path_chart};
use jaal_analysis::path::{PathQuestion, path};
use jaal_analysis::project::{whole, whole_directed};
use jaal_csr::{Budget, Csr};
use jaal_model::NodeIdx;
use jaal_model::answer::Emphasis;

fn case() -> Case {
    let mut case = CaseBuilder::new();
    case.delivery("Agency");
    let (a, b) = ("cnic=3520212345671", "cnic=3520212345673");
    let (p, q) = ("msisdn=+923001111111", "msisdn=+923002222222");
    case.link(a, "USES", p, &[]).link(b, "USES", q, &[]);
    for day in 1..=7 {
        case.link(p, "CALLED", q, &[("at", on(9, day))]);
    }
    case.link(q, "CALLED", p, &[("at", on(10, 1))]);
    case.link(q, "PAID", p, &[("amount", 2_500.into()), ("currency", "PKR".into())]);
    case.build()
}

#[test]
fn a_path_chart_draws_all_links_between_neighbours() {
    let case = case();
    let question = PathQuestion::between(case.node("cnic=3520212345671"), case.node("cnic=3520212345673"));
    let answer = path(&case.view, &question, &mut Workspace::new(), &Budget::default()).unwrap();
    let chart = path_chart(&case.view, &question, &answer).unwrap();
    assert_eq!(chart.nodes.len(), 4);
    assert_eq!(chart.nodes.iter().filter(|n| n.emphasis == Emphasis::Strong).count(), 2);
    assert_eq!(chart.links.iter().map(|l| l.count).sum::<u64>(), case.view.link_count());
    assert_eq!(chart.links.iter().filter(|l| l.emphasis == Emphasis::Strong).count(), 3);
    let calls = chart.links.iter().find(|l| l.count == 7).unwrap();
    assert_eq!((calls.first.as_deref(), calls.last.as_deref()), (Some("2025-09-01"), Some("2025-09-07")));
    assert!(chart.links.iter().any(|l| l.note.as_deref() == Some("Rs 2,500")));
    assert_eq!(chart.image.len(), 64);
    let calls_only = PathQuestion { types: vec!["USES".into(), "CALLED".into()], ..question };
    let answer = path(&case.view, &calls_only, &mut Workspace::new(), &Budget::default()).unwrap();
    let chart = path_chart(&case.view, &calls_only, &answer).unwrap();
    assert!(chart.links.iter().all(|l| l.link_type != "PAID"));
    assert!(chart.parameters.contains(&("types".into(), "CALLED,USES".into())), "{:?}", chart.parameters);
}

#[test]
fn around_and_list_charts_agree_on_the_same_entities() {
    let case = case();
    let question = AroundQuestion { hops: 3, ..AroundQuestion::of(case.node("cnic=3520212345671")) };
    let answer = around(&case.view, &question, &mut Workspace::new(), &Budget::default()).unwrap();
    let near = around_chart(&case.view, &answer);
    let nodes: Vec<NodeIdx> = answer.entities.iter().map(|(e, _)| case.view.node_of(e.id).unwrap()).collect();
    let twice: Vec<NodeIdx> = nodes.iter().chain(&nodes).copied().collect();
    let list = list_chart(&case.view, "All", &twice, Vec::new());
    assert_eq!(near.links, list.links);
    assert_eq!(near.nodes.len(), list.nodes.len());
    assert_eq!(near.nodes[0].emphasis, Emphasis::Strong);
    assert_eq!(near.nodes[0].lines, Vec::<String>::new());
}

#[test]
fn a_projection_keeps_every_link() {
    let case = case();
    let sum = |graph: &Csr| -> u64 {
        (0..graph.node_count())
            .flat_map(|n| graph.weighted_neighbours(n).map(|(_, w)| w / Csr::UNIT).collect::<Vec<_>>())
            .sum()
    };
    let budget = Budget::default();
    assert_eq!(sum(&whole(&case.view, None, &budget).unwrap()), 2 * case.view.link_count());
    assert_eq!(sum(whole_directed(&case.view, None, &budget).unwrap().out()), case.view.link_count());
    let calls = case.view.link_type("CALLED").unwrap();
    assert_eq!(sum(&whole(&case.view, Some(&[calls]), &budget).unwrap()), 16);
    let tight = Budget { max_expansions: Some(1), ..Budget::default() };
    assert!(whole(&case.view, None, &tight).is_err());
}
