//! Compressed sparse rows, the adjacency trait, bitmaps, budgets and parallel primitives. Algorithms see a graph
//! through this crate and through nothing else.
//!
//! Use it to build a plain graph, or to let a structure of your own be searched by implementing [`Adjacency`].
//!
//! ```
//! use jaal_csr::CsrBuilder;
//!
//! let mut builder = CsrBuilder::new(3).undirected();
//! builder.push(0, 1);
//! builder.push(2, 1);
//! let graph = builder.build()?;
//! assert_eq!(graph.neighbours(1), [0, 2]);
//! # Ok::<(), jaal_csr::CsrError>(())
//! ```
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test that cannot set itself up should stop"))]

mod adjacency;
mod bitmap;
mod budget;
mod builder;
mod csr;
mod digraph;
mod parallel;
mod rng;
mod typed;

pub use adjacency::{Adjacency, Direction, LinkHandle, Rows, Run};
pub use bitmap::Bitmap;
pub use budget::{Budget, CancelToken, Meter, NoProgress, Progress, StopReason, Stopped};
pub use builder::{CsrBuilder, CsrError};
pub use csr::Csr;
pub use digraph::Digraph;
pub use parallel::{BLOCK, blocks, sum_blocks};
pub use rng::CounterRng;
pub use typed::TypedGraph;
