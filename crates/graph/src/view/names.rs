//! Search by name, and what to call an entity.

use super::View;
use crate::names::{Found, NameMatch, find, merge};
use jaal_model::NodeIdx;
use std::borrow::Cow;

/// An entity found by name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NameHit {
    /// The entity.
    pub node: NodeIdx,
    /// How it matched.
    pub how: NameMatch,
    /// The name that matched, folded; empty where words of several names or of the address did.
    pub name: String,
}

impl NameHit {
    pub(super) fn of(found: Found) -> Self {
        Self { node: NodeIdx(found.node), how: found.how(), name: found.name }
    }
}

impl View {
    /// Entities by name, best match first: by [`NameMatch`], then those whose name has the fewest further words,
    /// then those that are least off, then in node order; at most `limit`, each once. The index has all that is claimed:
    /// what a filter leaves out is found too.
    ///
    /// # Complexity
    /// Linear in the distinct names with the words that are asked for, and in the bearers of the best of them.
    pub fn find_names(&self, text: &str, limit: usize) -> Vec<NameHit> {
        let index = self.fixed.names.read(&self.segment);
        let nodes = self.catalog().nodes;
        let found = match self.delta() {
            None => find(&index, nodes, text, limit, &|_| false),
            Some(delta) => {
                // Entities that the delta has a record of are found by that; the others keep their order.
                let is_elsewhere = |place| !delta.is_untouched(place) && delta.record(place).is_some();
                let hidden = |place| is_elsewhere(place) || delta.number(place).is_none();
                let mut found = find(&index, nodes, text, limit, &hidden);
                for found in &mut found {
                    found.node = delta.number(found.node).unwrap_or(u32::MAX);
                }
                if let Ok(changed) = delta.names() {
                    found.extend(find(&changed.as_names(), self.node_count(), text, limit, &|_| false));
                }
                merge(found, limit)
            }
        };
        found.into_iter().map(NameHit::of).collect()
    }

    /// What to call an entity: its `name`, else the first other naming property it has.
    pub fn name(&self, node: NodeIdx) -> Option<String> {
        let own = ["name", "full_name", "title"].iter().find_map(|p| self.text_property(node, p));
        own.map(Cow::into_owned).or_else(|| {
            let parts: Vec<Cow<'_, str>> = ["first_name", "given_name", "surname", "last_name"]
                .iter()
                .filter_map(|property| self.text_property(node, property))
                .collect();
            (!parts.is_empty()).then(|| parts.join(" "))
        })
    }
}
