//! The ledger from outside: writing and reading back, dumps, damaged files.
#![allow(clippy::unwrap_used, reason = "a test that cannot set itself up should stop")]

mod damage;
mod dumps;
mod expunging;
mod fixture;
mod writing;
