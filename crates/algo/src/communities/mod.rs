//! Who belongs together: communities, and how good a division into communities is.

mod aggregate;
mod leiden;
mod level;
mod moving;
mod quality;
pub mod reference;
mod refine;

pub use leiden::{LeidenConfig, Objective, Partition, leiden};
pub use quality::{cpm, modularity};
