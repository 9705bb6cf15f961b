//! Search: which entities a text may mean, and which lines of a file of numbers are known.

use jaal_graph::{NameMatch, View};
use jaal_model::answer::{FindHit, NumberHit, NumbersAnswer};
use jaal_model::identifier::{Context, guess};
use jaal_model::{Key, NodeIdx};
use rustc_hash::FxHashSet;

use crate::entity::{entity_ref, entity_refs};

/// The shortest text that is searched as the beginning of a key: shorter ones begin too many.
const PREFIX_CHARS: usize = 3;

/// Entities that a text may mean: keys in each normal form the text could have, then keys that begin with it, then
/// exact names, then beginnings of names; within each in the order of the view. An entity is listed once, for the
/// best reason. `country` (ISO 3166 alpha-2) is where national phone numbers belong.
///
/// # Complexity
/// A few index look-ups and the hits themselves.
pub fn find(view: &View, text: &str, country: &str, limit: usize) -> Vec<FindHit> {
    let text = text.trim();
    if text.is_empty() {
        return Vec::new();
    }
    let mut context = Context::new(country);
    let mut hits = Hits { view, limit, seen: FxHashSet::default(), list: Vec::new() };
    hits.add_keys("key", exact_keys(view, text, &mut context));
    if text.chars().count() >= PREFIX_CHARS {
        let mut begun = view.find_key_prefix(None, text, limit);
        for normal in guess(text, &mut context) {
            begun.extend(view.find_key_prefix(Some(normal.scheme), &normal.value, limit));
        }
        hits.add_keys("key prefix", begun);
    }
    let (exact, begun): (Vec<_>, Vec<_>) =
        view.find_names(text, limit).into_iter().partition(|(_, how)| *how == NameMatch::Exact);
    hits.add_names("name", exact);
    hits.add_names("name prefix", begun);
    hits.list
}

/// Hits so far.
struct Hits<'a> {
    view: &'a View,
    limit: usize,
    seen: FxHashSet<NodeIdx>,
    list: Vec<FindHit>,
}

impl Hits<'_> {
    fn add_keys(&mut self, matched: &str, mut found: Vec<(Key, NodeIdx)>) {
        found.sort_by(|a, b| (a.1, &a.0).cmp(&(b.1, &b.0)));
        for (key, node) in found {
            self.add(matched, node, || key.to_string());
        }
    }

    fn add_names(&mut self, matched: &str, found: Vec<(NodeIdx, NameMatch)>) {
        for (node, _) in found {
            let name = self.view.name(node);
            self.add(matched, node, || name.unwrap_or_default());
        }
    }

    fn add(&mut self, matched: &str, node: NodeIdx, text: impl FnOnce() -> String) {
        if self.list.len() < self.limit && self.seen.insert(node) {
            let entity = entity_ref(self.view, node);
            self.list.push(FindHit { entity, matched: matched.to_owned(), text: text() });
        }
    }
}

/// Keys that are this text, in one of its normal forms or as it stands.
fn exact_keys(view: &View, text: &str, context: &mut Context) -> Vec<(Key, NodeIdx)> {
    let normal = guess(text, context).into_iter().filter_map(|n| {
        let key = Key::new(n.scheme, n.value);
        view.find_key(&key).map(|node| (key, node))
    });
    let mut found: Vec<(Key, NodeIdx)> = normal.collect();
    found.extend(view.find_value(text));
    found
}

/// Which lines of a file of numbers are known. Each line is one number or identifier; of a line with commas the
/// first field counts. Blank lines and lines that begin with `#` are skipped and counted.
///
/// # Complexity
/// A few index look-ups a line.
pub fn find_numbers<'a>(
    view: &View,
    lines: impl IntoIterator<Item = &'a str>,
    country: &str,
) -> NumbersAnswer {
    let mut context = Context::new(country);
    let mut answer = NumbersAnswer { hits: Vec::new(), misses: Vec::new(), skipped: 0 };
    for (index, line) in lines.into_iter().enumerate() {
        let text = first_field(line);
        if text.is_empty() {
            answer.skipped += 1;
            continue;
        }
        let mut nodes: Vec<NodeIdx> =
            exact_keys(view, text, &mut context).into_iter().map(|(_, node)| node).collect();
        nodes.sort_unstable();
        nodes.dedup();
        let hit =
            NumberHit { line: index as u64 + 1, text: text.to_owned(), entities: entity_refs(view, nodes) };
        if hit.entities.is_empty() { answer.misses.push(hit) } else { answer.hits.push(hit) }
    }
    answer
}

/// The first field of a line, without quotation marks and byte order mark; empty for comments.
fn first_field(line: &str) -> &str {
    let line = line.trim_start_matches('\u{feff}').trim();
    if line.starts_with('#') {
        return "";
    }
    let field = match line.strip_prefix('"') {
        Some(quoted) => quoted.split('"').next().unwrap_or(""),
        None => line.split([',', ';', '\t']).next().unwrap_or(""),
    };
    field.trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_field_counts() {
        let cases = [
            ("+923001234567", "+923001234567"),
            (" 0300 1234567 , x", "0300 1234567"),
            ("\"a, b\",c", "a, b"),
            ("\u{feff}42\tx", "42"),
            ("7;8", "7"),
            ("# all", ""),
            ("", ""),
            ("  ", ""),
            (",x", ""),
        ];
        for (line, field) in cases {
            assert_eq!(first_field(line), field, "{line}");
        }
    }
}
