//! Keys and names against a scan over everything.

use jaal_graph::NameMatch;
use jaal_model::{NodeIdx, Value, names};
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

#[test]
fn names_are_found_whole_in_any_order_and_by_beginning() {
    let person = |n: u8, name: &str| {
        Claim::entity("cnic", &format!("352021234567{n}"), &[], &[("name", Value::from(name))])
    };
    let view = History::of(vec![
        person(1, "Muhammad Ali Khan"),
        person(2, "Ali Raza"),
        person(3, "Alina Shah"),
        person(4, "KHAN, Muhammad  Ali"),
    ])
    .store()
    .view();
    let find = |text: &str| -> Vec<(u32, NameMatch)> {
        view.find_names(text, 10).into_iter().map(|(node, how)| (node.0, how)).collect()
    };
    assert_eq!(find("muhammad ali khan"), [(0, NameMatch::Exact), (3, NameMatch::Tokens)]);
    assert_eq!(
        find("Ali"),
        [(0, NameMatch::Tokens), (1, NameMatch::Tokens), (3, NameMatch::Tokens), (2, NameMatch::Prefix)]
    );
    assert_eq!(find("khan ali mu"), [(0, NameMatch::Prefix), (3, NameMatch::Prefix)]);
    assert_eq!(find("nobody"), []);
    assert_eq!(find("  "), []);
    assert_eq!(names::tokens("KHAN, Muhammad").len(), 2);
}

#[test]
fn an_address_is_found_after_every_name_and_said_to_be_one() {
    let person = |n: u8, name: &str, address: &str| {
        let properties = [("name", Value::from(name)), ("address", Value::from(address))];
        Claim::entity("cnic", &format!("352021234567{n}"), &[], &properties)
    };
    let view = History::of(vec![
        person(1, "Waqas Hussain", "House 1, Rawalpindi"),
        person(2, "Waqas Raza", "House 2, Rawalpindi"),
        person(3, "Hina Shah", "Raza Street, Lahore"),
    ])
    .store()
    .view();
    let find = |text: &str| -> Vec<(u32, NameMatch)> {
        view.find_names(text, 10).into_iter().map(|(node, how)| (node.0, how)).collect()
    };
    assert_eq!(find("waqas r"), [(1, NameMatch::Prefix), (0, NameMatch::Address)]);
    assert_eq!(find("raza"), [(1, NameMatch::Tokens), (2, NameMatch::Address)]);
    assert_eq!(find("rawalpindi"), [(0, NameMatch::Address), (1, NameMatch::Address)]);
}
