//! Search by name: every token of the question must be one of the entity's, the last may be a beginning.

use super::View;
use jaal_model::{NodeIdx, Value, names};

/// The property that says where an entity is: searched like a name, and ranked after all names.
const ADDRESS: &str = "address";

/// The properties whose texts name an entity; all claimed values of them are searched.
pub const NAME_PROPERTIES: &[&str] = &[
    "address",
    "alias",
    "aliases",
    "first_name",
    "full_name",
    "given_name",
    "last_name",
    "name",
    "surname",
    "title",
];

/// How a name matched, best first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum NameMatch {
    /// The entity bears a name that folds to the question.
    Exact,
    /// All tokens of the question are tokens of the entity's names.
    Tokens,
    /// The last token is only the beginning of one.
    Prefix,
    /// Some of the question matches only the entity's address.
    Address,
}

impl View {
    /// Entities by name, best match first, then in node order, at most `limit`.
    ///
    /// # Complexity
    /// `O(t log n + p)` for `t` tokens and the `p` bearers of the rarest of them.
    pub fn find_names(&self, text: &str, limit: usize) -> Vec<(NodeIdx, NameMatch)> {
        let tokens = names::tokens(text);
        let Some((last, whole)) = tokens.split_last() else { return Vec::new() };
        let mut lists: Vec<Vec<u32>> = Vec::with_capacity(whole.len());
        for token in whole {
            lists.push(self.bearers(token));
        }
        let exact_last = self.bearers(last);
        let prefix_last = self.bearers_of_prefix(last);
        lists.sort_by_key(Vec::len);
        let in_all = |node: &u32| lists.iter().all(|list| list.binary_search(node).is_ok());
        // The smallest list leads; without whole tokens the prefix alone does.
        let candidates: Vec<u32> = match lists.first() {
            Some(shortest) if shortest.len() <= prefix_last.len() => shortest
                .iter()
                .copied()
                .filter(|node| prefix_last.binary_search(node).is_ok())
                .filter(in_all)
                .collect(),
            _ => prefix_last.into_iter().filter(in_all).collect(),
        };
        let wanted = tokens.join(" ");
        let mut hits: Vec<(NameMatch, NodeIdx)> = candidates
            .into_iter()
            .map(|node| {
                let how = if self.only_by_address(NodeIdx(node), &tokens) {
                    NameMatch::Address
                } else if exact_last.binary_search(&node).is_err() {
                    NameMatch::Prefix
                } else if self.bears(NodeIdx(node), &wanted) {
                    NameMatch::Exact
                } else {
                    NameMatch::Tokens
                };
                (how, NodeIdx(node))
            })
            .collect();
        hits.sort_unstable();
        hits.into_iter().take(limit).map(|(how, node)| (node, how)).collect()
    }

    /// What to call an entity: its `name`, else the first other naming property it has.
    pub fn name(&self, node: NodeIdx) -> Option<String> {
        let own = ["name", "full_name", "title"].iter().find_map(|p| self.text_property(node, p));
        own.map(str::to_owned).or_else(|| {
            let parts: Vec<&str> = ["first_name", "given_name", "surname", "last_name"]
                .iter()
                .filter_map(|property| self.text_property(node, property))
                .collect();
            (!parts.is_empty()).then(|| parts.join(" "))
        })
    }

    /// Whether a token of the question, the last as a beginning, is in the entity's address and in no name of it.
    fn only_by_address(&self, node: NodeIdx, tokens: &[String]) -> bool {
        let Some(address) = self.text_property(node, ADDRESS) else { return false };
        let address = names::tokens(address);
        let own: Vec<String> = NAME_PROPERTIES
            .iter()
            .filter(|property| **property != ADDRESS)
            .filter_map(|property| self.text_property(node, property))
            .flat_map(names::tokens)
            .collect();
        tokens.iter().enumerate().any(|(at, token)| {
            let is_last = at + 1 == tokens.len();
            let in_list =
                |list: &[String]| list.iter().any(|t| t == token || is_last && t.starts_with(token.as_str()));
            in_list(&address) && !in_list(&own)
        })
    }

    /// Whether a preferred name of the entity folds to the text.
    fn bears(&self, node: NodeIdx, folded: &str) -> bool {
        NAME_PROPERTIES.iter().any(|property| match self.property(node, property) {
            Value::Str(text) => names::tokens(&text).join(" ") == folded,
            Value::List(values) => {
                values.iter().filter_map(Value::as_str).any(|text| names::tokens(text).join(" ") == folded)
            }
            _ => false,
        })
    }

    /// The nodes that bear a token, ascending.
    fn bearers(&self, token: &str) -> Vec<u32> {
        let code = self.fixed.tokens.code(&self.segment, token);
        let mut nodes = code.map_or_else(Vec::new, |code| self.token_nodes(code, code + 1));
        if let Some(delta) = self.delta() {
            let mine = delta.tokens.range((token.to_owned(), 0)..=(token.to_owned(), u32::MAX));
            nodes.extend(mine.filter_map(|((_, place), ())| delta.number(*place)));
            nodes.sort_unstable();
        }
        nodes
    }

    /// The nodes that bear a token that begins so, ascending.
    fn bearers_of_prefix(&self, prefix: &str) -> Vec<u32> {
        let range = self.fixed.tokens.prefix(&self.segment, prefix);
        let mut nodes = self.token_nodes(range.start, range.end);
        if let Some(delta) = self.delta() {
            let mine = delta.tokens.range((prefix.to_owned(), 0)..);
            let mine = mine.take_while(|((token, _), ())| token.starts_with(prefix));
            nodes.extend(mine.filter_map(|((_, place), ())| delta.number(*place)));
        }
        nodes.sort_unstable();
        nodes.dedup();
        nodes
    }

    /// The nodes that bear the tokens of a range of codes, without those of which the delta knows more.
    fn token_nodes(&self, first: usize, end: usize) -> Vec<u32> {
        let offsets: &[u32] = self.segment.slice(self.fixed.token_offsets);
        let nodes: &[u32] = self.segment.slice(self.fixed.token_nodes);
        let places = match (offsets.get(first), offsets.get(end)) {
            (Some(start), Some(end)) => nodes.get(*start as usize..*end as usize).unwrap_or(&[]),
            _ => &[],
        };
        match self.delta() {
            None => places.to_vec(),
            Some(delta) => {
                let as_stored = places.iter().filter(|place| delta.record(**place).is_none());
                as_stored.filter_map(|place| delta.number(*place)).collect()
            }
        }
    }
}
