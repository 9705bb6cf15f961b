//! What a handle reads while the ledger is ahead of the images, or the images are ahead of a snapshot.

use crate::{Actor, Database, LoadOptions, LoadRequest, Unwatched};
use jaal_graph::{Admission, Lens, View};
use jaal_ledger::{Prepared, Snapshot, SourceRows};
use jaal_model::claim::{ClaimBlock, ClaimTable, KeyList, Shape, ShapeClaim};
use jaal_model::{CommitId, CommitNote, Counts, Delivery, Digest, Grade, Handover, Marking, Scheme};
use std::path::Path;

const SPEC: &str =
    "name = \"p\"\nformat = \"csv\"\n[entities.p]\nkey = { scheme = \"cnic\", from = \"C\" }\n";

fn actor() -> Actor {
    Actor { name: "tester".into(), now: 1 }
}

/// A store in a folder, to which people are added one by one.
struct Store {
    folder: tempfile::TempDir,
    database: Database,
}

impl Store {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = Database::create(&folder.path().join("store"), &actor()).unwrap();
        Self { folder, database }
    }

    fn add(&self, person: u32) {
        let path = |name: &str| self.folder.path().join(name);
        std::fs::write(path("p.toml"), SPEC).unwrap();
        std::fs::write(path("p.csv"), format!("C\n35202{person:07}1\n")).unwrap();
        let request = LoadRequest::spec(&path("p.toml"), &[path("p.csv")], Handover::default()).unwrap();
        self.database.load(vec![request], &LoadOptions::default(), &actor(), &mut Unwatched).unwrap();
    }

    /// Commits so much that the graph has to be derived anew, as a process does that dies before it has done so.
    fn commit_only(&self) {
        let mut writer = self.database.ledger().writer().unwrap();
        let id = writer.begin_delivery().unwrap();
        let mut keys = KeyList::new();
        let scheme = keys.scheme(&Scheme { name: "thing".into(), kind: None });
        let claims = usize::try_from(super::SMALL).unwrap() + 1;
        let shape = Shape {
            claim: ShapeClaim::Entity { kinds: Vec::new() },
            properties: Vec::new(),
            grade: Grade::UNGRADED,
            marking: Marking::default(),
        };
        let mut table = ClaimTable::new(shape);
        let ids = (0..claims).map(|n| keys.push(scheme, &format!("{id}-{n}"))).collect::<Vec<_>>();
        drop(ids);
        table.subject = writer.identities(id, &keys).unwrap();
        table.record = (0..claims as u64).collect();
        let rows = SourceRows::default();
        let claims = ClaimBlock { tables: vec![table] };
        writer.append(id, &[Prepared { claims, rows }]).unwrap();
        let delivery = Delivery {
            id,
            commit: CommitId(0),
            handover: Handover::default(),
            spec: "p".into(),
            spec_sha256: Digest::default(),
            files: Vec::new(),
            counts: Counts::default(),
            grade: Grade::UNGRADED,
            marking: Marking::default(),
            markings: Vec::new(),
        };
        writer.finish_delivery(delivery, &Digest([id.0 as u8; 32])).unwrap();
        let note = CommitNote { at: 1, actor: "tester".into(), purpose: "many".into() };
        writer.commit(note).unwrap();
    }

    fn read_only(&self) -> Database {
        Database::open_read_only(self.database.folder()).unwrap()
    }

    fn segments(&self) -> Vec<String> {
        let files = std::fs::read_dir(self.database.folder().join("segments")).unwrap();
        let mut names: Vec<_> =
            files.map(|file| file.unwrap().file_name().to_str().unwrap().to_owned()).collect();
        names.sort();
        names
    }
}

fn commit_of(database: &Database) -> u64 {
    database.read().unwrap().view.commit().0
}

fn snapshot(database: &Database) -> Snapshot {
    database.ledger().snapshot().unwrap()
}

#[test]
fn a_reader_goes_on_with_what_it_has_until_there_is_a_newer_image() {
    let store = Store::new();
    store.add(1);
    let reader = store.read_only();
    assert_eq!(commit_of(&reader), 1);
    let before = store.segments();
    store.commit_only();
    assert_eq!(commit_of(&reader), 1, "a reader derives what another is deriving");
    assert_eq!(store.segments(), before);
    // It looks for the newer image at most once a second, and finds it then.
    assert_eq!(commit_of(&store.database), 2);
    assert_eq!(commit_of(&reader), 1);
    std::thread::sleep(super::LOOK_AGAIN);
    assert_eq!(commit_of(&reader), 2);
    // One that has no image at all has to make it, and removes nothing.
    store.commit_only();
    assert_eq!(commit_of(&store.read_only()), 3);
    assert_eq!(store.segments().len(), 2, "a reader removed a segment");
    // The writer derives next, and what it replaces goes.
    store.commit_only();
    assert_eq!(commit_of(&store.database), 4);
    assert_eq!(store.segments().len(), 1);
    // A small commit needs no segment, and a reader brings itself up.
    store.add(2);
    assert_eq!((store.segments().len(), commit_of(&reader)), (1, 5));
}

#[test]
fn the_live_image_never_goes_back() {
    let store = Store::new();
    store.add(1);
    let old = snapshot(&store.database);
    store.add(2);
    let images = store.database.images();
    let held = store.segments();
    assert!(
        images.view(&old, &Lens::everything(), false, &mut Unwatched).unwrap().is_none(),
        "a snapshot of the past was read"
    );
    // Asked to all the same, it makes the image and keeps the later one live and on disk.
    let view = images.view(&old, &Lens::everything(), true, &mut Unwatched).unwrap().unwrap();
    assert_eq!((view.commit(), view.node_count()), (CommitId(1), 1));
    assert_eq!(commit_of(&store.database), 2);
    assert!(held.iter().all(|name| store.segments().contains(name)), "the later segment was removed");
}

#[test]
fn what_cannot_be_read_is_told_and_what_is_missing_is_made() {
    let store = Store::new();
    store.add(1);
    let admission = Admission::of(&snapshot(&store.database), &Lens::everything()).unwrap();
    let file = store.database.images().path_of(&admission);
    std::fs::remove_file(&file).unwrap();
    std::fs::create_dir(&file).unwrap();
    let error = store.read_only().read().err().unwrap();
    assert!(error.to_string().contains("map") || error.to_string().contains("open"), "{error}");
    std::fs::remove_dir(&file).unwrap();
    assert_eq!(commit_of(&store.read_only()), 1);
    let digest = |path: &Path| View::open(path, store.database.ledger().opaque_key()).unwrap().digest();
    assert_eq!(admission.digest(), digest(&file));
}

/// Reads from another thread as soon as a commit is made whose graph is not.
struct Reader<'a> {
    database: &'a Database,
    read: Vec<u64>,
}

impl crate::Watch for Reader<'_> {
    fn stage(&mut self, name: &str, _total: u64) {
        if name == "bringing the graph up" {
            let head = snapshot(self.database).head().unwrap().unwrap().id;
            assert_eq!(head, CommitId(2), "the commit is durable");
            let (tell, told) = std::sync::mpsc::channel();
            std::thread::scope(|scope| {
                scope.spawn(|| tell.send(commit_of(self.database)).unwrap());
                // Were the reader to wait for this thread, neither would ever end.
                let read = told.recv_timeout(std::time::Duration::from_secs(30));
                self.read.push(read.unwrap_or_else(|_| std::process::abort()));
            });
        }
    }
}

#[test]
fn readers_of_the_writing_process_do_not_wait_for_the_graph_of_a_new_commit() {
    let store = Store::new();
    store.add(1);
    assert_eq!(commit_of(&store.database), 1);
    let mut reader = Reader { database: &store.database, read: Vec::new() };
    store.database.withdraw(jaal_model::DeliveryId(1), "a test", &actor(), &mut reader).unwrap();
    assert_eq!(reader.read, [1]);
    assert_eq!(commit_of(&store.database), 2);
}
