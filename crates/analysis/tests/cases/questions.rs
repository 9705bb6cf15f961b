//! Addresses, search, cards, why and neighbourhoods on a small case.

use crate::common::{Case, CaseBuilder, on};
use jaal_algo::paths::Workspace;
use jaal_analysis::around::{AroundQuestion, around};
use jaal_analysis::path::Avoid;
use jaal_analysis::{AnalysisError, address, card, entity, find, why};
use jaal_csr::{Adjacency, Budget, Direction};
use jaal_model::answer::ClaimedValue;
use jaal_model::{ErrorKind, NodeIdx, Value};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

const ALI: &str = "cnic=3520212345671";
const BILAL: &str = "cnic=3520212345673";
const PHONE: &str = "msisdn=+923001234567";
const OTHER: &str = "msisdn=+923451234567";

fn case() -> Case {
    let mut case = CaseBuilder::new();
    case.delivery("Cyber Crime Agency");
    case.entity(ALI, &["Suspect"], &[("name", "Ali Raza".into()), ("city", "Lahore".into())]);
    case.link(ALI, "USES", PHONE, &[]);
    case.link(ALI, "ARRESTED_IN", "fir=77/2025", &[("at", on(10, 4))]);
    case.delivery("Telecom Authority");
    case.entity(BILAL, &[], &[("name", "Ali Raza".into())]);
    case.entity(ALI, &[], &[("city", "Karachi".into())]);
    case.link(PHONE, "CALLED", OTHER, &[("at", on(9, 1))]);
    case.link(PHONE, "CALLED", OTHER, &[("at", on(9, 2))]);
    case.link(OTHER, "CALLED", PHONE, &[("at", on(9, 3))]);
    case.link(OTHER, "REGISTERED_TO", BILAL, &[]);
    case.build()
}

fn resolve(case: &Case, text: &str) -> Result<NodeIdx, AnalysisError> {
    address::resolve(&case.view, text, "PK")
}

#[test]
fn people_name_entities_in_many_ways() {
    let case = case();
    let (ali, phone) = (case.node(ALI), case.node(PHONE));
    let id = case.view.entity_id(ali).to_string();
    for text in [
        "Person:35202-1234567-1",
        "person:3520212345671",
        "Suspect:35202-1234567-1",
        "Person:cnic=35202 1234567 1",
        &id,
    ] {
        assert_eq!(resolve(&case, text).unwrap(), ali, "{text}");
    }
    for text in ["Phone:0300 1234567", "Phone:+923001234567", "Phone:msisdn=03001234567"] {
        assert_eq!(resolve(&case, text).unwrap(), phone, "{text}");
    }
    assert_eq!(resolve(&case, "Suspect:ali raza").unwrap(), ali);
    assert_eq!(resolve(&case, "Case:77/2025").unwrap(), case.node("fir=77/2025"));
}

#[test]
fn what_names_nothing_or_too_much_is_said() {
    let case = case();
    let error = resolve(&case, "Person:Ali Raza").unwrap_err();
    let AnalysisError::Ambiguous { total, candidates, .. } = &error else { panic!("{error}") };
    assert_eq!((*total, candidates.len()), (2, 2));
    for person in [ALI, BILAL] {
        let id = case.view.entity_id(case.node(person)).to_string();
        assert!(candidates.iter().any(|c| c.contains(&id)), "{candidates:?}");
    }
    let error = resolve(&case, "Phne:0300").unwrap_err();
    assert!(error.to_string().contains("nearest: Phone"), "{error}");
    assert_eq!(resolve(&case, "Phone:03009999999").unwrap_err().kind(), ErrorKind::NotFound);
    // The value is there, but it is no phone's.
    assert_eq!(resolve(&case, "Phone:35202-1234567-1").unwrap_err().kind(), ErrorKind::NotFound);
    assert_eq!(resolve(&case, "0300").unwrap_err().kind(), ErrorKind::UserQuery);
    assert_eq!(resolve(&case, "E00000000000").unwrap_err().kind(), ErrorKind::NotFound);
}

#[test]
fn a_bare_number_names_the_entity_of_its_kind() {
    let mut case = CaseBuilder::new();
    case.delivery("Analysis unit");
    case.entity("neo4j.0a1b2c3d=1", &["Person"], &[]).entity("neo4j.ffffffff=1", &["Vehicle"], &[]);
    case.entity("neo4j.0a1b2c3d.plate=1", &["Plate"], &[]);
    let case = case.build();
    for (text, key) in [
        ("Person:1", "neo4j.0a1b2c3d=1"),
        ("Vehicle:1", "neo4j.ffffffff=1"),
        ("Plate:1", "neo4j.0a1b2c3d.plate=1"),
    ] {
        assert_eq!(resolve(&case, text).unwrap(), case.node(key), "{text}");
    }
    assert_eq!(find::find(&case.view, "1", "PK", 10).len(), 3);
}

#[test]
fn search_ranks_keys_before_names() {
    let case = case();
    let hits = find::find(&case.view, "0300-1234567", "PK", 10);
    assert_eq!((hits[0].matched.as_str(), hits[0].text.as_str()), ("key", "msisdn=+923001234567"));
    let hits = find::find(&case.view, "+92300", "PK", 10);
    assert_eq!(hits.iter().map(|h| h.matched.as_str()).collect::<Vec<_>>(), ["key prefix"]);
    let hits = find::find(&case.view, "ali raza", "PK", 10);
    assert_eq!(hits.iter().map(|h| h.matched.as_str()).collect::<Vec<_>>(), ["name", "name"]);
    let hits = find::find(&case.view, "ali", "PK", 1);
    assert_eq!(hits.iter().map(|h| h.matched.as_str()).collect::<Vec<_>>(), ["part of name"]);
    let hits = find::find(&case.view, "al", "PK", 1);
    assert_eq!(hits.iter().map(|h| h.matched.as_str()).collect::<Vec<_>>(), ["name prefix"]);
    let hits = find::find(&case.view, "1234567", "PK", 10);
    assert_eq!((hits[0].matched.as_str(), hits[0].text.as_str()), ("key suffix", "msisdn=+923001234567"));
    let hits = find::find(&case.view, "0300-1234568", "PK", 10);
    assert_eq!((hits[0].matched.as_str(), hits[0].text.as_str()), (find::ONE_OFF, "msisdn=+923001234567"));
    assert!(find::find(&case.view, " ", "PK", 10).is_empty());
    let ids: Vec<_> =
        find::find(&case.view, "3520212345671", "PK", 10).into_iter().map(|h| h.entity.id).collect();
    assert_eq!(ids.len(), ids.iter().collect::<BTreeSet<_>>().len(), "an entity is listed once");
}

#[test]
fn every_line_of_a_number_file_is_accounted_for() {
    let case = case();
    let lines = [
        "# numbers",
        "03001234567,x",
        "",
        "03009999999",
        "35202-1234567-3",
        "0300 123457",
        "35202-1234567-8",
    ];
    let answer = find::find_numbers(&case.view, lines, "PK");
    assert_eq!(answer.hits.iter().map(|h| h.line).collect::<Vec<_>>(), [2, 5]);
    assert_eq!(answer.hits[1].entities[0].id, case.view.entity_id(case.node(BILAL)));
    assert!(answer.hits.iter().all(|h| h.near.is_empty()), "what is known is not compared");
    assert_eq!(answer.near.iter().map(|h| h.line).collect::<Vec<_>>(), [6, 7]);
    let near = &answer.near[0].near;
    let said: Vec<_> = near.iter().map(|n| (n.key.to_string(), n.differs.as_str())).collect();
    assert_eq!(said, [("msisdn=+923001234567".to_owned(), "place 12 is 6, which the number lacks")]);
    let cnics: Vec<_> = answer.near[1].near.iter().map(|n| n.differs.as_str()).collect();
    assert!(!cnics.is_empty() && cnics.iter().all(|differs| differs.starts_with("place 13 is")), "{cnics:?}");
    assert!(answer.near.iter().all(|h| h.entities.is_empty()), "what is near is no hit");
    assert_eq!(
        answer.misses.iter().map(|h| (h.line, h.text.as_str())).collect::<Vec<_>>(),
        [(4, "03009999999")]
    );
    assert_eq!(answer.hits.len() + answer.near.len() + answer.misses.len() + answer.skipped as usize, 7);
}

#[test]
fn of_many_claims_for_a_value_the_first_are_shown_and_all_are_counted() {
    let mut case = CaseBuilder::new();
    case.delivery("Agency").grade("1A");
    case.entity(ALI, &[], &[("city", "Lahore".into()), ("age", Value::Int(30))]).grade("3E");
    for (n, agency) in ["Second", "Third", "Fourth"].iter().enumerate() {
        case.delivery(agency);
        for _ in 0..3 {
            case.entity(ALI, &[], &[("city", "Multan".into()), ("age", Value::Int(31 + n as i64))]);
        }
    }
    let case = case.build();
    let card = card::show(&case.view, &case.sources, case.node(ALI)).unwrap();
    assert_eq!((card.claims, card.deliveries), (10, 4));
    let shown = |name: &str| {
        let line = card.properties.iter().find(|p| p.name == name).unwrap();
        let agencies = |c: &ClaimedValue| c.evidence.iter().map(|e| e.agency.clone()).collect::<Vec<_>>();
        line.disputed.iter().map(|c| (c.value.clone(), c.claims, agencies(c))).collect::<Vec<_>>()
    };
    let agencies = ["Second", "Second", "Second", "Third", "Third"].map(String::from);
    assert_eq!(shown("city"), [("Multan".into(), 9, agencies.to_vec())]);
    let of = |value: i64, agency: &str| (Value::Int(value), 3, vec![agency.to_owned(); 3]);
    assert_eq!(shown("age"), [of(31, "Second"), of(32, "Third"), of(33, "Fourth")]);
}

#[test]
fn a_card_says_what_is_disputed_and_by_whom() {
    let case = case();
    let card = card::show(&case.view, &case.sources, case.node(ALI)).unwrap();
    assert_eq!(card.entity.kinds, ["Person", "Suspect"]);
    assert_eq!(card.entity.label, "Ali Raza");
    assert_eq!((card.claims, card.deliveries, card.identities), (2, 2, 1));
    let city = card.properties.iter().find(|p| p.name == "city").unwrap();
    assert_eq!(city.disputed.len(), 1);
    let values = BTreeSet::from([city.value.clone(), city.disputed[0].value.clone()]);
    assert_eq!(values, BTreeSet::from([Value::from("Karachi"), Value::from("Lahore")]));
    let agency = if city.value == "Lahore".into() { "Telecom Authority" } else { "Cyber Crime Agency" };
    assert_eq!(city.disputed[0].evidence[0].agency, agency);
    assert_eq!(city.disputed[0].claims, 1);
    assert!(card.properties.iter().filter(|p| p.name != "city").all(|p| p.disputed.is_empty()));
}

#[test]
fn a_card_counts_every_link_once() {
    let case = case();
    let card = card::show(&case.view, &case.sources, case.node(PHONE)).unwrap();
    let groups: Vec<_> = card
        .links
        .iter()
        .map(|g| (g.link_type.as_str(), g.direction, g.other_kind.as_str(), g.links, g.entities))
        .collect();
    let expected =
        [("CALLED", "out", "Phone", 2, 1), ("CALLED", "in", "Phone", 1, 1), ("USES", "in", "Person", 1, 1)];
    assert_eq!(groups, expected);
    let degree = case.view.degree(case.node(PHONE).0, Direction::Both);
    assert_eq!(card.links.iter().map(|g| g.links).sum::<u64>(), degree);
}

#[test]
fn why_leads_to_the_rows() {
    let case = case();
    let answer = why::why_entity(&case.view, &case.sources, case.node(ALI), 1).unwrap();
    assert_eq!((answer.evidence.len(), answer.more), (1, 1));
    assert_eq!((answer.evidence[0].line, answer.evidence[0].agency.as_str()), (2, "Cyber Crime Agency"));
    let (a, b) = (case.node(OTHER), case.node(PHONE));
    let between = why::why_between(&case.view, &case.sources, a, b, Some("CALLED"), 10).unwrap();
    let mut lines: Vec<u64> = between.links.iter().map(|l| l.evidence[0].line).collect();
    lines.sort_unstable();
    assert_eq!((lines, between.more), (vec![4, 5, 6], 0));
    let cut = why::why_between(&case.view, &case.sources, a, b, None, 2).unwrap();
    assert_eq!((cut.links.len(), cut.more), (2, 1));
    let error = why::why_between(&case.view, &case.sources, a, b, Some("CALED"), 2).unwrap_err();
    assert!(error.to_string().contains("CALLED"), "{error}");
}

#[test]
fn why_names_the_row_that_joined_two_identities() {
    let mut case = CaseBuilder::new();
    case.delivery("Passport Office");
    case.entity(ALI, &[], &[("name", "Ali Raza".into())]).entity("passport=PAK:AB1234567", &[], &[]);
    case.same(ALI, "passport=PAK:AB1234567");
    let case = case.build();
    assert_eq!(case.node(ALI), case.node("passport=PAK:AB1234567"));
    let answer = why::why_entity(&case.view, &case.sources, case.node(ALI), 10).unwrap();
    assert_eq!((answer.evidence.len(), answer.more), (2, 0));
    assert_eq!(answer.joined_by.iter().map(|e| e.line).collect::<Vec<_>>(), [4]);
    assert_eq!(card::show(&case.view, &case.sources, case.node(ALI)).unwrap().identities, 2);
}

/// Distances by the plainest search.
fn distances(case: &Case, from: NodeIdx) -> BTreeMap<u32, u32> {
    let mut found = BTreeMap::from([(from.0, 0)]);
    let mut queue = VecDeque::from([from.0]);
    while let Some(node) = queue.pop_front() {
        let mut next = Vec::new();
        let _ = case.view.runs(node, Direction::Both, &mut |run| {
            next.extend_from_slice(run.neighbours);
            std::ops::ControlFlow::Continue(())
        });
        for other in next {
            if !found.contains_key(&other) {
                found.insert(other, found[&node] + 1);
                queue.push_back(other);
            }
        }
    }
    found
}

#[test]
fn a_neighbourhood_is_what_a_plain_search_finds() {
    let case = case();
    let centre = case.node(ALI);
    for hops in 0..5 {
        let question = AroundQuestion { hops, ..AroundQuestion::of(centre) };
        let answer = around(&case.view, &question, &mut Workspace::new(), &Budget::default()).unwrap();
        let found: BTreeMap<String, u32> =
            answer.entities.iter().map(|(entity, at)| (entity.id.to_string(), *at)).collect();
        let expected: BTreeMap<String, u32> = distances(&case, centre)
            .into_iter()
            .filter(|(_, at)| *at <= hops)
            .map(|(node, at)| (entity::entity_ref(&case.view, NodeIdx(node)).id.to_string(), at))
            .collect();
        assert_eq!(found, expected, "{hops} hops");
        let inside = answer
            .links
            .iter()
            .all(|l| found.contains_key(&l.from.to_string()) && found.contains_key(&l.to.to_string()));
        assert!(inside, "links lead among the listed");
    }
}

#[test]
fn a_neighbourhood_keeps_to_its_limits() {
    let case = case();
    let centre = case.node(ALI);
    let ask = |question: &AroundQuestion| {
        around(&case.view, question, &mut Workspace::new(), &Budget::default()).unwrap()
    };
    let wide = AroundQuestion { hops: 9, ..AroundQuestion::of(centre) };
    let all = ask(&wide);
    assert_eq!((all.entities.len(), all.links.len() as u64), (5, case.view.link_count()));
    let cut = ask(&AroundQuestion { limit: 2, ..wide.clone() });
    assert_eq!((cut.entities.len(), cut.more), (2, 3));
    let phones = case.view.kind("Phone").unwrap();
    let avoiding = ask(&AroundQuestion { avoid: vec![Avoid::Kind(phones)], ..wide.clone() });
    assert_eq!(avoiding.entities.len(), 2);
    let typed = ask(&AroundQuestion { types: vec!["USES".into()], ..wide.clone() });
    assert_eq!((typed.entities.len(), typed.links.len()), (2, 1));
    // The phone has four links, and two neighbours.
    assert_eq!(ask(&AroundQuestion { hub_cap: Some(2), ..wide.clone() }).entities, all.entities);
    let capped = ask(&AroundQuestion { hub_cap: Some(1), ..wide });
    assert_eq!((capped.entities.len(), capped.hubs.len(), capped.hubs[0].1), (3, 1, 2));
}
