//! What tells that a delivery is the same again, and that a file of it is.

use super::request::Incoming;
use crate::EngineError;
use jaal_ledger::Snapshot;
use jaal_model::{DeliveryId, Digest, SourceFile};
use sha2::{Digest as _, Sha256};
use std::collections::{BTreeMap, BTreeSet};

/// Whether the ledger holds an incoming delivery.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Held {
    /// It does not.
    Never,
    /// It did, and the delivery was withdrawn: it is taken in again, as another.
    Withdrawn,
    /// It does, as this delivery.
    As(DeliveryId),
}

impl Held {
    /// Whether a delivery is held whose fingerprint the index of fingerprints has for `known`.
    ///
    /// # Complexity
    /// Reads all deliveries if the one that is known is withdrawn.
    pub(super) fn of(
        snapshot: &Snapshot,
        withdrawn: &BTreeSet<DeliveryId>,
        known: Option<DeliveryId>,
        fingerprint: &Digest,
    ) -> Result<Self, EngineError> {
        match known {
            None => Ok(Self::Never),
            Some(id) if !withdrawn.contains(&id) => Ok(Self::As(id)),
            Some(_) => {
                // The index has the latest of its content. An earlier one may stand, its withdrawal undone.
                let stands = snapshot.deliveries()?.into_iter().find(|held| {
                    !withdrawn.contains(&held.id)
                        && *fingerprint == digest(held.spec_sha256, &held.files, &held.handover.agency)
                });
                Ok(stands.map_or(Self::Withdrawn, |held| Self::As(held.id)))
            }
        }
    }
}

/// What tells that a delivery is the same again: its specification and its files, byte for byte and in any order,
/// from the same agency. The same files from another agency are further evidence.
///
/// # Errors
/// [`EngineError::SameFileTwice`] when two of its files have the same bytes.
pub(super) fn fingerprint(incoming: &Incoming) -> Result<Digest, EngineError> {
    let mut seen: BTreeMap<Digest, &str> = BTreeMap::new();
    for file in incoming.files() {
        if let Some(first) = seen.insert(file.sha256, &file.name) {
            let (first, second) = (first.to_owned(), file.name.clone());
            return Err(EngineError::SameFileTwice { first, second });
        }
    }
    Ok(digest(incoming.spec_sha256(), incoming.files(), &incoming.handover().agency))
}

/// SHA-256 of the specification's digest, the files' digests in ascending order, and the agency's name. All but the
/// name have a fixed length, and their number goes before them, so that no two deliveries run together.
fn digest(spec: Digest, files: &[SourceFile], agency: &str) -> Digest {
    let mut files: Vec<Digest> = files.iter().map(|file| file.sha256).collect();
    files.sort_unstable();
    let mut hasher = Sha256::new();
    hasher.update(spec.0);
    hasher.update((files.len() as u64).to_le_bytes());
    for file in &files {
        hasher.update(file.0);
    }
    hasher.update(agency.trim());
    Digest(hasher.finalize().into())
}
