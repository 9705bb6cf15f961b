//! What can go wrong with a database, gathered from the crates below.

use jaal_algo::AlgoError;
use jaal_analysis::AnalysisError;
use jaal_csr::Stopped;
use jaal_export::ExportError;
use jaal_graph::GraphError;
use jaal_ingest::IngestError;
use jaal_ledger::LedgerError;
use jaal_model::{CommitId, DeliveryId, ErrorKind, JudgementId};
use std::path::{Path, PathBuf};

/// An error of the engine.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The ledger failed.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// An image failed.
    #[error(transparent)]
    Graph(#[from] GraphError),
    /// A delivery could not be read.
    #[error(transparent)]
    Ingest(#[from] IngestError),
    /// A question could not be answered.
    #[error(transparent)]
    Analysis(#[from] AnalysisError),
    /// A picture could not be made.
    #[error(transparent)]
    Export(#[from] ExportError),
    /// An algorithm was given a setting that it does not take.
    #[error(transparent)]
    Algo(AlgoError),
    /// A budget stopped a computation that has no partial answer.
    #[error("the computation was stopped: {0}")]
    Stopped(#[from] Stopped),
    /// The operating system refused.
    #[error("cannot {operation} {}: {source}", path.display())]
    Io {
        /// What was tried.
        operation: &'static str,
        /// On which file or folder.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// A case manifest cannot be used.
    #[error("case manifest {}: {message}", path.display())]
    Manifest {
        /// The file.
        path: PathBuf,
        /// What is wrong and what would be right.
        message: String,
    },
    /// There is no such delivery.
    #[error("there is no delivery {0}; `jaal info` lists those there are")]
    NoDelivery(DeliveryId),
    /// The delivery has been withdrawn before.
    #[error("delivery {0} is withdrawn already")]
    AlreadyWithdrawn(DeliveryId),
    /// A decision needs a reason.
    #[error("a reason is needed: who decided it, and why")]
    NoReason,
    /// There is no such judgement.
    #[error("there is no judgement {0}; `jaal conflicts --judgements` lists them")]
    NoJudgement(JudgementId),
    /// The judgement does not stand any more.
    #[error("judgement {0} has been taken back already")]
    AlreadyUndone(JudgementId),
    /// The judgement cannot be taken back.
    #[error("judgement {0} destroyed a delivery; nothing brings it back")]
    Irrevocable(JudgementId),
    /// Both sides of a judgement on sameness are one identity.
    #[error(
        "both name the same identity; name two, for example by their keys: Person:CNIC and Person:passport=NUMBER"
    )]
    Itself,
    /// The commit stands, but the image of it could not be made.
    #[error("commit {commit} is kept, but its graph could not be derived: {source}")]
    NotDerived {
        /// The commit.
        commit: CommitId,
        /// Why not.
        source: Box<EngineError>,
    },
    /// The commit stands and its graph is made, but a file of rejected rows could not be written.
    #[error(
        "commit {commit} is kept, but a file of its rejected rows could not be written: {source}; the rows are in the \
         ledger"
    )]
    NoRejectsFile {
        /// The commit.
        commit: CommitId,
        /// Why not.
        source: Box<EngineError>,
    },
    /// Two files of a delivery have the same content, so that every row would count twice.
    #[error("`{first}` and `{second}` are the same file, byte for byte: name it once")]
    SameFileTwice {
        /// The name of the first.
        first: String,
        /// The name of the second.
        second: String,
    },
    /// There is no algorithm, report or format of this name.
    #[error("there is no {what} `{name}`; there are {known}")]
    Unknown {
        /// What was asked for.
        what: &'static str,
        /// Its name.
        name: String,
        /// What there is.
        known: String,
    },
    /// The caller asked to stop.
    #[error("stopped on request; nothing was kept")]
    Cancelled,
}

impl EngineError {
    /// Whose fault it is.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Ledger(error) => error.kind(),
            Self::Graph(error) => error.kind(),
            Self::NotDerived { source, .. } | Self::NoRejectsFile { source, .. } => source.kind(),
            Self::Ingest(error) => error.kind(),
            Self::Analysis(error) => error.kind(),
            Self::Export(error) => error.kind(),
            Self::Stopped(_) => ErrorKind::LimitExceeded,
            Self::Io { .. } => ErrorKind::Io,
            Self::Algo(_)
            | Self::Manifest { .. }
            | Self::NoReason
            | Self::NoJudgement(_)
            | Self::AlreadyUndone(_)
            | Self::Irrevocable(_)
            | Self::Itself
            | Self::SameFileTwice { .. }
            | Self::AlreadyWithdrawn(_)
            | Self::Unknown { .. } => ErrorKind::UserQuery,
            Self::NoDelivery(_) => ErrorKind::NotFound,
            Self::Cancelled => ErrorKind::Cancelled,
        }
    }

    /// What went wrong after a commit had been made durable.
    pub(crate) fn not_derived(commit: CommitId) -> impl FnOnce(Self) -> Self {
        move |source| Self::NotDerived { commit, source: Box::new(source) }
    }

    pub(crate) fn io(operation: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io { operation, path, source }
    }
}
