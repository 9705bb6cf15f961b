//! Expungement: a delivery is destroyed by order of a court.
//!
//! 1. Its record, source rows, claims, rejects and salt are removed, and the fingerprint that would tell that it was
//!    held. Its entries stay in the chain: without the salt their digests cannot be tested against a guess.
//! 2. Keys that it was the first to name are removed too, unless claims of a delivery that stands name them. Those
//!    are entered anew, with the identities that they have, in *kept* blocks of the first delivery that names them.
//! 3. Schemes that it was the first to use stay: they name families of identifiers and hold nothing of anybody. They
//!    are entered in the chain once more, under the store.
//! 4. A judgement says that it was done, and by whose order. Numbers of deliveries, claims and identities are never
//!    given again.
//! 5. When the commit is durable, the file is written anew ([`crate::Ledger::compact`]).

use crate::batch::{Batch, pack};
use crate::block::{DeliveryRecord, IdentityKeys, KeptKeys};
use crate::chain::digest;
use crate::codec;
use crate::tables::{CLAIM_OF, EXPUNGED, FINGERPRINT, KEY, META, META_REWRITE, SALT, Tag, key_bytes};
use crate::writer::Writer;
use crate::{LedgerError, Result};
use jaal_model::claim::ClaimBlock;
use jaal_model::{CommitId, Decision, DeliveryId, Digest, JudgementId, Marking};
use rayon::prelude::*;
use redb::ReadableTable;
use rustc_hash::FxHashMap;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;

/// Claim blocks decoded at once.
const WAVE: usize = 64;

/// In the map of a delivery's identities: no other delivery names it.
const NOBODY: u64 = 0;

/// A delivery that was expunged.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Expunged {
    /// The delivery.
    pub delivery: DeliveryId,
    /// The judgement that says so.
    pub judgement: JudgementId,
    /// The commit that did it.
    pub commit: CommitId,
    /// On whose order.
    pub order: String,
}

/// The keys of one block of the delivery, with their identities.
struct OwnBlock {
    tag: Tag,
    id: u64,
    keys: KeptKeys,
}

impl Writer {
    /// Destroys a delivery of an earlier commit by order of a court, which `order` names; `marking` says who may see
    /// the order. The commit then writes the ledger's file anew. A writer that expunges cannot take in deliveries.
    ///
    /// # Errors
    /// [`LedgerError::NotFound`] when there is no such delivery, [`LedgerError::Expunged`] when it was expunged
    /// before, [`LedgerError::Misuse`] when a delivery was begun here.
    ///
    /// # Complexity
    /// Decodes all claims of the ledger once, in parallel, if the delivery was the first to name any key.
    pub fn expunge(&mut self, delivery: DeliveryId, order: &str, marking: &Marking) -> Result<JudgementId> {
        self.step(|writer| {
            if writer.has_begun() {
                return Err(LedgerError::misuse("a delivery was begun in a transaction that expunges"));
            }
            writer.check_stands(delivery)?;
            writer.begin_expunging();
            let batch = writer.batch_mut();
            let d = delivery.0;
            let entries = batch.entries_of(d)?;
            let own = own_keys(batch, d, &entries)?;
            let owners = owners(batch, d, &own)?;
            remove_keys(batch, &own, &owners)?;
            remove_records(batch, d, &entries)?;
            keep_keys(batch, &own, &owners)?;
            keep_schemes(batch, &entries)?;
            let judgement = writer.put_judgement(Decision::Expunge(delivery), order, marking)?;
            let batch = writer.batch_mut();
            let mut expunged = batch.txn().open_table(EXPUNGED).map_err(|error| batch.failed(error))?;
            expunged.insert(d, judgement.0).map_err(|error| batch.failed(error))?;
            let mut meta = batch.txn().open_table(META).map_err(|error| batch.failed(error))?;
            meta.insert(META_REWRITE, [1].as_slice()).map_err(|error| batch.failed(error))?;
            Ok(judgement)
        })
    }
}

/// The blocks of keys that a delivery has.
fn own_keys(batch: &Batch, delivery: u64, entries: &[(Tag, u64)]) -> Result<Vec<OwnBlock>> {
    let mut own = Vec::new();
    for (tag, id) in entries {
        let keys = match tag {
            Tag::Identity => {
                let keys: IdentityKeys = read(batch, *tag, *id, delivery)?;
                KeptKeys { identity: (*id..).take(keys.len()).collect(), keys }
            }
            Tag::Kept => read(batch, *tag, *id, delivery)?,
            _ => continue,
        };
        own.push(OwnBlock { tag: *tag, id: *id, keys });
    }
    Ok(own)
}

/// For each identity of a delivery's keys the first delivery that names it beside this one, or [`NOBODY`].
fn owners(batch: &Batch, delivery: u64, own: &[OwnBlock]) -> Result<FxHashMap<u64, u64>> {
    let mut owners: FxHashMap<u64, u64> =
        own.iter().flat_map(|block| &block.keys.identity).map(|id| (*id, NOBODY)).collect();
    if owners.is_empty() {
        return Ok(owners);
    }
    let expunged = batch.txn().open_table(EXPUNGED).map_err(|error| batch.failed(error))?;
    let table = batch.txn().open_table(CLAIM_OF).map_err(|error| batch.failed(error))?;
    let mut blocks = Vec::new();
    for row in table.iter().map_err(|error| batch.failed(error))? {
        let (first, of) = row.map_err(|error| batch.failed(error))?;
        let (first, of) = (first.value(), of.value());
        if of != delivery && expunged.get(of).map_err(|error| batch.failed(error))?.is_none() {
            blocks.push((first, of));
        }
    }
    for wave in blocks.chunks(WAVE) {
        let packed: Vec<(u64, u64, Vec<u8>)> = wave
            .iter()
            .map(|(first, of)| Ok((*first, *of, batch.packed(Tag::Claim, *first, *of)?)))
            .collect::<Result<_>>()?;
        let named: Vec<Result<(u64, Vec<u64>)>> = packed
            .into_par_iter()
            .map(|(first, of, packed)| {
                let block: ClaimBlock = decoded(Tag::Claim, first, &packed)?;
                let ends = block.tables.iter().flat_map(|table| table.subject.iter().chain(&table.object));
                Ok((of, ends.copied().filter(|id| owners.contains_key(id)).collect()))
            })
            .collect();
        for named in named {
            let (of, ids) = named?;
            for id in ids {
                owners.entry(id).and_modify(|owner| {
                    if *owner == NOBODY {
                        *owner = of;
                    }
                });
            }
        }
    }
    Ok(owners)
}

/// Takes the keys that nobody else names out of the index.
fn remove_keys(batch: &Batch, own: &[OwnBlock], owners: &FxHashMap<u64, u64>) -> Result<()> {
    let schemes = batch.schemes()?;
    let mut index = batch.txn().open_table(KEY).map_err(|error| batch.failed(error))?;
    let mut bytes = Vec::new();
    for OwnBlock { tag, id, keys } in own {
        if !keys.keys.is_consistent(schemes.len()) {
            return Err(crate::snapshot::inconsistent(*tag, *id));
        }
        let KeptKeys { identity, keys } = keys;
        for ((identity, scheme), value) in identity.iter().zip(&keys.scheme).zip(keys.value.iter()) {
            if owners.get(identity) == Some(&NOBODY) {
                key_bytes(&mut bytes, &schemes[*scheme as usize].name, value);
                index.remove(bytes.as_slice()).map_err(|error| batch.failed(error))?;
            }
        }
    }
    Ok(())
}

/// Removes a delivery's records, fingerprint and salt. Schemes stay.
fn remove_records(batch: &Batch, delivery: u64, entries: &[(Tag, u64)]) -> Result<()> {
    let record: DeliveryRecord = read(batch, Tag::Delivery, delivery, delivery)?;
    for (tag, id) in entries.iter().filter(|(tag, _)| *tag != Tag::Scheme) {
        batch.remove(*tag, *id, delivery)?;
    }
    release_fingerprint(batch, delivery, &record.fingerprint)?;
    let mut salts = batch.txn().open_table(SALT).map_err(|error| batch.failed(error))?;
    salts.remove(delivery).map_err(|error| batch.failed(error))?;
    Ok(())
}

/// Lets a fingerprint lead to the latest delivery that still has it, if any.
fn release_fingerprint(batch: &Batch, delivery: u64, fingerprint: &Digest) -> Result<()> {
    let mut index = batch.txn().open_table(FINGERPRINT).map_err(|error| batch.failed(error))?;
    let bytes = fingerprint.0.as_slice();
    let held = index.get(bytes).map_err(|error| batch.failed(error))?.map(|held| held.value());
    if held != Some(delivery) {
        return Ok(());
    }
    let table = batch.txn().open_table(Tag::Delivery.table()).map_err(|error| batch.failed(error))?;
    let mut latest = None;
    for row in table.iter().map_err(|error| batch.failed(error))? {
        let (key, packed) = row.map_err(|error| batch.failed(error))?;
        let id = key.value().1;
        if decoded::<DeliveryRecord>(Tag::Delivery, id, packed.value())?.fingerprint == *fingerprint {
            latest = Some(id);
        }
    }
    match latest {
        Some(id) => index.insert(bytes, id).map_err(|error| batch.failed(error))?,
        None => index.remove(bytes).map_err(|error| batch.failed(error))?,
    };
    Ok(())
}

/// Enters the keys that others name anew, block by block, each under the first delivery that names it.
fn keep_keys(batch: &mut Batch, own: &[OwnBlock], owners: &FxHashMap<u64, u64>) -> Result<()> {
    for OwnBlock { keys: KeptKeys { identity, keys }, .. } in own {
        let mut kept: BTreeMap<u64, KeptKeys> = BTreeMap::new();
        for ((id, scheme), value) in identity.iter().zip(&keys.scheme).zip(keys.value.iter()) {
            if let Some(owner) = owners.get(id).filter(|owner| **owner != NOBODY) {
                let block = kept.entry(*owner).or_default();
                block.identity.push(*id);
                block.keys.scheme.push(*scheme);
                block.keys.value.push(value);
            }
        }
        for (owner, block) in kept {
            let packed = pack("block of kept keys", &batch.salt(owner)?, &block)?;
            let first = block.identity.first().copied().unwrap_or_default();
            batch.put(Tag::Kept, first, owner, &packed)?;
        }
    }
    Ok(())
}

/// Enters a delivery's schemes in the chain once more, under the store.
fn keep_schemes(batch: &mut Batch, entries: &[(Tag, u64)]) -> Result<()> {
    let salt = batch.salt(0)?;
    for (tag, id) in entries.iter().filter(|(tag, _)| *tag == Tag::Scheme) {
        let canonical = codec::unpack(&batch.packed(*tag, *id, 0)?)
            .map_err(|error| LedgerError::damaged(tag.name(), *id, &error))?;
        batch.put_entry(*tag, *id, 0, digest(&salt, &canonical));
    }
    Ok(())
}

fn read<T: DeserializeOwned>(batch: &Batch, tag: Tag, id: u64, delivery: u64) -> Result<T> {
    decoded(tag, id, &batch.packed(tag, id, delivery)?)
}

fn decoded<T: DeserializeOwned>(tag: Tag, id: u64, packed: &[u8]) -> Result<T> {
    let record = codec::unpack(packed).and_then(|bytes| codec::decode(&bytes));
    record.map_err(|error| LedgerError::damaged(tag.name(), id, &error))
}
