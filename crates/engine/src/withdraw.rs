//! Taking a delivery back.

use crate::database::{Actor, Watch};
use crate::{Database, EngineError};
use jaal_model::{Commit, CommitNote, Decision, DeliveryId};

impl Database {
    /// Takes a delivery back: none of its claims count any more. The ledger keeps it, and the decision.
    ///
    /// # Errors
    /// [`EngineError::NoDelivery`], [`EngineError::AlreadyWithdrawn`], [`EngineError::NoReason`].
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
        if self.ledger().snapshot()?.delivery(delivery)?.is_none() {
            return Err(EngineError::NoDelivery(delivery));
        }
        let mut writer = self.ledger().writer()?;
        if self.withdrawn()?.contains(&delivery) {
            return Err(EngineError::AlreadyWithdrawn(delivery));
        }
        writer.judge(Decision::Withdraw(delivery), reason)?;
        let purpose = format!("withdraw delivery {delivery}: {reason}");
        let commit = writer.commit(CommitNote { at: actor.now, actor: actor.name.clone(), purpose })?;
        self.read_watched(watch)?;
        Ok(commit)
    }
}
