//! The store: a folder with the file `ledger.redb`, and the handle on it.
//!
//! The file is replaced by another when the ledger is compacted. A handle then goes on with the new one: the handle
//! that compacts changes over at once, one that reads when it takes its next snapshot. Snapshots keep the file that
//! they were taken of, also when it has no name any more.

use crate::guard::guarded;
use crate::medium::{Disk, FileId, Medium};
use crate::meta::{Meta, Origin, read_meta, write_origin};
use crate::snapshot::Snapshot;
use crate::writer::Writer;
use crate::{Holder, LedgerError, Result, holder};
use jaal_model::OpaqueKey;
use redb::{Database, DatabaseError, ReadOnlyDatabase, ReadTransaction, ReadableDatabase};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

/// The ledger's file in the store's folder.
const FILE: &str = "ledger.redb";
/// What is to become the ledger's file.
const NEW: &str = "ledger.redb.new";

/// How often opening is tried again when the file was replaced in the middle of it.
const TRIES: u32 = 16;

/// A handle on a ledger. Clones are the same handle; the file is closed with the last of them and of the
/// snapshots and writers made from it.
#[derive(Clone)]
pub struct Ledger {
    inner: Arc<Inner>,
}

struct Inner {
    path: PathBuf,
    medium: Arc<dyn Medium>,
    file: RwLock<Arc<OpenFile>>,
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

/// An open file of the ledger.
pub(crate) struct OpenFile {
    database: Handle,
    id: FileId,
    /// Its length when it was opened.
    len: u64,
    medium: Arc<dyn Medium>,
    name: PathBuf,
}

enum Handle {
    ReadWrite(Database),
    ReadOnly(ReadOnlyDatabase),
}

impl std::fmt::Debug for Ledger {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Ledger").field("path", &self.inner.path).finish_non_exhaustive()
    }
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
        Self::create_on(&disk(), dir, at)
    }

    pub(crate) fn create_on(medium: &Arc<dyn Medium>, dir: &Path, at: i64) -> Result<Self> {
        let origin = Origin { opaque_key: OpaqueKey(random()?), created_at: at, salt: random()? };
        Self::create_from(medium, dir, &origin)
    }

    /// Makes a ledger under another name first, so that whoever dies over it leaves no damaged store.
    pub(crate) fn create_from(medium: &Arc<dyn Medium>, dir: &Path, origin: &Origin) -> Result<Self> {
        let (file, new) = (dir.join(FILE), dir.join(NEW));
        let exists = || LedgerError::Exists { path: dir.to_owned() };
        if medium.exists(&file) {
            return Err(exists());
        }
        let is_new = !dir.exists();
        std::fs::create_dir_all(dir).map_err(|error| LedgerError::io("create the folder", dir, error))?;
        // Best effort, and only while nothing is in it.
        let leave_nothing = || is_new.then(|| std::fs::remove_dir(dir));
        let database = begin_new(&**medium, &new).inspect_err(|_| drop(leave_nothing()))?;
        let made = write_origin(&database, origin).map_err(|error| LedgerError::storage(dir, error));
        let placed = made.and_then(|()| {
            // Another process may have made a store meanwhile.
            if medium.exists(&file) {
                return Err(exists());
            }
            medium.replace(&new, &file).map_err(|error| LedgerError::io("rename", &new, error))
        });
        if let Err(error) = placed {
            drop(database);
            // Best effort: the first error is the one to tell.
            let _ = medium.remove(&new);
            drop(leave_nothing());
            return Err(error);
        }
        Self::from_file(Arc::clone(medium), dir, Handle::ReadWrite(database)).map(|(ledger, _)| ledger)
    }

    /// Opens the ledger of a folder for reading and writing. One handle of one process may do so at a time;
    /// others may meanwhile [`Ledger::open_read_only`]. If the file must still be written anew after an
    /// expungement, that is done first.
    ///
    /// # Errors
    /// [`LedgerError::NoStore`], [`LedgerError::Held`], [`LedgerError::NewerFormat`],
    /// [`LedgerError::OlderFormat`], [`LedgerError::DamagedFile`], [`LedgerError::NotRewritten`]; otherwise what
    /// the system says.
    pub fn open(dir: &Path) -> Result<Self> {
        Self::open_on(&disk(), dir)
    }

    pub(crate) fn open_on(medium: &Arc<dyn Medium>, dir: &Path) -> Result<Self> {
        let (ledger, meta) = Self::open_as(medium, dir, |file| medium.open(file).map(Handle::ReadWrite))?;
        let new = dir.join(NEW);
        if medium.exists(&new) {
            // A compaction that was interrupted; only the handle that writes makes this file.
            medium.remove(&new).map_err(|error| LedgerError::io("remove", &new, error))?;
        }
        if meta.rewrite {
            ledger.rewrite_expunged()?;
        }
        Ok(ledger)
    }

    /// Opens the ledger of a folder for reading only. Each [`Ledger::snapshot`] sees what the writing process
    /// has committed by then.
    ///
    /// # Errors
    /// As [`Ledger::open`], and [`LedgerError::Unrepaired`] when the last writer ended without closing and the store
    /// cannot be repaired from here, because it may not be written or another process is about to.
    pub fn open_read_only(dir: &Path) -> Result<Self> {
        Self::open_read_only_on(&disk(), dir)
    }

    pub(crate) fn open_read_only_on(medium: &Arc<dyn Medium>, dir: &Path) -> Result<Self> {
        let read = || Self::open_as(medium, dir, |file| medium.open_read_only(file).map(Handle::ReadOnly));
        match read() {
            // A killed writer leaves nothing half-done, only a file that was not closed. Opening it for writing once
            // puts that right; a reader must not be locked out by it.
            Err(LedgerError::Unrepaired { .. }) => match Self::open_on(medium, dir) {
                Ok(repaired) => {
                    drop(repaired);
                    read().map(|(ledger, _)| ledger)
                }
                Err(_) => Err(LedgerError::Unrepaired { path: dir.to_owned() }),
            },
            result => result.map(|(ledger, _)| ledger),
        }
    }

    fn open_as(
        medium: &Arc<dyn Medium>,
        dir: &Path,
        open: impl Fn(&Path) -> std::result::Result<Handle, DatabaseError>,
    ) -> Result<(Self, Meta)> {
        let file = dir.join(FILE);
        if !medium.exists(&file) {
            return Err(LedgerError::NoStore { path: dir.to_owned() });
        }
        // The key-value store trusts a file that was closed cleanly and panics on some damage.
        let opened = guarded(|| {
            let opened = open_named(&**medium, &file, open)?;
            Self::from_file(Arc::clone(medium), dir, opened)
        });
        match opened {
            Some(result) => result.map_err(|error| match error {
                LedgerError::Held { .. } => {
                    LedgerError::Held { path: dir.to_owned(), holder: holder::who(dir) }
                }
                LedgerError::Unrepaired { .. } => LedgerError::Unrepaired { path: dir.to_owned() },
                other => other,
            }),
            None => Err(contradictory(&file)),
        }
    }

    fn from_file(medium: Arc<dyn Medium>, dir: &Path, database: Handle) -> Result<(Self, Meta)> {
        let file = dir.join(FILE);
        let opened = OpenFile::new(Arc::clone(&medium), file, database)?;
        let meta = {
            let txn = opened.begin_read(dir)?;
            read_meta(&txn, dir)?
        };
        let inner = Inner {
            path: dir.to_owned(),
            medium,
            file: RwLock::new(Arc::new(opened)),
            opaque_key: meta.opaque_key.clone(),
            created_at: meta.created_at,
            is_announced: AtomicBool::new(false),
        };
        Ok((Self { inner: Arc::new(inner) }, meta))
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
        matches!(self.file().database, Handle::ReadWrite(_))
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
    /// [`LedgerError::DamagedFile`]; otherwise what the key-value store says.
    pub fn snapshot(&self) -> Result<Snapshot> {
        let taken = guarded(|| {
            let file = self.current()?;
            let txn = file.begin_read(self.path())?;
            Snapshot::new(self.clone(), file, &txn)
        });
        taken.unwrap_or_else(|| Err(contradictory(&self.path().join(FILE))))
    }

    /// Begins the one write transaction. Dropping it undoes all of it.
    ///
    /// # Errors
    /// [`LedgerError::WriterBusy`] while another is open, [`LedgerError::ReadOnly`] on a handle for reading.
    pub fn writer(&self) -> Result<Writer> {
        Writer::begin(self)
    }

    /// The file that has the ledger's name; a handle that reads opens it when it is another than before.
    fn current(&self) -> Result<Arc<OpenFile>> {
        let held = Arc::clone(&self.file());
        let Inner { medium, path, .. } = &*self.inner;
        let name = path.join(FILE);
        if matches!(held.database, Handle::ReadWrite(_)) || medium.id(&name).is_ok_and(|id| id == held.id) {
            return Ok(held);
        }
        if !medium.exists(&name) {
            return Ok(held);
        }
        let database =
            open_named(&**medium, &name, |file| medium.open_read_only(file).map(Handle::ReadOnly))?;
        let opened = Arc::new(OpenFile::new(Arc::clone(medium), name, database)?);
        *self.file_mut() = Arc::clone(&opened);
        Ok(opened)
    }

    fn file(&self) -> RwLockReadGuard<'_, Arc<OpenFile>> {
        self.inner.file.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn file_mut(&self) -> RwLockWriteGuard<'_, Arc<OpenFile>> {
        self.inner.file.write().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn medium(&self) -> &dyn Medium {
        &*self.inner.medium
    }

    pub(crate) fn begin_write(&self) -> Result<(redb::WriteTransaction, Arc<OpenFile>)> {
        // The lock is held until the transaction has begun, so that it does not begin in a file that is being
        // replaced: a compaction ends its own transaction under the lock.
        let file = self.file();
        let Handle::ReadWrite(database) = &file.database else {
            return Err(LedgerError::ReadOnly { path: self.path().to_owned() });
        };
        let mut txn = database.try_begin_write().map_err(|error| LedgerError::storage(self.path(), error))?;
        txn.set_quick_repair(true);
        Ok((txn, Arc::clone(&file)))
    }

    /// Begins the file that is to take the place of the ledger's.
    pub(crate) fn begin_new(&self) -> Result<(PathBuf, Database)> {
        let new = self.path().join(NEW);
        let database = begin_new(self.medium(), &new)?;
        Ok((new, database))
    }

    /// Puts a new file, whole and durable, in the place of the ledger's, and ends the transaction that kept others
    /// from writing to the old one meanwhile.
    pub(crate) fn replace(&self, new: &Path, database: Database, lock: redb::WriteTransaction) -> Result<()> {
        let file = self.path().join(FILE);
        let mut held = self.file_mut();
        self.medium().replace(new, &file).map_err(|error| LedgerError::io("rename", new, error))?;
        let medium = Arc::clone(&self.inner.medium);
        *held = Arc::new(OpenFile::new(medium, file, Handle::ReadWrite(database))?);
        // Nothing was changed in the old file, and nobody will read it but snapshots that are held.
        lock.abort().ok();
        drop(held);
        Ok(())
    }

    /// The length of the ledger's file in bytes.
    ///
    /// # Errors
    /// What the system says.
    pub fn file_len(&self) -> Result<u64> {
        let file = self.path().join(FILE);
        self.medium().len(&file).map_err(|error| LedgerError::io("look up", &file, error))
    }

    /// Removes the file of a ledger that could not be made whole.
    pub(crate) fn discard(self) {
        let (medium, file) = (Arc::clone(&self.inner.medium), self.path().join(FILE));
        drop(self);
        // Best effort: the caller reports why it gave up, which matters more.
        let _ = medium.remove(&file);
    }
}

impl OpenFile {
    fn new(medium: Arc<dyn Medium>, name: PathBuf, database: Handle) -> Result<Self> {
        let looked = medium.id(&name).and_then(|id| Ok((id, medium.len(&name)?)));
        let (id, len) = looked.map_err(|error| LedgerError::io("look up", &name, error))?;
        Ok(Self { database, id, len, medium, name })
    }

    pub(crate) fn begin_read(&self, path: &Path) -> Result<ReadTransaction> {
        match &self.database {
            Handle::ReadWrite(database) => database.begin_read(),
            Handle::ReadOnly(database) => database.begin_read(),
        }
        .map_err(|error| LedgerError::storage(path, error))
    }
}

pub(crate) fn disk() -> Arc<dyn Medium> {
    Arc::new(Disk)
}

impl Drop for OpenFile {
    /// Gives back the room at the end of a file that has grown: it grows by doubling, and a few pages at its end keep
    /// the key-value store from trimming it.
    fn drop(&mut self) {
        let Self { database: Handle::ReadWrite(database), id, len, medium, name } = self else { return };
        let grown = medium.len(name).is_ok_and(|now| now > *len + medium.worth_trimming());
        if grown && medium.id(name).is_ok_and(|now| now == *id) {
            // What fails here costs room and nothing else.
            guarded(|| database.compact().ok());
        }
    }
}

/// 32 random bytes.
pub(crate) fn random() -> Result<[u8; 32]> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|error| LedgerError::NoRandomness { what: error.to_string() })?;
    Ok(bytes)
}

/// What is told when the key-value store panics over a file.
pub(crate) fn contradictory(file: &Path) -> LedgerError {
    LedgerError::DamagedFile { path: file.to_owned(), what: "its pages contradict one another".to_owned() }
}

/// Begins a new file in the place of whatever an interrupted attempt has left.
fn begin_new(medium: &dyn Medium, new: &Path) -> Result<Database> {
    if medium.exists(new) {
        medium.remove(new).map_err(|error| LedgerError::io("remove", new, error))?;
    }
    medium.create(new).map_err(|error| {
        if !matches!(error, DatabaseError::DatabaseAlreadyOpen) {
            // Best effort: whoever makes the next file removes it too.
            let _ = medium.remove(new);
        }
        LedgerError::storage(new, error)
    })
}

/// Opens the file of a name. Another may take its place before it is locked; whoever wrote to the old one then would
/// write to a file without a name.
fn open_named(
    medium: &dyn Medium,
    file: &Path,
    open: impl Fn(&Path) -> std::result::Result<Handle, DatabaseError>,
) -> Result<Handle> {
    let look = || medium.id(file).map_err(|error| LedgerError::io("look up", file, error));
    for _ in 0..TRIES {
        let before = look()?;
        let opened = open(file).map_err(|error| LedgerError::storage(file, error))?;
        if look()? == before {
            return Ok(opened);
        }
    }
    Err(LedgerError::Held { path: file.to_owned(), holder: None })
}
