//! Paths under constraints, and why there is none.

use crate::common::{Case, CaseBuilder, days, on};
use jaal_algo::paths::Workspace;
use jaal_analysis::AnalysisError;
use jaal_analysis::path::{Avoid, PathQuestion, parse_avoid, path, with_evidence};
use jaal_csr::Budget;
use jaal_model::answer::PathAnswer;
use jaal_model::{Grade, NodeIdx};

const A: &str = "cnic=3520212345671";
const B: &str = "cnic=3520212345673";
const C: &str = "cnic=3520212345675";
const HUB: &str = "msisdn=+923000000000";
const P: &str = "msisdn=+923001111111";
const Q: &str = "msisdn=+923002222222";

/// Two ways from A to B: two links over a busy phone, and three over two others.
///
/// ```text
/// A -USES-> HUB <-USES- B          HUB is called by ten more
/// A -USES-> P -CALLED x2-> Q <-USES- B
/// C is linked to nothing but its case
/// ```
fn case() -> Case {
    let mut case = CaseBuilder::new();
    case.delivery("Agency");
    case.link(A, "USES", HUB, &[]).link(B, "USES", HUB, &[]);
    for n in 0..10 {
        case.link(&format!("msisdn=+92345000000{n}"), "CALLED", HUB, &[("at", on(8, 1))]);
    }
    case.link(A, "USES", P, &[]).link(B, "USES", Q, &[]);
    case.grade("3D").link(P, "CALLED", Q, &[("at", on(9, 1))]);
    case.grade("1A").link(Q, "CALLED", P, &[("at", on(10, 1))]);
    case.grade("2B").link(C, "ARRESTED_IN", "fir=1", &[("at", on(10, 1))]);
    let day = 86_400;
    case.link_held(C, "USES", Q, &[], (days(9, 1) * day, days(9, 10) * day));
    case.build()
}

fn ask(case: &Case, question: &PathQuestion) -> PathAnswer {
    path(&case.view, question, &mut Workspace::new(), &Budget::default()).unwrap()
}

fn labels(answer: &PathAnswer) -> Vec<String> {
    let route = &answer.paths[0];
    [&route.from].into_iter().chain(route.steps.iter().map(|s| &s.to)).map(|e| e.label.clone()).collect()
}

fn between(case: &Case, from: &str, to: &str) -> PathQuestion {
    PathQuestion::between(case.node(from), case.node(to))
}

fn value(key: &str) -> String {
    key.split_once('=').unwrap().1.to_owned()
}

#[test]
fn the_shortest_path_with_its_rows() {
    let case = case();
    let mut answer = ask(&case, &between(&case, A, B));
    assert_eq!((answer.length, answer.count), (Some(2), Some(1)));
    assert_eq!(labels(&answer), [A, HUB, B].map(value));
    assert!(answer.constraints.is_empty() && answer.none.is_none());
    assert_eq!(answer.paths[0].steps.iter().map(|s| s.forward).collect::<Vec<_>>(), [true, false]);
    with_evidence(&case.view, &case.sources, &mut answer, 5).unwrap();
    let lines: Vec<u64> = answer.paths[0].steps.iter().map(|s| s.link.evidence[0].line).collect();
    assert_eq!(lines, [2, 3]);
    let itself = ask(&case, &between(&case, A, A));
    assert_eq!((itself.length, itself.paths[0].steps.len()), (Some(0), 0));
}

#[test]
fn the_best_graded_link_is_shown_and_the_others_counted() {
    let case = case();
    let question = PathQuestion { hub_cap: Some(5), ..between(&case, A, B) };
    let answer = ask(&case, &question);
    assert_eq!(labels(&answer), [A, P, Q, B].map(value));
    let call = &answer.paths[0].steps[1];
    assert_eq!((call.link.grade, call.forward, call.parallel), (Grade::parse("1A").unwrap(), false, 1));
    assert_eq!(answer.constraints, ["--hub-cap 5"]);
    // With only what had happened by mid-September, the other call is the one shown.
    let earlier = PathQuestion { as_of: Some(days(9, 15) * 86_400), ..question };
    let call = ask(&case, &earlier).paths[0].steps[1].clone();
    assert_eq!((call.link.grade, call.forward, call.parallel), (Grade::parse("3D").unwrap(), true, 0));
}

#[test]
fn a_missing_path_names_the_hub_that_was_shut_out() {
    let case = case();
    let question = PathQuestion { hub_cap: Some(5), max_hops: 2, ..between(&case, A, B) };
    let none = ask(&case, &question).none.unwrap();
    let told: Vec<_> =
        none.obstacles.iter().map(|o| (o.constraint.as_str(), o.length_without, o.through.len())).collect();
    assert_eq!(told, [("--hub-cap 5", 2, 1), ("--max-hops 2", 3, 0)]);
    assert_eq!(none.obstacles[0].through[0].label, value(HUB));
    assert!(none.summary.contains("linked with 12 others"), "{}", none.summary);
    assert!(none.reached_from >= 3 && none.reached_to >= 3, "{none:?}");
}

#[test]
fn many_links_to_few_others_make_no_hub() {
    let mut case = CaseBuilder::new();
    case.delivery("Agency").link(A, "USES", P, &[]).link(B, "USES", Q, &[]);
    for day in 1..=28 {
        case.link(P, "CALLED", Q, &[("at", on(9, day))]);
    }
    let case = case.build();
    let capped = |cap| ask(&case, &PathQuestion { hub_cap: Some(cap), ..between(&case, A, B) });
    let answer = capped(2);
    assert_eq!((labels(&answer), answer.paths[0].steps[1].parallel), ([A, P, Q, B].map(value).to_vec(), 27));
    let none = capped(1).none.unwrap();
    assert_eq!(none.obstacles[0].through.len(), 2);
    assert!(none.summary.contains("linked with 2 others"), "{}", none.summary);
}

#[test]
fn only_what_no_search_connects_is_called_unconnected() {
    let mut case = CaseBuilder::new();
    case.delivery("Agency").link(A, "USES", P, &[]).link(P, "CALLED", Q, &[]);
    case.link(B, "USES", HUB, &[]);
    let case = case.build();
    let question =
        PathQuestion { types: vec!["CALLED".into()], max_hops: 1, hub_cap: Some(1), ..between(&case, A, B) };
    let none = ask(&case, &question).none.unwrap();
    assert!(none.obstacles.is_empty());
    assert_eq!((none.reached_from, none.reached_to), (1, 1), "under the constraints");
    assert!(none.summary.starts_with("nothing in this graph connects the two"), "{}", none.summary);
    assert!(none.summary.contains("3 entities are reachable from one end, 2 from"), "{}", none.summary);
    // Here the type and the length stand in the way together, and there is a way without them.
    let none = ask(&case, &PathQuestion { to: case.node(Q), ..question.clone() }).none.unwrap();
    assert!(none.obstacles.is_empty());
    assert_eq!(
        none.summary,
        "no path under --types CALLED --hub-cap 1 --max-hops 1; lifting a single constraint opens none; without all of \
         them there is one of 2 links"
    );
}

#[test]
fn each_constraint_is_explained_alone() {
    let case = case();
    let phones = case.view.kind("Phone").unwrap();
    let base = between(&case, A, B);
    let blocked = [
        (PathQuestion { avoid: vec![Avoid::Kind(phones)], ..base.clone() }, "--avoid Phone"),
        (PathQuestion { types: vec!["CALLED".into()], ..base.clone() }, "--types CALLED"),
        (
            PathQuestion { lowest_grade: Some(Grade::parse("1A").unwrap()), ..base.clone() },
            "--lowest-grade 1A",
        ),
    ];
    for (question, words) in blocked {
        let answer = ask(&case, &question);
        assert_eq!(answer.length, None, "{words}");
        let none = answer.none.unwrap();
        assert_eq!(none.obstacles.iter().map(|o| o.constraint.as_str()).collect::<Vec<_>>(), [words]);
    }
    let typed = PathQuestion { types: vec!["called".into()], ..base };
    let summary = ask(&case, &typed).none.unwrap().summary;
    assert!(summary.contains("which uses USES"), "{summary}");
}

#[test]
fn when_no_constraint_alone_is_to_blame_it_says_so() {
    let case = case();
    let hub = Avoid::Entity(case.node(HUB));
    let p = Avoid::Entity(case.node(P));
    let none = ask(&case, &PathQuestion { avoid: vec![hub, p], max_hops: 2, ..between(&case, A, B) });
    let told = none.none.unwrap().obstacles;
    assert_eq!(told.iter().map(|o| o.length_without).collect::<Vec<_>>(), [2]);
    let typed =
        PathQuestion { avoid: vec![hub, p], types: vec!["ARRESTED_IN".into()], ..between(&case, A, B) };
    let none = ask(&case, &typed).none.unwrap();
    assert!(none.obstacles.is_empty() && none.summary.contains("without all of them"), "{}", none.summary);
    assert_eq!((none.reached_from, none.reached_to), (1, 1));
}

#[test]
fn a_link_counts_only_while_it_holds() {
    let case = case();
    let at = |month, day| {
        let question = PathQuestion {
            as_of: Some(days(month, day) * 86_400),
            types: vec!["USES".into()],
            ..between(&case, C, B)
        };
        ask(&case, &question).length
    };
    assert_eq!([at(8, 31), at(9, 1), at(9, 9), at(9, 10)], [None, Some(2), Some(2), None]);
}

#[test]
fn what_is_not_there_is_named_with_the_nearest() {
    let case = case();
    let question = PathQuestion { types: vec!["CALED".into()], ..between(&case, A, B) };
    let error = path(&case.view, &question, &mut Workspace::new(), &Budget::default()).unwrap_err();
    assert!(matches!(&error, AnalysisError::UnknownLinkType { near, .. } if near[0] == "CALLED"), "{error}");
    assert_eq!(
        parse_avoid(&case.view, "phone", "PK").unwrap(),
        Avoid::Kind(case.view.kind("Phone").unwrap())
    );
    let text = format!("Phone:{}", value(HUB));
    assert_eq!(parse_avoid(&case.view, &text, "PK").unwrap(), Avoid::Entity(case.node(HUB)));
    assert!(matches!(parse_avoid(&case.view, "Fone", "PK"), Err(AnalysisError::UnknownKind { .. })));
}

#[test]
fn a_budget_that_ends_is_reported_and_not_taken_for_no_path() {
    let case = case();
    let budget = Budget { max_expansions: Some(1), ..Budget::default() };
    let answer = path(&case.view, &between(&case, A, B), &mut Workspace::new(), &budget).unwrap();
    assert!(answer.stopped.is_some() && answer.none.is_none() && answer.length.is_none());
}

#[test]
fn all_paths_begin_with_the_one() {
    let case = case();
    let every: Vec<NodeIdx> = (0..case.view.node_count()).map(NodeIdx).collect();
    for from in &every {
        for to in &every {
            let one = ask(&case, &PathQuestion::between(*from, *to));
            let all = PathQuestion { all: true, limit: 100, ..PathQuestion::between(*from, *to) };
            let all = ask(&case, &all);
            assert_eq!(one.length, all.length);
            assert_eq!(one.count, all.count);
            assert_eq!(one.paths.first(), all.paths.first());
            assert_eq!(all.count.unwrap_or(0), all.paths.len() as u64);
            assert!(all.paths.iter().all(|p| Some(p.steps.len() as u32) == all.length));
        }
    }
}
