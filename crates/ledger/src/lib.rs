//! The append-only evidence store: commits chained by hash, deliveries, claims, keys, judgements.
//!
//! Three nouns. A [`Ledger`] is a handle on one store folder. A [`Writer`] is its one open write transaction:
//! everything between [`Ledger::writer`] and [`Writer::commit`] becomes one commit, or nothing. A [`Snapshot`]
//! reads the ledger as one commit left it, whatever is written meanwhile.
//!
//! Claims, source rows, rejects and new keys are kept in compressed blocks. Every block and every small record has
//! an entry in the *chain*: its table, its number, its delivery and a digest of its uncompressed bytes keyed by a
//! random salt of the delivery. A commit's hash covers its parent's hash and the entries of the commit in order,
//! so [`verify`] finds whatever was edited, removed, inserted or reordered. [`dump`] writes the whole ledger as
//! text that needs none of this code to read, and [`restore`] makes the same ledger from it, hash for hash.
//!
//! What a court orders destroyed, [`Writer::expunge`] destroys: the payload and its salt, in the file as well. The
//! chain still verifies and lists for ever what is gone and by whose order.
//!
//! Nothing outside this crate knows how a record is encoded or which key-value store holds it; the layout is in
//! `docs/format.md`.
//!
//! ```
//! use jaal_ledger::Ledger;
//! use jaal_model::CommitNote;
//!
//! let folder = tempfile::tempdir()?;
//! let ledger = Ledger::create(&folder.path().join("case.jaal"), 1_700_000_000)?;
//! let note = CommitNote { at: 1_700_000_001, actor: "officer".into(), purpose: "an empty commit".into() };
//! let commit = ledger.writer()?.commit(note)?;
//! assert_eq!(ledger.snapshot()?.head()?, Some(commit));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test that cannot set itself up should stop"))]

mod batch;
mod block;
mod chain;
mod codec;
mod dump;
mod error;
mod expunge;
mod guard;
mod holder;
mod identities;
mod keys;
mod medium;
mod meta;
mod packed_text;
mod pieces;
mod restore;
mod rewrite;
mod snapshot;
mod store;
mod tables;
mod verify;
mod writer;

pub use block::{BlockRef, Prepared, SourceRows};
pub use dump::dump;
pub use error::LedgerError;
pub use expunge::Expunged;
pub use guard::{guarded, panic_is_guarded};
pub use holder::{Holder, host};
pub use identities::NewKeys;
pub use keys::{KeyBlock, KeyBlocks};
pub use restore::restore;
pub use rewrite::Compaction;
pub use snapshot::Snapshot;
pub use store::{Ledger, is_store};
pub use verify::{Checkpoint, CheckpointVerdict, Gone, Problem, Verdict, verify};
pub use writer::{Ready, Writer};

/// What the functions of this crate return.
pub type Result<T> = std::result::Result<T, LedgerError>;

/// Called now and then by long work with how much is done and how much there is.
pub type Progress<'a> = &'a mut dyn FnMut(u64, u64);

#[cfg(test)]
mod tests;
