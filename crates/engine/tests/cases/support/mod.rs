//! What the tests share: folders, a store to try things in, and the sample case.

pub(crate) mod files;
pub(crate) mod sample;

use jaal_engine::csr::{Adjacency, Direction};
use jaal_engine::graph::View;
use jaal_engine::model::{Digest, Handover, NodeIdx};
use jaal_engine::{Actor, Database, EngineError, LoadOptions, LoadReport, LoadRequest, Unwatched};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// Who acts in tests, and when: always the same, for the engine has no clock.
pub(crate) fn actor() -> Actor {
    Actor { name: "tester".to_owned(), now: 1_762_300_800 }
}

/// The repository's root.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The folder of the sample case.
pub(crate) fn case_folder() -> PathBuf {
    root().join("samples/crackdown")
}

/// A folder or file of the data that lie beside the repository on some machines; says so where it is not there.
pub(crate) fn shared_data(name: &str, test: &str) -> Option<PathBuf> {
    let path = root().join("../shared/data").join(name);
    if path.exists() {
        return Some(path);
    }
    jaal_testkit::needs(&format!("shared data {name}"), test);
    None
}

/// The hash of the last commit.
pub(crate) fn head(database: &Database) -> Option<Digest> {
    database.checkpoint().unwrap().map(|checkpoint| checkpoint.hash)
}

/// Entities, links and claims.
pub(crate) fn sizes(database: &Database) -> (u64, u64, u64) {
    let info = database.info().unwrap();
    (info.entities, info.links, info.claims)
}

/// The counts by name, without those that are nought.
pub(crate) fn by_name(counts: &[jaal_engine::NameCount]) -> BTreeMap<&str, u64> {
    counts.iter().filter(|line| line.count > 0).map(|line| (line.name.as_str(), line.count)).collect()
}

/// The dump of a store.
pub(crate) fn dump(database: &Database) -> Vec<u8> {
    let mut out = Vec::new();
    database.dump(&mut out, &mut Unwatched).unwrap();
    out
}

/// A store made from a dump.
pub(crate) fn restore(folder: &Path, dump: &[u8]) -> Database {
    Database::restore(folder, &mut &*dump, &actor(), &mut Unwatched).unwrap().0
}

/// Whether verification finds nothing wrong; stops with what it finds otherwise.
pub(crate) fn assert_sound(database: &Database) {
    let verification = database.verify(None, &mut Unwatched).unwrap();
    assert!(verification.ok, "{verification:?}");
}

/// The entity that a key as text, `scheme=value`, names.
pub(crate) fn node(view: &View, key: &str) -> NodeIdx {
    let (scheme, value) = key.split_once('=').unwrap();
    let key = jaal_engine::model::Key::new(scheme, value);
    view.find_key(&key).unwrap_or_else(|| panic!("no entity has the key {key}"))
}

/// Everything that a graph says, one line an entity or link, in the order of the view.
pub(crate) fn whole_graph(view: &View) -> String {
    let mut text = String::new();
    for node in (0..view.node_count()).map(NodeIdx) {
        let (keys, kinds) = (view.keys(node), view.kinds_of(node));
        let (properties, claims) = (view.properties(node), view.node_claims(node));
        writeln!(text, "{node:?} {keys:?} {kinds:?} {properties:?} {claims:?}").unwrap();
        let _ = view.runs(node.0, Direction::Out, &mut |run| {
            for (at, other) in run.neighbours.iter().enumerate() {
                let link = run.link(at);
                let (properties, validity) = (view.link_properties(link), view.link_validity(link));
                let (grade, claims) = (view.link_grade(link), view.link_claims(link));
                writeln!(text, "{link:?} {other} {properties:?} {validity:?} {grade:?} {claims:?}").unwrap();
            }
            ControlFlow::Continue(())
        });
    }
    text
}

/// A store in a folder of its own, with room for the files to be loaded.
pub(crate) struct Desk {
    folder: TempDir,
    pub(crate) database: Database,
}

impl Desk {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = Database::create(&folder.path().join("store"), &actor()).unwrap();
        Self { folder, database }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file beside the store.
    pub(crate) fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, content).unwrap();
        path
    }

    /// A request for files by the text of a specification.
    pub(crate) fn request(&self, spec: &str, files: &[PathBuf]) -> Result<LoadRequest, EngineError> {
        LoadRequest::spec(&self.file("spec.toml", spec), files, Handover::default())
    }

    pub(crate) fn load(&self, request: LoadRequest) -> Result<LoadReport, EngineError> {
        self.load_as(vec![request], &LoadOptions::default())
    }

    pub(crate) fn load_as(
        &self,
        requests: Vec<LoadRequest>,
        options: &LoadOptions,
    ) -> Result<LoadReport, EngineError> {
        self.database.load(requests, options, &actor(), &mut Unwatched)
    }
}
