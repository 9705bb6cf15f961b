//! The work of an investigator as functions over a view: find and address entities, open a card, ask why, walk
//! paths and neighbourhoods, tie people by what they share, group them into networks, place new arrests, count
//! reports, and lay out what a chart shows.
//!
//! Each question is one file, and each is a plain function that takes a [`jaal_graph::View`], where the rows behind
//! the claims are needed a [`jaal_graph::Sources`], and where it can run long a [`jaal_csr::Budget`]. The answers
//! are the records of [`jaal_model::answer`]; nothing here stores, prints or reads a clock, so the same view and
//! the same question give the same answer.
//!
//! The crate is for `engine`, which adds locks, stores and budgets. Whoever wants one algorithm on a bare graph
//! should take `algo` instead.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test that cannot set itself up should stop"))]

pub mod address;
pub mod around;
pub mod card;
pub mod chart;
pub mod control;
pub mod entity;
mod error;
pub mod find;
mod near;
pub mod nearest;
pub mod networks;
pub mod path;
pub mod project;
pub mod report;
pub mod ties;
mod walk;
mod when;
pub mod why;

pub use error::AnalysisError;
