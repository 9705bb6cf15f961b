//! The lines of a dump, parsed and encoded one by one.

use super::wrong;
use crate::Result;
use crate::block::{DeliveryRecord, Rejects};
use crate::codec;
use crate::dump::line::{Line, Table, source_rows};
use crate::tables::Tag;
use jaal_model::claim::ClaimBlock;
use jaal_model::{Commit, Decision, Digest, Scheme};
use serde::Serialize;

/// A line, parsed and encoded as far as that needs no other line.
pub(super) enum Parsed {
    Record(Record),
    Keys { first: u64, delivery: u64, digest: Digest, keys: Vec<(String, String)> },
    Kept { first: u64, delivery: u64, digest: Digest, keys: Vec<(u64, String, String)> },
    Expunged { delivery: u64 },
    Gone { tag: Tag, id: u64, delivery: u64, digest: Digest },
    Salt { delivery: u64, salt: Digest },
    Commit(Commit),
    End { commits: u64, records: u64 },
}

/// A record, encoded.
pub(super) struct Record {
    pub(super) tag: Tag,
    pub(super) id: u64,
    pub(super) delivery: u64,
    pub(super) digest: Digest,
    pub(super) canonical: Vec<u8>,
    pub(super) stored: Vec<u8>,
    pub(super) also: Also,
}

/// What a record changes beside its own table.
pub(super) enum Also {
    Nothing,
    Scheme(Scheme),
    Claims(u64),
    Fingerprint(Digest),
    Expunges(u64),
}

pub(super) fn parse(number: u64, line: &[u8]) -> Result<Parsed> {
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
        Line::Kept { first, delivery, digest, keys } => Ok(Parsed::Kept { first, delivery, digest, keys }),
        Line::Expunged { delivery } => Ok(Parsed::Expunged { delivery }),
        Line::Gone { table, id, delivery, digest } => match Tag::of_name(&table) {
            Some(tag) if tag != Tag::Scheme && tag != Tag::Judgement => {
                Ok(Parsed::Gone { tag, id, delivery, digest })
            }
            _ => Err(wrong(number, format!("no record of table `{table}` can be gone"))),
        },
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
            let also = match judgement.decision {
                Decision::Expunge(delivery) => Also::Expunges(delivery.0),
                _ => Also::Nothing,
            };
            record(Tag::Judgement, judgement.id.0, 0, digest, bytes, also)
        }
        Line::Commit(commit) => Ok(Parsed::Commit(commit)),
        Line::End { commits, records } => Ok(Parsed::End { commits, records }),
    }
}

pub(super) fn encode<T: Serialize>(number: u64, record: &T) -> Result<Vec<u8>> {
    codec::encode(record).map_err(|error| wrong(number, error.to_string()))
}
