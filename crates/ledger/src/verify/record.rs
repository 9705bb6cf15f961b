//! The check of one record against its entry in the chain.

use super::{Digest, Entry, Salt, Scheme, Snapshot, Tag, digest};
use crate::block::{DeliveryRecord, IdentityKeys, Rejects, SourceRows};
use crate::codec;
use crate::tables::key_bytes;
use jaal_model::Judgement;
use jaal_model::claim::ClaimBlock;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;

/// What the check of one record found.
#[derive(Default)]
pub(super) struct Checked {
    /// Its canonical bytes.
    pub(super) bytes: u64,
    /// How many numbers of its table it takes; `None` when it could not be read.
    pub(super) length: Option<u64>,
    /// A delivery's fingerprint.
    pub(super) fingerprint: Option<Digest>,
    /// What is wrong with it.
    pub(super) problem: Option<String>,
}

/// Reads a record, compares its digest, and decodes it.
pub(super) fn check_record(
    snapshot: &Snapshot,
    entry: &Entry,
    salts: &BTreeMap<u64, Salt>,
    schemes: &[Scheme],
) -> Checked {
    let problem = |what: String| Checked { problem: Some(what), ..Checked::default() };
    let canonical = match snapshot.canonical(entry.tag, entry.id, entry.delivery) {
        Ok(Some(canonical)) => canonical,
        Ok(None) => return problem("it is missing".to_owned()),
        Err(error) => return problem(error.to_string()),
    };
    let mut checked = match content(snapshot, entry, &canonical, schemes) {
        Ok(checked) => checked,
        Err(what) => problem(what),
    };
    checked.bytes = canonical.len() as u64;
    match salts.get(&entry.delivery) {
        // The digest says most: it covers every byte, so it is what is told.
        Some(salt) if digest(salt, &canonical) != entry.digest => {
            let found = digest(salt, &canonical);
            checked.problem = Some(format!("digest {found}, the chain says {}", entry.digest));
        }
        Some(_) => {}
        None => checked.problem = Some(format!("the salt of delivery {} is missing", entry.delivery)),
    }
    checked
}

fn content(
    snapshot: &Snapshot,
    entry: &Entry,
    canonical: &[u8],
    schemes: &[Scheme],
) -> Result<Checked, String> {
    let found = Checked { length: Some(1), ..Checked::default() };
    let unfit = || "its columns do not fit together".to_owned();
    match entry.tag {
        Tag::Delivery => {
            let record: DeliveryRecord = read(canonical)?;
            numbered(record.delivery.id.0, entry.id)?;
            Ok(Checked { fingerprint: Some(record.fingerprint), ..found })
        }
        Tag::Scheme => read::<Scheme>(canonical).map(|_| found),
        Tag::Identity => {
            let keys: IdentityKeys = read(canonical)?;
            if !keys.is_consistent(schemes.len()) {
                return Err(unfit());
            }
            indexed(snapshot, entry.id, &keys, schemes)?;
            Ok(Checked { length: Some(keys.len() as u64), ..found })
        }
        Tag::Source => {
            let rows: SourceRows = read(canonical)?;
            numbered(rows.first_record, entry.id)?;
            if rows.is_consistent() { Ok(found) } else { Err(unfit()) }
        }
        Tag::Claim => {
            let block: ClaimBlock = read(canonical)?;
            let length = Some(block.len() as u64);
            if block.is_consistent() { Ok(Checked { length, ..found }) } else { Err(unfit()) }
        }
        Tag::Reject => read::<Rejects>(canonical).map(|_| found),
        Tag::Judgement => {
            numbered(read::<Judgement>(canonical)?.id.0, entry.id)?;
            Ok(found)
        }
    }
}

fn read<T: DeserializeOwned>(canonical: &[u8]) -> Result<T, String> {
    codec::decode(canonical).map_err(|error| error.to_string())
}

fn numbered(says: u64, id: u64) -> Result<(), String> {
    if says == id { Ok(()) } else { Err(format!("it says that its number is {says}")) }
}

/// Whether the index leads from each key to its identity.
fn indexed(snapshot: &Snapshot, first: u64, keys: &IdentityKeys, schemes: &[Scheme]) -> Result<(), String> {
    let mut bytes = Vec::new();
    for (at, scheme) in keys.scheme.iter().enumerate() {
        let id = first.saturating_add(at as u64);
        let (scheme, value) = (&schemes[*scheme as usize].name, keys.value.get(at));
        key_bytes(&mut bytes, scheme, value);
        let found = snapshot.keys.get(bytes.as_slice()).map_err(|error| error.to_string())?;
        if found.map(|found| found.value()) != Some(id) {
            return Err(format!("the key index does not lead from {scheme}={value} to identity {id}"));
        }
    }
    Ok(())
}
