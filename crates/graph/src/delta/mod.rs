//! Deltas: what has changed in an image since its segment was derived.
//!
//! A delta is immutable and shares nearly all of its memory with the one before it (hash array mapped tries and
//! red-black trees with path copying, `rpds`), so publishing a commit costs what the commit touched. The segment is
//! never renumbered and never changed:
//!
//! - an entity whose own claims changed has a [`NodeRecord`] that stands for it, whole;
//! - a link that is gone, or not as it was, is *dead* by its row, and what takes its place has a [`LinkRecord`] under a
//!   row after those of the segment; both ends list it;
//! - a bitmap says which nodes of the segment the delta has anything of; all others are read straight from it;
//! - [`Numbering`] gives nodes the numbers that a fresh derivation would.
//!
//! Kinds, types and property names are numbered by the delta itself, those of the segment first; the [`Outline`] of a
//! view maps them to the sorted numbers that readers see.
//!
//! [`Outline`]: crate::view::Outline

mod advance;
mod changes;
mod draft;
mod entities;
mod heavy;
mod light;
mod links;
mod mini;
mod numbering;
mod plan;
mod reader;
mod record;
mod touched;

pub(crate) use numbering::Numbering;
pub(crate) use record::{Added, LinkRecord, NodeRecord};

use crate::GraphError;
use crate::derive::{Conflict, Tally};
use crate::names::NameTable;
use jaal_model::IdentityId;
use rpds::{HashTrieMapSync, HashTrieSetSync, RedBlackTreeMapSync, RedBlackTreeSetSync};
use std::sync::{Arc, OnceLock};
use touched::Touched;

/// In the map of identities: the image no longer has it.
pub(crate) const GONE: u32 = u32::MAX;

/// A link by its type, as the delta numbers it, and its row.
pub(crate) type LinkPlace = (u16, u32);

/// What has changed since the segment.
#[derive(Clone, Debug)]
pub(crate) struct Delta {
    /// How many nodes the segment has: the first place after them.
    pub(crate) segment_nodes: u32,
    /// The next place to give.
    pub(crate) next_place: u32,
    /// Label sets as sorted kind names, those of the segment first.
    pub(crate) sets: Arc<Vec<Vec<String>>>,
    /// How many nodes each label set has.
    pub(crate) set_counts: Vec<u32>,
    /// The place of each label set in the order of the image.
    pub(crate) set_rank: Arc<Vec<u16>>,
    /// Link types, those of the segment first.
    pub(crate) types: Arc<Vec<String>>,
    /// How many links each type has, and the next row to give.
    pub(crate) type_counts: Vec<u32>,
    pub(crate) next_rows: Vec<u32>,
    /// Property names, those of the segment's catalog first.
    pub(crate) properties: Arc<Vec<String>>,
    /// How many claims bear what.
    pub(crate) tally: Tally,
    /// How many keys of each scheme the image has, and the scheme's base kind; by name.
    pub(crate) schemes: RedBlackTreeMapSync<String, (u64, Option<String>)>,
    pub(crate) touched: Touched,
    /// By place.
    pub(crate) records: HashTrieMapSync<u32, Arc<NodeRecord>>,
    pub(crate) numbering: Numbering,
    /// Links of a node that the segment does not have, by place.
    pub(crate) added: HashTrieMapSync<u32, Arc<Vec<Added>>>,
    pub(crate) links: HashTrieMapSync<LinkPlace, Arc<LinkRecord>>,
    /// Rows of the segment that are gone.
    pub(crate) dead: HashTrieSetSync<LinkPlace>,
    /// How many of its links in the segment a node has lost, out and in.
    pub(crate) lost: HashTrieMapSync<u32, [u32; 2]>,
    /// Identities that are not where the segment has them: their place, or [`GONE`].
    pub(crate) identities: HashTrieMapSync<u32, u32>,
    /// Keys of those identities: scheme and value.
    pub(crate) keys: RedBlackTreeMapSync<(String, String), u32>,
    /// The names of the nodes that have a record, by number: made when first asked for.
    pub(crate) names: OnceLock<Arc<NameTable>>,
    /// Same-as that is skipped, and what each identity has of it.
    pub(crate) conflicts: RedBlackTreeSetSync<Conflict>,
    pub(crate) conflicts_of: RedBlackTreeSetSync<(IdentityId, Conflict)>,
    /// Claims that came or went since the segment, those read again with them.
    pub(crate) changed_claims: u64,
}

impl Delta {
    /// The record that stands for a node, if the delta has one.
    #[inline]
    pub(crate) fn record(&self, place: u32) -> Option<&Arc<NodeRecord>> {
        if place >= self.segment_nodes || self.touched.has(place) { self.records.get(&place) } else { None }
    }

    /// Whether all that there is to know of a node and its links is in the segment.
    #[inline]
    pub(crate) fn is_untouched(&self, place: u32) -> bool {
        place < self.segment_nodes && !self.touched.has(place)
    }

    /// The number of a place.
    #[inline]
    pub(crate) fn number(&self, place: u32) -> Option<u32> {
        if place < self.segment_nodes
            && let Some(number) = self.numbering.of_segment_place(place)
        {
            return Some(number);
        }
        let record = self.records.get(&place)?;
        self.numbering.of_inserted(place, record.standing, &self.set_rank)
    }

    /// Whether a row of the segment is gone.
    #[inline]
    pub(crate) fn is_dead(&self, link: LinkPlace) -> bool {
        !self.dead.is_empty() && self.dead.contains(&link)
    }

    /// The name index of the nodes that have a record.
    ///
    /// # Errors
    /// [`GraphError::TooLarge`] cannot occur where the image itself could be made.
    ///
    /// # Complexity
    /// `O(n log n)` in their names, once for each view.
    pub(crate) fn names(&self) -> Result<Arc<NameTable>, GraphError> {
        if let Some(names) = self.names.get() {
            return Ok(Arc::clone(names));
        }
        let mut named: Vec<(u32, String)> = Vec::new();
        for (place, record) in self.records.iter() {
            if let Some(number) = self.number(*place) {
                named.extend(record.names.iter().map(|name| (number, name.clone())));
            }
        }
        // The records come in no order of their own.
        named.sort_unstable();
        let table = Arc::new(NameTable::of(named)?);
        Ok(Arc::clone(self.names.get_or_init(|| table)))
    }

    /// The links of a node that the segment does not have.
    pub(crate) fn added(&self, place: u32) -> &[Added] {
        self.added.get(&place).map_or(&[], |added| added.as_slice())
    }
}
