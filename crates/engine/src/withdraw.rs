//! Taking a delivery back.

use crate::database::{Actor, Watch};
use crate::info::withdrawn;
use crate::{Database, EngineError};
use jaal_model::{Commit, CommitNote, Decision, DeliveryId, Marking};

impl Database {
    /// Takes a delivery back: none of its claims count any more. The ledger keeps it, and the decision.
    ///
    /// # Errors
    /// [`EngineError::NoDelivery`], [`EngineError::AlreadyWithdrawn`], [`EngineError::NoReason`]: nothing is kept then.
    /// [`EngineError::NotDerived`] when the decision stands but its graph could not be made.
    pub fn withdraw(
        &self,
        delivery: DeliveryId,
        reason: &str,
        actor: &Actor,
        watch: &mut dyn Watch,
    ) -> Result<Commit, EngineError> {
        if reason.trim().is_empty() {
            return Err(EngineError::NoReason);
        }
        let mut writer = self.ledger().writer()?;
        // Taken after the writer, so that nothing can be committed between the two.
        let before = self.ledger().snapshot()?;
        if before.delivery(delivery)?.is_none() {
            return Err(EngineError::NoDelivery(delivery));
        }
        if withdrawn(&before)?.contains(&delivery) {
            return Err(EngineError::AlreadyWithdrawn(delivery));
        }
        writer.judge(Decision::Withdraw(delivery), reason, &Marking::public())?;
        let purpose = format!("withdraw delivery {delivery}: {reason}");
        let mut making = self.images().make();
        self.images().prepare_folder()?;
        let commit = writer.commit(CommitNote { at: actor.now, actor: actor.name.clone(), purpose })?;
        let derived = self.ledger().snapshot().map_err(EngineError::from);
        let derived = derived.and_then(|after| making.derive(&after, watch));
        derived.map_err(EngineError::not_derived(commit.id))?;
        Ok(commit)
    }
}
