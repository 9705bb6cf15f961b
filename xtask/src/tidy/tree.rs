//! The tree: every text file of the repository that people write, read once.

use std::io;
use std::path::Path;

/// Names of folders that hold nothing people write.
const LEFT_OUT: [&str; 3] = [".git", "target", "node_modules"];

/// Endings of files that are read. Deliveries of samples are data and keep whatever agencies put into them.
const ENDINGS: [&str; 11] =
    [".rs", ".md", ".toml", ".lock", ".sh", ".yml", ".yaml", ".html", ".js", ".css", ".cypher"];

/// One text file.
#[derive(Clone, Debug)]
pub(super) struct TextFile {
    /// Relative to the repository, with `/`.
    pub(super) path: String,
    pub(super) text: String,
}

impl TextFile {
    /// Whether the name ends so.
    pub(super) fn ends(&self, ending: &str) -> bool {
        self.path.ends_with(ending)
    }

    /// Whether this is Rust that only tests build: integration tests, benches, examples, and files of unit tests.
    pub(super) fn is_test(&self) -> bool {
        let folders = ["tests/", "benches/", "examples/"];
        let inside =
            |folder: &str| self.path.starts_with(folder) || self.path.contains(&format!("/{folder}"));
        folders.iter().any(|folder| inside(folder)) || self.path.ends_with("/tests.rs")
    }
}

/// The text files of the repository, by path.
#[derive(Clone, Default, Debug)]
pub(super) struct Tree {
    pub(super) files: Vec<TextFile>,
}

impl Tree {
    /// Reads all text files below a folder.
    ///
    /// # Errors
    /// The first file or folder that cannot be read, named.
    pub(super) fn read(root: &Path) -> io::Result<Self> {
        let mut tree = Self::default();
        tree.walk(root, "")?;
        tree.files.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(tree)
    }

    fn walk(&mut self, folder: &Path, prefix: &str) -> io::Result<()> {
        for entry in std::fs::read_dir(folder).map_err(naming(folder))? {
            let entry = entry.map_err(naming(folder))?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let path = format!("{prefix}{name}");
            let kind = entry.file_type().map_err(naming(&entry.path()))?;
            let is_store = entry.path().extension().is_some_and(|ending| ending == "jaal");
            if kind.is_dir() && !LEFT_OUT.contains(&name.as_str()) && !is_store {
                self.walk(&entry.path(), &format!("{path}/"))?;
            } else if kind.is_file() && is_written(&path) {
                let bytes = std::fs::read(entry.path()).map_err(naming(&entry.path()))?;
                self.files.push(TextFile { path, text: String::from_utf8_lossy(&bytes).into_owned() });
            }
        }
        Ok(())
    }

    /// The file at a path.
    pub(super) fn file(&self, path: &str) -> Option<&TextFile> {
        self.files.iter().find(|file| file.path == path)
    }

    /// The files whose names end so.
    pub(super) fn ending<'a>(&'a self, ending: &'a str) -> impl Iterator<Item = &'a TextFile> {
        self.files.iter().filter(move |file| file.ends(ending))
    }

    /// A tree of files in memory.
    #[cfg(test)]
    pub(super) fn of(files: &[(&str, &str)]) -> Self {
        let file = |&(path, text): &(&str, &str)| TextFile { path: path.to_owned(), text: text.to_owned() };
        Self { files: files.iter().map(file).collect() }
    }
}

fn is_written(path: &str) -> bool {
    ENDINGS.iter().any(|ending| path.ends_with(ending))
        || path.starts_with(".ci/")
        || path.starts_with("LICENSE-")
        || path == "xtask/tidy-sizes.txt"
}

fn naming(path: &Path) -> impl Fn(io::Error) -> io::Error {
    move |error| io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_people_write_is_read() {
        let folder = tempfile::tempdir().unwrap();
        for path in ["src/a.rs", "target/b.rs", ".ci/run", "case.jaal/c.md", "data.csv", "D.md"] {
            let path = folder.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "text").unwrap();
        }
        let tree = Tree::read(folder.path()).unwrap();
        let paths: Vec<&str> = tree.files.iter().map(|file| file.path.as_str()).collect();
        assert_eq!(paths, [".ci/run", "D.md", "src/a.rs"]);
    }

    #[test]
    fn tests_are_told_from_production() {
        let test = |path: &str| TextFile { path: path.into(), text: String::new() }.is_test();
        assert!(test("tests/cli.rs") && test("crates/a/tests/b/c.rs") && test("crates/a/src/tests.rs"));
        assert!(!test("crates/a/src/contests/b.rs") && !test("crates/testkit/src/lib.rs"));
    }
}
