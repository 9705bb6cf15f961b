//! Search: which entities a text may mean, and which lines of a file of numbers are known.

mod near;
mod numbers;
mod under;

pub use near::near_keys;
pub use numbers::find_numbers;
pub use under::find_under;

use jaal_graph::{NAME_PROPERTIES, NameHit, NameMatch, View};
use jaal_model::answer::FindHit;
use jaal_model::identifier::{Context, guess, tidy};
use jaal_model::names::fold;
use jaal_model::{Key, NodeIdx};
use rustc_hash::FxHashSet;
use std::convert::Infallible;

use crate::entity::entity_ref;

/// The shortest text that is searched as the beginning of a key: shorter ones begin too many.
const PREFIX_CHARS: usize = 3;
/// The fewest digits that are searched as the end of a key.
const SUFFIX_DIGITS: usize = 4;
/// How a key matched that is not the one asked for but one slip away.
pub const ONE_OFF: &str = "one digit off";
/// What stands between the digits of a number as people write it.
const SEPARATORS: &str = " -./()";

/// Entities that a text may mean, best first: keys in each normal form the text could have; keys that begin with it;
/// keys that end with it, if it is four digits or more; names, in the order of [`NameMatch`]; and where no key is the
/// text itself, keys with one digit too many, too few, another, or two exchanged, which are no hits but near
/// ([`ONE_OFF`]). Within each in the order of the view. An entity is listed once, for the best reason. `country`
/// (ISO 3166 alpha-2) is where national phone numbers belong.
///
/// Names are those of the index, which has all that is claimed. Where the view has a filter, ask [`find_under`].
///
/// # Complexity
/// A few index look-ups and the hits themselves.
pub fn find(view: &View, text: &str, country: &str, limit: usize) -> Vec<FindHit> {
    let text = text.trim();
    let names = &mut |most| Ok::<_, Infallible>(view.find_names(text, most));
    let Ok(hits) = search(view, text, country, limit, names);
    hits
}

/// The search; `names` finds so many entities by name at most.
fn search<E>(
    view: &View,
    text: &str,
    country: &str,
    limit: usize,
    names: &mut dyn FnMut(usize) -> Result<Vec<NameHit>, E>,
) -> Result<Vec<FindHit>, E> {
    if text.is_empty() {
        return Ok(Vec::new());
    }
    let mut context = Context::new(country);
    let mut hits = Hits { view, limit, seen: FxHashSet::default(), list: Vec::new() };
    let exact = exact_keys(view, text, &mut context);
    let is_known = !exact.is_empty();
    hits.add_keys("key", exact);
    if text.chars().count() >= PREFIX_CHARS {
        for (scheme, beginning) in beginnings(text, &mut context) {
            let begun = hits.with_room(|most| view.find_key_prefix(scheme, &beginning, most));
            hits.add_keys("key prefix", begun);
        }
    }
    if let Some(digits) = digits(text).filter(|digits| digits.len() >= SUFFIX_DIGITS) {
        let ended = hits.with_room(|most| view.find_key_suffix(&digits, most));
        hits.add_keys("key suffix", ended);
    }
    hits.add_names(names)?;
    if !is_known && hits.list.len() < limit {
        for (key, node) in near::nodes(view, text, &mut context) {
            hits.add(ONE_OFF, node, || key.to_string());
        }
    }
    Ok(hits.list)
}

/// The digits of a text of digits and what stands between them.
fn digits(text: &str) -> Option<String> {
    let plain = tidy(text);
    let compact: String = plain.chars().filter(|c| !SEPARATORS.contains(*c)).collect();
    compact.bytes().all(|b| b.is_ascii_digit()).then_some(compact)
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

    /// Keys that a search finds: all, or so many that the limit is reached with entities not listed yet.
    fn with_room(&self, search: impl Fn(usize) -> Vec<(Key, NodeIdx)>) -> Vec<(Key, NodeIdx)> {
        let room = self.limit.saturating_sub(self.list.len());
        let mut most = self.limit;
        loop {
            let found = search(most);
            let is_fresh = |node: &NodeIdx| !self.seen.contains(node) && self.view.admits_node(*node);
            let fresh: FxHashSet<NodeIdx> = found.iter().map(|(_, node)| *node).filter(is_fresh).collect();
            if fresh.len() >= room || found.len() < most {
                return found;
            }
            most = most.saturating_mul(2);
        }
    }

    fn add_names<E>(&mut self, names: &mut dyn FnMut(usize) -> Result<Vec<NameHit>, E>) -> Result<(), E> {
        if self.list.len() >= self.limit {
            return Ok(());
        }
        let view = self.view;
        // Those that are listed already take no place away from others.
        for hit in names(self.limit.saturating_add(self.seen.len()))? {
            self.add(hit.how.as_str(), hit.node, || as_claimed(view, &hit));
        }
        Ok(())
    }

    fn add(&mut self, matched: &str, node: NodeIdx, text: impl FnOnce() -> String) {
        if self.list.len() < self.limit && self.view.admits_node(node) && self.seen.insert(node) {
            let entity = entity_ref(self.view, node);
            self.list.push(FindHit { entity, matched: matched.to_owned(), text: text() });
        }
    }
}

/// The name that matched as it was written, where a preferred value is it; folded where it is another claim's.
fn as_claimed(view: &View, hit: &NameHit) -> String {
    if hit.name.is_empty() {
        let address =
            if hit.how == NameMatch::Address { view.text_property(hit.node, "address") } else { None };
        return address.map(std::borrow::Cow::into_owned).or_else(|| view.name(hit.node)).unwrap_or_default();
    }
    let is_it = |text: &String| fold(text) == hit.name;
    let texts = NAME_PROPERTIES.iter().flat_map(|property| -> Vec<String> {
        view.property(hit.node, property).texts().map(str::to_owned).collect()
    });
    let whole = view.name(hit.node);
    whole.into_iter().chain(texts).find(is_it).unwrap_or_else(|| hit.name.clone())
}

/// Keys that are this text, in one of its normal forms or as it stands, of entities that pass the view's filter.
fn exact_keys(view: &View, text: &str, context: &mut Context) -> Vec<(Key, NodeIdx)> {
    let normal = guess(text, context).into_iter().filter_map(|n| {
        let key = Key::new(n.scheme, n.value);
        view.find_key(&key).map(|node| (key, node))
    });
    let mut found: Vec<(Key, NodeIdx)> = normal.collect();
    found.extend(view.find_value(text));
    found.retain(|(_, node)| view.admits_node(*node));
    found
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
}
