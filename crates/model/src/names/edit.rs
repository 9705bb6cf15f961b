//! One slip of the pen: whether two words differ by one letter, and by which words such a pair is found.
//!
//! A slip is one letter put in, left out or replaced, or two neighbours exchanged (the optimal string alignment
//! distance of Damerau and Levenshtein is 1). Two words that differ so have a word in common among themselves and
//! what is left of each without one of its letters ([`deletions`], after Garbe's SymSpell), so that a table of
//! these finds all of them; [`one_edit`] then says which are.

/// The fewest letters of words that are taken for each other's misspelling: shorter ones have too many neighbours.
pub const LEAST_EDITED: usize = 4;

/// Whether one edit makes one word of the other. Equal words are none, and so are words of fewer than
/// [`LEAST_EDITED`] letters and words with digits, where every digit tells.
///
/// # Complexity
/// Linear in the words.
pub fn one_edit(a: &str, b: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let (short, long) = if a.len() <= b.len() { (&a, &b) } else { (&b, &a) };
    if long.len() - short.len() > 1 || !may_be_edited(short) || !may_be_edited(long) {
        return false;
    }
    let same = short.iter().zip(long).take_while(|(x, y)| x == y).count();
    let (short, long) = (&short[same..], &long[same..]);
    if short.len() < long.len() {
        return short == &long[1..];
    }
    match (short, long) {
        ([], []) => false,
        ([x, y, short @ ..], [v, w, long @ ..]) if x == w && y == v && short == long => true,
        _ => short[1..] == long[1..],
    }
}

/// The word itself and what is left of it without each of its letters: what two words share that are one edit
/// apart. Empty for words that have no such neighbours, see [`one_edit`].
///
/// # Complexity
/// Quadratic in the word.
pub fn deletions(word: &str) -> Vec<String> {
    let letters: Vec<char> = word.chars().collect();
    // A word one letter too short may be a slip of one that is long enough: `one_edit` refuses it.
    if !may_be_edited(&letters) {
        return Vec::new();
    }
    let without = |at: usize| letters.iter().enumerate().filter(|(i, _)| *i != at).map(|(_, c)| *c).collect();
    let mut all: Vec<String> = (0..letters.len()).map(without).collect();
    all.push(word.to_owned());
    all.sort_unstable();
    all.dedup();
    all
}

fn may_be_edited(letters: &[char]) -> bool {
    letters.len() >= LEAST_EDITED && !letters.iter().any(char::is_ascii_digit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_slip_is_told_from_two() {
        for (a, b) in [
            ("hassan", "hasan"),
            ("khalid", "khalids"),
            ("bilal", "bilol"),
            ("tariq", "traiq"),
            ("ilyas", "lyyas"),
            ("imran", "mran"),
            ("عمران", "عمرن"),
        ] {
            let is_swap_of_two = (a, b) == ("ilyas", "lyyas");
            assert_eq!(one_edit(a, b), !is_swap_of_two, "{a} {b}");
            assert_eq!(one_edit(b, a), !is_swap_of_two, "{b} {a}");
        }
        for (a, b) in
            [("ali", "alia"), ("hassan", "hussain"), ("tariq", "tariq"), ("ahmed", "amhde"), ("", "")]
        {
            assert!(!one_edit(a, b) && !one_edit(b, a), "{a} {b}");
        }
        assert!(!one_edit("unit1234", "unit1235"), "digits are no slips");
    }
}
