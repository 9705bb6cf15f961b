//! Restoring: a ledger made from a dump, hash for hash.
//!
//! Lines are read in waves; within a wave they are parsed, encoded and compressed in parallel, then written in
//! order. Every record's digest and every commit's hash is computed from what was read and compared with what the
//! dump says, so a dump that was changed anywhere is refused at the line. A failed restore leaves no store.
//!
//! Of deliveries that were expunged a dump has the digests alone. They are taken on trust one by one, and checked as
//! a whole by the hashes of their commits.

use crate::dump::line::{Header, VERSION};
use crate::meta::Origin;
use crate::store::{Ledger, disk};
use crate::{LedgerError, Progress, Result};
use apply::Restore;
use jaal_model::OpaqueKey;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

mod apply;
mod parse;

/// The longest line, in bytes: what the largest block can become as text, and a bound on memory.
const MAX_LINE: u64 = 2 << 30;

/// Makes a ledger in a folder from a dump, compressed or not; `progress` is told records done and records in all.
///
/// # Errors
/// [`LedgerError::Exists`] when the folder holds a store; [`LedgerError::Dump`] with the line where the dump is
/// not what [`crate::dump`] wrote; [`LedgerError::DumpIo`] when it cannot be read.
///
/// # Complexity
/// Linear in the dump, beside one sort of the keys of each commit; memory for the lines in work and those keys.
pub fn restore(dir: &Path, input: &mut dyn BufRead, progress: Progress<'_>) -> Result<Ledger> {
    let failed = |source| LedgerError::DumpIo { operation: "read", source };
    let plain = input.fill_buf().map_err(failed)?.first() == Some(&b'{');
    if plain {
        return restore_lines(dir, Lines { input, number: 0 }, progress);
    }
    let decoder = zstd::stream::read::Decoder::with_buffer(input).map_err(failed)?;
    restore_lines(dir, Lines { input: &mut BufReader::with_capacity(1 << 20, decoder), number: 0 }, progress)
}

fn restore_lines(dir: &Path, mut lines: Lines<'_>, progress: Progress<'_>) -> Result<Ledger> {
    let header = lines.header()?;
    let origin = Origin {
        opaque_key: OpaqueKey(header.opaque_key.0),
        created_at: header.created_at,
        salt: header.salt.0,
    };
    let ledger = Ledger::create_from(&disk(), dir, &origin)?;
    match Restore::new(&ledger, &header).and_then(|restore| restore.run(&mut lines, progress)) {
        Ok(()) => Ok(ledger),
        Err(error) => {
            ledger.discard();
            Err(error)
        }
    }
}

/// The lines of a dump, numbered from 1.
struct Lines<'a> {
    input: &'a mut dyn BufRead,
    number: u64,
}

impl Lines<'_> {
    fn next(&mut self) -> Result<Option<(u64, Vec<u8>)>> {
        let mut line = Vec::new();
        let read = (&mut *self.input)
            .take(MAX_LINE)
            .read_until(b'\n', &mut line)
            .map_err(|source| LedgerError::DumpIo { operation: "read", source })?;
        if read == 0 {
            return Ok(None);
        }
        self.number += 1;
        if line.pop() == Some(b'\n') {
            Ok(Some((self.number, line)))
        } else {
            Err(wrong(self.number, "it has no end: the dump was cut short"))
        }
    }

    fn header(&mut self) -> Result<Header> {
        let (number, line) = self.next()?.ok_or_else(|| wrong(1, "the dump is empty"))?;
        let header: Header = serde_json::from_slice(&line)
            .map_err(|error| wrong(number, format!("a dump begins otherwise ({error})")))?;
        if header.jaal_dump == VERSION {
            Ok(header)
        } else {
            let found = header.jaal_dump;
            Err(wrong(number, format!("the dump has version {found}, this program reads {VERSION}")))
        }
    }
}

fn wrong(line: u64, what: impl Into<String>) -> LedgerError {
    LedgerError::Dump { line, what: what.into() }
}
