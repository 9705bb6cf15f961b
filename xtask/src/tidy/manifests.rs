//! Manifests: licences of our crates, where dependencies come from, and titles of import specifications.

use super::Problem;
use super::tree::Tree;
use serde::Deserialize;
use std::error::Error;
use std::path::Path;
use std::process::Command;

/// The licence of every crate of the workspace.
const LICENCE: &str = "MIT OR Apache-2.0";
/// The files that hold its texts.
const TEXTS: [&str; 2] = ["LICENSE-MIT", "LICENSE-APACHE"];
/// The one place that dependencies come from.
const REGISTRY: &str = "registry+https://github.com/rust-lang/crates.io-index";
/// Folders of import specifications.
const SPECIFICATIONS: [&str; 2] = ["samples/specs/", "samples/crackdown/specs/"];

/// A crate of the workspace, as cargo tells of it.
#[derive(Deserialize, Clone, Debug)]
pub(super) struct Package {
    pub(super) name: String,
    license: Option<String>,
    dependencies: Vec<Dependency>,
}

#[derive(Deserialize, Clone, Debug)]
struct Dependency {
    name: String,
    /// `dev`, `build`, or none for an ordinary one.
    kind: Option<String>,
}

impl Package {
    /// The names of what it depends on when it is not tested.
    pub(super) fn arrows(&self) -> impl Iterator<Item = &str> {
        let ordinary = |dependency: &&Dependency| dependency.kind.as_deref() != Some("dev");
        self.dependencies.iter().filter(ordinary).map(|dependency| dependency.name.as_str())
    }

    /// A package with dependencies of these names and kinds.
    #[cfg(test)]
    pub(super) fn of(name: &str, dependencies: &[(&str, Option<&str>)]) -> Self {
        let dependencies = dependencies
            .iter()
            .map(|(name, kind)| Dependency { name: (*name).to_owned(), kind: kind.map(str::to_owned) })
            .collect();
        Self { name: name.to_owned(), license: Some(LICENCE.to_owned()), dependencies }
    }
}

/// The crates of the workspace.
///
/// # Errors
/// What cargo says when it cannot read the manifests.
pub(super) fn packages(root: &Path) -> Result<Vec<Package>, Box<dyn Error>> {
    #[derive(Deserialize)]
    struct Metadata {
        packages: Vec<Package>,
    }
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let arguments = ["metadata", "--format-version", "1", "--no-deps"];
    let answer = Command::new(cargo).args(arguments).current_dir(root).output()?;
    if !answer.status.success() {
        return Err(format!("cargo metadata: {}", String::from_utf8_lossy(&answer.stderr).trim()).into());
    }
    Ok(serde_json::from_slice::<Metadata>(&answer.stdout)?.packages)
}

/// Checks licences, sources and specifications.
pub(super) fn check(tree: &Tree, packages: &[Package], problems: &mut Vec<Problem>) {
    licences(tree, packages, problems);
    origins(tree, problems);
    titles(tree, problems);
}

fn licences(tree: &Tree, packages: &[Package], problems: &mut Vec<Problem>) {
    for package in packages.iter().filter(|package| package.license.as_deref() != Some(LICENCE)) {
        let found = package.license.as_deref().unwrap_or("none");
        let what = format!("the licence of `{}` is {found}, it should be {LICENCE}", package.name);
        problems.push(Problem::of("Cargo.toml", what));
    }
    for text in TEXTS.into_iter().filter(|text| tree.file(text).is_none()) {
        problems.push(Problem::of(text, "is missing"));
    }
}

/// Dependencies come from crates.io, and no manifest or setting of ours says otherwise.
fn origins(tree: &Tree, problems: &mut Vec<Problem>) {
    if let Some(lock) = tree.file("Cargo.lock") {
        for (number, line) in lock.text.lines().enumerate() {
            let source = line.strip_prefix("source = \"").and_then(|rest| rest.strip_suffix('"'));
            if source.is_some_and(|source| source != REGISTRY) {
                let what = "this dependency does not come from crates.io";
                problems.push(Problem::at("Cargo.lock", number + 1, what));
            }
        }
    }
    for file in tree.ending(".toml").filter(|file| file.path.starts_with(".cargo/")) {
        let settings = toml::from_str::<toml::Table>(&file.text).unwrap_or_default();
        for key in ["source", "registries", "registry"] {
            if settings.contains_key(key) {
                let what = format!("`{key}` belongs to one machine: keep it in the home folder's settings");
                problems.push(Problem::of(&file.path, what));
            }
        }
    }
}

/// Every specification that comes with the project has a title, which reports and `why` show.
fn titles(tree: &Tree, problems: &mut Vec<Problem>) {
    let is_specification = |path: &str| SPECIFICATIONS.iter().any(|folder| path.starts_with(folder));
    for file in tree.ending(".toml").filter(|file| is_specification(&file.path)) {
        let title = toml::from_str::<toml::Table>(&file.text).ok().and_then(|spec| {
            let title = spec.get("title")?.as_str()?.trim();
            (!title.is_empty()).then_some(())
        });
        if title.is_none() {
            problems.push(Problem::of(&file.path, "has no `title` that says in words what is delivered"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT_FILES: [(&str, &str); 2] = [("LICENSE-MIT", "MIT"), ("LICENSE-APACHE", "Apache")];

    fn problems(files: &[(&str, &str)], packages: &[Package]) -> Vec<String> {
        let mut problems = Vec::new();
        check(&Tree::of(&[files, &TEXT_FILES].concat()), packages, &mut problems);
        problems.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn crates_have_one_licence() {
        let mut package = Package::of("jaal-csr", &[]);
        assert!(problems(&[], std::slice::from_ref(&package)).is_empty());
        package.license = None;
        let expected = ["Cargo.toml: the licence of `jaal-csr` is none, it should be MIT OR Apache-2.0"];
        assert_eq!(problems(&[], &[package]), expected);
    }

    #[test]
    fn dependencies_come_from_one_registry() {
        let good = format!("name = \"a\"\nsource = \"{REGISTRY}\"\n");
        assert!(problems(&[("Cargo.lock", &good)], &[]).is_empty());
        let bad = "name = \"a\"\nsource = \"git+https://example.invalid/a\"\n";
        let expected = ["Cargo.lock:2: this dependency does not come from crates.io"];
        assert_eq!(problems(&[("Cargo.lock", bad)], &[]), expected);
        let settings = "[source.crates-io]\nreplace-with = \"near\"\n";
        assert_eq!(problems(&[(".cargo/config.toml", settings)], &[]).len(), 1);
        assert!(problems(&[(".cargo/config.toml", "[alias]\nx = \"run\"\n")], &[]).is_empty());
    }

    #[test]
    fn specifications_have_titles() {
        let path = "samples/specs/casegen/called.toml";
        assert!(problems(&[(path, "title = \"Calls\"\n")], &[]).is_empty());
        for bad in ["name = \"calls\"\n", "title = \" \"\n", "title = 3\n", "title = "] {
            assert_eq!(problems(&[(path, bad)], &[]).len(), 1, "{bad}");
        }
        assert!(problems(&[("samples/crackdown/case.toml", "name = \"x\"\n")], &[]).is_empty());
    }

    #[test]
    fn cargo_tells_of_this_workspace() {
        let found = packages(Path::new(env!("CARGO_MANIFEST_DIR"))).unwrap();
        let xtask = found.iter().find(|package| package.name == "xtask").unwrap();
        assert!(xtask.arrows().any(|name| name == "serde"));
        assert!(found.iter().any(|package| package.name == "jaal-model"));
    }
}
