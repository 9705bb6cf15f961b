//! Graph algorithms over adjacency alone: components, ranking, communities, paths.
//!
//! Path searches run on any [`Adjacency`](jaal_csr::Adjacency), so on a view of a stored graph without a
//! projection; whole-graph algorithms take a plain [`Csr`](jaal_csr::Csr). Every algorithm takes a
//! [`Budget`](jaal_csr::Budget), gives the same bytes at any thread count, and stands beside a plainly written
//! twin in a `reference` module that tests compare it with.
//!
//! ```
//! use jaal_algo::components::wcc;
//! use jaal_csr::{Budget, CsrBuilder};
//!
//! let mut builder = CsrBuilder::new(4).undirected();
//! builder.push(3, 1);
//! let found = wcc(&builder.build()?, &Budget::unlimited())?;
//! assert_eq!((found.label, found.count), (vec![0, 1, 2, 1], 3));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test that cannot set itself up should stop"))]

pub mod communities;
pub mod components;
mod error;
pub mod paths;
pub mod ranking;

pub use error::AlgoError;
