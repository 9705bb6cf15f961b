//! What a delta holds of one entity and of one link: all that a view answers about them.

use super::numbering::Standing;
use crate::derive::links::times::Times;
use crate::versions::Held;
use jaal_model::Key;

/// An entity that is not as the segment has it, or not in it.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct NodeRecord {
    pub(crate) standing: Standing,
    /// Its identities, the one that it is named after first, then as they were first named.
    pub(crate) identities: Vec<u32>,
    /// The claims about it, or the earliest that names it; ascending.
    pub(crate) claims: Vec<u32>,
    /// The claims that joined its identities, ascending.
    pub(crate) joins: Vec<u32>,
    /// The keys of its identities, in their order.
    pub(crate) keys: Vec<Key>,
    /// The best rank of the claims about it; the worst where only links name it.
    pub(crate) rank: u8,
    /// Its properties, ascending by number.
    pub(crate) properties: Vec<Held>,
    /// Its names as the index has them, sorted.
    pub(crate) names: Vec<String>,
}

/// A link that is not as the segment has it, or not in it.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct LinkRecord {
    /// Place of the entity where it starts.
    pub(crate) from: u32,
    /// Place of the entity where it ends.
    pub(crate) to: u32,
    /// The claims behind it, ascending; never empty.
    pub(crate) claims: Vec<u32>,
    /// The best rank of their grades.
    pub(crate) rank: u8,
    /// Its properties, ascending by number.
    pub(crate) properties: Vec<Held>,
    /// Its validity, each bound [`jaal_model::claim::NO_TIME`] where not claimed.
    pub(crate) valid: (i64, i64),
    /// What each claim says of its time, where they do not agree; else empty.
    pub(crate) times: Vec<(u32, Times)>,
}

/// A link as its ends know it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Added {
    /// Its type, by its number in the delta.
    pub(crate) link_type: u16,
    /// Its row among the links of its type.
    pub(crate) row: u32,
    /// Whether it leads out of the node.
    pub(crate) out: bool,
    /// Place of the node at the other end.
    pub(crate) other: u32,
    /// Its first claim: its order among links between the same two.
    pub(crate) first: u32,
}
