//! The command line from outside: the built program is run, and what it prints, writes and exits with is looked at.
#![allow(clippy::unwrap_used, reason = "a test that cannot set itself up should stop")]

mod damage;
#[cfg(unix)]
mod judging;
#[cfg(unix)]
mod kills;
#[cfg(target_os = "linux")]
mod medium;
mod people;
mod processes;
mod questions;
mod run;
#[cfg(unix)]
mod served;
mod slips;
mod store;
mod usage;
