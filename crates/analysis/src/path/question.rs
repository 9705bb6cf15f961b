//! What may be asked of a path: its ends, and what it may and may not use.

use jaal_model::{Grade, NodeIdx};

/// The longest path searched for unless told otherwise. Beyond a dozen links nearly any two entities of a large graph
/// are connected, and the connection says nothing.
pub const MAX_HOPS: u32 = 12;

/// Something that a path must not go through.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Avoid {
    /// Entities of a kind.
    Kind(u16),
    /// One entity.
    Entity(NodeIdx),
}

/// A question for a path. The ends are exempt from what is avoided and from the hub cap.
#[derive(Clone, PartialEq, Debug)]
pub struct PathQuestion {
    /// One end.
    pub from: NodeIdx,
    /// The other end.
    pub to: NodeIdx,
    /// Link types that may be walked, either way; empty means all.
    pub types: Vec<String>,
    /// What no path may go through.
    pub avoid: Vec<Avoid>,
    /// The most links of a path.
    pub max_hops: u32,
    /// Entities linked with more than this many others are not walked through. Parallel links count once.
    pub hub_cap: Option<u64>,
    /// The instant, in seconds since 1970, at which every link must hold: a link that claims a validity must include
    /// it; a link without one that has the property `at` (or `date`) is an event and counts if it happened by then;
    /// any other link always counts. For a whole day give its last second.
    pub as_of: Option<i64>,
    /// All shortest paths, not one.
    pub all: bool,
    /// The most paths listed.
    pub limit: usize,
    /// The worst grade that a link may have.
    pub lowest_grade: Option<Grade>,
}

impl PathQuestion {
    /// A question for one shortest path without constraints but [`MAX_HOPS`].
    pub fn between(from: NodeIdx, to: NodeIdx) -> Self {
        Self {
            from,
            to,
            types: Vec::new(),
            avoid: Vec::new(),
            max_hops: MAX_HOPS,
            hub_cap: None,
            as_of: None,
            all: false,
            limit: 1,
            lowest_grade: None,
        }
    }
}
