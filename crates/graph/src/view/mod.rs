//! Views: one consistent state of an image, held by a reader.
//!
//! A view is cheap to clone and never changes. Node and link numbers are this image's own. Reading a damaged
//! section gives empty answers and is remembered; [`View::intact`] must be asked before an answer leaves.

mod adjacency;
mod among;
mod filter;
mod keys;
mod names;
mod outline;
mod properties;
mod same;
mod times;

pub use filter::Filter;
pub use names::NameHit;
pub(crate) use outline::Outline;
pub use times::{EVENT_PROPERTIES, LinkTimes};

use crate::delta::{Delta, GONE, LinkRecord, NodeRecord};
use crate::derive::{Conflict, read_conflict};
use crate::segment::{Catalog, Fixed, LinkType};
use crate::{GraphError, Segment};
use jaal_csr::LinkHandle;
use jaal_model::{
    AssertionId, CommitId, Digest, EntityId, Grade, IdentityId, LinkId, Marking, NodeIdx, OpaqueKey,
};
use std::path::Path;
use std::sync::Arc;

/// One consistent state of an image.
#[derive(Clone, Debug)]
pub struct View {
    segment: Arc<Segment>,
    opaque: OpaqueKey,
    outline: Arc<Outline>,
    fixed: Fixed,
    delta: Option<Arc<Delta>>,
    filter: Filter,
}

impl View {
    /// A view of a mapped segment; `opaque` is the store's key for ids.
    ///
    /// # Errors
    /// [`GraphError::Damaged`] when the segment lacks sections that every segment has.
    pub fn new(segment: Arc<Segment>, opaque: OpaqueKey) -> Result<Self, GraphError> {
        let catalog = segment.catalog();
        let fixed = catalog.fixed.ok_or_else(|| GraphError::Damaged {
            path: segment.path().to_owned(),
            what: "sections that every segment has are missing".to_owned(),
        })?;
        let outline = Outline::of_segment(catalog, CommitId(segment.commit()));
        Ok(Self {
            segment,
            opaque,
            outline: Arc::new(outline),
            fixed,
            delta: None,
            filter: Filter::default(),
        })
    }

    /// The same segment with other changes.
    pub(crate) fn with_delta(&self, delta: Delta, commit: CommitId, digest: Digest) -> Self {
        let outline = Outline::of_delta(&delta, commit, digest);
        Self { outline: Arc::new(outline), delta: Some(Arc::new(delta)), ..self.clone() }
    }

    /// The same image at another state of the ledger, or for another lens, that admits the same.
    #[must_use]
    pub fn moved(&self, admission: &crate::Admission) -> Self {
        let mut outline = Outline::clone(&self.outline);
        (outline.commit, outline.digest) = (admission.commit(), admission.digest());
        Self { outline: Arc::new(outline), ..self.clone() }
    }

    /// What has changed since the segment, if anything.
    pub(crate) fn delta(&self) -> Option<&Delta> {
        self.delta.as_deref()
    }

    /// Claims that came or went since the segment was derived, those read again with them: how far the view has moved
    /// from its segment.
    pub fn changed_claims(&self) -> u64 {
        self.delta.as_ref().map_or(0, |delta| delta.changed_claims)
    }

    /// How many claims the image is made of.
    pub fn claim_count(&self) -> u64 {
        self.delta.as_ref().map_or_else(|| self.catalog().tally.claims(), |delta| delta.tally.claims())
    }

    /// Maps the segment file and makes a view of it.
    ///
    /// # Errors
    /// As [`Segment::open`].
    pub fn open(path: &Path, opaque: OpaqueKey) -> Result<Self, GraphError> {
        Self::new(Arc::new(Segment::open(path)?), opaque)
    }

    pub(crate) fn catalog(&self) -> &Catalog {
        self.segment.catalog()
    }

    /// The segment that the view reads.
    pub fn segment(&self) -> &Segment {
        &self.segment
    }

    /// Whether nothing that was read so far is damaged.
    ///
    /// # Errors
    /// [`GraphError::Damaged`] naming the section: an answer made from this view is void.
    pub fn intact(&self) -> Result<(), GraphError> {
        match self.segment.damage() {
            None => Ok(()),
            Some(what) => {
                Err(GraphError::Damaged { path: self.segment.path().to_owned(), what: what.to_owned() })
            }
        }
    }

    /// The number of entities.
    pub fn node_count(&self) -> u32 {
        self.outline.nodes
    }

    /// The number of links.
    pub fn link_count(&self) -> u64 {
        self.outline.links
    }

    /// The commit that the view is of.
    pub fn commit(&self) -> CommitId {
        self.outline.commit
    }

    /// What the image is a function of, digested: see [`crate::Admission::digest`].
    pub fn digest(&self) -> Digest {
        self.outline.digest
    }

    /// The join of the markings of all claims in the image.
    pub fn marking(&self) -> &Marking {
        &self.outline.marking
    }

    /// All kinds, sorted; a kind's number is its place here.
    pub fn kinds(&self) -> &[String] {
        &self.outline.kinds
    }

    /// The number of a kind.
    pub fn kind(&self, name: &str) -> Option<u16> {
        self.kinds().binary_search_by(|kind| kind.as_str().cmp(name)).ok().map(|at| at as u16)
    }

    /// The kinds of an entity, ascending.
    pub fn kinds_of(&self, node: NodeIdx) -> &[u16] {
        self.outline.set_of(node.0).map_or(&[], |set| set.kinds.as_slice())
    }

    /// Whether an entity has a kind.
    pub fn has_kind(&self, node: NodeIdx, kind: u16) -> bool {
        self.kinds_of(node).contains(&kind)
    }

    /// The entities of a kind that pass the view's filter, ascending. `O(label sets)` before the first.
    pub fn nodes_of_kind(&self, kind: u16) -> impl Iterator<Item = NodeIdx> + '_ {
        let with_kind = self.outline.sets.iter().filter(move |set| set.kinds.contains(&kind));
        let nodes = with_kind.flat_map(|set| (set.first..set.first + set.count).map(NodeIdx));
        nodes.filter(|node| self.admits_node(*node))
    }

    /// How many entities have a kind, whether they pass a filter or not.
    pub fn count_of_kind(&self, kind: u16) -> u64 {
        let sets = self.outline.sets.iter().filter(|set| set.kinds.contains(&kind));
        sets.map(|set| u64::from(set.count)).sum()
    }

    /// All link types, sorted; a type's number is its place here.
    pub fn link_types(&self) -> &[String] {
        &self.outline.link_types
    }

    /// The number of a link type.
    pub fn link_type(&self, name: &str) -> Option<u16> {
        self.link_types().binary_search_by(|t| t.as_str().cmp(name)).ok().map(|at| at as u16)
    }

    /// How many links a type has.
    pub fn link_count_of(&self, link_type: u16) -> u32 {
        self.outline.link_counts.get(usize::from(link_type)).copied().unwrap_or(0)
    }

    /// The best grade among the claims of a link.
    pub fn link_grade(&self, link: LinkHandle) -> Grade {
        let rank = match self.link_at(link) {
            LinkAt::Delta(record) => Some(record.rank),
            LinkAt::Segment(t) => self.segment.bytes(t.grades).get(link.row as usize).copied(),
            LinkAt::Nowhere => None,
        };
        rank.map_or(Grade::UNGRADED, Grade::from_rank)
    }

    /// The claims about an entity, ascending; for one that no row describes, the earliest that names it.
    pub fn node_claims(&self, node: NodeIdx) -> Vec<AssertionId> {
        claims(self.node_claims_at(self.place(node)))
    }

    pub(crate) fn node_claims_at(&self, place: u32) -> Vec<u32> {
        match self.record(place) {
            Some(record) => record.claims.clone(),
            None => self.fixed.node_claims.all(&self.segment, place),
        }
    }

    /// The number of claims about an entity.
    pub fn node_claim_count(&self, node: NodeIdx) -> u64 {
        let place = self.place(node);
        match self.record(place) {
            Some(record) => record.claims.len() as u64,
            None => self.fixed.node_claims.count(&self.segment, place),
        }
    }

    /// The claims behind a link, ascending.
    pub fn link_claims(&self, link: LinkHandle) -> Vec<AssertionId> {
        claims(self.raw_link_claims(link))
    }

    pub(crate) fn raw_link_claims(&self, link: LinkHandle) -> Vec<u32> {
        match self.link_at(link) {
            LinkAt::Delta(record) => record.claims.clone(),
            LinkAt::Segment(t) => t.claims.all(&self.segment, link.row),
            LinkAt::Nowhere => Vec::new(),
        }
    }

    /// The number of claims behind a link.
    pub fn link_claim_count(&self, link: LinkHandle) -> u64 {
        match self.link_at(link) {
            LinkAt::Delta(record) => record.claims.len() as u64,
            LinkAt::Segment(t) => t.claims.count(&self.segment, link.row),
            LinkAt::Nowhere => 0,
        }
    }

    /// The earliest claim behind a link: its place in ledger order.
    pub fn link_order(&self, link: LinkHandle) -> AssertionId {
        let first = match self.link_at(link) {
            LinkAt::Delta(record) => record.claims.first().copied(),
            LinkAt::Segment(t) => t.claims.first(&self.segment, link.row),
            LinkAt::Nowhere => None,
        };
        AssertionId(u64::from(first.unwrap_or(u32::MAX)))
    }

    /// Sorts links by type, then as a fresh derivation would number them: by their ends, then by order. Numbers of
    /// links say nothing of that in a view with changes.
    pub fn sort_links(&self, links: &mut [LinkHandle]) {
        if self.delta.is_none() {
            links.sort_unstable();
        } else {
            links.sort_by_cached_key(|link| (link.link_type, self.ends(*link), self.link_order(*link)));
        }
    }

    /// The claims that joined the identities of an entity.
    pub fn join_claims(&self, node: NodeIdx) -> Vec<AssertionId> {
        claims(self.join_claims_at(self.place(node)))
    }

    pub(crate) fn join_claims_at(&self, place: u32) -> Vec<u32> {
        match self.record(place) {
            Some(record) => record.joins.clone(),
            None => self.pairs_of(self.fixed.join_claims, place),
        }
    }

    /// The identities that the entity stands for, the one it is named after first.
    pub fn identities(&self, node: NodeIdx) -> Vec<IdentityId> {
        let identities = self.identities_at(self.place(node));
        identities.into_iter().map(|identity| IdentityId(u64::from(identity))).collect()
    }

    pub(crate) fn identities_at(&self, place: u32) -> Vec<u32> {
        if let Some(record) = self.record(place) {
            return record.identities.clone();
        }
        let first: &[u32] = self.segment.slice(self.fixed.node_identity);
        let more = self.pairs_of(self.fixed.node_more, place);
        first.get(place as usize).copied().into_iter().chain(more).collect()
    }

    /// The entity that an identity belongs to, if the image has it.
    pub fn node_of_identity(&self, identity: IdentityId) -> Option<NodeIdx> {
        self.number(self.place_of_identity(u32::try_from(identity.0).ok()?)?)
    }

    pub(crate) fn place_of_identity(&self, identity: u32) -> Option<u32> {
        if let Some(place) = self.delta().and_then(|delta| delta.identities.get(&identity)) {
            return (*place != GONE).then_some(*place);
        }
        let nodes: &[u32] = self.segment.slice(self.fixed.identity_node);
        nodes.get(self.identity_at(identity)?).copied()
    }

    /// Where the segment's lists have an identity.
    fn identity_at(&self, identity: u32) -> Option<usize> {
        let listed: &[u32] = self.segment.slice(self.fixed.identity_list);
        if listed.is_empty() { Some(identity as usize) } else { listed.binary_search(&identity).ok() }
    }

    /// The position of the earliest claim that names an entity: twice the claim, plus one where it is the object.
    pub(crate) fn earliest_at(&self, place: u32) -> u64 {
        if let Some(record) = self.record(place) {
            return record.standing.earliest;
        }
        self.segment_earliest(place)
    }

    /// The same of a node of the segment, whatever has changed since.
    pub(crate) fn segment_earliest(&self, place: u32) -> u64 {
        let claims: &[u32] = self.segment.slice(self.fixed.node_earliest);
        let as_object: &[u64] = self.segment.slice(self.fixed.node_as_object);
        let bit = as_object.get(place as usize / 64).map_or(0, |word| word >> (place % 64) & 1);
        claims.get(place as usize).map_or(u64::MAX, |claim| 2 * u64::from(*claim) + bit)
    }

    /// The opaque id of an entity.
    pub fn entity_id(&self, node: NodeIdx) -> EntityId {
        let place = self.place(node);
        let first = match self.record(place) {
            Some(record) => record.identities.first().copied(),
            None => self.segment.slice::<u32>(self.fixed.node_identity).get(place as usize).copied(),
        };
        self.opaque.entity(IdentityId(u64::from(first.unwrap_or(u32::MAX))))
    }

    /// The identity of an opaque id, whether or not the image has it.
    pub fn identity_of(&self, id: EntityId) -> IdentityId {
        self.opaque.identity(id)
    }

    /// The entity of an opaque id, which may be that of any identity it stands for.
    pub fn node_of(&self, id: EntityId) -> Option<NodeIdx> {
        self.node_of_identity(self.opaque.identity(id))
    }

    /// The opaque id of a link.
    pub fn link_id(&self, link: LinkHandle) -> LinkId {
        self.opaque.link(self.link_order(link))
    }

    pub(crate) fn claim_of(&self, id: LinkId) -> AssertionId {
        self.opaque.claim(id)
    }

    /// Same-as that is skipped: how many.
    pub fn conflict_count(&self) -> u64 {
        match &self.delta {
            Some(delta) => delta.conflicts.size() as u64,
            None => self.segment.slice::<[u64; 4]>(self.fixed.conflicts).len() as u64,
        }
    }

    /// Same-as that is skipped, in the order in which same-as is taken: judgements, then by grade, then as recorded.
    pub fn conflicts(&self) -> Vec<Conflict> {
        if let Some(delta) = &self.delta {
            delta.conflicts.iter().copied().collect()
        } else {
            let stored: &[[u64; 4]] = self.segment.slice(self.fixed.conflicts);
            stored.iter().copied().map(read_conflict).collect()
        }
    }

    /// The place of a node.
    #[inline]
    pub(crate) fn place(&self, node: NodeIdx) -> u32 {
        match &self.delta {
            Some(delta) if !delta.numbering.is_plain() => delta.numbering.place(node.0),
            _ => node.0,
        }
    }

    /// The node at a place, if it is still there.
    #[inline]
    pub(crate) fn number(&self, place: u32) -> Option<NodeIdx> {
        match &self.delta {
            Some(delta) if !delta.numbering.is_plain() => delta.number(place).map(NodeIdx),
            _ => Some(NodeIdx(place)),
        }
    }

    /// What the delta has of the node at a place.
    #[inline]
    pub(crate) fn record(&self, place: u32) -> Option<&NodeRecord> {
        self.delta.as_ref()?.record(place).map(AsRef::as_ref)
    }

    /// Where a link is.
    pub(crate) fn link_at(&self, link: LinkHandle) -> LinkAt<'_> {
        let Some(own) = self.outline.own_type(link.link_type) else { return LinkAt::Nowhere };
        match self.catalog().link_types.get(usize::from(own)) {
            Some(link_type) if link.row < link_type.count => LinkAt::Segment(link_type),
            _ => {
                let record = self.delta().and_then(|delta| delta.links.get(&(own, link.row)));
                record.map_or(LinkAt::Nowhere, |record| LinkAt::Delta(record))
            }
        }
    }

    /// The second numbers of a section of sorted pairs that belong to a node of the segment.
    fn pairs_of(&self, section: u32, place: u32) -> Vec<u32> {
        let pairs: &[[u32; 2]] = self.segment.slice(section);
        let start = pairs.partition_point(|pair| pair[0] < place);
        pairs[start..].iter().take_while(|pair| pair[0] == place).map(|pair| pair[1]).collect()
    }
}

/// Where a link is.
pub(crate) enum LinkAt<'a> {
    /// In the segment, among the links of this type.
    Segment(&'a LinkType),
    /// In the delta.
    Delta(&'a LinkRecord),
    /// The view has no such link.
    Nowhere,
}

fn claims(numbers: Vec<u32>) -> Vec<AssertionId> {
    numbers.into_iter().map(|number| AssertionId(u64::from(number))).collect()
}
