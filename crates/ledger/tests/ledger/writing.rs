//! Writing and reading back: random deliveries against a twin, and the rules of writers and handles.

use crate::fixture::{Twin, compare, deliveries, delivery, fingerprint, load, note, schemes};
use jaal_ledger::{Checkpoint, CheckpointVerdict, Holder, Ledger, LedgerError, Prepared, SourceRows, verify};
use jaal_model::claim::{ClaimBlock, ClaimTable, KeyList, Shape, ShapeClaim};
use jaal_model::{
    CommitId, Decision, DeliveryId, Digest, ErrorKind, Grade, IdentityId, JudgementId, Key, Marking, Scheme,
};
use proptest::prelude::*;

fn empty() -> (tempfile::TempDir, Ledger) {
    let folder = tempfile::tempdir().unwrap();
    let ledger = Ledger::create(&folder.path().join("case.jaal"), 1_700_000_000).unwrap();
    (folder, ledger)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn what_is_written_is_read_after_reopening(plans in deliveries(3)) {
        let (_folder, ledger) = empty();
        let path = ledger.path().to_owned();
        let mut twin = Twin::default();
        let (first, rest) = plans.split_at(1);
        load(&ledger, first, &mut twin).unwrap();
        compare(&ledger, &twin).unwrap();
        drop(ledger);
        let ledger = Ledger::open(&path).unwrap();
        let commits = load(&ledger, rest, &mut twin).unwrap();
        compare(&ledger, &twin).unwrap();
        let snapshot = ledger.snapshot().unwrap();
        prop_assert_eq!(&snapshot.commits().unwrap()[1..], &commits);
        let checkpoint = snapshot.checkpoint().unwrap();
        let verdict = verify(&snapshot, checkpoint.as_ref(), &mut |_, _| {}).unwrap();
        prop_assert!(verdict.is_sound(), "{:?}", verdict.problems);
        prop_assert_eq!(verdict.checkpoint, CheckpointVerdict::Matches);
        let head = snapshot.head().unwrap().unwrap();
        prop_assert_eq!(verdict.records, head.first_record + head.records);
    }
}

fn keys(values: &[&str]) -> KeyList {
    let mut keys = KeyList::new();
    let scheme = keys.scheme(&schemes()[1]);
    for value in values {
        keys.push(scheme, value);
    }
    keys
}

fn entity(subject: u64) -> ClaimBlock {
    let shape = Shape {
        claim: ShapeClaim::Entity { kinds: Vec::new() },
        properties: Vec::new(),
        grade: Grade::UNGRADED,
        marking: Marking::default(),
    };
    let mut table = ClaimTable::new(shape);
    table.record.push(0);
    table.subject.push(subject);
    ClaimBlock { tables: vec![table] }
}

#[test]
fn a_dropped_writer_leaves_nothing() {
    let (_folder, ledger) = empty();
    let mut writer = ledger.writer().unwrap();
    let id = writer.begin_delivery().unwrap();
    writer.identities(id, &keys(&["+921", "+922"])).unwrap();
    writer.append(id, &[Prepared { claims: entity(1), rows: SourceRows::default() }]).unwrap();
    writer.finish_delivery(delivery(id, 0, 0), &fingerprint(id)).unwrap();
    drop(writer);
    compare(&ledger, &Twin::default()).unwrap();
    let snapshot = ledger.snapshot().unwrap();
    assert_eq!(snapshot.head().unwrap(), None);
    assert_eq!(snapshot.schemes().unwrap(), []);
    assert_eq!(snapshot.known(&fingerprint(id)).unwrap(), None);
    // The same numbers are given again.
    assert_eq!(ledger.writer().unwrap().begin_delivery().unwrap(), id);
}

#[test]
fn a_delivery_is_known_by_its_fingerprint() {
    let (_folder, ledger) = empty();
    for round in 1..=2 {
        let mut writer = ledger.writer().unwrap();
        let known = writer.known(&Digest([9; 32])).unwrap();
        assert_eq!(known, (round == 2).then_some(DeliveryId(1)));
        let id = writer.begin_delivery().unwrap();
        writer.finish_delivery(delivery(id, 0, 0), &Digest([9; 32])).unwrap();
        writer.commit(note(round)).unwrap();
    }
    let snapshot = ledger.snapshot().unwrap();
    assert_eq!(snapshot.known(&Digest([9; 32])).unwrap(), Some(DeliveryId(2)));
    assert!(verify(&snapshot, None, &mut |_, _| {}).unwrap().is_sound());
}

#[test]
fn one_writer_at_a_time_and_snapshots_stand_still() {
    let (_folder, ledger) = empty();
    let before = ledger.snapshot().unwrap();
    let writer = ledger.writer().unwrap();
    let busy = ledger.clone().writer().err().unwrap();
    assert_eq!(busy.kind(), ErrorKind::Conflict);
    writer.commit(note(1)).unwrap();
    assert_eq!(before.head().unwrap(), None);
    assert_eq!(ledger.snapshot().unwrap().head().unwrap().unwrap().id, CommitId(1));
    ledger.writer().unwrap();
}

#[test]
fn other_handles_may_read_but_not_write() {
    let (_folder, ledger) = empty();
    let second = Ledger::open(ledger.path()).err().unwrap();
    assert!(matches!(&second, LedgerError::Held { .. }), "{second}");
    assert_eq!(second.kind(), ErrorKind::Conflict);
    assert!(second.to_string().contains("held by another process"), "{second}");
    let holder = Holder {
        pid: std::process::id(),
        actor: "desk 4".to_owned(),
        command: "jaal load".to_owned(),
        host: jaal_ledger::host(),
        since: 1_764_000_000,
    };
    ledger.announce(&holder).unwrap();
    let third = Ledger::open(ledger.path()).err().unwrap().to_string();
    assert!(third.contains("is held by `jaal load` by desk 4 (process "), "{third}");
    let reader = Ledger::open_read_only(ledger.path()).unwrap();
    assert!(matches!(reader.writer().err().unwrap(), LedgerError::ReadOnly { .. }));
    let commit = ledger.writer().unwrap().commit(note(1)).unwrap();
    assert_eq!(reader.snapshot().unwrap().head().unwrap(), Some(commit));
    assert_eq!(reader.opaque_key(), ledger.opaque_key());
    reader.announce(&Holder { pid: 1, ..holder }).unwrap();
    let path = ledger.path().to_owned();
    drop(reader);
    assert!(path.join("writer.json").exists(), "a reader touches no note");
    drop(ledger);
    assert!(!path.join("writer.json").exists(), "the note goes with its writer");
}

/// A note that a killed writer left behind says nothing of whoever holds the store now.
#[test]
fn a_note_that_was_left_behind_does_not_mislead() {
    let (_folder, ledger) = empty();
    let left = r#"{"pid":999999999,"actor":"a","command":"c","host":"HOST","since":0}"#;
    std::fs::write(ledger.path().join("writer.json"), left.replace("HOST", &jaal_ledger::host())).unwrap();
    let second = Ledger::open(ledger.path()).err().unwrap().to_string();
    assert!(second.contains("held by another process"), "{second}");
    let path = ledger.path().to_owned();
    drop(ledger);
    Ledger::open(&path).unwrap();
}

#[test]
fn a_writer_that_was_killed_does_not_lock_readers_out() {
    let (folder, ledger) = empty();
    let commit = ledger.writer().unwrap().commit(note(1)).unwrap();
    let mut writer = ledger.writer().unwrap();
    writer.begin_delivery().unwrap();
    // The file as a killed process leaves it: open, with a transaction begun.
    let killed = folder.path().join("killed.jaal");
    std::fs::create_dir(&killed).unwrap();
    std::fs::copy(ledger.path().join("ledger.redb"), killed.join("ledger.redb")).unwrap();
    let reader = Ledger::open_read_only(&killed).unwrap();
    assert_eq!(reader.snapshot().unwrap().head().unwrap(), Some(commit));
    let again = Ledger::open_read_only(&killed).unwrap();
    assert!(!again.is_writable());
}

#[test]
fn stores_that_are_not_there_or_there_already() {
    let (folder, ledger) = empty();
    let exists = Ledger::create(ledger.path(), 0).err().unwrap();
    assert!(matches!(exists, LedgerError::Exists { .. }), "{exists}");
    let nowhere = folder.path().join("nowhere");
    for error in [Ledger::open(&nowhere).err().unwrap(), Ledger::open_read_only(&nowhere).err().unwrap()] {
        assert_eq!(error.kind(), ErrorKind::NotFound, "{error}");
    }
    assert!(!nowhere.exists());
}

#[test]
fn a_scheme_keeps_its_kind() {
    let (_folder, ledger) = empty();
    let mut writer = ledger.writer().unwrap();
    let id = writer.begin_delivery().unwrap();
    writer.identities(id, &keys(&["+921"])).unwrap();
    writer.finish_delivery(delivery(id, 0, 0), &fingerprint(id)).unwrap();
    writer.commit(note(1)).unwrap();
    for (name, kind) in [("msisdn", "Device"), ("", "Phone"), ("a\0b", "Phone")] {
        let mut writer = ledger.writer().unwrap();
        let id = writer.begin_delivery().unwrap();
        let mut wrong = KeyList::new();
        wrong.scheme(&Scheme { name: name.to_owned(), kind: Some(kind.to_owned()) });
        let error = writer.identities(id, &wrong).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UserData, "{error}");
        assert_eq!(writer.commit(note(2)).unwrap_err().kind(), ErrorKind::Internal);
    }
    assert_eq!(ledger.snapshot().unwrap().head().unwrap().unwrap().id, CommitId(1));
}

#[test]
fn judgements_speak_of_what_is_there() {
    let (_folder, ledger) = empty();
    let mut writer = ledger.writer().unwrap();
    let id = writer.begin_delivery().unwrap();
    let ids = writer.identities(id, &keys(&["+921", "+922", "+921"])).unwrap();
    assert_eq!(ids, [0, 1, 0]);
    writer.finish_delivery(delivery(id, 0, 0), &fingerprint(id)).unwrap();
    let same = Decision::Same(IdentityId(0), IdentityId(1));
    assert_eq!(writer.judge(same.clone(), "same handset", &Marking::public()).unwrap(), JudgementId(1));
    assert_eq!(
        writer.judge(Decision::Undo(JudgementId(1)), "mistake", &Marking::public()).unwrap(),
        JudgementId(2)
    );
    assert_eq!(writer.judge(Decision::Withdraw(id), "court", &Marking::public()).unwrap(), JudgementId(3));
    let commit = writer.commit(note(1)).unwrap();
    let judgements = ledger.snapshot().unwrap().judgements().unwrap();
    assert_eq!(judgements.len(), 3);
    assert_eq!((&judgements[0].decision, judgements[0].commit), (&same, commit.id));
    assert_eq!(judgements[1].reason, "mistake");
    for wrong in [
        Decision::NotSame(IdentityId(0), IdentityId(2)),
        Decision::Undo(JudgementId(4)),
        Decision::Undo(JudgementId(0)),
        Decision::Withdraw(DeliveryId(2)),
    ] {
        let error = ledger.writer().unwrap().judge(wrong, "", &Marking::public()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound, "{error}");
    }
}

#[test]
fn misuse_is_refused() {
    let (_folder, ledger) = empty();
    let begin = || {
        let mut writer = ledger.writer().unwrap();
        let id = writer.begin_delivery().unwrap();
        (writer, id)
    };
    let part = |claims, rows| Prepared { claims, rows };
    let internal = |error: LedgerError| assert_eq!(error.kind(), ErrorKind::Internal, "{error}");

    let (mut writer, id) = begin();
    internal(writer.append(id, &[part(entity(0), SourceRows::default())]).unwrap_err());
    drop(writer);
    let (mut writer, id) = begin();
    let ragged = SourceRows { file: vec![0], ..SourceRows::default() };
    internal(writer.append(id, &[part(ClaimBlock::default(), ragged)]).unwrap_err());
    drop(writer);
    let (mut writer, id) = begin();
    let mut rows = SourceRows { file: vec![0], line: vec![1], ..SourceRows::default() };
    rows.text.push("a");
    let twice = [part(ClaimBlock::default(), rows.clone()), part(ClaimBlock::default(), rows)];
    internal(writer.append(id, &twice).unwrap_err());
    drop(writer);
    let (writer, _) = begin();
    internal(writer.commit(note(1)).unwrap_err());
    let (mut writer, id) = begin();
    let mut lossy = delivery(id, 3, 1);
    lossy.counts.read = 5;
    internal(writer.finish_delivery(lossy, &fingerprint(id)).unwrap_err());
    drop(writer);
    let (mut writer, id) = begin();
    internal(writer.identities(DeliveryId(id.0 + 1), &keys(&[])).unwrap_err());
}

#[test]
fn many_keys_span_blocks_and_commits() {
    let (_folder, ledger) = empty();
    let texts: Vec<String> = (0..10_000).map(|n| format!("+92{:07}", n * 7_919 % 10_000)).collect();
    for (round, part) in texts.chunks(3_000).enumerate() {
        let mut writer = ledger.writer().unwrap();
        let id = writer.begin_delivery().unwrap();
        // Every round names all keys of the rounds before once more.
        let named: Vec<&str> = texts[..round * 3_000 + part.len()].iter().map(String::as_str).collect();
        let ids = writer.identities(id, &keys(&named)).unwrap();
        assert!(ids.iter().zip(0..).all(|(id, at)| *id == at));
        writer.finish_delivery(delivery(id, 0, 0), &fingerprint(id)).unwrap();
        writer.commit(note(round as i64)).unwrap();
    }
    let snapshot = ledger.snapshot().unwrap();
    for at in [0, 2_999, 3_000, 4_095, 4_096, 9_999] {
        let key = Key::new("msisdn", &texts[at]);
        assert_eq!(snapshot.identity(IdentityId(at as u64)).unwrap(), Some(key));
    }
    let sizes: Vec<usize> = snapshot.identity_keys().unwrap().map(|block| block.unwrap().len()).collect();
    assert_eq!(sizes, [3_000, 3_000, 3_000, 1_000]);
    assert!(verify(&snapshot, None, &mut |_, _| {}).unwrap().is_sound());
}

#[test]
fn a_checkpoint_tells_another_ledger() {
    let (_folder, ledger) = empty();
    let commit = ledger.writer().unwrap().commit(note(1)).unwrap();
    let snapshot = ledger.snapshot().unwrap();
    let check = |commit, hash| {
        let checkpoint = Checkpoint { commit, hash };
        verify(&snapshot, Some(&checkpoint), &mut |_, _| {}).unwrap()
    };
    assert_eq!(check(commit.id, commit.hash).checkpoint, CheckpointVerdict::Matches);
    let other = check(commit.id, Digest([1; 32]));
    assert_eq!(other.checkpoint, CheckpointVerdict::Mismatch);
    assert!(!other.is_sound());
    assert_eq!(check(CommitId(2), commit.hash).checkpoint, CheckpointVerdict::Mismatch);
    let without = verify(&snapshot, None, &mut |_, _| {}).unwrap();
    assert_eq!((without.checkpoint, without.is_sound()), (CheckpointVerdict::NotGiven, true));
}
