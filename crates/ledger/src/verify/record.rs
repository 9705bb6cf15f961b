//! The check of one record against its entry in the chain.

use super::{Digest, Entry, Salt, Scheme, Snapshot, Tag, digest};
use crate::block::{DeliveryRecord, IdentityKeys, KeptKeys, Rejects, SourceRows};
use crate::codec;
use crate::tables::key_bytes;
use jaal_model::claim::ClaimBlock;
use jaal_model::{Decision, Judgement};
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
    /// The delivery that a judgement expunges, and on whose order.
    pub(super) order: Option<(u64, String)>,
    /// Whether it belongs to a delivery that was expunged.
    pub(super) gone: bool,
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
    if let Some(judgement) = snapshot.expunged.get(&entry.delivery) {
        return expunged(snapshot, entry, *judgement);
    }
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

/// The check of an entry of a delivery that was expunged: its record must be gone. Schemes stay, and are checked where
/// they are in the chain again.
fn expunged(snapshot: &Snapshot, entry: &Entry, judgement: u64) -> Checked {
    let there = snapshot.table(entry.tag).get(entry.tag.key(entry.id, entry.delivery));
    let problem = match there {
        Err(error) => Some(error.to_string()),
        Ok(Some(_)) if entry.tag != Tag::Scheme => {
            Some(format!("it is there, though judgement {judgement} expunges delivery {}", entry.delivery))
        }
        Ok(None) if entry.tag == Tag::Scheme => Some("it is missing".to_owned()),
        Ok(_) => None,
    };
    Checked { gone: true, length: Some(1), problem, ..Checked::default() }
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
            indexed(snapshot, entry.id.., &keys, schemes)?;
            Ok(Checked { length: Some(keys.len() as u64), ..found })
        }
        Tag::Kept => {
            let kept: KeptKeys = read(canonical)?;
            if !kept.is_consistent(entry.id, schemes.len()) {
                return Err(unfit());
            }
            indexed(snapshot, kept.identity.iter().copied(), &kept.keys, schemes)?;
            Ok(Checked { length: Some(kept.identity.len() as u64), ..found })
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
            let judgement: Judgement = read(canonical)?;
            numbered(judgement.id.0, entry.id)?;
            let order = match judgement.decision {
                Decision::Expunge(delivery) => Some((delivery.0, judgement.reason)),
                _ => None,
            };
            Ok(Checked { order, ..found })
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
fn indexed(
    snapshot: &Snapshot,
    ids: impl Iterator<Item = u64>,
    keys: &IdentityKeys,
    schemes: &[Scheme],
) -> Result<(), String> {
    let mut bytes = Vec::new();
    for ((id, scheme), value) in ids.zip(&keys.scheme).zip(keys.value.iter()) {
        let scheme = &schemes[*scheme as usize].name;
        key_bytes(&mut bytes, scheme, value);
        let found = snapshot.keys.get(bytes.as_slice()).map_err(|error| error.to_string())?;
        if found.map(|found| found.value()) != Some(id) {
            return Err(format!("the key index does not lead from {scheme}={value} to identity {id}"));
        }
    }
    Ok(())
}
