//! A segment mapped into memory. Header and section table are checked when it is opened, each section on its first
//! use; a damaged one reads as empty and is remembered, and whoever answers from the segment asks
//! [`Segment::damage`] before the answer leaves.

use super::catalog::Catalog;
use super::format::{ENTRY_LEN, Entry, Header, SEGMENT_VERSION, SectionId, tag};
use crate::GraphError;
use memmap2::Mmap;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU8, Ordering};
use xxhash_rust::xxh3::xxh3_64;
use zerocopy::{FromBytes, Immutable, KnownLayout};

const UNCHECKED: u8 = 0;
const SOUND: u8 = 1;
const BROKEN: u8 = 2;

/// A mapped segment.
pub struct Segment {
    map: Mmap,
    path: PathBuf,
    entries: Vec<Entry>,
    state: Vec<AtomicU8>,
    commit: u64,
    catalog: Catalog,
    damage: OnceLock<String>,
}

/// The position of a section in the table; `None` in catalogs where there is no such section.
pub(crate) type SectionRef = u32;

impl std::fmt::Debug for Segment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Segment({}, commit {}, {} sections)", self.path.display(), self.commit, self.entries.len())
    }
}

impl Segment {
    /// Maps a segment file and checks its header, section table and catalog.
    ///
    /// # Errors
    /// [`GraphError::Io`] when it cannot be opened, [`GraphError::Version`] for another format,
    /// [`GraphError::Damaged`] when what is checked does not hold.
    #[expect(unsafe_code, reason = "memory maps cannot be made otherwise")]
    pub fn open(path: &Path) -> Result<Self, GraphError> {
        let file = File::open(path).map_err(GraphError::io("open", path))?;
        // SAFETY: segment files are written under another name, synced and renamed, and never changed in place
        // (see `SegmentWriter`), so the mapped bytes do not change while they are read. A file cut short by
        // something else would raise SIGBUS, as for any mapped file; its length is checked against the header.
        let map = unsafe { Mmap::map(&file) }.map_err(GraphError::io("map", path))?;
        let damaged = |what: &str| GraphError::Damaged { path: path.to_owned(), what: what.to_owned() };
        let header = Header::take(&map).map_err(damaged)?;
        if header.version != SEGMENT_VERSION {
            let (found, expected) = (header.version, SEGMENT_VERSION);
            return Err(GraphError::Version { path: path.to_owned(), found, expected });
        }
        let entries = read_table(&map, &header).map_err(damaged)?;
        let state = entries.iter().map(|_| AtomicU8::new(UNCHECKED)).collect();
        let mut segment = Self {
            map,
            path: path.to_owned(),
            entries,
            state,
            commit: header.commit,
            catalog: Catalog::default(),
            damage: OnceLock::new(),
        };
        let catalog = segment
            .find(SectionId::one(tag::CATALOG))
            .map(|section| segment.bytes(section))
            .and_then(|bytes| Catalog::take(bytes, &|id| segment.find(id)))
            .ok_or_else(|| damaged(segment.damage().unwrap_or("the catalog cannot be read")))?;
        segment.catalog = catalog;
        Ok(segment)
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The commit that it was derived at.
    pub fn commit(&self) -> u64 {
        self.commit
    }

    /// Length of the file in bytes.
    pub fn file_len(&self) -> u64 {
        self.map.len() as u64
    }

    /// What was found damaged since the segment was opened, if anything: an answer made since then is void.
    pub fn damage(&self) -> Option<&str> {
        self.damage.get().map(String::as_str)
    }

    /// Checks every section.
    ///
    /// # Errors
    /// [`GraphError::Damaged`] naming the first section whose checksum does not match.
    pub fn check_all(&self) -> Result<(), GraphError> {
        for section in 0..self.entries.len() {
            self.bytes(section as SectionRef);
        }
        match self.damage() {
            None => Ok(()),
            Some(what) => Err(GraphError::Damaged { path: self.path.clone(), what: what.to_owned() }),
        }
    }

    /// A digest of all content, equal for equal images: XXH3 over the section table without the offsets.
    pub fn content_checksum(&self) -> u64 {
        let mut text = Vec::new();
        for entry in &self.entries {
            Entry { offset: 0, ..*entry }.put(&mut text);
        }
        xxh3_64(&text)
    }

    pub(crate) fn catalog(&self) -> &Catalog {
        &self.catalog
    }

    pub(crate) fn find(&self, id: SectionId) -> Option<SectionRef> {
        self.entries.binary_search_by_key(&id, |entry| entry.id).ok().map(|at| at as SectionRef)
    }

    /// A section's bytes; empty when it is damaged.
    pub(crate) fn bytes(&self, section: SectionRef) -> &[u8] {
        let at = section as usize;
        let entry = &self.entries[at];
        let bytes = &self.map[entry.offset as usize..(entry.offset + entry.len) as usize];
        match self.state[at].load(Ordering::Acquire) {
            SOUND => bytes,
            BROKEN => &[],
            _ => self.check(at, entry, bytes),
        }
    }

    /// A section's numbers; empty when it is damaged.
    pub(crate) fn slice<T: FromBytes + Immutable + KnownLayout>(&self, section: SectionRef) -> &[T] {
        // Sections begin at multiples of 64 of a page-aligned map, so only a length that is no multiple of the
        // number's size can fail, and `read_table` leaves that to be found here as damage.
        <[T]>::ref_from_bytes(self.bytes(section)).unwrap_or_else(|_| {
            self.damage
                .get_or_init(|| format!("section {:?} has an odd length", self.entries[section as usize].id));
            &[]
        })
    }

    #[cold]
    fn check(&self, at: usize, entry: &Entry, bytes: &'_ [u8]) -> &[u8] {
        if xxh3_64(bytes) == entry.checksum {
            self.state[at].store(SOUND, Ordering::Relaxed);
            let start = entry.offset as usize;
            return &self.map[start..start + entry.len as usize];
        }
        // The damage is noted before anybody can read the section as empty, so that no empty answer passes for whole.
        let SectionId { tag, a, b } = entry.id;
        self.damage.get_or_init(|| format!("the checksum of section {tag}/{a}/{b} does not match"));
        self.state[at].store(BROKEN, Ordering::Release);
        &[]
    }
}

fn read_table(map: &[u8], header: &Header) -> Result<Vec<Entry>, &'static str> {
    if header.file_len != map.len() as u64 {
        return Err("the file's length is not the one its header names");
    }
    let len = header.sections as usize * ENTRY_LEN;
    let table = usize::try_from(header.table_offset)
        .ok()
        .and_then(|start| map.get(start..start.checked_add(len)?))
        .ok_or("the section table lies outside the file")?;
    if xxh3_64(table) != header.table_checksum {
        return Err("the section table's checksum does not match");
    }
    let entries: Vec<Entry> = table.chunks_exact(ENTRY_LEN).filter_map(Entry::take).collect();
    let inside =
        |entry: &Entry| entry.offset.checked_add(entry.len).is_some_and(|end| end <= header.table_offset);
    if entries.iter().all(inside) && entries.is_sorted_by_key(|entry| entry.id) {
        Ok(entries)
    } else {
        Err("a section lies outside the file")
    }
}
