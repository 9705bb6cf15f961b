//! The grammar of the command line: the commands, and the options that all of them take.

use crate::commands::{
    algo, around, checkpoint, demo, dump, export, find, info, init, load, networks, path, report, restore,
    serve, show, verify, why, withdraw,
};
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

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
or by its id. Exit status: 0 done, 1 failed, 2 wrong usage, 3 nothing found, 4 stopped by a limit.";

/// Options that every command takes, before or after the command's name.
#[derive(Args, Clone, Debug)]
pub(crate) struct Common {
    /// The store: a folder.
    #[arg(long, global = true, value_name = "PATH", env = "JAAL_DB", default_value = "case.jaal")]
    pub(crate) db: PathBuf,
    /// Who acts, for the ledger [default: the user of the system].
    #[arg(long, global = true, value_name = "NAME")]
    pub(crate) actor: Option<String>,
    /// The country of phone numbers that are written without one (ISO 3166, two letters).
    #[arg(long, global = true, value_name = "CODE", default_value = "PK")]
    pub(crate) country: String,
    /// No progress and no notes on standard error; errors are still told.
    #[arg(long, short, global = true)]
    pub(crate) quiet: bool,
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

/// What a computation may spend.
#[derive(Args, Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// Stop after this many seconds, and print what was found.
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub(crate) max_time: Option<f64>,
    /// Stop after looking at this many links.
    #[arg(long, value_name = "COUNT")]
    pub(crate) max_expansions: Option<u64>,
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

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_grammar_is_sound_and_every_command_shows_examples() {
        let grammar = Cli::command();
        grammar.clone().debug_assert();
        for command in grammar.get_subcommands() {
            assert!(command.get_about().is_some(), "{} says what it does", command.get_name());
            assert!(command.get_after_help().is_some(), "{} has examples", command.get_name());
        }
    }

    #[test]
    fn a_time_is_a_positive_number() {
        assert_eq!(seconds("2.5"), Ok(2.5));
        for bad in ["0", "-1", "x", "NaN", "inf"] {
            assert!(seconds(bad).is_err(), "{bad}");
        }
    }
}
