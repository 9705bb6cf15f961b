//! How answers look: one trait with four forms, and the pieces that answers are put together from.
//!
//! The JSON form is the answer record itself and stable; ndjson and CSV hold its rows; the page is for people and may
//! change. Everything goes through one buffered writer that leaves colours out where they are not wanted (no terminal,
//! `NO_COLOR`).

pub(crate) mod evidence;
pub(crate) mod grid;
pub(crate) mod number;
pub(crate) mod page;
pub(crate) mod route;
pub(crate) mod words;

pub(crate) use grid::{Cell, Column, Grid};
pub(crate) use page::Page;

use crate::cli::Format;
use crate::console;
use crate::failure::Failure;
use serde::Serialize;
use std::io::{self, BufWriter, Write};

/// An answer that can be printed in every form.
pub(crate) trait Present: Serialize + Sized {
    /// The answer for people.
    fn page(&self, page: &mut Page<'_>) -> io::Result<()>;

    /// The rows of the answer as a table.
    fn grid(&self) -> Grid;

    /// The rows of the answer, one JSON object a line; for an answer without rows the answer itself.
    fn ndjson(&self, out: &mut dyn Write) -> io::Result<()> {
        json_line(out, self)
    }
}

/// Prints an answer to standard output.
pub(crate) fn print(answer: &impl Present, format: Format) -> Result<(), Failure> {
    with_stdout(|out| match format {
        Format::Table => answer.page(&mut Page::on(out)),
        Format::Json => json(out, answer),
        Format::Ndjson => answer.ndjson(out),
        Format::Csv => answer.grid().csv(out),
    })
}

/// Lets something write to standard output, and flushes it.
pub(crate) fn with_stdout(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Failure> {
    let mut out = BufWriter::with_capacity(1 << 16, console::stdout());
    write(&mut out).and_then(|()| out.flush()).map_err(Failure::Output)
}

/// Lets something write bytes to standard output, as they are, and flushes it.
pub(crate) fn with_stdout_bytes<T>(
    write: impl FnOnce(&mut dyn Write) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let mut out = BufWriter::with_capacity(1 << 16, console::stdout_bytes());
    let done = write(&mut out)?;
    out.flush().map_err(Failure::Output)?;
    Ok(done)
}

/// A record as an indented JSON document.
pub(crate) fn json(out: &mut dyn Write, record: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, record)?;
    writeln!(out)
}

/// A record as one line of JSON.
pub(crate) fn json_line(out: &mut dyn Write, record: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer(&mut *out, record)?;
    writeln!(out)
}

/// Several records, one line of JSON each.
pub(crate) fn json_lines<'a, T: Serialize + 'a>(
    out: &mut dyn Write,
    records: impl IntoIterator<Item = &'a T>,
) -> io::Result<()> {
    records.into_iter().try_for_each(|record| json_line(out, record))
}
