//! Rust sources: how files open, what must not be left in them, where unsafe code may stand, and words.

use super::Problem;
use super::mask::{Masked, mask};
use super::tree::{TextFile, Tree};

/// Folders whose code may be unsafe: the one crate that maps memory.
const UNSAFE: [&str; 1] = ["crates/graph/"];

/// Marks of unfinished work in comments.
const MARKS: [&str; 3] = ["FIXME", "TODO", "XXX"];

/// What must not be in code, with what to do instead.
const CALLS: [(&str, &str); 5] = [
    ("todo!", "write it, or leave the function out"),
    ("unimplemented!", "return an error of the kind `NotSupported`"),
    ("dbg!", "take it out"),
    ("#[ignore", "a test runs or is deleted; what the machine lacks is told with `jaal_testkit::needs`"),
    ("#[should_panic", "return an error and compare it"),
];

/// Words with one word for the same thing in `docs/glossary.md`.
const WORDS: [(&str, &str); 2] = [("vertex", "node"), ("vertices", "nodes")];

/// Folders where the words of papers may be used, after the table that explains them.
const PAPERS: [&str; 1] = ["crates/algo/"];

/// Checks every Rust file.
pub(super) fn check(tree: &Tree, problems: &mut Vec<Problem>) {
    for file in tree.ending(".rs") {
        let masked = mask(&file.text);
        opening(file, problems);
        left_over(file, &masked, problems);
        unsafe_code(file, &masked, problems);
        words(file, &masked, problems);
    }
}

/// The part of a file before its unit tests.
pub(super) fn production(text: &str) -> &str {
    let mut start = 0;
    let mut lines = text.split_inclusive('\n').peekable();
    while let Some(line) = lines.next() {
        let tests = lines.peek().is_some_and(|next| next.starts_with("mod tests"));
        if line.trim_end() == "#[cfg(test)]" && tests {
            return &text[..start];
        }
        start += line.len();
    }
    text
}

/// A file opens with `//!` and a sentence that says what it is.
fn opening(file: &TextFile, problems: &mut Vec<Problem>) {
    let lines = file.text.lines().map_while(|line| line.strip_prefix("//!"));
    let first: Vec<&str> = lines.map(str::trim).take_while(|line| !line.is_empty()).collect();
    match first.last() {
        None => problems.push(Problem::at(&file.path, 1, "the file opens with `//!` and what it is")),
        Some(last) if !last.ends_with(['.', ':', '?', '!']) => {
            let what = "the first paragraph of the module's documentation is a sentence, with a full stop";
            problems.push(Problem::at(&file.path, first.len(), what));
        }
        Some(_) => {}
    }
}

fn left_over(file: &TextFile, masked: &Masked, problems: &mut Vec<Problem>) {
    for (number, line) in masked.prose.lines().enumerate() {
        for mark in MARKS {
            if has_word(line, mark) {
                let what = format!("{mark} is left in: do it, or open an issue and take the mark out");
                problems.push(Problem::at(&file.path, number + 1, what));
            }
        }
    }
    for (number, line) in masked.code.lines().enumerate() {
        for (call, instead) in CALLS {
            if line.contains(call) {
                problems.push(Problem::at(&file.path, number + 1, format!("`{call}` is left in: {instead}")));
            }
        }
    }
}

fn unsafe_code(file: &TextFile, masked: &Masked, problems: &mut Vec<Problem>) {
    if UNSAFE.iter().any(|folder| file.path.starts_with(folder)) {
        return;
    }
    for (number, line) in masked.code.lines().enumerate() {
        if has_word(line, "unsafe") {
            let what = format!("unsafe code may only stand below {}", UNSAFE.join(", "));
            problems.push(Problem::at(&file.path, number + 1, what));
        }
    }
}

fn words(file: &TextFile, masked: &Masked, problems: &mut Vec<Problem>) {
    if PAPERS.iter().any(|folder| file.path.starts_with(folder)) {
        return;
    }
    for (number, line) in masked.prose.lines().enumerate() {
        for (word, instead) in WORDS {
            if line.contains(word) {
                let what = format!("\"{word}\" is called {instead} here, see docs/glossary.md");
                problems.push(Problem::at(&file.path, number + 1, what));
            }
        }
    }
}

/// Whether a line has a word that is not part of a longer name.
fn has_word(line: &str, word: &str) -> bool {
    let is_name = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(word)
        .any(|(at, _)| !line[..at].ends_with(is_name) && !line[at + word.len()..].starts_with(is_name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(path: &str, text: &str) -> Vec<String> {
        let mut problems = Vec::new();
        check(&Tree::of(&[(path, text)]), &mut problems);
        problems.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_good_file_has_no_problems() {
        let text = "//! Keys: normalised identifiers,\n//! and what they name.\n//!\n//! More\nfn f() {}\n";
        assert!(problems("src/key.rs", text).is_empty());
    }

    #[test]
    fn a_file_opens_with_a_sentence() {
        assert_eq!(problems("a.rs", "")[0], "a.rs:1: the file opens with `//!` and what it is");
        assert_eq!(problems("a.rs", "// Keys.\n").len(), 1);
        assert_eq!(problems("a.rs", "//!\n//! Keys.\n").len(), 1);
        assert!(problems("a.rs", "//! Keys\n//! of things\n")[0].starts_with("a.rs:2: the first paragraph"));
    }

    #[test]
    fn nothing_unfinished_is_left_in() {
        let found = problems("a.rs", "//! A.\n// FIXME: later\nfn f() { todo!() }\n#[ignore]\n");
        assert_eq!(found.len(), 3);
        assert!(found[0].starts_with("a.rs:2: FIXME is left in"));
        let fine = "//! A.\n/* FIXMES XXXX */ const A: &str = \"TODO todo!() dbg!\"; // todo!\n";
        assert!(problems("a.rs", fine).is_empty());
    }

    #[test]
    fn unsafe_code_stands_in_one_crate() {
        let text = "//! A.\n#![deny(unsafe_op_in_unsafe_fn)]\n// unsafe\nfn f() { unsafe { g() } }\n";
        assert!(problems("crates/graph/src/map.rs", text).is_empty());
        assert_eq!(problems("crates/csr/src/map.rs", text).len(), 1);
        assert!(problems("src/map.rs", text)[0].starts_with("src/map.rs:4: unsafe code"));
    }

    #[test]
    fn one_thing_has_one_word() {
        let text = "//! A.\n\n/// A vertex.\nfn f() { g(\"vertex\") }\n";
        assert_eq!(problems("a.rs", text), ["a.rs:3: \"vertex\" is called node here, see docs/glossary.md"]);
        assert!(problems("crates/algo/src/a.rs", text).is_empty());
    }

    #[test]
    fn production_ends_where_unit_tests_begin() {
        assert_eq!(production("a\nb\n#[cfg(test)]\nmod tests {\n}\n"), "a\nb\n");
        assert_eq!(
            production("a\n#[cfg(test)]\nfn only_for_tests() {}\n"),
            "a\n#[cfg(test)]\nfn only_for_tests() {}\n"
        );
        assert_eq!(production(""), "");
    }
}
