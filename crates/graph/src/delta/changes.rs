//! What changed between two states of a ledger for one lens: claims that came and went, and identities on which
//! judgements changed.

use super::reader::Reader;
use crate::GraphError;
use crate::admission::Admission;
use crate::derive::{Fed, Tally, admitted};
use jaal_ledger::BlockRef;
use jaal_model::claim::ClaimBlock;
use jaal_model::{AssertionId, Decision, DeliveryId, Judgement};
use std::collections::{BTreeMap, BTreeSet};

/// See the module.
pub(super) struct Changes {
    /// Claims that count now and did not, in ledger order, and the tally of all claims of the blocks looked at.
    pub(super) come: Vec<Fed>,
    pub(super) come_tally: Tally,
    /// Claims that counted and do no more, and the tally of those that counted in the blocks looked at.
    pub(super) gone: Vec<Fed>,
    pub(super) gone_tally: Tally,
    /// Identities that a judgement on sameness names which stands now and did not, or the reverse.
    pub(super) judged: BTreeSet<u32>,
}

/// What changed from `before` to `after`; `None` when it is more than `limit` claims, or cannot be told because a
/// delivery was destroyed.
///
/// # Complexity
/// That of the blocks of the deliveries that count otherwise.
pub(super) fn changes(
    reader: &mut Reader<'_>,
    before: &Admission,
    after: &Admission,
    limit: u64,
) -> Result<Option<Changes>, GraphError> {
    let Some(blocks) = touched_blocks(reader, before, after, limit)? else { return Ok(None) };
    let mut changes = Changes {
        come: Vec::new(),
        come_tally: Tally::default(),
        gone: Vec::new(),
        gone_tally: Tally::default(),
        judged: judged(before, after),
    };
    reader.fetch(&blocks)?;
    for block in blocks {
        let content = reader.block(&block)?;
        let side = |admission: &Admission| {
            if admission.has(block.delivery) {
                admitted(admission, block.first, block.delivery, ClaimBlock::clone(&content))
            } else {
                Ok((Vec::new(), Tally::default()))
            }
        };
        let ((old, old_tally), (new, new_tally)) = (side(before)?, side(after)?);
        changes.gone_tally.join(&old_tally);
        changes.come_tally.join(&new_tally);
        let claims = |side: &[Fed]| side.iter().flat_map(Fed::claims).collect::<BTreeSet<u32>>();
        let (was, is) = (claims(&old), claims(&new));
        changes.gone.extend(old.into_iter().filter_map(|fed| fed.without(&is)));
        changes.come.extend(new.into_iter().filter_map(|fed| fed.without(&was)));
    }
    Ok(Some(changes))
}

/// The blocks that hold claims which may count otherwise, in ledger order.
fn touched_blocks(
    reader: &Reader<'_>,
    before: &Admission,
    after: &Admission,
    limit: u64,
) -> Result<Option<Vec<BlockRef>>, GraphError> {
    let snapshot = reader.snapshot();
    let [gone, come] = before.difference(after);
    let deliveries: BTreeSet<DeliveryId> = gone.iter().chain(&come).map(|(id, _)| *id).collect();
    let mut blocks: BTreeMap<AssertionId, BlockRef> = BTreeMap::new();
    for delivery in deliveries {
        let Some(commit) = after.commit_of(delivery).or_else(|| before.commit_of(delivery)) else { continue };
        if snapshot.delivery(delivery)?.is_none() {
            return Ok(None);
        }
        let of_commit = snapshot.claim_blocks_of(commit)?;
        blocks.extend(of_commit.into_iter().filter(|b| b.delivery == delivery).map(|b| (b.first, b)));
    }
    for claim in before.remarked_otherwise(after) {
        let block = snapshot.block_of(AssertionId(claim))?;
        blocks.insert(block.first, block);
    }
    let mut claims = 0;
    for block in blocks.values() {
        let end = snapshot.block_after(block)?.map_or(after.next_assertion(), |next| next.0);
        claims += end - block.first.0;
        if claims > limit {
            return Ok(None);
        }
    }
    Ok(Some(blocks.into_values().collect()))
}

/// The identities of judgements on sameness that stand in only one of the two.
fn judged(before: &Admission, after: &Admission) -> BTreeSet<u32> {
    let on_sameness = |judgements: &[Judgement]| -> BTreeMap<u64, (u64, u64)> {
        let ends = |judgement: &Judgement| match judgement.decision {
            Decision::Same(a, b) | Decision::NotSame(a, b) => Some((judgement.id.0, (a.0, b.0))),
            _ => None,
        };
        judgements.iter().filter_map(ends).collect()
    };
    let (was, is) = (on_sameness(before.judgements()), on_sameness(after.judgements()));
    let changed = |(id, _): &(&u64, &(u64, u64))| was.contains_key(*id) != is.contains_key(*id);
    was.iter().chain(&is).filter(changed).flat_map(|(_, (a, b))| [*a as u32, *b as u32]).collect()
}
