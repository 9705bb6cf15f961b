//! The outline of a segment file: header, sections, section table.
//!
//! ```text
//! 0    header (64 bytes): magic "JAALSEG\n", version u32, section count u32, table offset u64, file length u64,
//!      table checksum u64, commit u64, header checksum u64 (of the bytes before it), 8 bytes of zeros
//! 64   sections, each at a multiple of 64
//! end  section table: 40 bytes each: tag u32, a u32, b u32, zero u32, offset u64, length u64, checksum u64
//! ```
//! Checksums are XXH3-64. All numbers are little-endian.

use xxhash_rust::xxh3::xxh3_64;

/// The version of the segment format that this program writes and reads.
pub const SEGMENT_VERSION: u32 = 3;

pub(crate) const MAGIC: &[u8; 8] = b"JAALSEG\n";
pub(crate) const HEADER_LEN: usize = 64;
pub(crate) const ENTRY_LEN: usize = 40;
pub(crate) const ALIGN: u64 = 64;

/// What a section holds. The numbers `a` and `b` of a [`SectionId`] are explained beside each.
pub(crate) mod tag {
    /// The catalog; one.
    pub(crate) const CATALOG: u32 = 1;
    /// u32 a node: the identity that the entity is named after.
    pub(crate) const NODE_IDENTITY: u32 = 2;
    /// u32 pairs (node, identity), sorted: further identities of joined entities.
    pub(crate) const NODE_MORE: u32 = 3;
    /// u32 an identity of the image: its node.
    pub(crate) const IDENTITY_NODE: u32 = 4;
    /// u32 an identity of the image: the position of its key in [`KEY_BYTES`] order over all schemes.
    pub(crate) const IDENTITY_KEY: u32 = 5;
    /// Claim lists of nodes; `a` = 0 first, 1 offsets of the rest, 2 the rest.
    pub(crate) const NODE_CLAIMS: u32 = 6;
    /// Claims that joined identities: u32 pairs (node, claim), sorted.
    pub(crate) const JOIN_CLAIMS: u32 = 7;
    /// Same-as that was skipped: u64 quadruples (identity, identity, who said so, reason).
    pub(crate) const CONFLICTS: u32 = 8;
    /// The identities of the image, ascending; empty where they are all from 0 up to their number.
    pub(crate) const IDENTITY_LIST: u32 = 9;
    /// u32 a node: the earliest claim that names it.
    pub(crate) const NODE_EARLIEST: u32 = 10;
    /// Bitmap over nodes: whether that claim names it as its object.
    pub(crate) const NODE_AS_OBJECT: u32 = 11;
    /// u8 a node: the best rank of the claims about it; 255 where only links name it.
    pub(crate) const NODE_GRADE: u32 = 12;
    /// Values of a column: `a` = column number.
    pub(crate) const COLUMN: u32 = 16;
    /// Validity bitmap of a column (bit set = missing): `a` = column number.
    pub(crate) const COLUMN_MISSING: u32 = 17;
    /// Ends of the values of an `Any` column: `a` = column number.
    pub(crate) const COLUMN_ENDS: u32 = 18;
    /// u8 a row: the rank of the grade of its value, in a column whose values differ in it. `a` = column number.
    pub(crate) const COLUMN_GRADES: u32 = 19;
    /// Ends of the texts of a dictionary: `a` = dictionary number.
    pub(crate) const DICT_ENDS: u32 = 20;
    /// Texts of a dictionary, sorted: `a` = dictionary number.
    pub(crate) const DICT_BYTES: u32 = 21;
    /// i64 quintuples (row, from, to, rank, end of the value): the values of rows whose value holds for a time only, in
    /// the order of choice. `a` = column number.
    pub(crate) const COLUMN_DATED: u32 = 22;
    /// Those values in wire form. `a` = column number.
    pub(crate) const COLUMN_DATED_BYTES: u32 = 23;
    /// u32 a link row: the node at its end. `a` = link type.
    pub(crate) const TARGETS: u32 = 32;
    /// u32 offsets: `a` = label set of the source, `b` = link type.
    pub(crate) const OUT_OFFSETS: u32 = 33;
    /// u32 offsets: `a` = label set of the target, `b` = link type.
    pub(crate) const IN_OFFSETS: u32 = 34;
    /// u32 a link: the node at its start, in target order. `a` = label set, `b` = link type.
    pub(crate) const IN_SOURCES: u32 = 35;
    /// u32 a link: its row, in step with the sources.
    pub(crate) const IN_ROWS: u32 = 36;
    /// Claim lists of links; `a` = link type, `b` as in [`NODE_CLAIMS`].
    pub(crate) const LINK_CLAIMS: u32 = 37;
    /// u8 a link: rank of its best grade. `a` = link type.
    pub(crate) const LINK_GRADE: u32 = 38;
    /// i64 sextuples (row, claim, from, to, event, rank), sorted: times of links whose claims do not agree on them. `a` =
    /// link type.
    pub(crate) const LINK_TIMES: u32 = 39;
    /// Ends of the key values of a scheme, sorted: `a` = scheme.
    pub(crate) const KEY_ENDS: u32 = 48;
    /// Key values of a scheme: `a` = scheme.
    pub(crate) const KEY_BYTES: u32 = 49;
    /// u32 a key: its node. `a` = scheme.
    pub(crate) const KEY_NODE: u32 = 50;
    /// u32 a key: the keys in the order of their texts read backwards; empty for the scheme of keyless rows. `a` =
    /// scheme.
    pub(crate) const KEY_BACKWARDS: u32 = 51;
    /// Ends of the words of names, sorted.
    pub(crate) const WORD_ENDS: u32 = 52;
    /// Words of names.
    pub(crate) const WORD_BYTES: u32 = 53;
    /// u32 a word and one more: where its names begin in [`WORD_NAMES`].
    pub(crate) const WORD_OFFSETS: u32 = 54;
    /// u32: names that have the word, ascending.
    pub(crate) const WORD_NAMES: u32 = 55;
    /// Ends of the names, sorted.
    pub(crate) const NAME_ENDS: u32 = 56;
    /// Names, a letter for their class in front.
    pub(crate) const NAME_BYTES: u32 = 57;
    /// u32 a name and one more: where its nodes begin in [`NAME_NODES`].
    pub(crate) const NAME_OFFSETS: u32 = 58;
    /// u32: nodes that bear the name, ascending.
    pub(crate) const NAME_NODES: u32 = 59;
    /// u32: hashes of neighbours of words, ascending.
    pub(crate) const NEAR_HASHES: u32 = 60;
    /// u32 a hash: the word.
    pub(crate) const NEAR_WORDS: u32 = 61;
}

/// The name of a section.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) struct SectionId {
    pub(crate) tag: u32,
    pub(crate) a: u32,
    pub(crate) b: u32,
}

impl SectionId {
    pub(crate) fn new(tag: u32, a: u32, b: u32) -> Self {
        Self { tag, a, b }
    }
    pub(crate) fn one(tag: u32) -> Self {
        Self::new(tag, 0, 0)
    }
}

/// One line of the section table.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Entry {
    pub(crate) id: SectionId,
    pub(crate) offset: u64,
    pub(crate) len: u64,
    pub(crate) checksum: u64,
}

impl Entry {
    pub(crate) fn put(&self, out: &mut Vec<u8>) {
        for number in [self.id.tag, self.id.a, self.id.b, 0] {
            out.extend(number.to_le_bytes());
        }
        for number in [self.offset, self.len, self.checksum] {
            out.extend(number.to_le_bytes());
        }
    }

    pub(crate) fn take(bytes: &[u8]) -> Option<Self> {
        let mut take = super::Take { bytes };
        let id = SectionId::new(take.u32()?, take.u32()?, take.u32()?);
        take.u32()?;
        Some(Self { id, offset: take.u64()?, len: take.u64()?, checksum: take.u64()? })
    }
}

/// The header's numbers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Header {
    pub(crate) version: u32,
    pub(crate) sections: u32,
    pub(crate) table_offset: u64,
    pub(crate) file_len: u64,
    pub(crate) table_checksum: u64,
    pub(crate) commit: u64,
}

impl Header {
    pub(crate) fn bytes(&self) -> [u8; HEADER_LEN] {
        let mut out = Vec::with_capacity(HEADER_LEN);
        out.extend(MAGIC);
        out.extend(self.version.to_le_bytes());
        out.extend(self.sections.to_le_bytes());
        for number in [self.table_offset, self.file_len, self.table_checksum, self.commit] {
            out.extend(number.to_le_bytes());
        }
        out.extend(xxh3_64(&out).to_le_bytes());
        out.resize(HEADER_LEN, 0);
        let mut header = [0; HEADER_LEN];
        header.copy_from_slice(&out);
        header
    }

    /// Reads a header; `Err` says in words what is wrong with it.
    pub(crate) fn take(bytes: &[u8]) -> Result<Self, &'static str> {
        let short = "the file is shorter than its header";
        let head = bytes.get(..HEADER_LEN).ok_or(short)?;
        if &head[..8] != MAGIC {
            return Err("the file does not begin like a segment");
        }
        let mut take = super::Take { bytes: &head[8..] };
        let mut read = || {
            Some((
                Self {
                    version: take.u32()?,
                    sections: take.u32()?,
                    table_offset: take.u64()?,
                    file_len: take.u64()?,
                    table_checksum: take.u64()?,
                    commit: take.u64()?,
                },
                take.u64()?,
            ))
        };
        let (header, checksum) = read().ok_or(short)?;
        if xxh3_64(&head[..48]) != checksum {
            return Err("the header's checksum does not match");
        }
        Ok(header)
    }
}
