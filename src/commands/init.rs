//! `jaal init`: a new, empty store.

use super::Ended;
use crate::failure::Outcome;
use crate::session::Session;
use clap::Args;
use jaal_engine::Database;

/// Make a new, empty store
///
/// Fails when there is a store already. `jaal load` makes the store too when there is none.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  jaal init\n  jaal init --db /srv/cases/crackdown.jaal")]
pub(crate) struct InitArgs {}

pub(crate) fn run(session: &Session, _args: &InitArgs) -> Ended {
    Database::create(session.folder(), &session.actor())?;
    session.note(format_args!("made an empty store at {}", session.folder().display()));
    Ok(Outcome::Done)
}
