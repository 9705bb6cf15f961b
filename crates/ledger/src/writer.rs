//! The writer: one commit in the making.
//!
//! A delivery is taken in by [`Writer::begin_delivery`], any number of [`Writer::identities`], [`Writer::append`]
//! and [`Writer::rejects`], and [`Writer::finish_delivery`]. Several deliveries and judgements may share a commit.
//! After an error the writer can only be dropped, which undoes everything since [`crate::Ledger::writer`].

use crate::batch::{Batch, Packed, pack};
use crate::block::{DeliveryRecord, Prepared, REJECTS_FULL};
use crate::chain::Salt;
use crate::identities::{Identities, NewKeys};
use crate::store::{Ledger, random};
use crate::tables::{CLAIM_OF, EXPUNGED, FINGERPRINT, KEY, Tag, key_bytes};
use crate::{LedgerError, Result};
use jaal_model::claim::{ClaimBlock, KeyList};
use jaal_model::{
    AssertionId, Commit, CommitNote, Decision, Delivery, DeliveryId, Digest, IdentityId, Judgement,
    JudgementId, Marking, Reject, Remarked, Scheme,
};
use rayon::prelude::*;
use redb::{ReadableTable, ReadableTableMetadata};
use std::collections::{BTreeMap, BTreeSet};

/// The one open write transaction of a ledger.
pub struct Writer {
    batch: Batch,
    store_salt: Salt,
    begun: BTreeMap<u64, Begun>,
    identities: Identities,
    /// The delivery whose new keys are in the directory's open block.
    keys_of: u64,
    /// Whether the key index held nothing when the transaction began.
    index_was_empty: bool,
    next_assertion: u64,
    next_delivery: u64,
    next_judgement: u64,
    /// Whether a delivery was expunged here.
    expunging: bool,
    /// Set while a step runs, and left set when it fails.
    broken: bool,
}

/// A delivery begun in this transaction.
struct Begun {
    salt: Salt,
    next_record: u64,
    reject_blocks: u64,
    /// The markings of its claims so far.
    markings: BTreeSet<Marking>,
    finished: bool,
}

/// A commit that wants only to be made durable.
#[must_use]
pub struct Ready {
    batch: Batch,
    commit: Commit,
    expunging: bool,
}

impl Ready {
    /// Makes it durable.
    ///
    /// # Errors
    /// As [`Writer::commit`].
    pub fn commit(self) -> Result<Commit> {
        let Self { batch, commit, expunging } = self;
        let ledger = expunging.then(|| batch.ledger().clone());
        batch.seal(&commit)?;
        if let Some(ledger) = ledger {
            ledger.rewrite_expunged()?;
        }
        Ok(commit)
    }
}

impl Writer {
    pub(crate) fn begin(ledger: &Ledger) -> Result<Self> {
        let batch = Batch::begin(ledger)?;
        let (next_assertion, next_identity) =
            batch.parent().map_or((0, 0), |parent| (parent.next_assertion.0, parent.next_identity.0));
        let index_was_empty = {
            let keys = batch.txn().open_table(KEY).map_err(|error| batch.failed(error))?;
            keys.is_empty().map_err(|error| batch.failed(error))?
        };
        Ok(Self {
            store_salt: batch.salt(0)?,
            begun: BTreeMap::new(),
            identities: Identities::new(batch.schemes()?, next_identity),
            keys_of: 0,
            index_was_empty,
            next_assertion,
            next_delivery: last_delivery(&batch)? + 1,
            next_judgement: batch.last_id(Tag::Judgement)?.unwrap_or(0) + 1,
            expunging: false,
            broken: false,
            batch,
        })
    }

    /// The delivery with this fingerprint, if the ledger or this transaction holds one (the latest, if several).
    ///
    /// # Errors
    /// What the key-value store says.
    pub fn known(&self, fingerprint: &Digest) -> Result<Option<DeliveryId>> {
        let table = self.batch.txn().open_table(FINGERPRINT).map_err(|error| self.batch.failed(error))?;
        let found = table.get(fingerprint.0.as_slice()).map_err(|error| self.batch.failed(error))?;
        Ok(found.map(|id| DeliveryId(id.value())))
    }

    /// Begins a delivery: its number, and a fresh salt for its digests.
    ///
    /// # Errors
    /// [`LedgerError::NoRandomness`]; [`LedgerError::Misuse`] in a transaction that expunges; otherwise what the
    /// key-value store says.
    pub fn begin_delivery(&mut self) -> Result<DeliveryId> {
        self.step(|writer| {
            if writer.expunging {
                return Err(LedgerError::misuse("a delivery was begun in a transaction that expunges"));
            }
            let id = writer.next_delivery;
            let salt = random()?;
            if !writer.batch.put_salt(id, &salt)? {
                let what = "it is there before its delivery".to_owned();
                return Err(LedgerError::DamagedRecord { table: "salt", id, what });
            }
            writer.next_delivery += 1;
            let begun =
                Begun { salt, next_record: 0, reject_blocks: 0, markings: BTreeSet::new(), finished: false };
            writer.begun.insert(id, begun);
            Ok(DeliveryId(id))
        })
    }

    /// The identity of every key of a list, by position. Keys that no delivery has named get the next ones, in
    /// the order of the list.
    ///
    /// # Errors
    /// [`LedgerError::SchemeKind`] or [`LedgerError::SchemeName`] for a scheme that the ledger cannot take;
    /// [`LedgerError::Misuse`] when the delivery is not open here.
    ///
    /// # Complexity
    /// Linear in the list, beside one sort and one index look-up for each key new to the transaction.
    pub fn identities(&mut self, delivery: DeliveryId, keys: &KeyList) -> Result<Vec<u64>> {
        self.step(|writer| {
            writer.open_delivery(delivery)?;
            if writer.keys_of != delivery.0 {
                writer.flush_keys(true)?;
                writer.keys_of = delivery.0;
            }
            let numbers: Vec<u32> =
                keys.schemes().iter().map(|s| writer.take_scheme(delivery, s)).collect::<Result<_>>()?;
            let ids = if writer.index_was_empty {
                writer.identities.resolve(keys, &numbers, None)?
            } else {
                let Self { batch, identities, .. } = writer;
                let table = batch.txn().open_table(KEY).map_err(|error| batch.failed(error))?;
                let stored = |scheme: &str, value: &str| {
                    let mut bytes = Vec::with_capacity(scheme.len() + 1 + value.len());
                    key_bytes(&mut bytes, scheme, value);
                    let found = table.get(bytes.as_slice()).map_err(|error| batch.failed(error))?;
                    Ok(found.map(|id| id.value()))
                };
                identities.resolve(keys, &numbers, Some(&stored))?
            };
            writer.flush_keys(false)?;
            Ok(ids)
        })
    }

    /// Appends claims and source rows of a delivery in the order given, and returns the first claim's number of
    /// each part.
    ///
    /// # Errors
    /// [`LedgerError::TooLarge`]; [`LedgerError::Misuse`] when the delivery is not open here, a part is not
    /// consistent, a claim speaks of an identity not given out yet, or source rows are out of order.
    ///
    /// # Complexity
    /// Linear in the bytes; encoding, digests and compression run in parallel.
    pub fn append(&mut self, delivery: DeliveryId, parts: &[Prepared]) -> Result<Vec<AssertionId>> {
        self.step(|writer| {
            let salt = writer.open_delivery(delivery)?.salt;
            let identities = writer.identities.next_identity();
            let packed: Vec<Result<(Option<Packed>, Option<Packed>)>> = parts
                .par_iter()
                .map(|part| {
                    check(part, identities)?;
                    let rows = if part.rows.is_empty() { None } else { Some(&part.rows) };
                    let claims = if part.claims.is_empty() { None } else { Some(&part.claims) };
                    Ok((
                        rows.map(|rows| pack("block of source rows", &salt, rows)).transpose()?,
                        claims.map(|claims| pack("block of claims", &salt, claims)).transpose()?,
                    ))
                })
                .collect();
            parts.iter().zip(packed).map(|(part, packed)| writer.put_part(delivery, part, packed?)).collect()
        })
    }

    fn put_part(
        &mut self,
        delivery: DeliveryId,
        part: &Prepared,
        (rows, claims): (Option<Packed>, Option<Packed>),
    ) -> Result<AssertionId> {
        if let Some(packed) = rows {
            let begun = self.open_delivery(delivery)?;
            let first = part.rows.first_record;
            if first < begun.next_record {
                let next = begun.next_record;
                return Err(LedgerError::misuse(format!(
                    "source rows from {first} after those below {next}"
                )));
            }
            begun.next_record = first + part.rows.len() as u64;
            self.batch.put(Tag::Source, first, delivery.0, &packed)?;
        }
        let first = self.next_assertion;
        if let Some(packed) = claims {
            let markings = &mut self.open_delivery(delivery)?.markings;
            for table in part.claims.tables.iter().filter(|table| !table.is_empty()) {
                if !markings.contains(&table.shape.marking) {
                    markings.insert(table.shape.marking.clone());
                }
            }
            self.batch.put(Tag::Claim, first, delivery.0, &packed)?;
            let mut table =
                self.batch.txn().open_table(CLAIM_OF).map_err(|error| self.batch.failed(error))?;
            table.insert(first, delivery.0).map_err(|error| self.batch.failed(error))?;
            self.next_assertion += part.claims.len() as u64;
        }
        Ok(AssertionId(first))
    }

    /// Appends rows of a delivery that failed.
    ///
    /// # Errors
    /// [`LedgerError::TooLarge`]; [`LedgerError::Misuse`] when the delivery is not open here.
    pub fn rejects(&mut self, delivery: DeliveryId, rejects: &[Reject]) -> Result<()> {
        self.step(|writer| {
            for rows in rejects.chunks(REJECTS_FULL) {
                let begun = writer.open_delivery(delivery)?;
                let number = begun.reject_blocks;
                begun.reject_blocks += 1;
                let packed = pack("block of rejects", &begun.salt, &rows)?;
                writer.batch.put(Tag::Reject, number, delivery.0, &packed)?;
            }
            Ok(())
        })
    }

    /// Ends a delivery. Its number must be the one given at its beginning; its commit and the markings of its claims
    /// are set here.
    ///
    /// # Errors
    /// [`LedgerError::Misuse`] when the delivery is not open here or its counts do not add up.
    pub fn finish_delivery(&mut self, delivery: Delivery, fingerprint: &Digest) -> Result<()> {
        self.step(|writer| {
            let id = delivery.id;
            let Begun { salt, markings, .. } = writer.open_delivery(id)?;
            let (salt, markings) = (*salt, std::mem::take(markings));
            if !delivery.counts.add_up() {
                return Err(LedgerError::misuse(format!("counts of delivery {id}: {:?}", delivery.counts)));
            }
            if writer.keys_of == id.0 {
                writer.flush_keys(true)?;
            }
            let markings = markings.into_iter().collect();
            let delivery = Delivery { commit: writer.batch.commit_id(), markings, ..delivery };
            let record = DeliveryRecord { delivery, fingerprint: *fingerprint };
            let packed = pack("delivery", &salt, &record)?;
            writer.batch.put(Tag::Delivery, id.0, id.0, &packed)?;
            put_fingerprint(&writer.batch, fingerprint, id.0)?;
            writer.open_delivery(id)?.finished = true;
            Ok(())
        })
    }

    /// Appends a judgement, `marking` saying who may see it.
    ///
    /// # Errors
    /// [`LedgerError::NotFound`] when it speaks of a delivery, identity or judgement that is not there,
    /// [`LedgerError::Expunged`] of a delivery that was expunged, [`LedgerError::Final`] when it would undo an
    /// expungement; [`LedgerError::Misuse`] when it expunges, which [`Writer::expunge`] does.
    pub fn judge(&mut self, decision: Decision, reason: &str, marking: &Marking) -> Result<JudgementId> {
        self.step(|writer| {
            writer.check_decision(&decision)?;
            writer.put_judgement(decision, reason, marking)
        })
    }

    pub(crate) fn put_judgement(
        &mut self,
        decision: Decision,
        reason: &str,
        marking: &Marking,
    ) -> Result<JudgementId> {
        let id = JudgementId(self.next_judgement);
        let commit = self.batch.commit_id();
        let judgement =
            Judgement { id, commit, decision, reason: reason.to_owned(), marking: marking.clone() };
        let packed = pack("judgement", &self.store_salt, &judgement)?;
        self.batch.put(Tag::Judgement, id.0, 0, &packed)?;
        self.next_judgement += 1;
        Ok(id)
    }

    fn check_decision(&self, decision: &Decision) -> Result<()> {
        let identities = |ids: &[IdentityId]| {
            let unknown = ids.iter().find(|id| id.0 >= self.identities.next_identity());
            unknown.map_or(Ok(()), |id| Err(LedgerError::NotFound { what: "identity", id: id.0 }))
        };
        match decision {
            Decision::Withdraw(delivery) | Decision::Remark(Remarked::Delivery(delivery), _) => {
                self.check_stands(*delivery)
            }
            Decision::Same(a, b) | Decision::NotSame(a, b) | Decision::Undecided(a, b) => {
                identities(&[*a, *b])
            }
            Decision::Note(id) => identities(&[*id]),
            Decision::Remark(Remarked::Claims(claims), _) => {
                let unknown = claims.iter().find(|claim| claim.0 >= self.next_assertion);
                unknown.map_or(Ok(()), |claim| Err(LedgerError::NotFound { what: "claim", id: claim.0 }))
            }
            Decision::Undo(judgement) => self.check_undo(*judgement),
            Decision::Expunge(_) => {
                Err(LedgerError::misuse("an expungement was entered as a mere judgement"))
            }
        }
    }

    /// Whether a delivery is there and was not expunged.
    pub(crate) fn check_stands(&self, delivery: DeliveryId) -> Result<()> {
        let batch = &self.batch;
        if batch.has(Tag::Delivery, delivery.0, delivery.0)? {
            return Ok(());
        }
        let expunged = batch.txn().open_table(EXPUNGED).map_err(|error| batch.failed(error))?;
        match expunged.get(delivery.0).map_err(|error| batch.failed(error))? {
            Some(by) => Err(LedgerError::Expunged { delivery, judgement: JudgementId(by.value()) }),
            None => Err(LedgerError::NotFound { what: "delivery", id: delivery.0 }),
        }
    }

    fn check_undo(&self, judgement: JudgementId) -> Result<()> {
        if judgement.0 == 0 || judgement.0 >= self.next_judgement {
            return Err(LedgerError::NotFound { what: "judgement", id: judgement.0 });
        }
        let batch = &self.batch;
        let expunged = batch.txn().open_table(EXPUNGED).map_err(|error| batch.failed(error))?;
        for row in expunged.iter().map_err(|error| batch.failed(error))? {
            let (delivery, by) = row.map_err(|error| batch.failed(error))?;
            if by.value() == judgement.0 {
                return Err(LedgerError::Final { judgement, delivery: DeliveryId(delivery.value()) });
            }
        }
        Ok(())
    }

    pub(crate) fn batch_mut(&mut self) -> &mut Batch {
        &mut self.batch
    }

    #[cfg(test)]
    pub(crate) fn into_batch(self) -> Batch {
        self.batch
    }

    /// Whether a delivery was begun in this transaction.
    pub(crate) fn has_begun(&self) -> bool {
        !self.begun.is_empty()
    }

    /// From here on the transaction takes in no delivery.
    pub(crate) fn begin_expunging(&mut self) {
        self.expunging = true;
    }

    /// Makes everything since the writer began one durable commit.
    ///
    /// # Errors
    /// [`LedgerError::Misuse`] when a delivery was begun and not finished, or an earlier step failed; otherwise
    /// what the key-value store says. Nothing is kept then. [`LedgerError::NotRewritten`] when the commit is durable
    /// and the file still holds what it expunged: the next [`Ledger::open`] or [`Ledger::compact`] sees to that.
    ///
    /// # Complexity
    /// One sort of the new keys, and one index insertion for each.
    pub fn commit(self, note: CommitNote) -> Result<Commit> {
        self.ready(note)?.0.commit()
    }

    /// The same in two steps: the commit as it will be, with the keys that it adds, and not durable yet. What is
    /// returned makes it durable, and when it is dropped undoes everything since the writer began.
    ///
    /// # Errors
    /// As [`Writer::commit`].
    pub fn ready(mut self, note: CommitNote) -> Result<(Ready, NewKeys)> {
        self.step(|writer| {
            if let Some((id, _)) = writer.begun.iter().find(|(_, begun)| !begun.finished) {
                return Err(LedgerError::misuse(format!("delivery {id} was begun and not finished")));
            }
            writer.batch.index(writer.identities.new_sorted())
        })?;
        let identities = IdentityId(self.identities.next_identity());
        let commit = self.batch.plan(note, AssertionId(self.next_assertion), identities);
        let Self { batch, expunging, identities, .. } = self;
        Ok((Ready { batch, commit, expunging }, NewKeys::new(identities)))
    }

    pub(crate) fn step<T>(&mut self, run: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        if self.broken {
            return Err(LedgerError::misuse("a writer was used after one of its steps had failed"));
        }
        self.broken = true;
        let result = run(self)?;
        self.broken = false;
        Ok(result)
    }

    fn open_delivery(&mut self, id: DeliveryId) -> Result<&mut Begun> {
        match self.begun.get_mut(&id.0) {
            Some(begun) if !begun.finished => Ok(begun),
            _ => Err(LedgerError::misuse(format!("delivery {id} is not open in this transaction"))),
        }
    }

    fn take_scheme(&mut self, delivery: DeliveryId, scheme: &Scheme) -> Result<u32> {
        if let Some((number, stored)) = self.identities.scheme(&scheme.name) {
            if stored.kind == scheme.kind {
                return Ok(number);
            }
            let word = |kind: &Option<String>| kind.clone().unwrap_or_else(|| "no kind".to_owned());
            return Err(LedgerError::SchemeKind {
                scheme: scheme.name.clone(),
                stored: word(&stored.kind),
                given: word(&scheme.kind),
            });
        }
        if !(1..=255).contains(&scheme.name.len()) || scheme.name.contains('\0') {
            return Err(LedgerError::SchemeName { scheme: scheme.name.clone() });
        }
        let number = self.identities.add_scheme(scheme);
        let salt = self.open_delivery(delivery)?.salt;
        let packed = pack("scheme", &salt, scheme)?;
        self.batch.put(Tag::Scheme, u64::from(number), delivery.0, &packed)?;
        Ok(number)
    }

    /// Writes blocks of new keys: the full ones, or all.
    fn flush_keys(&mut self, all: bool) -> Result<()> {
        let blocks = if all { self.identities.take_all() } else { self.identities.take_full() };
        for (first, keys) in blocks {
            let delivery = DeliveryId(self.keys_of);
            let salt = self.open_delivery(delivery)?.salt;
            let packed = pack("block of keys", &salt, &keys)?;
            self.batch.put(Tag::Identity, first, delivery.0, &packed)?;
        }
        Ok(())
    }
}

/// Enters a delivery's fingerprint; a later delivery of the same content takes the place of an earlier one.
pub(crate) fn put_fingerprint(batch: &Batch, fingerprint: &Digest, delivery: u64) -> Result<()> {
    let mut table = batch.txn().open_table(FINGERPRINT).map_err(|error| batch.failed(error))?;
    table.insert(fingerprint.0.as_slice(), delivery).map_err(|error| batch.failed(error))?;
    Ok(())
}

/// The last delivery's number, whether it stands or was expunged; 0 when there is none.
fn last_delivery(batch: &Batch) -> Result<u64> {
    let expunged = batch.txn().open_table(EXPUNGED).map_err(|error| batch.failed(error))?;
    let last = expunged.last().map_err(|error| batch.failed(error))?.map_or(0, |(id, _)| id.value());
    Ok(last.max(batch.last_id(Tag::Delivery)?.unwrap_or(0)))
}

/// Whether a part may be stored.
fn check(part: &Prepared, identities: u64) -> Result<()> {
    if !part.claims.is_consistent() || !part.rows.is_consistent() {
        return Err(LedgerError::misuse("claims or source rows with columns of different lengths"));
    }
    let ends = |block: &ClaimBlock| -> Option<u64> {
        block.tables.iter().flat_map(|table| table.subject.iter().chain(&table.object)).copied().max()
    };
    match ends(&part.claims) {
        Some(end) if end >= identities => {
            Err(LedgerError::misuse(format!("a claim about identity {end}, of which there are {identities}")))
        }
        _ => Ok(()),
    }
}
