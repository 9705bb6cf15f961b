//! A medium that takes no more, or that may only be read: what is said, and that nothing is lost.
//!
//! A limit on the length of files stands for a full disk: writing beyond it is refused in the same places. That no
//! other user may write, as on a disk that is mounted for reading, needs another user where the tests run as root.

use crate::people::{SPEC, cnic, rows};
use crate::run::{Run, command, copy_store, files, holds, jaal};
use serde_json::Value;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::process::Command;

/// A folder with a store of a few people, and files to load more of them from.
struct Desk {
    folder: tempfile::TempDir,
}

impl Desk {
    fn new() -> Self {
        let desk = Self { folder: tempfile::tempdir().unwrap() };
        std::fs::write(desk.path("people.toml"), SPEC).unwrap();
        for (name, first, count) in [("one.csv", 0, 300), ("two.csv", 1_000, 40), ("more.csv", 2_000, 4_000)]
        {
            std::fs::write(desk.path(name), rows(first, count)).unwrap();
        }
        for name in ["one.csv", "two.csv"] {
            jaal(&desk.path("s.jaal"), &strs(&desk.load(name))).expect(0);
        }
        desk
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn load(&self, name: &str) -> Vec<String> {
        let text = |name: &str| self.path(name).to_str().unwrap().to_owned();
        vec!["load".to_owned(), "--spec".to_owned(), text("people.toml"), text(name)]
    }

    /// A copy of the store.
    fn copy(&self) -> PathBuf {
        let copy = self.path("copy.jaal");
        if copy.exists() {
            std::fs::remove_dir_all(&copy).unwrap();
        }
        copy_store(&self.path("s.jaal"), &copy);
        copy
    }
}

fn strs(arguments: &[String]) -> Vec<&str> {
    arguments.iter().map(String::as_str).collect()
}

fn words(line: &str) -> Vec<String> {
    line.split(' ').map(str::to_owned).collect()
}

/// Runs the program where no file may become longer than so many blocks of 512 bytes.
fn limited(store: &Path, arguments: &[String], blocks: u64) -> Run {
    let program = command(store, &strs(arguments));
    let mut shell = Command::new("sh");
    // A signal that is ignored stays so: the writing fails then, and nobody is killed.
    shell.args(["-c", r#"trap "" XFSZ; ulimit -f "$0"; exec "$@""#, &blocks.to_string()]);
    shell.arg(program.get_program()).args(program.get_args());
    shell.env("JAAL_DB", store).env("NO_COLOR", "1");
    Run::of(shell.output().unwrap())
}

/// Commits, entities and links of a store that verifies.
fn sound(store: &Path) -> [u64; 3] {
    assert_eq!(jaal(store, &["verify", "--format", "json"]).expect(0).json()["ok"], true);
    let info = jaal(store, &["info", "--format", "json"]).expect(0).json();
    ["commits", "entities", "links"].map(|name| info[name].as_u64().unwrap())
}

/// The most blocks that a file of the store takes after a command, with room for a ledger that grows by doubling.
fn most_blocks(store: &Path) -> u64 {
    files(store).iter().map(|file| std::fs::metadata(file).unwrap().len()).max().unwrap() * 2 / 512
}

#[test]
fn a_full_disk_is_told_and_loses_nothing() {
    let desk = Desk::new();
    let same = "same Phone:03000000001 Phone:03000000002 --reason told";
    let commands = [desk.load("more.csv"), words(same), words("expunge 2 --order told"), words("compact")];
    let before = sound(&desk.copy());
    let (mut refused, mut kept) = (0, 0);
    for arguments in commands {
        let store = desk.copy();
        jaal(&store, &strs(&arguments)).expect(0);
        let (done, most) = (sound(&store), most_blocks(&store));
        for part in 0..=8 {
            let store = desk.copy();
            let run = limited(&store, &arguments, most * part / 8);
            let place = format!("{} with {part} of 8 parts of the room: {}", arguments[0], run.err);
            let after = sound(&store);
            if run.status == 0 {
                assert_eq!(after, done, "{place}");
                continue;
            }
            assert_eq!(run.status, 1, "{place}");
            assert!(run.err.contains("copy.jaal") && run.err.contains("File too large"), "{place}");
            assert!(run.err.contains("hint: there is no room to write: make some"), "{place}");
            assert!(
                !store.join("ledger.redb.new").exists(),
                "what was begun takes the room that is left: {place}"
            );
            refused += 1;
            if run.err.contains("is kept, but its graph") || run.err.contains("still holds the bytes") {
                assert_eq!(after, done, "{place}");
                jaal(&store, &["compact"]).expect(0);
                kept += 1;
                if arguments[0] == "expunge" {
                    assert_eq!(holds(&store, &cnic(1_000)), Vec::<PathBuf>::new(), "{place}");
                }
                continue;
            }
            assert_eq!(after, before, "{place}");
            // With room again the same command does what it should have done.
            jaal(&store, &strs(&arguments)).expect(0);
            assert_eq!(sound(&store), done, "{place}");
        }
        assert!(refused > 0, "there was always room for {}", arguments[0]);
    }
    assert!(kept > 0 && kept < refused, "{kept} of {refused} after the commit");
}

#[test]
fn a_load_without_room_for_a_store_leaves_none() {
    let desk = Desk::new();
    let store = desk.path("new.jaal");
    let run = limited(&store, &desk.load("one.csv"), 8);
    assert!(run.status == 1 && run.err.contains("new.jaal") && run.err.contains("hint: "), "{}", run.err);
    assert!(!store.exists(), "no store is left behind");
    jaal(&store, &strs(&desk.load("one.csv"))).expect(0);
    assert_eq!(sound(&store), [1, 600, 300]);
}

/// The program as somebody runs it who may read a store and not write it.
struct Reader {
    program: PathBuf,
    is_root: bool,
}

impl Reader {
    /// `None` where there is nobody to be.
    fn new(desk: &Desk, test: &str) -> Option<Self> {
        let program = desk.path("jaal");
        std::fs::copy(env!("CARGO_BIN_EXE_jaal"), &program).unwrap();
        let folder = desk.folder.path();
        std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o755)).unwrap();
        let reader = Self { program, is_root: std::fs::metadata(folder).unwrap().uid() == 0 };
        let runs =
            reader.command(folder, &["--version"]).output().is_ok_and(|output| output.status.success());
        if !runs {
            jaal_testkit::needs("setpriv and a user besides root who can read the folder of tests", test);
        }
        runs.then_some(reader)
    }

    fn command(&self, store: &Path, arguments: &[&str]) -> Command {
        let mut command = if self.is_root {
            let mut command = Command::new("setpriv");
            command.args(["--reuid=65534", "--regid=65534", "--clear-groups"]).arg(&self.program);
            command
        } else {
            Command::new(&self.program)
        };
        command.args(arguments).env("JAAL_DB", store).env("NO_COLOR", "1");
        command
    }

    fn run(&self, store: &Path, arguments: &[&str]) -> Run {
        Run::of(self.command(store, arguments).output().unwrap())
    }
}

/// Lets everybody read a store and nobody write it, or its owner write it again.
fn set_writable(store: &Path, is_writable: bool) {
    let write = if is_writable { 0o200 } else { 0 };
    for folder in [store.to_owned(), store.join("segments")] {
        std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o555 | write)).unwrap();
    }
    for file in files(store) {
        std::fs::set_permissions(file, std::fs::Permissions::from_mode(0o444 | write)).unwrap();
    }
}

/// The files of a store and what is in them.
fn contents(store: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    files(store).into_iter().map(|file| (file.clone(), std::fs::read(file).unwrap())).collect()
}

#[test]
fn a_store_that_may_only_be_read_answers_and_says_why_it_takes_nothing() {
    let desk = Desk::new();
    let Some(reader) = Reader::new(&desk, "a_store_that_may_only_be_read") else { return };
    let store = desk.path("s.jaal");
    set_writable(&store, false);
    let held = contents(&store);
    // The last commit has no segment of its own: what it changed is read on top of the one before.
    for question in [
        "info --format json",
        "find 0300-0001005 --format json",
        "path Person:3520200010051 Phone:03000001005 --why",
        "why Phone:03000001005",
        "checkpoint",
        "dump",
    ] {
        let question: Vec<&str> = question.split(' ').collect();
        let output = reader.command(&store, &question).output().unwrap();
        let truth = command(&store, &question).output().unwrap();
        assert!(output.status.success() && output.stdout == truth.stdout, "{question:?}: {output:?}");
    }
    for question in ["verify", "info --clearance public"] {
        let run = reader.run(&store, &strs(&words(question))).expect(1);
        assert!(run.err.contains("s.jaal/segments") && run.err.contains("Permission denied"), "{}", run.err);
        assert!(run.err.contains("hint: a graph has to be derived for this"), "{}", run.err);
    }
    let same = words("same Phone:03000000001 Phone:03000000002 --reason told");
    for arguments in [desk.load("more.csv"), same, words("expunge 2 --order told"), words("compact")] {
        let run = reader.run(&store, &strs(&arguments)).expect(1);
        assert!(run.err.contains("s.jaal/ledger.redb`: Permission denied"), "{}", run.err);
        assert!(run.err.contains("hint: the store can only be read from here"), "{}", run.err);
    }
    assert!(contents(&store) == held, "somebody who may not write has changed a file");
    set_writable(&store, true);
    assert_eq!(sound(&store), [2, 680, 340]);
}

#[test]
fn what_a_killed_writer_left_is_repaired_by_who_may_write() {
    let desk = Desk::new();
    let Some(reader) = Reader::new(&desk, "what_a_killed_writer_left") else { return };
    let store = desk.path("s.jaal");
    let before: Value = jaal(&store, &["info", "--format", "json"]).expect(0).json();
    let mut load = command(&store, &strs(&desk.load("more.csv"))).spawn().unwrap();
    // It says so first of all when it holds the store.
    while !store.join("writer.json").exists() {
        assert!(load.try_wait().unwrap().is_none(), "it ended before it was killed");
        std::thread::yield_now();
    }
    load.kill().unwrap();
    load.wait().unwrap();
    set_writable(&store, false);
    let run = reader.run(&store, &["info"]).expect(1);
    assert!(
        run.err.contains("nothing that was committed is lost") && !run.err.contains("hint: "),
        "{}",
        run.err
    );
    set_writable(&store, true);
    assert_eq!(jaal(&store, &["info", "--format", "json"]).expect(0).json()["head"], before["head"]);
    set_writable(&store, false);
    reader.run(&store, &["find", "0300-0001005"]).expect(0);
    set_writable(&store, true);
}
