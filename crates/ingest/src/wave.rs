//! Files of a delivery one after the other, as waves of chunks: about 16 MiB of text at a time, which all
//! threads then work on while one of them reads the next wave.

use crate::error::Result;
use crate::source::WAVE_BYTES;
use crate::source::file::Opened;
use crate::source::reader::RowReader;
use crate::source::split::{RawChunk, SplitRules};

/// A delivery's files on their way into chunks.
pub(crate) struct WaveReader {
    files: Vec<Opened>,
    /// One for each file.
    rules: Vec<SplitRules>,
    has_header: bool,
    current: Option<RowReader>,
    next: usize,
    /// The wave that was read while the one before was worked on.
    ahead: Option<Result<Option<RawWave>>>,
}

/// What comes next from a delivery.
pub(crate) struct RawWave {
    /// Chunks in reading order.
    pub(crate) chunks: Vec<RawChunk>,
    /// Headers of the files that were begun in this wave, with the files' numbers.
    pub(crate) headers: Vec<(usize, Option<String>)>,
}

impl WaveReader {
    pub(crate) fn new(files: Vec<Opened>, rules: Vec<SplitRules>, has_header: bool) -> Self {
        Self { files, rules, has_header, current: None, next: 0, ahead: None }
    }

    pub(crate) fn files(&self) -> &[Opened] {
        &self.files
    }

    /// The next wave; `None` when all files are read.
    ///
    /// # Errors
    /// What opening and reading a file can give, [`crate::IngestError::Changed`] among it.
    pub(crate) fn next_wave(&mut self) -> Result<Option<RawWave>> {
        self.ahead.take().unwrap_or_else(|| self.read_wave())
    }

    /// Does `work` while the next wave is read. What goes wrong in reading is said by the next call of
    /// [`WaveReader::next_wave`], after the wave that went before.
    pub(crate) fn read_ahead_during<T: Send>(&mut self, work: impl FnOnce() -> T + Send) -> T {
        let (done, ahead) = rayon::join(work, || self.read_wave());
        self.ahead = Some(ahead);
        done
    }

    fn read_wave(&mut self) -> Result<Option<RawWave>> {
        let mut wave = RawWave { chunks: Vec::new(), headers: Vec::new() };
        let mut bytes = 0;
        while bytes < WAVE_BYTES {
            let Some(reader) = &mut self.current else {
                if !self.begin_file(&mut wave)? {
                    break;
                }
                continue;
            };
            if let Some(chunk) = reader.next_chunk()? {
                bytes += chunk.text.len();
                wave.chunks.push(chunk);
            } else {
                self.current = None;
                if let Some(opened) = self.files.get(self.next - 1) {
                    opened.check_unchanged()?;
                }
            }
        }
        Ok((!wave.chunks.is_empty() || !wave.headers.is_empty()).then_some(wave))
    }

    fn begin_file(&mut self, wave: &mut RawWave) -> Result<bool> {
        let Some(opened) = self.files.get(self.next) else { return Ok(false) };
        let rules = self.rules.get(self.next).cloned().unwrap_or_default();
        let mut reader = RowReader::open(opened, self.next, rules, self.has_header)?;
        let header = if self.has_header { Some(reader.header(&opened.input.name)?) } else { None };
        wave.headers.push((self.next, header));
        self.current = Some(reader);
        self.next += 1;
        Ok(true)
    }
}
