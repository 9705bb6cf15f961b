//! Keys: a scheme and a normalised value that together name one identity, and the base kind that a scheme
//! implies.

use serde::{Deserialize, Serialize};
use std::fmt;

/// The name of an identifier scheme: lower case letters, digits, `-`, `_` and `.`; for example `cnic`,
/// `msisdn`, `fir`, `neo4j`.
pub type SchemeName = String;

/// A scheme, with the kind of the entities that its keys name.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct Scheme {
    /// The scheme's name.
    pub name: SchemeName,
    /// The base kind of what its keys name; `None` where keys of one scheme name many kinds (folders of
    /// `:ID` files, keyless rows), which then come from assertions alone.
    pub kind: Option<String>,
}

/// A normalised identifier that names an identity.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct Key {
    /// The scheme's name.
    pub scheme: SchemeName,
    /// The normal form.
    pub value: String,
}

impl Key {
    /// A key from its two parts, taken as they are.
    pub fn new(scheme: impl Into<String>, value: impl Into<String>) -> Self {
        Self { scheme: scheme.into(), value: value.into() }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}={}", self.scheme, self.value)
    }
}

/// The scheme that names identities of rows without any key. Values are `<16 hex digits of the row's content
/// digest>-<slot>-<occurrence in its delivery from 1>`, so that the same row in another delivery names the
/// same identity and two equal rows of one delivery do not.
pub const ROW_SCHEME: &str = "row";

/// The built-in schemes and their base kinds. A specification may declare further ones.
pub const BUILT_IN_SCHEMES: &[(&str, &str)] = &[
    ("cnic", "Person"),
    ("passport", "Person"),
    ("msisdn", "Phone"),
    ("shortcode", "ShortCode"),
    ("sender", "Sender"),
    ("iban", "Account"),
    ("account", "Account"),
    ("wallet", "Wallet"),
    ("imei", "Device"),
    ("imsi", "Sim"),
    ("iccid", "Sim"),
    ("ntn", "Taxpayer"),
    ("secp", "Company"),
    ("plate", "Vehicle"),
    ("email", "Email"),
];

/// The base kind of a built-in scheme.
pub fn base_kind(scheme: &str) -> Option<&'static str> {
    BUILT_IN_SCHEMES.iter().find(|(name, _)| *name == scheme).map(|(_, kind)| *kind)
}

/// Whether a text may name a scheme, kind, link type or property.
pub fn is_scheme_name(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 64
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-_.".contains(&b))
}
