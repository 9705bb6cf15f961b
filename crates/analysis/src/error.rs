//! What can go wrong with a question, and whose fault it is.

use jaal_algo::AlgoError;
use jaal_csr::{CsrError, StopReason, Stopped};
use jaal_graph::GraphError;
use jaal_model::ErrorKind;

/// Why a question has no answer.
#[derive(Debug, thiserror::Error)]
pub enum AnalysisError {
    /// No entity of the graph has a kind of this name.
    #[error("no kind `{name}` in this graph{}", or_else(near))]
    UnknownKind {
        /// The name asked for.
        name: String,
        /// The nearest names there are.
        near: Vec<String>,
    },
    /// No link of the graph has a type of this name.
    #[error("no link type `{name}` in this graph{}", or_else(near))]
    UnknownLinkType {
        /// The name asked for.
        name: String,
        /// The nearest names there are.
        near: Vec<String>,
    },
    /// The text does not name an entity in any of the ways there are.
    #[error(
        "`{text}` does not name an entity: write Kind:value, Kind:scheme=value or an id such as E05K2M9QZX1A"
    )]
    BadAddress {
        /// The text.
        text: String,
    },
    /// Nothing in this graph is so named.
    #[error("nothing named `{text}` in this graph")]
    NotFound {
        /// The text.
        text: String,
    },
    /// Several entities are so named.
    #[error("`{text}` names {total} entities; say which by id: {}", candidates.join("; "))]
    Ambiguous {
        /// The text.
        text: String,
        /// How many entities it names.
        total: usize,
        /// The first of them, at most five, each with its id.
        candidates: Vec<String>,
    },
    /// A period ends before it begins.
    #[error("the period ends ({to}) before it begins ({from})")]
    EmptyPeriod {
        /// First day, ISO 8601.
        from: String,
        /// Last day.
        to: String,
    },
    /// No network has this number.
    #[error("no network number {number}: there are {count}, numbered from 1")]
    NoSuchNetwork {
        /// The number asked for.
        number: u32,
        /// How many networks there are.
        count: usize,
    },
    /// A budget stopped the computation and there is no partial answer worth showing.
    #[error(transparent)]
    Stopped(#[from] Stopped),
    /// An algorithm refused its input or its settings.
    #[error(transparent)]
    Algorithm(AlgoError),
    /// A projection has more arcs than a plain graph can hold.
    #[error("the projection cannot be built: {source}")]
    Projection {
        /// What is too large.
        #[from]
        source: CsrError,
    },
    /// The graph or the ledger behind it could not be read.
    #[error(transparent)]
    Graph(#[from] GraphError),
}

impl AnalysisError {
    /// Whose fault it is.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::UnknownKind { .. }
            | Self::UnknownLinkType { .. }
            | Self::BadAddress { .. }
            | Self::Ambiguous { .. }
            | Self::EmptyPeriod { .. } => ErrorKind::UserQuery,
            Self::NotFound { .. } | Self::NoSuchNetwork { .. } => ErrorKind::NotFound,
            Self::Stopped(stopped) if stopped.reason == StopReason::Cancelled => ErrorKind::Cancelled,
            Self::Stopped(_) | Self::Projection { source: CsrError::TooManyArcs { .. } } => {
                ErrorKind::LimitExceeded
            }
            Self::Algorithm(AlgoError::Setting { .. }) => ErrorKind::UserQuery,
            Self::Projection { .. } | Self::Algorithm(_) => ErrorKind::Internal,
            Self::Graph(error) => error.kind(),
        }
    }
}

impl From<AlgoError> for AnalysisError {
    /// A budget that ended is one and the same, whoever noticed.
    fn from(error: AlgoError) -> Self {
        error.stopped().map_or(Self::Algorithm(error), Self::Stopped)
    }
}

fn or_else(near: &[String]) -> String {
    if near.is_empty() { String::new() } else { format!("; nearest: {}", near.join(", ")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_name_what_would_be_right() {
        let error =
            AnalysisError::UnknownKind { name: "Phne".into(), near: vec!["Phone".into(), "Person".into()] };
        assert_eq!(error.to_string(), "no kind `Phne` in this graph; nearest: Phone, Person");
        assert_eq!(error.kind(), ErrorKind::UserQuery);
        let error = AnalysisError::UnknownLinkType { name: "X".into(), near: Vec::new() };
        assert_eq!(error.to_string(), "no link type `X` in this graph");
    }
}
