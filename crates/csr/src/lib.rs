//! Compressed sparse rows, the adjacency trait, bitmaps, budgets and parallel primitives. Algorithms see a graph
//! through this crate and through nothing else.

mod adjacency;

pub use adjacency::{Adjacency, Direction, LinkHandle, Rows, Run};
