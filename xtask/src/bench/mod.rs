//! `bench-compare`: the link-analysis questions on a generated case, timed at the caller, one JSON object a line.
//!
//! The case is a folder as the shared yardsticks make it: CSV files of persons, phones, accounts, premises and
//! companies with their links, and `pairs.csv` with the persons to ask about. Each line has `engine`, `task`, a
//! time and a `check` (a figure of the answer itself), with the meanings of the peers' scripts. Times are from
//! call to return, warm, one thread asking.
//!
//! Each run of an engine is a process of its own, so that its peak of memory is its own, and the runs of the
//! engines take turns, so that a machine that is busy for a while is so for all of them. The medians and their
//! ratios come last.

mod commits;
mod growth;
mod once;
mod peers;
mod questions;
mod searches;
mod summary;

use crate::{Outcome, say};
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
    /// Where to keep the store; a folder beside the data, removed at the end, by default
    #[arg(long)]
    store: Option<PathBuf>,
    /// Run the other engines too, in turns with ours
    #[arg(long)]
    peers: bool,
    /// How often each engine runs; the last lines give medians [default: 1, with --peers 5]
    #[arg(long)]
    runs: Option<usize>,
    /// Also load generated cases of so many persons (20000,100000,500000,2000000 say), and fit how load time grows
    #[arg(long, value_delimiter = ',')]
    sizes: Vec<u64>,
    /// The folder of the peers' scripts, of `casegen.py` and of `expected.py`
    #[arg(long, default_value = "../shared/bench")]
    scripts: PathBuf,
    /// The Python that has the peers installed
    #[arg(long, default_value = "python3")]
    python: PathBuf,
    /// Run ours once, here; what every run does in a process of its own
    #[arg(long, hide = true)]
    once: bool,
}

impl BenchArguments {
    fn runs(&self) -> usize {
        self.runs.unwrap_or(if self.peers { 5 } else { 1 }).max(1)
    }

    fn store(&self) -> PathBuf {
        self.store.clone().unwrap_or_else(|| self.data.with_extension("jaal-bench"))
    }

    /// A script of the peers' folder; says so when it is not there.
    fn script(&self, root: &Path, name: &str) -> Option<PathBuf> {
        let path = root.join(&self.scripts).join(name);
        if path.is_file() {
            return Some(path);
        }
        say(&format!("not run: {name} is not in {}", self.scripts.display()));
        None
    }
}

/// Runs the benchmark, in a release build whatever this one is.
pub(crate) fn run(root: &Path, arguments: &BenchArguments) -> Outcome {
    if cfg!(debug_assertions) {
        return in_release(root);
    }
    if arguments.once {
        once::run(root, &arguments.data, &arguments.store())?;
        return Ok(ExitCode::SUCCESS);
    }
    let expected = peers::expected(root, arguments)?;
    let mut wrong = 0;
    let mut lines: Vec<Value> = Vec::new();
    for number in 1..=arguments.runs() {
        let mut take = |line: Value| lines.push(print(line, number));
        let ours = once_in_a_process(&arguments.data, &arguments.store())?;
        wrong += peers::compare(&ours, &expected);
        ours.into_iter().for_each(&mut take);
        if arguments.peers {
            peers::run(root, arguments, &mut take)?;
        }
    }
    if arguments.store.is_none() {
        std::fs::remove_dir_all(arguments.store())?;
    }
    growth::measure(root, arguments, &mut |line| {
        print(line, 1);
    })?;
    for line in summary::of(&lines) {
        writeln!(std::io::stdout(), "{line}").ok();
    }
    say(&summary::table(&lines));
    Ok(if wrong == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Runs ours once in a process of its own and gives its lines.
fn once_in_a_process(data: &Path, store: &Path) -> Result<Vec<Value>, Box<dyn std::error::Error>> {
    let mut command = Command::new(std::env::current_exe()?);
    command.args(["bench-compare", "--once", "--data"]).arg(data).arg("--store").arg(store);
    let output = command.stderr(std::process::Stdio::inherit()).output()?;
    if !output.status.success() {
        return Err(format!("a run ended with {}", output.status).into());
    }
    Ok(json_lines(&output.stdout))
}

/// Prints a line of results to standard output, and gives it back.
fn print(mut line: Value, number: usize) -> Value {
    line["run"] = json!(number);
    writeln!(std::io::stdout(), "{line}").ok();
    line
}

fn json_lines(bytes: &[u8]) -> Vec<Value> {
    String::from_utf8_lossy(bytes).lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
}

/// Runs this same task in a release build.
fn in_release(root: &Path) -> Outcome {
    let mut command = Command::new(env!("CARGO"));
    command.current_dir(root).args(["run", "--quiet", "--release", "--package", "xtask", "--"]);
    let status = command.args(std::env::args_os().skip(1)).status()?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
