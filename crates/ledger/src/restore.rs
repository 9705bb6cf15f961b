//! Restoring: a ledger made from a dump, hash for hash.
//!
//! Lines are read in waves; within a wave they are parsed, encoded and compressed in parallel, then written in
//! order. Every record's digest and every commit's hash is computed from what was read and compared with what the
//! dump says, so a dump that was changed anywhere is refused at the line. A failed restore leaves no store.

use crate::batch::{Batch, Packed};
use crate::block::{DeliveryRecord, IdentityKeys, Rejects};
use crate::chain::digest;
use crate::codec;
use crate::dump::line::{Header, Line, Table, VERSION, source_rows};
use crate::store::{Ledger, Origin};
use crate::tables::{CLAIM_OF, Tag};
use crate::writer::put_fingerprint;
use crate::{LedgerError, Progress, Result};
use jaal_model::claim::{ClaimBlock, StrColumn};
use jaal_model::{Commit, Digest, OpaqueKey, Scheme};
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use serde::Serialize;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

/// The longest line, in bytes: what the largest block can become as text, and a bound on memory.
const MAX_LINE: u64 = 2 << 30;

/// Lines in work at once.
const WAVE: usize = 32;

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
    let ledger = Ledger::create_from(dir, &origin)?;
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

/// A line, parsed and encoded as far as that needs no other line.
enum Parsed {
    Record(Record),
    Keys { first: u64, delivery: u64, digest: Digest, keys: Vec<(String, String)> },
    Salt { delivery: u64, salt: Digest },
    Commit(Commit),
    End { commits: u64, records: u64 },
}

/// A record, encoded.
struct Record {
    tag: Tag,
    id: u64,
    delivery: u64,
    digest: Digest,
    canonical: Vec<u8>,
    stored: Vec<u8>,
    also: Also,
}

/// What a record changes beside its own table.
enum Also {
    Nothing,
    Scheme(Scheme),
    Claims(u64),
    Fingerprint(Digest),
}

fn parse(number: u64, line: &[u8]) -> Result<Parsed> {
    let line: Line = serde_json::from_slice(line).map_err(|error| wrong(number, error.to_string()))?;
    let record = |tag, id, delivery, digest, canonical: Vec<u8>, also| {
        let stored = codec::pack(&canonical).map_err(|error| wrong(number, error.to_string()))?;
        Ok(Parsed::Record(Record { tag, id, delivery, digest, canonical, stored, also }))
    };
    match line {
        Line::Salt { delivery, salt } => Ok(Parsed::Salt { delivery, salt }),
        Line::Delivery { digest, fingerprint, delivery } => {
            let id = delivery.id.0;
            let bytes = encode(number, &DeliveryRecord { delivery, fingerprint })?;
            record(Tag::Delivery, id, id, digest, bytes, Also::Fingerprint(fingerprint))
        }
        Line::Scheme { number: id, delivery, digest, name, kind } => {
            let scheme = Scheme { name, kind };
            let bytes = encode(number, &scheme)?;
            record(Tag::Scheme, id, delivery, digest, bytes, Also::Scheme(scheme))
        }
        Line::Identities { first, delivery, digest, keys } => {
            Ok(Parsed::Keys { first, delivery, digest, keys })
        }
        Line::Source { first, delivery, digest, rows } => {
            let bytes = encode(number, &source_rows(first, &rows))?;
            record(Tag::Source, first, delivery, digest, bytes, Also::Nothing)
        }
        Line::Claims { first, delivery, digest, tables } => {
            let block = ClaimBlock { tables: tables.into_iter().map(Table::into_claims).collect() };
            if !block.is_consistent() {
                return Err(wrong(number, "a claim lacks what its shape asks for"));
            }
            let also = Also::Claims(block.len() as u64);
            record(Tag::Claim, first, delivery, digest, encode(number, &block)?, also)
        }
        Line::Rejects { number: id, delivery, digest, rows } => {
            let bytes = encode::<Rejects>(number, &rows)?;
            record(Tag::Reject, id, delivery, digest, bytes, Also::Nothing)
        }
        Line::Judgement { digest, judgement } => {
            let bytes = encode(number, &judgement)?;
            record(Tag::Judgement, judgement.id.0, 0, digest, bytes, Also::Nothing)
        }
        Line::Commit(commit) => Ok(Parsed::Commit(commit)),
        Line::End { commits, records } => Ok(Parsed::End { commits, records }),
    }
}

fn encode<T: Serialize>(number: u64, record: &T) -> Result<Vec<u8>> {
    codec::encode(record).map_err(|error| wrong(number, error.to_string()))
}

/// A restore under way.
struct Restore<'a> {
    ledger: &'a Ledger,
    batch: Option<Batch>,
    salts: FxHashMap<u64, [u8; 32]>,
    schemes: Vec<Scheme>,
    scheme_numbers: FxHashMap<String, u32>,
    /// Keys of the commit in work: scheme, value, identity.
    keys: Vec<(u32, String, u64)>,
    next_assertion: u64,
    next_identity: u64,
    commits: u64,
    records: u64,
    total: u64,
}

impl<'a> Restore<'a> {
    fn new(ledger: &'a Ledger, header: &Header) -> Result<Self> {
        Ok(Self {
            batch: Some(Batch::begin(ledger)?),
            ledger,
            salts: FxHashMap::from_iter([(0, header.salt.0)]),
            schemes: Vec::new(),
            scheme_numbers: FxHashMap::default(),
            keys: Vec::new(),
            next_assertion: 0,
            next_identity: 0,
            commits: 0,
            records: 0,
            total: header.records,
        })
    }

    fn run(mut self, lines: &mut Lines<'_>, progress: Progress<'_>) -> Result<()> {
        loop {
            let mut wave = Vec::with_capacity(WAVE);
            while wave.len() < WAVE {
                let Some(line) = lines.next()? else { break };
                wave.push(line);
            }
            if wave.is_empty() {
                return Err(wrong(lines.number + 1, "the dump was cut short: its last line is missing"));
            }
            // Results are kept line by line, so that the first wrong line is the one told at any thread count.
            let parsed: Vec<(u64, Result<Parsed>)> =
                wave.into_par_iter().map(|(number, line)| (number, parse(number, &line))).collect();
            let mut parsed = parsed.into_iter();
            while let Some((number, line)) = parsed.next() {
                if self.apply(number, line?)? {
                    return match parsed.next() {
                        None if lines.next()?.is_none() => Ok(()),
                        _ => Err(wrong(number + 1, "something follows the last line")),
                    };
                }
            }
            progress(self.records, self.total);
        }
    }

    /// Takes a line in; `true` when it is the last one.
    fn apply(&mut self, number: u64, line: Parsed) -> Result<bool> {
        match line {
            Parsed::Salt { delivery, salt } => {
                let batch = self.batch(number)?;
                if delivery == 0 || !batch.put_salt(delivery, &salt.0)? {
                    return Err(wrong(number, format!("delivery {delivery} has a salt already")));
                }
                self.salts.insert(delivery, salt.0);
            }
            Parsed::Record(record) => self.record(number, record)?,
            Parsed::Keys { first, delivery, digest, keys } => {
                let record = self.key_record(number, first, delivery, digest, keys)?;
                self.record(number, record)?;
            }
            Parsed::Commit(commit) => self.commit(number, &commit)?,
            Parsed::End { commits, records } => {
                if self.batch(number)?.has_records() {
                    return Err(wrong(number, "the records before it belong to no commit"));
                }
                if (commits, records) != (self.commits, self.records) {
                    let (c, r) = (self.commits, self.records);
                    let what = format!("it counts {commits} commits of {records} records, found {c} of {r}");
                    return Err(wrong(number, what));
                }
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn batch(&mut self, number: u64) -> Result<&mut Batch> {
        self.batch.as_mut().ok_or_else(|| wrong(number, "a line after a failure"))
    }

    fn record(&mut self, number: u64, record: Record) -> Result<()> {
        let Record { tag, id, delivery, digest: says, canonical, stored, also } = record;
        let salt = self.salts.get(&delivery);
        let salt = salt.ok_or_else(|| wrong(number, format!("delivery {delivery} has no salt yet")))?;
        let found = digest(salt, &canonical);
        if found != says {
            let what = format!("{} {id} has digest {says}, its content gives {found}", tag.name());
            return Err(wrong(number, what));
        }
        self.batch(number)?.put(tag, id, delivery, &Packed { stored, digest: found })?;
        match also {
            Also::Nothing => {}
            Also::Scheme(scheme) => {
                if id != self.schemes.len() as u64 {
                    return Err(wrong(number, format!("scheme {} expected here", self.schemes.len())));
                }
                self.scheme_numbers.insert(scheme.name.clone(), id as u32);
                self.schemes.push(scheme);
            }
            Also::Claims(length) => {
                if id != self.next_assertion {
                    return Err(wrong(number, format!("claim {} expected here", self.next_assertion)));
                }
                self.next_assertion += length;
                let batch = self.batch(number)?;
                let mut table = batch.txn().open_table(CLAIM_OF).map_err(|error| batch.failed(error))?;
                table.insert(id, delivery).map_err(|error| batch.failed(error))?;
            }
            Also::Fingerprint(fingerprint) => put_fingerprint(self.batch(number)?, &fingerprint, id)?,
        }
        self.records += 1;
        Ok(())
    }

    fn key_record(
        &mut self,
        number: u64,
        first: u64,
        delivery: u64,
        digest: Digest,
        keys: Vec<(String, String)>,
    ) -> Result<Record> {
        if first != self.next_identity {
            return Err(wrong(number, format!("identity {} expected here", self.next_identity)));
        }
        let mut block = IdentityKeys { scheme: Vec::new(), value: StrColumn::new() };
        for (scheme, value) in keys {
            let scheme = *self
                .scheme_numbers
                .get(&scheme)
                .ok_or_else(|| wrong(number, format!("no line before gives scheme `{scheme}`")))?;
            block.scheme.push(scheme);
            block.value.push(&value);
            self.keys.push((scheme, value, self.next_identity));
            self.next_identity += 1;
        }
        let canonical = encode(number, &block)?;
        let stored = codec::pack(&canonical).map_err(|error| wrong(number, error.to_string()))?;
        Ok(Record { tag: Tag::Identity, id: first, delivery, digest, canonical, stored, also: Also::Nothing })
    }

    fn commit(&mut self, number: u64, commit: &Commit) -> Result<()> {
        let batch = self.batch.take().ok_or_else(|| wrong(number, "a line after a failure"))?;
        let name = |scheme: u32| self.schemes[scheme as usize].name.as_str();
        let mut keys = std::mem::take(&mut self.keys);
        keys.par_sort_unstable_by(|a, b| name(a.0).cmp(name(b.0)).then_with(|| a.1.cmp(&b.1)));
        batch.index(keys.iter().map(|(scheme, value, id)| (name(*scheme), value.as_str(), *id)))?;
        let planned = batch.plan(commit.note.clone(), commit.next_assertion, commit.next_identity);
        if planned != *commit || commit.next_assertion.0 != self.next_assertion {
            let what = format!(
                "commit {} has hash {}, what was read gives {} and ends at claim {}",
                commit.id, commit.hash, planned.hash, self.next_assertion
            );
            return Err(wrong(number, what));
        }
        batch.seal(commit)?;
        self.commits += 1;
        self.batch = Some(Batch::begin(self.ledger)?);
        Ok(())
    }
}
