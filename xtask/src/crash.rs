//! `crash`: whoever writes is killed again and again, and nothing acknowledged may be lost.
//!
//! The work is done by the tests of it, run for more rounds and telling what they do: one kills a process that writes a
//! ledger, the other the commands of the program.

use crate::Outcome;
use clap::Args;
use std::path::Path;
use std::process::{Command, ExitCode};

/// Options of `crash`.
#[derive(Args)]
pub(crate) struct CrashArguments {
    /// How often to kill, in each of the two tests
    #[arg(long, default_value_t = 1_000)]
    rounds: u64,
    /// What the moments are drawn from
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// The tests that kill: package, program of tests, test.
const TESTS: [[&str; 3]; 2] = [
    ["jaal-ledger", "crash", "nothing_acknowledged_is_lost_to_a_kill"],
    ["jaal", "cli", "kills::nothing_acknowledged_is_lost_when_a_command_is_killed"],
];

/// Runs the rounds of both; fails at the first that loses anything.
pub(crate) fn run(root: &Path, arguments: &CrashArguments) -> Outcome {
    for [package, program, test] in TESTS {
        let mut command = Command::new(env!("CARGO"));
        command.current_dir(root).args(["test", "--quiet", "--package", package, "--test", program]);
        command.args(["--", "--exact", test, "--nocapture"]);
        command.env("JAAL_CRASH_ROUNDS", arguments.rounds.to_string());
        command.env("JAAL_CRASH_SEED", arguments.seed.to_string());
        if !command.status()?.success() {
            return Ok(ExitCode::FAILURE);
        }
    }
    Ok(ExitCode::SUCCESS)
}
