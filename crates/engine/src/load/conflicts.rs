//! Same-as that a graph skips, in words.

use crate::EngineError;
use jaal_graph::{Conflict, ConflictReason};
use jaal_ledger::Snapshot;
use jaal_model::IdentityId;

/// How many are told in words.
const SHOWN: usize = 5;

/// The latest of the conflicts in words: what is not joined with what, and why.
///
/// # Errors
/// [`EngineError::Ledger`] when the ledger cannot be read.
pub(super) fn in_words(snapshot: &Snapshot, conflicts: &[Conflict]) -> Result<Vec<String>, EngineError> {
    // Judgements have no claim and come last: whoever judged knows.
    let mut latest: Vec<&Conflict> = conflicts.iter().collect();
    latest.sort_by_key(|conflict| std::cmp::Reverse(conflict.claim));
    latest.into_iter().take(SHOWN).map(|conflict| words(snapshot, conflict)).collect()
}

fn words(snapshot: &Snapshot, conflict: &Conflict) -> Result<String, EngineError> {
    let name = |id: IdentityId| -> Result<String, EngineError> {
        Ok(snapshot.identity(id)?.map_or_else(|| format!("identity {id}"), |key| key.to_string()))
    };
    let (a, b) = (name(conflict.a)?, name(conflict.b)?);
    let who = if conflict.claim.is_some() { "a row says" } else { "a judgement says" };
    let why = match conflict.reason {
        ConflictReason::NotSame => "a judgement holds that they are not the same",
        ConflictReason::DifferentCnic => "they have different valid CNICs",
    };
    Ok(format!("{who} that {a} and {b} are the same, but {why}: they are not joined"))
}
