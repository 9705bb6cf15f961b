//! The names of an entity: what its claims call it, as whole names.

use super::Class;
use jaal_model::names::fold;
use std::collections::BTreeSet;

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

/// Most names that are put together of given names and surnames of one entity.
const MOST_PAIRS: usize = 16;

/// What a property's text is of a name.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
enum Part {
    Address,
    Whole,
    /// A whole name, or the given name where a surname stands beside it.
    Name,
    Given,
    Surname,
}

/// A text that is claimed of an entity, folded, with what it is.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) struct ClaimedText {
    part: Part,
    folded: String,
}

impl ClaimedText {
    /// A text of a property; `None` where it is no name, or a text without letters or digits.
    pub(crate) fn of(property: &str, text: &str) -> Option<Self> {
        let part = match property {
            "address" => Part::Address,
            "alias" | "aliases" | "full_name" | "title" => Part::Whole,
            "name" => Part::Name,
            "first_name" | "given_name" => Part::Given,
            "last_name" | "surname" => Part::Surname,
            _ => return None,
        };
        let folded = fold(text);
        (!folded.is_empty()).then_some(Self { part, folded })
    }
}

/// The names of an entity as the index has them, sorted, by everything that is claimed of it. Given names and
/// surnames that sources keep apart are put together, each with each.
///
/// # Complexity
/// Linear in the texts.
pub(crate) fn claimed_names<'a>(texts: impl IntoIterator<Item = &'a ClaimedText>) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let (mut given, mut surnames) = (BTreeSet::new(), BTreeSet::new());
    for text in texts {
        let folded = text.folded.as_str();
        let is_name = matches!(text.part, Part::Name | Part::Whole);
        if is_name || text.part == Part::Address {
            let class = if is_name { Class::Name } else { Class::Address };
            names.insert(class.key(folded));
        }
        if text.part == Part::Given || text.part == Part::Name && !folded.contains(' ') {
            given.insert(folded);
        } else if text.part == Part::Surname {
            surnames.insert(folded);
        }
    }
    let are_paired = given.len() * surnames.len() <= MOST_PAIRS;
    if given.is_empty() || surnames.is_empty() || !are_paired {
        names.extend(given.iter().chain(&surnames).map(|part| Class::Name.key(part)));
    } else {
        let pairs = given.iter().flat_map(|g| surnames.iter().map(move |s| (g, s)));
        names.extend(pairs.filter(|(g, s)| g != s).map(|(g, s)| Class::Name.key(&format!("{g} {s}"))));
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(texts: &[(&str, &str)]) -> Vec<String> {
        let texts: Vec<ClaimedText> = texts.iter().filter_map(|(p, text)| ClaimedText::of(p, text)).collect();
        claimed_names(&texts).into_iter().collect()
    }

    #[test]
    fn names_are_whole() {
        assert_eq!(
            names(&[("name", "Ali RAZA"), ("alias", "Bhola"), ("city", "x")]),
            ["nali raza", "nbhola"]
        );
        assert_eq!(names(&[("address", "House 1"), ("name", "?")]), ["ahouse 1"]);
        assert_eq!(names(&[("first_name", "Ali"), ("surname", "Raza")]), ["nali raza"]);
        assert_eq!(names(&[("name", "Ali"), ("surname", "Raza")]), ["nali", "nali raza"]);
        assert_eq!(names(&[("name", "Ali Raza"), ("surname", "Raza")]), ["nali raza", "nraza"]);
        assert_eq!(names(&[("given_name", "Ali")]), ["nali"]);
    }

    #[test]
    fn every_name_property_is_read() {
        for property in NAME_PROPERTIES {
            assert!(ClaimedText::of(property, "x").is_some(), "{property}");
        }
    }
}
