//! Recoveries: what was recovered when, and what the reader must know about the amounts.

use std::collections::BTreeMap;

use jaal_graph::{Sources, View};
use jaal_model::{AssertionId, NodeIdx, Value};

use super::crackdown::CrackdownPeriod;
use super::figure::Counted;
use crate::AnalysisError;
use crate::card::other_values;
use crate::entity::{entity_ref, in_words};
use crate::when::day;

/// How many entities a note names before it only counts.
const NAMED: usize = 10;

/// The recoveries dated from the earlier of the two first days to the last day, with notes on those without an
/// amount or a date.
pub(super) fn recoveries(view: &View, period: &CrackdownPeriod, notes: &mut Vec<String>) -> Vec<Counted> {
    let Some(kind) = view.kind("Recovery") else { return Vec::new() };
    let first = period.from.min(period.since);
    let (mut without_amount, mut without_date) = (Vec::new(), Vec::new());
    let mut counted = Vec::new();
    for node in view.nodes_of_kind(kind) {
        let at = day(&view.property(node, "recovered_on"));
        match at {
            None => without_date.push(node),
            Some(at) if (first..=period.to).contains(&at) => match rupees(&view.property(node, "amount")) {
                None => without_amount.push(node),
                Some(adds) => {
                    counted.push(Counted { node, adds, day: Some(at), claims: view.node_claims(node) });
                }
            },
            Some(_) => {}
        }
    }
    note_nodes(view, "recoveries have no amount and add nothing", &without_amount, notes);
    note_nodes(view, "recoveries have no date and count nowhere", &without_date, notes);
    counted
}

/// An amount in whole rupees, rounded to the nearest.
fn rupees(value: &Value) -> Option<i64> {
    match value {
        Value::Int(amount) => Some(*amount),
        Value::Float(amount) if amount.is_finite() => Some(amount.round() as i64),
        _ => None,
    }
}

fn note_nodes(view: &View, what: &str, nodes: &[NodeIdx], notes: &mut Vec<String>) {
    if nodes.is_empty() {
        return;
    }
    let names: Vec<String> =
        nodes.iter().take(NAMED).map(|node| in_words(&entity_ref(view, *node))).collect();
    let more = if nodes.len() > NAMED { format!(" and {} more", nodes.len() - NAMED) } else { String::new() };
    notes.push(format!("{} {what}: {}{more}", nodes.len(), names.join(", ")));
}

/// Notes on recoveries whose sources claim another amount than the preferred one, which is the one counted.
pub(super) fn note_disputes(
    view: &View,
    sources: &Sources,
    recoveries: &[Counted],
    notes: &mut Vec<String>,
) -> Result<(), AnalysisError> {
    let owners: BTreeMap<AssertionId, usize> = recoveries
        .iter()
        .enumerate()
        .flat_map(|(at, counted)| counted.claims.iter().map(move |claim| (*claim, at)))
        .collect();
    let claims: Vec<AssertionId> = owners.keys().copied().collect();
    let mut claimed: Vec<Vec<(AssertionId, Value)>> = vec![Vec::new(); recoveries.len()];
    for (claim, value) in sources.claimed_values(&claims, "amount")? {
        if let Some(at) = owners.get(&claim) {
            claimed[*at].push((claim, value));
        }
    }
    for (counted, claims) in recoveries.iter().zip(claimed) {
        let preferred = view.property(counted.node, "amount");
        let others: Vec<String> =
            other_values(claims, &preferred).into_keys().map(|value| value.to_string()).collect();
        if !others.is_empty() {
            notes.push(format!(
                "the sources disagree on the amount of {}: {preferred} is counted, {} is claimed too",
                in_words(&entity_ref(view, counted.node)),
                others.join(", ")
            ));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_whole_rupees() {
        assert_eq!(rupees(&Value::Int(5)), Some(5));
        assert_eq!(rupees(&Value::Float(1.5)), Some(2));
        assert_eq!(rupees(&Value::Float(f64::NAN)), None);
        assert_eq!(rupees(&Value::from("5")), None);
    }
}
