//! The commands, one file each: arguments, the question to the engine, and how its answer looks.

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

/// How a command ends.
pub(crate) type Ended = Result<Outcome, Failure>;

/// Runs the command that was typed.
pub(crate) fn run(cli: Cli) -> Ended {
    let session = Session { common: cli.common };
    match cli.command {
        Command::Demo(args) => demo::run(&session, &args),
        Command::Init(args) => init::run(&session, &args),
        Command::Info(args) => info::run(&session, &args),
        Command::Load(args) => load::run(&session, &args),
        Command::Withdraw(args) => withdraw::run(&session, &args),
        Command::Expunge(args) => expunge::run(&session, &args),
        Command::Same(args) => judge::same(&session, &args),
        Command::NotSame(args) => judge::not_same(&session, &args),
        Command::Undecided(args) => judge::undecided(&session, &args),
        Command::Undo(args) => judge::undo(&session, &args),
        Command::Note(args) => judge::note(&session, &args),
        Command::Remark(args) => judge::remark(&session, &args),
        Command::Conflicts(args) => conflicts::run(&session, &args),
        Command::Compact(args) => compact::run(&session, &args),
        Command::Find(args) => find::run(&session, &args),
        Command::Show(args) => show::run(&session, &args),
        Command::Why(args) => why::run(&session, &args),
        Command::Around(args) => around::run(&session, &args),
        Command::Path(args) => path::run(&session, &args),
        Command::Networks(args) => networks::run(&session, &args),
        Command::Algo(args) => algo::run(&session, &args),
        Command::Report(args) => report::run(&session, &args),
        Command::Export(args) => export::run(&session, &args),
        Command::Verify(args) => verify::run(&session, &args),
        Command::Checkpoint(args) => checkpoint::run(&session, &args),
        Command::Dump(args) => dump::run(&session, &args),
        Command::Restore(args) => restore::run(&session, &args),
        Command::Serve(args) => serve::run(&session, &args),
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
