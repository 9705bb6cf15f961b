//! What an expungement leaves in the file, byte by byte.

use super::{claims, note, sample, verdict};
use crate::block::{Prepared, SourceRows};
use crate::store::Ledger;
use crate::tables::{EXPUNGED, META, META_REWRITE, SALT, Tag};
use jaal_model::claim::KeyList;
use jaal_model::{CommitNote, Counts, Delivery, DeliveryId, Digest, Grade, Handover, Marking, Scheme};
use redb::ReadableTable;
use std::path::Path;

const SHARED: &str = "+923001111111";
const OWN: &str = "+923002222222";

/// A delivery that names both keys if `own`, else the shared one only; its rows are long.
fn load(ledger: &Ledger, own: bool) {
    let mut writer = ledger.writer().unwrap();
    let id = writer.begin_delivery().unwrap();
    let mut keys = KeyList::new();
    let scheme = keys.scheme(&Scheme { name: "msisdn".to_owned(), kind: None });
    keys.push(scheme, SHARED);
    if own {
        keys.push(scheme, OWN);
    }
    let ids = writer.identities(id, &keys).unwrap();
    let mut rows = SourceRows::default();
    for line in 0..200_u64 {
        rows.file.push(0);
        rows.line.push(line);
        // What does not repeat is found again in the compressed record as well.
        let noise = blake3::hash(&[id.0 as u8, line as u8]).to_hex();
        rows.text.push(&format!("{line},{noise}"));
    }
    let mut shared = claims(ids[0]);
    if !own {
        // Another block than the first delivery's, whose bytes are looked for.
        shared.tables.extend(claims(ids[0]).tables);
    }
    let mut parts = vec![Prepared { claims: shared, rows }];
    if own {
        parts.push(Prepared { claims: claims(ids[1]), rows: SourceRows::default() });
    }
    writer.append(id, &parts).unwrap();
    let delivery = Delivery {
        id,
        commit: jaal_model::CommitId(0),
        handover: Handover::default(),
        spec: format!("specification {own}"),
        spec_sha256: Digest::default(),
        files: Vec::new(),
        counts: Counts { read: 200, accepted: 200, ..Counts::default() },
        grade: Grade::UNGRADED,
        marking: Marking::default(),
        markings: Vec::new(),
    };
    writer.finish_delivery(delivery, &Digest([id.0 as u8 + 100; 32])).unwrap();
    writer.commit(CommitNote { purpose: "load".to_owned(), ..note(1) }).unwrap();
}

/// What must not be left of a delivery: the beginning of each stored record, the salt, the fingerprint, its own key.
fn traces(ledger: &Ledger, delivery: u64) -> Vec<(String, Vec<u8>)> {
    let snapshot = ledger.snapshot().unwrap();
    let mut traces = vec![
        ("key".to_owned(), OWN.as_bytes().to_vec()),
        ("fingerprint".to_owned(), vec![delivery as u8 + 100; 32]),
        ("salt".to_owned(), snapshot.salt(delivery).unwrap().unwrap().to_vec()),
    ];
    for (_, entry) in snapshot.entries(0, u64::MAX).unwrap() {
        if entry.delivery == delivery && entry.tag != Tag::Scheme {
            let packed = snapshot.table(entry.tag).get(entry.tag.key(entry.id, delivery)).unwrap().unwrap();
            let packed = packed.value();
            let name = format!("{} {}", entry.tag.name(), entry.id);
            traces.push((name, packed[..packed.len().min(400)].to_vec()));
        }
    }
    traces
}

fn holds(file: &Path, trace: &[u8]) -> bool {
    let bytes = std::fs::read(file).unwrap();
    bytes.windows(trace.len()).any(|window| window == trace)
}

#[test]
fn nothing_of_what_was_expunged_is_in_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = Ledger::create(&folder.path().join("case.jaal"), 1).unwrap();
    load(&ledger, true);
    load(&ledger, false);
    let file = ledger.path().join("ledger.redb");
    let traces = traces(&ledger, 1);
    assert!(traces.len() >= 8, "{}", traces.len());
    for (name, trace) in &traces {
        assert!(holds(&file, trace), "{name} should be there before");
    }
    let mut writer = ledger.writer().unwrap();
    writer.expunge(DeliveryId(1), "order", &Marking::public()).unwrap();
    writer.commit(note(2)).unwrap();
    for (name, trace) in &traces {
        assert!(!holds(&file, trace), "{name} is there still");
    }
    assert!(holds(&file, SHARED.as_bytes()), "the other delivery names this key");
    assert!(!ledger.path().join("ledger.redb.new").exists());
    assert!(verdict(&ledger).is_sound(), "{:?}", verdict(&ledger).problems);
    drop(ledger);
    let reopened = Ledger::open(file.parent().unwrap()).unwrap();
    for (name, trace) in &traces {
        assert!(!holds(&file, trace), "{name} is there again");
    }
    assert!(verdict(&reopened).is_sound());
}

#[test]
fn an_expungement_whose_rewriting_was_interrupted_is_ended_when_the_store_is_opened() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("case.jaal");
    let file = path.join("ledger.redb");
    let ledger = Ledger::create(&path, 1).unwrap();
    load(&ledger, true);
    load(&ledger, false);
    let traces = traces(&ledger, 1);
    // The commit, and no more: what is there when the process dies before the file is written anew.
    let mut writer = ledger.writer().unwrap();
    writer.expunge(DeliveryId(1), "order", &Marking::public()).unwrap();
    let (assertions, identities) = {
        let head = ledger.snapshot().unwrap().head().unwrap().unwrap();
        (head.next_assertion, head.next_identity)
    };
    let batch = writer.into_batch();
    let commit = batch.plan(note(2), assertions, identities);
    batch.seal(&commit).unwrap();
    assert!(traces.iter().any(|(_, trace)| holds(&file, trace)), "freed pages keep their bytes");
    drop(ledger);
    std::fs::write(path.join("ledger.redb.new"), b"half a file").unwrap();
    let reader = Ledger::open_read_only(&path).unwrap();
    assert_eq!(reader.snapshot().unwrap().head().unwrap(), Some(commit.clone()));
    let ledger = Ledger::open(&path).unwrap();
    for (name, trace) in &traces {
        assert!(!holds(&file, trace), "{name} is there still");
    }
    assert!(!path.join("ledger.redb.new").exists());
    assert!(verdict(&ledger).is_sound());
    // The reader looks for the file again and finds the new one.
    assert_eq!(reader.snapshot().unwrap().head().unwrap(), Some(commit));
    assert!(ledger.begin_write().unwrap().0.open_table(META).unwrap().get(META_REWRITE).unwrap().is_none());
}

/// Changes a ledger with an expunged delivery and returns the problems' tables.
fn after(change: impl FnOnce(&redb::WriteTransaction)) -> Vec<&'static str> {
    let (_folder, ledger) = sample();
    let mut writer = ledger.writer().unwrap();
    writer.expunge(DeliveryId(1), "order", &Marking::public()).unwrap();
    writer.commit(note(4)).unwrap();
    assert!(verdict(&ledger).is_sound(), "{:?}", verdict(&ledger).problems);
    let (txn, _file) = ledger.begin_write().unwrap();
    change(&txn);
    txn.commit().unwrap();
    verdict(&ledger).problems.iter().map(|problem| problem.table).collect()
}

#[test]
fn an_expungement_covers_only_what_it_says() {
    let other = after(|txn| {
        txn.open_table(EXPUNGED).unwrap().insert(2, 1).unwrap();
    });
    assert!(other.contains(&"expunged"), "{other:?}");
    let records = after(|txn| {
        txn.open_table(Tag::Claim.table()).unwrap().remove((0, 6)).unwrap().unwrap();
    });
    assert!(records.contains(&"claim"), "{records:?}");
    let forgotten = after(|txn| {
        txn.open_table(EXPUNGED).unwrap().remove(1).unwrap().unwrap();
    });
    assert!(forgotten.contains(&"expunged") && forgotten.contains(&"source"), "{forgotten:?}");
    let back = after(|txn| {
        txn.open_table(Tag::Source.table()).unwrap().insert((1, 0), &b"back"[..]).unwrap();
    });
    assert!(back.contains(&"source"), "{back:?}");
    let salt = after(|txn| {
        txn.open_table(SALT).unwrap().insert(1, [1; 32].as_slice()).unwrap();
    });
    assert!(salt.contains(&"salt"), "{salt:?}");
    let scheme = after(|txn| {
        txn.open_table(Tag::Scheme.table()).unwrap().remove((0, 0)).unwrap().unwrap();
    });
    assert!(scheme.contains(&"scheme"), "{scheme:?}");
}
