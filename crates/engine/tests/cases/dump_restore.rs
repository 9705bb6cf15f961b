//! A dump is the whole store: restored elsewhere it has the same commits, the same graph and the same ids.

use crate::support::sample::sample;
use crate::support::{actor, dump, head, restore};
use jaal_engine::model::{Digest, NodeIdx};
use jaal_engine::{Checkpoint, Database, Unwatched};

#[test]
fn what_is_restored_is_what_was_dumped() {
    let sample = sample();
    let first = dump(&sample.database);
    let folder = tempfile::tempdir().unwrap();
    let restored = restore(&folder.path().join("store"), &first);
    assert_eq!(head(&restored), head(&sample.database));
    let (before, after) = (sample.read(), restored.read().unwrap());
    assert_eq!(after.view.digest(), before.view.digest());
    assert_eq!(after.view.segment().content_checksum(), before.view.segment().content_checksum());
    assert_eq!(after.view.node_count(), before.view.node_count());
    for node in (0..before.view.node_count()).map(NodeIdx) {
        assert_eq!(after.view.entity_id(node), before.view.entity_id(node));
    }
    assert!(dump(&restored) == first, "the second dump has other bytes");
    assert_eq!(
        restored.read().unwrap().sources.snapshot().deliveries().unwrap(),
        before.sources.snapshot().deliveries().unwrap()
    );
    drop((before, after));
    assert_checkpoints(&restored, &sample.database.checkpoint().unwrap().unwrap());
    assert_derives_again_when_deleted(restored, folder.path());
}

/// The checkpoint of the store that was dumped holds for the one restored, and another does not.
fn assert_checkpoints(restored: &Database, checkpoint: &Checkpoint) {
    let verification = restored.verify(Some(checkpoint), &mut Unwatched).unwrap();
    assert!(verification.ok, "{verification:?}");
    assert_eq!(verification.checkpoint, "the checkpoint matches");
    assert_eq!(verification.graph, "equals the one derived again");
    let other = Checkpoint { hash: Digest([7; 32]), ..*checkpoint };
    let verification = restored.verify(Some(&other), &mut Unwatched).unwrap();
    assert_eq!(verification.checkpoint, "the checkpoint does not match");
    assert!(!verification.ok, "a ledger that was replaced passes");
}

/// Segments are only a cache: without them verification derives the graph, and so does reading.
fn assert_derives_again_when_deleted(restored: Database, folder: &std::path::Path) {
    let store = folder.join("store");
    let checksum = restored.read().unwrap().view.segment().content_checksum();
    drop(restored);
    std::fs::remove_dir_all(store.join("segments")).unwrap();
    let opened = Database::open(&store).unwrap();
    let verification = opened.verify(None, &mut Unwatched).unwrap();
    assert!(verification.ok, "{verification:?}");
    assert_eq!(verification.graph, "was not stored; it was derived");
    assert_eq!(opened.read().unwrap().view.segment().content_checksum(), checksum);
}

#[test]
fn a_dump_that_was_changed_or_cut_is_refused() {
    let desk = crate::support::Desk::new();
    let spec = "name = \"p\"\nformat = \"csv\"\n[entities.p]\nkey = { scheme = \"cnic\", from = \"C\" }\n";
    desk.load(desk.request(spec, &[desk.file("p.csv", "C\n3520212345671\n3520212345672\n")]).unwrap())
        .unwrap();
    let whole = dump(&desk.database);
    let folder = tempfile::tempdir().unwrap();
    let mut tried = 0;
    let mut refused = |bytes: &[u8]| {
        tried += 1;
        let store = folder.path().join(tried.to_string());
        let outcome = Database::restore(&store, &mut &*bytes, &actor(), &mut Unwatched);
        outcome.map(|(database, _)| head(&database)).err().map(|error| error.to_string())
    };
    assert_eq!(refused(&whole), None);
    for len in [0, 3, whole.len() / 2, whole.len() - 1] {
        assert!(refused(&whole[..len]).is_some(), "cut to {len} bytes it is taken");
    }
    for at in (0..whole.len()).step_by(whole.len() / 40 + 1) {
        let mut changed = whole.clone();
        changed[at] ^= 0x10;
        assert!(refused(&changed).is_some(), "with byte {at} changed it is taken");
    }
    // An existing store is never written over.
    let error =
        Database::restore(desk.database.folder(), &mut &*whole, &actor(), &mut Unwatched).err().unwrap();
    assert!(error.to_string().contains("store"), "{error}");
}
