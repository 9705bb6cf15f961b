//! Records of entities, from a small universe.

use super::draft::Draft;
use super::mini::{Mini, Names};
use super::numbering::Standing;
use super::record::NodeRecord;
use crate::GraphError;
use crate::derive::entity_kinds;
use crate::derive::names::each_name;
use crate::derive::properties::{Claimed, resolve};
use crate::names::{ClaimedText, claimed_names};
use crate::versions::Held;
use std::collections::{BTreeMap, BTreeSet};

/// A record with the base kinds of its keys' schemes.
pub(super) struct Made {
    pub(super) record: NodeRecord,
    pub(super) bases: Vec<Option<String>>,
}

/// The records of some nodes of a universe, by node.
///
/// # Errors
/// [`GraphError::TooLarge`] when there are too many label sets.
pub(super) fn records(
    mini: &Mini,
    wanted: &BTreeSet<u32>,
    names: &Names,
    draft: &mut Draft<'_>,
) -> Result<BTreeMap<u32, Made>, GraphError> {
    let mut properties = resolved(mini, wanted, draft);
    let mut texts = names_of(mini, wanted);
    let mut claims: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for (node, claim) in &mini.nodes.claims {
        claims.entry(*node).or_default().push(*claim);
    }
    let mut joins: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for (identity, claim) in &mini.joined.joins {
        joins.entry(mini.nodes.of_identity[*identity as usize]).or_default().push(*claim);
    }
    let members = members(mini, wanted);
    let mut made = BTreeMap::new();
    for node in wanted {
        let kinds = mini.nodes.kinds_of(*node).map(str::to_owned).collect();
        let set = draft.set_id(kinds)?;
        let mut joins = joins.remove(node).unwrap_or_default();
        joins.sort_unstable();
        let mut record = NodeRecord {
            standing: Standing { set, earliest: mini.nodes.earliest[*node as usize] },
            identities: Vec::new(),
            claims: claims.remove(node).unwrap_or_default(),
            joins,
            keys: Vec::new(),
            rank: mini.nodes.ranks[*node as usize],
            properties: properties.remove(node).unwrap_or_default(),
            names: texts.remove(node).unwrap_or_default().into_iter().collect(),
        };
        let mut bases = Vec::new();
        for at in members.get(node).into_iter().flatten() {
            let id = mini.ids[*at];
            record.identities.push(id);
            if let Some(key) = names.key(id) {
                record.keys.push(key.clone());
                bases.push(names.base(&key.scheme));
            }
        }
        made.insert(*node, Made { record, bases });
    }
    Ok(made)
}

/// The identities of each node: the root first, then as they were first named.
fn members(mini: &Mini, wanted: &BTreeSet<u32>) -> BTreeMap<u32, Vec<usize>> {
    let mut members: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    for (at, node) in mini.nodes.of_identity.iter().enumerate() {
        if wanted.contains(node) {
            members.entry(*node).or_default().push(at);
        }
    }
    for list in members.values_mut() {
        list.sort_by_key(|at| mini.joined.earliest[*at]);
    }
    members
}

/// The chosen properties of nodes, by the numbers that the draft gives the names.
fn resolved(mini: &Mini, wanted: &BTreeSet<u32>, draft: &mut Draft<'_>) -> BTreeMap<u32, Vec<Held>> {
    let entities = mini.fed.iter().filter(|fed| entity_kinds(&fed.table).is_some());
    let names: BTreeSet<&String> = entities.flat_map(|fed| &fed.table.shape.properties).collect();
    let mut out: BTreeMap<u32, Vec<Held>> = BTreeMap::new();
    for name in names {
        let number = draft.property_id(name);
        let claimed = resolve(&mini.fed, &|identity| mini.nodes.of(identity), name);
        for claimed in claimed.chunk_by(|a, b| a.node == b.node) {
            if wanted.contains(&claimed[0].node) {
                let versions = Claimed::versions(claimed, &mini.fed);
                out.entry(claimed[0].node).or_default().push(Held { number, versions });
            }
        }
    }
    for values in out.values_mut() {
        values.sort_by_key(|held| held.number);
    }
    out
}

/// The names of nodes, by what claims call them.
fn names_of(mini: &Mini, wanted: &BTreeSet<u32>) -> BTreeMap<u32, BTreeSet<String>> {
    let mut texts: BTreeMap<u32, BTreeSet<ClaimedText>> = BTreeMap::new();
    for fed in &mini.fed {
        each_name(fed, &mut |subject, text| {
            let node = mini.nodes.of(subject);
            if wanted.contains(&node) {
                texts.entry(node).or_default().insert(text);
            }
        });
    }
    texts.into_iter().map(|(node, texts)| (node, claimed_names(&texts))).collect()
}
