//! Keys: from an identifier to the entity it names, and back.

use super::View;
use crate::segment::SchemeIndex;
use jaal_model::{Key, NodeIdx, ROW_SCHEME};

impl View {
    /// The keys of an entity: those of its identities in the order in which they were first named, real
    /// identifiers before names of keyless rows.
    pub fn keys(&self, node: NodeIdx) -> Vec<Key> {
        let positions: &[u32] = self.segment.slice(self.fixed.identity_key);
        let mut keys: Vec<Key> = self
            .identities(node)
            .iter()
            .filter_map(|identity| self.key_at(*positions.get(identity.0 as usize)?))
            .collect();
        keys.sort_by_key(|key| key.scheme == ROW_SCHEME);
        keys
    }

    /// The entity that a key names. `O(log n)`.
    pub fn find_key(&self, key: &Key) -> Option<NodeIdx> {
        self.lookup(self.scheme(&key.scheme)?, &key.value)
    }

    /// The entities that a value names under any scheme, schemes in order of name.
    pub fn find_value(&self, value: &str) -> Vec<(Key, NodeIdx)> {
        let schemes = self.catalog().schemes.iter();
        schemes
            .filter_map(|scheme| Some((Key::new(&scheme.name, value), self.lookup(scheme, value)?)))
            .collect()
    }

    /// Keys whose values begin with a text, in order of scheme and value, at most `limit`.
    pub fn find_key_prefix(&self, scheme: Option<&str>, prefix: &str, limit: usize) -> Vec<(Key, NodeIdx)> {
        let wanted = |s: &&SchemeIndex| scheme.is_none_or(|name| s.name == name);
        let mut out = Vec::new();
        for scheme in self.catalog().schemes.iter().filter(wanted) {
            let nodes: &[u32] = self.segment.slice(scheme.nodes);
            for code in scheme.values.prefix(&self.segment, prefix) {
                let Some(node) = nodes.get(code) else { break };
                if out.len() == limit {
                    return out;
                }
                let value = scheme.values.get(&self.segment, code);
                out.push((Key::new(&scheme.name, value), NodeIdx(*node)));
            }
        }
        out
    }

    /// Keys whose values end with a text, in order of scheme and of value read backwards, at most `limit`. Keys of
    /// rows without one are left out.
    ///
    /// # Complexity
    /// `O(log n)` a scheme, and the keys found.
    pub fn find_key_suffix(&self, suffix: &str, limit: usize) -> Vec<(Key, NodeIdx)> {
        let mut out = Vec::new();
        for scheme in &self.catalog().schemes {
            let order: &[u32] = self.segment.slice(scheme.backwards);
            let nodes: &[u32] = self.segment.slice(scheme.nodes);
            let texts = scheme.values.texts(&self.segment);
            let text = |code: &u32| texts.get(*code as usize);
            let start = order.partition_point(|code| text(code).bytes().rev().lt(suffix.bytes().rev()));
            for code in order[start..].iter().take_while(|code| text(code).ends_with(suffix)) {
                let Some(node) = nodes.get(*code as usize) else { break };
                if out.len() == limit {
                    return out;
                }
                out.push((Key::new(&scheme.name, text(code)), NodeIdx(*node)));
            }
        }
        out
    }

    /// Names and base kinds of the schemes whose keys the image has, in order of name.
    pub fn schemes(&self) -> impl Iterator<Item = (&str, Option<&str>)> {
        self.catalog().schemes.iter().map(|scheme| (scheme.name.as_str(), scheme.kind.as_deref()))
    }

    fn scheme(&self, name: &str) -> Option<&SchemeIndex> {
        self.catalog().schemes.iter().find(|scheme| scheme.name == name)
    }

    fn lookup(&self, scheme: &SchemeIndex, value: &str) -> Option<NodeIdx> {
        let code = scheme.values.code(&self.segment, value)?;
        self.segment.slice::<u32>(scheme.nodes).get(code).map(|node| NodeIdx(*node))
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
