//! Writing a segment: sections are appended to a temporary file, then the table, then the header; the file is
//! synced, renamed to its name, and its folder synced. Until the rename nothing of that name exists.
//!
//! The temporary file is locked while it is written, so that what a writer which died has left can be told from
//! what another is writing now ([`remove_abandoned`]).

use super::format::{ALIGN, Entry, HEADER_LEN, Header, SEGMENT_VERSION};
use super::sections::{Section, Sections};
use crate::GraphError;
use std::fs::File;
use std::io::{BufWriter, ErrorKind, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use xxhash_rust::xxh3::xxh3_64;

/// A segment in the making.
pub(crate) struct SegmentWriter {
    file: BufWriter<File>,
    temporary: PathBuf,
    at: u64,
    entries: Vec<Entry>,
    finished: bool,
}

impl SegmentWriter {
    /// Begins a segment in a folder.
    ///
    /// # Errors
    /// [`GraphError::Io`] when the temporary file cannot be made there.
    pub(crate) fn create(folder: &Path) -> Result<Self, GraphError> {
        let (file, temporary) = create_temporary(folder)?;
        let mut writer = Self {
            file: BufWriter::with_capacity(1 << 20, file),
            temporary,
            at: 0,
            entries: Vec::new(),
            finished: false,
        };
        writer.append(&[0; HEADER_LEN])?;
        Ok(writer)
    }

    /// Appends sections.
    pub(crate) fn put(&mut self, sections: Sections) -> Result<(), GraphError> {
        for Section { id, bytes, checksum } in sections.0 {
            self.pad()?;
            self.entries.push(Entry { id, offset: self.at, len: bytes.len() as u64, checksum });
            self.append(&bytes)?;
        }
        Ok(())
    }

    /// Completes the file and gives it its name, which must be in its folder. Returns its length in bytes.
    pub(crate) fn finish(mut self, target: &Path, commit: u64) -> Result<u64, GraphError> {
        self.pad()?;
        self.entries.sort_by_key(|entry| entry.id);
        let table_offset = self.at;
        let mut table = Vec::new();
        self.entries.iter().for_each(|entry| entry.put(&mut table));
        self.append(&table)?;
        let header = Header {
            version: SEGMENT_VERSION,
            sections: self.entries.len() as u32,
            table_offset,
            file_len: self.at,
            table_checksum: xxh3_64(&table),
            commit,
        };
        let (file_len, temporary) = (self.at, self.temporary.clone());
        let wrap = |operation| GraphError::io(operation, &temporary);
        self.file.seek(SeekFrom::Start(0)).map_err(wrap("seek in"))?;
        self.file.write_all(&header.bytes()).map_err(wrap("write"))?;
        self.file.flush().map_err(wrap("write"))?;
        self.file.get_ref().sync_all().map_err(wrap("sync"))?;
        std::fs::rename(&self.temporary, target).map_err(GraphError::io("rename", &self.temporary))?;
        self.finished = true;
        sync_folder(target)?;
        Ok(file_len)
    }

    fn pad(&mut self) -> Result<(), GraphError> {
        let gap = self.at.next_multiple_of(ALIGN) - self.at;
        self.append(&[0; ALIGN as usize][..gap as usize])
    }

    fn append(&mut self, bytes: &[u8]) -> Result<(), GraphError> {
        self.file.write_all(bytes).map_err(GraphError::io("write", &self.temporary))?;
        self.at += bytes.len() as u64;
        Ok(())
    }
}

impl Drop for SegmentWriter {
    /// Leaves no half-written file behind when derivation fails on the way.
    fn drop(&mut self) {
        if !self.finished {
            // The error, if any, is of no use: the file has no name that anything reads.
            std::fs::remove_file(&self.temporary).ok();
        }
    }
}

/// Makes a file of a name that no other writer uses, of this process or another, and locks it.
fn create_temporary(folder: &Path) -> Result<(File, PathBuf), GraphError> {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    loop {
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let temporary = folder.join(format!("image.{TEMPORARY}{}-{number}", std::process::id()));
        let file = match File::create_new(&temporary) {
            Ok(file) => file,
            // Left by a process that had this process's number.
            Err(error) if error.kind() == ErrorKind::AlreadyExists => continue,
            Err(error) => return Err(GraphError::io("create", &temporary)(error)),
        };
        // Where the file system has no locks nothing is taken for abandoned either.
        file.lock().ok();
        // It may have been removed as abandoned before it was locked.
        if temporary.exists() {
            return Ok((file, temporary));
        }
    }
}

/// How the extension of a segment in the making begins.
const TEMPORARY: &str = "tmp-";

/// Removes a file if it is a segment in the making whose writer has died. Says whether it did.
pub fn remove_abandoned(path: &Path) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str());
    if !extension.is_some_and(|extension| extension.starts_with(TEMPORARY)) {
        return false;
    }
    // The lock is held until the file is gone, so that a writer which has only just made it sees that.
    let Ok(file) = File::open(path) else { return false };
    file.try_lock().is_ok() && std::fs::remove_file(path).is_ok()
}

fn sync_folder(file: &Path) -> Result<(), GraphError> {
    let folder = file.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder).and_then(|handle| handle.sync_all()).map_err(GraphError::io("sync the folder", folder))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_nobody_writes_is_abandoned() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("image.seg");
        let (one, other) =
            (SegmentWriter::create(folder.path()).unwrap(), SegmentWriter::create(folder.path()).unwrap());
        assert_ne!(one.temporary, other.temporary);
        let left = target.with_extension("tmp-1-0");
        std::fs::write(&left, "half").unwrap();
        let sound = folder.path().join("sound.seg");
        std::fs::write(&sound, "whole").unwrap();
        for (path, abandoned) in
            [(&one.temporary, false), (&other.temporary, false), (&left, true), (&sound, false)]
        {
            assert_eq!(remove_abandoned(path), abandoned, "{}", path.display());
            assert_eq!(path.exists(), !abandoned, "{}", path.display());
        }
        one.finish(&target, 1).unwrap();
        other.finish(&target, 1).unwrap();
        assert!(target.exists());
    }
}
