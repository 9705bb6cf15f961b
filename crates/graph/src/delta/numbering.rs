//! The numbers of nodes in a view with changes: those that a fresh derivation would give.
//!
//! Nodes have a *place*: a node of the segment its number there, a later one the next number after those. Places never
//! change. The numbers that readers see are the order of the image (label set, then earliest claim), so a view with
//! changes numbers its nodes as the segment derived afresh would, and nothing above has to know of changes. Between
//! the two stand three sorted lists: the places of the segment that are left out, the places that are put in, and
//! before which place of the segment each of them is.
//!
//! # Complexity
//! A translation is two binary searches in lists as long as the changes; the lists are copied at every publication.

use std::sync::Arc;

/// Where a node stands in the order of the image: its label set and the earliest claim that names it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Standing {
    /// The label set, by its number in the delta.
    pub(crate) set: u16,
    /// The position of the earliest claim.
    pub(crate) earliest: u64,
}

/// A node put in between the nodes of the segment.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Inserted {
    /// Its place.
    pub(crate) place: u32,
    /// The place of the segment that it comes before.
    pub(crate) anchor: u32,
    pub(crate) standing: Standing,
}

/// The numbers of the nodes of a view.
#[derive(Clone, Default, Debug)]
pub(crate) struct Numbering {
    /// How many nodes the segment has.
    segment_nodes: u32,
    /// Places of the segment that are no longer where they were, ascending.
    removed: Arc<Vec<u32>>,
    /// What is put in, in the order of the image.
    inserted: Arc<Vec<Inserted>>,
    /// The number of each node put in, ascending.
    numbers: Arc<Vec<u32>>,
}

impl Numbering {
    /// The numbers of a segment's nodes: their own.
    pub(crate) fn of_segment(nodes: u32) -> Self {
        Self { segment_nodes: nodes, ..Self::default() }
    }

    /// How many nodes there are.
    pub(crate) fn len(&self) -> u32 {
        self.segment_nodes - self.removed.len() as u32 + self.inserted.len() as u32
    }

    /// Whether every number is the place itself.
    pub(crate) fn is_plain(&self) -> bool {
        self.removed.is_empty() && self.inserted.is_empty()
    }

    /// The place of a node.
    pub(crate) fn place(&self, number: u32) -> u32 {
        let before = self.numbers.partition_point(|n| *n < number);
        if self.numbers.get(before) == Some(&number) {
            return self.inserted[before].place;
        }
        let rank = number - before as u32;
        // The rank among the places left in; each place left out below the one sought shifts it by one.
        let (mut low, mut high) = (0, self.removed.len());
        while low < high {
            let middle = low.midpoint(high);
            if self.removed[middle] - middle as u32 <= rank { low = middle + 1 } else { high = middle }
        }
        rank + low as u32
    }

    /// The number of a place of the segment; `None` where it is left out.
    pub(crate) fn of_segment_place(&self, place: u32) -> Option<u32> {
        let gone = self.removed.partition_point(|p| *p < place);
        if self.removed.get(gone) == Some(&place) {
            return None;
        }
        let before = self.inserted.partition_point(|inserted| inserted.anchor <= place);
        Some(place - gone as u32 + before as u32)
    }

    /// The number of a node put in, found by where it stands; `rank` orders label sets.
    pub(crate) fn of_inserted(&self, place: u32, standing: Standing, rank: &[u16]) -> Option<u32> {
        let key = |s: Standing| (rank[usize::from(s.set)], s.earliest);
        let at = self.inserted.partition_point(|inserted| key(inserted.standing) < key(standing));
        (self.inserted.get(at)?.place == place).then(|| self.numbers[at])
    }

    /// The numbering after places went out and came in. `out` and `come` need no order; a place of the segment that
    /// moves is in both.
    pub(crate) fn changed(&self, out: &[u32], come: &[Inserted], rank: &[u16]) -> Self {
        if out.is_empty() && come.is_empty() {
            return self.clone();
        }
        let key = |i: &Inserted| (rank[usize::from(i.standing.set)], i.standing.earliest);
        let mut leaving: Vec<u32> = out.to_vec();
        leaving.sort_unstable();
        let mut removed: Vec<u32> = self.removed.to_vec();
        removed.extend(leaving.iter().filter(|place| **place < self.segment_nodes));
        removed.sort_unstable();
        removed.dedup();
        let stays = |i: &&Inserted| leaving.binary_search(&i.place).is_err();
        let mut inserted: Vec<Inserted> = self.inserted.iter().filter(stays).copied().collect();
        inserted.extend(come);
        inserted.sort_by_key(key);
        let mut numbers = Vec::with_capacity(inserted.len());
        let mut gone = 0;
        for (at, one) in inserted.iter().enumerate() {
            while removed.get(gone).is_some_and(|place| *place < one.anchor) {
                gone += 1;
            }
            numbers.push(one.anchor - gone as u32 + at as u32);
        }
        Self {
            segment_nodes: self.segment_nodes,
            removed: Arc::new(removed),
            inserted: Arc::new(inserted),
            numbers: Arc::new(numbers),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A segment of three label sets, some of its nodes out, others in: against the list written out.
    fn check(counts: [u32; 3], out: &[u32], come: &[(u16, u64)]) -> Result<(), TestCaseError> {
        let rank: Vec<u16> = vec![2, 0, 1];
        let nodes: u32 = counts.iter().sum();
        // Segment nodes of the set at rank r have earliest 10, 20, 30 ...
        let by_rank = [1_u16, 2, 0];
        let mut all: Vec<(u16, u64, u32)> = Vec::new();
        let mut place = 0;
        let mut firsts = [0; 3];
        for (at, set) in by_rank.iter().enumerate() {
            firsts[at] = place;
            for n in 0..counts[at] {
                all.push((rank[usize::from(*set)], u64::from(n + 1) * 10, place));
                place += 1;
            }
        }
        let out: Vec<u32> = out.iter().copied().filter(|p| *p < nodes).collect();
        let mut inserted = Vec::new();
        for (at, (set, earliest)) in come.iter().enumerate() {
            let place = nodes + at as u32;
            let r = usize::from(rank[usize::from(*set)]);
            let below = u32::try_from((earliest / 10).min(u64::from(counts[r]))).unwrap();
            let standing = Standing { set: *set, earliest: *earliest };
            inserted.push(Inserted { place, anchor: firsts[r] + below, standing });
            all.push((rank[usize::from(*set)], *earliest, place));
        }
        all.retain(|(_, _, place)| !out.contains(place));
        all.sort_unstable();
        let (half_out, half_in) = (out.len() / 2, inserted.len() / 2);
        let numbering = Numbering::of_segment(nodes)
            .changed(&out[..half_out], &inserted[..half_in], &rank)
            .changed(&out[half_out..], &inserted[half_in..], &rank);
        prop_assert_eq!(numbering.len() as usize, all.len());
        for (number, (_, _, place)) in all.iter().enumerate() {
            let number = number as u32;
            prop_assert_eq!(numbering.place(number), *place);
            let back = match place.checked_sub(nodes) {
                None => numbering.of_segment_place(*place),
                Some(at) => numbering.of_inserted(*place, inserted[at as usize].standing, &rank),
            };
            prop_assert_eq!(back, Some(number));
        }
        for place in out {
            prop_assert_eq!(numbering.of_segment_place(place), None);
        }
        Ok(())
    }

    proptest! {
        #[test]
        fn numbers_are_the_order_of_the_image(
            counts in [0_u32..6, 0..6, 0..6],
            out in prop::collection::btree_set(0_u32..18, 0..8),
            come in prop::collection::btree_set((0_u16..3, 0_u64..8), 0..8),
        ) {
            // Earliest claims are distinct: those put in end in 5, those of the segment in 0.
            let come: Vec<(u16, u64)> = come.into_iter().map(|(set, n)| (set, n * 10 + 5)).collect();
            let out: Vec<u32> = out.into_iter().collect();
            check(counts, &out, &come)?;
        }
    }
}
