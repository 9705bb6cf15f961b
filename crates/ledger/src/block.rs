//! What blocks hold beside claims: source rows, keys, rejects; and how the outside names and walks blocks.

use crate::Result;
use crate::snapshot::Snapshot;
use jaal_model::claim::{ClaimBlock, StrColumn};
use jaal_model::{AssertionId, Delivery, DeliveryId, Digest, IdentityId, Key, Reject, Scheme};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Claims and source rows of one chunk of a delivery, ready to be appended.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Prepared {
    /// The claims; their ends are identities.
    pub claims: ClaimBlock,
    /// The rows that make them.
    pub rows: SourceRows,
}

/// Source rows of consecutive records, one a record.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceRows {
    /// The first row's record number in the delivery.
    pub first_record: u64,
    /// For each row, the index of its file in [`Delivery::files`].
    pub file: Vec<u32>,
    /// For each row, its line in the file, from 1.
    pub line: Vec<u64>,
    /// The rows' texts.
    pub text: StrColumn,
}

impl SourceRows {
    /// The number of rows.
    pub fn len(&self) -> usize {
        self.file.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.file.is_empty()
    }

    /// Whether every row has all parts, and record numbers do not overflow.
    pub fn is_consistent(&self) -> bool {
        self.line.len() == self.len()
            && self.text.len() == self.len()
            && self.first_record.checked_add(self.len() as u64).is_some()
    }
}

/// Names a claim block.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct BlockRef {
    /// The first claim in it.
    pub first: AssertionId,
    /// The delivery that all of its claims come from.
    pub delivery: DeliveryId,
}

/// A delivery as it is stored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct DeliveryRecord {
    pub(crate) delivery: Delivery,
    pub(crate) fingerprint: Digest,
}

/// Keys that got consecutive identities.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct IdentityKeys {
    /// The number of each key's scheme.
    pub(crate) scheme: Vec<u32>,
    /// The keys' values.
    pub(crate) value: StrColumn,
}

impl IdentityKeys {
    /// How many keys a full block has.
    pub(crate) const FULL: usize = 4_096;

    pub(crate) fn len(&self) -> usize {
        self.scheme.len()
    }

    pub(crate) fn is_consistent(&self, schemes: usize) -> bool {
        self.value.len() == self.len() && self.scheme.iter().all(|s| (*s as usize) < schemes)
    }
}

/// Rejects of a delivery, in the order in which they were met.
pub(crate) type Rejects = Vec<Reject>;

/// How many rejects a block has at most.
pub(crate) const REJECTS_FULL: usize = 1_024;

/// Consecutive identities and their keys.
#[derive(Clone, Debug)]
pub struct KeyBlock {
    pub(crate) first: IdentityId,
    pub(crate) keys: IdentityKeys,
    pub(crate) schemes: Arc<[Scheme]>,
}

impl KeyBlock {
    /// The first identity.
    pub fn first(&self) -> IdentityId {
        self.first
    }

    /// The number of identities.
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.keys.len() == 0
    }

    /// The key of an identity of the block.
    pub fn key(&self, id: IdentityId) -> Option<Key> {
        let at = usize::try_from(id.0.checked_sub(self.first.0)?).ok()?;
        let scheme = self.schemes.get(*self.keys.scheme.get(at)? as usize)?;
        Some(Key::new(&scheme.name, self.keys.value.get(at)))
    }

    /// The identities in order, each with its scheme's number in [`Snapshot::schemes`] and its value.
    pub fn numbered(&self) -> impl Iterator<Item = (IdentityId, u32, &str)> {
        let first = self.first.0;
        self.keys
            .scheme
            .iter()
            .enumerate()
            .map(move |(i, scheme)| (IdentityId(first + i as u64), *scheme, self.keys.value.get(i)))
    }

    /// The identities in order, each with its scheme's name and its value.
    pub fn iter(&self) -> impl Iterator<Item = (IdentityId, &str, &str)> {
        self.numbered().map(|(id, scheme, value)| {
            (id, self.schemes.get(scheme as usize).map_or("", |s| s.name.as_str()), value)
        })
    }
}

/// All identities of a snapshot, block by block, in order.
pub struct KeyBlocks<'a> {
    pub(crate) snapshot: &'a Snapshot,
    pub(crate) firsts: std::vec::IntoIter<u64>,
    pub(crate) schemes: Arc<[Scheme]>,
}

impl Iterator for KeyBlocks<'_> {
    type Item = Result<KeyBlock>;

    fn next(&mut self) -> Option<Self::Item> {
        let first = self.firsts.next()?;
        Some(self.snapshot.key_block(first, &self.schemes))
    }
}
