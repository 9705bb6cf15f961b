//! Compaction: the ledger's file written anew, table by table in the order of keys.
//!
//! The key-value store never clears what it frees: bytes of a record that was removed stay in the file until their
//! pages are used again. An expungement is done only when the file holds them no more, so:
//!
//! 1. The commit that expunges leaves a mark in `meta` that the file must be written anew.
//! 2. All tables but that mark are copied to `ledger.redb.new` in one transaction, with the write transaction of the
//!    old file held open, so that nobody writes to it.
//! 3. The new file is durable before it is given the name of the old one.
//! 4. Whoever is killed before that leaves the mark, and the next to open the store for writing begins again.
//!
//! What the old file held may still lie in free blocks of the file system, on worn-out cells of the medium, and in
//! copies; that is beyond this program.

use crate::guard::guarded;
use crate::store::{Ledger, contradictory};
use crate::tables::{
    CHAIN, CLAIM_OF, COMMIT, EXPUNGED, FINGERPRINT, KEY, META, META_REWRITE, PIECE, SALT, Tag,
};
use crate::{LedgerError, Progress, Result};
use redb::{
    Key, ReadTransaction, ReadableTable, ReadableTableMetadata, TableDefinition, Value, WriteTransaction,
};
use std::ops::Bound;

/// Rows copied between two reports of progress.
const REPORT_EVERY: u64 = 4_096;

/// What a compaction did.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Compaction {
    /// Length of the file before, in bytes.
    pub before: u64,
    /// Length of the file after, in bytes.
    pub after: u64,
}

impl Ledger {
    /// Writes the ledger's file anew without the room that is free in it; `progress` is told rows copied and rows in
    /// all. Snapshots that are held go on with the old file, whose room is free when the last of them is dropped.
    ///
    /// # Errors
    /// [`LedgerError::WriterBusy`], [`LedgerError::ReadOnly`]; [`LedgerError::DamagedFile`] when the file cannot be
    /// read; otherwise what the system says. The ledger is as it was then.
    ///
    /// # Complexity
    /// Linear in the file; room for a second file of its size.
    pub fn compact(&self, progress: Progress<'_>) -> Result<Compaction> {
        let before = self.file_len()?;
        let (lock, file) = self.begin_write()?;
        let (new, mut database) = self.begin_new()?;
        let copied = guarded(|| {
            let from = file.begin_read(self.path())?;
            let mut to = database.begin_write().map_err(|error| LedgerError::storage(self.path(), error))?;
            to.set_quick_repair(true);
            copy_all(&from, &to, progress).map_err(|error| LedgerError::storage(self.path(), error))?;
            to.commit().map_err(|error| LedgerError::storage(self.path(), error))?;
            // The file grew by doubling; what is beyond its last pages is given back.
            database.compact().map(|_| ()).map_err(|error| LedgerError::storage(self.path(), error))
        });
        let done = copied.unwrap_or_else(|| Err(contradictory(self.path())));
        if let Err(error) = done.and_then(|()| self.replace(&new, database, lock)) {
            // Best effort: what is left is removed when the store is opened next.
            let _ = self.medium().remove(&new);
            return Err(error);
        }
        Ok(Compaction { before, after: self.file_len()? })
    }

    /// Writes the file anew after an expungement.
    ///
    /// # Errors
    /// [`LedgerError::NotRewritten`] with the reason.
    pub(crate) fn rewrite_expunged(&self) -> Result<()> {
        self.compact(&mut |_, _| {}).map(|_| ()).map_err(|error| LedgerError::NotRewritten {
            path: self.path().to_owned(),
            source: Box::new(error),
        })
    }
}

/// A copy under way.
struct Copy<'a, 'p> {
    from: &'a ReadTransaction,
    to: &'a WriteTransaction,
    done: u64,
    total: u64,
    progress: Progress<'p>,
}

fn copy_all(
    from: &ReadTransaction,
    to: &WriteTransaction,
    progress: Progress<'_>,
) -> std::result::Result<(), redb::Error> {
    let mut total = from.open_table(KEY)?.len()? + from.open_table(CHAIN)?.len()?;
    total += from.open_table(PIECE)?.len()?;
    for tag in Tag::ALL {
        total += from.open_table(tag.table())?.len()?;
    }
    let mut copy = Copy { from, to, done: 0, total, progress };
    {
        let mut meta = to.open_table(META)?;
        for row in from.open_table(META)?.iter()? {
            let (name, value) = row?;
            if name.value() != META_REWRITE {
                meta.insert(name.value(), value.value())?;
            }
        }
    }
    copy.table(COMMIT)?;
    copy.table(CHAIN)?;
    copy.table(SALT)?;
    copy.table(CLAIM_OF)?;
    copy.table(FINGERPRINT)?;
    copy.table(EXPUNGED)?;
    copy.table(KEY)?;
    for tag in Tag::ALL {
        copy.table(tag.table())?;
    }
    copy.table(PIECE)?;
    (copy.progress)(total, total);
    Ok(())
}

impl Copy<'_, '_> {
    fn table<K: Key + 'static, V: Value + 'static>(
        &mut self,
        definition: TableDefinition<'static, K, V>,
    ) -> std::result::Result<(), redb::Error> {
        let source = self.from.open_table(definition)?;
        let mut target = self.to.open_table(definition)?;
        let mut cursor = target.upper_bound_mut(Bound::<K::SelfType<'_>>::Unbounded)?;
        for row in source.iter()? {
            let (key, value) = row?;
            cursor
                .insert_before(key.value(), value.value())
                .map_err(|error| redb::Error::Corrupted(error.to_string()))?;
            self.done += 1;
            if self.done.is_multiple_of(REPORT_EVERY) {
                (self.progress)(self.done.min(self.total), self.total);
            }
        }
        cursor.close()?;
        let (read, written) = (source.len()?, target.len()?);
        if read == written {
            Ok(())
        } else {
            Err(redb::Error::Corrupted(format!("a table of {read} rows gives {written}")))
        }
    }
}
