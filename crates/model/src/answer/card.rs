//! Entities as answers show them: a one-line reference, a card, the hits of a search.

use super::Evidence;
use crate::{EntityId, JudgementId, Key, Marking, Value};
use serde::Serialize;

/// One entity on one line.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
pub struct EntityRef {
    /// Its opaque id.
    pub id: EntityId,
    /// Its kinds, most telling first (the base kind of its preferred key, then the others sorted).
    pub kinds: Vec<String>,
    /// What to call it: its name, else its preferred key's value, else its id.
    pub label: String,
    /// Its preferred key.
    pub key: Option<Key>,
}

/// A property as a card shows it.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct PropertyLine {
    /// The property's name.
    pub name: String,
    /// The preferred value: by override, grade, then record time.
    pub value: Value,
    /// Other values that sources claim, each with who claims it; empty when all agree.
    pub disputed: Vec<ClaimedValue>,
}

/// A value, and who claims it.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct ClaimedValue {
    /// The value.
    pub value: Value,
    /// Number of claims for it.
    pub claims: u64,
    /// The rows of the first of them.
    pub evidence: Vec<Evidence>,
}

/// Links of one type in one direction to entities of one kind, counted.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct LinkGroup {
    /// The link type.
    pub link_type: String,
    /// `out` or `in`.
    pub direction: &'static str,
    /// The first kind of the entities at the other end.
    pub other_kind: String,
    /// Links.
    pub links: u64,
    /// Distinct entities at the other end.
    pub entities: u64,
}

/// Everything on one entity.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct EntityCard {
    /// The entity.
    pub entity: EntityRef,
    /// All its keys.
    pub keys: Vec<Key>,
    /// Its properties, sorted by name.
    pub properties: Vec<PropertyLine>,
    /// Its links, counted.
    pub links: Vec<LinkGroup>,
    /// Claims about the entity itself.
    pub claims: u64,
    /// Deliveries that these claims come from.
    pub deliveries: u64,
    /// How many identities are held to be this entity.
    pub identities: u64,
    /// What people have noted on it.
    pub notes: Vec<NoteLine>,
}

/// A note on an entity.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct NoteLine {
    /// The judgement that it is, to take it back by.
    pub judgement: JudgementId,
    /// What it says.
    pub text: String,
    /// Who wrote it.
    pub actor: String,
    /// When, seconds since 1970 UTC.
    pub at: i64,
    /// Who may see it.
    pub marking: Marking,
}

/// One hit of a search.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct FindHit {
    /// The entity.
    pub entity: EntityRef,
    /// What matched: `key`, `key prefix`, `key suffix`, `one digit off`, or a word for the way in which a name did.
    pub matched: String,
    /// The text that matched.
    pub text: String,
}

/// What a line of a file of numbers is.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct NumberHit {
    /// Line in the file, from 1.
    pub line: u64,
    /// The text as it stands there.
    pub text: String,
    /// Entities that it names, or none.
    pub entities: Vec<EntityRef>,
    /// Where it names none: keys that differ by one slip, which are no hits.
    pub near: Vec<NearKey>,
}

/// A key that is not a number but nearly.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct NearKey {
    /// The entity that it names.
    pub entity: EntityRef,
    /// The key.
    pub key: Key,
    /// What differs, in words.
    pub differs: String,
}

/// The answer to `find --file`.
#[derive(Clone, PartialEq, Debug, Default, Serialize)]
pub struct NumbersAnswer {
    /// Lines that name an entity, in file order.
    pub hits: Vec<NumberHit>,
    /// Lines that name none and differ from a key by one slip, in file order.
    pub near: Vec<NumberHit>,
    /// Lines that are nothing known, in file order.
    pub misses: Vec<NumberHit>,
    /// Blank lines and comments.
    pub skipped: u64,
}
