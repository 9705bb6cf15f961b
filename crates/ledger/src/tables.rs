//! The tables of the file and the kinds of records in them.

use redb::TableDefinition;
use serde::{Deserialize, Serialize};

/// The format version that this program writes, and the only one that it reads: earlier ones were never released.
pub(crate) const FORMAT_VERSION: u32 = 3;

/// Name → bytes: `format` (u32), `opaque_key` (32 bytes), `created_at` (i64); integers little-endian.
pub(crate) const META: TableDefinition<&str, &[u8]> = TableDefinition::new("meta");
/// Commit number → canonical bytes of the commit.
pub(crate) const COMMIT: TableDefinition<u64, &[u8]> = TableDefinition::new("commit");
/// Number of the record in the chain → canonical bytes of its [`crate::chain::Entry`].
pub(crate) const CHAIN: TableDefinition<u64, &[u8]> = TableDefinition::new("chain");
/// Delivery → the 32 bytes that key its digests; 0 is the store's own.
pub(crate) const SALT: TableDefinition<u64, &[u8]> = TableDefinition::new("salt");
/// Byte of a record's table, the two numbers of its key there, piece from 1 → what follows of its packed bytes.
pub(crate) const PIECE: TableDefinition<PieceKey, &[u8]> = TableDefinition::new("piece");
/// Index: first claim of a block → delivery.
pub(crate) const CLAIM_OF: TableDefinition<u64, u64> = TableDefinition::new("claim_of");
/// Index: scheme, zero byte, value → identity.
pub(crate) const KEY: TableDefinition<&[u8], u64> = TableDefinition::new("key");
/// Index: fingerprint → delivery.
pub(crate) const FINGERPRINT: TableDefinition<&[u8], u64> = TableDefinition::new("fingerprint");
/// Index: delivery that was expunged → the judgement that says so.
pub(crate) const EXPUNGED: TableDefinition<u64, u64> = TableDefinition::new("expunged");

/// The key of the table `piece`.
pub(crate) type PieceKey = (u8, u64, u64, u32);

pub(crate) const META_FORMAT: &str = "format";
pub(crate) const META_OPAQUE_KEY: &str = "opaque_key";
pub(crate) const META_CREATED_AT: &str = "created_at";
/// There from an expungement on until the file has been written anew without what it destroyed.
pub(crate) const META_REWRITE: &str = "rewrite";

/// The tables whose records are in the chain, in the order of their tags. All are keyed by two numbers: the
/// delivery where the record is numbered within it, else 0; and the record's number. [`Tag::Kept`] has them the
/// other way round, because it is searched by identity.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub(crate) enum Tag {
    /// Delivery number → the delivery with its fingerprint.
    Delivery,
    /// Scheme number → the scheme.
    Scheme,
    /// First identity → block of keys.
    Identity,
    /// Delivery, first record → block of source rows.
    Source,
    /// First claim → claim block.
    Claim,
    /// Delivery, number → block of rejects.
    Reject,
    /// Judgement number → the judgement.
    Judgement,
    /// First identity, delivery → block of keys that outlived the delivery that first named them.
    Kept,
}

impl Tag {
    pub(crate) const ALL: [Self; 8] = [
        Self::Delivery,
        Self::Scheme,
        Self::Identity,
        Self::Source,
        Self::Claim,
        Self::Reject,
        Self::Judgement,
        Self::Kept,
    ];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Delivery => "delivery",
            Self::Scheme => "scheme",
            Self::Identity => "identity",
            Self::Source => "source",
            Self::Claim => "claim",
            Self::Reject => "reject",
            Self::Judgement => "judgement",
            Self::Kept => "kept",
        }
    }

    pub(crate) const fn table(self) -> TableDefinition<'static, (u64, u64), &'static [u8]> {
        TableDefinition::new(self.name())
    }

    /// The byte that stands for the table in hashes.
    pub(crate) const fn byte(self) -> u8 {
        match self {
            Self::Delivery => 1,
            Self::Scheme => 2,
            Self::Identity => 3,
            Self::Source => 4,
            Self::Claim => 5,
            Self::Reject => 6,
            Self::Judgement => 7,
            Self::Kept => 8,
        }
    }

    /// Whether long records of the table are laid out in pieces: those that are read one by one.
    pub(crate) const fn is_split(self) -> bool {
        matches!(self, Self::Identity | Self::Source | Self::Claim | Self::Kept)
    }

    /// The tag of a table's name.
    pub(crate) fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|tag| tag.name() == name)
    }

    /// The number that a table key gives to its record.
    pub(crate) const fn id(self, key: (u64, u64)) -> u64 {
        match self {
            Self::Kept => key.0,
            _ => key.1,
        }
    }

    /// The table key of a record that the chain knows by number and delivery.
    pub(crate) const fn key(self, id: u64, delivery: u64) -> (u64, u64) {
        match self {
            Self::Source | Self::Reject => (delivery, id),
            Self::Kept => (id, delivery),
            _ => (0, id),
        }
    }
}

/// The key of the `key` table.
pub(crate) fn key_bytes(out: &mut Vec<u8>, scheme: &str, value: &str) {
    out.clear();
    out.extend(scheme.as_bytes());
    out.push(0);
    out.extend(value.as_bytes());
}
