//! What blocks hold beside claims: source rows, keys, rejects; and how the outside names blocks.

use jaal_model::claim::{ClaimBlock, StrColumn};
use jaal_model::{AssertionId, Delivery, DeliveryId, Digest, Reject};
use serde::{Deserialize, Serialize};

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
    #[serde(with = "jaal_model::claim::packing::steps")]
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

/// Keys of identities that were first named by a delivery now expunged, and that a standing one names too.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct KeptKeys {
    /// The identities, ascending.
    #[serde(with = "jaal_model::claim::packing::steps")]
    pub(crate) identity: Vec<u64>,
    /// Their keys.
    pub(crate) keys: IdentityKeys,
}

impl KeptKeys {
    pub(crate) fn is_consistent(&self, first: u64, schemes: usize) -> bool {
        self.identity.first() == Some(&first)
            && self.identity.len() == self.keys.len()
            && self.identity.is_sorted_by(|a, b| a < b)
            && self.identity.last().is_some_and(|last| last - first < IdentityKeys::FULL as u64)
            && self.keys.is_consistent(schemes)
    }
}

/// Rejects of a delivery, in the order in which they were met.
pub(crate) type Rejects = Vec<Reject>;

/// How many rejects a block has at most.
pub(crate) const REJECTS_FULL: usize = 1_024;
