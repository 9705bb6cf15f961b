//! Numbers for keys, inside one write transaction.
//!
//! 1. Every key that the transaction meets is kept once in a *directory* in memory: its text in one arena, found by a
//!    hash table with open addressing whose cells hold all that a look-up needs beside the text.
//! 2. Keys that the directory does not hold are looked up in the ledger's index in sorted order, so that
//!    neighbours share pages; not at all when the index was empty when the transaction began.
//! 3. What is in neither gets the next identity, in the order in which the caller first named it. Its index entry
//!    is written at commit, sorted.

use crate::Result;
use crate::block::IdentityKeys;
use crate::packed_text::PackedText;
use jaal_model::claim::KeyList;
use jaal_model::{IdentityId, Scheme, text_order};
use rayon::slice::ParallelSliceMut;
use rustc_hash::FxHashMap;

/// The keys that a commit adds, and all schemes that are known with it.
pub struct NewKeys {
    schemes: Vec<Scheme>,
    slots: Vec<Slot>,
    text: String,
}

impl NewKeys {
    pub(crate) fn new(identities: Identities) -> Self {
        let (schemes, slots, text) = identities.into_new();
        Self { schemes, slots, text }
    }

    /// All schemes, by number.
    pub fn schemes(&self) -> &[Scheme] {
        &self.schemes
    }

    /// Identity, number of the scheme and value of each new key, ascending by identity.
    pub fn iter(&self) -> impl Iterator<Item = (IdentityId, u32, &str)> {
        self.slots.iter().map(|slot| {
            let value = self.text.get(slot.start..slot.start + slot.len as usize).unwrap_or("");
            (IdentityId(slot.id), slot.scheme, value)
        })
    }
}

/// An identity not known yet.
const UNKNOWN: u64 = u64::MAX;

/// A block of new keys is closed early when its texts grow beyond this many bytes.
const BLOCK_TEXT_BYTES: usize = 16 << 20;

/// Asks the index for the identity of a key, given scheme and value.
pub(crate) type LookUp<'a> = dyn Fn(&str, &str) -> Result<Option<u64>> + 'a;

/// One key of the directory.
struct Slot {
    /// Where its text begins in the arena.
    start: usize,
    /// Its identity.
    id: u64,
    len: u32,
    scheme: u32,
}

/// A cell of the hash table. A load of millions of rows waits for memory here and for little else, so a key that is
/// known costs one cell, half a line of the cache; its text is looked at only when it is long.
#[derive(Clone, Copy)]
struct Cell {
    /// The text, or where it is.
    text: PackedText,
    id: u64,
    scheme: u32,
    /// The key's slot; [`EMPTY`] in a cell without one.
    slot: u32,
}

/// In a cell: no key.
const EMPTY: u32 = u32::MAX;

impl Cell {
    const FREE: Self = Self { text: PackedText(0), id: UNKNOWN, scheme: 0, slot: EMPTY };
}

/// The cells of a new table: a power of two.
const FIRST_CELLS: usize = 1 << 10;

/// So many keys are looked up side by side, so that the waits for their cells overlap.
const ABREAST: usize = 32;

/// A key on its way through the table.
#[derive(Clone, Copy, Default)]
struct Wanted {
    text: PackedText,
    hash: u64,
    scheme: u32,
}

impl Wanted {
    fn new(scheme: u32, value: &str) -> Self {
        let text = PackedText::of(value);
        Self { text, hash: text.hash(scheme), scheme }
    }
}

impl Cell {
    /// Whether the cell may hold a key, and does if the key's text is [`PackedText::is_whole`].
    fn is(&self, wanted: &Wanted) -> bool {
        self.text == wanted.text && self.scheme == wanted.scheme && self.slot != EMPTY
    }
}

/// What the directory has of a key.
enum Met {
    /// Its identity.
    As(u64),
    /// Its slot: it has none yet.
    At(usize),
}

/// The keys met in one transaction.
pub(crate) struct Identities {
    schemes: Vec<Scheme>,
    scheme_numbers: FxHashMap<String, u32>,
    /// The hash table; its length is a power of two, and at most half of it is in use.
    cells: Vec<Cell>,
    /// The keys in the order in which they were met.
    slots: Vec<Slot>,
    text: String,
    /// The first identity of this transaction, and the next to give.
    first_new: u64,
    next_new: u64,
    /// New keys not yet in a block, and full blocks not yet taken.
    open: IdentityKeys,
    full: Vec<(u64, IdentityKeys)>,
}

impl Identities {
    pub(crate) fn new(schemes: Vec<Scheme>, next_identity: u64) -> Self {
        let scheme_numbers = schemes.iter().zip(0..).map(|(scheme, n)| (scheme.name.clone(), n)).collect();
        Self {
            schemes,
            scheme_numbers,
            cells: vec![Cell::FREE; FIRST_CELLS],
            slots: Vec::new(),
            text: String::new(),
            first_new: next_identity,
            next_new: next_identity,
            open: IdentityKeys::default(),
            full: Vec::new(),
        }
    }

    /// The next identity to give.
    pub(crate) fn next_identity(&self) -> u64 {
        self.next_new
    }

    /// The number and definition of a scheme.
    pub(crate) fn scheme(&self, name: &str) -> Option<(u32, &Scheme)> {
        let number = *self.scheme_numbers.get(name)?;
        Some((number, self.schemes.get(number as usize)?))
    }

    /// Adds a scheme that is not there and returns its number.
    pub(crate) fn add_scheme(&mut self, scheme: &Scheme) -> u32 {
        let number = self.schemes.len() as u32;
        self.scheme_numbers.insert(scheme.name.clone(), number);
        self.schemes.push(scheme.clone());
        number
    }

    /// The identity of every key of a list, `numbers` giving the ledger's number of each of its schemes. `stored`
    /// answers what the index holds; `None` when it is known to hold nothing.
    ///
    /// # Errors
    /// Those of `stored`.
    ///
    /// # Complexity
    /// Linear in the list, beside one sort and one look-up for each key that the directory does not hold.
    pub(crate) fn resolve(
        &mut self,
        keys: &KeyList,
        numbers: &[u32],
        stored: Option<&LookUp<'_>>,
    ) -> Result<Vec<u64>> {
        let met = self.slots.len();
        let mut ids = Vec::with_capacity(keys.len());
        let mut open: Vec<(usize, usize)> = Vec::new();
        let mut wanted = [Wanted::default(); ABREAST];
        let mut first = [Cell::FREE; ABREAST];
        for begin in (0..keys.len()).step_by(ABREAST) {
            let count = ABREAST.min(keys.len() - begin);
            for (at, wanted) in (begin..).zip(&mut wanted[..count]) {
                let (scheme, value) = keys.get(at);
                *wanted = Wanted::new(numbers[usize::from(scheme)], value);
            }
            for (cell, wanted) in first.iter_mut().zip(&wanted[..count]) {
                *cell = self.cells[self.begin(wanted.hash)];
            }
            for (at, (cell, wanted)) in (begin..).zip(first.iter().zip(&wanted[..count])) {
                let is_known = wanted.text.is_whole() && cell.is(wanted) && cell.id != UNKNOWN;
                let met = if is_known { Met::As(cell.id) } else { self.meet(wanted, keys.get(at).1) };
                match met {
                    Met::As(id) => ids.push(id),
                    Met::At(slot) => {
                        open.push((at, slot));
                        ids.push(UNKNOWN);
                    }
                }
            }
        }
        if let Some(stored) = stored {
            for slot in self.sorted(met..self.slots.len()) {
                let scheme = &self.schemes[self.slots[slot].scheme as usize].name;
                if let Some(id) = stored(scheme, self.value(slot))? {
                    self.slots[slot].id = id;
                }
            }
        }
        for slot in met..self.slots.len() {
            if self.slots[slot].id == UNKNOWN {
                self.give(slot);
            }
            self.enter(slot);
        }
        for (at, slot) in open {
            ids[at] = self.slots[slot].id;
        }
        Ok(ids)
    }

    /// Takes the full blocks of new keys, each with its first identity.
    pub(crate) fn take_full(&mut self) -> Vec<(u64, IdentityKeys)> {
        std::mem::take(&mut self.full)
    }

    /// Takes the full blocks and the one begun.
    pub(crate) fn take_all(&mut self) -> Vec<(u64, IdentityKeys)> {
        self.close();
        self.take_full()
    }

    /// The transaction's new keys in the index's order.
    pub(crate) fn new_sorted(&self) -> impl Iterator<Item = (&str, &str, u64)> {
        let mut slots = self.sorted(0..self.slots.len());
        slots.retain(|slot| self.slots[*slot].id >= self.first_new);
        slots.into_iter().map(|slot| {
            (
                self.schemes[self.slots[slot].scheme as usize].name.as_str(),
                self.value(slot),
                self.slots[slot].id,
            )
        })
    }

    /// The transaction's new keys by identity, and all schemes.
    fn into_new(self) -> (Vec<Scheme>, Vec<Slot>, String) {
        let Self { schemes, mut slots, text, first_new, .. } = self;
        // They were given their identities in this order.
        slots.retain(|slot| slot.id >= first_new);
        (schemes, slots, text)
    }

    fn value(&self, slot: usize) -> &str {
        let Slot { start, len, .. } = self.slots[slot];
        &self.text[start..start + len as usize]
    }

    /// Where the search for a key begins.
    fn begin(&self, hash: u64) -> usize {
        hash as usize & (self.cells.len() - 1)
    }

    /// What the directory has of a key, which is added when it is not there.
    fn meet(&mut self, wanted: &Wanted, value: &str) -> Met {
        let mask = self.cells.len() - 1;
        let mut at = self.begin(wanted.hash);
        while self.cells[at].slot != EMPTY {
            let cell = self.cells[at];
            if cell.is(wanted) && (wanted.text.is_whole() || self.value(cell.slot as usize) == value) {
                return if cell.id == UNKNOWN { Met::At(cell.slot as usize) } else { Met::As(cell.id) };
            }
            at = (at + 1) & mask;
        }
        let slot = self.slots.len();
        let (start, len, scheme) = (self.text.len(), value.len() as u32, wanted.scheme);
        self.text.push_str(value);
        self.cells[at] = Cell { text: wanted.text, id: UNKNOWN, scheme, slot: slot as u32 };
        self.slots.push(Slot { start, id: UNKNOWN, len, scheme });
        if self.slots.len() * 2 > self.cells.len() {
            self.grow();
        }
        Met::At(slot)
    }

    /// Enters the identity of a slot in its cell.
    fn enter(&mut self, slot: usize) {
        let id = self.slots[slot].id;
        let mask = self.cells.len() - 1;
        let mut at = self.begin(Wanted::new(self.slots[slot].scheme, self.value(slot)).hash);
        while self.cells[at].slot != slot as u32 {
            at = (at + 1) & mask;
        }
        self.cells[at].id = id;
    }

    /// Makes the table twice as large.
    fn grow(&mut self) {
        let mask = self.cells.len() * 2 - 1;
        let mut cells = vec![Cell::FREE; mask + 1];
        for cell in self.cells.iter().filter(|cell| cell.slot != EMPTY) {
            let mut at = cell.text.hash(cell.scheme) as usize & mask;
            while cells[at].slot != EMPTY {
                at = (at + 1) & mask;
            }
            cells[at] = *cell;
        }
        self.cells = cells;
    }

    /// Slots ordered as the index orders their keys.
    fn sorted(&self, range: std::ops::Range<usize>) -> Vec<usize> {
        // The zero byte after a scheme's name sorts below every byte of a longer name, as the end of a text does.
        let mut by_name: Vec<u32> = (0..self.schemes.len() as u32).collect();
        by_name.sort_by_key(|number| self.schemes[*number as usize].name.as_bytes());
        let mut rank = vec![0_u32; self.schemes.len()];
        for (at, number) in by_name.into_iter().enumerate() {
            rank[number as usize] = at as u32;
        }
        // Most texts differ in their first bytes, which lie side by side here.
        let beginning = |slot: usize| {
            let value = self.value(slot).as_bytes();
            (rank[self.slots[slot].scheme as usize], text_order::beginning(value), slot)
        };
        let mut slots: Vec<(u32, u128, usize)> = range.map(beginning).collect();
        slots.par_sort_unstable_by(|a, b| {
            (a.0, a.1).cmp(&(b.0, b.1)).then_with(|| self.value(a.2).cmp(self.value(b.2)))
        });
        slots.into_iter().map(|(_, _, slot)| slot).collect()
    }

    fn give(&mut self, slot: usize) {
        self.slots[slot].id = self.next_new;
        self.next_new += 1;
        let Slot { start, len, scheme, .. } = self.slots[slot];
        self.open.scheme.push(scheme);
        self.open.value.push(&self.text[start..start + len as usize]);
        if self.open.len() == IdentityKeys::FULL || self.open.value.byte_len() > BLOCK_TEXT_BYTES {
            self.close();
        }
    }

    fn close(&mut self) {
        if self.open.len() > 0 {
            let first = self.next_new - self.open.len() as u64;
            self.full.push((first, std::mem::take(&mut self.open)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    proptest! {
        /// Against a map: the same numbers, whatever is in the index already.
        #[test]
        fn numbers_as_a_map_would(
            lists in prop::collection::vec(prop::collection::vec((0_u16..3, "[ab]{0,3}"), 0..60), 1..5),
            stored in prop::collection::btree_map((0_u16..3, "[ab]{0,2}"), 0_u64..50, 0..6),
        ) {
            let schemes: Vec<Scheme> =
                ["x", "a", "a.b"].iter().map(|n| Scheme { name: (*n).to_owned(), kind: None }).collect();
            let mut identities = Identities::new(schemes.clone(), 50);
            let number = |name: &str| schemes.iter().position(|s| s.name == name).unwrap() as u16;
            let look = |scheme: &str, value: &str| Ok(stored.get(&(number(scheme), value.to_owned())).copied());
            let mut expected: BTreeMap<(u16, String), u64> = BTreeMap::new();
            let mut next = 50;
            for list in &lists {
                let mut keys = KeyList::new();
                let mut want = Vec::new();
                for (scheme, value) in list {
                    let at = keys.scheme(&schemes[usize::from(*scheme)]);
                    keys.push(at, value);
                    let key = (*scheme, value.clone());
                    let id = stored.get(&key).copied().unwrap_or_else(|| {
                        *expected.entry(key).or_insert_with(|| { next += 1; next - 1 })
                    });
                    want.push(id);
                }
                let numbers: Vec<u32> =
                    keys.schemes().iter().map(|s| identities.scheme(&s.name).unwrap().0).collect();
                let got = identities.resolve(&keys, &numbers, Some(&look)).unwrap();
                prop_assert_eq!(got, want);
            }
            prop_assert_eq!(identities.next_identity(), next);
            let indexed: Vec<(String, u64)> =
                identities.new_sorted().map(|(s, v, id)| (format!("{s}\0{v}"), id)).collect();
            prop_assert!(indexed.windows(2).all(|w| w[0].0.as_bytes() < w[1].0.as_bytes()));
            prop_assert_eq!(indexed.len(), expected.len());
            let blocks = identities.take_all();
            let listed: usize = blocks.iter().map(|(_, keys)| keys.len()).sum();
            prop_assert_eq!(listed, expected.len());
        }
    }
}
