//! The service over a small case: every endpoint against the engine's own answer, every error a problem, hostile
//! requests refused, and a real socket.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test that cannot set itself up should stop"))]

mod answers;
mod common;
mod hostile;
mod lenses;
mod pictures;
mod problems;
mod serving;
