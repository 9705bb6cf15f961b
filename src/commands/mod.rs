//! The commands, one file each: arguments, the question to the engine, and how its answer looks.
//!
//! A command runs in the process that it was typed in or, while the store is served, in that of the service
//! ([`crate::served`]). It need not know which, as long as it keeps to five things:
//!
//! 1. The store comes from the session: [`Session::read`] for questions, [`Session::open`] for the store itself,
//!    [`Session::write`] to change it. None is opened by its path.
//! 2. Results go through [`crate::output`]: `print` for an answer, `with_stdout` for a page, `with_stdout_bytes` for
//!    bytes. Everything else is said through [`Session::note`]. No standard stream is named.
//! 3. A path that was given on the command line is opened as [`Session::at`] says, and named in messages as it was
//!    given. A path that comes back from the engine in an answer is shown as [`Session::shown`] says.
//! 4. Standard input, its own terminal, and Ctrl-C are [`crate::console`]'s: `input`, `is_terminal`, `cancel`. Long
//!    work takes [`Session::progress`] or the budget of [`crate::cli::Limits`], which stop at Ctrl-C.
//! 5. Who acts and for which country the session knows. Nothing else of the environment is looked at.
//!
//! A new command is thus a file, a variant of [`Command`] and a line in `dispatch`, and works in both places.

pub(crate) mod algo;
pub(crate) mod around;
pub(crate) mod checkpoint;
pub(crate) mod compact;
pub(crate) mod conflicts;
pub(crate) mod demo;
pub(crate) mod dump;
pub(crate) mod export;
pub(crate) mod expunge;
pub(crate) mod find;
pub(crate) mod info;
pub(crate) mod init;
pub(crate) mod judge;
pub(crate) mod load;
pub(crate) mod networks;
mod no_ties;
pub(crate) mod path;
pub(crate) mod report;
pub(crate) mod restore;
pub(crate) mod serve;
pub(crate) mod show;
pub(crate) mod verify;
pub(crate) mod why;
pub(crate) mod withdraw;

use crate::cli::{Cli, Command};
use crate::failure::{Failure, Outcome};
use crate::session::Session;
use crate::{console, interrupt, served};

/// How a command ends.
pub(crate) type Ended = Result<Outcome, Failure>;

/// Runs the command that was typed, here or in the process that serves the store, and gives the exit status.
pub(crate) fn run(cli: Cli) -> u8 {
    let Cli { common, command } = cli;
    // The service listens to signals itself.
    if !matches!(command, Command::Serve(_)) {
        interrupt::listen();
    }
    let served = (!command.is_local()).then(|| served::client::ask(&common, common.quiet)).flatten();
    served.unwrap_or_else(|| end(&Session::here(common), command))
}

/// Runs a command to its end in this process, tells of its failure, and gives the exit status.
pub(crate) fn end(session: &Session, command: Command) -> u8 {
    let status = match dispatch(session, command) {
        Ok(outcome) => outcome.status(),
        Err(failure) => failure.report(session),
    };
    // What was done before Ctrl-C was heard is done.
    if status != 0 && console::cancel().is_cancelled() { interrupt::STATUS } else { status }
}

fn dispatch(session: &Session, command: Command) -> Ended {
    match command {
        Command::Demo(args) => demo::run(session, &args),
        Command::Init(args) => init::run(session, &args),
        Command::Info(args) => info::run(session, &args),
        Command::Load(args) => load::run(session, &args),
        Command::Withdraw(args) => withdraw::run(session, &args),
        Command::Expunge(args) => expunge::run(session, &args),
        Command::Same(args) => judge::same(session, &args),
        Command::NotSame(args) => judge::not_same(session, &args),
        Command::Undecided(args) => judge::undecided(session, &args),
        Command::Undo(args) => judge::undo(session, &args),
        Command::Note(args) => judge::note(session, &args),
        Command::Remark(args) => judge::remark(session, &args),
        Command::Conflicts(args) => conflicts::run(session, &args),
        Command::Compact(args) => compact::run(session, &args),
        Command::Find(args) => find::run(session, &args),
        Command::Show(args) => show::run(session, &args),
        Command::Why(args) => why::run(session, &args),
        Command::Around(args) => around::run(session, &args),
        Command::Path(args) => path::run(session, &args),
        Command::Networks(args) => networks::run(session, &args),
        Command::Algo(args) => algo::run(session, &args),
        Command::Report(args) => report::run(session, &args),
        Command::Export(args) => export::run(session, &args),
        Command::Verify(args) => verify::run(session, &args),
        Command::Checkpoint(args) => checkpoint::run(session, &args),
        Command::Dump(args) => dump::run(session, &args),
        Command::Restore(args) => restore::run(session, &args),
        Command::Serve(args) => serve::run(session, &args),
    }
}

/// A day written `2025-10-04`, as days since 1970-01-01.
pub(crate) fn day(text: &str) -> Result<i64, String> {
    jaal_engine::model::value::Date::parse_iso(text)
        .map(jaal_engine::model::value::Date::days)
        .ok_or_else(|| "a date such as 2025-10-04 expected".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_read_in_one_form() {
        assert_eq!(day("1970-01-02"), Ok(1));
        for bad in ["", "31/10/2025", "2025-02-30", "yesterday"] {
            assert!(day(bad).is_err(), "{bad}");
        }
    }
}
