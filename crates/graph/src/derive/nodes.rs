//! Entities: joined identities get kinds and a number. Entities of one label set are one range, in the order of
//! the earliest claim that names any of their identities.

use super::identity::{ABSENT, Joined};
use super::{Fed, Identities, entity_kinds, narrow_u16};
use crate::GraphError;
use crate::error::narrow;
use crate::segment::{LabelSetText, ListRef, SectionId, Sections, tag};
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use std::collections::{BTreeSet, HashMap};

/// No such node.
pub(crate) const NO_NODE: u32 = u32::MAX;

/// The entities of an image.
pub(crate) struct Nodes {
    /// Kind names, sorted.
    pub(crate) kinds: Vec<String>,
    /// Kinds, first node and count of each label set, in node order.
    sets: Vec<(Vec<u16>, u32, u32)>,
    /// For each identity its node, or [`NO_NODE`].
    pub(crate) of_identity: Vec<u32>,
    /// For each node the identity that it is named after: the earliest.
    pub(crate) preferred: Vec<u32>,
    /// For each node the position of the earliest claim that names it, as [`Joined::earliest`] has it.
    pub(crate) earliest: Vec<u64>,
    /// The identities that the image has, unless it has all up to the last of them.
    pub(crate) listed: Option<Vec<u32>>,
    /// Claims of nodes, sorted by node, then claim: those about the entity itself, and for entities without any
    /// the earliest that names them.
    pub(crate) claims: Vec<(u32, u32)>,
    /// The best rank of the claims about each node; the worst where only links name it.
    pub(crate) ranks: Vec<u8>,
}

impl Nodes {
    /// The entries that the image keeps of a list that has one for each identity.
    pub(crate) fn kept<'a>(&'a self, all: &'a [u32]) -> std::borrow::Cow<'a, [u32]> {
        if let Some(listed) = &self.listed {
            listed.iter().map(|identity| all[*identity as usize]).collect()
        } else {
            let len = all.len() - self.of_identity.iter().rev().take_while(|n| **n == NO_NODE).count();
            std::borrow::Cow::Borrowed(&all[..len])
        }
    }

    /// The node of an identity that some admitted claim names.
    pub(crate) fn of(&self, identity: u64) -> u32 {
        self.of_identity[identity as usize]
    }

    /// The kinds of a node, sorted.
    pub(crate) fn kinds_of(&self, node: u32) -> impl Iterator<Item = &str> {
        let at = self.sets.partition_point(|(_, first, count)| first + count <= node);
        let kinds = self.sets.get(at).map_or(&[][..], |(kinds, ..)| kinds.as_slice());
        kinds.iter().map(|kind| self.kinds[usize::from(*kind)].as_str())
    }

    /// First node and count of each label set.
    pub(crate) fn ranges(&self) -> impl Iterator<Item = (u32, u32)> {
        self.sets.iter().map(|(_, first, count)| (*first, *count))
    }

    /// The label sets without their columns.
    pub(crate) fn label_sets(&self) -> Vec<LabelSetText> {
        self.sets
            .iter()
            .map(|(kinds, first, count)| LabelSetText {
                kinds: kinds.clone(),
                first: *first,
                count: *count,
                ..LabelSetText::default()
            })
            .collect()
    }
}

/// Numbers the entities.
pub(crate) fn number(fed: &[Fed], identities: &Identities, joined: &Joined) -> Result<Nodes, GraphError> {
    let kinds = kind_names(fed, identities, joined);
    narrow_u16("kinds", kinds.len() as u64)?;
    let (set_of_root, sets) = label_sets(fed, identities, joined, &kinds);
    // Label sets in the order of their kinds, so that the numbering does not depend on which was met first.
    let mut order: Vec<usize> = (0..sets.len()).collect();
    order.sort_by(|a, b| sets[*a].cmp(&sets[*b]));
    let mut rank = vec![0_u32; sets.len()];
    order.iter().enumerate().for_each(|(at, set)| rank[*set] = at as u32);

    let mut roots: Vec<(u32, u64, u32)> = (0..joined.root.len() as u32)
        .filter(|i| joined.root[*i as usize] == *i && joined.earliest[*i as usize] != ABSENT)
        .map(|i| (rank[set_of_root[i as usize] as usize], joined.earliest[i as usize], i))
        .collect();
    narrow("entities", roots.len() as u64)?;
    roots.par_sort_unstable();

    let mut ranges: Vec<(Vec<u16>, u32, u32)> = Vec::new();
    let mut of_identity = vec![NO_NODE; joined.root.len()];
    let mut last = None;
    for (node, (rank, _, root)) in roots.iter().enumerate() {
        if last != Some(*rank) {
            ranges.push((sets[order[*rank as usize]].clone(), node as u32, 0));
            last = Some(*rank);
        }
        if let Some(range) = ranges.last_mut() {
            range.2 += 1;
        }
        of_identity[*root as usize] = node as u32;
    }
    for identity in 0..joined.root.len() {
        if joined.earliest[identity] != ABSENT {
            of_identity[identity] = of_identity[joined.root[identity] as usize];
        }
    }
    let preferred = roots.iter().map(|(_, _, root)| *root).collect();
    let claims = claims(fed, &of_identity, &roots);
    let earliest = roots.iter().map(|(_, earliest, _)| *earliest).collect();
    let listed = listed(&of_identity);
    let ranks = ranks(fed, &of_identity, roots.len());
    Ok(Nodes { kinds, sets: ranges, of_identity, preferred, earliest, listed, claims, ranks })
}

/// The identities that have a node, unless they are all up to the last that has.
fn listed(of_identity: &[u32]) -> Option<Vec<u32>> {
    let here = || of_identity.iter().enumerate().filter(|(_, node)| **node != NO_NODE).map(|(i, _)| i as u32);
    let count = here().count();
    (here().next_back().map_or(0, |last| last as usize + 1) != count).then(|| here().collect())
}

fn kind_names(fed: &[Fed], identities: &Identities, joined: &Joined) -> Vec<String> {
    let mut used = vec![false; identities.schemes.len()];
    for (identity, scheme) in identities.scheme.iter().enumerate() {
        if joined.earliest[identity] != ABSENT
            && let Some(used) = used.get_mut(usize::from(*scheme))
        {
            *used = true;
        }
    }
    let base =
        identities.schemes.iter().zip(used).filter(|(_, used)| *used).filter_map(|(s, _)| s.kind.as_ref());
    let asserted = fed.iter().filter_map(|fed| entity_kinds(&fed.table)).flatten();
    let names: BTreeSet<&String> = base.chain(asserted).collect();
    names.into_iter().cloned().collect()
}

/// For each root the number of its label set, and the kinds of each number. Sets grow kind by kind, and each step
/// from a set to a larger one is remembered.
fn label_sets(
    fed: &[Fed],
    identities: &Identities,
    joined: &Joined,
    kinds: &[String],
) -> (Vec<u32>, Vec<Vec<u16>>) {
    let number: HashMap<&str, u16> = kinds.iter().enumerate().map(|(i, k)| (k.as_str(), i as u16)).collect();
    let mut sets: Vec<Vec<u16>> = vec![Vec::new()];
    let mut known: FxHashMap<Vec<u16>, u32> = FxHashMap::from_iter([(Vec::new(), 0)]);
    let mut steps: FxHashMap<(u32, u16), u32> = FxHashMap::default();
    let mut grow = |from: u32, kind: u16| {
        *steps.entry((from, kind)).or_insert_with(|| {
            let mut set = sets[from as usize].clone();
            if let Err(at) = set.binary_search(&kind) {
                set.insert(at, kind);
            }
            *known.entry(set).or_insert_with_key(|set| {
                sets.push(set.clone());
                (sets.len() - 1) as u32
            })
        })
    };
    let mut of_root = vec![0_u32; joined.root.len()];
    let base: Vec<Option<u16>> =
        identities.schemes.iter().map(|s| s.kind.as_deref().and_then(|k| number.get(k).copied())).collect();
    for identity in 0..joined.root.len() {
        if joined.earliest[identity] != ABSENT
            && let Some(Some(kind)) = base.get(usize::from(identities.scheme[identity]))
        {
            let root = joined.root[identity] as usize;
            of_root[root] = grow(of_root[root], *kind);
        }
    }
    for fed in fed {
        for kind in entity_kinds(&fed.table).unwrap_or(&[]) {
            let Some(kind) = number.get(kind.as_str()) else { continue };
            for subject in &fed.table.subject {
                let root = joined.root[*subject as usize] as usize;
                of_root[root] = grow(of_root[root], *kind);
            }
        }
    }
    (of_root, sets)
}

/// Claims about each node.
fn claims(fed: &[Fed], of_identity: &[u32], roots: &[(u32, u64, u32)]) -> Vec<(u32, u32)> {
    let mut pairs: Vec<(u32, u32)> = Vec::new();
    let mut has = vec![false; roots.len()];
    for fed in fed.iter().filter(|fed| entity_kinds(&fed.table).is_some()) {
        for (row, subject) in fed.table.subject.iter().enumerate() {
            let node = of_identity[*subject as usize];
            pairs.push((node, fed.claim(row)));
            has[node as usize] = true;
        }
    }
    for (node, (_, earliest, _)) in roots.iter().enumerate() {
        if !has[node] {
            pairs.push((node as u32, (earliest / 2) as u32));
        }
    }
    pairs.par_sort_unstable();
    pairs.dedup();
    pairs
}

/// The best rank of the claims about each node; the worst where only links name it.
fn ranks(fed: &[Fed], of_identity: &[u32], nodes: usize) -> Vec<u8> {
    let mut ranks = vec![u8::MAX; nodes];
    for fed in fed.iter().filter(|fed| entity_kinds(&fed.table).is_some()) {
        let rank = fed.table.shape.grade.rank();
        for subject in &fed.table.subject {
            let best = &mut ranks[of_identity[*subject as usize] as usize];
            *best = rank.min(*best);
        }
    }
    ranks
}

/// Writes which identities are which node, and what nodes stand on.
pub(crate) fn write(sections: &mut Sections, nodes: &Nodes, joined: &Joined) {
    let mut more: Vec<[u32; 2]> = nodes
        .of_identity
        .iter()
        .enumerate()
        .filter(|(identity, node)| **node != NO_NODE && nodes.preferred[**node as usize] != *identity as u32)
        .map(|(identity, node)| [*node, identity as u32])
        .collect();
    // Further identities in the order in which they were first named.
    more.sort_by_key(|[node, identity]| (*node, joined.earliest[*identity as usize]));
    sections.add(SectionId::one(tag::NODE_IDENTITY), &nodes.preferred);
    sections.add(SectionId::one(tag::NODE_MORE), &more);
    sections.add(SectionId::one(tag::IDENTITY_NODE), &nodes.kept(&nodes.of_identity));
    sections.add(SectionId::one(tag::IDENTITY_LIST), nodes.listed.as_deref().unwrap_or(&[]));
    let claims: Vec<u32> = nodes.earliest.iter().map(|position| (position / 2) as u32).collect();
    sections.add(SectionId::one(tag::NODE_EARLIEST), &claims);
    let mut as_object = vec![0_u64; nodes.earliest.len().div_ceil(64)];
    for (node, position) in nodes.earliest.iter().enumerate() {
        as_object[node / 64] |= (position & 1) << (node % 64);
    }
    sections.add(SectionId::one(tag::NODE_AS_OBJECT), &as_object);
    sections.add(SectionId::one(tag::NODE_GRADE), &nodes.ranks);
    let count = nodes.preferred.len() as u32;
    let id = |part| SectionId::new(tag::NODE_CLAIMS, 0, part);
    ListRef::write(sections, id, count, nodes.claims.iter().copied());
    let mut joins: Vec<[u32; 2]> = joined
        .joins
        .iter()
        .map(|(identity, claim)| [nodes.of_identity[*identity as usize], *claim])
        .collect();
    joins.sort_unstable();
    sections.add(SectionId::one(tag::JOIN_CLAIMS), &joins);
}
