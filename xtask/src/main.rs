//! Project tasks, run as `cargo xtask <task>`.

mod bench;
mod crash;
mod samples;
mod test;
mod tidy;

use clap::{Parser, Subcommand};
use std::error::Error;
use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;

/// What a task gives back.
type Outcome = Result<ExitCode, Box<dyn Error>>;

/// The repository.
const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// Project tasks.
#[derive(Parser)]
#[command(name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Run formatting, lints, tidy and every test; this is what CI runs
    Test(test::TestArguments),
    /// Check what no compiler checks: arrows between crates, module docs, sizes, links, words
    Tidy,
    /// Make the synthetic sample case again, byte for byte
    Samples,
    /// Kill a process that writes a ledger, and commands of the program, again and again; nothing acknowledged may be lost
    Crash(crash::CrashArguments),
    /// Time the link-analysis questions on a generated case, with other engines in the same run if asked
    BenchCompare(bench::BenchArguments),
}

fn main() -> ExitCode {
    let root = Path::new(ROOT);
    let result = match Arguments::parse().task {
        Task::Test(arguments) => test::run(root, &arguments),
        Task::Tidy => tidy::run(root),
        Task::Samples => make_samples(&root.join("samples/crackdown")),
        Task::Crash(arguments) => crash::run(root, &arguments),
        Task::BenchCompare(arguments) => bench::run(root, &arguments),
    };
    match result {
        Ok(code) => code,
        Err(error) => {
            say(&format!("error: {error}"));
            ExitCode::FAILURE
        }
    }
}

fn make_samples(folder: &Path) -> Outcome {
    let written = samples::run(folder)?;
    say(&format!("wrote {} files, {} bytes, below samples/crackdown", written.files, written.bytes));
    Ok(ExitCode::SUCCESS)
}

/// Prints a line to standard error; a closed pipe is no reason to fail.
fn say(text: &str) {
    writeln!(std::io::stderr(), "{text}").ok();
}
