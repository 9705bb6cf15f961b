//! The keys of a row: finding them, telling those that name somebody from fillers, and what the others leave
//! behind.
//!
//! A key that is a filler or was damaged ([`Flag::Junk`], [`Flag::Damaged`]) stands in rows that have nothing to
//! do with each other, which would all meet in the identity that it named. So it names none: another key of the
//! entity does, or else the row.

use super::eval::{RowText, source_text};
use crate::plan::{KeyPlan, Plan, Slot, Source};
use jaal_model::base_kind;
use jaal_model::identifier::{Context, Flag, Normaliser};
use std::borrow::Cow;

/// The scheme of a key that was found.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum FoundScheme {
    /// The one that was asked for: position in the plan's schemes.
    Asked(usize),
    /// A built-in one that the normaliser recognised instead.
    Other(&'static str),
}

impl FoundScheme {
    /// The kind of what its keys name.
    pub(super) fn kind(self, plan: &Plan) -> Option<&str> {
        match self {
            Self::Asked(at) => plan.schemes.get(at).and_then(|s| s.kind.as_deref()),
            Self::Other(name) => base_kind(name),
        }
    }

    /// Its name.
    pub(super) fn name(self, plan: &Plan) -> &str {
        match self {
            Self::Asked(at) => plan.schemes.get(at).map_or("", |s| s.name.as_str()),
            Self::Other(name) => name,
        }
    }
}

/// A key of the row.
#[derive(Debug)]
pub(crate) struct FoundKey {
    pub(crate) scheme: FoundScheme,
    pub(crate) value: KeyText,
    pub(crate) oddity: Option<Box<Oddity>>,
}

impl FoundKey {
    /// Whether it singles anybody out; if not, it is kept as a property and is nobody's key.
    pub(crate) fn names(&self) -> bool {
        self.oddity.as_ref().is_none_or(|oddity| !oddity.names_nobody)
    }
}

/// The normal form of a key.
#[derive(Debug)]
pub(crate) enum KeyText {
    /// The trimmed text of the field at this index, which is its own normal form.
    Field(usize),
    Normal(String),
}

/// What is odd about a key.
#[derive(Debug)]
pub(crate) struct Oddity {
    /// The text as handed over.
    pub(crate) raw: String,
    /// The flags' codes, with commas between them.
    pub(crate) flags: String,
    /// Whether rows that have nothing to do with each other have this key, as fillers and what spreadsheets
    /// leave of long numbers.
    pub(crate) names_nobody: bool,
}

/// What says of which kind an entity is before its claims do.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Base {
    /// The key that names it.
    Key(FoundScheme),
    /// Nothing, since its row names it; it would be of the kind of these keys if they named anybody.
    Unnamed(FoundScheme),
    /// Nothing: it has no key.
    Row,
}

impl Base {
    pub(super) fn of(keys: &[FoundKey]) -> Self {
        match (keys.iter().find(|k| k.names()), keys.first()) {
            (Some(key), _) => Self::Key(key.scheme),
            (None, Some(key)) => Self::Unnamed(key.scheme),
            (None, None) => Self::Row,
        }
    }

    /// The kinds that the entity's claims must say.
    pub(super) fn kinds(self, plan: &Plan, slot: &Slot) -> Vec<String> {
        match self {
            Self::Key(scheme) => {
                let base = scheme.kind(plan);
                slot.kinds.iter().filter(|k| Some(k.as_str()) != base).cloned().collect()
            }
            Self::Unnamed(scheme) => {
                let base = scheme.kind(plan).map(str::to_owned);
                let mut kinds: Vec<String> = slot.kinds.iter().cloned().chain(base).collect();
                kinds.sort();
                kinds.dedup();
                kinds
            }
            Self::Row => slot.kinds.clone(),
        }
    }

    /// Whether [`Base::kinds`] has any, without making them.
    pub(super) fn has_kinds(self, plan: &Plan, slot: &Slot) -> bool {
        match self {
            Self::Key(scheme) => {
                let base = scheme.kind(plan);
                slot.kinds.iter().any(|k| Some(k.as_str()) != base)
            }
            Self::Unnamed(_) | Self::Row => true,
        }
    }
}

/// The key that a row has by a plan, if its text means anything.
pub(super) fn find_key(
    plan: &Plan,
    key: &KeyPlan,
    row: RowText<'_>,
    context: &mut Context,
) -> Option<FoundKey> {
    if let Some(found) = find_plain_key(plan, key, row) {
        return Some(found);
    }
    let mut raw = source_text(plan, &key.source, row)?;
    if !key.prefix.is_empty() {
        raw = Cow::Owned(format!("{}{raw}", key.prefix));
    }
    if let Some(country) = key.country {
        let country = row.text(country);
        if !plan.is_null(country) {
            raw = Cow::Owned(format!("{country}:{raw}"));
        }
    }
    if row.is_sheet && key.normaliser != Normaliser::Text && is_rounded(&raw) {
        // What its rule makes of the digits is beside the point: they are not those that were typed.
        let scheme = FoundScheme::Asked(key.scheme);
        let value = KeyText::Normal(raw.clone().into_owned());
        let flags = Flag::Damaged.as_str().to_owned();
        return Some(FoundKey {
            scheme,
            value,
            oddity: Some(Box::new(Oddity { raw: raw.into_owned(), flags, names_nobody: true })),
        });
    }
    let found = key.normaliser.normalise(&raw, context)?;
    let asked = plan.schemes.get(key.scheme).map_or("", |s| s.name.as_str());
    let names_nobody = found.flags.iter().any(|flag| matches!(flag, Flag::Junk | Flag::Damaged));
    // What a filler looks like (`N/A` like a sender's name) says nothing; the column does.
    let follows = key.follows_normaliser && !names_nobody;
    let scheme = if follows && !found.scheme.is_empty() && found.scheme != asked {
        FoundScheme::Other(found.scheme)
    } else {
        FoundScheme::Asked(key.scheme)
    };
    let oddity = (!found.flags.is_empty()).then(|| {
        let flags: Vec<&str> = found.flags.iter().map(|flag| flag.as_str()).collect();
        Box::new(Oddity { raw: raw.into_owned(), flags: flags.join(","), names_nobody })
    });
    Some(FoundKey { scheme, value: KeyText::Normal(found.value), oddity })
}

/// Whether a number of a sheet is what is left of an identifier that was shown as `3.52021E+12` and saved so: at least
/// twelve digits of which only the first six can be other than 0. Of the identifiers with twelve digits or more one in
/// a million is so by itself.
fn is_rounded(text: &str) -> bool {
    let significant = text.trim_end_matches('0').len();
    text.len() >= 12 && text.bytes().all(|b| b.is_ascii_digit()) && !text.starts_with('0') && significant <= 6
}

/// A key of [`Normaliser::Text`] that is its own normal form, found without copying it.
fn find_plain_key(plan: &Plan, key: &KeyPlan, row: RowText<'_>) -> Option<FoundKey> {
    let Source::Column(column) = key.source else { return None };
    if key.normaliser != Normaliser::Text || !key.prefix.is_empty() || key.country.is_some() {
        return None;
    }
    let place = row.place(column);
    let text = row.field(place);
    (is_plain(text) && !plan.is_null(text)).then_some(FoundKey {
        scheme: FoundScheme::Asked(key.scheme),
        value: KeyText::Field(place),
        oddity: None,
    })
}

/// Whether a text is surely its own normal form under [`Normaliser::Text`] with nothing odd about it: no white
/// space to collapse, nothing beyond ASCII to unify, and no word that could stand for a missing value.
fn is_plain(text: &str) -> bool {
    text.as_bytes().first().is_some_and(u8::is_ascii_digit) && text.bytes().all(|b| b.is_ascii_graphic())
}

/// Schemes of the keys whose raw text must be kept, without repeats.
pub(super) fn odd_schemes(plan: &Plan, keys: &[FoundKey]) -> Vec<String> {
    let mut odd: Vec<String> = Vec::new();
    for key in keys.iter().filter(|k| k.oddity.is_some()) {
        let name = key.scheme.name(plan);
        if !odd.iter().any(|o| o == name) {
            odd.push(name.to_owned());
        }
    }
    odd
}

/// The properties that keep the raw text and the flags of a scheme's odd keys.
pub(super) fn odd_names(scheme: &str) -> [String; 2] {
    let scheme = scheme.replace(['.', '-'], "_");
    [format!("{scheme}_raw"), format!("{scheme}_flags")]
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn plain_texts_are_their_own_normal_forms(text in "[0-9][ -~é٣]{0,6}") {
            if is_plain(&text) {
                let found = Normaliser::Text.normalise(&text, &mut Context::default()).unwrap();
                prop_assert_eq!((found.value, found.flags), (text, Vec::new()));
            }
        }
    }

    #[test]
    fn what_may_have_another_normal_form_is_not_plain() {
        assert!(is_plain("500000") && is_plain("7-b"));
        for text in ["", "N/A", "5 6", "٣", "5é", "5\u{200B}", "#5"] {
            assert!(!is_plain(text), "{text}");
        }
    }
}
