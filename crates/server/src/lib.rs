//! HTTP service over the engine: the investigator's questions as `GET` requests, their answers as JSON, DOT and SVG.
//! Beside it, the store's own socket, through which the command line works while the store is served.
//!
//! For the program that serves a store: [`run`] listens until Ctrl-C or SIGTERM. [`router`] is the same service
//! without a socket, for tests and for embedding. The endpoints are described in `docs/http.md`, the shapes of
//! answers in `docs/json.md`. Commands come from the program ([`Commands`]); [`connect`] is their clients' side.
//!
//! Invariants: nothing that comes over HTTP writes to the store; every answer is read from the last commit, through a
//! lens that shows no claim which the service's own hides; graph work runs on the
//! blocking pool under a slot, a deadline and a token that is pulled when the client leaves, never on the threads
//! that serve sockets; every error is an `application/problem+json` of RFC 9457. There is no sign-in, so the
//! service listens on loopback unless told otherwise, and there answers only requests that are addressed to it by
//! a loopback name.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test that cannot set itself up should stop"))]

mod answer;
mod app;
mod connections;
mod desk;
mod error;
mod headers;
mod limits;
mod options;
mod params;
mod pool;
mod preparing;
mod problem;
mod routes;
mod run;
mod socket;
mod through;

pub use app::router;
pub use error::ServerError;
pub use options::Options;
pub use run::{on_interrupt, run, run_until};
pub use socket::{Call, CallError, Caller, Canceller, Commands, Connection, Near, connect};
