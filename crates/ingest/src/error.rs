//! The errors of taking files in: what stops a whole delivery. What is wrong with one row is a
//! [`jaal_model::Reject`] instead and stops nothing.

use jaal_model::ErrorKind;
use std::io;
use std::path::{Path, PathBuf};

/// What every fallible function of this crate gives.
pub type Result<T> = std::result::Result<T, IngestError>;

/// Why a delivery cannot be read at all.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IngestError {
    /// The specification says something that it may not say.
    #[error("{origin}:{line}:{column}: {message}{}", hint.as_deref().map(|h| format!("; {h}")).unwrap_or_default())]
    Spec {
        /// The specification's file name.
        origin: String,
        /// Line from 1.
        line: usize,
        /// Column from 1, in characters.
        column: usize,
        /// What is wrong.
        message: String,
        /// What would be right.
        hint: Option<String>,
    },
    /// The operating system refused, or the compression is damaged.
    #[error("cannot {operation} `{}`: {source}", path.display())]
    Io {
        /// What was tried.
        operation: &'static str,
        /// On which file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The specification names a column that the file's header does not have.
    #[error(
        "`{file}` has no column `{column}`{}; its header is: {}{}",
        nearest.as_deref().map(|n| format!(" (did you mean `{n}`?)")).unwrap_or_default(),
        header.join(" | "),
        hint.as_deref().map(|h| format!("; {h}")).unwrap_or_default()
    )]
    Header {
        /// The file's name.
        file: String,
        /// The column asked for.
        column: String,
        /// The column most like it.
        nearest: Option<String>,
        /// The header as read.
        header: Vec<String>,
        /// What may be wrong with the whole header.
        hint: Option<String>,
    },
    /// The bytes of a file are plainly of another encoding than the one it is read in.
    #[error(
        "`{file}` is not {read_as}: every other byte of its beginning is NUL, as in UTF-16; say \
         `encoding = \"{likely}\"` in the specification, or convert the file"
    )]
    Encoding {
        /// The file's name.
        file: String,
        /// The encoding that it was to be read in.
        read_as: &'static str,
        /// The encoding that it seems to be in.
        likely: &'static str,
    },
    /// The bytes of a file are of one of two encodings, and nothing tells of which.
    #[error(
        "`{file}` is neither UTF-8 nor UTF-16, and may be windows-1252 (western names) or windows-1256 (Arabic, Urdu): \
         say which with `encoding` in the specification"
    )]
    AmbiguousEncoding {
        /// The file's name.
        file: String,
    },
    /// A file is no workbook where one is expected, or the other way round; or it is damaged, too large, or lacks
    /// the sheet.
    #[error("`{file}`: {problem}")]
    Workbook {
        /// The file's name.
        file: String,
        /// What is wrong and what would be right.
        problem: String,
    },
    /// The time at which a delivery was received is none.
    #[error(
        "`{text}` does not say when the delivery was received: a date such as 2025-11-02 expected, with a time \
             of day (2025-11-02T09:30) or without"
    )]
    Received {
        /// What was given.
        text: String,
    },
    /// A column of a folder's header is not in the form that graph databases export.
    #[error("`{file}`, header: {message}")]
    FolderHeader {
        /// The file's name.
        file: String,
        /// What is wrong and what would be right.
        message: String,
    },
    /// A file has no header row.
    #[error(
        "`{file}` has no header row: it ends after {lines} lines; check `[rows] skip_top`, or say `header = false`"
    )]
    Empty {
        /// The file's name.
        file: String,
        /// Physical lines in it.
        lines: u64,
    },
    /// A file was changed between hashing and reading.
    #[error("`{}` changed while it was read; nothing of it was taken in", path.display())]
    Changed {
        /// The file.
        path: PathBuf,
    },
    /// There is nothing to read.
    #[error("{message}")]
    NoFiles {
        /// What was looked for.
        message: String,
    },
}

impl IngestError {
    /// Whose fault it is.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Spec { .. } | Self::Header { .. } | Self::Received { .. } => ErrorKind::UserQuery,
            Self::Io { source, .. } if source.kind() == io::ErrorKind::NotFound => ErrorKind::NotFound,
            Self::Io { source, .. }
                if matches!(source.kind(), io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput) =>
            {
                ErrorKind::UserData
            }
            Self::Io { .. } => ErrorKind::Io,
            Self::FolderHeader { .. }
            | Self::Empty { .. }
            | Self::Encoding { .. }
            | Self::AmbiguousEncoding { .. }
            | Self::Workbook { .. } => ErrorKind::UserData,
            Self::Changed { .. } => ErrorKind::Conflict,
            Self::NoFiles { .. } => ErrorKind::NotFound,
        }
    }

    pub(crate) fn io(operation: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Io { operation, path: path.to_owned(), source }
    }
}
