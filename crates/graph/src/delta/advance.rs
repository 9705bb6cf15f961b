//! A view follows the ledger: from what an image was at one commit to what it is at a later one, at the cost of what
//! changed between the two.

use super::Delta;
use super::changes::{Changes, changes};
use super::draft::Draft;
use super::plan::{Plan, plan};
use super::reader::Reader;
use crate::admission::Admission;
use crate::{GraphError, View};
use jaal_ledger::Snapshot;
use std::collections::BTreeSet;

/// The changes of one publication at work.
pub(super) struct Work<'v, 's> {
    pub(super) view: &'v View,
    /// The delta of the view, to look skipped same-as up in.
    pub(super) base: Delta,
    pub(super) reader: Reader<'s>,
    pub(super) after: &'s Admission,
    pub(super) changes: Changes,
    /// Claims that counted and do no more.
    pub(super) gone: BTreeSet<u32>,
    pub(super) draft: Draft<'v>,
    /// Claims read again.
    pub(super) again: u64,
}

impl View {
    /// The image of a later state of the ledger: `before` is what the lens admitted at this view's state, `after` what
    /// it admits of `snapshot`. `None` when that changes more than `limit` claims, or cannot be told from the two, and
    /// the image has to be derived anew.
    ///
    /// The view given equals the image derived anew, the numbers of its nodes included; numbers of links do not.
    ///
    /// # Errors
    /// [`GraphError::Ledger`] when the ledger cannot be read, [`GraphError::TooLarge`] when the graph outgrows an image.
    ///
    /// # Complexity
    /// That of the claims that came and went, of the claims about the entities they speak of, and of all claims that
    /// name the entities which may be joined otherwise than before.
    pub fn advance(
        &self,
        before: &Admission,
        after: &Admission,
        snapshot: &Snapshot,
        limit: u64,
    ) -> Result<Option<Self>, GraphError> {
        if before.digest() == after.digest() {
            return Ok(Some(self.moved(after)));
        }
        let mut reader = Reader::new(snapshot);
        let Some(changes) = changes(&mut reader, before, after, limit)? else { return Ok(None) };
        let draft = Draft::new(self);
        let base = draft.delta.clone();
        let plan = plan(self, &base, &reader, [before, after], &changes)?;
        let gone = changes.gone.iter().flat_map(crate::derive::Fed::claims).collect();
        let mut work = Work { view: self, base, reader, after, changes, gone, draft, again: 0 };
        if !work.carry_out(&plan, limit)? {
            return Ok(None);
        }
        let Work { mut draft, changes, again, .. } = work;
        draft.count(&changes.come_tally, &changes.gone_tally);
        let count = |fed: &[crate::derive::Fed]| fed.iter().map(|fed| fed.table.len() as u64).sum::<u64>();
        draft.delta.changed_claims += count(&changes.come) + count(&changes.gone) + again;
        Ok(Some(draft.finish(after.commit(), after.digest())))
    }
}

impl Work<'_, '_> {
    /// Carries a plan out; `false` when it is more than `limit` claims, or the plan does not hold.
    fn carry_out(&mut self, plan: &Plan, limit: u64) -> Result<bool, GraphError> {
        if !self.resolve_again(&plan.further)? {
            return Ok(false);
        }
        if !self.derive_again(&plan.own, limit)? {
            return Ok(false);
        }
        self.fold_again(&plan.links)?;
        Ok(true)
    }
}
