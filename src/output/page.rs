//! A page: an answer for people, with titles, tables and notes.

use super::Grid;
use anstyle::Style;
use std::fmt::Display;
use std::io::{self, Write};

const BOLD: Style = Style::new().bold();
const FAINT: Style = Style::new().dimmed();

/// What an answer for people is written on.
pub(crate) struct Page<'a> {
    out: &'a mut dyn Write,
}

impl<'a> Page<'a> {
    /// A page on a writer.
    pub(crate) fn on(out: &'a mut dyn Write) -> Self {
        Self { out }
    }

    /// A bold line, and a fainter text behind it.
    pub(crate) fn title(&mut self, title: impl Display, beside: impl Display) -> io::Result<()> {
        let beside = beside.to_string();
        if beside.is_empty() {
            return writeln!(self.out, "{BOLD}{title}{BOLD:#}");
        }
        writeln!(self.out, "{BOLD}{title}{BOLD:#}  {FAINT}{beside}{FAINT:#}")
    }

    /// A line.
    pub(crate) fn line(&mut self, text: impl Display) -> io::Result<()> {
        writeln!(self.out, "{text}")
    }

    /// A fainter line: what may be left unread.
    pub(crate) fn faint(&mut self, text: impl Display) -> io::Result<()> {
        writeln!(self.out, "{FAINT}{text}{FAINT:#}")
    }

    /// An empty line.
    pub(crate) fn gap(&mut self) -> io::Result<()> {
        writeln!(self.out)
    }

    /// A table.
    pub(crate) fn table(&mut self, grid: &Grid, indent: usize) -> io::Result<()> {
        if grid.is_empty() {
            return Ok(());
        }
        for (at, line) in grid.lines(indent).into_iter().enumerate() {
            match at {
                0 => writeln!(self.out, "{:indent$}{BOLD}{line}{BOLD:#}", "")?,
                1 => writeln!(self.out, "{:indent$}{FAINT}{line}{FAINT:#}", "")?,
                _ => writeln!(self.out, "{:indent$}{line}", "")?,
            }
        }
        Ok(())
    }

    /// Pairs of a word and what it is, aligned.
    pub(crate) fn pairs<'t>(
        &mut self,
        indent: usize,
        pairs: impl IntoIterator<Item = (&'t str, String)>,
    ) -> io::Result<()> {
        let pairs: Vec<(String, String)> =
            pairs.into_iter().map(|(word, text)| (super::words::clean(word), text)).collect();
        let width = pairs.iter().map(|(word, _)| word.chars().count()).max().unwrap_or(0);
        for (word, text) in pairs {
            writeln!(self.out, "{:indent$}{FAINT}{word:width$}{FAINT:#}  {text}", "")?;
        }
        Ok(())
    }

    /// Notes for the reader, each on a line of its own.
    pub(crate) fn notes<'t>(&mut self, notes: impl IntoIterator<Item = &'t String>) -> io::Result<()> {
        for note in notes {
            self.faint(format_args!("note: {}", super::words::clean(note)))?;
        }
        Ok(())
    }
}
