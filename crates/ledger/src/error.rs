//! What can go wrong with a ledger, and whose fault it is.

use crate::Holder;
use crate::codec::CodecError;
use jaal_model::{DeliveryId, ErrorKind, JudgementId};
use std::path::{Path, PathBuf};

/// Why the ledger did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// There is no store in the folder.
    #[error("no store at `{path}`: create one, or give the folder of another", path = path.display())]
    NoStore {
        /// The folder.
        path: PathBuf,
    },
    /// There is a store in the folder already.
    #[error("there is a store at `{path}` already: open it, or choose another folder", path = path.display())]
    Exists {
        /// The folder.
        path: PathBuf,
    },
    /// Another handle, here or in another process, has the store open for writing.
    #[error(
        "the store at `{path}` is held by {who}: wait for it, or ask through it",
        path = path.display(),
        who = who(holder.as_deref())
    )]
    Held {
        /// The folder.
        path: PathBuf,
        /// The process, where it can be told.
        holder: Option<Box<Holder>>,
    },
    /// The last writer ended without closing, and a reader may not repair.
    #[error(
        "the last writer of the store at `{path}` did not finish, and the store cannot be repaired from here: any command by someone who may write it repairs it; nothing that was committed is lost",
        path = path.display()
    )]
    Unrepaired {
        /// The folder.
        path: PathBuf,
    },
    /// A newer program wrote the store.
    #[error(
        "the store at `{path}` has format version {found}, this program reads up to {supported}: use a newer one",
        path = path.display()
    )]
    NewerFormat {
        /// The folder.
        path: PathBuf,
        /// The version in the store.
        found: u32,
        /// The newest version that this program reads.
        supported: u32,
    },
    /// A program from before the first release wrote the store.
    #[error(
        "the store at `{path}` has format version {found}, from before the first release; this program reads only {supported}: load its deliveries into a new store",
        path = path.display()
    )]
    OlderFormat {
        /// The folder.
        path: PathBuf,
        /// The version in the store.
        found: u32,
        /// The oldest version that this program reads.
        supported: u32,
    },
    /// The file cannot be what the ledger wrote.
    #[error("the file `{path}` is damaged: {what}; restore it from a dump", path = path.display())]
    DamagedFile {
        /// The file.
        path: PathBuf,
        /// What was found.
        what: String,
    },
    /// A record cannot be what the ledger wrote.
    #[error("the ledger is damaged: {table} {id}: {what}; verify it, and restore it from a dump")]
    DamagedRecord {
        /// The table.
        table: &'static str,
        /// The record's number in it.
        id: u64,
        /// What was found.
        what: String,
    },
    /// A write transaction is open in this process.
    #[error("another write to the ledger has not ended: wait for it")]
    WriterBusy,
    /// The handle was opened for reading.
    #[error("the store at `{path}` was opened for reading only", path = path.display())]
    ReadOnly {
        /// The folder.
        path: PathBuf,
    },
    /// A scheme is given with another base kind than the ledger holds for it.
    #[error("scheme `{scheme}` names entities of kind {stored} in this store, not {given}")]
    SchemeKind {
        /// The scheme's name.
        scheme: String,
        /// The kind that the ledger holds.
        stored: String,
        /// The kind that was given.
        given: String,
    },
    /// A text cannot name a scheme.
    #[error("`{scheme}` cannot name a scheme: 1 to 255 bytes without a zero byte expected")]
    SchemeName {
        /// The text.
        scheme: String,
    },
    /// The caller broke the order or shape of calls: our own mistake.
    #[error("internal error: {what}; please report it")]
    Misuse {
        /// What was wrong.
        what: String,
    },
    /// A block is larger than what will be read back.
    #[error("{what} takes {bytes} bytes, more than the limit of {limit}: give it in smaller parts")]
    TooLarge {
        /// What was to be stored.
        what: &'static str,
        /// Its size.
        bytes: u64,
        /// The limit.
        limit: u64,
    },
    /// Nothing in the ledger has the number.
    #[error("there is no {what} {id} in the ledger")]
    NotFound {
        /// What was asked for.
        what: &'static str,
        /// Its number.
        id: u64,
    },
    /// The delivery was expunged.
    #[error("delivery {delivery} was expunged by judgement {judgement}: nothing of it is left")]
    Expunged {
        /// The delivery.
        delivery: DeliveryId,
        /// The judgement that says so.
        judgement: JudgementId,
    },
    /// An expungement cannot be undone.
    #[error("judgement {judgement} has expunged delivery {delivery}: nothing undoes that")]
    Final {
        /// The judgement.
        judgement: JudgementId,
        /// The delivery that it destroyed.
        delivery: DeliveryId,
    },
    /// What was expunged is gone from the ledger and not yet from its file.
    #[error(
        "the expungement is in the ledger at `{path}`, but its file could not be written anew and still holds the bytes: {source}; it is tried again when the store is opened for writing",
        path = path.display()
    )]
    NotRewritten {
        /// The folder.
        path: PathBuf,
        /// Why not.
        source: Box<LedgerError>,
    },
    /// A dump is not what was written.
    #[error("line {line} of the dump: {what}")]
    Dump {
        /// The line, from 1.
        line: u64,
        /// What is wrong with it.
        what: String,
    },
    /// The operating system refused.
    #[error("cannot {operation} `{path}`: {source}", path = path.display())]
    Io {
        /// What was tried.
        operation: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// Reading or writing a dump failed.
    #[error("cannot {operation} the dump: {source}")]
    DumpIo {
        /// What was tried.
        operation: &'static str,
        /// Why not.
        source: std::io::Error,
    },
    /// The key-value store failed in another way.
    #[error("the store at `{path}` failed: {source}", path = path.display())]
    Storage {
        /// The folder.
        path: PathBuf,
        /// What it said.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The system gives no random bytes.
    #[error("the system gives no random bytes: {what}")]
    NoRandomness {
        /// What it said.
        what: String,
    },
}

/// The process that holds a store, in words.
fn who(holder: Option<&Holder>) -> String {
    holder.map_or_else(|| "another process".to_owned(), ToString::to_string)
}

impl LedgerError {
    /// Whose fault it is.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::NoStore { .. } | Self::NotFound { .. } | Self::Expunged { .. } => ErrorKind::NotFound,
            Self::NotRewritten { source, .. } => source.kind(),
            Self::Exists { .. } | Self::Final { .. } => ErrorKind::UserQuery,
            Self::Held { .. } | Self::Unrepaired { .. } | Self::WriterBusy => ErrorKind::Conflict,
            Self::NewerFormat { .. } | Self::OlderFormat { .. } | Self::ReadOnly { .. } => {
                ErrorKind::NotSupported
            }
            Self::DamagedFile { .. } | Self::DamagedRecord { .. } => ErrorKind::Corrupt,
            Self::SchemeKind { .. } | Self::SchemeName { .. } | Self::Dump { .. } => ErrorKind::UserData,
            Self::Misuse { .. } => ErrorKind::Internal,
            Self::TooLarge { .. } => ErrorKind::LimitExceeded,
            Self::Io { .. } | Self::DumpIo { .. } | Self::Storage { .. } | Self::NoRandomness { .. } => {
                ErrorKind::Io
            }
        }
    }

    pub(crate) fn io(operation: &'static str, path: &Path, source: std::io::Error) -> Self {
        Self::Io { operation, path: path.to_owned(), source }
    }

    pub(crate) fn damaged(table: &'static str, id: u64, error: &CodecError) -> Self {
        Self::DamagedRecord { table, id, what: error.to_string() }
    }

    pub(crate) fn misuse(what: impl Into<String>) -> Self {
        Self::Misuse { what: what.into() }
    }

    /// A failure of the key-value store under a folder. Damage that it reports is told apart from the rest.
    pub(crate) fn storage(path: &Path, error: impl Into<redb::Error>) -> Self {
        match error.into() {
            redb::Error::Corrupted(what) => Self::DamagedFile { path: path.to_owned(), what },
            redb::Error::TableDoesNotExist(table) => {
                Self::DamagedFile { path: path.to_owned(), what: format!("table `{table}` is missing") }
            }
            error @ (redb::Error::TableTypeMismatch { .. } | redb::Error::TypeDefinitionChanged { .. }) => {
                Self::DamagedFile { path: path.to_owned(), what: error.to_string() }
            }
            redb::Error::Io(source) if source.kind() == std::io::ErrorKind::InvalidData => {
                Self::DamagedFile { path: path.to_owned(), what: source.to_string() }
            }
            redb::Error::Io(source) if source.kind() == std::io::ErrorKind::UnexpectedEof => {
                Self::DamagedFile { path: path.to_owned(), what: "it ends early".to_owned() }
            }
            redb::Error::Io(source) => Self::io("read or write", path, source),
            redb::Error::WouldBlock => Self::WriterBusy,
            redb::Error::DatabaseAlreadyOpen => Self::Held { path: path.to_owned(), holder: None },
            redb::Error::RepairAborted => Self::Unrepaired { path: path.to_owned() },
            other => Self::Storage { path: path.to_owned(), source: other.into() },
        }
    }
}
