//! Rows into claims: taking a row apart into fields, judging it by a plan, and building the claim tables of a
//! chunk.

pub(crate) mod balance;
pub(crate) mod build;
mod derive;
pub(crate) mod emit;
pub(crate) mod eval;
pub(crate) mod event;
pub(crate) mod fields;
pub(crate) mod form;
pub(crate) mod json;
mod key;
pub(crate) mod open;

use jaal_model::claim::{ClaimBlock, ClaimTable, KeyList, StrColumn};
use jaal_model::{Counts, Reject};

/// Source rows of the accepted records of a chunk, one element a record.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Rows {
    /// Index of the file in the delivery.
    pub file: Vec<u32>,
    /// Line of the row's start in the file, from 1.
    pub line: Vec<u64>,
    /// The row's text, decoded, without its line end.
    pub text: StrColumn,
}

impl Rows {
    /// The number of records.
    pub fn len(&self) -> usize {
        self.line.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.line.is_empty()
    }
}

/// What up to 4,096 rows of one file claim.
#[derive(Clone, Debug, Default)]
pub struct Chunk {
    /// The keys that the claims speak of; `subject` and `object` are positions here.
    pub keys: KeyList,
    /// The claims; `record` counts accepted rows of the whole delivery, from 0.
    pub block: ClaimBlock,
    /// The number of this chunk's first record.
    pub first_record: u64,
    /// The accepted rows, of records `first_record` and following.
    pub rows: Rows,
    /// The rows that failed.
    pub rejects: Vec<Reject>,
    /// What became of the rows.
    pub counts: Counts,
    /// Rows whose balance does not follow from the one before, where the specification checks it.
    pub balance_breaks: u64,
    /// Bytes of the files read for it, for progress against the total.
    pub bytes_read: u64,
}

impl Chunk {
    /// Moves the records of a chunk built from 0 to where they belong in the delivery.
    pub(crate) fn set_first_record(&mut self, first: u64) {
        self.first_record = first;
        for table in &mut self.block.tables {
            table.record.iter_mut().for_each(|record| *record += first);
        }
    }

    /// Completes the tables and drops empty ones.
    pub(crate) fn with_tables(mut self, mut tables: Vec<ClaimTable>) -> Self {
        tables.retain(|t| !t.is_empty());
        tables.iter_mut().for_each(ClaimTable::finish);
        self.block = ClaimBlock { tables };
        self
    }
}

/// Why a row is rejected.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Fault {
    /// The column at fault.
    pub(crate) column: Option<String>,
    /// What is wrong and what would be right.
    pub(crate) reason: String,
}

impl Fault {
    pub(crate) fn row(reason: impl Into<String>) -> Self {
        Self { column: None, reason: reason.into() }
    }

    pub(crate) fn column(column: impl Into<String>, reason: impl Into<String>) -> Self {
        Self { column: Some(column.into()), reason: reason.into() }
    }
}

/// A text for a message: not longer than a line.
pub(crate) fn excerpt(text: &str) -> String {
    if text.chars().count() <= 80 {
        return text.to_owned();
    }
    let head: String = text.chars().take(77).collect();
    format!("{head}...")
}
