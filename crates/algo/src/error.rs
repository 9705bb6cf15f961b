//! Why an algorithm gave no answer.

use jaal_csr::Stopped;

/// Why an algorithm gave no answer.
#[derive(Clone, PartialEq, Debug, thiserror::Error)]
pub enum AlgoError {
    /// The budget ran out, or somebody cancelled.
    #[error(transparent)]
    Stopped(#[from] Stopped),
    /// A node was named that the graph does not have.
    #[error("node {node} is not among the {node_count} nodes of the graph (they are numbered from 0)")]
    NodeOutOfRange {
        /// The node named.
        node: u32,
        /// The number of nodes.
        node_count: u32,
    },
    /// A list that must have an entry a node has another length.
    #[error("{what} has {got} entries, {expected} are needed, one a node")]
    WrongLength {
        /// Which list.
        what: &'static str,
        /// Its length.
        got: usize,
        /// The length it should have.
        expected: usize,
    },
    /// A setting is outside its range.
    #[error("{name} = {value} is not allowed, it must be {expected}")]
    Setting {
        /// The setting.
        name: &'static str,
        /// The value given.
        value: f64,
        /// The values that are right.
        expected: &'static str,
    },
    /// A directed graph was given where links have no direction.
    #[error("{algorithm} needs an undirected graph, this one is directed")]
    Directed {
        /// The algorithm.
        algorithm: &'static str,
    },
}

impl AlgoError {
    /// The budget's word, if that is what ended the computation.
    pub fn stopped(&self) -> Option<Stopped> {
        match self {
            Self::Stopped(stopped) => Some(*stopped),
            _ => None,
        }
    }
}
