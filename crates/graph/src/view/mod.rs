//! Views: one consistent state of an image, held by a reader.
//!
//! A view is cheap to clone and never changes. Node and link numbers are this image's own. Reading a damaged
//! section gives empty answers and is remembered; [`View::intact`] must be asked before an answer leaves.

mod adjacency;
mod keys;
mod names;
mod properties;
mod times;

pub use names::NameHit;
pub use times::{EVENT_PROPERTIES, LinkTimes};

use crate::segment::{Catalog, Fixed, LabelSet};
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
    names: Arc<TypeNames>,
    fixed: Fixed,
}

/// Names of link types in order of number.
#[derive(Debug)]
struct TypeNames {
    link_types: Vec<String>,
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
        let link_types = catalog.link_types.iter().map(|t| t.name.clone()).collect();
        Ok(Self { segment, opaque, names: Arc::new(TypeNames { link_types }), fixed })
    }

    /// Maps the segment file and makes a view of it.
    ///
    /// # Errors
    /// As [`Segment::open`].
    pub fn open(path: &Path, opaque: OpaqueKey) -> Result<Self, GraphError> {
        Self::new(Arc::new(Segment::open(path)?), opaque)
    }

    fn catalog(&self) -> &Catalog {
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
        self.catalog().nodes
    }

    /// The number of links.
    pub fn link_count(&self) -> u64 {
        self.catalog().links
    }

    /// The commit that the image was derived at.
    pub fn commit(&self) -> CommitId {
        CommitId(self.segment.commit())
    }

    /// What the image is a function of, digested: format, head commit's hash, lens.
    pub fn digest(&self) -> Digest {
        Digest(self.catalog().digest)
    }

    /// The join of the markings of all claims in the image.
    pub fn marking(&self) -> &Marking {
        &self.catalog().marking
    }

    /// All kinds, sorted; a kind's number is its place here.
    pub fn kinds(&self) -> &[String] {
        &self.catalog().kinds
    }

    /// The number of a kind.
    pub fn kind(&self, name: &str) -> Option<u16> {
        self.kinds().binary_search_by(|kind| kind.as_str().cmp(name)).ok().map(|at| at as u16)
    }

    /// The kinds of an entity, ascending.
    pub fn kinds_of(&self, node: NodeIdx) -> &[u16] {
        self.catalog().label_set_of(node.0).map_or(&[], |(_, set)| set.kinds.as_slice())
    }

    /// Whether an entity has a kind.
    pub fn has_kind(&self, node: NodeIdx, kind: u16) -> bool {
        self.kinds_of(node).contains(&kind)
    }

    /// The entities of a kind, ascending. `O(label sets)` before the first.
    pub fn nodes_of_kind(&self, kind: u16) -> impl Iterator<Item = NodeIdx> + '_ {
        let with_kind = move |set: &&LabelSet| set.kinds.contains(&kind);
        self.catalog()
            .label_sets
            .iter()
            .filter(with_kind)
            .flat_map(|set| (set.first..set.first + set.count).map(NodeIdx))
    }

    /// How many entities have a kind.
    pub fn count_of_kind(&self, kind: u16) -> u64 {
        let sets = self.catalog().label_sets.iter().filter(|set| set.kinds.contains(&kind));
        sets.map(|set| u64::from(set.count)).sum()
    }

    /// All link types, sorted; a type's number is its place here.
    pub fn link_types(&self) -> &[String] {
        &self.names.link_types
    }

    /// The number of a link type.
    pub fn link_type(&self, name: &str) -> Option<u16> {
        self.link_types().binary_search_by(|t| t.as_str().cmp(name)).ok().map(|at| at as u16)
    }

    /// How many links a type has.
    pub fn link_count_of(&self, link_type: u16) -> u32 {
        self.catalog().link_types.get(usize::from(link_type)).map_or(0, |t| t.count)
    }

    /// The best grade among the claims of a link.
    pub fn link_grade(&self, link: LinkHandle) -> Grade {
        let rank = self
            .catalog()
            .link_types
            .get(usize::from(link.link_type))
            .and_then(|link_type| self.segment.bytes(link_type.grades).get(link.row as usize).copied());
        rank.map_or(Grade::UNGRADED, Grade::from_rank)
    }

    /// The claims about an entity, ascending; for one that no row describes, the earliest that names it.
    pub fn node_claims(&self, node: NodeIdx) -> Vec<AssertionId> {
        claims(self.fixed.node_claims.all(&self.segment, node.0))
    }

    /// The number of claims about an entity.
    pub fn node_claim_count(&self, node: NodeIdx) -> u64 {
        self.fixed.node_claims.count(&self.segment, node.0)
    }

    /// The claims behind a link, ascending.
    pub fn link_claims(&self, link: LinkHandle) -> Vec<AssertionId> {
        let link_type = self.catalog().link_types.get(usize::from(link.link_type));
        claims(link_type.map_or_else(Vec::new, |t| t.claims.all(&self.segment, link.row)))
    }

    /// The number of claims behind a link.
    pub fn link_claim_count(&self, link: LinkHandle) -> u64 {
        let link_type = self.catalog().link_types.get(usize::from(link.link_type));
        link_type.map_or(0, |t| t.claims.count(&self.segment, link.row))
    }

    /// The earliest claim behind a link: its place in ledger order.
    pub fn link_order(&self, link: LinkHandle) -> AssertionId {
        let link_type = self.catalog().link_types.get(usize::from(link.link_type));
        let first = link_type.and_then(|t| t.claims.first(&self.segment, link.row));
        AssertionId(u64::from(first.unwrap_or(u32::MAX)))
    }

    /// The claims that joined the identities of an entity.
    pub fn join_claims(&self, node: NodeIdx) -> Vec<AssertionId> {
        claims(self.pairs_of(self.fixed.join_claims, node))
    }

    /// The identities that the entity stands for, the one it is named after first.
    pub fn identities(&self, node: NodeIdx) -> Vec<IdentityId> {
        let first: &[u32] = self.segment.slice(self.fixed.node_identity);
        let more = self.pairs_of(self.fixed.node_more, node);
        first
            .get(node.0 as usize)
            .copied()
            .into_iter()
            .chain(more)
            .map(|i| IdentityId(u64::from(i)))
            .collect()
    }

    /// The entity that an identity belongs to, if the image has it.
    pub fn node_of_identity(&self, identity: IdentityId) -> Option<NodeIdx> {
        let nodes: &[u32] = self.segment.slice(self.fixed.identity_node);
        let node = *nodes.get(usize::try_from(identity.0).ok()?)?;
        (node != u32::MAX).then_some(NodeIdx(node))
    }

    /// The opaque id of an entity.
    pub fn entity_id(&self, node: NodeIdx) -> EntityId {
        let first: &[u32] = self.segment.slice(self.fixed.node_identity);
        let identity = first.get(node.0 as usize).copied().unwrap_or(u32::MAX);
        self.opaque.entity(IdentityId(u64::from(identity)))
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

    /// Same-as that was skipped when the image was derived: how many.
    pub fn conflict_count(&self) -> u64 {
        self.segment.slice::<[u64; 4]>(self.fixed.conflicts).len() as u64
    }

    /// The second numbers of a section of sorted pairs that belong to a node.
    fn pairs_of(&self, section: u32, node: NodeIdx) -> Vec<u32> {
        let pairs: &[[u32; 2]] = self.segment.slice(section);
        let start = pairs.partition_point(|pair| pair[0] < node.0);
        pairs[start..].iter().take_while(|pair| pair[0] == node.0).map(|pair| pair[1]).collect()
    }
}

fn claims(numbers: Vec<u32>) -> Vec<AssertionId> {
    numbers.into_iter().map(|number| AssertionId(u64::from(number))).collect()
}
