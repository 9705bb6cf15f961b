//! `test`: everything that must hold before a change is taken, in one run; CI runs this and nothing else.
//!
//! The steps run in order and the first that fails ends the run. What the machine lacks is installed where that is
//! possible, and otherwise named and counted, never passed over in silence. The last line of the output is the
//! count of all tests; a step that fails without a failing test counts as one.

mod graphviz;
mod steps;
mod tally;

use crate::{Outcome, say};
use clap::Args;
use std::error::Error;
use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};
use tally::{NotRun, Tally};

/// Options of `test`.
#[derive(Args)]
pub(crate) struct TestArguments {
    /// Leave out lints and documentation, which build everything once more
    #[arg(long)]
    fast: bool,
}

/// How a step ends.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Ended {
    Passed,
    /// Why.
    Failed(String),
    /// What is missing.
    NotRun(String),
}

/// What a step gives back; an error is a step that could not begin.
type Work = Result<Ended, Box<dyn Error>>;

/// One thing that is checked.
struct Step {
    title: &'static str,
    /// Whether `--fast` leaves it out.
    slow: bool,
    work: fn(&Path, &mut Tally) -> Work,
}

const STEPS: [Step; 7] = [
    Step { title: "graphviz", slow: false, work: |_, _| Ok(graphviz::provide()) },
    Step { title: "formatting", slow: false, work: |root, _| steps::formatting(root) },
    Step { title: "lints", slow: true, work: |root, _| steps::lints(root) },
    Step { title: "tidy", slow: false, work: |root, _| steps::tidy(root) },
    Step { title: "tests", slow: false, work: steps::tests },
    Step { title: "documentation", slow: true, work: |root, _| steps::documentation(root) },
    Step { title: "dependencies", slow: false, work: |root, _| steps::dependencies(root) },
];

/// Runs every step up to the first that fails.
pub(crate) fn run(root: &Path, arguments: &TestArguments) -> Outcome {
    let (report, good) = run_steps(root, &STEPS, arguments.fast, &mut say);
    writeln!(std::io::stdout(), "{report}")?;
    Ok(if good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Runs the steps and says which one begins; gives back what to print last, and whether all is well.
fn run_steps(root: &Path, steps: &[Step], fast: bool, say: &mut dyn FnMut(&str)) -> (String, bool) {
    let mut tally = Tally::default();
    let mut lines = Vec::new();
    let mut stopped = false;
    for (number, step) in steps.iter().enumerate() {
        if stopped {
            lines.push(line(step.title, "not reached", None));
            continue;
        }
        if fast && step.slow {
            tally.lack(NotRun { what: "a run without --fast".into(), test: step.title.into() });
            lines.push(line(step.title, "left out", None));
            continue;
        }
        say(&format!("\n==> {} of {}: {}", number + 1, steps.len(), step.title));
        let started = Instant::now();
        let failed_before = tally.failed;
        let ended = (step.work)(root, &mut tally).unwrap_or_else(|error| Ended::Failed(error.to_string()));
        let took = started.elapsed();
        match ended {
            Ended::Passed => lines.push(line(step.title, "passed", Some(took))),
            Ended::NotRun(what) => {
                lines.push(line(step.title, &format!("not run: {what}"), Some(took)));
                tally.lack(NotRun { what, test: step.title.into() });
            }
            Ended::Failed(why) => {
                lines.push(line(step.title, &format!("FAILED: {why}"), Some(took)));
                if tally.failed == failed_before {
                    tally.failed += 1;
                }
                stopped = true;
            }
        }
    }
    (format!("\n{}\n{}", lines.join("\n"), tally.report()), !stopped && tally.failed == 0)
}

/// One line of the summary.
fn line(title: &str, ended: &str, took: Option<Duration>) -> String {
    let took = took.map_or_else(String::new, |took| format!("{:.1} s", took.as_secs_f64()));
    format!("{title:<14} {took:>9}  {ended}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(title: &'static str, work: fn(&Path, &mut Tally) -> Work) -> Step {
        Step { title, slow: title == "slow", work }
    }

    fn two_tests(tally: &mut Tally) -> Ended {
        tally.read("test result: ok. 2 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out");
        Ended::Passed
    }

    fn quietly(steps: &[Step], fast: bool) -> (String, bool) {
        run_steps(Path::new("."), steps, fast, &mut |_| ())
    }

    fn last(report: &str) -> &str {
        report.lines().last().unwrap()
    }

    #[test]
    fn the_last_line_counts_what_all_steps_counted() {
        let steps = [step("slow", |_, _| Ok(Ended::Passed)), step("tests", |_, tally| Ok(two_tests(tally)))];
        let (report, good) = quietly(&steps, false);
        assert!(good);
        assert_eq!(last(&report), "2 passed, 0 failed");
    }

    #[test]
    fn a_failure_ends_the_run_and_counts() {
        let steps = [
            step("tests", |_, tally| Ok(two_tests(tally))),
            step("lints", |_, _| Ok(Ended::Failed("cargo clippy gave exit status 101".into()))),
            step("documents", |_, _| Err("must not run".into())),
        ];
        let (report, good) = quietly(&steps, false);
        assert!(!good);
        assert!(report.contains("FAILED: cargo clippy gave exit status 101"));
        assert!(report.contains("not reached") && !report.contains("must not run"));
        assert_eq!(last(&report), "2 passed, 1 failed");
    }

    #[test]
    fn a_step_that_cannot_begin_is_a_failure() {
        let (report, good) = quietly(&[step("a", |_, _| Err("no such program".into()))], false);
        assert!(!good && report.contains("FAILED: no such program"), "{report}");
    }

    #[test]
    fn what_does_not_run_is_named_and_counted() {
        let steps = [
            step("slow", |_, tally| Ok(two_tests(tally))),
            step("deny", |_, _| Ok(Ended::NotRun("cargo-deny".into()))),
        ];
        let (report, good) = quietly(&steps, true);
        assert!(good);
        assert!(report.contains("1 not run, needs a run without --fast: slow"), "{report}");
        assert!(report.contains("1 not run, needs cargo-deny: deny"), "{report}");
        assert_eq!(last(&report), "0 passed, 0 failed, 2 skipped");
    }
}
