//! The command line from outside: the built program is run, and what it prints, writes and exits with is looked at.
#![allow(clippy::unwrap_used, reason = "a test that cannot set itself up should stop")]

mod questions;
mod run;
mod slips;
mod store;
mod usage;
