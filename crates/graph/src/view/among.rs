//! Search by name among given entities, by given texts of theirs and no others.

use super::{NameHit, View};
use crate::GraphError;
use crate::names::{ClaimedText, NameTable, claimed_names, find};
use jaal_model::{NodeIdx, Value};
use std::collections::{BTreeMap, BTreeSet};

impl View {
    /// As [`View::find_names`] would answer if these properties were all that is claimed of these entities, and there
    /// were no others. A property may be given more than once.
    ///
    /// # Errors
    /// [`GraphError::TooLarge`] when the texts outgrow an index.
    ///
    /// # Complexity
    /// An index of the texts is made: `O(n log n)` in them.
    pub fn find_names_among<'a>(
        &self,
        text: &str,
        limit: usize,
        claimed: impl IntoIterator<Item = (NodeIdx, &'a str, &'a Value)>,
    ) -> Result<Vec<NameHit>, GraphError> {
        let mut texts: BTreeMap<u32, BTreeSet<ClaimedText>> = BTreeMap::new();
        for (node, property, value) in claimed {
            let of_node = texts.entry(node.0).or_default();
            of_node.extend(value.texts().filter_map(|text| ClaimedText::of(property, text)));
        }
        let named = texts
            .iter()
            .flat_map(|(node, texts)| claimed_names(texts).into_iter().map(move |name| (*node, name)));
        let table = NameTable::of(named)?;
        let found = find(&table.as_names(), self.node_count(), text, limit, &|_| false);
        Ok(found.into_iter().map(NameHit::of).collect())
    }
}
