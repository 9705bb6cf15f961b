//! The chain: one entry a record, and the hash of a commit over its entries.
//!
//! A digest is BLAKE3 of the record's canonical bytes, keyed by the salt of the delivery that it belongs to (0:
//! the store itself). The salt makes the digest of a destroyed record say nothing about what it was, however
//! few values it could have had.

use crate::tables::Tag;
use jaal_model::{Commit, Digest};
use serde::{Deserialize, Serialize};

/// The 32 bytes that key the digests of a delivery.
pub(crate) type Salt = [u8; 32];

/// What the chain says of one record.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct Entry {
    /// The commit that it came with.
    pub(crate) commit: u64,
    /// Its table.
    pub(crate) tag: Tag,
    /// Its number there.
    pub(crate) id: u64,
    /// The delivery it belongs to, or 0.
    pub(crate) delivery: u64,
    /// Digest of its canonical bytes.
    pub(crate) digest: Digest,
}

/// The digest of a record's canonical bytes.
pub(crate) fn digest(salt: &Salt, canonical: &[u8]) -> Digest {
    Digest(*blake3::keyed_hash(salt, canonical).as_bytes())
}

/// The hash of a commit over everything in it but `hash`, and the entries of its records in order. The bytes are
/// spelled out here, not left to the codec, because they must never change.
///
/// # Complexity
/// Linear in the number of entries.
pub(crate) fn commit_hash<'a>(commit: &Commit, entries: impl Iterator<Item = &'a Entry>) -> Digest {
    let mut hasher = blake3::Hasher::new();
    hasher.update(b"jaal commit 1\0");
    hasher.update(&commit.parent.0);
    hasher.update(&commit.id.0.to_le_bytes());
    hasher.update(&commit.note.at.to_le_bytes());
    for text in [&commit.note.actor, &commit.note.purpose] {
        hasher.update(&(text.len() as u64).to_le_bytes());
        hasher.update(text.as_bytes());
    }
    for number in [commit.first_record, commit.records, commit.next_assertion.0, commit.next_identity.0] {
        hasher.update(&number.to_le_bytes());
    }
    for entry in entries {
        hasher.update(&[entry.tag.byte()]);
        hasher.update(&entry.id.to_le_bytes());
        hasher.update(&entry.delivery.to_le_bytes());
        hasher.update(&entry.digest.0);
    }
    Digest(*hasher.finalize().as_bytes())
}
