//! Destroying a delivery by order of a court, and writing the store's files anew.

use crate::database::{Actor, Watch};
use crate::{Database, EngineError};
use jaal_ledger::Expunged;
use jaal_model::{Commit, CommitNote, DeliveryId, Marking};
use serde::Serialize;

/// What writing the store's files anew came to.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Compacted {
    /// Bytes of the ledger's file before and after.
    pub ledger_bytes: [u64; 2],
    /// Bytes of the segment file.
    pub segment_bytes: u64,
    /// Claims that the segment before did not have yet.
    pub changed_claims: u64,
}

impl Database {
    /// Destroys a delivery: its rows, claims and keys are gone from every file of the store; digests and the order
    /// stay. Nothing undoes it.
    ///
    /// # Errors
    /// [`EngineError::NoReason`] without an order, [`EngineError::NoDelivery`]; otherwise what the ledger says: nothing
    /// is changed then. [`EngineError::NotDerived`] when it was done but the graph could not be made.
    pub fn expunge(
        &self,
        delivery: DeliveryId,
        order: &str,
        actor: &Actor,
        watch: &mut dyn Watch,
    ) -> Result<Commit, EngineError> {
        if order.trim().is_empty() {
            return Err(EngineError::NoReason);
        }
        let mut writer = self.ledger().writer()?;
        if self.ledger().snapshot()?.delivery(delivery)?.is_none() {
            return Err(EngineError::NoDelivery(delivery));
        }
        watch.stage("expunging", 0);
        writer.expunge(delivery, order, &Marking::public())?;
        let purpose = format!("expunge delivery {delivery}: {order}");
        let mut making = self.images().make();
        self.images().prepare_folder()?;
        let commit = writer.commit(CommitNote { at: actor.now, actor: actor.name.clone(), purpose })?;
        // Segments hold what was destroyed, so none of them may stay, whatever becomes of the new one.
        let derived = making.forget().and_then(|()| {
            let after = self.ledger().snapshot()?;
            making.derive_all(&after, watch)
        });
        derived.map_err(EngineError::not_derived(commit.id))?;
        Ok(commit)
    }

    /// What was destroyed, by whose order.
    ///
    /// # Errors
    /// [`EngineError::Ledger`] when the ledger cannot be read.
    pub fn expunged(&self) -> Result<Vec<Expunged>, EngineError> {
        Ok(self.ledger().snapshot()?.expunged()?)
    }

    /// Writes the ledger's file anew without the room that it no longer needs, and derives a new segment if anything
    /// has changed since the last.
    ///
    /// # Errors
    /// [`EngineError`] when a file cannot be written; the store is as it was then.
    pub fn compact(&self, watch: &mut dyn Watch) -> Result<Compacted, EngineError> {
        watch.stage("writing the ledger anew", 0);
        let compaction = self.ledger().compact(&mut |done, _| watch.advance(done, 0))?;
        let changed_claims = self.read_watched(watch)?.view.changed_claims();
        self.derive_anew(watch)?;
        let segment_bytes = self.read_watched(watch)?.view.segment().file_len();
        let ledger_bytes = [compaction.before, compaction.after];
        Ok(Compacted { ledger_bytes, segment_bytes, changed_claims })
    }

    /// Derives a new segment if the view of everything has moved away from its segment.
    ///
    /// # Errors
    /// As [`Database::read`].
    pub fn derive_anew(&self, watch: &mut dyn Watch) -> Result<(), EngineError> {
        if self.read_watched(watch)?.view.changed_claims() == 0 {
            return Ok(());
        }
        let mut making = self.images().make();
        let snapshot = self.ledger().snapshot()?;
        making.derive_all(&snapshot, watch)?;
        Ok(())
    }

    /// Derives a new segment if so much has changed since the last that the next process to open the store would wait
    /// for it. To be called when a process that wrote is about to end.
    ///
    /// # Errors
    /// As [`Database::read`].
    pub fn settle(&self, watch: &mut dyn Watch) -> Result<(), EngineError> {
        let view = self.read_watched(watch)?.view;
        if view.changed_claims() > crate::images::limit(&view).min(SETTLE) {
            self.derive_anew(watch)
        } else {
            Ok(())
        }
    }
}

/// Changed claims that a process which opens a store can be asked to read again.
const SETTLE: u64 = 50_000;
