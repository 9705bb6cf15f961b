//! Documents: links and paths lead somewhere, decisions have a status, and the changelog is open for the next change.

use super::Problem;
use super::tree::{TextFile, Tree};
use std::path::Path;

/// Where decisions are.
const DECISIONS: &str = "docs/adr/";
/// What the status of a decision may begin with.
const STATUSES: [&str; 4] = ["proposed", "accepted", "rejected", "superseded by "];
/// The list of changes, and the section that is always there.
const CHANGES: (&str, &str) = ("CHANGELOG.md", "## [Unreleased]");

/// Checks every document.
pub(super) fn check(tree: &Tree, root: &Path, problems: &mut Vec<Problem>) {
    for file in tree.ending(".md") {
        links(tree, root, file, problems);
        if file.path.starts_with(DECISIONS) {
            decision(file, problems);
        }
    }
    match tree.file(CHANGES.0) {
        None => problems.push(Problem::of(CHANGES.0, "is missing")),
        Some(file) if !file.text.lines().any(|line| line == CHANGES.1) => {
            problems.push(Problem::of(CHANGES.0, format!("has no section `{}`", CHANGES.1)));
        }
        Some(_) => {}
    }
}

/// Links to files and headings exist, and so do paths written as code.
fn links(tree: &Tree, root: &Path, file: &TextFile, problems: &mut Vec<Problem>) {
    let folder = file.path.rfind('/').map_or("", |at| &file.path[..at]);
    for (number, line) in outside_fences(&file.text) {
        for (place, part) in line.split('`').enumerate() {
            let what = if place % 2 == 0 {
                targets(part).find_map(|target| broken(tree, root, file, folder, target))
            } else {
                missing_path(root, folder, part)
            };
            problems.extend(what.map(|what| Problem::at(&file.path, number, what)));
        }
    }
}

/// The lines, counted from 1, that are not part of a listing.
fn outside_fences(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut inside = false;
    text.lines().enumerate().filter_map(move |(number, line)| {
        if line.trim_start().starts_with("```") {
            inside = !inside;
            return None;
        }
        (!inside).then_some((number + 1, line))
    })
}

/// What the links of a line point to: `[text](target)`.
fn targets(line: &str) -> impl Iterator<Item = &str> {
    line.split("](").skip(1).filter_map(|rest| rest.split([')', ' ']).next())
}

/// What is wrong with a link.
fn broken(tree: &Tree, root: &Path, file: &TextFile, folder: &str, target: &str) -> Option<String> {
    if target.contains("://") || target.starts_with("mailto:") {
        return None;
    }
    let (path, heading) = target.split_once('#').unwrap_or((target, ""));
    let path = if path.is_empty() { Some(file.path.clone()) } else { resolve(folder, path) };
    let Some(path) = path else { return Some(format!("the link {target} leads out of the repository")) };
    if !root.join(&path).exists() {
        return Some(format!("the link {target} leads to nothing"));
    }
    let document = tree.file(&path).filter(|document| document.ends(".md"))?;
    let there = heading.is_empty() || headings(&document.text).any(|anchor| anchor == heading);
    (!there).then(|| format!("the link {target} leads to no heading of {path}"))
}

/// A relative path, from the repository; `None` when it leads out of it.
fn resolve(folder: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            name => parts.push(name),
        }
    }
    Some(parts.join("/"))
}

/// The anchors that headings get: lower case, spaces as hyphens, and no other signs.
fn headings(text: &str) -> impl Iterator<Item = String> {
    outside_fences(text).filter_map(|(_, line)| {
        let title = line.strip_prefix('#')?.trim_start_matches('#').strip_prefix(' ')?;
        let kept = title.trim().chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
        Some(kept.collect::<String>().to_lowercase().replace(' ', "-"))
    })
}

/// What is wrong with a piece of code, if it is a path into a folder of this repository.
fn missing_path(root: &Path, folder: &str, code: &str) -> Option<String> {
    let is_path = code.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '/'));
    let (first, _) = code.split_once('/')?;
    if !is_path || matches!(first, "" | "." | ".." | "target") || !root.join(first).is_dir() {
        return None;
    }
    let there = root.join(code).exists() || root.join(folder).join(code).exists();
    (!there).then(|| format!("there is no {code}"))
}

/// A decision is numbered and says whether it holds.
fn decision(file: &TextFile, problems: &mut Vec<Problem>) {
    let name = &file.path[DECISIONS.len()..];
    let numbered = name
        .split_once('-')
        .is_some_and(|(number, _)| number.len() == 4 && number.bytes().all(|b| b.is_ascii_digit()));
    if !numbered {
        problems.push(Problem::of(&file.path, "a decision is named NNNN-in-words.md"));
    }
    let status = file.text.lines().find_map(|line| line.strip_prefix("Status: "));
    if !status.is_some_and(|status| STATUSES.iter().any(|known| status.starts_with(known))) {
        let what = format!("a decision has a line `Status: ` with one of: {}", STATUSES.join(", "));
        problems.push(Problem::of(&file.path, what));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Problems of `docs/a.md` in a repository that also has `docs/b.md` and `src/main.rs`.
    fn problems(text: &str) -> Vec<String> {
        let other = "# The Other: Page\n";
        let files = [
            ("docs/a.md", text),
            ("docs/b.md", other),
            ("src/main.rs", ""),
            ("CHANGELOG.md", "# Changes\n\n## [Unreleased]\n"),
        ];
        let folder = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let path = folder.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        let mut problems = Vec::new();
        check(&Tree::of(&files), folder.path(), &mut problems);
        problems.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn links_that_lead_somewhere_are_fine() {
        let text = "# One\n[b](b.md), [`main`](../src/main.rs), [c](b.md#the-other-page \"title\"), [x](#one)\n\
                    [w](https://example.org/none.md) and `src/main.rs` and `docs/b.md` and `b.md`\n\
                    ```\n[z](none.md) `src/none.rs`\n```\n";
        assert_eq!(problems(text), Vec::<String>::new());
    }

    #[test]
    fn links_that_lead_nowhere_are_named() {
        let found = problems("text\n[b](none.md)\n[c](../../b.md)\n[d](b.md#none)\n[e](#none)\n");
        let expected = [
            "docs/a.md:2: the link none.md leads to nothing",
            "docs/a.md:3: the link ../../b.md leads out of the repository",
            "docs/a.md:4: the link b.md#none leads to no heading of docs/b.md",
            "docs/a.md:5: the link #none leads to no heading of docs/a.md",
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn paths_written_as_code_exist() {
        assert_eq!(problems("see `src/none.rs`"), ["docs/a.md:1: there is no src/none.rs"]);
        assert!(problems("`src/*.rs`, `none/a.rs`, `a/b`, `MB/s`, `src/`, `target/debug`").is_empty());
    }

    #[test]
    fn decisions_have_a_number_and_a_status() {
        let mut found = Vec::new();
        let good = TextFile { path: "docs/adr/0001-a-b.md".into(), text: "# 1\n\nStatus: accepted\n".into() };
        decision(&good, &mut found);
        assert!(found.is_empty());
        decision(&TextFile { path: "docs/adr/1-a.md".into(), text: "Status: perhaps\n".into() }, &mut found);
        assert_eq!(found.len(), 2);
    }

    #[test]
    fn the_changelog_is_open() {
        let mut found = Vec::new();
        check(&Tree::of(&[(CHANGES.0, "## [0.1.0]\n")]), Path::new("."), &mut found);
        check(&Tree::default(), Path::new("."), &mut found);
        assert_eq!(found.len(), 2);
    }
}
