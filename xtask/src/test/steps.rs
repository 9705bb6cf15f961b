//! The steps that `test` consists of: each starts one program, or looks at the tree, and says how it ended.

use super::tally::Tally;
use super::{Ended, Work, graphviz};
use std::ffi::OsString;
use std::io::{BufRead as _, BufReader, Read, Write};
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};

/// Whether the sources are as rustfmt writes them.
pub(super) fn formatting(root: &Path) -> Work {
    plain(root, &["fmt", "--all", "--check"])
}

/// Whether clippy has nothing to say.
pub(super) fn lints(root: &Path) -> Work {
    plain(root, &["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"])
}

/// Whether the tree is tidy.
pub(super) fn tidy(root: &Path) -> Work {
    let findings = crate::tidy::check(root)?;
    findings.tell();
    Ok(match findings.problems.len() {
        0 => Ended::Passed,
        1 => Ended::Failed("1 problem".to_owned()),
        more => Ended::Failed(format!("{more} problems")),
    })
}

/// Runs all tests of all crates, shows what they print, and counts.
pub(super) fn tests(root: &Path, tally: &mut Tally) -> Work {
    tests_shown(root, &mut std::io::stdout(), tally)
}

fn tests_shown(root: &Path, shown: &mut dyn Write, tally: &mut Tally) -> Work {
    let lacks = tempfile::NamedTempFile::new()?;
    let failed_before = tally.failed;
    let mut command = cargo(root, &["test", "--workspace", "--locked", "--no-fail-fast"]);
    let mut child = command.env("JAAL_NOT_RUN", lacks.path()).stdout(Stdio::piped()).spawn()?;
    if let Some(output) = child.stdout.take() {
        follow(output, shown, tally)?;
    }
    let status = child.wait()?;
    tally.read_lacks(&std::fs::read_to_string(lacks.path())?);
    Ok(verdict(status, tally.failed - failed_before))
}

/// Shows output as it comes, and counts what it says.
fn follow(output: impl Read, shown: &mut dyn Write, tally: &mut Tally) -> std::io::Result<()> {
    let mut output = BufReader::new(output);
    let mut line = Vec::new();
    while output.read_until(b'\n', &mut line)? > 0 {
        // Nobody looking is no reason to stop counting.
        shown.write_all(&line).ok();
        tally.read(String::from_utf8_lossy(&line).trim_end());
        line.clear();
    }
    Ok(())
}

/// A run that did not succeed has failed, also when no test says so: what does not compile has no tests.
fn verdict(status: ExitStatus, failed: u64) -> Ended {
    match failed {
        0 if status.success() => Ended::Passed,
        0 => Ended::Failed(format!("cargo test gave {status} and named no failed test")),
        1 => Ended::Failed("1 test".to_owned()),
        more => Ended::Failed(format!("{more} tests")),
    }
}

/// Whether the documentation builds without warnings.
pub(super) fn documentation(root: &Path) -> Work {
    let arguments = ["doc", "--workspace", "--no-deps", "--locked"];
    let status = cargo(root, &arguments).env("RUSTDOCFLAGS", "-D warnings").status()?;
    Ok(ended(&arguments, status))
}

/// Whether licences, sources and advisories of what we depend on are as `deny.toml` wants them.
pub(super) fn dependencies(root: &Path) -> Work {
    if !graphviz::runs("cargo-deny", &["--version"]) {
        return Ok(Ended::NotRun("cargo-deny".to_owned()));
    }
    plain(root, &["deny", "check"])
}

fn plain(root: &Path, arguments: &[&str]) -> Work {
    let status = cargo(root, arguments).status()?;
    Ok(ended(arguments, status))
}

fn ended(arguments: &[&str], status: ExitStatus) -> Ended {
    if status.success() {
        return Ended::Passed;
    }
    Ended::Failed(format!("cargo {} gave {status}", arguments.first().unwrap_or(&"")))
}

/// The cargo that runs this program, so that one toolchain does everything.
fn cargo(root: &Path, arguments: &[&str]) -> Command {
    let program = std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
    let mut command = Command::new(program);
    command.args(arguments).current_dir(root).stdin(Stdio::null());
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status_of(arguments: &[&str]) -> ExitStatus {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        cargo(here, arguments).stdout(Stdio::null()).stderr(Stdio::null()).status().unwrap()
    }

    #[test]
    fn the_status_of_a_program_decides() {
        assert_eq!(ended(&["fmt"], status_of(&["--version"])), Ended::Passed);
        let Ended::Failed(why) = ended(&["fmt", "--all"], status_of(&["no-such-command"])) else {
            panic!("must fail")
        };
        assert!(why.starts_with("cargo fmt gave exit status: "), "{why}");
    }

    #[test]
    fn tests_fail_when_one_fails_or_none_could_run() {
        let (good, bad) = (status_of(&["--version"]), status_of(&["no-such-command"]));
        assert_eq!(verdict(good, 0), Ended::Passed);
        assert_eq!(verdict(good, 1), Ended::Failed("1 test".to_owned()));
        assert_eq!(verdict(bad, 2), Ended::Failed("2 tests".to_owned()));
        let Ended::Failed(why) = verdict(bad, 0) else { panic!("must fail") };
        assert!(why.ends_with("and named no failed test"), "{why}");
    }

    #[test]
    fn output_is_shown_as_it_is_and_counted() {
        let output = b"\xff\ntest result: ok. 3 passed; 0 failed; 0 ignored; 0 measured\nno newline";
        let (mut shown, mut tally) = (Vec::new(), Tally::default());
        follow(&output[..], &mut shown, &mut tally).unwrap();
        assert_eq!(shown, output);
        assert_eq!(tally.report(), "3 passed, 0 failed");
    }

    #[test]
    fn tests_of_a_workspace_are_run_and_counted() {
        let folder = tempfile::tempdir().unwrap();
        let write = |path: &str, text: &str| std::fs::write(folder.path().join(path), text).unwrap();
        write("Cargo.toml", "[package]\nname = \"small\"\nversion = \"0.1.0\"\n[lib]\npath = \"lib.rs\"\n");
        write("Cargo.lock", "version = 4\n[[package]]\nname = \"small\"\nversion = \"0.1.0\"\n");
        let lacking = "std::fs::write(std::env::var(\"JAAL_NOT_RUN\").unwrap(), \"needs a sea: not run: sail\").unwrap()";
        write("lib.rs", &format!("#[test]\nfn walk() {{}}\n#[test]\nfn sail() {{ {lacking} }}\n"));
        let (mut shown, mut tally) = (Vec::new(), Tally::default());
        let ended = tests_shown(folder.path(), &mut shown, &mut tally).unwrap();
        let shown = String::from_utf8(shown).unwrap();
        assert_eq!(ended, Ended::Passed, "{shown}");
        assert!(shown.contains("test walk ... ok"), "{shown}");
        assert_eq!(tally.report(), "1 not run, needs a sea: sail\n1 passed, 0 failed, 1 skipped");
    }
}
