//! The side that runs: commands of clients, on the store that this process serves.

use super::paths::Paths;
use super::turns::Turns;
use crate::cli::Cli;
use crate::session::Session;
use crate::{commands, console, failure};
use jaal_engine::Database;
use jaal_server::{Call, Caller, Commands};
use std::path::PathBuf;
use std::sync::Arc;

/// The store that this process serves, as commands see it.
#[derive(Clone)]
pub(crate) struct Store {
    pub(crate) database: Arc<Database>,
    pub(crate) turns: Arc<Turns>,
}

/// The commands of the command line.
#[derive(Default)]
pub(crate) struct Service {
    turns: Arc<Turns>,
}

impl Commands for Service {
    fn run(&self, database: &Arc<Database>, call: &Call, caller: &Arc<Caller>) -> u8 {
        console::for_caller(caller, call, || {
            let program = std::iter::once("jaal".into());
            let cli = match Cli::parse(program.chain(call.arguments.iter().cloned())) {
                Ok(cli) => cli,
                // The client has parsed them too, so this is another program of the same version.
                Err(error) => {
                    failure::tell(&format!("the service does not know this command: {error}"), "");
                    return 2;
                }
            };
            let Cli { mut common, command } = cli;
            common.db.clone_from(&call.store);
            common.actor = Some(call.actor.clone());
            if command.is_local() {
                failure::tell("this command does not work through the service of a store", "");
                return 1;
            }
            let store = Store { database: Arc::clone(database), turns: Arc::clone(&self.turns) };
            commands::end(&Session::served(common, store, paths(database, call)), command)
        })
    }
}

fn paths(database: &Database, call: &Call) -> Paths {
    let paths = Paths::of(call.folder.clone(), call.pid);
    let store: PathBuf = call.store.clone();
    paths.know(database.folder(), &store);
    paths
}
