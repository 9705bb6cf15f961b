//! What a claim says, in words: the names of its ends around the rest of the sentence.

use jaal_ledger::Snapshot;
use jaal_model::claim::{ClaimTable, ShapeClaim};
use jaal_model::{IdentityId, Key};
use std::collections::BTreeMap;

/// A sentence whose ends are not named yet, because names are read for many claims at once.
pub(crate) struct Wording {
    subject: IdentityId,
    object: Option<IdentityId>,
    /// Between the two names.
    middle: String,
    /// After them.
    end: String,
}

/// Keys by identity.
pub(crate) type Names = BTreeMap<IdentityId, Option<Key>>;

impl Wording {
    /// The sentence of the claim in a row of a table.
    pub(crate) fn of(table: &ClaimTable, row: usize) -> Self {
        let given: Vec<&str> = table
            .shape
            .properties
            .iter()
            .zip(&table.columns)
            .filter(|(_, column)| column.is_valid(row))
            .map(|(name, _)| name.as_str())
            .collect();
        let end = if given.is_empty() { String::new() } else { format!(": {}", given.join(", ")) };
        let middle = match &table.shape.claim {
            ShapeClaim::Entity { kinds } if kinds.is_empty() => String::new(),
            ShapeClaim::Entity { kinds } => format!(" is {}", kinds.join(", ")),
            ShapeClaim::Link { link_type, .. } => format!(" {link_type} "),
            ShapeClaim::Same => " is the same as ".to_owned(),
        };
        let subject = IdentityId(table.subject.get(row).copied().unwrap_or(u64::MAX));
        Self { subject, object: table.object.get(row).copied().map(IdentityId), middle, end }
    }

    /// The identities it names.
    pub(crate) fn ends(&self) -> impl Iterator<Item = IdentityId> {
        [Some(self.subject), self.object].into_iter().flatten()
    }

    /// The whole sentence.
    pub(crate) fn sentence(&self, names: &Names) -> String {
        let name = |id: IdentityId| match names.get(&id) {
            Some(Some(key)) => key.to_string(),
            _ => "?".to_owned(),
        };
        let object = self.object.map(name).unwrap_or_default();
        format!("{}{}{object}{}", name(self.subject), self.middle, self.end)
    }
}

/// The keys of all identities that sentences name, each block of keys read once.
pub(crate) fn names<'a>(
    snapshot: &Snapshot,
    wordings: impl Iterator<Item = &'a Wording>,
) -> jaal_ledger::Result<Names> {
    let mut names: Names = wordings.flat_map(Wording::ends).map(|id| (id, None)).collect();
    let ids: Vec<IdentityId> = names.keys().copied().collect();
    for (slot, key) in names.values_mut().zip(snapshot.keys_of(&ids)?) {
        *slot = key;
    }
    Ok(names)
}
