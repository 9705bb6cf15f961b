//! The engine from end to end: deliveries as agencies hand them over, loaded, asked, withdrawn, dumped and damaged.
//!
//! One program, so that the sample case is loaded once for all that only read it.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test that cannot set itself up should stop"))]

mod counts;
mod crackdown_report;
mod damage;
mod determinism;
mod dump_restore;
mod evidence;
mod histories;
mod hostile;
mod judging;
mod kept;
mod load_again;
mod neo4j_folder;
mod new_arrests;
mod races;
mod segments;
mod shared_specs;
mod support;
