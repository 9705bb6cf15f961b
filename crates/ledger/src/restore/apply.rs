//! What was read of a dump, entered into a ledger in the order of its lines.

use super::parse::{Also, Parsed, Record, encode, parse};
use super::{Lines, wrong};
use crate::batch::{Batch, Packed};
use crate::block::KeptKeys;
use crate::chain::digest;
use crate::codec;
use crate::dump::line::Header;
use crate::store::Ledger;
use crate::tables::{CLAIM_OF, EXPUNGED, Tag};
use crate::writer::put_fingerprint;
use crate::{Progress, Result};
use jaal_model::{Commit, Digest, Scheme};
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// Lines in work at once.
const WAVE: usize = 32;

/// A restore under way.
pub(super) struct Restore<'a> {
    ledger: &'a Ledger,
    batch: Option<Batch>,
    salts: FxHashMap<u64, [u8; 32]>,
    schemes: Vec<Scheme>,
    scheme_numbers: FxHashMap<String, u32>,
    /// Keys of the commit in work: scheme, value, identity.
    keys: Vec<(u32, String, u64)>,
    /// Deliveries without salt, each with whether a judgement expunges it yet.
    expunged: BTreeMap<u64, bool>,
    /// Schemes of such deliveries that are not in the chain again yet.
    unchecked: BTreeSet<u64>,
    next_assertion: Next,
    next_identity: Next,
    commits: u64,
    records: u64,
    total: u64,
}

impl<'a> Restore<'a> {
    pub(super) fn new(ledger: &'a Ledger, header: &Header) -> Result<Self> {
        Ok(Self {
            batch: Some(Batch::begin(ledger)?),
            ledger,
            salts: FxHashMap::from_iter([(0, header.salt.0)]),
            schemes: Vec::new(),
            scheme_numbers: FxHashMap::default(),
            keys: Vec::new(),
            expunged: BTreeMap::new(),
            unchecked: BTreeSet::new(),
            next_assertion: Next::At(0),
            next_identity: Next::At(0),
            commits: 0,
            records: 0,
            total: header.records,
        })
    }

    pub(super) fn run(mut self, lines: &mut Lines<'_>, progress: Progress<'_>) -> Result<()> {
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
                if delivery == 0
                    || !batch.put_salt(delivery, &salt.0)?
                    || self.expunged.contains_key(&delivery)
                {
                    return Err(wrong(number, format!("delivery {delivery} has a salt already")));
                }
                self.salts.insert(delivery, salt.0);
            }
            Parsed::Record(record) => self.record(number, record)?,
            Parsed::Keys { first, delivery, digest, keys } => {
                let record = self.key_record(number, first, delivery, digest, keys)?;
                self.record(number, record)?;
            }
            Parsed::Kept { first, delivery, digest, keys } => {
                let record = self.kept_record(number, first, delivery, digest, keys)?;
                self.record(number, record)?;
            }
            Parsed::Expunged { delivery } => {
                let salted = self.salts.contains_key(&delivery);
                if salted || self.expunged.insert(delivery, false).is_some() {
                    return Err(wrong(number, format!("delivery {delivery} is there already")));
                }
            }
            Parsed::Gone { tag, id, delivery, digest } => self.gone(number, tag, id, delivery, digest)?,
            Parsed::Commit(commit) => self.commit(number, &commit)?,
            Parsed::End { commits, records } => {
                if self.batch(number)?.has_records() {
                    return Err(wrong(number, "the records before it belong to no commit"));
                }
                if let Some((delivery, _)) = self.expunged.iter().find(|(_, judged)| !**judged) {
                    return Err(wrong(number, format!("no judgement expunges delivery {delivery}")));
                }
                if let Some(scheme) = self.unchecked.first() {
                    return Err(wrong(number, format!("scheme {scheme} is not in the chain again")));
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
        let expunged = tag == Tag::Scheme && self.expunged.contains_key(&delivery);
        if expunged {
            self.unchecked.insert(id);
        } else {
            let salt = self.salts.get(&delivery);
            let salt = salt.ok_or_else(|| wrong(number, format!("delivery {delivery} has no salt yet")))?;
            let found = digest(salt, &canonical);
            if found != says {
                let what = format!("{} {id} has digest {says}, its content gives {found}", tag.name());
                return Err(wrong(number, what));
            }
        }
        if let Also::Scheme(scheme) = &also
            && delivery == 0
        {
            if self.schemes.get(id as usize) != Some(scheme) || !self.unchecked.remove(&id) {
                return Err(wrong(number, format!("scheme {id} is not one of an expunged delivery")));
            }
            self.batch(number)?.put_entry(tag, id, delivery, says);
        } else {
            self.batch(number)?.put(tag, id, delivery, &Packed { stored, digest: says })?;
            self.also(number, id, delivery, also)?;
        }
        self.records += 1;
        Ok(())
    }

    /// What a record changes beside its own table.
    fn also(&mut self, number: u64, id: u64, delivery: u64, also: Also) -> Result<()> {
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
                self.next_assertion = self.next_assertion.then(number, "claim", id, Some(length))?;
                self.claim_of(number, id, delivery)?;
            }
            Also::Fingerprint(fingerprint) => put_fingerprint(self.batch(number)?, &fingerprint, id)?,
            Also::Expunges(which) => {
                let Some(judged @ false) = self.expunged.get_mut(&which) else {
                    return Err(wrong(number, format!("delivery {which}, which it expunges, is there")));
                };
                *judged = true;
                let batch = self.batch(number)?;
                let mut table = batch.txn().open_table(EXPUNGED).map_err(|error| batch.failed(error))?;
                table.insert(which, id).map_err(|error| batch.failed(error))?;
            }
        }
        Ok(())
    }

    /// The entry of a record that was destroyed.
    fn gone(&mut self, number: u64, tag: Tag, id: u64, delivery: u64, digest: Digest) -> Result<()> {
        if !self.expunged.contains_key(&delivery) {
            return Err(wrong(number, format!("delivery {delivery} was not expunged")));
        }
        match tag {
            Tag::Claim => {
                self.next_assertion = self.next_assertion.then(number, "claim", id, None)?;
                self.claim_of(number, id, delivery)?;
            }
            Tag::Identity => self.next_identity = self.next_identity.then(number, "identity", id, None)?,
            _ => {}
        }
        self.batch(number)?.put_entry(tag, id, delivery, digest);
        self.records += 1;
        Ok(())
    }

    fn claim_of(&mut self, number: u64, first: u64, delivery: u64) -> Result<()> {
        let batch = self.batch(number)?;
        let mut table = batch.txn().open_table(CLAIM_OF).map_err(|error| batch.failed(error))?;
        table.insert(first, delivery).map_err(|error| batch.failed(error))?;
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
        self.next_identity = self.next_identity.then(number, "identity", first, Some(keys.len() as u64))?;
        let block = self.numbered(number, (first..).zip(keys).map(|(id, (s, v))| (id, s, v)))?;
        keys_record(number, Tag::Identity, first, delivery, digest, &block.keys)
    }

    fn kept_record(
        &mut self,
        number: u64,
        first: u64,
        delivery: u64,
        digest: Digest,
        keys: Vec<(u64, String, String)>,
    ) -> Result<Record> {
        let block = self.numbered(number, keys.into_iter())?;
        if !block.is_consistent(first, self.schemes.len()) {
            return Err(wrong(number, "its identities are out of order"));
        }
        keys_record(number, Tag::Kept, first, delivery, digest, &block)
    }

    /// Keys with the numbers of their schemes, noted for the index.
    fn numbered(
        &mut self,
        number: u64,
        keys: impl Iterator<Item = (u64, String, String)>,
    ) -> Result<KeptKeys> {
        let mut block = KeptKeys::default();
        for (id, scheme, value) in keys {
            let scheme = *self
                .scheme_numbers
                .get(&scheme)
                .ok_or_else(|| wrong(number, format!("no line before gives scheme `{scheme}`")))?;
            block.identity.push(id);
            block.keys.scheme.push(scheme);
            block.keys.value.push(&value);
            self.keys.push((scheme, value, id));
        }
        Ok(block)
    }

    fn commit(&mut self, number: u64, commit: &Commit) -> Result<()> {
        let batch = self.batch.take().ok_or_else(|| wrong(number, "a line after a failure"))?;
        let name = |scheme: u32| self.schemes[scheme as usize].name.as_str();
        let mut keys = std::mem::take(&mut self.keys);
        keys.par_sort_unstable_by(|a, b| name(a.0).cmp(name(b.0)).then_with(|| a.1.cmp(&b.1)));
        batch.index(keys.iter().map(|(scheme, value, id)| (name(*scheme), value.as_str(), *id)))?;
        let planned = batch.plan(commit.note.clone(), commit.next_assertion, commit.next_identity);
        if planned != *commit {
            let (id, says, found) = (commit.id, commit.hash, planned.hash);
            return Err(wrong(number, format!("commit {id} has hash {says}, what was read gives {found}")));
        }
        // Only the commit tells where a block ended that is gone.
        self.next_assertion = self.next_assertion.end(number, "claim", commit.next_assertion.0)?;
        self.next_identity = self.next_identity.end(number, "identity", commit.next_identity.0)?;
        batch.seal(commit)?;
        self.commits += 1;
        self.batch = Some(Batch::begin(self.ledger)?);
        Ok(())
    }
}

/// Encodes a block of keys.
fn keys_record<T: Serialize>(
    number: u64,
    tag: Tag,
    id: u64,
    delivery: u64,
    digest: Digest,
    block: &T,
) -> Result<Record> {
    let canonical = encode(number, block)?;
    let stored = codec::pack(&canonical).map_err(|error| wrong(number, error.to_string()))?;
    Ok(Record { tag, id, delivery, digest, canonical, stored, also: Also::Nothing })
}

/// Where the next block of a densely numbered table begins.
#[derive(Clone, Copy)]
enum Next {
    /// Here.
    At(u64),
    /// Here or later: the block before is gone, and with it how long it was.
    From(u64),
}

impl Next {
    /// Takes in a block that begins at `id`; `length` is `None` when it is gone.
    fn then(self, number: u64, what: &str, id: u64, length: Option<u64>) -> Result<Self> {
        match self {
            Self::At(at) if at != id => Err(wrong(number, format!("{what} {at} expected here"))),
            Self::From(at) if at > id => {
                Err(wrong(number, format!("{what} {at} or a higher one expected here")))
            }
            _ => {
                Ok(length
                    .map_or(Self::From(id.saturating_add(1)), |length| Self::At(id.saturating_add(length))))
            }
        }
    }

    /// Compares with where a commit says that its blocks end.
    fn end(self, number: u64, what: &str, says: u64) -> Result<Self> {
        match self {
            Self::At(at) if at != says => {
                Err(wrong(number, format!("the commit ends at {what} {says}, what was read at {at}")))
            }
            Self::From(at) if at > says => {
                Err(wrong(number, format!("the commit ends at {what} {says}, what was read beyond")))
            }
            _ => Ok(Self::At(says)),
        }
    }
}
