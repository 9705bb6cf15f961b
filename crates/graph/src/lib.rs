//! Graph images derived from the ledger.
//!
//! An *image* is a pure function of the ledger up to a commit and a [`Lens`]: [`derive_segment`] reads the admitted
//! claims, joins identities, resolves properties, folds links, and writes a *segment*, one immutable columnar
//! file. A [`View`] maps a segment and answers: nodes by kind, key or name, properties, neighbours, and the
//! claims behind everything. [`Sources`] turns claims back into the rows of the deliveries they came from.
//!
//! Invariants: nothing is in an image without an admitted claim; numbers of nodes and links mean nothing outside
//! their image; a segment file is never changed once it bears its name; this is the only crate that maps memory.

#![deny(unsafe_op_in_unsafe_fn)]
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test that cannot set itself up should stop"))]

mod admission;
mod delta;
mod derive;
mod error;
mod lens;
mod names;
mod segment;
mod sources;
mod versions;
mod view;
mod wording;

pub use admission::{Admission, standing_judgements};
pub use derive::{
    Conflict, ConflictBy, ConflictReason, Deriver, Draft, Identities, Summary, derive_admitted,
    derive_segment,
};
pub use error::GraphError;
pub use lens::Lens;
pub use names::{NAME_PROPERTIES, NameMatch};
pub use segment::{SEGMENT_VERSION, Segment, remove_abandoned};
pub use sources::{ClaimedProperties, Sources};
pub use view::{EVENT_PROPERTIES, Filter, LinkTimes, NameHit, View};

#[cfg(target_endian = "big")]
compile_error!(
    "segments are read in place and little-endian; a big-endian machine would need a reader that swaps"
);
