//! How two entities are connected, and what is around one: searches that run on any
//! [`Adjacency`](jaal_csr::Adjacency), a view of a stored graph included, and touch only what they must.
//!
//! [`shortest`] finds the shortest paths between two nodes, [`bfs_levels`] the neighbourhood of one. What may be
//! walked on is said by [`Filters`]: direction and types of links, a test on interior nodes, a test on links.

mod dag;
mod filters;
mod hubs;
mod levels;
pub mod reference;
mod search;
mod shortest;
mod workspace;

pub use filters::Filters;
pub use hubs::{HUBS_NAMED, is_hub, neighbour_count};
pub use levels::{Levels, NeighbourhoodLimits, bfs_levels};
pub use shortest::{Outcome, PathLimits, Want, shortest};
pub use workspace::Workspace;
