//! The investigator's questions on small cases that went through the real stack: claims in a ledger, a derived image,
//! a view.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test that cannot set itself up should stop"))]

mod charts;
mod common;
mod control;
mod filters;
mod paths;
mod people;
mod questions;
mod report;
