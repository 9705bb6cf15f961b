//! Whose fault an error is: every error of every crate answers `kind()` with one of these, and the outermost
//! layers turn the kind into an exit status or an HTTP status. Nothing matches on message text.

/// Whose fault an error is, and what the caller can do about it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum ErrorKind {
    /// The question is wrong: an unknown name, a bad option, a malformed specification.
    UserQuery,
    /// The data handed in is wrong: a damaged file, a value that no rule accepts.
    UserData,
    /// Nothing of that name is there.
    NotFound,
    /// The thing asked for is not built.
    NotSupported,
    /// Another writer holds the store, or what was read has changed; trying again may help.
    Conflict,
    /// A stated limit was reached.
    LimitExceeded,
    /// A stored file is damaged; the message names file and section.
    Corrupt,
    /// The operating system refused; the message names path and operation.
    Io,
    /// The caller asked to stop.
    Cancelled,
    /// Our own mistake: asks for a report.
    Internal,
}

impl ErrorKind {
    /// A short stable code for machine readers, for example `user_query`.
    pub fn code(self) -> &'static str {
        match self {
            Self::UserQuery => "user_query",
            Self::UserData => "user_data",
            Self::NotFound => "not_found",
            Self::NotSupported => "not_supported",
            Self::Conflict => "conflict",
            Self::LimitExceeded => "limit_exceeded",
            Self::Corrupt => "corrupt",
            Self::Io => "io",
            Self::Cancelled => "cancelled",
            Self::Internal => "internal",
        }
    }
}
