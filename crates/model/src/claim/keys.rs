//! The keys that the claims of one chunk speak of, before the ledger has numbered their identities.

use super::StrColumn;
use crate::Scheme;

/// A list of keys, with repeats where a chunk names a key twice: position here is what `subject` and `object`
/// of unresolved claim tables hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeyList {
    schemes: Vec<Scheme>,
    scheme: Vec<u16>,
    values: StrColumn,
}

impl KeyList {
    /// An empty list.
    pub fn new() -> Self {
        Self::default()
    }

    /// The number to use in [`KeyList::push`] for a scheme, added when it is new. A chunk has few schemes, so
    /// this is a walk over them.
    pub fn scheme(&mut self, scheme: &Scheme) -> u16 {
        if let Some(at) = self.schemes.iter().position(|s| s == scheme) {
            return at as u16;
        }
        self.schemes.push(scheme.clone());
        (self.schemes.len() - 1) as u16
    }

    /// Adds a key and returns its position.
    pub fn push(&mut self, scheme: u16, value: &str) -> u64 {
        self.scheme.push(scheme);
        self.values.push(value);
        (self.scheme.len() - 1) as u64
    }

    /// The number of keys, repeats included.
    pub fn len(&self) -> usize {
        self.scheme.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.scheme.is_empty()
    }

    /// The schemes in order of number.
    pub fn schemes(&self) -> &[Scheme] {
        &self.schemes
    }

    /// The scheme number and value at `index`.
    pub fn get(&self, index: usize) -> (u16, &str) {
        (self.scheme[index], self.values.get(index))
    }
}
