//! The names of identities, by identity: from a snapshot, or with those of a commit that is just being made.

use super::narrow_u16;
use crate::GraphError;
use crate::error::narrow;
use jaal_ledger::{NewKeys, Snapshot};
use jaal_model::Scheme;
use jaal_model::claim::StrColumn;

/// The key of every identity of a ledger.
pub struct Identities {
    pub(crate) schemes: Vec<Scheme>,
    /// [`NO_SCHEME`] where the key is gone.
    pub(crate) scheme: Vec<u16>,
    pub(crate) values: StrColumn,
    bytes: u64,
}

/// The scheme of an identity whose key was expunged.
const NO_SCHEME: u16 = u16::MAX;

impl Identities {
    /// The identities that a snapshot knows.
    ///
    /// # Errors
    /// [`GraphError::Ledger`] when they cannot be read, [`GraphError::TooLarge`] when they outgrow an image.
    ///
    /// # Complexity
    /// Linear in the bytes of all keys.
    pub fn read(snapshot: &Snapshot) -> Result<Self, GraphError> {
        let mut identities = Self::new(snapshot.schemes()?);
        for block in snapshot.identity_keys()? {
            for (id, scheme, value) in block?.numbered() {
                identities.push(id.0, scheme, value)?;
            }
        }
        identities.check_size()?;
        Ok(identities)
    }

    /// Adds the keys of a commit that follows directly.
    ///
    /// # Errors
    /// [`GraphError::TooLarge`] when they outgrow an image.
    pub fn extend(&mut self, new: &NewKeys) -> Result<(), GraphError> {
        self.schemes = new.schemes().to_vec();
        for (id, scheme, value) in new.iter() {
            self.push(id.0, scheme, value)?;
        }
        self.check_size()
    }

    pub(crate) fn new(schemes: Vec<Scheme>) -> Self {
        Self { schemes, scheme: Vec::new(), values: StrColumn::new(), bytes: 0 }
    }

    /// Adds the key of an identity; those before that have none are left without.
    pub(crate) fn push(&mut self, id: u64, scheme: u32, value: &str) -> Result<(), GraphError> {
        // Expunged keys leave gaps. No claim names these identities, so they are given no scheme.
        while (self.scheme.len() as u64) < id {
            self.scheme.push(NO_SCHEME);
            self.values.push("");
        }
        self.bytes += value.len() as u64;
        self.scheme.push(narrow_u16("schemes", u64::from(scheme))?);
        self.values.push(value);
        Ok(())
    }

    fn check_size(&self) -> Result<(), GraphError> {
        narrow("bytes of keys", self.bytes)?;
        narrow("identities", self.scheme.len() as u64)?;
        Ok(())
    }
}
