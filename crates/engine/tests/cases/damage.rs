//! Damaged files of a store: a segment is made again, a ledger is refused or its fault named; nothing stops the
//! program, and nothing false is told.

use crate::support::{Desk, assert_sound, dump, head, sizes, whole_graph};
use jaal_engine::{Database, EngineError, Unwatched};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

const SPEC: &str = r#"
name = "people"
format = "csv"

[entities.person]
key = { scheme = "cnic", from = "C" }
properties.name = { from = "N" }

[entities.phone]
key = { scheme = "msisdn", from = "P" }

[[links]]
type = "USES"
from = "person"
to = "phone"
"#;

/// A store of some people with phones, closed.
fn closed() -> (Desk, PathBuf) {
    let desk = Desk::new();
    let mut rows = "C,N,P\n".to_owned();
    for at in 0..500 {
        writeln!(rows, "35202{at:07}1,Person {at},0300{at:07}").unwrap();
    }
    desk.load(desk.request(SPEC, &[desk.file("people.csv", rows)]).unwrap()).unwrap();
    let store = desk.path("store");
    (desk, store)
}

/// The one segment file of a store.
fn segment(store: &Path) -> PathBuf {
    let mut files = std::fs::read_dir(store.join("segments")).unwrap().map(|entry| entry.unwrap().path());
    let file = files.find(|path| path.extension().is_some_and(|e| e == "seg")).unwrap();
    assert!(files.all(|path| path.extension().is_none_or(|e| e != "seg")), "more than one segment is kept");
    file
}

/// A copy of a closed store with one byte of a file changed.
fn with_flip(store: &Path, file: &Path, at: usize, folder: &Path) -> PathBuf {
    let copy = folder.join(format!("flip-{at}"));
    std::fs::create_dir_all(copy.join("segments")).unwrap();
    for name in [PathBuf::from("ledger.redb"), segment(store).strip_prefix(store).unwrap().to_owned()] {
        std::fs::copy(store.join(&name), copy.join(&name)).unwrap();
    }
    let changed = copy.join(file.strip_prefix(store).unwrap());
    let mut bytes = std::fs::read(&changed).unwrap();
    bytes[at] ^= 0x20;
    std::fs::write(&changed, bytes).unwrap();
    copy
}

/// Everything that the graph says.
fn all_of(database: &Database) -> Result<String, EngineError> {
    let reading = database.read()?;
    let text = whole_graph(&reading.view);
    reading.check(text)
}

#[test]
fn a_damaged_segment_is_refused_and_made_again() {
    let (desk, store) = closed();
    let truth = all_of(&desk.database).unwrap();
    assert_eq!(truth.lines().count(), 1_500, "500 people, their phones, a link each");
    drop(desk.database);
    let file = segment(&store);
    let len = std::fs::metadata(&file).unwrap().len() as usize;
    let folder = tempfile::tempdir().unwrap();
    let mut refused = 0;
    for at in (0..len).step_by(len / 48 + 1).chain([8, len - 1]) {
        let copy = with_flip(&store, &file, at, folder.path());
        let database = Database::open(&copy).unwrap();
        let first = all_of(&database);
        // What no question read is found by verification.
        let verification = database.verify(None, &mut Unwatched).unwrap();
        if let Err(error) = &first {
            assert!(error.to_string().contains("damaged"), "byte {at}: {error}");
            refused += 1;
        }
        // Bytes between sections, and sections that nothing here reads, do no harm; anything else is refused once.
        assert!(
            first.as_ref().is_ok_and(|text| *text == truth) || first.is_err(),
            "byte {at}: a false answer"
        );
        assert_eq!(all_of(&database).unwrap(), truth, "byte {at}: not made again");
        assert!(verification.ok || verification.graph.starts_with("damaged"), "byte {at}: {verification:?}");
        drop(database);
        let database = Database::open_read_only(&copy).unwrap();
        assert_eq!(all_of(&database).unwrap(), truth, "byte {at}: not made again for good");
        assert_sound(&database);
        drop(database);
        std::fs::remove_dir_all(copy).unwrap();
    }
    assert!(refused > 0, "no byte was in a section that is read");
}

#[test]
fn a_segment_cut_short_or_replaced_is_made_again() {
    let (desk, store) = closed();
    let held = sizes(&desk.database);
    drop(desk.database);
    let file = segment(&store);
    let whole = std::fs::read(&file).unwrap();
    for bytes in [&whole[..whole.len() / 2], &whole[..10], b"", b"this is no segment at all"] {
        std::fs::write(&file, bytes).unwrap();
        let database = Database::open(&store).unwrap();
        assert_eq!(sizes(&database), held);
        assert!(database.verify(None, &mut Unwatched).unwrap().ok);
        drop(database);
        assert!(std::fs::read(&file).unwrap() == whole, "made again with other bytes");
    }
}

/// What is found on opening, verifying and dumping a store.
fn examine(store: &Path) -> Result<(Vec<String>, Vec<u8>), EngineError> {
    let database = Database::open(store)?;
    let verification = database.verify(None, &mut Unwatched)?;
    if !verification.ok {
        return Ok((verification.problems, Vec::new()));
    }
    let mut out = Vec::new();
    database.dump(&mut out, &mut Unwatched)?;
    Ok((Vec::new(), out))
}

#[test]
fn a_damaged_ledger_is_refused_or_its_fault_is_named() {
    let (desk, store) = closed();
    let truth = dump(&desk.database);
    assert!(head(&desk.database).is_some());
    drop(desk.database);
    let file = store.join("ledger.redb");
    let len = std::fs::metadata(&file).unwrap().len() as usize;
    let folder = tempfile::tempdir().unwrap();
    let mut found = 0;
    // The first pages and the last ones hold most of what is used.
    let places = (0..4_096).step_by(257).chain((4_096..len).step_by(len / 60 + 1));
    for at in places {
        let copy = with_flip(&store, &file, at, folder.path());
        match examine(&copy) {
            Err(error) => {
                assert!(!error.to_string().is_empty());
                found += 1;
            }
            Ok((problems, _)) if !problems.is_empty() => found += 1,
            // A page that is not in use.
            Ok((_, out)) => assert!(out == truth, "byte {at}: a change of the ledger went unseen"),
        }
        std::fs::remove_dir_all(copy).unwrap();
    }
    assert!(found > 0, "no byte that was changed mattered");
}
