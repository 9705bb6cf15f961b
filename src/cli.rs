//! The grammar of the command line: the commands, and the options that all of them take.

use crate::commands::{
    algo, around, checkpoint, compact, conflicts, demo, dump, export, expunge, find, info, init, judge, load,
    networks, path, report, restore, serve, show, verify, why, withdraw,
};
use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};
use jaal_engine::graph::Filter;
use jaal_engine::model::identifier::Country;
use jaal_engine::model::value::time::last_second_of_day;
use jaal_engine::model::{Grade, Marking};
use std::ffi::OsString;
use std::path::PathBuf;
use std::str::FromStr;

/// Link analysis for investigators: evidence in, connections out.
#[derive(Parser, Debug)]
#[command(name = "jaal", version, max_term_width = 110, after_help = EXAMPLES)]
pub(crate) struct Cli {
    /// Options of all commands.
    #[command(flatten)]
    pub(crate) common: Common,
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
}

const EXAMPLES: &str = "\
Examples:
  jaal demo                                     the whole story on a synthetic case
  jaal load --spec calls.toml calls.csv         take a delivery in
  jaal find 0300-1234567                        who or what is this?
  jaal path Person:35202-1234567-1 Phone:+923001234567 --why
  jaal export --format svg --output path.svg --path Person:35202-1234567-1 Phone:+923001234567

An entity is named as Kind:value (Phone:+923001234567), as Kind:scheme=value (Person:passport=CHN:E1234567),
or by its id. Exit status: 0 done, 1 failed, 2 wrong usage, 3 nothing found, 4 stopped by a limit,
130 stopped by Ctrl-C. While `jaal serve` runs on a store, the other commands are done by it.";

/// The heading over [`Common`] in every command's help.
const GLOBAL: &str = "Global options";

/// Options that every command takes, before or after the command's name.
#[derive(Args, Clone, Debug)]
pub(crate) struct Common {
    /// The store: a folder.
    #[arg(
        long,
        global = true,
        value_name = "PATH",
        env = "JAAL_DB",
        default_value = "case.jaal",
        help_heading = GLOBAL
    )]
    pub(crate) db: PathBuf,
    /// Who acts, for the ledger [default: the user of the system].
    #[arg(long, global = true, value_name = "NAME", help_heading = GLOBAL)]
    pub(crate) actor: Option<String>,
    /// The country of phone numbers that are written without one (ISO 3166, two letters), unless the import
    /// specification says it.
    #[arg(
        long,
        global = true,
        value_name = "CODE",
        default_value = "PK",
        value_parser = country,
        help_heading = GLOBAL
    )]
    pub(crate) country: String,
    /// Read as one cleared for this would: a level (public, official, restricted, confidential, secret) and the
    /// compartments held, after slashes. What it hides does not exist in the answer [default: everything].
    #[arg(long, global = true, value_name = "MARKING", value_parser = judge::marking, help_heading = GLOBAL)]
    pub(crate) clearance: Option<Marking>,
    /// With --clearance, the units or states that the reader belongs to, for what is releasable to some only.
    #[arg(long, global = true, value_name = "UNIT", value_delimiter = ',', requires = "clearance", help_heading = GLOBAL)]
    pub(crate) member_of: Vec<String>,
    /// Read what was known by this commit.
    #[arg(long, global = true, value_name = "COMMIT", value_parser = count::<u64>, help_heading = GLOBAL)]
    pub(crate) as_known: Option<u64>,
    /// No progress and no notes on standard error; errors are still told.
    #[arg(long, short, global = true, help_heading = GLOBAL)]
    pub(crate) quiet: bool,
    /// The name of the command.
    #[arg(skip)]
    pub(crate) command: String,
}

/// How an answer is printed.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) enum Format {
    /// For people.
    #[default]
    Table,
    /// The whole answer as one JSON document.
    Json,
    /// One JSON object a line for each row of the answer.
    Ndjson,
    /// The rows of the answer as comma-separated values with a header.
    Csv,
}

/// The option that says how an answer is printed.
#[derive(Args, Clone, Copy, Debug)]
pub(crate) struct Output {
    /// How the answer is printed.
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "table")]
    pub(crate) format: Format,
}

/// Which links, properties and entities count for an answer.
#[derive(Args, Clone, Copy, Debug)]
pub(crate) struct LinkFilter {
    /// Only what held on this day: a link or a value with a validity must include it; an event (a link with a date, such
    /// as a call) counts if it happened by then; anything else always counts.
    #[arg(long, value_name = "DATE", value_parser = crate::commands::day)]
    as_of: Option<i64>,
    /// Only links, values and entities claimed by this grade or better, for example 2B. Which identities are one entity
    /// may rest on lower grades.
    #[arg(long, value_name = "GRADE", value_parser = grade)]
    lowest_grade: Option<Grade>,
}

impl LinkFilter {
    /// The filter: a day means its end.
    pub(crate) fn filter(self) -> Filter {
        Filter { as_of: self.as_of.map(last_second_of_day), lowest_grade: self.lowest_grade }
    }
}

fn grade(text: &str) -> Result<Grade, String> {
    Grade::parse(text).map_err(|error| error.to_string())
}

/// What a computation may spend.
#[derive(Args, Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// Stop after this many seconds, and print what was found.
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub(crate) max_time: Option<f64>,
    /// Stop after looking at this many links.
    #[arg(long, value_name = "COUNT", value_parser = count::<u64>)]
    pub(crate) max_expansions: Option<u64>,
}

impl Cli {
    /// The command line of this process. Ends it where that is wrong, with what would be right.
    pub(crate) fn read() -> Self {
        Self::parse(std::env::args_os()).unwrap_or_else(|error| error.exit())
    }

    /// The command line in these words, the program's name first.
    ///
    /// # Errors
    /// What is wrong with it and what would be right; help that was asked for.
    pub(crate) fn parse(words: impl IntoIterator<Item = OsString>) -> Result<Self, clap::Error> {
        let matches = grammar().try_get_matches_from(words)?;
        let mut cli = Self::from_arg_matches(&matches)?;
        matches.subcommand_name().unwrap_or_default().clone_into(&mut cli.common.command);
        Ok(cli)
    }
}

/// The grammar, in which a negative number is a value to be checked and no unknown option.
fn grammar() -> clap::Command {
    Cli::command().mut_subcommands(|command| command.allow_negative_numbers(true))
}

fn country(text: &str) -> Result<String, String> {
    Country::new(text)
        .map(|country| country.as_str().to_owned())
        .ok_or_else(|| "an ISO 3166 code of two letters such as PK expected".to_owned())
}

/// A number of things: 0 or more.
pub(crate) fn count<T: FromStr>(text: &str) -> Result<T, String> {
    text.parse().map_err(|_| "a whole number from 0 up expected".to_owned())
}

/// A number of things of which there must be one.
pub(crate) fn count_from_1(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(number) if number > 0 => Ok(number),
        _ => Err("a whole number from 1 up expected".to_owned()),
    }
}

fn seconds(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(value) if value > 0.0 && value <= 1e9 => Ok(value),
        _ => Err("a number of seconds above 0 expected, for example 2.5".to_owned()),
    }
}

/// The commands.
#[derive(Subcommand, Debug)]
pub(crate) enum Command {
    Demo(demo::DemoArgs),
    Init(init::InitArgs),
    Info(info::InfoArgs),
    Load(load::LoadArgs),
    Withdraw(withdraw::WithdrawArgs),
    Expunge(expunge::ExpungeArgs),
    Same(judge::SameArgs),
    NotSame(judge::NotSameArgs),
    Undecided(judge::UndecidedArgs),
    Undo(judge::UndoArgs),
    Note(judge::NoteArgs),
    Remark(judge::RemarkArgs),
    Conflicts(conflicts::ConflictsArgs),
    Compact(compact::CompactArgs),
    Find(find::FindArgs),
    Show(show::ShowArgs),
    Why(why::WhyArgs),
    Around(around::AroundArgs),
    Path(path::PathArgs),
    Networks(networks::NetworksArgs),
    Algo(algo::AlgoArgs),
    Report(report::ReportArgs),
    Export(export::ExportArgs),
    Verify(verify::VerifyArgs),
    Checkpoint(checkpoint::CheckpointArgs),
    Dump(dump::DumpArgs),
    Restore(restore::RestoreArgs),
    Serve(serve::ServeArgs),
}

impl Command {
    /// Whether it is done in the process that it was typed in, even where the store is served: it makes a store, or
    /// serves one.
    pub(crate) fn is_local(&self) -> bool {
        matches!(self, Self::Demo(_) | Self::Init(_) | Self::Restore(_) | Self::Serve(_))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_grammar_is_sound_and_every_command_shows_examples() {
        let grammar = grammar();
        grammar.clone().debug_assert();
        for command in grammar.get_subcommands() {
            assert!(command.get_about().is_some(), "{} says what it does", command.get_name());
            assert!(command.get_after_help().is_some(), "{} has examples", command.get_name());
        }
    }

    #[test]
    fn a_country_is_one_that_there_is() {
        assert_eq!(country("ae"), Ok("AE".to_owned()));
        for bad in ["", "P", "XX", "PAK", "92"] {
            assert!(country(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_count_is_not_negative() {
        assert_eq!(count::<u32>("0"), Ok(0));
        assert_eq!(count_from_1("1"), Ok(1));
        assert!(count::<u64>("-1").is_err() && count_from_1("0").is_err());
    }

    #[test]
    fn a_time_is_a_positive_number() {
        assert_eq!(seconds("2.5"), Ok(2.5));
        for bad in ["0", "-1", "x", "NaN", "inf"] {
            assert!(seconds(bad).is_err(), "{bad}");
        }
    }
}
