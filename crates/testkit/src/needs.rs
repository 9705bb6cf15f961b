//! What a machine lacks: tests that cannot run, or not in full, say so here instead of passing in silence.
//!
//! The line goes to standard error, past the capturing of the test harness, and to the file that the environment
//! variable `JAAL_NOT_RUN` names, from which `cargo xtask test` names and counts what did not run.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::Path;

/// The environment variable with the file that lines are added to.
const FILE: &str = "JAAL_NOT_RUN";

/// Says that a test, or a part of it, does not run because `what` is not on this machine.
///
/// ```
/// # fn dot_is_there() -> bool { true }
/// if !dot_is_there() {
///     jaal_testkit::needs("graphviz", "svg_of_a_path");
/// }
/// ```
pub fn needs(what: &str, test: &str) {
    let line = format!("needs {what}: not run: {test}\n");
    // Written in one piece: tests of several programs may add to the file at once.
    std::io::stderr().write_all(line.as_bytes()).ok();
    if let Some(file) = std::env::var_os(FILE) {
        append(Path::new(&file), &line);
    }
}

fn append(file: &Path, line: &str) {
    let mut file = OpenOptions::new().create(true).append(true).open(file).unwrap();
    file.write_all(line.as_bytes()).unwrap();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_added_to_what_is_there() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("not-run");
        append(&file, "needs a: not run: b\n");
        append(&file, "needs c: not run: d\n");
        let text = std::fs::read_to_string(&file).unwrap();
        assert_eq!(text, "needs a: not run: b\nneeds c: not run: d\n");
    }
}
