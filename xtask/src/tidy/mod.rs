//! `tidy`: checks of the tree that no compiler makes.
//!
//! Each module holds the checks of one subject, as functions from the [`Tree`] to [`Problem`]s; they read files and
//! change nothing. A check has earned its place when it can be wrong about nothing and its message says what would
//! be right.

mod arrows;
mod documents;
mod manifests;
mod mask;
mod places;
mod sizes;
mod sources;
mod tree;

use crate::{Outcome, say};
use std::error::Error;
use std::fmt;
use std::path::Path;
use std::process::ExitCode;
use tree::Tree;

/// Something that is not as it should be.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Problem {
    /// The file, relative to the repository.
    path: String,
    /// The line from 1, or 0 when the file as a whole is meant.
    line: usize,
    /// What is wrong, and what would be right.
    what: String,
}

impl Problem {
    /// A problem of a file as a whole.
    fn of(path: &str, what: impl Into<String>) -> Self {
        Self::at(path, 0, what)
    }

    /// A problem at a line, counted from 1.
    fn at(path: &str, line: usize, what: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line, what: what.into() }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, "{}: {}", self.path, self.what),
            line => write!(f, "{}:{line}: {}", self.path, self.what),
        }
    }
}

/// What a look at the repository gave.
pub(crate) struct Findings {
    /// How many files were read.
    files: usize,
    /// What is worth knowing and fails nothing.
    notes: Vec<String>,
    /// What is wrong, by file and line.
    pub(crate) problems: Vec<Problem>,
}

impl Findings {
    /// Prints notes, problems, and how many there are.
    pub(crate) fn tell(&self) {
        for note in &self.notes {
            say(&format!("note: {note}"));
        }
        for problem in &self.problems {
            say(&problem.to_string());
        }
        say(&format!("tidy: {} files read, {} problems", self.files, self.problems.len()));
    }
}

/// Checks the repository and tells what was found.
pub(crate) fn run(root: &Path) -> Outcome {
    let findings = check(root)?;
    findings.tell();
    Ok(if findings.problems.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Checks the repository.
pub(crate) fn check(root: &Path) -> Result<Findings, Box<dyn Error>> {
    let tree = Tree::read(root)?;
    let packages = manifests::packages(root)?;
    let mut problems = Vec::new();
    sources::check(&tree, &mut problems);
    sizes::check(&tree, &mut problems);
    arrows::check(&tree, &packages, &mut problems);
    manifests::check(&tree, &packages, &mut problems);
    documents::check(&tree, root, &mut problems);
    places::check(&tree, &mut problems);
    problems.sort();
    problems.dedup();
    Ok(Findings { files: tree.files.len(), notes: sizes::note(&tree).into_iter().collect(), problems })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_says_where_it_is() {
        assert_eq!(Problem::at("src/main.rs", 3, "wrong").to_string(), "src/main.rs:3: wrong");
        assert_eq!(Problem::of("deny.toml", "missing").to_string(), "deny.toml: missing");
    }

    #[test]
    fn a_tree_without_anything_has_problems() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("src")).unwrap();
        std::fs::write(folder.path().join("src/main.rs"), "fn main() {}\n").unwrap();
        let manifest = "[package]\nname = \"p\"\nversion = \"0.1.0\"\nedition = \"2024\"\n";
        std::fs::write(folder.path().join("Cargo.toml"), manifest).unwrap();
        let findings = check(folder.path()).unwrap();
        assert!(findings.files >= 2);
        let files: Vec<&str> = findings.problems.iter().map(|problem| problem.path.as_str()).collect();
        for file in ["ARCHITECTURE.md", "CHANGELOG.md", "LICENSE-MIT", "src/main.rs", "Cargo.toml"] {
            assert!(files.contains(&file), "{file} is missing in {files:?}");
        }
    }
}
