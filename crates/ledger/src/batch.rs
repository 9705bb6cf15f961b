//! One write transaction with its part of the chain: what a [`crate::Writer`] and a restore have in common.

use crate::chain::{Entry, Salt, commit_hash, digest};
use crate::codec::{self, CodecError};
use crate::pieces;
use crate::store::{Ledger, OpenFile};
use crate::tables::{CHAIN, COMMIT, KEY, PIECE, SALT, Tag, key_bytes};
use crate::{LedgerError, Result};
use jaal_model::{AssertionId, Commit, CommitId, CommitNote, Digest, IdentityId, Scheme};
use redb::{ReadableTable, ReadableTableMetadata, WriteTransaction};
use serde::Serialize;
use std::ops::Bound;
use std::sync::Arc;

/// A record ready to be stored.
pub(crate) struct Packed {
    pub(crate) stored: Vec<u8>,
    pub(crate) digest: Digest,
}

/// Encodes, digests and compresses a record.
pub(crate) fn pack<T: Serialize>(what: &'static str, salt: &Salt, record: &T) -> Result<Packed> {
    let packed = codec::encode(record).and_then(|canonical| {
        Ok(Packed { stored: codec::pack(&canonical)?, digest: digest(salt, &canonical) })
    });
    packed.map_err(|error| match error {
        CodecError::TooLarge { bytes } => {
            LedgerError::TooLarge { what, bytes: bytes as u64, limit: codec::MAX_BYTES as u64 }
        }
        other => LedgerError::misuse(format!("a {what} cannot be stored: {other}")),
    })
}

/// An open write transaction.
pub(crate) struct Batch {
    // Before the file, which must be open while it ends.
    txn: WriteTransaction,
    _file: Arc<OpenFile>,
    ledger: Ledger,
    parent: Option<Commit>,
    first_record: u64,
    entries: Vec<Entry>,
}

impl Batch {
    pub(crate) fn begin(ledger: &Ledger) -> Result<Self> {
        let (txn, file) = ledger.begin_write()?;
        let mut batch = Self {
            txn,
            _file: file,
            ledger: ledger.clone(),
            parent: None,
            first_record: 0,
            entries: Vec::new(),
        };
        batch.parent = batch.read_parent()?;
        if let Some(parent) = &batch.parent {
            let (first, records) = (parent.first_record, parent.records);
            batch.first_record = first.checked_add(records).ok_or_else(|| LedgerError::DamagedRecord {
                table: "commit",
                id: parent.id.0,
                what: format!("it counts {records} records from {first}"),
            })?;
        }
        Ok(batch)
    }

    fn read_parent(&self) -> Result<Option<Commit>> {
        let commits = self.txn.open_table(COMMIT).map_err(|error| self.failed(error))?;
        let last = commits.last().map_err(|error| self.failed(error))?;
        last.map(|(id, bytes)| {
            codec::decode(bytes.value()).map_err(|error| LedgerError::DamagedRecord {
                table: "commit",
                id: id.value(),
                what: error.to_string(),
            })
        })
        .transpose()
    }

    /// The commit before this one.
    pub(crate) fn parent(&self) -> Option<&Commit> {
        self.parent.as_ref()
    }

    /// The number that this commit will have.
    pub(crate) fn commit_id(&self) -> CommitId {
        CommitId(self.parent.as_ref().map_or(1, |parent| parent.id.0 + 1))
    }

    /// Whether any record was put.
    pub(crate) fn has_records(&self) -> bool {
        !self.entries.is_empty()
    }

    pub(crate) fn txn(&self) -> &WriteTransaction {
        &self.txn
    }

    pub(crate) fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// Names the folder in a failure of the key-value store.
    pub(crate) fn failed(&self, error: impl Into<redb::Error>) -> LedgerError {
        LedgerError::storage(self.ledger.path(), error)
    }

    /// The highest number in a table numbered across deliveries.
    pub(crate) fn last_id(&self, tag: Tag) -> Result<Option<u64>> {
        let table = self.txn.open_table(tag.table()).map_err(|error| self.failed(error))?;
        let last = table.last().map_err(|error| self.failed(error))?;
        Ok(last.map(|(key, _)| key.value().1))
    }

    /// Whether a record is there.
    pub(crate) fn has(&self, tag: Tag, id: u64, delivery: u64) -> Result<bool> {
        let table = self.txn.open_table(tag.table()).map_err(|error| self.failed(error))?;
        Ok(table.get(tag.key(id, delivery)).map_err(|error| self.failed(error))?.is_some())
    }

    /// Appends a record to its table and to the chain.
    pub(crate) fn put(&mut self, tag: Tag, id: u64, delivery: u64, packed: &Packed) -> Result<()> {
        let key = tag.key(id, delivery);
        let cut = if tag.is_split() { pieces::cut(&packed.stored) } else { vec![packed.stored.as_slice()] };
        let mut parts = (0..).zip(cut);
        let replaced = {
            let mut table = self.txn.open_table(tag.table()).map_err(|error| self.failed(error))?;
            let first = parts.next().map_or(&[][..], |(_, first)| first);
            table.insert(key, first).map_err(|error| self.failed(error))?.is_some()
        };
        let mut table = self.txn.open_table(PIECE).map_err(|error| self.failed(error))?;
        for (number, part) in parts {
            table.insert(pieces::key(tag, key, number), part).map_err(|error| self.failed(error))?;
        }
        drop(table);
        if replaced {
            let what = "it is there already".to_owned();
            return Err(LedgerError::DamagedRecord { table: tag.name(), id, what });
        }
        self.put_entry(tag, id, delivery, packed.digest);
        Ok(())
    }

    /// Appends to the chain alone: a record that is in its table already, or was destroyed.
    pub(crate) fn put_entry(&mut self, tag: Tag, id: u64, delivery: u64, digest: Digest) {
        let commit = self.commit_id().0;
        self.entries.push(Entry { commit, tag, id, delivery, digest });
    }

    /// Table and number of each record that the chain gives to a delivery, this transaction's included.
    ///
    /// # Complexity
    /// Linear in the chain.
    pub(crate) fn entries_of(&self, delivery: u64) -> Result<Vec<(Tag, u64)>> {
        let chain = self.txn.open_table(CHAIN).map_err(|error| self.failed(error))?;
        let mut entries = Vec::new();
        for row in chain.iter().map_err(|error| self.failed(error))? {
            let (seq, bytes) = row.map_err(|error| self.failed(error))?;
            let entry: Entry = codec::decode(bytes.value()).map_err(|error| LedgerError::DamagedRecord {
                table: "chain",
                id: seq.value(),
                what: error.to_string(),
            })?;
            entries.push(entry);
        }
        entries.extend(&self.entries);
        Ok(entries.into_iter().filter(|e| e.delivery == delivery).map(|e| (e.tag, e.id)).collect())
    }

    /// The packed bytes of a record.
    pub(crate) fn packed(&self, tag: Tag, id: u64, delivery: u64) -> Result<Vec<u8>> {
        let table = self.txn.open_table(tag.table()).map_err(|error| self.failed(error))?;
        let more = self.txn.open_table(PIECE).map_err(|error| self.failed(error))?;
        let key = tag.key(id, delivery);
        let first = table.get(key).map_err(|error| self.failed(error))?;
        let Some(first) = first else {
            let what = "it is missing".to_owned();
            return Err(LedgerError::DamagedRecord { table: tag.name(), id, what });
        };
        let whole = pieces::whole(&more, tag, key, first.value()).map_err(|error| self.failed(error))?;
        Ok(whole.into_owned())
    }

    /// Removes a record from its table; its entry stays in the chain.
    pub(crate) fn remove(&self, tag: Tag, id: u64, delivery: u64) -> Result<()> {
        let key = tag.key(id, delivery);
        let mut table = self.txn.open_table(tag.table()).map_err(|error| self.failed(error))?;
        if table.remove(key).map_err(|error| self.failed(error))?.is_none() {
            let what = "it is missing".to_owned();
            return Err(LedgerError::DamagedRecord { table: tag.name(), id, what });
        }
        let mut more = self.txn.open_table(PIECE).map_err(|error| self.failed(error))?;
        let all = pieces::key(tag, key, 0)..=pieces::key(tag, key, u32::MAX);
        more.retain_in(all, |_, _| false).map_err(|error| self.failed(error))
    }

    /// All schemes in order of number.
    pub(crate) fn schemes(&self) -> Result<Vec<Scheme>> {
        let table = self.txn.open_table(Tag::Scheme.table()).map_err(|error| self.failed(error))?;
        let mut schemes = Vec::new();
        for row in table.iter().map_err(|error| self.failed(error))? {
            let (key, packed) = row.map_err(|error| self.failed(error))?;
            let id = key.value().1;
            let damaged = |what: String| LedgerError::DamagedRecord { table: Tag::Scheme.name(), id, what };
            if id != schemes.len() as u64 {
                return Err(damaged(format!("number {} expected", schemes.len())));
            }
            let scheme = codec::unpack(packed.value()).and_then(|bytes| codec::decode(&bytes));
            schemes.push(scheme.map_err(|error| damaged(error.to_string()))?);
        }
        Ok(schemes)
    }

    /// Adds a delivery's salt; `false` when it has one.
    pub(crate) fn put_salt(&self, delivery: u64, salt: &Salt) -> Result<bool> {
        let mut table = self.txn.open_table(SALT).map_err(|error| self.failed(error))?;
        let old = table.insert(delivery, salt.as_slice()).map_err(|error| self.failed(error))?;
        Ok(old.is_none())
    }

    /// The salt of a delivery, 0 being the store.
    pub(crate) fn salt(&self, delivery: u64) -> Result<Salt> {
        let table = self.txn.open_table(SALT).map_err(|error| self.failed(error))?;
        let salt = table.get(delivery).map_err(|error| self.failed(error))?;
        salt.and_then(|bytes| bytes.value().try_into().ok()).ok_or_else(|| LedgerError::DamagedRecord {
            table: "salt",
            id: delivery,
            what: "it is missing or not 32 bytes long".to_owned(),
        })
    }

    /// Adds keys to the index; they must come sorted by scheme name with a zero byte after it, then by value,
    /// and none may be there yet. Into an empty index they are written as one sorted stream, else one by one in
    /// order, which keeps the pages in use few.
    ///
    /// # Complexity
    /// n log m for n keys into an index of m; linear into an empty one.
    pub(crate) fn index<'a>(&self, sorted: impl Iterator<Item = (&'a str, &'a str, u64)>) -> Result<()> {
        let mut table = self.txn.open_table(KEY).map_err(|error| self.failed(error))?;
        let mut bytes = Vec::new();
        if table.is_empty().map_err(|error| self.failed(error))? {
            let mut cursor = table
                .upper_bound_mut(Bound::<&[u8]>::Unbounded)
                .map_err(|error| LedgerError::storage(self.ledger.path(), error))?;
            for (scheme, value, id) in sorted {
                key_bytes(&mut bytes, scheme, value);
                cursor
                    .insert_before(bytes.as_slice(), id)
                    .map_err(|error| LedgerError::misuse(format!("key {scheme}={value}: {error}")))?;
            }
            return cursor.close().map_err(|error| LedgerError::storage(self.ledger.path(), error));
        }
        for (scheme, value, id) in sorted {
            key_bytes(&mut bytes, scheme, value);
            let old = table.insert(bytes.as_slice(), id).map_err(|error| self.failed(error))?;
            if let Some(old) = old {
                let what = format!("key {scheme}={value} is there already");
                return Err(LedgerError::DamagedRecord { table: "key", id: old.value(), what });
            }
        }
        Ok(())
    }

    /// The commit as it will be, hash included.
    pub(crate) fn plan(&self, note: CommitNote, assertions: AssertionId, identities: IdentityId) -> Commit {
        let mut commit = Commit {
            id: self.commit_id(),
            note,
            parent: self.parent.as_ref().map_or(Digest::default(), |parent| parent.hash),
            hash: Digest::default(),
            first_record: self.first_record,
            records: self.entries.len() as u64,
            next_assertion: assertions,
            next_identity: identities,
        };
        commit.hash = commit_hash(&commit, self.entries.iter());
        commit
    }

    /// Writes the chain and the commit, and makes all of it durable.
    pub(crate) fn seal(self, commit: &Commit) -> Result<()> {
        {
            let mut chain = self.txn.open_table(CHAIN).map_err(|error| self.failed(error))?;
            for (seq, entry) in (self.first_record..).zip(&self.entries) {
                let bytes = codec::encode(entry).map_err(|error| LedgerError::misuse(error.to_string()))?;
                chain.insert(seq, bytes.as_slice()).map_err(|error| self.failed(error))?;
            }
            let bytes = codec::encode(commit).map_err(|error| LedgerError::misuse(error.to_string()))?;
            let mut commits = self.txn.open_table(COMMIT).map_err(|error| self.failed(error))?;
            commits.insert(commit.id.0, bytes.as_slice()).map_err(|error| self.failed(error))?;
        }
        let Self { txn, ledger, _file, .. } = self;
        txn.commit().map_err(|error| LedgerError::storage(ledger.path(), error))
    }
}
