//! Finding where rows end, sequentially and quickly, so that chunks of rows can be parsed in parallel.
//!
//! A row ends at `\n`, `\r\n` or `\r` outside quotes (RFC 4180, and the lone `\r` of old spreadsheets). A quote
//! opens only at the start of a field; elsewhere it is text. Two things keep one bad row from swallowing the
//! rest of a file:
//!
//! - a quote that is not closed within [`MAX_ROW_BYTES`] or by the end of the file makes its physical line a bad
//!   row, and reading goes on with the next line;
//! - a row longer than that is a bad row of which a beginning is kept.

use super::file::Opened;
use super::sheet::SheetChoice;
use super::text::{BadBytes, TextStream};
use super::{CHUNK_BYTES, CHUNK_ROWS, KEPT_OF_LONG_ROW, MAX_ROW_BYTES};
use crate::error::{IngestError, Result};
use crate::rows::fields::trimmed;

/// How rows are told apart.
#[derive(Clone, Debug, Default)]
pub(crate) struct SplitRules {
    /// Between fields.
    pub(crate) delimiter: u8,
    /// Around fields; `None` where quotes mean nothing.
    pub(crate) quote: Option<u8>,
    /// Rows that begin with it are left out.
    pub(crate) comment: Option<String>,
    /// Physical lines left out at the start.
    pub(crate) skip_top: u64,
    /// Physical lines left out at the end.
    pub(crate) skip_bottom: usize,
    /// Of workbooks: which sheet.
    pub(crate) sheet: Option<SheetChoice>,
}

/// Where a row is in its chunk.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct RowSpan {
    /// First byte.
    pub(crate) start: u32,
    /// After the last byte, without the line end.
    pub(crate) end: u32,
    /// Line of the start in the file, from 1.
    pub(crate) line: u64,
    /// Physical lines that it spans.
    pub(crate) lines: u32,
    /// What is wrong with it already.
    pub(crate) flaw: Option<Flaw>,
}

/// Why a row cannot be taken apart.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Flaw {
    /// Longer than [`MAX_ROW_BYTES`].
    TooLong,
    /// A quote is opened and not closed.
    OpenQuote,
}

/// Some rows of one file.
#[derive(Debug, Default)]
pub(crate) struct RawChunk {
    /// The file's number in its delivery.
    pub(crate) file: usize,
    /// The rows' text with everything between them.
    pub(crate) text: String,
    /// Where the text begins in the file's text.
    pub(crate) text_at: u64,
    /// The rows.
    pub(crate) rows: Vec<RowSpan>,
    /// Bad bytes within the text, in order.
    pub(crate) bad: Vec<BadBytes>,
    /// Lines left out: blank, comment, top and bottom.
    pub(crate) skipped: u64,
    /// Bytes of the file read since the chunk before.
    pub(crate) bytes_read: u64,
}

/// Where a row ends.
enum End {
    /// Its text ends at `end`, the next row starts at `next`; line ends up to there.
    At {
        end: usize,
        next: usize,
        lines: u32,
    },
    /// More text is needed to tell.
    Unknown,
    Bad(Flaw),
}

/// A file on its way into chunks.
pub(crate) struct Splitter {
    stream: TextStream,
    rules: SplitRules,
    file: usize,
    /// Text read and not yet given away; a chunk always starts at its start.
    text: String,
    /// Where `text` begins in the file's text.
    text_at: u64,
    /// Start of the next row in `text`.
    at: usize,
    /// Rows may use `text` up to here; what follows may belong to the lines left out at the bottom.
    limit: usize,
    /// Line of the next row.
    line: u64,
    skipped: u64,
    bytes_told: u64,
    bottom_done: bool,
}

impl Splitter {
    /// Opens a file and passes over the lines at its top.
    ///
    /// # Errors
    /// [`IngestError::Io`] when it cannot be read.
    pub(crate) fn open(opened: &Opened, file: usize, rules: SplitRules) -> Result<Self> {
        let mut splitter = Self {
            stream: TextStream::new(opened)?,
            rules,
            file,
            text: String::new(),
            text_at: 0,
            at: 0,
            limit: 0,
            line: 1,
            skipped: 0,
            bytes_told: 0,
            bottom_done: false,
        };
        for _ in 0..splitter.rules.skip_top {
            let Some(span) = splitter.next_span(true)? else { break };
            splitter.skipped += 1;
            splitter.leave_behind(span)?;
        }
        Ok(splitter)
    }

    /// The header row's text, without its line end.
    ///
    /// # Errors
    /// [`IngestError::Empty`] when the file ends before one; [`IngestError::Io`].
    pub(crate) fn header(&mut self, name: &str) -> Result<String> {
        while let Some(span) = self.next_span(false)? {
            let row = self.text.get(span.start as usize..span.end as usize).unwrap_or("");
            let found = (!self.is_left_out(row)).then(|| row.to_owned());
            self.leave_behind(span)?;
            match found {
                Some(row) => return Ok(row),
                None => self.skipped += 1,
            }
        }
        Err(IngestError::Empty { file: name.to_owned(), lines: self.line - 1 })
    }

    /// The next rows; `None` at the end. The last chunk may have no rows, only counts.
    ///
    /// # Errors
    /// [`IngestError::Io`].
    pub(crate) fn next_chunk(&mut self) -> Result<Option<RawChunk>> {
        let mut rows: Vec<RowSpan> = Vec::new();
        while rows.len() < CHUNK_ROWS && self.at < CHUNK_BYTES {
            let Some(span) = self.next_span(false)? else { break };
            let row = self.text.get(span.start as usize..span.end as usize).unwrap_or("");
            if self.is_left_out(row) && span.flaw.is_none() {
                self.skipped += 1;
                continue;
            }
            let long = span.flaw == Some(Flaw::TooLong);
            rows.push(span);
            if long {
                // Its text is mostly thrown away, so it closes its chunk.
                break;
            }
        }
        if rows.is_empty() && self.stream.is_at_end() && self.at >= self.limit && !self.bottom_done {
            self.bottom_done = true;
            self.skipped += lines_in(self.text.get(self.limit..).unwrap_or(""));
        }
        // A file of a header alone still tells what was read of it.
        if rows.is_empty() && self.skipped == 0 && self.stream.bytes_read() == self.bytes_told {
            return Ok(None);
        }
        // A copy of its own size, since the buffer has room for several chunks.
        let text = self.text.get(..self.at).unwrap_or("").to_owned();
        self.text.drain(..self.at);
        let text_at = self.text_at;
        self.text_at += text.len() as u64;
        self.limit -= self.at;
        self.at = 0;
        if rows.last().is_some_and(|r| r.flaw == Some(Flaw::TooLong)) {
            self.pass_over_line()?;
        }
        let split = self.stream.bad.partition_point(|b| b.text_at < self.text_at);
        let bytes = self.stream.bytes_read();
        let chunk = RawChunk {
            file: self.file,
            text,
            text_at,
            rows,
            bad: self.stream.bad.drain(..split).collect(),
            skipped: std::mem::take(&mut self.skipped),
            bytes_read: bytes - self.bytes_told,
        };
        self.bytes_told = bytes;
        Ok(Some(chunk))
    }

    fn is_left_out(&self, row: &str) -> bool {
        trimmed(row).is_empty() || self.rules.comment.as_deref().is_some_and(|c| row.starts_with(c))
    }

    /// The next row and moves behind it. `plain` takes physical lines, whatever their quotes.
    fn next_span(&mut self, plain: bool) -> Result<Option<RowSpan>> {
        loop {
            let eof = self.stream.is_at_end();
            if eof && self.at >= self.limit {
                return Ok(None);
            }
            let comment = self.rules.comment.as_deref();
            let head = self.text.as_bytes().get(self.at..self.limit).unwrap_or_default();
            let quote = self
                .rules
                .quote
                .filter(|_| !plain && !comment.is_some_and(|c| head.starts_with(c.as_bytes())));
            let bytes = self.text.as_bytes().get(..self.limit).unwrap_or_default();
            match row_end(bytes, self.at, self.rules.delimiter, quote, eof) {
                End::At { end, next, lines } => return Ok(Some(self.take_span(end, next, lines, None))),
                End::Unknown => self.fill()?,
                End::Bad(Flaw::OpenQuote) => {
                    if let End::At { end, next, lines } =
                        row_end(bytes, self.at, self.rules.delimiter, None, eof)
                    {
                        return Ok(Some(self.take_span(end, next, lines, Some(Flaw::OpenQuote))));
                    }
                    return Ok(Some(self.take_long()));
                }
                End::Bad(Flaw::TooLong) => return Ok(Some(self.take_long())),
            }
        }
    }

    fn take_span(&mut self, end: usize, next: usize, lines: u32, flaw: Option<Flaw>) -> RowSpan {
        let span = RowSpan { start: self.at as u32, end: end as u32, line: self.line, lines, flaw };
        self.line += u64::from(lines);
        self.at = next;
        span
    }

    /// The beginning of a row that is too long; the rest of its line is passed over later.
    fn take_long(&mut self) -> RowSpan {
        let mut end = (self.at + KEPT_OF_LONG_ROW).min(self.limit);
        while !self.text.is_char_boundary(end) {
            end -= 1;
        }
        self.take_span(end, end, 0, Some(Flaw::TooLong))
    }

    /// Throws away the rest of a physical line.
    fn pass_over_line(&mut self) -> Result<()> {
        loop {
            let eof = self.stream.is_at_end();
            let bytes = self.text.as_bytes().get(..self.limit).unwrap_or_default();
            if let Some(found) = bytes.iter().position(|b| *b == b'\n' || *b == b'\r') {
                if found + 1 < bytes.len() || eof {
                    let both = bytes.get(found..found + 2) == Some(b"\r\n");
                    self.at = found + 1 + usize::from(both);
                    self.line += 1;
                    self.drop_before();
                    return Ok(());
                }
                self.at = found;
            } else {
                self.at = self.limit;
            }
            self.drop_before();
            if eof {
                return Ok(());
            }
            self.fill()?;
        }
    }

    fn leave_behind(&mut self, span: RowSpan) -> Result<()> {
        self.drop_before();
        if span.flaw == Some(Flaw::TooLong) { self.pass_over_line() } else { Ok(()) }
    }

    /// Forgets the text before the next row.
    fn drop_before(&mut self) {
        self.text.drain(..self.at);
        self.text_at += self.at as u64;
        self.limit -= self.at;
        self.at = 0;
    }

    fn fill(&mut self) -> Result<()> {
        self.stream.append_to(&mut self.text)?;
        self.limit = start_of_last_lines(&self.text, self.rules.skip_bottom).max(self.at);
        Ok(())
    }
}

/// Where the row that starts at `start` ends.
///
/// # Complexity
/// O(row length); called again from the row's start when text was missing, at most [`MAX_ROW_BYTES`] divided
/// by a piece of text times.
fn row_end(bytes: &[u8], start: usize, delimiter: u8, quote: Option<u8>, eof: bool) -> End {
    let mut at = start;
    let mut lines = 0;
    let mut quoted = false;
    while let Some(&byte) = bytes.get(at) {
        if at - start > MAX_ROW_BYTES {
            return End::Bad(if quoted { Flaw::OpenQuote } else { Flaw::TooLong });
        }
        if quoted {
            if Some(byte) == quote {
                match bytes.get(at + 1) {
                    Some(&next) if Some(next) == quote => at += 1,
                    None if !eof => return End::Unknown,
                    _ => quoted = false,
                }
            } else if byte == b'\n' || (byte == b'\r' && bytes.get(at + 1) != Some(&b'\n')) {
                lines += 1;
            }
        } else if byte == b'\n' {
            return End::At { end: at, next: at + 1, lines: lines + 1 };
        } else if byte == b'\r' {
            return match bytes.get(at + 1) {
                Some(b'\n') => End::At { end: at, next: at + 2, lines: lines + 1 },
                None if !eof => End::Unknown,
                _ => End::At { end: at, next: at + 1, lines: lines + 1 },
            };
        } else if Some(byte) == quote && (at == start || bytes.get(at - 1) == Some(&delimiter)) {
            quoted = true;
        }
        at += 1;
    }
    if !eof {
        End::Unknown
    } else if quoted {
        End::Bad(Flaw::OpenQuote)
    } else {
        End::At { end: at, next: at, lines: lines + 1 }
    }
}

/// Physical lines in a text; a last one without line end counts.
fn lines_in(text: &str) -> u64 {
    let bytes = text.as_bytes();
    let ends = bytes
        .iter()
        .enumerate()
        .filter(|(i, b)| **b == b'\n' || (**b == b'\r' && bytes.get(i + 1) != Some(&b'\n')))
        .count();
    ends as u64 + u64::from(bytes.last().is_some_and(|b| !b"\r\n".contains(b)))
}

/// Where the last `count` physical lines of the text begin. More text can only move it on.
fn start_of_last_lines(text: &str, count: usize) -> usize {
    let bytes = text.as_bytes();
    let mut at = bytes.len();
    for _ in 0..count {
        // Over the line's own end, then back to the end of the line before.
        if at > 0 && bytes[at - 1] == b'\n' {
            at -= 1;
        }
        if at > 0 && bytes[at - 1] == b'\r' {
            at -= 1;
        }
        while at > 0 && bytes[at - 1] != b'\n' && bytes[at - 1] != b'\r' {
            at -= 1;
        }
    }
    at
}
