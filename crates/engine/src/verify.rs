//! Verification: the chain of the ledger is recomputed, and the graph derived again and compared.

use crate::database::{Watch, throw_away_damaged};
use crate::{Database, EngineError};
use jaal_graph::{GraphError, Lens, View};
use jaal_ledger::{Checkpoint, CheckpointVerdict, LedgerError, Problem, Snapshot, Verdict};
use serde::Serialize;

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
    /// Recomputes every digest and hash of the ledger, derives the graph again and compares it with the stored one. A
    /// segment that is damaged is told of and thrown away.
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
            let lens = Lens::everything();
            let (verdict, counts) =
                self.images().derive_aside(&snapshot, &lens, watch, |summary, fresh| {
                    let counts = (u64::from(summary.nodes), summary.links);
                    Ok((self.compare(&snapshot, fresh)?, counts))
                })?;
            (entities, links) = counts;
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

    /// Compares the stored graph, with what has changed since its segment, with one derived afresh.
    fn compare(&self, snapshot: &Snapshot, fresh: &View) -> Result<String, EngineError> {
        let mut making = self.images().make();
        let stored = match making.at_hand(snapshot, &Lens::everything()) {
            Ok(Some(stored)) => stored,
            Ok(None) => return Ok("was not stored; it was derived".to_owned()),
            Err(EngineError::Graph(error @ GraphError::Damaged { .. })) => {
                return Ok(format!("damaged: {error}"));
            }
            Err(error) => return Err(error),
        };
        if let Err(error) = stored.segment().check_all() {
            // Damage may lie where no question of a user looks, and would be found again each time.
            throw_away_damaged(stored.segment());
            return Ok(format!("damaged: {error}"));
        }
        // A judgement that changes no claim, such as a marking added that all claims have, gives the image another
        // name than its segment has.
        let key = self.ledger().opaque_key();
        let is_named = |segment: View| segment.digest() == stored.digest();
        let is_whole =
            stored.changed_claims() == 0 && View::open(stored.segment().path(), key).is_ok_and(is_named);
        let same = if is_whole {
            stored.segment().content_checksum() == fresh.segment().content_checksum()
        } else {
            stored.same_image(fresh)
        };
        Ok(if same { "equals the one derived again" } else { "differs from the one derived again" }
            .to_owned())
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
