//! Images against the plainest derivation there is, over random histories.

use jaal_graph::Lens;
use jaal_model::value::Value;
use jaal_model::{Clearance, CommitId, IdentityId, Key, Level};
use jaal_testkit::{Act, Claim, Drop, History, history, plain_of_view};
use proptest::prelude::*;

/// What a reader cleared for OFFICIAL sees.
fn official() -> Lens {
    Lens { clearance: Clearance { level: Level::Official, ..Clearance::everything() }, as_known: None }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 120, ..ProptestConfig::default() })]

    #[test]
    fn an_image_is_what_the_reference_derives(history in history()) {
        let store = history.store();
        prop_assert_eq!(plain_of_view(&store.view()), history.reference(&Lens::everything()));
        let known = Lens { as_known: Some(CommitId(history.acts.len() as u64 / 2)), ..official() };
        for lens in [official(), known] {
            prop_assert_eq!(plain_of_view(&store.view_for(&lens)), history.reference(&lens));
        }
    }

    #[test]
    fn every_entity_and_link_has_claims_and_rows(history in history()) {
        let store = history.store();
        let (view, sources) = (store.view(), store.sources());
        for node in 0..view.node_count() {
            let node = jaal_model::NodeIdx(node);
            let claims = view.node_claims(node);
            prop_assert!(!claims.is_empty() && claims.is_sorted());
            let rows = sources.evidence(&claims).unwrap();
            prop_assert_eq!(rows.len(), claims.len());
            let keys = view.keys(node);
            for row in rows {
                // The test store writes each claim as its row, so the row names one of the entity's keys.
                prop_assert!(keys.iter().any(|key| row.row.contains(&key.value)), "{} {:?}", row.row, keys);
            }
            prop_assert_eq!(view.node_of(view.entity_id(node)), Some(node));
            for key in keys {
                prop_assert_eq!(view.find_key(&key), Some(node));
            }
        }
        for (number, name) in view.link_types().iter().enumerate() {
            for row in 0..view.link_count_of(number as u16) {
                let link = jaal_csr::LinkHandle { link_type: number as u16, row };
                let rows = sources.evidence(&view.link_claims(link)).unwrap();
                prop_assert!(!rows.is_empty() && rows.iter().all(|row| row.row.contains(name.as_str())));
                prop_assert_eq!(sources.link_of(&view, view.link_id(link)).unwrap(), Some(link));
            }
        }
    }

    #[test]
    fn the_same_history_gives_the_same_file_at_any_thread_count(history in history()) {
        let store = history.store();
        let digest = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| store.view().segment().content_checksum())
        };
        let one = digest(1);
        prop_assert_eq!(one, digest(2));
        prop_assert_eq!(one, digest(8));
    }
}

#[test]
fn a_withdrawn_delivery_leaves_the_other_source() {
    let row = || Claim::link("CALLED", ("msisdn", "+923001234567"), ("msisdn", "+923007654321"), &[]);
    let deliver = |claims| Act::Deliver(Drop { claims });
    let history = History::default().then(deliver(vec![row(), row()])).then(deliver(vec![row()]));
    let both = history.store().view();
    assert_eq!((both.node_count(), both.link_count()), (2, 2), "equal rows of one delivery are two calls");
    let called = both.link_type("CALLED").unwrap();
    let first = jaal_csr::LinkHandle { link_type: called, row: 0 };
    assert_eq!(both.link_claim_count(first), 2, "the other delivery's row is further evidence of the first");
    let one = history.clone().then(Act::Withdraw(1)).store().view();
    assert_eq!((one.node_count(), one.link_count()), (2, 1));
    let none = history.then(Act::Withdraw(1)).then(Act::Withdraw(2)).store().view();
    assert_eq!((none.node_count(), none.link_count()), (0, 0));
}

#[test]
fn two_valid_cnics_never_become_one_person() {
    let history = History::of(vec![
        Claim::same(("cnic", "3520212345671"), ("passport", "PAK:AB1234567")),
        Claim::same(("passport", "PAK:AB1234567"), ("cnic", "3520212345673")),
    ]);
    let view = history.store().view();
    assert_eq!(view.node_count(), 2);
    assert_eq!(view.conflict_count(), 1);
}

#[test]
fn ids_of_all_members_find_a_joined_entity() {
    let history = History::of(vec![
        Claim::entity("cnic", "3520212345671", &[], &[("name", Value::from("Ali Raza"))]),
        Claim::entity("passport", "PAK:AB1234567", &[], &[]),
        Claim::same(("cnic", "3520212345671"), ("passport", "PAK:AB1234567")),
    ]);
    let store = history.store();
    let view = store.view();
    assert_eq!(view.node_count(), 1);
    let key = store.ledger.opaque_key();
    for identity in [0, 1] {
        assert_eq!(view.node_of(key.entity(IdentityId(identity))), Some(jaal_model::NodeIdx(0)));
    }
    assert_eq!(view.find_key(&Key::new("passport", "PAK:AB1234567")), Some(jaal_model::NodeIdx(0)));
    assert_eq!(view.join_claims(jaal_model::NodeIdx(0)).len(), 1);
}
