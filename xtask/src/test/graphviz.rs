//! Graphviz: charts are placed by its program `dot` where it is there, so it is installed before the tests if it can be.

use super::Ended;
use std::process::{Command, Stdio};

/// Looks for Graphviz, and installs it on a machine where this process may and can. Its absence fails nothing: charts
/// have a layout of their own.
pub(super) fn provide() -> Ended {
    if runs("dot", &["-V"]) {
        return Ended::Passed;
    }
    match install() {
        Ok(()) if runs("dot", &["-V"]) => Ended::Passed,
        Ok(()) => lacking("it was installed and does not run"),
        Err(why) => lacking(why),
    }
}

fn lacking(why: &str) -> Ended {
    Ended::NotRun(format!("graphviz ({why})"))
}

/// Installs Graphviz with the system's own packages.
fn install() -> Result<(), &'static str> {
    if !runs("apt-get", &["--version"]) {
        return Err("there is no apt-get to install it with");
    }
    if !is_root() {
        return Err("only root may install it");
    }
    // A machine without a network is found out in seconds, not in the minutes of repeated attempts.
    let patience = ["-o", "Acquire::Retries=0", "-o", "Acquire::http::Timeout=20"];
    let apt = |arguments: &[&str]| {
        let mut command = Command::new("apt-get");
        command.args(patience).args(arguments).env("DEBIAN_FRONTEND", "noninteractive");
        command.stdout(Stdio::null()).status().is_ok_and(|status| status.success())
    };
    if !apt(&["update"]) {
        return Err("apt-get update did not succeed");
    }
    if !apt(&["install", "--yes", "--no-install-recommends", "graphviz"]) {
        return Err("apt-get install graphviz did not succeed");
    }
    Ok(())
}

fn is_root() -> bool {
    let answer = Command::new("id").arg("-u").output();
    answer.is_ok_and(|answer| answer.stdout.trim_ascii() == b"0")
}

/// Whether a program is there and ends well with these arguments.
pub(super) fn runs(program: &str, arguments: &[&str]) -> bool {
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_is_not_there_does_not_run() {
        assert!(!runs("no-program-has-this-name", &[]));
        assert!(runs(env!("CARGO"), &["--version"]));
        assert!(!runs(env!("CARGO"), &["no-such-command"]));
    }
}
