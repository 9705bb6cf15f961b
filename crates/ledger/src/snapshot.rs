//! A snapshot: the ledger as one commit left it, for reading from any number of threads.

use crate::block::{BlockRef, DeliveryRecord, Rejects, SourceRows};
use crate::chain::{Entry, Salt};
use crate::codec;
use crate::expunge::Expunged;
use crate::pieces;
use crate::store::{Ledger, OpenFile};
use crate::tables::{CHAIN, CLAIM_OF, COMMIT, EXPUNGED, FINGERPRINT, KEY, PIECE, PieceKey, SALT, Tag};
use crate::verify::Checkpoint;
use crate::{LedgerError, Result};
use jaal_model::claim::ClaimBlock;
use jaal_model::{
    AssertionId, Commit, CommitId, Delivery, DeliveryId, Digest, Judgement, JudgementId, Reject, Scheme,
    SourceRow,
};
use redb::{ReadOnlyTable, ReadTransaction, ReadableTable};
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Bytes under a number.
pub(crate) type Numbered = ReadOnlyTable<u64, &'static [u8]>;
/// Packed records under their table key.
pub(crate) type Records = ReadOnlyTable<(u64, u64), &'static [u8]>;

/// The ledger as one commit left it. Nothing that is written later shows in it.
pub struct Snapshot {
    pub(crate) commits: Numbered,
    pub(crate) chain: Numbered,
    pub(crate) salts: Numbered,
    pub(crate) claim_of: ReadOnlyTable<u64, u64>,
    pub(crate) keys: ReadOnlyTable<&'static [u8], u64>,
    pub(crate) fingerprints: ReadOnlyTable<&'static [u8], u64>,
    /// Deliveries that were expunged, each with the judgement that says so.
    pub(crate) expunged: BTreeMap<u64, u64>,
    pub(crate) pieces: ReadOnlyTable<PieceKey, &'static [u8]>,
    records: Vec<Records>,
    ledger: Ledger,
    // Last, so that the file closes after the tables. It is the one that was the ledger's when the snapshot was
    // taken, and another when the ledger was compacted since.
    _file: Arc<OpenFile>,
}

impl Snapshot {
    pub(crate) fn new(ledger: Ledger, file: Arc<OpenFile>, txn: &ReadTransaction) -> Result<Self> {
        let failed = |error: redb::TableError| LedgerError::storage(ledger.path(), error);
        let broken = |error: redb::StorageError| LedgerError::storage(ledger.path(), error);
        let expunged = txn.open_table(EXPUNGED).map_err(failed)?;
        let expunged = expunged.iter().map_err(broken)?;
        Ok(Self {
            expunged: expunged
                .map(|row| row.map(|(delivery, by)| (delivery.value(), by.value())).map_err(broken))
                .collect::<Result<_>>()?,
            commits: txn.open_table(COMMIT).map_err(failed)?,
            chain: txn.open_table(CHAIN).map_err(failed)?,
            salts: txn.open_table(SALT).map_err(failed)?,
            claim_of: txn.open_table(CLAIM_OF).map_err(failed)?,
            keys: txn.open_table(KEY).map_err(failed)?,
            fingerprints: txn.open_table(FINGERPRINT).map_err(failed)?,
            pieces: txn.open_table(PIECE).map_err(failed)?,
            records: Tag::ALL
                .iter()
                .map(|tag| txn.open_table(tag.table()).map_err(failed))
                .collect::<Result<_>>()?,
            ledger,
            _file: file,
        })
    }

    /// The ledger that this is a snapshot of.
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    pub(crate) fn failed(&self, error: impl Into<redb::Error>) -> LedgerError {
        LedgerError::storage(self.ledger.path(), error)
    }

    pub(crate) fn table(&self, tag: Tag) -> &Records {
        &self.records[tag as usize]
    }

    /// The last commit, unless there is none yet.
    ///
    /// # Errors
    /// [`LedgerError::DamagedRecord`]; otherwise what the key-value store says. All methods here fail for these
    /// two reasons, and for those they name.
    pub fn head(&self) -> Result<Option<Commit>> {
        let last = self.commits.last().map_err(|error| self.failed(error))?;
        last.map(|(id, bytes)| small("commit", id.value(), bytes.value())).transpose()
    }

    /// What to write down elsewhere so that [`crate::verify`] can tell a cut-off or replaced ledger.
    ///
    /// # Errors
    /// As [`Snapshot::head`].
    pub fn checkpoint(&self) -> Result<Option<Checkpoint>> {
        Ok(self.head()?.map(|commit| Checkpoint { commit: commit.id, hash: commit.hash }))
    }

    /// All commits in order.
    ///
    /// # Errors
    /// As [`Snapshot::head`].
    pub fn commits(&self) -> Result<Vec<Commit>> {
        let rows = self.commits.iter().map_err(|error| self.failed(error))?;
        rows.map(|row| {
            let (id, bytes) = row.map_err(|error| self.failed(error))?;
            small("commit", id.value(), bytes.value())
        })
        .collect()
    }

    /// A commit.
    ///
    /// # Errors
    /// As [`Snapshot::head`].
    pub fn commit(&self, id: CommitId) -> Result<Option<Commit>> {
        let found = self.commits.get(id.0).map_err(|error| self.failed(error))?;
        found.map(|bytes| small("commit", id.0, bytes.value())).transpose()
    }

    /// All deliveries in order of number; those that were expunged are left out.
    ///
    /// # Errors
    /// As [`Snapshot::head`].
    pub fn deliveries(&self) -> Result<Vec<Delivery>> {
        Ok(self.all::<DeliveryRecord>(Tag::Delivery)?.into_iter().map(|record| record.delivery).collect())
    }

    /// A delivery, unless it was expunged.
    ///
    /// # Errors
    /// As [`Snapshot::head`].
    pub fn delivery(&self, id: DeliveryId) -> Result<Option<Delivery>> {
        let record: Option<DeliveryRecord> = self.record(Tag::Delivery, id.0, id.0)?;
        Ok(record.map(|record| record.delivery))
    }

    /// The latest delivery with this fingerprint.
    ///
    /// # Errors
    /// As [`Snapshot::head`].
    pub fn known(&self, fingerprint: &Digest) -> Result<Option<DeliveryId>> {
        let found = self.fingerprints.get(fingerprint.0.as_slice()).map_err(|error| self.failed(error))?;
        Ok(found.map(|id| DeliveryId(id.value())))
    }

    /// What was expunged, in order of delivery.
    ///
    /// # Errors
    /// As [`Snapshot::head`].
    pub fn expunged(&self) -> Result<Vec<Expunged>> {
        let read = |(delivery, judgement): (&u64, &u64)| {
            let by: Judgement = self
                .record(Tag::Judgement, *judgement, 0)?
                .ok_or(LedgerError::NotFound { what: "judgement", id: *judgement })?;
            Ok(Expunged {
                delivery: DeliveryId(*delivery),
                judgement: JudgementId(*judgement),
                commit: by.commit,
                order: by.reason,
            })
        };
        self.expunged.iter().map(read).collect()
    }

    /// All judgements in order.
    ///
    /// # Errors
    /// As [`Snapshot::head`].
    pub fn judgements(&self) -> Result<Vec<Judgement>> {
        self.all(Tag::Judgement)
    }

    /// All schemes in order of number.
    ///
    /// # Errors
    /// As [`Snapshot::head`].
    pub fn schemes(&self) -> Result<Vec<Scheme>> {
        self.all(Tag::Scheme)
    }

    /// The rows of a delivery that failed, in reading order.
    ///
    /// # Errors
    /// As [`Snapshot::head`].
    pub fn rejects(&self, delivery: DeliveryId) -> Result<Vec<Reject>> {
        let mut rejects = Vec::new();
        let range = (delivery.0, 0)..=(delivery.0, u64::MAX);
        for row in self.table(Tag::Reject).range(range).map_err(|error| self.failed(error))? {
            let (key, packed) = row.map_err(|error| self.failed(error))?;
            let mut rows: Rejects = packed_record(Tag::Reject, key.value().1, packed.value())?;
            rejects.append(&mut rows);
        }
        Ok(rejects)
    }

    /// All claim blocks in ledger order; those of expunged deliveries are left out.
    ///
    /// # Errors
    /// As [`Snapshot::head`].
    pub fn claim_blocks(&self) -> Result<Vec<BlockRef>> {
        let mut blocks = Vec::new();
        for row in self.claim_of.iter().map_err(|error| self.failed(error))? {
            let (first, delivery) = row.map_err(|error| self.failed(error))?;
            let (first, delivery) = (AssertionId(first.value()), DeliveryId(delivery.value()));
            if !self.expunged.contains_key(&delivery.0) {
                blocks.push(BlockRef { first, delivery });
            }
        }
        Ok(blocks)
    }

    /// The claim blocks that a commit appended, in ledger order.
    ///
    /// # Errors
    /// [`LedgerError::NotFound`] when there is no such commit.
    ///
    /// # Complexity
    /// That of the blocks given.
    pub fn claim_blocks_of(&self, commit: CommitId) -> Result<Vec<BlockRef>> {
        let missing = LedgerError::NotFound { what: "commit", id: commit.0 };
        let end = self.commit(commit)?.ok_or(missing)?.next_assertion.0;
        let before = self.commit(CommitId(commit.0.saturating_sub(1)))?;
        let first = before.map_or(0, |before| before.next_assertion.0);
        let rows = self.claim_of.range(first..end).map_err(|error| self.failed(error))?;
        rows.map(|row| {
            let (first, delivery) = row.map_err(|error| self.failed(error))?;
            Ok(BlockRef { first: AssertionId(first.value()), delivery: DeliveryId(delivery.value()) })
        })
        .collect()
    }

    /// The claims of a block. May be called from many threads at once.
    ///
    /// # Errors
    /// [`LedgerError::NotFound`] when there is no such block; a block that is not consistent is damaged.
    pub fn read_block(&self, block: &BlockRef) -> Result<ClaimBlock> {
        let id = block.first.0;
        let claims: ClaimBlock = self
            .record(Tag::Claim, id, block.delivery.0)?
            .ok_or(LedgerError::NotFound { what: "claim block", id })?;
        if claims.is_consistent() { Ok(claims) } else { Err(inconsistent(Tag::Claim, id)) }
    }

    /// The block that holds a claim.
    ///
    /// # Errors
    /// [`LedgerError::NotFound`] when there is no such claim, or its delivery was expunged.
    pub fn block_of(&self, claim: AssertionId) -> Result<BlockRef> {
        let missing = LedgerError::NotFound { what: "claim", id: claim.0 };
        if self.head()?.is_none_or(|head| claim >= head.next_assertion) {
            return Err(missing);
        }
        let mut below = self.claim_of.range(..=claim.0).map_err(|error| self.failed(error))?;
        let Some(row) = below.next_back() else { return Err(missing) };
        let (first, delivery) = row.map_err(|error| self.failed(error))?;
        if self.expunged.contains_key(&delivery.value()) {
            return Err(missing);
        }
        Ok(BlockRef { first: AssertionId(first.value()), delivery: DeliveryId(delivery.value()) })
    }

    /// The first claim of the block after one, if there is one.
    ///
    /// # Errors
    /// As [`Snapshot::head`].
    pub fn block_after(&self, block: &BlockRef) -> Result<Option<AssertionId>> {
        let mut above = self.claim_of.range(block.first.0 + 1..).map_err(|error| self.failed(error))?;
        let next = above.next().transpose().map_err(|error| self.failed(error))?;
        Ok(next.map(|(first, _)| AssertionId(first.value())))
    }

    /// The row that makes a record of a delivery.
    ///
    /// # Errors
    /// As [`Snapshot::head`].
    pub fn source_row(&self, delivery: DeliveryId, record: u64) -> Result<Option<SourceRow>> {
        Ok(self.source_rows(delivery, &[record])?.pop().flatten())
    }

    /// The rows that make several records of a delivery, by position in `records`, which should be sorted: each
    /// block is then read once.
    ///
    /// # Errors
    /// As [`Snapshot::head`].
    ///
    /// # Complexity
    /// One block is decoded for each run of records in the same block.
    pub fn source_rows(&self, delivery: DeliveryId, records: &[u64]) -> Result<Vec<Option<SourceRow>>> {
        let mut held: Option<SourceRows> = None;
        let mut rows = Vec::with_capacity(records.len());
        for record in records {
            let mut row = held.as_ref().and_then(|block| row_of(block, *record));
            if row.is_none() {
                held = self.source_block(delivery, *record)?;
                row = held.as_ref().and_then(|block| row_of(block, *record));
            }
            rows.push(row);
        }
        Ok(rows)
    }

    fn source_block(&self, delivery: DeliveryId, record: u64) -> Result<Option<SourceRows>> {
        let range = (delivery.0, 0)..=(delivery.0, record);
        let mut below = self.table(Tag::Source).range(range).map_err(|error| self.failed(error))?;
        let Some(row) = below.next_back() else { return Ok(None) };
        let (key, packed) = row.map_err(|error| self.failed(error))?;
        let id = key.value().1;
        let packed = pieces::whole(&self.pieces, Tag::Source, key.value(), packed.value());
        let packed = packed.map_err(|error| self.failed(error))?;
        let rows: SourceRows = packed_record(Tag::Source, id, &packed)?;
        if rows.is_consistent() && rows.first_record == id {
            Ok(Some(rows))
        } else {
            Err(inconsistent(Tag::Source, id))
        }
    }

    pub(crate) fn salt(&self, delivery: u64) -> Result<Option<Salt>> {
        let salt = self.salts.get(delivery).map_err(|error| self.failed(error))?;
        Ok(salt.and_then(|bytes| bytes.value().try_into().ok()))
    }

    /// The canonical bytes of a record.
    pub(crate) fn canonical(&self, tag: Tag, id: u64, delivery: u64) -> Result<Option<Vec<u8>>> {
        let key = tag.key(id, delivery);
        let Some(first) = self.table(tag).get(key).map_err(|error| self.failed(error))? else {
            return Ok(None);
        };
        let packed =
            pieces::whole(&self.pieces, tag, key, first.value()).map_err(|error| self.failed(error))?;
        codec::unpack(&packed).map(Some).map_err(|error| LedgerError::damaged(tag.name(), id, &error))
    }

    /// Entries of the chain from a record on, at most `count` of them.
    pub(crate) fn entries(&self, first: u64, count: u64) -> Result<Vec<(u64, Entry)>> {
        let range = first..first.saturating_add(count);
        let rows = self.chain.range(range).map_err(|error| self.failed(error))?;
        rows.map(|row| {
            let (seq, bytes) = row.map_err(|error| self.failed(error))?;
            Ok((seq.value(), small("chain", seq.value(), bytes.value())?))
        })
        .collect()
    }

    pub(crate) fn record<T: DeserializeOwned>(&self, tag: Tag, id: u64, delivery: u64) -> Result<Option<T>> {
        let bytes = self.canonical(tag, id, delivery)?;
        bytes
            .map(|bytes| codec::decode(&bytes).map_err(|error| LedgerError::damaged(tag.name(), id, &error)))
            .transpose()
    }

    fn all<T: DeserializeOwned>(&self, tag: Tag) -> Result<Vec<T>> {
        let rows = self.table(tag).iter().map_err(|error| self.failed(error))?;
        rows.map(|row| {
            let (key, packed) = row.map_err(|error| self.failed(error))?;
            packed_record(tag, tag.id(key.value()), packed.value())
        })
        .collect()
    }
}

fn row_of(block: &SourceRows, record: u64) -> Option<SourceRow> {
    let at = usize::try_from(record.checked_sub(block.first_record)?).ok()?;
    let (file, line) = (*block.file.get(at)?, *block.line.get(at)?);
    Some(SourceRow { file, line, text: block.text.get(at).to_owned() })
}

fn packed_record<T: DeserializeOwned>(tag: Tag, id: u64, packed: &[u8]) -> Result<T> {
    let record = codec::unpack(packed).and_then(|bytes| codec::decode(&bytes));
    record.map_err(|error| LedgerError::damaged(tag.name(), id, &error))
}

fn small<T: DeserializeOwned>(table: &'static str, id: u64, bytes: &[u8]) -> Result<T> {
    codec::decode(bytes).map_err(|error| LedgerError::DamagedRecord { table, id, what: error.to_string() })
}

pub(crate) fn inconsistent(tag: Tag, id: u64) -> LedgerError {
    let what = "its columns do not fit together".to_owned();
    LedgerError::DamagedRecord { table: tag.name(), id, what }
}
