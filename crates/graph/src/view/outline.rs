//! The outline of a view: what is small and read all the time. Names with their numbers, label sets with their
//! ranges, counts. Made anew for each view, at the cost of its label sets, types and names.

use crate::delta::Delta;
use crate::segment::Catalog;
use jaal_model::{CommitId, Digest, Marking};

/// A number that a view does not have.
const NONE: u16 = u16::MAX;

/// The entities that have exactly these kinds: a range of nodes.
#[derive(Clone, Debug)]
pub(crate) struct SetRange {
    /// Kinds, ascending.
    pub(crate) kinds: Vec<u16>,
    pub(crate) first: u32,
    pub(crate) count: u32,
}

/// See the module.
#[derive(Clone, Debug)]
pub(crate) struct Outline {
    pub(crate) commit: CommitId,
    pub(crate) digest: Digest,
    pub(crate) marking: Marking,
    pub(crate) nodes: u32,
    pub(crate) links: u64,
    pub(crate) kinds: Vec<String>,
    pub(crate) link_types: Vec<String>,
    /// How many links each type has.
    pub(crate) link_counts: Vec<u32>,
    /// Names of all properties, sorted.
    pub(crate) properties: Vec<String>,
    /// Names and base kinds of the schemes whose keys the image has, in order of name.
    pub(crate) schemes: Vec<(String, Option<String>)>,
    /// In node order.
    pub(crate) sets: Vec<SetRange>,
    /// For each link type its number in the delta, or in the segment where there is none, and the reverse.
    own_type: Vec<u16>,
    view_type: Vec<u16>,
}

impl Outline {
    /// The outline of a segment by itself.
    pub(crate) fn of_segment(catalog: &Catalog, commit: CommitId) -> Self {
        let types = catalog.link_types.len() as u16;
        let range = |set: &crate::segment::LabelSet| SetRange {
            kinds: set.kinds.clone(),
            first: set.first,
            count: set.count,
        };
        Self {
            commit,
            digest: Digest(catalog.digest),
            marking: catalog.tally.marking(),
            nodes: catalog.nodes,
            links: catalog.links,
            kinds: catalog.kinds.clone(),
            link_types: catalog.link_types.iter().map(|t| t.name.clone()).collect(),
            link_counts: catalog.link_types.iter().map(|t| t.count).collect(),
            properties: catalog.tally.properties.keys().cloned().collect(),
            schemes: catalog.schemes.iter().map(|s| (s.name.clone(), s.kind.clone())).collect(),
            sets: catalog.label_sets.iter().map(range).collect(),
            own_type: (0..types).collect(),
            view_type: (0..types).collect(),
        }
    }

    /// The outline of a segment with its changes.
    pub(crate) fn of_delta(delta: &Delta, commit: CommitId, digest: Digest) -> Self {
        let live = |set: &usize| delta.set_counts[*set] > 0;
        let mut order: Vec<usize> = (0..delta.sets.len()).filter(live).collect();
        order.sort_by_key(|set| delta.set_rank[*set]);
        let mut kinds: Vec<String> = order.iter().flat_map(|set| delta.sets[*set].iter().cloned()).collect();
        kinds.sort_unstable();
        kinds.dedup();
        let mut first = 0;
        let mut sets = Vec::with_capacity(order.len());
        for set in order {
            let number = |kind: &String| kinds.binary_search(kind).ok().map(|at| at as u16);
            let count = delta.set_counts[set];
            sets.push(SetRange { kinds: delta.sets[set].iter().filter_map(number).collect(), first, count });
            first += count;
        }
        let mut own_type: Vec<u16> =
            (0..delta.types.len() as u16).filter(|t| delta.type_counts[usize::from(*t)] > 0).collect();
        own_type.sort_by_key(|own| &delta.types[usize::from(*own)]);
        let mut view_type = vec![NONE; delta.types.len()];
        for (at, own) in own_type.iter().enumerate() {
            view_type[usize::from(*own)] = at as u16;
        }
        let of_type = |own: &u16| usize::from(*own);
        Self {
            commit,
            digest,
            marking: delta.tally.marking(),
            nodes: delta.numbering.len(),
            links: delta.type_counts.iter().map(|count| u64::from(*count)).sum(),
            kinds,
            link_types: own_type.iter().map(|own| delta.types[of_type(own)].clone()).collect(),
            link_counts: own_type.iter().map(|own| delta.type_counts[of_type(own)]).collect(),
            properties: delta.tally.properties.keys().cloned().collect(),
            schemes: delta.schemes.iter().map(|(name, (_, kind))| (name.clone(), kind.clone())).collect(),
            sets,
            own_type,
            view_type,
        }
    }

    /// The range that a node is in.
    pub(crate) fn set_of(&self, node: u32) -> Option<&SetRange> {
        let at = self.sets.partition_point(|set| set.first + set.count <= node);
        self.sets.get(at)
    }

    /// The number of a link type in the delta, or in the segment where there is none.
    #[inline]
    pub(crate) fn own_type(&self, view_type: u16) -> Option<u16> {
        self.own_type.get(usize::from(view_type)).copied()
    }

    /// The number under which readers know a link type; `None` where it has no link left.
    #[inline]
    pub(crate) fn view_type(&self, own: u16) -> Option<u16> {
        self.view_type.get(usize::from(own)).copied().filter(|number| *number != NONE)
    }
}
