//! The tally: what cargo's own result lines and the tests themselves say, added up.

use std::collections::{BTreeMap, BTreeSet};

/// A test or step that did not run, or not in full.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct NotRun {
    /// What is missing.
    pub(super) what: String,
    /// What would have run.
    pub(super) test: String,
}

impl NotRun {
    /// Reads a line of the form `needs graphviz: not run: svg_of_a_path`.
    fn parse(line: &str) -> Option<Self> {
        let (what, test) = line.strip_prefix("needs ")?.split_once(": not run: ")?;
        Some(Self { what: what.to_owned(), test: test.trim_end().to_owned() })
    }
}

/// Counts of tests.
#[derive(Default, Debug)]
pub(super) struct Tally {
    pub(super) passed: u64,
    pub(super) failed: u64,
    ignored: u64,
    /// Names of failed tests, in order of appearance.
    failures: Vec<String>,
    not_run: BTreeSet<NotRun>,
}

impl Tally {
    /// Reads one line of what `cargo test` prints.
    pub(super) fn read(&mut self, line: &str) {
        if let Some(counts) = line.strip_prefix("test result: ") {
            self.passed += count(counts, "passed");
            self.failed += count(counts, "failed");
            self.ignored += count(counts, "ignored");
        } else if let Some(name) =
            line.strip_prefix("test ").and_then(|rest| rest.strip_suffix(" ... FAILED"))
        {
            self.failures.push(name.to_owned());
        }
    }

    /// Reads the file to which tests add what they lack. A test that says so has ended well without having
    /// looked at everything, so it is no longer counted as passed.
    pub(super) fn read_lacks(&mut self, text: &str) {
        let known: BTreeSet<String> = self.not_run.iter().map(|lack| lack.test.clone()).collect();
        let lacks: Vec<NotRun> = text.lines().filter_map(NotRun::parse).collect();
        let tests: BTreeSet<&str> = lacks.iter().map(|lack| lack.test.as_str()).collect();
        let new = tests.iter().filter(|test| !known.contains(**test)).count() as u64;
        self.passed = self.passed.saturating_sub(new);
        self.not_run.extend(lacks);
    }

    /// Counts something that did not run.
    pub(super) fn lack(&mut self, lack: NotRun) {
        self.not_run.insert(lack);
    }

    /// Failed tests, what did not run, and as the last line the counts.
    pub(super) fn report(&self) -> String {
        let mut lines: Vec<String> = self.failures.iter().map(|name| format!("failed: {name}")).collect();
        let mut by_lack: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for lack in &self.not_run {
            by_lack.entry(&lack.what).or_default().push(&lack.test);
        }
        for (what, tests) in by_lack {
            lines.push(format!("{} not run, needs {what}: {}", tests.len(), tests.join(", ")));
        }
        let tests: BTreeSet<&str> = self.not_run.iter().map(|lack| lack.test.as_str()).collect();
        let skipped = self.ignored + tests.len() as u64;
        let more = if skipped == 0 { String::new() } else { format!(", {skipped} skipped") };
        lines.push(format!("{} passed, {} failed{more}", self.passed, self.failed));
        lines.join("\n")
    }
}

/// The number before a word in `ok. 12 passed; 0 failed; 1 ignored; …`.
fn count(counts: &str, word: &str) -> u64 {
    let mut parts = counts.split([';', '.']).map(str::trim);
    let part = parts.find_map(|part| part.strip_suffix(word));
    part.and_then(|number| number.trim().parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const OUTPUT: &str = "
running 3 tests
test paths::a_hub ... ok
test paths::a_loop ... FAILED
test paths::a_line ... ok

failures:
test result: FAILED. 2 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.01s
   Doc-tests jaal_csr
test crates/csr/src/lib.rs - (line 6) ... ok
test result: ok. 1 passed; 0 failed; 4 ignored; 0 measured; 0 filtered out; finished in 0.40s
the words test result: ok. 7 passed in a line of a program do not count
";

    fn tally() -> Tally {
        let mut tally = Tally::default();
        OUTPUT.lines().for_each(|line| tally.read(line));
        tally
    }

    #[test]
    fn result_lines_are_added_up_and_failures_named() {
        let tally = tally();
        assert_eq!((tally.passed, tally.failed, tally.ignored), (3, 1, 4));
        assert_eq!(tally.report(), "failed: paths::a_loop\n3 passed, 1 failed, 4 skipped");
    }

    #[test]
    fn a_test_that_lacks_something_is_skipped_and_not_passed() {
        let mut tally = tally();
        tally.read_lacks("needs graphviz: not run: a_line\nneeds graphviz: not run: a_line\nnoise\n");
        tally.read_lacks("needs case data: not run: a_line\nneeds graphviz: not run: a_hub\n");
        assert_eq!(
            tally.report(),
            "failed: paths::a_loop\n1 not run, needs case data: a_line\n2 not run, needs graphviz: a_hub, a_line\n\
             1 passed, 1 failed, 6 skipped"
        );
    }

    #[test]
    fn nothing_counted_is_nothing_skipped() {
        assert_eq!(Tally::default().report(), "0 passed, 0 failed");
    }
}
