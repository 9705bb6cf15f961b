//! Keys and names against a scan over everything.

use jaal_graph::{NameHit, NameMatch, View};
use jaal_model::{Key, NodeIdx, ROW_SCHEME, Value};
use jaal_testkit::{Claim, History, history};
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    #[test]
    fn key_prefixes_equal_a_scan(history in history(), prefix in "(t|\\+92|3520|)[0-9]{0,2}") {
        let view = history.store().view();
        let mut expected = Vec::new();
        for node in (0..view.node_count()).map(NodeIdx) {
            expected.extend(view.keys(node).into_iter().filter(|k| k.value.starts_with(&prefix)).map(|k| (k, node)));
        }
        expected.sort();
        prop_assert_eq!(view.find_key_prefix(None, &prefix, usize::MAX), expected);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    #[test]
    fn key_endings_equal_a_scan(history in history(), ending in "[0-9]{1,4}", limit in 0_usize..5) {
        let view = history.store().view();
        let mut expected = Vec::new();
        for node in (0..view.node_count()).map(NodeIdx) {
            let keys = view.keys(node).into_iter().filter(|k| k.scheme != ROW_SCHEME && k.value.ends_with(&ending));
            expected.extend(keys.map(|k| (k, node)));
        }
        let backwards = |key: &Key| (key.scheme.clone(), key.value.bytes().rev().collect::<Vec<_>>());
        expected.sort_by_key(|(key, _)| backwards(key));
        let found = view.find_key_suffix(&ending, usize::MAX);
        prop_assert_eq!(&found, &expected);
        expected.truncate(limit);
        prop_assert_eq!(view.find_key_suffix(&ending, limit), expected);
    }
}

fn person(n: u8, properties: &[(&str, &str)]) -> Claim {
    let properties: Vec<(&str, Value)> =
        properties.iter().map(|(name, text)| (*name, Value::from(*text))).collect();
    Claim::entity("cnic", &format!("352021234567{n}"), &[], &properties)
}

fn found(view: &View, text: &str) -> Vec<(u32, NameMatch)> {
    view.find_names(text, 10).into_iter().map(|hit| (hit.node.0, hit.how)).collect()
}

#[test]
fn names_are_found_whole_in_any_order_and_by_beginning() {
    let view = History::of(vec![
        person(1, &[("name", "Muhammad Ali Khan")]),
        person(2, &[("name", "Ali Raza")]),
        person(3, &[("name", "Alina Shah")]),
        person(4, &[("name", "KHAN, Muhammad  Ali")]),
    ])
    .store()
    .view();
    assert_eq!(found(&view, "muhammad ali khan"), [(0, NameMatch::Exact), (3, NameMatch::Order)]);
    let ali = [(1, NameMatch::Words), (0, NameMatch::Words), (3, NameMatch::Words), (2, NameMatch::Prefix)];
    assert_eq!(found(&view, "Ali"), ali);
    assert_eq!(found(&view, "khan ali mu"), [(0, NameMatch::Prefix), (3, NameMatch::Prefix)]);
    assert_eq!(found(&view, "M. Ali Khan"), [(0, NameMatch::Initials), (3, NameMatch::Initials)]);
    assert_eq!(found(&view, "Muhammad Ali Raza Khan"), [(0, NameMatch::Missing), (3, NameMatch::Missing)]);
    assert_eq!(found(&view, "alinna shah"), [(2, NameMatch::Typo)]);
    assert_eq!(found(&view, "علی رضا"), [(1, NameMatch::Sound)]);
    assert_eq!(found(&view, "nobody"), []);
    assert_eq!(found(&view, "  "), []);
}

#[test]
fn every_claimed_name_is_found_and_shown() {
    let view = History::of(vec![
        person(1, &[("name", "Waqas Hussain"), ("alias", "Bhola Pehlwan")]),
        person(1, &[("name", "Vicky")]),
        person(2, &[("first_name", "Hina"), ("surname", "Shah")]),
        person(3, &[("name", "محمد علی")]),
    ])
    .store()
    .view();
    for (text, number, how, name) in [
        ("bhola pehlwan", 1, NameMatch::Exact, "bhola pehlwan"),
        ("vicky", 1, NameMatch::Exact, "vicky"),
        ("waqas hussain", 1, NameMatch::Exact, "waqas hussain"),
        ("hina shah", 2, NameMatch::Exact, "hina shah"),
        ("vicky hussain", 1, NameMatch::Several, ""),
        ("Mohd. Ali", 3, NameMatch::Sound, "محمد علی"),
        ("محمد علي", 3, NameMatch::Exact, "محمد علی"),
    ] {
        let hits = view.find_names(text, 10);
        let node = view.find_key(&Key::new("cnic", format!("352021234567{number}"))).unwrap();
        let hit = NameHit { node, how, name: name.to_owned() };
        assert_eq!(hits, [hit], "{text}");
    }
}

#[test]
fn an_address_is_found_after_every_name_and_said_to_be_one() {
    let view = History::of(vec![
        person(1, &[("name", "Waqas Hussain"), ("address", "House 1, Rawalpindi")]),
        person(2, &[("name", "Waqas Raza"), ("address", "House 2, Rawalpindi")]),
        person(3, &[("name", "Hina Shah"), ("address", "Raza Street, Lahore")]),
    ])
    .store()
    .view();
    assert_eq!(found(&view, "waqas r"), [(1, NameMatch::Prefix), (0, NameMatch::Address)]);
    assert_eq!(found(&view, "raza"), [(1, NameMatch::Words), (2, NameMatch::Address)]);
    assert_eq!(found(&view, "rawalpindi"), [(0, NameMatch::Address), (1, NameMatch::Address)]);
    assert_eq!(found(&view, "rawalpinid"), [(0, NameMatch::Address), (1, NameMatch::Address)]);
}
