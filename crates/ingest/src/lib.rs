//! Import specifications and readers: files of agencies into claims, rejects and counts.
//!
//! A delivery is one [`Spec`] and one or more files. [`Intake`] reads them wave by wave into [`Chunk`]s: keys
//! that are not yet numbered, claims that speak of them, the source rows behind the claims, and the rows that
//! failed. [`neo4j_csv`] does the same for folders of node and relationship files that describe themselves.
//!
//! Nothing is lost: *read* = *accepted* + *duplicate* + *skipped* + *rejected*, for every chunk.
//!
//! For the engine; nothing here knows the ledger, writes a store or numbers an identity.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test that cannot set itself up should stop"))]

mod error;
mod handover;
mod intake;
pub mod neo4j_csv;
mod parse;
mod plan;
pub mod rejects;
mod rows;
mod sniff;
mod source;
mod spec;
mod suggest;
mod wave;

pub use error::{IngestError, Result};
pub use handover::check_received;
pub use intake::Intake;
pub use rows::{Chunk, Rows};
pub use sniff::sniff;
pub use source::file::SourceInput;
pub use spec::Spec;
