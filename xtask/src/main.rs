//! Project tasks, run as `cargo xtask <task>`.

mod samples;

use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;

/// The folder of the sample case.
const CRACKDOWN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../samples/crackdown");

fn main() -> ExitCode {
    let task = std::env::args().nth(1).unwrap_or_default();
    let result = match task.as_str() {
        "samples" => samples::run(Path::new(CRACKDOWN)).map(|written| {
            format!("wrote {} files, {} bytes, below samples/crackdown", written.files, written.bytes)
        }),
        _ => Err(std::io::Error::other(format!("no task '{task}'; known: samples"))),
    };
    let (text, code) = match result {
        Ok(text) => (text, ExitCode::SUCCESS),
        Err(error) => (format!("error: {error}"), ExitCode::FAILURE),
    };
    // A closed pipe is no reason to fail: the files are written.
    let _ = writeln!(std::io::stderr(), "{text}");
    code
}
