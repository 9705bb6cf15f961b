//! Which nodes hang together at all.

pub mod reference;
mod wcc;

pub use wcc::{Components, wcc};
