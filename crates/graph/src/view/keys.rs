//! Keys: from an identifier to the entity it names, and back.

use super::View;
use crate::delta::GONE;
use crate::segment::SchemeIndex;
use jaal_model::{Key, NodeIdx, ROW_SCHEME};
use std::collections::BTreeMap;

impl View {
    /// The keys of an entity: those of its identities in the order in which they were first named, real
    /// identifiers before names of keyless rows.
    pub fn keys(&self, node: NodeIdx) -> Vec<Key> {
        let mut keys = self.keys_at(self.place(node));
        keys.sort_by_key(|key| key.scheme == ROW_SCHEME);
        keys
    }

    /// The keys of the identities at a place, in their order.
    pub(crate) fn keys_at(&self, place: u32) -> Vec<Key> {
        if let Some(record) = self.record(place) {
            return record.keys.clone();
        }
        self.identities_at(place).into_iter().filter_map(|identity| self.segment_key(identity)).collect()
    }

    /// The key of an identity, if the segment has it.
    pub(crate) fn segment_key(&self, identity: u32) -> Option<Key> {
        let positions: &[u32] = self.segment.slice(self.fixed.identity_key);
        self.key_at(*positions.get(self.identity_at(identity)?)?)
    }

    /// The entity that a key names. `O(log n)`.
    pub fn find_key(&self, key: &Key) -> Option<NodeIdx> {
        let in_segment = self.scheme(&key.scheme).and_then(|scheme| self.lookup(scheme, &key.value));
        in_segment.or_else(|| self.lookup_changed(&key.scheme, &key.value))
    }

    /// The entities that a value names under any scheme, schemes in order of name.
    pub fn find_value(&self, value: &str) -> Vec<(Key, NodeIdx)> {
        self.schemes()
            .map(|(scheme, _)| Key::new(scheme, value))
            .filter_map(|key| self.find_key(&key).map(|node| (key, node)))
            .collect()
    }

    /// Keys whose values begin with a text, in order of scheme and value, at most `limit`.
    pub fn find_key_prefix(&self, scheme: Option<&str>, prefix: &str, limit: usize) -> Vec<(Key, NodeIdx)> {
        let mut out = Vec::new();
        let names: Vec<&str> = self.schemes().map(|(name, _)| name).collect();
        for name in names.into_iter().filter(|name| scheme.is_none_or(|wanted| wanted == *name)) {
            let mut found: BTreeMap<String, NodeIdx> = BTreeMap::new();
            let room = limit - out.len();
            if let Some(scheme) = self.scheme(name) {
                let nodes: &[u32] = self.segment.slice(scheme.nodes);
                let codes = scheme.values.prefix(&self.segment, prefix);
                let here = codes.filter_map(|code| Some((code, self.number(*nodes.get(code)?)?))).take(room);
                found.extend(
                    here.map(|(code, node)| (scheme.values.get(&self.segment, code).to_owned(), node)),
                );
            }
            if let Some(delta) = self.delta() {
                let start = (name.to_owned(), prefix.to_owned());
                let later =
                    delta.keys.range(start..).take_while(|((s, v), _)| s == name && v.starts_with(prefix));
                for ((_, value), identity) in later.take(room + found.len()) {
                    if let Some(node) = self.changed_identity(*identity) {
                        found.insert(value.clone(), node);
                    }
                }
            }
            out.extend(found.into_iter().take(room).map(|(value, node)| (Key::new(name, &value), node)));
            if out.len() == limit {
                break;
            }
        }
        out
    }

    /// Keys whose values end with a text, in order of scheme and of value read backwards, at most `limit`. Keys of
    /// rows without one are left out.
    ///
    /// # Complexity
    /// `O(log n)` a scheme, the keys found, and all keys that came since the segment.
    pub fn find_key_suffix(&self, suffix: &str, limit: usize) -> Vec<(Key, NodeIdx)> {
        let mut out = Vec::new();
        let names: Vec<&str> = self.schemes().map(|(name, _)| name).collect();
        for name in names {
            let room = limit - out.len();
            let mut found: BTreeMap<Vec<u8>, (String, NodeIdx)> = BTreeMap::new();
            let mut take = |value: &str, node| {
                found.insert(value.bytes().rev().collect(), (value.to_owned(), node));
            };
            if let Some(scheme) = self.scheme(name) {
                self.each_with_suffix(scheme, suffix, room, &mut take);
            }
            // A scheme whose keys have no order backwards has none that anybody would know the end of.
            for ((scheme, value), identity) in self.delta().into_iter().flat_map(|delta| delta.keys.iter()) {
                let is_asked = scheme == name && name != ROW_SCHEME && value.ends_with(suffix);
                if let Some(node) = is_asked.then(|| self.changed_identity(*identity)).flatten() {
                    take(value, node);
                }
            }
            out.extend(found.into_values().take(room).map(|(value, node)| (Key::new(name, &value), node)));
            if out.len() == limit {
                break;
            }
        }
        out
    }

    /// Calls `take` with the first keys of a scheme in the segment that end so, in the order of their texts read
    /// backwards.
    fn each_with_suffix(
        &self,
        scheme: &SchemeIndex,
        suffix: &str,
        limit: usize,
        take: &mut dyn FnMut(&str, NodeIdx),
    ) {
        let order: &[u32] = self.segment.slice(scheme.backwards);
        let nodes: &[u32] = self.segment.slice(scheme.nodes);
        let texts = scheme.values.texts(&self.segment);
        let text = |code: &u32| texts.get(*code as usize);
        let start = order.partition_point(|code| text(code).bytes().rev().lt(suffix.bytes().rev()));
        let with_suffix = order[start..].iter().take_while(|code| text(code).ends_with(suffix));
        let here = with_suffix.filter_map(|code| Some((code, self.number(*nodes.get(*code as usize)?)?)));
        here.take(limit).for_each(|(code, node)| take(text(code), node));
    }

    /// Names and base kinds of the schemes whose keys the image has, in order of name.
    pub fn schemes(&self) -> impl Iterator<Item = (&str, Option<&str>)> {
        self.outline.schemes.iter().map(|(name, kind)| (name.as_str(), kind.as_deref()))
    }

    fn scheme(&self, name: &str) -> Option<&SchemeIndex> {
        self.catalog().schemes.iter().find(|scheme| scheme.name == name)
    }

    /// The entity that a value of the segment names, unless its identity is elsewhere now.
    fn lookup(&self, scheme: &SchemeIndex, value: &str) -> Option<NodeIdx> {
        let code = scheme.values.code(&self.segment, value)?;
        self.number(*self.segment.slice::<u32>(scheme.nodes).get(code)?)
    }

    /// The entity that a key names whose identity is not where the segment has it.
    fn lookup_changed(&self, scheme: &str, value: &str) -> Option<NodeIdx> {
        self.changed_identity(*self.delta()?.keys.get(&(scheme.to_owned(), value.to_owned()))?)
    }

    fn changed_identity(&self, identity: u32) -> Option<NodeIdx> {
        let place = *self.delta()?.identities.get(&identity)?;
        if place == GONE { None } else { self.number(place) }
    }

    /// The key at a position in the order of all keys.
    fn key_at(&self, position: u32) -> Option<Key> {
        let schemes = &self.catalog().schemes;
        let at = schemes.partition_point(|scheme| scheme.first <= position).checked_sub(1)?;
        let scheme = &schemes[at];
        let code = (position - scheme.first) as usize;
        (code < scheme.values.len(&self.segment))
            .then(|| Key::new(&scheme.name, scheme.values.get(&self.segment, code)))
    }
}
