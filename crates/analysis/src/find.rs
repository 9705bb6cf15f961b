//! Search: which entities a text may mean, and which lines of a file of numbers are known.

use jaal_graph::{NameMatch, View};
use jaal_model::answer::{FindHit, NumberHit, NumbersAnswer};
use jaal_model::identifier::{Context, guess, tidy};
use jaal_model::{Key, NodeIdx, Value};
use rustc_hash::FxHashSet;

use crate::entity::{entity_ref, entity_refs};

/// The shortest text that is searched as the beginning of a key: shorter ones begin too many.
const PREFIX_CHARS: usize = 3;
/// What stands between the digits of a number as people write it.
const SEPARATORS: &str = " -./()";

/// Entities that a text may mean: keys in each normal form the text could have, then keys that begin with it, then
/// exact names, then beginnings of names, then addresses; within each in the order of the view. An entity is listed once, for the
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
        for (scheme, beginning) in beginnings(text, &mut context) {
            let begun = hits.begun(scheme, &beginning);
            hits.add_keys("key prefix", begun);
        }
    }
    hits.add_names(text);
    hits.list
}

/// How the keys may begin that a text is the beginning of, likeliest first, each with its scheme where only one is
/// meant: as written, in the normal form of what it may be as a whole, without separators, and as a telephone number
/// with its country code.
fn beginnings(text: &str, context: &mut Context) -> Vec<(Option<&'static str>, String)> {
    let mut list = vec![(None, text.to_owned())];
    list.extend(guess(text, context).into_iter().map(|normal| (Some(normal.scheme), normal.value)));
    let plain = tidy(text);
    let plain = plain.trim_start_matches('+');
    let compact: String = plain.chars().filter(|c| !SEPARATORS.contains(*c)).collect();
    if compact.is_empty() || !compact.bytes().all(|b| b.is_ascii_digit()) {
        // Letters of account numbers, passports and plates are upper case in normal form.
        list.push((None, compact.to_uppercase()));
    } else {
        let calling = context.country().calling_code().map(|code| code.to_string()).unwrap_or_default();
        let dialled = if text.starts_with('+') {
            format!("+{compact}")
        } else if let Some(abroad) = compact.strip_prefix("00") {
            format!("+{abroad}")
        } else if let Some(national) = compact.strip_prefix('0') {
            format!("+{calling}{national}")
        } else if compact.starts_with(&calling) {
            format!("+{compact}")
        } else {
            // Tables often lose the zero that a number begins with.
            format!("+{calling}{compact}")
        };
        if dialled.chars().count() > PREFIX_CHARS {
            list.push((Some("msisdn"), dialled));
        }
        list.push((None, compact));
    }
    let mut seen = FxHashSet::default();
    list.retain(|(scheme, beginning)| {
        beginning.chars().count() >= PREFIX_CHARS && seen.insert((*scheme, beginning.clone()))
    });
    list
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

    /// Keys with a beginning: all, or so many that the limit is reached with entities not listed yet.
    fn begun(&self, scheme: Option<&str>, beginning: &str) -> Vec<(Key, NodeIdx)> {
        let room = self.limit.saturating_sub(self.list.len());
        let mut most = self.limit;
        loop {
            let found = self.view.find_key_prefix(scheme, beginning, most);
            let fresh: FxHashSet<NodeIdx> =
                found.iter().map(|(_, node)| *node).filter(|node| !self.seen.contains(node)).collect();
            if fresh.len() >= room || found.len() < most {
                return found;
            }
            most = most.saturating_mul(2);
        }
    }

    fn add_names(&mut self, text: &str) {
        let view = self.view;
        // Those that are listed already take no place away from others.
        for (node, how) in view.find_names(text, self.limit.saturating_add(self.seen.len())) {
            let (matched, property) = match how {
                NameMatch::Exact => ("name", None),
                NameMatch::Tokens | NameMatch::Prefix => ("name prefix", None),
                NameMatch::Address => ("address", Some("address")),
            };
            self.add(matched, node, || match property.map(|property| view.property(node, property)) {
                Some(Value::Str(text)) => text,
                _ => view.name(node).unwrap_or_default(),
            });
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
    fn a_number_is_begun_in_every_way_it_is_written() {
        let msisdn = Some("msisdn");
        for (text, scheme, beginning) in [
            ("0308", msisdn, "+92308"),
            ("0308008", msisdn, "+92308008"),
            ("0308-00", msisdn, "+9230800"),
            ("923080085", msisdn, "+923080085"),
            ("0092308", msisdn, "+92308"),
            ("+92 308", msisdn, "+92308"),
            ("308.0085", msisdn, "+923080085"),
            ("۰۳۰۸", msisdn, "+92308"),
            ("39904-9259", None, "399049259"),
            ("39904 92", None, "3990492"),
            ("PK36", None, "PK36"),
            ("pk36 scbl", None, "PK36SCBL"),
        ] {
            let found = beginnings(text, &mut Context::new("PK"));
            assert!(found.contains(&(scheme, beginning.to_owned())), "{text}: {found:?}");
            let distinct: FxHashSet<_> = found.iter().collect();
            assert_eq!(distinct.len(), found.len(), "{text}");
        }
        let abroad = beginnings("050-12", &mut Context::new("AE"));
        assert!(abroad.contains(&(msisdn, "+9715012".to_owned())), "{abroad:?}");
    }

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
