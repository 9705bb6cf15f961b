//! Ties, networks, and the nearest known people, on cases small enough to count by hand.

use std::collections::BTreeMap;

use crate::common::{Case, CaseBuilder, on};
use jaal_algo::paths::Workspace;
use jaal_analysis::chart::{NetworkChart, network_chart};
use jaal_analysis::nearest::{NearestConfig, nearest};
use jaal_analysis::networks::{NetworkConfig, networks, summaries};
use jaal_analysis::ties::{TieProfile, Ties, ties};
use jaal_csr::{Budget, Csr};
use jaal_model::NodeIdx;

fn person(n: u32) -> String {
    format!("cnic=35202000{n:05}")
}

fn phone(n: u32) -> String {
    format!("msisdn=+92300{n:07}")
}

fn find_ties(case: &Case) -> Ties {
    ties(&case.view, &TieProfile::default(), &Budget::default()).unwrap()
}

/// Ties as a map from pairs of person numbers.
fn weights(case: &Case, ties: &Ties) -> BTreeMap<(u32, u32), f64> {
    let number = |at: u32| -> u32 {
        let key = &case.view.keys(ties.people[at as usize])[0];
        key.value[8..].parse().unwrap()
    };
    let mut found = BTreeMap::new();
    for at in 0..ties.people.len() as u32 {
        for (other, weight) in ties.graph.weighted_neighbours(at) {
            let (a, b) = (number(at), number(other));
            found.insert((a.min(b), a.max(b)), weight as f64 / Csr::UNIT as f64);
        }
    }
    found
}

#[test]
fn what_is_shared_by_k_people_ties_each_pair_by_its_share() {
    let mut case = CaseBuilder::new();
    case.delivery("Agency");
    case.link(&person(1), "USES", &phone(1), &[]).link(&person(2), "USES", &phone(1), &[]);
    for n in 2..=4 {
        case.link(&person(n), "FOUND_AT", "unit=1", &[]);
    }
    case.link(&phone(5), "REGISTERED_TO", &person(5), &[]).link(&person(1), "USES", &phone(5), &[]);
    case.link(&person(6), "HAD", "imei=35000000000001", &[]);
    case.link("imei=35000000000001", "HELD_SIM", &phone(1), &[]);
    let case = case.build();
    let found = weights(&case, &find_ties(&case));
    let expected = BTreeMap::from([
        // Phone 1 is shared by three (person 6 by the handset that held its SIM): 3 / 2 each.
        ((1, 2), 1.5),
        ((1, 6), 1.5),
        ((2, 6), 1.5),
        // Premises shared by three: 2 / 2 each.
        ((2, 3), 1.0),
        ((2, 4), 1.0),
        ((3, 4), 1.0),
        // Registered is worth half of used.
        ((1, 5), 1.5),
    ]);
    assert_eq!(found, expected);
}

#[test]
fn calls_and_payments_tie_whoever_holds_the_ends() {
    let mut case = CaseBuilder::new();
    case.delivery("Agency");
    for n in 1..=3 {
        case.link(&person(n), "USES", &phone(n), &[]);
    }
    case.link(&phone(1), "CALLED", &phone(2), &[("at", on(9, 1))]);
    for _ in 0..128 {
        case.link(&phone(3), "CALLED", &phone(2), &[("at", on(9, 1))]);
    }
    case.link(&phone(1), "CALLED", &phone(1), &[("at", on(9, 1))]);
    case.link(&person(1), "HOLDS", "iban=PK36SCBL0000001123456702", &[]);
    case.link(&person(3), "HOLDS", "iban=PK36SCBL0000001123456703", &[]);
    case.link("iban=PK36SCBL0000001123456702", "PAID", "iban=PK36SCBL0000001123456703", &[]);
    let case = case.build();
    let found = weights(&case, &find_ties(&case));
    let keys: Vec<(u32, u32)> = found.keys().copied().collect();
    assert_eq!(keys, [(1, 2), (1, 3), (2, 3)]);
    assert!((found[&(1, 2)] - 0.25).abs() < 1e-6 && (found[&(1, 3)] - 0.35).abs() < 1e-6);
    assert!((found[&(2, 3)] - 0.5).abs() < 1e-6, "{found:?}");
}

#[test]
fn hubs_tie_nobody_and_are_named() {
    let mut case = CaseBuilder::new();
    case.delivery("Agency");
    for n in 0..12 {
        case.link(&person(n), "HOLDS", "account=BANK1", &[]);
    }
    case.link(&person(1), "USES", &phone(1), &[]).link(&person(2), "USES", &phone(1), &[]);
    let case = case.build();
    let profile = TieProfile { hub_people: 10, ..TieProfile::default() };
    let found = ties(&case.view, &profile, &Budget::default()).unwrap();
    assert_eq!(found.hubs, [(case.node("account=BANK1"), 12)]);
    assert_eq!(weights(&case, &found), BTreeMap::from([((1, 2), 3.0)]));
    assert_eq!(weights(&case, &find_ties(&case)).len(), 66, "below the limit it ties every pair");
    let none = TieProfile { people: "Nobody".into(), ..TieProfile::default() };
    assert!(ties(&case.view, &none, &Budget::default()).unwrap().people.is_empty());
    let stopped = Budget { max_expansions: Some(3), ..Budget::default() };
    assert!(ties(&case.view, &profile, &stopped).is_err());
}

/// Two groups: people 1 to 4 share premises 1 and phones in pairs; 11 to 15 share premises 2; 20 is alone.
fn two_groups() -> CaseBuilder {
    let mut case = CaseBuilder::new();
    case.delivery("Agency");
    for n in 1..=4 {
        case.link(&person(n), "FOUND_AT", "unit=1", &[]);
        case.link(&person(n), "USES", &phone(n / 2), &[]);
    }
    for n in 11..=15 {
        case.link(&person(n), "FOUND_AT", "unit=2", &[]);
        case.link(&person(n), "ARRESTED_IN", "fir=2", &[("at", on(10, 4))]);
    }
    case.entity(&person(20), &[], &[]);
    case
}

#[test]
fn networks_are_the_groups_that_were_planted() {
    let case = two_groups().build();
    let ties = find_ties(&case);
    let config = NetworkConfig::default();
    let found = networks(&ties, &config, &Budget::default()).unwrap();
    let summaries = summaries(&case.view, &ties, &found, &config);
    let sizes: Vec<(u32, u64, u64)> = summaries.iter().map(|s| (s.number, s.size, s.arrested)).collect();
    assert_eq!(sizes, [(1, 5, 5), (2, 4, 0)]);
    assert!(summaries.iter().all(|s| s.conductance == 0.0));
    let shared: Vec<(&str, u64)> = summaries[1].shared.iter().map(|(e, n)| (e.label.as_str(), *n)).collect();
    assert_eq!(shared[0], ("1", 4));
    // Premises give 2/4 to each pair of five, the case 1/4.
    assert!((summaries[0].density - 0.75).abs() < 1e-5, "{}", summaries[0].density);
    assert_eq!(found.of(&ties, case.node(&person(20))), None);
    let chart = network_chart(&case.view, &ties, &found, &NetworkChart::of(vec![1, 2])).unwrap();
    assert_eq!(chart.groups.len(), 2);
    // Nine people, two premises, one case, and the phone that two of them use.
    assert_eq!(chart.nodes.len(), 13);
    assert!(chart.nodes.iter().all(|n| n.group.is_some()));
    assert!(chart.nodes[0].lines.iter().any(|l| l == "arrested 2025-10-04"));
    assert!(network_chart(&case.view, &ties, &found, &NetworkChart::of(vec![3])).is_err());
}

#[test]
fn a_new_arrest_is_nearest_to_those_it_shares_things_with() {
    let mut builder = two_groups();
    builder.delivery("New arrests");
    let new = [30, 31, 32, 33];
    // 30 has a phone of group 1; 31 knows only 30; 32 has nothing; 33 shares a hub of shop customers with group 2.
    builder.link(&person(30), "USES", &phone(1), &[]);
    // Many rows about two phones make a hub of neither.
    for day in 1..=12 {
        builder.link(&phone(1), "CALLED", &phone(200), &[("at", on(9, day))]);
    }
    builder.link(&person(31), "FRIEND_OF", &person(30), &[]);
    builder.entity(&person(32), &[], &[]);
    builder.link(&person(33), "CUSTOMER_OF", "shop=1", &[]);
    builder.link(&person(11), "CUSTOMER_OF", "shop=1", &[]);
    for n in 0..8 {
        builder.link(&phone(100 + n), "CUSTOMER_OF", "shop=1", &[]);
    }
    let case = builder.build();
    let nodes: Vec<NodeIdx> = new.iter().map(|n| case.node(&person(*n))).collect();
    let known = |node: NodeIdx| !nodes.contains(&node);
    let config = NearestConfig { hub_cap: 9, ..NearestConfig::default() };
    let ask = |config: &NearestConfig| {
        let network_of = |_: NodeIdx| Some(7);
        let workspace = &mut Workspace::new();
        nearest(&case.view, &nodes, &known, &network_of, config, workspace, &Budget::default()).unwrap()
    };
    let answers = ask(&config);
    assert_eq!(answers.len(), 4);
    let again = ask(&config);
    assert_eq!(answers, again);
    let of = |n: u32| {
        let label = person(n)[5..].to_owned();
        answers.iter().find(|a| a.person.label == label).unwrap()
    };
    let near: Vec<&str> = of(30).nearest.iter().map(|p| p.person.label.as_str()).collect();
    assert_eq!(near.len(), 3);
    assert!(near[..2].contains(&&person(2)[5..]) && near[..2].contains(&&person(3)[5..]), "{near:?}");
    assert_eq!(of(30).nearest[0].path.steps.len(), 2);
    assert_eq!(of(30).nearest[0].network, Some(7));
    assert!(of(30).nearest.windows(2).all(|w| w[0].score >= w[1].score));
    assert!([31, 32, 33].iter().all(|n| of(*n).nearest.is_empty()), "not through new people or hubs");
    assert!(answers.iter().all(|a| !a.known_before));
    let open = ask(&NearestConfig { hub_cap: 10, ..config });
    assert!(
        open.iter().any(|a| a.person.label == person(33)[5..] && !a.nearest.is_empty()),
        "the hub let through"
    );
}
