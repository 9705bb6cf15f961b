//! Keys and identities of a snapshot.
//!
//! Keys lie in blocks of consecutive identities, as deliveries first named them. Where a delivery was expunged there
//! is a gap; those of its keys that a standing delivery names lie in *kept* blocks, one for each such delivery, whose
//! identities are ascending and less than a full block apart. Kept blocks of one gap may interleave.

use crate::block::{IdentityKeys, KeptKeys};
use crate::snapshot::{Snapshot, inconsistent};
use crate::tables::{Tag, key_bytes};
use crate::{LedgerError, Result};
use jaal_model::claim::StrColumn;
use jaal_model::{IdentityId, Key, Scheme};
use redb::ReadableTable;
use std::collections::BTreeMap;
use std::iter::Peekable;
use std::sync::Arc;

/// Identities and their keys, ascending.
#[derive(Clone, Debug)]
pub struct KeyBlock {
    ids: Ids,
    keys: IdentityKeys,
    schemes: Arc<[Scheme]>,
}

/// The identities of a block.
#[derive(Clone, Debug)]
enum Ids {
    /// Consecutive ones.
    From(u64),
    /// What an expungement has left of them.
    Listed(Vec<u64>),
}

impl KeyBlock {
    /// The first identity.
    pub fn first(&self) -> IdentityId {
        self.id(0)
    }

    /// The number of identities.
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.keys.len() == 0
    }

    /// The key of an identity of the block.
    pub fn key(&self, id: IdentityId) -> Option<Key> {
        let at = match &self.ids {
            Ids::From(first) => usize::try_from(id.0.checked_sub(*first)?).ok()?,
            Ids::Listed(ids) => ids.binary_search(&id.0).ok()?,
        };
        let scheme = self.schemes.get(*self.keys.scheme.get(at)? as usize)?;
        Some(Key::new(&scheme.name, self.keys.value.get(at)))
    }

    /// The identities in order, each with its scheme's number in [`Snapshot::schemes`] and its value.
    pub fn numbered(&self) -> impl Iterator<Item = (IdentityId, u32, &str)> {
        let schemes = self.keys.scheme.iter().enumerate();
        schemes.map(|(at, scheme)| (self.id(at), *scheme, self.keys.value.get(at)))
    }

    /// The identities in order, each with its scheme's name and its value.
    pub fn iter(&self) -> impl Iterator<Item = (IdentityId, &str, &str)> {
        self.numbered().map(|(id, scheme, value)| {
            (id, self.schemes.get(scheme as usize).map_or("", |s| s.name.as_str()), value)
        })
    }

    fn id(&self, at: usize) -> IdentityId {
        IdentityId(match &self.ids {
            Ids::From(first) => first + at as u64,
            Ids::Listed(ids) => ids.get(at).copied().unwrap_or(u64::MAX),
        })
    }
}

/// All identities of a snapshot that have a key, block by block, in order. After an expungement there may be gaps.
pub struct KeyBlocks<'a> {
    snapshot: &'a Snapshot,
    schemes: Arc<[Scheme]>,
    firsts: Peekable<std::vec::IntoIter<u64>>,
    kept: Peekable<std::vec::IntoIter<(u64, u64)>>,
    /// Keys of the kept blocks read so far, by identity: scheme and value.
    pending: BTreeMap<u64, (u32, String)>,
}

impl KeyBlocks<'_> {
    /// Reads kept blocks that begin below `end` until there is a full block of keys below the next one. Gives where
    /// that one begins.
    fn read_kept(&mut self, end: u64) -> Result<u64> {
        while let Some((first, delivery)) = self.kept.peek().copied().filter(|(first, _)| *first < end) {
            let settled = self.pending.first_key_value().is_some_and(|(id, _)| *id < first);
            if settled && self.pending.len() >= IdentityKeys::FULL {
                return Ok(first);
            }
            self.kept.next();
            let KeptKeys { identity, keys } = self.snapshot.kept_block(first, delivery, &self.schemes)?;
            if identity.last().is_some_and(|last| *last >= end) {
                return Err(inconsistent(Tag::Kept, first));
            }
            for ((id, scheme), value) in identity.into_iter().zip(keys.scheme).zip(keys.value.iter()) {
                self.pending.insert(id, (scheme, value.to_owned()));
            }
        }
        Ok(end)
    }

    fn read(&mut self) -> Result<Option<KeyBlock>> {
        let next = self.firsts.peek().copied();
        let settled = self.read_kept(next.unwrap_or(u64::MAX))?;
        if !self.pending.is_empty() {
            let rest = self.pending.split_off(&settled);
            let ready = std::mem::replace(&mut self.pending, rest);
            let mut ids = Vec::with_capacity(ready.len());
            let mut keys = IdentityKeys { scheme: Vec::with_capacity(ready.len()), value: StrColumn::new() };
            for (id, (scheme, value)) in ready {
                ids.push(id);
                keys.scheme.push(scheme);
                keys.value.push(&value);
            }
            return Ok(Some(KeyBlock { ids: Ids::Listed(ids), keys, schemes: Arc::clone(&self.schemes) }));
        }
        let first = self.firsts.next();
        first.map(|first| self.snapshot.key_block(first, &self.schemes)).transpose()
    }
}

impl Iterator for KeyBlocks<'_> {
    type Item = Result<KeyBlock>;

    fn next(&mut self) -> Option<Self::Item> {
        self.read().transpose()
    }
}

impl Snapshot {
    /// All identities with their keys, block by block, in order. Those whose key was expunged are left out.
    ///
    /// # Errors
    /// As [`Snapshot::head`].
    pub fn identity_keys(&self) -> Result<KeyBlocks<'_>> {
        let all = |tag: Tag| -> Result<Vec<(u64, u64)>> {
            let rows = self.table(tag).iter().map_err(|error| self.failed(error))?;
            rows.map(|row| row.map(|(key, _)| key.value()).map_err(|error| self.failed(error))).collect()
        };
        let firsts: Vec<u64> = all(Tag::Identity)?.into_iter().map(|key| key.1).collect();
        Ok(KeyBlocks {
            snapshot: self,
            schemes: self.schemes()?.into(),
            firsts: firsts.into_iter().peekable(),
            kept: all(Tag::Kept)?.into_iter().peekable(),
            pending: BTreeMap::new(),
        })
    }

    fn key_block(&self, first: u64, schemes: &Arc<[Scheme]>) -> Result<KeyBlock> {
        let keys: IdentityKeys = self
            .record(Tag::Identity, first, 0)?
            .ok_or(LedgerError::NotFound { what: "block of keys", id: first })?;
        if !keys.is_consistent(schemes.len()) {
            return Err(inconsistent(Tag::Identity, first));
        }
        Ok(KeyBlock { ids: Ids::From(first), keys, schemes: Arc::clone(schemes) })
    }

    fn kept_block(&self, first: u64, delivery: u64, schemes: &[Scheme]) -> Result<KeptKeys> {
        let kept: KeptKeys = self
            .record(Tag::Kept, first, delivery)?
            .ok_or(LedgerError::NotFound { what: "block of kept keys", id: first })?;
        if kept.is_consistent(first, schemes.len()) { Ok(kept) } else { Err(inconsistent(Tag::Kept, first)) }
    }

    /// The key of an identity.
    ///
    /// # Errors
    /// As [`Snapshot::head`].
    ///
    /// # Complexity
    /// As [`Snapshot::keys_of`].
    pub fn identity(&self, id: IdentityId) -> Result<Option<Key>> {
        Ok(self.keys_of(&[id])?.pop().flatten())
    }

    /// The keys of several identities, by position in `ids`, which should be sorted: each block is then read once.
    ///
    /// # Errors
    /// As [`Snapshot::head`].
    ///
    /// # Complexity
    /// One block of keys is decoded for each run of identities in the same block; for an identity that an expunged
    /// delivery named first, the kept blocks that may hold it, one for each delivery that names keys of that block.
    pub fn keys_of(&self, ids: &[IdentityId]) -> Result<Vec<Option<Key>>> {
        let schemes: Arc<[Scheme]> = self.schemes()?.into();
        let mut held: Option<KeyBlock> = None;
        let mut keys = Vec::with_capacity(ids.len());
        for id in ids {
            let mut key = held.as_ref().and_then(|block| block.key(*id));
            if key.is_none() {
                held = self.key_block_of(*id, &schemes)?;
                key = held.as_ref().and_then(|block| block.key(*id));
            }
            keys.push(key);
        }
        Ok(keys)
    }

    /// The block that holds the key of an identity.
    fn key_block_of(&self, id: IdentityId, schemes: &Arc<[Scheme]>) -> Result<Option<KeyBlock>> {
        let mut below =
            self.table(Tag::Identity).range((0, 0)..=(0, id.0)).map_err(|error| self.failed(error))?;
        if let Some(row) = below.next_back() {
            let (key, _) = row.map_err(|error| self.failed(error))?;
            let block = self.key_block(key.value().1, schemes)?;
            if block.key(id).is_some() {
                return Ok(Some(block));
            }
        }
        let lowest = id.0.saturating_sub(IdentityKeys::FULL as u64 - 1);
        let kept = self
            .table(Tag::Kept)
            .range((lowest, 0)..=(id.0, u64::MAX))
            .map_err(|error| self.failed(error))?;
        for row in kept {
            let (first, delivery) = row.map_err(|error| self.failed(error))?.0.value();
            let KeptKeys { identity, keys } = self.kept_block(first, delivery, schemes)?;
            if identity.binary_search(&id.0).is_ok() {
                return Ok(Some(KeyBlock { ids: Ids::Listed(identity), keys, schemes: Arc::clone(schemes) }));
            }
        }
        Ok(None)
    }

    /// The identity that a key names.
    ///
    /// # Errors
    /// As [`Snapshot::head`].
    pub fn resolve(&self, key: &Key) -> Result<Option<IdentityId>> {
        let mut bytes = Vec::new();
        key_bytes(&mut bytes, &key.scheme, &key.value);
        let found = self.keys.get(bytes.as_slice()).map_err(|error| self.failed(error))?;
        Ok(found.map(|id| IdentityId(id.value())))
    }
}
