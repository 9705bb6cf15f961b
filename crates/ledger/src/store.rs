//! The store: a folder with the file `ledger.redb`, and the handle on it.

use crate::chain::Salt;
use crate::guard::guarded;
use crate::snapshot::Snapshot;
use crate::tables::{
    CHAIN, CLAIM_OF, COMMIT, FINGERPRINT, FORMAT_VERSION, KEY, META, META_CREATED_AT, META_FORMAT,
    META_OPAQUE_KEY, SALT, Tag,
};
use crate::writer::Writer;
use crate::{Holder, LedgerError, Result, holder};
use jaal_model::OpaqueKey;
use redb::{Builder, ConcurrencyMode, Database, ReadOnlyDatabase, ReadTransaction, ReadableDatabase};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

const FILE: &str = "ledger.redb";

/// The key-value store's cache, in bytes: the inner pages of the key index of some ten million keys.
const CACHE_BYTES: usize = 256 << 20;

/// A handle on a ledger. Clones are the same handle; the file is closed with the last of them and of the
/// snapshots and writers made from it.
#[derive(Clone)]
pub struct Ledger {
    inner: Arc<Inner>,
}

struct Inner {
    path: PathBuf,
    file: File,
    opaque_key: OpaqueKey,
    created_at: i64,
    /// Whether a file beside the ledger says who holds it.
    is_announced: AtomicBool,
}

impl Drop for Inner {
    fn drop(&mut self) {
        // Before the lock goes, so that the file of the next holder is left alone.
        if self.is_announced.load(Ordering::Relaxed) {
            holder::withdraw(&self.path);
        }
    }
}

enum File {
    ReadWrite(Database),
    ReadOnly(ReadOnlyDatabase),
}

impl std::fmt::Debug for Ledger {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Ledger").field("path", &self.inner.path).finish_non_exhaustive()
    }
}

/// What is random or given in a new ledger.
pub(crate) struct Origin {
    pub(crate) opaque_key: OpaqueKey,
    pub(crate) created_at: i64,
    pub(crate) salt: Salt,
}

/// Whether the folder holds a ledger's file; says nothing of its state.
pub fn is_store(dir: &Path) -> bool {
    dir.join(FILE).exists()
}

impl Ledger {
    /// Makes an empty ledger in a folder, which is made too if need be. `at` is the time of creation, seconds
    /// since 1970-01-01T00:00Z.
    ///
    /// # Errors
    /// [`LedgerError::Exists`] when there is one; otherwise what the system says.
    pub fn create(dir: &Path, at: i64) -> Result<Self> {
        let origin = Origin { opaque_key: OpaqueKey(random()?), created_at: at, salt: random()? };
        Self::create_from(dir, &origin)
    }

    pub(crate) fn create_from(dir: &Path, origin: &Origin) -> Result<Self> {
        if is_store(dir) {
            return Err(LedgerError::Exists { path: dir.to_owned() });
        }
        std::fs::create_dir_all(dir).map_err(|error| LedgerError::io("create the folder", dir, error))?;
        let file = dir.join(FILE);
        let database = builder().create(&file).map_err(|error| LedgerError::storage(dir, error))?;
        if let Err(error) = write_origin(&database, origin) {
            drop(database);
            // What is left would be taken for a damaged store. The first error is the one to tell.
            let _ = std::fs::remove_file(&file);
            return Err(LedgerError::storage(dir, error));
        }
        Self::from_file(dir, File::ReadWrite(database))
    }

    /// Opens the ledger of a folder for reading and writing. One handle of one process may do so at a time;
    /// others may meanwhile [`Ledger::open_read_only`].
    ///
    /// # Errors
    /// [`LedgerError::NoStore`], [`LedgerError::Held`], [`LedgerError::NewerFormat`],
    /// [`LedgerError::DamagedFile`]; otherwise what the system says.
    pub fn open(dir: &Path) -> Result<Self> {
        Self::open_as(dir, |file| builder().open(file).map(File::ReadWrite))
    }

    /// Opens the ledger of a folder for reading only. Each [`Ledger::snapshot`] sees what the writing process
    /// has committed by then.
    ///
    /// # Errors
    /// As [`Ledger::open`], and [`LedgerError::Unrepaired`] when the last writer ended without closing and the store
    /// cannot be repaired from here, because it may not be written or another process is about to.
    pub fn open_read_only(dir: &Path) -> Result<Self> {
        let read = || Self::open_as(dir, |file| builder().open_read_only(file).map(File::ReadOnly));
        match read() {
            // A killed writer leaves nothing half-done, only a file that was not closed. Opening it for writing once
            // puts that right; a reader must not be locked out by it.
            Err(LedgerError::Unrepaired { .. }) => match Self::open(dir) {
                Ok(repaired) => {
                    drop(repaired);
                    read()
                }
                Err(_) => Err(LedgerError::Unrepaired { path: dir.to_owned() }),
            },
            result => result,
        }
    }

    fn open_as(
        dir: &Path,
        open: impl FnOnce(&Path) -> std::result::Result<File, redb::DatabaseError>,
    ) -> Result<Self> {
        let file = dir.join(FILE);
        if !is_store(dir) {
            return Err(LedgerError::NoStore { path: dir.to_owned() });
        }
        // The key-value store trusts a file that was closed cleanly and panics on some damage.
        let opened = guarded(|| {
            let opened = open(&file).map_err(|error| LedgerError::storage(&file, error))?;
            Self::from_file(dir, opened)
        });
        match opened {
            Some(result) => result.map_err(|error| match error {
                LedgerError::Held { .. } => {
                    LedgerError::Held { path: dir.to_owned(), holder: holder::who(dir) }
                }
                LedgerError::Unrepaired { .. } => LedgerError::Unrepaired { path: dir.to_owned() },
                other => other,
            }),
            None => Err(LedgerError::DamagedFile {
                path: file,
                what: "its pages contradict one another".to_owned(),
            }),
        }
    }

    fn from_file(dir: &Path, file: File) -> Result<Self> {
        let (opaque_key, created_at) = {
            let txn = begin_read(&file, dir)?;
            read_meta(&txn, dir)?
        };
        let is_announced = AtomicBool::new(false);
        let inner = Inner { path: dir.to_owned(), file, opaque_key, created_at, is_announced };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// The store's folder.
    pub fn path(&self) -> &Path {
        &self.inner.path
    }

    /// The store's secret for opaque ids.
    pub fn opaque_key(&self) -> OpaqueKey {
        self.inner.opaque_key.clone()
    }

    /// When the ledger was made, seconds since 1970-01-01T00:00Z.
    pub fn created_at(&self) -> i64 {
        self.inner.created_at
    }

    /// Whether the handle may write.
    pub fn is_writable(&self) -> bool {
        matches!(self.inner.file, File::ReadWrite(_))
    }

    /// Writes into the store's folder who holds it, for those who find it held. The note is taken away when the file
    /// is closed. A handle for reading holds nothing and writes nothing.
    ///
    /// # Errors
    /// [`LedgerError::Io`] when the file cannot be made; the handle is none the worse for it.
    pub fn announce(&self, holder: &Holder) -> Result<()> {
        if self.is_writable() {
            self.inner.is_announced.store(true, Ordering::Relaxed);
            holder::announce(self.path(), holder)?;
        }
        Ok(())
    }

    /// The ledger as the last commit left it.
    ///
    /// # Errors
    /// What the key-value store says.
    pub fn snapshot(&self) -> Result<Snapshot> {
        let txn = begin_read(&self.inner.file, self.path())?;
        Snapshot::new(self.clone(), &txn)
    }

    /// Begins the one write transaction. Dropping it undoes all of it.
    ///
    /// # Errors
    /// [`LedgerError::WriterBusy`] while another is open, [`LedgerError::ReadOnly`] on a handle for reading.
    pub fn writer(&self) -> Result<Writer> {
        Writer::begin(self)
    }

    pub(crate) fn begin_write(&self) -> Result<redb::WriteTransaction> {
        let File::ReadWrite(database) = &self.inner.file else {
            return Err(LedgerError::ReadOnly { path: self.path().to_owned() });
        };
        let mut txn = database.try_begin_write().map_err(|error| LedgerError::storage(self.path(), error))?;
        txn.set_quick_repair(true);
        Ok(txn)
    }

    /// Removes the file of a ledger that could not be made whole.
    pub(crate) fn discard(self) {
        let file = self.path().join(FILE);
        drop(self);
        // Best effort: the caller reports why it gave up, which matters more.
        let _ = std::fs::remove_file(file);
    }
}

/// 32 random bytes.
pub(crate) fn random() -> Result<[u8; 32]> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|error| LedgerError::NoRandomness { what: error.to_string() })?;
    Ok(bytes)
}

fn builder() -> Builder {
    let mut builder = Builder::new();
    builder.set_cache_size(CACHE_BYTES).set_concurrency_mode(ConcurrencyMode::SingleWriter);
    builder
}

fn begin_read(file: &File, path: &Path) -> Result<ReadTransaction> {
    match file {
        File::ReadWrite(database) => database.begin_read(),
        File::ReadOnly(database) => database.begin_read(),
    }
    .map_err(|error| LedgerError::storage(path, error))
}

/// Makes every table, so that a missing one is damage, and writes what `meta` holds.
fn write_origin(database: &Database, origin: &Origin) -> std::result::Result<(), redb::Error> {
    let mut txn = database.begin_write()?;
    txn.set_quick_repair(true);
    {
        let mut meta = txn.open_table(META)?;
        meta.insert(META_FORMAT, FORMAT_VERSION.to_le_bytes().as_slice())?;
        meta.insert(META_OPAQUE_KEY, origin.opaque_key.0.as_slice())?;
        meta.insert(META_CREATED_AT, origin.created_at.to_le_bytes().as_slice())?;
        txn.open_table(SALT)?.insert(0, origin.salt.as_slice())?;
        txn.open_table(COMMIT)?;
        txn.open_table(CHAIN)?;
        txn.open_table(CLAIM_OF)?;
        txn.open_table(KEY)?;
        txn.open_table(FINGERPRINT)?;
        for tag in Tag::ALL {
            txn.open_table(tag.table())?;
        }
    }
    txn.commit()?;
    Ok(())
}

fn read_meta(txn: &ReadTransaction, path: &Path) -> Result<(OpaqueKey, i64)> {
    let storage = |error: redb::Error| LedgerError::storage(path, error);
    let meta = txn.open_table(META).map_err(|error| storage(error.into()))?;
    let format = meta_value(&meta, META_FORMAT, path)?;
    let found = u32::from_le_bytes(format);
    if found > FORMAT_VERSION {
        return Err(LedgerError::NewerFormat { path: path.to_owned(), found, supported: FORMAT_VERSION });
    }
    let opaque_key = OpaqueKey(meta_value(&meta, META_OPAQUE_KEY, path)?);
    let created_at = i64::from_le_bytes(meta_value(&meta, META_CREATED_AT, path)?);
    Ok((opaque_key, created_at))
}

fn meta_value<const N: usize>(
    meta: &redb::ReadOnlyTable<&'static str, &'static [u8]>,
    name: &str,
    path: &Path,
) -> Result<[u8; N]> {
    let value = meta.get(name).map_err(|error| LedgerError::storage(path, error))?;
    value.and_then(|bytes| bytes.value().try_into().ok()).ok_or_else(|| LedgerError::DamagedFile {
        path: path.to_owned(),
        what: format!("`{name}` in table `meta` is missing or not {N} bytes long"),
    })
}
