//! Segment files that do not belong: from another store, left behind, or put in the place of one that is mapped.

use crate::support::{Desk, actor, dump, head, restore, sizes, whole_graph};
use jaal_engine::model::DeliveryId;
use jaal_engine::{Database, LoadOptions, LoadReport, Unwatched};
use std::io::{Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

const SPEC: &str = r#"
name = "people"
format = "csv"

[entities.person]
key = { scheme = "cnic", from = "C" }
properties.name = { from = "N" }
"#;

fn rows(names: &[&str]) -> String {
    let row = |(at, name): (usize, &&str)| format!("35202{at:07}1,{name}\n");
    format!("C,N\n{}", names.iter().enumerate().map(row).collect::<String>())
}

/// A store of these people, all of one commit.
fn people(names: &[&str]) -> Desk {
    let desk = Desk::new();
    load(&desk, &desk.database, names);
    desk
}

fn load(desk: &Desk, database: &Database, names: &[&str]) -> LoadReport {
    let request = desk.request(SPEC, &[desk.file("people.csv", rows(names))]).unwrap();
    database.load(vec![request], &LoadOptions::default(), &actor(), &mut Unwatched).unwrap()
}

fn segments(store: &Path) -> Vec<PathBuf> {
    let files = std::fs::read_dir(store.join("segments")).unwrap();
    files.map(|file| file.unwrap().path()).collect()
}

fn graph(database: &Database) -> String {
    let reading = database.read().unwrap();
    let text = whole_graph(&reading.view);
    reading.check(text).unwrap()
}

#[test]
fn segments_of_another_store_are_never_read() {
    let (here, there) = (people(&["Ann", "Bob"]), people(&["Carl", "Dina", "Eve"]));
    let (truth, text) = (graph(&here.database), dump(&here.database));
    let own = segments(here.database.folder()).remove(0);
    let foreign = segments(there.database.folder()).remove(0);
    assert_eq!(own.extension(), foreign.extension());
    // Under its own name or under the very name of the segment that is wanted.
    for name in [own.file_name().unwrap(), foreign.file_name().unwrap()] {
        let folder = tempfile::tempdir().unwrap();
        let store = folder.path().join("store");
        std::fs::create_dir_all(store.join("segments")).unwrap();
        std::fs::copy(&foreign, store.join("segments").join(name)).unwrap();
        let restored = restore(&store, &text);
        assert_eq!(head(&restored), head(&here.database));
        assert_eq!(graph(&restored), truth, "the graph of another store was read");
        assert_eq!(segments(&store).len(), 1);
        assert!(restored.verify(None, &mut Unwatched).unwrap().ok);
        drop(restored);
        assert_eq!(graph(&Database::open_read_only(&store).unwrap()), truth);
    }
}

#[test]
fn a_new_store_over_old_segments_begins_empty() {
    let old = people(&["Ann"]);
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("store");
    std::fs::create_dir_all(store.join("segments")).unwrap();
    let name = segments(old.database.folder()).remove(0);
    let name = name.file_name().unwrap().to_str().unwrap().replace("0000001", "0000000");
    std::fs::copy(segments(old.database.folder()).remove(0), store.join("segments").join(name)).unwrap();
    let fresh = Database::create(&store, &actor()).unwrap();
    assert_eq!(sizes(&fresh), (0, 0, 0));
    assert_eq!(load(&old, &fresh, &["Bob", "Carl"]).entities, 2);
    assert_eq!(segments(&store).len(), 1);
}

#[test]
fn what_dead_writers_left_goes_with_the_next_publication() {
    let desk = people(&["Ann"]);
    let folder = desk.database.folder().join("segments");
    let kept = [folder.join("notes.txt"), folder.join("verify-1-0.check")];
    let left = [folder.join("all-000000000002-00000000.v1.tmp-1-0"), folder.join("all-000000000009.v1.seg")];
    kept.iter().chain(&left).for_each(|path| std::fs::write(path, "half").unwrap());
    load(&desk, &desk.database, &["Ann", "Bob"]);
    assert!(left.iter().all(|path| path.exists()), "a small commit writes no segment and removes none");
    desk.database.derive_anew(&mut Unwatched).unwrap();
    assert!(left.iter().all(|path| !path.exists()), "{:?}", segments(desk.database.folder()));
    assert!(kept.iter().all(|path| path.exists()), "{:?}", segments(desk.database.folder()));
    assert_eq!(segments(desk.database.folder()).len(), kept.len() + 1);
}

#[test]
fn what_a_killed_expungement_left_goes_when_the_store_is_opened_for_writing() {
    let desk = people(&["Ann"]);
    load(&desk, &desk.database, &["Bob"]);
    let store = desk.database.folder().to_owned();
    let segment = segments(&store).remove(0);
    let old = std::fs::read(&segment).unwrap();
    desk.database.expunge(DeliveryId(1), "order", &actor(), &mut Unwatched).unwrap();
    drop(desk.database);
    let kept = segments(&store);
    assert!(!kept.contains(&segment), "{kept:?}");
    // As when it is killed between its commit and the removal of what the commit destroyed.
    let left = [segment, store.join("segments/verify-1-0.check"), store.join("segments/image.tmp-1-0")];
    for path in &left {
        std::fs::write(path, &old).unwrap();
    }
    assert_eq!(sizes(&Database::open_read_only(&store).unwrap()).0, 1, "what was destroyed is read");
    assert!(left.iter().all(|path| path.exists()), "a handle for reading removes nothing");
    drop(Database::open(&store).unwrap());
    assert_eq!(segments(&store), kept);
}

#[test]
fn a_sound_segment_in_place_of_a_damaged_one_is_kept() {
    let desk = people(&["Ann", "Bob"]);
    let truth = graph(&desk.database);
    let file = segments(desk.database.folder()).remove(0);
    let sound = std::fs::read(&file).unwrap();
    let store = desk.database.folder();
    for replaced in [true, false] {
        let reader = Database::open_read_only(store).unwrap();
        let reading = reader.read().unwrap();
        // The bytes of names, in the file that is mapped.
        let at = sound.windows(3).position(|bytes| bytes == b"Ann").unwrap();
        let mut mapped = std::fs::OpenOptions::new().write(true).open(&file).unwrap();
        mapped.seek(SeekFrom::Start(at as u64)).unwrap();
        mapped.write_all(b"Amy").unwrap();
        if replaced {
            std::fs::write(desk.path("sound"), &sound).unwrap();
            std::fs::rename(desk.path("sound"), &file).unwrap();
        }
        let text = whole_graph(&reading.view);
        let error = reading.check(text).unwrap_err();
        assert!(error.to_string().contains("damaged"), "{error}");
        assert_eq!(file.exists(), replaced, "only a file that is damaged itself is removed");
        assert_eq!(graph(&reader), truth);
        assert!(std::fs::read(&file).unwrap() == sound);
    }
}
