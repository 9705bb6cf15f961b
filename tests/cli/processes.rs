//! Two processes on one store: one writes, the other reads what was committed before, and may not write.

use crate::run::{command, jaal, sample};
use jaal_engine::model::{DeliveryId, Handover};
use jaal_engine::{Actor, Database, Holder, LoadOptions, LoadRequest, Unwatched, Watch};
use std::path::{Path, PathBuf};
use std::process::Stdio;

const SPEC: &str = "specs/cca-cases.toml";

fn store(folder: &Path) -> PathBuf {
    let store = folder.join("s.jaal");
    jaal(&store, &["load", "--spec", &sample(SPEC), &sample("deliveries/cca/cases.csv")]).expect(0);
    store
}

fn actor() -> Actor {
    Actor { name: "desk 4".to_owned(), now: 1_764_000_000 }
}

fn commits(store: &Path) -> u64 {
    jaal(store, &["info", "--format", "json"]).expect(0).json()["commits"].as_u64().unwrap()
}

/// Looks at the store from other processes while this one is in the middle of its load.
struct Meanwhile<'a> {
    store: &'a Path,
    stages: Vec<String>,
}

impl Watch for Meanwhile<'_> {
    fn stage(&mut self, name: &str, _total: u64) {
        if name.starts_with("bringing the graph up") {
            // The commit is durable by then, and others bring their own view up.
            assert_eq!(commits(self.store), 2);
        } else {
            assert_eq!(commits(self.store), 1, "{name}");
            jaal(self.store, &["find", "CCA", "--quiet", "--limit", "1"]);
            let second = jaal(self.store, &["withdraw", "1", "--reason", "by a second"]).expect(1);
            assert!(second.err.contains("is held by `jaal load` by desk 4 (process "), "{}", second.err);
            assert!(second.err.contains("since 2025-11-24T16:00:00Z"), "{}", second.err);
            assert!(second.err.contains("hint: one process writes at a time"), "{}", second.err);
        }
        self.stages.push(name.to_owned());
    }
}

#[test]
fn another_process_reads_the_last_commit_while_one_writes_and_may_not_write() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path());
    let database = Database::open(&store).unwrap();
    let Actor { name, now } = actor();
    let holder = Holder {
        pid: std::process::id(),
        actor: name,
        command: "jaal load".to_owned(),
        host: jaal_engine::host(),
        since: now,
    };
    database.announce(&holder).unwrap();
    let handover = Handover { agency: "Another".to_owned(), ..Handover::default() };
    let files = [PathBuf::from(sample("deliveries/cca/cases.csv"))];
    let request = LoadRequest::spec(Path::new(&sample(SPEC)), &files, handover).unwrap();
    let mut meanwhile = Meanwhile { store: &store, stages: Vec::new() };
    database.load(vec![request], &LoadOptions::default(), &actor(), &mut meanwhile).unwrap();
    assert!(meanwhile.stages.len() >= 3, "{:?}", meanwhile.stages);
    // It is committed, though its writer still holds the store.
    assert_eq!(commits(&store), 2);
    drop(database);
    jaal(&store, &["withdraw", "1", "--reason", "by a second"]).expect(0);
    assert_eq!(commits(&store), 3);
    assert!(!store.join("writer.json").exists());
}

#[test]
fn what_a_killed_writer_left_does_not_mislead() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path());
    let mut service =
        command(&store, &["serve", "--listen", "127.0.0.1:0"]).stderr(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    std::io::BufRead::read_line(&mut std::io::BufReader::new(service.stderr.take().unwrap()), &mut line)
        .unwrap();
    assert!(line.starts_with("serving "), "{line}");
    service.kill().unwrap();
    service.wait().unwrap();
    assert!(store.join("writer.json").exists());
    assert_eq!(commits(&store), 1);
    let database = Database::open(&store).unwrap();
    let second = jaal(&store, &["withdraw", "1", "--reason", "x"]).expect(1);
    assert!(second.err.contains("is held by another process"), "{}", second.err);
    database.withdraw(DeliveryId(1), "by this process", &actor(), &mut Unwatched).unwrap();
    drop(database);
    assert_eq!(commits(&store), 2);
}
