//! Images against the plainest derivation there is, over random histories.

use jaal_graph::Lens;
use jaal_model::claim::Discrimination;
use jaal_model::value::Value;
use jaal_model::{Clearance, CommitId, IdentityId, Key, Level};
use jaal_testkit::{Act, Claim, Drop, History, Told, history, plain_of_view};
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

/// A link folded by its ends, with an event day and a validity.
fn folded(at: i64, valid: (Option<i64>, Option<i64>), grade: &str) -> Claim {
    let day = Value::Date(jaal_model::value::Date::from_days(at));
    let mut claim = Claim::link("MET", ("thing", "a"), ("thing", "b"), &[("at", day)]).graded(grade);
    if let Told::Link { discrimination, discriminator, valid: claimed, .. } = &mut claim.told {
        (*discrimination, *discriminator, *claimed) = (Discrimination::Ends, 0, valid);
    }
    claim
}

#[test]
fn a_folded_link_keeps_the_times_of_each_claim_and_never_mixes_two_validities() {
    let history =
        History::of(vec![folded(10, (Some(500), None), "1A"), folded(90, (Some(100), Some(200)), "2B")]);
    let view = history.store().view();
    assert_eq!(view.link_count(), 1);
    let link = jaal_csr::LinkHandle { link_type: 0, row: 0 };
    assert_eq!(view.link_validity(link), (Some(500), None), "the better grade's bounds, both");
    let times: Vec<_> = view.link_times(link).iter().map(|t| (t.from, t.to, t.event)).collect();
    assert_eq!(times, [(Some(500), None, Some(864_000)), (Some(100), Some(200), Some(7_776_000))]);
}

#[test]
fn what_forbids_a_merge_travels_with_the_merged() {
    let cnic = |n: u8| ("cnic", format!("352021234567{n}"));
    let (one, two) = (cnic(1), cnic(3));
    let joined = |claims: Vec<Claim>, acts: Vec<Act>| {
        let history = acts.into_iter().fold(History::of(claims), History::then);
        let view = history.store().view();
        (view.node_count(), view.conflict_count())
    };
    // The CNIC is on the later-named side of the first merge, so it has to move to the set's root.
    let chain = vec![
        Claim::entity("thing", "x", &[], &[]),
        Claim::same(("thing", "x"), (one.0, &one.1)),
        Claim::entity("thing", "y", &[], &[]),
        Claim::same(("thing", "y"), (two.0, &two.1)),
        Claim::same(("thing", "x"), ("thing", "y")),
    ];
    assert_eq!(joined(chain, Vec::new()), (2, 1));
    // Held apart are b and d; a-b and c-d are one each; a-c may then not be joined.
    let key = |name: &str| Key::new("thing", name);
    let claims =
        vec![Claim::same(("thing", "a"), ("thing", "b")), Claim::same(("thing", "c"), ("thing", "d"))];
    let acts = [Act::NotSame(key("b"), key("d")), Act::Same(key("a"), key("c"))];
    assert_eq!(joined(claims.clone(), vec![acts[0].clone()]), (2, 0));
    let later = Drop { claims: vec![Claim::same(("thing", "a"), ("thing", "c"))] };
    assert_eq!(joined(claims, vec![acts[0].clone(), Act::Deliver(later)]), (2, 1));
}

#[test]
fn more_kinds_than_an_image_numbers_are_refused() {
    let claims =
        (0..65_600).map(|n| Claim::entity("thing", &n.to_string(), &[&format!("K{n}")], &[])).collect();
    let store = History::of(claims).store();
    let folder = tempfile::tempdir().unwrap();
    let snapshot = store.ledger.snapshot().unwrap();
    let target = folder.path().join("x.seg");
    let error =
        jaal_graph::derive_segment(&snapshot, &Lens::everything(), &target, &mut |_, _| ()).unwrap_err();
    assert_eq!(error.kind(), jaal_model::ErrorKind::LimitExceeded, "{error}");
    assert_eq!(folder.path().read_dir().unwrap().count(), 0, "nothing is left behind");
}
