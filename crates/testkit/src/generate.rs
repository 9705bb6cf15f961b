//! Random histories, small and dense, so that everything that can collide does.

use crate::history::{Act, Claim, Drop, History, Told};
use jaal_model::claim::Discrimination;
use jaal_model::value::{Date, DateTime, LocalDateTime};
use jaal_model::{Grade, Key, Level, Marking, Value};
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;

/// Histories of a few deliveries and judgements over a few keys, kinds, types and properties.
pub fn history() -> impl Strategy<Value = History> {
    let act = prop_oneof![
        5 => vec(claim(), 0..30).prop_map(|claims| Act::Deliver(Drop { claims })),
        1 => (key(), key()).prop_map(|(a, b)| Act::Same(a, b)),
        1 => (key(), key()).prop_map(|(a, b)| Act::NotSame(a, b)),
        1 => (1_u64..6).prop_map(Act::Withdraw),
        1 => (1_u64..6).prop_map(Act::Undo),
        1 => (1_u64..4).prop_map(Act::Remark),
    ];
    let act = (act, any::<bool>()).prop_map(|(act, hide)| match act {
        Act::Deliver(_) => act,
        judged if hide => Act::Secretly(Box::new(judged)),
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
            Act::Secretly(_) => false,
            Act::Remark(delivery) => *delivery <= deliveries,
            Act::Deliver(delivery) => {
                deliveries += 1;
                delivery.claims.iter().for_each(|claim| named.extend(keys_of(claim)));
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

fn keys_of(claim: &Claim) -> Vec<Key> {
    match &claim.told {
        Told::Entity { key, .. } => vec![key.clone()],
        Told::Link { from, to, .. } => vec![from.clone(), to.clone()],
        Told::Same { a, b } => vec![a.clone(), b.clone()],
    }
}

fn key() -> impl Strategy<Value = Key> {
    let cnic = (0_u8..3).prop_map(|n| Key::new("cnic", format!("352021234567{n}")));
    let phone = (0_u8..3).prop_map(|n| Key::new("msisdn", format!("+92300123456{n}")));
    let other = (0_u8..4).prop_map(|n| Key::new("thing", format!("t{n}")));
    prop_oneof![cnic, phone, other]
}

fn claim() -> impl Strategy<Value = Claim> {
    let grade = prop_oneof![Just("1A"), Just("2B"), Just("B2")].prop_map(|g| Grade::parse(g).unwrap());
    let level = prop_oneof![Just(Level::Official), Just(Level::Official), Just(Level::Secret)];
    let marking = level.prop_map(|level| Marking { level, ..Marking::default() });
    (told(), grade, marking).prop_map(|(told, grade, marking)| Claim { told, grade, marking })
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
