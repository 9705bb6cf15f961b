//! Sheets of workbooks (`.xlsx`) as chunks of rows, the same as text files give.
//!
//! 1. [`guard`] unpacks the workbook once to nowhere, within caps, before the delivery is begun.
//! 2. One thread reads cells in order and makes rows of them ([`rows`]), each cell as its text ([`cell`]).
//! 3. Chunks come through a channel of two, so that a sheet is never in memory whole.
//!
//! Formulas are read by the value that was last computed for them. Pictures, notes and colours are not read.

mod cell;
mod guard;
mod rows;

use super::file::{Counting, Opened};
use super::split::{RawChunk, SplitRules};
use crate::error::{IngestError, Result};
use calamine::{Reader as _, SheetType, SheetVisible, Xlsx, XlsxError};
use rows::{ChunkMaker, RowMaker, Taken};
use std::fs::File;
use std::io::{BufReader, Read, Seek};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;

pub(crate) use guard::ZIP_MAGIC;

/// Which sheet of a workbook is read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum SheetChoice {
    /// The only one that is visible.
    Only,
    /// The one of this name, visible or not; white space around names and case do not count.
    Named(String),
    /// The one at this place among all, from 1.
    Numbered(u32),
}

/// Checks that a workbook can be read within bounds.
///
/// # Errors
/// [`IngestError::Workbook`] and [`IngestError::Io`].
pub(crate) fn check(name: &str, path: &Path) -> Result<()> {
    guard::check(name, path)
}

/// What the reading thread sends.
enum Message {
    /// The header row's text; or how many rows were seen without one.
    Header(std::result::Result<String, u64>),
    Chunk(RawChunk),
    Failed(IngestError),
}

/// A sheet on its way into chunks.
pub(crate) struct SheetReader {
    receiver: Receiver<Message>,
    thread: Option<JoinHandle<()>>,
    name: String,
    /// Bytes taken from the file so far; its parts are read in no order, and some twice.
    read: Arc<AtomicU64>,
    total: u64,
    told: u64,
    file: usize,
    is_done: bool,
}

impl SheetReader {
    /// Begins to read a sheet.
    ///
    /// # Errors
    /// [`IngestError::Io`] when the file cannot be opened.
    pub(crate) fn open(opened: &Opened, file: usize, rules: SplitRules, has_header: bool) -> Result<Self> {
        let path = opened.input.path.clone();
        let name = opened.input.name.clone();
        let inner = File::open(&path).map_err(IngestError::io("open", &path))?;
        let read = Arc::new(AtomicU64::new(0));
        let source = BufReader::new(Counting { inner, read: Arc::clone(&read) });
        let (sender, receiver) = sync_channel(2);
        let thread_name = name.clone();
        let thread = std::thread::spawn(move || {
            let maker = ChunkMaker::new(file, rules.clone(), has_header);
            if let Err(problem) = run(source, &rules, has_header, maker, &sender) {
                let failed = IngestError::Workbook { file: thread_name, problem };
                // The other side has hung up when nobody wants to know.
                let _ = sender.send(Message::Failed(failed));
            }
        });
        let total = opened.record.bytes;
        Ok(Self { receiver, thread: Some(thread), name, read, total, told: 0, file, is_done: false })
    }

    /// The header row as CSV.
    ///
    /// # Errors
    /// [`IngestError::Empty`] when the sheet has none; [`IngestError::Workbook`].
    pub(crate) fn header(&mut self, name: &str) -> Result<String> {
        match self.receive()? {
            Some(Message::Header(Ok(text))) => Ok(text),
            Some(Message::Header(Err(lines))) => Err(IngestError::Empty { file: name.to_owned(), lines }),
            _ => Err(IngestError::Empty { file: name.to_owned(), lines: 0 }),
        }
    }

    /// The next rows; `None` at the end.
    ///
    /// # Errors
    /// [`IngestError::Workbook`] when the sheet turns out to be damaged.
    pub(crate) fn next_chunk(&mut self) -> Result<Option<RawChunk>> {
        if self.is_done {
            return Ok(None);
        }
        if let Some(Message::Chunk(mut chunk)) = self.receive()? {
            let read = self.read.load(Ordering::Relaxed).clamp(self.told, self.total);
            chunk.bytes_read = read - self.told;
            self.told = read;
            return Ok(Some(chunk));
        }
        self.is_done = true;
        let rest = self.total - self.told;
        Ok((rest > 0).then(|| RawChunk { file: self.file, bytes_read: rest, ..RawChunk::default() }))
    }

    fn receive(&mut self) -> Result<Option<Message>> {
        match self.receiver.recv() {
            Ok(Message::Failed(error)) => Err(error),
            Ok(message) => Ok(Some(message)),
            Err(_) => {
                // The thread has ended; if it did so in a panic, the workbook is one that its reader cannot take.
                let ended = self.thread.take().map_or(Ok(()), JoinHandle::join);
                ended.map(|()| None).map_err(|_| IngestError::Workbook {
                    file: self.name.clone(),
                    problem: "it is damaged in a way that its reader does not take".to_owned(),
                })
            }
        }
    }
}

/// Reads the sheet and sends what is in it.
fn run<R: Read + Seek>(
    source: R,
    rules: &SplitRules,
    has_header: bool,
    mut maker: ChunkMaker,
    sender: &SyncSender<Message>,
) -> std::result::Result<(), String> {
    let mut workbook: Xlsx<R> = Xlsx::new(source).map_err(|error| damaged(&error))?;
    let name = choose(&workbook, rules.sheet.as_ref().unwrap_or(&SheetChoice::Only))?;
    let mut cells = workbook.worksheet_cells_reader(&name).map_err(|error| damaged(&error))?;
    let mut row_maker = RowMaker::default();
    let mut header_is_due = has_header;
    loop {
        let cell = cells.next_cell().map_err(|error| damaged(&error))?;
        let (row, is_last) = match &cell {
            Some(cell) => (row_maker.add(cell.get_position(), cell.get_value())?, false),
            None => (row_maker.take(), true),
        };
        let taken = row.map_or(Ok(Taken::Nothing), |row| maker.add(row))?;
        let message = match taken {
            Taken::Header(text) => {
                header_is_due = false;
                Some(Message::Header(Ok(text)))
            }
            Taken::Chunk(chunk) => Some(Message::Chunk(chunk)),
            Taken::Nothing => None,
        };
        if message.is_some_and(|message| sender.send(message).is_err()) {
            return Ok(());
        }
        if is_last {
            break;
        }
    }
    let last =
        if header_is_due { Message::Header(Err(maker.last_line)) } else { Message::Chunk(maker.finish()) };
    let _ = sender.send(last);
    Ok(())
}

fn damaged(error: &XlsxError) -> String {
    format!("it cannot be read: {error}")
}

/// The name of the sheet to read.
fn choose<R: Read + Seek>(workbook: &Xlsx<R>, choice: &SheetChoice) -> std::result::Result<String, String> {
    let sheets: Vec<&calamine::Sheet> =
        workbook.sheets_metadata().iter().filter(|sheet| sheet.typ == SheetType::WorkSheet).collect();
    let list = || {
        let names: Vec<String> = sheets.iter().map(|sheet| format!("`{}`", sheet.name)).collect();
        names.join(", ")
    };
    let found = match choice {
        SheetChoice::Named(name) => {
            let wanted = name.trim().to_lowercase();
            let exact = sheets.iter().find(|sheet| sheet.name == *name);
            exact.or_else(|| sheets.iter().find(|sheet| sheet.name.trim().to_lowercase() == wanted))
        }
        SheetChoice::Numbered(number) => (*number as usize).checked_sub(1).and_then(|at| sheets.get(at)),
        SheetChoice::Only => {
            let mut visible = sheets.iter().filter(|sheet| sheet.visible == SheetVisible::Visible);
            let first = visible.next();
            if visible.next().is_some() {
                return Err(format!(
                    "it has several sheets: {}; say which in the specification: `[sheet]` name = \"...\"",
                    list()
                ));
            }
            first
        }
    };
    match (found, choice) {
        (Some(sheet), _) => Ok(sheet.name.clone()),
        (None, SheetChoice::Named(name)) => {
            Err(format!("it has no sheet `{name}`; its sheets are {}", list()))
        }
        (None, SheetChoice::Numbered(number)) => {
            Err(format!("it has no sheet number {number}; its sheets are {}", list()))
        }
        (None, SheetChoice::Only) => Err(format!("it has no visible sheet; its sheets are {}", list())),
    }
}
