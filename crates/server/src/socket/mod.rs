//! The store's socket: commands of the command line, run by the process that holds the store.
//!
//! 1. A service listens on `jaal.sock` in the store's folder, beside HTTP ([`place`]). Only the user who runs it may
//!    connect: by the mode of the file, and by what the system says of the peer.
//! 2. The command line finds the socket, connects ([`connect`]) and sends a [`Call`]: its version, arguments, and what
//!    a command must know of the process that was started: its folder, terminal and user.
//! 3. The service runs the same command on its own open store ([`Commands`]); what the command writes goes back as
//!    frames ([`frame`]) through its [`Caller`], and at last the exit status.
//! 4. A client that asks to cancel, or is gone, pulls the command's token.
//!
//! A socket that nobody listens on (its service was killed) counts as none; the next service replaces it. What a
//! command is, this module does not know.

mod call;
mod caller;
mod client;
mod frame;
#[cfg(unix)]
mod listen;
mod place;

pub use call::Call;
pub use caller::Caller;
pub use client::{CallError, Canceller, Connection, Near, connect};
#[cfg(unix)]
pub(crate) use listen::{Listening, serve};

use jaal_engine::Database;
use std::sync::Arc;

/// The version of client and service, which must be the same: the whole workspace has one.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// What runs the commands of clients.
pub trait Commands: Send + Sync {
    /// Runs one command on the store to its end and gives the exit status. Called on a thread of its own; several
    /// run side by side.
    fn run(&self, database: &Arc<Database>, call: &Call, caller: &Arc<Caller>) -> u8;
}

/// A connection between the command line and a service.
#[cfg(unix)]
type Stream = std::os::unix::net::UnixStream;
/// Where there are no such sockets nothing is ever connected.
#[cfg(not(unix))]
type Stream = std::net::TcpStream;
