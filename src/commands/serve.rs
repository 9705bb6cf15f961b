//! `jaal serve`: the HTTP service over the store.

use super::Ended;
use crate::cli::{count, count_from_1};
use crate::failure::{Failure, Outcome};
use crate::served::service::Service;
use crate::session::Session;
use clap::Args;
use jaal_server::{Options, ServerError};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// Serve the store over HTTP until Ctrl-C
///
/// By default only this computer can reach it. There is no sign-in: whoever can reach the address can read the store,
/// as far as --clearance and --as-known given here show it. Commands of the user who serves have their own.
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  jaal serve\n  jaal serve --listen 127.0.0.1:8080 --db /srv/cases/crackdown.jaal\n  jaal serve --clearance restricted/CYBER"
)]
pub(crate) struct ServeArgs {
    /// The address and port to listen on.
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:7474")]
    listen: SocketAddr,
    /// Graphviz's program `dot`, where it is not in PATH.
    #[arg(long, value_name = "FILE")]
    graphviz: Option<PathBuf>,
    /// The most seconds that one question may take.
    #[arg(long, value_name = "SECONDS", value_parser = count::<u64>, default_value_t = 10)]
    max_time: u64,
    /// The most questions that are worked on at once.
    #[arg(long, value_name = "COUNT", value_parser = count_from_1, default_value_t = 4)]
    max_concurrent: usize,
}

pub(crate) fn run(session: &Session, args: &ServeArgs) -> Ended {
    let options = Options {
        listen: args.listen,
        folder: session.folder().to_owned(),
        graphviz: args.graphviz.clone(),
        max_time: Duration::from_secs(args.max_time),
        max_concurrent: args.max_concurrent,
        country: session.common.country.clone(),
        lens: session.lens(),
        holder: Some(session.holder()),
        short_folder: std::env::var_os("XDG_RUNTIME_DIR").map_or_else(std::env::temp_dir, PathBuf::from),
        ..Options::default()
    };
    if let Some(warning) = options.warning() {
        session.note(format_args!("note: {warning}"));
    }
    let commands = Arc::new(Service::default());
    let ended = jaal_server::run(options, Some(commands), &mut |address| {
        session.note(format_args!(
            "serving {} at http://{address}/  (Ctrl-C ends it)",
            session.folder().display()
        ));
    });
    match ended {
        Ok(()) => Ok(Outcome::Done),
        Err(ServerError::Engine(error)) => Err(error.into()),
        Err(error) => Err(Failure::Server(Box::new(error))),
    }
}
