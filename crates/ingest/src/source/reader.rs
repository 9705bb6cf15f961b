//! A file on its way into chunks, whatever it is: text, or a sheet of a workbook.

use super::file::Opened;
use super::sheet::SheetReader;
use super::split::{RawChunk, SplitRules, Splitter};
use crate::error::Result;

/// Gives the chunks of one file in order.
pub(crate) enum RowReader {
    /// Boxed, since it is much the larger.
    Text(Box<Splitter>),
    Sheet(SheetReader),
}

impl RowReader {
    /// Opens a file and passes over the lines at its top.
    ///
    /// # Errors
    /// [`crate::IngestError::Io`] when it cannot be read.
    pub(crate) fn open(opened: &Opened, file: usize, rules: SplitRules, has_header: bool) -> Result<Self> {
        Ok(if rules.sheet.is_some() {
            Self::Sheet(SheetReader::open(opened, file, rules, has_header)?)
        } else {
            Self::Text(Box::new(Splitter::open(opened, file, rules)?))
        })
    }

    /// The header row's text; asked for once, before the first chunk, and only when the file has one.
    ///
    /// # Errors
    /// [`crate::IngestError::Empty`] when the file ends before one, and what reading gives.
    pub(crate) fn header(&mut self, name: &str) -> Result<String> {
        match self {
            Self::Text(splitter) => splitter.header(name),
            Self::Sheet(sheet) => sheet.header(name),
        }
    }

    /// The next rows; `None` at the end. The last chunk may have no rows, only counts.
    ///
    /// # Errors
    /// [`crate::IngestError::Io`], and [`crate::IngestError::Workbook`] for a damaged sheet.
    pub(crate) fn next_chunk(&mut self) -> Result<Option<RawChunk>> {
        match self {
            Self::Text(splitter) => splitter.next_chunk(),
            Self::Sheet(sheet) => sheet.next_chunk(),
        }
    }
}
