//! Cells in reading order into rows of text, and rows into chunks.
//!
//! A row's text is its cells as CSV, so that a reject or a source row can be read and loaded like any other; its
//! line is the row's number in the sheet. Rows in which no cell holds anything are no rows: formatting makes them.

use super::cell;
use crate::source::split::{Flaw, RawChunk, RowSpan, SplitRules};
use crate::source::{CHUNK_BYTES, CHUNK_ROWS, KEPT_OF_LONG_ROW, MAX_ROW_BYTES};
use calamine::DataRef;
use std::collections::VecDeque;

/// Rows that a sheet may have.
const MAX_ROWS: u32 = 1 << 20;
/// Columns that a sheet may have.
const MAX_COLUMNS: u32 = 1 << 14;
/// What the rows that may belong to the bottom may hold together.
const MAX_BOTTOM_BYTES: usize = 64 << 20;

/// A row of a sheet.
#[derive(Clone, Debug)]
pub(super) struct SheetRow {
    /// From 1.
    pub(super) line: u64,
    pub(super) text: String,
    is_long: bool,
}

/// Puts cells together.
#[derive(Default)]
pub(super) struct RowMaker {
    /// The row that cells are added to, from 0.
    row: u32,
    /// The column that comes next.
    column: u32,
    text: String,
    is_long: bool,
}

impl RowMaker {
    /// Adds a cell; gives the row before when the cell begins another.
    ///
    /// # Errors
    /// Says what is wrong with a cell's place.
    pub(super) fn add(&mut self, place: (u32, u32), value: &DataRef<'_>) -> Result<Option<SheetRow>, String> {
        let (row, column) = place;
        if row >= MAX_ROWS || column >= MAX_COLUMNS {
            return Err(format!(
                "a cell claims row {} and column {}",
                u64::from(row) + 1,
                u64::from(column) + 1
            ));
        }
        let done = if row == self.row { None } else { self.take() };
        if row < self.row || (row == self.row && column < self.column) {
            return Err(format!("the cells of row {} are not in order", row + 1));
        }
        self.row = row;
        let text = cell::text(value);
        if text.trim().is_empty() || self.is_long {
            return Ok(done);
        }
        // Before the n-th cell stand n - 1 commas, whichever cells are there.
        let commas = column - self.column + u32::from(self.column > 0);
        self.text.extend(std::iter::repeat_n(',', commas as usize));
        self.column = column + 1;
        if self.text.len() + text.len() > MAX_ROW_BYTES {
            self.is_long = true;
            self.text.push_str(text.get(..floor(&text, KEPT_OF_LONG_ROW)).unwrap_or(""));
            self.text.truncate(floor(&self.text, KEPT_OF_LONG_ROW));
        } else if text.contains([',', '"', '\n', '\r']) {
            self.text.push('"');
            self.text.push_str(&text.replace('"', "\"\""));
            self.text.push('"');
        } else {
            self.text.push_str(&text);
        }
        Ok(done)
    }

    /// The row so far, if anything is in it.
    pub(super) fn take(&mut self) -> Option<SheetRow> {
        let text = std::mem::take(&mut self.text);
        let is_long = std::mem::take(&mut self.is_long);
        self.column = 0;
        (!text.is_empty()).then(|| SheetRow { line: u64::from(self.row) + 1, text, is_long })
    }
}

/// The last character's end at or before `len`.
fn floor(text: &str, len: usize) -> usize {
    let mut end = len.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    end
}

/// What a row turned out to be.
pub(super) enum Taken {
    Header(String),
    Chunk(RawChunk),
    Nothing,
}

/// Puts rows into chunks, leaving out what the specification does.
pub(super) struct ChunkMaker {
    rules: SplitRules,
    wants_header: bool,
    chunk: RawChunk,
    /// Rows that may be among the last.
    bottom: VecDeque<SheetRow>,
    bottom_bytes: usize,
    text_at: u64,
    /// The last row seen.
    pub(super) last_line: u64,
}

impl ChunkMaker {
    pub(super) fn new(file: usize, rules: SplitRules, wants_header: bool) -> Self {
        Self {
            rules,
            wants_header,
            chunk: RawChunk { file, ..RawChunk::default() },
            bottom: VecDeque::new(),
            bottom_bytes: 0,
            text_at: 0,
            last_line: 0,
        }
    }

    /// Takes a row in.
    ///
    /// # Errors
    /// Says that the rows held back for `skip_bottom` are too large.
    pub(super) fn add(&mut self, row: SheetRow) -> Result<Taken, String> {
        self.last_line = row.line;
        if row.line <= self.rules.skip_top
            || self.rules.comment.as_deref().is_some_and(|c| row.text.starts_with(c))
        {
            self.chunk.skipped += 1;
            return Ok(Taken::Nothing);
        }
        if self.wants_header {
            self.wants_header = false;
            return Ok(Taken::Header(row.text));
        }
        self.bottom_bytes += row.text.len();
        self.bottom.push_back(row);
        if self.bottom.len() <= self.rules.skip_bottom {
            if self.bottom_bytes > MAX_BOTTOM_BYTES {
                return Err(format!(
                    "the last {} rows hold over {MAX_BOTTOM_BYTES} bytes, too much for `skip_bottom`",
                    self.bottom.len()
                ));
            }
            return Ok(Taken::Nothing);
        }
        let Some(row) = self.bottom.pop_front() else { return Ok(Taken::Nothing) };
        self.bottom_bytes -= row.text.len();
        self.push(&row);
        let is_full = self.chunk.rows.len() >= CHUNK_ROWS || self.chunk.text.len() >= CHUNK_BYTES;
        Ok(if is_full { Taken::Chunk(self.cut()) } else { Taken::Nothing })
    }

    /// What is left, with the rows at the bottom counted as left out.
    pub(super) fn finish(&mut self) -> RawChunk {
        self.chunk.skipped += self.bottom.len() as u64;
        self.bottom.clear();
        self.cut()
    }

    fn push(&mut self, row: &SheetRow) {
        let start = self.chunk.text.len() as u32;
        self.chunk.text.push_str(&row.text);
        let end = self.chunk.text.len() as u32;
        self.chunk.text.push('\n');
        let flaw = row.is_long.then_some(Flaw::TooLong);
        self.chunk.rows.push(RowSpan { start, end, line: row.line, lines: 1, flaw });
    }

    fn cut(&mut self) -> RawChunk {
        let file = self.chunk.file;
        let mut chunk = std::mem::replace(&mut self.chunk, RawChunk { file, ..RawChunk::default() });
        chunk.text_at = self.text_at;
        self.text_at += chunk.text.len() as u64;
        chunk
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_csv_with_their_gaps() {
        let mut maker = RowMaker::default();
        let text = |t: &str| DataRef::String(t.to_owned());
        assert!(maker.add((1, 1), &text("a,b")).unwrap().is_none());
        assert!(maker.add((1, 2), &DataRef::Empty).unwrap().is_none());
        assert!(maker.add((1, 3), &text("say \"x\"")).unwrap().is_none());
        let row = maker.add((4, 0), &DataRef::Float(5.0)).unwrap().unwrap();
        assert_eq!((row.line, row.text.as_str()), (2, ",\"a,b\",,\"say \"\"x\"\"\""));
        assert!(maker.add((4, 3), &text("z")).unwrap().is_none());
        assert_eq!(maker.take().unwrap().text, "5,,,z");
        assert!(maker.take().is_none());
    }

    #[test]
    fn places_out_of_order_or_out_of_the_sheet_are_refused() {
        let mut maker = RowMaker::default();
        maker.add((5, 5), &DataRef::Float(1.0)).unwrap();
        assert!(maker.add((5, 4), &DataRef::Float(1.0)).unwrap_err().contains("row 6"));
        assert!(maker.add((4, 9), &DataRef::Float(1.0)).is_err());
        assert!(maker.add((1 << 20, 0), &DataRef::Float(1.0)).unwrap_err().contains("row 1048577"));
        assert!(maker.add((u32::MAX, u32::MAX), &DataRef::Float(1.0)).is_err());
    }

    #[test]
    fn a_row_that_is_too_long_keeps_its_beginning() {
        let mut maker = RowMaker::default();
        for column in 0..3_000 {
            maker.add((0, column), &DataRef::SharedString(&"é".repeat(500))).unwrap();
        }
        let row = maker.take().unwrap();
        assert!(row.is_long && row.text.len() <= KEPT_OF_LONG_ROW && row.text.len() > KEPT_OF_LONG_ROW - 4);
    }
}
