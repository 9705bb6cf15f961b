//! What goes wrong before a commit keeps nothing; what goes wrong after it says that the commit is kept.

use crate::support::files::table;
use crate::support::{Desk, actor, assert_sound, head, sizes};
use jaal_engine::model::DeliveryId;
use jaal_engine::{EngineError, LoadOptions, LoadRequest, Watch};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

const SPEC: &str = r#"
name = "people"
format = "csv"

[entities.person]
key = { scheme = "cnic", from = "C" }
properties.born = { from = "B", type = "date" }
"#;

const ROWS: &str = "C,B\n3520212345671,1980-01-02\n3520212345672,yesterday\n";

fn request(desk: &Desk) -> LoadRequest {
    desk.request(SPEC, &[desk.file("p.csv", ROWS)]).unwrap()
}

fn with_rejects(folder: PathBuf) -> LoadOptions {
    LoadOptions { rejects: Some(folder), ..LoadOptions::default() }
}

#[test]
fn a_folder_that_cannot_hold_rejects_stops_before_the_commit() {
    let desk = Desk::new();
    let blocked = desk.file("rejects", "a file where the folder should be");
    let error = desk.load_as(vec![request(&desk)], &with_rejects(blocked)).unwrap_err();
    assert!(matches!(error, EngineError::Io { .. }) && error.to_string().contains("rejects"), "{error}");
    assert_eq!(head(&desk.database), None);
    let segments = desk.database.folder().join("segments");
    std::fs::remove_dir_all(&segments).ok();
    std::fs::write(&segments, "a file where the folder should be").unwrap();
    let error = desk.load(request(&desk)).unwrap_err();
    assert!(matches!(error, EngineError::Io { .. }), "{error}");
    assert_eq!(head(&desk.database), None);
}

#[test]
fn rejects_that_get_no_name_do_not_undo_the_commit() {
    let desk = Desk::new();
    let folder = desk.path("rejects");
    std::fs::create_dir_all(folder.join("rejects-0001-people.csv/full")).unwrap();
    let error = desk.load_as(vec![request(&desk)], &with_rejects(folder.clone())).unwrap_err();
    assert!(matches!(error, EngineError::NoRejectsFile { .. }), "{error}");
    assert!(error.to_string().contains("commit 1 is kept"), "{error}");
    assert_eq!(sizes(&desk.database), (1, 0, 1));
    assert_eq!(desk.database.read().unwrap().sources.snapshot().rejects(DeliveryId(1)).unwrap().len(), 1);
    assert_eq!(std::fs::read_dir(folder).unwrap().count(), 1, "the temporary file is left");
    assert_sound(&desk.database);
}

/// Puts a file in the place of the folder of segments as soon as a stage begins that comes after the commit.
struct Blocker(PathBuf);

impl Watch for Blocker {
    fn stage(&mut self, name: &str, _total: u64) {
        if name == "deriving the graph" {
            std::fs::remove_dir_all(&self.0).ok();
            std::fs::write(&self.0, "a file where the folder should be").unwrap();
        }
    }
}

#[test]
fn a_graph_that_cannot_be_made_does_not_undo_the_commit() {
    let desk = Desk::new();
    let segments = desk.database.folder().join("segments");
    let assert_kept = |error: &EngineError, commit: u64| {
        assert!(matches!(error, EngineError::NotDerived { .. }), "{error}");
        assert!(error.to_string().contains(&format!("commit {commit} is kept")), "{error}");
        assert!(head(&desk.database).is_some());
        std::fs::remove_file(&segments).unwrap();
    };
    let rejects = desk.path("rejects");
    let loaded = desk.database.load(
        vec![request(&desk)],
        &with_rejects(rejects.clone()),
        &actor(),
        &mut Blocker(segments.clone()),
    );
    assert_kept(&loaded.unwrap_err(), 1);
    assert_eq!(names(&rejects), ["rejects-0001-people.csv"], "the rejected rows are written all the same");
    assert_eq!(sizes(&desk.database), (1, 0, 1));
    let expunged = desk.database.expunge(DeliveryId(1), "an order", &actor(), &mut Blocker(segments.clone()));
    assert_kept(&expunged.unwrap_err(), 2);
    assert_eq!(sizes(&desk.database), (0, 0, 1), "the number of the claim is not given again");
    assert_sound(&desk.database);
}

fn names(folder: &Path) -> Vec<String> {
    let files = std::fs::read_dir(folder).unwrap();
    files.map(|file| file.unwrap().file_name().to_str().unwrap().to_owned()).collect()
}

#[test]
fn rejected_rows_go_to_the_file_as_they_are_read() {
    const BAD: usize = 20_000;
    let mut content = "C,B\n3520212345671,1980-01-02\n".to_owned();
    for at in 0..BAD {
        writeln!(content, "35202{at:07}1,day {at}").unwrap();
    }
    let desk = Desk::new();
    let request = || desk.request(SPEC, &[desk.file("p.csv", &content)]).unwrap();
    let tried = LoadOptions { dry_run: true, ..with_rejects(desk.path("tried")) };
    let options = [tried, with_rejects(desk.path("kept"))];
    for (options, name) in options.iter().zip(["rejects-dry-run-1-people.csv", "rejects-0001-people.csv"]) {
        let report = desk.load_as(vec![request()], options).unwrap();
        let folder = options.rejects.as_ref().unwrap();
        assert_eq!(names(folder), [name]);
        let file = report.deliveries[0].rejects_file.clone().unwrap();
        assert_eq!(file, folder.join(name));
        let rows = table(&file);
        let bad: Vec<String> = rows.into_iter().map(|row| row[4].clone()).collect();
        assert_eq!(bad, content.lines().skip(2).collect::<Vec<_>>());
        assert_eq!(report.deliveries[0].rejects.len(), 20);
    }
    // What fails leaves no file.
    let bad = desk.request(SPEC, &[desk.file("q.csv", ROWS), desk.file("empty.csv", "")]).unwrap();
    desk.load_as(vec![bad], &with_rejects(desk.path("failed"))).unwrap_err();
    assert!(!desk.path("failed").exists() || names(&desk.path("failed")).is_empty());
}

#[test]
fn what_is_not_joined_is_told_in_words() {
    let spec = r#"
name = "same"
format = "csv"

[entities.a]
key = { scheme = "cnic", from = "A" }

[entities.b]
key = { scheme = "cnic", from = "B" }

[[sames]]
a = "a"
b = "b"
"#;
    let desk = Desk::new();
    let mut rows = "A,B\n".to_owned();
    for at in 0..7 {
        writeln!(rows, "35202{at:07}1,61101{at:07}3").unwrap();
    }
    let request = || desk.request(spec, &[desk.file("same.csv", &rows)]).unwrap();
    let report = desk.load(request()).unwrap();
    assert_eq!((report.conflicts, report.conflict_notes.len(), report.entities), (7, 5, 14));
    let latest = &report.conflict_notes[0];
    assert!(latest.contains("cnic=3520200000061 and cnic=6110100000063"), "{latest}");
    assert!(latest.contains("different valid CNICs"), "{latest}");
    let again = desk.load(request()).unwrap();
    assert_eq!((again.conflicts, again.conflict_notes.len()), (7, 0));
}
