//! The command line: what an investigator types, and what is printed in return.
//!
//! Every command is one file under `commands`; it reads its arguments, asks the engine, and hands the answer to
//! `output`, which knows how answers look as tables, JSON, ndjson and CSV. Results go to standard output, everything
//! else (progress, notes, errors) to standard error. The exit status is 0 when done, 1 when it failed, 2 for a wrong
//! question, 3 when nothing was found, 4 when a limit stopped it, 130 when Ctrl-C did.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test that cannot set itself up should stop"))]

mod cli;
mod commands;
mod console;
mod crash;
mod failure;
mod interrupt;
mod output;
mod progress;
mod served;
mod session;

use std::panic::AssertUnwindSafe;
use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    crash::install();
    let cli = cli::Cli::read();
    // The hook has told of a panic; what is left is the status of a failure, not Rust's own 101.
    let status = std::panic::catch_unwind(AssertUnwindSafe(|| commands::run(cli)));
    status.map_or(ExitCode::FAILURE, ExitCode::from)
}
