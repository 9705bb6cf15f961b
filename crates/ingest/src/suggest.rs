//! The nearest name: what to offer when a specification or a header names something that is not there.

/// The candidate most like `name`, ignoring case, if any is near enough to be a slip of the pen.
///
/// # Complexity
/// O(candidates × length²).
pub(crate) fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted: Vec<char> = name.trim().to_lowercase().chars().take(80).collect();
    candidates
        .into_iter()
        .map(|candidate| {
            let chars: Vec<char> = candidate.trim().to_lowercase().chars().take(80).collect();
            // Of equally near names the one that begins alike is the likelier.
            let begins_otherwise = wanted.first() != chars.first();
            (distance(&wanted, &chars), begins_otherwise, chars.len(), candidate)
        })
        .filter(|(distance, _, len, _)| *distance <= wanted.len().max(*len).div_ceil(3))
        .min_by_key(|(distance, begins_otherwise, _, _)| (*distance, *begins_otherwise))
        .map(|(_, _, _, candidate)| candidate)
}

/// Edits (insert, delete, replace, swap of neighbours) that turn one text into the other: the restricted
/// Damerau-Levenshtein distance.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let replace = above[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut best = replace.min(above[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(before[j - 2] + 1);
            }
            row.push(best);
        }
        before = std::mem::replace(&mut above, row);
    }
    above[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_slips_and_nothing_far() {
        let header = ["A Party", "B Party", "Date", "Duration"];
        assert_eq!(nearest("A  party", header), Some("A Party"));
        assert_eq!(nearest("Dtae", header), Some("Date"));
        assert_eq!(nearest("Duraton", header), Some("Duration"));
        assert_eq!(nearest("Cell tower", header), None);
        assert_eq!(nearest("", []), None);
    }

    #[test]
    fn the_distance_is_symmetric_and_zero_only_for_equals() {
        let words = ["", "a", "ab", "ba", "abc", "acb", "xyz"];
        for x in words {
            for y in words {
                let (a, b): (Vec<char>, Vec<char>) = (x.chars().collect(), y.chars().collect());
                assert_eq!(distance(&a, &b), distance(&b, &a));
                assert_eq!(distance(&a, &b) == 0, x == y);
            }
        }
    }
}
