//! `jaal restore`: a store from a dump.

use super::Ended;
use crate::failure::{Failure, Outcome};
use crate::session::{MadeFolder, Session};
use clap::Args;
use jaal_engine::{Database, EngineError};
use std::fs::File;
use std::io::{self, BufReader};
use std::path::PathBuf;

/// Make a store from a dump: the same commits with the same hashes
///
/// The store named by --db must not exist yet.
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  jaal restore case.ndjson.zst --db copy.jaal\n  ssh archive 'cat case.ndjson.zst' | jaal restore - --db copy.jaal"
)]
pub(crate) struct RestoreArgs {
    /// The dump; `-` reads standard input.
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

pub(crate) fn run(session: &Session, args: &RestoreArgs) -> Ended {
    let (folder, actor) = (session.folder(), session.actor());
    let mut progress = session.progress();
    let made = MadeFolder::watch(folder);
    let restored = if args.file.as_os_str() == "-" {
        Database::restore(folder, &mut BufReader::new(io::stdin().lock()), &actor, &mut progress)
    } else {
        let file = File::open(&args.file).map_err(Failure::io("open", &args.file))?;
        Database::restore(folder, &mut BufReader::new(file), &actor, &mut progress)
    };
    drop(progress);
    // Once the dump is read the ledger is whole, whatever becomes of its graph.
    if matches!(restored, Err(EngineError::Ledger(_))) {
        made.remove();
    }
    let (_, head) = restored?;
    match head {
        Some(head) => session.note(format_args!(
            "restored {} up to commit {}, hash {}",
            folder.display(),
            head.id,
            head.hash
        )),
        None => session.note(format_args!("restored {}, which has no commit yet", folder.display())),
    }
    Ok(Outcome::Done)
}
