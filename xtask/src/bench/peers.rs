//! The right answers, and the other engines.

use super::{BenchArguments, json_lines};
use crate::say;
use serde_json::Value;
use std::collections::BTreeMap;
use std::error::Error;
use std::path::Path;
use std::process::Command;

/// The right `check` of each task by `expected.py`, computed by joins over the files; empty with a word to the
/// reader where the script cannot be run.
pub(super) fn expected(
    root: &Path,
    arguments: &BenchArguments,
) -> Result<BTreeMap<String, i64>, Box<dyn Error>> {
    let Some(script) = arguments.script(root, "expected.py") else { return Ok(BTreeMap::new()) };
    let output = Command::new(&arguments.python).arg(script).arg(&arguments.data).output()?;
    if !output.status.success() {
        say(&format!("not checked: expected.py failed: {}", last_line(&output.stderr)));
        return Ok(BTreeMap::new());
    }
    let lines = json_lines(&output.stdout);
    let pair = |line: &Value| Some((line["task"].as_str()?.to_owned(), line["check"].as_i64()?));
    Ok(lines.iter().filter_map(pair).collect())
}

/// Says of each task with a check whether it agrees; gives the number that do not.
pub(super) fn compare(lines: &[Value], expected: &BTreeMap<String, i64>) -> usize {
    let mut wrong = 0;
    for line in lines {
        let (Some(task), Some(check)) = (line["task"].as_str(), line["check"].as_i64()) else { continue };
        match expected.get(task) {
            Some(right) if *right == check => say(&format!("{task}: check {check} agrees")),
            Some(right) => {
                wrong += 1;
                say(&format!("{task}: check {check} is WRONG, {right} is right"));
            }
            None => say(&format!("{task}: check {check}, nothing to compare with")),
        }
    }
    wrong
}

/// The other engines: script, and what comes after the folder of the case.
const PEERS: [(&str, &[&str]); 2] =
    [("peer_ladybug.py", &["STORE"]), ("peer_algos.py", &["networkit-paths"])];

/// Runs each peer once on the same files; its lines go to `take`.
pub(super) fn run(
    root: &Path,
    arguments: &BenchArguments,
    take: &mut dyn FnMut(Value),
) -> Result<(), Box<dyn Error>> {
    let store = arguments.data.with_extension("peer-bench");
    for (name, more) in PEERS {
        let Some(script) = arguments.script(root, name) else { continue };
        let mut command = Command::new(&arguments.python);
        command.arg(script).arg(&arguments.data);
        for argument in more {
            if *argument == "STORE" {
                command.arg(&store);
            } else {
                command.arg(argument);
            }
        }
        let output = command.output()?;
        if !output.status.success() {
            say(&format!("{name} did not run to its end: {}", last_line(&output.stderr)));
        }
        json_lines(&output.stdout).into_iter().for_each(&mut *take);
    }
    if store.is_dir() {
        std::fs::remove_dir_all(&store)?;
    } else if store.exists() {
        std::fs::remove_file(&store)?;
    }
    Ok(())
}

fn last_line(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).lines().last().unwrap_or("").to_owned()
}
