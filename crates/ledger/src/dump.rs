//! The dump: the whole ledger as text, one JSON object a line, compressed with zstd.
//!
//! The first line says what it is and carries the store's secrets; then come commits in order, each after its
//! records in the order of the chain, every record with its digest; the last line counts them, so that a dump cut
//! short is known. `docs/format.md` describes the lines. The same ledger gives the same bytes.

use crate::chain::{Entry, digest};
use crate::snapshot::Snapshot;
use crate::tables::Tag;
use crate::{LedgerError, Progress, Result};
use jaal_model::{Digest, Scheme};
use rayon::prelude::*;
use redb::ReadableTableMetadata;
use std::collections::BTreeSet;
use std::io::Write;
use std::sync::Arc;

mod cell;
pub(crate) mod line;

use line::{Header, Line};

/// zstd's default level: dumps are kept longer than they take to write.
const LEVEL: i32 = 3;

/// Records made into lines at once, by all threads together.
const WAVE: usize = 32;

/// Writes the ledger as a dump; `progress` is told records done and records in all. The dump holds the store's
/// secrets and everything in it, whatever its marking.
///
/// # Errors
/// [`LedgerError::DamagedRecord`] for a record whose digest is not what the chain says; [`LedgerError::DumpIo`]
/// when `out` refuses.
///
/// # Complexity
/// Reads every block once; memory for the blocks in work and one commit's part of the chain.
pub fn dump(snapshot: &Snapshot, out: &mut dyn Write, progress: Progress<'_>) -> Result<()> {
    let failed = |source| LedgerError::DumpIo { operation: "write", source };
    let mut encoder = zstd::stream::write::Encoder::new(out, LEVEL).map_err(failed)?;
    encoder.include_checksum(true).map_err(failed)?;
    write_lines(snapshot, &mut encoder, progress)?;
    encoder.finish().map_err(failed)?.flush().map_err(failed)
}

fn write_lines(snapshot: &Snapshot, out: &mut dyn Write, progress: Progress<'_>) -> Result<()> {
    let commits = snapshot.commits()?;
    let total = snapshot.chain.len().map_err(|error| snapshot.failed(error))?;
    write_json(out, &header(snapshot, commits.len() as u64, total)?)?;
    let schemes: Arc<[Scheme]> = snapshot.schemes()?.into();
    let mut salted = BTreeSet::from([0]);
    let mut done = 0;
    for commit in &commits {
        let entries = snapshot.entries(commit.first_record, commit.records)?;
        if entries.len() as u64 != commit.records {
            return Err(LedgerError::DamagedRecord {
                table: "commit",
                id: commit.id.0,
                what: format!("it counts {} records, the chain has {}", commit.records, entries.len()),
            });
        }
        for wave in entries.chunks(WAVE) {
            let lines: Vec<Result<Vec<u8>>> = wave
                .par_iter()
                .map(|(_, entry)| {
                    let line = record_line(snapshot, entry, &schemes)?;
                    serde_json::to_vec(&line).map_err(|error| not_json(&error))
                })
                .collect();
            for ((_, entry), line) in wave.iter().zip(lines) {
                let delivery = entry.delivery;
                if salted.insert(delivery) {
                    if snapshot.expunged.contains_key(&delivery) {
                        write_json(out, &Line::Expunged { delivery })?;
                    } else {
                        let salt = Digest(salt_of(snapshot, delivery)?);
                        write_json(out, &Line::Salt { delivery, salt })?;
                    }
                }
                write_line(out, &line?)?;
            }
            done += wave.len() as u64;
            progress(done, total);
        }
        write_json(out, &Line::Commit(commit.clone()))?;
    }
    write_json(out, &Line::End { commits: commits.len() as u64, records: done })
}

fn header(snapshot: &Snapshot, commits: u64, records: u64) -> Result<Header> {
    let ledger = snapshot.ledger();
    Ok(Header {
        jaal_dump: line::VERSION,
        opaque_key: Digest(ledger.opaque_key().0),
        created_at: ledger.created_at(),
        salt: Digest(salt_of(snapshot, 0)?),
        commits,
        records,
    })
}

fn salt_of(snapshot: &Snapshot, delivery: u64) -> Result<[u8; 32]> {
    snapshot.salt(delivery)?.ok_or_else(|| LedgerError::DamagedRecord {
        table: "salt",
        id: delivery,
        what: "it is missing or not 32 bytes long".to_owned(),
    })
}

/// The line of a record, after its digest has been compared.
fn record_line(snapshot: &Snapshot, entry: &Entry, schemes: &Arc<[Scheme]>) -> Result<Line> {
    let Entry { tag, id, delivery, .. } = *entry;
    let damaged = |what: String| LedgerError::DamagedRecord { table: tag.name(), id, what };
    let expunged = snapshot.expunged.contains_key(&delivery);
    if expunged && tag != Tag::Scheme {
        return Ok(Line::Gone { table: tag.name().to_owned(), id, delivery, digest: entry.digest });
    }
    let canonical =
        snapshot.canonical(tag, id, delivery)?.ok_or_else(|| damaged("it is missing".to_owned()))?;
    if expunged {
        // A scheme, whose digest is compared where it is in the chain again.
        return Line::of_record(entry, &canonical, schemes).map_err(damaged);
    }
    let found = digest(&salt_of(snapshot, delivery)?, &canonical);
    if found != entry.digest {
        return Err(damaged(format!("digest {found}, the chain says {}", entry.digest)));
    }
    Line::of_record(entry, &canonical, schemes).map_err(damaged)
}

fn write_json<T: serde::Serialize>(out: &mut dyn Write, line: &T) -> Result<()> {
    write_line(out, &serde_json::to_vec(line).map_err(|error| not_json(&error))?)
}

fn write_line(out: &mut dyn Write, line: &[u8]) -> Result<()> {
    out.write_all(line)
        .and_then(|()| out.write_all(b"\n"))
        .map_err(|source| LedgerError::DumpIo { operation: "write", source })
}

fn not_json(error: &serde_json::Error) -> LedgerError {
    LedgerError::misuse(format!("a record cannot be dumped: {error}"))
}
