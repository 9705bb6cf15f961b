//! Tampering: whatever is changed behind the ledger's back is found, and named.

use crate::block::{Prepared, SourceRows};
use crate::chain::Entry;
use crate::codec;
use crate::store::Ledger;
use crate::tables::{CHAIN, CLAIM_OF, COMMIT, FINGERPRINT, KEY, META, META_FORMAT, SALT, Tag};
use crate::verify::{Verdict, verify};
use crate::{LedgerError, dump};
use jaal_model::claim::{ClaimBlock, ClaimTable, KeyList, Shape, ShapeClaim};
use jaal_model::{
    Commit, CommitNote, Counts, Decision, Delivery, DeliveryId, Digest, Grade, Handover, Marking, Reject,
    Scheme,
};
use redb::{ReadableTable, WriteTransaction};

mod bytes;
mod faults;

fn note(at: i64) -> CommitNote {
    CommitNote { at, actor: "tester".to_owned(), purpose: "load".to_owned() }
}

fn claims(subject: u64) -> ClaimBlock {
    let shape = Shape {
        claim: ShapeClaim::Entity { kinds: Vec::new() },
        properties: vec!["name".to_owned()],
        grade: Grade::UNGRADED,
        marking: Marking::default(),
    };
    let mut table = ClaimTable::new(shape);
    for record in 0..3 {
        table.record.push(record);
        table.subject.push(subject);
        table.columns[0].push_str(&format!("name {subject} of {record}"));
    }
    ClaimBlock { tables: vec![table] }
}

/// Two deliveries of two blocks of three claims each, two keys each, a reject each; then a judgement.
fn sample() -> (tempfile::TempDir, Ledger) {
    let folder = tempfile::tempdir().unwrap();
    let ledger = Ledger::create(&folder.path().join("case.jaal"), 1).unwrap();
    for round in 0..2_u64 {
        let mut writer = ledger.writer().unwrap();
        let id = writer.begin_delivery().unwrap();
        let mut keys = KeyList::new();
        let scheme = keys.scheme(&Scheme { name: "msisdn".to_owned(), kind: Some("Phone".to_owned()) });
        keys.push(scheme, &format!("+92{round}0"));
        keys.push(scheme, &format!("+92{round}1"));
        let ids = writer.identities(id, &keys).unwrap();
        let parts: Vec<Prepared> = (0..2)
            .map(|at| {
                let mut rows = SourceRows { first_record: at * 3, ..SourceRows::default() };
                for line in 0..3 {
                    rows.file.push(0);
                    rows.line.push(line);
                    rows.text.push("a,b");
                }
                Prepared { claims: claims(ids[at as usize]), rows }
            })
            .collect();
        writer.append(id, &parts).unwrap();
        let reject = Reject {
            file: "a.csv".to_owned(),
            line: 9,
            column: None,
            reason: "short".to_owned(),
            row: "x".to_owned(),
        };
        writer.rejects(id, &[reject]).unwrap();
        let delivery = Delivery {
            id,
            commit: jaal_model::CommitId(0),
            handover: Handover::default(),
            spec: "calls".to_owned(),
            spec_sha256: Digest::default(),
            files: Vec::new(),
            counts: Counts { read: 7, accepted: 6, rejected: 1, ..Counts::default() },
            grade: Grade::UNGRADED,
            marking: Marking::default(),
            markings: Vec::new(),
        };
        writer.finish_delivery(delivery, &Digest([round as u8; 32])).unwrap();
        writer.commit(note(round as i64)).unwrap();
    }
    let mut writer = ledger.writer().unwrap();
    writer.judge(Decision::Withdraw(DeliveryId(1)), "order", &Marking::public()).unwrap();
    writer.commit(note(3)).unwrap();
    (folder, ledger)
}

fn verdict(ledger: &Ledger) -> Verdict {
    verify(&ledger.snapshot().unwrap(), None, &mut |_, _| {}).unwrap()
}

/// Changes a sound ledger and returns the first problem's table and number.
fn after(change: impl FnOnce(&WriteTransaction)) -> (&'static str, u64) {
    let (_folder, ledger) = sample();
    assert!(verdict(&ledger).is_sound(), "{:?}", verdict(&ledger).problems);
    let (txn, _file) = ledger.begin_write().unwrap();
    change(&txn);
    txn.commit().unwrap();
    let verdict = verdict(&ledger);
    let first = verdict.problems.first().expect("the change should be found");
    (first.table, first.id)
}

/// Decodes a packed record, changes it, stores it again.
fn edit<T>(txn: &WriteTransaction, tag: Tag, key: (u64, u64), change: impl FnOnce(&mut T))
where
    T: serde::Serialize + serde::de::DeserializeOwned,
{
    let mut table = txn.open_table(tag.table()).unwrap();
    let canonical = codec::unpack(table.get(key).unwrap().unwrap().value()).unwrap();
    let mut record: T = codec::decode(&canonical).unwrap();
    change(&mut record);
    let packed = codec::pack(&codec::encode(&record).unwrap()).unwrap();
    table.insert(key, packed.as_slice()).unwrap();
}

fn edit_entry(txn: &WriteTransaction, seq: u64, change: impl FnOnce(&mut Entry)) {
    let mut table = txn.open_table(CHAIN).unwrap();
    let mut entry: Entry = codec::decode(table.get(seq).unwrap().unwrap().value()).unwrap();
    change(&mut entry);
    table.insert(seq, codec::encode(&entry).unwrap().as_slice()).unwrap();
}

fn edit_commit(txn: &WriteTransaction, id: u64, change: impl FnOnce(&mut Commit)) {
    let mut table = txn.open_table(COMMIT).unwrap();
    let mut commit: Commit = codec::decode(table.get(id).unwrap().unwrap().value()).unwrap();
    change(&mut commit);
    table.insert(id, codec::encode(&commit).unwrap().as_slice()).unwrap();
}

fn find(txn: &WriteTransaction, tag: Tag, id: u64) -> u64 {
    let table = txn.open_table(CHAIN).unwrap();
    let mut rows = table.iter().unwrap();
    rows.find_map(|row| {
        let (seq, bytes) = row.unwrap();
        let entry: Entry = codec::decode(bytes.value()).unwrap();
        (entry.tag == tag && entry.id == id).then(|| seq.value())
    })
    .unwrap()
}

#[test]
fn an_edited_record_is_named() {
    let claim = |txn: &WriteTransaction| {
        edit::<ClaimBlock>(txn, Tag::Claim, (0, 6), |block| block.tables[0].subject[1] = 0);
    };
    assert_eq!(after(claim), ("claim", 6));
    let row = |txn: &WriteTransaction| {
        edit::<SourceRows>(txn, Tag::Source, (2, 3), |rows| rows.line[0] = 77);
    };
    assert_eq!(after(row), ("source", 3));
    let reject = |txn: &WriteTransaction| {
        edit::<Vec<Reject>>(txn, Tag::Reject, (1, 0), |rows| rows[0].row.clear());
    };
    assert_eq!(after(reject), ("reject", 0));
    let scheme = |txn: &WriteTransaction| {
        edit::<Scheme>(txn, Tag::Scheme, (0, 0), |scheme| scheme.kind = None);
    };
    assert_eq!(after(scheme), ("scheme", 0));
    let judgement = |txn: &WriteTransaction| {
        edit::<jaal_model::Judgement>(txn, Tag::Judgement, (0, 1), |judgement| judgement.reason.push('!'));
    };
    assert_eq!(after(judgement), ("judgement", 1));
    let delivery = |txn: &WriteTransaction| {
        edit::<crate::block::DeliveryRecord>(txn, Tag::Delivery, (0, 1), |record| {
            record.delivery.spec.push('x');
        });
    };
    assert_eq!(after(delivery), ("delivery", 1));
}

#[test]
fn bytes_that_do_not_decode_are_named() {
    for bytes in [&b""[..], b"\xff\xff\xff\xff", b"\x09\0\0\0\x09\0\0\0 no frame"] {
        let found = after(|txn| {
            txn.open_table(Tag::Claim.table()).unwrap().insert((0, 3), bytes).unwrap();
        });
        assert_eq!(found, ("claim", 3));
    }
    let (_folder, ledger) = sample();
    let (txn, _file) = ledger.begin_write().unwrap();
    txn.open_table(Tag::Claim.table()).unwrap().insert((0, 3), &b"\x09\0\0\0"[..]).unwrap();
    txn.commit().unwrap();
    let snapshot = ledger.snapshot().unwrap();
    let block = snapshot.claim_blocks().unwrap()[1];
    let error = snapshot.read_block(&block).unwrap_err();
    assert!(matches!(error, LedgerError::DamagedRecord { table: "claim", id: 3, .. }), "{error}");
    let error = dump(&snapshot, &mut Vec::new(), &mut |_, _| {}).unwrap_err();
    assert!(matches!(error, LedgerError::DamagedRecord { table: "claim", id: 3, .. }), "{error}");
}

#[test]
fn a_removed_record_is_named() {
    let removed = |tag: Tag, key: (u64, u64)| {
        after(|txn| {
            txn.open_table(tag.table()).unwrap().remove(key).unwrap().unwrap();
        })
    };
    assert_eq!(removed(Tag::Claim, (0, 9)), ("claim", 9));
    assert_eq!(removed(Tag::Source, (1, 0)), ("source", 0));
    assert_eq!(removed(Tag::Delivery, (0, 2)), ("delivery", 2));
    // With its entry, too: then the commit no longer holds together.
    let found = after(|txn| {
        let seq = find(txn, Tag::Judgement, 1);
        txn.open_table(Tag::Judgement.table()).unwrap().remove((0, 1)).unwrap().unwrap();
        txn.open_table(CHAIN).unwrap().remove(seq).unwrap().unwrap();
    });
    assert_eq!(found, ("commit", 3));
}

#[test]
fn an_inserted_record_is_named() {
    let copied = |tag: Tag, from: (u64, u64), to: (u64, u64)| {
        after(|txn| {
            let mut table = txn.open_table(tag.table()).unwrap();
            let bytes = table.get(from).unwrap().unwrap().value().to_owned();
            table.insert(to, bytes.as_slice()).unwrap();
        })
    };
    assert_eq!(copied(Tag::Claim, (0, 9), (0, 12)), ("claim", 12));
    assert_eq!(copied(Tag::Judgement, (0, 1), (0, 2)), ("judgement", 2));
    assert_eq!(copied(Tag::Reject, (1, 0), (1, 1)), ("reject", 1));
    // With an entry at the end of the chain.
    let found = after(|txn| {
        let seq = find(txn, Tag::Judgement, 1);
        let mut chain = txn.open_table(CHAIN).unwrap();
        let bytes = chain.get(seq).unwrap().unwrap().value().to_owned();
        chain.insert(seq + 1, bytes.as_slice()).unwrap();
    });
    assert_eq!(found, ("judgement", 1));
}

#[test]
fn reordered_records_are_found() {
    // Two blocks of one delivery change places, their entries unchanged.
    let blocks = after(|txn| {
        let mut table = txn.open_table(Tag::Claim.table()).unwrap();
        let [a, b] = [(0, 0), (0, 3)].map(|key| table.get(key).unwrap().unwrap().value().to_owned());
        table.insert((0, 0), b.as_slice()).unwrap();
        table.insert((0, 3), a.as_slice()).unwrap();
    });
    assert_eq!(blocks, ("claim", 0));
    // The entries follow them, so that every digest is right: the commit's hash is not.
    let entries = after(|txn| {
        let mut table = txn.open_table(Tag::Claim.table()).unwrap();
        let [a, b] = [(0, 0), (0, 3)].map(|key| table.get(key).unwrap().unwrap().value().to_owned());
        table.insert((0, 0), b.as_slice()).unwrap();
        table.insert((0, 3), a.as_slice()).unwrap();
        drop(table);
        let [first, second] = [find(txn, Tag::Claim, 0), find(txn, Tag::Claim, 3)];
        edit_entry(txn, first, |entry| entry.id = 3);
        edit_entry(txn, second, |entry| entry.id = 0);
    });
    assert!(["claim", "commit"].contains(&entries.0), "{entries:?}");
}

#[test]
fn an_edited_chain_or_commit_is_found() {
    let digest = after(|txn| edit_entry(txn, find(txn, Tag::Claim, 3), |entry| entry.digest.0[0] ^= 1));
    assert_eq!(digest, ("claim", 3));
    let actor = after(|txn| edit_commit(txn, 2, |commit| commit.note.actor.push('x')));
    assert_eq!(actor, ("commit", 2));
    let hash = after(|txn| edit_commit(txn, 1, |commit| commit.hash.0[5] ^= 1));
    assert_eq!(hash, ("commit", 1));
    let counts = after(|txn| edit_commit(txn, 1, |commit| commit.records = u64::MAX));
    assert_eq!(counts.0, "commit");
    let removed = after(|txn| {
        txn.open_table(COMMIT).unwrap().remove(2).unwrap().unwrap();
    });
    assert_eq!(removed, ("commit", 3));
    let cut = after(|txn| {
        txn.open_table(COMMIT).unwrap().remove(3).unwrap().unwrap();
    });
    assert_eq!(cut, ("judgement", 1));
    let garbage = after(|txn| {
        txn.open_table(COMMIT).unwrap().insert(2, &b"\x07"[..]).unwrap();
    });
    assert_eq!(garbage, ("commit", 2));
}

#[test]
fn edited_salts_and_indexes_are_found() {
    let salt = after(|txn| {
        txn.open_table(SALT).unwrap().insert(2, [0; 32].as_slice()).unwrap();
    });
    // The first record of the second delivery.
    assert_eq!(salt, ("source", 0));
    let no_salt = after(|txn| {
        txn.open_table(SALT).unwrap().remove(0).unwrap();
    });
    assert_eq!(no_salt, ("judgement", 1));
    let more_salt = after(|txn| {
        txn.open_table(SALT).unwrap().insert(8, [0; 32].as_slice()).unwrap();
    });
    assert_eq!(more_salt, ("salt", 8));
    let key = after(|txn| {
        txn.open_table(KEY).unwrap().insert(&b"msisdn\0+9210"[..], 0).unwrap();
    });
    assert_eq!(key, ("identity", 2));
    let more_keys = after(|txn| {
        txn.open_table(KEY).unwrap().insert(&b"msisdn\0+9299"[..], 0).unwrap();
    });
    assert_eq!(more_keys.0, "key");
    let claim_of = after(|txn| {
        txn.open_table(CLAIM_OF).unwrap().insert(3, 2).unwrap();
    });
    assert_eq!(claim_of, ("claim_of", 3));
    let fingerprint = after(|txn| {
        txn.open_table(FINGERPRINT).unwrap().remove([1; 32].as_slice()).unwrap();
    });
    assert_eq!(fingerprint, ("fingerprint", 2));
}

#[test]
fn newer_and_older_formats_are_refused() {
    let (_folder, ledger) = sample();
    let path = ledger.path().to_owned();
    drop(ledger);
    for version in [99_u32, 2] {
        {
            let file = redb::Database::open(path.join("ledger.redb")).unwrap();
            let txn = file.begin_write().unwrap();
            txn.open_table(META).unwrap().insert(META_FORMAT, version.to_le_bytes().as_slice()).unwrap();
            txn.commit().unwrap();
        }
        for error in [Ledger::open(&path).err().unwrap(), Ledger::open_read_only(&path).err().unwrap()] {
            let told = match &error {
                LedgerError::NewerFormat { found, .. } => *found == 99,
                LedgerError::OlderFormat { found, .. } => *found == 2,
                _ => false,
            };
            assert!(told, "{version}: {error}");
        }
    }
}

#[test]
fn a_writer_that_ends_without_closing_loses_nothing_committed() {
    // The file is copied while a transaction is open: what a crash at that moment would leave.
    let (folder, ledger) = sample();
    let head = ledger.snapshot().unwrap().head().unwrap();
    let mut writer = ledger.writer().unwrap();
    writer.begin_delivery().unwrap();
    let copy = folder.path().join("copy");
    std::fs::create_dir(&copy).unwrap();
    std::fs::copy(ledger.path().join("ledger.redb"), copy.join("ledger.redb")).unwrap();
    let reopened = Ledger::open(&copy).unwrap();
    assert_eq!(reopened.snapshot().unwrap().head().unwrap(), head);
    assert!(verdict(&reopened).is_sound());
}
