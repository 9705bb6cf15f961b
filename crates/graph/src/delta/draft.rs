//! The next delta in the making: entities and links put in, left out and changed, one by one, with everything that is
//! counted and looked up kept in step.

use super::numbering::Inserted;
use super::touched::Touched;
use super::{Added, Delta, GONE, LinkPlace, LinkRecord, NodeRecord, Numbering};
use crate::derive::{Conflict, Tally};
use crate::error::narrow;
use crate::{GraphError, View};
use jaal_model::{CommitId, Digest, Key};
use rpds::{HashTrieMapSync, HashTrieSetSync, RedBlackTreeMapSync, RedBlackTreeSetSync};
use std::sync::{Arc, OnceLock};

/// A delta in the making.
pub(super) struct Draft<'a> {
    view: &'a View,
    pub(super) delta: Delta,
    /// Places that leave the order of the image, and those that come into it.
    left: Vec<u32>,
    come: Vec<u32>,
}

impl<'a> Draft<'a> {
    /// A draft of what follows on a view.
    pub(super) fn new(view: &'a View) -> Self {
        let mut delta = view.delta().cloned().unwrap_or_else(|| Delta::of_segment(view));
        delta.names = OnceLock::new();
        Self { view, delta, left: Vec::new(), come: Vec::new() }
    }

    /// The view with the changes, of a commit.
    pub(super) fn finish(mut self, commit: CommitId, digest: Digest) -> View {
        let rank = Arc::clone(&self.delta.set_rank);
        let come: Vec<Inserted> = self.come.iter().filter_map(|place| self.inserted(*place)).collect();
        self.delta.numbering = self.delta.numbering.changed(&self.left, &come, &rank);
        self.view.with_delta(self.delta, commit, digest)
    }

    /// Where in the order of the image a node with a record stands.
    fn inserted(&self, place: u32) -> Option<Inserted> {
        let standing = self.delta.records.get(&place)?.standing;
        let sets = &self.view.catalog().label_sets;
        let anchor = if let Some(set) = sets.get(usize::from(standing.set)) {
            let (mut low, mut high) = (set.first, set.first + set.count);
            while low < high {
                let middle = low.midpoint(high);
                if self.view.segment_earliest(middle) < standing.earliest {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            low
        } else {
            let rank = &self.delta.set_rank;
            let after = |(at, _): &(usize, _)| rank[*at] > rank[usize::from(standing.set)];
            let next = sets.iter().enumerate().find(after);
            next.map_or(self.delta.segment_nodes, |(_, set)| set.first)
        };
        Some(Inserted { place, anchor, standing })
    }

    /// The label set of a node, by its number in the delta.
    pub(super) fn set_of(&self, place: u32) -> u16 {
        match self.delta.record(place) {
            Some(record) => record.standing.set,
            None => self.view.catalog().label_set_of(place).map_or(0, |(at, _)| at as u16),
        }
    }

    /// The place of an identity, as the draft has it.
    pub(super) fn place_of(&self, identity: u32) -> Option<u32> {
        match self.delta.identities.get(&identity) {
            Some(place) => (*place != GONE).then_some(*place),
            None => self.view.place_of_identity(identity),
        }
    }

    /// The number of a label set, which is made if it is not there.
    ///
    /// # Errors
    /// [`GraphError::TooLarge`] when there are too many.
    pub(super) fn set_id(&mut self, kinds: Vec<String>) -> Result<u16, GraphError> {
        if let Some(at) = self.delta.sets.iter().position(|set| *set == kinds) {
            return Ok(at as u16);
        }
        let sets = Arc::make_mut(&mut self.delta.sets);
        sets.push(kinds);
        self.delta.set_counts.push(0);
        let id = crate::derive::narrow_u16("label sets", sets.len() as u64)? - 1;
        self.delta.set_rank = Arc::new(ranks(sets));
        Ok(id)
    }

    /// The number of a link type, which is made if it is not there.
    ///
    /// # Errors
    /// [`GraphError::TooLarge`] when there are too many.
    pub(super) fn type_id(&mut self, name: &str) -> Result<u16, GraphError> {
        if let Some(at) = self.delta.types.iter().position(|t| t == name) {
            return Ok(at as u16);
        }
        let types = Arc::make_mut(&mut self.delta.types);
        types.push(name.to_owned());
        self.delta.type_counts.push(0);
        self.delta.next_rows.push(0);
        Ok(crate::derive::narrow_u16("link types", types.len() as u64)? - 1)
    }

    /// The number of a property name, which is made if it is not there.
    pub(super) fn property_id(&mut self, name: &str) -> u32 {
        if let Some(at) = self.delta.properties.iter().position(|p| p == name) {
            return at as u32;
        }
        let properties = Arc::make_mut(&mut self.delta.properties);
        properties.push(name.to_owned());
        properties.len() as u32 - 1
    }

    /// Leaves a node out. Its links must have gone before.
    pub(super) fn remove_node(&mut self, place: u32) {
        let set = usize::from(self.set_of(place));
        self.delta.set_counts[set] = self.delta.set_counts[set].saturating_sub(1);
        for identity in self.view.identities_at(place) {
            self.delta.identities.insert_mut(identity, GONE);
        }
        for key in self.view.keys_at(place) {
            self.count_key(&key, None, false);
            self.delta.keys.remove_mut(&(key.scheme.clone(), key.value));
        }
        self.delta.records.remove_mut(&place);
        self.delta.added.remove_mut(&place);
        self.delta.touched.mark(place);
        self.left.push(place);
    }

    /// Puts a node in, and returns its place. `bases` are the base kinds of its keys' schemes.
    ///
    /// # Errors
    /// [`GraphError::TooLarge`] when there are more nodes than an image holds.
    pub(super) fn put_node(
        &mut self,
        record: NodeRecord,
        bases: &[Option<String>],
    ) -> Result<u32, GraphError> {
        let place = self.delta.next_place;
        self.delta.next_place = narrow("entities", u64::from(place) + 1)?;
        self.delta.set_counts[usize::from(record.standing.set)] += 1;
        self.enter_identities(place, &record, 0, bases);
        self.delta.records.insert_mut(place, Arc::new(record));
        self.come.push(place);
        Ok(place)
    }

    /// Puts a record in the place of what was known of a node, whose identities must begin with those it had.
    pub(super) fn patch_node(&mut self, place: u32, record: NodeRecord, bases: &[Option<String>]) {
        let (before, after) = (usize::from(self.set_of(place)), usize::from(record.standing.set));
        if before != after {
            self.delta.set_counts[before] = self.delta.set_counts[before].saturating_sub(1);
            self.delta.set_counts[after] += 1;
            self.left.push(place);
            self.come.push(place);
        }
        let had = self.view.identities_at(place).len();
        self.enter_identities(place, &record, had, bases);
        self.delta.touched.mark(place);
        self.delta.records.insert_mut(place, Arc::new(record));
    }

    /// Enters identities of a record from `skip` on with their keys.
    fn enter_identities(&mut self, place: u32, record: &NodeRecord, skip: usize, bases: &[Option<String>]) {
        let keys = record.identities.iter().zip(&record.keys).zip(bases).skip(skip);
        for ((identity, key), base) in keys {
            self.delta.identities.insert_mut(*identity, place);
            let name = (key.scheme.clone(), key.value.clone());
            self.delta.keys.insert_mut(name, *identity);
            self.count_key(key, base.as_ref(), true);
        }
    }

    fn count_key(&mut self, key: &Key, base: Option<&String>, comes: bool) {
        let name = key.scheme.clone();
        let (count, kind) = self.delta.schemes.get(&name).cloned().unwrap_or((0, base.cloned()));
        let count = if comes { count + 1 } else { count.saturating_sub(1) };
        if count == 0 {
            self.delta.schemes.remove_mut(&name);
        } else {
            self.delta.schemes.insert_mut(name, (count, kind));
        }
    }

    /// Puts a link in; both ends know it.
    ///
    /// # Errors
    /// [`GraphError::TooLarge`] when there are more links of a type than an image holds.
    pub(super) fn add_link(&mut self, link_type: u16, record: LinkRecord) -> Result<(), GraphError> {
        let at = usize::from(link_type);
        let row = self.delta.next_rows[at];
        self.delta.next_rows[at] = narrow("links of one type", u64::from(row) + 1)?;
        self.delta.type_counts[at] += 1;
        let (from, to) = (record.from, record.to);
        let first = record.claims.first().copied().unwrap_or(u32::MAX);
        let added = |out, other| Added { link_type, row, out, other, first };
        self.list(from, added(true, to));
        self.list(to, added(false, from));
        self.delta.links.insert_mut((link_type, row), Arc::new(record));
        Ok(())
    }

    fn list(&mut self, place: u32, added: Added) {
        self.delta.touched.mark(place);
        match self.delta.added.get_mut(&place) {
            Some(list) => Arc::make_mut(list).push(added),
            None => self.delta.added.insert_mut(place, Arc::new(vec![added])),
        }
    }

    /// Takes a link out; neither end knows it any more. Does nothing for one that is out already.
    pub(super) fn remove_link(&mut self, link: LinkPlace, from: u32, to: u32) {
        let (own, row) = link;
        let in_segment = self.view.catalog().link_types.get(usize::from(own)).is_some_and(|t| row < t.count);
        if in_segment {
            if self.delta.dead.contains(&link) {
                return;
            }
            self.delta.dead.insert_mut(link);
            for (place, way) in [(from, 0), (to, 1)] {
                let mut lost = self.delta.lost.get(&place).copied().unwrap_or_default();
                lost[way] += 1;
                self.delta.lost.insert_mut(place, lost);
                self.delta.touched.mark(place);
            }
        } else if self.delta.links.remove_mut(&link) {
            for place in [from, to] {
                if let Some(list) = self.delta.added.get_mut(&place) {
                    Arc::make_mut(list).retain(|added| (added.link_type, added.row) != link);
                }
            }
        } else {
            return;
        }
        let count = &mut self.delta.type_counts[usize::from(own)];
        *count = count.saturating_sub(1);
    }

    /// Enters a same-as that is skipped.
    pub(super) fn put_conflict(&mut self, conflict: Conflict) {
        self.delta.conflicts.insert_mut(conflict);
        for identity in [conflict.a, conflict.b] {
            self.delta.conflicts_of.insert_mut((identity, conflict));
        }
    }

    /// Forgets a same-as that was skipped.
    pub(super) fn remove_conflict(&mut self, conflict: Conflict) {
        self.delta.conflicts.remove_mut(&conflict);
        for identity in [conflict.a, conflict.b] {
            self.delta.conflicts_of.remove_mut(&(identity, conflict));
        }
    }

    /// Counts claims in and out.
    pub(super) fn count(&mut self, come: &Tally, gone: &Tally) {
        self.delta.tally.subtract(gone);
        self.delta.tally.join(come);
    }
}

/// The place of each label set in the order of the image.
fn ranks(sets: &[Vec<String>]) -> Vec<u16> {
    let mut order: Vec<usize> = (0..sets.len()).collect();
    order.sort_by(|a, b| sets[*a].cmp(&sets[*b]));
    let mut rank = vec![0; sets.len()];
    order.into_iter().enumerate().for_each(|(at, set)| rank[set] = at as u16);
    rank
}

impl Delta {
    /// No change on a segment.
    ///
    /// # Complexity
    /// That of its names, label sets and skipped same-as.
    pub(super) fn of_segment(view: &View) -> Self {
        let catalog = view.catalog();
        let names =
            |kinds: &[u16]| kinds.iter().map(|kind| catalog.kinds[usize::from(*kind)].clone()).collect();
        let sets: Vec<Vec<String>> = catalog.label_sets.iter().map(|set| names(&set.kinds)).collect();
        let mut schemes = RedBlackTreeMapSync::new_sync();
        for scheme in &catalog.schemes {
            let count = scheme.values.len(view.segment()) as u64;
            schemes.insert_mut(scheme.name.clone(), (count, scheme.kind.clone()));
        }
        let (mut conflicts, mut conflicts_of) =
            (RedBlackTreeSetSync::new_sync(), RedBlackTreeSetSync::new_sync());
        for conflict in view.conflicts() {
            conflicts.insert_mut(conflict);
            conflicts_of.insert_mut((conflict.a, conflict));
            conflicts_of.insert_mut((conflict.b, conflict));
        }
        Self {
            segment_nodes: catalog.nodes,
            next_place: catalog.nodes,
            set_counts: catalog.label_sets.iter().map(|set| set.count).collect(),
            set_rank: Arc::new(ranks(&sets)),
            sets: Arc::new(sets),
            types: Arc::new(catalog.link_types.iter().map(|t| t.name.clone()).collect()),
            type_counts: catalog.link_types.iter().map(|t| t.count).collect(),
            next_rows: catalog.link_types.iter().map(|t| t.count).collect(),
            properties: Arc::new(catalog.properties.clone()),
            tally: catalog.tally.clone(),
            schemes,
            touched: Touched::new(catalog.nodes),
            records: HashTrieMapSync::new_sync(),
            numbering: Numbering::of_segment(catalog.nodes),
            added: HashTrieMapSync::new_sync(),
            links: HashTrieMapSync::new_sync(),
            dead: HashTrieSetSync::new_sync(),
            lost: HashTrieMapSync::new_sync(),
            identities: HashTrieMapSync::new_sync(),
            keys: RedBlackTreeMapSync::new_sync(),
            names: OnceLock::new(),
            conflicts,
            conflicts_of,
            changed_claims: 0,
        }
    }
}
