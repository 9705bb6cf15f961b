//! Claims in bulk: what rows of a delivery assert, as columns. A *claim table* holds the claims of one shape
//! (all about entities with the same kinds and properties, or links of one type, or same-as), one row a claim;
//! a *claim block* is a few tables, and is what the ledger stores and the graph is derived from.
//!
//! Before the ledger has numbered the identities, a claim names its ends by position in the chunk's [`KeyList`];
//! after, by [`crate::IdentityId`]. The tables are the same, only `subject` and `object` are rewritten.

mod column;
mod keys;
pub mod packing;
mod shape;
mod table;

pub use column::{Column, ColumnData, StrColumn};
pub use keys::KeyList;
pub use shape::{Discrimination, Shape, ShapeClaim};
pub use table::{ClaimBlock, ClaimTable, NO_TIME};
