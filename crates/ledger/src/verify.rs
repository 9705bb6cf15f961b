//! Verification: everything that the ledger says of itself is computed again.
//!
//! 1. Commits are numbered from 1, each names the hash of the one before, and its own hash is that of its content
//!    and of its entries in the chain.
//! 2. Every entry's record is there, decodes, is consistent, has the digest that the entry says, and begins where
//!    the record before it in its table ended.
//! 3. No table holds anything that the chain does not.
//! 4. The indexes (keys, claim blocks, fingerprints) hold exactly what the records say.
//! 5. Records of expunged deliveries, and only those, are gone, and so are their salts. Schemes that such a delivery
//!    brought are there, and in the chain a second time under the store.
//! 6. The commit of a checkpoint that was kept elsewhere is there, with that hash. Without a checkpoint a ledger
//!    whose tail was cut off, or that was rewritten as a whole, cannot be told from a sound one, and the verdict
//!    says that none was given.

use crate::chain::{Entry, Salt, commit_hash, digest};
use crate::snapshot::Snapshot;
use crate::tables::Tag;
use crate::{Progress, Result};
use jaal_model::{Commit, CommitId, DeliveryId, Digest, Scheme};
use rayon::prelude::*;
use redb::{ReadableTable, ReadableTableMetadata};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

mod record;

use record::{Checked, check_record};

/// Problems listed; the rest is only counted.
const MAX_PROBLEMS: usize = 100;

/// Records checked between two reports of progress, by all threads together.
const WAVE: usize = 64;

/// A commit and its hash, written down outside the store.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Checkpoint {
    /// The commit.
    pub commit: CommitId,
    /// Its hash.
    pub hash: Digest,
}

/// What verification found.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Verdict {
    /// Records in the chain.
    pub records: u64,
    /// Commits.
    pub commits: u64,
    /// Canonical bytes of the records.
    pub bytes: u64,
    /// What was expunged, in order of delivery.
    pub gone: Vec<Gone>,
    /// What is wrong, in the order of the chain, so that the first bad block comes first.
    pub problems: Vec<Problem>,
    /// Further problems, not listed.
    pub more_problems: u64,
    /// How the checkpoint fared.
    pub checkpoint: CheckpointVerdict,
}

impl Verdict {
    /// Whether nothing is wrong.
    pub fn is_sound(&self) -> bool {
        self.problems.is_empty()
    }
}

/// A delivery that was expunged.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Gone {
    /// The delivery.
    pub delivery: DeliveryId,
    /// How many of its records are gone.
    pub records: u64,
    /// On whose order.
    pub order: String,
    /// The commit that did it.
    pub commit: CommitId,
}

/// One thing that is wrong.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Problem {
    /// The record's number in the chain, where it has one.
    pub record: Option<u64>,
    /// The table.
    pub table: &'static str,
    /// The record's number in its table.
    pub id: u64,
    /// What is wrong with it.
    pub what: String,
}

/// How the ledger compares with a checkpoint.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckpointVerdict {
    /// None was given: a ledger whose tail was cut off would pass.
    NotGiven,
    /// The commit is there, with that hash.
    Matches,
    /// The commit is not there or has another hash; it is among the problems.
    Mismatch,
}

/// Verifies everything in a snapshot; `progress` is told records done and records in all.
///
/// # Errors
/// What the key-value store says when its tables cannot be walked at all. Whatever is wrong with single records
/// is in the verdict instead.
///
/// # Complexity
/// Reads and decodes every block once, in parallel, and looks every key up in the index; memory for one entry
/// a block, beside the blocks in work.
pub fn verify(
    snapshot: &Snapshot,
    checkpoint: Option<&Checkpoint>,
    progress: Progress<'_>,
) -> Result<Verdict> {
    let mut walk = Walk::new(snapshot)?;
    walk.commits(progress)?;
    walk.leftovers()?;
    walk.indexes()?;
    let gone = walk.gone();
    let checkpoint = walk.checkpoint(checkpoint);
    let Walk { records, commits, bytes, problems, more_problems, .. } = walk;
    let commits = commits.len() as u64;
    Ok(Verdict { records, commits, bytes, gone, problems, more_problems, checkpoint })
}

/// Where the next record of a table has to begin.
#[derive(Clone, Copy)]
enum Next {
    /// Here.
    At(u64),
    /// Here or later: the last record is gone, and how many numbers it took with it.
    From(u64),
    /// The last record is damaged.
    Unknown,
}

/// What a walk along the chain has seen.
struct Walk<'a> {
    snapshot: &'a Snapshot,
    salts: BTreeMap<u64, Salt>,
    schemes: Vec<Scheme>,
    records: u64,
    bytes: u64,
    commits: BTreeMap<u64, Digest>,
    seen: BTreeSet<(Tag, (u64, u64))>,
    /// Where the next record of a densely numbered table has to begin.
    next: BTreeMap<Tag, Next>,
    /// Records that are gone, by the delivery that was expunged.
    gone: BTreeMap<u64, u64>,
    /// Judgements that expunge: delivery, judgement, commit and order.
    orders: BTreeMap<u64, (u64, CommitId, String)>,
    claim_of: BTreeMap<u64, u64>,
    fingerprints: BTreeMap<Digest, u64>,
    keys: u64,
    problems: Vec<Problem>,
    more_problems: u64,
}

impl<'a> Walk<'a> {
    fn new(snapshot: &'a Snapshot) -> Result<Self> {
        let mut salts = BTreeMap::new();
        for row in snapshot.salts.iter().map_err(|error| snapshot.failed(error))? {
            let (delivery, salt) = row.map_err(|error| snapshot.failed(error))?;
            if let Ok(salt) = salt.value().try_into() {
                salts.insert(delivery.value(), salt);
            }
        }
        Ok(Self {
            snapshot,
            salts,
            // A damaged scheme is reported where the chain meets it.
            schemes: snapshot.schemes().unwrap_or_default(),
            records: 0,
            bytes: 0,
            commits: BTreeMap::new(),
            seen: BTreeSet::new(),
            next: BTreeMap::from([
                (Tag::Claim, Next::At(0)),
                (Tag::Identity, Next::At(0)),
                (Tag::Scheme, Next::At(0)),
                (Tag::Judgement, Next::At(1)),
            ]),
            gone: BTreeMap::new(),
            orders: BTreeMap::new(),
            claim_of: BTreeMap::new(),
            fingerprints: BTreeMap::new(),
            keys: 0,
            problems: Vec::new(),
            more_problems: 0,
        })
    }

    fn report(&mut self, record: Option<u64>, table: &'static str, id: u64, what: impl Into<String>) {
        if self.problems.len() < MAX_PROBLEMS {
            self.problems.push(Problem { record, table, id, what: what.into() });
        } else {
            self.more_problems += 1;
        }
    }

    fn commits(&mut self, progress: Progress<'_>) -> Result<()> {
        let snapshot = self.snapshot;
        let total = snapshot.chain.len().map_err(|error| snapshot.failed(error))?;
        let mut parent = Digest::default();
        let mut expected = 1;
        for row in snapshot.commits.iter().map_err(|error| snapshot.failed(error))? {
            let (id, bytes) = row.map_err(|error| snapshot.failed(error))?;
            let id = id.value();
            if id != expected {
                self.report(None, "commit", id, format!("commit {expected} expected here"));
            }
            expected = id.saturating_add(1);
            match crate::codec::decode::<Commit>(bytes.value()) {
                Ok(commit) => {
                    self.commit(id, &commit, parent, total, progress);
                    parent = commit.hash;
                    self.commits.insert(id, commit.hash);
                }
                Err(error) => self.report(None, "commit", id, error.to_string()),
            }
        }
        match snapshot.entries(self.records, u64::MAX) {
            Ok(entries) => {
                for (seq, entry) in entries {
                    self.report(Some(seq), entry.tag.name(), entry.id, "no commit counts this record");
                }
            }
            Err(error) => self.report(Some(self.records), "chain", self.records, error.to_string()),
        }
        progress(total, total);
        Ok(())
    }

    fn commit(&mut self, id: u64, commit: &Commit, parent: Digest, total: u64, progress: Progress<'_>) {
        if commit.id.0 != id {
            self.report(None, "commit", id, format!("it says that it is commit {}", commit.id));
        }
        if commit.parent != parent {
            self.report(None, "commit", id, format!("parent {}, {parent} expected", commit.parent));
        }
        if commit.first_record != self.records {
            let what = format!("its records begin at {}, {} expected", commit.first_record, self.records);
            self.report(None, "commit", id, what);
        }
        let entries = match self.snapshot.entries(commit.first_record, commit.records) {
            Ok(entries) => entries,
            Err(error) => {
                self.report(None, "commit", id, format!("its part of the chain: {error}"));
                Vec::new()
            }
        };
        if entries.len() as u64 != commit.records {
            let what = format!("it counts {} records, the chain has {}", commit.records, entries.len());
            self.report(None, "commit", id, what);
        }
        for wave in entries.chunks(WAVE) {
            let checked: Vec<Checked> = wave
                .par_iter()
                .map(|(_, entry)| check_record(self.snapshot, entry, &self.salts, &self.schemes))
                .collect();
            for ((seq, entry), checked) in wave.iter().zip(checked) {
                self.record(id, *seq, entry, checked);
            }
            progress(self.records, total);
        }
        let found = commit_hash(commit, entries.iter().map(|(_, entry)| entry));
        if found != commit.hash {
            self.report(None, "commit", id, format!("hash {}, its content gives {found}", commit.hash));
        }
        self.ends(id, Tag::Claim, commit.next_assertion.0);
        self.ends(id, Tag::Identity, commit.next_identity.0);
    }

    /// Compares where a commit says that a table ends with where its records do.
    fn ends(&mut self, id: u64, tag: Tag, says: u64) {
        let wrong = match self.next.get(&tag) {
            Some(Next::At(end)) => (*end != says).then(|| format!("its records end at {end}")),
            Some(Next::From(end)) => (*end > says).then(|| format!("its records end at {end} or later")),
            _ => None,
        };
        if let Some(wrong) = wrong {
            let what = format!("it says that table {} ends at {says}, {wrong}", tag.name());
            self.report(None, "commit", id, what);
        } else if let Some(next @ Next::From(_)) = self.next.get_mut(&tag) {
            *next = Next::At(says);
        }
    }

    /// Whether a record begins where it has to, and where the next one has to then.
    fn number(&mut self, seq: u64, entry: &Entry, checked: &Checked) {
        // A scheme of an expunged delivery is in the chain once more, under the store.
        let again = entry.tag == Tag::Scheme && entry.delivery == 0;
        let Some(next) = self.next.get_mut(&entry.tag).filter(|_| !again) else { return };
        let expected = std::mem::replace(
            next,
            match checked.length {
                _ if checked.gone && entry.tag != Tag::Scheme => Next::From(entry.id.saturating_add(1)),
                Some(length) => Next::At(entry.id.saturating_add(length)),
                None => Next::Unknown,
            },
        );
        let what = match expected {
            Next::At(at) if at != entry.id => format!("number {at} expected here"),
            Next::From(at) if at > entry.id => format!("number {at} or a higher one expected here"),
            _ => return,
        };
        self.report(Some(seq), entry.tag.name(), entry.id, what);
    }

    fn record(&mut self, commit: u64, seq: u64, entry: &Entry, checked: Checked) {
        let table = entry.tag.name();
        if seq != self.records {
            self.report(Some(seq), table, entry.id, format!("record {} expected here", self.records));
        }
        self.records = seq.saturating_add(1);
        self.bytes += checked.bytes;
        if entry.commit != commit {
            let what = format!("it stands in commit {commit} and says {}", entry.commit);
            self.report(Some(seq), table, entry.id, what);
        }
        let key = (entry.tag, entry.tag.key(entry.id, entry.delivery));
        if checked.gone {
            *self.gone.entry(entry.delivery).or_default() += u64::from(entry.tag != Tag::Scheme);
        } else if !self.seen.insert(key) {
            self.report(Some(seq), table, entry.id, "it is in the chain twice");
        }
        self.number(seq, entry, &checked);
        if let Some(what) = checked.problem {
            self.report(Some(seq), table, entry.id, what);
        }
        match entry.tag {
            Tag::Claim => {
                self.claim_of.insert(entry.id, entry.delivery);
            }
            Tag::Identity if !checked.gone => self.keys += checked.length.unwrap_or(0),
            Tag::Kept if !checked.gone => self.keys += checked.length.unwrap_or(0),
            Tag::Judgement => {
                if let Some((delivery, order)) = checked.order {
                    let order = (entry.id, CommitId(entry.commit), order);
                    if self.orders.insert(delivery, order).is_some() {
                        let what = format!("delivery {delivery} was expunged before");
                        self.report(Some(seq), table, entry.id, what);
                    }
                }
            }
            Tag::Delivery => {
                if let Some(fingerprint) = checked.fingerprint {
                    self.fingerprints.insert(fingerprint, entry.id);
                }
            }
            _ => {}
        }
    }

    /// Whatever the tables hold that the chain did not lead to.
    fn leftovers(&mut self) -> Result<()> {
        let snapshot = self.snapshot;
        for tag in Tag::ALL {
            for row in snapshot.table(tag).iter().map_err(|error| snapshot.failed(error))? {
                let key = row.map_err(|error| snapshot.failed(error))?.0.value();
                if !self.seen.contains(&(tag, key)) {
                    self.report(None, tag.name(), key.1, "it is not in the chain");
                }
            }
        }
        for row in snapshot.pieces.iter().map_err(|error| snapshot.failed(error))? {
            let (table, a, b, _) = row.map_err(|error| snapshot.failed(error))?.0.value();
            let tag = Tag::ALL.into_iter().find(|tag| tag.byte() == table);
            if tag.is_none_or(|tag| !self.seen.contains(&(tag, (a, b)))) {
                self.report(None, "piece", tag.map_or(b, |tag| tag.id((a, b))), "it belongs to no record");
            }
        }
        for delivery in self.salts.keys().copied().collect::<Vec<_>>() {
            if delivery != 0 && !self.seen.contains(&(Tag::Delivery, (0, delivery))) {
                self.report(None, "salt", delivery, "there is no such delivery");
            }
        }
        Ok(())
    }

    fn indexes(&mut self) -> Result<()> {
        let snapshot = self.snapshot;
        let indexed = snapshot.keys.len().map_err(|error| snapshot.failed(error))?;
        if indexed != self.keys {
            let what = format!("the index has {indexed} keys, the blocks have {}", self.keys);
            self.report(None, "key", indexed, what);
        }
        let mut claim_of = std::mem::take(&mut self.claim_of);
        for row in snapshot.claim_of.iter().map_err(|error| snapshot.failed(error))? {
            let (first, delivery) = row.map_err(|error| snapshot.failed(error))?;
            if claim_of.remove(&first.value()) != Some(delivery.value()) {
                let what = format!("delivery {} is not what the chain says", delivery.value());
                self.report(None, "claim_of", first.value(), what);
            }
        }
        for first in claim_of.into_keys() {
            self.report(None, "claim_of", first, "it is missing");
        }
        let mut fingerprints = std::mem::take(&mut self.fingerprints);
        for row in snapshot.fingerprints.iter().map_err(|error| snapshot.failed(error))? {
            let (bytes, delivery) = row.map_err(|error| snapshot.failed(error))?;
            let held = bytes.value().try_into().ok().and_then(|bytes| fingerprints.remove(&Digest(bytes)));
            if held != Some(delivery.value()) {
                self.report(None, "fingerprint", delivery.value(), "no such delivery has this fingerprint");
            }
        }
        for delivery in fingerprints.into_values() {
            self.report(None, "fingerprint", delivery, "it is missing");
        }
        Ok(())
    }

    /// Compares what is gone with the judgements that say so.
    fn gone(&mut self) -> Vec<Gone> {
        let mut indexed = self.snapshot.expunged.clone();
        let mut gone = Vec::new();
        for (delivery, (judgement, commit, order)) in std::mem::take(&mut self.orders) {
            if indexed.remove(&delivery) != Some(judgement) {
                let what = format!("judgement {judgement} expunges it, the index does not say so");
                self.report(None, "expunged", delivery, what);
            }
            let records = self.gone.get(&delivery).copied().unwrap_or(0);
            gone.push(Gone { delivery: DeliveryId(delivery), records, order, commit });
        }
        for delivery in indexed.into_keys() {
            self.report(None, "expunged", delivery, "no judgement expunges it");
        }
        gone
    }

    fn checkpoint(&mut self, checkpoint: Option<&Checkpoint>) -> CheckpointVerdict {
        let Some(checkpoint) = checkpoint else { return CheckpointVerdict::NotGiven };
        let id = checkpoint.commit.0;
        match self.commits.get(&id).copied() {
            Some(hash) if hash == checkpoint.hash => CheckpointVerdict::Matches,
            found => {
                let found = found.map_or("nothing".to_owned(), |hash| hash.to_string());
                let what = format!("the checkpoint has hash {}, found {found}", checkpoint.hash);
                self.report(None, "commit", id, what);
                CheckpointVerdict::Mismatch
            }
        }
    }
}
