//! Dumps: the whole ledger as open text, and back.

use crate::database::{Actor, Watch};
use crate::{Database, EngineError};
use jaal_model::Commit;
use std::io::{BufRead, Write};
use std::path::Path;

impl Database {
    /// Writes the whole ledger as text (ndjson, compressed with zstd). `docs/format.md` describes it.
    ///
    /// # Errors
    /// [`EngineError::Ledger`] when the ledger cannot be read or `out` not be written.
    pub fn dump(&self, out: &mut dyn Write, watch: &mut dyn Watch) -> Result<(), EngineError> {
        watch.stage("writing the dump", 0);
        let snapshot = self.ledger().snapshot()?;
        jaal_ledger::dump(&snapshot, out, &mut |done, _| watch.advance(done, 0))?;
        Ok(())
    }

    /// Makes a store from a dump: the same commits with the same hashes.
    ///
    /// # Errors
    /// [`EngineError::Ledger`] when the folder holds a store, or a line of the dump is not what it should be.
    pub fn restore(
        folder: &Path,
        dump: &mut dyn BufRead,
        _actor: &Actor,
        watch: &mut dyn Watch,
    ) -> Result<(Self, Option<Commit>), EngineError> {
        watch.stage("reading the dump", 0);
        let ledger = jaal_ledger::restore(folder, dump, &mut |done, _| watch.advance(done, 0))?;
        let database = Self::with(folder, ledger);
        database.read_watched(watch)?;
        let head = database.ledger().snapshot()?.head()?;
        Ok((database, head))
    }
}
