//! The right answers, the other engines, and the ratios to them.

use super::{BenchArguments, print};
use crate::say;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The right `check` of each task by `expected.py`, computed by joins over the files; empty with a word to the
/// reader where the script cannot be run.
pub(super) fn expected(
    root: &Path,
    arguments: &BenchArguments,
) -> Result<BTreeMap<String, i64>, Box<dyn Error>> {
    let Some(script) = script(root, arguments, "expected.py") else { return Ok(BTreeMap::new()) };
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

/// Runs the peers on the same files and prints their lines, then the ratio of each task's time to theirs.
pub(super) fn run(root: &Path, arguments: &BenchArguments, ours: &[Value]) -> Result<(), Box<dyn Error>> {
    let Some(script) = script(root, arguments, "peer_ladybug.py") else { return Ok(()) };
    let store = arguments.data.with_extension("peer-bench");
    let output = Command::new(&arguments.python).arg(script).arg(&arguments.data).arg(&store).output()?;
    if !output.status.success() {
        say(&format!("the peer did not run to its end: {}", last_line(&output.stderr)));
    }
    for line in json_lines(&output.stdout) {
        print(&line);
        let mine = ours.iter().find(|our| our["task"] == line["task"]);
        for unit in ["s", "mb", "p50_ms", "p99_ms"] {
            if let (Some(a), Some(b)) = (mine.and_then(|m| m[unit].as_f64()), line[unit].as_f64()) {
                print(
                    &json!({ "engine": "ratio", "task": line["task"], "unit": unit, "to": line["engine"], "ratio": a / b }),
                );
            }
        }
    }
    if store.is_dir() {
        std::fs::remove_dir_all(&store)?;
    } else if store.exists() {
        std::fs::remove_file(&store)?;
    }
    Ok(())
}

fn script(root: &Path, arguments: &BenchArguments, name: &str) -> Option<PathBuf> {
    let path = root.join(&arguments.scripts).join(name);
    if path.is_file() {
        Some(path)
    } else {
        say(&format!("not run: {name} is not in {}", arguments.scripts.display()));
        None
    }
}

fn json_lines(bytes: &[u8]) -> Vec<Value> {
    String::from_utf8_lossy(bytes).lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
}

fn last_line(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).lines().last().unwrap_or("").to_owned()
}
