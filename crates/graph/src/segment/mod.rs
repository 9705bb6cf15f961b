//! Segments: the immutable, memory-mapped files that images are read from. `docs/format.md` gives the layout.

mod bytes;
mod catalog;
mod column;
mod dictionary;
mod format;
mod lists;
mod map;
mod names;
mod sections;
mod write;

pub(crate) use bytes::Take;
pub(crate) use catalog::{
    Catalog, CatalogText, Fixed, InGroup, LabelSet, LabelSetText, LinkType, OutGroup, SchemeIndex,
};
pub(crate) use column::{ColumnMeta, Encoding};
pub(crate) use dictionary::{StringTable, Texts};
pub use format::SEGMENT_VERSION;
pub(crate) use format::{SectionId, tag};
pub(crate) use lists::ListRef;
pub use map::Segment;
pub(crate) use names::NamesRef;
pub(crate) use sections::Sections;
pub(crate) use write::SegmentWriter;
pub use write::remove_abandoned;
