//! Files as rows: opening and hashing, decompressing, decoding, and splitting into chunks of rows; workbooks by
//! their cells.
//!
//! One file is read by one thread, which only decodes and finds where rows end; chunks of up to [`CHUNK_ROWS`]
//! rows then go to all threads.

pub(crate) mod encoding;
pub(crate) mod file;
pub(crate) mod reader;
pub(crate) mod sheet;
pub(crate) mod split;
pub(crate) mod text;

/// The most rows in a chunk.
pub(crate) const CHUNK_ROWS: usize = 4_096;
/// A chunk ends after this many bytes of text even if it has fewer rows.
pub(crate) const CHUNK_BYTES: usize = 4 << 20;
/// A wave ends after this many bytes of text.
pub(crate) const WAVE_BYTES: usize = 16 << 20;
/// The longest row that is read; a longer one is rejected.
pub(crate) const MAX_ROW_BYTES: usize = 1 << 20;
/// How much of a row that is too long its reject keeps.
pub(crate) const KEPT_OF_LONG_ROW: usize = 4_096;
