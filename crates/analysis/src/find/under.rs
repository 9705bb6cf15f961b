//! Search under a filter: only names count that a claim gives which passes.

use super::{find, search};
use crate::AnalysisError;
use jaal_graph::{NameHit, Sources, View};
use jaal_model::answer::FindHit;
use jaal_model::{AssertionId, NodeIdx};
use std::collections::BTreeMap;

/// As [`find`], under the view's filter: an entity is found by a key if it passes, and by a name that a claim gives
/// which does, by its grade and at its time.
///
/// # Errors
/// [`AnalysisError::Graph`] when the claims cannot be read.
///
/// # Complexity
/// That of [`find`], and with a filter the claims of the entities that the text may name.
pub fn find_under(
    view: &View,
    sources: &Sources,
    text: &str,
    country: &str,
    limit: usize,
) -> Result<Vec<FindHit>, AnalysisError> {
    if view.filter().is_open() {
        return Ok(find(view, text, country, limit));
    }
    let text = text.trim();
    search(view, text, country, limit, &mut |most| named(view, sources, text, most))
}

/// Entities by the names that claims give them which pass.
fn named(view: &View, sources: &Sources, text: &str, limit: usize) -> Result<Vec<NameHit>, AnalysisError> {
    let mut most = limit;
    loop {
        let candidates = view.find_names(text, most);
        // All at once, so that no block of the ledger is read for each of them.
        let mut of_claim: BTreeMap<AssertionId, NodeIdx> = BTreeMap::new();
        for hit in candidates.iter().filter(|hit| view.admits_node(hit.node)) {
            of_claim.extend(view.node_claims(hit.node).into_iter().map(|claim| (claim, hit.node)));
        }
        let claims: Vec<AssertionId> = of_claim.keys().copied().collect();
        let claimed = sources.claimed_properties(&sources.passing(&claims, &view.filter())?)?;
        let texts = claimed.iter().flat_map(|(claim, given)| {
            let node = of_claim.get(claim).copied();
            given.iter().filter_map(move |(property, value)| Some((node?, property.as_str(), value)))
        });
        let found = view.find_names_among(text, limit, texts)?;
        if found.len() >= limit || candidates.len() < most {
            return Ok(found);
        }
        most = most.saturating_mul(4);
    }
}
