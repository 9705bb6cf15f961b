//! Everything on one entity: keys, properties with the claims that dispute them, and its links, counted.

use std::collections::{BTreeMap, BTreeSet};

use jaal_csr::Direction;
use jaal_graph::{ClaimedProperties, Sources, View};
use jaal_model::answer::{ClaimedValue, EntityCard, LinkGroup, PropertyLine};
use jaal_model::{AssertionId, NodeIdx, ROW_SCHEME, Value};
use rustc_hash::FxHashMap;

use crate::AnalysisError;
use crate::entity::{entity_ref, first_kind, type_name};
use crate::walk::each_link;

/// Claims read for one card at most. An entity with more (a bank's own account) shows the values of its first ones,
/// which are also the ones that its order in the ledger comes from.
const CLAIMS_READ: usize = 10_000;

/// Rows shown for each disputed value at most; the claims beyond are counted.
const ROWS_SHOWN: usize = 5;

/// The card of an entity, of what passes the view's filter; notes, which the image does not have, are left to the caller.
///
/// # Errors
/// [`AnalysisError::Graph`] when the claims cannot be read.
///
/// # Complexity
/// The entity's links, its claims, and the rows shown for disputed values.
pub fn show(view: &View, sources: &Sources, node: NodeIdx) -> Result<EntityCard, AnalysisError> {
    let claims = sources.passing(&view.node_claims(node), &view.filter())?;
    let read = &claims[..claims.len().min(CLAIMS_READ)];
    let claimed = sources.claimed_properties(read)?;
    let properties = properties(view, sources, node, &claimed)?;
    let deliveries: BTreeSet<_> = sources.deliveries_of(read)?.into_iter().collect();
    Ok(EntityCard {
        entity: entity_ref(view, node),
        keys: view.keys(node).into_iter().filter(|key| key.scheme != ROW_SCHEME).collect(),
        properties,
        links: link_groups(view, node),
        claims: claims.len() as u64,
        deliveries: deliveries.len() as u64,
        identities: view.identities(node).len() as u64,
        notes: Vec::new(),
    })
}

/// The properties of an entity, each with the other values that claims give it.
fn properties(
    view: &View,
    sources: &Sources,
    node: NodeIdx,
    claimed: &[ClaimedProperties],
) -> Result<Vec<PropertyLine>, AnalysisError> {
    let mut lines = Vec::new();
    // The claims whose rows are shown, in the order of the values; the rows of all are read at once.
    let mut shown: Vec<AssertionId> = Vec::new();
    for (name, value) in view.properties(node) {
        let of_property = claimed.iter().flat_map(|(claim, properties)| {
            properties.iter().filter(|(n, _)| *n == name).map(|(_, value)| (*claim, value.clone()))
        });
        let mut disputed = Vec::new();
        for (other, claims) in other_values(of_property, &value) {
            shown.extend(claims.iter().take(ROWS_SHOWN));
            disputed.push(ClaimedValue { value: other, claims: claims.len() as u64, evidence: Vec::new() });
        }
        lines.push(PropertyLine { name, value, disputed });
    }
    let mut evidence = sources.evidence(&shown)?.into_iter();
    for other in lines.iter_mut().flat_map(|line| &mut line.disputed) {
        other.evidence = evidence.by_ref().take((other.claims as usize).min(ROWS_SHOWN)).collect();
    }
    Ok(lines)
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
