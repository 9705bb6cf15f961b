//! Why the service does not start, and whose fault it is.

use jaal_engine::EngineError;
use jaal_engine::model::ErrorKind;
use std::net::SocketAddr;

/// Why the service does not run.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// The store cannot be opened or its graph not be read.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The address cannot be listened on.
    #[error("cannot listen on {listen}: {source}; another address or port may be free")]
    Listen {
        /// The address.
        listen: SocketAddr,
        /// Why not.
        source: std::io::Error,
    },
    /// The operating system refuses what every service needs.
    #[error("cannot {operation}: {source}")]
    Start {
        /// What was tried.
        operation: &'static str,
        /// Why not.
        source: std::io::Error,
    },
    /// A step of the start ended without a result.
    #[error("internal error: opening the store ended early; please report it")]
    OpenEnded,
}

impl ServerError {
    /// Whose fault it is.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Engine(error) => error.kind(),
            Self::Listen { .. } | Self::Start { .. } => ErrorKind::Io,
            Self::OpenEnded => ErrorKind::Internal,
        }
    }
}
