//! Graph factories, reference models and generators for tests; never shipped.
//!
//! A [`History`] is a plain list of what deliveries claim and what people decide. [`History::store`] writes it
//! into a real ledger in a temporary folder; [`History::reference`] derives the graph from it in the plainest way
//! there is, with sorted maps and no numbering, so that an image can be compared with it;
//! [`History::given_to`] is the history of a store that never held what a lens hides.

#![expect(clippy::missing_panics_doc, reason = "test support stops when it cannot set itself up")]
#![expect(clippy::unwrap_used, reason = "test support stops when it cannot set itself up")]

mod generate;
mod given;
mod history;
mod needs;
mod plain;
mod portrait;
mod store;

pub use generate::{history, lens};
pub use history::{Act, Claim, Drop, History, Told, sealed};
pub use needs::needs;
pub use plain::{PlainEntity, PlainGraph, PlainLink, plain_of_view};
pub use portrait::portrait;
pub use store::Store;
