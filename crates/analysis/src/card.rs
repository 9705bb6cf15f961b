//! Everything on one entity: keys, properties with the claims that dispute them, and its links, counted.

use std::collections::{BTreeMap, BTreeSet};

use jaal_csr::Direction;
use jaal_graph::{Sources, View};
use jaal_model::answer::{ClaimedValue, EntityCard, LinkGroup, PropertyLine};
use jaal_model::{AssertionId, NodeIdx, ROW_SCHEME, Value};
use rustc_hash::FxHashMap;

use crate::AnalysisError;
use crate::entity::{entity_ref, first_kind, type_name};
use crate::walk::each_link;

/// Claims read for one card at most. An entity with more (a bank's own account) shows the values of its first ones,
/// which are also the ones that its order in the ledger comes from.
const CLAIMS_READ: usize = 10_000;

/// The card of an entity.
///
/// # Errors
/// [`AnalysisError::Graph`] when the claims cannot be read.
///
/// # Complexity
/// The entity's links and claims.
pub fn show(view: &View, sources: &Sources, node: NodeIdx) -> Result<EntityCard, AnalysisError> {
    let claims = view.node_claims(node);
    let read = &claims[..claims.len().min(CLAIMS_READ)];
    let claimed = sources.claimed_properties(read)?;
    let mut properties = Vec::new();
    for (name, value) in view.properties(node) {
        let disputed = disputed(sources, &claimed, &name, &value)?;
        properties.push(PropertyLine { name, value, disputed });
    }
    let deliveries: BTreeSet<_> = sources.evidence(read)?.into_iter().map(|e| e.delivery).collect();
    Ok(EntityCard {
        entity: entity_ref(view, node),
        keys: view.keys(node).into_iter().filter(|key| key.scheme != ROW_SCHEME).collect(),
        properties,
        links: link_groups(view, node),
        claims: claims.len() as u64,
        deliveries: deliveries.len() as u64,
        identities: view.identities(node).len() as u64,
    })
}

/// The values other than the preferred one that claims give a property, each with its evidence.
fn disputed(
    sources: &Sources,
    claimed: &[(AssertionId, Vec<(String, Value)>)],
    name: &str,
    preferred: &Value,
) -> Result<Vec<ClaimedValue>, AnalysisError> {
    let mut values = Vec::new();
    let of_property = claimed.iter().flat_map(|(claim, properties)| {
        properties.iter().filter(|(n, _)| n == name).map(|(_, value)| (*claim, value.clone()))
    });
    for (value, claims) in other_values(of_property, preferred) {
        values.push(ClaimedValue { value, evidence: sources.evidence(&claims)? });
    }
    Ok(values)
}

/// Who claims which value other than the preferred one, by value.
pub(crate) fn other_values(
    claimed: impl IntoIterator<Item = (AssertionId, Value)>,
    preferred: &Value,
) -> BTreeMap<Value, Vec<AssertionId>> {
    let mut by_value: BTreeMap<Value, Vec<AssertionId>> = BTreeMap::new();
    for (claim, value) in claimed {
        if value != *preferred && !value.is_null() {
            by_value.entry(value).or_default().push(claim);
        }
    }
    by_value
}

/// The links of an entity counted by type, direction and kind of the other end, in this order.
fn link_groups(view: &View, node: NodeIdx) -> Vec<LinkGroup> {
    let mut kind_of: FxHashMap<NodeIdx, String> = FxHashMap::default();
    let mut groups: BTreeMap<(u16, bool, String), (u64, BTreeSet<NodeIdx>)> = BTreeMap::new();
    each_link(view, node, Direction::Both, |met| {
        let kind = kind_of.entry(met.other).or_insert_with(|| first_kind(view, met.other)).clone();
        // `false` sorts first, and links that lead out come first.
        let group = groups.entry((met.link.link_type, !met.out, kind)).or_default();
        group.0 += 1;
        group.1.insert(met.other);
    });
    let line =
        |((link_type, inward, other_kind), (links, entities)): ((u16, bool, String), (u64, BTreeSet<_>))| {
            LinkGroup {
                link_type: type_name(view, link_type),
                direction: if inward { "in" } else { "out" },
                other_kind,
                links,
                entities: entities.len() as u64,
            }
        };
    groups.into_iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_other_values_dispute() {
        let claimed = [Value::Int(5), Value::Int(7), Value::Null, Value::Int(7)];
        let claimed = claimed.into_iter().enumerate().map(|(n, value)| (AssertionId(n as u64), value));
        let others = other_values(claimed, &Value::Int(5));
        assert_eq!(others, BTreeMap::from([(Value::Int(7), vec![AssertionId(1), AssertionId(3)])]));
        assert!(other_values([], &Value::Null).is_empty());
    }
}
