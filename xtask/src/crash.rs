//! `crash`: a process that writes a ledger is killed again and again, and nothing acknowledged may be lost.
//!
//! The work is the ledger's own test of it, run for more rounds and telling what it does.

use crate::Outcome;
use clap::Args;
use std::path::Path;
use std::process::{Command, ExitCode};

/// Options of `crash`.
#[derive(Args)]
pub(crate) struct CrashArguments {
    /// How often to kill
    #[arg(long, default_value_t = 1_000)]
    rounds: u64,
    /// What the moments are drawn from
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// Runs the rounds; fails at the first that loses anything.
pub(crate) fn run(root: &Path, arguments: &CrashArguments) -> Outcome {
    let mut command = Command::new(env!("CARGO"));
    command.current_dir(root).args(["test", "--quiet", "--package", "jaal-ledger", "--test", "crash"]);
    command.args(["--", "--exact", "nothing_acknowledged_is_lost_to_a_kill", "--nocapture"]);
    command.env("JAAL_CRASH_ROUNDS", arguments.rounds.to_string());
    command.env("JAAL_CRASH_SEED", arguments.seed.to_string());
    Ok(if command.status()?.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
