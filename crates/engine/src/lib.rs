//! The facade: one database out of ledger, graph, intake, analysis and export.
//!
//! A [`Database`] is one open store. [`Database::load`] takes deliveries in, [`Database::read`] gives what
//! questions read: a view of the graph and the rows behind it. The questions themselves are functions of
//! [`analysis`], pictures are made by [`export`]; both are re-exported here, because the command line and the
//! service use nothing below this crate.
//!
//! Invariants: the engine has no clock (the caller says when) and reads no environment; a commit is durable before
//! its graph is published; an answer from a damaged image is an error ([`Reading::check`]).

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test that cannot set itself up should stop"))]

mod algo;
mod card;
mod case;
mod conflicts;
mod database;
mod dump;
mod error;
mod expunge;
mod images;
mod info;
mod judge;
mod load;
mod renew;
mod verify;

pub use algo::{ALGORITHMS, AlgoAnswer, AlgoRequest};
pub use case::CaseManifest;
pub use conflicts::ConflictLine;
pub use database::{Actor, Database, Reading, Unwatched, Watch};
pub use error::EngineError;
pub use expunge::Compacted;
pub use images::LIVE_IMAGES;
pub use info::{DeliveryLine, Info, NameCount};
pub use jaal_csr::{Budget, CancelToken};
pub use jaal_graph::Lens;
pub use jaal_ledger::{Checkpoint, Expunged, Holder, LedgerError, host, is_store, panic_is_guarded};
pub use judge::{Judged, JudgementLine};
pub use load::{DeliveryReport, LoadOptions, LoadReport, LoadRequest};
pub use verify::Verification;

pub use jaal_algo as algorithms;
pub use jaal_analysis as analysis;
pub use jaal_csr as csr;
pub use jaal_export as export;
pub use jaal_graph as graph;
pub use jaal_ingest as ingest;
pub use jaal_model as model;
