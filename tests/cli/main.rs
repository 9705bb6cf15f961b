//! The command line from outside: the built program is run, and what it prints, writes and exits with is looked at.
#![allow(clippy::unwrap_used, reason = "a test that cannot set itself up should stop")]

#[cfg(unix)]
mod judging;
mod processes;
mod questions;
mod run;
#[cfg(unix)]
mod served;
mod slips;
mod store;
mod usage;
