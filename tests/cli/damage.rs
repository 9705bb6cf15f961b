//! Damaged files of a store, through the program: a segment is made again, a ledger is refused with the way out, and
//! no question gets a false answer or a panic.

use crate::people::{SPEC, rows};
use crate::run::{copy_store, files, jaal};
use std::path::{Path, PathBuf};

/// Questions that read the segment, the ledger, and both.
const QUESTIONS: [&[&str]; 4] = [
    &["info", "--format", "json"],
    &["find", "Person 205", "--format", "json"],
    &["path", "Person:3520200002051", "Phone:03000000205", "--why", "--format", "json"],
    &["why", "Person:3520200002051", "--format", "json"],
];

/// A closed store: a segment of 400 people, and 20 more on top of it.
struct Desk {
    folder: tempfile::TempDir,
    truth: Vec<String>,
}

impl Desk {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
        std::fs::write(path("people.toml"), SPEC).unwrap();
        let store = folder.path().join("s.jaal");
        for (name, first, count) in [("one.csv", 0, 400), ("two.csv", 1_000, 20)] {
            std::fs::write(path(name), rows(first, count)).unwrap();
            jaal(&store, &["load", "--spec", &path("people.toml"), &path(name)]).expect(0);
        }
        jaal(&store, &["dump", "--output", &path("dump.zst")]).expect(0);
        let truth = QUESTIONS.iter().map(|question| answer(&jaal(&store, question).expect(0).out)).collect();
        Self { folder, truth }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The file of the store with this extension.
    fn file(&self, extension: &str) -> PathBuf {
        let mut files = files(&self.path("s.jaal")).into_iter();
        files.find(|file| file.extension().is_some_and(|e| e == extension)).unwrap()
    }

    /// A copy of the store with one byte of a file changed.
    fn with_flip(&self, file: &Path, at: usize) -> PathBuf {
        let (store, copy) = (self.path("s.jaal"), self.path("copy.jaal"));
        if copy.exists() {
            std::fs::remove_dir_all(&copy).unwrap();
        }
        copy_store(&store, &copy);
        let changed = copy.join(file.strip_prefix(&store).unwrap());
        let mut bytes = std::fs::read(&changed).unwrap();
        bytes[at] ^= 0x20;
        std::fs::write(&changed, bytes).unwrap();
        copy
    }

    /// Asks everything of a copy with damage; how many questions were refused.
    #[track_caller]
    fn ask(&self, store: &Path, place: &str) -> usize {
        let mut refused = 0;
        for (question, truth) in QUESTIONS.iter().zip(&self.truth) {
            let run = jaal(store, question);
            if run.status == 0 {
                assert_eq!(answer(&run.out), *truth, "{place}: {question:?}: a false answer");
                continue;
            }
            refused += 1;
            let is_told = run.err.contains("damaged") && run.err.contains("hint: ");
            assert!(run.status == 1 && is_told, "{place}: {question:?}: {} {}", run.status, run.err);
            assert!(!run.err.contains("internal error"), "{place}: {question:?}: {}", run.err);
        }
        refused
    }
}

/// What was answered, but for the sizes of files: a segment that is made again has in it what stood on top before.
fn answer(out: &str) -> String {
    let is_size =
        |line: &&str| ["\"segment_bytes\"", "\"ledger_bytes\""].iter().any(|name| line.contains(name));
    out.lines().filter(|line| !is_size(line)).collect::<Vec<_>>().join("\n")
}

/// Places in a file: evenly spread, each somewhere in its part.
fn places(len: usize, count: usize) -> impl Iterator<Item = usize> {
    let part = len / count;
    (0..count).map(move |n| n * part + n.wrapping_mul(0x9e37_79b9) % part)
}

#[test]
fn a_damaged_segment_is_made_again_by_whoever_asks() {
    let desk = Desk::new();
    let file = desk.file("seg");
    let len = std::fs::metadata(&file).unwrap().len() as usize;
    let (mut refused, mut found) = (0, 0);
    for at in places(len, 16) {
        let store = desk.with_flip(&file, at);
        let place = format!("byte {at} of {len}");
        let first = desk.ask(&store, &place);
        // Whoever is refused removes the segment, and the next derives it: nobody is refused twice over it.
        assert!(first <= 1 && (first == 0 || desk.ask(&store, &place) == 0), "{place}: refused again");
        refused += first;
        // Where no question looked verification finds it, and throws it away as well.
        let verdict = jaal(&store, &["verify", "--format", "json"]).json();
        if verdict["ok"] == false {
            assert!(verdict["graph"].as_str().unwrap().starts_with("damaged: "), "{place}: {verdict}");
            found += 1;
        }
        jaal(&store, &["verify"]).expect(0);
    }
    assert!(refused > 0 && found > 0, "{refused} answers refused, {found} found by verification alone");
}

#[test]
fn a_damaged_ledger_is_refused_and_its_dump_brings_it_back() {
    let desk = Desk::new();
    let file = desk.file("redb");
    let len = std::fs::metadata(&file).unwrap().len() as usize;
    let (mut refused, mut found) = (0, 0);
    for at in places(4_096, 4).chain(places(len, 20)) {
        let store = desk.with_flip(&file, at);
        let place = format!("byte {at} of {len}");
        refused += desk.ask(&store, &place);
        let verdict = jaal(&store, &["verify"]);
        assert!(verdict.status <= 1 && !verdict.err.contains("internal error"), "{place}: {}", verdict.err);
        found += verdict.status;
    }
    assert!(refused > 0 && found > 0, "no byte that was changed mattered");
    let restored = desk.path("restored.jaal");
    jaal(&restored, &["restore", desk.path("dump.zst").to_str().unwrap()]).expect(0);
    assert_eq!(desk.ask(&restored, "restored"), 0);
}
