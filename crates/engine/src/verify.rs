//! Verification: the chain of the ledger is recomputed, and the graph derived again and compared.

use crate::database::Watch;
use crate::images::ImageName;
use crate::{Database, EngineError};
use jaal_graph::{GraphError, Segment};
use jaal_ledger::{Checkpoint, CheckpointVerdict, LedgerError, Problem, Snapshot, Verdict};
use serde::Serialize;
use std::io::ErrorKind;
use std::path::Path;

/// What verification found.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Verification {
    /// Whether nothing is wrong.
    pub ok: bool,
    /// Commits whose hashes were recomputed.
    pub commits: u64,
    /// Records whose digests were recomputed.
    pub records: u64,
    /// What is wrong with the ledger, in words, first the first bad record.
    pub problems: Vec<String>,
    /// What the exported checkpoint said.
    pub checkpoint: String,
    /// What the comparison of the stored graph with one derived again gave.
    pub graph: String,
    /// Entities of the graph derived again.
    pub entities: u64,
    /// Links of the graph derived again.
    pub links: u64,
}

impl Database {
    /// Recomputes every digest and hash of the ledger, derives the graph again and compares it with the stored one.
    ///
    /// # Errors
    /// [`EngineError`] when something cannot be read at all; what can be read and is wrong is in the answer.
    pub fn verify(
        &self,
        checkpoint: Option<&Checkpoint>,
        watch: &mut dyn Watch,
    ) -> Result<Verification, EngineError> {
        watch.stage("checking the ledger", 0);
        let (snapshot, verdict) = self.check_ledger(checkpoint, watch)?;
        let mut problems: Vec<String> = verdict.problems.iter().map(in_words).collect();
        if verdict.more_problems > 0 {
            problems.push(format!("and {} more", verdict.more_problems));
        }
        let checkpoint = match verdict.checkpoint {
            CheckpointVerdict::Matches => "the checkpoint matches",
            CheckpointVerdict::Mismatch => "the checkpoint does not match",
            CheckpointVerdict::NotGiven => {
                "no checkpoint was given: a cut-off tail or a wholly replaced ledger would not be seen"
            }
        }
        .to_owned();
        let (mut entities, mut links) = (0, 0);
        let graph = if problems.is_empty() {
            let stored = self.images().path(&ImageName::of(&snapshot)?);
            let (summary, fresh) = self.images().derive_aside(&snapshot, watch)?;
            (entities, links) = (u64::from(summary.nodes), summary.links);
            let verdict = compare(&stored, fresh)?;
            if verdict.starts_with("differs") || verdict.starts_with("damaged") {
                problems.push(format!("the stored graph {verdict}"));
            }
            verdict
        } else {
            "not compared: the ledger is not sound".to_owned()
        };
        Ok(Verification {
            ok: problems.is_empty(),
            commits: verdict.commits,
            records: verdict.records,
            problems,
            checkpoint,
            graph,
            entities,
            links,
        })
    }

    /// Recomputes what the ledger says of itself. The key-value store below panics on some damage of its pages, and
    /// to find damage is what verification is for.
    fn check_ledger(
        &self,
        checkpoint: Option<&Checkpoint>,
        watch: &mut dyn Watch,
    ) -> Result<(Snapshot, Verdict), EngineError> {
        let checked = jaal_ledger::guarded(|| {
            let snapshot = self.ledger().snapshot()?;
            let verdict = jaal_ledger::verify(&snapshot, checkpoint, &mut |done, _| watch.advance(done, 0))?;
            Ok((snapshot, verdict))
        });
        checked.unwrap_or_else(|| {
            let what = "its pages contradict one another".to_owned();
            Err(LedgerError::DamagedFile { path: self.ledger().path().to_owned(), what }.into())
        })
    }

    /// The checkpoint of the last commit: what to keep away from the store, so that a replaced ledger is noticed.
    ///
    /// # Errors
    /// [`EngineError::Ledger`] when the ledger cannot be read.
    pub fn checkpoint(&self) -> Result<Option<Checkpoint>, EngineError> {
        Ok(self.ledger().snapshot()?.checkpoint()?)
    }
}

fn in_words(problem: &Problem) -> String {
    let Problem { record, table, id, what } = problem;
    match record {
        Some(record) => format!("record {record} ({table} {id}): {what}"),
        None => format!("{table} {id}: {what}"),
    }
}

/// Compares the stored segment with the checksum of one derived afresh.
fn compare(stored: &Path, fresh: u64) -> Result<String, EngineError> {
    let checked = Segment::open(stored).and_then(|segment| {
        segment.check_all()?;
        Ok(segment.content_checksum())
    });
    match checked {
        Ok(checksum) if checksum == fresh => Ok("equals the one derived again".to_owned()),
        Ok(_) => Ok("differs from the one derived again".to_owned()),
        Err(GraphError::Io { source, .. }) if source.kind() == ErrorKind::NotFound => {
            Ok("was not stored; it was derived".to_owned())
        }
        Err(error @ GraphError::Io { .. }) => Err(error.into()),
        Err(error) => Ok(format!("damaged: {error}")),
    }
}
