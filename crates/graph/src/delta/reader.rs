//! Reads claims from the ledger by number, each block once.

use crate::GraphError;
use crate::admission::Admission;
use crate::derive::{Fed, Seen};
use jaal_ledger::{BlockRef, Snapshot};
use jaal_model::AssertionId;
use jaal_model::claim::ClaimBlock;
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Blocks decoded at once.
const WAVE: usize = 64;

/// A reader that keeps the blocks it has read.
pub(super) struct Reader<'a> {
    snapshot: &'a Snapshot,
    blocks: BTreeMap<u64, (BlockRef, Arc<ClaimBlock>)>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(snapshot: &'a Snapshot) -> Self {
        Self { snapshot, blocks: BTreeMap::new() }
    }

    pub(super) fn snapshot(&self) -> &'a Snapshot {
        self.snapshot
    }

    /// The claims of a block.
    pub(super) fn block(&mut self, block: &BlockRef) -> Result<Arc<ClaimBlock>, GraphError> {
        self.fetch(std::slice::from_ref(block))?;
        Ok(self.blocks.get(&block.first.0).map(|(_, content)| Arc::clone(content)).unwrap_or_default())
    }

    /// Claims by number, ascending and each once, in ledger order. Those that the admission does not admit are left
    /// out.
    ///
    /// # Complexity
    /// Decodes each block that holds one of them once, in parallel.
    pub(super) fn claims(&mut self, claims: &[u32], admission: &Admission) -> Result<Vec<Fed>, GraphError> {
        let mut fed = Vec::new();
        let mut rest = claims;
        while !rest.is_empty() {
            let (blocks, taken) = self.locate(rest)?;
            let (now, later) = rest.split_at(taken);
            self.fetch(&blocks)?;
            let mut at = 0;
            for block in &blocks {
                let Some((_, content)) = self.blocks.get(&block.first.0) else { continue };
                let end = block.first.0 + content.len() as u64;
                let stop = now.partition_point(|claim| u64::from(*claim) < end);
                fed.extend(some(admission, block, content, &now[at..stop.max(at)]));
                at = stop.max(at);
            }
            rest = later;
        }
        Ok(fed)
    }

    /// The blocks of the first of some ascending claims, at most a wave of them, and how many claims they hold.
    fn locate(&self, claims: &[u32]) -> Result<(Vec<BlockRef>, usize), GraphError> {
        let mut blocks: Vec<BlockRef> = Vec::new();
        let mut at = 0;
        while at < claims.len() && blocks.len() < WAVE {
            let claim = u64::from(claims[at]);
            let held = self.blocks.range(..=claim).next_back();
            let block = match held {
                Some((first, (block, content))) if claim < first + content.len() as u64 => *block,
                _ => self.snapshot.block_of(AssertionId(claim))?,
            };
            // Where a block ends is known only when it is read; the next that begins is a safe bound.
            let next = self.snapshot.block_after(&block)?.map_or(u64::MAX, |next| next.0);
            at += claims[at..].partition_point(|claim| u64::from(*claim) < next).max(1);
            blocks.push(block);
        }
        Ok((blocks, at))
    }

    /// Decodes blocks that are not here yet, in parallel.
    pub(super) fn fetch(&mut self, blocks: &[BlockRef]) -> Result<(), GraphError> {
        let missing: Vec<&BlockRef> =
            blocks.iter().filter(|block| !self.blocks.contains_key(&block.first.0)).collect();
        let read: Vec<_> = missing.par_iter().map(|block| self.snapshot.read_block(block)).collect();
        let missing: Vec<BlockRef> = missing.into_iter().copied().collect();
        for (block, content) in missing.into_iter().zip(read) {
            self.blocks.insert(block.first.0, (block, Arc::new(content?)));
        }
        Ok(())
    }
}

/// Some ascending claims of a block, table by table.
fn some(admission: &Admission, block: &BlockRef, content: &ClaimBlock, claims: &[u32]) -> Vec<Fed> {
    let mut out = Vec::new();
    let (mut start, mut at) = (block.first.0, 0);
    for table in &content.tables {
        let end = start + table.len() as u64;
        let stop = at + claims[at..].partition_point(|claim| u64::from(*claim) < end);
        let mine = &claims[at..stop];
        (start, at) = (end, stop);
        let first = end - table.len() as u64;
        let Some(table_seen) = Seen::of(admission, block.delivery, table, first) else { continue };
        let seen: Vec<u32> = mine.iter().copied().filter(|claim| table_seen.has(u64::from(*claim))).collect();
        if !seen.is_empty() {
            let rows: Vec<usize> = seen.iter().map(|claim| (u64::from(*claim) - first) as usize).collect();
            out.push(Fed::some(block.delivery.0, seen, table.pick(&rows)));
        }
    }
    out
}
