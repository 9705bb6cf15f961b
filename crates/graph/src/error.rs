//! What can go wrong with images.

use jaal_ledger::LedgerError;
use jaal_model::ErrorKind;
use std::path::PathBuf;

/// An error of the graph crate.
#[derive(Debug, thiserror::Error)]
pub enum GraphError {
    /// The operating system refused.
    #[error("cannot {operation} {}: {source}", path.display())]
    Io {
        /// What was tried.
        operation: &'static str,
        /// On which file.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// A segment file is damaged; it can be deleted and derived again.
    #[error("segment {} is damaged: {what}; it is derived from the ledger and can be made again", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// The section and what is wrong with it.
        what: String,
    },
    /// A segment was written by another version of the format.
    #[error("segment {} has format {found}, this program reads {expected}", path.display())]
    Version {
        /// The file.
        path: PathBuf,
        /// The version in its header.
        found: u32,
        /// The version that is read.
        expected: u32,
    },
    /// The graph outgrows the numbers that an image uses.
    #[error("{count} {what} are more than an image holds ({limit})")]
    TooLarge {
        /// What there is too much of.
        what: &'static str,
        /// How many there are.
        count: u64,
        /// How many fit.
        limit: u64,
    },
    /// The ledger failed.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
}

impl GraphError {
    /// Whose fault it is.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Io { .. } => ErrorKind::Io,
            Self::Damaged { .. } | Self::Version { .. } => ErrorKind::Corrupt,
            Self::TooLarge { .. } => ErrorKind::LimitExceeded,
            Self::Ledger(error) => error.kind(),
        }
    }

    pub(crate) fn io(operation: &'static str, path: &std::path::Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io { operation, path, source }
    }
}

/// Narrows a count to the `u32` that images use.
pub(crate) fn narrow(what: &'static str, count: u64) -> Result<u32, GraphError> {
    let limit = u64::from(u32::MAX - 1);
    if count > limit { Err(GraphError::TooLarge { what, count, limit }) } else { Ok(count as u32) }
}
