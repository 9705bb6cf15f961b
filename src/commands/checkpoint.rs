//! `jaal checkpoint`: the last commit's hash, to be kept away from the store.

use super::Ended;
use crate::failure::{Failure, Outcome};
use crate::output::{json, with_stdout};
use crate::session::Session;
use clap::Args;

/// Print the last commit and its hash, to be kept away from the store
///
/// The output is a small JSON document. `jaal verify --checkpoint FILE` compares the store with it.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  jaal checkpoint > /media/safe/2025-11-06.json")]
pub(crate) struct CheckpointArgs {}

pub(crate) fn run(session: &Session, _args: &CheckpointArgs) -> Ended {
    let Some(checkpoint) = session.open()?.checkpoint()? else {
        return Err(Failure::NotFound {
            message: "the ledger has no commit yet".to_owned(),
            hint: "`jaal load` makes the first".to_owned(),
        });
    };
    with_stdout(|out| json(out, &checkpoint))?;
    Ok(Outcome::Done)
}
