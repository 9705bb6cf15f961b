//! Random histories, small and dense, so that everything that can collide does.

use crate::history::{Act, Claim, Drop, History, Told};
use jaal_graph::Lens;
use jaal_model::claim::Discrimination;
use jaal_model::value::{Date, DateTime, LocalDateTime};
use jaal_model::{Clearance, CommitId, Grade, Key, Level, Marking, Value};
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use proptest::sample::subsequence;
use std::collections::BTreeSet;

/// The compartments of markings and readers.
const COMPARTMENTS: [&str; 2] = ["CYBER", "NARCO"];
/// The units that something is releasable to, and that readers belong to.
const UNITS: [&str; 2] = ["FIA", "PTA"];

/// Histories of a few deliveries and judgements over a few keys, kinds, types and properties.
pub fn history() -> impl Strategy<Value = History> {
    let act = prop_oneof![
        5 => vec(claim(), 0..30).prop_map(|claims| Act::Deliver(Drop { claims })),
        1 => (key(), key()).prop_map(|(a, b)| Act::Same(a, b)),
        1 => (key(), key()).prop_map(|(a, b)| Act::NotSame(a, b)),
        1 => (1_u64..6).prop_map(Act::Withdraw),
        1 => (1_u64..6).prop_map(Act::Undo),
        1 => (1_u64..4, marking()).prop_map(|(delivery, marking)| Act::Remark(delivery, marking)),
    ];
    let act = (act, any::<bool>(), marking()).prop_map(|(act, marked, marking)| match act {
        Act::Deliver(_) => act,
        judged if marked => Act::Marked(marking, Box::new(judged)),
        judged => judged,
    });
    vec(act, 1..9).prop_map(possible)
}

/// Leaves out steps that name deliveries, judgements or keys that are not there yet.
fn possible(acts: Vec<Act>) -> History {
    let mut history = History::default();
    let (mut deliveries, mut judgements) = (0, 0);
    let mut named: Vec<Key> = Vec::new();
    for act in acts {
        let counts = match act.opened().0 {
            Act::Marked(..) => false,
            Act::Remark(delivery, _) => *delivery <= deliveries,
            Act::Deliver(delivery) => {
                deliveries += 1;
                named.extend(delivery.claims.iter().flat_map(|claim| claim.keys().into_iter().cloned()));
                true
            }
            Act::Withdraw(delivery) => *delivery <= deliveries,
            Act::Same(a, b) | Act::NotSame(a, b) => named.contains(a) && named.contains(b),
            Act::Undo(judgement) => *judgement <= judgements,
        };
        if counts {
            judgements += u64::from(!matches!(act, Act::Deliver(_)));
            history.acts.push(act);
        }
    }
    history
}

/// Readers of every sort: what they are cleared for, whose they are, and by when they know.
pub fn lens() -> impl Strategy<Value = Lens> {
    let level = prop_oneof![Just(Level::Official), Just(Level::Official), Just(Level::Secret)];
    let some = |names: &[&str]| {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        proptest::option::weighted(0.8, subsequence(names, 0..=2).prop_map(BTreeSet::from_iter))
    };
    let known = proptest::option::weighted(0.3, (0_u64..9).prop_map(CommitId));
    (level, some(&COMPARTMENTS), some(&UNITS), known).prop_map(
        |(level, compartments, member_of, as_known)| Lens {
            clearance: Clearance { level, compartments, member_of },
            as_known,
        },
    )
}

/// Markings that differ in every respect that a reader may lack. Most hide nothing.
fn marking() -> impl Strategy<Value = Marking> {
    let level = prop_oneof![3 => Just(Level::Official), 1 => Just(Level::Secret)];
    let some = |names: &[&str]| {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        prop_oneof![3 => Just(BTreeSet::new()), 1 => subsequence(names, 1..=2).prop_map(BTreeSet::from_iter)]
    };
    (level, some(&COMPARTMENTS), some(&UNITS)).prop_map(|(level, compartments, releasable_to)| Marking {
        level,
        compartments,
        releasable_to,
    })
}

fn key() -> impl Strategy<Value = Key> {
    let cnic = (0_u8..3).prop_map(|n| Key::new("cnic", format!("352021234567{n}")));
    let phone = (0_u8..3).prop_map(|n| Key::new("msisdn", format!("+92300123456{n}")));
    let other = (0_u8..4).prop_map(|n| Key::new("thing", format!("t{n}")));
    prop_oneof![cnic, phone, other]
}

fn claim() -> impl Strategy<Value = Claim> {
    let grade = prop_oneof![Just("1A"), Just("2B"), Just("B2")].prop_map(|g| Grade::parse(g).unwrap());
    (told(), grade, marking()).prop_map(|(told, grade, marking)| Claim { told, grade, marking })
}

fn told() -> impl Strategy<Value = Told> {
    let kinds = vec(prop_oneof![Just("Suspect".to_owned()), Just("Hub".to_owned())], 0..2);
    let time = || proptest::option::weighted(0.3, 0_i64..3);
    let entity = (key(), kinds, properties(), (time(), time()))
        .prop_map(|(key, kinds, properties, valid)| Told::Entity { key, kinds, properties, valid });
    let discrimination = prop_oneof![
        (0_u64..2).prop_map(|d| (Discrimination::Row, d)),
        (0_u64..2).prop_map(|d| (Discrimination::Declared, d)),
        Just((Discrimination::Ends, 0)),
    ];
    let link_type = prop_oneof![Just("CALLED".to_owned()), Just("KNOWS".to_owned())];
    let time = || proptest::option::of(0_i64..3);
    let link = (link_type, key(), key(), discrimination, properties(), (time(), time())).prop_map(
        |(link_type, from, to, (discrimination, discriminator), properties, valid)| Told::Link {
            link_type,
            from,
            to,
            discrimination,
            discriminator,
            properties,
            valid,
        },
    );
    let same = (key(), key()).prop_map(|(a, b)| Told::Same { a, b });
    prop_oneof![4 => entity, 6 => link, 1 => same]
}

fn properties() -> impl Strategy<Value = std::collections::BTreeMap<String, Value>> {
    let names = ["a", "b", "name", "at", "date"].map(str::to_owned).to_vec();
    btree_map(proptest::sample::select(names), value(), 0..3)
}

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        3 => (0_i64..300).prop_map(Value::Int),
        1 => any::<i64>().prop_map(Value::Int),
        2 => "[a-cü ]{0,4}".prop_map(Value::Str),
        1 => any::<f64>().prop_map(Value::Float),
        1 => any::<bool>().prop_map(Value::Bool),
        1 => (0_i64..9).prop_map(|d| Value::Date(Date::from_days(d))),
        1 => (0_i64..9, 0_u32..2).prop_map(|(seconds, nanos)| {
            Value::LocalDateTime(LocalDateTime { seconds, nanos })
        }),
        1 => (0_i64..9, 0_i32..2).prop_map(|(seconds, offset)| {
            Value::DateTime(DateTime { seconds, nanos: 0, offset_s: offset * 3_600, zone: None })
        }),
        1 => vec((0_i64..3).prop_map(Value::Int), 0..3).prop_map(Value::List),
        1 => Just(Value::Null),
    ]
}
