//! Which nodes matter: in the whole graph, or to a few nodes given.

mod pagerank;
mod ppr;
pub mod reference;

pub use pagerank::{PageRank, PageRankConfig, pagerank, pagerank_undirected};
pub use ppr::{PprConfig, ppr_push, ppr_push_on};
