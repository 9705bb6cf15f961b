//! How people name an entity: `Kind:value`, `Kind:scheme=value`, or its id.
//!
//! A value is read in this order, and the first reading that names anything decides:
//! 1. as an identifier: each normaliser that a key of the kind could come from makes its normal form, and keys with
//!    these forms are looked up;
//! 2. as the exact value of a key of any scheme;
//! 3. as an exact name.
//!
//! Only entities that have the kind count. Several are an error that lists them, never a guess.

use jaal_graph::{NameMatch, View};
use jaal_model::identifier::{Context, Normaliser, guess};
use jaal_model::{BUILT_IN_SCHEMES, EntityId, Key, NodeIdx, is_scheme_name};

use crate::entity::{entity_ref, in_words};
use crate::{AnalysisError, near};

/// How many candidates an ambiguous name lists.
const CANDIDATES: usize = 5;
/// How many entities of one name are looked at: more than that are not told apart by name.
const SAME_NAME: usize = 1_000;

/// What a text says of the entity that it means.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Address {
    /// By its opaque id.
    Id(EntityId),
    /// By kind and value.
    Named {
        /// The kind as written.
        kind: String,
        /// Everything after the colon, trimmed.
        value: String,
    },
}

impl Address {
    /// Reads a text.
    ///
    /// # Errors
    /// [`AnalysisError::BadAddress`] when it is neither an id nor has a kind and a value.
    pub fn parse(text: &str) -> Result<Self, AnalysisError> {
        let trimmed = text.trim();
        if let Ok(id) = trimmed.parse() {
            return Ok(Self::Id(id));
        }
        match trimmed.split_once(':') {
            Some((kind, value)) if !kind.trim().is_empty() && !value.trim().is_empty() => {
                Ok(Self::Named { kind: kind.trim().to_owned(), value: value.trim().to_owned() })
            }
            _ => Err(AnalysisError::BadAddress { text: text.to_owned() }),
        }
    }
}

/// The scheme and value of `scheme=value`; `None` when the text before the first `=` cannot be a scheme's name.
fn scheme_and_value(value: &str) -> Option<(&str, &str)> {
    let (scheme, value) = value.split_once('=')?;
    let (scheme, value) = (scheme.trim(), value.trim());
    (is_scheme_name(scheme) && !value.is_empty()).then_some((scheme, value))
}

/// The entity that a text names. `country` (ISO 3166 alpha-2) is where national phone numbers belong.
///
/// # Errors
/// [`AnalysisError::BadAddress`], [`AnalysisError::UnknownKind`] with the nearest kinds,
/// [`AnalysisError::NotFound`], or [`AnalysisError::Ambiguous`] with up to five candidates.
pub fn resolve(view: &View, text: &str, country: &str) -> Result<NodeIdx, AnalysisError> {
    Ok(resolve_named(view, text, country)?.0)
}

/// The entity that a text names, and the key that the text gives, if it gives one and not an id or a name.
///
/// # Errors
/// As [`resolve`].
pub fn resolve_named(
    view: &View,
    text: &str,
    country: &str,
) -> Result<(NodeIdx, Option<Key>), AnalysisError> {
    let not_found = || AnalysisError::NotFound { text: text.to_owned() };
    let (kind, value) = match Address::parse(text)? {
        Address::Id(id) => return view.node_of(id).map(|node| (node, None)).ok_or_else(not_found),
        Address::Named { kind, value } => (near::kind(view, &kind)?, value),
    };
    let by_key = [by_scheme, by_identifier, by_value];
    let keyed = by_key.into_iter().map(|reading| {
        let keys = reading(view, kind, &value, country);
        keys.into_iter().filter_map(|key| Some((view.find_key(&key)?, Some(key)))).collect()
    });
    let named = std::iter::once_with(|| by_name(view, &value).into_iter().map(|node| (node, None)).collect());
    for mut found in keyed.chain(named) {
        let found: &mut Vec<(NodeIdx, Option<Key>)> = &mut found;
        found.retain(|(node, _)| view.has_kind(*node, kind));
        // Of several keys of one entity the first that the text was read as.
        found.sort_by_key(|(node, _)| *node);
        found.dedup_by_key(|(node, _)| *node);
        match found.as_slice() {
            [] => {}
            [only] => return Ok(only.clone()),
            several => {
                let nodes: Vec<NodeIdx> = several.iter().map(|(node, _)| *node).collect();
                return Err(ambiguous(view, text, &nodes));
            }
        }
    }
    Err(not_found())
}

fn ambiguous(view: &View, text: &str, nodes: &[NodeIdx]) -> AnalysisError {
    let line = |node: &NodeIdx| {
        let entity = entity_ref(view, *node);
        let key = entity.key.as_ref().map_or_else(String::new, |key| format!(" {key}"));
        format!("{}{key}", in_words(&entity))
    };
    AnalysisError::Ambiguous {
        text: text.to_owned(),
        total: nodes.len(),
        candidates: nodes.iter().take(CANDIDATES).map(line).collect(),
    }
}

/// `scheme=value`: the value in that scheme's normal form, else as it stands.
fn by_scheme(_view: &View, _kind: u16, value: &str, country: &str) -> Vec<Key> {
    let Some((scheme, value)) = scheme_and_value(value) else { return Vec::new() };
    let mut context = Context::new(country);
    let normal = Normaliser::for_scheme(scheme).normalise(value, &mut context).map(|normal| {
        // A text may turn out to be of a neighbouring scheme: digits alone in place of an IBAN are an account number.
        let scheme = if normal.scheme.is_empty() { scheme } else { normal.scheme };
        Key::new(scheme, normal.value)
    });
    normal.into_iter().chain([Key::new(scheme, value)]).collect()
}

/// The value in the normal form of each scheme that keys of the kind have, and of each that it looks like.
fn by_identifier(view: &View, kind: u16, value: &str, country: &str) -> Vec<Key> {
    let kind_name = view.kinds().get(usize::from(kind)).map_or("", String::as_str);
    let mut context = Context::new(country);
    let mut keys: Vec<Key> = Vec::new();
    for (scheme, _) in BUILT_IN_SCHEMES.iter().filter(|(_, base)| *base == kind_name) {
        if let Some(normal) = Normaliser::for_scheme(scheme).normalise(value, &mut context) {
            keys.push(Key::new(normal.scheme, normal.value));
        }
    }
    keys.extend(guess(value, &mut context).into_iter().map(|n| Key::new(n.scheme, n.value)));
    keys
}

fn by_value(view: &View, _kind: u16, value: &str, _country: &str) -> Vec<Key> {
    view.find_value(value).into_iter().map(|(key, _)| key).collect()
}

fn by_name(view: &View, value: &str) -> Vec<NodeIdx> {
    let hits = view.find_names(value, SAME_NAME).into_iter();
    hits.take_while(|hit| hit.how == NameMatch::Exact).map(|hit| hit.node).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(kind: &str, value: &str) -> Address {
        Address::Named { kind: kind.into(), value: value.into() }
    }

    #[test]
    fn texts_are_read_as_people_write_them() {
        let cases = [
            ("Phone:+923001234567", named("Phone", "+923001234567")),
            (" Person: 35202-1234567-1 ", named("Person", "35202-1234567-1")),
            ("Person:passport=CHN:E1234", named("Person", "passport=CHN:E1234")),
            ("Person:CHN:E1234", named("Person", "CHN:E1234")),
        ];
        for (text, address) in cases {
            assert_eq!(Address::parse(text).unwrap(), address, "{text}");
        }
        let id: EntityId = "E00000000012".parse().unwrap();
        assert_eq!(Address::parse(" E00000000012 ").unwrap(), Address::Id(id));
        for bad in ["", "Phone", "Phone:", ":x", " : ", "+923001234567"] {
            assert!(Address::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn only_a_scheme_name_makes_a_scheme() {
        assert_eq!(scheme_and_value("cnic=3520212345671"), Some(("cnic", "3520212345671")));
        assert_eq!(scheme_and_value("vast.phone = 5"), Some(("vast.phone", "5")));
        assert_eq!(scheme_and_value("A=b"), None);
        assert_eq!(scheme_and_value("cnic="), None);
        assert_eq!(scheme_and_value("Ahmed"), None);
    }
}
