//! The decoded text of a file, piece by piece, with the places at which its bytes were not of its encoding.

use super::file::Opened;
use crate::error::{IngestError, Result};
use encoding_rs::{Decoder, DecoderResult};
use std::io::Read;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Bytes taken from the file at a time. What a chunk leaves of them is moved, so a piece is not larger than a
/// usual chunk.
const PIECE: usize = 1 << 16;

/// Bytes that are not of the file's encoding. The text has U+FFFD in their place.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct BadBytes {
    /// Where in the decoded text, from its start.
    pub(crate) text_at: u64,
    /// Where in the decompressed file.
    pub(crate) byte_at: u64,
    /// The encoding that they are not of.
    pub(crate) encoding: &'static str,
}

/// A file's text.
pub(crate) struct TextStream {
    reader: Box<dyn Read + Send>,
    path: PathBuf,
    decoder: Decoder,
    piece: Vec<u8>,
    /// Bytes decoded so far.
    consumed: u64,
    /// Bytes of text given so far.
    given: u64,
    /// Bad bytes found and not yet taken.
    pub(crate) bad: Vec<BadBytes>,
    /// Bytes taken from the file itself, compressed if it is.
    read: Arc<AtomicU64>,
    eof: bool,
}

impl TextStream {
    pub(crate) fn new(opened: &Opened) -> Result<Self> {
        let read = Arc::new(AtomicU64::new(0));
        Ok(Self {
            reader: opened.reader(Arc::clone(&read))?,
            path: opened.input.path.clone(),
            decoder: opened.encoding.new_decoder(),
            piece: vec![0; PIECE],
            consumed: 0,
            given: 0,
            bad: Vec::new(),
            read,
            eof: false,
        })
    }

    /// Bytes taken from the file itself so far.
    pub(crate) fn bytes_read(&self) -> u64 {
        self.read.load(Ordering::Relaxed)
    }

    /// Whether all text has been given.
    pub(crate) fn is_at_end(&self) -> bool {
        self.eof
    }

    /// Appends the next piece of text.
    ///
    /// # Errors
    /// [`IngestError::Io`] when the file cannot be read or its compression is damaged.
    pub(crate) fn append_to(&mut self, text: &mut String) -> Result<()> {
        if self.eof {
            return Ok(());
        }
        let len = loop {
            match self.reader.read(&mut self.piece) {
                Err(e) if e.kind() == std::io::ErrorKind::Interrupted => {}
                other => break other.map_err(IngestError::io("read", &self.path))?,
            }
        };
        self.eof = len == 0;
        let mut bytes = self.piece.get(..len).unwrap_or_default();
        loop {
            let room = self.decoder.max_utf8_buffer_length_without_replacement(bytes.len());
            text.reserve(room.unwrap_or(bytes.len() * 4 + 16));
            let before = text.len();
            let (result, read) = self.decoder.decode_to_string_without_replacement(bytes, text, self.eof);
            self.given += (text.len() - before) as u64;
            self.consumed += read as u64;
            bytes = bytes.get(read..).unwrap_or_default();
            match result {
                DecoderResult::InputEmpty => return Ok(()),
                DecoderResult::OutputFull => {}
                DecoderResult::Malformed(bad, after) => {
                    let back = u64::from(bad) + u64::from(after);
                    let byte_at = self.consumed.saturating_sub(back);
                    let encoding = self.decoder.encoding().name();
                    self.bad.push(BadBytes { text_at: self.given, byte_at, encoding });
                    text.push('\u{fffd}');
                    self.given += '\u{fffd}'.len_utf8() as u64;
                }
            }
        }
    }
}
