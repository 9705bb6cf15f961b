//! `jaal serve`: the HTTP service over the store.

use super::Ended;
use crate::failure::Failure;
use crate::session::Session;
use clap::Args;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

/// Serve the store over HTTP until Ctrl-C
///
/// By default only this computer can reach it. There is no sign-in: whoever can reach the address can read the store.
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  jaal serve\n  jaal serve --listen 127.0.0.1:8080 --db /srv/cases/crackdown.jaal"
)]
pub(crate) struct ServeArgs {
    /// The address and port to listen on.
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:7474")]
    listen: SocketAddr,
    /// Graphviz's program `dot`, where it is not in PATH.
    #[arg(long, value_name = "FILE")]
    graphviz: Option<PathBuf>,
    /// The most seconds that one question may take.
    #[arg(long, value_name = "SECONDS", default_value_t = 30)]
    max_time: u64,
}

pub(crate) fn run(session: &Session, args: &ServeArgs) -> Ended {
    if !args.listen.ip().is_loopback() {
        session.note("note: the address is reachable from other computers, and there is no sign-in");
    }
    let _ = (&args.graphviz, Duration::from_secs(args.max_time));
    Err(Failure::Server("this build has no HTTP service".into()))
}
