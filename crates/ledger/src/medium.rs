//! Where a ledger's file lies: the file system, or what a test puts in its place to make it fail.

use redb::{Builder, ConcurrencyMode, Database, DatabaseError, ReadOnlyDatabase};
use std::fs::File;
use std::io;
use std::path::Path;

/// The key-value store's cache, in bytes: the inner pages of the key index of some ten million keys.
const CACHE_BYTES: usize = 256 << 20;

/// Tells one file under a name from another that took its place.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct FileId(pub(crate) u64, pub(crate) u64);

/// What holds files by name.
pub(crate) trait Medium: Send + Sync {
    /// Whether there is a file of this name.
    fn exists(&self, file: &Path) -> bool;
    /// Makes a key-value store in a new file.
    fn create(&self, file: &Path) -> Result<Database, DatabaseError>;
    /// Opens the key-value store in a file for reading and writing.
    fn open(&self, file: &Path) -> Result<Database, DatabaseError>;
    /// Opens the key-value store in a file for reading.
    fn open_read_only(&self, file: &Path) -> Result<ReadOnlyDatabase, DatabaseError>;
    /// Which file has this name now.
    fn id(&self, file: &Path) -> io::Result<FileId>;
    /// The length of a file.
    fn len(&self, file: &Path) -> io::Result<u64>;
    /// Gives a file the name of another, which is gone then, and makes that durable.
    fn replace(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// Removes a file.
    fn remove(&self, file: &Path) -> io::Result<()>;
    /// By how many bytes a file has to grow to be trimmed when it is closed.
    fn worth_trimming(&self) -> u64;
}

/// The file system.
pub(crate) struct Disk;

impl Medium for Disk {
    fn exists(&self, file: &Path) -> bool {
        file.exists()
    }

    fn create(&self, file: &Path) -> Result<Database, DatabaseError> {
        builder().create(file)
    }

    fn open(&self, file: &Path) -> Result<Database, DatabaseError> {
        builder().open(file)
    }

    fn open_read_only(&self, file: &Path) -> Result<ReadOnlyDatabase, DatabaseError> {
        builder().open_read_only(file)
    }

    #[cfg(unix)]
    fn id(&self, file: &Path) -> io::Result<FileId> {
        use std::os::unix::fs::MetadataExt;
        let found = std::fs::metadata(file)?;
        Ok(FileId(found.dev(), found.ino()))
    }

    #[cfg(not(unix))]
    fn id(&self, file: &Path) -> io::Result<FileId> {
        // Where files have no number, the time of their making tells them apart.
        let made = std::fs::metadata(file)?.created()?;
        let since = made.duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        Ok(FileId(since.as_secs(), u64::from(since.subsec_nanos())))
    }

    fn len(&self, file: &Path) -> io::Result<u64> {
        Ok(std::fs::metadata(file)?.len())
    }

    fn replace(&self, from: &Path, to: &Path) -> io::Result<()> {
        std::fs::rename(from, to)?;
        // Elsewhere folders cannot be opened, and renaming is durable by itself or not at all.
        if cfg!(unix)
            && let Some(folder) = to.parent()
        {
            File::open(folder)?.sync_all()?;
        }
        Ok(())
    }

    fn remove(&self, file: &Path) -> io::Result<()> {
        std::fs::remove_file(file)
    }

    fn worth_trimming(&self) -> u64 {
        // Trimming syncs a few times, which small work should not wait for.
        8 << 20
    }
}

/// How the key-value store is set up, on whatever medium.
pub(crate) fn builder() -> Builder {
    let mut builder = Builder::new();
    builder.set_cache_size(CACHE_BYTES).set_concurrency_mode(ConcurrencyMode::SingleWriter);
    builder
}
