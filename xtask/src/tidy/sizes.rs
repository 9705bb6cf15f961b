//! Sizes of files: above a limit a file holds more than one thing.
//!
//! `xtask/tidy-sizes.txt` lists files that are over the limit all the same, each with its length. The list can only
//! shrink: a listed file may not grow, and when it has become shorter the list must say so.

use super::Problem;
use super::sources::production;
use super::tree::Tree;
use std::collections::BTreeMap;

/// The most lines of production code in a file. Unit tests at its end do not count.
const LIMIT: usize = 500;

/// Above this a file is worth a second look.
const WORTH_A_LOOK: usize = 300;

/// The list of exceptions.
const LIST: &str = "xtask/tidy-sizes.txt";

/// Checks every Rust file that is not a test.
pub(super) fn check(tree: &Tree, problems: &mut Vec<Problem>) {
    let mut listed = exceptions(tree, problems);
    for file in tree.ending(".rs").filter(|file| !file.is_test()) {
        let lines = production_lines(&file.text);
        let exception = listed.remove(file.path.as_str());
        let what = match exception {
            None if lines > LIMIT => {
                format!("{lines} lines of production code, the limit is {LIMIT}: split it by subject")
            }
            Some((_, allowed)) if lines > allowed => {
                format!("{lines} lines of production code, {LIST} allows it {allowed}: it may only shrink")
            }
            Some((number, allowed)) if lines < allowed => {
                let now = if lines > LIMIT { format!("say {lines}") } else { "take the line out".to_owned() };
                let what = format!("{} has become shorter than {allowed} lines: {now}", file.path);
                problems.push(Problem::at(LIST, number, what));
                continue;
            }
            _ => continue,
        };
        problems.push(Problem::of(&file.path, what));
    }
    for (path, (number, _)) in listed {
        problems.push(Problem::at(LIST, number, format!("{path} is not there: take the line out")));
    }
}

/// How many files are longer than is usual here, and which is the longest.
pub(super) fn note(tree: &Tree) -> Option<String> {
    let production = tree.ending(".rs").filter(|file| !file.is_test());
    let sizes = production.map(|file| (production_lines(&file.text), file.path.as_str()));
    let long: Vec<(usize, &str)> = sizes.filter(|(lines, _)| *lines > WORTH_A_LOOK).collect();
    let (lines, path) = long.iter().max()?;
    let count = long.len();
    Some(format!(
        "files with more than {WORTH_A_LOOK} lines of production code: {count}, up to {lines} in {path}"
    ))
}

fn production_lines(text: &str) -> usize {
    production(text).lines().count()
}

/// The listed files, each with the line of the list and its length.
fn exceptions<'a>(tree: &'a Tree, problems: &mut Vec<Problem>) -> BTreeMap<&'a str, (usize, usize)> {
    let mut listed = BTreeMap::new();
    let text = tree.file(LIST).map_or("", |file| file.text.as_str());
    for (number, line) in text.lines().enumerate() {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        match line.split_once(' ').map(|(path, lines)| (path, lines.trim().parse::<usize>())) {
            Some((path, Ok(lines))) if lines > LIMIT => {
                listed.insert(path, (number + 1, lines));
            }
            _ => {
                let what = format!("a line is a path, a space and a number above {LIMIT}");
                problems.push(Problem::at(LIST, number + 1, what));
            }
        }
    }
    listed
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(list: &str, lines: usize) -> Vec<String> {
        let text = "x\n".repeat(lines) + "#[cfg(test)]\nmod tests {\n" + &"y\n".repeat(LIMIT) + "}\n";
        let mut problems = Vec::new();
        check(&Tree::of(&[("src/a.rs", &text), (LIST, list)]), &mut problems);
        problems.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn production_code_has_a_limit() {
        assert!(problems("", LIMIT).is_empty());
        let expected = ["src/a.rs: 501 lines of production code, the limit is 500: split it by subject"];
        assert_eq!(problems("", LIMIT + 1), expected);
    }

    #[test]
    fn exceptions_only_shrink() {
        assert!(problems("# why\nsrc/a.rs 600\n", 600).is_empty());
        assert!(problems("src/a.rs 600\n", 601)[0].contains("it may only shrink"));
        assert!(
            problems("\nsrc/a.rs 600\n", 599)[0]
                .ends_with(":2: src/a.rs has become shorter than 600 lines: say 599")
        );
        assert!(problems("src/a.rs 600\n", 500)[0].ends_with("take the line out"));
    }

    #[test]
    fn the_list_is_checked_too() {
        assert!(problems("src/b.rs 600\n", 1)[0].contains("src/b.rs is not there"));
        assert_eq!(problems("src/a.rs\nsrc/a.rs x\nsrc/a.rs 400\n", 1).len(), 3);
    }

    #[test]
    fn long_files_are_noted() {
        let text = "x\n".repeat(WORTH_A_LOOK + 1);
        let files = [("a.rs", text.as_str()), ("b.rs", "x\n"), ("tests/c.rs", text.as_str())];
        let expected = "files with more than 300 lines of production code: 1, up to 301 in a.rs";
        assert_eq!(note(&Tree::of(&files)).as_deref(), Some(expected));
        assert_eq!(note(&Tree::of(&files[1..])), None);
    }

    #[test]
    fn tests_have_no_limit() {
        let mut problems = Vec::new();
        check(&Tree::of(&[("tests/a.rs", &"x\n".repeat(2 * LIMIT))]), &mut problems);
        assert!(problems.is_empty());
    }
}
