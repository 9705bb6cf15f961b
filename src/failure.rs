//! How a command can end: done, nothing found, stopped by a limit, or failed with a message and a hint.

use crate::console;
use crate::session::Session;
use jaal_engine::analysis::AnalysisError;
use jaal_engine::ingest::IngestError;
use jaal_engine::model::ErrorKind;
use jaal_engine::{EngineError, LedgerError};
use std::error::Error;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// How a command that did not fail ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Outcome {
    /// It did what was asked.
    Done,
    /// It ran to the end and found something wrong, as `verify` can.
    Unsound,
    /// There is nothing of the kind asked for.
    NothingFound,
    /// A budget stopped it; what was found until then is printed.
    Stopped,
}

impl Outcome {
    /// The exit status.
    pub(crate) fn status(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Unsound => 1,
            Self::NothingFound => 3,
            Self::Stopped => 4,
        }
    }
}

/// Why a command failed.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The engine said so.
    Engine(EngineError),
    /// The service said so.
    Server(Box<dyn Error>),
    /// The question is wrong in a way that the grammar cannot see.
    Usage { message: String, hint: String },
    /// What was named on the command line is not there.
    NotFound { message: String, hint: String },
    /// The operating system refused.
    Io { operation: &'static str, path: PathBuf, source: io::Error },
    /// Standard output takes no more.
    Output(io::Error),
}

impl Failure {
    /// A wrong question.
    pub(crate) fn usage(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::Usage { message: message.into(), hint: hint.into() }
    }

    /// What the operating system refused to do with a file, ready for `map_err`.
    pub(crate) fn io(operation: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io { operation, path, source }
    }

    /// Tells standard error and gives the exit status. A reader of standard output that went away, as `head` does,
    /// is no failure.
    pub(crate) fn report(&self, session: &Session) -> u8 {
        let (message, hint) = match self {
            Self::Output(error) if reader_left(error) => return 0,
            Self::Engine(error) if reader_left(error) => return 0,
            Self::Engine(error) => (error.to_string(), hint_for(error)),
            Self::Server(error) => (error.to_string(), ""),
            Self::Usage { message, hint } | Self::NotFound { message, hint } => {
                (message.clone(), hint.as_str())
            }
            Self::Io { operation, path, source } => {
                (format!("cannot {operation} `{}`: {source}", path.display()), "")
            }
            Self::Output(error) => (format!("cannot write to standard output: {error}"), ""),
        };
        tell(&session.in_words(message), hint);
        self.status()
    }

    fn status(&self) -> u8 {
        match self {
            // A store that is not there is a failure, not an answer.
            Self::Engine(EngineError::Ledger(_)) => 1,
            // Nor is a file that is not there or is of another form than its specification says.
            Self::Engine(EngineError::Ingest(IngestError::Spec { .. } | IngestError::Received { .. })) => 2,
            Self::Engine(EngineError::Ingest(_)) => 1,
            Self::Engine(error) => match error.kind() {
                ErrorKind::UserQuery => 2,
                ErrorKind::NotFound => 3,
                ErrorKind::LimitExceeded => 4,
                _ => 1,
            },
            Self::Usage { .. } => 2,
            Self::NotFound { .. } => 3,
            Self::Server(_) | Self::Io { .. } | Self::Output(_) => 1,
        }
    }
}

/// Whether the reader of standard output went away, as `head` does.
fn reader_left(error: &(dyn Error + 'static)) -> bool {
    let mut cause = Some(error);
    while let Some(error) = cause {
        if error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe) {
            return true;
        }
        cause = error.source();
    }
    false
}

/// What the system said, where an error is about that.
fn system(error: &EngineError) -> Option<io::ErrorKind> {
    let mut cause: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(error) = cause {
        if let Some(error) = error.downcast_ref::<io::Error>() {
            return Some(error.kind());
        }
        cause = error.source();
    }
    None
}

/// What to do about a store that takes no more, or that may not be written.
fn hint_for_medium(error: &EngineError) -> Option<&'static str> {
    use io::ErrorKind::{FileTooLarge, PermissionDenied, QuotaExceeded, ReadOnlyFilesystem, StorageFull};
    match (error, system(error)?) {
        (EngineError::NotDerived { .. }, StorageFull | QuotaExceeded | FileTooLarge) => Some(
            "there is no room to write: make some, and the next command derives the graph; nothing has to be loaded again",
        ),
        (
            EngineError::Ledger(LedgerError::NotRewritten { .. }),
            StorageFull | QuotaExceeded | FileTooLarge,
        ) => Some("there is no room to write: make some, and `jaal compact` does the rest"),
        (EngineError::Ledger(_) | EngineError::Graph(_), StorageFull | QuotaExceeded | FileTooLarge) => {
            Some("there is no room to write: make some and ask again; whatever was committed before is kept")
        }
        (EngineError::Ledger(_), PermissionDenied | ReadOnlyFilesystem) => {
            Some("the store can only be read from here: write as someone who may, or to a copy of it")
        }
        (EngineError::Graph(_), PermissionDenied | ReadOnlyFilesystem) => Some(
            "a graph has to be derived for this, and the store can only be read from here: have someone who may write \
             it ask once, or ask a copy of it",
        ),
        _ => None,
    }
}

/// What to do about an error, where its message does not say it already.
fn hint_for(error: &EngineError) -> &'static str {
    if let Some(hint) = hint_for_medium(error) {
        return hint;
    }
    match error {
        // The message says it.
        EngineError::Ledger(LedgerError::Unrepaired { .. }) => "",
        EngineError::Ledger(inner) => match inner.kind() {
            ErrorKind::NotFound => {
                "`jaal init` or `jaal load` makes a store; `--db PATH` or JAAL_DB names another"
            }
            ErrorKind::Conflict => "one process writes at a time; wait until it has ended",
            ErrorKind::Corrupt => "`jaal verify` names what is damaged; `jaal restore` brings a dump back",
            _ => "",
        },
        EngineError::NotDerived { .. } => {
            "the next command derives the graph again; nothing has to be loaded again"
        }
        EngineError::Export(_) => "Graphviz is optional: without it the built-in layout draws the picture",
        EngineError::Analysis(inner) => match inner {
            AnalysisError::UnknownKind { .. } | AnalysisError::UnknownLinkType { .. } => {
                "`jaal info` lists the kinds and link types of this store"
            }
            AnalysisError::BadAddress { .. } | AnalysisError::NotFound { .. } => {
                "`jaal find TEXT` searches keys and names"
            }
            AnalysisError::NoSuchNetwork { .. } => "`jaal networks` lists them",
            _ => hint_for_kind(error.kind()),
        },
        _ => hint_for_kind(error.kind()),
    }
}

fn hint_for_kind(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::LimitExceeded => "narrow the question, or raise the limit",
        ErrorKind::Corrupt => "`jaal verify` names what is damaged",
        ErrorKind::Internal => "this is a mistake of the program: please report it with the command",
        _ => "",
    }
}

/// Tells standard error of a failure, and what to do about it.
pub(crate) fn tell(message: &str, hint: &str) {
    let bold = anstyle::Style::new().bold();
    let red = bold.fg_color(Some(anstyle::AnsiColor::Red.into()));
    let mut stderr = console::stderr();
    // Nothing can be done about a standard error that takes no more.
    let _ = writeln!(stderr, "{red}error:{red:#} {message}");
    if !hint.is_empty() {
        let _ = writeln!(stderr, "{bold}hint:{bold:#} {hint}");
    }
}

impl From<EngineError> for Failure {
    fn from(error: EngineError) -> Self {
        Self::Engine(error)
    }
}

impl From<AnalysisError> for Failure {
    fn from(error: AnalysisError) -> Self {
        Self::Engine(error.into())
    }
}

impl From<jaal_engine::graph::GraphError> for Failure {
    fn from(error: jaal_engine::graph::GraphError) -> Self {
        Self::Engine(error.into())
    }
}

impl From<jaal_engine::export::ExportError> for Failure {
    fn from(error: jaal_engine::export::ExportError) -> Self {
        Self::Engine(error.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jaal_engine::model::DeliveryId;

    #[test]
    fn the_kind_of_an_error_decides_the_status() {
        let cases = [
            (Failure::usage("m", "h"), 2),
            (Failure::NotFound { message: "m".into(), hint: "h".into() }, 3),
            (EngineError::NoDelivery(DeliveryId(9)).into(), 3),
            (EngineError::NoReason.into(), 2),
            (EngineError::from(IngestError::NoFiles { message: "m".into() }).into(), 1),
            (EngineError::from(IngestError::Received { text: "t".into() }).into(), 2),
            (EngineError::Cancelled.into(), 1),
            (Failure::Output(io::Error::other("full")), 1),
        ];
        for (failure, status) in cases {
            assert_eq!(failure.status(), status, "{failure:?}");
        }
    }
}
