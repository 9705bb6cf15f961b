//! Same-as that a graph skips: the list, and in words.

use crate::database::Reading;
use crate::{Database, EngineError};
use jaal_graph::{Conflict, ConflictBy, ConflictReason};
use jaal_ledger::Snapshot;
use jaal_model::answer::Evidence;
use jaal_model::{IdentityId, JudgementId, Key};
use serde::Serialize;

/// How many are told in words.
const SHOWN: usize = 5;

/// A same-as that is skipped.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct ConflictLine {
    /// One identity, by its key.
    pub a: Option<Key>,
    /// The other.
    pub b: Option<Key>,
    /// The judgement that holds them to be the same, if one does.
    pub judgement: Option<JudgementId>,
    /// The row that does, if one does.
    pub evidence: Option<Evidence>,
    /// Why they are not joined.
    pub why: String,
}

impl Database {
    /// Same-as that the graph of a reading skips, in the order in which same-as is taken, at most `limit`, and how many
    /// there are.
    ///
    /// # Errors
    /// [`EngineError::Graph`] when the rows cannot be read.
    pub fn conflicts(reading: &Reading, limit: usize) -> Result<(Vec<ConflictLine>, u64), EngineError> {
        let all = reading.view.conflicts();
        let shown = &all[..all.len().min(limit)];
        let snapshot = reading.sources.snapshot();
        let mut lines = Vec::with_capacity(shown.len());
        for conflict in shown {
            let (judgement, evidence) = match conflict.by {
                ConflictBy::Judgement(id) => (Some(id), None),
                ConflictBy::Claim { claim, .. } => (None, reading.sources.evidence(&[claim])?.pop()),
            };
            let key = |id: IdentityId| snapshot.identity(id);
            let (a, b) = (key(conflict.a)?, key(conflict.b)?);
            lines.push(ConflictLine { a, b, judgement, evidence, why: why(conflict).to_owned() });
        }
        reading.check((lines, all.len() as u64))
    }
}

/// The latest of the conflicts in words: what is not joined with what, and why.
///
/// # Errors
/// [`EngineError::Ledger`] when the ledger cannot be read.
pub(crate) fn in_words(snapshot: &Snapshot, conflicts: &[Conflict]) -> Result<Vec<String>, EngineError> {
    let claim = |conflict: &Conflict| match conflict.by {
        // Judgements have no claim and come last: whoever judged knows.
        ConflictBy::Judgement(_) => None,
        ConflictBy::Claim { claim, .. } => Some(claim),
    };
    let mut latest: Vec<&Conflict> = conflicts.iter().collect();
    latest.sort_by_key(|conflict| std::cmp::Reverse(claim(conflict)));
    latest.into_iter().take(SHOWN).map(|conflict| words(snapshot, conflict)).collect()
}

fn words(snapshot: &Snapshot, conflict: &Conflict) -> Result<String, EngineError> {
    let name = |id: IdentityId| -> Result<String, EngineError> {
        Ok(snapshot.identity(id)?.map_or_else(|| format!("identity {id}"), |key| key.to_string()))
    };
    let (a, b) = (name(conflict.a)?, name(conflict.b)?);
    let who = match conflict.by {
        ConflictBy::Claim { .. } => "a row says",
        ConflictBy::Judgement(_) => "a judgement says",
    };
    let why = why(conflict);
    Ok(format!("{who} that {a} and {b} are the same, but {why}: they are not joined"))
}

fn why(conflict: &Conflict) -> &'static str {
    match conflict.reason {
        ConflictReason::NotSame => "a judgement holds that they are not the same",
        ConflictReason::DifferentCnic => "they have different valid CNICs",
    }
}
