//! Claim tables and blocks.

use super::{Column, Shape, ShapeClaim};
use serde::{Deserialize, Serialize};

/// In `valid_from` and `valid_to`: no bound is claimed.
pub const NO_TIME: i64 = i64::MIN;

/// Claims of one shape, one row a claim. All vectors have the same length.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClaimTable {
    /// What the claims have in common.
    pub shape: Shape,
    /// The record of the delivery that makes the claim: its number in the delivery, from 0, in reading order.
    #[serde(with = "super::packing::steps")]
    pub record: Vec<u64>,
    /// Who the claim speaks of: position in the chunk's key list before resolution, identity after.
    #[serde(with = "super::packing::steps")]
    pub subject: Vec<u64>,
    /// The other end of a link or same-as, in the same numbering; empty for entity claims.
    #[serde(with = "super::packing::steps")]
    pub object: Vec<u64>,
    /// What tells parallel links apart, see [`super::Discrimination`]; empty for other claims.
    #[serde(with = "super::packing::digests")]
    pub discriminator: Vec<u64>,
    /// From when the claim holds, seconds since 1970-01-01T00:00Z, or [`NO_TIME`]; empty when no claim says.
    #[serde(with = "super::packing::steps")]
    pub valid_from: Vec<i64>,
    /// Until when it holds (exclusive), or [`NO_TIME`]; empty when no claim says.
    #[serde(with = "super::packing::steps")]
    pub valid_to: Vec<i64>,
    /// One column a property of the shape.
    pub columns: Vec<Column>,
}

impl ClaimTable {
    /// An empty table of a shape.
    pub fn new(shape: Shape) -> Self {
        let columns = shape.properties.iter().map(|_| Column::new()).collect();
        Self {
            shape,
            record: Vec::new(),
            subject: Vec::new(),
            object: Vec::new(),
            discriminator: Vec::new(),
            valid_from: Vec::new(),
            valid_to: Vec::new(),
            columns,
        }
    }

    /// The number of claims.
    pub fn len(&self) -> usize {
        self.record.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.record.is_empty()
    }

    /// The table of some of the claims, in the order given.
    #[must_use]
    pub fn pick(&self, rows: &[usize]) -> Self {
        fn some<T: Copy>(values: &[T], rows: &[usize]) -> Vec<T> {
            if values.is_empty() { Vec::new() } else { rows.iter().map(|row| values[*row]).collect() }
        }
        Self {
            shape: self.shape.clone(),
            record: some(&self.record, rows),
            subject: some(&self.subject, rows),
            object: some(&self.object, rows),
            discriminator: some(&self.discriminator, rows),
            valid_from: some(&self.valid_from, rows),
            valid_to: some(&self.valid_to, rows),
            columns: self.columns.iter().map(|column| column.pick(rows)).collect(),
        }
    }

    /// The validity of the claim at `index`: from, to, each [`NO_TIME`] where not claimed.
    pub fn validity(&self, index: usize) -> (i64, i64) {
        let at = |times: &[i64]| times.get(index).copied().unwrap_or(NO_TIME);
        (at(&self.valid_from), at(&self.valid_to))
    }

    /// Sets the validity of the claim added last.
    pub fn set_validity(&mut self, from: i64, to: i64) {
        let len = self.len();
        for (times, time) in [(&mut self.valid_from, from), (&mut self.valid_to, to)] {
            if time == NO_TIME && times.is_empty() {
                continue;
            }
            times.resize(len, NO_TIME);
            times[len - 1] = time;
        }
    }

    /// Fills the validity columns up to the table's length; to be called once when the table is complete.
    pub fn finish(&mut self) {
        let len = self.len();
        for times in [&mut self.valid_from, &mut self.valid_to] {
            if !times.is_empty() {
                times.resize(len, NO_TIME);
            }
        }
    }

    /// Whether all vectors have the lengths that the shape asks for; decoded tables are checked with it.
    pub fn is_consistent(&self) -> bool {
        let n = self.len();
        let (objects, discriminators) = match self.shape.claim {
            ShapeClaim::Entity { .. } => (0, 0),
            ShapeClaim::Link { .. } => (n, n),
            ShapeClaim::Same => (n, 0),
        };
        self.subject.len() == n
            && self.object.len() == objects
            && self.discriminator.len() == discriminators
            && [&self.valid_from, &self.valid_to].iter().all(|t| t.is_empty() || t.len() == n)
            && self.columns.len() == self.shape.properties.len()
            && self.columns.iter().all(|c| c.len() == n && c.is_consistent())
    }
}

/// Claims that the ledger stores under one first [`crate::AssertionId`]: the claim at row `i` of table `t` has
/// the id *first + length of the tables before t + i*. All claims of a block come from one delivery.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ClaimBlock {
    /// The tables, in a fixed order.
    pub tables: Vec<ClaimTable>,
}

impl ClaimBlock {
    /// The number of claims in all tables.
    pub fn len(&self) -> usize {
        self.tables.iter().map(ClaimTable::len).sum()
    }

    /// Whether there is no claim.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The table and row of the claim at `offset` from the block's first id.
    pub fn locate(&self, offset: usize) -> Option<(&ClaimTable, usize)> {
        let mut rest = offset;
        for table in &self.tables {
            if rest < table.len() {
                return Some((table, rest));
            }
            rest -= table.len();
        }
        None
    }

    /// Whether every table is consistent.
    pub fn is_consistent(&self) -> bool {
        self.tables.iter().all(ClaimTable::is_consistent)
    }
}
