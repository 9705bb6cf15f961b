//! Nearest names, for messages about names that are not there.

use jaal_graph::View;

use crate::AnalysisError;

/// How many names a message suggests.
const SUGGESTIONS: usize = 3;

/// The kind of a name, in its own spelling or, where only one kind differs by the case of its letters, that one.
///
/// # Errors
/// [`AnalysisError::UnknownKind`] with the nearest names.
pub(crate) fn kind(view: &View, name: &str) -> Result<u16, AnalysisError> {
    view.kind(name).or_else(|| other_case(view.kinds(), name)).ok_or_else(|| AnalysisError::UnknownKind {
        name: name.to_owned(),
        near: nearest(name, view.kinds()),
    })
}

/// The link type of a name, as [`kind`] for kinds.
///
/// # Errors
/// [`AnalysisError::UnknownLinkType`] with the nearest names.
pub(crate) fn link_type(view: &View, name: &str) -> Result<u16, AnalysisError> {
    view.link_type(name).or_else(|| other_case(view.link_types(), name)).ok_or_else(|| {
        AnalysisError::UnknownLinkType { name: name.to_owned(), near: nearest(name, view.link_types()) }
    })
}

/// The position of the only name that differs from `name` by the case of its letters alone.
fn other_case(names: &[String], name: &str) -> Option<u16> {
    let mut alike = names.iter().enumerate().filter(|(_, n)| n.eq_ignore_ascii_case(name));
    match (alike.next(), alike.next()) {
        (Some((at, _)), None) => Some(at as u16),
        _ => None,
    }
}

/// The names that take the fewest edits to reach, nearest first.
///
/// # Complexity
/// The product of the lengths for each name: names are short and few.
fn nearest(name: &str, names: &[String]) -> Vec<String> {
    let wanted = name.to_lowercase();
    let mut ranked: Vec<(usize, &String)> =
        names.iter().map(|n| (edit_distance(&wanted, &n.to_lowercase()), n)).collect();
    ranked.sort();
    ranked.into_iter().take(SUGGESTIONS).map(|(_, n)| n.clone()).collect()
}

/// Levenshtein's distance: insertions, deletions and substitutions of characters.
///
/// Source: R. A. Wagner, M. J. Fischer, *The String-to-String Correction Problem*, J. ACM 21 (1974),
/// doi:10.1145/321796.321811, with one row kept.
fn edit_distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, to) in b.iter().enumerate() {
            let substituted = diagonal + usize::from(from != *to);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The definition, without a table.
    fn plain(a: &[char], b: &[char]) -> usize {
        match (a, b) {
            ([], rest) | (rest, []) => rest.len(),
            ([x, a_rest @ ..], [y, b_rest @ ..]) => {
                let replaced = plain(a_rest, b_rest) + usize::from(x != y);
                replaced.min(plain(a_rest, b) + 1).min(plain(a, b_rest) + 1)
            }
        }
    }

    #[test]
    fn distance_equals_its_definition() {
        let words = ["", "a", "phone", "person", "phne", "CALLED", "PAID", "اب"];
        for a in words {
            for b in words {
                let (x, y): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
                assert_eq!(edit_distance(a, b), plain(&x, &y), "{a} {b}");
            }
        }
    }

    #[test]
    fn suggestions_are_nearest_first() {
        let names: Vec<String> = ["Account", "Case", "Person", "Phone"].map(String::from).into();
        assert_eq!(nearest("phne", &names)[0], "Phone");
        assert_eq!(other_case(&names, "PHONE"), Some(3));
        assert_eq!(other_case(&names, "phon"), None);
    }
}
