//! Histories: what deliveries claim, in plain values.

use jaal_model::claim::Discrimination;
use jaal_model::{Grade, Key, Level, Marking, Value};
use std::collections::BTreeMap;

/// What a row of a delivery claims.
#[derive(Clone, PartialEq, Debug)]
pub enum Told {
    /// The key names an entity of these kinds with these properties.
    Entity {
        /// Who.
        key: Key,
        /// Kinds beside the base kind of the key's scheme.
        kinds: Vec<String>,
        /// Properties.
        properties: BTreeMap<String, Value>,
        /// Validity in seconds.
        valid: (Option<i64>, Option<i64>),
    },
    /// A link.
    Link {
        /// Its type.
        link_type: String,
        /// Where it starts.
        from: Key,
        /// Where it ends.
        to: Key,
        /// What tells it from parallel ones.
        discrimination: Discrimination,
        /// The digest that does.
        discriminator: u64,
        /// Properties.
        properties: BTreeMap<String, Value>,
        /// Validity in seconds.
        valid: (Option<i64>, Option<i64>),
    },
    /// Two keys name one entity.
    Same {
        /// One.
        a: Key,
        /// The other.
        b: Key,
    },
}

/// A claim with its grade and marking.
#[derive(Clone, PartialEq, Debug)]
pub struct Claim {
    /// What is claimed.
    pub told: Told,
    /// How far it is trusted.
    pub grade: Grade,
    /// Who may see it.
    pub marking: Marking,
}

impl Claim {
    /// A claim of the default grade and marking.
    pub fn new(told: Told) -> Self {
        Self { told, grade: Grade::UNGRADED, marking: Marking::default() }
    }

    /// The same with a grade such as `1A`.
    #[must_use]
    pub fn graded(mut self, grade: &str) -> Self {
        self.grade = Grade::parse(grade).unwrap();
        self
    }

    /// An entity.
    pub fn entity(scheme: &str, value: &str, kinds: &[&str], properties: &[(&str, Value)]) -> Self {
        Self::new(Told::Entity {
            key: Key::new(scheme, value),
            kinds: kinds.iter().map(|k| (*k).to_owned()).collect(),
            properties: named(properties),
            valid: (None, None),
        })
    }

    /// A link told apart by its row.
    pub fn link(link_type: &str, from: (&str, &str), to: (&str, &str), properties: &[(&str, Value)]) -> Self {
        Self::new(Told::Link {
            link_type: link_type.to_owned(),
            from: Key::new(from.0, from.1),
            to: Key::new(to.0, to.1),
            discrimination: Discrimination::Row,
            discriminator: properties.iter().fold(17, |sum, (name, value)| {
                let mut bytes = name.as_bytes().to_vec();
                value.to_wire(&mut bytes);
                bytes.iter().fold(sum, |sum: u64, byte| sum.wrapping_mul(31).wrapping_add(u64::from(*byte)))
            }),
            properties: named(properties),
            valid: (None, None),
        })
    }

    /// Two keys of one entity.
    pub fn same(a: (&str, &str), b: (&str, &str)) -> Self {
        Self::new(Told::Same { a: Key::new(a.0, a.1), b: Key::new(b.0, b.1) })
    }
}

fn named(properties: &[(&str, Value)]) -> BTreeMap<String, Value> {
    properties.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect()
}

/// A delivery: its claims, one a row.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Drop {
    /// The claims in row order.
    pub claims: Vec<Claim>,
}

/// One step of a history; each is a commit.
#[derive(Clone, PartialEq, Debug)]
pub enum Act {
    /// A delivery is taken in. Deliveries are numbered from 1 in this order.
    Deliver(Drop),
    /// A delivery is taken back.
    Withdraw(u64),
    /// Two keys are held to be the same.
    Same(Key, Key),
    /// Two keys are held not to be the same.
    NotSame(Key, Key),
    /// A judgement is undone; they are numbered from 1 in order, undoings included.
    Undo(u64),
    /// A marking is added to all claims of a delivery.
    Remark(u64, Marking),
    /// A judgement that is marked itself.
    Marked(Marking, Box<Act>),
}

/// What deliveries claimed and people decided, in order.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct History {
    /// The steps.
    pub acts: Vec<Act>,
}

/// The marking of what nobody but the administrator may see: a reader who holds every compartment belongs to no unit
/// that it is releasable to, and one who belongs to every unit does not hold its compartment.
pub fn sealed() -> Marking {
    let word = "sealed".to_owned();
    Marking { level: Level::Secret, compartments: [word.clone()].into(), releasable_to: [word].into() }
}

impl Act {
    /// The step itself, and the marking of its judgement.
    pub fn opened(&self) -> (&Self, Marking) {
        match self {
            Self::Marked(marking, act) => (act, marking.clone()),
            act => (act, Marking::public()),
        }
    }
}

impl Claim {
    /// The keys that it names.
    pub fn keys(&self) -> Vec<&Key> {
        match &self.told {
            Told::Entity { key, .. } => vec![key],
            Told::Link { from, to, .. } => vec![from, to],
            Told::Same { a, b } => vec![a, b],
        }
    }
}

impl History {
    /// One delivery.
    pub fn of(claims: Vec<Claim>) -> Self {
        Self { acts: vec![Act::Deliver(Drop { claims })] }
    }

    /// Adds a step.
    #[must_use]
    pub fn then(mut self, act: Act) -> Self {
        self.acts.push(act);
        self
    }
}
