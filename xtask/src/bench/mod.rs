//! `bench-compare`: the link-analysis questions on a generated case, timed at the caller, one JSON object a line.
//!
//! The case is a folder as the shared yardsticks make it: CSV files of persons, phones, accounts, premises and
//! companies with their links, and `pairs.csv` with the persons to ask about. Each line has `engine`, `task`, a
//! time and a `check` (a figure of the answer itself), with the meanings of the peers' scripts. Times are from
//! call to return, warm, one thread asking.

mod peers;
mod questions;
mod store;

use crate::Outcome;
use clap::Args;
use serde_json::{Value, json};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

/// Options of `bench-compare`.
#[derive(Args)]
pub(crate) struct BenchArguments {
    /// The generated case
    #[arg(long)]
    data: PathBuf,
    /// Where to keep the store; a temporary folder beside the data by default
    #[arg(long)]
    store: Option<PathBuf>,
    /// Run the other engines too, in this run
    #[arg(long)]
    peers: bool,
    /// The folder of the peers' scripts and of `expected.py`
    #[arg(long, default_value = "../shared/bench")]
    scripts: PathBuf,
    /// The Python that has the peers installed
    #[arg(long, default_value = "python3")]
    python: PathBuf,
}

/// Runs the benchmark, in a release build whatever this one is.
pub(crate) fn run(root: &Path, arguments: &BenchArguments) -> Outcome {
    if cfg!(debug_assertions) {
        return in_release(root);
    }
    let mut lines: Vec<Value> = Vec::new();
    let expected = peers::expected(root, arguments)?;
    let folder = match &arguments.store {
        Some(folder) => folder.clone(),
        None => arguments.data.with_extension("jaal-bench"),
    };
    store::measure(root, &arguments.data, &folder, &mut |line| lines.push(print(&line)))?;
    if arguments.store.is_none() {
        std::fs::remove_dir_all(&folder)?;
    }
    let wrong = peers::compare(&lines, &expected);
    if arguments.peers {
        peers::run(root, arguments, &lines)?;
    }
    Ok(if wrong == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Prints a line of results to standard output, and gives it back.
fn print(line: &Value) -> Value {
    let mut line = line.clone();
    if line.get("engine").is_none() {
        line["engine"] = json!("jaal");
    }
    writeln!(std::io::stdout(), "{line}").ok();
    line
}

/// Runs this same task in a release build.
fn in_release(root: &Path) -> Outcome {
    let mut command = Command::new(env!("CARGO"));
    command.current_dir(root).args(["run", "--quiet", "--release", "--package", "xtask", "--"]);
    let status = command.args(std::env::args_os().skip(1)).status()?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
