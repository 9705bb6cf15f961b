//! Writing a segment: sections are appended to a temporary file, then the table, then the header; the file is
//! synced, renamed to its name, and its folder synced. Until the rename nothing of that name exists.

use super::format::{ALIGN, Entry, HEADER_LEN, Header, SEGMENT_VERSION, SectionId};
use crate::GraphError;
use std::fs::File;
use std::io::{BufWriter, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use xxhash_rust::xxh3::xxh3_64;
use zerocopy::{Immutable, IntoBytes};

/// A segment in the making.
pub(crate) struct SegmentWriter {
    file: BufWriter<File>,
    temporary: PathBuf,
    target: PathBuf,
    at: u64,
    entries: Vec<Entry>,
    finished: bool,
}

impl SegmentWriter {
    /// Begins a segment that will bear the name `target`.
    ///
    /// # Errors
    /// [`GraphError::Io`] when the temporary file beside it cannot be made.
    pub(crate) fn create(target: &Path) -> Result<Self, GraphError> {
        let temporary = target.with_extension(format!("tmp-{}", std::process::id()));
        let file = File::create(&temporary).map_err(GraphError::io("create", &temporary))?;
        let mut writer = Self {
            file: BufWriter::with_capacity(1 << 20, file),
            temporary,
            target: target.to_owned(),
            at: 0,
            entries: Vec::new(),
            finished: false,
        };
        writer.append(&[0; HEADER_LEN])?;
        Ok(writer)
    }

    /// Appends a section of numbers.
    pub(crate) fn add<T: IntoBytes + Immutable>(
        &mut self,
        id: SectionId,
        values: &[T],
    ) -> Result<(), GraphError> {
        let bytes = values.as_bytes();
        self.pad()?;
        self.entries.push(Entry { id, offset: self.at, len: bytes.len() as u64, checksum: xxh3_64(bytes) });
        self.append(bytes)
    }

    /// Completes the file and gives it its name. Returns its length in bytes.
    pub(crate) fn finish(mut self, commit: u64) -> Result<u64, GraphError> {
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
        std::fs::rename(&self.temporary, &self.target).map_err(GraphError::io("rename", &self.temporary))?;
        self.finished = true;
        sync_folder(&self.target)?;
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

fn sync_folder(file: &Path) -> Result<(), GraphError> {
    let folder = file.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder).and_then(|handle| handle.sync_all()).map_err(GraphError::io("sync the folder", folder))
}
