//! Sections of a segment before they are in a file, so that several can be made at a time.

use super::format::SectionId;
use xxhash_rust::xxh3::xxh3_64;
use zerocopy::{Immutable, IntoBytes};

/// One section.
pub(crate) struct Section {
    pub(crate) id: SectionId,
    pub(crate) bytes: Vec<u8>,
    pub(crate) checksum: u64,
}

/// Sections in the order in which a file will have them.
#[derive(Default)]
pub(crate) struct Sections(pub(crate) Vec<Section>);

impl Sections {
    /// Appends a section of numbers.
    pub(crate) fn add<T: IntoBytes + Immutable>(&mut self, id: SectionId, values: &[T]) {
        let bytes = values.as_bytes().to_vec();
        self.0.push(Section { id, checksum: xxh3_64(&bytes), bytes });
    }
}
